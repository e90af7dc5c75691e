//! Units that are set aside, and what becomes of them (R14a, Q16).

use alloc::string::ToString;

use crate::decide::by_hand::units_asked;
use crate::decide::payment::decision;
use crate::decide::posting::Posting;
use crate::decide::{
    ChangeSet, Desk, HeldDocument, Hold, HoldEnd, Kept, Outcome, Refusal, Refused, ReserveDocument, Told,
};
use crate::ident::{DocumentId, SaleId};
use crate::ledger::{Account, LotKey};
use crate::money::Units;

/// Units that are spent out of what was held, and the sale that they pay for.
pub(super) type HeldPart<'s> = (Units, Option<&'s SaleId>);

impl Desk<'_> {
    /// Units are set aside. In this order: `invalid_document` without an id, `unknown_customer`,
    /// `opted_out`, what says how many, `insufficient_balance`.
    pub(super) fn reserve(&self, reserve: &ReserveDocument) -> Result<(ChangeSet, Outcome), Refused> {
        let versioned = self.program_then()?;
        let Some(id) = &reserve.header.id else {
            return Err(Refusal::InvalidDocument { what: "what is held needs an id".to_string() }.into());
        };
        let mut posting = self.account(versioned, &reserve.customer, &reserve.header)?;
        if !posting.takes_part() {
            return Err(Refusal::OptedOut.into());
        }
        self.refuse_spend(&versioned.program, &reserve.spend, &posting)?;
        let units = units_asked(&versioned.program, &reserve.spend)?;
        posting.hold(id, units)?;
        let decision = decision(Some(&posting), [].into(), [].into());
        self.accept(versioned, decision, Some(posting), Told::default())
    }

    /// What was set aside is given back, or spent, once. Refused in the order of the
    /// [table](crate::decide#which-refusal-where-several-apply).
    pub(super) fn end_hold(
        &self,
        held: &HeldDocument,
        end: HoldEnd,
    ) -> Result<(ChangeSet, Outcome), Refused> {
        let versioned = self.program()?;
        let Some(id) = &held.header.id else {
            return Err(Refusal::InvalidDocument { what: "what is held has an id".to_string() }.into());
        };
        let unknown = || Refusal::UnknownReservation { id: id.clone() };
        let holds = self.facts.kept.iter().filter_map(Kept::as_hold);
        let hold = holds.into_iter().find(|hold| hold.id == *id).ok_or_else(unknown)?;
        let mut posting = self.account(versioned, &hold.customer, &held.header)?;
        // Whose it was, or who that is by now (R30).
        let mine = |customer| self.facts.stays(customer) == posting.customer();
        if !held.customer.as_ref().is_none_or(mine) {
            return Err(unknown().into());
        }
        match end {
            HoldEnd::Released => posting.take_out_of_hold(id, &[], end)?,
            HoldEnd::Captured => posting.take_out_of_hold(id, &[(hold.units, None)], end)?,
        }
        let decision = decision(Some(&posting), [].into(), [].into());
        self.accept(versioned, decision, Some(posting), Told::default())
    }
}

impl Posting<'_> {
    /// Sets units aside, in the order of use (R26).
    pub(super) fn hold(&mut self, id: &DocumentId, units: Units) -> Result<(), Refused> {
        self.refuse_beyond_available(units)?;
        let portion = self.portion(units)?;
        let mut lots = alloc::vec::Vec::with_capacity(portion.len());
        for lot in portion {
            self.post(Account::Customer, Account::Held, lot.units, Some(lot.key), None)?;
            lots.push((lot.key, lot.units));
        }
        self.member.held = self.member.held.plus(units)?;
        let (id, customer) = (id.clone(), self.customer().clone());
        self.keep(Kept::Hold(Hold { id, customer, units, lots, ended: None }));
        Ok(())
    }

    /// Spends units that were set aside, on one sale or several; the rest of them is given back. More
    /// than was set aside is `insufficient_balance`.
    pub(super) fn spend_held(&mut self, id: &DocumentId, parts: &[HeldPart<'_>]) -> Result<(), Refused> {
        self.take_out_of_hold(id, parts, HoldEnd::Captured)
    }

    fn take_out_of_hold(
        &mut self,
        id: &DocumentId,
        spent: &[HeldPart<'_>],
        end: HoldEnd,
    ) -> Result<(), Refused> {
        let unknown = || Refusal::UnknownReservation { id: id.clone() };
        let hold = self.hold_of(id).ok_or_else(unknown)?.clone();
        if hold.ended.is_some() {
            return Err(Refusal::TerminalState { id: id.clone() }.into());
        }
        let in_all = Units::sum(spent.iter().map(|(units, _)| *units))?;
        if hold.units < in_all {
            let (asked, available) = (self.decimal(in_all), self.decimal(hold.units));
            return Err(Refusal::InsufficientBalance { asked, available }.into());
        }
        let (mut left, of_last) = (spent.to_vec(), spent.last().and_then(|(_, sale)| *sale));
        for &(lot, held) in &hold.lots {
            let mut rest = held;
            for (units, sale) in &mut left {
                let taken = rest.min(*units);
                (*units, rest) = (units.minus(taken)?, rest.minus(taken)?);
                self.post(Account::Held, Account::Redeemed, taken, Some(lot), *sale)?;
            }
            self.give_back_held(lot, rest, of_last)?;
        }
        self.member.held = self.member.held.minus(hold.units)?;
        self.keep(Kept::Hold(Hold { ended: Some(end), ..hold }));
        self.expire()
    }

    /// What ran out while it was held runs out now, and fills no debt (R23).
    fn give_back_held(&mut self, lot: LotKey, units: Units, sale: Option<&SaleId>) -> Result<(), Refused> {
        self.note_filled(lot, units)?;
        self.bring(Account::Held, units, lot, sale)
    }

    fn hold_of(&self, id: &DocumentId) -> Option<&Hold> {
        let mine = |hold: &&Hold| {
            hold.customer == *self.customer() || self.member.merged_from.contains(&hold.customer)
        };
        self.kept().iter().filter_map(Kept::as_hold).filter(mine).find(|hold| hold.id == *id)
    }
}
