//! A backup becomes a ledger again.

use std::fs::{self, File};
use std::io::{Error, ErrorKind, Read, Write};
use std::path::{Path, PathBuf};

use crate::adapter::sqlite::partial::{Partial, Unwritten};
use crate::adapter::sqlite::place::is_kept_for_ledger;
use crate::adapter::sqlite::{SqliteError, SqliteStore, schema};

/// A backup hasn't become a ledger; no file stands under the ledger's name that wasn't there before.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RestoreError {
    /// There is a file already where the ledger is to be made, or what may be left of one. It is as it was.
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
    /// A log stands beside it, with more than is in the file.
    #[error("{} is no backup, but a ledger with a log beside it; make a backup of it first", .path.display())]
    HasLog {
        /// The file that was given as a backup.
        path: PathBuf,
    },
    /// Nothing is in it.
    #[error("{} is empty, and no backup", .path.display())]
    Empty {
        /// The file that was given as a backup.
        path: PathBuf,
    },
    /// The backup can't be read.
    #[error("{} can't be read: {error}", .path.display())]
    CannotRead {
        /// The file.
        path: PathBuf,
        /// Why.
        error: Error,
    },
    /// The ledger can't be written where it should be.
    #[error("{} can't be written: {error}", .path.display())]
    CannotWrite {
        /// The file.
        path: PathBuf,
        /// Why.
        error: Error,
    },
    /// What was copied can't be opened, or doesn't take the epoch: [`SqliteError::DoesNotFit`] of one that isn't later
    /// than those it has had.
    #[error("{} can't become a ledger: {error}", .backup.display())]
    Ledger {
        /// The file that was given as a backup.
        backup: PathBuf,
        /// Why.
        #[source]
        error: SqliteError,
    },
}

impl SqliteStore {
    /// Makes a ledger of a backup, under a name that nothing has yet, and begins an epoch in it: whatever the lost
    /// ledger handed to others is never taken for what this one writes. The backup isn't opened for writing, so that
    /// it can be restored once more. `check` looks at the ledger before it is kept, by
    /// [`check_file`](SqliteStore::check_file), [`check_chain`](SqliteStore::check_chain) and
    /// [`verify`](crate::store::verify); what it gives is given back beside the ledger. Only its owner may read the new
    /// file. It gets its name last of all: a crash leaves a file that ends in `.partial` and a number, which is
    /// deleted by the next one to the same name.
    ///
    /// This program may not have the backup open: that it is read here would take the locks of whoever has.
    ///
    /// # Errors
    /// In this order: [`RestoreError::HasLog`], [`RestoreError::CannotRead`], [`RestoreError::Empty`],
    /// [`RestoreError::KeptName`], [`RestoreError::Exists`], [`RestoreError::Ledger`] where it can't be opened, what `check` gives,
    /// [`RestoreError::Ledger`] where it doesn't take the epoch; [`RestoreError::CannotWrite`] at any time. Then there is
    /// no new ledger, unless it is the whole one that can't be opened under its name.
    ///
    /// ```
    /// use regulars::adapter::sqlite::{RestoreError, SqliteStore};
    /// use regulars::store::verify;
    ///
    /// let folder = std::env::temp_dir().join(format!("regulars-restore-{}", std::process::id()));
    /// std::fs::create_dir_all(&folder)?;
    /// let (monday, again) = (folder.join("monday.ledger"), folder.join("shop.ledger"));
    /// SqliteStore::open(folder.join("lost.ledger"))?.backup(&monday, |_, _| ())?;
    /// let (_, verified) = SqliteStore::restore(&monday, &again, 7, |store| {
    ///     store.check_file()?;
    ///     Ok::<_, Box<dyn std::error::Error>>(verify(store)?)
    /// })?;
    /// assert_eq!(verified.operations, 0);
    /// let twice = SqliteStore::restore(&monday, &again, 8, |_| Ok(()));
    /// assert!(matches!(twice, Err(RestoreError::Exists { .. })));
    /// # std::fs::remove_dir_all(&folder)?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn restore<T, E: From<RestoreError>>(
        backup: &Path,
        to: &Path,
        epoch: u32,
        check: impl FnOnce(&mut SqliteStore) -> Result<T, E>,
    ) -> Result<(SqliteStore, T), E> {
        let partial = copied(backup, to)?;
        let unsound = |error| RestoreError::of(backup, error);
        let mut store = SqliteStore::open(&partial.path).map_err(unsound)?;
        let checked = check(&mut store)?;
        store.begin_epoch(epoch).map_err(unsound)?;
        // Who closes a ledger last brings its log into it.
        drop(store);
        partial.give_its_name(to).map_err(RestoreError::from)?;
        let store = SqliteStore::open(to).map_err(unsound)?;
        Ok((store, checked))
    }
}

fn copied(backup: &Path, to: &Path) -> Result<Partial, RestoreError> {
    let path = || backup.to_path_buf();
    if fs::metadata(schema::beside(backup, "-wal")).is_ok_and(|log| log.len() != 0) {
        return Err(RestoreError::HasLog { path: path() });
    }
    let cannot_read = |error| RestoreError::CannotRead { path: path(), error };
    let mut whole = File::open(backup).map_err(cannot_read)?;
    if whole.metadata().map_err(cannot_read)?.len() == 0 {
        return Err(RestoreError::Empty { path: path() });
    }
    if is_kept_for_ledger(to) {
        return Err(RestoreError::KeptName { path: to.to_path_buf() });
    }
    let (partial, mut copy) = Partial::make(to)?;
    let mut part = std::vec![0; 1 << 16];
    loop {
        let length = match whole.read(&mut part) {
            Err(error) if error.kind() == ErrorKind::Interrupted => continue,
            read => read.map_err(cannot_read)?,
        };
        let read = part.get(..length).unwrap_or_default();
        if read.is_empty() {
            return Ok(partial);
        }
        copy.write_all(read).map_err(|error| Unwritten { path: to.to_path_buf(), error })?;
    }
}

impl RestoreError {
    fn of(backup: &Path, error: SqliteError) -> RestoreError {
        let backup = backup.to_path_buf();
        match error {
            // It says so of the copy.
            SqliteError::NotALedger { .. } => {
                RestoreError::Ledger { error: SqliteError::NotALedger { path: backup.clone() }, backup }
            }
            error => RestoreError::Ledger { backup, error },
        }
    }
}

impl From<Unwritten> for RestoreError {
    fn from(Unwritten { path, error }: Unwritten) -> RestoreError {
        match error.kind() {
            ErrorKind::AlreadyExists => RestoreError::Exists { path },
            _ => RestoreError::CannotWrite { path, error },
        }
    }
}
