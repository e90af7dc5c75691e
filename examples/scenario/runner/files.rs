//! Files of scenarios, and the JSON lines that `--json` prints.

use std::path::{Path, PathBuf};

use regulars::document::Json;

use super::play::Verdict;
use super::scenario::{self, Scenario};

/// All scenarios of files and folders, in order; a folder's files by name.
pub fn read_all(paths: &[PathBuf]) -> Result<Vec<Scenario>, String> {
    let mut scenarios = Vec::new();
    for path in paths {
        let files = if path.is_dir() { in_folder(path)? } else { vec![path.clone()] };
        for file in files {
            scenarios.extend(read_file(&file)?);
        }
    }
    Ok(scenarios)
}

/// One event, as a JSON line.
pub fn event_line(id: &str, number: usize, kind: &str, told: &str) -> String {
    format!("{{\"scenario\":{},\"event\":{number},\"type\":{},\"told\":{told}}}\n", text(id), text(kind))
}

/// How a scenario went, as a JSON line.
pub fn verdict_line(id: &str, verdict: &Verdict) -> String {
    let (verdict, what) = match verdict {
        Verdict::Passed => ("ok", None),
        Verdict::FallsShort(what) => ("falls_short", Some(what)),
        Verdict::NotYet(what) => ("not_yet", Some(what)),
    };
    let what = what.map_or(String::new(), |what| format!(",\"what\":{}", text(what)));
    format!("{{\"scenario\":{},\"verdict\":\"{verdict}\"{what}}}\n", text(id))
}

fn text(text: &str) -> Json {
    Json::Text(text.into())
}

fn in_folder(folder: &Path) -> Result<Vec<PathBuf>, String> {
    let failed = |error: std::io::Error| format!("{}: {error}", folder.display());
    let entries = std::fs::read_dir(folder).map_err(failed)?;
    let mut paths = entries
        .map(|entry| entry.map(|entry| entry.path()))
        .collect::<Result<Vec<_>, _>>()
        .map_err(failed)?;
    paths.sort();
    let mut files = Vec::new();
    for path in paths {
        if path.is_dir() {
            files.extend(in_folder(&path)?);
        } else if path.extension().is_some_and(|extension| extension == "json") {
            files.push(path);
        }
    }
    Ok(files)
}

fn read_file(file: &Path) -> Result<Vec<Scenario>, String> {
    let failed = |error: &dyn std::fmt::Display| format!("{}: {error}", file.display());
    let bytes = std::fs::read(file).map_err(|error| failed(&error))?;
    let text = String::from_utf8(bytes).map_err(|error| {
        let valid = error.utf8_error().valid_up_to();
        failed(&format_args!("byte {valid}: expected UTF-8, found other bytes"))
    })?;
    scenario::read(&text).map_err(|error| failed(&error))
}
