use alloc::format;
use alloc::string::ToString;

use proptest::prelude::*;

use super::*;
use crate::code::{AimIdentifier, Measure, Symbology, check_digit_gs1};
use crate::ident::CustomerId;
use crate::money::parse_decimal;

fn today() -> Date {
    Date::from_civil(2026, 11, 26).expect("a date")
}

fn customer(name: &str) -> CodeHolder {
    CodeHolder::Customer(CustomerId::new(name).expect("an id"))
}

/// A shop with a scale, cards of its own and coupons of its own.
fn shop() -> Resolver {
    let mut resolver = Resolver { punch_cards_need_tokens: false, ..Resolver::default() };
    let scale = "21IIIIIWW.WWWC".parse().expect("a pattern");
    resolver.add_cards("29NNNNNNNNNNC".parse().expect("a pattern")).expect("no scale yet");
    for scale in [scale, "23IIIIVPPP.PPC".parse().expect("a pattern")] {
        resolver.add_scale(scale).expect("apart");
    }
    resolver.coupon_prefixes.push("CPN-".into());
    resolver.url_prefixes.push("https://shop.example/r#".into());
    resolver
}

/// What the ledger knows. An article's and a coupon's number are there by mistake.
fn ledger(code: &Code) -> Option<CodeHolder> {
    match code.as_str() {
        "2900000000179"
        | "ada-1"
        | "2500000000010"
        | "0036000291452"
        | "9810000000006"
        | "0110614141000736"
        | "3141592653589793238462"
        | "400638133000000000"
        | "2100042012509"
        | "70000016" => Some(customer("ada")),
        "2900000000186" | "OLD" => Some(CodeHolder::Replaced),
        "2900000000193" | "PC-1" => Some(CodeHolder::PunchCard),
        _ => None,
    }
}

fn resolve(resolver: &Resolver, read: ReadCode<'_>) -> Resolved {
    resolve_by(resolver, read, ledger)
}

/// What a code is, where this says whose codes are.
fn resolve_by(
    resolver: &Resolver,
    read: ReadCode<'_>,
    holder: impl Fn(&Code) -> Option<CodeHolder>,
) -> Resolved {
    let lookup = resolver.look_up(read, today());
    let found = lookup.codes().iter().filter_map(|code| Some((code.clone(), holder(code)?))).collect();
    lookup.answer(&found)
}

/// In one word what it is, and of what.
fn told(resolved: &Resolved) -> String {
    match resolved {
        Resolved::Customer { customer, .. } => format!("customer {customer}"),
        Resolved::PunchCard { code } => format!("punch card {code}"),
        Resolved::Receipt { sale } => format!("receipt {sale}"),
        Resolved::Enrolment { code } => format!("enrolment {code}"),
        Resolved::Coupon { text } => format!("coupon {text}"),
        Resolved::RefundReceipt { number } => format!("refund {number}"),
        Resolved::Article { gtin, .. } => format!("article {gtin}"),
        Resolved::Weighed(weighed) if weighed.gs1.is_none() => format!("weighed {}", weighed.item),
        Resolved::Weighed(weighed) => format!("weighed {}, {:?}", weighed.item, weighed.measure),
        Resolved::Unknown { why } => match why {
            Why::AlsoACode { .. } => "unknown, also a code".to_string(),
            Why::Gs1(_) => "unknown, gs1".to_string(),
            Why::NothingWeighed(_) => "unknown, nothing weighed".to_string(),
            other => format!("unknown, {other:?}"),
        },
    }
}

#[test]
fn a_number_that_several_have_is_nobodys() {
    let holders = |code: &Code| match code.as_str() {
        "2900000000179" => Some(customer("ada")),
        "02900000000179" => Some(customer("mallory")),
        "20000004" => Some(CodeHolder::Replaced),
        "0000020000004" => Some(customer("eve")),
        _ => None,
    };
    const SEVERAL: &str = "unknown, SeveralHave { gtin: Gtin(02900000000179) }";
    let resolver = Resolver::default();
    for (bytes, wanted) in
        [(&b"2900000000179"[..], SEVERAL), (b"02900000000179", SEVERAL), (b"20000004", "customer eve")]
    {
        let resolved = resolve_by(&resolver, ReadCode::new(bytes), holders);
        assert_eq!(told(&resolved), wanted);
    }
}

/// A ledger finds a card by its UPC-A and by its EAN-13, which is one code; with more zeros it is another card's.
#[test]
fn a_punch_card_is_one_in_both_of_its_forms() {
    let open = Resolver { punch_cards_need_tokens: false, ..Resolver::default() };
    let found = |codes: &[&str]| {
        let holders = |code: &Code| codes.contains(&code.as_str()).then_some(CodeHolder::PunchCard);
        told(&resolve_by(&open, ReadCode::new(b"412345678903"), holders))
    };
    assert_eq!(found(&["412345678903", "0412345678903"]), "punch card 412345678903");
    assert!(found(&["412345678903", "00412345678903"]).starts_with("unknown, SeveralHave"));
}

/// What is looked up is asked at once.
#[test]
fn all_that_is_looked_up_is_asked_at_once() {
    let codes = |resolver: &Resolver, read: ReadCode<'_>| -> Vec<String> {
        resolver.look_up(read, today()).codes().iter().map(ToString::to_string).collect()
    };
    let read = |bytes, symbology| ReadCode { symbology: Some(symbology), ..ReadCode::new(bytes) };
    assert_eq!(codes(&shop(), read(b"2100042012509", Symbology::Ean13)), [""; 0], "from the scale");
    assert_eq!(
        codes(&shop(), read(b"012345678905", Symbology::UpcA)),
        ["012345678905", "00012345678905", "0012345678905"],
    );
    assert_eq!(codes(&shop(), read(b"A17B", Symbology::Codabar)), ["A17B", "17"]);
    let unframed: [&[u8]; 3] = [b"117B", b"A171", b"AB"];
    for bytes in unframed {
        assert_eq!(codes(&shop(), read(bytes, Symbology::Codabar)).len(), 1, "{bytes:?}");
    }
    assert_eq!(codes(&shop(), read(b"ada-1", Symbology::Qr)), ["ada-1"]);
}

#[test]
fn what_codes_are() {
    use Symbology::{Codabar, Code39, Code128, DataBar, Ean8, Ean13, Itf, Qr, UpcA, UpcE};
    let table: &[(&[u8], Option<Symbology>, &str)] = &[
        // Articles, as EAN-13, UPC-A, UPC-E, EAN-8, ITF-14, with an add-on, and as digits of nobody knows what.
        (b"4006381333931", Some(Ean13), "article 04006381333931"),
        (b"4006381333931", None, "article 04006381333931"),
        (b"012345678905", Some(UpcA), "article 00012345678905"),
        (b"04252614", Some(UpcE), "article 00042100005264"),
        (b"042100005264", Some(UpcE), "article 00042100005264"),
        (b"96385074", Some(Ean8), "article 00000096385074"),
        (b"14006381333938", Some(Itf), "article 14006381333938"),
        (b"978316148410051299", Some(Ean13), "article 09783161484100"),
        // ITF has other things, too.
        (b"3141592653589793238462", Some(Itf), "customer ada"),
        (b"4006381333932", Some(Ean13), "unknown, Misread"),
        // A code that carries anything doesn't say that its digits are an article's.
        (b"4006381333931", Some(Qr), "unknown, NotFound"),
        // Without AIM identifiers only newspapers and books have an add-on.
        (b"978316148410051299", None, "article 09783161484100"),
        (b"400638133393112", None, "unknown, NotFound"),
        (b"97831614841001234", None, "unknown, NotFound"),
        (b"978316148410012X", None, "unknown, NotFound"),
        // Somebody gave a customer the number of an article, or of a coupon.
        (b"036000291452", Some(UpcA), "unknown, also a code"),
        (b"0036000291452", None, "unknown, also a code"),
        (b"9810000000006", Some(Ean13), "unknown, also a code"),
        // However either is written, and whatever symbology has the digits.
        (b"036000291452", Some(Code128), "unknown, also a code"),
        (b"0036000291452", Some(Qr), "unknown, also a code"),
        (b"00036000291452", Some(Itf), "unknown, also a code"),
        (b"9810000000006", Some(Code39), "unknown, also a code"),
        (b"0104006381333931", Some(Qr), "article 04006381333931"),
        (b"0110614141000736", Some(Code128), "unknown, also a code"),
        // The shop's own range: its scale, its cards, and articles.
        (b"2100042012509", Some(Ean13), "weighed 00042"),
        (b"2100042000001", Some(Ean13), "unknown, nothing weighed"),
        (b"2300426146855", Some(Ean13), "weighed 0042"),
        (b"2300425146856", Some(Ean13), "unknown, Scale"),
        (b"2900000000179", Some(Ean13), "customer ada"),
        (b"2900000000179", None, "customer ada"),
        (b"2900000000186", Some(Ean13), "unknown, Replaced"),
        (b"2900000000193", Some(Ean13), "punch card 2900000000193"),
        // Cards are made in other symbologies, too; a scale isn't.
        (b"2900000000179", Some(Qr), "customer ada"),
        (b"2900000000179", Some(Code39), "customer ada"),
        (b"2100042012509", Some(Qr), "unknown, also a code"),
        (b"2500000000010", Some(Code128), "unknown, also a code"),
        (b"2900000000018", Some(Ean13), "unknown, NotFound"),
        (b"2500000000027", Some(Ean13), "article 02500000000027"),
        // A customer's number of the shop's range that isn't one of its cards.
        (b"2500000000010", Some(Ean13), "unknown, also a code"),
        // What GS1 has prefixes for.
        (b"9800000000007", Some(Ean13), "refund 09800000000007"),
        (b"9820000000005", Some(Ean13), "coupon 9820000000005"),
        (b"9771234567003", Some(Ean13), "article 09771234567003"),
        // Element strings.
        (b"0104006381333931\x1d10A", None, "article 04006381333931"),
        (b"0104006381333931", Some(Code128), "article 04006381333931"),
        // Only with (01) first, and in a symbology that carries them, are they taken for some unsaid.
        (b"0104006381333931", Some(Code39), "unknown, NotFound"),
        (b"02040063813339313710", Some(Code128), "unknown, NotFound"),
        (b"no element string\x1d", Some(Qr), "unknown, NoCode"),
        // A weight, a price beside a weight, and what a pack weighs with all that is in it.
        (b"01940123456789803103001250", Some(DataBar), "weighed 94012345678980, Weight(1.250)"),
        (b"019401234567898031030012503922999", Some(DataBar), "weighed 94012345678980, Price(9.99)"),
        // What is to be paid for a slip isn't what an article is marked with.
        (b"019401234567898031030012503902999", Some(DataBar), "weighed 94012345678980, Weight(1.250)"),
        // A price or a weight of nothing, and two prices.
        (b"019401234567898031030012503922000", Some(DataBar), "unknown, nothing weighed"),
        (b"01940123456789803103000000", Some(DataBar), "unknown, nothing weighed"),
        (b"01940123456789803922999\x1d3922100", Some(DataBar), "unknown, gs1"),
        (b"01940123456789803922999\x1d3922100", Some(Code128), "unknown, gs1"),
        (b"02040063813339313102012500\x1d3710", Some(DataBar), "article 04006381333931"),
        // The number of a service relation is a customer's, if it is somebody's code.
        (b"8018400638133000000000", Some(DataBar), "customer ada"),
        (b"8018400638133000000017", Some(DataBar), "unknown, NotFound"),
        (b"8018400638133000000001", Some(DataBar), "unknown, gs1"),
        (b"0104006381333931", Some(DataBar), "article 04006381333931"),
        (b"0104006381333932", Some(DataBar), "unknown, gs1"),
        (
            b"8110106141416543213150110000310123196000",
            Some(DataBar),
            "coupon 106141416543213150110000310123196000",
        ),
        // Codes of other kinds.
        (b"ada-1", None, "customer ada"),
        (b"ada-1", Some(Code128), "customer ada"),
        (b"OLD", Some(Qr), "unknown, Replaced"),
        (b"A2900000000179B", Some(Codabar), "customer ada"),
        (b"a2900000000179b", Some(Codabar), "customer ada"),
        (b"A4006381333931A", Some(Codabar), "unknown, NotFound"),
        (b"A0036000291452A", Some(Codabar), "unknown, also a code"),
        (b"A2900000000179B", Some(Code39), "unknown, NotFound"),
        (b"A3141592653589793238462B", Some(Codabar), "customer ada"),
        (b"PC-1", Some(Qr), "punch card PC-1"),
        (b"CPN-2026-10", Some(Qr), "coupon CPN-2026-10"),
        (b"someone else's", Some(Qr), "unknown, NotFound"),
        (b"123456789012345678901234567890", None, "unknown, NotFound"),
        (b"\xff\xfe", Some(Qr), "unknown, NoCode"),
        (b"", None, "unknown, NoCode"),
    ];
    for (bytes, symbology, wanted) in table {
        let read = ReadCode { symbology: *symbology, ..ReadCode::new(bytes) };
        assert_eq!(told(&resolve(&shop(), read)), *wanted, "{}", String::from_utf8_lossy(bytes));
    }
}

#[test]
fn a_shop_says_how_its_codes_are() {
    // Without a pattern for cards, any number of the shop's own range may be one; the scale's are not.
    let open = Resolver { cards: Vec::new(), ..shop() };
    assert_eq!(told(&resolve(&open, ReadCode::new(b"2500000000010"))), "customer ada");
    let strict = Resolver { punch_cards_need_tokens: true, ..shop() };
    assert_eq!(told(&resolve(&strict, ReadCode::new(b"PC-1"))), "unknown, NeedsToken");
    let weighed = resolve(&open, ReadCode::new(b"2100042012509"));
    let Resolved::Weighed(weighed) = weighed else { panic!("the scale's") };
    assert_eq!(weighed.measure, Measure::Weight(parse_decimal("1.250").expect("a decimal")));
}

/// What is said to a cashier is a line, in words.
#[test]
fn why_it_is_unknown_is_a_line() {
    let of = |bytes| resolve(&shop(), ReadCode { symbology: Some(Symbology::Ean13), ..ReadCode::new(bytes) });
    let table: [(&[u8], &str); 4] = [
        (b"2900000000018", "nobody has this code: scan it again; who has a new card joins with it first"),
        (b"2100042000001", "article 00042 has no weight on its label: ask for it"),
        (
            b"0036000291452",
            "00036000291452 may be an article, and is the code of a customer's card: ask which it is",
        ),
        (b"2900000000186", "this card was replaced by another, and isn't taken any more"),
    ];
    for (bytes, wanted) in table {
        let Resolved::Unknown { why } = of(bytes) else { panic!("{wanted}") };
        assert_eq!(why.to_string(), wanted);
    }
}

/// Eight digits in Code 128, of which one number in ten looks like an EAN-8.
#[test]
fn cards_of_another_range_have_a_form() {
    let mut shop = shop();
    let read = |symbology| ReadCode { symbology, ..ReadCode::new(b"70000016") };
    assert_eq!(told(&resolve(&shop, read(Some(Symbology::Code128)))), "unknown, also a code");
    shop.card_forms.push(CardForm::new(Symbology::Code128, "70NNNNNN").expect("a form"));
    assert_eq!(told(&resolve(&shop, read(Some(Symbology::Code128)))), "customer ada");
    for other in [None, Some(Symbology::Qr), Some(Symbology::Ean8)] {
        assert_eq!(told(&resolve(&shop, read(other))), "unknown, also a code");
    }
}

/// A number is the same in each of its forms, whichever of them was read and whichever is the customer's.
#[test]
fn one_number_is_found_by_all_of_its_forms() {
    use Symbology::{Ean13, Itf, UpcA, UpcE};
    // An article's, as UPC-E, UPC-A, EAN-13 and ITF-14; and of the range that is free for shops' cards.
    let article: &[_] =
        &[("04252614", UpcE), ("042100005264", UpcA), ("0042100005264", Ean13), ("00042100005264", Itf)];
    let card: &[_] = &[("412345678903", UpcA), ("0412345678903", Ean13), ("00412345678903", Itf)];
    for (forms, wanted) in [(article, "unknown, also a code"), (card, "customer ada")] {
        for (kept, _) in forms {
            for (read, symbology) in forms {
                let find = |code: &Code| (code.as_str() == *kept).then(|| customer("ada"));
                for symbology in [Some(*symbology), None] {
                    let read = ReadCode { symbology, ..ReadCode::new(read.as_bytes()) };
                    let resolved = resolve_by(&Resolver::default(), read, find);
                    assert_eq!(told(&resolved), wanted, "{kept} read as {read:?}");
                }
            }
        }
    }
}

#[cfg(feature = "tokens")]
#[test]
fn tokens_are_what_they_stand_for() {
    use crate::code::{KeyId, TokenContent, TokenError, TokenFor, TokenKey};

    let (key, foreign) = (TokenKey::short(KeyId(1), &[1; 32]), TokenKey::short(KeyId(1), &[2; 32]));
    let mut shop = shop();
    shop.keys.hold(key.checking_key(), crate::code::TokenKind::ALL, ..).expect("held");
    let code = || Code::new("PC-1").expect("a code");
    let make = |key: &TokenKey, stands_for| {
        key.make(&TokenContent { stands_for, last_day: Some(today()) }).expect("made")
    };
    let receipt = TokenFor::Receipt(crate::ident::SaleId::new("S-1").expect("an id"));
    let good = make(&key, receipt.clone());
    let told_of = |shop: &Resolver, text: &str| told(&resolve(shop, ReadCode::new(text.as_bytes())));
    assert_eq!(told_of(&shop, &good), "receipt S-1");
    assert_eq!(told_of(&shop, &format!("HTTPS://shop.example/r#{good}")), "receipt S-1");
    assert_eq!(told_of(&shop, &make(&key, TokenFor::PunchCard(code()))), "punch card PC-1");
    assert_eq!(told_of(&shop, &make(&key, TokenFor::Enrolment(code()))), "enrolment PC-1");
    let why = |shop: &Resolver, text: &str| match resolve(shop, ReadCode::new(text.as_bytes())) {
        Resolved::Unknown { why: Why::Token(error) } => error,
        other => panic!("{other:?}"),
    };
    assert_eq!(why(&shop, &make(&foreign, receipt)), TokenError::Forged);
    let slip = good.replacen('R', "S", 1);
    assert_eq!(why(&shop, &slip), TokenError::Mistyped);
    assert_eq!(why(&shop, "https://shop.example/r#"), TokenError::NotAToken);
    // The longest prefix counts, in whatever order they are.
    shop.url_prefixes.insert(0, "https://shop.example/".into());
    assert_eq!(told_of(&shop, &format!("https://shop.example/r#{good}")), "receipt S-1");
    assert_eq!(told_of(&shop, &format!("https://shop.example/{good}")), "receipt S-1");
    // Of no URL, and no token: somebody's code, or nobody's.
    assert_eq!(told_of(&shop, "https://elsewhere.example/r#1"), "unknown, OtherLink");
    // A prefix that wasn't set, or ends before its slash, isn't a bad scan.
    shop.url_prefixes = ["https://shop.example/r".into()].into();
    assert_eq!(why(&shop, &format!("https://shop.example/r/{good}")), TokenError::NotAToken);
    shop.url_prefixes.clear();
    assert_eq!(told_of(&shop, &format!("HTTPS://shop.example/r/{good}")), "unknown, OtherLink");
}

/// What may be a card is never weighed, in whatever order the patterns come.
#[test]
fn a_scale_doesnt_take_a_card() {
    let cards: CardPattern = "29NNNNNNNNNNC".parse().expect("a pattern");
    let (scale, other) = ("29IIIIIWW.WWWC", "21IIIIIWW.WWWC");
    let (scale, other): (InStorePattern, InStorePattern) =
        (scale.parse().expect("a pattern"), other.parse().expect("a pattern"));
    let mut shop = Resolver::default();
    shop.add_cards(cards).expect("no scale yet");
    shop.add_scale(other).expect("apart");
    assert_eq!(shop.add_scale(scale), Err(SharedNumbersError { place: 0 }));
    let ada = ReadCode { symbology: Some(Symbology::Ean13), ..ReadCode::new(b"2900000000179") };
    assert_eq!(told(&resolve(&shop, ada)), "customer ada");
    assert_eq!((shop.scales(), shop.cards()), (&[other][..], &[cards][..]));
    shop = Resolver::default();
    shop.add_scale(other).expect("no cards yet");
    shop.add_scale(scale).expect("no cards yet");
    assert_eq!(shop.add_cards(cards), Err(SharedNumbersError { place: 1 }));
    assert_eq!((shop.scales(), shop.cards()), (&[other, scale][..], &[][..]));
}

fn any_symbology() -> impl Strategy<Value = Option<Symbology>> {
    proptest::option::of(proptest::sample::select(Symbology::ALL.to_vec()))
}

fn any_holder() -> impl Strategy<Value = CodeHolder> {
    prop_oneof![
        Just(customer("ada")),
        Just(customer("bob")),
        Just(CodeHolder::PunchCard),
        Just(CodeHolder::Replaced),
        Just(CodeHolder::Several),
    ]
}

/// What scanners send: bytes, numbers with their check digit, element strings, and what stands between the letters of
/// Codabar.
fn any_read() -> impl Strategy<Value = Vec<u8>> {
    let checked = |digits: String| {
        let check = check_digit_gs1(digits.as_bytes()).map(char::from).expect("digits");
        format!("{digits}{check}")
    };
    let number = prop_oneof!["[0-9]{7}", "0[0-9]{10}", "[0-9]{12}", "0{0,2}2[0-9]{11}", "0{1,6}[0-9]{7}"]
        .prop_map(checked);
    let article = ("[0-9]{13}".prop_map(checked), "(\u{1d}?10[A-Z]{0,4})?");
    prop_oneof![
        proptest::collection::vec(any::<u8>(), 0..40),
        number.clone().prop_map(String::into_bytes),
        (number.clone(), "[A-Da-d]", "[A-Da-d]")
            .prop_map(|(number, a, b)| format!("{a}{number}{b}").into_bytes()),
        (number, "[0-9]{2}|[0-9]{5}").prop_map(|(number, add_on)| format!("{number}{add_on}").into_bytes()),
        article.prop_map(|(gtin, rest)| format!("01{gtin}{rest}").into_bytes()),
        "[0-9]{17}".prop_map(move |digits| format!("8018{}", checked(digits)).into_bytes()),
        "[A-D][0-9A-Z]{1,20}[A-D]|(https://shop.example/r#)?[A-Z0-9]{1,30}".prop_map(String::into_bytes),
    ]
}

proptest! {
    /// However the answer is, nothing else is asked than what was asked at first.
    #[test]
    fn no_answer_leads_to_another_question(
        bytes in any_read(), symbology in any_symbology(), with_pattern in any::<bool>(),
        holders in proptest::collection::vec(proptest::option::of(any_holder()), 1..9),
    ) {
        let shop = if with_pattern { shop() } else { Resolver { cards: Vec::new(), ..shop() } };
        let lookup = shop.look_up(ReadCode { symbology, ..ReadCode::new(&bytes) }, today());
        let answers = lookup.codes().iter().cloned().zip(holders.into_iter().cycle());
        let found = answers.filter_map(|(code, holder)| Some((code, holder?))).collect();
        let (resolved, asked) = lookup.with_answer(&found);
        prop_assert!(asked.iter().all(|code| lookup.codes().contains(code)), "{asked:?} of {:?}", lookup.codes());
        prop_assert_eq!(lookup.answer(&found), resolved);
    }

    /// Everything is somebody's code, by mistake, and still no article is a customer or a punch card.
    #[test]
    fn an_article_is_never_a_customer(
        digits in prop_oneof!["[0-9]{12}", "[0-9]{11}", "2[139][0-9]{10}", "[0-9]{7}", "[0-9]{13}"],
        symbology in any_symbology(), is_card in any::<bool>(), with_pattern in any::<bool>(),
    ) {
        let check = check_digit_gs1(digits.as_bytes()).expect("digits");
        let number = format!("{digits}{}", char::from(check));
        let gtin = Gtin::from_digits(number.as_bytes()).expect("right");
        let shop = if with_pattern { shop() } else { Resolver { cards: Vec::new(), ..shop() } };
        let read = ReadCode { symbology, ..ReadCode::new(number.as_bytes()) };
        let holder = if is_card { CodeHolder::PunchCard } else { customer("ada") };
        let resolved = resolve_by(&shop, read, |_| Some(holder.clone()));
        let is_somebody = matches!(resolved, Resolved::Customer { .. } | Resolved::PunchCard { .. });
        let may_be = gtin.prefix_use() == PrefixUse::InStore
            && !shop.scales.iter().any(|scale| scale.covers(&gtin))
            && (!with_pattern || shop.cards.iter().any(|cards| cards.serial(&gtin).is_some()));
        // Of UPC-E it is another number.
        let is_other = number.len() == 8 && symbology == Some(Symbology::UpcE);
        prop_assert!(!is_somebody || may_be || is_other, "{resolved:?}");
        // And element strings with an article in them are no customer, whatever they are read from.
        for element in [format!("01{gtin}\u{1d}10A"), format!("01{gtin}")] {
            let read = ReadCode { symbology, ..ReadCode::new(element.as_bytes()) };
            let resolved = resolve_by(&shop, read, |_| Some(holder.clone()));
            let is_somebody = matches!(resolved, Resolved::Customer { .. } | Resolved::PunchCard { .. });
            let may_have = matches!(
                symbology, None | Some(Symbology::Code128 | Symbology::DataMatrix | Symbology::Qr)
            );
            prop_assert!(!is_somebody || !may_have, "{resolved:?}");
        }
    }

    /// No bytes make it panic, and what nobody has is nobody.
    #[test]
    fn any_bytes(
        bytes in prop_oneof![
            proptest::collection::vec(any::<u8>(), 0..60), "[0-9A-Z\u{1d}]{0,60}".prop_map(String::into_bytes),
        ],
        symbology in any_symbology(), aim in "[A-Za-z][0-9]",
    ) {
        let aim = AimIdentifier::split(format!("]{aim}").as_bytes()).map(|(aim, _)| aim);
        let read = ReadCode { bytes: &bytes, symbology, aim };
        let resolved = resolve_by(&shop(), read, |_| None);
        let is_somebody = matches!(resolved, Resolved::Customer { .. } | Resolved::PunchCard { .. });
        prop_assert!(!is_somebody);
    }
}

/// What a cashier can do about a token depends on what is wrong with it.
#[cfg(feature = "tokens")]
#[test]
fn what_to_do_with_a_token_is_told() {
    use crate::code::{KeyId, TokenError};

    let key = KeyId(7);
    let table = [
        (TokenError::NotAToken, "not a token; scan the shop's own code"),
        (
            TokenError::Mistyped,
            "mistyped: its last two characters don't fit to the others; scan or type it again",
        ),
        (
            TokenError::UnknownKey { key },
            "made by key 7, which isn't held; ask the office whether it is of this shop, and which keys this till holds",
        ),
        (TokenError::Expired { last_day: today() }, "its last day was 2026-11-26; it is too old"),
        (TokenError::Forged, "forged; give nothing for it, and ask the office"),
    ];
    for (error, wanted) in table {
        let said = Why::Token(error).to_string();
        assert_eq!(said, format!("this receipt or card isn't taken: {wanted}"));
    }
}
