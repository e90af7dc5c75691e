// Tests may overflow: that fails them.
#![allow(
    clippy::arithmetic_side_effects,
    clippy::cast_possible_truncation,
    clippy::cast_possible_wrap,
    clippy::cast_sign_loss
)]

use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec;
use alloc::vec::Vec;

use proptest::prelude::*;

use super::draw::{Dice, Drawing, Paint, code_39, code_128, ean_8, ean_13, itf, runs, upc_e};
use super::{Linear, Pass, Symbologies, read};
use crate::adapter::scan::Picture;
use crate::code::{Symbology, check_digit_gs1};

fn read_all(drawing: &Drawing) -> Vec<Linear> {
    read(&drawing.picture(), Symbologies::USUAL, &mut || true)
}

/// What is read, as the symbology and the text.
fn said(drawing: &Drawing) -> Vec<(Symbology, String)> {
    let text = |found: Linear| (found.symbology, String::from_utf8(found.bytes).unwrap());
    read_all(drawing).into_iter().map(text).collect()
}

/// One code of each symbology that is usually looked for.
fn one_of_each() -> Vec<(Symbology, String, String)> {
    // Start B, "Card 7".
    let card = [104, 35, 65, 82, 68, 0, 23];
    let codes = [
        (Symbology::Ean13, "4006381333931", ean_13(b"4006381333931")),
        (Symbology::UpcA, "036000291452", ean_13(b"0036000291452")),
        (Symbology::Ean8, "96385074", ean_8(b"96385074")),
        (Symbology::Code128, "Card 7", code_128(&card)),
        (Symbology::Code39, "MEMBER-17", code_39(b"MEMBER-17")),
        (Symbology::Itf, "10614141000415", itf(b"10614141000415")),
    ];
    codes.into_iter().map(|(symbology, text, code)| (symbology, text.to_string(), code)).collect()
}

#[test]
fn reads_each_symbology_at_many_sizes() {
    for (symbology, text, code) in one_of_each() {
        for module in [16, 21, 32, 50] {
            let drawing = Paint { module, ..Paint::PLAIN }.paint(&code);
            assert_eq!(said(&drawing), [(symbology, text.clone())], "{module} eighths of a pixel");
        }
    }
}

/// Each symbol that a Code 128 may have in it, in all three sets; the bars are another library's.
#[test]
fn reads_each_symbol_of_a_code_128() {
    let read = |values: &[u8]| {
        let found = read_all(&Paint::PLAIN.paint(&code_128(values)));
        found.into_iter().map(|found| (found.symbology, found.bytes)).collect::<Vec<_>>()
    };
    for pairs in (0..100).collect::<Vec<u8>>().chunks(10) {
        let digits: String = pairs.iter().map(|pair| format!("{pair:02}")).collect();
        assert_eq!(read(&[&[105], pairs].concat()), [(Symbology::Code128, digits.into_bytes())]);
    }
    for values in (0..96).collect::<Vec<u8>>().chunks(12) {
        let in_a: Vec<u8> =
            values.iter().map(|value| if *value < 64 { value + 32 } else { value - 64 }).collect();
        let in_b: Vec<u8> = values.iter().map(|value| value + 32).collect();
        assert_eq!(read(&[&[103], values].concat()), [(Symbology::Code128, in_a)]);
        assert_eq!(read(&[&[104], values].concat()), [(Symbology::Code128, in_b)]);
    }
    // From B by a shift to A, to C, by its FNC1 and to A; FNC2, FNC3 and FNC4 stand for no character.
    let sets = [104, 97, 96, 33, 98, 65, 99, 12, 102, 34, 101, 33, 101, 33, 100, 34];
    assert_eq!(read(&sets), [(Symbology::Code128, b"A\x0112\x1d34A\xc1B".to_vec())]);
}

/// Each character of a Code 39; the bars are another library's.
#[test]
fn reads_each_character_of_a_code_39() {
    for text in ["0123456789", "ABCDEFGHIJ", "KLMNOPQRST", "UVWXYZ-. ", "17$18/19+%0"] {
        assert_eq!(said(&Paint::PLAIN.paint(&code_39(text.as_bytes()))), [(Symbology::Code39, text.into())]);
    }
}

#[test]
fn reads_each_symbology_turned() {
    for (symbology, text, code) in one_of_each() {
        for turn in [(24, 7, 25), (4, -3, 5)] {
            let mut drawing = Paint { module: 24, tall: 120, turn, ..Paint::PLAIN }.paint(&code);
            for quarter in 0..4 {
                assert_eq!(said(&drawing), [(symbology, text.clone())], "{turn:?}, {quarter} quarters more");
                drawing = drawing.turned();
            }
        }
    }
}

#[test]
fn reads_each_symbology_with_noise_and_little_contrast() {
    for (symbology, text, code) in one_of_each() {
        for seed in 0..2 {
            let paint = Paint { module: 24, dark: 100, bright: 170, ..Paint::PLAIN };
            let drawing = paint.paint(&code).blurred(1).noisy(3, seed);
            assert_eq!(said(&drawing), [(symbology, text.clone())], "seed {seed}");
        }
    }
}

#[test]
fn reads_most_ean_13_whose_bars_have_run_together_and_none_wrong() {
    let mut dice = Dice(7);
    let mut fitted = 0;
    for _ in 0..6 {
        let mut digits: Vec<u8> = (0..12).map(|_| b'0' + dice.below(10) as u8).collect();
        digits[0] = b'4';
        digits.push(check_digit_gs1(&digits).unwrap());
        // Bars of 1.6 pixels, and the mean of nine pixels, twice.
        let paint = Paint { module: 13, ..Paint::PLAIN };
        let drawing = paint.paint(&ean_13(&digits)).blurred(1).noisy(2, dice.0);
        for found in read_all(&drawing) {
            assert_eq!(found.bytes, digits);
            fitted += u32::from(found.pass == Pass::Fitted);
        }
    }
    assert!(4 <= fitted, "{fitted} of 6");
}

#[test]
fn joins_halves_that_no_line_shows_together() {
    let drawing = Paint { module: 24, ..Paint::PLAIN }.paint(&ean_13(b"4006381333931"));
    let (width, height) = (drawing.width, drawing.height);
    let spoilt = drawing.covered((0, 0), (width / 3, height / 2), 128).covered(
        (width * 2 / 3, height / 2),
        (width, height),
        128,
    );
    assert_eq!(said(&spoilt), [(Symbology::Ean13, "4006381333931".into())]);
}

#[test]
fn tells_where_a_code_is() {
    let drawing = Paint::PLAIN.paint(&ean_13(b"4006381333931"));
    let found = read_all(&drawing);
    let [top_left, top_right, bottom_right, bottom_left] = found[0].corners;
    // Ten modules of two pixels are quiet, and 95 are the code.
    assert!((19..=21).contains(&top_left.x) && (19..=21).contains(&bottom_left.x), "{found:?}");
    assert!((209..=211).contains(&top_right.x) && (209..=211).contains(&bottom_right.x), "{found:?}");
    assert!(top_left.y < bottom_left.y, "{found:?}");
    let upside_down = read_all(&drawing.turned().turned());
    assert!((209..=211).contains(&upside_down[0].corners[0].x), "{upside_down:?}");
    assert!(upside_down[0].corners[2].y < upside_down[0].corners[0].y, "{upside_down:?}");
}

#[test]
fn a_wrong_check_digit_is_no_code() {
    for digits in [b"4006381333932", b"4006381333913"] {
        assert_eq!(said(&Paint::PLAIN.paint(&ean_13(digits))), []);
    }
    assert_eq!(said(&Paint::PLAIN.paint(&ean_8(b"96385075"))), []);
    let mut code = code_128(&[105, 12, 34, 56]);
    // The check symbol of another code.
    let other = code_128(&[105, 12, 34, 57]);
    code.replace_range(44..55, &other[44..55]);
    assert_eq!(said(&Paint::PLAIN.paint(&code)), []);
}

#[test]
fn function_1_is_a_sign_of_gs1_in_first_place_and_a_separator_later() {
    // Start C, FNC1, (10) 12, FNC1, (21) 34.
    let drawing = Paint::PLAIN.paint(&code_128(&[105, 102, 10, 12, 102, 21, 34]));
    let found = read_all(&drawing);
    assert_eq!((found[0].bytes.as_slice(), found[0].gs1), (&b"1012\x1d2134"[..], true));
    let plain = read_all(&Paint::PLAIN.paint(&code_128(&[105, 10, 12])));
    assert!(!plain[0].gs1);
}

#[test]
fn sets_change_within_a_code_128() {
    use super::code_128::text;
    let bytes = |values: &[u8]| {
        let mut values = values.to_vec();
        values.push(crate::code::check_digit_128(&values).unwrap());
        text(&values).map(|(bytes, _)| bytes)
    };
    // Start A, "A", to C, 12, to B, "a", shift, tab of set A, "a".
    assert_eq!(bytes(&[103, 33, 99, 12, 100, 65, 98, 73, 65]).unwrap(), b"A12a\ta");
    // FNC4 before one letter, then twice for all of them until it comes once.
    assert_eq!(
        bytes(&[104, 100, 65, 65, 100, 100, 65, 100, 65, 65]).unwrap(),
        [0xe1, 0x61, 0xe1, 0x61, 0xe1]
    );
    assert_eq!(bytes(&[104]), None, "it says nothing");
}

#[test]
fn every_pattern_of_a_code_128_is_eleven_modules_and_another_one() {
    use super::code_128::SYMBOLS;
    for (place, symbol) in SYMBOLS.iter().enumerate() {
        assert_eq!(symbol.iter().sum::<u8>(), 11, "{place}");
        assert_eq!((symbol[0] + symbol[2] + symbol[4]) % 2, 0, "{place}");
        assert!(!SYMBOLS[..place].contains(symbol), "{place}");
    }
}

#[test]
fn pairs_of_a_code_39_are_small_letters_where_it_is_clear() {
    use super::code_39::full_ascii;
    assert_eq!(full_ascii(b"C+A+R+D/A %V").unwrap(), b"Card! @");
    for unclear in [&b"A+B"[..], b"12/A+B", b"A+B+C+", b"A+B+C/1"] {
        assert_eq!(full_ascii(unclear), None);
    }
    assert_eq!(said(&Paint::PLAIN.paint(&code_39(b"A+B"))), [(Symbology::Code39, "A+B".into())]);
}

#[test]
fn upc_e_is_read_by_request() {
    let drawing = Paint::PLAIN.paint(&upc_e(b"04252614"));
    assert_eq!(said(&drawing), []);
    let found = read(&drawing.picture(), Symbologies::NONE.with(Symbology::UpcE), &mut || true);
    assert_eq!((found[0].symbology, found[0].bytes.as_slice()), (Symbology::UpcE, &b"04252614"[..]));
}

#[test]
fn a_upc_a_is_an_ean_13_where_only_these_are_looked_for() {
    let drawing = Paint::PLAIN.paint(&ean_13(b"0036000291452"));
    let found = read(&drawing.picture(), Symbologies::NONE.with(Symbology::Ean13), &mut || true);
    assert_eq!((found[0].symbology, found[0].bytes.as_slice()), (Symbology::Ean13, &b"0036000291452"[..]));
    assert_eq!(
        read(
            &drawing.picture(),
            Symbologies::USUAL.without(Symbology::UpcA).without(Symbology::Ean13),
            &mut || true
        ),
        []
    );
}

#[test]
fn an_itf_that_is_cut_is_not_a_shorter_one() {
    let drawing = Paint::PLAIN.paint(&itf(b"10614141000415"));
    for cut in (30..drawing.width - 30).step_by(21) {
        let rest = drawing.covered((cut, 0), (drawing.width, drawing.height), 235);
        assert_eq!(said(&rest), [], "cut at {cut}");
    }
}

#[test]
fn noise_and_random_bars_say_nothing() {
    let mut dice = Dice(11);
    for seed in 0..2 {
        let plain = Drawing { pixels: vec![128; 160 * 120], width: 160, height: 120 };
        assert_eq!(said(&plain.noisy(127, seed)), []);
        assert_eq!(said(&plain.noisy(127, seed).blurred(1)), []);
    }
    for _ in 0..6 {
        let widths: Vec<usize> = (0..101).map(|_| 1 + dice.below(4) as usize).collect();
        assert_eq!(said(&Paint::PLAIN.paint(&runs(&widths))), [], "{widths:?}");
        let narrow_and_wide: Vec<usize> = (0..101).map(|_| 1 + 2 * dice.below(2) as usize).collect();
        assert_eq!(said(&Paint::PLAIN.paint(&runs(&narrow_and_wide))), [], "{narrow_and_wide:?}");
    }
}

#[test]
fn stops_when_it_is_told_to() {
    let pixels = vec![0; 4096 * 4096];
    let picture = Picture::new(&pixels, 4096, 4096).unwrap();
    let mut asked = 0;
    let found = read(&picture, Symbologies::USUAL, &mut || {
        asked += 1;
        asked < 10
    });
    assert_eq!((found, asked), (Vec::new(), 10));
    let mut lines = 0;
    read(&picture, Symbologies::USUAL, &mut || {
        lines += 1;
        true
    });
    assert!(lines < 2_000, "{lines}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn no_picture_makes_it_panic(width in 1_usize..80, height in 1_usize..12, seed: u64, tall: bool) {
        let (width, height) = if tall { (height, width) } else { (width, height) };
        let drawing = Drawing { pixels: vec![128; width * height], width, height }.noisy(127, seed);
        let symbologies = Symbologies::USUAL.with(Symbology::UpcE);
        prop_assert_eq!(read(&drawing.picture(), symbologies, &mut || true), []);
    }

    #[test]
    fn a_number_of_thirteen_digits_is_read_or_nothing(mut digits in prop::collection::vec(b'0'..=b'9', 12), seed: u64, module in 8_i64..40, reach in 0_usize..3) {
        digits.push(check_digit_gs1(&digits).unwrap());
        let drawing = Paint { module, tall: 24, ..Paint::PLAIN }.paint(&ean_13(&digits)).blurred(reach).noisy(20, seed);
        for found in read_all(&drawing) {
            let bytes = found.bytes;
            prop_assert!(digits.ends_with(&bytes) && 12 <= bytes.len(), "{}", String::from_utf8_lossy(&bytes));
        }
    }
}
