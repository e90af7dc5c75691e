//! The rules by which lines and sales earn (R6).

use alloc::vec::Vec;

use crate::ident::{CategoryId, ProductId};
use crate::money::{Money, Ratio, Units};
use crate::sale::LineItem;

/// A base rule: what the program gives where nothing else is said of a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BaseRule {
    /// What it gives, and for what.
    pub by: EarnBy,
    /// The lines it looks at; all of them where nothing is said.
    pub applies_to: Where,
    /// What those lines have to come to, at least. Lines that may not earn don't count (Q19).
    pub minimum_spend: Option<Money>,
    /// Whether later base rules count for nothing where this one applied.
    pub last: bool,
}

impl BaseRule {
    /// Whether nothing in it is below zero, and a step is above.
    pub(crate) fn is_sound(&self) -> bool {
        let by = match self.by {
            EarnBy::Amount { rate } => !rate.is_negative(),
            EarnBy::Step { amount, units } => Money::ZERO < amount && !units.is_negative(),
            EarnBy::Visit { units } | EarnBy::Item { units } => !units.is_negative(),
        };
        by && self.minimum_spend.is_none_or(|minimum| !minimum.is_negative())
    }
}

/// What a base rule gives, and for what.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EarnBy {
    /// Units for each 1.00 of money.
    Amount {
        /// Units for each 1.00.
        rate: Ratio,
    },
    /// Units for each full step of what the lines come to together; no part of a step counts.
    Step {
        /// The step; above zero.
        amount: Money,
        /// Units for each full step.
        units: Units,
    },
    /// Units for each sale that has a line which may earn.
    Visit {
        /// Units for the sale.
        units: Units,
    },
    /// Units for each one of quantity.
    Item {
        /// Units for each one.
        units: Units,
    },
}

/// Which lines a rule looks at. An empty list says nothing.
///
/// ```
/// use regulars::ident::{CategoryId, LineId, ProductId};
/// use regulars::loyalty::Where;
/// use regulars::money::{Money, Ratio};
/// use regulars::sale::LineItem;
///
/// let line = |product: &str, category: &str| -> Result<LineItem, regulars::ident::IdError> {
///     let (id, product) = (LineId::new("1")?, ProductId::new(product)?);
///     let category = Some(CategoryId::new(category)?);
///     # let (quantity, unit_price, discount) = (Ratio::ONE, Money::ZERO, Money::ZERO);
///     # let (tax, price_book, promotions, earns) = (None, None, Vec::new(), true);
///     Ok(LineItem { id, product, category, /* … */
///         # quantity, unit_price, discount, tax, price_book, promotions, earns,
///     })
/// };
/// // All drinks and the pen, but not the wine.
/// let rule = Where {
///     products: vec![ProductId::new("pen")?],
///     categories: vec![CategoryId::new("drinks")?],
///     except_products: vec![ProductId::new("wine")?],
///     ..Where::default()
/// };
/// assert!(rule.selects(&line("tea", "drinks")?));
/// assert!(rule.selects(&line("pen", "paper")?));
/// assert!(!rule.selects(&line("book", "paper")?));
/// assert!(!rule.selects(&line("wine", "drinks")?));
/// # Ok::<(), regulars::ident::IdError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Where {
    /// Only these products.
    pub products: Vec<ProductId>,
    /// Only these categories.
    pub categories: Vec<CategoryId>,
    /// Not these products.
    pub except_products: Vec<ProductId>,
    /// Not these categories.
    pub except_categories: Vec<CategoryId>,
}

impl Where {
    /// Whether a line is looked at. Of `products` and `categories`, where both are given, one
    /// that fits is enough; what is excepted is never looked at.
    pub fn selects(&self, line: &LineItem) -> bool {
        let in_categories =
            |list: &[CategoryId]| line.category.as_ref().is_some_and(|category| list.contains(category));
        let open = self.products.is_empty() && self.categories.is_empty();
        let named = open || self.products.contains(&line.product) || in_categories(&self.categories);
        named && !self.except_products.contains(&line.product) && !in_categories(&self.except_categories)
    }
}

/// What one line earns by, in place of the base rules or on top of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LineRule {
    /// Nothing.
    Nothing,
    /// Units for each 1.00 of the line's amount.
    Amount {
        /// Units for each 1.00.
        rate: Ratio,
    },
    /// What the base rules give, and units for each one of quantity.
    Extra {
        /// Units for each one.
        units: Units,
    },
    /// Units for each one of quantity.
    Fixed {
        /// Units for each one.
        units: Units,
    },
    /// What the base rules give, times a factor.
    Multiply {
        /// The factor.
        factor: Ratio,
    },
}

impl LineRule {
    /// Whether nothing in it is below zero.
    pub(crate) fn is_sound(self) -> bool {
        match self {
            LineRule::Nothing => true,
            LineRule::Amount { rate: number } | LineRule::Multiply { factor: number } => {
                !number.is_negative()
            }
            LineRule::Extra { units } | LineRule::Fixed { units } => !units.is_negative(),
        }
    }

    /// Whether the base rules still look at the line.
    pub fn builds_on_base(self) -> bool {
        matches!(self, LineRule::Extra { .. } | LineRule::Multiply { .. })
    }
}
