//! A disk in memory that keeps what was written and not yet synced apart.
//!
//! Each thread has a disk of its own. A file system for SQLite stands on it (`file_system.rs`). While
//! [`Disk::cuts`] asks for it, every operation that changes something leaves images behind: what would be found if
//! the power failed just then. And with a [`Fault`] operations fail from some point on.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::ffi::c_int;
use std::ops::Range;

use rusqlite::ffi;

/// What a disk writes as a whole, most of the time.
const SECTOR: usize = 512;

thread_local! {
    static DISK: RefCell<Disk> = RefCell::default();
}

/// Does something with this thread's disk.
pub fn with<R>(call: impl FnOnce(&mut Disk) -> R) -> R {
    DISK.with_borrow_mut(call)
}

/// Puts a disk into this thread in place of the one that is there, which comes back.
pub fn replace(disk: Disk) -> Disk {
    DISK.replace(disk)
}

/// Numbers that look random, and are the same in each run.
#[derive(Default, Clone)]
pub struct Random(pub u64);

impl Random {
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below another, which isn't 0.
    pub fn below(&mut self, end: usize) -> usize {
        (self.next() % end as u64) as usize
    }

    pub fn coin(&mut self) -> bool {
        self.next() & 1 == 0
    }
}

/// What becomes of unsynced sectors when the power fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Left {
    Nothing,
    Everything,
    /// Some sectors.
    Part,
    /// Some sectors, of some only the beginning, and rubbish where the file has grown.
    Torn,
}

/// The whole content of a disk at one moment, by the names of the files.
pub type Image = BTreeMap<String, Vec<u8>>;

/// What an operation on a file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    Open,
    Read,
    Write,
    /// Zeros are written behind the last frame of a log, which nothing needs to be there.
    Room,
    Truncate,
    Sync,
    Size,
    Delete,
    Exists,
    Lock,
    Share,
}

impl Kind {
    /// The errors that SQLite may be told of such an operation.
    pub fn errors(self) -> &'static [c_int] {
        match self {
            Kind::Open => &[ffi::SQLITE_CANTOPEN, ffi::SQLITE_IOERR],
            Kind::Read => {
                &[ffi::SQLITE_IOERR_READ, ffi::SQLITE_IOERR_CORRUPTFS, ffi::SQLITE_IOERR_SHORT_READ]
            }
            Kind::Write | Kind::Room => &[ffi::SQLITE_IOERR_WRITE, ffi::SQLITE_FULL],
            Kind::Truncate => &[ffi::SQLITE_IOERR_TRUNCATE],
            Kind::Sync => &[ffi::SQLITE_IOERR_FSYNC, ffi::SQLITE_IOERR_DIR_FSYNC],
            Kind::Size => &[ffi::SQLITE_IOERR_FSTAT],
            Kind::Delete => &[ffi::SQLITE_IOERR_DELETE],
            Kind::Exists => &[ffi::SQLITE_IOERR_ACCESS],
            Kind::Lock => &[ffi::SQLITE_IOERR_LOCK],
            Kind::Share => &[ffi::SQLITE_IOERR_SHMMAP, ffi::SQLITE_IOERR_SHMSIZE],
        }
    }
}

/// From which operation on operations fail, counted from now; and with which of their errors.
#[derive(Debug, Clone, Copy)]
pub struct Fault {
    pub after: u64,
    pub error: usize,
    /// Or only that one.
    pub always: bool,
}

/// One file, as programs see it, and as it stands on the disk.
#[derive(Default, Clone)]
pub struct File {
    content: Vec<u8>,
    synced: Vec<u8>,
    changed: BTreeSet<usize>,
}

impl File {
    fn change(&mut self, bytes: Range<usize>) {
        self.changed.extend(bytes.start / SECTOR..bytes.end.div_ceil(SECTOR));
    }

    fn resize(&mut self, size: usize) {
        let before = self.content.len();
        self.change(before.min(size)..before.max(size));
        self.content.resize(size, 0);
    }

    fn survives(&self, left: Left, random: &mut Random) -> Vec<u8> {
        let (old, new) = (self.synced.len(), self.content.len());
        let resized = match left {
            Left::Nothing => false,
            Left::Everything => true,
            Left::Part | Left::Torn => random.coin(),
        };
        let size = if resized { new } else { old };
        let mut found = self.synced.clone();
        found.resize(size, 0);
        for sector in &self.changed {
            let start = (sector * SECTOR).min(size);
            let mut end = (start + SECTOR).min(size).min(new);
            if left == Left::Torn && random.coin() {
                // What was never synced may be anything.
                found.iter_mut().take(start + SECTOR).skip(start.max(old)).for_each(|byte| *byte = 0xa5);
                end = end.min(start + random.below(SECTOR));
            }
            let reached = match left {
                Left::Nothing => false,
                Left::Everything => true,
                Left::Part | Left::Torn => random.coin(),
            };
            if reached && start < end {
                found[start..end].copy_from_slice(&self.content[start..end]);
            }
        }
        found
    }
}

/// A name in the folder: which file it stands for, and which one after a loss of power.
#[derive(Default)]
pub struct Name {
    file: Option<File>,
    /// What the disk has under the name, if that isn't this file.
    before: Option<Option<Vec<u8>>>,
}

/// What connections to one database share: locks, and the index of the log.
#[derive(Default)]
pub struct Shared {
    pub regions: Vec<Box<[u64]>>,
    /// By connection: the level of the lock on the file; which parts of the index it reads, and writes.
    pub holders: BTreeMap<u64, (c_int, u32, u32)>,
}

#[derive(Default)]
pub struct Disk {
    pub names: BTreeMap<String, Name>,
    pub shared: BTreeMap<String, Shared>,
    /// What each cut leaves; none, if no images are wanted.
    pub cuts: Vec<Left>,
    pub images: Vec<(Kind, Left, Image)>,
    pub random: Random,
    /// Whether it says that it has synced, and hasn't.
    pub lies: bool,
    pub fault: Option<Fault>,
    /// Whether nothing can be written: a memory stick with its switch set, a disk that was burnt.
    pub read_only: bool,
    /// Operations so far, and those that changed something.
    pub operations: u64,
    pub changes: u64,
    /// What failed because of the fault.
    pub failed: Vec<(Kind, c_int)>,
}

impl Disk {
    /// A disk on which there are files.
    pub fn of(image: &Image) -> Disk {
        let file = |content: &Vec<u8>| File {
            content: content.clone(),
            synced: content.clone(),
            changed: BTreeSet::new(),
        };
        let name = |content| Name { file: Some(file(content)), before: None };
        let names = image.iter().map(|(path, content)| (path.clone(), name(content))).collect();
        Disk { names, ..Disk::default() }
    }

    /// What would be there after a loss of power.
    pub fn cut(&mut self, left: Left) -> Image {
        let Disk { names, random, .. } = self;
        let mut image = Image::new();
        for (path, name) in names {
            let file = name.file.as_ref().map(|file| file.survives(left, random));
            let found = match (&name.before, left) {
                (Some(before), Left::Nothing) => before.clone(),
                (Some(before), Left::Part | Left::Torn) if random.coin() => before.clone(),
                _ => file,
            };
            image.extend(found.map(|content| (path.clone(), content)));
        }
        image
    }

    /// Counts an operation, which fails or not.
    fn begin(&mut self, kind: Kind) -> Result<(), c_int> {
        self.operations += 1;
        let Some(fault) = &mut self.fault else { return Ok(()) };
        if 0 < fault.after {
            fault.after -= 1;
            return Ok(());
        }
        let first = self.failed.is_empty();
        let full = self.failed.first().is_some_and(|(_, code)| *code == ffi::SQLITE_FULL);
        let errors = kind.errors();
        let code = match (first, fault.always) {
            (true, _) => errors.get(fault.error),
            (false, true) if full => errors.iter().find(|code| **code == ffi::SQLITE_FULL),
            (false, true) => errors.first(),
            (false, false) => None,
        };
        match code {
            Some(code) => {
                self.failed.push((kind, *code));
                Err(*code)
            }
            None => {
                if first {
                    self.fault = None;
                }
                Ok(())
            }
        }
    }

    /// The power may fail now.
    fn changed(&mut self, kind: Kind) {
        self.changes += 1;
        for left in self.cuts.clone() {
            let image = self.cut(left);
            self.images.push((kind, left, image));
        }
    }

    fn file(&mut self, path: &str) -> Result<&mut File, c_int> {
        self.names.get_mut(path).and_then(|name| name.file.as_mut()).ok_or(ffi::SQLITE_IOERR)
    }

    pub fn open(&mut self, path: &str, create: bool) -> Result<(), c_int> {
        self.begin(Kind::Open)?;
        let name = self.names.entry(path.to_owned()).or_default();
        if name.file.is_some() {
            return Ok(());
        }
        if !create || self.read_only {
            return Err(ffi::SQLITE_CANTOPEN);
        }
        name.file = Some(File::default());
        name.before.get_or_insert(None);
        self.changed(Kind::Open);
        Ok(())
    }

    /// What is there, and zeros for the rest.
    pub fn read(&mut self, path: &str, at: usize, into: &mut [u8]) -> Result<(), c_int> {
        let begun = self.begin(Kind::Read);
        into.fill(0);
        begun?;
        let content = &self.file(path)?.content;
        let bytes = content.get(at..).unwrap_or_default();
        let length = bytes.len().min(into.len());
        into[..length].copy_from_slice(&bytes[..length]);
        if length < into.len() { Err(ffi::SQLITE_IOERR_SHORT_READ) } else { Ok(()) }
    }

    pub fn write(&mut self, path: &str, at: usize, bytes: &[u8]) -> Result<(), c_int> {
        let is_room = path.ends_with("-wal") && bytes.iter().all(|byte| *byte == 0);
        let kind = if is_room { Kind::Room } else { Kind::Write };
        let begun = self.begin(kind);
        // What fails may have been done in part.
        let length = if begun.is_ok() { bytes.len() } else { self.random.below(bytes.len() + 1) };
        let file = self.file(path)?;
        if file.content.len() < at + length {
            file.resize(at + length);
        }
        file.content[at..at + length].copy_from_slice(&bytes[..length]);
        file.change(at..at + length);
        self.changed(kind);
        begun
    }

    pub fn truncate(&mut self, path: &str, size: usize) -> Result<(), c_int> {
        self.begin(Kind::Truncate)?;
        self.file(path)?.resize(size);
        self.changed(Kind::Truncate);
        Ok(())
    }

    /// A log or a journal that is new makes durable, too, which names the folder has: SQLite does that
    /// as part of it.
    pub fn sync(&mut self, path: &str) -> Result<(), c_int> {
        self.begin(Kind::Sync)?;
        self.changed(Kind::Sync);
        if self.lies {
            return Ok(());
        }
        let file = self.file(path)?;
        file.synced.clone_from(&file.content);
        file.changed.clear();
        let Some(name) = self.names.get_mut(path) else { return Ok(()) };
        if name.before.take().is_some() && (path.ends_with("-wal") || path.ends_with("-journal")) {
            self.names.values_mut().for_each(|name| name.before = None);
        }
        Ok(())
    }

    pub fn size(&mut self, path: &str) -> Result<usize, c_int> {
        self.begin(Kind::Size)?;
        Ok(self.file(path)?.content.len())
    }

    pub fn delete(&mut self, path: &str, durably: bool) -> Result<(), c_int> {
        self.begin(Kind::Delete)?;
        let name = self.names.entry(path.to_owned()).or_default();
        let file = name.file.take().ok_or(ffi::SQLITE_IOERR_DELETE_NOENT)?;
        name.before.get_or_insert(Some(file.synced));
        self.changed(Kind::Delete);
        if durably {
            self.names.values_mut().for_each(|name| name.before = None);
        }
        Ok(())
    }

    /// SQLite takes an empty file for none.
    pub fn exists(&mut self, path: &str) -> Result<bool, c_int> {
        self.begin(Kind::Exists)?;
        Ok(self.file(path).is_ok_and(|file| !file.content.is_empty()))
    }

    pub fn lock(&mut self, path: &str, by: u64, level: c_int) -> Result<(), c_int> {
        self.begin(Kind::Lock)?;
        let shared = self.shared(path);
        let in_the_way = |other: c_int| match level {
            ffi::SQLITE_LOCK_SHARED => ffi::SQLITE_LOCK_PENDING <= other,
            ffi::SQLITE_LOCK_RESERVED => ffi::SQLITE_LOCK_RESERVED <= other,
            _ => ffi::SQLITE_LOCK_SHARED <= other,
        };
        if shared.holders.iter().any(|(holder, (other, ..))| *holder != by && in_the_way(*other)) {
            return Err(ffi::SQLITE_BUSY);
        }
        shared.holders.entry(by).or_default().0 = level;
        Ok(())
    }

    /// A part of the index of a log; made, if that is wanted.
    pub fn share(&mut self, path: &str, region: usize, bytes: usize, make: bool) -> Result<*mut u64, c_int> {
        self.begin(Kind::Share)?;
        if self.read_only {
            return Err(ffi::SQLITE_CANTOPEN);
        }
        let regions = &mut self.shared(path).regions;
        while make && regions.len() <= region {
            regions.push(vec![0; bytes / size_of::<u64>()].into_boxed_slice());
        }
        Ok(regions.get_mut(region).map_or(std::ptr::null_mut(), |region| region.as_mut_ptr()))
    }

    pub fn shared(&mut self, path: &str) -> &mut Shared {
        self.shared.entry(path.to_owned()).or_default()
    }

    /// A connection is closed; with the last one goes what they shared.
    pub fn leave(&mut self, path: &str, by: u64) {
        let shared = self.shared(path);
        shared.holders.remove(&by);
        if shared.holders.is_empty() {
            self.shared.remove(path);
        }
    }
}
