use alloc::format;
use alloc::string::ToString;

use proptest::prelude::*;

use super::*;
use crate::money::parse_decimal;
use crate::time::Date;

fn ai(digits: &str) -> Ai {
    Ai::at(digits.as_bytes()).expect("an application identifier")
}

#[test]
fn an_application_identifier_is_shown_as_its_digits() {
    assert_eq!((format!("{:?}", ai("3103")), ai("01").to_string()), ("Ai(3103)".into(), "01".into()));
}

#[test]
fn a_table_of_element_strings() {
    // What is read, and how it comes apart.
    let table: &[(&[u8], &str)] = &[
        (b"0104006381333931", "(01)04006381333931"),
        (b"01040063813339311726033110ABC\x1d2112", "(01)04006381333931(17)260331(10)ABC(21)12"),
        (b"\x1d10ABC\x1d0104006381333931\x1d", "(10)ABC(01)04006381333931"),
        // A GS behind a field of fixed length is more than there has to be, and no fault.
        (b"0104006381333931\x1d10A", "(01)04006381333931(10)A"),
        (b"310300125037 5", ""),
        (b"3103001250375", "(3103)001250(37)5"),
        // The same twice is no more than once; pounds are beside kilograms, and (91) is each company's own.
        (b"31030012503102000125", "(3103)001250(3102)000125"),
        (b"31030012503203002756", "(3103)001250(3203)002756"),
        // Cut in place of rounded, and to other places; ounces; what all of it weighs is another weight.
        (b"31030012503203002755", "(3103)001250(3203)002755"),
        // A pound is 16 ounces: 1 lb and 33 oz are apart by no more than a whole one of each.
        (b"32000000013570000033", "(3200)000001(3570)000033"),
        (b"31030012503201000028", "(3103)001250(3201)000028"),
        (b"31030000313563001000", "(3103)000031(3563)001000"),
        (b"31030012503300000002", "(3103)001250(3300)000002"),
        (b"91A\x1d91B", "(91)A(91)B"),
        (b"3922999\x1d42110115", "(3922)999(421)10115"),
        (b"3932978500\x1d99SHOP-1", "(3932)978500(99)SHOP-1"),
        (b"4140400638133393", ""),
        (b"4104006381333931", "(410)4006381333931"),
        (b"4104006381333932", ""),
        (b"8005001234\x1d8020REF", "(8005)001234(8020)REF"),
        (b"80050012349", ""),
        // Of those not in the table, up to the GS.
        (b"7003260331\x1d4326260331", "(7003)260331(4326)260331"),
        (b"14000000", ""),
        (b"011", ""),
        (b"", ""),
    ];
    for (bytes, wanted) in table {
        let read = ElementStrings::parse(bytes);
        let name = String::from_utf8_lossy(bytes);
        let as_text = |read: ElementStrings| {
            read.elements()
                .iter()
                .map(|element| format!("({}){}", element.ai, element.text))
                .collect::<String>()
        };
        match wanted {
            &"" => assert!(read.is_err(), "{name}: {read:?}"),
            _ => assert_eq!(read.map(as_text).as_deref(), Ok(*wanted), "{name}"),
        }
    }
}

#[test]
fn what_is_wrong_has_a_name_and_a_place() {
    let table: &[(&[u8], Gs1Error)] = &[
        (b"\x1d", Gs1Error::Empty),
        (b"0104006381333932", Gs1Error::Value { ai: ai("01"), at: 2 }),
        (b"0104006381", Gs1Error::Length { ai: ai("01"), at: 2 }),
        // Two prices, two weights, two articles, two batches.
        (b"3922999\x1d3922100", Gs1Error::Contradiction { ai: ai("3922"), at: 12 }),
        (b"3922999\x1d3923999", Gs1Error::Contradiction { ai: ai("3923"), at: 12 }),
        (b"31030012503102001250", Gs1Error::Contradiction { ai: ai("3102"), at: 14 }),
        (b"01040063813339310104012345678901", Gs1Error::Contradiction { ai: ai("01"), at: 18 }),
        // Pounds that aren't the kilograms, in either order; ounces, and what all of it weighs.
        (b"31030012503203001250", Gs1Error::Contradiction { ai: ai("3203"), at: 14 }),
        (b"32030012503103001250", Gs1Error::Contradiction { ai: ai("3103"), at: 14 }),
        (b"31030012503203002759", Gs1Error::Contradiction { ai: ai("3203"), at: 14 }),
        (b"32000000013570000034", Gs1Error::Contradiction { ai: ai("3570"), at: 14 }),
        (b"31030012503572001250", Gs1Error::Contradiction { ai: ai("3572"), at: 14 }),
        (b"33010000123400000012", Gs1Error::Contradiction { ai: ai("3400"), at: 14 }),
        // Two currencies, of which the one may be that of the shop; an article, and a pack of others.
        (b"3932978999\x1d3932756999", Gs1Error::Contradiction { ai: ai("3932"), at: 15 }),
        (b"3922999\x1d3932978999", Gs1Error::Contradiction { ai: ai("3932"), at: 12 }),
        (b"3932978100\x1d3922999", Gs1Error::Contradiction { ai: ai("3922"), at: 15 }),
        (b"3912978100\x1d3902100", Gs1Error::Contradiction { ai: ai("3902"), at: 15 }),
        (b"01040063813339310204006381333931", Gs1Error::Contradiction { ai: ai("02"), at: 18 }),
        (b"02040063813339310104006381333931", Gs1Error::Contradiction { ai: ai("01"), at: 18 }),
        (b"10A\x1d10B", Gs1Error::Contradiction { ai: ai("10"), at: 6 }),
        (b"01040063\x1d81333931", Gs1Error::Length { ai: ai("01"), at: 2 }),
        (b"10A\x1d17261301", Gs1Error::Value { ai: ai("17"), at: 6 }),
        (b"10A\x1d1726123x", Gs1Error::Character { ai: ai("17"), at: 6 }),
        (b"10\xc3\xa4", Gs1Error::Character { ai: ai("10"), at: 2 }),
        (b"10ABCDEFGHIJKLMNOPQRSTU", Gs1Error::Length { ai: ai("10"), at: 2 }),
        (b"10A\x1d5", Gs1Error::UnknownAi { at: 4 }),
        (b"3103 01250", Gs1Error::Character { ai: ai("3103"), at: 4 }),
    ];
    for (bytes, wanted) in table {
        assert_eq!(ElementStrings::parse(bytes).as_ref(), Err(wanted), "{}", String::from_utf8_lossy(bytes));
    }
    // Of 64 bytes with the separator, so that as many as fill the most are fewer than the most fields.
    let long = [b"91".as_slice(), &[b'A'; 61], b"\x1d"].concat();
    let bytes =
        |more: &[u8]| ElementStrings::parse(&[&*long.repeat(MOST_GS1_BYTES / 64), more].concat()).map(drop);
    assert_eq!([bytes(b""), bytes(b"91A")], [Ok(()), Err(Gs1Error::TooLong)]);
    let fields = |count| ElementStrings::parse(&b"91A\x1d".repeat(count)).map(drop);
    assert_eq!([MOST_GS1_FIELDS, MOST_GS1_FIELDS + 1].map(fields), [Ok(()), Err(Gs1Error::TooLong)]);
}

#[test]
fn weights_and_prices_are_exact() {
    let decimal = |text: &str| parse_decimal(text).ok();
    let weight = |text: &[u8]| ElementStrings::parse(text).ok().and_then(|read| read.net_weight_kg());
    assert_eq!(weight(b"3100001250"), decimal("1250"));
    assert_eq!(weight(b"3103001250"), decimal("1.250"));
    assert_eq!(weight(b"3106000001"), decimal("0.000001"));
    let price = |text: &[u8]| ElementStrings::parse(text).ok().and_then(|read| read.price());
    assert_eq!(price(b"3922999"), decimal("9.99"));
    assert_eq!(price(b"3909999999999999999"), decimal("999999.999999999"));
    assert_eq!(price(b"39329781050"), decimal("10.50"));
    assert_eq!(ElementStrings::parse(b"3712").ok().and_then(|read| read.count()), Some(12));
}

#[test]
fn years_have_two_digits_and_days_may_be_missing() {
    let today = Date::from_civil(2026, 11, 26).expect("a date");
    let table = [
        ("260302", "2026-03-02"),
        ("260200", "2026-02-28"),
        ("240229", "2024-02-29"),
        ("250229", "2025-02-28"),
        ("760101", "2076-01-01"),
        ("770101", "1977-01-01"),
        ("991231", "1999-12-31"),
    ];
    for (written, wanted) in table {
        let read = ElementStrings::parse(format!("17{written}").as_bytes()).expect("a date");
        let Gs1Value::Date(date) = read.elements()[0].value else { panic!("(17) is a date") };
        assert_eq!(date.on(today).to_string(), wanted);
    }
    let late = Date::from_civil(2080, 1, 1).expect("a date");
    let read = ElementStrings::parse(b"17290101").expect("a date");
    let Gs1Value::Date(date) = read.elements()[0].value else { panic!("(17) is a date") };
    assert_eq!(date.on(late).to_string(), "2129-01-01");
}

proptest! {
    /// Whatever is read, it is read without a panic, and no byte of it is lost.
    #[test]
    fn nothing_is_lost(bytes in proptest::collection::vec(prop_oneof![
        9 => b'0'..=b'9', 1 => Just(GS), 1 => any::<u8>(), 1 => b'A'..=b'Z',
    ], 0..80)) {
        if let Ok(read) = ElementStrings::parse(&bytes) {
            let without_gs = |bytes: &[u8]| bytes.iter().copied().filter(|byte| *byte != GS).collect::<Vec<_>>();
            let again = read.elements().iter().map(|element| format!("{}{}", element.ai, element.text));
            prop_assert_eq!(without_gs(&bytes), again.collect::<String>().into_bytes());
        }
    }
}
