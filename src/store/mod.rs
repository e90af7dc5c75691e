//! The port to whatever keeps the ledger.
//!
//! A store answers a [`Question`] with [`Facts`] and keeps a [`ChangeSet`], both inside one
//! transaction that no other writer can come between (R15). It decides nothing. What a store has to
//! keep, and for which fact, is in [the design](crate::docs::design#writing-a-store).

mod gather;
mod union;
mod verify;

use gather::bought_as_claimed;
pub use gather::{Find, Gathered, gather};
pub(crate) use union::ids_of;
#[cfg(feature = "sqlite")]
pub(crate) use union::refold_all;
pub(crate) use union::refold_own;
pub use union::{
    Arrival, Cause, MOST_WAITING, OutboxError, Refolded, Sharing, UnionError, Unions, Waiting, acknowledge,
    does_count, drop_waiting, outbox, parcels, share, unite, waiting,
};
pub use verify::{Verified, VerifyError, verify};

use alloc::vec::Vec;

use crate::decide::{ChangeSet, Facts, Key, Kind, Operation, Parcel, Question};
use crate::ident::{CustomerId, RegisterId};
use crate::ledger::{Epoch, OperationName, Order, Origin, Seq};
use crate::loyalty::ProgramVersion;

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
///
/// The functions from [`sharing`](Transaction::sharing) on are for ledgers that share their operations with
/// other registers; what there is to do is decided by [`unite`], [`outbox`] and [`share`]. A store that
/// leaves them as they are keeps ledgers that share nothing.
#[expect(unused_variables, reason = "a store that shares nothing asks for nothing")]
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

    /// Two numbers that nobody could foresee who wrote to where this store keeps its ledger: [`verify`] adds up lots
    /// by them, so that nobody can choose other lots that come to the same. A store that nobody can write to from
    /// outside needs none.
    fn unforeseen(&mut self) -> [u64; 2] {
        [0; 2]
    }

    /// The epochs that were begun in this ledger, in order; none where no file was ever restored.
    ///
    /// # Errors
    /// If the store can't be read.
    fn epochs(&mut self) -> Result<Vec<Epoch>, Self::Error> {
        Ok(Vec::new())
    }

    /// Begins an epoch with the next operation, one that is larger than the one before; whether this store can.
    ///
    /// # Errors
    /// If the store can't be written to.
    fn begin_epoch(&mut self, number: u32) -> Result<bool, Self::Error> {
        Ok(false)
    }

    /// Takes a change set that was decided on facts of this transaction.
    ///
    /// # Errors
    /// If the store can't be written to.
    fn record(&mut self, changes: &ChangeSet) -> Result<(), Self::Error>;

    /// What is known of a ledger that has a name; `None` if nobody gave it one.
    ///
    /// # Errors
    /// If the store can't be read.
    fn sharing(&mut self) -> Result<Option<Sharing>, Self::Error> {
        Ok(None)
    }

    /// Keeps whose ledger it is, and notes of all operations that are there what it notes of those to come;
    /// whether this store can.
    ///
    /// # Errors
    /// If the store can't be written to.
    fn set_register(&mut self, register: &RegisterId) -> Result<bool, Self::Error> {
        Ok(false)
    }

    /// Operations in the ledger's own order, as [`Store::operations`] gives them.
    ///
    /// # Errors
    /// If the store can't be read, or what is read is damaged.
    fn read(&mut self, from: Seq, most: usize) -> Result<Vec<Operation>, Self::Error> {
        Ok(Vec::new())
    }

    /// The name of an operation, and its place among all; `None` if it isn't there.
    ///
    /// # Errors
    /// If the store can't be read.
    fn order_of(&mut self, seq: Seq) -> Result<Option<Order>, Self::Error> {
        Ok(None)
    }

    /// The number of an operation in this ledger, if it is there.
    ///
    /// # Errors
    /// If the store can't be read.
    fn seq_of(&mut self, name: &OperationName) -> Result<Option<Seq>, Self::Error> {
        Ok(None)
    }

    /// The number of the last operation that is there of an origin; 0 if there is none.
    ///
    /// # Errors
    /// If the store can't be read.
    fn last_of(&mut self, origin: &Origin) -> Result<u64, Self::Error> {
        Ok(0)
    }

    /// The register's own operations in order, of all epochs, those after the first `after` of them, `most`
    /// at the most; none when there are no more.
    ///
    /// # Errors
    /// If the store can't be read, or what is read is damaged.
    fn own(&mut self, after: u64, most: usize) -> Result<Vec<Operation>, Self::Error> {
        Ok(Vec::new())
    }

    /// How many of the register's own operations there are up to one of them; `None` if it isn't its own, or
    /// isn't there.
    ///
    /// # Errors
    /// If the store can't be read.
    fn own_until(&mut self, seq: Seq) -> Result<Option<u64>, Self::Error> {
        Ok(None)
    }

    /// Keeps that the first so many of the register's own operations are safe elsewhere.
    ///
    /// # Errors
    /// If the store can't be written to.
    fn set_acknowledged(&mut self, own: u64) -> Result<(), Self::Error> {
        Ok(())
    }

    /// All operations that say anything of a customer, in the ledger's own order.
    ///
    /// # Errors
    /// If the store can't be read, or what is read is damaged.
    fn concerning(&mut self, customer: &CustomerId) -> Result<Vec<Operation>, Self::Error> {
        Ok(Vec::new())
    }

    /// The operation under a document's id, or under the id of a sale inside a document.
    ///
    /// # Errors
    /// If the store can't be read.
    fn under(&mut self, kind: Kind, id: &str) -> Result<Option<Seq>, Self::Error> {
        Ok(None)
    }

    /// All operations that decided what is kept under a key, or, without a key, which program holds, in the
    /// ledger's own order. Those without a key are there of a ledger without a name, too, as far as they are noted.
    ///
    /// # Errors
    /// If the store can't be read, or what is read is damaged.
    fn deciding(&mut self, key: Option<&Key>) -> Result<Vec<Operation>, Self::Error> {
        Ok(Vec::new())
    }

    /// Whether a version of the program is there.
    ///
    /// # Errors
    /// If the store can't be read.
    fn has_program(&mut self, version: &ProgramVersion) -> Result<bool, Self::Error> {
        Ok(false)
    }

    /// Appends an operation of another register. What is kept beside it comes by [`refold`](Transaction::refold).
    ///
    /// # Errors
    /// If the store can't be written to.
    fn take_in(&mut self, arrival: &Arrival) -> Result<(), Self::Error> {
        Ok(())
    }

    /// Keeps what follows from all operations, in the place of what was kept.
    ///
    /// # Errors
    /// If the store can't be written to.
    fn refold(&mut self, refolded: &Refolded) -> Result<(), Self::Error> {
        Ok(())
    }

    /// Of each origin that operations are waiting from, in order, the first one.
    ///
    /// # Errors
    /// If the store can't be read.
    fn waiting_from(&mut self) -> Result<Vec<OperationName>, Self::Error> {
        Ok(Vec::new())
    }

    /// How many operations are waiting.
    ///
    /// # Errors
    /// If the store can't be read.
    fn count_waiting(&mut self) -> Result<u64, Self::Error> {
        Ok(0)
    }

    /// An operation that waits for others.
    ///
    /// # Errors
    /// If the store can't be read, or what is read is damaged.
    fn waiting(&mut self, name: &OperationName) -> Result<Option<Parcel>, Self::Error> {
        Ok(None)
    }

    /// Keeps an operation that waits for others.
    ///
    /// # Errors
    /// If the store can't be written to.
    fn wait(&mut self, parcel: &Parcel) -> Result<(), Self::Error> {
        Ok(())
    }

    /// Forgets an operation that waits no more.
    ///
    /// # Errors
    /// If the store can't be written to.
    fn end_wait(&mut self, name: &OperationName) -> Result<(), Self::Error> {
        Ok(())
    }

    /// Makes all that was recorded last. When this returns, it survives a loss of power, as far as
    /// the store is one that survives anything.
    ///
    /// # Errors
    /// If the store can't be written to. The store goes on without what was recorded then. Whether it was kept isn't
    /// known: a disk whose sync failed may have done its work, and it may be found when the store is opened anew, unless
    /// something was committed since. So hand the same documents in again: each that has an id counts once.
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
