//! JSON as it stands in the text, each key once.

use alloc::borrow::ToOwned;
use alloc::collections::BTreeMap;
use alloc::collections::btree_map::Entry;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::cell::{Cell, RefCell};
use core::fmt::{self, Write};
use core::iter;

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use smol_str::SmolStr;

use crate::document::{DocumentError, Limits};
use crate::sorting;

/// What an object has, by name.
pub(crate) type Members = Vec<(&'static str, Json)>;

/// A JSON value of the kinds that documents use. There are no numbers but counts: what may have a
/// fraction or a sign is a decimal string.
///
/// It is shown as JSON text: without spaces, the keys of an object in alphabetical order.
///
/// ```
/// use regulars::document::{Json, Limits};
///
/// let json = Json::read(r#"{ "times": 2, "per": "day" }"#, &Limits::default())?;
/// assert_eq!(json.to_string(), r#"{"per":"day","times":2}"#);
///
/// let twice = Json::read(r#"{"a": [{"b": "1", "b": "2"}]}"#, &Limits::default());
/// assert_eq!(twice.unwrap_err().to_string(), "a[0].b: expected the field once, found it twice");
/// # Ok::<(), regulars::document::DocumentError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Json {
    /// `null`
    Null,
    /// `true` or `false`
    Bool(bool),
    /// A whole number that is not below zero.
    Count(u64),
    /// A string.
    Text(SmolStr),
    /// A list.
    List(Vec<Json>),
    /// An object.
    Object(BTreeMap<SmolStr, Json>),
}

impl Json {
    /// Reads a text that is one JSON value.
    ///
    /// # Errors
    /// [`DocumentError::Syntax`] if it is none; [`DocumentError::Field`] for a key that is given
    /// twice, a number that is no count, and a text past the limits of bytes and values.
    pub fn read(text: &str, limits: &Limits) -> Result<Json, DocumentError> {
        if limits.bytes < text.len() {
            let expected = format!("at most {} bytes", limits.bytes);
            let found = format!("{} bytes", text.len());
            return Err(DocumentError::Field { path: ".".to_owned(), expected, found });
        }
        let (budget, fault) = (Cell::new(limits.values), RefCell::default());
        let mut reader = serde_json::Deserializer::from_str(text);
        let json = Tree { budget: &budget, fault: &fault }.deserialize(&mut reader);
        let json = json.and_then(|json| reader.end().map(|()| json));
        json.map_err(|error| fault.into_inner().into_error(&error))
    }

    /// The value of a key; `None` if there is none, or if this is no object.
    pub fn get(&self, key: &str) -> Option<&Json> {
        match self {
            Json::Object(members) => members.get(key),
            _ => None,
        }
    }

    /// The text; `None` if this is none.
    pub fn as_text(&self) -> Option<&str> {
        match self {
            Json::Text(text) => Some(text),
            _ => None,
        }
    }

    /// A text.
    pub(super) fn text(text: impl AsRef<str>) -> Json {
        Json::Text(SmolStr::new(text))
    }

    /// An object with these members.
    pub(crate) fn object(members: impl Into<Members>) -> Json {
        let mut members = members.into().into_iter();
        Json::of_members(&mut || members.next().map(|(name, value)| (SmolStr::new_static(name), value)))
    }

    /// An object with members of which only who calls knows the names: ids, as a rule.
    pub(crate) fn map<K: AsRef<str>>(members: impl IntoIterator<Item = (K, Json)>) -> Json {
        let mut members = members.into_iter();
        Json::of_members(&mut || members.next().map(|(key, value)| (SmolStr::new(key), value)))
    }

    /// Once for all objects: code that makes a map would otherwise be there for each place that writes one.
    #[inline(never)]
    fn of_members(next: &mut dyn FnMut() -> Option<(SmolStr, Json)>) -> Json {
        Json::Object(sorting::map(iter::from_fn(next)))
    }

    /// What an error says was found. What may be a token isn't shown, in whatever field it stands: errors end in logs, and
    /// who reads one there could use it.
    pub(super) fn describe(&self) -> String {
        const SHOWN: usize = 40;
        match self {
            Json::Text(text) if may_be_token(text) => self.describe_secret(),
            Json::Text(text) if SHOWN < text.chars().count() => {
                let beginning: SmolStr = text.chars().take(SHOWN).collect();
                format!("a text that begins {}", Json::Text(beginning))
            }
            Json::Count(count) => format!("the number {count}"),
            Json::List(items) if items.is_empty() => "an empty list".to_owned(),
            Json::List(_) => "a list".to_owned(),
            Json::Object(_) => "an object".to_owned(),
            Json::Null | Json::Bool(_) | Json::Text(_) => self.to_string(),
        }
    }

    /// The same of a secret: nothing that is in it.
    pub(super) fn describe_secret(&self) -> String {
        match self {
            Json::Text(text) if text.chars().count() == 1 => "a text of 1 character".to_owned(),
            Json::Text(text) => format!("a text of {} characters", text.chars().count()),
            other => other.describe(),
        }
    }
}

/// Whether a text may have a token in it, also one that was mistyped: as many letters and digits, alone or behind an URL.
fn may_be_token(text: &str) -> bool {
    const LEAST: usize = 24;
    text.split(['/', ':', '?', '#', '=', '&', ']']).any(|part| {
        let count = part.chars().filter(char::is_ascii_alphanumeric).count();
        LEAST <= count && part.chars().any(|letter| letter.is_ascii_alphabetic())
    })
}

impl fmt::Display for Json {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Json::Null => f.write_str("null"),
            Json::Bool(value) => write!(f, "{value}"),
            Json::Count(count) => write!(f, "{count}"),
            Json::Text(text) => write_text(text, f),
            Json::List(items) => write_between(f, ['[', ']'], items, |item, f| write!(f, "{item}")),
            Json::Object(members) => write_between(f, ['{', '}'], members, |(key, value), f| {
                write_text(key, f)?;
                write!(f, ":{value}")
            }),
        }
    }
}

fn write_between<T>(
    f: &mut fmt::Formatter<'_>,
    [open, close]: [char; 2],
    items: impl IntoIterator<Item = T>,
    write_item: impl Fn(T, &mut fmt::Formatter<'_>) -> fmt::Result,
) -> fmt::Result {
    f.write_char(open)?;
    for (index, item) in items.into_iter().enumerate() {
        if index != 0 {
            f.write_char(',')?;
        }
        write_item(item, f)?;
    }
    f.write_char(close)
}

fn write_text(text: &str, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    f.write_char('"')?;
    for character in text.chars() {
        match character {
            '"' | '\\' => write!(f, "\\{character}")?,
            '\n' => f.write_str("\\n")?,
            '\r' => f.write_str("\\r")?,
            '\t' => f.write_str("\\t")?,
            control if control < ' ' => write!(f, "\\u{:04x}", u32::from(control))?,
            other => f.write_char(other)?,
        }
    }
    f.write_char('"')
}

impl<'de> serde::Deserialize<'de> for Json {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Json, D::Error> {
        let (budget, fault) = (Cell::new(usize::MAX), RefCell::default());
        Tree { budget: &budget, fault: &fault }.deserialize(deserializer)
    }
}

/// What made a text no document, though it is JSON, and where. It is noted on the way out of the values that it stands in,
/// so that what can be read pays nothing for it.
#[derive(Default)]
struct Fault {
    /// The way to it, its end first.
    steps: Vec<Step>,
    /// What was expected, and what was found. All that the tree can't hold without saying so is a number of another kind.
    told: Option<(String, String)>,
}

enum Step {
    Item(usize),
    Field(SmolStr),
}

impl Fault {
    fn path(&self) -> String {
        let mut path = String::new();
        for (depth, step) in self.steps.iter().rev().enumerate() {
            match step {
                Step::Item(index) => path.push_str(&format!("[{index}]")),
                Step::Field(name) => {
                    path.push_str(if depth == 0 { "" } else { "." });
                    path.push_str(name);
                }
            }
        }
        if self.steps.is_empty() { ".".to_owned() } else { path }
    }

    fn into_error(self, error: &serde_json::Error) -> DocumentError {
        let path = self.path();
        match self.told {
            Some((expected, found)) => DocumentError::Field { path, expected, found },
            None if error.is_data() => DocumentError::Field {
                path,
                expected: "a decimal string in quotes, such as \"19.99\", or a count".to_owned(),
                found: "a number with a sign, a fraction or too many digits".to_owned(),
            },
            None => DocumentError::Syntax { line: error.line(), column: error.column(), what: reason(error) },
        }
    }
}

/// What the JSON reader says, without the place, which stands before it.
fn reason(error: &serde_json::Error) -> String {
    let said = error.to_string();
    let place = format!(" at line {} column {}", error.line(), error.column());
    said.strip_suffix(&place).unwrap_or(&said).to_owned()
}

#[derive(Clone, Copy)]
struct Tree<'b> {
    /// How many values it may still have.
    budget: &'b Cell<usize>,
    fault: &'b RefCell<Fault>,
}

impl Tree<'_> {
    fn fail<E: Error>(&self, expected: &str, found: &str) -> E {
        self.fault.borrow_mut().told = Some((expected.to_owned(), found.to_owned()));
        E::custom(format_args!("expected {expected}, found {found}"))
    }

    fn came_from(&self, step: Step) {
        self.fault.borrow_mut().steps.push(step);
    }
}

impl<'de> DeserializeSeed<'de> for Tree<'_> {
    type Value = Json;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Json, D::Error> {
        let Some(left) = self.budget.get().checked_sub(1) else {
            return Err(self.fail("fewer values", "one more than the limit"));
        };
        self.budget.set(left);
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Tree<'_> {
    type Value = Json;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a text, a count, true, false, null, a list or an object")
    }

    fn visit_unit<E>(self) -> Result<Json, E> {
        Ok(Json::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Json, E> {
        Ok(Json::Bool(value))
    }

    fn visit_u64<E>(self, count: u64) -> Result<Json, E> {
        Ok(Json::Count(count))
    }

    fn visit_str<E>(self, text: &str) -> Result<Json, E> {
        Ok(Json::Text(SmolStr::new(text)))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Json, A::Error> {
        let mut items = Vec::new();
        let step = |items: &Vec<Json>| self.came_from(Step::Item(items.len()));
        while let Some(item) = list.next_element_seed(self).inspect_err(|_| step(&items))? {
            items.push(item);
        }
        Ok(Json::List(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<Json, A::Error> {
        let mut members = BTreeMap::new();
        while let Some(key) = object.next_key_seed(Key)? {
            match members.entry(key) {
                Entry::Vacant(place) => match object.next_value_seed(self) {
                    Ok(value) => {
                        place.insert(value);
                    }
                    Err(error) => {
                        self.came_from(Step::Field(place.into_key()));
                        return Err(error);
                    }
                },
                Entry::Occupied(place) => {
                    self.came_from(Step::Field(place.key().clone()));
                    return Err(self.fail("the field once", "it twice"));
                }
            }
        }
        Ok(Json::Object(members))
    }
}

/// A key, which needs no allocation if it is short.
struct Key;

impl<'de> DeserializeSeed<'de> for Key {
    type Value = SmolStr;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<SmolStr, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl Visitor<'_> for Key {
    type Value = SmolStr;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key")
    }

    fn visit_str<E>(self, key: &str) -> Result<SmolStr, E> {
        Ok(SmolStr::new(key))
    }
}
