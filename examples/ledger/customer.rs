//! `customer`: what one customer has, and the last operations.

use std::cmp::Reverse;
use std::fmt::Write;
use std::time::{SystemTime, UNIX_EPOCH};

use regulars::adapter::sqlite::SqliteStore;
use regulars::adapter::zones::IanaZones;
use regulars::decide::{Hints, Kept, Key, KnownAccount, Operation, Question, Standing};
use regulars::ident::{Code, CustomerId};
use regulars::ledger::{Account, Entry, Lot};
use regulars::loyalty::Program;
use regulars::money::{AmountError, Units};
use regulars::register::Register;
use regulars::store::{Store, Transaction};
use regulars::time::Timestamp;
use serde_json::{Value, json};

use crate::args::{Args, AskedCustomer};
use crate::print::{table, tell, time, units};
use crate::{Result, look, program};

pub fn run(args: &Args, asked: &AskedCustomer) -> Result<bool> {
    let mut store = look(&args.file)?;
    let who = &asked.who;
    let unknown = || format!("no customer has the id or the code {who:?}");
    let (customer, known) = find(&mut store, who)?.ok_or_else(unknown)?;
    let program = program(&mut store)?;
    let now = now().ok_or("the clock of this machine is wrong")?;
    let mut register = Register::new(store, IanaZones::default());
    let hints = register.hints(&customer, None, now)?;
    let seen = Seen { customer, known, hints, program: program.as_deref() };
    let page = seen.page(asked);
    tell(args, &seen.to_json(&page)?, &seen.to_text(&page)?)?;
    Ok(true)
}

/// By id, or else by a code.
fn find(store: &mut SqliteStore, who: &str) -> Result<Option<(CustomerId, KnownAccount)>> {
    if let Some(found) = CustomerId::new(who).ok().map(|id| past_of(store, id)).transpose()?.flatten() {
        return Ok(Some(found));
    }
    let Ok(code) = Code::new(who) else { return Ok(None) };
    let keys = [Key::Code(code.normal()), Key::Card(code.normal())].into();
    let question = Question { keys, ..Question::as_of(Timestamp::EPOCH) };
    let kept = store.begin()?.facts(&question)?.kept;
    match kept.iter().find_map(Kept::customer) {
        Some(customer) => past_of(store, customer.clone()),
        None => Ok(None),
    }
}

/// What is kept of a customer, with all operations about the customer.
fn past_of(store: &mut SqliteStore, id: CustomerId) -> Result<Option<(CustomerId, KnownAccount)>> {
    let facts = store.begin()?.facts(&Question::of_whole_past(&id))?;
    Ok(facts.known(&id).cloned().map(|known| (id, known)))
}

fn now() -> Option<Timestamp> {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).ok()?;
    Timestamp::from_millisecond(i64::try_from(since.as_millis()).ok()?)
}

/// A customer, as one sees it.
struct Seen<'a> {
    customer: CustomerId,
    known: KnownAccount,
    hints: Hints,
    program: Option<&'a Program>,
}

impl Seen<'_> {
    /// The operations that were asked for, the newest first.
    fn page(&self, asked: &AskedCustomer) -> Vec<&Operation> {
        // Where registers share, what is read comes in their common order.
        let before = |operation: &&Operation| asked.before.is_none_or(|before| operation.seq.0 < before);
        let mut newest_first: Vec<&Operation> = self.known.history.iter().filter(before).collect();
        newest_first.sort_by_key(|operation| Reverse(operation.seq));
        newest_first.truncate(asked.last);
        newest_first
    }

    /// The number to ask for what comes after a page; `None` if that is all.
    fn next(&self, page: &[&Operation]) -> Option<u64> {
        let last = page.last()?.seq;
        self.known.history.iter().any(|earlier| earlier.seq < last).then_some(last.0)
    }

    fn entries<'o>(&'o self, operation: &'o Operation) -> impl Iterator<Item = &'o Entry> {
        operation.decision.entries.iter().filter(|entry| entry.customer == self.customer)
    }

    /// What operations moved that aren't the customer's own: sweeps, merges into others, new programs.
    fn moved_by_others(&self) -> std::result::Result<Units, AmountError> {
        let mut others = self.known.holding.balance();
        for entry in self.known.history.iter().flat_map(|operation| self.entries(operation)) {
            if entry.to == Account::Customer {
                others = others.minus(entry.units)?;
            }
            if entry.from == Account::Customer {
                others = others.plus(entry.units)?;
            }
        }
        Ok(others)
    }

    fn units(&self, amount: Units) -> String {
        units(amount, self.program)
    }

    fn standing(&self) -> &'static str {
        match self.known.member.standing {
            Standing::Enrolled => "enrolled",
            Standing::OptedOut => "opted_out",
        }
    }

    fn to_json(&self, page: &[&Operation]) -> Result<Value> {
        let KnownAccount { member, holding, .. } = &self.known;
        let lot = |lot: Lot| {
            let expires = lot.key.expires.map(|day| day.to_string());
            json!({ "units": self.units(lot.units), "expires": expires, "operation": lot.key.seq.0 })
        };
        let entry = |entry: &Entry| {
            let (from, to) = (entry.from.name(), entry.to.name());
            json!({ "from": from, "to": to, "units": self.units(entry.units) })
        };
        let operation = |operation: &&Operation| {
            let document = &operation.document;
            json!({
                "operation": operation.seq.0,
                "at": time(document.at()),
                "recorded_at": time(operation.recorded_at),
                "type": document.kind().name(),
                "id": document.id(),
                "entries": self.entries(operation).map(entry).collect::<Vec<_>>(),
            })
        };
        Ok(json!({
            "customer": self.customer.as_str(),
            "standing": self.standing(),
            "merged_into": member.merged_into.as_ref().map(CustomerId::as_str),
            "code": member.profile.code.as_ref().map(Code::as_str),
            "balance": self.units(self.hints.balance),
            "kept_balance": self.units(holding.balance()),
            "held": self.units(member.held),
            "tier": self.hints.tier.as_ref().map(|tier| tier.as_str()),
            "lots": holding.lots().map(lot).collect::<Vec<_>>(),
            "operations": self.known.history.len(),
            "moved_by_others": self.units(self.moved_by_others()?),
            "last": page.iter().map(operation).collect::<Vec<_>>(),
            "next_before": self.next(page),
        }))
    }

    fn to_text(&self, page: &[&Operation]) -> Result<String> {
        let KnownAccount { member, holding, .. } = &self.known;
        let mut rows = vec![
            ("customer", self.customer.to_string()),
            ("standing", self.standing().replace('_', " ")),
            ("balance", self.units(self.hints.balance)),
        ];
        // A merged record has gone to another, and what is told of it is that one's.
        rows.extend(member.merged_into.as_ref().map(|into| ("merged into", into.to_string())));
        rows.extend(member.profile.code.as_ref().map(|code| ("code", code.to_string())));
        rows.extend(self.hints.tier.as_ref().map(|tier| ("tier", tier.to_string())));
        rows.extend((!member.held.is_zero()).then(|| ("held", self.units(member.held))));
        if holding.balance() != self.hints.balance && member.merged_into.is_none() {
            rows.push(("before what ran out", self.units(holding.balance())));
        }
        let others = self.moved_by_others()?;
        rows.extend((!others.is_zero()).then(|| ("moved by others", self.units(others))));
        let mut text = table(rows);
        self.write_lots(&mut text)?;
        self.write_operations(page, &mut text)?;
        Ok(text)
    }

    fn write_lots(&self, text: &mut String) -> std::fmt::Result {
        let mut lots = self.known.holding.lots().peekable();
        if lots.peek().is_some() {
            writeln!(text, "\n{:<20}{:>12}{:>12}", "lot of operation", "last day", "units")?;
        }
        for Lot { key, units } in lots {
            let day = key.expires.map_or_else(|| String::from("none"), |day| day.to_string());
            writeln!(text, "{:<20}{day:>12}{:>12}", key.seq.0, self.units(units))?;
        }
        Ok(())
    }

    fn write_operations(&self, page: &[&Operation], text: &mut String) -> std::fmt::Result {
        writeln!(
            text,
            "\n{:>9}  {:<20}  {:<15}  {:<28}{:>12}  id",
            "operation", "at", "type", "moved", "units"
        )?;
        for operation in page {
            let document = &operation.document;
            let mut begins = format!(
                "{:>9}  {:<20}  {:<15}",
                operation.seq.0,
                time(document.at()),
                document.kind().name()
            );
            let id = document.id().unwrap_or_default();
            for entry in self.entries(operation) {
                let moved = format!("{} to {}", entry.from.name(), entry.to.name());
                writeln!(text, "{begins}  {moved:<28}{:>12}  {id}", self.units(entry.units))?;
                begins = " ".repeat(begins.len());
            }
            if begins.trim() != "" {
                writeln!(text, "{begins}  {:<28}{:>12}  {id}", "nothing", "")?;
            }
        }
        match self.next(page) {
            Some(next) => writeln!(text, "There are earlier ones: --before {next}"),
            None => Ok(()),
        }
    }
}
