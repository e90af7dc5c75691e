//! What has to agree before a reading counts: nobody gets the points of somebody else.
//!
//! A QR code has an error correction that lets nothing through by chance. A linear code has a check digit at most,
//! and one line in ten that reads something else fits it. So lines have to agree, and more of them where a code is
//! short, or is easily seen inside another one.

use super::reading::{Confidence, Reading};
use super::rows::Linear;
use crate::code::Symbology;

/// Whether there is anything in it at all.
pub(super) fn is_possible(reading: &Reading) -> bool {
    !reading.bytes.is_empty()
}

/// Sound, where as many lines say the same as it takes. What fewer lines say than the scanner of rows asks for, by how
/// clear each was, doesn't come here.
pub(super) fn confidence(linear: &Linear) -> Confidence {
    if linear.lines_agreeing >= lines_needed(linear.symbology, linear.bytes.len()) {
        Confidence::Sound
    } else {
        Confidence::Weak
    }
}

/// How many lines of a picture have to agree on a code of so many characters.
fn lines_needed(symbology: Symbology, length: usize) -> u32 {
    match symbology {
        Symbology::Ean8 | Symbology::UpcE => 3,
        Symbology::Itf if length < 14 => 3,
        Symbology::Code39 if length < 4 => 4,
        _ => 2,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_codes_need_more_lines() {
        assert!(lines_needed(Symbology::Ean13, 13) < lines_needed(Symbology::Ean8, 8));
        assert!(lines_needed(Symbology::Code39, 8) < lines_needed(Symbology::Code39, 3));
        assert!(lines_needed(Symbology::Itf, 14) < lines_needed(Symbology::Itf, 6));
    }
}
