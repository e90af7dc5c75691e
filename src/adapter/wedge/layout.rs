//! What a scanner that speaks as an American keyboard becomes on a host with another layout.

/// How many keys a layout has here: all that make characters, but for the space bar.
const KEYS: usize = 47;

/// The layout that scanners come with.
const US_PLAIN: &str = r"`1234567890-=qwertyuiop[]\asdfghjkl;'zxcvbnm,./";
const US_SHIFTED: &str = r#"~!@#$%^&*()_+QWERTYUIOP{}|ASDFGHJKL:"ZXCVBNM<>?"#;

/// The keyboard layout of the host. A scanner presses the keys of an American keyboard, unless it is told
/// otherwise, and the host takes them for its own: `]` becomes `+` in Germany, and digits become `&é"'(` in
/// France. Put back is what each key has on an American keyboard.
///
/// A scanner that is set to the host's own layout needs nothing put back: that is [`Layout::US`], too. What the
/// host made of an accent that waits for its letter (`´` and `a` to `á`) isn't put back.
///
/// ```
/// use regulars::adapter::wedge::{CapsLock, Layout};
///
/// let repair = |layout: Layout, text: &str| -> String {
///     text.chars().map(|typed| layout.repair(typed, CapsLock::Off)).collect()
/// };
/// assert_eq!(repair(Layout::GERMAN, "+C0Zürich/"), "]C0Y[rich&");
/// assert_eq!(repair(Layout::FRENCH, "$Eà'à&à"), "]E04010");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Layout {
    plain: &'static str,
    shifted: &'static str,
}

/// What Caps Lock does to what a scanner sends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum CapsLock {
    /// It is off.
    Off,
    /// It isn't known: letters are put back where the AIM identifier shows that they were inverted.
    #[default]
    ByAim,
    /// It is on, and inverts letters.
    Letters,
    /// It is on, and inverts all keys, as on a French typewriter.
    AllKeys,
}

impl Layout {
    /// The American layout, or that of the scanner: nothing is put back.
    pub const US: Self = Self { plain: US_PLAIN, shifted: US_SHIFTED };
    /// The British layout.
    pub const UK: Self = Self {
        plain: "`1234567890-=qwertyuiop[]#asdfghjkl;'zxcvbnm,./",
        shifted: "¬!\"£$%^&*()_+QWERTYUIOP{}~ASDFGHJKL:@ZXCVBNM<>?",
    };
    /// QWERTZ, as in Germany and Austria.
    pub const GERMAN: Self = Self {
        plain: "^1234567890ß´qwertzuiopü+#asdfghjklöäyxcvbnm,.-",
        shifted: "°!\"§$%&/()=?`QWERTZUIOPÜ*'ASDFGHJKLÖÄYXCVBNM;:_",
    };
    /// AZERTY, as in France. Nothing is on Shift and `²`.
    pub const FRENCH: Self = Self {
        plain: "²&é\"'(-è_çà)=azertyuiop^$*qsdfghjklmùwxcvbn,;:!",
        shifted: "\x001234567890°+AZERTYUIOP¨£µQSDFGHJKLM%WXCVBN?./§",
    };

    /// Another: what the 47 keys of an American keyboard make on this host, row by row from the upper left, without
    /// Shift and with it; `\0` where a key makes nothing. `None` if there aren't 47.
    pub fn new(plain: &'static str, shifted: &'static str) -> Option<Self> {
        let is_whole = plain.chars().count() == KEYS && shifted.chars().count() == KEYS;
        is_whole.then_some(Self { plain, shifted })
    }

    /// What an American keyboard has on the key that made this character here. Characters that no key of the layout
    /// makes stay.
    pub fn repair(&self, typed: char, caps_lock: CapsLock) -> char {
        let inverts = match caps_lock {
            CapsLock::Off | CapsLock::ByAim => false,
            CapsLock::Letters => typed.is_alphabetic(),
            CapsLock::AllKeys => true,
        };
        let on = |row: &str, wanted: char| row.chars().position(|made| made == wanted && made != '\0');
        let plain = on(self.plain, typed).map(|key| (key, false));
        let found = plain.or_else(|| on(self.shifted, typed).map(|key| (key, true)));
        // Some hosts make a capital of an accented letter that is on a key of its own.
        let (key, is_shifted) = match found {
            Some((key, is_shifted)) => (key, is_shifted != inverts),
            None => match lower(typed).filter(|_| inverts).and_then(|lower| on(self.plain, lower)) {
                Some(key) => (key, false),
                None => return typed,
            },
        };
        let row = if is_shifted { US_SHIFTED } else { US_PLAIN };
        row.chars().nth(key).unwrap_or(typed)
    }
}

impl Default for Layout {
    fn default() -> Self {
        Self::US
    }
}

/// The small letter, if it is another one.
fn lower(letter: char) -> Option<char> {
    let mut lower = letter.to_lowercase();
    match (lower.next(), lower.next()) {
        (Some(small), None) if small != letter => Some(small),
        _ => None,
    }
}

/// Small letters as capitals, and capitals as small ones.
pub(super) fn inverted(letter: char) -> char {
    let mut upper = letter.to_uppercase();
    match (lower(letter), upper.next(), upper.next()) {
        (Some(small), ..) => small,
        (None, Some(capital), None) => capital,
        _ => letter,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_key_of_each_layout_has_its_own_place() {
        for layout in [Layout::US, Layout::UK, Layout::GERMAN, Layout::FRENCH] {
            assert_eq!(Layout::new(layout.plain, layout.shifted), Some(layout));
            for (made, sent) in layout.plain.chars().zip(US_PLAIN.chars()) {
                assert_eq!(layout.repair(made, CapsLock::Off), sent);
            }
            for (made, sent) in
                layout.shifted.chars().zip(US_SHIFTED.chars()).filter(|(made, _)| *made != '\0')
            {
                assert_eq!(layout.repair(made, CapsLock::Off), sent);
            }
        }
    }
}
