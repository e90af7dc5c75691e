//! Documents that come after later ones, and records that become one by them.

use crate::decide::late::Late;
use crate::decide::posting::Posting;
use crate::decide::replay::Lasting;
use crate::decide::steps::Step;
use crate::decide::{Facts, KnownAccount, Refused};

impl Posting<'_> {
    /// Goes back to what the customer had at the document's time, since later ones are recorded already.
    pub(super) fn go_back(&mut self, facts: &Facts, known: &KnownAccount) -> Result<(), Refused> {
        let late = Late::of(facts, known, &self.customer, Lasting::of(facts, self.program), self.at)?;
        self.holding = late.then.holding.clone();
        self.tally_by_now = self.tally.replace(late.then.tally());
        self.late = Some(late);
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
        facts: &Facts,
        others: &[Posting<'_>],
    ) -> Result<(), Refused> {
        let Some(known) = facts.known(&self.customer) else { return Ok(()) };
        if self.late.is_none() && others.iter().any(Posting::is_late) {
            self.entries.clear();
            self.touched.clear();
            self.go_back(facts, known)?;
            self.expire()?;
        }
        Ok(())
    }

    /// Takes in a record that has left for this one.
    pub(in crate::decide) fn join(&mut self, other: &Posting<'_>) {
        if let Some(late) = &mut self.late {
            late.join(other.late.as_ref(), &other.entries);
        }
    }

    /// Goes on with what there is at the document's time, where others came that had later ones.
    pub(in crate::decide) fn take_stock(&mut self) -> Result<(), Refused> {
        if let Some(late) = &self.late {
            self.holding = late.with(self.step(), &self.customer)?;
        }
        Ok(())
    }

    /// What this document does.
    pub(super) fn step(&self) -> Step {
        let (entries, purchases) = (self.entries.clone(), self.bought.clone());
        Step { at: self.at, day: Some(self.today), entries, purchases }
    }
}
