//! What happens to one customer over years, by chance.

use proptest::prelude::*;

/// What happens after some days.
#[derive(Debug, Clone)]
pub(super) struct Event {
    pub(super) days_later: i64,
    /// By how many days its document comes late.
    late: i64,
    what: u8,
    cents: u16,
    /// Which of the earlier sales it is about.
    of: prop::sample::Index,
}

impl Event {
    pub(super) fn document(&self, number: usize, day: i64) -> String {
        let (at, of) = (time(day - self.late), self.of.index(number + 1));
        let price = format!("{}.{:02}", self.cents / 100, self.cents % 100);
        let sale = |rest: &str| {
            format!(
                r#"{{"type": "sale", "sale": "S{number}", "at": "{at}", "customer": "C1", {rest},
                    "lines": [{{"id": "1", "product": "P", "quantity": "2", "unit_price": "{price}"}}]}}"#
            )
        };
        let total = format!("{}.{:02}", self.cents * 2 / 100, self.cents * 2 % 100);
        let paid = format!(r#""payments": [{{"tender": "card", "amount": "{total}"}}]"#);
        match self.what {
            0..=8 => sale(&paid),
            // One of 1.00 is settled by the payment below; others stay pending.
            9..=10 => sale(r#""terms": "layby", "payments": []"#),
            11 => format!(
                r#"{{"type": "payment", "at": "{at}", "sale": "S{of}",
                    "payments": [{{"tender": "card", "amount": "1.00"}}]}}"#
            ),
            12..=13 => format!(
                r#"{{"type": "return", "at": "{at}", "of": "S{of}", "lines": [{{"id": "1", "quantity": "1"}}]}}"#
            ),
            14 => format!(r#"{{"type": "void", "at": "{at}", "of": "S{of}"}}"#),
            _ => format!(
                r#"{{"type": "import", "at": "{at}", "customer": "C1", "units": "1.00",
                    "last_purchase": "{}", "spent": "{price}"}}"#,
                &time(day - 100)[..10]
            ),
        }
    }
}

/// A day counted from the first of 2020, at noon.
fn time(day: i64) -> String {
    let days = i32::try_from(18_262 + day).expect("a day");
    let day = regulars::time::Date::from_days(days).expect("a day");
    format!("{day}T12:00:00Z")
}

pub(super) fn any_years() -> impl Strategy<Value = (Vec<String>, Vec<Event>)> {
    let late = prop_oneof![6 => Just(0_i64), 1 => 1_i64..120];
    let event =
        (0_i64..45, late, 0_u8..16, prop_oneof![Just(50_u16), 1_u16..9000], any::<prop::sample::Index>());
    let event =
        event.prop_map(|(days_later, late, what, cents, of)| Event { days_later, late, what, cents, of });
    (prop::collection::vec(any_program(), 1..3), prop::collection::vec(event, 1..80))
}

fn any_program() -> impl Strategy<Value = String> {
    let over = prop_oneof![
        Just(r#"{"months": 1}"#),
        Just(r#"{"months": 12}"#),
        Just(r#""calendar_year""#),
        Just(r#""ever""#)
    ];
    let per = prop_oneof![Just("day"), Just("week"), Just("month"), Just("year"), Just("ever")];
    let expiry = prop_oneof![
        Just(r#"{"by": "never"}"#),
        Just(r#"{"by": "inactivity", "months": 3}"#),
        Just(r#"{"by": "age", "months": 12}"#)
    ];
    let words = (
        prop_oneof![Just("spent"), Just("earned")],
        prop_oneof![4 => Just("at_period_end"), 1 => Just("never")],
    );
    (over, per, expiry, words, 1_u32..4, 0_u8..8).prop_map(
        |(over, per, expiry, (by, fall_back), times, looks)| {
            let tiers = format!(
                r#""tiers": {{"by": "{by}", "over": {over}, "fall_back": "{fall_back}", "levels": [
                    {{"id": "base", "at": "0"}}, {{"id": "silver", "at": "30"}},
                    {{"id": "gold", "at": "120", "factor": "2"}}]}},"#
            );
            let promotions = format!(
                r#""promotions": [
                    {{"id": "first", "first_purchase": true, "rule": {{"by": "bonus", "units": "3.00"}}}},
                    {{"id": "some", "limit": {{"times": {times}, "per": "{per}"}},
                      "rule": {{"by": "bonus", "units": "0.10"}}}}],"#
            );
            format!(
                r#"{{"id": "house", "currency": "EUR", "unit": {{"kind": "money"}}, {} {} "expiry": {expiry},
                    "earn": [{{"by": "amount", "rate": "0.05"}}]}}"#,
                if looks & 3 == 3 { "" } else { &tiers },
                if looks & 4 == 4 { "" } else { &promotions },
            )
        },
    )
}

/// A program that is set on a day.
pub(super) fn program_from(day: i64, program: &str) -> String {
    format!(r#"{{"type": "set_program", "at": "{}", "program": {program}}}"#, time(day))
}
