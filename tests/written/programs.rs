//! Any program, written as JSON.

use proptest::prelude::*;

use crate::values::{
    Field, Text, above_zero, count, date, flag, has, id, list, map, may, not_negative, object, rate, time,
    words,
};

/// The program by which documents are read here; it has a bit of everything.
pub const HOUSE: &str = r#"{"id": "house", "currency": "EUR", "unit": {"kind": "points", "decimals": 2},
    "earn": [{"by": "amount", "rate": "1"}, {"by": "visit", "units": "1"}], "redemption": {"value": "0.01"},
    "promotions": [{"id": "A", "rule": {"by": "multiply", "factor": "2"}, "limit": {"times": 1, "per": "day"}},
        {"id": "b-2", "rule": {"by": "bonus", "units": "5"}, "code": "A"}],
    "tiers": {"by": "earned", "over": {"months": 1}, "levels": [{"id": "A", "at": "1", "factor": "2"}]},
    "rewards": [{"id": "A", "cost": "1", "gives": {"kind": "amount_off", "amount": "1"}},
        {"id": "b-2", "cost": "0", "gives": {"kind": "line_percent_off", "percent": "50"}},
        {"id": "0012345", "cost": "1", "gives": {"kind": "amount_per_step", "step": "1", "amount": "1"}}],
    "punch_cards": [{"id": "A", "required": 2, "gives": {"kind": "free_item", "quantity": "1"}}],
    "expiry": {"by": "inactivity", "months": 1}, "enrolment": {"claim_days": 9, "welcome": "1"}}"#;

pub fn any_program() -> Text {
    let mut fields = vec![
        has("id", id()),
        has("currency", words(&["EUR", "USD"])),
        may("time_zone", zone()),
        may("outlets", map(id(), object(vec![has("time_zone", zone())]))),
        has("unit", unit()),
        may("rounding", words(&["half_up", "down", "half_even"])),
        may("round_per", words(&["sale", "line"])),
        may("basis", words(&["as_priced", "tax_included", "tax_excluded"])),
        may("sale_discount_lowers_earning", flag()),
        may("valid", valid()),
        has("earn", list(base_rule(), 3)),
        may("combine", words(&["sum", "best"])),
        may("products", map(id(), line_rule())),
        may("categories", map(id(), line_rule())),
        may("price_books", map(id(), map(prop_oneof![id(), Just(r#""*""#.to_string())], line_rule()))),
        may("tenders", map(words(&["loyalty", "card", "gift_card"]), object(vec![has("earns", flag())]))),
    ];
    fields.extend(campaigns());
    fields.extend(policies());
    object(fields)
}

fn campaigns() -> [Field; 5] {
    [
        may("promotions", list(promotion(), 2)),
        may("promotion_choice", words(&["best", "newest", "sum"])),
        may("tiers", tiers()),
        may("rewards", list(reward(), 2)),
        may("punch_cards", list(punch_card(), 2)),
    ]
}

fn policies() -> [Field; 5] {
    let redemption = object(vec![
        has("value", above_ratio()),
        may("step", prop_oneof![above_zero(), Just("null".to_string())]),
        may("minimum", not_negative()),
        may("maximum_share", words(&["0", "0.5", "1.0"])),
        may("same_sale", flag()),
    ]);
    let returns = object(vec![
        may("claw_back", words(&["proportional", "recompute"])),
        may("negative_balance", words(&["allow", "clamp", "refuse", "deduct_from_refund"])),
        may("loyalty_to_cash", flag()),
        may("unreferenced", words(&["current_rate", "ignore"])),
        may("restore_rewards", flag()),
        may("restore_grace_days", count(65_535)),
    ]);
    let enrolment = object(vec![
        may("mode", words(&["automatic", "on_request"])),
        may("claim_days", count(65_535)),
        may("welcome", not_negative()),
    ]);
    [
        may("redemption", prop_oneof![redemption, Just(r#"{"same_sale":true}"#.to_string())]),
        may("returns", returns),
        may("on_account", words(&["sale_paid", "account_cleared"])),
        may("expiry", expiry()),
        may("enrolment", enrolment),
    ]
}

fn above_ratio() -> Text {
    words(&["1", "0.010", "2.5"])
}

fn zone() -> Text {
    words(&["UTC", "Europe/Berlin", "-03:30", "+00:00"])
}

fn unit() -> Text {
    let points =
        object(vec![has("kind", words(&["points"])), has("decimals", (2..4_u8).prop_map(|n| n.to_string()))]);
    prop_oneof![object(vec![has("kind", words(&["money"]))]), points].boxed()
}

fn valid() -> Text {
    let until = words(&["9999-12-31"]);
    object(vec![may("from", date()), may("until", until)])
}

fn selected() -> Text {
    let names = ["products", "categories", "except_products", "except_categories"];
    object(names.into_iter().map(|name| may(name, list(id(), 2))).collect())
}

fn base_rule() -> Text {
    let with = |own: Vec<Field>| {
        let common = [may("where", selected()), may("minimum_spend", not_negative()), may("last", flag())];
        object(own.into_iter().chain(common).collect())
    };
    prop_oneof![
        with(vec![has("by", words(&["amount"])), has("rate", rate())]),
        with(vec![has("by", words(&["step"])), has("amount", above_zero()), has("units", not_negative())]),
        with(vec![has("by", words(&["visit", "item"])), has("units", not_negative())]),
    ]
    .boxed()
}

fn line_rule() -> Text {
    prop_oneof![
        object(vec![has("by", words(&["none"]))]),
        object(vec![has("by", words(&["amount"])), has("rate", rate())]),
        object(vec![has("by", words(&["extra", "fixed"])), has("units", not_negative())]),
        object(vec![has("by", words(&["multiply"])), has("factor", rate())]),
    ]
    .boxed()
}

/// From and until, so that one is never after the other.
fn bounds() -> [Field; 2] {
    let until = words(&["9999-12-31", "9999-12-31T23:59:59.5Z"]);
    [may("from", prop_oneof![date(), time()]), may("until", until)]
}

fn promotion() -> Text {
    let bonus = object(vec![has("by", words(&["bonus"])), has("units", not_negative())]);
    let hours = words(&["00:00", "16:00", "23:59"]);
    let ends = words(&["00:00", "18:00", "24:00"]);
    let limit = object(vec![
        has("times", count(u32::MAX)),
        has("per", words(&["day", "week", "month", "year", "ever"])),
    ]);
    let mut fields = vec![
        has("id", id()),
        has("rule", prop_oneof![line_rule(), bonus]),
        may("days", list(words(&["mon", "tue", "wed", "thu", "fri", "sat", "sun"]), 3)),
        may("hours", (hours, ends).prop_map(|(from, until)| format!("[{from},{until}]"))),
        may("outlets", list(id(), 2)),
        may("groups", list(id(), 2)),
        may("where", selected()),
        may("minimum_spend", not_negative()),
        may("first_purchase", flag()),
        may("birthday_month", flag()),
        may("code", id()),
        may("limit", limit),
        may("applies", words(&["when_named"])),
    ];
    fields.extend(bounds());
    object(fields)
}

fn tiers() -> Text {
    let level = |at: &'static str| {
        let at = words(match at {
            "low" => &["0", "10"],
            _ => &["1000.00", "999999999999999.99"],
        });
        let gives = prop_oneof![
            Just(None),
            rate().prop_map(|factor| Some(format!(r#""factor":{factor}"#))),
            list(base_rule(), 2).prop_map(|rules| Some(format!(r#""earn":{rules}"#))),
        ];
        (id(), at, gives).prop_map(|(id, at, gives)| {
            let gives = gives.map_or(String::new(), |gives| format!(",{gives}"));
            format!(r#"{{"id":{id},"at":{at}{gives}}}"#)
        })
    };
    let levels = (level("high"), level("low")).prop_map(|(high, low)| format!("[{high},{low}]"));
    let months = (1..65_535_u16).prop_map(|months| format!(r#"{{"months":{months}}}"#));
    object(vec![
        has("by", words(&["spent", "earned"])),
        has("over", prop_oneof![months.boxed(), words(&["calendar_year", "ever"])]),
        may("from", words(&["next_sale", "this_sale"])),
        may("fall_back", words(&["at_period_end", "never"])),
        has("levels", levels),
    ])
}

fn gift() -> Text {
    let quantity = || words(&["1", "0.25", "999999999"]);
    prop_oneof![
        object(vec![has("kind", words(&["amount_off", "line_amount_off"])), has("amount", above_zero())]),
        object(vec![
            has("kind", words(&["percent_off", "line_percent_off"])),
            has("percent", words(&["10", "0.5", "100"])),
            may("maximum", not_negative()),
        ]),
        object(vec![
            has("kind", words(&["free_product"])),
            has("product", id()),
            has("quantity", quantity())
        ]),
        object(vec![has("kind", words(&["free_item"])), has("quantity", quantity())]),
        object(vec![
            has("kind", words(&["amount_per_step"])),
            has("step", above_zero()),
            has("amount", above_zero()),
        ]),
    ]
    .boxed()
}

fn reward() -> Text {
    let mut fields = vec![
        has("id", id()),
        has("cost", not_negative()),
        has("gives", gift()),
        may("where", selected()),
        may("minimum_spend", not_negative()),
        may("tiers", list(id(), 2)),
        may("groups", list(id(), 2)),
        may("lowers_earning", flag()),
    ];
    fields.extend(bounds());
    object(fields)
}

fn punch_card() -> Text {
    object(vec![
        has("id", id()),
        has("required", count(u32::MAX)),
        may("where", selected()),
        has("gives", gift()),
        may("valid", valid()),
        may("uses", prop_oneof![count(u32::MAX), Just("null".to_string())]),
        may("carry_over", flag()),
    ])
}

fn expiry() -> Text {
    let span = |by: &'static [&'static str]| {
        let length = (any::<bool>(), any::<u16>());
        (words(by), length).prop_map(|(by, (months, length))| {
            let unit = if months { "months" } else { "days" };
            format!(r#"{{"by":{by},"{unit}":{length}}}"#)
        })
    };
    prop_oneof![
        object(vec![has("by", words(&["never"]))]),
        span(&["inactivity", "age"]),
        object(vec![
            has("by", words(&["date"])),
            has("month", (1..13_u8).prop_map(|month| month.to_string())),
            has("day", (1..30_u8).prop_map(|day| day.to_string())),
            may("after_years", count(65_535)),
        ]),
    ]
    .boxed()
}
