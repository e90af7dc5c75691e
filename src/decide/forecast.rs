//! What a sale would earn that isn't settled yet.

use crate::decide::payment::pay;
use crate::decide::posting::Posting;
use crate::decide::sale::member;
use crate::decide::terms::Buyer;
use crate::decide::{Desk, Refusal, Refused, SaleRecord, Used};
use crate::ident::Tender;
use crate::loyalty::{Accrual, Program, earn};
use crate::money::{AmountError, Units};
use crate::sale::{Bill, Pending, SaleState, Tendered};

/// What a sale would earn if what is still due were paid now, in cash. It is no [`Accrual`]: no change
/// set takes it, and nothing can be granted by it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Forecast(Accrual);

impl Forecast {
    /// How many units.
    ///
    /// # Errors
    /// [`AmountError::TooLarge`] past 63 bits.
    pub fn units(&self) -> Result<Units, AmountError> {
        self.0.total()
    }
}

impl Desk<'_> {
    /// What a sale would earn. A customer who doesn't take part would earn nothing; a sale without a
    /// customer would have this to be claimed.
    pub(super) fn forecast(
        &self,
        program: &Program,
        pending: Pending,
        posting: Option<&Posting<'_>>,
    ) -> Result<Forecast, Refused> {
        let at = pending.bill().rung_up().at;
        let is_nobodys = pending.bill().rung_up().customer.is_none();
        if !is_nobodys && !posting.is_some_and(Posting::takes_part) {
            return Ok(Forecast(Accrual::default()));
        }
        let (due, mut rest) = (pending.balance_due()?, Tendered::default());
        rest.add(&Tender::cash(), due)?;
        let SaleState::Settled(settled) = pay(program, pending, &rest)?.settle(at) else {
            return Err(Refusal::Damaged { what: "a sale that is wholly paid isn't settled" }.into());
        };
        let rung_up = settled.bill().rung_up();
        let valid_on = self.valid_on(program, rung_up)?;
        let terms = self.terms(
            program,
            self.rung_up_at(rung_up),
            settled.settlement().total(),
            posting.and_then(Buyer::of),
        )?;
        Ok(Forecast(earn(program, &settled, valid_on, terms)?.accrual))
    }

    /// What a sale would earn that was rung up before and wasn't settled then, for the customer as things
    /// stand; `None` for one that was settled. `used` is what its document used: a parked sale's record has
    /// nothing of it yet.
    pub(super) fn forecast_again(
        &self,
        program: &Program,
        record: &SaleRecord,
        used: &[Used],
    ) -> Result<Option<Units>, Refused> {
        let pending = match &record.state {
            SaleState::Parked(_) => {
                let rung_up = record.state.rung_up().clone();
                Pending::new(Bill::ring_up_less(rung_up, &Used::cuts(used))?)
            }
            SaleState::Pending(pending) => pending.clone(),
            SaleState::Settled(_) | SaleState::Voided(_) => return Ok(None),
        };
        let at = self.document.at();
        let customer = pending.bill().rung_up().customer.clone();
        let today = self.today(at)?;
        let posting = member(self.facts, customer.as_ref(), program, at, today)?;
        Ok(Some(self.forecast(program, pending, posting.as_deref())?.units()?))
    }
}
