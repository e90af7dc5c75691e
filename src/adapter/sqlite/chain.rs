//! The chain of hashes over the operations.
//!
//! Each operation's row ends with a hash over all of the row and the hash of the row before it. So nobody
//! can change, move or take out an operation without changing all that come after it, and the newest hash
//! stands for the whole ledger: kept elsewhere, on a receipt or with the head office, it shows later
//! whether the file still has what it had then. Without that, a file that lost its end looks like a whole
//! one of an earlier time.
//!
//! What customers told of themselves is not under it, so that it can be erased ([`super::personal`]).

use core::fmt;
use core::str::FromStr;
use std::time::Duration;
use std::vec::Vec;

use rusqlite::{Connection, params};
use sha2::{Digest, Sha256};

use crate::adapter::sqlite::database::Database;
use crate::adapter::sqlite::programs::Programs;
use crate::adapter::sqlite::shared::Arrived;
use crate::adapter::sqlite::{Failed, SqliteError, cached, operations, turn};
use crate::ledger::{Epoch, Seq};
use crate::loyalty::ProgramVersion;

/// The bytes of a hash that are kept: 128 bits of SHA-256.
const KEPT: usize = 16;

/// What the chain begins with.
const BEGINNING: [u8; KEPT] = [0; KEPT];

/// The hash of an operation and of all before it.
pub(super) type Hash = [u8; KEPT];

/// The newest operation that there was, and the hash of it and of all before it. As text, the number and
/// 32 hexadecimal digits: `1042-9f3c…`.
///
/// ```
/// use regulars::adapter::sqlite::ChainHead;
///
/// let head: ChainHead = "7-000102030405060708090a0b0c0d0e0f".parse()?;
/// assert_eq!(head.seq.0, 7);
/// assert_eq!(head.to_string(), "7-000102030405060708090a0b0c0d0e0f");
/// assert!("7-9f3c".parse::<ChainHead>().is_err());
/// # Ok::<(), regulars::adapter::sqlite::ChainHeadError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ChainHead {
    /// The operation; 0 where there is none yet.
    pub seq: Seq,
    hash: Hash,
}

/// A text is not the head of a chain.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "the head of a chain is a number, a hyphen, and 32 hexadecimal digits, as in 7-000102030405060708090a0b0c0d0e0f"
)]
pub struct ChainHeadError;

impl fmt::Display for ChainHead {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-", self.seq.0)?;
        self.hash.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl FromStr for ChainHead {
    type Err = ChainHeadError;

    fn from_str(text: &str) -> Result<ChainHead, ChainHeadError> {
        let (seq, digits) = text.trim().split_once('-').ok_or(ChainHeadError)?;
        let is_plain =
            |text: &str, digit: fn(&u8) -> bool| !text.is_empty() && text.as_bytes().iter().all(digit);
        if !is_plain(seq, u8::is_ascii_digit)
            || !is_plain(digits, u8::is_ascii_hexdigit)
            || digits.len() != 2 * KEPT
        {
            return Err(ChainHeadError);
        }
        let seq = seq.parse().map_err(|_| ChainHeadError)?;
        let number = u128::from_str_radix(digits, 16).map_err(|_| ChainHeadError)?;
        Ok(ChainHead { seq: Seq(seq), hash: number.to_be_bytes() })
    }
}

/// What a row says of an operation, its hash aside.
pub(super) struct Row<'r> {
    /// The epoch that it was written in.
    pub(super) epoch: i64,
    pub(super) seq: i64,
    pub(super) at: i64,
    /// The id of the customer whose units moved.
    pub(super) customer: Option<&'r str>,
    pub(super) previous: i64,
    pub(super) late: i64,
    /// The version and the text of the program that it sets.
    pub(super) sets: Option<(ProgramVersion, &'r str)>,
    pub(super) body: &'r [u8],
    /// Where it came from, if another register decided it.
    pub(super) arrived: Option<&'r Arrived>,
}

impl Row<'_> {
    /// The hash of this row and of all before it, of which the last has `before`.
    pub(super) fn hash(&self, before: &Hash) -> Hash {
        let Row { epoch, seq, at, customer, previous, late, sets, body, arrived } = self;
        let mut digest = Sha256::new();
        digest.update(before);
        let customer = customer.unwrap_or_default();
        // How long the id is, so that it is certain where it ends; it has 256 bytes at the most.
        let length = i64::try_from(customer.len()).unwrap_or(i64::MAX);
        for number in [epoch, seq, at, previous, late, &length] {
            digest.update(number.to_le_bytes());
        }
        digest.update(customer);
        digest.update([u8::from(sets.is_some())]);
        if let Some((ProgramVersion(version), text)) = sets {
            digest.update(version);
            digest.update(i64::try_from(text.len()).unwrap_or(i64::MAX).to_le_bytes());
            digest.update(text);
        }
        digest.update(body);
        if let Some(arrived) = arrived {
            let (register, numbers) = arrived.hashed();
            numbers.into_iter().for_each(|number| digest.update(number.to_le_bytes()));
            digest.update(register);
        }
        let mut hash = BEGINNING;
        hash.iter_mut().zip(digest.finalize()).for_each(|(kept, byte)| *kept = byte);
        hash
    }
}

/// Where the chain ends, as the newest row says.
pub(super) fn head(database: &mut Database) -> Result<ChainHead, Failed> {
    database.run(|statements| {
        let mut rows = statements.newest.query([])?;
        let Some(row) = rows.next()? else { return Ok(ChainHead::BEGINNING) };
        let seq = u64::try_from(row.get::<_, i64>(0)?);
        let seq = seq.map_err(|_| SqliteError::damaged("an operation has no number"))?;
        Ok(ChainHead { seq: Seq(seq), hash: hash_of(seq, row, 1)? })
    })
}

/// A hash as a row has it.
pub(super) fn hash_of(seq: u64, row: &rusqlite::Row<'_>, column: usize) -> Result<Hash, Failed> {
    let bytes = row.get_ref(column)?.as_blob().ok();
    let hash = bytes.and_then(|bytes| Hash::try_from(bytes).ok());
    hash.ok_or_else(|| SqliteError::Damaged { seq: Some(Seq(seq)), what: "its hash is missing" }.into())
}

/// Begins an epoch with the next operation.
pub(super) fn begin_epoch(database: &mut Database, patience: Duration, epoch: u32) -> Result<(), Failed> {
    turn::transaction(database, patience, |database| {
        let next = head(database)?.next();
        write_epoch(database.connection(), next, epoch)
    })
}

/// Writes that an epoch begins with the next operation.
pub(super) fn write_epoch(connection: &Connection, next: Seq, epoch: u32) -> Result<(), Failed> {
    let next = i64::try_from(next.0).unwrap_or(i64::MAX);
    if i64::from(epoch) <= Epochs::read(connection)?.of(next) {
        return Err(
            SqliteError::DoesNotFit { what: "an epoch has to be larger than the one before it" }.into()
        );
    }
    let sql = "INSERT INTO epoch (first, epoch) VALUES (?1, ?2) ON CONFLICT DO UPDATE SET epoch = ?2";
    cached::run(connection, sql, params![next, i64::from(epoch)])?;
    Ok(())
}

/// The epochs of a file: from which operation on, and which.
pub(super) struct Epochs(Vec<(i64, i64)>);

impl Epochs {
    pub(super) fn read(connection: &Connection) -> Result<Epochs, Failed> {
        let mut statement = connection.prepare_cached("SELECT first, epoch FROM epoch ORDER BY first")?;
        let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
        Ok(Epochs(rows.collect::<Result<_, _>>()?))
    }

    /// All of them.
    pub(super) fn all(&self) -> Result<Vec<Epoch>, Failed> {
        let read = |(first, epoch): &(i64, i64)| {
            let (first, number) = (u64::try_from(*first).ok().map(Seq)?, u32::try_from(*epoch).ok()?);
            Some(Epoch { first, number })
        };
        let all = self.0.iter().map(read).collect::<Option<_>>();
        all.ok_or_else(|| SqliteError::damaged("an epoch is none").into())
    }

    /// The epoch that an operation was written in; 0 before any file was restored.
    pub(super) fn of(&self, seq: i64) -> i64 {
        self.0.iter().rfind(|(first, _)| *first <= seq).map_or(0, |(_, epoch)| *epoch)
    }

    /// The first number of the epoch that an operation was written in.
    pub(super) fn first(&self, seq: i64) -> i64 {
        self.0.iter().rfind(|(first, _)| *first <= seq).map_or(1, |(first, _)| *first)
    }

    /// The numbers of an epoch, from the first on up to the end, where `last` is the newest operation; `None`
    /// if there is no such epoch.
    pub(super) fn span(&self, epoch: i64, last: i64) -> Option<(i64, i64)> {
        let end = last.saturating_add(1);
        let ends = self.0.iter().map(|(first, _)| *first).chain([end]);
        let begins = [(1, 0)].into_iter().chain(self.0.iter().copied());
        let mut spans = begins.zip(ends).map(|((first, epoch), end)| (epoch, first, end));
        let (_, first, end) = spans.find(|(known, ..)| *known == epoch)?;
        Some((first, end))
    }
}

/// Works the hashes out again, of the operations from one number on, and says where the chain ends. If it
/// comes past `seen`, it must have the same hash there.
pub(super) fn check(
    connection: &Connection,
    programs: &mut Programs,
    from: Seq,
    seen: Option<ChainHead>,
) -> Result<ChainHead, Failed> {
    const SQL: &str = "SELECT operation.seq, operation.at, operation.previous, operation.late, customer.id,
            operation.body, operation.hash
        FROM operation LEFT JOIN customer ON customer.n = operation.customer
        WHERE operation.seq >= ?1 ORDER BY operation.seq";
    let first = i64::try_from(from.0).unwrap_or(i64::MAX).max(1);
    let epochs = Epochs::read(connection)?;
    let mut end = before(connection, first)?;
    let mut statement = connection.prepare_cached(SQL)?;
    let mut rows = statement.query([first])?;
    end.agrees_with(seen)?;
    while let Some(row) = rows.next()? {
        let expected = Seq(end.seq.0.saturating_add(1));
        let damaged = |what| SqliteError::Damaged { seq: Some(expected), what };
        let (seq, head) = operations::head(row)?;
        if seq != expected {
            return Err(damaged("it is missing").into());
        }
        let sets = head.programs.set.map(|n| programs.version_and_text(connection, n)).transpose()?;
        let sets = sets.as_ref().map(|(version, text)| (*version, text.as_str()));
        let number = row.get(0)?;
        let customer = row.get_ref(4)?.as_str_or_null().map_err(|_| damaged("a customer's id is no text"))?;
        let body = row.get_ref(5)?.as_blob().map_err(|_| damaged("it has no bytes"))?;
        let (epoch, at) = (epochs.of(number), row.get(1)?);
        let (previous, late) = (row.get(2)?, row.get(3)?);
        let arrived = Arrived::find(connection, number)?;
        let arrived = arrived.as_ref();
        let written = Row { epoch, seq: number, at, customer, previous, late, sets, body, arrived };
        let hash = written.hash(&end.hash);
        if hash_of(expected.0, row, 6)? != hash {
            return Err(damaged("it is not what was written there after the operation before it").into());
        }
        end = ChainHead { seq: expected, hash };
        end.agrees_with(seen)?;
    }
    match seen {
        Some(seen) if end.seq < seen.seq => Err(SqliteError::Damaged {
            seq: Some(Seq(end.seq.0.saturating_add(1))),
            what: "it was there when the chain was seen, and is missing with all that came after it",
        }
        .into()),
        _ => Ok(end),
    }
}

/// Where the chain was before an operation.
fn before(connection: &Connection, first: i64) -> Result<ChainHead, Failed> {
    let seq = u64::try_from(first.saturating_sub(1)).unwrap_or_default();
    if seq == 0 {
        return Ok(ChainHead::BEGINNING);
    }
    let mut statement = connection.prepare_cached("SELECT hash FROM operation WHERE seq = ?1 - 1")?;
    let mut rows = statement.query([first])?;
    let missing = SqliteError::Damaged { seq: Some(Seq(seq)), what: "it is missing" };
    let row = rows.next()?.ok_or(missing)?;
    Ok(ChainHead { seq: Seq(seq), hash: hash_of(seq, row, 0)? })
}

impl ChainHead {
    /// Before the first operation.
    pub(super) const BEGINNING: ChainHead = ChainHead { seq: Seq(0), hash: BEGINNING };

    /// Whether it is the head that was seen, if that is of the same operation.
    fn agrees_with(&self, seen: Option<ChainHead>) -> Result<(), Failed> {
        match seen {
            Some(seen) if seen.seq == self.seq && seen.hash != self.hash => {
                let what = "the ledger up to here is not the one whose chain was seen";
                Err(SqliteError::Damaged { seq: Some(self.seq), what }.into())
            }
            _ => Ok(()),
        }
    }

    /// The number of the operation that comes next.
    pub(super) fn next(&self) -> Seq {
        Seq(self.seq.0.saturating_add(1))
    }

    /// The hash, for the operation that comes next.
    pub(super) fn hash(&self) -> &Hash {
        &self.hash
    }

    /// Where the chain is after one more operation.
    pub(super) fn after(seq: Seq, hash: Hash) -> ChainHead {
        ChainHead { seq, hash }
    }
}
