//! What customers have where several registers decided, each without knowing what the others did.

mod card;
mod idle;
mod kept;
mod member;
mod once;

pub(crate) use idle::RunOut;
pub(crate) use kept::united_kept;

use alloc::collections::BTreeMap;
use alloc::vec::Vec;

use crate::decide::{Member, Operation};
use crate::ident::CustomerId;
use crate::ledger::{Account, Entry, Holding, Lot, LotKey, OperationName, Order, Seq};
use crate::money::{AmountError, Units};
use crate::sorting;
use crate::time::Timestamp;
use idle::Idle;
use once::{Once, grant_less};

/// What one customer has by operations of several registers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct United {
    pub(crate) holding: Holding,
    pub(crate) latest: Timestamp,
    pub(crate) member: Member,
    /// What entries moved that don't count, or count otherwise.
    pub(crate) corrections: Corrections,
}

/// What is to be added to each account, so that what happened at several registers happened once.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Corrections(BTreeMap<Account, i128>);

impl Corrections {
    /// Units were moved, and weren't.
    fn undo(&mut self, from: Account, to: Account, units: Units) {
        let units = i128::from(units.minor());
        self.add(from, units);
        self.add(to, units.saturating_neg());
    }

    fn add(&mut self, account: Account, units: i128) {
        let sum = self.0.entry(account).or_default();
        *sum = sum.saturating_add(units);
    }

    /// Adds those of another customer.
    pub(crate) fn merge(&mut self, other: &Corrections) {
        other.0.iter().for_each(|(account, units)| self.add(*account, *units));
    }

    /// What is to be added to an account.
    pub(crate) fn of(&self, account: Account) -> i128 {
        self.0.get(&account).copied().unwrap_or_default()
    }
}

/// The part of units that came in no lot, and are more than the customer owed: no operation makes so many lots.
const NO_PART: u16 = u16::MAX;

/// An operation, and whether it counts: where a document was decided at two registers, the first does.
pub(crate) type Counting<'o> = (&'o Operation, bool);

/// Whether what an operation says of a customer counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Counted {
    /// It does.
    Yes,
    /// It does, and claims a sale of which so much was taken back at registers that hadn't heard of the claim.
    Less(Units),
    /// Its document does, and what it takes had been taken before by another register's: a sale that is somebody's,
    /// or can be claimed once, a card that can be linked once.
    TakenBefore,
    /// Its document was decided before by another register.
    No,
}

/// Works out what a customer has: a fold over the operations that concern the customer, in their order among
/// all registers. It has a result whatever they say: units that two registers spent are owed once.
/// `names` has what the operations are called that brought the lots, `run_out` which programs let units run out by
/// inactivity, in their order.
///
/// # Errors
/// [`AmountError`] if a sum is larger than can be kept.
pub(crate) fn united(
    customer: &CustomerId,
    operations: &[(&Order, &Operation, Counted)],
    names: &BTreeMap<Seq, OperationName>,
    run_out: &[RunOut],
) -> Result<Option<United>, AmountError> {
    let ranks = Ranks::of(names);
    let mut united: Option<United> = None;
    let mut once = Once::default();
    let mut idle = Idle::of(customer, operations, run_out);
    for &(order, operation, counts) in operations {
        let (decision, at) = (&operation.decision, operation.document.at());
        let own = |entry: &&Entry| entry.customer == *customer;
        let united = united.get_or_insert_with(|| {
            let (holding, member) = (Holding::default(), Member::default());
            United { holding, latest: at, member, corrections: Corrections::default() }
        });
        let mut entries: Vec<Entry> = decision.entries.iter().filter(own).cloned().collect();
        if !entries.is_empty() || decision.customer.as_ref() == Some(customer) {
            united.latest = united.latest.max(at);
        }
        once.whose(operation, customer, counts);
        match counts {
            Counted::Yes => {}
            Counted::Less(units) => grant_less(operation, units, &mut entries, &mut united.corrections)?,
            Counted::TakenBefore => {
                entries.iter().for_each(|entry| united.corrections.undo(entry.from, entry.to, entry.units));
                continue;
            }
            Counted::No => continue,
        }
        entries.iter_mut().filter_map(|entry| entry.lot.as_mut()).for_each(|lot| ranks.enter(lot));
        let mut spare = LotKey { expires: None, born: at, seq: operation.seq, part: NO_PART };
        ranks.enter(&mut spare);
        let enter = |lot: LotKey| {
            let mut lot = lot;
            ranks.enter(&mut lot);
            lot
        };
        once.welcome(operation, &united.member, &mut entries, &mut united.corrections);
        once.holds(operation, customer, enter, &mut entries, &mut united.corrections)?;
        once.sales(operation, &mut entries, &mut united.corrections)?;
        let of = (order, operation);
        idle.work_out(of, &united.holding, customer, &mut entries, &mut united.corrections)?;
        let is_alive = |day, lot: &LotKey| idle.is_alive(of, day, lot);
        once.not_run_out(operation, is_alive, &united.holding, &mut entries, &mut united.corrections)?;
        once.ran_out(&united.holding, &mut entries, spare, &mut united.corrections)?;
        united.holding.settle(&entries, spare)?;
        united.member.change(operation, customer, &entries)?;
    }
    let leave = |united: United| {
        let lots = united.holding.lots().map(|lot| Lot { key: ranks.leave(lot.key), units: lot.units });
        let holding = Holding::new(united.holding.balance(), lots);
        United { holding, ..united }
    };
    Ok(united.map(leave))
}

/// The numbers of operations in the order of their names: in the order of use, lots of one moment are in
/// this order everywhere, and not in that in which a ledger got to know them.
struct Ranks {
    rank_of: BTreeMap<Seq, u64>,
    seq_of: Vec<Seq>,
}

impl Ranks {
    fn of(names: &BTreeMap<Seq, OperationName>) -> Ranks {
        let mut by_name: Vec<(&OperationName, Seq)> = names.iter().map(|(seq, name)| (name, *seq)).collect();
        sorting::sort(&mut by_name);
        let seq_of: Vec<Seq> = by_name.into_iter().map(|(_, seq)| seq).collect();
        Ranks { rank_of: sorting::map(seq_of.iter().copied().zip(0..)), seq_of }
    }

    fn enter(&self, lot: &mut LotKey) {
        lot.seq = Seq(self.rank_of.get(&lot.seq).copied().unwrap_or(u64::MAX));
    }

    fn leave(&self, lot: LotKey) -> LotKey {
        let seq = usize::try_from(lot.seq.0).ok().and_then(|rank| self.seq_of.get(rank)).copied();
        LotKey { seq: seq.unwrap_or(lot.seq), ..lot }
    }
}
