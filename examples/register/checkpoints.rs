//! Copies the log into the ledger beside the sales, so that none of them has to.
//!
//! A till does it while it waits for the next customer. Here the next one is always there, so a thread with a
//! connection of its own does it.

use std::path::PathBuf;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use regulars::adapter::sqlite::{SqliteError, SqliteOptions};

/// How often it is looked whether there is enough to copy.
const PAUSE: Duration = Duration::from_millis(5);

/// The thread that copies, until this is dropped.
pub struct Checkpoints {
    /// Nothing is ever sent: the thread ends when this is gone.
    end: Option<Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Checkpoints {
    /// Begins to copy the log of a ledger, which is opened as the sales have it.
    pub fn begin(ledger: PathBuf, options: SqliteOptions) -> Checkpoints {
        let (end, ended) = mpsc::channel();
        // What can't be copied here is copied by a sale, which says why if it can't, either.
        let thread = thread::spawn(move || drop(copy(ledger, &options, &ended)));
        Checkpoints { end: Some(end), thread: Some(thread) }
    }
}

impl Drop for Checkpoints {
    fn drop(&mut self) {
        drop(self.end.take());
        // It doesn't panic; and if it did, all sales would be in the ledger.
        let _ = self.thread.take().map(JoinHandle::join);
    }
}

fn copy(ledger: PathBuf, options: &SqliteOptions, ended: &Receiver<()>) -> Result<(), SqliteError> {
    let mut store = options.open(ledger)?;
    while ended.recv_timeout(PAUSE) == Err(RecvTimeoutError::Timeout) {
        store.checkpoint()?;
    }
    Ok(())
}
