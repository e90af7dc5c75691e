//! Codes drawn for tests: encoded, painted at any size and angle, and spoilt. All in whole numbers, and from seeds.

// Tests may overflow: that fails them.
#![allow(
    clippy::arithmetic_side_effects,
    clippy::cast_possible_truncation,
    clippy::cast_possible_wrap,
    clippy::cast_sign_loss
)]

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use crate::adapter::scan::Picture;

const LEFT: [&str; 10] = [
    "0001101", "0011001", "0010011", "0111101", "0100011", "0110001", "0101111", "0111011", "0110111",
    "0001011",
];
const SETS: [&str; 10] =
    ["AAAAAA", "AABABB", "AABBAB", "AABBBA", "ABAABB", "ABBAAB", "ABBBAA", "ABABAB", "ABABBA", "ABBABA"];

fn digit(character: u8) -> usize {
    usize::from(character - b'0')
}

fn set_a(character: u8) -> String {
    LEFT[digit(character)].into()
}

fn set_c(character: u8) -> String {
    set_a(character).chars().map(|module| if module == '0' { '1' } else { '0' }).collect()
}

fn set_b(character: u8) -> String {
    set_c(character).chars().rev().collect()
}

/// The modules of an EAN-13, 1 for dark.
pub fn ean_13(digits: &[u8]) -> String {
    let mut code = String::from("101");
    for (set, character) in SETS[digit(digits[0])].chars().zip(&digits[1..7]) {
        code += &if set == 'A' { set_a(*character) } else { set_b(*character) };
    }
    code += "01010";
    code.extend(digits[7..].iter().map(|character| set_c(*character)));
    code + "101"
}

/// The modules of an EAN-8.
pub fn ean_8(digits: &[u8]) -> String {
    let mut code = String::from("101");
    code.extend(digits[..4].iter().map(|character| set_a(*character)));
    code += "01010";
    code.extend(digits[4..].iter().map(|character| set_c(*character)));
    code + "101"
}

/// The modules of a UPC-E of number system 0, from all its eight digits.
pub fn upc_e(digits: &[u8]) -> String {
    let mut code = String::from("101");
    for (set, character) in SETS[digit(digits[7])].chars().zip(&digits[1..7]) {
        code += &if set == 'A' { set_b(*character) } else { set_a(*character) };
    }
    code + "010101"
}

/// The modules of a Code 128 of values that begin with a start, with its check value and stop. The bars are another's,
/// so that a wrong table here is read wrongly.
pub fn code_128(values: &[u8]) -> String {
    let weighed = (1..).zip(&values[1..]).map(|(place, value)| place * usize::from(*value));
    let check = (usize::from(values[0]) + weighed.sum::<usize>()) % 103;
    let mut code = String::new();
    for value in values.iter().copied().chain([check as u8]) {
        code += &symbol_128(value);
    }
    // The stop ends each of them: thirteen modules.
    let any = theirs_128("Ć00");
    code + &any[any.len() - 13..]
}

/// The eleven modules of a value of Code 128, within the shortest code that has it.
fn symbol_128(value: u8) -> String {
    let (code, at) = match value {
        0..=99 => (theirs_128(&format!("Ć{value:02}")), 11),
        100 => (theirs_128("ĆƁ"), 11),
        101 => (theirs_128("ĆÀ"), 11),
        102 => (theirs_128("ĆŹ"), 11),
        103 => (theirs_128("ÀA"), 0),
        104 => (theirs_128("ƁA"), 0),
        _ => (theirs_128("Ć00"), 0),
    };
    code[at..at + 11].into()
}

fn theirs_128(text: &str) -> String {
    modules(&barcoders::sym::code128::Code128::new(text).unwrap().encode())
}

fn modules(bars: &[u8]) -> String {
    bars.iter().map(|module| if *module == 1 { '1' } else { '0' }).collect()
}

/// The modules of a Code 39, wide ones three times as wide. The bars are another's, who makes them twice as wide.
pub fn code_39(text: &[u8]) -> String {
    let text = core::str::from_utf8(text).unwrap();
    let bars = barcoders::sym::code39::Code39::new(text).unwrap().encode();
    let widths: Vec<usize> =
        bars.chunk_by(|left, right| left == right).map(|run| if run.len() == 2 { 3 } else { 1 }).collect();
    runs(&widths) + "0"
}

/// The modules of an ITF, wide ones three times as wide.
pub fn itf(digits: &[u8]) -> String {
    let wide = ["00110", "10001", "01001", "11000", "00101", "10100", "01100", "00011", "10010", "01010"];
    let width = |character: char| if character == '1' { 3 } else { 1 };
    let mut widths = alloc::vec![1, 1, 1, 1];
    for pair in digits.chunks(2) {
        for (bar, space) in wide[digit(pair[0])].chars().zip(wide[digit(pair[1])].chars()) {
            widths.extend([width(bar), width(space)]);
        }
    }
    widths.extend([3, 1, 1]);
    runs(&widths)
}

/// The modules of a Codabar between two letters, with wide bars and spaces of so many modules.
pub fn codabar(text: &[u8], borders: [u8; 2], wide: usize) -> String {
    let known = b"0123456789-$:/.+ABCD";
    // Which of seven elements are wide, the first one's bit highest.
    let patterns = [
        0x03, 0x06, 0x09, 0x60, 0x12, 0x42, 0x21, 0x24, 0x30, 0x48, 0x0c, 0x18, 0x45, 0x51, 0x54, 0x15, 0x1a,
        0x29, 0x0b, 0x0e,
    ];
    let [first, last] = borders;
    let mut widths = Vec::new();
    for character in [first].iter().chain(text).chain(&[last]) {
        let pattern = patterns[known.iter().position(|known| known == character).unwrap()];
        widths.extend((0..7).rev().map(|bit| if pattern >> bit & 1 == 1 { wide } else { 1 }));
        widths.push(1);
    }
    runs(&widths)
}

/// The modules of a Code 93 of digits, capitals, hyphens, points and spaces, with its two check characters.
pub fn code_93(text: &[u8]) -> String {
    let known = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-. ";
    // Nine modules each, the first one's bit highest; behind those that are known four signs and four shifts.
    let patterns = [
        0x114, 0x148, 0x144, 0x142, 0x128, 0x124, 0x122, 0x150, 0x112, 0x10a, 0x1a8, 0x1a4, 0x1a2, 0x194,
        0x192, 0x18a, 0x168, 0x164, 0x162, 0x134, 0x11a, 0x158, 0x14c, 0x146, 0x12c, 0x116, 0x1b4, 0x1b2,
        0x1ac, 0x1a6, 0x196, 0x19a, 0x16c, 0x166, 0x136, 0x13a, 0x12e, 0x1d4, 0x1d2, 0x1ca, 0x16e, 0x176,
        0x1ae, 0x126, 0x1da, 0x1d6, 0x132,
    ];
    let mut values: Vec<usize> =
        text.iter().map(|byte| known.iter().position(|known| known == byte).unwrap()).collect();
    for most in [20, 15] {
        let weighed = values.iter().rev().enumerate().map(|(place, value)| (place % most + 1) * value);
        let check = weighed.sum::<usize>() % 47;
        values.push(check);
    }
    let border = 0x15e;
    let mut code = String::new();
    for pattern in [border].into_iter().chain(values.iter().map(|value| patterns[*value])).chain([border]) {
        code.extend((0..9).rev().map(|bit| if pattern >> bit & 1 == 1 { '1' } else { '0' }));
    }
    code + "1"
}

/// Bars and spaces of so many modules each, a bar first.
pub fn runs(widths: &[usize]) -> String {
    let mut code = String::new();
    for (place, width) in widths.iter().enumerate() {
        code.extend(core::iter::repeat_n(if place % 2 == 0 { '1' } else { '0' }, *width));
    }
    code
}

/// A grey picture that can be spoilt.
#[derive(Clone)]
pub struct Drawing {
    pub pixels: Vec<u8>,
    pub width: usize,
    pub height: usize,
}

/// How a code is painted.
#[derive(Clone, Copy)]
pub struct Paint {
    /// Eighths of a pixel for each module.
    pub module: i64,
    /// How tall the bars are, in pixels.
    pub tall: i64,
    /// The direction in which the code runs, of whole length: (4, 3, 5) is a slope of three quarters.
    pub turn: (i64, i64, i64),
    pub dark: i64,
    pub bright: i64,
}

impl Paint {
    pub const PLAIN: Self = Self { module: 16, tall: 40, turn: (1, 0, 1), dark: 20, bright: 235 };

    /// Paints a code into the middle of a picture, with a quiet zone of ten modules around.
    pub fn paint(self, code: &str) -> Drawing {
        let modules: Vec<u8> = code.bytes().collect();
        let long = modules.len() as i64 * self.module;
        let (c, s, h) = self.turn;
        let quiet = 10 * self.module;
        let across = (long * s.abs() + self.tall * 8 * c.abs()) / h;
        let along = (long * c.abs() + self.tall * 8 * s.abs()) / h;
        let (width, height) = ((along + 2 * quiet) / 8, (across + 2 * quiet) / 8);
        let mut pixels = Vec::new();
        for y in 0..height {
            for x in 0..width {
                let mut sum = 0;
                for part in 0..16 {
                    // In sixteenths of a pixel from the middle.
                    let dx = (x * 16 + part % 4 * 4 + 2) - width * 8;
                    let dy = (y * 16 + part / 4 * 4 + 2) - height * 8;
                    let along = (dx * c + dy * s).div_euclid(h) + long;
                    let aside = (dy * c - dx * s) / h;
                    let place = along.div_euclid(2 * self.module);
                    let module = usize::try_from(place).ok().and_then(|place| modules.get(place));
                    let is_dark = aside.abs() < self.tall * 8 && module == Some(&b'1');
                    sum += if is_dark { self.dark } else { self.bright };
                }
                pixels.push(u8::try_from(sum / 16).unwrap());
            }
        }
        Drawing { pixels, width: width as usize, height: height as usize }
    }
}

impl Drawing {
    pub fn picture(&self) -> Picture<'_> {
        Picture::new(&self.pixels, self.width, self.height).unwrap()
    }

    /// A quarter turn to the right.
    pub fn turned(&self) -> Self {
        let mut pixels = Vec::new();
        for x in 0..self.width {
            pixels.extend((0..self.height).rev().map(|y| self.pixels[y * self.width + x]));
        }
        Self { pixels, width: self.height, height: self.width }
    }

    /// Out of focus: each pixel is the mean of those at most `reach` away, twice.
    pub fn blurred(&self, reach: usize) -> Self {
        let mut drawing = self.clone();
        for _ in 0..4 {
            let rows: Vec<Vec<u8>> =
                drawing.pixels.chunks(drawing.width).map(|row| mean(row, reach)).collect();
            drawing.pixels = rows.concat();
            drawing = drawing.turned();
        }
        drawing
    }

    /// With noise of up to so many grey levels.
    pub fn noisy(&self, most: u64, seed: u64) -> Self {
        let mut dice = Dice(seed);
        let mut drawing = self.clone();
        for pixel in &mut drawing.pixels {
            let moved = i64::from(*pixel) + dice.below(2 * most + 1) as i64 - most as i64;
            *pixel = u8::try_from(moved.clamp(0, 255)).unwrap();
        }
        drawing
    }

    /// With a rectangle in one grey.
    pub fn covered(&self, from: (usize, usize), to: (usize, usize), grey: u8) -> Self {
        let mut drawing = self.clone();
        for y in from.1..to.1.min(self.height) {
            drawing.pixels[y * self.width + from.0..y * self.width + to.0.min(self.width)].fill(grey);
        }
        drawing
    }
}

fn mean(row: &[u8], reach: usize) -> Vec<u8> {
    let around = |at: usize| {
        let part = &row[at.saturating_sub(reach)..row.len().min(at + reach + 1)];
        let sum: usize = part.iter().map(|grey| usize::from(*grey)).sum();
        u8::try_from(sum / part.len()).unwrap()
    };
    (0..row.len()).map(around).collect()
}

/// Random numbers from a seed.
pub struct Dice(pub u64);

impl Dice {
    pub fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % end
    }
}
