//! Who gets a card, and with which number.
#![allow(clippy::arithmetic_side_effects, reason = "numbers of cards, checked where they are given")]

use std::error::Error;
use std::path::Path;

use regulars::code::{CardPattern, Symbology};

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
        let nobody = |index| {
            let code = numbered(args, index)?;
            Ok(Person { place: format!("card {code}"), code, name: String::new() })
        };
        return (0..args.count).map(nobody).collect();
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
    for (record, index) in reader.records().zip(0..) {
        let record = record?;
        let line = record.position().map_or(0, csv::Position::line);
        let field = |column: usize| record.get(column).unwrap_or_default().to_string();
        let code = match code.map(field).filter(|code| !code.is_empty()) {
            Some(code) => code,
            None => numbered(args, index)?,
        };
        people.push(Person { code, name: field(name), place: format!("{}:{line}", path.display()) });
    }
    if people.is_empty() {
        return Err("it names nobody".into());
    }
    Ok(people)
}

/// The number of the card with that index: one of the shop's own that no scale of it prints.
fn numbered(args: &Args, index: u64) -> Result<String, Box<dyn Error>> {
    let too_many = || {
        format!("--prefix {} has no number for card {index} of this kind: take a shorter one", args.prefix)
    };
    let number = args.first.checked_add(index).ok_or_else(too_many)?;
    let free = |places: usize| places.checked_sub(args.prefix.len()).filter(|free| *free != 0);
    if args.symbology == Symbology::Ean8 {
        // Eight digits have no pattern: no scale prints them.
        let width = free(7).ok_or_else(too_many)?;
        let payload = format!("{}{number:0width$}", args.prefix);
        return if payload.len() == 7 { Ok(payload) } else { Err(too_many().into()) };
    }
    let places = if args.symbology == Symbology::UpcA { 11 } else { 12 };
    let pattern = format!("{}{}C", args.prefix, "N".repeat(free(places).ok_or_else(too_many)?));
    let pattern = CardPattern::new(&pattern, &args.scales)
        .map_err(|error| format!("--prefix {}: {error}", args.prefix))?;
    let number = pattern.number(number).ok_or_else(too_many)?;
    let ean_13 = str::from_utf8(number.as_ean_13().ok_or_else(too_many)?)?;
    Ok(match args.symbology {
        // Without the check digit, which is added when the code is made.
        Symbology::Ean13 => ean_13[..12].to_string(),
        Symbology::UpcA => ean_13[1..12].to_string(),
        // An even number of digits, as ITF-14 has them.
        Symbology::Itf => format!("0{ean_13}"),
        _ => ean_13.to_string(),
    })
}
