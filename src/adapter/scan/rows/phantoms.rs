//! Long codes and random bars, of which nothing is read but what they say.

#![allow(clippy::arithmetic_side_effects, clippy::cast_possible_truncation, clippy::cast_possible_wrap)]

use alloc::string::{String, ToString};
use alloc::vec::Vec;

use super::draw::{Dice, Paint, codabar, code_39, code_93, code_128, ean_13, itf, runs};
use super::{Symbologies, read};
use crate::code::{Symbology, check_digit_gs1};

/// What is drawn, and what may be read of it.
struct Drawn {
    kind: &'static str,
    modules: String,
    says: Option<(Symbology, Vec<u8>)>,
}

fn some(dice: &mut Dice, alphabet: &[u8], least: u64, most: u64) -> Vec<u8> {
    let length = least + dice.below(most - least + 1);
    (0..length).map(|_| alphabet[dice.below(alphabet.len() as u64) as usize]).collect()
}

fn drawn(dice: &mut Dice) -> Drawn {
    const DIGITS: &[u8] = b"0123456789";
    const LETTERS: &[u8] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-. ";
    let named = |kind, modules, says| Drawn { kind, modules, says };
    match dice.below(12) {
        0..=2 => {
            let alphabet = if dice.below(2) == 0 { DIGITS } else { b"0123456789-$:/.+" };
            let text = some(dice, alphabet, 6, 40);
            let border = [b'A' + dice.below(4) as u8, b'A' + dice.below(4) as u8];
            named("Codabar", codabar(&text, border, 2 + dice.below(2) as usize), None)
        }
        3..=5 => named("Code 93", code_93(&some(dice, LETTERS, 4, 30)), None),
        6 => {
            let alphabet =
                if dice.below(3) == 0 { b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-. $/+%" } else { LETTERS };
            let text = some(dice, alphabet, 4, 30);
            named("Code 39", code_39(&text), Some((Symbology::Code39, text)))
        }
        7 => {
            // Start B, and what it has of printable characters.
            let text: Vec<u8> = some(dice, LETTERS, 4, 30);
            let values: Vec<u8> = core::iter::once(104).chain(text.iter().map(|byte| byte - 32)).collect();
            named("Code 128", code_128(&values), Some((Symbology::Code128, text)))
        }
        8 => {
            let pairs: Vec<u8> = (0..3 + dice.below(15)).map(|_| dice.below(100) as u8).collect();
            let text = pairs.iter().flat_map(|pair| [b'0' + pair / 10, b'0' + pair % 10]).collect();
            let values: Vec<u8> = core::iter::once(105).chain(pairs).collect();
            named("Code 128", code_128(&values), Some((Symbology::Code128, text)))
        }
        9 => {
            let mut text = some(dice, DIGITS, 6, 40);
            text.truncate(text.len() / 2 * 2);
            named("ITF", itf(&text), Some((Symbology::Itf, text)))
        }
        10 => {
            let mut text = some(dice, DIGITS, 12, 12);
            text.push(check_digit_gs1(&text).unwrap());
            let modules = ean_13(&text);
            let upc = text.strip_prefix(b"0").map(|rest| (Symbology::UpcA, rest.to_vec()));
            named("EAN-13", modules, Some(upc.unwrap_or((Symbology::Ean13, text))))
        }
        _ => {
            let most = 2 + dice.below(3);
            let count = 41 + 2 * dice.below(120);
            let widths: Vec<usize> = (0..count).map(|_| 1 + dice.below(most) as usize).collect();
            named("random bars", runs(&widths), None)
        }
    }
}

/// `REGULARS_SCAN_PHANTOMS` says how many; 5,000 is the long form.
#[test]
fn a_long_code_says_what_it_says_or_nothing() {
    let cases = std::env::var("REGULARS_SCAN_PHANTOMS").ok().and_then(|cases| cases.parse().ok());
    let (mut right, mut phantoms) = (0_u32, Vec::new());
    let cases = cases.unwrap_or(40_u64);
    for case in 0..cases {
        let mut dice = Dice(case * 7_919 + 3);
        let Drawn { kind, modules, says } = drawn(&mut dice);
        let tall = [16, 40, 120, 240, 400][dice.below(5) as usize];
        let module = [13, 16, 24, 32, 48][dice.below(5) as usize];
        let paint = Paint { module, tall, ..Paint::PLAIN };
        for found in read(&paint.paint(&modules).picture(), Symbologies::USUAL, &mut || true) {
            if says.as_ref() == Some(&(found.symbology, found.bytes.clone())) {
                right += 1;
                continue;
            }
            let text = String::from_utf8_lossy(&found.bytes).to_string();
            phantoms.push((case, kind, tall, module, found.symbology, text, found.pass));
        }
    }
    std::println!("{cases} codes, {right} read");
    assert!(phantoms.is_empty(), "{} phantoms: {phantoms:#?}", phantoms.len());
}
