//! The receipt of an account payment in a ledger.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use crate::adapter::receipt::of_sale::Holdings;
use crate::adapter::receipt::page::Page;
use crate::decide::{
    AccountPaymentDocument, Document, Kind, Moved, Operation, PaidOn, Question, Recorded, Refusal,
    SaleHistory, SaleRecord,
};
use crate::ident::{DocumentId, SaleId};
use crate::money::{Money, Units};
use crate::register::{Register, RegisterError};
use crate::sale::Tendered;
use crate::store::Store;
use crate::time::{Timestamp, Zones};

impl<S: Store, Z: Zones> Register<S, Z> {
    /// The receipt of an account payment (R4, Q20), as text in rows as those of [`receipt`](Register::receipt): what was
    /// paid, on which sales, and what was still due on each then; and, as they stand at a moment, what is due on the
    /// account in all, its credit, and the balance. A payment that was handed in without an id can't be asked for.
    /// Nothing is recorded.
    ///
    /// ```
    /// use regulars::adapter::memory::MemoryStore;
    /// use regulars::document::{read_document, read_program};
    /// use regulars::ident::DocumentId;
    /// use regulars::register::Register;
    /// use regulars::time::{FixedZones, Timestamp};
    ///
    /// let program = read_program(
    ///     r#"{"id": "house", "currency": "EUR", "unit": {"kind": "money"}, "earn": [{"by": "amount", "rate": "0.05"}]}"#,
    /// )?;
    /// let mut register = Register::new(MemoryStore::default(), FixedZones);
    /// register.set_program(program.clone(), Timestamp::EPOCH)?;
    /// for text in [
    ///     r#"{"type": "sale", "sale": "S-1", "at": "2026-03-02T10:00:00Z", "customer": "ada", "terms": "on_account",
    ///         "lines": [{"id": "1", "product": "coat", "quantity": "1", "unit_price": "100.00"}]}"#,
    ///     r#"{"type": "account_payment", "id": "P-1", "at": "2026-03-09T10:00:00Z", "customer": "ada",
    ///         "payments": [{"tender": "card", "amount": "60.00"}]}"#,
    /// ] {
    ///     let document = read_document(text, &*program.program)?;
    ///     register.submit(&document, document.at())?;
    /// }
    /// let text = register.account_receipt(&DocumentId::new("P-1")?, "CORNER CAFÉ", Timestamp::EPOCH)?;
    /// assert!(text.contains("STILL DUE ON ACCOUNT EUR             40.00"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// [`RegisterError::Refused`] with [`Refusal::InvalidDocument`] where no account payment has the id, or past 63
    /// bits, or with [`Refusal::InvalidProgram`] where the time zone isn't known here; [`RegisterError::Store`] if the
    /// store can't be read.
    pub fn account_receipt(
        &mut self,
        payment: &DocumentId,
        shop: &str,
        at: Timestamp,
    ) -> Result<String, RegisterError<S::Error>> {
        let asked = Some((Kind::AccountPayment, payment.as_str()));
        let original = self.facts(&Question { document: asked, ..Question::as_of(at) })?.original;
        let unknown =
            || Refusal::InvalidDocument { what: format!("no account payment has the id {payment}") };
        let Recorded { operation, program } = original.ok_or_else(unknown)?;
        let Document::AccountPayment(document) = &operation.document else { return Err(unknown().into()) };
        let customer = &document.customer;
        let facts = self.facts(&Question::of_customer(customer, at))?;
        let known = facts.known(facts.stays(customer));
        let owed = known.map(|known| known.member.debts.clone()).unwrap_or_default();
        let mut sales: Vec<SaleId> = operation.decision.paid.iter().map(|paid| paid.sale.clone()).collect();
        sales.extend(
            owed.iter()
                .filter(|sale| !operation.decision.paid.iter().any(|paid| paid.sale == **sale))
                .cloned(),
        );
        let sales = self.facts(&Question::of_sales(&sales, at))?.sales;
        let has = self.holdings(customer, at)?;
        let paper = Paper { operation: &operation, document, sales: &sales, owed: &owed, has };
        let mut page = Page::new(shop, &program.program, self.zones());
        paper.write(&mut page)?;
        Ok(page.text)
    }
}

/// What the receipt of an account payment is written from.
struct Paper<'a> {
    operation: &'a Operation,
    document: &'a AccountPaymentDocument,
    /// The sales that it paid, and those that are owed.
    sales: &'a [SaleHistory],
    /// The sales that are owed now.
    owed: &'a [SaleId],
    has: Holdings,
}

impl Paper<'_> {
    fn write(&self, page: &mut Page<'_>) -> Result<(), Refusal> {
        let (document, decision) = (self.document, &*self.operation.decision);
        let outlet = document.header.place.outlet.as_ref();
        let what = document.header.id.as_ref().map(|id| format!("Account payment {id}")).unwrap_or_default();
        let moment = page.moment(outlet, document.header.at)?;
        page.head(&what, &moment, outlet, Some(&document.customer));
        let odd = |_| Refusal::Damaged { what: "an account payment that can't be one" };
        let tendered = Tendered::net_of_change(&document.payments, Money::ZERO).map_err(odd)?;
        page.tenders("paid", tendered.parts());
        let on_sales = decision.paid.iter().flat_map(|paid| &paid.payments);
        let over = tendered.total()?.minus(Money::sum(on_sales.map(|part| part.amount))?)?;
        if over.is_negative() {
            page.amount("paid from credit", Money::ZERO.minus(over)?);
        }
        page.rule('=');
        decision.paid.iter().try_for_each(|paid| self.paid_on(page, paid))?;
        page.amount_if("to your credit", over.or_zero());
        self.stands(page)
    }

    /// What was paid on a sale, and what was due on it then.
    fn paid_on(&self, page: &mut Page<'_>, paid: &PaidOn) -> Result<(), Refusal> {
        let amount = Money::sum(paid.payments.iter().map(|part| part.amount))?;
        let history = self.history(&paid.sale);
        let this = |operation: &Operation| operation.seq == self.operation.seq;
        let until = history.and_then(|history| {
            let last = history.operations.iter().position(this)?;
            SaleRecord::fold(history.operations.get(..=last)?).ok()
        });
        let Some(record) = until else {
            page.amount(&format!("on sale {}", paid.sale), amount);
            return Ok(());
        };
        let rung_up = record.state.rung_up();
        let day = page.day(rung_up.place.outlet.as_ref(), rung_up.at)?;
        page.amount(&format!("on sale {} of {day}", paid.sale), amount);
        page.amount("  still due on it", record.state.balance_due()?);
        Ok(())
    }

    fn history(&self, sale: &SaleId) -> Option<&SaleHistory> {
        self.sales.iter().find(|history| SaleRecord::id(history) == Some(sale))
    }

    /// What stands on the account now, and the loyalty.
    fn stands(&self, page: &mut Page<'_>) -> Result<(), Refusal> {
        let mut due = Money::ZERO;
        for history in self.owed.iter().filter_map(|sale| self.history(sale)) {
            // What several registers decided that contradicts itself is settled by hand.
            if let Ok(record) = SaleRecord::fold(&history.operations) {
                due = due.plus(record.state.balance_due()?)?;
            }
        }
        let currency = page.currency();
        page.rule('-');
        page.amount(&format!("STILL DUE ON ACCOUNT {currency}"), due);
        page.amount_if(&format!("ACCOUNT CREDIT {currency}"), self.has.credit);
        let accruals = self.operation.decision.accruals.iter();
        let earned = accruals.map(|accrued| accrued.accrual.total()).collect::<Result<Vec<_>, _>>()?;
        page.rule('-');
        page.units("Loyalty earned", Units::sum(earned)?);
        page.units("Loyalty spent", Moved::by(&self.operation.decision.entries)?.redeemed);
        page.balance(self.has.balance, self.has.held);
        Ok(())
    }
}
