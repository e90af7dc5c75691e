//! What an event should come to, and whether it did.

use std::collections::BTreeMap;

use regulars::document::Json;
use regulars::money::parse_decimal;

/// What an event should come to. What isn't named isn't checked.
pub struct Expect {
    named: BTreeMap<String, Json>,
}

/// Names of what can be expected, and whether this runner can compare it yet.
const NAMES: [(&str, bool); 24] = [
    ("earned", true),
    ("redeemed", true),
    ("clawed_back", true),
    ("restored", true),
    ("expired", true),
    ("adjusted", true),
    ("written_off", true),
    ("balance", true),
    ("balances", true),
    ("reserved", false),
    ("due", true),
    ("settled", true),
    ("tier", false),
    ("lots", false),
    ("duplicate", true),
    ("offers", false),
    ("punches", false),
    ("line_discount", false),
    ("resolved", false),
    ("code", false),
    ("claimable", false),
    ("forecast_earned", false),
    ("refund", true),
    ("kept_from_refund", true),
];

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

    /// What is expected of what an outcome tells itself: all but the error and the balances.
    pub fn told(&self) -> impl Iterator<Item = (&str, &Json)> {
        let elsewhere = ["error", "balance", "balances"];
        let told =
            self.named.iter().filter(move |(name, _)| is_built(name) && !elsewhere.contains(&name.as_str()));
        told.map(|(name, json)| (name.as_str(), json))
    }

    /// The balance that is expected of the event's customer.
    pub fn balance(&self) -> Option<&Json> {
        self.named.get("balance")
    }

    /// Something that is expected and can't be compared yet.
    pub fn not_built(&self) -> Option<&str> {
        self.named.keys().map(String::as_str).find(|name| !is_built(name))
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

fn is_built(name: &str) -> bool {
    name == "error" || NAMES.iter().any(|(known, built)| *known == name && *built)
}

fn check(name: &str, json: &Json) -> Result<(), String> {
    let is_number = |json: &Json| json.as_text().is_some_and(|text| parse_decimal(text).is_ok());
    let all_numbers = |json: &Json| matches!(json, Json::Object(members) if members.values().all(is_number));
    let (fits, expected) = match name {
        "error" => {
            let known = json.as_text().is_some_and(|error| ERRORS.contains(&error));
            (known, "the name of an error")
        }
        "duplicate" => (matches!(json, Json::Bool(_)), "true or false"),
        "settled" => {
            (matches!(json, Json::List(ids) if ids.iter().all(|id| id.as_text().is_some())), "a list of ids")
        }
        "balances" | "refund" => (all_numbers(json), "an object of decimal strings"),
        _ if is_built(name) => (is_number(json), "a decimal string"),
        _ if NAMES.iter().any(|(known, _)| *known == name) => (true, "anything"),
        _ => (false, "the name of something that an outcome tells"),
    };
    if fits {
        Ok(())
    } else {
        Err(format!("expect.{name}: expected {expected}, found {}", shown(Some(json))))
    }
}
