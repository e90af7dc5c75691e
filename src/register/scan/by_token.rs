//! Claiming, linking and joining by a token.

use crate::code::{Token, TokenFor, TokenKindError};
use crate::decide::{
    ClaimDocument, Document, EnrolDocument, Facts, Header, Joined, LinkCardDocument, Outcome, Question,
    Refusal,
};
use crate::ident::CustomerId;
use crate::register::{Batch, Register, RegisterError};
use crate::store::Store;
use crate::time::{Date, Timestamp, Zones};

/// What was asked for by a token was not done.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ByTokenError<E> {
    /// The token stands for something else. Nothing was recorded.
    #[error(transparent)]
    WrongKind(#[from] TokenKindError),
    /// Who would join is a customer already. Nothing was recorded.
    #[error(
        "{customer} is a customer already: who joins has a new id, and a customer claims or links instead"
    )]
    KnownCustomer {
        /// The customer.
        customer: CustomerId,
    },
    /// The document is dated before the day on which its token was checked. Nothing was recorded.
    #[error(
        "the document is of {dated}, and its token was checked on {checked_on}: a claim isn't dated back, since its \
         day says whether it comes in time"
    )]
    DatedBack {
        /// Its day, by the outlet's calendar.
        dated: Date,
        /// The day on which the token was checked.
        checked_on: Date,
    },
    /// The register didn't take it.
    #[error(transparent)]
    Register(#[from] RegisterError<E>),
}

impl<S: Store, Z: Zones> Register<S, Z> {
    /// Claims a sale by the token on its receipt, which was [checked](crate::code::KeyRing::check) (R9). The ledger
    /// keeps the sale, and neither token nor key.
    ///
    /// The claim isn't dated before the day on which the token was checked: its last day and the sale's days to claim
    /// are looked at for one time. Who takes claims of tills that were offline checks their tokens on the earliest day
    /// that is taken, and so says how late they may come. The same claim again, with its id, is answered as the first
    /// time, whenever its token was checked.
    ///
    /// ```
    /// # #[cfg(feature = "json")] {
    /// # use regulars::adapter::memory::MemoryStore;
    /// # use regulars::code::{KeyId, KeyRing, TokenContent, TokenFor, TokenKey, TokenKind};
    /// # use regulars::decide::Header;
    /// # use regulars::document::{read_document, read_program};
    /// # use regulars::ident::{CustomerId, SaleId};
    /// # use regulars::sale::Place;
    /// # use regulars::time::{FixedZones, Timestamp};
    /// use regulars::register::{ByTokenError, Register};
    ///
    /// # let mut register = Register::new(MemoryStore::default(), FixedZones);
    /// # let now = Timestamp::from_millisecond(1_795_680_000_000).expect("a moment");
    /// # let program = read_program(
    /// #     r#"{"id": "house", "currency": "EUR", "time_zone": "+01:00", "unit": {"kind": "money"},
    /// #         "earn": [{"by": "amount", "rate": "0.05"}], "enrolment": {"claim_days": 14}}"#,
    /// # )?;
    /// # let sale = read_document(
    /// #     r#"{"type": "sale", "sale": "S-1", "at": "2026-11-26T09:00:00+01:00",
    /// #         "lines": [{"id": "1", "product": "coat", "quantity": "1", "unit_price": "100.00"}],
    /// #         "payments": [{"tender": "card", "amount": "100.00"}]}"#,
    /// #     &*program.program,
    /// # )?;
    /// # register.set_program(program, now)?;
    /// # let key = TokenKey::short(KeyId(1), &[7; 32]);
    /// # let mut keys = KeyRing::default();
    /// # keys.hold(key.checking_key(), &[TokenKind::Receipt], ..)?;
    /// # let stands_for = TokenFor::Receipt(SaleId::new("S-1")?);
    /// # let scanned = key.make(&TokenContent { stands_for, last_day: None })?;
    /// # let yesterday = Timestamp::from_millisecond(now.millisecond() - 86_400_000).expect("a moment");
    /// # let ada = CustomerId::new("ada")?;
    /// register.submit(&sale, now)?;
    /// let token = keys.check(&scanned, register.today(None, now)?)?;
    ///
    /// let header = Header { id: None, at: yesterday, place: Place::default() };
    /// let refused = register.claim_by_token(header, &token, &ada, now);
    /// assert!(matches!(refused, Err(ByTokenError::DatedBack { .. })));
    ///
    /// let header = Header { id: None, at: now, place: Place::default() };
    /// let claimed = register.claim_by_token(header, &token, &ada, now)?;
    /// assert_eq!(claimed.decision.balance.map(|units| units.minor()), Some(5_00));
    /// # }
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// [`ByTokenError::WrongKind`] if the token is no receipt's, [`ByTokenError::DatedBack`]; otherwise as
    /// [`submit`](Register::submit).
    pub fn claim_by_token(
        &mut self,
        header: Header,
        token: &Token,
        customer: &CustomerId,
        recorded_at: Timestamp,
    ) -> Result<Outcome, ByTokenError<S::Error>> {
        let mut batch = self.batch()?;
        let outcome = batch.claim_by_token(header, token, customer, recorded_at)?;
        batch.commit()?;
        Ok(outcome)
    }

    /// Links a punch card to a customer by its token, which was [checked](crate::code::KeyRing::check) (R34). The
    /// ledger keeps the card's code, and neither token nor key.
    ///
    /// ```
    /// # #[cfg(feature = "json")] {
    /// # use regulars::adapter::memory::MemoryStore;
    /// # use regulars::code::{KeyId, KeyRing, TokenContent, TokenFor, TokenKey, TokenKind};
    /// # use regulars::decide::Header;
    /// # use regulars::document::{read_document, read_program};
    /// # use regulars::ident::{Code, CustomerId};
    /// # use regulars::register::Register;
    /// # use regulars::sale::Place;
    /// # use regulars::time::{FixedZones, Timestamp};
    /// # let mut register = Register::new(MemoryStore::default(), FixedZones);
    /// # let now = Timestamp::from_millisecond(1_795_680_000_000).expect("a moment");
    /// # let program = read_program(
    /// #     r#"{"id": "house", "currency": "EUR", "unit": {"kind": "money"}, "earn": [],
    /// #         "punch_cards": [{"id": "coffee", "required": 3, "where": {"categories": ["hot"]},
    /// #                          "gives": {"kind": "free_item", "quantity": "1"}}]}"#,
    /// # )?;
    /// # let read = |text: &str| read_document(text, &*program.program);
    /// let made = read(
    ///     r#"{"type": "make_cards", "id": "K-1", "at": "2026-11-26T08:00:00Z", "punch_card": "coffee",
    ///         "batch": "B-1", "codes": ["PC-1"]}"#,
    /// )?;
    /// let joins = read(
    ///     r#"{"type": "enrol", "id": "E-1", "at": "2026-11-26T08:00:00Z", "customer": "ada",
    ///         "email": "ada@example.com"}"#,
    /// )?;
    /// # register.set_program(program, now)?;
    /// register.submit(&made, now)?;
    /// register.submit(&joins, now)?;
    ///
    /// # let office = TokenKey::signing(KeyId(1), &[7; 32]);
    /// # let mut keys = KeyRing::default();
    /// # keys.hold(office.checking_key(), &[TokenKind::PunchCard], ..)?;
    /// let stands_for = TokenFor::PunchCard(Code::new("PC-1")?);
    /// let scanned = office.make(&TokenContent { stands_for, last_day: None })?;
    /// let token = keys.check(&scanned, register.today(None, now)?)?;
    /// let header = Header { id: None, at: now, place: Place::default() };
    /// let linked = register.link_by_token(header, &token, &CustomerId::new("ada")?, now)?;
    /// assert_eq!(linked.shown.cards[0].code.as_str(), "PC-1");
    /// # }
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// [`ByTokenError::WrongKind`] if the token is no punch card's; otherwise as [`submit`](Register::submit).
    pub fn link_by_token(
        &mut self,
        header: Header,
        token: &Token,
        customer: &CustomerId,
        recorded_at: Timestamp,
    ) -> Result<Outcome, ByTokenError<S::Error>> {
        let link = LinkCardDocument::by_token(header, token, customer.clone())?;
        Ok(self.submit(&Document::LinkCard(link), recorded_at)?)
    }

    /// Lets a customer join by a token, which was [checked](crate::code::KeyRing::check): that of a receipt, whose
    /// sale is claimed; that of a punch card, which is linked (R34); or one for joining alone. All is one
    /// transaction, and the claim or the link has the id of the joining.
    ///
    /// Who joins has joined, also where the claim or the link is refused: a receipt that is too old to be claimed
    /// still says how to join, and so does a card that somebody else has, or that asks for an e-mail address. A receipt
    /// of a sale that was voided says nothing any more: nobody has bought anything, and one that is found in the bin
    /// would make a customer each time.
    ///
    /// ```
    /// # use regulars::adapter::memory::MemoryStore;
    /// # use regulars::code::{KeyId, KeyRing, TokenContent, TokenFor, TokenKey, TokenKind};
    /// # use regulars::decide::{EnrolDocument, Header, Profile};
    /// # use regulars::ident::{Code, CustomerId, DocumentId, ProgramId};
    /// # use regulars::loyalty::{Program, ProgramVersion, Unit, VersionedProgram};
    /// # use regulars::money::Currency;
    /// # use regulars::register::Register;
    /// # use regulars::sale::Place;
    /// # use regulars::time::{FixedZones, Offset, Timestamp};
    /// # let mut register = Register::new(MemoryStore::default(), FixedZones);
    /// # let program = Program::new(ProgramId::new("house")?, Currency::from_code("EUR")?, Unit::Money);
    /// # let program = VersionedProgram { version: ProgramVersion([1; 32]), program: std::sync::Arc::new(program) };
    /// # let now = Timestamp::EPOCH;
    /// # register.set_program(program, now)?;
    /// # let key = TokenKey::short(KeyId(1), &[7; 32]);
    /// # let mut keys = KeyRing::default();
    /// # keys.hold(key.checking_key(), TokenKind::ALL, ..)?;
    /// # let stands_for = TokenFor::Enrolment(Code::new("door")?);
    /// # let scanned = key.make(&TokenContent { stands_for, last_day: None })?;
    /// let token = keys.check(&scanned, now.date(Offset::UTC))?;
    /// let header = Header { id: Some(DocumentId::new("E-1")?), at: now, place: Place::default() };
    /// let profile = Profile { name: Some("Ada".into()), ..Profile::default() };
    /// let enrol = EnrolDocument { header, customer: CustomerId::new("ada")?, profile };
    /// let joined = register.enrol_by_token(&enrol, &token, now)?;
    /// assert!(joined.claimed.is_none(), "the sign at the door is no receipt");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// The token says nothing of who holds it, so it lets nobody join who is a customer already: two tills that count
    /// customers each for itself would give the second one the first one's units, and put a new card in place of the
    /// first one's. Who is a customer has the sale by [`claim_by_token`](Self::claim_by_token), the card by
    /// [`link_by_token`](Self::link_by_token). The same document again, with its id, is answered as the first time; a
    /// claim that wasn't recorded with it isn't dated back by it.
    ///
    /// Before somebody joins by a receipt, [`unclaimed`](Self::unclaimed) says whether there is anything to claim by it:
    /// a receipt that is scanned twice, or whose owner only brings goods back, makes no second customer then.
    ///
    /// # Errors
    /// [`ByTokenError::KnownCustomer`]; by a receipt [`ByTokenError::DatedBack`], as for
    /// [`claim_by_token`](Self::claim_by_token), and [`Refusal::Voided`]; otherwise as [`submit`](Register::submit) for
    /// the joining. Nothing was recorded then.
    pub fn enrol_by_token(
        &mut self,
        enrol: &EnrolDocument,
        token: &Token,
        recorded_at: Timestamp,
    ) -> Result<Joined, ByTokenError<S::Error>> {
        let (header, customer) = (enrol.header.clone(), enrol.customer.clone());
        let (claim, link) = match &token.content().stands_for {
            TokenFor::Receipt(_) => (Some(ClaimDocument::by_token(header, token, customer)?), None),
            TokenFor::PunchCard(_) => (None, Some(LinkCardDocument::by_token(header, token, customer)?)),
            TokenFor::Enrolment(_) => (None, None),
        };
        let mut batch = self.batch()?;
        let document = Document::Enrol(enrol.clone());
        let facts = batch.facts(&Question::about(&document))?;
        // What is recorded under the id is this joining, or a conflict, which the joining itself says.
        if facts.original.is_none() && facts.known(&enrol.customer).is_some() {
            return Err(ByTokenError::KnownCustomer { customer: enrol.customer.clone() });
        }
        let claim = claim.map(Document::Claim);
        // A joining that is recorded already says nothing of the claim, which may never have been.
        let mut dated_back = None;
        if let Some(claim) = &claim {
            let of_claim = batch.facts(&Question::about(claim))?;
            dated_back = batch.refuse_dated_back(&of_claim, claim, token).err();
        }
        if let Some(error) = dated_back.take_if(|_| facts.original.is_none()) {
            return Err(error);
        }
        let enrolled = batch.submit(&document, recorded_at)?;
        let mut also = |document: Option<Document>| {
            let Some(document) = document else { return Ok(None) };
            match batch.submit(&document, recorded_at) {
                Ok(outcome) => Ok(Some(Ok(outcome))),
                Err(RegisterError::Refused(refusal)) => Ok(Some(Err(refusal))),
                Err(error) => Err(error),
            }
        };
        let claimed = also(claim)?;
        // What is refused now was refused then; what is claimed now wasn't, and comes too late for it.
        if let (Some(Ok(_)), Some(error)) = (&claimed, dated_back) {
            return Err(error);
        }
        // Who has joined before it was voided is answered as then.
        if let (Some(Err(refusal @ Refusal::Voided { .. })), false) = (&claimed, enrolled.duplicate) {
            return Err(RegisterError::Refused(refusal.clone()).into());
        }
        let linked = also(link.map(Document::LinkCard))?;
        batch.commit()?;
        Ok(Joined { enrolled, claimed, linked })
    }
}

impl<S: Store, Z: Zones> Batch<'_, S, Z> {
    /// Claims a sale by the token on its receipt, as [`Register::claim_by_token`] does, among other documents.
    ///
    /// ```
    /// # #[cfg(feature = "json")] {
    /// # use regulars::adapter::memory::MemoryStore;
    /// # use regulars::code::{KeyId, KeyRing, TokenContent, TokenFor, TokenKey, TokenKind};
    /// # use regulars::decide::Header;
    /// # use regulars::document::{read_document, read_program};
    /// # use regulars::ident::{CustomerId, SaleId};
    /// # use regulars::register::Register;
    /// # use regulars::sale::Place;
    /// # use regulars::time::{FixedZones, Timestamp};
    /// # let mut register = Register::new(MemoryStore::default(), FixedZones);
    /// # let now = Timestamp::from_millisecond(1_795_680_000_000).expect("a moment");
    /// # let program = read_program(
    /// #     r#"{"id": "house", "currency": "EUR", "time_zone": "+01:00", "unit": {"kind": "money"},
    /// #         "earn": [{"by": "amount", "rate": "0.05"}], "enrolment": {"claim_days": 14}}"#,
    /// # )?;
    /// # let sale = read_document(
    /// #     r#"{"type": "sale", "sale": "S-1", "at": "2026-11-26T09:00:00+01:00",
    /// #         "lines": [{"id": "1", "product": "coat", "quantity": "1", "unit_price": "100.00"}],
    /// #         "payments": [{"tender": "card", "amount": "100.00"}]}"#,
    /// #     &*program.program,
    /// # )?;
    /// # register.set_program(program, now)?;
    /// # let key = TokenKey::short(KeyId(1), &[7; 32]);
    /// # let mut keys = KeyRing::default();
    /// # keys.hold(key.checking_key(), &[TokenKind::Receipt], ..)?;
    /// # let stands_for = TokenFor::Receipt(SaleId::new("S-1")?);
    /// # let scanned = key.make(&TokenContent { stands_for, last_day: None })?;
    /// # let header = Header { id: None, at: now, place: Place::default() };
    /// let token = keys.check(&scanned, register.today(None, now)?)?;
    /// let mut batch = register.batch()?;
    /// batch.submit(&sale, now)?;
    /// let claimed = batch.claim_by_token(header, &token, &CustomerId::new("ada")?, now)?;
    /// assert_eq!(claimed.decision.balance.map(|units| units.minor()), Some(5_00));
    /// // Both are recorded, or neither.
    /// batch.commit()?;
    /// # }
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// As of [`Register::claim_by_token`]; the batch goes on, unless the store failed.
    pub fn claim_by_token(
        &mut self,
        header: Header,
        token: &Token,
        customer: &CustomerId,
        recorded_at: Timestamp,
    ) -> Result<Outcome, ByTokenError<S::Error>> {
        let claim = Document::Claim(ClaimDocument::by_token(header, token, customer.clone())?);
        let facts = self.facts(&Question::about(&claim))?;
        self.refuse_dated_back(&facts, &claim, token)?;
        Ok(self.submit(&claim, recorded_at)?)
    }

    /// Refuses what is dated before the day on which its token was checked. What was recorded already is answered as it
    /// was then, and what a program is missing for is refused by the document itself.
    fn refuse_dated_back(
        &self,
        facts: &Facts,
        document: &Document,
        token: &Token,
    ) -> Result<(), ByTokenError<S::Error>> {
        let outlet = document.place().and_then(|place| place.outlet.as_ref());
        let zone = facts.program.as_ref().map(|held| held.program.zone(outlet));
        let offset = zone.and_then(|zone| self.zones.offset(zone, document.at()));
        let (Some(offset), None) = (offset, &facts.original) else { return Ok(()) };
        let (dated, checked_on) = (document.at().date(offset), token.checked_on());
        if dated < checked_on { Err(ByTokenError::DatedBack { dated, checked_on }) } else { Ok(()) }
    }
}
