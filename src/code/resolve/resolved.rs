//! What a scanned code is, and why that isn't known.

use alloc::string::String;
use core::fmt;

use super::CodeHolder;
use crate::code::{ElementStrings, Gs1Error, Gtin, Measure, Weighed};
use crate::ident::{Code, CustomerId, SaleId};

/// What a scanned code is.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Resolved {
    /// A customer's card.
    Customer {
        /// Whose. [`Register::resolve`](crate::register::Register::resolve) gives the record that stays, where the
        /// card's was merged into another (R30), and who has opted out as everybody else: the sale may have that
        /// customer, and earns nothing (R31).
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
    /// An article with a weight or a price: of the shop's own from its scale, or of a GS1 code.
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
    /// It is a link, and none that begins as the shop's do
    /// ([`Resolver::url_prefixes`](crate::code::Resolver::url_prefixes)), and nobody has it as a code.
    OtherLink,
    /// It can't be anybody's code: no text, too long, or with characters that can't be seen.
    NoCode,
    /// It was misread: the check digit that its symbology must have is wrong.
    Misread,
    /// It begins as what the scale prints, but the check digit of weight or price is wrong.
    Scale,
    /// It is an article whose weight or price is nothing: an empty scale, or a label that leaves it to the till, which
    /// has to ask for it. It isn't rung up as it is, since that would be for nothing.
    NothingWeighed(Weighed),
    /// It says that it has GS1 element strings, and hasn't, or they contradict each other.
    Gs1(Gs1Error),
    /// It is the card of a customer, and another has taken its place (R29).
    Replaced,
    /// It has the form of the number of an article or a coupon, and yet is somebody's code: one of them has to be
    /// changed, or the shop's cards need a [`CardForm`](crate::code::CardForm). A till may ask which it is.
    AlsoACode {
        /// The number.
        gtin: Gtin,
        /// Whose code it is.
        holder: CodeHolder,
    },
    /// Several have the number as their code, each in another form of it, such as with zeros before it: one of the codes
    /// has to be changed.
    SeveralHave {
        /// The number.
        gtin: Gtin,
    },
    /// A customer and a punch card have it as their code, each from another register: one of them has to be changed.
    CustomerAndPunchCard,
    /// It is a punch card's code, and not its token.
    NeedsToken,
    /// It is meant as a token, and isn't taken.
    #[cfg(feature = "tokens")]
    Token(crate::code::TokenError),
}

impl Why {
    /// The name that JSON has; it never changes.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::NotFound => "not_found",
            Self::OtherLink => "other_link",
            Self::NoCode => "no_code",
            Self::Misread => "misread",
            Self::Scale => "scale_misread",
            Self::NothingWeighed(_) => "nothing_weighed",
            Self::Gs1(_) => "gs1",
            Self::Replaced => "card_replaced",
            Self::AlsoACode { .. } => "also_a_code",
            Self::SeveralHave { .. } => "several_have",
            Self::CustomerAndPunchCard => "customer_and_card",
            Self::NeedsToken => "needs_token",
            #[cfg(feature = "tokens")]
            Self::Token(_) => "token",
        }
    }
}

impl fmt::Display for Why {
    /// One line for a cashier.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotFound => {
                f.write_str("nobody has this code: scan it again; who has a new card joins with it first")
            }
            Self::OtherLink => {
                f.write_str("a link, but none of the shop's: what those begin with is set in `url_prefixes`")
            }
            Self::NoCode => f.write_str("this can't be anybody's code"),
            Self::Misread => f.write_str("misread, its check digit is wrong: scan it again"),
            Self::Scale => f.write_str("weight or price misread: scan the label again, or weigh again"),
            Self::NothingWeighed(weighed) => {
                let what = match weighed.measure {
                    Measure::Weight(_) => "weight",
                    Measure::Price(_) => "price",
                };
                write!(f, "article {} has no {what} on its label: ask for it", weighed.item)
            }
            Self::Gs1(error) => write!(f, "the code isn't filled in as it must be: {error}"),
            Self::Replaced => f.write_str("this card was replaced by another, and isn't taken any more"),
            Self::AlsoACode { gtin, holder } => {
                let whose = match holder {
                    CodeHolder::Customer(_) => "a customer's card",
                    CodeHolder::Replaced => "a card that was replaced",
                    CodeHolder::PunchCard => "a punch card",
                    CodeHolder::Several => "a customer's card and of a punch card",
                };
                write!(f, "{gtin} may be an article, and is the code of {whose}: ask which it is")
            }
            Self::SeveralHave { gtin } => write!(f, "several have {gtin} as their code: ask who it is"),
            Self::CustomerAndPunchCard => {
                f.write_str("a customer and a punch card have this code: ask which it is, and change one")
            }
            Self::NeedsToken => {
                f.write_str("a punch card's number isn't enough: scan its code, or type all of that")
            }
            #[cfg(feature = "tokens")]
            Self::Token(error) => {
                write!(f, "this receipt or card isn't taken: {error}; {}", next_step(error))
            }
        }
    }
}

/// What a cashier does with a token that isn't taken.
#[cfg(feature = "tokens")]
const fn next_step(error: &crate::code::TokenError) -> &'static str {
    use crate::code::TokenError;

    match error {
        TokenError::TooLong | TokenError::NotAToken => "scan the shop's own code",
        TokenError::Mistyped => "scan or type it again",
        TokenError::UnknownKey { .. } | TokenError::NotOfThisKey { .. } | TokenError::KeyOutOfUse { .. } => {
            "ask the office whether it is of this shop, and which keys this till holds"
        }
        TokenError::Expired { .. } => "it is too old",
        _ => "give nothing for it, and ask the office",
    }
}
