//! A till on a store: its day, step by step, and how it must stand whatever happened.

use std::ops::Range;
use std::path::Path;

use regulars::adapter::memory::MemoryStore;
use regulars::adapter::sqlite::{Durability, SqliteError, SqliteStore};
use regulars::decide::{Document, Operation, Outcome};
use regulars::document::{read_document, read_program};
use regulars::ledger::Seq;
use regulars::register::{Register, RegisterError};
use regulars::store::{Store, verify};
use regulars::time::{FixedZones, Timestamp};
use rusqlite::Connection;

use crate::common::shop::{PROGRAM, event, pays, sale, sale_paid, sale_with};
use crate::file_system;

pub type TillError = RegisterError<SqliteError>;

/// Where the ledger is on the disk in memory.
pub const LEDGER: &str = "/memory-disk/shop.ledger";

/// Where a second batch of a day may begin, and where it may end: the layout of the file decides how long both are.
pub fn two_batches() -> impl Iterator<Item = (usize, usize)> {
    (2..7).flat_map(|first| (first + 8..60).map(move |end| (first, end)))
}

/// What a till does next. Numbers are those of documents.
#[derive(Debug, Clone)]
pub enum Step {
    Submit(usize),
    Batch(Range<usize>),
    /// Somebody copies the log into the database, so that it begins anew.
    Checkpoint,
    Reopen,
}

impl Step {
    /// Which documents it hands in, where so many were handed in before.
    pub fn documents(&self, before: usize) -> Range<usize> {
        match self {
            Step::Submit(document) => *document..*document + 1,
            Step::Batch(documents) => documents.clone(),
            Step::Checkpoint | Step::Reopen => before..before,
        }
    }
}

/// The documents of a day, and what a ledger makes of them.
pub struct Day {
    pub documents: Vec<Document>,
    pub operations: Vec<Operation>,
    pub steps: Vec<Step>,
    /// How the till opens its ledger.
    pub durability: Durability,
}

impl Day {
    /// A day of so many rounds: in each come sales, payments, returns and what else there is, a batch, a
    /// checkpoint and a restart.
    pub fn new(rounds: usize) -> Day {
        let (mut texts, mut steps) = (vec![program_with_tiers()], vec![Step::Reopen, Step::Submit(0)]);
        steps.push(Step::Submit(texts.len()));
        texts.push(large(0));
        for round in 0..rounds {
            for text in singly(round) {
                steps.push(Step::Submit(texts.len()));
                texts.push(text);
            }
            steps.push(Step::Checkpoint);
            let batch = texts.len();
            texts.extend(together(round));
            steps.push(Step::Batch(batch..texts.len()));
            steps.push(Step::Reopen);
        }
        Day::of(&texts, steps)
    }

    /// A day with a batch that is larger than what SQLite keeps in memory of a file.
    pub fn with_large_batch() -> Day {
        Day::with_batch(1500)
    }

    /// A day with a batch of so many sales, each larger than a page.
    pub fn with_batch(sales: u32) -> Day {
        let texts: Vec<_> = std::iter::once(program_with_tiers()).chain((0..sales).map(large)).collect();
        let steps = vec![Step::Reopen, Step::Submit(0), Step::Batch(1..texts.len())];
        Day::of(&texts, steps)
    }

    fn of(texts: &[String], steps: Vec<Step>) -> Day {
        let known = read_program(PROGRAM).unwrap().program;
        let documents: Vec<_> = texts.iter().map(|text| read_document(text, &*known).unwrap()).collect();
        let mut register = Register::new(MemoryStore::default(), FixedZones);
        for (number, document) in documents.iter().enumerate() {
            register.submit(document, recorded(number)).unwrap();
        }
        let operations = register.store_mut().operations(Seq(1), usize::MAX).unwrap();
        assert_eq!(operations.len(), documents.len(), "each document is an operation");
        Day { documents, operations, steps, durability: Durability::default() }
    }

    pub fn submit(&self, till: &mut Till, document: usize) -> Result<Outcome, TillError> {
        till.submit(&self.documents[document], recorded(document))
    }

    /// Hands some in as one, and goes on with the others where one fails, as a careless program would.
    pub fn submit_batch(&self, till: &mut Till, documents: Range<usize>) -> Result<(), TillError> {
        let mut failed = None;
        let mut batch = till.batch()?;
        for document in documents {
            let done = batch.submit(&self.documents[document], recorded(document));
            failed = failed.or(done.err());
        }
        match (failed, batch.commit()) {
            (None, committed) => committed,
            (Some(failed), Err(_)) => Err(failed),
            (Some(failed), Ok(())) => panic!("committed after {failed}"),
        }
    }

    /// Does one step; the till is gone if it can't be opened again.
    pub fn play(&self, till: &mut Option<Till>, step: &Step) -> Result<(), TillError> {
        match (step, &mut *till) {
            (Step::Submit(document), Some(till)) => self.submit(till, *document).map(drop),
            (Step::Batch(documents), Some(till)) => self.submit_batch(till, documents.clone()),
            (Step::Checkpoint, _) => checkpoint().map_err(|error| RegisterError::Store(error.into())),
            (_, till) => {
                *till = None;
                *till = Some(open_with(Path::new(LEDGER), self.durability).map_err(RegisterError::Store)?);
                Ok(())
            }
        }
    }

    /// Whether the ledger holds a beginning of the day, whole and right; how much of it.
    pub fn sound(&self, till: &mut Till) -> Result<usize, String> {
        let store = till.store_mut();
        store.check_file().map_err(|error| error.to_string())?;
        let found = store.operations(Seq(1), usize::MAX).map_err(|error| error.to_string())?;
        if !self.operations.starts_with(&found) {
            return Err(format!("{} other operations", found.len()));
        }
        let verified = verify(store).map_err(|error| error.to_string())?;
        assert_eq!(verified.operations, found.len() as u64);
        Ok(found.len())
    }

    /// What was found on a disk is opened again: it must hold all documents before those that are on
    /// their way, and of these all or none, which is told; and they can be handed in again.
    pub fn survives(&self, on_the_way: Range<usize>) -> Result<bool, String> {
        let mut till = open(Path::new(LEDGER)).map_err(|error| format!("can't be opened: {error}"))?;
        let found = self.sound(&mut till)?;
        if found != on_the_way.start && found != on_the_way.end {
            return Err(format!("{found} documents, not {on_the_way:?}"));
        }
        for document in on_the_way.clone() {
            let outcome = self.submit(&mut till, document).map_err(|error| error.to_string())?;
            if outcome.duplicate != (found == on_the_way.end) {
                return Err(format!("document {document} again is {outcome:?}"));
            }
        }
        let were_there = found == on_the_way.end;
        match self.sound(&mut till)? {
            found if found == on_the_way.end => Ok(were_there),
            found => Err(format!("{found} documents in the end, not {}", on_the_way.end)),
        }
    }
}

pub type Till = Register<SqliteStore, FixedZones>;

/// Opens a till; the store stands on the file system of these tests.
pub fn open(file: &Path) -> Result<Till, SqliteError> {
    open_with(file, Durability::default())
}

pub fn open_with(file: &Path, durability: Durability) -> Result<Till, SqliteError> {
    file_system::insert();
    Ok(Register::new(SqliteStore::options().durability(durability).open(file)?, FixedZones))
}

/// When a document is recorded.
pub fn recorded(document: usize) -> Timestamp {
    Timestamp::from_millisecond(1_780_272_000_000 + 1000 * document as i64).unwrap()
}

fn checkpoint() -> rusqlite::Result<()> {
    let other = Connection::open(LEDGER)?;
    other.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |_| Ok(()))
}

pub fn program() -> String {
    event("set_program", "01-01", &format!(r#""id": "G", "program": {PROGRAM}"#))
}

/// The same, but it looks at what was bought.
pub fn program_with_tiers() -> String {
    let tiers = r#""tiers": {"by": "spent", "over": {"months": 12},
        "levels": [{"id": "base", "at": "0"}, {"id": "gold", "at": "60", "factor": "2"}]}, "id": "house""#;
    program().replace(r#""id": "house""#, tiers)
}

/// Documents that are handed in one by one.
pub fn singly(round: usize) -> Vec<String> {
    let at = format!("{:02}-{:02}", 1 + round / 14 % 12, 2 * (round % 14) + 1);
    let (one, other) = (format!("C{}", round % 3), format!("D{round}"));
    let fields =
        |text: &str| text.replace('#', &round.to_string()).replace("ONE", &one).replace("OTHER", &other);
    let event = |kind, text| event(kind, &at, &fields(text));
    let paid = |amount| format!(r#""payments": [{}]"#, pays("card", amount));
    let loyalty = format!("[{}, {}]", pays("loyalty", "1.00"), pays("card", "29.00"));
    vec![
        event("enrol", r#""id": "E#", "customer": "OTHER""#),
        sale(&fields("S#"), &at, &one, "20.00"),
        event("import", r#""id": "I#", "customer": "ONE", "units": "3.00""#),
        sale_paid(&fields("T#"), &at, &one, "30.00", &loyalty),
        sale_with(&fields("L#"), &at, &other, "40.00", r#""terms": "layby", "payments": []"#),
        event("payment", &format!(r#""id": "P#", "sale": "L#", {}"#, paid("15.00"))),
        event("payment", &format!(r#""id": "Q#", "sale": "L#", {}"#, paid("25.00"))),
        event("return", r#""id": "R#", "of": "T#", "lines": [{"id": "1", "quantity": "1"}]"#),
        event("reserve", r#""id": "H#", "customer": "ONE", "units": "0.25""#),
        event("redeem", r#""id": "D#", "customer": "ONE", "amount": "0.50""#),
        event("void", r#""id": "V#", "of": "S#""#),
    ]
}

/// A sale that doesn't fit a page.
fn large(sale: u32) -> String {
    let line = |id: u32| {
        let number = (sale + id).wrapping_mul(2_654_435_761);
        let product = format!("a product with a name of its own, number {number}");
        format!(r#"{{"id": "{id}", "product": "{product}", "quantity": "1", "unit_price": "1.00"}}"#)
    };
    let lines = (0..40).map(line).collect::<Vec<_>>().join(", ");
    let (paid, customer) = (pays("card", "40.00"), sale % 50);
    let fields = format!(r#""sale": "W{sale}", "customer": "W{customer}", "payments": [{paid}]"#);
    event("sale", "01-01", &format!(r#"{fields}, "lines": [{lines}]"#))
}

/// Documents of a batch.
fn together(round: usize) -> Vec<String> {
    let at = format!("{:02}-{:02}", 1 + round / 14 % 12, 2 * (round % 14) + 2);
    (0..6).map(|number| sale(&format!("B{round}-{number}"), &at, &format!("F{number}"), "12.34")).collect()
}
