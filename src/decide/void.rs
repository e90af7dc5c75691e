//! A sale that is undone, as if it had not been (R20).

use crate::decide::posting::Posting;
use crate::decide::returns::{post, recount};
use crate::decide::{
    ChangeSet, Desk, Operation, Outcome, Refusal, Refused, SaleRecord, SaleStanding, Told, VoidDocument,
    outcome,
};
use crate::loyalty::{Part, Refund, Worth, to_tenders};
use crate::money::Units;
use crate::sale::{SaleState, Tendered};
use crate::time::Timestamp;

impl Desk<'_> {
    /// A void. Whatever state the sale is in, only what is left is undone; a second void changes
    /// nothing and answers as the first did.
    pub(super) fn void(&self, void: &VoidDocument) -> Result<(ChangeSet, Outcome), Refused> {
        self.program()?;
        let (record, history) = self.record(&void.of)?;
        if let SaleState::Voided(_) = record.state {
            let is_void = |operation: &&Operation| operation.voids() == Some(&void.of);
            let first = history.operations.iter().find(is_void);
            let first = first.ok_or(Refusal::Damaged { what: "a voided sale has no void" })?;
            let mut told = Told { sales: [SaleStanding::of(&record.state)?].into(), ..Told::default() };
            told.shown.tier = self.tier_of(first.decision.customer.as_ref())?;
            return Ok((ChangeSet::default(), outcome(self.document, &first.decision, true, told)?));
        }
        let program = &history.program.program;
        let at = void.header.at.max(made(&record.state));
        let today = self.today(at)?;
        let mut posting = match self.buyer(&record) {
            Some(customer) => Posting::open(self.facts, customer, program, at, today)?,
            None => None,
        };
        if let Some(posting) = &mut posting {
            posting.undo_cards(program, &record)?;
        }
        let refund = Refund { rewards: record.rewards_left()?, ..all_that_is_left(&record)? };
        let earned = match record.accrual() {
            Some(accrual) => accrual.total()?,
            None => Units::ZERO,
        };
        let claw_back = earned.minus(record.claw_back)?.or_zero();
        let (mut decision, mut posting) = post(&record, posting, refund, claw_back)?;
        let mut told = Told::default();
        if let Some(posting) = &mut posting {
            posting.note_voided(&record)?;
            let settling = self.drop_debt(&void.of, posting, void.header.at)?;
            let done = self.settle_all(settling, Some(posting))?;
            (decision.settled, decision.accruals) = (done.settled, done.accruals);
            told.explanations = done.explanations;
            recount(&mut decision, posting);
        }
        self.accept(&history.program, decision, posting, told)
    }
}

/// When a sale came to the state that it is in. A clock that is slow dates its void before that: it is undone as it was
/// then, since what isn't there yet can't be taken back.
fn made(state: &SaleState) -> Timestamp {
    match state {
        SaleState::Settled(settled) => settled.settlement().at(),
        other => other.rung_up().at,
    }
}

/// What was paid and has not gone back yet, to the tenders that paid it.
fn all_that_is_left(record: &SaleRecord) -> Result<Refund, Refused> {
    let (paid, gone) = match &record.state {
        SaleState::Pending(pending) => (pending.paid(), Tendered::default()),
        SaleState::Settled(settled) => (settled.paid(), settled.returned().gone()?),
        SaleState::Parked(_) | SaleState::Voided(_) => return Ok(Refund::default()),
    };
    let left = paid.total()?.minus(gone.total()?)?.or_zero();
    let worth = Worth { money: paid.loyalty(), units: record.spent_in_all };
    let units = record.spent_left()?.min(worth.units_within(left, gone.loyalty())?);
    let restored = record.spent_in_all.minus(record.spent_left()?)?;
    Ok(to_tenders(paid, &gone, left, Part { units, restored, worth })?)
}
