//! What is asked, and records nothing: balances, explanations, hints.

use core::ffi::c_char;
use std::string::String;
use std::vec::Vec;

use crate::decide::{Document, Header, Hints, MemberDocument};
use crate::ffi::capi::border::{id, id_or_none, moment, text};
use crate::ffi::capi::failure::Failure;
use crate::ffi::capi::guard;
use crate::ffi::capi::outward::{Out, OutText};
use crate::ffi::capi::till::Till;
use crate::ffi::capi::types::*;
use crate::ident::{CustomerId, OutletId, SaleId};
use crate::sale::Place;
use crate::time::Timestamp;

/// Tells a customer's balance in units, as of a moment. Records nothing.
///
/// Gives REGULARS_UNKNOWN_CUSTOMER, REGULARS_INVALID_PROGRAM (none has been set), what is wrong with the arguments, and
/// the numbers of the store. Costs some tens of microseconds.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn regulars_balance(
    handle: *mut regulars_register,
    customer: *const c_char,
    customer_length: usize,
    at_ms: i64,
    balance: *mut i64,
) -> i32 {
    guard::with(handle, |till| {
        // SAFETY: the caller's pointers, as the head of the header says what they must be.
        let (balance, customer) =
            unsafe { (Out::new(balance, "balance")?, text(customer, customer_length, "customer")?) };
        let customer = id(customer, "customer", CustomerId::new)?;
        let header = Header { id: None, at: moment(at_ms, "at_ms")?, place: Place::default() };
        let check = Document::Check(MemberDocument { header, customer });
        let now = till.now()?;
        let outcome = till.register.0.submit(&check, now)?;
        balance.write(outcome.decision.balance.unwrap_or_default().minor());
        Ok(())
    })
}

/// Copies what each line of a sale earned and why, in sentences, one a row; the last one says what it comes to and how
/// it was rounded. Empty unless the sale has been settled.
///
/// Gives REGULARS_UNKNOWN_SALE, REGULARS_CONTESTED, REGULARS_BUFFER_TOO_SMALL, what is wrong with the arguments, and the
/// numbers of the store. Costs some tens of microseconds.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn regulars_explain(
    handle: *mut regulars_register,
    sale: *const c_char,
    sale_length: usize,
    out: *mut c_char,
    capacity: usize,
    length: *mut usize,
) -> i32 {
    guard::with(handle, |till| {
        // SAFETY: the caller's pointers, as the head of the header says what they must be.
        let (out, sale) = unsafe { (OutText::new(out, capacity, length)?, text(sale, sale_length, "sale")?) };
        let sentences = sentences(till, &id(sale, "sale", SaleId::new)?)?;
        out.write(rows(&sentences).as_bytes())
    })
}

/// Copies what a customer can be told at an outlet (or none), in sentences, one a row: what is missing to a reward, to
/// the next tier and to a free item, and what runs out next.
///
/// Gives REGULARS_UNKNOWN_CUSTOMER, REGULARS_INVALID_PROGRAM (none has been set), REGULARS_BUFFER_TOO_SMALL, what is
/// wrong with the arguments, and the numbers of the store. Costs some tens of microseconds.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn regulars_hints(
    handle: *mut regulars_register,
    customer: *const c_char,
    customer_length: usize,
    outlet: *const c_char,
    outlet_length: usize,
    at_ms: i64,
    out: *mut c_char,
    capacity: usize,
    length: *mut usize,
) -> i32 {
    guard::with(handle, |till| {
        // SAFETY: the caller's pointers, as the head of the header says what they must be.
        let (out, customer, outlet) = unsafe {
            let customer = text(customer, customer_length, "customer")?;
            (OutText::new(out, capacity, length)?, customer, text(outlet, outlet_length, "outlet")?)
        };
        let customer = id(customer, "customer", CustomerId::new)?;
        let outlet = id_or_none(outlet, "outlet", OutletId::new)?;
        let hints = hints(till, &customer, outlet.as_ref(), moment(at_ms, "at_ms")?)?;
        let program = till.current_program()?;
        out.write(rows(&hints.sentences(&program)).as_bytes())
    })
}

pub(super) fn hints(
    till: &mut Till,
    customer: &CustomerId,
    outlet: Option<&OutletId>,
    at: Timestamp,
) -> Result<Hints, Failure> {
    Ok(till.register.0.hints(customer, outlet, at)?)
}

fn rows(sentences: &[String]) -> String {
    let mut rows = String::new();
    for sentence in sentences {
        rows.push_str(sentence);
        rows.push('\n');
    }
    rows
}

/// What a sale earned, line by line, in words.
pub(super) fn sentences(till: &mut Till, sale: &SaleId) -> Result<Vec<String>, Failure> {
    Ok(till.register.0.explain(sale)?)
}
