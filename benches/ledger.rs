//! What it costs to keep a sale in a file, against the least that it can cost.
//!
//! `cargo bench --bench ledger`, or one part of it: `cargo bench --bench ledger -- durable` (or `bulk`, or `parts`)
//!
//! Three questions, each with its baseline in the same run:
//! one durable sale, against overwriting 4 KiB and `fdatasync` on the same disk;
//! many sales in transactions of 256, against bare prepared statements that write the same rows;
//! and how many bytes of file and of log a sale takes.
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
use std::path::{Path, PathBuf};
use std::process;
use std::sync::Arc;
use std::time::{Duration, Instant};

use common::{Base, Result, log_bytes, quantiles, scatter, time};
use regulars::adapter::memory::MemoryStore;
use regulars::adapter::sqlite::SqliteStore;
use regulars::decide::{Document, Header, ProgramDocument, Question, SaleDocument, decide};
use regulars::document::read_program;
use regulars::ident::{CustomerId, LineId, OutletId, ProductId, RegisterId, SaleId, Tender};
use regulars::money::{Money, Ratio};
use regulars::register::Register;
use regulars::sale::{LineItem, Payment, Place, RungUp, Terms};
use regulars::store::{Store, Transaction, verify};
use regulars::time::{FixedZones, Timestamp};
use rusqlite::{Connection, params};

const PROGRAM: &str = r#"{"id": "house", "currency": "EUR", "unit": {"kind": "money"},
    "earn": [{"by": "amount", "rate": "0.01"}]}"#;
/// Until then the log grows to its size, which it keeps.
const WARM_UP: u64 = 4_000;
/// So many sales are in the log before any of it is copied.
const LOG_OF: u64 = 1_000;
const DURABLE: u64 = 6_000;
const BULK: u64 = 51_200;
const BATCH: u64 = 256;
const CUSTOMERS: u64 = 2_469;

fn main() -> Result<()> {
    // Beside the build, so that it is a disk and not memory.
    let folder = env::current_exe()?.with_file_name(format!("ledger-bench-{}", process::id()));
    fs::create_dir_all(&folder)?;
    let names: Vec<String> = env::args().skip(1).filter(|name| !name.starts_with("--")).collect();
    let wanted = |name| names.is_empty() || names.iter().any(|wanted| wanted == name);
    let mut done = Ok(());
    for (name, part) in [("durable", durable as fn(&Path) -> Result<()>), ("bulk", bulk), ("parts", parts)] {
        done = done.and_then(|()| if wanted(name) { part(&folder) } else { Ok(()) });
    }
    fs::remove_dir_all(&folder)?;
    done
}

/// One sale a transaction, and one overwrite of 4 KiB, in turn.
fn durable(folder: &Path) -> Result<()> {
    let file = folder.join("durable.ledger");
    let mut register = Register::new(SqliteStore::open(&file)?, FixedZones);
    register.submit(&program()?, Timestamp::EPOCH)?;
    let mut least = Base::new(&folder.join("base"))?;
    let (mut base, mut sales) = (Vec::new(), Vec::new());
    for number in 0..WARM_UP + DURABLE {
        let document = sale(number, 5)?;
        base.push(time(|| least.overwrite())?);
        sales.push(time(|| Ok(register.submit(&document, Timestamp::EPOCH)?))?);
        if number + 1 == LOG_OF {
            let log = log_bytes(&file)?;
            println!("log: {} bytes a sale of 5 lines (target: at most 8192)", log / LOG_OF as i64);
        }
        // A register has time for this between two customers.
        if WARM_UP < number && number % 512 == 0 {
            register.store_mut().checkpoint()?;
        }
    }
    drop(register);
    let (_, bare) = replay_rows(&file, &folder.join("bare.ledger"), 1, || least.overwrite())?;
    let [base_new, sale_new] = [&base, &sales].map(|times| quantiles(&times[..LOG_OF as usize]));
    for (name, base, sale) in
        [("median", base_new[0], sale_new[0]), ("99th percentile", base_new[1], sale_new[1])]
    {
        println!(
            "the first {LOG_OF} sales of a log, {name}: {sale:.0} µs; fdatasync of 4 KiB: {base:.0} µs; ratio {:.2}",
            sale / base
        );
    }
    let [base, sales, bare] = [base, sales, bare].map(|mut times| times.split_off(WARM_UP as usize));
    let [base, sales, bare] = [base, sales, bare].map(|times| quantiles(&times));
    for (place, name, target) in [(0, "median", "1.25"), (1, "99th percentile", "2")] {
        let (base, sale, bare) = (base[place], sales[place], bare[place]);
        println!(
            "durable sale, {name}: {sale:.0} µs; fdatasync of 4 KiB: {base:.0} µs; ratio {:.2} (target: at most {target})",
            sale / base
        );
        println!("  bare statements, a little later and in turn with syncs as well: {bare:.0} µs");
    }
    without_disk()
}

/// The same sales with all but the disk.
fn without_disk() -> Result<()> {
    let mut register = Register::new(MemoryStore::default(), FixedZones);
    register.submit(&program()?, Timestamp::EPOCH)?;
    let documents: Vec<Document> = (0..DURABLE).map(|number| sale(number, 5)).collect::<Result<_>>()?;
    let took = time(|| {
        for document in &documents {
            register.submit(document, Timestamp::EPOCH)?;
        }
        Ok(())
    })?;
    println!("the same sale in the store in memory: {:.1} µs", took.as_secs_f64() * 1e6 / DURABLE as f64);
    Ok(())
}

/// Many sales in transactions of 256: the whole way, then the rows alone.
fn bulk(folder: &Path) -> Result<()> {
    let file = folder.join("bulk.ledger");
    let documents: Vec<Document> =
        (0..BULK).map(|number| sale(number, lines(number))).collect::<Result<_>>()?;
    let mut ratios = Vec::new();
    let (mut whole, mut bare) = (Took::default(), Took::default());
    for _ in 0..3 {
        remove(&file);
        let mut register = Register::new(SqliteStore::open(&file)?, FixedZones);
        register.submit(&program()?, Timestamp::EPOCH)?;
        whole = Took::by(|| hand_in(&mut register, &documents))?;
        drop(register);
        (bare, _) = replay_rows(&file, &folder.join("bare.ledger"), BATCH as usize, || Ok(()))?;
        ratios
            .push((whole.wall.as_secs_f64() / bare.wall.as_secs_f64(), whole.cpu_seconds / bare.cpu_seconds));
    }
    ratios.sort_by(|left, right| left.0.total_cmp(&right.0));
    let speed = |took: &Took| BULK as f64 / took.wall.as_secs_f64();
    let cpu = |took: &Took| took.cpu_seconds * 1e6 / BULK as f64;
    let (whole_speed, bare_speed) = (speed(&whole), speed(&bare));
    println!(
        "{BATCH} sales a transaction: {whole_speed:.0} sales/s the whole way, {bare_speed:.0} bare statements"
    );
    println!("  ratio {:.2} (target: at most 1.5)", ratios[1].0);
    let (whole_cpu, bare_cpu) = (cpu(&whole), cpu(&bare));
    println!(
        "  of the processor {whole_cpu:.1} µs and {bare_cpu:.1} µs a sale; ratio {:.2} (target: at most 2)",
        ratios[1].1
    );
    sizes(&file, &documents)?;
    let mut store = SqliteStore::open(&file)?;
    let took = time(|| {
        verify(&mut store)?;
        Ok(())
    })?;
    println!("verify: {:.1} µs a sale", took.as_secs_f64() * 1e6 / BULK as f64);
    Ok(())
}

fn hand_in<S: Store<Error: 'static>>(
    register: &mut Register<S, FixedZones>,
    documents: &[Document],
) -> Result<()> {
    for batch in documents.chunks(BATCH as usize) {
        let mut open = register.batch()?;
        for document in batch {
            open.submit(document, Timestamp::EPOCH)?;
        }
        open.commit()?;
    }
    Ok(())
}

/// Where the time of one durable sale goes, each after the disk was waited for.
fn durable_parts(folder: &Path) -> Result<()> {
    let mut register = Register::new(SqliteStore::open(folder.join("each.ledger"))?, FixedZones);
    register.submit(&program()?, Timestamp::EPOCH)?;
    let mut base = Base::new(&folder.join("base"))?;
    let mut spent: [Vec<Duration>; 5] = Default::default();
    for number in 0..WARM_UP + DURABLE {
        let document = sale(number, 5)?;
        base.overwrite()?;
        let store = register.store_mut();
        let mut at = [Instant::now(); 6];
        let mut transaction = store.begin()?;
        at[1] = Instant::now();
        let facts = transaction.facts(&Question::about(&document))?;
        at[2] = Instant::now();
        let (changes, outcome) = decide(&facts, &document, Timestamp::EPOCH, &FixedZones)?;
        at[3] = Instant::now();
        transaction.record(&changes)?;
        at[4] = Instant::now();
        transaction.commit()?;
        at[5] = Instant::now();
        drop((facts, changes, outcome));
        if WARM_UP <= number {
            spent.iter_mut().zip(at.windows(2)).for_each(|(spent, pair)| spent.push(pair[1] - pair[0]));
        }
        if number % 512 == 0 {
            register.store_mut().checkpoint()?;
        }
    }
    let [begin, facts, decide, record, commit] = spent.map(median);
    println!(
        "  medians: begin {begin:.1} µs, facts {facts:.1}, decide {decide:.1}, record {record:.1}, commit {commit:.1}"
    );
    Ok(())
}

fn median(times: Vec<Duration>) -> f64 {
    quantiles(&times)[0]
}

/// Where the time of the whole way goes.
fn parts(folder: &Path) -> Result<()> {
    durable_parts(folder)?;
    let documents: Vec<Document> =
        (0..BULK).map(|number| sale(number, lines(number))).collect::<Result<_>>()?;
    let mut register = Register::new(SqliteStore::open(folder.join("parts.ledger"))?, FixedZones);
    register.submit(&program()?, Timestamp::EPOCH)?;
    let store = register.store_mut();
    let mut spent: [Vec<Duration>; 4] = Default::default();
    for batch in documents.chunks(BATCH as usize) {
        let mut transaction = store.begin()?;
        for document in batch {
            let start = Instant::now();
            let facts = transaction.facts(&Question::about(document))?;
            let asked = Instant::now();
            let (changes, outcome) = decide(&facts, document, Timestamp::EPOCH, &FixedZones)?;
            let decided = Instant::now();
            transaction.record(&changes)?;
            let recorded = Instant::now();
            drop((facts, changes, outcome));
            spent[0].push(asked - start);
            spent[1].push(decided - asked);
            spent[2].push(recorded - decided);
        }
        spent[3].push(time(|| Ok(transaction.commit()?))?);
    }
    let [facts, decide, record, commit] = spent.map(median);
    println!(
        "  medians: facts {facts:.1} µs, decide {decide:.1}, record {record:.1}, commit of {BATCH} {commit:.0}"
    );
    Ok(())
}

fn sizes(file: &Path, documents: &[Document]) -> Result<()> {
    let lines: u64 = (0..BULK).map(lines).sum();
    let per_sale = fs::metadata(file)?.len() as f64 / documents.len() as f64;
    let lines_per_sale = lines as f64 / BULK as f64;
    let most = 160.0 + 16.0 * lines_per_sale;
    println!("file: {per_sale:.0} bytes a sale of {lines_per_sale:.1} lines (target: at most {most:.0})");
    let connection = Connection::open(file)?;
    let sql = "SELECT name, sum(pgsize), sum(payload) FROM dbstat GROUP BY name ORDER BY 2 DESC";
    let mut statement = connection.prepare(sql)?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let (name, bytes, payload): (String, f64, f64) = (row.get(0)?, row.get(1)?, row.get(2)?);
        println!(
            "  {name}: {:.1} bytes a sale, of them payload {:.1}",
            bytes / BULK as f64,
            payload / BULK as f64
        );
    }
    Ok(())
}

/// Writes the rows of one ledger into another file: with the same tables and settings, and nothing
/// else. Something may be done before each transaction.
fn replay_rows(
    from: &Path,
    into: &Path,
    batch: usize,
    before: impl FnMut() -> Result<()>,
) -> Result<(Took, Vec<Duration>)> {
    remove(into);
    drop(SqliteStore::open(into)?);
    let rows = Rows::read(&Connection::open(from)?)?;
    let connection = Connection::open(into)?;
    connection.execute_batch(
        "PRAGMA synchronous = FULL; PRAGMA cache_size = -4096; PRAGMA wal_autocheckpoint = 8192;
         PRAGMA journal_size_limit = 16777216; PRAGMA foreign_keys = OFF",
    )?;
    let mut times = Vec::new();
    let took = Took::by(|| {
        times = rows.write(&connection, batch, before)?;
        Ok(())
    })?;
    Ok((took, times))
}

/// A row of an operation: number, time, customer, the operation before, its bytes and its hash.
type Operation = (i64, i64, i64, i64, Vec<u8>, Vec<u8>);

/// What the sales of a ledger wrote.
struct Rows {
    operations: Vec<Operation>,
    ids: Vec<String>,
    lots: Vec<(i64, i64, i64, i64, i64, i64)>,
    customers: Vec<String>,
}

impl Rows {
    fn read(connection: &Connection) -> Result<Rows> {
        let sql = "SELECT seq, at, customer, previous, body, hash FROM operation
                   WHERE customer IS NOT NULL ORDER BY seq";
        let operations = connection
            .prepare(sql)?
            .query_map([], |row| {
                Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?, row.get(5)?))
            })?
            .collect::<std::result::Result<_, _>>()?;
        let ids = connection
            .prepare("SELECT id FROM document ORDER BY seq")?
            .query_map([], |row| row.get(0))?
            .collect::<std::result::Result<_, _>>()?;
        let lots = connection
            .prepare("SELECT customer, expires, born, seq, part, units FROM lot ORDER BY seq")?
            .query_map([], |row| {
                Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?, row.get(5)?))
            })?
            .collect::<std::result::Result<_, _>>()?;
        let customers = connection
            .prepare("SELECT id FROM customer ORDER BY n")?
            .query_map([], |row| row.get(0))?
            .collect::<std::result::Result<_, _>>()?;
        Ok(Rows { operations, ids, lots, customers })
    }

    /// Writes them through bare statements, `batch` sales to a transaction, and tells how long each
    /// transaction took.
    fn write(
        &self,
        connection: &Connection,
        batch: usize,
        mut before: impl FnMut() -> Result<()>,
    ) -> Result<Vec<Duration>> {
        let mut begin = connection.prepare("BEGIN IMMEDIATE")?;
        let mut commit = connection.prepare("COMMIT")?;
        let mut operation = connection.prepare("INSERT INTO operation VALUES (?1, ?2, ?3, ?4, 0, ?5, ?6)")?;
        let mut document = connection.prepare("INSERT INTO document VALUES (0, ?1, ?2)")?;
        let sql = "INSERT INTO customer VALUES (?1, ?2, 0, 0, 0, 2932897, NULL, zeroblob(12))";
        let mut new = connection.prepare(sql)?;
        let sql = "UPDATE customer SET units = ?2, latest = ?3, last = ?4, soonest = ?5, recent = NULL
                   WHERE id = ?1";
        let mut account = connection.prepare(sql)?;
        let sql = "INSERT INTO lot VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
        let mut lot = connection.prepare(sql)?;
        let (mut newest, mut times) = (0, Vec::new());
        let rows: Vec<_> = self.operations.iter().zip(&self.ids).zip(&self.lots).collect();
        for rows in rows.chunks(batch) {
            before()?;
            let start = Instant::now();
            begin.execute([])?;
            for (((seq, at, customer, previous, body, hash), id), lots) in rows {
                operation.execute(params![seq, at, customer, previous, body, hash])?;
                document.execute(params![id, seq])?;
                if newest < *customer {
                    newest = *customer;
                    new.execute(params![self.customers[newest as usize - 1], newest])?;
                }
                account.execute(params![self.customers[*customer as usize - 1], lots.5, at, seq, lots.1])?;
                lot.execute(params![lots.0, lots.1, lots.2, lots.3, lots.4, lots.5])?;
            }
            commit.execute([])?;
            times.push(start.elapsed());
        }
        Ok(times)
    }
}

fn remove(file: &Path) {
    for end in ["", "-wal", "-shm"] {
        let mut name = file.as_os_str().to_owned();
        name.push(end);
        // It may not be there.
        let _ = fs::remove_file(PathBuf::from(name));
    }
}

/// How long something took, by the clock and of the processor.
#[derive(Default)]
struct Took {
    wall: Duration,
    cpu_seconds: f64,
}

impl Took {
    fn by(call: impl FnOnce() -> Result<()>) -> Result<Took> {
        let before = processor_seconds();
        let wall = time(call)?;
        Ok(Took { wall, cpu_seconds: processor_seconds() - before })
    }
}

/// What this thread has had of the processor; where that can't be told, nothing.
fn processor_seconds() -> f64 {
    let told = fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    let nanoseconds = told.split(' ').next().and_then(|number| number.parse::<f64>().ok());
    nanoseconds.unwrap_or(0.0) / 1e9
}

fn program() -> Result<Document> {
    let header = Header { id: None, at: Timestamp::EPOCH, place: Place::default() };
    Ok(Document::SetProgram(ProgramDocument { header, program: read_program(PROGRAM)? }))
}

/// 1 to 18, 9.4 on average, as in the year of groceries.
fn lines(number: u64) -> u64 {
    1 + scatter(number) % 18
}

/// A basket as a grocer's till has them: ids of eleven digits, products of up to seven.
fn sale(number: u64, lines: u64) -> Result<Document> {
    let at = Timestamp::from_millisecond(1_483_228_800_000 + number as i64 * 202_000).ok_or("a time")?;
    let mut due = 0;
    let line = |line: u64| -> Result<LineItem> {
        let chance = scatter(number * 64 + line);
        let (price, quantity) = (49 + chance % 900, [1, 1, 1, 1, 2, 3][chance as usize / 7 % 6]);
        let discount = if chance.is_multiple_of(2) { chance / 11 % 49 } else { 0 };
        Ok(LineItem {
            id: LineId::new(&line.to_string())?,
            product: ProductId::new(&(820_000 + chance / 3 % 12_000_000).to_string())?,
            category: None,
            quantity: Ratio::from_whole(quantity)?,
            unit_price: Money::from_minor(price as i64),
            discount: Money::from_minor(discount as i64),
            tax: None,
            price_book: None,
            promotions: Vec::new(),
            earns: true,
        })
    };
    let lines: Vec<LineItem> = (1..=lines).map(line).collect::<Result<_>>()?;
    for line in &lines {
        due += line.amount()?.minor();
    }
    let place = Place {
        outlet: Some(OutletId::new(&(300 + number % 150).to_string())?),
        register: Some(RegisterId::new("R2")?),
        operator: None,
    };
    let rung_up = RungUp {
        sale: SaleId::new(&(31_198_459_000 + number).to_string())?,
        at,
        place,
        customer: Some(CustomerId::new(&(1 + scatter(number) % CUSTOMERS).to_string())?),
        terms: Terms::Immediate,
        lines: lines.into(),
        discount: Money::ZERO,
        fees: Vec::new(),
        tax_added: Money::ZERO,
        cash_rounding: Money::ZERO,
        rewards: Vec::new(),
        offers: Vec::new(),
        earns: true,
    };
    let payments =
        vec![Payment { tender: Tender::new("card")?, amount: Money::from_minor(due), reservation: None }];
    let (change, codes) = (Money::ZERO, Vec::new());
    Ok(Document::Sale(Arc::new(SaleDocument { rung_up, payments, change, codes, parked: false })))
}
