//! `compare`: where two ledgers differ.

use std::collections::VecDeque;
use std::fmt::Write;
use std::path::Path;
use std::sync::Arc;

use regulars::adapter::sqlite::{KeptCustomer, SqliteStore};
use regulars::decide::{Document, Operation};
use regulars::document::write_operation;
use regulars::ident::CustomerId;
use regulars::ledger::Seq;
use regulars::loyalty::Program;
use regulars::store::Store;
use serde_json::{Value, json};

use crate::args::Args;
use crate::print::{spinner, table, tell, units};
use crate::{Result, look};

/// How many operations, or customers, of each are in memory at once.
const PAGE: usize = 256;

/// So many balances are listed; what is more is counted.
const LISTED: usize = 20;

pub fn run(args: &Args, other: &Path) -> Result<bool> {
    let (mut one, mut two) = (Ledger::look(&args.file)?, Ledger::look(other)?);
    let (same, first) = first_difference(args, &mut one, &mut two)?;
    let balances = balances(&mut one, &mut two)?;
    let is_same = first.is_none() && balances.count == 0;
    let [lines_one, lines_two] = [0, 1].map(|which| first.as_ref().and_then(|lines| lines.get(which)));
    let listed = balances.listed.iter().map(Differs::to_json);
    let object = json!({
        "same": is_same,
        "same_operations": same,
        "first_difference": first.is_some().then(|| same.saturating_add(1)),
        "one": lines_one.and_then(Option::as_deref).and_then(|line| serde_json::from_str::<Value>(line).ok()),
        "other": lines_two.and_then(Option::as_deref).and_then(|line| serde_json::from_str::<Value>(line).ok()),
        "balances_that_differ": balances.count,
        "balances": listed.collect::<Vec<_>>(),
    });
    let mut text =
        table([("same operations", same.to_string()), ("balances that differ", balances.count.to_string())]);
    if let Some([one, two]) = &first {
        let shown = |line: &Option<String>| line.clone().unwrap_or_else(|| String::from("none"));
        let (number, one, two) = (same.saturating_add(1), shown(one), shown(two));
        writeln!(text, "\nThe first that differs is operation {number}:\n  {one}\n  {two}")?;
    }
    for Differs { customer, one, two } in &balances.listed {
        let shown = |units: &Option<String>| units.clone().unwrap_or_else(|| String::from("none"));
        writeln!(text, "{customer:<32}{:>20}{:>20}", shown(one), shown(two))?;
    }
    if is_same {
        text.push_str("\nThey are the same.\n");
    } else if LISTED < balances.listed.len().max(usize::try_from(balances.count).unwrap_or(usize::MAX)) {
        text.push_str("More balances differ.\n");
    }
    tell(args, &object, &text)?;
    Ok(is_same)
}

/// A ledger that is read in order.
struct Ledger {
    store: SqliteStore,
    operations: VecDeque<Operation>,
    next: Seq,
    program: Option<Arc<Program>>,
    customers: VecDeque<KeptCustomer>,
    after: Option<CustomerId>,
}

impl Ledger {
    fn look(file: &Path) -> Result<Ledger> {
        let (operations, customers) = (VecDeque::new(), VecDeque::new());
        let store = look(file)?;
        Ok(Ledger { store, operations, next: Seq(1), program: None, customers, after: None })
    }

    /// The next operation as an export writes it; `None` at the end.
    fn line(&mut self) -> Result<Option<String>> {
        if self.operations.is_empty() {
            self.operations = self.store.operations(self.next, PAGE)?.into();
        }
        let Some(operation) = self.operations.pop_front() else { return Ok(None) };
        self.next = Seq(operation.seq.0.saturating_add(1));
        if let Document::SetProgram(set) = &operation.document {
            self.program = Some(Arc::clone(&set.program.program));
        }
        let program =
            self.program.as_deref().ok_or("the first operation sets no program; verify the ledger")?;
        Ok(Some(write_operation(&operation, program)))
    }

    /// The next customer, who stays the next.
    fn customer(&mut self) -> Result<Option<&KeptCustomer>> {
        if self.customers.is_empty() {
            self.customers = self.store.customers(self.after.as_ref(), PAGE)?.into();
        }
        Ok(self.customers.front())
    }

    /// Goes past a customer; what the customer has.
    fn pass(&mut self) -> Option<String> {
        let kept = self.customers.pop_front()?;
        let balance = units(kept.balance, self.program.as_deref());
        self.after = Some(kept.customer);
        Some(balance)
    }
}

/// How many operations are the same from the first on; and the first of both that aren't, if any.
fn first_difference(
    args: &Args,
    one: &mut Ledger,
    two: &mut Ledger,
) -> Result<(u64, Option<[Option<String>; 2]>)> {
    let bar = spinner(args, "comparing");
    let mut same = 0_u64;
    let found = loop {
        match [one.line()?, two.line()?] {
            [None, None] => break None,
            [one, two] if one == two => same = same.saturating_add(1),
            differ => break Some(differ),
        }
        bar.set_position(same);
    };
    bar.finish_and_clear();
    Ok((same, found))
}

/// A customer who hasn't the same in both.
struct Differs {
    customer: String,
    one: Option<String>,
    two: Option<String>,
}

impl Differs {
    fn to_json(&self) -> Value {
        json!({ "customer": self.customer, "one": self.one, "other": self.two })
    }
}

#[derive(Default)]
struct Balances {
    count: u64,
    listed: Vec<Differs>,
}

/// Whose balances differ, in the order of ids.
fn balances(one: &mut Ledger, two: &mut Ledger) -> Result<Balances> {
    let mut found = Balances::default();
    loop {
        let heads = [one.customer()?, two.customer()?].map(|kept| kept.map(|kept| kept.customer.clone()));
        let [head_one, head_two] = &heads;
        let Some(customer) = heads.iter().flatten().min().cloned() else { return Ok(found) };
        let balance_one = if head_one.as_ref() == Some(&customer) { one.pass() } else { None };
        let balance_two = if head_two.as_ref() == Some(&customer) { two.pass() } else { None };
        if balance_one == balance_two {
            continue;
        }
        found.count = found.count.saturating_add(1);
        if found.listed.len() < LISTED {
            let customer = customer.to_string();
            found.listed.push(Differs { customer, one: balance_one, two: balance_two });
        }
    }
}
