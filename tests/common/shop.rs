//! A shop with one register on a store, and short ways to say what happens in it.

use std::fmt::Debug;
use std::sync::Arc;

use regulars::decide::{
    AccountFacts, Facts, KnownAccount, Operation, Outcome, Question, Refusal, SaleHistory,
};
use regulars::document::{read_document, read_program};
use regulars::ident::{CustomerId, SaleId};
use regulars::ledger::Seq;
use regulars::loyalty::{Program, VersionedProgram};
use regulars::money::Units;
use regulars::register::{Register, RegisterError};
use regulars::store::{Store, Verified, verify};
use regulars::time::{Date, FixedZones, Timestamp};

/// Five per cent back, to be spent like money.
pub const PROGRAM: &str = r#"{"id": "house", "currency": "EUR", "unit": {"kind": "money"},
    "earn": [{"by": "amount", "rate": "0.05"}], "returns": {"restore_grace_days": 3}}"#;

/// What is recorded at one moment after another: the first is 2026-06-01.
const FIRST_RECORDING: i64 = 1_780_272_000_000;

pub struct Shop<S> {
    pub register: Register<S, FixedZones>,
    pub program: Arc<Program>,
    recorded: i64,
}

impl<S: Store> Shop<S> {
    /// A shop on a fresh store, with [`PROGRAM`].
    pub fn open(store: S) -> Shop<S> {
        let mut shop = Shop::reopen(store);
        shop.submit(&set_program(PROGRAM));
        shop
    }

    /// A shop on a store that may hold something already.
    pub fn reopen(store: S) -> Shop<S> {
        let program = read_program(PROGRAM).unwrap().program;
        Shop { register: Register::new(store, FixedZones), program, recorded: FIRST_RECORDING }
    }

    /// A shop on another store that holds the same, and goes on recording at the same times.
    pub fn go_on<T: Store>(&self, store: T) -> Shop<T> {
        let Shop { program, recorded, .. } = self;
        Shop { register: Register::new(store, FixedZones), program: Arc::clone(program), recorded: *recorded }
    }

    pub fn next_recording(&mut self) -> Timestamp {
        self.recorded += 1000;
        Timestamp::from_millisecond(self.recorded).unwrap()
    }

    /// Hands a document in that must be accepted.
    pub fn submit(&mut self, json: &str) -> Outcome {
        match self.try_submit(json) {
            Ok(outcome) => outcome,
            Err(refusal) => panic!("{json} was refused: {refusal:?}"),
        }
    }

    pub fn try_submit(&mut self, json: &str) -> Result<Outcome, Refusal> {
        let document = read_document(json, &*self.program).unwrap();
        let recorded_at = self.next_recording();
        match self.register.submit(&document, recorded_at) {
            Ok(outcome) => Ok(outcome),
            Err(RegisterError::Refused(refusal)) => Err(refusal),
            Err(error) => panic!("{json}: {error}"),
        }
    }

    /// What the store answers before a document is decided.
    pub fn facts(&mut self, json: &str) -> Facts {
        let document = read_document(json, &*self.program).unwrap();
        self.ask(&Question::about(&document))
    }

    pub fn ask(&mut self, question: &Question<'_>) -> Facts {
        use regulars::store::Transaction;
        self.register.store_mut().begin().unwrap().facts(question).unwrap()
    }

    /// What the store keeps of a customer, lots included, as of a time.
    pub fn account(&mut self, customer: &str, at: &str) -> Option<KnownAccount> {
        let customer = CustomerId::new(customer).unwrap();
        let running_out_before = Date::from_civil(2026, 1, 1).unwrap();
        let question = Question { running_out_before, ..Question::of_customer(&customer, moment(at)) };
        let AccountFacts { known, .. } = self.ask(&question).accounts.into_iter().next().unwrap();
        known
    }

    pub fn history(&mut self, sale: &str) -> Option<SaleHistory> {
        let sales = [SaleId::new(sale).unwrap()];
        let running_out_before = Date::from_civil(1970, 1, 1).unwrap();
        let of_sales = Question::of_sales(&sales, Timestamp::EPOCH);
        let question = Question { lots: false, running_out_before, ..of_sales };
        self.ask(&question).sales.pop()
    }

    pub fn operations(&mut self) -> Vec<Operation> {
        self.register.store_mut().operations(Seq(1), usize::MAX).unwrap()
    }

    /// Works the whole ledger out anew.
    pub fn verify(&mut self) -> Verified {
        verify(self.register.store_mut()).unwrap()
    }
}

/// A moment of 2026: `03-02`, or `03-02T10:00`.
pub fn time(at: &str) -> String {
    match at.split_once('T') {
        Some((day, time)) => format!("2026-{day}T{time}:00Z"),
        None => format!("2026-{at}T12:00:00Z"),
    }
}

pub fn moment(at: &str) -> Timestamp {
    let text = format!(r#"{{"type": "check", "at": "{}", "customer": "-"}}"#, time(at));
    read_document(&text, &*read_program(PROGRAM).unwrap().program).unwrap().at()
}

pub fn set_program(program: &str) -> String {
    format!(r#"{{"type": "set_program", "at": "{}", "program": {program}}}"#, time("01-01"))
}

pub fn versioned(program: &str) -> VersionedProgram {
    read_program(program).unwrap()
}

/// A sale of one thing, paid by card.
pub fn sale(id: &str, at: &str, customer: &str, price: &str) -> String {
    sale_paid(id, at, customer, price, &format!(r#"[{{"tender": "card", "amount": "{price}"}}]"#))
}

/// A sale of one thing, paid as said.
pub fn sale_paid(id: &str, at: &str, customer: &str, price: &str, payments: &str) -> String {
    sale_with(id, at, customer, price, &format!(r#""payments": {payments}"#))
}

/// A sale of one thing, with more to say about it.
pub fn sale_with(id: &str, at: &str, customer: &str, price: &str, more: &str) -> String {
    format!(
        r#"{{"type": "sale", "sale": "{id}", "at": "{}", "customer": "{customer}",
            "lines": [{{"id": "1", "product": "P", "quantity": "1", "unit_price": "{price}"}}], {more}}}"#,
        time(at)
    )
}

pub fn parked(id: &str, at: &str, customer: &str, price: &str) -> String {
    sale_with(id, at, customer, price, r#""parked": true"#)
}

/// A document of another type: its fields beside type and time.
pub fn event(kind: &str, at: &str, fields: &str) -> String {
    format!(r#"{{"type": "{kind}", "at": "{}", {fields}}}"#, time(at))
}

pub fn pays(tender: &str, amount: &str) -> String {
    format!(r#"{{"tender": "{tender}", "amount": "{amount}"}}"#)
}

pub fn units(minor: i64) -> Units {
    Units::from_minor(minor)
}

/// Both are equal; if not, each is shown in full.
pub fn assert_same<T: PartialEq + Debug>(left: &T, right: &T, what: &str) {
    assert!(left == right, "{what}\n left: {left:#?}\nright: {right:#?}");
}
