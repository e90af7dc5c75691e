//! Values as documents have them, written as JSON.

use proptest::option::weighted;
use proptest::prelude::*;
use proptest::sample::select;

pub type Text = BoxedStrategy<String>;
pub type Field = (&'static str, BoxedStrategy<Option<String>>);

/// An object of these fields, in any order.
pub fn object(fields: Vec<Field>) -> Text {
    let (names, values): (Vec<_>, Vec<_>) = fields.into_iter().unzip();
    let members = values.prop_map(move |values| {
        let named = names.iter().zip(values);
        named.filter_map(|(name, value)| Some(format!(r#""{name}":{}"#, value?))).collect::<Vec<String>>()
    });
    members.prop_shuffle().prop_map(|members| format!("{{{}}}", members.join(","))).boxed()
}

pub fn list(item: impl Strategy<Value = String> + 'static, most: usize) -> Text {
    proptest::collection::vec(item, 0..=most).prop_map(|items| format!("[{}]", items.join(","))).boxed()
}

/// A map from names to values, each name once.
pub fn map(
    key: impl Strategy<Value = String> + 'static,
    value: impl Strategy<Value = String> + 'static,
) -> Text {
    let members = proptest::collection::btree_map(key, value, 0..3);
    let member = |(key, value): (String, String)| format!("{key}:{value}");
    let join = move |members: std::collections::BTreeMap<String, String>| {
        members.into_iter().map(member).collect::<Vec<_>>().join(",")
    };
    members.prop_map(move |members| format!("{{{}}}", join(members))).boxed()
}

/// A field that is there.
pub fn has(name: &'static str, value: impl Strategy<Value = String> + 'static) -> Field {
    (name, value.prop_map(Some).boxed())
}

/// A field that may be there.
pub fn may(name: &'static str, value: impl Strategy<Value = String> + 'static) -> Field {
    (name, weighted(0.4, value).boxed())
}

pub fn words(words: &'static [&'static str]) -> Text {
    select(words).prop_map(|word| format!(r#""{word}""#)).boxed()
}

pub fn id() -> Text {
    words(&["A", "b-2", "0012345", "Ö 7", "12345678901234567890"])
}

pub fn text() -> Text {
    words(&["", "plain", "\\\"quoted\\\"", "☕\\n", "\\u0000"])
}

/// Money, or units of two decimals, of either sign.
pub fn amount() -> Text {
    words(&["0", "1", "-1", "0.01", "19.99", "-0.50", "999999999999999.99", "-999999999999999.99"])
}

pub fn not_negative() -> Text {
    words(&["0", "1", "0.01", "19.990", "100", "999999999999999.99"])
}

pub fn above_zero() -> Text {
    words(&["1", "0.01", "19.990", "100", "999999999999999.99"])
}

/// A quantity, a rate or a factor.
pub fn ratio() -> Text {
    words(&["1", "0.5", "2.50000000", "999999999", "0.00000001", "-3"])
}

pub fn rate() -> Text {
    words(&["0", "1", "0.05", "2.50000000", "999999999.99999999"])
}

pub fn flag() -> Text {
    any::<bool>().prop_map(|flag| flag.to_string()).boxed()
}

pub fn count(most: u32) -> Text {
    (0..=most).prop_map(|count| count.to_string()).boxed()
}

pub fn date() -> Text {
    words(&["2026-03-02", "2024-02-29", "0000-01-01", "9999-12-31"])
}

pub fn time() -> Text {
    words(&[
        "2026-03-02T10:00:00+01:00",
        "1969-12-31T23:59:59.999Z",
        "0000-01-01T00:00:00Z",
        "9999-12-31T23:59:59.5Z",
    ])
}
