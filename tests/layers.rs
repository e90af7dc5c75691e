//! Who uses whom inside the library: nobody uses what stands above. The picture is in `src/docs/architecture.md`.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test: what goes wrong ends it")]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// What each module may use of the others.
const MAY_USE: &[(&str, &str)] = &[
    ("sorting", ""),
    ("money", "sorting"),
    ("ident", ""),
    ("time", ""),
    ("code", "ident time"),
    ("sale", "sorting money ident time"),
    ("ledger", "sorting money ident time"),
    ("loyalty", "sorting money ident time sale"),
    ("decide", "sorting money ident time code sale ledger loyalty"),
    ("store", "sorting money ident time sale ledger loyalty decide"),
    ("register", "ident time code sale loyalty decide store"),
    ("document", "sorting money ident time code sale ledger loyalty decide"),
    ("adapter::memory", "sorting money ident time ledger loyalty decide store"),
    (
        "adapter::sqlite",
        "sorting money ident time sale ledger loyalty decide store document ffi adapter::json_lines",
    ),
    ("adapter::csv", "money ident time sale loyalty decide store document register"),
    ("adapter::json_lines", "ledger loyalty decide store document"),
    ("adapter::parcel_lines", "ledger decide store document"),
    ("adapter::receipt", "money ident time code sale loyalty decide store register adapter::label"),
    ("adapter::zones", "time"),
    ("adapter::mail", "time"),
    ("adapter::wedge", "code"),
    ("adapter::label", "code"),
    ("adapter::scan", "code"),
    ("adapter::camera", "adapter::scan"),
    ("ffi", ""),
];

fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

/// The modules of the library that a text names, less what stands in comments and in tests.
fn used(text: &str) -> BTreeSet<String> {
    let text = text.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default();
    let code = text.lines().filter(|line| !line.trim_start().starts_with("//"));
    let named = code.flat_map(|line| line.split("crate::").skip(1));
    let is_name = |character: char| character.is_ascii_lowercase() || character == '_';
    named
        .map(|path| {
            let mut parts =
                path.split("::").map(|part| part.split(|character| !is_name(character)).next().unwrap());
            match (parts.next().unwrap(), parts.next()) {
                ("adapter", Some(adapter)) => format!("adapter::{adapter}"),
                (module, _) => module.to_string(),
            }
        })
        .filter(|module| !module.is_empty())
        .collect()
}

#[test]
fn nobody_uses_what_stands_above() {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut found = Vec::new();
    files(&source, &mut found);
    let mut looked_at = BTreeSet::new();
    for file in found {
        let place = file.strip_prefix(&source).unwrap().with_extension("");
        let parts: Vec<&str> = place.iter().map(|part| part.to_str().unwrap()).collect();
        let module = match parts.as_slice() {
            ["lib"] | ["adapter"] | ["adapter", "mod"] => continue,
            // It stands above everything.
            ["ffi", "capi", ..] | ["ffi", "mod"] => continue,
            parts if parts.iter().any(|part| matches!(*part, "tests" | "any")) => continue,
            ["adapter", adapter, ..] => format!("adapter::{adapter}"),
            [module, ..] => (*module).to_string(),
            [] => continue,
        };
        let (_, allowed) = MAY_USE.iter().find(|(name, _)| *name == module).expect(&module);
        for other in used(&fs::read_to_string(&file).unwrap()) {
            let is_allowed = other == module || allowed.split(' ').any(|allowed| allowed == other);
            assert!(is_allowed, "{} uses {other}", file.display());
        }
        looked_at.insert(module);
    }
    assert_eq!(looked_at.len(), MAY_USE.len(), "{looked_at:?}");
}
