//! What a customer held at some moment: the operations about the customer once more, in the order of
//! their documents' times.
//!
//! A document may come late (R27). Then what the customer held at its own time is worked out again,
//! and so is what runs out: an earlier document may have kept units alive that seemed to have run out,
//! or used others than those that would have run out. What was decided stays as it was (Q13).

use alloc::borrow::Cow;
use alloc::collections::{BTreeMap, BTreeSet};
use alloc::sync::Arc;
use alloc::vec::Vec;

use crate::decide::spent::{OfRewards, SaleLots, SpentOn};
use crate::decide::steps::{Carry, Step};
use crate::decide::{Facts, Purchase, Refused, SetExpiry, held_at};
use crate::ident::SaleId;
use crate::ledger::{Account, Entry, Holding, Lot, LotKey, Seq};
use crate::loyalty::{Expiry, Program};
use crate::money::Units;
use crate::sorting;
use crate::time::{Date, Offset, Timestamp};

/// How long units without a last day of their own last, over time: programs may have changed that.
#[derive(Debug, Clone)]
pub(super) struct Lasting {
    /// Under the program that holds now.
    now: Expiry,
    /// Under each that was set, if it isn't the same.
    set: Arc<[(Timestamp, SetExpiry)]>,
}

impl Lasting {
    /// How long they last, as far as facts tell; `program` is the document's, in a ledger that has none.
    pub(super) fn of(facts: &Facts, program: &Program) -> Lasting {
        let now = facts.program.as_ref().map_or(program.expiry, |versioned| versioned.program.expiry);
        Lasting { now, set: facts.expiries.as_slice().into() }
    }

    /// At some time.
    fn at(&self, at: Timestamp) -> Expiry {
        held_at(&self.set, at).map_or(self.now, |set| set.expiry)
    }

    /// When programs were set after a moment and up to another one, and on which day, in the order of time.
    fn changes(&self, after: Timestamp, until: Timestamp) -> Vec<(Timestamp, Option<Date>)> {
        let set = self.set.iter().map(|(from, set)| (*from, set.day));
        let mut changes: Vec<_> = set.filter(|(from, _)| after < *from && *from <= until).collect();
        sorting::sort(&mut changes);
        changes
    }
}

/// The operations about one customer, up to some moment.
#[derive(Clone)]
pub(super) struct Replay {
    lasting: Lasting,
    /// The time that is played, and how long units last then.
    at: Timestamp,
    expiry: Expiry,
    pub(super) holding: Holding,
    /// What was bought, each with all that is known of what came back of it, also later.
    pub(super) purchases: BTreeMap<(Seq, u16), Purchase>,
    /// The purchases whose goods had all come back by then.
    undone: BTreeSet<(Seq, u16)>,
    /// What each sale earned, and out of which lots it was paid, less what was given back.
    pub(super) sales: BTreeMap<SaleId, SaleLots>,
    /// What ran out of the units that each operation brought.
    expired: BTreeMap<(Seq, u16), Units>,
    /// Whether all units without a last day of their own had run out before the document that is played.
    idle: bool,
    /// The last day of those before it.
    others_until: Option<Date>,
    /// Whether it ends a hold.
    ends_hold: bool,
    /// The last day that it gives to what had run out and comes back.
    grace_until: Option<Date>,
    /// How much of a debt it filled by units given back that had run out so, of each lot.
    filled: Vec<(LotKey, Units)>,
}

/// Whether an entry says that units ran out, or that they did not after all.
pub(super) fn is_expiry(entry: &Entry) -> bool {
    matches!(
        (entry.from, entry.to),
        (Account::Customer, Account::Expired) | (Account::Expired, Account::Customer)
    )
}

impl Replay {
    /// What happened to a customer, in the order of the documents' times, up to a moment and a day.
    pub(super) fn until(
        steps: &[Step],
        lasting: Lasting,
        (at, today): (Timestamp, Date),
    ) -> Result<Replay, Refused> {
        let mut replay = Replay::new(lasting);
        replay.play(steps.iter().take_while(|step| step.at <= at))?;
        replay.expire_at(at, today)?;
        Ok(replay)
    }

    pub(super) fn new(lasting: Lasting) -> Replay {
        Replay {
            at: Timestamp::FIRST,
            expiry: lasting.at(Timestamp::FIRST),
            lasting,
            holding: Holding::default(),
            purchases: BTreeMap::new(),
            undone: BTreeSet::new(),
            sales: BTreeMap::new(),
            expired: BTreeMap::new(),
            idle: false,
            others_until: None,
            ends_hold: false,
            grace_until: None,
            filled: Vec::new(),
        }
    }

    /// Plays steps in order.
    pub(super) fn play<'s>(&mut self, steps: impl IntoIterator<Item = &'s Step>) -> Result<(), Refused> {
        steps.into_iter().try_for_each(|step| self.step(step))
    }

    fn step(&mut self, step: &Step) -> Result<(), Refused> {
        let day = step.day.unwrap_or(Date::FIRST);
        self.expire_at(step.at, day)?;
        self.others_until = idle_after(self.expiry, self.last_alive());
        self.idle = self.is_idle(day);
        self.filled.clear();
        (self.grace_until, self.ends_hold) = (step.grace_until, step.ends_hold);
        self.apply_all(step, day)?;
        step.carried.iter().try_for_each(|carry| self.carry(carry))?;
        step.purchases.iter().for_each(|purchase| self.keep(purchase, step.at));
        self.expire(day)?;
        // What had run out before it was given back filled no debt (R23).
        let filled = core::mem::take(&mut self.filled);
        if !self.is_idle(day) {
            return Ok(());
        }
        filled.into_iter().try_for_each(|(lot, units)| self.run_out_of_debt(lot, units))
    }

    /// Keeps a purchase as an operation left it. One of which a part comes back late is undone by the latest of its
    /// returns, and not by that which made them all; what a slow clock undid before it was made stays so.
    pub(super) fn keep(&mut self, purchase: &Purchase, at: Timestamp) {
        let key = (purchase.seq, purchase.part);
        let known = self.purchases.entry(key).or_insert_with(|| purchase.clone());
        let undone = known.undone || purchase.undone;
        if known.returns.len() <= purchase.returns.len() {
            *known = purchase.clone();
        }
        known.undone = undone;
        if undone && known.returns.iter().all(|back| back.at <= at) {
            self.undone.insert(key);
        }
    }

    /// The purchases as they were by then.
    pub(super) fn purchases_by_then(&self) -> impl Iterator<Item = Cow<'_, Purchase>> {
        self.purchases.iter().map(|(key, purchase)| match purchase.undone && !self.undone.contains(key) {
            true => Cow::Owned(Purchase { undone: false, ..purchase.clone() }),
            false => Cow::Borrowed(purchase),
        })
    }

    /// The time up to which was played.
    pub(super) fn at(&self) -> Timestamp {
        self.at
    }

    /// All lots, what would be used first first: so they go to another record, where they may fill a debt (R26).
    pub(super) fn in_order_of_use(&self) -> Result<Vec<Lot>, Refused> {
        let others_until = idle_after(self.expiry, self.last_alive());
        Ok(self.holding.portion(self.holding.balance().or_zero(), None, others_until)?)
    }

    /// What is there after further steps, if nothing runs out any more.
    pub(super) fn with_all_kept<'s>(
        &self,
        steps: impl IntoIterator<Item = &'s Step>,
    ) -> Result<Holding, Refused> {
        let mut replay = Replay { others_until: None, grace_until: None, ..self.clone() };
        steps.into_iter().try_for_each(|step| replay.apply_all(step, Date::FIRST))?;
        Ok(replay.holding)
    }

    /// Lets run out what has run out by a moment, which is on that day.
    pub(super) fn expire_at(&mut self, at: Timestamp, day: Date) -> Result<(), Refused> {
        self.change_programs(at)?;
        self.expire(day)
    }

    /// Comes to a moment, and lets run out under each program what did up to its end.
    pub(super) fn change_programs(&mut self, at: Timestamp) -> Result<(), Refused> {
        for (from, set_on) in self.lasting.changes(self.at, at) {
            self.expire(set_on.unwrap_or(from.date(Offset::WESTMOST)))?;
            self.expiry = self.lasting.at(from);
        }
        self.at = self.at.max(at);
        Ok(())
    }

    fn expire(&mut self, day: Date) -> Result<(), Refused> {
        self.run_out(day, self.is_idle(day))
    }

    /// Whether all units without a last day of their own have run out by a day.
    fn is_idle(&self, day: Date) -> bool {
        idle(self.expiry, self.last_alive(), day)
    }

    /// The last day of a purchase that keeps units alive; not looked for where none does.
    fn last_alive(&self) -> Option<Date> {
        let Expiry::Inactivity(_) = self.expiry else { return None };
        let counting =
            self.purchases.iter().filter(|(key, bought)| bought.counts && !self.undone.contains(key));
        counting.map(|(_, bought)| bought.settled_on).max()
    }

    fn run_out(&mut self, day: Date, idle: bool) -> Result<(), Refused> {
        for lot in run_out(&self.holding, day, idle) {
            self.holding.take(Some(lot.key), lot.units)?;
            self.note_expired(lot.key, lot.units)?;
        }
        Ok(())
    }

    /// What would have filled a debt had run out, and is owed as before.
    fn run_out_of_debt(&mut self, lot: LotKey, filled: Units) -> Result<(), Refused> {
        self.holding.take(None, filled)?;
        self.note_expired(lot, filled)
    }

    fn note_expired(&mut self, lot: LotKey, units: Units) -> Result<(), Refused> {
        let expired = self.expired.entry((lot.seq, lot.part)).or_default();
        *expired = expired.plus(units)?;
        Ok(())
    }

    /// What has run out by now of the units that came with a lot.
    pub(super) fn expired_of(&self, lot: &LotKey) -> Units {
        self.expired.get(&(lot.seq, lot.part)).copied().unwrap_or_default()
    }

    /// Out of which lots a sale was paid, less what was given back.
    pub(super) fn spent_on(&self, sale: &SaleId, what: SpentOn) -> Option<&BTreeMap<LotKey, Units>> {
        self.sales.get(sale).map(|lots| lots.spent.on(what))
    }

    fn apply_all(&mut self, step: &Step, day: Date) -> Result<(), Refused> {
        for (sale, lots) in &step.brought {
            self.of(sale).take_over(lots)?;
        }
        let mut of_rewards = step.of_rewards;
        step.entries.iter().try_for_each(|entry| self.apply(entry, day, &mut of_rewards))
    }

    /// The lots of a sale.
    fn of(&mut self, sale: &SaleId) -> &mut SaleLots {
        self.sales.entry(sale.clone()).or_default()
    }

    fn apply(&mut self, entry: &Entry, day: Date, of_rewards: &mut OfRewards) -> Result<(), Refused> {
        let Entry { units, lot, sale, .. } = entry;
        match (entry.from, entry.to, sale) {
            (Account::Redeemed, Account::Customer, Some(sale)) => {
                for (what, units) in of_rewards.give_back(*units)? {
                    self.restore((what, units), *lot, sale, day)?;
                }
                Ok(())
            }
            (from, Account::Customer, _) => {
                match (from, sale, lot) {
                    (Account::Issued, Some(sale), Some(lot)) => self.of(sale).earned = Some(*lot),
                    (Account::Held, _, Some(lot)) if self.ends_hold => self.note_filled(*lot, *units)?,
                    _ => {}
                }
                self.put(*lot, *units, day)
            }
            (Account::Customer, Account::Redeemed, Some(sale)) => {
                for lot in self.take(*units, None)? {
                    self.spend_on(sale, of_rewards, lot.key, lot.units)?;
                }
                Ok(())
            }
            (Account::Held, Account::Redeemed, Some(sale)) => {
                lot.map_or(Ok(()), |lot| self.spend_on(sale, of_rewards, lot, *units))
            }
            (Account::Customer, Account::Issued, Some(sale)) => {
                // Of a sale that nobody is known to have earned, what was taken says which lot it is.
                let own = self.sales.get(sale).and_then(|lots| lots.earned).or(*lot);
                self.take(*units, own.as_ref()).map(drop)
            }
            // What is held, or goes to another record, stays what it was: others name its lots.
            (Account::Customer, Account::Held, _) => self.take(*units, lot.as_ref()).map(drop),
            (Account::Customer, ..) => self.take(*units, None).map(drop),
            _ => Ok(()),
        }
    }

    fn spend_on(
        &mut self,
        sale: &SaleId,
        of_rewards: &mut OfRewards,
        lot: LotKey,
        units: Units,
    ) -> Result<(), Refused> {
        let spent = &mut self.of(sale).spent;
        for (what, units) in of_rewards.spend(units)? {
            spent.put(what, lot, units)?;
        }
        Ok(())
    }

    /// Gives back what paid for a sale, what runs out latest first (Q9). What has run out by now gets the days of grace,
    /// if there are some, whether it had when that was recorded or not. Where an older version didn't say how many, a
    /// lot keeps the later last day that it got.
    fn restore(
        &mut self,
        (what, units): (SpentOn, Units),
        recorded: Option<LotKey>,
        sale: &SaleId,
        day: Date,
    ) -> Result<(), Refused> {
        let others_until = self.others_until;
        let (back, left) = self.of(sale).spent.take_off(what, units, others_until)?;
        let (idle, grace_until) = (self.idle, self.grace_until);
        let later = |key| match grace_until {
            Some(_) => with_grace(key, grace_until, day, idle),
            None => recorded.filter(|recorded| recorded.is_same_lot(&key)).unwrap_or(key),
        };
        let back = back.into_iter().map(|(key, part)| (Some(later(key)), part)).chain([(recorded, left)]);
        for (key, part) in back.filter(|(_, part)| !part.is_zero()) {
            key.map_or(Ok(()), |key| self.note_filled(key, part))?;
            self.put(key, part, day)?;
        }
        // What has run out by its last day does so before anything is taken back (R23).
        self.run_out(day, false)
    }

    /// Lets what paid for one sale pay for another: what a refund has left of it, what runs out latest first (Q8).
    fn carry(&mut self, carry: &Carry) -> Result<(), Refused> {
        let others_until = self.others_until;
        let (carried, _) =
            self.of(&carry.from).spent.take_off(SpentOn::Payments, carry.units, others_until)?;
        let to = &mut self.of(&carry.to).spent;
        carried.into_iter().try_for_each(|(lot, part)| to.put(SpentOn::Payments, lot, part))?;
        Ok(())
    }

    /// Notes what units that come back fill of a debt, of a lot that has run out since nothing was bought for long.
    fn note_filled(&mut self, lot: LotKey, units: Units) -> Result<(), Refused> {
        if self.idle && lot.expires.is_none() {
            self.filled.push((lot, self.holding.fills(units)?));
        }
        Ok(())
    }

    /// Puts units in. What has run out already fills no debt.
    fn put(&mut self, lot: Option<LotKey>, units: Units, day: Date) -> Result<(), Refused> {
        let filled = self.holding.fills(units)?;
        self.holding.put(lot, units)?;
        let gone = lot.filter(|lot| lot.has_run_out(day, false));
        gone.map_or(Ok(()), |lot| self.run_out_of_debt(lot, filled))
    }

    /// Takes units in the order of use, and the rest out of nothing.
    fn take(&mut self, units: Units, own: Option<&LotKey>) -> Result<Vec<Lot>, Refused> {
        let portion = self.holding.portion(units, own, self.others_until)?;
        let mut left = units;
        for lot in &portion {
            self.holding.take(Some(lot.key), lot.units)?;
            left = left.minus(lot.units)?;
        }
        self.holding.take(None, left)?;
        Ok(portion)
    }
}

/// Whether everything without a last day of its own has run out by a day, since the customer has bought
/// nothing for too long. Without a purchase nothing runs out so (Q10).
pub(super) fn idle(expiry: Expiry, last_bought: Option<Date>, day: Date) -> bool {
    idle_after(expiry, last_bought).is_some_and(|last_day| last_day < day)
}

/// The last day of everything without a last day of its own, if nothing more is bought.
pub(super) fn idle_after(expiry: Expiry, last_bought: Option<Date>) -> Option<Date> {
    let Expiry::Inactivity(span) = expiry else { return None };
    last_bought.map(|last| span.after(last))
}

/// A lot that is given back: what has run out, on a day of its own or since nothing was bought for long, gets the days
/// of grace (R23).
pub(super) fn with_grace(key: LotKey, grace_until: Option<Date>, day: Date, idle: bool) -> LotKey {
    match grace_until.filter(|_| key.has_run_out(day, idle)) {
        Some(until) => LotKey { expires: Some(until), ..key },
        None => key,
    }
}

/// Parts of lots, what runs out latest first (Q9).
pub(super) fn latest_first(
    parts: &BTreeMap<LotKey, Units>,
    others_until: Option<Date>,
) -> Vec<(LotKey, Units)> {
    let mut parts: Vec<(LotKey, Units)> = parts.iter().map(|(&key, &units)| (key, units)).collect();
    sorting::sort_by_key(&mut parts, |(key, _)| core::cmp::Reverse(key.order(others_until)));
    parts
}

/// The lots that have run out by a day.
pub(super) fn run_out(holding: &Holding, day: Date, idle: bool) -> Vec<Lot> {
    holding.lots().filter(|lot| lot.key.has_run_out(day, idle)).collect()
}
