//! The policies of a program: where a rule leaves a choice, what it chooses.

use alloc::collections::BTreeMap;

use crate::ident::ProductId;
use crate::loyalty::LineRule;
use crate::time::Date;

/// What a program counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// Money of the program's currency.
    Money,
    /// Points.
    Points {
        /// How many decimals a number of points can have: 0 to 8.
        decimals: u8,
    },
}

/// What is rounded (R8).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum RoundPer {
    /// The sum of all that a sale earns.
    #[default]
    Sale,
    /// Each line, each visit rule and each bonus; the sale earns their sum.
    Line,
}

/// Which amount of a line earns (R7, Q23). It matters for lines that say their [`Tax`](crate::sale::Tax);
/// the tax that is added or taken out isn't rounded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Basis {
    /// The price as it was rung up.
    #[default]
    AsPriced,
    /// The price with the tax in it.
    TaxIncluded,
    /// The price without the tax.
    TaxExcluded,
}

/// How several base rules go together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Combine {
    /// Each adds what it gives.
    #[default]
    Sum,
    /// Only the one that gives the sale most; of several, the earlier.
    Best,
}

/// The days from and until which a program holds, both included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Valid {
    /// The first day.
    pub from: Option<Date>,
    /// The last day.
    pub until: Option<Date>,
}

impl Valid {
    /// Whether a day is one of them.
    pub fn contains(&self, day: Date) -> bool {
        self.from.is_none_or(|from| from <= day) && self.until.is_none_or(|until| day <= until)
    }

    /// Whether the last day, where there is one, isn't before the first.
    pub(crate) fn is_in_order(&self) -> bool {
        self.from.is_none_or(|from| self.until.is_none_or(|until| from <= until))
    }
}

/// A price book's rules.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PriceBook {
    /// By product.
    pub products: BTreeMap<ProductId, LineRule>,
    /// For each product that isn't named.
    pub others: Option<LineRule>,
}

impl PriceBook {
    pub(crate) fn rule(&self, product: &ProductId) -> Option<LineRule> {
        self.products.get(product).copied().or(self.others)
    }
}

/// What happens when goods come back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReturnPolicy {
    /// How much of what was earned is taken back (R16).
    pub claw_back: ClawBackPolicy,
    /// What happens when more should be taken back than is there (R19).
    pub negative_balance: NegativeBalance,
    /// Whether cash may go back for what loyalty paid (R17).
    pub loyalty_to_cash: bool,
    /// What happens when goods come back without their sale (R22).
    pub unreferenced: Unreferenced,
    /// Whether a return gives back what its rewards cost; a void always does (Q28).
    pub restore_rewards: bool,
    /// For how many days after the return or void loyalty given back can be used when it has run out
    /// meanwhile (R23). With none it runs out at once.
    pub restore_grace_days: u16,
}

impl Default for ReturnPolicy {
    fn default() -> ReturnPolicy {
        ReturnPolicy {
            claw_back: ClawBackPolicy::default(),
            negative_balance: NegativeBalance::default(),
            loyalty_to_cash: false,
            unreferenced: Unreferenced::default(),
            restore_rewards: true,
            restore_grace_days: 0,
        }
    }
}

/// How much of what a sale earned a return takes back (R16).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ClawBackPolicy {
    /// What the returned part of each line earned.
    #[default]
    Proportional,
    /// What the sale earned over what it would have earned without what came back (Q6).
    Recompute,
}

/// What happens when goods come back without their sale (R22).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Unreferenced {
    /// What they would earn today is taken back.
    #[default]
    CurrentRate,
    /// Nothing.
    Ignore,
}

/// When sales on account earn (R4).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum OnAccount {
    /// Each when its own debt is paid.
    #[default]
    SalePaid,
    /// All of them when the customer owes nothing any more.
    AccountCleared,
}

/// What happens when more should be taken back than is there (R19).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum NegativeBalance {
    /// The balance goes below zero, and later earning fills it.
    #[default]
    Allow,
    /// What is there is taken; the rest is written off.
    Clamp,
    /// The document is refused with [`PointsAlreadyRedeemed`](crate::decide::Refusal::PointsAlreadyRedeemed).
    Refuse,
    /// What is there is taken; the money value of the rest, half up, is kept from the part of the refund
    /// that isn't loyalty, and what that doesn't cover is written off (Q7).
    DeductFromRefund,
}

/// Who takes part (R9).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Enrolment {
    /// Every customer who hasn't opted out.
    #[default]
    Automatic,
    /// Those who asked to.
    OnRequest,
}
