//! What stands behind a handle.

use core::mem;
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};
use std::vec::Vec;

use crate::adapter::memory::MemoryStore;
use crate::adapter::sqlite::SqliteStore;
use crate::decide::{Document, Outcome, Question, Refusal, SaleDocument, SaleHistory, SaleRecord};
use crate::document::{Json, Limits, document_from};
use crate::ffi::capi::codes::{self, Codes};
use crate::ffi::capi::failure::Failure;
use crate::ffi::capi::in_use::AsLedger;
use crate::ffi::capi::status::{REGULARS_FAILED, REGULARS_NO_OUTCOME, REGULARS_UNKNOWN_SALE};
use crate::ffi::capi::zones::KnownZones;
use crate::ident::{Code, SaleId};
use crate::loyalty::Program;
use crate::money::Money;
use crate::register::Register;
use crate::sale::{Payment, RungUp};
use crate::time::Timestamp;

/// A register that may be used by one thread after another.
pub(super) struct Movable(pub(super) Register<SqliteStore, KnownZones>);

// SAFETY: what isn't `Send` in a `SqliteStore` are its prepared statements: each holds a pointer to SQLite's statement
// and a reference to the `Connection`, which is not `Sync`. They stand beside that connection in one cell, nobody else
// has the connection or a statement, and all of it moves to another thread together, under the handle's lock, which also
// makes the next thread see what the last one wrote. So no two threads are in the connection at once, and that is all
// that SQLite asks for: ours are opened with `SQLITE_OPEN_NO_MUTEX` ("multi-thread"), where a connection and its
// statements may be used by any thread, by one at a time. The file system that gathers writes and the lookaside buffer
// keep what they keep in memory of the connection itself, with nothing of a thread in it; locks on the file are the
// process's. `rusqlite` marks its `Connection` as `Send` for the same reason. All else in the store is `Send` by itself,
// which is checked where it is declared, and so is all else in the register, which is checked below.
unsafe impl Send for Movable {}

const _: fn() = || {
    fn is_send<T: Send>() {}
    is_send::<Register<MemoryStore, KnownZones>>();
    is_send::<Till>();
};

fn no_program() -> Failure {
    Refusal::InvalidProgram { what: "no program has been set".into() }.into()
}

/// A sale that is being rung up.
pub(super) struct Basket {
    pub(super) rung_up: RungUp,
    pub(super) lines: Vec<crate::sale::LineItem>,
    pub(super) payments: Vec<Payment>,
    pub(super) codes: Vec<Code>,
}

impl Basket {
    pub(super) fn into_document(self, change: Money, parked: bool) -> SaleDocument {
        let rung_up = RungUp { lines: self.lines.into(), ..self.rung_up };
        SaleDocument { rung_up, payments: self.payments, change, codes: self.codes, parked }
    }

    /// The sale of a document that wasn't recorded, as it was before.
    pub(super) fn of(document: SaleDocument) -> Basket {
        let SaleDocument { mut rung_up, payments, codes, .. } = document;
        let lines = mem::take(&mut rung_up.lines).to_vec();
        Basket { rung_up, lines, payments, codes }
    }
}

pub(super) struct Till {
    pub(super) register: Movable,
    /// The sale that was begun.
    pub(super) basket: Option<Basket>,
    /// What the last document came to.
    pub(super) outcome: Option<Outcome>,
    /// A program of this ledger, for the decimals of money and units, which never change.
    scale: Option<Arc<Program>>,
    pub(super) codes: Codes,
    /// The time of recording, where it isn't the machine's.
    pub(super) recorded_at: Option<Timestamp>,
    /// Until the ledger is closed: members are dropped in their order, so this comes behind the register.
    _until_closed: AsLedger,
}

impl Till {
    /// `claim` is that of the store's file.
    pub(super) fn new(store: SqliteStore, claim: AsLedger) -> Till {
        Till {
            register: Movable(Register::new(store, KnownZones::default())),
            basket: None,
            outcome: None,
            scale: None,
            codes: Codes::default(),
            recorded_at: None,
            _until_closed: claim,
        }
    }

    pub(super) fn now(&self) -> Result<Timestamp, Failure> {
        if let Some(at) = self.recorded_at {
            return Ok(at);
        }
        let since = SystemTime::now().duration_since(UNIX_EPOCH).ok();
        let at = since.and_then(|since| Timestamp::from_millisecond(i64::try_from(since.as_millis()).ok()?));
        at.ok_or_else(|| Failure::new(REGULARS_FAILED, "the machine's clock shows no year that can be kept"))
    }

    /// A program of the ledger, which has its decimals; `None` as long as none was set.
    pub(super) fn scale(&mut self) -> Result<Option<Arc<Program>>, Failure> {
        if self.scale.is_none() {
            let facts = self.register.0.facts(&Question::as_of(Timestamp::EPOCH))?;
            self.scale = facts.program.map(|version| version.program);
        }
        Ok(self.scale.clone())
    }

    pub(super) fn program(&mut self) -> Result<Arc<Program>, Failure> {
        self.scale()?.ok_or_else(no_program)
    }

    /// The program that holds now.
    pub(super) fn current_program(&mut self) -> Result<Arc<Program>, Failure> {
        let facts = self.register.0.facts(&Question::as_of(Timestamp::EPOCH))?;
        facts.program.map(|version| version.program).ok_or_else(no_program)
    }

    /// Reads a document from JSON.
    pub(super) fn read(&mut self, json: &Json) -> Result<Document, Failure> {
        let program = self.scale()?;
        Ok(document_from(json, program.as_deref(), &Limits::default())?)
    }

    /// Hands a document in. What comes of it stays to be asked for.
    pub(super) fn submit(&mut self, document: &Document) -> Result<&Outcome, Failure> {
        self.outcome = None;
        codes::refuse_article(self, document)?;
        let now = self.now()?;
        let outcome = self.register.0.submit(document, now)?;
        Ok(self.outcome.insert(outcome))
    }

    pub(super) fn outcome(&self) -> Result<&Outcome, Failure> {
        let none = || Failure::new(REGULARS_NO_OUTCOME, "the last document was refused, or there was none");
        self.outcome.as_ref().ok_or_else(none)
    }

    /// All that is kept of a sale, which fits together.
    pub(super) fn history(&mut self, sale: &SaleId) -> Result<SaleHistory, Failure> {
        let mut facts =
            self.register.0.facts(&Question::of_sales(core::slice::from_ref(sale), Timestamp::EPOCH))?;
        let none = || {
            Failure::new(REGULARS_UNKNOWN_SALE, std::format!("there is no sale {sale}")).with("sale", sale)
        };
        let history = facts.sales.drain(..).next().ok_or_else(none)?;
        SaleRecord::fold(&history.operations).map_err(|refused| facts.contested(refused))?;
        Ok(history)
    }
}
