//! Who gets a card, and with which number.
#![allow(clippy::arithmetic_side_effects, reason = "numbers of cards, checked where they are given")]

use std::collections::BTreeSet;
use std::error::Error;
use std::hash::{BuildHasher, RandomState};
use std::path::Path;

use regulars::code::{CardPattern, Resolver, Symbology};

use crate::args::Args;

/// Who gets a card.
#[derive(Debug)]
pub struct Person {
    /// The number of the card, or what else stands in its code; without the check digit that its symbology has.
    pub code: String,
    /// Empty for a card that nobody has yet.
    pub name: String,
    /// Where it was said, for errors.
    pub place: String,
}

/// All of them, from the file, or as many as were asked for.
pub fn people(args: &Args) -> Result<Vec<Person>, Box<dyn Error>> {
    let Some(path) = &args.from else {
        let mut numbers = Numbers::new(args);
        let mut nobody = || {
            let code = numbers.next()?;
            Ok(Person { place: format!("card {code}"), code, name: String::new() })
        };
        return (0..args.count).map(|_| nobody()).collect();
    };
    listed(args, path).map_err(|error| format!("{}: {error}", path.display()).into())
}

fn listed(args: &Args, path: &Path) -> Result<Vec<Person>, Box<dyn Error>> {
    let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).from_path(path)?;
    let headers = reader.headers()?.clone();
    let column = |name: &str| headers.iter().position(|header| header.trim_start_matches('\u{feff}') == name);
    let name = column("name").ok_or("its first line has no column name")?;
    let code = column("code");
    let mut people = Vec::new();
    let mut numbers = Numbers::new(args);
    for record in reader.records() {
        let record = record?;
        let line = record.position().map_or(0, csv::Position::line);
        let field = |column: usize| record.get(column).unwrap_or_default().to_string();
        let code = match code.map(field).filter(|code| !code.is_empty()) {
            Some(code) => code,
            None => numbers.next()?,
        };
        people.push(Person { code, name: field(name), place: format!("{}:{line}", path.display()) });
    }
    if people.is_empty() {
        return Err("it names nobody".into());
    }
    Ok(people)
}

/// The numbers of the cards: of the shop's own, that no scale of it prints.
///
/// They are drawn by chance, since whoever types the number of a card is taken for its customer; counted only if a
/// first one was given.
struct Numbers<'a> {
    args: &'a Args,
    drawn: BTreeSet<u64>,
    /// Its keys are drawn by the operating system.
    chance: RandomState,
}

impl<'a> Numbers<'a> {
    fn new(args: &'a Args) -> Self {
        Self { args, drawn: BTreeSet::new(), chance: RandomState::new() }
    }

    /// The next one, as it stands in a code.
    fn next(&mut self) -> Result<String, Box<dyn Error>> {
        let Args { prefix, symbology, .. } = self.args;
        let too_many = || format!("--prefix {prefix} has no numbers left of this kind: take a shorter one");
        let free = |places: usize| places.checked_sub(prefix.len()).filter(|free| *free != 0);
        if *symbology == Symbology::Ean8 {
            // Eight digits have no pattern: no scale prints them.
            let width = free(7).ok_or_else(too_many)?;
            let number = self.number(10_u64.pow(u32::try_from(width)?)).ok_or_else(too_many)?;
            return Ok(format!("{prefix}{number:0width$}"));
        }
        let places = if *symbology == Symbology::UpcA { 11 } else { 12 };
        let pattern = format!("{prefix}{}C", "N".repeat(free(places).ok_or_else(too_many)?));
        let pattern = self.apart(&pattern).map_err(|error| format!("--prefix {prefix}: {error}"))?;
        let number = self.number(pattern.room()).and_then(|number| pattern.number(number));
        let number = number.ok_or_else(too_many)?;
        let ean_13 = str::from_utf8(number.as_ean_13().ok_or_else(too_many)?)?;
        Ok(match symbology {
            // Without the check digit, which is added when the code is made.
            Symbology::Ean13 => ean_13[..12].to_string(),
            Symbology::UpcA => ean_13[1..12].to_string(),
            // An even number of digits, as ITF-14 has them.
            Symbology::Itf => format!("0{ean_13}"),
            _ => ean_13.to_string(),
        })
    }

    /// The pattern, if no scale of the shop prints such a number.
    fn apart(&self, pattern: &str) -> Result<CardPattern, Box<dyn Error>> {
        let mut resolver = Resolver::default();
        self.args.scales.iter().try_for_each(|scale| resolver.add_scale(*scale))?;
        let pattern = pattern.parse()?;
        resolver.add_cards(pattern)?;
        Ok(pattern)
    }

    /// A number below `room` that no card before has.
    fn number(&mut self, room: u64) -> Option<u64> {
        let count = u64::try_from(self.drawn.len()).ok()?;
        if room <= count {
            return None;
        }
        let number = match self.args.first {
            Some(first) => first.checked_add(count).filter(|number| *number < room)?,
            None => (0_u64..)
                .map(|turn| self.chance.hash_one((count, turn)) % room)
                .find(|number| !self.drawn.contains(number))?,
        };
        self.drawn.insert(number);
        Some(number)
    }
}
