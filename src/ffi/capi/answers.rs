//! The structs that the library fills in.

use crate::ffi::capi::border::Versioned;
use crate::ffi::capi::types::versioned;

/// What the numbers of an outcome are.
#[repr(C)]
#[allow(non_camel_case_types)]
#[derive(Debug, Clone, Copy)]
pub struct regulars_outcome {
    /// sizeof(regulars_outcome); given by the caller, and left as it is.
    pub struct_size: u32,
    /// REGULARS_OUTCOME_DUPLICATE, and which of the numbers below there are: REGULARS_OUTCOME_HAS_BALANCE, and so on.
    pub flags: u32,
    /// Units granted by sales. Like all that counts units here: in 1 / 10^unit_decimals of one, see regulars_decimals.
    pub earned: i64,
    /// Units spent, by payments in loyalty and by rewards.
    pub redeemed: i64,
    /// Units taken back of what was earned; not below zero.
    pub clawed_back: i64,
    /// Units given back of what was spent.
    pub restored: i64,
    /// Units that ran out.
    pub expired: i64,
    /// Units given or taken by hand, or come from another scheme.
    pub adjusted: i64,
    /// Units that weren't there any more when they should have been taken back.
    pub written_off: i64,
    /// The customer's balance as of the document's time, in units; what is held isn't in it. Below zero where more was
    /// taken back than was there.
    pub balance: i64,
    /// Units of the customer that are held.
    pub held: i64,
    /// Units that can be claimed of a sale without a customer: regulars_claim.
    pub claimable: i64,
    /// Units that a sale which isn't settled would earn, were it paid now in cash.
    pub forecast: i64,
    /// The sale's total due, before payments: tax, fees, tips and cash rounding included, discounts, rewards and offers
    /// taken off. Money, like all below: in 1 / 10^money_decimals of the currency, see regulars_decimals.
    pub due: i64,
    /// What is still to pay on the first of the sales that the document is about. 0 on a parked sale, whatever is due.
    pub balance_due: i64,
    /// What rewards and offers took off, in all; not what the till took off itself.
    pub discount: i64,
    /// What goes back, in all tenders together, loyalty included: how much in which says regulars_outcome_refund. Of that
    /// kept_from_refund isn't given out.
    pub refund: i64,
    /// What the till keeps of it, for units that were spent already: the customer is given refund less this.
    pub kept_from_refund: i64,
    /// Where that sale stands: REGULARS_STATE_NONE, REGULARS_STATE_PARKED, REGULARS_STATE_PENDING,
    /// REGULARS_STATE_SETTLED or REGULARS_STATE_VOIDED. Only REGULARS_STATE_SETTLED says that it is wholly paid.
    pub sale_state: u32,
    /// How many sales it is about: see regulars_outcome_sale.
    pub sale_count: u32,
    /// How many sales it settled; 0 where something is still due.
    pub settled_count: u32,
    /// In how many tenders something goes back: see regulars_outcome_refund.
    pub refund_count: u32,
    /// How many lots the customer has: see regulars_outcome_lot. With regulars_check.
    pub lot_count: u32,
    /// How many punch cards it tells of: see regulars_outcome_card. With regulars_check and regulars_find_code.
    pub card_count: u32,
}

/// Where one sale stands.
#[repr(C)]
#[allow(non_camel_case_types)]
#[derive(Debug, Clone, Copy)]
pub struct regulars_standing {
    /// sizeof(regulars_standing); given by the caller, and left as it is.
    pub struct_size: u32,
    /// REGULARS_STATE_PARKED, REGULARS_STATE_PENDING, REGULARS_STATE_SETTLED or REGULARS_STATE_VOIDED.
    pub state: u32,
    /// What is still to pay.
    pub balance_due: i64,
}

/// What a scanned code is.
#[repr(C)]
#[allow(non_camel_case_types)]
#[derive(Debug, Clone, Copy)]
pub struct regulars_resolved {
    /// sizeof(regulars_resolved); given by the caller, and left as it is.
    pub struct_size: u32,
    /// REGULARS_CODE_CUSTOMER and so on.
    pub kind: u32,
    /// The weight or price that the scale printed: measure_value / 10^measure_scale.
    pub measure_value: i64,
    /// How many decimals that has.
    pub measure_scale: u32,
    /// 0.
    pub reserved: u32,
}

/// All that is kept of one sale, in sums. Money is in 1 / 10^money_decimals of the currency, units in
/// 1 / 10^unit_decimals of one: see regulars_decimals.
#[repr(C)]
#[allow(non_camel_case_types)]
#[derive(Debug, Clone, Copy)]
pub struct regulars_sale_sums {
    /// sizeof(regulars_sale_sums); given by the caller, and left as it is.
    pub struct_size: u32,
    /// REGULARS_STATE_PARKED, REGULARS_STATE_PENDING, REGULARS_STATE_SETTLED or REGULARS_STATE_VOIDED.
    pub state: u32,
    /// When it was rung up: milliseconds since 1970-01-01T00:00Z.
    pub at_ms: i64,
    /// REGULARS_TERMS_IMMEDIATE, REGULARS_TERMS_LAYBY or REGULARS_TERMS_ON_ACCOUNT.
    pub terms: u32,
    /// 0.
    pub reserved: u32,
    /// Money: the total due, before payments. 0 for a sale that is parked or voided; of a voided one there are what was
    /// paid, what went back and what an exchange carried, so that paid - carried_in - refunded, with what was kept of that,
    /// is what came in with each sale, loyalty included.
    pub due: i64,
    /// Money: what has been paid of that, loyalty included, change taken off.
    pub paid: i64,
    /// Money: how much of that was loyalty.
    pub paid_in_loyalty: i64,
    /// Money: what is still to pay; below zero never.
    pub balance_due: i64,
    /// Money: the value of what came back so far, goods and money. It can be no more than was due.
    pub returned: i64,
    /// Money: what went back for that, in all tenders, loyalty included, with what was kept of it (kept_from_refund).
    pub refunded: i64,
    /// Units that it earned, when it was settled; 0 before.
    pub earned: i64,
    /// Units that were to be taken back of those, for what came back.
    pub clawed_back: i64,
    /// Units that paid for it or for its rewards, and weren't given back.
    pub spent: i64,
    /// Units that somebody can claim of it, if it is nobody's: less what was taken back since.
    pub claimable: i64,
    /// Money: what of the value of goods that came back paid for the new goods of exchanges, loyalty included; not among
    /// refunded.
    pub carried_out: i64,
    /// Money: what of paid came with the goods of another sale, in an exchange, loyalty included: neither drawer nor
    /// terminal got it with this sale.
    pub carried_in: i64,
    /// Money: what of refunded wasn't given out, for units that were spent already; of which tender, loyalty aside, is the
    /// till's to choose.
    pub kept_from_refund: i64,
}

/// Units that are set aside.
#[repr(C)]
#[allow(non_camel_case_types)]
#[derive(Debug, Clone, Copy)]
pub struct regulars_hold {
    /// sizeof(regulars_hold); given by the caller, and left as it is.
    pub struct_size: u32,
    /// REGULARS_HOLD_OPEN, REGULARS_HOLD_RELEASED or REGULARS_HOLD_CAPTURED.
    pub state: u32,
    /// How many, in 1 / 10^unit_decimals of one; as it was set aside, also after its end.
    pub units: i64,
}

/// A part of a customer's balance.
#[repr(C)]
#[allow(non_camel_case_types)]
#[derive(Debug, Clone, Copy)]
pub struct regulars_lot {
    /// sizeof(regulars_lot); given by the caller, and left as it is.
    pub struct_size: u32,
    /// The last day on which it can be used, as year * 10000 + month * 100 + day; 0 where it has none of its own: it doesn't
    /// run out, or only when nothing is bought for too long, of which regulars_hints tells the day.
    pub last_day: u32,
    /// What is left of it, in 1 / 10^unit_decimals of one.
    pub units: i64,
}

/// A punch card as it stands.
#[repr(C)]
#[allow(non_camel_case_types)]
#[derive(Debug, Clone, Copy)]
pub struct regulars_punch_card {
    /// sizeof(regulars_punch_card); given by the caller, and left as it is.
    pub struct_size: u32,
    /// 0, or REGULARS_CARD_IS_BLOCKED.
    pub flags: u32,
    /// Punches that no used offer has taken, a count; below zero where used ones were taken back.
    pub punches: i64,
    /// Offers that are ready, a count.
    pub offers: i64,
    /// How many offers were used.
    pub used: u32,
    /// 0.
    pub reserved: u32,
}

/// What the customer of a basket may spend on it in loyalty, in one payment of the tender `loyalty`: any amount from
/// least to most in steps of step. Money is in 1 / 10^money_decimals of the currency, units in 1 / 10^unit_decimals of
/// one.
#[repr(C)]
#[allow(non_camel_case_types)]
#[derive(Debug, Clone, Copy)]
pub struct regulars_spendable {
    /// sizeof(regulars_spendable); given by the caller, and left as it is.
    pub struct_size: u32,
    /// Set exactly where most is 0: what a payment would be refused by. REGULARS_OK where something may be spent.
    /// REGULARS_UNKNOWN_CUSTOMER, also where the sale has none; REGULARS_OPTED_OUT; REGULARS_NOT_A_TENDER;
    /// REGULARS_INSUFFICIENT_BALANCE, less is there than least; REGULARS_EXCEEDS_DUE, less is due than least;
    /// REGULARS_OVER_SHARE, least is more than the share of the sale that loyalty may pay.
    pub why_not: i32,
    /// Money: the least that one payment may be. 0 where units don't pay at all.
    pub least: i64,
    /// Money: the most, by balance, share, step and what is due.
    pub most: i64,
    /// Money: what payments go up by. 0 where units don't pay at all.
    pub step: i64,
    /// The units of least.
    pub least_units: i64,
    /// The units of most.
    pub most_units: i64,
    /// The units of step.
    pub step_units: i64,
    /// The customer's balance in units; what is held isn't in it.
    pub balance: i64,
    /// Units that the customer has held.
    pub held: i64,
}

/// What verifying a ledger has counted.
#[repr(C)]
#[allow(non_camel_case_types)]
#[derive(Debug, Clone, Copy)]
pub struct regulars_verified {
    /// sizeof(regulars_verified); given by the caller, and left as it is.
    pub struct_size: u32,
    /// How many sales several registers decided about in ways that don't fit together.
    pub contested_count: u32,
    /// How many operations there are.
    pub operations: u64,
    /// How many of them don't count, as another register was first.
    pub not_counted: u64,
    /// How many customers there are.
    pub customers: u64,
    /// What the shop owes its customers, in units (1 / 10^unit_decimals of one).
    pub liability: i64,
}

versioned! {
    regulars_outcome: refund_count, u32;
    regulars_standing: balance_due, i64;
    regulars_resolved: reserved, u32;
    regulars_sale_sums: claimable, i64;
    regulars_hold: units, i64;
    regulars_lot: units, i64;
    regulars_punch_card: reserved, u32;
    regulars_spendable: held, i64;
    regulars_verified: liability, i64;
}

/// The document was known already, and has changed nothing; the numbers are those of the first time.
pub const REGULARS_OUTCOME_DUPLICATE: u32 = 1;
/// There is a balance.
pub const REGULARS_OUTCOME_HAS_BALANCE: u32 = 2;
/// It is said how much is held.
pub const REGULARS_OUTCOME_HAS_HELD: u32 = 4;
/// Something can be claimed.
pub const REGULARS_OUTCOME_HAS_CLAIMABLE: u32 = 8;
/// There is a forecast.
pub const REGULARS_OUTCOME_HAS_FORECAST: u32 = 16;
/// There is a total due.
pub const REGULARS_OUTCOME_HAS_DUE: u32 = 32;

/// There is no sale.
pub const REGULARS_STATE_NONE: u32 = 0;
/// Put aside before anything was paid.
pub const REGULARS_STATE_PARKED: u32 = 1;
/// Rung up, with a balance due.
pub const REGULARS_STATE_PENDING: u32 = 2;
/// Nothing is due.
pub const REGULARS_STATE_SETTLED: u32 = 3;
/// Undone.
pub const REGULARS_STATE_VOIDED: u32 = 4;

/// It can be released, captured, or spent by a payment or a reward that names it.
pub const REGULARS_HOLD_OPEN: u32 = 1;
/// It was given back.
pub const REGULARS_HOLD_RELEASED: u32 = 2;
/// It was spent.
pub const REGULARS_HOLD_CAPTURED: u32 = 3;

/// The punch card isn't to be used any more.
pub const REGULARS_CARD_IS_BLOCKED: u32 = 1;
