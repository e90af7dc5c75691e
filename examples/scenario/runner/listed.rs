//! The customers and the punch cards that are there before the first event.

use regulars::decide::Profile;
use regulars::document::Json;
use regulars::ident::{Code, CustomerId, GroupId, IdError, PunchCardId};
use regulars::loyalty::VersionedProgram;
use regulars::money::{Money, Units, parse_decimal};
use regulars::time::Date;

use super::scenario::{Card, Customer, Fields, Unreadable};

const CUSTOMER_FIELDS: [&str; 9] =
    ["id", "balance", "code", "email", "last_purchase", "spent", "opted_out", "groups", "birthday"];

pub fn read_customers(fields: &Fields<'_>, program: &VersionedProgram) -> Result<Vec<Customer>, Unreadable> {
    let read = |(index, json): (usize, &Json)| {
        let place = format!("{}: customers[{index}]", fields.place);
        read_customer(&Fields { place: &place, json }, program)
    };
    fields.list("customers")?.iter().enumerate().map(read).collect()
}

pub fn read_cards(fields: &Fields<'_>) -> Result<Vec<Card>, Unreadable> {
    let read = |(index, json): (usize, &Json)| {
        let place = format!("{}: cards[{index}]", fields.place);
        read_card(&Fields { place: &place, json })
    };
    fields.list("cards")?.iter().enumerate().map(read).collect()
}

fn read_card(fields: &Fields<'_>) -> Result<Card, Unreadable> {
    fields.only(&["code", "punch_card", "customer"])?;
    Ok(Card {
        code: id(fields, "code", Code::new)?,
        punch_card: id(fields, "punch_card", PunchCardId::new)?,
        customer: given(fields, "customer").map(|_| id(fields, "customer", CustomerId::new)).transpose()?,
    })
}

fn read_customer(fields: &Fields<'_>, program: &VersionedProgram) -> Result<Customer, Unreadable> {
    fields.only(&CUSTOMER_FIELDS)?;
    let program = &program.program;
    let units = |json: &Json| Units::from_decimal(decimal(json)?, program.unit_decimals()).ok();
    let money = |json: &Json| Money::from_decimal(decimal(json)?, program.currency.decimals()).ok();
    let flag = |json: &Json| match json {
        Json::Bool(value) => Some(*value),
        _ => None,
    };
    Ok(Customer {
        id: id(fields, "id", CustomerId::new)?,
        profile: read_profile(fields)?,
        balance: read(fields, "balance", "units", units)?,
        last_purchase: read(fields, "last_purchase", "a day", day)?,
        spent: read(fields, "spent", "money", money)?,
        opted_out: read(fields, "opted_out", "true or false", flag)?.unwrap_or(false),
    })
}

fn read_profile(fields: &Fields<'_>) -> Result<Profile, Unreadable> {
    let groups = |json: &Json| match json {
        Json::List(ids) => ids.iter().map(|id| GroupId::new(id.as_text()?).ok()).collect(),
        _ => None,
    };
    Ok(Profile {
        code: given(fields, "code").map(|_| id(fields, "code", Code::new)).transpose()?,
        email: read(fields, "email", "a text", |json| json.as_text().map(Into::into))?,
        groups: read(fields, "groups", "a list of ids", groups)?,
        birthday: read(fields, "birthday", "a day", day)?,
        ..Profile::default()
    })
}

fn given<'a>(fields: &Fields<'a>, name: &str) -> Option<&'a Json> {
    fields.json.get(name)
}

/// A field that may be left out.
fn read<T>(
    fields: &Fields<'_>,
    name: &str,
    expected: &str,
    value: impl FnOnce(&Json) -> Option<T>,
) -> Result<Option<T>, Unreadable> {
    let read = |json| value(json).ok_or_else(|| fields.wrong(name, expected));
    given(fields, name).map(read).transpose()
}

fn id<T>(
    fields: &Fields<'_>,
    name: &str,
    checked: impl FnOnce(&str) -> Result<T, IdError>,
) -> Result<T, Unreadable> {
    checked(fields.text(name)?).map_err(|error| fields.wrong(name, &error.to_string()))
}

fn decimal(json: &Json) -> Option<rust_decimal::Decimal> {
    parse_decimal(json.as_text()?).ok()
}

/// `2026-03-02`.
fn day(json: &Json) -> Option<Date> {
    let text = json.as_text()?;
    let mut parts = text.split('-');
    let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
    let date = Date::from_civil(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?)?;
    // Only what is written as a day is written is one.
    (date.to_string() == text).then_some(date)
}
