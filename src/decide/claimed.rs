//! A claimed sale as a purchase, where several registers decided (R9, R12).

use alloc::vec::Vec;

use crate::decide::purchases::counted_as_spent;
use crate::decide::{Document, Operation, Purchase, PurchaseReturn, SaleHistory, SaleRecord};
use crate::ident::{CustomerId, SaleId};
use crate::money::{AmountError, Money, Units};
use crate::sale::SaleState;
use crate::time::Timestamp;

/// Puts right what a customer bought by a claim. `names` are the customer's and those that were merged into it.
/// A sale that is somebody else's, who bought it or claimed it first, is no purchase of this one. What came back of
/// it at registers that hadn't heard of the claim came back of the purchase.
pub(crate) fn claimed_once(
    names: &[&CustomerId],
    bought: &mut Vec<Purchase>,
    claim: &Operation,
    history: &SaleHistory,
) {
    let [sale] = claim.document.about_sales() else { return };
    let is_it = |purchase: &Purchase| purchase.sale.as_ref() == Some(sale);
    if history.customers().next().is_some_and(|first| !names.contains(&first)) {
        bought.retain(|purchase| !is_it(purchase));
        return;
    }
    let is_claim = |operation: &&Operation| matches!(operation.document, Document::Claim(_));
    let first = history.operations.iter().find(is_claim);
    let is_first = first.is_some_and(|first| first.seq == claim.seq);
    let Some(purchase) = bought.iter_mut().find(|purchase| is_it(purchase)).filter(|_| is_first) else {
        return;
    };
    // What is too large to be counted stays as the customer's registers have it.
    if let Ok(Some(now)) = with_returns(names, purchase, (claim, sale), history) {
        *purchase = now;
    }
}

/// A purchase with what others took back of it who hadn't heard of the claim, if they did.
fn with_returns(
    names: &[&CustomerId],
    purchase: &Purchase,
    (claim, sale): (&Operation, &SaleId),
    history: &SaleHistory,
) -> Result<Option<Purchase>, AmountError> {
    let of_sale = |(_, bought): &&(CustomerId, Purchase)| bought.sale.as_ref() == Some(sale);
    let knew = |operation: &&Operation| {
        let mut bought = operation.decision.purchases.iter().filter(of_sale);
        bought.any(|(of, _)| names.contains(&of)) || matches!(operation.document, Document::Claim(_))
    };
    let others = || history.operations.iter().filter(|operation| !knew(operation));
    // What contradicts itself is settled by hand.
    let Ok(record) = SaleRecord::fold_all(others()) else { return Ok(None) };
    if let SaleState::Voided(voided) = &record.state {
        return Ok((!purchase.voided).then_some(purchase.clone().voided_at(voided.at)?));
    }
    let Some((spent, earned, undone)) = back(&record, history)? else { return Ok(None) };
    let known = claim.decision.purchases.iter().find(of_sale);
    let known = known.map_or(&[][..], |(_, known)| &known.returns);
    let spent = spent.minus(Money::sum(known.iter().map(|back| back.spent))?)?;
    let earned = earned.minus(Units::sum(known.iter().map(|back| back.earned))?)?;
    if spent.is_zero() && earned.is_zero() {
        return Ok(None);
    }
    let mut now = purchase.clone();
    let all = SaleRecord::fold(&history.operations).ok();
    let in_all = all.as_ref().map(|all| back(all, history)).transpose()?.flatten();
    // A register that had heard of both counted what was taken back by its own return.
    let noted = Units::sum(now.returns.iter().map(|back| back.earned))?;
    let earned = in_all.map_or(Ok(earned), |(_, in_all, _)| in_all.minus(noted))?.or_zero();
    let at = others().map(|operation| operation.document.at()).max().unwrap_or(Timestamp::FIRST);
    now.returns.push(PurchaseReturn { at, spent, earned });
    now.undone |= undone || in_all.is_some_and(|(.., undone)| undone);
    Ok(Some(now))
}

/// What came back of a sale: of what counts as spent, of what it earned, and whether that is all.
fn back(record: &SaleRecord, history: &SaleHistory) -> Result<Option<(Money, Units, bool)>, AmountError> {
    let earned = record.claimable.as_ref().map(|claimable| claimable.accrual.total()).transpose()?;
    let earned = earned.unwrap_or_default().min(record.claw_back);
    Ok(match &record.state {
        SaleState::Settled(settled) => {
            let gone = settled.returned().gone()?;
            let spent = counted_as_spent(&history.program.program, gone.parts())?;
            Some((spent, earned, settled.returned().is_all_goods(settled.bill())))
        }
        _ => None,
    })
}
