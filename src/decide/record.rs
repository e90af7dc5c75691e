//! A sale as it stands: a fold over the operations about it.

use alloc::borrow::Cow;
use alloc::string::ToString;
use alloc::vec::Vec;

use crate::decide::sale::for_nobody;
use crate::decide::spent::{OfRewards, SpentOn};
use crate::decide::terms::for_no_customer;
use crate::decide::{
    Accrued, Claimable, Decision, Document, Operation, Punched, Purchase, Refusal, Refused, SaleDocument,
    SaleHistory, Spent, Used, day,
};
use crate::ident::{CustomerId, SaleId};
use crate::ledger::{Account, Entry, LotKey};
use crate::loyalty::{Accrual, EarnTerms, Explanation, Program, earn};
use crate::money::{Money, Units};
use crate::sale::{Bill, Parked, Payment, Pending, SaleState, Tendered, Voided};
use crate::time::{Timestamp, Zones};

/// A sale as it stands.
///
/// ```no_run
/// use regulars::adapter::memory::MemoryStore;
/// use regulars::decide::{Question, SaleRecord};
/// use regulars::ident::SaleId;
/// use regulars::register::Register;
/// use regulars::sale::SaleState;
/// use regulars::time::{FixedZones, Timestamp};
///
/// # fn look(mut register: Register<MemoryStore, FixedZones>) -> Result<(), Box<dyn std::error::Error>> {
/// let asked = [SaleId::new("S-1")?];
/// let facts = register.facts(&Question::of_sales(&asked, Timestamp::EPOCH))?;
/// for history in &facts.sales {
///     let record = SaleRecord::fold(&history.operations)?;
///     if let SaleState::Pending(pending) = &record.state {
///         println!("still due: {}", pending.balance_due()?.minor());
///     }
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SaleRecord {
    /// The state it is in.
    pub state: SaleState,
    /// What it earned, if it earned for somebody.
    pub accrued: Option<Accrued>,
    /// What it earned for nobody, if it had no customer and could be claimed.
    pub claimable: Option<Claimable>,
    /// Who claimed it since.
    pub claimed_by: Option<CustomerId>,
    /// What is kept of it as a purchase, if it is one of somebody who is known.
    pub purchase: Option<Purchase>,
    /// What should have been taken back by now of what it earned, whether it was there or not; what has run out isn't in
    /// it (R16, R19, R23).
    pub claw_back: Units,
    /// What of the refunds was kept, in the place of units that were spent already (`deduct_from_refund`, R19).
    pub kept_from_refund: Money,
    /// The rewards and offers that were used on it.
    pub used: Vec<Used>,
    /// What it punched.
    pub punched: Vec<Punched>,
    /// What was given back of what its rewards cost.
    pub rewards_restored: Units,
    /// The units that paid for it and for its rewards, and weren't given back.
    pub spent: Spent,
    /// All units that ever paid for it, rewards aside.
    pub spent_in_all: Units,
    /// What of its payments came with the goods of another sale, in an exchange (R21): no drawer got it now.
    pub carried_in: Tendered,
}

impl SaleRecord {
    /// The sale that a history is of.
    pub fn id(history: &SaleHistory) -> Option<&SaleId> {
        history.operations.first().and_then(Operation::rings_up)
    }

    /// Works out how a sale stands from the operation that rang it up and all later ones about it.
    ///
    /// # Errors
    /// [`Refusal::Damaged`] if an operation isn't possible in the state that the sale is in,
    /// [`Refusal::InvalidDocument`] past 63 bits.
    pub fn fold(operations: &[Operation]) -> Result<SaleRecord, Refusal> {
        Ok(SaleRecord::fold_all(operations)?)
    }

    pub(super) fn fold_all<'o>(
        operations: impl IntoIterator<Item = &'o Operation>,
    ) -> Result<SaleRecord, Refused> {
        SaleRecord::fold_each(operations, |_, _| Ok(()))
    }

    /// The same, and shows how it stood after each operation.
    pub(crate) fn fold_each<'o>(
        operations: impl IntoIterator<Item = &'o Operation>,
        mut each: impl FnMut(&SaleRecord, &'o Operation) -> Result<(), Refused>,
    ) -> Result<SaleRecord, Refused> {
        let mut later = operations.into_iter();
        let Some(opening) = later.next() else { return Err(DAMAGED.into()) };
        let sale = opening.document.rings_up().ok_or(DAMAGED)?;
        let mut record = SaleRecord::open(sale, &opening.decision)?;
        record.count(opening)?;
        each(&record, opening)?;
        for operation in later {
            let state = step(record.state, operation)?;
            record.state = state;
            record.count(operation)?;
            each(&record, operation)?;
        }
        Ok(record)
    }

    /// Whose it is: who bought it, or who claimed it.
    pub fn customer(&self) -> Option<&CustomerId> {
        self.claimed_by.as_ref().or(self.state.rung_up().customer.as_ref())
    }

    /// What it earned, for somebody or to be claimed.
    pub fn accrual(&self) -> Option<&Accrual> {
        let for_somebody = self.accrued.as_ref().map(|accrued| &accrued.accrual);
        for_somebody.or(self.claimable.as_ref().map(|claimable| &claimable.accrual))
    }

    /// Why something is refused that only a settled sale can have.
    pub(super) fn not_settled(&self) -> Refused {
        let is_paid = match &self.state {
            SaleState::Pending(pending) => pending.balance_due().is_ok_and(Money::is_zero),
            _ => false,
        };
        let sale = self.state.rung_up().sale.clone();
        Refusal::NotSettled { sale, state: self.state.name(), is_paid }.into()
    }

    /// The units that paid for it, rewards aside, and weren't given back.
    pub(crate) fn spent_left(&self) -> Result<Units, Refused> {
        Ok(Units::sum(self.spent.payments.values().copied())?)
    }

    /// What its rewards cost, less what was given back of that.
    pub(crate) fn rewards_left(&self) -> Result<Units, Refused> {
        Ok(Used::cost(&self.used)?.minus(self.rewards_restored)?)
    }

    fn open(sale: &SaleDocument, decision: &Decision) -> Result<SaleRecord, Refused> {
        let carried_in = decision.carried.as_ref().map_or(&[][..], |carried| &carried.payments);
        let carried_in = Tendered::net_of_change(carried_in, Money::ZERO).map_err(|_| DAMAGED)?;
        let state = if sale.parked {
            SaleState::Parked(Parked { rung_up: sale.rung_up.clone() })
        } else {
            let tendered = Tendered::net_of_change(&sale.payments, sale.change).map_err(|_| DAMAGED)?;
            let bill =
                Bill::ring_up_less(sale.rung_up.clone(), &Used::cuts(&decision.used)).map_err(|_| DAMAGED)?;
            let pending = Pending::new(bill).pay(&carried_in).map_err(|_| DAMAGED)?;
            let pending = pending.pay(&tendered).map_err(|_| DAMAGED)?;
            settle(pay_on(pending, decision)?, decision, sale.rung_up.at)?
        };
        // A parked sale has used nothing yet.
        let used = if sale.parked { Vec::new() } else { decision.used.clone() };
        Ok(SaleRecord {
            state,
            accrued: None,
            claimable: None,
            claimed_by: None,
            purchase: None,
            claw_back: Units::ZERO,
            kept_from_refund: Money::ZERO,
            used,
            punched: Vec::new(),
            rewards_restored: Units::ZERO,
            spent: Spent::default(),
            spent_in_all: Units::ZERO,
            carried_in,
        })
    }

    fn count(&mut self, operation: &Operation) -> Result<(), Refused> {
        let sale = self.state.rung_up().sale.clone();
        let accrued = operation.decision.accruals.iter().find(|accrued| accrued.sale == sale);
        if let Some(accrued) = accrued {
            self.accrued = Some(accrued.clone());
        }
        if let Some(claimable) =
            operation.decision.claimable.as_ref().filter(|claimable| claimable.sale == sale)
        {
            self.claimable = Some(claimable.clone());
        }
        if let Document::Claim(claim) = &operation.document {
            self.claimed_by.get_or_insert_with(|| claim.customer.clone());
        }
        let mut purchases = operation.decision.purchases.iter().map(|(_, purchase)| purchase);
        if let Some(purchase) = purchases.rfind(|purchase| purchase.sale.as_ref() == Some(&sale)) {
            self.purchase = Some(match self.purchase.take() {
                Some(known) => Purchase::then(Cow::Owned(known), operation, purchase).into_owned(),
                None => purchase.clone(),
            });
        }
        let punched = operation.decision.punched.iter().filter(|punched| punched.sale == sale);
        self.punched.extend(punched.cloned());
        let names_it = operation.document.about_sales().contains(&sale);
        if names_it {
            self.claw_back = self.claw_back.plus(operation.decision.claw_back)?;
            self.kept_from_refund = self.kept_from_refund.plus(operation.decision.kept_from_refund)?;
            self.rewards_restored = self.rewards_restored.plus(operation.decision.rewards_restored)?;
        }
        let mut of_rewards = OfRewards::of(&operation.decision)?;
        for entry in operation.decision.entries.iter().filter(|entry| entry.sale.as_ref() == Some(&sale)) {
            self.count_spending(entry, &mut of_rewards)?;
        }
        for (lot, units) in operation.decision.carried.iter().flat_map(|carried| &carried.lots) {
            if names_it {
                self.spent.take_off_lot(SpentOn::Payments, lot, *units)?;
            } else {
                self.spend(SpentOn::Payments, *lot, *units)?;
            }
        }
        Ok(())
    }

    fn spend(&mut self, what: SpentOn, lot: LotKey, units: Units) -> Result<(), Refused> {
        if what == SpentOn::Payments {
            self.spent_in_all = self.spent_in_all.plus(units)?;
        }
        Ok(self.spent.put(what, lot, units)?)
    }

    fn count_spending(&mut self, entry: &Entry, of_rewards: &mut OfRewards) -> Result<(), Refused> {
        match (entry.from, entry.to, entry.lot) {
            (Account::Customer | Account::Held, Account::Redeemed, Some(lot)) => {
                for (what, units) in of_rewards.spend(entry.units)? {
                    self.spend(what, lot, units)?;
                }
            }
            (Account::Redeemed, Account::Customer, Some(lot)) => {
                for (what, units) in of_rewards.give_back(entry.units)? {
                    self.spent.take_off_lot(what, &lot, units)?;
                }
            }
            _ => {}
        }
        Ok(())
    }
}

/// Why each line of a sale earned what it earned (R41), from its operations and the program under
/// which it was rung up. Empty unless the sale has been settled.
///
/// It says what the sale earns by the rules; whether it earned that for somebody is in
/// [`SaleRecord::accrued`].
///
/// # Errors
/// [`Refusal::Damaged`] if the operations contradict each other, [`Refusal::InvalidProgram`] if the program's zone isn't
/// known here, [`Refusal::InvalidDocument`] past 63 bits.
pub fn explain(
    operations: &[Operation],
    program: &Program,
    zones: &dyn Zones,
) -> Result<Vec<Explanation>, Refusal> {
    let sale = operations.first().and_then(Operation::rings_up);
    let voids = |operation: &&Operation| operation.voids().is_some() && operation.voids() == sale;
    let until_void: Vec<Operation> =
        operations.iter().take_while(|operation| !voids(operation)).cloned().collect();
    let record = SaleRecord::fold(&until_void)?;
    let SaleState::Settled(settled) = &record.state else { return Ok(Vec::new()) };
    let rung_up_on = day(zones, &program.time_zone, settled.bill().rung_up().at)?;
    let terms = match (record.accrual(), operations.first()) {
        (Some(accrual), _) => accrual.terms.clone(),
        (None, Some(_)) if record.purchase.is_some() => EarnTerms::default(),
        (None, Some(opening)) => for_no_customer(program, &opening.document, settled, zones)?,
        (None, None) => return Ok(Vec::new()),
    };
    let earning = earn(program, settled, rung_up_on, terms)?;
    match record.accrued {
        Some(_) => Ok(earning.explanations),
        None => Ok(for_nobody(earning.explanations, settled.bill().rung_up())),
    }
}

const DAMAGED: Refusal = Refusal::Damaged { what: "an operation doesn't fit the state of its sale" };

/// Adds what a decision paid on a sale beside the document's own payments.
fn pay_on(pending: Pending, decision: &Decision) -> Result<Pending, Refused> {
    let sale = &pending.bill().rung_up().sale;
    let paid = decision.paid.iter().filter(|paid| paid.sale == *sale);
    let paid: Vec<Payment> = paid.flat_map(|paid| paid.payments.iter()).cloned().collect();
    let tendered = Tendered::net_of_change(&paid, Money::ZERO).map_err(|_| DAMAGED)?;
    Ok(pending.pay(&tendered).map_err(|_| DAMAGED)?)
}

/// A sale is settled when a decision says so, and nothing is due.
fn settle(pending: Pending, decision: &Decision, at: Timestamp) -> Result<SaleState, Refused> {
    if !decision.settled.contains(&pending.bill().rung_up().sale) {
        return Ok(SaleState::Pending(pending));
    }
    match pending.settle(at) {
        settled @ SaleState::Settled(_) => Ok(settled),
        _ => Err(DAMAGED.into()),
    }
}

fn step(state: SaleState, operation: &Operation) -> Result<SaleState, Refused> {
    let (document, decision) = (&operation.document, &operation.decision);
    let names_it = document.about_sales().contains(&state.rung_up().sale);
    match (state, document) {
        (SaleState::Pending(pending), Document::Payment(payment)) if names_it => {
            let tendered = Tendered::net_of_change(&payment.payments, payment.change).map_err(|_| DAMAGED)?;
            let pending = pending.pay(&tendered).map_err(|_| DAMAGED)?;
            settle(pay_on(pending, decision)?, decision, payment.header.at)
        }
        (SaleState::Pending(pending), document) if !names_it || is_account_payment(document) => {
            settle(pay_on(pending, decision)?, decision, document.at())
        }
        (SaleState::Settled(mut settled), Document::Return(returned)) => {
            let worth = settled.take_goods(&returned.lines).map_err(|_| DAMAGED)?;
            match returned.refund {
                Some(_) => settled.returned.refund_as_chosen(worth, &decision.refund)?,
                None => {
                    settled.returned.went_back(worth.within_total)?;
                    settled.returned.refund(&decision.refund)?;
                }
            }
            Ok(SaleState::Settled(settled))
        }
        (SaleState::Settled(mut settled), Document::ReturnAmount(returned)) => {
            settled.take_money(returned.amount).map_err(|_| DAMAGED)?;
            settled.returned.went_back(returned.amount)?;
            settled.returned.refund(&decision.refund)?;
            Ok(SaleState::Settled(settled))
        }
        (SaleState::Settled(mut settled), Document::Exchange(exchange)) => {
            let worth = settled.take_goods(&exchange.lines).map_err(|_| DAMAGED)?;
            settled.returned.went_back(worth.within_total)?;
            let carried = decision.carried.as_ref().map_or(&[][..], |carried| &carried.payments);
            settled.returned.carry(carried)?;
            settled.returned.refund(&decision.refund)?;
            Ok(SaleState::Settled(settled))
        }
        // What is somebody's can't be claimed.
        (SaleState::Settled(settled), Document::Claim(_)) if settled.bill().rung_up().customer.is_some() => {
            Err(DAMAGED.into())
        }
        (state @ SaleState::Settled(_), Document::Claim(_)) => Ok(state),
        (
            state @ (SaleState::Parked(_) | SaleState::Pending(_) | SaleState::Settled(_)),
            Document::Void(void),
        ) => {
            let (rung_up, at) = (state.rung_up().clone(), void.header.at);
            let (paid, mut refunded, carried_out) = match &state {
                SaleState::Pending(pending) => {
                    (pending.paid().clone(), Tendered::default(), Tendered::default())
                }
                SaleState::Settled(settled) => {
                    let returned = settled.returned();
                    (settled.paid().clone(), returned.refunded().clone(), returned.carried_out().clone())
                }
                SaleState::Parked(_) | SaleState::Voided(_) => Default::default(),
            };
            decision.refund.iter().try_for_each(|part| refunded.add(&part.tender, part.amount))?;
            Ok(SaleState::Voided(Voided { rung_up, at, paid, refunded, carried_out }))
        }
        _ => Err(DAMAGED.into()),
    }
}

fn is_account_payment(document: &Document) -> bool {
    matches!(document, Document::AccountPayment(_))
}

impl From<crate::sale::BillError> for Refusal {
    fn from(error: crate::sale::BillError) -> Refusal {
        Refusal::InvalidDocument { what: error.to_string() }
    }
}
