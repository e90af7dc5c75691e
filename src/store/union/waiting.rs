//! What waits for what.

use alloc::vec::Vec;

use crate::decide::{Document, Kind, Parcel};
use crate::ident::SaleId;
use crate::ledger::OperationName;
use crate::loyalty::ProgramVersion;
use crate::store::Transaction;

/// What an operation of another register follows from.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Cause {
    /// The one before it of its own origin, or one that its lots and purchases came from.
    Operation(OperationName),
    /// The program that it was worked out with.
    Program(ProgramVersion),
    /// A sale that it is about.
    Sale(SaleId),
}

/// An operation of another register that waits, the first of its origin.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiting {
    /// What it is called.
    pub name: OperationName,
    /// What it waits for; `None` if all is there and it can't be taken in all the same: then it waits for ever,
    /// with all others of its origin, until somebody [drops](drop_waiting) it.
    pub waits_for: Option<Cause>,
}

/// Of each origin from which operations wait, the first one, and what it waits for: that may be on its way, and
/// must not be acknowledged; or it was lost with a file that nobody has a copy of.
///
/// # Errors
/// If the store can't be read.
pub fn waiting<T: Transaction>(transaction: &mut T) -> Result<Vec<Waiting>, T::Error> {
    let mut all = Vec::new();
    for name in transaction.waiting_from()? {
        let Some(parcel) = transaction.waiting(&name)? else { continue };
        let waits_for = missing(transaction, &parcel)?;
        all.push(Waiting { name, waits_for });
    }
    Ok(all)
}

/// Forgets an operation that waits, and answers with it: that is what is lost, unless its register sends it again.
/// What comes behind it goes on waiting, for one of that name.
///
/// # Errors
/// If the store can't be written to.
pub fn drop_waiting<T: Transaction>(
    transaction: &mut T,
    name: &OperationName,
) -> Result<Option<Parcel>, T::Error> {
    let waiting = transaction.waiting(name)?;
    if waiting.is_some() {
        transaction.end_wait(name)?;
    }
    Ok(waiting)
}

/// The first of all that an operation follows from that isn't here.
pub(super) fn missing<T: Transaction>(
    transaction: &mut T,
    parcel: &Parcel,
) -> Result<Option<Cause>, T::Error> {
    let OperationName { origin, number } = &parcel.order.name;
    let operation = &parcel.operation;
    let next = transaction.last_of(origin)?.saturating_add(1);
    if next != *number {
        return Ok(Some(Cause::Operation(OperationName { origin: origin.clone(), number: next })));
    }
    let sets = match &operation.document {
        Document::SetProgram(set) => Some(set.program.version),
        _ => None,
    };
    let version = &operation.program;
    if sets != Some(*version) && !transaction.has_program(version)? {
        return Ok(Some(Cause::Program(*version)));
    }
    for name in &parcel.names {
        if transaction.seq_of(name)?.is_none() {
            return Ok(Some(Cause::Operation(name.clone())));
        }
    }
    for sale in operation.follows() {
        if transaction.under(Kind::Sale, sale.as_str())?.is_none() {
            return Ok(Some(Cause::Sale(sale.clone())));
        }
    }
    Ok(None)
}
