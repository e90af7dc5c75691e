//! The purchases of a customer: what tiers, limits and inactivity are worked out from.

use alloc::vec::Vec;

use crate::decide::posting::Posting;
use crate::decide::{Purchase, PurchaseReturn, Refusal, SaleRecord};
use crate::ident::{PromotionId, SaleId};
use crate::loyalty::Program;
use crate::money::{AmountError, Money, Units};
use crate::sale::{Payment, RungUp, Settled};
use crate::time::Date;

/// A sale that has just become a purchase of somebody's.
pub(super) struct Bought<'a> {
    /// The sale.
    pub(super) sale: &'a Settled,
    /// On which day it was settled, by the outlet's calendar.
    pub(super) settled_on: Date,
    /// On which day its lines were rung up, by the outlet's calendar.
    pub(super) rung_up_on: Date,
    /// What it earned.
    pub(super) earned: Units,
    /// The promotions that it used.
    pub(super) promotions: Vec<PromotionId>,
}

impl Posting<'_> {
    /// Notes a sale as a purchase of the customer; one that earned nothing is one, too.
    pub(super) fn note_bought(&mut self, program: &Program, bought: Bought<'_>) -> Result<(), Refusal> {
        let Bought { sale, settled_on, rung_up_on, earned, promotions } = bought;
        let rung_up = sale.bill().rung_up();
        let purchase = Purchase {
            seq: self.seq(),
            part: self.next_purchase()?,
            sale: Some(rung_up.sale.clone()),
            settled: sale.settlement().at(),
            settled_on,
            rung_up_on,
            spent: counted_as_spent(program, sale.paid().parts())?.min(sale.settlement().total()),
            earned,
            counts: !earned.is_zero() || spends_units(rung_up, sale),
            promotions,
            returns: Vec::new(),
            undone: false,
            voided: false,
        };
        self.keep_purchase(purchase);
        Ok(())
    }

    /// Notes what was bought under another scheme. It has no sale; the day of the last purchase counts
    /// for inactivity.
    pub(super) fn note_bought_elsewhere(
        &mut self,
        last_purchase: Option<Date>,
        spent: Option<Money>,
        today: Date,
    ) -> Result<(), Refusal> {
        if last_purchase.is_none() && spent.is_none() {
            return Ok(());
        }
        let on = last_purchase.unwrap_or(today);
        let purchase = Purchase {
            seq: self.seq(),
            part: self.next_purchase()?,
            sale: None,
            settled: self.at(),
            settled_on: on,
            rung_up_on: on,
            spent: spent.unwrap_or_default(),
            earned: Units::ZERO,
            counts: last_purchase.is_some(),
            promotions: Vec::new(),
            returns: Vec::new(),
            undone: false,
            voided: false,
        };
        self.keep_purchase(purchase);
        Ok(())
    }

    /// Notes what went back of a purchase: `refund` to its tenders, and `earned` of its units. `undone`
    /// says whether all of its goods are back.
    pub(super) fn note_back(
        &mut self,
        program: &Program,
        record: &SaleRecord,
        refund: &[Payment],
        earned: Units,
        undone: bool,
    ) -> Result<(), Refusal> {
        let Some(purchase) = &record.purchase else { return Ok(()) };
        let spent = counted_as_spent(program, refund)?;
        let back = PurchaseReturn { at: self.at(), spent, earned: earned.min(purchase.earned_left()?) };
        let mut purchase = purchase.clone();
        purchase.returns.push(back);
        purchase.undone |= undone;
        self.keep_purchase(purchase);
        Ok(())
    }

    /// Notes that all goods of a purchase are back.
    pub(super) fn note_undone(&mut self, sale: &SaleId) {
        let purchase = self.purchases().iter().rfind(|purchase| purchase.sale.as_ref() == Some(sale));
        if let Some(purchase) = purchase.cloned() {
            self.keep_purchase(Purchase { undone: true, ..purchase });
        }
    }

    /// Notes that a purchase was voided: nothing of it is left.
    pub(super) fn note_voided(&mut self, record: &SaleRecord) -> Result<(), Refusal> {
        let Some(purchase) = &record.purchase else { return Ok(()) };
        let (spent, earned) = (purchase.spent_left()?, purchase.earned_left()?);
        let mut purchase = purchase.clone();
        purchase.returns.push(PurchaseReturn { at: self.at(), spent, earned });
        (purchase.undone, purchase.voided) = (true, true);
        self.keep_purchase(purchase);
        Ok(())
    }
}

impl Purchase {
    /// What is left of what it spent; below zero where more went back to tenders that count than they
    /// paid (Q18).
    fn spent_left(&self) -> Result<Money, AmountError> {
        self.spent.minus(Money::sum(self.returns.iter().map(|back| back.spent))?)
    }

    /// What is left of what it earned.
    fn earned_left(&self) -> Result<Units, AmountError> {
        self.earned.minus(Units::sum(self.returns.iter().map(|back| back.earned))?).map(Units::or_zero)
    }
}

/// What loyalty and the tenders that earn paid or got, of all of them (Q18).
fn counted_as_spent(program: &Program, parts: &[Payment]) -> Result<Money, AmountError> {
    let counts = |part: &&Payment| part.tender.is_loyalty() || program.tender_earns(&part.tender);
    Money::sum(parts.iter().filter(counts).map(|part| part.amount))
}

/// Whether loyalty paid a part of a sale, or a reward was used on it.
fn spends_units(rung_up: &RungUp, sale: &Settled) -> bool {
    !sale.paid().loyalty().is_zero() || !rung_up.rewards.is_empty()
}
