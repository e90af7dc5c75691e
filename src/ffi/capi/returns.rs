//! Goods and money that go back, exchanges and voids.

use core::ffi::c_char;
use core::mem;
use std::sync::Arc;
use std::vec::Vec;

use crate::decide::{
    Document, ExchangeDocument, ReturnAmountDocument, ReturnDocument, ReturnWithoutSaleDocument, VoidDocument,
};
use crate::ffi::capi::border::{Given, REGULARS_MOST_ITEMS, id, member, money, money_from_zero, ratio, text};
use crate::ffi::capi::failure::Failure;
use crate::ffi::capi::guard;
use crate::ffi::capi::outcome::{hand_in, read_header, state_of};
use crate::ffi::capi::outward::{Out, OutStruct};
use crate::ffi::capi::payments::payments;
use crate::ffi::capi::sale::{basket, read_lines, taken};
use crate::ffi::capi::till::Basket;
use crate::ffi::capi::types::*;
use crate::ident::{CustomerId, LineId, SaleId};
use crate::money::Ratio;
use crate::sale::{Payment, ReturnedLine};

/// Takes goods back against the sale that they were bought in. refund says what goes back in which tender, as the
/// cashier chose; NULL leaves it to the shares in which they paid. It may be less than the goods were worth: they are back
/// all the same, and what wasn't given for them can't be given later; or more: that is money without goods, and takes back
/// what was earned for it. outcome may be NULL.
///
/// Gives REGULARS_UNKNOWN_SALE, REGULARS_NOT_SETTLED, REGULARS_VOIDED, REGULARS_UNKNOWN_LINE, REGULARS_OVER_RETURN,
/// REGULARS_REFUND_EXCEEDS_TENDER, REGULARS_NOT_A_STEP, REGULARS_POINTS_ALREADY_REDEEMED, REGULARS_CONFLICT,
/// REGULARS_INVALID_DOCUMENT, what is wrong with the arguments, and the numbers of the store. Costs what the disk takes
/// to keep it.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn regulars_return(
    handle: *mut regulars_register,
    header: *const regulars_header,
    sale: *const c_char,
    sale_length: usize,
    lines: *const regulars_returned_line,
    line_count: usize,
    line_stride: usize,
    refund: *const regulars_payment,
    refund_count: usize,
    refund_stride: usize,
    outcome: *mut regulars_outcome,
) -> i32 {
    guard::with(handle, |till| {
        // SAFETY: the caller's pointers, as the head of the header says what they must be.
        let (wanted, header, of, lines, refund) = unsafe {
            let wanted = OutStruct::wanted(outcome, "outcome")?;
            let of = text(sale, sale_length, "of")?;
            let lines = returned(lines, line_count, line_stride)?;
            (wanted, read_header(header)?, of, lines, refunds(refund, refund_count, refund_stride)?)
        };
        let of = id(of, "of", SaleId::new)?;
        hand_in(till, &Document::Return(ReturnDocument { header, of, lines, refund }), wanted)
    })
}

/// Gives money back without goods. refund as with regulars_return. outcome may be NULL.
///
/// Gives what regulars_return gives, and costs as much.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn regulars_return_amount(
    handle: *mut regulars_register,
    header: *const regulars_header,
    sale: *const c_char,
    sale_length: usize,
    amount: i64,
    refund: *const regulars_payment,
    refund_count: usize,
    refund_stride: usize,
    outcome: *mut regulars_outcome,
) -> i32 {
    guard::with(handle, |till| {
        // SAFETY: the caller's pointers, as the head of the header says what they must be.
        let (wanted, header, of, refund) = unsafe {
            let wanted = OutStruct::wanted(outcome, "outcome")?;
            let of = text(sale, sale_length, "of")?;
            (wanted, read_header(header)?, of, refunds(refund, refund_count, refund_stride)?)
        };
        let (of, amount) = (id(of, "of", SaleId::new)?, money(amount, "amount")?);
        hand_in(till, &Document::ReturnAmount(ReturnAmountDocument { header, of, amount, refund }), wanted)
    })
}

/// Takes goods back whose sale nobody knows. outcome may be NULL.
///
/// Gives REGULARS_UNKNOWN_CUSTOMER, REGULARS_POINTS_ALREADY_REDEEMED, REGULARS_CONFLICT, REGULARS_INVALID_DOCUMENT, what
/// is wrong with the arguments, and the numbers of the store. Costs what the disk takes to keep it.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn regulars_return_without_sale(
    handle: *mut regulars_register,
    header: *const regulars_header,
    customer: *const c_char,
    customer_length: usize,
    lines: *const regulars_line,
    count: usize,
    stride: usize,
    outcome: *mut regulars_outcome,
) -> i32 {
    guard::with(handle, |till| {
        // SAFETY: the caller's pointers, as the head of the header says what they must be.
        let (wanted, header, customer, lines) = unsafe {
            let wanted = OutStruct::wanted(outcome, "outcome")?;
            let customer = text(customer, customer_length, "customer")?;
            let mut read = Vec::new();
            read_lines(&Given { first: lines, count, stride }, &mut read)?;
            (wanted, read_header(header)?, customer, read)
        };
        let customer = id(customer, "customer", CustomerId::new)?;
        let document = ReturnWithoutSaleDocument { header, customer, lines };
        hand_in(till, &Document::ReturnWithoutSale(document), wanted)
    })
}

/// Takes goods back, and sells others for what they are worth: the sale that was begun on this handle, whose payments
/// are what is paid on top. Its moment has to be the header's, and its customer the one whose the goods that come back
/// are: otherwise it is REGULARS_INVALID_DOCUMENT; hand in a return and a sale instead. When this returns
/// REGULARS_OK no sale is open any more; state says where the new sale stands, as with regulars_sale_settle, and can't be
/// NULL. If it is refused, the sale stays open as it was. outcome may be NULL.
///
/// Gives REGULARS_NO_SALE, what returns and what sales are refused by, what is wrong with the arguments, and the numbers
/// of the store. Costs what the disk takes to keep it.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn regulars_exchange(
    handle: *mut regulars_register,
    header: *const regulars_header,
    sale: *const c_char,
    sale_length: usize,
    lines: *const regulars_returned_line,
    count: usize,
    stride: usize,
    change: i64,
    state: *mut u32,
    outcome: *mut regulars_outcome,
) -> i32 {
    guard::with(handle, |till| {
        // SAFETY: the caller's pointers, as the head of the header says what they must be.
        let (state, wanted, header, of, lines) = unsafe {
            let (state, wanted) = (Out::new(state, "state")?, OutStruct::wanted(outcome, "outcome")?);
            let of = text(sale, sale_length, "of")?;
            (state, wanted, read_header(header)?, of, returned(lines, count, stride)?)
        };
        let (of, change) = (id(of, "of", SaleId::new)?, money_from_zero(change, "sale.change")?);
        if basket(till)?.rung_up.at != header.at {
            return Err(Failure::field("sale.at", &"the time of the exchange"));
        }
        let mut sale = taken(till)?.into_document(change, false);
        // As with JSON, the goods are sold where the exchange is made, unless the sale says otherwise.
        let place = mem::take(&mut sale.rung_up.place);
        sale.rung_up.place = place.clone().or(header.place.clone());
        let sale = Arc::new(sale);
        let document = Document::Exchange(ExchangeDocument { header, of, lines, sale: Arc::clone(&sale) });
        let done = hand_in(till, &document, wanted);
        drop(document);
        if done.is_ok() {
            state.write(state_of(till.outcome()?, &sale.rung_up.sale));
        } else {
            let mut basket = Basket::of(Arc::unwrap_or_clone(sale));
            basket.rung_up.place = place;
            till.basket = Some(basket);
        }
        done
    })
}

/// Undoes a sale, in whatever state it is. A second void changes nothing. outcome may be NULL.
///
/// Gives REGULARS_UNKNOWN_SALE, REGULARS_POINTS_ALREADY_REDEEMED, REGULARS_CONFLICT, what is wrong with the arguments,
/// and the numbers of the store. Costs what the disk takes to keep it.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn regulars_void(
    handle: *mut regulars_register,
    header: *const regulars_header,
    sale: *const c_char,
    sale_length: usize,
    outcome: *mut regulars_outcome,
) -> i32 {
    guard::with(handle, |till| {
        // SAFETY: the caller's pointers, as the head of the header says what they must be.
        let (wanted, header, of) = unsafe {
            let wanted = OutStruct::wanted(outcome, "outcome")?;
            (wanted, read_header(header)?, text(sale, sale_length, "of")?)
        };
        let of = id(of, "of", SaleId::new)?;
        hand_in(till, &Document::Void(VoidDocument { header, of }), wanted)
    })
}

unsafe fn returned(
    first: *const regulars_returned_line,
    count: usize,
    stride: usize,
) -> Result<Vec<ReturnedLine>, Failure> {
    let read = |given: &regulars_returned_line| {
        // SAFETY: as the caller of this says.
        let line = unsafe { member(given.line, ".id")? };
        let quantity = ratio(given.quantity_value, given.quantity_scale, ".quantity")?;
        if quantity <= Ratio::ZERO {
            return Err(Failure::field_not(".quantity", &"a number above zero", &quantity.to_decimal()));
        }
        Ok(ReturnedLine { line: id(line, ".id", LineId::new)?, quantity })
    };
    let mut lines = Vec::new();
    // SAFETY: as the caller of this says.
    unsafe { Given { first, count, stride }.read(&mut lines, REGULARS_MOST_ITEMS, "lines", read)? };
    Ok(lines)
}

/// What goes back in which tender; NULL leaves it to the shares in which they paid.
unsafe fn refunds(
    first: *const regulars_payment,
    count: usize,
    stride: usize,
) -> Result<Option<Vec<Payment>>, Failure> {
    if first.is_null() && count == 0 {
        return Ok(None);
    }
    // SAFETY: as the caller of this says.
    unsafe { payments(first, count, stride, "refund").map(Some) }
}
