//! The values that documents are made of: numbers, ids, days.

use alloc::format;
use alloc::string::{String, ToString};

use smol_str::SmolStr;

use crate::document::Mistake;
use crate::document::moment::{read_date, read_offset, read_time};
use crate::document::node::Node;
use crate::ident::IdError;
use crate::loyalty::Program;
use crate::money::{AmountError, Currency, DecimalError, Money, Ratio, Units, parse_decimal};
use crate::time::{Date, Offset, Timestamp, Zone};

/// How many decimals the amounts of a ledger have.
#[derive(Debug, Clone, Copy)]
pub(super) struct Scale {
    pub(super) money: u8,
    pub(super) units: u8,
}

impl Scale {
    pub(super) fn of(program: &Program) -> Scale {
        Scale { money: program.currency.decimals(), units: program.unit_decimals() }
    }
}

impl Node<'_> {
    pub(super) fn id<T>(&self, checked: impl FnOnce(&str) -> Result<T, IdError>) -> Result<T, Mistake> {
        checked(self.text()?).map_err(|error| self.expected(error.to_string()))
    }

    pub(super) fn money(&self, scale: Scale) -> Result<Money, Mistake> {
        self.amount("money", scale.money, Money::from_decimal)
    }

    pub(super) fn units(&self, scale: Scale) -> Result<Units, Mistake> {
        self.amount("units", scale.units, Units::from_decimal)
    }

    /// A quantity, a rate or a factor.
    pub(super) fn ratio(&self) -> Result<Ratio, Mistake> {
        let expected = |_| self.expected("a number of at most 9 digits before the point and 8 after it");
        Ratio::from_decimal(self.decimal()?).map_err(expected)
    }

    pub(super) fn time(&self) -> Result<Timestamp, Mistake> {
        const SUCH_AS: &str = "a time with its offset, such as \"2026-03-02T10:00:00+01:00\"";
        self.json().as_text().and_then(read_time).ok_or_else(|| self.expected(SUCH_AS))
    }

    pub(super) fn date(&self) -> Result<Date, Mistake> {
        const SUCH_AS: &str = "a day such as \"2026-03-02\"";
        self.json().as_text().and_then(read_date).ok_or_else(|| self.expected(SUCH_AS))
    }

    /// A time zone. Whether an IANA name is known, the ledger says when it takes the program.
    pub(super) fn zone(&self) -> Result<Zone, Mistake> {
        const SUCH_AS: &str = "a time zone such as \"Europe/Berlin\" or \"+01:00\"";
        self.json().as_text().and_then(read_zone).ok_or_else(|| self.expected(SUCH_AS))
    }

    pub(super) fn currency(&self) -> Result<Currency, Mistake> {
        const SUCH_AS: &str = "the ISO 4217 code of a currency, such as \"EUR\"";
        let currency = |text| Currency::from_code(text).ok();
        self.json().as_text().and_then(currency).ok_or_else(|| self.expected(SUCH_AS))
    }

    fn amount<T>(
        &self,
        what: &str,
        decimals: u8,
        from_decimal: impl FnOnce(rust_decimal::Decimal, u8) -> Result<T, AmountError>,
    ) -> Result<T, Mistake> {
        from_decimal(self.decimal()?, decimals).map_err(|error| match error {
            AmountError::TooManyDecimals { allowed } => {
                self.expected(format!("{what} with at most {allowed} decimals"))
            }
            _ => self.expected(format!("{what} of a size that can be kept")),
        })
    }

    fn decimal(&self) -> Result<rust_decimal::Decimal, Mistake> {
        const SUCH_AS: &str = "a decimal string such as \"19.99\"";
        let text = self.json().as_text().ok_or_else(|| self.expected(SUCH_AS))?;
        parse_decimal(text).map_err(|error| match error {
            DecimalError::TooLong => self.expected("a decimal string with fewer digits"),
            _ => self.expected(SUCH_AS),
        })
    }
}

/// How a zone is written: what [`Node::zone`] reads.
pub(super) fn zone_text(zone: &Zone) -> String {
    match zone {
        Zone::Fixed(offset) if *offset == Offset::UTC => "UTC".to_string(),
        Zone::Fixed(offset) => offset.to_string(),
        Zone::Named(name) => name.to_string(),
    }
}

fn read_zone(text: &str) -> Option<Zone> {
    if text == "UTC" || text == "Z" {
        return Some(Zone::Fixed(Offset::UTC));
    }
    if let Some(offset) = read_offset(text) {
        return Some(Zone::Fixed(offset));
    }
    const LONGEST: usize = 64;
    let of_a_name = |byte: u8| byte.is_ascii_alphanumeric() || b"/_+-".contains(&byte);
    let named = text.len() <= LONGEST
        && text.bytes().all(of_a_name)
        && text.bytes().next().is_some_and(|first| first.is_ascii_alphabetic());
    named.then(|| Zone::Named(SmolStr::new(text)))
}
