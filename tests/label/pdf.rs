//! A PDF, taken apart: pages in their size, text that can be searched, and codes that are read.

use miniz_oxide::inflate::decompress_to_vec_zlib;
use regulars::adapter::label::{Design, PdfError, PrintedCard, Resolution, Sheet, Symbol, to_pdf};
use regulars::code::Symbology;

use crate::scanners::scanners;

#[test]
fn pages_have_their_size_and_their_codes_are_read() {
    let sheet = Sheet::AVERY_5160;
    let design = Design::new(sheet.label, Resolution::DPI_300).shop("Zoë's");
    let card = |number: u32| {
        let symbol = Symbol::new(Symbology::Ean13, &format!("29{number:010}")).unwrap();
        design.draw(&PrintedCard { symbol: &symbol, name: "Ada", caption: "" }).unwrap()
    };
    let cards: Vec<_> = (0..31).map(card).collect();
    let pdf = to_pdf(&sheet.pages(&cards, 0).unwrap(), "Cards of Zoë").unwrap();
    assert_eq!(to_pdf(&sheet.pages(&cards, 0).unwrap(), "Cards of Zoë").unwrap(), pdf, "the same again");
    let text = String::from_utf8_lossy(&pdf);
    assert_eq!(text.matches("/Type /Page\n").count(), 2);
    assert_eq!(text.matches("/MediaBox [0 0 612 792]").count(), 2, "letter paper in points");
    assert_eq!(text.matches("/FontFile2").count(), 2, "a regular and a bold typeface");
    assert!(pdf.len() < 60_000, "{} bytes: of the typefaces only what is used", pdf.len());

    let pages: Vec<String> = streams(&pdf).into_iter().filter(|stream| stream.contains(" re\n")).collect();
    assert_eq!(pages.len(), 2);
    let page = Page::of(&pages[0]);
    for place in 0..30_u32 {
        // The first label's left edge is 3/16 inches from the page's, and the next one's 2 3/4 further.
        let inches = |units: u32| f64::from(units) / 16.0;
        let (x, y) = (inches(3 + place % 3 * 44), inches(8 + place / 3 * 16));
        let (label, width, height) = page.cut([x, y, 2.625, 1.0]);
        let read = scanners(Symbology::Ean13)[0].1(&label, width, height);
        assert!(read[0].1.starts_with(&format!("29{place:010}")), "{place}: {read:?}");
    }
    assert_eq!(to_pdf(&[], ""), Err(PdfError::NoPages));
}

/// The streams that are compressed text.
fn streams(pdf: &[u8]) -> Vec<String> {
    let find = |from: usize, what: &[u8]| {
        pdf[from..].windows(what.len()).position(|part| part == what).map(|at| from + at)
    };
    let (mut streams, mut from) = (Vec::new(), 0);
    while let Some(start) = find(from, b"stream\n") {
        let end = find(start, b"endstream").unwrap();
        if let Ok(bytes) = decompress_to_vec_zlib(&pdf[start + 7..end]) {
            streams.extend(String::from_utf8(bytes));
        }
        from = end + 9;
    }
    streams
}

/// The black rectangles of a page at 600 dots to the inch.
struct Page {
    grey: Vec<u8>,
}

const DPI: f64 = 600.0;
const WIDE: usize = 5100;
const HIGH: usize = 6600;

impl Page {
    fn of(content: &str) -> Page {
        let mut grey = vec![255; WIDE * HIGH];
        let mut matrix = [1.0, 0.0, 0.0, 1.0, 0.0, 0.0];
        for line in content.lines() {
            let numbers: Vec<f64> = line.split(' ').map_while(|word| word.parse().ok()).collect();
            if line.ends_with(" cm") {
                matrix = numbers.try_into().unwrap();
            } else if line.ends_with(" re") {
                let [x, y, width, height] = numbers.try_into().unwrap();
                let across = |x: f64| ((x * matrix[0] + matrix[4]) / 72.0 * DPI).round() as usize;
                let down = |y: f64| ((792.0 - y * matrix[3] - matrix[5]) / 72.0 * DPI).round() as usize;
                for row in down(y + height)..down(y) {
                    grey[row * WIDE + across(x)..row * WIDE + across(x + width)].fill(0);
                }
            }
        }
        Page { grey }
    }

    /// A part of it, in inches from the top left.
    fn cut(&self, inches: [f64; 4]) -> (Vec<u8>, usize, usize) {
        let [x, y, width, height] = inches.map(|inches| (inches * DPI).round() as usize);
        let rows = self.grey.chunks_exact(WIDE).skip(y).take(height);
        (rows.flat_map(|row| row[x..x + width].to_vec()).collect(), width, height)
    }
}
