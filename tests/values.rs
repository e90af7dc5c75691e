//! What comes from outside is checked up to the edge: ids, amounts, currencies, times.

#![allow(clippy::unwrap_used, reason = "in the helpers, as in the tests, what goes wrong fails the test")]

use regulars::code::Symbology;
use regulars::ident::{CategoryId, IdError, PriceBookId, ProductId, PromotionId, SaleId, Tender};
use regulars::ledger::{Account, OperationName};
use regulars::loyalty::{AppliedRule, Fate, ProgramVersion, Share, Unmet, Why};
use regulars::money::{AmountError, Currency, DecimalError, Money, Ratio, parse_decimal};
use regulars::store::Unions;
use regulars::time::{Date, FixedZones, Offset, Timestamp, Weekday, Zone, Zones};

#[test]
fn an_id_is_a_text_that_can_be_told_from_others() {
    let id = |text: &str| SaleId::new(text).map(|id| id.to_string());
    let longest = "ä".repeat(64);
    assert_eq!(id(&longest), Ok(longest.clone()));
    assert_eq!(id("a b"), Ok("a b".to_string()));
    assert_eq!(format!("{:?}", SaleId::new("S-1").unwrap()), r#""S-1""#);
    assert_eq!(id(""), Err(IdError::Empty));
    assert_eq!(id(&format!("{longest}a")), Err(IdError::TooLong));
    assert_eq!(id("a\tb"), Err(IdError::ControlCharacter));
    for invisible in ["\u{200b}", "\u{200f}", "\u{202a}", "\u{202e}", "\u{2060}", "\u{feff}"] {
        assert_eq!(id(&format!("a{invisible}b")), Err(IdError::Invisible));
    }
    assert_eq!((id(" a"), id("a ")), (Err(IdError::Blank), Err(IdError::Blank)));
}

#[test]
fn a_tender_is_not_nearly_a_built_in_one() {
    for (nearly, is) in [("Loyalty", "loyalty"), ("ON_ACCOUNT", "on_account"), ("Cash", "cash")] {
        assert_eq!(Tender::new(nearly), Err(IdError::NearlyBuiltIn { is }));
        assert_eq!(Tender::new(is).unwrap().as_str(), is);
    }
    let built_in = |name| Tender::new(name).map(|tender| (tender.is_loyalty(), tender.is_on_account()));
    assert_eq!(built_in("loyalty"), Ok((true, false)));
    assert_eq!(built_in("on_account"), Ok((false, true)));
    assert_eq!(built_in("card"), Ok((false, false)));
    assert_eq!(Tender::loyalty().as_str(), "loyalty");
}

#[test]
fn an_amount_has_fifteen_digits_and_a_ratio_nine_and_eight() {
    let decimal = |text: &str| parse_decimal(text).unwrap();
    assert_eq!(parse_decimal("1000000000000000"), Err(DecimalError::TooLong));
    let money = |text: &str| Money::from_decimal(decimal(text), 2).map(Money::minor);
    assert_eq!(money("999999999999999.99"), Ok(99_999_999_999_999_999));
    assert_eq!(money("-999999999999999.99"), Ok(-99_999_999_999_999_999));
    assert_eq!(money("0.001"), Err(AmountError::TooManyDecimals { allowed: 2 }));
    let large = |sign: i64| Money::from_minor(sign * 1_000_000_000_000_000).to_decimal(0);
    assert_eq!(Money::from_decimal(large(1), 0), Err(AmountError::TooLarge));
    assert_eq!(Money::from_decimal(large(-1), 0), Err(AmountError::TooLarge));
    let ratio = |text: &str| Ratio::from_decimal(decimal(text)).map(|ratio| ratio.to_decimal().to_string());
    for good in ["999999999.99999999", "-999999999.99999999"] {
        assert_eq!(ratio(good), Ok(good.to_string()));
    }
    for large in ["1000000000", "-1000000000", "1000000001", "-12345678901", "1000000000.5"] {
        assert_eq!(ratio(large), Err(AmountError::TooLarge));
    }
    assert_eq!(ratio("0.000000001"), Err(AmountError::TooManyDecimals { allowed: 8 }));
    assert_eq!(Ratio::from_whole(1_000_000_000), Err(AmountError::TooLarge));
}

#[test]
fn a_decimal_is_digits_with_digits_behind_the_point() {
    for wrong in [
        "", "-", ".", ".5", "5.", "-.5", "007", "00", "1e3", "1_000", "+5", " 1", "1 ", "a", "1.a", "1.2.3",
        "--1", "١",
    ] {
        assert_eq!(parse_decimal(wrong), Err(DecimalError::Malformed), "{wrong}");
    }
    for right in ["0", "0.5", "-0.05", "10", "100.25"] {
        assert_eq!(parse_decimal(right).unwrap().to_string(), right);
    }
}

#[test]
fn operations_are_counted_from_one() {
    let name = |text: &str| text.parse::<OperationName>().map(|name| name.to_string()).ok();
    for good in ["till-1/0/1", "shop/till-1/7/1042"] {
        assert_eq!(name(good), Some(good.to_string()));
    }
    for bad in ["till-1/0/0", "till-1/0/-1", "till-1/x/1", "/0/1", "till-1/1"] {
        assert_eq!(name(bad), None, "{bad}");
    }
}

#[test]
fn a_currency_is_one_of_the_list() {
    let euro = Currency::from_code("EUR").unwrap();
    assert_eq!((euro.to_string(), format!("{euro:?}"), euro.decimals()), ("EUR".into(), "EUR".into(), 2));
    for unknown in ["EURO", "eur", "XXX", ""] {
        assert!(Currency::from_code(unknown).is_err(), "{unknown}");
    }
}

#[test]
fn days_and_moments_are_those_of_ten_thousand_years() {
    let day = |year, month, day| Date::from_civil(year, month, day);
    let first = day(0, 1, 1).unwrap();
    let last = day(9999, 12, 31).unwrap();
    assert_eq!((format!("{first:?}"), format!("{last:?}")), ("0000-01-01".into(), "9999-12-31".into()));
    for missing in [
        (-1, 12, 31),
        (10_000, 1, 1),
        (2026, 0, 1),
        (2026, 13, 1),
        (2026, 1, 0),
        (2026, 4, 31),
        (2100, 2, 29),
    ] {
        assert_eq!(day(missing.0, missing.1, missing.2), None, "{missing:?}");
    }
    for date in [first, last] {
        assert_eq!(Date::from_days(date.days()), Some(date));
    }
    assert_eq!((Date::from_days(first.days() - 1), Date::from_days(last.days() + 1)), (None, None));
    assert_eq!((last.next(), day(2024, 2, 28).unwrap().next()), (last, day(2024, 2, 29).unwrap()));
    assert_eq!(day(2026, 3, 2).unwrap().weekday(), Weekday::Monday);
    let midnight = i64::from(last.days() + 1) * 86_400_000;
    assert_eq!(Timestamp::from_millisecond(midnight), None);
    let end = Timestamp::from_millisecond(midnight - 1).unwrap();
    assert_eq!((end.date(Offset::UTC), end.time_of_day(Offset::UTC)), (last, (23, 59, 59)));
    let start = Timestamp::from_millisecond(i64::from(first.days()) * 86_400_000).unwrap();
    assert_eq!(start.time_of_day(Offset::from_minutes(-90).unwrap()), (22, 30, 0));
    let at = |time| Timestamp::from_civil(last, time, Offset::UTC);
    assert_eq!(
        (at((23, 59, 59)), at((0, 0, 0)).map(|at| end.millisecond() - at.millisecond())),
        (Timestamp::from_millisecond(midnight - 1000), Some(86_399_999))
    );
    assert_eq!([(24, 0, 0), (0, 60, 0), (0, 0, 60)].map(at), [None; 3]);
}

/// Every day of four hundred years is the one after the day before.
#[test]
fn the_calendar_has_no_gap() {
    let mut civil = (1999, 12, 31);
    for days in Date::from_civil(2000, 1, 1).unwrap().days()..=Date::from_civil(2400, 3, 1).unwrap().days() {
        let date = Date::from_days(days).unwrap();
        let (year, month, day) = date.civil();
        let follows = match civil {
            (before, 12, 31) => (year, month, day) == (before + 1, 1, 1),
            (before, of, _) if month != of => (year, month, day) == (before, of + 1, 1),
            (before, of, on) => (year, month, day) == (before, of, on + 1),
        };
        assert!(follows, "{date} after {civil:?}");
        assert_eq!(Date::from_civil(year, month, day), Some(date));
        civil = (year, month, day);
    }
}

#[test]
fn an_offset_is_less_than_a_day() {
    let offset = |minutes| Offset::from_minutes(minutes).map(|offset| offset.to_string());
    assert_eq!((offset(1439).as_deref(), offset(-1439).as_deref()), (Some("+23:59"), Some("-23:59")));
    assert_eq!((offset(0).as_deref(), offset(-90).as_deref()), (Some("+00:00"), Some("-01:30")));
    assert_eq!((offset(1440), offset(-1440)), (None, None));
    let named = |name: &str| FixedZones.offset(&Zone::Named(name.into()), Timestamp::EPOCH);
    assert_eq!((named("UTC"), named("Europe/Berlin")), (Some(Offset::UTC), None));
}

#[test]
fn names_are_those_of_the_documents() {
    let names = Account::ALL.map(Account::name);
    let expected =
        ["issued", "customer", "held", "redeemed", "expired", "written_off", "adjusted", "imported"];
    assert_eq!(names, expected);
    let fates = [Fate::AlsoApplied, Fate::EarnsNoMore, Fate::Older, Fate::MinimumNotReached];
    assert_eq!(fates.map(Fate::name), ["also_applied", "earns_no_more", "older", "minimum_not_reached"]);
    let unmet = [Unmet::Days, Unmet::Hours, Unmet::Outlet, Unmet::Code, Unmet::Customer];
    let expected = ["other_days", "other_hours", "other_outlet", "code_not_shown", "other_customer"];
    assert_eq!(unmet.map(Unmet::name), expected);
    for (why, name) in [
        (Why::Earned, "earned"),
        (Why::SaleEarnsNothing, "sale_earns_nothing"),
        (Why::OutsideValidDays, "outside_valid_days"),
        (Why::LineEarnsNothing, "line_earns_nothing"),
        (Why::NegativeLine, "negative_line"),
        (Why::Free, "free"),
        (Why::RuleSaysNothing, "rule_says_nothing"),
        (Why::NoRuleApplies, "no_rule_applies"),
        (Why::PaidWithLoyalty, "paid_with_loyalty"),
        (Why::NothingDue, "nothing_due"),
        (Why::RoundedAway, "rounded_away"),
        (Why::NoCustomer, "no_customer"),
        (Why::NoMember, "no_member"),
    ] {
        assert_eq!(why.name(), name);
    }
    let rules = [
        AppliedRule::Base,
        AppliedRule::Visit(2),
        AppliedRule::Product(ProductId::new("coat").unwrap()),
        AppliedRule::Category(CategoryId::new("drinks").unwrap()),
        AppliedRule::PriceBook(PriceBookId::new("staff").unwrap()),
        AppliedRule::Promotion(PromotionId::new("may").unwrap()),
        AppliedRule::Bonus(PromotionId::new("welcome").unwrap()),
    ];
    let expected = [
        "program",
        "visit:2",
        "product:coat",
        "category:drinks",
        "price_book:staff",
        "promotion:may",
        "bonus:welcome",
    ];
    assert_eq!(rules.map(|rule| rule.to_string()), expected);
    let share = |earning, total| {
        let (earning, total) = (Money::from_minor(earning), Money::from_minor(total));
        Share { earning, total }.to_string()
    };
    assert_eq!((share(80, 100), share(100, 100), share(0, 0)), ("80/100".into(), "1".into(), "1".into()));
    assert!(Symbology::ALL.iter().all(|symbology| symbology.to_string() == symbology.name()));
    let matrices: Vec<&str> = Symbology::ALL
        .iter()
        .filter(|symbology| !symbology.is_linear())
        .map(|symbology| symbology.name())
        .collect();
    assert_eq!(matrices, ["qr", "data_matrix"]);
    let mut bytes = [0; 32];
    bytes[31] = 0xa5;
    let version = ProgramVersion(bytes);
    assert_eq!(version.to_string(), format!("{}a5", "00".repeat(31)));
    assert_eq!(format!("{version:?}"), version.to_string());
}

/// What became of one lot of lines and of the next; what is stuck after the next is all that is.
#[test]
fn what_came_is_added_up() {
    let mut all = Unions { taken: 1, known: 2, waiting: 3, left: 4, stuck: 5 };
    all.add(&Unions { taken: 10, known: 20, waiting: 30, left: 40, stuck: 2 });
    let told = (all.taken, all.known, all.waiting, all.left, all.stuck);
    assert_eq!(told, (11, 22, 33, 44, 2));
}
