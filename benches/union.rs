//! How fast a register takes in what another one has sent.
//!
//! `cargo bench --bench union`, or with other numbers of sales: `cargo bench --bench union -- 100000`
//!
//! One register sells to so many customers that each buys ten times; another one, that has sold as much to the
//! same customers meanwhile, takes the lines in, into a file, a thousand to a transaction. Then the same comes
//! again, which changes nothing; and at last it comes to an empty register, with every two hundred lines the
//! other way around, so that most of them wait.
#![allow(
    clippy::arithmetic_side_effects,
    clippy::float_arithmetic,
    clippy::indexing_slicing,
    clippy::cast_precision_loss,
    clippy::unwrap_used,
    reason = "a bench: what goes wrong ends it"
)]

mod common;

use std::path::Path;
use std::time::Duration;
use std::{env, fs, process};

use common::{Result, scatter, time};
use regulars::adapter::parcel_lines::{receive, send, send_all};
use regulars::adapter::sqlite::SqliteStore;
use regulars::document::{read_document, read_program};
use regulars::ident::RegisterId;
use regulars::register::Register;
use regulars::store::{Store, Transaction, Unions, share, verify};
use regulars::time::{FixedZones, Timestamp};

const PROGRAM: &str = r#"{"id": "house", "currency": "EUR", "unit": {"kind": "money"},
    "earn": [{"by": "amount", "rate": "0.01"}]}"#;
const BATCH: u64 = 1000;
const SALES_EACH: u64 = 10;

type Till = Register<SqliteStore, FixedZones>;

fn main() -> Result<()> {
    // Beside the build, so that it is a disk and not memory.
    let folder = env::current_exe()?.with_file_name(format!("union-bench-{}", process::id()));
    fs::create_dir_all(&folder)?;
    let sizes: Vec<u64> = env::args().skip(1).filter_map(|size| size.parse().ok()).collect();
    let sizes = if sizes.is_empty() { vec![10_000, 50_000] } else { sizes };
    let done = sizes.iter().try_for_each(|sales| at(&folder, *sales));
    fs::remove_dir_all(&folder)?;
    done
}

fn at(folder: &Path, sales: u64) -> Result<()> {
    let open = |name: &str| till(&folder.join(format!("{name}-{sales}.ledger")), name);
    let (mut one, mut two, mut three) = (open("till-1")?, open("till-2")?, open("till-3")?);
    one.set_program(read_program(PROGRAM)?, Timestamp::EPOCH)?;
    let mut lines = Vec::new();
    send(one.store_mut(), &mut lines, |_| ())?;
    receive(two.store_mut(), &mut &*lines, |_| ())?;
    sell(&mut one, "A", sales)?;
    sell(&mut two, "B", sales)?;
    lines.clear();
    send_all(one.store_mut(), &mut lines, |_| ())?;
    println!("{sales} sales to {} customers at each of two registers", sales / SALES_EACH);
    told("taken in beside as many of its own", &mut two, &lines)?;
    told("the same again", &mut two, &lines)?;
    let mut parts: Vec<&[u8]> = lines.split_inclusive(|byte| *byte == b'\n').collect();
    parts.chunks_mut(200).for_each(<[&[u8]]>::reverse);
    told("into an empty register, mostly before its causes", &mut three, &parts.concat())?;
    let took = time(|| verify(two.store_mut()).map(drop).map_err(|error| error.to_string().into()))?;
    println!("  verified in {:.1} s", took.as_secs_f64());
    Ok(())
}

fn told(what: &str, till: &mut Till, lines: &[u8]) -> Result<()> {
    let mut done = Unions::default();
    let took: Duration = time(|| {
        done = receive(till.store_mut(), &mut &*lines, |_| ())?;
        Ok(())
    })?;
    let Unions { taken, known, waiting, left, stuck } = done;
    let all = taken + known;
    // Each sale has one entry.
    let rate = all as f64 / took.as_secs_f64();
    println!(
        "  {what}: {rate:.0} entries/s ({taken} new, {known} known, {waiting} waited, {left} left, {stuck} stuck)"
    );
    till.store_mut().checkpoint()?;
    Ok(())
}

fn till(file: &Path, name: &str) -> Result<Till> {
    let mut store = SqliteStore::open(file)?;
    let mut transaction = store.begin()?;
    share(&mut transaction, &RegisterId::new(name)?)?;
    transaction.commit()?;
    Ok(Register::new(store, FixedZones))
}

fn sell(till: &mut Till, id: &str, sales: u64) -> Result<()> {
    let program = read_program(PROGRAM)?.program;
    for first in (0..sales).step_by(usize::try_from(BATCH)?) {
        let mut batch = till.batch()?;
        for number in first..sales.min(first + BATCH) {
            let customer = scatter(number) % (sales / SALES_EACH).max(1);
            let text = format!(
                r#"{{"type": "sale", "sale": "{id}{number}", "at": "2026-03-01T00:00:00Z", "customer": "C{customer}",
                "lines": [{{"id": "1", "product": "P", "quantity": "1", "unit_price": "20.00"}}],
                "payments": [{{"tender": "card", "amount": "20.00"}}]}}"#
            );
            let at = i64::try_from(number)?;
            batch.submit(&read_document(&text, &*program)?, Timestamp::from_millisecond(at).unwrap())?;
        }
        batch.commit()?;
    }
    Ok(till.store_mut().checkpoint()?)
}
