//! Tiers: read and written.

use alloc::vec::Vec;

use crate::document::campaign::name_in;
use crate::document::node::Node;
use crate::document::policy::read_span;
use crate::document::rule::{
    money, not_negative, ratio, read_base_rule, some_money, some_units, units, write_base_rule,
};
use crate::document::value::Scale;
use crate::document::{Json, Mistake};
use crate::ident::TierId;
use crate::loyalty::{FallBack, TierBasis, TierFrom, TierGift, TierLevel, TierPeriod, Tiers};
use crate::money::{Money, Ratio, Units};
use crate::sorting;

const BASES: [(&str, TierBasis); 2] = [("spent", TierBasis::Spent), ("earned", TierBasis::Earned)];
const FROM: [(&str, TierFrom); 2] = [("next_sale", TierFrom::NextSale), ("this_sale", TierFrom::ThisSale)];
const FALL_BACKS: [(&str, FallBack); 2] =
    [("at_period_end", FallBack::AtPeriodEnd), ("never", FallBack::Never)];
const PERIODS: [(&str, TierPeriod); 2] =
    [("calendar_year", TierPeriod::CalendarYear), ("ever", TierPeriod::Ever)];

/// The tiers, from the lowest to the highest, in whatever order they are written.
pub(super) fn read_tiers(node: Node<'_>, scale: Scale) -> Result<Tiers, Mistake> {
    let fields = node.object()?;
    fields.only(&[&["by", "over", "from", "fall_back", "levels"]])?;
    let by = fields.required("by")?.choice(&BASES)?;
    let levels = fields.required("levels")?;
    let mut tiers = Tiers {
        by,
        over: read_period(fields.required("over")?)?,
        from: fields.or("from", TierFrom::default(), |node| node.choice(&FROM))?,
        fall_back: fields.or("fall_back", FallBack::default(), |node| node.choice(&FALL_BACKS))?,
        levels: levels
            .items(usize::MAX)?
            .map(|level| read_level(level, by, scale))
            .collect::<Result<_, _>>()?,
    };
    sorting::sort_by_key(&mut tiers.levels, |level| level.at_minor);
    if tiers.is_sound() { Ok(tiers) } else { Err(levels.unsound("levels, each at an amount of its own")) }
}

pub(super) fn write_tiers(tiers: &Tiers, scale: Scale) -> Json {
    let levels = tiers.levels.iter().map(|level| write_level(level, tiers.by, scale)).collect();
    let mut members = Vec::from([
        ("by", Json::text(name_in(&BASES, tiers.by))),
        ("over", write_period(tiers.over)),
        ("levels", Json::List(levels)),
    ]);
    if tiers.from != TierFrom::default() {
        members.push(("from", Json::text(name_in(&FROM, tiers.from))));
    }
    if tiers.fall_back != FallBack::default() {
        members.push(("fall_back", Json::text(name_in(&FALL_BACKS, tiers.fall_back))));
    }
    Json::object(members)
}

/// `"calendar_year"`, `"ever"` or `{"months": 12}`.
fn read_period(node: Node<'_>) -> Result<TierPeriod, Mistake> {
    if node.json().as_text().is_some() {
        return node.choice(&PERIODS);
    }
    let fields = node.object()?;
    fields.only(&[&["months"]])?;
    let months = fields.required("months")?;
    match read_span(months)? {
        0 => Err(months.unsound("at least one month")),
        count => Ok(TierPeriod::Months(count)),
    }
}

fn write_period(period: TierPeriod) -> Json {
    match period {
        TierPeriod::Months(months) => Json::object([("months", Json::Count(u64::from(months)))]),
        other => Json::text(name_in(&PERIODS, other)),
    }
}

/// A level; one that says nothing of what it gives is a name and no more.
fn read_level(node: Node<'_>, by: TierBasis, scale: Scale) -> Result<TierLevel, Mistake> {
    let fields = node.object()?;
    fields.only(&[&["id", "at", "factor", "earn"]])?;
    let at = fields.required("at")?;
    let at_minor = match by {
        TierBasis::Spent => some_money(at, scale)?.minor(),
        TierBasis::Earned => some_units(at, scale)?.minor(),
    };
    let gives = match (fields.get("factor"), fields.get("earn")) {
        (None, None) => TierGift::Factor(Ratio::ONE),
        (Some(factor), None) => TierGift::Factor(not_negative(factor)?),
        // The place of a rule is kept beside what it gave for a visit, in 16 bits.
        (None, Some(earn)) => TierGift::Earn(
            earn.items(usize::from(u16::MAX))?
                .map(|rule| read_base_rule(rule, scale))
                .collect::<Result<_, _>>()?,
        ),
        (Some(_), Some(earn)) => return Err(earn.expected("no `earn` beside `factor`")),
    };
    Ok(TierLevel { id: fields.required("id")?.id(TierId::new)?, at_minor, gives })
}

fn write_level(level: &TierLevel, by: TierBasis, scale: Scale) -> Json {
    let at = match by {
        TierBasis::Spent => money(Money::from_minor(level.at_minor), scale),
        TierBasis::Earned => units(Units::from_minor(level.at_minor), scale),
    };
    let gives = match &level.gives {
        TierGift::Factor(factor) => (*factor != Ratio::ONE).then(|| ("factor", ratio(*factor))),
        TierGift::Earn(rules) => {
            Some(("earn", Json::List(rules.iter().map(|rule| write_base_rule(rule, scale)).collect())))
        }
    };
    let mut members = Vec::from([("id", Json::text(level.id.as_str())), ("at", at)]);
    members.extend(gives);
    Json::object(members)
}
