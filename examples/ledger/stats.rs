//! `stats`: how many of what, from when to when, how large.

use std::collections::BTreeMap;

use regulars::adapter::sqlite::SqliteStore;
use regulars::decide::Operation;
use regulars::ledger::{Account, Seq};
use regulars::money::Units;
use regulars::store::{Store, Transaction, does_count};
use regulars::time::Timestamp;
use serde_json::{Map, Value, json};

use crate::args::Args;
use crate::print::{spinner, table, tell, time, units};
use crate::{Result, look, program};

/// How many operations are in memory at once.
const PAGE: usize = 1024;

/// What a ledger comes to, so far.
#[derive(Default)]
struct Stats {
    operations: u64,
    kinds: BTreeMap<&'static str, u64>,
    held: Units,
    first: Option<Timestamp>,
    last: Option<Timestamp>,
}

pub fn run(args: &Args) -> Result<bool> {
    let mut store = look(&args.file)?;
    let bar = spinner(args, "reading");
    let mut stats = Stats::default();
    loop {
        let page = store.operations(Seq(stats.operations.saturating_add(1)), PAGE)?;
        if page.is_empty() {
            break;
        }
        let mut transaction = store.begin()?;
        for operation in &page {
            let counts = does_count(operation, |kind, id| transaction.under(kind, id))?;
            stats.add(operation, counts)?;
        }
        drop(transaction);
        bar.set_position(stats.operations);
    }
    bar.finish_and_clear();
    let (object, rows) = stats.told(&mut store)?;
    tell(args, &object, &rows)?;
    Ok(true)
}

impl Stats {
    /// Where another register had decided the same document before, nothing is held by it.
    fn add(&mut self, operation: &Operation, counts: bool) -> Result<()> {
        self.operations = operation.seq.0;
        let count = self.kinds.entry(operation.document.kind().name()).or_default();
        *count = count.saturating_add(1);
        for entry in operation.decision.entries.iter().filter(|_| counts) {
            if entry.to == Account::Held {
                self.held = self.held.plus(entry.units)?;
            }
            if entry.from == Account::Held {
                self.held = self.held.minus(entry.units)?;
            }
        }
        self.first.get_or_insert(operation.recorded_at);
        self.last = Some(operation.recorded_at);
        Ok(())
    }

    fn told(&self, store: &mut SqliteStore) -> Result<(Value, String)> {
        let program = program(store)?;
        let counts = store.begin()?.counts()?;
        let about = store.about_file()?;
        let liability = units(self.held.plus(balances(store)?)?, program.as_deref());
        let (first, last) = (self.first.map(time), self.last.map(time));
        let kinds = self.kinds.iter().map(|(kind, count)| (kind.to_string(), json!(count)));
        let object = json!({
            "operations": self.operations,
            "by_type": kinds.collect::<Map<_, _>>(),
            "customers": counts.customers,
            "lots": counts.lots,
            "programs": counts.programs,
            "liability": liability,
            "first_recorded_at": first,
            "last_recorded_at": last,
            "file_bytes": about.bytes,
            "log_bytes": about.log_bytes,
            "format": about.format,
        });
        let none = || String::from("none");
        let operations = [("operations", self.operations.to_string())];
        let kinds = self.kinds.iter().map(|(kind, count)| (format!("  {kind}"), count.to_string()));
        let rest = [
            ("customers", counts.customers.to_string()),
            ("lots", counts.lots.to_string()),
            ("programs", counts.programs.to_string()),
            ("liability", liability),
            ("first recorded", first.unwrap_or_else(none)),
            ("last recorded", last.unwrap_or_else(none)),
            ("bytes of the file", about.bytes.to_string()),
            ("bytes of its log", about.log_bytes.to_string()),
            ("format", about.format.to_string()),
        ];
        Ok((object, table(operations) + &table(kinds) + &table(rest)))
    }
}

/// What all customers have.
fn balances(store: &mut SqliteStore) -> Result<Units> {
    let (mut sum, mut after) = (Units::ZERO, None);
    loop {
        let page = store.customers(after.as_ref(), PAGE)?;
        let Some(last) = page.last() else { return Ok(sum) };
        after = Some(last.customer.clone());
        sum = sum.plus(Units::sum(page.iter().map(|kept| kept.balance))?)?;
    }
}
