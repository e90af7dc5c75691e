//! Which record a document was about at its own time: one that came late may name a record that had gone to another
//! one when it was recorded, and had not by its time (R27, R30).

use alloc::collections::BTreeMap;
use alloc::vec::Vec;

use crate::decide::{Document, Facts, Operation};
use crate::ident::{CustomerId, SaleId};
use crate::ledger::Seq;
use crate::time::Timestamp;

/// The names of records that became one, and what was recorded under each.
pub(super) struct Names<'f> {
    pub(super) facts: &'f Facts,
    /// When each went to another one, and to which.
    left: BTreeMap<&'f CustomerId, (Timestamp, &'f CustomerId)>,
    /// Under which name each sale is somebody's.
    buyers: BTreeMap<&'f SaleId, (Seq, &'f CustomerId)>,
    /// When each sale was settled.
    settled: BTreeMap<&'f SaleId, Timestamp>,
}

impl<'f> Names<'f> {
    pub(super) fn of(facts: &'f Facts) -> Names<'f> {
        let (buyers, settled) = (BTreeMap::new(), BTreeMap::new());
        let mut names = Names { facts, left: BTreeMap::new(), buyers, settled };
        let histories = facts.accounts.iter().filter_map(|account| account.known.as_ref());
        for operation in histories.flat_map(|known| &known.history) {
            let at = operation.document.at();
            names.settled.extend(operation.decision.settled.iter().map(|sale| (sale, at)));
        }
        for account in &facts.accounts {
            let into = account.known.as_ref().and_then(|known| known.member.merged_into.as_ref());
            if let Some((into, merge)) = into.zip(facts.merge_of(&account.customer)) {
                names.left.insert(&account.customer, (merge.document.at(), into));
            }
        }
        if !names.left.is_empty() {
            names.find_buyers();
        }
        names
    }

    /// Who bought is said by the sale, or by who claimed it (R9).
    fn find_buyers(&mut self) {
        let facts = self.facts;
        let histories = facts.accounts.iter().filter_map(|account| account.known.as_ref());
        for operation in histories.flat_map(|known| &known.history) {
            let sale = match &operation.document {
                Document::Claim(claim) => Some(&claim.of),
                _ => operation.rings_up(),
            };
            let Some((sale, buyer)) = sale.zip(operation.document.customer()) else { continue };
            let known = self.buyers.entry(sale).or_insert((operation.seq, buyer));
            *known = (*known).max((operation.seq, buyer));
        }
    }

    /// When an operation did what it did: at its own time, but not before what it undoes was there, as a clock that is slow
    /// has it.
    pub(super) fn time_of(&self, operation: &Operation) -> Timestamp {
        let at = operation.document.at();
        let undone = operation.document.about_sales().iter().filter(|_| operation.document.takes_back());
        undone.filter_map(|sale| self.settled.get(sale)).fold(at, |at, settled| at.max(*settled))
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
            match self.left.get(record) {
                Some((left, into)) if *left <= at => record = into,
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
            match self.left.get(keeper) {
                Some((_, into)) => keeper = into,
                None => break,
            }
        }
        about
    }

    /// The record that an operation was about at its time: the one that it is kept with, or one that has gone to that.
    fn record_of(&self, operation: &'f Operation, keeper: &'f CustomerId) -> &'f CustomerId {
        if self.left.is_empty() || matches!(operation.document, Document::Merge(_)) {
            return keeper;
        }
        let document = &operation.document;
        let buyer = |sale| self.buyers.get(sale).map(|(_, buyer)| *buyer);
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
