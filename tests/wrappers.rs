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

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, exit};
use std::time::Instant;
use std::{env, fs, panic};

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

/// What each program `careless` has to print.
const MISTAKES: &str = "\
open nowhere: cannot_open
no program: invalid_program what=no program has been set
nobody: unknown_customer customer=bob
no text: invalid_document path=customer expected=an id of 1 to 64 characters, not an empty one
not UTF-8: not_utf8 what=customer
a long text: too_long what=customer
settle nothing: no_sale
an empty line: invalid_document path=lines.quantity expected=a number of at most 9 digits before the point and 8 after it
begin twice: sale_open
an index: out_of_range what=index
loyalty of nobody: unknown_customer
half a JSON: invalid_document
JSON of nobody: unknown_customer customer=bob
close twice: no error
after the close: closed
JSON after the close: closed
";

/// What each program `calls` has to print: a row for each call that the day has no need of.
const CALLS: &str = "\
changed: 1 0
decimals: 2 2
program: yes
dry run: yes
enrol: none 0.00 0.00 0.00 0.00 - - 0.00 0.00 0.00
opt out: none 0.00 0.00 0.00 0.00 - - 0.00 0.00 0.00
opt in: none 0.00 0.00 0.00 0.00 - - 0.00 0.00 0.00
set code: none 0.00 0.00 0.00 0.00 - - 0.00 0.00 0.00
customer: ada
check: none 0.00 0.00 0.00 0.00 - - 0.00 0.00 0.00
quote: parked 0.00 0.00 0.00 - - 4.00 0.00 0.00 0.00
settle: settled 0.00 0.00 0.00 - 0.30 4.00 0.00 0.00 0.00
claim: settled 0.30 0.00 0.00 0.30 - - 0.00 0.00 0.00
park: parked 0.00 0.00 0.00 - - 100.00 0.00 0.00 0.00
settle: settled 9.50 0.00 0.00 9.80 - 95.00 0.00 0.00 0.00
sale: S-2 settled 0.00
outcome: yes
on account: pending 0.00 1.00 0.00 8.80 - 29.00 29.00 1.00 0.00
pay account: pending 0.00 0.00 0.00 8.80 - - 19.00 0.00 0.00
return: settled 0.00 0.00 4.75 4.05 - - 0.00 0.00 40.00
refund: card 40.00
return amount: settled 0.00 0.00 0.09 3.96 - - 0.00 0.00 1.00
return without sale: none 0.00 0.00 0.20 3.76 - - 0.00 0.00 0.00
exchange: settled 6.00 0.00 4.75 5.01 - 60.00 0.00 0.00 0.00
void: voided 0.00 0.00 6.00 -0.99 - - 0.00 0.00 60.00
hints: yes
receipt: yes
picture: done
card: done
scan: done
find: done
resolved: weighed 00042 1.250
resolved: ada
verified: 16 1 0 -0.99
outbox: 16
export: 16
received: 16 -0.99
copied: 16
";

/// A wrapper: what it is called, what it needs beside the library, and how its programs are built.
struct Language {
    name: &'static str,
    /// All that can hold a call of a function of the library.
    sources: &'static [&'static str],
    /// What is missing on this machine.
    missing: fn() -> Option<String>,
    build: fn(&Shop),
    /// The command that runs one of the programs.
    command: fn(&Shop, &str) -> Command,
    /// What else is to be seen of it.
    more: fn(&Shop),
}

/// Where a language's programs are built and run.
struct Shop {
    folder: PathBuf,
    prefix: PathBuf,
}

const PROGRAMS: [&str; 3] = ["day", "careless", "calls"];

const LANGUAGES: [Language; 5] = [
    Language {
        name: "cpp",
        sources: &["include/regulars.hpp"],
        missing: || without(&["g++", "pkg-config"]),
        build: |shop| build_cpp(shop, &["-O2"], ""),
        command: |shop, program| Command::new(shop.folder.join(program)),
        more: more_of_cpp,
    },
    Language {
        name: "python",
        sources: &["examples/python/regulars/_register.py", "examples/python/regulars/_errors.py"],
        missing: missing_of_python,
        build: build_python,
        command: |shop, program| {
            let mut command = Command::new(python().unwrap());
            command.args(["-X", "dev", "-W", "error"]);
            command.arg(format!("python/{program}.py")).env("PYTHONPATH", shop.folder.join("site"));
            command
        },
        more: more_of_python,
    },
    Language {
        name: "csharp",
        sources: &[
            "examples/csharp/Register.cs",
            "examples/csharp/Documents.cs",
            "examples/csharp/Errors.cs",
        ],
        missing: || without(&["mcs", "mono"]),
        build: build_csharp,
        command: |shop, program| {
            let mut command = Command::new("mono");
            command.arg(shop.folder.join(format!("{program}.exe")));
            command
        },
        more: |_| (),
    },
    Language {
        name: "pascal",
        sources: &["examples/pascal/Regulars.pas", "examples/pascal/RegularsRegister.inc"],
        missing: || without(&["fpc"]),
        build: build_pascal,
        command: |shop, program| Command::new(shop.folder.join(capital(program))),
        more: |_| (),
    },
    Language {
        name: "java",
        sources: &["examples/java/regulars/Register.java", "examples/java/regulars/Calls.java"],
        missing: missing_of_java,
        build: build_java,
        command: |shop, program| {
            let mut command = Command::new("java");
            command.arg(format!("-Djna.library.path={}", shop.prefix.join("lib").display()));
            command.args(["-cp", &format!("{}:classes", jna().display()), &capital(program)]);
            command
        },
        more: |_| (),
    },
];

fn main() {
    let filter = env::args().skip(1).find(|argument| !argument.starts_with('-')).unwrap_or_default();
    let chosen: Vec<&Language> =
        LANGUAGES.iter().filter(|language| format!("wrapper_{}", language.name).contains(&filter)).collect();
    let here = chosen.iter().any(|language| (language.missing)().is_none());
    let prefix = if here { installed() } else { PathBuf::new() };
    println!("\nrunning {} tests", chosen.len());
    let (mut passed, mut failed, mut ignored) = (0, 0, 0);
    for language in chosen {
        if let Some(missing) = (language.missing)() {
            println!("test wrapper_{} ... ignored, {missing} isn't here", language.name);
            ignored += 1;
            continue;
        }
        let since = Instant::now();
        if panic::catch_unwind(|| try_out(language, &prefix)).is_ok() {
            println!("test wrapper_{} ... ok ({:.1} s)", language.name, since.elapsed().as_secs_f32());
            passed += 1;
        } else {
            println!("test wrapper_{} ... FAILED", language.name);
            failed += 1;
        }
    }
    let verdict = if failed == 0 { "ok" } else { "FAILED" };
    println!("\ntest result: {verdict}. {passed} passed; {failed} failed; {ignored} ignored\n");
    exit(if failed == 0 { 0 } else { 101 });
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
    (language.more)(&shop);
    fs::remove_dir_all(&shop.folder).unwrap();
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

/// Runs a command that has to succeed.
fn done(command: &mut Command) -> Output {
    let output = command.output().unwrap_or_else(|error| panic!("{command:?}: {error}"));
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

// C++

fn build_cpp(shop: &Shop, flags: &[&str], end: &str) {
    let told = done(shop.beside(Command::new("pkg-config").args(["--cflags", "--libs", "regulars"]))).stdout;
    let told = String::from_utf8(told).unwrap();
    for program in PROGRAMS {
        let mut compiler = Command::new("g++");
        compiler.args(["-std=c++17", "-pedantic", "-Wall", "-Wextra", "-Wconversion", "-Werror"]);
        compiler.args(flags).arg(example(&format!("cpp/{program}.cpp"))).args(told.split_whitespace());
        done(shop.beside(compiler.arg("-o").arg(format!("{program}{end}"))));
    }
}

/// Nothing is leaked, read too far or undefined.
fn more_of_cpp(shop: &Shop) {
    build_cpp(shop, &["-g", "-fsanitize=address,undefined", "-fno-sanitize-recover=all"], "-sanitized");
    let mut commands = vec![("sanitizer", "-sanitized", vec![])];
    if without(&["valgrind"]).is_none() {
        let told = [
            "valgrind",
            "--quiet",
            "--leak-check=full",
            "--errors-for-leak-kinds=definite,indirect",
            "--error-exitcode=9",
        ];
        commands.push(("valgrind", "", told.to_vec()));
    } else {
        println!("valgrind isn't here; C++ was tried without it");
    }
    for (name, end, before) in commands {
        for program in PROGRAMS {
            let words: Vec<String> =
                before.iter().map(ToString::to_string).chain([format!("./{program}{end}")]).collect();
            let (first, others) = words.split_first().unwrap();
            done(shop.beside(Command::new(first).args(others).arg(format!("{name}-{program}.ledger"))));
        }
    }
}

// Python

/// A Python that can install a package without the network: the first one, or that of the system.
fn python() -> Option<&'static str> {
    let can = |python: &&str| {
        // In this order, or setuptools complains.
        let imports = ["-c", "import setuptools, wheel, pip"];
        Command::new(python).args(imports).output().is_ok_and(|output| output.status.success())
    };
    ["python3", "/usr/bin/python3"].into_iter().find(can)
}

fn missing_of_python() -> Option<String> {
    python().is_none().then(|| "python3 with setuptools, wheel and pip".into())
}

/// As a till would install it.
fn build_python(shop: &Shop) {
    let copy = shop.folder.join("python");
    done(Command::new("cp").arg("-r").arg(example("python")).arg(&copy));
    let mut pip = Command::new(python().unwrap());
    pip.args(["-m", "pip", "install", "--quiet", "--no-build-isolation", "--no-deps", "--no-index"]);
    done(shop.beside(pip.args(["--root-user-action=ignore", "--target", "site", "./python"])));
    // What runs is what was installed.
    fs::remove_dir_all(copy.join("regulars")).unwrap();
}

fn more_of_python(shop: &Shop) {
    if without(&["mypy"]).is_some() {
        println!("mypy isn't here; the types of Python weren't looked at");
        return;
    }
    let mut mypy = Command::new("mypy");
    mypy.args(["--strict", "--cache-dir", "mypy-cache", "-p", "regulars"]).env("MYPYPATH", "site");
    done(shop.beside(&mut mypy));
    let mut mypy = Command::new("mypy");
    mypy.args(["--strict", "--cache-dir", "mypy-cache"]);
    mypy.args(PROGRAMS.map(|program| format!("python/{program}.py")));
    done(shop.beside(mypy.env("MYPYPATH", "site")));
}

// C#

fn build_csharp(shop: &Shop) {
    for program in PROGRAMS {
        let mut compiler = Command::new("mcs");
        compiler.args(["-warn:4", "-warnaserror", &format!("-out:{program}.exe")]);
        let own = capital(program);
        let files = ["Native", "Errors", "Types", "Packing", "Register", "Documents", &own];
        compiler.args(files.map(|file| example(&format!("csharp/{file}.cs"))));
        done(shop.beside(&mut compiler));
    }
}

// Pascal

fn build_pascal(shop: &Shop) {
    for program in PROGRAMS {
        let mut compiler = Command::new("fpc");
        compiler.args(["-Sew", "-vw", "-O2", "-FE.", &format!("-Fl{}", shop.prefix.join("lib").display())]);
        done(shop.beside(compiler.arg(example(&format!("pascal/{}.pas", capital(program))))));
    }
}

// Java

/// The library of JNA.
fn jna() -> PathBuf {
    env::var_os("JNA_JAR").map_or_else(|| PathBuf::from("/usr/share/java/jna.jar"), PathBuf::from)
}

fn missing_of_java() -> Option<String> {
    let version = || {
        let told = Command::new("javac").arg("-version").output().ok()?.stdout;
        String::from_utf8(told).ok()?.strip_prefix("javac ")?.split('.').next()?.trim().parse::<u32>().ok()
    };
    let older = || version().is_none_or(|version| version < 17).then(|| "a JDK of 17 or later".into());
    let no_jna = || (!jna().is_file()).then(|| "JNA".into());
    without(&["javac", "java"]).or_else(older).or_else(no_jna)
}

fn build_java(shop: &Shop) {
    let mut compiler = Command::new("javac");
    compiler.args(["-Xlint:all", "-Werror", "-d", "classes", "-cp"]).arg(jna());
    let files = ["Api", "Arena", "Calls", "Documents", "Register", "RegularsException"];
    compiler.args(files.map(|file| example(&format!("java/regulars/{file}.java"))));
    done(shop.beside(compiler.args(PROGRAMS.map(|file| example(&format!("java/{}.java", capital(file)))))));
}
