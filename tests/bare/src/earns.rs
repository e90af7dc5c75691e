//! The same sale with the rules alone: what a machine too small for a ledger of its own can work out.

#![no_std]
#![no_main]

extern crate alloc;

mod coat;
mod kernel;
mod memory;
mod program;

use alloc::boxed::Box;
use alloc::format;
use alloc::string::String;
use core::error::Error;

use regulars::loyalty::{EarnTerms, earn};
use regulars::money::Money;
use regulars::sale::{Bill, Pending, SaleState, Tendered};
use regulars::time::Offset;

/// Settles a sale of 100.00, of which loyalty pays 20.00, and says in a line what it earns.
fn settle_a_sale() -> Result<String, Box<dyn Error>> {
    let (program, at) = (coat::five_percent()?, coat::at());
    let bill = Bill::ring_up(coat::coat()?)?;
    let payments = Tendered::net_of_change(&coat::payments()?, Money::ZERO)?;
    let SaleState::Settled(sale) = Pending::new(bill).tender(&payments, at)? else {
        return Err("it isn't settled".into());
    };
    let earned = earn(&program, &sale, at.date(Offset::UTC), EarnTerms::default())?.accrual.total()?;
    Ok(format!("earned {}", earned.to_decimal(2)))
}
