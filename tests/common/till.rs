//! A till in memory that has played its documents.

use regulars::adapter::memory::MemoryStore;
use regulars::document::{read_document, read_program};
use regulars::register::Register;
use regulars::time::{FixedZones, Timestamp};

pub type Till = Register<MemoryStore, FixedZones>;

/// Under a program from the beginning, each document recorded when it was made.
pub fn till(program: &str, documents: &[&str]) -> Result<Till, Box<dyn std::error::Error>> {
    let program = read_program(program)?;
    let mut till = Register::new(MemoryStore::default(), FixedZones);
    till.set_program(program.clone(), Timestamp::EPOCH)?;
    for text in documents {
        let document = read_document(text, &*program.program)?;
        till.submit(&document, document.at())?;
    }
    Ok(till)
}

/// When the receipts are printed.
pub fn later() -> Result<Timestamp, &'static str> {
    Timestamp::from_millisecond(1_773_000_000_000).ok_or("a moment")
}
