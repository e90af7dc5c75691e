//! What customers bought, added up.

use std::vec::Vec;

use rusqlite::params;

use crate::adapter::sqlite::SqliteError;
use crate::adapter::sqlite::accounts::value;
use crate::adapter::sqlite::database::Database;
use crate::adapter::sqlite::pack::{Damage, pack_value, unpack_value};
use crate::decide::{Tally, TallyChange};

/// So many bytes of what has come to a tally stay with the account, before the tally is written anew: about a
/// dozen sales.
const WITH_ACCOUNT_BYTES: usize = 96;

/// A customer's tally as the file keeps it.
#[derive(Debug, Default)]
pub(super) struct KeptTally {
    /// The tally, without what has come to it lately; `None` where there is none, or it wasn't read.
    base: Option<Tally>,
    /// What has come to it lately, packed.
    pub(super) recent: Option<Vec<u8>>,
}

impl KeptTally {
    /// One that wasn't read, of an account that has this of it.
    pub(super) fn unread(recent: Option<Vec<u8>>) -> KeptTally {
        KeptTally { base: None, recent }
    }

    /// Reads it, if one is kept.
    pub(super) fn read(&mut self, database: &mut Database, n: i64) -> Result<Option<Tally>, SqliteError> {
        let tally = database.run(|statements| {
            let mut rows = statements.tally.query([n])?;
            rows.next()?.map(|row| value::<Tally>(row, 0)).transpose()
        })?;
        let Some(mut tally) = tally else { return Ok(None) };
        self.base = Some(tally.clone());
        if let Some(recent) = &self.recent {
            tally.add(unpack_value(recent).map_err(|Damage(what)| SqliteError::damaged(what))?);
        }
        Ok(Some(tally))
    }

    /// Keeps what becomes of it; what stays with the account is not written yet.
    pub(super) fn keep(
        &mut self,
        database: &mut Database,
        n: i64,
        change: &TallyChange,
    ) -> Result<(), SqliteError> {
        match change {
            TallyChange::Stays => {}
            TallyChange::Is(tally) => {
                let added = self.base.as_ref().and_then(|base| tally.added_to(base));
                let recent = added.map(|added| pack_value(&added));
                self.recent = recent.filter(|recent| recent.len() <= WITH_ACCOUNT_BYTES);
                if self.recent.is_none() {
                    let body = pack_value(tally);
                    database.run(|statements| statements.set_tally.execute(params![n, body]))?;
                    self.base = Some(tally.clone());
                }
            }
            TallyChange::Gone => {
                let sql = "DELETE FROM tally WHERE customer = ?1";
                database.connection().prepare_cached(sql)?.execute([n])?;
                *self = KeptTally::default();
            }
        }
        Ok(())
    }
}
