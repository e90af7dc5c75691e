//! What rewards and offers take off lines.

use alloc::vec::Vec;

use crate::money::{AmountError, Exact, Money, Ratio, Rounding};
use crate::sale::LineAmounts;

/// What a reward or an offer takes off one line (R14, R35). Cuts come in order, each on what the ones
/// before have left.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cut {
    /// The place of the line in the sale.
    pub line: u32,
    /// How much it takes off.
    pub amount: Money,
    /// How much of the line's quantity it makes free; zero where it takes off money alone.
    pub free: Ratio,
    /// Whether the line earns on what is left after it. What is free never earns (Q17).
    pub lowers_earning: bool,
}

impl LineAmounts {
    /// Takes a cut off a line of so much quantity.
    pub(super) fn take(&mut self, cut: &Cut, quantity: Ratio) -> Result<(), AmountError> {
        self.net = self.net.minus(cut.amount)?;
        let lower = cut.lowers_earning && cut.free.is_zero();
        for earning in [&mut self.earning, &mut self.earning_undiscounted] {
            let lowered = match lower {
                true => cut.amount,
                false => share_of(*earning, cut.free, quantity.minus(self.free)?)?,
            };
            *earning = earning.minus(lowered)?.or_zero();
        }
        self.free = self.free.plus(cut.free)?;
        Ok(())
    }
}

/// What so much of a quantity comes to, of an amount for the whole of it; rounded half up.
pub(crate) fn share_of(amount: Money, part: Ratio, whole: Ratio) -> Result<Money, AmountError> {
    if part.is_zero() {
        return Ok(Money::ZERO);
    }
    let exact = Exact::fraction(i128::from(amount.minor()), 1)?.times(part.scaled(), whole.scaled())?;
    Ok(Money::from_minor(exact.round(Rounding::HalfUp)?))
}

/// Takes cuts off lines, in order.
pub(super) fn take_all(
    amounts: &mut [LineAmounts],
    quantities: &[Ratio],
    cuts: &[Cut],
) -> Result<Money, AmountError> {
    let mut taken: Vec<Money> = Vec::with_capacity(cuts.len());
    for cut in cuts {
        let line = usize::try_from(cut.line).map_err(|_| AmountError::TooLarge)?;
        if let (Some(amounts), Some(quantity)) = (amounts.get_mut(line), quantities.get(line)) {
            amounts.take(cut, *quantity)?;
            taken.push(cut.amount);
        }
    }
    Money::sum(taken)
}
