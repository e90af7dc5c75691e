//! Turns purchases into documents, and hands them to the register.

use std::collections::BTreeMap;
use std::error::Error;
use std::sync::Arc;

use indicatif::ProgressBar;
use regulars::decide::{
    AccountPaymentDocument, Document, Header, Kind, PaymentDocument, Question, ReturnDocument, SaleDocument,
    VoidDocument,
};
use regulars::ident::{DocumentId, Tender};
use regulars::loyalty::{Program, VersionedProgram};
use regulars::money::{Money, Ratio, Units};
use regulars::register::{Batch, Register};
use regulars::sale::{LineItem, Payment, Place, ReturnedLine, RungUp};
use regulars::store::Store;
use regulars::time::{Date, Zones};

use crate::data::Purchases;
use crate::sales::{Sale, Sales, moment};
use crate::tenders::{Course, Fate, LaybyEnd};

type Result<T> = std::result::Result<T, Box<dyn Error>>;

/// Plays the purchases of a file, and what became of each, in the order of time.
pub struct Player<'a> {
    sales: Sales,
    program: &'a VersionedProgram,
    /// Sales to a transaction.
    batch: u64,
    /// What is still to come, by the day on which it comes and in the order it was planned.
    agenda: BTreeMap<(Date, u64), Document>,
    planned: u64,
    /// The sale that was read and isn't rung up yet.
    next: Option<Sale>,
    played: u64,
}

/// The next thing that happens at a till.
enum Job {
    Sale(Sale),
    FollowUp(Document),
}

impl<'a> Player<'a> {
    pub fn new(purchases: Purchases, program: &'a VersionedProgram, batch: u64) -> Player<'a> {
        let (sales, agenda) = (Sales::read(purchases), BTreeMap::new());
        Player { sales, program, batch, agenda, planned: 0, next: None, played: 0 }
    }

    /// Plays all of it, and says how many sales there were. What is in the ledger already changes
    /// nothing.
    pub fn play<S, Z>(mut self, register: &mut Register<S, Z>, bar: &ProgressBar) -> Result<u64>
    where
        S: Store<Error: 'static>,
        Z: Zones,
    {
        self.next = self.sales.next()?;
        self.set_program(register)?;
        let mut left = true;
        while left {
            let mut batch = register.batch()?;
            let until = self.played.saturating_add(self.batch);
            // What becomes of earlier sales comes along, unless each sale is by itself: then so is that.
            loop {
                left = self.play_next(&mut batch)?;
                if !left || self.batch == 1 || until <= self.played {
                    break;
                }
            }
            batch.commit()?;
            if self.played.is_multiple_of(64) || 1 < self.batch {
                if let Some(next) = &self.next {
                    bar.set_position(next.bytes_read);
                }
                bar.set_message(format!("{} sales", self.played));
            }
        }
        Ok(self.played)
    }

    fn set_program<S, Z>(&self, register: &mut Register<S, Z>) -> Result<()>
    where
        S: Store<Error: 'static>,
        Z: Zones,
    {
        let Some(first) = &self.next else { return Ok(()) };
        register.set_program(self.program.clone(), moment(first.day, 0)?)?;
        Ok(())
    }

    fn play_next<S, Z>(&mut self, batch: &mut Batch<'_, S, Z>) -> Result<bool>
    where
        S: Store<Error: 'static>,
        Z: Zones,
    {
        match self.next_job()? {
            None => Ok(false),
            Some(Job::FollowUp(document)) => {
                batch.submit(&document, document.at())?;
                Ok(true)
            }
            Some(Job::Sale(sale)) => {
                self.ring_up(batch, sale)?;
                self.played = self.played.saturating_add(1);
                Ok(true)
            }
        }
    }

    /// What was planned for a day comes before that day's purchases; what was planned for after
    /// the last purchase doesn't come any more.
    fn next_job(&mut self) -> Result<Option<Job>> {
        let Some(sale) = self.next.take() else { return Ok(None) };
        match self.agenda.first_entry() {
            Some(first) if first.key().0 <= sale.day => {
                self.next = Some(sale);
                Ok(Some(Job::FollowUp(first.remove())))
            }
            _ => {
                self.next = self.sales.next()?;
                Ok(Some(Job::Sale(sale)))
            }
        }
    }

    /// Rings a sale up and plans what becomes of it. A sale that pays with loyalty depends on
    /// the balance, so if it is in the ledger already it is sent again as it was.
    fn ring_up<S, Z>(&mut self, batch: &mut Batch<'_, S, Z>, next: Sale) -> Result<()>
    where
        S: Store<Error: 'static>,
        Z: Zones,
    {
        let Sale { mut document, fate, day, total_cents, coupon_cents, .. } = next;
        let at = document.rung_up.at;
        let mut loyalty = Units::ZERO;
        if fate.loyalty {
            let RungUp { sale, customer, .. } = &document.rung_up;
            let (id, customer) = (Some((Kind::Sale, sale.as_str())), customer.as_ref());
            let facts = batch.facts(&Question { document: id, customer, ..Question::as_of(at) })?;
            if let Some(original) = facts.original {
                batch.submit(&original.operation.document, at)?;
                if let Document::Sale(original) = &original.operation.document {
                    self.plan(original, &fate, day, total_cents)?;
                }
                return Ok(());
            }
            let known = facts.accounts.first().and_then(|account| account.known.as_ref());
            loyalty = known.map_or(Units::ZERO, |known| known.holding.balance());
        }
        tender(&self.program.program, &mut document, &fate, loyalty, (total_cents, coupon_cents))?;
        let sale = Arc::new(document);
        batch.submit(&Document::Sale(Arc::clone(&sale)), at)?;
        self.plan(&sale, &fate, day, total_cents)
    }

    /// Plans what follows a sale.
    fn plan(&mut self, sale: &SaleDocument, fate: &Fate, day: Date, total_cents: i64) -> Result<()> {
        let id = &sale.rung_up.sale;
        let due = total_cents.saturating_sub(paid_by_now(sale)?);
        match fate.course {
            Course::Kept => {}
            Course::ReturnedInPart => {
                if let Some(line) = sale.rung_up.lines.first() {
                    let line = ReturnedLine { line: line.id.clone(), quantity: part_of(line)? };
                    let (of, lines, refund) = (id.clone(), vec![line], None);
                    let returned = |header| Document::Return(ReturnDocument { header, of, lines, refund });
                    self.add(day, 7, &format!("{id}-r"), returned)?;
                }
            }
            Course::Voided => self.void(sale, day, 1)?,
            Course::Layby(_) | Course::OnAccount if due <= 0 => {}
            Course::OnAccount => {
                let (Some(customer), sales) = (sale.rung_up.customer.clone(), vec![id.clone()]) else {
                    return Ok(());
                };
                let payments = vec![paid("bank_transfer", due)?];
                let pay = |header| {
                    Document::AccountPayment(AccountPaymentDocument { header, customer, payments, sales })
                };
                self.add(day, 20, &format!("{id}-a"), pay)?;
            }
            Course::Layby(end) => {
                let second = due.div_euclid(2);
                if 0 < second {
                    self.pay(sale, day, 14, 2, second)?;
                }
                match end {
                    LaybyEnd::Paid => self.pay(sale, day, 30, 3, due.saturating_sub(second))?,
                    LaybyEnd::Cancelled => self.void(sale, day, 20)?,
                    LaybyEnd::Open => {}
                }
            }
        }
        Ok(())
    }

    fn pay(&mut self, sale: &SaleDocument, day: Date, days: u16, number: u8, cents: i64) -> Result<()> {
        let id = sale.rung_up.sale.clone();
        let (name, payments, change) = (format!("{id}-p{number}"), vec![paid("card", cents)?], Money::ZERO);
        let pay = |header| Document::Payment(PaymentDocument { header, sale: id, payments, change });
        self.add(day, days, &name, pay)
    }

    fn void(&mut self, sale: &SaleDocument, day: Date, days: u16) -> Result<()> {
        let of = sale.rung_up.sale.clone();
        let name = format!("{of}-v");
        self.add(day, days, &name, |header| Document::Void(VoidDocument { header, of }))
    }

    fn add(
        &mut self,
        day: Date,
        days: u16,
        id: &str,
        document: impl FnOnce(Header) -> Document,
    ) -> Result<()> {
        let day = day.plus_days(days);
        let header = Header { id: Some(DocumentId::new(id)?), at: moment(day, 0)?, place: Place::default() };
        self.planned = self.planned.saturating_add(1);
        self.agenda.insert((day, self.planned), document(header));
        Ok(())
    }
}

/// Tenders what the fate says: coupons first, then loyalty, then cash or a card.
fn tender(
    program: &Program,
    sale: &mut SaleDocument,
    fate: &Fate,
    loyalty: Units,
    (total_cents, coupon_cents): (i64, i64),
) -> Result<()> {
    let mut due = total_cents;
    if 0 < coupon_cents {
        sale.payments.push(paid("coupon", coupon_cents)?);
        due = due.saturating_sub(coupon_cents);
    }
    let spent = loyalty.minor().min(due);
    // One who has less than 1.00 keeps it; and the program may ask for more.
    let redemption = program.redemption.as_ref();
    let least = redemption.map_or(i64::MAX, |redemption| redemption.minimum.minor());
    if 100 <= loyalty.minor() && 0 < spent && least <= spent {
        sale.payments.push(Payment {
            tender: Tender::loyalty(),
            amount: Money::from_minor(spent),
            reservation: None,
        });
        due = due.saturating_sub(spent);
    }
    let now = match fate.course {
        Course::OnAccount => 0,
        Course::Layby(_) => due.div_euclid(5),
        Course::Kept | Course::ReturnedInPart | Course::Voided => due,
    };
    if 0 < now && fate.cash {
        let tendered = now.saturating_add(499).div_euclid(500).saturating_mul(500);
        sale.payments.push(paid("cash", tendered)?);
        sale.change = Money::from_minor(tendered.saturating_sub(now));
    } else if 0 < now {
        sale.payments.push(paid("card", now)?);
    }
    Ok(())
}

/// What was paid when the sale was rung up, in cents.
fn paid_by_now(sale: &SaleDocument) -> Result<i64> {
    Ok(Money::sum(sale.payments.iter().map(|payment| payment.amount))?.minus(sale.change)?.minor())
}

/// Half of a line, rounded up; all of it where it is one.
fn part_of(line: &LineItem) -> Result<Ratio> {
    Ok(Ratio::from_whole(line.quantity.mantissa().saturating_add(1).div_euclid(2))?)
}

fn paid(tender: &str, cents: i64) -> Result<Payment> {
    Ok(Payment { tender: Tender::new(tender)?, amount: Money::from_minor(cents), reservation: None })
}
