//! What operations are called in the world, and in which order they are where registers share them.

use core::fmt;
use core::str::FromStr;

use crate::ident::RegisterId;
use crate::ledger::Seq;

/// Who writes a ledger: a register, and since when it writes this file of it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Origin {
    /// The register. Its name is given, and no other register has it.
    pub register: RegisterId,
    /// The epoch: 0 at first, and a larger one after every restored copy.
    pub epoch: u32,
}

/// What a register's operations are told apart by when its file was restored from a copy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Epoch {
    /// The operation that it begins with.
    pub first: Seq,
    /// Its number, larger than that of the one before.
    pub number: u32,
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
        recorded_at.max(clock.saturating_add(1)).min(Order::LAST_MOMENT)
    }

    /// Later than any clock can show. Where a moment gets there, all that follow stay there, in the order of
    /// their names: nobody can take the moments behind it away from others.
    pub(crate) const LAST_MOMENT: i64 = i64::MAX / 4;
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.register, self.epoch)
    }
}

/// A text is no name of an operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("an operation is called as in till-1/0/1042: the register, its epoch, and a number from 1 on")]
pub struct OperationNameError;

/// As it is [displayed](fmt::Display).
///
/// ```
/// use regulars::ledger::OperationName;
///
/// let name: OperationName = "till-1/0/1042".parse()?;
/// assert_eq!((name.origin.register.as_str(), name.origin.epoch, name.number), ("till-1", 0, 1042));
/// assert_eq!(name.to_string(), "till-1/0/1042");
/// assert!("till-1/1042".parse::<OperationName>().is_err());
/// # Ok::<(), regulars::ledger::OperationNameError>(())
/// ```
impl FromStr for OperationName {
    type Err = OperationNameError;

    fn from_str(text: &str) -> Result<OperationName, OperationNameError> {
        // A register's name may have a slash, too.
        let mut parts = text.rsplitn(3, '/');
        let number = parts.next().and_then(|number| number.parse().ok()).filter(|number| 0 < *number);
        let epoch = parts.next().and_then(|epoch| epoch.parse().ok());
        let register = parts.next().and_then(|register| RegisterId::new(register).ok());
        let (Some(register), Some(epoch), Some(number)) = (register, epoch, number) else {
            return Err(OperationNameError);
        };
        Ok(OperationName { origin: Origin { register, epoch }, number })
    }
}

impl fmt::Display for OperationName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.origin, self.number)
    }
}
