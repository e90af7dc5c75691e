//! Bytes as pictures, small ones, with little time: as grey pixels, as the widths of bars, or as squares. What is read
//! is of a kind that was asked for, has the check digit of its kind, and lies in the picture.
//!
//! The first byte says which of these they are, the next two how large it is, and the fourth what is asked for.

use std::panic;
use std::sync::Once;
use std::time::Duration;

use regulars::adapter::scan::{Options, Picture, Reading, Scanner, Wanted, is_guarded};
use regulars::code::{Gtin, Symbology};

/// Larger pictures take longer and find nothing that smaller ones don't.
const MOST_PIXELS: usize = 60_000;

const BLACK: u8 = 16;
const WHITE: u8 = 240;

pub fn run(bytes: &[u8]) {
    static QUIET: Once = Once::new();
    // A fuzzer takes every panic for one that ends the program. Those of other people's code end in the scanner.
    QUIET.call_once(|| {
        let hook = panic::take_hook();
        panic::set_hook(Box::new(move |panic| {
            if !is_guarded() {
                hook(panic);
            }
        }));
    });
    let [kind, width, height, asked, rest @ ..] = bytes else { return };
    let (width, height) = (usize::from(*width), usize::from(*height));
    if rest.is_empty() {
        return;
    }
    let (pixels, width) = match kind % 3 {
        0 => (grey(rest, width + 1, height + 1), width + 1),
        1 => bars(rest, width % 4 + 1, height % 48 + 8),
        _ => squares(rest, width % 40 + 1, height % 4 + 1),
    };
    let height = pixels.len() / width;
    let Ok(picture) = Picture::new(&pixels, width, height) else { return };
    let mut options = Options { budget: Duration::from_millis(40), ..Options::default() };
    options.weak = asked & 1 != 0;
    if asked & 2 != 0 {
        options.wanted = Wanted::All { most: 3 };
    }
    let wanted = asked >> 2;
    options.symbologies = Symbology::ALL.iter().copied().skip(usize::from(wanted % 16)).collect();
    if wanted % 16 == 15 {
        options.symbologies = Options::default().symbologies;
    }
    let read = Scanner::new(options.clone()).read(&picture).readings;
    assert!(read.len() <= if asked & 2 == 0 { 1 } else { 3 }, "{read:?}");
    read.iter().for_each(|reading| can_be(reading, &options, (width, height)));
}

/// The same bytes again and again: where they are a row, all rows are the same.
fn grey(bytes: &[u8], width: usize, height: usize) -> Vec<u8> {
    let height = height.min(MOST_PIXELS / width).max(1);
    bytes.iter().copied().cycle().take(width * height).collect()
}

/// Bars and spaces by turns, with room around them, and how wide the picture is.
fn bars(widths: &[u8], scale: usize, height: usize) -> (Vec<u8>, usize) {
    let mut row = vec![WHITE; 10 * scale];
    for (place, width) in widths.iter().enumerate().take(400) {
        let colour = if place % 2 == 0 { BLACK } else { WHITE };
        row.extend(std::iter::repeat_n(colour, usize::from(width % 16) * scale));
    }
    row.extend(std::iter::repeat_n(WHITE, 10 * scale));
    let height = height.min(MOST_PIXELS / row.len()).max(1);
    let width = row.len();
    (row.repeat(height), width)
}

/// Bits as squares, with room around them, and how wide the picture is.
fn squares(bits: &[u8], across: usize, scale: usize) -> (Vec<u8>, usize) {
    const ROOM: usize = 4;
    let is_black = |x: usize, y: usize| {
        let (Some(x), Some(y)) = (x.checked_sub(ROOM), y.checked_sub(ROOM)) else { return false };
        let bit = y * across + x;
        let byte = bits.get(bit / 8).copied().unwrap_or_default();
        x < across && y < across && byte & (0x80 >> (bit % 8)) != 0
    };
    let width = (across + 2 * ROOM) * scale;
    let colour = |place: usize| is_black(place % width / scale, place / width / scale);
    let pixels = (0..width * width).map(|place| if colour(place) { BLACK } else { WHITE });
    (pixels.collect(), width)
}

fn can_be(reading: &Reading, options: &Options, (width, height): (usize, usize)) {
    assert!(options.symbologies.contains(&reading.symbology), "{reading:?}");
    let has_number =
        matches!(reading.symbology, Symbology::Ean13 | Symbology::Ean8 | Symbology::UpcA | Symbology::UpcE);
    if has_number {
        assert!(Gtin::from_code(reading.symbology, &reading.bytes).is_ok(), "{reading:?}");
    }
    let (width, height) = (i32::try_from(width).unwrap(), i32::try_from(height).unwrap());
    for corner in reading.corners {
        // It may be a little beside a corner that is cut off.
        let is_near = (-width..2 * width).contains(&corner.x) && (-height..2 * height).contains(&corner.y);
        assert!(is_near, "{reading:?}");
    }
}
