//! The rules by which a program grants units: read and written.

use alloc::string::ToString;
use alloc::vec::Vec;

use crate::document::node::{Fields, Node};
use crate::document::value::Scale;
use crate::document::{Json, Members, Mistake};
use crate::ident::{CategoryId, IdError, ProductId};
use crate::loyalty::{BaseRule, EarnBy, LineRule, Valid, Where};
use crate::money::{Money, Ratio, Units};
use crate::time::Date;

pub(super) fn read_base_rule(node: Node<'_>, scale: Scale) -> Result<BaseRule, Mistake> {
    let fields = node.object()?;
    let by = match fields.required("by")?.choice(&[("amount", 0), ("step", 1), ("visit", 2), ("item", 3)])? {
        0 => {
            fields.only(&[OF_BASE_RULES, &["rate"]])?;
            EarnBy::Amount { rate: not_negative(fields.required("rate")?)? }
        }
        1 => {
            fields.only(&[OF_BASE_RULES, &["amount", "units"]])?;
            let units = some_units(fields.required("units")?, scale)?;
            EarnBy::Step { amount: step_amount(fields.required("amount")?, scale)?, units }
        }
        2 => {
            fields.only(&[OF_BASE_RULES, &["units"]])?;
            EarnBy::Visit { units: some_units(fields.required("units")?, scale)? }
        }
        _ => {
            fields.only(&[OF_BASE_RULES, &["units"]])?;
            EarnBy::Item { units: some_units(fields.required("units")?, scale)? }
        }
    };
    Ok(BaseRule {
        by,
        applies_to: fields.or("where", Where::default(), read_where)?,
        minimum_spend: fields.optional("minimum_spend", |node| some_money(node, scale))?,
        last: fields.or("last", false, |node| node.boolean())?,
    })
}

pub(super) fn read_line_rule(node: Node<'_>, scale: Scale) -> Result<LineRule, Mistake> {
    let fields = node.object()?;
    let units = |fields: &Fields<'_>| some_units(fields.required("units")?, scale);
    let only = |name: &'static str| fields.only(&[&["by"], &[name]]);
    let kinds = [("none", 0), ("amount", 1), ("extra", 2), ("fixed", 3), ("multiply", 4)];
    Ok(match fields.required("by")?.choice(&kinds)? {
        0 => {
            fields.only(&[&["by"]])?;
            LineRule::Nothing
        }
        1 => {
            only("rate")?;
            LineRule::Amount { rate: not_negative(fields.required("rate")?)? }
        }
        2 => {
            only("units")?;
            LineRule::Extra { units: units(&fields)? }
        }
        3 => {
            only("units")?;
            LineRule::Fixed { units: units(&fields)? }
        }
        _ => {
            only("factor")?;
            LineRule::Multiply { factor: not_negative(fields.required("factor")?)? }
        }
    })
}

pub(super) fn write_base_rule(rule: &BaseRule, scale: Scale) -> Json {
    let mut members = match rule.by {
        EarnBy::Amount { rate } => Vec::from([("by", Json::text("amount")), ("rate", ratio(rate))]),
        EarnBy::Step { amount, units: each } => {
            let step =
                [("by", Json::text("step")), ("amount", money(amount, scale)), ("units", units(each, scale))];
            Vec::from(step)
        }
        EarnBy::Visit { units: each } => {
            Vec::from([("by", Json::text("visit")), ("units", units(each, scale))])
        }
        EarnBy::Item { units: each } => {
            Vec::from([("by", Json::text("item")), ("units", units(each, scale))])
        }
    };
    if rule.applies_to != Where::default() {
        members.push(("where", write_where(&rule.applies_to)));
    }
    if let Some(minimum) = rule.minimum_spend {
        members.push(("minimum_spend", money(minimum, scale)));
    }
    if rule.last {
        members.push(("last", Json::Bool(true)));
    }
    Json::object(members)
}

pub(super) fn write_line_rule(rule: &LineRule, scale: Scale) -> Json {
    let by = |kind: &str| ("by", Json::text(kind));
    match *rule {
        LineRule::Nothing => Json::object([by("none")]),
        LineRule::Amount { rate } => Json::object([by("amount"), ("rate", ratio(rate))]),
        LineRule::Extra { units: each } => Json::object([by("extra"), ("units", units(each, scale))]),
        LineRule::Fixed { units: each } => Json::object([by("fixed"), ("units", units(each, scale))]),
        LineRule::Multiply { factor } => Json::object([by("multiply"), ("factor", ratio(factor))]),
    }
}

pub(super) fn ratio(ratio: Ratio) -> Json {
    Json::text(ratio.to_decimal().to_string())
}

pub(super) fn money(money: Money, scale: Scale) -> Json {
    Json::text(money.to_decimal(scale.money).to_string())
}

pub(super) fn units(units: Units, scale: Scale) -> Json {
    Json::text(units.to_decimal(scale.units).to_string())
}

/// A rate, a factor or a share, none of which makes sense below zero.
pub(super) fn not_negative(node: Node<'_>) -> Result<Ratio, Mistake> {
    let ratio = node.ratio()?;
    if ratio.is_negative() { Err(node.unsound("a number that is not below zero")) } else { Ok(ratio) }
}

/// Units that a program gives or asks for.
pub(super) fn some_units(node: Node<'_>, scale: Scale) -> Result<Units, Mistake> {
    let units = node.units(scale)?;
    if units.is_negative() { Err(node.unsound("units that are not below zero")) } else { Ok(units) }
}

const OF_BASE_RULES: &[&str] = &["by", "where", "minimum_spend", "last"];

/// Money that a program asks for.
pub(super) fn some_money(node: Node<'_>, scale: Scale) -> Result<Money, Mistake> {
    let money = node.money(scale)?;
    if money.is_negative() { Err(node.unsound("money that is not below zero")) } else { Ok(money) }
}

fn step_amount(node: Node<'_>, scale: Scale) -> Result<Money, Mistake> {
    let amount = node.money(scale)?;
    if amount <= Money::ZERO { Err(node.unsound("an amount above zero")) } else { Ok(amount) }
}

pub(super) fn read_where(node: Node<'_>) -> Result<Where, Mistake> {
    let fields = node.object()?;
    fields.only(&[&["products", "categories", "except_products", "except_categories"]])?;
    let products = |name| fields.or(name, Vec::new(), |node| ids(node, ProductId::new));
    let categories = |name| fields.or(name, Vec::new(), |node| ids(node, CategoryId::new));
    Ok(Where {
        products: products("products")?,
        categories: categories("categories")?,
        except_products: products("except_products")?,
        except_categories: categories("except_categories")?,
    })
}

pub(super) fn ids<T>(
    node: Node<'_>,
    checked: impl Fn(&str) -> Result<T, IdError>,
) -> Result<Vec<T>, Mistake> {
    node.items(usize::MAX)?.map(|item| item.id(&checked)).collect()
}

/// A list of texts.
pub(super) fn texts(list: impl IntoIterator<Item = impl AsRef<str>>) -> Json {
    Json::List(list.into_iter().map(Json::text).collect())
}

/// Days from and until which something holds.
pub(super) fn write_valid(valid: Valid) -> Json {
    let day = |name, day: Option<Date>| day.map(|day| (name, Json::text(day.to_string())));
    let mut members = Members::from_iter(day("from", valid.from));
    members.extend(day("until", valid.until));
    Json::object(members)
}

pub(super) fn write_where(selected: &Where) -> Json {
    let products = |list: &[ProductId]| texts(list.iter().map(ProductId::as_str));
    let categories = |list: &[CategoryId]| texts(list.iter().map(CategoryId::as_str));
    let mut lists = Vec::from([
        ("products", products(&selected.products)),
        ("categories", categories(&selected.categories)),
        ("except_products", products(&selected.except_products)),
        ("except_categories", categories(&selected.except_categories)),
    ]);
    lists.retain(|(_, list)| *list != Json::List(Vec::new()));
    Json::object(lists)
}
