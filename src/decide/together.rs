//! Sales of a tally that needn't be told apart, put together.

use crate::decide::tally::insert;
use crate::decide::{Tally, TallySale};
use crate::money::{Money, Units};
use crate::time::{Date, Timestamp};

/// Sales that needn't be told apart: those settled on days between two, both included, and until a moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Together {
    /// The first day.
    pub first: Date,
    /// The last day.
    pub last: Date,
    /// The moment.
    pub until: Timestamp,
}

impl Together {
    /// Whether a sale is one of them.
    pub fn has(&self, sale: &TallySale) -> bool {
        sale.settled <= self.until && (self.first..=self.last).contains(&sale.settled_on)
    }
}

/// What is known of sales that are put together, but what they come to: a store may know that without looking
/// at each.
///
/// ```
/// use regulars::decide::{SaleSum, TallySale};
/// use regulars::money::{Money, Units};
/// use regulars::time::{Date, Timestamp};
///
/// let sold = |day| TallySale {
///     settled: Timestamp::EPOCH,
///     settled_on: Date::from_days(day).expect("a date"),
///     spent: Money::from_minor(5_00), earned: Units::from_minor(25),
///     own: true, keeps_alive: day == 7, voided: false,
/// };
/// let mut sum = SaleSum::default();
/// [sold(7), sold(9)].iter().for_each(|sale| sum.meet(sale));
/// // What they come to is in the smallest units of money and of the program, and known already.
/// let one = sum.sale_of(Money::from_minor(10_00), Units::from_minor(50)).expect("there were some");
/// assert_eq!((one.settled_on, one.keeps_alive), (sold(7).settled_on, true));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct SaleSum {
    last: Option<TallySale>,
    last_alive: Option<Date>,
    own: bool,
}

impl SaleSum {
    /// Takes a sale in; the one that is taken in last is the last one.
    pub fn meet(&mut self, sale: &TallySale) {
        self.last = Some(*sale);
        self.own |= sale.own && !sale.voided;
        self.last_alive = self.last_alive.max(sale.keeps_alive.then_some(sale.settled_on));
    }

    /// There is a sale among them of the register's own that wasn't voided.
    pub fn meet_own(&mut self) {
        self.own = true;
    }

    /// The last day of one that keeps units alive.
    pub fn last_alive(&self) -> Option<Date> {
        self.last_alive
    }

    /// One sale for all of them, if there were some, with what was spent and earned.
    pub fn sale_of(self, spent: Money, earned: Units) -> Option<TallySale> {
        let TallySale { settled, settled_on, .. } = self.last?;
        Some(TallySale {
            settled,
            settled_on: self.last_alive.unwrap_or(settled_on),
            spent,
            earned,
            own: self.own,
            keeps_alive: self.last_alive.is_some(),
            voided: false,
        })
    }
}

impl Tally {
    /// Puts one sale in the place of those that needn't be told apart: with it, sums, the first purchase and
    /// inactivity come to the same. Sums past 63 bits are not made: then all stays as it is.
    ///
    /// ```
    /// use regulars::decide::{Tally, TallySale, Together};
    /// use regulars::money::{Money, Units};
    /// use regulars::time::{Date, Timestamp};
    ///
    /// let sold = |day: i32, cents| TallySale {
    ///     settled: Timestamp::from_millisecond(i64::from(day) * 86_400_000).expect("a time"),
    ///     settled_on: Date::from_days(day).expect("a date"),
    ///     spent: Money::from_minor(cents), earned: Units::ZERO,
    ///     own: true, keeps_alive: false, voided: false,
    /// };
    /// let sales = vec![sold(100, 5_00), sold(200, 7_00), sold(201, 8_00)];
    /// let mut tally = Tally { sales, ..Tally::default() };
    /// let (first, last) = (Date::from_days(150).expect("a date"), Date::from_days(201).expect("a date"));
    /// tally.put_together(&Together { first, last, until: tally.sales[2].settled });
    /// assert_eq!(tally.sales, [sold(100, 5_00), sold(201, 15_00)]);
    /// ```
    pub fn put_together(&mut self, together: &Together) {
        let (mut sum, mut spent, mut earned) = (SaleSum::default(), 0_i64, 0_i64);
        for sale in self.sales.iter().filter(|sale| together.has(sale)) {
            sum.meet(sale);
            let with = (spent.checked_add(sale.spent.minor()), earned.checked_add(sale.earned.minor()));
            let (Some(with_spent), Some(with_earned)) = with else { return };
            (spent, earned) = (with_spent, with_earned);
        }
        self.sales.retain(|sale| !together.has(sale));
        let sum = sum.sale_of(Money::from_minor(spent), Units::from_minor(earned));
        sum.into_iter().for_each(|sale| insert(&mut self.sales, sale));
    }
}
