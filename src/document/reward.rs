//! Rewards and punch cards: read and written.

use alloc::vec::Vec;

use crate::document::campaign::{read_bound, read_until, write_bound};
use crate::document::node::{Fields, Node};
use crate::document::program::read_valid;
use crate::document::rule::{
    ids, money, ratio, read_where, some_money, some_units, texts, units, write_valid, write_where,
};
use crate::document::value::Scale;
use crate::document::{Json, Mistake};
use crate::ident::{GroupId, OutletId, ProductId, PunchCardId, RewardId, TierId};
use crate::loyalty::{PunchCard, Reward, RewardGift, Valid, Where};
use crate::money::{Money, Ratio, Units};

const FIELDS: &[&str] = &[
    "id",
    "cost",
    "gives",
    "where",
    "minimum_spend",
    "from",
    "until",
    "outlets",
    "tiers",
    "groups",
    "lowers_earning",
];

pub(super) fn read_reward(node: Node<'_>, scale: Scale) -> Result<Reward, Mistake> {
    let fields = node.object()?;
    fields.only(&[FIELDS])?;
    Ok(Reward {
        id: fields.required("id")?.id(RewardId::new)?,
        cost: some_units(fields.required("cost")?, scale)?,
        gives: read_gift(fields.required("gives")?, scale)?,
        applies_to: fields.or("where", Where::default(), read_where)?,
        minimum_spend: fields.optional("minimum_spend", |node| some_money(node, scale))?,
        from: fields.optional("from", read_bound)?,
        until: read_until(&fields)?,
        outlets: fields.or("outlets", Vec::new(), |node| ids(node, OutletId::new))?,
        tiers: fields.or("tiers", Vec::new(), |node| ids(node, TierId::new))?,
        groups: fields.or("groups", Vec::new(), |node| ids(node, GroupId::new))?,
        lowers_earning: fields.or("lowers_earning", true, |node| node.boolean())?,
    })
}

pub(super) fn write_reward(reward: &Reward, scale: Scale) -> Json {
    let mut members = Vec::from([
        ("id", Json::text(reward.id.as_str())),
        ("cost", units(reward.cost, scale)),
        ("gives", write_gift(&reward.gives, scale)),
    ]);
    if reward.applies_to != Where::default() {
        members.push(("where", write_where(&reward.applies_to)));
    }
    members.extend(reward.minimum_spend.map(|minimum| ("minimum_spend", money(minimum, scale))));
    members.extend(reward.from.map(|from| ("from", write_bound(from))));
    members.extend(reward.until.map(|until| ("until", write_bound(until))));
    if !reward.outlets.is_empty() {
        members.push(("outlets", texts(reward.outlets.iter().map(OutletId::as_str))));
    }
    if !reward.tiers.is_empty() {
        members.push(("tiers", texts(reward.tiers.iter().map(TierId::as_str))));
    }
    if !reward.groups.is_empty() {
        members.push(("groups", texts(reward.groups.iter().map(GroupId::as_str))));
    }
    if !reward.lowers_earning {
        members.push(("lowers_earning", Json::Bool(false)));
    }
    Json::object(members)
}

pub(super) fn read_punch_card(node: Node<'_>, scale: Scale) -> Result<PunchCard, Mistake> {
    let fields = node.object()?;
    fields.only(&[&["id", "required", "where", "gives", "valid", "uses", "carry_over"]])?;
    let count = |node: Node<'_>| node.count(u64::from(u32::MAX));
    Ok(PunchCard {
        id: fields.required("id")?.id(PunchCardId::new)?,
        required: count(fields.required("required")?)?,
        applies_to: fields.or("where", Where::default(), read_where)?,
        gives: read_gift(fields.required("gives")?, scale)?,
        valid: fields.or("valid", Valid::default(), read_valid)?,
        uses: fields.nullable("uses", count)?,
        carry_over: fields.or("carry_over", true, |node| node.boolean())?,
    })
}

pub(super) fn write_punch_card(card: &PunchCard, scale: Scale) -> Json {
    let mut members = Vec::from([
        ("id", Json::text(card.id.as_str())),
        ("required", Json::Count(u64::from(card.required))),
        ("gives", write_gift(&card.gives, scale)),
    ]);
    if card.applies_to != Where::default() {
        members.push(("where", write_where(&card.applies_to)));
    }
    if card.valid != Valid::default() {
        members.push(("valid", write_valid(card.valid)));
    }
    members.extend(card.uses.map(|uses| ("uses", Json::Count(u64::from(uses)))));
    if !card.carry_over {
        members.push(("carry_over", Json::Bool(false)));
    }
    Json::object(members)
}

const KINDS: [(&str, Kind); 7] = [
    ("amount_off", Kind::AmountOff),
    ("percent_off", Kind::PercentOff),
    ("line_amount_off", Kind::LineAmountOff),
    ("line_percent_off", Kind::LinePercentOff),
    ("free_product", Kind::FreeProduct),
    ("free_item", Kind::FreeItem),
    ("amount_per_step", Kind::AmountPerStep),
];

#[derive(Clone, Copy)]
enum Kind {
    AmountOff,
    PercentOff,
    LineAmountOff,
    LinePercentOff,
    FreeProduct,
    FreeItem,
    AmountPerStep,
}

fn read_gift(node: Node<'_>, scale: Scale) -> Result<RewardGift, Mistake> {
    let fields = node.object()?;
    let own = |names: &[&str]| fields.only(&[&["kind"], names]);
    Ok(match fields.required("kind")?.choice(&KINDS)? {
        Kind::AmountOff => {
            own(&["amount"])?;
            RewardGift::AmountOff { amount: amount_off(&fields, scale)? }
        }
        Kind::LineAmountOff => {
            own(&["amount"])?;
            RewardGift::LineAmountOff { amount: amount_off(&fields, scale)? }
        }
        Kind::PercentOff => {
            own(&["percent", "maximum"])?;
            RewardGift::PercentOff { percent: percent(&fields)?, maximum: maximum(&fields, scale)? }
        }
        Kind::LinePercentOff => {
            own(&["percent", "maximum"])?;
            RewardGift::LinePercentOff { percent: percent(&fields)?, maximum: maximum(&fields, scale)? }
        }
        Kind::FreeProduct => {
            own(&["product", "quantity"])?;
            let product = fields.required("product")?.id(ProductId::new)?;
            RewardGift::FreeProduct { product, quantity: quantity(&fields)? }
        }
        Kind::FreeItem => {
            own(&["quantity"])?;
            RewardGift::FreeItem { quantity: quantity(&fields)? }
        }
        Kind::AmountPerStep => {
            own(&["step", "amount"])?;
            let node = fields.required("step")?;
            let step = node.units(scale)?;
            if step <= Units::ZERO {
                return Err(node.unsound("units above zero"));
            }
            RewardGift::AmountPerStep { step, amount: amount_off(&fields, scale)? }
        }
    })
}

fn amount_off(fields: &Fields<'_>, scale: Scale) -> Result<Money, Mistake> {
    let node = fields.required("amount")?;
    let amount = node.money(scale)?;
    if amount <= Money::ZERO { Err(node.unsound("an amount above zero")) } else { Ok(amount) }
}

/// A part in hundredths, of more than nothing and at most the whole.
fn percent(fields: &Fields<'_>) -> Result<Ratio, Mistake> {
    let node = fields.required("percent")?;
    let percent = node.ratio()?;
    let within = Ratio::from_whole(100).is_ok_and(|hundred| Ratio::ZERO < percent && percent <= hundred);
    if within { Ok(percent) } else { Err(node.unsound("a number above zero, and at most 100")) }
}

fn maximum(fields: &Fields<'_>, scale: Scale) -> Result<Option<Money>, Mistake> {
    fields.optional("maximum", |node| some_money(node, scale))
}

fn quantity(fields: &Fields<'_>) -> Result<Ratio, Mistake> {
    let node = fields.required("quantity")?;
    let quantity = node.ratio()?;
    if quantity <= Ratio::ZERO { Err(node.unsound("a quantity above zero")) } else { Ok(quantity) }
}

fn write_gift(gives: &RewardGift, scale: Scale) -> Json {
    let kind = |name: &str| ("kind", Json::text(name));
    let part = |name: &str, percent: Ratio, maximum: Option<Money>| {
        let mut members = Vec::from([kind(name), ("percent", ratio(percent))]);
        members.extend(maximum.map(|maximum| ("maximum", money(maximum, scale))));
        Json::object(members)
    };
    match gives {
        RewardGift::AmountOff { amount } => {
            Json::object([kind("amount_off"), ("amount", money(*amount, scale))])
        }
        RewardGift::LineAmountOff { amount } => {
            Json::object([kind("line_amount_off"), ("amount", money(*amount, scale))])
        }
        RewardGift::PercentOff { percent, maximum } => part("percent_off", *percent, *maximum),
        RewardGift::LinePercentOff { percent, maximum } => part("line_percent_off", *percent, *maximum),
        RewardGift::FreeProduct { product, quantity } => {
            let product = ("product", Json::text(product.as_str()));
            Json::object([kind("free_product"), product, ("quantity", ratio(*quantity))])
        }
        RewardGift::FreeItem { quantity } => {
            Json::object([kind("free_item"), ("quantity", ratio(*quantity))])
        }
        RewardGift::AmountPerStep { step, amount } => {
            let step = ("step", units(*step, scale));
            Json::object([kind("amount_per_step"), step, ("amount", money(*amount, scale))])
        }
    }
}
