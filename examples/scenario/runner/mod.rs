//! The scenario runner: reads files, plays each scenario on a fresh store, says what came of it.

mod arguments;
pub mod before;
mod expect;
mod files;
mod listed;
mod people;
mod play;
pub mod scenario;
mod stores;

use std::ffi::OsString;
use std::io::Write;

use arguments::{Arguments, HELP, Request};
use play::Verdict;
use stores::Stores;

/// Runs a command line. Gives the exit code: 0 if nothing fell short, 1 if something did, 2 if
/// something can't be read or written.
pub fn run(
    arguments: impl IntoIterator<Item = OsString>,
    out: &mut dyn Write,
    complaints: &mut dyn Write,
) -> u8 {
    let done = match arguments::read(arguments) {
        Ok(Request::Play(arguments)) => play_all(&arguments, out),
        Ok(Request::Help) => writeln!(out, "{HELP}").map(|()| 0).map_err(|error| error.to_string()),
        Err(error) => Err(format!("{error}\n\n{HELP}")),
    };
    done.unwrap_or_else(|error| {
        // Where even the complaint can't be written, the exit code still tells.
        let _ = writeln!(complaints, "{error}");
        2
    })
}

/// All files are read before the first scenario is played: a mistake in one of them comes first.
fn play_all(arguments: &Arguments, out: &mut dyn Write) -> Result<u8, String> {
    let scenarios = files::read_all(&arguments.paths)?;
    let stores = Stores::new(arguments.store.clone())?;
    let mut count = Count::default();
    for scenario in &scenarios {
        let mut lines = String::new();
        let verdict = stores.play(&scenario.script, &mut |number, kind, told| {
            if arguments.json {
                lines.push_str(&files::event_line(&scenario.id, number, kind, told));
            }
        })?;
        count.add(&verdict);
        let verdict_line = if arguments.json { files::verdict_line } else { line };
        lines.push_str(&verdict_line(&scenario.id, &verdict));
        out.write_all(lines.as_bytes()).map_err(|error| error.to_string())?;
    }
    if !arguments.json {
        writeln!(out, "{}", count.line()).map_err(|error| error.to_string())?;
    }
    Ok(u8::from(count.failed != 0))
}

fn line(id: &str, verdict: &Verdict) -> String {
    match verdict {
        Verdict::Passed => format!("ok {id}\n"),
        Verdict::FallsShort(what) => format!("FALLS SHORT {id}: {what}\n"),
        Verdict::NotYet(what) => format!("NOT YET {id}: {what}\n"),
    }
}

#[derive(Default)]
struct Count {
    passed: usize,
    failed: usize,
    not_yet: usize,
}

impl Count {
    fn add(&mut self, verdict: &Verdict) {
        let counter = match verdict {
            Verdict::Passed => &mut self.passed,
            Verdict::FallsShort(_) => &mut self.failed,
            Verdict::NotYet(_) => &mut self.not_yet,
        };
        *counter = counter.saturating_add(1);
    }

    fn line(&self) -> String {
        let line = format!("{} passed, {} failed", self.passed, self.failed);
        if self.not_yet == 0 { line } else { format!("{line}, {} not yet", self.not_yet) }
    }
}
