//! What can go wrong with a file.

use std::boxed::Box;
use std::format;
use std::path::PathBuf;
use std::string::String;

use rusqlite::ErrorCode;

use crate::adapter::sqlite::Obstacle;
use crate::ident::CustomerId;
use crate::ledger::Seq;

/// The file can't be used, now or at all. Whatever was not committed was not kept; what a commit that failed was to keep
/// may be there when the file is opened anew ([`commit`](crate::store::Transaction::commit)).
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SqliteError {
    /// The SQLite that was linked in can lose data when two programs use one file.
    #[error("SQLite {found} can damage a file that two programs use; link 3.51.3 or newer")]
    LibraryTooOld {
        /// Its version.
        found: &'static str,
    },
    /// The file is not there and can't be made, or can't be opened.
    #[error("{} can't be opened or made: {why}", .path.display())]
    CannotOpen {
        /// The file.
        path: PathBuf,
        /// What is in the way.
        why: Obstacle,
    },
    /// The file is where programs can't share memory, so that no write-ahead log can be kept.
    #[error("{} is where no write-ahead log can be kept, as on a network; put it on a local disk", .path.display())]
    NotLocal {
        /// The file.
        path: PathBuf,
    },
    /// There is a log, and the ledger that it belongs to is missing or empty. Nothing was changed.
    #[error(
        "{} is the log of a ledger that is missing; put the ledger back, or move the log away and restore a backup",
        .path.display()
    )]
    LoneLog {
        /// The log.
        path: PathBuf,
    },
    /// The ledger, its log or the log's index was deleted, moved, or replaced by another file, while it was open. What would have been
    /// recorded now wasn't: it would be gone with the program. What was recorded before can still be read, and
    /// [`SqliteStore::backup`](super::SqliteStore::backup) still copies all of it, until the store is dropped. Once the
    /// file is back where it was, the store goes on.
    #[error(
        "{} is not the file any more that was opened, and nothing more is recorded; put it back, or make a backup before \
         this program ends, and go on with that", .path.display()
    )]
    Moved {
        /// Which of them.
        path: PathBuf,
    },
    /// The ledger has another name (a hard link). SQLite keeps a log beside the name that a file was opened by, so that
    /// of two programs that open it by two names each would lose what the other records. It isn't opened, and a store that
    /// has it open records nothing more. What was recorded before can still be read, and
    /// [`SqliteStore::backup`](super::SqliteStore::backup) still copies all of it. Once one name is left, the store goes on.
    #[error(
        "{} has another name (a hard link), under which a log of its own would be kept, and nothing more is recorded; \
         keep the name that its log is beside, delete the others, and copy a ledger by a backup", .path.display()
    )]
    SeveralNames {
        /// One of them.
        path: PathBuf,
    },
    /// The file is something else; nothing in it was changed.
    #[error("{} is not a ledger; choose another path", .path.display())]
    NotALedger {
        /// The file.
        path: PathBuf,
    },
    /// The file was written by a newer version of this library.
    #[error("the ledger has format {found}, and this program knows {known} at most; update the program")]
    TooNew {
        /// The format of the file.
        found: i32,
        /// The newest format that is known here.
        known: i32,
    },
    /// The file was written before this library had a format that is kept for ever.
    #[error(
        "the ledger has format {found}, which no released version wrote; play its documents into a new one"
    )]
    TooOld {
        /// The format of the file.
        found: i32,
    },
    /// The file may be read and not written.
    #[error(
        "the ledger may not be written to; check the rights on the file and its folder, or whether it is open only to \
         be read"
    )]
    ReadOnly,
    /// The file is on a disk that takes no changes. Nobody can write a ledger there.
    #[error(
        "{} is on a disk that can't be written to; open it to be read, or copy it to another disk", .path.display()
    )]
    ReadOnlyDisk {
        /// The file.
        path: PathBuf,
    },
    /// Another program kept the file to itself for longer than the time to wait.
    #[error("another program is writing to the ledger; try again, or wait longer")]
    Busy,
    /// There is no space left.
    #[error("the disk is full; free some space, or release the ballast, and hand the document in again")]
    Full,
    /// More was asked for than a ballast may have.
    #[error(
        "a ballast has {most} bytes at the most, and {bytes} were asked for; 16 MiB are some thousand sales"
    )]
    TooMuchBallast {
        /// What was asked for.
        bytes: u64,
        /// [`SqliteStore::MOST_BALLAST`](super::SqliteStore::MOST_BALLAST).
        most: u64,
    },
    /// The file contradicts itself, or holds bytes that nothing of ours has written.
    #[error("the ledger is damaged{}: {what}; restore a copy, and keep this one", place(.seq))]
    Damaged {
        /// The operation, where it can be told.
        seq: Option<Seq>,
        /// What is wrong.
        what: &'static str,
    },
    /// The newest operations aren't what was written, as opening finds out
    /// ([`check_end`](super::SqliteOptions::check_end)). Nothing was recorded; a log may have been copied, and a file of an
    /// older format been brought up to date.
    #[error(
        "the end of the ledger is damaged at operation {}: {what}; keep the file as it is, verify it, and restore a \
         backup or salvage what can be read", .seq.0
    )]
    EndDamaged {
        /// The first operation that isn't.
        seq: Seq,
        /// What is wrong.
        what: &'static str,
    },
    /// A bit of the log has flipped, or a part of it is lost: SQLite would read the ledger as it was before that, and
    /// cut off all that came after. Nothing was changed.
    ///
    /// A log that was written under [`Durability::UntilCheckpoint`](super::Durability::UntilCheckpoint) may look the
    /// same after a loss of power; it is to be opened so again.
    #[error(
        "{} is damaged, and the newest operations with it; keep it and the ledger as they are, and salvage what can \
         be read, or restore a backup", .path.display()
    )]
    LogDamaged {
        /// The log.
        path: PathBuf,
    },
    /// The file has an older format, and was opened for reading alone.
    #[error(
        "the ledger has format {found}, and was opened to be read; open it once where it may be written to, \
         which brings it to format {known}: older programs can't use it from then on"
    )]
    NotUpToDate {
        /// The format of the file.
        found: i32,
        /// The one that can be read.
        known: i32,
    },
    /// Nobody has this id.
    #[error("there is no customer {customer}; check the id")]
    UnknownCustomer {
        /// The id.
        customer: CustomerId,
    },
    /// A change set doesn't fit the ledger: it was not decided on facts of its own transaction, or
    /// holds a number that can't be kept.
    #[error("the change set doesn't fit the ledger: {what}; ask for the facts and decide again")]
    DoesNotFit {
        /// What doesn't fit.
        what: &'static str,
    },
    /// Something in the same transaction has failed before, and nothing of it is kept.
    #[error("an earlier failure ended the transaction; hand its documents in again")]
    Lost,
    /// Anything else that SQLite reports.
    #[error("SQLite failed: {0}")]
    Sqlite(#[source] Box<rusqlite::Error>),
}

fn place(seq: &Option<Seq>) -> String {
    match seq {
        Some(Seq(number)) => format!(" at operation {number}"),
        None => String::new(),
    }
}

impl SqliteError {
    pub(super) fn damaged(what: &'static str) -> SqliteError {
        SqliteError::Damaged { seq: None, what }
    }
}

impl From<rusqlite::Error> for SqliteError {
    fn from(error: rusqlite::Error) -> SqliteError {
        match error.sqlite_error_code() {
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => SqliteError::Busy,
            Some(ErrorCode::DiskFull) => SqliteError::Full,
            Some(ErrorCode::ReadOnly) => SqliteError::ReadOnly,
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => {
                SqliteError::damaged("SQLite can't read it")
            }
            Some(ErrorCode::ConstraintViolation) => {
                SqliteError::DoesNotFit { what: "a row stands there already" }
            }
            _ => match error {
                rusqlite::Error::InvalidColumnType(..) | rusqlite::Error::IntegralValueOutOfRange(..) => {
                    SqliteError::damaged("a column holds what it never should")
                }
                error => SqliteError::Sqlite(Box::new(error)),
            },
        }
    }
}

/// The same within the store: no more than a pointer, since nearly each call there may give one back.
pub(super) type Failed = Box<SqliteError>;

impl From<Failed> for SqliteError {
    fn from(failed: Failed) -> SqliteError {
        *failed
    }
}

impl From<rusqlite::Error> for Failed {
    fn from(error: rusqlite::Error) -> Failed {
        Failed::new(error.into())
    }
}
