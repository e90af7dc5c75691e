//! Whatever of a document differs when its id comes again is named (R2).
#![cfg(feature = "json")]
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "in the helpers, as in the tests, what goes wrong fails the test"
)]

use std::sync::Arc;

use regulars::decide::{Decision, Document, Facts, Operation, Recorded, Refusal, decide};
use regulars::document::{read_document, read_program};
use regulars::ledger::Seq;
use regulars::loyalty::VersionedProgram;
use regulars::time::FixedZones;
use serde_json::Value;

const PROGRAM: &str = r#"{"id": "house", "currency": "EUR", "unit": {"kind": "money"}, "redemption": {"value": "1"},
    "earn": [{"by": "amount", "rate": "0.01"}]}"#;

/// Documents, and for each some members with another value.
const DOCUMENTS: &[(&str, &str)] = &[
    (
        r#"{"type": "sale", "sale": "S1", "customer": "ada", "terms": "immediate",
            "lines": [{"id": "a", "product": "A", "quantity": "1", "unit_price": "4"}],
            "payments": [{"tender": "cash", "amount": "4"}]}"#,
        r#"{"outlet": "north", "register": "R2", "operator": "eve", "customer": "bob", "parked": true, "terms": "layby",
            "lines": [{"id": "b", "product": "A", "quantity": "1", "unit_price": "4"}], "discount": "1",
            "fees": [{"kind": "tip", "amount": "1"}], "tax_added": "1", "cash_rounding": "0.01",
            "rewards": [{"reward": "mug"}], "offers": [{"line": "a", "card": "C1"}], "codes": ["SPRING"], "change": "1",
            "payments": [{"tender": "card", "amount": "4"}], "earns": false}"#,
    ),
    (
        r#"{"type": "payment", "sale": "S1", "payments": [{"tender": "cash", "amount": "4"}]}"#,
        r#"{"sale": "S2", "payments": [{"tender": "cash", "amount": "5"}], "change": "1"}"#,
    ),
    (
        r#"{"type": "account_payment", "customer": "ada", "payments": [{"tender": "cash", "amount": "4"}]}"#,
        r#"{"payments": [{"tender": "cash", "amount": "5"}], "sales": ["S1"]}"#,
    ),
    (
        r#"{"type": "return", "of": "S1", "lines": [{"id": "a", "quantity": "1"}]}"#,
        r#"{"of": "S2", "lines": [{"id": "a", "quantity": "2"}], "refund": [{"tender": "cash", "amount": "4"}]}"#,
    ),
    (
        r#"{"type": "return_amount", "of": "S1", "amount": "4"}"#,
        r#"{"of": "S2", "amount": "5", "refund": [{"tender": "cash", "amount": "4"}]}"#,
    ),
    (
        r#"{"type": "return", "customer": "ada", "lines": [{"id": "a", "product": "A", "quantity": "1", "unit_price": "4"}]}"#,
        r#"{"lines": [{"id": "b", "product": "A", "quantity": "1", "unit_price": "4"}]}"#,
    ),
    (
        r#"{"type": "exchange", "of": "S1", "lines": [{"id": "a", "quantity": "1"}], "sale": {"id": "S2",
            "lines": [{"id": "a", "product": "B", "quantity": "1", "unit_price": "4"}]}}"#,
        r#"{"of": "S3", "lines": [{"id": "a", "quantity": "2"}], "sale": {"id": "S2",
            "lines": [{"id": "a", "product": "C", "quantity": "1", "unit_price": "4"}]}}"#,
    ),
    (r#"{"type": "redeem", "customer": "ada", "amount": "4"}"#, r#"{"bill": "30"}"#),
    (r#"{"type": "void", "of": "S1"}"#, r#"{"of": "S2"}"#),
    (
        r#"{"type": "adjust", "customer": "ada", "units": "1", "reason": "sorry", "operator": "op"}"#,
        r#"{"units": "2", "reason": "other", "allow_negative": true, "operator": "eve"}"#,
    ),
    (
        r#"{"type": "import", "customer": "ada", "units": "1"}"#,
        r#"{"units": "2", "expires": "2026-12-31", "last_purchase": "2025-12-31", "spent": "10"}"#,
    ),
    (
        r#"{"type": "enrol", "customer": "ada"}"#,
        r#"{"code": "1", "name": "Ada", "email": "ada@example.org", "phone": "+31201234567", "groups": ["vip"],
            "birthday": "1990-03-15"}"#,
    ),
    (r#"{"type": "claim", "customer": "ada", "sale": "S1"}"#, r#"{"sale": "S2", "customer": "bob"}"#),
    (r#"{"type": "set_code", "customer": "ada", "code": "1"}"#, r#"{"code": "2"}"#),
    (r#"{"type": "merge", "into": "ada", "from": ["bob"]}"#, r#"{"from": ["eve"]}"#),
    (
        r#"{"type": "make_cards", "punch_card": "coffee", "batch": "B1", "codes": ["C1"]}"#,
        r#"{"punch_card": "tea", "batch": "B2", "codes": ["C2"]}"#,
    ),
    (r#"{"type": "link_card", "card": "C1", "customer": "ada"}"#, r#"{"card": "C2"}"#),
    (r#"{"type": "block_card", "card": "C1", "reason": "lost"}"#, r#"{"card": "C2", "reason": "stolen"}"#),
];

/// Documents that say what is spent in one of several members, another such document, and the member that is told.
const SPENDS: &[(&str, &str, &str)] = &[
    (
        r#"{"type": "redeem", "customer": "ada", "amount": "4"}"#,
        r#"{"type": "redeem", "customer": "ada", "units": "5"}"#,
        "units",
    ),
    (
        r#"{"type": "reserve", "customer": "ada", "units": "4"}"#,
        r#"{"type": "reserve", "customer": "ada", "units": "5"}"#,
        "units",
    ),
    (
        r#"{"type": "reserve", "customer": "ada", "reward": "mug", "quantity": "1"}"#,
        r#"{"type": "reserve", "customer": "ada", "reward": "mug", "quantity": "2"}"#,
        "quantity",
    ),
    (
        r#"{"type": "redeem", "customer": "ada", "units": "4"}"#,
        r#"{"type": "redeem", "customer": "ada", "amount": "4"}"#,
        "amount",
    ),
    (
        r#"{"type": "redeem", "customer": "ada", "units": "4"}"#,
        r#"{"type": "redeem", "customer": "ada", "reward": "mug"}"#,
        "reward",
    ),
];

fn document(json: &Value, program: &VersionedProgram) -> Document {
    let mut json = json.clone();
    // A sale is known by its own name.
    let is_sale = json["type"] == "sale";
    let head = [("id", "D1"), ("at", "2026-03-01T12:00:00Z")];
    for (name, value) in head.iter().filter(|(name, _)| !is_sale || *name != "id") {
        json[name] = json.get(name).cloned().unwrap_or_else(|| (*value).into());
    }
    read_document(&json.to_string(), &*program.program).unwrap_or_else(|error| panic!("{error}: {json}"))
}

/// What a ledger says that has the first of two documents.
fn refused(program: &VersionedProgram, first: &Document, again: &Document) -> Refusal {
    let (recorded_at, decision) = (first.at(), Arc::new(Decision::default()));
    let (document, version) = (first.clone(), program.version);
    let operation = Operation { seq: Seq(1), document, recorded_at, program: version, decision };
    let facts = Facts {
        next: Seq(2),
        program: Some(program.clone()),
        then: None,
        expiries: Vec::new(),
        original: Some(Recorded { operation, program: program.clone() }),
        sales: Vec::new(),
        accounts: Vec::new(),
        kept: Vec::new(),
        united: false,
    };
    decide(&facts, again, again.at(), &FixedZones).map(drop).unwrap_err()
}

#[test]
fn whatever_differs_is_named() {
    let program = read_program(PROGRAM).unwrap();
    for (text, others) in DOCUMENTS {
        let json: Value = serde_json::from_str(text).unwrap();
        let first = document(&json, &program);
        let mut others: Value = serde_json::from_str(others).unwrap();
        others["at"] = "2026-03-01T12:00:01Z".into();
        for (name, value) in others.as_object().unwrap() {
            let mut other = json.clone();
            other[name] = value.clone();
            match refused(&program, &first, &document(&other, &program)) {
                Refusal::Conflict { differs, .. } => assert_eq!(differs, name, "{json}"),
                refusal => panic!("{refusal}: {other}"),
            }
        }
    }
}

#[test]
fn another_spending_is_told_as_that() {
    let program = read_program(PROGRAM).unwrap();
    for (first, other, told) in SPENDS {
        let [first, other] =
            [first, other].map(|text| document(&serde_json::from_str(text).unwrap(), &program));
        assert!(
            matches!(refused(&program, &first, &other), Refusal::Conflict { differs, .. } if differs == *told)
        );
    }
}

/// Both are of the type `return`: only goods without their sale name whose they are.
#[test]
fn goods_of_a_sale_are_not_goods_of_none() {
    let program = read_program(PROGRAM).unwrap();
    let line = r#"{"id": "a", "product": "A", "quantity": "1", "unit_price": "4"}"#;
    let returns = [
        r#"{"type": "return", "of": "S1", "lines": [{"id": "a", "quantity": "1"}]}"#,
        &format!(r#"{{"type": "return", "customer": "ada", "lines": [{line}]}}"#),
    ];
    let [of_sale, of_none] = returns.map(|text| document(&serde_json::from_str(text).unwrap(), &program));
    for (first, again) in [(&of_sale, &of_none), (&of_none, &of_sale)] {
        match refused(&program, first, again) {
            Refusal::Conflict { differs, .. } => assert_eq!(differs, "customer"),
            refusal => panic!("{refusal}"),
        }
    }
}
