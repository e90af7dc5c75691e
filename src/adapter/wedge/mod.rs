//! Scanners that are keyboards, and scanners on a serial line: keys with their times in, codes out.
//!
//! It is pure: times are given, and no device is opened. Who has a device's keys hands each to [`Wedge::press`],
//! and calls [`Wedge::tick`] when [`Wedge::next_tick`] says; a serial line's bytes go to [`Wedge::receive`].

mod input;
mod layout;
mod scanned;
mod settings;

use alloc::vec::Vec;

pub use layout::{CapsLock, Layout};
pub use scanned::Scanned;
pub use settings::{LONGEST_SCAN, WedgeSettings};

use input::{Device, Input};

/// A key that was pressed, by what the host made of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Key {
    /// A character. Line ends and tabs are taken for [`Enter`](Self::Enter) and [`Tab`](Self::Tab).
    Character(char),
    /// The character that this key has without Ctrl, while Ctrl was held. Ctrl-`]` is a GS.
    Control(char),
    /// A digit of the number block while Alt was held: Alt and 029 is the character 29, a GS.
    Alt(char),
    /// Enter, of either block.
    Enter,
    /// Tab.
    Tab,
    /// F1 to F24. F8 is a GS, where it is so set.
    Function(u8),
    /// Takes the last character back.
    Backspace,
    /// Takes all back.
    Escape,
}

/// Whether a scanner sent it or a hand typed it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum By {
    /// A scanner.
    Scanner,
    /// A hand.
    Hand,
}

/// What ended a reading.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum End {
    /// Enter.
    Enter,
    /// Tab.
    Tab,
    /// The suffix.
    Suffix,
    /// Nothing came any more.
    Silence,
    /// It was typed by hand, and then something was scanned.
    Scan,
}

/// What came out of keys.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum WedgeEvent {
    /// Something was read.
    Scanned(Scanned),
    /// Something had more characters than the settings allow, and wasn't kept.
    TooLong,
}

/// Puts the keys of a scanner together to what it read.
///
/// ```
/// use regulars::adapter::wedge::{By, Key, Layout, Wedge, WedgeEvent, WedgeSettings};
/// use regulars::code::Symbology;
///
/// // An American scanner on a German till; it sends AIM identifiers, and Enter.
/// let mut settings = WedgeSettings::default();
/// settings.layout = Layout::GERMAN;
/// let mut wedge = Wedge::new(settings);
///
/// let mut at = 0;
/// for typed in "+E04006381333931".chars() {
///     assert!(wedge.press(Key::Character(typed), at).is_empty());
///     at += 8; // milliseconds
/// }
/// let events = wedge.press(Key::Enter, at);
/// let [WedgeEvent::Scanned(scanned)] = &events[..] else { panic!("one reading") };
/// assert_eq!(scanned.text.as_deref(), Some("4006381333931"));
/// assert_eq!(scanned.symbology, Some(Symbology::Ean13));
/// assert_eq!(scanned.by, By::Scanner);
/// ```
#[derive(Debug, Clone)]
pub struct Wedge {
    keyboard: Input,
    serial: Input,
}

impl Wedge {
    /// A wedge for a scanner that is set like this. Nothing has been pressed yet.
    pub fn new(settings: WedgeSettings) -> Self {
        let keyboard = Input::new(settings.clone(), Device::Keyboard);
        Self { keyboard, serial: Input::new(settings, Device::SerialLine) }
    }

    /// Takes a key, pressed at this moment: milliseconds of any clock; one that is put back stands still. Gives what is
    /// complete by it: mostly nothing or one reading, and two where somebody had begun to type before something was
    /// scanned.
    pub fn press(&mut self, key: Key, at: u64) -> Vec<WedgeEvent> {
        let mut events = self.serial.tick(at);
        events.extend(self.keyboard.press(key, at));
        events
    }

    /// Takes a byte from a serial line, as [`press`](Self::press) takes a key. There are no layouts there, and
    /// nobody types. What is typed meanwhile doesn't get into it.
    pub fn receive(&mut self, byte: u8, at: u64) -> Vec<WedgeEvent> {
        let mut events = self.keyboard.tick(at);
        events.extend(self.serial.receive(byte, at));
        events
    }

    /// Gives what is complete because nothing came until this moment.
    pub fn tick(&mut self, at: u64) -> Vec<WedgeEvent> {
        let mut events = self.keyboard.tick(at);
        events.extend(self.serial.tick(at));
        events
    }

    /// The moment at which [`tick`](Self::tick) will give something unless a key comes before; `None` if nothing
    /// is there, or silence doesn't end it.
    pub fn next_tick(&self) -> Option<u64> {
        self.keyboard.next_tick().into_iter().chain(self.serial.next_tick()).min()
    }
}

#[cfg(test)]
mod tests;
