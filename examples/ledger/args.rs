//! The command line.

use std::error::Error;
use std::ffi::OsString;
use std::path::PathBuf;

use lexopt::prelude::{Long, Short, Value, ValueExt};
use regulars::adapter::sqlite::{ChainHead, Country};

const HELP: &str = "\
Looks after a ledger in a file.

usage: cargo run --release --example ledger -- COMMAND [OPTIONS] FILE

  verify     work the ledger out anew, and compare it with what it keeps
  stats      what is in it: how many of what, from when to when, how large
  customer   what one customer has, and the last operations
  export     write all operations as lines of JSON
  import     make a ledger of what was exported
  backup     copy it to a file while it is in use
  restore    make a ledger of a backup, for a register that goes on with it
  find       customers by phone number, e-mail address or name
  erase      what a customer told: name, address, phone number, birthday
  salvage    what of a damaged ledger can still be read

  --json     what is told goes to the standard output as one JSON object
  --quiet    no progress
  --help     this text; after a command, what that one takes

Registers may go on selling meanwhile. A ledger of an older format is brought up to date when it is
opened, also by commands that only look.

Exit code: 0 if all is well; 1 if the ledger doesn't verify or can't be used; 2 if the command line,
or a file that is imported, isn't as it must be.
";

const VERIFY: &str = "\
Works a ledger out anew from its operations, and compares it with all that it keeps beside them.

usage: cargo run --release --example ledger -- verify [OPTIONS] FILE

  --head HEAD   the head of the chain that was seen before, as verify tells it; the file must still
                have everything up to there
  --json        as one JSON object
  --quiet       no progress

Looks at the file's pages and indexes first, then at the chain of hashes over the operations, then
at every operation by itself, then at every customer. What is wrong first is named, with its
operation or its customer; the exit code is 1 then. Keep such a file as it is, and restore a backup.
Keep the head elsewhere: without one, nobody can see that a file has lost its end.
";

const STATS: &str = "\
Tells what is in a ledger.

usage: cargo run --release --example ledger -- stats [--json] [--quiet] FILE

Operations by the type of their documents, customers, what they are owed, when the first and the
last operation were recorded, how large the file and its log are, and the format of the file.
";

const CUSTOMER: &str = "\
Tells what a customer has, and shows the last operations.

usage: cargo run --release --example ledger -- customer [OPTIONS] FILE ID|CODE

  --last N       so many operations, the newest first [10]
  --before SEQ   those before the operation of this number
  --json         as one JSON object

The customer is looked for by id, then by the code on the card or the code of a punch card.
Operations on everybody, such as a sweep, aren't listed; what they moved in all is told.
";

const EXPORT: &str = "\
Writes all operations of a ledger as lines of JSON.

usage: cargo run --release --example ledger -- export [OPTIONS] FILE

  --out OUT   to a new file, which its owner alone may read [standard output]
  --json      what was done, as one JSON object; with --out
  --quiet     no progress

An export holds personal data.
";

const IMPORT: &str = "\
Makes a ledger of what was exported, and verifies it. Nothing is decided again.

usage: cargo run --release --example ledger -- import [OPTIONS] FILE --from IN

  --from IN   the exported lines; - for the standard input
  --json      what was done, as one JSON object
  --quiet     no progress

FILE is made, and mustn't be there yet. All lines are taken over, and fit, or there is no FILE.
Meanwhile its log needs about as much space as the ledger will.
";

const BACKUP: &str = "\
Copies a ledger, as it is now, to a new file, while registers go on selling.

usage: cargo run --release --example ledger -- backup [OPTIONS] FILE --to OUT

  --to OUT   the new file, which its owner alone may read
  --json     what was done, as one JSON object
  --quiet    no progress

The copy gets its name when it is whole, checked and durable. It holds personal data.
";

const RESTORE: &str = "\
Makes a ledger of a backup, verifies it, and begins a new epoch in it, so that what is recorded from
now on is told apart from what the lost file had under the same numbers.

usage: cargo run --release --example ledger -- restore [OPTIONS] BACKUP --to FILE

  --to FILE   the new ledger; the backup stays as it is
  --epoch N   larger than any epoch that the register had [the seconds since 1970]
  --json      what was done, as one JSON object
  --quiet     no progress
";

const FIND: &str = "\
Finds customers by what they told.

usage: cargo run --release --example ledger -- find [OPTIONS] FILE

  --phone NUMBER      however it is written
  --email ADDRESS     in whatever capitals
  --name WORDS        the beginnings of words of the name, without accents
  --country XX        whose phone numbers are written without a country's code, as in GB
  --last N            so many at the most [10]
  --json              as one JSON object

One of the first three. Exit code 1 if there is nobody.
";

const ERASE: &str = "\
Erases what a customer told, with those who were merged into the same: name, e-mail address, phone
number and birthday. Amounts stay, under the customer's id. Backups that were made before still have
all of it.

usage: cargo run --release --example ledger -- erase [OPTIONS] FILE ID

  --yes     needed: it can't be undone
  --json    what was done, as one JSON object
";

const SALVAGE: &str = "\
Reads what can be read of a ledger that is damaged, also where it can't be opened any more. The file
and its log aren't written to; no register should have it open meanwhile.

usage: cargo run --release --example ledger -- salvage [OPTIONS] FILE

  --out OUT          all operations that are found, as lines of JSON, to a new file; import makes a
                     ledger of it if none is lost, and otherwise refuses it
  --beginning        of these only the ones before the first that is lost, which import takes
  --balances CSV     a table of what each customer has: as the ledger kept it, as the operations
                     come to, what is held, and whether the first two differ
  --for-import CSV   the same for the example import: customer and units, with what was held
  --program JSON     a program that the ledger had, in case its own copy is lost; may come again
  --json             what was found and what is lost, as one JSON object
  --quiet            no progress

Exit code 0 if nothing is lost, 1 if something is; which operations, and why, is told. All that is
written holds personal data.
";

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
    Verify { seen: Option<ChainHead> },
    Stats,
    Customer(AskedCustomer),
    Export { out: Option<PathBuf> },
    Import { from: PathBuf },
    Backup { to: PathBuf },
    Restore { to: PathBuf, epoch: Option<u32> },
    Find(AskedPeople),
    Erase { customer: String },
    Salvage(AskedSalvage),
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

/// What a command takes: its name, and its help.
const COMMANDS: [(&str, &str); 10] = [
    ("verify", VERIFY),
    ("stats", STATS),
    ("customer", CUSTOMER),
    ("export", EXPORT),
    ("import", IMPORT),
    ("backup", BACKUP),
    ("restore", RESTORE),
    ("find", FIND),
    ("erase", ERASE),
    ("salvage", SALVAGE),
];

impl Args {
    /// Reads the command line.
    pub fn from_env() -> Result<Asked, Box<dyn Error>> {
        let mut parser = lexopt::Parser::from_env();
        let name = match parser.next()? {
            None => return Err("a command is missing".into()),
            Some(Long("help") | Short('h')) => return Ok(Asked::Help(HELP)),
            Some(Value(name)) => name.string()?,
            Some(other) => return Err(format!("a command comes first; {}", other.unexpected()).into()),
        };
        let known = COMMANDS.iter().find(|(known, _)| *known == name);
        let (name, help) = known.ok_or_else(|| format!("there is no command {name:?}"))?;
        let mut given = Given { last: 10, ..Given::default() };
        while let Some(argument) = parser.next()? {
            match (*name, argument) {
                (_, Long("help") | Short('h')) => return Ok(Asked::Help(help)),
                (_, Long("json")) => given.json = true,
                (_, Long("quiet")) => given.quiet = true,
                ("export", Long("out")) => given.out = Some(PathBuf::from(parser.value()?)),
                ("import", Long("from")) => given.from = Some(PathBuf::from(parser.value()?)),
                ("backup" | "restore", Long("to")) => given.to = Some(PathBuf::from(parser.value()?)),
                ("restore", Long("epoch")) => {
                    given.epoch = Some(number("--epoch", &parser.value()?.string()?)?);
                }
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
                    given.last = number("--last", &parser.value()?.string()?)?;
                }
                ("customer", Long("before")) => {
                    given.before = Some(number("--before", &parser.value()?.string()?)?);
                }
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
    last: usize,
    before: Option<u64>,
    epoch: Option<u32>,
    seen: Option<ChainHead>,
    told: Vec<Told>,
    country: Option<Country>,
    yes: bool,
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
            "verify" => Command::Verify { seen: self.seen },
            "stats" => Command::Stats,
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
                Command::Find(AskedPeople { by, country: self.country, most: self.last })
            }
            "erase" => {
                let customer = values.next().ok_or("the customer's ID is missing")?.string()?;
                if !self.yes {
                    return Err("it can't be undone; say --yes if it is meant".into());
                }
                Command::Erase { customer }
            }
            _ => {
                let who = values.next().ok_or("the customer's ID or CODE is missing")?.string()?;
                Command::Customer(AskedCustomer { who, last: self.last, before: self.before })
            }
        };
        match values.next() {
            Some(more) => Err(format!("nothing more is expected than FILE, not {more:?}").into()),
            None => Ok(Args { command, file: PathBuf::from(file), json: self.json, quiet: self.quiet }),
        }
    }
}

fn number<T: TryFrom<u64>>(option: &str, text: &str) -> Result<T, String> {
    let number = text.parse::<u64>().ok().filter(|number| *number != 0);
    let number = number.and_then(|number| T::try_from(number).ok());
    number.ok_or_else(|| format!("{option} takes a whole number from 1 on, not {text:?}"))
}
