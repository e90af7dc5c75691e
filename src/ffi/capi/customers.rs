//! Customers, their codes and their standing.

use core::ffi::c_char;
use std::sync::Arc;

use crate::decide::{
    ClaimDocument, Document, EnrolDocument, MemberDocument, Profile, ScanDocument, SetCodeDocument,
};
use crate::ffi::capi::border::{id, id_or_none, ids, member, structure, text};
use crate::ffi::capi::failure::Failure;
use crate::ffi::capi::guard;
use crate::ffi::capi::outcome::{hand_in, read_header};
use crate::ffi::capi::outward::OutStruct;
use crate::ffi::capi::types::*;
use crate::ident::{Code, CustomerId, GroupId, SaleId};
use crate::time::Date;

/// A customer joins, or tells more; who has opted out takes part again. profile may be NULL, and outcome, too. Where
/// regulars_set_codes was called, an article's number is no code of a customer: REGULARS_INVALID_DOCUMENT.
///
/// Gives REGULARS_CODE_TAKEN, REGULARS_CONFLICT, REGULARS_INVALID_DOCUMENT, REGULARS_INVALID_PROGRAM (none has been set),
/// what is wrong with the arguments, and the numbers of the store. Costs what the disk takes to keep it.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn regulars_enrol(
    handle: *mut regulars_register,
    header: *const regulars_header,
    customer: *const c_char,
    customer_length: usize,
    profile: *const regulars_profile,
    outcome: *mut regulars_outcome,
) -> i32 {
    guard::with(handle, |till| {
        // SAFETY: the caller's pointers, as the head of the header says what they must be.
        let (wanted, header, customer, profile) = unsafe {
            let wanted = OutStruct::wanted(outcome, "outcome")?;
            let customer = text(customer, customer_length, "customer")?;
            (wanted, read_header(header)?, customer, read_profile(profile)?)
        };
        let customer = id(customer, "customer", CustomerId::new)?;
        hand_in(till, &Document::Enrol(EnrolDocument { header, customer, profile }), wanted)
    })
}

unsafe fn read_profile(profile: *const regulars_profile) -> Result<Profile, Failure> {
    if profile.is_null() {
        return Ok(Profile::default());
    }
    // SAFETY: as the caller of this says.
    unsafe {
        let given = structure(profile, "profile")?;
        let told = |text: &str| (!text.is_empty()).then(|| Arc::from(text));
        let groups = match given.groups.is_null() && given.group_count == 0 {
            true => None,
            false => Some(ids(given.groups, given.group_count, "groups", GroupId::new)?),
        };
        Ok(Profile {
            code: id_or_none(member(given.code, "code")?, "code", Code::new)?,
            name: told(member(given.name, "name")?),
            email: told(member(given.email, "email")?),
            phone: told(member(given.phone, "phone")?),
            groups,
            birthday: if given.birthday == 0 { None } else { Some(read_day(given.birthday, "birthday")?) },
        })
    }
}

/// A day, written as 19900517.
fn read_day(day: u32, field: &str) -> Result<Date, Failure> {
    let (year, month, of_month) = (day / 10_000, day / 100 % 100, day % 100);
    let parts = (i16::try_from(year).ok(), u8::try_from(month).ok(), u8::try_from(of_month).ok());
    let date = match parts {
        (Some(year), Some(month), Some(day)) => Date::from_civil(year, month, day),
        _ => None,
    };
    date.ok_or_else(|| Failure::field(field, &"a day such as 19900517"))
}

/// Looks at a customer: the balance as of the header's moment, and with regulars_outcome_json the tier, lots, cards and
/// what is held. Records nothing. outcome may be NULL.
///
/// Gives REGULARS_UNKNOWN_CUSTOMER, what is wrong with the arguments, and the numbers of the store. Costs some tens of
/// microseconds.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn regulars_check(
    handle: *mut regulars_register,
    header: *const regulars_header,
    customer: *const c_char,
    customer_length: usize,
    outcome: *mut regulars_outcome,
) -> i32 {
    // SAFETY: the caller's pointers, as the head of the header says what they must be.
    unsafe { about_member(handle, header, (customer, customer_length), outcome, Document::Check) }
}

/// A customer stops taking part. The balance stays. outcome may be NULL.
///
/// Gives what regulars_check gives, and REGULARS_CONFLICT. Costs what the disk takes to keep it.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn regulars_opt_out(
    handle: *mut regulars_register,
    header: *const regulars_header,
    customer: *const c_char,
    customer_length: usize,
    outcome: *mut regulars_outcome,
) -> i32 {
    // SAFETY: the caller's pointers, as the head of the header says what they must be.
    unsafe { about_member(handle, header, (customer, customer_length), outcome, Document::OptOut) }
}

/// A customer takes part again. outcome may be NULL.
///
/// Gives what regulars_opt_out gives, and costs as much.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn regulars_opt_in(
    handle: *mut regulars_register,
    header: *const regulars_header,
    customer: *const c_char,
    customer_length: usize,
    outcome: *mut regulars_outcome,
) -> i32 {
    // SAFETY: the caller's pointers, as the head of the header says what they must be.
    unsafe { about_member(handle, header, (customer, customer_length), outcome, Document::OptIn) }
}

unsafe fn about_member(
    handle: *mut regulars_register,
    header: *const regulars_header,
    (customer, customer_length): (*const c_char, usize),
    outcome: *mut regulars_outcome,
    document: fn(MemberDocument) -> Document,
) -> i32 {
    guard::with(handle, |till| {
        // SAFETY: as the caller of this says.
        let (wanted, header, customer) = unsafe {
            let wanted = OutStruct::wanted(outcome, "outcome")?;
            (wanted, read_header(header)?, text(customer, customer_length, "customer")?)
        };
        let customer = id(customer, "customer", CustomerId::new)?;
        hand_in(till, &document(MemberDocument { header, customer }), wanted)
    })
}

/// Finds whose a code is, such as that of a customer's card: then regulars_outcome_customer has the customer. Records
/// nothing. symbology is that of the code, such as ean_13, and may be NULL. outcome may be NULL. What kind of
/// thing was scanned at all is said by regulars_resolve; where regulars_set_codes was called, what is an article's number is
/// REGULARS_INVALID_DOCUMENT here.
///
/// Gives REGULARS_UNKNOWN_CODE, REGULARS_CARD_REPLACED; for a punch card REGULARS_CARD_BLOCKED,
/// REGULARS_CARD_NOT_LINKED, REGULARS_OFFER_EXPIRED; what is wrong with the arguments, and the numbers of the store.
/// Costs some tens of microseconds.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn regulars_find_code(
    handle: *mut regulars_register,
    header: *const regulars_header,
    code: *const c_char,
    code_length: usize,
    symbology: *const c_char,
    symbology_length: usize,
    outcome: *mut regulars_outcome,
) -> i32 {
    guard::with(handle, |till| {
        // SAFETY: the caller's pointers, as the head of the header says what they must be.
        let (wanted, header, code, symbology) = unsafe {
            let wanted = OutStruct::wanted(outcome, "outcome")?;
            let code = text(code, code_length, "code")?;
            (wanted, read_header(header)?, code, text(symbology, symbology_length, "symbology")?)
        };
        let code = id(code, "code", Code::new)?;
        let symbology = (!symbology.is_empty()).then(|| Arc::from(symbology));
        hand_in(till, &Document::Scan(ScanDocument { header, code, symbology }), wanted)
    })
}

/// Gives a customer another code; the one before is replaced, and nobody's any more. outcome may be NULL. Where
/// regulars_set_codes was called, an article's number is none: REGULARS_INVALID_DOCUMENT.
///
/// Gives REGULARS_UNKNOWN_CUSTOMER, REGULARS_CODE_TAKEN, REGULARS_CONFLICT, REGULARS_INVALID_DOCUMENT, what is wrong with
/// the arguments, and the numbers of the store. Costs what the disk takes to keep it.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn regulars_set_code(
    handle: *mut regulars_register,
    header: *const regulars_header,
    customer: *const c_char,
    customer_length: usize,
    code: *const c_char,
    code_length: usize,
    outcome: *mut regulars_outcome,
) -> i32 {
    guard::with(handle, |till| {
        // SAFETY: the caller's pointers, as the head of the header says what they must be.
        let (wanted, header, customer, code) = unsafe {
            let wanted = OutStruct::wanted(outcome, "outcome")?;
            let customer = text(customer, customer_length, "customer")?;
            (wanted, read_header(header)?, customer, text(code, code_length, "code")?)
        };
        let (customer, code) = (id(customer, "customer", CustomerId::new)?, id(code, "code", Code::new)?);
        hand_in(till, &Document::SetCode(SetCodeDocument { header, customer, code }), wanted)
    })
}

/// A customer claims a sale that was nobody's, by the sale's id, which the till has read from the receipt's token
/// (regulars_resolve). outcome may be NULL.
///
/// Gives REGULARS_UNKNOWN_SALE, REGULARS_VOIDED, REGULARS_ALREADY_CLAIMED, REGULARS_NOT_SETTLED, REGULARS_TOO_LATE,
/// REGULARS_UNKNOWN_CUSTOMER, REGULARS_OPTED_OUT, REGULARS_CONFLICT, REGULARS_INVALID_DOCUMENT, what is wrong with the
/// arguments, and the numbers of the store. Costs what the disk takes to keep it.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn regulars_claim(
    handle: *mut regulars_register,
    header: *const regulars_header,
    sale: *const c_char,
    sale_length: usize,
    customer: *const c_char,
    customer_length: usize,
    outcome: *mut regulars_outcome,
) -> i32 {
    guard::with(handle, |till| {
        // SAFETY: the caller's pointers, as the head of the header says what they must be.
        let (wanted, header, of, customer) = unsafe {
            let wanted = OutStruct::wanted(outcome, "outcome")?;
            let of = text(sale, sale_length, "sale")?;
            (wanted, read_header(header)?, of, text(customer, customer_length, "customer")?)
        };
        let (of, customer) = (id(of, "sale", SaleId::new)?, id(customer, "customer", CustomerId::new)?);
        hand_in(till, &Document::Claim(ClaimDocument { header, of, customer }), wanted)
    })
}
