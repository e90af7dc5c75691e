//! Documents that come after later ones (R27, Q13).

use alloc::collections::BTreeMap;
use alloc::vec::Vec;

use crate::decide::replay::{Replay, Step};
use crate::decide::{AccountChange, KnownAccount, Refusal};
use crate::ident::CustomerId;
use crate::ledger::{Account, Entry, Holding, Lot, LotKey};
use crate::loyalty::Expiry;
use crate::money::Units;
use crate::time::{Offset, Timestamp};

/// What was recorded of a customer before a document that comes late.
pub(super) struct Late {
    /// What the customer had at the document's own time.
    pub(super) then: Replay,
    /// The balance as of the latest document, with what this document moved.
    pub(super) stored: Holding,
    /// The lots as they are kept.
    lots: BTreeMap<LotKey, i128>,
    /// What all operations did, in the order of their documents' times.
    steps: Vec<Step>,
    expiry: Expiry,
}

impl Late {
    /// What a customer had at the time of a document, where later ones are recorded.
    pub(super) fn of(
        known: &KnownAccount,
        customer: &CustomerId,
        expiry: Expiry,
        at: Timestamp,
    ) -> Result<Late, Refusal> {
        let steps = Step::all(known, customer);
        let mut then = Replay::new(expiry);
        then.play(steps.iter().take_while(|step| step.at <= at))?;
        let stored = known.holding.clone();
        let lots = stored.lots().map(|lot| (lot.key, i128::from(lot.units.minor()))).collect();
        Ok(Late { then, stored, lots, steps, expiry })
    }

    /// Counts an entry of this document in what is as of the latest one.
    pub(super) fn count(&mut self, entry: &Entry) -> Result<(), Refusal> {
        let units = entry.units;
        let lot = |lots: &mut BTreeMap<LotKey, i128>, by: i128| {
            if let Some(key) = entry.lot {
                let held = lots.entry(key).or_default();
                *held = held.wrapping_add(by);
            }
        };
        if entry.to == Account::Customer {
            let debt = Units::ZERO.minus(self.stored.balance())?.or_zero();
            self.stored.put(None, units)?;
            lot(&mut self.lots, i128::from(units.minus(debt.min(units))?.minor()));
        }
        if entry.from == Account::Customer {
            self.stored.take(None, units)?;
            lot(&mut self.lots, -i128::from(units.minor()));
        }
        Ok(())
    }

    /// Plays all once more with this document in its place, and says by further entries what ran out
    /// differently: what is kept is then what would be there if the document had come in time.
    pub(super) fn close(
        self,
        step: Step,
        customer: CustomerId,
        latest: Timestamp,
    ) -> Result<(AccountChange, Vec<Entry>), Refusal> {
        let mut entries = step.entries.clone();
        let mut steps = self.steps;
        let place = steps.partition_point(|known| known.at <= step.at);
        steps.insert(place, step);
        let mut replay = Replay::new(self.expiry);
        replay.play(&steps)?;
        replay.expire(latest.date(Offset::WESTMOST))?;
        let target = replay.holding;
        let mut lots = self.lots;
        for lot in target.lots() {
            lots.entry(lot.key).or_default();
        }
        let entry =
            |from, to, units, lot| Entry { from, to, customer: customer.clone(), units, lot, sale: None };
        let (mut back, mut gone) = (Vec::new(), Vec::new());
        let mut by_lots = 0_i128;
        for (key, held) in &lots {
            let differs = i128::from(target.lot(key).minor()).wrapping_sub(*held);
            by_lots = by_lots.wrapping_add(differs);
            let units = whole(differs.unsigned_abs())?;
            match differs.signum() {
                1 => back.push(entry(Account::Expired, Account::Customer, units, Some(*key))),
                -1 => gone.push(entry(Account::Customer, Account::Expired, units, Some(*key))),
                _ => {}
            }
        }
        // What is owed stands in no lot.
        let balances =
            i128::from(target.balance().minor()).wrapping_sub(i128::from(self.stored.balance().minor()));
        let owed = balances.wrapping_sub(by_lots);
        let units = whole(owed.unsigned_abs())?;
        match owed.signum() {
            1 => back.insert(0, entry(Account::Expired, Account::Customer, units, None)),
            -1 => gone.push(entry(Account::Customer, Account::Expired, units, None)),
            _ => {}
        }
        entries.splice(0..0, back);
        entries.extend(gone);
        let lots = lots.keys().map(|&key| Lot { key, units: target.lot(&key) }).collect();
        Ok((AccountChange { customer, balance: target.balance(), latest, lots }, entries))
    }
}

fn whole(units: u128) -> Result<Units, Refusal> {
    let units = i64::try_from(units).map_err(|_| crate::money::AmountError::TooLarge)?;
    Ok(Units::from_minor(units))
}
