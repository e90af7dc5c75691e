//! Receipts as text, for printers and screens (R41); as the bytes of receipt printers, and as pictures.

mod back;
mod code_page;
mod esc_pos;
mod of_account;
mod of_sale;
mod page;
#[cfg(feature = "label")]
mod picture;

pub use code_page::CodePage;
pub use esc_pos::{EscPos, EscPosError, Roll};
#[cfg(feature = "label")]
pub use picture::{PictureError, draw, draw_symbol};

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use crate::adapter::receipt::back::{Back, look};
use crate::adapter::receipt::page::Page;
use crate::decide::{
    Document, ExchangeDocument, Moved, Operation, Refusal, SaleHistory, SaleRecord, UsedWhat,
};
use crate::ident::SaleId;
use crate::loyalty::{OnAccount, Program};
use crate::money::{AmountError, Money, Units};
use crate::sale::{
    Bill, BillError, Cut, FeeKind, LineItem, Payment, Pending, RungUp, SaleState, Tendered, Terms,
};
use crate::time::Zones;

/// How many characters a row of a receipt has at the most: as many as a roll of 58 mm has in its small letters. A roll
/// of 80 mm has more ([`Roll::columns`]), and leaves the rest of its rows blank.
pub const COLUMNS: usize = 42;

/// What a receipt is written from. [`Register::receipt`](crate::register::Register::receipt) looks all of it up.
///
/// ```
/// use regulars::adapter::receipt::Receipt;
/// use regulars::decide::{Outcome, Question};
/// use regulars::ident::SaleId;
/// use regulars::money::{Money, Units};
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
///     let sale = facts.sales.first().ok_or("no such sale")?;
///     let (balance, zones) = (outcome.decision.balance, register.zones());
///     let (held, credit) = (Units::ZERO, Money::ZERO);
///     let receipt = Receipt { shop: "THE SHOP", sale, exchanged: None, balance, held, credit, zones };
///     Ok(receipt.to_text()?)
/// }
/// ```
#[derive(Clone, Copy)]
pub struct Receipt<'a> {
    /// The name of the shop, as it stands at the top: each of its lines in the middle.
    pub shop: &'a str,
    /// The sale, and all that happened to it.
    pub sale: &'a SaleHistory,
    /// Of the new goods of an exchange, the sale that the others came back of (R21), if it is known.
    pub exchanged: Option<&'a SaleHistory>,
    /// The customer's balance: that of the outcome, since what a store keeps may have run out by now;
    /// `None` where there is no customer, or one who takes no part.
    pub balance: Option<Units>,
    /// What of the customer's units is set aside, and not in the balance.
    pub held: Units,
    /// The customer's credit on the account (Q20).
    pub credit: Money,
    /// The time zones by which the outlets' clocks go.
    pub zones: &'a dyn Zones,
}

impl fmt::Debug for Receipt<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Receipt { shop, sale, exchanged, balance, held, credit, .. } = self;
        let mut shown = f.debug_struct("Receipt");
        shown.field("shop", shop).field("sale", sale).field("exchanged", exchanged);
        shown.field("balance", balance).field("held", held).field("credit", credit).finish_non_exhaustive()
    }
}

impl Receipt<'_> {
    /// The receipt, in rows of at most [`COLUMNS`] characters: the lines and what they come to, what rewards and offers
    /// took off, what was paid; of each document by which something came back, when it was, what it was and what became
    /// of its worth; what was earned and spent, and the balance. Of a voided sale it is what it was and what went back;
    /// of a parked one what it would come to, without the rewards and offers that it is to use. Of a sale that is
    /// nobody's, what can be claimed stands there, and no other loyalty. What is too long for a row goes on in the next.
    ///
    /// # Errors
    /// [`Refusal::Damaged`] where the operations contradict each other, [`Refusal::InvalidProgram`] where the time zone
    /// isn't known, [`Refusal::InvalidDocument`] past 63 bits.
    pub fn to_text(&self) -> Result<String, Refusal> {
        let (record, backs) = look(self.sale)?;
        let program = &*self.sale.program.program;
        let mut page = Page::new(self.shop, program, self.zones);
        Writing { receipt: *self, program, record: &record, backs: &backs }.write(&mut page)?;
        Ok(page.text)
    }
}

/// A receipt, and what its operations come to.
struct Writing<'a> {
    receipt: Receipt<'a>,
    program: &'a Program,
    record: &'a SaleRecord,
    backs: &'a [Back<'a>],
}

impl Writing<'_> {
    fn write(&self, page: &mut Page<'_>) -> Result<(), Refusal> {
        let rung_up = self.record.state.rung_up();
        let outlet = rung_up.place.outlet.as_ref();
        let moment = page.moment(outlet, rung_up.at)?;
        page.head(&format!("Sale {}", rung_up.sale), &moment, outlet, self.record.customer());
        match &self.record.state {
            SaleState::Parked(parked) => {
                page.row("PARKED", "");
                self.without_a_bill(page, &parked.rung_up)?;
                page.row(NOTHING_PAID, "");
            }
            SaleState::Voided(voided) => {
                page.row("VOIDED", &page.moment(outlet, voided.at)?);
                self.without_a_bill(page, &voided.rung_up)?;
                self.paid(page, &voided.paid)?;
                if voided.paid.parts().is_empty() {
                    page.row(NOTHING_PAID, "");
                }
            }
            SaleState::Pending(pending) => {
                self.bill(page, pending.bill())?;
                self.paid(page, pending.paid())?;
                self.still_due(page, pending)?;
            }
            SaleState::Settled(settled) => {
                self.bill(page, settled.bill())?;
                self.paid(page, settled.paid())?;
            }
        }
        back::each(page, self.backs, rung_up, self.exchange().is_some())?;
        self.loyalty(page)
    }

    /// The lines of a sale whose state has no bill, and what they would come to with one.
    fn without_a_bill(&self, page: &mut Page<'_>, rung_up: &RungUp) -> Result<(), AmountError> {
        let cuts: Vec<Cut> = self.record.used.iter().flat_map(|used| used.cuts.iter().cloned()).collect();
        match Bill::ring_up_less(rung_up.clone(), &cuts) {
            Ok(bill) => self.bill(page, &bill),
            Err(BillError::Amount(error)) => Err(error),
            Err(_) => rung_up.lines.iter().try_for_each(|row| line(page, row, self.program)),
        }
    }

    fn bill(&self, page: &mut Page<'_>, bill: &Bill) -> Result<(), AmountError> {
        for row in &*bill.rung_up().lines {
            line(page, row, self.program)?;
        }
        let rung_up = bill.rung_up();
        page.amount_if("Discount", Money::ZERO.minus(rung_up.discount)?);
        for used in &self.record.used {
            let taken_off = Money::sum(used.cuts.iter().map(|cut| cut.amount))?;
            page.amount_if(&used_name(&used.what), Money::ZERO.minus(taken_off)?);
        }
        for fee in &rung_up.fees {
            page.amount_if(fee_name(fee.kind), fee.amount);
        }
        page.amount_if("Tax", rung_up.tax_added);
        page.amount_if("Rounding", rung_up.cash_rounding);
        if let SaleState::Parked(_) = self.record.state {
            not_used_yet(page, rung_up);
        }
        page.rule('=');
        page.amount(&format!("TOTAL {}", self.program.currency), bill.due()?);
        Ok(())
    }

    /// What was paid, and what of that the goods of another sale paid (R21), or credit (Q20).
    fn paid(&self, page: &mut Page<'_>, paid: &Tendered) -> Result<(), Refusal> {
        if let Some(opening) = self.opening() {
            back::exchanged(page, opening, self.receipt.exchanged)?;
        }
        let (carried, credit) = (&self.record.carried_in, self.paid_from_credit()?);
        page.tenders("goods exchanged", carried.parts());
        page.tenders("paid from credit", credit.parts());
        for Payment { tender, amount, .. } in paid.parts() {
            let amount = amount.minus(carried.of(tender))?.minus(credit.of(tender))?;
            page.amount_if(&format!("paid: {tender}"), amount);
        }
        Ok(())
    }

    fn opening(&self) -> Option<&Operation> {
        self.receipt.sale.operations.first()
    }

    /// The exchange that it was rung up by, if it was.
    fn exchange(&self) -> Option<&ExchangeDocument> {
        match &self.opening()?.document {
            Document::Exchange(exchange) => Some(exchange),
            _ => None,
        }
    }

    /// What credit paid: all that no document paid by itself.
    fn paid_from_credit(&self) -> Result<Tendered, AmountError> {
        let mut credit = Tendered::default();
        let sale = &self.record.state.rung_up().sale;
        for Operation { document, decision, .. } in &self.receipt.sale.operations {
            let paid = decision.paid.iter().filter(|paid| paid.sale == *sale);
            // Where an account payment brought money and used credit, too, nobody can say on which sale it did.
            let from_credit = match document {
                Document::AccountPayment(payment) => payment.payments.is_empty(),
                _ => true,
            };
            if from_credit {
                let mut parts = paid.flat_map(|paid| &paid.payments);
                parts.try_for_each(|part| credit.add(&part.tender, part.amount))?;
            }
        }
        Ok(credit)
    }

    fn still_due(&self, page: &mut Page<'_>, pending: &Pending) -> Result<(), AmountError> {
        let (due, rung_up) = (pending.balance_due()?, pending.bill().rung_up());
        let on_account = rung_up.terms == Terms::OnAccount || self.is_put_on_account();
        let earns = rung_up.earns && (self.record.customer().is_some() || self.program.claim_days != 0);
        if due.is_zero() {
            page.row(if earns { PAID_NOT_CLEARED } else { "All is paid." }, "");
            return Ok(());
        }
        page.amount(if on_account { "STILL DUE, on account" } else { "STILL DUE" }, due);
        let cleared = self.program.on_account == OnAccount::AccountCleared;
        let note = match (earns, rung_up.terms) {
            (true, _) if on_account && cleared => "On account: loyalty is earned when nothing is due on it.",
            (true, _) if on_account => "On account: loyalty is earned when all is paid.",
            (true, Terms::Layby) => "Layby: the goods stay here, and loyalty is earned, when all is paid.",
            (true, _) => "Loyalty is earned when all is paid.",
            (false, Terms::Layby) if !on_account => "Layby: the goods stay here until all is paid.",
            (false, _) => return Ok(()),
        };
        page.row(note, "");
        Ok(())
    }

    /// Whether what is due was deferred to the account as if it was a payment.
    fn is_put_on_account(&self) -> bool {
        let payments = self.receipt.sale.operations.iter().flat_map(|operation| match &operation.document {
            Document::Payment(payment) => &payment.payments[..],
            document => document.rings_up().map_or(&[][..], |sale| &sale.payments[..]),
        });
        payments.into_iter().any(|payment| payment.tender.is_on_account())
    }

    /// What was moved of a sale by the operations on this one.
    fn moved(&self, sale: &SaleId) -> Result<Moved, Refusal> {
        let entries = self.receipt.sale.operations.iter().flat_map(|operation| &operation.decision.entries);
        let of_sale: Vec<_> = entries.filter(|entry| entry.sale.as_ref() == Some(sale)).cloned().collect();
        Ok(Moved::by(&of_sale)?)
    }

    /// What of the loyalty that was spent on goods paid for others in exchanges: what came with this sale from another
    /// one, and what went from this one to others (Q8). Neither was spent nor given back by that.
    fn carried_loyalty(&self) -> Result<(Units, Units), AmountError> {
        let (mut carried_in, mut carried_out) = (Units::ZERO, Units::ZERO);
        for Operation { document, decision, .. } in &self.receipt.sale.operations {
            let (Document::Exchange(exchange), Some(carried)) = (document, &decision.carried) else {
                continue;
            };
            let units = Units::sum(carried.lots.iter().map(|(_, units)| *units))?;
            if exchange.of == self.record.state.rung_up().sale {
                carried_out = carried_out.plus(units)?;
            } else {
                carried_in = carried_in.plus(units)?;
            }
        }
        Ok((carried_in, carried_out))
    }

    fn loyalty(&self, page: &mut Page<'_>) -> Result<(), Refusal> {
        let record = self.record;
        if record.customer().is_none() {
            return self.unclaimed(page);
        }
        let for_rewards = Units::sum(record.used.iter().map(|used| used.cost))?;
        let spent = record.spent_in_all.plus(for_rewards)?;
        let not_left = spent.minus(record.spent.total()?)?;
        let (carried_in, carried_out) = self.carried_loyalty()?;
        let earned = match &record.accrued {
            Some(accrued) => accrued.accrual.total()?,
            None => Units::ZERO,
        };
        page.rule('-');
        page.units("Loyalty earned", earned);
        let moved = self.moved(&record.state.rung_up().sale)?;
        if record.claimed_by.is_some() {
            page.units_if("Came back before it was claimed", earned.minus(moved.earned)?);
        }
        page.units_if("Loyalty taken back", moved.clawed_back);
        page.units_if("Spent before, written off", moved.written_off);
        let moved_of = |sale| self.moved(sale).map(|moved| (sale, moved));
        let before = self.exchange().map(|exchange| moved_of(&exchange.of)).transpose()?;
        if let Some((sale, moved)) = &before {
            page.units_if(&format!("Taken back of sale {sale}"), moved.clawed_back);
        }
        page.units("Loyalty spent", spent.minus(carried_in)?);
        if let Some((sale, moved)) = &before {
            page.units_if(&format!("Loyalty of sale {sale}"), carried_in);
            page.units_if(&format!("Given back of sale {sale}"), moved.restored);
        }
        page.units_if("Loyalty for the new goods", carried_out);
        page.units_if("Loyalty given back", not_left.minus(carried_out)?);
        let run_out =
            self.receipt.sale.operations.iter().map(|operation| operation.decision.expired_on_return());
        page.units_if("Run out by then", Units::sum(run_out.collect::<Result<Vec<_>, _>>()?)?);
        let Receipt { balance, held, .. } = self.receipt;
        page.balance(balance, held);
        page.amount_if(&format!("ACCOUNT CREDIT {}", self.program.currency), self.receipt.credit);
        Ok(())
    }

    /// What can be claimed of a sale that nobody has, and until when: who has the receipt has to know (R9).
    fn unclaimed(&self, page: &mut Page<'_>) -> Result<(), Refusal> {
        let (SaleState::Settled(settled), Some(claimable)) = (&self.record.state, &self.record.claimable)
        else {
            return Ok(());
        };
        let units = claimable.accrual.total()?.minus(self.record.claw_back)?.or_zero();
        if self.program.claim_days == 0 || units.is_zero() {
            return Ok(());
        }
        let outlet = settled.bill().rung_up().place.outlet.as_ref();
        let last_day = page.day(outlet, settled.settlement().at())?.plus_days(self.program.claim_days);
        page.rule('-');
        page.units(&format!("Can be claimed until {last_day}"), units);
        Ok(())
    }
}

const NOTHING_PAID: &str = "Nothing has been paid.";
/// Loyalty waits for the other sales on the account (R4).
const PAID_NOT_CLEARED: &str = "All is paid: loyalty is earned when nothing is due on the account.";

/// What the customer wants to use: a parked sale takes nothing for it, and its total is without it.
fn not_used_yet(page: &mut Page<'_>, rung_up: &RungUp) {
    let rewards = rung_up.rewards.iter().map(|used| UsedWhat::Reward(used.reward.clone()));
    let offers = rung_up.offers.iter().map(|used| UsedWhat::Offer(used.card.clone()));
    for what in rewards.chain(offers) {
        page.row(&used_name(&what), "not used yet");
    }
}

fn line(page: &mut Page<'_>, line: &LineItem, program: &Program) -> Result<(), AmountError> {
    let before_discount = line.amount()?.plus(line.discount)?;
    page.row(line.product.as_str(), "");
    let each = line.unit_price.to_decimal(program.currency.decimals());
    page.amount(&format!("  {} x {each}", line.quantity.to_decimal()), before_discount);
    page.amount_if("  less", Money::ZERO.minus(line.discount)?);
    Ok(())
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
