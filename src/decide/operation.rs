//! A document that was accepted, with what was decided on it.

use alloc::sync::Arc;
use alloc::vec::Vec;
use core::mem;

use crate::decide::{
    CardChange, CardOffer, CardState, Document, Kept, Kind, Member, Punched, Purchase, Tally, Used,
};
use crate::ident::{Code, CustomerId, LineId, PromotionId, SaleId, TierId};
use crate::ledger::{Account, Entry, Lot, LotKey, Seq};
use crate::loyalty::{Accrual, ProgramVersion, VersionedProgram};
use crate::money::{AmountError, Money, Units};
use crate::sale::{Payment, SaleState};
use crate::time::{Date, Timestamp};

/// A document that was accepted, with what was decided on it: a fact, made once, that is never
/// worked out again. Balances, lots and the states of sales are folds over operations.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Operation {
    /// Its number in the ledger.
    pub seq: Seq,
    /// The document.
    pub document: Document,
    /// When it was recorded; it may have been made long before.
    pub recorded_at: Timestamp,
    /// The version of the program that it was worked out with.
    pub program: ProgramVersion,
    /// What was decided; the outcome has the same.
    pub decision: Arc<Decision>,
}

impl Operation {
    /// The sale that it rang up, if it did: it is found by that sale's id.
    pub fn rings_up(&self) -> Option<&SaleId> {
        self.document.rings_up().map(|sale| &sale.rung_up.sale)
    }

    /// Whether it put a sale aside.
    pub(crate) fn is_parked(&self) -> bool {
        matches!(&self.document, Document::Sale(sale) if sale.parked)
    }

    /// The sale that it undid, if it did.
    pub fn voids(&self) -> Option<&SaleId> {
        match &self.document {
            Document::Void(void) => Some(&void.of),
            _ => None,
        }
    }

    /// The earlier sales that it is about: those that the document names, and those that it paid on or
    /// settled all the same.
    pub fn follows(&self) -> Vec<&SaleId> {
        let mut sales: Vec<&SaleId> = self.document.about_sales().iter().collect();
        let paid = self.decision.paid.iter().map(|paid| &paid.sale);
        for sale in paid.chain(&self.decision.settled) {
            if self.rings_up() != Some(sale) && !sales.contains(&sale) {
                sales.push(sale);
            }
        }
        sales
    }
}

/// What was decided on a document. What doesn't apply to it is empty or zero.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Decision {
    /// The customer that it is about.
    pub customer: Option<CustomerId>,
    /// The day of the document, by the calendar of the place that it concerns.
    pub day: Option<Date>,
    /// The movements.
    pub entries: Vec<Entry>,
    /// What an account payment, or credit, paid on each sale.
    pub paid: Vec<PaidOn>,
    /// The sales that this document settled.
    pub settled: Vec<SaleId>,
    /// What each of them earned, if it earned for somebody.
    pub accruals: Vec<Accrued>,
    /// The rewards and offers that were used on the sale that was rung up, in the order in which they
    /// took something off.
    pub used: Vec<Used>,
    /// What the sales that this document settled punched.
    pub punched: Vec<Punched>,
    /// What was given back of what rewards cost.
    pub rewards_restored: Units,
    /// The last day of what was given back and had run out, by the days of grace; `None` where the program gives
    /// none, or nothing was given back. What an older version decided doesn't tell (R23).
    pub grace_until: Option<Date>,
    /// What goods that came back paid for the new ones of an exchange.
    pub carried: Option<Carried>,
    /// What a sale earned that has no customer and can be claimed.
    pub claimable: Option<Claimable>,
    /// What went back to each tender, `loyalty` among them. [`kept_from_refund`](Decision::kept_from_refund)
    /// has not been taken off it.
    pub refund: Vec<Payment>,
    /// Money kept from the refund for units that were spent already (R19, Q7).
    pub kept_from_refund: Money,
    /// The units that should have been taken back, whether they were there or not; what has run out isn't in it (R16, R19,
    /// R23).
    pub claw_back: Units,
    /// What is kept of customers beside the balance, where it is new or has changed.
    pub members: Vec<(CustomerId, Member)>,
    /// Whether an `enrol` found somebody who took part already, so that it says nothing of that. What
    /// an older version decided doesn't tell.
    pub took_part: bool,
    /// The purchases that are new or have changed, with the customers whose they are.
    pub purchases: Vec<(CustomerId, Purchase)>,
    /// What is kept under keys of its own, each in the place of what was there.
    pub kept: Vec<Kept>,
    /// What it changed of punch cards that were there before. What an older version decided
    /// doesn't tell.
    pub card_changes: Vec<CardChange>,
    /// The customer's balance afterwards, as of the document's time; `None` where no customer's
    /// units can move.
    pub balance: Option<Units>,
}

impl Decision {
    /// What went back to lots whose last day had passed, and ran out at once (R23).
    ///
    /// ```
    /// use regulars::decide::Decision;
    /// use regulars::money::Units;
    ///
    /// assert_eq!(Decision::default().expired_on_return()?, Units::ZERO);
    /// # Ok::<(), regulars::money::AmountError>(())
    /// ```
    ///
    /// # Errors
    /// [`AmountError`] past 63 bits.
    pub fn expired_on_return(&self) -> Result<Units, AmountError> {
        let in_lot = |from, to, lot| {
            let moved =
                self.entries.iter().filter(|entry| (entry.from, entry.to, entry.lot) == (from, to, lot));
            Units::sum(moved.map(|entry| entry.units))
        };
        let mut gone = Units::ZERO;
        let given_back = self.entries.iter().filter(|entry| entry.from == Account::Redeemed);
        let mut lots: Vec<_> = given_back.map(|entry| entry.lot).collect();
        lots.sort_unstable();
        lots.dedup();
        for lot in lots {
            let back = in_lot(Account::Redeemed, Account::Customer, lot)?;
            gone = gone.plus(back.min(in_lot(Account::Customer, Account::Expired, lot)?))?;
        }
        Ok(gone)
    }
}

/// What was paid on one sale by a payment of several, or by credit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PaidOn {
    /// The sale.
    pub sale: SaleId,
    /// In what, and how much.
    pub payments: Vec<Payment>,
}

/// What goods that came back paid for others (R21): it went back from the one sale and counts as paid on
/// the other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Carried {
    /// In what, in the shares of the sale that the goods came from.
    pub payments: Vec<Payment>,
    /// The lots that its loyalty was spent from; it goes back to them with the days they last to (Q8).
    pub lots: Vec<(LotKey, Units)>,
}

/// What a sale without a customer earned: nobody's, until somebody claims it (R9).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claimable {
    /// The sale.
    pub sale: SaleId,
    /// What was earned, part by part.
    pub accrual: Accrual,
    /// The promotions that it used.
    pub promotions: Vec<PromotionId>,
}

/// What a sale earned, for whom, and in which lot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Accrued {
    /// The sale.
    pub sale: SaleId,
    /// The customer who earned.
    pub customer: CustomerId,
    /// The lot that the units were put in.
    pub lot: LotKey,
    /// What was earned, part by part.
    pub accrual: Accrual,
}

/// All that one or more documents change. Nothing has changed before a store has committed it. It is
/// complete: a store that keeps it has no rule of the ledger to know.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ChangeSet {
    /// The operations to append, in order.
    pub operations: Vec<Operation>,
    /// What the customers concerned have afterwards.
    pub accounts: Vec<AccountChange>,
    /// Versions of the program to keep; the last one is the program from now on.
    pub programs: Vec<VersionedProgram>,
}

/// What one customer has afterwards: values to keep, not differences.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountChange {
    /// The customer.
    pub customer: CustomerId,
    /// The balance.
    pub balance: Units,
    /// The time of the latest document about the customer; a late document doesn't move it back.
    pub latest: Timestamp,
    /// The lots that changed, with what is left of each; zero for one that is gone.
    pub lots: Vec<Lot>,
    /// What becomes of the customer's tally.
    pub tally: TallyChange,
}

/// What becomes of a customer's tally.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum TallyChange {
    /// What is kept stays.
    #[default]
    Stays,
    /// This one is kept from now on.
    Is(Tally),
    /// What is kept, or nothing, grows: a store may write no more than what has come to it
    /// ([`Tally::grow`]).
    Grows {
        /// What has come to it: sales, returns and uses.
        by: Tally,
        /// The day before which all is put into one sum then, if it is time to.
        fold_before: Option<Date>,
    },
    /// None is kept: nothing looks at it, or it is made anew from the operations when it is asked for.
    Gone,
}

/// Whether a customer takes part in the program.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Standing {
    /// Takes part.
    #[default]
    Enrolled,
    /// Has stopped; the balance stays (R31).
    OptedOut,
}

impl ChangeSet {
    /// Adds what comes after this: operations behind operations, and of what is kept beside them the
    /// later value.
    pub fn merge(&mut self, later: ChangeSet) {
        self.operations.extend(later.operations);
        self.programs.extend(later.programs);
        for account in later.accounts {
            match self.accounts.iter_mut().find(|known| known.customer == account.customer) {
                Some(known) => known.merge(account),
                None => self.accounts.push(account),
            }
        }
    }

    /// Whether nothing changes.
    pub fn is_empty(&self) -> bool {
        self.operations.is_empty() && self.accounts.is_empty() && self.programs.is_empty()
    }
}

impl AccountChange {
    fn merge(&mut self, later: AccountChange) {
        self.lots.retain(|lot| !later.lots.iter().any(|newer| newer.key == lot.key));
        self.lots.extend(later.lots);
        (self.balance, self.latest) = (later.balance, later.latest);
        self.tally = match (mem::take(&mut self.tally), later.tally) {
            (earlier, TallyChange::Stays) => earlier,
            (
                TallyChange::Grows { mut by, fold_before },
                TallyChange::Grows { by: later, fold_before: then },
            ) => {
                by.add(&later);
                TallyChange::Grows { by, fold_before: fold_before.max(then) }
            }
            (TallyChange::Is(mut tally), TallyChange::Grows { by, fold_before }) => {
                tally.grow(&by, fold_before);
                TallyChange::Is(tally)
            }
            (TallyChange::Gone, TallyChange::Grows { by, fold_before }) => {
                let mut tally = Tally::default();
                tally.grow(&by, fold_before);
                TallyChange::Is(tally)
            }
            (_, later) => later,
        };
    }
}

/// What a document moved, counted by what it was for. All but `adjusted` and `expired` are zero or above.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Moved {
    /// Granted by sales, and for joining (Q28).
    pub earned: Units,
    /// Spent.
    pub redeemed: Units,
    /// Taken back of what was earned.
    pub clawed_back: Units,
    /// Given back of what was spent.
    pub restored: Units,
    /// Run out; below zero where a late document shows that units had not run out after all (R27).
    pub expired: Units,
    /// Given (or, below zero, taken) by hand, or come from another scheme.
    pub adjusted: Units,
    /// Not there any more when it should have been taken back.
    pub written_off: Units,
}

impl Moved {
    /// Counts entries.
    ///
    /// # Errors
    /// [`AmountError::TooLarge`] past 63 bits.
    pub fn by(entries: &[Entry]) -> Result<Moved, AmountError> {
        let mut moved = Moved::default();
        for entry in entries {
            moved.count(entry)?;
        }
        Ok(moved)
    }

    fn count(&mut self, entry: &Entry) -> Result<(), AmountError> {
        use Account::{Adjusted, Customer, Expired, Held, Imported, Issued, Redeemed, WrittenOff};
        let (counter, units) = match (entry.from, entry.to) {
            (Issued, Customer) => (&mut self.earned, entry.units),
            (Customer, Issued) => (&mut self.clawed_back, entry.units),
            (Customer | Held, Redeemed) => (&mut self.redeemed, entry.units),
            (Redeemed, Customer) => (&mut self.restored, entry.units),
            (Customer, Expired) => (&mut self.expired, entry.units),
            (Expired, Customer) => (&mut self.expired, Units::ZERO.minus(entry.units)?),
            (WrittenOff, Issued) => (&mut self.written_off, entry.units),
            (Adjusted | Imported, Customer) => (&mut self.adjusted, entry.units),
            (Customer, Adjusted) => (&mut self.adjusted, Units::ZERO.minus(entry.units)?),
            _ => return Ok(()),
        };
        *counter = counter.plus(units)?;
        Ok(())
    }
}

/// What the caller is told of a document that was accepted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// The document's type.
    pub kind: Kind,
    /// The document's id, if it has one.
    pub id: Option<alloc::string::String>,
    /// Whether it was known already, and has changed nothing (R2).
    pub duplicate: bool,
    /// The sale's total due, tips included, before payments (Q15); `None` for what rings up no sale.
    pub due: Option<Money>,
    /// Where the sales stand that the document is about; of a duplicate, where they stood then.
    pub sales: Vec<SaleStanding>,
    /// What was decided; of a duplicate, what had been decided the first time.
    pub decision: Arc<Decision>,
    /// What was moved; of a duplicate, what had been moved the first time.
    pub moved: Moved,
    /// Why each line of a sale that settled earned what it earned (R41); of several sales, in the order of
    /// [`settled`](Decision::settled). For one of them alone there is [`explain`](crate::decide::explain).
    /// Of a duplicate, worked out again as it was the first time.
    pub explanations: Vec<crate::loyalty::Explanation>,
    /// What else there is to show.
    pub shown: Shown,
}

/// What an outcome shows beside what was moved; what doesn't apply is empty. Of a duplicate it is as
/// things stand now, and `lots`, `resolved`, `code` and `card_offers` are empty.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Shown {
    /// The tier of the customer, as of the document's time (R12).
    pub tier: Option<TierId>,
    /// The customer's lots, in the order of use.
    pub lots: Vec<Lot>,
    /// The units of the customer that are held (R14a).
    pub reserved: Option<Units>,
    /// What can be claimed of a sale without a customer (R9).
    pub claimable: Option<Units>,
    /// What a sale that isn't settled would earn if it were; of a duplicate, the sale as it stood then, and
    /// the customer as things stand now.
    pub forecast: Option<Units>,
    /// The customer that a code was resolved to, or a merged record leads to.
    pub resolved: Option<CustomerId>,
    /// The code of the customer, or the one that was replaced.
    pub code: Option<Code>,
    /// The punch cards of the customer, or the one that was scanned.
    pub cards: Vec<CardState>,
    /// Of a sale that is put aside: what each punch card of the customer would take off (R35).
    pub card_offers: Vec<CardOffer>,
    /// What rewards and offers took off each line.
    pub line_discounts: Vec<(LineId, Money)>,
}

/// Where a sale stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SaleStanding {
    /// The sale.
    pub sale: SaleId,
    /// The name of its state: `parked`, `pending`, `settled` or `voided`.
    pub state: &'static str,
    /// What is still to pay.
    pub balance_due: Money,
}

impl SaleStanding {
    pub(super) fn of(state: &SaleState) -> Result<SaleStanding, AmountError> {
        let sale = state.rung_up().sale.clone();
        Ok(SaleStanding { sale, state: state.name(), balance_due: state.balance_due()? })
    }
}
