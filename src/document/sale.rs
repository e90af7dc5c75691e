//! A sale, read.

use alloc::vec::Vec;

use crate::decide::{Header, SaleDocument};
use crate::document::Mistake;
use crate::document::event::{Sizes, read_payments, read_place};
use crate::document::node::{Fields, Node};
use crate::document::rule::ids;
use crate::document::value::Scale;
use crate::ident::{
    CategoryId, Code, CustomerId, DocumentId, LineId, PriceBookId, ProductId, PromotionId, RewardId, SaleId,
};
use crate::money::Money;
use crate::sale::{Fee, FeeKind, LineItem, OfferUse, Place, RewardUse, RungUp, Tax, Terms};
use crate::time::Timestamp;

const FIELDS: &[&str] = &[
    "type",
    "sale",
    "at",
    "outlet",
    "register",
    "operator",
    "customer",
    "terms",
    "lines",
    "discount",
    "fees",
    "tax_added",
    "cash_rounding",
    "rewards",
    "offers",
    "codes",
    "payments",
    "change",
    "earns",
    "parked",
];

const LINE_FIELDS: &[&str] = &[
    "id",
    "product",
    "category",
    "quantity",
    "unit_price",
    "discount",
    "tax",
    "price_book",
    "promotions",
    "earns",
];

/// The fields of a sale within another document, which says when it was and where.
const INNER_FIELDS: &[&str] = &[
    "id",
    "at",
    "outlet",
    "register",
    "operator",
    "customer",
    "terms",
    "lines",
    "discount",
    "fees",
    "tax_added",
    "cash_rounding",
    "rewards",
    "offers",
    "codes",
    "payments",
    "change",
    "earns",
];

/// A sale; its id stands in `sale`, and `id` is no field of it.
pub(super) fn read_sale(fields: &Fields<'_>, sizes: &Sizes<'_>) -> Result<SaleDocument, Mistake> {
    fields.only(&[FIELDS])?;
    let sale = fields.required("sale")?.id(SaleId::new)?;
    let at = fields.required("at")?.time()?;
    let rung_up = read_rung_up(fields, sizes, (sale, at, read_place(fields)?))?;
    let parked = fields.or("parked", false, |node| node.boolean())?;
    read_tendered(fields, sizes, rung_up, parked)
}

/// The sale of the new goods of an exchange; its id stands in `id`. It is rung up when the goods come
/// back, and, where it doesn't say otherwise, in the same place.
pub(super) fn read_inner_sale(
    node: Node<'_>,
    sizes: &Sizes<'_>,
    header: &Header,
) -> Result<SaleDocument, Mistake> {
    let fields = node.object()?;
    fields.only(&[INNER_FIELDS])?;
    let sale = fields.required("id")?.id(SaleId::new)?;
    if let Some(node) = fields.get("at")
        && node.time()? != header.at
    {
        return Err(node.expected("the time of the exchange"));
    }
    let place = read_place(&fields)?.or(header.place.clone());
    let rung_up = read_rung_up(&fields, sizes, (sale, header.at, place))?;
    read_tendered(&fields, sizes, rung_up, false)
}

fn read_tendered(
    fields: &Fields<'_>,
    sizes: &Sizes<'_>,
    rung_up: RungUp,
    parked: bool,
) -> Result<SaleDocument, Mistake> {
    Ok(SaleDocument {
        rung_up,
        payments: fields.or("payments", Vec::new(), |node| read_payments(node, sizes))?,
        change: fields.or("change", Money::ZERO, |node| node.money(sizes.scale))?,
        codes: fields.or("codes", Vec::new(), |node| {
            node.items(sizes.limits.payments)?.map(|code| code.id(Code::new)).collect()
        })?,
        parked,
    })
}

fn read_rung_up(
    fields: &Fields<'_>,
    sizes: &Sizes<'_>,
    (sale, at, place): (SaleId, Timestamp, Place),
) -> Result<RungUp, Mistake> {
    let scale = sizes.scale;
    let money = |name| fields.or(name, Money::ZERO, |node: Node<'_>| node.money(scale));
    Ok(RungUp {
        sale,
        at,
        place,
        customer: fields.nullable("customer", |node| node.id(CustomerId::new))?,
        terms: fields.or("terms", Terms::Immediate, read_terms)?,
        lines: read_lines(fields.required("lines")?, sizes)?.into(),
        discount: money("discount")?,
        fees: fields.or("fees", Vec::new(), |node| {
            node.items(sizes.limits.payments)?.map(|fee| read_fee(fee, scale)).collect()
        })?,
        tax_added: money("tax_added")?,
        cash_rounding: money("cash_rounding")?,
        rewards: fields.or("rewards", Vec::new(), |node| {
            node.items(sizes.limits.payments)?.map(|reward| read_reward_use(reward, scale)).collect()
        })?,
        offers: fields.or("offers", Vec::new(), |node| {
            node.items(sizes.limits.payments)?.map(read_offer_use).collect()
        })?,
        earns: fields.or("earns", true, |node| node.boolean())?,
    })
}

fn read_reward_use(node: Node<'_>, scale: Scale) -> Result<RewardUse, Mistake> {
    let fields = node.object()?;
    fields.only(&[&["reward", "line", "units", "quantity", "reservation"]])?;
    Ok(RewardUse {
        reward: fields.required("reward")?.id(RewardId::new)?,
        line: fields.optional("line", |node| node.id(LineId::new))?,
        units: fields.optional("units", |node| node.units(scale))?,
        quantity: fields.optional("quantity", |node| node.ratio())?,
        reservation: fields.optional("reservation", |node| node.id(DocumentId::new))?,
    })
}

fn read_offer_use(node: Node<'_>) -> Result<OfferUse, Mistake> {
    let fields = node.object()?;
    fields.only(&[&["card", "line"]])?;
    let card = fields.required("card")?.id(Code::new)?;
    Ok(OfferUse { card, line: fields.required("line")?.id(LineId::new)? })
}

fn read_terms(node: Node<'_>) -> Result<Terms, Mistake> {
    node.choice(&[("immediate", Terms::Immediate), ("layby", Terms::Layby), ("on_account", Terms::OnAccount)])
}

/// Lines as they were rung up.
pub(super) fn read_lines(node: Node<'_>, sizes: &Sizes<'_>) -> Result<Vec<LineItem>, Mistake> {
    node.items(sizes.limits.lines)?.map(|line| read_line(line, sizes.scale)).collect()
}

fn read_line(node: Node<'_>, scale: Scale) -> Result<LineItem, Mistake> {
    let fields = node.object()?;
    fields.only(&[LINE_FIELDS])?;
    Ok(LineItem {
        id: fields.required("id")?.id(LineId::new)?,
        product: fields.required("product")?.id(ProductId::new)?,
        category: fields.optional("category", |node| node.id(CategoryId::new))?,
        quantity: fields.required("quantity")?.ratio()?,
        unit_price: fields.required("unit_price")?.money(scale)?,
        discount: fields.or("discount", Money::ZERO, |node| node.money(scale))?,
        tax: fields.optional("tax", |node| read_tax(node, scale))?,
        price_book: fields.optional("price_book", |node| node.id(PriceBookId::new))?,
        promotions: fields.or("promotions", Vec::new(), |node| ids(node, PromotionId::new))?,
        earns: fields.or("earns", true, |node| node.boolean())?,
    })
}

fn read_tax(node: Node<'_>, scale: Scale) -> Result<Tax, Mistake> {
    let fields = node.object()?;
    fields.only(&[&["amount", "rate", "included"]])?;
    let included = fields.required("included")?.boolean()?;
    match (fields.get("rate"), fields.get("amount")) {
        (Some(rate), None) => Ok(Tax::Rate { rate: rate.ratio()?, included }),
        (None, Some(amount)) => Ok(Tax::Amount { amount: amount.money(scale)?, included }),
        _ => Err(node.expected("an object with either `rate` or `amount`")),
    }
}

fn read_fee(node: Node<'_>, scale: Scale) -> Result<Fee, Mistake> {
    let fields = node.object()?;
    fields.only(&[&["kind", "amount"]])?;
    let kinds = [
        ("shipping", FeeKind::Shipping),
        ("tip", FeeKind::Tip),
        ("delivery", FeeKind::Delivery),
        ("service", FeeKind::Service),
    ];
    let kind = fields.required("kind")?.choice(&kinds)?;
    Ok(Fee { kind, amount: fields.required("amount")?.money(scale)? })
}
