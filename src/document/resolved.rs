//! What a scanned code is, written.

use alloc::string::{String, ToString};
use alloc::vec::Vec;

use crate::code::{ElementStrings, Measure, Resolved, WeighedItem};
use crate::document::Json;

/// Writes what a scanned code is as one JSON object: `kind` says what, the other fields which. Of what is `unknown`, `why`
/// is a stable name and `message` a line for the cashier.
///
/// ```
/// use regulars::code::{ReadCode, Resolver};
/// use regulars::document::write_resolved;
/// use regulars::time::Date;
///
/// let mut resolver = Resolver::default();
/// resolver.add_scale("21IIIIIWW.WWWC".parse()?)?;
/// let today = Date::from_civil(2026, 11, 26).expect("a date");
/// let resolve = |text: &str| {
///     let nobody = std::collections::BTreeMap::new();
///     resolver.look_up(ReadCode::new(text.as_bytes()), today).answer(&nobody)
/// };
/// assert_eq!(write_resolved(&resolve("4006381333931")), r#"{"gtin":"04006381333931","kind":"article"}"#);
/// assert_eq!(
///     write_resolved(&resolve("2100042012509")),
///     r#"{"item":"00042","kind":"weighed","weight":"1.250"}"#
/// );
/// assert!(write_resolved(&resolve("CARD-17")).contains(r#""kind":"unknown","message":"nobody has this code"#));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn write_resolved(resolved: &Resolved) -> String {
    let (kind, mut fields) = match resolved {
        Resolved::Customer { customer, code } => {
            ("customer", Vec::from([("customer", text(customer)), ("code", text(code))]))
        }
        Resolved::PunchCard { code } => ("punch_card", Vec::from([("card", text(code))])),
        Resolved::Receipt { sale } => ("receipt", Vec::from([("sale", text(sale))])),
        Resolved::Enrolment { code } => ("enrolment", Vec::from([("code", text(code))])),
        Resolved::Coupon { text: says } => ("coupon", Vec::from([("text", text(says))])),
        Resolved::RefundReceipt { number } => ("refund_receipt", Vec::from([("number", text(number))])),
        Resolved::Article { gtin, gs1 } => {
            let mut found = Vec::from([("gtin", text(gtin))]);
            found.extend(elements(gs1.as_ref()));
            ("article", found)
        }
        Resolved::Weighed(weighed) => {
            let item = match &weighed.item {
                WeighedItem::Gtin(gtin) => ("gtin", text(gtin)),
                WeighedItem::Plu(plu) => ("item", text(plu)),
            };
            let measure = match &weighed.measure {
                Measure::Weight(weight) => ("weight", text(weight)),
                Measure::Price(price) => ("price", text(price)),
            };
            let mut found = Vec::from([item, measure]);
            found.extend(elements(weighed.gs1.as_ref()));
            ("weighed", found)
        }
        Resolved::Unknown { why } => {
            ("unknown", Vec::from([("why", Json::text(why.name())), ("message", text(why))]))
        }
    };
    fields.push(("kind", Json::text(kind)));
    Json::object(fields).to_string()
}

/// The GS1 element strings, each with its application identifier.
fn elements(gs1: Option<&ElementStrings>) -> Option<(&'static str, Json)> {
    let element = |element: &crate::code::ElementString| {
        Json::object([("ai", Json::text(element.ai.as_str())), ("text", Json::text(&element.text))])
    };
    gs1.map(|gs1| ("gs1", Json::List(gs1.elements().iter().map(element).collect())))
}

fn text(shown: &impl ToString) -> Json {
    Json::text(shown.to_string())
}
