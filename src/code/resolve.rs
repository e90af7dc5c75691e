//! Which is it? One call for whatever was scanned.

use alloc::string::String;
use alloc::vec::Vec;

use crate::code::{
    CardForm, CardPattern, Gtin, InStorePattern, PrefixUse, SharedNumbersError, Symbology, Weighed,
};
use crate::ident::Code;
use crate::time::Date;
#[cfg(feature = "tokens")]
use by_token::AsToken;
use lookup::Holders;
pub use lookup::{CodeHolder, Lookup, ReadCode};
use read::{Gs1Says, Number};
pub use resolved::{Resolved, Why};

#[cfg(feature = "tokens")]
mod by_token;
mod lookup;
mod read;
mod resolved;

/// What a shop's codes look like.
///
/// A code is what the first of these says:
///
/// 1. It begins as an URL of the shop's: the rest is a token, or it is unknown. Of several that fit, the longest
///    counts.
/// 2. It is a token that holds: what the token stands for.
/// 3. It has GS1 element strings: an article (01), weighed where it has a price (392n) or a weight (310n); a coupon
///    (255, 8110, 8112); a customer, whose code is the number of a service relation (8018). Without any of these it
///    is looked up.
/// 4. It has a number of GS1's, by its symbology, or by its length and check digit where that isn't known: what
///    the first digits say. What begins as an article of the world or a coupon is that, **whoever has it as a
///    code**; if a customer or a punch card has, it is unknown, and why says so. In the shop's own range it is what
///    the scale's patterns say, even where the weight is misread; then a card, if it is one of the card patterns, or
///    there are none and somebody has it; else an article.
/// 5. It begins as a coupon of the shop's.
/// 6. It is looked up as it is: a customer's code, or a punch card's. If it is nobody's, it may still have GS1
///    element strings that begin with an article's number; and a Codabar is looked up once more without the letters
///    that begin and end it, which some scanners send.
///
/// Codes of a number of GS1's are found however they are written: as UPC-E, or as 8, 12, 13 or 14 digits.
///
/// An article is never taken for a customer, also not for one whose code is the same by mistake. So digits that have
/// the form of an article's number are nobody's in 6. either, though Code 128, QR and others carry anything: in the
/// shop's own range they are a card as in 4.; outside of it they are unknown, and why says so
/// ([`Why::AlsoACode`]) where somebody has them as a code. The same holds of element strings of which nothing says
/// that they are some. **Cards with 8, 12, 13 or 14 digits of another range need a [`CardForm`]**, or one in ten isn't
/// found; then their symbology has to be known, so the scanner has to send AIM identifiers.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Resolver {
    /// How the shop's scales write. None shares a number with cards.
    scales: Vec<InStorePattern>,
    /// The shop's own cards. None shares a number with a scale.
    cards: Vec<CardPattern>,
    /// The shop's own cards that are digits of another range. What has one of these forms is looked up as it is.
    pub card_forms: Vec<CardForm>,
    /// What the shop's own coupons begin with, with capitals and small letters as they are here.
    pub coupon_prefixes: Vec<String>,
    /// What the URLs on receipts and cards begin with, up to the token. Capitals are as good, and the longest that
    /// fits counts.
    pub url_prefixes: Vec<String>,
    /// Whether a punch card is one by its token alone, so that it can't be guessed. It is so unless it is said
    /// otherwise: a shop whose cards have their code in plain has to see to it that nobody guesses one.
    pub punch_cards_need_tokens: bool,
    /// The keys by which tokens are checked.
    #[cfg(feature = "tokens")]
    pub keys: crate::code::KeyRing,
}

impl Default for Resolver {
    /// Without any of the shop's codes, and with punch cards by their token alone.
    fn default() -> Self {
        Self {
            scales: Vec::new(),
            cards: Vec::new(),
            card_forms: Vec::new(),
            coupon_prefixes: Vec::new(),
            url_prefixes: Vec::new(),
            punch_cards_need_tokens: true,
            #[cfg(feature = "tokens")]
            keys: crate::code::KeyRing::default(),
        }
    }
}

impl Resolver {
    /// Adds a scale, none of whose numbers is one of the shop's cards.
    ///
    /// ```
    /// use regulars::code::{Resolver, SharedNumbersError};
    ///
    /// let mut resolver = Resolver::default();
    /// resolver.add_cards("29NNNNNNNNNNC".parse()?)?;
    /// resolver.add_scale("21IIIIIWW.WWWC".parse()?)?;
    /// let refused = resolver.add_scale("2IIIIIIWW.WWWC".parse()?);
    /// assert_eq!(refused, Err(SharedNumbersError { place: 0 }));
    /// assert_eq!(resolver.scales().len(), 1);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`SharedNumbersError`]; nothing was added.
    pub fn add_scale(&mut self, scale: InStorePattern) -> Result<(), SharedNumbersError> {
        match self.cards.iter().position(|cards| cards.overlaps(&scale)) {
            Some(place) => Err(SharedNumbersError { place }),
            None => {
                self.scales.push(scale);
                Ok(())
            }
        }
    }

    /// Adds cards, none of whose numbers is one that a scale of the shop's prints. Without a pattern of cards any number of
    /// the shop's own range may be a card; with one, others aren't.
    ///
    /// ```
    /// use regulars::code::{Resolver, SharedNumbersError};
    ///
    /// let mut resolver = Resolver::default();
    /// resolver.add_scale("29IIIIIWW.WWWC".parse()?)?;
    /// // Each till numbers its own cards.
    /// resolver.add_cards("271NNNNNNNNNC".parse()?)?;
    /// resolver.add_cards("272NNNNNNNNNC".parse()?)?;
    /// let refused = resolver.add_cards("29NNNNNNNNNNC".parse()?);
    /// assert_eq!(refused, Err(SharedNumbersError { place: 0 }));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`SharedNumbersError`]; nothing was added.
    pub fn add_cards(&mut self, cards: CardPattern) -> Result<(), SharedNumbersError> {
        match self.scales.iter().position(|scale| cards.overlaps(scale)) {
            Some(place) => Err(SharedNumbersError { place }),
            None => {
                self.cards.push(cards);
                Ok(())
            }
        }
    }

    /// How the shop's scales write, as they were [added](Self::add_scale).
    pub fn scales(&self) -> &[InStorePattern] {
        &self.scales
    }

    /// The shop's own cards, as they were [added](Self::add_cards).
    pub fn cards(&self) -> &[CardPattern] {
        &self.cards
    }

    /// Reads a code, and asks whose a few codes are, which the caller looks up in the ledger: with the answer it says what
    /// was scanned. `today` is the day at the till, on which tokens have to hold.
    ///
    /// ```
    /// use std::collections::BTreeMap;
    ///
    /// use regulars::code::{CodeHolder, ReadCode, Resolved, Resolver, Symbology, Why};
    /// use regulars::ident::{Code, CustomerId};
    /// use regulars::time::Date;
    ///
    /// let mut resolver = Resolver::default();
    /// resolver.add_scale("21IIIIIWW.WWWC".parse()?)?;
    /// let today = Date::from_civil(2026, 11, 26).expect("a date");
    /// // Ada has a card, and by mistake somebody has given her the number of an article, too.
    /// let ada = CodeHolder::Customer(CustomerId::new("ada")?);
    /// let ledger = BTreeMap::from([
    ///     (Code::new("2900000000179")?, ada.clone()),
    ///     (Code::new("4006381333931")?, ada),
    /// ]);
    /// let resolve = |text: &str| {
    ///     let read = ReadCode { symbology: Some(Symbology::Ean13), ..ReadCode::new(text.as_bytes()) };
    ///     let lookup = resolver.look_up(read, today);
    ///     let found = lookup.codes().iter().filter_map(|code| Some((code.clone(), ledger.get(code)?.clone())));
    ///     let found = found.collect();
    ///     lookup.answer(&found)
    /// };
    /// assert!(matches!(resolve("2900000000179"), Resolved::Customer { .. }));
    /// assert!(matches!(resolve("2100042012509"), Resolved::Weighed(_)));
    /// assert!(matches!(resolve("4006381333931"), Resolved::Unknown { why: Why::AlsoACode { .. } }));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn look_up<'a>(&'a self, read: ReadCode<'a>, today: Date) -> Lookup<'a> {
        Lookup::new(self, read, today)
    }

    /// What a code is, with the letters that begin and end it, or else without them.
    fn framed_or_not(&self, read: ReadCode<'_>, today: Date, holders: &mut Holders<'_>) -> Resolved {
        let resolved = self.whole(read, today, holders);
        let Some(bytes) = read::unframed(&read).filter(|_| resolved.may_be_framed()) else {
            return resolved;
        };
        match self.whole(ReadCode { bytes, ..read }, today, holders) {
            Resolved::Unknown { .. } if resolved != (Resolved::Unknown { why: Why::NotFound }) => resolved,
            without => without,
        }
    }

    /// What the whole of a code is.
    fn whole(&self, read: ReadCode<'_>, today: Date, holders: &mut Holders<'_>) -> Resolved {
        let text = core::str::from_utf8(read.bytes).ok();
        let token = match text.map(|text| self.as_token(text, today)) {
            Some(AsToken::Is(resolved)) => return resolved,
            Some(AsToken::Not(why)) => why,
            None => None,
        };
        match read::gs1(&read) {
            Some(Ok(Gs1Says::Is(resolved))) => return *resolved,
            Some(Ok(Gs1Says::Customer(code))) => {
                if let Some(holder) = holders.of(&code) {
                    return self.held(code, Some(holder), Why::NotFound);
                }
            }
            Some(Err(why)) => return Resolved::Unknown { why },
            None => {}
        }
        let is_card = self
            .card_forms
            .iter()
            .any(|form| read.symbology.is_some_and(|symbology| form.fits(symbology, read.bytes)));
        let number = if is_card { None } else { read::number(&read) };
        match number {
            Some(Ok(number)) if number.is_said => return self.numbered(&number, &read, holders),
            Some(Err(why)) => return Resolved::Unknown { why },
            _ => {}
        }
        let Some((text, code)) = text.and_then(|text| Some((text, Code::new(text).ok()?))) else {
            let otherwise = if text.is_some_and(is_link) { Why::OtherLink } else { Why::NoCode };
            return Resolved::Unknown { why: token.unwrap_or(otherwise) };
        };
        if self.coupon_prefixes.iter().any(|prefix| !prefix.is_empty() && text.starts_with(prefix)) {
            return Resolved::Coupon { text: text.into() };
        }
        if let Some(Ok(number)) = number {
            return self.numbered(&number, &read, holders);
        }
        let article = if is_card { None } else { read::gs1_unsaid(&read) };
        match (article, holders.of(&code)) {
            (Some((gtin, _)), Some(holder)) => Resolved::Unknown { why: Why::AlsoACode { gtin, holder } },
            (Some((_, article)), None) => article,
            (None, found) => {
                let otherwise = if is_link(text) { Why::OtherLink } else { Why::NotFound };
                self.held(code, found, token.unwrap_or(otherwise))
            }
        }
    }

    /// Whether what was read can be the code of a customer or a punch card. What is an article or a coupon by itself, or a
    /// scale's, isn't, whoever has it as a code; see the list above.
    ///
    /// ```
    /// use regulars::code::{ReadCode, Resolver};
    /// use regulars::time::Date;
    ///
    /// let (resolver, today) = (Resolver::default(), Date::from_civil(2026, 11, 26).expect("a date"));
    /// assert!(resolver.may_be_code(ReadCode::new(b"2900000000179"), today));
    /// assert!(!resolver.may_be_code(ReadCode::new(b"4006381333931"), today), "an article's");
    /// ```
    pub fn may_be_code(&self, read: ReadCode<'_>, today: Date) -> bool {
        let lookup = self.look_up(read, today);
        let everybodys = lookup.codes().iter().map(|code| (code.clone(), CodeHolder::Replaced)).collect();
        lookup.answer(&everybodys) == Resolved::Unknown { why: Why::Replaced }
    }

    /// Whether a text can be such a code, of a symbology or, where it isn't known, of any that the shop's cards are printed
    /// in ([`Resolver::card_forms`]). What an article's number is can't be: who had it would be found by each of them.
    ///
    /// ```
    /// use regulars::code::Resolver;
    /// use regulars::ident::Code;
    /// use regulars::time::Date;
    ///
    /// let (resolver, today) = (Resolver::default(), Date::from_civil(2026, 11, 26).expect("a date"));
    /// let may_be = |code| Ok::<_, regulars::ident::IdError>(resolver.may_be_given(&Code::new(code)?, None, today));
    /// assert!(may_be("CARD-17")? && !may_be("4006381333931")?);
    /// # Ok::<(), regulars::ident::IdError>(())
    /// ```
    pub fn may_be_given(&self, code: &Code, symbology: Option<Symbology>, today: Date) -> bool {
        let may_be = |symbology| {
            self.may_be_code(ReadCode { symbology, ..ReadCode::new(code.as_str().as_bytes()) }, today)
        };
        // Of a code whose kind isn't known, any form may be the one that it is printed in.
        let forms = self.card_forms.iter().map(|form| Some(form.symbology()));
        may_be(symbology) || symbology.is_none() && forms.into_iter().any(may_be)
    }

    /// What a number of GS1's is by its first digits. Where its symbology doesn't say that it is one, it is
    /// somebody's card or unknown.
    fn numbered(&self, number: &Number, read: &ReadCode<'_>, holders: &mut Holders<'_>) -> Resolved {
        let Number { gtin, is_said } = *number;
        let in_store = gtin.prefix_use() == PrefixUse::InStore;
        // A number is never both: no scale shares one with cards.
        let scale = self.scales.iter().find(|scale| in_store && scale.covers(&gtin));
        let is_card = self.cards.iter().any(|cards| cards.serial(&gtin).is_some());
        if let Some(scale) = scale.filter(|_| is_said) {
            return scale.read_gtin(&gtin).map_or(Resolved::Unknown { why: Why::Scale }, weighed);
        }
        let may_be_card = in_store && scale.is_none() && (is_card || self.cards.is_empty());
        match find_number(&gtin, read.bytes, holders) {
            Whose::Several => Resolved::Unknown { why: Why::SeveralHave { gtin } },
            Whose::Ones(code, holder) if may_be_card => self.held(code, Some(holder), Why::NotFound),
            Whose::Ones(_, holder) => Resolved::Unknown { why: Why::AlsoACode { gtin, holder } },
            Whose::Nobodys if is_card || !is_said => Resolved::Unknown { why: Why::NotFound },
            Whose::Nobodys => match gtin.prefix_use() {
                PrefixUse::Coupon => Resolved::Coupon { text: String::from_utf8_lossy(read.bytes).into() },
                PrefixUse::RefundReceipt => Resolved::RefundReceipt { number: gtin },
                _ => Resolved::Article { gtin, gs1: None },
            },
        }
    }

    /// What a code is by whose it is.
    fn held(&self, code: Code, holder: Option<CodeHolder>, otherwise: Why) -> Resolved {
        match holder {
            Some(CodeHolder::Customer(customer)) => Resolved::Customer { customer, code },
            Some(CodeHolder::PunchCard) if !self.punch_cards_need_tokens => Resolved::PunchCard { code },
            Some(CodeHolder::PunchCard) => Resolved::Unknown { why: Why::NeedsToken },
            Some(CodeHolder::Replaced) => Resolved::Unknown { why: Why::Replaced },
            Some(CodeHolder::Several) => Resolved::Unknown { why: Why::CustomerAndPunchCard },
            None => Resolved::Unknown { why: otherwise },
        }
    }

    /// What is behind an URL of the shop's; `None` if it is none.
    fn behind_url<'t>(&self, text: &'t str) -> Option<&'t str> {
        let behind = |prefix: &String| {
            let (begins, behind) = text.split_at_checked(prefix.len())?;
            begins.eq_ignore_ascii_case(prefix).then_some(behind)
        };
        let fit = self.url_prefixes.iter().filter(|prefix| !prefix.is_empty()).filter_map(behind);
        fit.min_by_key(|behind| behind.len())
    }

    #[cfg(not(feature = "tokens"))]
    fn as_token(&self, text: &str, _: Date) -> AsToken {
        match self.behind_url(text) {
            Some(_) => AsToken::Is(Resolved::Unknown { why: Why::NotFound }),
            None => AsToken::Not(None),
        }
    }
}

#[cfg(not(feature = "tokens"))]
enum AsToken {
    Is(Resolved),
    Not(Option<Why>),
}

impl Resolved {
    /// Whether nothing was found, so that it may be without its letters what it isn't with them. A long code looks like
    /// a token with them.
    fn may_be_framed(&self) -> bool {
        match self {
            Self::Unknown { why: Why::NotFound } => true,
            #[cfg(feature = "tokens")]
            Self::Unknown { why: Why::Token(_) } => true,
            _ => false,
        }
    }
}

/// Whether it is a link, and none of the shop's as far as it is set: those are looked at before.
fn is_link(text: &str) -> bool {
    let begins = |with: &str| text.get(..with.len()).is_some_and(|begins| begins.eq_ignore_ascii_case(with));
    begins("https://") || begins("http://")
}

/// An article with what the scale said, if it said anything.
fn weighed(weighed: Weighed) -> Resolved {
    if weighed.measure.is_zero() {
        return Resolved::Unknown { why: Why::NothingWeighed(weighed) };
    }
    Resolved::Weighed(weighed)
}

/// Whose code a number is.
enum Whose {
    Nobodys,
    Ones(Code, CodeHolder),
    Several,
}

/// Whose code a number is, as it was read or in whatever form the code was written.
fn find_number(gtin: &Gtin, read: &[u8], holders: &mut Holders<'_>) -> Whose {
    let others = gtin.forms().filter(|form| form != read);
    let mut found = None;
    for form in core::iter::once(read.to_vec()).chain(others) {
        let code = core::str::from_utf8(&form).ok().and_then(|form| Code::new(form).ok());
        let Some(code) = code else { continue };
        match (&found, holders.of(&code)) {
            (_, None) | (Some(_), Some(CodeHolder::Replaced)) => {}
            (None | Some((_, CodeHolder::Replaced)), Some(holder)) => found = Some((code, holder)),
            (Some((known, holder)), Some(other)) => {
                // Of a punch card its code is all that is known, whose UPC-A is the same as its EAN-13 (R28).
                let is_one = *holder != CodeHolder::PunchCard || known.normal() == code.normal();
                let is_same = *holder == other && is_one;
                if !is_same {
                    return Whose::Several;
                }
            }
        }
    }
    found.map_or(Whose::Nobodys, |(code, holder)| Whose::Ones(code, holder))
}

#[cfg(test)]
mod tests;
