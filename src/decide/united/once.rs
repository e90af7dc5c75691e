//! What happens once, however many registers decided it.

use alloc::collections::{BTreeMap, BTreeSet};
use alloc::vec::Vec;

use crate::decide::replay::is_expiry;
use crate::decide::united::{Corrections, Counted};
use crate::decide::{Document, Kept, Member, Operation};
use crate::ident::{CustomerId, DocumentId, SaleId};
use crate::ledger::{Account, Entry, Holding, LotKey, Seq};
use crate::money::{AmountError, Units};
use crate::time::Date;

/// What has happened to a customer's units so far that can't happen again.
#[derive(Default)]
pub(super) struct Once {
    /// What has run out of each lot.
    gone: BTreeMap<LotKey, Units>,
    /// The holds that haven't ended.
    open: BTreeMap<DocumentId, Vec<(LotKey, Units)>>,
    /// Those that were captured.
    captured: BTreeMap<DocumentId, Vec<(LotKey, Units)>>,
    /// What sales earned and cost.
    sales: BTreeMap<SaleId, SaleUnits>,
}

/// What a sale earned and cost a customer so far.
#[derive(Default)]
struct SaleUnits {
    /// The operation that granted what it earned.
    granted_by: Option<Seq>,
    granted: Units,
    taken_back: Units,
    spent: Units,
    given_back: Units,
    /// Whether the customer bought it, or claimed it.
    is_own: bool,
    /// Whether the customer bought another one of its id that doesn't count, or claimed it after somebody else had it.
    is_lost: bool,
}

impl SaleUnits {
    /// How much of an entry counts.
    fn count(&mut self, entry: &Entry, seq: Seq) -> Result<Units, AmountError> {
        use Account::{Customer, Held, Issued, Redeemed};
        let units = entry.units;
        let is_of_another = self.is_lost && !self.is_own;
        match (entry.from, entry.to) {
            // Nothing of it came to this customer, so nothing of it goes back.
            (Issued, Customer) if is_of_another => return Ok(Units::ZERO),
            (Redeemed, Customer) if is_of_another && self.spent.is_zero() => return Ok(Units::ZERO),
            (Issued, Customer) => {
                if *self.granted_by.get_or_insert(seq) != seq {
                    return Ok(Units::ZERO);
                }
                self.granted = self.granted.plus(units)?;
            }
            // What another record earned, that was merged into this one, isn't known here.
            (Customer, Issued) if self.granted_by.is_some() || self.is_own || self.is_lost => {
                let units = units.min(self.granted.minus(self.taken_back)?);
                self.taken_back = self.taken_back.plus(units)?;
                return Ok(units);
            }
            (Customer | Held, Redeemed) => self.spent = self.spent.plus(units)?,
            (Redeemed, Customer) if !self.spent.is_zero() => {
                let units = units.min(self.spent.minus(self.given_back)?.or_zero());
                self.given_back = self.given_back.plus(units)?;
                return Ok(units);
            }
            _ => {}
        }
        Ok(units)
    }
}

impl Once {
    /// Takes in what has happened to another record that was merged into this one.
    pub(super) fn join(&mut self, other: Once) -> Result<(), AmountError> {
        for (lot, units) in other.gone {
            let gone = self.gone.entry(lot).or_default();
            *gone = gone.plus(units)?;
        }
        self.open.extend(other.open);
        self.captured.extend(other.captured);
        for (sale, came) in other.sales {
            let known = self.sales.entry(sale).or_default();
            known.granted_by = known.granted_by.or(came.granted_by);
            known.granted = known.granted.plus(came.granted)?;
            known.taken_back = known.taken_back.plus(came.taken_back)?;
            known.spent = known.spent.plus(came.spent)?;
            known.given_back = known.given_back.plus(came.given_back)?;
            known.is_own |= came.is_own;
            known.is_lost |= came.is_lost;
        }
        Ok(())
    }

    /// What a register took out of a lot on a day on which it hadn't run out had not run out, whatever another one
    /// recorded before (R27): that much comes back.
    pub(super) fn not_run_out(
        &self,
        operation: &Operation,
        is_alive: impl Fn(Date, &LotKey) -> bool,
        holding: &Holding,
        entries: &mut Vec<Entry>,
        corrections: &mut Corrections,
    ) -> Result<(), AmountError> {
        use Account::{Customer, Expired};
        // A register that knows brings back by itself what there is to bring back.
        let knows = entries.iter().any(|entry| entry.from == Expired);
        let Some(day) = operation.moment().1.filter(|_| !knows && !self.gone.is_empty()) else {
            return Ok(());
        };
        let mut taken: BTreeMap<LotKey, Entry> = BTreeMap::new();
        for entry in entries.iter().filter(|entry| entry.from == Customer && entry.to != Expired) {
            let Some(lot) = entry.lot.filter(|lot| is_alive(day, lot)) else { continue };
            let (units, sale) = (Units::ZERO, None);
            let back = Entry { from: Expired, to: Customer, units, sale, ..entry.clone() };
            let back = taken.entry(lot).or_insert(back);
            back.units = back.units.plus(entry.units)?;
        }
        for (lot, mut back) in taken {
            let puts = entries.iter().filter(|entry| entry.to == Customer && entry.lot == Some(lot));
            let there = holding.lot(&lot).plus(Units::sum(puts.map(|entry| entry.units))?)?;
            let missing = back.units.minus(there)?.or_zero();
            back.units = missing.min(self.gone.get(&lot).copied().unwrap_or_default());
            corrections.undo(Customer, Expired, back.units);
            entries.insert(0, back);
        }
        entries.retain(|entry| !entry.units.is_zero());
        Ok(())
    }

    /// Every register lets the same units run out when it meets their customer, and brings the same ones back
    /// when a document comes late. This leaves of what runs out no more than its lot holds, and of what is
    /// brought back no more than has run out.
    pub(super) fn ran_out(
        &mut self,
        holding: &Holding,
        entries: &mut Vec<Entry>,
        spare: LotKey,
        corrections: &mut Corrections,
    ) -> Result<(), AmountError> {
        if !entries.iter().any(is_expiry) {
            return Ok(());
        }
        let mut now = holding.clone();
        // Where all of them fit, each is right beside the others, and a document that comes late may say that units of
        // another lot ran out, or were used, than it had seemed.
        let fit = holding.with(entries)?.is_some();
        let mut instead: BTreeMap<Option<LotKey>, Units> = BTreeMap::new();
        for entry in entries.iter().filter(|entry| fit && entry.to == Account::Expired) {
            let units = instead.entry(entry.lot).or_default();
            *units = units.plus(entry.units)?;
        }
        for entry in entries.iter_mut() {
            if let (true, Some(lot)) = (is_expiry(entry), entry.lot) {
                let units = if entry.to == Account::Expired {
                    let units = if fit { entry.units } else { entry.units.min(now.lot(&lot)) };
                    let gone = self.gone.entry(lot).or_default();
                    *gone = gone.plus(units)?;
                    units
                } else {
                    self.bring_back((lot, now.lot(&lot)), entry.units, &mut instead)?
                };
                corrections.undo(entry.from, entry.to, entry.units.minus(units)?);
                entry.units = units;
            }
            if !entry.units.is_zero() {
                now.settle(core::slice::from_ref(entry), spare)?;
            }
        }
        entries.retain(|entry| !entry.units.is_zero());
        Ok(())
    }

    /// Brings back what has run out of a lot, and what the same document takes out of others in its place. Of a lot of
    /// which nothing had run out, or nothing is left, there may be more than had seemed, where others were used in its
    /// place that had run out. Answers how much that is.
    fn bring_back(
        &mut self,
        (lot, there): (LotKey, Units),
        units: Units,
        instead: &mut BTreeMap<Option<LotKey>, Units>,
    ) -> Result<Units, AmountError> {
        let mut left = units;
        if let Some(gone) = self.gone.get_mut(&lot) {
            let own = left.min(gone.or_zero());
            (*gone, left) = (gone.minus(own)?, left.minus(own)?);
        }
        for (other, there) in instead.iter_mut().filter(|(other, _)| **other != Some(lot)) {
            let part = left.min(*there);
            (*there, left) = (there.minus(part)?, left.minus(part)?);
            if let Some(other) = other {
                let gone = self.gone.entry(*other).or_default();
                *gone = gone.minus(part)?;
            }
        }
        if there.is_zero() || !self.gone.contains_key(&lot) {
            for gone in self.gone.values_mut() {
                let part = left.min(gone.or_zero());
                (*gone, left) = (gone.minus(part)?, left.minus(part)?);
            }
        }
        units.minus(left)
    }

    /// A customer joins once, and is welcomed once.
    pub(super) fn welcome(
        &self,
        operation: &Operation,
        member: &Member,
        entries: &mut Vec<Entry>,
        corrections: &mut Corrections,
    ) {
        if !member.joined || !matches!(operation.document, Document::Enrol(_)) {
            return;
        }
        entries.retain(|entry| {
            let welcomes = entry.from == Account::Issued && entry.to == Account::Customer;
            if welcomes {
                corrections.undo(entry.from, entry.to, entry.units);
            }
            !welcomes
        });
    }

    /// Notes whose the sale is that an operation rings up or claims.
    pub(super) fn whose(&mut self, operation: &Operation, names: &BTreeSet<CustomerId>, counts: Counted) {
        let is_own = operation.decision.customer.as_ref().is_some_and(|customer| names.contains(customer));
        let Some(sale) = operation.document.makes_own().filter(|_| is_own) else { return };
        let known = self.sales.entry(sale.clone()).or_default();
        match counts {
            Counted::Yes | Counted::Less(_) => known.is_own = true,
            Counted::TakenBefore | Counted::No => known.is_lost = true,
        }
    }

    /// A sale earns once, by the first register that settles it; no more is taken back of it than it earned, and no
    /// more is given back than it cost, however many registers take goods back.
    pub(super) fn sales(
        &mut self,
        operation: &Operation,
        entries: &mut Vec<Entry>,
        corrections: &mut Corrections,
    ) -> Result<(), AmountError> {
        for entry in entries.iter_mut() {
            let Some(sale) = &entry.sale else { continue };
            let known = self.sales.entry(sale.clone()).or_default();
            let units = known.count(entry, operation.seq)?;
            corrections.undo(entry.from, entry.to, entry.units.minus(units)?);
            entry.units = units;
        }
        entries.retain(|entry| !entry.units.is_zero());
        // What goods that came back paid for others has gone from the one sale to the other.
        for (_, units) in operation.decision.carried.iter().flat_map(|carried| &carried.lots) {
            for sale in operation.document.about_sales() {
                let known = self.sales.entry(sale.clone()).or_default();
                known.given_back = known.given_back.plus(*units)?;
            }
            if let Some(sale) = operation.rings_up() {
                let known = self.sales.entry(sale.clone()).or_default();
                known.spent = known.spent.plus(*units)?;
            }
        }
        Ok(())
    }

    /// What is held ends once, by the first that ends it. Another register that gave it back, too, gave nothing
    /// back; one that spent it, too, spent what the customer has, and that is owed where it isn't there. But what two
    /// captured was captured once.
    pub(super) fn holds(
        &mut self,
        operation: &Operation,
        enter: impl Fn(LotKey) -> LotKey,
        entries: &mut Vec<Entry>,
        corrections: &mut Corrections,
    ) -> Result<(), AmountError> {
        for hold in operation.decision.kept.iter().filter_map(Kept::as_hold) {
            if hold.ended.is_none() {
                self.open.insert(hold.id.clone(), hold.lots.clone());
                continue;
            }
            let is_captured = matches!(operation.document, Document::Capture(_));
            if self.open.get(&hold.id) == Some(&hold.lots) {
                self.open.remove(&hold.id);
                if is_captured {
                    self.captured.insert(hold.id.clone(), hold.lots.clone());
                }
                continue;
            }
            let spends = !is_captured || self.captured.get(&hold.id) != Some(&hold.lots);
            for (lot, units) in &hold.lots {
                take_out_of_hold((enter(*lot), *units), spends, entries, corrections)?;
            }
        }
        entries.retain(|entry| !entry.units.is_zero());
        Ok(())
    }
}

/// Takes off what a claim grants what was taken back of its sale where nobody had heard of the claim.
pub(super) fn grant_less(
    claim: &Operation,
    units: Units,
    entries: &mut [Entry],
    corrections: &mut Corrections,
) -> Result<(), AmountError> {
    let sales = claim.document.about_sales();
    let mut left = units;
    for entry in entries {
        let grants = (entry.from, entry.to) == (Account::Issued, Account::Customer)
            && entry.sale.as_ref().is_some_and(|sale| sales.contains(sale));
        if grants {
            let taken = left.min(entry.units);
            (left, entry.units) = (left.minus(taken)?, entry.units.minus(taken)?);
            corrections.undo(entry.from, entry.to, taken);
        }
    }
    Ok(())
}

/// Turns entries that move units of a lot out of what is held into what they come to where nothing is held: nothing, or
/// what they spend is spent by the customer.
fn take_out_of_hold(
    (lot, units): (LotKey, Units),
    spends: bool,
    entries: &mut Vec<Entry>,
    corrections: &mut Corrections,
) -> Result<(), AmountError> {
    let mut left = units;
    let mut spent: Vec<Entry> = Vec::new();
    for entry in entries.iter_mut() {
        let is_of_lot = entry.lot.is_some_and(|of| of.is_same_lot(&lot));
        if entry.from != Account::Held || !is_of_lot {
            continue;
        }
        let taken = left.min(entry.units);
        (left, entry.units) = (left.minus(taken)?, entry.units.minus(taken)?);
        if spends && entry.to == Account::Redeemed {
            corrections.undo(Account::Held, Account::Customer, taken);
            spent.push(Entry { from: Account::Customer, units: taken, ..entry.clone() });
        } else {
            corrections.undo(Account::Held, entry.to, taken);
        }
    }
    entries.extend(spent);
    Ok(())
}
