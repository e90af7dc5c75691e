//! The keys of a terminal as they are pressed.

use std::io::{self, Write};
use std::mem;
use std::time::{Duration, Instant};

use crossterm::event::{Event, KeyCode, KeyEvent, KeyEventKind, KeyModifiers, poll, read};
use crossterm::terminal::{disable_raw_mode, enable_raw_mode};
use regulars::adapter::wedge::{Key, Wedge};

use crate::Result;
use crate::args::Args;
use crate::keys::take;
use crate::till::Till;

/// The terminal gives each key at once, until this is dropped.
struct Raw;

impl Drop for Raw {
    fn drop(&mut self) {
        // Nobody can be told.
        let _ = disable_raw_mode();
    }
}

/// Until `quit`, Ctrl-C or Ctrl-D.
pub fn run(till: &mut Till, args: &Args) -> Result<()> {
    till.say("Scan, or type; `help` tells the commands, `quit` ends.");
    enable_raw_mode()?;
    let _raw = Raw;
    till.raw = true;
    let (mut wedge, start, mut last) = (Wedge::new(args.wedge.clone()), Instant::now(), 0);
    while !till.has_ended {
        let now = || u64::try_from(start.elapsed().as_millis()).unwrap_or(u64::MAX);
        let wait = wedge.next_tick().map_or(1000, |tick| tick.saturating_sub(now()));
        if !poll(Duration::from_millis(wait))? {
            let events = wedge.tick(now());
            take(till, events);
            continue;
        }
        let Event::Key(pressed) = read()? else { continue };
        if pressed.kind == KeyEventKind::Release {
            continue;
        }
        let Some(key) = key(&pressed) else { continue };
        let at = now();
        let is_code = at.saturating_sub(mem::replace(&mut last, at)) <= u64::from(args.wedge.scanner_at_most);
        // A code may have these in it, too, and ends no till.
        if matches!(key, Key::Control('c' | 'd')) && !is_code {
            break;
        }
        echo(key)?;
        let events = wedge.press(key, at);
        take(till, events);
    }
    Ok(())
}

fn key(pressed: &KeyEvent) -> Option<Key> {
    let is_held = |modifier| pressed.modifiers.contains(modifier);
    Some(match pressed.code {
        KeyCode::Char(character) if is_held(KeyModifiers::CONTROL) => Key::Control(character),
        KeyCode::Char(character) if is_held(KeyModifiers::ALT) => Key::Alt(character),
        KeyCode::Char(character) => Key::Character(character),
        KeyCode::Enter => Key::Enter,
        KeyCode::Tab => Key::Tab,
        KeyCode::Backspace => Key::Backspace,
        KeyCode::Esc => Key::Escape,
        KeyCode::F(number) => Key::Function(number),
        _ => return None,
    })
}

fn echo(key: Key) -> io::Result<()> {
    let mut out = io::stdout().lock();
    match key {
        Key::Character(character) => write!(out, "{character}")?,
        Key::Backspace => write!(out, "\u{8} \u{8}")?,
        Key::Enter | Key::Escape => write!(out, "\r\n")?,
        _ => {}
    }
    out.flush()
}
