//! The pages of a file and of the log beside it, without SQLite.
//!
//! SQLite finds a row by way of the head of the file, the list of tables and the pages that lead to it; if one
//! of these is lost, so is all that lies behind it. Here each page is looked at for what it is.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::path::Path;
use std::vec::Vec;

use crate::adapter::sqlite::frame::{FRAME, FRAME_HEAD, HEAD, Sum};
pub(super) use crate::adapter::sqlite::frame::{PAGE, number_at};
use crate::adapter::sqlite::schema;
use crate::sorting;

pub(super) type Page = [u8; PAGE];

/// The pages of a ledger, each as its newest transaction left it.
pub(super) struct Pages {
    file: File,
    count: u32,
    log: Option<Log>,
}

/// The log, as far as it goes.
struct Log {
    file: File,
    /// Where the newest page of a number is that belongs to a whole transaction.
    committed: BTreeMap<u32, u64>,
    /// Pages behind those: of a transaction that didn't end, of a log before this one, or behind a page that is
    /// damaged.
    left: Vec<u64>,
    newest_left: BTreeMap<u32, u64>,
    prefers_left: bool,
}

impl Pages {
    /// Opens a file and its log for reading, and nothing else.
    pub(super) fn open(path: &Path) -> std::io::Result<Pages> {
        let file = File::open(path)?;
        let bytes = file.metadata()?.len();
        let mut log = File::open(schema::beside(path, "-wal")).ok().map(Log::read);
        let in_log = log.as_mut().and_then(|log| log.committed.last_key_value()).map_or(0, |(last, _)| *last);
        let page = u64::try_from(PAGE).unwrap_or(u64::MAX);
        let in_file = u32::try_from(bytes.div_ceil(page)).unwrap_or(u32::MAX);
        // A log makes a file longer by no more pages than it has.
        let frames = log.as_ref().map_or(0, |log| log.committed.len().saturating_add(log.left.len()));
        let most = in_file.saturating_add(u32::try_from(frames).unwrap_or(u32::MAX));
        let count = in_file.max(in_log.min(most));
        Ok(Pages { file, count, log })
    }

    /// How many there are; the first has the number 1.
    pub(super) fn count(&self) -> u32 {
        self.count
    }

    /// How many pages the log has that belong to no whole transaction.
    pub(super) fn left(&self) -> usize {
        self.log.as_ref().map_or(0, |log| log.left.len())
    }

    /// Whether there is a page of a number.
    pub(super) fn has(&self, number: u32) -> bool {
        let left = || self.log.as_ref().is_some_and(|log| log.newest_left.contains_key(&number));
        number != 0 && (number <= self.count || left())
    }

    /// A page; zeros where none can be read.
    pub(super) fn page(&mut self, number: u32) -> Page {
        let in_log = self.log.as_mut().and_then(|log| log.page(number));
        in_log.unwrap_or_else(|| page_at(&mut self.file, place(number)))
    }

    /// Pages are again those of whole transactions.
    pub(super) fn forget_left(&mut self) {
        if let Some(log) = &mut self.log {
            log.prefers_left = false;
        }
    }

    /// One of the pages of the log that belong to no whole transaction. From now on, pages on which rows go on
    /// are looked for among those first.
    pub(super) fn page_left(&mut self, index: usize) -> Page {
        let page = self.log.as_mut().and_then(|log| {
            log.prefers_left = true;
            let at = *log.left.get(index)?;
            Some(page_at(&mut log.file, at))
        });
        page.unwrap_or([0; PAGE])
    }

    /// Whether the head of the file says that it is a ledger.
    pub(super) fn says_ledger(&mut self) -> bool {
        number_at(&self.page(1), 68).map(u32::cast_signed) == Some(schema::APPLICATION_ID)
    }

    /// The numbers of pages that hold nothing any more, as far as the head of the file tells. What stood on
    /// them may stand there still.
    pub(super) fn free(&mut self) -> BTreeSet<u32> {
        let mut free = BTreeSet::new();
        let mut trunk = number_at(&self.page(1), 32).unwrap_or_default();
        while trunk != 0 && trunk <= self.count && free.insert(trunk) {
            let page = self.page(trunk);
            let leaves = number_at(&page, 4).map_or(0, |leaves| usize::try_from(leaves).unwrap_or(0));
            let leaf = |leaf: usize| number_at(&page, leaf.saturating_mul(4).saturating_add(8));
            free.extend((0..leaves.min(PAGE / 4)).filter_map(leaf));
            trunk = number_at(&page, 0).unwrap_or_default();
        }
        free
    }
}

impl Log {
    fn page(&mut self, number: u32) -> Option<Page> {
        let left = self.newest_left.get(&number).filter(|_| self.prefers_left);
        let at = *left.or_else(|| self.committed.get(&number))?;
        Some(page_at(&mut self.file, at))
    }

    fn read(mut file: File) -> Log {
        let (mut committed, mut left, mut begun) = (BTreeMap::new(), Vec::new(), Vec::new());
        let mut head = [0; HEAD];
        let found = read_at(&mut file, 0, &mut head);
        let mut sum = Sum::of_log(&head).filter(|_| found == HEAD);
        let mut frame = [0; FRAME];
        let step = u64::try_from(frame.len()).unwrap_or(u64::MAX);
        let [mut at, frame_head] = [HEAD, FRAME_HEAD].map(|bytes| u64::try_from(bytes).unwrap_or(u64::MAX));
        while read_at(&mut file, at, &mut frame) == frame.len() {
            let number = number_at(&frame, 0).unwrap_or_default();
            let page = (number, at.saturating_add(frame_head));
            at = at.saturating_add(step);
            // Behind its last frame a log has room.
            if frame.iter().all(|byte| *byte == 0) {
                continue;
            }
            sum = sum.and_then(|sum| sum.after(&head, &frame));
            match (&sum, number_at(&frame, 4)) {
                (None, _) => left.push(page),
                (Some(_), Some(0)) => begun.push(page),
                (Some(_), _) => committed.extend(begun.drain(..).chain([page])),
            }
        }
        begun.append(&mut left);
        let newest_left = sorting::map(begun.iter().copied());
        let left = begun.into_iter().map(|(_, at)| at).collect();
        Log { file, committed, left, newest_left, prefers_left: false }
    }
}

fn place(number: u32) -> u64 {
    u64::from(number.saturating_sub(1)).saturating_mul(u64::try_from(PAGE).unwrap_or(u64::MAX))
}

fn page_at(file: &mut File, at: u64) -> Page {
    let mut page = [0; PAGE];
    read_at(file, at, &mut page);
    page
}

/// Reads what can be read there; how many bytes that is. The rest stays as it was.
fn read_at(file: &mut File, at: u64, mut into: &mut [u8]) -> usize {
    let mut done = 0_usize;
    if file.seek(SeekFrom::Start(at)).is_err() {
        return 0;
    }
    while let Ok(read) = file.read(into) {
        done = done.saturating_add(read);
        match into.get_mut(read..) {
            Some(rest) if read != 0 && !rest.is_empty() => into = rest,
            _ => break,
        }
    }
    done
}
