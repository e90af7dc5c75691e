//! Receipts.

use core::ffi::c_char;
use std::string::String;
use std::vec::Vec;

use crate::ffi::capi::border::{REGULARS_MOST_JSON, flags, id, moment, out_of_range, text, text_of};
use crate::ffi::capi::failure::Failure;
use crate::ffi::capi::guard;
use crate::ffi::capi::outward::OutText;
use crate::ffi::capi::till::Till;
use crate::ffi::capi::types::*;
use crate::ident::{DocumentId, SaleId};
use crate::time::Timestamp;

pub(super) use built::{account_receipt, receipt};

/// Copies the receipt of a sale as it stands, as text in rows of at most 42 characters. shop stands at the top. The
/// customer's balance on it is that of the moment at_ms.
///
/// Gives REGULARS_UNKNOWN_SALE, REGULARS_CONTESTED, REGULARS_BUFFER_TOO_SMALL, REGULARS_NOT_BUILT without the feature
/// receipt, what is wrong with the arguments, and the numbers of the store. Costs some tens of microseconds.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn regulars_receipt_text(
    handle: *mut regulars_register,
    sale: *const c_char,
    sale_length: usize,
    shop: *const c_char,
    shop_length: usize,
    at_ms: i64,
    out: *mut c_char,
    capacity: usize,
    length: *mut usize,
) -> i32 {
    guard::with(handle, |till| {
        // SAFETY: the caller's pointers, as the head of the header says what they must be.
        let (out, sale, shop) = unsafe {
            let sale = text(sale, sale_length, "sale")?;
            (OutText::new(out, capacity, length)?, sale, text(shop, shop_length, "shop")?)
        };
        let receipt = receipt(till, &id(sale, "sale", SaleId::new)?, shop, moment(at_ms, "at_ms")?)?;
        out.write(receipt.as_bytes())
    })
}

/// Paper of 80 mm.
pub const REGULARS_ROLL_80: u32 = 80;
/// Paper of 58 mm.
pub const REGULARS_ROLL_58: u32 = 58;

/// The paper is cut behind the receipt.
pub const REGULARS_ESC_POS_CUT: u32 = 1;

/// Copies the same receipt as the bytes of ESC/POS, for a receipt printer with paper of REGULARS_ROLL_80 or
/// REGULARS_ROLL_58. qr is printed as a QR code below it, such as the receipt's token; it may be NULL. flags is 0 or
/// REGULARS_ESC_POS_CUT.
///
/// Gives what regulars_receipt_text gives, REGULARS_OUT_OF_RANGE, and REGULARS_INVALID_CARD for a QR code that is too
/// long, or has a control character. Costs some tens of microseconds.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn regulars_receipt_esc_pos(
    handle: *mut regulars_register,
    sale: *const c_char,
    sale_length: usize,
    shop: *const c_char,
    shop_length: usize,
    at_ms: i64,
    roll: u32,
    qr: *const c_char,
    qr_length: usize,
    flags: u32,
    out: *mut u8,
    capacity: usize,
    length: *mut usize,
) -> i32 {
    guard::with(handle, |till| {
        // SAFETY: the caller's pointers, as the head of the header says what they must be.
        let (out, sale, shop, qr) = unsafe {
            let sale = text(sale, sale_length, "sale")?;
            let (shop, qr) = (text(shop, shop_length, "shop")?, text(qr, qr_length, "qr")?);
            (OutText::new(out.cast(), capacity, length)?, sale, shop, qr)
        };
        let roll = read_roll(roll)?;
        let cut = read_cut(flags)?;
        let receipt = receipt(till, &id(sale, "sale", SaleId::new)?, shop, moment(at_ms, "at_ms")?)?;
        out.write(&built::esc_pos(&receipt, qr, roll, cut)?)
    })
}

/// Copies the same receipt as a picture, a PNG, for printers that are sent dots and for screens.
///
/// Gives what regulars_receipt_esc_pos gives, REGULARS_INVALID_CARD where it is too long, and REGULARS_NOT_BUILT without
/// the features receipt and label. Costs some milliseconds.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn regulars_receipt_png(
    handle: *mut regulars_register,
    sale: *const c_char,
    sale_length: usize,
    shop: *const c_char,
    shop_length: usize,
    at_ms: i64,
    roll: u32,
    qr: *const c_char,
    qr_length: usize,
    out: *mut u8,
    capacity: usize,
    length: *mut usize,
) -> i32 {
    guard::with(handle, |till| {
        // SAFETY: the caller's pointers, as the head of the header says what they must be.
        let (out, sale, shop, qr) = unsafe {
            let sale = text(sale, sale_length, "sale")?;
            let (shop, qr) = (text(shop, shop_length, "shop")?, text(qr, qr_length, "qr")?);
            (OutText::new(out.cast(), capacity, length)?, sale, shop, qr)
        };
        let roll = read_roll(roll)?;
        let receipt = receipt(till, &id(sale, "sale", SaleId::new)?, shop, moment(at_ms, "at_ms")?)?;
        out.write(&built::png(&receipt, qr, roll)?)
    })
}

/// Copies any text as the bytes of ESC/POS, as regulars_receipt_esc_pos does with a receipt: for slips that
/// regulars_call_json gives as text, such as the receipt of an account payment ({"ask": "receipt"}), and for the
/// till's own. A row ends with a line feed; what the paper has no room for in one row goes on in the next. The text may be
/// empty.
///
/// Gives REGULARS_OUT_OF_RANGE, REGULARS_INVALID_CARD for a QR code that is too long, or has a control character,
/// REGULARS_BUFFER_TOO_SMALL, REGULARS_NOT_BUILT without the feature receipt, and what is wrong with the arguments. Costs
/// some microseconds.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn regulars_text_esc_pos(
    rows: *const c_char,
    rows_length: usize,
    roll: u32,
    qr: *const c_char,
    qr_length: usize,
    flags: u32,
    out: *mut u8,
    capacity: usize,
    length: *mut usize,
) -> i32 {
    guard::call(|| {
        // SAFETY: the caller's pointers, as the head of the header says what they must be.
        let (out, (rows, qr)) = unsafe {
            let slip = read_slip((rows, rows_length), (qr, qr_length))?;
            (OutText::new(out.cast(), capacity, length)?, slip)
        };
        out.write(&built::esc_pos(rows, qr, read_roll(roll)?, read_cut(flags)?)?)
    })
}

/// Copies any text as a picture, a PNG, as regulars_receipt_png does with a receipt.
///
/// Gives REGULARS_OUT_OF_RANGE, REGULARS_INVALID_CARD for a QR code that is too long and for more than 2000 rows,
/// REGULARS_BUFFER_TOO_SMALL, REGULARS_NOT_BUILT without the features receipt and label, and what is wrong with the
/// arguments. A QR code may have control characters here, which no printer obeys. Costs some milliseconds.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn regulars_text_png(
    rows: *const c_char,
    rows_length: usize,
    roll: u32,
    qr: *const c_char,
    qr_length: usize,
    out: *mut u8,
    capacity: usize,
    length: *mut usize,
) -> i32 {
    guard::call(|| {
        // SAFETY: the caller's pointers, as the head of the header says what they must be.
        let (out, (rows, qr)) = unsafe {
            let slip = read_slip((rows, rows_length), (qr, qr_length))?;
            (OutText::new(out.cast(), capacity, length)?, slip)
        };
        out.write(&built::png(rows, qr, read_roll(roll)?)?)
    })
}

/// How wide the paper is.
#[derive(Clone, Copy)]
enum Paper {
    Mm80,
    Mm58,
}

fn read_roll(roll: u32) -> Result<Paper, Failure> {
    match roll {
        REGULARS_ROLL_80 => Ok(Paper::Mm80),
        REGULARS_ROLL_58 => Ok(Paper::Mm58),
        other => Err(out_of_range("roll", other)),
    }
}

/// The rows of a slip, and the QR code below them.
///
/// # Safety
/// Each has as many bytes as are said.
unsafe fn read_slip<'c>(
    (rows, rows_length): (*const c_char, usize),
    (qr, qr_length): (*const c_char, usize),
) -> Result<(&'c str, &'c str), Failure> {
    // SAFETY: as the caller of this says.
    unsafe { Ok((text_of(rows, rows_length, REGULARS_MOST_JSON, "rows")?, text(qr, qr_length, "qr")?)) }
}

fn read_cut(given: u32) -> Result<bool, Failure> {
    Ok(flags(given, REGULARS_ESC_POS_CUT, "flags")? & REGULARS_ESC_POS_CUT != 0)
}

#[cfg(feature = "receipt")]
mod built {
    use super::*;
    use crate::adapter::receipt::{EscPos, Roll};
    use crate::ffi::capi::status::REGULARS_INVALID_CARD;

    /// The receipt of a sale as it stands, with the balance as of a moment.
    pub(in crate::ffi::capi) fn receipt(
        till: &mut Till,
        sale: &SaleId,
        shop: &str,
        at: Timestamp,
    ) -> Result<String, Failure> {
        Ok(till.register.0.receipt(sale, shop, at)?)
    }

    /// The receipt of an account payment, with the account and the balance as of a moment.
    pub(in crate::ffi::capi) fn account_receipt(
        till: &mut Till,
        payment: &DocumentId,
        shop: &str,
        at: Timestamp,
    ) -> Result<String, Failure> {
        Ok(till.register.0.account_receipt(payment, shop, at)?)
    }

    pub(super) fn esc_pos(receipt: &str, qr: &str, paper: Paper, cut: bool) -> Result<Vec<u8>, Failure> {
        let mut printer = EscPos::new(roll(paper));
        printer.text(receipt);
        if !qr.is_empty() {
            printer.qr(qr).map_err(|error| wrong(&error))?;
        }
        if cut {
            printer.cut();
        }
        Ok(printer.into_bytes())
    }

    #[cfg(feature = "label")]
    pub(super) fn png(receipt: &str, qr: &str, paper: Paper) -> Result<Vec<u8>, Failure> {
        let qr = Some(qr).filter(|qr| !qr.is_empty());
        let drawing =
            crate::adapter::receipt::draw(receipt, qr, roll(paper)).map_err(|error| wrong(&error))?;
        drawing.to_png().map_err(|error| wrong(&error))
    }

    #[cfg(not(feature = "label"))]
    pub(super) fn png(_: &str, _: &str, _: Paper) -> Result<Vec<u8>, Failure> {
        Err(Failure::not_built("receipts as pictures: build with the feature label"))
    }

    fn roll(paper: Paper) -> Roll {
        match paper {
            Paper::Mm80 => Roll::Mm80,
            Paper::Mm58 => Roll::Mm58,
        }
    }

    fn wrong(error: &dyn core::fmt::Display) -> Failure {
        Failure::new(REGULARS_INVALID_CARD, std::format!("{error}"))
    }
}

#[cfg(not(feature = "receipt"))]
mod built {
    use super::*;

    const RECEIPTS: &str = "receipts: build with the feature receipt";

    pub(in crate::ffi::capi) fn receipt(
        _: &mut Till,
        _: &SaleId,
        _: &str,
        _: Timestamp,
    ) -> Result<String, Failure> {
        Err(Failure::not_built(RECEIPTS))
    }

    pub(in crate::ffi::capi) fn account_receipt(
        _: &mut Till,
        _: &DocumentId,
        _: &str,
        _: Timestamp,
    ) -> Result<String, Failure> {
        Err(Failure::not_built(RECEIPTS))
    }

    pub(super) fn esc_pos(_: &str, _: &str, _: Paper, _: bool) -> Result<Vec<u8>, Failure> {
        Err(Failure::not_built(RECEIPTS))
    }

    pub(super) fn png(_: &str, _: &str, _: Paper) -> Result<Vec<u8>, Failure> {
        Err(Failure::not_built(RECEIPTS))
    }
}
