//! What an event should come to, and whether it did.

use std::collections::BTreeMap;

use regulars::document::Json;
use regulars::money::parse_decimal;

/// What an event should come to. What isn't named isn't checked.
pub struct Expect {
    named: BTreeMap<String, Json>,
}

/// What can be expected beside an error, each with the kind of value that says it.
const NAMES: [(&str, Kind); 24] = [
    ("earned", Kind::Number),
    ("redeemed", Kind::Number),
    ("clawed_back", Kind::Number),
    ("restored", Kind::Number),
    ("expired", Kind::Number),
    ("adjusted", Kind::Number),
    ("written_off", Kind::Number),
    ("balance", Kind::Number),
    ("balances", Kind::Numbers),
    ("reserved", Kind::Number),
    ("due", Kind::Number),
    ("settled", Kind::Ids),
    ("tier", Kind::Name),
    ("lots", Kind::Amounts),
    ("duplicate", Kind::Flag),
    ("offers", Kind::Count),
    ("punches", Kind::Number),
    ("line_discount", Kind::Number),
    ("resolved", Kind::Id),
    ("code", Kind::Id),
    ("claimable", Kind::Number),
    ("forecast_earned", Kind::Number),
    ("refund", Kind::Numbers),
    ("kept_from_refund", Kind::Number),
];

/// What says something that is expected.
#[derive(Clone, Copy)]
enum Kind {
    Number,
    /// An object of them.
    Numbers,
    /// A list of them.
    Amounts,
    Count,
    Flag,
    Id,
    Ids,
    /// An id, or none.
    Name,
}

/// The errors of the rules, by name.
const ERRORS: [&str; 39] = [
    "conflict",
    "insufficient_balance",
    "not_a_tender",
    "exceeds_due",
    "below_minimum",
    "not_a_step",
    "over_share",
    "over_return",
    "refund_exceeds_tender",
    "not_settled",
    "already_settled",
    "voided",
    "unknown_sale",
    "unknown_line",
    "unknown_customer",
    "unknown_code",
    "unknown_card",
    "unknown_reward",
    "code_taken",
    "card_replaced",
    "card_linked",
    "card_not_linked",
    "card_blocked",
    "email_missing",
    "offer_expired",
    "offer_not_applicable",
    "offer_used",
    "reward_not_applicable",
    "opted_out",
    "already_claimed",
    "too_late",
    "points_already_redeemed",
    "would_go_negative",
    "reason_missing",
    "operator_missing",
    "terminal_state",
    "unknown_reservation",
    "invalid_program",
    "invalid_document",
];

impl Expect {
    /// Reads what is expected of an event.
    pub fn read(json: Option<&Json>) -> Result<Expect, String> {
        let named = match json {
            None => BTreeMap::new(),
            Some(Json::Object(members)) => {
                members.iter().map(|(name, json)| (name.to_string(), json.clone())).collect()
            }
            Some(_) => return Err("expect: expected an object".to_string()),
        };
        named.iter().try_for_each(|(name, json)| check(name, json))?;
        Ok(Expect { named })
    }

    /// The error that is expected.
    pub fn error(&self) -> Option<&str> {
        self.named.get("error").and_then(Json::as_text)
    }

    /// The balances that are expected, by customer.
    pub fn balances(&self) -> impl Iterator<Item = (&str, &Json)> {
        let members = match self.named.get("balances") {
            Some(Json::Object(members)) => Some(members),
            _ => None,
        };
        members.into_iter().flatten().map(|(customer, units)| (customer.as_str(), units))
    }

    /// What is expected of what an outcome tells: all but the error and the balances.
    pub fn told(&self) -> impl Iterator<Item = (&str, &Json)> {
        let elsewhere = ["error", "balance", "balances"];
        let told = self.named.iter().filter(move |(name, _)| !elsewhere.contains(&name.as_str()));
        told.map(|(name, json)| (name.as_str(), json))
    }

    /// The balance that is expected of the event's customer.
    pub fn balance(&self) -> Option<&Json> {
        self.named.get("balance")
    }
}

/// Whether something is what was expected. Numbers are compared as numbers.
pub fn is_same(expected: &Json, got: &Json) -> bool {
    match (expected, got) {
        (Json::Text(expected), Json::Text(got)) => {
            let numbers = parse_decimal(expected).ok().zip(parse_decimal(got).ok());
            expected == got || numbers.is_some_and(|(expected, got)| expected == got)
        }
        (Json::List(expected), Json::List(got)) => {
            expected.len() == got.len()
                && expected.iter().zip(got).all(|(expected, got)| is_same(expected, got))
        }
        (Json::Object(expected), Json::Object(got)) => {
            let same = |((name, expected), (got_name, got)): ((_, &Json), (_, &Json))| {
                name == got_name && is_same(expected, got)
            };
            expected.len() == got.len() && expected.iter().zip(got).all(same)
        }
        _ => expected == got,
    }
}

/// How something is shown in a line about it.
pub fn shown(json: Option<&Json>) -> String {
    match json {
        None => "nothing".to_string(),
        Some(Json::Text(text)) => text.to_string(),
        Some(other) => other.to_string(),
    }
}

fn check(name: &str, json: &Json) -> Result<(), String> {
    let known = NAMES.iter().find(|(known, _)| *known == name);
    let (fits, expected) = match known {
        Some((_, kind)) => kind.fits(json),
        None if name == "error" => {
            let known = json.as_text().is_some_and(|error| ERRORS.contains(&error));
            (known, "the name of an error")
        }
        None => (false, "the name of something that an outcome tells"),
    };
    if fits {
        Ok(())
    } else {
        Err(format!("expect.{name}: expected {expected}, found {}", shown(Some(json))))
    }
}

impl Kind {
    /// Whether a value is of this kind, and what the kind is called.
    fn fits(self, json: &Json) -> (bool, &'static str) {
        let is_number = |json: &Json| json.as_text().is_some_and(|text| parse_decimal(text).is_ok());
        let is_id = |json: &Json| json.as_text().is_some();
        match self {
            Kind::Number => (is_number(json), "a decimal string"),
            Kind::Numbers => (
                matches!(json, Json::Object(members) if members.values().all(is_number)),
                "an object of decimal strings",
            ),
            Kind::Amounts => (
                matches!(json, Json::List(items) if items.iter().all(is_number)),
                "a list of decimal strings",
            ),
            Kind::Count => (matches!(json, Json::Count(_)), "a whole number"),
            Kind::Flag => (matches!(json, Json::Bool(_)), "true or false"),
            Kind::Id => (is_id(json), "an id"),
            Kind::Ids => (matches!(json, Json::List(ids) if ids.iter().all(is_id)), "a list of ids"),
            Kind::Name => (*json == Json::Null || is_id(json), "an id or null"),
        }
    }
}
