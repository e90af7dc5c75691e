//! Whatever text comes in: it is read or refused, and never more than that. What is read is then
//! handed to a ledger, which takes it or refuses it.
#![cfg(feature = "json")]

use proptest::prelude::*;

use regulars::adapter::memory::MemoryStore;
use regulars::document::{
    Json, Limits, program_from, read_document, read_program, write_document_error, write_outcome,
    write_program, write_refusal,
};
use regulars::register::{Register, RegisterError};
use regulars::time::{FixedZones, Timestamp};

const PROGRAM: &str = r#"{"id": "house", "currency": "EUR", "unit": {"kind": "points", "decimals": 1},
    "earn": [{"by": "amount", "rate": "999999999"}, {"by": "step", "amount": "0.01", "units": "99999999999999"},
        {"by": "visit", "units": "1", "minimum_spend": "10"}],
    "products": {"A": {"by": "multiply", "factor": "0.00000001"}, "B": {"by": "fixed", "units": "2.5"}},
    "basis": "tax_included", "redemption": {"value": "0.003", "step": "0.3"}}"#;

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_bytes_make_a_reader_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        hand_in_all(&[String::from_utf8_lossy(&bytes).into_owned()]);
    }

    #[test]
    fn no_punctuation_makes_a_reader_panic(text in r#"[\[\]{}",:.0-9eE+\-nulltrufas\\ud8]{0,80}"#) {
        hand_in_all(&[text]);
    }

    #[test]
    fn no_json_makes_a_reader_panic(texts in proptest::collection::vec(any_object(), 1..4)) {
        hand_in_all(&texts);
    }

    #[test]
    fn no_documents_make_a_ledger_panic(texts in proptest::collection::vec(any_document(), 1..12)) {
        hand_in_all(&texts);
    }

    #[test]
    fn json_is_written_as_it_was_read(text in any_object()) {
        if let Ok(json) = Json::read(&text, &Limits::default()) {
            prop_assert_eq!(Json::read(&json.to_string(), &Limits::default()), Ok(json));
        }
    }

    #[test]
    fn a_program_that_is_read_comes_back_as_it_was(text in any_program()) {
        if let Ok(read) = read_program(&text) {
            let written = write_program(&read.program);
            let again = read_program(&written);
            prop_assert_eq!(again.as_ref(), Ok(&read));
            let tree = Json::read(&written, &Limits::NONE).and_then(|json| program_from(&json));
            prop_assert_eq!(tree, Ok(read));
        }
    }
}

/// Hands in what can be read, and writes what comes of it.
#[allow(clippy::unwrap_used, clippy::panic, reason = "what goes wrong here fails the test")]
fn hand_in_all(texts: &[String]) {
    let program = read_program(PROGRAM).unwrap().program;
    let mut register = Register::new(MemoryStore::default(), FixedZones);
    let set_program =
        format!(r#"{{"type": "set_program", "at": "2026-01-01T00:00:00Z", "program": {PROGRAM}}}"#);
    register.submit(&read_document(&set_program, None).unwrap(), Timestamp::EPOCH).unwrap();
    for text in texts {
        if let Err(error) = read_program(text) {
            write_document_error(&error);
        }
        let written = match read_document(text, &*program) {
            Err(error) => write_document_error(&error),
            Ok(document) => match register.submit(&document, document.at()) {
                Ok(outcome) => write_outcome(&outcome, &program),
                Err(RegisterError::Refused(refusal)) => write_refusal(&refusal),
                Err(other) => panic!("{other}"),
            },
        };
        assert!(!written.contains('\n') && Json::read(&written, &Limits::NONE).is_ok(), "{written}");
        assert!(!written.contains(r#""error":"damaged""#), "{text}: {written}");
    }
}

fn words(words: &'static [&'static str]) -> BoxedStrategy<String> {
    proptest::sample::select(words).prop_map(|word| format!("\"{word}\"")).boxed()
}

/// Amounts, often small, now and then as large as there are, or none.
fn amount() -> BoxedStrategy<String> {
    let extreme = words(&[
        "0",
        "-1",
        "-0.05",
        "999999999",
        "0.00000001",
        "999999999999999.99",
        "-999999999999999",
        "1e3",
        "",
        "999999999999999.99999999",
    ]);
    prop_oneof![5 => words(&["0", "1", "0.01", "0.3", "19.99", "100.00"]), 1 => extreme].boxed()
}

fn sale_id() -> BoxedStrategy<String> {
    words(&["S1", "S2", "S3"])
}

fn id() -> BoxedStrategy<String> {
    words(&["A", "B", "S1", "S2", "C1", "C2", "a", "b", "*", "", "loyalty", "cash", "on_account"])
}

fn other() -> BoxedStrategy<String> {
    let words = words(&[
        "2026-03-02T10:00:00+01:00",
        "0000-01-01T00:00:00Z",
        "9999-12-31T23:59:59Z",
        "2026-03-02",
        "layby",
        "tip",
        "amount",
        "never",
        "UTC",
        "\\u0000",
        "☕",
    ]);
    let bare = proptest::sample::select(
        &["null", "true", "false", "0", "7", "-1", "1.5", "18446744073709551616"][..],
    );
    prop_oneof![words, bare.prop_map(ToString::to_string)].boxed()
}

const FIELDS: &[&str] = &[
    "type",
    "id",
    "at",
    "sale",
    "of",
    "customer",
    "lines",
    "payments",
    "quantity",
    "unit_price",
    "amount",
    "units",
    "earn",
    "by",
    "rate",
    "kind",
    "unit",
    "currency",
    "products",
    "expires",
    "tender",
    "program",
    "reason",
];

/// An object with the names that documents use, in any arrangement.
fn any_object() -> BoxedStrategy<String> {
    let leaf = prop_oneof![amount(), id(), other()];
    leaf.prop_recursive(4, 40, 6, |inner| {
        let member = (proptest::sample::select(FIELDS), inner.clone());
        let object = proptest::collection::vec(member, 0..6).prop_map(|members| object(&members));
        prop_oneof![
            proptest::collection::vec(inner, 0..4).prop_map(|items| format!("[{}]", items.join(","))),
            object
        ]
    })
    .boxed()
}

/// A document that is well written but for its values, which are anything.
fn any_document() -> BoxedStrategy<String> {
    let sale = (sale_id(), lines(), payments(), amount(), amount(), other()).prop_map(|(id, lines, paid, off, change, any)| {
        let at = r#""at": "2026-03-02T10:00:00+01:00""#;
        let terms = if any.contains("layby") { r#""terms": "layby","# } else { "" };
        format!(
            r#"{{"type": "sale", "sale": {id}, {at}, {terms} "customer": "C1", "lines": {lines}, "payments": {paid},
                "discount": {off}, "tax_added": {off}, "cash_rounding": {change}, "change": {change}}}"#
        )
    });
    let plain_sale = (sale_id(), amount()).prop_map(|(id, paid)| {
        format!(
            r#"{{"type": "sale", "sale": {id}, "at": "2026-03-02T10:00:00Z", "customer": "C1", "lines": [{{"id": "a",
                "product": "A", "quantity": "3", "unit_price": {paid}}}], "payments": []}}"#
        )
    });
    let payment = (sale_id(), payments(), amount()).prop_map(|(sale, paid, change)| {
        dated("payment", &format!(r#""sale": {sale}, "payments": {paid}, "change": {change}"#))
    });
    let back = (sale_id(), words(&["a", "b"]), amount()).prop_map(|(sale, line, quantity)| {
        dated("return", &format!(r#""of": {sale}, "lines": [{{"id": {line}, "quantity": {quantity}}}]"#))
    });
    let money = (sale_id(), amount())
        .prop_map(|(sale, money)| dated("return_amount", &format!(r#""of": {sale}, "amount": {money}"#)));
    let void = sale_id().prop_map(|sale| dated("void", &format!(r#""of": {sale}"#)));
    let units = (proptest::sample::select(&["redeem", "adjust", "import"][..]), amount(), any::<bool>());
    let units = units.prop_map(|(kind, units, negative)| {
        let extra = if kind == "adjust" {
            format!(r#", "reason": "x", "operator": "o", "allow_negative": {negative}"#)
        } else {
            String::new()
        };
        dated(kind, &format!(r#""customer": "C1", "units": {units}{extra}"#))
    });
    prop_oneof![sale, plain_sale, payment, back, money, void, units, any_object()].boxed()
}

fn dated(kind: &str, own: &str) -> String {
    format!(r#"{{"type": "{kind}", "at": "2026-03-03T10:00:00+01:00", {own}}}"#)
}

fn lines() -> BoxedStrategy<String> {
    let line = (words(&["a", "b", "c"]), id(), amount(), amount(), words(&["0", "0.01", "1", "-1"])).prop_map(|(id, product, quantity, price, off)| {
        format!(
            r#"{{"id": {id}, "product": {product}, "quantity": {quantity}, "unit_price": {price}, "discount": {off},
                "tax": {{"rate": {quantity}, "included": false}}}}"#
        )
    });
    proptest::collection::vec(line, 0..4).prop_map(|lines| format!("[{}]", lines.join(","))).boxed()
}

fn payments() -> BoxedStrategy<String> {
    let payment = (id(), amount())
        .prop_map(|(tender, amount)| format!(r#"{{"tender": {tender}, "amount": {amount}}}"#));
    proptest::collection::vec(payment, 0..3).prop_map(|paid| format!("[{}]", paid.join(","))).boxed()
}

fn any_program() -> BoxedStrategy<String> {
    let line_rule = prop_oneof![
        Just(r#"{"by": "none"}"#.to_string()),
        amount().prop_map(|rate| format!(r#"{{"by": "amount", "rate": {rate}}}"#)),
        amount().prop_map(|units| format!(r#"{{"by": "extra", "units": {units}}}"#)),
    ];
    let rules = proptest::collection::vec((id(), line_rule), 0..4).prop_map(|rules| {
        let members: Vec<String> = rules.iter().map(|(id, rule)| format!("{id}: {rule}")).collect();
        format!("{{{}}}", members.join(","))
    });
    let choices =
        (words(&["half_up", "down", "half_even"]), words(&["sale", "line"]), words(&["EUR", "JPY", "KWD"]));
    let amounts = (amount(), amount(), amount());
    (rules, choices, amounts, any::<bool>(), 0..9_u8)
        .prop_map(|(rules, (rounding, per, currency), (rate, value, minimum), flag, decimals)| {
            let unit = if flag { r#"{"kind": "money"}"#.to_string() } else { format!(r#"{{"kind": "points", "decimals": {decimals}}}"#) };
            format!(
                r#"{{"id": "p", "currency": {currency}, "unit": {unit}, "rounding": {rounding}, "round_per": {per},
                    "earn": [{{"by": "amount", "rate": {rate}, "last": {flag}}}], "products": {rules},
                    "redemption": {{"value": {value}, "minimum": {minimum}, "same_sale": {flag}}},
                    "returns": {{"restore_grace_days": {decimals}, "loyalty_to_cash": {flag}}}}}"#
            )
        })
        .boxed()
}

fn object(members: &[(&str, String)]) -> String {
    let members: Vec<String> = members.iter().map(|(name, value)| format!("\"{name}\":{value}")).collect();
    format!("{{{}}}", members.join(","))
}
