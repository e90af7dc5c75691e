//! What operations of several registers changed of what is kept of a customer.

use alloc::vec::Vec;

use crate::decide::{Decision, Document, Kept, Member, Operation};
use crate::ident::{CustomerId, SaleId};
use crate::ledger::{Account, Entry};
use crate::money::{AmountError, Money};
use crate::sale::{Payment, Tendered};

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
    ///
    /// # Errors
    /// [`AmountError`] if there is more credit than can be kept.
    pub(super) fn change(&mut self, operation: &Operation, customer: &CustomerId) -> Result<(), AmountError> {
        let (document, decision) = (&operation.document, &*operation.decision);
        let decided = decision.members.iter().rfind(|(of, _)| of == customer).map(|(_, member)| member);
        let Some(decided) = decided else { return Ok(()) };
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
            _ => {
                self.change_debts(operation, decided, decision);
                self.change_credit(operation, decided)?;
            }
        }
        Ok(())
    }

    /// Changes what is owed. An operation puts its own sale on the account, and takes off what it settled or
    /// voided; what else it doesn't say, it didn't know.
    fn change_debts(&mut self, operation: &Operation, decided: &Member, decision: &Decision) {
        let follows = operation.follows();
        let is_its_own = |sale: &SaleId| operation.rings_up() == Some(sale) || follows.contains(&sale);
        let has_ended = |sale: &SaleId| decision.settled.contains(sale) || operation.voids() == Some(sale);
        let (known, before) = (&decided.debts, core::mem::take(&mut self.debts));
        let stays = |sale: &&SaleId| before.contains(sale) || is_its_own(sale);
        let mut debts: Vec<SaleId> = known.iter().filter(stays).cloned().collect();
        let others = before.iter().filter(|sale| !known.contains(sale) && !has_ended(sale));
        debts.extend(others.cloned());
        self.debts = debts;
    }

    /// Changes the credit by what was paid to the account, less what that and the credit paid on sales: below zero
    /// where several registers took the same credit.
    fn change_credit(&mut self, operation: &Operation, decided: &Member) -> Result<(), AmountError> {
        let paid_in = match &operation.document {
            Document::AccountPayment(payment) => &payment.payments[..],
            _ => &[],
        };
        let paid_out = operation.decision.paid.iter().flat_map(|paid| &paid.payments);
        let mut credit = Tendered::default();
        for part in self.credit.iter().chain(paid_in).filter(|part| !part.tender.is_loyalty()) {
            credit.add(&part.tender, part.amount)?;
        }
        for part in paid_out.filter(|part| !part.tender.is_loyalty()) {
            credit.add(&part.tender, Money::ZERO.minus(part.amount)?)?;
        }
        let left = credit.parts().iter().filter(|part| !part.amount.is_zero());
        let left: Vec<Payment> = left.cloned().collect();
        // A register that knew of everything has it in the order in which it was paid.
        let is_decided =
            left.len() == decided.credit.len() && left.iter().all(|part| decided.credit.contains(part));
        self.credit = if is_decided { decided.credit.clone() } else { left };
        Ok(())
    }
}
