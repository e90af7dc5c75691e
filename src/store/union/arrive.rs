//! Operations of other registers, taken in.

use alloc::collections::{BTreeMap, BTreeSet};
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use super::claimed::touched_by;
use super::fold::taking;
use super::outbox::{OutboxError, counted, parcel_of};
use super::waiting::{Cause, missing};
use super::{Arrival, Sharing, ids_of, takes_place};
use crate::decide::{Document, Key, Kind, Operation, Parcel, Question, given};
use crate::ident::{Code, CustomerId, SaleId};
use crate::ledger::{OperationName, Order, Seq};
use crate::loyalty::{Program, Unit};
use crate::money::{AmountError, Currency};
use crate::store::{Transaction, verify};
use crate::time::Timestamp;

/// Operations of other registers can't be taken in. Nothing of them has been, unless the transaction is
/// committed all the same.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum UnionError<E> {
    /// The store failed.
    #[error("{0}")]
    Store(E),
    /// Nobody has said whose ledger this is.
    #[error("the ledger has no name yet; say which register writes it")]
    NoName,
    /// There is another operation of this name already. Two ledgers are written under one name and epoch.
    #[error("{name} is another operation here; two ledgers are written under one name and epoch")]
    Differs {
        /// The name.
        name: OperationName,
    },
    /// It has this ledger's own name, and isn't there: the ledger is an older copy that goes on without a new
    /// epoch, or another is written under its name.
    #[error("{name} should be this ledger's own, and isn't there; after a restored copy begin a new epoch")]
    NotOwn {
        /// The name.
        name: OperationName,
    },
    /// It counts other money, or other units.
    #[error("{name} counts in another currency or unit than this ledger")]
    OtherUnit {
        /// The operation.
        name: OperationName,
    },
    /// It can't be an operation of any ledger.
    #[error("{name} can't be: {what}")]
    Malformed {
        /// The operation.
        name: OperationName,
        /// What is wrong with it.
        what: &'static str,
    },
    /// What a customer has would be more than can be kept.
    #[error("customer {customer}: {error}")]
    Amount {
        /// The customer.
        customer: CustomerId,
        /// What is too large.
        error: AmountError,
    },
    /// An operation that is there already can't be read.
    #[error("operation {} can't be read; verify the ledger", .seq.0)]
    Damaged {
        /// The operation.
        seq: Seq,
    },
}

/// What became of operations that arrived.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Unions {
    /// They were new, and are in the ledger now; those among them that had been waiting.
    pub taken: u64,
    /// They were there already, or waiting already.
    pub known: u64,
    /// They wait for others that they follow from.
    pub waiting: u64,
    /// They would have to wait, and as many wait already as may: they have to come again.
    pub left: u64,
    /// They wait, all that they follow from is there, and they can't be taken in: they would have to be
    /// [dropped](crate::store::drop_waiting).
    pub stuck: u64,
}

impl Unions {
    /// Adds what became of later ones.
    pub fn add(&mut self, later: &Unions) {
        self.taken = self.taken.saturating_add(later.taken);
        self.known = self.known.saturating_add(later.known);
        self.waiting = self.waiting.saturating_add(later.waiting);
        self.left = self.left.saturating_add(later.left);
        // Those that are stuck are still so.
        self.stuck = later.stuck;
    }
}

/// More than so many operations of other registers don't wait in a ledger. What comes in the order in which it
/// was recorded never has to.
pub const MOST_WAITING: u64 = 4096;

/// Takes operations of other registers in, in any order, as often as they come. What follows from others that
/// aren't there yet waits for them. All of it is in the transaction: who commits keeps it.
///
/// Nothing is decided again. What is kept of the customers concerned is worked out anew from all operations
/// about them, in their [`Order`].
///
/// ```
/// # use std::sync::Arc;
/// use regulars::adapter::memory::MemoryStore;
/// use regulars::ident::RegisterId;
/// use regulars::register::Register;
/// use regulars::store::{Store, Transaction, outbox, share, unite};
/// use regulars::time::{FixedZones, Timestamp};
/// # use regulars::ident::ProgramId;
/// # use regulars::loyalty::{Program, ProgramVersion, Unit, VersionedProgram};
/// # use regulars::money::Currency;
/// # let program = Program::new(ProgramId::new("house")?, Currency::from_code("EUR")?, Unit::Money);
/// # let program = VersionedProgram { version: ProgramVersion([1; 32]), program: Arc::new(program) };
///
/// let (mut one, mut two) = (MemoryStore::default(), MemoryStore::default());
/// for (store, name) in [(&mut one, "till-1"), (&mut two, "till-2")] {
///     let mut transaction = store.begin()?;
///     share(&mut transaction, &RegisterId::new(name)?)?;
///     transaction.commit()?;
/// }
/// let mut register = Register::new(one, FixedZones);
/// register.set_program(program, Timestamp::EPOCH)?;
///
/// let sent = outbox(&mut register.store_mut().begin()?, None, 100)?;
/// let mut transaction = two.begin()?;
/// assert_eq!(unite(&mut transaction, sent.clone())?.taken, 1);
/// // The same once more: nothing happens.
/// assert_eq!(unite(&mut transaction, sent)?.known, 1);
/// transaction.commit()?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// [`UnionError`] says which operation can't be taken in. The transaction is to be dropped then.
pub fn unite<T: Transaction>(
    transaction: &mut T,
    parcels: impl IntoIterator<Item = Parcel>,
) -> Result<Unions, UnionError<T::Error>> {
    let question = Question::as_of(Timestamp::LAST);
    let was_alone = !transaction.facts(&question).map_err(UnionError::Store)?.united;
    let mut union = Union::of(transaction)?;
    union.look_at_waiting()?;
    for parcel in parcels {
        union.arrive(parcel)?;
    }
    if was_alone && 0 < union.done.taken {
        union.concern_late()?;
    }
    union.refold()
}

const UNLISTED: &str = "it names operations that it doesn't list";

pub(super) struct Union<'t, T> {
    pub(super) transaction: &'t mut T,
    pub(super) sharing: Sharing,
    /// The currency and the unit of the ledger.
    counted: Option<(Currency, Unit)>,
    pub(super) done: Unions,
    pub(super) concerned: BTreeSet<CustomerId>,
    /// The sales of which what was claimed may come to something else.
    pub(super) claimed: BTreeSet<SaleId>,
    /// The codes that somebody was given.
    pub(super) given: BTreeSet<Code>,
    /// The keys under which something has changed; without a key, the program.
    pub(super) keys: BTreeSet<Option<Key>>,
    /// From where on, in the order of all registers, another program may hold.
    pub(super) programs_from: Option<Order>,
    /// Of each origin the next one, if it waits, by what it waits for.
    waits_for: BTreeMap<Cause, Vec<OperationName>>,
    /// How many wait.
    waiting: u64,
}

impl<'t, T: Transaction> Union<'t, T> {
    pub(super) fn of(transaction: &'t mut T) -> Result<Union<'t, T>, UnionError<T::Error>> {
        let sharing = transaction.sharing().map_err(UnionError::Store)?.ok_or(UnionError::NoName)?;
        let counted = counted(transaction).map_err(UnionError::Store)?;
        Ok(Union {
            transaction,
            sharing,
            counted,
            done: Unions::default(),
            concerned: BTreeSet::new(),
            claimed: BTreeSet::new(),
            given: BTreeSet::new(),
            keys: BTreeSet::new(),
            programs_from: None,
            waits_for: BTreeMap::new(),
            waiting: 0,
        })
    }

    /// Notes what the operations wait for that wait already.
    fn look_at_waiting(&mut self) -> Result<(), UnionError<T::Error>> {
        let first = self.transaction.waiting_from().map_err(UnionError::Store)?;
        if !first.is_empty() {
            self.waiting = self.transaction.count_waiting().map_err(UnionError::Store)?;
        }
        self.take_waiting(first)
    }

    fn arrive(&mut self, parcel: Parcel) -> Result<(), UnionError<T::Error>> {
        let name = parcel.order.name.clone();
        let unlisted = || UnionError::Malformed { name: name.clone(), what: UNLISTED };
        let parcel = parcel.canonical().ok_or_else(unlisted)?;
        if self.is_known(&parcel)? {
            self.done.known = self.done.known.saturating_add(1);
            return Ok(());
        }
        match missing(self.transaction, &parcel).map_err(UnionError::Store)? {
            None => {
                let next = self.take_in(parcel)?;
                return self.take_waiting(next);
            }
            Some(_) if MOST_WAITING <= self.waiting => {
                self.done.left = self.done.left.saturating_add(1);
                return Ok(());
            }
            Some(cause) => self.note_cause(name, cause),
        }
        self.transaction.wait(&parcel).map_err(UnionError::Store)?;
        self.waiting = self.waiting.saturating_add(1);
        self.done.waiting = self.done.waiting.saturating_add(1);
        Ok(())
    }

    fn note_cause(&mut self, name: OperationName, cause: Cause) {
        // One that waits for another of its own origin is looked at when that one has come.
        let is_of_origin = matches!(&cause, Cause::Operation(before) if before.origin == name.origin);
        if !is_of_origin {
            self.waits_for.entry(cause).or_default().push(name);
        }
    }

    /// Whether an operation has arrived before, as it is; refuses what can't be taken in, whatever else comes.
    fn is_known(&mut self, parcel: &Parcel) -> Result<bool, UnionError<T::Error>> {
        let name = &parcel.order.name;
        let same = |known: Parcel| match known.without_told() == parcel.clone().without_told() {
            true => Ok(true),
            false => Err(UnionError::Differs { name: name.clone() }),
        };
        if let Some(seq) = self.transaction.seq_of(name).map_err(UnionError::Store)? {
            let operation = self.operation(seq)?;
            return same(parcel_of(self.transaction, operation, self.counted).map_err(
                |error| match error {
                    OutboxError::Store(error) => UnionError::Store(error),
                    _ => UnionError::Damaged { seq },
                },
            )?);
        }
        if name.origin.register == self.sharing.origin.register
            && self.sharing.origin.epoch <= name.origin.epoch
        {
            return Err(UnionError::NotOwn { name: name.clone() });
        }
        let malformed = |what| UnionError::Malformed { name: name.clone(), what };
        verify::check_by_itself(&parcel.operation).map_err(malformed)?;
        if let Document::SetProgram(set) = &parcel.operation.document {
            let Program { currency, unit, .. } = &*set.program.program;
            if (currency, unit) != (&parcel.currency, &parcel.unit) {
                return Err(malformed("its program counts in another currency or unit than it says"));
            }
        }
        if name.number == 0 {
            return Err(malformed("operations are counted from 1"));
        }
        if !(Timestamp::FIRST.millisecond()..=Order::LAST_MOMENT).contains(&parcel.order.moment) {
            return Err(malformed("its moment is one that no clock shows"));
        }
        match self.transaction.waiting(name).map_err(UnionError::Store)? {
            Some(known) => same(known),
            None => Ok(false),
        }
    }

    fn operation(&mut self, seq: Seq) -> Result<Operation, UnionError<T::Error>> {
        let operation = self.transaction.read(seq, 1).map_err(UnionError::Store)?.pop();
        operation.filter(|operation| operation.seq == seq).ok_or(UnionError::Damaged { seq })
    }

    /// Takes in what waits no more, beginning with these, and what has waited for them.
    fn take_waiting(&mut self, first: Vec<OperationName>) -> Result<(), UnionError<T::Error>> {
        let mut next = first;
        while let Some(name) = next.pop() {
            let waiting = self.transaction.waiting(&name).map_err(UnionError::Store)?;
            let Some(parcel) = waiting else { continue };
            if let Some(cause) = missing(self.transaction, &parcel).map_err(UnionError::Store)? {
                self.note_cause(name, cause);
                continue;
            }
            match self.take_in(parcel) {
                Ok(more) => next.extend(more),
                // What comes after it may be whole, and so is what others have sent.
                Err(UnionError::Malformed { .. } | UnionError::OtherUnit { .. }) => {
                    self.done.stuck = self.done.stuck.saturating_add(1);
                    continue;
                }
                Err(error) => return Err(error),
            }
            self.transaction.end_wait(&name).map_err(UnionError::Store)?;
            self.waiting = self.waiting.saturating_sub(1);
        }
        Ok(())
    }

    /// Appends an operation whose causes are all here; which ones may wait no more by that.
    fn take_in(&mut self, parcel: Parcel) -> Result<Vec<OperationName>, UnionError<T::Error>> {
        let order = parcel.order.clone();
        let malformed = |what| UnionError::Malformed { name: order.name.clone(), what };
        let counted = (parcel.currency, parcel.unit);
        if *self.counted.get_or_insert(counted) != counted {
            return Err(UnionError::OtherUnit { name: order.name });
        }
        let mut numbers = Vec::with_capacity(parcel.names.len());
        for name in &parcel.names {
            numbers.extend(self.transaction.seq_of(name).map_err(UnionError::Store)?);
        }
        let seq = self.transaction.facts(&Question::to_take_over(&[])).map_err(UnionError::Store)?.next;
        let operation = parcel.unpacked(seq, &numbers);
        let operation = operation.ok_or_else(|| malformed(UNLISTED))?;
        if !self.is_about_whom_it_enrols(&operation).map_err(UnionError::Store)? {
            return Err(malformed("it enrols a customer whom it isn't about"));
        }
        if let Some(number) = order.name.number.checked_sub(1).filter(|number| *number != 0) {
            let before = OperationName { number, ..order.name.clone() };
            let before = self.order_of_name(&before)?.moment;
            if order.moment <= before && before < Order::LAST_MOMENT {
                return Err(malformed("its moment isn't after that of the one before it"));
            }
        }
        self.concern(&operation);
        self.note_program(&operation, &order);
        let ids = self.ids(&operation, &order)?;
        let next = self.woken_by(&operation, &order.name);
        let arrival = Arrival { operation, order, ids };
        self.transaction.take_in(&arrival).map_err(UnionError::Store)?;
        let taking = taking(self.transaction, &arrival.operation).map_err(UnionError::Store)?;
        self.concerned.extend(taking.iter().flat_map(Operation::concerns).cloned());
        self.done.taken = self.done.taken.saturating_add(1);
        Ok(next)
    }

    /// Whether an enrolment is about the one it names: what it tells is kept of that one, who has to be there. A record
    /// that has gone to another is, and isn't what the enrolment is about.
    fn is_about_whom_it_enrols(&mut self, operation: &Operation) -> Result<bool, T::Error> {
        let Document::Enrol(enrol) = &operation.document else { return Ok(true) };
        if operation.concerns().any(|customer| *customer == enrol.customer) {
            return Ok(true);
        }
        let asked = core::slice::from_ref(&enrol.customer);
        Ok(self.transaction.facts(&Question::to_take_over(asked))?.known(&enrol.customer).is_some())
    }

    /// Those that may have waited for an operation alone: the next one of its origin, if it is there, and those
    /// of other origins that wait for it, its sale or its program.
    fn woken_by(&mut self, operation: &Operation, name: &OperationName) -> Vec<OperationName> {
        let sale = operation.rings_up().map(|sale| Cause::Sale(sale.clone()));
        let program = match &operation.document {
            Document::SetProgram(set) => Some(Cause::Program(set.program.version)),
            _ => None,
        };
        let causes = [Some(Cause::Operation(name.clone())), sale, program].into_iter().flatten();
        let mut woken: Vec<OperationName> =
            causes.filter_map(|cause| self.waits_for.remove(&cause)).flatten().collect();
        if 0 < self.waiting {
            woken.push(OperationName { origin: name.origin.clone(), number: name.number.saturating_add(1) });
        }
        woken
    }

    /// Notes what has to be worked out anew since an operation counts, or counts no more.
    pub(super) fn concern(&mut self, operation: &Operation) {
        self.concerned.extend(operation.concerns().cloned());
        self.claimed.extend(touched_by(operation).iter().cloned());
        self.given.extend(given(operation).map(|(code, _)| code.clone()));
        self.keys.extend(operation.decision.kept.iter().map(|kept| Some(kept.key())));
        if let Document::SetProgram(_) = &operation.document {
            self.keys.insert(None);
        }
    }

    /// Notes from where on a program holds, or holds no more.
    fn note_program(&mut self, operation: &Operation, order: &Order) {
        let sets = matches!(operation.document, Document::SetProgram(_));
        if sets && self.programs_from.as_ref().is_none_or(|from| order < from) {
            self.programs_from = Some(order.clone());
        }
    }

    /// The ids that are found as this operation from now on.
    fn ids(
        &mut self,
        operation: &Operation,
        order: &Order,
    ) -> Result<Vec<(Kind, String)>, UnionError<T::Error>> {
        let mut ids = Vec::new();
        for (kind, id) in ids_of(&operation.document) {
            let known = self.transaction.under(kind, id).map_err(UnionError::Store)?;
            if let Some(seq) = known {
                self.claimed.extend(operation.rings_up().cloned());
                let (known, known_order) = (self.operation(seq)?, self.order_of(seq)?);
                if !takes_place((operation, order), (&known, &known_order)) {
                    continue;
                }
                // What the other one decided doesn't count any more.
                self.concern(&known);
                self.note_program(&known, &known_order);
                let taking = taking(self.transaction, &known).map_err(UnionError::Store)?;
                self.concerned.extend(taking.iter().flat_map(Operation::concerns).cloned());
            }
            ids.push((kind, id.to_string()));
        }
        Ok(ids)
    }

    fn order_of(&mut self, seq: Seq) -> Result<Order, UnionError<T::Error>> {
        self.transaction.order_of(seq).map_err(UnionError::Store)?.ok_or(UnionError::Damaged { seq })
    }

    fn order_of_name(&mut self, name: &OperationName) -> Result<Order, UnionError<T::Error>> {
        let seq = self.transaction.seq_of(name).map_err(UnionError::Store)?;
        let missing = "it isn't there any more, and another one follows it";
        self.order_of(seq.ok_or_else(|| UnionError::Malformed { name: name.clone(), what: missing })?)
    }
}
