//! A till in the terminal: `cargo run --features scan,tokens,wedge --example till_scan -- --help`

mod args;
mod articles;
mod camera;
mod commands;
mod keys;
mod people;
mod pictures;
mod settle;
mod terminal;
mod till;

use std::error::Error;
use std::io::{self, IsTerminal};
use std::process::ExitCode;

use args::{Args, Asked};
use till::Till;

type Result<T> = std::result::Result<T, Box<dyn Error>>;

fn main() -> ExitCode {
    silence_caught_panics();
    let args = match args::parse() {
        Ok(Asked::Help) => {
            print!("{}", args::HELP);
            return ExitCode::SUCCESS;
        }
        Ok(Asked::Till(args)) => args,
        Err(error) => {
            eprintln!("till_scan: {error}\ntry --help");
            return ExitCode::from(2);
        }
    };
    match run(&args) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("till_scan: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(args: &Args) -> Result<()> {
    let mut till = Till::open(args)?;
    for picture in &args.pictures {
        till.typed(&format!("picture {}", picture.display()));
    }
    if let Some(which) = &args.camera {
        return camera::watch(&mut till, which);
    }
    match &args.keys {
        Some(file) => keys::recorded(&mut till, file, args),
        None if io::stdin().is_terminal() => terminal::run(&mut till, args),
        None => keys::lines(&mut till, args),
    }
}

/// A part of the scanner that panics is caught there, and says nothing here.
fn silence_caught_panics() {
    let hook = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        if !regulars::adapter::scan::is_guarded() {
            hook(panic);
        }
    }));
}
