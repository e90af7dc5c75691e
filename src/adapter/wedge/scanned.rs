//! What comes out of keys.

use alloc::string::String;
use alloc::vec::Vec;

use crate::adapter::wedge::WedgeSettings;
use crate::adapter::wedge::input::{Device, Typed};
use crate::adapter::wedge::layout::inverted;
use crate::adapter::wedge::{By, CapsLock, End};
use crate::code::{AimIdentifier, ElementStrings, GS, ReadCode, Symbology};

/// What was scanned, or typed by hand.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Scanned {
    /// What it says, without prefix, suffix and AIM identifier: the bytes of a serial line, and of keys their
    /// characters as UTF-8.
    pub bytes: Vec<u8>,
    /// The same as text; `None` of a serial line's bytes that are no UTF-8.
    pub text: Option<String>,
    /// The AIM identifier, if the scanner sent one.
    pub aim: Option<AimIdentifier>,
    /// The symbology, where the AIM identifier says it.
    pub symbology: Option<Symbology>,
    /// The GS1 element strings, where the AIM identifier says that there are some, or a GS is among the bytes. `None`
    /// where they can't be read.
    pub gs1: Option<ElementStrings>,
    /// Whether a scanner sent it or a hand typed it.
    pub by: By,
    /// What ended it.
    pub ended: End,
}

/// What came together, and how.
#[derive(Debug, Clone, Copy)]
pub(super) struct Burst<'a> {
    pub(super) typed: &'a [Typed],
    pub(super) by: By,
    pub(super) ended: End,
    /// Whether it may be the rest of a code that ended too early.
    pub(super) is_rest: bool,
}

impl Scanned {
    /// The same as a [`Resolver`](crate::code::Resolver) takes it.
    pub fn read_code(&self) -> ReadCode<'_> {
        ReadCode { bytes: &self.bytes, symbology: self.symbology, aim: self.aim }
    }

    /// What was scanned, by all characters of a reading; `None` where nothing is left without prefix and suffix. What is
    /// the rest of a code has no AIM identifier: it is what was in the code that looks like one.
    pub(super) fn of(burst: Burst<'_>, device: Device, settings: &WedgeSettings) -> Option<Self> {
        let Burst { typed: characters, by, ended, is_rest } = burst;
        let is_serial = device == Device::SerialLine;
        let text = |of: fn(&Typed) -> char| -> String { characters.iter().map(of).collect() };
        let mut shown = text(|typed| typed.shown);
        let mut text = text(|typed| typed.sent);
        if let Some(rest) = text.strip_suffix(&settings.suffix) {
            text.truncate(rest.len());
            // Each character of one is a character of the other.
            let count = text.chars().count();
            shown = shown.chars().take(count).collect();
        }
        let (mut by, mut is_whole) = (by, !is_rest);
        if !settings.prefix.is_empty() {
            let behind = text.strip_prefix(&settings.prefix).map(str::len);
            // Without it, it is typed only if it came as slowly: a code may have in it what ends one, and then its rest
            // has no prefix.
            by = if behind.is_some() { By::Scanner } else { by };
            is_whole &= behind.is_some();
            text.drain(..text.len().saturating_sub(behind.unwrap_or(text.len())));
        }
        if by == By::Hand {
            // Who types sees what comes, and a layout is the scanner's.
            text = shown;
        }
        let sends_aim = settings.aim && by == By::Scanner && is_whole;
        if sends_aim && settings.caps_lock == CapsLock::ByAim && !is_serial && was_inverted(&text) {
            text = text.chars().map(inverted).collect();
        }
        let bytes: Vec<u8> = match is_serial {
            true => text.chars().filter_map(|byte| u8::try_from(byte).ok()).collect(),
            false => text.into_bytes(),
        };
        let split = AimIdentifier::split(&bytes).filter(|_| sends_aim);
        let (aim, bytes) = match split {
            Some((aim, rest)) => (Some(aim), rest.to_vec()),
            None => (None, bytes),
        };
        if bytes.is_empty() {
            return None;
        }
        let has_gs1 = aim.map_or(bytes.contains(&GS), AimIdentifier::is_gs1);
        Some(Self {
            text: String::from_utf8(bytes.clone()).ok(),
            symbology: aim.and_then(AimIdentifier::symbology),
            gs1: if has_gs1 { ElementStrings::parse(&bytes).ok() } else { None },
            bytes,
            aim,
            by,
            ended,
        })
    }
}

/// Whether the AIM identifier has a letter that only Caps Lock can have made of another one. `E` and `e` are both in
/// use; then it is the length that says which was meant: DataBar has at least an article's number behind (01).
fn was_inverted(text: &str) -> bool {
    let Some((aim, rest)) = AimIdentifier::split(text.as_bytes()) else { return false };
    let [_, code, modifier] = aim.bytes();
    let are_digits = rest.iter().all(u8::is_ascii_digit);
    match (code, modifier, rest.len()) {
        (b'e', b'0', 13) | (b'e', b'3', 15 | 18) | (b'e', b'4', 8) => are_digits,
        (b'E', b'0', 16..) => rest.starts_with(b"01"),
        (b'E' | b'e', ..) => false,
        _ => {
            let other = AimIdentifier::new(code ^ 0x20, modifier).and_then(AimIdentifier::symbology);
            aim.symbology().is_none() && other.is_some()
        }
    }
}
