//! Documents that move units without a sale of ours.

use alloc::sync::Arc;

use crate::decide::Header;
use crate::ident::{CustomerId, RewardId};
use crate::money::{Money, Ratio, Units};
use crate::time::Date;

/// Units set aside for one purpose (R14a). The document's id names what is held; it is required.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReserveDocument {
    /// Id, time and place.
    pub header: Header,
    /// Whose units.
    pub customer: CustomerId,
    /// How many, or what a reward costs.
    pub spend: Spend,
}

/// What was set aside is given back, or spent: the document's id is the one it was held under.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeldDocument {
    /// Id, time and place.
    pub header: Header,
    /// Whose units, if the document says so.
    pub customer: Option<CustomerId>,
}

/// Units spent with no sale of ours, in a web shop for example.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RedeemDocument {
    /// Id, time and place.
    pub header: Header,
    /// Whose units.
    pub customer: CustomerId,
    /// How many, or for how much money.
    pub spend: Spend,
    /// What has to be paid: the units may be worth no more. `None` where it isn't known.
    pub bill: Option<Money>,
}

/// How much is spent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Spend {
    /// That many units.
    Units(Units),
    /// Units for that much money.
    Amount(Money),
    /// What a reward costs, as many times as a quantity asks.
    Reward(RewardId, Option<Ratio>),
}

/// Units given or taken by hand (R32).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AdjustDocument {
    /// Id, time and place; the operator is required.
    pub header: Header,
    /// Whose units.
    pub customer: CustomerId,
    /// How many; below zero takes.
    pub units: Units,
    /// Why; required, and not blank.
    pub reason: Option<Arc<str>>,
    /// Whether the balance may go below zero.
    pub allow_negative: bool,
}

/// Units that come from another scheme (R33, Q11).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportDocument {
    /// Id, time and place.
    pub header: Header,
    /// Whose units.
    pub customer: CustomerId,
    /// How many; not below zero.
    pub units: Units,
    /// The last day on which they can be used; it wins over every policy (Q11).
    pub expires: Option<Date>,
    /// The day of the customer's last purchase under the other scheme; it counts for inactivity. Not
    /// later than the import.
    pub last_purchase: Option<Date>,
    /// What the customer has spent under the other scheme; it counts towards a tier.
    pub spent: Option<Money>,
}
