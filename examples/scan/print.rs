//! What is printed.

use std::error::Error;
use std::fmt::Write as _;
use std::io::{self, Write as _};
use std::path::Path;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};
use regulars::adapter::scan::{Reading, Scan, StageTime};

/// A bar on stderr, or none.
pub fn bar(length: usize, quiet: bool) -> ProgressBar {
    if quiet {
        return ProgressBar::hidden();
    }
    let bar = ProgressBar::new(length as u64);
    let style = ProgressStyle::with_template("{bar:40} {pos} of {len}, {eta} left");
    bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
    bar
}

/// What was read in a picture.
pub fn scan(file: &Path, scan: &Scan, json: bool) -> Result<(), Box<dyn Error>> {
    let took: Duration = scan.stages.iter().map(|stage| stage.took).sum();
    if json {
        writeln!(io::stdout(), "{}", json_line(file, scan, took)?)?;
        return Ok(());
    }
    if scan.readings.is_empty() {
        writeln!(io::stdout(), "{}: nothing read, {took:.1?}", file.display())?;
    }
    for reading in &scan.readings {
        let [at, ..] = reading.corners;
        let aim = reading.aim;
        let (symbology, stage) = (reading.symbology, reading.stage);
        let shown = shown(reading);
        writeln!(
            io::stdout(),
            "{}: {shown} ({symbology}, {aim}, at {} {}, {stage}, {took:.1?})",
            file.display(),
            at.x,
            at.y
        )?;
    }
    Ok(())
}

/// The text, or the bytes where it isn't certain which text they are.
pub fn shown(reading: &Reading) -> String {
    match &reading.text {
        Some(text) => text.escape_debug().to_string(),
        None => format!("bytes {}", hex(&reading.bytes)),
    }
}

fn json_line(file: &Path, scan: &Scan, took: Duration) -> Result<String, Box<dyn Error>> {
    let mut line = String::from("{\"file\":");
    quoted(&mut line, &file.to_string_lossy())?;
    write!(line, ",\"ms\":{:.3},\"cut_short\":{},\"codes\":[", took.as_secs_f64() * 1e3, scan.was_cut_short)?;
    for (at, reading) in scan.readings.iter().enumerate() {
        let comma = if at == 0 { "" } else { "," };
        write!(line, "{comma}{{\"symbology\":\"{}\",\"aim\":", reading.symbology)?;
        quoted(&mut line, &reading.aim.to_string())?;
        line.push_str(",\"text\":");
        match &reading.text {
            Some(text) => quoted(&mut line, text)?,
            None => line.push_str("null"),
        }
        let corners = reading.corners.map(|corner| format!("[{},{}]", corner.x, corner.y)).join(",");
        write!(
            line,
            ",\"bytes\":\"{}\",\"corners\":[{corners}],\"stage\":\"{}\"",
            hex(&reading.bytes),
            reading.stage
        )?;
        write!(line, ",\"confidence\":\"{}\"}}", format!("{:?}", reading.confidence).to_lowercase())?;
    }
    line.push_str("],\"stages\":[");
    for (at, StageTime { stage, took, found, .. }) in scan.stages.iter().enumerate() {
        let comma = if at == 0 { "" } else { "," };
        let ms = took.as_secs_f64() * 1e3;
        write!(line, "{comma}{{\"stage\":\"{stage}\",\"ms\":{ms:.3},\"found\":{found}}}")?;
    }
    line.push_str("]}");
    Ok(line)
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A string of JSON.
pub fn quoted(line: &mut String, text: &str) -> Result<(), std::fmt::Error> {
    line.push('"');
    for character in text.chars() {
        match character {
            '"' | '\\' => write!(line, "\\{character}")?,
            '\u{0}'..='\u{1f}' => write!(line, "\\u{:04x}", u32::from(character))?,
            _ => line.push(character),
        }
    }
    line.push('"');
    Ok(())
}
