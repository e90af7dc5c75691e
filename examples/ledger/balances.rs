//! `balances`: what each customer has.

use std::io::{self, BufWriter, Write};

use regulars::adapter::sqlite::{KeptCustomer, SqliteStore};
use regulars::ident::CustomerId;
use regulars::loyalty::Program;
use serde_json::json;

use crate::args::{Args, AskedBalances};
use crate::print::{quoted, units};
use crate::{Result, look, program};

/// How many customers are in memory at once.
const PAGE: usize = 1024;

pub fn run(args: &Args, asked: &AskedBalances) -> Result<bool> {
    let mut store = look(&args.file)?;
    let program = program(&mut store)?;
    let after = asked
        .after
        .as_ref()
        .map(|id| CustomerId::new(id).map_err(|error| format!("{id:?} is no customer's id: {error}")));
    let after = after.transpose()?;
    let mut out = Out { to: BufWriter::new(io::stdout().lock()), form: Form::of(args, asked), written: 0 };
    out.begin()?;
    let next = write(&mut store, asked.most, after, program.as_deref(), &mut out)?;
    out.end(next.as_ref())?;
    Ok(true)
}

/// Writes customer after customer; the last one of these if there are more.
fn write(
    store: &mut SqliteStore,
    most: Option<usize>,
    mut after: Option<CustomerId>,
    program: Option<&Program>,
    out: &mut Out<impl Write>,
) -> Result<Option<CustomerId>> {
    let mut left = most.unwrap_or(usize::MAX);
    loop {
        let page = store.customers(after.as_ref(), PAGE)?;
        if page.is_empty() {
            return Ok(None);
        }
        for kept in page {
            if left == 0 {
                return Ok(after);
            }
            out.customer(&kept, program)?;
            left = left.saturating_sub(1);
            after = Some(kept.customer);
        }
    }
}

#[derive(Clone, Copy)]
enum Form {
    Table,
    Csv,
    Json,
}

impl Form {
    fn of(args: &Args, asked: &AskedBalances) -> Form {
        match (args.json, asked.csv) {
            (true, _) => Form::Json,
            (_, true) => Form::Csv,
            _ => Form::Table,
        }
    }
}

/// Where it is written, as it is read: a shop may have a million customers.
struct Out<W> {
    to: W,
    form: Form,
    written: u64,
}

impl<W: Write> Out<W> {
    fn begin(&mut self) -> io::Result<()> {
        self.to.write_all(match self.form {
            Form::Table => b"",
            Form::Csv => b"customer,balance,held\n",
            Form::Json => b"{\"customers\":[",
        })
    }

    fn customer(&mut self, kept: &KeptCustomer, program: Option<&Program>) -> io::Result<()> {
        let (customer, balance) = (kept.customer.as_str(), units(kept.balance, program));
        let held = units(kept.member.held, program);
        let first = self.written == 0;
        self.written = self.written.saturating_add(1);
        match self.form {
            Form::Table => writeln!(self.to, "{customer:<32}{balance:>20}"),
            Form::Csv => writeln!(self.to, "{},{balance},{held}", quoted(customer)),
            Form::Json => {
                let comma = if first { "" } else { "," };
                let merged = kept.member.merged_into.as_ref().map(CustomerId::as_str);
                let object =
                    json!({ "customer": customer, "balance": balance, "held": held, "merged_into": merged });
                self.to.write_all(format!("{comma}{object}").as_bytes())
            }
        }
    }

    fn end(&mut self, next: Option<&CustomerId>) -> io::Result<()> {
        match (self.form, next) {
            (Form::Json, next) => {
                let next = json!(next.map(CustomerId::as_str));
                self.to.write_all(format!("],\"next_after\":{next}}}\n").as_bytes())?;
            }
            (Form::Table, Some(next)) => writeln!(self.to, "There are more: --after {next}")?,
            _ => {}
        }
        self.to.flush()
    }
}
