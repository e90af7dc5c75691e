//! What only a file has to stand: other files, and other programs. What breaks is in `faults/`.

#![cfg(feature = "sqlite")]
#![allow(clippy::unwrap_used, clippy::panic, reason = "in the helpers, too, what goes wrong fails the test")]

mod common;

use std::path::Path;
use std::sync::Barrier;
use std::time::Duration;
use std::{env, fs, thread};

use common::folder::Folder;
use common::log::end_of_frames;
use common::shop::{PROGRAM, Shop, event, moment, sale, sale_with, set_program, units};
use regulars::adapter::memory::MemoryStore;
use regulars::adapter::sqlite::{Obstacle, Salvage, SqliteError, SqliteStore};
use regulars::decide::{Outcome, Refusal};
use regulars::document::{read_document, read_program};
use regulars::ident::CustomerId;
use regulars::ledger::Seq;
use regulars::register::RegisterError;
use regulars::store::{Store, VerifyError, verify};
use rusqlite::Connection;

fn open(file: &Path) -> Shop<SqliteStore> {
    Shop::open(SqliteStore::open(file).unwrap())
}

fn reopen(file: &Path) -> Shop<SqliteStore> {
    Shop::reopen(SqliteStore::open(file).unwrap())
}

/// SQLite counts milliseconds in 31 bits; who would wait longer waits as long as that.
#[test]
fn no_patience_is_too_long() {
    let folder = Folder::new();
    let file = folder.file("shop.ledger");
    let options = SqliteStore::options().patience(Duration::MAX);
    let mut store = options.clone().open(&file).unwrap();
    store.begin().unwrap();
    drop(store);
    drop(options.open_to_read(&file).unwrap());
}

#[test]
fn a_ledger_is_there_again_after_it_was_closed() {
    let folder = Folder::new();
    let file = folder.file("shop.ledger");
    let mut shop = open(&file);
    shop.submit(&sale("S1", "03-01", "C1", "20.00"));
    let (operations, account) = (shop.operations(), shop.account("C1", "03-02"));
    drop(shop);
    let mut shop = reopen(&file);
    assert_eq!((shop.operations(), shop.account("C1", "03-02")), (operations, account));
    assert!(shop.submit(&sale("S1", "03-01", "C1", "20.00")).duplicate);
    assert_eq!(shop.submit(&sale("S2", "03-01", "C1", "20.00")).decision.balance, Some(units(200)));
    shop.verify();
    shop.register.store_mut().check_file().unwrap();
}

#[test]
fn customers_come_in_pages() {
    let folder = Folder::new();
    let mut shop = open(&folder.file("shop.ledger"));
    for customer in ["b", "a", "c", "B", "10", "9"] {
        shop.submit(&sale(customer, "03-01", customer, "20.00"));
    }
    let store = shop.register.store_mut();
    let first = store.customers(None, 4).unwrap();
    let names = |page: &[regulars::adapter::sqlite::KeptCustomer]| {
        page.iter().map(|kept| kept.customer.to_string()).collect::<Vec<_>>()
    };
    assert_eq!(names(&first), ["10", "9", "B", "a"]);
    assert_eq!(first[0].balance, units(100));
    let rest = store.customers(Some(&first[3].customer), 4).unwrap();
    assert_eq!(names(&rest), ["b", "c"]);
}

#[test]
fn an_empty_file_becomes_a_ledger() {
    let folder = Folder::new();
    let file = folder.file("shop.ledger");
    fs::write(&file, b"").unwrap();
    open(&file).verify();
    assert_eq!(reopen(&file).operations().len(), 1);
}

/// Whoever made the file was switched off before there were tables in it.
#[test]
fn a_file_that_was_only_begun_becomes_a_ledger() {
    let folder = Folder::new();
    let file = folder.file("shop.ledger");
    Connection::open(&file).unwrap().pragma_update(None, "journal_mode", "WAL").unwrap();
    assert!(0 < fs::metadata(&file).unwrap().len());
    open(&file).verify();
}

#[test]
fn somebody_elses_file_is_left_alone() {
    let folder = Folder::new();
    let letter = folder.file("letter.txt");
    fs::write(&letter, "Dear customer,\n".repeat(200)).unwrap();
    let database = folder.file("music.db");
    Connection::open(&database).unwrap().execute_batch("CREATE TABLE song (title TEXT)").unwrap();
    let numbered = folder.file("numbered.db");
    Connection::open(&numbered).unwrap().pragma_update(None, "user_version", 1).unwrap();
    for file in [letter, database, numbered] {
        let before = fs::read(&file).unwrap();
        let refused = SqliteStore::open(&file);
        assert!(matches!(refused, Err(SqliteError::NotALedger { .. })), "{file:?}: {refused:?}");
        assert_eq!(fs::read(&file).unwrap(), before);
        assert!(!folder.file("music.db-wal").exists());
    }
}

/// A view and a trigger are programs that a file brings along, and can be made to never end.
#[test]
fn nothing_that_a_file_brings_along_is_run() {
    const ENDLESS: &str =
        "WITH RECURSIVE c (first, epoch) AS (SELECT 1, 1 UNION ALL SELECT first + 1, 1 FROM c)";
    let folder = Folder::new();
    let file = folder.file("shop.ledger");
    let change = |sql: &str| Connection::open(&file).unwrap().execute_batch(sql).unwrap();
    open(&file).submit(&sale("S1", "03-01", "C1", "20.00"));
    change(&format!(
        "CREATE TRIGGER later AFTER INSERT ON operation
         BEGIN SELECT count(*) FROM ({ENDLESS} SELECT * FROM c); END"
    ));
    let mut shop = reopen(&file);
    shop.submit(&sale("S2", "03-02", "C1", "20.00"));
    assert!(shop.register.store_mut().check_file().is_err());
    drop(shop);
    change(&format!("DROP TRIGGER later; DROP TABLE epoch; CREATE VIEW epoch AS {ENDLESS} SELECT * FROM c"));
    let opened = SqliteStore::open(&file).and_then(|mut store| store.check_chain(None));
    assert!(opened.is_err(), "{opened:?}");
}

/// Where the order of customers is damaged, the one after the last can be the first again.
#[test]
fn customers_out_of_order_are_damage() {
    let folder = Folder::new();
    let file = folder.file("shop.ledger");
    let mut shop = open(&file);
    ["C1", "C2"].iter().for_each(|customer| drop(shop.submit(&sale(customer, "03-01", customer, "20.00"))));
    drop(shop);
    let connection = Connection::open(&file).unwrap();
    let sql = "SELECT pageno FROM dbstat WHERE name = 'customer'";
    let page = connection.query_row(sql, [], |row| row.get::<_, u32>(0)).unwrap() as usize;
    drop(connection);
    let mut bytes = fs::read(&file).unwrap();
    let customers = &mut bytes[(page - 1) * 1024..page * 1024];
    let first = customers.windows(2).rposition(|id| id == b"C1").unwrap();
    customers[first + 1] = b'9';
    fs::write(&file, bytes).unwrap();
    let mut shop = Shop::reopen(SqliteStore::options().check_end(false).open(&file).unwrap());
    let program = read_program(PROGRAM).unwrap();
    let tried = shop.register.dry_run(&program, moment("03-01"));
    assert!(matches!(tried, Err(RegisterError::Store(SqliteError::Damaged { .. }))), "{tried:?}");
    let read = shop.register.store_mut().customers(None, 99);
    assert!(matches!(read, Err(SqliteError::Damaged { .. })), "{read:?}");
    // An older file's are put in order as it is brought up to date.
    let file = folder.file("older.ledger");
    fs::copy("fixtures/stores/damaged/customers-out-of-order", &file).unwrap();
    let mut store = SqliteStore::options().check_end(false).open(&file).unwrap();
    assert!(!store.customers(None, 99).unwrap().is_empty());
}

#[test]
fn a_newer_ledger_is_left_alone() {
    let folder = Folder::new();
    let file = folder.file("shop.ledger");
    drop(open(&file));
    Connection::open(&file).unwrap().pragma_update(None, "user_version", 8).unwrap();
    let refused = SqliteStore::open(&file).unwrap_err();
    assert!(matches!(refused, SqliteError::TooNew { found: 8, known: 7 }), "{refused:?}");
    assert_eq!(
        refused.to_string(),
        "the ledger has format 8, and this program knows 7 at most; update the program"
    );
}

#[test]
fn what_cannot_be_opened_is_told_with_its_reason() {
    let folder = Folder::new();
    let why = |opened: Result<SqliteStore, SqliteError>| match opened {
        Err(SqliteError::CannotOpen { why, .. }) => why,
        other => panic!("{other:?}"),
    };
    let nowhere = || folder.file("nowhere/shop.ledger");
    let refused = SqliteStore::open(nowhere()).unwrap_err().to_string();
    let expected = "nowhere/shop.ledger can't be opened or made: its folder isn't there; make it, or choose another path";
    assert!(refused.ends_with(expected), "{refused}");
    assert_eq!(why(SqliteStore::open_to_read(nowhere())), Obstacle::NoFolder);
    assert_eq!(why(SqliteStore::open(folder.path())), Obstacle::IsFolder);
    assert_eq!(why(SqliteStore::open_to_read(folder.path())), Obstacle::IsFolder);
    assert_eq!(why(SqliteStore::open_to_read(folder.file("missing"))), Obstacle::NotThere);
    let salvaged = Salvage::open(folder.file("missing"), &[], |_, _| ()).unwrap_err();
    assert!(matches!(salvaged, SqliteError::CannotOpen { why: Obstacle::NotThere, .. }), "{salvaged:?}");
}

/// A ledger holds personal data.
#[cfg(unix)]
#[test]
fn a_new_ledger_is_its_owners_alone() {
    use std::os::unix::fs::PermissionsExt;
    let folder = Folder::new();
    let mut shop = open(&folder.file("shop.ledger"));
    shop.submit(&sale("S1", "03-01", "C1", "20.00"));
    for name in ["shop.ledger", "shop.ledger-wal", "shop.ledger-shm"] {
        let mode = fs::metadata(folder.file(name)).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{name}");
    }
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 3);
    drop(shop);
    // Whoever gives others the right is asked no more.
    fs::set_permissions(folder.file("shop.ledger"), fs::Permissions::from_mode(0o660)).unwrap();
    let _shop = reopen(&folder.file("shop.ledger"));
    let log = fs::metadata(folder.file("shop.ledger-wal")).unwrap().permissions().mode();
    assert_eq!(log & 0o777, 0o660);
}

/// Somebody cuts the log off while a till has it open.
#[test]
fn a_log_that_is_cut_while_it_is_open_is_told() {
    let folder = Folder::new();
    let file = folder.file("shop.ledger");
    let mut shop = open(&file);
    shop.submit(&sale("S0", "03-01", "C1", "20.00"));
    drop(shop);
    let mut shop = reopen(&file);
    for number in 1..12 {
        shop.submit(&sale(&format!("S{number}"), "03-01", "C1", "20.00"));
    }
    shop.register.store_mut().check_file().unwrap();
    fs::File::options().write(true).open(folder.file("shop.ledger-wal")).unwrap().set_len(0).unwrap();
    for _ in 0..2 {
        let told = shop.register.store_mut().check_file().unwrap_err();
        assert!(
            matches!(&told, SqliteError::LogDamaged { path } if path.ends_with("shop.ledger-wal")),
            "{told}"
        );
    }
    drop(shop);
    // Nothing of it was copied: what had been copied before is there.
    let mut shop = reopen(&file);
    assert_eq!(shop.operations().len(), 2);
    shop.register.store_mut().check_file().unwrap();
    shop.verify();
}

/// A bit flips in a log that a till has left behind when it was switched off.
#[test]
fn a_log_that_has_lost_its_end_is_told() {
    let folder = Folder::new();
    let mut shop = open(&folder.file("live.ledger"));
    for number in 0..12 {
        shop.submit(&sale(&format!("S{number}"), "03-01", "C1", "20.00"));
    }
    let [bytes, mut log] =
        ["live.ledger", "live.ledger-wal"].map(|name| fs::read(folder.file(name)).unwrap());
    log.truncate(end_of_frames(&log));
    let left = |log: &[u8]| {
        fs::write(folder.file("shop.ledger"), &bytes).unwrap();
        fs::write(folder.file("shop.ledger-wal"), log).unwrap();
        folder.file("shop.ledger")
    };
    let opened =
        |log: &[u8]| SqliteStore::open(left(log)).map(|store| Shop::reopen(store).operations().len());
    assert_eq!(opened(&log).unwrap(), 13);
    // The middle of the log: the head of a page, which nothing else checks; and the head of the log.
    let middle = 32 + log.len() / 2 / 1048 * 1048;
    for at in [middle + 24, middle + 9, middle + 17, 32 + 40, 32 + 9, 4, 17, 30] {
        let mut flipped = log.clone();
        flipped[at] ^= 4;
        let refused = opened(&flipped).unwrap_err();
        assert!(matches!(&refused, SqliteError::LogDamaged { path } if path.ends_with("shop.ledger-wal")));
        assert!(SqliteStore::open_to_read(folder.file("shop.ledger")).is_err(), "{at}");
        // Nothing was changed, and all that is needed to salvage the rest is there.
        assert_eq!(fs::read(folder.file("shop.ledger-wal")).unwrap(), flipped);
        let salvage = Salvage::open(folder.file("shop.ledger"), &[], |_, _| ()).unwrap();
        assert_eq!(salvage.report().last.0, 13, "{at}");
    }
    // Whoever knows what is missing goes on with what is left.
    let mut flipped = log.clone();
    flipped[middle + 24] ^= 4;
    let store = SqliteStore::options().check_log(false).open(left(&flipped)).unwrap();
    let mut shop = Shop::reopen(store);
    assert!(shop.operations().len() < 13);
    shop.submit(&sale("later", "03-01", "C1", "20.00"));
    drop(shop);
    reopen(&folder.file("shop.ledger")).register.store_mut().check_file().unwrap();
    // A transaction that didn't reach the disk is no damage.
    for bytes in [log.len() - 1048, log.len() - 500, log.len() - 3 * 1048, 40, 20, 0] {
        assert!(opened(&log[..bytes]).is_ok(), "{bytes}");
    }
}

/// The size of the ledger, which says that a transaction ends, is one bit where the ledger has a power of two of
/// pages. Whatever bit flips in front of a page, no more than the last transaction is lost unnoticed.
#[test]
fn no_bit_of_a_log_hides_two_transactions() {
    let folder = Folder::new();
    // Closing takes away the log in which the tables were made.
    drop(open(&folder.file("live.ledger")));
    let mut shop = reopen(&folder.file("live.ledger"));
    let log = || {
        let mut log = fs::read(folder.file("live.ledger-wal")).unwrap();
        log.truncate(end_of_frames(&log));
        log
    };
    let size = |log: &[u8], frame: usize| u32::from_be_bytes(log[frame + 4..frame + 8].try_into().unwrap());
    let mut number = 0;
    loop {
        shop.submit(&sale(&format!("S{number}"), "03-01", "C1", "20.00"));
        let log = log();
        if size(&log, log.len() - 1048).is_power_of_two() {
            break;
        }
        number += 1;
        if number % 8 == 0 {
            // A short log is read faster.
            drop(shop);
            shop = reopen(&folder.file("live.ledger"));
        }
    }
    let end = log().len() - 1048;
    shop.submit(&sale("last", "03-01", "C1", "20.00"));
    let (bytes, log) = (fs::read(folder.file("live.ledger")).unwrap(), log());
    let opened = |log: &[u8]| {
        fs::write(folder.file("shop.ledger"), &bytes).unwrap();
        fs::write(folder.file("shop.ledger-wal"), log).unwrap();
        SqliteStore::open(folder.file("shop.ledger")).map(|store| Shop::reopen(store).operations().len())
    };
    let whole = number + 3;
    assert_eq!(opened(&log).unwrap(), whole);
    assert!(end + 1048 < log.len());
    for frame in [end - 1048, end, log.len() - 1048] {
        for bit in 0..24 * 8 {
            let mut flipped = log.clone();
            flipped[frame + bit / 8] ^= 1 << (bit % 8);
            match opened(&flipped) {
                Ok(left) => assert!(end < frame && left == whole - 1, "frame at {frame}, bit {bit}: {left}"),
                Err(error) => assert!(matches!(error, SqliteError::LogDamaged { .. }), "{error}"),
            }
        }
    }
    // Whatever it was.
    let mut zeros = log.clone();
    zeros[end - 1048 + 4..end - 1048 + 8].fill(0);
    zeros[end + 4..end + 8].fill(0);
    assert!(opened(&zeros).is_err());
}

/// What SQLite would take for something else than a file is a file, too.
#[test]
fn a_path_is_a_path() {
    let folder = Folder::new();
    assert!(matches!(SqliteStore::open(""), Err(SqliteError::CannotOpen { .. })));
    for name in ["file:shop.ledger?mode=memory", ":memory:", "ein Laden ä.ledger"] {
        drop(open(&folder.file(name)));
        assert!(folder.file(name).is_file(), "{name}");
    }
}

#[cfg(unix)]
#[test]
fn a_file_that_may_not_be_written_is_refused() {
    use std::os::unix::fs::PermissionsExt;
    let folder = Folder::new();
    let file = folder.file("shop.ledger");
    drop(open(&file));
    fs::set_permissions(&file, fs::Permissions::from_mode(0o400)).unwrap();
    if fs::OpenOptions::new().write(true).open(&file).is_ok() {
        // The superuser may write to anything.
        return;
    }
    let refused = SqliteStore::open(&file).unwrap_err();
    assert!(matches!(refused, SqliteError::ReadOnly), "{refused:?}");
}

/// It can be read meanwhile, and nothing can be written by who reads.
#[test]
fn a_ledger_is_opened_to_be_read() {
    let folder = Folder::new();
    let file = folder.file("shop.ledger");
    let mut shop = open(&file);
    shop.submit(&sale("S1", "03-01", "C1", "20.00"));
    let mut reader = Shop::reopen(SqliteStore::open_to_read(&file).unwrap());
    shop.submit(&sale("S2", "03-01", "C1", "20.00"));
    assert_eq!((reader.operations(), reader.verify()), (shop.operations(), shop.verify()));
    assert_eq!(reader.account("C1", "03-02").unwrap().holding.balance(), units(200));
    let store = reader.register.store_mut();
    store.check_file().unwrap();
    store.check_chain(None).unwrap();
    store.backup(&folder.file("copy.ledger"), |_, _| ()).unwrap();
    assert!(matches!(store.begin_epoch(1), Err(SqliteError::ReadOnly)));
    let program = read_program(&PROGRAM.replace("0.05", "0.06")).unwrap();
    let refused = reader.register.set_program(program, moment("03-03"));
    assert!(matches!(refused, Err(RegisterError::Store(SqliteError::ReadOnly))), "{refused:?}");
    shop.submit(&sale("S3", "03-01", "C1", "20.00"));
    // What was looked at before is looked at again.
    assert_eq!(reader.account("C1", "03-02").unwrap().holding.balance(), units(300));
    assert_eq!(reader.operations().len(), 4);

    fs::copy("fixtures/stores/format-3.ledger", folder.file("older.ledger")).unwrap();
    let older = SqliteStore::open_to_read(folder.file("older.ledger"));
    assert!(matches!(older, Err(SqliteError::NotUpToDate { found: 3, .. })), "{older:?}");
    let missing = SqliteStore::open_to_read(folder.file("missing.ledger"));
    assert!(matches!(missing, Err(SqliteError::CannotOpen { .. })), "{missing:?}");
    assert!(!folder.file("missing.ledger").exists());
    fs::write(folder.file("empty.ledger"), "").unwrap();
    let empty = SqliteStore::open_to_read(folder.file("empty.ledger"));
    assert!(matches!(empty, Err(SqliteError::NotALedger { .. })), "{empty:?}");
}

/// Two registers with one file can't spend one balance twice (R15).
#[test]
fn two_registers_cannot_spend_one_balance() {
    const ROUNDS: usize = 25;
    let folder = Folder::new();
    let file = folder.file("shop.ledger");
    let mut shop = open(&file);
    shop.submit(&event("enrol", "01-01", r#""customer": "C1""#));
    let start = Barrier::new(3);
    thread::scope(|scope| {
        let spend = |name: &'static str| {
            let (file, start) = (&file, &start);
            scope.spawn(move || {
                let mut shop = reopen(file);
                let mut spent = 0;
                for round in 0..ROUNDS {
                    start.wait();
                    let fields = format!(r#""id": "{name}{round}", "customer": "C1", "amount": "5.00""#);
                    match shop.try_submit(&event("redeem", "03-02", &fields)) {
                        Ok(_) => spent += 1,
                        Err(refusal) => assert_eq!(refusal.name(), "insufficient_balance"),
                    }
                    start.wait();
                }
                spent
            })
        };
        let (left, right) = (spend("left"), spend("right"));
        for round in 0..ROUNDS {
            let import = format!(r#""id": "{round}", "customer": "C1", "units": "5.00""#);
            shop.submit(&event("import", "03-01", &import));
            start.wait();
            start.wait();
            let known = shop.account("C1", "03-02").unwrap();
            assert_eq!(known.holding.balance(), units(0), "exactly one has spent it");
        }
        assert_eq!(left.join().unwrap() + right.join().unwrap(), ROUNDS);
    });
    let verified = shop.verify();
    assert_eq!(verified.operations, 2 + 2 * ROUNDS as u64);
}

#[test]
fn a_register_that_waits_too_long_says_so() {
    let folder = Folder::new();
    let file = folder.file("shop.ledger");
    let mut one = open(&file);
    let mut other = SqliteStore::open(&file).unwrap();
    other.set_patience(Duration::from_millis(20)).unwrap();
    let held = one.register.store_mut().begin().unwrap();
    assert!(matches!(other.begin(), Err(SqliteError::Busy)));
    drop(held);
    for patience in [Duration::ZERO, Duration::MAX] {
        other.set_patience(patience).unwrap();
        assert!(other.begin().is_ok());
    }
}

/// Another program's program is seen, and so are its customers.
#[test]
fn two_registers_see_each_other() {
    let folder = Folder::new();
    let file = folder.file("shop.ledger");
    let (mut one, mut other) = (open(&file), reopen(&file));
    one.submit(&sale("S1", "03-01", "C1", "20.00"));
    assert_eq!(other.submit(&sale("S2", "03-01", "C1", "20.00")).decision.balance, Some(units(200)));
    let double = PROGRAM.replace("0.05", "0.1");
    other.submit(&set_program(&double));
    assert_eq!(one.submit(&sale("S3", "03-01", "C1", "20.00")).moved.earned, units(200));
    assert!(one.submit(&sale("S2", "03-01", "C1", "20.00")).duplicate);
    assert_eq!(one.operations(), other.operations());
    one.verify();
}

/// Two registers that take turns, with one file, come to what one alone comes to.
#[test]
fn two_registers_that_take_turns_are_as_one() {
    let folder = Folder::new();
    let file = folder.file("shop.ledger");
    let mut alone = Shop::open(MemoryStore::default());
    let mut tills = [open(&file), reopen(&file)];
    let mut texts = one_of_each();
    for number in 0..12 {
        let customer = ["C1", "C2", "C3"][number % 3];
        texts.push(sale(&format!("T{number}"), "03-20", customer, "7.00"));
        let terms = r#""terms": "on_account""#;
        texts.push(sale_with(&format!("U{number}"), "03-21", customer, "9.00", terms));
        let fields = format!(r#""id": "V{number}", "customer": "{customer}", "amount": "0.30""#);
        texts.push(event("redeem", "03-22", &fields));
    }
    let told = |done: Result<Outcome, Refusal>| done.map(|outcome| (outcome.moved, outcome.decision.balance));
    for (number, text) in texts.iter().enumerate() {
        // Twice the one, then twice the other; who decides next has seldom looked again.
        let till = &mut tills[number / 2 % 2];
        assert_eq!(told(till.try_submit(text)), told(alone.try_submit(text)), "{text}");
        let looked_at = if number % 5 == 4 { &["C1", "C2", "C3"][..] } else { &[] };
        for customer in looked_at {
            let known = alone.account(customer, "12-31");
            assert_eq!(tills[0].account(customer, "12-31"), known, "{customer} after {text}");
            assert_eq!(tills[1].account(customer, "12-31"), known, "{customer} after {text}");
        }
    }
    tills[0].verify();
}

/// A till knows behind which id it has nothing, until another one records something there.
#[test]
fn what_another_till_recorded_is_a_duplicate() {
    let folder = Folder::new();
    let file = folder.file("shop.ledger");
    let mut tills = [open(&file), reopen(&file)];
    for number in 100..110 {
        let text = sale(&format!("S{number}"), "03-01", "C1", "20.00");
        let [here, there] = [number % 2, (number + 1) % 2];
        assert!(!tills[here].submit(&text).duplicate);
        assert!(tills[there].submit(&text).duplicate, "{text}");
        // Behind the last, in front of it, and at it.
        let again = sale(&format!("S{number}-2"), "03-01", "C1", "20.00");
        for (till, text, duplicate) in [(here, &again, false), (here, &text, true), (here, &again, true)] {
            assert_eq!(tills[till].submit(text).duplicate, duplicate, "{text}");
        }
    }
    assert_eq!(tills[0].operations().len(), 1 + 20);
    tills[1].verify();
}

/// What was given up has left no id behind, and what is recorded in front of it later is found.
#[test]
fn an_id_that_was_given_up_is_new() {
    let folder = Folder::new();
    let mut shop = open(&folder.file("shop.ledger"));
    let program = shop.program.clone();
    let texts = ["S1", "S9", "S5", "S5", "S9", "S9"].map(|id| sale(id, "03-01", "C1", "20.00"));
    let at = shop.next_recording();
    for (text, is_given_up) in texts.iter().zip([false, true, false, false, false, false]) {
        let mut batch = shop.register.batch().unwrap();
        let known = batch.submit(&read_document(text, &*program).unwrap(), at).unwrap().duplicate;
        assert!(!known || !is_given_up);
        if is_given_up {
            drop(batch);
        } else {
            batch.commit().unwrap();
        }
    }
    assert_eq!(shop.operations().len(), 1 + 3);
    shop.verify();
}

/// An older file may have lost the row of a balance. The customer's name stays, or no operation could be read.
#[test]
fn a_balance_that_an_older_file_has_lost_hides_no_operation() {
    let folder = Folder::new();
    let file = folder.file("shop.ledger");
    fs::copy("fixtures/stores/format-6.ledger", &file).unwrap();
    let whole = SqliteStore::open(&file).unwrap().operations(Seq(1), usize::MAX).unwrap();
    fs::copy("fixtures/stores/format-6.ledger", &file).unwrap();
    let change = "UPDATE holding SET expires = expires + 1 WHERE customer = 2 AND last IS NOT NULL";
    assert_eq!(Connection::open(&file).unwrap().execute(change, []).unwrap(), 1);
    let mut store = SqliteStore::open(&file).unwrap();
    assert_eq!(store.operations(Seq(1), usize::MAX).unwrap(), whole);
    store.check_chain(None).unwrap();
    assert!(verify(&mut store).is_err());
    drop(store);
    let copied = "UPDATE holding SET part = 1 WHERE customer = 2 AND last IS NOT NULL;
        INSERT INTO holding SELECT customer, expires, born, seq, 0, units, latest, last, recent FROM holding
            WHERE customer = 2 AND last IS NOT NULL";
    fs::copy("fixtures/stores/format-6.ledger", &file).unwrap();
    Connection::open(&file).unwrap().execute_batch(copied).unwrap();
    let refused = SqliteStore::open(&file).map(drop).unwrap_err();
    assert!(matches!(refused, SqliteError::Damaged { .. }), "{refused:?}");
}

/// The log is copied into the file by itself, and doesn't grow for ever.
#[test]
fn the_log_stays_small() {
    let folder = Folder::new();
    let file = folder.file("shop.ledger");
    let mut shop = open(&file);
    let log = || fs::metadata(folder.file("shop.ledger-wal")).map_or(0, |file| file.len());
    let program = shop.program.clone();
    for batch in 0..40 {
        let at = shop.next_recording();
        let mut open = shop.register.batch().unwrap();
        for number in 0..500 {
            let text = sale(&format!("{batch}-{number}"), "03-01", &format!("{}", number * 7), "20.00");
            open.submit(&read_document(&text, &*program).unwrap(), at).unwrap();
        }
        open.commit().unwrap();
        assert!(log() < 12 << 20, "{} bytes", log());
    }
    shop.register.store_mut().checkpoint().unwrap();
    shop.register.store_mut().checkpoint().unwrap();
    let file_bytes = fs::metadata(&file).unwrap().len();
    assert!(18_000 * 100 < file_bytes, "{file_bytes} bytes are in the file itself");
    shop.verify();
}

/// One document of each kind, and the sales with all that a sale can have.
fn one_of_each() -> Vec<String> {
    use common::shop::{pays, sale_paid, sale_with, time};
    let line = |id: &str, rest: &str| format!(r#"{{"id": "{id}", "product": "4006381333931", {rest}}}"#);
    let lines = [
        line("1", r#""quantity": "1", "unit_price": "9.99""#),
        line("zwei", r#""quantity": "0.375", "unit_price": "8.00", "discount": "0.50", "category": "Käse""#),
        line("3", r#""quantity": "2", "unit_price": "1.00", "tax": {"rate": "0.19", "included": true}"#),
        line("4", r#""quantity": "2", "unit_price": "1.00", "tax": {"amount": "0.17", "included": false}"#),
        line("5", r#""quantity": "1", "unit_price": "5.00", "price_book": "staff", "earns": false"#),
    ];
    let everything = format!(
        r#"{{"type": "sale", "sale": "2026-000017", "at": "{}", "customer": "C1", "outlet": "north",
            "register": "R2", "operator": "Ö", "lines": [{}], "discount": "1.00", "tax_added": "0.17",
            "fees": [{{"kind": "tip", "amount": "2.00"}}, {{"kind": "shipping", "amount": "4.90"}}],
            "cash_rounding": "-0.01", "codes": ["PROMO10"], "change": "5.00",
            "payments": [{}, {}, {}]}}"#,
        time("03-01"),
        lines.join(", "),
        pays("cash", "20.00"),
        pays("Gutschein", "10.00"),
        pays("loyalty", "2.55"),
    );
    let payments = |amount| format!(r#""payments": [{}]"#, pays("card", amount));
    vec![
        event("enrol", "02-01", r#""id": "E1", "customer": "C1""#),
        event("import", "02-02", r#""id": "I1", "customer": "C1", "units": "3.00", "expires": "2026-12-31""#),
        everything,
        sale_with("S2", "03-02", "C1", "30.00", r#""terms": "layby", "payments": []"#),
        event("payment", "03-03", &format!(r#""id": "P1", "sale": "S2", {}"#, payments("30.00"))),
        sale_with("S3", "03-04", "C2", "40.00", r#""terms": "on_account", "earns": true"#),
        event(
            "account_payment",
            "03-05",
            &format!(r#""customer": "C2", "sales": ["S3"], {}"#, payments("40.00")),
        ),
        event("return", "03-06", r#""of": "2026-000017", "lines": [{"id": "3", "quantity": "1"}]"#),
        event("return_amount", "03-07", r#""id": "R1", "of": "S3", "amount": "4.00""#),
        event("redeem", "03-08", r#""customer": "C2", "amount": "1.00", "bill": "10.00""#),
        event(
            "adjust",
            "03-09",
            r#""customer": "C2", "units": "-0.20", "reason": "mistake", "operator": "o""#,
        ),
        event("opt_out", "03-10", r#""customer": "C2""#),
        event("opt_in", "03-11", r#""customer": "C2""#),
        set_program(&PROGRAM.replace("0.05", "0.1")),
        common::shop::parked("S4", "03-12", "C2", "10.00"),
        sale_paid("S4", "03-13", "C2", "12.00", &format!("[{}]", pays("card", "12.00"))),
        event("void", "03-14", r#""of": "S2""#),
        sale("S5", "02-20", "C1", "10.00"),
    ]
}

/// What came with format 3: purchases are added up, under a program that looks at them.
fn with_tiers() -> [String; 3] {
    let tiers = r#""tiers": {"by": "spent", "over": {"months": 12},
        "levels": [{"id": "base", "at": "0"}, {"id": "gold", "at": "60", "factor": "2"}]}, "id":"#;
    [
        set_program(&PROGRAM.replacen(r#""id":"#, tiers, 1)),
        sale("S6", "03-15", "C2", "50.00"),
        sale("S7", "03-16", "C2", "10.00"),
    ]
}

/// Ledgers of all formats are read for ever, and brought up to date when they are opened. With
/// `REGULARS_WRITE_FIXTURE` set, this test writes the one of the newest format.
#[test]
fn ledgers_of_all_formats_are_read() {
    let folder = Folder::new();
    let list = one_of_each();
    let newest = list.iter().cloned().chain(with_tiers()).collect::<Vec<_>>();
    let since_3 = [3, 4, 5, 6, 7].map(|format| (format, newest.clone(), 753));
    for (format, texts, liability) in [(2, list, 403)].into_iter().chain(since_3) {
        let kept = format!("fixtures/stores/format-{format}.ledger");
        let kept = Path::new(env!("CARGO_MANIFEST_DIR")).join(kept);
        let file = folder.file(&format!("{format}.ledger"));
        if format == 7 && env::var_os("REGULARS_WRITE_FIXTURE").is_some() {
            let mut shop = open(&folder.file("new.ledger"));
            texts.iter().for_each(|text| drop(shop.submit(text)));
            drop(shop);
            fs::copy(folder.file("new.ledger"), &kept).unwrap();
        }
        fs::copy(&kept, &file).unwrap();
        let mut shop = reopen(&file);
        // Its decisions were made then, and stay, whatever the rules have become.
        let documents: Vec<_> =
            shop.operations().into_iter().skip(1).map(|operation| operation.document).collect();
        let program = shop.program.clone();
        let read = |text: &String| read_document(text, &*program).unwrap();
        assert_eq!(documents, texts.iter().map(read).collect::<Vec<_>>());
        let verified = shop.verify();
        let operations = u64::try_from(texts.len()).unwrap() + 1;
        assert_eq!((verified.operations, verified.customers), (operations, 2));
        assert_eq!(verified.liability(), Ok(units(liability)));
        shop.register.store_mut().check_file().unwrap();
        assert_eq!(shop.register.store_mut().check_chain(None).unwrap().seq.0, operations);
        // And it goes on, under a program that looks at what was bought before.
        with_tiers().iter().filter(|_| format < 3).for_each(|text| drop(shop.submit(text)));
        assert_eq!(shop.verify().liability(), Ok(units(753)));
    }
}

/// A file of a version that didn't note which operations set programs goes on as it did: what comes late has the
/// program that holds. What is set from now on is noted.
#[test]
fn a_ledger_without_the_times_of_its_programs_goes_on() {
    let folder = Folder::new();
    let file = folder.file("shop.ledger");
    let set =
        |day, rate| event("set_program", day, &format!(r#""program": {}"#, PROGRAM.replace("0.05", rate)));
    let mut shop = open(&file);
    shop.submit(&set("03-05", "0.5"));
    drop(shop);
    Connection::open(&file).unwrap().execute("DELETE FROM deciding", []).unwrap();
    let mut shop = reopen(&file);
    assert_eq!(shop.submit(&sale("S1", "03-04", "C1", "10.00")).moved.earned, units(500));
    for (day, rate) in [("03-08", "0.1"), ("03-12", "0.05")] {
        shop.submit(&set(day, rate));
    }
    let sales = [("S2", "03-04", 100), ("S3", "03-09", 100), ("S4", "03-12", 50)];
    for (id, day, earned) in sales {
        assert_eq!(shop.submit(&sale(id, day, "C1", "10.00")).moved.earned, units(earned), "{id}");
    }
    shop.verify();
    shop.register.store_mut().check_file().unwrap();
}

/// A format that came before the first release is refused by its name, and left as it is.
#[test]
fn a_ledger_from_before_the_first_release_is_refused() {
    let folder = Folder::new();
    let file = folder.file("shop.ledger");
    let kept = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/stores/format-1.ledger");
    fs::copy(&kept, &file).unwrap();
    let refused = SqliteStore::open(&file).map(drop).unwrap_err();
    assert!(matches!(refused, SqliteError::TooOld { found: 1 }), "{refused:?}");
    assert_eq!(fs::read(&file).unwrap(), fs::read(&kept).unwrap());
}

/// Every sum that is kept beside the operations is compared with them.
#[test]
fn verify_notices_what_was_changed() {
    let changes = [
        "UPDATE customer SET member = zeroblob(9) WHERE id = 'C1'",
        "UPDATE customer SET id = 'C9' WHERE id = 'C1'",
        "UPDATE customer SET n = n + 100 WHERE id = 'C1'",
        "INSERT INTO customer VALUES ('C9', 9, 0, 0, 0, 2932897, NULL, x'00')",
        "DELETE FROM customer WHERE n = 1",
        "UPDATE customer SET units = units + 1 WHERE n = 1",
        "UPDATE customer SET latest = latest + 1 WHERE n = 1",
        "UPDATE customer SET last = last - 1 WHERE n = 1",
        "UPDATE customer SET last = 0 WHERE n = 1",
        "UPDATE customer SET soonest = soonest + 1 WHERE n = 1",
        "UPDATE customer SET soonest = 2932897 WHERE n = 1",
        "UPDATE customer SET soonest = soonest - 1 WHERE n = 2",
        "UPDATE lot SET units = units + 1 WHERE seq = 2",
        "UPDATE lot SET expires = 20500 WHERE seq = 2",
        "UPDATE lot SET customer = customer + 100",
        "DELETE FROM lot",
        "INSERT INTO lot VALUES (9, 20500, 0, 2, 0, 100)",
        "INSERT INTO document VALUES (0, 'S9', 2)",
        "INSERT INTO follow VALUES (4, 2)",
        "INSERT INTO program SELECT 9, zeroblob(32), 0, looks, checksum, document FROM program LIMIT 1",
        "CREATE TRIGGER late AFTER INSERT ON operation BEGIN DELETE FROM operation; END",
        "CREATE VIEW balances AS SELECT * FROM customer",
        "DELETE FROM operation WHERE seq = 3",
        "UPDATE operation SET at = at + 1 WHERE seq = 3",
        "UPDATE operation SET customer = NULL WHERE seq = 3",
        "UPDATE operation SET customer = 2 WHERE seq = 3",
        "UPDATE operation SET previous = 0 WHERE seq = 3",
        "UPDATE operation SET late = 1 WHERE seq = 3",
        "UPDATE operation SET body = (SELECT body FROM operation WHERE seq = 2) WHERE seq = 3",
        "DELETE FROM document WHERE id = 'S1'",
        "UPDATE document SET seq = 3 WHERE id = 'S1'",
        "DELETE FROM follow",
        "UPDATE follow SET sale = 3",
        "UPDATE program SET current = 1 - current",
        "UPDATE program SET document = replace(document, '0.05', '0.06')",
        "UPDATE program SET version = zeroblob(32) WHERE n = 1",
        "UPDATE tally SET body = (SELECT body FROM tally WHERE customer = 2) WHERE customer = 1",
        "UPDATE tally SET customer = customer + 100",
        "UPDATE customer SET recent = NULL WHERE recent IS NOT NULL",
        "UPDATE customer SET recent = (SELECT body FROM tally) WHERE recent IS NOT NULL",
        "INSERT INTO tally VALUES (9, x'00')",
        "INSERT INTO deciding VALUES (0, '', 3)",
    ];
    for change in changes {
        let folder = Folder::new();
        let file = folder.file("shop.ledger");
        let mut shop = open(&file);
        for (sale_id, customer) in [("S1", "C1"), ("S2", "C1"), ("S3", "C2")] {
            shop.submit(&sale(sale_id, "03-01", customer, "20.00"));
        }
        shop.submit(&event("void", "03-02", r#""of": "S3""#));
        let import = r#""customer": "C1", "units": "5.00", "expires": "2026-09-30""#;
        shop.submit(&event("import", "03-02", import));
        with_tiers().iter().for_each(|text| drop(shop.submit(text)));
        shop.submit(&sale("S8", "03-16", "C1", "1.00"));
        shop.verify();
        drop(shop);
        let changed = Connection::open(&file).unwrap().execute(change, []).unwrap();
        assert!(0 < changed || change.starts_with("CREATE"), "{change}");
        let mut store = SqliteStore::options().check_end(false).open(&file).unwrap();
        let found = verify(&mut store).map_err(|error| error.to_string());
        let found = found.and_then(|_| store.check_file().map_err(|error| error.to_string()));
        assert!(found.is_err(), "{change} wasn't noticed");
    }
}

/// Nothing else looks at it before the next operations come.
#[test]
fn what_is_noted_for_later_is_looked_at() {
    for (table, change, said) in [
        ("waiting", "body = replace(body, '{', '[')", "waits"),
        ("waiting", "body = body || ' '", "waits"),
        ("waiting", "body = replace(body, 'W1', 'W2')", "waits"),
        ("waiting", "number = number + 1", "waits"),
        ("waiting", "epoch = -1", "waits"),
        ("arrival", "own = 7", "doesn't follow"),
        ("arrival", "clock = moment - 1", "doesn't follow"),
    ] {
        let folder = Folder::new();
        let file = folder.file("shared.ledger");
        fs::copy("fixtures/stores/format-7-shared.ledger", &file).unwrap();
        SqliteStore::open(&file).unwrap().check_file().unwrap();
        let changed = Connection::open(&file).unwrap().execute(&format!("UPDATE {table} SET {change}"), []);
        assert!(0 < changed.unwrap());
        let found = SqliteStore::open(&file).unwrap().check_file().unwrap_err();
        assert!(found.to_string().contains(said), "{change}: {found}");
    }
}

/// The errors can be told apart, and say what to do.
#[test]
fn errors_say_what_to_do() {
    let damaged = SqliteError::Damaged { seq: Some(Seq(7)), what: "a text is not UTF-8" };
    assert_eq!(
        damaged.to_string(),
        "the ledger is damaged at operation 7: a text is not UTF-8; restore a copy, and keep this one"
    );
    let gap: VerifyError<SqliteError> = VerifyError::Gap { expected: Seq(3), found: Seq(4) };
    assert_eq!(gap.to_string(), "operation 4 is where operation 3 should be");
}

/// All that is left of a ledger may be its log, which SQLite would delete.
#[test]
fn a_log_without_its_ledger_is_left_alone() {
    let folder = Folder::new();
    let log = folder.file("shop.ledger-wal");
    fs::write(&log, "sales").unwrap();
    let refused = SqliteStore::open(folder.file("shop.ledger")).unwrap_err();
    assert!(matches!(refused, SqliteError::LoneLog { .. }), "{refused:?}");
    assert_eq!(fs::read(&log).unwrap(), b"sales");
    assert!(!folder.file("shop.ledger").exists());
}

/// What is written to a file that lost its name would be gone with the program: it is refused until the file is back,
/// and all that was recorded before can be copied meanwhile.
#[cfg(unix)]
#[test]
fn nothing_is_recorded_in_a_file_that_has_gone() {
    let folder = Folder::new();
    let [file, log, index, away] =
        ["shop.ledger", "shop.ledger-wal", "shop.ledger-shm", "away.ledger"].map(|name| folder.file(name));
    let mut shop = open(&file);
    shop.submit(&sale("S1", "03-01", "C1", "20.00"));
    let number = std::cell::Cell::new(1);
    let try_one = |shop: &mut Shop<SqliteStore>| {
        number.set(number.get() + 1);
        let text = sale(&format!("S{}", number.get()), "03-02", "C1", "20.00");
        let document = read_document(&text, &*shop.program).unwrap();
        let at = shop.next_recording();
        shop.register.submit(&document, at)
    };
    let has_gone = |tried: Result<_, RegisterError<SqliteError>>, which: &Path| match tried {
        Err(RegisterError::Store(SqliteError::Moved { path })) => assert_eq!(path, which),
        other => panic!("{other:?}"),
    };
    for gone in [&file, &log, &index] {
        fs::rename(gone, &away).unwrap();
        has_gone(try_one(&mut shop), gone);
        // Another file under the name isn't the ledger.
        fs::copy(&away, gone).unwrap();
        has_gone(try_one(&mut shop), gone);
        fs::rename(&away, gone).unwrap();
        try_one(&mut shop).unwrap();
    }
    shop.verify();
    fs::remove_file(&file).unwrap();
    has_gone(try_one(&mut shop), &file);
    let store = shop.register.store_mut();
    assert!(matches!(store.erase(&CustomerId::new("C1").unwrap()), Err(SqliteError::Moved { .. })));
    assert!(matches!(store.begin_epoch(9), Err(SqliteError::Moved { .. })));
    let copy = folder.file("copy.ledger");
    shop.register.store_mut().backup(&copy, |_, _| ()).unwrap();
    let mut copied = Shop::reopen(SqliteStore::open(&copy).unwrap());
    copied.verify();
    assert_eq!(copied.register.store_mut().operations(Seq(1), 99).unwrap().len(), 5);
}

/// Sells as another program does, where the test below asks for it.
#[test]
fn sells_as_another_program() {
    let (Ok(file), Ok(id)) = (env::var("REGULARS_SELLS_IN"), env::var("REGULARS_SELLS")) else { return };
    Shop::reopen(SqliteStore::open(file).unwrap()).submit(&sale(&id, "03-01", "C1", "20.00"));
}

/// Without the log's index, in which the locks are, two programs don't see each other. Who has it open from before records
/// nothing more, and closing it leaves alone what others have written since.
#[cfg(unix)]
#[test]
fn what_others_wrote_after_the_index_was_deleted_stays() {
    let folder = Folder::new();
    let file = folder.file("shop.ledger");
    let another = |id: &str| {
        let mut program = std::process::Command::new(env::current_exe().unwrap());
        program.args(["sells_as_another_program", "--exact"]);
        program.env("REGULARS_SELLS_IN", &file).env("REGULARS_SELLS", id);
        assert!(program.output().unwrap().status.success(), "{id}");
    };
    let mut shop = open(&file);
    shop.submit(&sale("S1", "03-01", "C1", "20.00"));
    fs::remove_file(folder.file("shop.ledger-shm")).unwrap();
    another("S2");
    let document = read_document(&sale("S3", "03-01", "C1", "20.00"), &*shop.program).unwrap();
    let at = shop.next_recording();
    let refused = shop.register.submit(&document, at);
    assert!(matches!(refused, Err(RegisterError::Store(SqliteError::Moved { .. }))), "{refused:?}");
    another("S4");
    drop(shop);
    let mut left = reopen(&file);
    let operations = left.register.store_mut().operations(Seq(1), 99).unwrap();
    let ids: Vec<&str> = operations.iter().skip(1).filter_map(|operation| operation.document.id()).collect();
    assert_eq!(ids, ["S1", "S2", "S4"]);
    left.verify();
}

/// A hold that no document made can't be released for money.
#[test]
fn what_nobody_held_is_noticed() {
    let folder = Folder::new();
    let (donor, file) = (folder.file("donor.ledger"), folder.file("shop.ledger"));
    let mut rich = open(&donor);
    rich.submit(&sale("S1", "03-01", "C1", "20000.00"));
    rich.submit(&event("reserve", "03-02", r#""id": "H1", "customer": "C1", "units": "900.00""#));
    drop(rich);
    let mut shop = open(&file);
    shop.submit(&sale("S1", "03-01", "C1", "20.00"));
    let connection = Connection::open(&file).unwrap();
    let sql = format!("ATTACH '{}' AS donor; INSERT INTO kept SELECT * FROM donor.kept", donor.display());
    connection.execute_batch(&sql).unwrap();
    let found = |shop: &mut Shop<_>| verify(shop.register.store_mut()).unwrap_err().to_string();
    assert_eq!(found(&mut shop), "the ledger: there are codes, punch cards or holds that no operation made");
    shop.submit(&event("release", "03-03", r#""id": "H1""#));
    assert_eq!(found(&mut shop), "the ledger: more was released than was ever held");
}
