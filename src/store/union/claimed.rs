//! Sales that were nobody's and are claimed, where several registers decided.

use alloc::borrow::Cow;
use alloc::collections::BTreeSet;
use alloc::vec::Vec;

use crate::decide::{Counted, Document, Operation, Question};
use crate::ident::{CustomerId, SaleId};
use crate::ledger::Account;
use crate::money::Units;
use crate::store::Transaction;
use crate::store::union::{does_count, in_order};
use crate::time::{Date, Timestamp};

/// The sales of which an operation may change what a claim comes to: those that it claims, and those whose goods or
/// money it takes back.
pub(super) fn touched_by(operation: &Operation) -> &[SaleId] {
    let claims = matches!(operation.document, Document::Claim(_));
    let touches = claims || operation.document.takes_back();
    if touches { operation.document.about_sales() } else { &[] }
}

/// Adds the customers who have claimed a sale.
pub(super) fn add_claimants<T: Transaction>(
    transaction: &mut T,
    sale: &SaleId,
    customers: &mut BTreeSet<CustomerId>,
) -> Result<(), T::Error> {
    let operations = history(transaction, sale)?;
    let claims = operations.iter().filter(|operation| is_claim(operation));
    customers.extend(claims.flat_map(Operation::concerns).cloned());
    Ok(())
}

/// How a claim counts whose document does: the first of its sale, if that isn't somebody's, less what was taken back
/// of it by registers that hadn't heard of the claim.
pub(super) fn how_it_counts<T: Transaction>(
    transaction: &mut T,
    claim: &Operation,
) -> Result<Counted, T::Error> {
    let [sale] = claim.document.about_sales() else { return Ok(Counted::Yes) };
    let operations = history(transaction, sale)?;
    let opening = operations.first().and_then(|opening| opening.document.rings_up());
    let is_somebodys = opening.is_some_and(|opening| opening.rung_up.customer.is_some());
    let first = operations.iter().find(|operation| is_claim(operation));
    if is_somebodys || first.is_some_and(|first| first.seq != claim.seq) {
        return Ok(Counted::TakenBefore);
    }
    // What the claim's own register knew to be back by then isn't among what it granted.
    let mut back = granted(claim, sale).saturating_sub(earned(claim, sale));
    for operation in &operations {
        let claw_back = operation.decision.claw_back.minor();
        // An exchange takes back what the other sale earned, whose goods came back.
        let is_about = operation.document.about_sales().contains(sale);
        if 0 < claw_back && is_about && !is_claimants(transaction, operation, (claim, sale))? {
            back = back.saturating_add(claw_back);
        }
    }
    Ok(if 0 < back { Counted::Less(Units::from_minor(back)) } else { Counted::Yes })
}

/// Whether an operation about a claimed sale took back what it did of the claimant, or of a record that the
/// claimant's has gone to: not of nobody, nor of somebody who had claimed the sale, too, or bought another one
/// of its id.
fn is_claimants<T: Transaction>(
    transaction: &mut T,
    operation: &Operation,
    (claim, sale): (&Operation, &SaleId),
) -> Result<bool, T::Error> {
    let Some(customer) = &operation.decision.customer else { return Ok(false) };
    let Some(claimant) = &claim.decision.customer else { return Ok(false) };
    if claimant == customer || has_gone(transaction, claimant, (customer, operation))? {
        return Ok(true);
    }
    let has_another = |other: &Operation| {
        other.decision.customer.as_ref() == Some(customer)
            && (other.rings_up() == Some(sale)
                || is_claim(other) && other.document.about_sales().contains(sale))
    };
    Ok(!transaction.concerning(customer)?.iter().any(has_another))
}

/// Whether a record had gone to another one when an operation was recorded, in the order of all registers.
fn has_gone<T: Transaction>(
    transaction: &mut T,
    record: &CustomerId,
    (to, by): (&CustomerId, &Operation),
) -> Result<bool, T::Error> {
    let Some(by) = transaction.order_of(by.seq)? else { return Ok(false) };
    let (mut names, mut name) = (BTreeSet::from([record.clone()]), record.clone());
    loop {
        let concerning = transaction.concerning(&name)?;
        let merges: Vec<Operation> = concerning
            .into_iter()
            .filter(|operation| operation.merges().any(|(other, _)| *other == name))
            .collect();
        let mut into = None;
        for (order, merge) in in_order(transaction, merges)? {
            if order < by && into.is_none() && does_count(&merge, |kind, id| transaction.under(kind, id))? {
                into = merge.merges().find(|(other, _)| **other == name).map(|(_, into)| into.clone());
            }
        }
        match into {
            Some(into) if into == *to => return Ok(true),
            Some(into) if names.insert(into.clone()) => name = into,
            _ => return Ok(false),
        }
    }
}

fn is_claim(operation: &Operation) -> bool {
    matches!(operation.document, Document::Claim(_))
}

/// What a sale had earned that is claimed.
fn earned(claim: &Operation, sale: &SaleId) -> i64 {
    let accrued = claim.decision.accruals.iter().find(|accrued| accrued.sale == *sale);
    accrued.and_then(|accrued| accrued.accrual.total().ok()).map_or(0, Units::minor)
}

/// What a claim granted of that.
fn granted(claim: &Operation, sale: &SaleId) -> i64 {
    let entries = claim.decision.entries.iter().filter(|entry| {
        (entry.from, entry.to) == (Account::Issued, Account::Customer) && entry.sale.as_ref() == Some(sale)
    });
    entries.fold(0, |sum: i64, entry| sum.saturating_add(entry.units.minor()))
}

/// What has happened to a sale, in the order of all registers.
fn history<T: Transaction>(transaction: &mut T, sale: &SaleId) -> Result<Vec<Operation>, T::Error> {
    let question = Question {
        sales: Cow::Borrowed(core::slice::from_ref(sale)),
        running_out_before: Date::FIRST,
        ..Question::as_of(Timestamp::LAST)
    };
    let histories = transaction.facts(&question)?.sales;
    Ok(histories.into_iter().flat_map(|history| history.operations).collect())
}
