//! The structs that go over the border.

use core::ffi::c_char;

use crate::ffi::capi::border::Versioned;

/// A register on a ledger: what regulars_open gives and regulars_close takes. One thread at a time may use it.
#[allow(non_camel_case_types)]
#[derive(Debug)]
pub struct regulars_register {
    _never_made: core::convert::Infallible,
}

/// A text: UTF-8, without a NUL at its end. NULL and 0 where there is none. It never has more members than these.
#[repr(C)]
#[allow(non_camel_case_types)]
#[derive(Debug, Clone, Copy)]
pub struct regulars_text {
    /// Where it begins.
    pub bytes: *const c_char,
    /// How many bytes it has.
    pub length: usize,
}

/// What every document carries.
#[repr(C)]
#[allow(non_camel_case_types)]
#[derive(Debug, Clone, Copy)]
pub struct regulars_header {
    /// sizeof(regulars_header).
    pub struct_size: u32,
    /// How many minutes the register's clock is ahead of UTC. It is checked and not kept: which day a moment is on
    /// follows from the time zone of the program or the outlet.
    pub offset_minutes: i32,
    /// When the document was made: milliseconds since 1970-01-01T00:00Z.
    pub at_ms: i64,
    /// The document's id, or the sale's; with one it counts once, however often it comes. A sale has to have one.
    pub id: regulars_text,
    /// Where. May be none.
    pub outlet: regulars_text,
    /// At which register. May be none.
    pub register_id: regulars_text,
    /// By whom. May be none.
    pub operator_id: regulars_text,
}

/// What is said of a sale as a whole.
#[repr(C)]
#[allow(non_camel_case_types)]
#[derive(Debug, Clone, Copy)]
pub struct regulars_sale {
    /// sizeof(regulars_sale).
    pub struct_size: u32,
    /// REGULARS_TERMS_IMMEDIATE, REGULARS_TERMS_LAYBY or REGULARS_TERMS_ON_ACCOUNT.
    pub terms: u32,
    /// Who buys. May be none.
    pub customer: regulars_text,
    /// Money off the whole sale.
    pub discount: i64,
    /// Tax that comes on top.
    pub tax_added: i64,
    /// What rounding to coins adds; may be below zero.
    pub cash_rounding: i64,
    /// 0, or REGULARS_SALE_EARNS_NOTHING.
    pub flags: u32,
    /// 0; anything else is REGULARS_OUT_OF_RANGE.
    pub reserved: u32,
}

/// One line of a sale.
#[repr(C)]
#[allow(non_camel_case_types)]
#[derive(Debug, Clone, Copy)]
pub struct regulars_line {
    /// sizeof(regulars_line).
    pub struct_size: u32,
    /// 0, or REGULARS_LINE_EARNS_NOTHING.
    pub flags: u32,
    /// Unique in the sale.
    pub id: regulars_text,
    /// The product.
    pub product: regulars_text,
    /// The product's category. May be none.
    pub category: regulars_text,
    /// The price book. May be none.
    pub price_book: regulars_text,
    /// How many: quantity_value / 10^quantity_scale. Below zero where the till took something off.
    pub quantity_value: i64,
    /// How many decimals that has, 0 to 8.
    pub quantity_scale: u32,
    /// REGULARS_TAX_NONE, REGULARS_TAX_RATE_INCLUDED, REGULARS_TAX_RATE_ADDED, REGULARS_TAX_AMOUNT_INCLUDED or
    /// REGULARS_TAX_AMOUNT_ADDED.
    pub tax_kind: u32,
    /// The price of one.
    pub unit_price: i64,
    /// Money off the line as a whole.
    pub discount: i64,
    /// The rate, as tax_value / 10^tax_scale (0.21 is 21 and 2), or the amount.
    pub tax_value: i64,
    /// The decimals of the rate; 0 for an amount.
    pub tax_scale: u32,
    /// 0; anything else is REGULARS_OUT_OF_RANGE.
    pub reserved: u32,
    /// Promotions that the cashier named for the line. May be NULL.
    pub promotions: *const regulars_text,
    /// How many those are.
    pub promotion_count: usize,
}

/// A payment, or what goes back in one tender.
#[repr(C)]
#[allow(non_camel_case_types)]
#[derive(Debug, Clone, Copy)]
pub struct regulars_payment {
    /// sizeof(regulars_payment).
    pub struct_size: u32,
    /// 0; anything else is REGULARS_OUT_OF_RANGE.
    pub reserved: u32,
    /// The tender, such as cash or card. `loyalty` spends units, `on_account` puts it on the customer's account.
    pub tender: regulars_text,
    /// Money.
    pub amount: i64,
    /// The id under which the units are held. May be none.
    pub reservation: regulars_text,
}

/// A reward that is used on a sale.
#[repr(C)]
#[allow(non_camel_case_types)]
#[derive(Debug, Clone, Copy)]
pub struct regulars_reward {
    /// sizeof(regulars_reward).
    pub struct_size: u32,
    /// Which of the numbers below are given: REGULARS_REWARD_HAS_UNITS, REGULARS_REWARD_HAS_QUANTITY.
    pub flags: u32,
    /// The reward.
    pub reward: regulars_text,
    /// The line that it is for. May be none.
    pub line: regulars_text,
    /// The id under which the units are held. May be none.
    pub reservation: regulars_text,
    /// How many units to spend.
    pub units: i64,
    /// How often: quantity_value / 10^quantity_scale.
    pub quantity_value: i64,
    /// How many decimals that has.
    pub quantity_scale: u32,
    /// 0; anything else is REGULARS_OUT_OF_RANGE.
    pub reserved: u32,
}

/// Goods of a line that come back.
#[repr(C)]
#[allow(non_camel_case_types)]
#[derive(Debug, Clone, Copy)]
pub struct regulars_returned_line {
    /// sizeof(regulars_returned_line).
    pub struct_size: u32,
    /// How many decimals the quantity has, 0 to 8.
    pub quantity_scale: u32,
    /// The line of the sale.
    pub line: regulars_text,
    /// How many come back: quantity_value / 10^quantity_scale, above zero.
    pub quantity_value: i64,
}

/// What a customer tells. What isn't said stays as it is.
#[repr(C)]
#[allow(non_camel_case_types)]
#[derive(Debug, Clone, Copy)]
pub struct regulars_profile {
    /// sizeof(regulars_profile).
    pub struct_size: u32,
    /// The birthday as year * 10000 + month * 100 + day, such as 19900517; 0 for none.
    pub birthday: u32,
    /// The code on the card. May be none.
    pub code: regulars_text,
    /// The name. May be none.
    pub name: regulars_text,
    /// The e-mail address. May be none.
    pub email: regulars_text,
    /// The telephone number. May be none.
    pub phone: regulars_text,
    /// The groups that the customer is in; NULL leaves them as they are.
    pub groups: *const regulars_text,
    /// How many those are.
    pub group_count: usize,
}

/// How a ledger is opened, where something is to be otherwise.
#[repr(C)]
#[allow(non_camel_case_types)]
#[derive(Debug, Clone, Copy)]
pub struct regulars_options {
    /// sizeof(regulars_options).
    pub struct_size: u32,
    /// REGULARS_OPEN_TO_READ, REGULARS_OPEN_UNTIL_CHECKPOINT, REGULARS_OPEN_UNCHECKED_END,
    /// REGULARS_OPEN_UNCHECKED_LOG.
    pub flags: u32,
    /// How long to wait for other programs, in milliseconds; 0 for 5 seconds.
    pub patience_ms: u32,
    /// 0; anything else is REGULARS_OUT_OF_RANGE.
    pub reserved: u32,
}

/// What the numbers of an outcome are.
#[repr(C)]
#[allow(non_camel_case_types)]
#[derive(Debug, Clone, Copy)]
pub struct regulars_outcome {
    /// sizeof(regulars_outcome); given by the caller, and left as it is.
    pub struct_size: u32,
    /// REGULARS_OUTCOME_DUPLICATE, and which of the numbers below there are: REGULARS_OUTCOME_HAS_BALANCE, and so on.
    pub flags: u32,
    /// Units granted by sales.
    pub earned: i64,
    /// Units spent.
    pub redeemed: i64,
    /// Units taken back of what was earned.
    pub clawed_back: i64,
    /// Units given back of what was spent.
    pub restored: i64,
    /// Units that ran out.
    pub expired: i64,
    /// Units given or taken by hand, or come from another scheme.
    pub adjusted: i64,
    /// Units that weren't there any more when they should have been taken back.
    pub written_off: i64,
    /// The customer's balance as of the document's time, in units.
    pub balance: i64,
    /// Units of the customer that are held.
    pub reserved: i64,
    /// Units that can be claimed of a sale without a customer.
    pub claimable: i64,
    /// Units that a sale which isn't settled would earn, were it paid now.
    pub forecast: i64,
    /// The sale's total due, before payments.
    pub due: i64,
    /// What is still to pay on the first of the sales that the document is about.
    pub balance_due: i64,
    /// What rewards and offers took off, in all.
    pub discount: i64,
    /// What goes back, in all tenders together.
    pub refund: i64,
    /// What the till keeps of it.
    pub kept_from_refund: i64,
    /// Where that sale stands: REGULARS_STATE_NONE, REGULARS_STATE_PARKED, REGULARS_STATE_PENDING,
    /// REGULARS_STATE_SETTLED or REGULARS_STATE_VOIDED.
    pub sale_state: u32,
    /// How many sales it is about: see regulars_outcome_sale.
    pub sale_count: u32,
    /// How many sales it settled.
    pub settled_count: u32,
    /// In how many tenders something goes back: see regulars_outcome_refund.
    pub refund_count: u32,
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

/// How a picture is looked at.
#[repr(C)]
#[allow(non_camel_case_types)]
#[derive(Debug, Clone, Copy)]
pub struct regulars_scan {
    /// sizeof(regulars_scan).
    pub struct_size: u32,
    /// REGULARS_SCAN_ALL, REGULARS_SCAN_WEAK.
    pub flags: u32,
    /// Which kinds of codes: REGULARS_FORMAT_QR and so on; 0 for all but UPC-E.
    pub formats: u32,
    /// How long it may take, in milliseconds; 0 for 200.
    pub budget_ms: u32,
    /// With REGULARS_SCAN_ALL: how many at the most, up to 256.
    pub most: u32,
    /// 0; anything else is REGULARS_OUT_OF_RANGE.
    pub reserved: u32,
}

/// A card or a label.
#[repr(C)]
#[allow(non_camel_case_types)]
#[derive(Debug, Clone, Copy)]
pub struct regulars_card {
    /// sizeof(regulars_card).
    pub struct_size: u32,
    /// How many dots the printer puts on an inch: 203, 300, 600; 0 for 300.
    pub dpi: u32,
    /// How wide it is, in micrometres; with height_um 0, a card of the size of bank cards.
    pub width_um: u32,
    /// How high it is, in micrometres.
    pub height_um: u32,
    /// A colour for the shop's name, as 0xRRGGBB; 0 for dark grey.
    pub accent: u32,
    /// 0; anything else is REGULARS_OUT_OF_RANGE.
    pub reserved: u32,
    /// The kind of code, such as ean_13 or qr.
    pub symbology: regulars_text,
    /// What the code says.
    pub code: regulars_text,
    /// Whose it is. May be none.
    pub name: regulars_text,
    /// What stands beside a QR code. May be none.
    pub caption: regulars_text,
    /// The shop's name, at the top. May be none.
    pub shop: regulars_text,
    /// Small print, at the bottom. May be none.
    pub small_print: regulars_text,
    /// A logo: the bytes of a PNG. May be NULL.
    pub logo: *const u8,
    /// How many bytes it has.
    pub logo_length: usize,
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
    /// What the shop owes its customers, in units.
    pub liability: i64,
}

/// Sizes in their first version, as a macro would hide them from who makes the header.
macro_rules! versioned {
    ($($name:ident: $last:ident, $type:ty;)+) => {$(
        // SAFETY: `repr(C)`; the first member is the size; integers, pointers and texts are valid whatever bits they
        // have, and there is no padding between them on machines of 64 bits, nor any that is read on others.
        unsafe impl Versioned for $name {
            const FIRST: usize = core::mem::offset_of!($name, $last).saturating_add(size_of::<$type>());
        }
    )+};
}

versioned! {
    regulars_header: operator_id, regulars_text;
    regulars_sale: reserved, u32;
    regulars_line: promotion_count, usize;
    regulars_payment: reservation, regulars_text;
    regulars_reward: reserved, u32;
    regulars_returned_line: quantity_value, i64;
    regulars_profile: group_count, usize;
    regulars_options: reserved, u32;
    regulars_outcome: refund_count, u32;
    regulars_standing: balance_due, i64;
    regulars_verified: liability, i64;
    regulars_resolved: reserved, u32;
    regulars_scan: reserved, u32;
    regulars_card: logo_length, usize;
}

/// Paid at once.
pub const REGULARS_TERMS_IMMEDIATE: u32 = 0;
/// The goods stay until all is paid.
pub const REGULARS_TERMS_LAYBY: u32 = 1;
/// The goods go, and the debt stays.
pub const REGULARS_TERMS_ON_ACCOUNT: u32 = 2;

/// The sale earns nothing.
pub const REGULARS_SALE_EARNS_NOTHING: u32 = 1;
/// The line earns nothing.
pub const REGULARS_LINE_EARNS_NOTHING: u32 = 1;

/// Nothing is said of tax.
pub const REGULARS_TAX_NONE: u32 = 0;
/// A rate, and the price has the tax within.
pub const REGULARS_TAX_RATE_INCLUDED: u32 = 1;
/// A rate, and the tax comes on top of the price.
pub const REGULARS_TAX_RATE_ADDED: u32 = 2;
/// An amount, and the price has it within.
pub const REGULARS_TAX_AMOUNT_INCLUDED: u32 = 3;
/// An amount that comes on top of the price.
pub const REGULARS_TAX_AMOUNT_ADDED: u32 = 4;

/// How many units is said.
pub const REGULARS_REWARD_HAS_UNITS: u32 = 1;
/// How often is said.
pub const REGULARS_REWARD_HAS_QUANTITY: u32 = 2;

/// For reading alone; the file has to be there.
pub const REGULARS_OPEN_TO_READ: u32 = 1;
/// A loss of power may take what was answered since the last checkpoint. No sale waits for the disk.
pub const REGULARS_OPEN_UNTIL_CHECKPOINT: u32 = 2;
/// The newest operations aren't looked at: to look into a ledger whose end is damaged.
pub const REGULARS_OPEN_UNCHECKED_END: u32 = 4;
/// The log isn't looked at: to go on with what is left of a damaged one.
pub const REGULARS_OPEN_UNCHECKED_LOG: u32 = 8;

/// The document was known already, and has changed nothing; the numbers are those of the first time.
pub const REGULARS_OUTCOME_DUPLICATE: u32 = 1;
/// There is a balance.
pub const REGULARS_OUTCOME_HAS_BALANCE: u32 = 2;
/// It is said how much is held.
pub const REGULARS_OUTCOME_HAS_RESERVED: u32 = 4;
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

/// The version of this interface. It changes where programs that were built before can't be used any more.
pub const REGULARS_ABI_VERSION: u32 = 1;
