//! How a ledger is opened.

use std::path::Path;
use std::time::Duration;

use crate::adapter::sqlite::database::Database;
use crate::adapter::sqlite::document_ids::DocumentIds;
use crate::adapter::sqlite::place::Place;
use crate::adapter::sqlite::programs::Programs;
use crate::adapter::sqlite::punctual::Punctual;
use crate::adapter::sqlite::remembered::Remembered;
use crate::adapter::sqlite::{SqliteError, SqliteStore, reading, schema};

/// How long a transaction waits for another program to end its own.
const PATIENCE: Duration = Duration::from_secs(5);

/// How many of the newest operations are looked at when a ledger is opened.
const LOOKED_AT: u64 = 32;

/// What of the answers that a till has given is still there after a loss of power. Where only the program
/// crashes or is killed, all of them are, either way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Durability {
    /// All: no answer is given before it has reached the disk. As far as the disk keeps what it says that it has
    /// kept, nothing can be lost.
    #[default]
    EachAnswer,
    /// All up to the last checkpoint; the newest after that **can be lost**. A checkpoint is each call of
    /// [`SqliteStore::checkpoint`] that finds 1 MiB of log or more, each commit that makes the log 8 MiB long, and
    /// each opening and each closing by the last program. Without calls of `checkpoint` that is about the last
    /// thousand sales.
    ///
    /// What is lost was answered: its receipt was printed, and what a customer spent in it can be spent again. Its
    /// documents can be handed in again, if the till has kept them. What is left is sound and without a gap: the
    /// ledger as it was at some moment since that checkpoint. But a [head](super::ChainHead) that was seen since
    /// then may not be in it any more, and its numbers go to other operations; so an epoch should be
    /// [begun](SqliteStore::begin_epoch).
    ///
    /// For a ledger that can be made again, as in a replay, or where no disk syncs fast enough. A sale waits for no
    /// disk then.
    UntilCheckpoint,
}

/// How a ledger is opened: [`SqliteStore::options`], and what differs from that.
///
/// ```
/// use std::time::Duration;
///
/// use regulars::adapter::sqlite::SqliteStore;
///
/// # let folder = std::env::temp_dir().join(format!("regulars-options-{}", std::process::id()));
/// # std::fs::create_dir_all(&folder)?;
/// let options = SqliteStore::options().patience(Duration::from_secs(1));
/// let store = options.open(folder.join("shop.ledger"))?;
/// # drop(store);
/// # std::fs::remove_dir_all(&folder)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
#[must_use]
pub struct SqliteOptions {
    patience: Duration,
    durability: Durability,
    check_end: bool,
    check_log: bool,
}

impl SqliteOptions {
    pub(super) fn new() -> SqliteOptions {
        SqliteOptions {
            patience: PATIENCE,
            durability: Durability::default(),
            check_end: true,
            check_log: true,
        }
    }

    /// How long a transaction waits for other programs to end theirs; at first 5 seconds. 24 days at the most, which
    /// is as far as SQLite counts.
    pub fn patience(self, patience: Duration) -> SqliteOptions {
        SqliteOptions { patience, ..self }
    }

    /// What a loss of power can take; at first nothing.
    pub fn durability(self, durability: Durability) -> SqliteOptions {
        SqliteOptions { durability, ..self }
    }

    /// Whether opening looks at the newest 32 operations, that each is what was written there after the one
    /// before it; at first it does. It takes less than a millisecond. To look into a ledger whose end is damaged,
    /// it is opened without.
    pub fn check_end(self, check_end: bool) -> SqliteOptions {
        SqliteOptions { check_end, ..self }
    }

    /// Whether opening looks at a log that was left behind, before SQLite does; at first it does, a few milliseconds
    /// for one of 8 MiB. Where a bit of it has flipped, all that came after is cut off otherwise, and nothing says
    /// so. To go on with what is left, once it is known what is missing, a ledger is opened without; what stands
    /// behind the damage is gone then.
    ///
    /// Under [`Durability::UntilCheckpoint`] it isn't looked at: a loss of power can leave the same there.
    pub fn check_log(self, check_log: bool) -> SqliteOptions {
        SqliteOptions { check_log, ..self }
    }

    /// Whether what stands in a log was durable before more was written behind it.
    fn looks_at_log(&self) -> bool {
        self.check_log && self.durability == Durability::EachAnswer
    }

    /// Opens a ledger; where there is no file, or an empty one, it is made.
    ///
    /// # Errors
    /// As [`SqliteStore::open`].
    pub fn open(&self, path: impl AsRef<Path>) -> Result<SqliteStore, SqliteError> {
        let path = path.as_ref();
        let connection = schema::open(path, self.patience, self.durability, self.looks_at_log())?;
        let mut store = self.store(path, Database::new(connection)?);
        store.refold_if_older()?;
        if self.check_end {
            store.check_newest(LOOKED_AT).map_err(|failed| end_damaged(*failed))?;
        }
        Ok(store)
    }

    /// Opens a ledger for reading, also where nothing can be written.
    ///
    /// # Errors
    /// As [`SqliteStore::open_to_read`].
    pub fn open_to_read(&self, path: impl AsRef<Path>) -> Result<SqliteStore, SqliteError> {
        let path = path.as_ref();
        let connection = reading::open(path, self.patience, self.looks_at_log())?;
        Ok(self.store(path, Database::new(connection)?))
    }

    fn store(&self, path: &Path, database: Database) -> SqliteStore {
        let path = std::path::absolute(path).unwrap_or_else(|_| path.to_path_buf());
        SqliteStore {
            database,
            programs: Programs::default(),
            punctual: Punctual::default(),
            remembered: Remembered::default(),
            ids: DocumentIds::default(),
            patience: self.patience,
            checks_log: self.looks_at_log(),
            head: None,
            place: Place::of(&path),
            path,
        }
    }
}

/// What is damaged is the end, and what can be done is something else than where it is told later.
fn end_damaged(error: SqliteError) -> SqliteError {
    match error {
        SqliteError::Damaged { seq: Some(seq), what } => SqliteError::EndDamaged { seq, what },
        error => error,
    }
}
