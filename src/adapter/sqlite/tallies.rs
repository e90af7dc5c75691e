//! What customers bought, added up.

use std::vec::Vec;

use rusqlite::params;

use crate::adapter::sqlite::SqliteError;
use crate::adapter::sqlite::database::Database;
use crate::adapter::sqlite::pack::{Damage, pack_value, unpack_value};
use crate::decide::{Tally, TallyChange};

/// So many bytes of what has come to a tally stay with the account, before the tally is written anew: about a
/// dozen sales.
const WITH_ACCOUNT_BYTES: usize = 96;

/// A customer's tally as the file keeps it.
#[derive(Debug, Default)]
pub(super) struct KeptTally {
    /// Whether one is kept, as far as it was asked.
    is_kept: bool,
    /// What has come to it lately, packed.
    pub(super) recent: Option<Vec<u8>>,
}

impl KeptTally {
    /// One that wasn't read, of an account that has this of it.
    pub(super) fn unread(recent: Option<Vec<u8>>) -> KeptTally {
        KeptTally { is_kept: false, recent }
    }

    /// Reads it, if one is kept: what was kept last, and what has come to it since.
    pub(super) fn read(&mut self, kept: Option<&[u8]>) -> Result<Option<Tally>, Damage> {
        let Some(kept) = kept else { return Ok(None) };
        let mut tally: Tally = unpack_value(kept)?;
        self.is_kept = true;
        if let Some(recent) = &self.recent {
            tally.add(unpack_value(recent)?);
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
            TallyChange::Stays => Ok(()),
            TallyChange::Is(tally) => self.write(database, n, tally),
            TallyChange::Grows { to, by } => {
                let recent = self.grown(by).map_err(|Damage(what)| SqliteError::damaged(what))?;
                if !self.is_kept || WITH_ACCOUNT_BYTES < recent.len() {
                    return self.write(database, n, to);
                }
                self.recent = Some(recent);
                Ok(())
            }
            TallyChange::Gone => {
                let sql = "DELETE FROM tally WHERE customer = ?1";
                database.connection().prepare_cached(sql)?.execute([n])?;
                *self = KeptTally::default();
                Ok(())
            }
        }
    }

    /// What has come to it lately, and this.
    fn grown(&self, by: &Tally) -> Result<Vec<u8>, Damage> {
        let Some(recent) = &self.recent else { return Ok(pack_value(by)) };
        let mut recent: Tally = unpack_value(recent)?;
        recent.add(by.clone());
        Ok(pack_value(&recent))
    }

    fn write(&mut self, database: &mut Database, n: i64, tally: &Tally) -> Result<(), SqliteError> {
        let body = pack_value(tally);
        database.run(|statements| statements.set_tally.execute(params![n, body]))?;
        *self = KeptTally { is_kept: true, recent: None };
        Ok(())
    }
}
