//! What a ledger in memory notes once it has a name: what its operations are called, and where they are in
//! the order of all registers.

use alloc::boxed::Box;
use alloc::collections::{BTreeMap, BTreeSet};
use alloc::string::ToString;
use alloc::vec::Vec;
use core::convert::Infallible;

use super::MemoryStore;
use super::transaction::{Before, MemoryTransaction};
use crate::decide::{Document, Kept, Key, Kind, Operation, Parcel};
use crate::ident::{CustomerId, RegisterId};
use crate::ledger::{OperationName, Order, Origin, Seq};
use crate::sorting;
use crate::store::{Arrival, Refolded, Sharing, does_count};

/// What is noted beside the operations.
#[derive(Debug, Clone)]
pub(super) struct Shared {
    register: RegisterId,
    pub(super) acknowledged: u64,
    /// The place of each operation, in the ledger's own order.
    pub(super) orders: Vec<Order>,
    names: BTreeMap<OperationName, usize>,
    /// The register's own operations.
    own: Vec<usize>,
    /// How many own operations there were when the epoch began.
    epoch_began: u64,
    /// The moment of the newest.
    clock: i64,
    /// The operations that concern a customer and are about another, or about nobody.
    beside: BTreeMap<CustomerId, BTreeSet<usize>>,
    /// Which operations decided what is kept under a key.
    deciding: BTreeMap<Key, BTreeSet<usize>>,
    pub(super) waiting: BTreeMap<OperationName, Parcel>,
}

impl Shared {
    pub(super) fn new(register: RegisterId) -> Shared {
        Shared {
            register,
            acknowledged: 0,
            orders: Vec::new(),
            names: BTreeMap::new(),
            own: Vec::new(),
            epoch_began: 0,
            clock: i64::MIN,
            beside: BTreeMap::new(),
            deciding: BTreeMap::new(),
            waiting: BTreeMap::new(),
        }
    }

    /// Whether there are operations of other registers.
    pub(super) fn is_united(&self) -> bool {
        self.own.len() < self.orders.len()
    }

    fn own_count(&self) -> u64 {
        u64::try_from(self.own.len()).unwrap_or(u64::MAX)
    }

    pub(super) fn begin_epoch(&mut self) {
        self.epoch_began = self.own_count();
    }

    /// Notes the next operation, the register's own unless it says of whom it is; the clock before it.
    pub(super) fn note(&mut self, operation: &Operation, epoch: u32, foreign: Option<&Order>) -> i64 {
        let before = self.clock;
        let index = self.orders.len();
        let order = foreign.cloned().unwrap_or_else(|| {
            let number = self.own_count().saturating_sub(self.epoch_began).saturating_add(1);
            let origin = Origin { register: self.register.clone(), epoch };
            let moment = Order::moment_after(self.clock, operation.recorded_at.millisecond());
            Order { moment, name: OperationName { origin, number } }
        });
        if foreign.is_none() {
            self.own.push(index);
        }
        self.clock = self.clock.max(order.moment);
        self.names.insert(order.name.clone(), index);
        self.orders.push(order);
        for customer in beside(operation) {
            self.beside.entry(customer.clone()).or_default().insert(index);
        }
        for key in decides(operation) {
            self.deciding.entry(key).or_default().insert(index);
        }
        before
    }

    /// Puts back what stood there before a change.
    pub(super) fn put_back(&mut self, before: Before) {
        match before {
            Before::Acknowledged(before) => self.acknowledged = before,
            Before::Waiting(name, before) => {
                super::put_back(&mut self.waiting, name, before.map(|parcel| *parcel));
            }
            _ => {}
        }
    }

    /// Forgets the newest operation.
    pub(super) fn forget(&mut self, operation: &Operation, clock: i64) {
        let Some(order) = self.orders.pop() else { return };
        let index = self.orders.len();
        self.names.remove(&order.name);
        if self.own.last() == Some(&index) {
            self.own.pop();
        }
        self.clock = clock;
        for customer in beside(operation) {
            self.beside.get_mut(customer).map(|indexes| indexes.remove(&index));
        }
        for key in decides(operation) {
            self.deciding.get_mut(&key).map(|indexes| indexes.remove(&index));
        }
    }
}

/// The customers whom an operation concerns beside the one it is about.
fn beside(operation: &Operation) -> impl Iterator<Item = &CustomerId> {
    let about = operation.decision.customer.as_ref();
    operation.concerns().filter(move |customer| Some(*customer) != about)
}

/// The keys under which an operation decided what is kept.
fn decides(operation: &Operation) -> impl Iterator<Item = Key> {
    operation.decision.kept.iter().map(Kept::key)
}

impl MemoryStore {
    /// Begins an epoch with the next operation: whatever was recorded after this store was copied is told
    /// apart by it. It is larger than the one before; otherwise nothing happens, and the answer is `false`.
    ///
    /// ```
    /// use regulars::adapter::memory::MemoryStore;
    ///
    /// let mut store = MemoryStore::default();
    /// assert!(store.begin_epoch(1));
    /// assert!(!store.begin_epoch(1));
    /// ```
    pub fn begin_epoch(&mut self, epoch: u32) -> bool {
        if epoch <= self.epoch {
            return false;
        }
        self.epoch = epoch;
        self.epochs.push((self.operations.len(), epoch));
        if let Some(shared) = &mut self.shared {
            shared.begin_epoch();
        }
        true
    }

    pub(super) fn is_united(&self) -> bool {
        self.shared.as_ref().is_some_and(Shared::is_united)
    }

    /// Operations by their places: in their order among all registers where there are several, and of a
    /// document that two of them decided the first alone.
    pub(super) fn in_order(&self, indexes: impl Iterator<Item = usize>) -> Vec<Operation> {
        let Some(shared) = self.shared.as_ref().filter(|shared| shared.is_united()) else {
            return indexes.filter_map(|index| self.operations.get(index)).cloned().collect();
        };
        let mut indexes: Vec<usize> = indexes.collect();
        sorting::sort_by_key(&mut indexes, |index| shared.orders.get(*index));
        let operations = indexes.into_iter().filter_map(|index| self.operations.get(index));
        operations.filter(|operation| self.counts(operation)).cloned().collect()
    }

    fn counts(&self, operation: &Operation) -> bool {
        let under = |kind, id: &str| {
            let index = self.documents.get(&(kind, id.to_string()));
            let found = index.and_then(|&index| self.operations.get(index));
            Ok::<_, Infallible>(found.map(|first| first.seq))
        };
        match does_count(operation, under) {
            Ok(counts) => counts,
        }
    }

    pub(super) fn index_of(&self, seq: Seq) -> Option<usize> {
        self.operations.binary_search_by_key(&seq, |operation| operation.seq).ok()
    }

    fn shared_sharing(&self) -> Option<Sharing> {
        let shared = self.shared.as_ref()?;
        let origin = Origin { register: shared.register.clone(), epoch: self.epoch };
        Some(Sharing { origin, own: shared.own_count(), acknowledged: shared.acknowledged })
    }
}

/// What [`Transaction`](crate::store::Transaction) asks of a ledger that has a name.
impl MemoryTransaction<'_> {
    pub(super) fn known_sharing(&self) -> Option<Sharing> {
        self.store.shared_sharing()
    }

    /// Notes of all operations that are there what is noted of those to come.
    pub(super) fn name(&mut self, register: &RegisterId) {
        let mut shared = Shared::new(register.clone());
        let mut epochs = self.store.epochs.iter().peekable();
        let mut epoch = 0;
        for (index, operation) in self.store.operations.iter().enumerate() {
            while let Some((_, next)) = epochs.next_if(|(first, _)| *first <= index) {
                epoch = *next;
                shared.begin_epoch();
            }
            shared.note(operation, epoch, None);
        }
        if epochs.next().is_some() {
            shared.begin_epoch();
        }
        self.store.shared = Some(shared);
        self.journal.push(Before::Named);
    }

    pub(super) fn order(&self, seq: Seq) -> Option<&Order> {
        let shared = self.store.shared.as_ref()?;
        shared.orders.get(self.store.index_of(seq)?)
    }

    pub(super) fn seq_named(&self, name: &OperationName) -> Option<Seq> {
        let index = *self.store.shared.as_ref()?.names.get(name)?;
        self.store.operations.get(index).map(|operation| operation.seq)
    }

    pub(super) fn last_number(&self, origin: &Origin) -> Option<u64> {
        let name = |number| OperationName { origin: origin.clone(), number };
        let mut names = self.store.shared.as_ref()?.names.range(name(0)..=name(u64::MAX));
        names.next_back().map(|(name, _)| name.number)
    }

    pub(super) fn own_operations(&self, after: u64, most: usize) -> Vec<Operation> {
        let Some(shared) = &self.store.shared else { return Vec::new() };
        let after = usize::try_from(after).unwrap_or(usize::MAX);
        let own = shared.own.iter().skip(after).take(most);
        own.filter_map(|index| self.store.operations.get(*index)).cloned().collect()
    }

    pub(super) fn own_place(&self, seq: Seq) -> Option<u64> {
        let place = self.store.shared.as_ref()?.own.binary_search(&self.store.index_of(seq)?).ok()?;
        u64::try_from(place).ok()?.checked_add(1)
    }

    pub(super) fn all_concerning(&self, customer: &CustomerId) -> Vec<Operation> {
        let mut indexes: BTreeSet<usize> =
            self.store.customers.get(customer).into_iter().flatten().copied().collect();
        let beside = self.store.shared.as_ref().and_then(|shared| shared.beside.get(customer));
        indexes.extend(beside.into_iter().flatten());
        indexes.into_iter().filter_map(|index| self.store.operations.get(index)).cloned().collect()
    }

    pub(super) fn all_deciding(&self, key: Option<&Key>) -> Vec<Operation> {
        let operations = |index: &usize| self.store.operations.get(*index).cloned();
        let Some(key) = key else { return self.store.set.iter().filter_map(operations).collect() };
        let indexes = self.store.shared.as_ref().and_then(|shared| shared.deciding.get(key));
        indexes.into_iter().flatten().filter_map(operations).collect()
    }

    /// Appends an operation of another register.
    pub(super) fn append_foreign(&mut self, arrival: &Arrival) {
        let Arrival { operation, order, ids } = arrival;
        let index = self.store.operations.len();
        for (kind, id) in ids {
            self.find_under((*kind, id.clone()), index);
        }
        let rings_up = operation.rings_up().filter(|sale| {
            let under = |(kind, id): &(Kind, _)| *kind == Kind::Sale && *id == sale.as_str();
            ids.iter().any(under)
        });
        if let Some(sale) = rings_up {
            self.rung_up(sale, index, true);
        }
        self.follow(operation, index);
        self.push(operation, Some(order));
        for (customer, _) in &operation.decision.members {
            self.account(customer, operation.document.at());
        }
        if let Document::SetProgram(set) = &operation.document {
            self.keep_program(&set.program);
        }
    }

    pub(super) fn keep_refolded(&mut self, refolded: &Refolded) {
        match refolded {
            Refolded::Customer(change, member) => {
                self.keep(change);
                self.account(&change.customer, change.latest).member = (**member).clone();
            }
            Refolded::Kept(_, Some(kept)) => self.keep_under(kept),
            Refolded::Kept(key, None) => {
                let before = self.store.kept.remove(key);
                self.journal.push(Before::Kept(key.clone(), before));
            }
            Refolded::Program(version) => self.set_current(*version),
        }
    }

    pub(super) fn change_waiting(&mut self, name: &OperationName, parcel: Option<Parcel>) {
        if let Some(shared) = &mut self.store.shared {
            let before = match parcel {
                Some(parcel) => shared.waiting.insert(name.clone(), parcel),
                None => shared.waiting.remove(name),
            };
            self.journal.push(Before::Waiting(name.clone(), before.map(Box::new)));
        }
    }

    pub(super) fn first_waiting(&self) -> Vec<OperationName> {
        let mut first: Vec<OperationName> = Vec::new();
        for name in self.store.shared.iter().flat_map(|shared| shared.waiting.keys()) {
            if first.last().is_none_or(|known| known.origin != name.origin) {
                first.push(name.clone());
            }
        }
        first
    }
}
