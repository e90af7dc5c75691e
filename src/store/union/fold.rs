//! What customers have, worked out from all operations that concern them.

use alloc::collections::{BTreeMap, BTreeSet};
use alloc::sync::Arc;
use alloc::vec::Vec;

use super::{claimed, does_count, in_order};
use crate::decide::{
    Counted, Document, Given, Kept, Key, Known, Operation, RunOut, United, given, united, united_kept,
};
use crate::ident::{Code, CustomerId};
use crate::ledger::{OperationName, Order, Seq};
use crate::loyalty::{Expiry, ProgramVersion};
use crate::money::AmountError;
use crate::sorting;
use crate::store::Transaction;

/// All operations that concern a customer and all who are one with that customer by now (R30), in their order among
/// all registers, each with whether it counts.
pub(crate) struct Past {
    pub(crate) customers: BTreeSet<CustomerId>,
    pub(crate) operations: Vec<(Order, Operation, Counted)>,
    /// Which of them concern whom.
    pub(crate) concerning: BTreeMap<CustomerId, Vec<Seq>>,
    names: BTreeMap<Seq, OperationName>,
    /// When units run out by which programs, where one of them says by inactivity.
    run_out: Arc<[RunOut]>,
    /// Codes of theirs that others were given, in the order of the operations.
    given: Vec<Given>,
}

impl Past {
    /// `run_out` as [`run_out`] tells it.
    pub(crate) fn of<T: Transaction>(
        transaction: &mut T,
        customer: &CustomerId,
        run_out: &Arc<[RunOut]>,
    ) -> Result<Past, T::Error> {
        let (concerning, all) = one_by_now(transaction, customer)?;
        let mut operations = Vec::with_capacity(all.len());
        let mut names = BTreeMap::new();
        for (order, operation) in in_order(transaction, all)? {
            let lots = operation.decision.entries.iter().filter_map(|entry| entry.lot);
            for seq in lots.map(|lot| lot.seq) {
                if !names.contains_key(&seq)
                    && let Some(order) = transaction.order_of(seq)?
                {
                    names.insert(seq, order.name);
                }
            }
            names.insert(operation.seq, order.name.clone());
            let counts = match does_count(&operation, |kind, id| transaction.under(kind, id))? {
                true => how_it_counts(transaction, &operation)?,
                false => Counted::No,
            };
            operations.push((order, operation, counts));
        }
        let customers = concerning.keys().cloned().collect();
        let given = given_to_others(transaction, &customers, &operations)?;
        Ok(Past { customers, operations, concerning, names, run_out: Arc::clone(run_out), given })
    }

    /// What they have.
    pub(crate) fn fold(&self) -> Result<United, AmountError> {
        let Past { customers, operations, names, run_out, given, .. } = self;
        united(Known { customers, operations, names, run_out, given })
    }

    /// The operations about one of them, as a store answers them.
    pub(crate) fn about(&self, customer: &CustomerId) -> Vec<Operation> {
        let about = |operation: &Operation| operation.decision.customer.as_ref() == Some(customer);
        let counting = self
            .operations
            .iter()
            .filter(|(_, operation, counts)| *counts != Counted::No && about(operation));
        counting.map(|(_, operation, _)| operation.clone()).collect()
    }
}

/// Who is one with a customer by now: whoever was merged, by operations that count. Of each the operations that
/// concern it, and all of them.
#[expect(clippy::type_complexity, reason = "it is taken apart at once")]
fn one_by_now<T: Transaction>(
    transaction: &mut T,
    customer: &CustomerId,
) -> Result<(BTreeMap<CustomerId, Vec<Seq>>, Vec<Operation>), T::Error> {
    let (mut concerning, mut all) = (BTreeMap::new(), Vec::new());
    let mut wanted = Vec::from([customer.clone()]);
    while let Some(next) = wanted.pop() {
        if concerning.contains_key(&next) {
            continue;
        }
        let operations = transaction.concerning(&next)?;
        for operation in operations.iter().filter(|operation| operation.merges().next().is_some()) {
            if does_count(operation, |kind, id| transaction.under(kind, id))? {
                wanted.extend(operation.merges().flat_map(|(other, into)| [other.clone(), into.clone()]));
            }
        }
        concerning.insert(next, operations.iter().map(|operation| operation.seq).collect());
        all.extend(operations);
    }
    sorting::sort_by_key(&mut all, |operation| operation.seq);
    all.dedup_by_key(|operation| operation.seq);
    Ok((concerning, all))
}

/// When others were given codes that customers were given, too.
fn given_to_others<T: Transaction>(
    transaction: &mut T,
    customers: &BTreeSet<CustomerId>,
    operations: &[(Order, Operation, Counted)],
) -> Result<Vec<Given>, T::Error> {
    let codes: BTreeSet<Code> = operations
        .iter()
        .flat_map(|(_, operation, _)| given(operation))
        .filter(|(_, customer)| customers.contains(*customer))
        .map(|(code, _)| code.clone())
        .collect();
    let mut all = Vec::new();
    for code in codes {
        let is_others = |operation: &Operation| {
            given(operation).any(|(other, customer)| *other == code && !customers.contains(customer))
        };
        let mut deciding = transaction.deciding(Some(&Key::Code(code.clone())))?;
        deciding.retain(is_others);
        for (order, operation) in in_order(transaction, deciding)? {
            if does_count(&operation, |kind, id| transaction.under(kind, id))? {
                all.push((order, code.clone()));
            }
        }
    }
    sorting::sort(&mut all);
    Ok(all)
}

/// When units run out by which programs, in their order among all registers; nothing where none of them looks at
/// inactivity.
pub(crate) fn run_out<T: Transaction>(transaction: &mut T) -> Result<Arc<[RunOut]>, T::Error> {
    let deciding = transaction.deciding(None)?;
    let mut all: Vec<RunOut> = Vec::new();
    for (order, operation) in in_order(transaction, deciding)? {
        let counts = does_count(&operation, |kind, id| transaction.under(kind, id))?;
        if let (Document::SetProgram(set), true) = (&operation.document, counts) {
            let (from, expiry) = (operation.document.at(), set.program.program.expiry);
            all.push(RunOut { set: order, from, expiry });
        }
    }
    let by_inactivity = |program: &RunOut| matches!(program.expiry, Expiry::Inactivity(_));
    Ok(if all.iter().any(by_inactivity) { all.into() } else { Arc::default() })
}

/// How an operation counts whose document does: a sale that is somebody's isn't claimed, one that is nobody's
/// is claimed once, and a card becomes a customer's once.
fn how_it_counts<T: Transaction>(transaction: &mut T, operation: &Operation) -> Result<Counted, T::Error> {
    if let Document::Claim(_) = &operation.document {
        return claimed::how_it_counts(transaction, operation);
    }
    let taking = taking(transaction, operation)?;
    match taking.first() {
        Some(first) if first.seq != operation.seq => Ok(Counted::TakenBefore),
        _ => Ok(Counted::Yes),
    }
}

/// The operations that link the card that this one links, in their order among all registers.
pub(crate) fn taking<T: Transaction>(
    transaction: &mut T,
    operation: &Operation,
) -> Result<Vec<Operation>, T::Error> {
    let links = |operation: &Operation| matches!(operation.document, Document::LinkCard(_));
    let card = operation.decision.kept.iter().find(|kept| kept.as_card().is_some());
    let Some(card) = card.filter(|_| links(operation)) else { return Ok(Vec::new()) };
    let counting = Deciding::of(transaction, Some(&card.key()))?.0.into_iter();
    let counting = counting.filter(|(_, counts)| *counts).map(|(operation, _)| operation);
    Ok(counting.filter(links).collect())
}

/// All operations that decided what is kept under a key, or, without a key, which program holds, in their
/// order among all registers, each with whether it counts.
pub(crate) struct Deciding(pub(crate) Vec<(Operation, bool)>);

impl Deciding {
    pub(crate) fn of<T: Transaction>(transaction: &mut T, key: Option<&Key>) -> Result<Deciding, T::Error> {
        let deciding = transaction.deciding(key)?;
        let mut operations = Vec::with_capacity(deciding.len());
        for (_, operation) in in_order(transaction, deciding)? {
            let counts = does_count(&operation, |kind, id| transaction.under(kind, id))?;
            operations.push((operation, counts));
        }
        Ok(Deciding(operations))
    }

    /// What is kept under the key.
    pub(crate) fn kept(&self, key: &Key) -> Option<Kept> {
        united_kept(key, self.0.iter().map(|(operation, counts)| (operation, *counts)))
    }

    /// The program that holds: the one that was set last.
    pub(crate) fn program(&self) -> Option<ProgramVersion> {
        let set = |operation: &Operation| match &operation.document {
            Document::SetProgram(set) => Some(set.program.version),
            _ => None,
        };
        self.0.iter().filter(|(_, counts)| *counts).filter_map(|(operation, _)| set(operation)).next_back()
    }
}
