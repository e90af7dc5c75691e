//! A value of a document, and where it stands.

use alloc::borrow::ToOwned;
use alloc::collections::BTreeMap;
use alloc::format;
use alloc::string::{String, ToString};
use core::{fmt, iter};

use smol_str::SmolStr;

use crate::document::{DocumentError, Json, Mistake};

/// Where a value stands. It is a chain of what it stands in, so that no text is made of it before
/// there is something wrong.
#[derive(Clone, Copy)]
pub(super) enum Path<'a> {
    Root,
    Field(&'a Path<'a>, &'a str),
    Item(&'a Path<'a>, usize),
}

impl fmt::Display for Path<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Path::Root => f.write_str("."),
            Path::Field(Path::Root, name) => f.write_str(name),
            Path::Field(parent, name) => write!(f, "{parent}.{name}"),
            Path::Item(Path::Root, index) => write!(f, "[{index}]"),
            Path::Item(parent, index) => write!(f, "{parent}[{index}]"),
        }
    }
}

/// A value, and where it stands.
#[derive(Clone, Copy)]
pub(super) struct Node<'a> {
    json: &'a Json,
    path: Path<'a>,
}

impl<'a> Node<'a> {
    pub(super) fn root(json: &'a Json) -> Node<'a> {
        Node { json, path: Path::Root }
    }

    pub(super) fn json(&self) -> &'a Json {
        self.json
    }

    /// The fields of an object, whatever they are; [`Fields::only`] refuses those that are unknown.
    pub(super) fn object(&self) -> Result<Fields<'a>, Mistake> {
        match self.json {
            Json::Object(members) => Ok(Fields { members, path: self.path }),
            _ => Err(self.expected("an object")),
        }
    }

    /// The members of an object whose keys are ids.
    pub(super) fn members(&self) -> Result<impl Iterator<Item = (&'a str, Node<'_>)>, Mistake> {
        let Json::Object(members) = self.json else { return Err(self.expected("an object")) };
        let node = |(key, json): (&'a SmolStr, &'a Json)| {
            (key.as_str(), Node { json, path: Path::Field(&self.path, key) })
        };
        Ok(members.iter().map(node))
    }

    /// The items of a list of at most `most`.
    pub(super) fn items(&self, most: usize) -> Result<impl Iterator<Item = Node<'_>>, Mistake> {
        let Json::List(items) = self.json else { return Err(self.expected("a list")) };
        if most < items.len() {
            return Err(self.expected_not(format!("at most {most} items"), format!("{}", items.len())));
        }
        let node = |(index, json)| Node { json, path: Path::Item(&self.path, index) };
        Ok(items.iter().enumerate().map(node))
    }

    pub(super) fn text(&self) -> Result<&'a str, Mistake> {
        self.json.as_text().ok_or_else(|| self.expected("a text"))
    }

    pub(super) fn boolean(&self) -> Result<bool, Mistake> {
        match self.json {
            Json::Bool(value) => Ok(*value),
            _ => Err(self.expected("true or false")),
        }
    }

    /// A whole number from 0 to `most`.
    pub(super) fn count<T: TryFrom<u64>>(&self, most: u64) -> Result<T, Mistake> {
        let count = match self.json {
            Json::Count(count) if *count <= most => T::try_from(*count).ok(),
            _ => None,
        };
        count.ok_or_else(|| self.expected(format!("a whole number from 0 to {most}")))
    }

    /// One of several words.
    pub(super) fn choice<T: Copy>(&self, choices: &[(&str, T)]) -> Result<T, Mistake> {
        let text = self.json.as_text();
        match choices.iter().find(|(name, _)| Some(*name) == text) {
            Some((_, choice)) => Ok(*choice),
            None => Err(self.expected(one_of(choices.iter().map(|(name, _)| *name)))),
        }
    }

    /// The error that something else was expected here.
    pub(super) fn expected(&self, expected: impl Into<String>) -> Mistake {
        self.expected_not(expected, self.json.describe())
    }

    pub(super) fn expected_not(&self, expected: impl Into<String>, found: String) -> Mistake {
        self.mistake(expected.into(), found)
    }

    fn mistake(&self, expected: String, found: String) -> Mistake {
        Mistake::new(DocumentError::Field { path: self.path.to_string(), expected, found })
    }

    /// The same of a secret, such as a token: errors end in logs, and who reads one there could use it.
    pub(super) fn expected_secret(&self, expected: impl Into<String>) -> Mistake {
        self.expected_not(expected, self.json.describe_secret())
    }

    /// The error that this can't be so in a program.
    pub(super) fn unsound(&self, expected: &str) -> Mistake {
        Mistake::new(DocumentError::Program {
            path: self.path.to_string(),
            expected: expected.to_owned(),
            found: self.json.describe(),
        })
    }

    /// The error that this version can't do what stands here.
    pub(super) fn not_built(&self, what: &'static str) -> Mistake {
        Mistake::new(DocumentError::NotBuilt { path: self.path.to_string(), what })
    }
}

/// The fields of an object.
#[derive(Clone, Copy)]
pub(super) struct Fields<'a> {
    members: &'a BTreeMap<SmolStr, Json>,
    path: Path<'a>,
}

impl Fields<'_> {
    /// Refuses fields that are none of these.
    pub(super) fn only(&self, known: &[&[&str]]) -> Result<(), Mistake> {
        let is_known = |name: &str| known.iter().any(|names| names.contains(&name));
        match self.members.keys().find(|name| !is_known(name)) {
            None => Ok(()),
            Some(name) => Err(Mistake::new(DocumentError::Field {
                path: Path::Field(&self.path, name).to_string(),
                expected: format!("a field that is {}", one_of(known.iter().copied().flatten().copied())),
                found: format!("{} as its name", Json::text(name)),
            })),
        }
    }

    pub(super) fn get(&self, name: &'static str) -> Option<Node<'_>> {
        self.members.get(name).map(|json| Node { json, path: Path::Field(&self.path, name) })
    }

    pub(super) fn required(&self, name: &'static str) -> Result<Node<'_>, Mistake> {
        self.get(name).ok_or_else(|| self.missing(name))
    }

    /// The error that a field is missing.
    pub(super) fn missing(&self, name: &str) -> Mistake {
        self.missing_or(name, "")
    }

    /// The error that a field is missing, and what can be there in its place.
    pub(super) fn missing_or(&self, name: &str, others: &str) -> Mistake {
        Mistake::new(DocumentError::Field {
            path: Path::Field(&self.path, name).to_string(),
            expected: format!("this field{others}"),
            found: "nothing".to_owned(),
        })
    }

    /// A field that may be left out.
    pub(super) fn optional<T>(
        &self,
        name: &'static str,
        read: impl FnOnce(Node<'_>) -> Result<T, Mistake>,
    ) -> Result<Option<T>, Mistake> {
        self.get(name).map(read).transpose()
    }

    /// A field that may be left out, or be `null`.
    pub(super) fn nullable<T>(
        &self,
        name: &'static str,
        read: impl FnOnce(Node<'_>) -> Result<T, Mistake>,
    ) -> Result<Option<T>, Mistake> {
        self.get(name).filter(|node| *node.json != Json::Null).map(read).transpose()
    }

    /// A field with a default.
    pub(super) fn or<T>(
        &self,
        name: &'static str,
        default: T,
        read: impl FnOnce(Node<'_>) -> Result<T, Mistake>,
    ) -> Result<T, Mistake> {
        Ok(self.optional(name, read)?.unwrap_or(default))
    }
}

/// `a`, `b` or `c`.
pub(super) fn one_of<'n>(mut names: impl Iterator<Item = &'n str>) -> String {
    joined(&mut || names.next())
}

fn joined<'n>(next: &mut dyn FnMut() -> Option<&'n str>) -> String {
    let mut said = String::new();
    let mut names = iter::from_fn(next).peekable();
    while let Some(name) = names.next() {
        if !said.is_empty() {
            said.push_str(if names.peek().is_some() { ", " } else { " or " });
        }
        said.push_str(name);
    }
    said
}
