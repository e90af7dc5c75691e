//! Customers and their balances.

use std::boxed::Box;
use std::vec::Vec;

use rusqlite::types::ValueRef;
use rusqlite::{Connection, Row, params};

use crate::adapter::sqlite::database::Database;
use crate::adapter::sqlite::lots::{self, NEVER};
use crate::adapter::sqlite::pack::{Damage, Pack, pack_value, unpack_value};
use crate::adapter::sqlite::remembered::Remembered;
use crate::adapter::sqlite::tallies::KeptTally;
use crate::adapter::sqlite::{Failed, SqliteError, cached};
use crate::decide::{AccountChange, Member, Tally, Together};
use crate::ident::CustomerId;
use crate::ledger::Seq;
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

/// Where a customer stands in the file. `last` and `latest` are as of before the next operation, until that is appended;
/// the others as they were written last.
#[derive(Debug)]
pub(super) struct Known {
    pub(super) customer: CustomerId,
    pub(super) n: i64,
    /// The newest operation.
    pub(super) last: i64,
    /// The time of the latest document.
    pub(super) latest: Timestamp,
    /// The last day of the lot that runs out first; [`NEVER`] without any.
    pub(super) soonest: i32,
    pub(super) tally: KeptTally,
}

impl Known {
    pub(super) fn new(customer: CustomerId, found: &mut Found) -> Known {
        let tally = core::mem::take(&mut found.kept_tally);
        Known { customer, n: found.n, last: found.last, latest: found.latest, soonest: found.soonest, tally }
    }
}

/// An account as its row has it.
pub(super) struct AccountRow {
    n: i64,
    member: Box<[u8]>,
    units: i64,
    latest: i64,
    last: i64,
    recent: Option<Box<[u8]>>,
    /// The last day of the lot that runs out first; [`NEVER`] without any.
    soonest: i32,
}

impl AccountRow {
    /// The first seven columns are the account's.
    pub(super) fn read(row: &Row<'_>) -> Result<AccountRow, Failed> {
        let bytes = |column| {
            row.get_ref(column)?.as_blob_or_null().map_err(|_| SqliteError::damaged("a value is no bytes"))
        };
        let member = bytes(1)?.ok_or(SqliteError::damaged("a value is no bytes"))?;
        Ok(AccountRow {
            n: row.get(0)?,
            member: member.into(),
            units: row.get(2)?,
            latest: row.get(3)?,
            last: row.get(4)?,
            recent: bytes(6)?.map(Box::from),
            soonest: row.get(5)?,
        })
    }

    /// What it says, without the tally.
    pub(super) fn found(&self) -> Result<Found, Failed> {
        let out_of_range = SqliteError::damaged("a customer's time is out of range");
        Ok(Found {
            n: self.n,
            member: unpack_value(&self.member).map_err(|Damage(what)| SqliteError::damaged(what))?,
            balance: Units::from_minor(self.units),
            latest: Timestamp::from_millisecond(self.latest).ok_or(out_of_range)?,
            last: self.last,
            tally: None,
            kept_tally: KeptTally::unread(self.recent.as_deref().map(<[u8]>::to_vec)),
            soonest: self.soonest,
        })
    }

    /// It was written so, with its newest operation, and with what is known of its lots and its tally.
    pub(super) fn change(&mut self, change: &AccountChange, last: i64, known: &Known) {
        self.units = change.balance.minor();
        self.latest = change.latest.millisecond();
        (self.last, self.soonest) = (last, known.soonest);
        let recent = known.tally.recent.as_deref();
        if self.recent.as_deref() != recent {
            self.recent = recent.map(Box::from);
        }
    }

    /// What is kept beside it was written.
    pub(super) fn change_member(&mut self, member: Vec<u8>) {
        self.member = member.into();
    }

    /// One of which nothing is known yet.
    #[cfg(test)]
    pub(super) fn of_new(n: i64) -> AccountRow {
        let member = pack_value(&Member::default()).into();
        AccountRow { n, member, units: 0, latest: 0, last: 0, recent: None, soonest: NEVER }
    }

    /// How many bytes of it have no set length.
    pub(super) fn size(&self) -> usize {
        self.member.len().saturating_add(self.recent.as_ref().map_or(0, |recent| recent.len()))
    }
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

/// Keeps what a customer has from now on, of whom it is `known` what stands in the file; that of its tally and lots is
/// what stands there from now on, too. `last` is the customer's newest operation then; lots of operations from `new_from`
/// on are new.
pub(super) fn keep(
    database: &mut Database,
    known: &mut Known,
    change: &AccountChange,
    (last, new_from): (i64, Option<Seq>),
) -> Result<(), Failed> {
    let Known { n, soonest, tally, .. } = known;
    tally.keep(database, *n, &change.tally)?;
    *soonest = lots::keep(database, (*n, *soonest), &change.lots, new_from)?;
    let (balance, latest) = (change.balance.minor(), change.latest.millisecond());
    let row = params![change.customer.as_str(), balance, latest, last, *soonest, tally.recent];
    if database.run(|statements| statements.set_account.execute(row))? != 1 {
        return Err(SqliteError::damaged("a customer's account isn't where it should be").into());
    }
    Ok(())
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

/// Whether each customer's row says of the lots when the first runs out: by it alone it is seen that something has.
pub(super) fn check(connection: &Connection) -> Result<(), Failed> {
    let sql = "SELECT EXISTS (SELECT 1 FROM customer WHERE soonest IS NOT coalesce(
            (SELECT min(expires) FROM lot WHERE lot.customer = n), ?1))";
    match connection.query_row(sql, [NEVER], |row| row.get(0))? {
        true => Err(SqliteError::damaged("a customer's row doesn't say when the first lot runs out").into()),
        false => Ok(()),
    }
}

/// Makes a place for a customer who is new, of whom the latest document has a time; the number of it.
pub(super) fn make(database: &mut Database, customer: &CustomerId, latest: Timestamp) -> Result<i64, Failed> {
    let connection = database.connection();
    let sql = "SELECT coalesce(max(n), 0) + 1 FROM customer";
    let n = cached::the_number(connection, sql, &[])?;
    let sql = "INSERT INTO customer (id, n, units, latest, last, soonest, member)
        VALUES (?1, ?2, 0, ?3, 0, ?4, ?5)";
    let row = params![customer.as_str(), n, latest.millisecond(), NEVER, pack_value(&Member::default())];
    cached::run(connection, sql, row)?;
    Ok(n)
}
