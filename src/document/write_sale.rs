//! Sales, written.

use alloc::vec::Vec;

use crate::decide::{Header, SaleDocument};
use crate::document::moment::write_time;
use crate::document::rule::{money, ratio, texts, units};
use crate::document::value::Scale;
use crate::document::write::{place, text};
use crate::document::{Json, Members};
use crate::ident::{Code, PromotionId};
use crate::money::Money;
use crate::sale::{Fee, FeeKind, LineItem, OfferUse, Payment, Place, RewardUse, RungUp, Tax, Terms};

/// A sale as a document of its own.
pub(super) fn sale(sale: &SaleDocument, scale: Scale) -> Members {
    let rung_up = &sale.rung_up;
    let mut members = Vec::from([("sale", text(&rung_up.sale)), ("at", Json::text(write_time(rung_up.at)))]);
    members.extend(place(&rung_up.place));
    members.extend(goods(sale, scale));
    members.extend(sale.parked.then_some(("parked", Json::Bool(true))));
    members
}

/// The sale of the new goods of an exchange: when it was, and as a rule where, the exchange says.
pub(super) fn inner_sale(sale: &SaleDocument, header: &Header, scale: Scale) -> Json {
    let Place { outlet, register, operator } = &sale.rung_up.place;
    let own = Place {
        outlet: outlet.clone().filter(|own| Some(own) != header.place.outlet.as_ref()),
        register: register.clone().filter(|own| Some(own) != header.place.register.as_ref()),
        operator: operator.clone().filter(|own| Some(own) != header.place.operator.as_ref()),
    };
    let mut members = goods(sale, scale);
    members.push(("id", text(&sale.rung_up.sale)));
    members.extend(place(&own));
    Json::object(members)
}

/// What was tendered, and what was given back of it.
pub(super) fn tendered(parts: &[Payment], change: Money, scale: Scale) -> Members {
    let mut members = Vec::from([("payments", payments(parts, scale))]);
    members.extend((!change.is_zero()).then(|| ("change", money(change, scale))));
    members
}

pub(super) fn payments(parts: &[Payment], scale: Scale) -> Json {
    let part = |part: &Payment| {
        let mut members = Vec::from([("tender", text(&part.tender)), ("amount", money(part.amount, scale))]);
        members.extend(part.reservation.as_ref().map(|id| ("reservation", text(id))));
        Json::object(members)
    };
    Json::List(parts.iter().map(part).collect())
}

pub(super) fn line(line: &LineItem, scale: Scale) -> Json {
    let LineItem { id, product, category, quantity, unit_price, discount, tax, price_book, .. } = line;
    let mut members = Vec::from([
        ("id", text(id)),
        ("product", text(product)),
        ("quantity", ratio(*quantity)),
        ("unit_price", money(*unit_price, scale)),
    ]);
    members.extend(category.as_ref().map(|category| ("category", text(category))));
    members.extend((!discount.is_zero()).then(|| ("discount", money(*discount, scale))));
    members.extend(tax.map(|tax| ("tax", write_tax(tax, scale))));
    members.extend(price_book.as_ref().map(|book| ("price_book", text(book))));
    if !line.promotions.is_empty() {
        members.push(("promotions", texts(line.promotions.iter().map(PromotionId::as_str))));
    }
    members.extend((!line.earns).then_some(("earns", Json::Bool(false))));
    Json::object(members)
}

/// What was sold and how it was paid.
fn goods(sale: &SaleDocument, scale: Scale) -> Members {
    let RungUp { customer, terms, lines, discount, fees, tax_added, cash_rounding, .. } = &sale.rung_up;
    let RungUp { rewards, offers, earns, .. } = &sale.rung_up;
    let mut members = Vec::from([("lines", list(lines, |item| line(item, scale)))]);
    members.extend(customer.as_ref().map(|customer| ("customer", text(customer))));
    members.extend((*terms != Terms::Immediate).then(|| ("terms", Json::text(terms_name(*terms)))));
    let amounts = [("discount", discount), ("tax_added", tax_added), ("cash_rounding", cash_rounding)];
    let amounts = amounts.into_iter().filter(|(_, amount)| !amount.is_zero());
    members.extend(amounts.map(|(name, amount)| (name, money(*amount, scale))));
    members.extend((!fees.is_empty()).then(|| ("fees", list(fees, |fee| write_fee(fee, scale)))));
    members.extend((!rewards.is_empty()).then(|| ("rewards", list(rewards, |used| reward_use(used, scale)))));
    members.extend((!offers.is_empty()).then(|| ("offers", list(offers, offer_use))));
    members.extend((!sale.codes.is_empty()).then(|| ("codes", texts(sale.codes.iter().map(Code::as_str)))));
    members.extend(tendered(&sale.payments, sale.change, scale));
    members.extend((!earns).then_some(("earns", Json::Bool(false))));
    members
}

fn list<T>(items: &[T], write: impl Fn(&T) -> Json) -> Json {
    Json::List(items.iter().map(write).collect())
}

fn terms_name(terms: Terms) -> &'static str {
    match terms {
        Terms::Immediate => "immediate",
        Terms::Layby => "layby",
        Terms::OnAccount => "on_account",
    }
}

fn write_fee(fee: &Fee, scale: Scale) -> Json {
    let kind = match fee.kind {
        FeeKind::Shipping => "shipping",
        FeeKind::Tip => "tip",
        FeeKind::Delivery => "delivery",
        FeeKind::Service => "service",
    };
    Json::object([("kind", Json::text(kind)), ("amount", money(fee.amount, scale))])
}

fn write_tax(tax: Tax, scale: Scale) -> Json {
    let (tax, included) = match tax {
        Tax::Rate { rate, included } => (("rate", ratio(rate)), included),
        Tax::Amount { amount, included } => (("amount", money(amount, scale)), included),
    };
    Json::object([tax, ("included", Json::Bool(included))])
}

fn reward_use(used: &RewardUse, scale: Scale) -> Json {
    let RewardUse { reward, line, units: chosen, quantity, reservation } = used;
    let mut members = Vec::from([("reward", text(reward))]);
    members.extend(line.as_ref().map(|line| ("line", text(line))));
    members.extend(chosen.map(|chosen| ("units", units(chosen, scale))));
    members.extend(quantity.map(|quantity| ("quantity", ratio(quantity))));
    members.extend(reservation.as_ref().map(|id| ("reservation", text(id))));
    Json::object(members)
}

fn offer_use(used: &OfferUse) -> Json {
    Json::object([("card", text(&used.card)), ("line", text(&used.line))])
}
