//! What several registers decided of codes, punch cards and what is held.

use alloc::collections::BTreeSet;

use crate::decide::united::Counting;
use crate::decide::{CardChange, CardState, Document, Hold, Kept, Key, Operation};
use crate::ident::SaleId;

/// Works out what is kept under a key: a fold over the operations that decided it, in their order among all
/// registers. Where each of them knew of all before it, that is what the last one decided.
pub(crate) fn united_kept<'o>(key: &Key, operations: impl IntoIterator<Item = Counting<'o>>) -> Option<Kept> {
    let counting = operations.into_iter().filter(|(_, counts)| *counts).map(|(operation, _)| operation);
    // The sales that have punched a card.
    let mut punched: BTreeSet<&SaleId> = BTreeSet::new();
    counting.fold(None, |before, operation| {
        let again = punched_again(operation, key, &mut punched);
        let decided = operation.decision.kept.iter().rfind(|kept| kept.key() == *key);
        match (before, decided) {
            (before, None) => before,
            (Some(Kept::Card(before)), Some(Kept::Card(decided))) => {
                Some(Kept::Card(before.changed(operation, decided, again)))
            }
            (Some(Kept::Hold(before)), Some(Kept::Hold(decided))) => {
                Some(Kept::Hold(before.changed(decided)))
            }
            (_, Some(decided)) => Some(decided.clone()),
        }
    })
}

/// How many punches an operation made for sales that had punched the card already.
fn punched_again<'o>(operation: &'o Operation, key: &Key, punched: &mut BTreeSet<&'o SaleId>) -> i64 {
    let Key::Card(_) = key else { return 0 };
    let of_card = operation.decision.punched.iter().filter(|punched| punched.card.card_key() == *key);
    of_card.fold(0_i64, |again, sale| {
        if punched.insert(&sale.sale) {
            return again;
        }
        sale.lines.iter().fold(again, |again, (_, punches)| again.saturating_add(*punches))
    })
}

impl Hold {
    /// It was reserved once, and ends once.
    fn changed(self, decided: &Hold) -> Hold {
        let is_it = decided.customer == self.customer && decided.lots == self.lots;
        let ended = self.ended.or(decided.ended.filter(|_| is_it));
        Hold { ended, ..self }
    }
}

impl CardState {
    /// Changes what an operation changed, and nothing else.
    fn changed(self, operation: &Operation, decided: &CardState, again: i64) -> CardState {
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
        card.punches = card.punches.saturating_add(change.punches).saturating_sub(again);
        let used = i64::from(card.used).saturating_add(change.used).max(0);
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

    /// Offers that are ready. Where the register knew of everything it is what it decided.
    fn ready(&self, decided: &CardState, change: &CardChange) -> i64 {
        let knew = (decided.punches, decided.used) == (self.punches, self.used);
        let required = i64::from(change.required);
        let full = self.punches.max(0).checked_div(required);
        match full {
            Some(full) if !knew || decided.held_by != self.held_by => {
                full.saturating_sub(i64::try_from(self.held_by.len()).unwrap_or(i64::MAX)).max(0)
            }
            _ => decided.offers,
        }
    }
}

fn count(sales: &[SaleId], sale: &SaleId) -> usize {
    sales.iter().filter(|known| *known == sale).count()
}
