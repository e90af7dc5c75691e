//! Fresh stores to play on.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

use regulars::adapter::memory::MemoryStore;
use regulars::adapter::sqlite::SqliteStore;
use regulars::adapter::zones::IanaZones;

use super::play::{Verdict, Watch, play};
use super::scenario::Script;

/// Where a scenario's ledger is kept.
#[derive(Clone)]
pub enum StoreKind {
    Memory,
    /// In a file that is removed afterwards.
    Temporary,
    /// In a file that stays.
    File(PathBuf),
}

/// Gives each scenario a store of its own.
pub struct Stores {
    kind: StoreKind,
    zones: IanaZones,
}

impl Stores {
    /// Refuses a file that is there already: it may be somebody's ledger.
    pub fn new(kind: StoreKind) -> Result<Stores, String> {
        match &kind {
            StoreKind::File(file) if file.exists() => {
                Err(format!("{}: is there already, and a scenario needs a fresh store", file.display()))
            }
            _ => Ok(Stores { kind, zones: IanaZones::default() }),
        }
    }

    /// Plays a script on a fresh store.
    pub fn play(&self, script: &Script, watch: &mut Watch<'_>) -> Result<Verdict, String> {
        match &self.kind {
            StoreKind::Memory => Ok(play(script, MemoryStore::default(), self.zones.clone(), watch)),
            StoreKind::Temporary => {
                let file = Temporary::new();
                self.play_in_file(&file.0, script, watch)
            }
            StoreKind::File(file) => {
                // What stands there now is the ledger of the scenario before.
                remove(file);
                self.play_in_file(file, script, watch)
            }
        }
    }

    fn play_in_file(&self, file: &Path, script: &Script, watch: &mut Watch<'_>) -> Result<Verdict, String> {
        let store = SqliteStore::open(file).map_err(|error| format!("{}: {error}", file.display()))?;
        Ok(play(script, store, self.zones.clone(), watch))
    }
}

/// A ledger's file that is removed in the end.
struct Temporary(PathBuf);

impl Temporary {
    /// A name that no other store of this process has, nor of another that runs now.
    fn new() -> Temporary {
        static MADE: AtomicUsize = AtomicUsize::new(0);
        let (process, number) = (std::process::id(), MADE.fetch_add(1, Ordering::Relaxed));
        let file = std::env::temp_dir().join(format!("regulars-scenario-{process}-{number}.ledger"));
        // One that has crashed may have had the same number.
        remove(&file);
        Temporary(file)
    }
}

impl Drop for Temporary {
    fn drop(&mut self) {
        remove(&self.0);
    }
}

/// Removes a ledger's file and what SQLite keeps beside it, as far as they are there.
fn remove(file: &Path) {
    for suffix in ["", "-wal", "-shm"] {
        let mut name = OsString::from(file);
        name.push(suffix);
        let _ = std::fs::remove_file(name);
    }
}
