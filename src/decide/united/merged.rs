//! Records that become one, where several registers decided (R30).

use alloc::vec::Vec;
use core::mem;

use crate::decide::united::Counted;
use crate::decide::united::idle::Idle;
use crate::decide::united::records::{At, Record, Records};
use crate::decide::{Document, Operation};
use crate::ident::{CustomerId, SaleId};
use crate::ledger::{Entry, Holding};
use crate::money::AmountError;

/// Who goes to whom by a merge.
struct Going {
    into: CustomerId,
    /// Who goes. Who is named under two names is there twice, and goes once.
    others: Vec<CustomerId>,
}

impl<'o> Records<'o> {
    /// Lets records go to the one who stays, with all that is there: more or less than the merge's register knew
    /// of. Those who are one already stay as they are, so the first of two that make a circle counts.
    pub(super) fn merge(&mut self, of: At<'o>, names: &[CustomerId]) -> Result<(), AmountError> {
        let (_, operation) = of;
        let going = self.going(operation);
        let into = going.as_ref().map(|going| &going.into);
        let all = self.stay(names).into_iter();
        let all: Vec<(CustomerId, Vec<Entry>)> =
            all.map(|stays| (stays.clone(), self.entries_of(operation, &stays))).collect();
        if let Some(going) = going.as_ref().filter(|going| !going.others.is_empty()) {
            self.look_at_all(going);
        }
        let fits = going.as_ref().map_or(Ok(false), |going| self.fits(going, &all))?;
        let mut after = Vec::new();
        for (stays, entries) in all {
            let entries = match fits {
                true => entries,
                false => {
                    let (mut own, rest) = self.without_moves(entries);
                    // What runs out of what came says so only afterwards.
                    if into == Some(&stays) {
                        after = rest
                    } else {
                        own.extend(rest)
                    }
                    own
                }
            };
            self.step(&stays, of, Counted::Yes, entries)?;
        }
        let Some(going) = going else { return Ok(()) };
        self.join(&going, operation)?;
        self.step(&going.into, of, Counted::Yes, after)
    }

    fn going(&self, operation: &Operation) -> Option<Going> {
        let mut going: Option<Going> = None;
        for (other, into) in operation.merges() {
            let new = || Going { into: self.stays(into).clone(), others: Vec::new() };
            let Going { into, others } = going.get_or_insert_with(new);
            let other = self.stays(other);
            if other != into {
                others.push(other.clone());
            }
        }
        going
    }

    /// Lets the one who stays look at what all of them bought.
    fn look_at_all(&mut self, going: &Going) {
        let Some(mut stays) = self.staying.remove(&going.into) else { return };
        let others = going.others.iter().filter_map(|name| self.staying.get(name));
        let names = others.flat_map(|other| &other.names).chain(&stays.names).cloned().collect();
        stays.idle.look_at(&names, self.known);
        self.staying.insert(going.into.clone(), stays);
    }

    /// Whether all have what the merge's register knew of: then what it decided moves it.
    fn fits(&self, going: &Going, all: &[(CustomerId, Vec<Entry>)]) -> Result<bool, AmountError> {
        let Going { into, others } = going;
        for (stays, entries) in all {
            let Some(record) = self.staying.get(stays) else { return Ok(false) };
            let with = record.holding.with(entries)?;
            let is_there = stays == into && with.is_some();
            let has_gone = others.contains(stays) && with == Some(Holding::default());
            if !is_there && !has_gone {
                return Ok(false);
            }
        }
        Ok(!others.is_empty())
    }

    /// Leaves away what moves from one record to another; what comes before that, and what comes after it.
    fn without_moves(&mut self, entries: Vec<Entry>) -> (Vec<Entry>, Vec<Entry>) {
        let mut before = entries;
        let first = before.iter().position(Entry::touches_held).unwrap_or(before.len());
        let (moves, after): (Vec<Entry>, Vec<Entry>) =
            before.split_off(first).into_iter().partition(Entry::touches_held);
        moves.iter().for_each(|entry| self.corrections.undo(entry.from, entry.to, entry.units));
        (before, after)
    }

    fn join(&mut self, going: &Going, operation: &Operation) -> Result<(), AmountError> {
        let Going { into, others } = going;
        let Some(mut stays) = self.staying.remove(into) else { return Ok(()) };
        for name in others {
            let Some(other) = self.staying.remove(name) else { continue };
            let Record { names, holding, mut member, once, idle } = other;
            stays.holding.take_in(&holding)?;
            stays.once.join(once)?;
            let all = stays.names.union(&names).cloned().collect();
            let own = mem::replace(&mut stays.names, all);
            stays.idle = Idle::of(&stays.names, self.known).join([(stays.idle, own), (idle, names)])?;
            stays.member.take_over(into, name, &mut member)?;
            self.gone.insert(name.clone(), member);
        }
        let decided = operation.decision.members.iter().rfind(|(of, _)| of == into);
        if let Some((_, decided)) = decided {
            in_order_of(&mut stays.member.debts, &decided.debts);
        }
        self.staying.insert(into.clone(), stays);
        Ok(())
    }
}

impl Operation {
    /// The records that it merged, each with the one that it went to.
    pub(crate) fn merges(&self) -> impl Iterator<Item = (&CustomerId, &CustomerId)> {
        let merges = matches!(self.document, Document::Merge(_));
        let members = self.decision.members.iter().filter(move |_| merges);
        members.filter_map(|(other, member)| Some((other, member.merged_into.as_ref()?)))
    }
}

/// Puts debts in the order that a register decided that knew of all of them.
fn in_order_of(debts: &mut Vec<SaleId>, decided: &[SaleId]) {
    if debts.len() == decided.len() && decided.iter().all(|sale| debts.contains(sale)) {
        *debts = decided.to_vec();
    }
}
