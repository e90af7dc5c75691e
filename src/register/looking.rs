//! Looking ahead: what a document, a basket or a program would come to. Nothing is recorded.

use alloc::string::String;
use alloc::sync::Arc;
use alloc::vec::Vec;

use crate::decide::{
    Document, DryRun, Facts, Hints, Outcome, Question, Refusal, SaleDocument, Spendable, decide, explain,
    hints, offset, quote, spendable,
};
use crate::ident::{CustomerId, OutletId, SaleId};
use crate::loyalty::{Aloud, VersionedProgram};
use crate::register::{Register, RegisterError};
use crate::store::{Store, Transaction};
use crate::time::{Timestamp, Zones};

/// How many customers a page has.
const PAGE: usize = 256;

impl<S: Store, Z: Zones> Register<S, Z> {
    /// What a basket would come to before there is a sale: what is due, what rewards and offers would
    /// take off, and what it would earn ([`Shown::forecast`](crate::decide::Shown::forecast)). Nothing is
    /// recorded, whatever payments it has; its id is free afterwards.
    ///
    /// # Errors
    /// [`RegisterError::Refused`] as for the sale, put aside; [`RegisterError::Store`] if the store can't
    /// be read.
    pub fn quote(&mut self, basket: &SaleDocument) -> Result<Outcome, RegisterError<S::Error>> {
        let (facts, sale) = self.put_aside(basket)?;
        Ok(quote(&facts, &sale, &self.zones)?)
    }

    /// What a document would come to if it were handed in now: what a return would give back and to which tenders, what
    /// a void would take back, whether it is refused. Nothing is recorded, and another register may change it meanwhile.
    ///
    /// ```
    /// # use regulars::adapter::memory::MemoryStore;
    /// # use regulars::document::{read_document, read_program};
    /// # use regulars::register::Register;
    /// # use regulars::time::{FixedZones, Timestamp};
    /// # let now = Timestamp::from_millisecond(1_772_442_000_000).expect("in the year 2026");
    /// # let program = read_program(r#"{"id": "house", "currency": "EUR", "unit": {"kind": "money"}, "earn": []}"#)?;
    /// # let mut register = Register::new(MemoryStore::default(), FixedZones);
    /// # register.set_program(program.clone(), now)?;
    /// # let read = |text| read_document(text, &*program.program);
    /// # register.submit(&read(r#"{"type": "sale", "sale": "S-1", "at": "2026-03-02T10:00:00Z",
    /// #     "lines": [{"id": "1", "product": "mug", "quantity": "1", "unit_price": "8.00"}],
    /// #     "payments": [{"tender": "card", "amount": "8.00"}]}"#)?, now)?;
    /// // A mug was paid by card. What goes back for it?
    /// let back = read(r#"{"type": "return", "id": "B-1", "at": "2026-03-02T11:00:00Z", "of": "S-1",
    ///     "lines": [{"id": "1", "quantity": "1"}]}"#)?;
    /// let refund = register.preview(&back)?.decision.refund.clone();
    /// assert_eq!((refund[0].tender.as_str(), refund[0].amount.minor()), ("card", 8_00));
    /// // It hasn't been given back by that.
    /// assert_eq!(register.submit(&back, now)?.decision.refund, refund);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// [`RegisterError::Refused`] as for the document; [`RegisterError::Store`] if the store can't be read.
    pub fn preview(&mut self, document: &Document) -> Result<Outcome, RegisterError<S::Error>> {
        let facts = self.facts(&Question { decides: true, ..Question::about(document) })?;
        Ok(decide(&facts, document, document.at(), &self.zones)?.1)
    }

    /// What the customer of a basket may spend on it in loyalty: the least, the most and the steps, before anything
    /// is paid. Nothing is recorded, and nothing set aside.
    ///
    /// # Errors
    /// As [`quote`](Register::quote).
    pub fn spendable(&mut self, basket: &SaleDocument) -> Result<Spendable, RegisterError<S::Error>> {
        let (facts, sale) = self.put_aside(basket)?;
        Ok(spendable(&facts, &sale, &self.zones)?)
    }

    /// What a customer can be told at an outlet (or none): what is missing to a reward, to the next tier
    /// and to a free item, and what runs out next. Nothing changes.
    ///
    /// # Errors
    /// [`RegisterError::Refused`] with [`Refusal::UnknownCustomer`], or with [`Refusal::InvalidProgram`]
    /// without a program; [`RegisterError::Store`] if the store can't be read.
    ///
    /// [`Refusal::UnknownCustomer`]: crate::decide::Refusal::UnknownCustomer
    /// [`Refusal::InvalidProgram`]: crate::decide::Refusal::InvalidProgram
    pub fn hints(
        &mut self,
        customer: &CustomerId,
        outlet: Option<&OutletId>,
        at: Timestamp,
    ) -> Result<Hints, RegisterError<S::Error>> {
        let facts = self.facts(&Question::for_hints(customer, at))?;
        Ok(hints(&facts, customer, outlet, at, &self.zones)?)
    }

    /// What each line, visit and bonus of a sale earned and why, in sentences that a cashier can read aloud, and at the end
    /// what it comes to and how it was rounded (R41). Empty unless the sale has been settled. As data it is what
    /// [`explain`] answers.
    ///
    /// ```
    /// # #[cfg(feature = "json")] {
    /// use regulars::adapter::memory::MemoryStore;
    /// use regulars::document::{read_document, read_program};
    /// use regulars::ident::SaleId;
    /// use regulars::register::Register;
    /// use regulars::time::{FixedZones, Timestamp};
    ///
    /// let program = read_program(
    ///     r#"{"id": "house", "currency": "EUR", "unit": {"kind": "money"},
    ///         "earn": [{"by": "amount", "rate": "0.05"}]}"#,
    /// )?;
    /// let sale = read_document(
    ///     r#"{"type": "sale", "sale": "S1", "at": "2026-03-02T10:00:00Z", "customer": "ada",
    ///         "lines": [{"id": "1", "product": "coat", "quantity": "1", "unit_price": "100.00"}],
    ///         "payments": [{"tender": "card", "amount": "100.00"}]}"#,
    ///     &*program.program,
    /// )?;
    /// let mut register = Register::new(MemoryStore::default(), FixedZones);
    /// register.set_program(program, Timestamp::EPOCH)?;
    /// register.submit(&sale, Timestamp::EPOCH)?;
    /// let told = register.explain(&SaleId::new("S1")?)?;
    /// assert_eq!(told[0], "coat: 5.00 EUR, 5 % of 100.00.");
    /// # }
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// [`RegisterError::Refused`] with [`Refusal::UnknownSale`], with [`Refusal::Contested`] where registers did to it what
    /// doesn't fit together, or with [`Refusal::InvalidProgram`] if the time zone isn't known here;
    /// [`RegisterError::Store`] if the store can't be read.
    pub fn explain(&mut self, sale: &SaleId) -> Result<Vec<String>, RegisterError<S::Error>> {
        let facts = self.facts(&Question::of_sales(core::slice::from_ref(sale), Timestamp::EPOCH))?;
        let (history, record) = facts.record(sale)?;
        let program = &*history.program.program;
        let explanations = explain(&history.operations, program, &self.zones)?;
        if explanations.is_empty() {
            return Ok(Vec::new());
        }
        let rung_up = record.state.rung_up();
        let opening = history.operations.first().and_then(|opening| opening.document.rings_up());
        let offset = offset(&self.zones, program.zone(rung_up.place.outlet.as_ref()), rung_up.at)
            .map_err(Refusal::from)?;
        let aloud = Aloud { program, rung_up, codes: opening.map_or(&[], |sale| &sale.codes), offset };
        Ok(aloud.sentences(&explanations).map_err(Refusal::from)?)
    }

    /// What another program would change if it held from a moment on: whose units would run out, what
    /// the shop would owe, who would have another tier. Nothing is recorded. Customers are read page by
    /// page; other writers wait until all are.
    ///
    /// ```
    /// # use std::sync::Arc;
    /// # use regulars::decide::{Document, EnrolDocument, Header, ImportDocument, Profile, ProgramDocument};
    /// # use regulars::ident::{CustomerId, ProgramId};
    /// # use regulars::loyalty::{Program, ProgramVersion, Unit, VersionedProgram};
    /// # use regulars::money::Currency;
    /// # use regulars::sale::Place;
    /// use regulars::adapter::memory::MemoryStore;
    /// use regulars::loyalty::{Expiry, Span};
    /// use regulars::money::Units;
    /// use regulars::register::Register;
    /// use regulars::time::{Date, FixedZones, Timestamp};
    ///
    /// # let now = Timestamp::from_millisecond(1_772_442_000_000).expect("in the year 2026");
    /// # let header = || Header { id: None, at: now, place: Place::default() };
    /// # let mut register = Register::new(MemoryStore::default(), FixedZones);
    /// # let mut program = Program::new(ProgramId::new("house")?, Currency::from_code("EUR")?, Unit::Money);
    /// # let version = |program: &Program, byte| {
    /// #     VersionedProgram { version: ProgramVersion([byte; 32]), program: Arc::new(program.clone()) }
    /// # };
    /// # register.set_program(version(&program, 1), now)?;
    /// # let (ada, profile) = (CustomerId::new("ada")?, Profile::default());
    /// # let customer = ada.clone();
    /// # register.submit(&Document::Enrol(EnrolDocument { header: header(), customer, profile }), now)?;
    /// # register.submit(&Document::Import(ImportDocument {
    /// #     header: header(), customer: ada.clone(), units: Units::from_minor(50_00), expires: None,
    /// #     last_purchase: Date::from_civil(2024, 5, 1), spent: None,
    /// # }), now)?;
    /// // Ada has 50.00, and bought last two years ago. What if units lasted a year without a purchase?
    /// program.expiry = Expiry::Inactivity(Span::Months(12));
    /// let dry_run = register.dry_run(&version(&program, 2), now)?;
    /// assert_eq!(dry_run.would_run_out()?, Units::from_minor(50_00));
    /// assert_eq!(dry_run.liability_after, Units::ZERO);
    /// assert_eq!(dry_run.balances[0].customer, ada);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// [`RegisterError::Refused`] with [`Refusal::InvalidProgram`] if the program couldn't be set;
    /// [`RegisterError::Store`] if the store can't be read.
    ///
    /// [`Refusal::InvalidProgram`]: crate::decide::Refusal::InvalidProgram
    pub fn dry_run(
        &mut self,
        program: &VersionedProgram,
        at: Timestamp,
    ) -> Result<DryRun, RegisterError<S::Error>> {
        let mut transaction = self.store.begin().map_err(RegisterError::Store)?;
        let mut dry_run = DryRun::default();
        let mut after: Option<CustomerId> = None;
        loop {
            let page = transaction.customers(after.as_ref(), PAGE).map_err(RegisterError::Store)?;
            let question = Question::for_dry_run(&page, at);
            let facts = transaction.facts(&question).map_err(RegisterError::Store)?;
            dry_run.look_at(&page, &facts, program, at, &self.zones)?;
            after = page.last().cloned();
            if after.is_none() {
                return Ok(dry_run);
            }
        }
    }

    /// A basket as a sale that is put aside, with what there is to know about it.
    fn put_aside(
        &mut self,
        basket: &SaleDocument,
    ) -> Result<(Facts, Arc<SaleDocument>), RegisterError<S::Error>> {
        let sale = Arc::new(SaleDocument { parked: true, ..basket.clone() });
        let facts = self.facts(&Question::about(&Document::Sale(Arc::clone(&sale))))?;
        Ok((facts, sale))
    }
}
