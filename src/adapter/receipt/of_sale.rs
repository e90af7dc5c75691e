//! The receipt of a sale in a ledger.

use alloc::string::String;
use alloc::vec::Vec;

use crate::adapter::receipt::Receipt;
use crate::decide::{Document, Header, MemberDocument, Question, Refusal, Standing};
use crate::ident::{CustomerId, SaleId};
use crate::money::{Money, Units};
use crate::register::{Register, RegisterError};
use crate::sale::Place;
use crate::store::Store;
use crate::time::{Timestamp, Zones};

/// What a customer has: the balance, where the customer takes part; what of it is set aside; and the credit.
#[derive(Default)]
pub(super) struct Holdings {
    pub(super) balance: Option<Units>,
    pub(super) held: Units,
    pub(super) credit: Money,
}

impl<S: Store, Z: Zones> Register<S, Z> {
    /// The receipt of a sale as it stands, as text ([`Receipt::to_text`]): by the clock of the sale's outlet, and with
    /// the balance that its customer has at a moment, if the customer takes part, and the credit of now. `shop` stands
    /// at the top. Nothing is recorded.
    ///
    /// ```
    /// use regulars::adapter::memory::MemoryStore;
    /// use regulars::document::{read_document, read_program};
    /// use regulars::ident::SaleId;
    /// use regulars::register::Register;
    /// use regulars::time::{Date, FixedZones, Offset, Timestamp};
    ///
    /// let day = Date::from_civil(2026, 3, 2).expect("a date");
    /// let now = Timestamp::from_civil(day, (9, 0, 0), Offset::UTC).expect("a moment");
    /// let program = read_program(
    ///     r#"{"id": "house", "currency": "EUR", "time_zone": "+01:00", "unit": {"kind": "money"},
    ///         "earn": [{"by": "amount", "rate": "0.05"}]}"#,
    /// )?;
    /// let sale = read_document(
    ///     r#"{"type": "sale", "sale": "S-1", "at": "2026-03-02T10:00:00+01:00", "customer": "ada",
    ///         "lines": [{"id": "1", "product": "coat", "quantity": "1", "unit_price": "100.00"}],
    ///         "payments": [{"tender": "card", "amount": "100.00"}]}"#,
    ///     &*program.program,
    /// )?;
    /// let mut register = Register::new(MemoryStore::default(), FixedZones);
    /// register.set_program(program, now)?;
    /// register.submit(&sale, now)?;
    /// let text = register.receipt(&SaleId::new("S-1")?, "CORNER CAFÉ", now)?;
    /// assert!(text.contains("Loyalty earned                        5.00"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// [`RegisterError::Refused`] with [`Refusal::UnknownSale`], with [`Refusal::Contested`] where what several registers
    /// decided about it contradicts itself, with [`Refusal::InvalidProgram`] where the time zone
    /// isn't known here, or with [`Refusal::InvalidDocument`] past 63 bits; [`RegisterError::Store`] if the store can't
    /// be read.
    pub fn receipt(
        &mut self,
        sale: &SaleId,
        shop: &str,
        at: Timestamp,
    ) -> Result<String, RegisterError<S::Error>> {
        let facts = self.facts(&Question::of_sales(core::slice::from_ref(sale), at))?;
        let (history, record) = facts.record(sale)?;
        let before = match history.operations.first().map(|opening| &opening.document) {
            Some(Document::Exchange(exchange)) => {
                self.facts(&Question::of_sales(core::slice::from_ref(&exchange.of), at))?.sales
            }
            _ => Vec::new(),
        };
        let has = match record.customer() {
            Some(customer) => self.holdings(customer, at)?,
            None => Holdings::default(),
        };
        let Holdings { balance, held, credit } = has;
        let (exchanged, zones) = (before.first(), self.zones());
        let receipt = Receipt { shop, sale: history, exchanged, balance, held, credit, zones };
        Ok(receipt.to_text().map_err(|refused| facts.contested(refused))?)
    }

    /// What a customer has as of a moment.
    pub(super) fn holdings(
        &mut self,
        customer: &CustomerId,
        at: Timestamp,
    ) -> Result<Holdings, RegisterError<S::Error>> {
        let facts = self.facts(&Question::of_customer(customer, at))?;
        let Some(known) = facts.known(facts.stays(customer)) else { return Ok(Holdings::default()) };
        let credit = Money::sum(known.member.credit.iter().map(|part| part.amount)).map_err(Refusal::from)?;
        let has = Holdings { balance: None, held: known.member.held, credit };
        if known.member.standing == Standing::OptedOut {
            return Ok(has);
        }
        let header = Header { id: None, at, place: Place::default() };
        let check = Document::Check(MemberDocument { header, customer: customer.clone() });
        match self.submit(&check, at) {
            Ok(outcome) => Ok(Holdings { balance: outcome.decision.balance, ..has }),
            Err(RegisterError::Refused(Refusal::UnknownCustomer { .. })) => Ok(has),
            Err(error) => Err(error),
        }
    }
}
