//! How much the operations have made that is kept beside them.

use alloc::collections::BTreeSet;

use crate::decide::{Document, Operation};
use crate::ident::SaleId;
use crate::loyalty::ProgramVersion;
use crate::store::Counts;

/// What operations have made, so far; customers and their lots apart.
#[derive(Default)]
pub(super) struct Made {
    documents: u64,
    follow_ups: u64,
    programs: BTreeSet<ProgramVersion>,
    /// Sales that were put aside: rung up anew, they take their own id again.
    parked: BTreeSet<SaleId>,
}

impl Made {
    pub(super) fn add(&mut self, operation: &Operation) {
        let document = &operation.document;
        let mut takes_id = document.id().is_some();
        match document {
            Document::Sale(sale) => {
                takes_id = !self.parked.remove(&sale.rung_up.sale);
                if sale.parked {
                    self.parked.insert(sale.rung_up.sale.clone());
                }
            }
            Document::SetProgram(set) => drop(self.programs.insert(set.program.version)),
            _ => {}
        }
        let ids = u64::from(takes_id).saturating_add(u64::from(document.sale_inside().is_some()));
        self.documents = self.documents.saturating_add(ids);
        self.follow_ups = self.follow_ups.saturating_add(count(operation.follows().len()));
    }

    pub(super) fn counts(&self) -> Counts {
        let Made { documents, follow_ups, .. } = *self;
        Counts { documents, follow_ups, programs: count(self.programs.len()), ..Counts::default() }
    }
}

/// Says what there is more or less of than the operations made.
pub(super) fn compare(made: &Counts, kept: &Counts) -> Result<(), &'static str> {
    let differs = [
        (made.customers != kept.customers, "there are customers that no operation made"),
        (made.lots != kept.lots, "there are lots that no operation made"),
        (made.documents != kept.documents, "there are ids that no document has"),
        (made.follow_ups != kept.follow_ups, "operations are noted for a sale that they aren't about"),
        (made.programs != kept.programs, "there are programs that were never set"),
        (made.tallies != kept.tallies, "purchases of customers are added up who aren't there"),
        (made.kept != kept.kept, "there are codes, punch cards or holds that no operation made"),
    ];
    match differs.iter().find(|(differs, _)| *differs) {
        Some((_, what)) => Err(what),
        None => Ok(()),
    }
}

pub(super) fn count(number: usize) -> u64 {
    u64::try_from(number).unwrap_or(u64::MAX)
}
