//! Units that are set aside: reserved, released, captured.

use core::ffi::c_char;

use crate::decide::{Document, HeldDocument, HoldEnd, Kept, Key, Question, Refusal, ReserveDocument, Spend};
use crate::ffi::capi::border::{id, member, money, out_of_range, ratio, reserved, structure, text, units};
use crate::ffi::capi::failure::Failure;
use crate::ffi::capi::guard;
use crate::ffi::capi::outcome::{hand_in, read_header};
use crate::ffi::capi::outward::{OutStruct, OutText};
use crate::ffi::capi::types::*;
use crate::ident::{CustomerId, DocumentId, RewardId};
use crate::time::Timestamp;

/// Sets units of a customer aside under the header's id, which is required: nobody can spend them elsewhere until they
/// are released, captured, or spent by a payment or a reward whose reservation is that id. A till does this before it
/// asks the card terminal for the rest. They stay set aside whatever happens to the till; the same document again
/// changes nothing. outcome may be NULL.
///
/// Gives REGULARS_UNKNOWN_CUSTOMER, REGULARS_OPTED_OUT, REGULARS_UNKNOWN_REWARD, REGULARS_REWARD_NOT_APPLICABLE,
/// REGULARS_NOT_A_TENDER, REGULARS_NOT_A_STEP, REGULARS_INSUFFICIENT_BALANCE, REGULARS_CONFLICT,
/// REGULARS_INVALID_DOCUMENT (also without an id), what is wrong with the arguments, and the numbers of the store. Costs
/// what the disk takes to keep it.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn regulars_reserve(
    handle: *mut regulars_register,
    header: *const regulars_header,
    customer: *const c_char,
    customer_length: usize,
    spend: *const regulars_spend,
    outcome: *mut regulars_outcome,
) -> i32 {
    guard::with(handle, |till| {
        // SAFETY: the caller's pointers, as the head of the header says what they must be.
        let (wanted, header, customer, spend) = unsafe {
            let wanted = OutStruct::wanted(outcome, "outcome")?;
            let customer = text(customer, customer_length, "customer")?;
            (wanted, read_header(header)?, customer, read_spend(spend)?)
        };
        let customer = id(customer, "customer", CustomerId::new)?;
        hand_in(till, &Document::Reserve(ReserveDocument { header, customer, spend }), wanted)
    })
}

unsafe fn read_spend(spend: *const regulars_spend) -> Result<Spend, Failure> {
    // SAFETY: as the caller of this says.
    let (given, reward) = unsafe {
        let given = structure(spend, "spend")?;
        (given, member(given.reward, "reward")?)
    };
    reserved(given.reserved, "spend.reserved")?;
    let of_reward = (reward, given.quantity_value, given.quantity_scale);
    match given.kind {
        REGULARS_SPEND_REWARD if given.value == 0 => {
            let quantity = match (given.quantity_value, given.quantity_scale) {
                (0, 0) => None,
                (0, scale) => return Err(out_of_range("spend.quantity_scale", scale)),
                (value, scale) => Some(ratio(value, scale, "quantity")?),
            };
            Ok(Spend::Reward(id(reward, "reward", RewardId::new)?, quantity))
        }
        REGULARS_SPEND_REWARD => Err(out_of_range("spend.value", given.value)),
        REGULARS_SPEND_AMOUNT | REGULARS_SPEND_UNITS if of_reward != ("", 0, 0) => {
            Err(out_of_range("spend.reward", "reward without REGULARS_SPEND_REWARD"))
        }
        REGULARS_SPEND_AMOUNT => money(given.value, "amount").map(Spend::Amount),
        REGULARS_SPEND_UNITS => units(given.value, "units").map(Spend::Units),
        other => Err(out_of_range("spend.kind", other)),
    }
}

/// Gives back what was set aside under the header's id, as when the card terminal declined or the sale was given up. What
/// ran out meanwhile runs out now. outcome may be NULL.
///
/// Gives REGULARS_UNKNOWN_RESERVATION, REGULARS_TERMINAL_STATE where it has ended already (regulars_look_at_hold says
/// how), REGULARS_INVALID_DOCUMENT without an id, what is wrong with the arguments, and the numbers of the store. Costs
/// what the disk takes to keep it.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn regulars_release(
    handle: *mut regulars_register,
    header: *const regulars_header,
    outcome: *mut regulars_outcome,
) -> i32 {
    // SAFETY: the caller's pointers, as the head of the header says what they must be.
    unsafe { end(handle, header, outcome, Document::Release) }
}

/// Spends what was set aside under the header's id, all of it and on no sale of this ledger, as for a web shop. A sale
/// here needs no such call: its payment or reward names the id as its reservation. outcome may be NULL.
///
/// Gives what regulars_release gives, and costs as much.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn regulars_capture(
    handle: *mut regulars_register,
    header: *const regulars_header,
    outcome: *mut regulars_outcome,
) -> i32 {
    // SAFETY: the caller's pointers, as the head of the header says what they must be.
    unsafe { end(handle, header, outcome, Document::Capture) }
}

unsafe fn end(
    handle: *mut regulars_register,
    header: *const regulars_header,
    outcome: *mut regulars_outcome,
    document: fn(HeldDocument) -> Document,
) -> i32 {
    guard::with(handle, |till| {
        // SAFETY: as the caller of this says.
        let (wanted, header) = unsafe { (OutStruct::wanted(outcome, "outcome")?, read_header(header)?) };
        hand_in(till, &document(HeldDocument { header, customer: None }), wanted)
    })
}

/// Tells what became of units that were set aside under an id, and copies whose they are. A till that lost its power asks
/// this first. hold may be NULL.
///
/// Gives REGULARS_UNKNOWN_RESERVATION, REGULARS_BUFFER_TOO_SMALL, what is wrong with the arguments, and the numbers of the
/// store. Costs some tens of microseconds.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn regulars_look_at_hold(
    handle: *mut regulars_register,
    reservation: *const c_char,
    reservation_length: usize,
    hold: *mut regulars_hold,
    customer: *mut c_char,
    customer_capacity: usize,
    customer_length: *mut usize,
) -> i32 {
    guard::with(handle, |till| {
        // SAFETY: the caller's pointers, as the head of the header says what they must be.
        let (wanted, held, customer) = unsafe {
            let held = text(reservation, reservation_length, "reservation")?;
            let customer = OutText::new(customer, customer_capacity, customer_length)?;
            (OutStruct::wanted(hold, "hold")?, held, customer)
        };
        let held = id(held, "reservation", DocumentId::new)?;
        let keys = [Key::Hold(held.clone())].into();
        let facts = till.register.0.facts(&Question { keys, ..Question::as_of(Timestamp::EPOCH) })?;
        let found = facts.kept.iter().filter_map(Kept::as_hold).find(|hold| hold.id == held);
        let hold = found.ok_or(Refusal::UnknownReservation { id: held })?;
        customer.write(facts.stays(&hold.customer).as_str().as_bytes())?;
        if let Some(wanted) = wanted {
            let state = match hold.ended {
                None => REGULARS_HOLD_OPEN,
                Some(HoldEnd::Released) => REGULARS_HOLD_RELEASED,
                Some(HoldEnd::Captured) => REGULARS_HOLD_CAPTURED,
            };
            wanted.write(&regulars_hold { struct_size: 0, state, units: hold.units.minor() });
        }
        Ok(())
    })
}
