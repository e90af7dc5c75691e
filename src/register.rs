//! The facade: a document in, an outcome out.

use crate::decide::{Document, Outcome, Question, Refusal, decide};
use crate::store::{Store, Transaction};
use crate::time::{Timestamp, Zones};

/// A register: it hands documents to a ledger.
#[derive(Debug)]
pub struct Register<S, Z> {
    store: S,
    zones: Z,
}

/// A document was not taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RegisterError<E> {
    /// A rule forbids it. Nothing was recorded.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The store failed. Nothing was recorded.
    #[error("{0}")]
    Store(E),
}

impl<S: Store, Z: Zones> Register<S, Z> {
    /// A register on a store, with what is known of time zones.
    pub fn new(store: S, zones: Z) -> Register<S, Z> {
        Register { store, zones }
    }

    /// Takes one document, in a transaction of its own: when this returns, it is kept.
    ///
    /// # Errors
    /// [`RegisterError::Refused`] by a rule, [`RegisterError::Store`] if the store failed.
    pub fn submit(
        &mut self,
        document: &Document,
        recorded_at: Timestamp,
    ) -> Result<Outcome, RegisterError<S::Error>> {
        let mut batch = self.batch()?;
        let outcome = batch.submit(document, recorded_at)?;
        batch.commit()?;
        Ok(outcome)
    }

    /// Begins a batch: several documents in one transaction. A document that is refused records
    /// nothing and leaves the others as they are.
    ///
    /// # Errors
    /// [`RegisterError::Store`] if the store can't be written to.
    pub fn batch(&mut self) -> Result<Batch<'_, S, Z>, RegisterError<S::Error>> {
        let transaction = self.store.begin().map_err(RegisterError::Store)?;
        Ok(Batch { transaction, zones: &self.zones, recorded: false })
    }

    /// The store.
    pub fn store(&self) -> &S {
        &self.store
    }

    /// The store, to be read by other means.
    pub fn store_mut(&mut self) -> &mut S {
        &mut self.store
    }

    /// What is known of time zones.
    pub fn zones(&self) -> &Z {
        &self.zones
    }
}

/// Several documents in one transaction. Dropped without [`commit`](Batch::commit), none of them
/// was recorded.
pub struct Batch<'r, S: Store + 'r, Z> {
    transaction: S::Transaction<'r>,
    zones: &'r Z,
    recorded: bool,
}

impl<S: Store, Z: Zones> Batch<'_, S, Z> {
    /// Takes one document.
    ///
    /// # Errors
    /// [`RegisterError::Refused`] by a rule; the batch goes on. [`RegisterError::Store`] if the
    /// store failed; the batch is lost.
    pub fn submit(
        &mut self,
        document: &Document,
        recorded_at: Timestamp,
    ) -> Result<Outcome, RegisterError<S::Error>> {
        let facts = self.transaction.facts(&Question::about(document)).map_err(RegisterError::Store)?;
        let (changes, outcome) = decide(&facts, document, recorded_at, self.zones)?;
        if !changes.is_empty() {
            self.transaction.record(&changes).map_err(RegisterError::Store)?;
            self.recorded = true;
        }
        Ok(outcome)
    }

    /// Keeps all that was recorded.
    ///
    /// # Errors
    /// [`RegisterError::Store`] if the store failed; nothing was kept then.
    pub fn commit(self) -> Result<(), RegisterError<S::Error>> {
        if !self.recorded {
            return Ok(());
        }
        self.transaction.commit().map_err(RegisterError::Store)
    }
}
