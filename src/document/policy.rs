//! A program's policies, read.

use crate::document::DocumentError;
use crate::document::node::{Fields, Node};
use crate::document::rule::{not_negative, some_units};
use crate::document::value::Scale;
use crate::loyalty::{Enrolment, NegativeBalance, Redemption, ReturnPolicy, Unit};
use crate::money::{Ratio, Units};

/// How units pay for goods. In a program that counts money, one unit pays 1 unless it says
/// otherwise; one that counts points takes no loyalty as payment unless it says what a point pays.
pub(super) fn read_redemption(
    node: Option<Node<'_>>,
    unit: Unit,
    scale: Scale,
) -> Result<Option<Redemption>, DocumentError> {
    let default = Redemption::one_for_one();
    let Some(node) = node else { return Ok((unit == Unit::Money).then_some(default)) };
    let fields = node.object()?;
    fields.only(&[&["value", "step", "minimum", "maximum_share", "same_sale"]])?;
    let read = Redemption {
        value: fields.or("value", default.value, read_value)?,
        step: fields.nullable("step", |node| read_step(node, scale))?,
        minimum: fields.or("minimum", default.minimum, |node| some_units(node, scale))?,
        maximum_share: fields.or("maximum_share", default.maximum_share, read_share)?,
        same_sale: fields.or("same_sale", default.same_sale, |node| node.boolean())?,
    };
    if unit == Unit::Money || fields.get("value").is_some() {
        return Ok(Some(read));
    }
    // Points that pay nothing: steps and minimums could then only be those of rewards.
    if read == default { Ok(None) } else { Err(node.not_built("a redemption of points without `value`")) }
}

pub(super) fn read_returns(node: Node<'_>) -> Result<ReturnPolicy, DocumentError> {
    let fields = node.object()?;
    fields.only(&[&[
        "claw_back",
        "negative_balance",
        "loyalty_to_cash",
        "unreferenced",
        "restore_rewards",
        "restore_grace_days",
    ]])?;
    let policy = ReturnPolicy {
        negative_balance: fields.or("negative_balance", NegativeBalance::Allow, read_negative_balance)?,
        loyalty_to_cash: fields.or("loyalty_to_cash", false, |node| node.boolean())?,
        restore_grace_days: fields.or("restore_grace_days", 0, |node| node.count(u64::from(u16::MAX)))?,
        ..ReturnPolicy::default()
    };
    refuse_returns_not_built(&fields)?;
    Ok(policy)
}

pub(super) fn read_enrolment(node: Node<'_>, scale: Scale) -> Result<Enrolment, DocumentError> {
    let fields = node.object()?;
    fields.only(&[&["mode", "claim_days", "welcome"]])?;
    let modes = [("automatic", Enrolment::Automatic), ("on_request", Enrolment::OnRequest)];
    let enrolment = fields.or("mode", Enrolment::Automatic, |node| node.choice(&modes))?;
    if let Some(node) = fields.get("claim_days")
        && 0 < node.count::<u16>(u64::from(u16::MAX))?
    {
        return Err(node.not_built("claims"));
    }
    if let Some(node) = fields.get("welcome")
        && !some_units(node, scale)?.is_zero()
    {
        return Err(node.not_built("units for a welcome"));
    }
    Ok(enrolment)
}

pub(super) fn refuse_expiry(node: Node<'_>) -> Result<(), DocumentError> {
    let fields = node.object()?;
    let kinds = [("never", true), ("inactivity", false), ("age", false), ("date", false)];
    if fields.required("by")?.choice(&kinds)? {
        return fields.only(&[&["by"]]);
    }
    Err(node.not_built("units that run out by a policy"))
}

fn refuse_returns_not_built(fields: &Fields<'_>) -> Result<(), DocumentError> {
    let claw_backs = [("proportional", true), ("recompute", false)];
    fields.refuse_choice("claw_back", &claw_backs, "claw-backs that are worked out anew")?;
    let unreferenced = [("current_rate", true), ("ignore", false)];
    fields.refuse_choice("unreferenced", &unreferenced, "returns without their sale")?;
    match fields.get("restore_rewards") {
        Some(node) if !node.boolean()? => Err(node.not_built("rewards")),
        _ => Ok(()),
    }
}

fn read_negative_balance(node: Node<'_>) -> Result<NegativeBalance, DocumentError> {
    node.choice(&[
        ("allow", NegativeBalance::Allow),
        ("clamp", NegativeBalance::Clamp),
        ("refuse", NegativeBalance::Refuse),
        ("deduct_from_refund", NegativeBalance::DeductFromRefund),
    ])
}

fn read_value(node: Node<'_>) -> Result<Ratio, DocumentError> {
    let value = node.ratio()?;
    if value <= Ratio::ZERO { Err(node.unsound("a number above zero")) } else { Ok(value) }
}

fn read_step(node: Node<'_>, scale: Scale) -> Result<Units, DocumentError> {
    let step = node.units(scale)?;
    if step <= Units::ZERO { Err(node.unsound("units above zero")) } else { Ok(step) }
}

fn read_share(node: Node<'_>) -> Result<Ratio, DocumentError> {
    let share = not_negative(node)?;
    if Ratio::ONE < share { Err(node.unsound("a share from 0 to 1")) } else { Ok(share) }
}
