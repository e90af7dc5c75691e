//! A program's policies, read.

use alloc::vec::Vec;

use crate::document::node::{Fields, Node};
use crate::document::rule::{not_negative, some_units};
use crate::document::value::Scale;
use crate::document::{Json, Mistake};
use crate::loyalty::{
    ClawBackPolicy, Enrolment, Expiry, NegativeBalance, OnAccount, Redemption, ReturnPolicy, Span, Unit,
    Unreferenced,
};
use crate::money::{Ratio, Units};

/// How units pay for goods. In a program that counts money, one unit pays 1 unless it says
/// otherwise; one that counts points takes no loyalty as payment unless it says what a point pays.
pub(super) fn read_redemption(
    node: Option<Node<'_>>,
    unit: Unit,
    scale: Scale,
) -> Result<Option<Redemption>, Mistake> {
    let default = Redemption::one_for_one();
    let Some(node) = node else { return Ok((unit == Unit::Money).then_some(default)) };
    let fields = node.object()?;
    fields.only(&[&["value", "step", "minimum", "maximum_share", "same_sale"]])?;
    let read = Redemption {
        value: fields.or("value", default.value, read_value)?,
        step: fields.nullable("step", |node| read_step(node, scale))?,
        minimum: fields.or("minimum", default.minimum, |node| some_units(node, scale))?,
        maximum_share: fields.or("maximum_share", default.maximum_share, read_share)?,
    };
    if unit == Unit::Money || fields.get("value").is_some() {
        return Ok(Some(read));
    }
    // Points that pay nothing make no payment that could have a step or a minimum.
    if read == default { Ok(None) } else { Err(node.unsound("a `value` beside what payments have to be")) }
}

/// Whether what a sale earns can be spent on it; it stands among what is said of payments.
pub(super) fn read_same_sale(node: Node<'_>) -> Result<bool, Mistake> {
    node.object()?.or("same_sale", false, |node| node.boolean())
}

pub(super) fn read_returns(node: Node<'_>) -> Result<ReturnPolicy, Mistake> {
    let fields = node.object()?;
    fields.only(&[&[
        "claw_back",
        "negative_balance",
        "loyalty_to_cash",
        "unreferenced",
        "restore_rewards",
        "restore_grace_days",
    ]])?;
    Ok(ReturnPolicy {
        claw_back: fields.or("claw_back", ClawBackPolicy::default(), read_claw_back)?,
        negative_balance: fields.or("negative_balance", NegativeBalance::default(), read_negative_balance)?,
        loyalty_to_cash: fields.or("loyalty_to_cash", false, |node| node.boolean())?,
        unreferenced: fields.or("unreferenced", Unreferenced::default(), read_unreferenced)?,
        restore_rewards: fields.or("restore_rewards", true, |node| node.boolean())?,
        restore_grace_days: fields.or("restore_grace_days", 0, read_span)?,
    })
}

/// Who takes part, how long a sale can be claimed, and what joining gives.
pub(super) fn read_enrolment(node: Node<'_>, scale: Scale) -> Result<(Enrolment, u16, Units), Mistake> {
    let fields = node.object()?;
    fields.only(&[&["mode", "claim_days", "welcome"]])?;
    let modes = [("automatic", Enrolment::Automatic), ("on_request", Enrolment::OnRequest)];
    let enrolment = fields.or("mode", Enrolment::default(), |node| node.choice(&modes))?;
    let claim_days = fields.or("claim_days", 0, read_span)?;
    Ok((enrolment, claim_days, fields.or("welcome", Units::ZERO, |node| some_units(node, scale))?))
}

pub(super) fn read_on_account(node: Node<'_>) -> Result<OnAccount, Mistake> {
    node.choice(&[("sale_paid", OnAccount::SalePaid), ("account_cleared", OnAccount::AccountCleared)])
}

/// When units run out. Where nothing is said of the years after, the day is that of the year of earning.
pub(super) fn read_expiry(node: Node<'_>) -> Result<Expiry, Mistake> {
    let fields = node.object()?;
    match fields.required("by")?.choice(&[("never", 0), ("inactivity", 1), ("age", 2), ("date", 3)])? {
        0 => {
            fields.only(&[&["by"]])?;
            Ok(Expiry::Never)
        }
        1 => read_months_or_days(&fields).map(Expiry::Inactivity),
        2 => read_months_or_days(&fields).map(Expiry::Age),
        _ => {
            fields.only(&[&["by", "month", "day", "after_years"]])?;
            let (month, day) = (fields.required("month")?.count(12)?, fields.required("day")?.count(31)?);
            let expiry = Expiry::OnDate { month, day, after_years: fields.or("after_years", 0, read_span)? };
            if expiry.is_sound() {
                Ok(expiry)
            } else {
                Err(node.unsound("a month from 1 to 12 and one of its days"))
            }
        }
    }
}

pub(super) fn write_expiry(expiry: Expiry) -> Json {
    let by = |kind: &str| ("by", Json::text(kind));
    let count = |count: u16| Json::Count(u64::from(count));
    let length = |span: Span| match span {
        Span::Days(days) => ("days", count(days)),
        Span::Months(months) => ("months", count(months)),
    };
    match expiry {
        Expiry::Never => Json::object([by("never")]),
        Expiry::Inactivity(span) => Json::object([by("inactivity"), length(span)]),
        Expiry::Age(span) => Json::object([by("age"), length(span)]),
        Expiry::OnDate { month, day, after_years } => {
            let (month, day) = (count(u16::from(month)), count(u16::from(day)));
            let mut members = Vec::from([by("date"), ("month", month), ("day", day)]);
            members.extend((after_years != 0).then(|| ("after_years", count(after_years))));
            Json::object(members)
        }
    }
}

/// A number of days, months or years.
pub(super) fn read_span(node: Node<'_>) -> Result<u16, Mistake> {
    node.count(u64::from(u16::MAX))
}

fn read_months_or_days(fields: &Fields<'_>) -> Result<Span, Mistake> {
    fields.only(&[&["by", "months", "days"]])?;
    match (fields.get("months"), fields.get("days")) {
        (Some(months), None) => read_span(months).map(Span::Months),
        (None, Some(days)) => read_span(days).map(Span::Days),
        (Some(_), Some(days)) => Err(days.expected("no `days` beside `months`")),
        (None, None) => Err(fields.missing_or("months", ", or `days`")),
    }
}

fn read_claw_back(node: Node<'_>) -> Result<ClawBackPolicy, Mistake> {
    let kinds = [("proportional", ClawBackPolicy::Proportional), ("recompute", ClawBackPolicy::Recompute)];
    node.choice(&kinds)
}

fn read_unreferenced(node: Node<'_>) -> Result<Unreferenced, Mistake> {
    node.choice(&[("current_rate", Unreferenced::CurrentRate), ("ignore", Unreferenced::Ignore)])
}

fn read_negative_balance(node: Node<'_>) -> Result<NegativeBalance, Mistake> {
    node.choice(&[
        ("allow", NegativeBalance::Allow),
        ("clamp", NegativeBalance::Clamp),
        ("refuse", NegativeBalance::Refuse),
        ("deduct_from_refund", NegativeBalance::DeductFromRefund),
    ])
}

fn read_value(node: Node<'_>) -> Result<Ratio, Mistake> {
    let value = node.ratio()?;
    if value <= Ratio::ZERO { Err(node.unsound("a number above zero")) } else { Ok(value) }
}

fn read_step(node: Node<'_>, scale: Scale) -> Result<Units, Mistake> {
    let step = node.units(scale)?;
    if step <= Units::ZERO { Err(node.unsound("units above zero")) } else { Ok(step) }
}

fn read_share(node: Node<'_>) -> Result<Ratio, Mistake> {
    let share = not_negative(node)?;
    if Ratio::ONE < share { Err(node.unsound("a share from 0 to 1")) } else { Ok(share) }
}
