//! A document that comes again (R2).

use alloc::string::ToString;
use alloc::vec::Vec;

use crate::decide::differs::differing;
use crate::decide::{
    ChangeSet, Desk, Document, Facts, Operation, Outcome, Recorded, Refusal, Refused, SaleRecord,
    SaleStanding, Told, Used, claim, explain, outcome,
};
use crate::money::Money;
use crate::sale::Bill;
use crate::sorting;
use crate::time::Zones;

/// The same id again: the first answer if the content is the same, a conflict if it isn't (R2).
pub(super) fn repeat(
    facts: &Facts,
    original: &Recorded,
    same: bool,
    document: &Document,
    zones: &dyn Zones,
) -> Result<(ChangeSet, Outcome), Refused> {
    if !same {
        let differs = differing(&original.operation.document, document);
        return Err(Refusal::Conflict { id: document.id().unwrap_or_default().to_string(), differs }.into());
    }
    let decision = &original.operation.decision;
    let mut told = Told { due: due_of(&original.operation)?, ..Told::default() };
    told.shown.show_kept(facts, decision.customer.as_ref());
    if let Some(sale) = original.operation.document.rings_up() {
        told.shown.line_discounts = Used::line_discounts(&decision.used, &sale.rung_up)?;
    }
    let desk = Desk { facts, document, recorded_at: original.operation.recorded_at, zones };
    told.shown.tier = desk.tier_of(decision.customer.as_ref())?;
    let later = |operation: &Operation| original.operation.seq < operation.seq;
    let about = original.operation.rings_up().into_iter().chain(original.operation.follows());
    let mut settled = Vec::new();
    for history in about.filter_map(|sale| facts.sale(sale)) {
        let until = history.operations.iter().take_while(|operation| !later(operation));
        let until: Vec<Operation> = until.cloned().collect();
        let then = SaleRecord::fold(&until)?;
        if original.operation.document.rings_up().is_some_and(|sale| sale.rung_up == *then.state.rung_up()) {
            told.shown.forecast = desk.forecast_again(&history.program.program, &then, &decision.used)?;
        }
        told.sales.push(SaleStanding::of(&then.state)?);
        let claimable = claim::shown(history, &SaleRecord::fold(&history.operations)?)?;
        told.shown.claimable = told.shown.claimable.or(claimable);
        let place = decision.settled.iter().position(|sale| SaleRecord::id(history) == Some(sale));
        if let Some(place) = place {
            settled.push((place, explain(&until, &history.program.program, zones)?));
        }
    }
    // In the order in which they were settled.
    sorting::sort_by_key(&mut settled, |(place, _)| *place);
    told.explanations = settled.into_iter().flat_map(|(_, explanations)| explanations).collect();
    Ok((ChangeSet::default(), outcome(document, decision, true, told)?))
}

/// What the sale comes to that a document rings up, if it rings one up.
fn due_of(operation: &Operation) -> Result<Option<Money>, Refused> {
    let Some(sale) = operation.document.rings_up() else { return Ok(None) };
    let cuts = Used::cuts(&operation.decision.used);
    Ok(Some(Bill::ring_up_less(sale.rung_up.clone(), &cuts)?.due()?))
}
