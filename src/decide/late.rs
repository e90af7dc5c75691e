//! Documents that come after later ones (R27, Q13).

use alloc::collections::BTreeMap;
use alloc::vec::Vec;

use crate::decide::names::Names;
use crate::decide::replay::{Lasting, Replay};
use crate::decide::steps::{Came, Step, Unrecorded};
use crate::decide::{AccountChange, KnownAccount, Refused, Standing, TallyChange, idle_ended_since};
use crate::ident::CustomerId;
use crate::ledger::{Account, Entry, Holding, Lot, LotKey, Seq};
use crate::money::Units;
use crate::sorting;
use crate::time::{Date, Offset, Timestamp};

/// What was recorded of a customer before a document that comes late. It may name a record that had not gone to
/// another one at its time: it is of that one then, and changes what it brought there (R30).
pub(super) struct Late<'f> {
    names: Names<'f>,
    /// The record that it is about at its time.
    record: &'f CustomerId,
    /// What the customer had at the document's own time.
    pub(super) then: Replay,
    /// What the record that stays had by then, if this one has gone to it since. The outcome shows that one.
    pub(super) of_stays: Option<Replay>,
    /// The balance as of the latest document, with what this document moved.
    pub(super) balance: Units,
    /// What is kept.
    stored: Holding,
    /// What all operations did, in the order of their documents' times.
    steps: Vec<Step>,
    lasting: Lasting,
    /// What leaves for another record, if this one does.
    leaving: Option<Holding>,
    /// The records that come to this one by the document.
    came: Vec<Came>,
    /// The time of the latest document, under whatever record.
    latest: Timestamp,
}

impl<'f> Late<'f> {
    /// What a record had at the time of a document about it, where later ones are recorded of the one
    /// that it is by now, or a program has ended since under which units run out by inactivity.
    pub(super) fn of(
        names: Names<'f>,
        record: &'f CustomerId,
        known: Option<&KnownAccount>,
        lasting: Lasting,
        (at, today): (Timestamp, Date),
    ) -> Result<Late<'f>, Refused> {
        let facts = names.facts;
        let customer = facts.stays(record);
        let mut steps = Step::all(&names, record, &lasting, None)?;
        let mut then = Replay::new(lasting.clone());
        then.play(steps.iter().take_while(|step| step.at <= at))?;
        then.change_programs(at)?;
        let mut of_stays = None;
        if record != customer {
            steps = Step::all(&names, customer, &lasting, None)?;
            of_stays = Some(Replay::until(&steps, lasting.clone(), (at, today))?);
        }
        // Of the latest document that was about the customer, whether somebody has swept since or not.
        let mut by_then = Replay::new(lasting.clone());
        by_then.play(&steps)?;
        let latest = known.map_or(at, |known| facts.latest(known).max(at));
        let latest = idle_ended_since(&facts.expiries, at).map_or(latest, |ended| latest.max(ended));
        by_then.change_programs(latest)?;
        let stored = known.map(|known| known.holding.clone()).unwrap_or_default();
        let balance = if facts.united { stored.balance() } else { by_then.holding.balance() };
        let (leaving, came) = (None, Vec::new());
        Ok(Late { names, record, then, of_stays, balance, stored, steps, lasting, leaving, came, latest })
    }

    /// Whether the customer took part at the document's time: what was said last by then, whenever that was recorded
    /// (R9, R27). Nobody has opted out before somebody said so.
    pub(super) fn standing(&self) -> Standing {
        // Of one time, what was recorded last.
        let last = self.said().into_iter().filter(|(then, _)| *then <= self.then.at());
        last.max_by_key(|(then, _)| *then).map_or(Standing::Enrolled, |(_, standing)| standing)
    }

    /// Whether it was said for a later time whether the customer takes part. What a record said that has gone says
    /// nothing of the one that it has gone to.
    pub(super) fn says_later(&self, customer: &CustomerId) -> bool {
        self.record != customer || self.said().into_iter().any(|(then, _)| self.then.at() < then)
    }

    /// What was said of whether the customer takes part, and from when on, in the order in which it was recorded.
    fn said(&self) -> Vec<(Timestamp, Standing)> {
        let about = self.names.about(self.record).into_iter();
        let own = about.filter(|(keeper, operation)| operation.decision.customer.as_ref() == Some(*keeper));
        own.filter_map(|(_, operation)| Some((operation.document.at(), operation.document.standing()?)))
            .collect()
    }

    /// Counts an entry of this document in the balance as of the latest one.
    pub(super) fn count(&mut self, entry: &Entry) -> Result<(), Refused> {
        if entry.to == Account::Customer {
            self.balance = self.balance.plus(entry.units)?;
        }
        if entry.from == Account::Customer {
            self.balance = self.balance.minus(entry.units)?;
        }
        Ok(())
    }

    /// What the customer has by now, if nothing had run out after the document's time: all of it goes to another
    /// record, where it may run out on other days.
    pub(super) fn leave(&mut self) -> Result<Holding, Refused> {
        let at = self.then.at();
        let since = self.steps.iter().filter(|step| at < step.at);
        let all = self.then.with_all_kept(since)?;
        self.leaving = Some(all.clone());
        Ok(all)
    }

    /// Takes in another record that comes by this document, with the entries by which it leaves.
    pub(super) fn join(&mut self, other: Option<&Late<'_>>, moved: &[Entry]) {
        self.latest = other.map_or(self.latest, |other| self.latest.max(other.latest));
        let steps = other.map(|other| other.steps.clone()).unwrap_or_default();
        self.came.push(Came { moved: moved.to_vec(), steps });
    }

    /// What the customer has at the time of the document, with it.
    pub(super) fn with(&self, mut step: Step, customer: &CustomerId) -> Result<Holding, Refused> {
        self.join_all(&mut step, customer)?;
        let mut then = self.then.clone();
        then.play([&step])?;
        Ok(then.holding)
    }

    /// Puts what came with other records in its place, and gives what happened to them since.
    fn join_all(&self, step: &mut Step, customer: &CustomerId) -> Result<Vec<Step>, Refused> {
        let mut since = Vec::new();
        if !self.came.is_empty() {
            step.owe();
        }
        for came in &self.came {
            since.extend(step.join(customer, came, &self.lasting)?);
        }
        Ok(since)
    }

    /// All that happened to the customer, with this document in its place.
    fn with_all(&mut self, mut step: Step, customer: &CustomerId) -> Result<Vec<Step>, Refused> {
        let since = self.join_all(&mut step, customer)?;
        let stays = self.names.facts.stays(self.record);
        if self.record != stays {
            let steps: Vec<Step> = [step].into_iter().chain(since).collect();
            let unrecorded = Unrecorded { record: self.record, steps: &steps };
            return Step::all(&self.names, stays, &self.lasting, Some(unrecorded));
        }
        let mut steps = core::mem::take(&mut self.steps);
        let place = steps.partition_point(|known| known.at <= step.at);
        steps.insert(place, step);
        steps.extend(since);
        sorting::sort_by_key(&mut steps, |step| step.at);
        Ok(steps)
    }

    /// Plays all once more with this document in its place, and says by further entries what ran out
    /// differently: what is kept is then what would be there if the document had come in time.
    pub(super) fn close(
        self,
        step: Step,
        customer: CustomerId,
        latest: Timestamp,
    ) -> Result<(AccountChange, Vec<Entry>), Refused> {
        let own = step.entries.clone();
        let before: Vec<LotKey> = self.stored.lots().map(|lot| lot.key).collect();
        let mut draft = Draft { customer: &customer, holding: self.stored.clone(), entries: Vec::new() };
        if self.names.facts.united {
            draft.settle(own, step.at)?;
            return Ok(changed(draft, before, latest));
        }
        if let Some(leaving) = self.leaving {
            draft.reach(&leaving)?;
            own.iter().try_for_each(|entry| draft.add(entry.clone()))?;
            return Ok(changed(draft, before, latest));
        }
        let mut late = self;
        let steps = late.with_all(step, &customer)?;
        let mut replay = Replay::new(late.lasting);
        replay.play(&steps)?;
        replay.expire_at(late.latest, late.latest.date(Offset::WESTMOST))?;
        draft.prepare(&own)?;
        own.iter().try_for_each(|entry| draft.add(entry.clone()))?;
        draft.reach(&replay.holding)?;
        Ok(changed(draft, before, latest))
    }
}

/// What entries come to, for one who had some lots before.
fn changed(draft: Draft<'_>, before: Vec<LotKey>, latest: Timestamp) -> (AccountChange, Vec<Entry>) {
    let Draft { customer, holding, entries } = draft;
    let now = holding.lots().map(|lot| lot.key);
    let touched = sorting::each_once(entries.iter().filter_map(|entry| entry.lot).chain(before).chain(now));
    let lots = touched.into_iter().map(|key| Lot { key, units: holding.lot(&key) }).collect();
    let (customer, balance, tally) = (customer.clone(), holding.balance(), TallyChange::Stays);
    (AccountChange { customer, balance, latest, lots, tally }, entries)
}

/// Entries that turn what is kept into what should be.
struct Draft<'a> {
    customer: &'a CustomerId,
    holding: Holding,
    entries: Vec<Entry>,
}

impl Draft<'_> {
    /// Puts the entries of the document in, whatever there is of its lots by now.
    fn settle(&mut self, own: Vec<Entry>, at: Timestamp) -> Result<(), Refused> {
        let seq = own.iter().filter_map(|entry| entry.lot).map(|lot| lot.seq).max().unwrap_or(Seq(0));
        let spare = LotKey { expires: None, born: at, seq, part: u16::MAX };
        self.holding.settle(&own, spare)?;
        self.entries = own;
        Ok(())
    }

    /// Brings back what the document takes and what is not kept any more.
    fn prepare(&mut self, own: &[Entry]) -> Result<(), Refused> {
        let mut needed: BTreeMap<LotKey, (Units, Units)> = BTreeMap::new();
        let mut held = self.holding.balance();
        for entry in own {
            let mut into_lot = entry.units;
            if entry.to == Account::Customer {
                // What comes fills a debt before the lot.
                let debt = Units::ZERO.minus(held)?.or_zero();
                into_lot = entry.units.minus(debt)?.or_zero();
                held = held.plus(entry.units)?;
            }
            if entry.from == Account::Customer {
                into_lot = Units::ZERO.minus(entry.units)?;
                held = held.minus(entry.units)?;
            }
            let Some(lot) = entry.lot else { continue };
            let (balance, lowest) = needed.entry(lot).or_default();
            *balance = balance.plus(into_lot)?;
            *lowest = (*lowest).min(*balance);
        }
        for (lot, (_, lowest)) in needed {
            let missing = Units::ZERO.minus(lowest.plus(self.holding.lot(&lot))?)?.or_zero();
            self.put(missing, Some(lot))?;
        }
        Ok(())
    }

    /// Takes what is too much, and puts what is missing.
    fn reach(&mut self, target: &Holding) -> Result<(), Refused> {
        let held: Vec<Lot> = self.holding.lots().collect();
        for lot in held {
            let too_much = lot.units.minus(target.lot(&lot.key))?.or_zero();
            self.take(too_much, Some(lot.key))?;
        }
        for lot in target.lots() {
            let missing = lot.units.minus(self.holding.lot(&lot.key))?.or_zero();
            self.put(missing, Some(lot.key))?;
        }
        let differs = target.balance().minus(self.holding.balance())?;
        self.put(differs.or_zero(), None)?;
        self.take(Units::ZERO.minus(differs)?.or_zero(), None)
    }

    /// Units did not run out after all. A debt is filled first.
    fn put(&mut self, units: Units, lot: Option<LotKey>) -> Result<(), Refused> {
        let debt = self.holding.owed()?;
        if lot.is_some() && !debt.is_zero() && !units.is_zero() {
            self.put(debt, None)?;
        }
        self.post(Account::Expired, Account::Customer, units, lot)
    }

    /// Units ran out.
    fn take(&mut self, units: Units, lot: Option<LotKey>) -> Result<(), Refused> {
        self.post(Account::Customer, Account::Expired, units, lot)
    }

    fn post(&mut self, from: Account, to: Account, units: Units, lot: Option<LotKey>) -> Result<(), Refused> {
        if units.is_zero() {
            return Ok(());
        }
        self.add(Entry { from, to, customer: self.customer.clone(), units, lot, sale: None })
    }

    fn add(&mut self, entry: Entry) -> Result<(), Refused> {
        self.holding.apply(&entry)?;
        self.entries.push(entry);
        Ok(())
    }
}
