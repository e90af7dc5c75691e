use alloc::format;
use alloc::string::ToString;

use proptest::prelude::*;

use super::*;
use crate::code::{Resolver, has_check_digit_gs1};
use crate::money::parse_decimal;

fn pattern(text: &str) -> Result<InStorePattern, PatternError> {
    text.parse()
}

#[test]
fn what_scales_print() {
    let decimal = |text: &str| parse_decimal(text).expect("a decimal");
    let weight = |text| Measure::Weight(decimal(text));
    let price = |text| Measure::Price(decimal(text));
    // The twelve digits before the check digit, or eleven of UPC-A.
    let table = [
        ("21IIIIIWW.WWWC", "210004201250", Some(("00042", weight("1.250")))),
        ("2XIIIIIWWWWWC", "270004201250", Some(("00042", weight("1250")))),
        ("20IIIIIPPP.PPC", "201234500999", Some(("12345", price("9.99")))),
        ("23IIIIVPPP.PPC", "230042614685", Some(("0042", price("146.85")))),
        // The check digit of the price is wrong.
        ("23IIIIVPPP.PPC", "230042714685", None),
        ("02IIIIIVPP.PPC", "020042192875", Some(("00421", price("28.75")))),
        ("2IIIIIVPP.PPC", "20042192875", Some(("00421", price("28.75")))),
        ("2IIIIIVPP.PPC", "20042182875", None),
        // Another prefix.
        ("21IIIIIWW.WWWC", "220004201250", None),
    ];
    for (text, digits, wanted) in table {
        let check = crate::code::check_digit_gs1(digits.as_bytes()).expect("digits");
        let number = format!("{digits}{}", char::from(check));
        let read = pattern(text).expect(text).read(number.as_bytes());
        let read = read.as_ref().map(|weighed| (weighed.item.to_string(), weighed.measure));
        let wanted = wanted.map(|(plu, measure)| (plu.to_string(), measure));
        assert_eq!(read, wanted, "{text} {number}");
    }
}

#[test]
fn what_is_no_pattern() {
    let table = [
        ("31IIIIIWWWWC", Some(PatternError::NotInStore)),
        ("21IIIIIWWWC", Some(PatternError::Length { found: 11 })),
        ("21IIIIIWWWWWWC", Some(PatternError::Length { found: 14 })),
        ("40IIIIIWWWWWC", Some(PatternError::NotInStore)),
        ("03IIIIIWWWWWC", Some(PatternError::NotInStore)),
        ("XXIIIIIWWWWWC", Some(PatternError::NotInStore)),
        ("21IIIIIWWWWWW", Some(PatternError::CheckDigit)),
        ("21IIIIICWWWWC", Some(PatternError::CheckDigit)),
        ("21IIIIIIIIIIC", Some(PatternError::Missing)),
        ("21WWWWWWWWWWC", Some(PatternError::Missing)),
        ("21IIIIIWWPPPC", Some(PatternError::Missing)),
        ("21IIWWWIIWWWC", Some(PatternError::Scattered { letter: 'I' })),
        ("21IIIIIQWWWWC", Some(PatternError::Letter { found: 'Q' })),
        ("21IIIIVWWWWWWC", Some(PatternError::Length { found: 14 })),
        ("21IIIVWWWWWWC", Some(PatternError::MeasureCheck)),
        ("21IIIII.WWWWWC", Some(PatternError::Point)),
        ("21IIIIIWW.W.WWC", Some(PatternError::Point)),
        ("21IIIIIWWWWW.C", Some(PatternError::Point)),
        ("04IIIIIWW.WWWC", None),
    ];
    for (text, wanted) in table {
        assert_eq!(pattern(text).err(), wanted, "{text}");
    }
}

#[test]
fn cards_stay_away_from_the_scale() {
    let mut shop = Resolver::default();
    for scale in ["21IIIIIWW.WWWC", "2IIIIIVPP.PPC"] {
        shop.add_scale(pattern(scale).expect("a pattern")).expect("no cards yet");
    }
    let cards = |text: &str| text.parse::<CardPattern>();
    let mut add = |text| shop.add_cards(cards(text).expect("a pattern"));
    assert_eq!(add("21NNNNNNNNNNC"), Err(SharedNumbersError { place: 0 }));
    assert_eq!(add("2NNNNNNNNNNNC"), Err(SharedNumbersError { place: 0 }));
    // UPC-A with 2 in front is EAN-13 with 02 in front.
    assert_eq!(add("0299NNNNNNNNC"), Err(SharedNumbersError { place: 1 }));
    assert_eq!(add("2900NNNNNNNNC"), Ok(()));
    assert_eq!(cards("400NNNNNNNNNC"), Err(PatternError::NotInStore));
    assert_eq!(cards("291234567890C"), Err(PatternError::Missing));
    let cards = cards("2900NNNNNNNNC").expect("a pattern");
    assert_eq!(cards.room(), 100_000_000);
    assert_eq!(cards.number(100_000_000), None);
    assert_eq!(cards.number(99_999_999).map(|last| last.to_string()).as_deref(), Some("02900999999997"));
    let foreign = Gtin::from_digits(b"4006381333931").expect("an article");
    assert_eq!(cards.serial(&foreign), None);
}

proptest! {
    /// A card is never what a scale prints, nor somebody's article, and is found again by its number.
    #[test]
    fn a_card_is_nothing_else(
        scale in "(2[0-9]|02|04)(I{5}W{2}[.]?W{3}|I{6}P{2}[.]?P{2}|I{4}VP{5})C",
        cards in "(2[0-9]{1,3}|02[0-9]|04[0-9]|2)N{9,11}C", serial in any::<u64>(),
    ) {
        let scale: InStorePattern = scale.parse().expect("a pattern");
        let mut shop = Resolver::default();
        shop.add_scale(scale).expect("no cards yet");
        if let Ok(cards) = cards.parse::<CardPattern>()
            && shop.add_cards(cards).is_ok()
        {
            let serial = serial.rem_euclid(cards.room());
            let number = cards.number(serial).expect("there is room");
            prop_assert!(has_check_digit_gs1(number.digits()));
            prop_assert_eq!(number.prefix_use(), PrefixUse::InStore);
            prop_assert_eq!(cards.serial(&number), Some(serial));
            prop_assert!(!scale.covers(&number));
            prop_assert_eq!(scale.read_gtin(&number), None);
        }
    }

    /// No text makes it panic.
    #[test]
    fn any_text(text in prop_oneof!["\\PC{0,16}", "(2[0-9]?|0[24])[IWPVC.N0-9]{6,14}"], digits in "[0-9]{8,14}") {
        if let Ok(pattern) = text.parse::<InStorePattern>() {
            let _ = pattern.read(digits.as_bytes());
        }
        let _ = text.parse::<CardPattern>();
    }
}
