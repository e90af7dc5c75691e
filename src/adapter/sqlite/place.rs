//! Where the files are that were opened: what is written to a file that has lost its name is lost with the program.

use std::io;
use std::path::{Path, PathBuf};

use crate::adapter::sqlite::SqliteError;
use crate::adapter::sqlite::schema::beside;

/// A file's device and number: it keeps them under whatever name, and no other one has them as long as it is open.
pub(crate) type Which = (u64, u64);

/// Which file has a name, without opening it; `None` on systems where a file that is open keeps its name.
pub(crate) fn which(file: &Path) -> io::Result<Option<Which>> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt;

        std::fs::metadata(file).map(|about| Some((about.dev(), about.ino())))
    }
    #[cfg(not(unix))]
    {
        let _ = file;
        Ok(None)
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

    /// Whether they are still there.
    ///
    /// # Errors
    /// [`SqliteError::Moved`] with the first that isn't.
    pub(super) fn check(&self) -> Result<(), SqliteError> {
        for (file, opened) in self.files.iter().filter(|(_, opened)| opened.is_some()) {
            if which(file).ok().flatten() != *opened {
                return Err(SqliteError::Moved { path: file.clone() });
            }
        }
        Ok(())
    }
}
