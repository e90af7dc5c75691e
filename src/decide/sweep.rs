//! What has run out is taken from everybody (R25).

use alloc::vec::Vec;

use crate::decide::posting::Posting;
use crate::decide::{AccountFacts, ChangeSet, Decision, Desk, Outcome, Refusal, Told};
use crate::loyalty::Program;

impl<'a> Desk<'a> {
    /// A sweep. What it takes can't be spent anyway: whoever asks finds the same balance before and
    /// after.
    pub(super) fn sweep(&self) -> Result<(ChangeSet, Outcome), Refusal> {
        let versioned = self.program()?;
        let swept = self.swept(&versioned.program)?;
        self.accept(versioned, Decision::default(), swept, Told::default())
    }

    /// The customers of whose units some have run out, each with those taken.
    pub(super) fn swept(&self, program: &'a Program) -> Result<Vec<Posting<'a>>, Refusal> {
        let at = self.document.at();
        let today = self.day(program, at)?;
        let mut swept = Vec::new();
        // A record that was merged holds nothing, and the one that stays comes by itself.
        let stays = |account: &&AccountFacts| *self.facts.stays(&account.customer) == account.customer;
        for account in self.facts.accounts.iter().filter(stays) {
            let posting = Posting::open(self.facts, &account.customer, program, at, today)?;
            swept.extend(posting.filter(|posting| !posting.entries().is_empty()));
        }
        Ok(swept)
    }
}
