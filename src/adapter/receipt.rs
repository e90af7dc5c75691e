//! Receipts as text, for printers and screens (R41); as the bytes of receipt printers, and as pictures.

mod code_page;
mod esc_pos;
mod of_sale;
#[cfg(feature = "label")]
mod picture;

pub use code_page::CodePage;
pub use esc_pos::{EscPos, EscPosError, Roll};
#[cfg(feature = "label")]
pub use picture::{PictureError, draw, draw_symbol};

use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use crate::decide::{SaleRecord, UsedWhat};
use crate::loyalty::Program;
use crate::money::{AmountError, Money, Units};
use crate::sale::{
    Bill, BillError, Cut, FeeKind, LineItem, Payment, RungUp, SaleState, Settled, Tendered, Terms,
};
use crate::time::{Offset, Timestamp};

/// How many characters a row of a receipt has at the most: as many as a roll of 58 mm has in its small letters. A roll
/// of 80 mm has more ([`Roll::columns`]), and leaves the rest of its rows blank.
pub const COLUMNS: usize = 42;

/// What a receipt is written from.
///
/// ```
/// use regulars::adapter::receipt::Receipt;
/// use regulars::decide::{Outcome, Question, SaleRecord};
/// use regulars::ident::SaleId;
/// use regulars::register::Register;
/// use regulars::store::Store;
/// use regulars::time::{Timestamp, Zones};
///
/// /// The receipt of a sale, after the document that had this outcome.
/// fn print<S, Z>(
///     register: &mut Register<S, Z>,
///     sale: SaleId,
///     outcome: &Outcome,
///     at: Timestamp,
/// ) -> Result<String, Box<dyn std::error::Error>>
/// where
///     S: Store<Error: 'static>,
///     Z: Zones,
/// {
///     let facts = register.facts(&Question::of_sales(&[sale], at))?;
///     let history = facts.sales.first().ok_or("no such sale")?;
///     let program = &*history.program.program;
///     let sale = SaleRecord::fold(&history.operations)?;
///     let rung_up = sale.state.rung_up();
///     let zone = program.zone(rung_up.place.outlet.as_ref());
///     let offset = register.zones().offset(zone, rung_up.at).ok_or("no such zone")?;
///     let balance = outcome.decision.balance;
///     Ok(Receipt { shop: "THE SHOP", program, sale: &sale, balance, offset }.to_text()?)
/// }
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Receipt<'a> {
    /// The name of the shop, as it stands at the top: each of its lines in the middle.
    pub shop: &'a str,
    /// The program under which the sale was rung up.
    pub program: &'a Program,
    /// The sale as it stands.
    pub sale: &'a SaleRecord,
    /// The customer's balance: that of the outcome, since what a store keeps may have run out by now;
    /// `None` where there is no customer, or one who takes no part.
    pub balance: Option<Units>,
    /// How far the outlet's clock was ahead of UTC when the sale was rung up.
    pub offset: Offset,
}

impl Receipt<'_> {
    /// The receipt, in rows of at most [`COLUMNS`] characters: the lines and what they come to,
    /// what rewards and offers took off, what was paid and what went back, what was earned and spent, and
    /// the balance. Of a voided sale it is what it was and what went back; of a parked one what it would come to, without
    /// the rewards and offers that it is to use. What is too long for a row goes on in the next.
    ///
    /// # Errors
    /// [`AmountError::TooLarge`] past 63 bits.
    pub fn to_text(&self) -> Result<String, AmountError> {
        let mut page = Page { text: String::new(), money: self.program.currency.decimals() };
        self.head(&mut page);
        match &self.sale.state {
            SaleState::Parked(parked) => {
                page.row("PARKED", "");
                self.without_a_bill(&mut page, &parked.rung_up)?;
                page.row(NOTHING_PAID, "");
            }
            SaleState::Voided(voided) => {
                page.row("VOIDED", "");
                self.without_a_bill(&mut page, &voided.rung_up)?;
                page.paid(&voided.paid, &self.sale.carried_in)?;
                if voided.paid.parts().is_empty() {
                    page.row(NOTHING_PAID, "");
                }
                page.went_back(&voided.carried_out, &voided.refunded, self.sale.kept_from_refund);
            }
            SaleState::Pending(pending) => {
                page.bill(pending.bill(), self)?;
                page.paid(pending.paid(), &self.sale.carried_in)?;
                page.amount("STILL DUE", pending.balance_due()?);
                page.row(terms_note(pending.bill().rung_up().terms), "");
            }
            SaleState::Settled(settled) => {
                page.bill(settled.bill(), self)?;
                page.paid(settled.paid(), &self.sale.carried_in)?;
                page.returned(settled, self.sale.kept_from_refund);
            }
        }
        self.loyalty(&mut page)?;
        Ok(page.text)
    }

    /// The lines of a sale whose state has no bill, and what they would come to with one.
    fn without_a_bill(&self, page: &mut Page, rung_up: &RungUp) -> Result<(), AmountError> {
        let cuts: Vec<Cut> = self.sale.used.iter().flat_map(|used| used.cuts.iter().cloned()).collect();
        match Bill::ring_up_less(rung_up.clone(), &cuts) {
            Ok(bill) => page.bill(&bill, self),
            Err(BillError::Amount(error)) => Err(error),
            Err(_) => rung_up.lines.iter().try_for_each(|line| page.line(line)),
        }
    }

    fn head(&self, page: &mut Page) {
        let rung_up = self.sale.state.rung_up();
        let (hour, minute, _) = rung_up.at.time_of_day(self.offset);
        page.centred(self.shop);
        page.row(
            &format!("Sale {}", rung_up.sale),
            &format!("{} {hour:02}:{minute:02}", rung_up.at.date(self.offset)),
        );
        let outlet =
            rung_up.place.outlet.as_ref().map(|outlet| format!("Outlet {outlet}")).unwrap_or_default();
        let customer = self.sale.customer().map(|id| format!("Customer {id}")).unwrap_or_default();
        if !outlet.is_empty() || !customer.is_empty() {
            page.row(&outlet, &customer);
        }
        page.rule('-');
    }

    fn loyalty(&self, page: &mut Page) -> Result<(), AmountError> {
        let for_rewards = Units::sum(self.sale.used.iter().map(|used| used.cost))?;
        let spent = self.sale.spent_in_all.plus(for_rewards)?;
        let given_back = spent.minus(Units::sum(self.sale.spent.values().copied())?)?;
        let earned = match &self.sale.accrued {
            Some(accrued) => accrued.accrual.total()?,
            None => Units::ZERO,
        };
        page.rule('-');
        page.units("Loyalty earned", earned, self.program);
        self.unclaimed(page)?;
        page.units_if("Loyalty taken back", self.sale.claw_back, self.program);
        page.units("Loyalty spent", spent, self.program);
        page.units_if("Loyalty given back", given_back, self.program);
        if let Some(balance) = self.balance {
            page.units("LOYALTY BALANCE", balance, self.program);
        }
        Ok(())
    }
}

impl Receipt<'_> {
    /// What can be claimed of a sale that nobody has, and until when: who has the receipt has to know (R9).
    fn unclaimed(&self, page: &mut Page) -> Result<(), AmountError> {
        let (SaleState::Settled(settled), Some(claimable), None) =
            (&self.sale.state, &self.sale.claimable, self.sale.customer())
        else {
            return Ok(());
        };
        let units = claimable.accrual.total()?.minus(self.sale.claw_back)?.or_zero();
        if self.program.claim_days == 0 || units.is_zero() {
            return Ok(());
        }
        // The offset is that of the lines. Where it was paid later, clocks may have changed by an hour since: then rather a
        // day less is promised than one too many.
        let at = settled.settlement().at();
        let an_hour = if at == settled.bill().rung_up().at { 0 } else { 3_600_000 };
        let at = Timestamp::from_millisecond(at.millisecond().saturating_sub(an_hour)).unwrap_or(at);
        let last_day = at.date(self.offset).plus_days(self.program.claim_days);
        page.units(&format!("Can be claimed until {last_day}"), units, self.program);
        Ok(())
    }
}

const NOTHING_PAID: &str = "Nothing has been paid.";

fn terms_note(terms: Terms) -> &'static str {
    match terms {
        Terms::Layby => "Layby: the goods stay here, and loyalty is earned, when all is paid.",
        Terms::OnAccount => "On account: loyalty is earned when all is paid.",
        Terms::Immediate => "Loyalty is earned when all is paid.",
    }
}

/// A receipt as it is written.
struct Page {
    text: String,
    /// The decimals of money.
    money: u8,
}

impl Page {
    fn bill(&mut self, bill: &Bill, receipt: &Receipt<'_>) -> Result<(), AmountError> {
        for line in &*bill.rung_up().lines {
            self.line(line)?;
        }
        let rung_up = bill.rung_up();
        self.amount_if("Discount", Money::ZERO.minus(rung_up.discount)?);
        for used in &receipt.sale.used {
            let taken_off = Money::sum(used.cuts.iter().map(|cut| cut.amount))?;
            self.amount_if(&used_name(&used.what), Money::ZERO.minus(taken_off)?);
        }
        for fee in &rung_up.fees {
            self.amount_if(fee_name(fee.kind), fee.amount);
        }
        self.amount_if("Tax", rung_up.tax_added);
        self.amount_if("Rounding", rung_up.cash_rounding);
        if let SaleState::Parked(_) = receipt.sale.state {
            self.not_used_yet(rung_up);
        }
        self.rule('=');
        self.amount(&format!("TOTAL {}", receipt.program.currency), bill.due()?);
        Ok(())
    }

    /// What the customer wants to use: a parked sale takes nothing for it, and its total is without it.
    fn not_used_yet(&mut self, rung_up: &RungUp) {
        let rewards = rung_up.rewards.iter().map(|used| UsedWhat::Reward(used.reward.clone()));
        let offers = rung_up.offers.iter().map(|used| UsedWhat::Offer(used.card.clone()));
        for what in rewards.chain(offers) {
            self.row(&used_name(&what), "not used yet");
        }
    }

    fn line(&mut self, line: &LineItem) -> Result<(), AmountError> {
        let before_discount = line.amount()?.plus(line.discount)?;
        self.row(line.product.as_str(), "");
        let each = line.unit_price.to_decimal(self.money);
        self.amount(&format!("  {} x {each}", line.quantity.to_decimal()), before_discount);
        self.amount_if("  less", Money::ZERO.minus(line.discount)?);
        Ok(())
    }

    /// What was paid, and what of that the goods of another sale paid (R21).
    fn paid(&mut self, paid: &Tendered, carried: &Tendered) -> Result<(), AmountError> {
        for Payment { tender, amount, .. } in carried.parts() {
            self.amount(&format!("goods exchanged: {tender}"), *amount);
        }
        for Payment { tender, amount, .. } in paid.parts() {
            self.amount_if(&format!("paid: {tender}"), amount.minus(carried.of(tender))?);
        }
        Ok(())
    }

    fn returned(&mut self, settled: &Settled, kept: Money) {
        if settled.returned().value().is_zero() {
            return;
        }
        self.amount("RETURNED, worth", settled.returned().value());
        self.went_back(settled.returned().carried_out(), settled.returned().refunded(), kept);
    }

    fn went_back(&mut self, carried: &Tendered, refunded: &Tendered, kept: Money) {
        for Payment { tender, amount, .. } in carried.parts() {
            self.amount(&format!("for the new goods: {tender}"), *amount);
        }
        for Payment { tender, amount, .. } in refunded.parts() {
            self.amount(&format!("refunded: {tender}"), *amount);
        }
        self.amount_if("kept of that for loyalty spent", kept);
    }

    fn amount(&mut self, name: &str, amount: Money) {
        self.row(name, &amount.to_decimal(self.money).to_string());
    }

    fn amount_if(&mut self, name: &str, amount: Money) {
        if !amount.is_zero() {
            self.amount(name, amount);
        }
    }

    fn units(&mut self, name: &str, units: Units, program: &Program) {
        self.row(name, &units.to_decimal(program.unit_decimals()).to_string());
    }

    fn units_if(&mut self, name: &str, units: Units, program: &Program) {
        if !units.is_zero() {
            self.units(name, units, program);
        }
    }

    fn rule(&mut self, sign: char) {
        self.text.extend(core::iter::repeat_n(sign, COLUMNS));
        self.text.push('\n');
    }

    /// Each line of a text by itself.
    fn centred(&mut self, text: &str) {
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
    fn row(&mut self, left: &str, right: &str) {
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

fn used_name(what: &UsedWhat) -> String {
    match what {
        UsedWhat::Reward(reward) => format!("Reward {reward}"),
        UsedWhat::Offer(card) => format!("Card {card}"),
    }
}

const fn fee_name(kind: FeeKind) -> &'static str {
    match kind {
        FeeKind::Shipping => "Shipping",
        FeeKind::Tip => "Tip",
        FeeKind::Delivery => "Delivery",
        FeeKind::Service => "Service",
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
        let broken: Vec<&str> = rows(long).collect();
        assert_eq!(broken.concat(), long);
        assert!(broken.len() == 2 && broken.iter().all(|row| row.chars().count() <= COLUMNS));
        let unbroken = "ü".repeat(100);
        assert_eq!(rows(&unbroken).map(|row| row.chars().count()).collect::<Vec<_>>(), [42, 42, 16]);
    }
}
