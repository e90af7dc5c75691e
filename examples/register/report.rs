//! What is told at the end: a table, a receipt, a chart, and the proof that the books balance.

use std::collections::BTreeMap;
use std::error::Error;
use std::fmt::Write;
use std::path::Path;

use regulars::adapter::receipt::Receipt;
use regulars::decide::{Document, Moved, Operation, Question};
use regulars::ident::{CustomerId, SaleId};
use regulars::ledger::{Account, Seq};
use regulars::loyalty::VersionedProgram;
use regulars::money::{Money, Units};
use regulars::register::Register;
use regulars::store::{Store, Verified, verify};
use regulars::time::{Date, Offset, Timestamp, Zones};

use crate::args::{Args, Source};
use crate::chart::{self, Chart, Point};
use crate::sales::OFFSET_MINUTES;

type Result<T> = std::result::Result<T, Box<dyn Error>>;

/// How many operations are read at once.
const PAGE: usize = 512;

/// All that is told at the end.
pub struct Report {
    totals: Totals,
    days: BTreeMap<Date, Day>,
    receipt: Option<String>,
    verified: Verified,
    currency: String,
    decimals: u8,
}

#[derive(Default)]
struct Totals {
    sales: u64,
    settled: u64,
    voided: u64,
    pending: u64,
    moved: Moved,
    operations: u64,
}

/// What a day moved.
#[derive(Default, Clone, Copy)]
struct Day {
    issued: i64,
    redeemed: i64,
    outstanding: i64,
}

impl Report {
    /// Reads the whole ledger once for the figures, and once more to verify it.
    pub fn of<S, Z>(
        register: &mut Register<S, Z>,
        program: &VersionedProgram,
        customer: Option<&CustomerId>,
    ) -> Result<Report>
    where
        S: Store<Error: 'static>,
        Z: Zones,
    {
        let mut reader = Reader { customer, ..Reader::default() };
        let mut from = Seq(1);
        loop {
            let page = register.store_mut().operations(from, PAGE)?;
            let Some(last) = page.last() else { break };
            from = Seq(last.seq.0.saturating_add(1));
            page.iter().try_for_each(|operation| reader.read(operation))?;
        }
        let Reader { mut totals, days, shown, latest, unsettled, .. } = reader;
        totals.pending = u64::try_from(unsettled.len())?;
        let receipt = match shown {
            Some(sale) => Some(receipt(register, &sale, latest)?),
            None => None,
        };
        let verified = verify(register.store_mut())?;
        let decimals = program.program.unit_decimals();
        let currency = program.program.currency.to_string();
        Ok(Report { totals, days, receipt, verified, currency, decimals })
    }

    /// The table and the receipt.
    pub fn to_text(&self, args: &Args) -> Result<String> {
        let mut text = String::new();
        writeln!(text, "{} in {}", title(args.source), args.store.display())?;
        for (name, count) in [
            ("sales", self.totals.sales),
            ("settled", self.totals.settled),
            ("pending", self.totals.pending),
            ("voided", self.totals.voided),
        ] {
            writeln!(text, "{name:<14}{count:>14}")?;
        }
        let moved = &self.totals.moved;
        for (name, units) in [
            ("earned", moved.earned),
            ("redeemed", moved.redeemed),
            ("restored", moved.restored),
            ("clawed back", moved.clawed_back),
            ("liability", self.verified.liability()?),
        ] {
            writeln!(text, "{name:<14}{:>14} {}", units.to_decimal(self.decimals), self.currency)?;
        }
        match &self.receipt {
            Some(receipt) => writeln!(text, "\n{receipt}")?,
            None => writeln!(text, "\nno sale of that customer is in the ledger\n")?,
        }
        Ok(text)
    }

    /// Draws what was issued, redeemed and outstanding, day by day.
    pub fn draw(&self, svg: &Path, png: &Path) -> Result<()> {
        let scale = 10_f64.powi(i32::from(self.decimals));
        #[expect(clippy::cast_precision_loss, clippy::float_arithmetic, reason = "it is only drawn")]
        let amount = |minor: i64| minor as f64 / scale;
        let points: Vec<Point> = self
            .days
            .iter()
            .map(|(date, day)| {
                let (year, month, of_month) = date.civil();
                Point {
                    day: chart::Day { year: i32::from(year), month, day: of_month },
                    issued: amount(day.issued),
                    redeemed: amount(day.redeemed),
                    outstanding: amount(day.outstanding),
                }
            })
            .collect();
        let subtitle = format!("{} sales, {} settled", self.totals.sales, self.totals.settled);
        let chart =
            Chart { title: "Loyalty liability", subtitle: &subtitle, unit: &self.currency, points: &points };
        Ok(chart::draw(&chart, svg, png)?)
    }

    /// One line that says that the books balance.
    pub fn proof(&self) -> String {
        let (operations, customers) = (self.verified.operations, self.verified.customers);
        let mut accounts = String::new();
        for (account, units) in self.verified.accounts {
            let units: Units = units;
            if !units.is_zero() {
                let _ = write!(accounts, " {} {},", account.name(), units.to_decimal(self.decimals));
            }
        }
        let accounts = accounts.trim_end_matches(',');
        format!("verify: ok; {operations} operations of {customers} customers;{accounts}; the sum is zero")
    }
}

/// Adds up operations, one after the other.
#[derive(Default)]
struct Reader<'a> {
    customer: Option<&'a CustomerId>,
    totals: Totals,
    days: BTreeMap<Date, Day>,
    running: Day,
    /// Sales that are rung up, and neither settled nor voided.
    unsettled: BTreeMap<SaleId, ()>,
    /// The sale whose receipt is shown.
    shown: Option<SaleId>,
    latest: Option<Timestamp>,
}

impl Reader<'_> {
    fn read(&mut self, operation: &Operation) -> Result<()> {
        let at = operation.document.at();
        self.totals.operations = self.totals.operations.saturating_add(1);
        self.latest = self.latest.max(Some(at));
        self.count_sale(operation);
        let moved = Moved::by(&operation.decision.entries)?;
        self.add(&moved)?;
        let issued = moved.earned.minus(moved.clawed_back)?.minus(moved.written_off)?;
        let redeemed = moved.redeemed.minus(moved.restored)?;
        let outstanding = |account| account == Account::Customer || account == Account::Held;
        for entry in &operation.decision.entries {
            let units = entry.units.minor();
            let sign = i64::from(outstanding(entry.to)).saturating_sub(i64::from(outstanding(entry.from)));
            self.running.outstanding = self.running.outstanding.saturating_add(sign.saturating_mul(units));
        }
        self.running.issued = self.running.issued.saturating_add(issued.minor());
        self.running.redeemed = self.running.redeemed.saturating_add(redeemed.minor());
        self.days.insert(at.date(offset()), self.running);
        Ok(())
    }

    fn count_sale(&mut self, operation: &Operation) {
        match &operation.document {
            Document::Sale(sale) => {
                self.totals.sales = self.totals.sales.saturating_add(1);
                self.unsettled.insert(sale.rung_up.sale.clone(), ());
                let spends = sale.payments.iter().any(|payment| payment.tender.is_loyalty());
                let wanted = match self.customer {
                    Some(customer) => sale.rung_up.customer.as_ref() == Some(customer),
                    None => spends,
                };
                if wanted {
                    self.shown = Some(sale.rung_up.sale.clone());
                }
            }
            Document::Void(void) => {
                self.totals.voided = self.totals.voided.saturating_add(1);
                self.unsettled.remove(&void.of);
            }
            _ => {}
        }
        for sale in &operation.decision.settled {
            self.totals.settled = self.totals.settled.saturating_add(1);
            self.unsettled.remove(sale);
        }
    }

    fn add(&mut self, moved: &Moved) -> Result<()> {
        let total = &mut self.totals.moved;
        total.earned = total.earned.plus(moved.earned)?;
        total.redeemed = total.redeemed.plus(moved.redeemed)?;
        total.restored = total.restored.plus(moved.restored)?;
        total.clawed_back = total.clawed_back.plus(moved.clawed_back)?;
        Ok(())
    }
}

fn receipt<S, Z>(register: &mut Register<S, Z>, sale: &SaleId, at: Option<Timestamp>) -> Result<String>
where
    S: Store<Error: 'static>,
    Z: Zones,
{
    let at = at.unwrap_or(Timestamp::EPOCH);
    let facts = register.facts(&Question::of_sales(std::slice::from_ref(sale), at))?;
    let sale = facts.sales.first().ok_or("the sale is gone from the ledger")?;
    let known = facts.accounts.first().and_then(|account| account.known.as_ref());
    let receipt = Receipt {
        shop: "REGULARS EXAMPLE SHOP",
        sale,
        exchanged: None,
        balance: known.map(|known| known.holding.balance()),
        held: known.map_or(Units::ZERO, |known| known.member.held),
        credit: Money::ZERO,
        zones: register.zones(),
    };
    Ok(receipt.to_text()?)
}

fn offset() -> Offset {
    Offset::from_minutes(OFFSET_MINUTES).unwrap_or(Offset::UTC)
}

fn title(source: Source) -> &'static str {
    match source {
        Source::Sample => "CDNOW, the sample,",
        Source::All => "CDNOW, the whole,",
        Source::Groceries => "a year of groceries",
    }
}
