//! Space that is kept for the day when the disk is full.

use std::fs::{self, OpenOptions};
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};

use crate::adapter::sqlite::{Failed, Obstacle, SqliteError, schema};

/// So much is written at once. It is nothing that a file system could store in less.
const BLOCK: usize = 64 * 1024;

/// Where the ballast of a ledger is.
fn path(ledger: &Path) -> PathBuf {
    schema::beside(ledger, "-ballast")
}

/// It is as much as some hundred thousand sales take. More would only fill a disk, for minutes.
pub(super) const MOST: u64 = 1024 * 1024 * 1024;

/// Makes sure that there is a file of so many bytes, and that the disk has given it the space.
pub(super) fn keep(ledger: &Path, bytes: u64) -> Result<(), Failed> {
    if MOST < bytes {
        return Err(SqliteError::TooMuchBallast { bytes, most: MOST }.into());
    }
    let path = path(ledger);
    if fs::metadata(&path).is_ok_and(|there| there.len() == bytes) {
        return Ok(());
    }
    Ok(fill(&path, bytes).map_err(|error| {
        // A part of it would be taken for all of it.
        let _ = fs::remove_file(&path);
        match error.kind() {
            ErrorKind::StorageFull | ErrorKind::QuotaExceeded => SqliteError::Full,
            _ => SqliteError::CannotOpen { path: path.clone(), why: Obstacle::of(&path) },
        }
    })?)
}

fn fill(path: &Path, bytes: u64) -> io::Result<()> {
    let mut file = OpenOptions::new().write(true).create(true).truncate(true).open(path)?;
    let (mut state, mut left) = (bytes | 1, bytes);
    let mut block = [0_u8; BLOCK];
    while left != 0 {
        for place in block.as_chunks_mut().0 {
            state = state.wrapping_mul(0x5851_f42d_4c95_7f2d).wrapping_add(0x1405_7b7e_f767_814f);
            *place = state.to_le_bytes();
        }
        let part = usize::try_from(left).unwrap_or(usize::MAX).min(BLOCK);
        let part = block.get(..part).unwrap_or(&block);
        file.write_all(part)?;
        left = left.saturating_sub(u64::try_from(part.len()).unwrap_or(left));
    }
    file.sync_all()
}

/// Gives the space back to the disk; whether there was any.
pub(super) fn release(ledger: &Path) -> Result<bool, Failed> {
    let path = path(ledger);
    match fs::remove_file(&path) {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(false),
        Err(_) => Err(SqliteError::CannotOpen { why: Obstacle::of(&path), path }.into()),
    }
}
