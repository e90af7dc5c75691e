//! Documents, written: the inverse of reading them.

use alloc::string::{String, ToString};
use alloc::sync::Arc;
use alloc::vec::Vec;

use crate::decide::{Document, EnrolDocument, ExchangeDocument, Header, ImportDocument, Profile, Spend};
use crate::document::canonical::program_json;
use crate::document::moment::write_time;
use crate::document::rule::{money, ratio, texts, units};
use crate::document::value::Scale;
use crate::document::write_sale::{inner_sale, line, payments, sale, tendered};
use crate::document::{Json, Members};
use crate::ident::{Code, CustomerId, GroupId, SaleId};
use crate::loyalty::Program;
use crate::sale::{Payment, Place, ReturnedLine};
use crate::time::Date;

/// Writes a document as one JSON object, without what is at its default; times are in UTC. The ledger's
/// program says how many decimals money and units have.
///
/// Reading it gives the same document again. That holds of every document that was read, and of any
/// other whose amounts have at most 15 digits before the point.
///
/// ```
/// use regulars::document::{read_document, read_program, write_document};
///
/// let program =
///     read_program(r#"{"id": "p", "currency": "EUR", "unit": {"kind": "points"}, "earn": []}"#)?.program;
/// let text = r#"{"type": "return", "id": "R1", "at": "2026-03-02T10:00:00+01:00", "of": "S1",
///     "lines": [{"id": "a", "quantity": "1.50"}]}"#;
/// let document = read_document(text, &*program)?;
/// let written = write_document(&document, &program);
/// assert_eq!(
///     written,
///     r#"{"at":"2026-03-02T09:00:00Z","id":"R1","lines":[{"id":"a","quantity":"1.5"}],"of":"S1","type":"return"}"#
/// );
/// assert_eq!(read_document(&written, &*program)?, document);
/// # Ok::<(), regulars::document::DocumentError>(())
/// ```
pub fn write_document(document: &Document, program: &Program) -> String {
    document_json(document, Scale::of(program)).to_string()
}

/// The same as a tree.
pub(super) fn document_json(document: &Document, scale: Scale) -> Json {
    let mut members = own(document, scale);
    members.push(("type", Json::text(document.kind().name())));
    Json::object(members)
}

/// All fields but the type.
fn own(document: &Document, scale: Scale) -> Members {
    match document {
        Document::Sale(sold) => sale(sold, scale),
        Document::SetProgram(set) => with(&set.header, [("program", program_json(&set.program.program))]),
        Document::Sweep(header) => with(header, []),
        _ => about_sales(document, scale)
            .or_else(|| about_units(document, scale))
            .or_else(|| about_customers(document))
            .or_else(|| about_codes(document))
            .unwrap_or_default(),
    }
}

/// Documents about sales that are there already.
fn about_sales(document: &Document, scale: Scale) -> Option<Members> {
    let refund =
        |refund: &Option<Vec<Payment>>| refund.as_ref().map(|parts| ("refund", payments(parts, scale)));
    Some(match document {
        Document::Payment(paid) => {
            let sale = with(&paid.header, [("sale", text(&paid.sale))]);
            and(sale, tendered(&paid.payments, paid.change, scale))
        }
        Document::AccountPayment(paid) => {
            let sales = texts(paid.sales.iter().map(SaleId::as_str));
            let sales = (!paid.sales.is_empty()).then_some(("sales", sales));
            let paid_in = [customer(&paid.customer), ("payments", payments(&paid.payments, scale))];
            and(with(&paid.header, paid_in), sales)
        }
        Document::Return(back) => {
            let goods = [("of", text(&back.of)), ("lines", returned(&back.lines))];
            and(with(&back.header, goods), refund(&back.refund))
        }
        Document::ReturnAmount(back) => {
            let amount = [("of", text(&back.of)), ("amount", money(back.amount, scale))];
            and(with(&back.header, amount), refund(&back.refund))
        }
        Document::ReturnWithoutSale(back) => {
            let lines = back.lines.iter().map(|item| line(item, scale)).collect();
            with(&back.header, [customer(&back.customer), ("lines", Json::List(lines))])
        }
        Document::Exchange(exchange) => write_exchange(exchange, scale),
        Document::Void(void) => with(&void.header, [("of", text(&void.of))]),
        Document::Claim(claim) => with(&claim.header, [("sale", text(&claim.of)), customer(&claim.customer)]),
        _ => return None,
    })
}

fn write_exchange(exchange: &ExchangeDocument, scale: Scale) -> Members {
    let ExchangeDocument { header, of, lines, sale } = exchange;
    let goods = [("of", text(of)), ("lines", returned(lines)), ("sale", inner_sale(sale, header, scale))];
    with(header, goods)
}

/// Documents that give, take or hold units.
fn about_units(document: &Document, scale: Scale) -> Option<Members> {
    Some(match document {
        Document::Redeem(redeem) => {
            let bill = redeem.bill.map(|bill| ("bill", money(bill, scale)));
            let spent = and(spend(&redeem.spend, scale), bill);
            and(with(&redeem.header, [customer(&redeem.customer)]), spent)
        }
        Document::Reserve(reserve) => {
            and(with(&reserve.header, [customer(&reserve.customer)]), spend(&reserve.spend, scale))
        }
        Document::Release(held) | Document::Capture(held) => {
            and(with(&held.header, []), held.customer.as_ref().map(customer))
        }
        Document::Adjust(adjust) => {
            let reason = adjust.reason.as_ref().map(|reason| ("reason", Json::text(reason)));
            let negative = adjust.allow_negative.then_some(("allow_negative", Json::Bool(true)));
            let given = [customer(&adjust.customer), ("units", units(adjust.units, scale))];
            and(and(with(&adjust.header, given), reason), negative)
        }
        Document::Import(import) => write_import(import, scale),
        _ => return None,
    })
}

fn write_import(import: &ImportDocument, scale: Scale) -> Members {
    let ImportDocument { header, customer: who, units: given, expires, last_purchase, spent } = import;
    let mut members = with(header, [customer(who), ("units", units(*given, scale))]);
    members.extend(expires.map(|day| ("expires", date(day))));
    members.extend(last_purchase.map(|day| ("last_purchase", date(day))));
    members.extend(spent.map(|spent| ("spent", money(spent, scale))));
    members
}

/// Documents about customers alone.
fn about_customers(document: &Document) -> Option<Members> {
    Some(match document {
        Document::Enrol(enrol) => write_enrol(enrol),
        Document::OptOut(member) | Document::OptIn(member) | Document::Check(member) => {
            with(&member.header, [customer(&member.customer)])
        }
        Document::SetCode(set) => with(&set.header, [customer(&set.customer), ("code", text(&set.code))]),
        Document::Merge(merge) => {
            let from = texts(merge.from.iter().map(CustomerId::as_str));
            with(&merge.header, [("into", text(&merge.into)), ("from", from)])
        }
        _ => return None,
    })
}

fn write_enrol(enrol: &EnrolDocument) -> Members {
    let EnrolDocument { header, customer: who, profile } = enrol;
    let Profile { code, name, email, phone, groups, birthday } = profile;
    let mut members = with(header, [customer(who)]);
    members.extend(code.as_ref().map(|code| ("code", text(code))));
    let told = [("name", name), ("email", email), ("phone", phone)];
    members.extend(told.into_iter().filter_map(|(key, told)| Some((key, Json::text(told.as_ref()?)))));
    members.extend(groups.as_ref().map(|groups| ("groups", texts(groups.iter().map(GroupId::as_str)))));
    members.extend(birthday.map(|day| ("birthday", date(day))));
    members
}

/// Documents about codes and cards.
fn about_codes(document: &Document) -> Option<Members> {
    let said = |name, said: &Option<Arc<str>>| said.as_ref().map(|said| (name, Json::text(said)));
    Some(match document {
        Document::Scan(scan) => {
            and(with(&scan.header, [("code", text(&scan.code))]), said("symbology", &scan.symbology))
        }
        Document::MakeCards(cards) => {
            let codes = ("codes", texts(cards.codes.iter().map(Code::as_str)));
            with(
                &cards.header,
                [("punch_card", text(&cards.punch_card)), ("batch", text(&cards.batch)), codes],
            )
        }
        Document::LinkCard(link) => {
            with(&link.header, [("card", text(&link.card)), customer(&link.customer)])
        }
        Document::BlockCard(block) => {
            and(with(&block.header, [("card", text(&block.card))]), said("reason", &block.reason))
        }
        _ => return None,
    })
}

/// Where a document was made, and by whom.
pub(super) fn place(place: &Place) -> Members {
    let Place { outlet, register, operator } = place;
    let mut members = Members::new();
    members.extend(outlet.as_ref().map(|outlet| ("outlet", text(outlet))));
    members.extend(register.as_ref().map(|register| ("register", text(register))));
    members.extend(operator.as_ref().map(|operator| ("operator", text(operator))));
    members
}

/// An id, or anything else that is shown as it is written.
pub(super) fn text(id: &impl ToString) -> Json {
    Json::text(id.to_string())
}

fn with(header: &Header, own: impl Into<Members>) -> Members {
    let mut members = own.into();
    members.push(("at", Json::text(write_time(header.at))));
    members.extend(header.id.as_ref().map(|id| ("id", text(id))));
    members.extend(place(&header.place));
    members
}

fn and(mut members: Members, more: impl IntoIterator<Item = (&'static str, Json)>) -> Members {
    members.extend(more);
    members
}

fn customer(customer: &CustomerId) -> (&'static str, Json) {
    ("customer", text(customer))
}

fn date(day: Date) -> Json {
    text(&day)
}

fn returned(lines: &[ReturnedLine]) -> Json {
    let line =
        |back: &ReturnedLine| Json::object([("id", text(&back.line)), ("quantity", ratio(back.quantity))]);
    Json::List(lines.iter().map(line).collect())
}

fn spend(spend: &Spend, scale: Scale) -> Members {
    match spend {
        Spend::Units(given) => Vec::from([("units", units(*given, scale))]),
        Spend::Amount(amount) => Vec::from([("amount", money(*amount, scale))]),
        Spend::Reward(reward, quantity) => {
            let quantity = quantity.map(|quantity| ("quantity", ratio(quantity)));
            and(Vec::from([("reward", text(reward))]), quantity)
        }
    }
}
