//! A whole ledger as lines of JSON: to look into, to take to another store, to keep for a long time.
//!
//! The first line is a head that says how many operations follow; then each operation is one line, in
//! order, as [`write_operation`] writes it. If epochs were begun, the head says with which operations, and has
//! format 2. Programs are among them, in the documents that set them. What
//! is kept beside the operations isn't written: it follows from them.
//!
//! ```text
//! {"format":1,"operations":2,"regulars":"ledger"}
//! {"decision":{…},"document":{…,"type":"set_program"},"operation":1,"program":"9f2c…","recorded_at":"…"}
//! {"decision":{…},"document":{…,"type":"sale"},"operation":2,"program":"9f2c…","recorded_at":"…"}
//! ```
//!
//! An export holds personal data: what customers told of themselves, and what they bought.

use std::collections::BTreeSet;
use std::io::{BufRead, Write};
use std::string::{String, ToString};
use std::sync::Arc;
use std::vec::Vec;

use crate::decide::{Document, Operation, Question, TakeOverError, concerned, taken_over};
use crate::document::{DocumentError, LedgerHead, read_head, read_operation, write_head, write_operation};
use crate::ledger::{Epoch, Seq};
use crate::loyalty::{Program, ProgramVersion};
use crate::store::{Counts, Store, Transaction};

/// How many operations are in memory at once.
const TOGETHER: usize = 256;

/// A ledger can't be written. What was written until then is no whole export; its head says so.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ExportError<E> {
    /// The ledger can't be read.
    #[error("{0}")]
    Store(E),
    /// The lines can't be written.
    #[error("the export can't be written: {0}")]
    Write(#[source] std::io::Error),
    /// An operation is missing, or stands twice.
    #[error("operation {} is where operation {} should be; verify the ledger", .found.0, .expected.0)]
    Gap {
        /// Whose turn it was.
        expected: Seq,
        /// Which came.
        found: Seq,
    },
    /// Operations of other registers are among those of the ledger. Their names, and their order, wouldn't come
    /// back.
    #[error(
        "operations of other registers are in the ledger; copy the file, or hand its operations to a new one"
    )]
    Shared,
    /// An operation would come back differently: an amount of its document has more digits than a document
    /// may have, or it came before any program.
    #[error("operation {} can't be written as JSON so that it comes back as it was", .seq.0)]
    NotTheSame {
        /// The operation.
        seq: Seq,
    },
}

/// Lines can't be taken over. The store is as empty as it was.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ImportError<E> {
    /// The store can't be used.
    #[error("{0}")]
    Store(E),
    /// The store refuses what these lines say.
    #[error("lines {first} to {last}: {error}")]
    Refused {
        /// The first of the lines, from 1.
        first: u64,
        /// The last of them.
        last: u64,
        /// Why.
        error: E,
    },
    /// The lines can't be read.
    #[error("line {line}: it can't be read: {error}")]
    Read {
        /// The line, from 1.
        line: u64,
        /// Why.
        error: std::io::Error,
    },
    /// There is something in the store already.
    #[error("the ledger isn't empty; import into a new one")]
    NotEmpty,
    /// A line isn't what it must be.
    #[error("line {line}: {error}")]
    Line {
        /// The line, from 1; the first is the head.
        line: u64,
        /// What is wrong with it.
        error: DocumentError,
    },
    /// An operation is missing, or stands twice, or there is one more than the head says.
    #[error("line {line}: operation {} is where {} should be", .found.0, turn(.expected))]
    Order {
        /// The line, from 1.
        line: u64,
        /// Whose turn it was; `None` if the end was.
        expected: Option<Seq>,
        /// Which came.
        found: Seq,
    },
    /// An operation doesn't follow from those before it.
    #[error("line {line}: {what}")]
    DoesNotFollow {
        /// The line, from 1.
        line: u64,
        /// What doesn't fit.
        what: String,
    },
    /// There are fewer operations than the head says: the end is missing.
    #[error("the end is missing: the first line says {expected} operations, and there are {found}")]
    CutOff {
        /// How many the head says.
        expected: u64,
        /// How many there are.
        found: u64,
    },
}

fn turn(expected: &Option<Seq>) -> String {
    match expected {
        Some(Seq(number)) => std::format!("operation {number}"),
        None => "the end".to_string(),
    }
}

/// Writes all operations of a ledger, those that are there when it begins; how many they were. Others may
/// go on appending. `progress` is told how many are written, of how many.
///
/// Each line is read again before it is written, so that what is exported can be imported. It takes the
/// memory of 256 operations.
///
/// A ledger that shares its operations can't be written so once it has those of other registers: its file
/// can be copied, and its operations be handed to a new ledger ([`parcels`](crate::store::parcels)). One that
/// has its own alone is written, without its name.
///
/// # Errors
/// [`ExportError`]; [`ExportError::Write`] if the target takes no more.
///
/// ```
/// use regulars::adapter::json_lines::{export, import};
/// use regulars::adapter::memory::MemoryStore;
/// use regulars::document::read_program;
/// use regulars::register::Register;
/// use regulars::time::{FixedZones, Timestamp};
///
/// let text = r#"{"id": "p", "currency": "EUR", "unit": {"kind": "points"}, "earn": []}"#;
/// let mut register = Register::new(MemoryStore::default(), FixedZones);
/// register.set_program(read_program(text)?, Timestamp::EPOCH)?;
///
/// let mut lines = Vec::new();
/// assert_eq!(export(register.store_mut(), &mut lines, |_, _| ())?, 1);
/// assert!(lines.starts_with(b"{\"format\":1,\"operations\":1,\"regulars\":\"ledger\"}\n"));
///
/// let mut taken_over = MemoryStore::default();
/// assert_eq!(import(&mut taken_over, &mut &*lines, |_, _| ())?, 1);
/// let mut again = Vec::new();
/// export(&mut taken_over, &mut again, |_, _| ())?;
/// assert_eq!(again, lines);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn export<S: Store>(
    store: &mut S,
    to: &mut impl Write,
    mut progress: impl FnMut(u64, u64),
) -> Result<u64, ExportError<S::Error>> {
    let operations = last_of(store).map_err(ExportError::Store)?.0;
    if is_united(store).map_err(ExportError::Store)? {
        return Err(ExportError::Shared);
    }
    let epochs = store.begin().and_then(|mut transaction| transaction.epochs());
    let mut epochs = epochs.map_err(ExportError::Store)?;
    // One may have been begun since, behind what was recorded since.
    epochs.retain(|epoch| epoch.first.0 <= operations.saturating_add(1));
    let mut write = |line: String| writeln!(to, "{line}").map_err(ExportError::Write);
    write(write_head(&LedgerHead { operations, epochs }))?;
    let mut program = None;
    let mut written = 0_u64;
    while written < operations {
        let from = Seq(written.saturating_add(1));
        let page = store.operations(from, TOGETHER).map_err(ExportError::Store)?;
        if page.is_empty() {
            return Err(ExportError::Gap { expected: from, found: Seq(operations) });
        }
        for operation in page.into_iter().take_while(|operation| operation.seq.0 <= operations) {
            let (expected, found) = (Seq(written.saturating_add(1)), operation.seq);
            if expected != found {
                return Err(ExportError::Gap { expected, found });
            }
            write(line_of(&operation, &mut program).ok_or(ExportError::NotTheSame { seq: found })?)?;
            written = found.0;
        }
        progress(written, operations);
    }
    to.flush().map_err(ExportError::Write)?;
    Ok(written)
}

/// The number of the last operation; zero if there is none. Nobody who writes has to wait for it.
fn last_of<S: Store>(store: &mut S) -> Result<Seq, S::Error> {
    // The last is at or behind `last`, and before `end`.
    let (mut last, mut end) = (0_u64, u64::MAX);
    let mut step = 1_u64;
    while last < end.saturating_sub(1) {
        let asked = last.saturating_add(step).min(end.saturating_sub(1));
        match store.operations(Seq(asked), 1)?.pop() {
            Some(found) => (last, step) = (found.seq.0, step.saturating_mul(2)),
            None => (end, step) = (asked, (asked.saturating_sub(last)).div_ceil(2).max(1)),
        }
    }
    Ok(Seq(last))
}

/// Whether operations of other registers are among those of a ledger.
fn is_united<S: Store>(store: &mut S) -> Result<bool, S::Error> {
    Ok(store.begin()?.facts(&Question::to_take_over(&[]))?.united)
}

/// An operation as a line, if reading it gives the same operation again.
fn line_of(operation: &Operation, program: &mut Option<Arc<Program>>) -> Option<String> {
    let before = program.clone();
    if let Document::SetProgram(set) = &operation.document {
        *program = Some(Arc::clone(&set.program.program));
    }
    let line = write_operation(operation, program.as_deref()?);
    let read = read_operation(&line, before.as_deref());
    (read.as_ref() == Ok(operation)).then_some(line)
}

/// Takes a ledger over that was exported, into a store that is empty: all of it, or nothing. Nothing is
/// decided again. `progress` is told how many operations are taken over, of how many.
///
/// It is one transaction. Beside what the store takes for that, it takes the memory of 256 operations, and
/// of 32 bytes for each version of the program.
///
/// What an import can't notice is looked at by [`verify`](crate::store::verify).
///
/// # Errors
/// [`ImportError`] says which line is wrong; [`ImportError::NotEmpty`] if the store isn't empty.
pub fn import<S: Store>(
    store: &mut S,
    from: &mut impl BufRead,
    mut progress: impl FnMut(u64, u64),
) -> Result<u64, ImportError<S::Error>> {
    let mut transaction = store.begin().map_err(ImportError::Store)?;
    if !is_empty(&mut transaction).map_err(ImportError::Store)? {
        return Err(ImportError::NotEmpty);
    }
    let mut lines = Lines { from, number: 0, bytes: Vec::new() };
    let head = lines.next_read(|text| read_head(text.unwrap_or_default()))?;
    let mut epochs = head.epochs.iter().peekable();
    let mut programs = Programs::default();
    let mut done = 0_u64;
    let mut batch = Vec::new();
    loop {
        let read = |text: Option<&str>| {
            text.map(|text| read_operation(text, programs.current.as_deref())).transpose()
        };
        let Some(operation) = lines.next_read(read)? else { break };
        let (line, found) = (lines.number, operation.seq);
        let turn = line.saturating_sub(1);
        if found.0 != turn || head.operations < turn {
            let expected = (turn <= head.operations).then_some(Seq(turn));
            return Err(ImportError::Order { line, expected, found });
        }
        programs.meet(&operation).map_err(|what| ImportError::DoesNotFollow { line, what })?;
        if let Some(epoch) = epochs.next_if(|epoch| epoch.first == found) {
            done = take_over(&mut transaction, core::mem::take(&mut batch), done)?;
            begin_epoch(&mut transaction, epoch)?;
        }
        batch.push(operation);
        if batch.len() == TOGETHER {
            done = take_over(&mut transaction, core::mem::take(&mut batch), done)?;
            progress(done, head.operations);
        }
    }
    done = take_over(&mut transaction, batch, done)?;
    if done < head.operations {
        return Err(ImportError::CutOff { expected: head.operations, found: done });
    }
    // One that was begun, and in which nothing has been recorded yet.
    for epoch in epochs {
        begin_epoch(&mut transaction, epoch)?;
    }
    progress(done, head.operations);
    transaction.commit().map_err(ImportError::Store)?;
    Ok(done)
}

fn begin_epoch<T: Transaction>(transaction: &mut T, epoch: &Epoch) -> Result<(), ImportError<T::Error>> {
    match transaction.begin_epoch(epoch.number).map_err(ImportError::Store)? {
        true => Ok(()),
        false => {
            let what = "epochs: this store keeps none".to_string();
            Err(ImportError::DoesNotFollow { line: 1, what })
        }
    }
}

fn is_empty<T: Transaction>(transaction: &mut T) -> Result<bool, T::Error> {
    let nothing = Question::to_take_over(&[]);
    Ok(transaction.facts(&nothing)?.next == Seq(1) && transaction.counts()? == Counts::default())
}

/// Takes operations over that come after `done` others; how many there are then. Their lines come after as
/// many, and the head.
fn take_over<T: Transaction>(
    transaction: &mut T,
    operations: Vec<Operation>,
    done: u64,
) -> Result<u64, ImportError<T::Error>> {
    if operations.is_empty() {
        return Ok(done);
    }
    let last = operations.last().map_or(done, |operation| operation.seq.0);
    let (first_line, last_line) = (done.saturating_add(2), last.saturating_add(1));
    let refused = |error| ImportError::Refused { first: first_line, last: last_line, error };
    let concerned = concerned(&operations);
    let facts = transaction.facts(&Question::to_take_over(&concerned)).map_err(refused)?;
    let changes = taken_over(&facts, operations).map_err(|error: TakeOverError| {
        let line = error.seq().0.saturating_add(1);
        ImportError::DoesNotFollow { line, what: error.to_string() }
    })?;
    transaction.record(&changes).map_err(refused)?;
    Ok(last)
}

/// The versions of the program that were set so far.
#[derive(Default)]
struct Programs {
    set: BTreeSet<ProgramVersion>,
    current: Option<Arc<Program>>,
}

impl Programs {
    fn meet(&mut self, operation: &Operation) -> Result<(), String> {
        if let Document::SetProgram(document) = &operation.document {
            self.set.insert(document.program.version);
            self.current = Some(Arc::clone(&document.program.program));
        }
        if self.set.contains(&operation.program) {
            return Ok(());
        }
        Err(std::format!("program: expected a version that was set before, found {}", operation.program))
    }
}

/// Lines one after the other, in one place in memory.
struct Lines<'f, F> {
    from: &'f mut F,
    /// That of the line that was read last, from 1.
    number: u64,
    bytes: Vec<u8>,
}

impl<F: BufRead> Lines<'_, F> {
    /// The next line, read in some way; at the end there is none.
    fn next_read<T, E>(
        &mut self,
        read: impl FnOnce(Option<&str>) -> Result<T, DocumentError>,
    ) -> Result<T, ImportError<E>> {
        self.number = self.number.saturating_add(1);
        let line = self.number;
        self.bytes.clear();
        let length = self.from.read_until(b'\n', &mut self.bytes);
        let length = length.map_err(|error| ImportError::Read { line, error })?;
        let text = core::str::from_utf8(&self.bytes).map_err(|_| DocumentError::Syntax {
            line: 1,
            column: 0,
            what: "bytes that are no UTF-8".to_string(),
        });
        let text = text.map(|text| (length != 0).then_some(text));
        text.and_then(read).map_err(|error| ImportError::Line { line, error })
    }
}
