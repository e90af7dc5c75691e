//! The header of the C interface is what the source says, and compiles as C and as C++.

#![cfg(feature = "capi")]
#![allow(clippy::unwrap_used, reason = "in the helpers, too, what goes wrong fails the test")]

use std::collections::BTreeMap;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};
use std::{env, fs};

use regulars::capi;

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

/// In the order in which a caller meets them.
const FILES: [&str; 24] = [
    "status",
    "border",
    "types",
    "answers",
    "failure",
    "ledger",
    "program",
    "customers",
    "beginning",
    "sale",
    "selling",
    "holds",
    "payments",
    "returns",
    "outcome",
    "standing",
    "looking",
    "receipts",
    "codes",
    "contacts",
    "pictures",
    "maintenance",
    "json_door",
    "files",
];

fn header_of_the_source() -> String {
    let folder = Path::new(ROOT).join("src/ffi/capi");
    let config = cbindgen::Config::from_file(Path::new(ROOT).join("cbindgen.toml")).unwrap();
    let builder = FILES.iter().fold(cbindgen::Builder::new().with_config(config), |builder, file| {
        builder.with_src(folder.join(file).with_extension("rs"))
    });
    let mut bytes = Vec::new();
    builder.generate().unwrap().write(&mut bytes);
    String::from_utf8(bytes).unwrap()
}

/// `REGULARS_WRITE_HEADER=1 cargo test --features capi --test capi_header` writes it anew.
#[test]
fn the_header_is_what_the_source_says() {
    let file = Path::new(ROOT).join("include/regulars.h");
    let made = header_of_the_source();
    if env::var_os("REGULARS_WRITE_HEADER").is_some() {
        fs::write(&file, &made).unwrap();
    }
    let kept = fs::read_to_string(&file).unwrap();
    let differs = kept.lines().zip(made.lines()).find(|(kept, made)| kept != made);
    // Both as a whole would fill the screen.
    assert!(kept == made, "the first line that differs: {differs:?}; write it anew and look at what changes");
}

/// A file that isn't in the list would be missing in the header, and no link would fail before a program needs it.
#[test]
fn every_function_of_the_source_is_declared() {
    let header = header_of_the_source();
    let mut functions = 0;
    for file in fs::read_dir(Path::new(ROOT).join("src/ffi/capi")).unwrap() {
        let source = fs::read_to_string(file.unwrap().path()).unwrap();
        for behind in source.split("extern \"C\" fn ").skip(1) {
            let name = behind.split('(').next().unwrap();
            assert!(header.contains(&format!(" {name}(")) || header.contains(&format!("*{name}(")), "{name}");
            functions += 1;
        }
    }
    assert!(50 <= functions, "{functions}");
}

#[test]
fn it_compiles_as_c99_and_as_cpp17_without_a_warning() {
    let include = Path::new(ROOT).join("include");
    let source =
        "#include <regulars.h>\nint main(void) { return regulars_abi_version() != REGULARS_ABI_VERSION; }\n";
    for (compiler, language, standard) in [("cc", "c", "-std=c99"), ("c++", "c++", "-std=c++17")] {
        let Ok(mut child) = Command::new(compiler)
            .args([
                "-x",
                language,
                standard,
                "-pedantic",
                "-Wall",
                "-Wextra",
                "-Werror",
                "-fsyntax-only",
                "-I",
            ])
            .arg(&include)
            .arg("-")
            .stdin(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
        else {
            // A C compiler is needed for SQLite anyhow; one for C++ may be missing.
            assert_eq!(compiler, "c++");
            continue;
        };
        child.stdin.take().unwrap().write_all(source.as_bytes()).unwrap();
        let done = child.wait_with_output().unwrap();
        assert!(done.status.success(), "{compiler}: {}", String::from_utf8_lossy(&done.stderr));
    }
}

#[test]
fn numbers_of_statuses_are_those_of_the_page_on_documents() {
    let page = fs::read_to_string(Path::new(ROOT).join("src/docs/documents.md")).unwrap();
    let table = page.split_once("# The names of refusals").unwrap().1;
    let names = table.lines().filter_map(|line| line.strip_prefix("| `")?.split('`').next());
    let mut known = BTreeMap::new();
    for status in -10..1000 {
        let name = capi::regulars_status_name(status);
        if !name.is_null() {
            // SAFETY: a text that ends with NUL and stays for ever.
            let name = unsafe { std::ffi::CStr::from_ptr(name) }.to_str().unwrap();
            assert!(known.insert(name, status).is_none(), "{name} twice");
        }
    }
    let refusals: Vec<&str> = names.collect();
    assert_eq!(refusals.len(), 42);
    for name in &refusals {
        assert!((100..200).contains(&known[name]), "{name}");
    }
    assert_eq!(known.values().filter(|status| (100..200).contains(*status)).count(), refusals.len());
    assert_eq!(known["ok"], 0);
}
