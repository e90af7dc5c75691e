//! Documents that come after later ones, and records that become one by them.

use alloc::boxed::Box;
use alloc::vec::Vec;

use crate::decide::late::Late;
use crate::decide::names::Names;
use crate::decide::posting::Posting;
use crate::decide::replay::{Lasting, Replay, run_out};
use crate::decide::steps::Step;
use crate::decide::{Facts, Kept, KnownAccount, Refusal, Refused};
use crate::ident::CustomerId;
use crate::money::Units;
use crate::time::{Offset, Timestamp};

impl<'a> Posting<'a> {
    /// Goes back to what the customer had at the document's time, since later ones are recorded already.
    /// `named` is who it says that it is about.
    pub(super) fn go_back(
        &mut self,
        facts: &'a Facts,
        known: Option<&'a KnownAccount>,
        named: &CustomerId,
    ) -> Result<(), Refused> {
        let names = Names::of(facts);
        let missing = Refusal::Damaged { what: "a customer is missing in the facts" };
        let record = names.at(named, self.at).ok_or(missing)?;
        let (lasting, now) = (Lasting::of(facts, self.program), (self.at, self.today));
        let late = Late::of(names, record, known, lasting, now)?;
        self.holding = late.then.holding.clone();
        self.tally_by_now = self.tally.replace(late.then.tally());
        self.late = Some(Box::new(late));
        Ok(())
    }

    /// Plays what happened before under each name, where that was asked for.
    pub(super) fn look_back(&mut self, facts: &'a Facts, known: &KnownAccount) -> Result<(), Refused> {
        let has_history = |known: &KnownAccount| !known.history.is_empty();
        let others = known.member.merged_from.iter();
        let others = others.filter(|other| facts.known(other).is_some_and(has_history)).cloned();
        let own = has_history(known).then(|| self.customer.clone());
        let played: Vec<CustomerId> = own.into_iter().chain(others).collect();
        if played.is_empty() {
            return Ok(());
        }
        let (now, names) = ((self.at, self.today), Names::of(facts));
        for name in &played {
            let Some(name) = names.record(name) else { continue };
            let lasting = Lasting::of(facts, self.program);
            let steps = Step::all(&names, name, &lasting, None)?;
            // What went on to another record runs out there.
            let left = facts.merge_of(name).map(|merge| (merge.document.at(), merge.decision.day));
            let left = left.map(|(at, day)| (at, day.unwrap_or(self.today)));
            let until = left.map_or(now, |left| left.min(now));
            self.past.push(Replay::until(&steps, lasting, until)?);
        }
        Ok(())
    }

    /// Goes to another record with all that is there, of documents that are later than this one, too. What has run
    /// out since runs out there, or doesn't, since something was bought there.
    pub(in crate::decide) fn leave(&mut self) -> Result<(), Refused> {
        if let Some(late) = &mut self.late {
            self.holding = late.leave()?;
        }
        Ok(())
    }

    /// Makes room for records that come, some of whose documents are later than this one: they are this one's
    /// from then on.
    pub(in crate::decide) fn make_room(
        &mut self,
        facts: &'a Facts,
        others: &[Box<Posting<'_>>],
    ) -> Result<(), Refused> {
        let stays = self.customer.clone();
        let Some(known) = facts.known(&stays) else { return Ok(()) };
        if self.late.is_none() && others.iter().any(|other| other.is_late()) {
            self.entries.clear();
            self.touched.clear();
            self.go_back(facts, Some(known), &stays)?;
            self.expire()?;
        }
        Ok(())
    }

    /// Takes in a record that has left for this one.
    pub(in crate::decide) fn join(&mut self, other: &Posting<'_>) {
        if let Some(late) = &mut self.late {
            late.join(other.late.as_deref(), &other.entries);
        }
    }

    /// Goes on with what there is at the document's time, where others came that had later ones.
    pub(in crate::decide) fn take_stock(&mut self) -> Result<(), Refused> {
        if let Some(late) = &self.late {
            self.holding = late.with(self.step(), &self.customer)?;
        }
        Ok(())
    }

    /// What the record that stays had at the document's time, if the one that it is about has gone to it since.
    pub(in crate::decide) fn of_stays(&self) -> Option<&Replay> {
        self.late.as_ref()?.of_stays.as_ref()
    }

    /// The balance as of the document's time, which is before that of what it undoes where a clock is slow.
    pub(in crate::decide) fn balance_at(&self, facts: &Facts, at: Timestamp) -> Result<Units, Refused> {
        let names = Names::of(facts);
        let known = names.record(&self.customer).and_then(|record| Some((record, facts.known(record)?)));
        // Of whom nothing is later than the document, what it did is all that has changed.
        let Some((record, known)) = known.filter(|(_, known)| at < facts.latest(known)) else {
            return Ok(self.balance());
        };
        let day = at.date(Offset::WESTMOST);
        if known.history.is_empty() {
            // Nothing is later than what the document undoes, so it is what is kept, less what had run out by then.
            let mut then = known.holding.clone();
            for lot in run_out(&known.holding, day, self.idle) {
                then.take(Some(lot.key), lot.units)?;
            }
            return Ok(then.balance());
        }
        let lasting = Lasting::of(facts, self.program);
        let steps = Step::all(&names, record, &lasting, None)?;
        Ok(Replay::until(&steps, lasting, (at, day))?.holding.balance())
    }

    /// What this document does.
    pub(super) fn step(&self) -> Step {
        let (entries, purchases) = (self.entries.clone(), self.bought.clone());
        let (carried, of_rewards, grace_until) = (self.carried.clone(), self.of_rewards, self.grace_until);
        Step {
            entries,
            purchases,
            carried,
            of_rewards,
            grace_until,
            ends_hold: self.changed_kept().iter().any(Kept::is_ended_hold),
            ..Step::empty(self.at, Some(self.today))
        }
    }
}
