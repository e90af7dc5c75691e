//! Campaigns: read and written.

use alloc::format;
use alloc::string::ToString;
use alloc::vec::Vec;

use crate::document::moment::{read_date, read_hour, read_time, write_time};
use crate::document::node::{Fields, Node};
use crate::document::rule::{
    ids, money, read_line_rule, read_where, some_money, some_units, texts, units, write_line_rule,
    write_where,
};
use crate::document::value::Scale;
use crate::document::{Json, Mistake};
use crate::ident::{Code, GroupId, OutletId, PromotionId};
use crate::loyalty::{
    Bound, Hours, LimitPeriod, Promotion, PromotionChoice, PromotionGift, PromotionLimit, Where,
};
use crate::time::Weekday;

const FIELDS: &[&str] = &[
    "id",
    "from",
    "until",
    "days",
    "hours",
    "outlets",
    "groups",
    "where",
    "minimum_spend",
    "first_purchase",
    "birthday_month",
    "code",
    "limit",
    "applies",
    "rule",
];

const DAYS: [(&str, Weekday); 7] = [
    ("mon", Weekday::Monday),
    ("tue", Weekday::Tuesday),
    ("wed", Weekday::Wednesday),
    ("thu", Weekday::Thursday),
    ("fri", Weekday::Friday),
    ("sat", Weekday::Saturday),
    ("sun", Weekday::Sunday),
];

const PERIODS: [(&str, LimitPeriod); 5] = [
    ("day", LimitPeriod::Day),
    ("week", LimitPeriod::Week),
    ("month", LimitPeriod::Month),
    ("year", LimitPeriod::Year),
    ("ever", LimitPeriod::Ever),
];

const CHOICES: [(&str, PromotionChoice); 3] =
    [("best", PromotionChoice::Best), ("newest", PromotionChoice::Newest), ("sum", PromotionChoice::Sum)];

pub(super) fn read_promotion(node: Node<'_>, scale: Scale) -> Result<Promotion, Mistake> {
    let fields = node.object()?;
    fields.only(&[FIELDS])?;
    let id = fields.required("id")?.id(PromotionId::new)?;
    let gives = read_gift(fields.required("rule")?, scale)?;
    let flag = |name| fields.or(name, false, |node: Node<'_>| node.boolean());
    Ok(Promotion {
        from: fields.optional("from", read_bound)?,
        until: read_until(&fields)?,
        days: fields.or("days", Vec::new(), read_days)?,
        hours: fields.optional("hours", read_hours)?,
        outlets: fields.or("outlets", Vec::new(), |node| ids(node, OutletId::new))?,
        groups: fields.or("groups", Vec::new(), |node| ids(node, GroupId::new))?,
        applies_to: fields.or("where", Where::default(), read_where)?,
        minimum_spend: fields.optional("minimum_spend", |node| some_money(node, scale))?,
        first_purchase: flag("first_purchase")?,
        birthday_month: flag("birthday_month")?,
        code: fields.optional("code", |node| node.id(Code::new))?,
        limit: fields.optional("limit", read_limit)?,
        when_named: fields.or("applies", false, |node| node.choice(&[("when_named", true)]))?,
        ..Promotion::new(id, gives)
    })
}

pub(super) fn write_promotion(promotion: &Promotion, scale: Scale) -> Json {
    let mut members =
        Vec::from([("id", Json::text(promotion.id.as_str())), ("rule", write_gift(promotion.gives, scale))]);
    members.extend(promotion.from.map(|from| ("from", write_bound(from))));
    members.extend(promotion.until.map(|until| ("until", write_bound(until))));
    if !promotion.days.is_empty() {
        members.push(("days", texts(promotion.days.iter().map(|day| name_in(&DAYS, *day)))));
    }
    members.extend(promotion.hours.map(|Hours { from, until }| ("hours", texts([hour(from), hour(until)]))));
    if !promotion.outlets.is_empty() {
        members.push(("outlets", texts(promotion.outlets.iter().map(OutletId::as_str))));
    }
    if !promotion.groups.is_empty() {
        members.push(("groups", texts(promotion.groups.iter().map(GroupId::as_str))));
    }
    if promotion.applies_to != Where::default() {
        members.push(("where", write_where(&promotion.applies_to)));
    }
    members.extend(promotion.minimum_spend.map(|minimum| ("minimum_spend", money(minimum, scale))));
    let flags = [("first_purchase", promotion.first_purchase), ("birthday_month", promotion.birthday_month)];
    members.extend(flags.into_iter().filter(|(_, flag)| *flag).map(|(name, flag)| (name, Json::Bool(flag))));
    members.extend(promotion.code.as_ref().map(|code| ("code", Json::text(code.as_str()))));
    members.extend(promotion.limit.map(|limit| ("limit", write_limit(limit))));
    members.extend(promotion.when_named.then(|| ("applies", Json::text("when_named"))));
    Json::object(members)
}

pub(super) fn read_promotion_choice(node: Node<'_>) -> Result<PromotionChoice, Mistake> {
    node.choice(&CHOICES)
}

/// The name of a choice of promotions.
pub(super) fn choice_name(choice: PromotionChoice) -> &'static str {
    name_in(&CHOICES, choice)
}

/// A whole day, or a moment.
pub(super) fn read_bound(node: Node<'_>) -> Result<Bound, Mistake> {
    const SUCH_AS: &str = "a day such as \"2026-03-02\", or a time with its offset";
    let bound = |text| read_date(text).map(Bound::Day).or_else(|| read_time(text).map(Bound::Moment));
    node.json().as_text().and_then(bound).ok_or_else(|| node.expected(SUCH_AS))
}

/// The last day or moment of what also has a first one.
pub(super) fn read_until(fields: &Fields<'_>) -> Result<Option<Bound>, Mistake> {
    let (from, until) = (fields.optional("from", read_bound)?, fields.optional("until", read_bound)?);
    match fields.get("until") {
        Some(node) if !Bound::are_in_order(from, until) => {
            Err(node.unsound("an end that is not before `from`"))
        }
        _ => Ok(until),
    }
}

pub(super) fn write_bound(bound: Bound) -> Json {
    match bound {
        Bound::Day(day) => Json::text(day.to_string()),
        Bound::Moment(moment) => Json::text(write_time(moment)),
    }
}

fn read_days(node: Node<'_>) -> Result<Vec<Weekday>, Mistake> {
    node.items(usize::MAX)?.map(|day| day.choice(&DAYS)).collect()
}

/// `["16:00", "18:00"]`.
fn read_hours(node: Node<'_>) -> Result<Hours, Mistake> {
    const DAY: u16 = 24 * 60;
    let hours: Vec<u16> = node
        .items(2)?
        .map(|hour| {
            let read = hour.json().as_text().and_then(read_hour);
            read.ok_or_else(|| hour.expected("an hour of the day such as \"16:00\""))
        })
        .collect::<Result<_, _>>()?;
    match hours.as_slice() {
        [from, until] if *from < DAY => Ok(Hours { from: *from, until: *until }),
        _ => Err(node.expected("when it begins and when it ends")),
    }
}

fn hour(minutes: u16) -> alloc::string::String {
    format!("{:02}:{:02}", minutes.div_euclid(60), minutes.rem_euclid(60))
}

fn read_limit(node: Node<'_>) -> Result<PromotionLimit, Mistake> {
    let fields = node.object()?;
    fields.only(&[&["times", "per"]])?;
    let times = fields.required("times")?.count(u64::from(u32::MAX))?;
    Ok(PromotionLimit { times, per: fields.required("per")?.choice(&PERIODS)? })
}

fn write_limit(limit: PromotionLimit) -> Json {
    Json::object([
        ("times", Json::Count(u64::from(limit.times))),
        ("per", Json::text(name_in(&PERIODS, limit.per))),
    ])
}

fn read_gift(node: Node<'_>, scale: Scale) -> Result<PromotionGift, Mistake> {
    let fields = node.object()?;
    if fields.required("by")?.json().as_text() != Some("bonus") {
        return read_line_rule(node, scale).map(PromotionGift::Line);
    }
    fields.only(&[&["by", "units"]])?;
    Ok(PromotionGift::Bonus { units: some_units(fields.required("units")?, scale)? })
}

fn write_gift(gives: PromotionGift, scale: Scale) -> Json {
    match gives {
        PromotionGift::Line(rule) => write_line_rule(&rule, scale),
        PromotionGift::Bonus { units: each } => {
            Json::object([("by", Json::text("bonus")), ("units", units(each, scale))])
        }
    }
}

/// The name of one of several choices; each of a type stands in its list.
pub(super) fn name_in<T: PartialEq>(names: &[(&'static str, T)], choice: T) -> &'static str {
    names.iter().find(|(_, known)| *known == choice).map_or("", |(name, _)| name)
}
