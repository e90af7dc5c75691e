//! What was there before the first event, as documents.

use std::sync::Arc;

use regulars::decide::{
    Document, EnrolDocument, Header, ImportDocument, LinkCardDocument, MakeCardsDocument, MemberDocument,
    Profile, ProgramDocument,
};
use regulars::ident::BatchId;
use regulars::loyalty::{Expiry, Program, ProgramVersion, VersionedProgram};
use regulars::money::Units;
use regulars::sale::Place;
use regulars::time::Timestamp;

use super::scenario::{Card, Customer, Script};

/// The program, the customers, what they had, their cards; `at` is the time of the first event.
pub fn documents(script: &Script, at: Timestamp) -> Vec<Document> {
    let mut documents = Vec::new();
    let first = script.customers.iter().map(|customer| since(script, customer, at)).min().unwrap_or(at);
    let set_program = |program| Document::SetProgram(ProgramDocument { header: header(first), program });
    // Who is listed has joined before, and whatever that gave is in the balance.
    documents.extend(without_welcome(&script.program).map(set_program));
    if documents.is_empty() {
        documents.push(set_program(script.program.clone()));
    }
    documents.extend(script.customers.iter().map(|customer| enrol(script, customer, at)));
    if !script.program.program.welcome.is_zero() {
        documents.push(set_program(script.program.clone()));
    }
    documents.extend(script.customers.iter().filter_map(|customer| import(script, customer, at)));
    documents.extend(script.cards.iter().flat_map(|card| card_documents(script, card, at)));
    let opted_out = script.customers.iter().filter(|customer| customer.opted_out);
    documents.extend(opted_out.map(|customer| {
        let header = header(since(script, customer, at));
        Document::OptOut(MemberDocument { header, customer: customer.id.clone() })
    }));
    documents
}

/// When a customer came. What somebody had at the last purchase runs out after it, and not before the
/// ledger begins: an event that comes later is told of it.
fn since(script: &Script, customer: &Customer, at: Timestamp) -> Timestamp {
    const HOUR: i64 = 3_600_000;
    let Expiry::Inactivity(_) = script.program.program.expiry else { return at };
    let Some(day) = customer.last_purchase else { return at };
    let noon = i64::from(day.days()).saturating_mul(24).saturating_add(12).saturating_mul(HOUR);
    Timestamp::from_millisecond(noon).unwrap_or(at).min(at)
}

/// What every document of the runner's own carries.
pub fn header(at: Timestamp) -> Header {
    Header { id: None, at, place: Place::default() }
}

fn without_welcome(program: &VersionedProgram) -> Option<VersionedProgram> {
    if program.program.welcome.is_zero() {
        return None;
    }
    let program = Program { welcome: Units::ZERO, ..(*program.program).clone() };
    Some(VersionedProgram { version: ProgramVersion([0; 32]), program: Arc::new(program) })
}

/// Who has a card has an address, since it couldn't have been linked otherwise.
fn enrol(script: &Script, customer: &Customer, at: Timestamp) -> Document {
    let has_card = script.cards.iter().any(|card| card.customer.as_ref() == Some(&customer.id));
    let address = || format!("{}@example.org", customer.id).into();
    let email = customer.profile.email.clone().or_else(|| has_card.then(address));
    let profile = Profile { email, ..customer.profile.clone() };
    let at = since(script, customer, at);
    Document::Enrol(EnrolDocument { header: header(at), customer: customer.id.clone(), profile })
}

fn import(script: &Script, customer: &Customer, at: Timestamp) -> Option<Document> {
    let Customer { balance, last_purchase, spent, .. } = customer;
    if balance.is_none() && last_purchase.is_none() && spent.is_none() {
        return None;
    }
    Some(Document::Import(ImportDocument {
        header: header(since(script, customer, at)),
        customer: customer.id.clone(),
        units: balance.unwrap_or_default(),
        expires: None,
        last_purchase: *last_purchase,
        spent: *spent,
    }))
}

/// A card is made, and linked if it is somebody's.
fn card_documents(script: &Script, card: &Card, at: Timestamp) -> Vec<Document> {
    let owner = script.customers.iter().find(|customer| card.customer.as_ref() == Some(&customer.id));
    let at = owner.map_or(at, |owner| since(script, owner, at));
    let Ok(batch) = BatchId::new("before") else { return Vec::new() };
    let made = MakeCardsDocument {
        header: header(at),
        punch_card: card.punch_card.clone(),
        batch,
        codes: vec![card.code.clone()],
    };
    let linked = card.customer.as_ref().map(|customer| {
        let (card, customer) = (card.code.clone(), customer.clone());
        Document::LinkCard(LinkCardDocument { header: header(at), card, customer })
    });
    [Document::MakeCards(made)].into_iter().chain(linked).collect()
}
