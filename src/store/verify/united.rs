//! A ledger of several registers: what is kept follows from the operations in their order among all.

use alloc::collections::{BTreeMap, BTreeSet};

use super::counts::count;
use super::customers::{is_tally_of, runs_out_unseen};
use super::weight::Weight;
use crate::decide::{Document, Kept, Key, KnownAccount, Operation, Question, United, purchases_of};
use crate::ident::CustomerId;
use crate::ledger::{Order, Seq};
use crate::loyalty::ProgramVersion;
use crate::store::union::fold::Past;
use crate::store::union::{does_count, ids_of};
use crate::store::{Counts, Transaction, VerifyError};
use crate::time::Timestamp;

/// What operations of several registers have made, so far.
#[derive(Default)]
pub(super) struct SeveralRegisters {
    weight: Weight,
    /// How many operations concern a customer, and which, as a sum of their weights.
    customers: BTreeMap<CustomerId, (u64, u64)>,
    kept: BTreeMap<Key, Newest<Kept>>,
    program: Option<Newest<ProgramVersion>>,
    documents: u64,
    /// The latest moment.
    clock: Option<i64>,
}

/// What the newest operation says of something.
struct Newest<V> {
    order: Order,
    seq: Seq,
    value: V,
}

impl SeveralRegisters {
    pub(super) fn new(weight: Weight) -> SeveralRegisters {
        SeveralRegisters { weight, ..SeveralRegisters::default() }
    }

    /// Adds an operation, and says whether it counts.
    pub(super) fn add<T: Transaction>(
        &mut self,
        operation: &Operation,
        transaction: &mut T,
    ) -> Result<bool, VerifyError<T::Error>> {
        let seq = operation.seq;
        let order = transaction.order_of(seq).map_err(VerifyError::Store)?;
        let order = order.ok_or(VerifyError::Operation { seq, what: "it has no name" })?;
        let found = transaction.seq_of(&order.name).map_err(VerifyError::Store)?;
        if found != Some(seq) {
            return Err(VerifyError::Operation { seq, what: "it isn't found by its name" });
        }
        let is_own = transaction.own_until(seq).map_err(VerifyError::Store)?.is_some();
        let follows =
            Order::moment_after(self.clock.unwrap_or(i64::MIN), operation.recorded_at.millisecond());
        if is_own && order.moment != follows {
            return Err(VerifyError::Operation { seq, what: "its moment isn't the one that follows" });
        }
        self.clock = self.clock.max(Some(order.moment));
        for customer in operation.concerns().collect::<BTreeSet<_>>() {
            let (operations, which) = self.customers.entry(customer.clone()).or_default();
            (*operations, *which) =
                (operations.saturating_add(1), which.wrapping_add(self.weight.of([seq.0])));
        }
        let counts = does_count(operation, |kind, id| transaction.under(kind, id));
        let counts = counts.map_err(VerifyError::Store)?;
        for kept in operation.decision.kept.iter().filter(|_| counts) {
            let known = self.kept.get(&kept.key());
            if known.is_none_or(|known| known.order <= order) {
                let (order, value) = (order.clone(), kept.clone());
                self.kept.insert(kept.key(), Newest { order, seq, value });
            }
        }
        for (kind, id) in ids_of(&operation.document) {
            let under = transaction.under(kind, id).map_err(VerifyError::Store)?;
            self.documents = self.documents.saturating_add(u64::from(under == Some(seq)));
        }
        if let Document::SetProgram(set) = &operation.document
            && counts
            && self.program.as_ref().is_none_or(|known| known.order < order)
        {
            self.program = Some(Newest { order, seq, value: set.program.version });
        }
        Ok(counts)
    }

    pub(super) fn program(&self) -> Option<ProgramVersion> {
        self.program.as_ref().map(|newest| newest.value)
    }

    pub(super) fn kept(&self) -> impl Iterator<Item = (&Key, &Kept)> {
        self.kept.iter().map(|(key, newest)| (key, &newest.value))
    }

    /// Compares what every customer has with what is kept, and says how much there is, and how much of what
    /// ran out had run out already.
    pub(super) fn compare<T: Transaction>(
        &self,
        transaction: &mut T,
    ) -> Result<(Counts, i128), VerifyError<T::Error>> {
        let program = self.program.iter().map(|newest| (None, newest.seq));
        for (key, seq) in self.kept.iter().map(|(key, newest)| (Some(key), newest.seq)).chain(program) {
            if transaction.decided_by(key).map_err(VerifyError::Store)? != Some(seq) {
                let what = "another operation is noted for what is kept than has decided it";
                return Err(VerifyError::Ledger { what });
            }
        }
        let (customers, kept) = (count(self.customers.len()), count(self.kept.len()));
        let mut ran_out_again = 0_i128;
        let mut counts = Counts { customers, kept, documents: self.documents, ..Counts::default() };
        for (customer, concerning) in &self.customers {
            let differs = |what| VerifyError::Customer { customer: customer.clone(), what };
            let question = Question {
                purchases: true,
                tally: true,
                ..Question::of_customer(customer, Timestamp::FIRST)
            };
            let facts = transaction.facts(&question).map_err(VerifyError::Store)?;
            let known = facts.accounts.first().and_then(|account| account.known.as_ref());
            let known = known.ok_or(differs("isn't there"))?;
            let past = Past::of(transaction, customer).map_err(VerifyError::Store)?;
            let seqs = past.operations.iter().map(|(_, operation, _)| self.weight.of([operation.seq.0]));
            if (count(past.operations.len()), seqs.fold(0, u64::wrapping_add)) != *concerning {
                return Err(differs("other operations are found about the customer than there are"));
            }
            let again = compare(customer, &past, known).map_err(differs)?;
            ran_out_again = ran_out_again.saturating_add(again);
            counts.lots = counts.lots.saturating_add(count(known.holding.lots().count()));
            counts.tallies = counts.tallies.saturating_add(u64::from(known.tally.is_some()));
            if runs_out_unseen(transaction, &question, known).map_err(VerifyError::Store)? {
                return Err(differs("a lot would run out unseen"));
            }
        }
        Ok((counts, ran_out_again))
    }
}

/// Compares what is kept of a customer with what is folded, and says what had run out already when it ran out.
fn compare(customer: &CustomerId, past: &Past, known: &KnownAccount) -> Result<i128, &'static str> {
    let folded = past.fold(customer).map_err(|_| "a balance is larger than can be counted")?;
    let Some(United { holding, latest, member, ran_out_again }) = folded else { return Err("isn't there") };
    if known.holding.balance() != holding.balance() {
        return Err("the balance isn't the sum of the entries");
    }
    if known.holding != holding {
        return Err("the lots aren't what the entries put in and took out");
    }
    if known.member != member {
        return Err("taking part or not, or what else is kept, isn't what the documents say");
    }
    if known.latest != latest {
        return Err("the time of the latest document isn't what the documents say");
    }
    let about = |operation: &Operation| operation.decision.customer.as_ref() == Some(customer);
    let counting = past.operations.iter().filter(|(_, operation, counts)| *counts && about(operation));
    let counting = alloc::vec::Vec::from_iter(counting.map(|(_, operation, _)| operation.clone()));
    if Timestamp::FIRST < latest && known.history != counting {
        return Err("going back in time, there are other operations than there were");
    }
    let purchases = purchases_of(customer, &counting);
    if known.purchases.as_ref() != Some(&purchases) {
        return Err("what the customer bought isn't there");
    }
    if known.tally.as_ref().is_some_and(|tally| !is_tally_of(tally, &purchases)) {
        return Err("what the customer bought doesn't add up to what is kept of it");
    }
    Ok(ran_out_again)
}
