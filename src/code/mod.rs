//! What scanners read, as the field's standards have it: symbologies and their check digits, AIM identifiers,
//! numbers of articles, GS1 element strings, and the numbers that a shop gives itself.
//!
//! All of it is pure: text and digits in, text and digits out. Pictures are read by `adapter::scan`, and the
//! keys of a scanner that is a keyboard by `adapter::wedge`.

mod aim;
mod card_form;
mod check_digit;
mod gs1;
mod gtin;
mod in_store;
mod resolve;
mod symbology;
#[cfg(feature = "tokens")]
mod token;
mod weighed;

pub use aim::AimIdentifier;
pub use card_form::{CardForm, CardFormError};
pub use check_digit::{check_digit_39, check_digit_128, check_digit_gs1, has_check_digit_gs1};
pub use gs1::{
    Ai, ElementString, ElementStrings, GS, Gs1Date, Gs1Error, Gs1Value, MOST_GS1_BYTES, MOST_GS1_FIELDS,
};
pub use gtin::{Gtin, GtinError, PrefixUse};
pub use in_store::{CardPattern, InStorePattern, PatternError, SharedNumbersError, check_digit_measure};
pub use resolve::{CodeHolder, Lookup, ReadCode, Resolved, Resolver, Why};
pub use symbology::Symbology;
#[cfg(feature = "tokens")]
pub use token::{
    CheckingKey, KeyId, KeyIdTakenError, KeyRing, LONGEST_TOKEN, LastDayError, PublicKeyError, Token,
    TokenContent, TokenError, TokenFor, TokenKey, TokenKind, TokenKindError, in_groups,
};
pub use weighed::{Measure, Weighed, WeighedItem};
