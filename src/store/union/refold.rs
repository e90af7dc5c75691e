//! What follows from operations, worked out anew.

use alloc::boxed::Box;
use alloc::collections::BTreeSet;
use alloc::vec::Vec;

use super::Refolded;
use super::arrive::{Union, UnionError, Unions};
use super::claimed::add_claimants;
use super::fold::{Deciding, Past};
use crate::decide::{
    AccountChange, Document, Facts, Key, Operation, Question, TallyChange, UnitedAccount, given,
};
use crate::ident::CustomerId;
use crate::ledger::{Holding, Lot};
use crate::store::Transaction;

/// Works out anew what is kept of those whom a late document or a merge of this register's own concerns, once others
/// have decided, too: what that comes to depends on what they did, and is the same everywhere. Where an
/// amount is too large, what wasn't reached yet stays as it was decided.
pub(crate) fn refold_own<T: Transaction>(
    transaction: &mut T,
    facts: &Facts,
    operations: &[Operation],
) -> Result<(), T::Error> {
    let known = || facts.accounts.iter().filter_map(|account| account.known.as_ref());
    let is_late = |operation: &Operation| known().any(|known| operation.document.at() < known.latest);
    let merges = |operation: &Operation| matches!(operation.document, Document::Merge(_));
    if !facts.united || !operations.iter().any(|operation| merges(operation) || is_late(operation)) {
        return Ok(());
    }
    let refolded = Union::of(transaction).and_then(|mut union| {
        operations.iter().for_each(|operation| union.concern(operation));
        union.refold()
    });
    match refolded {
        Err(UnionError::Store(error)) => Err(error),
        _ => Ok(()),
    }
}

/// Works out anew all that is kept beside the operations: an older version did it otherwise.
///
/// # Errors
/// [`UnionError`] if an operation can't be read, or an amount is too large.
#[cfg(feature = "sqlite")]
pub(crate) fn refold_all<T: Transaction>(transaction: &mut T) -> Result<(), UnionError<T::Error>> {
    use crate::ledger::Seq;

    const PAGE: usize = 256;
    let mut union = Union::of(transaction)?;
    let mut next = Seq(1);
    loop {
        let page = union.transaction.read(next, PAGE).map_err(UnionError::Store)?;
        let Some(last) = page.last() else { return union.refold().map(drop) };
        next = Seq(last.seq.0.saturating_add(1));
        page.iter().for_each(|operation| union.concern(operation));
    }
}

impl<T: Transaction> Union<'_, T> {
    /// Works out anew what the customers have of whom anything has changed.
    pub(super) fn refold(mut self) -> Result<Unions, UnionError<T::Error>> {
        for sale in &self.claimed {
            add_claimants(self.transaction, sale, &mut self.concerned).map_err(UnionError::Store)?;
        }
        for code in &self.given {
            // Others may have had it.
            let key = Key::Code(code.clone());
            let deciding = self.transaction.deciding(Some(&key)).map_err(UnionError::Store)?;
            let owners = deciding.iter().flat_map(given).filter(|(other, _)| *other == code);
            self.concerned.extend(owners.map(|(_, customer)| customer.clone()));
        }
        let mut done: BTreeSet<CustomerId> = BTreeSet::new();
        for customer in core::mem::take(&mut self.concerned) {
            if done.contains(&customer) {
                continue;
            }
            let past = Past::of(self.transaction, &customer).map_err(UnionError::Store)?;
            let folded = past.fold().map_err(|error| UnionError::Amount { customer, error })?;
            for (customer, folded) in folded.customers {
                self.refold_customer(&customer, folded)?;
            }
            done.extend(past.customers);
        }
        for key in &self.keys {
            let deciding = Deciding::of(self.transaction, key.as_ref()).map_err(UnionError::Store)?;
            let refolded = match key {
                Some(key) => Some(Refolded::Kept(key.clone(), deciding.kept(key))),
                None => deciding.program().map(Refolded::Program),
            };
            let refold = |refolded| self.transaction.refold(&refolded).map_err(UnionError::Store);
            refolded.map(refold).transpose()?;
        }
        Ok(self.done)
    }

    fn refold_customer(
        &mut self,
        customer: &CustomerId,
        folded: UnitedAccount,
    ) -> Result<(), UnionError<T::Error>> {
        let UnitedAccount { holding, latest, member } = folded;
        let asked = core::slice::from_ref(customer);
        let facts = self.transaction.facts(&Question::to_take_over(asked)).map_err(UnionError::Store)?;
        let before = facts.known(customer).map_or_else(Holding::default, |known| known.holding.clone());
        let gone = before.lots().map(|lot| Lot { units: holding.lot(&lot.key), ..lot });
        let mut lots: Vec<Lot> = gone.collect();
        lots.extend(holding.lots().filter(|lot| before.lot(&lot.key).is_zero()));
        // The tally is made anew from the operations in their order.
        let tally = TallyChange::Gone;
        let (customer, balance) = (customer.clone(), holding.balance());
        let change = AccountChange { customer, balance, latest, lots, tally };
        let refolded = Refolded::Customer(Box::new(change), Box::new(member));
        self.transaction.refold(&refolded).map_err(UnionError::Store)
    }
}
