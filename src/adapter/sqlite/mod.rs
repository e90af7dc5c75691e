//! A store in one file, with SQLite.
//!
//! Two programs may use one file at once. What was committed survives a loss of power, as far as
//! the disk keeps what it says it has kept, unless the file is opened otherwise ([`Durability`]).
//!
//! The file is a write-ahead log beside a database: a sale is written to the end of the log, and
//! made durable there by one call, unless it is to be durable only later. The log is copied into the database when there is time for it
//! ([`SqliteStore::checkpoint`]), or else by the commit that makes it 8 MiB long.

mod about;
mod accounts;
mod backup;
mod ballast;
mod cached;
#[cfg(feature = "contacts")]
mod canonical;
mod chain;
#[cfg(feature = "contacts")]
mod contacts;
mod database;
mod document_ids;
mod error;
mod finder;
mod frame;
mod kept;
mod log;
mod lots;
mod migrate;
mod obstacle;
mod operations;
mod options;
mod pack;
mod partial;
mod personal;
pub(crate) mod place;
mod programs;
mod punctual;
mod reading;
mod record;
mod remembered;
mod restore;
mod salvage;
mod schema;
mod shared;
mod tables;
mod tallies;
mod transaction;
mod turn;

pub use about::AboutFile;
pub use accounts::KeptCustomer;
pub use backup::BackupError;
#[cfg(feature = "contacts")]
pub use canonical::{Country, UnknownCountry};
pub use chain::{ChainHead, ChainHeadError};
#[cfg(feature = "contacts")]
pub use contacts::{Contacts, NamePlace};
use error::Failed;
pub use error::SqliteError;
pub use obstacle::Obstacle;
pub use options::{Durability, SqliteOptions};
pub use restore::RestoreError;
pub use salvage::{Lost, Salvage, SalvageReport, SalvagedBalance};
pub use transaction::SqliteTransaction;

use std::path::{Path, PathBuf};
use std::time::Duration;
use std::vec::Vec;

use rusqlite::config::DbConfig;

use crate::adapter::sqlite::database::Database;
use crate::adapter::sqlite::document_ids::DocumentIds;
use crate::adapter::sqlite::operations::Reader;
use crate::adapter::sqlite::place::Place;
use crate::adapter::sqlite::programs::Programs;
use crate::adapter::sqlite::punctual::Punctual;
use crate::adapter::sqlite::remembered::Remembered;
use crate::adapter::sqlite::transaction::Head;
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
    punctual: Punctual,
    remembered: Remembered,
    ids: DocumentIds,
    patience: Duration,
    /// Whether the log is looked at, too.
    checks_log: bool,
    /// What the last transaction has left, and the version of the file then.
    head: Option<(u32, Head)>,
    path: PathBuf,
    place: Place,
}

/// The C interface moves a store to another thread, and says there why its connection may be moved. All else has to be
/// safe by itself.
#[cfg(feature = "capi")]
const _: fn(&SqliteStore) = |store| {
    fn is_send<T: Send>(_: &T) {}
    let SqliteStore {
        database: _,
        programs,
        punctual,
        remembered,
        ids,
        patience,
        checks_log,
        head,
        path,
        place,
    } = store;
    is_send(programs);
    is_send(punctual);
    is_send(remembered);
    is_send(ids);
    is_send(patience);
    is_send(checks_log);
    is_send(head);
    is_send(path);
    is_send(place);
};

impl Drop for SqliteStore {
    /// What is copied out of a log that isn't there any more, as by closing the ledger, would be written over what others
    /// have written since.
    fn drop(&mut self) {
        if self.place.check().is_err() {
            let no_copy = DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE;
            // There is nobody to tell, and it can't fail for a connection that is open.
            let _ = self.database.connection().set_db_config(no_copy, true);
        }
    }
}

/// How many operations [`SqliteStore::check_chain_end`] looks at.
const LOOKED_AT_QUICKLY: u64 = 256;

impl SqliteStore {
    /// The most bytes that [`keep_ballast`](SqliteStore::keep_ballast) takes: 1 GiB.
    pub const MOST_BALLAST: u64 = ballast::MOST;

    /// How a ledger is opened, where something is to be otherwise than by [`open`](SqliteStore::open).
    pub fn options() -> SqliteOptions {
        SqliteOptions::new()
    }

    /// Opens a ledger; where there is no file, or an empty one, it is made. It holds personal data: a file that is made
    /// may be read and written by its owner alone, as long as nobody gives others the right, which its log then
    /// has, too. A ledger of an older format is brought up to date, in one transaction; programs of
    /// an older version can't use it from then on, and have to be closed before. The end of the chain is looked at, so that
    /// no till goes on selling after operations that aren't what was written.
    ///
    /// # Errors
    /// [`SqliteError::CannotOpen`] if the folder isn't there or may not be used,
    /// [`SqliteError::NotALedger`] for a file that is something else, [`SqliteError::SeveralNames`] for one that has
    /// another name, [`SqliteError::TooOld`] for a ledger of format 1, [`SqliteError::TooNew`] for one of a newer version, [`SqliteError::ReadOnly`] if it
    /// may not be written to, [`SqliteError::ReadOnlyDisk`] if nothing there can be, [`SqliteError::EndDamaged`] if its newest operations don't fit,
    /// [`SqliteError::LogDamaged`] if the log beside it has lost some, [`SqliteError::LoneLog`] if a log is all that is there,
    /// [`SqliteError::NotLocal`] where files can't be shared between programs; of one of an older format
    /// [`SqliteError::Busy`] while another program brings it up to date, [`SqliteError::Full`] if there isn't the space for
    /// that, and [`SqliteError::Damaged`] if what it has doesn't fit together: it is as it was then;
    /// [`SqliteError::LibraryTooOld`] if an SQLite before 3.51.3 was linked in.
    pub fn open(path: impl AsRef<Path>) -> Result<SqliteStore, SqliteError> {
        SqliteStore::options().open(path)
    }

    /// Opens a ledger for reading alone, also from a medium or a folder where nothing can be written: balances
    /// and operations can be read, it can be verified, exported and backed up. Whatever would write is
    /// [`SqliteError::ReadOnly`]. Where the folder can be written to, programs may go on selling meanwhile, and
    /// SQLite may put the index of the log beside the file, as for any reader.
    ///
    /// A damaged one that can't be opened like this may still be read by [`Salvage`].
    ///
    /// # Errors
    /// [`SqliteError::NotUpToDate`] for a ledger of an older format, which can't be brought up to date here;
    /// [`SqliteError::SeveralNames`] for one that has another name;
    /// [`SqliteError::CannotOpen`] if it isn't there, or has a log beside it in a folder that can't be written to:
    /// both are to be copied to where they can; otherwise as [`open`](SqliteStore::open).
    ///
    /// ```
    /// use regulars::adapter::sqlite::SqliteStore;
    /// use regulars::store::verify;
    ///
    /// # let folder = std::env::temp_dir().join(format!("regulars-read-{}", std::process::id()));
    /// # std::fs::create_dir_all(&folder)?;
    /// # drop(SqliteStore::open(folder.join("shop.ledger"))?);
    /// let mut store = SqliteStore::open_to_read(folder.join("shop.ledger"))?;
    /// assert_eq!(verify(&mut store)?.operations, 0);
    /// # drop(store);
    /// # std::fs::remove_dir_all(&folder)?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn open_to_read(path: impl AsRef<Path>) -> Result<SqliteStore, SqliteError> {
        SqliteStore::options().open_to_read(path)
    }

    /// Where the file is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Sets how long a transaction waits for other programs to end theirs; at first 5 seconds. Of all
    /// that wait each is as likely to be the next.
    ///
    /// # Errors
    /// [`SqliteError::Sqlite`] if SQLite refuses.
    pub fn set_patience(&mut self, patience: Duration) -> Result<(), SqliteError> {
        self.patience = patience;
        Ok(turn::set(self.database.connection(), patience)?)
    }

    /// Copies the log into the database if there is 1 MiB of it or more, so that no sale has to. A
    /// good moment is whenever the register waits for the next customer; most often it finds that
    /// there is nothing to do, in a few microseconds.
    ///
    /// # Errors
    /// [`SqliteError`] if the file can't be written to. All that was committed is still there.
    pub fn checkpoint(&mut self) -> Result<(), SqliteError> {
        self.place.check()?;
        Ok(schema::checkpoint_if_worthwhile(self.database.connection())?)
    }

    /// Looks at the file itself: whether its tables are those of a ledger, and its pages and its indexes
    /// fit together; and whether what it keeps to find things sooner says what they do, such as when the first lot of a
    /// customer runs out. What else stands in them is looked at by [`verify`](crate::store::verify); the two
    /// together notice any bit that has changed, except in operations of other registers that wait for
    /// what they follow from: these have no checksum, and it is only looked whether they can be read. Of a log that a
    /// till left behind when it was switched off, what has changed in the last transaction was cut off when the ledger
    /// was opened, as it can't be told from what a loss of power leaves of one that was never answered; only a
    /// [head](SqliteStore::chain_head) that was kept elsewhere shows that it is missing.
    ///
    /// # Errors
    /// [`SqliteError::Damaged`] if they don't fit, [`SqliteError::LogDamaged`] if it is the log.
    pub fn check_file(&mut self) -> Result<(), SqliteError> {
        if self.checks_log
            && let Err(failed) = log::check(self.database.connection(), &self.path, log::Start::FirstFrame)
        {
            // What is copied of such a log, as by closing the ledger, isn't what was written there.
            self.database.connection().set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)?;
            return Err(failed.into());
        }
        Ok(schema::check(self.database.connection())?)
    }

    /// Where the chain of hashes over the operations ends: the newest operation, and a hash that stands for it and
    /// for all before it. Kept outside of the file, it shows later that the file still has all of that
    /// ([`check_chain`](SqliteStore::check_chain)).
    ///
    /// # Errors
    /// [`SqliteError`] if the file can't be read.
    pub fn chain_head(&mut self) -> Result<ChainHead, SqliteError> {
        Ok(chain::head(&mut self.database)?)
    }

    /// Works the chain of hashes out again: that no operation was changed, moved, put in or taken out, except that
    /// a file can lose its newest operations, or have them written anew by somebody who knows how. That shows
    /// only by a head that was `seen` before and kept elsewhere: then the file must still contain it.
    ///
    /// It reads all operations, and keeps one in memory. Sums and links are looked at by
    /// [`verify`](crate::store::verify), pages and indexes by [`check_file`](SqliteStore::check_file).
    ///
    /// # Errors
    /// [`SqliteError::Damaged`] with the first operation that isn't what was written.
    ///
    /// ```
    /// use regulars::adapter::sqlite::SqliteStore;
    ///
    /// # let folder = std::env::temp_dir().join(format!("regulars-chain-{}", std::process::id()));
    /// # std::fs::create_dir_all(&folder)?;
    /// let mut store = SqliteStore::open(folder.join("shop.ledger"))?;
    /// let on_receipt = store.chain_head()?.to_string();
    /// // Days later:
    /// assert_eq!(store.check_chain(Some(on_receipt.parse()?))?.seq.0, 0);
    /// # drop(store);
    /// # std::fs::remove_dir_all(&folder)?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn check_chain(&mut self, seen: Option<ChainHead>) -> Result<ChainHead, SqliteError> {
        Ok(self
            .database
            .run_with(|connection, _| chain::check(connection, &mut self.programs, Seq(1), seen))?)
    }

    /// The same of the newest 256 operations alone: a few milliseconds, however long the ledger is. Opening does it
    /// of the newest 32.
    ///
    /// # Errors
    /// As [`check_chain`](SqliteStore::check_chain).
    pub fn check_chain_end(&mut self) -> Result<ChainHead, SqliteError> {
        Ok(self.check_newest(LOOKED_AT_QUICKLY)?)
    }

    fn check_newest(&mut self, operations: u64) -> Result<ChainHead, Failed> {
        let from = Seq(self.chain_head()?.seq.0.saturating_sub(operations));
        self.database.run_with(|connection, _| chain::check(connection, &mut self.programs, from, None))
    }

    /// Begins a new epoch, in a file that was restored from a copy: what this register records from now on is
    /// told apart from what the lost file had under the same numbers. An epoch must be larger than any that the
    /// register had before, also in other copies; the seconds since 1970 will do.
    ///
    /// # Errors
    /// [`SqliteError::DoesNotFit`] unless it is larger than the last one; [`SqliteError`] if the file can't be
    /// written to.
    ///
    /// ```
    /// use regulars::adapter::sqlite::SqliteStore;
    ///
    /// # let folder = std::env::temp_dir().join(format!("regulars-epoch-{}", std::process::id()));
    /// # std::fs::create_dir_all(&folder)?;
    /// let mut restored = SqliteStore::open(folder.join("shop.ledger"))?;
    /// restored.begin_epoch(1_795_676_133)?;
    /// assert!(restored.begin_epoch(1_795_676_133).is_err());
    /// # drop(restored);
    /// # std::fs::remove_dir_all(&folder)?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn begin_epoch(&mut self, epoch: u32) -> Result<(), SqliteError> {
        self.place.check()?;
        // What the last transaction has left is of the epoch before.
        self.head = None;
        Ok(chain::begin_epoch(&mut self.database, self.patience, epoch)?)
    }

    /// Erases what a customer told, with those who were merged into the same: name, e-mail address, phone
    /// number and birthday, also in what was recorded before. All amounts stay as they are, under the
    /// customer's id; and so does the chain, which doesn't cover what was told. The file is then written anew, so that
    /// no byte of it is left, which takes a second for some 50 MB. Copies that were made before still have
    /// all of it.
    ///
    /// A document that said it is no longer the same as when it was recorded: handed in again, it is a
    /// `conflict`.
    ///
    /// # Errors
    /// [`SqliteError::UnknownCustomer`] if nobody has this id; [`SqliteError::Busy`] if another program uses
    /// the file for too long: then nobody reads it any more, but bytes of it may be left, and it is to be erased
    /// once more; [`SqliteError`] if the file can't be written to.
    ///
    /// ```
    /// use regulars::adapter::sqlite::{SqliteError, SqliteStore};
    /// use regulars::ident::CustomerId;
    ///
    /// # let folder = std::env::temp_dir().join(format!("regulars-erase-{}", std::process::id()));
    /// # std::fs::create_dir_all(&folder)?;
    /// let mut store = SqliteStore::open(folder.join("shop.ledger"))?;
    /// let nobody = store.erase(&CustomerId::new("ada")?);
    /// assert!(matches!(nobody, Err(SqliteError::UnknownCustomer { .. })));
    /// # drop(store);
    /// # std::fs::remove_dir_all(&folder)?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn erase(&mut self, customer: &CustomerId) -> Result<(), SqliteError> {
        self.place.check()?;
        // Nor is it to stay in memory.
        self.remembered.forget();
        Ok(personal::erase(&mut self.database, self.patience, customer)?)
    }

    /// Keeps a file of so many bytes beside the ledger (`…-ballast`): space for the day when the disk is full
    /// ([`release_ballast`](SqliteStore::release_ballast)). A good size is some thousand sales, 16 MiB. If it is
    /// there already, nothing happens.
    ///
    /// # Errors
    /// [`SqliteError::ReadOnly`] if the ledger was opened for reading alone, [`SqliteError::TooMuchBallast`] for more than
    /// [`MOST_BALLAST`](SqliteStore::MOST_BALLAST), [`SqliteError::Full`] if there isn't so much
    /// space, [`SqliteError::CannotOpen`] if the file can't be made; nothing is kept then.
    pub fn keep_ballast(&mut self, bytes: u64) -> Result<(), SqliteError> {
        self.refuse_to_read_alone()?;
        Ok(ballast::keep(&self.path, bytes)?)
    }

    /// Gives the space of the ballast back to the disk, so that selling can go on after
    /// [`SqliteError::Full`] while somebody makes room; whether there was any. Then the till should say so, and
    /// keep ballast again when there is room.
    ///
    /// # Errors
    /// [`SqliteError::ReadOnly`] if the ledger was opened for reading alone, [`SqliteError::CannotOpen`] if the file can't
    /// be deleted.
    ///
    /// ```
    /// use regulars::adapter::sqlite::SqliteStore;
    ///
    /// # let folder = std::env::temp_dir().join(format!("regulars-ballast-{}", std::process::id()));
    /// # std::fs::create_dir_all(&folder)?;
    /// let mut store = SqliteStore::open(folder.join("shop.ledger"))?;
    /// store.keep_ballast(1024 * 1024)?;
    /// // A sale was refused with `Full`: this makes room for the next ones.
    /// assert!(store.release_ballast()?);
    /// assert!(!store.release_ballast()?);
    /// # drop(store);
    /// # std::fs::remove_dir_all(&folder)?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn release_ballast(&mut self) -> Result<bool, SqliteError> {
        self.refuse_to_read_alone()?;
        Ok(ballast::release(&self.path)?)
    }

    /// Who only looks leaves alone what stands beside the ledger, too.
    fn refuse_to_read_alone(&self) -> Result<(), SqliteError> {
        match self.database.connection().is_readonly("main")? {
            true => Err(SqliteError::ReadOnly),
            false => Ok(()),
        }
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
        Ok(accounts::page(self.database.connection(), after, most)?)
    }
}

impl Store for SqliteStore {
    type Error = SqliteError;
    type Transaction<'s> = SqliteTransaction<'s>;

    fn begin(&mut self) -> Result<SqliteTransaction<'_>, SqliteError> {
        Ok(SqliteTransaction::begin(self)?)
    }

    fn operations(&mut self, from: Seq, most: usize) -> Result<Vec<Operation>, SqliteError> {
        Ok(Reader { database: &mut self.database, programs: &mut self.programs, ids: &mut self.ids }
            .page(from, most)?)
    }
}
