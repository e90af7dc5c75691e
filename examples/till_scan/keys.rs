//! Keys that were recorded, and lines.

use std::fs::File;
use std::io::{self, BufRead, BufReader};
use std::path::Path;

use regulars::adapter::wedge::{By, Key, Wedge, WedgeEvent};

use crate::Result;
use crate::args::Args;
use crate::commands;
use crate::till::Till;

/// Keys with their times, as they come from a till.
pub fn recorded(till: &mut Till, file: &Path, args: &Args) -> Result<()> {
    let from: Box<dyn BufRead> = match file.to_str() {
        Some("-") => Box::new(io::stdin().lock()),
        _ => {
            let opened = File::open(file).map_err(|error| format!("{}: {error}", file.display()))?;
            Box::new(BufReader::new(opened))
        }
    };
    let mut wedge = Wedge::new(args.wedge.clone());
    let mut last = 0;
    for (number, row) in (1u32..).zip(from.lines()) {
        if till.has_ended {
            return Ok(());
        }
        let row = row?;
        if row.is_empty() || row.starts_with('#') {
            continue;
        }
        let (at, key) =
            key(&row).ok_or_else(|| format!("{}, line {number}: no key: {row:?}", file.display()))?;
        let at = u64::max(last, at);
        take(till, wedge.tick(at));
        till.clock.set(at);
        take(till, wedge.press(key, at));
        last = at;
    }
    // Nothing comes any more.
    let events = wedge.press(Key::Enter, last.saturating_add(1000));
    take(till, events);
    Ok(())
}

/// Each line of stdin is a command, or what a scanner sends before Enter.
pub fn lines(till: &mut Till, args: &Args) -> Result<()> {
    let (mut wedge, mut at) = (Wedge::new(args.wedge.clone()), 0u64);
    for line in io::stdin().lock().lines() {
        if till.has_ended {
            break;
        }
        let line = line?;
        if commands::is_command(&line) {
            till.typed(&line);
        } else {
            for character in line.chars() {
                at = at.saturating_add(5);
                take(till, wedge.press(Key::Character(character), at));
            }
            at = at.saturating_add(5);
            take(till, wedge.press(Key::Enter, at));
        }
        at = at.saturating_add(1000);
    }
    Ok(())
}

/// What a scanner sent is a code; what a hand typed may be a command.
pub fn take(till: &mut Till, events: Vec<WedgeEvent>) {
    for event in events {
        match event {
            WedgeEvent::Scanned(scanned) => match (scanned.by, &scanned.text) {
                (By::Hand, Some(text)) => till.typed(text),
                _ => till.scanned(scanned.read_code()),
            },
            _ => till.say("That was longer than any code."),
        }
    }
}

fn key(row: &str) -> Option<(u64, Key)> {
    let (at, key) = row.split_once(' ')?;
    let mut characters = key.chars();
    let key = match (key, characters.next(), characters.next()) {
        ("ENTER", ..) => Key::Enter,
        ("TAB", ..) => Key::Tab,
        ("SPACE", ..) => Key::Character(' '),
        ("BACKSPACE", ..) => Key::Backspace,
        ("ESCAPE", ..) => Key::Escape,
        ("F8", ..) => Key::Function(8),
        (_, Some(character), None) => Key::Character(character),
        _ => return None,
    };
    Some((at.parse().ok()?, key))
}
