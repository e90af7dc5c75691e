//! What customers told of themselves: names, addresses, birthdays.
//!
//! A document says it, and a decision has the customer as he or she is from then on. Neither is packed with
//! it: it stands in rows of its own, outside of the chain of hashes, so that it can be erased and the ledger
//! stays as it is. What is left of a customer then is the id, which is a pseudonym as long as the shop doesn't
//! make it of a name or a phone number.

use std::time::Duration;
use std::vec;
use std::vec::Vec;

use rusqlite::{Connection, params};

use crate::adapter::sqlite::accounts::{self, Found};
use crate::adapter::sqlite::database::Database;
use crate::adapter::sqlite::pack::{Checksum, pack_value, unpack_value};
use crate::adapter::sqlite::{Failed, SqliteError, cached, shared, turn};
use crate::decide::{Document, Operation, Profile};
use crate::ident::CustomerId;
use crate::ledger::Seq;

/// What one customer told, as an operation has it.
pub(super) struct Told {
    /// Whose profile in the operation it is, counted from 0.
    part: u32,
    customer: CustomerId,
    profile: Profile,
}

/// Whether there can be anything personal in an operation.
pub(super) fn may_have(operation: &Operation) -> bool {
    matches!(operation.document, Document::Enrol(_)) || !operation.decision.members.is_empty()
}

/// Takes out of a profile what can be erased.
pub(super) fn take(profile: &mut Profile) -> Option<Profile> {
    let Profile { code: _, name, email, phone, groups: _, birthday } = profile;
    let (name, email, phone) = (name.take(), email.take(), phone.take());
    let taken = Profile { name, email, phone, birthday: birthday.take(), ..Profile::default() };
    (taken != Profile::default()).then_some(taken)
}

/// Takes out of an operation what can be erased.
pub(super) fn take_all(operation: &mut Operation) -> Vec<Told> {
    let mut told = Vec::new();
    for (part, (customer, profile)) in (0..).zip(operation.profiles()) {
        let customer = customer.clone();
        told.extend(take(profile).map(|profile| Told { part, customer, profile }));
    }
    told
}

impl Told {
    pub(super) fn customer(&self) -> &CustomerId {
        &self.customer
    }

    /// Keeps it. `customer` is the number of the one that it is of.
    pub(super) fn keep(&self, connection: &Connection, seq: i64, customer: i64) -> Result<(), Failed> {
        let mut body = pack_value(&self.profile);
        body.extend(checksum(seq, self.part, customer, &body));
        let sql = "INSERT INTO personal (operation, part, customer, body) VALUES (?1, ?2, ?3, ?4)";
        cached::run(connection, sql, params![seq, self.part, customer, body])?;
        Ok(())
    }
}

/// Puts into an operation what is there of what was taken out of it.
pub(super) fn put_back(connection: &Connection, operation: &mut Operation) -> Result<(), Failed> {
    let seq = operation.seq;
    let damaged = |what| SqliteError::Damaged { seq: Some(seq), what };
    // Where a damaged ledger is looked into, whose a number is may not be known.
    let sql = "SELECT part, personal.customer, personal.body, customer.id FROM personal
        LEFT JOIN customer ON customer.n = personal.customer WHERE operation = ?1";
    let mut statement = connection.prepare_cached(sql)?;
    let number = i64::try_from(seq.0).unwrap_or(i64::MAX);
    let mut rows = statement.query([number])?;
    while let Some(row) = rows.next()? {
        let (part, customer) = (row.get::<_, u32>(0)?, row.get(1)?);
        let bytes = row.get_ref(2)?.as_blob().map_err(|_| damaged("what a customer told is no bytes"))?;
        let told = read(seq, (number, part, customer), bytes)?;
        let mut told_there = (0..).zip(operation.profiles()).filter(|(place, _)| *place == part);
        let (_, (teller, profile)) =
            told_there.next().ok_or(damaged("it has fewer customers than have told"))?;
        let id = row.get_ref(3)?.as_str_or_null().map_err(|_| damaged("a customer's id is no text"))?;
        if id.is_some_and(|id| id != teller.as_str()) {
            return Err(damaged("what a customer told is kept as another's").into());
        }
        let Profile { name, email, phone, birthday, .. } = told;
        *profile = Profile { name, email, phone, birthday, ..core::mem::take(profile) };
    }
    Ok(())
}

/// What a customer told last.
#[cfg(feature = "contacts")]
pub(super) fn last_told(connection: &Connection, customer: i64) -> Result<Option<Profile>, Failed> {
    let sql = "SELECT operation, part, body FROM personal WHERE customer = ?1
        ORDER BY operation DESC, part DESC LIMIT 1";
    let mut statement = connection.prepare_cached(sql)?;
    let mut rows = statement.query([customer])?;
    let Some(row) = rows.next()? else { return Ok(None) };
    let (operation, part) = (row.get(0)?, row.get(1)?);
    let seq = Seq(u64::try_from(operation).unwrap_or_default());
    let damaged = SqliteError::Damaged { seq: Some(seq), what: "what a customer told is no bytes" };
    let bytes = row.get_ref(2)?.as_blob().map_err(|_| damaged)?;
    read(seq, (operation, part, customer), bytes).map(Some)
}

fn read(seq: Seq, place: (i64, u32, i64), bytes: &[u8]) -> Result<Profile, Failed> {
    let damaged = |what| SqliteError::Damaged { seq: Some(seq), what };
    let (operation, part, customer) = place;
    let (body, sum) = bytes.split_last_chunk().ok_or(damaged("what a customer told ends too early"))?;
    if *sum != checksum(operation, part, customer, body) {
        return Err(damaged("what a customer told has changed since it was written").into());
    }
    Ok(unpack_value(body).map_err(|damage| damaged(damage.0))?)
}

/// Whether there are all customers who have told something.
pub(super) fn check(connection: &Connection) -> Result<(), Failed> {
    let sql = "SELECT min(operation) FROM personal WHERE customer NOT IN (SELECT n FROM customer)";
    match connection.query_row(sql, [], |row| row.get::<_, Option<i64>>(0))? {
        Some(operation) => Err(SqliteError::Damaged {
            seq: u64::try_from(operation).ok().map(Seq),
            what: "what a customer told is kept as nobody's",
        }
        .into()),
        None => Ok(()),
    }
}

/// Whether a row that was found by itself is what was written.
pub(super) fn is_whole(operation: i64, part: i64, customer: i64, bytes: &[u8]) -> bool {
    let (Ok(part), Some((body, sum))) = (u32::try_from(part), bytes.split_last_chunk()) else { return false };
    *sum == checksum(operation, part, customer, body)
}

fn checksum(operation: i64, part: u32, customer: i64, body: &[u8]) -> [u8; 4] {
    let numbers = [operation, i64::from(part), customer].map(i64::to_le_bytes);
    Checksum::new().add(numbers.as_flattened()).add(body).value().to_le_bytes()
}

/// Whether what a customer told was erased, and nothing new has been told here since.
pub(super) fn is_erased(connection: &Connection, customer: &CustomerId) -> Result<bool, Failed> {
    let mut statement = connection.prepare_cached("SELECT 1 FROM erased WHERE customer = ?1")?;
    Ok(statement.exists([customer.as_str()])?)
}

/// A customer who was erased tells something anew.
pub(super) fn tells_anew(connection: &Connection, customer: &CustomerId) -> Result<(), Failed> {
    let mut statement = connection.prepare_cached("DELETE FROM erased WHERE customer = ?1")?;
    statement.execute([customer.as_str()])?;
    Ok(())
}

/// Erases what a customer told, and those who are the same by now.
pub(super) fn erase(
    database: &mut Database,
    patience: Duration,
    customer: &CustomerId,
) -> Result<(), Failed> {
    turn::transaction(database, patience, |database| erase_rows(database, customer))?;
    // What was deleted, and copies that were left where rows had stood before: all pages are written anew, and
    // the log, which has the old ones, is emptied.
    let connection = database.connection();
    connection.execute_batch("VACUUM")?;
    let emptied = "PRAGMA wal_checkpoint(TRUNCATE)";
    match connection.query_row(emptied, [], |row| row.get::<_, bool>(0))? {
        true => Err(SqliteError::Busy.into()),
        false => Ok(()),
    }
}

fn erase_rows(database: &mut Database, customer: &CustomerId) -> Result<(), Failed> {
    let (mut same, mut done) = (vec![customer.clone()], Vec::new());
    while let Some(customer) = same.pop() {
        if done.contains(&customer) {
            continue;
        }
        let found = accounts::find_in_file(database, &customer)?;
        let Some(Found { n, mut member, .. }) = found else {
            return Err(SqliteError::UnknownCustomer { customer }.into());
        };
        same.extend(member.merged_into.iter().chain(&member.merged_from).cloned());
        for sql in ["DELETE FROM personal WHERE customer = ?1", "DELETE FROM contact WHERE customer = ?1"] {
            cached::run(database.connection(), sql, params![n])?;
        }
        if take(&mut member.profile).is_some() {
            accounts::keep_member(database, n, &member)?;
        }
        // Nor does it come back by what other registers have decided already.
        shared::erase_waiting(database.connection(), &customer)?;
        let sql = "INSERT INTO erased (customer) VALUES (?1) ON CONFLICT DO NOTHING";
        cached::run(database.connection(), sql, params![customer.as_str()])?;
        done.push(customer);
    }
    Ok(())
}
