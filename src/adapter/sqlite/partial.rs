//! A ledger that is made under another name, and gets its own when it is whole: a crash leaves nothing that could be
//! taken for it.

use std::ffi::OsString;
use std::fs::{self, File, OpenOptions};
use std::io::{Error, ErrorKind};
use std::path::{Path, PathBuf};

use crate::adapter::sqlite::schema;

/// What SQLite keeps beside a database.
const BESIDE: [&str; 3] = ["-wal", "-shm", "-journal"];

/// A file that isn't whole yet; dropped, it is deleted, with what is beside it.
pub(super) struct Partial {
    pub(super) path: PathBuf,
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
        name.push(std::format!(".partial{}", std::process::id()));
        let path = to.with_file_name(name);
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        match options.open(&path) {
            Ok(file) => Ok((Partial { path }, file)),
            Err(error) => Err(Unwritten { path, error }),
        }
    }

    /// Makes the file durable, and then its name. No file that came there meanwhile is written over.
    pub(super) fn give_its_name(self, to: &Path) -> Result<(), Unwritten> {
        let failed = |error| Unwritten { path: to.to_path_buf(), error };
        OpenOptions::new().write(true).open(&self.path).and_then(|file| file.sync_all()).map_err(failed)?;
        match fs::hard_link(&self.path, to) {
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

impl Drop for Partial {
    fn drop(&mut self) {
        // Once it has its name it may be gone. What can't be deleted is named so that anybody may.
        let _ = fs::remove_file(&self.path);
        for end in BESIDE {
            let _ = fs::remove_file(schema::beside(&self.path, end));
        }
    }
}

/// A name is durable once its folder is.
fn sync_folder(of: &Path) -> Result<(), Error> {
    let folder = match of.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    if cfg!(unix) { File::open(folder)?.sync_all() } else { Ok(()) }
}
