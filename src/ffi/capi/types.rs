//! The structs that the caller fills in.

use core::ffi::c_char;

use crate::ffi::capi::border::Versioned;

pub use crate::ffi::capi::answers::*;

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
    /// When the document was made: milliseconds since 1970-01-01T00:00Z, in UTC.
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
    /// Who buys. May be none. Where the program's enrolment is automatic, which it is if nothing else is said, an id that
    /// isn't known is a new customer, who earns: one that was typed is looked up before (regulars_balance).
    pub customer: regulars_text,
    /// Money off the whole sale, in 1 / 10^money_decimals of the currency (cents, for euros: regulars_decimals); 0 for
    /// none, and not below. Off the prices as they are given, so with the tax that they have within.
    pub discount: i64,
    /// Tax that comes on top of all lines together, as money: the only tax that is added to what is due. 0 where the
    /// prices have it within. What lines say of their tax (tax_kind) adds nothing.
    pub tax_added: i64,
    /// What rounding to coins adds to the total, as money; may be below zero: -2 where 10.02 becomes 10.00.
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
    /// How many: quantity_value / 10^quantity_scale, so that 0.335 kg is 335 and 3. Below zero where the till took
    /// something off.
    pub quantity_value: i64,
    /// How many decimals that has, 0 to 8.
    pub quantity_scale: u32,
    /// How the tax of this line is given, for programs that earn by prices without tax, or with it: REGULARS_TAX_NONE,
    /// where nothing is said of it; REGULARS_TAX_RATE_INCLUDED or REGULARS_TAX_AMOUNT_INCLUDED, where unit_price has it
    /// within; REGULARS_TAX_RATE_ADDED or REGULARS_TAX_AMOUNT_ADDED, where it comes on top. It changes nothing of what
    /// is due: tax on top is due by tax_added of regulars_sale, the sum of all lines. Lines of one sale may differ.
    pub tax_kind: u32,
    /// The price of one, as it stands on the shelf: money, in 1 / 10^money_decimals of the currency (cents, for euros:
    /// regulars_decimals). Whether it has the tax within says tax_kind. The line comes to quantity * unit_price,
    /// rounded half up to the smallest unit of money, less discount.
    pub unit_price: i64,
    /// Money off the line as a whole, whatever its quantity; 0 for none, and not below. Off the price as it is given, tax
    /// within or not.
    pub discount: i64,
    /// With a rate, the rate on the price without tax: tax_value / 10^tax_scale, so that 21 % is 21 and 2, and 5.5 % is 55
    /// and 3. With an amount, the tax of the whole line after its discount, not of one piece: money, in
    /// 1 / 10^money_decimals. 0 with REGULARS_TAX_NONE; anything else is REGULARS_OUT_OF_RANGE.
    pub tax_value: i64,
    /// The decimals of the rate, 0 to 8; 0 for an amount and for none, and anything else is REGULARS_OUT_OF_RANGE.
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
    /// Money, in 1 / 10^money_decimals of the currency (cents, for euros: regulars_decimals), also for `loyalty`: what
    /// the units are worth, as regulars_sale_spendable says. Of cash what was handed over, with the change given to the
    /// settling call. Not below zero.
    pub amount: i64,
    /// The id under which the units are held, with `loyalty` alone: they are spent, and what is over of them is given
    /// back. May be none.
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
    /// How many units to spend, in 1 / 10^unit_decimals of one: for rewards that count in steps. 0 without
    /// REGULARS_REWARD_HAS_UNITS; anything else is REGULARS_OUT_OF_RANGE.
    pub units: i64,
    /// How often: quantity_value / 10^quantity_scale, for rewards on goods. 0 without REGULARS_REWARD_HAS_QUANTITY;
    /// anything else is REGULARS_OUT_OF_RANGE.
    pub quantity_value: i64,
    /// How many decimals that has, 0 to 8; 0 where that is 0.
    pub quantity_scale: u32,
    /// 0; anything else is REGULARS_OUT_OF_RANGE.
    pub reserved: u32,
}

/// What is to be set aside.
#[repr(C)]
#[allow(non_camel_case_types)]
#[derive(Debug, Clone, Copy)]
pub struct regulars_spend {
    /// sizeof(regulars_spend).
    pub struct_size: u32,
    /// REGULARS_SPEND_AMOUNT, REGULARS_SPEND_UNITS or REGULARS_SPEND_REWARD.
    pub kind: u32,
    /// How much, above zero: with REGULARS_SPEND_AMOUNT money, in 1 / 10^money_decimals of the currency; with
    /// REGULARS_SPEND_UNITS units, in 1 / 10^unit_decimals of one; with REGULARS_SPEND_REWARD 0.
    pub value: i64,
    /// With REGULARS_SPEND_REWARD the reward, whose cost is set aside; otherwise none.
    pub reward: regulars_text,
    /// With REGULARS_SPEND_REWARD how often: quantity_value / 10^quantity_scale; 0 for once.
    pub quantity_value: i64,
    /// How many decimals that has, 0 to 8; 0 where that is 0, and anything else is REGULARS_OUT_OF_RANGE.
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

/// How a picture is looked at.
#[repr(C)]
#[allow(non_camel_case_types)]
#[derive(Debug, Clone, Copy)]
pub struct regulars_scan {
    /// sizeof(regulars_scan).
    pub struct_size: u32,
    /// REGULARS_SCAN_ALL, REGULARS_SCAN_WEAK.
    pub flags: u32,
    /// Which symbologies: REGULARS_FORMAT_QR and so on; 0 for all but UPC-E.
    pub formats: u32,
    /// How long it may take, in milliseconds; 0 for 200.
    pub budget_ms: u32,
    /// With REGULARS_SCAN_ALL: how many at the most, up to 256; 0 for that many. More is REGULARS_OUT_OF_RANGE.
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
    /// The symbology, such as ean_13 or qr.
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

pub(super) use versioned;

versioned! {
    regulars_header: operator_id, regulars_text;
    regulars_sale: reserved, u32;
    regulars_line: promotion_count, usize;
    regulars_payment: reservation, regulars_text;
    regulars_reward: reserved, u32;
    regulars_returned_line: quantity_value, i64;
    regulars_profile: group_count, usize;
    regulars_options: reserved, u32;
    regulars_spend: reserved, u32;
    regulars_scan: reserved, u32;
    regulars_card: logo_length, usize;
}

/// Paid at once.
pub const REGULARS_TERMS_IMMEDIATE: u32 = 0;
/// The goods stay until all is paid. Who buys needn't be known. The sale's id, on the customer's slip, is what finds it.
pub const REGULARS_TERMS_LAYBY: u32 = 1;
/// The goods go, and the debt stays: with the customer of the sale, who is to be named. A sale without one is kept all the
/// same, and its debt is nobody's: regulars_pay_account and {"ask": "account"} don't find it, regulars_pay with its id does.
pub const REGULARS_TERMS_ON_ACCOUNT: u32 = 2;

/// The sale earns nothing.
pub const REGULARS_SALE_EARNS_NOTHING: u32 = 1;
/// The line earns nothing.
pub const REGULARS_LINE_EARNS_NOTHING: u32 = 1;

/// Nothing is said of tax.
pub const REGULARS_TAX_NONE: u32 = 0;
/// A rate, and the price has the tax within.
pub const REGULARS_TAX_RATE_INCLUDED: u32 = 1;
/// A rate, and the tax comes on top of the price; it is due by tax_added of regulars_sale.
pub const REGULARS_TAX_RATE_ADDED: u32 = 2;
/// An amount, and the price has it within.
pub const REGULARS_TAX_AMOUNT_INCLUDED: u32 = 3;
/// An amount that comes on top of the price; it is due by tax_added of regulars_sale.
pub const REGULARS_TAX_AMOUNT_ADDED: u32 = 4;

/// How many units is said.
pub const REGULARS_REWARD_HAS_UNITS: u32 = 1;
/// How often is said.
pub const REGULARS_REWARD_HAS_QUANTITY: u32 = 2;

/// As many units as so much money takes, for a payment in loyalty.
pub const REGULARS_SPEND_AMOUNT: u32 = 0;
/// So many units.
pub const REGULARS_SPEND_UNITS: u32 = 1;
/// What a reward costs.
pub const REGULARS_SPEND_REWARD: u32 = 2;

/// For reading alone; the file has to be there.
pub const REGULARS_OPEN_TO_READ: u32 = 1;
/// A loss of power may take what was answered since the last checkpoint. No sale waits for the disk.
pub const REGULARS_OPEN_UNTIL_CHECKPOINT: u32 = 2;
/// The newest operations aren't looked at: to look into a ledger whose end is damaged.
pub const REGULARS_OPEN_UNCHECKED_END: u32 = 4;
/// The log isn't looked at: to go on with what is left of a damaged one.
pub const REGULARS_OPEN_UNCHECKED_LOG: u32 = 8;

/// The version of this interface. It changes where programs that were built before can't be used any more.
pub const REGULARS_ABI_VERSION: u32 = 1;
