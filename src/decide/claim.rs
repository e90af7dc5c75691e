//! Claims: a sale that had no customer finds one (R9, Q21).

use crate::decide::payment::decision;
use crate::decide::posting::Posting;
use crate::decide::purchases::Bought;
use crate::decide::sale::{member, settled_in};
use crate::decide::{
    ChangeSet, ClaimDocument, Claimable, Desk, Facts, Operation, Outcome, Refusal, Refused, SaleHistory,
    SaleRecord, Told, day,
};
use crate::ident::SaleId;
use crate::loyalty::Program;
use crate::money::Units;
use crate::sale::{SaleState, Settled};
use crate::time::{Date, Timestamp, Zones};

impl Desk<'_> {
    /// Grants a customer what a sale earned that had none, less what came back of it since. The units
    /// are born now. In this order: `unknown_sale`; `voided`, `already_claimed`, `not_settled`,
    /// `too_late`; `unknown_customer`, `opted_out`.
    pub(super) fn claim(&self, claim: &ClaimDocument) -> Result<(ChangeSet, Outcome), Refused> {
        self.program()?;
        let (record, history) = self.record(&claim.of)?;
        let settled = claimable(&record)?;
        let (versioned, at) = (&history.program, claim.header.at);
        let program = &*versioned.program;
        // What was earned was earned when the sale was settled, and is claimed later (R1, R9). A claim that is
        // dated before that would have it earlier, and would have all days to claim before it.
        if at < settled.settlement().at() {
            return Err(Refusal::SettledLater { sale: claim.of.clone() }.into());
        }
        let outlet = settled.bill().rung_up().place.outlet.as_ref();
        refuse_late(last_day(self.zones, history, settled)?, self.local(program, outlet, at)?.0, &claim.of)?;
        let today = self.today(at)?;
        let posting = member(self.facts, Some(&claim.customer), program, at, today)?;
        let unknown = || Refusal::UnknownCustomer { customer: Some(claim.customer.clone()) };
        let mut posting = posting.ok_or_else(unknown)?;
        if !posting.takes_part() {
            return Err(Refusal::OptedOut.into());
        }
        let mut accruals = alloc::vec::Vec::new();
        if let Some(claimable) = &record.claimable {
            let settled_on = settled_on(self.zones, history, settled)?;
            self.note_claimed(&record, claimable, (settled, settled_on), program, &mut posting)?;
            accruals.extend(posting.earn_late(
                program,
                &claim.of,
                claimable.accrual.clone(),
                record.claimable_left()?,
            )?);
            // The purchase may be long ago (Q10).
            posting.expire_by_purchases()?;
        }
        let decision = decision(Some(&posting), [].into(), accruals);
        self.accept(versioned, decision, Some(posting), Told::default())
    }

    /// It is a purchase of the day on which it was settled (Q10).
    fn note_claimed(
        &self,
        record: &SaleRecord,
        claimable: &Claimable,
        (settled, settled_on): (&Settled, Date),
        program: &Program,
        posting: &mut Posting<'_>,
    ) -> Result<(), Refused> {
        let rung_up = settled.bill().rung_up();
        let outlet = rung_up.place.outlet.as_ref();
        let rung_up_on = self.local(program, outlet, rung_up.at)?.0;
        let (earned, promotions) = (claimable.accrual.total()?, claimable.promotions.clone());
        posting.note_bought(program, Bought { sale: settled, settled_on, rung_up_on, earned, promotions })?;
        let gone = settled.returned().gone()?;
        if gone.parts().is_empty() && record.claw_back.is_zero() {
            return Ok(());
        }
        let purchase = posting.last_bought().cloned();
        let record = SaleRecord { purchase, ..record.clone() };
        let undone = settled.returned().is_all_goods(settled.bill());
        posting.note_back(program, &record, gone.parts(), Units::ZERO, undone)
    }
}

/// What a sale has earned for nobody, and can still be claimed (R9).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unclaimed {
    /// How much: what it earned, less what came back of it since.
    pub units: Units,
    /// The last day on which it can be claimed, by the outlet's calendar.
    pub last_day: Date,
}

/// What can be claimed of a sale at a moment, and until when; refused as a claim of it by somebody who takes part would
/// be. The facts are those of [`Question::of_sales`](crate::decide::Question::of_sales).
/// [`Register::unclaimed`](crate::register::Register::unclaimed) asks the store and calls this.
///
/// # Errors
/// In this order: [`Refusal::UnknownSale`]; [`Refusal::Voided`], [`Refusal::AlreadyClaimed`],
/// [`Refusal::NotSettled`], [`Refusal::SettledLater`], [`Refusal::NoClaims`], [`Refusal::TooLate`]; [`Refusal::InvalidProgram`] where the time
/// zone isn't known here; [`Refusal::Contested`], or [`Refusal::Damaged`], where the sale doesn't fit together.
pub fn unclaimed(
    facts: &Facts,
    sale: &SaleId,
    at: Timestamp,
    zones: &dyn Zones,
) -> Result<Unclaimed, Refusal> {
    let (history, record) = facts.record(sale)?;
    let program = &*history.program.program;
    let settled = claimable(&record)?;
    if at < settled.settlement().at() {
        return Err(Refusal::SettledLater { sale: sale.clone() });
    }
    let outlet = settled.bill().rung_up().place.outlet.as_ref();
    let last_day = last_day(zones, history, settled)?;
    let last_day = refuse_late(last_day, day(zones, program.zone(outlet), at)?, sale)?;
    Ok(Unclaimed { units: record.claimable_left()?, last_day })
}

/// The day of settlement, and the days that the program gives; `None` where it lets nobody claim.
fn last_day(zones: &dyn Zones, history: &SaleHistory, sale: &Settled) -> Result<Option<Date>, Refused> {
    let days = history.program.program.claim_days;
    Ok((days != 0).then_some(settled_on(zones, history, sale)?.plus_days(days)))
}

/// The day on which a sale was settled, by the calendar of the outlet where that was.
fn settled_on(zones: &dyn Zones, history: &SaleHistory, sale: &Settled) -> Result<Date, Refused> {
    let rung_up = sale.bill().rung_up();
    let settles = |operation: &&Operation| operation.decision.settled.contains(&rung_up.sale);
    let by = history.operations.iter().find(settles);
    let outlet = match by {
        Some(operation) => settled_in(&operation.document, rung_up),
        None => rung_up.place.outlet.as_ref(),
    };
    day(zones, history.program.program.zone(outlet), sale.settlement().at())
}

fn refuse_late(last_day: Option<Date>, day: Date, sale: &SaleId) -> Result<Date, Refused> {
    match last_day {
        None => Err(Refusal::NoClaims { sale: sale.clone() }.into()),
        Some(last_day) if last_day < day => Err(Refusal::TooLate { sale: sale.clone() }.into()),
        Some(last_day) => Ok(last_day),
    }
}

/// The sale, if it can be claimed at all.
fn claimable(record: &SaleRecord) -> Result<&Settled, Refused> {
    let sale = || record.state.rung_up().sale.clone();
    if let SaleState::Voided(_) = record.state {
        return Err(Refusal::Voided { sale: sale() }.into());
    }
    if record.customer().is_some() {
        return Err(Refusal::AlreadyClaimed { sale: sale() }.into());
    }
    match &record.state {
        SaleState::Settled(settled) => Ok(settled),
        _ => Err(record.not_settled()),
    }
}

impl SaleRecord {
    /// What is left to claim: what the sale earned for nobody, less what was returned since.
    ///
    /// # Errors
    /// [`Refusal::InvalidDocument`] past 63 bits.
    pub fn claimable_left(&self) -> Result<Units, Refusal> {
        match &self.claimable {
            Some(claimable) if self.customer().is_none() => {
                Ok(claimable.accrual.total()?.minus(self.claw_back)?.or_zero())
            }
            _ => Ok(Units::ZERO),
        }
    }
}

/// What can be claimed of a sale by now, to be shown.
pub(super) fn shown(history: &SaleHistory, record: &SaleRecord) -> Result<Option<Units>, Refused> {
    let claims = record.claimable.is_some() && history.program.program.claim_days != 0;
    if claims && record.customer().is_none() { Ok(Some(record.claimable_left()?)) } else { Ok(None) }
}
