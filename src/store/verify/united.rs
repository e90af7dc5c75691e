//! A ledger of several registers: what is kept follows from the operations in their order among all.

use alloc::collections::{BTreeMap, BTreeSet};
use alloc::vec::Vec;

use super::counts::count;
use super::customers::{compare_kept, is_tally_of, runs_out_unseen};
use super::weight::Weight;
use crate::decide::{
    Corrections, Document, Key, KnownAccount, Member, Operation, Purchase, Question, United, UnitedAccount,
    bought_by_all,
};
use crate::ident::CustomerId;
use crate::ledger::{Order, Seq};
use crate::loyalty::ProgramVersion;
use crate::sorting;
use crate::store::union::fold::{Deciding, Past, run_out};
use crate::store::union::{does_count, ids_of};
use crate::store::{Counts, Transaction, VerifyError, bought_as_claimed};
use crate::time::{Date, Timestamp};

/// What operations of several registers have made, so far.
#[derive(Default)]
pub(super) struct SeveralRegisters {
    weight: Weight,
    /// How many operations concern a customer, and which, as a sum of their weights.
    customers: BTreeMap<CustomerId, (u64, u64)>,
    /// The same of those that decided what is kept under a key; without a key, which program holds.
    deciding: BTreeMap<Option<Key>, (u64, u64)>,
    documents: u64,
    /// The latest moment.
    clock: Option<i64>,
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
        for customer in sorting::each_once(operation.concerns()) {
            note(self.weight, self.customers.entry(customer.clone()).or_default(), seq);
        }
        let sets = matches!(operation.document, Document::SetProgram(_)).then_some(None);
        let keys = operation.decision.kept.iter().map(|kept| Some(kept.key())).chain(sets);
        for key in sorting::each_once(keys) {
            note(self.weight, self.deciding.entry(key).or_default(), seq);
        }
        let counts = does_count(operation, |kind, id| transaction.under(kind, id));
        let counts = counts.map_err(VerifyError::Store)?;
        for (kind, id) in ids_of(&operation.document) {
            let under = transaction.under(kind, id).map_err(VerifyError::Store)?;
            self.documents = self.documents.saturating_add(u64::from(under == Some(seq)));
        }
        Ok(counts)
    }

    /// What is kept under keys of its own, and how much that is, and the program that holds.
    fn kept<T: Transaction>(
        &self,
        transaction: &mut T,
    ) -> Result<(u64, Option<ProgramVersion>), VerifyError<T::Error>> {
        let (mut kept, mut program) = (0_u64, None);
        for (key, (operations, which)) in &self.deciding {
            let deciding = Deciding::of(transaction, key.as_ref()).map_err(VerifyError::Store)?;
            let seqs = deciding.0.iter().map(|(operation, _)| self.weight.of([operation.seq.0]));
            if (count(deciding.0.len()), seqs.fold(0, u64::wrapping_add)) != (*operations, *which) {
                let what = "other operations are noted for what is kept than have decided it";
                return Err(VerifyError::Ledger { what });
            }
            let Some(key) = key else {
                program = deciding.program();
                continue;
            };
            let made = deciding.kept(key);
            kept = kept.saturating_add(u64::from(made.is_some()));
            compare_kept(made.iter().map(|made| (key, made)), transaction)?;
        }
        Ok((kept, program))
    }

    /// Compares what every customer has and what is kept under keys of its own with what is kept; how much there
    /// is, what of the entries doesn't count or counts otherwise, and the program that holds.
    pub(super) fn compare<T: Transaction>(
        &self,
        transaction: &mut T,
    ) -> Result<(Counts, Corrections, Option<ProgramVersion>), VerifyError<T::Error>> {
        let (kept, program) = self.kept(transaction)?;
        let customers = count(self.customers.len());
        let mut corrections = Corrections::default();
        let mut counts = Counts { customers, kept, documents: self.documents, ..Counts::default() };
        let run_out = run_out(transaction).map_err(VerifyError::Store)?;
        let mut done = BTreeSet::new();
        for customer in self.customers.keys() {
            if done.contains(customer) {
                continue;
            }
            let past = Past::of(transaction, customer, &run_out).map_err(VerifyError::Store)?;
            let differs = |what| VerifyError::Customer { customer: customer.clone(), what };
            let folded = past.fold().map_err(|_| differs("a balance is larger than can be counted"))?;
            corrections.merge(&folded.corrections);
            for customer in &past.customers {
                self.compare_one(transaction, customer, (&past, &folded), &mut counts)?;
            }
            if 1 < past.customers.len() {
                done.extend(past.customers);
            }
        }
        Ok((counts, corrections, program))
    }

    fn compare_one<T: Transaction>(
        &self,
        transaction: &mut T,
        customer: &CustomerId,
        (past, folded): (&Past, &United),
        counts: &mut Counts,
    ) -> Result<(), VerifyError<T::Error>> {
        let differs = |what| VerifyError::Customer { customer: customer.clone(), what };
        let question =
            Question { purchases: true, tally: true, ..Question::of_customer(customer, Timestamp::FIRST) };
        let facts = transaction.facts(&question).map_err(VerifyError::Store)?;
        let known = facts.accounts.first().and_then(|account| account.known.as_ref());
        let known = known.ok_or(differs("isn't there"))?;
        let seqs = past.concerning.get(customer).map_or(&[][..], |seqs| seqs);
        let which = seqs.iter().map(|seq| self.weight.of([seq.0])).fold(0, u64::wrapping_add);
        if self.customers.get(customer) != Some(&(count(seqs.len()), which)) {
            return Err(differs("other operations are found about the customer than there are"));
        }
        let folded = folded.customers.get(customer).ok_or(differs("isn't there"))?;
        compare(customer, past, (folded, known)).map_err(differs)?;
        let purchases = bought(transaction, &folded.member, customer, past).map_err(VerifyError::Store)?;
        if known.purchases.as_ref() != Some(&purchases) {
            return Err(differs("what the customer bought isn't there"));
        }
        if known.tally.as_ref().is_some_and(|tally| !is_tally_of(tally, &purchases)) {
            return Err(differs("what the customer bought doesn't add up to what is kept of it"));
        }
        counts.lots = counts.lots.saturating_add(count(known.holding.lots().count()));
        counts.tallies = counts.tallies.saturating_add(u64::from(known.tally.is_some()));
        if runs_out_unseen(transaction, &question, known).map_err(VerifyError::Store)? {
            return Err(differs("a lot would run out unseen"));
        }
        Ok(())
    }
}

/// Compares what is kept of a customer with what is folded.
fn compare(
    customer: &CustomerId,
    past: &Past,
    (folded, known): (&UnitedAccount, &KnownAccount),
) -> Result<(), &'static str> {
    let UnitedAccount { holding, latest, member } = folded;
    if known.holding.balance() != holding.balance() {
        return Err("the balance isn't the sum of the entries");
    }
    if known.holding != *holding {
        return Err("the lots aren't what the entries put in and took out");
    }
    if known.member != *member {
        return Err("taking part or not, or what else is kept, isn't what the documents say");
    }
    if known.latest != *latest {
        return Err("the time of the latest document isn't what the documents say");
    }
    if Timestamp::FIRST < *latest && known.history != past.about(customer) {
        return Err("going back in time, there are other operations than there were");
    }
    Ok(())
}

/// What a customer bought, under whatever name that is the customer's by now.
fn bought<T: Transaction>(
    transaction: &mut T,
    member: &Member,
    customer: &CustomerId,
    past: &Past,
) -> Result<Vec<Purchase>, T::Error> {
    let names: Vec<&CustomerId> = member.merged_from.iter().chain([customer]).collect();
    let mut all = Vec::with_capacity(names.len());
    for name in &names {
        all.push(bought_as_claimed(&names, name, &past.about(name), |sale| {
            let question = Question {
                running_out_before: Date::FIRST,
                ..Question::of_sales(core::slice::from_ref(sale), Timestamp::LAST)
            };
            Ok(transaction.facts(&question)?.sales.pop())
        })?);
    }
    Ok(bought_by_all(all))
}

/// Adds an operation to how many there are, and to which.
fn note(weight: Weight, (operations, which): &mut (u64, u64), seq: Seq) {
    (*operations, *which) = (operations.saturating_add(1), which.wrapping_add(weight.of([seq.0])));
}
