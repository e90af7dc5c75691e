//! What a register hands to others: its own operations since those that are safe elsewhere.

use alloc::vec::Vec;

use crate::decide::{Operation, Parcel, Question};
use crate::ident::RegisterId;
use crate::ledger::{OperationName, Origin, Seq};
use crate::loyalty::Unit;
use crate::money::Currency;
use crate::store::Transaction;
use crate::time::Timestamp;

/// Operations can't be handed to others.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum OutboxError<E> {
    /// The store failed.
    #[error("{0}")]
    Store(E),
    /// Nobody has said whose ledger this is.
    #[error("the ledger has no name yet; say which register writes it")]
    NoName,
    /// The ledger is another register's. A ledger keeps its name.
    #[error("the ledger is that of register {known}, and not of {asked}")]
    OtherRegister {
        /// Whose it is.
        known: RegisterId,
        /// Whose it should be.
        asked: RegisterId,
    },
    /// This store keeps ledgers without a name alone.
    #[error("this store can't keep a ledger that shares its operations")]
    CannotShare,
    /// More is acknowledged than there is: the acknowledgement is of another ledger, or of one that was lost.
    #[error("{name} isn't an operation of this ledger's own; check whose acknowledgement this is")]
    NotThere {
        /// The operation that isn't there.
        name: OperationName,
    },
    /// An operation can't be read, or one that it names.
    #[error("operation {} can't be handed to others; verify the ledger", .seq.0)]
    Damaged {
        /// The operation.
        seq: Seq,
    },
}

/// Says which register writes a ledger, once: from now on its operations have names in the world, and it
/// can share them. Answers with the origin. A register's name must be its own among all that share.
/// An example stands at [`unite`](super::unite).
///
/// # Errors
/// [`OutboxError::OtherRegister`] if it has another name already; [`OutboxError::CannotShare`] if the store
/// keeps no names.
pub fn share<T: Transaction>(
    transaction: &mut T,
    register: &RegisterId,
) -> Result<Origin, OutboxError<T::Error>> {
    if let Some(known) = transaction.sharing().map_err(OutboxError::Store)? {
        let origin = known.origin;
        if origin.register != *register {
            return Err(OutboxError::OtherRegister { known: origin.register, asked: register.clone() });
        }
        return Ok(origin);
    }
    if !transaction.set_register(register).map_err(OutboxError::Store)? {
        return Err(OutboxError::CannotShare);
    }
    let known = transaction.sharing().map_err(OutboxError::Store)?;
    Ok(known.ok_or(OutboxError::CannotShare)?.origin)
}

/// The register's own operations behind those that are acknowledged, or behind a later one of them, in order
/// and without a gap, `most` of them at the most. They stay until they are [acknowledged](acknowledge); sending
/// them again does nothing.
///
/// # Errors
/// [`OutboxError::NoName`] unless it was said [whose the ledger is](share); [`OutboxError::NotThere`] if
/// `after` isn't one of this ledger's own; [`OutboxError::Damaged`] if one can't be handed on.
pub fn outbox<T: Transaction>(
    transaction: &mut T,
    after: Option<&OperationName>,
    most: usize,
) -> Result<Vec<Parcel>, OutboxError<T::Error>> {
    let sharing = transaction.sharing().map_err(OutboxError::Store)?.ok_or(OutboxError::NoName)?;
    let after = after.map(|name| place_of(transaction, name)).transpose()?.unwrap_or_default();
    let own = transaction.own(after.max(sharing.acknowledged), most).map_err(OutboxError::Store)?;
    packed(transaction, own)
}

/// The place of one of the register's own operations among all its own, from 1.
fn place_of<T: Transaction>(transaction: &mut T, name: &OperationName) -> Result<u64, OutboxError<T::Error>> {
    let not_there = || OutboxError::NotThere { name: name.clone() };
    let seq = transaction.seq_of(name).map_err(OutboxError::Store)?.ok_or_else(not_there)?;
    transaction.own_until(seq).map_err(OutboxError::Store)?.ok_or_else(not_there)
}

/// All operations of a ledger, those of other registers too, in its own order from one number on, `most` of
/// them at the most: for a register that lost what it had, or a new one.
///
/// # Errors
/// [`OutboxError::NoName`] unless it was said [whose the ledger is](share); [`OutboxError::Damaged`] if one
/// can't be handed on.
pub fn parcels<T: Transaction>(
    transaction: &mut T,
    from: Seq,
    most: usize,
) -> Result<Vec<Parcel>, OutboxError<T::Error>> {
    if transaction.sharing().map_err(OutboxError::Store)?.is_none() {
        return Err(OutboxError::NoName);
    }
    let operations = transaction.read(from, most).map_err(OutboxError::Store)?;
    packed(transaction, operations)
}

/// Notes that the register's own operations up to this one are safe elsewhere, and aren't sent again; how
/// many those are of all epochs. The mark only moves forward: what was acknowledged before stays so.
///
/// # Errors
/// [`OutboxError::NoName`] unless it was said [whose the ledger is](share); [`OutboxError::NotThere`] if it
/// isn't one of this ledger's own. Nothing has changed then.
pub fn acknowledge<T: Transaction>(
    transaction: &mut T,
    name: &OperationName,
) -> Result<u64, OutboxError<T::Error>> {
    let sharing = transaction.sharing().map_err(OutboxError::Store)?.ok_or(OutboxError::NoName)?;
    let own = place_of(transaction, name)?;
    if own <= sharing.acknowledged {
        return Ok(sharing.acknowledged);
    }
    transaction.set_acknowledged(own).map_err(OutboxError::Store)?;
    Ok(own)
}

fn packed<T: Transaction>(
    transaction: &mut T,
    operations: Vec<Operation>,
) -> Result<Vec<Parcel>, OutboxError<T::Error>> {
    let counted = counted(transaction).map_err(OutboxError::Store)?;
    operations.into_iter().map(|operation| parcel_of(transaction, operation, counted)).collect()
}

/// An operation of a ledger that counts in this, packed.
pub(super) fn parcel_of<T: Transaction>(
    transaction: &mut T,
    operation: Operation,
    counted: Option<(Currency, Unit)>,
) -> Result<Parcel, OutboxError<T::Error>> {
    let seq = operation.seq;
    let counted = counted.ok_or(OutboxError::Damaged { seq })?;
    let mut order_of = |number| {
        let found = transaction.order_of(number).map_err(OutboxError::Store)?;
        found.ok_or(OutboxError::Damaged { seq })
    };
    let order = order_of(seq)?;
    Parcel::of(operation, order, counted, |number| Ok(order_of(number)?.name))
}

/// The currency of a ledger, and what it counts; `None` before the first program.
pub(super) fn counted<T: Transaction>(transaction: &mut T) -> Result<Option<(Currency, Unit)>, T::Error> {
    let program = transaction.facts(&Question::as_of(Timestamp::LAST))?.program;
    Ok(program.map(|versioned| (versioned.program.currency, versioned.program.unit)))
}
