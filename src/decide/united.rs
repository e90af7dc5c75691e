//! What customers have where several registers decided, each without knowing what the others did.

use alloc::collections::BTreeMap;
use alloc::vec::Vec;

use crate::decide::{Member, Operation};
use crate::ident::CustomerId;
use crate::ledger::{Account, Entry, Holding, Lot, LotKey, OperationName, Seq};
use crate::money::{AmountError, Units};
use crate::time::Timestamp;

/// What one customer has by operations of several registers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct United {
    pub(crate) holding: Holding,
    pub(crate) latest: Timestamp,
    pub(crate) member: Member,
    /// What registers let run out that had run out already, less what they brought back that was back.
    pub(crate) ran_out_again: i128,
}

/// The part of units that came in no lot, and are more than the customer owed: no operation makes so many lots.
const NO_PART: u16 = u16::MAX;

/// An operation, and whether it counts: where a document was decided at two registers, the first does.
pub(crate) type Counting<'o> = (&'o Operation, bool);

/// Works out what a customer has: a fold over the operations that concern the customer, in their order among
/// all registers. It has a result whatever they say: units that two registers spent are owed once.
/// `names` has what the operations are called that brought the lots.
///
/// # Errors
/// [`AmountError`] if a sum is larger than can be kept.
pub(crate) fn united<'o>(
    customer: &CustomerId,
    operations: impl IntoIterator<Item = Counting<'o>>,
    names: &BTreeMap<Seq, OperationName>,
) -> Result<Option<United>, AmountError> {
    let ranks = Ranks::of(names);
    let mut united: Option<United> = None;
    let mut ran_out = RanOut::default();
    for (operation, counts) in operations {
        let (decision, at) = (&operation.decision, operation.document.at());
        let own = |entry: &&Entry| entry.customer == *customer;
        let united = united.get_or_insert_with(|| {
            let (holding, member) = (Holding::default(), Member::default());
            United { holding, latest: at, member, ran_out_again: 0 }
        });
        let member = decision.members.iter().rfind(|(of, _)| of == customer);
        if let Some((_, member)) = member.filter(|_| counts) {
            united.member = member.clone();
        }
        let mut entries: Vec<Entry> = decision.entries.iter().filter(own).cloned().collect();
        if !entries.is_empty() || decision.customer.as_ref() == Some(customer) {
            united.latest = united.latest.max(at);
        }
        if counts && !entries.is_empty() {
            entries.iter_mut().filter_map(|entry| entry.lot.as_mut()).for_each(|lot| ranks.enter(lot));
            let seq = operation.seq;
            let mut spare = LotKey { expires: None, born: at, seq, part: NO_PART };
            ranks.enter(&mut spare);
            united.ran_out_again =
                united.ran_out_again.saturating_add(ran_out.once(&united.holding, &mut entries, spare)?);
            united.holding.settle(&entries, spare)?;
        }
    }
    let leave = |united: United| {
        let lots = united.holding.lots().map(|lot| Lot { key: ranks.leave(lot.key), units: lot.units });
        let holding = Holding::new(united.holding.balance(), lots);
        United { holding, ..united }
    };
    Ok(united.map(leave))
}

/// What has run out of each lot. Every register lets the same units run out when it meets their customer, and
/// brings the same ones back when a document comes late: both happen once.
#[derive(Default)]
struct RanOut(BTreeMap<LotKey, Units>);

impl RanOut {
    /// Leaves of what runs out no more than its lot holds, and of what is brought back no more than has run
    /// out; how much is left away of the one, less that of the other.
    fn once(
        &mut self,
        holding: &Holding,
        entries: &mut Vec<Entry>,
        spare: LotKey,
    ) -> Result<i128, AmountError> {
        use Account::{Customer, Expired};
        let is_expiry =
            |entry: &Entry| matches!((entry.from, entry.to), (Customer, Expired) | (Expired, Customer));
        if !entries.iter().any(is_expiry) {
            return Ok(0);
        }
        let (mut now, mut again) = (holding.clone(), 0_i128);
        for entry in entries.iter_mut() {
            if let (true, Some(lot)) = (is_expiry(entry), entry.lot) {
                let gone = self.0.entry(lot).or_default();
                let runs_out = entry.to == Expired;
                let most = if runs_out { now.lot(&lot) } else { *gone };
                let units = entry.units.min(most);
                let left_away = i128::from(entry.units.minus(units)?.minor());
                again = again.saturating_add(if runs_out { left_away } else { left_away.saturating_neg() });
                *gone = if runs_out { gone.plus(units)? } else { gone.minus(units)? };
                entry.units = units;
            }
            if !entry.units.is_zero() {
                now.settle(core::slice::from_ref(entry), spare)?;
            }
        }
        entries.retain(|entry| !entry.units.is_zero());
        Ok(again)
    }
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
        by_name.sort_unstable();
        let seq_of: Vec<Seq> = by_name.into_iter().map(|(_, seq)| seq).collect();
        Ranks { rank_of: seq_of.iter().copied().zip(0..).collect(), seq_of }
    }

    fn enter(&self, lot: &mut LotKey) {
        lot.seq = Seq(self.rank_of.get(&lot.seq).copied().unwrap_or(u64::MAX));
    }

    fn leave(&self, lot: LotKey) -> LotKey {
        let seq = usize::try_from(lot.seq.0).ok().and_then(|rank| self.seq_of.get(rank)).copied();
        LotKey { seq: seq.unwrap_or(lot.seq), ..lot }
    }
}
