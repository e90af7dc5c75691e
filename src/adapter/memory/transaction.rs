//! A transaction: what it changes, and how that is taken back.

use alloc::boxed::Box;
use alloc::collections::btree_map::Entry;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::convert::Infallible;
use core::ops::Bound;

use super::shared::Shared;
use super::{Account, MemoryStore, put_back};
use crate::decide::{
    AccountChange, ChangeSet, Document, Facts, Kept, Key, Kind, Operation, Parcel, Question, TallyChange,
};
use crate::ident::{CustomerId, RegisterId, SaleId};
use crate::ledger::{Epoch, OperationName, Order, Origin, Seq};
use crate::loyalty::{ProgramVersion, VersionedProgram};
use crate::store::{Arrival, Counts, Refolded, Sharing, Store, Transaction, ids_of};
use crate::time::Timestamp;

/// A transaction of a [`MemoryStore`]: dropped without a commit, it takes back what it recorded.
#[derive(Debug)]
pub struct MemoryTransaction<'s> {
    pub(super) store: &'s mut MemoryStore,
    pub(super) journal: Vec<Before>,
}

/// What stood there before a change.
#[derive(Debug)]
pub(super) enum Before {
    /// The operation, and what the clock showed.
    Operation(i64),
    Document((Kind, String), Option<usize>),
    Sale(SaleId, Option<Vec<usize>>),
    Customer(CustomerId),
    Account(CustomerId, Option<Box<Account>>),
    Kept(Key, Option<Kept>),
    Program(ProgramVersion),
    Current(Option<ProgramVersion>),
    /// The epoch, and what was noted of a ledger that has a name.
    Epoch(u32, Option<Box<Shared>>),
    Named,
    Acknowledged(u64),
    Waiting(OperationName, Option<Box<Parcel>>),
}

impl Transaction for MemoryTransaction<'_> {
    type Error = Infallible;

    fn facts(&mut self, question: &Question<'_>) -> Result<Facts, Infallible> {
        Ok(self.store.facts(question))
    }

    fn customers(&mut self, after: Option<&CustomerId>, most: usize) -> Result<Vec<CustomerId>, Infallible> {
        let from = after.map_or(Bound::Unbounded, Bound::Excluded);
        let page = self.store.accounts.range((from, Bound::Unbounded)).take(most);
        Ok(page.map(|(customer, _)| customer.clone()).collect())
    }

    fn counts(&mut self) -> Result<Counts, Infallible> {
        let count = |number: usize| u64::try_from(number).unwrap_or(u64::MAX);
        let store = &self.store;
        Ok(Counts {
            customers: count(store.accounts.len()),
            lots: store.accounts.values().map(|kept| count(kept.lots.len())).sum(),
            documents: count(store.documents.len()),
            follow_ups: store
                .sales
                .values()
                .map(|operations| count(operations.len().saturating_sub(1)))
                .sum(),
            programs: count(store.programs.len()),
            tallies: count(store.accounts.values().filter(|kept| kept.tally.is_some()).count()),
            kept: count(store.kept.len()),
        })
    }

    fn epochs(&mut self) -> Result<Vec<Epoch>, Infallible> {
        let mut all: Vec<Epoch> = Vec::new();
        for (operations, number) in &self.store.epochs {
            let first = Seq(u64::try_from(*operations).unwrap_or(u64::MAX).saturating_add(1));
            // No operation was recorded in one that was followed by another at once.
            all.pop_if(|before| before.first == first);
            all.push(Epoch { first, number: *number });
        }
        Ok(all)
    }

    fn begin_epoch(&mut self, number: u32) -> Result<bool, Infallible> {
        let before = Before::Epoch(self.store.epoch, self.store.shared.clone().map(Box::new));
        let begun = self.store.begin_epoch(number);
        if begun {
            self.journal.push(before);
        }
        Ok(begun)
    }

    fn record(&mut self, changes: &ChangeSet) -> Result<(), Infallible> {
        for operation in &changes.operations {
            self.append(operation);
            self.keep_decided(operation);
        }
        for account in &changes.accounts {
            self.keep(account);
        }
        for program in &changes.programs {
            self.keep_program(program);
            self.set_current(program.version);
        }
        Ok(())
    }

    fn sharing(&mut self) -> Result<Option<Sharing>, Infallible> {
        Ok(self.known_sharing())
    }

    fn set_register(&mut self, register: &RegisterId) -> Result<bool, Infallible> {
        self.name(register);
        Ok(true)
    }

    fn read(&mut self, from: Seq, most: usize) -> Result<Vec<Operation>, Infallible> {
        self.store.operations(from, most)
    }

    fn order_of(&mut self, seq: Seq) -> Result<Option<Order>, Infallible> {
        Ok(self.order(seq).cloned())
    }

    fn seq_of(&mut self, name: &OperationName) -> Result<Option<Seq>, Infallible> {
        Ok(self.seq_named(name))
    }

    fn last_of(&mut self, origin: &Origin) -> Result<u64, Infallible> {
        Ok(self.last_number(origin).unwrap_or_default())
    }

    fn own(&mut self, after: u64, most: usize) -> Result<Vec<Operation>, Infallible> {
        Ok(self.own_operations(after, most))
    }

    fn own_until(&mut self, seq: Seq) -> Result<Option<u64>, Infallible> {
        Ok(self.own_place(seq))
    }

    fn set_acknowledged(&mut self, own: u64) -> Result<(), Infallible> {
        if let Some(shared) = &mut self.store.shared {
            self.journal.push(Before::Acknowledged(core::mem::replace(&mut shared.acknowledged, own)));
        }
        Ok(())
    }

    fn concerning(&mut self, customer: &CustomerId) -> Result<Vec<Operation>, Infallible> {
        Ok(self.all_concerning(customer))
    }

    fn under(&mut self, kind: Kind, id: &str) -> Result<Option<Seq>, Infallible> {
        let index = self.store.documents.get(&(kind, id.to_string()));
        Ok(index.and_then(|index| self.store.operations.get(*index)).map(|operation| operation.seq))
    }

    fn deciding(&mut self, key: Option<&Key>) -> Result<Vec<Operation>, Infallible> {
        Ok(self.all_deciding(key))
    }

    fn has_program(&mut self, version: &ProgramVersion) -> Result<bool, Infallible> {
        Ok(self.store.programs.contains_key(version))
    }

    fn take_in(&mut self, arrival: &Arrival) -> Result<(), Infallible> {
        self.append_foreign(arrival);
        Ok(())
    }

    fn refold(&mut self, refolded: &Refolded) -> Result<(), Infallible> {
        self.keep_refolded(refolded);
        Ok(())
    }

    fn waiting_from(&mut self) -> Result<Vec<OperationName>, Infallible> {
        Ok(self.first_waiting())
    }

    fn count_waiting(&mut self) -> Result<u64, Infallible> {
        let waiting = self.store.shared.as_ref().map_or(0, |shared| shared.waiting.len());
        Ok(u64::try_from(waiting).unwrap_or(u64::MAX))
    }

    fn waiting(&mut self, name: &OperationName) -> Result<Option<Parcel>, Infallible> {
        Ok(self.store.shared.as_ref().and_then(|shared| shared.waiting.get(name)).cloned())
    }

    fn wait(&mut self, parcel: &Parcel) -> Result<(), Infallible> {
        self.change_waiting(&parcel.order.name, Some(parcel.clone()));
        Ok(())
    }

    fn end_wait(&mut self, name: &OperationName) -> Result<(), Infallible> {
        self.change_waiting(name, None);
        Ok(())
    }

    fn commit(mut self) -> Result<(), Infallible> {
        self.journal.clear();
        Ok(())
    }
}

impl Drop for MemoryTransaction<'_> {
    fn drop(&mut self) {
        while let Some(before) = self.journal.pop() {
            self.store.put_back(before);
        }
    }
}

impl MemoryTransaction<'_> {
    fn append(&mut self, operation: &Operation) {
        let index = self.store.operations.len();
        for (kind, id) in ids_of(&operation.document) {
            self.find_under((kind, id.to_string()), index);
        }
        if let Some(sale) = operation.rings_up() {
            let keeps = self.store.is_united();
            self.rung_up(sale, index, keeps);
        }
        self.follow(operation, index);
        self.push(operation, None);
    }

    /// Notes under which id an operation's document is found.
    pub(super) fn find_under(&mut self, key: (Kind, String), index: usize) {
        let before = self.store.documents.insert(key.clone(), index);
        self.journal.push(Before::Document(key, before));
    }

    /// Notes which operation rang a sale up. What happened to it before happened to an earlier one of the
    /// same id; it is kept where that was another register's.
    pub(super) fn rung_up(&mut self, sale: &SaleId, index: usize, keeps: bool) {
        let before = self.store.sales.get(sale).cloned();
        let mut history = before.clone().filter(|_| keeps).unwrap_or_default();
        match history.first_mut() {
            Some(opening) => *opening = index,
            None => history.push(index),
        }
        self.store.sales.insert(sale.clone(), history);
        self.journal.push(Before::Sale(sale.clone(), before));
    }

    pub(super) fn follow(&mut self, operation: &Operation, index: usize) {
        for sale in operation.follows() {
            let history = self.store.sales.entry(sale.clone()).or_default();
            self.journal.push(Before::Sale(sale.clone(), Some(history.clone())));
            history.push(index);
        }
    }

    /// Appends an operation, and notes what it is called if the ledger has a name.
    pub(super) fn push(&mut self, operation: &Operation, foreign: Option<&Order>) {
        let index = self.store.operations.len();
        if let Some(customer) = &operation.decision.customer {
            self.store.customers.entry(customer.clone()).or_default().push(index);
            self.journal.push(Before::Customer(customer.clone()));
        }
        let epoch = self.store.epoch;
        let clock = self.store.shared.as_mut().map(|shared| shared.note(operation, epoch, foreign));
        self.store.operations.push(operation.clone());
        if let Document::SetProgram(_) = operation.document {
            self.store.set.push(index);
        }
        self.journal.push(Before::Operation(clock.unwrap_or_default()));
    }

    fn keep_decided(&mut self, operation: &Operation) {
        let (decision, at) = (&operation.decision, operation.document.at());
        for (customer, member) in &decision.members {
            self.account(customer, at).member = member.clone();
        }
        decision.kept.iter().for_each(|kept| self.keep_under(kept));
    }

    /// Keeps something under its key.
    pub(super) fn keep_under(&mut self, kept: &Kept) {
        let before = self.store.kept.insert(kept.key(), kept.clone());
        self.journal.push(Before::Kept(kept.key(), before));
    }

    pub(super) fn keep_program(&mut self, program: &VersionedProgram) {
        if let Entry::Vacant(place) = self.store.programs.entry(program.version) {
            place.insert(program.clone());
            self.journal.push(Before::Program(program.version));
        }
    }

    /// Makes a program the one that holds.
    pub(super) fn set_current(&mut self, version: ProgramVersion) {
        self.journal.push(Before::Current(self.store.current.replace(version)));
    }

    pub(super) fn keep(&mut self, change: &AccountChange) {
        let account = self.account(&change.customer, change.latest);
        (account.balance, account.latest) = (change.balance, change.latest);
        for lot in &change.lots {
            if lot.units.is_zero() {
                account.lots.remove(&lot.key);
            } else {
                account.lots.insert(lot.key, lot.units);
            }
        }
        match &change.tally {
            TallyChange::Stays => {}
            TallyChange::Is(tally) => account.tally = Some(tally.clone()),
            TallyChange::Grows { by, fold_before } => {
                account.tally.get_or_insert_default().grow(by, *fold_before);
            }
            TallyChange::Gone => account.tally = None,
        }
    }

    /// An account that changes now.
    pub(super) fn account(&mut self, customer: &CustomerId, at: Timestamp) -> &mut Account {
        let before = self.store.accounts.get(customer).cloned().map(Box::new);
        self.journal.push(Before::Account(customer.clone(), before));
        self.store.accounts.entry(customer.clone()).or_insert_with(|| Account::new(at))
    }
}

impl MemoryStore {
    fn put_back(&mut self, before: Before) {
        match before {
            Before::Operation(clock) => {
                let gone = self.operations.pop();
                // Whatever stands behind the operations that are left has gone with it.
                self.set.pop_if(|index| self.operations.len() <= *index);
                if let (Some(operation), Some(shared)) = (gone, &mut self.shared) {
                    shared.forget(&operation, clock);
                }
            }
            Before::Document(key, before) => put_back(&mut self.documents, key, before),
            Before::Sale(sale, before) => put_back(&mut self.sales, sale, before),
            Before::Customer(customer) => {
                if let Some(indexes) = self.customers.get_mut(&customer) {
                    indexes.pop();
                }
            }
            Before::Account(customer, before) => {
                put_back(&mut self.accounts, customer, before.map(|account| *account));
            }
            Before::Kept(key, before) => put_back(&mut self.kept, key, before),
            Before::Program(version) => drop(self.programs.remove(&version)),
            Before::Current(before) => self.current = before,
            Before::Epoch(before, shared) => {
                self.epochs.pop();
                (self.epoch, self.shared) = (before, shared.map(|shared| *shared));
            }
            Before::Named => self.shared = None,
            other => {
                if let Some(shared) = &mut self.shared {
                    shared.put_back(other);
                }
            }
        }
    }
}
