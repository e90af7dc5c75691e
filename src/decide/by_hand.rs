//! Units that move without a sale: spent elsewhere, given or taken by hand, taken over.

use alloc::boxed::Box;
use alloc::string::ToString;

use crate::decide::payment::{check_units, decision, whole_units};
use crate::decide::posting::Posting;
use crate::decide::used::{not_applicable, reward_of};
use crate::decide::{
    AdjustDocument, ChangeSet, Decision, Desk, Header, ImportDocument, NotApplicable, Outcome,
    RedeemDocument, Refusal, Refused, Spend, Told,
};
use crate::ident::CustomerId;
use crate::loyalty::{Program, VersionedProgram};
use crate::money::{Money, Units};
use crate::time::Offset;

impl<'a> Desk<'a> {
    /// Units spent with no sale of ours. Refused in the order of the
    /// [table](crate::decide#which-refusal-where-several-apply).
    pub(super) fn redeem(&self, redeem: &RedeemDocument) -> Result<(ChangeSet, Outcome), Refused> {
        let versioned = self.program_then()?;
        let mut posting = self.account(versioned, &redeem.customer, &redeem.header)?;
        if !posting.takes_part() {
            return Err(Refusal::OptedOut.into());
        }
        self.refuse_spend(&versioned.program, &redeem.spend, &posting)?;
        refuse_small_bill(&versioned.program, redeem)?;
        let units = units_spent(&versioned.program, redeem)?;
        posting.spend(units, None)?;
        self.by_hand(versioned, posting)
    }

    /// Refuses a reward that is out of its time, or isn't for this customer.
    pub(super) fn refuse_spend(
        &self,
        program: &Program,
        spend: &Spend,
        posting: &Posting<'_>,
    ) -> Result<(), Refused> {
        match spend {
            Spend::Reward(reward, _) => self.refuse_reward(program, reward_of(program, reward)?, posting),
            Spend::Units(_) | Spend::Amount(_) => Ok(()),
        }
    }

    /// Units given or taken by an operator. In this order: `reason_missing`, `operator_missing`,
    /// `unknown_customer`, `would_go_negative` (R32, Q27).
    pub(super) fn adjust(&self, adjust: &AdjustDocument) -> Result<(ChangeSet, Outcome), Refused> {
        let versioned = self.program_then()?;
        refuse_unexplained(adjust.reason.as_deref(), &adjust.header)?;
        let mut posting = self.account(versioned, &adjust.customer, &adjust.header)?;
        let (taken, available) = (Units::ZERO.minus(adjust.units)?, posting.available());
        if available < taken && !adjust.allow_negative {
            let decimal = |units: Units| units.to_decimal(versioned.program.unit_decimals());
            return Err(
                Refusal::WouldGoNegative { asked: decimal(taken), available: decimal(available) }.into()
            );
        }
        posting.adjust(adjust.units)?;
        self.by_hand(versioned, posting)
    }

    /// Units from another scheme. In this order: `invalid_document`, `unknown_customer`.
    pub(super) fn import(&self, import: &ImportDocument) -> Result<(ChangeSet, Outcome), Refused> {
        let versioned = self.program_then()?;
        if import.units.is_negative() {
            return Err(Refusal::InvalidDocument { what: "the units are below zero".to_string() }.into());
        }
        if import.spent.is_some_and(Money::is_negative) {
            return Err(Refusal::InvalidDocument { what: "what was spent is below zero".to_string() }.into());
        }
        // Where days begin first it may be that day already.
        let at = import.header.at;
        if import.last_purchase.is_some_and(|last| at.date(Offset::EASTMOST) < last) {
            let what = "the last purchase is later than the import".to_string();
            return Err(Refusal::InvalidDocument { what }.into());
        }
        let mut posting = self.account(versioned, &import.customer, &import.header)?;
        posting.import(import.units, import.expires)?;
        let today = self.today(at)?;
        posting.note_bought_elsewhere(import.last_purchase, import.spent, today)?;
        posting.expire_unless_bought()?;
        self.by_hand(versioned, posting)
    }

    /// The account of a customer who is known.
    pub(super) fn account(
        &self,
        program: &'a VersionedProgram,
        customer: &CustomerId,
        header: &Header,
    ) -> Result<Box<Posting<'a>>, Refused> {
        let today = self.today(header.at)?;
        Ok(Posting::open(self.facts, customer, &program.program, header.at, today)?
            .ok_or_else(|| Refusal::UnknownCustomer { customer: Some(customer.clone()) })?)
    }

    fn by_hand(
        &self,
        program: &VersionedProgram,
        posting: Box<Posting<'a>>,
    ) -> Result<(ChangeSet, Outcome), Refused> {
        let decision: Decision = decision(Some(&posting), [].into(), [].into());
        self.accept(program, decision, Some(posting), Told::default())
    }
}

/// Refuses a reward that takes more off than is to be paid, or asks for a larger bill.
fn refuse_small_bill(program: &Program, redeem: &RedeemDocument) -> Result<(), Refused> {
    let (Spend::Reward(reward, quantity), Some(bill)) = (&redeem.spend, redeem.bill) else { return Ok(()) };
    let known = reward_of(program, reward)?;
    if known.minimum_spend.is_some_and(|minimum| bill < minimum) {
        return Err(not_applicable(reward, NotApplicable::BelowMinimumSpend).into());
    }
    match known.fits(bill, *quantity)? {
        true => Ok(()),
        false => Err(not_applicable(reward, NotApplicable::NothingToTakeOff).into()),
    }
}

fn units_spent(program: &Program, redeem: &RedeemDocument) -> Result<Units, Refused> {
    let decimal = |money: Money| money.to_decimal(program.currency.decimals());
    let units = units_asked(program, &redeem.spend)?;
    let by_reward = matches!(redeem.spend, Spend::Reward(..));
    let Some(redemption) = program.redemption.as_ref().filter(|_| !by_reward) else { return Ok(units) };
    check_units(program, redemption, units)?;
    let money = redemption.money_of(units, program)?;
    match redeem.bill {
        Some(bill) if bill < money => {
            Err(Refusal::ExceedsDue { offered: decimal(money), due: decimal(bill) }.into())
        }
        _ => Ok(units),
    }
}

/// How many units are asked for: so many, those for so much money, or what a reward costs. Steps and
/// minimums aside.
pub(super) fn units_asked(program: &Program, spend: &Spend) -> Result<Units, Refused> {
    let units = match spend {
        Spend::Units(units) => *units,
        Spend::Amount(amount) => {
            let redemption = program.redemption.as_ref().ok_or(Refusal::NotATender)?;
            whole_units(program, redemption, *amount)?
        }
        Spend::Reward(reward, quantity) => reward_of(program, reward)?.cost_of(*quantity)?,
    };
    if units <= Units::ZERO {
        return Err(Refusal::InvalidDocument { what: "what is spent is not above zero".to_string() }.into());
    }
    Ok(units)
}

/// What somebody does by hand has a reason, and says who does it.
pub(super) fn refuse_unexplained(reason: Option<&str>, header: &Header) -> Result<(), Refused> {
    if reason.is_none_or(|reason| reason.trim().is_empty()) {
        return Err(Refusal::ReasonMissing.into());
    }
    if header.place.operator.is_none() {
        return Err(Refusal::OperatorMissing.into());
    }
    Ok(())
}
