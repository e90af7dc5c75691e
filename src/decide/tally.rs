//! What a customer bought, as far as tiers, limits and inactivity look at it.
//!
//! A sale doesn't read all that its customer ever bought: it reads a [`Tally`]. What lies so far back
//! that no rule of the program tells its days apart is one sum in it; the rest stands sale by sale, so
//! that any moment and any period since can be asked about. It follows from the purchases that the
//! operations keep, and can be made anew from them at any time.

use alloc::collections::BTreeMap;
use alloc::vec::Vec;

use crate::decide::{Purchase, Refusal, Refused};
use crate::ident::PromotionId;
use crate::money::{Money, Units};
use crate::sorting;
use crate::time::{Date, Offset, Timestamp};

/// A customer's purchases, added up. The lists are in the order of their members' fields, by which members
/// are found again, and may have equal members.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tally {
    /// The first day from which on everything stands by itself.
    pub since: Date,
    /// What happened on earlier days.
    pub before: TallyBefore,
    /// The sales.
    pub sales: Vec<TallySale>,
    /// What came back of them.
    pub returns: Vec<TallyReturn>,
    /// The promotions that they used.
    pub uses: Vec<TallyUse>,
}

/// What happened before the days that stand by themselves.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TallyBefore {
    /// What was spent, less what came back.
    pub spent: Money,
    /// What was earned, less what was taken back.
    pub earned: Units,
    /// Whether a sale of the register's own was among it that wasn't voided.
    pub has_own: bool,
    /// The last day of a sale that keeps units alive under inactivity.
    pub last_alive: Option<Date>,
    /// How often each promotion was used.
    pub uses: BTreeMap<PromotionId, u32>,
}

/// A sale that was settled; or what was bought under another scheme.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct TallySale {
    /// When it was settled.
    pub settled: Timestamp,
    /// On which day, by the outlet's calendar.
    pub settled_on: Date,
    /// What counts as spent (Q18), and nothing taken off for what came back.
    pub spent: Money,
    /// What it earned, and nothing taken off.
    pub earned: Units,
    /// Whether it is a sale of the register's own.
    pub own: bool,
    /// Whether it keeps units alive under inactivity (R24): it earned or spent loyalty, and isn't wholly
    /// back.
    pub keeps_alive: bool,
    /// Whether it was voided: then it is as if it had not been.
    pub voided: bool,
}

/// What came back of a sale at one time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct TallyReturn {
    /// When.
    pub at: Timestamp,
    /// When the sale was settled.
    pub settled: Timestamp,
    /// On which day, by the outlet's calendar.
    pub settled_on: Date,
    /// What it was worth of what counts as spent.
    pub spent: Money,
    /// What was taken back of what was earned.
    pub earned: Units,
    /// Whether the sale was voided.
    pub voided: bool,
}

/// A promotion that was used by a sale that wasn't voided.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct TallyUse {
    /// Which.
    pub promotion: PromotionId,
    /// The day on which the sale was rung up, by the outlet's calendar.
    pub rung_up_on: Date,
    /// The day on which it was settled.
    pub settled_on: Date,
}

impl Tally {
    /// Nothing bought.
    pub const fn new() -> Tally {
        let before = TallyBefore {
            spent: Money::ZERO,
            earned: Units::ZERO,
            has_own: false,
            last_alive: None,
            uses: BTreeMap::new(),
        };
        Tally { since: Date::FIRST, before, sales: Vec::new(), returns: Vec::new(), uses: Vec::new() }
    }

    /// Adds purchases up. All of them stand sale by sale.
    pub fn of<'p>(purchases: impl IntoIterator<Item = &'p Purchase>) -> Tally {
        let mut tally = Tally::default();
        for purchase in purchases {
            tally.sales.push(sale(purchase));
            tally.returns.extend(returns(purchase));
            tally.uses.extend(uses(purchase));
        }
        sorting::sort(&mut tally.sales);
        sorting::sort(&mut tally.returns);
        sorting::sort(&mut tally.uses);
        tally
    }

    /// A copy with room for the sale that most documents add: one list less to move.
    pub(super) fn with_room(&self) -> Tally {
        let mut sales = Vec::with_capacity(self.sales.len().saturating_add(1));
        sales.extend_from_slice(&self.sales);
        let Tally { since, before, sales: _, returns, uses } = self;
        Tally { since: *since, before: before.clone(), sales, returns: returns.clone(), uses: uses.clone() }
    }

    /// Whether a day and all later ones can be asked about: nothing of them is in the sum.
    pub fn covers(&self, day: Date) -> bool {
        self.since <= day
    }

    /// Puts a purchase in, in the place of what it was before.
    pub(super) fn put(&mut self, before: Option<&Purchase>, now: &Purchase) -> Result<(), Refused> {
        let missing = Refusal::Damaged { what: "a purchase that changes isn't in the customer's tally" };
        if let Some(before) = before {
            let mut there = remove(&mut self.sales, &sale(before));
            there &= returns(before).all(|back| remove(&mut self.returns, &back));
            there &= uses(before).all(|used| remove(&mut self.uses, &used));
            if !there {
                return Err(missing.into());
            }
        }
        insert(&mut self.sales, sale(now));
        returns(now).for_each(|back| insert(&mut self.returns, back));
        uses(now).for_each(|used| insert(&mut self.uses, used));
        Ok(())
    }

    /// Puts what lies before a day into one sum.
    ///
    /// ```
    /// use regulars::decide::{Purchase, Tally};
    /// use regulars::ledger::Seq;
    /// use regulars::money::{Money, Units};
    /// use regulars::time::{Date, Timestamp};
    ///
    /// let day = |year| Date::from_civil(year, 6, 1).expect("a date");
    /// let bought = |seq, year| Purchase {
    ///     seq: Seq(seq), part: 0, sale: None, settled_on: day(year), rung_up_on: day(year),
    ///     settled: Timestamp::from_millisecond(i64::from(day(year).days()) * 86_400_000).expect("a time"),
    ///     spent: Money::from_minor(20_00), earned: Units::ZERO, counts: true,
    ///     promotions: Vec::new(), returns: Vec::new(), undone: false, voided: false,
    /// };
    /// let mut tally = Tally::of(&[bought(1, 2024), bought(2, 2026)]);
    /// tally.fold_before(day(2025));
    /// assert_eq!((tally.before.spent, tally.sales.len()), (Money::from_minor(20_00), 1));
    /// assert!(tally.covers(day(2026)) && !tally.covers(day(2024)));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// Sums past 63 bits are not made: then all stays as it is.
    pub fn fold_before(&mut self, day: Date) {
        if day <= self.since {
            return;
        }
        // The day that it is where days begin first, as the outlet's zone isn't known here.
        let is_over = |at: Timestamp| at.date(Offset::EASTMOST) < day;
        let sale_is_over = |sale: &TallySale| sale.settled_on < day && is_over(sale.settled);
        let return_is_over = |back: &TallyReturn| back.settled_on < day && is_over(back.at);
        let sales = self.sales.iter().filter(|sale| sale_is_over(sale));
        let sales = sales.map(|sale| (i128::from(sale.spent.minor()), i128::from(sale.earned.minor())));
        let returns = self.returns.iter().filter(|back| return_is_over(back));
        let returns = returns.map(|back| (i128::from(back.spent.minor()), i128::from(back.earned.minor())));
        // Sums of 64-bit numbers fit 128 bits.
        let add =
            |sum: (i128, i128), one: (i128, i128)| (sum.0.wrapping_add(one.0), sum.1.wrapping_add(one.1));
        let (came, went) = (sales.fold((0, 0), add), returns.fold((0, 0), add));
        let before = (i128::from(self.before.spent.minor()), i128::from(self.before.earned.minor()));
        let (spent, earned) = add(before, (came.0.wrapping_sub(went.0), came.1.wrapping_sub(went.1)));
        let (Ok(spent), Ok(earned)) = (i64::try_from(spent), i64::try_from(earned)) else { return };
        self.since = day;
        let before = &mut self.before;
        (before.spent, before.earned) = (Money::from_minor(spent), Units::from_minor(earned));
        for sale in self.sales.extract_if(.., |sale| sale_is_over(sale)) {
            before.has_own |= sale.own && !sale.voided;
            before.last_alive = before.last_alive.max(sale.keeps_alive.then_some(sale.settled_on));
        }
        self.returns.retain(|back| !return_is_over(back));
        // A payment may be dated before the sale.
        for used in self.uses.extract_if(.., |used| used.settled_on.max(used.rung_up_on) < day) {
            let times = before.uses.entry(used.promotion).or_default();
            *times = times.saturating_add(1);
        }
    }

    /// Puts in what has come to it, and then what lies before a day, if one is named, into one sum.
    pub fn grow(&mut self, by: &Tally, fold_before: Option<Date>) {
        self.add(by);
        fold_before.into_iter().for_each(|day| self.fold_before(day));
    }

    /// What a purchase, new or changed, adds to a tally; `None` if that isn't all that it changes.
    pub(super) fn grown_by(before: Option<&Purchase>, now: &Purchase) -> Option<Tally> {
        let now = Tally::of([now]);
        let Some(before) = before else { return Some(now) };
        let before = Tally::of([before]);
        let sales = added(&now.sales, &before.sales)?;
        let (returns, uses) = (added(&now.returns, &before.returns)?, added(&now.uses, &before.uses)?);
        Some(Tally { sales, returns, uses, ..now })
    }

    /// Puts in what has come to it: sales, returns and uses. What has come has no sum of earlier days.
    ///
    /// ```
    /// use regulars::decide::{Tally, TallySale};
    /// use regulars::money::{Money, Units};
    /// use regulars::time::{Date, Timestamp};
    ///
    /// let sold = |day| TallySale {
    ///     settled: Timestamp::EPOCH,
    ///     settled_on: Date::from_days(day).expect("a date"),
    ///     spent: Money::from_minor(5_00), earned: Units::from_minor(25),
    ///     own: true, keeps_alive: true, voided: false,
    /// };
    /// let mut tally = Tally { sales: vec![sold(7)], ..Tally::default() };
    /// tally.add(&Tally { sales: vec![sold(3)], ..Tally::default() });
    /// assert_eq!(tally.sales, [sold(3), sold(7)]);
    /// ```
    pub fn add(&mut self, added: &Tally) {
        added.sales.iter().for_each(|sale| insert(&mut self.sales, *sale));
        added.returns.iter().for_each(|back| insert(&mut self.returns, *back));
        added.uses.iter().for_each(|used| insert(&mut self.uses, used.clone()));
    }

    /// Whether there is a sale of the register's own that wasn't voided.
    pub(super) fn has_bought(&self) -> bool {
        self.before.has_own || self.sales.iter().any(|sale| sale.own && !sale.voided)
    }

    /// The last day of a sale that keeps units alive under inactivity.
    pub(super) fn last_alive(&self) -> Option<Date> {
        let days = self.sales.iter().filter(|sale| sale.keeps_alive).map(|sale| sale.settled_on);
        days.max().max(self.before.last_alive)
    }
}

impl Default for Tally {
    fn default() -> Tally {
        Tally::new()
    }
}

/// A purchase as its tally has it.
fn sale(purchase: &Purchase) -> TallySale {
    TallySale {
        settled: purchase.settled,
        settled_on: purchase.settled_on,
        spent: purchase.spent,
        earned: purchase.earned,
        own: purchase.sale.is_some(),
        keeps_alive: purchase.counts && !purchase.undone,
        voided: purchase.voided,
    }
}

fn returns(purchase: &Purchase) -> impl Iterator<Item = TallyReturn> {
    let Purchase { settled, settled_on, voided, .. } = *purchase;
    purchase.returns.iter().map(move |back| TallyReturn {
        at: back.at,
        settled,
        settled_on,
        spent: back.spent,
        earned: back.earned,
        voided,
    })
}

fn uses(purchase: &Purchase) -> impl Iterator<Item = TallyUse> {
    let Purchase { rung_up_on, settled_on, voided, .. } = *purchase;
    let used = purchase.promotions.iter().filter(move |_| !voided);
    used.map(move |promotion| TallyUse { promotion: promotion.clone(), rung_up_on, settled_on })
}

/// What a list in order has beside the members of an earlier one; `None` if it hasn't all of those.
fn added<T: Ord + Clone>(now: &[T], earlier: &[T]) -> Option<Vec<T>> {
    let mut rest = earlier.iter().peekable();
    let is_new = |member: &&T| rest.next_if(|known| *known == *member).is_none();
    let added = now.iter().filter(is_new).cloned().collect();
    rest.peek().is_none().then_some(added)
}

/// Takes one equal member out of a list in order, if there is one.
fn remove<T: Ord>(list: &mut Vec<T>, member: &T) -> bool {
    let place = list.binary_search(member);
    place.map(|place| list.remove(place)).is_ok()
}

/// Puts a member into a list in order.
pub(super) fn insert<T: Ord>(list: &mut Vec<T>, member: T) {
    let place = list.partition_point(|known| *known < member);
    list.insert(place, member);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decide::PurchaseReturn;
    use crate::ident::SaleId;
    use crate::ledger::Seq;

    const HOUR: i64 = 3_600_000;

    fn day(days: i32) -> Date {
        Date::from_days(days).unwrap()
    }

    fn at(days: i64, hour: i64) -> Timestamp {
        Timestamp::from_millisecond(days.saturating_mul(24).saturating_add(hour).saturating_mul(HOUR))
            .unwrap()
    }

    /// Settled at noon of the tenth day: 20.00 for which 1.00 was earned, and a quarter of it came back the
    /// day after.
    fn purchase() -> Purchase {
        let back =
            PurchaseReturn { at: at(11, 12), spent: Money::from_minor(500), earned: Units::from_minor(25) };
        Purchase {
            seq: Seq(7),
            part: 0,
            sale: Some(SaleId::new("S1").unwrap()),
            settled: at(10, 12),
            settled_on: day(10),
            rung_up_on: day(10),
            spent: Money::from_minor(2000),
            earned: Units::from_minor(100),
            counts: true,
            promotions: [PromotionId::new("may").unwrap()].into(),
            returns: [back].into(),
            undone: false,
            voided: false,
        }
    }

    #[test]
    fn a_purchase_that_changes_has_to_be_there_with_all_of_it() {
        let (before, now) = (purchase(), Purchase { voided: true, undone: true, ..purchase() });
        let whole = Tally::of([&before]);
        let mut changed = whole.clone();
        changed.put(Some(&before), &now).unwrap();
        assert_eq!(changed, Tally::of([&now]));
        let changes: [fn(&mut Tally); 3] =
            [|tally| tally.sales.clear(), |tally| tally.returns.clear(), |tally| tally.uses.clear()];
        for change in changes {
            let mut lacking = whole.clone();
            change(&mut lacking);
            assert!(matches!(
                lacking.put(Some(&before), &now).map_err(|refused| *refused),
                Err(Refusal::Damaged { .. })
            ));
        }
    }

    #[test]
    fn a_day_goes_into_the_sum_when_it_is_over_everywhere() {
        let none = Purchase { returns: Vec::new(), promotions: Vec::new(), ..purchase() };
        let folds = |purchase: &Purchase, before: i32| {
            let mut tally = Tally::of([purchase]);
            tally.fold_before(day(before));
            (tally.sales.is_empty(), tally.returns.is_empty(), tally.uses.is_empty())
        };
        // It is the eleventh in the east, or it was sold on the eleventh by the outlet's calendar.
        let late = Purchase { settled: at(10, 23), ..none.clone() };
        let ahead = Purchase { settled: at(8, 23), settled_on: day(10), ..none.clone() };
        for (purchase, over) in [(&none, 12), (&late, 12), (&ahead, 11)] {
            assert!(!folds(purchase, over - 1).0 && folds(purchase, over).0, "{purchase:?}");
        }
        let uses = Purchase { returns: Vec::new(), ..purchase() };
        assert_eq!((folds(&uses, 10).2, folds(&uses, 11).2), (false, true));
        // What comes back later stands longer than its sale.
        assert_eq!(
            (folds(&purchase(), 12), folds(&purchase(), 13)),
            ((true, false, true), (true, true, true))
        );
        // Dated before its sale, it stands as long as that.
        let back = PurchaseReturn { at: at(8, 12), spent: Money::ZERO, earned: Units::ZERO };
        let early = Purchase { returns: [back].into(), ..purchase() };
        assert_eq!((folds(&early, 10).1, folds(&early, 11).1), (false, true));
    }

    #[test]
    fn the_sum_is_what_happened_before() {
        let elsewhere = Purchase { sale: None, counts: false, ..purchase() };
        let voided = Purchase { voided: true, undone: true, settled_on: day(11), ..purchase() };
        let sum = |purchases: &[&Purchase]| {
            let mut tally = Tally::of(purchases.iter().copied());
            let has_bought = tally.has_bought();
            tally.fold_before(day(40));
            assert!(tally.sales.is_empty() && tally.returns.is_empty() && tally.uses.is_empty());
            assert!(tally.covers(day(40)) && !tally.covers(day(39)));
            assert_eq!(tally.has_bought(), has_bought);
            tally.before
        };
        let one = sum(&[&purchase()]);
        assert_eq!((one.spent, one.earned), (Money::from_minor(1500), Units::from_minor(75)));
        assert_eq!((one.has_own, one.last_alive), (true, Some(day(10))));
        let two = sum(&[&purchase(), &purchase(), &voided]);
        assert_eq!(two.uses, [(PromotionId::new("may").unwrap(), 2)].into());
        assert_eq!((two.has_own, two.last_alive), (true, Some(day(10))));
        assert!(!sum(&[&voided]).has_own && !sum(&[&elsewhere]).has_own && !sum(&[]).has_own);
        assert_eq!((sum(&[&voided]).last_alive, sum(&[&elsewhere]).last_alive), (None, None));
    }

    #[test]
    fn what_a_purchase_adds_to_a_tally_can_be_put_in_again() {
        let none = Purchase { returns: Vec::new(), ..purchase() };
        let other = Purchase { settled: at(10, 9), ..purchase() };
        // New, or one that something came back of: nothing else of it has changed.
        for (before, now) in [(None, &purchase()), (Some(&none), &purchase()), (Some(&none), &none)] {
            let mut put = Tally::of([&other].into_iter().chain(before));
            let mut added = put.clone();
            put.put(before, now).unwrap();
            added.add(&Tally::grown_by(before, now).unwrap());
            assert_eq!(added, put);
        }
        let changed = [
            Purchase { voided: true, undone: true, ..purchase() },
            Purchase { undone: true, ..none.clone() },
            Purchase { returns: Vec::new(), ..purchase() },
            Purchase { promotions: Vec::new(), ..purchase() },
        ];
        for now in changed {
            assert_eq!(Tally::grown_by(Some(&purchase()), &now), None, "{now:?}");
        }
    }
}
