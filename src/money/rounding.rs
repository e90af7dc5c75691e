//! How a fraction of the smallest unit becomes a whole one.

/// A rounding mode (R8, Q24). Ties are exact halves of the smallest unit.
///
/// | | 2.4 | 2.5 | 2.6 | 3.5 | −2.5 |
/// |---|---|---|---|---|---|
/// | [`HalfUp`](Rounding::HalfUp) | 2 | 3 | 3 | 4 | −3 |
/// | [`Down`](Rounding::Down) | 2 | 2 | 2 | 3 | −2 |
/// | [`HalfEven`](Rounding::HalfEven) | 2 | 2 | 3 | 4 | −2 |
///
/// A program chooses one for what is earned. Money, claw-backs and what goes back to tenders are
/// always rounded half up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Rounding {
    /// To the nearest; a tie goes away from zero.
    HalfUp,
    /// Towards zero.
    Down,
    /// To the nearest; a tie goes to the even neighbour.
    HalfEven,
}
