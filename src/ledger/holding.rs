//! What one customer holds: the balance, and the lots it is made of.

use alloc::collections::BTreeMap;
use alloc::vec::Vec;

use crate::ledger::{Account, Entry, Lot, LotKey};
use crate::money::{AmountError, Units};
use crate::sorting;
use crate::time::Date;

/// An entry doesn't fit what the customer holds. Documents can't cause it: the ledger is damaged,
/// or there is a bug in the library.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum HoldingError {
    /// An entry takes more out of a lot than is in it.
    #[error("an entry takes more out of a lot than is in it")]
    LotOverdrawn,
    /// A sum is larger than can be kept.
    #[error(transparent)]
    Amount(#[from] AmountError),
}

/// A customer's balance and lots: a fold over entries.
///
/// The balance is the sum of the lots; below zero there are no lots, and what comes in fills the
/// debt before it becomes a lot (R19). Where lots aren't needed they may be left out: the balance
/// is right all the same.
///
/// ```
/// use regulars::ident::CustomerId;
/// use regulars::ledger::{Account, Entry, Holding, Lot, LotKey, Seq};
/// use regulars::money::Units;
/// use regulars::time::Timestamp;
///
/// let lot = |seq| LotKey { expires: None, born: Timestamp::EPOCH, seq: Seq(seq), part: 0 };
/// let ada = CustomerId::new("ada")?;
/// let entry = |from, to, units, lot| Entry {
///     from,
///     to,
///     customer: ada.clone(),
///     units: Units::from_minor(units),
///     lot,
///     sale: None,
/// };
/// let mut holding = Holding::default();
/// holding.apply(&entry(Account::Issued, Account::Customer, 4_00, Some(lot(1))))?;
///
/// // A claw-back of 5.00 takes the 4.00 that are there; 1.00 is owed, out of no lot.
/// holding.apply(&entry(Account::Customer, Account::Issued, 4_00, Some(lot(1))))?;
/// holding.apply(&entry(Account::Customer, Account::Issued, 1_00, None))?;
/// assert_eq!(holding.balance(), Units::from_minor(-1_00));
///
/// // The next 3.00 fill the debt first; 2.00 of them can be spent.
/// holding.apply(&entry(Account::Issued, Account::Customer, 3_00, Some(lot(2))))?;
/// assert_eq!(holding.balance(), Units::from_minor(2_00));
/// assert!(holding.lots().eq([Lot { key: lot(2), units: Units::from_minor(2_00) }]));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Holding {
    balance: Units,
    lots: BTreeMap<LotKey, Units>,
}

impl Holding {
    /// A balance with lots that were kept beside each other.
    pub fn new(balance: Units, lots: impl IntoIterator<Item = Lot>) -> Holding {
        Holding { balance, lots: sorting::map(lots.into_iter().map(|lot| (lot.key, lot.units))) }
    }

    /// Puts one entry in.
    ///
    /// # Errors
    /// [`HoldingError::LotOverdrawn`] if the entry takes out what isn't there.
    pub fn apply(&mut self, entry: &Entry) -> Result<(), HoldingError> {
        if entry.to == Account::Customer {
            self.put(entry.lot, entry.units)?;
        }
        if entry.from == Account::Customer {
            self.take(entry.lot, entry.units)?;
        }
        Ok(())
    }

    /// Puts the entries of one operation in, whatever there is: what is taken out of a lot that holds less
    /// comes out of others in their order, and what none of them has is owed. `spare` is the lot for units
    /// that came to fill a debt which isn't there.
    ///
    /// Where the entries fit it is the same as [`apply`](Holding::apply).
    ///
    /// # Errors
    /// [`AmountError`] if a sum is larger than can be kept.
    pub(crate) fn settle(&mut self, entries: &[Entry], spare: LotKey) -> Result<(), AmountError> {
        if let Some(fitting) = self.with(entries)? {
            *self = fitting;
            return Ok(());
        }
        for entry in entries {
            if entry.to == Account::Customer {
                self.put(Some(entry.lot.unwrap_or(spare)), entry.units)?;
            }
            if entry.from == Account::Customer {
                self.take_any(entry.lot.as_ref(), entry.units)?;
            }
        }
        Ok(())
    }

    /// What it is with the entries of one operation, if they fit.
    ///
    /// # Errors
    /// [`AmountError`] if a sum is larger than can be kept.
    pub(crate) fn with(&self, entries: &[Entry]) -> Result<Option<Holding>, AmountError> {
        let mut fitting = self.clone();
        let fits = entries.iter().all(|entry| fitting.apply(entry).is_ok()) && fitting.is_sum_of_lots()?;
        Ok(fits.then_some(fitting))
    }

    /// Takes in all that another record has, lot by lot, and pays what it owes.
    ///
    /// # Errors
    /// [`AmountError`] if a sum is larger than can be kept.
    pub(crate) fn take_in(&mut self, other: &Holding) -> Result<(), AmountError> {
        for Lot { key, units } in other.lots() {
            self.put(Some(key), units)?;
        }
        self.take_any(None, other.owed()?)
    }

    /// What is owed.
    ///
    /// # Errors
    /// [`AmountError`] if it is larger than can be kept.
    pub(crate) fn owed(&self) -> Result<Units, AmountError> {
        Units::ZERO.minus(self.balance).map(Units::or_zero)
    }

    /// How much of units that come fills what is owed (R19).
    ///
    /// # Errors
    /// [`AmountError`] if it is larger than can be kept.
    pub(crate) fn fills(&self, units: Units) -> Result<Units, AmountError> {
        Ok(self.owed()?.min(units))
    }

    /// Whether the lots come to the balance, or there are none since units are owed.
    fn is_sum_of_lots(&self) -> Result<bool, AmountError> {
        let in_lots = Units::sum(self.lots.values().copied())?;
        Ok(in_lots == self.balance.or_zero() && !self.lots.values().any(|units| units.is_negative()))
    }

    fn take_any(&mut self, first: Option<&LotKey>, units: Units) -> Result<(), AmountError> {
        for Lot { key, units } in self.portion(units, first, None)? {
            let left = self.lot(&key).minus(units)?;
            if left.is_zero() {
                self.lots.remove(&key);
            } else {
                self.lots.insert(key, left);
            }
        }
        self.balance = self.balance.minus(units)?;
        Ok(())
    }

    /// What the customer has, less what is held; below zero if units are owed.
    pub fn balance(&self) -> Units {
        self.balance
    }

    /// The lots in order of use (R26).
    pub fn lots(&self) -> impl DoubleEndedIterator<Item = Lot> + '_ {
        self.lots.iter().map(|(&key, &units)| Lot { key, units })
    }

    /// What is left of one lot; zero if there is none of it.
    pub fn lot(&self, key: &LotKey) -> Units {
        self.lots.get(key).copied().unwrap_or(Units::ZERO)
    }

    /// What there is to take for `units`, in order of use; `first` comes before all others. It
    /// may be less than was asked. What has no last day of its own lasts to `others_until`.
    pub(crate) fn portion(
        &self,
        units: Units,
        first: Option<&LotKey>,
        others_until: Option<Date>,
    ) -> Result<Vec<Lot>, AmountError> {
        let is_first = |lot: &Lot| first.is_some_and(|first| first.is_same_lot(&lot.key));
        let mut lots: Vec<Lot> = self.lots().collect();
        sorting::sort_by_key(&mut lots, |lot| (!is_first(lot), lot.key.order(others_until)));
        let mut left = units;
        let mut portion = Vec::new();
        for lot in lots {
            if left.is_zero() {
                break;
            }
            let taken = lot.units.min(left);
            left = left.minus(taken)?;
            portion.push(Lot { key: lot.key, units: taken });
        }
        Ok(portion)
    }

    /// Puts units in: they fill a debt before they become a lot (R19).
    pub(crate) fn put(&mut self, lot: Option<LotKey>, units: Units) -> Result<(), AmountError> {
        let into_lot = units.minus(self.fills(units)?)?;
        self.balance = self.balance.plus(units)?;
        if let (Some(key), false) = (lot, into_lot.is_zero()) {
            let held = self.lots.entry(key).or_default();
            *held = held.plus(into_lot)?;
        }
        Ok(())
    }

    /// Takes units out of a lot, or out of nothing.
    pub(crate) fn take(&mut self, lot: Option<LotKey>, units: Units) -> Result<(), HoldingError> {
        self.balance = self.balance.minus(units)?;
        let Some(key) = lot else { return Ok(()) };
        let left = self.lot(&key).minus(units)?;
        if left.is_negative() {
            return Err(HoldingError::LotOverdrawn);
        }
        if left.is_zero() {
            self.lots.remove(&key);
        } else {
            self.lots.insert(key, left);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use core::cmp::Ordering;

    use super::*;
    use crate::ident::CustomerId;
    use crate::ledger::Seq;
    use crate::time::{Date, Timestamp};

    /// One lot may be there with two days: what names the later one isn't taken out of the earlier.
    #[test]
    fn entries_that_fit_are_put_in_as_they_are() {
        let key = |month| {
            let expires = Date::from_civil(2026, month, 1);
            LotKey { expires, born: Timestamp::EPOCH, seq: Seq(1), part: 0 }
        };
        let lot = |month| Lot { key: key(month), units: Units::from_minor(5) };
        let mut holding = Holding::new(Units::from_minor(10), [lot(3), lot(4)]);
        let entry = Entry {
            from: Account::Customer,
            to: Account::Redeemed,
            customer: CustomerId::new("ada").unwrap(),
            units: Units::from_minor(5),
            lot: Some(key(4)),
            sale: None,
        };
        holding.settle(&[entry], key(5)).unwrap();
        assert_eq!(holding, Holding::new(Units::from_minor(5), [lot(3)]));
    }

    /// Whatever entries say, what is settled comes to their sum, and the lots to what can be spent of it.
    #[test]
    fn lots_come_to_the_balance_whatever_is_settled() {
        let lot = |part| LotKey { expires: None, born: Timestamp::EPOCH, seq: Seq(1), part };
        let movements = [(Account::Issued, Account::Customer), (Account::Customer, Account::Redeemed)];
        let lots = [None, Some(lot(0)), Some(lot(1))];
        let all: Vec<Entry> = movements
            .into_iter()
            .flat_map(|movement| lots.map(|lot| (movement, lot)))
            .flat_map(|(movement, lot)| [2, 3].map(|units| (movement, lot, units)))
            .map(|((from, to), lot, units)| {
                let (customer, units) = (CustomerId::new("ada").unwrap(), Units::from_minor(units));
                Entry { from, to, customer, units, lot, sale: None }
            })
            .collect();
        let moves = |entry: &Entry| match entry.to {
            Account::Customer => entry.units.minor(),
            _ => -entry.units.minor(),
        };
        for first in &all {
            for second in &all {
                for third in &all {
                    let mut holding = Holding::default();
                    holding.settle(core::slice::from_ref(first), lot(2)).unwrap();
                    holding.settle(&[second.clone(), third.clone()], lot(3)).unwrap();
                    let sum = [first, second, third].into_iter().map(moves).sum::<i64>();
                    assert_eq!(holding.balance().minor(), sum, "{first:?} {second:?} {third:?}");
                    let in_lots: Vec<i64> = holding.lots().map(|lot| lot.units.minor()).collect();
                    assert_eq!(in_lots.iter().sum::<i64>(), sum.max(0), "{first:?} {second:?} {third:?}");
                    assert!(in_lots.iter().all(|units| 0 < *units));
                }
            }
        }
    }

    /// What runs out first is used first, and last what never does (R26).
    #[test]
    fn lots_have_an_order() {
        let key = |expires| LotKey { expires, born: Timestamp::EPOCH, seq: Seq(1), part: 0 };
        let [march, april] = [3, 4].map(|month| key(Date::from_civil(2026, month, 1)));
        assert!(march < april && april < key(None));
        assert_eq!(march.partial_cmp(&march), Some(Ordering::Equal));
    }
}
