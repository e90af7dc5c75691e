//! The questions of the JSON door that look after the file, and what registers hand to each other. Those that change the
//! file do it before they are answered, so that the answer has to have room first.

use std::string::{String, ToString};
use std::vec::Vec;

use crate::document::Json;
use crate::ffi::capi::asks::{Fields, object, text};
use crate::ffi::capi::failure::Failure;
use crate::ffi::capi::maintenance;
use crate::ffi::capi::outward::OutText;
use crate::ffi::capi::till::Till;
use crate::ident::{CustomerId, RegisterId};

/// What is asked of the file.
pub(super) const ASKS: [&str; 15] = [
    "verify",
    "head",
    "backup",
    "checkpoint",
    "share",
    "outbox",
    "receive",
    "acknowledge",
    "export",
    "import",
    "import_csv",
    "begin_epoch",
    "erase",
    "keep_ballast",
    "release_ballast",
];

/// No answer that counts something is longer, and what was refused can be said in as much.
const LONGEST_COUNT: usize = 256;
/// No count with the name of an operation is longer.
const LONGEST_NAME: usize = 1024;

/// How many customers one answer has, unless fewer are asked for.
const MOST_CUSTOMERS: u64 = 1000;

pub(super) fn answer(till: &mut Till, fields: &Fields<'_>, out: &OutText) -> Result<String, Failure> {
    let ask = fields.text("ask")?;
    match ask {
        "verify" => {
            fields.only(&["head"])?;
            let seen = fields.text_or_none("head")?.map(maintenance::read_head).transpose()?;
            maintenance::verified_json(till, seen)
        }
        "head" => {
            fields.only(&[])?;
            let head = till.register.0.store_mut().chain_head()?;
            Ok(object([("operations", Json::Count(head.seq.0)), ("head", text(&head.to_string()))]))
        }
        #[cfg(feature = "csv")]
        "import_csv" => crate::ffi::capi::balances::import_csv(till, fields, out),
        #[cfg(not(feature = "csv"))]
        "import_csv" => Err(Failure::not_built("balances from CSV: build with the feature csv")),
        "checkpoint" => {
            fields.only(&[])?;
            till.register.0.store_mut().checkpoint()?;
            Ok(object([]))
        }
        "backup" | "outbox" | "export" => make(till, fields, out),
        "receive" | "import" => take(till, fields, out),
        "share" | "acknowledge" => with_others(till, fields, out),
        _ => change(till, fields, out),
    }
}

fn counted(name: &'static str, count: u64) -> String {
    object([(name, Json::Count(count))])
}

/// Writes a file.
fn make(till: &mut Till, fields: &Fields<'_>, out: &OutText) -> Result<String, Failure> {
    let ask = fields.text("ask")?;
    fields.only(if ask == "outbox" { &["to", "all"] } else { &["to"] })?;
    let to = fields.path("to")?;
    let answer = object([("to", text(to))]);
    out.reserve(LONGEST_NAME.max(answer.len()))?;
    match ask {
        "backup" => maintenance::back_up(till, to).map(|()| answer),
        "outbox" => {
            let sent = maintenance::send_to(till, to, fields.flag("all")?)?;
            let mut members = Vec::from([("operations", Json::Count(sent.operations))]);
            members.extend(sent.last.map(|last| ("last", text(&last.to_string()))));
            Ok(object(members))
        }
        _ => Ok(counted("operations", maintenance::export_to(till, to)?)),
    }
}

/// Reads a file.
fn take(till: &mut Till, fields: &Fields<'_>, out: &OutText) -> Result<String, Failure> {
    fields.only(&["from"])?;
    out.reserve(LONGEST_COUNT)?;
    let from = fields.path("from")?;
    if fields.text("ask")? == "import" {
        return Ok(counted("operations", maintenance::import_from(till, from)?));
    }
    let united = maintenance::receive_from(till, from)?;
    let counts = [
        ("taken", united.taken),
        ("known", united.known),
        ("waiting", united.waiting),
        ("left", united.left),
        ("stuck", united.stuck),
    ];
    Ok(object(counts.map(|(name, count)| (name, Json::Count(count)))))
}

fn with_others(till: &mut Till, fields: &Fields<'_>, out: &OutText) -> Result<String, Failure> {
    if fields.text("ask")? == "acknowledge" {
        fields.only(&["operation"])?;
        out.reserve(LONGEST_COUNT)?;
        let acknowledged = maintenance::acknowledge_name(till, fields.text("operation")?)?;
        return Ok(counted("acknowledged", acknowledged));
    }
    fields.only(&["register"])?;
    let register = fields.id("register", RegisterId::new)?;
    let answer = object([("register", text(register.as_str()))]);
    out.reserve(LONGEST_COUNT.max(answer.len()))?;
    maintenance::share_as(till, &register)?;
    Ok(answer)
}

/// Epochs, what a customer told, and ballast.
fn change(till: &mut Till, fields: &Fields<'_>, out: &OutText) -> Result<String, Failure> {
    match fields.text("ask")? {
        "begin_epoch" => {
            fields.only(&["epoch"])?;
            let count = fields.count("epoch")?;
            let too_large = |_| Failure::field("epoch", &"a number of at most 32 bits");
            let epoch = u32::try_from(count).map_err(too_large)?;
            out.reserve(LONGEST_COUNT)?;
            till.register.0.store_mut().begin_epoch(epoch)?;
            Ok(counted("epoch", count))
        }
        "erase" => {
            fields.only(&["customer"])?;
            let customer = fields.id("customer", CustomerId::new)?;
            let answer = object([("customer", text(customer.as_str()))]);
            out.reserve(LONGEST_COUNT.max(answer.len()))?;
            till.register.0.store_mut().erase(&customer)?;
            Ok(answer)
        }
        "keep_ballast" => {
            fields.only(&["bytes"])?;
            let bytes = fields.count("bytes")?;
            out.reserve(LONGEST_COUNT)?;
            till.register.0.store_mut().keep_ballast(bytes)?;
            Ok(counted("bytes", bytes))
        }
        _ => {
            fields.only(&[])?;
            out.reserve(LONGEST_COUNT)?;
            let released = till.register.0.store_mut().release_ballast()?;
            Ok(object([("released", Json::Bool(released))]))
        }
    }
}

/// Customers in the order of their ids, a page of them.
pub(super) fn customers(till: &mut Till, fields: &Fields<'_>) -> Result<String, Failure> {
    fields.only(&["after", "most"])?;
    let after = fields.given("after").map(|_| fields.id("after", CustomerId::new)).transpose()?;
    let most = fields.count_or_none("most")?.unwrap_or(MOST_CUSTOMERS).clamp(1, MOST_CUSTOMERS);
    let most = usize::try_from(most).unwrap_or(usize::MAX);
    let decimals = till.scale()?.map_or(0, |program| program.unit_decimals());
    // One more says whether there are more.
    let mut page = till.register.0.store_mut().customers(after.as_ref(), most.saturating_add(1))?;
    let are_more = most < page.len();
    page.truncate(most);
    let next = page.last().filter(|_| are_more).map(|last| ("next_after", text(last.customer.as_str())));
    let customers = page.iter().map(|kept| {
        let merged = kept.member.merged_into.as_ref().map(|into| ("merged_into", text(into.as_str())));
        let mut members = Vec::from([
            ("customer", text(kept.customer.as_str())),
            ("balance", text(&kept.balance.to_decimal(decimals).to_string())),
            ("held", text(&kept.member.held.to_decimal(decimals).to_string())),
        ]);
        members.extend(merged);
        Json::object(members)
    });
    let customers = Json::List(customers.collect::<Vec<_>>());
    let mut members = Vec::from([("customers", customers)]);
    members.extend(next);
    Ok(object(members))
}
