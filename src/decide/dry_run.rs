//! What another program would change, without changing anything.

use alloc::vec::Vec;

use crate::decide::posting::Posting;
use crate::decide::sweep::{earliest_day, takes_over_on};
use crate::decide::terms::reached;
use crate::decide::{Facts, Refusal, Refused, SetExpiry, day, refuse_program};
use crate::ident::{CustomerId, TierId};
use crate::loyalty::VersionedProgram;
use crate::money::{AmountError, Units};
use crate::time::{Date, Timestamp, Zones};

/// What another program would change at a moment if it held from then on. What sales will earn isn't
/// in it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct DryRun {
    /// How many customers were looked at; of those that were merged, the one that stays (R30).
    pub customers: u64,
    /// What the shop owes its customers under the program that holds, what is held included, and what
    /// has run out left out, swept or not (R25, R39).
    pub liability_before: Units,
    /// The same under the other program.
    pub liability_after: Units,
    /// The customers whose balance would change, in the order of their ids: units would run out, or,
    /// under a longer expiry, wouldn't have run out after all.
    pub balances: Vec<BalanceChange>,
    /// The customers who would have another tier, in the order of their ids.
    pub tiers: Vec<TierChange>,
}

/// A customer whose balance another program would change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BalanceChange {
    /// Who.
    pub customer: CustomerId,
    /// The balance under the program that holds.
    pub before: Units,
    /// The balance under the other.
    pub after: Units,
}

/// A customer to whom another program would give another tier.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TierChange {
    /// Who.
    pub customer: CustomerId,
    /// The tier under the program that holds.
    pub before: Option<TierId>,
    /// The tier under the other.
    pub after: Option<TierId>,
}

impl DryRun {
    /// How many units would run out, of all customers together.
    ///
    /// # Errors
    /// [`AmountError::TooLarge`] past 63 bits.
    pub fn would_run_out(&self) -> Result<Units, AmountError> {
        self.balances
            .iter()
            .try_fold(Units::ZERO, |sum, change| sum.plus(change.before.minus(change.after)?.or_zero()))
    }

    /// Looks at some customers, on the facts that a store gives for
    /// [`Question::for_dry_run`](crate::decide::Question::for_dry_run), and adds what would change for
    /// them. [`Register::dry_run`](crate::register::Register::dry_run) does so page by page.
    ///
    /// # Errors
    /// [`Refusal::InvalidProgram`] if the program can't be set on this ledger.
    pub fn look_at(
        &mut self,
        customers: &[CustomerId],
        facts: &Facts,
        program: &VersionedProgram,
        at: Timestamp,
        zones: &dyn Zones,
    ) -> Result<(), Refusal> {
        refuse_program(facts, program, at, zones)?;
        let mut after = facts.clone();
        after.let_run_out(at, zones)?;
        let ends = takes_over_on(zones, facts.program.as_ref(), &program.program, at)?;
        after.set_program(program, at, ends);
        for customer in customers.iter().filter(|customer| facts.stays(customer) == *customer) {
            let before = Stand::of(facts, customer, at, zones)?;
            let after = Stand::of(&after, customer, at, zones)?;
            if let Some((before, after)) = before.zip(after) {
                self.add(customer, before, after)?;
            }
        }
        Ok(())
    }

    fn add(&mut self, customer: &CustomerId, before: Stand, after: Stand) -> Result<(), AmountError> {
        self.customers = self.customers.saturating_add(1);
        self.liability_before = self.liability_before.plus(before.balance)?.plus(before.held)?;
        self.liability_after = self.liability_after.plus(after.balance)?.plus(after.held)?;
        if before.balance != after.balance {
            let (before, after) = (before.balance, after.balance);
            self.balances.push(BalanceChange { customer: customer.clone(), before, after });
        }
        if before.tier != after.tier {
            let (before, after) = (before.tier, after.tier);
            self.tiers.push(TierChange { customer: customer.clone(), before, after });
        }
        Ok(())
    }
}

impl Facts {
    /// As if a program were set at that time.
    fn set_program(&mut self, program: &VersionedProgram, at: Timestamp, today: Date) {
        if let (true, Some(current)) = (self.expiries.is_empty(), &self.program) {
            self.expiries.push((Timestamp::FIRST, SetExpiry { day: None, expiry: current.program.expiry }));
        }
        self.expiries.push((at, SetExpiry { day: Some(today), expiry: program.program.expiry }));
        self.program = Some(program.clone());
        self.then = None;
    }

    /// What has run out by inactivity under the program that holds is taken as the next one is set.
    fn let_run_out(&mut self, at: Timestamp, zones: &dyn Zones) -> Result<(), Refused> {
        let Some(versioned) = self.program.clone().filter(|current| current.program.expires_by_inactivity())
        else {
            return Ok(());
        };
        let program = &*versioned.program;
        let today = earliest_day(zones, program, at)?;
        let mut left = Vec::with_capacity(self.accounts.len());
        for account in &self.accounts {
            let posting = Posting::open(self, &account.customer, program, at, today)?;
            let posting =
                posting.filter(|posting| *posting.customer() == account.customer && !posting.is_late());
            left.push(posting.map(|posting| posting.holding().clone()));
        }
        for (account, left) in self.accounts.iter_mut().zip(left) {
            if let Some((known, left)) = account.known.as_mut().zip(left) {
                known.holding = left;
            }
        }
        Ok(())
    }
}

/// How a customer stands under the program of some facts.
struct Stand {
    balance: Units,
    held: Units,
    tier: Option<TierId>,
}

impl Stand {
    fn of(
        facts: &Facts,
        customer: &CustomerId,
        at: Timestamp,
        zones: &dyn Zones,
    ) -> Result<Option<Stand>, Refused> {
        let program = &*facts.program()?.program;
        let today = day(zones, &program.time_zone, at)?;
        let Some(posting) = Posting::open(facts, customer, program, at, today)? else { return Ok(None) };
        let mut tier = None;
        if let Some(tiers) = &program.tiers {
            tier = tiers.level_id(reached(tiers, posting.tally(), (at, at), today)?);
        }
        Ok(Some(Stand { balance: posting.balance(), held: posting.member.held, tier }))
    }
}
