//! What operations did to a customer, in the order of their documents' times; those of records that were merged
//! into this one among them (R30).

use alloc::vec::Vec;

use crate::decide::replay::{Lasting, Replay, is_expiry};
use crate::decide::{Document, Facts, KnownAccount, Operation, Purchase, Refused};
use crate::ident::CustomerId;
use crate::ledger::{Account, Entry};
use crate::money::Units;
use crate::sorting;
use crate::time::{Date, Timestamp};

/// What one operation did to a customer.
#[derive(Clone)]
pub(super) struct Step {
    pub(super) at: Timestamp,
    /// The day of its document, where it was made, if units can have run out by it.
    pub(super) day: Option<Date>,
    pub(super) entries: Vec<Entry>,
    pub(super) purchases: Vec<Purchase>,
}

/// A record that went to another one: what it moved there, and what happened to it.
pub(super) struct Came {
    /// The entries by which it left.
    pub(super) moved: Vec<Entry>,
    pub(super) steps: Vec<Step>,
}

impl Step {
    /// What all operations did to a customer. Who was merged into this one before some of their own documents, since
    /// the merge came late, brought what they had by then; from then on their documents are this one's.
    pub(super) fn all(
        facts: &Facts,
        customer: &CustomerId,
        known: &KnownAccount,
        lasting: &Lasting,
    ) -> Result<Vec<Step>, Refused> {
        // Nobody is merged more often than there are records.
        Step::within(facts, customer, known, lasting, facts.accounts.len())
    }

    fn within(
        facts: &Facts,
        customer: &CustomerId,
        known: &KnownAccount,
        lasting: &Lasting,
        merges: usize,
    ) -> Result<Vec<Step>, Refused> {
        let mut steps = Vec::new();
        for operation in &known.history {
            let mut step = Step::of(operation, customer);
            if let Document::Merge(_) = operation.document {
                step.owe();
            }
            for (other, member) in &operation.decision.members {
                if member.merged_into.as_ref() != Some(customer) {
                    continue;
                }
                let (Some(known), Some(merges)) = (facts.known(other), merges.checked_sub(1)) else {
                    continue;
                };
                let of_other = operation.decision.entries.iter().filter(|entry| entry.customer == *other);
                let moved = of_other.filter(|entry| !is_expiry(entry)).cloned().collect();
                let came = Came { moved, steps: Step::within(facts, other, known, lasting, merges)? };
                steps.extend(step.join(customer, &came, lasting)?);
            }
            steps.push(step);
        }
        // Those of one time stay in the order in which they were recorded.
        sorting::sort_by_key(&mut steps, |step| step.at);
        Ok(steps)
    }

    /// What an operation did to a customer, less what ran out.
    fn of(operation: &Operation, customer: &CustomerId) -> Step {
        let decision = &operation.decision;
        let own = decision.entries.iter().filter(|entry| entry.customer == *customer && !is_expiry(entry));
        let purchases = decision.purchases.iter().filter(|(of, _)| of == customer);
        Step {
            at: operation.document.at(),
            day: decision.day,
            entries: own.cloned().collect(),
            purchases: purchases.map(|(_, purchase)| purchase.clone()).collect(),
        }
    }

    /// Of a merge, takes what others owed in the order of use: which lots that were when it was recorded says nothing.
    pub(super) fn owe(&mut self) {
        self.entries.iter_mut().filter(|entry| entry.to == Account::Held).for_each(|entry| entry.lot = None);
    }

    /// Of a merge, puts what another record had at its time in the place of what it had when it was recorded, and
    /// gives the steps of that record since. Nothing of it if there are none.
    pub(super) fn join(
        &mut self,
        customer: &CustomerId,
        came: &Came,
        lasting: &Lasting,
    ) -> Result<Vec<Step>, Refused> {
        let (before, since) = came.steps.split_at(came.steps.partition_point(|step| step.at <= self.at));
        if since.is_empty() {
            return Ok(Vec::new());
        }
        let then = Replay::until(before, lasting.clone(), (self.at, self.day.unwrap_or(Date::FIRST)))?;
        self.take_out(&came.moved)?;
        let entry =
            |from, to, units, lot| Entry { from, to, customer: customer.clone(), units, lot, sale: None };
        let lots = then.holding.lots();
        self.entries
            .extend(lots.map(|lot| entry(Account::Held, Account::Customer, lot.units, Some(lot.key))));
        let owed = Units::ZERO.minus(then.holding.balance())?.or_zero();
        if !owed.is_zero() {
            self.entries.push(entry(Account::Customer, Account::Held, owed, None));
        }
        let others = || came.steps.iter().flat_map(|step| &step.purchases);
        self.purchases.retain(|own| !others().any(|other| (other.seq, other.part) == (own.seq, own.part)));
        self.purchases.extend(then.purchases.into_values());
        Ok(since.to_vec())
    }

    /// Takes out what another record moved here.
    fn take_out(&mut self, moved: &[Entry]) -> Result<(), Refused> {
        let mut owed = Units::ZERO;
        for left in moved {
            if left.to == Account::Customer {
                owed = owed.plus(left.units)?;
            } else if let Some(place) = self.entries.iter().position(|came| {
                came.from == Account::Held && (came.lot, came.units) == (left.lot, left.units)
            }) {
                self.entries.remove(place);
            }
        }
        // One entry for each lot that paid for what was owed.
        while !owed.is_zero() {
            let Some(place) = self.entries.iter().position(|entry| entry.to == Account::Held) else { break };
            owed = owed.minus(self.entries.remove(place).units)?.or_zero();
        }
        Ok(())
    }
}
