//! Customers, their balances and their lots.

use std::vec::Vec;

use rusqlite::types::ValueRef;
use rusqlite::{Connection, OptionalExtension, Row, params};

use crate::adapter::sqlite::database::Database;
use crate::adapter::sqlite::operations::number;
use crate::adapter::sqlite::pack::{Damage, Pack, pack_value, unpack_value};
use crate::adapter::sqlite::record::Known;
use crate::adapter::sqlite::remembered::{AccountRow, Remembered};
use crate::adapter::sqlite::tallies::KeptTally;
use crate::adapter::sqlite::{Failed, SqliteError, cached};
use crate::decide::{AccountChange, Member, Tally, Together};
use crate::ident::CustomerId;
use crate::ledger::{Lot, LotKey, Seq};
use crate::money::Units;
use crate::time::{Date, Timestamp};

/// A customer as the file keeps it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptCustomer {
    /// Who.
    pub customer: CustomerId,
    /// What is kept of the customer beside the balance.
    pub member: Member,
    /// The balance.
    pub balance: Units,
    /// The time of the latest document about the customer.
    pub latest: Timestamp,
}

/// Stands for a lot that never runs out, later than the last day there is: in the order of use it
/// comes last.
pub(super) const NEVER: i32 = 2_932_897;

/// Customers with their accounts, from somewhere.
macro_rules! select_customers {
    ($rest:literal) => {
        concat!("SELECT n, member, units, latest, last, soonest, recent, id FROM customer ", $rest)
    };
}

const PAGE: &str = select_customers!("WHERE id > ?1 ORDER BY id LIMIT ?2");

#[cfg(feature = "contacts")]
const BY_NUMBER: &str = select_customers!("WHERE n = ?1");

/// Where a customer stands, and where in the file.
#[derive(Debug, Clone)]
pub(super) struct Found {
    pub(super) n: i64,
    pub(super) member: Member,
    pub(super) balance: Units,
    pub(super) latest: Timestamp,
    /// The newest operation of the customer.
    pub(super) last: i64,
    /// What the customer bought, if that was asked for and is kept.
    pub(super) tally: Option<Tally>,
    /// The same as the file has it.
    pub(super) kept_tally: KeptTally,
    /// The last day of the lot that runs out first; [`NEVER`] without any.
    pub(super) soonest: i32,
}

/// How much is looked up of a customer.
#[derive(Debug, Clone, Copy)]
pub(super) enum Asked<'a> {
    /// What the account says.
    Account,
    /// The tally, too; in it, one sale may stand for those that needn't be told apart.
    WithTally(Option<&'a Together>),
}

/// Finds a customer who is remembered, or else in the file, and remembers who was found there.
pub(super) fn find(
    database: &mut Database,
    remembered: &mut Remembered,
    customer: &CustomerId,
    asked: Asked<'_>,
) -> Result<Option<Found>, Failed> {
    if let Some(account) = remembered.find(customer) {
        let mut found = account.found()?;
        found.read_tally_if_asked(database, asked)?;
        return Ok(Some(found));
    }
    let Some((account, found)) = read(database, customer, asked)? else { return Ok(None) };
    remembered.note(customer, account);
    Ok(Some(found))
}

/// Finds a customer in the file, whoever is remembered: for who changes what stands there.
pub(super) fn find_in_file(database: &mut Database, customer: &CustomerId) -> Result<Option<Found>, Failed> {
    Ok(read(database, customer, Asked::Account)?.map(|(_, found)| found))
}

fn read(
    database: &mut Database,
    customer: &CustomerId,
    asked: Asked<'_>,
) -> Result<Option<(AccountRow, Found)>, Failed> {
    database.run(|statements| {
        let mut rows =
            statements.customer.query(params![customer.as_str(), matches!(asked, Asked::WithTally(_))])?;
        let Some(row) = rows.next()? else { return Ok(None) };
        let account = AccountRow::read(row)?;
        let mut found = account.found()?;
        if let Asked::WithTally(together) = asked {
            found.read_tally(row.get_ref(7)?, together)?;
        }
        Ok(Some((account, found)))
    })
}

/// The ids of customers in order, those after `after`.
pub(super) fn ids(
    connection: &Connection,
    after: Option<&CustomerId>,
    most: usize,
) -> Result<Vec<CustomerId>, Failed> {
    let sql = "SELECT id FROM customer WHERE id > ?1 ORDER BY id LIMIT ?2";
    let mut statement = connection.prepare_cached(sql)?;
    let most = i64::try_from(most).unwrap_or(i64::MAX);
    let mut rows = statement.query(params![after.map_or("", CustomerId::as_str), most])?;
    let mut customers = Vec::new();
    while let Some(row) = rows.next()? {
        let bad = |what| SqliteError::damaged(what);
        let id = row.get_ref(0)?.as_str().map_err(|_| bad("a customer's id is no text"))?;
        let id = CustomerId::new(id).map_err(|_| bad("a customer's id can't be one"))?;
        comes_after(&id, customers.last().or(after))?;
        customers.push(id);
    }
    Ok(customers)
}

/// Who reads page after page ends only if each goes on after the one before.
fn comes_after(customer: &CustomerId, before: Option<&CustomerId>) -> Result<(), Failed> {
    match before {
        Some(before) if customer.as_str() <= before.as_str() => {
            Err(SqliteError::damaged("customers are not in order").into())
        }
        _ => Ok(()),
    }
}

/// Customers in the order of their ids, those after `after`.
pub(super) fn page(
    connection: &Connection,
    after: Option<&CustomerId>,
    most: usize,
) -> Result<Vec<KeptCustomer>, Failed> {
    let mut statement = connection.prepare_cached(PAGE)?;
    let most = i64::try_from(most).unwrap_or(i64::MAX);
    let mut rows = statement.query(params![after.map_or("", CustomerId::as_str), most])?;
    let mut customers: Vec<KeptCustomer> = Vec::new();
    while let Some(row) = rows.next()? {
        let kept = kept_customer(row)?;
        comes_after(&kept.customer, customers.last().map(|last| &last.customer).or(after))?;
        customers.push(kept);
    }
    Ok(customers)
}

/// The customer with a number.
#[cfg(feature = "contacts")]
pub(super) fn kept(connection: &Connection, n: i64) -> Result<KeptCustomer, Failed> {
    let mut statement = connection.prepare_cached(BY_NUMBER)?;
    let mut rows = statement.query([n])?;
    let row = rows.next()?.ok_or(SqliteError::damaged("a customer is found who isn't there"))?;
    kept_customer(row)
}

fn kept_customer(row: &Row<'_>) -> Result<KeptCustomer, Failed> {
    let bad = |what| SqliteError::damaged(what);
    let id = row.get_ref(7)?.as_str().map_err(|_| bad("a customer's id is no text"))?;
    let customer = CustomerId::new(id).map_err(|_| bad("a customer's id can't be one"))?;
    let Found { member, balance, latest, .. } = AccountRow::read(row)?.found()?;
    Ok(KeptCustomer { customer, member, balance, latest })
}

/// A customer's lots in the order of use.
pub(super) fn lots(database: &mut Database, customer: i64) -> Result<Vec<Lot>, Failed> {
    database.run(|statements| {
        let mut rows = statements.lots.query([customer])?;
        let mut lots = Vec::new();
        while let Some(row) = rows.next()? {
            lots.push(lot(row)?);
        }
        Ok(lots)
    })
}

impl Found {
    /// Reads the tally of a customer who was found without it.
    fn read_tally_if_asked(&mut self, database: &mut Database, asked: Asked<'_>) -> Result<(), Failed> {
        let Asked::WithTally(together) = asked else { return Ok(()) };
        database.run(|statements| {
            let mut rows = statements.tally.query([self.n])?;
            match rows.next()? {
                Some(row) => self.read_tally(row.get_ref(0)?, together),
                None => Ok(()),
            }
        })
    }

    fn read_tally(&mut self, body: ValueRef<'_>, together: Option<&Together>) -> Result<(), Failed> {
        let bytes = body.as_blob_or_null().map_err(|_| SqliteError::damaged("a tally is no bytes"))?;
        let together = together.filter(|together| self.latest <= together.until);
        let read = self.kept_tally.read(bytes, together);
        self.tally = read.map_err(|Damage(what)| SqliteError::damaged(what))?;
        Ok(())
    }

    /// Whether one of the customer's lots has its last day before a day.
    pub(super) fn runs_out_before(&self, day: Date) -> bool {
        self.soonest < day.days().min(NEVER)
    }
}

/// Keeps what a known customer has from now on. `last` is the customer's newest operation then; lots of operations from
/// `new_from` on are new.
pub(super) fn keep(
    database: &mut Database,
    known: &mut Known,
    change: &AccountChange,
    (last, new_from): (i64, Option<Seq>),
) -> Result<(), Failed> {
    let Known { n, soonest, tally, .. } = known;
    tally.keep(database, *n, &change.tally)?;
    for lot in &change.lots {
        let is_new = new_from.is_some_and(|first| first <= lot.key.seq);
        keep_lot(database, *n, lot, is_new)?;
    }
    *soonest = soonest_after(database, *n, *soonest, &change.lots)?;
    let (balance, latest) = (change.balance.minor(), change.latest.millisecond());
    let row = params![change.customer.as_str(), balance, latest, last, *soonest, tally.recent];
    if database.run(|statements| statements.set_account.execute(row))? != 1 {
        return Err(SqliteError::damaged("a customer's account isn't where it should be").into());
    }
    Ok(())
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

/// Keeps what is kept of a customer beside the balance; as it was packed.
pub(super) fn keep_member(database: &mut Database, n: i64, member: &Member) -> Result<Vec<u8>, Failed> {
    let sql = "UPDATE customer SET member = ?2 WHERE n = ?1";
    let packed = pack_value(member);
    cached::run(database.connection(), sql, params![n, packed])?;
    Ok(packed)
}

/// A packed value in a column.
pub(super) fn value<T: Pack>(row: &Row<'_>, column: usize) -> Result<T, Failed> {
    let bytes = row.get_ref(column)?.as_blob().map_err(|_| SqliteError::damaged("a value is no bytes"))?;
    Ok(unpack_value(bytes).map_err(|Damage(what)| SqliteError::damaged(what))?)
}

/// Makes a place for a customer who is new; the number of it.
pub(super) fn make(database: &mut Database, customer: &CustomerId) -> Result<i64, Failed> {
    let connection = database.connection();
    let sql = "SELECT coalesce(max(n), 0) + 1 FROM customer";
    let n = cached::the_number(connection, sql, &[])?;
    let sql = "INSERT INTO customer (id, n, units, soonest, member) VALUES (?1, ?2, 0, ?3, ?4)";
    let row = params![customer.as_str(), n, NEVER, pack_value(&Member::default())];
    cached::run(connection, sql, row)?;
    Ok(n)
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
pub(super) fn last_day_column(expires: Option<Date>) -> i32 {
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
