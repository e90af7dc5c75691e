//! The wrappers of the C interface, each in its own language, against the installed library: the same day at the till as
//! in C has to print the same bytes, mistakes have to be exceptions, and no function of the header may be missing.
//!
//! A language whose compiler isn't there is said and ignored, and not counted as passed; so this has no harness of its
//! own. `REGULARS_PREFIX` names an installed library; without it one is built and installed. A word on the command line
//! chooses the languages.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing,
    reason = "in the helpers, too, what goes wrong fails the test"
)]

mod languages;
mod layouts;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, exit};
use std::time::Instant;
use std::{env, fs, panic};

use languages::LANGUAGES;
use regulars::adapter::sqlite::SqliteStore;
use regulars::document::read_program;
use regulars::register::Register;
use regulars::time::{FixedZones, Timestamp};

/// Of the shop in the guide.
const PROGRAM: &str = r#"{"id": "house", "currency": "EUR", "unit": {"kind": "money"},
    "earn": [{"by": "amount", "rate": "0.05"}]}"#;

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

/// What each program `careless` has to print.
const MISTAKES: &str = include_str!("careless.txt");

/// What each program `calls` has to print: a row for each call that the day has no need of.
const CALLS: &str = include_str!("calls.txt");

/// Documents that the ledger of `calls` has to have, so that no member of a struct is lost or taken for another one.
const DOCUMENTS: &str = include_str!("documents.txt");

/// A wrapper: what it is called, what it needs beside the library, and how its programs are built.
struct Language {
    name: &'static str,
    /// All that can hold a call of a function of the library.
    sources: &'static [&'static str],
    /// What is missing on this machine.
    missing: fn() -> Option<String>,
    build: fn(&Shop),
    guide: Guide,
    /// The command that runs one of the programs.
    command: fn(&Shop, &str) -> Command,
    /// What else is to be seen of it.
    more: fn(&Shop),
}

/// A language's sample in the guide.
struct Guide {
    fence: &'static str,
    /// What the sale says in the end.
    told: &'static str,
    /// Makes the program `guide` of the sample.
    build: fn(&Shop, &str),
}

/// Where a language's programs are built and run.
struct Shop {
    folder: PathBuf,
    prefix: PathBuf,
}

fn main() {
    // Cargo hands the word on first. What comes later may be the value of an option.
    let filter = env::args().nth(1).filter(|argument| !argument.starts_with('-')).unwrap_or_default();
    let chosen: Vec<&Language> =
        LANGUAGES.iter().filter(|language| format!("wrapper_{}", language.name).contains(&filter)).collect();
    // The library is installed by a script for Linux.
    let missing = |language: &Language| {
        if cfg!(all(target_os = "linux", target_env = "gnu")) {
            (language.missing)()
        } else {
            Some("Linux".into())
        }
    };
    let here = chosen.iter().any(|language| missing(language).is_none());
    let prefix = if here { installed() } else { PathBuf::new() };
    let layouts = "layouts_of_wrappers".contains(&filter);
    println!("\nrunning {} tests", chosen.len() + usize::from(layouts));
    let (mut passed, mut failed, mut ignored) = (0, 0, 0);
    let mut count = |done: bool| *if done { &mut passed } else { &mut failed } += 1;
    if layouts {
        count(is_ok("layouts_of_wrappers", layouts::are_those_of_the_header));
    }
    for language in chosen {
        if let Some(missing) = missing(language) {
            println!("test wrapper_{} ... ignored, {missing} isn't here", language.name);
            ignored += 1;
        } else {
            count(is_ok(&format!("wrapper_{}", language.name), || try_out(language, &prefix)));
        }
    }
    let verdict = if failed == 0 { "ok" } else { "FAILED" };
    println!("\ntest result: {verdict}. {passed} passed; {failed} failed; {ignored} ignored\n");
    exit(if failed == 0 { 0 } else { 101 });
}

fn is_ok(name: &str, test: impl FnOnce() + panic::UnwindSafe) -> bool {
    let since = Instant::now();
    let ok = panic::catch_unwind(test).is_ok();
    let told = if ok { format!("ok ({:.1} s)", since.elapsed().as_secs_f32()) } else { "FAILED".into() };
    println!("test {name} ... {told}");
    ok
}

/// Builds and installs the library, unless there is one already.
fn installed() -> PathBuf {
    if let Some(prefix) = env::var_os("REGULARS_PREFIX") {
        return prefix.into();
    }
    let prefix = Path::new(env!("CARGO_TARGET_TMPDIR")).join("wrappers");
    let script = Path::new(ROOT).join("scripts/install-capi.sh");
    // As the test `capi_installed` builds it, so that what was built there is found here.
    let target = env::current_exe().unwrap().ancestors().nth(3).unwrap().to_path_buf();
    let mut install = Command::new("bash");
    install.arg(script).arg("--prefix").arg(&prefix);
    done(install.env("CARGO_PROFILE_RELEASE_LTO", "off").env("CARGO_TARGET_DIR", target));
    prefix
}

fn try_out(language: &Language, prefix: &Path) {
    every_function_is_called(language);
    let folder = env::temp_dir().join(format!("regulars-{}-{}", language.name, std::process::id()));
    fs::create_dir_all(&folder).unwrap();
    let shop = Shop { folder, prefix: prefix.to_path_buf() };
    (language.build)(&shop);

    let expected = fs::read_to_string(example("c/day.txt")).unwrap();
    let day = || text(&done(shop.beside((language.command)(&shop, "day").arg("day.ledger"))));
    assert_eq!(day(), expected);
    // The same day again counts nothing twice. Receipts tell how their sales stand by now.
    let end = |printed: &str| printed[printed.find("\nbalance ").unwrap()..].to_string();
    assert_eq!(end(&day()), end(&expected));
    let told = text(&done(shop.beside((language.command)(&shop, "careless").arg("careless.ledger"))));
    // Where texts are UTF-16 the wrapper finds it out itself, and doesn't know in which argument.
    assert_eq!(told.replace(": not_utf8\n", ": not_utf8 what=customer\n"), MISTAKES);
    let told = text(&done(shop.beside((language.command)(&shop, "calls").arg("calls.ledger"))));
    assert_eq!(told, CALLS);
    let kept = fs::read_to_string(shop.folder.join("calls.ledger.export")).unwrap();
    for document in DOCUMENTS.lines() {
        assert!(kept.contains(document), "{document} isn't in {kept}");
    }
    sells_what_the_guide_sells(language, &shop);
    // A register that was closed leaves no log beside its ledger.
    let left = fs::read_dir(&shop.folder).unwrap().map(|entry| entry.unwrap().file_name());
    let logs: Vec<_> = left.filter(|name| name.to_string_lossy().ends_with("-wal")).collect();
    assert!(logs.is_empty(), "{logs:?}");
    (language.more)(&shop);
    fs::remove_dir_all(&shop.folder).unwrap();
}

/// Its sample is compiled and run as it stands there, in a shop with a program: some ask the machine for the time, which
/// may be earlier than the programs of this test.
fn sells_what_the_guide_sells(language: &Language, shop: &Shop) {
    let ledger = SqliteStore::open(shop.folder.join("shop.ledger")).unwrap();
    let program = read_program(PROGRAM).unwrap();
    Register::new(ledger, FixedZones).set_program(program, Timestamp::EPOCH).unwrap();
    let Guide { fence, told, build } = language.guide;
    let guide = guide();
    let sample = guide.split_once(&format!("```{fence}\n")).unwrap().1.split_once("```").unwrap().0;
    build(shop, sample);
    // Decimals have a comma elsewhere.
    let printed = done(shop.beside((language.command)(shop, "guide").env("LC_ALL", "C")));
    assert_eq!(text(&printed).trim_end(), told);
}

fn guide() -> String {
    fs::read_to_string(Path::new(ROOT).join("src/docs/c-guide.md")).unwrap()
}

/// A function that is new in the header has to come to every wrapper. The last error as JSON is there as facts.
fn every_function_is_called(language: &Language) {
    let header = fs::read_to_string(Path::new(ROOT).join("include/regulars.h")).unwrap();
    let sources: String = (language.sources.iter())
        .map(|file| fs::read_to_string(Path::new(ROOT).join(file)).unwrap())
        .collect::<Vec<String>>()
        .concat();
    let declared: Vec<&str> = (header.lines())
        .filter(|line| !line.starts_with([' ', '/', '#', '}']) && !line.starts_with("typedef"))
        .filter_map(|line| line.split_once('(')?.0.rsplit([' ', '*']).next())
        .filter(|name| name.starts_with("regulars_"))
        .collect();
    assert!(60 <= declared.len(), "{declared:?}");
    let words: BTreeSet<&str> = sources.split(|sign: char| !sign.is_alphanumeric() && sign != '_').collect();
    for name in declared {
        // Python says `"check"`, and all others `regulars_check`.
        let quoted = format!("\"{}\"", name.trim_start_matches("regulars_"));
        let called = words.contains(name) || sources.contains(&quoted);
        assert!(called || ["regulars_last_error_json", "regulars_abi_version"].contains(&name), "{name}");
    }
}

impl Shop {
    fn file(&self, name: &str, text: &str) -> PathBuf {
        let file = self.folder.join(name);
        fs::write(&file, text).unwrap();
        file
    }

    /// A command that runs in the folder and finds the library.
    fn beside<'a>(&self, command: &'a mut Command) -> &'a mut Command {
        let library = self.prefix.join("lib");
        command
            .current_dir(&self.folder)
            .env("LD_LIBRARY_PATH", &library)
            .env("PKG_CONFIG_PATH", library.join("pkgconfig"))
    }
}

fn text(output: &Output) -> String {
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
    String::from_utf8(output.stdout.clone()).unwrap()
}

/// Runs a command that has to succeed, and within an hour: a wrapper that asks again for ever would stop all tests.
fn done(command: &mut Command) -> Output {
    let mut limited = Command::new("timeout");
    limited.arg("3600").arg(command.get_program()).args(command.get_args());
    for (name, value) in command.get_envs() {
        limited.env(name, value.unwrap_or_default());
    }
    if let Some(folder) = command.get_current_dir() {
        limited.current_dir(folder);
    }
    let output = limited.output().unwrap_or_else(|error| panic!("{command:?}: {error}"));
    let told = [&*output.stdout, &*output.stderr].map(String::from_utf8_lossy).concat();
    assert!(output.status.success(), "{command:?}: {}\n{told}", output.status);
    output
}

fn example(file: &str) -> PathBuf {
    Path::new(ROOT).join("examples").join(file)
}

fn capital(program: &str) -> String {
    format!("{}{}", program[..1].to_uppercase(), &program[1..])
}

/// Those of the commands that aren't here.
fn without(commands: &[&str]) -> Option<String> {
    let paths: Vec<PathBuf> = env::split_paths(&env::var_os("PATH").unwrap_or_default()).collect();
    let here = |command: &&&str| paths.iter().any(|path| path.join(command).is_file());
    let missing: Vec<&str> = commands.iter().filter(|command| !here(command)).copied().collect();
    (!missing.is_empty()).then(|| missing.join(" "))
}
