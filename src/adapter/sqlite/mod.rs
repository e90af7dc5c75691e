//! A store in one file, with SQLite.
//!
//! Two programs may use one file at once. What was committed survives a loss of power, as far as
//! the disk keeps what it says it has kept.
//!
//! The file is a write-ahead log beside a database: a sale is written to the end of the log, and
//! made durable there by one call. The log is copied into the database when there is time for it
//! ([`SqliteStore::checkpoint`]), or else by the commit that makes it 8 MiB long.

mod about;
mod accounts;
mod backup;
mod database;
mod error;
mod kept;
mod operations;
mod pack;
mod programs;
mod record;
mod schema;
mod tallies;
mod transaction;

pub use about::AboutFile;
pub use accounts::KeptCustomer;
pub use backup::BackupError;
pub use error::SqliteError;
pub use transaction::SqliteTransaction;

use std::path::Path;
use std::time::Duration;
use std::vec::Vec;

use crate::adapter::sqlite::database::Database;
use crate::adapter::sqlite::operations::Reader;
use crate::adapter::sqlite::programs::Programs;
use crate::decide::Operation;
use crate::ident::CustomerId;
use crate::ledger::Seq;
use crate::store::Store;

/// A ledger in a file.
///
/// ```
/// use regulars::adapter::sqlite::SqliteStore;
/// use regulars::register::Register;
/// use regulars::time::FixedZones;
///
/// let folder = std::env::temp_dir().join(format!("regulars-{}", std::process::id()));
/// std::fs::create_dir_all(&folder)?;
/// let store = SqliteStore::open(folder.join("shop.ledger"))?;
/// let register = Register::new(store, FixedZones);
/// # drop(register);
/// # std::fs::remove_dir_all(&folder)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct SqliteStore {
    database: Database,
    programs: Programs,
}

/// How long a transaction waits for another program to end its own.
const PATIENCE: Duration = Duration::from_secs(5);

impl SqliteStore {
    /// Opens a ledger; where there is no file, or an empty one, it is made.
    ///
    /// # Errors
    /// [`SqliteError::CannotOpen`] if the folder isn't there or may not be used,
    /// [`SqliteError::NotALedger`] for a file that is something else, [`SqliteError::TooOld`] for a
    /// ledger of format 1, [`SqliteError::TooNew`] for one of a newer version, [`SqliteError::ReadOnly`] if it may not be written to,
    /// [`SqliteError::LibraryTooOld`] if an SQLite before 3.51.3 was linked in.
    pub fn open(path: impl AsRef<Path>) -> Result<SqliteStore, SqliteError> {
        let database = Database::new(schema::open(path.as_ref(), PATIENCE)?)?;
        Ok(SqliteStore { database, programs: Programs::default() })
    }

    /// Sets how long a transaction waits for other programs to end theirs; at first 5 seconds.
    ///
    /// # Errors
    /// [`SqliteError::Sqlite`] if SQLite refuses.
    pub fn set_patience(&mut self, patience: Duration) -> Result<(), SqliteError> {
        Ok(self.database.connection().busy_timeout(patience)?)
    }

    /// Copies the log into the database if there is 1 MiB of it or more, so that no sale has to. A
    /// good moment is whenever the register waits for the next customer; most often it finds that
    /// there is nothing to do, in a few microseconds.
    ///
    /// # Errors
    /// [`SqliteError`] if the file can't be written to. All that was committed is still there.
    pub fn checkpoint(&mut self) -> Result<(), SqliteError> {
        schema::checkpoint_if_worthwhile(self.database.connection())
    }

    /// Looks at the file itself: whether its tables are those of a ledger, and its pages and its indexes
    /// fit together. What stands in them
    /// is looked at by [`verify`](crate::store::verify); the two together notice any bit that has
    /// changed.
    ///
    /// # Errors
    /// [`SqliteError::Damaged`] if they don't fit.
    pub fn check_file(&mut self) -> Result<(), SqliteError> {
        schema::check(self.database.connection())
    }

    /// Customers in the order of their ids, those after `after`, `most` of them at the most.
    ///
    /// # Errors
    /// [`SqliteError`] if the file can't be read, or what is read is damaged.
    pub fn customers(
        &mut self,
        after: Option<&CustomerId>,
        most: usize,
    ) -> Result<Vec<KeptCustomer>, SqliteError> {
        accounts::page(self.database.connection(), after, most)
    }
}

impl Store for SqliteStore {
    type Error = SqliteError;
    type Transaction<'s> = SqliteTransaction<'s>;

    fn begin(&mut self) -> Result<SqliteTransaction<'_>, SqliteError> {
        SqliteTransaction::begin(self)
    }

    fn operations(&mut self, from: Seq, most: usize) -> Result<Vec<Operation>, SqliteError> {
        Reader { database: &mut self.database, programs: &mut self.programs }.page(from, most)
    }
}
