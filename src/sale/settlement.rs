//! The key to earning.

use crate::money::Money;
use crate::sale::{Bill, Tendered};
use crate::time::Timestamp;

/// Proof that a sale's balance due reached zero with nothing deferred. Only a [`Settled`] sale
/// holds one, and all that earns asks for one: a part-paid sale, a layby in progress or a debt
/// on account has nothing to ask with (R1, R3, R4).
///
/// It can't be made by hand, so nothing has to check where one comes from:
///
/// ```compile_fail,E0451
/// use regulars::money::Money;
/// use regulars::sale::Settlement;
/// use regulars::time::Timestamp;
///
/// let forged = Settlement { at: Timestamp::EPOCH, total: Money::from_minor(100_00) };
/// ```
///
/// [`Settled`]: crate::sale::Settled
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Settlement {
    at: Timestamp,
    total: Money,
}

impl Settlement {
    /// The settlement of a bill on which `paid` has been paid by now, if that is all that is due.
    pub(crate) fn reached(bill: &Bill, paid: &Tendered, at: Timestamp) -> Option<Settlement> {
        let due = bill.due().ok()?;
        (paid.total().ok()? == due).then_some(Settlement { at, total: bill.total() })
    }

    /// The time of the document that settled it: of its last payment, or, where it waited for others on the account, of
    /// what cleared that.
    pub fn at(&self) -> Timestamp {
        self.at
    }

    /// T: what was due, without tips.
    pub fn total(&self) -> Money {
        self.total
    }
}
