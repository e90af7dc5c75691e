//! The main job, as a user runs it: twice, killed on its way, and given wrong input.
#![cfg(all(feature = "sqlite", feature = "receipt", feature = "time-zones"))]
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "in helpers, too, what goes wrong fails the test"
)]

#[path = "../examples/register/chart.rs"]
#[allow(dead_code, reason = "here for its tests")]
mod chart;
#[path = "../examples/register/data.rs"]
#[allow(dead_code, reason = "here for its tests")]
mod data;
#[path = "common/example.rs"]
mod example;
#[path = "../examples/register/tenders.rs"]
#[allow(dead_code, reason = "here for its tests")]
mod tenders;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::thread::sleep;
use std::time::Duration;

use example::example;

#[test]
fn twice_is_once_and_killed_ten_times_is_never() {
    let folder = fresh_folder("whole");
    let first = play(&folder, &["--batch", "256"]);
    assert!(first.status.success(), "{}", text(&first.stderr));
    let told = text(&first.stdout);
    assert!(told.contains("sales                   6919\n"), "{told}");
    assert!(told.contains("LOYALTY BALANCE") && told.contains("verify: ok"), "{told}");
    assert!(told.lines().all(|row| row.chars().count() <= 200), "no row runs away");
    let png = fs::read(folder.join("liability.png")).unwrap();
    assert!(png.starts_with(b"\x89PNG") && 10_000 < png.len());
    assert!(fs::read_to_string(folder.join("liability.svg")).unwrap().contains("</svg>"));
    assert_eq!(told, text(&play(&folder, &["--batch", "256"]).stdout), "nothing counts twice");

    let other = fresh_folder("killed");
    let mut cut_short = 0;
    for turn in 0..10 {
        let mut child = command(&other, &["--batch", "16"]).spawn().unwrap();
        sleep(Duration::from_millis(40 + 35 * turn));
        cut_short += usize::from(child.try_wait().unwrap().is_none());
        let _ = child.kill();
        child.wait().unwrap();
    }
    assert!(0 < cut_short, "it was killed while it worked");
    let last = play(&other, &["--batch", "256"]);
    let elsewhere = |told: &str| told.replace(&*other.to_string_lossy(), &folder.to_string_lossy());
    assert_eq!(told, elsewhere(&text(&last.stdout)));
}

#[test]
fn a_customer_who_is_named_gets_the_receipt() {
    let folder = fresh_folder("customer");
    let data = folder.join("one.csv");
    let rows =
        "sale,day,customer,quantity,amount\nx-1,1997-01-01,00004,2,29.33\nx-2,1997-01-02,00005,1,5.00\n";
    fs::write(&data, rows).unwrap();
    let told = play(&folder, &["--data", &data.to_string_lossy(), "--customer", "00004"]);
    let told = text(&told.stdout);
    assert!(told.contains("Sale x-1") && told.contains("Customer 00004"), "{told}");
}

#[test]
fn what_is_wrong_is_one_line_that_says_where() {
    let folder = fresh_folder("wrong");
    let data = folder.join("bad.csv");
    fs::write(&data, "sale,day,customer,quantity,amount\nx-1,1997-01-01,00004,two,29.33\n").unwrap();
    let refused = play(&folder, &["--data", &data.to_string_lossy()]);
    assert_eq!(refused.status.code(), Some(2));
    let told = text(&refused.stderr);
    assert!(told.contains("bad.csv:2: found") && told.lines().count() == 1, "{told}");

    let program = folder.join("bad.json");
    fs::write(&program, r#"{"id": "p", "currency": "EUR", "unit": {"kind": "money"}, "earn": [{"by": "amount", "rate": 0.05}]}"#).unwrap();
    let refused = play(&folder, &["--program", &program.to_string_lossy()]);
    assert_eq!(refused.status.code(), Some(2));
    let told = text(&refused.stderr);
    assert!(told.contains("bad.json: earn[0].rate: expected") && told.lines().count() == 1, "{told}");

    assert_eq!(play(&folder, &["--batch", "0"]).status.code(), Some(2));
    assert!(text(&play(&folder, &["--help"]).stdout).contains("--batch N"));
}

fn play(folder: &Path, arguments: &[&str]) -> Output {
    command(folder, arguments).output().unwrap()
}

fn command(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(example("register"));
    command.arg("--quiet").arg("--store").arg(folder.join("register.ledger"));
    command.arg("--out").arg(folder).args(arguments);
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

fn fresh_folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("main-job").join(name);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).unwrap();
    folder
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}
