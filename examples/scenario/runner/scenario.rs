//! The scenario format: what happens in a shop, and what should come of it.

use std::collections::BTreeMap;
use std::fmt;

use regulars::decide::Document;
use regulars::document::{DocumentError, Json, Limits, document_from, program_from};
use regulars::ident::CustomerId;
use regulars::loyalty::VersionedProgram;
use regulars::money::{Units, parse_decimal};

use super::expect::Expect;

/// One scenario.
pub struct Scenario {
    pub id: String,
    pub script: Result<Script, NotYet>,
}

/// What this version of the library can't do yet, and where the scenario asks for it.
#[derive(Debug, Clone)]
pub struct NotYet(pub String);

/// What a scenario plays.
pub struct Script {
    pub program: VersionedProgram,
    pub customers: Vec<Customer>,
    pub events: Vec<Event>,
}

/// A customer who is there before the first event.
pub struct Customer {
    pub id: CustomerId,
    pub balance: Option<Units>,
    pub opted_out: bool,
}

/// Something that happens.
pub struct Event {
    /// Its place in the scenario, from 1.
    pub number: usize,
    pub kind: String,
    /// What was handed in; an error if it isn't well written, and the scenario expects that, or if
    /// it asks for what isn't built yet.
    pub document: Result<Document, DocumentError>,
    pub expect: Expect,
}

/// A text can't be read as scenarios.
#[derive(Debug)]
pub struct Unreadable {
    pub place: String,
    pub what: String,
}

impl fmt::Display for Unreadable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.place.is_empty() {
            write!(f, "{}", self.what)
        } else {
            write!(f, "{}: {}", self.place, self.what)
        }
    }
}

/// Reads a text that is one scenario, or a list of them.
pub fn read(text: &str) -> Result<Vec<Scenario>, Unreadable> {
    match Json::read(text, &Limits::NONE) {
        Ok(Json::List(scenarios)) => {
            (1..).zip(&scenarios).map(|(number, json)| read_one(number, json)).collect()
        }
        Ok(scenario) => Ok(vec![read_one(1, &scenario)?]),
        Err(error) => Err(Unreadable { place: String::new(), what: with_numbers(&error) }),
    }
}

/// A mistake that was met before the scenarios were taken apart, with its place in the runner's
/// words: scenarios and events count from 1.
fn with_numbers(error: &DocumentError) -> String {
    let said = error.to_string();
    let (scenario, said) = numbered("[", "scenario number", &said);
    let (event, said) = numbered("events[", "event", said);
    format!("{scenario}{event}{said}")
}

fn numbered<'s>(list: &str, item: &str, said: &'s str) -> (String, &'s str) {
    let index_and_rest = said.strip_prefix(list).and_then(|rest| rest.split_once(']'));
    match index_and_rest.map(|(index, rest)| (index.parse::<usize>(), rest)) {
        Some((Ok(index), rest)) => {
            (format!("{item} {}: ", index.saturating_add(1)), rest.trim_start_matches(['.', ':', ' ']))
        }
        _ => (String::new(), said),
    }
}

const FIELDS: [&str; 8] = ["id", "title", "rules", "source", "program", "customers", "cards", "events"];
const CUSTOMER_FIELDS: [&str; 9] =
    ["id", "balance", "code", "email", "last_purchase", "spent", "opted_out", "groups", "birthday"];

fn read_one(number: usize, json: &Json) -> Result<Scenario, Unreadable> {
    let id = json.get("id").and_then(Json::as_text).map(ToString::to_string);
    let place = match &id {
        Some(id) => format!("scenario {id}"),
        None => format!("scenario number {number}"),
    };
    let fields = Fields { place: &place, json };
    fields.only(&FIELDS)?;
    let id = id.ok_or_else(|| fields.wrong("id", "a text"))?;
    fields.text("title")?;
    fields.text("source")?;
    fields.list("rules")?;
    Ok(Scenario { id, script: read_script(&fields)? })
}

fn read_script(fields: &Fields<'_>) -> Result<Result<Script, NotYet>, Unreadable> {
    let Some(Json::List(written)) = fields.json.get("events") else {
        return Err(fields.wrong("events", "a list"));
    };
    let expects = read_expects(fields.place, written)?;
    let program = fields.json.get("program").ok_or_else(|| fields.wrong("program", "a program"))?;
    let program = match program_from(program) {
        Ok(program) => program,
        Err(error @ DocumentError::NotBuilt { .. }) => return Ok(Err(NotYet(format!("program: {error}")))),
        Err(error) => {
            let place = format!("{}: program", fields.place);
            return Err(Unreadable { place, what: error.to_string() });
        }
    };
    let customers = read_customers(fields, &program)?;
    let events = read_events(fields.place, written, expects, &program)?;
    if !fields.list("cards")?.is_empty() {
        return Ok(Err(NotYet("cards".to_string())));
    }
    Ok(customers.map(|customers| Script { program, customers, events }))
}

/// The expectations are read of every scenario, also of those that can't be played yet.
fn read_expects(place: &str, events: &[Json]) -> Result<Vec<Expect>, Unreadable> {
    let read = |(number, event): (usize, &Json)| {
        let place = format!("{place}: event {number}");
        Expect::read(event.get("expect")).map_err(|what| Unreadable { place, what })
    };
    (1..).zip(events).map(read).collect()
}

fn read_events(
    place: &str,
    written: &[Json],
    expects: Vec<Expect>,
    program: &VersionedProgram,
) -> Result<Vec<Event>, Unreadable> {
    let read = |(number, (json, expect)): (usize, (&Json, Expect))| {
        let place = format!("{place}: event {number}");
        read_event(number, json, expect, program).map_err(|what| Unreadable { place, what })
    };
    (1..).zip(written.iter().zip(expects)).map(read).collect()
}

fn read_event(
    number: usize,
    json: &Json,
    expect: Expect,
    program: &VersionedProgram,
) -> Result<Event, String> {
    let Json::Object(members) = json else {
        return Err(format!("expected an object, found {}", shortened(json)));
    };
    let members: BTreeMap<_, _> = members
        .iter()
        .filter(|(name, _)| *name != "expect")
        .map(|(name, json)| (name.clone(), json.clone()))
        .collect();
    let document = document_from(&Json::Object(members), &*program.program, &Limits::NONE);
    match &document {
        Err(error) if error.name() != "not_built" && expect.error() != Some(error.name()) => {
            return Err(error.to_string());
        }
        _ => {}
    }
    let kind = json.get("type").and_then(Json::as_text).unwrap_or_default().to_string();
    Ok(Event { number, kind, document, expect })
}

fn read_customers(
    fields: &Fields<'_>,
    program: &VersionedProgram,
) -> Result<Result<Vec<Customer>, NotYet>, Unreadable> {
    let mut customers = Vec::new();
    for (index, json) in fields.list("customers")?.iter().enumerate() {
        let place = format!("{}: customers[{index}]", fields.place);
        match read_customer(&Fields { place: &place, json }, program)? {
            Ok(customer) => customers.push(customer),
            Err(not_yet) => return Ok(Err(not_yet)),
        }
    }
    Ok(Ok(customers))
}

fn read_customer(
    fields: &Fields<'_>,
    program: &VersionedProgram,
) -> Result<Result<Customer, NotYet>, Unreadable> {
    fields.only(&CUSTOMER_FIELDS)?;
    let id = CustomerId::new(fields.text("id")?).map_err(|error| fields.wrong("id", &error.to_string()))?;
    let built = ["id", "balance", "opted_out"];
    if let Some(name) =
        CUSTOMER_FIELDS.iter().find(|name| !built.contains(name) && fields.json.get(name).is_some())
    {
        return Ok(Err(NotYet(format!("customer {id}: {name}"))));
    }
    let balance = fields.json.get("balance").map(|json| read_units(json, program));
    let balance = balance.map(|units| units.ok_or_else(|| fields.wrong("balance", "units"))).transpose()?;
    let opted_out = match fields.json.get("opted_out") {
        None => false,
        Some(Json::Bool(value)) => *value,
        Some(_) => return Err(fields.wrong("opted_out", "true or false")),
    };
    Ok(Ok(Customer { id, balance, opted_out }))
}

fn read_units(json: &Json, program: &VersionedProgram) -> Option<Units> {
    let decimal = parse_decimal(json.as_text()?).ok()?;
    Units::from_decimal(decimal, program.program.unit_decimals()).ok()
}

/// The fields of one object of a scenario.
struct Fields<'a> {
    place: &'a str,
    json: &'a Json,
}

impl Fields<'_> {
    fn only(&self, known: &[&str]) -> Result<(), Unreadable> {
        let Json::Object(members) = self.json else {
            let what = format!("expected an object, found {}", shortened(self.json));
            return Err(Unreadable { place: self.place.to_string(), what });
        };
        match members.keys().find(|name| !known.contains(&name.as_str())) {
            Some(name) => Err(self.wrong(name, &format!("one of {}", known.join(", ")))),
            None => Ok(()),
        }
    }

    fn text(&self, name: &str) -> Result<&str, Unreadable> {
        self.json.get(name).and_then(Json::as_text).ok_or_else(|| self.wrong(name, "a text"))
    }

    /// A list that may be left out.
    fn list(&self, name: &str) -> Result<&[Json], Unreadable> {
        match self.json.get(name) {
            None => Ok(&[]),
            Some(Json::List(items)) => Ok(items),
            Some(_) => Err(self.wrong(name, "a list")),
        }
    }

    fn wrong(&self, name: &str, expected: &str) -> Unreadable {
        let found = self.json.get(name).map_or("nothing".to_string(), shortened);
        Unreadable {
            place: self.place.to_string(),
            what: format!("{name}: expected {expected}, found {found}"),
        }
    }
}

fn shortened(json: &Json) -> String {
    const SHOWN: usize = 60;
    json.to_string().chars().take(SHOWN).collect()
}
