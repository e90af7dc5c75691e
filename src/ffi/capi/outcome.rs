//! What a document came to.

use core::ffi::c_char;
use std::string::String;

use crate::decide::{Document, Header, Outcome};
use crate::document::write_outcome;
use crate::ffi::capi::border::{checked, member, moment, offset, out_of_range, structure};
use crate::ffi::capi::failure::Failure;
use crate::ffi::capi::guard;
use crate::ffi::capi::outward::{Out, OutStruct, OutText};
use crate::ffi::capi::till::Till;
use crate::ffi::capi::types::*;
use crate::ident::{Checked, CustomerId, DocumentId, OperatorId, OutletId, RegisterId, SaleId};
use crate::money::{Money, Units};
use crate::sale::Place;
use crate::time::Timestamp;

/// What every document carries.
///
/// # Safety
/// As [`structure`].
pub(super) unsafe fn read_header(header: *const regulars_header) -> Result<Header, Failure> {
    // SAFETY: as the caller of this says.
    unsafe {
        let given = structure(header, "header")?;
        let id = checked(member(given.id, "id")?, "id")?;
        let (at, place) = (read_moment(&given)?, read_place(&given)?);
        Ok(Header { id: id.map(DocumentId::from), at, place: place.place() })
    }
}

/// When a document was made.
pub(super) fn read_moment(header: &regulars_header) -> Result<Timestamp, Failure> {
    offset(header.offset_minutes, "at")?;
    moment(header.at_ms, "at")
}

/// A place as C gave it: checked, and still the caller's bytes.
#[derive(Clone, Copy)]
pub(super) struct GivenPlace<'c> {
    outlet: Option<Checked<'c>>,
    register: Option<Checked<'c>>,
    operator: Option<Checked<'c>>,
}

impl GivenPlace<'_> {
    #[inline]
    pub(super) fn place(self) -> Place {
        let GivenPlace { outlet, register, operator } = self;
        Place {
            outlet: outlet.map(OutletId::from),
            register: register.map(RegisterId::from),
            operator: operator.map(OperatorId::from),
        }
    }
}

/// Where, and by whom.
///
/// # Safety
/// As [`member`].
#[inline]
pub(super) unsafe fn read_place<'c>(header: &regulars_header) -> Result<GivenPlace<'c>, Failure> {
    // SAFETY: as the caller of this says.
    unsafe {
        Ok(GivenPlace {
            outlet: checked(member(header.outlet, "outlet")?, "outlet")?,
            register: checked(member(header.register_id, "register")?, "register")?,
            operator: checked(member(header.operator_id, "operator")?, "operator")?,
        })
    }
}

/// Hands a document in, and tells its numbers where they are wanted.
pub(super) fn hand_in(
    till: &mut Till,
    document: &Document,
    wanted: Option<OutStruct<regulars_outcome>>,
) -> Result<(), Failure> {
    give(till.submit(document)?, wanted);
    Ok(())
}

/// Tells an outcome's numbers, where they are wanted.
pub(super) fn give(outcome: &Outcome, wanted: Option<OutStruct<regulars_outcome>>) {
    if let Some(wanted) = wanted {
        wanted.write(&numbers(outcome));
    }
}

pub(super) fn state(name: &str) -> u32 {
    match name {
        "parked" => REGULARS_STATE_PARKED,
        "pending" => REGULARS_STATE_PENDING,
        "settled" => REGULARS_STATE_SETTLED,
        "voided" => REGULARS_STATE_VOIDED,
        _ => REGULARS_STATE_NONE,
    }
}

/// Where a sale stands by an outcome.
pub(super) fn state_of(outcome: &Outcome, sale: &SaleId) -> u32 {
    let stands = outcome.sales.iter().find(|stands| stands.sale == *sale);
    stands.map_or(REGULARS_STATE_NONE, |stands| state(stands.state))
}

/// The numbers of an outcome. By then it is kept, so nothing may fail here: a sum that can't be kept is zero.
pub(super) fn numbers(outcome: &Outcome) -> regulars_outcome {
    let (moved, decision, shown) = (&outcome.moved, &outcome.decision, &outcome.shown);
    let has = |there: bool, flag: u32| if there { flag } else { 0 };
    let units = |units: Option<Units>| units.map_or(0, Units::minor);
    let sum = |parts: &mut dyn Iterator<Item = Money>| Money::sum(parts).map_or(0, Money::minor);
    let count = |items: usize| u32::try_from(items).unwrap_or(u32::MAX);
    let first = outcome.sales.first();
    regulars_outcome {
        struct_size: 0,
        flags: has(outcome.duplicate, REGULARS_OUTCOME_DUPLICATE)
            | has(decision.balance.is_some(), REGULARS_OUTCOME_HAS_BALANCE)
            | has(shown.reserved.is_some(), REGULARS_OUTCOME_HAS_HELD)
            | has(shown.claimable.is_some(), REGULARS_OUTCOME_HAS_CLAIMABLE)
            | has(shown.forecast.is_some(), REGULARS_OUTCOME_HAS_FORECAST)
            | has(outcome.due.is_some(), REGULARS_OUTCOME_HAS_DUE),
        earned: moved.earned.minor(),
        redeemed: moved.redeemed.minor(),
        clawed_back: moved.clawed_back.minor(),
        restored: moved.restored.minor(),
        expired: moved.expired.minor(),
        adjusted: moved.adjusted.minor(),
        written_off: moved.written_off.minor(),
        balance: units(decision.balance),
        held: units(shown.reserved),
        claimable: units(shown.claimable),
        forecast: units(shown.forecast),
        due: outcome.due.map_or(0, Money::minor),
        balance_due: first.map_or(0, |sale| sale.balance_due.minor()),
        discount: sum(&mut shown.line_discounts.iter().map(|(_, amount)| *amount)),
        refund: sum(&mut decision.refund.iter().map(|part| part.amount)),
        kept_from_refund: decision.kept_from_refund.minor(),
        sale_state: first.map_or(REGULARS_STATE_NONE, |sale| state(sale.state)),
        sale_count: count(outcome.sales.len()),
        settled_count: count(decision.settled.len()),
        refund_count: count(decision.refund.len()),
        lot_count: count(shown.lots.len()),
        card_count: count(shown.cards.len()),
    }
}

/// Copies the whole outcome of the last document as JSON: entries, explanations, lots, cards and all else. It stays
/// until the next document is handed in, or the next sale is quoted by regulars_sale_quote, whose outcome takes its
/// place; one that is refused leaves none.
///
/// Gives REGULARS_NO_OUTCOME, REGULARS_BUFFER_TOO_SMALL, and what is wrong with the arguments. Costs some microseconds.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn regulars_outcome_json(
    handle: *mut regulars_register,
    out: *mut c_char,
    capacity: usize,
    length: *mut usize,
) -> i32 {
    guard::with(handle, |till| {
        // SAFETY: the caller's pointers, as the head of the header says what they must be.
        let out = unsafe { OutText::new(out, capacity, length)? };
        let written = written(till)?;
        out.write(written.as_bytes())
    })
}

fn written(till: &mut Till) -> Result<String, Failure> {
    let program = till.program()?;
    Ok(write_outcome(till.outcome()?, &program))
}

/// Tells where one of the sales stands that the last document was about, and copies the sale's id. index counts from 0.
/// standing may be NULL.
///
/// Gives REGULARS_NO_OUTCOME, REGULARS_OUT_OF_RANGE, REGULARS_BUFFER_TOO_SMALL, and what is wrong with the arguments.
/// Costs some tens of nanoseconds.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn regulars_outcome_sale(
    handle: *mut regulars_register,
    index: usize,
    standing: *mut regulars_standing,
    sale: *mut c_char,
    sale_capacity: usize,
    sale_length: *mut usize,
) -> i32 {
    guard::with(handle, |till| {
        // SAFETY: the caller's pointers, as the head of the header says what they must be.
        let (standing, sale) = unsafe {
            let standing = OutStruct::wanted(standing, "standing")?;
            (standing, OutText::new(sale, sale_capacity, sale_length)?)
        };
        let stands = till.outcome()?.sales.get(index).ok_or_else(|| out_of_range("index", index))?;
        sale.write(stands.sale.as_str().as_bytes())?;
        if let Some(standing) = standing {
            let balance_due = stands.balance_due.minor();
            standing.write(&regulars_standing { struct_size: 0, state: state(stands.state), balance_due });
        }
        Ok(())
    })
}

/// Tells what goes back in one tender by the last document, and copies the tender. index counts from 0. amount may be
/// NULL.
///
/// Gives what regulars_outcome_sale gives, and costs as much.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn regulars_outcome_refund(
    handle: *mut regulars_register,
    index: usize,
    amount: *mut i64,
    tender: *mut c_char,
    tender_capacity: usize,
    tender_length: *mut usize,
) -> i32 {
    guard::with(handle, |till| {
        // SAFETY: the caller's pointers, as the head of the header says what they must be.
        let (amount, tender) = unsafe {
            let amount = Out::wanted(amount, "amount")?;
            (amount, OutText::new(tender, tender_capacity, tender_length)?)
        };
        let part = till.outcome()?.decision.refund.get(index).ok_or_else(|| out_of_range("index", index))?;
        tender.write(part.tender.as_str().as_bytes())?;
        if let Some(amount) = amount {
            amount.write(part.amount.minor());
        }
        Ok(())
    })
}

/// Copies the id of the customer that the last document was about, or whom its code belongs to. Empty where there is
/// none.
///
/// Gives REGULARS_NO_OUTCOME, REGULARS_BUFFER_TOO_SMALL, and what is wrong with the arguments. Costs some tens of
/// nanoseconds.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn regulars_outcome_customer(
    handle: *mut regulars_register,
    out: *mut c_char,
    capacity: usize,
    length: *mut usize,
) -> i32 {
    guard::with(handle, |till| {
        // SAFETY: the caller's pointers, as the head of the header says what they must be.
        let out = unsafe { OutText::new(out, capacity, length)? };
        let outcome = till.outcome()?;
        let customer = outcome.shown.resolved.as_ref().or(outcome.decision.customer.as_ref());
        out.write(customer.map_or("", CustomerId::as_str).as_bytes())
    })
}
