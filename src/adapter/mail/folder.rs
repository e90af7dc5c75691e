//! Messages in a folder, from where a mailer takes them.

use std::format;
use std::fs::{self, File};
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::string::{String, ToString};
use std::sync::atomic::{AtomicU64, Ordering};

use thiserror::Error;

use crate::adapter::mail::Message;

/// The most characters that the name of a message in a [`Folder`] may have.
pub const LONGEST_NAME: usize = 64;

/// How many messages this process has begun to write.
static CALLS: AtomicU64 = AtomicU64::new(0);

/// A folder into which messages are put, one file each: NAME.eml, or NAME+.eml where Windows has a device by that name,
/// such as NUL, whose file it would be. A message is there as a whole or not at all, and its file is its owner's alone
/// (mode 0600), so the mailer runs as the same user, or takes it from there by the rights of the folder.
///
/// ```
/// use regulars::adapter::mail::Folder;
///
/// # let message = regulars::adapter::mail::CardMessage {
/// #     from: "Corner Café <cards@corner.example>",
/// #     to: "ada@example.com",
/// #     shop: "Corner Café",
/// #     customer: None,
/// #     card: "Ten coffees, the next is free",
/// #     code: "7KQ2-M9XD",
/// #     picture: b"\x89PNG\r\n\x1a\n",
/// #     url: None,
/// #     at: regulars::time::Timestamp::EPOCH,
/// #     texts: regulars::adapter::mail::CardTexts::ENGLISH,
/// # };
/// # let message = message.to_message()?;
/// # let path = std::env::temp_dir().join(format!("regulars-outbox-{}", std::process::id()));
/// let outbox = Folder::new(&path)?;
/// let file = outbox.put("L-1", &message)?;
/// assert!(file.ends_with("L-1.eml"));
/// assert_eq!(outbox.put("L-1", &message)?, file, "again is fine");
/// # std::fs::remove_dir_all(&path)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Folder {
    path: PathBuf,
}

/// Why a message isn't in the folder.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum FolderError {
    /// A name for a file that isn't a plain one.
    #[error("this is no name for a message: one has letters, digits, - and _, at most {LONGEST_NAME}")]
    Name,
    /// Another message is there by that name.
    #[error("another message is in the folder as {name:?}")]
    Taken {
        /// The name.
        name: String,
    },
    /// The folder can't be written.
    #[error("the folder can't be written: {0}")]
    Io(#[from] io::Error),
}

impl Folder {
    /// A folder; it is made if it isn't there.
    ///
    /// # Errors
    ///
    /// Those of the file system, where it can't be made.
    pub fn new(path: impl Into<PathBuf>) -> io::Result<Self> {
        let path = path.into();
        fs::create_dir_all(&path)?;
        Ok(Self { path })
    }

    /// Puts a message there, durably. The same message by the same name is there already, and that is fine.
    ///
    /// # Errors
    ///
    /// [`FolderError`]. A name that isn't plain is told before anything is looked at.
    pub fn put(&self, name: &str, message: &Message) -> Result<PathBuf, FolderError> {
        let is_plain = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
        if name.is_empty() || LONGEST_NAME < name.len() || !name.chars().all(is_plain) {
            return Err(FolderError::Name);
        }
        // No plain name has a `+`, so that it is no other message's file.
        let mark = if is_device(name) { "+" } else { "" };
        let path = self.path.join(format!("{name}{mark}.eml"));
        // A mailer that looks for *.eml doesn't see it before it is whole.
        // Each call has a file of its own, so that nobody writes into what another is about to publish.
        let call = CALLS.fetch_add(1, Ordering::Relaxed);
        let unfinished = self.path.join(format!(".{name}.{}.{call}.part", std::process::id()));
        let written = write(&unfinished, message.bytes());
        // A link, unlike a renaming, never takes the place of another file.
        let linked = written.and_then(|()| fs::hard_link(&unfinished, &path));
        let _ = fs::remove_file(&unfinished);
        match linked {
            Ok(()) => {}
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {
                if fs::read(&path)? != message.bytes() {
                    return Err(FolderError::Taken { name: name.to_string() });
                }
            }
            Err(error) => return Err(error.into()),
        }
        sync(&self.path)?;
        Ok(path)
    }
}

/// Whether Windows takes a file with this name, whatever its ending, for a device. It is so on all systems here, since
/// the folder may be another machine's.
fn is_device(name: &str) -> bool {
    let is = |device: &str| name.eq_ignore_ascii_case(device);
    let is_port = |port: &str| {
        let (begins, number) = name.split_at_checked(3).unwrap_or_default();
        begins.eq_ignore_ascii_case(port) && matches!(number.as_bytes(), [b'0'..=b'9'])
    };
    ["CON", "PRN", "AUX", "NUL"].into_iter().any(is) || is_port("COM") || is_port("LPT")
}

fn write(path: &Path, bytes: &[u8]) -> io::Result<()> {
    // One that a process of the same number left when it was killed.
    match fs::remove_file(path) {
        Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    // It has a customer's name and address, and a card in it.
    let mut options = File::options();
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.write(true).create_new(true).open(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

/// Makes a new name in a folder durable, where a folder can be opened at all.
fn sync(folder: &Path) -> io::Result<()> {
    if cfg!(unix) { File::open(folder)?.sync_all() } else { Ok(()) }
}
