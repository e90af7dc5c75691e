//! Messages by SMTP.

use core::fmt;
use std::string::{String, ToString};
use std::time::Duration;

use lettre::transport::smtp::authentication::Credentials;
use lettre::{SmtpTransport, Transport};
use thiserror::Error;

use crate::adapter::mail::Message;

/// How long a server may take for each answer.
const PATIENCE: Duration = Duration::from_secs(30);

/// How the connection to a server is encrypted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encryption {
    /// From the first byte, at port 465 unless another is named.
    Tls,
    /// After a greeting in the clear, at port 587 unless another is named. A server that doesn't offer it is
    /// refused.
    StartTls,
    /// Not at all, at port 25 unless another is named: for a server on this machine. Who listens reads the
    /// message and the password.
    None,
}

/// A server that takes messages.
///
/// ```no_run
/// use regulars::adapter::mail::{Encryption, Login, Smtp, SmtpError};
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
/// # let password = std::env::var("PASSWORD")?;
/// let login = Login { user: "cards", password: &password };
/// let server = Smtp::new("mail.corner.example", None, Encryption::Tls, Some(login))?;
/// match server.send(&message) {
///     Ok(()) => println!("it has gone"),
///     Err(error @ SmtpError::Refused(_)) => return Err(error.into()),
///     // Whether the server has it isn't known where it can't be reached: the same message has the same id.
///     Err(_) => println!("it is tried again later"),
/// }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Smtp {
    transport: SmtpTransport,
}

impl fmt::Debug for Smtp {
    /// Without the password.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Smtp").finish_non_exhaustive()
    }
}

/// Why a message didn't go. It has the server's own words, and servers often repeat the customer's address: a log that
/// is kept gets the name of the kind alone.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum SmtpError {
    /// The server has refused it for good; trying again doesn't help.
    #[error("the server has refused the message: {0}")]
    Refused(String),
    /// The server has put it off; try again later.
    #[error("the server takes the message later: {0}")]
    Later(String),
    /// The server can't be reached, or the connection broke; whether it has the message isn't known.
    #[error("the mail server can't be reached: {0}")]
    Unreachable(String),
}

/// Who sends, where a server asks for it. What is debugged has no password.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Login<'a> {
    /// The user's name at the server.
    pub user: &'a str,
    /// The password, which goes to the server as it is: without encryption everybody between reads it.
    pub password: &'a str,
}

impl fmt::Debug for Login<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Login").field("user", &self.user).finish_non_exhaustive()
    }
}

/// Encryption can't be set up on this machine.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("encryption can't be set up: {why}")]
pub struct EncryptionError {
    /// What the library for it says.
    pub why: String,
}

impl Smtp {
    /// A server by its name, with a login if it asks for one. Nothing is sent yet, and whether there
    /// is such a server is told by the sending.
    ///
    /// # Errors
    ///
    /// [`EncryptionError`]; never without encryption.
    pub fn new(
        host: &str,
        port: Option<u16>,
        encryption: Encryption,
        login: Option<Login<'_>>,
    ) -> Result<Self, EncryptionError> {
        let builder = match encryption {
            Encryption::Tls => SmtpTransport::relay(host),
            Encryption::StartTls => SmtpTransport::starttls_relay(host),
            Encryption::None => Ok(SmtpTransport::builder_dangerous(host)),
        };
        let mut builder =
            builder.map_err(|error| EncryptionError { why: in_full(&error) })?.timeout(Some(PATIENCE));
        if let Some(port) = port {
            builder = builder.port(port);
        }
        if let Some(Login { user, password }) = login {
            builder = builder.credentials(Credentials::new(user.to_string(), password.to_string()));
        }
        Ok(Self { transport: builder.build() })
    }

    /// Sends a message, and waits for the server's answer.
    ///
    /// # Errors
    ///
    /// [`SmtpError`]; it says whether trying again may help.
    pub fn send(&self, message: &Message) -> Result<(), SmtpError> {
        self.transport.send(&message.mime).map(|_| ()).map_err(|error| failed(&error))
    }
}

fn failed(error: &lettre::transport::smtp::Error) -> SmtpError {
    let text = in_full(error);
    if error.is_permanent() {
        SmtpError::Refused(text)
    } else if error.is_transient() {
        SmtpError::Later(text)
    } else {
        SmtpError::Unreachable(text)
    }
}

/// An error with what has caused it.
fn in_full(error: &dyn core::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(inner) = cause {
        let inner_text = inner.to_string();
        if !text.contains(&inner_text) {
            text.push_str(": ");
            text.push_str(&inner_text);
        }
        cause = inner.source();
    }
    text
}
