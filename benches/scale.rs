//! Whether looking something up takes longer the more there is.
//!
//! `cargo bench --bench scale`, or to other sizes: `cargo bench --bench scale -- 100000 1000000`
//!
//! For each size a ledger of so many customers is made, each with a code and a balance from another scheme,
//! and as many sales. Then it is opened anew, as a register does in the morning, and asked at random. The
//! baseline is a bare prepared statement that reads one row by its key from a table of as many.
//!
//! `cargo bench --bench scale -- --entries 100000 1000000 10000000` keeps the customers at 10,000, and asks for
//! balances where so many entries were made for them in all. The ledger of 10⁷ takes 2 GiB of disk and some
//! minutes; it is deleted afterwards.
#![allow(
    clippy::arithmetic_side_effects,
    clippy::float_arithmetic,
    clippy::indexing_slicing,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_possible_wrap,
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a bench: what goes wrong ends it"
)]

mod common;

use std::env;
use std::fs;
use std::path::Path;
use std::process;
use std::sync::Arc;
use std::time::{Duration, Instant};

use common::{Result, quantiles, scatter, time};
use regulars::adapter::sqlite::{Durability, SqliteStore};
use regulars::decide::{
    Document, EnrolDocument, Header, ImportDocument, Key, Profile, ProgramDocument, Question, SaleDocument,
};
use regulars::document::read_program;
use regulars::ident::{Code, CustomerId, DocumentId, LineId, ProductId, SaleId, Tender};
use regulars::money::{Money, Ratio, Units};
use regulars::register::{Batch, Register};
use regulars::sale::{LineItem, Payment, Place, RungUp, Terms};
use regulars::store::{Store, Transaction};
use regulars::time::{FixedZones, Timestamp};
use rusqlite::{Connection, params};

const PROGRAM: &str = r#"{"id": "house", "currency": "EUR", "unit": {"kind": "money"},
    "earn": [{"by": "amount", "rate": "0.01"}]}"#;
const BATCH: u64 = 256;
const ASKED: u64 = 20_000;
/// How many customers share all entries, where these are what is counted.
const SHARING: u64 = 10_000;
/// So many sales in a row are one customer's there, and so many are a transaction: it is made sooner like that.
const IN_A_ROW: u64 = 16;
const LARGE_BATCH: u64 = 4096;

fn main() -> Result<()> {
    // Beside the build, so that it is a disk and not memory.
    let folder = env::current_exe()?.with_file_name(format!("scale-bench-{}", process::id()));
    fs::create_dir_all(&folder)?;
    let by_entries = env::args().any(|argument| argument == "--entries");
    let sizes: Vec<u64> = env::args().skip(1).filter_map(|size| size.parse().ok()).collect();
    let done = match (by_entries, &*sizes) {
        (false, []) => [10_000, 100_000].iter().try_for_each(|size| at(&folder, *size)),
        (false, sizes) => sizes.iter().try_for_each(|size| at(&folder, *size)),
        (true, []) => by_entries_of(&folder, &[100_000, 1_000_000]),
        (true, sizes) => by_entries_of(&folder, sizes),
    };
    fs::remove_dir_all(&folder)?;
    done
}

/// Makes a ledger of a size and asks it.
fn at(folder: &Path, customers: u64) -> Result<()> {
    let file = folder.join(format!("{customers}.ledger"));
    let started = Instant::now();
    make(&file, customers)?;
    let bytes = fs::metadata(&file)?.len();
    println!(
        "{customers} customers, {} operations: {} MiB, made in {:.0} s",
        3 * customers + 1,
        bytes >> 20,
        started.elapsed().as_secs_f64()
    );
    let opened = Instant::now();
    let mut store = SqliteStore::open(&file)?;
    println!("  opened in {:.1} ms", opened.elapsed().as_secs_f64() * 1e3);
    let mut transaction = store.begin()?;
    let later = moment(1_000_000_000)?;
    let mut balance = Vec::new();
    let mut code = Vec::new();
    for number in 0..ASKED {
        let customer = customer(scatter(number) % customers)?;
        let question = Question { lots: false, ..Question::of_customer(&customer, later) };
        balance.push(time(|| {
            assert!(transaction.facts(&question)?.accounts[0].known.is_some(), "the customer is known");
            Ok(())
        })?);
        let keys = [Key::Code(card(scatter(number + ASKED) % customers)?.normal())].into();
        let question = Question { keys, ..Question::as_of(later) };
        code.push(time(|| {
            assert!(!transaction.facts(&question)?.kept.is_empty(), "the code is known");
            Ok(())
        })?);
    }
    drop(transaction);
    let bare = bare(&folder.join("bare"), customers)?;
    for (name, times, target) in [
        ("balance of a customer", balance, "5 µs"),
        ("customer by code, with the balance", code, "10 µs"),
        ("a row by its key, bare", bare, "–"),
    ] {
        let [half, most] = quantiles(&times);
        println!("  {name}: median {half:.1} µs, 99th percentile {most:.1} µs (target: at most {target})");
    }
    println!("  resident: {}", resident());
    drop(store);
    Ok(fs::remove_file(&file)?)
}

/// Makes a ledger of each number of entries, and asks it for balances.
fn by_entries_of(folder: &Path, sizes: &[u64]) -> Result<()> {
    println!("balance of one of {SHARING} customers (target: 99th percentile at most 5 µs, within 1.3)");
    println!(
        "   entries       MiB    made in   opened in   median   99th %   bare row, median   99th %   resident"
    );
    let mut first = None;
    for entries in sizes {
        let file = folder.join(format!("{entries}-entries.ledger"));
        let started = Instant::now();
        make_entries(&file, *entries)?;
        let made = started.elapsed().as_secs_f64();
        let bytes = fs::metadata(&file)?.len();
        let started = Instant::now();
        let mut store = SqliteStore::open(&file)?;
        let opened = started.elapsed().as_secs_f64() * 1e3;
        let [half, most] = quantiles(&balances(&mut store)?);
        let [bare_half, bare_most] = quantiles(&bare(&folder.join("bare"), SHARING)?);
        println!(
            "{entries:>10}{:>10}{made:>9.0} s{opened:>9.1} ms{half:>6.1} µs{most:>6.1} µs{bare_half:>16.1} µs{bare_most:>6.1} µs{:>11}",
            bytes >> 20,
            resident()
        );
        let first = *first.get_or_insert(most);
        println!("            99th percentile over that of the first: {:.2}", most / first);
        drop(store);
        fs::remove_file(&file)?;
    }
    Ok(())
}

/// A register that asks for one customer after another.
fn balances(store: &mut SqliteStore) -> Result<Vec<Duration>> {
    let later = moment(1_000_000_000)?;
    let mut transaction = store.begin()?;
    let mut times = Vec::new();
    for number in 0..ASKED {
        let customer = customer(scatter(number) % SHARING)?;
        let question = Question { lots: false, ..Question::of_customer(&customer, later) };
        times.push(time(|| {
            assert!(transaction.facts(&question)?.accounts[0].known.is_some(), "the customer is known");
            Ok(())
        })?);
    }
    Ok(times)
}

/// Each customer joins with a balance, which is one entry, and each sale is one more.
fn make_entries(file: &Path, entries: u64) -> Result<()> {
    // Who can make it again needs no sync with each batch.
    let store = SqliteStore::options().durability(Durability::UntilCheckpoint).open(file)?;
    let mut register = Register::new(store, FixedZones);
    let program = ProgramDocument { header: header("program", 0)?, program: read_program(PROGRAM)? };
    register.submit(&Document::SetProgram(program), Timestamp::EPOCH)?;
    let mut batch = register.batch()?;
    (0..SHARING).try_for_each(|number| join(&mut batch, number))?;
    batch.commit()?;
    let sales = entries.saturating_sub(SHARING);
    for first in (0..sales).step_by(LARGE_BATCH as usize) {
        let mut batch = register.batch()?;
        for number in first..sales.min(first + LARGE_BATCH) {
            let customer = customer(scatter(number / IN_A_ROW) % SHARING)?;
            batch.submit(&sale_to(number, customer)?, Timestamp::EPOCH)?;
        }
        batch.commit()?;
        eprint!("\r{} of {entries} entries", first + SHARING);
    }
    eprint!("\r{:40}\r", "");
    Ok(register.store_mut().checkpoint()?)
}

fn resident() -> String {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let resident = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    resident.unwrap_or("unknown").trim().to_owned()
}

fn make(file: &Path, customers: u64) -> Result<()> {
    let mut register = Register::new(SqliteStore::open(file)?, FixedZones);
    let program = ProgramDocument { header: header("program", 0)?, program: read_program(PROGRAM)? };
    register.submit(&Document::SetProgram(program), Timestamp::EPOCH)?;
    for first in (0..customers).step_by(BATCH as usize) {
        let mut batch = register.batch()?;
        for number in first..customers.min(first + BATCH) {
            join(&mut batch, number)?;
        }
        for number in first..customers.min(first + BATCH) {
            batch.submit(&sale(number, customers)?, Timestamp::EPOCH)?;
        }
        batch.commit()?;
    }
    Ok(register.store_mut().checkpoint()?)
}

fn join<S: Store<Error: 'static>>(batch: &mut Batch<'_, S, FixedZones>, number: u64) -> Result<()> {
    let profile = Profile { code: Some(card(number)?), ..Profile::default() };
    let enrol =
        EnrolDocument { header: header(&format!("E{number}"), 1)?, customer: customer(number)?, profile };
    batch.submit(&Document::Enrol(enrol), Timestamp::EPOCH)?;
    let import = ImportDocument {
        header: header(&format!("I{number}"), 2)?,
        customer: customer(number)?,
        units: Units::from_minor(5_00),
        expires: None,
        last_purchase: None,
        spent: None,
    };
    batch.submit(&Document::Import(import), Timestamp::EPOCH)?;
    Ok(())
}

/// A sale of one thing to a customer who has joined by then.
fn sale(number: u64, customers: u64) -> Result<Document> {
    let joined = customers.min(number - number % BATCH + BATCH);
    sale_to(number, customer(scatter(number) % joined)?)
}

fn sale_to(number: u64, customer: CustomerId) -> Result<Document> {
    let line = LineItem {
        id: LineId::new("1")?,
        product: ProductId::new("P")?,
        category: None,
        quantity: Ratio::ONE,
        unit_price: Money::from_minor(20_00),
        discount: Money::ZERO,
        tax: None,
        price_book: None,
        promotions: Vec::new(),
        earns: true,
    };
    let rung_up = RungUp {
        sale: SaleId::new(&(31_198_459_000 + number).to_string())?,
        at: moment(3 + number as i64)?,
        place: Place::default(),
        customer: Some(customer),
        terms: Terms::Immediate,
        lines: [line].into(),
        discount: Money::ZERO,
        fees: Vec::new(),
        tax_added: Money::ZERO,
        cash_rounding: Money::ZERO,
        rewards: Vec::new(),
        offers: Vec::new(),
        earns: true,
    };
    let payments =
        vec![Payment { tender: Tender::new("card")?, amount: Money::from_minor(20_00), reservation: None }];
    let (change, codes, parked) = (Money::ZERO, Vec::new(), false);
    Ok(Document::Sale(Arc::new(SaleDocument { rung_up, payments, change, codes, parked })))
}

/// One row by its key, out of so many.
fn bare(file: &Path, rows: u64) -> Result<Vec<Duration>> {
    let mut connection = Connection::open(file)?;
    connection.execute_batch("PRAGMA cache_size = -4096; DROP TABLE IF EXISTS t; CREATE TABLE t (k TEXT PRIMARY KEY, v INTEGER) WITHOUT ROWID")?;
    let transaction = connection.transaction()?;
    for number in 0..rows {
        let key = customer(number)?;
        let row = params![key.as_str(), number as i64];
        transaction.prepare_cached("INSERT INTO t VALUES (?1, ?2)")?.execute(row)?;
    }
    transaction.commit()?;
    // Within a transaction, as the ledger is asked: else each look takes locks, and gives them back.
    let transaction = connection.transaction()?;
    let mut statement = transaction.prepare("SELECT v FROM t WHERE k = ?1")?;
    let mut times = Vec::new();
    for number in 0..ASKED {
        let customer = customer(scatter(number) % rows)?;
        times.push(time(|| {
            statement.query_row([customer.as_str()], |row| row.get::<_, i64>(0))?;
            Ok(())
        })?);
    }
    Ok(times)
}

fn customer(number: u64) -> Result<CustomerId> {
    Ok(CustomerId::new(&format!("C{number:07}"))?)
}

fn card(number: u64) -> Result<Code> {
    Ok(Code::new(&format!("29{number:010}"))?)
}

fn moment(second: i64) -> Result<Timestamp> {
    Ok(Timestamp::from_millisecond(1_483_228_800_000 + second * 1000).ok_or("a time")?)
}

fn header(id: &str, second: i64) -> Result<Header> {
    Ok(Header { id: Some(DocumentId::new(id)?), at: moment(second)?, place: Place::default() })
}
