//! Copies the log into the ledger beside the sales, so that the one that finds it full has less left to copy.
//!
//! A till does it while it waits for the next customer. Here the next one is always there, so a thread with a
//! connection of its own does it.

use std::io;
use std::panic::resume_unwind;
use std::path::PathBuf;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use regulars::adapter::sqlite::{SqliteError, SqliteOptions};

/// How often it is looked whether there is enough to copy.
const PAUSE: Duration = Duration::from_millis(100);

/// The thread that copies, until this is dropped.
pub struct Checkpoints {
    /// Nothing is ever sent: the thread ends when this is gone.
    sales: Option<Sender<()>>,
    thread: Option<JoinHandle<Result<(), SqliteError>>>,
}

impl Checkpoints {
    /// Begins to copy the log of a ledger, which is opened as the sales have it.
    pub fn begin(ledger: PathBuf, options: SqliteOptions) -> io::Result<Checkpoints> {
        let (sales, goes_on) = mpsc::channel();
        let thread = thread::Builder::new().spawn(move || copy(ledger, &options, &goes_on))?;
        Ok(Checkpoints { sales: Some(sales), thread: Some(thread) })
    }

    /// After the last sale. What kept the thread from copying is told by nobody else: a sale is answered as soon as
    /// it is in the log.
    pub fn end(mut self) -> Result<(), SqliteError> {
        match self.join() {
            Some(Ok(copied)) => copied,
            Some(Err(panicked)) => resume_unwind(panicked),
            None => Ok(()),
        }
    }

    fn join(&mut self) -> Option<thread::Result<Result<(), SqliteError>>> {
        drop(self.sales.take());
        self.thread.take().map(JoinHandle::join)
    }
}

impl Drop for Checkpoints {
    fn drop(&mut self) {
        // Where the sales failed, they say why.
        let _ = self.join();
    }
}

fn copy(ledger: PathBuf, options: &SqliteOptions, goes_on: &Receiver<()>) -> Result<(), SqliteError> {
    let mut store = options.open(ledger)?;
    while goes_on.recv_timeout(PAUSE) == Err(RecvTimeoutError::Timeout) {
        store.checkpoint()?;
    }
    Ok(())
}
