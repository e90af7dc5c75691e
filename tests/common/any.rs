//! Any documents that a small shop could hand in, in any order.

use proptest::prelude::*;

use crate::common::shop::{PROGRAM, event, pays, sale_with, set_program};

/// Documents that go into one transaction, which is given up if not `kept`.
#[derive(Debug, Clone)]
pub struct Group {
    pub documents: Vec<String>,
    pub kept: bool,
}

pub fn any_groups() -> impl Strategy<Value = Vec<Group>> {
    let group = (prop::collection::vec(any_document(), 1..8), prop::bool::weighted(0.9));
    let group = group.prop_map(|(documents, kept)| Group { documents, kept });
    prop::collection::vec(group, 1..12)
}

/// A document about one of a few sales and customers, so that they meet often.
pub fn any_document() -> impl Strategy<Value = String> {
    prop_oneof![
        8 => any_sale(),
        2 => (any_day(), any_id(), any_sale_id(), any_payments()).prop_map(|(at, id, sale, payments)| {
            event("payment", &at, &format!(r#"{id}"sale": "{sale}", "payments": [{payments}]"#))
        }),
        1 => (any_day(), any_id(), any_customer(), any_payments(), prop::collection::vec(any_sale_id(), 1..4))
            .prop_map(|(at, id, customer, payments, sales)| {
                let rest = format!(r#""payments": [{payments}], "sales": {sales:?}"#);
                event("account_payment", &at, &format!(r#"{id}"customer": "{customer}", {rest}"#))
            }),
        2 => (any_day(), any_id(), any_sale_id(), 1..3_u32, 1..4_u32).prop_map(|(at, id, sale, line, quantity)| {
            let lines = format!(r#"[{{"id": "{line}", "quantity": "{quantity}"}}]"#);
            event("return", &at, &format!(r#"{id}"of": "{sale}", "lines": {lines}"#))
        }),
        1 => (any_day(), any_id(), any_sale_id(), 1..900_u32).prop_map(|(at, id, sale, cents)| {
            event("return_amount", &at, &format!(r#"{id}"of": "{sale}", "amount": "{}""#, money(cents)))
        }),
        1 => (any_day(), any_id(), any_sale_id())
            .prop_map(|(at, id, sale)| event("void", &at, &format!(r#"{id}"of": "{sale}""#))),
        4 => any_by_hand(),
        4 => any_about_people(),
        1 => prop::bool::ANY.prop_map(|double| {
            set_program(&if double { PROGRAM.replace("0.05", "0.1") } else { PROGRAM.to_string() })
        }),
        1 => any_day().prop_map(|at| format!(r#"{{"type": "sweep", "at": "{}"}}"#, crate::common::shop::time(&at))),
        1 => any::<bool>().prop_map(|cleared| {
            let more = format!(
                r#"{{"id": "house", "expiry": {{"by": "age", "days": 7}}, "enrolment": {{"claim_days": 9, "welcome": "0.50"}},
                    "on_account": "{}", "#,
                if cleared { "account_cleared" } else { "sale_paid" }
            );
            set_program(&PROGRAM.replace(r#"{"id": "house", "#, &more))
        }),
    ]
}

fn any_by_hand() -> impl Strategy<Value = String> {
    prop_oneof![
        (any_day(), any_id(), any_customer(), 1..300_u32).prop_map(|(at, id, customer, cents)| {
            event("redeem", &at, &format!(r#"{id}"customer": "{customer}", "amount": "{}""#, money(cents)))
        }),
        (any_day(), any_id(), any_customer(), any::<bool>(), 1..300_u32).prop_map(
            |(at, id, customer, takes, cents)| {
                let sign = if takes { "-" } else { "" };
                let who = format!(r#""customer": "{customer}", "reason": "made up", "operator": "Ö""#);
                event("adjust", &at, &format!(r#"{id}{who}, "units": "{sign}{}""#, money(cents)))
            }
        ),
        (any_day(), any_id(), any_customer(), 0..300_u32, prop::option::of(1..29_u32)).prop_map(
            |(at, id, customer, cents, day)| {
                let expires = day.map_or(String::new(), |day| format!(r#", "expires": "2026-03-{day:02}""#));
                let units = money(cents);
                event("import", &at, &format!(r#"{id}"customer": "{customer}", "units": "{units}"{expires}"#))
            }
        ),
        (
            any_day(),
            any_id(),
            any_customer(),
            prop::sample::select(vec!["enrol", "opt_out", "opt_in", "check"])
        )
            .prop_map(|(at, id, customer, kind)| event(
                kind,
                &at,
                &format!(r#"{id}"customer": "{customer}""#)
            )),
    ]
}

/// Accounts, claims, exchanges, codes and merges.
fn any_about_people() -> impl Strategy<Value = String> {
    prop_oneof![
        2 => (any_day(), any_id(), any_customer(), any_payments()).prop_map(|(at, id, customer, payments)| {
            event("account_payment", &at, &format!(r#"{id}"customer": "{customer}", "payments": [{payments}]"#))
        }),
        2 => any_sale().prop_map(|sale| {
            let (before, after) = sale.split_once(r#""customer": ""#).unwrap();
            let (_, after) = after.split_once('"').unwrap();
            format!(r#"{before}"customer": null{after}"#)
        }),
        2 => (any_day(), any_id(), any_sale_id(), any_customer()).prop_map(|(at, id, sale, customer)| {
            event("claim", &at, &format!(r#"{id}"sale": "{sale}", "customer": "{customer}""#))
        }),
        3 => (any_day(), any_id(), any_sale_id(), any_sale()).prop_map(|(at, id, of, sale)| exchange(&at, &id, &of, &sale)),
        1 => (any_day(), any_id(), any_customer(), any_customer()).prop_map(|(at, id, into, from)| {
            event("merge", &at, &format!(r#"{id}"into": "{into}", "from": ["{from}"]"#))
        }),
        1 => (any_day(), any_id(), any_customer(), 0..3_u32).prop_map(|(at, id, customer, code)| {
            event("set_code", &at, &format!(r#"{id}"customer": "{customer}", "code": "{code}""#))
        }),
        1 => (any_day(), 0..3_u32).prop_map(|(at, code)| event("scan", &at, &format!(r#""code": "{code}""#))),
    ]
}

/// One of a line for the goods of a sale, which is rung up at the same time.
fn exchange(at: &str, id: &str, of: &str, sale: &str) -> String {
    let mut sale = sale
        .replace(r#""type": "sale", "#, "")
        .replace(r#""sale": ""#, r#""id": ""#)
        .replace(r#""id": "S"#, r#""id": "X"#);
    sale = sale.replace(r#""parked": true, "#, "").replace(r#""parked": false, "#, "");
    let (before, after) = sale.split_once(r#""at": ""#).unwrap();
    let (_, after) = after.split_once('"').unwrap();
    let sale = format!(r#"{before}"at": "{}"{after}"#, crate::common::shop::time(at));
    let lines = r#"[{"id": "1", "quantity": "1"}]"#;
    event("exchange", at, &format!(r#"{id}"of": "{of}", "lines": {lines}, "sale": {sale}"#))
}

fn any_sale() -> impl Strategy<Value = String> {
    let more = (0..3_u32, prop::bool::weighted(0.1), 0..400_u32, 0..100_u32);
    (any_sale_id(), any_day(), any_customer(), 1..4000_u32, more).prop_map(
        |(id, at, customer, cents, (terms, parked, loyalty, unpaid))| {
            let terms = ["immediate", "layby", "on_account"][terms as usize];
            // Most often the sale is wholly paid; often nothing of it with loyalty.
            let loyalty = if loyalty < 200 { 0 } else { (loyalty - 200).min(cents) };
            let card = if unpaid < 80 { cents - loyalty } else { (cents - loyalty) / 2 };
            let mut payments = Vec::new();
            if 0 < loyalty {
                payments.push(pays("loyalty", &money(loyalty)));
            }
            if 0 < card {
                payments.push(pays("card", &money(card)));
            }
            let payments = if parked { String::new() } else { payments.join(", ") };
            let more = format!(r#""terms": "{terms}", "parked": {parked}, "payments": [{payments}]"#);
            sale_with(&id, &at, &customer, &money(cents), &more)
        },
    )
}

fn any_payments() -> impl Strategy<Value = String> {
    let tender = prop::sample::select(vec!["card", "card", "cash", "loyalty", "Gutschein"]);
    let payment = (tender, 1..2000_u32).prop_map(|(tender, cents)| pays(tender, &money(cents)));
    prop::collection::vec(payment, 0..3).prop_map(|payments| payments.join(", "))
}

pub fn any_sale_id() -> impl Strategy<Value = String> {
    // Those of exchanges are called otherwise, and asked for less often.
    (0..9_u32).prop_map(|number| if number < 6 { format!("S{number}") } else { format!("X{}", number - 6) })
}

pub fn any_customer() -> impl Strategy<Value = String> {
    (0..3_u32).prop_map(|number| format!("C{number}"))
}

/// A document's id with its comma, or nothing.
fn any_id() -> impl Strategy<Value = String> {
    prop::option::of(0..12_u32).prop_map(|id| id.map_or(String::new(), |id| format!(r#""id": "{id}", "#)))
}

pub fn any_day() -> impl Strategy<Value = String> {
    (1..29_u32, 0..24_u32).prop_map(|(day, hour)| format!("03-{day:02}T{hour:02}:00"))
}

pub fn money(cents: u32) -> String {
    format!("{}.{:02}", cents / 100, cents % 100)
}
