//! The states of a sale, and the steps between them.

use crate::money::{AmountError, Money};
use crate::sale::{
    Bill, GoodsWorth, ReturnError, Returned, ReturnedLine, RungUp, Settlement, TenderError, Tendered,
};
use crate::time::Timestamp;

/// How a sale may be paid. What has been paid by now is another thing: [`SaleState`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Terms {
    /// At once.
    #[default]
    Immediate,
    /// Lay-away: the shop keeps the goods until all is paid (R3).
    Layby,
    /// The goods leave, the debt stays (R4).
    OnAccount,
}

/// Where a sale stands. Each state holds its own data; a step consumes one and gives the next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SaleState {
    /// Put aside before anything was paid; it can be rung up anew.
    Parked(Parked),
    /// Rung up, and not settled: something is due, or it is paid and waits for others on its account (R4).
    Pending(Pending),
    /// Settled: nothing is due, and it waits for nothing.
    Settled(Settled),
    /// Undone.
    Voided(Voided),
}

/// A sale that was put aside. It has moved nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parked {
    /// What was rung up so far.
    pub rung_up: RungUp,
}

/// A sale that was rung up and isn't settled.
///
/// ```
/// use regulars::ident::{LineId, ProductId, SaleId, Tender};
/// use regulars::money::{Money, Ratio};
/// use regulars::sale::{Bill, LineItem, Payment, Pending, Place, RungUp, SaleState, Tendered, Terms};
/// use regulars::time::Timestamp;
///
/// # fn line(id: &str, quantity: i64, unit_price: i64) -> Result<LineItem, Box<dyn std::error::Error>> {
/// #     let (id, product) = (LineId::new(id)?, ProductId::new("mug")?);
/// #     let (quantity, unit_price) = (Ratio::from_whole(quantity)?, Money::from_minor(unit_price));
/// #     let (discount, tax, price_book) = (Money::ZERO, None, None);
/// #     Ok(LineItem { id, product, category: None, quantity, unit_price, discount, tax, price_book, promotions: vec![], earns: true })
/// # }
/// # fn bill(lines: Vec<LineItem>) -> Result<Bill, Box<dyn std::error::Error>> {
/// #     let (sale, at, place) = (SaleId::new("S-1")?, Timestamp::EPOCH, Place::default());
/// #     let (discount, tax_added, cash_rounding) = (Money::ZERO, Money::ZERO, Money::ZERO);
/// #     let (customer, terms, fees) = (None, Terms::Layby, Vec::new());
/// #     let (rewards, offers, earns) = (Vec::new(), Vec::new(), true);
/// #     Ok(Bill::ring_up(RungUp {
/// #         sale, at, place, customer, terms, lines: lines.into(), discount, fees, tax_added, cash_rounding, rewards,
/// #         offers, earns,
/// #     })?)
/// # }
/// let pay = |tender: &str, minor: i64| -> Result<Tendered, Box<dyn std::error::Error>> {
///     let payment = Payment { tender: Tender::new(tender)?, amount: Money::from_minor(minor), reservation: None };
///     Ok(Tendered::net_of_change(&[payment], Money::ZERO)?)
/// };
/// let layby = Pending::new(bill(vec![line("1", 1, 80_00)?])?);
///
/// // 79.99 of 80.00 is a part payment, whatever share it is (R1).
/// let SaleState::Pending(layby) = layby.tender(&pay("card", 79_99)?, Timestamp::EPOCH)? else {
///     panic!("a part-paid sale is pending");
/// };
/// assert_eq!(layby.balance_due()?, Money::from_minor(1));
/// assert!(layby.clone().tender(&pay("cash", 2)?, Timestamp::EPOCH).is_err());
///
/// // The last cent settles it; only now is there a settlement to earn with.
/// let SaleState::Settled(sale) = layby.tender(&pay("cash", 1)?, Timestamp::EPOCH)? else {
///     panic!("a sale with nothing due is settled");
/// };
/// assert_eq!(sale.settlement().total(), Money::from_minor(80_00));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pending {
    bill: Bill,
    paid: Tendered,
}

/// A sale that is paid, with its [`Settlement`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settled {
    bill: Bill,
    paid: Tendered,
    settlement: Settlement,
    /// What came back since.
    pub(crate) returned: Returned,
}

/// A sale that was undone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Voided {
    /// What had been rung up.
    pub rung_up: RungUp,
    /// When it was undone.
    pub at: Timestamp,
    /// What had been paid.
    pub paid: Tendered,
    /// What of that went back, by the void and before it.
    pub refunded: Tendered,
    /// What of that paid for the new goods of exchanges (R21).
    pub carried_out: Tendered,
}

impl Pending {
    /// A sale that was rung up, before any payment.
    pub fn new(bill: Bill) -> Pending {
        Pending { bill, paid: Tendered::default() }
    }

    /// Takes payments. The sale is settled when the balance due reaches zero, and pending else.
    ///
    /// # Errors
    /// [`TenderError::ExceedsBalanceDue`] if more was paid than is due.
    pub fn tender(self, payments: &Tendered, at: Timestamp) -> Result<SaleState, TenderError> {
        Ok(self.pay(payments)?.settle(at))
    }

    /// Takes payments, and leaves the sale pending whatever is due: under
    /// [`AccountCleared`](crate::loyalty::OnAccount::AccountCleared) a debt that is paid isn't settled
    /// before the others are paid (R4).
    ///
    /// # Errors
    /// [`TenderError::ExceedsBalanceDue`] if more was paid than is due.
    pub fn pay(mut self, payments: &Tendered) -> Result<Pending, TenderError> {
        let (offered, due) = (payments.total()?, self.balance_due()?);
        if due < offered {
            return Err(TenderError::ExceedsBalanceDue { offered, due });
        }
        self.paid.add_all(payments)?;
        Ok(self)
    }

    /// The sale is settled if nothing is due, and stays pending else.
    pub fn settle(self, at: Timestamp) -> SaleState {
        match Settlement::reached(&self.bill, &self.paid, at) {
            Some(settlement) => {
                let returned = Returned::nothing(&self.bill);
                SaleState::Settled(Settled { bill: self.bill, paid: self.paid, settlement, returned })
            }
            None => SaleState::Pending(self),
        }
    }

    /// What was rung up.
    pub fn bill(&self) -> &Bill {
        &self.bill
    }

    /// What has been paid.
    pub fn paid(&self) -> &Tendered {
        &self.paid
    }

    /// What is still to pay.
    ///
    /// # Errors
    /// [`AmountError::TooLarge`] past 63 bits.
    pub fn balance_due(&self) -> Result<Money, AmountError> {
        self.bill.due()?.minus(self.paid.total()?)
    }
}

impl Settled {
    /// What was rung up.
    pub fn bill(&self) -> &Bill {
        &self.bill
    }

    /// What has been paid.
    pub fn paid(&self) -> &Tendered {
        &self.paid
    }

    /// The key to earning.
    pub fn settlement(&self) -> &Settlement {
        &self.settlement
    }

    /// What came back since.
    pub fn returned(&self) -> &Returned {
        &self.returned
    }

    /// Takes goods back. Answers what they are worth.
    ///
    /// # Errors
    /// Those of [`Returned`].
    pub(crate) fn take_goods(&mut self, lines: &[ReturnedLine]) -> Result<GoodsWorth, ReturnError> {
        self.returned.take_goods(&self.bill, lines)
    }

    /// Gives money back without goods.
    ///
    /// # Errors
    /// [`ReturnError::OverReturnMoney`] past what is left of the total.
    pub(crate) fn take_money(&mut self, amount: Money) -> Result<(), ReturnError> {
        self.returned.take_money(&self.bill, amount)
    }
}

impl SaleState {
    /// The name of the state: `parked`, `pending`, `settled` or `voided`.
    pub const fn name(&self) -> &'static str {
        match self {
            SaleState::Parked(_) => "parked",
            SaleState::Pending(_) => "pending",
            SaleState::Settled(_) => "settled",
            SaleState::Voided(_) => "voided",
        }
    }

    /// What is still to pay now. Nothing is due on a parked sale: it isn't rung up yet.
    ///
    /// # Errors
    /// [`AmountError::TooLarge`] past 63 bits.
    pub fn balance_due(&self) -> Result<Money, AmountError> {
        match self {
            SaleState::Pending(pending) => pending.balance_due(),
            SaleState::Parked(_) | SaleState::Settled(_) | SaleState::Voided(_) => Ok(Money::ZERO),
        }
    }

    /// What was rung up.
    pub fn rung_up(&self) -> &RungUp {
        match self {
            SaleState::Parked(parked) => &parked.rung_up,
            SaleState::Pending(pending) => pending.bill().rung_up(),
            SaleState::Settled(settled) => settled.bill().rung_up(),
            SaleState::Voided(voided) => &voided.rung_up,
        }
    }
}
