//! The command line.

use std::path::PathBuf;

use lexopt::prelude::{Long, Short, ValueExt};
use regulars::adapter::wedge::{Layout, WedgeSettings};
use regulars::ident::RegisterId;
use regulars::time::Timestamp;

use crate::Result;

pub const HELP: &str = "\
A till in the terminal: scan, see the customer and the offers, ring up, pay.

till_scan [OPTIONS]

  --store FILE      the ledger; it is made where there is none [till.ledger]
  --program FILE    the loyalty program [the bakery's of fixtures/programs]
  --articles FILE   what is sold [examples/till_scan/articles.csv]
  --register NAME   the till's name; ids of sales begin with it [till]
  --key FILE        32 secret bytes, by which tokens on receipts are made and checked; without it
                    receipts have none (head -c 32 /dev/urandom > till.key)
  --qr              tokens as QR codes, too, on receipts and punch cards
  --layout NAME     the keyboard layout that the scanner doesn't know: us, uk, german, french [us]
  --picture FILE    a picture with codes, or a folder of pictures, read before all else; again for more
  --camera WHICH    reads codes before a camera, and commands from stdin: first, a number, or a
                    part of a name (built with the feature `camera`)
  --keys FILE       keys as they were recorded, a line each: MILLISECONDS CHARACTER, or in its place
                    ENTER, TAB, SPACE, BACKSPACE, ESCAPE, F8; - for stdin
  --now MS          the moment, in milliseconds since 1970; keys go on from it [by the clock]

In a terminal a scanner that is a keyboard is told from a hand by its speed; what it sends is never
taken for a command. Where stdin is no terminal, each of its lines is a command or a scan.
`help` tells the commands.
";

/// What was asked for.
pub enum Asked {
    Help,
    Till(Box<Args>),
}

pub struct Args {
    pub store: PathBuf,
    pub program: PathBuf,
    pub articles: PathBuf,
    pub register: RegisterId,
    pub key: Option<PathBuf>,
    pub qr: bool,
    pub wedge: WedgeSettings,
    pub pictures: Vec<PathBuf>,
    pub camera: Option<String>,
    pub keys: Option<PathBuf>,
    pub now: Option<Timestamp>,
}

pub fn parse() -> Result<Asked> {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    let mut wedge = WedgeSettings::default();
    // A command may take its time.
    wedge.silence_by_hand = None;
    let mut args = Args {
        store: "till.ledger".into(),
        program: root.join("fixtures/programs/bakery.json"),
        articles: root.join("examples/till_scan/articles.csv"),
        register: RegisterId::new("till")?,
        key: None,
        qr: false,
        wedge,
        pictures: Vec::new(),
        camera: None,
        keys: None,
        now: None,
    };
    let mut parser = lexopt::Parser::from_env();
    while let Some(arg) = parser.next()? {
        match arg {
            Short('h') | Long("help") => return Ok(Asked::Help),
            Long("store") => args.store = parser.value()?.into(),
            Long("program") => args.program = parser.value()?.into(),
            Long("articles") => args.articles = parser.value()?.into(),
            Long("register") => args.register = RegisterId::new(&parser.value()?.string()?)?,
            Long("key") => args.key = Some(parser.value()?.into()),
            Long("qr") => args.qr = true,
            Long("layout") => args.wedge.layout = layout(&parser.value()?.string()?)?,
            Long("picture") => args.pictures.push(parser.value()?.into()),
            Long("camera") => args.camera = Some(parser.value()?.string()?),
            Long("keys") => args.keys = Some(parser.value()?.into()),
            Long("now") => {
                let now = parser.value()?.parse()?;
                args.now = Some(Timestamp::from_millisecond(now).ok_or("--now isn't a moment")?);
            }
            _ => return Err(arg.unexpected().into()),
        }
    }
    Ok(Asked::Till(Box::new(args)))
}

fn layout(name: &str) -> Result<Layout> {
    Ok(match name {
        "us" => Layout::US,
        "uk" => Layout::UK,
        "german" => Layout::GERMAN,
        "french" => Layout::FRENCH,
        _ => return Err(format!("there is no layout {name:?}: us, uk, german, french").into()),
    })
}
