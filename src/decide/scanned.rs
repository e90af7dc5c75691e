//! What a till knows of a code before it asks, and what comes of joining by one.

use crate::decide::{Outcome, Refusal};

/// What is known to have been scanned, for [`Register::scan`](crate::register::Register::scan).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ScanOf {
    /// A customer's code: one that was read or typed in plain, where punch cards need their tokens.
    Customer,
    /// A punch card, by its token.
    PunchCard,
}

/// What came of joining by a token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Joined {
    /// The joining.
    pub enrolled: Outcome,
    /// The claim of the receipt's sale, or why it wasn't taken; `None` where the token is no receipt's.
    pub claimed: Option<Result<Outcome, Refusal>>,
    /// The link of the punch card, or why it wasn't taken; `None` where the token is no punch card's.
    pub linked: Option<Result<Outcome, Refusal>>,
}
