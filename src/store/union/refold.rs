//! What follows from operations, worked out anew.

use alloc::boxed::Box;
use alloc::collections::{BTreeMap, BTreeSet};
use alloc::vec::Vec;

use super::Refolded;
use super::arrive::{Union, UnionError, Unions};
use super::claimed::add_claimants;
use super::fold::{Deciding, Past, run_out};
use crate::decide::{
    AccountChange, Document, Facts, Key, Operation, Question, TallyChange, UnitedAccount, given,
    idle_ended_since,
};
use crate::ident::CustomerId;
use crate::ledger::{Holding, Lot, Order, Seq};
use crate::store::Transaction;
use crate::time::Timestamp;

/// So many operations are read at once.
const PAGE: u16 = 256;
/// So many customers are worked out before they are kept.
const AT_ONCE: usize = 4096;

/// Works out anew what is kept of those whom a late document or a merge of this register's own concerns, once others
/// have decided, too: what that comes to depends on what they did, and is the same everywhere. Where an
/// amount is too large, all stays as it was decided.
pub(crate) fn refold_own<T: Transaction>(
    transaction: &mut T,
    facts: &Facts,
    operations: &[Operation],
) -> Result<(), T::Error> {
    let known = || facts.accounts.iter().filter_map(|account| account.known.as_ref());
    let is_late = |operation: &Operation| {
        let at = operation.document.at();
        known().any(|known| at < known.latest) || idle_ended_since(&facts.expiries, at).is_some()
    };
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
    let mut union = Union::of(transaction)?;
    union.each(Union::concern)?;
    union.refold().map(drop)
}

impl<T: Transaction> Union<'_, T> {
    /// Notes what has to be worked out anew as a ledger hears of others for the first time: what came late, or was merged,
    /// was decided as one register alone does it, and others will work it out by all of the operations.
    pub(super) fn concern_late(&mut self) -> Result<(), UnionError<T::Error>> {
        let (mut latest, mut program) = (BTreeMap::<CustomerId, Timestamp>::new(), Timestamp::FIRST);
        self.each(|union, operation| {
            let at = operation.document.at();
            let mut is_late = at < program || matches!(operation.document, Document::Merge(_));
            for customer in operation.concerns() {
                let known = latest.entry(customer.clone()).or_insert(at);
                is_late |= at < *known;
                *known = at.max(*known);
            }
            if is_late {
                union.concern(operation);
            }
            if let Document::SetProgram(_) = operation.document {
                program = program.max(at);
            }
        })
    }

    /// Goes through all operations, a page at a time.
    fn each(&mut self, mut note: impl FnMut(&mut Self, &Operation)) -> Result<(), UnionError<T::Error>> {
        let mut next = Seq(1);
        loop {
            let page = self.transaction.read(next, usize::from(PAGE)).map_err(UnionError::Store)?;
            let Some(last) = page.last() else { return Ok(()) };
            next = Seq(last.seq.0.saturating_add(1));
            page.iter().for_each(|operation| note(self, operation));
        }
    }

    /// Works out anew what the customers have of whom anything has changed.
    pub(super) fn refold(mut self) -> Result<Unions, UnionError<T::Error>> {
        if let Some(from) = self.programs_from.take() {
            self.concern_behind(&from).map_err(UnionError::Store)?;
        }
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
        self.refold_customers()?;
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

    fn refold_customers(&mut self) -> Result<(), UnionError<T::Error>> {
        let run_out = run_out(self.transaction).map_err(UnionError::Store)?;
        let (mut done, mut all) = (BTreeSet::new(), Vec::new());
        for customer in core::mem::take(&mut self.concerned) {
            if done.contains(&customer) {
                continue;
            }
            let past = Past::of(self.transaction, &customer, &run_out).map_err(UnionError::Store)?;
            let folded = past.fold().map_err(|error| UnionError::Amount { customer, error })?;
            all.extend(folded.customers);
            done.extend(past.customers);
            // Whom a document of its own concerns is fewer: of those nothing is kept unless it can all be.
            if AT_ONCE <= all.len() {
                all.drain(..).try_for_each(|(customer, folded)| self.refold_customer(&customer, folded))?;
            }
        }
        all.into_iter().try_for_each(|(customer, folded)| self.refold_customer(&customer, folded))
    }

    /// Concerns whoever something has come about behind a place in the order of all registers, where a program says
    /// when units run out by inactivity: what has run out by then depends on all programs.
    fn concern_behind(&mut self, from: &Order) -> Result<(), T::Error> {
        if run_out(self.transaction)?.is_empty() {
            return Ok(());
        }
        let mut end = self.transaction.facts(&Question::to_take_over(&[]))?.next.0;
        while 1 < end {
            let begin = end.saturating_sub(u64::from(PAGE)).max(1);
            let mut page = self.transaction.read(Seq(begin), usize::from(PAGE))?;
            page.retain(|operation| operation.seq.0 < end);
            for operation in page.iter().rev() {
                match self.transaction.order_of(operation.seq)? {
                    // What a register decides comes behind all that it has heard of.
                    Some(order) if order < *from && order.name.origin == self.sharing.origin => return Ok(()),
                    Some(order) if *from < order => self.concerned.extend(operation.concerns().cloned()),
                    _ => {}
                }
            }
            end = begin;
        }
        Ok(())
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
