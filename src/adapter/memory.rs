//! A store in memory: for tests, for scenarios, and for machines that keep nothing.

use alloc::boxed::Box;
use alloc::collections::BTreeMap;
use alloc::collections::btree_map::Entry;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::convert::Infallible;
use core::ops::Bound;

use crate::decide::{
    AccountChange, AccountFacts, ChangeSet, Facts, Kept, Key, Kind, KnownAccount, Member, Operation,
    Purchase, Question, Recorded, SaleHistory, Tally, TallyChange, purchases_of,
};
use crate::ident::{CustomerId, SaleId};
use crate::ledger::{Holding, Lot, LotKey, Seq};
use crate::loyalty::{ProgramVersion, VersionedProgram};
use crate::money::Units;
use crate::store::{Counts, Find, Gathered, Store, Transaction, gather};
use crate::time::Timestamp;

/// A ledger in memory. It is lost when it is dropped.
///
/// ```
/// use regulars::adapter::memory::MemoryStore;
/// use regulars::register::Register;
/// use regulars::time::FixedZones;
///
/// let register = Register::new(MemoryStore::default(), FixedZones);
/// # let _ = register;
/// ```
#[derive(Debug, Clone, Default)]
pub struct MemoryStore {
    operations: Vec<Operation>,
    documents: BTreeMap<(Kind, String), usize>,
    sales: BTreeMap<SaleId, Vec<usize>>,
    customers: BTreeMap<CustomerId, Vec<usize>>,
    accounts: BTreeMap<CustomerId, Account>,
    kept: BTreeMap<Key, Kept>,
    programs: BTreeMap<ProgramVersion, VersionedProgram>,
    current: Option<ProgramVersion>,
}

#[derive(Debug, Clone)]
struct Account {
    member: Member,
    tally: Option<Tally>,
    balance: Units,
    latest: Timestamp,
    lots: BTreeMap<LotKey, Units>,
}

impl Account {
    fn new(at: Timestamp) -> Account {
        let (member, balance, lots) = (Member::default(), Units::ZERO, BTreeMap::new());
        Account { member, tally: None, balance, latest: at, lots }
    }
}

/// A transaction of a [`MemoryStore`]: dropped without a commit, it takes back what it recorded.
#[derive(Debug)]
pub struct MemoryTransaction<'s> {
    store: &'s mut MemoryStore,
    journal: Vec<Before>,
}

/// What stood there before a change.
#[derive(Debug)]
enum Before {
    Operation,
    Document((Kind, String), Option<usize>),
    Sale(SaleId, Option<Vec<usize>>),
    Customer(CustomerId),
    Account(CustomerId, Option<Box<Account>>),
    Kept(Key, Option<Kept>),
    Program(ProgramVersion),
    Current(Option<ProgramVersion>),
}

impl Store for MemoryStore {
    type Error = Infallible;
    type Transaction<'s> = MemoryTransaction<'s>;

    fn begin(&mut self) -> Result<MemoryTransaction<'_>, Infallible> {
        Ok(MemoryTransaction { store: self, journal: Vec::new() })
    }

    fn operations(&mut self, from: Seq, most: usize) -> Result<Vec<Operation>, Infallible> {
        let before = self.operations.partition_point(|operation| operation.seq < from);
        Ok(self.operations.iter().skip(before).take(most).cloned().collect())
    }
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

    fn record(&mut self, changes: &ChangeSet) -> Result<(), Infallible> {
        for operation in &changes.operations {
            self.append(operation);
            self.keep_decided(operation);
        }
        for account in &changes.accounts {
            self.keep(account);
        }
        for program in &changes.programs {
            if let Entry::Vacant(place) = self.store.programs.entry(program.version) {
                place.insert(program.clone());
                self.journal.push(Before::Program(program.version));
            }
            self.journal.push(Before::Current(self.store.current.replace(program.version)));
        }
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
        let document = &operation.document;
        let own = document.id().map(|id| (document.kind(), id));
        for (kind, id) in own.into_iter().chain(document.sale_inside()) {
            let key = (kind, id.to_string());
            let before = self.store.documents.insert(key.clone(), index);
            self.journal.push(Before::Document(key, before));
        }
        if let Some(sale) = operation.rings_up() {
            let before = self.store.sales.insert(sale.clone(), [index].into());
            self.journal.push(Before::Sale(sale.clone(), before));
        }
        for sale in operation.follows() {
            let history = self.store.sales.entry(sale.clone()).or_default();
            self.journal.push(Before::Sale(sale.clone(), Some(history.clone())));
            history.push(index);
        }
        if let Some(customer) = &operation.decision.customer {
            self.store.customers.entry(customer.clone()).or_default().push(index);
            self.journal.push(Before::Customer(customer.clone()));
        }
        self.store.operations.push(operation.clone());
        self.journal.push(Before::Operation);
    }

    fn keep_decided(&mut self, operation: &Operation) {
        let (decision, at) = (&operation.decision, operation.document.at());
        for (customer, member) in &decision.members {
            self.account(customer, at).member = member.clone();
        }
        for kept in &decision.kept {
            let before = self.store.kept.insert(kept.key(), kept.clone());
            self.journal.push(Before::Kept(kept.key(), before));
        }
    }

    fn keep(&mut self, change: &AccountChange) {
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
                account.tally.get_or_insert_default().grow(by.clone(), *fold_before);
            }
            TallyChange::Gone => account.tally = None,
        }
    }

    /// An account that changes now.
    fn account(&mut self, customer: &CustomerId, at: Timestamp) -> &mut Account {
        let before = self.store.accounts.get(customer).cloned().map(Box::new);
        self.journal.push(Before::Account(customer.clone(), before));
        self.store.accounts.entry(customer.clone()).or_insert_with(|| Account::new(at))
    }
}

impl Find for &MemoryStore {
    type Error = Infallible;

    fn account(
        &mut self,
        customer: &CustomerId,
        question: &Question<'_>,
    ) -> Result<AccountFacts, Infallible> {
        Ok(self.account_of(customer.clone(), question))
    }

    fn purchases(&mut self, customer: &CustomerId) -> Result<Vec<Purchase>, Infallible> {
        Ok(purchases_of(customer, &self.about(customer)))
    }

    fn history(&mut self, sale: &SaleId) -> Result<Option<SaleHistory>, Infallible> {
        Ok(self.history_of(sale))
    }

    fn kept(&mut self, key: &Key) -> Result<Option<Kept>, Infallible> {
        Ok(self.kept.get(key).cloned())
    }

    fn everybody(&mut self) -> Result<Vec<CustomerId>, Infallible> {
        Ok(self.accounts.keys().cloned().collect())
    }
}

impl MemoryStore {
    fn facts(&self, question: &Question<'_>) -> Facts {
        let mut find: &MemoryStore = self;
        let program = self.current.as_ref().and_then(|version| self.programs.get(version)).cloned();
        let original = question.document.and_then(|(kind, id)| self.recorded(kind, id));
        let Ok(Gathered { sales, accounts, kept }) =
            gather(&mut find, question, program.as_ref(), original.as_ref());
        let last = self.operations.last().map_or(0, |operation| operation.seq.0);
        Facts { next: Seq(last.saturating_add(1)), program, original, sales, accounts, kept }
    }

    /// The program that holds now.
    fn program(&self) -> Option<&VersionedProgram> {
        self.current.as_ref().and_then(|version| self.programs.get(version))
    }

    fn recorded(&self, kind: Kind, id: &str) -> Option<Recorded> {
        let index = *self.documents.get(&(kind, id.to_string()))?;
        let operation = self.operations.get(index)?.clone();
        let program = self.programs.get(&operation.program)?.clone();
        Some(Recorded { operation, program })
    }

    fn history_of(&self, sale: &SaleId) -> Option<SaleHistory> {
        let indexes = self.sales.get(sale)?;
        let operations: Vec<Operation> =
            indexes.iter().filter_map(|&index| self.operations.get(index)).cloned().collect();
        let program = self.programs.get(&operations.first()?.program)?.clone();
        Some(SaleHistory { operations, program })
    }

    fn account_of(&self, customer: CustomerId, question: &Question<'_>) -> AccountFacts {
        let Some(kept) = self.accounts.get(&customer) else { return AccountFacts { customer, known: None } };
        let soon = |key: &LotKey| key.expires.is_some_and(|last_day| last_day < question.running_out_before);
        let idle = self.program().is_some_and(|program| program.program.expires_by_inactivity());
        let is_late = question.at < kept.latest;
        let wanted = question.lots || is_late || idle || kept.lots.keys().next().is_some_and(soon);
        let lots = kept.lots.iter().filter(|_| wanted).map(|(&key, &units)| Lot { key, units });
        let mut tally = kept.tally.clone().filter(|_| question.tally);
        if let (Some(tally), Some(together), false) = (&mut tally, &question.together, is_late) {
            tally.put_together(together);
        }
        let known = KnownAccount {
            member: kept.member.clone(),
            tally,
            purchases: None,
            holding: Holding::new(kept.balance, lots),
            latest: kept.latest,
            history: if is_late || question.history { self.about(&customer) } else { Vec::new() },
        };
        AccountFacts { customer, known: Some(known) }
    }

    /// The operations about a customer.
    fn about(&self, customer: &CustomerId) -> Vec<Operation> {
        let indexes = self.customers.get(customer).into_iter().flatten();
        indexes.filter_map(|&index| self.operations.get(index)).cloned().collect()
    }

    fn put_back(&mut self, before: Before) {
        match before {
            Before::Operation => {
                self.operations.pop();
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
        }
    }
}

fn put_back<K: Ord, V>(map: &mut BTreeMap<K, V>, key: K, before: Option<V>) {
    match before {
        Some(value) => map.insert(key, value),
        None => map.remove(&key),
    };
}
