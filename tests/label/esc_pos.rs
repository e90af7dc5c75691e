//! The bytes of ESC/POS, read by a small printer of our own, which knows no more than the manual says.

use regulars::adapter::label::Symbol;
use regulars::adapter::receipt::{CodePage, EscPos, EscPosError, Roll, draw, draw_symbol};
use regulars::code::Symbology;

use crate::read_back::assert_read;
use crate::scanners::scanners;

const CLAIM: &str = "https://shop.example/claim?token=8Zq-3fKx9w&sale=S-1";

/// What came out of the printer.
#[derive(Debug, Default)]
struct Paper {
    text: String,
    /// The text of each QR code that the printer made itself, and how many dots its modules have.
    codes: Vec<(String, u8)>,
    /// Rows of dots, true for black.
    dots: Vec<Vec<bool>>,
    font: u8,
    cuts: usize,
}

impl Paper {
    fn of(bytes: &[u8]) -> Paper {
        let mut paper = Paper::default();
        let (mut page, mut stored, mut module) = (CodePage::Pc437, Vec::new(), 0);
        let mut rest = bytes;
        loop {
            rest = match rest {
                [] => return paper,
                [0x1b, b'@', rest @ ..] | [0x1c, b'.', rest @ ..] | [0x1b, b'a', 0 | 1, rest @ ..] => rest,
                [0x1b, b'M', font, rest @ ..] => {
                    paper.font = *font;
                    rest
                }
                [0x1b, b't', number, rest @ ..] => {
                    page = *CodePage::ALL.iter().find(|page| page.number() == *number).unwrap();
                    rest
                }
                [0x1d, b'V', 66, 0, rest @ ..] => {
                    paper.cuts += 1;
                    rest
                }
                [0x1d, b'(', b'k', low, high, rest @ ..] => {
                    let (body, rest) = rest.split_at(usize::from(*low) + 256 * usize::from(*high));
                    match body {
                        [49, 65, 50, 0] | [49, 69, 49] => {}
                        [49, 67, dots] => module = *dots,
                        [49, 80, 48, text @ ..] => stored = text.to_vec(),
                        [49, 81, 48] => {
                            paper.codes.push((String::from_utf8(stored.clone()).unwrap(), module))
                        }
                        other => panic!("{other:?} is no command of QR codes"),
                    }
                    rest
                }
                [0x1d, b'v', b'0', 0, low, high, rows_low, rows_high, rest @ ..] => {
                    let width = usize::from(*low) + 256 * usize::from(*high);
                    let height = usize::from(*rows_low) + 256 * usize::from(*rows_high);
                    let (band, rest) = rest.split_at(width * height);
                    let bits = |byte: &u8| (0..8).map(|bit| byte & (128 >> bit) != 0).collect::<Vec<_>>();
                    paper
                        .dots
                        .extend(band.chunks_exact(width).map(|row| row.iter().flat_map(bits).collect()));
                    rest
                }
                [byte, rest @ ..] if *byte == b'\n' || *byte >= b' ' => {
                    paper.text.push(page.letter(*byte).unwrap());
                    rest
                }
                other => panic!("{:?} is no command", &other[..other.len().min(8)]),
            };
        }
    }
}

#[test]
fn letters_of_all_of_europe_come_out_as_they_were_sent() {
    let receipt = "Crème brûlée        4,50 €\nŻółć Őrült ţuică    1\nЩи и ґанок          2\nΚαφές ελληνικός     3\n\
                   İnci, Ģirts, Þórður 4\n";
    let mut printer = EscPos::new(Roll::Mm80);
    printer.text(receipt).qr(CLAIM).unwrap().cut();
    let paper = Paper::of(&printer.into_bytes());
    assert_eq!(paper.text, format!("{receipt}\n"));
    assert_eq!((paper.codes, paper.cuts, paper.font), (vec![(CLAIM.to_string(), 6)], 1, 0));
}

#[test]
fn a_printer_with_one_page_gets_plain_letters_in_the_same_columns() {
    let mut printer = EscPos::with_code_pages(Roll::Mm58, &[CodePage::Pc858]);
    printer.text("Łódź Șerban Щи “x”… 李 e\u{301}|\n");
    assert_eq!(Paper::of(&printer.into_bytes()).text, "Lódz Serban ?? \"x\". ? e|\n");
}

#[test]
fn no_text_commands_the_printer() {
    let mut printer = EscPos::new(Roll::Mm80);
    printer.text("A\u{1b}@\u{1d}V\u{0}B\u{7f}\u{9b}\r\nC\tD");
    let paper = Paper::of(&printer.into_bytes());
    assert_eq!((paper.text.as_str(), paper.cuts), ("A@VB\nC D", 0));
}

#[test]
fn codes_that_are_sent_as_dots_are_read() {
    for roll in [Roll::Mm80, Roll::Mm58] {
        for (symbology, text) in [(Symbology::Qr, CLAIM), (Symbology::Ean13, "290000000001")] {
            let symbol = Symbol::new(symbology, text).unwrap();
            let mut printer = EscPos::new(roll);
            printer.drawing(&draw_symbol(&symbol, roll).unwrap()).unwrap();
            let paper = Paper::of(&printer.into_bytes());
            assert_eq!(paper.dots[0].len(), usize::from(roll.dots()));
            let grey: Vec<u8> =
                paper.dots.iter().flatten().map(|black| if *black { 0 } else { 255 }).collect();
            for (name, scanner) in scanners(symbology) {
                let read = scanner(&grey, paper.dots[0].len(), paper.dots.len());
                assert_eq!(read, [(symbology, symbol.text().to_string())], "{name}");
            }
        }
    }
}

#[test]
fn a_receipt_as_a_picture_has_its_text_and_its_code_is_read() {
    let text = "                 THE SHOP\nSale S-1                  2026-11-26 12:00\nŻółta kawa 李                         4.50\n";
    for roll in [Roll::Mm80, Roll::Mm58] {
        let drawing = draw(text, Some(CLAIM), roll).unwrap();
        assert_eq!(drawing.width_dots(), u32::from(roll.dots()));
        assert_read(&drawing, &Symbol::new(Symbology::Qr, CLAIM).unwrap());
        let plain = draw(text, None, roll).unwrap();
        assert!(plain.height_dots() < drawing.height_dots() / 2);
        assert!(plain.to_grey().unwrap().iter().filter(|dot| **dot < 64).count() > 500, "there are letters");
    }
    let mut printer = EscPos::new(Roll::Mm58);
    let wide = draw("", None, Roll::Mm80).unwrap();
    assert_eq!(printer.drawing(&wide).unwrap_err(), EscPosError::TooWide { width: 576, roll: 384 });
    assert_eq!(printer.qr("").unwrap_err(), EscPosError::Qr { length: 0 });
    // Some commands are obeyed in the middle of whatever is sent: this one opens the drawer.
    let before = printer.clone().into_bytes();
    for text in ["https://shop.example/\x10\x14\x01\x00\x01", "\x1b@", "a\nb", "\u{9b}"] {
        assert_eq!(printer.qr(text).unwrap_err(), EscPosError::Control, "{text:?}");
    }
    assert_eq!(printer.clone().into_bytes(), before, "nothing of it was sent");
    assert!(printer.qr(&"x".repeat(2332)).is_err() && printer.qr(&"x".repeat(2331)).is_ok());
    assert!(draw(&"\n".repeat(2001), None, Roll::Mm80).is_err());
    // What is longer than a row may be goes on in the next.
    let rows = |text: &str| draw(text, None, Roll::Mm80).unwrap().height_dots();
    let long = "x".repeat(48);
    assert_eq!(rows(&[long.as_str(), "y"].concat()), rows(&[long.as_str(), "\ny"].concat()));
    assert_eq!(rows(&[long.as_str(), "\n\ny"].concat()), rows(&[&long, "\n\n", &long[..20]].concat()));
}
