//! Names that come from outside: checked once, never made up here.

use core::fmt;

use smol_str::SmolStr;

/// A text can't be an id: ids are 1 to 64 characters that can be seen, without blanks at the ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum IdError {
    /// The text is empty.
    #[error("an id of 1 to 64 characters, not an empty one")]
    Empty,
    /// The text has more than 64 characters.
    #[error("an id of 1 to 64 characters, not a longer one")]
    TooLong,
    /// The text has a control character, such as a tab or a line end.
    #[error("an id without control characters")]
    ControlCharacter,
    /// The text has a character that can't be seen, and changes how others are shown: two ids could
    /// look alike.
    #[error("an id without characters that can't be seen")]
    Invisible,
    /// The text begins or ends with a blank.
    #[error("an id without blanks at its ends")]
    Blank,
    /// The name of a tender is nearly that of a built-in one, and would be taken for another.
    #[error("the tender's name as it is written: {is}")]
    NearlyBuiltIn {
        /// The name of the built-in tender.
        is: &'static str,
    },
}

const MAX_CHARACTERS: usize = 64;

fn check(text: &str) -> Result<(), IdError> {
    if text.is_empty() {
        return Err(IdError::Empty);
    }
    // Nearly all are letters, digits and signs of ASCII, with nothing to check.
    if text.len() <= MAX_CHARACTERS && text.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Ok(());
    }
    if MAX_CHARACTERS < text.chars().count() {
        return Err(IdError::TooLong);
    }
    if text.chars().any(char::is_control) {
        return Err(IdError::ControlCharacter);
    }
    if text.chars().any(is_invisible) {
        return Err(IdError::Invisible);
    }
    if text.trim().len() != text.len() {
        return Err(IdError::Blank);
    }
    Ok(())
}

/// A text that can be an id, and isn't one of anything yet: what comes in a struct of C is checked first, and then made
/// where it stays.
#[cfg(feature = "capi")]
#[derive(Clone, Copy)]
pub(crate) struct Checked<'t>(&'t str);

#[cfg(feature = "capi")]
impl<'t> Checked<'t> {
    /// Checks a text.
    #[inline]
    pub(crate) fn new(text: &'t str) -> Result<Checked<'t>, IdError> {
        check(text).map(|()| Checked(text))
    }

    /// The text.
    #[inline]
    pub(crate) fn as_str(self) -> &'t str {
        self.0
    }
}

#[cfg(feature = "capi")]
macro_rules! from_checked {
    ($($name:ident)+) => {$(
        impl From<Checked<'_>> for $name {
            #[inline]
            fn from(Checked(text): Checked<'_>) -> $name {
                $name(SmolStr::new(text))
            }
        }
    )+};
}

// Of those that headers and sales name; never of one with a check of its own, such as `Tender`.
#[cfg(feature = "capi")]
from_checked! { SaleId CustomerId DocumentId OutletId RegisterId OperatorId }

/// Characters of no width, and those that turn the direction of writing.
fn is_invisible(character: char) -> bool {
    matches!(character, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

/// `Loyalty` would be a tender of the shop's own, and earn.
fn not_nearly_built_in(text: &str) -> Result<(), IdError> {
    let built_in = [Tender::LOYALTY, Tender::ON_ACCOUNT, Tender::CASH];
    match built_in.into_iter().find(|built_in| text.eq_ignore_ascii_case(built_in)) {
        Some(is) if text != is => Err(IdError::NearlyBuiltIn { is }),
        _ => Ok(()),
    }
}

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident $(, if $check:ident)?;)+) => {$(
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(SmolStr);

        impl $name {
            /// Checks a text.
            ///
            /// # Errors
            /// [`IdError`] unless it has 1 to 64 characters, all of which can be seen, and no blank at
            /// its ends.
            pub fn new(text: &str) -> Result<$name, IdError> {
                // Nothing is made before all is checked, so that it is made where it stays.
                check(text)?;
                $($check(text)?;)?
                Ok($name(SmolStr::new(text)))
            }

            /// The text.
            pub fn as_str(&self) -> &str {
                self.0.as_str()
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Debug::fmt(self.as_str(), f)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.as_str())
            }
        }
    )+};
}

ids! {
    /// A sale's number, given by the register that rang it up.
    ///
    /// ```
    /// use regulars::ident::SaleId;
    ///
    /// assert_eq!(SaleId::new("2026-000017")?.as_str(), "2026-000017");
    /// assert!(SaleId::new("").is_err());
    /// # Ok::<(), regulars::ident::IdError>(())
    /// ```
    SaleId;
    /// A line of a sale, unique in that sale.
    LineId;
    /// A product, as the shop numbers it.
    ProductId;
    /// A category of products.
    CategoryId;
    /// A price book: a list of prices, with earning of its own.
    PriceBookId;
    /// A customer.
    CustomerId;
    /// A document that isn't a sale: a payment, a return, an adjustment.
    DocumentId;
    /// A shop, or a stock room, of the retailer.
    OutletId;
    /// A register.
    RegisterId;
    /// The person at the register.
    OperatorId;
    /// A loyalty program.
    ProgramId;
    /// A kind of payment: `cash`, `card`, `loyalty`, `on_account`, or the shop's own.
    /// What differs from a built-in name only in capitals is refused.
    Tender, if not_nearly_built_in;
    /// A code that a customer shows, or a promotion's code.
    Code;
    /// A promotion of a program.
    PromotionId;
    /// A reward of a program.
    RewardId;
    /// A tier of a program.
    TierId;
    /// A kind of punch card of a program.
    PunchCardId;
    /// A batch in which punch cards were made.
    BatchId;
    /// A group of customers.
    GroupId;
}

impl Tender {
    /// The name of the tender that spends loyalty.
    pub const LOYALTY: &str = "loyalty";
    /// The name of the tender that defers a part of the sale to the customer's account.
    pub const ON_ACCOUNT: &str = "on_account";
    /// The name of the tender that change comes out of first.
    pub const CASH: &str = "cash";

    /// Whether this spends loyalty.
    pub fn is_loyalty(&self) -> bool {
        self.as_str() == Tender::LOYALTY
    }

    /// Whether this is a deferral, not a payment (R4).
    pub fn is_on_account(&self) -> bool {
        self.as_str() == Tender::ON_ACCOUNT
    }

    /// The tender that change comes out of first.
    pub(crate) fn cash() -> Tender {
        Tender(SmolStr::new_static(Tender::CASH))
    }

    /// The loyalty tender.
    pub fn loyalty() -> Tender {
        Tender(SmolStr::new_static(Tender::LOYALTY))
    }
}
