//! How well and how fast a folder of pictures is read.
//!
//! Pictures with a QR code are read for QR codes, those with a linear code for the seven linear symbologies, and those
//! with none for all of them. A picture is right where one of its readings says what the manifest says; wrong where
//! something is read, and none says that; whatever is read where nothing is, is a phantom, and counts as wrong. EAN
//! and UPC are compared as numbers of 14 digits. Time is that of the processor, of one thread, for a grey picture
//! that is in memory; each picture is read twice, and the second time counts. A Code 39 that is a Code 32 is read as
//! such, and one that says full ASCII as that, since zxing-cpp does so as well; a till has both by request alone.

use std::error::Error;
use std::process::{Command, ExitCode};
use std::time::Duration;

use cpu_time::ThreadTime;
use encoding_rs::SHIFT_JIS;
use regulars::adapter::scan::{Options, Reading, Scanner, Stage, StageTime, Wanted};
use regulars::code::{Gtin, Symbology};

use crate::args::BenchArgs;
use crate::manifest::{self, Entry, Kind};
use crate::{pictures, print};

/// Of the pictures of one kind.
#[derive(Debug, Default)]
struct Tally {
    pictures: usize,
    right: usize,
    wrong: usize,
    times: Vec<Duration>,
    /// For each stage: in how many pictures it was tried, how many of them it read, and how long it took in all.
    stages: Vec<(Stage, usize, usize, Duration)>,
}

impl Tally {
    fn count_stages(&mut self, stages: &[StageTime]) {
        for StageTime { stage, took, found, .. } in stages {
            let known = self.stages.iter_mut().find(|(known, ..)| known == stage);
            let Some((_, tried, read, time)) = known else {
                self.stages.push((*stage, 1, usize::from(*found > 0), *took));
                continue;
            };
            *tried += 1;
            *read += usize::from(*found > 0);
            *time += *took;
        }
    }
}

pub fn run(args: &BenchArgs) -> Result<ExitCode, Box<dyn Error>> {
    let entries = manifest::read(&args.folder)?;
    let bar = print::bar(entries.len(), args.quiet);
    let mut tallies = Kind::ALL.map(|kind| (kind, Tally::default()));
    for entry in &entries {
        let Some((_, tally)) = tallies.iter_mut().find(|(kind, _)| *kind == entry.kind) else { continue };
        let verdict = one(entry, args, tally)?;
        if args.misses && !verdict.is_empty() {
            bar.suspend(|| println!("{}: {verdict}", entry.file.display()));
        }
        bar.inc(1);
    }
    bar.finish_and_clear();
    report(&tallies, args.json);
    if args.stages {
        report_stages(&tallies);
    }
    if args.peers {
        peers(args)?;
    }
    Ok(ExitCode::SUCCESS)
}

/// Reads a picture, and says what is wrong with it.
fn one(entry: &Entry, args: &BenchArgs, tally: &mut Tally) -> Result<String, Box<dyn Error>> {
    let mut grey = pictures::load(&entry.file)?;
    for _ in 0..args.turn / 90 {
        grey = grey.turned();
    }
    let scanner = Scanner::new(Options {
        symbologies: symbologies(entry.kind),
        budget: args.budget,
        wanted: Wanted::First,
        code_32: true,
        full_ascii: true,
        ..Options::default()
    });
    let picture = grey.picture()?;
    let _warm = scanner.read(&picture);
    let start = ThreadTime::now();
    let scan = scanner.read(&picture);
    tally.times.push(start.elapsed());
    tally.pictures += 1;
    tally.count_stages(&scan.stages);
    let says = |reading: &Reading| entry.kind != Kind::None && same(reading, &entry.text);
    let is_empty = scan.readings.is_empty();
    if scan.readings.iter().any(says) || (is_empty && entry.kind == Kind::None) {
        tally.right += 1;
        return Ok(String::new());
    }
    if is_empty {
        return Ok("nothing read".to_owned());
    }
    tally.wrong += 1;
    let read: Vec<_> = scan.readings.iter().map(print::shown).collect();
    Ok(format!("wrong, {read:?} for {:?}", entry.text))
}

fn symbologies(kind: Kind) -> Vec<Symbology> {
    let linear = [
        Symbology::Ean13,
        Symbology::Ean8,
        Symbology::UpcA,
        Symbology::UpcE,
        Symbology::Code128,
        Symbology::Code39,
        Symbology::Itf,
    ];
    match kind {
        Kind::Qr => vec![Symbology::Qr],
        Kind::Linear => linear.to_vec(),
        Kind::None => linear.into_iter().chain([Symbology::Qr]).collect(),
    }
}

/// Whether a reading says this. Line ends and spaces at the end don't count, since some lists lack them. Where it
/// isn't certain which text the bytes are, they say it if they are that text in ISO 8859-1 or Shift JIS.
fn same(reading: &Reading, text: &str) -> bool {
    let Some(read) = reading.text.as_deref() else {
        let latin: Option<Vec<u8>> = text.chars().map(|character| u8::try_from(character).ok()).collect();
        let (shift_jis, _, has_others) = SHIFT_JIS.encode(text);
        let is = |bytes: &[u8]| bytes.trim_ascii_end() == reading.bytes.trim_ascii_end();
        return (!has_others && is(&shift_jis)) || latin.is_some_and(|latin| is(&latin));
    };
    let read = read.as_bytes();
    match reading.symbology {
        Symbology::Ean13 | Symbology::Ean8 | Symbology::UpcA | Symbology::UpcE => {
            gtin(read, reading.symbology) == gtin(text.as_bytes(), reading.symbology)
        }
        _ => read.trim_ascii_end() == text.as_bytes().trim_ascii_end(),
    }
}

/// Fourteen digits. Of UPC-E those of the UPC-A that it stands for.
fn gtin(digits: &[u8], symbology: Symbology) -> Vec<u8> {
    match Gtin::from_upc_e(digits) {
        Ok(gtin) if symbology == Symbology::UpcE => gtin.to_string().into_bytes(),
        _ => [&vec![b'0'; 14_usize.saturating_sub(digits.len())], digits].concat(),
    }
}

fn report(tallies: &[(Kind, Tally)], json: bool) {
    if !json {
        println!(
            "{:8} {:>8} {:>6} {:>6} {:>9} {:>9}",
            "kind", "pictures", "right", "wrong", "mean ms", "p95 ms"
        );
    }
    for (kind, tally) in tallies {
        let mut times = tally.times.clone();
        times.sort_unstable();
        let ms = |time: Duration| time.as_secs_f64() * 1e3;
        let mean = ms(times.iter().sum::<Duration>()) / times.len().max(1) as f64;
        let p95 = times.get(times.len() * 95 / 100).copied().map_or(0.0, ms);
        let (name, Tally { pictures, right, wrong, .. }) = (kind.name(), tally);
        if json {
            println!(
                "{{\"reader\":\"regulars\",\"kind\":\"{name}\",\"pictures\":{pictures},\"right\":{right},\
                 \"wrong\":{wrong},\"mean_ms\":{mean:.3},\"p95_ms\":{p95:.3}}}"
            );
        } else {
            println!("{name:8} {pictures:8} {right:6} {wrong:6} {mean:9.3} {p95:9.3}");
        }
    }
}

/// What each stage read, and what it costs in each picture that comes to it, by the clock on the wall.
fn report_stages(tallies: &[(Kind, Tally)]) {
    for (kind, tally) in tallies {
        for (stage, tried, read, time) in &tally.stages {
            let all = time.as_secs_f64() * 1e3;
            let (mean, share) = (all / (*tried).max(1) as f64, all / tally.pictures.max(1) as f64);
            println!(
                "{:8} {:10} tried {tried:4}, read {read:4}, {mean:8.3} ms each, {share:8.3} ms a picture",
                kind.name(),
                stage.name()
            );
        }
    }
}

/// Others, on the same pictures.
fn peers(args: &BenchArgs) -> Result<(), Box<dyn Error>> {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/scripts/scan_peers.py");
    let python = std::env::var_os("PYTHON").unwrap_or_else(|| "python3".into());
    let mut command = Command::new(python);
    command.arg(script).arg(&args.folder).arg("--turn").arg(args.turn.to_string());
    if args.json {
        command.arg("--json");
    }
    let status = command.status().map_err(|error| format!("{script}: {error}"))?;
    if status.success() { Ok(()) } else { Err(format!("{script} ended with {status}").into()) }
}
