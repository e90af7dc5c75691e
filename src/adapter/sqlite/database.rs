//! A connection, with the statements that nearly every sale needs.
//!
//! They are prepared once. Others go through the connection's own cache: finding one there takes
//! about as long as running it does.

use std::vec::Vec;

use rusqlite::{Connection, Statement};
use self_cell::self_cell;

use crate::adapter::sqlite::Failed;

/// The columns of operations, from somewhere.
macro_rules! select_operations {
    ($rest:literal) => {
        concat!(
            "SELECT operation.seq, operation.at, operation.previous, operation.late, customer.id,
             operation.body FROM ",
            $rest
        )
    };
}

macro_rules! statements {
    ($($(#[$doc:meta])* $name:ident = $sql:expr;)+) => {
        /// Each is reset after its use.
        pub(super) struct Statements<'c> {
            $($(#[$doc])* pub(super) $name: Statement<'c>,)+
        }

        impl<'c> Statements<'c> {
            fn prepare(connection: &'c Connection) -> rusqlite::Result<Statements<'c>> {
                let [$($name),+] = prepared(connection, [$($sql),+])?;
                Ok(Statements { $($name),+ })
            }
        }
    };
}

statements! {
    begin = "BEGIN IMMEDIATE";
    commit = "COMMIT";
    /// The program that holds, whether one has looked at purchases, and the epoch.
    head = "SELECT (SELECT n FROM program WHERE current), (SELECT coalesce(max(looks), 0) FROM program),
        (SELECT epoch FROM epoch ORDER BY first DESC LIMIT 1)";
    /// The newest operation and its hash.
    newest = "SELECT seq, hash FROM operation ORDER BY seq DESC LIMIT 1";
    /// The first document of a kind at an id or behind it: its own id, and the operation that recorded it.
    named = "SELECT id, seq FROM document WHERE kind = ?1 AND id >= ?2 ORDER BY id LIMIT 1";
    /// What is kept under a key: the number of its kind, and the key.
    kept = "SELECT body FROM kept WHERE kind = ?1 AND id = ?2";
    /// A customer's account, with the tally if it is asked for. The customer's id, and whether it is.
    customer = "SELECT n, member, units, latest, last, soonest, recent,
            CASE WHEN ?2 THEN (SELECT body FROM tally WHERE tally.customer = n) END
        FROM customer WHERE id = ?1";
    /// A customer's id; balance, time of the latest document, newest operation, last day of the lot that runs out first;
    /// what has come to the tally lately.
    set_account = "UPDATE customer SET units = ?2, latest = ?3, last = ?4, soonest = ?5, recent = ?6
        WHERE id = ?1";
    /// The last day of the lot that runs out first.
    soonest = "SELECT expires FROM lot WHERE customer = ?1 ORDER BY expires LIMIT 1";
    /// A lot that is new: a customer's number; last day, birth, operation, part, units.
    add_lot = "INSERT INTO lot (customer, expires, born, seq, part, units)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
    /// The same of a lot that may be there. For this SQLite keeps what the pages were before.
    set_lot = "INSERT OR REPLACE INTO lot (customer, expires, born, seq, part, units)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
    /// As the columns are.
    append = "INSERT INTO operation (seq, at, customer, previous, late, body, hash)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
    /// A customer's tally as it was written last.
    tally = "SELECT body FROM tally WHERE customer = ?1";
    /// A customer's number, and the tally.
    set_tally = "INSERT OR REPLACE INTO tally (customer, body) VALUES (?1, ?2)";
    /// Operations in order: from which number on, and how many at the most.
    page = select_operations!("operation LEFT JOIN customer ON customer.n = operation.customer
        WHERE operation.seq >= ?1 ORDER BY operation.seq LIMIT ?2");
    /// The operations about a sale that came after the one with this number, which rang it up.
    later = select_operations!("follow JOIN operation ON operation.seq = follow.operation
        LEFT JOIN customer ON customer.n = operation.customer
        WHERE follow.sale = ?1 ORDER BY follow.operation");
    /// The operation with a number.
    by_number = select_operations!("operation LEFT JOIN customer ON customer.n = operation.customer
        WHERE operation.seq = ?1");
    /// The place of the operation with a number among those about its customer.
    link = "SELECT previous, late FROM operation WHERE seq = ?1";
    /// That an operation is about a sale: the number of the one that rang it up, and its own.
    follow = "INSERT INTO follow (sale, operation) VALUES (?1, ?2)";
    /// A customer's lots in the order of use.
    lots = "SELECT expires, born, seq, part, units FROM lot
        WHERE customer = ?1 ORDER BY expires, born, seq, part";
    /// A customer's number and a lot that is gone; last day, birth, operation, part.
    end_lot = "DELETE FROM lot
        WHERE customer = ?1 AND expires = ?2 AND born = ?3 AND seq = ?4 AND part = ?5";
    /// A document's kind and id, and the operation that recorded it.
    name = "INSERT INTO document (kind, id, seq) VALUES (?1, ?2, ?3)";
}

fn prepared<'c, const N: usize>(
    connection: &'c Connection,
    all: [&str; N],
) -> rusqlite::Result<[Statement<'c>; N]> {
    let prepared = all.iter().map(|sql| connection.prepare(sql)).collect::<Result<Vec<_>, _>>()?;
    // There is one for each.
    prepared.try_into().map_err(|_| rusqlite::Error::InvalidQuery)
}

self_cell!(
    struct Prepared {
        owner: Connection,
        #[not_covariant]
        dependent: Statements,
    }
);

pub(super) struct Database(Prepared);

impl Database {
    /// Prepares the statements; the tables must be there.
    pub(super) fn new(connection: Connection) -> Result<Database, Failed> {
        Ok(Database(Prepared::try_new(connection, |connection| {
            let mut statements = Statements::prepare(connection)?;
            if connection.is_readonly("main")? {
                // Who only reads can't keep writers out, and needn't.
                statements.begin = connection.prepare("BEGIN")?;
            }
            Ok::<_, rusqlite::Error>(statements)
        })?))
    }

    pub(super) fn connection(&self) -> &Connection {
        self.0.borrow_owner()
    }

    /// Runs some of the statements, with the connection at hand.
    pub(super) fn run_with<R>(
        &mut self,
        call: impl for<'c> FnOnce(&'c Connection, &mut Statements<'c>) -> R,
    ) -> R {
        self.0.with_dependent_mut(|connection, statements| call(connection, statements))
    }

    /// Runs one of the statements.
    pub(super) fn run<R>(&mut self, call: impl for<'c> FnOnce(&mut Statements<'c>) -> R) -> R {
        self.run_with(|_, statements| call(statements))
    }
}

impl core::fmt::Debug for Database {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        self.connection().fmt(f)
    }
}
