//! Documents and programs as JSON: what is read, what is refused and how that is said, and that a
//! program comes back as it was.
#![cfg(feature = "json")]

use regulars::document::{Json, Limits, document_from, read_document, read_program, write_program};
use regulars::loyalty::{Program, VersionedProgram};

const HOUSE: &str = r#"{"id": "house", "currency": "EUR", "unit": {"kind": "points", "decimals": 0},
    "earn": [{"by": "amount", "rate": "1"}], "redemption": {"value": "0.01"}}"#;

const SALE: &str = r#"{"type": "sale", "sale": "S1", "at": "2026-03-02T10:00:00+01:00", "customer": "C1",
    "lines": [{"id": "a", "product": "P", "quantity": "1", "unit_price": "3.00"},
              {"id": "b", "product": "Q", "quantity": "2", "unit_price": "19.99"}],
    "payments": [{"tender": "card", "amount": "42.98"}]}"#;

/// Slips in these texts, and what is said of each.
const SLIPS: &str = include_str!("../fixtures/documents/slips.txt");

const ANY: &str = r#"{"at": "2026-03-02T10:00:00Z", OWN}"#;

#[test]
fn each_slip_is_said_in_one_line_with_its_place() {
    let program = read_program(HOUSE).unwrap().program;
    assert!(read_document(SALE, &*program).is_ok());
    let document = |text: &str| read_document(text, &*program).err();
    let mut checked = 0;
    for (section, from, to, said) in slips() {
        let (text, error) = match section {
            "sale" => (slipped(SALE, from, to), document(&slipped(SALE, from, to))),
            "any" => (slipped(ANY, from, to), document(&slipped(ANY, from, to))),
            _ => (slipped(HOUSE, from, to), read_program(&slipped(HOUSE, from, to)).err()),
        };
        let error = error.expect(said);
        assert_eq!(format!("{} {error}", error.name()), said, "{text}");
        checked += 1;
    }
    assert!(165 <= checked);
}

/// Section, what is replaced, by what, and what is said of it.
fn slips() -> impl Iterator<Item = (&'static str, &'static str, &'static str, &'static str)> {
    let mut section = "";
    let mut slip = None;
    SLIPS.lines().filter_map(move |line| {
        if let Some(name) = line.strip_prefix("# ") {
            section = name;
        } else if let (Some((from, to)), Some(said)) = (slip, line.strip_prefix("    ")) {
            slip = None;
            return Some((section, from, to, said));
        } else if !section.is_empty() {
            slip = line.split_once(" ->").map(|(from, to)| (from, to.trim_start()));
        }
        None
    })
}

#[test]
fn a_document_past_the_limits_is_refused() {
    let program = read_program(HOUSE).unwrap().program;
    let read = |limits: &Limits| {
        let json = Json::read(SALE, limits)?;
        document_from(&json, &*program, limits)
    };
    let all = Limits::default();
    for (limits, said) in [
        (Limits { bytes: 10, ..all }, format!(".: expected at most 10 bytes, found {} bytes", SALE.len())),
        (
            Limits { values: 8, ..all },
            "lines[0].product: expected fewer values, found one more than the limit".into(),
        ),
        (Limits { lines: 1, ..all }, "lines: expected at most 1 items, found 2".into()),
        (Limits { payments: 0, ..all }, "payments: expected at most 0 items, found 1".into()),
    ] {
        assert_eq!(read(&limits).unwrap_err().to_string(), said);
    }
    assert!(read(&all).is_ok() && read(&Limits::NONE).is_ok());
    let deep = "[".repeat(100_000);
    let said = read_document(&deep, &*program).unwrap_err().to_string();
    assert_eq!(said, "line 1, column 128: expected JSON, found a mistake in it (recursion limit exceeded)");
}

#[test]
fn without_a_program_only_a_program_can_be_read() {
    let said = read_document(SALE, None).unwrap_err();
    assert_eq!(
        (said.name(), said.to_string().as_str()),
        ("invalid_program", ".: expected a program to have been set before, found none")
    );
    let text = format!(r#"{{"type": "set_program", "at": "2026-03-02T10:00:00Z", "program": {HOUSE}}}"#);
    assert!(read_document(&text, None).is_ok());
}

const PROGRAMS: [&str; 5] = [
    HOUSE,
    r#"{"id": "p", "currency": "KWD", "unit": {"kind": "money"}, "earn": []}"#,
    r#"{"id": "\"quoted\" \\ ☕", "currency": "JPY", "unit": {"kind": "points", "decimals": 8}, "earn": []}"#,
    r#"{"id": "all", "currency": "EUR", "time_zone": "Europe/Berlin", "outlets": {"o": {"time_zone": "-03:30"}},
        "unit": {"kind": "points", "decimals": 2}, "rounding": "half_even", "round_per": "line",
        "basis": "tax_excluded", "sale_discount_lowers_earning": false,
        "valid": {"from": "2026-01-01", "until": "2026-12-31"},
        "earn": [{"by": "amount", "rate": "0.05000", "last": true, "minimum_spend": "10"},
            {"by": "step", "amount": "2.5", "units": "1.10", "where": {"products": ["A", "B"], "categories": ["c"],
                "except_products": ["D"], "except_categories": ["e"]}},
            {"by": "visit", "units": "3"}, {"by": "item", "units": "0.01"}],
        "combine": "best", "products": {"A": {"by": "none"}, "B": {"by": "amount", "rate": "2"}},
        "categories": {"c": {"by": "extra", "units": "1"}, "d": {"by": "fixed", "units": "1.5"}},
        "price_books": {"vip": {"*": {"by": "multiply", "factor": "3.0"}, "A": {"by": "none"}}, "empty": {}},
        "tenders": {"gift_card": {"earns": false}, "loyalty": {"earns": true}},
        "redemption": {"value": "0.010", "step": "100", "minimum": "200.0", "maximum_share": "0.50", "same_sale": true},
        "returns": {"negative_balance": "deduct_from_refund", "loyalty_to_cash": true, "restore_grace_days": 30},
        "enrolment": {"mode": "on_request"}}"#,
    r#"{"id": "campaigns", "currency": "EUR", "unit": {"kind": "points", "decimals": 1}, "earn": [],
        "promotions": [{"id": "p", "from": "2026-03-02T10:00:00+01:00", "until": "2026-12-31",
                "days": ["mon", "sun"], "hours": ["22:00", "24:00"], "outlets": ["o"], "groups": ["g"],
                "where": {"products": ["A"]}, "minimum_spend": "10", "first_purchase": true,
                "birthday_month": true, "code": "PROMO10", "limit": {"times": 1, "per": "week"},
                "applies": "when_named", "rule": {"by": "bonus", "units": "100"}},
            {"id": "q", "first_purchase": false, "rule": {"by": "multiply", "factor": "2"}}],
        "promotion_choice": "newest",
        "tiers": {"by": "spent", "over": {"months": 12}, "from": "this_sale", "fall_back": "never", "levels": [
            {"id": "gold", "at": "1000", "earn": [{"by": "item", "units": "2"}]},
            {"id": "base", "at": "0", "factor": "1.0"}, {"id": "silver", "at": "500", "factor": "1.5"}]},
        "rewards": [{"id": "r", "cost": "50", "gives": {"kind": "percent_off", "percent": "10", "maximum": "40"},
                "where": {"categories": ["c"]}, "minimum_spend": "5", "from": "2026-01-01",
                "until": "2026-02-01T00:00:00.5Z", "outlets": ["o"], "tiers": ["gold"], "groups": ["g"], "lowers_earning": false},
            {"id": "s", "cost": "1.0", "gives": {"kind": "free_product", "product": "PEN", "quantity": "1"},
                "lowers_earning": true}],
        "redemption": {"same_sale": true},
        "returns": {"claw_back": "recompute", "unreferenced": "ignore", "restore_rewards": false},
        "on_account": "account_cleared", "expiry": {"by": "date", "month": 12, "day": 31, "after_years": 1},
        "enrolment": {"claim_days": 30, "welcome": "5"},
        "punch_cards": [{"id": "k", "required": 10, "where": {"products": ["A"]},
                "gives": {"kind": "free_item", "quantity": "1"}, "valid": {"from": "2026-01-01"}, "uses": 3,
                "carry_over": false},
            {"id": "l", "required": 0, "gives": {"kind": "line_amount_off", "amount": "1"}, "uses": null}]}"#,
];

#[test]
fn a_program_comes_back_as_it_was() {
    for text in PROGRAMS {
        let read = read_program(text).expect(text);
        let again = read_program(&write_program(&read.program)).expect(text);
        assert_eq!(again, read);
    }
}

#[test]
fn the_programs_of_this_project_can_be_read() {
    let files = std::fs::read_dir("fixtures/programs").unwrap().map(|entry| entry.unwrap().path());
    let is_program =
        |file: &std::path::PathBuf| file.extension().is_some_and(|extension| extension == "json");
    let files: Vec<_> = files.filter(is_program).collect();
    assert!(2 <= files.len());
    for file in files {
        let text = std::fs::read_to_string(&file).unwrap();
        let name = file.display().to_string();
        read_program(&text).expect(&name).program.check().expect(&name);
    }
}

#[test]
fn a_version_does_not_depend_on_how_the_program_is_written() {
    let all_said = r#"{
        "punch_cards": [], "enrolment": {"welcome": "0.00", "claim_days": 0, "mode": "automatic"},
        "expiry": {"by": "never"}, "on_account": "sale_paid", "returns": {"claw_back": "proportional",
            "negative_balance": "allow", "loyalty_to_cash": false, "unreferenced": "current_rate",
            "restore_rewards": true, "restore_grace_days": 0},
        "rewards": [], "redemption": {"same_sale": false, "maximum_share": "1.0", "minimum": "0", "step": null,
            "value": "0.0100"},
        "tenders": {"loyalty": {"earns": false}, "card": {"earns": true}}, "promotion_choice": "best",
        "promotions": [], "price_books": {}, "categories": {}, "products": {}, "combine": "sum", "valid": {},
        "sale_discount_lowers_earning": true, "basis": "as_priced", "round_per": "sale", "rounding": "down",
        "outlets": {}, "time_zone": "+00:00",
        "earn": [{"last": false, "where": {"products": []}, "rate": "1.000", "by": "amount"}],
        "unit": {"decimals": 0, "kind": "points"}, "currency": "EUR", "id": "house"}"#;
    let (short, long) = (read_program(HOUSE).unwrap(), read_program(all_said).unwrap());
    assert_eq!(short, long);
    let other = read_program(&slipped(HOUSE, r#""rate": "1""#, r#""rate": "1.01""#)).unwrap();
    assert_ne!(short.version, other.version);
}

/// Ledgers keep these: a program must have the same version in every version of the library.
#[test]
fn the_canonical_form_never_changes() {
    let VersionedProgram { version, program } = read_program(PROGRAMS[3]).unwrap();
    assert_eq!(write_program(&program), CANONICAL);
    assert_eq!(version.to_string(), "6a66e1b1853a3985266d2868c19776e6e87a1672622cb23534be7c649a658589");
    let VersionedProgram { version, program } = read_program(PROGRAMS[4]).unwrap();
    assert_eq!(write_program(&program), CANONICAL_CAMPAIGNS);
    assert_eq!(version.to_string(), "7763548ff31eb66c6629df5eb398aff014e728b71fafd88916885a9bf44872a6");
}

const CANONICAL: &str = concat!(
    r#"{"basis":"tax_excluded","categories":{"c":{"by":"extra","units":"1.00"},"d":{"by":"fixed","unit"#,
    r#"s":"1.50"}},"combine":"best","currency":"EUR","earn":[{"by":"amount","last":true,"minimum_spend"#,
    r#"":"10.00","rate":"0.05"},{"amount":"2.50","by":"step","units":"1.10","where":{"categories":["c""#,
    r#"],"except_categories":["e"],"except_products":["D"],"products":["A","B"]}},{"by":"visit","units"#,
    r#"":"3.00"},{"by":"item","units":"0.01"}],"enrolment":{"mode":"on_request"},"id":"all","outlets":"#,
    r#"{"o":{"time_zone":"-03:30"}},"price_books":{"empty":{},"vip":{"*":{"by":"multiply","factor":"3""#,
    r#"},"A":{"by":"none"}}},"products":{"A":{"by":"none"},"B":{"by":"amount","rate":"2"}},"redemption"#,
    r#"":{"maximum_share":"0.5","minimum":"200.00","same_sale":true,"step":"100.00","value":"0.01"},"r"#,
    r#"eturns":{"loyalty_to_cash":true,"negative_balance":"deduct_from_refund","restore_grace_days":30"#,
    r#"},"round_per":"line","rounding":"half_even","sale_discount_lowers_earning":false,"tenders":{"gi"#,
    r#"ft_card":{"earns":false},"loyalty":{"earns":true}},"time_zone":"Europe/Berlin","unit":{"decimal"#,
    r#"s":2,"kind":"points"},"valid":{"from":"2026-01-01","until":"2026-12-31"}}"#,
);

const CANONICAL_CAMPAIGNS: &str = concat!(
    r#"{"currency":"EUR","earn":[],"enrolment":{"claim_days":30,"welcome":"5.0"},"expiry":{"after"#,
    r#"_years":1,"by":"date","day":31,"month":12},"id":"campaigns","on_account":"account_cleared""#,
    r#","promotion_choice":"newest","promotions":[{"applies":"when_named","birthday_month":true,""#,
    r#"code":"PROMO10","days":["mon","sun"],"first_purchase":true,"from":"2026-03-02T09:00:00Z",""#,
    r#"groups":["g"],"hours":["22:00","24:00"],"id":"p","limit":{"per":"week","times":1},"minimum"#,
    r#"_spend":"10.00","outlets":["o"],"rule":{"by":"bonus","units":"100.0"},"until":"2026-12-31""#,
    r#","where":{"products":["A"]}},{"id":"q","rule":{"by":"multiply","factor":"2"}}],"punch_card"#,
    r#"s":[{"carry_over":false,"gives":{"kind":"free_item","quantity":"1"},"id":"k","required":10"#,
    r#","uses":3,"valid":{"from":"2026-01-01"},"where":{"products":["A"]}},{"gives":{"amount":"1."#,
    r#"00","kind":"line_amount_off"},"id":"l","required":0}],"redemption":{"same_sale":true},"ret"#,
    r#"urns":{"claw_back":"recompute","restore_rewards":false,"unreferenced":"ignore"},"rewards":"#,
    r#"[{"cost":"50.0","from":"2026-01-01","gives":{"kind":"percent_off","maximum":"40.00","perce"#,
    r#"nt":"10"},"groups":["g"],"id":"r","lowers_earning":false,"minimum_spend":"5.00","outlets":"#,
    r#"["o"],"tiers":["gold"],"until":"2026-02-01T00:00:00.500Z","where":{"categories":["c"]}},{""#,
    r#"cost":"1.0","gives":{"kind":"free_product","product":"PEN","quantity":"1"},"id":"s"}],"tie"#,
    r#"rs":{"by":"spent","fall_back":"never","from":"this_sale","levels":[{"at":"0.00","id":"base"#,
    r#""},{"at":"500.00","factor":"1.5","id":"silver"},{"at":"1000.00","earn":[{"by":"item","unit"#,
    r#"s":"2.0"}],"id":"#,
    r#""gold"}],"over":{"months":12}},"unit":{"decimals":1,"kind":"points"}}"#,
);

#[test]
fn amounts_have_the_decimals_of_their_currency() {
    for (currency, fits, too_long) in
        [("JPY", "19.000", "19.9"), ("KWD", "0.125", "0.1255"), ("CLF", "0.1234", "0.12345")]
    {
        let program = read_program(&slipped(HOUSE, "EUR", currency)).unwrap().program;
        let sale = |price: &str, program: &Program| {
            read_document(&slipped(SALE, "3.00", price).replace("42.98", "1").replace("19.99", "1"), program)
        };
        assert!(sale(fits, &program).is_ok(), "{currency}");
        assert!(sale(too_long, &program).is_err(), "{currency}");
    }
}

fn slipped(right: &str, from: &str, to: &str) -> String {
    let slipped = right.replacen(from, to, 1);
    assert_ne!(slipped, right, "{from} isn't there");
    slipped
}
