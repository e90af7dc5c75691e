//! Messages in a folder, from where a mailer takes them.

use std::format;
use std::fs::{self, File};
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::string::ToString;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::adapter::mail::{MailError, Message};

/// How many messages this process has begun to write.
static CALLS: AtomicU64 = AtomicU64::new(0);

/// A folder into which messages are put, one file each: NAME.eml, or NAME+.eml where Windows has a device by that name,
/// such as NUL, whose file it would be. A message is there as a whole or not at all, and its file
/// is its owner's alone (mode 0600), so the mailer runs as the same user, or takes it from there by the rights of the folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Folder {
    path: PathBuf,
}

impl Folder {
    /// A folder; it is made if it isn't there.
    ///
    /// # Errors
    ///
    /// [`MailError::Folder`] where it can't be made.
    pub fn new(path: impl Into<PathBuf>) -> Result<Self, MailError> {
        let path = path.into();
        fs::create_dir_all(&path)?;
        Ok(Self { path })
    }

    /// Puts a message there, durably. The same message by the same name is there already, and that is fine.
    ///
    /// # Errors
    ///
    /// [`MailError::Taken`] where another message has the name, [`MailError::Name`] where it is no plain name, and
    /// [`MailError::Folder`].
    pub fn put(&self, name: &str, message: &Message) -> Result<PathBuf, MailError> {
        let is_plain = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
        if name.is_empty() || name.len() > 64 || !name.chars().all(is_plain) {
            return Err(MailError::Name);
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
                    return Err(MailError::Taken { name: name.to_string() });
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

fn write(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
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
fn sync(folder: &Path) -> std::io::Result<()> {
    if cfg!(unix) { File::open(folder)?.sync_all() } else { Ok(()) }
}
