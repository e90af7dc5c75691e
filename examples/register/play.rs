//! Turns purchases into documents, and hands them to the register.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::error::Error;
use std::sync::Arc;

use indicatif::ProgressBar;
use regulars::decide::{
    AccountPaymentDocument, Document, Header, PaymentDocument, Question, ReturnDocument, SaleDocument,
    VoidDocument,
};
use regulars::ident::{CustomerId, DocumentId, LineId, OutletId, ProductId, SaleId, Tender};
use regulars::loyalty::{Program, VersionedProgram};
use regulars::money::{Money, Ratio, Units};
use regulars::register::{Batch, Register};
use regulars::sale::{LineItem, Payment, Place, ReturnedLine, RungUp};
use regulars::store::Store;
use regulars::time::{Date, Offset, Timestamp, Zones};

use crate::data::{Day, Purchase, Purchases};
use crate::tenders::{Course, Fate, LaybyEnd};

type Result<T> = std::result::Result<T, Box<dyn Error>>;

/// The shops' clocks: New York without daylight saving, as the programs have it.
pub const OFFSET_MINUTES: i16 = -300;

/// When the shop opens that tells no time of its purchases, in seconds of the day.
const NINE_O_CLOCK: i64 = 9 * 3600;

/// Plays the purchases of a file, and what became of each, in the order of time.
pub struct Player<'a> {
    purchases: Purchases,
    program: &'a VersionedProgram,
    /// Documents to a transaction.
    batch: usize,
    /// What is still to come, by the day on which it comes and in the order it was planned.
    agenda: BTreeMap<(Date, u64), Document>,
    planned: u64,
    /// The purchase that was read and isn't rung up yet, with its day.
    next: Option<(Date, Purchase)>,
    /// The day of the last purchase, and how many there were on it.
    day: Option<(Date, i64)>,
    sales: u64,
}

/// The next thing that happens at a till.
enum Job {
    Purchase(Date, Purchase),
    FollowUp(Document),
}

impl<'a> Player<'a> {
    pub fn new(purchases: Purchases, program: &'a VersionedProgram, batch: usize) -> Player<'a> {
        let agenda = BTreeMap::new();
        Player { purchases, program, batch, agenda, planned: 0, next: None, day: None, sales: 0 }
    }

    /// Plays all of it, and says how many sales there were. What is in the ledger already changes
    /// nothing.
    pub fn play<S, Z>(mut self, register: &mut Register<S, Z>, bar: &ProgressBar) -> Result<u64>
    where
        S: Store<Error: 'static>,
        Z: Zones,
    {
        self.read()?;
        self.set_program(register)?;
        let mut left = true;
        while left {
            let mut batch = register.batch()?;
            for _ in 0..self.batch {
                left = self.play_next(&mut batch)?;
                if !left {
                    break;
                }
            }
            batch.commit()?;
            if self.sales.is_multiple_of(64) || 1 < self.batch {
                bar.set_position(self.purchases.bytes_read());
                bar.set_message(format!("{} sales", self.sales));
            }
        }
        Ok(self.sales)
    }

    fn set_program<S, Z>(&self, register: &mut Register<S, Z>) -> Result<()>
    where
        S: Store<Error: 'static>,
        Z: Zones,
    {
        let Some((day, _)) = self.next else { return Ok(()) };
        register.set_program(self.program.clone(), moment(day, 0)?)?;
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
            Some(Job::Purchase(day, purchase)) => {
                self.ring_up(batch, day, &purchase)?;
                self.sales = self.sales.saturating_add(1);
                Ok(true)
            }
        }
    }

    /// What was planned for a day comes before that day's purchases; what was planned for after
    /// the last purchase doesn't come any more.
    fn next_job(&mut self) -> Result<Option<Job>> {
        let Some((day, purchase)) = self.next.take() else { return Ok(None) };
        match self.agenda.first_entry() {
            Some(first) if first.key().0 <= day => {
                self.next = Some((day, purchase));
                Ok(Some(Job::FollowUp(first.remove())))
            }
            _ => {
                self.read()?;
                Ok(Some(Job::Purchase(day, purchase)))
            }
        }
    }

    fn read(&mut self) -> Result<()> {
        self.next = match self.purchases.next() {
            Some(purchase) => {
                let purchase = purchase?;
                Some((date(purchase.day)?, purchase))
            }
            None => None,
        };
        Ok(())
    }

    /// Rings a purchase up and plans what becomes of it. A sale that pays with loyalty depends on
    /// the balance, so if it is in the ledger already it is sent again as it was.
    fn ring_up<S, Z>(&mut self, batch: &mut Batch<'_, S, Z>, day: Date, purchase: &Purchase) -> Result<()>
    where
        S: Store<Error: 'static>,
        Z: Zones,
    {
        let fate = Fate::of(&purchase.id);
        let at = moment(day, self.second_of_day(day, purchase))?;
        let mut sale = sale(purchase, &fate, at)?;
        let mut loyalty = Units::ZERO;
        if fate.loyalty {
            let document = Document::Sale(Arc::new(sale.clone()));
            let about = Question::about(&document);
            let balance = Question { sales: Cow::Borrowed(&[]), tally: false, keys: Vec::new(), ..about };
            let facts = batch.facts(&balance)?;
            if let Some(original) = facts.original {
                batch.submit(&original.operation.document, at)?;
                if let Document::Sale(original) = &original.operation.document {
                    self.plan(original, &fate, day, purchase)?;
                }
                return Ok(());
            }
            let known = facts.accounts.first().and_then(|account| account.known.as_ref());
            loyalty = known.map_or(Units::ZERO, |known| known.holding.balance());
        }
        tender(&self.program.program, &mut sale, &fate, loyalty, purchase)?;
        let sale = Arc::new(sale);
        batch.submit(&Document::Sale(Arc::clone(&sale)), at)?;
        self.plan(&sale, &fate, day, purchase)
    }

    /// The second of the day: the data's own minute, or one purchase every ten seconds from nine
    /// o'clock on.
    fn second_of_day(&mut self, day: Date, purchase: &Purchase) -> i64 {
        let before = match self.day {
            Some((today, count)) if today == day => count,
            _ => 0,
        };
        self.day = Some((day, before.saturating_add(1)));
        match purchase.minute {
            Some(minute) => i64::from(minute).saturating_mul(60),
            None => NINE_O_CLOCK.saturating_add(before.saturating_mul(10)),
        }
    }

    /// Plans what follows a sale.
    fn plan(&mut self, sale: &SaleDocument, fate: &Fate, day: Date, purchase: &Purchase) -> Result<()> {
        let id = &sale.rung_up.sale;
        let due = purchase.total_cents().saturating_sub(paid_by_now(sale)?);
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

/// A purchase as the till rings it up, before anything is tendered.
fn sale(purchase: &Purchase, fate: &Fate, at: Timestamp) -> Result<SaleDocument> {
    let outlet = purchase.store.as_deref().map(OutletId::new).transpose()?;
    let lines = purchase.lines.iter().enumerate().map(|(index, line)| {
        Ok(LineItem {
            id: LineId::new(&index.saturating_add(1).to_string())?,
            product: ProductId::new(&line.product)?,
            category: None,
            quantity: Ratio::from_whole(line.quantity)?,
            unit_price: Money::from_minor(line.unit_price_cents),
            discount: Money::from_minor(line.discount_cents),
            tax: None,
            price_book: None,
            promotions: Vec::new(),
            earns: true,
        })
    });
    let rung_up = RungUp {
        sale: SaleId::new(&purchase.id)?,
        at,
        place: Place { outlet, ..Place::default() },
        customer: Some(CustomerId::new(&purchase.customer)?),
        terms: fate.terms(),
        lines: lines.collect::<Result<_>>()?,
        discount: Money::ZERO,
        fees: Vec::new(),
        tax_added: Money::ZERO,
        cash_rounding: Money::ZERO,
        rewards: Vec::new(),
        offers: Vec::new(),
        earns: true,
    };
    Ok(SaleDocument { rung_up, payments: Vec::new(), change: Money::ZERO, codes: Vec::new(), parked: false })
}

/// Tenders what the fate says: coupons first, then loyalty, then cash or a card.
fn tender(
    program: &Program,
    sale: &mut SaleDocument,
    fate: &Fate,
    loyalty: Units,
    purchase: &Purchase,
) -> Result<()> {
    let mut due = purchase.total_cents();
    if 0 < purchase.coupon_cents {
        sale.payments.push(paid("coupon", purchase.coupon_cents)?);
        due = due.saturating_sub(purchase.coupon_cents);
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

fn date(day: Day) -> Result<Date> {
    let year = i16::try_from(day.year)?;
    Ok(Date::from_civil(year, day.month, day.day).ok_or_else(|| format!("there is no day {day}"))?)
}

fn moment(day: Date, second: i64) -> Result<Timestamp> {
    let offset = Offset::from_minutes(OFFSET_MINUTES).unwrap_or(Offset::UTC);
    let local = i64::from(day.days()).saturating_mul(86_400).saturating_add(second);
    let utc = local.saturating_sub(i64::from(offset.minutes()).saturating_mul(60));
    Ok(Timestamp::from_millisecond(utc.saturating_mul(1000)).ok_or("a day outside the calendar")?)
}
