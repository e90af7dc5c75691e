//! A loyalty program: what it counts, what it grants, and its policies.

use alloc::collections::BTreeMap;
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::fmt;

use crate::ident::{CategoryId, OutletId, PriceBookId, ProductId, ProgramId, Tender};
use crate::loyalty::{
    BaseRule, Basis, Bound, Combine, Enrolment, Expiry, LineRule, OnAccount, PriceBook, Promotion,
    PromotionChoice, PunchCard, Redemption, ReturnPolicy, Reward, RoundPer, Tiers, Unit, Valid,
};
use crate::money::{Currency, MAX_DECIMALS, Rounding, Units};
use crate::sale::LineItem;
use crate::sorting;
use crate::time::{Date, Offset, Zone};

/// A loyalty program: what it counts, what it grants and for what, and its policies. A new one is
/// made by [`Program::new`]; its fields are then set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Program {
    /// Its name.
    pub id: ProgramId,
    /// The money of its sales; it never changes on one ledger.
    pub currency: Currency,
    /// Where its days begin and end.
    pub time_zone: Zone,
    /// Outlets whose days begin and end elsewhere.
    pub outlets: BTreeMap<OutletId, Zone>,
    /// What it counts; it never changes on one ledger.
    pub unit: Unit,
    /// How what was earned becomes a whole number of the smallest unit (R8).
    pub rounding: Rounding,
    /// What is rounded: the sale's sum, or each part of it (R8).
    pub round_per: RoundPer,
    /// Which amount of a line earns (R7).
    pub basis: Basis,
    /// Whether a discount on the sale lowers what its lines earn (R7).
    pub sale_discount_lowers_earning: bool,
    /// The days on which lines have to be rung up to earn (R10).
    pub valid: Valid,
    /// What lines earn by that no other rule names.
    pub earn: Vec<BaseRule>,
    /// How several base rules go together.
    pub combine: Combine,
    /// Products with a rule of their own.
    pub products: BTreeMap<ProductId, LineRule>,
    /// Categories with a rule of their own.
    pub categories: BTreeMap<CategoryId, LineRule>,
    /// Price books with rules of their own.
    pub price_books: BTreeMap<PriceBookId, PriceBook>,
    /// Tenders for which it is said whether what they pay earns. Loyalty doesn't unless it is
    /// said here, and all others do (R5).
    pub tenders: BTreeMap<Tender, bool>,
    /// How units pay for goods; `None` if they can't (R13).
    pub redemption: Option<Redemption>,
    /// Whether what a sale earns can be spent on it, as payment or for rewards, by its first document
    /// (R13).
    pub same_sale: bool,
    /// What happens when goods come back.
    pub returns: ReturnPolicy,
    /// Who takes part (R9).
    pub enrolment: Enrolment,
    /// For how many days after its settlement a sale without a customer can be claimed; 0 for not at
    /// all (R9, Q21).
    pub claim_days: u16,
    /// What a customer gets for joining (Q28).
    pub welcome: Units,
    /// Campaigns (R11).
    pub promotions: Vec<Promotion>,
    /// Which of several promotions a line earns by (R6).
    pub promotion_choice: PromotionChoice,
    /// What customers reach by buying (R12).
    pub tiers: Option<Tiers>,
    /// What units buy (R14).
    pub rewards: Vec<Reward>,
    /// When sales on account earn (R4).
    pub on_account: OnAccount,
    /// When units run out (R24).
    pub expiry: Expiry,
    /// Punch cards (R34 to R37).
    pub punch_cards: Vec<PunchCard>,
}

impl Program {
    /// A program that grants nothing yet, with every policy at its default.
    ///
    /// ```
    /// use regulars::ident::ProgramId;
    /// use regulars::loyalty::{Program, Unit};
    /// use regulars::money::{Currency, Rounding};
    ///
    /// let points = Unit::Points { decimals: 0 };
    /// let program = Program::new(ProgramId::new("house")?, Currency::from_code("EUR")?, points);
    /// assert_eq!(program.rounding, Rounding::Down);
    /// assert!(program.redemption.is_none());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn new(id: ProgramId, currency: Currency, unit: Unit) -> Program {
        let money = unit == Unit::Money;
        Program {
            id,
            currency,
            time_zone: Zone::Fixed(Offset::UTC),
            outlets: BTreeMap::new(),
            unit,
            rounding: if money { Rounding::HalfUp } else { Rounding::Down },
            round_per: RoundPer::default(),
            basis: Basis::default(),
            sale_discount_lowers_earning: true,
            valid: Valid::default(),
            earn: Vec::new(),
            combine: Combine::default(),
            products: BTreeMap::new(),
            categories: BTreeMap::new(),
            price_books: BTreeMap::new(),
            tenders: BTreeMap::new(),
            redemption: money.then(Redemption::one_for_one),
            same_sale: false,
            returns: ReturnPolicy::default(),
            enrolment: Enrolment::default(),
            claim_days: 0,
            welcome: Units::ZERO,
            promotions: Vec::new(),
            promotion_choice: PromotionChoice::default(),
            tiers: None,
            rewards: Vec::new(),
            on_account: OnAccount::default(),
            expiry: Expiry::default(),
            punch_cards: Vec::new(),
        }
    }

    /// Whether the program can be used: no rate, units, minimum or value below zero, steps above zero,
    /// a share of at most 1, at most 8 decimals, days in order.
    ///
    /// # Errors
    /// [`ProgramError`] names what can't be.
    pub fn check(&self) -> Result<(), ProgramError> {
        let wrong = |what| Err(ProgramError { what });
        if MAX_DECIMALS < self.unit_decimals() {
            return wrong("a unit has at most 8 decimals");
        }
        if !self.valid.is_in_order() {
            return wrong("the program ends before it begins");
        }
        if !self.earn.iter().all(BaseRule::is_sound) {
            return wrong("a base rule has a rate, units or a minimum below zero, or no step");
        }
        let books = self.price_books.values();
        let books = books.flat_map(|book| book.products.values().chain(book.others.as_ref()));
        let mut rules = self.products.values().chain(self.categories.values()).chain(books);
        if !rules.all(|rule| rule.is_sound()) {
            return wrong("a line rule has a rate, units or a factor below zero");
        }
        self.check_campaigns()?;
        match &self.redemption {
            Some(redemption) if !redemption.is_sound() => wrong(
                "a redemption's value and step are above zero, its minimum isn't below, its share is 0 to 1",
            ),
            _ => Ok(()),
        }
    }

    fn check_campaigns(&self) -> Result<(), ProgramError> {
        let wrong = |what| Err(ProgramError { what });
        if self.welcome.is_negative() {
            return wrong("the welcome is below zero");
        }
        if !self.expiry.is_sound() {
            return wrong("there is no such day of the year");
        }
        if !self.promotions.iter().all(Promotion::is_sound) {
            return wrong("a promotion has units, a rate or a minimum below zero, or hours past midnight");
        }
        if !self.tiers.as_ref().is_none_or(Tiers::is_sound) {
            return wrong("tiers rise from level to level, over at least a month, and none is below zero");
        }
        if !self.rewards.iter().all(Reward::is_sound) {
            return wrong("a reward has a cost below zero, or gives nothing, or more than there is");
        }
        if !self.punch_cards.iter().all(PunchCard::is_sound) {
            return wrong("a punch card gives nothing that a line can have, or more than there is");
        }
        let promotions = self.promotions.iter().map(|promotion| (promotion.from, promotion.until));
        let mut bounds = promotions.chain(self.rewards.iter().map(|reward| (reward.from, reward.until)));
        let cards_in_order = self.punch_cards.iter().all(|card| card.valid.is_in_order());
        if !cards_in_order || !bounds.all(|(from, until)| Bound::are_in_order(from, until)) {
            return wrong("a promotion, a reward or a punch card ends before it begins");
        }
        let ids: Vec<&str> = self.promotions.iter().map(|promotion| promotion.id.as_str()).collect();
        let rewards: Vec<&str> = self.rewards.iter().map(|reward| reward.id.as_str()).collect();
        let cards: Vec<&str> = self.punch_cards.iter().map(|card| card.id.as_str()).collect();
        let tiers = self.tiers.iter().flat_map(|tiers| &tiers.levels);
        let tiers: Vec<&str> = tiers.map(|level| level.id.as_str()).collect();
        for (mut ids, twice) in [
            (ids, "two promotions have the same id"),
            (rewards, "two rewards have the same id"),
            (cards, "two punch cards have the same id"),
            (tiers, "two tiers have the same id"),
        ] {
            sorting::sort(&mut ids);
            if ids.windows(2).any(|pair| matches!(pair, [one, other] if one == other)) {
                return wrong(twice);
            }
        }
        Ok(())
    }

    /// Whether what customers bought before decides what the program grants or lets run out. Where it
    /// doesn't, a sale is decided without looking at older ones.
    pub fn looks_at_purchases(&self) -> bool {
        let looks = |promotion: &Promotion| promotion.first_purchase || promotion.limit.is_some();
        let by_inactivity = matches!(self.expiry, Expiry::Inactivity(_));
        self.tiers.is_some() || by_inactivity || self.promotions.iter().any(looks)
    }

    /// The first day of which purchases have to be told apart to know what holds on a day: all that is
    /// earlier may be one sum.
    pub(crate) fn looks_back_to(&self, day: Date) -> Date {
        let tiers = self.tiers.iter().map(|tiers| tiers.looks_back_to(day));
        let limits = self.promotions.iter().filter_map(|promotion| promotion.limit);
        tiers.chain(limits.filter_map(|limit| limit.per.first_day(day))).min().unwrap_or(day)
    }

    /// The first day from which on purchases needn't be told apart to know what holds on a day, which is
    /// later than all of them; `None` if all have to be.
    pub(crate) fn tells_no_days_apart_from(&self, day: Date) -> Option<Date> {
        match &self.tiers {
            None => Some(Date::FIRST),
            Some(tiers) => tiers.tells_no_days_apart_from(day),
        }
    }

    /// How many decimals the program's units have.
    pub fn unit_decimals(&self) -> u8 {
        match self.unit {
            Unit::Money => self.currency.decimals(),
            Unit::Points { decimals } => decimals,
        }
    }

    /// Whether units run out when a customer buys nothing for too long.
    pub(crate) fn expires_by_inactivity(&self) -> bool {
        matches!(self.expiry, Expiry::Inactivity(_))
    }

    /// Whether what this tender pays earns (R5): unless the program says otherwise, all but loyalty do.
    pub fn tender_earns(&self, tender: &Tender) -> bool {
        self.tenders.get(tender).copied().unwrap_or(!tender.is_loyalty())
    }

    /// The zone in which an outlet's days begin and end.
    pub fn zone(&self, outlet: Option<&OutletId>) -> &Zone {
        outlet.and_then(|outlet| self.outlets.get(outlet)).unwrap_or(&self.time_zone)
    }

    /// The rule of a line's own, if it has one: its price book's, else its product's, else its
    /// category's (R6).
    pub(crate) fn line_rule(&self, line: &LineItem) -> Option<(RuleOf, LineRule)> {
        let book = line.price_book.as_ref().and_then(|book| self.price_books.get(book));
        if let Some(rule) = book.and_then(|book| book.rule(&line.product)) {
            return Some((RuleOf::PriceBook, rule));
        }
        if let Some(rule) = self.products.get(&line.product) {
            return Some((RuleOf::Product, *rule));
        }
        let category = line.category.as_ref()?;
        self.categories.get(category).map(|rule| (RuleOf::Category, *rule))
    }
}

/// A program can't be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{what}")]
pub struct ProgramError {
    /// What can't be.
    pub what: &'static str,
}

/// Where a line's own rule stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum RuleOf {
    PriceBook,
    Product,
    Category,
}

/// What tells one version of a program from another: the SHA-256 of its document in canonical
/// form, or any 32 bytes that the caller never gives to another program.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ProgramVersion(pub [u8; 32]);

impl fmt::Display for ProgramVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for ProgramVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// A program with its version. Sales keep the version under which they were rung up (Q29).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VersionedProgram {
    /// The version.
    pub version: ProgramVersion,
    /// The program.
    pub program: Arc<Program>,
}
