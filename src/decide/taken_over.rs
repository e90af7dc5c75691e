//! Operations that were decided elsewhere, or before: what is kept beside them follows from them.

use alloc::collections::BTreeMap;
use alloc::vec::Vec;

use crate::decide::{AccountChange, ChangeSet, Document, Facts, Operation, Question, TallyChange};
use crate::ident::CustomerId;
use crate::ledger::{Entry, Holding, HoldingError, Lot, LotKey, Seq};
use crate::sorting;
use crate::time::{Date, Timestamp};

/// Operations don't follow from what is there. Nothing has changed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TakeOverError {
    /// An operation is missing, or stands twice.
    #[error("operation {} is where operation {} should be", .found.0, .expected.0)]
    Gap {
        /// Whose turn it was.
        expected: Seq,
        /// Which came.
        found: Seq,
    },
    /// An entry of an operation doesn't fit what its customer holds.
    #[error("operation {}: {error}", .seq.0)]
    Entry {
        /// The operation.
        seq: Seq,
        /// What doesn't fit.
        error: HoldingError,
    },
}

impl TakeOverError {
    /// The operation that doesn't fit.
    pub fn seq(&self) -> Seq {
        match self {
            TakeOverError::Gap { found: seq, .. } | TakeOverError::Entry { seq, .. } => *seq,
        }
    }
}

/// The customers of whom something changes by operations, each once.
pub fn concerned<'o>(operations: impl IntoIterator<Item = &'o Operation>) -> Vec<CustomerId> {
    let concerned = operations.into_iter().flat_map(Operation::concerns);
    sorting::each_once(concerned).into_iter().cloned().collect()
}

impl<'a> Question<'a> {
    /// What has to be known of customers before operations about them can be [taken over](taken_over()):
    /// balance, lots, and the time of the latest document.
    pub fn to_take_over(concerned: &'a [CustomerId]) -> Question<'a> {
        Question {
            others: concerned,
            lots: true,
            // As of the end of time nothing is late, and before the first day nothing has run out.
            running_out_before: Date::FIRST,
            ..Question::as_of(Timestamp::LAST)
        }
    }
}

/// What a ledger has after operations that were decided already, in order, right behind its last one. A
/// decision is a fact: nothing is decided again. The facts are those that [`Question::to_take_over`] asks
/// for about the customers [`concerned`]. A tally that is kept is given up where purchases change, since it
/// can be made anew from the operations.
///
/// ```
/// use regulars::decide::{Facts, taken_over};
/// use regulars::ledger::Seq;
///
/// let nothing = Facts {
///     next: Seq(1),
///     program: None,
///     then: None,
///     expiries: Vec::new(),
///     original: None,
///     sales: Vec::new(),
///     accounts: Vec::new(),
///     kept: Vec::new(),
///     united: false,
/// };
/// assert!(taken_over(&nothing, Vec::new())?.is_empty());
/// # Ok::<(), regulars::decide::TakeOverError>(())
/// ```
///
/// # Errors
/// [`TakeOverError::Gap`] if an operation has another number than its turn is;
/// [`TakeOverError::Entry`] if an entry takes out what isn't there, or a balance would be too large.
pub fn taken_over(facts: &Facts, operations: Vec<Operation>) -> Result<ChangeSet, TakeOverError> {
    let mut accounts = Accounts::of(facts);
    let mut programs = Vec::new();
    let mut expected = facts.next;
    for operation in &operations {
        let seq = operation.seq;
        if seq != expected {
            return Err(TakeOverError::Gap { expected, found: seq });
        }
        expected = Seq(seq.0.saturating_add(1));
        accounts.add(operation).map_err(|error| TakeOverError::Entry { seq, error })?;
        if let Document::SetProgram(set) = &operation.document {
            programs.push(set.program.clone());
        }
    }
    let changed = accounts.0.into_iter().filter(|(_, draft)| draft.has_changed);
    let accounts = changed.map(|(customer, draft)| draft.close(customer)).collect();
    Ok(ChangeSet { operations, accounts, programs })
}

/// What a customer has, so far.
struct Draft {
    holding: Holding,
    latest: Timestamp,
    /// The lots that entries named.
    touched: Vec<LotKey>,
    bought: bool,
    /// Whether an operation was about the customer's account, and not only about what is kept beside it.
    has_changed: bool,
}

/// What customers have, so far.
struct Accounts(BTreeMap<CustomerId, Draft>);

impl Accounts {
    fn of(facts: &Facts) -> Accounts {
        let known = facts.accounts.iter().filter_map(|account| {
            let known = account.known.as_ref()?;
            let draft = Draft { holding: known.holding.clone(), ..Draft::new(known.latest) };
            Some((account.customer.clone(), draft))
        });
        Accounts(sorting::map(known))
    }

    /// A customer who is known, or becomes known by a document of this time.
    fn account(&mut self, customer: &CustomerId, at: Timestamp) -> &mut Draft {
        self.0.entry(customer.clone()).or_insert_with(|| Draft::new(at))
    }

    fn add(&mut self, operation: &Operation) -> Result<(), HoldingError> {
        let (decision, at) = (&operation.decision, operation.document.at());
        for (customer, _) in &decision.members {
            self.account(customer, at);
        }
        for entry in &decision.entries {
            self.account(&entry.customer, at).apply(entry, at)?;
        }
        for (customer, _) in &decision.purchases {
            self.account(customer, at).bought = true;
        }
        if let Some(customer) = &decision.customer {
            self.account(customer, at).meet(at);
        }
        Ok(())
    }
}

impl Draft {
    fn new(at: Timestamp) -> Draft {
        let (holding, touched) = (Holding::default(), Vec::new());
        Draft { holding, latest: at, touched, bought: false, has_changed: false }
    }

    /// A document was about the customer; a late one doesn't move the latest back.
    fn meet(&mut self, at: Timestamp) {
        self.latest = self.latest.max(at);
        self.has_changed = true;
    }

    fn apply(&mut self, entry: &Entry, at: Timestamp) -> Result<(), HoldingError> {
        self.holding.apply(entry)?;
        self.touched.extend(entry.lot);
        self.meet(at);
        Ok(())
    }

    fn close(self, customer: CustomerId) -> AccountChange {
        let Draft { holding, latest, touched, bought, .. } = self;
        let lots = sorting::each_once(touched.into_iter())
            .into_iter()
            .map(|key| Lot { key, units: holding.lot(&key) })
            .collect();
        let tally = if bought { TallyChange::Gone } else { TallyChange::Stays };
        AccountChange { customer, balance: holding.balance(), latest, lots, tally }
    }
}
