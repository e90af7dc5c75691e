//! Waiting for other programs, so that each has its turn.
//!
//! SQLite's own way to wait asks more and more seldom, in the end ten times a second. A program that
//! writes without a pause has the file free for some microseconds between two transactions, and finds
//! it free itself each time: the other one waits for ever. Here who waits asks all the time, at moments
//! that are left to chance, so that of all that want to write each is as likely to be the next.

use std::hash::{BuildHasher, RandomState};
use std::thread::sleep;
use std::time::{Duration, Instant};

use rusqlite::Connection;

use crate::adapter::sqlite::database::{Database, Statements};
use crate::adapter::sqlite::{Failed, SqliteError};

/// The longest pause between two questions, in microseconds: about as long as a disk takes for a sale.
const PAUSE: u64 = 400;

/// The longest time that SQLite can be told to wait.
const LONGEST: Duration = Duration::from_millis(i32::MAX as u64);

/// How long SQLite waits by itself wherever it has to, which is seldom: most of all when another program
/// is just opening the file or closing it.
pub(super) fn set(connection: &Connection, patience: Duration) -> Result<(), Failed> {
    Ok(connection.busy_timeout(patience.min(LONGEST))?)
}

/// Begins something for which other programs may have to end theirs, and gives up after a while.
pub(super) fn wait(
    database: &mut Database,
    patience: Duration,
    mut begin: impl for<'c> FnMut(&mut Statements<'c>) -> rusqlite::Result<usize>,
) -> Result<(), Failed> {
    set(database.connection(), Duration::ZERO)?;
    let until = Instant::now().checked_add(patience);
    let mut chance = None;
    let begun = loop {
        match database.run(&mut begin).map_err(SqliteError::from) {
            Err(SqliteError::Busy) if until.is_none_or(|until| Instant::now() < until) => {
                let chance = chance.get_or_insert_with(RandomState::new);
                sleep(Duration::from_micros(chance.hash_one(Instant::now()) % PAUSE));
            }
            begun => break begun,
        }
    };
    set(database.connection(), patience)?;
    Ok(begun.map(drop)?)
}

/// Does something in a transaction of its own: all of it is kept, or nothing.
pub(super) fn transaction(
    database: &mut Database,
    patience: Duration,
    call: impl FnOnce(&mut Database) -> Result<(), Failed>,
) -> Result<(), Failed> {
    wait(database, patience, |statements| statements.begin.execute([]))?;
    let done = call(database)
        .and_then(|()| Ok(database.run(|statements| statements.commit.execute([])).map(drop)?));
    if done.is_err() {
        // Its own failure would say less than what made it necessary.
        let _ = database.connection().execute_batch("ROLLBACK");
    }
    done
}
