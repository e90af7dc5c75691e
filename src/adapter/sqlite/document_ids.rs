//! Which ids of documents aren't in the file yet.
//!
//! Each document asks first whether its id was recorded before, and most ids say so themselves: a till numbers its
//! sales, so the next one comes behind all that there are. It is remembered behind which id of a kind there is none.
//! What a transaction takes back changes nothing of that, and whatever others write gives the file another version.

use std::string::String;
use std::vec::Vec;

use rusqlite::{OptionalExtension, params};

use crate::adapter::sqlite::Failed;
use crate::adapter::sqlite::database::Database;
use crate::adapter::sqlite::pack::kind_code;
use crate::decide::Kind;

/// Behind which ids there is no document.
#[derive(Debug, Default)]
pub(super) struct DocumentIds {
    /// Of each kind such an id. Behind means in the order of bytes, which is SQLite's and that of `str`. Of
    /// kinds that aren't here none is known.
    last: Vec<(Kind, String)>,
}

impl DocumentIds {
    /// Others may have recorded documents.
    pub(super) fn forget(&mut self) {
        self.last.clear();
    }

    /// The number of the operation that recorded a document.
    pub(super) fn find(
        &mut self,
        database: &mut Database,
        kind: Kind,
        id: &str,
    ) -> Result<Option<i64>, Failed> {
        if self.last_of(kind).is_some_and(|last| last.as_str() < id) {
            return Ok(None);
        }
        let found = database.run(|statements| {
            let columns = |row: &rusqlite::Row<'_>| Ok((row.get_ref(0)?.as_str()? == id, row.get(1)?));
            statements.named.query_row(params![kind_code(kind), id], columns).optional()
        })?;
        match found {
            Some((is_it, seq)) => Ok(is_it.then_some(seq)),
            None => {
                self.set_last(kind, id);
                Ok(None)
            }
        }
    }

    /// A document is recorded under an id.
    pub(super) fn note(&mut self, kind: Kind, id: &str) {
        if self.last_of(kind).is_some_and(|last| last.as_str() < id) {
            self.set_last(kind, id);
        }
    }

    fn last_of(&mut self, kind: Kind) -> Option<&mut String> {
        self.last.iter_mut().find_map(|(of, last)| (*of == kind).then_some(last))
    }

    fn set_last(&mut self, kind: Kind, id: &str) {
        match self.last_of(kind) {
            Some(last) => {
                last.clear();
                last.push_str(id);
            }
            None => self.last.push((kind, id.into())),
        }
    }
}
