//! Any document, written as JSON.

use proptest::prelude::*;

use crate::programs::any_program;
use crate::values::{Field, Text, amount, date, flag, has, id, list, may, object, ratio, text, time, words};

pub fn any_document() -> Text {
    prop_oneof![
        4 => any_sale(),
        4 => about_sales(),
        4 => about_units(),
        3 => about_customers(),
        2 => about_cards(),
        1 => document("sweep", vec![]),
        1 => document("set_program", vec![has("program", any_program())]),
    ]
    .boxed()
}

/// A document that has to have its id.
fn named(kind: &'static str, own: Vec<Field>) -> Text {
    object(
        own.into_iter().chain(places()).chain([kind_of(kind), has("at", time()), has("id", id())]).collect(),
    )
}

fn document(kind: &'static str, own: Vec<Field>) -> Text {
    object(
        own.into_iter().chain(places()).chain([kind_of(kind), has("at", time()), may("id", id())]).collect(),
    )
}

fn kind_of(kind: &'static str) -> Field {
    has("type", Just(format!(r#""{kind}""#)))
}

fn places() -> [Field; 3] {
    [may("outlet", id()), may("register", id()), may("operator", id())]
}

fn payments() -> Text {
    let tender = words(&["cash", "card", "loyalty", "on_account", "Gutschein"]);
    list(object(vec![has("tender", tender), has("amount", amount()), may("reservation", id())]), 3)
}

fn refund() -> Text {
    list(object(vec![has("tender", words(&["cash", "loyalty"])), has("amount", amount())]), 2)
}

fn returned() -> Text {
    list(object(vec![has("id", id()), has("quantity", ratio())]), 3)
}

fn lines() -> Text {
    let tax = prop_oneof![
        object(vec![has("rate", ratio()), has("included", flag())]),
        object(vec![has("amount", amount()), has("included", flag())]),
    ];
    let line = object(vec![
        has("id", id()),
        has("product", id()),
        may("category", id()),
        has("quantity", ratio()),
        has("unit_price", amount()),
        may("discount", amount()),
        may("tax", tax),
        may("price_book", id()),
        may("promotions", list(id(), 2)),
        may("earns", flag()),
    ]);
    list(line, 3)
}

/// What a sale has wherever it stands.
fn goods() -> Vec<Field> {
    let fee = object(vec![
        has("kind", words(&["shipping", "tip", "delivery", "service"])),
        has("amount", amount()),
    ]);
    let reward = object(vec![
        has("reward", id()),
        may("line", id()),
        may("units", amount()),
        may("quantity", ratio()),
        may("reservation", id()),
    ]);
    let mut fields = vec![
        may("customer", prop_oneof![id(), Just("null".to_string())]),
        may("terms", words(&["immediate", "layby", "on_account"])),
        has("lines", lines()),
        may("discount", amount()),
        may("fees", list(fee, 2)),
        may("tax_added", amount()),
        may("cash_rounding", amount()),
        may("rewards", list(reward, 2)),
        may("offers", list(object(vec![has("card", id()), has("line", id())]), 2)),
        may("codes", list(id(), 2)),
        may("payments", payments()),
        may("change", amount()),
        may("earns", flag()),
    ];
    fields.extend(places());
    fields
}

fn any_sale() -> Text {
    let mut fields = goods();
    fields.extend([kind_of("sale"), has("sale", id()), has("at", time()), may("parked", flag())]);
    object(fields)
}

fn about_sales() -> Text {
    let inner = goods().into_iter().chain([has("id", id())]).collect();
    prop_oneof![
        document("payment", vec![has("sale", id()), has("payments", payments()), may("change", amount())]),
        document(
            "account_payment",
            vec![has("customer", id()), has("payments", payments()), may("sales", list(id(), 3))]
        ),
        document("return", vec![has("of", id()), has("lines", returned()), may("refund", refund())]),
        document("return", vec![has("customer", id()), has("lines", lines())]),
        document("return_amount", vec![has("of", id()), has("amount", amount()), may("refund", refund())]),
        document("exchange", vec![has("of", id()), has("lines", returned()), has("sale", object(inner))]),
        document("void", vec![has("of", id())]),
        document("claim", vec![has("sale", id()), has("customer", id())]),
    ]
    .boxed()
}

fn about_units() -> Text {
    let customer = || has("customer", id());
    prop_oneof![
        document("redeem", vec![customer(), has("units", amount()), may("bill", amount())]),
        document("redeem", vec![customer(), has("amount", amount()), may("bill", amount())]),
        document("redeem", vec![customer(), has("reward", id()), may("quantity", ratio())]),
        named("reserve", vec![customer(), has("units", amount())]),
        named("reserve", vec![customer(), has("reward", id())]),
        named("release", vec![may("customer", id())]),
        named("capture", vec![may("customer", id())]),
        document(
            "adjust",
            vec![customer(), has("units", amount()), may("reason", text()), may("allow_negative", flag())]
        ),
        document(
            "import",
            vec![
                customer(),
                has("units", amount()),
                may("expires", date()),
                may("last_purchase", date()),
                may("spent", amount())
            ]
        ),
    ]
    .boxed()
}

fn about_customers() -> Text {
    let customer = || has("customer", id());
    let profile = vec![
        customer(),
        may("code", id()),
        may("name", text()),
        may("email", text()),
        may("phone", text()),
        may("groups", list(id(), 2)),
        may("birthday", date()),
    ];
    prop_oneof![
        3 => document("enrol", profile),
        1 => document("opt_out", vec![customer()]),
        1 => document("opt_in", vec![customer()]),
        1 => document("check", vec![customer()]),
        1 => document("set_code", vec![customer(), has("code", id())]),
        1 => document("scan", vec![has("code", id()), may("symbology", text())]),
        1 => document("merge", vec![has("into", id()), has("from", list(id(), 3))]),
    ]
    .boxed()
}

fn about_cards() -> Text {
    prop_oneof![
        document(
            "make_cards",
            vec![has("punch_card", id()), has("batch", id()), has("codes", list(id(), 4))]
        ),
        document("link_card", vec![has("card", id()), has("customer", id())]),
        document("block_card", vec![has("card", id()), may("reason", text())]),
    ]
    .boxed()
}
