//! What each customer's entries come to.

use alloc::collections::BTreeMap;

use crate::decide::{Document, Kept, Key, KnownAccount, Member, Operation, Purchase, Question, Tally};
use crate::ident::CustomerId;
use crate::ledger::{Account, Entry, Lot, LotKey};
use crate::money::Units;
use crate::store::verify::counts::count;
use crate::store::verify::weight::Weight;
use crate::store::{Transaction, VerifyError};
use crate::time::Timestamp;

/// What each customer's entries come to, so far.
#[derive(Default)]
pub(super) struct Customers {
    weight: Weight,
    known: BTreeMap<CustomerId, Customer>,
    /// What is kept under keys of its own.
    kept: BTreeMap<Key, Kept>,
    /// From when on the program holds that was set for the latest time.
    program: Option<Timestamp>,
}

/// What one customer's entries come to. The lots themselves could be as many as the operations.
struct Customer {
    member: Member,
    latest: Timestamp,
    balance: Units,
    /// How many operations name the customer, and which, as a sum of their weights.
    operations: u64,
    which: u64,
    lots: LotSum,
}

impl Customers {
    pub(super) fn new(weight: Weight) -> Customers {
        Customers { weight, ..Customers::default() }
    }

    pub(super) fn count(&self) -> u64 {
        count(self.known.len())
    }

    pub(super) fn add(&mut self, operation: &Operation) -> Result<(), &'static str> {
        let at = operation.document.at();
        for kept in &operation.decision.kept {
            self.kept.insert(kept.key(), kept.clone());
        }
        for (name, member) in &operation.decision.members {
            self.customer(name, at).member = member.clone();
        }
        let known = operation.decision.customer.as_ref().and_then(|name| self.known.get(name));
        // What came after a program for later may have run out under the one before it.
        let is_late = self.program.is_some_and(|program| at < program)
            || known.is_some_and(|customer| at < self.latest(customer));
        if let Document::SetProgram(_) = operation.document {
            self.program = self.program.max(Some(at));
        }
        let weight = self.weight;
        for entry in &operation.decision.entries {
            let customer = self.customer(&entry.customer, at);
            customer.apply(entry, weight)?;
            // A sweep has no customer of its own.
            customer.latest = customer.latest.max(at);
        }
        let Some(name) = &operation.decision.customer else { return Ok(()) };
        let customer = self.customer(name, at);
        customer.operations = customer.operations.saturating_add(1);
        customer.which = customer.which.wrapping_add(weight.of([operation.seq.0]));
        // A late document's balance is that of its own time, and not of what came before it (Q13).
        let moved = !operation.decision.entries.is_empty();
        if moved && !is_late && operation.decision.balance.is_some_and(|balance| balance != customer.balance)
        {
            return Err("it answered another balance than its entries make");
        }
        customer.latest = customer.latest.max(at);
        Ok(())
    }

    /// The time of the latest document, under whatever record that has become this one.
    fn latest(&self, customer: &Customer) -> Timestamp {
        let others = customer.member.merged_from.iter().filter_map(|other| self.known.get(other));
        others.map(|other| other.latest).fold(customer.latest, Timestamp::max)
    }

    fn customer(&mut self, name: &CustomerId, at: Timestamp) -> &mut Customer {
        self.known.entry(name.clone()).or_insert_with(|| Customer {
            member: Member::default(),
            latest: at,
            balance: Units::ZERO,
            operations: 0,
            which: 0,
            lots: LotSum(0),
        })
    }

    /// How much is kept under keys of its own.
    pub(super) fn count_kept(&self) -> u64 {
        count(self.kept.len())
    }

    pub(super) fn kept(&self) -> impl Iterator<Item = (&Key, &Kept)> {
        self.kept.iter()
    }

    /// Compares all with what the store keeps, and counts their lots and their tallies.
    pub(super) fn compare<T: Transaction>(
        &self,
        transaction: &mut T,
    ) -> Result<(u64, u64), VerifyError<T::Error>> {
        let (mut lots, mut tallies) = (0_u64, 0_u64);
        for (name, customer) in &self.known {
            // As of the first moment there is: then the store has to go back over all that was moved.
            let question =
                Question { purchases: true, tally: true, ..Question::of_customer(name, Timestamp::FIRST) };
            let facts = transaction.facts(&question).map_err(VerifyError::Store)?;
            let kept = facts.accounts.first().and_then(|account| account.known.as_ref());
            let differs = |what| VerifyError::Customer { customer: name.clone(), what };
            let kept = kept.ok_or(differs("isn't there"))?;
            customer.compare(kept, self.weight).map_err(differs)?;
            lots = lots.saturating_add(count(kept.holding.lots().count()));
            tallies = tallies.saturating_add(u64::from(kept.tally.is_some()));
            if runs_out_unseen(transaction, &question, kept).map_err(VerifyError::Store)? {
                return Err(differs("a lot would run out unseen"));
            }
        }
        Ok((lots, tallies))
    }
}

impl Customer {
    /// What comes in fills a debt before it becomes a lot (R19), as in [`crate::ledger::Holding`].
    fn apply(&mut self, entry: &Entry, weight: Weight) -> Result<(), &'static str> {
        const TOO_LARGE: &str = "a balance is larger than can be counted";
        let too_large = |_| TOO_LARGE;
        if entry.to == Account::Customer {
            let debt = Units::ZERO.minus(self.balance).map_err(too_large)?.or_zero();
            self.balance = self.balance.plus(entry.units).map_err(too_large)?;
            let into_lot = entry.units.minus(debt.min(entry.units)).map_err(too_large)?;
            if let Some(lot) = &entry.lot {
                self.lots.put(weight, lot, into_lot);
            }
        }
        if entry.from == Account::Customer {
            self.balance = self.balance.minus(entry.units).map_err(too_large)?;
            if let Some(lot) = &entry.lot {
                self.lots.take(weight, lot, entry.units);
            }
        }
        Ok(())
    }

    fn compare(&self, kept: &KnownAccount, weight: Weight) -> Result<(), &'static str> {
        let mut lots = LotSum(0);
        let mut in_lots = Units::ZERO;
        for Lot { key, units } in kept.holding.lots() {
            if units <= Units::ZERO {
                return Err("a lot is kept that holds nothing");
            }
            lots.put(weight, &key, units);
            in_lots = in_lots.plus(units).map_err(|_| "the lots are larger than can be counted")?;
        }
        if kept.holding.balance() != self.balance {
            return Err("the balance isn't the sum of the entries");
        }
        if lots != self.lots {
            return Err("the lots aren't what the entries put in and took out");
        }
        if in_lots != self.balance.or_zero() {
            return Err("the lots don't add up to the balance");
        }
        if kept.member != self.member {
            return Err("taking part or not, or what else is kept, isn't what the documents say");
        }
        let Some(purchases) = &kept.purchases else { return Err("what the customer bought isn't there") };
        if kept.tally.as_ref().is_some_and(|tally| !is_tally_of(tally, purchases)) {
            return Err("what the customer bought doesn't add up to what is kept of it");
        }
        if kept.latest != self.latest {
            return Err("the time of the latest document isn't what the documents say");
        }
        let which = |operation: &Operation| weight.of([operation.seq.0]);
        let which = kept.history.iter().map(which).fold(0, u64::wrapping_add);
        let all = (count(kept.history.len()), which) == (self.operations, self.which);
        if Timestamp::FIRST < self.latest && !all {
            return Err("going back in time, there are other operations than there were");
        }
        Ok(())
    }
}

/// Compares what is kept under keys of its own with what operations made of it.
pub(super) fn compare_kept<'k, T: Transaction>(
    made: impl Iterator<Item = (&'k Key, &'k Kept)>,
    transaction: &mut T,
) -> Result<(), VerifyError<T::Error>> {
    for (key, made) in made {
        let keys = [key.clone()].into();
        let question = Question { keys, ..Question::as_of(Timestamp::LAST) };
        let facts = transaction.facts(&question).map_err(VerifyError::Store)?;
        if facts.kept.first() != Some(made) {
            let what = "a code, a punch card or what is held isn't what the documents say";
            return Err(VerifyError::Ledger { what });
        }
    }
    Ok(())
}

/// Whether a document on the day after a customer's first lot has run out wouldn't be told so.
pub(super) fn runs_out_unseen<T: Transaction>(
    transaction: &mut T,
    question: &Question<'_>,
    kept: &KnownAccount,
) -> Result<bool, T::Error> {
    let last_day = kept.holding.lots().next().and_then(|lot| lot.key.expires);
    // The last day there is has no day after it.
    let Some(last_day) = last_day.filter(|last_day| *last_day != last_day.next()) else { return Ok(false) };
    let (running_out_before, at) = (last_day.next(), Timestamp::LAST);
    let on_the_day_after = Question { lots: false, running_out_before, at, ..question.clone() };
    let facts = transaction.facts(&on_the_day_after)?;
    let seen = facts.accounts.first().and_then(|account| account.known.as_ref());
    Ok(seen.is_none_or(|seen| seen.holding != kept.holding))
}

/// Whether a tally is that of the customer's purchases.
pub(super) fn is_tally_of(tally: &Tally, purchases: &[Purchase]) -> bool {
    let mut made = Tally::of(purchases);
    made.fold_before(tally.since);
    made == *tally
}

/// Lots, as a sum of their units, each times the weight of its key: what is put in and taken out again leaves
/// nothing, in whatever order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct LotSum(i128);

impl LotSum {
    fn put(&mut self, weight: Weight, key: &LotKey, units: Units) {
        self.0 = self.0.wrapping_add(weight.of_lot(key).wrapping_mul(i128::from(units.minor())));
    }

    fn take(&mut self, weight: Weight, key: &LotKey, units: Units) {
        self.0 = self.0.wrapping_sub(weight.of_lot(key).wrapping_mul(i128::from(units.minor())));
    }
}
