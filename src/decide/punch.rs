//! Punch cards in sales: offers that are held, used and free again, and punches (R35 to R37).

use alloc::vec::Vec;

use crate::decide::posting::Posting;
use crate::decide::{CardState, Desk, Facts, Kept, Refusal, Refused, SaleRecord, Shown, Used, UsedWhat};
use crate::ident::{Code, CustomerId, LineId, SaleId};
use crate::loyalty::{Basket, NegativeBalance, Program, PunchCard, RungUpOn, punches, punches_left};
use crate::money::{Money, Units};
use crate::sale::{Bill, OfferUse, Returned, SaleState, Settled};

/// What a sale punched on one card, as it was decided at settlement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Punched {
    /// The sale.
    pub sale: SaleId,
    /// The card.
    pub card: Code,
    /// By the place of each line, how many punches.
    pub lines: Vec<(u32, i64)>,
}

/// What a punch card's offer would take off the lines of the sale in hand (R35).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CardOffer {
    /// The card.
    pub card: Code,
    /// The lines that it can be used on, each with what it would take off.
    pub lines: Vec<(LineId, Money)>,
    /// Why it can't be used on any, by the name of the refusal.
    pub why_not: Option<&'static str>,
}

impl Desk<'_> {
    /// What each card of the customer would take off the sale in hand, beside what was used on it.
    pub(super) fn offers_in_hand(
        &self,
        program: &Program,
        bill: &Bill,
        used: &[Used],
        posting: &Posting<'_>,
    ) -> Vec<CardOffer> {
        let of_card = |card: &CardState| {
            let (mut lines, mut why_not) = (Vec::new(), Some("offer_not_applicable"));
            for line in &*bill.rung_up().lines {
                let offer = OfferUse { card: card.code.clone(), line: line.id.clone() };
                match self.use_offer(program, bill, &mut Basket::of(bill), &offer, used, Some(posting)) {
                    Ok(used) => {
                        let amount = used.cuts.first().map_or(Money::ZERO, |cut| cut.amount);
                        lines.push((line.id.clone(), amount));
                    }
                    Err(refusal) => why_not = Some(refusal.name()),
                }
            }
            let why_not = why_not.filter(|_| lines.is_empty());
            CardOffer { card: card.code.clone(), lines, why_not }
        };
        posting.cards().map(of_card).collect()
    }

    /// Uses a card's offer on a line. In this order: `unknown_card`, `card_blocked`, `card_not_linked`,
    /// `offer_expired`, `unknown_line`, `offer_used`, `offer_not_applicable`.
    pub(super) fn use_offer(
        &self,
        program: &Program,
        bill: &Bill,
        basket: &mut Basket<'_>,
        offer: &OfferUse,
        before: &[Used],
        posting: Option<&Posting<'_>>,
    ) -> Result<Used, Refused> {
        let rung_up = bill.rung_up();
        let card = self.linked_card(&offer.card)?;
        if posting.is_none_or(|posting| !posting.member.cards.contains(&card.code)) {
            return Err(Refusal::CardNotLinked { card: card.code.clone() }.into());
        }
        let not_applicable = || Refusal::OfferNotApplicable { card: card.code.clone() };
        let rule = rule_of(program, card).ok_or_else(not_applicable)?;
        let day = self.local(program, rung_up.place.outlet.as_ref(), rung_up.at)?.0;
        if !rule.valid.contains(day) {
            return Err(Refusal::OfferExpired { card: card.code.clone() }.into());
        }
        let unknown = || Refusal::UnknownLine { line: offer.line.clone() };
        let (line, _) = bill.line(&offer.line).ok_or_else(unknown)?;
        let mine = |used: &&Used| used.what == UsedWhat::Offer(card.code.clone());
        let here = i64::try_from(before.iter().filter(mine).count()).unwrap_or(i64::MAX);
        let taken = held(card).saturating_add(here);
        let at_every_visit = rule.required == 0;
        if rule.ready(card.punches, card.used, taken) <= 0 || (at_every_visit && 0 < here) {
            let (card, punches) = (card.code.clone(), card.punches);
            // An offer is there, and something else has it; without one the card isn't full.
            let is_used = at_every_visit || 0 < rule.ready(punches, 0, 0);
            return Err(if is_used { Refusal::OfferUsed { card }.into() } else { not_applicable().into() });
        }
        let taken = basket.offer(&rule.gives, &rule.applies_to, line)?.ok_or_else(not_applicable)?;
        let (what, cost) = (UsedWhat::Offer(card.code.clone()), Units::ZERO);
        Ok(Used { what, cost, line: taken.line, cuts: taken.cuts })
    }

    /// A card that is somebody's and isn't blocked.
    pub(super) fn linked_card(&self, code: &Code) -> Result<&CardState, Refused> {
        let card = self.card(code)?;
        if card.blocked {
            return Err(Refusal::CardBlocked { card: code.clone() }.into());
        }
        match card.customer {
            Some(_) => Ok(card),
            None => Err(Refusal::CardNotLinked { card: code.clone() }.into()),
        }
    }

    /// A card that was made.
    pub(super) fn card(&self, code: &Code) -> Result<&CardState, Refused> {
        let mut cards = self.facts.kept.iter().filter_map(Kept::as_card);
        let normal = code.normal();
        Ok(cards
            .find(|card| card.code.normal() == normal)
            .ok_or_else(|| Refusal::UnknownCard { card: code.clone() })?)
    }
}

impl Shown {
    /// Shows what is held of a customer's units, and the punch cards, where nothing is posted.
    pub(super) fn show_kept(&mut self, facts: &Facts, customer: Option<&CustomerId>) {
        let Some(known) = customer.and_then(|customer| facts.known(facts.stays(customer))) else { return };
        self.reserved = Some(known.member.held);
        let of = |code: &Code| facts.kept.iter().filter_map(Kept::as_card).find(|card| card.code == *code);
        self.cards = known.member.cards.iter().filter_map(of).map(|card| facts.shown_card(card)).collect();
    }
}

impl Facts {
    /// A punch card as it is shown: with as many offers as the program that holds now makes of its punches, whenever it
    /// was punched last (R35).
    pub(super) fn shown_card(&self, card: &CardState) -> CardState {
        let rule = self.program.as_ref().and_then(|versioned| rule_of(&versioned.program, card));
        let offers = rule.map_or(card.offers, |rule| ready(rule, card));
        CardState { offers, ..card.clone() }
    }
}

impl Posting<'_> {
    /// The customer's punch cards, in the order in which they were linked.
    pub(super) fn cards(&self) -> impl Iterator<Item = &CardState> {
        let of = |code: &'_ Code| {
            let code = code.clone();
            self.kept().iter().filter_map(Kept::as_card).find(move |card| card.code == code)
        };
        self.member.cards.iter().filter_map(of)
    }

    /// Holds the offers that were used on a sale, until it is settled (R36).
    pub(super) fn hold_offers(&mut self, program: &Program, used: &[Used], sale: &SaleId) {
        for code in used.iter().filter_map(offer) {
            self.change_card_by(program, code, |card, _| card.held_by.push(sale.clone()));
        }
    }

    /// Uses up what a settled sale held, and punches the customer's cards (R36, R37).
    pub(super) fn punch(&mut self, program: &Program, sale: &Settled, on: RungUpOn) -> Result<(), Refused> {
        let id = &sale.bill().rung_up().sale;
        let holds = |card: &&CardState| card.held_by.contains(id);
        let held: Vec<Code> = self.cards().filter(holds).map(|card| card.code.clone()).collect();
        for code in held {
            self.use_held(program, &code, id);
        }
        let open = |card: &&CardState| !card.blocked;
        let cards: Vec<(Code, Option<usize>)> =
            self.cards().filter(open).map(|card| (card.code.clone(), place_of(program, card))).collect();
        if cards.is_empty() {
            return Ok(());
        }
        let place = |rule: &PunchCard| program.punch_cards.iter().position(|known| known.id == rule.id);
        let has = |rule: &PunchCard| cards.iter().any(|(_, of)| of.is_some() && *of == place(rule));
        for (line, rule, items) in punches(program, sale.bill(), on, has)? {
            let card = cards.iter().find(|(_, of)| *of == Some(rule));
            if let (Some((code, _)), Some(rule)) = (card, program.punch_cards.get(rule)) {
                self.punch_line(rule, code, id, line, items);
            }
        }
        Ok(())
    }

    /// Gives the offers of lines that are wholly back free again, then takes back the punches of what
    /// came back (R36, R37). `before` is what was back before; all goods count as back for a void.
    pub(super) fn unpunch(
        &mut self,
        program: &Program,
        record: &SaleRecord,
        bill: &Bill,
        before: &Returned,
        after: &Returned,
    ) -> Result<(), Refused> {
        let taken = self.unpunch_for_others(program, record, bill, before, after)?;
        self.judge_punches(program, &taken)
    }

    /// The same in an exchange: all of them are taken back, before anything is known of what the new goods use and punch.
    /// What there is of them is judged afterwards ([`judge_punches`](Posting::judge_punches)).
    pub(super) fn unpunch_for_others(
        &mut self,
        program: &Program,
        record: &SaleRecord,
        bill: &Bill,
        before: &Returned,
        after: &Returned,
    ) -> Result<Vec<(Code, i64)>, Refused> {
        self.free_offers(program, record, bill, (before, after));
        let taken = punches_back(record, bill, before, after)?;
        for (card, back) in &taken {
            self.change_card_by(program, card, |card, _| card.punches = card.punches.saturating_sub(*back));
        }
        Ok(taken)
    }

    /// Goes by the program's policy for units that were spent where punches that were taken back had been used, or are by
    /// the new goods of an exchange (R19, R37, Q7); there is no money to keep for a punch.
    pub(super) fn judge_punches(&mut self, program: &Program, taken: &[(Code, i64)]) -> Result<(), Refused> {
        taken.iter().try_for_each(|(card, back)| self.judge_card(program, card, *back))
    }

    fn judge_card(&mut self, program: &Program, code: &Code, back: i64) -> Result<(), Refused> {
        let mut judged = Ok(());
        self.change_card_by(program, code, |card, rule| {
            let behind_held = i64::from(rule.required).saturating_mul(held(card));
            let missing = behind_held.saturating_sub(card.punches).max(0).min(back);
            match program.returns.negative_balance {
                NegativeBalance::Clamp | NegativeBalance::DeductFromRefund => {
                    card.punches = card.punches.saturating_add(missing);
                }
                NegativeBalance::Refuse if 0 < missing => {
                    let (asked, available) = (back.into(), back.saturating_sub(missing).into());
                    judged = Err(Refusal::PointsAlreadyRedeemed { asked, available }.into());
                }
                NegativeBalance::Allow | NegativeBalance::Refuse => {}
            }
        });
        judged
    }

    /// Gives the offers of lines that are wholly back free again.
    fn free_offers(
        &mut self,
        program: &Program,
        record: &SaleRecord,
        bill: &Bill,
        (before, after): (&Returned, &Returned),
    ) {
        for used in &record.used {
            let (Some(code), Some(line)) = (offer(used), used.line) else { continue };
            if !is_back(bill, before, line) && is_back(bill, after, line) {
                self.free_used(program, code);
            }
        }
    }

    /// Undoes what a sale that is voided did to punch cards, as far as it isn't undone yet (R20).
    pub(super) fn undo_cards(&mut self, program: &Program, record: &SaleRecord) -> Result<(), Refused> {
        if let SaleState::Settled(sale) = &record.state {
            let all = Returned::everything(sale.bill());
            self.unpunch(program, record, sale.bill(), sale.returned(), &all)?;
        }
        self.free_held(program, &record.state.rung_up().sale);
        Ok(())
    }

    /// Gives the offers that a pending sale holds free again.
    fn free_held(&mut self, program: &Program, sale: &SaleId) {
        let holds = |card: &&CardState| card.held_by.contains(sale);
        let held: Vec<Code> = self.cards().filter(holds).map(|card| card.code.clone()).collect();
        for code in held {
            self.change_card_by(program, &code, |card, _| card.held_by.retain(|held| held != sale));
        }
    }

    fn use_held(&mut self, program: &Program, code: &Code, sale: &SaleId) {
        self.change_card_by(program, code, |card, rule| {
            let before = card.held_by.len();
            card.held_by.retain(|held| held != sale);
            let times = u32::try_from(before.saturating_sub(card.held_by.len())).unwrap_or(u32::MAX);
            card.used = card.used.saturating_add(times);
            let punches = i64::from(rule.required).saturating_mul(i64::from(times));
            card.punches = card.punches.saturating_sub(punches);
        });
    }

    fn free_used(&mut self, program: &Program, code: &Code) {
        self.change_card_by(program, code, |card, rule| {
            card.used = card.used.saturating_sub(1);
            card.punches = card.punches.saturating_add(i64::from(rule.required));
        });
    }

    /// Without carry-over a sale fills the card and no more, in however many lines it does (R37).
    fn punch_line(&mut self, rule: &PunchCard, code: &Code, sale: &SaleId, line: u32, items: i64) {
        let known = |known: &&Punched| known.card == *code && known.sale == *sale;
        let lines = self.punched.iter().find(known).map(|known| known.lines.as_slice()).unwrap_or_default();
        let before = lines.iter().fold(0_i64, |sum, (_, count)| sum.saturating_add(*count));
        let mut counted = 0;
        self.change_card(code, |card| {
            let in_all = before.saturating_add(items);
            counted = rule.counting(card.punches.saturating_sub(before), in_all).saturating_sub(before);
            card.punches = card.punches.saturating_add(counted);
            card.offers = ready(rule, card);
        });
        self.note_required(code, rule.required);
        let known = |known: &&mut Punched| known.card == *code && known.sale == *sale;
        match self.punched.iter_mut().find(known) {
            Some(known) => known.lines.push((line, counted)),
            None => {
                let (sale, card, lines) = (sale.clone(), code.clone(), [(line, counted)].into());
                self.punched.push(Punched { sale, card, lines });
            }
        }
    }

    fn change_card_by(
        &mut self,
        program: &Program,
        code: &Code,
        change: impl FnOnce(&mut CardState, &PunchCard),
    ) {
        let mut required = None;
        self.change_card(code, |card| {
            if let Some(rule) = rule_of(program, card) {
                change(card, rule);
                card.offers = ready(rule, card);
                required = Some(rule.required);
            }
        });
        if let Some(required) = required {
            self.note_required(code, required);
        }
    }

    fn change_card(&mut self, code: &Code, change: impl FnOnce(&mut CardState)) {
        let card = self.kept().iter().filter_map(Kept::as_card).find(|card| card.code == *code);
        if let Some(mut card) = card.cloned() {
            change(&mut card);
            self.keep(Kept::Card(card));
        }
    }
}

/// The punches of what came back, card by card.
fn punches_back(
    record: &SaleRecord,
    bill: &Bill,
    before: &Returned,
    after: &Returned,
) -> Result<Vec<(Code, i64)>, Refused> {
    let mut all = Vec::new();
    for punched in &record.punched {
        let left = punches_left(bill, before, &punched.lines)?;
        let back = left.saturating_sub(punches_left(bill, after, &punched.lines)?);
        if back != 0 {
            all.push((punched.card.clone(), back));
        }
    }
    Ok(all)
}

/// The punch card of the program that a card is.
pub(super) fn rule_of<'p>(program: &'p Program, card: &CardState) -> Option<&'p PunchCard> {
    program.punch_cards.iter().find(|rule| rule.id == card.punch_card)
}

fn place_of(program: &Program, card: &CardState) -> Option<usize> {
    program.punch_cards.iter().position(|rule| rule.id == card.punch_card)
}

/// How many offers a card has ready by its rule.
pub(super) fn ready(rule: &PunchCard, card: &CardState) -> i64 {
    rule.ready(card.punches, card.used, held(card))
}

/// How many offers of a card pending sales hold.
fn held(card: &CardState) -> i64 {
    i64::try_from(card.held_by.len()).unwrap_or(i64::MAX)
}

fn offer(used: &Used) -> Option<&Code> {
    match &used.what {
        UsedWhat::Offer(card) => Some(card),
        UsedWhat::Reward(_) => None,
    }
}

/// Whether all of a line is back.
fn is_back(bill: &Bill, returned: &Returned, line: u32) -> bool {
    let index = usize::try_from(line).unwrap_or(usize::MAX);
    let item = bill.rung_up().lines.get(index);
    item.is_some_and(|item| item.quantity <= returned.quantity(index))
}
