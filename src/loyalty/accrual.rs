//! What a sale earned, part by part, as it was decided at settlement.

use alloc::vec::Vec;

use crate::loyalty::EarnTerms;
use crate::money::{AmountError, Units};

/// What a sale earned. The parts add up to the whole (R8).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Accrual {
    /// Each line, in the order of the sale's lines; one that earned nothing has its place, too.
    pub lines: Vec<LineAccrual>,
    /// Each base rule that gave units for the visit.
    pub visits: Vec<VisitAccrual>,
    /// Each promotion that gave units for the sale, in the order of their ids.
    pub bonuses: Vec<BonusAccrual>,
    /// The tier and the promotions by which it was worked out.
    pub terms: EarnTerms,
}

/// What a line earned: its two parts are undone differently (Q4).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct LineAccrual {
    /// For its amount.
    pub by_amount: Units,
    /// For its quantity.
    pub by_item: Units,
}

/// What a sale earned for the visit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct VisitAccrual {
    /// The place of the base rule in the program, or in the tier that has base rules of its own.
    pub rule: u16,
    /// What it gave.
    pub units: Units,
}

/// What a sale earned by a promotion that gives units for the sale (R11).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BonusAccrual {
    /// The place of the promotion in the program.
    pub promotion: u16,
    /// What it gave.
    pub units: Units,
}

impl LineAccrual {
    /// Both parts together.
    ///
    /// # Errors
    /// [`AmountError::TooLarge`] past 63 bits.
    pub fn total(&self) -> Result<Units, AmountError> {
        self.by_amount.plus(self.by_item)
    }
}

impl Accrual {
    /// All that the sale earned.
    ///
    /// # Errors
    /// [`AmountError::TooLarge`] past 63 bits.
    pub fn total(&self) -> Result<Units, AmountError> {
        let visits = Units::sum(self.visits.iter().map(|visit| visit.units))?;
        let bonuses = Units::sum(self.bonuses.iter().map(|bonus| bonus.units))?;
        self.lines.iter().try_fold(visits.plus(bonuses)?, |sum, line| sum.plus(line.total()?))
    }
}
