//! Whose operations all came in time: in the order of their documents' times.

use std::collections::HashMap;

use rusqlite::OptionalExtension;

use crate::adapter::sqlite::database::Database;
use crate::adapter::sqlite::pack::Link;
use crate::adapter::sqlite::{Failed, SqliteError};
use crate::ledger::Seq;

/// Of at most so many customers. One more who is asked for makes all others forgotten; one more who is new isn't noted.
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
        let known = self.until(customer);
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
        if KEPT_IN_MEMORY <= self.known.len() && !self.known.contains_key(&customer) {
            self.known.clear();
        }
        self.known.insert(customer, newest);
        Ok(false)
    }

    /// Notes that an operation was appended to a customer's, `late` behind the latest before it. Whoever had none that came
    /// late has none, then, unless this one did; so has who had none at all.
    pub(super) fn append(&mut self, customer: i64, seq: i64, Link { previous, late }: Link) {
        self.appended = true;
        let has_room = previous != 0 || self.known.len() < KEPT_IN_MEMORY;
        if late == 0 && self.until(customer) == previous && has_room {
            self.known.insert(customer, seq);
        }
    }

    /// The last operation up to which none of a customer's came late, as far as it is known; 0 before the first.
    fn until(&self, customer: i64) -> i64 {
        self.known.get(&customer).copied().unwrap_or_default()
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

#[cfg(test)]
mod tests {
    use super::*;

    fn append(punctual: &mut Punctual, customer: i64, seq: i64, link: (i64, i64)) -> i64 {
        let (previous, late) = link;
        punctual.append(customer, seq, Link { previous, late });
        punctual.until(customer)
    }

    #[test]
    fn what_comes_late_is_not_known_and_who_is_new_pushes_nobody_out() {
        let (mut punctual, most) = (Punctual::default(), i64::try_from(KEPT_IN_MEMORY).unwrap());
        assert!((1..=most).all(|n| append(&mut punctual, n, n, (0, 0)) == n));
        assert_eq!(append(&mut punctual, most + 1, most + 1, (0, 0)), 0);
        assert_eq!(append(&mut punctual, 1, most + 2, (1, 0)), most + 2);
        assert_eq!(append(&mut punctual, 2, most + 3, (2, 5)), 2);
        assert_eq!(append(&mut punctual, 2, most + 4, (most + 3, 0)), 2);
        assert_eq!(append(&mut Punctual::default(), 1, 1, (0, 5)), 0);
    }
}
