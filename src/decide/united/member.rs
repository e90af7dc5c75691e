//! What operations of several registers changed of what is kept of a customer.

use alloc::vec::Vec;

use crate::decide::{Decision, Document, Kept, Member, Operation};
use crate::ident::{CustomerId, SaleId};
use crate::ledger::{Account, Entry};
use crate::money::AmountError;

impl Member {
    /// Sets aside what entries set aside that count.
    ///
    /// # Errors
    /// [`AmountError`] if more is held than can be kept.
    pub(super) fn hold(&mut self, entries: &[Entry]) -> Result<(), AmountError> {
        for entry in entries {
            if entry.to == Account::Held {
                self.held = self.held.plus(entry.units)?;
            }
            if entry.from == Account::Held {
                self.held = self.held.minus(entry.units)?;
            }
        }
        Ok(())
    }

    /// Changes what an operation changed of a customer, and nothing else: its register may not have known of the
    /// rest. Where it knew of everything, this makes of what was there what it decided. What a merge changes is
    /// another matter.
    pub(super) fn change(&mut self, operation: &Operation, customer: &CustomerId) {
        let (document, decision) = (&operation.document, &*operation.decision);
        let decided = decision.members.iter().rfind(|(of, _)| of == customer).map(|(_, member)| member);
        let Some(decided) = decided else { return };
        match document {
            Document::Merge(_) => {}
            Document::Enrol(enrol) => {
                if !decision.took_part {
                    self.standing = decided.standing;
                }
                // A code that it had already isn't among what was decided.
                let gives = |kept: &Kept| matches!(kept, Kept::Code(owner) if !owner.replaced);
                if enrol.profile.code.is_some() && decision.kept.iter().any(gives) {
                    self.profile.code.clone_from(&decided.profile.code);
                }
                self.profile.tell(&enrol.profile);
                self.joined |= decided.joined;
            }
            Document::OptOut(_) | Document::OptIn(_) => self.standing = decided.standing,
            Document::SetCode(_) => self.profile.code.clone_from(&decided.profile.code),
            Document::LinkCard(_) => {
                let linked = decision.kept.iter().filter_map(Kept::as_card);
                for card in linked.filter(|card| decided.cards.contains(&card.code)) {
                    if !self.cards.contains(&card.code) {
                        self.cards.push(card.code.clone());
                    }
                }
            }
            _ => self.change_account(operation, decided, decision),
        }
    }

    /// Changes what is owed. An operation puts its own sale on the account, and takes off what it settled or
    /// voided; what else it doesn't say, it didn't know.
    fn change_account(&mut self, operation: &Operation, decided: &Member, decision: &Decision) {
        let follows = operation.follows();
        let is_its_own = |sale: &SaleId| operation.rings_up() == Some(sale) || follows.contains(&sale);
        let has_ended = |sale: &SaleId| decision.settled.contains(sale) || operation.voids() == Some(sale);
        let (known, before) = (&decided.debts, core::mem::take(&mut self.debts));
        let stays = |sale: &&SaleId| before.contains(sale) || is_its_own(sale);
        let mut debts: Vec<SaleId> = known.iter().filter(stays).cloned().collect();
        let others = before.iter().filter(|sale| !known.contains(sale) && !has_ended(sale));
        debts.extend(others.cloned());
        self.debts = debts;
        if matches!(operation.document, Document::AccountPayment(_)) || !decision.paid.is_empty() {
            self.credit.clone_from(&decided.credit);
        }
    }
}
