//! What a message says, in the customer's language.

use std::string::String;

/// What the message with a card says, in the customer's language. `{shop}`, `{card}`, `{customer}` and `{code}` stand
/// for what they name; other braces stand for themselves.
///
/// ```
/// use regulars::adapter::mail::CardTexts;
///
/// let german = CardTexts {
///     language: "de",
///     subject: "{shop}: {card}",
///     greeting: "Hallo {customer},",
///     opening: "hier ist Ihre Karte bei {shop}: {card}.",
///     instruction: "Zeigen Sie das Bild an der Kasse.",
/// };
/// assert_ne!(german, CardTexts::ENGLISH);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CardTexts<'a> {
    /// The language, as a page says it (BCP 47): `en`, `de-AT`.
    pub language: &'a str,
    /// What the message is about.
    pub subject: &'a str,
    /// How it begins, if the customer's name is known.
    pub greeting: &'a str,
    /// What it brings.
    pub opening: &'a str,
    /// What is to be done with it. `{code}` has a place in it only where that is what a till takes: a short token, or a
    /// plain code of a shop whose punch cards need no tokens.
    pub instruction: &'a str,
}

impl CardTexts<'static> {
    /// English.
    pub const ENGLISH: Self = Self {
        language: "en",
        subject: "{shop}: {card}",
        greeting: "Hello {customer},",
        opening: "here is your card at {shop}: {card}.",
        instruction: "Show the picture at the till.",
    };
}

impl Default for CardTexts<'static> {
    /// English.
    fn default() -> Self {
        Self::ENGLISH
    }
}

/// A text with what its names stand for. What is filled in isn't looked at again, so that a shop may be called
/// `{code}`.
pub(super) fn fill(text: &str, names: &[(&str, &str)]) -> String {
    let mut filled = String::new();
    let mut rest = text;
    while let Some((before, behind)) = rest.split_once('{') {
        filled.push_str(before);
        let named = names.iter().find_map(|(name, stands_for)| {
            Some((*stands_for, behind.strip_prefix(name)?.strip_prefix('}')?))
        });
        let (put, left) = named.unwrap_or(("{", behind));
        filled.push_str(put);
        rest = left;
    }
    filled.push_str(rest);
    filled
}
