//! One line of a sale.

use alloc::vec::Vec;

use crate::ident::{CategoryId, LineId, PriceBookId, ProductId, PromotionId};
use crate::money::{AmountError, Exact, Money, Ratio, Rounding, power_of_ten};

/// A line of a sale, as it was rung up.
///
/// ```
/// use regulars::ident::{LineId, ProductId};
/// use regulars::money::{Money, Ratio, parse_decimal};
/// use regulars::sale::LineItem;
///
/// // 0.335 kg of cheese at 9.99, 0.30 off: 3.34665 is rounded to 3.35 first.
/// let cheese = LineItem {
///     id: LineId::new("1")?,
///     product: ProductId::new("cheese")?,
///     category: None,
///     quantity: Ratio::from_decimal(parse_decimal("0.335")?)?,
///     unit_price: Money::from_minor(999),
///     discount: Money::from_minor(30),
///     tax: None,
///     price_book: None,
///     promotions: Vec::new(),
///     earns: true,
/// };
/// assert_eq!(cheese.amount()?, Money::from_minor(305));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LineItem {
    /// The line's own id, unique in its sale.
    pub id: LineId,
    /// What was sold.
    pub product: ProductId,
    /// The product's category.
    pub category: Option<CategoryId>,
    /// How many, or how much of it; below zero where the till took something off. Such a line lowers
    /// the total and earns nothing (R10).
    pub quantity: Ratio,
    /// The price of one.
    pub unit_price: Money,
    /// What the line's own discount takes off, in all and not for each one; not below zero.
    pub discount: Money,
    /// The tax of the line; it serves [`Basis`](crate::loyalty::Basis) only.
    pub tax: Option<Tax>,
    /// The price book whose price this is.
    pub price_book: Option<PriceBookId>,
    /// The promotions that the cashier named for it.
    pub promotions: Vec<PromotionId>,
    /// Whether the line may earn; gift cards sold, deposits and fees don't (R10).
    pub earns: bool,
}

/// The tax of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tax {
    /// A fraction of the price without tax: `0.21` is 21 %.
    Rate {
        /// The fraction.
        rate: Ratio,
        /// Whether the price as rung up has the tax inside.
        included: bool,
    },
    /// The tax of the line after its own discount.
    Amount {
        /// The tax.
        amount: Money,
        /// Whether the price as rung up has the tax inside.
        included: bool,
    },
}

impl LineItem {
    /// Quantity × unit price, rounded half up to money, less the line's own discount (R7).
    ///
    /// # Errors
    /// [`AmountError::TooLarge`] past 63 bits.
    pub fn amount(&self) -> Result<Money, AmountError> {
        let product = i128::from(self.quantity.mantissa()).checked_mul(i128::from(self.unit_price.minor()));
        let product = product.ok_or(AmountError::TooLarge)?;
        let exact = Exact::fraction(product, power_of_ten(self.quantity.scale()))?;
        Money::from_minor(exact.round(Rounding::HalfUp)?).minus(self.discount)
    }
}
