//! Customers' lots.

use std::vec::Vec;

use rusqlite::{OptionalExtension, Row, params};

use crate::adapter::sqlite::database::Database;
use crate::adapter::sqlite::operations::number;
use crate::adapter::sqlite::{Failed, SqliteError};
use crate::ledger::{Lot, LotKey, Seq};
use crate::money::Units;
use crate::time::{Date, Timestamp};

/// Stands for a lot that never runs out, later than the last day there is: in the order of use it
/// comes last.
pub(super) const NEVER: i32 = 2_932_897;

/// A customer's lots in the order of use.
pub(super) fn read(database: &mut Database, customer: i64) -> Result<Vec<Lot>, Failed> {
    database.run(|statements| {
        let mut rows = statements.lots.query([customer])?;
        let mut lots = Vec::new();
        while let Some(row) = rows.next()? {
            lots.push(lot(row)?);
        }
        Ok(lots)
    })
}

/// Keeps lots of the customer with a number, whose first runs out on a day so far; those of operations from
/// `new_from` on are new. When the first runs out from now on.
pub(super) fn keep(
    database: &mut Database,
    (customer, soonest): (i64, i32),
    lots: &[Lot],
    new_from: Option<Seq>,
) -> Result<i32, Failed> {
    for lot in lots {
        let is_new = new_from.is_some_and(|first| first <= lot.key.seq);
        keep_lot(database, customer, lot, is_new)?;
    }
    soonest_after(database, customer, soonest, lots)
}

/// The last day of the lot that runs out first, after lots were kept. Where the one that was the first is gone, another
/// one may run out on the same day, or later.
fn soonest_after(database: &mut Database, n: i64, before: i32, kept: &[Lot]) -> Result<i32, Failed> {
    let is_gone = |lot: &&Lot| lot.units.is_zero() && lot.key.expires.is_some();
    if kept.iter().filter(is_gone).any(|lot| last_day_column(lot.key.expires) <= before) {
        let first = database.run(|statements| statements.soonest.query_row([n], |row| row.get(0)).optional());
        return Ok(first?.unwrap_or(NEVER));
    }
    let there = kept.iter().filter(|lot| !lot.units.is_zero());
    Ok(there.map(|lot| last_day_column(lot.key.expires)).fold(before, i32::min))
}

fn keep_lot(database: &mut Database, customer: i64, lot: &Lot, is_new: bool) -> Result<(), Failed> {
    let LotKey { expires, born, seq, part } = lot.key;
    let expires = last_day_column(expires);
    let (born, seq) = (born.millisecond(), number(seq)?);
    if lot.units.is_zero() {
        let row = params![customer, expires, born, seq, part];
        database.run(|statements| statements.end_lot.execute(row))?;
        return Ok(());
    }
    let row = params![customer, expires, born, seq, part, lot.units.minor()];
    database.run(|statements| match is_new {
        true => statements.add_lot.execute(row),
        false => statements.set_lot.execute(row),
    })?;
    Ok(())
}

/// A last day, as a column holds it.
fn last_day_column(expires: Option<Date>) -> i32 {
    expires.map_or(NEVER, Date::days)
}

fn lot(row: &Row<'_>) -> Result<Lot, Failed> {
    let bad = SqliteError::damaged;
    let expires = match row.get::<_, i32>(0)? {
        NEVER => None,
        days => Some(Date::from_days(days).ok_or(bad("a lot's last day is out of range"))?),
    };
    let born = Timestamp::from_millisecond(row.get(1)?).ok_or(bad("a lot's time is out of range"))?;
    let seq = u64::try_from(row.get::<_, i64>(2)?).map_err(|_| bad("a lot has no operation"))?;
    let key = LotKey { expires, born, seq: Seq(seq), part: row.get(3)? };
    Ok(Lot { key, units: Units::from_minor(row.get(4)?) })
}

#[cfg(test)]
mod tests {
    use rusqlite::Connection;

    use super::*;
    use crate::adapter::sqlite::tables::TABLES;

    /// A lot by its last day, and which of those of a day it is; so many units.
    fn lot((day, part, units): (i32, u16, i64)) -> Lot {
        let expires = (day != NEVER).then(|| Date::from_days(day).unwrap());
        let key = LotKey { expires, born: Timestamp::EPOCH, seq: Seq(1), part };
        Lot { key, units: Units::from_minor(units) }
    }

    #[test]
    fn when_the_first_lot_runs_out_is_known_after_each_change() {
        for (there, kept, expected) in [
            (&[][..], &[][..], NEVER),
            (&[], &[(100, 0, 1)], 100),
            (&[(100, 0, 1)], &[(99, 0, 1)], 99),
            (&[(100, 0, 1)], &[(101, 0, 1), (101, 1, 0), (NEVER, 0, 0)], 100),
            (&[(100, 0, 1), (100, 1, 1)], &[(100, 0, 0)], 100),
            (&[(100, 0, 1), (102, 0, 1)], &[(100, 0, 0)], 102),
            (&[(100, 0, 1), (NEVER, 0, 1)], &[(100, 0, 0)], NEVER),
            (&[(100, 0, 1)], &[(100, 0, 0), (103, 0, 1)], 103),
            (&[(100, 0, 1)], &[(98, 0, 1), (98, 0, 0)], 100),
            (&[(NEVER, 0, 1)], &[(NEVER, 0, 0)], NEVER),
        ] {
            let connection = Connection::open_in_memory().unwrap();
            connection.execute_batch(TABLES).unwrap();
            let mut database = Database::new(connection).unwrap();
            let mut soonest = NEVER;
            for lots in [there, kept] {
                let lots: Vec<Lot> = lots.iter().copied().map(lot).collect();
                soonest = keep(&mut database, (1, soonest), &lots, None).unwrap();
            }
            assert_eq!(soonest, expected, "{there:?}, {kept:?}");
        }
    }
}
