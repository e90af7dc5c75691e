//! A sale settled by `regulars` in a program that has neither `std` nor a C
//! library: all it asks of the kernel are two system calls.
//!
//! `tests/no_std.rs` builds it, runs it, and looks into the executable.

#![no_std]
#![no_main]

extern crate alloc;
#[cfg(feature = "with-std")]
extern crate std;

mod coat;
mod kernel;
mod memory;
mod program;

use alloc::boxed::Box;
use alloc::format;
use alloc::string::String;
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::error::Error;

use regulars::adapter::memory::MemoryStore;
use regulars::decide::{
    Document, EnrolDocument, Header, ImportDocument, Profile, ProgramDocument, SaleDocument,
};
use regulars::ident::CustomerId;
use regulars::loyalty::{ProgramVersion, VersionedProgram};
use regulars::money::{Money, Units};
use regulars::register::Register;
use regulars::sale::Place;
use regulars::time::FixedZones;

use coat::at;

/// Settles a sale of 100.00, of which loyalty pays 20.00, and says in a line what came of it.
fn settle_a_sale() -> Result<String, Box<dyn Error>> {
    let mut register = Register::new(MemoryStore::default(), FixedZones);
    for document in [five_percent()?, enrol()?, import_fifty()?] {
        register.submit(&document, at())?;
    }
    let outcome = register.submit(&sale()?, at())?;
    let earned = outcome.moved.earned.to_decimal(2);
    let balance = outcome.decision.balance.unwrap_or_default().to_decimal(2);
    Ok(format!("earned {earned} balance {balance}"))
}

fn five_percent() -> Result<Document, Box<dyn Error>> {
    let program = Arc::new(coat::five_percent()?);
    let program = VersionedProgram { version: ProgramVersion([1; 32]), program };
    Ok(Document::SetProgram(ProgramDocument { header: header(), program }))
}

fn enrol() -> Result<Document, Box<dyn Error>> {
    let profile = Profile::default();
    Ok(Document::Enrol(EnrolDocument { header: header(), customer: CustomerId::new("ada")?, profile }))
}

fn import_fifty() -> Result<Document, Box<dyn Error>> {
    let (customer, units) = (CustomerId::new("ada")?, Units::from_minor(5000));
    let (expires, last_purchase, spent) = (None, None, None);
    Ok(Document::Import(ImportDocument { header: header(), customer, units, expires, last_purchase, spent }))
}

fn sale() -> Result<Document, Box<dyn Error>> {
    let (rung_up, payments) = (coat::coat()?, coat::payments()?);
    let (change, codes, parked) = (Money::ZERO, Vec::new(), false);
    Ok(Document::Sale(Arc::new(SaleDocument { rung_up, payments, change, codes, parked })))
}

fn header() -> Header {
    Header { id: None, at: at(), place: Place::default() }
}
