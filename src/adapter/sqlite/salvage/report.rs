//! What is told of a damaged ledger.

use std::string::String;
use std::sync::Arc;
use std::vec::Vec;

use crate::document::{LedgerHead, write_head, write_salvaged_head};
use crate::ident::CustomerId;
use crate::ledger::Seq;
use crate::loyalty::Program;
use crate::money::Units;

/// Operations one after the other that can't be had any more, for one reason.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lost {
    /// The first of them.
    pub first: Seq,
    /// The last of them.
    pub last: Seq,
    /// Why.
    pub why: &'static str,
}

/// A customer's balance, by what of a damaged ledger can be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SalvagedBalance {
    /// Whose.
    pub customer: CustomerId,
    /// The balance that the ledger keeps; `None` if it can't be read. No checksum proves it.
    pub kept: Option<Units>,
    /// What the entries of all operations that can be read come to. Where registers share the ledger, these are
    /// also the entries of a document that another register has decided before, which don't count; there the two
    /// may differ though nothing is wrong.
    pub summed: Units,
    /// What of these is held.
    pub held: Units,
}

impl SalvagedBalance {
    /// Whether the two differ, or there is only one.
    pub fn differs(&self) -> bool {
        self.kept != Some(self.summed)
    }

    /// What to go on with: the balance that was kept, or else the sum.
    pub fn best(&self) -> Units {
        self.kept.unwrap_or(self.summed)
    }
}

/// What of a damaged ledger can be read, and what is lost.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct SalvageReport {
    /// How many operations can be read.
    pub operations: u64,
    /// The number of the last operation that can be read, or is named in two other places. That later ones are
    /// missing can only be seen by a head that was kept elsewhere
    /// ([`check_chain`](super::super::SqliteStore::check_chain)).
    pub last: Seq,
    /// The operations that can't be read, in order.
    pub lost: Vec<Lost>,
    /// Operations that can be read, and whose hash isn't the one that follows from the operation before it:
    /// one of the two was changed by somebody, or its hash is damaged. Of an operation of another register it may
    /// also be that what it is called can't be read.
    pub doubtful: Vec<Seq>,
    /// Whether operations of other registers are among them. Lines don't say whose an operation is, so no ledger
    /// can be made of them; what the other registers still have can be had from them.
    pub shared: bool,
    /// How much of what customers told of themselves was found and has changed since; it is left out.
    pub told_damaged: u64,
    /// How many programs are lost but for their version, which no checksum proves then. What was worked out with
    /// them is there all the same.
    pub unproven_programs: u64,
    /// The balances, in the order of the customers' ids.
    pub balances: Vec<SalvagedBalance>,
    pub(super) program: Option<Arc<Program>>,
}

impl SalvageReport {
    /// The last operation before the first that is lost.
    pub fn whole_until(&self) -> Seq {
        self.lost.first().map_or(self.last, |lost| Seq(lost.first.0.saturating_sub(1)))
    }

    pub(super) fn is_lost(&self, seq: Seq) -> bool {
        let before = self.lost.partition_point(|lost| lost.last < seq);
        self.lost.get(before).is_some_and(|lost| lost.first <= seq)
    }

    /// How many operations are lost.
    pub fn lost_operations(&self) -> u64 {
        let count = |lost: &Lost| lost.last.0.saturating_sub(lost.first.0).saturating_add(1);
        self.lost.iter().map(count).fold(0, u64::saturating_add)
    }

    /// The first line of an export of so many operations, of which none that `export` writes is lost if `whole`.
    pub(super) fn head(&self, operations: u64, whole: bool) -> String {
        if whole && !self.shared {
            return write_head(&LedgerHead { operations, epochs: Vec::new() });
        }
        let lost = self.lost.iter().map(|lost| (lost.first.0, lost.last.0, lost.why));
        write_salvaged_head(operations, self.shared, lost)
    }

    pub(super) fn nothing() -> SalvageReport {
        SalvageReport {
            operations: 0,
            last: Seq(0),
            lost: Vec::new(),
            doubtful: Vec::new(),
            shared: false,
            told_damaged: 0,
            unproven_programs: 0,
            balances: Vec::new(),
            program: None,
        }
    }
}
