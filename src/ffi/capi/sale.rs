//! A sale, rung up call by call. It stands in the handle, one at a time, until it is settled, parked or cancelled.

use core::ffi::c_char;
use std::format;
use std::vec::Vec;

use crate::ffi::capi::border::{
    Given, REGULARS_MOST_ITEMS, REGULARS_MOST_PARTS, below_zero, flags, id, id_or_none, ids, member, money,
    money_from_zero, out_of_range, ratio, reserved, structure, text, too_long, units,
};
use crate::ffi::capi::failure::Failure;
use crate::ffi::capi::guard;
use crate::ffi::capi::payments::read_payments;
use crate::ffi::capi::status::REGULARS_NO_SALE;
use crate::ffi::capi::till::{Basket, Till};
use crate::ffi::capi::types::*;
use crate::ident::{CategoryId, Code, DocumentId, LineId, PriceBookId, ProductId, PromotionId, RewardId};
use crate::sale::{Fee, FeeKind, LineItem, OfferUse, RewardUse, Tax};

/// Goods that are sent.
pub const REGULARS_FEE_SHIPPING: u32 = 0;
/// A tip; it is paid, and is no part of what earns.
pub const REGULARS_FEE_TIP: u32 = 1;
/// Goods that are brought.
pub const REGULARS_FEE_DELIVERY: u32 = 2;
/// Service.
pub const REGULARS_FEE_SERVICE: u32 = 3;

/// Adds lines to the sale: count of them, stride bytes apart (sizeof(regulars_line), as the caller was built). All of
/// them are added, or none.
///
/// Gives REGULARS_NO_SALE, REGULARS_TOO_LONG for more than REGULARS_MOST_ITEMS lines in all, or promotions on them,
/// REGULARS_INVALID_DOCUMENT with what can never be right, such as `lines[3].discount` below zero (counted from 0 in this
/// call), and what is wrong with the arguments. Costs some hundred nanoseconds a line.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn regulars_sale_add_lines(
    handle: *mut regulars_register,
    lines: *const regulars_line,
    count: usize,
    stride: usize,
) -> i32 {
    guard::in_one_piece(handle, |till| {
        let basket = basket(till)?;
        // SAFETY: the caller's pointers, as the head of the header says what they must be.
        unsafe { read_lines(&Given { first: lines, count, stride }, &mut basket.lines) }
    })
}

/// Reads lines into a list, all of them or none.
///
/// # Safety
/// As [`Given::read`].
pub(super) unsafe fn read_lines(
    given: &Given<regulars_line>,
    into: &mut Vec<LineItem>,
) -> Result<(), Failure> {
    let before = into.len();
    // SAFETY: as the caller of this says.
    unsafe { given.read(into, REGULARS_MOST_ITEMS, "lines", |line| read_line(line))? };
    let count = |lines: &[LineItem]| lines.iter().map(|line| line.promotions.len()).sum::<usize>();
    // Nearly no line has one.
    if into.get(before..).map_or(0, count) != 0 && REGULARS_MOST_ITEMS < count(into) {
        // No document in JSON has room for as many, and so no other register could be told of the sale.
        let found = count(into);
        into.truncate(before);
        return Err(too_long("lines.promotions", found, REGULARS_MOST_ITEMS));
    }
    Ok(())
}

unsafe fn read_line(line: &regulars_line) -> Result<LineItem, Failure> {
    // Of nearly all lines the product is far from what an amount has room for, and there is nothing to work out.
    let is_odd = line.tax_value < 0 || line.quantity_value.checked_mul(line.unit_price).is_none();
    // SAFETY: as the caller of this says.
    unsafe { if is_odd { odd_line(line) } else { line_as_it_is(line) } }
}

/// A line that may come to what it can't.
#[cold]
unsafe fn odd_line(line: &regulars_line) -> Result<LineItem, Failure> {
    // SAFETY: as the caller of this says.
    let read = unsafe { line_as_it_is(line)? };
    let expected = |_| Failure::field("", &"a quantity and a price that together come to what can be kept");
    let amount = read.amount().map_err(expected)?;
    match read.tax {
        Some(Tax::Amount { amount: tax, .. }) if tax.is_negative() && !amount.is_negative() => {
            Err(below_zero("money", &tax.minor(), ".tax.amount"))
        }
        _ => Ok(read),
    }
}

unsafe fn line_as_it_is(line: &regulars_line) -> Result<LineItem, Failure> {
    let flags = flags(line.flags, REGULARS_LINE_EARNS_NOTHING, ".flags")?;
    reserved(line.reserved, ".reserved")?;
    // SAFETY: as the caller of this says.
    unsafe {
        let promotions = ids(line.promotions, line.promotion_count, ".promotions", PromotionId::new)?;
        let (category, price_book) =
            (member(line.category, ".category")?, member(line.price_book, ".price_book")?);
        Ok(LineItem {
            id: id(member(line.id, ".id")?, ".id", LineId::new)?,
            product: id(member(line.product, ".product")?, ".product", ProductId::new)?,
            category: id_or_none(category, ".category", CategoryId::new)?,
            quantity: ratio(line.quantity_value, line.quantity_scale, ".quantity")?,
            unit_price: money(line.unit_price, ".unit_price")?,
            discount: money_from_zero(line.discount, ".discount")?,
            tax: read_tax(line)?,
            price_book: id_or_none(price_book, ".price_book", PriceBookId::new)?,
            promotions,
            earns: flags & REGULARS_LINE_EARNS_NOTHING == 0,
        })
    }
}

fn read_tax(line: &regulars_line) -> Result<Option<Tax>, Failure> {
    let rate = || match ratio(line.tax_value, line.tax_scale, ".tax.rate")? {
        rate if rate.is_negative() => Err(below_zero("a number", &rate.to_decimal(), ".tax.rate")),
        rate => Ok(rate),
    };
    let amount = || {
        reserved(line.tax_scale, ".tax_scale")?;
        money(line.tax_value, ".tax.amount")
    };
    Ok(match line.tax_kind {
        REGULARS_TAX_NONE => {
            reserved(line.tax_scale, ".tax_scale")?;
            stray(line.tax_value, ".tax_value")?;
            None
        }
        REGULARS_TAX_RATE_INCLUDED => Some(Tax::Rate { rate: rate()?, included: true }),
        REGULARS_TAX_RATE_ADDED => Some(Tax::Rate { rate: rate()?, included: false }),
        REGULARS_TAX_AMOUNT_INCLUDED => Some(Tax::Amount { amount: amount()?, included: true }),
        REGULARS_TAX_AMOUNT_ADDED => Some(Tax::Amount { amount: amount()?, included: false }),
        other => return Err(out_of_range(".tax_kind", other)),
    })
}

/// A number that nothing else says the meaning of.
fn stray(number: i64, what: &str) -> Result<(), Failure> {
    if number == 0 { Ok(()) } else { Err(out_of_range(what, number)) }
}

/// Takes a line out of the sale again. index counts the lines that are there, from 0.
///
/// Gives REGULARS_NO_SALE and REGULARS_OUT_OF_RANGE. Costs some tens of nanoseconds.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn regulars_sale_remove_line(handle: *mut regulars_register, index: usize) -> i32 {
    guard::with(handle, |till| {
        let lines = &mut basket(till)?.lines;
        if lines.len() <= index {
            return Err(out_of_range("index", index));
        }
        lines.remove(index);
        Ok(())
    })
}

/// Adds a fee to the sale: REGULARS_FEE_SHIPPING, REGULARS_FEE_TIP, REGULARS_FEE_DELIVERY or REGULARS_FEE_SERVICE. amount
/// is money, in 1 / 10^money_decimals of the currency, and not below zero; regulars_sale_clear_fees takes it out again.
///
/// Gives REGULARS_NO_SALE, REGULARS_TOO_LONG for more than REGULARS_MOST_PARTS fees, REGULARS_INVALID_DOCUMENT for an
/// amount below zero, and what is wrong with the arguments. Costs some tens of nanoseconds.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn regulars_sale_add_fee(
    handle: *mut regulars_register,
    kind: u32,
    amount: i64,
) -> i32 {
    guard::with(handle, |till| {
        let fees = &mut basket(till)?.rung_up.fees;
        let kind = match kind {
            REGULARS_FEE_SHIPPING => FeeKind::Shipping,
            REGULARS_FEE_TIP => FeeKind::Tip,
            REGULARS_FEE_DELIVERY => FeeKind::Delivery,
            REGULARS_FEE_SERVICE => FeeKind::Service,
            other => return Err(out_of_range("kind", other)),
        };
        room(fees.len(), "fees")?;
        let amount =
            money_from_zero(amount, ".amount").map_err(|failure| placed(failure, "fees", fees.len()))?;
        fees.push(Fee { kind, amount });
        Ok(())
    })
}

/// Takes all fees out of the sale again, as when goods are fetched that were to be sent.
///
/// Gives REGULARS_NO_SALE. Costs some tens of nanoseconds.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn regulars_sale_clear_fees(handle: *mut regulars_register) -> i32 {
    guard::with(handle, |till| {
        basket(till)?.rung_up.fees.clear();
        Ok(())
    })
}

/// Uses a reward on the sale. Rewards apply in the order in which they are added. Whether it can be used is said when
/// the sale is quoted or settled.
///
/// Gives REGULARS_NO_SALE, REGULARS_TOO_LONG for more than REGULARS_MOST_PARTS rewards, and what is wrong with the
/// arguments. Costs some hundred nanoseconds.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn regulars_sale_add_reward(
    handle: *mut regulars_register,
    reward: *const regulars_reward,
) -> i32 {
    guard::with(handle, |till| {
        let rewards = &mut basket(till)?.rung_up.rewards;
        room(rewards.len(), "rewards")?;
        // SAFETY: the caller's pointers, as the head of the header says what they must be.
        let read = unsafe { read_reward(&structure(reward, "reward")?) };
        rewards.push(read.map_err(|failure| placed(failure, "rewards", rewards.len()))?);
        Ok(())
    })
}

unsafe fn read_reward(given: &regulars_reward) -> Result<RewardUse, Failure> {
    let known = REGULARS_REWARD_HAS_UNITS | REGULARS_REWARD_HAS_QUANTITY;
    let flags = flags(given.flags, known, ".flags")?;
    reserved(given.reserved, ".reserved")?;
    let has = |flag: u32| flags & flag != 0;
    if !has(REGULARS_REWARD_HAS_UNITS) {
        stray(given.units, ".units")?;
    }
    if !has(REGULARS_REWARD_HAS_QUANTITY) {
        stray(given.quantity_value, ".quantity_value")?;
        reserved(given.quantity_scale, ".quantity_scale")?;
    }
    let of_units = || match given.units {
        below if below < 0 => Err(below_zero("units", &below, ".units")),
        units_given => units(units_given, ".units"),
    };
    let quantity = || match ratio(given.quantity_value, given.quantity_scale, ".quantity")? {
        below if below.is_negative() => Err(below_zero("a number", &below.to_decimal(), ".quantity")),
        quantity => Ok(quantity),
    };
    // SAFETY: as the caller of this says.
    let (reward, line, held) = unsafe {
        (
            member(given.reward, ".reward")?,
            member(given.line, ".line")?,
            member(given.reservation, ".reservation")?,
        )
    };
    Ok(RewardUse {
        reward: id(reward, ".reward", RewardId::new)?,
        line: id_or_none(line, ".line", LineId::new)?,
        units: has(REGULARS_REWARD_HAS_UNITS).then(of_units).transpose()?,
        quantity: has(REGULARS_REWARD_HAS_QUANTITY).then(quantity).transpose()?,
        reservation: id_or_none(held, ".reservation", DocumentId::new)?,
    })
}

/// Uses the offer of a punch card on a line of the sale.
///
/// Gives REGULARS_NO_SALE, REGULARS_TOO_LONG for more than REGULARS_MOST_PARTS offers, and what is wrong with the
/// arguments. Costs some hundred nanoseconds.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn regulars_sale_add_offer(
    handle: *mut regulars_register,
    card: *const c_char,
    card_length: usize,
    line: *const c_char,
    line_length: usize,
) -> i32 {
    guard::with(handle, |till| {
        let offers = &mut basket(till)?.rung_up.offers;
        room(offers.len(), "offers")?;
        let read = || {
            // SAFETY: the caller's pointers, as the head of the header says what they must be.
            let (card, line) =
                unsafe { (text(card, card_length, ".card")?, text(line, line_length, ".line")?) };
            Ok(OfferUse { card: id(card, ".card", Code::new)?, line: id(line, ".line", LineId::new)? })
        };
        offers.push(read().map_err(|failure| placed(failure, "offers", offers.len()))?);
        Ok(())
    })
}

/// Adds a code of a promotion that the customer showed.
///
/// Gives REGULARS_NO_SALE, REGULARS_TOO_LONG for more than REGULARS_MOST_PARTS codes, and what is wrong with the
/// arguments. Costs some tens of nanoseconds.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn regulars_sale_add_code(
    handle: *mut regulars_register,
    code: *const c_char,
    code_length: usize,
) -> i32 {
    guard::with(handle, |till| {
        let codes = &mut basket(till)?.codes;
        room(codes.len(), "codes")?;
        // SAFETY: the caller's pointers, as the head of the header says what they must be.
        let read = unsafe { text(code, code_length, "") }.and_then(|code| id(code, "", Code::new));
        codes.push(read.map_err(|failure| placed(failure, "codes", codes.len()))?);
        Ok(())
    })
}

/// Adds payments to the sale: what was tendered. All of them are added, or none.
///
/// Gives REGULARS_NO_SALE, REGULARS_TOO_LONG for more than REGULARS_MOST_PARTS payments in all,
/// REGULARS_INVALID_DOCUMENT with what can never be right, such as `payments[1].amount` below zero (counted from 0 in
/// this call), and what is wrong with the arguments. Costs some hundred nanoseconds a payment.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn regulars_sale_add_payments(
    handle: *mut regulars_register,
    list: *const regulars_payment,
    count: usize,
    stride: usize,
) -> i32 {
    guard::in_one_piece(handle, |till| {
        let paid = &mut basket(till)?.payments;
        // SAFETY: the caller's pointers, as the head of the header says what they must be.
        unsafe { read_payments(&Given { first: list, count, stride }, "payments", paid) }
    })
}

/// Takes all payments out of the sale again, as when a card was refused.
///
/// Gives REGULARS_NO_SALE. Costs some tens of nanoseconds.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn regulars_sale_clear_payments(handle: *mut regulars_register) -> i32 {
    guard::with(handle, |till| {
        basket(till)?.payments.clear();
        Ok(())
    })
}

/// Takes all rewards, offers and codes out of the sale again.
///
/// Gives REGULARS_NO_SALE. Costs some tens of nanoseconds.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn regulars_sale_clear_rewards(handle: *mut regulars_register) -> i32 {
    guard::with(handle, |till| {
        let basket = basket(till)?;
        basket.rung_up.rewards.clear();
        basket.rung_up.offers.clear();
        basket.codes.clear();
        Ok(())
    })
}

/// The sale that was begun, which isn't open any more.
pub(super) fn taken(till: &mut Till) -> Result<Basket, Failure> {
    till.basket.take().ok_or_else(no_sale)
}

pub(super) fn basket(till: &mut Till) -> Result<&mut Basket, Failure> {
    till.basket.as_mut().ok_or_else(no_sale)
}

pub(super) fn no_sale() -> Failure {
    Failure::new(REGULARS_NO_SALE, "no sale was begun on this handle")
}

/// Refuses one more than there may be.
fn room(there: usize, what: &str) -> Result<(), Failure> {
    if there < REGULARS_MOST_PARTS {
        return Ok(());
    }
    Err(too_long(what, there.saturating_add(1), REGULARS_MOST_PARTS))
}

/// What is wrong with the next item of a list.
#[cold]
fn placed(failure: Failure, list: &str, place: usize) -> Failure {
    failure.within(&format!("{list}[{place}]"))
}
