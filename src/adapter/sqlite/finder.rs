//! Single things that facts are gathered from.

use std::vec::Vec;

use crate::adapter::sqlite::accounts::{self, Asked};
use crate::adapter::sqlite::{SqliteError, SqliteStore, SqliteTransaction, kept};
use crate::decide::{AccountFacts, Kept, Key, Kind, Operation, Question, Recorded, SaleHistory, SetExpiry};
use crate::ident::{CustomerId, SaleId};
use crate::loyalty::VersionedProgram;
use crate::store::Find;
use crate::time::Timestamp;

/// Finds single things. A sale asks for itself, too: it may have been parked.
pub(super) struct Finder<'f, 's> {
    pub(super) transaction: &'f mut SqliteTransaction<'s>,
    pub(super) document: Option<(Kind, &'f str)>,
    pub(super) original: Option<&'f Recorded>,
}

impl Find for Finder<'_, '_> {
    type Error = SqliteError;

    fn account(
        &mut self,
        customer: &CustomerId,
        question: &Question<'_>,
    ) -> Result<AccountFacts, SqliteError> {
        Ok(self.transaction.account(customer, question)?)
    }

    fn about(&mut self, customer: &CustomerId) -> Result<Vec<Operation>, SqliteError> {
        let SqliteStore { database, remembered, .. } = &mut *self.transaction.store;
        let found = accounts::find(database, remembered, customer, Asked::Account)?;
        let Some(found) = found else { return Ok(Vec::new()) };
        let about = self.transaction.reader().about(found.last)?;
        Ok(self.transaction.in_order(about)?)
    }

    fn history(&mut self, sale: &SaleId) -> Result<Option<SaleHistory>, SqliteError> {
        let mut reader = self.transaction.reader();
        let opening = match self.document {
            Some((Kind::Sale, id)) if id == sale.as_str() => self.original.cloned(),
            _ => reader.original(Kind::Sale, sale.as_str())?,
        };
        let Some(mut history) = opening.map(|opening| reader.history(opening)).transpose()? else {
            return Ok(None);
        };
        // Behind the one that rang it up.
        let later = history.operations.split_off(1.min(history.operations.len()));
        history.operations.extend(self.transaction.in_order(later)?);
        Ok(Some(history))
    }

    fn kept(&mut self, key: &Key) -> Result<Option<Kept>, SqliteError> {
        Ok(kept::find(&mut self.transaction.store.database, key)?)
    }

    fn program_at(&mut self, at: Timestamp) -> Result<Option<VersionedProgram>, SqliteError> {
        Ok(self.transaction.program_at(at)?)
    }

    fn expiries(&mut self) -> Result<Vec<(Timestamp, SetExpiry)>, SqliteError> {
        Ok(self.transaction.expiries()?)
    }

    fn everybody(&mut self) -> Result<Vec<CustomerId>, SqliteError> {
        Ok(accounts::ids(self.transaction.connection(), None, usize::MAX)?)
    }

    fn united(&mut self) -> Result<bool, SqliteError> {
        Ok(self.transaction.is_united()?)
    }
}
