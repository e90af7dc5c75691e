//! What customers bought, added up.

use std::vec::Vec;

use rusqlite::{OptionalExtension, params};

use crate::adapter::sqlite::database::Database;
use crate::adapter::sqlite::pack::{Damage, pack_value, unpack_tally, unpack_value};
use crate::adapter::sqlite::{Failed, SqliteError, cached};
use crate::decide::{Tally, TallyChange, Together};

/// So many bytes of what has come to a tally stay with the account, before the tally is written anew: about a
/// dozen sales.
const WITH_ACCOUNT_BYTES: usize = 96;

/// A customer's tally as the file keeps it.
#[derive(Debug, Clone, Default)]
pub(super) struct KeptTally {
    /// Whether one is kept, as far as it was asked.
    is_kept: bool,
    /// What has come to it lately, packed.
    pub(super) recent: Option<Vec<u8>>,
    /// The same as it was read with the sale, so that it isn't unpacked again to grow.
    recent_read: Option<Tally>,
}

impl KeptTally {
    /// One that wasn't read, of an account that has this of it.
    pub(super) fn unread(recent: Option<Vec<u8>>) -> KeptTally {
        KeptTally { is_kept: false, recent, recent_read: None }
    }

    /// Reads it, if one is kept: what was kept last, and what has come to it since. One sale may stand for
    /// those that needn't be told apart.
    pub(super) fn read(
        &mut self,
        kept: Option<&[u8]>,
        together: Option<&Together>,
    ) -> Result<Option<Tally>, Damage> {
        let Some(kept) = kept else { return Ok(None) };
        let mut tally = unpack_tally(kept, together)?;
        self.is_kept = true;
        if let Some(recent) = &self.recent {
            let recent: Tally = unpack_value(recent)?;
            tally.add(&recent);
            self.recent_read = Some(recent);
            together.into_iter().for_each(|together| tally.put_together(together));
        }
        Ok(Some(tally))
    }

    /// Keeps what becomes of it; what stays with the account is not written yet.
    pub(super) fn keep(
        &mut self,
        database: &mut Database,
        n: i64,
        change: &TallyChange,
    ) -> Result<(), Failed> {
        match change {
            TallyChange::Stays => Ok(()),
            TallyChange::Is(tally) => self.write(database, n, tally),
            TallyChange::Grows { by, fold_before } => {
                let grown = self.grown(by).map_err(damaged)?;
                if self.is_kept && fold_before.is_none() {
                    let packed = pack_value(&grown);
                    if packed.len() <= WITH_ACCOUNT_BYTES {
                        (self.recent, self.recent_read) = (Some(packed), Some(grown));
                        return Ok(());
                    }
                }
                let mut tally = written(database, n)?.unwrap_or_default();
                tally.grow(&grown, *fold_before);
                self.write(database, n, &tally)
            }
            TallyChange::Gone => {
                let sql = "DELETE FROM tally WHERE customer = ?1";
                cached::run(database.connection(), sql, params![n])?;
                *self = KeptTally::default();
                Ok(())
            }
        }
    }

    /// What has come to it lately, and this.
    fn grown(&mut self, by: &Tally) -> Result<Tally, Damage> {
        let recent = self.recent_read.take().map(Ok);
        let recent = recent.or_else(|| self.recent.as_deref().map(unpack_value)).transpose()?;
        let mut grown: Tally = recent.unwrap_or_default();
        grown.add(by);
        Ok(grown)
    }

    fn write(&mut self, database: &mut Database, n: i64, tally: &Tally) -> Result<(), Failed> {
        let body = pack_value(tally);
        database.run(|statements| statements.set_tally.execute(params![n, body]))?;
        *self = KeptTally { is_kept: true, recent: None, recent_read: None };
        Ok(())
    }
}

/// A customer's tally as it was written last, without what has come to it since.
fn written(database: &mut Database, n: i64) -> Result<Option<Tally>, Failed> {
    let body: Option<Vec<u8>> =
        database.run(|statements| statements.tally.query_row([n], |row| row.get(0)).optional())?;
    Ok(body.map(|body| unpack_value(&body).map_err(damaged)).transpose()?)
}

fn damaged(Damage(what): Damage) -> SqliteError {
    SqliteError::damaged(what)
}
