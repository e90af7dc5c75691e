//! Which files this program has open, as ledgers and as files.
//!
//! On Unix a program that closes a file takes away all locks that it has on it, SQLite's among them, and what others
//! write then would be lost. So nothing is open as a ledger and as a file at once. It is noted before it is opened, and
//! until it is closed. Systems that keep locks by file and not by program have nothing to fear.

use std::fs::File;
use std::io::{self, Read};
use std::path::{self, Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::vec::Vec;

use crate::adapter::sqlite::place::{Which, which};
use crate::ffi::capi::failure::Failure;
use crate::ffi::capi::maintenance::file_failed;
use crate::ffi::capi::status::{REGULARS_INVALID_SETTING, REGULARS_STORE_BUSY};

struct Ledger {
    number: usize,
    path: PathBuf,
    /// It and what stands beside it, as they were when it was opened: they may have got other names since.
    opened: Vec<Which>,
}

struct InUse {
    ledgers: Vec<Ledger>,
    files: Vec<Which>,
    next: usize,
}

static IN_USE: Mutex<InUse> = Mutex::new(InUse { ledgers: Vec::new(), files: Vec::new(), next: 0 });

fn in_use() -> MutexGuard<'static, InUse> {
    IN_USE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A ledger and what stands beside it, as far as they are there.
fn whole(ledger: &Path) -> impl Iterator<Item = Which> {
    ["", "-wal", "-shm"].into_iter().filter_map(|end| {
        let mut name = ledger.as_os_str().to_os_string();
        name.push(end);
        which(Path::new(&name)).ok().flatten()
    })
}

/// What its log is named by: links are followed, and the folder that the program works in may change.
fn full(path: &Path) -> PathBuf {
    let full = std::fs::canonicalize(path).or_else(|_| path::absolute(path));
    full.unwrap_or_else(|_| path.to_path_buf())
}

/// A ledger that is open, or about to be, until this is dropped.
pub(super) struct AsLedger(usize);

impl AsLedger {
    /// For a ledger that is about to be opened.
    pub(super) fn claim(path: &Path) -> Result<AsLedger, Failure> {
        let mut in_use = in_use();
        let path = full(path);
        if whole(&path).any(|file| in_use.files.contains(&file)) {
            let message = std::format!("this program is reading {} as a file", path.display());
            return Err(Failure::new(REGULARS_STORE_BUSY, message));
        }
        Ok(AsLedger::note(&mut in_use, path))
    }

    /// For one that is about to be made where there is none.
    pub(super) fn of_a_new_one(path: &Path) -> AsLedger {
        AsLedger::note(&mut in_use(), full(path))
    }

    fn note(in_use: &mut InUse, path: PathBuf) -> AsLedger {
        let number = in_use.next;
        in_use.next = number.wrapping_add(1);
        in_use.ledgers.push(Ledger { number, path, opened: Vec::new() });
        AsLedger(number)
    }

    /// Looks which files it has, now that it is open.
    pub(super) fn opened(&self) {
        let mut in_use = in_use();
        if let Some(ledger) = in_use.ledgers.iter_mut().find(|ledger| ledger.number == self.0) {
            ledger.path = full(&ledger.path);
            ledger.opened = whole(&ledger.path).collect();
        }
    }
}

impl Drop for AsLedger {
    fn drop(&mut self) {
        in_use().ledgers.retain(|ledger| ledger.number != self.0);
    }
}

/// A file that is open, or about to be, until this is dropped, and is no ledger meanwhile.
pub(super) struct AsFile(Option<Which>);

impl AsFile {
    pub(super) fn claim(file: &str) -> Result<AsFile, Failure> {
        let path = Path::new(file);
        let Some(asked) = which(path).map_err(|error| file_failed(&file, &error))? else {
            return Ok(AsFile(None));
        };
        let mut in_use = in_use();
        let is_of =
            |ledger: &Ledger| ledger.opened.contains(&asked) || whole(&ledger.path).any(|file| file == asked);
        if in_use.ledgers.iter().any(is_of) {
            let message = std::format!("{file} is a ledger that this program has open");
            return Err(Failure::new(REGULARS_INVALID_SETTING, message).with("path", file));
        }
        in_use.files.push(asked);
        Ok(AsFile(Some(asked)))
    }
}

impl Drop for AsFile {
    fn drop(&mut self) {
        let mut in_use = in_use();
        // Others may be reading it, too.
        let place = in_use.files.iter().position(|file| Some(*file) == self.0);
        if let Some(place) = place {
            in_use.files.swap_remove(place);
        }
    }
}

/// A file that is read. It is closed before it may be a ledger again, so it comes first.
pub(super) struct OpenToRead {
    file: File,
    _until_closed: AsFile,
}

impl OpenToRead {
    pub(super) fn open(file: &str) -> Result<OpenToRead, Failure> {
        let until_closed = AsFile::claim(file)?;
        let file = File::open(file).map_err(|error| file_failed(&file, &error))?;
        Ok(OpenToRead { file, _until_closed: until_closed })
    }
}

impl Read for OpenToRead {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        self.file.read(into)
    }
}

#[cfg(all(test, target_os = "linux"))]
#[allow(clippy::unwrap_used, reason = "a test: what goes wrong ends it")]
mod tests {
    use core::sync::atomic::{AtomicBool, Ordering};
    use core::{ptr, time::Duration};
    use std::{env, format, fs, process, thread};

    use super::*;
    use crate::ffi::capi::status::{REGULARS_FILE_FAILED, REGULARS_OK};
    use crate::ffi::capi::{REGULARS_ABI_VERSION, regulars_close, regulars_open};

    fn folder(name: &str) -> PathBuf {
        let folder = env::temp_dir().join(format!("regulars-in-use-{name}-{}", process::id()));
        fs::create_dir_all(&folder).unwrap();
        folder
    }

    fn read(file: &Path) -> Result<AsFile, i32> {
        AsFile::claim(file.to_str().unwrap()).map_err(|failure| failure.status())
    }

    #[test]
    fn what_is_a_ledger_is_no_file_and_what_is_a_file_is_no_ledger() {
        let folder = folder("either");
        let (file, log) = (folder.join("shop.ledger"), folder.join("shop.ledger-wal"));
        assert_eq!(read(&file).err(), Some(REGULARS_FILE_FAILED));
        // It is one before it is there.
        let ledger = AsLedger::claim(&file).unwrap();
        fs::write(&file, "").unwrap();
        assert_eq!(read(&file).err(), Some(REGULARS_INVALID_SETTING));
        fs::write(&log, "").unwrap();
        assert_eq!(read(&log).err(), Some(REGULARS_INVALID_SETTING));
        drop(ledger);
        let (one, other) = (read(&file).unwrap(), read(&file).unwrap());
        let again = || AsLedger::claim(&file).map_err(|failure| failure.status());
        assert_eq!(again().err(), Some(REGULARS_STORE_BUSY));
        drop(one);
        assert_eq!(again().err(), Some(REGULARS_STORE_BUSY));
        drop(other);
        assert!(again().is_ok());
        fs::remove_dir_all(&folder).unwrap();
    }

    /// From before SQLite opens a ledger until it has closed it nobody reads it as a file.
    #[test]
    fn a_ledger_is_one_for_as_long_as_it_is_open() {
        let folder = folder("long");
        let file = folder.join("shop.ledger");
        let ended = AtomicBool::new(false);
        let begins = file.to_str().unwrap();
        let open_files = || {
            let files = fs::read_dir("/proc/self/fd").unwrap().filter_map(Result::ok);
            let names = files.filter_map(|file| fs::read_link(file.path()).ok());
            names.filter(|name| name.to_str().is_some_and(|name| name.starts_with(begins))).count()
        };
        thread::scope(|scope| {
            scope.spawn(|| {
                for _ in 0..60 {
                    let mut handle = ptr::null_mut();
                    let (version, out) = (REGULARS_ABI_VERSION, &raw mut handle);
                    // SAFETY: there is as much as is said.
                    let status = unsafe {
                        regulars_open(version, begins.as_ptr().cast(), begins.len(), ptr::null(), out)
                    };
                    assert!([REGULARS_OK, REGULARS_STORE_BUSY].contains(&status), "{status}");
                    if status == REGULARS_OK {
                        // SAFETY: a handle is looked up and never followed.
                        assert_eq!(unsafe { regulars_close(handle) }, REGULARS_OK);
                    }
                    thread::sleep(Duration::from_millis(1));
                }
                ended.store(true, Ordering::Relaxed);
            });
            scope.spawn(|| {
                let mut claimed = 0;
                while !ended.load(Ordering::Relaxed) {
                    if let Ok(claim) = read(&file) {
                        assert_eq!(open_files(), 0);
                        claimed += 1;
                        drop(claim);
                    }
                    thread::yield_now();
                }
                assert_ne!(claimed, 0);
            });
        });
        fs::remove_dir_all(&folder).unwrap();
    }
}
