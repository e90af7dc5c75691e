//! The examples, as programs to run.

use std::path::{Path, PathBuf};
use std::process::Command;

/// The program of an example, as cargo builds it beside all tests; where only one test was asked for,
/// it is built first.
pub fn example(name: &str) -> PathBuf {
    let test = std::env::current_exe().unwrap();
    let folder = test.parent().and_then(Path::parent).unwrap();
    let example = folder.join("examples").join(format!("{name}{}", std::env::consts::EXE_SUFFIX));
    if !example.exists() {
        let release = if cfg!(debug_assertions) { &[][..] } else { &["--release"][..] };
        let built = Command::new(env!("CARGO"))
            .args(["build", "--offline", "--example", name, "--manifest-path"])
            .arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.toml"))
            .arg("--target-dir")
            .arg(folder.parent().unwrap())
            .args(release)
            .status();
        assert!(built.unwrap().success() && example.exists(), "{}", example.display());
    }
    example
}
