//! The scenario format: what happens in a shop, and what should come of it.

use std::collections::BTreeMap;
use std::fmt;

use regulars::decide::{Document, Profile};
use regulars::document::{DocumentError, Json, Limits, document_from, program_from};
use regulars::ident::{Code, CustomerId, PunchCardId};
use regulars::loyalty::VersionedProgram;
use regulars::money::{Money, Units};
use regulars::time::Date;

use super::expect::Expect;
use super::listed;

/// One scenario.
pub struct Scenario {
    pub id: String,
    pub script: Script,
}

/// What a scenario plays.
pub struct Script {
    pub program: VersionedProgram,
    pub customers: Vec<Customer>,
    pub cards: Vec<Card>,
    pub events: Vec<Event>,
}

/// A customer who is there before the first event.
pub struct Customer {
    pub id: CustomerId,
    pub profile: Profile,
    /// What is there of an earlier time.
    pub balance: Option<Units>,
    pub last_purchase: Option<Date>,
    pub spent: Option<Money>,
    pub opted_out: bool,
}

/// A punch card that is there before the first event.
pub struct Card {
    pub code: Code,
    pub punch_card: PunchCardId,
    /// Whose it is.
    pub customer: Option<CustomerId>,
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

fn read_script(fields: &Fields<'_>) -> Result<Script, Unreadable> {
    let Some(Json::List(written)) = fields.json.get("events") else {
        return Err(fields.wrong("events", "a list"));
    };
    let expects = read_expects(fields.place, written)?;
    let program = fields.json.get("program").ok_or_else(|| fields.wrong("program", "a program"))?;
    let program = program_from(program).map_err(|error| {
        let place = format!("{}: program", fields.place);
        Unreadable { place, what: error.to_string() }
    })?;
    Ok(Script {
        customers: listed::read_customers(fields, &program)?,
        cards: listed::read_cards(fields)?,
        events: read_events(fields.place, written, expects, &program)?,
        program,
    })
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

/// The fields of one object of a scenario.
pub struct Fields<'a> {
    pub place: &'a str,
    pub json: &'a Json,
}

impl Fields<'_> {
    pub fn only(&self, known: &[&str]) -> Result<(), Unreadable> {
        let Json::Object(members) = self.json else {
            let what = format!("expected an object, found {}", shortened(self.json));
            return Err(Unreadable { place: self.place.to_string(), what });
        };
        match members.keys().find(|name| !known.contains(&name.as_str())) {
            Some(name) => Err(self.wrong(name, &format!("one of {}", known.join(", ")))),
            None => Ok(()),
        }
    }

    pub fn text(&self, name: &str) -> Result<&str, Unreadable> {
        self.json.get(name).and_then(Json::as_text).ok_or_else(|| self.wrong(name, "a text"))
    }

    /// A list that may be left out.
    pub fn list(&self, name: &str) -> Result<&[Json], Unreadable> {
        match self.json.get(name) {
            None => Ok(&[]),
            Some(Json::List(items)) => Ok(items),
            Some(_) => Err(self.wrong(name, "a list")),
        }
    }

    pub fn wrong(&self, name: &str, expected: &str) -> Unreadable {
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
