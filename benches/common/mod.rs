//! What the benches of ledgers share.
#![allow(
    dead_code,
    clippy::arithmetic_side_effects,
    clippy::float_arithmetic,
    clippy::indexing_slicing,
    reason = "a bench: what goes wrong ends it; and each uses some of this"
)]

use std::error::Error;
use std::fs::{File, OpenOptions};
use std::io::{Seek, SeekFrom, Write};
use std::path::Path;
use std::time::{Duration, Instant};

use rusqlite::Connection;

pub type Result<T> = std::result::Result<T, Box<dyn Error>>;

/// The least that anything durable can cost: 4 KiB are overwritten, and `fdatasync`.
pub struct Base(File);

impl Base {
    pub fn new(file: &Path) -> Result<Base> {
        let mut base = OpenOptions::new().create(true).truncate(true).write(true).open(file)?;
        base.write_all(&[0; 4096])?;
        base.sync_all()?;
        Ok(Base(base))
    }

    pub fn overwrite(&mut self) -> Result<()> {
        self.0.seek(SeekFrom::Start(0))?;
        self.0.write_all(&[1; 4096])?;
        Ok(self.0.sync_data()?)
    }
}

/// How many bytes the log of a ledger has that is open, without what it is longer than it has to be.
pub fn log_bytes(ledger: &Path) -> Result<i64> {
    let sql = "PRAGMA wal_checkpoint(NOOP)";
    let frames = Connection::open(ledger)?.query_row(sql, [], |row| row.get::<_, i64>(1))?;
    Ok(frames * (24 + 1024))
}

pub fn time<T>(call: impl FnOnce() -> Result<T>) -> Result<Duration> {
    let start = Instant::now();
    call()?;
    Ok(start.elapsed())
}

/// The median and the 99th percentile, in microseconds.
pub fn quantiles(times: &[Duration]) -> [f64; 2] {
    let mut times = times.to_vec();
    times.sort_unstable();
    [50, 99].map(|percent| times[times.len() * percent / 100].as_secs_f64() * 1e6)
}

/// A number that looks like chance, and is the same in each run.
pub fn scatter(number: u64) -> u64 {
    let mixed = (number ^ 0x9e37_79b9).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    (mixed ^ (mixed >> 31)).wrapping_mul(0x94d0_49bb_1331_11eb) >> 20
}
