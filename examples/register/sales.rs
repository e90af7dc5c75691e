//! Reads purchases and makes sales of them, ahead of the register: on a thread of its own, since a register
//! has no file of purchases to read.

use std::error::Error;
use std::mem;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::{self, JoinHandle};

use regulars::decide::SaleDocument;
use regulars::ident::{CustomerId, LineId, OutletId, ProductId, SaleId};
use regulars::money::{Money, Ratio};
use regulars::sale::{LineItem, Place, RungUp};
use regulars::time::{Date, Offset, Timestamp};

use crate::data::{Day, Purchase, Purchases};
use crate::tenders::Fate;

type Result<T> = std::result::Result<T, Box<dyn Error + Send + Sync>>;

/// The shops' clocks: New York without daylight saving, as the programs have it.
pub const OFFSET_MINUTES: i16 = -300;

/// When the shop opens that tells no time of its purchases, in seconds of the day.
const NINE_O_CLOCK: i64 = 9 * 3600;

/// So many sales are handed over at once, and so many times as many are ahead at the most.
const TOGETHER: usize = 64;
const AHEAD: usize = 4;

/// A purchase as the till rings it up, before anything is tendered.
pub struct Sale {
    pub document: SaleDocument,
    pub fate: Fate,
    pub day: Date,
    /// What all lines cost after their discounts.
    pub total_cents: i64,
    /// What coupons of manufacturers pay of it.
    pub coupon_cents: i64,
    /// How much of the file was read by then, in bytes.
    pub bytes_read: u64,
}

/// The sales of a file, in its order.
pub struct Sales {
    batches: Receiver<Result<Vec<Sale>>>,
    batch: std::vec::IntoIter<Sale>,
    reader: Option<JoinHandle<()>>,
}

impl Sales {
    /// Begins to read.
    pub fn read(purchases: Purchases) -> Sales {
        let (to, batches) = sync_channel(AHEAD);
        let reader = thread::spawn(move || {
            let outcome = Maker { purchases, day: None }.make_all(&to);
            // Where nobody listens any more, nobody misses it.
            let _ = outcome.map_err(|error| to.send(Err(error)));
        });
        Sales { batches, batch: Vec::new().into_iter(), reader: Some(reader) }
    }

    /// The next sale; none at the end of the file.
    pub fn next(&mut self) -> std::result::Result<Option<Sale>, Box<dyn Error>> {
        loop {
            if let Some(sale) = self.batch.next() {
                return Ok(Some(sale));
            }
            match self.batches.recv() {
                Ok(sales) => self.batch = sales.map_err(|error| error as Box<dyn Error>)?.into_iter(),
                Err(_) => {
                    let ended = self.reader.take().map_or(Ok(()), JoinHandle::join);
                    return ended.map(|()| None).map_err(|_| "the reader of the purchases broke off".into());
                }
            }
        }
    }
}

/// Makes sales of purchases.
struct Maker {
    purchases: Purchases,
    /// The day of the last purchase, and how many there were on it.
    day: Option<(Date, i64)>,
}

impl Maker {
    fn make_all(&mut self, to: &SyncSender<Result<Vec<Sale>>>) -> Result<()> {
        let mut sales = Vec::with_capacity(TOGETHER);
        while let Some(purchase) = self.purchases.next() {
            let sale = purchase.map_err(Into::into).and_then(|purchase| self.make(&purchase));
            match sale {
                Ok(sale) => sales.push(sale),
                Err(error) => {
                    to.send(Ok(sales))?;
                    return Err(error);
                }
            }
            if sales.len() == TOGETHER {
                to.send(Ok(mem::replace(&mut sales, Vec::with_capacity(TOGETHER))))?;
            }
        }
        Ok(to.send(Ok(sales))?)
    }

    fn make(&mut self, purchase: &Purchase) -> Result<Sale> {
        let day = date(purchase.day)?;
        let fate = Fate::of(&purchase.id);
        let at = moment(day, self.second_of_day(day, purchase))?;
        Ok(Sale {
            document: sale(purchase, &fate, at)?,
            fate,
            day,
            total_cents: purchase.total_cents(),
            coupon_cents: purchase.coupon_cents,
            bytes_read: self.purchases.bytes_read(),
        })
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

fn date(day: Day) -> Result<Date> {
    let year = i16::try_from(day.year)?;
    Ok(Date::from_civil(year, day.month, day.day).ok_or_else(|| format!("there is no day {day}"))?)
}

/// A second of a day, by the shops' clocks.
pub fn moment(day: Date, second: i64) -> std::result::Result<Timestamp, &'static str> {
    let offset = Offset::from_minutes(OFFSET_MINUTES).unwrap_or(Offset::UTC);
    let local = i64::from(day.days()).saturating_mul(86_400).saturating_add(second);
    let utc = local.saturating_sub(i64::from(offset.minutes()).saturating_mul(60));
    Timestamp::from_millisecond(utc.saturating_mul(1000)).ok_or("a day outside the calendar")
}
