//! What a sale that was begun would come to, and how it ends.

use std::sync::Arc;

use crate::decide::Document;
use crate::ffi::capi::border::money_from_zero;
use crate::ffi::capi::failure::Failure;
use crate::ffi::capi::guard;
use crate::ffi::capi::outcome::{give, state_of};
use crate::ffi::capi::outward::{Out, OutStruct};
use crate::ffi::capi::sale::{basket, no_sale, taken};
use crate::ffi::capi::status::{REGULARS_OK, of_name};
use crate::ffi::capi::till::{Basket, Till};
use crate::ffi::capi::types::*;
use crate::money::Money;

/// Says what the sale would come to as it is: what is due, what rewards and offers take off, what it would earn; in
/// regulars_outcome_json also what each punch card of the customer's would take off (`card_offers`). Nothing is recorded,
/// and the sale stays open. A reward that the customer has too few units for is REGULARS_INSUFFICIENT_BALANCE; payments are
/// looked at when it is settled. What it would earn is forecast of the outcome; its
/// sale_state is REGULARS_STATE_PARKED and its balance_due 0, as nothing is rung up. What the customer may pay in loyalty
/// says regulars_sale_spendable.
///
/// Gives REGULARS_NO_SALE, what a sale is refused by, what is wrong with the arguments, and the numbers of the store.
/// Costs some tens of microseconds.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn regulars_sale_quote(
    handle: *mut regulars_register,
    outcome: *mut regulars_outcome,
) -> i32 {
    guard::with(handle, |till| {
        // SAFETY: the caller's pointers, as the head of the header says what they must be.
        let wanted = unsafe { OutStruct::wanted(outcome, "outcome")? };
        let quoted = taken(till)?.into_document(Money::ZERO, true);
        till.outcome = None;
        let quote = till.register.0.quote(&quoted);
        till.basket = Some(Basket::of(quoted));
        give(till.outcome.insert(quote?), wanted);
        Ok(())
    })
}

/// Says what the customer may spend on the sale as it is, in one payment of loyalty: the least, the most and the steps.
/// Payments in loyalty that the sale has already are looked at as if they weren't there; other payments leave less to pay,
/// so ask before cash is tendered; rewards leave less to spend. Nothing is recorded or set aside: regulars_reserve does
/// that. REGULARS_OK also where nothing may be spent: then spendable says why_not.
///
/// Gives REGULARS_NO_SALE, what a sale is refused by but for its payments, what is wrong with the arguments, and the
/// numbers of the store. Costs some tens of microseconds.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn regulars_sale_spendable(
    handle: *mut regulars_register,
    spendable: *mut regulars_spendable,
) -> i32 {
    guard::with(handle, |till| {
        // SAFETY: the caller's pointers, as the head of the header says what they must be.
        let wanted = unsafe { OutStruct::new(spendable, "spendable")? };
        let asked = taken(till)?.into_document(Money::ZERO, true);
        let found = till.register.0.spendable(&asked);
        till.basket = Some(Basket::of(asked));
        let found = found?;
        wanted.write(&regulars_spendable {
            struct_size: 0,
            why_not: found.why_not.map_or(REGULARS_OK, |refusal| of_name(refusal.name())),
            least: found.least.minor(),
            most: found.most.minor(),
            step: found.step.minor(),
            least_units: found.least_units.minor(),
            most_units: found.most_units.minor(),
            step_units: found.step_units.minor(),
            balance: found.balance.minor(),
            held: found.held.minor(),
        });
        Ok(())
    })
}

/// Hands the sale in, with what was paid so far and the change that was given. When this returns REGULARS_OK it is kept,
/// and no sale is open any more. REGULARS_OK doesn't say that it is paid: state says that, and can't be NULL. It is
/// REGULARS_STATE_SETTLED if nothing is due, and only then did it earn; otherwise it is REGULARS_STATE_PENDING, a layby, a
/// debt or a sale that was paid in part, outcome has the balance_due, and regulars_pay pays the rest. If it is refused, or
/// the store fails, it stays open as it was; after a failure it may be kept all the same, so it is handed in again.
/// outcome may be NULL.
///
/// A till that lost its power in this call hands the same sale in again under its id: it counts once. state and outcome
/// are then those of the first time.
///
/// Gives REGULARS_NO_SALE, what a sale is refused by, what is wrong with the arguments, and the numbers of the store.
/// Costs what the disk takes to keep it; before that some tens of microseconds.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn regulars_sale_settle(
    handle: *mut regulars_register,
    change: i64,
    state: *mut u32,
    outcome: *mut regulars_outcome,
) -> i32 {
    guard::with(handle, |till| {
        // SAFETY: the caller's pointers, as the head of the header says what they must be.
        let (state, wanted) = unsafe { (Out::new(state, "state")?, OutStruct::wanted(outcome, "outcome")?) };
        let change = money_from_zero(change, "change")?;
        state.write(hand_in(till, change, false, wanted)?);
        Ok(())
    })
}

/// Puts the sale aside. It moves nothing, and may come again under its id with any content. All that was rung up is told by
/// {"ask": "document"} of regulars_call_json.
///
/// It takes no payments: where some were added it is REGULARS_INVALID_DOCUMENT, and they stay added. Money that was taken
/// is kept by settling the sale, for which it needn't be paid in full; regulars_sale_clear_payments takes out what goes
/// back to the customer.
///
/// Gives what regulars_sale_settle gives, and costs as much.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn regulars_sale_park(
    handle: *mut regulars_register,
    outcome: *mut regulars_outcome,
) -> i32 {
    guard::with(handle, |till| {
        // SAFETY: the caller's pointers, as the head of the header says what they must be.
        let wanted = unsafe { OutStruct::wanted(outcome, "outcome")? };
        if !basket(till)?.payments.is_empty() {
            // Nothing would tell of them afterwards.
            return Err(Failure::field("payments", &"none, as a sale that is put aside keeps no payments"));
        }
        hand_in(till, Money::ZERO, true, wanted).map(drop)
    })
}

/// Forgets the sale that was begun. Nothing is recorded.
///
/// Gives REGULARS_NO_SALE. Costs some tens of nanoseconds.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn regulars_sale_cancel(handle: *mut regulars_register) -> i32 {
    guard::with(handle, |till| till.basket.take().map(drop).ok_or_else(no_sale))
}

/// Says how it stands then. Nothing of the sale is copied: it goes to the register as it is, and comes back if it is
/// refused.
fn hand_in(
    till: &mut Till,
    change: Money,
    parked: bool,
    wanted: Option<OutStruct<regulars_outcome>>,
) -> Result<u32, Failure> {
    let document = Arc::new(taken(till)?.into_document(change, parked));
    let id = document.rung_up.sale.clone();
    let sale = Document::Sale(document);
    match till.submit(&sale) {
        Ok(outcome) => {
            give(outcome, wanted);
            Ok(state_of(outcome, &id))
        }
        Err(failure) => {
            if let Document::Sale(sale) = sale {
                till.basket = Some(Basket::of(Arc::unwrap_or_clone(sale)));
            }
            Err(failure)
        }
    }
}
