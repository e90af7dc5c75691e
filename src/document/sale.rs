//! A sale, read.

use alloc::vec::Vec;

use crate::decide::SaleDocument;
use crate::document::DocumentError;
use crate::document::event::{Sizes, read_payments, read_place};
use crate::document::node::{Fields, Node};
use crate::document::value::Scale;
use crate::ident::{CategoryId, Code, CustomerId, LineId, PriceBookId, ProductId, SaleId};
use crate::money::Money;
use crate::sale::{Fee, FeeKind, LineItem, RungUp, Tax, Terms};

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

/// A sale; its id stands in `sale`, and `id` is no field of it.
pub(super) fn read_sale(fields: &Fields<'_>, sizes: &Sizes<'_>) -> Result<SaleDocument, DocumentError> {
    let scale = sizes.scale;
    fields.only(&[FIELDS])?;
    let sale = SaleDocument {
        rung_up: read_rung_up(fields, sizes)?,
        payments: fields.or("payments", Vec::new(), |node| read_payments(node, sizes))?,
        change: fields.or("change", Money::ZERO, |node| node.money(scale))?,
        codes: fields.or("codes", Vec::new(), |node| {
            node.items(sizes.limits.payments)?.map(|code| code.id(Code::new)).collect()
        })?,
        parked: fields.or("parked", false, |node| node.boolean())?,
    };
    fields.refuse_items("rewards", "rewards")?;
    fields.refuse_items("offers", "punch cards")?;
    Ok(sale)
}

fn read_rung_up(fields: &Fields<'_>, sizes: &Sizes<'_>) -> Result<RungUp, DocumentError> {
    let scale = sizes.scale;
    let money = |name| fields.or(name, Money::ZERO, |node: Node<'_>| node.money(scale));
    Ok(RungUp {
        sale: fields.required("sale")?.id(SaleId::new)?,
        at: fields.required("at")?.time()?,
        place: read_place(fields)?,
        customer: fields.nullable("customer", |node| node.id(CustomerId::new))?,
        terms: fields.or("terms", Terms::Immediate, read_terms)?,
        lines: read_lines(fields.required("lines")?, sizes)?,
        discount: money("discount")?,
        fees: fields.or("fees", Vec::new(), |node| {
            node.items(sizes.limits.payments)?.map(|fee| read_fee(fee, scale)).collect()
        })?,
        tax_added: money("tax_added")?,
        cash_rounding: money("cash_rounding")?,
        rewards: Vec::new(),
        offers: Vec::new(),
        earns: fields.or("earns", true, |node| node.boolean())?,
    })
}

fn read_terms(node: Node<'_>) -> Result<Terms, DocumentError> {
    node.choice(&[("immediate", Terms::Immediate), ("layby", Terms::Layby), ("on_account", Terms::OnAccount)])
}

fn read_lines(node: Node<'_>, sizes: &Sizes<'_>) -> Result<Vec<LineItem>, DocumentError> {
    node.items(sizes.limits.lines)?.map(|line| read_line(line, sizes.scale)).collect()
}

fn read_line(node: Node<'_>, scale: Scale) -> Result<LineItem, DocumentError> {
    let fields = node.object()?;
    fields.only(&[LINE_FIELDS])?;
    let line = LineItem {
        id: fields.required("id")?.id(LineId::new)?,
        product: fields.required("product")?.id(ProductId::new)?,
        category: fields.optional("category", |node| node.id(CategoryId::new))?,
        quantity: fields.required("quantity")?.ratio()?,
        unit_price: fields.required("unit_price")?.money(scale)?,
        discount: fields.or("discount", Money::ZERO, |node| node.money(scale))?,
        tax: fields.optional("tax", |node| read_tax(node, scale))?,
        price_book: fields.optional("price_book", |node| node.id(PriceBookId::new))?,
        promotions: Vec::new(),
        earns: fields.or("earns", true, |node| node.boolean())?,
    };
    fields.refuse_items("promotions", "promotions")?;
    Ok(line)
}

fn read_tax(node: Node<'_>, scale: Scale) -> Result<Tax, DocumentError> {
    let fields = node.object()?;
    fields.only(&[&["amount", "rate", "included"]])?;
    let included = fields.required("included")?.boolean()?;
    match (fields.get("rate"), fields.get("amount")) {
        (Some(rate), None) => Ok(Tax::Rate { rate: rate.ratio()?, included }),
        (None, Some(amount)) => Ok(Tax::Amount { amount: amount.money(scale)?, included }),
        _ => Err(node.expected("an object with either `rate` or `amount`")),
    }
}

fn read_fee(node: Node<'_>, scale: Scale) -> Result<Fee, DocumentError> {
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
