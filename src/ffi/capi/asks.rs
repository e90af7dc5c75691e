//! The questions of the JSON door: what a register can be asked beside documents.

use std::string::{String, ToString};
use std::sync::Arc;
use std::vec::Vec;

use smol_str::SmolStr;

use crate::decide::{Document, Member, Question, Refusal, SaleDocument};
use crate::document::{
    Json, Limits, Members, program_from, read_time, write_document, write_hints, write_outcome, write_program,
};
use crate::ffi::capi::border::{REGULARS_MOST_TEXT, id};
use crate::ffi::capi::failure::Failure;
use crate::ffi::capi::ledger::checked_path;
use crate::ffi::capi::outward::OutText;
use crate::ffi::capi::status::REGULARS_CONTESTED;
use crate::ffi::capi::till::Till;
use crate::ffi::capi::{codes, contacts, looking, program, receipts, standing, upkeep};
use crate::ident::{CustomerId, DocumentId, IdError, OutletId, SaleId};
use crate::money::{Money, Units};
use crate::sale::Payment;
use crate::time::Timestamp;

/// The fields of a question.
pub(super) struct Fields<'j>(&'j Json);

impl<'j> Fields<'j> {
    pub(super) fn of(json: &'j Json) -> Fields<'j> {
        Fields(json)
    }

    /// Refuses fields that the question doesn't have.
    pub(super) fn only(&self, known: &[&str]) -> Result<(), Failure> {
        let Json::Object(members) = self.0 else {
            return Err(Failure::field(".", &"an object"));
        };
        match members.keys().find(|name| *name != "ask" && !known.contains(&name.as_str())) {
            Some(name) => {
                Err(Failure::field(name, &std::format!("one of these fields: {}", known.join(", "))))
            }
            None => Ok(()),
        }
    }

    pub(super) fn given(&self, name: &str) -> Option<&'j Json> {
        self.0.get(name)
    }

    pub(super) fn text_or_none(&self, name: &str) -> Result<Option<&'j str>, Failure> {
        let text = |json: &'j Json| json.as_text().ok_or_else(|| Failure::field(name, &"a text"));
        self.given(name).map(text).transpose()
    }

    pub(super) fn text(&self, name: &str) -> Result<&'j str, Failure> {
        self.text_or_none(name)?.ok_or_else(|| Failure::field_not(name, &"a text", &"nothing"))
    }

    /// A path, no longer than what the typed calls take.
    pub(super) fn path_or_none(&self, name: &str) -> Result<Option<&'j str>, Failure> {
        let expected = || Failure::field(name, &std::format!("{REGULARS_MOST_TEXT} bytes at most"));
        match self.text_or_none(name)? {
            Some(path) if REGULARS_MOST_TEXT < path.len() => Err(expected()),
            Some(path) => checked_path(path, name).map(Some),
            None => Ok(None),
        }
    }

    pub(super) fn path(&self, name: &str) -> Result<&'j str, Failure> {
        self.path_or_none(name)?.ok_or_else(|| Failure::field_not(name, &"a path", &"nothing"))
    }

    pub(super) fn id<T>(
        &self,
        name: &str,
        checked: impl FnOnce(&str) -> Result<T, IdError>,
    ) -> Result<T, Failure> {
        id(self.text(name)?, name, checked)
    }

    pub(super) fn count_or_none(&self, name: &str) -> Result<Option<u64>, Failure> {
        let count = |json: &Json| match json {
            Json::Count(count) => Ok(*count),
            _ => Err(Failure::field(name, &"a whole number")),
        };
        self.given(name).map(count).transpose()
    }

    pub(super) fn count(&self, name: &str) -> Result<u64, Failure> {
        self.count_or_none(name)?.ok_or_else(|| Failure::field_not(name, &"a whole number", &"nothing"))
    }

    /// Whether something is asked for; not, where nothing is said.
    pub(super) fn flag(&self, name: &str) -> Result<bool, Failure> {
        match self.given(name) {
            None => Ok(false),
            Some(Json::Bool(flag)) => Ok(*flag),
            Some(_) => Err(Failure::field(name, &"true or false")),
        }
    }

    pub(super) fn at(&self) -> Result<Timestamp, Failure> {
        let expected =
            || Failure::field("at", &"a time with its offset, such as \"2026-03-02T10:00:00+01:00\"");
        read_time(self.text("at")?).ok_or_else(expected)
    }

    pub(super) fn outlet(&self) -> Result<Option<OutletId>, Failure> {
        self.text_or_none("outlet")?.map(|outlet| id(outlet, "outlet", OutletId::new)).transpose()
    }
}

/// Answers a question.
pub(super) fn answer(till: &mut Till, json: &Json, out: &OutText) -> Result<String, Failure> {
    let fields = Fields(json);
    match fields.text("ask")? {
        "quote" => quote(till, &fields),
        "preview" => preview(till, &fields),
        "document" => document(till, &fields),
        "spendable" => spendable(till, &fields),
        "hints" => hints(till, &fields),
        "dry_run" => dry_run(till, &fields),
        "explain" => explain(till, &fields),
        "sale" => sale(till, &fields),
        "account" => account(till, &fields),
        "receipt" => receipt(till, &fields),
        "program" => the_program(till, &fields),
        "resolve" => codes::resolve_json(till, &fields),
        #[cfg(feature = "tokens")]
        "token" => crate::ffi::capi::tokens::make_json(till, &fields),
        #[cfg(not(feature = "tokens"))]
        "token" => Err(Failure::not_built("tokens: build with the feature tokens")),
        "find" => contacts::find_json(till, &fields),
        "customers" => upkeep::customers(till, &fields),
        other if upkeep::ASKS.contains(&other) => upkeep::answer(till, &fields, out),
        other => {
            let expected = std::format!(
                "quote, preview, spendable, hints, dry_run, explain, sale, document, account, receipt, program, resolve, token, find, customers, {}",
                upkeep::ASKS.join(", ")
            );
            Err(Failure::field_not("ask", &expected, &other))
        }
    }
}

/// What a basket would come to.
fn quote(till: &mut Till, fields: &Fields<'_>) -> Result<String, Failure> {
    let (sale, program) = (basket(till, fields)?, till.program()?);
    let outcome = till.register.0.quote(&sale)?;
    Ok(write_outcome(&outcome, &program))
}

/// What any document would come to.
fn preview(till: &mut Till, fields: &Fields<'_>) -> Result<String, Failure> {
    fields.only(&["document"])?;
    let nothing = || Failure::field_not("document", &"a document", &"nothing");
    let document = till.read(fields.given("document").ok_or_else(nothing)?)?;
    if let Document::SetProgram(_) = document {
        return Err(Failure::field("document.type", &"any type but set_program, of which dry_run tells"));
    }
    codes::refuse_article(till, &document)?;
    let outcome = till.register.0.preview(&document)?;
    Ok(write_outcome(&outcome, &*till.program()?))
}

/// The document by which a sale was rung up.
fn document(till: &mut Till, fields: &Fields<'_>) -> Result<String, Failure> {
    fields.only(&["sale"])?;
    let history = till.history(&fields.id("sale", SaleId::new)?)?;
    let rung_up = history.operations.first().ok_or(Refusal::Damaged { what: "a sale has no operations" })?;
    Ok(write_document(&rung_up.document, &history.program.program))
}

fn hints(till: &mut Till, fields: &Fields<'_>) -> Result<String, Failure> {
    fields.only(&["customer", "outlet", "at"])?;
    let (customer, outlet) = (fields.id("customer", CustomerId::new)?, fields.outlet()?);
    let hints = looking::hints(till, &customer, outlet.as_ref(), fields.at()?)?;
    Ok(write_hints(&hints, &*till.current_program()?))
}

fn dry_run(till: &mut Till, fields: &Fields<'_>) -> Result<String, Failure> {
    fields.only(&["program", "at"])?;
    let expected = || Failure::field_not("program", &"a program", &"nothing");
    let program = program_from(fields.given("program").ok_or_else(expected)?)?;
    program::dry_run(till, &program, fields.at()?)
}

fn explain(till: &mut Till, fields: &Fields<'_>) -> Result<String, Failure> {
    fields.only(&["sale"])?;
    let sale = fields.id("sale", SaleId::new)?;
    let sentences = looking::sentences(till, &sale)?.into_iter().map(|sentence| text(&sentence));
    Ok(object([("sale", text(sale.as_str())), ("sentences", Json::List(sentences.collect()))]))
}

/// How a sale stands.
fn sale(till: &mut Till, fields: &Fields<'_>) -> Result<String, Failure> {
    fields.only(&["sale"])?;
    let sale = fields.id("sale", SaleId::new)?;
    let record = standing::record(till, &sale)?;
    let (sums, lines) = (standing::sums_json(till, &record)?, standing::lines_json(till, &record)?);
    let customer = record.customer().map(|customer| ("customer", text(customer.as_str())));
    let tenders = standing::tenders_json(till, &record)?;
    let state = text(record.state.name());
    let sale = ("sale", text(sale.as_str()));
    let mut members = Vec::from([sale, ("state", state), ("lines", lines), ("tenders", tenders)]);
    members.extend(customer);
    members.extend(sums);
    Ok(object(members))
}

/// What a customer owes for sales on account, the oldest first, and the money that no sale has taken yet.
fn account(till: &mut Till, fields: &Fields<'_>) -> Result<String, Failure> {
    fields.only(&["customer"])?;
    let (customer, member) = whole_record(till, fields.id("customer", CustomerId::new)?)?;
    let decimals = till.program()?.currency.decimals();
    let money = |money: Money| text(&money.to_decimal(decimals).to_string());
    let (mut due, mut debts) = (Money::ZERO, Vec::new());
    for sale in &member.debts {
        let owed = match standing::record(till, sale) {
            Ok(record) => {
                let owed = record.state.balance_due()?;
                due = due.plus(owed)?;
                ("balance_due", money(owed))
            }
            Err(failure) if failure.status() == REGULARS_CONTESTED => ("contested", Json::Bool(true)),
            Err(failure) => return Err(failure),
        };
        debts.push(Json::object([("sale", text(sale.as_str())), owed]));
    }
    let paid = |part: &Payment| {
        Json::object([("tender", text(part.tender.as_str())), ("amount", money(part.amount))])
    };
    let credit = Json::List(member.credit.iter().map(paid).collect());
    let (customer, debts) = (("customer", text(customer.as_str())), ("debts", Json::List(debts)));
    Ok(object([customer, ("due", money(due)), debts, ("credit", credit)]))
}

/// What is kept of a customer, or of the one who has taken that record over.
fn whole_record(till: &mut Till, customer: CustomerId) -> Result<(CustomerId, Member), Failure> {
    let mut customer = customer;
    loop {
        let facts = till.register.0.facts(&Question::of_customer(&customer, Timestamp::LAST))?;
        let known = facts.accounts.into_iter().find(|account| account.customer == customer);
        let Some(known) = known.and_then(|account| account.known) else {
            return Err(Refusal::UnknownCustomer { customer: Some(customer) }.into());
        };
        match known.member.merged_into.clone() {
            Some(into) => customer = into,
            None => return Ok((customer, known.member)),
        }
    }
}

/// What a customer may spend on a basket.
fn spendable(till: &mut Till, fields: &Fields<'_>) -> Result<String, Failure> {
    let (sale, program) = (basket(till, fields)?, till.program()?);
    let found = till.register.0.spendable(&sale)?;
    let money = |money: Money| text(&money.to_decimal(program.currency.decimals()).to_string());
    let units = |units: Units| text(&units.to_decimal(program.unit_decimals()).to_string());
    let mut members = Vec::from([
        ("least", money(found.least)),
        ("most", money(found.most)),
        ("step", money(found.step)),
        ("least_units", units(found.least_units)),
        ("most_units", units(found.most_units)),
        ("step_units", units(found.step_units)),
        ("balance", units(found.balance)),
        ("held", units(found.held)),
    ]);
    members.extend(found.why_not.map(|refusal| ("why_not", text(refusal.name()))));
    Ok(object(members))
}

fn basket(till: &mut Till, fields: &Fields<'_>) -> Result<Arc<SaleDocument>, Failure> {
    fields.only(&["sale"])?;
    let sale = fields.given("sale").ok_or_else(|| Failure::field_not("sale", &"a sale", &"nothing"))?;
    match till.read(sale)? {
        Document::Sale(sale) => Ok(sale),
        _ => Err(Failure::field("sale.type", &"sale")),
    }
}

fn receipt(till: &mut Till, fields: &Fields<'_>) -> Result<String, Failure> {
    fields.only(&["sale", "account_payment", "shop", "at"])?;
    let (shop, at) = (fields.text("shop")?, fields.at()?);
    let (name, id, receipt) = match fields.text_or_none("account_payment")? {
        None => {
            let sale = fields.id("sale", SaleId::new)?;
            ("sale", text(sale.as_str()), receipts::receipt(till, &sale, shop, at)?)
        }
        Some(_) if fields.given("sale").is_some() => {
            return Err(Failure::field("account_payment", &"a sale or an account payment, and not both"));
        }
        Some(_) => {
            let payment = fields.id("account_payment", DocumentId::new)?;
            let receipt = receipts::account_receipt(till, &payment, shop, at)?;
            ("account_payment", text(payment.as_str()), receipt)
        }
    };
    Ok(object([(name, id), ("receipt", text(&receipt))]))
}

fn the_program(till: &mut Till, fields: &Fields<'_>) -> Result<String, Failure> {
    fields.only(&[])?;
    let program = write_program(&*till.current_program()?);
    let program = Json::read(&program, &Limits::NONE)?;
    Ok(object([("program", program)]))
}

pub(super) fn text(text: &str) -> Json {
    Json::Text(SmolStr::new(text))
}

pub(super) fn object(members: impl Into<Members>) -> String {
    Json::object(members).to_string()
}
