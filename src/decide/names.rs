//! Which record a document was about at its own time: one that came late may name a record that had gone to another
//! one when it was recorded, and had not by its time (R27, R30).

use alloc::vec::Vec;

use crate::decide::{Document, Facts, Operation};
use crate::ident::{CustomerId, SaleId};
use crate::sorting;
use crate::time::Timestamp;

/// The names of records that became one, and what was recorded under each.
pub(super) struct Names<'f> {
    pub(super) facts: &'f Facts,
    /// When each went to another one, and to which.
    left: Vec<(&'f CustomerId, Timestamp, &'f CustomerId)>,
    /// Sales, each with when it was said whose it is, and the name: who bought it, or claimed it (R9). Of several that
    /// claimed one at several registers it is the first one's.
    sales: Vec<(&'f SaleId, Timestamp, &'f CustomerId)>,
}

impl<'f> Names<'f> {
    pub(super) fn of(facts: &'f Facts) -> Names<'f> {
        let mut names = Names { facts, left: Vec::new(), sales: Vec::new() };
        for account in &facts.accounts {
            let Some(known) = &account.known else { continue };
            for operation in &known.history {
                let document = &operation.document;
                let own = document.makes_own().zip(document.customer());
                names.sales.extend(own.map(|(sale, buyer)| (sale, operation.recorded_at, buyer)));
            }
            let into = known.member.merged_into.as_ref();
            if let Some((into, merge)) = into.zip(facts.merge_of(&account.customer)) {
                // Of two merges of which the earlier one came later, it is into the record that went by the other.
                // Several registers may have decided merges that make a circle: then it would go to itself.
                let goes_on = |name: &&CustomerId| !facts.leads_to(name, &account.customer);
                let named = merge.document.customer().filter(goes_on).and_then(|name| names.record(name));
                names.left.push((&account.customer, merge.document.at(), named.unwrap_or(into)));
            }
        }
        sorting::sort(&mut names.sales);
        names
    }

    /// Under which name a sale is somebody's.
    fn buyer(&self, sale: &SaleId) -> Option<&'f CustomerId> {
        let from = self.sales.partition_point(|(other, ..)| *other < sale);
        let said = self.sales.get(from).filter(|(other, ..)| *other == sale);
        said.map(|(_, _, buyer)| *buyer)
    }

    /// When a record went to another one, and to which.
    fn left(&self, record: &CustomerId) -> Option<(Timestamp, &'f CustomerId)> {
        let left = self.left.iter().find(|(name, ..)| *name == record);
        left.map(|(_, at, into)| (*at, *into))
    }

    /// The same id, as the facts have it; `None` for a name that they don't tell of.
    pub(super) fn record(&self, name: &CustomerId) -> Option<&'f CustomerId> {
        let mut records = self.facts.accounts.iter().map(|account| &account.customer);
        records.find(|record| *record == name)
    }

    /// The record that a name led to at a moment.
    pub(super) fn at(&self, name: &CustomerId, at: Timestamp) -> Option<&'f CustomerId> {
        let mut record = self.record(name)?;
        // Each step is to another record.
        for _ in &self.left {
            match self.left(record) {
                Some((left, into)) if left <= at => record = into,
                _ => break,
            }
        }
        Some(record)
    }

    /// All operations that were about a record at their times, in the order in which they were recorded, each with the
    /// record that it is kept with: those that came after it had gone are with the one that it has gone to.
    pub(super) fn about(&self, record: &'f CustomerId) -> Vec<(&'f CustomerId, &'f Operation)> {
        let mut about = Vec::new();
        let mut keeper = record;
        for _ in 0..=self.left.len() {
            let history = self.facts.known(keeper).map(|known| known.history.as_slice()).unwrap_or_default();
            let own = history.iter().filter(|operation| self.record_of(operation, keeper) == record);
            about.extend(own.map(|operation| (keeper, operation)));
            match self.left(keeper) {
                Some((_, into)) => keeper = into,
                None => break,
            }
        }
        about
    }

    /// The record that an operation was about at its time: the one that it is kept with, or one that has gone to that.
    fn record_of(&self, operation: &'f Operation, keeper: &'f CustomerId) -> &'f CustomerId {
        let is_merge = matches!(operation.document, Document::Merge(_));
        // Where nothing was merged, a shorter way to the same.
        if self.left.is_empty() || self.facts.united && is_merge {
            return keeper;
        }
        let document = &operation.document;
        let named = document.named(|sale| self.buyer(sale));
        let then = named.and_then(|name| self.at(name, document.at()));
        then.filter(|then| self.facts.leads_to(then, keeper)).unwrap_or(keeper)
    }
}
