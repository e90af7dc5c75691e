//! A program, read.

use alloc::collections::BTreeMap;
use alloc::string::ToString;
use alloc::vec::Vec;

use crate::document::Mistake;
use crate::document::campaign::{read_promotion, read_promotion_choice};
use crate::document::node::{Fields, Node};
use crate::document::policy::{
    read_enrolment, read_expiry, read_on_account, read_redemption, read_returns, read_same_sale,
};
use crate::document::reward::{read_punch_card, read_reward};
use crate::document::rule::{read_base_rule, read_line_rule};
use crate::document::tier::read_tiers;
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

/// A program; what it doesn't say is at its default.
pub(super) fn read(node: Node<'_>) -> Result<Program, Mistake> {
    let fields = node.object()?;
    fields.only(&[FIELDS])?;
    let (currency, unit) = (fields.required("currency")?.currency()?, read_unit(fields.required("unit")?)?);
    let default = Program::new(fields.required("id")?.id(ProgramId::new)?, currency, unit);
    let scale = Scale::of(&default);
    let (enrolment, claim_days, welcome) =
        fields.or("enrolment", (default.enrolment, default.claim_days, default.welcome), |node| {
            read_enrolment(node, scale)
        })?;
    Ok(Program {
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
        same_sale: fields.or("redemption", default.same_sale, read_same_sale)?,
        enrolment,
        claim_days,
        welcome,
        promotions: read_list(&fields, "promotions", scale, read_promotion)?,
        promotion_choice: fields.or("promotion_choice", default.promotion_choice, read_promotion_choice)?,
        tiers: fields.optional("tiers", |node| read_tiers(node, scale))?,
        rewards: read_list(&fields, "rewards", scale, read_reward)?,
        on_account: fields.or("on_account", default.on_account, read_on_account)?,
        expiry: fields.or("expiry", default.expiry, read_expiry)?,
        punch_cards: read_list(&fields, "punch_cards", scale, read_punch_card)?,
        ..default
    })
}

fn read_list<T>(
    fields: &Fields<'_>,
    name: &'static str,
    scale: Scale,
    read: impl Fn(Node<'_>, Scale) -> Result<T, Mistake>,
) -> Result<Vec<T>, Mistake> {
    fields.or(name, Vec::new(), |node| node.items(usize::MAX)?.map(|item| read(item, scale)).collect())
}

fn read_unit(node: Node<'_>) -> Result<Unit, Mistake> {
    let fields = node.object()?;
    if fields.required("kind")?.choice(&[("money", true), ("points", false)])? {
        fields.only(&[&["kind"]])?;
        return Ok(Unit::Money);
    }
    fields.only(&[&["kind", "decimals"]])?;
    let decimals = fields.or("decimals", 0, |node| node.count(u64::from(MAX_DECIMALS)))?;
    Ok(Unit::Points { decimals })
}

fn read_rounding(node: Node<'_>) -> Result<Rounding, Mistake> {
    node.choice(&[("half_up", Rounding::HalfUp), ("down", Rounding::Down), ("half_even", Rounding::HalfEven)])
}

fn read_round_per(node: Node<'_>) -> Result<RoundPer, Mistake> {
    node.choice(&[("sale", RoundPer::Sale), ("line", RoundPer::Line)])
}

fn read_basis(node: Node<'_>) -> Result<Basis, Mistake> {
    node.choice(&[
        ("as_priced", Basis::AsPriced),
        ("tax_included", Basis::TaxIncluded),
        ("tax_excluded", Basis::TaxExcluded),
    ])
}

fn read_combine(node: Node<'_>) -> Result<Combine, Mistake> {
    node.choice(&[("sum", Combine::Sum), ("best", Combine::Best)])
}

pub(super) fn read_valid(node: Node<'_>) -> Result<Valid, Mistake> {
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

fn read_earn(fields: &Fields<'_>, scale: Scale) -> Result<Vec<BaseRule>, Mistake> {
    let node = fields.required("earn")?;
    // The place of a rule is kept beside what it gave for a visit, in 16 bits.
    node.items(usize::from(u16::MAX))?.map(|rule| read_base_rule(rule, scale)).collect()
}

fn read_rules<K: Ord>(
    fields: &Fields<'_>,
    name: &'static str,
    scale: Scale,
    key: impl Fn(&str) -> Result<K, IdError>,
) -> Result<BTreeMap<K, LineRule>, Mistake> {
    fields.or(name, BTreeMap::new(), |node| read_map(node, key, |rule| read_line_rule(rule, scale)))
}

fn read_price_book(node: Node<'_>, scale: Scale) -> Result<PriceBook, Mistake> {
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

fn read_outlet(node: Node<'_>) -> Result<Zone, Mistake> {
    let fields = node.object()?;
    fields.only(&[&["time_zone"]])?;
    fields.required("time_zone")?.zone()
}

/// The tenders of which something else is said than what holds anyway.
fn read_tenders(node: Node<'_>) -> Result<BTreeMap<Tender, bool>, Mistake> {
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
    value: impl Fn(Node<'_>) -> Result<V, Mistake>,
) -> Result<BTreeMap<K, V>, Mistake> {
    let mut map = BTreeMap::new();
    for (name, member) in node.members()? {
        map.insert(key_of(member, name, &key)?, value(member)?);
    }
    Ok(map)
}

fn key_of<K>(node: Node<'_>, name: &str, key: impl Fn(&str) -> Result<K, IdError>) -> Result<K, Mistake> {
    key(name).map_err(|error| node.expected_not(error.to_string(), "another as the key".to_string()))
}
