//! What registers hand to each other, as lines of JSON: each line is one operation, as
//! [`write_parcel`] writes it.
//!
//! ```text
//! {"currency":"EUR","epoch":0,"format":1,"moment":1772442000000,"names":[],"number":7,"operation":{…},"register":"till-1"}
//! ```
//!
//! Lines may be lost, repeated, mixed up and put together with others, whole as they are: what is taken in is
//! the same. They hold personal data.

use std::io::{BufRead, Read, Write};
use std::string::ToString;
use std::vec::Vec;

use crate::decide::Parcel;
use crate::document::{DocumentError, read_parcel, write_parcel};
use crate::ledger::{OperationName, Seq};
use crate::store::{OutboxError, Store, Transaction, UnionError, Unions, outbox, parcels, unite};

/// How many operations are in memory at once.
const TOGETHER: usize = 256;

/// How many are taken in by one transaction: other writers wait for it. What the customers have whom they concern is
/// worked out once for each.
const TAKEN_TOGETHER: usize = 1024;

/// Operations can't be handed to others. What was written until then are whole lines, but for the last one.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SendError<E> {
    /// The ledger can't give them.
    #[error(transparent)]
    Outbox(#[from] OutboxError<E>),
    /// The lines can't be written.
    #[error("the lines can't be written: {0}")]
    Write(#[source] std::io::Error),
    /// An operation would come back differently: an amount of its document has more digits than a document
    /// may have.
    #[error("operation {name} can't be written as JSON so that it comes back as it was")]
    NotTheSame {
        /// What it is called.
        name: OperationName,
    },
}

/// Lines can't be taken in. What came well before the one that is wrong may be in the ledger: to send all of it
/// again does no harm.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ReceiveError<E> {
    /// The ledger can't be used.
    #[error("{0}")]
    Store(E),
    /// The lines can't be read.
    #[error("line {line}: it can't be read: {error}")]
    Read {
        /// The line, from 1.
        line: u64,
        /// Why.
        error: std::io::Error,
    },
    /// A line isn't what it must be.
    #[error("line {line}: {error}")]
    Line {
        /// The line, from 1.
        line: u64,
        /// What is wrong with it.
        error: DocumentError,
    },
    /// An operation can't be taken in.
    #[error("line {line}: {error}")]
    Union {
        /// The line that was read last, from 1.
        line: u64,
        /// Why.
        error: UnionError<E>,
    },
}

/// What was written for other registers.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Sent {
    /// How many operations.
    pub operations: u64,
    /// The last of them: who has them all can [`acknowledge`](crate::store::acknowledge) it, if it is the register's own.
    pub last: Option<OperationName>,
}

/// Writes the register's own operations that aren't acknowledged, those that are there when it begins. `progress` is
/// told how many are written.
///
/// ```
/// use regulars::adapter::memory::MemoryStore;
/// use regulars::adapter::parcel_lines::{receive, send};
/// use regulars::document::read_program;
/// use regulars::ident::RegisterId;
/// use regulars::register::Register;
/// use regulars::store::{Store, Transaction, share};
/// use regulars::time::{FixedZones, Timestamp};
///
/// fn named(name: &str) -> Result<MemoryStore, Box<dyn std::error::Error>> {
///     let mut store = MemoryStore::default();
///     let mut transaction = store.begin()?;
///     share(&mut transaction, &RegisterId::new(name)?)?;
///     transaction.commit()?;
///     Ok(store)
/// }
///
/// let text = r#"{"id": "p", "currency": "EUR", "unit": {"kind": "points"}, "earn": []}"#;
/// let mut one = Register::new(named("till-1")?, FixedZones);
/// one.set_program(read_program(text)?, Timestamp::EPOCH)?;
/// let mut lines = Vec::new();
/// assert_eq!(send(one.store_mut(), &mut lines, |_| ())?.operations, 1);
///
/// let mut two = named("till-2")?;
/// assert_eq!(receive(&mut two, &mut &*lines, |_| ())?.taken, 1);
/// assert_eq!(receive(&mut two, &mut &*lines, |_| ())?.known, 1);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// [`SendError`]; [`SendError::Write`] if the target takes no more.
pub fn send<S: Store>(
    store: &mut S,
    to: &mut impl Write,
    progress: impl FnMut(u64),
) -> Result<Sent, SendError<S::Error>> {
    let mut after = None;
    write_pages(to, progress, || {
        let mut transaction = store.begin().map_err(OutboxError::Store)?;
        let page = outbox(&mut transaction, after.as_ref(), TOGETHER)?;
        after = page.last().map(|parcel| parcel.order.name.clone());
        Ok(page)
    })
}

/// Writes all operations of a ledger, those of other registers too: for a register that lost what it had, or
/// a new one.
///
/// # Errors
/// [`SendError`]; [`SendError::Write`] if the target takes no more.
pub fn send_all<S: Store>(
    store: &mut S,
    to: &mut impl Write,
    progress: impl FnMut(u64),
) -> Result<Sent, SendError<S::Error>> {
    let mut next = Seq(1);
    write_pages(to, progress, || {
        let mut transaction = store.begin().map_err(OutboxError::Store)?;
        let page = parcels(&mut transaction, next, TOGETHER)?;
        next = Seq(next.0.saturating_add(u64::try_from(page.len()).unwrap_or(u64::MAX)));
        Ok(page)
    })
}

fn write_pages<E>(
    to: &mut impl Write,
    mut progress: impl FnMut(u64),
    mut next: impl FnMut() -> Result<Vec<Parcel>, OutboxError<E>>,
) -> Result<Sent, SendError<E>> {
    let mut sent = Sent::default();
    loop {
        let page = next()?;
        if page.is_empty() {
            to.flush().map_err(SendError::Write)?;
            return Ok(sent);
        }
        for parcel in page {
            let line = write_parcel(&parcel);
            if read_parcel(&line).as_ref() != Ok(&parcel) {
                return Err(SendError::NotTheSame { name: parcel.order.name });
            }
            writeln!(to, "{line}").map_err(SendError::Write)?;
            sent.operations = sent.operations.saturating_add(1);
            sent.last = Some(parcel.order.name);
        }
        progress(sent.operations);
    }
}

/// Takes in what other registers have sent. Empty lines are passed over. Each thousand or so is a transaction of
/// its own; `progress` is told how many lines are read.
///
/// # Errors
/// [`ReceiveError`] says which line is wrong.
pub fn receive<S: Store>(
    store: &mut S,
    from: &mut impl BufRead,
    mut progress: impl FnMut(u64),
) -> Result<Unions, ReceiveError<S::Error>> {
    let (mut line, mut united) = (0_u64, Unions::default());
    let mut bytes = Vec::new();
    loop {
        let (mut wrong, mut left, mut is_end) = (None, TAKEN_TOGETHER, false);
        let parcels = core::iter::from_fn(|| {
            left = left.checked_sub(1)?;
            let next = next_parcel(from, &mut bytes, &mut line, &mut progress);
            is_end = !matches!(next, Ok(Some(_)));
            next.unwrap_or_else(|error| {
                wrong = Some(error);
                None
            })
        });
        let mut transaction = store.begin().map_err(ReceiveError::Store)?;
        let done = unite(&mut transaction, parcels);
        if let Some(wrong) = wrong {
            return Err(wrong);
        }
        let done = done.map_err(|error| match error {
            UnionError::Store(error) => ReceiveError::Store(error),
            error => ReceiveError::Union { line, error },
        })?;
        transaction.commit().map_err(ReceiveError::Store)?;
        united.add(&done);
        if is_end {
            return Ok(united);
        }
    }
}

/// The operation on the next line that isn't empty; at the end there is none.
fn next_parcel<E>(
    from: &mut impl BufRead,
    bytes: &mut Vec<u8>,
    line: &mut u64,
    progress: &mut impl FnMut(u64),
) -> Result<Option<Parcel>, ReceiveError<E>> {
    loop {
        progress(*line);
        *line = line.saturating_add(1);
        match next_line(from, bytes, *line)? {
            Some(text) if text.trim().is_empty() => {}
            Some(text) => {
                let parcel = read_parcel(text).map_err(|error| ReceiveError::Line { line: *line, error })?;
                return Ok(Some(parcel));
            }
            None => return Ok(None),
        }
    }
}

/// Far more than a sale of all the lines that there may be needs; what is longer is no file of ours.
const LONGEST_LINE: u64 = 64 << 20;

/// The next line; at the end there is none.
fn next_line<'b, E>(
    from: &mut impl BufRead,
    bytes: &'b mut Vec<u8>,
    line: u64,
) -> Result<Option<&'b str>, ReceiveError<E>> {
    bytes.clear();
    let length = from
        .take(LONGEST_LINE)
        .read_until(b'\n', bytes)
        .map_err(|error| ReceiveError::Read { line, error })?;
    if u64::try_from(length).is_ok_and(|length| length == LONGEST_LINE) && bytes.last() != Some(&b'\n') {
        let what = "a line that is longer than any operation".to_string();
        return Err(ReceiveError::Line { line, error: DocumentError::Syntax { line: 1, column: 0, what } });
    }
    let text = core::str::from_utf8(bytes).map_err(|_| ReceiveError::Line {
        line,
        error: DocumentError::Syntax { line: 1, column: 0, what: "bytes that are no UTF-8".to_string() },
    })?;
    Ok((length != 0).then_some(text))
}
