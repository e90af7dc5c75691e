//! What operations are called in the world, and where they are in the order of all registers.
//!
//! Most of it follows from where a row stands, so that the register's own operations need no bytes for it: an
//! operation is the register's own unless it is in `arrival`; its number is its place among the own ones of
//! its epoch; its moment is the time of recording unless there is another one in `moment`.

use rusqlite::{Connection, params};

use crate::adapter::sqlite::chain::Epochs;
use crate::adapter::sqlite::operations::{Reader, number};
use crate::adapter::sqlite::{Failed, SqliteError, cached};
use crate::decide::Operation;
use crate::ident::RegisterId;
use crate::ledger::{OperationName, Order, Origin, Seq};

/// An operation of another register, as it is noted.
pub(in crate::adapter::sqlite) struct Arrived {
    pub(super) register: RegisterId,
    pub(super) epoch: u32,
    pub(super) number: i64,
    pub(super) moment: i64,
}

impl Arrived {
    pub(super) fn of(order: &Order) -> Result<Arrived, Failed> {
        let OperationName { origin: Origin { register, epoch }, number } = &order.name;
        Ok(Arrived {
            register: register.clone(),
            epoch: *epoch,
            number: self::number(Seq(*number))?,
            moment: order.moment,
        })
    }

    fn order(self) -> Order {
        let Arrived { register, epoch, number, moment } = self;
        let origin = Origin { register, epoch };
        Order { moment, name: OperationName { origin, number: u64::try_from(number).unwrap_or_default() } }
    }

    /// What the chain covers of it.
    pub(in crate::adapter::sqlite) fn hashed(&self) -> (&str, [i64; 3]) {
        (self.register.as_str(), [i64::from(self.epoch), self.number, self.moment])
    }

    /// The operation of another register that has a number in this file, if it is one.
    pub(in crate::adapter::sqlite) fn find(
        connection: &Connection,
        seq: i64,
    ) -> Result<Option<Arrived>, Failed> {
        let sql = "SELECT register.id, epoch, number, moment FROM arrival
            JOIN register ON register.n = arrival.register WHERE seq = ?1";
        let mut statement = connection.prepare_cached(sql)?;
        let mut rows = statement.query([seq])?;
        let Some(row) = rows.next()? else { return Ok(None) };
        let bad = |what| SqliteError::Damaged { seq: u64::try_from(seq).ok().map(Seq), what };
        let register = row.get_ref(0)?.as_str().map_err(|_| bad("a register's name is no text"))?;
        let register = RegisterId::new(register).map_err(|_| bad("a register's name can't be one"))?;
        Ok(Some(Arrived { register, epoch: row.get(1)?, number: row.get(2)?, moment: row.get(3)? }))
    }
}

/// What is needed to say what operations of a file are called.
pub(super) struct Names {
    register: RegisterId,
    epochs: Epochs,
}

impl Names {
    pub(super) fn of(connection: &Connection) -> Result<Option<Names>, Failed> {
        let Some((register, _)) = origin(connection)? else { return Ok(None) };
        Ok(Some(Names { register, epochs: Epochs::read(connection)? }))
    }

    /// The epoch of what is recorded with a number.
    pub(super) fn epoch(&self, seq: i64) -> u32 {
        u32::try_from(self.epochs.of(seq)).unwrap_or_default()
    }

    /// The order of an operation that has been read.
    pub(super) fn order(&self, connection: &Connection, operation: &Operation) -> Result<Order, Failed> {
        let seq = number(operation.seq)?;
        if let Some(order) = self.noted(connection, seq)? {
            return Ok(order);
        }
        let moment = operation.recorded_at.millisecond();
        Ok(Order { moment, name: self.own_name(connection, seq)? })
    }

    /// The order of an operation where it is noted; `None` for one of the register's own whose moment is its
    /// time of recording.
    pub(super) fn noted(&self, connection: &Connection, seq: i64) -> Result<Option<Order>, Failed> {
        if let Some(arrived) = Arrived::find(connection, seq)? {
            return Ok(Some(arrived.order()));
        }
        let Some(moment) = own_moment(connection, seq)? else { return Ok(None) };
        Ok(Some(Order { moment, name: self.own_name(connection, seq)? }))
    }

    fn own_name(&self, connection: &Connection, seq: i64) -> Result<OperationName, Failed> {
        let before = own_until(connection, self.epochs.first(seq).saturating_sub(1))?;
        let number = own_until(connection, seq)?.saturating_sub(before);
        let origin = Origin { register: self.register.clone(), epoch: self.epoch(seq) };
        Ok(OperationName { origin, number: u64::try_from(number).unwrap_or_default() })
    }

    /// The number that an operation has in this file, of which `last` is the newest.
    pub(super) fn seq(
        &self,
        connection: &Connection,
        name: &OperationName,
        last: i64,
    ) -> Result<Option<Seq>, Failed> {
        let OperationName { origin: Origin { register, epoch }, number } = name;
        let Ok(number) = i64::try_from(*number) else { return Ok(None) };
        let sql = "SELECT seq FROM arrival
            WHERE register = (SELECT n FROM register WHERE id = ?1) AND epoch = ?2 AND number = ?3";
        let row = params![register.as_str(), epoch, number];
        if let Some(seq) = cached::number(connection, sql, row)? {
            return Ok(u64::try_from(seq).ok().map(Seq));
        }
        if *register != self.register || number < 1 {
            return Ok(None);
        }
        let Some((first, end)) = self.epochs.span(i64::from(*epoch), last) else { return Ok(None) };
        let rank = own_until(connection, first.saturating_sub(1))?.saturating_add(number);
        let seq = seq_of_own(connection, rank)?;
        Ok(u64::try_from(seq).ok().filter(|_| first <= seq && seq < end).map(Seq))
    }

    /// The number of the last operation of an origin.
    pub(super) fn last(&self, connection: &Connection, origin: &Origin, last: i64) -> Result<i64, Failed> {
        let Origin { register, epoch } = origin;
        let sql = "SELECT coalesce(max(number), 0) FROM arrival
            WHERE register = (SELECT n FROM register WHERE id = ?1) AND epoch = ?2";
        let row = params![register.as_str(), epoch];
        let arrived = cached::the_number(connection, sql, row)?;
        if *register != self.register {
            return Ok(arrived);
        }
        let Some((first, end)) = self.epochs.span(i64::from(*epoch), last) else { return Ok(arrived) };
        let own = own_until(connection, end.saturating_sub(1))?;
        Ok(arrived.max(own.saturating_sub(own_until(connection, first.saturating_sub(1))?)))
    }
}

/// Whose ledger it is, and how many of its own operations are acknowledged.
pub(super) fn origin(connection: &Connection) -> Result<Option<(RegisterId, i64)>, Failed> {
    let mut statement = connection.prepare_cached("SELECT register, acknowledged FROM origin")?;
    let mut rows = statement.query([])?;
    let Some(row) = rows.next()? else { return Ok(None) };
    let bad = SqliteError::damaged;
    let register = row.get_ref(0)?.as_str().map_err(|_| bad("a register's name is no text"))?;
    let register = RegisterId::new(register).map_err(|_| bad("a register's name can't be one"))?;
    Ok(Some((register, row.get(1)?)))
}

/// How many of the operations up to a number are the register's own.
pub(super) fn own_until(connection: &Connection, seq: i64) -> Result<i64, Failed> {
    let sql = "SELECT seq, own FROM arrival WHERE seq <= ?1 ORDER BY seq DESC LIMIT 1";
    let newest = two_numbers(connection, sql, seq)?;
    Ok(newest.map_or(seq.max(0), |(arrived, own)| own.saturating_add(seq.saturating_sub(arrived))))
}

/// The number in the file that the register's own operation with a place among all its own has, or will have.
pub(super) fn seq_of_own(connection: &Connection, place: i64) -> Result<i64, Failed> {
    let sql = "SELECT seq, own FROM arrival WHERE own < ?1 ORDER BY own DESC, seq DESC LIMIT 1";
    let newest = two_numbers(connection, sql, place)?;
    Ok(newest.map_or(place, |(arrived, own)| arrived.saturating_add(place.saturating_sub(own))))
}

fn two_numbers(connection: &Connection, sql: &str, of: i64) -> Result<Option<(i64, i64)>, Failed> {
    Ok(cached::first(connection, sql, params![of], |row| Ok((row.get(0)?, row.get(1)?)))?)
}

fn own_moment(connection: &Connection, seq: i64) -> Result<Option<i64>, Failed> {
    Ok(cached::number(connection, "SELECT moment FROM moment WHERE seq = ?1", params![seq])?)
}

/// The moment of the newest operation that has the latest one.
pub(super) fn clock(reader: &mut Reader<'_>, last: i64) -> Result<i64, Failed> {
    let connection = reader.database.connection();
    let sql = "SELECT clock FROM arrival WHERE seq = ?1";
    let known = match cached::number(connection, sql, params![last])? {
        Some(clock) => Some(clock),
        None => own_moment(connection, last)?,
    };
    if let Some(clock) = known {
        return Ok(clock);
    }
    let newest = reader.page(Seq(u64::try_from(last).unwrap_or_default()), 1)?.pop();
    Ok(newest.map_or(i64::MIN, |operation| operation.recorded_at.millisecond()))
}
