//! Claims: a sale that had no customer finds one (R9, Q21).

use crate::decide::payment::decision;
use crate::decide::posting::Posting;
use crate::decide::purchases::Bought;
use crate::decide::sale::member;
use crate::decide::{
    ChangeSet, ClaimDocument, Claimable, Desk, Outcome, Refusal, SaleHistory, SaleRecord, Told,
};
use crate::loyalty::Program;
use crate::money::Units;
use crate::sale::{SaleState, Settled};

impl Desk<'_> {
    /// Grants a customer what a sale earned that had none, less what came back of it since. The units
    /// are born now. In this order: `unknown_sale`; `voided`, `already_claimed`, `not_settled`,
    /// `too_late`; `unknown_customer`, `opted_out`.
    pub(super) fn claim(&self, claim: &ClaimDocument) -> Result<(ChangeSet, Outcome), Refusal> {
        self.program()?;
        let (record, history) = self.record(&claim.of)?;
        let settled = claimable(&record)?;
        let (versioned, at) = (&history.program, claim.header.at);
        let program = &*versioned.program;
        // What was earned was earned when the sale was settled, and is claimed later (R1, R9). A claim that is
        // dated before that would have it earlier, and would have all days to claim before it.
        if at < settled.settlement().at() {
            return Err(Refusal::SettledLater { sale: claim.of.clone() });
        }
        self.refuse_late(claim, program, settled)?;
        let today = self.day(program, at)?;
        let posting = member(self.facts, Some(&claim.customer), program, at, today)?;
        let unknown = || Refusal::UnknownCustomer { customer: Some(claim.customer.clone()) };
        let mut posting = posting.ok_or_else(unknown)?;
        if !posting.takes_part() {
            return Err(Refusal::OptedOut);
        }
        let mut accruals = alloc::vec::Vec::new();
        if let Some(claimable) = &record.claimable {
            self.note_claimed(&record, claimable, settled, program, &mut posting)?;
            accruals.extend(posting.earn_late(&claim.of, &claimable.accrual, record.claimable_left()?)?);
        }
        let decision = decision(Some(&posting), [].into(), accruals);
        self.accept(versioned, decision, Some(posting), Told::default())
    }

    /// The last day is the day of settlement, by the outlet's calendar, and the days that the program
    /// gives.
    fn refuse_late(&self, claim: &ClaimDocument, program: &Program, sale: &Settled) -> Result<(), Refusal> {
        let outlet = sale.bill().rung_up().place.outlet.as_ref();
        let last_day = self.local(program, outlet, sale.settlement().at())?.0.plus_days(program.claim_days);
        let day = self.local(program, outlet, claim.header.at)?.0;
        if program.claim_days == 0 || last_day < day {
            return Err(Refusal::TooLate { sale: claim.of.clone() });
        }
        Ok(())
    }

    /// It is a purchase of the day on which it was settled (Q10).
    fn note_claimed(
        &self,
        record: &SaleRecord,
        claimable: &Claimable,
        settled: &Settled,
        program: &Program,
        posting: &mut Posting<'_>,
    ) -> Result<(), Refusal> {
        let rung_up = settled.bill().rung_up();
        let outlet = rung_up.place.outlet.as_ref();
        let settled_on = self.local(program, outlet, settled.settlement().at())?.0;
        let rung_up_on = self.local(program, outlet, rung_up.at)?.0;
        let (earned, promotions) = (claimable.accrual.total()?, claimable.promotions.clone());
        posting.note_bought(program, Bought { sale: settled, settled_on, rung_up_on, earned, promotions })?;
        let refunded = settled.returned().refunded().parts();
        if refunded.is_empty() && record.claw_back.is_zero() {
            return Ok(());
        }
        let purchase = posting.last_bought().cloned();
        let record = SaleRecord { purchase, ..record.clone() };
        let undone = settled.returned().is_all_goods(settled.bill());
        posting.note_back(program, &record, refunded, Units::ZERO, undone)
    }
}

/// The sale, if it can be claimed at all.
fn claimable(record: &SaleRecord) -> Result<&Settled, Refusal> {
    let sale = || record.state.rung_up().sale.clone();
    if let SaleState::Voided(_) = record.state {
        return Err(Refusal::Voided { sale: sale() });
    }
    if record.customer().is_some() {
        return Err(Refusal::AlreadyClaimed { sale: sale() });
    }
    match &record.state {
        SaleState::Settled(settled) => Ok(settled),
        _ => Err(Refusal::NotSettled { sale: sale(), state: record.state.name() }),
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
pub(super) fn shown(history: &SaleHistory, record: &SaleRecord) -> Result<Option<Units>, Refusal> {
    let claims = record.claimable.is_some() && history.program.program.claim_days != 0;
    if claims && record.customer().is_none() { record.claimable_left().map(Some) } else { Ok(None) }
}
