//! What scanners read, as the field's standards have it: symbologies and their check digits.
//!
//! All of it is pure: text and digits in, text and digits out. Pictures are read by `adapter::scan`, and the
//! keys of a scanner that is a keyboard by `adapter::wedge`.

mod check_digit;
mod symbology;

pub use check_digit::{check_digit_39, check_digit_128, check_digit_gs1, has_check_digit_gs1};
pub use symbology::Symbology;
