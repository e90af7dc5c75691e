//! What comes from one device, put together.

use alloc::string::String;
use alloc::vec::Vec;

use crate::adapter::wedge::scanned::Burst;
use crate::adapter::wedge::{By, CapsLock, End, Key, Scanned, WedgeEvent, WedgeSettings};
use crate::code::{AimIdentifier, GS};

/// How a scanner is connected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Device {
    /// It presses keys, as hands do.
    Keyboard,
    /// It sends bytes, and no hand does.
    SerialLine,
}

/// What comes from one device: the keys of a keyboard, or the bytes of a serial line.
#[derive(Debug, Clone)]
pub(super) struct Input {
    settings: WedgeSettings,
    device: Device,
    pub(super) typed: Vec<Typed>,
    /// The latest moment that was said.
    now: u64,
    /// When the last key came.
    last: u64,
    /// Where in `typed` what may be a scan begins, and how many of the times between its keys are a scanner's.
    burst: usize,
    fast: usize,
    /// The digits that came while Alt was held.
    alt: Option<Alt>,
    is_too_long: bool,
    /// When a scan ended, or was taken back by something that only a code can have sent.
    scan_ended: Option<u64>,
    /// Whether what is there may be the rest of a code that had an Escape, a Backspace or its own end in it: then it is
    /// nothing that was typed, and says no symbology of itself.
    is_rest: bool,
}

/// Digits that came while Alt was held: one character.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Alt {
    number: u32,
    /// When the first of them came, and the last.
    first: u64,
    last: u64,
}

/// A character that came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Typed {
    /// What a scanner sent that it came of.
    pub(super) sent: char,
    /// What the host made of it: what a hand wanted.
    pub(super) shown: char,
}

impl Input {
    pub(super) const fn new(settings: WedgeSettings, device: Device) -> Self {
        Self {
            settings,
            device,
            typed: Vec::new(),
            now: 0,
            last: 0,
            burst: 0,
            fast: 0,
            alt: None,
            is_too_long: false,
            scan_ended: None,
            is_rest: false,
        }
    }

    fn is_serial(&self) -> bool {
        self.device == Device::SerialLine
    }

    pub(super) fn press(&mut self, key: Key, at: u64) -> Vec<WedgeEvent> {
        let mut events = self.tick(at);
        if let Some(number) = self.alt_with(key) {
            let first = self.alt.map_or(at, |alt| alt.first);
            self.alt = Some(Alt { number, first, last: at });
            return events;
        }
        self.end_alt();
        match key.plain() {
            Key::Function(8) if self.is_gs_by_f8() => self.push(char::from(GS), at),
            Key::Enter if self.settings.ends_by_enter => self.end(End::Enter, at, &mut events),
            Key::Tab if self.settings.ends_by_tab => self.end(End::Tab, at, &mut events),
            Key::Enter => self.push('\r', at),
            Key::Tab => self.push('\t', at),
            Key::Character(typed) => {
                let sent = self.settings.layout.repair(typed, self.settings.caps_lock);
                self.take(Typed { sent, shown: typed }, at);
            }
            Key::Control(typed) => self.push_control(typed, at),
            Key::Backspace => self.take_back(at),
            Key::Escape => self.escape(at),
            Key::Alt(_) | Key::Function(_) => {}
        }
        self.end_by_suffix(at, &mut events);
        events
    }

    pub(super) fn receive(&mut self, byte: u8, at: u64) -> Vec<WedgeEvent> {
        let mut events = self.tick(at);
        match byte {
            b'\r' | b'\n' if self.settings.ends_by_enter => self.end(End::Enter, at, &mut events),
            b'\t' if self.settings.ends_by_tab => self.end(End::Tab, at, &mut events),
            byte => self.push(char::from(byte), at),
        }
        self.end_by_suffix(at, &mut events);
        events
    }

    pub(super) fn tick(&mut self, at: u64) -> Vec<WedgeEvent> {
        self.put_back(at);
        let mut events = Vec::new();
        if self.next_tick().is_some_and(|end| end <= at) {
            self.end_alt();
            self.end(End::Silence, at, &mut events);
        }
        events
    }

    pub(super) fn next_tick(&self) -> Option<u64> {
        if self.typed.is_empty() && !self.is_too_long && self.alt.is_none() {
            return None;
        }
        let is_scan = self.is_serial() || self.is_too_long || self.is_burst();
        let silence = if is_scan { self.settings.silence } else { self.settings.silence_by_hand };
        let last = self.alt.map_or(self.last, |alt| alt.last);
        silence.map(|silence| last.saturating_add(u64::from(silence)))
    }

    /// Where the clock was put back, all that was noted goes back with it, as if no time had passed. Else a code would
    /// wait for its end, and a hand be as fast as a scanner, until the clock is there again.
    fn put_back(&mut self, at: u64) {
        let by = self.now.saturating_sub(at);
        self.now = at;
        // How long ago a scan ended isn't known then, and what comes is a scan of its own.
        self.scan_ended = self.scan_ended.filter(|_| by <= u64::from(self.settings.scanner_at_most));
        let moments = [Some(&mut self.last), self.scan_ended.as_mut()].into_iter().flatten();
        let of_alt = self.alt.iter_mut().flat_map(|alt| [&mut alt.first, &mut alt.last]);
        moments.chain(of_alt).for_each(|moment| *moment = moment.saturating_sub(by));
    }

    /// What the digits come to that were typed while Alt was held.
    fn alt_with(&self, key: Key) -> Option<u32> {
        let Key::Alt(digit) = key else { return None };
        let value = self.alt.map_or(0, |alt| alt.number).checked_mul(10)?.checked_add(digit.to_digit(10)?)?;
        Some(value).filter(|value| *value <= 9999)
    }

    /// Alt was let go: its digits are a character. It came when the first of them did: the times between them say
    /// nothing, and that before them whether a hand typed it.
    fn end_alt(&mut self) {
        let Some(Alt { number, first, last }) = self.alt.take() else { return };
        if let Some(code) = u8::try_from(number).ok().filter(|code| *code != 0) {
            self.push(char::from(code), first);
            self.last = last;
        }
    }

    /// A till may use F8 itself, while nothing is scanned.
    fn is_gs_by_f8(&self) -> bool {
        let is_scan = 1 <= self.fast || !self.settings.prefix.is_empty();
        self.settings.f8_is_gs && is_scan && !self.typed.is_empty()
    }

    /// Ctrl and a key of an American keyboard make a control character.
    fn push_control(&mut self, typed: char, at: u64) {
        let sent = match typed {
            // The host has made it already.
            control if control.is_ascii_control() => control,
            typed => self.settings.layout.repair(typed, CapsLock::Off),
        };
        match sent.to_ascii_uppercase() {
            key @ '@'..='_' => self.push(char::from(u8::try_from(key).unwrap_or(0) & 0x1f), at),
            control if control.is_ascii_control() => self.push(control, at),
            _ => {}
        }
    }

    /// No scanner takes anything back by itself: until here a hand typed. But a code may have a Backspace in it, which
    /// comes as fast as its other keys, and makes nothing of them that was typed.
    fn take_back(&mut self, at: u64) {
        let is_sent = 1 <= self.fast && self.is_fast(at);
        self.typed.pop();
        self.last = at;
        if is_sent {
            (self.is_rest, self.burst) = (true, self.burst.min(self.typed.len()));
            self.fast = self.fast.min(self.typed.len().saturating_sub(self.burst));
        } else {
            (self.burst, self.fast) = (self.typed.len(), 0);
        }
    }

    /// Takes all back. What follows as fast as a scanner's keys is still of the code that had the Escape in it.
    fn escape(&mut self, at: u64) {
        let is_sent = self.is_rest || self.follows_scan(at) || !self.typed.is_empty() && self.is_fast(at);
        self.clear();
        self.scan_ended = is_sent.then_some(at).or(self.scan_ended);
    }

    /// Whether what comes now comes as close behind a scan's end as the keys within one.
    fn follows_scan(&self, at: u64) -> bool {
        let at_most = u64::from(self.settings.scanner_at_most);
        self.scan_ended.is_some_and(|ended| at.saturating_sub(ended) <= at_most)
    }

    fn is_fast(&self, at: u64) -> bool {
        at.saturating_sub(self.last) <= u64::from(self.settings.scanner_at_most)
    }

    fn push(&mut self, character: char, at: u64) {
        self.take(Typed { sent: character, shown: character }, at);
    }

    fn take(&mut self, typed: Typed, at: u64) {
        let between = at.saturating_sub(self.last);
        if self.typed.is_empty() {
            self.is_rest |= self.follows_scan(at);
        }
        self.last = at;
        if self.is_too_long {
            // As much as may be the suffix, by which it ends.
            self.typed.push(typed);
            let kept = self.settings.suffix.chars().count().min(self.settings.most_characters);
            let spare = self.typed.len().saturating_sub(kept);
            self.typed.drain(..spare);
            return;
        }
        if !self.typed.is_empty() {
            if between <= u64::from(self.settings.scanner_at_most) {
                self.fast = self.fast.saturating_add(1);
            } else if u64::from(self.settings.hand_at_least) < between && self.fast < 2 {
                // Until here a hand typed. Within a scan it is the host that was busy.
                (self.burst, self.fast, self.is_rest) = (self.typed.len(), 0, false);
            }
        }
        self.typed.push(typed);
        if self.settings.most_characters < self.typed.len() {
            self.clear();
            self.is_too_long = true;
        }
    }

    /// Whether a scanner sent what is there since `burst`: most of its keys came as fast as that.
    fn is_burst(&self) -> bool {
        let keys = self.typed.len().saturating_sub(self.burst);
        let least = if self.is_rest { 1 } else { self.settings.least_scanned.max(2) };
        least <= keys && (keys == 1 || keys.saturating_sub(1) < self.fast.saturating_mul(2))
    }

    /// Whether the scan began with the first key, though the host was busy for a moment after it: the prefix or the AIM
    /// identifier stands at the beginning, and its last key came with the fast ones.
    fn begins_with_first(&self) -> bool {
        let prefix = self.settings.prefix.chars();
        let length = prefix.clone().count();
        if length != 0 {
            return self.burst < length && self.sent().take(length).eq(prefix);
        }
        let first: String = self.sent().take(3).collect();
        let aim = AimIdentifier::split(first.as_bytes()).filter(|_| self.settings.aim && self.burst < 3);
        aim.is_some_and(|(aim, _)| aim.symbology().is_some())
    }

    fn sent(&self) -> impl DoubleEndedIterator<Item = char> {
        self.typed.iter().map(|typed| typed.sent)
    }

    fn end_by_suffix(&mut self, at: u64, events: &mut Vec<WedgeEvent>) {
        let suffix = self.settings.suffix.chars().rev();
        let is_there = self.sent().rev().zip(suffix).all(|(typed, wanted)| typed == wanted);
        let length = self.settings.suffix.chars().count();
        if length != 0 && length <= self.typed.len() && is_there {
            self.end(End::Suffix, at, events);
        }
    }

    fn end(&mut self, end: End, at: u64, events: &mut Vec<WedgeEvent>) {
        if self.is_too_long {
            events.push(WedgeEvent::TooLong);
            self.clear();
            return self.note_end(end, at);
        }
        if self.typed.is_empty() {
            // A line end of two characters, or several.
            let is_near = self.follows_scan(at);
            self.clear();
            self.scan_ended = is_near.then_some(at);
            return;
        }
        let by = if self.is_serial() || self.is_burst() { By::Scanner } else { By::Hand };
        let is_split = by == By::Scanner && !self.is_serial() && !self.begins_with_first();
        let burst = if is_split { self.burst } else { 0 };
        let (before, typed) = self.typed.split_at_checked(burst).unwrap_or((&[], &self.typed));
        let before = Burst { typed: before, by: By::Hand, ended: End::Scan, is_rest: false };
        let scan = Burst { typed, by, ended: end, is_rest: self.is_rest };
        let both = [before, scan].map(|burst| Scanned::of(burst, self.device, &self.settings));
        events.extend(both.into_iter().flatten().map(WedgeEvent::Scanned));
        let may_be_scan = by == By::Scanner || self.was_sent();
        self.clear();
        if may_be_scan {
            self.note_end(end, at);
        }
    }

    /// Whether a scanner may have sent what is there, though it is too little to be a scan: an AIM identifier, or keys that
    /// all came as fast, before a line end that the code begins with.
    fn was_sent(&self) -> bool {
        let is_fast =
            self.burst == 0 && 2 <= self.typed.len() && self.typed.len() <= self.fast.saturating_add(1);
        let text: String = self.sent().take(4).collect();
        is_fast || AimIdentifier::split(text.as_bytes()).is_some_and(|(_, rest)| rest.is_empty())
    }

    /// A code may have in it what ends one. What follows at once is its rest; after silence it isn't.
    fn note_end(&mut self, end: End, at: u64) {
        self.scan_ended = (end != End::Silence).then_some(at);
    }

    fn clear(&mut self) {
        self.typed.clear();
        (self.burst, self.fast, self.alt, self.is_too_long) = (0, 0, None, false);
        (self.scan_ended, self.is_rest) = (None, false);
    }
}

impl Key {
    /// Line ends and tabs are keys of their own.
    const fn plain(self) -> Self {
        match self {
            Self::Character('\r' | '\n') => Self::Enter,
            Self::Character('\t') => Self::Tab,
            other => other,
        }
    }
}
