//! A ledger that is made under another name, and gets its own when it is whole: a crash leaves nothing that could be
//! taken for it.

use std::ffi::OsString;
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{Error, ErrorKind};
use std::path::{Path, PathBuf};
use std::string::ToString;

use crate::adapter::sqlite::schema;

/// What SQLite keeps beside a database.
const BESIDE: [&str; 3] = ["-wal", "-shm", "-journal"];

/// A file that isn't whole yet; dropped, it is deleted, with what is beside it.
pub(super) struct Partial {
    pub(super) path: PathBuf,
    /// Locked as long as somebody makes it: one that isn't was left behind by who was killed.
    _locked: File,
}

/// A file that couldn't be written; with `AlreadyExists` one is there that is left as it was.
pub(super) struct Unwritten {
    pub(super) path: PathBuf,
    pub(super) error: Error,
}

impl Partial {
    /// An empty file that only its owner may read, since personal data comes into it. Under the name that it is to get
    /// nothing stands, and no log, which would be taken for its own.
    pub(super) fn make(to: &Path) -> Result<(Partial, File), Unwritten> {
        let mut all = [""].into_iter().chain(BESIDE).map(|end| schema::beside(to, end));
        if let Some(path) = all.find(|path| fs::symlink_metadata(path).is_ok()) {
            return Err(Unwritten { path, error: ErrorKind::AlreadyExists.into() });
        }
        let mut name = to.file_name().map_or_else(OsString::new, OsString::from);
        name.push(PARTIAL);
        delete_left_behind(to);
        name.push(std::process::id().to_string());
        let path = to.with_file_name(name);
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let made = options.open(&path).and_then(|file| {
            lock(&file, &path)?;
            Ok((file.try_clone()?, file))
        });
        match made {
            Ok((locked, file)) => Ok((Partial { path, _locked: locked }, file)),
            Err(error) => Err(Unwritten { path, error }),
        }
    }

    /// Makes the file durable, and then its name. No file that came there meanwhile is written over.
    pub(super) fn give_its_name(self, to: &Path) -> Result<(), Unwritten> {
        let failed = |error| Unwritten { path: to.to_path_buf(), error };
        OpenOptions::new().write(true).open(&self.path).and_then(|file| file.sync_all()).map_err(failed)?;
        match rename_once(&self.path, to).or_else(|_| fs::hard_link(&self.path, to)) {
            Ok(()) => {}
            Err(error) if error.kind() == ErrorKind::AlreadyExists => return Err(failed(error)),
            // A file system without links, as on a memory stick, where renaming would write over what is there.
            Err(_) if fs::symlink_metadata(to).is_ok() => {
                return Err(failed(ErrorKind::AlreadyExists.into()));
            }
            Err(_) => fs::rename(&self.path, to).map_err(failed)?,
        }
        drop(self);
        sync_folder(to).map_err(failed)
    }
}

/// Renames a file, and writes over no other: at once, so that whoever is killed leaves no file with two names. Not every
/// file system can.
#[cfg(target_os = "linux")]
fn rename_once(from: &Path, to: &Path) -> Result<(), Error> {
    use rustix::fs::{CWD, RenameFlags, renameat_with};

    Ok(renameat_with(CWD, from, CWD, to, RenameFlags::NOREPLACE)?)
}

#[cfg(not(target_os = "linux"))]
fn rename_once(_: &Path, _: &Path) -> Result<(), Error> {
    Err(ErrorKind::Unsupported.into())
}

impl Drop for Partial {
    fn drop(&mut self) {
        // Once it has its name it may be gone. What can't be deleted is named so that anybody may.
        let _ = fs::remove_file(&self.path);
        for end in BESIDE {
            let _ = fs::remove_file(schema::beside(&self.path, end));
        }
    }
}

/// What a name has behind it until the file is whole, and then the number of the process that makes it.
pub(super) const PARTIAL: &str = ".partial";
/// The same of a new ledger until it has its tables.
pub(super) const NEW: &str = ".new";

/// What was begun under a name, and isn't whole yet or was left behind.
pub(super) fn begun(to: &Path, ending: &str) -> impl Iterator<Item = PathBuf> {
    let mut begins = to.file_name().map_or_else(OsString::new, OsString::from);
    begins.push(ending);
    let found = fs::read_dir(folder_of(to)).into_iter().flatten().flatten();
    found.map(|entry| entry.path()).filter(move |path| {
        let name = path.file_name().unwrap_or_default().as_encoded_bytes();
        let number = name.strip_prefix(begins.as_encoded_bytes()).unwrap_or_default();
        !number.is_empty() && number.iter().all(|byte| *byte == b'-' || byte.is_ascii_digit())
    })
}

/// Locks what was just made, so that nobody takes it for what was left behind. Elsewhere than on Unix a lock would keep
/// SQLite out, too, and nothing is taken for that.
fn lock(file: &File, path: &Path) -> Result<(), Error> {
    if !cfg!(unix) {
        return Ok(());
    }
    match file.try_lock() {
        // Before it was locked it may have been taken for that.
        Err(TryLockError::WouldBlock) => Err(ErrorKind::ResourceBusy.into()),
        // Where files can't be locked at all none is deleted, either.
        Ok(()) | Err(TryLockError::Error(_)) => fs::symlink_metadata(path).map(drop),
    }
}

/// Deletes what was begun under a name by programs that were killed: it may hold personal data. What another program is
/// still making is locked.
fn delete_left_behind(to: &Path) {
    if !cfg!(unix) {
        return;
    }
    for path in begun(to, PARTIAL) {
        let Ok(file) = File::open(&path) else { continue };
        if file.try_lock().is_ok() {
            for end in [""].into_iter().chain(BESIDE) {
                let _ = fs::remove_file(schema::beside(&path, end));
            }
        }
    }
}

fn folder_of(file: &Path) -> PathBuf {
    match file.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder.to_path_buf(),
        _ => PathBuf::from("."),
    }
}

/// A name is durable once its folder is.
fn sync_folder(of: &Path) -> Result<(), Error> {
    if cfg!(unix) { File::open(folder_of(of))?.sync_all() } else { Ok(()) }
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;
    use std::os::unix::fs::MetadataExt;

    #[test]
    fn a_file_is_renamed_at_once_and_over_no_other() {
        let folder = std::env::temp_dir().join(std::format!("regulars-partial-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        let [from, free, taken] = ["from", "free", "taken"].map(|name| folder.join(name));
        fs::write(&from, "new").unwrap();
        fs::write(&taken, "old").unwrap();
        assert_eq!(rename_once(&from, &taken).unwrap_err().kind(), ErrorKind::AlreadyExists);
        assert_eq!(fs::read(&taken).unwrap(), b"old");
        rename_once(&from, &free).unwrap();
        assert_eq!((fs::read(&free).unwrap(), fs::metadata(&free).unwrap().nlink()), (b"new".to_vec(), 1));
        assert!(!from.exists());
        fs::remove_dir_all(&folder).unwrap();
    }
}
