//! Laws of undoing: returns, money back, voids.

use std::collections::BTreeMap;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use regulars::adapter::memory::MemoryStore;
use regulars::decide::{Document, Outcome, Refusal};
use regulars::ident::Tender;
use regulars::loyalty::{NegativeBalance, Program};
use regulars::money::{Money, Ratio, Units};
use regulars::sale::{Bill, Payment, ReturnedLine, RungUp, Terms};
use rust_decimal::Decimal;

use crate::generate::{
    Basket, CARD, HandedOver, Purse, basket, grain, of_the_same_kind, open_program, purse,
};
use crate::model_earn::{Earned, earned, number, of_decimal};
use crate::model_return::{Sold, Taken, claw_back_of, to_the_others};
use crate::shop::{
    Till, adjust, ann, customer, date, day_of, goods_back, import, lots, money_back, on, paid, payment,
    redeem, sale, sale_id, set_program, void,
};
use crate::tries;

/// Ann buys something, with units that she had before.
#[derive(Debug, Clone)]
struct Purchase {
    program: Program,
    /// Units, and the days until they run out.
    had: Vec<(i64, Option<i32>)>,
    /// Units that she owed.
    owed: i64,
    basket: Basket,
    purse: Purse,
    terms: Terms,
}

fn purchase() -> impl Strategy<Value = Purchase> {
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
enum Then {
    /// Parts of lines come back: which, and how much of it in thousandths.
    Goods(Vec<(u8, u16)>),
    /// A part of the total goes back as money, in thousandths.
    Money(u16),
    /// Bob buys the same.
    BobBuys,
    /// The program changes.
    NewProgram(Box<Program>),
}

fn then() -> impl Strategy<Value = Then> {
    let part = prop_oneof![1_u16..=999, Just(1000)];
    prop_oneof![
        6 => vec((any::<u8>(), part), 1..=3).prop_map(Then::Goods),
        2 => (1_u16..=600).prop_map(Then::Money),
        1 => Just(Then::BobBuys),
        1 => open_program().prop_map(|program| Then::NewProgram(Box::new(program))),
    ]
}

/// A purchase as it goes on.
struct Course {
    purchase: Purchase,
    till: Till<MemoryStore>,
    rung_up: RungUp,
    handed_over: HandedOver,
    /// What came back of each line.
    back: Vec<Decimal>,
    money_back: i64,
    documents: usize,
}

const SALE: usize = 0;

impl Course {
    /// A till, and what ann had.
    fn begin(purchase: Purchase) -> Course {
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
        Course { purchase, till, rung_up, handed_over, back, money_back: 0, documents: 0 }
    }

    /// Sells all of it; in layby what isn't loyalty is paid later.
    fn sell(&mut self) -> Outcome {
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

    fn id(&mut self) -> String {
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
    fn document(&mut self, then: &Then) -> Option<Document> {
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
                let regulars::sale::SaleState::Settled(settled) = &settled.state else { return None };
                let total = settled.bill().total().minor();
                let minor = (total * i64::from(*part) / 1000).min(total - settled.returned().value().minor());
                self.money_back += minor;
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
    fn the_rest(&self, at_once: bool) -> Vec<Then> {
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

/// A refusal that a policy asks for; all others are wrong here.
fn is_policy(purchase: &Purchase, refusal: &Refusal) -> bool {
    let refuse = purchase.program.returns.negative_balance == NegativeBalance::Refuse;
    refuse && refusal.name() == "points_already_redeemed"
}

fn by_tender<'a>(parts: impl IntoIterator<Item = &'a Payment>) -> BTreeMap<String, i64> {
    let mut sums = BTreeMap::new();
    for part in parts.into_iter().filter(|part| !part.amount.is_zero()) {
        *sums.entry(part.tender.to_string()).or_default() += part.amount.minor();
    }
    sums
}

proptest! {
    #![proptest_config(tries())]

    /// R18, R20: whatever comes back in whatever order and size, whatever others do, however the
    /// program changes, and if the rest is voided: in the end ann has what she had before, lot by
    /// lot, and every tender has got what it paid. (A claw-back that was written off, or kept from
    /// the refund, is the one exception that R19 makes; tips come back with a void only.)
    #[test]
    fn the_whole_circle(
        purchase in purchase(),
        steps in vec(then(), 0..=5),
        ends in prop_oneof![Just(None), any::<bool>().prop_map(Some)],
    ) {
        let mut course = Course::begin(purchase.clone());
        let before = course.till.holding(&ann());
        course.sell();
        let mut refunds: Vec<Payment> = Vec::new();
        let mut is_exception = false;
        let mut submit = |course: &mut Course, document: Document| match course.till.submit(&document) {
            Ok(outcome) => {
                is_exception |= outcome.moved.clawed_back != outcome.decision.claw_back;
                refunds.extend(outcome.decision.refund);
                Ok(true)
            }
            Err(refusal) => {
                prop_assert!(is_policy(&purchase, &refusal), "{}: {refusal}", refusal.name());
                Ok(false)
            }
        };
        for step in &steps {
            let Some(document) = course.document(step) else { continue };
            if !submit(&mut course, document)? {
                return Ok(());
            }
        }
        let rest = ends.map_or(Vec::new(), |at_once| course.the_rest(at_once));
        for step in rest {
            let document = course.document(&step).unwrap();
            if !submit(&mut course, document)? {
                return Ok(());
            }
        }
        if ends.is_none() && !submit(&mut course, void("void", &sale_id(SALE), on(13)))? {
            return Ok(());
        }
        if is_exception {
            return Ok(());
        }
        let after = course.till.holding(&ann());
        prop_assert_eq!(after.balance(), before.balance());
        prop_assert_eq!(lots(&after), lots(&before));
        let paid = regulars::sale::Tendered::net_of_change(&course.handed_over.payments, course.handed_over.change);
        let (paid, refunded) = (by_tender(paid.unwrap().parts()), by_tender(&refunds));
        let tips = Bill::ring_up(course.rung_up.clone()).unwrap().tips();
        if ends.is_none() || tips.is_zero() {
            prop_assert_eq!(refunded, paid);
        } else {
            prop_assert_eq!(refunded.get(Tender::LOYALTY), paid.get(Tender::LOYALTY));
            prop_assert_eq!(refunded.values().sum::<i64>() + tips.minor(), paid.values().sum::<i64>());
        }
    }

    /// R3, R20: a sale that is not paid wholly gives back with its void all that was paid into it,
    /// loyalty as well.
    #[test]
    fn a_void_gives_back_what_was_paid_in(purchase in purchase(), part in 0_i64..1000) {
        let purse = Purse { cash_over: 0, ..purchase.purse };
        let mut course = Course::begin(Purchase { terms: Terms::Layby, purse, ..purchase });
        let before = course.till.holding(&ann());
        let mut payments = course.handed_over.payments.clone();
        let last = payments.last_mut().unwrap();
        let minor = last.amount.minor();
        if minor == 0 || last.tender.is_loyalty() {
            return Ok(());
        }
        last.amount = Money::from_minor((minor - 1) * part / 1000);
        let opened = course.till.accept(&sale(course.rung_up.clone(), payments.clone(), Money::ZERO));
        prop_assert!(opened.moved.earned.is_zero());
        let voided = course.till.accept(&void("void", &sale_id(SALE), on(13)));
        prop_assert_eq!(by_tender(&voided.decision.refund), by_tender(&payments));
        let after = course.till.holding(&ann());
        prop_assert_eq!((after.balance(), lots(&after)), (before.balance(), lots(&before)));
        prop_assert!(voided.moved.clawed_back.is_zero() && voided.moved.written_off.is_zero());
    }

    /// R11, R16, R17, R19, Q2 to Q4, Q7: what each return takes back, and what it gives to whom, is
    /// what the words of the rules say, also when ann has spent meanwhile.
    #[test]
    fn returns_follow_the_rules(
        purchase in purchase(),
        steps in vec((then(), 0_u16..=1500), 1..=6),
    ) {
        let mut course = Course::begin(purchase.clone());
        let sold_outcome = course.sell();
        let rung_up = course.rung_up.clone();
        let paid = regulars::sale::Tendered::net_of_change(&course.handed_over.payments, course.handed_over.change);
        let paid = paid.unwrap();
        let day = day_of(&purchase.program, on(10));
        let earned: Earned = earned(&purchase.program, &rung_up, paid.parts(), day);
        prop_assert_eq!(earned.total(), sold_outcome.moved.earned.minor());
        let mut sold = Sold::new(&purchase.program, &rung_up, day, &earned);
        let (mut asked, mut restored, mut refunded_otherwise) = (0, 0, 0);
        let spent = course.handed_over.units.minor();
        let others: Vec<&Payment> = paid.parts().iter().filter(|part| !part.tender.is_loyalty()).collect();
        let others: Vec<(String, i64)> =
            others.iter().map(|part| (part.tender.to_string(), part.amount.minor())).collect();
        let paid_otherwise: i64 = others.iter().map(|(_, minor)| minor).sum();
        for (step, spends) in &steps {
            let balance = course.till.holding(&ann()).balance();
            let units = balance.minor().max(0) * i64::from((*spends).min(1000)) / 1000;
            if 0 < units && 1000 <= *spends {
                spend(&mut course, units);
            }
            let Some(document) = course.document(step) else { continue };
            let money_before = sold.worth;
            let worth = match &document {
                Document::Return(returned) => {
                    for line in &returned.lines {
                        let index = rung_up.lines.iter().position(|sold| sold.id == line.line).unwrap();
                        sold.take_goods(index, &of_decimal(line.quantity.to_decimal()));
                    }
                    sold.worth_of_goods()
                }
                Document::ReturnAmount(returned) => {
                    sold.take_money(returned.amount.minor());
                    returned.amount.minor()
                }
                _ => {
                    course.till.accept(&document);
                    continue;
                }
            };
            let before = course.till.holding(&ann()).balance().minor();
            let (now_asked, result) = (sold.claw_back() - asked, course.till.submit(&document));
            let outcome = match result {
                Ok(outcome) => outcome,
                Err(refusal) => {
                    prop_assert!(is_policy(&purchase, &refusal), "{}: {refusal}", refusal.name());
                    prop_assert!(before < now_asked);
                    return Ok(());
                }
            };
            prop_assert_eq!(outcome.decision.claw_back.minor(), now_asked, "asked to take back");
            asked += now_asked;
            // What goes back, and to whom.
            let refund = by_tender(&outcome.decision.refund);
            let loyalty = refund.get(Tender::LOYALTY).copied().unwrap_or(0);
            let otherwise = refund.values().sum::<i64>() - loyalty;
            let is_one_for_one =
                grain(&purchase.program, purchase.program.redemption.as_ref().unwrap()) == Some((1, 1));
            if spent == 0 || is_one_for_one {
                let back = sold.loyalty_back(spent, paid_otherwise);
                prop_assert_eq!(outcome.moved.restored.minor(), back - restored, "restored");
                prop_assert_eq!(loyalty, back - restored);
                prop_assert_eq!(otherwise, worth - loyalty);
            }
            if money_before == 0 {
                let shares = to_the_others(otherwise, &others.iter().map(|(_, minor)| *minor).collect::<Vec<_>>());
                for ((name, _), share) in others.iter().zip(shares) {
                    prop_assert_eq!(refund.get(name).copied().unwrap_or(0), share, "to {}", name);
                }
            }
            restored += outcome.moved.restored.minor();
            refunded_otherwise += otherwise;
            prop_assert!(restored <= spent && refunded_otherwise <= paid_otherwise);
            // What becomes of the claw-back.
            let there = before + outcome.moved.restored.minor();
            let model = claw_back_of(&purchase.program, now_asked, there, otherwise);
            let is = Taken {
                taken: outcome.moved.clawed_back.minor(),
                written_off: outcome.moved.written_off.minor(),
                kept_from_refund: outcome.decision.kept_from_refund.minor(),
            };
            prop_assert_eq!(Some(&is), model.as_ref());
            let after = course.till.holding(&ann()).balance();
            prop_assert_eq!(after.minor(), there - is.taken);
            prop_assert_eq!(outcome.decision.balance, Some(after));
            if purchase.program.returns.negative_balance != NegativeBalance::Allow {
                prop_assert!(there.min(0) <= after.minor(), "a claw-back went below zero");
            }
        }
    }
}

/// Ann spends units elsewhere, as far as the program lets her.
fn spend(course: &mut Course, units: i64) {
    let id = course.id();
    let _ = course.till.submit(&redeem(&id, &ann(), units, on(12)));
    let _ = (number(0), Units::ZERO);
}
