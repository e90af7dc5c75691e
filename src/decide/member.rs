//! Who takes part, under which program.

use alloc::format;
use alloc::string::ToString;
use alloc::sync::Arc;
use alloc::vec::Vec;

use crate::decide::payment::decision;
use crate::decide::posting::Posting;
use crate::decide::sweep::takes_over_on;
use crate::decide::{
    ChangeSet, Decision, Desk, EnrolDocument, Facts, MemberDocument, Outcome, Profile, ProgramDocument,
    Refusal, Refused, Standing, Told, outcome,
};
use crate::loyalty::VersionedProgram;
use crate::time::{Timestamp, Zone, Zones};

impl<'a> Desk<'a> {
    /// A customer joins; one who is there already and has opted out takes part again.
    pub(super) fn enrol(&self, enrol: &EnrolDocument) -> Result<(ChangeSet, Outcome), Refused> {
        let versioned = self.program_then()?;
        let (program, at) = (&versioned.program, enrol.header.at);
        let today = self.today(at)?;
        let mut posting = match Posting::open(self.facts, &enrol.customer, program, at, today)? {
            // Who isn't welcomed, or was before, gets nothing: what has run out is left to what moves something.
            Some(known) if known.member.joined || program.welcome.is_zero() => known.unmoved()?,
            Some(known) => known,
            None => Posting::of_new(self.facts, &enrol.customer, program, at, today)?,
        };
        let took_part = posting.is_known() && posting.takes_part();
        posting.stand(Standing::Enrolled);
        if let Some(code) = &enrol.profile.code {
            self.give_code(&mut posting, code)?;
        }
        posting.member.profile.tell(&enrol.profile);
        if !posting.member.joined {
            posting.member.joined = true;
            posting.welcome(program.welcome)?;
        }
        let mut told = Told::default();
        told.shown.code = posting.member.profile.code.clone();
        let decision = Decision { took_part, ..decision(Some(&posting), [].into(), [].into()) };
        self.accept(versioned, decision, Some(posting), told)
    }

    /// A customer stops taking part, or takes part again (R31).
    pub(super) fn set_standing(
        &self,
        member: &MemberDocument,
        standing: Standing,
    ) -> Result<(ChangeSet, Outcome), Refused> {
        let versioned = self.program()?;
        let mut posting = self.account(versioned, &member.customer, &member.header)?.unmoved()?;
        posting.stand(standing);
        let decision = decision(Some(&posting), [].into(), [].into());
        self.accept(versioned, decision, Some(posting), Told::default())
    }

    /// Somebody looks at a customer. Nothing is recorded.
    pub(super) fn check(&self, member: &MemberDocument) -> Result<(ChangeSet, Outcome), Refused> {
        let versioned = self.program()?;
        // A look shows the record that the name leads to by now.
        let posting = self.account(versioned, self.facts.stays(&member.customer), &member.header)?;
        let decision: Decision = decision(Some(&posting), [].into(), [].into());
        let mut told = Told::default();
        told.shown.resolved = self.resolved();
        told.shown.code = posting.member.profile.code.clone();
        self.show(&posting, &mut told.shown)?;
        Ok((ChangeSet::default(), outcome(self.document, &Arc::new(decision), false, told)?))
    }

    /// The program changes. Its currency and its unit never do, on one ledger.
    pub(super) fn set_program(&self, document: &ProgramDocument) -> Result<(ChangeSet, Outcome), Refused> {
        refuse_program(self.facts, &document.program, document.header.at, self.zones)?;
        // What ran out by inactivity under the old one doesn't come back under the new one (R25).
        let holds = self.facts.program.as_ref();
        let day = takes_over_on(self.zones, holds, &document.program.program, document.header.at)?;
        let idle_ends = holds.filter(|current| current.program.expires_by_inactivity());
        let swept = match idle_ends {
            Some(current) => self.swept(&current.program, day)?,
            None => Vec::new(),
        };
        let decision = Decision { day: Some(day), ..Decision::default() };
        let (mut changes, outcome) = self.accept(&document.program, decision, swept, Told::default())?;
        changes.programs.push(document.program.clone());
        Ok((changes, outcome))
    }
}

/// Refuses a program that can't hold on this ledger.
pub(super) fn refuse_program(
    facts: &Facts,
    program: &VersionedProgram,
    at: Timestamp,
    zones: &dyn Zones,
) -> Result<(), Refused> {
    let invalid = |what: &str| Refusal::InvalidProgram { what: what.to_string() };
    let new = &program.program;
    new.check().map_err(|error| invalid(error.what))?;
    if let Some(current) = &facts.program {
        if current.version == program.version && current.program != *new {
            return Err(invalid("another program has this version").into());
        }
        if current.program.currency != new.currency {
            return Err(invalid("the currency of a ledger never changes").into());
        }
        if current.program.unit != new.unit {
            return Err(invalid("the unit of a ledger never changes").into());
        }
    }
    let unknown = |zone: &&Zone| zones.offset(zone, at).is_none();
    match [&new.time_zone].into_iter().chain(new.outlets.values()).find(unknown) {
        Some(Zone::Named(name)) => Err(invalid(&format!("the time zone {name} is not known here")).into()),
        Some(Zone::Fixed(_)) => Err(invalid("a time zone is not known here").into()),
        None => Ok(()),
    }
}

impl Profile {
    /// Takes over what a customer told, the code aside; what wasn't said stays as it is.
    pub(super) fn tell(&mut self, told: &Profile) {
        let Profile { code: _, name, email, phone, groups, birthday } = told.clone();
        self.name = name.or(self.name.take());
        self.email = email.or(self.email.take());
        self.phone = phone.or(self.phone.take());
        self.groups = groups.or(self.groups.take());
        self.birthday = birthday.or(self.birthday);
    }
}
