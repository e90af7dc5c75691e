//! Files in memory, where the machine has such a place; else where it keeps what is temporary.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};
use std::{env, fs, process};

/// A ledger file that is gone afterwards.
pub struct LedgerFile(PathBuf);

impl LedgerFile {
    pub fn new(bytes: &[u8]) -> LedgerFile {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let in_memory = Path::new("/dev/shm");
        let folder = if in_memory.is_dir() { in_memory.to_path_buf() } else { env::temp_dir() };
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let file = folder.join(format!("regulars-fuzz-{}-{number}", process::id()));
        fs::write(&file, bytes).unwrap();
        LedgerFile(file)
    }

    pub fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for LedgerFile {
    fn drop(&mut self) {
        for end in ["", "-wal", "-shm", "-journal"] {
            let mut file = self.0.clone().into_os_string();
            file.push(end);
            // It may not be there.
            let _ = fs::remove_file(file);
        }
    }
}
