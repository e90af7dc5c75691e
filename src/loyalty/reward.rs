//! Rewards: units for a discount or a free product (R14), and what a full punch card gives (R35).

use alloc::vec::Vec;

use crate::ident::{GroupId, OutletId, ProductId, PunchCardId, RewardId, TierId};
use crate::loyalty::basket::percent_of;
use crate::loyalty::{Bound, Valid, Where};
use crate::money::{AmountError, Exact, Money, Ratio, Units};

/// Something that units buy. It is a discount: lines earn on what is left after it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reward {
    /// Its name.
    pub id: RewardId,
    /// What it costs; of [`RewardGift::AmountPerStep`] each step costs its own units instead.
    pub cost: Units,
    /// What it gives.
    pub gives: RewardGift,
    /// The lines it can be used on.
    pub applies_to: Where,
    /// What those lines have to come to, at least.
    pub minimum_spend: Option<Money>,
    /// From when; included.
    pub from: Option<Bound>,
    /// Until when; included.
    pub until: Option<Bound>,
    /// Only in these outlets; everywhere where none is named.
    pub outlets: Vec<OutletId>,
    /// Only for customers in one of these tiers; for all where none is named.
    pub tiers: Vec<TierId>,
    /// Only for customers in one of these groups; for all where none is named.
    pub groups: Vec<GroupId>,
    /// Whether what it takes off doesn't earn. What is free never does (Q17).
    pub lowers_earning: bool,
}

/// What a reward or a punch card gives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RewardGift {
    /// Money off the sale.
    AmountOff {
        /// How much.
        amount: Money,
    },
    /// A part of what the lines come to, off the sale.
    PercentOff {
        /// In hundredths.
        percent: Ratio,
        /// At the most.
        maximum: Option<Money>,
    },
    /// Money off one line.
    LineAmountOff {
        /// How much.
        amount: Money,
    },
    /// A part of one line.
    LinePercentOff {
        /// In hundredths.
        percent: Ratio,
        /// At the most.
        maximum: Option<Money>,
    },
    /// A line of a product is free, up to a quantity; each started pack costs once.
    FreeProduct {
        /// The product.
        product: ProductId,
        /// A pack.
        quantity: Ratio,
    },
    /// So much of the line that it is applied to is free.
    FreeItem {
        /// How much.
        quantity: Ratio,
    },
    /// Money off the sale for each full step of units.
    AmountPerStep {
        /// A step.
        step: Units,
        /// What it takes off.
        amount: Money,
    },
}

/// A punch card: n bought, one free (R37); or, with none required, an offer at every visit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PunchCard {
    /// Its name.
    pub id: PunchCardId,
    /// How many punches fill it.
    pub required: u32,
    /// Which lines punch it, and which its offer can be used on.
    pub applies_to: Where,
    /// What its offer gives.
    pub gives: RewardGift,
    /// The days on which it can be punched and its offers used.
    pub valid: Valid,
    /// How often its offer can be used where none are required; `None` for any number.
    pub uses: Option<u32>,
    /// Whether punches beyond the required ones count for the next offer.
    pub carry_over: bool,
}

impl Reward {
    /// What it costs: each started pack once where a free product or item is given, else as many times
    /// as a quantity asks; once where none is asked for.
    ///
    /// # Errors
    /// [`AmountError::TooLarge`] past 63 bits.
    pub(crate) fn cost_of(&self, quantity: Option<Ratio>) -> Result<Units, AmountError> {
        let pack = match self.gives {
            RewardGift::FreeProduct { quantity, .. } | RewardGift::FreeItem { quantity } => quantity,
            _ => Ratio::ONE,
        };
        self.price_of(packs(quantity, pack)?)
    }

    /// What it costs once: a pack, or a step where units are counted in steps.
    pub(crate) fn price(&self) -> Units {
        match self.gives {
            RewardGift::AmountPerStep { step, .. } => step,
            _ => self.cost,
        }
    }

    /// What it costs so many times.
    ///
    /// # Errors
    /// [`AmountError::TooLarge`] past 63 bits.
    pub(crate) fn price_of(&self, times: i64) -> Result<Units, AmountError> {
        let price = self.price().minor().checked_mul(times);
        price.map(Units::from_minor).ok_or(AmountError::TooLarge)
    }

    /// Whether a bill has room for what it takes off, as often as a quantity asks, of which nothing but the sum is known
    /// (R14, Q17). A percentage of too little is nothing, and can't be had.
    ///
    /// # Errors
    /// [`AmountError::TooLarge`] past 63 bits.
    pub(crate) fn fits(&self, bill: Money, quantity: Option<Ratio>) -> Result<bool, AmountError> {
        let off = match self.gives {
            RewardGift::AmountOff { amount }
            | RewardGift::LineAmountOff { amount }
            | RewardGift::AmountPerStep { amount, .. } => {
                let times = packs(quantity, Ratio::ONE)?;
                Money::from_minor(amount.minor().checked_mul(times).ok_or(AmountError::TooLarge)?)
            }
            RewardGift::PercentOff { percent, maximum } | RewardGift::LinePercentOff { percent, maximum } => {
                return Ok(Money::ZERO < percent_of(bill, percent, maximum)?);
            }
            _ => Money::ZERO,
        };
        Ok(off <= bill)
    }

    /// Whether nothing in it is below zero.
    pub(crate) fn is_sound(&self) -> bool {
        !self.cost.is_negative()
            && self.gives.is_sound()
            && self.minimum_spend.is_none_or(|minimum| !minimum.is_negative())
    }
}

impl PunchCard {
    /// Whether what it gives can be had on a line, where nothing is counted in steps.
    pub(crate) fn is_sound(&self) -> bool {
        !matches!(self.gives, RewardGift::AmountPerStep { .. }) && self.gives.is_sound()
    }
}

impl RewardGift {
    /// Whether all amounts, quantities and steps are above zero, and no part is more than the whole.
    pub(crate) fn is_sound(&self) -> bool {
        let hundred = Ratio::from_whole(100);
        let part =
            |percent: &Ratio| Ratio::ZERO < *percent && hundred.is_ok_and(|hundred| *percent <= hundred);
        match self {
            RewardGift::AmountOff { amount } | RewardGift::LineAmountOff { amount } => Money::ZERO < *amount,
            RewardGift::PercentOff { percent, maximum } | RewardGift::LinePercentOff { percent, maximum } => {
                part(percent) && maximum.is_none_or(|maximum| !maximum.is_negative())
            }
            RewardGift::FreeProduct { quantity, .. } | RewardGift::FreeItem { quantity } => {
                Ratio::ZERO < *quantity
            }
            RewardGift::AmountPerStep { step, amount } => Units::ZERO < *step && Money::ZERO < *amount,
        }
    }
}

/// How many packs a quantity comes to, each started one whole; one where none is asked for.
pub(super) fn packs(quantity: Option<Ratio>, pack: Ratio) -> Result<i64, AmountError> {
    let packs = Exact::fraction(quantity.unwrap_or(pack).scaled(), pack.scaled())?;
    let (whole, rest) = packs.floor_and_remainder()?;
    whole.checked_add(i64::from(!rest.is_zero())).ok_or(AmountError::TooLarge)
}
