//! Units that came together, and go together when they run out.

use core::cmp::Ordering;

use crate::money::Units;
use crate::time::{Date, Timestamp};

/// The number of an operation in its ledger: 1 for the first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Seq(pub u64);

/// What tells a lot from the others of the same customer. Lots are in order of use: what runs out
/// first, then what was earned first; what never runs out comes last (R26).
///
/// ```
/// use regulars::ledger::{LotKey, Seq};
/// use regulars::time::{Date, Timestamp};
///
/// let june = Date::from_civil(2027, 6, 30);
/// let earned = |expires, seq| LotKey { expires, born: Timestamp::EPOCH, seq: Seq(seq), part: 0 };
/// let mut lots = [earned(None, 1), earned(june, 3), earned(june, 2)];
/// lots.sort();
/// assert_eq!(lots.map(|lot| lot.seq.0), [2, 3, 1]);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct LotKey {
    /// The last day on which the units can be used; `None` if they never run out.
    pub expires: Option<Date>,
    /// When they were earned.
    pub born: Timestamp,
    /// The operation that brought them.
    pub seq: Seq,
    /// Which of that operation's lots.
    pub part: u16,
}

impl LotKey {
    /// Whether both came from the same operation, as the same part of it.
    pub fn is_same_lot(&self, other: &LotKey) -> bool {
        self.seq == other.seq && self.part == other.part
    }

    /// Whether its units have run out by a day: after their last one, or, without one, where all such have (`idle`).
    pub(crate) fn has_run_out(&self, day: Date, idle: bool) -> bool {
        self.expires.map_or(idle, |last_day| last_day < day)
    }

    /// The order of use where what has no last day of its own lasts to `others_until`, as under expiry by
    /// inactivity (R26).
    pub(crate) fn order(&self, others_until: Option<Date>) -> (bool, Option<Date>, Timestamp, Seq, u16) {
        let expires = self.expires.or(others_until);
        (expires.is_none(), expires, self.born, self.seq, self.part)
    }
}

impl PartialOrd for LotKey {
    fn partial_cmp(&self, other: &LotKey) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for LotKey {
    fn cmp(&self, other: &LotKey) -> Ordering {
        self.order(None).cmp(&other.order(None))
    }
}

/// Units of a customer that came together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lot {
    /// Which lot.
    pub key: LotKey,
    /// What is left of it; above zero.
    pub units: Units,
}
