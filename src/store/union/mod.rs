//! One ledger of many registers: each writes its own, hands its operations to the others, and takes theirs in.
//!
//! The ledgers are sets of operations that only grow, and taking operations in is their union: in any order,
//! as often as they come. What is kept beside the operations follows from the set and not from the order of
//! arrival: it is a fold over the operations in their [`Order`], which is the same everywhere.

mod arrive;
mod claimed;
pub(crate) mod fold;
mod outbox;
mod refold;
mod waiting;

pub use arrive::{MOST_WAITING, UnionError, Unions, unite};
pub use outbox::{OutboxError, acknowledge, outbox, parcels, share};
#[cfg(feature = "sqlite")]
pub(crate) use refold::refold_all;
pub(crate) use refold::refold_own;
pub use waiting::{Cause, Waiting, drop_waiting, waiting};

use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec::Vec;

use crate::decide::{AccountChange, Document, Kept, Key, Kind, Member, Operation};
use crate::ledger::{Order, Origin, Seq};
use crate::loyalty::ProgramVersion;
use crate::sorting;
use crate::store::Transaction;

/// What is known of a ledger that has a name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sharing {
    /// Who writes it, and in which epoch.
    pub origin: Origin,
    /// How many operations the register has decided itself, in all epochs.
    pub own: u64,
    /// How many of them are known to be safe elsewhere, from the first on.
    pub acknowledged: u64,
}

/// An operation of another register. What is kept beside the operations follows it as [`Refolded`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Arrival {
    /// The operation, as the next one of this ledger.
    pub operation: Operation,
    /// What it is called, and its place among all.
    pub order: Order,
    /// The ids that are found as this operation from now on. Where another one rang a sale up with such an id,
    /// what happened to that sale happened to this one.
    pub ids: Vec<(Kind, String)>,
}

/// What is kept after operations were taken in, in the place of what was kept before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refolded {
    /// Of a customer: balance, lots and tally, and what is kept beside them.
    Customer(Box<AccountChange>, Box<Member>),
    /// Under a key of its own; nothing if no operation that counts decided it.
    Kept(Key, Option<Kept>),
    /// The program that holds.
    Program(ProgramVersion),
}

/// The ids under which an operation's document is found: its own, and that of a sale inside.
pub(crate) fn ids_of(document: &Document) -> impl Iterator<Item = (Kind, &str)> {
    document.id().map(|id| (document.kind(), id)).into_iter().chain(document.sale_inside())
}

/// Whether an operation counts: not where a document with its id comes before it, from another register. Then
/// it changes nothing. `under` tells which operation stands under the id of a document.
///
/// # Errors
/// What `under` failed with.
///
/// ```
/// # use regulars::decide::{Document, Operation, Decision, Header};
/// # use regulars::ident::DocumentId;
/// # use regulars::ledger::Seq;
/// # use regulars::loyalty::ProgramVersion;
/// # use regulars::sale::Place;
/// # use regulars::time::Timestamp;
/// # let id = Some(DocumentId::new("sweep-1")?);
/// # let sweep = Document::Sweep(Header { id, at: Timestamp::EPOCH, place: Place::default() });
/// use regulars::store::does_count;
///
/// let operation = |seq| Operation {
///     seq: Seq(seq),
///     document: sweep.clone(),
///     recorded_at: Timestamp::EPOCH,
///     program: ProgramVersion([1; 32]),
///     decision: Decision::default().into(),
/// };
/// // Both swept by the same document: the one that stands under its id counts.
/// let first = |_: regulars::decide::Kind, _: &str| Ok::<_, std::convert::Infallible>(Some(Seq(3)));
/// assert!(does_count(&operation(3), first)?);
/// assert!(!does_count(&operation(7), first)?);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn does_count<E>(
    operation: &Operation,
    mut under: impl FnMut(Kind, &str) -> Result<Option<Seq>, E>,
) -> Result<bool, E> {
    // What is held ends once, whatever else was held under its id.
    if operation.is_parked() || operation.document.kind().ends_hold() {
        return Ok(true);
    }
    for (kind, id) in ids_of(&operation.document) {
        if under(kind, id)?.is_some_and(|first| first != operation.seq) {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Puts operations into their order among all registers.
pub(crate) fn in_order<T: Transaction>(
    transaction: &mut T,
    operations: Vec<Operation>,
) -> Result<Vec<(Order, Operation)>, T::Error> {
    let mut ordered = Vec::with_capacity(operations.len());
    for operation in operations {
        // What has no name isn't there.
        if let Some(order) = transaction.order_of(operation.seq)? {
            ordered.push((order, operation));
        }
    }
    sorting::sort_by(&mut ordered, |(one, _), (other, _)| one.cmp(other));
    Ok(ordered)
}

/// Whether an operation stands under a document's id in the place of another one, whatever came first: a sale
/// that was put aside gives way to one that wasn't, and to a later one of its kind; of all others the first
/// counts.
pub(crate) fn takes_place(new: (&Operation, &Order), known: (&Operation, &Order)) -> bool {
    match (known.0.is_parked(), new.0.is_parked()) {
        (true, false) => true,
        (false, true) => false,
        // No two have the same place.
        (true, true) => known.1.cmp(new.1).is_lt(),
        (false, false) => new.1.cmp(known.1).is_lt(),
    }
}
