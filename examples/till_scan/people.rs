//! Customers, their receipts and their punch cards.

use std::mem;

use regulars::adapter::wedge::By;
use regulars::code::in_groups;
use regulars::decide::{
    Document, EnrolDocument, LinkCardDocument, MakeCardsDocument, Outcome, Profile, Refusal, ScanDocument,
};
use regulars::ident::{BatchId, Code, CustomerId, PunchCardId};
use regulars::register::{ByTokenError, RegisterError, ScanOf};

use crate::Result;
use crate::settle::qr;
use crate::till::{ShownCard, Till};

impl Till {
    /// A new customer. Who has shown a receipt or a punch card joins by it: its sale is claimed, or it is linked.
    pub fn join(&mut self, customer: &str, code: &str, name: &str) -> Result<()> {
        let customer = CustomerId::new(customer)?;
        let name = Some(name).filter(|name| !name.is_empty()).map(Into::into);
        let code = Some(code).filter(|code| *code != "-").map(Code::new).transpose()?;
        let profile = Profile { code, name, ..Profile::default() };
        let header = self.header(&format!("join-{customer}"))?;
        let at = header.at;
        let enrol = EnrolDocument { header, customer: customer.clone(), profile };
        let Some(token) = mem::take(&mut self.token) else {
            self.register.submit(&Document::Enrol(enrol), at)?;
            return self.customer(customer, By::Hand);
        };
        let joined = self.register.enrol_by_token(&enrol, &token, at)?;
        self.customer(customer, By::Scanner)?;
        self.say_done("The receipt", joined.claimed);
        self.say_done("The punch card", joined.linked);
        Ok(())
    }

    fn say_done(&self, what: &str, done: Option<std::result::Result<Outcome, Refusal>>) {
        match done {
            Some(Ok(outcome)) => {
                self.say(&format!("{what} is the customer's."));
                self.say_moved(&outcome);
            }
            Some(Err(refusal)) => self.say(&format!("{what} is not: {refusal}.")),
            None => {}
        }
    }

    pub fn email(&mut self, address: &str) -> Result<()> {
        let customer = self.basket.customer.clone().ok_or("scan a customer's card first")?;
        let profile = Profile { email: Some(address.into()), ..Profile::default() };
        let header = self.header(&format!("email-{customer}-{}", self.clock.now()?.millisecond()))?;
        let at = header.at;
        let enrol = EnrolDocument { header, customer: customer.clone(), profile };
        self.register.submit(&Document::Enrol(enrol), at)?;
        self.say(&format!("{customer} has the address {address}."));
        Ok(())
    }

    pub fn claim(&mut self) -> Result<()> {
        let token = self.receipt.clone().ok_or("scan a receipt first")?;
        let customer = self.basket.customer.clone().ok_or("scan a customer's card first")?;
        let header = self.header(&format!("claim-{}", token.sale()?))?;
        let at = header.at;
        let outcome = self.register.claim_by_token(header, &token, &customer, at)?;
        self.say_moved(&outcome);
        Ok(())
    }

    /// What the office does: punch cards of a kind, with codes that stand on them.
    pub fn make_cards(&mut self, kind: &str, codes: &[&str]) -> Result<()> {
        let codes = codes.iter().map(|code| Code::new(code)).collect::<std::result::Result<Vec<_>, _>>()?;
        let first = codes.first().ok_or("which codes have they?")?;
        let (batch, punch_card) = (BatchId::new(first.as_str())?, PunchCardId::new(kind)?);
        let header = self.header(&format!("cards-{first}"))?;
        let at = header.at;
        let made = MakeCardsDocument { header, punch_card, batch, codes: codes.clone() };
        self.register.submit(&Document::MakeCards(made), at)?;
        for code in codes {
            let token = self.card_token(&code)?;
            let shown = token.as_ref().map(|token| format!("  {}", in_groups(token))).unwrap_or_default();
            self.say(&format!("Made: {code}{shown}"));
            if let Some(token) = token.filter(|_| self.qr) {
                self.say(&qr(&token, self.raw)?);
            }
        }
        Ok(())
    }

    pub fn link(&mut self) -> Result<()> {
        let ShownCard { code, token } = self.card.clone().ok_or("scan a punch card first")?;
        let customer = self.basket.customer.clone().ok_or("scan a customer's card first")?;
        let header = self.header(&format!("link-{code}"))?;
        let at = header.at;
        let linked = match &token {
            Some(token) => self.register.link_by_token(header, token, &customer, at),
            // Without a key the code is all that a card has.
            None => {
                let link = LinkCardDocument { header, card: code.clone(), customer: customer.clone() };
                self.register.submit(&Document::LinkCard(link), at).map_err(ByTokenError::Register)
            }
        };
        match linked {
            Err(ByTokenError::Register(RegisterError::Refused(Refusal::EmailMissing))) => {
                return Err("the customer has no e-mail address: `email ADDRESS` tells one".into());
            }
            linked => linked?,
        };
        self.say(&format!("{code} is {customer}'s."));
        Ok(())
    }

    /// A punch card finds the customer whose it is, and says what it has.
    pub fn punch_card(&mut self, code: Code, by: By) -> Result<()> {
        let mut header = self.header("scan")?;
        header.id = None;
        let at = header.at;
        let scan = ScanDocument { header, code: code.clone(), symbology: None };
        // Whoever types a token has the card before them: it can't be guessed as a number can.
        let by = if self.token.is_some() { By::Scanner } else { by };
        self.card = Some(ShownCard { code: code.clone(), token: self.token.clone() });
        let outcome = match self.register.scan(&scan, ScanOf::PunchCard, at) {
            Err(RegisterError::Refused(Refusal::CardNotLinked { .. } | Refusal::UnknownCode { .. })) => {
                self.say(&format!("A punch card, {code}, that is nobody's yet."));
                self.say("  `link` gives it to the customer of the sale, `join ID -` to a new one.");
                return Ok(());
            }
            scanned => scanned?,
        };
        let is_blocked = outcome.shown.cards.iter().any(|card| card.code == code && card.blocked);
        self.say(&format!("The punch card {code}{}", if is_blocked { ", which is blocked" } else { "" }));
        match outcome.shown.resolved {
            Some(customer) => self.customer(customer, by),
            None => Ok(()),
        }
    }
}
