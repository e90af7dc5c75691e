//! How a fraction of the smallest unit becomes a whole one.

/// A rounding mode (R8, Q24). Ties are exact halves of the smallest unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Rounding {
    /// To the nearest; a tie goes away from zero.
    HalfUp,
    /// Towards zero.
    Down,
    /// To the nearest; a tie goes to the even neighbour.
    HalfEven,
}
