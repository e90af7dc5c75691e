//! A copy of a ledger, made while it is in use.

use std::io::{Error, ErrorKind};
use std::path::{Path, PathBuf};
use std::string::String;

use rusqlite::backup::{Backup, StepResult};
use rusqlite::{Connection, OpenFlags};

use crate::adapter::sqlite::partial::{Partial, Unwritten};
use crate::adapter::sqlite::place::is_kept_for_ledger;
use crate::adapter::sqlite::{SqliteError, SqliteStore, schema};

/// So many pages are copied before the progress is told.
const STEP_PAGES: i32 = 256;

/// There is no backup; no file stands under its name that wasn't there before.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BackupError {
    /// There is a file already under the name of the backup. It is as it was.
    #[error("{} is there already; choose another name, or move it away", .path.display())]
    Exists {
        /// The file.
        path: PathBuf,
    },
    /// The name ends as that of a file beside a ledger (`-journal`, `-wal`, `-shm`, `-ballast`), which is written over or
    /// deleted.
    #[error("{} has an end that is kept for what stands beside a ledger; choose another name", .path.display())]
    KeptName {
        /// The file that was to be made.
        path: PathBuf,
    },
    /// The backup can't be written where it should be.
    #[error("{} can't be written: {error}", .path.display())]
    CannotWrite {
        /// The file that was being written.
        path: PathBuf,
        /// Why.
        error: Error,
    },
    /// The disk that the backup goes to is full.
    #[error("there is no space left for {}; free some, or choose another disk", .path.display())]
    Full {
        /// The file that was being written.
        path: PathBuf,
    },
    /// What was copied is no whole ledger: the ledger is damaged, or the disk that it was copied to.
    #[error("the copy is damaged ({error}); check the ledger, and the disk that it goes to")]
    Damaged {
        /// What the check of the copy found.
        error: SqliteError,
    },
    /// The ledger can't be read.
    #[error(transparent)]
    Ledger(#[from] SqliteError),
}

impl SqliteStore {
    /// Copies the ledger, as it is when this begins, to a new file, while others go on selling on it, in
    /// another process or through another store. `progress` is told after every 256 pages how many are
    /// copied, of how many.
    ///
    /// The copy is made beside `to` under a name that ends with `.partial` and a number, is checked, made
    /// durable, and only then gets its name: what stands under the name is whole. It is one plain file
    /// without a log, which may be read by its owner alone. After a crash a file that ends so may be left
    /// over, until the next copy to the same name deletes it.
    ///
    /// While it runs the log isn't begun anew, and grows by what is sold.
    ///
    /// **A backup holds personal data**: all that the ledger knows of its customers, also of those who are
    /// erased from the ledger later.
    ///
    /// # Errors
    /// [`BackupError`]; then nothing stands under the name that wasn't there before.
    ///
    /// ```
    /// use regulars::adapter::sqlite::SqliteStore;
    ///
    /// let folder = std::env::temp_dir().join(format!("regulars-backup-{}", std::process::id()));
    /// std::fs::create_dir_all(&folder)?;
    /// let store = SqliteStore::open(folder.join("shop.ledger"))?;
    /// store.backup(&folder.join("monday.ledger"), |_, _| ())?;
    /// SqliteStore::open(folder.join("monday.ledger"))?.check_file()?;
    /// # std::fs::remove_dir_all(&folder)?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn backup(&self, to: &Path, progress: impl FnMut(u64, u64)) -> Result<(), BackupError> {
        if is_kept_for_ledger(to) {
            return Err(BackupError::KeptName { path: to.to_path_buf() });
        }
        let (partial, _) = Partial::make(to)?;
        self.copy(&partial.path, progress)?;
        partial.check()?;
        Ok(partial.give_its_name(to)?)
    }

    fn copy(&self, path: &Path, mut progress: impl FnMut(u64, u64)) -> Result<(), BackupError> {
        let failed = |error: rusqlite::Error| match SqliteError::from(error) {
            SqliteError::Full => BackupError::Full { path: path.to_path_buf() },
            error => BackupError::Ledger(error),
        };
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let mut copy = Connection::open_with_flags(path, flags).map_err(failed)?;
        // A crash leaves a file that nobody opens, and all of it is made durable at the end.
        copy.execute_batch("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF").map_err(failed)?;
        let source = self.database.connection();
        // What is sold meanwhile isn't seen in one transaction; else the copy would begin anew each time.
        let transaction = source.unchecked_transaction().map_err(failed)?;
        transaction.query_row("SELECT count(*) FROM sqlite_schema", [], |_| Ok(())).map_err(failed)?;
        let backup = Backup::new(&transaction, &mut copy).map_err(failed)?;
        loop {
            let step = backup.step(STEP_PAGES).map_err(failed)?;
            let pages = backup.progress();
            let all = u64::try_from(pages.pagecount).unwrap_or(0);
            progress(all.saturating_sub(u64::try_from(pages.remaining).unwrap_or(0)), all);
            match step {
                StepResult::Done => break,
                StepResult::Busy | StepResult::Locked => return Err(SqliteError::Busy.into()),
                _ => {}
            }
        }
        drop(backup);
        drop(transaction);
        // The ledger's own form has a log beside it.
        copy.query_row("PRAGMA journal_mode = DELETE", [], |_| Ok(())).map_err(failed)?;
        copy.close().map_err(|(_, error)| failed(error))
    }
}

impl Partial {
    /// Looks at the copy by itself.
    fn check(&self) -> Result<(), BackupError> {
        let damaged = |error| BackupError::Damaged { error };
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let copy =
            Connection::open_with_flags(&self.path, flags).map_err(SqliteError::from).map_err(damaged)?;
        schema::refuse_others(&copy, &self.path).map_err(|failed| damaged(*failed))?;
        let found = copy.query_row("PRAGMA quick_check(1)", [], |row| row.get::<_, String>(0));
        match found.map_err(SqliteError::from).map_err(damaged)? {
            found if found == "ok" => Ok(()),
            _ => Err(damaged(SqliteError::damaged("its pages don't fit together"))),
        }
    }
}

impl From<Unwritten> for BackupError {
    fn from(Unwritten { path, error }: Unwritten) -> BackupError {
        match error.kind() {
            ErrorKind::AlreadyExists => BackupError::Exists { path },
            ErrorKind::StorageFull => BackupError::Full { path },
            _ => BackupError::CannotWrite { path, error },
        }
    }
}
