//! Frames as a camera would give them, made and spoiled here: the same seed gives the same frames.
#![allow(dead_code, reason = "the example and the tests each take what they need")]

use qrcode::{EcLevel, QrCode};

/// Random numbers by Marsaglia's xorshift.
#[derive(Debug, Clone)]
pub struct Chance(u64);

impl Chance {
    pub fn new(seed: u64) -> Self {
        let mut chance = Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1);
        for _ in 0..8 {
            chance.next();
        }
        chance
    }

    pub fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 >> 16
    }

    /// From `low` to `high`, both included.
    pub fn between(&mut self, low: i64, high: i64) -> i64 {
        low + (self.next() % (high - low + 1) as u64) as i64
    }
}

/// A code as black and white fields, with its quiet zone.
#[derive(Debug, Clone)]
pub struct Symbol {
    pub black: Vec<bool>,
    pub wide: usize,
    pub tall: usize,
}

impl Symbol {
    /// A QR code.
    pub fn qr(text: &str) -> Self {
        let code = QrCode::with_error_correction_level(text, EcLevel::M).expect("the text is short");
        let side = code.width();
        Self {
            black: code.to_colors().iter().map(|color| color.select(true, false)).collect(),
            wide: side,
            tall: side,
        }
        .with_quiet(4, 4)
    }

    /// An EAN-13. Its bars are as high as 60 of its 95 modules are wide.
    pub fn ean_13(digits: &[u8; 13]) -> Self {
        const LEFT: [&str; 10] = [
            "0001101", "0011001", "0010011", "0111101", "0100011", "0110001", "0101111", "0111011",
            "0110111", "0001011",
        ];
        const PARITY: [&str; 10] = [
            "LLLLLL", "LLGLGG", "LLGGLG", "LLGGGL", "LGLLGG", "LGGLLG", "LGGGLL", "LGLGLG", "LGLGGL",
            "LGGLGL",
        ];
        let value = |at: usize| usize::from(digits[at] - b'0');
        let inverse =
            |bars: &str| -> String { bars.chars().map(|bar| if bar == '1' { '0' } else { '1' }).collect() };
        let mut bars = String::from("101");
        for (at, set) in PARITY[value(0)].chars().enumerate() {
            let left = LEFT[value(at + 1)];
            let bits = if set == 'L' { left.to_owned() } else { inverse(left).chars().rev().collect() };
            bars.push_str(&bits);
        }
        bars.push_str("01010");
        for at in 7..13 {
            bars.push_str(&inverse(LEFT[value(at)]));
        }
        bars.push_str("101");
        let row: Vec<bool> = bars.chars().map(|bar| bar == '1').collect();
        let (wide, tall) = (row.len(), 60);
        Self { black: row.repeat(tall), wide, tall }.with_quiet(10, 4)
    }

    pub fn inverted(mut self) -> Self {
        self.black.iter_mut().for_each(|black| *black = !*black);
        self
    }

    pub fn mirrored(mut self) -> Self {
        self.black.chunks_mut(self.wide).for_each(<[bool]>::reverse);
        self
    }

    fn with_quiet(self, sides: usize, ends: usize) -> Self {
        let (wide, tall) = (self.wide + 2 * sides, self.tall + 2 * ends);
        let mut black = vec![false; wide * tall];
        for (y, row) in self.black.chunks(self.wide).enumerate() {
            let start = (y + ends) * wide + sides;
            black[start..start + self.wide].copy_from_slice(row);
        }
        Self { black, wide, tall }
    }
}

/// A grey picture that is being made.
#[derive(Debug, Clone)]
pub struct Canvas {
    pub pixels: Vec<u8>,
    pub width: usize,
    pub height: usize,
}

/// Where a symbol goes.
#[derive(Debug, Clone, Copy)]
pub struct Place {
    pub x: f64,
    pub y: f64,
    /// How wide it is without its quiet zone, roughly, in pixels.
    pub wide: f64,
    /// Clockwise.
    pub degrees: f64,
    pub black: u8,
    pub white: u8,
}

impl Canvas {
    pub fn plain(width: usize, height: usize, grey: u8) -> Self {
        Self { pixels: vec![grey; width * height], width, height }
    }

    /// A counter: light that falls off to one side, boxes, and lines like print.
    pub fn counter(width: usize, height: usize, chance: &mut Chance) -> Self {
        let mut canvas = Self::plain(width, height, 0);
        let (left, right) = (chance.between(60, 150), chance.between(60, 150));
        for (at, pixel) in canvas.pixels.iter_mut().enumerate() {
            let x = (at % width) as i64;
            *pixel = (left + (right - left) * x / width as i64) as u8;
        }
        for _ in 0..12 {
            let (w, h) = (chance.between(30, width as i64 / 3), chance.between(20, height as i64 / 3));
            let (x, y) = (chance.between(0, width as i64 - w), chance.between(0, height as i64 - h));
            let grey = chance.between(30, 220) as u8;
            canvas.fill([x, y, w, h], grey);
        }
        for _ in 0..24 {
            let (mut x, y) = (chance.between(0, width as i64 * 3 / 4), chance.between(0, height as i64 - 16));
            let grey = chance.between(10, 60) as u8;
            for _ in 0..chance.between(8, 40) {
                let w = chance.between(2, 7);
                canvas.fill([x, y + chance.between(0, 4), w, chance.between(6, 12)], grey);
                x += w + chance.between(2, 5);
            }
        }
        canvas
    }

    fn fill(&mut self, [x, y, w, h]: [i64; 4], grey: u8) {
        for row in y.max(0)..(y + h).min(self.height as i64) {
            for column in x.max(0)..(x + w).min(self.width as i64) {
                self.pixels[row as usize * self.width + column as usize] = grey;
            }
        }
    }

    /// Draws a symbol: each pixel is the mean of 3 x 3 places in it.
    pub fn draw(&mut self, symbol: &Symbol, place: Place) {
        let module = place.wide / (symbol.wide as f64 - 8.0);
        let (sin, cos) = place.degrees.to_radians().sin_cos();
        // In modules for each pixel.
        let (sin, cos) = (sin / module, cos / module);
        let (wide, tall) = (symbol.wide as f64 / 2.0, symbol.tall as f64 / 2.0);
        let half = (symbol.wide.max(symbol.tall) as f64 * module * 0.75) as i64 + 2;
        let span = |center: f64, most: usize| {
            (center as i64 - half).max(0)..(center as i64 + half).clamp(0, most as i64)
        };
        for y in span(place.y, self.height) {
            for x in span(place.x, self.width) {
                let (mut inside, mut black) = (0_u32, 0_u32);
                for look in 0..9 {
                    let (dx, dy) =
                        (f64::from(look % 3) / 3.0 + 1.0 / 6.0, f64::from(look / 3) / 3.0 + 1.0 / 6.0);
                    let (dx, dy) = (x as f64 + dx - place.x, y as f64 + dy - place.y);
                    let column = dx * cos + dy * sin + wide;
                    let row = dy * cos - dx * sin + tall;
                    if column >= 0.0
                        && row >= 0.0
                        && (column as usize) < symbol.wide
                        && (row as usize) < symbol.tall
                    {
                        inside += 1;
                        black += u32::from(symbol.black[row as usize * symbol.wide + column as usize]);
                    }
                }
                let pixel = &mut self.pixels[y as usize * self.width + x as usize];
                let sum = u32::from(*pixel) * (9 - inside)
                    + u32::from(place.black) * black
                    + u32::from(place.white) * (inside - black);
                *pixel = (sum / 9) as u8;
            }
        }
    }

    /// Blurs by the mean of 3 x 3 pixels, so many times.
    pub fn blurred(mut self, times: u32) -> Self {
        for _ in 0..times {
            let before = self.pixels.clone();
            for y in 1..self.height.saturating_sub(1) {
                for x in 1..self.width.saturating_sub(1) {
                    let sum: u32 = (0..9)
                        .map(|at| u32::from(before[(y + at / 3 - 1) * self.width + x + at % 3 - 1]))
                        .sum();
                    self.pixels[y * self.width + x] = (sum / 9) as u8;
                }
            }
        }
        self
    }

    /// Adds noise up to so much, up and down.
    pub fn noisy(mut self, most: i64, chance: &mut Chance) -> Self {
        for pixel in &mut self.pixels {
            let noise = chance.between(-most, most) + chance.between(-most, most);
            *pixel = (i64::from(*pixel) + noise / 2).clamp(0, 255) as u8;
        }
        self
    }
}

/// A frame with a QR code of 200 to 300 pixels, and what it says.
pub fn qr_frame(width: usize, height: usize, seed: u64) -> (Canvas, String) {
    let mut chance = Chance::new(seed);
    let text = format!("https://example.com/card/{:012}", chance.between(0, 999_999_999_999));
    let size = chance.between(200, 300) as f64;
    (frame(width, height, &Symbol::qr(&text), size, 180, &mut chance), text)
}

/// A frame with an EAN-13 of 260 to 420 pixels, and its digits. It is held upright, more or less.
pub fn ean_frame(width: usize, height: usize, seed: u64) -> (Canvas, String) {
    let mut chance = Chance::new(seed);
    let digits = format!("{:012}", chance.between(200_000_000_000, 299_999_999_999));
    let check = regulars::code::check_digit_gs1(digits.as_bytes()).expect("they are digits");
    let text = format!("{digits}{}", char::from(check));
    let digits: [u8; 13] = text.as_bytes().try_into().expect("there are thirteen");
    let size = chance.between(260, 420) as f64;
    (frame(width, height, &Symbol::ean_13(&digits), size, 12, &mut chance), text)
}

/// A frame with nothing to read.
pub fn empty_frame(width: usize, height: usize, seed: u64) -> Canvas {
    let mut chance = Chance::new(seed);
    Canvas::counter(width, height, &mut chance).blurred(1).noisy(5, &mut chance)
}

fn frame(width: usize, height: usize, symbol: &Symbol, wide: f64, turn: i64, chance: &mut Chance) -> Canvas {
    let mut canvas = Canvas::counter(width, height, chance);
    let margin = wide as i64 * 2 / 3;
    let place = Place {
        x: chance.between(margin, width as i64 - margin) as f64,
        y: chance.between(margin, height as i64 - margin) as f64,
        wide,
        degrees: chance.between(-turn, turn) as f64,
        black: chance.between(15, 60) as u8,
        white: chance.between(150, 240) as u8,
    };
    canvas.draw(symbol, place);
    canvas.blurred(1).noisy(6, chance)
}
