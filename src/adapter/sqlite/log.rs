//! Whether a log that was left behind is whole, as far as that can be told.
//!
//! SQLite reads a log up to the first frame whose checksum doesn't fit, and takes what comes behind for what a loss
//! of power has left of a transaction that was never committed. If a bit has flipped there, it cuts off what was
//! committed and answered, and doesn't say so. So what stands behind is looked at before anything is written.
//!
//! What tells the two apart: a transaction is written when the one before it has reached the disk, and not before.
//! Whatever becomes of the sectors of the one transaction that hasn't, no frame stands behind its last that
//! continues its checksum. Each frame has the checksum of all before it with it. So where, behind a frame
//! that doesn't fit, one that ends a transaction is followed by one that continues it, the first was durable,
//! with all before it, when the second was written: what doesn't fit was whole once. What is left over of a
//! transaction that failed, or of an earlier use of the log, continues nothing that was wholly written over it later.
//!
//! That a frame ends a transaction is said by the size of the ledger in it. What changes by itself is a bit. If it is in
//! a frame before, all that was written stands here, and what the size says counts. If it is in this frame, it may be
//! in the size itself. The checksum runs backwards as well as forwards: from what stands in the frame, back over its
//! page, to the page's number and the size that were written. If those differ from what stands there by a bit, that bit
//! has changed; else one of the page has, and what the size says counts, since it reached the disk with the checksum: but
//! not where a sector ends between the two. There it may be of another transaction that was written at the same place,
//! and failed; so one bit of the page has to be found with which the checksum leads to just what stands there.
//!
//! That nothing is said of the last transaction follows from the same: what a flipped bit makes of it is what a
//! loss of power could have made of it, too. Only a head that was seen and kept elsewhere tells
//! ([`ChainHead`](super::ChainHead)).

use core::ffi::c_int;
use core::mem;
use std::boxed::Box;
use std::collections::BTreeMap;
use std::path::Path;
use std::vec;
use std::vec::Vec;

use rusqlite::Connection;

use crate::adapter::sqlite::frame::{
    FRAME, FRAME_HEAD, HEAD, PAGE, Sum, bytes, ends_transaction, head_of, number_at, place, salts_of, stored,
};
use crate::adapter::sqlite::{Failed, SqliteError, schema};
use crate::ffi::file::{OpenFile, Which};

/// So many frames are read at once.
const TOGETHER: usize = 64;

/// So often it is looked again while another program writes.
const LOOKS: usize = 16;

/// Where a look at a log begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Start {
    /// Behind what SQLite has found, which it has just read.
    BehindFound,
    /// With the first frame: while a program has the ledger open, nobody reads its log anew.
    FirstFrame,
}

/// Says whether committed transactions are in the log beside a ledger that SQLite doesn't find there, or wouldn't once
/// it is opened anew. Others may write meanwhile.
pub(super) fn check(connection: &Connection, path: &Path, start: Start) -> Result<(), Failed> {
    let Some(mut log) = OpenFile::open(path, Which::Log).map_err(failed)? else { return Ok(()) };
    let mut found_before = None;
    for _ in 0..LOOKS {
        let Some(found) = Found::by(connection) else { return Ok(()) };
        match look(&mut log, path, found, start).map_err(failed)? {
            Looked::Whole => return Ok(()),
            Looked::Changed => found_before = None,
            // A frame that was being written is whole by now.
            damaged if found_before == Some(damaged) => {
                return Err(SqliteError::LogDamaged { path: schema::beside(path, "-wal") }.into());
            }
            damaged => found_before = Some(damaged),
        }
    }
    Ok(())
}

/// Whether there is a log beside a ledger whose head doesn't fit.
pub(super) fn lacks_head(path: &Path) -> Result<bool, Failed> {
    let Some(mut log) = OpenFile::open(path, Which::Log).map_err(failed)? else { return Ok(false) };
    let mut head = [0; HEAD];
    Ok(log.read(0, &mut head).map_err(failed)? && Sum::of_log(&head).is_none())
}

fn failed(code: c_int) -> SqliteError {
    rusqlite::Error::SqliteFailure(rusqlite::ffi::Error::new(code), None).into()
}

/// What SQLite has found in the log, up to the end of the last transaction.
#[derive(Clone, Copy)]
struct Found {
    frames: u64,
    /// How many pages the ledger has with them.
    pages: u32,
}

impl Found {
    /// `None` if it uses no log.
    fn by(connection: &Connection) -> Option<Found> {
        let frames = connection.query_row("PRAGMA wal_checkpoint(NOOP)", [], |row| row.get::<_, i64>(1));
        // Where it can't tell, all are looked at.
        let frames = frames.map_or(Some(0), |frames| u64::try_from(frames).ok())?;
        let pages = connection.query_row("PRAGMA page_count", [], |row| row.get::<_, i64>(0));
        let pages = pages.ok().and_then(|pages| u32::try_from(pages).ok()).unwrap_or_default();
        Some(Found { frames, pages })
    }
}

/// What was seen of a log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Looked {
    Whole,
    /// Somebody began it anew meanwhile.
    Changed,
    /// The head, or else a frame, isn't what it was; and since which head that was looked at.
    Damaged {
        head: [u8; HEAD],
        frame: Option<u64>,
    },
}

fn look(log: &mut OpenFile, path: &Path, found: Found, start: Start) -> Result<Looked, c_int> {
    let (mut head, mut last) = ([0; HEAD], [0; FRAME]);
    let has_head = log.read(0, &mut head)?;
    if found.frames != 0 && !log.read(place(found.frames), &mut last)? {
        // SQLite counts on frames that aren't there any more: somebody cut the log while it was open.
        return Ok(Looked::Damaged { head, frame: Some(found.frames) });
    }
    if !has_head {
        return Ok(Looked::Whole);
    }
    let damaged = match Sum::of_log(&head) {
        Some(sum) => damaged_frame(log, head, sum, (found, start))?.map(Some),
        None => holds_what_is_nowhere_else(log, path)?.then_some(None),
    };
    let mut head_now = [0; HEAD];
    let is_there = log.read(0, &mut head_now)?;
    Ok(match damaged {
        None => Looked::Whole,
        Some(_) if !is_there || head != head_now => Looked::Changed,
        Some(frame) => Looked::Damaged { head, frame },
    })
}

/// The first frame that doesn't fit, if SQLite has found it, or if it did fit once.
fn damaged_frame(
    log: &mut OpenFile,
    head: [u8; HEAD],
    mut sum: Sum,
    (found, start): (Found, Start),
) -> Result<Option<u64>, c_int> {
    let before = match start {
        Start::FirstFrame => 0,
        Start::BehindFound => found.frames,
    };
    if before != 0 {
        let mut frame = [0; FRAME];
        log.read(place(before), &mut frame)?;
        sum.values = stored(&frame);
    }
    let mut walk = Walk { head, found, last: Last::Fits(sum), first: None };
    let mut is_damaged = false;
    each_frame(log, before, |number, frame| {
        let was_whole = walk.step(number, frame);
        is_damaged = was_whole || walk.first.is_some_and(|first| first <= found.frames);
        !is_damaged
    })?;
    Ok(walk.first.filter(|_| is_damaged))
}

/// A way through the frames of a log.
struct Walk {
    head: [u8; HEAD],
    found: Found,
    /// The frame before.
    last: Last,
    /// The first frame that doesn't fit.
    first: Option<u64>,
}

enum Last {
    /// It fits: its checksum.
    Fits(Sum),
    Behind(Box<Behind>),
}

impl Walk {
    /// Goes on to a frame; whether it continues a transaction which ended behind what doesn't fit.
    fn step(&mut self, number: u64, frame: &[u8; FRAME]) -> bool {
        let (before, is_damaged) = match &self.last {
            Last::Fits(sum) => match sum.after(&self.head, frame) {
                Some(sum) => {
                    self.last = Last::Fits(sum);
                    return false;
                }
                None => ([Some(*sum), None], false),
            },
            Last::Behind(last) => ([last.stands, last.should], last.is_continued(&self.head, frame)),
        };
        self.first.get_or_insert(number);
        self.last = Last::Behind(Box::new(Behind::of(before, number, frame, self.found)));
        is_damaged
    }
}

/// Whether a log whose head doesn't fit holds transactions that the ledger lacks.
///
/// A loss of power may tear the head when the log is begun anew. But that is done only when all of it has been
/// copied, and the copy is durable.
fn holds_what_is_nowhere_else(log: &mut OpenFile, path: &Path) -> Result<bool, c_int> {
    let Some(mut database) = OpenFile::open(path, Which::Database)? else { return Ok(false) };
    let (mut head, mut first) = ([0; HEAD], [0; FRAME]);
    log.read(0, &mut head)?;
    log.read(place(1), &mut first)?;
    for big_endian in [false, true] {
        let (mut before, mut salts): (Option<Sum>, _) = (None, [0; 8]);
        let (mut committed, mut begun) = (BTreeMap::new(), BTreeMap::new());
        let mut pages = 0;
        each_frame(log, 0, |number, frame| {
            let stored = Sum { big_endian, values: stored(frame) };
            match before {
                None => salts = salts_of(frame),
                Some(sum) if sum.with(frame) == stored && salts_of(frame) == salts => {}
                Some(_) => return false,
            }
            before = Some(stored);
            begun.insert(number_at(frame, 0).unwrap_or_default(), number);
            if ends_transaction(frame) {
                committed.extend(mem::take(&mut begun));
                pages = number_at(frame, 4).unwrap_or_default();
            }
            true
        })?;
        // What the file has become too short for was cut off when it was copied. The first frame shares a sector with
        // the head, and could be anything unless it continues that.
        let continues = |sum: Sum| sum.with(&first).values == stored(&first);
        let has_first = Sum::both_of_log(&head, big_endian).into_iter().any(continues);
        let is_asked = |(page, frame): &(u32, u64)| *page <= pages && (1 < *frame || has_first);
        let committed: Vec<_> = committed.into_iter().filter(is_asked).collect();
        if differs(log, &mut database, &committed)? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Whether pages of the log stand otherwise in the database.
fn differs(log: &mut OpenFile, database: &mut OpenFile, pages: &[(u32, u64)]) -> Result<bool, c_int> {
    let [mut in_log, mut in_database] = [[0; PAGE]; 2];
    for (number, frame) in pages {
        log.read(place(*frame).saturating_add(bytes(FRAME_HEAD)), &mut in_log)?;
        let at = u64::from(number.saturating_sub(1)).saturating_mul(bytes(PAGE));
        if !database.read(at, &mut in_database)? || in_log != in_database {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Gives all frames behind the first so many, with their numbers, as long as they are wanted.
fn each_frame(
    log: &mut OpenFile,
    behind: u64,
    mut wants_more: impl FnMut(u64, &[u8; FRAME]) -> bool,
) -> Result<(), c_int> {
    let frames = log.size()?.saturating_sub(bytes(HEAD)).checked_div(bytes(FRAME)).unwrap_or(0);
    let mut buffer = vec![0; TOGETHER.saturating_mul(FRAME)];
    let mut number = behind.saturating_add(1);
    while number <= frames {
        let left = usize::try_from(frames.saturating_sub(number).saturating_add(1)).unwrap_or(TOGETHER);
        let together = left.min(TOGETHER).saturating_mul(FRAME);
        let Some(part) = buffer.get_mut(..together) else { return Ok(()) };
        // If it has become shorter, zeros stand for what isn't there any more, and no frame is of zeros.
        log.read(place(number), part)?;
        for frame in part.as_chunks::<FRAME>().0 {
            if !wants_more(number, frame) {
                return Ok(());
            }
            number = number.saturating_add(1);
        }
    }
    Ok(())
}

/// A frame that SQLite doesn't read.
struct Behind {
    number: u64,
    frame: [u8; FRAME],
    /// The checksum of the frame before it, if that fits; else the ones that it may have had.
    before: [Option<Sum>; 2],
    /// The number of a page is no larger.
    last_page: u32,
    /// The checksum that stands in it, and the one that should.
    stands: Option<Sum>,
    should: Option<Sum>,
}

impl Behind {
    fn of(before: [Option<Sum>; 2], number: u64, frame: &[u8; FRAME], found: Found) -> Behind {
        // A transaction can't add more pages than there are frames.
        let last_page = found.pages.saturating_add(u32::try_from(number).unwrap_or(u32::MAX));
        let should = before.iter().flatten().next().map(|before| before.with(frame));
        let stands = should.map(|sum| Sum { values: stored(frame), ..sum });
        Behind { number, frame: *frame, before, last_page, stands, should }
    }

    /// Whether it ends a transaction, and the next one of the same log begins with another frame.
    fn is_continued(&self, head: &[u8; HEAD], next: &[u8; FRAME]) -> bool {
        // Where a disk writes more than it is told to, SQLite writes the last frame again up to the end of a
        // sector.
        let is_same =
            self.frame.get(..8) == next.get(..8) && self.frame.get(FRAME_HEAD..) == next.get(FRAME_HEAD..);
        if is_same || !is_of(head, next) {
            return false;
        }
        let is_next_of = |sum: Sum| sum.with(next).values == stored(next);
        // What the next one goes on from was written, if all that stands here adds up to it.
        (self.should.is_some_and(is_next_of) && ends_transaction(&self.frame))
            || (self.stands.is_some_and(is_next_of) && self.ended_transaction(head))
    }

    /// Whether what was written with the checksum that stands here ended a transaction.
    fn ended_transaction(&self, head: &[u8; HEAD]) -> bool {
        let stands = head_of(&self.frame);
        let ends = stands.size != 0 && is_of(head, &self.frame);
        let is_split = has_sector_within_head(self.number);
        let [Some(before), None] = self.before else {
            let adds_up = |before: &Sum| before.written(&self.frame) == stands;
            return ends && (!is_split || self.before.iter().flatten().any(adds_up));
        };
        let written = before.written(&self.frame);
        let bits = written.bits_other_than(stands);
        if !is_split {
            return ends || (bits == 1 && written.size != 0);
        }
        // Of what was written inside a transaction no bit of the page makes an end.
        if bits <= 1 || (written.size == 0 && (1..=self.last_page).contains(&written.page)) {
            return written.size != 0;
        }
        ends && before.leads_with_other_bit(&self.frame, stands)
    }
}

/// Whether a frame is one of the log with that head.
fn is_of(head: &[u8; HEAD], frame: &[u8; FRAME]) -> bool {
    head.get(16..24) == Some(&salts_of(frame)[..])
}

/// Whether a sector ends between the page's number and the ledger's size, in front of a frame, and its checksum.
fn has_sector_within_head(frame: u64) -> bool {
    const SECTOR: u64 = 512;
    [8, 16].iter().any(|at| place(frame).saturating_add(*at).is_multiple_of(SECTOR))
}
