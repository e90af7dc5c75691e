//! How long a reading may take.

use std::time::{Duration, Instant};

/// When a reading has to be at its end.
#[derive(Debug, Clone, Copy)]
pub(super) struct Deadline {
    /// Never, where the clock can't count that far.
    end: Option<Instant>,
}

impl Deadline {
    pub(super) fn after(budget: Duration) -> Self {
        Self { end: Instant::now().checked_add(budget) }
    }

    pub(super) fn is_over(&self) -> bool {
        self.end.is_some_and(|end| end <= Instant::now())
    }

    /// Whether there is so much time left.
    pub(super) fn has(&self, time: Duration) -> bool {
        self.end.is_none_or(|end| time <= end.saturating_duration_since(Instant::now()))
    }

    /// Half of the time that is left.
    pub(super) fn half(&self) -> Self {
        match self.end {
            Some(end) => {
                let left = end.saturating_duration_since(Instant::now());
                Self::after(left.checked_div(2).unwrap_or_default())
            }
            None => Self { end: None },
        }
    }
}
