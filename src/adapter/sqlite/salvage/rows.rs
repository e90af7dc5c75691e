//! The rows on a page.

use std::collections::BTreeSet;
use std::vec::Vec;

use super::pages::{PAGE, Page, Pages, number_at};

/// Longer rows are taken for damage: no document comes near to it.
const LONGEST: usize = 64 * 1024 * 1024;

/// What stands in a column.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Value<'r> {
    Null,
    Integer(i64),
    Text(&'r str),
    Blob(&'r [u8]),
    /// A float, or a text that isn't UTF-8: nothing that a ledger has.
    Other,
}

/// The kinds of pages that have rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// Rows of a table, by number.
    Table,
    /// Rows of an index, or of a table that is ordered by its key.
    Index,
    /// The same, with a page below each.
    IndexAbove,
}

impl Kind {
    fn of(byte: u8) -> Option<Kind> {
        match byte {
            13 => Some(Kind::Table),
            10 => Some(Kind::Index),
            2 => Some(Kind::IndexAbove),
            _ => None,
        }
    }

    /// How much of a row stands on its page, and not on pages of its own.
    fn local(self, length: usize) -> Option<usize> {
        const TABLE_MOST: usize = PAGE - 35;
        const INDEX_MOST: usize = (PAGE - 12) * 64 / 255 - 23;
        const LEAST: usize = (PAGE - 12) * 32 / 255 - 23;
        const PAGE_ON: usize = PAGE - 4;
        let most = if self == Kind::Table { TABLE_MOST } else { INDEX_MOST };
        if length <= most {
            return Some(length);
        }
        let local = LEAST.checked_add(length.checked_sub(LEAST)? % PAGE_ON)?;
        Some(if local <= most { local } else { LEAST })
    }
}

/// A row, as bytes.
pub(super) struct Row {
    /// Its number, in a table that has them.
    pub(super) number: Option<i64>,
    bytes: Vec<u8>,
}

impl Row {
    /// What stands in its columns, if all of it is there, and whether that is all of the row.
    pub(super) fn values(&self) -> Option<(Vec<Value<'_>>, bool)> {
        let (length, after) = varint(&self.bytes)?;
        let (head, mut rest) = self.bytes.split_at_checked(usize::try_from(length).ok()?)?;
        let mut kinds = head.get(self.bytes.len().checked_sub(after.len())?..)?;
        let mut values = Vec::new();
        while !kinds.is_empty() {
            let (kind, more) = varint(kinds)?;
            let (value, after) = value(kind, rest)?;
            values.push(value);
            (kinds, rest) = (more, after);
        }
        Some((values, rest.is_empty()))
    }
}

/// The rows of a page that can be read. Long ones go on on other pages.
pub(super) fn rows(page: &Page, is_first: bool, pages: &mut Pages) -> Vec<Row> {
    // In front of the first page stands the head of the file.
    let start = if is_first { 100_usize } else { 0 };
    let Some(kind) = page.get(start).copied().and_then(Kind::of) else { return Vec::new() };
    let count = page.get(start.saturating_add(3)..).and_then(<[u8]>::first_chunk);
    let count = usize::from(u16::from_be_bytes(*count.unwrap_or(&[0, 0])));
    let first = start.saturating_add(if kind == Kind::IndexAbove { 12 } else { 8 });
    let pointers = page.get(first..).unwrap_or_default().as_chunks::<2>().0.iter().take(count);
    // Two pointers to one row, and rows that go on on each other's pages, mustn't take all memory: together the
    // rows of a page are no longer than all pages.
    let mut seen = BTreeSet::new();
    let all_pages = usize::try_from(pages.count()).unwrap_or(usize::MAX).saturating_add(pages.left());
    let mut left = all_pages.saturating_mul(PAGE);
    let mut row = |pointer: &[u8; 2]| {
        let place = u16::from_be_bytes(*pointer);
        let cell = page.get(usize::from(place)..).filter(|_| seen.insert(place))?;
        let cell = if kind == Kind::IndexAbove { cell.get(4..)? } else { cell };
        let row = row(kind, cell, left, pages)?;
        left = left.saturating_sub(row.bytes.len());
        Some(row)
    };
    pointers.filter_map(&mut row).collect()
}

/// A row of no more bytes than `most`.
fn row(kind: Kind, cell: &[u8], most: usize, pages: &mut Pages) -> Option<Row> {
    let (length, mut rest) = varint(cell)?;
    let mut number = None;
    if kind == Kind::Table {
        let (found, after) = varint(rest)?;
        (number, rest) = (Some(found), after);
    }
    let length = usize::try_from(length).ok()?;
    // A number that is damaged mustn't take all memory.
    if LONGEST.min(most) < length {
        return None;
    }
    let local = kind.local(length)?;
    let mut bytes = rest.get(..local)?.to_vec();
    let mut next = number_at(rest, local).unwrap_or_default();
    let mut met = BTreeSet::new();
    while bytes.len() < length {
        if !pages.has(next) || !met.insert(next) {
            return None;
        }
        let page = pages.page(next);
        let missing = length.checked_sub(bytes.len())?;
        let on_it = page.get(4..)?;
        bytes.extend(on_it.get(..missing.min(on_it.len()))?);
        next = number_at(&page, 0)?;
    }
    Some(Row { number, bytes })
}

/// A number in SQLite's form of one to nine bytes, and what comes after it.
fn varint(bytes: &[u8]) -> Option<(i64, &[u8])> {
    let mut number = 0_u64;
    for (place, byte) in bytes.iter().enumerate().take(9) {
        if place == 8 {
            number = (number << 8) | u64::from(*byte);
            return Some((number.cast_signed(), bytes.get(9..)?));
        }
        number = (number << 7) | u64::from(byte & 0x7f);
        if byte & 0x80 == 0 {
            return Some((number.cast_signed(), bytes.get(place.saturating_add(1)..)?));
        }
    }
    None
}

/// The value of a kind at the beginning of bytes, and what comes after it.
fn value(kind: i64, bytes: &[u8]) -> Option<(Value<'_>, &[u8])> {
    let length = match kind {
        0 | 8 | 9 => 0,
        1..=4 => usize::try_from(kind).ok()?,
        5 => 6,
        6 | 7 => 8,
        12.. => usize::try_from(kind.checked_sub(12)? / 2).ok()?,
        _ => return None,
    };
    let (found, rest) = bytes.split_at_checked(length)?;
    let value = match kind {
        0 => Value::Null,
        7 => Value::Other,
        8 => Value::Integer(0),
        9 => Value::Integer(1),
        1..=6 => {
            let sign = if found.first()? & 0x80 == 0 { 0_i64 } else { -1 };
            Value::Integer(found.iter().fold(sign, |number, byte| (number << 8) | i64::from(*byte)))
        }
        _ if kind & 1 == 0 => Value::Blob(found),
        _ => core::str::from_utf8(found).map_or(Value::Other, Value::Text),
    };
    Some((value, rest))
}
