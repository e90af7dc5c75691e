//! What has run out is taken from everybody (R25).

use alloc::boxed::Box;
use alloc::vec::Vec;

use crate::decide::posting::Posting;
use crate::decide::{AccountFacts, ChangeSet, Decision, Desk, KnownAccount, Outcome, Refused, Told, day};
use crate::loyalty::{Program, VersionedProgram};
use crate::time::{Date, Timestamp, Zones};

impl<'a> Desk<'a> {
    /// A sweep. What it takes can't be spent anyway: whoever asks finds the same balance before and
    /// after.
    pub(super) fn sweep(&self) -> Result<(ChangeSet, Outcome), Refused> {
        let versioned = self.program()?;
        let day = earliest_day(self.zones, &versioned.program, self.document.at())?;
        let swept = self.swept(&versioned.program, day)?;
        // Whoever plays it again lets run out by the same day.
        let decision = Decision { day: Some(day), ..Decision::default() };
        self.accept(versioned, decision, swept, Told::default())
    }

    /// The customers of whose units some have run out by a day, each with those taken.
    #[expect(clippy::vec_box, reason = "each is handed on by itself, in its box")]
    pub(super) fn swept(&self, program: &'a Program, today: Date) -> Result<Vec<Box<Posting<'a>>>, Refused> {
        let at = self.document.at();
        // A record that was merged holds nothing, and the one that stays comes by itself. Of whom something is later, that
        // has said already what ran out.
        let concerned =
            |known: &&'a KnownAccount| known.member.merged_into.is_none() && !self.facts.is_behind(known, at);
        let mut swept = Vec::new();
        // Of everybody, nobody is looked for among the others once more.
        for AccountFacts { customer, known } in &self.facts.accounts {
            let Some(known) = known.as_ref().filter(concerned) else { continue };
            let posting = Posting::of_known(self.facts, (customer, known), customer, program, at, today)?;
            swept.extend(Some(posting).filter(|posting| !posting.entries().is_empty()));
        }
        Ok(swept)
    }
}

/// The day by which units run out as a program takes the place of the one that holds (R25); that of the first program
/// on a ledger is its own.
pub(super) fn takes_over_on(
    zones: &dyn Zones,
    holds: Option<&VersionedProgram>,
    next: &Program,
    at: Timestamp,
) -> Result<Date, Refused> {
    match holds {
        Some(current) => earliest_day(zones, &current.program, at),
        None => day(zones, &next.time_zone, at),
    }
}

/// A sweep is for all outlets, and units last to the end of their last day where it ends latest (R24). By
/// another day, it would take what can still be spent at an outlet west of it (R25).
pub(super) fn earliest_day(zones: &dyn Zones, program: &Program, at: Timestamp) -> Result<Date, Refused> {
    let here = day(zones, &program.time_zone, at)?;
    program.outlets.values().try_fold(here, |earliest, zone| Ok(earliest.min(day(zones, zone, at)?)))
}
