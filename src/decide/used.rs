//! Rewards and offers that are used on a sale, and what they cost (R14, R35).

use alloc::string::ToString;
use alloc::vec::Vec;
use core::fmt;

use crate::decide::posting::Posting;
use crate::decide::{Desk, Profile, Refusal, Refused};
use crate::ident::{Code, LineId, RewardId, SaleId, TierId};
use crate::loyalty::{Asked, Basket, Program, Reward, is_among};
use crate::money::{AmountError, Exact, Money, Rounding, Units};
use crate::sale::{Bill, BillError, Cut, Returned, RewardUse, RungUp};
use crate::time::{Date, Timestamp};

/// A reward or an offer that was used on a sale, as it was decided when the sale was rung up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Used {
    /// Which.
    pub what: UsedWhat,
    /// What it cost.
    pub cost: Units,
    /// The place of the line that it was used on; `None` for the sale as a whole.
    pub line: Option<u32>,
    /// What it took off, line by line.
    pub cuts: Vec<Cut>,
}

/// What was used on a sale.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum UsedWhat {
    /// A reward of the program.
    Reward(RewardId),
    /// An offer of the punch card with this code.
    Offer(Code),
}

/// Why a reward can't be used (R14).
///
/// ```
/// use regulars::decide::NotApplicable;
///
/// assert_eq!(NotApplicable::BelowMinimumSpend.name(), "below_minimum_spend");
/// assert_eq!(NotApplicable::BelowMinimumSpend.to_string(), "its minimum spend isn't reached");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum NotApplicable {
    /// No line that it looks at is on the sale, or it would take off more than is left of it.
    NothingToTakeOff,
    /// The goods that it looks at, or the bill, come to less than its minimum spend.
    BelowMinimumSpend,
    /// It isn't given yet, or no more.
    OutOfTime,
    /// It is for other groups or tiers than the customer's.
    NotForCustomer,
    /// It is given in other outlets.
    NotInOutlet,
}

impl NotApplicable {
    /// Its name among the facts of the refusal, which stays: `nothing_to_take_off`, for example.
    pub fn name(self) -> &'static str {
        match self {
            NotApplicable::NothingToTakeOff => "nothing_to_take_off",
            NotApplicable::BelowMinimumSpend => "below_minimum_spend",
            NotApplicable::OutOfTime => "out_of_time",
            NotApplicable::NotForCustomer => "not_for_customer",
            NotApplicable::NotInOutlet => "not_in_outlet",
        }
    }
}

impl fmt::Display for NotApplicable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            NotApplicable::NothingToTakeOff => "there is nothing that it could take off in full",
            NotApplicable::BelowMinimumSpend => "its minimum spend isn't reached",
            NotApplicable::OutOfTime => "it isn't given at this time",
            NotApplicable::NotForCustomer => "it isn't for this customer",
            NotApplicable::NotInOutlet => "it isn't given in this outlet",
        })
    }
}

impl Used {
    /// It takes more off than is left.
    fn not_applicable(&self) -> Refused {
        Refused::new(match &self.what {
            UsedWhat::Reward(reward) => not_applicable(reward, NotApplicable::NothingToTakeOff),
            UsedWhat::Offer(card) => Refusal::OfferNotApplicable { card: card.clone() },
        })
    }

    /// What all of them take off, in order.
    pub(super) fn cuts(used: &[Used]) -> Vec<Cut> {
        used.iter().flat_map(|used| used.cuts.iter().copied()).collect()
    }

    /// What all rewards among them cost.
    pub(super) fn cost(used: &[Used]) -> Result<Units, AmountError> {
        Units::sum(used.iter().map(|used| used.cost))
    }

    /// What they took off each line, the lines in order.
    pub(super) fn line_discounts(used: &[Used], rung_up: &RungUp) -> Result<Vec<(LineId, Money)>, Refused> {
        let mut discounts = Vec::new();
        for (line, place) in rung_up.lines.iter().zip(0_u32..) {
            let cuts = used.iter().flat_map(|used| &used.cuts).filter(|cut| cut.line == place);
            let discount = Money::sum(cuts.map(|cut| cut.amount))?;
            if !discount.is_zero() {
                discounts.push((line.id.clone(), discount));
            }
        }
        Ok(discounts)
    }

    /// What of its cost goes back once these goods are back: the share of its line, or of the value of
    /// all goods (Q17).
    fn restored(&self, bill: &Bill, returned: &Returned) -> Result<Units, Refused> {
        let cost = Exact::fraction(i128::from(self.cost.minor()), 1)?;
        let line = self.line.and_then(|line| usize::try_from(line).ok());
        let quantity = line.and_then(|line| Some((line, bill.rung_up().lines.get(line)?.quantity)));
        let back = match quantity {
            Some((line, sold)) => cost.times(returned.quantity(line).scaled(), sold.scaled())?,
            None => {
                let (back, all) = returned.goods_share(bill)?;
                back.times(i128::from(self.cost.minor()), all)?
            }
        };
        // Lines by which the till took something off make the others worth more than all.
        Ok(Units::from_minor(back.round(Rounding::HalfUp)?).min(self.cost))
    }
}

/// What of the cost of rewards goes back once these goods are back (R16, Q17, Q28).
pub(super) fn restored_by_return(
    program: &Program,
    used: &[Used],
    bill: &Bill,
    returned: &Returned,
) -> Result<Units, Refused> {
    if !program.returns.restore_rewards {
        return Ok(Units::ZERO);
    }
    used.iter().try_fold(Units::ZERO, |sum, used| Ok(sum.plus(used.restored(bill, returned)?)?))
}

impl Desk<'_> {
    /// Rings a sale up, less what offers and then rewards take off. Whether they can apply to these
    /// goods comes before who the customer is.
    pub(super) fn ring_up(
        &self,
        program: &Program,
        rung_up: &RungUp,
        posting: Option<&Posting<'_>>,
    ) -> Result<(Bill, Vec<Used>), Refused> {
        let bill = Bill::ring_up(rung_up.clone())?;
        if rung_up.rewards.is_empty() && rung_up.offers.is_empty() {
            return Ok((bill, Vec::new()));
        }
        let mut basket = Basket::of(&bill);
        let mut used = Vec::new();
        for offer in &rung_up.offers {
            used.push(self.use_offer(program, &bill, &mut basket, offer, &used, posting)?);
        }
        for reward in &rung_up.rewards {
            used.push(self.use_reward(program, &bill, &mut basket, reward, posting)?);
        }
        // The lines may have it, and the sale not: a voucher rung up as a line takes off, too.
        let bill = match (Bill::ring_up_less(rung_up.clone(), &Used::cuts(&used)), used.last()) {
            (Err(BillError::TotalBelowZero), Some(last)) => return Err(last.not_applicable()),
            (bill, _) => bill?,
        };
        if !rung_up.rewards.is_empty() {
            let customer = rung_up.customer.clone();
            if !posting.ok_or(Refusal::UnknownCustomer { customer })?.takes_part() {
                return Err(Refusal::OptedOut.into());
            }
        }
        Ok((bill, used))
    }

    fn use_reward(
        &self,
        program: &Program,
        bill: &Bill,
        basket: &mut Basket<'_>,
        asked: &RewardUse,
        posting: Option<&Posting<'_>>,
    ) -> Result<Used, Refused> {
        let reward = reward_of(program, &asked.reward)?;
        let line = match &asked.line {
            Some(line) => {
                let unknown = || Refusal::UnknownLine { line: line.clone() };
                Some(bill.line(line).ok_or_else(unknown)?.0)
            }
            None => None,
        };
        if asked.units.is_some_and(Units::is_negative) || asked.quantity.is_some_and(|q| q.is_negative()) {
            let what = "a reward is asked for less than nothing".to_string();
            return Err(Refusal::InvalidDocument { what }.into());
        }
        if !basket.reaches_minimum(reward)? {
            return Err(not_applicable(&reward.id, NotApplicable::BelowMinimumSpend).into());
        }
        let nothing = || not_applicable(&reward.id, NotApplicable::NothingToTakeOff);
        let asked = Asked { line, units: asked.units, quantity: asked.quantity };
        let taken = basket.reward(reward, asked)?.ok_or_else(nothing)?;
        if let Some(posting) = posting {
            self.refuse_reward(program, reward, posting)?;
        }
        let (what, cost) = (UsedWhat::Reward(reward.id.clone()), reward.price_of(taken.times)?);
        Ok(Used { what, cost, line: taken.line, cuts: taken.cuts })
    }

    /// Refuses a reward that isn't for this customer, is out of its time, or isn't given in this outlet.
    pub(super) fn refuse_reward(
        &self,
        program: &Program,
        reward: &Reward,
        posting: &Posting<'_>,
    ) -> Result<(), Refused> {
        let at = self.document.at();
        let outlet = self.document.place().and_then(|place| place.outlet.as_ref());
        let day = self.local(program, outlet, at)?.0;
        let tier = if reward.tiers.is_empty() { None } else { self.tier_by(program, posting.tally())? };
        let elsewhere = (!is_among(&reward.outlets, outlet)).then_some(NotApplicable::NotInOutlet);
        match why_not(reward, &posting.member.profile, tier.as_ref(), (at, day)).or(elsewhere) {
            Some(why) => Err(not_applicable(&reward.id, why).into()),
            None => Ok(()),
        }
    }
}

/// The refusal of a reward, and why.
pub(super) fn not_applicable(reward: &RewardId, why: NotApplicable) -> Refusal {
    Refusal::RewardNotApplicable { reward: reward.clone(), why }
}

/// What stands against a reward for a customer at a time, if something does.
pub(super) fn why_not(
    reward: &Reward,
    profile: &Profile,
    tier: Option<&TierId>,
    (at, day): (Timestamp, Date),
) -> Option<NotApplicable> {
    let groups = profile.groups.as_deref().unwrap_or_default();
    let in_group = reward.groups.is_empty() || reward.groups.iter().any(|group| groups.contains(group));
    let in_tier = reward.tiers.is_empty() || tier.is_some_and(|tier| reward.tiers.contains(tier));
    if !(in_group && in_tier) {
        return Some(NotApplicable::NotForCustomer);
    }
    let has_begun = reward.from.is_none_or(|from| from.has_begun(at, day));
    let is_given = has_begun && reward.until.is_none_or(|until| until.has_not_passed(at, day));
    (!is_given).then_some(NotApplicable::OutOfTime)
}

/// A reward of the program.
pub(super) fn reward_of<'p>(program: &'p Program, reward: &RewardId) -> Result<&'p Reward, Refused> {
    let known = program.rewards.iter().find(|known| known.id == *reward);
    Ok(known.ok_or_else(|| Refusal::UnknownReward { reward: reward.clone() })?)
}

impl Posting<'_> {
    /// Spends what rewards cost, in the order in which they were used; out of what was held where one
    /// says so (R14a).
    pub(super) fn spend_on_rewards(
        &mut self,
        uses: &[RewardUse],
        used: &[Used],
        sale: &SaleId,
    ) -> Result<(), Refused> {
        let rewards = used.iter().filter(|used| matches!(used.what, UsedWhat::Reward(_)));
        for (asked, used) in uses.iter().zip(rewards) {
            self.of_rewards.spent = self.of_rewards.spent.plus(used.cost)?;
            match &asked.reservation {
                Some(id) => self.spend_held(id, &[(used.cost, Some(sale))])?,
                None => self.spend(used.cost, Some(sale))?,
            }
        }
        Ok(())
    }
}
