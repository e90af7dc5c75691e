//! Two connections and another program, and what they see.
#![allow(clippy::unwrap_used, clippy::arithmetic_side_effects, reason = "a test: what goes wrong ends it")]

use std::collections::BTreeMap;
use std::path::Path;
use std::vec::Vec;
use std::{env, format, fs, process};

use proptest::prelude::*;
use rusqlite::{Connection, OpenFlags, params};

use super::*;

type Rows = BTreeMap<i64, Vec<u8>>;

/// One transaction: by which connection, what it writes, from where on it is taken back to a
/// savepoint, and whether it is kept.
#[derive(Debug, Clone)]
struct Step {
    by: usize,
    rows: Vec<(i64, u8, usize)>,
    back_to: Option<usize>,
    kept: bool,
    then: u8,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let row = (0..60_i64, any::<u8>(), 1..3000_usize);
    let step = (0..2_usize, prop::collection::vec(row, 0..40), prop::option::of(0..40_usize), any::<bool>());
    let step =
        (step, 0..8_u8).prop_map(|((by, rows, back_to, kept), then)| Step { by, rows, back_to, kept, then });
    prop::collection::vec(step, 1..20)
}

fn open(path: &Path, synchronous: &str) -> Connection {
    register().unwrap();
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE;
    let connection = Connection::open_with_flags_and_vfs(path, flags, NAME).unwrap();
    // So few pages of cache that transactions write pages before their end.
    let settings = format!(
        "PRAGMA page_size = 512; PRAGMA journal_mode = WAL; PRAGMA cache_size = 5;
         PRAGMA synchronous = {synchronous}; CREATE TABLE IF NOT EXISTS t (k INTEGER PRIMARY KEY, v BLOB)"
    );
    connection.execute_batch(&settings).unwrap();
    connection
}

fn read(connection: &Connection) -> Rows {
    let mut statement = connection.prepare_cached("SELECT k, v FROM t").unwrap();
    let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).unwrap();
    rows.collect::<Result<_, _>>().unwrap()
}

fn play(connection: &Connection, step: &Step, rows: &mut Rows) {
    let before = rows.clone();
    connection.execute_batch("BEGIN IMMEDIATE").unwrap();
    let mut saved = None;
    for (place, (key, byte, length)) in step.rows.iter().enumerate() {
        if step.back_to == Some(place) {
            connection.execute_batch("SAVEPOINT s").unwrap();
            saved = Some(rows.clone());
        }
        let value = [*byte].repeat(*length);
        let sql = "INSERT INTO t (k, v) VALUES (?1, ?2) ON CONFLICT DO UPDATE SET v = excluded.v";
        connection.prepare_cached(sql).unwrap().execute(params![key, value]).unwrap();
        rows.insert(*key, value);
    }
    if let Some(saved) = saved {
        connection.execute_batch("ROLLBACK TO s").unwrap();
        *rows = saved;
    }
    assert_eq!(read(connection), *rows);
    connection.execute_batch(if step.kept { "COMMIT" } else { "ROLLBACK" }).unwrap();
    if !step.kept {
        *rows = before;
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn two_connections_see_what_was_committed(
        steps in steps(),
        synchronous in prop::sample::select(&["FULL", "NORMAL", "OFF"]),
    ) {
        let folder = env::temp_dir().join(format!("regulars-log-{}", process::id()));
        fs::create_dir_all(&folder).unwrap();
        let path = folder.join("t");
        let mut connections = [open(&path, synchronous), open(&path, synchronous)];
        let mut rows = Rows::new();
        for step in &steps {
            play(&connections[step.by], step, &mut rows);
            match step.then {
                0 => connections[step.by].query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(())).unwrap(),
                1 => connections[step.by] = open(&path, synchronous),
                // As another program sees it, which knows nothing of what is gathered here.
                2 => assert_eq!(read(&Connection::open(&path).unwrap()), rows),
                _ => {}
            }
            for connection in &connections {
                assert_eq!(read(connection), rows);
            }
        }
        drop(connections);
        let again = open(&path, synchronous);
        assert_eq!(read(&again), rows);
        let sound: std::string::String = again.query_row("PRAGMA integrity_check", [], |row| row.get(0)).unwrap();
        assert_eq!(sound, "ok");
        drop(again);
        fs::remove_dir_all(&folder).unwrap();
    }
}

/// Without room each sale would make the log longer, and wait for that.
#[test]
fn a_log_grows_in_steps_and_others_read_it() {
    let folder = env::temp_dir().join(format!("regulars-log-room-{}", process::id()));
    fs::create_dir_all(&folder).unwrap();
    let path = folder.join("t");
    let connection = open(&path, "FULL");
    let log_bytes = || fs::metadata(folder.join("t-wal")).unwrap().len();
    let insert = |key: i64, bytes: usize| {
        let sql = "INSERT INTO t (k, v) VALUES (?1, ?2)";
        connection.prepare_cached(sql).unwrap().execute(params![key, [7_u8].repeat(bytes)]).unwrap();
    };
    let read_by_another = || read(&Connection::open(&path).unwrap()).len();
    let room = ROOM.unsigned_abs();
    for key in 0..20 {
        insert(key, 100);
        assert_eq!(log_bytes(), room);
    }
    insert(20, 400_000);
    assert_eq!(log_bytes(), 2 * room);
    assert_eq!(read_by_another(), 21);
    let cut = "PRAGMA wal_checkpoint(TRUNCATE)";
    Connection::open(&path).unwrap().query_row(cut, [], |_| Ok(())).unwrap();
    assert_eq!(log_bytes(), 0);
    insert(21, 100);
    assert_eq!((log_bytes(), read_by_another()), (room, 22));
    // The same, and the other one writes the first transaction.
    insert(22, 400_000);
    let other = Connection::open(&path).unwrap();
    other.query_row(cut, [], |_| Ok(())).unwrap();
    other.execute("INSERT INTO t (k, v) VALUES (23, x'00')", []).unwrap();
    assert!(log_bytes() < room);
    insert(24, 100);
    assert_eq!((log_bytes(), read_by_another()), (room, 25));
    drop(other);
    drop(connection);
    fs::remove_dir_all(&folder).unwrap();
}
