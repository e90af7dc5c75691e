//! What has to agree before a reading counts: nobody gets the points of somebody else.
//!
//! A QR code has an error correction that lets nothing through by chance. A linear code has a check digit at most,
//! and one line in ten that reads something else fits it. So lines have to agree, and more of them where a code is
//! short, or is easily seen inside another one.

use super::reading::{Confidence, Reading};
use super::rows::{Linear, needed};

/// Whether there is anything in it at all.
pub(super) fn is_possible(reading: &Reading) -> bool {
    !reading.bytes.is_empty()
}

/// Sound, where as many lines say the same as it takes. What has less weight than it needs doesn't come here: both
/// stand in one table ([`needed`]).
pub(super) fn confidence(linear: &Linear) -> Confidence {
    if linear.lines_agreeing >= needed(linear.symbology, &linear.bytes).lines {
        Confidence::Sound
    } else {
        Confidence::Weak
    }
}
