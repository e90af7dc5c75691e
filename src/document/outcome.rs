//! What the caller is told, written.

use alloc::string::{String, ToString};
use alloc::vec::Vec;

use crate::decide::{CardOffer, CardState, Kind, Moved, Outcome, PaidOn, Refusal, SaleStanding, Shown};
use crate::document::rule::{money, units};
use crate::document::value::Scale;
use crate::document::{DocumentError, Json};
use crate::ident::{Code, CustomerId, LineId, TierId};
use crate::ledger::Entry;
use crate::loyalty::{Explanation, OtherRule, Program};
use crate::money::{Money, Units};
use crate::sale::Payment;

/// Writes an outcome as one JSON object. What doesn't apply to the document is left out; what it
/// moved is always there.
///
/// The moved units of a duplicate are those of the first time.
///
/// ```
/// use regulars::adapter::memory::MemoryStore;
/// use regulars::document::{read_document, read_program, write_outcome};
/// use regulars::register::Register;
/// use regulars::time::FixedZones;
///
/// let text = r#"{"type": "set_program", "at": "2026-03-02T09:00:00Z", "program": {"id": "house",
///     "currency": "EUR", "unit": {"kind": "money"}, "earn": [{"by": "amount", "rate": "0.05"}]}}"#;
/// let set_program = read_document(text, None)?;
/// let regulars::decide::Document::SetProgram(document) = &set_program else { return Ok(()) };
/// let program = &document.program.program;
/// let sale = read_document(
///     r#"{"type": "sale", "sale": "S1", "at": "2026-03-02T10:00:00Z", "customer": "C1",
///         "lines": [{"id": "a", "product": "P", "quantity": "1", "unit_price": "80.00"}],
///         "payments": [{"tender": "card", "amount": "80.00"}]}"#,
///     &**program,
/// )?;
/// let mut register = Register::new(MemoryStore::default(), FixedZones);
/// register.submit(&set_program, set_program.at())?;
/// let outcome = register.submit(&sale, sale.at())?;
/// assert!(write_outcome(&outcome, program).contains(r#""earned":"4.00""#));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn write_outcome(outcome: &Outcome, program: &Program) -> String {
    outcome_json(outcome, program).to_string()
}

/// An outcome as a JSON object: the one that [`write_outcome`] writes, which shows its use.
pub fn outcome_json(outcome: &Outcome, program: &Program) -> Json {
    let (scale, decision) = (Scale::of(program), &outcome.decision);
    let mut members = Vec::from([
        ("document", document(outcome)),
        ("duplicate", Json::Bool(outcome.duplicate)),
        ("settled", Json::List(decision.settled.iter().map(|sale| Json::text(sale.as_str())).collect())),
        ("explain", Json::List(outcome.explanations.iter().map(|line| explanation(line, scale)).collect())),
        ("entries", Json::List(decision.entries.iter().map(|moved| entry(moved, scale)).collect())),
    ]);
    members.extend(moved(&outcome.moved, scale));
    members.extend(decision.balance.map(|balance| ("balance", units(balance, scale))));
    members.extend(outcome.due.map(|due| ("due", money(due, scale))));
    if !outcome.sales.is_empty() {
        members.push(("sales", Json::List(outcome.sales.iter().map(|sale| standing(sale, scale)).collect())));
    }
    if !decision.paid.is_empty() {
        members.push(("paid", Json::List(decision.paid.iter().map(|paid| paid_on(paid, scale)).collect())));
    }
    members.extend(shown(&outcome.shown, scale));
    if matches!(outcome.kind, Kind::Return | Kind::ReturnAmount | Kind::Exchange | Kind::Void) {
        members.push(("refund", by_tender(&decision.refund, scale)));
        members.push(("kept_from_refund", money(decision.kept_from_refund, scale)));
    }
    Json::object(members)
}

/// Writes a refusal as one JSON object: `error` is its stable name, `message` one line to read,
/// `facts` what is behind it.
///
/// ```
/// use regulars::decide::Refusal;
/// use regulars::document::write_refusal;
///
/// assert_eq!(
///     write_refusal(&Refusal::ReasonMissing),
///     r#"{"error":"reason_missing","facts":{},"message":"a reason is required"}"#
/// );
/// ```
pub fn write_refusal(refusal: &Refusal) -> String {
    refusal_json(refusal).to_string()
}

pub(super) fn refusal_json(refusal: &Refusal) -> Json {
    let facts = refusal.facts().into_iter().map(|(name, fact)| (name, Json::text(fact)));
    Json::object([
        ("error", Json::text(refusal.name())),
        ("message", Json::text(refusal.to_string())),
        ("facts", Json::map(facts)),
    ])
}

/// Writes what is wrong with a document as a refusal, with the `path` to the field.
///
/// ```
/// use regulars::document::{read_program, write_document_error};
///
/// let error = read_program(r#"{"id": 7}"#).unwrap_err();
/// assert!(write_document_error(&error).starts_with(r#"{"error":"invalid_document","#));
/// ```
pub fn write_document_error(error: &DocumentError) -> String {
    let facts = match error {
        DocumentError::Field { expected, found, .. } | DocumentError::Program { expected, found, .. } => {
            Json::object([("expected", Json::text(expected)), ("found", Json::text(found))])
        }
        DocumentError::NotBuilt { what, .. } => Json::object([("what", Json::text(what))]),
        DocumentError::Syntax { line, column, .. } => {
            Json::object([("line", Json::text(line.to_string())), ("column", Json::text(column.to_string()))])
        }
    };
    let mut members = Vec::from([
        ("error", Json::text(error.name())),
        ("message", Json::text(error.to_string())),
        ("facts", facts),
    ]);
    members.extend(error.path().map(|path| ("path", Json::text(path))));
    Json::object(members).to_string()
}

fn document(outcome: &Outcome) -> Json {
    let mut members = Vec::from([("type", Json::text(outcome.kind.name()))]);
    members.extend(outcome.id.as_ref().map(|id| ("id", Json::text(id))));
    Json::object(members)
}

fn moved(moved: &Moved, scale: Scale) -> [(&'static str, Json); 7] {
    [
        ("earned", units(moved.earned, scale)),
        ("redeemed", units(moved.redeemed, scale)),
        ("clawed_back", units(moved.clawed_back, scale)),
        ("restored", units(moved.restored, scale)),
        ("expired", units(moved.expired, scale)),
        ("adjusted", units(moved.adjusted, scale)),
        ("written_off", units(moved.written_off, scale)),
    ]
}

/// What an outcome shows beside what was moved, as far as it applies.
fn shown(shown: &Shown, scale: Scale) -> Vec<(&'static str, Json)> {
    let text = |name, text: Option<&str>| text.map(|text| (name, Json::text(text)));
    let amount = |name, amount: Option<Units>| amount.map(|amount| (name, units(amount, scale)));
    let mut members: Vec<(&str, Json)> = [
        text("tier", shown.tier.as_ref().map(TierId::as_str)),
        amount("reserved", shown.reserved),
        amount("claimable", shown.claimable),
        amount("forecast_earned", shown.forecast),
        text("resolved", shown.resolved.as_ref().map(CustomerId::as_str)),
        text("code", shown.code.as_ref().map(Code::as_str)),
    ]
    .into_iter()
    .flatten()
    .collect();
    if !shown.lots.is_empty() {
        members.push(("lots", Json::List(shown.lots.iter().map(|lot| units(lot.units, scale)).collect())));
    }
    members.extend(cards(&shown.cards));
    members.extend(card_offers(&shown.card_offers, scale));
    members.extend(line_discounts(&shown.line_discounts, scale));
    members
}

/// Punch cards, each with what it has; what the only one has stands beside them, too.
fn cards(cards: &[CardState]) -> Vec<(&'static str, Json)> {
    let has = |card: &CardState| {
        [("punches", Json::text(card.punches.to_string())), ("offers", ready_offers(card))]
    };
    let card = |card: &CardState| {
        let customer = card.customer.as_ref().map(|customer| ("customer", Json::text(customer.as_str())));
        let mut members = Vec::from([
            ("card", Json::text(card.code.as_str())),
            ("punch_card", Json::text(card.punch_card.as_str())),
            ("blocked", Json::Bool(card.blocked)),
        ]);
        members.extend(has(card));
        members.extend(customer);
        Json::object(members)
    };
    match cards {
        [] => Vec::new(),
        [only] => {
            let mut members = Vec::from([("cards", Json::List([card(only)].into()))]);
            members.extend(has(only));
            members
        }
        several => Vec::from([("cards", Json::List(several.iter().map(card).collect()))]),
    }
}

/// What each card's offer would take off, line by line; or why it can't be used.
fn card_offers(offers: &[CardOffer], scale: Scale) -> Option<(&'static str, Json)> {
    let offer = |offer: &CardOffer| {
        let lines = offer.lines.iter().map(|(line, amount)| (line.as_str(), money(*amount, scale)));
        let mut members = Vec::from([("card", Json::text(offer.card.as_str())), ("lines", Json::map(lines))]);
        members.extend(offer.why_not.map(|why| ("why_not", Json::text(why))));
        Json::object(members)
    };
    (!offers.is_empty()).then(|| ("card_offers", Json::List(offers.iter().map(offer).collect())))
}

/// Offers that were used and then taken back leave none, and not fewer.
fn ready_offers(card: &CardState) -> Json {
    Json::Count(u64::try_from(card.offers).unwrap_or(0))
}

/// What rewards and offers took off, line by line and in all; a sum that can't be kept is left out.
fn line_discounts(discounts: &[(LineId, Money)], scale: Scale) -> Vec<(&'static str, Json)> {
    if discounts.is_empty() {
        return Vec::new();
    }
    let sum = discounts.iter().try_fold(Money::ZERO, |sum, (_, amount)| sum.plus(*amount));
    let lines = discounts.iter().map(|(line, amount)| (line.as_str(), money(*amount, scale)));
    let mut members = Vec::from([("line_discounts", Json::map(lines))]);
    members.extend(sum.ok().map(|sum| ("line_discount", money(sum, scale))));
    members
}

fn standing(sale: &SaleStanding, scale: Scale) -> Json {
    Json::object([
        ("sale", Json::text(sale.sale.as_str())),
        ("state", Json::text(sale.state)),
        ("balance_due", money(sale.balance_due, scale)),
    ])
}

/// What an account payment paid on one sale, by tender.
fn paid_on(paid: &PaidOn, scale: Scale) -> Json {
    Json::object([("sale", Json::text(paid.sale.as_str())), ("payments", by_tender(&paid.payments, scale))])
}

fn by_tender(refund: &[Payment], scale: Scale) -> Json {
    Json::map(refund.iter().map(|part| (part.tender.as_str(), money(part.amount, scale))))
}

fn explanation(line: &Explanation, scale: Scale) -> Json {
    let mut members = Vec::from([
        ("rule", Json::text(line.rule.to_string())),
        ("amount", money(line.amount, scale)),
        ("share", Json::text(line.share.to_string())),
        ("units", units(line.units, scale)),
        ("why", Json::text(line.why.name())),
    ]);
    members.extend(line.line.as_ref().map(|id| ("line", Json::text(id.as_str()))));
    members.extend(line.tier.as_ref().map(|tier| ("tier", Json::text(tier.as_str()))));
    let other = |other: &OtherRule| {
        Json::object([("rule", Json::text(other.rule.to_string())), ("why", Json::text(other.fate.name()))])
    };
    let others = line.others.iter().map(other).collect::<Vec<_>>();
    members.extend((!others.is_empty()).then_some(("others", Json::List(others))));
    Json::object(members)
}

fn entry(entry: &Entry, scale: Scale) -> Json {
    let mut members = Vec::from([
        ("from", Json::text(entry.from.name())),
        ("to", Json::text(entry.to.name())),
        ("units", units(entry.units, scale)),
    ]);
    let expires = entry.lot.and_then(|lot| lot.expires);
    members.extend(expires.map(|day| ("expires", Json::text(day.to_string()))));
    Json::object(members)
}
