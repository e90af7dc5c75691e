//! What operations did to a customer, in the order of their documents' times; those of records that were merged
//! into this one among them (R30).

use alloc::collections::BTreeMap;
use alloc::vec::Vec;

use crate::decide::names::Names;
use crate::decide::replay::{Lasting, Replay, is_expiry};
use crate::decide::spent::{OfRewards, SaleLots};
use crate::decide::{
    AccountFacts, Carried, Document, ExchangeDocument, Facts, Kept, KnownAccount, Operation, Purchase,
    Refused,
};
use crate::ident::{CustomerId, SaleId};
use crate::ledger::{Account, Entry};
use crate::money::{AmountError, Units};
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
    /// What loyalty had paid for one sale, and pays for another from then on.
    pub(super) carried: Option<Carry>,
    /// What of the entries is of rewards.
    pub(super) of_rewards: OfRewards,
    /// The last day of what it gives back and had run out, by the days of grace.
    pub(super) grace_until: Option<Date>,
    /// Whether it ends a hold: what comes out of *held* by it was the customer's own, and nobody else brings it.
    pub(super) ends_hold: bool,
    /// The lots of the sales of records that come here by it.
    pub(super) brought: BTreeMap<SaleId, SaleLots>,
}

/// Units that paid for one sale, and by an exchange pay for its new goods (Q8).
#[derive(Debug, Clone)]
pub(super) struct Carry {
    pub(super) from: SaleId,
    pub(super) to: SaleId,
    pub(super) units: Units,
}

impl Carry {
    /// What an operation carried.
    fn of(operation: &Operation) -> Result<Option<Carry>, AmountError> {
        let Document::Exchange(exchange) = &operation.document else { return Ok(None) };
        let Some(carried) = &operation.decision.carried else { return Ok(None) };
        Carry::by(exchange, carried).map(Some)
    }

    pub(super) fn by(exchange: &ExchangeDocument, carried: &Carried) -> Result<Carry, AmountError> {
        let units = Units::sum(carried.lots.iter().map(|(_, units)| *units))?;
        let (from, to) = (exchange.of.clone(), exchange.sale.rung_up.sale.clone());
        Ok(Carry { from, to, units })
    }
}

/// A document that is not recorded yet, with what happened since to records that come by it, and the record that it is
/// about.
#[derive(Clone, Copy)]
pub(super) struct Unrecorded<'s> {
    pub(super) record: &'s CustomerId,
    pub(super) steps: &'s [Step],
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
    /// `unrecorded` goes in its place; where several registers decided it isn't looked at, since [`Late::close`] leaves
    /// that to the fold.
    ///
    /// [`Late::close`]: crate::decide::late::Late::close
    pub(super) fn all<'f>(
        names: &Names<'f>,
        customer: &'f CustomerId,
        lasting: &Lasting,
        unrecorded: Option<Unrecorded<'_>>,
    ) -> Result<Vec<Step>, Refused> {
        // Nobody is merged more often than there are records.
        let merges = names.facts.accounts.len();
        if names.facts.united {
            return Step::of_all_names(names, customer, lasting, merges);
        }
        Step::within(names, customer, lasting, unrecorded, merges)
    }

    /// The same where several registers decided. A merge's register may not have known of all that there was, nor
    /// to whom records had gone: what they had at its time, and all that happened to them since, says so.
    fn of_all_names<'f>(
        names: &Names<'f>,
        customer: &'f CustomerId,
        lasting: &Lasting,
        merges: usize,
    ) -> Result<Vec<Step>, Refused> {
        let facts = names.facts;
        let mut steps = Vec::new();
        for (keeper, operation) in names.about(customer) {
            let (at, day) = operation.moment();
            let mut step = Step { at, day, ..Step::of(operation, keeper)? };
            if let Document::Merge(_) = operation.document {
                step.entries.retain(|entry| !entry.touches_held());
            }
            steps.push(step);
        }
        let Some(merges) = merges.checked_sub(1) else { return Ok(steps) };
        for AccountFacts { customer: other, known } in &facts.accounts {
            let goes_here = |known: &KnownAccount| known.member.merged_into.as_ref() == Some(customer);
            if !known.as_ref().is_some_and(goes_here) {
                continue;
            }
            let Some(merge) = facts.merge_of(other) else { continue };
            let of_other = Step::of_all_names(names, other, lasting, merges)?;
            let at = merge.document.at();
            let mut step = Step::empty(at, merge.decision.day);
            let before = of_other.partition_point(|step| step.at <= at);
            step.bring(customer, of_other.get(..before).unwrap_or_default(), lasting)?;
            steps.push(step);
            steps.extend(of_other.into_iter().skip(before));
        }
        // Those of one time stay in the order in which they were recorded.
        sorting::sort_by_key(&mut steps, |step| step.at);
        Ok(steps)
    }

    fn within<'f>(
        names: &Names<'f>,
        customer: &'f CustomerId,
        lasting: &Lasting,
        unrecorded: Option<Unrecorded<'_>>,
        merges: usize,
    ) -> Result<Vec<Step>, Refused> {
        let mut steps = Vec::new();
        for (keeper, operation) in names.about(customer) {
            let (at, day) = operation.moment();
            let mut step = Step { at, day, ..Step::of(operation, keeper)? };
            if let Document::Merge(_) = operation.document {
                step.owe();
            }
            for (other, member) in &operation.decision.members {
                if member.merged_into.as_ref() != Some(keeper) {
                    continue;
                }
                let Some(merges) = merges.checked_sub(1) else { continue };
                let of_other = operation.decision.entries.iter().filter(|entry| entry.customer == *other);
                let moved = of_other.filter(|entry| !is_expiry(entry)).cloned().collect();
                let came = Came { moved, steps: Step::within(names, other, lasting, unrecorded, merges)? };
                steps.extend(step.join(customer, &came, lasting)?);
            }
            steps.push(step);
        }
        let own = unrecorded.filter(|unrecorded| unrecorded.record == customer);
        steps.extend(own.into_iter().flat_map(|unrecorded| unrecorded.steps).cloned());
        // Those of one time stay in the order in which they were recorded.
        sorting::sort_by_key(&mut steps, |step| step.at);
        Ok(steps)
    }

    /// Nothing yet.
    pub(super) fn empty(at: Timestamp, day: Option<Date>) -> Step {
        Step {
            at,
            day,
            entries: Vec::new(),
            purchases: Vec::new(),
            carried: None,
            of_rewards: OfRewards::default(),
            grace_until: None,
            ends_hold: false,
            brought: BTreeMap::new(),
        }
    }

    /// What an operation did to a customer, less what ran out.
    fn of(operation: &Operation, customer: &CustomerId) -> Result<Step, AmountError> {
        let decision = &operation.decision;
        let own = decision.entries.iter().filter(|entry| entry.customer == *customer && !is_expiry(entry));
        let purchases = decision.purchases.iter().filter(|(of, _)| of == customer);
        let is_own = decision.customer.as_ref() == Some(customer);
        Ok(Step {
            entries: own.cloned().collect(),
            purchases: purchases.map(|(_, purchase)| purchase.clone()).collect(),
            carried: Carry::of(operation)?.filter(|_| is_own),
            of_rewards: OfRewards::of(decision)?,
            grace_until: decision.grace_until,
            ends_hold: decision.kept.iter().any(Kept::is_ended_hold),
            ..Step::empty(operation.document.at(), decision.day)
        })
    }

    /// Of a merge, takes what others owed in the order of use: which lots that were when it was recorded says nothing.
    pub(super) fn owe(&mut self) {
        self.entries.iter_mut().filter(|entry| entry.to == Account::Held).for_each(|entry| entry.lot = None);
    }

    /// Of a merge, puts what another record had at its time in the place of what it had when it was recorded, and
    /// gives the steps of that record since. One whose steps weren't read, since the merge isn't late for it, brings what
    /// it brought.
    pub(super) fn join(
        &mut self,
        customer: &CustomerId,
        came: &Came,
        lasting: &Lasting,
    ) -> Result<Vec<Step>, Refused> {
        if came.steps.is_empty() {
            return Ok(Vec::new());
        }
        let (before, since) = came.steps.split_at(came.steps.partition_point(|step| step.at <= self.at));
        self.take_out(&came.moved)?;
        let others = || came.steps.iter().flat_map(|step| &step.purchases);
        self.purchases.retain(|own| !others().any(|other| (other.seq, other.part) == (own.seq, own.part)));
        self.bring(customer, before, lasting)?;
        Ok(since.to_vec())
    }

    /// Brings what another record had by then, and the lots of its sales.
    fn bring(&mut self, customer: &CustomerId, before: &[Step], lasting: &Lasting) -> Result<(), Refused> {
        let then = Replay::until(before, lasting.clone(), (self.at, self.day.unwrap_or(Date::FIRST)))?;
        for (sale, lots) in &then.sales {
            self.brought.entry(sale.clone()).or_default().take_over(lots)?;
        }
        let entry =
            |from, to, units, lot| Entry { from, to, customer: customer.clone(), units, lot, sale: None };
        let lots = then.in_order_of_use()?.into_iter();
        self.entries
            .extend(lots.map(|lot| entry(Account::Held, Account::Customer, lot.units, Some(lot.key))));
        let owed = then.holding.owed()?;
        if !owed.is_zero() {
            self.entries.push(entry(Account::Customer, Account::Held, owed, None));
        }
        self.purchases.extend(then.purchases.into_values());
        Ok(())
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

impl Facts {
    /// The operation by which a record went to another. Where several registers decided, the first that put it, or
    /// one that had gone to it, together with one that hadn't.
    pub(super) fn merge_of(&self, record: &CustomerId) -> Option<&Operation> {
        let histories = self.accounts.iter().filter_map(|account| account.known.as_ref());
        let operations = histories.flat_map(|known| &known.history);
        let parts = operations.filter(|operation| {
            operation
                .merges()
                .any(|(other, into)| self.leads_to(other, record) != self.leads_to(into, record))
        });
        parts.min_by_key(|operation| (operation.document.at(), operation.recorded_at))
    }

    /// Whether a customer is another one, or has gone to that one.
    pub(super) fn leads_to(&self, customer: &CustomerId, other: &CustomerId) -> bool {
        let mut name = Some(customer);
        for _ in 0..=self.accounts.len() {
            match name {
                Some(name) if name == other => return true,
                Some(known) => name = self.known(known).and_then(|known| known.member.merged_into.as_ref()),
                None => break,
            }
        }
        false
    }
}
