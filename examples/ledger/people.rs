//! `find` and `erase`: what customers told.

use std::fmt::Write;

use regulars::adapter::sqlite::KeptCustomer;
use regulars::decide::Profile;
use regulars::ident::CustomerId;
use serde_json::{Value, json};

use crate::args::{Args, AskedPeople, Told};
use crate::print::{tell, units};
use crate::{Result, look, open, program};

pub fn find(args: &Args, asked: &AskedPeople) -> Result<bool> {
    let program = program(&mut look(&args.file)?)?;
    // The look-ups may have to be brought up to date; where nothing can be written, they may be it already.
    let mut store = open(&args.file).or_else(|_| look(&args.file))?;
    let contacts = store.contacts(asked.country)?;
    let mut found = match &asked.by {
        Told::Phone(phone) => contacts.by_phone(phone)?,
        Told::Email(email) => contacts.by_email(email)?,
        Told::Name(name) => contacts.by_name(name, None, asked.most.saturating_add(1))?.0,
    };
    let more = asked.most < found.len();
    found.truncate(asked.most);
    let balance = |kept: &KeptCustomer| units(kept.balance, program.as_deref());
    let object = |kept: &KeptCustomer| -> Value {
        let Profile { name, email, phone, .. } = &kept.member.profile;
        let customer = kept.customer.as_str();
        json!({ "customer": customer, "balance": balance(kept), "name": name.as_deref(),
            "email": email.as_deref(), "phone": phone.as_deref() })
    };
    let customers: Vec<Value> = found.iter().map(object).collect();
    let mut text = String::new();
    for kept in &found {
        let Profile { name, email, phone, .. } = &kept.member.profile;
        let told: Vec<&str> = [name, phone, email].into_iter().filter_map(|told| told.as_deref()).collect();
        let customer = kept.customer.as_str();
        // What people told is no order to a terminal.
        let told = told.join(", ").replace(char::is_control, "\u{fffd}");
        writeln!(text, "{customer:<20}{:>24}  {told}", balance(kept))?;
    }
    if found.is_empty() {
        text.push_str("Nobody has told that.\n");
    } else if more {
        text.push_str("\nThere are more; say more of the name, or --last.\n");
    }
    tell(args, &json!({ "customers": customers, "more": more }), &text)?;
    Ok(!found.is_empty())
}

pub fn erase(args: &Args, customer: &str) -> Result<bool> {
    let id =
        CustomerId::new(customer).map_err(|error| format!("{customer:?} is no customer's id: {error}"))?;
    open(&args.file)?.erase(&id).map_err(|error| format!("{}: {error}", args.file.display()))?;
    let text = format!(
        "What {customer} told is erased; the amounts stay.\nBackups and exports that were made before still have it.\n"
    );
    tell(args, &json!({ "erased": customer }), &text)?;
    Ok(true)
}
