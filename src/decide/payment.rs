//! Paying for a sale, at once or later (R1, R3, R13).

use alloc::string::ToString;
use alloc::vec::Vec;

use crate::decide::account::Debt;
use crate::decide::hold::HeldPart;
use crate::decide::posting::Posting;
use crate::decide::returns::recount;
use crate::decide::sale::member;
use crate::decide::{
    Accrued, ChangeSet, Decision, Desk, Outcome, PaidOn, PaymentDocument, Refusal, Refused, SaleRecord, Told,
};
use crate::ident::{CustomerId, DocumentId, SaleId};
use crate::loyalty::{Program, Redemption};
use crate::money::{Money, Units};
use crate::sale::{Bill, Payment, Pending, SaleState, TenderError, Tendered};

impl Desk<'_> {
    /// A payment on a pending sale. In this order: `unknown_sale`, `not_settled` if it is only
    /// parked, `already_settled`, `voided`, then what the tenders say.
    pub(super) fn payment(&self, payment: &PaymentDocument) -> Result<(ChangeSet, Outcome), Refused> {
        self.program()?;
        let (record, history) = self.record(&payment.sale)?;
        let pending = pending(&record)?;
        refuse_paid(pending, &payment.payments)?;
        let program = &history.program;
        let at = payment.header.at;
        let today = self.today(at)?;
        let tendered = tendered(&program.program, &payment.payments, payment.change)?;
        refuse_deferring_more_than_due(&program.program, pending, &payment.payments, &tendered)?;
        let customer = pending.bill().rung_up().customer.clone();
        let mut posting = member(self.facts, customer.as_ref(), &program.program, at, today)?;
        let units = loyalty_units(&program.program, pending, &payment.payments, posting.as_deref())?;
        let paid = pay(&program.program, pending.clone(), &tendered)?;
        if let Some(posting) = &mut posting {
            posting.spend_for(&payment.payments, units, &payment.sale)?;
        }
        let debt = Debt { program, pending: paid, seq: self.rung_up_by(history) };
        let (paid, settling) = self.put_on_account(debt, &payment.payments, posting.as_deref_mut(), at)?;
        let mut done = self.settle_all(settling, posting.as_deref_mut())?;
        let decision = done.decision(&program.program, posting.as_deref(), paid);
        let mut told = Told::default();
        done.show(&mut told.shown)?;
        told.explanations = done.explanations;
        self.accept(program, decision, posting, told)
    }
}

/// What a document decided, as far as its posting tells.
pub(super) fn decision(
    posting: Option<&Posting<'_>>,
    settled: Vec<SaleId>,
    accruals: Vec<Accrued>,
) -> Decision {
    let mut decision = Decision { settled, accruals, ..Decision::default() };
    posting.into_iter().for_each(|posting| recount(&mut decision, posting));
    decision
}

/// Refuses to pay what nothing is due for, though it waits for other sales on its account (`account_cleared`). A payment
/// of nothing settles what two registers have paid together.
pub(super) fn refuse_paid(pending: &Pending, payments: &[Payment]) -> Result<(), Refused> {
    match !payments.is_empty() && pending.balance_due()?.is_zero() {
        true => Err(Refusal::AlreadySettled { sale: pending.bill().rung_up().sale.clone() }.into()),
        false => Ok(()),
    }
}

pub(super) fn pending(record: &SaleRecord) -> Result<&Pending, Refused> {
    let sale = || record.state.rung_up().sale.clone();
    match &record.state {
        SaleState::Pending(pending) => Ok(pending),
        SaleState::Parked(_) => Err(record.not_settled()),
        SaleState::Settled(_) => Err(Refusal::AlreadySettled { sale: sale() }.into()),
        SaleState::Voided(_) => Err(Refusal::Voided { sale: sale() }.into()),
    }
}

/// Pays; whether the sale is settled is another question.
pub(super) fn pay(program: &Program, pending: Pending, tendered: &Tendered) -> Result<Pending, Refused> {
    pending.pay(tendered).map_err(|error| tender_refusal(program, error))
}

/// What counts of payments after change went back (Q22).
pub(super) fn tendered(program: &Program, payments: &[Payment], change: Money) -> Result<Tendered, Refused> {
    if payments.iter().any(|payment| payment.reservation.is_some() && !payment.tender.is_loyalty()) {
        let what = "only units of loyalty are held for a payment".to_string();
        return Err(Refusal::InvalidDocument { what }.into());
    }
    Tendered::net_of_change(payments, change).map_err(|error| tender_refusal(program, error))
}

pub(super) fn tender_refusal(program: &Program, error: TenderError) -> Refused {
    let decimals = program.currency.decimals();
    Refused::new(match error {
        TenderError::ExceedsBalanceDue { offered, due } => {
            Refusal::ExceedsDue { offered: offered.to_decimal(decimals), due: due.to_decimal(decimals) }
        }
        other => Refusal::InvalidDocument { what: other.to_string() },
    })
}

/// What is put on the account and what is paid can't be more than is due.
pub(super) fn refuse_deferring_more_than_due(
    program: &Program,
    pending: &Pending,
    payments: &[Payment],
    tendered: &Tendered,
) -> Result<(), Refused> {
    let deferred = payments.iter().filter(|payment| payment.tender.is_on_account());
    let deferred = Money::sum(deferred.map(|payment| payment.amount))?;
    if deferred.is_zero() {
        return Ok(());
    }
    let (offered, due) = (deferred.plus(tendered.total()?)?, pending.balance_due()?);
    if due < offered {
        return Err(tender_refusal(program, TenderError::ExceedsBalanceDue { offered, due }));
    }
    Ok(())
}

/// How many units the loyalty payments take. In this order: `unknown_customer`, `opted_out`,
/// `not_a_tender`, `not_a_step`, `below_minimum`, `exceeds_due`, `over_share` (R13, Q1, Q22).
pub(super) fn loyalty_units(
    program: &Program,
    pending: &Pending,
    payments: &[Payment],
    posting: Option<&Posting<'_>>,
) -> Result<Units, Refused> {
    let customer = pending.bill().rung_up().customer.as_ref();
    refuse_loyalty(program, customer, payments, posting)?;
    units_of(program, pending, payments)
}

/// Refuses loyalty that can't pay whatever it is for. In this order: `unknown_customer`, `opted_out`, `not_a_tender`,
/// `not_a_step`, `below_minimum`.
pub(super) fn refuse_loyalty(
    program: &Program,
    customer: Option<&CustomerId>,
    payments: &[Payment],
    posting: Option<&Posting<'_>>,
) -> Result<(), Refused> {
    if !payments.iter().any(|payment| payment.tender.is_loyalty()) {
        return Ok(());
    }
    if !posting.ok_or_else(|| Refusal::UnknownCustomer { customer: customer.cloned() })?.takes_part() {
        return Err(Refusal::OptedOut.into());
    }
    let redemption = program.redemption.as_ref().ok_or(Refusal::NotATender)?;
    // Each payment by itself takes whole steps, and the minimum at least (Q22).
    for payment in payments.iter().filter(|payment| payment.tender.is_loyalty()) {
        check_units(program, redemption, whole_units(program, redemption, payment.amount)?)?;
    }
    Ok(())
}

impl Posting<'_> {
    /// Spends the units that the loyalty among these payments takes, `units` in all: first what was held
    /// for them (R14a), then out of the balance.
    pub(super) fn spend_for(
        &mut self,
        payments: &[Payment],
        units: Units,
        sale: &SaleId,
    ) -> Result<(), Refused> {
        let mut left = units;
        for payment in payments {
            let Some(id) = &payment.reservation else { continue };
            let held = held_for(self.program(), payment)?;
            self.spend_held(id, &[(held, Some(sale))])?;
            left = left.minus(held)?;
        }
        self.spend(left, Some(sale))
    }

    /// The same for a payment that pays several sales: what was held for it pays all of them.
    pub(super) fn spend_for_all(&mut self, paid: &[LoyaltyPaid<'_>]) -> Result<(), Refused> {
        let mut held: Vec<(&DocumentId, Vec<HeldPart<'_>>)> = Vec::new();
        let mut left = Vec::with_capacity(paid.len());
        for LoyaltyPaid { program, on, units } in paid {
            let mut rest = *units;
            for payment in &on.payments {
                let Some(id) = &payment.reservation else { continue };
                let part = held_for(program, payment)?;
                rest = rest.minus(part)?;
                match held.iter_mut().find(|(known, _)| *known == id) {
                    Some((_, parts)) => parts.push((part, Some(&on.sale))),
                    None => held.push((id, [(part, Some(&on.sale))].into())),
                }
            }
            left.push((rest, &on.sale));
        }
        held.iter().try_for_each(|(id, parts)| self.spend_held(id, parts))?;
        left.into_iter().try_for_each(|(units, sale)| self.spend(units, Some(sale)))
    }
}

/// What a payment to the account paid on one of its sales.
pub(super) struct LoyaltyPaid<'a> {
    /// The program of the sale.
    pub(super) program: &'a Program,
    pub(super) on: PaidOn,
    /// The units that the loyalty among it takes.
    pub(super) units: Units,
}

fn held_for(program: &Program, payment: &Payment) -> Result<Units, Refused> {
    let redemption = program.redemption.as_ref().ok_or(Refusal::NotATender)?;
    whole_units(program, redemption, payment.amount)
}

/// The units that the loyalty among these payments takes, steps and minimum aside.
pub(super) fn units_of(program: &Program, pending: &Pending, payments: &[Payment]) -> Result<Units, Refused> {
    if !payments.iter().any(|payment| payment.tender.is_loyalty()) {
        return Ok(Units::ZERO);
    }
    let redemption = program.redemption.as_ref().ok_or(Refusal::NotATender)?;
    let (mut units, mut money) = (Units::ZERO, pending.paid().loyalty());
    for payment in payments.iter().filter(|payment| payment.tender.is_loyalty()) {
        units = units.plus(whole_units(program, redemption, payment.amount)?)?;
        money = money.plus(payment.amount)?;
    }
    refuse_too_much_loyalty(program, redemption, pending.bill(), money)?;
    Ok(units)
}

/// How many units an amount takes, which has to be a whole number of them.
pub(super) fn whole_units(
    program: &Program,
    redemption: &Redemption,
    amount: Money,
) -> Result<Units, Refused> {
    let decimal = |money: Money| money.to_decimal(program.currency.decimals());
    redemption.units_of(amount, program)?.ok_or_else(|| {
        let step = redemption.step_in_money(program).map(decimal).ok();
        Refusal::NotAStep { asked: decimal(amount), step }.into()
    })
}

/// Whether one payment may take that many units: whole steps, and the minimum at least.
pub(super) fn check_units(
    program: &Program,
    redemption: &Redemption,
    units: Units,
) -> Result<Units, Refused> {
    let decimal = |units: Units| units.to_decimal(program.unit_decimals());
    let over_step = |step: Units| units.minor().checked_rem(step.minor()).unwrap_or(0);
    if let Some(step) = redemption.step.filter(|step| over_step(*step) != 0) {
        return Err(Refusal::NotAStep { asked: decimal(units), step: Some(decimal(step)) }.into());
    }
    if units < redemption.minimum {
        return Err(
            Refusal::BelowMinimum { asked: decimal(units), minimum: decimal(redemption.minimum) }.into()
        );
    }
    Ok(units)
}

fn refuse_too_much_loyalty(
    program: &Program,
    redemption: &Redemption,
    bill: &Bill,
    money: Money,
) -> Result<(), Refused> {
    let decimal = |money: Money| money.to_decimal(program.currency.decimals());
    if bill.total() < money {
        return Err(Refusal::ExceedsDue { offered: decimal(money), due: decimal(bill.total()) }.into());
    }
    let most = redemption.most_of(bill.total())?;
    if most < money {
        return Err(Refusal::OverShare { asked: decimal(money), most: decimal(most) }.into());
    }
    Ok(())
}

/// What there is to pay debts with.
pub(super) struct Purse {
    parts: Vec<Payment>,
    /// Credit below zero, which several registers took for debts at the same time.
    lacking: Vec<Payment>,
}

impl Purse {
    /// Loyalty comes first, then the credit that is there (Q20). What is lacking of that is filled by payments in the
    /// same tender before they pay anything.
    pub(super) fn new(program: &Program, payments: &[Payment], credit: &[Payment]) -> Result<Purse, Refused> {
        if payments.iter().any(|payment| payment.tender.is_on_account()) {
            let what = "an account can't be paid with a deferral to it".to_string();
            return Err(Refusal::InvalidDocument { what }.into());
        }
        tendered(program, payments, Money::ZERO)?;
        let (loyalty, mut others): (Vec<Payment>, Vec<Payment>) =
            payments.iter().cloned().partition(|payment| payment.tender.is_loyalty());
        let (mut lacking, credit): (Vec<Payment>, Vec<Payment>) =
            credit.iter().cloned().partition(|part| part.amount.is_negative());
        for part in &mut lacking {
            for payment in others.iter_mut().filter(|payment| payment.tender == part.tender) {
                let fills = payment.amount.min(Money::ZERO.minus(part.amount)?);
                (part.amount, payment.amount) = (part.amount.plus(fills)?, payment.amount.minus(fills)?);
            }
        }
        Ok(Purse { parts: loyalty.into_iter().chain(credit).chain(others).collect(), lacking })
    }

    /// Takes out what pays for a sale; loyalty pays no more of it than the total without tips, with
    /// what it paid before (Q1).
    pub(super) fn pay(&mut self, pending: &Pending) -> Result<Vec<Payment>, Refused> {
        let mut due = pending.balance_due()?;
        let mut for_loyalty = pending.bill().total().minus(pending.paid().loyalty())?.or_zero();
        let mut paid = Vec::new();
        for part in &mut self.parts {
            let most = if part.tender.is_loyalty() { due.min(for_loyalty) } else { due };
            let amount = part.amount.min(most);
            if amount.is_zero() {
                continue;
            }
            if part.tender.is_loyalty() {
                for_loyalty = for_loyalty.minus(amount)?;
            }
            part.amount = part.amount.minus(amount)?;
            due = due.minus(amount)?;
            let (tender, reservation) = (part.tender.clone(), part.reservation.clone());
            paid.push(Payment { tender, amount, reservation });
        }
        Ok(paid)
    }

    /// Loyalty can't become credit.
    pub(super) fn refuse_loyalty_left(&self, program: &Program) -> Result<(), Refused> {
        let decimal = |money: Money| money.to_decimal(program.currency.decimals());
        let left = self.parts.iter().filter(|part| part.tender.is_loyalty());
        let left = Money::sum(left.map(|part| part.amount))?;
        if left.is_zero() {
            return Ok(());
        }
        Err(Refusal::ExceedsDue { offered: decimal(left), due: decimal(Money::ZERO) }.into())
    }

    /// What is over, by tender, or lacking.
    pub(super) fn into_credit(self) -> Result<Vec<Payment>, Refused> {
        let mut credit = Tendered::default();
        for part in self.lacking.iter().chain(&self.parts).filter(|part| !part.amount.is_zero()) {
            credit.add(&part.tender, part.amount)?;
        }
        Ok(credit.parts().to_vec())
    }
}
