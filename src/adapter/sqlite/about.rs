//! What can be said of a file without looking into it.

use std::fs;

use crate::adapter::sqlite::{SqliteError, SqliteStore};

/// A file, from outside.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AboutFile {
    /// The format that it is in.
    pub format: i32,
    /// How large it is, in bytes.
    pub bytes: u64,
    /// How large the log beside it is, in bytes. It grows by 256 KiB at a time, before it has to.
    pub log_bytes: u64,
}

impl SqliteStore {
    /// How large the file is, and in which format. A file of an older format has been brought up to date
    /// when it was opened to write.
    ///
    /// # Errors
    /// [`SqliteError`] if it can't be read.
    ///
    /// ```
    /// use regulars::adapter::sqlite::SqliteStore;
    ///
    /// let folder = std::env::temp_dir().join(format!("regulars-about-{}", std::process::id()));
    /// std::fs::create_dir_all(&folder)?;
    /// let store = SqliteStore::open(folder.join("shop.ledger"))?;
    /// assert!(0 < store.about_file()?.bytes);
    /// # std::fs::remove_dir_all(&folder)?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn about_file(&self) -> Result<AboutFile, SqliteError> {
        let connection = self.database.connection();
        let format = connection.query_row("PRAGMA user_version", [], |row| row.get(0))?;
        let path = connection.path().unwrap_or_default();
        let bytes = |path: &str| fs::metadata(path).map_or(0, |file| file.len());
        Ok(AboutFile { format, bytes: bytes(path), log_bytes: bytes(&std::format!("{path}-wal")) })
    }
}
