//! Reads codes in pictures: `cargo run --release --features scan --example scan -- PICTURE...`
#![allow(
    clippy::arithmetic_side_effects,
    clippy::float_arithmetic,
    clippy::indexing_slicing,
    clippy::cast_possible_truncation,
    clippy::cast_possible_wrap,
    clippy::cast_sign_loss,
    reason = "pixels and times of a bench; what comes from outside is read by the library"
)]

mod args;
mod bench;
mod camera;
mod draw;
mod frames;
mod made;
mod manifest;
mod pictures;
mod print;

use std::error::Error;
use std::io;
use std::process::ExitCode;

use regulars::adapter::scan::Scanner;

use args::{Args, Asked};

fn main() -> ExitCode {
    silence_caught_panics();
    let done = match args::parse() {
        Ok(Asked::Help) => {
            println!("{}", args::HELP);
            return ExitCode::SUCCESS;
        }
        Ok(Asked::Read(args)) => read(&args),
        Ok(Asked::Bench(args)) => bench::run(&args),
        Ok(Asked::Frames(args)) => frames::bench(&args),
        Ok(Asked::Write(args)) => frames::write(&args),
        Ok(Asked::Raw(args, width, height)) => frames::from_stdin(&args, width, height),
        Ok(Asked::Camera(args, which, seconds)) => camera::watch(&args, &which, seconds),
        Ok(Asked::Cameras) => camera::list(),
        Err(error) => Err(error),
    };
    match done {
        Ok(code) => code,
        // Who reads has had enough.
        Err(error) if is_broken_pipe(&*error) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("scan: {error}");
            ExitCode::FAILURE
        }
    }
}

fn is_broken_pipe(error: &(dyn Error + 'static)) -> bool {
    error.downcast_ref::<io::Error>().is_some_and(|error| error.kind() == io::ErrorKind::BrokenPipe)
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

/// Reads pictures and prints what they say. A picture that can't be opened is said, and the others are read.
fn read(args: &Args) -> Result<ExitCode, Box<dyn Error>> {
    let scanner = Scanner::new(args.options.clone());
    let files = pictures::files(&args.pictures)?;
    let bar = print::bar(files.len(), args.quiet);
    let mut code = ExitCode::SUCCESS;
    for file in &files {
        match pictures::load(file) {
            Ok(grey) => {
                let scan = scanner.read(&grey.picture()?);
                bar.suspend(|| print::scan(file, &scan, args.json))?;
                if let Some(folder) = &args.draw {
                    draw::save(&grey, &scan.readings, folder, file)?;
                }
            }
            Err(error) => {
                bar.suspend(|| eprintln!("scan: {}: {error}", file.display()));
                code = ExitCode::FAILURE;
            }
        }
        bar.inc(1);
    }
    bar.finish_and_clear();
    Ok(code)
}
