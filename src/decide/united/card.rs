//! What several registers decided of a punch card.

use alloc::collections::BTreeMap;

use crate::decide::{CardChange, CardState, Document, Key, Operation, UsedWhat};
use crate::ident::{Code, SaleId};

/// What sales did to a card so far that happens once.
#[derive(Default)]
pub(super) struct CardSales(BTreeMap<SaleId, CardSale>);

#[derive(Default)]
struct CardSale {
    settled: bool,
    /// The offers that it was rung up with, and how many of them are free again.
    offers: i64,
    freed: i64,
    /// Its punches, and how many of them were taken back.
    punched: i64,
    taken_back: i64,
}

/// What an operation did to a card that had been done already: so many punches and uses don't count; below zero, so
/// many that it took back.
#[derive(Default)]
pub(super) struct Again {
    punches: i64,
    used: i64,
}

impl CardSales {
    /// Notes what an operation did to a card. A sale punches it and uses its offers once, by the first register that
    /// settles it; no more punches are taken back of it than it made, and no more offers are free again than it used,
    /// however many registers take its goods back.
    pub(super) fn note(&mut self, operation: &Operation, key: &Key) -> Again {
        let decision = &operation.decision;
        let is_it = |card: &Code| card.card_key() == *key;
        if let Some(sale) = operation.rings_up() {
            let is_offer = |what: &UsedWhat| matches!(what, UsedWhat::Offer(card) if is_it(card));
            let offers = decision.used.iter().filter(|used| is_offer(&used.what)).count();
            self.of(sale).offers = i64::try_from(offers).unwrap_or(i64::MAX);
        }
        let (mut again, mut came) = (Again::default(), Again::default());
        for sale in &decision.settled {
            let of_sale =
                decision.punched.iter().filter(|punched| punched.sale == *sale && is_it(&punched.card));
            let punches = of_sale.flat_map(|punched| &punched.lines).map(|(_, punches)| *punches);
            let punches = punches.fold(0, i64::saturating_add);
            let known = self.of(sale);
            came.add(punches, known.offers);
            if core::mem::replace(&mut known.settled, true) {
                again.add(punches, known.offers);
            } else {
                known.punched = punches;
            }
        }
        let change = decision.card_changes.iter().find(|change| is_it(&change.card));
        let Some(change) = change.filter(|_| operation.document.takes_back()) else { return again };
        // What it did beside that it did to the sales whose goods came back.
        let taken = came.punches.saturating_sub(change.paid_in_punches());
        let freed = came.used.saturating_sub(change.used);
        for sale in operation.document.about_sales() {
            let known = self.of(sale);
            let taken = more_than(known.punched, &mut known.taken_back, taken);
            let freed = more_than(known.offers, &mut known.freed, freed);
            again.add(taken.saturating_neg(), freed.saturating_neg());
        }
        again
    }

    fn of(&mut self, sale: &SaleId) -> &mut CardSale {
        self.0.entry(sale.clone()).or_default()
    }
}

impl Again {
    fn add(&mut self, punches: i64, used: i64) {
        self.punches = self.punches.saturating_add(punches);
        self.used = self.used.saturating_add(used);
    }
}

/// Adds to a sum, and answers with what is more than the most that it can be.
fn more_than(most: i64, sum: &mut i64, more: i64) -> i64 {
    let before = *sum;
    *sum = before.saturating_add(more.max(0)).min(most.max(before));
    more.max(0).saturating_sub(sum.saturating_sub(before))
}

impl CardChange {
    /// The punches that it comes to without those that its offers took or gave back.
    fn paid_in_punches(&self) -> i64 {
        self.punches.saturating_add(self.used.saturating_mul(i64::from(self.required)))
    }
}

impl CardState {
    /// Changes what an operation changed, and nothing else.
    pub(super) fn changed(self, operation: &Operation, decided: &CardState, again: &Again) -> CardState {
        if matches!(operation.document, Document::MakeCards(_)) {
            // It was made already.
            return self;
        }
        let changes = &operation.decision.card_changes;
        let Some(change) = changes.iter().find(|change| change.card == self.code) else {
            // An older version decided it, and doesn't tell what it changed.
            return decided.clone();
        };
        let mut card = self;
        card.blocked |= decided.blocked;
        if card.customer.is_none() {
            card.customer.clone_from(&decided.customer);
        }
        // What uses took in punches goes with them.
        let paid = again.used.saturating_mul(i64::from(change.required));
        let punches = change.punches.saturating_sub(again.punches).saturating_add(paid);
        card.punches = card.punches.saturating_add(punches);
        let used = i64::from(card.used).saturating_add(change.used).saturating_sub(again.used).max(0);
        card.used = u32::try_from(used).unwrap_or(u32::MAX);
        card.hold_offers(operation, decided);
        card.offers = card.ready(decided, change);
        card
    }

    /// What pending sales hold: an operation says it of the sales that it is about.
    fn hold_offers(&mut self, operation: &Operation, decided: &CardState) {
        let follows = operation.follows();
        let settled = &operation.decision.settled;
        let is_about = |sale: &SaleId| {
            operation.rings_up() == Some(sale) || follows.contains(&sale) || settled.contains(sale)
        };
        let before = core::mem::take(&mut self.held_by);
        let knew = decided.held_by.iter().filter(|sale| is_about(sale) || before.contains(sale));
        self.held_by = knew.cloned().collect();
        for sale in before.iter().filter(|sale| !is_about(sale)) {
            let missing = count(&before, sale) > count(&self.held_by, sale);
            if missing {
                self.held_by.push(sale.clone());
            }
        }
    }

    /// Offers that are ready: as many as its punches make, less those that are held. Where an offer takes none, it is
    /// what was decided.
    fn ready(&self, decided: &CardState, change: &CardChange) -> i64 {
        let full = self.punches.max(0).checked_div(i64::from(change.required));
        let held = i64::try_from(self.held_by.len()).unwrap_or(i64::MAX);
        full.map_or(decided.offers, |full| full.saturating_sub(held).max(0))
    }
}

fn count(sales: &[SaleId], sale: &SaleId) -> usize {
    sales.iter().filter(|known| *known == sale).count()
}
