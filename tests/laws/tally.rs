//! What came and went back of each sale, added up from its operations.

use std::collections::BTreeMap;

use regulars::decide::{Decision, Document, Operation};
use regulars::ident::{SaleId, Tender};
use regulars::ledger::{Account, Entry};
use regulars::money::Money;
use regulars::sale::{Payment, Tendered};

/// What came and went back of one sale.
#[derive(Debug, Default)]
pub struct Tally {
    pub earned: i64,
    pub asked: i64,
    pub clawed_back: i64,
    pub written_off: i64,
    pub spent: i64,
    pub restored: i64,
    /// By the operation and the part that the lot came from: what is given back late has another
    /// last day.
    pub spent_by_lot: BTreeMap<(u64, u16), i64>,
    pub restored_by_lot: BTreeMap<(u64, u16), i64>,
    pub paid: BTreeMap<Tender, i64>,
    pub refunded: BTreeMap<Tender, i64>,
    /// Whether a cashier chose where a refund went.
    pub is_chosen: bool,
}

impl Tally {
    pub fn count(tallies: &mut BTreeMap<SaleId, Tally>, operation: &Operation) {
        let (document, decision) = (&operation.document, &operation.decision);
        for accrued in &decision.accruals {
            tallies.entry(accrued.sale.clone()).or_default().earned +=
                accrued.accrual.total().unwrap().minor();
        }
        for entry in &decision.entries {
            if let Some(sale) = &entry.sale {
                tallies.entry(sale.clone()).or_default().count_entry(entry);
            }
        }
        for paid in &decision.paid {
            tallies.entry(paid.sale.clone()).or_default().pay(&paid.payments, Money::ZERO);
        }
        match document {
            Document::Sale(sale) if !sale.parked => {
                tallies.entry(sale.rung_up.sale.clone()).or_default().pay(&sale.payments, sale.change);
            }
            Document::Payment(payment) => {
                tallies.entry(payment.sale.clone()).or_default().pay(&payment.payments, payment.change);
            }
            Document::Return(back) => {
                tallies.entry(back.of.clone()).or_default().refund(decision, back.refund.is_some());
            }
            Document::ReturnAmount(back) => {
                tallies.entry(back.of.clone()).or_default().refund(decision, back.refund.is_some());
            }
            Document::Void(void) => tallies.entry(void.of.clone()).or_default().refund(decision, false),
            _ => {}
        }
    }

    fn count_entry(&mut self, entry: &Entry) {
        let units = entry.units.minor();
        let lot = entry.lot.map(|lot| (lot.seq.0, lot.part)).unwrap_or_default();
        match (entry.from, entry.to) {
            (Account::Customer, Account::Issued) => self.clawed_back += units,
            (Account::WrittenOff, Account::Issued) => self.written_off += units,
            (Account::Customer, Account::Redeemed) => {
                self.spent += units;
                *self.spent_by_lot.entry(lot).or_default() += units;
            }
            (Account::Redeemed, Account::Customer) => {
                self.restored += units;
                *self.restored_by_lot.entry(lot).or_default() += units;
            }
            _ => {}
        }
    }

    fn pay(&mut self, payments: &[Payment], change: Money) {
        for part in Tendered::net_of_change(payments, change).unwrap().parts() {
            *self.paid.entry(part.tender.clone()).or_default() += part.amount.minor();
        }
    }

    fn refund(&mut self, decision: &Decision, is_chosen: bool) {
        self.asked += decision.claw_back.minor();
        self.is_chosen |= is_chosen;
        for part in &decision.refund {
            *self.refunded.entry(part.tender.clone()).or_default() += part.amount.minor();
        }
    }
}
