//! The command line.

use std::error::Error;
use std::ffi::OsString;
use std::path::PathBuf;

use lexopt::prelude::{Long, Short, Value, ValueExt};
use regulars::adapter::sqlite::{ChainHead, Country};
use regulars::ledger::OperationName;

use crate::help;

/// What was asked for.
#[derive(Debug)]
pub enum Asked {
    /// A text to read.
    Help(&'static str),
    For(Args),
}

#[derive(Debug)]
pub struct Args {
    pub command: Command,
    pub file: PathBuf,
    pub json: bool,
    pub quiet: bool,
}

#[derive(Debug)]
pub enum Command {
    New(AskedNew),
    Epoch { epoch: Option<u32> },
    Balances(AskedBalances),
    Compare { other: PathBuf },
    Verify { seen: Option<ChainHead> },
    Stats,
    Upgrade,
    Customer(AskedCustomer),
    Export { out: Option<PathBuf> },
    Import { from: PathBuf },
    Backup { to: PathBuf },
    Restore { to: PathBuf, epoch: Option<u32> },
    Find(AskedPeople),
    Erase { customer: String },
    Salvage(AskedSalvage),
    Share { register: Option<String> },
    Outbox { out: Option<PathBuf>, all: bool },
    Acknowledge { name: OperationName },
    Union { from: PathBuf },
    DropWaiting { name: OperationName },
}

#[derive(Debug, Default)]
pub struct AskedNew {
    pub program: Option<PathBuf>,
    pub register: Option<String>,
}

#[derive(Debug)]
pub struct AskedBalances {
    pub after: Option<String>,
    /// All, where nothing is said.
    pub most: Option<usize>,
    pub csv: bool,
}

#[derive(Debug, Default)]
pub struct AskedSalvage {
    pub out: Option<PathBuf>,
    pub beginning: bool,
    pub balances: Option<PathBuf>,
    pub for_import: Option<PathBuf>,
    pub programs: Vec<PathBuf>,
}

#[derive(Debug)]
pub struct AskedPeople {
    pub by: Told,
    pub country: Option<Country>,
    pub most: usize,
}

/// What a customer has told.
#[derive(Debug)]
pub enum Told {
    Phone(String),
    Email(String),
    Name(String),
}

#[derive(Debug)]
pub struct AskedCustomer {
    /// An id or a code.
    pub who: String,
    pub last: usize,
    pub before: Option<u64>,
}

/// So many are shown where nothing else is said.
const LISTED: usize = 10;

/// What a command takes: its name, and its help.
const COMMANDS: [(&str, &str); 19] = [
    ("new", help::NEW),
    ("verify", help::VERIFY),
    ("stats", help::STATS),
    ("customer", help::CUSTOMER),
    ("balances", help::BALANCES),
    ("compare", help::COMPARE),
    ("export", help::EXPORT),
    ("import", help::IMPORT),
    ("backup", help::BACKUP),
    ("restore", help::RESTORE),
    ("epoch", help::EPOCH),
    ("upgrade", help::UPGRADE),
    ("find", help::FIND),
    ("erase", help::ERASE),
    ("share", help::SHARE),
    ("outbox", help::OUTBOX),
    ("acknowledge", help::ACKNOWLEDGE),
    ("union", help::UNION),
    ("salvage", help::SALVAGE),
];

impl Args {
    /// Reads the command line.
    pub fn from_env() -> Result<Asked, Box<dyn Error>> {
        let mut parser = lexopt::Parser::from_env();
        let name = match parser.next()? {
            None => return Err("a command is missing".into()),
            Some(Long("help") | Short('h')) => return Ok(Asked::Help(help::HELP)),
            Some(Value(name)) => name.string()?,
            Some(other) => return Err(format!("a command comes first; {}", other.unexpected()).into()),
        };
        let known = COMMANDS.iter().find(|(known, _)| *known == name);
        let (name, help) = known.ok_or_else(|| format!("there is no command {name:?}"))?;
        let mut given = Given::default();
        while let Some(argument) = parser.next()? {
            match (*name, argument) {
                (_, Long("help") | Short('h')) => return Ok(Asked::Help(help)),
                (_, Long("json")) => given.json = true,
                (_, Long("quiet")) => given.quiet = true,
                ("export" | "outbox", Long("out")) => given.out = Some(PathBuf::from(parser.value()?)),
                ("import", Long("from")) => given.from = Some(PathBuf::from(parser.value()?)),
                ("backup" | "restore", Long("to")) => given.to = Some(PathBuf::from(parser.value()?)),
                ("restore" | "epoch", Long("epoch")) => {
                    given.epoch = Some(number("--epoch", &parser.value()?.string()?)?);
                }
                ("new", Long("program")) => given.new.program = Some(PathBuf::from(parser.value()?)),
                ("new", Long("register")) => given.new.register = Some(parser.value()?.string()?),
                ("balances", Long("after")) => given.after = Some(parser.value()?.string()?),
                ("balances", Long("csv")) => given.csv = true,
                ("outbox", Long("all")) => given.all = true,
                ("verify", Long("head")) => given.seen = Some(parser.value()?.parse()?),
                ("find", Long("phone")) => given.told.push(Told::Phone(parser.value()?.string()?)),
                ("find", Long("email")) => given.told.push(Told::Email(parser.value()?.string()?)),
                ("find", Long("name")) => given.told.push(Told::Name(parser.value()?.string()?)),
                ("find", Long("country")) => given.country = Some(parser.value()?.parse()?),
                ("erase", Long("yes")) => given.yes = true,
                ("salvage", Long(option)) => {
                    let option = option.to_owned();
                    given.salvage.take(&option, &mut parser)?;
                }
                ("customer" | "find", Long("last")) => {
                    given.most = Some(number("--last", &parser.value()?.string()?)?);
                }
                ("balances", Long("most")) => {
                    given.most = Some(number("--most", &parser.value()?.string()?)?);
                }
                ("customer", Long("before")) => {
                    given.before = Some(number("--before", &parser.value()?.string()?)?);
                }
                ("union", Long("drop")) => given.drop = Some(parser.value()?.string()?.parse()?),
                (_, Value(value)) => given.values.push(value),
                (_, other) => return Err(other.unexpected().into()),
            }
        }
        given.read(name).map(Asked::For)
    }
}

/// What stands on the command line after the command.
#[derive(Default)]
struct Given {
    values: Vec<OsString>,
    json: bool,
    quiet: bool,
    out: Option<PathBuf>,
    from: Option<PathBuf>,
    to: Option<PathBuf>,
    most: Option<usize>,
    after: Option<String>,
    csv: bool,
    new: AskedNew,
    before: Option<u64>,
    epoch: Option<u32>,
    seen: Option<ChainHead>,
    told: Vec<Told>,
    country: Option<Country>,
    yes: bool,
    all: bool,
    drop: Option<OperationName>,
    salvage: AskedSalvage,
}

impl AskedSalvage {
    /// Takes an option, with its value.
    fn take(&mut self, option: &str, parser: &mut lexopt::Parser) -> Result<(), Box<dyn Error>> {
        match option {
            "beginning" => self.beginning = true,
            "out" => self.out = Some(PathBuf::from(parser.value()?)),
            "balances" => self.balances = Some(PathBuf::from(parser.value()?)),
            "for-import" => self.for_import = Some(PathBuf::from(parser.value()?)),
            "program" => self.programs.push(PathBuf::from(parser.value()?)),
            other => return Err(Long(other).unexpected().into()),
        }
        Ok(())
    }
}

impl Given {
    fn read(self, name: &str) -> Result<Args, Box<dyn Error>> {
        let mut values = self.values.into_iter();
        let file = values.next().ok_or("FILE, the ledger, is missing")?;
        let command = match name {
            "new" => Command::New(self.new),
            "epoch" => Command::Epoch { epoch: self.epoch },
            "balances" if self.csv && self.json => return Err("one of --csv and --json, not both".into()),
            "balances" => {
                Command::Balances(AskedBalances { after: self.after, most: self.most, csv: self.csv })
            }
            "compare" => Command::Compare {
                other: values.next().ok_or("OTHER, the second ledger, is missing")?.into(),
            },
            "verify" => Command::Verify { seen: self.seen },
            "stats" => Command::Stats,
            "upgrade" => Command::Upgrade,
            "export" => Command::Export { out: self.out },
            "salvage" => Command::Salvage(self.salvage),
            "import" => Command::Import { from: self.from.ok_or("--from is missing")? },
            "backup" => Command::Backup { to: self.to.ok_or("--to is missing")? },
            "restore" => Command::Restore { to: self.to.ok_or("--to is missing")?, epoch: self.epoch },
            "find" => {
                let mut told = self.told.into_iter();
                let by = told.next().ok_or("--phone, --email or --name is missing")?;
                if told.next().is_some() {
                    return Err("one of --phone, --email and --name, not several".into());
                }
                Command::Find(AskedPeople { by, country: self.country, most: self.most.unwrap_or(LISTED) })
            }
            "erase" => {
                let customer = values.next().ok_or("the customer's ID is missing")?.string()?;
                if !self.yes {
                    return Err("it can't be undone; say --yes if it is meant".into());
                }
                Command::Erase { customer }
            }
            "share" => Command::Share { register: values.next().map(|name| name.string()).transpose()? },
            "outbox" => Command::Outbox { out: self.out, all: self.all },
            "acknowledge" => {
                let name = values.next().ok_or("NAME, that of the last one that arrived, is missing")?;
                Command::Acknowledge { name: name.string()?.parse()? }
            }
            "union" => match self.drop {
                Some(name) => Command::DropWaiting { name },
                None => {
                    Command::Union { from: values.next().ok_or("LINES, what was sent, is missing")?.into() }
                }
            },
            _ => {
                let who = values.next().ok_or("the customer's ID or CODE is missing")?.string()?;
                Command::Customer(AskedCustomer {
                    who,
                    last: self.most.unwrap_or(LISTED),
                    before: self.before,
                })
            }
        };
        match values.next() {
            Some(more) => Err(format!("{more:?} is one too many; see --help").into()),
            None => Ok(Args { command, file: PathBuf::from(file), json: self.json, quiet: self.quiet }),
        }
    }
}

fn number<T: TryFrom<u64>>(option: &str, text: &str) -> Result<T, String> {
    let number = text.parse::<u64>().ok().filter(|number| *number != 0);
    let number = number.and_then(|number| T::try_from(number).ok());
    number.ok_or_else(|| format!("{option} takes a whole number from 1 on, not {text:?}"))
}
