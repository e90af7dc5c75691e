//! A program, read.

use alloc::collections::BTreeMap;
use alloc::string::ToString;
use alloc::vec::Vec;

use crate::document::DocumentError;
use crate::document::node::{Fields, Node};
use crate::document::policy::{read_enrolment, read_redemption, read_returns, refuse_expiry};
use crate::document::rule::{read_base_rule, read_line_rule};
use crate::document::value::Scale;
use crate::ident::{CategoryId, IdError, OutletId, PriceBookId, ProductId, ProgramId, Tender};
use crate::loyalty::{BaseRule, Basis, Combine, LineRule, PriceBook, Program, RoundPer, Unit, Valid};
use crate::money::{MAX_DECIMALS, Rounding};
use crate::time::Zone;

const FIELDS: &[&str] = &[
    "id",
    "currency",
    "time_zone",
    "outlets",
    "unit",
    "rounding",
    "round_per",
    "basis",
    "sale_discount_lowers_earning",
    "valid",
    "earn",
    "combine",
    "products",
    "categories",
    "price_books",
    "promotions",
    "promotion_choice",
    "tiers",
    "tenders",
    "redemption",
    "rewards",
    "returns",
    "on_account",
    "expiry",
    "enrolment",
    "punch_cards",
];

/// A program; what it doesn't say is at its default. What this version can't do is refused, after all
/// that it can has been found well written.
pub(super) fn read(node: Node<'_>) -> Result<Program, DocumentError> {
    let fields = node.object()?;
    fields.only(&[FIELDS])?;
    let (currency, unit) = (fields.required("currency")?.currency()?, read_unit(fields.required("unit")?)?);
    let default = Program::new(fields.required("id")?.id(ProgramId::new)?, currency, unit);
    let scale = Scale::of(&default);
    let program = Program {
        time_zone: fields.or("time_zone", default.time_zone, |node| node.zone())?,
        outlets: fields.or("outlets", default.outlets, |node| read_map(node, OutletId::new, read_outlet))?,
        rounding: fields.or("rounding", default.rounding, read_rounding)?,
        round_per: fields.or("round_per", default.round_per, read_round_per)?,
        basis: fields.or("basis", default.basis, read_basis)?,
        sale_discount_lowers_earning: fields.or(
            "sale_discount_lowers_earning",
            default.sale_discount_lowers_earning,
            |node| node.boolean(),
        )?,
        valid: fields.or("valid", default.valid, read_valid)?,
        earn: read_earn(&fields, scale)?,
        combine: fields.or("combine", default.combine, read_combine)?,
        products: read_rules(&fields, "products", scale, ProductId::new)?,
        categories: read_rules(&fields, "categories", scale, CategoryId::new)?,
        price_books: fields.or("price_books", default.price_books, |node| {
            read_map(node, PriceBookId::new, |book| read_price_book(book, scale))
        })?,
        tenders: fields.or("tenders", default.tenders, read_tenders)?,
        redemption: read_redemption(fields.get("redemption"), unit, scale)?,
        returns: fields.or("returns", default.returns, read_returns)?,
        enrolment: fields.or("enrolment", default.enrolment, |node| read_enrolment(node, scale))?,
        ..default
    };
    refuse_what_is_not_built(&fields)?;
    Ok(program)
}

fn refuse_what_is_not_built(fields: &Fields<'_>) -> Result<(), DocumentError> {
    fields.refuse_items("promotions", "promotions")?;
    fields.refuse("tiers", "tiers")?;
    fields.refuse_items("rewards", "rewards")?;
    fields.refuse_items("punch_cards", "punch cards")?;
    let promotion_choices = [("best", true), ("newest", false), ("sum", false)];
    let other_choice = "a choice of promotions other than the best";
    fields.refuse_choice("promotion_choice", &promotion_choices, other_choice)?;
    let on_account = [("sale_paid", true), ("account_cleared", false)];
    let cleared = "account sales that earn when the account is cleared";
    fields.refuse_choice("on_account", &on_account, cleared)?;
    fields.get("expiry").map_or(Ok(()), refuse_expiry)
}

fn read_unit(node: Node<'_>) -> Result<Unit, DocumentError> {
    let fields = node.object()?;
    if fields.required("kind")?.choice(&[("money", true), ("points", false)])? {
        fields.only(&[&["kind"]])?;
        return Ok(Unit::Money);
    }
    fields.only(&[&["kind", "decimals"]])?;
    let decimals = fields.or("decimals", 0, |node| node.count(u64::from(MAX_DECIMALS)))?;
    Ok(Unit::Points { decimals })
}

fn read_rounding(node: Node<'_>) -> Result<Rounding, DocumentError> {
    node.choice(&[("half_up", Rounding::HalfUp), ("down", Rounding::Down), ("half_even", Rounding::HalfEven)])
}

fn read_round_per(node: Node<'_>) -> Result<RoundPer, DocumentError> {
    node.choice(&[("sale", RoundPer::Sale), ("line", RoundPer::Line)])
}

fn read_basis(node: Node<'_>) -> Result<Basis, DocumentError> {
    node.choice(&[
        ("as_priced", Basis::AsPriced),
        ("tax_included", Basis::TaxIncluded),
        ("tax_excluded", Basis::TaxExcluded),
    ])
}

fn read_combine(node: Node<'_>) -> Result<Combine, DocumentError> {
    node.choice(&[("sum", Combine::Sum), ("best", Combine::Best)])
}

fn read_valid(node: Node<'_>) -> Result<Valid, DocumentError> {
    let fields = node.object()?;
    fields.only(&[&["from", "until"]])?;
    let from = fields.optional("from", |node| node.date())?;
    let until = fields.optional("until", |node| node.date())?;
    if let (Some(first), Some(last), Some(node)) = (from, until, fields.get("until"))
        && last < first
    {
        return Err(node.unsound("a day that is not before `from`"));
    }
    Ok(Valid { from, until })
}

fn read_earn(fields: &Fields<'_>, scale: Scale) -> Result<Vec<BaseRule>, DocumentError> {
    let node = fields.required("earn")?;
    // The place of a rule is kept beside what it gave for a visit, in 16 bits.
    node.items(usize::from(u16::MAX))?.map(|rule| read_base_rule(rule, scale)).collect()
}

fn read_rules<K: Ord>(
    fields: &Fields<'_>,
    name: &'static str,
    scale: Scale,
    key: impl Fn(&str) -> Result<K, IdError>,
) -> Result<BTreeMap<K, LineRule>, DocumentError> {
    fields.or(name, BTreeMap::new(), |node| read_map(node, key, |rule| read_line_rule(rule, scale)))
}

fn read_price_book(node: Node<'_>, scale: Scale) -> Result<PriceBook, DocumentError> {
    let mut book = PriceBook::default();
    for (product, rule) in node.members()? {
        let read = read_line_rule(rule, scale)?;
        if product == "*" {
            book.others = Some(read);
        } else {
            book.products.insert(key_of(rule, product, ProductId::new)?, read);
        }
    }
    Ok(book)
}

fn read_outlet(node: Node<'_>) -> Result<Zone, DocumentError> {
    let fields = node.object()?;
    fields.only(&[&["time_zone"]])?;
    fields.required("time_zone")?.zone()
}

/// The tenders of which something else is said than what holds anyway.
fn read_tenders(node: Node<'_>) -> Result<BTreeMap<Tender, bool>, DocumentError> {
    let mut tenders = read_map(node, Tender::new, |node| {
        let fields = node.object()?;
        fields.only(&[&["earns"]])?;
        fields.required("earns")?.boolean()
    })?;
    tenders.retain(|tender, earns| *earns == tender.is_loyalty());
    Ok(tenders)
}

fn read_map<K: Ord, V>(
    node: Node<'_>,
    key: impl Fn(&str) -> Result<K, IdError>,
    value: impl Fn(Node<'_>) -> Result<V, DocumentError>,
) -> Result<BTreeMap<K, V>, DocumentError> {
    node.members()?.map(|(name, member)| Ok((key_of(member, name, &key)?, value(member)?))).collect()
}

fn key_of<K>(
    node: Node<'_>,
    name: &str,
    key: impl Fn(&str) -> Result<K, IdError>,
) -> Result<K, DocumentError> {
    key(name).map_err(|error| node.expected_not(error.to_string(), "another as the key".to_string()))
}
