//! What one durable sale costs here, and what it costs elsewhere; and what it costs to open a ledger.
//!
//! `cargo bench --bench stores`, or one part of it: `cargo bench --bench stores -- sale` (or `opening`)
//!
//! In turn, on the same disk: overwriting 4 KiB and `fdatasync`, which is the least that anything durable can
//! cost; a sale through a register; the rows that it writes, through SQLite as it comes (a journal that is deleted,
//! `synchronous=FULL`, pages of 4 KiB); and the same in `redb`, as it comes. Each is on the disk before the next
//! begins. The ratios are to the median and to the 99th percentile of the first.
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

use std::collections::BTreeMap;
use std::env;
use std::fs::{self, File};
use std::io::Write;
use std::path::Path;
use std::process;
use std::time::Duration;

use common::{Base, Result, log_bytes, quantiles, scatter, time};
use redb::{Database, ReadableDatabase, ReadableTableMetadata, TableDefinition};
use regulars::adapter::sqlite::SqliteStore;
use regulars::decide::Document;
use regulars::document::{read_document, read_program};
use regulars::loyalty::VersionedProgram;
use regulars::register::Register;
use regulars::time::{FixedZones, Timestamp};
use rusqlite::types::Value;
use rusqlite::{Connection, params_from_iter};

const PROGRAM: &str = r#"{"id": "house", "currency": "EUR", "unit": {"kind": "money"},
    "earn": [{"by": "amount", "rate": "0.01"}]}"#;
/// Warms logs and files up to their size.
const WARM_UP: u64 = 2_000;
const SALES: u64 = 4_000;
const CUSTOMERS: u64 = 2_469;
/// How often a ledger is opened each way.
const OPENED: usize = 200;

fn main() -> Result<()> {
    // Beside the build, so that it is a disk and not memory.
    let folder = env::current_exe()?.with_file_name(format!("stores-bench-{}", process::id()));
    fs::create_dir_all(&folder)?;
    let names: Vec<String> = env::args().skip(1).filter(|name| !name.starts_with("--")).collect();
    let wanted = |name| names.is_empty() || names.iter().any(|wanted| wanted == name);
    let mut done = Ok(());
    for (name, part) in [("sale", sales as fn(&Path) -> Result<()>), ("opening", opening)] {
        done = done.and_then(|()| if wanted(name) { part(&folder) } else { Ok(()) });
    }
    fs::remove_dir_all(&folder)?;
    done
}

fn sales(folder: &Path) -> Result<()> {
    let program = read_program(PROGRAM)?;
    let documents: Vec<Document> =
        (0..WARM_UP + SALES).map(|number| sale(number, &program)).collect::<Result<_>>()?;
    eprintln!("writing {} sales, to have their rows", documents.len());
    let first = folder.join("first.ledger");
    let mut register = register(&first, &program)?;
    for documents in documents.chunks(256) {
        let mut batch = register.batch()?;
        for document in documents {
            batch.submit(document, Timestamp::EPOCH)?;
        }
        batch.commit()?;
    }
    drop(register);
    let rows = Rows::read(&Connection::open(&first)?)?;
    let base = Base::new(&folder.join("base"))?;
    let (plain, redb) = (Plain::new(&folder.join("plain"), &rows)?, Redb::new(&folder.join("redb"))?);
    let register = self::register(&folder.join("durable.ledger"), &program)?;
    let times = in_turn(&documents, &rows, (base, register, plain, redb))?;
    let names = [
        "fdatasync of 4 KiB, the base",
        "a sale through regulars",
        "its rows, SQLite as it comes",
        "its rows, redb as it comes",
    ];
    println!("one durable sale of 5 lines     median   99th %   over the base's median   and 99th %");
    let [base_half, base_most] = quantiles(&times[0]);
    for (name, times) in names.iter().zip(&times) {
        let [half, most] = quantiles(times);
        let (to_half, to_most) = (half / base_half, most / base_most);
        println!("{name:<30}{half:>6.0} µs{most:>6.0} µs{to_half:>20.2}{to_most:>17.2}");
    }
    Ok(())
}

type All = (Base, Register<SqliteStore, FixedZones>, Plain, Redb);

/// Each way, sale by sale.
fn in_turn(documents: &[Document], rows: &Rows, all: All) -> Result<[Vec<Duration>; 4]> {
    let (mut base, mut register, plain, redb) = all;
    let mut times: [Vec<Duration>; 4] = Default::default();
    for (number, document) in documents.iter().enumerate() {
        let sale = &rows.sales[number];
        let took = [
            time(|| base.overwrite())?,
            time(|| Ok(register.submit(document, Timestamp::EPOCH).map(drop)?))?,
            time(|| plain.write(sale))?,
            time(|| redb.write(sale))?,
        ];
        if WARM_UP as usize <= number {
            times.iter_mut().zip(took).for_each(|(times, took)| times.push(took));
        }
        // A register has time for this between two customers.
        if number % 512 == 0 {
            register.store_mut().checkpoint()?;
            eprint!("\r{number} of {} sales", documents.len());
        }
    }
    eprintln!();
    assert_eq!(plain.count()?, documents.len() as u64);
    assert_eq!(redb.count()?, documents.len() as u64);
    Ok(times)
}

fn register(file: &Path, program: &VersionedProgram) -> Result<Register<SqliteStore, FixedZones>> {
    let mut register = Register::new(SqliteStore::open(file)?, FixedZones);
    register.set_program(program.clone(), Timestamp::EPOCH)?;
    Ok(register)
}

/// A till that was switched off has left a log of 4 MiB, or nothing.
fn opening(folder: &Path) -> Result<()> {
    let program = read_program(PROGRAM)?;
    let (file, log) = (folder.join("left.ledger"), folder.join("left.ledger-wal"));
    let mut register = register(&file, &program)?;
    let mut number = 0;
    while log_bytes(&file)? < 4 << 20 {
        register.submit(&sale(number, &program)?, Timestamp::EPOCH)?;
        number += 1;
    }
    let left = [fs::read(&file)?, fs::read(&log)?];
    drop(register);
    let closed = fs::read(&file)?;
    println!("opening a ledger of {number} sales     median   99th %");
    let mut times: [Vec<Duration>; 4] = Default::default();
    for turn in 0..4 * OPENED {
        let path = folder.join(format!("opened{turn}.ledger"));
        let with_log = turn % 4 < 2;
        write_synced(&path, if with_log { &left[0] } else { &closed })?;
        if with_log {
            write_synced(&folder.join(format!("opened{turn}.ledger-wal")), &left[1])?;
        }
        let options = SqliteStore::options().check_end(turn % 2 == 0).check_log(turn % 2 == 0);
        let mut opened = None;
        times[turn % 4].push(time(|| {
            opened = Some(options.open(&path)?);
            Ok(())
        })?);
        drop(opened);
        fs::remove_file(&path)?;
    }
    let names = [
        "a log of 4 MiB, its end checked",
        "the same, nothing checked",
        "closed, its end checked",
        "the same, nothing checked",
    ];
    for (name, times) in names.iter().zip(&times) {
        let [half, most] = quantiles(times);
        println!("{name:<36}{:>6.2} ms{:>6.2} ms", half / 1e3, most / 1e3);
    }
    println!("(target with a log of 4 MiB: at most 5 ms)");
    Ok(())
}

fn write_synced(path: &Path, bytes: &[u8]) -> Result<()> {
    let mut file = File::create(path)?;
    file.write_all(bytes)?;
    Ok(file.sync_all()?)
}

/// A basket of five things.
fn sale(number: u64, program: &VersionedProgram) -> Result<Document> {
    let line = |line: u64| {
        let chance = scatter(number * 64 + line);
        let (product, cents) = (820_000 + chance / 3 % 12_000_000, 49 + chance % 900);
        let price = format!("{}.{:02}", cents / 100, cents % 100);
        let text = format!(
            r#"{{"id": "{line}", "product": "{product}", "quantity": "1", "unit_price": "{price}"}}"#
        );
        (text, cents)
    };
    let lines: Vec<_> = (1..=5).map(line).collect();
    let due: u64 = lines.iter().map(|(_, cents)| cents).sum();
    let lines: Vec<_> = lines.into_iter().map(|(text, _)| text).collect();
    let (day, minute) = (1 + number / 1440 % 28, number % 1440);
    let text = format!(
        r#"{{"type": "sale", "sale": "{}", "at": "2026-03-{day:02}T{:02}:{:02}:00Z", "customer": "{}",
            "outlet": "{}", "register": "R2", "lines": [{}],
            "payments": [{{"tender": "card", "amount": "{}.{:02}"}}]}}"#,
        31_198_459_000 + number,
        minute / 60,
        minute % 60,
        1 + scatter(number) % CUSTOMERS,
        300 + number % 150,
        lines.join(", "),
        due / 100,
        due % 100
    );
    Ok(read_document(&text, &*program.program)?)
}

/// A row of a table, by its place in [`TABLES`].
type Row = (usize, Vec<Value>);

/// The tables that a sale writes to.
const TABLES: [&str; 4] = ["operation", "document", "customer", "lot"];

/// What sales write: of each its operation, the name of its document, the customer with the balance, and the lot.
struct Rows {
    sales: Vec<Vec<Row>>,
    definitions: Vec<String>,
    widths: [usize; 4],
}

impl Rows {
    fn read(connection: &Connection) -> Result<Rows> {
        let mut tables: [Vec<Vec<Value>>; 4] = Default::default();
        let (mut definitions, mut widths, mut names) = (Vec::new(), [0; 4], BTreeMap::new());
        for (table, name) in TABLES.into_iter().enumerate() {
            let sql = "SELECT sql FROM sqlite_schema WHERE type = 'table' AND name = ?1";
            definitions.push(connection.query_row(sql, [name], |row| row.get(0))?);
            let mut statement = connection.prepare(&format!("SELECT * FROM {name}"))?;
            widths[table] = statement.column_count();
            for (place, column) in statement.column_names().enumerate() {
                names.insert(format!("{name}.{column}"), place);
            }
            let mut rows = statement.query([])?;
            while let Some(row) = rows.next()? {
                tables[table].push(
                    (0..widths[table]).map(|place| row.get(place)).collect::<std::result::Result<_, _>>()?,
                );
            }
        }
        let [operations, documents, customers, lots] = tables;
        let number = |row: &[Value], name: &str| match row[names[name]] {
            Value::Integer(number) => number,
            _ => -1,
        };
        let by = |rows: Vec<Vec<Value>>, name: &str| -> BTreeMap<i64, Vec<Value>> {
            rows.into_iter().map(|row| (number(&row, name), row)).collect()
        };
        let (documents, customers) = (by(documents, "document.seq"), by(customers, "customer.n"));
        let lots = by(lots, "lot.seq");
        let mut sales = Vec::new();
        for operation in operations {
            let (seq, customer) =
                (number(&operation, "operation.seq"), number(&operation, "operation.customer"));
            let Some(mut customer) = customers.get(&customer).cloned() else { continue };
            customer[names["customer.last"]] = Value::Integer(seq);
            customer[names["customer.latest"]] = operation[names["operation.at"]].clone();
            let (document, lot) = (documents[&seq].clone(), lots[&seq].clone());
            sales.push(vec![(0, operation), (1, document), (2, customer), (3, lot)]);
        }
        Ok(Rows { sales, definitions, widths })
    }
}

/// SQLite as it comes.
struct Plain {
    connection: Connection,
    inserts: Vec<String>,
}

impl Plain {
    fn new(file: &Path, rows: &Rows) -> Result<Plain> {
        let connection = Connection::open(file)?;
        rows.definitions.iter().try_for_each(|sql| connection.execute_batch(sql))?;
        let insert = |(name, width): (&str, usize)| {
            format!("INSERT OR REPLACE INTO {name} VALUES ({})", vec!["?"; width].join(", "))
        };
        let inserts = TABLES.into_iter().zip(rows.widths).map(insert).collect();
        Ok(Plain { connection, inserts })
    }

    fn write(&self, sale: &[Row]) -> Result<()> {
        self.connection.prepare_cached("BEGIN IMMEDIATE")?.execute([])?;
        for (table, row) in sale {
            self.connection.prepare_cached(&self.inserts[*table])?.execute(params_from_iter(row))?;
        }
        self.connection.prepare_cached("COMMIT")?.execute([])?;
        Ok(())
    }

    fn count(&self) -> Result<u64> {
        let count: i64 = self.connection.query_row("SELECT count(*) FROM operation", [], |row| row.get(0))?;
        Ok(count.unsigned_abs())
    }
}

/// `redb` as it comes: each commit is durable. Keys are those of the tables, and values the rest of a row.
struct Redb(Database);

const IN_REDB: [TableDefinition<'static, &[u8], &[u8]>; 4] = [
    TableDefinition::new(TABLES[0]),
    TableDefinition::new(TABLES[1]),
    TableDefinition::new(TABLES[2]),
    TableDefinition::new(TABLES[3]),
];

/// How many columns are the key of each table.
const KEYS: [usize; 4] = [1, 2, 1, 5];

impl Redb {
    fn new(file: &Path) -> Result<Redb> {
        Ok(Redb(Database::create(file)?))
    }

    fn write(&self, sale: &[Row]) -> Result<()> {
        let transaction = self.0.begin_write()?;
        for (table, row) in sale {
            let (key, rest) = row.split_at(KEYS[*table]);
            transaction.open_table(IN_REDB[*table])?.insert(&*bytes(key), &*bytes(rest))?;
        }
        Ok(transaction.commit()?)
    }

    fn count(&self) -> Result<u64> {
        Ok(self.0.begin_read()?.open_table(IN_REDB[0])?.len()?)
    }
}

/// Columns one after the other, in the order of their values.
fn bytes(columns: &[Value]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(256);
    for column in columns {
        match column {
            Value::Integer(number) => bytes.extend((number ^ i64::MIN).to_be_bytes()),
            Value::Text(text) => bytes.extend(text.bytes().chain([0])),
            Value::Blob(blob) => bytes.extend(blob),
            Value::Null | Value::Real(_) => bytes.push(0),
        }
    }
    bytes
}
