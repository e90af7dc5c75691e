//! What is said of a sale as a whole: when it is begun, and anew until it is settled.

use std::sync::Arc;
use std::vec::Vec;

use crate::ffi::capi::border::{
    checked, flags, id, member, money, money_from_zero, out_of_range, reserved, structure,
};
use crate::ffi::capi::failure::Failure;
use crate::ffi::capi::guard;
use crate::ffi::capi::outcome::{GivenPlace, read_moment, read_place};
use crate::ffi::capi::sale::basket;
use crate::ffi::capi::status::REGULARS_SALE_OPEN;
use crate::ffi::capi::till::Basket;
use crate::ffi::capi::types::*;
use crate::ident::{Checked, CustomerId, SaleId};
use crate::money::Money;
use crate::sale::{RungUp, Terms};
use crate::time::Timestamp;

/// Begins a sale. The header's id is the sale's. Lines, payments and the rest are added to it, and it ends by
/// regulars_sale_settle, regulars_sale_park, regulars_exchange or regulars_sale_cancel. Until then regulars_sale_change
/// says otherwise what is said here: the customer needn't be known yet. A handle has one sale at a time; a parked one is
/// begun anew under its id.
///
/// Gives REGULARS_SALE_OPEN where one was begun before, REGULARS_INVALID_DOCUMENT with the field that can't be right,
/// and what is wrong with the arguments. Costs some hundred nanoseconds.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn regulars_sale_begin(
    handle: *mut regulars_register,
    header: *const regulars_header,
    sale: *const regulars_sale,
) -> i32 {
    guard::in_one_piece(handle, |till| {
        if till.basket.is_some() {
            return Err(Failure::new(REGULARS_SALE_OPEN, "a sale was begun on this handle already"));
        }
        // SAFETY: the caller's pointers, as the head of the header says what they must be.
        let (Head { id: given, at, place }, sums) = unsafe { (read_head(header)?, read_sums(sale)?) };
        let Sums { customer, terms, discount, tax_added, cash_rounding, earns } = sums;
        let Some(sale) = given else { return id("", "sale", SaleId::new).map(drop) };
        // A basket is some hundred bytes, which are written once, and where they stay.
        till.basket = Some(Basket {
            rung_up: RungUp {
                sale: sale.into(),
                at,
                place: place.place(),
                customer: customer.map(CustomerId::from),
                terms,
                lines: Arc::default(),
                discount,
                fees: Vec::new(),
                tax_added,
                cash_rounding,
                rewards: Vec::new(),
                offers: Vec::new(),
                earns,
            },
            lines: Vec::new(),
            payments: Vec::new(),
            codes: Vec::new(),
        });
        Ok(())
    })
}

/// Says anew what the sale that was begun is: who buys, where, when, by which terms, what comes off the whole of it. A
/// cashier scans the customer's card in the middle of a sale, for example. header and sale replace those given before, as
/// a whole; NULL leaves the one or the other as it is. Lines, fees, payments, rewards, offers and codes stay; whether they
/// fit the customer is said when the sale is quoted or settled. If it is refused, all is as it was.
///
/// Everything may change until the sale is settled, but its id: a header has it again, or none. Afterwards there is no
/// sale to change, and this gives REGULARS_NO_SALE. What can still be done then: regulars_claim gives a sale that is
/// nobody's a customer; all else takes a void and a new sale.
///
/// Gives REGULARS_NO_SALE, REGULARS_INVALID_DOCUMENT with the field that can't be right (`sale` for another id), and what
/// is wrong with the arguments. Costs some hundred nanoseconds.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn regulars_sale_change(
    handle: *mut regulars_register,
    header: *const regulars_header,
    sale: *const regulars_sale,
) -> i32 {
    guard::with(handle, |till| {
        let rung_up = &mut basket(till)?.rung_up;
        // SAFETY: the caller's pointers, as the head of the header says what they must be.
        let (head, sums) = unsafe {
            let head = if header.is_null() { None } else { Some(read_head(header)?) };
            (head, if sale.is_null() { None } else { Some(read_sums(sale)?) })
        };
        if let Some(Head { id, at, place }) = head {
            if id.is_some_and(|id| id.as_str() != rung_up.sale.as_str()) {
                return Err(Failure::field("sale", &"the id that the sale was begun under"));
            }
            (rung_up.at, rung_up.place) = (at, place.place());
        }
        if let Some(sums) = sums {
            sums.put_into(rung_up);
        }
        Ok(())
    })
}

/// What the header of a sale says.
struct Head<'c> {
    id: Option<Checked<'c>>,
    at: Timestamp,
    place: GivenPlace<'c>,
}

#[inline]
unsafe fn read_head<'c>(head: *const regulars_header) -> Result<Head<'c>, Failure> {
    // SAFETY: as the caller of this says.
    unsafe {
        let head = structure(head, "header")?;
        let id = checked(member(head.id, "id")?, "sale")?;
        Ok(Head { id, at: read_moment(&head)?, place: read_place(&head)? })
    }
}

/// What is said of a sale as a whole.
struct Sums<'c> {
    customer: Option<Checked<'c>>,
    terms: Terms,
    discount: Money,
    tax_added: Money,
    cash_rounding: Money,
    earns: bool,
}

impl Sums<'_> {
    fn put_into(self, rung_up: &mut RungUp) {
        let Sums { customer, terms, discount, tax_added, cash_rounding, earns } = self;
        (rung_up.customer, rung_up.terms, rung_up.earns) = (customer.map(CustomerId::from), terms, earns);
        (rung_up.discount, rung_up.tax_added, rung_up.cash_rounding) = (discount, tax_added, cash_rounding);
    }
}

#[inline]
unsafe fn read_sums<'c>(sale: *const regulars_sale) -> Result<Sums<'c>, Failure> {
    // SAFETY: as the caller of this says.
    let (sale, customer) = unsafe {
        let sale = structure(sale, "sale")?;
        (sale, member(sale.customer, "customer")?)
    };
    let flags = flags(sale.flags, REGULARS_SALE_EARNS_NOTHING, "sale.flags")?;
    reserved(sale.reserved, "sale.reserved")?;
    let terms = match sale.terms {
        REGULARS_TERMS_IMMEDIATE => Terms::Immediate,
        REGULARS_TERMS_LAYBY => Terms::Layby,
        REGULARS_TERMS_ON_ACCOUNT => Terms::OnAccount,
        other => return Err(out_of_range("sale.terms", other)),
    };
    Ok(Sums {
        customer: checked(customer, "customer")?,
        terms,
        discount: money_from_zero(sale.discount, "discount")?,
        tax_added: money(sale.tax_added, "tax_added")?,
        cash_rounding: money(sale.cash_rounding, "cash_rounding")?,
        earns: flags & REGULARS_SALE_EARNS_NOTHING == 0,
    })
}
