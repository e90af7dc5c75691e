//! A sale, rung up call by call. It stands in the handle, one at a time, until it is settled, parked or cancelled.

use core::ffi::c_char;
use std::vec::Vec;

use crate::ffi::capi::border::{
    Given, REGULARS_MOST_ITEMS, REGULARS_MOST_PARTS, flags, id, id_or_none, member, money, out_of_range,
    ratio, reserved, structure, text, texts, too_long, units,
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
/// Gives REGULARS_NO_SALE, REGULARS_TOO_LONG for more than REGULARS_MOST_ITEMS lines in all, and what is wrong with the
/// arguments. Costs some hundred nanoseconds a line.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn regulars_sale_add_lines(
    handle: *mut regulars_register,
    lines: *const regulars_line,
    count: usize,
    stride: usize,
) -> i32 {
    guard::with(handle, |till| {
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
    // SAFETY: as the caller of this says.
    unsafe { given.read(into, REGULARS_MOST_ITEMS, "lines", |line| read_line(line)) }
}

unsafe fn read_line(line: &regulars_line) -> Result<LineItem, Failure> {
    let flags = flags(line.flags, REGULARS_LINE_EARNS_NOTHING, "lines.flags")?;
    reserved(line.reserved, "lines.reserved")?;
    // SAFETY: as the caller of this says.
    unsafe {
        let promotions = texts(line.promotions, line.promotion_count, "lines.promotions")?;
        let promotions = promotions.into_iter().map(|text| id(text, "lines.promotions", PromotionId::new));
        let (category, price_book) =
            (member(line.category, "lines.category")?, member(line.price_book, "lines.price_book")?);
        Ok(LineItem {
            id: id(member(line.id, "lines.id")?, "lines.id", LineId::new)?,
            product: id(member(line.product, "lines.product")?, "lines.product", ProductId::new)?,
            category: id_or_none(category, "lines.category", CategoryId::new)?,
            quantity: ratio(line.quantity_value, line.quantity_scale, "lines.quantity")?,
            unit_price: money(line.unit_price, "lines.unit_price")?,
            discount: money(line.discount, "lines.discount")?,
            tax: read_tax(line)?,
            price_book: id_or_none(price_book, "lines.price_book", PriceBookId::new)?,
            promotions: promotions.collect::<Result<_, _>>()?,
            earns: flags & REGULARS_LINE_EARNS_NOTHING == 0,
        })
    }
}

fn read_tax(line: &regulars_line) -> Result<Option<Tax>, Failure> {
    let rate = || ratio(line.tax_value, line.tax_scale, "lines.tax.rate");
    let amount = || {
        reserved(line.tax_scale, "lines.tax_scale")?;
        money(line.tax_value, "lines.tax.amount")
    };
    Ok(match line.tax_kind {
        REGULARS_TAX_NONE => {
            reserved(line.tax_scale, "lines.tax_scale")?;
            stray(line.tax_value, "lines.tax_value")?;
            None
        }
        REGULARS_TAX_RATE_INCLUDED => Some(Tax::Rate { rate: rate()?, included: true }),
        REGULARS_TAX_RATE_ADDED => Some(Tax::Rate { rate: rate()?, included: false }),
        REGULARS_TAX_AMOUNT_INCLUDED => Some(Tax::Amount { amount: amount()?, included: true }),
        REGULARS_TAX_AMOUNT_ADDED => Some(Tax::Amount { amount: amount()?, included: false }),
        other => return Err(out_of_range("lines.tax_kind", other)),
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

/// Adds a fee to the sale: REGULARS_FEE_SHIPPING, REGULARS_FEE_TIP, REGULARS_FEE_DELIVERY or REGULARS_FEE_SERVICE.
///
/// Gives REGULARS_NO_SALE, REGULARS_TOO_LONG for more than REGULARS_MOST_PARTS fees, and what is wrong with the arguments.
/// Costs some tens of nanoseconds.
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
        room(fees.len().saturating_add(1), "fees")?;
        fees.push(Fee { kind, amount: money(amount, "fees.amount")? });
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
        room(rewards.len().saturating_add(1), "rewards")?;
        // SAFETY: the caller's pointers, as the head of the header says what they must be.
        rewards.push(unsafe { read_reward(reward)? });
        Ok(())
    })
}

unsafe fn read_reward(reward: *const regulars_reward) -> Result<RewardUse, Failure> {
    // SAFETY: as the caller of this says.
    unsafe {
        let given = structure(reward, "reward")?;
        let known = REGULARS_REWARD_HAS_UNITS | REGULARS_REWARD_HAS_QUANTITY;
        let flags = flags(given.flags, known, "reward.flags")?;
        reserved(given.reserved, "reward.reserved")?;
        let has = |flag: u32| flags & flag != 0;
        if !has(REGULARS_REWARD_HAS_UNITS) {
            stray(given.units, "reward.units")?;
        }
        if !has(REGULARS_REWARD_HAS_QUANTITY) {
            stray(given.quantity_value, "reward.quantity_value")?;
            reserved(given.quantity_scale, "reward.quantity_scale")?;
        }
        let quantity = || ratio(given.quantity_value, given.quantity_scale, "rewards.quantity");
        let (line, held) =
            (member(given.line, "rewards.line")?, member(given.reservation, "rewards.reservation")?);
        Ok(RewardUse {
            reward: id(member(given.reward, "rewards.reward")?, "rewards.reward", RewardId::new)?,
            line: id_or_none(line, "rewards.line", LineId::new)?,
            units: has(REGULARS_REWARD_HAS_UNITS).then(|| units(given.units, "rewards.units")).transpose()?,
            quantity: has(REGULARS_REWARD_HAS_QUANTITY).then(quantity).transpose()?,
            reservation: id_or_none(held, "rewards.reservation", DocumentId::new)?,
        })
    }
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
        room(offers.len().saturating_add(1), "offers")?;
        // SAFETY: the caller's pointers, as the head of the header says what they must be.
        let (card, line) =
            unsafe { (text(card, card_length, "offers.card")?, text(line, line_length, "offers.line")?) };
        let (card, line) = (id(card, "offers.card", Code::new)?, id(line, "offers.line", LineId::new)?);
        offers.push(OfferUse { card, line });
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
        room(codes.len().saturating_add(1), "codes")?;
        // SAFETY: the caller's pointers, as the head of the header says what they must be.
        let code = unsafe { text(code, code_length, "codes")? };
        codes.push(id(code, "codes", Code::new)?);
        Ok(())
    })
}

/// Adds payments to the sale: what was tendered. All of them are added, or none.
///
/// Gives REGULARS_NO_SALE, REGULARS_TOO_LONG for more than REGULARS_MOST_PARTS payments in all, and what is wrong with the
/// arguments. Costs some hundred nanoseconds a payment.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn regulars_sale_add_payments(
    handle: *mut regulars_register,
    list: *const regulars_payment,
    count: usize,
    stride: usize,
) -> i32 {
    guard::with(handle, |till| {
        let paid = &mut basket(till)?.payments;
        // SAFETY: the caller's pointers, as the head of the header says what they must be.
        unsafe { read_payments(&Given { first: list, count, stride }, paid) }
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

fn room(count: usize, what: &str) -> Result<(), Failure> {
    if count <= REGULARS_MOST_PARTS { Ok(()) } else { Err(too_long(what, count, REGULARS_MOST_PARTS)) }
}
