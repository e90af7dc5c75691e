//! The questions of the JSON door: what a register can be asked beside documents.

use std::string::{String, ToString};

use smol_str::SmolStr;

use crate::decide::{Document, SaleRecord};
use crate::document::{Json, Limits, program_from, read_time, write_hints, write_outcome, write_program};
use crate::ffi::capi::border::{OutText, id};
use crate::ffi::capi::failure::Failure;
use crate::ffi::capi::till::Till;
use crate::ffi::capi::{codes, contacts, looking, program, receipts, upkeep};
use crate::ident::{CustomerId, IdError, OutletId, SaleId};
use crate::sale::SaleState;
use crate::time::Timestamp;

/// The fields of a question.
pub(super) struct Fields<'j>(&'j Json);

impl<'j> Fields<'j> {
    /// Refuses fields that the question doesn't have.
    pub(super) fn only(&self, known: &[&str]) -> Result<(), Failure> {
        let Json::Object(members) = self.0 else {
            return Err(Failure::field(".", &"an object was expected"));
        };
        match members.keys().find(|name| *name != "ask" && !known.contains(&name.as_str())) {
            Some(name) => Err(Failure::field(
                name,
                &std::format!("one of these fields was expected: {}", known.join(", ")),
            )),
            None => Ok(()),
        }
    }

    pub(super) fn given(&self, name: &str) -> Option<&'j Json> {
        self.0.get(name)
    }

    pub(super) fn text_or_none(&self, name: &str) -> Result<Option<&'j str>, Failure> {
        let text =
            |json: &'j Json| json.as_text().ok_or_else(|| Failure::field(name, &"a text was expected"));
        self.given(name).map(text).transpose()
    }

    pub(super) fn text(&self, name: &str) -> Result<&'j str, Failure> {
        self.text_or_none(name)?.ok_or_else(|| Failure::field(name, &"a text was expected, found nothing"))
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
            _ => Err(Failure::field(name, &"a whole number was expected")),
        };
        self.given(name).map(count).transpose()
    }

    pub(super) fn count(&self, name: &str) -> Result<u64, Failure> {
        self.count_or_none(name)?
            .ok_or_else(|| Failure::field(name, &"a whole number was expected, found nothing"))
    }

    pub(super) fn at(&self) -> Result<Timestamp, Failure> {
        let expected = || {
            Failure::field(
                "at",
                &"a time with its offset, such as \"2026-03-02T10:00:00+01:00\", was expected",
            )
        };
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
        "hints" => hints(till, &fields),
        "dry_run" => dry_run(till, &fields),
        "explain" => explain(till, &fields),
        "sale" => sale(till, &fields),
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
                "quote, hints, dry_run, explain, sale, receipt, program, resolve, token, find, customers, {} was expected, \
                 found {other}",
                upkeep::ASKS.join(", ")
            );
            Err(Failure::field("ask", &expected))
        }
    }
}

/// What a basket would come to.
fn quote(till: &mut Till, fields: &Fields<'_>) -> Result<String, Failure> {
    fields.only(&["sale"])?;
    let sale =
        fields.given("sale").ok_or_else(|| Failure::field("sale", &"a sale was expected, found nothing"))?;
    let Document::Sale(sale) = till.read(sale)? else {
        return Err(Failure::field("sale.type", &"sale was expected"));
    };
    let program = till.program()?;
    let outcome = till.register.0.quote(&sale)?;
    Ok(write_outcome(&outcome, &program))
}

fn hints(till: &mut Till, fields: &Fields<'_>) -> Result<String, Failure> {
    fields.only(&["customer", "outlet", "at"])?;
    let (customer, outlet) = (fields.id("customer", CustomerId::new)?, fields.outlet()?);
    let hints = looking::hints(till, &customer, outlet.as_ref(), fields.at()?)?;
    Ok(write_hints(&hints, &*till.current_program()?))
}

fn dry_run(till: &mut Till, fields: &Fields<'_>) -> Result<String, Failure> {
    fields.only(&["program", "at"])?;
    let expected = || Failure::field("program", &"a program was expected, found nothing");
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
    let history = till.history(&sale)?;
    let record = SaleRecord::fold(&history.operations)?;
    let money = history.program.program.currency.decimals();
    let (state, due) = match &record.state {
        SaleState::Parked(_) => ("parked", None),
        SaleState::Pending(pending) => ("pending", Some(pending.balance_due()?)),
        SaleState::Settled(_) => ("settled", None),
        SaleState::Voided(_) => ("voided", None),
    };
    let customer = record.customer().map(|customer| ("customer", text(customer.as_str())));
    let due = due.unwrap_or_default().to_decimal(money).to_string();
    let members = [("sale", text(sale.as_str())), ("state", text(state)), ("balance_due", text(&due))];
    Ok(object(members.into_iter().chain(customer)))
}

fn receipt(till: &mut Till, fields: &Fields<'_>) -> Result<String, Failure> {
    fields.only(&["sale", "shop", "at"])?;
    let sale = fields.id("sale", SaleId::new)?;
    let receipt = receipts::receipt(till, &sale, fields.text("shop")?, fields.at()?)?;
    Ok(object([("sale", text(sale.as_str())), ("receipt", text(&receipt))]))
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

pub(super) fn object<K: AsRef<str>>(members: impl IntoIterator<Item = (K, Json)>) -> String {
    Json::object(members).to_string()
}
