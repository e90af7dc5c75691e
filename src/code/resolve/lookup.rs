//! What was read, and whose codes the ledger has to say before it is known what that is.

use alloc::collections::BTreeMap;
use alloc::vec::Vec;
use core::fmt;

use super::{Resolved, Resolver, Why};
use crate::code::{AimIdentifier, Symbology};
use crate::ident::{Code, CustomerId};
use crate::time::Date;

/// What was read, by whatever scanner.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReadCode<'a> {
    /// What it says, without an AIM identifier.
    pub bytes: &'a [u8],
    /// The symbology; `None` where it isn't known.
    pub symbology: Option<Symbology>,
    /// The AIM identifier, where there is one.
    pub aim: Option<AimIdentifier>,
}

/// Whose a code is, in the ledger.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CodeHolder {
    /// A customer's.
    Customer(CustomerId),
    /// That of a card of a customer that another has taken the place of (R29).
    Replaced,
    /// A punch card's.
    PunchCard,
    /// A customer's and a punch card's: each was given away at another register.
    Several,
}

impl<'a> ReadCode<'a> {
    /// Bytes alone, of whose symbology nothing is known.
    pub const fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, symbology: None, aim: None }
    }
}

/// What was scanned, as far as it says so itself, and a question: whose are these few [`codes`](Self::codes)? With the
/// [`answer`](Self::answer) it is known what was scanned. [`Resolver::look_up`] gives one and shows its use;
/// [`Register::resolve`](crate::register::Register::resolve) asks its ledger in one call.
#[derive(Clone)]
#[must_use]
pub struct Lookup<'a> {
    resolver: &'a Resolver,
    read: ReadCode<'a>,
    today: Date,
    codes: Vec<Code>,
    /// What it is if none of them is anybody's.
    nobodys: Resolved,
}

impl fmt::Debug for Lookup<'_> {
    /// Without what was read, which may be a token.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (bytes, codes) = (self.read.bytes.len(), self.codes.len());
        let mut shown = f.debug_struct("Lookup");
        shown.field("bytes", &bytes).field("symbology", &self.read.symbology).field("codes", &codes);
        shown.finish_non_exhaustive()
    }
}

impl<'a> Lookup<'a> {
    pub(super) fn new(resolver: &'a Resolver, read: ReadCode<'a>, today: Date) -> Self {
        // With an answer less is asked, never more: so these are all that are asked for, whatever the answer. Tests of
        // the resolver hold it to that.
        let (nobody, mut codes) = (BTreeMap::new(), Vec::new());
        let nobodys = resolver.framed_or_not(read, today, &mut Holders { found: &nobody, asked: &mut codes });
        Self { resolver, read, today, codes, nobodys }
    }

    /// The codes whose holders have to be known, each once, to be looked up in their [normal form](Code::normal). There
    /// are none where the code says by itself what it is, as an article from a scale does.
    pub fn codes(&self) -> &[Code] {
        &self.codes
    }

    /// Says what was scanned. `found` has whose the [`codes`](Self::codes) are; what isn't in it is nobody's.
    pub fn answer(self, found: &BTreeMap<Code, CodeHolder>) -> Resolved {
        if !self.codes.iter().any(|code| found.contains_key(code)) {
            return self.nobodys;
        }
        let (resolved, asked) = self.with_answer(found);
        let was_all_said = asked.iter().all(|code| self.codes.contains(code));
        debug_assert!(was_all_said, "more was asked than was said");
        // Half an answer isn't taken for a whole one: a code of which nothing was said isn't nobody's.
        if was_all_said { resolved } else { Resolved::Unknown { why: Why::NotFound } }
    }

    /// What was scanned, and the codes whose holders were asked for to say so.
    pub(super) fn with_answer(&self, found: &BTreeMap<Code, CodeHolder>) -> (Resolved, Vec<Code>) {
        let mut asked = Vec::new();
        let mut holders = Holders { found, asked: &mut asked };
        let resolved = self.resolver.framed_or_not(self.read, self.today, &mut holders);
        (resolved, asked)
    }
}

/// Whose codes are, as far as it was said, and which of them were asked for.
pub(super) struct Holders<'h> {
    found: &'h BTreeMap<Code, CodeHolder>,
    asked: &'h mut Vec<Code>,
}

impl Holders<'_> {
    pub(super) fn of(&mut self, code: &Code) -> Option<CodeHolder> {
        if !self.asked.contains(code) {
            self.asked.push(code.clone());
        }
        self.found.get(code).cloned()
    }
}
