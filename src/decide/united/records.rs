//! The records of customers who are one by now, operation by operation.

use alloc::collections::{BTreeMap, BTreeSet};
use alloc::vec::Vec;

use crate::decide::united::idle::Idle;
use crate::decide::united::once::{Once, grant_less};
use crate::decide::united::{Corrections, Counted, Known, NO_PART, Ranks, United, UnitedAccount};
use crate::decide::{Document, Kept, Member, Operation};
use crate::ident::{Code, CustomerId};
use crate::ledger::{Entry, Holding, Lot, LotKey, Order};
use crate::money::AmountError;
use crate::time::Timestamp;

/// An operation, and its place among all registers.
pub(super) type At<'o> = (&'o Order, &'o Operation);

/// What customers have so far who are one by now.
pub(super) struct Records<'o> {
    pub(super) known: Known<'o>,
    ranks: Ranks,
    /// Those who haven't gone to another, each with all names under which something is theirs.
    pub(super) staying: BTreeMap<CustomerId, Record<'o>>,
    /// What is kept of those who have gone to another.
    pub(super) gone: BTreeMap<CustomerId, Member>,
    /// The time of the latest document under each name.
    latest: BTreeMap<CustomerId, Timestamp>,
    pub(super) corrections: Corrections,
    /// How many of the codes that others were given are so by now.
    given: usize,
}

/// What one of them has so far.
pub(super) struct Record<'o> {
    pub(super) names: BTreeSet<CustomerId>,
    pub(super) holding: Holding,
    pub(super) member: Member,
    pub(super) once: Once,
    pub(super) idle: Idle<'o>,
}

impl<'o> Records<'o> {
    pub(super) fn new(known: Known<'o>) -> Records<'o> {
        Records {
            known,
            ranks: Ranks::of(known.names),
            staying: BTreeMap::new(),
            gone: BTreeMap::new(),
            latest: BTreeMap::new(),
            corrections: Corrections::default(),
            given: 0,
        }
    }

    /// Does what an operation did.
    pub(super) fn change(&mut self, of: At<'o>, counts: Counted) -> Result<(), AmountError> {
        let (order, operation) = of;
        self.take_given(order);
        let names = self.meet(operation);
        for record in self.staying.values_mut() {
            record.once.whose(operation, &record.names, counts);
        }
        match counts {
            Counted::Yes | Counted::Less(_) => {}
            Counted::TakenBefore => {
                for entry in self.known.entries(operation) {
                    self.corrections.undo(entry.from, entry.to, entry.units);
                }
                return Ok(());
            }
            Counted::No => return Ok(()),
        }
        if let Document::Merge(_) = operation.document {
            self.merge(of, &names)?;
        } else {
            for stays in self.stay(&names) {
                let entries = self.entries_of(operation, &stays);
                self.step(&stays, of, counts, entries)?;
            }
        }
        for name in &names {
            let stays = self.stays(name).clone();
            if let Some(record) = self.staying.get_mut(&stays) {
                record.member.change(operation, name)?;
            }
        }
        self.give_codes(operation);
        Ok(())
    }

    /// The customers whom an operation concerns. What is known of them begins with the first one.
    fn meet(&mut self, operation: &Operation) -> Vec<CustomerId> {
        let at = operation.document.at();
        let concerned = operation.concerns().filter(|name| self.known.customers.contains(*name));
        let names: Vec<CustomerId> = concerned.collect::<BTreeSet<_>>().into_iter().cloned().collect();
        for name in &names {
            let latest = self.latest.entry(name.clone()).or_insert(at);
            let moves = operation.decision.entries.iter().any(|entry| entry.customer == *name);
            if moves || operation.decision.customer.as_ref() == Some(name) {
                *latest = (*latest).max(at);
            }
            if !self.gone.contains_key(name) && !self.staying.contains_key(name) {
                self.staying.insert(name.clone(), Record::new(name, self.known));
            }
        }
        names
    }

    /// The one to whom a customer has gone so far, or the same.
    pub(super) fn stays<'n>(&'n self, name: &'n CustomerId) -> &'n CustomerId {
        let mut stays = name;
        // Each has gone to another one once, and to none who had gone before.
        while let Some(into) = self.gone.get(stays).and_then(|member| member.merged_into.as_ref()) {
            stays = into;
        }
        stays
    }

    /// Those to whom customers have gone so far.
    pub(super) fn stay(&self, names: &[CustomerId]) -> BTreeSet<CustomerId> {
        names.iter().map(|name| self.stays(name).clone()).collect()
    }

    /// The entries of an operation that are those of one who stays, their lots by rank.
    pub(super) fn entries_of(&self, operation: &Operation, stays: &CustomerId) -> Vec<Entry> {
        let own = self.known.entries(operation).filter(|entry| self.stays(&entry.customer) == stays);
        let mut entries: Vec<Entry> = own.cloned().collect();
        entries.iter_mut().filter_map(|entry| entry.lot.as_mut()).for_each(|lot| self.ranks.enter(lot));
        entries
    }

    /// Does what entries of an operation did to one who stays.
    pub(super) fn step(
        &mut self,
        stays: &CustomerId,
        of: At<'o>,
        counts: Counted,
        entries: Vec<Entry>,
    ) -> Result<(), AmountError> {
        let Some(record) = self.staying.get_mut(stays) else { return Ok(()) };
        let ((_, operation), corrections, ranks) = (of, &mut self.corrections, &self.ranks);
        let enter = |lot: LotKey| {
            let mut lot = lot;
            ranks.enter(&mut lot);
            lot
        };
        let spare =
            LotKey { expires: None, born: operation.document.at(), seq: operation.seq, part: NO_PART };
        let spare = enter(spare);
        let Record { holding, member, once, idle, .. } = record;
        let mut entries = entries;
        if let Counted::Less(units) = counts {
            grant_less(operation, units, &mut entries, corrections)?;
        }
        once.welcome(operation, member, &mut entries, corrections);
        once.holds(operation, enter, &mut entries, corrections)?;
        once.sales(operation, &mut entries, corrections)?;
        idle.work_out(of, holding, stays, &mut entries, corrections)?;
        let is_alive = |day, lot: &LotKey| idle.is_alive(of, day, lot);
        once.not_run_out(operation, is_alive, holding, &mut entries, corrections)?;
        once.ran_out(holding, &mut entries, spare, corrections)?;
        holding.settle(&entries, spare)?;
        member.hold(&entries)
    }

    /// Takes codes from those who have them where others were given them before an operation.
    fn take_given(&mut self, before: &Order) {
        while let Some((_, code)) = self.known.given.get(self.given).filter(|(order, _)| order < before) {
            self.lose_code(code, None);
            self.given = self.given.saturating_add(1);
        }
    }

    /// Who is given a code has it, and nobody else.
    fn give_codes(&mut self, operation: &Operation) {
        for (code, name) in given(operation) {
            let stays = self.stays(name).clone();
            self.lose_code(code, Some(&stays));
        }
    }

    fn lose_code(&mut self, code: &Code, to: Option<&CustomerId>) {
        let others = self.staying.iter_mut().filter(|(name, _)| Some(*name) != to);
        for profile in others.map(|(_, record)| &mut record.member.profile) {
            if profile.code.as_ref().is_some_and(|known| known.normal() == *code) {
                profile.code = None;
            }
        }
    }

    /// What they have in the end.
    pub(super) fn close(mut self) -> United {
        for (_, code) in self.known.given.iter().skip(self.given) {
            self.lose_code(code, None);
        }
        let mut customers = BTreeMap::new();
        for (name, latest) in self.latest {
            let account = match self.staying.remove(&name) {
                Some(record) => {
                    let lots = record.holding.lots();
                    let lots = lots.map(|lot| Lot { key: self.ranks.leave(lot.key), units: lot.units });
                    let holding = Holding::new(record.holding.balance(), lots);
                    UnitedAccount { holding, latest, member: record.member }
                }
                None => {
                    let member = self.gone.remove(&name).unwrap_or_default();
                    UnitedAccount { holding: Holding::default(), latest, member }
                }
            };
            customers.insert(name, account);
        }
        United { customers, corrections: self.corrections }
    }
}

impl<'o> Known<'o> {
    /// The entries of an operation that are theirs.
    fn entries<'e>(self, operation: &'e Operation) -> impl Iterator<Item = &'e Entry> + use<'e, 'o> {
        let customers = self.customers;
        operation.decision.entries.iter().filter(move |entry| customers.contains(&entry.customer))
    }
}

impl<'o> Record<'o> {
    fn new(name: &CustomerId, known: Known<'o>) -> Record<'o> {
        let names = BTreeSet::from([name.clone()]);
        let idle = Idle::of(&names, known);
        Record { names, holding: Holding::default(), member: Member::default(), once: Once::default(), idle }
    }
}

/// The codes that an operation gives to customers.
pub(crate) fn given(operation: &Operation) -> impl Iterator<Item = (&Code, &CustomerId)> {
    operation.decision.kept.iter().filter_map(|kept| match kept {
        Kept::Code(owner) if !owner.replaced => Some((&owner.code, &owner.customer)),
        _ => None,
    })
}
