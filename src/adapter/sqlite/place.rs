//! Where the files are that were opened: what is written to a file that has lost its name is lost with the program.

use std::io;
use std::path::{Path, PathBuf};

use crate::adapter::sqlite::SqliteError;
use crate::adapter::sqlite::partial::{NEW, PARTIAL, begun};
use crate::adapter::sqlite::schema::beside;

/// A file's device and number: it keeps them under whatever name, and no other one has them as long as it is open.
pub(crate) type Which = (u64, u64);

/// Which file has a name, without opening it; `None` on systems where a file that is open keeps its name.
pub(crate) fn which(file: &Path) -> io::Result<Option<Which>> {
    Ok(look(file)?.map(|(which, _)| which))
}

/// The same, and how many names the file has.
///
/// Nothing else is asked for, where that can be said: whoever has seen the time of a log's last change makes Linux keep
/// the next change's time apart from it, and some file systems then write it to the disk with each sync.
#[cfg(target_os = "linux")]
fn look(file: &Path) -> io::Result<Option<(Which, u64)>> {
    use rustix::fs::{AtFlags, CWD, StatxFlags, makedev, statx};
    use rustix::io::Errno;

    match statx(CWD, file, AtFlags::empty(), StatxFlags::INO | StatxFlags::NLINK) {
        Ok(about) => {
            let device = makedev(about.stx_dev_major, about.stx_dev_minor);
            Ok(Some(((device, about.stx_ino), u64::from(about.stx_nlink))))
        }
        // A kernel before 4.11, or one that doesn't let this program ask like this.
        Err(Errno::NOSYS | Errno::PERM) => look_at_all(file),
        Err(error) => Err(error.into()),
    }
}

#[cfg(all(unix, not(target_os = "linux")))]
fn look(file: &Path) -> io::Result<Option<(Which, u64)>> {
    look_at_all(file)
}

#[cfg(unix)]
fn look_at_all(file: &Path) -> io::Result<Option<(Which, u64)>> {
    use std::os::unix::fs::MetadataExt;

    std::fs::metadata(file).map(|about| Some(((about.dev(), about.ino()), about.nlink())))
}

#[cfg(not(unix))]
fn look(_file: &Path) -> io::Result<Option<(Which, u64)>> {
    Ok(None)
}

/// What is kept beside a ledger, by the ends of their names.
const BESIDE: [&str; 4] = ["-journal", "-wal", "-shm", "-ballast"];

/// Whether a name ends as that of a file beside a ledger. What is put there by others is written over or deleted by and
/// by, and some systems take small and capital letters for the same.
pub(crate) fn is_kept_for_ledger(file: &Path) -> bool {
    let name = file.file_name().map(|name| name.to_string_lossy().to_ascii_lowercase()).unwrap_or_default();
    BESIDE.iter().any(|end| name.ends_with(end))
}

fn has_several_names(ledger: &Path) -> bool {
    matches!(look(ledger), Ok(Some((_, names))) if 1 < names)
}

/// Refuses a ledger that has another name.
pub(super) fn refuse_several_names(ledger: &Path) -> Result<(), SqliteError> {
    match has_several_names(ledger) {
        true => Err(SqliteError::SeveralNames { path: ledger.to_path_buf() }),
        false => Ok(()),
    }
}

/// Takes away the name that the ledger was made under, which its maker is about to do, unless it was switched off.
pub(super) fn take_makers_names(ledger: &Path) {
    if !has_several_names(ledger) {
        return;
    }
    let ledger = std::fs::canonicalize(ledger).unwrap_or_else(|_| ledger.to_path_buf());
    for found in [NEW, PARTIAL].into_iter().flat_map(|ending| begun(&ledger, ending)) {
        if matches!((which(&found), which(&ledger)), (Ok(found), Ok(own)) if found == own) {
            // Where that can't be done the ledger is refused.
            let _ = std::fs::remove_file(found);
        }
    }
}

/// A ledger, its log, and the log's index, in which the locks are, as they were when they were opened.
#[derive(Debug)]
pub(super) struct Place {
    files: [(PathBuf, Option<Which>); 3],
}

impl Place {
    /// Of a ledger that is open by now. Links are followed, as SQLite does.
    pub(super) fn of(ledger: &Path) -> Place {
        let ledger = std::fs::canonicalize(ledger).unwrap_or_else(|_| ledger.to_path_buf());
        let files = ["", "-wal", "-shm"].map(|end| beside(&ledger, end));
        Place { files: files.map(|file| (file.clone(), which(&file).ok().flatten())) }
    }

    /// Whether they are still there, and the ledger has no other name.
    ///
    /// # Errors
    /// [`SqliteError::Moved`] with the first that isn't; [`SqliteError::SeveralNames`].
    pub(super) fn check(&self) -> Result<(), SqliteError> {
        let [ledger, log, index] = &self.files;
        let names = names_if_there(ledger)?;
        names_if_there(log)?;
        names_if_there(index)?;
        match names {
            0 | 1 => Ok(()),
            _ => Err(SqliteError::SeveralNames { path: ledger.0.clone() }),
        }
    }
}

/// How many names a file has, if it is the one that was opened, or none was.
fn names_if_there((file, opened): &(PathBuf, Option<Which>)) -> Result<u64, SqliteError> {
    let Some(opened) = opened else {
        return Ok(0);
    };
    match look(file) {
        Ok(Some((found, names))) if found == *opened => Ok(names),
        _ => Err(SqliteError::Moved { path: file.clone() }),
    }
}
