//! The till in the terminal, as it is run.
#![cfg(all(
    feature = "json",
    feature = "receipt",
    feature = "scan",
    feature = "sqlite",
    feature = "time-zones",
    feature = "tokens",
    feature = "wedge"
))]
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "in the helpers, as in the tests, what goes wrong fails the test"
)]

#[path = "common/folder.rs"]
mod folder;

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::Mutex;

use folder::Folder;
use regulars::code::{KeyId, TokenContent, TokenFor, TokenKey};
use regulars::ident::Code;

/// The moment of all runs: 26 November 2026, 9 o'clock in Vienna.
const NOW: &str = "1795680000000";

/// The till, as cargo builds it beside all tests; where only this test was asked for, it is built first.
fn program() -> PathBuf {
    static BUILT: Mutex<()> = Mutex::new(());
    let _one_at_a_time = BUILT.lock().unwrap();
    let test = std::env::current_exe().unwrap();
    let folder = test.parent().and_then(Path::parent).unwrap();
    let program = folder.join("examples").join(format!("till_scan{}", std::env::consts::EXE_SUFFIX));
    if !program.exists() {
        let release = if cfg!(debug_assertions) { &[][..] } else { &["--release"][..] };
        let built = Command::new(env!("CARGO"))
            .args(["build", "--offline", "--example", "till_scan", "--features", "scan,tokens,wedge"])
            .arg("--manifest-path")
            .arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.toml"))
            .arg("--target-dir")
            .arg(folder.parent().unwrap())
            .args(release)
            .status();
        assert!(built.unwrap().success() && program.exists(), "{}", program.display());
    }
    program
}

fn till(folder: &Folder, arguments: &[&str], typed: &str) -> Output {
    fs::write(folder.file("till.key"), [7; 32]).unwrap();
    fs::write(folder.file("typed"), typed).unwrap();
    let mut command = Command::new(program());
    command.current_dir(folder.path()).args(["--key", "till.key"]).args(arguments);
    command.stdin(Stdio::from(File::open(folder.file("typed")).unwrap())).output().unwrap()
}

#[track_caller]
fn said(folder: &Folder, arguments: &[&str], typed: &str) -> String {
    let output = till(folder, arguments, typed);
    assert_eq!(String::from_utf8(output.stderr).unwrap(), "");
    assert!(output.status.success());
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn recorded_keys_make_a_sale_with_its_receipt() {
    let folder = Folder::new();
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/till");
    let keys = fixtures.join("keys.txt");
    let said = said(&folder, &["--now", NOW, "--keys", keys.to_str().unwrap()], "");
    assert_eq!(said, fs::read_to_string(fixtures.join("said.txt")).unwrap());
}

#[test]
fn a_receipt_is_claimed_and_its_goods_come_back() {
    let folder = Folder::new();
    let program = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/programs/x-series-cashback.json");
    let program = program.to_str().unwrap();
    let sold = said(
        &folder,
        &["--now", NOW, "--program", program],
        "9520000000011\n9520000000035\npay cash 5\ndone\n",
    );
    assert!(sold.contains("To be claimed by the receipt: 0.25\n"), "{sold}");
    let token = sold.lines().find(|line| line.contains('-') && line.starts_with('R')).unwrap();
    let later = format!(
        "join ada 2900000000179\n{token}\nclaim\nreturn 1\nreturn 1\n{}9\nreturn 7\n",
        token.get(..token.len() - 1).unwrap()
    );
    let later = said(&folder, &["--now", "1795680060000", "--program", program], &later);
    let claimed = "It is nobody's yet: `claim` gives it to the customer.\n  `return LINE` or `return all` takes \
                   goods back.\nEarned: 0.25\nBalance: 0.25\nGive back: cash 4.20 NZD\n";
    assert!(later.contains(claimed), "{later}");
    assert!(later.contains("mistyped: its last two characters"), "{later}");
    assert!(later.contains("No: the sale has no line 7\n"), "{later}");
}

#[test]
fn what_is_wrong_is_said_and_records_nothing() {
    let folder = Folder::new();
    let typed = "done\npay\npay card 5\nreward nothing\n9520000000042\nreward croissant\npay card 5\ndone\nclaim\n\
                 picture none.png\nvoid\ntotal\nquit\ntotal\n";
    let no = |typed: &str| {
        said(&folder, &["--now", NOW], typed).lines().filter(|line| line.starts_with("No: ")).count()
    };
    assert_eq!(no(typed), 10);
    let wrong = "cards nothing PC-1\ncards\nlink\nemail a@b.example\noffer 1\nremove 1\noffer a b c\njoin\n";
    assert_eq!(no(wrong), 8);
    for wrong in [&["--now", "soon"][..], &["--nothing"], &["--layout", "dvorak"]] {
        assert_eq!(till(&folder, wrong, "").status.code(), Some(2));
    }
    assert_eq!(till(&folder, &["--program", "none.json"], "").status.code(), Some(1));
}

/// A scale that shows next to nothing gives nothing away.
#[test]
fn what_comes_to_nothing_is_not_rung_up() {
    let folder = Folder::new();
    fs::write(folder.file("articles.csv"), "scale,21IIIIIWW.WWWC\n00042,CRUMBS,bread,0.40\n").unwrap();
    let said =
        said(&folder, &["--now", NOW, "--articles", "articles.csv"], "2100042000018\n2100042005006\ntotal\n");
    assert!(said.starts_with("No: 0.001 of CRUMBS comes to nothing: weigh it again\n  1  CRUMBS"), "{said}");
}

/// The pictures of a folder are read by their names, and what is none of them is said or left alone.
#[test]
fn a_folder_of_pictures_is_read() {
    let folder = Folder::new();
    let pictures = folder.file("pictures");
    fs::create_dir_all(&pictures).unwrap();
    fs::write(pictures.join("notes.txt"), "no picture").unwrap();
    assert!(
        said(&folder, &["--now", NOW, "--picture", "pictures"], "").contains("there is no picture in it")
    );
    fs::write(pictures.join("a.png"), "cut off").unwrap();
    code("CARD-1").save(pictures.join("b.png")).unwrap();
    code("CARD-2").save(pictures.join("c.png")).unwrap();
    let typed = "join bob CARD-2\njoin ada CARD-1\nvoid\npicture pictures\n";
    let said = said(&folder, &["--now", NOW], typed);
    let (_, read) = said.split_once("nothing was recorded.\n").unwrap();
    let found: Vec<&str> = read.lines().filter(|row| !row.starts_with(' ')).collect();
    assert!(found[0].starts_with("No: pictures/a.png: "), "{said}");
    assert_eq!(found[1..], ["Customer ada", "Customer bob"], "{said}");
}

/// A text as a QR code, eight pixels a module, with a quiet zone of four modules.
fn code(text: &str) -> image::GrayImage {
    let code = qrcode::QrCode::new(text).unwrap();
    let (side, colors) = (code.width(), code.to_colors());
    let wide = u32::try_from((side + 8) * 8).unwrap();
    image::GrayImage::from_fn(wide, wide, |x, y| {
        let module = |place: u32| (place as usize / 8).checked_sub(4).filter(|module| *module < side);
        let dark = module(x).zip(module(y)).map(|(x, y)| colors[y * side + x]);
        image::Luma([if dark == Some(qrcode::Color::Dark) { 0 } else { 255 }])
    })
}

#[test]
fn a_reward_is_used() {
    let folder = Folder::new();
    let first = "join ada 2900000000179 Ada\n2100042050006\npay card\ndone\n";
    assert!(said(&folder, &["--now", NOW], first).ends_with("Earned: 39\nBalance: 39\n"));
    // Who knows a number hasn't got the card.
    let typed = "9520000000042\ncustomer ada\npay loyalty 1\nreward croissant\n2900000000179\npay loyalty 1\ncustomer ada\npay cash\n";
    let typed = said(&folder, &["--now", "1795680055000"], typed);
    let no = "No: units are spent by a card that is scanned, not by a number that is typed\n";
    assert_eq!(typed.matches(no).count(), 3, "{typed}");
    let again =
        "2900000000179\n9520000000042\n9520000000059\nreward croissant\npay card\nreward croissant\ndone\n";
    let again = said(&folder, &["--now", "1795680060000"], again);
    assert!(again.contains("Reward croissant                     -1.90\n"), "{again}");
    assert!(again.contains("No: that comes before payments; `unpay` gives them back\n"), "{again}");
    let poor = said(&folder, &["--now", "1795680120000"], "2900000000179\n9520000000042\npay loyalty 1\n");
    assert!(poor.contains("No: 20 units were asked for, and 10 are there\n"), "{poor}");
    assert!(again.ends_with("Earned: 1\nSpent: 30\nBalance: 10\n"), "{again}");
}

/// A punch card from its making to the free item, and one by which somebody joins.
#[test]
fn a_punch_card_is_linked_punched_and_used() {
    let folder = Folder::new();
    let coffee = "9520000000059\n";
    let card = TokenFor::PunchCard(Code::new("PC-1").unwrap());
    let card = TokenKey::short(KeyId(1), &[7; 32]).make(&TokenContent { stands_for: card, last_day: None });
    let card = card.unwrap();
    let first = format!(
        "cards coffee PC-1 PC-2\njoin ada 2900000000179 Ada\nPC-1\nlink\n{card}\nlink\nemail ada@shop.example\nlink\n{}\
         9520000000011\nremove 7\ntotal\npay card 5\nunpay\npay card\ndone\n",
        coffee.repeat(6)
    );
    let till = |at: &str, typed: &str| said(&folder, &["--now", at], typed);
    let first = till(NOW, &first);
    for wanted in [
        // Its code can be guessed.
        "\"PC-1\": a punch card's number isn't enough: scan its code, or type all of that\nNo: scan a punch card first\n",
        "A punch card, PC-1, that is nobody's yet.\n",
        "No: the customer has no e-mail address: `email ADDRESS` tells one\n",
        "PC-1 is ada's.\n",
        "Line 7 is out.\nTOTAL 18.60 EUR; it would earn 11.\n13.60 EUR is still due.\nTOTAL 18.60 EUR",
    ] {
        assert!(first.contains(wanted), "{wanted:?} isn't in {first}");
    }
    let token = first.lines().find_map(|line| line.strip_prefix("Made: PC-2  ")).unwrap();

    // Who knows a customer's number hasn't got the card.
    let typed =
        till("1795680055000", &format!("customer ada\n{coffee}total\noffer PC-1 1\npay cash\nvoid\n"));
    let no = "No: a punch card's offer is used by a card that is scanned, not by a number that is typed\n";
    assert!(typed.contains(no) && !typed.contains("`offer "), "{typed}");
    assert!(!typed.contains("TOTAL 0.00 EUR"), "{typed}");

    // Scanned, the card finds its customer.
    let free = till("1795680060000", &format!("{card}\n{coffee}total\noffer 1\ndone\n{card}\n"));
    assert!(free.starts_with("The punch card PC-1\nCustomer ada (Ada)\n"), "{free}");
    assert!(free.contains("  The card PC-1 (coffee) has 1 offer ready"), "{free}");
    assert!(free.contains("  `offer PC-1 1` takes 3.10 EUR off.\nTOTAL 0.00 EUR"), "{free}");
    assert!(
        free.contains("  The card PC-1 (coffee) has 0 offers ready, and 6 punches are missing"),
        "{free}"
    );

    // Who joins by a card has joined, and gets it once there is an address.
    let bob =
        till("1795680120000", &format!("{token}\njoin bob - Bob\nemail bob@shop.example\nlink\n{token}\n"));
    assert!(bob.contains("The punch card is not: the customer has no e-mail address.\n"), "{bob}");
    assert!(bob.contains("PC-2 is bob's.\nThe punch card PC-2\nCustomer bob (Bob)\n"), "{bob}");
}

#[test]
fn who_has_a_receipt_joins_by_it() {
    let folder = Folder::new();
    let program = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/programs/x-series-cashback.json");
    let program = program.to_str().unwrap();
    let sold = said(&folder, &["--now", NOW, "--program", program], "9520000000011\npay cash 5\ndone\n");
    let token = sold.lines().skip_while(|line| *line != "The code of this receipt:").nth(1).unwrap();
    let typed = format!("{token}\njoin ada - Ada\n{token}\njoin bob -\n");
    let joined = said(&folder, &["--now", "1795680060000", "--program", program], &typed);
    assert!(joined.contains("The receipt is the customer's.\nEarned: 0.21\nBalance: 0.21\n"), "{joined}");
    assert!(
        joined.contains("The receipt is not: the sale till-2026-11-26-1 has a customer already.\n"),
        "{joined}"
    );
}
