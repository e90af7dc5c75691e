//! Drawings as SVG. Letters are written as their outlines, so that they look the same everywhere, and a machine
//! needs no fonts.

use alloc::string::{String, ToString};
use core::fmt::Write;
use core::num::Saturating;

use image::codecs::png::PngEncoder;
use image::{ExtendedColorType, ImageEncoder};

use super::drawing::{Colour, Drawing, Item, Pixels, Rectangle};
use super::size::Dots;
use super::typeface::{Piece, Typeface, outline, placed, scaled};

impl Drawing {
    /// The drawing as SVG, in its size in millimetres. Its coordinates are dots.
    pub fn to_svg(&self) -> String {
        let mut svg = String::new();
        let mm = |length: super::Length| length.to_string().replace(' ', "");
        // The size in dots isn't whole; a whole one would stretch them a little, and no dot would stay one.
        let [width, height] = [self.size.width, self.size.height].map(|length| self.exact_dots(length));
        // Writing to a string never fails.
        let _ = write!(
            svg,
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{}\" height=\"{}\" \
             viewBox=\"0 0 {width} {height}\" role=\"img\">\n<title>{}</title>\n\
             <rect width=\"{width}\" height=\"{height}\" fill=\"#fff\"/>\n",
            mm(self.size.width),
            mm(self.size.height),
            escaped(&self.title),
        );
        for item in &self.items {
            match item {
                Item::Rectangles { colour, rectangles } => write_rectangles(&mut svg, *colour, rectangles),
                Item::Text { x, baseline, size, colour, typeface, text } => {
                    write_text(&mut svg, (*x, *baseline, *size), *colour, typeface, text);
                }
                Item::Picture { x, y, pixels } => write_picture(&mut svg, *x, *y, pixels),
            }
        }
        svg.push_str("</svg>\n");
        svg
    }

    /// A length in dots, to the thousandth.
    fn exact_dots(&self, length: super::Length) -> String {
        let product = u64::from(length.um()).saturating_mul(u64::from(self.resolution.dpi()));
        let thousandths = product.saturating_mul(10).saturating_add(127) / 254;
        alloc::format!("{}.{:03}", thousandths / 1000, thousandths % 1000)
    }
}

fn write_rectangles(svg: &mut String, colour: Colour, rectangles: &[Rectangle]) {
    svg.push_str("<path shape-rendering=\"crispEdges\" d=\"");
    for Rectangle { x, y, width, height } in rectangles {
        let _ = write!(svg, "M{x} {y}h{width}v{height}h-{width}z");
    }
    let _ = writeln!(svg, "\" fill=\"{}\"/>", hex(colour));
}

fn write_text(
    svg: &mut String,
    (x, baseline, size): (Dots, Dots, Dots),
    colour: Colour,
    typeface: &Typeface,
    text: &str,
) {
    let Some(face) = typeface.face() else { return };
    let fine = |dots: Dots| Saturating(i64::from(dots.0)) * Saturating(64);
    svg.push_str("<path d=\"");
    for letter in placed(&face, text, size).0 {
        let place = |svg: &mut String, command: &str, points: &[[i32; 2]]| {
            svg.push_str(command);
            for (index, [right, up]) in points.iter().enumerate() {
                let [right, up] = [*right, *up].map(|units| scaled(&face, i64::from(units), size));
                let gap = if index == 0 { "" } else { " " };
                svg.push_str(gap);
                write_fine(svg, fine(x) + letter.x + right);
                svg.push(' ');
                write_fine(svg, fine(baseline) - up);
            }
        };
        for piece in outline(&face, letter.glyph) {
            match piece {
                Piece::Move(to) => place(svg, "M", &[to]),
                Piece::Line(to) => place(svg, "L", &[to]),
                Piece::Quadratic(points) => place(svg, "Q", &points),
                Piece::Cubic(points) => place(svg, "C", &points),
                Piece::Close => svg.push('z'),
            }
        }
    }
    let _ = writeln!(svg, "\" fill=\"{}\" aria-label=\"{}\"/>", hex(colour), escaped(text));
}

/// 64ths of a dot as dots with two decimals at most.
fn write_fine(svg: &mut String, fine: Saturating<i64>) {
    let hundredths = (fine * Saturating(100)).0.div_euclid(64);
    let sign = if hundredths < 0 { "-" } else { "" };
    let hundredths = hundredths.unsigned_abs();
    let _ = match (hundredths / 100, hundredths % 100) {
        (whole, 0) => write!(svg, "{sign}{whole}"),
        (whole, rest) if rest % 10 == 0 => write!(svg, "{sign}{whole}.{}", rest / 10),
        (whole, rest) => write!(svg, "{sign}{whole}.{rest:02}"),
    };
}

fn write_picture(svg: &mut String, x: Dots, y: Dots, pixels: &Pixels) {
    let mut png = alloc::vec::Vec::new();
    let encoder = PngEncoder::new(&mut png);
    let (width, height) = (pixels.width, pixels.height);
    if encoder.write_image(&pixels.bytes, width, height, ExtendedColorType::Rgb8).is_err() {
        return;
    }
    let _ = writeln!(
        svg,
        "<image x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\" href=\"data:image/png;base64,{}\"/>",
        base_64(&png)
    );
}

/// Bytes as text, by RFC 4648.
fn base_64(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for three in bytes.chunks(3) {
        let bits =
            three.iter().chain(&[0, 0]).take(3).fold(0_usize, |bits, byte| (bits << 8) | usize::from(*byte));
        for place in 0..4_usize {
            let shift = 18_usize.saturating_sub(place.saturating_mul(6));
            let letter = LETTERS.get((bits >> shift) & 63).copied().unwrap_or(b'=');
            text.push(if place > three.len() { '=' } else { char::from(letter) });
        }
    }
    text
}

fn hex(colour: Colour) -> String {
    let [red, green, blue] = colour.0;
    alloc::format!("#{red:02x}{green:02x}{blue:02x}")
}

/// A text that is safe inside of XML. Of what no XML may have (XML 1.0, 2.2: control characters, U+FFFE, U+FFFF), it
/// has U+FFFD in its place, which says that something was there.
fn escaped(text: &str) -> String {
    let mut safe = String::new();
    for character in text.chars() {
        match character {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\t' | '\n' | '\r' => safe.push(' '),
            '\0'..='\u{1f}' | '\u{fffe}' | '\u{ffff}' => safe.push(char::REPLACEMENT_CHARACTER),
            other => safe.push(other),
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_are_written_as_the_rfc_has_them() {
        let cases = [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foobar", "Zm9vYmFy")];
        for (bytes, text) in cases {
            assert_eq!(base_64(bytes.as_bytes()), text);
        }
    }
}
