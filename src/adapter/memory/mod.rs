//! A store in memory: for tests, for scenarios, and for machines that keep nothing.

mod shared;
mod transaction;

pub use transaction::MemoryTransaction;

use alloc::collections::BTreeMap;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::convert::Infallible;

use crate::decide::{
    AccountFacts, Facts, Kept, Key, Kind, KnownAccount, Member, Operation, Question, Recorded, SaleHistory,
    SetExpiry, Tally, held_at,
};
use crate::ident::{CustomerId, SaleId};
use crate::ledger::{Holding, Lot, LotKey, Seq};
use crate::loyalty::{ProgramVersion, VersionedProgram};
use crate::money::Units;
use crate::store::{Find, Gathered, Store, gather};
use crate::time::Timestamp;
use shared::Shared;

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
    /// The operations that set a program.
    set: Vec<usize>,
    epoch: u32,
    /// How many operations there were when each epoch began.
    epochs: Vec<(usize, u32)>,
    /// What is noted once the ledger has a name.
    shared: Option<Shared>,
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

impl Find for &MemoryStore {
    type Error = Infallible;

    fn account(
        &mut self,
        customer: &CustomerId,
        question: &Question<'_>,
    ) -> Result<AccountFacts, Infallible> {
        Ok(self.account_of(customer.clone(), question))
    }

    fn about(&mut self, customer: &CustomerId) -> Result<Vec<Operation>, Infallible> {
        Ok(self.all_about(customer))
    }

    fn history(&mut self, sale: &SaleId) -> Result<Option<SaleHistory>, Infallible> {
        Ok(self.history_of(sale))
    }

    fn kept(&mut self, key: &Key) -> Result<Option<Kept>, Infallible> {
        Ok(self.kept.get(key).cloned())
    }

    fn program_at(&mut self, at: Timestamp) -> Result<Option<VersionedProgram>, Infallible> {
        let set = self.in_order(self.set.iter().copied());
        let set: Vec<_> = set.iter().map(|operation| (operation.document.at(), operation.program)).collect();
        if set.iter().all(|(from, _)| *from <= at) {
            return Ok(None);
        }
        Ok(held_at(&set, at).and_then(|version| self.programs.get(version)).cloned())
    }

    fn expiries(&mut self) -> Result<Vec<(Timestamp, SetExpiry)>, Infallible> {
        Ok(self.in_order(self.set.iter().copied()).iter().filter_map(SetExpiry::of).collect())
    }

    fn everybody(&mut self) -> Result<Vec<CustomerId>, Infallible> {
        Ok(self.accounts.keys().cloned().collect())
    }

    fn united(&mut self) -> Result<bool, Infallible> {
        Ok(self.is_united())
    }
}

impl MemoryStore {
    fn facts(&self, question: &Question<'_>) -> Facts {
        let mut find: &MemoryStore = self;
        let program = self.current.as_ref().and_then(|version| self.programs.get(version)).cloned();
        let original = question.document.and_then(|(kind, id)| self.recorded(kind, id));
        let Ok(Gathered { sales, accounts, kept, then, expiries }) =
            gather(&mut find, question, program.as_ref(), original.as_ref());
        let last = self.operations.last().map_or(0, |operation| operation.seq.0);
        let united = self.is_united();
        Facts {
            next: Seq(last.saturating_add(1)),
            program,
            then,
            expiries,
            original,
            sales,
            accounts,
            kept,
            united,
        }
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
        let (opening, later) = self.sales.get(sale)?.split_first()?;
        let mut operations: Vec<Operation> = self.operations.get(*opening).cloned().into_iter().collect();
        operations.extend(self.in_order(later.iter().copied()));
        let program = self.programs.get(&operations.first()?.program)?.clone();
        Some(SaleHistory { operations, program })
    }

    fn account_of(&self, customer: CustomerId, question: &Question<'_>) -> AccountFacts {
        let Some(kept) = self.accounts.get(&customer) else { return AccountFacts { customer, known: None } };
        let soon = |key: &LotKey| key.has_run_out(question.running_out_before, false);
        let idle = self.program().is_some_and(|program| program.program.expires_by_inactivity());
        let is_late = question.at < kept.latest;
        let wanted = question.lots || is_late || idle || kept.lots.keys().next().is_some_and(soon);
        let lots = kept.lots.iter().filter(|_| wanted).map(|(&key, &units)| Lot { key, units });
        let mut tally = kept.tally.clone().filter(|_| question.tally);
        if let (Some(tally), Some(together), false) = (&mut tally, &question.together, is_late) {
            tally.put_together(together);
        }
        let may_differ = || kept.member.is_merged() || self.has_late(&customer);
        let is_needed = is_late || question.history || question.paid && may_differ();
        let known = KnownAccount {
            member: kept.member.clone(),
            tally,
            purchases: None,
            holding: Holding::new(kept.balance, lots),
            latest: kept.latest,
            history: if is_needed { self.all_about(&customer) } else { Vec::new() },
        };
        AccountFacts { customer, known: Some(known) }
    }

    /// Whether one of the operations about a customer came late.
    fn has_late(&self, customer: &CustomerId) -> bool {
        let about = self.customers.get(customer).into_iter().flatten();
        let about = about.filter_map(|index| self.operations.get(*index));
        !about.map(|operation| operation.document.at()).is_sorted()
    }

    /// The operations about a customer.
    fn all_about(&self, customer: &CustomerId) -> Vec<Operation> {
        self.in_order(self.customers.get(customer).into_iter().flatten().copied())
    }
}

fn put_back<K: Ord, V>(map: &mut BTreeMap<K, V>, key: K, before: Option<V>) {
    match before {
        Some(value) => map.insert(key, value),
        None => map.remove(&key),
    };
}
