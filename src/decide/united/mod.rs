//! What customers have where several registers decided, each without knowing what the others did.

mod card;
mod idle;
mod kept;
mod member;
mod merged;
mod once;
mod records;

pub(crate) use idle::RunOut;
pub(crate) use kept::united_kept;
pub(crate) use records::given;

use alloc::collections::{BTreeMap, BTreeSet};
use alloc::vec::Vec;

use crate::decide::{Member, Operation};
use crate::ident::{Code, CustomerId};
use crate::ledger::{Account, Holding, LotKey, OperationName, Order, Seq};
use crate::money::{AmountError, Units};
use crate::sorting;
use crate::time::Timestamp;
use records::Records;

/// What customers have by operations of several registers: one, or all who were merged.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct United {
    pub(crate) customers: BTreeMap<CustomerId, UnitedAccount>,
    /// What entries moved that don't count, or count otherwise.
    pub(crate) corrections: Corrections,
}

/// What one of them has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct UnitedAccount {
    pub(crate) holding: Holding,
    pub(crate) latest: Timestamp,
    pub(crate) member: Member,
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

/// A code that is somebody else's from an operation on, in the form in which codes are compared.
pub(crate) type Given = (Order, Code);

/// What is known of customers who are one by now, or of one alone.
#[derive(Clone, Copy)]
pub(crate) struct Known<'o> {
    /// Who.
    pub(crate) customers: &'o BTreeSet<CustomerId>,
    /// The operations that concern them, in their order among all registers.
    pub(crate) operations: &'o [(Order, Operation, Counted)],
    /// What the operations are called that brought the lots.
    pub(crate) names: &'o BTreeMap<Seq, OperationName>,
    /// Which programs let units run out by inactivity, in their order.
    pub(crate) run_out: &'o [RunOut],
    /// Codes of theirs that others were given, in the order of the operations.
    pub(crate) given: &'o [Given],
}

/// Works out what customers have who are one by now: a fold over the operations that concern them, in their order
/// among all registers. Until a merge each has what is its own; from then on what happens to either happens to
/// the one who stays. It has a result whatever they say: units that two registers spent are owed once.
///
/// # Errors
/// [`AmountError`] if a sum is larger than can be kept.
pub(crate) fn united(known: Known<'_>) -> Result<United, AmountError> {
    let mut records = Records::new(known);
    for (order, operation, counts) in known.operations {
        records.change((order, operation), *counts)?;
    }
    Ok(records.close())
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
