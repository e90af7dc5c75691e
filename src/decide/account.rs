//! The account of a customer: sales whose goods have left, and whose debt stays (R4, Q20).

use alloc::collections::BTreeSet;
use alloc::string::ToString;
use alloc::vec::Vec;
use core::mem;

use crate::decide::payment::{
    LoyaltyPaid, Purse, decision, pay, pending, refuse_loyalty, refuse_paid, tendered, units_of,
};
use crate::decide::posting::Posting;
use crate::decide::{
    AccountPaymentDocument, Accrued, ChangeSet, Claimable, Decision, Desk, Forecast, Outcome, PaidOn,
    Refusal, Refused, SaleHistory, Shown, Told,
};
use crate::ident::SaleId;
use crate::ledger::Seq;
use crate::loyalty::{Explanation, OnAccount, Program, VersionedProgram};
use crate::money::Money;
use crate::sale::{Payment, Pending, SaleState, Terms};
use crate::sorting;
use crate::time::Timestamp;

/// A sale that isn't settled, with the program that it was rung up under.
pub(super) struct Debt<'a> {
    pub(super) program: &'a VersionedProgram,
    pub(super) pending: Pending,
    /// The operation that rang it up.
    pub(super) seq: Seq,
}

/// Sales that are settled at one moment, the oldest first, each with its program.
pub(super) type Settling<'a> = Vec<(&'a VersionedProgram, SaleState)>;

/// What the settlement of one or more sales comes to.
#[derive(Default)]
pub(super) struct Settlements {
    pub(super) settled: Vec<SaleId>,
    pub(super) accruals: Vec<Accrued>,
    /// What one without a customer earned.
    pub(super) claimable: Option<Claimable>,
    /// What one that isn't settled would earn.
    pub(super) forecast: Option<Forecast>,
    pub(super) explanations: Vec<Explanation>,
}

impl Settlements {
    /// The decision so far, which takes what it says. What can't be claimed under the program isn't kept.
    pub(super) fn decision(
        &mut self,
        program: &Program,
        posting: Option<&Posting<'_>>,
        paid: Vec<PaidOn>,
    ) -> Decision {
        let claimable = self.claimable.clone().filter(|_| program.claim_days != 0);
        let drafted = decision(posting, mem::take(&mut self.settled), mem::take(&mut self.accruals));
        Decision { paid, claimable, ..drafted }
    }

    /// Tells why one more earned what it did. Most often there is no other.
    pub(super) fn explain(&mut self, explanations: Vec<Explanation>) {
        match self.explanations.is_empty() {
            true => self.explanations = explanations,
            false => self.explanations.extend(explanations),
        }
    }

    /// Shows what a sale without a customer earned (R9), or what one that isn't settled would earn.
    pub(super) fn show(&self, shown: &mut Shown) -> Result<(), Refused> {
        let accrual = self.claimable.as_ref().map(|claimable| &claimable.accrual);
        shown.claimable = accrual.map(|accrual| accrual.total()).transpose()?;
        shown.forecast = self.forecast.as_ref().map(Forecast::units).transpose()?;
        Ok(())
    }
}

impl<'a> Debt<'a> {
    fn sale(&self) -> &SaleId {
        &self.pending.bill().rung_up().sale
    }

    /// Takes what a purse has for it; the loyalty among that has still to be spent.
    fn take(&mut self, purse: &mut Purse) -> Result<Option<LoyaltyPaid<'a>>, Refused> {
        let payments = purse.pay(&self.pending)?;
        if payments.is_empty() {
            return Ok(None);
        }
        let program = &*self.program.program;
        let units = units_of(program, &self.pending, &payments)?;
        self.pending = paid_by(program, self.pending.clone(), &payments)?;
        let on = PaidOn { sale: self.sale().clone(), payments };
        Ok(Some(LoyaltyPaid { program, on, units }))
    }
}

impl<'a> Desk<'a> {
    /// A payment to the account: the sales that it names first, then the oldest debt first; loyalty
    /// goes before all other tenders, and what is over in the others is credit. Refused in the order of the
    /// [table](crate::decide#which-refusal-where-several-apply).
    pub(super) fn account_payment(
        &self,
        payment: &AccountPaymentDocument,
    ) -> Result<(ChangeSet, Outcome), Refused> {
        let current = self.program()?;
        let mut posting = self.account(current, &payment.customer, &payment.header)?;
        let mut purse = Purse::new(&current.program, &payment.payments, &posting.member.credit)?;
        let mut debts = self.named(payment, &posting)?;
        let (customer, payments) = (Some(&payment.customer), &payment.payments);
        refuse_loyalty(&current.program, customer, payments, Some(&posting))?;
        let on_account = self.debts(&posting)?.into_iter();
        debts.extend(on_account.filter(|debt| !payment.sales.contains(debt.sale())));
        let mut paid = Vec::with_capacity(debts.len());
        for debt in &mut debts {
            paid.extend(debt.take(&mut purse)?);
        }
        posting.spend_for_all(&paid)?;
        purse.refuse_loyalty_left(&current.program)?;
        let paid = paid.into_iter().map(|paid| paid.on).collect();
        posting.member.credit = purse.into_credit()?;
        // What a sale earns can't pay for another one of the same document (R13).
        let settling = settle_debts(debts, &mut posting, payment.header.at)?;
        let mut done = self.settle_all(settling, Some(&mut posting))?;
        let decision = done.decision(&current.program, Some(&posting), paid);
        let told = Told { explanations: done.explanations, ..Told::default() };
        self.accept(current, decision, Some(posting), told)
    }

    /// The sales that a payment names, the oldest first.
    fn named(
        &self,
        payment: &AccountPaymentDocument,
        posting: &Posting<'_>,
    ) -> Result<Vec<Debt<'a>>, Refused> {
        let named = payment.sales.iter().collect::<BTreeSet<_>>();
        if named.len() < payment.sales.len() {
            return Err(Refusal::InvalidDocument { what: "a sale is named twice".to_string() }.into());
        }
        let mut debts: Vec<Debt<'a>> = Vec::with_capacity(payment.sales.len());
        for sale in &payment.sales {
            let (record, _) = self.record(sale)?;
            if self.owner(&record) != Some(posting.customer()) {
                return Err(Refusal::UnknownSale { sale: sale.clone() }.into());
            }
            let debt = self.debt(sale)?;
            refuse_paid(&debt.pending, &payment.payments)?;
            debts.push(debt);
        }
        sort(&mut debts);
        Ok(debts)
    }

    /// What a customer owes, the oldest first. What several registers decided that contradicts itself is settled by
    /// hand, and stays as it is.
    pub(super) fn debts(&self, posting: &Posting<'_>) -> Result<Vec<Debt<'a>>, Refused> {
        let is_own = |sale: &SaleId| {
            let record = self.record(sale).ok();
            record.is_some_and(|(record, _)| self.owner(&record) == Some(posting.customer()))
        };
        let united = self.facts.united;
        let owed = posting.member.debts.iter().filter(|sale| !united || self.is_debt(sale) && is_own(sale));
        owed.map(|sale| self.debt(sale)).collect()
    }

    /// Whether a sale can be a debt: it fits together, and isn't settled.
    pub(super) fn is_debt(&self, sale: &SaleId) -> bool {
        self.debt(sale).is_ok()
    }

    /// A sale that isn't settled.
    pub(super) fn debt(&self, sale: &SaleId) -> Result<Debt<'a>, Refused> {
        let (record, history) = self.record(sale)?;
        Ok(Debt {
            program: &history.program,
            pending: pending(&record)?.clone(),
            seq: self.rung_up_by(history),
        })
    }

    /// The number of the operation that rang a sale up; the document's own, if it does.
    pub(super) fn rung_up_by(&self, history: &SaleHistory) -> Seq {
        history.operations.first().map_or(self.facts.next, |operation| operation.seq)
    }

    /// Puts what is unpaid of a sale on its customer's account, if the sale says so, and pays it with
    /// the credit that is there; then says which sales are settled. A sale that isn't on the account is
    /// settled when nothing is due.
    pub(super) fn put_on_account(
        &self,
        debt: Debt<'a>,
        payments: &[Payment],
        posting: Option<&mut Posting<'_>>,
        at: Timestamp,
    ) -> Result<(Vec<PaidOn>, Settling<'a>), Refused> {
        let mut debt = debt;
        let sale = debt.sale().clone();
        let is_new = is_deferred(&debt.pending, payments) && !debt.pending.balance_due()?.is_zero();
        let Some(posting) = posting.filter(|posting| is_new || posting.member.debts.contains(&sale)) else {
            let state = debt.pending.settle(at);
            return Ok((Vec::new(), [(debt.program, state)].into()));
        };
        let mut others = self.debts(posting)?;
        others.retain(|other| *other.sale() != sale);
        if !posting.member.debts.contains(&sale) {
            posting.member.debts.push(sale.clone());
        }
        let mut purse = Purse::new(&debt.program.program, &[], &posting.member.credit)?;
        let paid = debt.take(&mut purse)?;
        posting.member.credit = purse.into_credit()?;
        others.push(debt);
        Ok((paid.into_iter().map(|paid| paid.on).collect(), settle_debts(others, posting, at)?))
    }

    /// A sale that was voided is no debt any more; the others may be settled by that (Q20).
    pub(super) fn drop_debt(
        &self,
        sale: &SaleId,
        posting: &mut Posting<'_>,
        at: Timestamp,
    ) -> Result<Settling<'a>, Refused> {
        if !posting.member.debts.contains(sale) {
            return Ok(Vec::new());
        }
        let mut debts = self.debts(posting)?;
        debts.retain(|debt| debt.sale() != sale);
        posting.member.debts.retain(|debt| debt != sale);
        settle_debts(debts, posting, at)
    }

    /// Grants what sales earned that are settled now, the oldest first.
    pub(super) fn settle_all(
        &self,
        settling: Settling<'a>,
        posting: Option<&mut Posting<'_>>,
    ) -> Result<Settlements, Refused> {
        let (mut done, mut posting) = (Settlements::default(), posting);
        for (program, state) in settling {
            self.settle(&program.program, &state, posting.as_deref_mut(), &mut done)?;
        }
        Ok(done)
    }
}

/// Settles what is paid: each sale by itself, or, where the program says so, all that are on the account
/// when nothing is owed any more. The others stay on it.
fn settle_debts<'a>(
    debts: Vec<Debt<'a>>,
    posting: &mut Posting<'_>,
    at: Timestamp,
) -> Result<Settling<'a>, Refused> {
    let (mut debts, mut settling) = (debts, Vec::new());
    sort(&mut debts);
    let owed = &posting.member.debts;
    let on_account = debts.iter().filter(|debt| owed.contains(debt.sale()));
    let due = on_account.map(|debt| debt.pending.balance_due()).collect::<Result<Vec<Money>, _>>()?;
    let cleared = due.iter().all(|due| due.is_zero());
    let is_known = |sale: &SaleId| debts.iter().any(|debt| debt.sale() == sale);
    let others: Vec<SaleId> = owed.iter().filter(|sale| !is_known(sale)).cloned().collect();
    let mut open = Vec::new();
    for debt in debts {
        let (sale, waits) = (debt.sale().clone(), !cleared && waits(&debt.program.program));
        let is_owed = posting.member.debts.contains(&sale);
        if is_owed && (waits || !debt.pending.balance_due()?.is_zero()) {
            open.push(sale);
        } else {
            settling.push((debt.program, debt.pending.settle(at)));
        }
    }
    open.extend(others);
    posting.member.debts = open;
    Ok(settling)
}

fn waits(program: &Program) -> bool {
    program.on_account == OnAccount::AccountCleared
}

pub(super) fn sort(debts: &mut [Debt<'_>]) {
    sorting::sort_by_key(debts, |debt| (debt.pending.bill().rung_up().at, debt.seq));
}

/// Whether the goods have left on the customer's word.
fn is_deferred(pending: &Pending, payments: &[Payment]) -> bool {
    pending.bill().rung_up().terms == Terms::OnAccount
        || payments.iter().any(|payment| payment.tender.is_on_account())
}

/// What is left of a sale of which an account has paid a part.
pub(super) fn paid_by(program: &Program, pending: Pending, payments: &[Payment]) -> Result<Pending, Refused> {
    pay(program, pending, &tendered(program, payments, Money::ZERO)?)
}
