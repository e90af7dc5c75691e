//! Goods and money that go back (R16 to R19, R23).

use alloc::boxed::Box;
use alloc::string::ToString;
use alloc::vec::Vec;

use crate::decide::posting::{ClawBack, Posting};
use crate::decide::used::restored_by_return;
use crate::decide::{
    ChangeSet, Decision, Desk, Outcome, Refusal, Refused, ReturnAmountDocument, ReturnDocument, SaleHistory,
    SaleRecord, Told,
};
use crate::loyalty::{Program, Refund, Worth, claw_back_due, share_out};
use crate::money::{Money, Units};
use crate::sale::{GoodsWorth, Payment, ReturnError, SaleState, Settled};
use crate::time::Timestamp;

impl Desk<'_> {
    /// Goods come back. Refused in the order of the
    /// [table](crate::decide#which-refusal-where-several-apply).
    pub(super) fn goods_back(&self, returned: &ReturnDocument) -> Result<(ChangeSet, Outcome), Refused> {
        self.program()?;
        let (record, history) = self.record(&returned.of)?;
        let mut sale = settled(&record)?.clone();
        if returned.lines.is_empty() {
            return Err(Refusal::InvalidDocument { what: "no line comes back".to_string() }.into());
        }
        let worth = sale.take_goods(&returned.lines);
        let worth = worth.map_err(|error| return_refusal(&history.program.program, error))?;
        let (refund, at) = (returned.refund.as_deref(), returned.header.at);
        let (value, goods) = (worth.within_total, Some(worth));
        let back = Back { sale, value, goods, refund, at };
        self.undo(&record, history, back)
    }

    /// Money goes back without goods. In the same order as for goods.
    pub(super) fn money_back(
        &self,
        returned: &ReturnAmountDocument,
    ) -> Result<(ChangeSet, Outcome), Refused> {
        self.program()?;
        let (record, history) = self.record(&returned.of)?;
        let mut sale = settled(&record)?.clone();
        if returned.amount <= Money::ZERO {
            return Err(Refusal::InvalidDocument { what: "the amount is not above zero".to_string() }.into());
        }
        let taken = sale.take_money(returned.amount);
        taken.map_err(|error| return_refusal(&history.program.program, error))?;
        let (value, refund) = (returned.amount, returned.refund.as_deref());
        let chosen = Money::sum(refund.unwrap_or_default().iter().map(|part| part.amount))?;
        if refund.is_some() && chosen != value {
            let what = "the refund is not the amount that goes back".to_string();
            return Err(Refusal::InvalidDocument { what }.into());
        }
        self.undo(&record, history, Back { sale, value, goods: None, refund, at: returned.header.at })
    }

    /// Gives back first, then takes back (Q7).
    fn undo(
        &self,
        record: &SaleRecord,
        history: &SaleHistory,
        back: Back<'_>,
    ) -> Result<(ChangeSet, Outcome), Refused> {
        let mut back = back;
        let program = &*history.program.program;
        let at = back.at.max(back.sale.settlement().at());
        let today = self.today(at)?;
        let restored = record.spent_in_all.minus(record.spent_left()?)?;
        let refund = match back.refund {
            Some(refund) => {
                let refund = chosen(program, &back.sale, record, refund)?;
                back.count_chosen(&refund.parts)?;
                refund
            }
            None => {
                back.sale.returned.went_back(back.value)?;
                share_out(&back.sale, record.spent_in_all, restored)?
            }
        };
        let due = self.claw_back_left(program, record, &back.sale)?;
        let refund = Refund { rewards: self.rewards_back(program, record, &back.sale)?, ..refund };
        let mut posting = match self.buyer(record) {
            Some(customer) => Posting::open(self.facts, customer, program, at, today)?,
            None => None,
        };
        if let Some(posting) = &mut posting {
            posting.unpunch(
                program,
                record,
                back.sale.bill(),
                settled(record)?.returned(),
                back.sale.returned(),
            )?;
        }
        let (mut decision, mut posting) = post(record, posting, refund, due)?;
        if let Some(posting) = &mut posting {
            let undone = back.sale.returned().is_all_goods(back.sale.bill());
            posting.note_back(program, record, &decision.refund, due, undone)?;
            recount(&mut decision, posting);
        }
        self.accept(&history.program, decision, posting, Told::default())
    }
}

impl Desk<'_> {
    /// What should be taken back by now of what a sale earned, less what was before. `sale` has what goes
    /// back counted in.
    pub(super) fn claw_back_left(
        &self,
        program: &Program,
        record: &SaleRecord,
        sale: &Settled,
    ) -> Result<Units, Refused> {
        let Some(accrual) = record.accrual() else { return Ok(Units::ZERO) };
        let valid_on = self.valid_on(program, sale.bill().rung_up())?;
        let due = claw_back_due(program, sale, accrual, valid_on)?;
        Ok(due.minus(record.claw_back)?.or_zero())
    }

    /// What should be given back by now of what rewards cost, less what was before.
    pub(super) fn rewards_back(
        &self,
        program: &Program,
        record: &SaleRecord,
        sale: &Settled,
    ) -> Result<Units, Refused> {
        let rewards = restored_by_return(program, &record.used, sale.bill(), sale.returned())?;
        Ok(rewards.minus(record.rewards_restored)?.or_zero())
    }
}

/// What goes back by one document.
struct Back<'a> {
    /// The sale, with what goes back counted in.
    sale: Settled,
    /// What it is worth.
    value: Money,
    /// What the goods are worth, unless money alone goes back.
    goods: Option<GoodsWorth>,
    /// To which tenders, if the cashier chose.
    refund: Option<&'a [Payment]>,
    at: Timestamp,
}

impl Back<'_> {
    /// Counts a refund as the cashier chose it; for money without goods it is the amount itself.
    fn count_chosen(&mut self, refund: &[Payment]) -> Result<(), Refused> {
        if let Some(worth) = self.goods {
            self.sale.returned.refund_as_chosen(worth, refund)?;
        } else {
            self.sale.returned.went_back(self.value)?;
            self.sale.returned.refund(refund)?;
        }
        Ok(())
    }
}

/// Posts what goes back to the customer, then what is taken back.
pub(super) fn post<'a>(
    record: &SaleRecord,
    posting: Option<Box<Posting<'a>>>,
    refund: Refund,
    claw_back: Units,
) -> Result<(Decision, Option<Box<Posting<'a>>>), Refused> {
    let mut decision = Decision { refund: refund.parts, claw_back, ..Decision::default() };
    let Some(mut posting) = posting else { return Ok((decision, None)) };
    let refund = Refund { parts: decision.refund.clone(), ..refund };
    give_back(record, &mut posting, &refund, &mut decision)?;
    take_back(record, &mut posting, &mut decision)?;
    Ok((decision, Some(posting)))
}

/// Gives back what loyalty paid, and what rewards cost.
pub(super) fn give_back(
    record: &SaleRecord,
    posting: &mut Posting<'_>,
    refund: &Refund,
    decision: &mut Decision,
) -> Result<(), Refused> {
    let sale = &record.state.rung_up().sale;
    posting.give_back(refund, &record.spent, sale)?;
    decision.rewards_restored = refund.rewards;
    Ok(())
}

/// Takes back what a decision says, as far as it has not run out (Q9).
pub(super) fn take_back(
    record: &SaleRecord,
    posting: &mut Posting<'_>,
    decision: &mut Decision,
) -> Result<(), Refused> {
    let sale = &record.state.rung_up().sale;
    if let Some(accrued) = &record.accrued {
        decision.claw_back = decision.claw_back.min(posting.not_run_out(accrued, record.claw_back)?);
    }
    let claw_back = decision.claw_back;
    let money = decision.refund.iter().filter(|part| !part.tender.is_loyalty());
    let money = Money::sum(money.map(|part| part.amount))?;
    let own = record.accrued.as_ref().map(|accrued| &accrued.lot);
    let claw_back = ClawBack { units: claw_back, own, refund: money, sale: Some(sale) };
    decision.kept_from_refund = posting.claw_back(&claw_back)?;
    Ok(())
}

/// Takes over what a posting has come to.
pub(super) fn recount(decision: &mut Decision, posting: &Posting<'_>) {
    decision.customer = Some(posting.customer().clone());
    decision.entries = posting.entries().to_vec();
    decision.members = posting.changed_member().into_iter().collect();
    decision.kept = posting.changed_kept().to_vec();
    decision.card_changes = posting.card_changes().to_vec();
    decision.purchases = posting.changed_purchases();
    decision.punched = posting.punched.clone();
    decision.grace_until = posting.grace_until;
    decision.balance = Some(posting.balance());
}

pub(super) fn settled(record: &SaleRecord) -> Result<&Settled, Refused> {
    let sale = || record.state.rung_up().sale.clone();
    match &record.state {
        SaleState::Settled(settled) => Ok(settled),
        SaleState::Parked(_) | SaleState::Pending(_) => Err(record.not_settled()),
        SaleState::Voided(_) => Err(Refusal::Voided { sale: sale() }.into()),
    }
}

pub(super) fn return_refusal(program: &Program, error: ReturnError) -> Refused {
    Refused::new(match error {
        ReturnError::UnknownLine { line } => Refusal::UnknownLine { line },
        ReturnError::OverReturn { line, left } => {
            Refusal::OverReturn { line: Some(line), left: left.to_decimal() }
        }
        ReturnError::OverReturnMoney { left } => {
            Refusal::OverReturn { line: None, left: left.to_decimal(program.currency.decimals()) }
        }
        other => Refusal::InvalidDocument { what: other.to_string() },
    })
}

/// A refund as the cashier chose it, whatever the goods are worth: never more to loyalty than loyalty paid, never more
/// in all than was paid, and no money for what loyalty paid unless the program allows it (R17).
fn chosen(
    program: &Program,
    sale: &Settled,
    record: &SaleRecord,
    refund: &[Payment],
) -> Result<Refund, Refused> {
    let decimal = |money: Money| money.to_decimal(program.currency.decimals());
    if refund.iter().any(|part| part.amount.is_negative()) {
        return Err(Refusal::InvalidDocument { what: "a refund is below zero".to_string() }.into());
    }
    if refund.iter().any(|part| part.reservation.is_some()) {
        return Err(
            Refusal::InvalidDocument { what: "a refund isn't paid with what is held".to_string() }.into()
        );
    }
    if refund.iter().any(|part| part.tender.is_on_account()) {
        return Err(Refusal::NotBuilt { what: "a refund to an account" }.into());
    }
    let total = Money::sum(refund.iter().map(|part| part.amount))?;
    let (paid, before) = (sale.paid(), sale.returned().gone()?);
    let loyalty = Money::sum(refund.iter().filter(|part| part.tender.is_loyalty()).map(|part| part.amount))?;
    let exceeds = |part: &Payment, most: Money| Refusal::RefundExceedsTender {
        tender: part.tender.clone(),
        asked: decimal(part.amount),
        most: decimal(most),
    };
    // What went back as money for what loyalty paid doesn't go back as loyalty once more.
    let in_all = paid.total()?.minus(before.total()?)?.or_zero();
    let most_loyalty = paid.loyalty().minus(before.loyalty())?.or_zero().min(in_all);
    if let Some(part) = refund.iter().find(|part| part.tender.is_loyalty() && most_loyalty < loyalty) {
        return Err(exceeds(part, most_loyalty).into());
    }
    let others = paid.total()?.minus(paid.loyalty())?;
    let most = others.minus(before.total()?.minus(before.loyalty())?)?.or_zero();
    let most = match program.returns.loyalty_to_cash {
        true => in_all.minus(loyalty)?.or_zero(),
        false => most,
    };
    let too_much = most < total.minus(loyalty)?;
    if let Some(part) = refund.iter().find(|part| !part.tender.is_loyalty() && too_much) {
        return Err(exceeds(part, most).into());
    }
    let worth = Worth { money: paid.loyalty(), units: record.spent_in_all };
    let units = worth.units_of(loyalty)?.ok_or(Refusal::NotAStep { asked: decimal(loyalty), step: None })?;
    let left = record.spent_left()?;
    if let Some(part) = refund.iter().find(|part| part.tender.is_loyalty() && left < units) {
        return Err(exceeds(part, most_loyalty).into());
    }
    Ok(Refund { parts: merged(refund)?, units, rewards: Units::ZERO })
}

/// Each tender once.
fn merged(refund: &[Payment]) -> Result<Vec<Payment>, Refused> {
    let mut merged = crate::sale::Tendered::default();
    for part in refund.iter().filter(|part| !part.amount.is_zero()) {
        merged.add(&part.tender, part.amount)?;
    }
    Ok(merged.parts().to_vec())
}
