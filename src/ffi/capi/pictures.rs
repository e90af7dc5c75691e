//! Pictures: codes in them, and cards to be printed. They need no handle, and any thread may use them at any time.

use core::ffi::c_char;
use std::string::String;
use std::vec::Vec;

use crate::code::Symbology;
use crate::ffi::capi::border::{bytes, flags, out_of_range, reserved, structure};
use crate::ffi::capi::failure::Failure;
use crate::ffi::capi::guard;
use crate::ffi::capi::outward::OutText;
use crate::ffi::capi::status::REGULARS_INVALID_PICTURE;
use crate::ffi::capi::types::{regulars_card, regulars_scan};

/// The longest side of a picture, in pixels.
pub const REGULARS_MOST_SIDE: usize = 16_384;

/// All codes of the picture are wanted, up to `most`; without it, the first.
pub const REGULARS_SCAN_ALL: u32 = 1;
/// Also those that a camera's next picture would have to confirm.
pub const REGULARS_SCAN_WEAK: u32 = 2;

/// QR codes.
pub const REGULARS_FORMAT_QR: u32 = 1;
/// EAN-13.
pub const REGULARS_FORMAT_EAN_13: u32 = 2;
/// EAN-8.
pub const REGULARS_FORMAT_EAN_8: u32 = 4;
/// UPC-A.
pub const REGULARS_FORMAT_UPC_A: u32 = 8;
/// UPC-E.
pub const REGULARS_FORMAT_UPC_E: u32 = 16;
/// Code 128.
pub const REGULARS_FORMAT_CODE_128: u32 = 32;
/// Code 39.
pub const REGULARS_FORMAT_CODE_39: u32 = 64;
/// Interleaved 2 of 5.
pub const REGULARS_FORMAT_ITF: u32 = 128;

const FORMATS: [(u32, Symbology); 8] = [
    (REGULARS_FORMAT_QR, Symbology::Qr),
    (REGULARS_FORMAT_EAN_13, Symbology::Ean13),
    (REGULARS_FORMAT_EAN_8, Symbology::Ean8),
    (REGULARS_FORMAT_UPC_A, Symbology::UpcA),
    (REGULARS_FORMAT_UPC_E, Symbology::UpcE),
    (REGULARS_FORMAT_CODE_128, Symbology::Code128),
    (REGULARS_FORMAT_CODE_39, Symbology::Code39),
    (REGULARS_FORMAT_ITF, Symbology::Itf),
];

/// The most codes that are told of one picture.
const MOST_CODES: u32 = 256;

/// Reads codes in a grey picture: a byte a pixel, width of them in a row, rows stride bytes apart. options may be NULL.
/// What was read is copied as a JSON list of objects with `symbology`, `aim`, `hex` (the bytes as hexadecimal digits),
/// `text` where it is certain which text they are, and `corners`, four pairs of pixels; empty if nothing was read. What
/// a code is says regulars_resolve.
///
/// Gives REGULARS_INVALID_PICTURE, REGULARS_NOT_BUILT without the feature scan, REGULARS_BUFFER_TOO_SMALL, and what is
/// wrong with the arguments. Costs some milliseconds, and no more than the time that the options give.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn regulars_scan_grey(
    pixels: *const u8,
    width: usize,
    height: usize,
    stride: usize,
    options: *const regulars_scan,
    out: *mut c_char,
    capacity: usize,
    length: *mut usize,
) -> i32 {
    guard::call(|| {
        let sides = 1..=REGULARS_MOST_SIDE;
        let is_stride = width <= stride && stride <= 4 * REGULARS_MOST_SIDE;
        if !sides.contains(&width) || !sides.contains(&height) || !is_stride {
            let message =
                std::format!("a picture of {width} x {height} pixels can't have rows {stride} bytes apart");
            return Err(Failure::new(REGULARS_INVALID_PICTURE, message));
        }
        let size = height.saturating_sub(1).saturating_mul(stride).saturating_add(width);
        // SAFETY: the caller's pointers, as the head of the header says what they must be.
        let (out, pixels, options) = unsafe {
            let options = if options.is_null() { None } else { Some(structure(options, "options")?) };
            (OutText::new(out, capacity, length)?, bytes(pixels, size, size, "pixels")?, options)
        };
        if let Some(options) = &options {
            flags(options.flags, REGULARS_SCAN_ALL | REGULARS_SCAN_WEAK, "options.flags")?;
            let known = FORMATS.iter().fold(0, |all, (format, _)| all | format);
            flags(options.formats, known, "options.formats")?;
            reserved(options.reserved, "options.reserved")?;
            if MOST_CODES < options.most {
                return Err(out_of_range("options.most", options.most));
            }
        }
        out.write(scan(pixels, (width, height, stride), options)?.as_bytes())
    })
}

#[cfg(not(feature = "scan"))]
fn scan(_: &[u8], _: (usize, usize, usize), _: Option<regulars_scan>) -> Result<String, Failure> {
    Err(Failure::not_built("codes in pictures: build with the feature scan"))
}

#[cfg(feature = "scan")]
fn scan(
    pixels: &[u8],
    (width, height, stride): (usize, usize, usize),
    given: Option<regulars_scan>,
) -> Result<String, Failure> {
    use crate::adapter::scan::{Options, Picture, Scanner, Wanted};

    let mut options = Options::default();
    if let Some(given) = given {
        if given.budget_ms != 0 {
            options.budget = core::time::Duration::from_millis(given.budget_ms.into());
        }
        if given.flags & REGULARS_SCAN_ALL != 0 {
            let most = if given.most == 0 { MOST_CODES } else { given.most };
            options.wanted = Wanted::All { most: usize::try_from(most).unwrap_or(usize::MAX) };
        }
        options.weak = given.flags & REGULARS_SCAN_WEAK != 0;
        if given.formats != 0 {
            let named = FORMATS.iter().filter(|(format, _)| given.formats & format != 0);
            options.symbologies = named.map(|(_, symbology)| *symbology).collect();
        }
    }
    let picture = Picture::with_stride(pixels, width, height, stride);
    let picture = picture.map_err(|error| Failure::new(REGULARS_INVALID_PICTURE, std::format!("{error}")))?;
    let readings = Scanner::new(options).read(&picture).readings;
    let readings: Vec<String> = readings.iter().map(reading_json).collect();
    Ok(std::format!("[{}]", readings.join(",")))
}

#[cfg(feature = "scan")]
fn reading_json(reading: &crate::adapter::scan::Reading) -> String {
    use crate::document::Json;
    use smol_str::SmolStr;

    let hex: String = reading.bytes.iter().map(|byte| std::format!("{byte:02x}")).collect();
    let text = reading.text.as_ref();
    let text =
        text.map_or(String::new(), |text| std::format!(",\"text\":{}", Json::Text(SmolStr::new(text))));
    let corners: Vec<String> =
        reading.corners.iter().map(|corner| std::format!("[{},{}]", corner.x, corner.y)).collect();
    std::format!(
        "{{\"symbology\":\"{}\",\"aim\":{},\"hex\":\"{hex}\"{text},\"corners\":[{}]}}",
        reading.symbology,
        Json::Text(SmolStr::new(std::format!("{}", reading.aim))),
        corners.join(",")
    )
}

/// Copies a card or a label with a code on it, as PNG.
///
/// Gives REGULARS_INVALID_CODE where there is no such kind of code, or the text can't be one; REGULARS_INVALID_CARD where
/// it has no room or can't be drawn, REGULARS_NOT_BUILT without the feature label, REGULARS_BUFFER_TOO_SMALL (64 KiB are
/// enough for most), and what is wrong with the arguments. Costs some milliseconds.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn regulars_card_png(
    card: *const regulars_card,
    out: *mut u8,
    capacity: usize,
    length: *mut usize,
) -> i32 {
    guard::call(|| {
        // SAFETY: the caller's pointers, as the head of the header says what they must be.
        let png = unsafe {
            let out = OutText::new(out.cast(), capacity, length)?;
            let card = structure(card, "card")?;
            reserved(card.reserved, "card.reserved")?;
            (out, card_png(&card)?)
        };
        png.0.write(&png.1)
    })
}

#[cfg(not(feature = "label"))]
unsafe fn card_png(_: &regulars_card) -> Result<Vec<u8>, Failure> {
    Err(Failure::not_built("cards and labels: build with the feature label"))
}

#[cfg(feature = "label")]
unsafe fn card_png(given: &regulars_card) -> Result<Vec<u8>, Failure> {
    use crate::adapter::label::{Colour, Design, PrintedCard, Resolution, Size, Symbol};
    use crate::ffi::capi::border::member;
    use crate::ffi::capi::codes::{no_symbology, symbology};
    use crate::ffi::capi::status::{REGULARS_INVALID_CARD, REGULARS_INVALID_CODE};

    /// A PNG of some megabytes is no logo.
    const LARGEST_LOGO: usize = 16 << 20;
    let wrong = |error: &dyn core::fmt::Display| Failure::new(REGULARS_INVALID_CARD, std::format!("{error}"));
    // SAFETY: as the caller of this says.
    let (kind, code, name, caption, shop, small_print, logo) = unsafe {
        (
            member(given.symbology, "card.symbology")?,
            member(given.code, "card.code")?,
            member(given.name, "card.name")?,
            member(given.caption, "card.caption")?,
            member(given.shop, "card.shop")?,
            member(given.small_print, "card.small_print")?,
            bytes(given.logo, given.logo_length, LARGEST_LOGO, "card.logo")?,
        )
    };
    let kind = match kind {
        "" => return Err(wrong(&"the symbology is missing")),
        name => symbology(name).ok_or_else(|| Failure::new(REGULARS_INVALID_CODE, no_symbology(name)))?,
    };
    let symbol = Symbol::new(kind, code);
    let symbol = symbol.map_err(|error| Failure::new(REGULARS_INVALID_CODE, std::format!("{error}")))?;
    let size = match (given.width_um, given.height_um) {
        (0, 0) => Size::CR80,
        (width, height) => Size::from_um(width, height),
    };
    let resolution =
        Resolution::new(if given.dpi == 0 { 300 } else { given.dpi }).map_err(|error| wrong(&error))?;
    let mut design = Design::new(size, resolution).shop(shop).small_print(small_print);
    let colour = flags(given.accent, 0xff_ffff, "card.accent")?;
    if colour != 0 {
        let [_, red, green, blue] = colour.to_be_bytes();
        design = design.accent(Colour([red, green, blue]));
    }
    if !logo.is_empty() {
        design = design.logo(logo).map_err(|error| wrong(&error))?;
    }
    let drawing =
        design.draw(&PrintedCard { symbol: &symbol, name, caption }).map_err(|error| wrong(&error))?;
    drawing.to_png().map_err(|error| wrong(&error))
}
