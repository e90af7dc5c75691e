//! Lines as the patterns of a shop's codes, and bytes as what was scanned: a code is one thing, the same each time, and
//! what is made by a pattern is read by it.
//!
//! The first line is the pattern of a scale, the second that of cards, the third what the shop's coupons begin with,
//! the fourth an AIM identifier or the name of a symbology; all that follows is the code.

use regulars::code::{
    AimIdentifier, CardPattern, CodeHolder, ElementStrings, GS, Gtin, InStorePattern, MOST_GS1_BYTES,
    PrefixUse, ReadCode, Resolved, Resolver, Symbology, check_digit_39, check_digit_128, check_digit_gs1,
    check_digit_measure, has_check_digit_gs1,
};
use regulars::ident::{Code, CustomerId};
use regulars::time::Date;

pub fn run(bytes: &[u8]) {
    let mut lines = bytes.splitn(5, |byte| *byte == b'\n');
    let mut next = || lines.next().unwrap_or_default();
    let (scale, cards, prefix, kind, code) = (next(), next(), next(), next(), next());
    let scales: Vec<InStorePattern> = text(scale).parse().into_iter().collect();
    number(code);
    element_strings(code);
    let mut resolver = Resolver::default();
    scales.iter().for_each(|scale| resolver.add_scale(*scale).unwrap());
    if let Ok(cards) = text(cards).parse::<CardPattern>()
        && resolver.add_cards(cards).is_ok()
    {
        numbers_of_cards(&cards, &scales, code);
    }
    resolver.coupon_prefixes.push(text(prefix));
    resolver.url_prefixes.push(text(prefix));
    resolver.punch_cards_need_tokens = prefix.len() % 2 == 1;
    let aim = AimIdentifier::split(kind).map(|(aim, _)| aim);
    let named = Symbology::ALL.iter().copied().find(|symbology| symbology.name().as_bytes() == kind);
    let symbology = named.or(aim.and_then(AimIdentifier::symbology));
    resolve(&resolver, ReadCode { bytes: code, symbology, aim });
    resolve(&resolver, ReadCode::new(code));
    if let Some((aim, rest)) = AimIdentifier::split(code) {
        assert_eq!([&aim.bytes()[..], rest].concat(), code);
        resolve(&resolver, ReadCode { bytes: rest, symbology: aim.symbology(), aim: Some(aim) });
    }
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// What is numbered by a pattern is of it, and of no scale's.
fn numbers_of_cards(pattern: &CardPattern, scales: &[InStorePattern], code: &[u8]) {
    let room = pattern.room();
    let any = code.iter().fold(0_u64, |sum, byte| sum.wrapping_mul(251).wrapping_add(u64::from(*byte)));
    for serial in [0, room - 1, any % room] {
        let number = pattern.number(serial).unwrap();
        assert_eq!(pattern.serial(&number), Some(serial));
        assert!(!scales.iter().any(|scale| scale.covers(&number)), "{number} is the scale's, too");
    }
    assert_eq!(pattern.number(room), None);
}

/// What is the number of an article has its check digit, whatever code it came from.
fn number(code: &[u8]) {
    let by_code = Symbology::ALL.iter().copied().map(|symbology| Gtin::from_code(symbology, code));
    for number in by_code.chain([Gtin::from_digits(code), Gtin::from_upc_e(code)]).flatten() {
        assert!(has_check_digit_gs1(number.digits()));
        assert_eq!(Gtin::from_digits(number.digits()), Ok(number));
        assert_eq!(number.to_string().as_bytes(), number.digits());
    }
    if let Some(check) = check_digit_gs1(code).filter(|_| !code.is_empty()) {
        assert!(has_check_digit_gs1(&[code, &[check]].concat()));
    }
    // They have nothing to hold but their end.
    let _ = (check_digit_39(code), check_digit_128(code), check_digit_measure(code));
}

/// What is read is read again where each field has an end.
fn element_strings(code: &[u8]) {
    let Ok(read) = ElementStrings::parse(code) else { return };
    let fields = read.elements().iter().map(|element| [element.ai.as_str(), &element.text].concat());
    let fields: Vec<String> = fields.collect();
    let joined = fields.join(&char::from(GS).to_string());
    if joined.len() <= MOST_GS1_BYTES {
        assert_eq!(ElementStrings::parse(joined.as_bytes()).as_ref(), Ok(&read));
    }
    let _ = (read.gtin(), read.net_weight_kg(), read.price(), read.count());
}

fn resolve(resolver: &Resolver, read: ReadCode<'_>) {
    let today = Date::from_civil(2026, 11, 26).unwrap();
    let lookup = resolver.look_up(read, today);
    let asked = lookup.codes().to_vec();
    assert!(asked.len() <= 8, "{} looked up", asked.len());
    let found = asked.iter().filter_map(|code| Some((code.clone(), holder(code)?))).collect();
    let resolved = lookup.answer(&found);
    assert_eq!(resolver.look_up(read, today).answer(&found), resolved);
    match &resolved {
        Resolved::Customer { customer, code } => {
            assert_eq!(holder(code), Some(CodeHolder::Customer(customer.clone())));
            assert!(asked.contains(code));
            let number = read.symbology.and_then(|symbology| Gtin::from_code(symbology, read.bytes).ok());
            let is_own = |number: Gtin| number.prefix_use() == PrefixUse::InStore;
            assert!(number.is_none_or(is_own), "an article is a customer");
        }
        Resolved::PunchCard { code } => {
            assert_eq!(holder(code), Some(CodeHolder::PunchCard));
            assert!(!resolver.punch_cards_need_tokens && asked.contains(code));
        }
        // No key is held.
        Resolved::Receipt { .. } | Resolved::Enrolment { .. } => panic!("{resolved:?}"),
        _ => {}
    }
}

/// Whose a code is: by its letters, so that there is each kind.
fn holder(code: &Code) -> Option<CodeHolder> {
    match code.as_str().bytes().fold(0_u8, u8::wrapping_add) % 4 {
        0 => Some(CodeHolder::Customer(CustomerId::new("ada").unwrap())),
        1 => Some(CodeHolder::PunchCard),
        2 => Some(CodeHolder::Replaced),
        _ => None,
    }
}
