//! What both programs sell, and under which program.

use alloc::boxed::Box;
use alloc::vec;
use alloc::vec::Vec;
use core::error::Error;

use regulars::ident::{CustomerId, LineId, ProductId, ProgramId, SaleId, Tender};
use regulars::loyalty::{BaseRule, EarnBy, Program, Unit, Where};
use regulars::money::{Currency, Money, Ratio, parse_decimal};
use regulars::sale::{LineItem, Payment, Place, RungUp, Terms};
use regulars::time::Timestamp;

pub fn five_percent() -> Result<Program, Box<dyn Error>> {
    let mut program = Program::new(ProgramId::new("house")?, Currency::from_code("EUR")?, Unit::Money);
    let rate = Ratio::from_decimal(parse_decimal("0.05")?)?;
    let (applies_to, by) = (Where::default(), EarnBy::Amount { rate });
    program.earn.push(BaseRule { by, applies_to, minimum_spend: None, last: false });
    Ok(program)
}

/// A coat for 100.00.
pub fn coat() -> Result<RungUp, Box<dyn Error>> {
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
    Ok(RungUp {
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
    })
}

/// 20.00 with loyalty, and the rest by card.
pub fn payments() -> Result<Vec<Payment>, Box<dyn Error>> {
    Ok(vec![
        Payment { tender: Tender::loyalty(), amount: Money::from_minor(2_000), reservation: None },
        Payment { tender: Tender::new("card")?, amount: Money::from_minor(8_000), reservation: None },
    ])
}

pub fn at() -> Timestamp {
    Timestamp::EPOCH
}
