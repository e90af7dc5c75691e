//! Cards of all kinds, sizes and printers, read by another's scanners.

use regulars::adapter::label::{Design, Drawing, PrintedCard, Resolution, Size, Symbol};
use regulars::code::Symbology;

use crate::scanners::{Scanner, scanners};

const TEXTS: &[(Symbology, &str)] = &[
    (Symbology::Ean13, "290000000001"),
    (Symbology::Ean13, "4006381333931"),
    (Symbology::Ean8, "9638507"),
    (Symbology::UpcA, "03600029145"),
    (Symbology::Code128, "REG-000123"),
    (Symbology::Code128, "no 123456 of Ada"),
    (Symbology::Code128, "290000012345"),
    (Symbology::Code128, "A\u{1d}{b}~"),
    (Symbology::Code39, "REG-00123"),
    // Two signs before letters, which some scanners take for small letters.
    (Symbology::Code39, "F+MW+ZDC"),
    (Symbology::Code93, "REG-00123"),
    (Symbology::Itf, "29000000012345"),
    (Symbology::Codabar, "29000123"),
    (Symbology::Qr, "https://shop.example/claim?token=8Zq-3fKx9w&sale=S-1"),
    (Symbology::Qr, "Zoë Łukasiewicz, Ηλίας, Жанна"),
    (Symbology::Qr, "0"),
];

/// A bank card and a label that is as small as Code 128 of a card's length allows.
const SIZES: [(Size, Resolution); 4] = [
    (Size::CR80, Resolution::DPI_203),
    (Size::CR80, Resolution::DPI_300),
    (Size::from_um(66_675, 25_400), Resolution::DPI_203),
    (Size::from_um(63_500, 38_100), Resolution::DPI_600),
];

#[test]
fn what_is_made_is_read_back_from_each_size_and_printer() {
    for (size, resolution) in SIZES {
        let design = Design::new(size, resolution).shop("The Shop").small_print("Not money.");
        for (symbology, text) in TEXTS {
            let symbol = Symbol::new(*symbology, text).unwrap();
            let drawing = design
                .draw(&PrintedCard { symbol: &symbol, name: "Ada Lovelace", caption: "29000123" })
                .unwrap();
            assert_read(&drawing, &symbol);
        }
    }
}

#[test]
fn a_batch_is_read_back_card_by_card() {
    let design = Design::new(Size::CR80, Resolution::DPI_203).shop("The Shop");
    for number in 0..40_u64 {
        // Digits of all kinds in all places.
        let payload = format!("29{:010}", number * 271_828_183 % 10_000_000_000);
        let symbol = Symbol::new(Symbology::Ean13, &payload).unwrap();
        assert_read(&design.draw(&PrintedCard { symbol: &symbol, name: "", caption: "" }).unwrap(), &symbol);
    }
}

/// Long texts of each length, so that QR codes of many versions are among them.
#[test]
fn qr_codes_of_many_versions_are_read_back() {
    let design = Design::new(Size::from_um(150_000, 100_000), Resolution::DPI_203);
    for length in (1..600).step_by(67) {
        let text: String = ('a'..='z').chain('0'..='9').cycle().take(length).collect();
        let symbol = Symbol::new(Symbology::Qr, &text).unwrap();
        assert_read(&design.draw(&PrintedCard { symbol: &symbol, name: "", caption: "" }).unwrap(), &symbol);
    }
}

/// Pairs of a Code 39 are small letters for who asks for that, and then its AIM identifier says so.
#[cfg(feature = "scan")]
#[test]
fn a_code_39_is_full_ascii_by_request_alone() {
    use regulars::adapter::scan::{Options, Picture, Scanner};

    let symbol = Symbol::new(Symbology::Code39, "F+MW+ZDC").unwrap();
    let design = Design::new(Size::from_um(100_000, 40_000), Resolution::DPI_203);
    let drawing = design.draw(&PrintedCard { symbol: &symbol, name: "", caption: "" }).unwrap();
    let (grey, width) = (drawing.to_grey().unwrap(), drawing.width_dots() as usize);
    let budget = std::time::Duration::from_secs(60);
    for (full_ascii, text, aim) in [(false, "F+MW+ZDC", "]A0"), (true, "FmWzDC", "]A4")] {
        let picture = Picture::new(&grey, width, grey.len() / width).unwrap();
        let scan = Scanner::new(Options { budget, full_ascii, ..Options::default() }).read(&picture);
        let reading = &scan.readings[0];
        assert_eq!((reading.text.as_deref(), reading.aim.to_string().as_str()), (Some(text), aim));
    }
}

pub fn assert_read(drawing: &Drawing, symbol: &Symbol) {
    let grey = drawing.to_grey().unwrap();
    for (name, scanner) in scanners(symbol.symbology()) {
        let read = read(&grey, drawing, *scanner);
        let expected = [(symbol.symbology(), symbol.text().to_string())];
        assert_eq!(read, expected, "{name}, {} at {}", drawing.size(), drawing.resolution());
    }
}

pub fn read(grey: &[u8], drawing: &Drawing, scanner: Scanner) -> Vec<(Symbology, String)> {
    scanner(grey, drawing.width_dots() as usize, drawing.height_dots() as usize)
}
