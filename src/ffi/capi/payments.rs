//! Payments on sales that are rung up, and on accounts.

use core::ffi::c_char;
use std::vec::Vec;

use crate::decide::{AccountPaymentDocument, Document, PaymentDocument};
use crate::ffi::capi::border::{
    Given, REGULARS_MOST_PARTS, id, id_or_none, ids, member, money_from_zero, reserved, text,
};
use crate::ffi::capi::failure::Failure;
use crate::ffi::capi::guard;
use crate::ffi::capi::outcome::{hand_in, read_header, state_of};
use crate::ffi::capi::outward::{Out, OutStruct};
use crate::ffi::capi::types::*;
use crate::ident::{CustomerId, DocumentId, SaleId, Tender};
use crate::sale::Payment;

/// Pays on a sale that isn't settled: the next part of a layby, or a debt. state says where the sale stands then, and
/// can't be NULL: REGULARS_STATE_SETTLED if nothing is due any more, otherwise REGULARS_STATE_PENDING, and outcome has the
/// balance_due. outcome may be NULL.
///
/// Gives REGULARS_UNKNOWN_SALE, REGULARS_NOT_SETTLED (it is only parked), REGULARS_ALREADY_SETTLED, REGULARS_VOIDED, what
/// a sale's payments are refused by, what is wrong with the arguments, and the numbers of the store. Costs what the disk
/// takes to keep it.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn regulars_pay(
    handle: *mut regulars_register,
    header: *const regulars_header,
    sale: *const c_char,
    sale_length: usize,
    list: *const regulars_payment,
    count: usize,
    stride: usize,
    change: i64,
    state: *mut u32,
    outcome: *mut regulars_outcome,
) -> i32 {
    guard::with(handle, |till| {
        // SAFETY: the caller's pointers, as the head of the header says what they must be.
        let (state, wanted, header, sale, payments) = unsafe {
            let (state, wanted) = (Out::new(state, "state")?, OutStruct::wanted(outcome, "outcome")?);
            let sale = text(sale, sale_length, "sale")?;
            (state, wanted, read_header(header)?, sale, payments(list, count, stride, "payments")?)
        };
        let (sale, change) = (id(sale, "sale", SaleId::new)?, money_from_zero(change, "change")?);
        let document = PaymentDocument { header, sale: sale.clone(), payments, change };
        hand_in(till, &Document::Payment(document), wanted)?;
        state.write(state_of(till.outcome()?, &sale));
        Ok(())
    })
}

/// Pays a customer's debts: the named sales first (sales may be NULL), then the oldest; what is over stays as credit.
/// outcome may be NULL; it says how many sales that settled, and regulars_outcome_sale how each of them stands.
///
/// Gives REGULARS_UNKNOWN_CUSTOMER, REGULARS_UNKNOWN_SALE, REGULARS_NOT_SETTLED, REGULARS_ALREADY_SETTLED,
/// REGULARS_VOIDED, REGULARS_EXCEEDS_DUE for loyalty that is over, what a sale's payments are refused by, what is wrong
/// with the arguments, and the numbers of the store. Costs what the disk takes to keep it.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn regulars_pay_account(
    handle: *mut regulars_register,
    header: *const regulars_header,
    customer: *const c_char,
    customer_length: usize,
    list: *const regulars_payment,
    count: usize,
    stride: usize,
    sales: *const regulars_text,
    sale_count: usize,
    outcome: *mut regulars_outcome,
) -> i32 {
    guard::with(handle, |till| {
        // SAFETY: the caller's pointers, as the head of the header says what they must be.
        let (wanted, header, customer, payments, sales) = unsafe {
            let wanted = OutStruct::wanted(outcome, "outcome")?;
            let customer = text(customer, customer_length, "customer")?;
            let sales = ids(sales, sale_count, "sales", SaleId::new)?;
            (wanted, read_header(header)?, customer, payments(list, count, stride, "payments")?, sales)
        };
        let customer = id(customer, "customer", CustomerId::new)?;
        let document = AccountPaymentDocument { header, customer, payments, sales };
        hand_in(till, &Document::AccountPayment(document), wanted)
    })
}

/// Reads payments into a list, all of them or none.
///
/// # Safety
/// As [`Given::read`].
pub(super) unsafe fn read_payments(
    given: &Given<regulars_payment>,
    what: &str,
    into: &mut Vec<Payment>,
) -> Result<(), Failure> {
    // SAFETY: as the caller of this says.
    unsafe { given.read(into, REGULARS_MOST_PARTS, what, |given| payment(given)) }
}

/// A list of payments, or of what goes back.
///
/// # Safety
/// As [`Given::read`].
pub(super) unsafe fn payments(
    first: *const regulars_payment,
    count: usize,
    stride: usize,
    what: &str,
) -> Result<Vec<Payment>, Failure> {
    let mut read = Vec::new();
    // SAFETY: as the caller of this says.
    unsafe { read_payments(&Given { first, count, stride }, what, &mut read)? };
    Ok(read)
}

unsafe fn payment(given: &regulars_payment) -> Result<Payment, Failure> {
    reserved(given.reserved, ".reserved")?;
    // SAFETY: as the caller of this says.
    let (tender, held) =
        unsafe { (member(given.tender, ".tender")?, member(given.reservation, ".reservation")?) };
    Ok(Payment {
        tender: id(tender, ".tender", Tender::new)?,
        amount: money_from_zero(given.amount, ".amount")?,
        reservation: id_or_none(held, ".reservation", DocumentId::new)?,
    })
}
