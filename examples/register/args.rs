//! The command line.

use std::error::Error;
use std::path::{Path, PathBuf};

use lexopt::prelude::{Long, Short, ValueExt};
use regulars::adapter::sqlite::Durability;
use regulars::ident::CustomerId;

pub const HELP: &str = "\
Plays real purchases through a register into a ledger in SQLite, one durable
transaction a sale. Typed again, it goes on where it was; nothing counts twice.

usage: cargo run --release --example register -- [OPTIONS]

  --all            the whole of CDNOW (69,659 purchases) instead of the sample
  --groceries      a year of a grocery chain (155,848 baskets); made on demand
                   by scripts/groceries.py, which needs Python and the network
  --data FILE      another file of the same form
  --program FILE   the loyalty program   [fixtures/programs/…]
  --store FILE     the ledger            [register.ledger, cdnow-all.ledger or
                   groceries.ledger]
  --batch N        sales to a transaction, with what becomes of
                   earlier ones; 1: each document by itself [1]
  --durability D   each-answer: nothing is lost when the power fails;
                   until-checkpoint: the newest sales can be, and the
                   ledger stays sound     [each-answer]
  --customer ID    whose receipt to print [one who paid with loyalty]
  --out DIR        where the pictures go  [.]
  --quiet          no progress bar
  --help           this text

Exit code: 0 if all went through and the books balance; 2 if the command line,
the data or the program isn't as it must be; 1 for everything else.
";

/// Where the purchases come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    Sample,
    All,
    Groceries,
}

/// What was asked for.
#[derive(Debug)]
pub struct Args {
    pub source: Source,
    pub data: PathBuf,
    pub program: PathBuf,
    pub store: PathBuf,
    pub batch: u64,
    pub durability: Durability,
    pub customer: Option<CustomerId>,
    pub out: PathBuf,
    pub quiet: bool,
}

impl Args {
    /// Reads the command line; `None` after `--help`.
    pub fn from_env() -> Result<Option<Args>, Box<dyn Error>> {
        let mut source = Source::Sample;
        let (mut data, mut program, mut store) = (None, None, None);
        let (mut batch, mut customer, mut out, mut quiet) = (1, None, PathBuf::from("."), false);
        let mut durability = Durability::default();
        let mut parser = lexopt::Parser::from_env();
        while let Some(argument) = parser.next()? {
            match argument {
                Long("all") => source = Source::All,
                Long("groceries") => source = Source::Groceries,
                Long("data") => data = Some(PathBuf::from(parser.value()?)),
                Long("program") => program = Some(PathBuf::from(parser.value()?)),
                Long("store") => store = Some(PathBuf::from(parser.value()?)),
                Long("batch") => batch = at_least_one(&parser.value()?.string()?)?,
                Long("durability") => durability = durability_of(&parser.value()?.string()?)?,
                Long("customer") => customer = Some(CustomerId::new(&parser.value()?.string()?)?),
                Long("out") => out = PathBuf::from(parser.value()?),
                Long("quiet") => quiet = true,
                Long("help") | Short('h') => {
                    print!("{HELP}");
                    return Ok(None);
                }
                other => return Err(other.unexpected().into()),
            }
        }
        let defaults = Defaults::of(source);
        Ok(Some(Args {
            source,
            data: data.unwrap_or(defaults.data),
            program: program.unwrap_or(defaults.program),
            store: store.unwrap_or(defaults.store),
            batch,
            durability,
            customer,
            out,
            quiet,
        }))
    }
}

fn durability_of(text: &str) -> Result<Durability, String> {
    match text {
        "each-answer" => Ok(Durability::EachAnswer),
        "until-checkpoint" => Ok(Durability::UntilCheckpoint),
        _ => Err(format!("--durability is each-answer or until-checkpoint, not {text:?}")),
    }
}

fn at_least_one(text: &str) -> Result<u64, String> {
    match text.parse() {
        Ok(0) | Err(_) => Err(format!("--batch takes a whole number from 1 on, not {text:?}")),
        Ok(batch) => Ok(batch),
    }
}

struct Defaults {
    data: PathBuf,
    program: PathBuf,
    store: PathBuf,
}

impl Defaults {
    fn of(source: Source) -> Defaults {
        let (data, program, store) = match source {
            Source::Sample => ("fixtures/cdnow/sample.csv", "music-shop.json", "register.ledger"),
            Source::All => ("target/data/cdnow-all.csv", "music-shop.json", "cdnow-all.ledger"),
            Source::Groceries => ("target/data/groceries.csv", "groceries.json", "groceries.ledger"),
        };
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let program = root.join("fixtures/programs").join(program);
        Defaults { data: root.join(data), program, store: PathBuf::from(store) }
    }
}
