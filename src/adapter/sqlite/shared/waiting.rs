//! Operations of other registers that wait for others that they follow from.

use std::string::String;
use std::vec::Vec;

use rusqlite::{Connection, params};

use crate::adapter::sqlite::operations::number;
use crate::adapter::sqlite::pack::Checksum;
use crate::adapter::sqlite::{Failed, SqliteError, SqliteTransaction, cached, personal};
use crate::decide::Parcel;
use crate::document::{read_parcel, write_parcel};
use crate::ident::{CustomerId, RegisterId};
use crate::ledger::{OperationName, Origin, Seq};

impl SqliteTransaction<'_> {
    pub(in crate::adapter::sqlite) fn all_waiting(&mut self) -> Result<u64, Failed> {
        let count = cached::the_number(self.connection(), "SELECT count(*) FROM waiting", &[])?;
        Ok(count.unsigned_abs())
    }

    pub(in crate::adapter::sqlite) fn first_waiting(&mut self) -> Result<Vec<OperationName>, Failed> {
        let sql = "SELECT register, epoch, min(number) FROM waiting
            GROUP BY register, epoch ORDER BY register, epoch";
        let mut statement = self.connection().prepare_cached(sql)?;
        let mut rows = statement.query([])?;
        let mut first = Vec::new();
        while let Some(row) = rows.next()? {
            let bad = |what| SqliteError::damaged(what);
            let register = row.get_ref(0)?.as_str().map_err(|_| bad("a register's name is no text"))?;
            let register = RegisterId::new(register).map_err(|_| bad("a register's name can't be one"))?;
            let (origin, number) = (Origin { register, epoch: row.get(1)? }, row.get::<_, i64>(2)?);
            first.push(OperationName { origin, number: number.unsigned_abs() });
        }
        Ok(first)
    }

    pub(in crate::adapter::sqlite) fn find_waiting(
        &mut self,
        name: &OperationName,
    ) -> Result<Option<Parcel>, Failed> {
        let Origin { register, epoch } = &name.origin;
        let sql = "SELECT body, checksum FROM waiting WHERE register = ?1 AND epoch = ?2 AND number = ?3";
        let row = params![register.as_str(), epoch, number(Seq(name.number))?];
        let found = cached::first(self.connection(), sql, row, |row| Ok((row.get(0)?, row.get(1)?)))?;
        found.map(|(body, sum): (String, i64)| read(&body, sum)).transpose()
    }

    pub(in crate::adapter::sqlite) fn keep_waiting(&mut self, parcel: &Parcel) -> Result<(), Failed> {
        keep(self.connection(), parcel)
    }

    pub(in crate::adapter::sqlite) fn forget_waiting(&mut self, name: &OperationName) -> Result<(), Failed> {
        let Origin { register, epoch } = &name.origin;
        let sql = "DELETE FROM waiting WHERE register = ?1 AND epoch = ?2 AND number = ?3";
        let row = params![register.as_str(), epoch, number(Seq(name.number))?];
        cached::run(self.connection(), sql, row)?;
        Ok(())
    }
}

/// Takes what a customer told out of what waits.
pub(in crate::adapter::sqlite) fn erase_waiting(
    connection: &Connection,
    customer: &CustomerId,
) -> Result<(), Failed> {
    let mut changed = Vec::new();
    let mut statement = connection.prepare_cached("SELECT body, checksum FROM waiting")?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let mut parcel = read(row.get_ref(0)?.as_str().unwrap_or_default(), row.get(1)?)?;
        let profiles = parcel.operation.profiles().filter(|(of, _)| *of == customer);
        if profiles.filter_map(|(_, profile)| personal::take(profile)).count() != 0 {
            changed.push(parcel);
        }
    }
    drop(rows);
    changed.iter().try_for_each(|parcel| keep(connection, parcel))
}

fn keep(connection: &Connection, parcel: &Parcel) -> Result<(), Failed> {
    let OperationName { origin: Origin { register, epoch }, number } = &parcel.order.name;
    let sql = "INSERT OR REPLACE INTO waiting (register, epoch, number, body, checksum)
        VALUES (?1, ?2, ?3, ?4, ?5)";
    let body = write_parcel(parcel);
    let row = params![register.as_str(), epoch, self::number(Seq(*number))?, body, checksum(&body)];
    cached::run(connection, sql, row)?;
    Ok(())
}

/// What a line that waits is known again by: a digit of an amount is as good as another one.
pub(in crate::adapter::sqlite) fn checksum(body: &str) -> i64 {
    i64::from(Checksum::new().add(body.as_bytes()).value())
}

fn read(body: &str, sum: i64) -> Result<Parcel, Failed> {
    if sum != checksum(body) {
        return Err(SqliteError::damaged("an operation that waits isn't what was written").into());
    }
    Ok(read_parcel(body).map_err(|_| SqliteError::damaged("an operation that waits can't be read"))?)
}
