//! Why a file can't be opened, in words that say what to do.

use std::fs;
use std::io::ErrorKind;
use std::path::Path;

use crate::adapter::sqlite::SqliteError;
use crate::ffi::file::{OpenFile, Which};

/// What is in the way of opening a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Obstacle {
    /// The folder is missing that it should be in.
    #[error("its folder isn't there; make it, or choose another path")]
    NoFolder,
    /// There is a folder under this name.
    #[error("it is a folder; name a file in it")]
    IsFolder,
    /// It is only to be read, and isn't there.
    #[error("it isn't there; check the path")]
    NotThere,
    /// The user that the program runs as lacks a right.
    #[error("this user may not read it, or not use its folder; change their rights, or their owner")]
    NoRight,
    /// It is only to be read, and what a log beside it has can't be had where nothing can be written.
    #[error("the log beside it can't be read where nothing can be written; copy both to where it can")]
    Log,
    /// It isn't there, and can't be made under a name that ends as that of a file beside a ledger.
    #[error("a name with this end is kept for what stands beside a ledger; choose another one")]
    KeptName,
    /// Something else.
    #[error("check its path, its folder and its disk")]
    Other,
}

impl Obstacle {
    /// What there is in the way of a file that somebody has just failed to open.
    pub(super) fn of(path: &Path) -> Obstacle {
        match fs::metadata(path).map_err(|error| error.kind()) {
            Ok(found) if found.is_dir() => Obstacle::IsFolder,
            Ok(_) => match OpenFile::open(path, Which::Database) {
                Ok(Some(_)) => Obstacle::Other,
                _ => Obstacle::NoRight,
            },
            Err(ErrorKind::NotFound) if folder_is_there(path) => Obstacle::NotThere,
            Err(ErrorKind::NotFound | ErrorKind::NotADirectory) => Obstacle::NoFolder,
            Err(ErrorKind::PermissionDenied) => Obstacle::NoRight,
            Err(_) => Obstacle::Other,
        }
    }
}

fn folder_is_there(of: &Path) -> bool {
    of.parent().is_some_and(|folder| folder.as_os_str().is_empty() || folder.is_dir())
}

/// What is said of a file that couldn't be opened, or not for writing.
pub(super) fn refused(path: &Path, otherwise: SqliteError) -> SqliteError {
    let path_there = if path.exists() { Some(path) } else { path.parent() };
    match path_there {
        Some(there) if cannot_be_written(there) => SqliteError::ReadOnlyDisk { path: path.to_path_buf() },
        _ => otherwise,
    }
}

/// Whether the disk that something is on takes no changes at all. To set the rights that it has already changes
/// nothing, opens nothing, and is refused in a way of its own there.
fn cannot_be_written(path: &Path) -> bool {
    let set = || fs::set_permissions(path, fs::metadata(path)?.permissions());
    set().is_err_and(|error: std::io::Error| error.kind() == ErrorKind::ReadOnlyFilesystem)
}
