//! Customers, their balances and their lots.

use std::vec::Vec;

use rusqlite::{Connection, Row, params};

use crate::adapter::sqlite::SqliteError;
use crate::adapter::sqlite::operations::number;
use crate::decide::{AccountChange, Standing};
use crate::ident::CustomerId;
use crate::ledger::{Lot, LotKey, Seq};
use crate::money::Units;
use crate::time::{Date, Timestamp};

/// A customer as the file keeps it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptCustomer {
    /// Who.
    pub customer: CustomerId,
    /// Whether the customer takes part.
    pub standing: Standing,
    /// The balance.
    pub balance: Units,
    /// The time of the latest document about the customer.
    pub latest: Timestamp,
}

/// Stands for a lot that never runs out, later than the last day there is: in the order of use it
/// comes last.
const NEVER: i32 = 2_932_897;

/// A customer, and where in the file.
#[derive(Debug, Clone)]
pub(super) struct Found {
    pub(super) n: i64,
    /// The newest operation of the customer.
    pub(super) last: i64,
    soonest: i32,
    pub(super) kept: KeptCustomer,
}

/// Looks a customer up.
pub(super) fn find(connection: &Connection, customer: &CustomerId) -> Result<Option<Found>, SqliteError> {
    let sql = "SELECT n, last, id, standing, balance, latest, soonest FROM customer WHERE id = ?1";
    let mut statement = connection.prepare_cached(sql)?;
    let mut rows = statement.query([customer.as_str()])?;
    let Some(row) = rows.next()? else { return Ok(None) };
    Ok(Some(Found { n: row.get(0)?, last: row.get(1)?, soonest: row.get(6)?, kept: kept(row)? }))
}

/// Customers in the order of their ids, those after `after`.
pub(super) fn page(
    connection: &Connection,
    after: Option<&CustomerId>,
    most: usize,
) -> Result<Vec<KeptCustomer>, SqliteError> {
    let sql = "SELECT n, last, id, standing, balance, latest FROM customer
               WHERE id > ?1 ORDER BY id LIMIT ?2";
    let mut statement = connection.prepare_cached(sql)?;
    let most = i64::try_from(most).unwrap_or(i64::MAX);
    let mut rows = statement.query(params![after.map_or("", CustomerId::as_str), most])?;
    let mut customers = Vec::new();
    while let Some(row) = rows.next()? {
        customers.push(kept(row)?);
    }
    Ok(customers)
}

/// A customer's lots in the order of use.
pub(super) fn lots(connection: &Connection, customer: i64) -> Result<Vec<Lot>, SqliteError> {
    let sql = "SELECT expires, born, seq, part, units FROM lot WHERE customer = ?1
               ORDER BY expires, born, seq, part";
    let mut statement = connection.prepare_cached(sql)?;
    let mut rows = statement.query([customer])?;
    let mut lots = Vec::new();
    while let Some(row) = rows.next()? {
        lots.push(lot(row)?);
    }
    Ok(lots)
}

impl Found {
    /// Whether one of the customer's lots has its last day before a day.
    pub(super) fn runs_out_before(&self, connection: &Connection, day: Date) -> Result<bool, SqliteError> {
        let day = day.days().min(NEVER);
        // The soonest may have been used up since; then it takes a look.
        if day <= self.soonest {
            return Ok(false);
        }
        let sql = "SELECT 1 FROM lot WHERE customer = ?1 AND expires < ?2";
        Ok(connection.prepare_cached(sql)?.exists(params![self.n, day])?)
    }
}

/// Keeps what a customer has from now on, under a number that is known or made now. `last` is the
/// customer's newest operation then.
pub(super) fn keep(
    connection: &Connection,
    known: Option<i64>,
    change: &AccountChange,
    last: i64,
) -> Result<i64, SqliteError> {
    let (standing, balance) = (standing_code(change.standing), change.balance.minor());
    let latest = change.latest.millisecond();
    let soonest = change.lots.iter().map(|lot| column(lot.key.expires)).min().unwrap_or(NEVER);
    let n = if let Some(n) = known {
        let sql = "UPDATE customer SET standing = ?2, balance = ?3, latest = ?4, last = ?5,
                   soonest = min(soonest, ?6) WHERE n = ?1";
        connection.prepare_cached(sql)?.execute(params![n, standing, balance, latest, last, soonest])?;
        n
    } else {
        let sql = "INSERT INTO customer (id, standing, balance, latest, last, soonest)
                   VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
        let id = change.customer.as_str();
        connection.prepare_cached(sql)?.execute(params![id, standing, balance, latest, last, soonest])?;
        connection.last_insert_rowid()
    };
    change.lots.iter().try_for_each(|lot| keep_lot(connection, n, lot))?;
    Ok(n)
}

fn keep_lot(connection: &Connection, customer: i64, lot: &Lot) -> Result<(), SqliteError> {
    let LotKey { expires, born, seq, part } = lot.key;
    let expires = column(expires);
    let (born, seq) = (born.millisecond(), number(seq)?);
    if lot.units.is_zero() {
        let sql = "DELETE FROM lot
                   WHERE customer = ?1 AND expires = ?2 AND born = ?3 AND seq = ?4 AND part = ?5";
        connection.prepare_cached(sql)?.execute(params![customer, expires, born, seq, part])?;
    } else {
        let sql = "INSERT INTO lot (customer, expires, born, seq, part, units)
                   VALUES (?1, ?2, ?3, ?4, ?5, ?6)
                   ON CONFLICT (customer, expires, born, seq, part) DO UPDATE SET units = excluded.units";
        let units = lot.units.minor();
        connection.prepare_cached(sql)?.execute(params![customer, expires, born, seq, part, units])?;
    }
    Ok(())
}

/// A last day, as a column holds it.
fn column(expires: Option<Date>) -> i32 {
    expires.map_or(NEVER, Date::days)
}

fn kept(row: &Row<'_>) -> Result<KeptCustomer, SqliteError> {
    let bad = |what| SqliteError::damaged(what);
    let id = row.get_ref(2)?.as_str().map_err(|_| bad("a customer's id is no text"))?;
    Ok(KeptCustomer {
        customer: CustomerId::new(id).map_err(|_| bad("a customer's id can't be one"))?,
        standing: standing(row.get(3)?)?,
        balance: Units::from_minor(row.get(4)?),
        latest: Timestamp::from_millisecond(row.get(5)?).ok_or(bad("a customer's time is out of range"))?,
    })
}

fn lot(row: &Row<'_>) -> Result<Lot, SqliteError> {
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

fn standing_code(standing: Standing) -> i32 {
    match standing {
        Standing::Enrolled => 0,
        Standing::OptedOut => 1,
    }
}

fn standing(code: i32) -> Result<Standing, SqliteError> {
    match code {
        0 => Ok(Standing::Enrolled),
        1 => Ok(Standing::OptedOut),
        _ => Err(SqliteError::damaged("a customer's standing is unknown")),
    }
}
