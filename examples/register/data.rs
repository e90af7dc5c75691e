//! Reads the purchases that the register replays: CDNOW and a year of groceries.
//!
//! Both files are read one line at a time; only the purchase at hand is in
//! memory. All amounts are whole cents.
//!
//! # What the data says → what the till rings up
//!
//! `shelf` is what a line costs before any discount. In CDNOW it is the
//! `amount`; in groceries it is `sales_value + retail_disc + coupon_match_disc`.
//!
//! | the data says | the till rings up |
//! | --- | --- |
//! | `shelf` is a multiple of the quantity | the quantity at `shelf / quantity` |
//! | it is no multiple: 3 for 10.00 | two lines, a cent an article apart: 1 × 3.34 and 2 × 3.33 |
//! | it is less than a cent an article (petrol, in thousandths of a gallon) | quantity 1 at `shelf` |
//! | quantity 0, `shelf` above zero | quantity 1 at `shelf` |
//! | quantity 0, `shelf` zero (often the place of a coupon) | nothing |
//! | quantity above 0, `shelf` zero (given away) | the quantity at 0.00 |
//! | `retail_disc + coupon_match_disc` (the shop's money) | a discount on the line; on two, in proportion |
//! | `coupon_disc` (the manufacturer's money) | a tender over the whole purchase, at most its total |
//! | a purchase of which nothing is left | no purchase |
//!
//! A coupon of a manufacturer pays; it is no discount: the manufacturer gives
//! its value back to the shop, so `sales_value` still holds it. The shop gives
//! no change for a coupon, hence the limit.
//!
//! So a line costs exactly `sales_value` after its discount, and no line and no
//! purchase is ever below zero.

#![expect(
    clippy::arithmetic_side_effects,
    reason = "COUNT_DIGITS and DOLLAR_DIGITS keep every result far from the ends of 64 bits"
)]

use std::fmt;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};

const CDNOW_HEADER: &str = "sale,day,customer,quantity,amount";
const GROCERIES_HEADER: &str = "basket,household,store,time,line,product,quantity,\
                                sales_value,retail_disc,coupon_disc,coupon_match_disc";
/// The product of every CDNOW purchase; the data does not tell which CD.
const CD: &str = "CD";
/// How many bytes are read from the file at once.
const BUFFER_BYTES: usize = 64 * 1024;
/// The longest line that is read, in bytes; real ones have less than 100.
const LINE_BYTES: u64 = 512;
/// How many digits a count may have.
const COUNT_DIGITS: usize = 9;
/// How many digits an amount may have before the point. The product of two
/// amounts then fits into 64 bits.
const DOLLAR_DIGITS: usize = 7;
/// How much of a wrong text an error repeats, in characters.
const QUOTED_CHARS: usize = 60;

/// One day of the calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day {
    pub year: u16,
    /// 1 to 12.
    pub month: u8,
    /// 1 to 31.
    pub day: u8,
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

/// One purchase, as the till rings it up; amounts in cents.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Purchase {
    /// Names this purchase among all of its file.
    pub id: String,
    pub day: Day,
    /// Minute of the day, 0 to 1439, on the shop's clock; CDNOW tells none.
    pub minute: Option<u16>,
    pub customer: String,
    /// CDNOW is one shop and tells none.
    pub store: Option<String>,
    /// Never empty.
    pub lines: Vec<PurchaseLine>,
    /// Paid with coupons of manufacturers: 0 to the total.
    pub coupon_cents: i64,
}

impl Purchase {
    /// What all lines cost after their discounts, in cents; never below zero.
    pub fn total_cents(&self) -> i64 {
        self.lines.iter().map(PurchaseLine::amount_cents).sum()
    }
}

/// One line of a purchase; amounts in cents.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PurchaseLine {
    pub product: String,
    /// Whole articles, at least one.
    pub quantity: i64,
    /// Price of one article before any discount; never below zero.
    pub unit_price_cents: i64,
    /// The shop's discount on the whole line: 0 to quantity × unit price.
    pub discount_cents: i64,
}

impl PurchaseLine {
    /// What the line costs after its discount, in cents; never below zero.
    pub fn amount_cents(&self) -> i64 {
        self.quantity * self.unit_price_cents - self.discount_cents
    }
}

/// What is wrong with a data file, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DataError {
    pub file: PathBuf,
    /// Counted from 1, the header included.
    pub line: u64,
    pub found: String,
    pub expected: String,
}

impl fmt::Display for DataError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (file, line) = (self.file.display(), self.line);
        write!(f, "{file}:{line}: found {}, expected {}", self.found, self.expected)
    }
}

impl std::error::Error for DataError {}

/// Opens a file written by `scripts/cdnow.py`.
pub fn cdnow(path: impl AsRef<Path>) -> io::Result<Purchases> {
    Purchases::open(path.as_ref(), Kind::Cdnow)
}

/// Opens a file written by `scripts/groceries.py`.
pub fn groceries(path: impl AsRef<Path>) -> io::Result<Purchases> {
    Purchases::open(path.as_ref(), Kind::Groceries)
}

#[derive(Clone, Copy)]
enum Kind {
    Cdnow,
    Groceries,
}

/// The purchases of one file, in its order. Ends after the first error.
pub struct Purchases {
    lines: Lines,
    kind: Kind,
    /// Basket, household, store and time of the basket at hand, as text.
    place: String,
    ended: bool,
}

impl Purchases {
    fn open(path: &Path, kind: Kind) -> io::Result<Self> {
        let lines = Lines::open(path)
            .map_err(|error| io::Error::new(error.kind(), format!("{}: {error}", path.display())))?;
        let place = String::new();
        Ok(Self { lines, kind, place, ended: false })
    }

    /// How much of the file the purchases given so far take, in bytes.
    pub fn bytes_read(&self) -> u64 {
        self.lines.bytes_read
    }

    /// How long the file was when it was opened, in bytes.
    pub fn bytes_total(&self) -> u64 {
        self.lines.bytes_total
    }

    /// The next purchase, which may have no lines; none at the end of the file.
    fn read(&mut self) -> Result<Option<Purchase>, DataError> {
        if self.lines.number == 0 {
            self.read_header()?;
        }
        if !self.lines.advance()? {
            return Ok(None);
        }
        match self.kind {
            Kind::Cdnow => self.lines.parse(cdnow_purchase).map(Some),
            Kind::Groceries => self.read_basket().map(Some),
        }
    }

    fn read_header(&mut self) -> Result<(), DataError> {
        let header = match self.kind {
            Kind::Cdnow => CDNOW_HEADER,
            Kind::Groceries => GROCERIES_HEADER,
        };
        self.lines.advance()?;
        self.lines.parse(|text| {
            if text == header {
                return Ok(());
            }
            Err(Problem::new(text, header))
        })
    }

    /// All lines of the basket that begins with the line at hand.
    fn read_basket(&mut self) -> Result<Purchase, DataError> {
        let mut basket = self.lines.parse(|text| Basket::begin(text, &mut self.place))?;
        loop {
            self.lines.parse(|text| basket.add(text, &self.place))?;
            if !self.lines.advance()? {
                break;
            }
            if !self.lines.text.starts_with(self.place.as_bytes()) {
                self.lines.step_back();
                break;
            }
        }
        Ok(basket.end())
    }
}

impl Iterator for Purchases {
    type Item = Result<Purchase, DataError>;

    fn next(&mut self) -> Option<Self::Item> {
        while !self.ended {
            match self.read() {
                Ok(Some(purchase)) if purchase.lines.is_empty() => {}
                Ok(Some(purchase)) => return Some(Ok(purchase)),
                Ok(None) => self.ended = true,
                Err(error) => {
                    self.ended = true;
                    return Some(Err(error));
                }
            }
        }
        None
    }
}

/// A file, line by line, through buffers that are used again and again.
struct Lines {
    file: PathBuf,
    reader: BufReader<File>,
    /// The line at hand, without its end.
    text: Vec<u8>,
    /// Its number, from 1; 0 before the first.
    number: u64,
    /// Whether `advance` shall give the line at hand once more.
    again: bool,
    /// Length of the line at hand in the file, in bytes.
    length: u64,
    bytes_read: u64,
    bytes_total: u64,
}

impl Lines {
    fn open(path: &Path) -> io::Result<Self> {
        let file = File::open(path)?;
        let bytes_total = file.metadata()?.len();
        Ok(Self {
            file: path.to_path_buf(),
            reader: BufReader::with_capacity(BUFFER_BYTES, file),
            text: Vec::new(),
            number: 0,
            again: false,
            length: 0,
            bytes_read: 0,
            bytes_total,
        })
    }

    /// Takes the next line; false at the end of the file.
    fn advance(&mut self) -> Result<bool, DataError> {
        if !std::mem::take(&mut self.again) {
            self.number += 1;
            self.text.clear();
            let mut limited = self.reader.by_ref().take(LINE_BYTES);
            let outcome = limited.read_until(b'\n', &mut self.text);
            let length = outcome.map_err(|error| self.error(Problem::reading(&error)))?;
            self.length = length as u64;
            self.cut_end()?;
        }
        self.bytes_read += self.length;
        Ok(self.length > 0)
    }

    /// Cuts the end off the line at hand, be it that of Unix or of Windows.
    fn cut_end(&mut self) -> Result<(), DataError> {
        if self.text.ends_with(b"\n") {
            self.text.pop();
            if self.text.ends_with(b"\r") {
                self.text.pop();
            }
            return Ok(());
        }
        if self.length < LINE_BYTES {
            return Ok(()); // the last line, which need not be ended
        }
        Err(self.error(Problem::too_long()))
    }

    /// Lets the next `advance` give the line at hand once more.
    fn step_back(&mut self) {
        self.again = true;
        self.bytes_read -= self.length;
    }

    /// Reads something out of the line at hand; tells where if it cannot.
    fn parse<'a, T>(&'a self, read: impl FnOnce(&'a str) -> Result<T, Problem>) -> Result<T, DataError> {
        std::str::from_utf8(&self.text)
            .map_err(|_| Problem::new(&String::from_utf8_lossy(&self.text), "UTF-8"))
            .and_then(read)
            .map_err(|problem| self.error(problem))
    }

    fn error(&self, problem: Problem) -> DataError {
        let Problem { found, expected } = problem;
        DataError { file: self.file.clone(), line: self.number, found, expected }
    }
}

/// A `DataError` that does not know its place yet.
#[derive(Debug, PartialEq)]
struct Problem {
    found: String,
    expected: String,
}

impl Problem {
    fn new(found: &str, expected: &str) -> Self {
        let mut quoted: String = found.chars().take(QUOTED_CHARS).collect();
        if quoted.len() < found.len() {
            quoted.push('…');
        }
        Self { found: format!("{quoted:?}"), expected: expected.to_owned() }
    }

    fn fields(found: &str, number: usize) -> Self {
        Self::new(found, &format!("{number} fields with commas between"))
    }

    fn reading(error: &io::Error) -> Self {
        Self { found: error.to_string(), expected: "a file that can be read".to_owned() }
    }

    fn too_long() -> Self {
        let found = format!("a line of {LINE_BYTES} bytes or more");
        Self { found, expected: "a shorter one".to_owned() }
    }
}

/// What one line of the data says was sold; amounts in cents.
struct Sold<'a> {
    product: &'a str,
    quantity: i64,
    /// What the whole line costs before any discount.
    shelf_cents: i64,
    /// 0 to `shelf_cents`.
    discount_cents: i64,
}

impl Sold<'_> {
    /// Adds the lines that the till rings up for this one: none, one or two.
    fn ring_up(&self, lines: &mut Vec<PurchaseLine>) {
        let shelf = self.shelf_cents;
        if self.quantity == 0 && shelf == 0 {
            return;
        }
        let under_a_cent = 0 < shelf && shelf < self.quantity;
        let quantity = if under_a_cent { 1 } else { self.quantity.max(1) };
        let unit_price = shelf / quantity;
        let dearer = shelf % quantity; // so many articles cost one cent more
        let dearer_discount = match dearer {
            0 => 0,
            _ => self.discount_cents * (dearer * (unit_price + 1)) / shelf,
        };
        let rest_discount = self.discount_cents - dearer_discount;
        if dearer > 0 {
            lines.push(self.line(dearer, unit_price + 1, dearer_discount));
        }
        lines.push(self.line(quantity - dearer, unit_price, rest_discount));
    }

    fn line(&self, quantity: i64, unit_price_cents: i64, discount_cents: i64) -> PurchaseLine {
        let product = self.product.to_owned();
        PurchaseLine { product, quantity, unit_price_cents, discount_cents }
    }
}

/// A purchase of CDNOW, which is one line of its file.
fn cdnow_purchase(text: &str) -> Result<Purchase, Problem> {
    let [sale, on, customer, quantity, amount] = fields(text).ok_or_else(|| Problem::fields(text, 5))?;
    let mut purchase = Purchase {
        id: name(sale, "the id of a sale")?.to_owned(),
        day: day(on)?,
        minute: None,
        customer: name(customer, "a customer")?.to_owned(),
        store: None,
        lines: Vec::with_capacity(2),
        coupon_cents: 0,
    };
    let quantity = count(quantity)?;
    let sold = Sold { product: CD, quantity, shelf_cents: cents(amount)?, discount_cents: 0 };
    sold.ring_up(&mut purchase.lines);
    Ok(purchase)
}

/// A basket of groceries that is being read.
struct Basket {
    purchase: Purchase,
    /// How many lines of the file were added.
    added: i64,
}

impl Basket {
    /// Begins with its first line, and keeps the text that all others share.
    fn begin(text: &str, place: &mut String) -> Result<Self, Problem> {
        let [basket, household, store, time, ..] =
            fields::<11>(text).ok_or_else(|| Problem::fields(text, 11))?;
        let (day, minute) = moment(time)?;
        place.clear();
        for part in [basket, household, store, time] {
            place.push_str(part);
            place.push(',');
        }
        let purchase = Purchase {
            id: name(basket, "a basket")?.to_owned(),
            day,
            minute: Some(minute),
            customer: name(household, "a household")?.to_owned(),
            store: Some(name(store, "a store")?.to_owned()),
            lines: Vec::new(),
            coupon_cents: 0,
        };
        Ok(Self { purchase, added: 0 })
    }

    /// Adds a line that begins with `place`, which was read already.
    fn add(&mut self, text: &str, place: &str) -> Result<(), Problem> {
        let rest = text.strip_prefix(place).unwrap_or(text);
        let [line, product, quantity, value, retail, coupon, matched] =
            fields(rest).ok_or_else(|| Problem::fields(text, 11))?;
        self.added += 1;
        if count(line)? != self.added {
            return Err(Problem::new(line, &format!("line {} of the basket", self.added)));
        }
        let discount_cents = cents(retail)? + cents(matched)?;
        let shelf_cents = cents(value)? + discount_cents;
        let quantity = count(quantity)?;
        let product = name(product, "a product")?;
        let sold = Sold { product, quantity, shelf_cents, discount_cents };
        sold.ring_up(&mut self.purchase.lines);
        self.purchase.coupon_cents += cents(coupon)?;
        Ok(())
    }

    /// The purchase; its coupons pay no more than its total.
    fn end(self) -> Purchase {
        let mut purchase = self.purchase;
        purchase.coupon_cents = purchase.coupon_cents.min(purchase.total_cents());
        purchase
    }
}

/// Takes a line apart at its commas, into exactly as many fields as are asked for.
fn fields<const N: usize>(text: &str) -> Option<[&str; N]> {
    let (mut rest, mut found) = (Some(text), 0);
    let fields = std::array::from_fn(|_| {
        found += usize::from(rest.is_some());
        take_field(&mut rest)
    });
    (found == N && rest.is_none()).then_some(fields)
}

/// Takes the first field off; nothing rests after the last one. Fields are so
/// short that looking at every byte is faster than a search.
fn take_field<'a>(rest: &mut Option<&'a str>) -> &'a str {
    let text = rest.unwrap_or_default();
    let Some(at) = text.bytes().position(|byte| byte == b',') else {
        *rest = None;
        return text;
    };
    *rest = Some(&text[at + 1..]);
    &text[..at]
}

fn name<'a>(text: &'a str, what: &str) -> Result<&'a str, Problem> {
    if text.is_empty() {
        return Err(Problem::new(text, what));
    }
    Ok(text)
}

fn count(text: &str) -> Result<i64, Problem> {
    digits(text, 1..=COUNT_DIGITS).ok_or_else(|| Problem::new(text, "a whole number"))
}

/// Dollars with two decimals, as cents.
fn cents(text: &str) -> Result<i64, Problem> {
    let parse = || {
        let (dollars, cents) = text.split_at_checked(text.len().checked_sub(3)?)?;
        let cents = digits(cents.strip_prefix('.')?, 2..=2)?;
        Some(digits(dollars, 1..=DOLLAR_DIGITS)? * 100 + cents)
    };
    parse().ok_or_else(|| Problem::new(text, "an amount like 12.34"))
}

fn day(text: &str) -> Result<Day, Problem> {
    parse_day(text).ok_or_else(|| Problem::new(text, "a day like 1997-12-31"))
}

/// A day and the minute of that day.
fn moment(text: &str) -> Result<(Day, u16), Problem> {
    let parse = || {
        let (day, clock) = text.split_once('T')?;
        Some((parse_day(day)?, parse_clock(clock)?))
    };
    parse().ok_or_else(|| Problem::new(text, "a time like 2017-12-31T23:59:59"))
}

fn parse_day(text: &str) -> Option<Day> {
    let (year, rest) = text.split_once('-')?;
    let (month, day) = rest.split_once('-')?;
    let year = u16::try_from(digits(year, 4..=4)?).ok()?;
    let month = u8::try_from(digits(month, 2..=2)?).ok()?;
    let day = u8::try_from(digits(day, 2..=2)?).ok()?;
    let exists = (1..=12).contains(&month) && (1..=days_in(year, month)).contains(&day);
    exists.then_some(Day { year, month, day })
}

fn days_in(year: u16, month: u8) -> u8 {
    let leap = matches!((year % 4, year % 100, year % 400), (0, 1.., _) | (_, _, 0));
    match month {
        2 if leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// The minute of the day; the seconds are checked and dropped.
fn parse_clock(text: &str) -> Option<u16> {
    let (hour, rest) = text.split_once(':')?;
    let (minute, second) = rest.split_once(':')?;
    let hour = digits(hour, 2..=2).filter(|hour| *hour < 24)?;
    let minute = digits(minute, 2..=2).filter(|minute| *minute < 60)?;
    digits(second, 2..=2).filter(|second| *second < 60)?;
    u16::try_from(hour * 60 + minute).ok()
}

/// A whole number of digits alone, as many as `length` allows.
fn digits(text: &str, length: RangeInclusive<usize>) -> Option<i64> {
    if !length.contains(&text.len()) {
        return None;
    }
    text.bytes()
        .try_fold(0, |number, byte| byte.is_ascii_digit().then(|| number * 10 + i64::from(byte - b'0')))
}

#[cfg(test)]
#[path = "data_tests.rs"]
mod tests;
