//! Any documents of a shop that has a bit of everything: campaigns, tiers, rewards, cards, holds,
//! units that run out.

use proptest::prelude::*;
use proptest::sample::select;

use super::any::{Group, any_customer, any_day, any_document, any_sale_id, money};
use super::shop::{event, pays, sale_with, set_program};

/// A shop that has opened, and what happens then.
pub fn any_campaign_groups() -> impl Strategy<Value = Vec<Group>> {
    let document = prop_oneof![2 => any_document(), 3 => any_of_campaigns()];
    let group = (prop::collection::vec(document, 1..8), prop::bool::weighted(0.9));
    let group = group.prop_map(|(documents, kept)| Group { documents, kept });
    (any_program(), prop::collection::vec(group, 1..12)).prop_map(|(program, groups)| {
        let opening = Group { documents: opening(program), kept: true };
        [opening].into_iter().chain(groups).collect()
    })
}

/// A program, customers who have something, and a card for two of them.
fn opening(program: String) -> Vec<String> {
    let mut documents = vec![program];
    for customer in ["C0", "C1", "C2"] {
        let who = format!(r#""customer": "{customer}""#);
        documents.push(event(
            "enrol",
            "03-01T00:00",
            &format!(r#"{who}, "email": "{customer}@example.org""#),
        ));
        let before = r#""units": "3.00", "last_purchase": "2026-02-27", "spent": "20.00""#;
        documents.push(event("import", "03-01T00:00", &format!(r#"{who}, {before}"#)));
    }
    let made = r#""punch_card": "coffee", "batch": "B", "codes": ["K0", "K1", "K2"]"#;
    documents.push(event("make_cards", "03-01T00:00", made));
    for number in 0..2 {
        let link = format!(r#""card": "K{number}", "customer": "C{number}""#);
        documents.push(event("link_card", "03-01T00:00", &link));
    }
    documents
}

fn any_program() -> impl Strategy<Value = String> {
    let expiry = select(vec![
        r#"{"by": "never"}"#,
        r#"{"by": "inactivity", "days": 6}"#,
        r#"{"by": "age", "days": 4}"#,
        r#"{"by": "date", "month": 3, "day": 15}"#,
    ]);
    let returns = select(vec![
        r#"{"restore_grace_days": 3}"#,
        r#"{"negative_balance": "clamp", "claw_back": "recompute"}"#,
        r#"{"negative_balance": "refuse", "restore_rewards": false}"#,
        r#"{"negative_balance": "deduct_from_refund", "unreferenced": "ignore"}"#,
    ]);
    let tiers = select(vec![
        r#"{"by": "spent", "over": {"months": 1}, "from": "this_sale", "levels": LEVELS}"#,
        r#"{"by": "earned", "over": "ever", "fall_back": "never", "levels": LEVELS}"#,
    ]);
    let on_account = select(vec!["sale_paid", "account_cleared"]);
    (expiry, returns, tiers, on_account, any::<bool>()).prop_map(
        |(expiry, returns, tiers, on_account, same_sale)| {
            let levels = r#"[{"id": "base", "at": "0"}, {"id": "gold", "at": "30", "factor": "1.5"}]"#;
            let policies = format!(
                r#""expiry": {expiry}, "returns": {returns}, "on_account": "{on_account}", "tiers": {},
                    "redemption": {{"same_sale": {same_sale}}}"#,
                tiers.replace("LEVELS", levels)
            );
            set_program(&CAMPAIGNS.replace(r#""policies": 0"#, &policies))
        },
    )
}

const CAMPAIGNS: &str = r#"{"id": "house", "currency": "EUR", "unit": {"kind": "money"}, "policies": 0,
    "earn": [{"by": "amount", "rate": "0.05"}, {"by": "visit", "units": "0.10", "minimum_spend": "5"}],
    "promotions": [{"id": "double", "rule": {"by": "multiply", "factor": "2"}, "days": ["mon", "tue", "sat"]},
        {"id": "hello", "rule": {"by": "bonus", "units": "1"}, "code": "HELLO",
            "limit": {"times": 1, "per": "week"}},
        {"id": "first", "rule": {"by": "bonus", "units": "0.50"}, "first_purchase": true}],
    "rewards": [{"id": "off", "cost": "0.20", "gives": {"kind": "amount_off", "amount": "1"}},
        {"id": "half", "cost": "0.50", "gives": {"kind": "line_percent_off", "percent": "50"}}],
    "punch_cards": [{"id": "coffee", "required": 2, "gives": {"kind": "free_item", "quantity": "1"}}],
    "enrolment": {"claim_days": 9, "welcome": "0.30"}}"#;

fn any_of_campaigns() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => any_use(),
        2 => any_about_holds(),
        1 => any_about_cards(),
        2 => any_undoing(),
        1 => any_day().prop_map(|at| event("sweep", &at, r#""operator": "night""#)),
        1 => any_program(),
    ]
}

/// A sale with a reward, an offer, a code, or units that were held; paid, or to be paid later.
fn any_use() -> impl Strategy<Value = String> {
    let more = select(vec![
        (r#""rewards": [{"reward": "off"}]"#, 100),
        (r#""rewards": [{"reward": "half", "line": "1"}, {"reward": "off"}]"#, 100),
        (r#""rewards": [{"reward": "off", "reservation": "H0"}]"#, 100),
        (r#""offers": [{"card": "K0", "line": "1"}]"#, 0),
        (r#""offers": [{"card": "K1", "line": "1"}]"#, 0),
        (r#""codes": ["HELLO"]"#, 0),
        (r#""codes": []"#, 0),
    ]);
    let terms = select(vec!["immediate", "immediate", "layby", "on_account"]);
    let held = prop::option::weighted(0.2, 0..4_u32);
    (any_sale_id(), any_day(), any_customer(), 200..4000_u32, (more, terms, held)).prop_map(
        |(id, at, customer, cents, ((more, off), terms, held))| {
            let due = if more.contains("half") { cents - cents / 2 - off } else { cents - off };
            let mut payments = Vec::new();
            if let Some(hold) = held {
                let tendered = r#""tender": "loyalty", "amount": "0.20""#;
                payments.push(format!(r#"{{{tendered}, "reservation": "H{hold}"}}"#));
            }
            if terms == "immediate" && !more.contains("offers") {
                payments.push(pays("card", &money(due.saturating_sub(held.map_or(0, |_| 20)))));
            }
            let more = format!(r#"{more}, "terms": "{terms}", "payments": [{}]"#, payments.join(", "));
            sale_with(&id, &at, &customer, &money(cents), &more)
        },
    )
}

fn any_about_holds() -> impl Strategy<Value = String> {
    let spend = prop_oneof![
        (1..200_u32).prop_map(|cents| format!(r#""units": "{}""#, money(cents))),
        Just(r#""reward": "off""#.to_string()),
    ];
    let hold = || (0..4_u32).prop_map(|number| format!("H{number}"));
    prop_oneof![
        3 => (any_day(), hold(), any_customer(), spend).prop_map(|(at, id, customer, spend)| {
            event("reserve", &at, &format!(r#""id": "{id}", "customer": "{customer}", {spend}"#))
        }),
        2 => (any_day(), hold(), select(vec!["release", "capture"]))
            .prop_map(|(at, id, kind)| event(kind, &at, &format!(r#""id": "{id}""#))),
        1 => (any_day(), any_customer(), select(vec!["off", "half"])).prop_map(|(at, customer, reward)| {
            event("redeem", &at, &format!(r#""customer": "{customer}", "reward": "{reward}""#))
        }),
    ]
}

fn any_about_cards() -> impl Strategy<Value = String> {
    let card = || (0..4_u32).prop_map(|number| format!("K{number}"));
    prop_oneof![
        1 => (any_day(), card()).prop_map(|(at, card)| {
            let made = format!(r#""punch_card": "coffee", "batch": "B2", "codes": ["{card}"]"#);
            event("make_cards", &at, &made)
        }),
        2 => (any_day(), card(), any_customer()).prop_map(|(at, card, customer)| {
            event("link_card", &at, &format!(r#""card": "{card}", "customer": "{customer}""#))
        }),
        1 => (any_day(), card()).prop_map(|(at, card)| {
            event("block_card", &at, &format!(r#""card": "{card}", "reason": "lost", "operator": "Ö""#))
        }),
        1 => (any_day(), card()).prop_map(|(at, card)| event("scan", &at, &format!(r#""code": "{card}""#))),
    ]
}

/// Returns and voids of what was sold with campaigns.
fn any_undoing() -> impl Strategy<Value = String> {
    prop_oneof![
        2 => (any_day(), any_sale_id(), select(vec!["0.5", "1"])).prop_map(|(at, of, quantity)| {
            let lines = format!(r#"[{{"id": "1", "quantity": "{quantity}"}}]"#);
            event("return", &at, &format!(r#""of": "{of}", "lines": {lines}"#))
        }),
        1 => (any_day(), any_sale_id()).prop_map(|(at, of)| event("void", &at, &format!(r#""of": "{of}""#))),
        1 => (any_day(), any_customer(), 1..900_u32).prop_map(|(at, customer, cents)| {
            let line = r#""id": "1", "product": "P", "quantity": "1", "unit_price""#;
            let lines = format!(r#"[{{{line}: "{}"}}]"#, money(cents));
            event("return", &at, &format!(r#""customer": "{customer}", "lines": {lines}"#))
        }),
    ]
}
