//! The port to whatever keeps the ledger.
//!
//! A store answers a [`Question`] with [`Facts`] and keeps a [`ChangeSet`], both inside one
//! transaction that no other writer can come between (R15). It decides nothing. What a store has to
//! keep, and for which fact, is in [the design](crate::docs::design#writing-a-store).

mod gather;
mod verify;

pub use gather::{Find, Gathered, gather};
pub use verify::{Verified, VerifyError, verify};

use alloc::vec::Vec;

use crate::decide::{ChangeSet, Facts, Operation, Question};
use crate::ident::CustomerId;
use crate::ledger::Seq;

/// Something that keeps a ledger.
pub trait Store {
    /// What can go wrong.
    type Error: core::error::Error;
    /// A transaction; while it lives the store can't be used otherwise.
    type Transaction<'store>: Transaction<Error = Self::Error>
    where
        Self: 'store;

    /// Begins a transaction, and waits until no other writer is in one.
    ///
    /// # Errors
    /// If the store can't be written to, now or at all.
    fn begin(&mut self) -> Result<Self::Transaction<'_>, Self::Error>;

    /// Operations in order, from the one numbered `from` on, `most` of them at the most; none when
    /// there are no more.
    ///
    /// # Errors
    /// If the store can't be read, or what is read is damaged.
    fn operations(&mut self, from: Seq, most: usize) -> Result<Vec<Operation>, Self::Error>;
}

/// A transaction. Dropped without [`commit`](Transaction::commit) it has changed nothing. Once it has
/// failed, whatever else it is asked for fails, too.
pub trait Transaction {
    /// What can go wrong.
    type Error: core::error::Error;

    /// Answers a question, changes of this transaction included.
    ///
    /// # Errors
    /// If the store can't be read, or what is read is damaged.
    fn facts(&mut self, question: &Question<'_>) -> Result<Facts, Self::Error>;

    /// The ids of customers in order, of those after `after` the first, `most` of them at the most; none
    /// when there are no more.
    ///
    /// # Errors
    /// If the store can't be read, or what is read is damaged.
    fn customers(&mut self, after: Option<&CustomerId>, most: usize) -> Result<Vec<CustomerId>, Self::Error>;

    /// Counts what is kept beside the operations, so that [`verify`] notices what no operation made.
    ///
    /// # Errors
    /// If the store can't be read.
    fn counts(&mut self) -> Result<Counts, Self::Error>;

    /// Takes a change set that was decided on facts of this transaction.
    ///
    /// # Errors
    /// If the store can't be written to.
    fn record(&mut self, changes: &ChangeSet) -> Result<(), Self::Error>;

    /// Makes all that was recorded last. When this returns, it survives a loss of power, as far as
    /// the store is one that survives anything.
    ///
    /// # Errors
    /// If the store can't be written to; nothing was kept then.
    fn commit(self) -> Result<(), Self::Error>;
}

/// How much a store keeps beside the operations.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts {
    /// Customers.
    pub customers: u64,
    /// Lots that hold something, of all customers.
    pub lots: u64,
    /// Ids under which documents are found, each of its type.
    pub documents: u64,
    /// Pairs of a sale and a later operation about it.
    pub follow_ups: u64,
    /// Versions of the program.
    pub programs: u64,
    /// Customers with a tally of what they bought.
    pub tallies: u64,
    /// Codes, punch cards and holds: what is kept under keys of its own.
    pub kept: u64,
}
