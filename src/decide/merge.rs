//! Two records, one person (R30).

use alloc::boxed::Box;
use alloc::vec::Vec;

use crate::decide::account::sort;
use crate::decide::payment::decision;
use crate::decide::posting::Posting;
use crate::decide::{
    ChangeSet, Decision, Desk, Member, MergeDocument, Outcome, Profile, Purchase, Refusal, Refused, Told,
};
use crate::ident::{CustomerId, SaleId};
use crate::ledger::Account;
use crate::money::{AmountError, Units};
use crate::sale::Tendered;

impl<'a> Desk<'a> {
    /// What others have goes to the one who stays. A record that has gone to that one already changes
    /// nothing; one that this would go to itself is a circle. In this order: `unknown_customer`,
    /// `conflict`, customer by customer. Where it comes late, what others had since goes with the rest.
    pub(super) fn merge(&self, merge: &MergeDocument) -> Result<(ChangeSet, Outcome), Refused> {
        let versioned = self.program()?;
        // Who merges means the records of now; a late merge into one that has gone since is into that one, and so into
        // the one who stays. Where several registers decided, that is the fold's.
        let named = if self.facts.united { self.facts.stays(&merge.into) } else { &merge.into };
        let mut into = self.account(versioned, named, &merge.header)?;
        let mut others: Vec<Box<Posting<'a>>> = Vec::new();
        for from in &merge.from {
            let other = self.account(versioned, self.facts.stays(from), &merge.header)?;
            if other.customer() == into.customer() {
                if other.customer() == from {
                    return Err(Refusal::MergeCircle { customer: from.clone() }.into());
                }
                continue;
            }
            if others.iter().any(|known| known.customer() == other.customer()) {
                continue;
            }
            others.push(other);
        }
        into.make_room(self.facts, &others)?;
        for other in &mut others {
            other.leave()?;
            move_units(other, &mut into)?;
            into.join(other);
            let known = self.facts.known(other.customer());
            into.take_over(other, known.and_then(|known| known.purchases.as_deref()).unwrap_or_default())?;
        }
        into.take_stock()?;
        into.expire_by_purchases()?;
        into.member.debts = self.by_age(&into.member.debts)?;
        let drafted = decision(Some(&into), [].into(), [].into());
        let members =
            drafted.members.into_iter().chain(others.iter().filter_map(|other| other.changed_member()));
        let decision = Decision { members: members.collect(), ..drafted };
        let mut told = Told::default();
        told.shown.resolved = Some(into.customer().clone());
        let moved = others.into_iter().filter(|other| other.is_late() || !other.entries().is_empty());
        let postings: Vec<Box<Posting<'a>>> = [into].into_iter().chain(moved).collect();
        self.accept(versioned, decision, postings, told)
    }

    /// Debts, the oldest first; behind them what several registers decided that contradicts itself.
    fn by_age(&self, debts: &[SaleId]) -> Result<Vec<SaleId>, Refused> {
        let is_debt = |sale: &&SaleId| !self.facts.united || self.is_debt(sale);
        let (debts, others): (Vec<&SaleId>, Vec<&SaleId>) = debts.iter().partition(is_debt);
        let mut debts = debts.into_iter().map(|sale| self.debt(sale)).collect::<Result<Vec<_>, _>>()?;
        sort(&mut debts);
        let debts = debts.iter().map(|debt| &debt.pending.bill().rung_up().sale);
        Ok(debts.chain(others).cloned().collect())
    }
}

/// Moves all units, lot by lot, with the days they last to; what is owed, too. They go through
/// [`Account::Held`], so that each entry is of one customer and each customer's own entries come to the
/// balance (R39).
fn move_units(from: &mut Posting<'_>, into: &mut Posting<'_>) -> Result<(), Refused> {
    let balance = from.balance();
    for lot in from.portion(balance.or_zero())? {
        from.post(Account::Customer, Account::Held, lot.units, Some(lot.key), None)?;
        into.post(Account::Held, Account::Customer, lot.units, Some(lot.key), None)?;
    }
    if balance.is_negative() {
        let owed = Units::ZERO.minus(balance)?;
        into.take(owed, None, Account::Held, None)?;
        from.post(Account::Held, Account::Customer, owed, None, None)?;
    }
    Ok(())
}

impl Posting<'_> {
    /// Takes over all that is kept of another customer beside units: the history, the account, what is
    /// held, the cards. What isn't known of this one is taken from the other.
    fn take_over(&mut self, other: &mut Posting<'_>, bought: &[Purchase]) -> Result<(), Refused> {
        for purchase in bought {
            self.keep_purchase(None, purchase.clone())?;
        }
        let (stays, from) = (self.customer().clone(), other.customer().clone());
        Ok(self.member.take_over(&stays, &from, &mut other.member)?)
    }
}

impl Member {
    /// Whether this record went to another one by a merge, or another to it (R30).
    pub(crate) fn is_merged(&self) -> bool {
        self.merged_into.is_some() || !self.merged_from.is_empty()
    }

    /// Takes over what is kept of another record, `from`, that goes to this one, `stays`.
    ///
    /// # Errors
    /// [`AmountError`] if a sum is larger than can be kept.
    pub(super) fn take_over(
        &mut self,
        stays: &CustomerId,
        from: &CustomerId,
        other: &mut Member,
    ) -> Result<(), AmountError> {
        let gone = Member { standing: other.standing, merged_into: Some(stays.clone()), ..Member::default() };
        let came = core::mem::replace(other, gone);
        let mut credit = Tendered::default();
        for part in self.credit.iter().chain(&came.credit) {
            credit.add(&part.tender, part.amount)?;
        }
        // What came to nothing is no credit.
        self.credit = credit.parts().iter().filter(|part| !part.amount.is_zero()).cloned().collect();
        self.held = self.held.plus(came.held)?;
        // Who was welcomed under either record isn't welcomed again.
        self.joined |= came.joined;
        self.debts.extend(came.debts);
        self.cards.extend(came.cards);
        self.merged_from.push(from.clone());
        self.merged_from.extend(came.merged_from);
        self.profile.fill(came.profile);
        Ok(())
    }
}

impl Profile {
    /// Takes over what isn't known.
    fn fill(&mut self, other: Profile) {
        let Profile { code, name, email, phone, groups, birthday } = self;
        *code = code.take().or(other.code);
        *name = name.take().or(other.name);
        *email = email.take().or(other.email);
        *phone = phone.take().or(other.phone);
        *groups = groups.take().or(other.groups);
        *birthday = birthday.take().or(other.birthday);
    }
}
