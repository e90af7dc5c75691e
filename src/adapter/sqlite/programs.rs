//! The versions of the program that a file keeps.

use std::collections::BTreeMap;
use std::string::String;
use std::vec::Vec;

use rusqlite::{Connection, params};

use crate::adapter::sqlite::pack::Checksum;
use crate::adapter::sqlite::{Failed, SqliteError, cached};
use crate::document::{Json, Limits, program_from, write_program};
use crate::loyalty::{ProgramVersion, VersionedProgram};

/// How many programs stay in memory; a shop has a few, and a long ledger has many.
const KEPT_IN_MEMORY: usize = 4;

/// The programs of a file, by their number in it. What was read once isn't read again.
#[derive(Debug, Default)]
pub(super) struct Programs {
    versions: BTreeMap<i64, ProgramVersion>,
    /// The one used last comes last.
    recent: Vec<(i64, VersionedProgram)>,
}

impl Programs {
    /// The version with a number.
    pub(super) fn version(&mut self, connection: &Connection, n: i64) -> Result<ProgramVersion, Failed> {
        if let Some(version) = self.versions.get(&n) {
            return Ok(*version);
        }
        let sql = "SELECT version FROM program WHERE n = ?1";
        let version = cached::first(connection, sql, params![n], |row| row.get::<_, [u8; 32]>(0))?;
        let version = version.ok_or(SqliteError::damaged("a program is named that isn't there"))?;
        self.versions.insert(n, ProgramVersion(version));
        Ok(ProgramVersion(version))
    }

    /// The version with a number, and the text that is kept of it.
    pub(super) fn version_and_text(
        &mut self,
        connection: &Connection,
        n: i64,
    ) -> Result<(ProgramVersion, String), Failed> {
        let version = self.version(connection, n)?;
        let mut statement = connection.prepare_cached("SELECT document FROM program WHERE n = ?1")?;
        Ok((version, statement.query_row([n], |row| row.get(0))?))
    }

    /// The program with a number.
    pub(super) fn program(&mut self, connection: &Connection, n: i64) -> Result<VersionedProgram, Failed> {
        if let Some(index) = self.recent.iter().position(|(known, _)| *known == n) {
            if index.saturating_add(1) < self.recent.len() {
                let used = self.recent.remove(index);
                self.recent.push(used);
            }
            if let Some((_, program)) = self.recent.last() {
                return Ok(program.clone());
            }
        }
        let version = self.version(connection, n)?;
        let sql = "SELECT document, checksum FROM program WHERE n = ?1";
        let mut statement = connection.prepare_cached(sql)?;
        let (document, sum) =
            statement.query_row([n], |row| Ok((row.get::<_, String>(0)?, row.get::<_, u32>(1)?)))?;
        if checksum(&version, &document) != sum {
            return Err(SqliteError::damaged("a program has changed since it was written").into());
        }
        let read = Json::read(&document, &Limits::NONE).and_then(|json| program_from(&json));
        let read = read.map_err(|_| SqliteError::damaged("a program can't be read"))?;
        let program = VersionedProgram { version, program: read.program };
        self.remember(n, program.clone());
        Ok(program)
    }

    /// The number of a version that is kept.
    pub(super) fn number(
        &mut self,
        connection: &Connection,
        version: &ProgramVersion,
    ) -> Result<Option<i64>, Failed> {
        if let Some((n, _)) = self.recent.iter().rev().find(|(_, program)| program.version == *version) {
            return Ok(Some(*n));
        }
        Ok(cached::number(connection, "SELECT n FROM program WHERE version = ?1", params![version.0])?)
    }

    /// Keeps a version, and says its number; one that is kept already stays as it is.
    pub(super) fn keep(
        &mut self,
        connection: &Connection,
        program: &VersionedProgram,
    ) -> Result<i64, Failed> {
        if let Some(n) = self.number(connection, &program.version)? {
            return Ok(n);
        }
        let sql = "INSERT INTO program (version, document, checksum, looks, current)
                   VALUES (?1, ?2, ?3, ?4, 0)";
        let document = write_program(&program.program);
        let (sum, looks) = (checksum(&program.version, &document), program.program.looks_at_purchases());
        cached::run(connection, sql, params![program.version.0, document, sum, looks])?;
        let n = connection.last_insert_rowid();
        self.versions.insert(n, program.version);
        self.remember(n, program.clone());
        Ok(n)
    }

    /// Makes a version the one that holds from now on.
    pub(super) fn set_current(&mut self, connection: &Connection, n: i64) -> Result<(), Failed> {
        let sql = "UPDATE program SET current = (n = ?1) WHERE current <> (n = ?1)";
        cached::run(connection, sql, params![n])?;
        Ok(())
    }

    /// Forgets all: a transaction that kept some of them was given up.
    pub(super) fn forget(&mut self) {
        *self = Programs::default();
    }

    fn remember(&mut self, n: i64, program: VersionedProgram) {
        if self.recent.len() == KEPT_IN_MEMORY {
            self.recent.remove(0);
        }
        self.recent.push((n, program));
    }
}

/// Whether what rows say of their programs is so: who reads a program reads its text alone.
pub(super) fn check(connection: &Connection) -> Result<(), Failed> {
    let mut statement = connection.prepare("SELECT n, looks, current FROM program ORDER BY n")?;
    let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
    let (mut programs, mut holding) = (Programs::default(), 0);
    for row in rows.collect::<Result<Vec<(i64, i64, i64)>, _>>()? {
        let (n, looks, current) = row;
        let program = programs.program(connection, n)?.program;
        if looks != i64::from(program.looks_at_purchases()) {
            let what = "whether a program looks at purchases isn't what was written";
            return Err(SqliteError::damaged(what).into());
        }
        holding = current.saturating_add(holding);
        if !(0..=1).contains(&current) || 1 < holding {
            return Err(SqliteError::damaged("more than one program holds").into());
        }
    }
    Ok(())
}

/// Whether a row that was found by itself is what was written.
pub(super) fn is_whole(version: &[u8], document: &str, sum: i64) -> bool {
    let version = <[u8; 32]>::try_from(version).map(ProgramVersion);
    version.is_ok_and(|version| i64::from(checksum(&version, document)) == sum)
}

pub(super) fn checksum(version: &ProgramVersion, document: &str) -> u32 {
    Checksum::new().add(&version.0).add(document.as_bytes()).value()
}
