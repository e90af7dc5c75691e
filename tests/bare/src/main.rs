//! A sale settled by `regulars` in a program that has neither `std` nor a C
//! library: all it asks of the kernel are two system calls.
//!
//! `tests/no_std.rs` builds it, runs it, and looks into the executable.

#![no_std]
#![no_main]

extern crate alloc;
#[cfg(feature = "with-std")]
extern crate std;

mod kernel;
mod memory;

use alloc::boxed::Box;
use alloc::string::String;
use alloc::sync::Arc;
use alloc::vec::Vec;
use alloc::{format, vec};
use core::error::Error;
use core::fmt::{Arguments, Write};
use core::panic::PanicInfo;

use kernel::Descriptor;
use regulars::adapter::memory::MemoryStore;
use regulars::decide::{
    Document, EnrolDocument, Header, ImportDocument, Profile, ProgramDocument, SaleDocument,
};
use regulars::ident::{CustomerId, LineId, ProductId, ProgramId, SaleId, Tender};
use regulars::loyalty::{BaseRule, EarnBy, Program, ProgramVersion, Unit, VersionedProgram, Where};
use regulars::money::{Currency, Money, Ratio, Units, parse_decimal};
use regulars::register::Register;
use regulars::sale::{LineItem, Payment, Place, RungUp, Terms};
use regulars::time::{FixedZones, Timestamp};

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
    let mut program = Program::new(ProgramId::new("house")?, Currency::from_code("EUR")?, Unit::Money);
    let rate = Ratio::from_decimal(parse_decimal("0.05")?)?;
    let (applies_to, by) = (Where::default(), EarnBy::Amount { rate });
    program.earn.push(BaseRule { by, applies_to, minimum_spend: None, last: false });
    let program = VersionedProgram { version: ProgramVersion([1; 32]), program: Arc::new(program) };
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
    let line = LineItem {
        id: LineId::new("1")?,
        product: ProductId::new("coat")?,
        category: None,
        quantity: Ratio::ONE,
        unit_price: Money::from_minor(10_000),
        discount: Money::ZERO,
        tax: None,
        price_book: None,
        promotions: Vec::new(),
        earns: true,
    };
    let rung_up = RungUp {
        sale: SaleId::new("1")?,
        at: at(),
        place: Place::default(),
        customer: Some(CustomerId::new("ada")?),
        terms: Terms::Immediate,
        lines: [line].into(),
        discount: Money::ZERO,
        fees: Vec::new(),
        tax_added: Money::ZERO,
        cash_rounding: Money::ZERO,
        rewards: Vec::new(),
        offers: Vec::new(),
        earns: true,
    };
    let payments = vec![
        Payment { tender: Tender::loyalty(), amount: Money::from_minor(2_000), reservation: None },
        Payment { tender: Tender::new("card")?, amount: Money::from_minor(8_000), reservation: None },
    ];
    let (change, codes, parked) = (Money::ZERO, Vec::new(), false);
    Ok(Document::Sale(Arc::new(SaleDocument { rung_up, payments, change, codes, parked })))
}

fn header() -> Header {
    Header { id: None, at: at(), place: Place::default() }
}

fn at() -> Timestamp {
    Timestamp::EPOCH
}

/// The program, once its stack is set up.
extern "C" fn run() -> ! {
    match settle_a_sale() {
        Ok(line) => finish(Descriptor::STDOUT, format_args!("{line}\n"), 0),
        Err(error) => finish(Descriptor::STDERR, format_args!("error: {error}\n"), 1),
    }
}

#[panic_handler]
fn panic(info: &PanicInfo<'_>) -> ! {
    finish(Descriptor::STDERR, format_args!("{info}\n"), 101)
}

/// Ends the program with a last message; with code 2 if nobody can hear it.
fn finish(mut to: Descriptor, message: Arguments<'_>, code: usize) -> ! {
    let code = to.write_fmt(message).map_or(2, |()| code);
    kernel::exit(code)
}
