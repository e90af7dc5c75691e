//! Why a line earned what it earned (R41).

use alloc::vec::Vec;
use core::fmt;

use crate::ident::{CategoryId, LineId, PriceBookId, ProductId, PromotionId, TierId};
use crate::money::{Money, Units};

/// What one line, or one rule for the visit, earned, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Explanation {
    /// The line; `None` for what was earned by the visit.
    pub line: Option<LineId>,
    /// The rule that won.
    pub rule: AppliedRule,
    /// The amount it worked on, in minor units, rounded half up.
    pub amount: Money,
    /// The share of the sale that wasn't paid with loyalty or another tender that doesn't earn (R5).
    pub share: Share,
    /// What was earned, after the share and the rounding; all of them add up to what the sale earned.
    pub units: Units,
    /// Why so.
    pub why: Why,
    /// The tier that the customer had, if it gave a factor or rules.
    pub tier: Option<TierId>,
    /// The other promotions that hold for the line, and what became of them.
    pub others: Vec<OtherRule>,
}

/// A rule that was looked at for a line beside the one that won.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OtherRule {
    /// Which.
    pub rule: AppliedRule,
    /// What became of it.
    pub fate: Fate,
}

/// What became of a rule beside the one that won.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// It applied, too.
    AlsoApplied,
    /// It would earn no more than the one that won.
    EarnsNoMore,
    /// The one that won is newer.
    Older,
    /// Its minimum spend isn't reached.
    MinimumNotReached,
}

impl Fate {
    /// The name that documents use.
    pub const fn name(self) -> &'static str {
        match self {
            Fate::AlsoApplied => "also_applied",
            Fate::EarnsNoMore => "earns_no_more",
            Fate::Older => "older",
            Fate::MinimumNotReached => "minimum_not_reached",
        }
    }
}

/// The first condition that isn't met of a promotion that runs on the day (R11).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unmet {
    /// It is for other days of the week.
    Days,
    /// It is for other hours.
    Hours,
    /// It is for other outlets.
    Outlet,
    /// Its code wasn't shown.
    Code,
    /// It isn't for this customer, or not any more: a group, a birthday, a first purchase, a limit.
    Customer,
}

impl Unmet {
    /// The name that documents use.
    pub const fn name(self) -> &'static str {
        match self {
            Unmet::Days => "other_days",
            Unmet::Hours => "other_hours",
            Unmet::Outlet => "other_outlet",
            Unmet::Code => "code_not_shown",
            Unmet::Customer => "other_customer",
        }
    }
}

/// The rule that won for a line (R6). It is shown as documents write it: `program`, `visit:0`,
/// `product:coat`, `category:drinks`, `price_book:staff`, `promotion:may`, `bonus:welcome`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AppliedRule {
    /// The program's base rules.
    Base,
    /// The base rule at this place, for the visit.
    Visit(u16),
    /// The product's.
    Product(ProductId),
    /// The category's.
    Category(CategoryId),
    /// The price book's.
    PriceBook(PriceBookId),
    /// A promotion for lines.
    Promotion(PromotionId),
    /// A promotion that gives units for the sale.
    Bonus(PromotionId),
}

impl fmt::Display for AppliedRule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            AppliedRule::Base => f.write_str("program"),
            AppliedRule::Visit(index) => write!(f, "visit:{index}"),
            AppliedRule::Product(id) => write!(f, "product:{id}"),
            AppliedRule::Category(id) => write!(f, "category:{id}"),
            AppliedRule::PriceBook(id) => write!(f, "price_book:{id}"),
            AppliedRule::Promotion(id) => write!(f, "promotion:{id}"),
            AppliedRule::Bonus(id) => write!(f, "bonus:{id}"),
        }
    }
}

/// The share of a sale that earns: what was not paid with tenders that don't earn, of the total.
/// It is never rounded (R5). It is shown in minor units, such as `8000/10000`, and as `1` where it is 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Share {
    /// T − L, in minor units.
    pub earning: Money,
    /// T, in minor units. Where it is zero the share is 1.
    pub total: Money,
}

impl fmt::Display for Share {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.total.is_zero() || self.earning == self.total {
            return f.write_str("1");
        }
        write!(f, "{}/{}", self.earning.minor(), self.total.minor())
    }
}

/// Why a line earned what it earned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Why {
    /// By its rule.
    Earned,
    /// The sale is flagged as earning nothing.
    SaleEarnsNothing,
    /// The program doesn't hold on the day of the sale.
    OutsideValidDays,
    /// The line is flagged as earning nothing.
    LineEarnsNothing,
    /// The line takes something off, and is no return.
    NegativeLine,
    /// All of it is free, by a reward or a punch card (Q17).
    Free,
    /// Its own rule says that it earns nothing.
    RuleSaysNothing,
    /// No base rule that counts looks at it: its minimum spend wasn't reached, or, where the best one alone counts,
    /// another gives more.
    NoRuleApplies,
    /// All of the sale was paid with tenders that don't earn.
    PaidWithLoyalty,
    /// Nothing was due for the sale, so that nothing is earned by amount (R5).
    NothingDue,
    /// It is worth less than the smallest unit.
    RoundedAway,
    /// The sale has no customer.
    NoCustomer,
    /// The customer took no part in the program when the sale was settled.
    NoMember,
}

impl Why {
    /// The name that documents use.
    pub const fn name(self) -> &'static str {
        match self {
            Why::Earned => "earned",
            Why::SaleEarnsNothing => "sale_earns_nothing",
            Why::OutsideValidDays => "outside_valid_days",
            Why::LineEarnsNothing => "line_earns_nothing",
            Why::NegativeLine => "negative_line",
            Why::Free => "free",
            Why::RuleSaysNothing => "rule_says_nothing",
            Why::NoRuleApplies => "no_rule_applies",
            Why::PaidWithLoyalty => "paid_with_loyalty",
            Why::NothingDue => "nothing_due",
            Why::RoundedAway => "rounded_away",
            Why::NoCustomer => "no_customer",
            Why::NoMember => "no_member",
        }
    }
}
