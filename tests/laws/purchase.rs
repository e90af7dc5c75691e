//! A purchase, and what becomes of it: returns, money back, and what others do meanwhile.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use regulars::adapter::memory::MemoryStore;
use regulars::decide::{Document, Outcome};
use regulars::loyalty::Program;
use regulars::money::{Money, Ratio};
use regulars::sale::{Bill, ReturnedLine, RungUp, SaleState, Terms};
use rust_decimal::Decimal;

use crate::baskets::{Basket, CARD, HandedOver, Purse, basket, purse};
use crate::programs::{of_the_same_kind, open_program};
use crate::shop::{
    Till, adjust, ann, customer, date, goods_back, import, money_back, on, paid, payment, sale, sale_id,
    set_program,
};

/// Ann buys something, with units that she had before.
#[derive(Debug, Clone)]
pub struct Purchase {
    pub program: Program,
    /// Units, and the days until they run out.
    pub had: Vec<(i64, Option<i32>)>,
    /// Units that she owed.
    pub owed: i64,
    pub basket: Basket,
    pub purse: Purse,
    pub terms: Terms,
}

pub fn purchase() -> impl Strategy<Value = Purchase> {
    let units = prop_oneof![1_i64..=300, 1_i64..=30_000];
    let had = vec((units, proptest::option::weighted(0.5, 400..500)), 0..=3);
    let owed = prop_oneof![5 => Just(0), 1 => 1_i64..=3000];
    let terms = select(vec![Terms::Immediate, Terms::Layby]);
    (open_program(), had, owed, basket(), purse(), terms).prop_map(
        |(program, had, owed, basket, purse, terms)| {
            let cash_over = if terms == Terms::Layby { 0 } else { purse.cash_over };
            Purchase { program, had, owed, basket, purse: Purse { cash_over, ..purse }, terms }
        },
    )
}

/// Something that happens after it.
#[derive(Debug, Clone)]
pub enum Then {
    /// Parts of lines come back: which, and how much of it in thousandths.
    Goods(Vec<(u8, u16)>),
    /// A part of the total goes back as money, in thousandths.
    Money(u16),
    /// Bob buys the same.
    BobBuys,
    /// The program changes.
    NewProgram(Box<Program>),
}

pub fn then() -> impl Strategy<Value = Then> {
    let part = prop_oneof![1_u16..=999, Just(1000)];
    prop_oneof![
        6 => vec((any::<u8>(), part), 1..=3).prop_map(Then::Goods),
        2 => (1_u16..=600).prop_map(Then::Money),
        1 => Just(Then::BobBuys),
        1 => open_program().prop_map(|program| Then::NewProgram(Box::new(program))),
    ]
}

/// A purchase as it goes on.
pub struct Course {
    purchase: Purchase,
    pub till: Till<MemoryStore>,
    pub rung_up: RungUp,
    pub handed_over: HandedOver,
    /// What came back of each line.
    back: Vec<Decimal>,
    documents: usize,
}

pub const SALE: usize = 0;

impl Course {
    /// A till, and what ann had.
    pub fn begin(purchase: Purchase) -> Course {
        let mut till = Till::open(&purchase.program);
        for (number, (units, days)) in purchase.had.iter().enumerate() {
            till.accept(&import(&format!("had{number}"), &ann(), *units, days.map(date), on(0)));
        }
        let owed: i64 = purchase.had.iter().map(|(units, _)| units).sum();
        if purchase.owed != 0 {
            till.accept(&adjust("owed", &ann(), -purchase.owed - owed, on(0)));
        }
        let rung_up = purchase.basket.rung_up(SALE, on(10), Some(ann()), purchase.terms);
        let bill = Bill::ring_up(rung_up.clone()).unwrap();
        let available = till.holding(&ann()).balance();
        let due = bill.due().unwrap().minor();
        let handed_over = purchase.purse.pay(&purchase.program, due, bill.total().minor(), available);
        let back = vec![Decimal::ZERO; rung_up.lines.len()];
        Course { purchase, till, rung_up, handed_over, back, documents: 0 }
    }

    /// Sells all of it; in layby what isn't loyalty is paid later.
    pub fn sell(&mut self) -> Outcome {
        let HandedOver { payments, change, .. } = self.handed_over.clone();
        if self.purchase.terms == Terms::Immediate {
            return self.till.accept(&sale(self.rung_up.clone(), payments, change));
        }
        let (first, later) = payments.split_first().unwrap();
        let mut last = self.till.accept(&sale(self.rung_up.clone(), vec![first.clone()], Money::ZERO));
        for (number, piece) in later.iter().enumerate() {
            if last.decision.settled.is_empty() {
                let document = payment(&format!("p{number}"), &sale_id(SALE), vec![piece.clone()], on(11));
                last = self.till.accept(&document);
            }
        }
        last
    }

    pub fn id(&mut self) -> String {
        self.documents += 1;
        format!("u{}", self.documents)
    }

    fn left(&self, line: usize) -> Decimal {
        self.rung_up.lines[line].quantity.to_decimal() - self.back[line]
    }

    /// The lines of which something can still come back.
    fn returnable(&self) -> Vec<usize> {
        let bought = |&line: &usize| !self.rung_up.lines[line].amount().unwrap().is_negative();
        (0..self.back.len()).filter(|&line| Decimal::ZERO < self.left(line)).filter(bought).collect()
    }

    /// The document of a step; `None` where there is nothing left to come back.
    pub fn document(&mut self, then: &Then) -> Option<Document> {
        let (id, of, at) = (self.id(), sale_id(SALE), on(12));
        match then {
            Then::Goods(picks) => {
                let mut lines = Vec::new();
                for (pick, part) in picks {
                    let returnable = self.returnable();
                    let pick = usize::from(*pick) % returnable.len().max(1);
                    let Some(&line) = returnable.get(pick) else { break };
                    let whole = self.rung_up.lines[line].quantity.to_decimal();
                    let some = (whole * Decimal::from(*part) / Decimal::from(1000)).round_dp(3);
                    let all = *part == 1000 || some.is_zero();
                    let quantity = if all { self.left(line) } else { some.min(self.left(line)) };
                    self.back[line] += quantity;
                    let quantity = Ratio::from_decimal(quantity).unwrap();
                    lines.push(ReturnedLine { line: self.rung_up.lines[line].id.clone(), quantity });
                }
                (!lines.is_empty()).then(|| goods_back(&id, &of, lines, at))
            }
            Then::Money(part) => {
                let settled = self.till.record(&of).unwrap();
                let SaleState::Settled(settled) = &settled.state else { return None };
                let total = settled.bill().total().minor();
                let minor = (total * i64::from(*part) / 1000).min(total - settled.returned().value().minor());
                (0 < minor).then(|| money_back(&id, &of, minor, at))
            }
            Then::BobBuys => {
                let rung_up =
                    self.purchase.basket.rung_up(100 + self.documents, at, customer(1), Terms::Immediate);
                let due = Bill::ring_up(rung_up.clone()).unwrap().due().unwrap();
                Some(sale(rung_up, vec![paid(CARD, due.minor())], Money::ZERO))
            }
            Then::NewProgram(program) => {
                let program = of_the_same_kind(program, &self.purchase.program);
                Some(set_program(u64::try_from(self.documents).unwrap(), &program, at))
            }
        }
    }

    /// All that is left, line by line from the last to the first, or at once.
    pub fn the_rest(&self, at_once: bool) -> Vec<Then> {
        let whole = |line: usize| (u8::try_from(line).unwrap(), 1000);
        let count = self.returnable().len();
        if count == 0 {
            Vec::new()
        } else if at_once {
            vec![Then::Goods(vec![whole(0); count])]
        } else {
            (0..count).rev().map(|line| Then::Goods(vec![whole(line)])).collect()
        }
    }
}
