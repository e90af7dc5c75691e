//! The command line.

use std::error::Error;
use std::path::PathBuf;

use lexopt::prelude::{Long, Short, ValueExt};
use regulars::adapter::label::{Colour, Resolution, Sheet};
use regulars::code::{InStorePattern, Symbology};

const HELP: &str = "\
Makes a batch of customer cards: a PNG and an SVG of each, and a PDF to print all of them.

usage: cargo run --release --features label,pdf --example cards -- [OPTIONS]

  --out FOLDER        where they go; made if it isn't there [cards]
  --count N           how many cards without a name [12]
  --from FILE.csv     one card for each line instead; the column name is needed, and a column
                      code may give the number or text of the card
  --shop NAME         the shop's name at the top [The Shop]
  --small-print TEXT  what stands at the bottom
  --logo FILE.png     a logo at the top
  --accent COLOUR     of the shop's name, such as 1f6f54 [1b2430]
  --symbology NAME    ean_13, ean_8, upc_a, code_128, code_39, code_93, itf, codabar or qr [ean_13]
  --url TEXT          what a QR code says, with {} for what is in the column code [that alone]. Behind an URL
                      a till takes a token (TokenKey::make) and no number, so put tokens there
  --prefix DIGITS     how numbers begin; 02, 04 and 20 to 29 are free for shops, but scales use some [290]
  --scale PATTERN     what a scale of the shop prints, such as 21IIIIIWW.WWWC, so that no card has such a
                      number; can be given again
  --first N           counts from there on; without it numbers are drawn by chance, since who types another's number
                      is taken for that customer
  --sheet NAME        cr80, cr80-letter, l7160, l7159, l7163, l7651, 5160 or 5163 [cr80]
  --skip N            places of the first page that are used already [0]
  --dpi N             of the printer, such as 203, 300 or 600 [300]
  --quiet             no progress bar
  --help              this text

Numbers get their check digit. All cards are listed in cards.csv, to be enrolled. Print the PDF at
100 %. Exit code: 0 if all were made, 1 if one was not, 2 if a file or the command line isn't as
it must be.
";

/// What was asked for.
#[derive(Debug)]
pub struct Args {
    pub out: PathBuf,
    pub count: u64,
    pub from: Option<PathBuf>,
    pub shop: String,
    pub small_print: String,
    pub logo: Option<PathBuf>,
    pub accent: Option<Colour>,
    pub symbology: Symbology,
    pub url: String,
    pub prefix: String,
    pub scales: Vec<InStorePattern>,
    pub first: Option<u64>,
    pub sheet: Sheet,
    pub skip: usize,
    pub resolution: Resolution,
    pub quiet: bool,
}

impl Args {
    /// Reads the command line; `None` after `--help`.
    pub fn from_env() -> Result<Option<Args>, Box<dyn Error>> {
        let mut args = Args::default();
        let mut parser = lexopt::Parser::from_env();
        while let Some(argument) = parser.next()? {
            match argument {
                Long("out") => args.out = PathBuf::from(parser.value()?),
                Long("count") => args.count = parser.value()?.parse()?,
                Long("from") => args.from = Some(PathBuf::from(parser.value()?)),
                Long("shop") => args.shop = parser.value()?.string()?,
                Long("small-print") => args.small_print = parser.value()?.string()?,
                Long("logo") => args.logo = Some(PathBuf::from(parser.value()?)),
                Long("accent") => args.accent = Some(accent(&parser.value()?.string()?)?),
                Long("symbology") => args.symbology = symbology(&parser.value()?.string()?)?,
                Long("url") => args.url = parser.value()?.string()?,
                Long("prefix") => args.prefix = prefix(parser.value()?.string()?)?,
                Long("scale") => args.scales.push(parser.value()?.parse()?),
                Long("first") => args.first = Some(parser.value()?.parse()?),
                Long("sheet") => args.sheet = sheet(&parser.value()?.string()?)?,
                Long("skip") => args.skip = parser.value()?.parse()?,
                Long("dpi") => args.resolution = Resolution::new(parser.value()?.parse()?)?,
                Long("quiet") => args.quiet = true,
                Long("help") | Short('h') => {
                    print!("{HELP}");
                    return Ok(None);
                }
                other => return Err(other.unexpected().into()),
            }
        }
        if !(1..=10_000).contains(&args.count) {
            return Err("--count takes 1 to 10000".into());
        }
        Ok(Some(args))
    }
}

impl Default for Args {
    fn default() -> Self {
        Self {
            out: PathBuf::from("cards"),
            count: 12,
            from: None,
            shop: "The Shop".into(),
            small_print: String::new(),
            logo: None,
            accent: None,
            symbology: Symbology::Ean13,
            url: "{}".into(),
            prefix: "290".into(),
            scales: Vec::new(),
            first: None,
            sheet: Sheet::CR80_A4,
            skip: 0,
            resolution: Resolution::DPI_300,
            quiet: false,
        }
    }
}

fn accent(text: &str) -> Result<Colour, String> {
    Colour::from_hex(text).ok_or_else(|| format!("--accent takes a colour such as 1f6f54, not {text:?}"))
}

fn symbology(text: &str) -> Result<Symbology, String> {
    let found = Symbology::ALL.iter().copied().find(|symbology| symbology.name() == text);
    found.ok_or_else(|| {
        format!("--symbology takes ean_13, code_128, qr and others that --help names, not {text:?}")
    })
}

fn prefix(text: String) -> Result<String, String> {
    if (1..=6).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Ok(text);
    }
    Err(format!("--prefix takes 1 to 6 digits, not {text:?}"))
}

fn sheet(text: &str) -> Result<Sheet, String> {
    let names: Vec<&str> = Sheet::ALL.iter().map(|sheet| sheet.name).collect();
    Sheet::by_name(text).ok_or_else(|| format!("--sheet takes one of {}, not {text:?}", names.join(", ")))
}
