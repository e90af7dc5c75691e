//! Messages to customers: the punch card that they were given, as a picture to hold before a camera.
//!
//! A message is worked out from what is handed in, and is the same each time. It goes into a folder, from where
//! the shop's own mailer takes it ([`Folder`]), or by SMTP to a server (`smtp`, the type `Smtp`).

mod folder;
#[cfg(feature = "smtp")]
mod smtp;
mod texts;

use core::fmt::{self, Write as _};
use std::format;
use std::string::{String, ToString};
use std::time::{Duration, SystemTime};
use std::vec::Vec;

use lettre::message::header::ContentType;
use lettre::message::{Attachment, Mailbox, MultiPart, MultiPartKind, SinglePart};
use lettre::{Address, Message as Mime};
use sha2::{Digest, Sha256};
use thiserror::Error;

use crate::time::Timestamp;

pub use folder::{Folder, FolderError, LONGEST_NAME};
#[cfg(feature = "smtp")]
pub use smtp::{Encryption, EncryptionError, Login, Smtp, SmtpError};
pub use texts::CardTexts;
use texts::fill;

/// The most bytes that the picture in a message may have.
pub const LARGEST_PICTURE: usize = 1 << 20;
/// The most bytes of UTF-8 that each of the texts of a message may have: the sender, the shop, the customer, the card,
/// its code, and each of the [`CardTexts`]. So no line of its head comes near the 998 that a line may have (RFC 5322).
pub const LONGEST_TEXT: usize = 200;
/// The most bytes that its link may have.
pub const LONGEST_LINK: usize = 900;
/// The most bytes that a subject may have, with all that is filled in.
const LONGEST_SUBJECT: usize = 500;
/// The most that an address may have (RFC 5321).
const LONGEST_ADDRESS: usize = 254;
/// What addresses are called where one is wrong.
const TO: &str = "customer's address";
const FROM: &str = "sender";
/// What the picture is called within a message.
const PICTURE: &str = "card.png";

/// The message by which a customer gets a card.
///
/// ```
/// use regulars::adapter::mail::{CardMessage, CardTexts};
/// use regulars::time::Timestamp;
///
/// // The first bytes of a PNG; `adapter::label` makes whole ones.
/// let picture = b"\x89PNG\r\n\x1a\n";
/// let message = CardMessage {
///     from: "Corner Café <cards@corner.example>",
///     to: "ada@example.com",
///     shop: "Corner Café",
///     customer: Some("Ada Lovelace"),
///     card: "Ten coffees, the next is free",
///     code: "7KQ2-M9XD",
///     picture,
///     url: None,
///     at: Timestamp::EPOCH,
///     texts: CardTexts::ENGLISH,
/// };
/// let message = message.to_message()?;
/// assert!(message.bytes().starts_with(b"From: =?utf-8?"));
/// # Ok::<(), regulars::adapter::mail::MessageError>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct CardMessage<'a> {
    /// Who writes: an address, or a name and an address in angle brackets.
    pub from: &'a str,
    /// The customer's address.
    pub to: &'a str,
    /// The shop's name.
    pub shop: &'a str,
    /// How the customer is addressed, if a name is known.
    pub customer: Option<&'a str>,
    /// What the card is for.
    pub card: &'a str,
    /// What stands for `{code}` in the texts, which the English ones haven't: what can be typed at a till that has no
    /// camera. A punch card's number alone can't, where its token is asked for.
    pub code: &'a str,
    /// The QR code, or the whole card with it, as a PNG.
    pub picture: &'a [u8],
    /// A page about the card, or the card itself as a link.
    pub url: Option<&'a str>,
    /// When it is written.
    pub at: Timestamp,
    /// What it says, in the customer's language.
    pub texts: CardTexts<'a>,
}

/// A message that is ready to go.
#[derive(Clone)]
pub struct Message {
    /// For the server; a folder has its bytes.
    #[cfg(feature = "smtp")]
    mime: Mime,
    bytes: Vec<u8>,
}

impl fmt::Debug for CardMessage<'_> {
    /// Without who it goes to, and without the card: what is debugged gets into logs.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { shop, at, .. } = self;
        f.debug_struct("CardMessage").field("shop", shop).field("at", at).finish_non_exhaustive()
    }
}

impl fmt::Debug for Message {
    /// Without what it says, and to whom.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Message").field("length", &self.bytes.len()).finish_non_exhaustive()
    }
}

/// Why there is no message. Addresses, links and names aren't in it: errors get into logs.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum MessageError {
    /// An address that can't be one, has quotes or a number in place of its domain, or has other characters than ASCII:
    /// many servers don't take those. Domains have an ASCII form.
    #[error("the {what} is no e-mail address in ASCII")]
    Address {
        /// Whose.
        what: &'static str,
    },
    /// A text with a character that ends lines or isn't printed.
    #[error("the {what} has a character that can't stand in a message")]
    Text {
        /// Which text.
        what: &'static str,
    },
    /// A language that isn't one.
    #[error("{found:?} is no language: such as en, or de-AT")]
    Language {
        /// What was given.
        found: String,
    },
    /// A text or a link with more bytes than a line has room for: [`LONGEST_TEXT`], [`LONGEST_LINK`].
    #[error("the {what} has {length} bytes: {most} are the most")]
    TooLong {
        /// Which text.
        what: &'static str,
        /// In bytes of UTF-8.
        length: usize,
        /// In bytes of UTF-8.
        most: usize,
    },
    /// A link that isn't one of the web.
    #[error(
        "the link is none: one begins with https:// or http://, and has neither blanks nor control characters"
    )]
    Link,
    /// A picture that is no PNG, or larger than [`LARGEST_PICTURE`].
    #[error("the picture is a PNG of at most {LARGEST_PICTURE} bytes")]
    Picture,
    /// A time that can't be written.
    #[error("the time of the message is before 1970 or after 9999")]
    Time,
    /// The parts don't make a message.
    #[error("the parts don't make a message: {0}")]
    Parts(String),
}

impl CardMessage<'_> {
    /// The message: as plain text, and as a page with the picture in it. Its id is a hash over all of it, so that the same
    /// message has the same, and who reads ids in a server's log doesn't see the card's code.
    ///
    /// # Errors
    ///
    /// [`MessageError`], by what is wrong with which part.
    pub fn to_message(&self) -> Result<Message, MessageError> {
        let Self { from, to, customer, picture, url, at, texts, .. } = *self;
        self.check_texts()?;
        if !picture.starts_with(b"\x89PNG\r\n\x1a\n") || picture.len() > LARGEST_PICTURE {
            return Err(MessageError::Picture);
        }
        if url.is_some_and(|url| !is_link(url)) {
            return Err(MessageError::Link);
        }
        short_enough("link", url.unwrap_or_default(), LONGEST_LINK)?;
        let from = mailbox(from)?;
        short_enough(TO, to, LONGEST_ADDRESS)?;
        let to = Mailbox::new(customer.map(ToString::to_string), address(to)?);
        let hash = self.hash();
        let id = format!("<card.{hash}@{}>", from.email.domain());
        let subject = fill(texts.subject, &self.names());
        short_enough("subject", &subject, LONGEST_SUBJECT)?;
        let png = ContentType::parse("image/png").map_err(|error| MessageError::Parts(error.to_string()))?;
        let html = SinglePart::html(self.page());
        // What neither base64 nor quoted-printable can contain, and the same each time. A plain text of ASCII goes as it
        // is, and has the customer's name in it, who doesn't know the hash.
        let part = |kind, boundary: &str| MultiPart::builder().kind(kind).boundary(boundary);
        let related = part(MultiPartKind::Related, &format!("=_card_with_picture_{hash}"))
            .singlepart(html)
            .singlepart(Attachment::new_inline(PICTURE.into()).body(picture.to_vec(), png));
        let body = part(MultiPartKind::Alternative, &format!("=_message_{hash}"))
            .singlepart(SinglePart::plain(self.text()))
            .multipart(related);
        let message = Mime::builder()
            .from(from)
            .to(to)
            .subject(subject)
            .date(system_time(at)?)
            .message_id(Some(id))
            .multipart(body);
        let mime = message.map_err(|error| MessageError::Parts(error.to_string()))?;
        let bytes = mime.formatted();
        Ok(Message {
            #[cfg(feature = "smtp")]
            mime,
            bytes,
        })
    }

    /// That all texts can stand in a message.
    fn check_texts(&self) -> Result<(), MessageError> {
        let Self { shop, card, code, texts, .. } = self;
        let CardTexts { language, subject, greeting, opening, instruction } = *texts;
        for (what, text) in [
            ("shop", *shop),
            ("card", card),
            ("code", code),
            ("customer's name", self.customer.unwrap_or_default()),
            ("text of the subject", subject),
            ("text of the greeting", greeting),
            ("text of the opening", opening),
            ("text of the instruction", instruction),
        ] {
            printable(what, text)?;
        }
        let is_tag =
            |part: &str| (1..=8).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_alphanumeric());
        let wrong = || MessageError::Language { found: language.to_string() };
        language.split('-').all(is_tag).then_some(()).ok_or_else(wrong)
    }

    /// What the names in the texts stand for.
    fn names(&self) -> [(&'static str, &str); 4] {
        let customer = self.customer.unwrap_or_default();
        [("shop", self.shop), ("card", self.card), ("customer", customer), ("code", self.code)]
    }

    /// What stands for the message, and doesn't tell what is in it. The picture has the code, so who would try all codes
    /// would have to draw them.
    fn hash(&self) -> String {
        let Self { from, to, shop, customer, card, code, picture, url, at, texts } = *self;
        let CardTexts { language, subject, greeting, opening, instruction } = texts;
        let parts = [from, to, shop, customer.unwrap_or_default(), card, code, url.unwrap_or_default()];
        let parts = parts.into_iter().chain([language, subject, greeting, opening, instruction]);
        let at = at.millisecond().to_be_bytes();
        let mut hash = Sha256::new();
        // Each with its length, so that no two messages are the same bytes.
        for part in parts.map(str::as_bytes).chain([picture, &at]) {
            hash.update(part.len().to_be_bytes());
            hash.update(part);
        }
        let mut hex = String::new();
        for byte in hash.finalize().iter().take(16) {
            // Writing to a string never fails.
            let _ = write!(hex, "{byte:02x}");
        }
        hex
    }

    fn text(&self) -> String {
        let CardTexts { greeting, opening, instruction, .. } = self.texts;
        let filled = |text| fill(text, &self.names());
        let greeting = self.customer.map(|_| format!("{}\n\n", filled(greeting))).unwrap_or_default();
        let link = self.url.map(|url| format!("\n{url}\n")).unwrap_or_default();
        format!("{greeting}{}\n\n{}\n{link}", filled(opening), filled(instruction))
    }

    fn page(&self) -> String {
        let CardTexts { language, greeting, opening, instruction, .. } = self.texts;
        let [shop, card, customer, code] = self.names().map(|(_, text)| escaped(text));
        let (bold, typed) = (format!("<b>{card}</b>"), format!("<code>{code}</code>"));
        let names = [("shop", &*shop), ("card", &bold), ("customer", &customer), ("code", &typed)];
        let filled = |text: &str| fill(&escaped(text), &names);
        let greeting = self.customer.map(|_| format!("<p>{}</p>\n", filled(greeting))).unwrap_or_default();
        let link = self.url.map(escaped);
        let link = link.map(|url| format!("<p><a href=\"{url}\">{url}</a></p>\n")).unwrap_or_default();
        let (width, style) = shown(self.picture);
        // White around the code, for phones that show pages dark.
        format!(
            "<!DOCTYPE html>\n<html lang=\"{language}\"><body style=\"font-family: sans-serif\">\n\
             {greeting}<p>{}</p>\n\
             <p style=\"background: #fff; padding: 16px; text-align: center\">\
             <img src=\"cid:{PICTURE}\" alt=\"{card}\" width=\"{width}\" style=\"{style}\"></p>\n\
             <p>{}</p>\n{link}</body></html>\n",
            filled(opening),
            filled(instruction)
        )
    }
}

impl Message {
    /// The message as it goes over the wire (RFC 5322, MIME).
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }
}

fn printable(what: &'static str, text: &str) -> Result<(), MessageError> {
    short_enough(what, text, LONGEST_TEXT)?;
    if text.chars().any(char::is_control) { Err(MessageError::Text { what }) } else { Ok(()) }
}

const fn short_enough(what: &'static str, text: &str, most: usize) -> Result<(), MessageError> {
    let length = text.len();
    if most < length { Err(MessageError::TooLong { what, length, most }) } else { Ok(()) }
}

fn address(text: &str) -> Result<Address, MessageError> {
    let wrong = || MessageError::Address { what: TO };
    let address: Address = text.parse().map_err(|_| wrong())?;
    if is_plain(&address) { Ok(address) } else { Err(wrong()) }
}

/// Whether it is ASCII, without quotes or a number in place of a domain: those are right by the standard, and no message
/// is made of them here.
fn is_plain(address: &Address) -> bool {
    let text: &str = address.as_ref();
    text.is_ascii() && !text.contains(['"', '\\', '[', ']', '(', ')', ',', ';', ':', '<', '>'])
}

fn is_link(url: &str) -> bool {
    let behind = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"));
    let is_blank = |c: char| c.is_whitespace() || c.is_control();
    behind.is_some_and(|behind| !behind.is_empty() && !url.contains(is_blank))
}

fn mailbox(text: &str) -> Result<Mailbox, MessageError> {
    printable(FROM, text)?;
    let wrong = || MessageError::Address { what: FROM };
    let mailbox: Mailbox = text.parse().map_err(|_| wrong())?;
    if is_plain(&mailbox.email) { Ok(mailbox) } else { Err(wrong()) }
}

/// How wide a PNG is shown, and how. One of a few pixels is made larger in squares; a whole card with a code on it isn't
/// made so small that its modules run together.
fn shown(png: &[u8]) -> (u32, &'static str) {
    let width = png.get(16..20).and_then(|bytes| bytes.try_into().ok()).map_or(0, u32::from_be_bytes);
    let style = if width < 300 { "image-rendering: pixelated" } else { "max-width: 100%; height: auto" };
    (width.clamp(300, 600), style)
}

/// Text as it stands in a page.
fn escaped(text: &str) -> String {
    let mut escaped = String::new();
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            other => escaped.push(other),
        }
    }
    escaped
}

fn system_time(at: Timestamp) -> Result<SystemTime, MessageError> {
    // Year 10,000: the form of dates in messages has four digits for it.
    const END: u64 = 253_402_300_800_000;
    let since =
        u64::try_from(at.millisecond()).ok().filter(|since| *since < END).ok_or(MessageError::Time)?;
    SystemTime::UNIX_EPOCH.checked_add(Duration::from_millis(since)).ok_or(MessageError::Time)
}
