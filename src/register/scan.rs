//! What a till does with what was scanned.

use alloc::collections::BTreeMap;

use crate::code::{CodeHolder, ReadCode, Resolved, Resolver};
use crate::decide::{
    Document, Facts, Kept, Outcome, Question, Refusal, ScanDocument, ScanOf, Unclaimed, decide, unclaimed,
};
use crate::ident::{Code, OutletId, SaleId};
use crate::register::{Register, RegisterError};
use crate::store::{Store, Transaction};
use crate::time::{Date, Timestamp, Zones};

impl<S: Store, Z: Zones> Register<S, Z> {
    /// The day of a moment at the till: by the clock of an outlet, or, without one, of the program. Tokens have to hold
    /// on it.
    ///
    /// ```
    /// # use regulars::adapter::memory::MemoryStore;
    /// # use regulars::ident::ProgramId;
    /// # use regulars::loyalty::{Program, ProgramVersion, Unit, VersionedProgram};
    /// # use regulars::money::Currency;
    /// use regulars::register::Register;
    /// use regulars::time::{Date, FixedZones, Offset, Timestamp, Zone};
    ///
    /// # let mut program = Program::new(ProgramId::new("house")?, Currency::from_code("EUR")?, Unit::Money);
    /// program.time_zone = Zone::Fixed(Offset::from_minutes(60).expect("an hour"));
    /// # let program = VersionedProgram { version: ProgramVersion([1; 32]), program: std::sync::Arc::new(program) };
    /// let mut register = Register::new(MemoryStore::default(), FixedZones);
    /// # let day = Date::from_civil(2026, 11, 26).expect("a day");
    /// # let now = Timestamp::from_civil(day, (23, 30, 0), Offset::UTC).expect("a moment");
    /// register.set_program(program, now)?;
    /// // Half past eleven in the evening in Greenwich is tomorrow where the shop is.
    /// assert_eq!(register.today(None, now)?, now.date(Offset::UTC).next());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// [`RegisterError::Refused`] with [`Refusal::InvalidProgram`] without a program, or where its time zone isn't
    /// known here; [`RegisterError::Store`] if the store can't be read.
    pub fn today(
        &mut self,
        outlet: Option<&OutletId>,
        at: Timestamp,
    ) -> Result<Date, RegisterError<S::Error>> {
        let invalid = |what: &str| Refusal::InvalidProgram { what: what.into() };
        let program =
            self.facts(&Question::as_of(at))?.program.ok_or_else(|| invalid("no program is set"))?;
        let offset = self.zones.offset(program.program.zone(outlet), at);
        Ok(at.date(offset.ok_or_else(|| invalid("the program's time zone is not known here"))?))
    }

    /// Says what a scanned code is, with the ledger's customers and punch cards. Nothing is recorded.
    ///
    /// `at` is the moment as of which the ledger is asked, by the till's clock. `today` is the day on which tokens have to
    /// hold, and at the same moment it is another one in another time zone: [`today`](Self::today) says it of an outlet.
    /// They are two, so that a till asks once a day, and one that has no program yet can resolve.
    ///
    /// ```
    /// # use regulars::decide::{Document, EnrolDocument, Header, Profile, ProgramDocument};
    /// # use regulars::ident::{Code, CustomerId, ProgramId};
    /// # use regulars::loyalty::{Program, ProgramVersion, Unit, VersionedProgram};
    /// # use regulars::money::Currency;
    /// # use regulars::sale::Place;
    /// use regulars::adapter::memory::MemoryStore;
    /// use regulars::code::{CardPattern, ReadCode, Resolved, Resolver};
    /// use regulars::register::Register;
    /// use regulars::time::{FixedZones, Timestamp};
    ///
    /// # let mut register = Register::new(MemoryStore::default(), FixedZones);
    /// # let program = Program::new(ProgramId::new("house")?, Currency::from_code("EUR")?, Unit::Money);
    /// # let program = VersionedProgram { version: ProgramVersion([1; 32]), program: std::sync::Arc::new(program) };
    /// # let now = Timestamp::EPOCH;
    /// # register.set_program(program, now)?;
    /// let cards: CardPattern = "29NNNNNNNNNNC".parse()?;
    /// let number = cards.number(17).expect("there is room");
    /// let digits = number.as_ean_13().expect("no pack");
    /// # let header = Header { id: None, at: now, place: Place::default() };
    /// # let profile = Profile { code: Some(Code::new(std::str::from_utf8(digits)?)?), ..Profile::default() };
    /// # let enrol = EnrolDocument { header, customer: CustomerId::new("ada")?, profile };
    /// # register.submit(&Document::Enrol(enrol), now)?;
    /// // Ada has the card numbered 17.
    /// let mut resolver = Resolver::default();
    /// resolver.add_cards(cards)?;
    /// let today = register.today(None, now)?;
    /// let resolved = register.resolve(&resolver, ReadCode::new(digits), now, today)?;
    /// assert!(matches!(resolved, Resolved::Customer { customer, .. } if customer.as_str() == "ada"));
    /// let article = register.resolve(&resolver, ReadCode::new(b"4006381333931"), now, today)?;
    /// assert!(matches!(article, Resolved::Article { .. }));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// [`RegisterError::Store`] if the store can't be read.
    pub fn resolve(
        &mut self,
        resolver: &Resolver,
        read: ReadCode<'_>,
        at: Timestamp,
        today: Date,
    ) -> Result<Resolved, RegisterError<S::Error>> {
        let lookup = resolver.look_up(read, today);
        let mut found = BTreeMap::new();
        let mut transaction = self.store.begin().map_err(RegisterError::Store)?;
        for code in lookup.codes() {
            let facts = transaction.facts(&whose(code, at)).map_err(RegisterError::Store)?;
            found.extend(holder(&facts, code).map(|holder| (code.clone(), holder)));
        }
        Ok(lookup.answer(&found))
    }

    /// A [`Document::Scan`] of which it is known what was scanned: a customer's code, or a punch card, by its token. What
    /// else has the same code isn't looked at. Nothing is recorded.
    ///
    /// ```
    /// # use regulars::adapter::memory::MemoryStore;
    /// # use regulars::decide::{Document, EnrolDocument, Header, Profile, ScanDocument};
    /// # use regulars::ident::{Code, CustomerId, ProgramId};
    /// # use regulars::loyalty::{Program, ProgramVersion, Unit, VersionedProgram};
    /// # use regulars::money::Currency;
    /// # use regulars::sale::Place;
    /// # use regulars::time::{FixedZones, Timestamp};
    /// use regulars::register::{Register, ScanOf};
    ///
    /// # let mut register = Register::new(MemoryStore::default(), FixedZones);
    /// # let program = Program::new(ProgramId::new("house")?, Currency::from_code("EUR")?, Unit::Money);
    /// # let program = VersionedProgram { version: ProgramVersion([1; 32]), program: std::sync::Arc::new(program) };
    /// # let now = Timestamp::EPOCH;
    /// # register.set_program(program, now)?;
    /// # let header = Header { id: None, at: now, place: Place::default() };
    /// let ada = CustomerId::new("ada")?;
    /// let code = Code::new("2900000000179")?;
    /// let profile = Profile { code: Some(code.clone()), ..Profile::default() };
    /// # let enrol = EnrolDocument { header: header.clone(), customer: ada.clone(), profile };
    /// register.submit(&Document::Enrol(enrol), now)?;
    ///
    /// let scan = ScanDocument { header, code, symbology: None };
    /// let outcome = register.scan(&scan, ScanOf::Customer, now)?;
    /// assert_eq!(outcome.shown.resolved, Some(ada));
    /// // A token with this code in it is a punch card's, and no card has it.
    /// assert!(register.scan(&scan, ScanOf::PunchCard, now).is_err());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// [`RegisterError::Refused`] with [`Refusal::InvalidDocument`] for a punch card's code that is scanned as a
    /// customer's; otherwise as [`submit`](Register::submit) for the scan.
    pub fn scan(
        &mut self,
        scan: &ScanDocument,
        of: ScanOf,
        recorded_at: Timestamp,
    ) -> Result<Outcome, RegisterError<S::Error>> {
        let document = Document::Scan(scan.clone());
        let mut facts = self.facts(&Question::about(&document))?;
        if of == ScanOf::Customer && holder(&facts, &scan.code) == Some(CodeHolder::PunchCard) {
            let what =
                "code: a punch card's number isn't enough: its `token` was expected in place of `code`";
            return Err(Refusal::InvalidDocument { what: what.into() }.into());
        }
        let normal = scan.code.normal();
        facts.kept.retain(|kept| match (of, kept) {
            (ScanOf::Customer, Kept::Card(card)) => card.code.normal() != normal,
            (ScanOf::PunchCard, Kept::Code(_)) => false,
            _ => true,
        });
        Ok(decide(&facts, &document, recorded_at, &self.zones)?.1)
    }

    /// What a sale has earned for nobody that can be claimed at a moment, and until when: to be asked before somebody
    /// joins by its receipt, and to be printed on it. Nothing is recorded.
    ///
    /// ```
    /// # #[cfg(feature = "json")] {
    /// # use regulars::adapter::memory::MemoryStore;
    /// # use regulars::document::{read_document, read_program};
    /// # use regulars::ident::SaleId;
    /// # use regulars::register::Register;
    /// # use regulars::time::{FixedZones, Timestamp};
    /// # let mut register = Register::new(MemoryStore::default(), FixedZones);
    /// # let now = Timestamp::from_millisecond(1_795_680_000_000).expect("a moment");
    /// let program = read_program(
    ///     r#"{"id": "house", "currency": "EUR", "time_zone": "+01:00", "unit": {"kind": "money"},
    ///         "earn": [{"by": "amount", "rate": "0.05"}], "enrolment": {"claim_days": 14}}"#,
    /// )?;
    /// // A sale that nobody has.
    /// let sale = read_document(
    ///     r#"{"type": "sale", "sale": "S-1", "at": "2026-11-26T09:00:00+01:00",
    ///         "lines": [{"id": "1", "product": "coat", "quantity": "1", "unit_price": "100.00"}],
    ///         "payments": [{"tender": "card", "amount": "100.00"}]}"#,
    ///     &*program.program,
    /// )?;
    /// register.set_program(program, now)?;
    /// register.submit(&sale, now)?;
    ///
    /// let unclaimed = register.unclaimed(&SaleId::new("S-1")?, now)?;
    /// assert_eq!(unclaimed.units.minor(), 5_00);
    /// assert_eq!(unclaimed.last_day.to_string(), "2026-12-10");
    /// # }
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// [`RegisterError::Refused`] as for a `claim` of the sale by somebody who takes part: with
    /// [`Refusal::AlreadyClaimed`] for example, or [`Refusal::TooLate`]; [`RegisterError::Store`] if the store can't be
    /// read.
    pub fn unclaimed(&mut self, sale: &SaleId, at: Timestamp) -> Result<Unclaimed, RegisterError<S::Error>> {
        let facts = self.facts(&Question::of_sales(core::slice::from_ref(sale), at))?;
        Ok(unclaimed(&facts, sale, at, &self.zones)?)
    }
}

/// The question whose a code is.
fn whose(code: &Code, at: Timestamp) -> Question<'static> {
    Question { keys: [code.key(), code.card_key()].into(), ..Question::as_of(at) }
}

/// Whose a code is, by facts that were asked for it; of cards, those of the customer are among them. Of a record that
/// was merged into another it is the other's (R30).
fn holder(facts: &Facts, code: &Code) -> Option<CodeHolder> {
    let normal = code.normal();
    let holders = facts.kept.iter().filter_map(|kept| match kept {
        Kept::Code(owner) if owner.replaced => Some(CodeHolder::Replaced),
        Kept::Code(owner) => Some(CodeHolder::Customer(facts.stays(&owner.customer).clone())),
        Kept::Card(card) if card.code.normal() == normal => Some(CodeHolder::PunchCard),
        _ => None,
    });
    // Registers that share operations may each have given it away.
    holders.reduce(|_, _| CodeHolder::Several)
}

#[cfg(feature = "tokens")]
mod by_token;
#[cfg(feature = "tokens")]
pub use by_token::ByTokenError;
