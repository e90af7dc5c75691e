//! The library without `std`, for real: `tests/bare` has two programs that settle
//! a sale with neither `std` nor a C library linked. Here they are built, run and
//! looked into; and the same ones are seen to fail to build with `std`.
//!
//! `cargo test --test no_std -- --nocapture` shows the size of their code.

#![cfg(all(target_os = "linux", target_env = "gnu", any(target_arch = "x86_64", target_arch = "aarch64")))]
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "in the helpers, as in the tests, what goes wrong fails the test"
)]

use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::{Mutex, PoisonError};
use std::{env, fs, str};

/// Held by who needs the program that it built to stay.
static PROGRAM: Mutex<()> = Mutex::new(());

#[test]
fn a_program_without_std_settles_a_sale() {
    let _stays = PROGRAM.lock().unwrap_or_else(PoisonError::into_inner);
    let built = build("alone", &[]);
    assert!(built.status.success(), "{}", text(&built.stderr));

    // The whole engine with a store, and the rules alone.
    for (name, says) in [("bare", "earned 4.00 balance 34.00\n"), ("earns", "earned 4.00\n")] {
        let program = target_folder().join("release").join(name);
        let run = Command::new(&program).output().unwrap();
        assert_eq!(text(&run.stderr), "");
        assert_eq!(text(&run.stdout), says);
        assert_eq!(run.status.code(), Some(0));

        let elf = Elf::read(&program);
        let size = elf.section_size(".text").expect("a .text section");
        println!("{name}: {size} bytes of .text");
        assert!(size > 0);
        assert!(!elf.has_segment(PT_INTERP), "asks for a dynamic linker");
        assert!(!elf.has_segment(PT_DYNAMIC), "names shared libraries");
    }
}

#[test]
fn the_program_with_std_does_not_build() {
    assert_std_refused(&build("with-std", &["--features", "with-std"]));
}

/// What scanners and tokens bring along, signatures among it, needs no `std`.
#[test]
fn scanners_and_tokens_do_without() {
    let _stays = PROGRAM.lock().unwrap_or_else(PoisonError::into_inner);
    let built = build("with-scanners", &["--features", "with-scanners"]);
    assert!(built.status.success(), "{}", text(&built.stderr));
}

/// Nor does it if it is the library that brings `std`, by its feature.
#[test]
fn the_program_with_std_in_the_library_does_not_build() {
    let features = ["--features", "with-library-std"];
    assert_std_refused(&build("with-library-std", &features));
}

/// This very test is linked in the ordinary way, and must look like it.
#[test]
#[cfg(not(target_feature = "crt-static"))]
fn an_ordinary_program_is_told_apart() {
    let elf = Elf::read(&env::current_exe().unwrap());
    assert!(elf.has_segment(PT_INTERP));
    assert!(elf.has_segment(PT_DYNAMIC));
}

/// Two panic handlers, the program's and the one of `std`, are one too many.
fn assert_std_refused(built: &Output) {
    let messages = text(&built.stderr);
    assert!(!built.status.success(), "built with `std`:\n{messages}");
    for part in ["E0152", "duplicate lang item `panic_impl`", "crate `std`"] {
        assert!(messages.contains(part), "failed otherwise:\n{messages}");
    }
}

/// Where the program is built; cargo lets one build at a time into it.
fn target_folder() -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join("bare")
}

fn build(stage_name: &str, features: &[&str]) -> Output {
    let mut cargo = Command::new(env!("CARGO"));
    cargo
        .args(["build", "--release", "--offline", "--color=never"])
        .arg("--manifest-path")
        .arg(stage(stage_name).join("Cargo.toml"))
        .arg("--target-dir")
        .arg(target_folder())
        .args(features)
        .current_dir(env!("CARGO_MANIFEST_DIR"));
    // What is meant for the build of the tests, such as the instrumentation of
    // a coverage tool, may well need `std`.
    for (name, _) in env::vars_os() {
        let name = name.to_string_lossy();
        if name.ends_with("RUSTFLAGS")
            || name.ends_with("WRAPPER")
            || name.starts_with("CARGO_PROFILE_")
            || name == "CARGO_BUILD_TARGET"
        {
            cargo.env_remove(&*name);
        }
    }
    cargo.output().unwrap()
}

/// Copies `tests/bare` to a folder of its own, next to the `Cargo.lock` of the
/// library. Cargo drops from that what the program does not need and keeps the
/// versions of the rest, so both builds use the same ones, which are there even
/// without a network. Nothing is written among the sources, and tests that run
/// at once, even in different processes, do not meet.
fn stage(name: &str) -> PathBuf {
    let root = env!("CARGO_MANIFEST_DIR");
    let source = Path::new(root).join("tests/bare");
    let staged = Path::new(env!("CARGO_TARGET_TMPDIR")).join("bare-staged").join(name);
    let _ = fs::remove_dir_all(&staged);
    fs::create_dir_all(staged.join("src")).unwrap();

    let manifest = fs::read_to_string(source.join("Cargo.toml")).unwrap();
    let (link, library) = (r#""../..""#, format!("{root:?}"));
    assert_eq!(manifest.matches(link).count(), 1);
    fs::write(staged.join("Cargo.toml"), manifest.replace(link, &library)).unwrap();
    fs::copy(Path::new(root).join("Cargo.lock"), staged.join("Cargo.lock")).unwrap();
    fs::copy(source.join("build.rs"), staged.join("build.rs")).unwrap();
    for file in fs::read_dir(source.join("src")).unwrap() {
        let file = file.unwrap();
        fs::copy(file.path(), staged.join("src").join(file.file_name())).unwrap();
    }
    staged
}

fn text(bytes: &[u8]) -> &str {
    str::from_utf8(bytes).unwrap()
}

/// Kinds of segments that only a program to be linked at its start has.
const PT_DYNAMIC: usize = 2;
const PT_INTERP: usize = 3;

/// As much of a 64-bit little-endian ELF file as is asked about here.
struct Elf(Vec<u8>);

impl Elf {
    fn read(path: &Path) -> Self {
        let bytes = fs::read(path).unwrap();
        assert!(bytes.starts_with(b"\x7fELF\x02\x01"), "another format");
        Self(bytes)
    }

    fn has_segment(&self, kind: usize) -> bool {
        self.table(0x20, 0x36).any(|at| self.number(at, 4) == kind)
    }

    fn section_size(&self, name: &str) -> Option<usize> {
        let names = self.table(0x28, 0x3A).nth(self.number(0x3E, 2))?;
        let names = self.number(names + 0x18, 8);
        let section = self.table(0x28, 0x3A).find(|&at| {
            let found = &self.0[names + self.number(at, 4)..];
            found.split(|&byte| byte == 0).next() == Some(name.as_bytes())
        })?;
        Some(self.number(section + 0x20, 8))
    }

    /// Where the entries of a table start. The header of the file tells, at the
    /// places given, the table's own start, and then an entry's size and their
    /// number.
    fn table(&self, start: usize, shape: usize) -> impl Iterator<Item = usize> {
        let start = self.number(start, 8);
        let size = self.number(shape, 2);
        (0..self.number(shape + 2, 2)).map(move |index| start + index * size)
    }

    fn number(&self, at: usize, size: usize) -> usize {
        let bytes = self.0[at..at + size].iter().rev();
        bytes.fold(0, |number, &byte| number << 8 | usize::from(byte))
    }
}
