//! One operation, by itself and beside what the store keeps of it.

use alloc::borrow::Cow;
use alloc::vec::Vec;

use crate::decide::{Accrued, Document, Operation, Question, SaleHistory, SaleRecord};
use crate::ident::SaleId;
use crate::ledger::{Account, Entry};
use crate::money::Units;
use crate::sale::SaleState;
use crate::store::union::{does_count, takes_place};
use crate::store::{Transaction, VerifyError};
use crate::time::{Date, Timestamp};

/// Whether an operation is possible at all.
pub(in crate::store) fn check(operation: &Operation) -> Result<(), &'static str> {
    check_entries(operation)?;
    check_accruals(operation)?;
    match &operation.document {
        Document::Sale(_) => check_history(core::slice::from_ref(operation)),
        Document::Merge(_) => check_merge(operation),
        _ => Ok(()),
    }
}

/// The records of a merge go to the customer whom its decision is about, who stays.
fn check_merge(operation: &Operation) -> Result<(), &'static str> {
    let stays = operation.decision.customer.as_ref();
    if operation.merges().all(|(other, into)| Some(into) == stays && other != into) {
        return Ok(());
    }
    Err("a record goes to another one than that of the merge")
}

/// Whether an operation is found where it should be, and fits what else happened to its sales. A
/// sale's history is checked once: at the last operation of it. The answer is the sales that are contested.
pub(super) fn compare<T: Transaction>(
    operation: &Operation,
    united: bool,
    transaction: &mut T,
) -> Result<Vec<SaleId>, VerifyError<T::Error>> {
    let document = &operation.document;
    let follows = operation.follows().into_iter().cloned();
    let sales: Vec<SaleId> = follows.chain(inside(document)).collect();
    // As of the end of time, and before the first day: neither old balances nor lots are asked for.
    let question = Question {
        document: document.id().map(|id| (document.kind(), id)),
        sales: Cow::Borrowed(&sales),
        running_out_before: Date::FIRST,
        ..Question::as_of(Timestamp::LAST)
    };
    let facts = transaction.facts(&question).map_err(VerifyError::Store)?;
    let wrong = |what| VerifyError::Operation { seq: operation.seq, what };
    if document.id().is_some() {
        let original = facts.original.ok_or(wrong("it isn't found by its document's id"))?.operation;
        if original.seq == operation.seq && original != *operation {
            return Err(wrong("it reads differently when it is found by its document's id"));
        }
        if original.seq != operation.seq {
            let gives_way = match united {
                true => gives_way(transaction, operation, &original).map_err(VerifyError::Store)?,
                false => operation.seq < original.seq && operation.is_parked(),
            };
            if !gives_way && !document.kind().ends_hold() {
                return Err(wrong("another operation stands under its document's id"));
            }
        }
    }
    if facts.sales.len() < sales.len() {
        return Err(wrong("it is about a sale that isn't there"));
    }
    if united {
        // What several registers did to a sale need not fit together.
        let counts = does_count(operation, |kind, id| transaction.under(kind, id));
        let counts = counts.map_err(VerifyError::Store)?;
        let has = |history: &SaleHistory| history.operations.iter().any(|known| known.seq == operation.seq);
        let about = facts.sales.iter().filter(|history| {
            SaleRecord::id(history).is_some_and(|sale| operation.follows().contains(&sale))
        });
        return match about.into_iter().all(|history| has(history) == counts) {
            true => Ok(contested(operation, &facts.sales)),
            false => Err(wrong("it is missing from what happened to its sale, or shouldn't be there")),
        };
    }
    facts.sales.iter().try_for_each(|history| compare_history(operation, history)).map_err(wrong)?;
    Ok(Vec::new())
}

/// The sales of which an operation is the last, and whose operations can't all be.
fn contested(operation: &Operation, sales: &[SaleHistory]) -> Vec<SaleId> {
    let ends =
        |history: &&SaleHistory| history.operations.last().is_some_and(|last| last.seq == operation.seq);
    let cannot_be =
        sales.iter().filter(ends).filter(|history| SaleRecord::fold(&history.operations).is_err());
    cannot_be.filter_map(SaleRecord::id).cloned().collect()
}

/// Whether an operation gives way to another one with the same id.
fn gives_way<T: Transaction>(
    transaction: &mut T,
    operation: &Operation,
    to: &Operation,
) -> Result<bool, T::Error> {
    let (order, other) = (transaction.order_of(operation.seq)?, transaction.order_of(to.seq)?);
    Ok(order.zip(other).is_some_and(|(order, other)| takes_place((to, &other), (operation, &order))))
}

fn compare_history(operation: &Operation, history: &SaleHistory) -> Result<(), &'static str> {
    let operations = &history.operations;
    if operations.first().is_some_and(|first| operation.seq < first.seq) {
        // The sale had been parked, and was rung up anew since.
        return Ok(());
    }
    if !operations.iter().any(|known| known.seq == operation.seq) {
        return Err("it is missing from what happened to its sale");
    }
    if operations.last().is_some_and(|last| last.seq == operation.seq) {
        return check_history(operations);
    }
    Ok(())
}

/// Whether all that happened to a sale fits together (R1, R2, R16).
fn check_history(operations: &[Operation]) -> Result<(), &'static str> {
    const TOO_LARGE: &str = "its sale has amounts that are too large";
    let Ok(record) = SaleRecord::fold(operations) else { return Err("it doesn't fit the state of its sale") };
    let sale = &record.state.rung_up().sale;
    let accruals = operations.iter().flat_map(|operation| &operation.decision.accruals);
    if 1 < accruals.filter(|accrued| accrued.sale == *sale).count() {
        return Err("its sale earned twice");
    }
    let Some(accrual) = record.accrual() else {
        return if record.claw_back.is_zero() { Ok(()) } else { Err("more was taken back than was earned") };
    };
    if matches!(record.state, SaleState::Parked(_) | SaleState::Pending(_)) {
        return Err("its sale earned and isn't settled");
    }
    let entries = operations.iter().flat_map(|operation| &operation.decision.entries);
    let taken_back = |entry: &&Entry| {
        entry.sale.as_ref() == Some(sale) && entry.from == Account::Customer && entry.to == Account::Issued
    };
    let taken_back =
        Units::sum(entries.filter(taken_back).map(|entry| entry.units)).map_err(|_| TOO_LARGE)?;
    let earned = accrual.total().map_err(|_| TOO_LARGE)?;
    if earned < taken_back || earned < record.claw_back {
        return Err("more was taken back than was earned");
    }
    Ok(())
}

fn check_entries(operation: &Operation) -> Result<(), &'static str> {
    if operation.is_parked() && !operation.decision.entries.is_empty() {
        return Err("a sale that was put aside moved units");
    }
    for entry in &operation.decision.entries {
        if entry.units <= Units::ZERO {
            return Err("an entry moves nothing, or less");
        }
        if entry.from == entry.to {
            return Err("an entry moves units to where they are");
        }
        let of_others =
            matches!(operation.document, Document::Sweep(_) | Document::Merge(_) | Document::SetProgram(_));
        if !of_others && operation.decision.customer.as_ref() != Some(&entry.customer) {
            return Err("an entry is of another customer");
        }
    }
    Ok(())
}

/// Whether what was granted is what the entries moved, sale by sale.
fn check_accruals(operation: &Operation) -> Result<(), &'static str> {
    let decision = &operation.decision;
    let is_grant = |entry: &&Entry| entry.from == Account::Issued && entry.to == Account::Customer;
    for accrued in &decision.accruals {
        if !names(operation, &accrued.sale) {
            return Err("a sale earned that it is not about");
        }
        if accrued.accrual.total() == Ok(Units::ZERO) {
            continue;
        }
        let mut grants = decision.entries.iter().filter(is_grant);
        let granted = grants.find(|entry| entry.lot == Some(accrued.lot));
        let fits = granted.is_some_and(|entry| {
            entry.sale.as_ref() == Some(&accrued.sale)
                && entry.customer == accrued.customer
                && fits_accrual(operation, accrued, entry.units)
        });
        if !fits {
            return Err("what a sale earned is not what was granted for it");
        }
    }
    // One that granted nothing keeps the promotions that said so.
    let grants =
        decision.accruals.iter().filter(|accrued| accrued.accrual.total() != Ok(Units::ZERO)).count();
    let welcome = usize::from(matches!(operation.document, Document::Enrol(_)));
    let granted = decision.entries.iter().filter(is_grant).count();
    if granted < grants || grants.saturating_add(welcome) < granted {
        return Err("units were granted that no sale earned");
    }
    Ok(())
}

/// A sale that was claimed may have lost some of what it earned before (R9).
fn fits_accrual(operation: &Operation, accrued: &Accrued, granted: Units) -> bool {
    match (&operation.document, accrued.accrual.total()) {
        (Document::Claim(_), Ok(earned)) => granted <= earned,
        (_, earned) => earned == Ok(granted),
    }
}

/// Whether an operation's document is a sale's own, or names it.
fn names(operation: &Operation, sale: &SaleId) -> bool {
    operation.rings_up() == Some(sale) || operation.follows().contains(&sale)
}

/// The sale inside a document that has an id of its own.
fn inside(document: &Document) -> Option<SaleId> {
    let sale = document.sale_inside().and_then(|_| document.rings_up());
    sale.map(|sale| sale.rung_up.sale.clone())
}
