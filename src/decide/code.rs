//! Codes of customers: given, replaced, and found again (R28, R29).

use crate::decide::payment::decision;
use crate::decide::posting::Posting;
use crate::decide::{
    ChangeSet, CodeOwner, Desk, Header, Kept, Key, Outcome, Refusal, Refused, ScanDocument, SetCodeDocument,
    Told, outcome,
};
use crate::ident::{Code, CustomerId};
use alloc::sync::Arc;

impl Desk<'_> {
    /// Another code from now on. In this order: `unknown_customer`, `code_taken`.
    pub(super) fn set_code(&self, set: &SetCodeDocument) -> Result<(ChangeSet, Outcome), Refused> {
        let versioned = self.program()?;
        let mut posting = self.account(versioned, &set.customer, &set.header)?.unmoved()?;
        self.give_code(&mut posting, &set.code)?;
        let mut told = Told::default();
        told.shown.code = posting.member.profile.code.clone();
        let decision = decision(Some(&posting), [].into(), [].into());
        self.accept(versioned, decision, Some(posting), told)
    }

    /// Gives a customer a code that nobody else has or had; the one before is replaced (Q27).
    pub(super) fn give_code(&self, posting: &mut Posting<'_>, code: &Code) -> Result<(), Refused> {
        let taken = || Refusal::CodeTaken { code: code.clone() };
        let normal = code.normal();
        for kept in &self.facts.kept {
            match kept {
                Kept::Code(owner)
                    if owner.code == normal && self.facts.stays(&owner.customer) != posting.customer() =>
                {
                    return Err(taken().into());
                }
                Kept::Card(card) if card.code.normal() == normal => return Err(taken().into()),
                _ => {}
            }
        }
        let customer = posting.customer().clone();
        let before = posting.member.profile.code.as_ref().map(Code::normal);
        if let Some(before) = before.filter(|before| *before != normal) {
            let (code, customer) = (before, customer.clone());
            posting.keep(Kept::Code(CodeOwner { code, customer, replaced: true }));
        }
        let owner = Kept::Code(CodeOwner { code: normal, customer, replaced: false });
        // What is so already isn't said again: another register may have replaced it meanwhile.
        if !self.facts.kept.contains(&owner) || posting.member.profile.code.as_ref() != Some(code) {
            posting.keep(owner);
        }
        posting.member.profile.code = Some(code.clone());
        Ok(())
    }

    /// Whose code this is. Nothing is recorded. Refused in the order of the
    /// [table](crate::decide#which-refusal-where-several-apply).
    pub(super) fn scan(&self, scan: &ScanDocument) -> Result<(ChangeSet, Outcome), Refused> {
        let normal = scan.code.normal();
        let owner = self.facts.kept.iter().find_map(|kept| match kept {
            Kept::Code(owner) if owner.code == normal => Some(owner),
            _ => None,
        });
        let Some(owner) = owner else { return self.scan_card(scan) };
        // Registers that share operations may each have given it away. Neither's units are shown to the other's holder.
        let is_cards = |kept: &Kept| matches!(kept, Kept::Card(card) if card.code.normal() == normal);
        if self.facts.kept.iter().any(is_cards) {
            return Err(Refusal::Contested { what: "a customer and a punch card have this code" }.into());
        }
        if owner.replaced {
            return Err(Refusal::CardReplaced { code: scan.code.clone() }.into());
        }
        self.found(&owner.customer, &scan.header)
    }

    /// A code that is no customer's may be a punch card's: then it finds whose card it is, and shows it.
    fn scan_card(&self, scan: &ScanDocument) -> Result<(ChangeSet, Outcome), Refused> {
        let (code, header) = (&scan.code, &scan.header);
        let card = self.scanned_card(code, header.at, header.place.outlet.as_ref())?;
        let unknown = || Refusal::UnknownCode { code: code.clone() };
        let card = card.ok_or_else(unknown)?;
        let customer = card.customer.as_ref().ok_or_else(unknown)?;
        let (changes, mut outcome) = self.found(customer, header)?;
        outcome.shown.cards = [self.facts.shown_card(card)].into();
        Ok((changes, outcome))
    }

    fn found(&self, customer: &CustomerId, header: &Header) -> Result<(ChangeSet, Outcome), Refused> {
        let posting = self.account(self.program()?, customer, header)?;
        let mut told = Told::default();
        told.shown.resolved = Some(posting.customer().clone());
        told.shown.code = posting.member.profile.code.clone();
        self.show(&posting, &mut told.shown)?;
        let decision = decision(Some(&posting), [].into(), [].into());
        Ok((ChangeSet::default(), outcome(self.document, &Arc::new(decision), false, told)?))
    }
}

impl Code {
    /// The form in which codes are compared: as written, except that 12 digits with a valid check digit
    /// are the same as the 13 with a `0` before them (UPC-A and EAN-13, R28).
    ///
    /// ```
    /// use regulars::ident::Code;
    ///
    /// assert_eq!(Code::new("036000291452")?.normal(), Code::new("0036000291452")?);
    /// // The check digit is wrong: it is no UPC-A, and stays as it is written.
    /// assert_eq!(Code::new("036000291453")?.normal(), Code::new("036000291453")?);
    /// # Ok::<(), regulars::ident::IdError>(())
    /// ```
    pub fn normal(&self) -> Code {
        let is_upc = self.as_str().len() == 12 && has_valid_check_digit(self.as_str());
        let longer = is_upc.then(|| Code::new(&alloc::format!("0{self}")).ok()).flatten();
        longer.unwrap_or_else(|| self.clone())
    }

    /// The key under which the punch card is kept that has it.
    pub(crate) fn card_key(&self) -> Key {
        Key::Card(self.normal())
    }

    /// The key under which it is kept whose it is.
    pub(crate) fn key(&self) -> Key {
        Key::Code(self.normal())
    }
}

/// Digits count three times and once in turn, the last one once; together they come to whole tens.
fn has_valid_check_digit(text: &str) -> bool {
    let mut sum = 0_u32;
    for (place, character) in text.chars().rev().enumerate() {
        let Some(digit) = character.to_digit(10).filter(|_| character.is_ascii_digit()) else { return false };
        let weight = if place.is_multiple_of(2) { 1 } else { 3 };
        sum = sum.saturating_add(digit.saturating_mul(weight));
    }
    sum.is_multiple_of(10)
}
