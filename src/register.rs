//! The facade: a document in, an outcome out.

mod looking;
mod scan;

pub use crate::decide::{Joined, ScanOf};
#[cfg(feature = "tokens")]
pub use scan::ByTokenError;

use crate::decide::{Document, Facts, Header, Outcome, ProgramDocument, Question, Refusal, decide};
use crate::loyalty::VersionedProgram;
use crate::sale::Place;
use crate::store::{Store, Transaction, refold_own};
use crate::time::{Timestamp, Zones};

/// A register: it hands documents to a ledger.
///
/// Three mugs for 100.00, of which loyalty pays 20.00, are sold under a program of 5 %, and brought back
/// one by one. What was earned goes, what was spent comes back, and the customer ends where she began
/// (R5, R16 to R18):
///
/// ```
/// use std::sync::Arc;
///
/// use regulars::adapter::memory::MemoryStore;
/// use regulars::decide::{
///     Document, EnrolDocument, Header, ImportDocument, Profile, ProgramDocument, ReturnDocument, SaleDocument,
/// };
/// use regulars::ident::{CustomerId, DocumentId, LineId, ProductId, ProgramId, SaleId, Tender};
/// use regulars::loyalty::{BaseRule, EarnBy, Program, ProgramVersion, Unit, VersionedProgram, Where};
/// use regulars::money::{Currency, Money, Ratio, Units, parse_decimal};
/// use regulars::register::Register;
/// use regulars::sale::{LineItem, Payment, Place, ReturnedLine, RungUp, Terms};
/// use regulars::time::{FixedZones, Timestamp};
///
/// let now = Timestamp::from_millisecond(1_772_442_000_000).expect("in the year 2026");
/// let header = |id: &str| -> Result<Header, Box<dyn std::error::Error>> {
///     Ok(Header { id: Some(DocumentId::new(id)?), at: now, place: Place::default() })
/// };
/// let mut register = Register::new(MemoryStore::default(), FixedZones);
///
/// // Units are euros of loyalty; each 1.00 earns 0.05.
/// let mut program = Program::new(ProgramId::new("house")?, Currency::from_code("EUR")?, Unit::Money);
/// let rate = Ratio::from_decimal(parse_decimal("0.05")?)?;
/// let (by, applies_to) = (EarnBy::Amount { rate }, Where::default());
/// program.earn.push(BaseRule { by, applies_to, minimum_spend: None, last: false });
/// let program = VersionedProgram { version: ProgramVersion([1; 32]), program: Arc::new(program) };
/// register.submit(&Document::SetProgram(ProgramDocument { header: header("program")?, program }), now)?;
///
/// // Ada joins, with 50.00 from another scheme.
/// let ada = CustomerId::new("ada")?;
/// let (customer, profile) = (ada.clone(), Profile::default());
/// register.submit(&Document::Enrol(EnrolDocument { header: header("join")?, customer, profile }), now)?;
/// let (customer, units) = (ada.clone(), Units::from_minor(50_00));
/// let (expires, last_purchase, spent) = (None, None, None);
/// let import = ImportDocument { header: header("old")?, customer, units, expires, last_purchase, spent };
/// register.submit(&Document::Import(import), now)?;
///
/// let mugs = LineItem {
///     id: LineId::new("1")?,
///     product: ProductId::new("mug")?,
///     category: None,
///     quantity: Ratio::from_whole(3)?,
///     unit_price: Money::from_minor(33_35),
///     discount: Money::from_minor(5),
///     tax: None,
///     price_book: None,
///     promotions: Vec::new(),
///     earns: true,
/// };
/// let rung_up = RungUp {
///     sale: SaleId::new("S-1")?,
///     at: now,
///     place: Place::default(),
///     customer: Some(ada),
///     terms: Terms::Immediate,
///     lines: [mugs].into(),
///     discount: Money::ZERO,
///     fees: Vec::new(),
///     tax_added: Money::ZERO,
///     cash_rounding: Money::ZERO,
///     rewards: Vec::new(),
///     offers: Vec::new(),
///     earns: true,
/// };
/// let payments = vec![
///     Payment { tender: Tender::loyalty(), amount: Money::from_minor(20_00), reservation: None },
///     Payment { tender: Tender::new("card")?, amount: Money::from_minor(80_00), reservation: None },
/// ];
/// let (change, codes, parked) = (Money::ZERO, Vec::new(), false);
/// let sale = Document::Sale(Arc::new(SaleDocument { rung_up, payments, change, codes, parked }));
///
/// let outcome = register.submit(&sale, now)?;
/// assert_eq!(outcome.moved.redeemed, Units::from_minor(20_00));
/// assert_eq!(outcome.moved.earned, Units::from_minor(4_00)); // 5.00 × 80.00 / 100.00
/// assert_eq!(outcome.decision.balance, Some(Units::from_minor(34_00)));
///
/// // The same document again changes nothing (R2).
/// assert!(register.submit(&sale, now)?.duplicate);
///
/// let (mut steps, mut balance) = (Vec::new(), None);
/// for id in ["R-1", "R-2", "R-3"] {
///     let mug = ReturnedLine { line: LineId::new("1")?, quantity: Ratio::ONE };
///     let (of, lines) = (SaleId::new("S-1")?, vec![mug]);
///     let back = ReturnDocument { header: header(id)?, of, lines, refund: None };
///     let outcome = register.submit(&Document::Return(back), now)?;
///     let card = outcome.decision.refund[1].amount.minor();
///     steps.push((outcome.moved.restored.minor(), card, outcome.moved.clawed_back.minor()));
///     balance = outcome.decision.balance;
/// }
/// // Loyalty given back, money back on the card, and what is taken back of what was earned: together
/// // 20.00, 80.00 and 4.00, to the cent.
/// assert_eq!(steps, [(6_67, 26_66, 1_33), (6_66, 26_68, 1_34), (6_67, 26_66, 1_33)]);
/// assert_eq!(balance, Some(Units::from_minor(50_00)));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Register<S, Z> {
    store: S,
    zones: Z,
}

/// A document was not taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RegisterError<E> {
    /// A rule forbids it. Nothing was recorded.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The store failed. Nothing is recorded, unless it was the commit that failed: then what was handed in may be
    /// found once the store is opened anew. Handed in again, a document with an id counts once in either case.
    #[error("{0}")]
    Store(E),
}

impl<S: Store, Z: Zones> Register<S, Z> {
    /// A register on a store, with what is known of time zones.
    pub fn new(store: S, zones: Z) -> Register<S, Z> {
        Register { store, zones }
    }

    /// Takes one document, in a transaction of its own: when this returns, it is kept. `recorded_at` is
    /// the time by the caller's clock; it is kept, and decides nothing.
    ///
    /// # Errors
    /// [`RegisterError::Refused`] by a rule, [`RegisterError::Store`] if the store failed.
    pub fn submit(
        &mut self,
        document: &Document,
        recorded_at: Timestamp,
    ) -> Result<Outcome, RegisterError<S::Error>> {
        let mut batch = self.batch()?;
        let outcome = batch.submit(document, recorded_at)?;
        batch.commit()?;
        Ok(outcome)
    }

    /// Makes a program the one that holds from now on, and says whether it wasn't already: a till
    /// can call this whenever it starts.
    ///
    /// # Errors
    /// [`RegisterError::Refused`] with [`Refusal::InvalidProgram`] where its currency or its unit
    /// isn't that of the ledger, or a time zone isn't known; [`RegisterError::Store`] if the store
    /// failed.
    pub fn set_program(
        &mut self,
        program: VersionedProgram,
        at: Timestamp,
    ) -> Result<bool, RegisterError<S::Error>> {
        let mut batch = self.batch()?;
        let current = batch.facts(&Question::as_of(at))?.program;
        if current.is_some_and(|current| current.version == program.version) {
            return Ok(false);
        }
        let header = Header { id: None, at, place: Place::default() };
        batch.submit(&Document::SetProgram(ProgramDocument { header, program }), at)?;
        batch.commit()?;
        Ok(true)
    }

    /// Begins a batch: several documents in one transaction. A document that is refused records
    /// nothing and leaves the others as they are.
    ///
    /// # Errors
    /// [`RegisterError::Store`] if the store can't be written to.
    pub fn batch(&mut self) -> Result<Batch<'_, S, Z>, RegisterError<S::Error>> {
        let transaction = self.store.begin().map_err(RegisterError::Store)?;
        Ok(Batch { transaction, zones: &self.zones, to_commit: false })
    }

    /// Looks something up: a customer, sales, or the operation of a document. Nothing changes.
    ///
    /// # Errors
    /// [`RegisterError::Store`] if the store can't be read.
    pub fn facts(&mut self, question: &Question<'_>) -> Result<Facts, RegisterError<S::Error>> {
        let mut transaction = self.store.begin().map_err(RegisterError::Store)?;
        transaction.facts(question).map_err(RegisterError::Store)
    }

    /// The store.
    pub fn store(&self) -> &S {
        &self.store
    }

    /// Gives the store back.
    pub fn into_store(self) -> S {
        self.store
    }

    /// The store, to be read by other means, such as [`verify`](crate::store::verify()).
    pub fn store_mut(&mut self) -> &mut S {
        &mut self.store
    }

    /// What is known of time zones.
    pub fn zones(&self) -> &Z {
        &self.zones
    }
}

/// Several documents in one transaction. Dropped without [`commit`](Batch::commit), none of them
/// was recorded.
///
/// ```
/// use regulars::adapter::memory::MemoryStore;
/// use regulars::decide::{Document, Header, MemberDocument, Refusal};
/// use regulars::ident::CustomerId;
/// use regulars::register::{Register, RegisterError};
/// use regulars::sale::Place;
/// use regulars::time::{FixedZones, Timestamp};
///
/// let mut register = Register::new(MemoryStore::default(), FixedZones);
/// let header = Header { id: None, at: Timestamp::EPOCH, place: Place::default() };
/// let check = MemberDocument { header, customer: CustomerId::new("ada")? };
///
/// // No program has been set. The batch goes on after a refusal.
/// let mut batch = register.batch()?;
/// let refused = batch.submit(&Document::Check(check), Timestamp::EPOCH);
/// assert!(matches!(refused, Err(RegisterError::Refused(Refusal::InvalidProgram { .. }))));
/// batch.commit()?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Batch<'r, S: Store + 'r, Z> {
    transaction: S::Transaction<'r>,
    zones: &'r Z,
    /// Whether the transaction has something to keep, or has to say that it can't.
    to_commit: bool,
}

impl<S: Store, Z: Zones> Batch<'_, S, Z> {
    /// Takes one document.
    ///
    /// # Errors
    /// [`RegisterError::Refused`] by a rule; the batch goes on. [`RegisterError::Store`] if the
    /// store failed; the batch is lost.
    pub fn submit(
        &mut self,
        document: &Document,
        recorded_at: Timestamp,
    ) -> Result<Outcome, RegisterError<S::Error>> {
        let facts = self.facts(&Question { decides: true, ..Question::about(document) })?;
        let (changes, outcome) = decide(&facts, document, recorded_at, self.zones)?;
        if !changes.is_empty() {
            self.to_commit = true;
            self.transaction.record(&changes).map_err(RegisterError::Store)?;
            refold_own(&mut self.transaction, &facts, &changes.operations).map_err(RegisterError::Store)?;
        }
        Ok(outcome)
    }

    /// Looks something up, what this batch has recorded included. Nothing changes.
    ///
    /// # Errors
    /// [`RegisterError::Store`] if the store can't be read.
    pub fn facts(&mut self, question: &Question<'_>) -> Result<Facts, RegisterError<S::Error>> {
        let found = self.transaction.facts(question);
        self.to_commit |= found.is_err();
        found.map_err(RegisterError::Store)
    }

    /// Keeps all that was recorded.
    ///
    /// # Errors
    /// [`RegisterError::Store`] if the store failed, now or earlier in this batch: nothing is kept then, as far as this
    /// store knows, which [`Transaction::commit`] says more of.
    pub fn commit(self) -> Result<(), RegisterError<S::Error>> {
        if !self.to_commit {
            return Ok(());
        }
        self.transaction.commit().map_err(RegisterError::Store)
    }
}
