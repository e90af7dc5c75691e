//! How a scanner is set, and the host it is plugged into.

use alloc::string::String;

use crate::adapter::wedge::{CapsLock, Layout};

/// The most characters that a reading has unless it is set otherwise: as many letters and digits as the largest QR code
/// holds.
pub const LONGEST_SCAN: usize = 4_296;

/// How a scanner is set, and the host it is plugged into. Times are in milliseconds.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct WedgeSettings {
    /// The host's keyboard layout, where the scanner doesn't know it.
    pub layout: Layout,
    /// What Caps Lock does.
    pub caps_lock: CapsLock,
    /// What the scanner sends before each code; it is taken off. What begins with it was scanned, however slowly it came;
    /// of the rest times tell, as they do without one, and it has no AIM identifier.
    pub prefix: String,
    /// What the scanner sends behind each code, before Enter or Tab; it is taken off. A reading ends with it.
    pub suffix: String,
    /// Whether Enter (CR, LF) ends a reading.
    pub ends_by_enter: bool,
    /// Whether Tab ends a reading. Otherwise it is a part of it.
    pub ends_by_tab: bool,
    /// For how long nothing comes, until what was scanned is at its end; `None` for never.
    pub silence: Option<u32>,
    /// The same for what is typed by hand.
    pub silence_by_hand: Option<u32>,
    /// How much time there is at the most between two keys of a scanner. They take 7 to 16 ms.
    pub scanner_at_most: u32,
    /// How much time there is at least between two keys that are typed by hand, as a rule.
    pub hand_at_least: u32,
    /// How many characters come at least before it can be a scanner.
    pub least_scanned: usize,
    /// How many characters a reading may have; longer ones are told as [`WedgeEvent::TooLong`], and not kept.
    ///
    /// [`WedgeEvent::TooLong`]: crate::adapter::wedge::WedgeEvent::TooLong
    pub most_characters: usize,
    /// Whether F8 inside a reading is a GS.
    pub f8_is_gs: bool,
    /// Whether AIM identifiers are taken off. The scanner must be set to send them.
    pub aim: bool,
}

impl Default for WedgeSettings {
    /// American layout, no prefix or suffix, ended by Enter, Tab, and 100 ms of silence (3 s by hand); 30 and 50 ms
    /// between keys, at least 4 characters and at most [`LONGEST_SCAN`]; F8 is a GS, and AIM
    /// identifiers are taken off.
    fn default() -> Self {
        Self {
            layout: Layout::US,
            caps_lock: CapsLock::ByAim,
            prefix: String::new(),
            suffix: String::new(),
            ends_by_enter: true,
            ends_by_tab: true,
            silence: Some(100),
            silence_by_hand: Some(3000),
            scanner_at_most: 30,
            hand_at_least: 50,
            least_scanned: 4,
            most_characters: LONGEST_SCAN,
            f8_is_gs: true,
            aim: true,
        }
    }
}
