//! Makes a batch of customer cards: `cargo run --release --features label,pdf --example cards -- --help`

mod args;
mod people;

use std::error::Error;
use std::fs;
use std::io::{self, Write};
use std::path::Path;
use std::process::ExitCode;
use std::time::Instant;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use regulars::adapter::label::{Design, Drawing, PrintedCard, Symbol, to_pdf};
use regulars::code::Symbology;

use args::Args;
use people::{Person, people};

fn main() -> ExitCode {
    let args = match Args::from_env() {
        Ok(Some(args)) => args,
        Ok(None) => return ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}\ntry --help");
            return ExitCode::from(2);
        }
    };
    match run(&args) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::from(1),
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::from(2)
        }
    }
}

/// Makes the cards, and says whether all of them could be made.
fn run(args: &Args) -> Result<bool, Box<dyn Error>> {
    let begun = Instant::now();
    let people = people(args)?;
    let design = design(args)?;
    fs::create_dir_all(&args.out).map_err(|error| format!("{}: {error}", args.out.display()))?;
    let bar = bar(args, people.len());
    let mut drawings = Vec::new();
    let mut list = csv::Writer::from_writer(Vec::new());
    list.write_record(["code", "name"])?;
    for person in &people {
        match card(args, &design, person) {
            Ok((code, drawing)) => {
                let stem = file_name(&code);
                write(&args.out.join(format!("{stem}.png")), &drawing.to_png()?)?;
                write(&args.out.join(format!("{stem}.svg")), drawing.to_svg().as_bytes())?;
                list.write_record([&code, &person.name])?;
                drawings.push(drawing);
            }
            Err(error) => bar.suspend(|| eprintln!("{}: {error}", person.place)),
        }
        bar.inc(1);
    }
    bar.finish_and_clear();
    let pages = args.sheet.pages(&drawings, args.skip)?;
    let mut out = io::stdout().lock();
    if pages.is_empty() {
        writeln!(out, "No card could be made.")?;
        return Ok(false);
    }
    let pdf = to_pdf(&pages, &format!("{}: {} cards", args.shop, drawings.len()))?;
    write(&args.out.join("cards.pdf"), &pdf)?;
    write(&args.out.join("cards.csv"), &list.into_inner()?)?;
    let size = design.size();
    writeln!(
        out,
        "{} cards of {size} with {} for {}, in {:.1?}",
        drawings.len(),
        args.symbology,
        args.resolution,
        begun.elapsed()
    )?;
    writeln!(
        out,
        "{}: {} pages of {}, {} a page",
        args.out.join("cards.pdf").display(),
        pages.len(),
        args.sheet.page,
        args.sheet.places()
    )?;
    writeln!(out, "{}: a PNG and an SVG of each", args.out.display())?;
    writeln!(out, "{}: their codes and names", args.out.join("cards.csv").display())?;
    Ok(drawings.len() == people.len())
}

/// A card, and the code by which it is known.
fn card(args: &Args, design: &Design, person: &Person) -> Result<(String, Drawing), Box<dyn Error>> {
    let is_qr = args.symbology == Symbology::Qr;
    let text = if is_qr { args.url.replace("{}", &person.code) } else { person.code.clone() };
    let symbol = Symbol::new(args.symbology, &text)?;
    let code = if is_qr { person.code.clone() } else { symbol.text().to_string() };
    let drawing = design.draw(&PrintedCard { symbol: &symbol, name: &person.name, caption: &code })?;
    Ok((code, drawing))
}

fn design(args: &Args) -> Result<Design, Box<dyn Error>> {
    let mut design =
        Design::new(args.sheet.label, args.resolution).shop(&args.shop).small_print(&args.small_print);
    if let Some(accent) = args.accent {
        design = design.accent(accent);
    }
    if let Some(path) = &args.logo {
        let wrong = |error: &dyn Error| format!("{}: {error}", path.display());
        let png = fs::read(path).map_err(|error| wrong(&error))?;
        design = design.logo(&png).map_err(|error| wrong(&error))?;
    }
    Ok(design)
}

/// A code as the name of a file: codes may have characters that no file name has.
fn file_name(code: &str) -> String {
    code.chars()
        .map(|letter| if letter.is_ascii_alphanumeric() || letter == '-' { letter } else { '_' })
        .collect()
}

fn write(path: &Path, bytes: &[u8]) -> Result<(), String> {
    fs::write(path, bytes).map_err(|error| format!("{}: {error}", path.display()))
}

fn bar(args: &Args, cards: usize) -> ProgressBar {
    let form = "cards  {bar:30} {pos} of {len}  {elapsed} gone, {eta} to go";
    let style = ProgressStyle::with_template(form).unwrap_or_else(|_| ProgressStyle::default_bar());
    let target = if args.quiet { ProgressDrawTarget::hidden() } else { ProgressDrawTarget::stderr() };
    ProgressBar::with_draw_target(u64::try_from(cards).ok(), target).with_style(style)
}
