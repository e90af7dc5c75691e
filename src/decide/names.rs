//! Which record a document was about at its own time: one that came late may name a record that had gone to another
//! one when it was recorded, and had not by its time (R27, R30).

use alloc::vec::Vec;

use crate::decide::{Document, Facts, Operation};
use crate::ident::{CustomerId, SaleId};
use crate::ledger::Seq;
use crate::sorting;
use crate::time::Timestamp;

/// The names of records that became one, and what was recorded under each.
pub(super) struct Names<'f> {
    pub(super) facts: &'f Facts,
    /// When each went to another one, and to which.
    left: Vec<(&'f CustomerId, Timestamp, &'f CustomerId)>,
    /// What operations say of sales, those of each in the order in which they were recorded.
    sales: Vec<Said<'f>>,
}

/// What an operation says of a sale.
struct Said<'f> {
    sale: &'f SaleId,
    /// Under which name it is somebody's: who bought it, or claimed it (R9).
    buyer: &'f CustomerId,
    seq: Seq,
}

impl<'f> Names<'f> {
    pub(super) fn of(facts: &'f Facts) -> Names<'f> {
        let mut names = Names { facts, left: Vec::new(), sales: Vec::new() };
        for account in &facts.accounts {
            let Some(known) = &account.known else { continue };
            for operation in &known.history {
                names.note(operation);
            }
            let into = known.member.merged_into.as_ref();
            if let Some((into, merge)) = into.zip(facts.merge_of(&account.customer)) {
                // Of two merges of which the earlier one came later, it is into the record that went by the other.
                let named =
                    merge.document.customer().filter(|_| !facts.united).and_then(|name| names.record(name));
                names.left.push((&account.customer, merge.document.at(), named.unwrap_or(into)));
            }
        }
        sorting::sort_by(&mut names.sales, |one, other| {
            one.sale.cmp(other.sale).then(one.seq.cmp(&other.seq))
        });
        names
    }

    fn note(&mut self, operation: &'f Operation) {
        let document = &operation.document;
        let sale = match document {
            Document::Claim(claim) => Some(&claim.of),
            _ => operation.rings_up(),
        };
        if let Some((sale, buyer)) = sale.zip(document.customer()) {
            self.sales.push(Said { sale, buyer, seq: operation.seq });
        }
    }

    /// What operations say of a sale, in the order in which they were recorded.
    fn said(&self, sale: &SaleId) -> &[Said<'f>] {
        let from = self.sales.partition_point(|said| said.sale < sale);
        let until = self.sales.partition_point(|said| said.sale <= sale);
        self.sales.get(from..until).unwrap_or_default()
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
        if self.left.is_empty() || self.facts.united && is_merge {
            return keeper;
        }
        let document = &operation.document;
        let buyer = |sale| self.said(sale).last().map(|said| said.buyer);
        let (of_sale, named) = (document.about_sales().iter().find_map(buyer), document.customer());
        let named = match document {
            // The goods that come back say whose it is.
            Document::Exchange(_) => of_sale.or(named),
            _ => named.or(of_sale),
        };
        let then = named.and_then(|name| self.at(name, document.at()));
        then.filter(|then| self.facts.leads_to(then, keeper)).unwrap_or(keeper)
    }
}
