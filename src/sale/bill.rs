//! What was rung up, and what is due for it.

use alloc::sync::Arc;
use alloc::vec::Vec;

use crate::ident::{
    Code, CustomerId, DocumentId, LineId, OperatorId, OutletId, RegisterId, RewardId, SaleId,
};
use crate::money::{AmountError, Money, Ratio, Units, split_by_weight};
use crate::sale::cut::take_all;
use crate::sale::{Cut, LineItem, Tax, Terms};
use crate::sorting;
use crate::time::Timestamp;

/// What a sale's document says of the goods and of what comes beside them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RungUp {
    /// The sale.
    pub sale: SaleId,
    /// When the lines were rung up.
    pub at: Timestamp,
    /// Where, and by whom.
    pub place: Place,
    /// Who buys; the sale earns for nobody else (R9).
    pub customer: Option<CustomerId>,
    /// How it may be paid. They are kept and printed; whether the sale earns depends on what was paid,
    /// and on nothing else.
    pub terms: Terms,
    /// The lines; what is worked out of a sale shares them.
    pub lines: Arc<[LineItem]>,
    /// What is taken off the whole sale; not below zero.
    pub discount: Money,
    /// What is added beside the goods.
    pub fees: Vec<Fee>,
    /// Tax that comes on top of the prices.
    pub tax_added: Money,
    /// What rounding the total to the smallest coin adds, or takes off.
    pub cash_rounding: Money,
    /// The rewards that are used on it, in order (R14).
    pub rewards: Vec<RewardUse>,
    /// The punch cards' offers that are used on it (R35).
    pub offers: Vec<OfferUse>,
    /// Whether the sale may earn at all; staff purchases and corrections don't (R10).
    pub earns: bool,
}

/// A reward that is used on a sale.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RewardUse {
    /// Which.
    pub reward: RewardId,
    /// On which line; `None` for the one that fits with the largest amount (Q17).
    pub line: Option<LineId>,
    /// How many units are spent, where the customer chooses.
    pub units: Option<Units>,
    /// How much is free at most, of a free product or item; of other rewards one is used.
    pub quantity: Option<Ratio>,
    /// The units that were held for it (R14a).
    pub reservation: Option<DocumentId>,
}

/// A punch card's offer that is used on a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OfferUse {
    /// The card.
    pub card: Code,
    /// The line.
    pub line: LineId,
}

/// Where a document was made, and by whom, as far as it says (R40).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Place {
    /// The shop.
    pub outlet: Option<OutletId>,
    /// The register.
    pub register: Option<RegisterId>,
    /// The person.
    pub operator: Option<OperatorId>,
}

impl Place {
    /// The same, with what another says where this says nothing.
    pub(crate) fn or(self, other: Place) -> Place {
        Place {
            outlet: self.outlet.or(other.outlet),
            register: self.register.or(other.register),
            operator: self.operator.or(other.operator),
        }
    }
}

/// Something added to a sale that isn't goods. Fees never earn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fee {
    /// What for.
    pub kind: FeeKind,
    /// How much; not below zero.
    pub amount: Money,
}

/// What a fee is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FeeKind {
    /// Sending the goods.
    Shipping,
    /// A present for the staff: outside the total that the share of loyalty is taken of (Q1).
    Tip,
    /// Bringing the goods.
    Delivery,
    /// Service.
    Service,
}

/// What was rung up can't be a bill.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum BillError {
    /// Two lines have the same id.
    #[error("line {line} stands twice in the sale")]
    SameLineTwice {
        /// The line.
        line: LineId,
    },
    /// A discount or a fee is below zero.
    #[error("{what} is below zero")]
    Negative {
        /// The field.
        what: &'static str,
    },
    /// The total due is below zero: what goes back to the customer is a return.
    #[error("the total due is below zero")]
    TotalBelowZero,
    /// A sum is larger than can be kept.
    #[error(transparent)]
    Amount(#[from] AmountError),
}

/// A sale's lines with what each comes to, and the total due.
///
/// Total due = lines − discount − what rewards and offers take off + fees + added tax + cash rounding. Each line is rounded to money
/// first (R7). The sale discount is shared over the lines by their amounts, by largest remainder;
/// lines below zero get no share of it.
///
/// ```
/// use regulars::ident::{LineId, ProductId, SaleId};
/// use regulars::money::{Money, Ratio};
/// use regulars::sale::{Bill, BillError, Fee, FeeKind, LineItem, Place, RungUp, Terms};
/// use regulars::time::Timestamp;
///
/// # fn line(id: &str, quantity: i64, unit_price: i64) -> Result<LineItem, Box<dyn std::error::Error>> {
/// #     let (id, product) = (LineId::new(id)?, ProductId::new("mug")?);
/// #     let (quantity, unit_price) = (Ratio::from_whole(quantity)?, Money::from_minor(unit_price));
/// #     let (discount, tax, price_book) = (Money::ZERO, None, None);
/// #     Ok(LineItem { id, product, category: None, quantity, unit_price, discount, tax, price_book, promotions: vec![], earns: true })
/// # }
/// let bill = Bill::ring_up(RungUp {
///     sale: SaleId::new("S-1")?,
///     at: Timestamp::EPOCH,
///     place: Place::default(),
///     customer: None,
///     terms: Terms::Immediate,
///     lines: [line("1", 2, 12_50)?, line("2", 1, 80_00)?].into(),
///     discount: Money::from_minor(5_00),
///     fees: vec![
///         Fee { kind: FeeKind::Shipping, amount: Money::from_minor(4_90) },
///         Fee { kind: FeeKind::Tip, amount: Money::from_minor(2_00) },
///     ],
///     tax_added: Money::ZERO,
///     cash_rounding: Money::ZERO,
///     rewards: Vec::new(),
///     offers: Vec::new(),
///     earns: true,
/// })?;
/// assert_eq!(bill.total(), Money::from_minor(104_90)); // T: without the tip
/// assert_eq!(bill.due()?, Money::from_minor(106_90));
///
/// let twice = RungUp { lines: [line("1", 1, 100)?, line("1", 1, 100)?].into(), ..bill.rung_up().clone() };
/// assert!(matches!(Bill::ring_up(twice), Err(BillError::SameLineTwice { .. })));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bill {
    rung_up: RungUp,
    amounts: Vec<LineAmounts>,
    total: Money,
    tips: Money,
}

/// What one line comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct LineAmounts {
    /// After the line's own discount.
    pub(crate) own: Money,
    /// After its share of the sale discount, and after rewards and offers, too (R7, R14).
    pub(crate) net: Money,
    /// What of it earns: what is left, and what was taken off without lowering what is earned.
    pub(crate) earning: Money,
    /// The same where a discount on the sale doesn't lower what is earned (R7).
    pub(crate) earning_undiscounted: Money,
    /// How much of its quantity is free; it neither earns nor punches.
    pub(crate) free: Ratio,
}

impl LineAmounts {
    /// What a line comes to of which nothing but its own discount is taken off.
    pub(crate) fn of(line: &LineItem) -> Result<LineAmounts, AmountError> {
        let own = line.amount()?;
        let (net, earning, earning_undiscounted) = (own, own, own);
        Ok(LineAmounts { own, net, earning, earning_undiscounted, free: Ratio::ZERO })
    }
}

impl Bill {
    /// Works out what the lines come to and what is due.
    ///
    /// # Errors
    /// [`BillError`] for a line that stands twice, a discount or fee below zero, a total below
    /// zero, or an amount that is too large; in that order.
    pub fn ring_up(rung_up: RungUp) -> Result<Bill, BillError> {
        Bill::ring_up_less(rung_up, &[])
    }

    /// The same, with what rewards and offers take off, in order.
    ///
    /// # Errors
    /// As [`ring_up`](Bill::ring_up).
    pub fn ring_up_less(rung_up: RungUp, cuts: &[Cut]) -> Result<Bill, BillError> {
        refuse_same_line_twice(&rung_up.lines)?;
        refuse_negatives(&rung_up)?;
        let mut own = Vec::with_capacity(rung_up.lines.len());
        for line in &*rung_up.lines {
            own.push(line.amount()?.minor());
        }
        let mut discounts = Vec::new();
        if !rung_up.discount.is_zero() {
            discounts = split_by_weight(rung_up.discount.minor(), &own)?;
        }
        let mut amounts = Vec::with_capacity(own.len());
        for (index, own) in own.into_iter().map(Money::from_minor).enumerate() {
            let discount = Money::from_minor(discounts.get(index).copied().unwrap_or(0));
            let net = own.minus(discount)?;
            let (earning, earning_undiscounted, free) = (net, own, Ratio::ZERO);
            amounts.push(LineAmounts { own, net, earning, earning_undiscounted, free });
        }
        let mut cut = Money::ZERO;
        if !cuts.is_empty() {
            let quantities: Vec<Ratio> = rung_up.lines.iter().map(|line| line.quantity).collect();
            cut = take_all(&mut amounts, &quantities, cuts)?;
        }
        let (total, tips) = totals(&rung_up, &amounts, cut)?;
        Ok(Bill { rung_up, amounts, total, tips })
    }

    /// What was rung up.
    pub fn rung_up(&self) -> &RungUp {
        &self.rung_up
    }

    /// T: the total due with fees, added tax and cash rounding, without tips (Q1).
    pub fn total(&self) -> Money {
        self.total
    }

    /// All tips together.
    pub fn tips(&self) -> Money {
        self.tips
    }

    /// All that the customer has to pay, tips included (Q15).
    ///
    /// # Errors
    /// [`AmountError::TooLarge`] past 63 bits.
    pub fn due(&self) -> Result<Money, AmountError> {
        self.total.plus(self.tips)
    }

    /// The line with this id: its place, and what was rung up.
    pub fn line(&self, id: &LineId) -> Option<(usize, &LineItem)> {
        self.rung_up.lines.iter().enumerate().find(|(_, line)| line.id == *id)
    }

    /// What each line comes to, in the order of the lines.
    pub(crate) fn amounts(&self) -> &[LineAmounts] {
        &self.amounts
    }
}

fn by_length(id: &LineId) -> (usize, &LineId) {
    (id.as_str().len(), id)
}

fn refuse_same_line_twice(lines: &[LineItem]) -> Result<(), BillError> {
    // Numbers, as most tills give them, are in this order already.
    if lines.is_sorted_by(|line, next| by_length(&line.id) < by_length(&next.id)) {
        return Ok(());
    }
    let mut ids: Vec<&LineId> = lines.iter().map(|line| &line.id).collect();
    sorting::sort_by_key(&mut ids, |id| by_length(id));
    let twice = ids.windows(2).find_map(|pair| match pair {
        [one, next] if one == next => Some(*one),
        _ => None,
    });
    twice.map_or(Ok(()), |line| Err(BillError::SameLineTwice { line: line.clone() }))
}

/// Whether lines can be lines: each stands once, and no discount or tax is below zero.
///
/// # Errors
/// [`BillError`] of the first that can't.
pub(crate) fn refuse_odd_lines(lines: &[LineItem]) -> Result<(), BillError> {
    refuse_same_line_twice(lines)?;
    refuse_negative_lines(lines)
}

fn refuse_negative_lines(lines: &[LineItem]) -> Result<(), BillError> {
    if lines.iter().any(|line| line.discount.is_negative()) {
        return Err(BillError::Negative { what: "a line's discount" });
    }
    let tax_is_negative = |line: &LineItem| match line.tax {
        Some(Tax::Rate { rate, .. }) => rate.is_negative(),
        Some(Tax::Amount { amount, .. }) => {
            amount.is_negative() && line.amount().is_ok_and(|own| !own.is_negative())
        }
        None => false,
    };
    if lines.iter().any(tax_is_negative) {
        return Err(BillError::Negative { what: "a line's tax" });
    }
    Ok(())
}

fn refuse_negatives(rung_up: &RungUp) -> Result<(), BillError> {
    if rung_up.discount.is_negative() {
        return Err(BillError::Negative { what: "discount" });
    }
    refuse_negative_lines(&rung_up.lines)?;
    if rung_up.fees.iter().any(|fee| fee.amount.is_negative()) {
        return Err(BillError::Negative { what: "a fee" });
    }
    Ok(())
}

fn totals(rung_up: &RungUp, amounts: &[LineAmounts], cut: Money) -> Result<(Money, Money), BillError> {
    let lines = Money::sum(amounts.iter().map(|line| line.own))?;
    let kind = |fee: &&Fee| fee.kind == FeeKind::Tip;
    let tips = Money::sum(rung_up.fees.iter().filter(kind).map(|fee| fee.amount))?;
    let fees = Money::sum(rung_up.fees.iter().filter(|fee| !kind(fee)).map(|fee| fee.amount))?;
    let total = lines.minus(rung_up.discount)?.minus(cut)?.plus(fees)?;
    let total = total.plus(rung_up.tax_added)?.plus(rung_up.cash_rounding)?;
    if total.is_negative() {
        return Err(BillError::TotalBelowZero);
    }
    Ok((total, tips))
}
