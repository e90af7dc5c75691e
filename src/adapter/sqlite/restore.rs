//! A backup becomes a ledger again.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Error};
use std::path::{Path, PathBuf};

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
    /// What was copied can't be opened, or doesn't take the epoch.
    #[error(transparent)]
    Ledger(#[from] SqliteError),
}

impl SqliteStore {
    /// Makes a ledger of a backup, under a name that nothing has yet, and begins an epoch in it: whatever the lost
    /// ledger handed to others is never taken for what this one writes. The backup isn't opened for writing, so that
    /// it can be restored once more. `check` looks at the ledger before it is kept, by
    /// [`check_file`](SqliteStore::check_file), [`check_chain`](SqliteStore::check_chain) and
    /// [`verify`](crate::store::verify); what it gives is given back beside the ledger.
    ///
    /// # Errors
    /// What `check` gives, or [`RestoreError`]; then there is no new file.
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
        let made = Made::copied(backup, to)?;
        let mut store = SqliteStore::open(to).map_err(RestoreError::Ledger)?;
        let checked = check(&mut store)?;
        store.begin_epoch(epoch).and_then(|()| store.checkpoint()).map_err(RestoreError::Ledger)?;
        made.keep();
        Ok((store, checked))
    }
}

/// A file that wasn't there before; dropped before it is to be kept, it is deleted, after the store that has it open.
struct Made(Option<PathBuf>);

impl Made {
    fn copied(backup: &Path, to: &Path) -> Result<Made, RestoreError> {
        // A log that stands there already would be taken for the ledger's own.
        let beside = ["", "-wal", "-shm", "-journal"].map(|end| schema::beside(to, end));
        if let Some(path) = beside.into_iter().find(|path| fs::symlink_metadata(path).is_ok()) {
            return Err(RestoreError::Exists { path });
        }
        if fs::metadata(schema::beside(backup, "-wal")).is_ok_and(|log| log.len() != 0) {
            return Err(RestoreError::HasLog { path: backup.to_path_buf() });
        }
        let cannot_read = |error| RestoreError::CannotRead { path: backup.to_path_buf(), error };
        let cannot_write = |error| RestoreError::CannotWrite { path: to.to_path_buf(), error };
        let mut whole = File::open(backup).map_err(cannot_read)?;
        if whole.metadata().map_err(cannot_read)?.len() == 0 {
            return Err(RestoreError::Empty { path: backup.to_path_buf() });
        }
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        // It holds personal data.
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut copy = options.open(to).map_err(cannot_write)?;
        let made = Made(Some(to.to_path_buf()));
        io::copy(&mut whole, &mut copy).and_then(|_| copy.sync_all()).map_err(cannot_write)?;
        Ok(made)
    }

    fn keep(mut self) {
        self.0 = None;
    }
}

impl Drop for Made {
    fn drop(&mut self) {
        for end in ["", "-wal", "-shm"] {
            // What went wrong says more than that half a ledger is left.
            let _ = self.0.as_ref().map(|path| fs::remove_file(schema::beside(path, end)));
        }
    }
}
