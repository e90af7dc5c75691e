//! The rows of a receipt.

use alloc::format;
use alloc::string::{String, ToString};

use crate::adapter::receipt::COLUMNS;
use crate::decide::Refusal;
use crate::ident::{CustomerId, OutletId};
use crate::loyalty::Program;
use crate::money::{Currency, Money, Units};
use crate::sale::Payment;
use crate::time::{Date, Timestamp, Zones};

/// A receipt as it is written.
pub(super) struct Page<'a> {
    pub(super) text: String,
    program: &'a Program,
    zones: &'a dyn Zones,
}

impl<'a> Page<'a> {
    /// A receipt with the shop's name at its top.
    pub(super) fn new(shop: &str, program: &'a Program, zones: &'a dyn Zones) -> Page<'a> {
        let mut page = Page { text: String::new(), program, zones };
        page.centred(shop);
        page
    }

    pub(super) fn currency(&self) -> Currency {
        self.program.currency
    }

    /// The day of a moment, by the clock of an outlet.
    pub(super) fn day(&self, outlet: Option<&OutletId>, at: Timestamp) -> Result<Date, Refusal> {
        Ok(self.clock(outlet, at)?.0)
    }

    /// The day and the time of a moment, by the clock of an outlet.
    pub(super) fn moment(&self, outlet: Option<&OutletId>, at: Timestamp) -> Result<String, Refusal> {
        let (day, (hour, minute, _)) = self.clock(outlet, at)?;
        Ok(format!("{day} {hour:02}:{minute:02}"))
    }

    fn clock(&self, outlet: Option<&OutletId>, at: Timestamp) -> Result<(Date, (u8, u8, u8)), Refusal> {
        let no_zone = || Refusal::InvalidProgram { what: "the program's time zone is not known here".into() };
        let offset = self.zones.offset(self.program.zone(outlet), at).ok_or_else(no_zone)?;
        Ok((at.date(offset), at.time_of_day(offset)))
    }

    /// What tenders paid, or got, each in a row of its own; nothing where it is nothing.
    pub(super) fn tenders(&mut self, what: &str, parts: &[Payment]) {
        for Payment { tender, amount, .. } in parts {
            self.amount_if(&format!("{what}: {tender}"), *amount);
        }
    }

    pub(super) fn amount(&mut self, name: &str, amount: Money) {
        self.row(name, &amount.to_decimal(self.program.currency.decimals()).to_string());
    }

    pub(super) fn amount_if(&mut self, name: &str, amount: Money) {
        if !amount.is_zero() {
            self.amount(name, amount);
        }
    }

    pub(super) fn units(&mut self, name: &str, units: Units) {
        self.row(name, &units.to_decimal(self.program.unit_decimals()).to_string());
    }

    pub(super) fn units_if(&mut self, name: &str, units: Units) {
        if !units.is_zero() {
            self.units(name, units);
        }
    }

    /// The balance of a customer who takes part, and what is set aside and not in it.
    pub(super) fn balance(&mut self, balance: Option<Units>, held: Units) {
        if let Some(balance) = balance {
            self.units("LOYALTY BALANCE", balance);
            self.units_if("Set aside beside it", held);
        }
    }

    /// What a receipt is of, when it was, where, and whose it is.
    pub(super) fn head(
        &mut self,
        what: &str,
        moment: &str,
        outlet: Option<&OutletId>,
        customer: Option<&CustomerId>,
    ) {
        self.row(what, moment);
        let outlet = outlet.map(|outlet| format!("Outlet {outlet}")).unwrap_or_default();
        let customer = customer.map(|id| format!("Customer {id}")).unwrap_or_default();
        if !outlet.is_empty() || !customer.is_empty() {
            self.row(&outlet, &customer);
        }
        self.rule('-');
    }

    pub(super) fn rule(&mut self, sign: char) {
        self.text.extend(core::iter::repeat_n(sign, COLUMNS));
        self.text.push('\n');
    }

    /// Each line of a text by itself.
    pub(super) fn centred(&mut self, text: &str) {
        for line in text.lines().map(str::trim) {
            if line.is_empty() {
                self.text.push('\n');
            }
            for row in rows(line).map(str::trim_end) {
                let indent = COLUMNS.saturating_sub(row.chars().count()).div_euclid(2);
                self.text.extend(core::iter::repeat_n(' ', indent));
                self.text.push_str(row);
                self.text.push('\n');
            }
        }
    }

    /// A name at the left and a figure at the right; on rows of their own if one has no room for
    /// both.
    pub(super) fn row(&mut self, left: &str, right: &str) {
        let (wide, figure) = (left.chars().count(), right.chars().count());
        if wide.saturating_add(figure) < COLUMNS {
            self.text.push_str(left);
            if !right.is_empty() {
                let gap = COLUMNS.saturating_sub(wide).saturating_sub(figure);
                self.text.extend(core::iter::repeat_n(' ', gap));
                self.text.push_str(right);
            }
            self.text.push('\n');
            return;
        }
        for row in rows(left) {
            self.text.push_str(row.trim_end());
            self.text.push('\n');
        }
        for row in rows(right) {
            let indent = COLUMNS.saturating_sub(row.chars().count());
            self.text.extend(core::iter::repeat_n(' ', indent));
            self.text.push_str(row);
            self.text.push('\n');
        }
    }
}

/// A text in pieces of at most [`COLUMNS`] characters, broken after a space where there is one.
fn rows(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    core::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let full = rest.char_indices().nth(COLUMNS).map_or(rest.len(), |(index, _)| index);
        let head = rest.get(..full).unwrap_or(rest);
        let space =
            if full < rest.len() { head.rfind(' ').map(|index| index.saturating_add(1)) } else { None };
        let (row, next) = rest.split_at_checked(space.unwrap_or(full)).unwrap_or((rest, ""));
        rest = next;
        Some(row)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_too_long_goes_on_in_the_next_row() {
        let long = "a name of a product that is far too long for one row of the receipt";
        let broken: alloc::vec::Vec<&str> = rows(long).collect();
        assert_eq!(broken.concat(), long);
        assert!(broken.len() == 2 && broken.iter().all(|row| row.chars().count() <= COLUMNS));
        let unbroken = "ü".repeat(100);
        assert_eq!(
            rows(&unbroken).map(|row| row.chars().count()).collect::<alloc::vec::Vec<_>>(),
            [42, 42, 16]
        );
    }
}
