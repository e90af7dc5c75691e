//! What a scale printed.

use alloc::string::String;
use core::fmt;

use rust_decimal::Decimal;

use crate::code::{ElementStrings, Gtin};

/// An article with a weight or a price, from a scale.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Weighed {
    /// The article.
    pub item: WeighedItem,
    /// What the scale said.
    pub measure: Measure,
    /// All that a GS1 code says: the number, best before, and the weight beside a price. `None` of the shop's own.
    pub gs1: Option<ElementStrings>,
}

/// Which article was weighed.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum WeighedItem {
    /// Its number in the scale (PLU, for price look-up), which the shop gave it: the digits at the pattern's `I`,
    /// zeros in front included.
    Plu(String),
    /// Its number in all shops: that of a GS1 code.
    Gtin(Gtin),
}

/// What a scale prints.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Measure {
    /// A weight. Its unit says [`Weighed::item`]: of a [`Gtin`](WeighedItem::Gtin) it is kilograms (310n), of a
    /// [`Plu`](WeighedItem::Plu) the unit that the shop's scale has. Patterns in kilograms, `WW.WWW`, have but one.
    Weight(Decimal),
    /// A price, in the shop's currency.
    Price(Decimal),
}

impl Measure {
    /// Whether it is no weight and no price: an empty scale, or a label that leaves it to the till.
    pub fn is_zero(&self) -> bool {
        let (Self::Weight(value) | Self::Price(value)) = self;
        value.is_zero()
    }
}

impl fmt::Display for WeighedItem {
    /// Its digits.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Plu(plu) => f.write_str(plu),
            Self::Gtin(gtin) => gtin.fmt(f),
        }
    }
}
