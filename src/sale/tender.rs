//! What was tendered for a sale, and what counts of it as paid.

use alloc::vec::Vec;

use crate::ident::{DocumentId, Tender};
use crate::money::{AmountError, Money};

/// One payment, as it was tendered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Payment {
    /// In what.
    pub tender: Tender,
    /// How much money it stands for; not below zero.
    pub amount: Money,
    /// Of loyalty: the units that were held for it (R14a).
    pub reservation: Option<DocumentId>,
}

/// A payment was offered that the sale cannot take.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TenderError {
    /// A payment, or the change, is below zero.
    #[error("a payment or the change is below zero")]
    Negative,
    /// More change was given than was tendered in anything but loyalty.
    #[error("the change is more than was tendered in anything but loyalty")]
    ChangeExceedsTendered,
    /// More was tendered, net of change, than is due.
    #[error("more was tendered than is due")]
    ExceedsBalanceDue {
        /// What was tendered, net of change, in minor units.
        offered: Money,
        /// What is due, in minor units.
        due: Money,
    },
    /// A sum is larger than can be kept.
    #[error(transparent)]
    Amount(#[from] AmountError),
}

/// What has been paid on a sale, by tender, net of change (R5). Deferrals to the account are no
/// payments and are not in it.
///
/// ```
/// use regulars::ident::Tender;
/// use regulars::money::Money;
/// use regulars::sale::{Payment, Tendered};
///
/// // 47.50 is due; 50.00 in notes is given, and 2.50 goes back.
/// let cash = Tender::new("cash")?;
/// let given = [Payment { tender: cash.clone(), amount: Money::from_minor(50_00), reservation: None }];
/// let paid = Tendered::net_of_change(&given, Money::from_minor(2_50))?;
/// assert_eq!(paid.of(&cash), Money::from_minor(47_50));
///
/// // Change never comes out of loyalty.
/// let given = [Payment { tender: Tender::loyalty(), amount: Money::from_minor(50_00), reservation: None }];
/// assert!(Tendered::net_of_change(&given, Money::from_minor(2_50)).is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Tendered {
    parts: Vec<Payment>,
}

impl Tendered {
    /// What counts of these payments after `change` went back: change comes out of cash, then out
    /// of the other tenders in order, never out of loyalty (Q22).
    ///
    /// # Errors
    /// [`TenderError`] for amounts below zero, or more change than there is to give it from.
    pub fn net_of_change(payments: &[Payment], change: Money) -> Result<Tendered, TenderError> {
        if change.is_negative() || payments.iter().any(|payment| payment.amount.is_negative()) {
            return Err(TenderError::Negative);
        }
        let mut tendered = Tendered::default();
        for payment in payments.iter().filter(|payment| !payment.tender.is_on_account()) {
            tendered.add(&payment.tender, payment.amount)?;
        }
        tendered.give_change(change)?;
        Ok(tendered)
    }

    /// Each tender once, with what it paid, in the order in which they first paid.
    pub fn parts(&self) -> &[Payment] {
        &self.parts
    }

    /// All that was paid.
    ///
    /// # Errors
    /// [`AmountError::TooLarge`] past 63 bits.
    pub fn total(&self) -> Result<Money, AmountError> {
        Money::sum(self.parts.iter().map(|part| part.amount))
    }

    /// What this tender paid.
    pub fn of(&self, tender: &Tender) -> Money {
        self.parts.iter().find(|part| part.tender == *tender).map_or(Money::ZERO, |part| part.amount)
    }

    /// What loyalty paid.
    pub fn loyalty(&self) -> Money {
        self.parts.iter().find(|part| part.tender.is_loyalty()).map_or(Money::ZERO, |part| part.amount)
    }

    /// Adds what one tender paid.
    ///
    /// # Errors
    /// [`AmountError::TooLarge`] past 63 bits.
    pub(crate) fn add(&mut self, tender: &Tender, amount: Money) -> Result<(), AmountError> {
        match self.parts.iter_mut().find(|part| part.tender == *tender) {
            Some(part) => part.amount = part.amount.plus(amount)?,
            None => self.parts.push(Payment { tender: tender.clone(), amount, reservation: None }),
        }
        Ok(())
    }

    /// Adds what others paid.
    ///
    /// # Errors
    /// [`AmountError::TooLarge`] past 63 bits.
    pub(crate) fn add_all(&mut self, other: &Tendered) -> Result<(), AmountError> {
        other.parts.iter().try_for_each(|part| self.add(&part.tender, part.amount))
    }

    fn give_change(&mut self, change: Money) -> Result<(), TenderError> {
        let mut left = change;
        let is_cash = |part: &&mut Payment| part.tender.as_str() == Tender::CASH;
        let cash = self.parts.iter_mut().find(is_cash);
        if let Some(cash) = cash {
            left = take_change(cash, left)?;
        }
        for part in self.parts.iter_mut().filter(|part| !part.tender.is_loyalty()) {
            left = take_change(part, left)?;
        }
        if left.is_zero() { Ok(()) } else { Err(TenderError::ChangeExceedsTendered) }
    }
}

/// Takes change out of one tender, and says how much is still to give.
fn take_change(part: &mut Payment, change: Money) -> Result<Money, AmountError> {
    let taken = part.amount.min(change);
    part.amount = part.amount.minus(taken)?;
    change.minus(taken)
}
