//! Punch cards that are made, linked and blocked (R34).

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use crate::decide::by_hand::refuse_unexplained;
use crate::decide::payment::decision;
use crate::decide::punch::rule_of;
use crate::decide::{
    BlockCardDocument, CardState, ChangeSet, Decision, Desk, Kept, LinkCardDocument, MakeCardsDocument,
    Outcome, Refusal, Refused, Told,
};
use crate::ident::{Code, OutletId};
use crate::sorting;
use crate::time::Timestamp;

impl Desk<'_> {
    /// Cards are made in a batch. In this order: `invalid_document` for a punch card that the program
    /// doesn't have, and a code that is there twice; `code_taken`.
    pub(super) fn make_cards(&self, made: &MakeCardsDocument) -> Result<(ChangeSet, Outcome), Refused> {
        let versioned = self.program()?;
        let invalid = |what: String| Refusal::InvalidDocument { what };
        let rule = versioned.program.punch_cards.iter().find(|rule| rule.id == made.punch_card);
        let rule =
            rule.ok_or_else(|| invalid(format!("the program has no punch card {}", made.punch_card)))?;
        let mut codes: Vec<Code> = made.codes.iter().map(Code::normal).collect();
        sorting::sort(&mut codes);
        if let Some([code, _]) = codes.windows(2).find(|pair| pair.first() == pair.last()) {
            return Err(invalid(format!("the code {code} is there twice")).into());
        }
        let known = sorting::each_once(self.facts.kept.iter().filter_map(Kept::code).map(Code::normal));
        let taken = |code: &&Code| known.binary_search(&code.normal()).is_ok();
        if let Some(code) = made.codes.iter().find(taken) {
            return Err(Refusal::CodeTaken { code: code.clone() }.into());
        }
        let card = |code: &Code| {
            Kept::Card(CardState {
                code: code.clone(),
                punch_card: made.punch_card.clone(),
                batch: Some(made.batch.clone()),
                customer: None,
                blocked: false,
                punches: 0,
                offers: rule.ready(0, 0, 0),
                held_by: Vec::new(),
                used: 0,
            })
        };
        let decision = Decision { kept: made.codes.iter().map(card).collect(), ..Decision::default() };
        self.accept(versioned, decision, None, Told::default())
    }

    /// A card becomes a customer's. In this order: `unknown_card`, `card_blocked`, `card_linked`,
    /// `unknown_customer`, `email_missing`.
    pub(super) fn link_card(&self, link: &LinkCardDocument) -> Result<(ChangeSet, Outcome), Refused> {
        let versioned = self.program()?;
        let mut card = self.card(&link.card)?.clone();
        if card.blocked {
            return Err(Refusal::CardBlocked { card: card.code }.into());
        }
        if card.customer.is_some() {
            return Err(Refusal::CardLinked { card: card.code }.into());
        }
        let mut posting = self.account(versioned, &link.customer, &link.header)?.unmoved()?;
        if posting.member.profile.email.as_ref().is_none_or(|email| email.trim().is_empty()) {
            return Err(Refusal::EmailMissing.into());
        }
        card.customer = Some(posting.customer().clone());
        posting.member.cards.push(card.code.clone());
        posting.keep(Kept::Card(card));
        let decision = decision(Some(&posting), [].into(), [].into());
        self.accept(versioned, decision, Some(posting), Told::default())
    }

    /// A card isn't to be used any more. In this order: `reason_missing`, `operator_missing`,
    /// `unknown_card`, `card_blocked`.
    pub(super) fn block_card(&self, block: &BlockCardDocument) -> Result<(ChangeSet, Outcome), Refused> {
        let versioned = self.program()?;
        refuse_unexplained(block.reason.as_deref(), &block.header)?;
        let mut card = self.card(&block.card)?.clone();
        if card.blocked {
            return Err(Refusal::CardBlocked { card: card.code }.into());
        }
        let card_changes = [card.change_to(&card)].into();
        card.blocked = true;
        let mut told = Told::default();
        told.shown.cards.push(card.clone());
        let decision = Decision { kept: [Kept::Card(card)].into(), card_changes, ..Decision::default() };
        self.accept(versioned, decision, None, told)
    }

    /// A card that was scanned, if the code is a card's: somebody's, not blocked, and in its time. In this
    /// order: `card_blocked`, `card_not_linked`, `offer_expired` (R35).
    pub(super) fn scanned_card(
        &self,
        code: &Code,
        at: Timestamp,
        outlet: Option<&OutletId>,
    ) -> Result<Option<&CardState>, Refused> {
        if self.card(code).is_err() {
            return Ok(None);
        }
        let card = self.linked_card(code)?;
        let program = &self.program()?.program;
        let day = self.local(program, outlet, at)?.0;
        match rule_of(program, card) {
            Some(rule) if rule.valid.contains(day) => Ok(Some(card)),
            _ => Err(Refusal::OfferExpired { card: code.clone() }.into()),
        }
    }
}
