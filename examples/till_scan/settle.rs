//! What is due, and the end of a sale.

use std::sync::Arc;

use qrcode::{Color, QrCode};
use regulars::code::{TokenContent, TokenFor, in_groups};
use regulars::decide::{Document, Kind, Outcome, Question, SaleDocument};
use regulars::ident::{Code, SaleId};
use regulars::money::{Money, Units};
use regulars::sale::{Place, RungUp, Terms};

use crate::Result;
use crate::till::{Basket, Till};

/// For how many days a receipt can be claimed, or goods brought back by it.
const RECEIPT_DAYS: u16 = 30;

impl Till {
    fn document(&self, sale: SaleId) -> Result<SaleDocument> {
        let Basket { customer, is_typed, lines, rewards, offers, payments, codes } = &self.basket;
        if lines.is_empty() {
            return Err("nothing is rung up".into());
        }
        // A card's number can be seen over a shoulder.
        let pays_by_units = payments.iter().any(|payment| payment.tender.is_loyalty());
        if *is_typed && (pays_by_units || !rewards.is_empty()) {
            return Err("units are spent by a card that is scanned, not by a number that is typed".into());
        }
        if *is_typed && !offers.is_empty() {
            return Err(
                "a punch card's offer is used by a card that is scanned, not by a number that is typed"
                    .into(),
            );
        }
        let rung_up = RungUp {
            sale,
            at: self.clock.now()?,
            place: Place { register: Some(self.name.clone()), ..Place::default() },
            customer: customer.clone(),
            terms: Terms::Immediate,
            lines: lines.clone().into(),
            discount: Money::ZERO,
            fees: Vec::new(),
            tax_added: Money::ZERO,
            cash_rounding: Money::ZERO,
            rewards: rewards.clone(),
            offers: offers.clone(),
            earns: true,
        };
        let (payments, codes) = (payments.clone(), codes.clone());
        Ok(SaleDocument { rung_up, payments, change: Money::ZERO, codes, parked: false })
    }

    /// What the basket would come to, before payments.
    fn quote(&mut self) -> Result<Outcome> {
        let mut document = self.document(SaleId::new("quote")?)?;
        document.payments.clear();
        Ok(self.register.quote(&document)?)
    }

    /// What is due and not paid; below zero is change.
    pub fn still_due(&mut self) -> Result<Money> {
        let due = self.quote()?.due.unwrap_or(Money::ZERO);
        Ok(due.minus(Money::sum(self.basket.payments.iter().map(|payment| payment.amount))?)?)
    }

    /// The sale with the payments so far, in a batch that is dropped: nothing is recorded.
    pub fn try_out(&mut self) -> Result<()> {
        let left = self.still_due()?;
        let sale = self.next_sale()?;
        let mut document = self.document(sale)?;
        document.change = if left < Money::ZERO { Money::ZERO.minus(left)? } else { Money::ZERO };
        let at = document.rung_up.at;
        self.register.batch()?.submit(&Document::Sale(Arc::new(document)), at)?;
        Ok(())
    }

    pub fn total(&mut self) -> Result<()> {
        let quote = self.quote()?;
        let (due, forecast) = (quote.due.unwrap_or(Money::ZERO), quote.shown.forecast);
        self.say(&format!(
            "TOTAL {}; it would earn {}.",
            self.money(due),
            self.units(forecast.unwrap_or_default())
        ));
        let offers = quote.shown.card_offers.iter().filter(|_| !self.basket.is_typed);
        for offer in offers {
            for (line, amount) in &offer.lines {
                let (card, amount) = (&offer.card, self.money(*amount));
                self.say(&format!("  `offer {card} {line}` takes {amount} off."));
            }
        }
        Ok(())
    }

    /// Ends the sale: all is recorded before the receipt is printed.
    pub fn settle(&mut self) -> Result<()> {
        let left = self.still_due()?;
        if Money::ZERO < left {
            return Err(format!("{} is still due", self.money(left)).into());
        }
        let sale = self.next_sale()?;
        let mut document = self.document(sale.clone())?;
        document.change = Money::ZERO.minus(left)?;
        let at = document.rung_up.at;
        let outcome = self.register.submit(&Document::Sale(Arc::new(document)), at)?;
        self.forget();
        self.print(&sale)?;
        self.say_moved(&outcome);
        Ok(())
    }

    /// The first number of the day that no sale has. Those before the last one that was free needn't be looked up again.
    fn next_sale(&mut self) -> Result<SaleId> {
        let (now, today) = (self.clock.now()?, self.today()?);
        let first = self.free_number.filter(|(day, _)| *day == today).map_or(1, |(_, number)| number);
        for number in first..=u32::MAX {
            let sale = SaleId::new(&format!("{}-{today}-{number}", self.name))?;
            let document = Some((Kind::Sale, sale.as_str()));
            if self.register.facts(&Question { document, ..Question::as_of(now) })?.original.is_none() {
                self.free_number = Some((today, number));
                return Ok(sale);
            }
        }
        Err("there are no more numbers today".into())
    }

    fn print(&mut self, sale: &SaleId) -> Result<()> {
        let now = self.clock.now()?;
        let receipt = self.register.receipt(sale, "THE SHOP", now)?;
        self.say(&receipt);
        let last_day = Some(self.today()?.plus_days(RECEIPT_DAYS));
        if let Some(key) = &self.key {
            let token = key.make(&TokenContent { stands_for: TokenFor::Receipt(sale.clone()), last_day })?;
            self.say("The code of this receipt:");
            self.say(&in_groups(&token));
            if self.qr {
                self.say(&qr(&token, self.raw)?);
            }
        }
        Ok(())
    }

    /// What stands on a punch card, if this till has a key.
    pub fn card_token(&self, code: &Code) -> Result<Option<String>> {
        let Some(key) = &self.key else { return Ok(None) };
        let stands_for = TokenFor::PunchCard(code.clone());
        Ok(Some(key.make(&TokenContent { stands_for, last_day: None })?))
    }

    /// What became of the customer's units.
    pub fn say_moved(&self, outcome: &Outcome) {
        let moved = &outcome.moved;
        let can_be_claimed = self.program.program.claim_days != 0;
        let claimable = outcome.shown.claimable.filter(|_| can_be_claimed).unwrap_or_default();
        for (what, units) in [
            ("Earned", moved.earned),
            ("Spent", moved.redeemed),
            ("Given back", moved.restored),
            ("Taken back", moved.clawed_back),
            ("To be claimed by the receipt", claimable),
        ] {
            if units != Units::ZERO {
                self.say(&format!("{what}: {}", self.units(units)));
            }
        }
        if let Some(balance) = outcome.decision.balance {
            self.say(&format!("Balance: {}", self.units(balance)));
        }
    }

    fn units(&self, units: Units) -> String {
        units.to_decimal(self.program.program.unit_decimals()).to_string()
    }
}

/// A QR code, two rows of its modules in a row of text, with the quiet zone of four around it. In a terminal it is
/// black on white, whatever the colours there are.
pub fn qr(text: &str, in_terminal: bool) -> Result<String> {
    let code = QrCode::new(text)?;
    let (width, colors) = (code.width(), code.to_colors());
    let is_dark = |x: usize, y: usize| {
        let inside = x.checked_sub(4).zip(y.checked_sub(4)).filter(|(x, y)| *x < width && *y < width);
        let at = inside.map(|(x, y)| y.saturating_mul(width).saturating_add(x));
        at.and_then(|at| colors.get(at)) == Some(&Color::Dark)
    };
    let all = width.saturating_add(8);
    let row = |y: usize| -> String {
        let half = |x| match (is_dark(x, y), is_dark(x, y.saturating_add(1))) {
            (true, true) => '█',
            (true, false) => '▀',
            (false, true) => '▄',
            (false, false) => ' ',
        };
        let row: String = (0..all).map(half).collect();
        if in_terminal { format!("\u{1b}[30;107m{row}\u{1b}[0m") } else { row }
    };
    Ok((0..all).step_by(2).map(row).collect::<Vec<_>>().join("\n"))
}
