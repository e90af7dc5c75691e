//! Random histories: documents as registers hand them in, right and wrong, late and twice.

use std::sync::Arc;

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use regulars::adapter::memory::MemoryStore;
use regulars::decide::{
    AccountPaymentDocument, Document, MemberDocument, PaymentDocument, RedeemDocument, SaleDocument,
    SaleRecord, Spend,
};
use regulars::ident::{CustomerId, SaleId, Tender};
use regulars::loyalty::Program;
use regulars::money::{Money, Ratio, Units};
use regulars::sale::{Bill, Payment, ReturnedLine, RungUp, SaleState, Terms};
use regulars::time::{Date, Timestamp};
use rust_decimal::Decimal;

use crate::baskets::{Basket, HandedOver, Purse, basket, grain, purse};
use crate::programs::{of_the_same_kind, open_program, program};
use crate::shop::{
    Till, adjust, at, check, customer, enrol, goods_back, header, import, money_back, opening, paid, sale_id,
    set_program, void, with_other_content,
};

/// A history: the documents in the order in which they are handed in. Some are refused.
pub fn documents() -> impl Strategy<Value = Vec<Document>> {
    let first = (later(), came());
    (first_program(), first, vec((later(), act()), 1..=22)).prop_map(|(program, first, acts)| {
        let acts: Vec<(i64, Act)> = std::iter::once(first).chain(acts).collect();
        Scribe::write(&program, &acts)
    })
}

fn first_program() -> impl Strategy<Value = Program> {
    prop_oneof![4 => open_program(), 1 => program()]
}

/// How many minutes pass before a document is made; some come late.
fn later() -> impl Strategy<Value = i64> {
    prop_oneof![3 => 0_i64..=120, 5 => 120_i64..=5000, 1 => 20_000_i64..=60_000, 1 => -20_000_i64..=-1]
}

/// What happens, before it is known to which sale.
#[derive(Debug, Clone)]
enum Act {
    Sale { customer: u8, basket: Basket, purse: Purse, terms: Terms, part: u16, parked: bool },
    Payment { which: u8, purse: Purse, part: u16 },
    AccountPayment { which: Vec<u8>, purse: Purse, part: u16 },
    Return { which: u8, lines: Vec<(u8, u16)>, refund: Choice },
    MoneyBack { which: u8, part: u16, refund: Choice },
    Void { which: u8, has_id: bool },
    Redeem { customer: u8, part: u16, as_money: bool },
    Adjust { customer: u8, units: i64, is_complete: bool, allow_negative: bool },
    Import { customer: u8, units: i64, days: Option<i32> },
    Member { customer: u8, what: u8 },
    NewProgram(Box<Program>, bool),
    Again { which: u8, otherwise: bool },
}

/// Where a refund goes.
#[derive(Debug, Clone, Copy)]
enum Choice {
    Default,
    Loyalty,
    Cash,
}

fn came() -> impl Strategy<Value = Act> {
    let units = prop_oneof![1_i64..=300, 1_i64..=30_000];
    let days = option::weighted(0.5, prop_oneof![1 => -2..=5, 2 => 5..=60]);
    (any::<u8>(), units, days).prop_map(|(customer, units, days)| Act::Import { customer, units, days })
}

fn act() -> impl Strategy<Value = Act> {
    let part = || prop_oneof![3 => 1_u16..1000, 2 => Just(1000_u16), 1 => 1001_u16..1200];
    let refund =
        || prop_oneof![6 => Just(Choice::Default), 1 => Just(Choice::Loyalty), 1 => Just(Choice::Cash)];
    let terms =
        prop_oneof![4 => Just(Terms::Immediate), 2 => Just(Terms::Layby), 2 => Just(Terms::OnAccount)];
    let paid_at_once = prop_oneof![7 => Just(1000_u16), 3 => 0_u16..1000];
    prop_oneof![
        8 => (any::<u8>(), basket(), purse(), terms, paid_at_once, prop::bool::weighted(0.1)).prop_map(
            |(customer, basket, purse, terms, part, parked)| {
                Act::Sale { customer, basket, purse, terms, part, parked }
            }
        ),
        3 => (any::<u8>(), purse(), part())
            .prop_map(|(which, purse, part)| Act::Payment { which, purse, part }),
        2 => (vec(any::<u8>(), 0..=2), purse(), part())
            .prop_map(|(which, purse, part)| Act::AccountPayment { which, purse, part }),
        6 => (any::<u8>(), vec((any::<u8>(), part()), 1..=3), refund())
            .prop_map(|(which, lines, refund)| Act::Return { which, lines, refund }),
        3 => (any::<u8>(), part(), refund())
            .prop_map(|(which, part, refund)| Act::MoneyBack { which, part, refund }),
        2 => (any::<u8>(), any::<bool>()).prop_map(|(which, has_id)| Act::Void { which, has_id }),
        2 => (any::<u8>(), part(), any::<bool>())
            .prop_map(|(customer, part, as_money)| Act::Redeem { customer, part, as_money }),
        1 => (any::<u8>(), -2000_i64..=2000, prop::bool::weighted(0.9), any::<bool>()).prop_map(
            |(customer, units, is_complete, allow_negative)| {
                Act::Adjust { customer, units, is_complete, allow_negative }
            }
        ),
        3 => came(),
        1 => (any::<u8>(), 0_u8..4).prop_map(|(customer, what)| Act::Member { customer, what }),
        1 => (open_program(), prop::bool::weighted(0.9))
            .prop_map(|(program, fits)| Act::NewProgram(Box::new(program), fits)),
        2 => (any::<u8>(), any::<bool>()).prop_map(|(which, otherwise)| Act::Again { which, otherwise }),
    ]
}

/// Plays a history as it writes it down, so that what comes later fits what came before.
struct Scribe {
    till: Till<MemoryStore>,
    written: Vec<Document>,
    sales: Vec<SaleId>,
    program: Program,
    minute: i64,
    at: Timestamp,
}

impl Scribe {
    fn write(program: &Program, acts: &[(i64, Act)]) -> Vec<Document> {
        let mut scribe = Scribe {
            till: Till::open(program),
            written: opening(program),
            sales: Vec::new(),
            program: program.clone(),
            minute: 0,
            at: at(0),
        };
        for (minutes, act) in acts {
            let late = scribe.minute + minutes;
            scribe.minute = scribe.minute.max(late);
            scribe.at = at(late);
            if let Some(document) = scribe.document(act) {
                let _ = scribe.till.submit(&document);
                scribe.written.push(document);
            }
        }
        scribe.written
    }

    fn id(&self) -> String {
        format!("d{}", self.written.len())
    }

    /// Mostly a sale in a state that fits; now and then any.
    fn record(&mut self, which: u8, fits: impl Fn(&SaleState) -> bool) -> Option<(SaleId, SaleRecord)> {
        let sales = self.sales.clone().into_iter();
        let known: Vec<(SaleId, SaleRecord)> =
            sales.filter_map(|sale| self.till.record(&sale).map(|record| (sale, record))).collect();
        let fitting = known.iter().filter(|(_, record)| which < 20 || fits(&record.state));
        let fitting: Vec<&(SaleId, SaleRecord)> = fitting.collect();
        fitting.get(usize::from(which) % fitting.len().max(1)).map(|found| (*found).clone())
    }

    fn balance(&mut self, customer: Option<&CustomerId>) -> Units {
        customer.map_or(Units::ZERO, |customer| self.till.holding(customer).balance())
    }

    fn document(&mut self, act: &Act) -> Option<Document> {
        let (id, at) = (self.id(), self.at);
        Some(match act {
            Act::Sale { customer: who, basket, purse, terms, part, parked } => {
                let (rung_up, HandedOver { payments, change, .. }) =
                    self.sale(buyer(*who), basket, purse, *terms, *part);
                let sale = SaleDocument { rung_up, payments, change, codes: Vec::new(), parked: *parked };
                Document::Sale(Arc::new(sale))
            }
            Act::Payment { which, purse, part } => {
                let (sale, record) = self.record(*which, is_pending)?;
                let HandedOver { payments, change, .. } = self.pay(&record, purse, *part);
                Document::Payment(PaymentDocument { header: header(&id, at), sale, payments, change })
            }
            Act::AccountPayment { which, purse, part } => self.account_payment(which, purse, *part)?,
            Act::Return { which, lines, refund } => {
                let (sale, record) = self.record(*which, is_settled)?;
                let lines = returned_lines(&record, lines);
                match goods_back(&id, &sale, lines, at) {
                    Document::Return(mut returned) => {
                        returned.refund = chosen(*refund, &record, 300);
                        Document::Return(returned)
                    }
                    other => other,
                }
            }
            Act::MoneyBack { which, part, refund } => self.money_back(*which, *part, *refund)?,
            Act::Void { which, has_id } => {
                let (sale, _) = self.record(*which, |state| !matches!(state, SaleState::Voided(_)))?;
                match void(&id, &sale, at) {
                    Document::Void(mut void) => {
                        void.header.id = void.header.id.filter(|_| *has_id);
                        Document::Void(void)
                    }
                    other => other,
                }
            }
            Act::Redeem { customer: who, part, as_money } => self.redeem(member(*who), *part, *as_money),
            Act::Adjust { customer: who, units, is_complete, allow_negative } => {
                let customer = member(*who);
                match adjust(&id, &customer, *units, at) {
                    Document::Adjust(mut adjust) => {
                        adjust.allow_negative = *allow_negative;
                        adjust.reason = adjust.reason.filter(|_| *is_complete);
                        Document::Adjust(adjust)
                    }
                    other => other,
                }
            }
            Act::Import { customer: who, units, days } => {
                let today = Date::from_days(i32::try_from(at.millisecond() / 86_400_000).unwrap()).unwrap();
                let expires = days.map(|days| Date::from_days(today.days() + days).unwrap());
                import(&id, &member(*who), *units, expires, at)
            }
            Act::Member { customer: who, what } => membership(&id, &member(*who), *what, at),
            Act::NewProgram(program, fits) => {
                let program =
                    if *fits { of_the_same_kind(program, &self.program) } else { (**program).clone() };
                let is_same = (program.currency, program.unit) == (self.program.currency, self.program.unit);
                if is_same {
                    self.program = program.clone();
                }
                set_program(u64::try_from(self.written.len()).unwrap(), &program, at)
            }
            Act::Again { which, otherwise } => {
                let document = self.written.get(usize::from(*which) % self.written.len())?.clone();
                if *otherwise { with_other_content(document) } else { document }
            }
        })
    }

    /// Rings up a sale, and pays the part of it that is paid at once.
    fn sale(
        &mut self,
        who: Option<CustomerId>,
        basket: &Basket,
        purse: &Purse,
        terms: Terms,
        part: u16,
    ) -> (RungUp, HandedOver) {
        let number = self.sales.len();
        let rung_up = basket.rung_up(number, self.at, who.clone(), terms);
        let bill = Bill::ring_up(rung_up.clone()).unwrap();
        let due = bill.due().unwrap().minor() * i64::from(part) / 1000;
        let available = self.balance(who.as_ref());
        let mut handed_over = purse.pay(&self.program, due, bill.total().minor(), available);
        if terms == Terms::OnAccount {
            let rest = bill.due().unwrap().minor() - due;
            handed_over.payments.push(paid(Tender::ON_ACCOUNT, rest));
        }
        self.sales.push(sale_id(number));
        (rung_up, handed_over)
    }

    fn account_payment(&mut self, which: &[u8], purse: &Purse, part: u16) -> Option<Document> {
        let mut records: Vec<(SaleId, SaleRecord)> =
            which.iter().filter_map(|which| self.record(*which, is_pending)).collect();
        records.dedup_by(|one, other| one.0 == other.0);
        let (_, record) = records.first()?;
        let customer = record.state.rung_up().customer.clone()?;
        let purse = Purse { cash_over: 0, ..purse.clone() };
        let payments =
            records.iter().flat_map(|(_, record)| self.pay(record, &purse, part).payments).collect();
        let sales = records.into_iter().map(|(sale, _)| sale).collect();
        Some(Document::AccountPayment(AccountPaymentDocument {
            header: header(&self.id(), self.at),
            customer,
            payments,
            sales,
        }))
    }

    fn money_back(&mut self, which: u8, part: u16, refund: Choice) -> Option<Document> {
        let (sale, record) = self.record(which, is_settled)?;
        let minor = match &record.state {
            SaleState::Settled(settled) => {
                let left = settled.bill().total().minus(settled.returned().value()).unwrap();
                (left.minor() * i64::from(part) / 1000).max(1)
            }
            _ => 100,
        };
        Some(match money_back(&self.id(), &sale, minor, self.at) {
            Document::ReturnAmount(mut returned) => {
                returned.refund = chosen(refund, &record, minor);
                Document::ReturnAmount(returned)
            }
            other => other,
        })
    }

    fn redeem(&mut self, customer: CustomerId, part: u16, as_money: bool) -> Document {
        let balance = self.balance(Some(&customer)).minor().max(10);
        let units = balance * i64::from(part) / 1000;
        let redemption = self.program.redemption.as_ref();
        let spend = match redemption.and_then(|redemption| grain(&self.program, redemption)) {
            Some((grain, unit)) if as_money => Spend::Amount(Money::from_minor(units / unit * grain)),
            Some((_, unit)) => Spend::Units(Units::from_minor((units / unit).max(1) * unit)),
            None => Spend::Units(Units::from_minor(units)),
        };
        Document::Redeem(RedeemDocument { header: header(&self.id(), self.at), customer, spend, bill: None })
    }

    /// Pays what is still due on a sale; something on one where nothing is.
    fn pay(&mut self, record: &SaleRecord, purse: &Purse, part: u16) -> HandedOver {
        let available = self.balance(record.state.rung_up().customer.as_ref());
        let (due, total) = match &record.state {
            SaleState::Pending(pending) => (pending.balance_due().unwrap(), pending.bill().total()),
            _ => (Money::from_minor(100), Money::from_minor(100)),
        };
        purse.pay(&self.program, due.minor() * i64::from(part) / 1000, total.minor(), available)
    }
}

/// Mostly ann, sometimes nobody.
fn buyer(who: u8) -> Option<CustomerId> {
    customer([0, 0, 0, 0, 0, 1, 2, 3][usize::from(who % 8)])
}

fn member(who: u8) -> CustomerId {
    customer([0, 0, 0, 1, 2][usize::from(who % 5)]).unwrap()
}

/// Comes, goes, comes back, or is looked at.
fn membership(id: &str, customer: &CustomerId, what: u8, at: Timestamp) -> Document {
    let member = MemberDocument { header: header(id, at), customer: customer.clone() };
    match what {
        0 => enrol(id, customer, at),
        1 => Document::OptOut(member),
        2 => Document::OptIn(member),
        _ => check(customer, at),
    }
}

fn is_pending(state: &SaleState) -> bool {
    matches!(state, SaleState::Pending(_))
}

fn is_settled(state: &SaleState) -> bool {
    matches!(state, SaleState::Settled(_))
}

/// The lines that come back: parts of what is left, and sometimes more than that.
fn returned_lines(record: &SaleRecord, picks: &[(u8, u16)]) -> Vec<ReturnedLine> {
    let sold = &record.state.rung_up().lines;
    let left = |line: usize| {
        let sold = sold[line].quantity.to_decimal();
        match &record.state {
            SaleState::Settled(settled) => sold - settled.returned().quantity(line).to_decimal(),
            _ => sold,
        }
    };
    let mut there: Vec<(usize, Decimal)> = (0..sold.len()).map(|line| (line, left(line))).collect();
    there.retain(|(_, left)| Decimal::ZERO < *left);
    let pick = |(line, part): &(u8, u16)| {
        let line = usize::from(*line) % there.len().max(1);
        let Some((line, left)) = there.get_mut(line) else {
            return ReturnedLine { line: sold[0].id.clone(), quantity: sold[0].quantity };
        };
        let some = (*left * Decimal::from(*part) / Decimal::from(1000)).round_dp(8);
        let quantity = if some.is_zero() { *left } else { some };
        let line = sold[*line].id.clone();
        *left -= quantity;
        there.retain(|(_, left)| Decimal::ZERO < *left);
        ReturnedLine { line, quantity: Ratio::from_decimal(quantity).unwrap() }
    };
    picks.iter().map(pick).collect()
}

fn chosen(choice: Choice, record: &SaleRecord, minor: i64) -> Option<Vec<Payment>> {
    let SaleState::Settled(settled) = &record.state else { return None };
    match choice {
        Choice::Default => None,
        Choice::Cash => Some(vec![paid("cash", minor)]),
        Choice::Loyalty => {
            let loyalty = settled.paid().loyalty().minor().min(minor);
            Some(vec![paid(Tender::LOYALTY, loyalty), paid("card", minor - loyalty)])
        }
    }
}
