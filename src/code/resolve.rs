//! Which is it? One call for whatever was scanned.

use alloc::string::String;
use alloc::vec::Vec;

use crate::code::{
    AimIdentifier, CardPattern, ElementStrings, GS, Gs1Error, Gtin, GtinError, InStorePattern, PrefixUse,
    Symbology, Weighed,
};
use crate::ident::{Code, CustomerId, SaleId};
use crate::time::Date;

/// What a shop's codes look like.
///
/// A code is what the first of these says:
///
/// 1. It begins as an URL of the shop's: the rest is a token, or it is unknown.
/// 2. It is a token that holds: what the token stands for.
/// 3. It has GS1 element strings: an article, weighed or not, or a coupon; without either it is looked up.
/// 4. It has a number of GS1's, by its kind of code, or by its length and check digit where the kind isn't known: what
///    the first digits say. What begins as an article of the world or a coupon is that, **whoever has it as a
///    code**; if a customer or a punch card has, it is unknown, and why says so. In the shop's own range it is what
///    the scale's patterns say, even where the weight is misread; then a card, if it is one of the card patterns, or
///    there are none and somebody has it; else an article.
/// 5. It begins as a coupon of the shop's.
/// 6. It is looked up as it is: a customer's code, or a punch card's. If it is nobody's, it may still have GS1
///    element strings that begin with an article's number.
///
/// So an article is never taken for a customer, also not for one whose code is the same by mistake.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct Resolver {
    /// How the shop's scales write.
    pub scales: Vec<InStorePattern>,
    /// The shop's own cards. Without a pattern any number of the shop's own range may be a card; with one, others
    /// aren't.
    pub cards: Vec<CardPattern>,
    /// What the shop's own coupons begin with.
    pub coupon_prefixes: Vec<String>,
    /// What the URLs on receipts and cards begin with, up to the token. Capitals are as good.
    pub url_prefixes: Vec<String>,
    /// Whether a punch card is one by its token alone, so that it can't be guessed.
    pub punch_cards_need_tokens: bool,
    /// The keys by which tokens are checked.
    #[cfg(feature = "tokens")]
    pub keys: crate::code::KeyRing,
}

/// What was read, by whatever scanner.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReadCode<'a> {
    /// What it says, without an AIM identifier.
    pub bytes: &'a [u8],
    /// Of which kind the code is; `None` where that isn't known.
    pub symbology: Option<Symbology>,
    /// The AIM identifier, where there is one.
    pub aim: Option<AimIdentifier>,
}

/// Whose a code is, in the ledger.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CodeHolder {
    /// A customer's.
    Customer(CustomerId),
    /// That of a card of a customer that another has taken the place of (R29).
    Replaced,
    /// A punch card's.
    PunchCard,
}

/// What a scanned code is.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Resolved {
    /// A customer's card.
    Customer {
        /// Whose.
        customer: CustomerId,
        /// Its code.
        code: Code,
    },
    /// A punch card.
    PunchCard {
        /// Its code.
        code: Code,
    },
    /// The receipt of a sale, by its token: to claim the sale, or to bring goods back.
    Receipt {
        /// The sale.
        sale: SaleId,
    },
    /// Somebody wants to join, by a token.
    Enrolment {
        /// What the token names.
        code: Code,
    },
    /// A coupon: the shop's own, or one of GS1's.
    Coupon {
        /// What it says.
        text: String,
    },
    /// What was given back for returned goods, bottles mostly, as a machine printed it (GS1 prefix 980).
    RefundReceipt {
        /// Its number.
        number: Gtin,
    },
    /// An article.
    Article {
        /// Its number.
        gtin: Gtin,
        /// What else a GS1 code says of it: weight, price, best before.
        gs1: Option<ElementStrings>,
    },
    /// An article of the shop's own from its scale.
    Weighed(Weighed),
    /// None of them.
    Unknown {
        /// Why.
        why: Why,
    },
}

/// Why it isn't known what a code is.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Why {
    /// Nobody has it.
    NotFound,
    /// It can't be anybody's code: no text, too long, or with characters that can't be seen.
    NoCode,
    /// It was misread: the check digit that its kind of code must have is wrong.
    Misread,
    /// It begins as what the scale prints, but the check digit of weight or price is wrong.
    Scale,
    /// It says that it has GS1 element strings, and hasn't.
    Gs1(Gs1Error),
    /// It is the card of a customer, and another has taken its place (R29).
    Replaced,
    /// It is the number of an article or a coupon, and yet somebody's code: one of them has to be changed.
    AlsoACode {
        /// The number.
        gtin: Gtin,
        /// Whose code it is.
        holder: CodeHolder,
    },
    /// It is a punch card's code, and not its token.
    NeedsToken,
    /// It is meant as a token, and isn't taken.
    #[cfg(feature = "tokens")]
    Token(crate::code::TokenError),
}

impl<'a> ReadCode<'a> {
    /// Of bytes, of whose kind nothing is known.
    pub const fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, symbology: None, aim: None }
    }
}

impl Resolver {
    /// Says what a code is. `find` says whose a code is, in the ledger; codes are looked up in their
    /// [normal form](Code::normal). `today` is the day at the till, on which tokens have to hold.
    ///
    /// ```
    /// use regulars::code::{CodeHolder, ReadCode, Resolved, Resolver, Symbology, Why};
    /// use regulars::ident::CustomerId;
    /// use regulars::time::Date;
    ///
    /// let mut resolver = Resolver::default();
    /// resolver.scales.push("21IIIIIWW.WWWC".parse()?);
    /// let today = Date::from_civil(2026, 11, 26).expect("a date");
    /// // Somebody has given a customer the number of an article.
    /// let ada = CodeHolder::Customer(CustomerId::new("ada")?);
    /// let mut resolve = |text: &str| {
    ///     let read = ReadCode { symbology: Some(Symbology::Ean13), ..ReadCode::new(text.as_bytes()) };
    ///     resolver.resolve(read, today, |_| Ok::<_, std::convert::Infallible>(Some(ada.clone())))
    /// };
    /// assert!(matches!(resolve("2900000000179")?, Resolved::Customer { .. }));
    /// assert!(matches!(resolve("2100042012509")?, Resolved::Weighed(_)));
    /// assert!(matches!(resolve("4006381333931")?, Resolved::Unknown { why: Why::AlsoACode { .. } }));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Those of `find`.
    pub fn resolve<E>(
        &self,
        read: ReadCode<'_>,
        today: Date,
        mut find: impl FnMut(&Code) -> Result<Option<CodeHolder>, E>,
    ) -> Result<Resolved, E> {
        let text = core::str::from_utf8(read.bytes).ok();
        let token = match text.map(|text| self.token(text, today)) {
            Some(AsToken::Is(resolved)) => return Ok(resolved),
            Some(AsToken::Not(why)) => why,
            None => None,
        };
        match self.gs1(&read) {
            Some(Ok(resolved)) => return Ok(resolved),
            Some(Err(why)) => return Ok(Resolved::Unknown { why }),
            None => {}
        }
        match number(&read) {
            Ok(Some(gtin)) => return self.numbered(gtin, &read, &mut find),
            Ok(None) => {}
            Err(why) => return Ok(Resolved::Unknown { why }),
        }
        let Some((text, code)) = text.and_then(|text| Some((text, Code::new(text).ok()?))) else {
            return Ok(Resolved::Unknown { why: token.unwrap_or(Why::NoCode) });
        };
        if self.coupon_prefixes.iter().any(|prefix| !prefix.is_empty() && text.starts_with(prefix)) {
            return Ok(Resolved::Coupon { text: text.into() });
        }
        let found = find(&code)?;
        match gs1_unsaid(&read).filter(|_| found.is_none()) {
            Some(article) => Ok(article),
            None => Ok(self.held(code, found, token.unwrap_or(Why::NotFound))),
        }
    }

    /// What a number of GS1's is by its first digits.
    fn numbered<E>(
        &self,
        gtin: Gtin,
        read: &ReadCode<'_>,
        find: &mut impl FnMut(&Code) -> Result<Option<CodeHolder>, E>,
    ) -> Result<Resolved, E> {
        let in_store = gtin.prefix_use() == PrefixUse::InStore;
        if let Some(scale) = self.scales.iter().find(|scale| in_store && scale.covers(&gtin)) {
            let unread = Resolved::Unknown { why: Why::Scale };
            return Ok(scale.read_gtin(&gtin).map_or(unread, Resolved::Weighed));
        }
        let is_card = self.cards.iter().any(|cards| cards.serial(&gtin).is_some());
        let found = find_number(&gtin, read.bytes, find)?;
        match found {
            Some((code, holder)) if in_store && (is_card || self.cards.is_empty()) => {
                Ok(self.held(code, Some(holder), Why::NotFound))
            }
            Some((_, holder)) => Ok(Resolved::Unknown { why: Why::AlsoACode { gtin, holder } }),
            None if is_card => Ok(Resolved::Unknown { why: Why::NotFound }),
            None => Ok(match gtin.prefix_use() {
                PrefixUse::Coupon => Resolved::Coupon { text: String::from_utf8_lossy(read.bytes).into() },
                PrefixUse::RefundReceipt => Resolved::RefundReceipt { number: gtin },
                _ => Resolved::Article { gtin, gs1: None },
            }),
        }
    }

    /// What a code is by whose it is.
    fn held(&self, code: Code, holder: Option<CodeHolder>, otherwise: Why) -> Resolved {
        match holder {
            Some(CodeHolder::Customer(customer)) => Resolved::Customer { customer, code },
            Some(CodeHolder::PunchCard) if !self.punch_cards_need_tokens => Resolved::PunchCard { code },
            Some(CodeHolder::PunchCard) => Resolved::Unknown { why: Why::NeedsToken },
            Some(CodeHolder::Replaced) => Resolved::Unknown { why: Why::Replaced },
            None => Resolved::Unknown { why: otherwise },
        }
    }

    /// What GS1 element strings say; `None` where there are none, or they name nothing that is known here.
    fn gs1(&self, read: &ReadCode<'_>) -> Option<Result<Resolved, Why>> {
        let is_said =
            read.aim.is_some_and(AimIdentifier::is_gs1) || read.symbology == Some(Symbology::DataBar);
        if !is_said && !read.bytes.contains(&GS) {
            return None;
        }
        let gs1 = match ElementStrings::parse(read.bytes) {
            Ok(gs1) => gs1,
            Err(error) if is_said => return Some(Err(Why::Gs1(error))),
            Err(_) => return None,
        };
        if let Some(gtin) = gs1.gtin() {
            return Some(Ok(Resolved::Article { gtin, gs1: Some(gs1) }));
        }
        let coupon = ["255", "8110", "8112"].into_iter().find_map(|ai| gs1.text(ai));
        coupon.map(|text| Ok(Resolved::Coupon { text: text.into() }))
    }

    /// What is behind an URL of the shop's; `None` if it is none.
    fn behind_url<'t>(&self, text: &'t str) -> Option<&'t str> {
        let behind = |prefix: &String| {
            let (begins, behind) = text.split_at_checked(prefix.len())?;
            begins.eq_ignore_ascii_case(prefix).then_some(behind)
        };
        self.url_prefixes.iter().filter(|prefix| !prefix.is_empty()).find_map(behind)
    }

    #[cfg(feature = "tokens")]
    fn token(&self, text: &str, today: Date) -> AsToken {
        use crate::code::{TokenError, TokenFor};

        let behind_url = self.behind_url(text);
        let why = match self.keys.check(behind_url.unwrap_or(text), today) {
            Ok(token) => {
                return AsToken::Is(match token.content().stands_for.clone() {
                    TokenFor::Receipt(sale) => Resolved::Receipt { sale },
                    TokenFor::PunchCard(code) => Resolved::PunchCard { code },
                    TokenFor::Enrolment(code) => Resolved::Enrolment { code },
                });
            }
            Err(error) => Why::Token(error),
        };
        match (behind_url, &why) {
            (Some(_), _) => AsToken::Is(Resolved::Unknown { why }),
            (None, Why::Token(TokenError::NotAToken | TokenError::TooLong)) => AsToken::Not(None),
            // Digits alone are no token, however long.
            (None, _) if text.bytes().all(|byte| byte.is_ascii_digit()) => AsToken::Not(None),
            // It may still be somebody's code. If it isn't, this is what there is to say.
            (None, _) => AsToken::Not(Some(why)),
        }
    }

    #[cfg(not(feature = "tokens"))]
    fn token(&self, text: &str, _: Date) -> AsToken {
        match self.behind_url(text) {
            Some(_) => AsToken::Is(Resolved::Unknown { why: Why::NotFound }),
            None => AsToken::Not(None),
        }
    }
}

/// What a text is as a token.
enum AsToken {
    /// This, and nothing else.
    Is(Resolved),
    /// None, or none that is taken; and what there is to say of that if it is nothing else.
    Not(Option<Why>),
}

/// The number of GS1's that was read; `None` if it is none. Where the kind of code isn't known, digits with the right
/// length and check digit are one.
fn number(read: &ReadCode<'_>) -> Result<Option<Gtin>, Why> {
    let Some(symbology) = read.symbology else {
        let eight = || Some(read.bytes).filter(|bytes| bytes.len() == 8).map(Gtin::from_upc_e);
        let gtin = Gtin::from_digits(read.bytes).ok();
        return Ok(gtin.or_else(|| eight().and_then(Result::ok)));
    };
    match Gtin::from_code(symbology, read.bytes) {
        Ok(gtin) => Ok(Some(gtin)),
        Err(GtinError::OtherSymbology { .. }) => Ok(None),
        // Boxes may have other things in ITF.
        Err(_) if symbology == Symbology::Itf => Ok(None),
        Err(_) => Err(Why::Misread),
    }
}

/// An article by element strings of which nothing says that they are some. They begin with (01), fit to the last byte,
/// and are nobody's code.
fn gs1_unsaid(read: &ReadCode<'_>) -> Option<Resolved> {
    let may_have =
        matches!(read.symbology, None | Some(Symbology::Code128 | Symbology::DataMatrix | Symbology::Qr));
    let gs1 = ElementStrings::parse(read.bytes).ok().filter(|_| may_have)?;
    let gtin = gs1.gtin().filter(|_| read.bytes.starts_with(b"01"))?;
    Some(Resolved::Article { gtin, gs1: Some(gs1) })
}

/// Whose code a number is, as it was read or as the 13 digits of it.
fn find_number<E>(
    gtin: &Gtin,
    read: &[u8],
    find: &mut impl FnMut(&Code) -> Result<Option<CodeHolder>, E>,
) -> Result<Option<(Code, CodeHolder)>, E> {
    let forms = [Some(read), gtin.as_ean_13().filter(|thirteen| *thirteen != read)];
    for form in forms.into_iter().flatten() {
        let code = core::str::from_utf8(form).ok().and_then(|form| Code::new(form).ok());
        let Some(code) = code else { continue };
        if let Some(holder) = find(&code)? {
            return Ok(Some((code, holder)));
        }
    }
    Ok(None)
}

#[cfg(test)]
mod tests;
