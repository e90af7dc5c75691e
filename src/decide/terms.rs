//! The tier of a customer, and the promotions that hold for a sale: from what the customer bought
//! before (R11, R12).

use alloc::vec::Vec;

use crate::decide::posting::Posting;
use crate::decide::{Desk, Document, Profile, Refused, Tally, TallySale, offset};
use crate::ident::{Code, CustomerId, OutletId, PromotionId, SaleId, TierId};
use crate::loyalty::{
    EarnTerms, FallBack, Occasion, Program, Promotion, PromotionChoice, PromotionLimit, TierBasis, TierFrom,
    TierPeriod, Tiers,
};
use crate::money::{AmountError, Money, Units};
use crate::sale::{RungUp, Settled};
use crate::sorting;
use crate::time::{Date, Timestamp, Zones};

/// What is known of the customer who buys.
#[derive(Clone, Copy)]
pub(super) struct Buyer<'a> {
    profile: &'a Profile,
    /// What was bought, whenever that was recorded.
    tally: &'a Tally,
    /// What the record had bought that the document is about, at the document's time.
    then: &'a Tally,
    /// The time of the document that is decided.
    now: Timestamp,
}

impl<'a> Buyer<'a> {
    /// The customer of an account, if that customer takes part.
    pub(super) fn of(posting: &'a Posting<'_>) -> Option<Buyer<'a>> {
        posting.takes_part().then(|| Buyer::also_opted_out(posting))
    }

    /// The customer of an account, whether that customer takes part or not.
    pub(super) fn also_opted_out(posting: &'a Posting<'_>) -> Buyer<'a> {
        let (tally, then) = (posting.tally_by_now(), posting.tally());
        Buyer { profile: &posting.member.profile, tally, then, now: posting.at() }
    }
}

/// When and where lines were rung up, and which codes were shown.
#[derive(Clone, Copy)]
pub(super) struct RungUpAt<'a> {
    pub(super) at: Timestamp,
    pub(super) outlet: Option<&'a OutletId>,
    pub(super) codes: &'a [Code],
}

impl Desk<'_> {
    /// When and where a sale was rung up.
    pub(super) fn rung_up_at<'r>(&'r self, rung_up: &'r RungUp) -> RungUpAt<'r> {
        let outlet = rung_up.place.outlet.as_ref();
        RungUpAt { at: rung_up.at, outlet, codes: self.codes(&rung_up.sale) }
    }

    /// By what a sale earns, beside the rules of its lines. `total` is T, which counts towards a tier
    /// that is reached by the sale itself.
    pub(super) fn terms(
        &self,
        program: &Program,
        rung_up: RungUpAt<'_>,
        total: Money,
        buyer: Option<Buyer<'_>>,
    ) -> Result<EarnTerms, Refused> {
        if program.promotions.is_empty() && program.tiers.is_none() {
            return Ok(EarnTerms::default());
        }
        let RungUpAt { at, outlet, codes } = rung_up;
        let (_, offset) = self.local(program, outlet, at)?;
        Ok(judge(program, &Occasion { at, offset, outlet, codes }, total, buyer)?)
    }

    /// A customer's tier as of the document's time, as things stand.
    pub(super) fn tier_of(&self, customer: Option<&CustomerId>) -> Result<Option<TierId>, Refused> {
        match customer.and_then(|customer| self.facts.known(self.facts.stays(customer))) {
            Some(known) => self.tier_now(&known.tally_now().unwrap_or_default()),
            None => Ok(None),
        }
    }

    /// The customer's tier as of the document's time, under the program that holds now: the one that is shown.
    pub(super) fn tier_now(&self, tally: &Tally) -> Result<Option<TierId>, Refused> {
        match &self.facts.program {
            Some(versioned) => self.tier_by(&versioned.program, tally),
            None => Ok(None),
        }
    }

    /// The customer's tier as of the document's time, as a program has it.
    pub(super) fn tier_by(&self, program: &Program, tally: &Tally) -> Result<Option<TierId>, Refused> {
        let Some(tiers) = &program.tiers else { return Ok(None) };
        let at = self.document.at();
        let outlet = self.document.place().and_then(|place| place.outlet.as_ref());
        let (day, _) = self.local(program, outlet, at)?;
        let place = reached(tiers, tally, (at, at), day)?;
        Ok(tiers.level_id(place))
    }

    /// The codes that were shown when a sale was rung up.
    fn codes(&self, sale: &SaleId) -> &[Code] {
        let openings = self.facts.sales.iter().filter_map(|history| history.operations.first());
        let documents = openings.map(|opening| &opening.document);
        let mut codes =
            [self.document].into_iter().chain(documents).filter_map(|document| codes(document, sale));
        codes.next().unwrap_or_default()
    }
}

/// The codes that were shown for a sale, if the document rings it up.
fn codes<'d>(document: &'d Document, sale: &SaleId) -> Option<&'d [Code]> {
    let rung_up = match document {
        Document::Sale(document) => document,
        Document::Exchange(exchange) => &exchange.sale,
        _ => return None,
    };
    (rung_up.rung_up.sale == *sale).then_some(&*rung_up.codes)
}

/// By what a sale earns that nobody's customer earned by: the same whenever it is asked for.
pub(super) fn for_no_customer(
    program: &Program,
    opening: &Document,
    settled: &Settled,
    zones: &dyn Zones,
) -> Result<EarnTerms, Refused> {
    let rung_up = settled.bill().rung_up();
    let outlet = rung_up.place.outlet.as_ref();
    let offset = offset(zones, program.zone(outlet), rung_up.at)?;
    let codes = codes(opening, &rung_up.sale).unwrap_or_default();
    let occasion = Occasion { at: rung_up.at, offset, outlet, codes };
    Ok(judge(program, &occasion, settled.settlement().total(), None)?)
}

/// By what lines earn that are rung up on this occasion.
fn judge(
    program: &Program,
    occasion: &Occasion<'_>,
    total: Money,
    buyer: Option<Buyer<'_>>,
) -> Result<EarnTerms, AmountError> {
    // In the order of their ids. Few hold at once.
    let mut held: Vec<(u16, &Promotion)> = Vec::new();
    for (place, promotion) in (0..).zip(&program.promotions) {
        if promotion.holds_at(occasion) && holds_for(promotion, occasion.day(), buyer) {
            let earlier = held.partition_point(|(_, known)| known.id < promotion.id);
            held.insert(earlier, (place, promotion));
        }
    }
    if program.promotion_choice == PromotionChoice::Newest {
        let begins = |promotion: &Promotion| core::cmp::Reverse(promotion.begins(occasion.offset));
        sorting::sort_by_key(&mut held, |(_, promotion)| begins(promotion));
    }
    let promotions = held.into_iter().map(|(place, _)| place).collect();
    let tier = match (&program.tiers, buyer) {
        (Some(tiers), Some(buyer)) => tier_at(tiers, buyer, occasion, total)?,
        _ => None,
    };
    Ok(EarnTerms { tier, promotions })
}

/// Whether a promotion holds for the customer. First purchase and limits count what is settled in the
/// ledger by now (Q19), unless it was voided. Nobody
/// has a group, a birthday, or a first purchase, and is limited.
fn holds_for(promotion: &Promotion, day: Date, buyer: Option<Buyer<'_>>) -> bool {
    if !promotion.asks_for_customer() {
        return true;
    }
    let Some(Buyer { profile, tally, .. }) = buyer else {
        return promotion.groups.is_empty() && !promotion.first_purchase && !promotion.birthday_month;
    };
    let groups = profile.groups.as_deref().unwrap_or_default();
    let in_group = promotion.groups.is_empty() || promotion.groups.iter().any(|group| groups.contains(group));
    let month = |date: Date| date.civil().1;
    let birthday = profile.birthday.is_some_and(|birthday| month(birthday) == month(day));
    in_group
        && (!promotion.birthday_month || birthday)
        && (!promotion.first_purchase || !tally.has_bought())
        && promotion.limit.is_none_or(|limit| is_left(limit, day, &promotion.id, tally))
}

/// Whether a limit allows one more use, on a day.
fn is_left(limit: PromotionLimit, day: Date, promotion: &PromotionId, tally: &Tally) -> bool {
    let period = limit.per.first_day(day);
    let before = if period.is_none() { tally.before.uses.get(promotion).copied() } else { None };
    let used = tally.uses.iter().filter(|used| used.promotion == *promotion);
    let used = used.filter(|used| limit.per.first_day(used.rung_up_on) == period).count();
    let used = u32::try_from(used).unwrap_or(u32::MAX).saturating_add(before.unwrap_or_default());
    used < limit.times
}

/// The tier that a sale is rung up with: what was settled by then counts, and, where the program says
/// so, the sale itself (Q18).
fn tier_at(
    tiers: &Tiers,
    Buyer { then: tally, now, .. }: Buyer<'_>,
    occasion: &Occasion<'_>,
    total: Money,
) -> Result<Option<u16>, AmountError> {
    let (at, day) = (occasion.at, occasion.day());
    let before = reached(tiers, tally, (at, now), day)?;
    if tiers.from == TierFrom::NextSale || tiers.by == TierBasis::Earned {
        return Ok(before);
    }
    let with_this = counted(tiers, tally, (at, now), day)?.checked_add(total.minor());
    Ok(before.max(level(tiers, with_this.ok_or(AmountError::TooLarge)?)))
}

/// The tier that a customer has reached at a moment, which is on `day`, as it is known at a later one.
pub(super) fn reached(
    tiers: &Tiers,
    tally: &Tally,
    (at, known): (Timestamp, Timestamp),
    day: Date,
) -> Result<Option<u16>, AmountError> {
    let now = level(tiers, counted(tiers, tally, (at, known), day)?);
    if tiers.fall_back == FallBack::AtPeriodEnd {
        return Ok(now);
    }
    let is_gone = |sale: &TallySale| sale.voided && is_voided(tally, (sale.settled, sale.settled_on), known);
    let mut settled = tally.sales.iter().filter(|sale| sale.settled <= at && !is_gone(sale));
    settled.try_fold(now, |highest, sale| {
        if highest == level(tiers, i64::MAX) {
            return Ok(highest);
        }
        let then = counted(tiers, tally, (sale.settled, known), sale.settled_on)?;
        Ok(highest.max(level(tiers, then)))
    })
}

/// Whether a sale that was voided, which is told by when it was settled, was so by a moment: what comes late and is
/// dated before the void goes by what was there then (R27).
fn is_voided(tally: &Tally, sale: (Timestamp, Date), known: Timestamp) -> bool {
    let of_sale = tally.returns.iter().filter(|back| back.voided && (back.settled, back.settled_on) == sale);
    // The last thing that came back of it is the void.
    of_sale.map(|back| back.at).max().is_none_or(|voided_at| voided_at <= known)
}

/// The highest level that so much reaches.
fn level(tiers: &Tiers, counted: i64) -> Option<u16> {
    let place = tiers.levels.iter().rposition(|level| level.at_minor <= counted)?;
    u16::try_from(place).ok()
}

/// What counts towards a tier at a moment, which is on `day`: what was settled by then, less what had
/// come back of it by then. Of a sale that was voided by the moment at which that is known nothing counts, as if
/// it had not been (R20).
pub(super) fn counted(
    tiers: &Tiers,
    tally: &Tally,
    (at, known): (Timestamp, Timestamp),
    day: Date,
) -> Result<i64, AmountError> {
    let of = |spent: Money, earned: Units| match tiers.by {
        TierBasis::Spent => spent.minor(),
        TierBasis::Earned => earned.minor(),
    };
    let days = tiers.over.days(day);
    let is_gone =
        |voided: bool, sale| voided && tiers.fall_back == FallBack::Never && is_voided(tally, sale, known);
    let reaches = |settled_on: Date| days.contains(&settled_on);
    let before = match tiers.over {
        TierPeriod::Ever => of(tally.before.spent, tally.before.earned),
        TierPeriod::Months(_) | TierPeriod::CalendarYear => 0,
    };
    let sales = tally.sales.iter();
    let sales = sales.filter(|sale| {
        sale.settled <= at
            && reaches(sale.settled_on)
            && !is_gone(sale.voided, (sale.settled, sale.settled_on))
    });
    let sales = sales.map(|sale| of(sale.spent, sale.earned));
    let returns = tally.returns.iter().filter(|back| back.settled <= at);
    let returns = returns.filter(|back| back.at <= if back.voided { at.max(known) } else { at });
    let returns = returns
        .filter(|back| reaches(back.settled_on) && !is_gone(back.voided, (back.settled, back.settled_on)));
    let returns = returns.map(|back| of(back.spent, back.earned));
    let sum = sales.map(i128::from).sum::<i128>().saturating_sub(returns.map(i128::from).sum());
    i64::try_from(sum.saturating_add(i128::from(before))).map_err(|_| AmountError::TooLarge)
}
