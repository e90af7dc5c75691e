//! Whose operations all came in time: in the order of their documents' times.

use std::collections::HashMap;

use rusqlite::OptionalExtension;

use crate::adapter::sqlite::database::Database;
use crate::adapter::sqlite::pack::Link;
use crate::adapter::sqlite::{Failed, SqliteError};
use crate::ledger::Seq;

/// Of at most so many customers; then all is forgotten.
const KEPT_IN_MEMORY: usize = 4096;

/// By the customer's number in the file, the last operation up to which none came late. Operations never change, so what
/// was looked at once isn't looked at again.
#[derive(Debug, Default)]
pub(super) struct Punctual {
    known: HashMap<i64, i64>,
    /// Whether operations were appended in a transaction that hasn't ended.
    appended: bool,
}

impl Punctual {
    /// Whether one of a customer's operations came late; `newest` is the last of them.
    pub(super) fn has_late(
        &mut self,
        database: &mut Database,
        customer: i64,
        newest: i64,
    ) -> Result<bool, Failed> {
        let known = self.known.get(&customer).copied().unwrap_or_default();
        let mut next = newest;
        while known < next {
            let link = database
                .run(|statements| {
                    let columns = |row: &rusqlite::Row<'_>| Ok((row.get(0)?, row.get(1)?));
                    statements.link.query_row([next], columns).optional()
                })?
                .ok_or(SqliteError::damaged("a customer's operation is missing"))?;
            let (previous, late): (i64, i64) = link;
            if !(0..next).contains(&previous) {
                let seq = u64::try_from(next).ok().map(Seq);
                let what = "a customer's operations are not in order";
                return Err(SqliteError::Damaged { seq, what }.into());
            }
            if late != 0 {
                return Ok(true);
            }
            next = previous;
        }
        if KEPT_IN_MEMORY <= self.known.len() {
            self.known.clear();
        }
        self.known.insert(customer, newest);
        Ok(false)
    }

    /// Notes that an operation was appended to a customer's, `late` behind the latest before it. Whoever had none that came
    /// late has none, then, unless this one did.
    pub(super) fn append(&mut self, customer: i64, seq: i64, Link { previous, late }: Link) {
        self.appended = true;
        let known = self.known.get_mut(&customer).filter(|known| late == 0 && **known == previous);
        if let Some(known) = known {
            *known = seq;
        }
    }

    /// The transaction was committed.
    pub(super) fn commit(&mut self) {
        self.appended = false;
    }

    /// The transaction was rolled back. If it appended operations, all is forgotten: others get their numbers.
    pub(super) fn roll_back(&mut self) {
        if self.appended {
            *self = Punctual::default();
        }
    }
}
