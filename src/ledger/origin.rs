//! What operations are called in the world, and in which order they are where registers share them.

use core::fmt;

use crate::ident::RegisterId;

/// Who writes a ledger: a register, and since when it writes this file of it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Origin {
    /// The register. Its name is given, and no other register has it.
    pub register: RegisterId,
    /// The epoch: 0 at first, and a larger one after every restored copy.
    pub epoch: u32,
}

/// The name of an operation in the world. Its [`Seq`](crate::ledger::Seq) is that of one ledger alone.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct OperationName {
    /// Which register decided it, in which epoch.
    pub origin: Origin,
    /// Its number among those of that register and epoch: 1 for the first, and no number is left out.
    pub number: u64,
}

/// The place of an operation among all of all registers: the same wherever they meet, and behind whatever
/// its register knew when it decided.
///
/// ```
/// use regulars::ident::RegisterId;
/// use regulars::ledger::{OperationName, Order, Origin};
///
/// let order = |register: &str, moment| {
///     let origin = Origin { register: RegisterId::new(register)?, epoch: 0 };
///     Ok::<_, regulars::ident::IdError>(Order { moment, name: OperationName { origin, number: 1 } })
/// };
/// assert!(order("till-2", 100)? < order("till-1", 101)?);
/// assert!(order("till-1", 100)? < order("till-2", 100)?);
/// assert_eq!(order("till-1", 100)?.name.to_string(), "till-1/0/1");
/// # Ok::<(), regulars::ident::IdError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Order {
    /// Milliseconds since 1970 by a clock that never stands and never goes back: the time of recording, or
    /// one more than the moment of whatever the ledger had before, if that is later.
    pub moment: i64,
    /// Its name.
    pub name: OperationName,
}

impl Order {
    /// The moment of what is recorded next in a ledger whose newest moment is `clock`.
    pub(crate) fn moment_after(clock: i64, recorded_at: i64) -> i64 {
        recorded_at.max(clock.saturating_add(1))
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.register, self.epoch)
    }
}

impl fmt::Display for OperationName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.origin, self.number)
    }
}
