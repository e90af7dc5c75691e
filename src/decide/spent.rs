//! The units that pay for a sale, by lot: those that loyalty paid with, and those that its rewards cost; and the lot
//! that it earned.

use alloc::collections::BTreeMap;
use alloc::vec::Vec;

use crate::decide::replay::latest_first;
use crate::decide::{Decision, Used};
use crate::ledger::LotKey;
use crate::money::{AmountError, Units};
use crate::time::Date;

/// The units that pay for a sale and weren't given back, by the lot that they came out of.
///
/// What rewards cost goes back by another measure than what loyalty paid (R14, R17), so each keeps its own lots, with
/// their own last days (R23).
///
/// ```
/// use regulars::decide::Spent;
/// use regulars::ledger::{LotKey, Seq};
/// use regulars::money::Units;
/// use regulars::time::Timestamp;
///
/// let lot = LotKey { expires: None, born: Timestamp::EPOCH, seq: Seq(1), part: 0 };
/// let lots = |units| [(lot, Units::from_minor(units))].into();
/// let spent = Spent { payments: lots(10_00), rewards: lots(5_00) };
/// assert_eq!(spent.total()?, Units::from_minor(15_00));
/// # Ok::<(), regulars::money::AmountError>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Spent {
    /// What loyalty paid with.
    pub payments: BTreeMap<LotKey, Units>,
    /// What the rewards cost that were used on it.
    pub rewards: BTreeMap<LotKey, Units>,
}

/// What units are spent on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum SpentOn {
    Payments,
    Rewards,
}

impl Spent {
    /// The units that payments and rewards took, and that weren't given back.
    ///
    /// # Errors
    /// [`AmountError`] if there are more than can be counted.
    pub fn total(&self) -> Result<Units, AmountError> {
        Units::sum(self.payments.values().chain(self.rewards.values()).copied())
    }

    pub(super) fn on(&self, what: SpentOn) -> &BTreeMap<LotKey, Units> {
        match what {
            SpentOn::Payments => &self.payments,
            SpentOn::Rewards => &self.rewards,
        }
    }

    fn on_mut(&mut self, what: SpentOn) -> &mut BTreeMap<LotKey, Units> {
        match what {
            SpentOn::Payments => &mut self.payments,
            SpentOn::Rewards => &mut self.rewards,
        }
    }

    pub(super) fn put(&mut self, what: SpentOn, lot: LotKey, units: Units) -> Result<(), AmountError> {
        let spent = self.on_mut(what).entry(lot).or_default();
        *spent = spent.plus(units)?;
        Ok(())
    }

    /// Takes units off, what runs out latest first (Q9): the parts, and what there wasn't.
    pub(super) fn take_off(
        &mut self,
        what: SpentOn,
        units: Units,
        others_until: Option<Date>,
    ) -> Result<(Vec<(LotKey, Units)>, Units), AmountError> {
        let (mut left, mut parts) = (units, Vec::new());
        let spent = self.on_mut(what);
        for (key, there) in latest_first(spent, others_until) {
            let part = left.min(there);
            spent.insert(key, there.minus(part)?);
            left = left.minus(part)?;
            parts.push((key, part));
        }
        spent.retain(|_, there| !there.is_zero());
        parts.retain(|(_, part)| !part.is_zero());
        Ok((parts, left))
    }

    /// Takes units off that went back to a lot. One given back after it ran out bears a later last day than the one it
    /// was spent with; one that isn't there paid in the place of another, since something came late (R27).
    pub(super) fn take_off_lot(
        &mut self,
        what: SpentOn,
        lot: &LotKey,
        units: Units,
    ) -> Result<(), AmountError> {
        let mut left = units;
        let lots = self.on_mut(what);
        for any_lot in [false, true] {
            for (key, spent) in lots.iter_mut().rev() {
                if !any_lot && !key.is_same_lot(lot) {
                    continue;
                }
                let taken = left.min(*spent);
                *spent = spent.minus(taken)?;
                left = left.minus(taken)?;
            }
        }
        lots.retain(|_, spent| !spent.is_zero());
        Ok(())
    }
}

/// The lots of a sale: the one that it earned, and those that paid for it.
#[derive(Debug, Clone, Default)]
pub(super) struct SaleLots {
    pub(super) earned: Option<LotKey>,
    pub(super) spent: Spent,
}

impl SaleLots {
    /// Takes over what another record knows of the sale that it brings.
    pub(super) fn take_over(&mut self, other: &SaleLots) -> Result<(), AmountError> {
        self.earned = self.earned.or(other.earned);
        for what in [SpentOn::Payments, SpentOn::Rewards] {
            other.spent.on(what).iter().try_for_each(|(lot, units)| self.spent.put(what, *lot, *units))?;
        }
        Ok(())
    }
}

/// How much of what an operation spends on sales, and gives back of it, is of rewards: they are spent before loyalty
/// pays, and given back before what loyalty paid.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct OfRewards {
    pub(super) spent: Units,
    pub(super) given_back: Units,
}

impl OfRewards {
    pub(super) fn of(decision: &Decision) -> Result<OfRewards, AmountError> {
        Ok(OfRewards { spent: Used::cost(&decision.used)?, given_back: decision.rewards_restored })
    }

    /// What the next units that are spent are spent on.
    pub(super) fn spend(&mut self, units: Units) -> Result<[(SpentOn, Units); 2], AmountError> {
        split_off(&mut self.spent, units)
    }

    /// What the next units that are given back had been spent on.
    pub(super) fn give_back(&mut self, units: Units) -> Result<[(SpentOn, Units); 2], AmountError> {
        split_off(&mut self.given_back, units)
    }
}

fn split_off(of_rewards: &mut Units, units: Units) -> Result<[(SpentOn, Units); 2], AmountError> {
    let rewards = units.min(*of_rewards);
    *of_rewards = of_rewards.minus(rewards)?;
    Ok([(SpentOn::Rewards, rewards), (SpentOn::Payments, units.minus(rewards)?)])
}
