//! What a till hands in: documents, in which tokens stand in place of what can be guessed.

use alloc::format;
use alloc::string::{String, ToString};

use crate::code::{KeyRing, Token};
use crate::decide::{Document, EnrolDocument, Outcome, Refusal};
use crate::document::node::Node;
use crate::document::outcome::refusal_json;
use crate::document::{DocumentError, Json, Limits, event, outcome_json};
use crate::loyalty::Program;
use crate::register::Joined;
use crate::time::Date;

/// What a till handed in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AtTill {
    /// A document, for [`Register::submit`](crate::register::Register::submit).
    Document(Document),
    /// A customer who joins by a token, for
    /// [`Register::enrol_by_token`](crate::register::Register::enrol_by_token).
    Join {
        /// The joining.
        enrol: EnrolDocument,
        /// The token, checked.
        token: Token,
    },
}

/// Reads a document that a till hands in, as [`read_document`](crate::document::read_document) does, but for two:
/// `claim` has the token of the receipt in `code`, and no `sale`, since a sale's id can be guessed; and `enrol` may
/// have a `token` by which the customer joins, that of a receipt, of a punch card, or of a sign at the door. Both are
/// checked here. `today` is the day at the till.
///
/// # Errors
/// [`DocumentError`] names the field that isn't as it must be; of a token it says what is wrong with it.
///
/// ```
/// # use regulars::adapter::memory::MemoryStore;
/// # use regulars::code::{KeyId, KeyRing, TokenContent, TokenFor, TokenKey};
/// # use regulars::ident::SaleId;
/// # use regulars::register::Register;
/// # use regulars::time::{Date, FixedZones, Timestamp};
/// use regulars::decide::Document;
/// use regulars::document::{AtTill, read_document_at_till, read_program, write_joined};
///
/// # let key = TokenKey::signing(KeyId(1), &[7; 32]);
/// # let today = Date::from_civil(2026, 11, 26).expect("a date");
/// # let now = Timestamp::from_millisecond(1_795_680_000_000).expect("a moment");
/// # let mut register = Register::new(MemoryStore::default(), FixedZones);
/// let stands_for = TokenFor::Receipt(SaleId::new("S-5")?);
/// let token = key.make(&TokenContent { stands_for, last_day: None })?;
/// let mut keys = KeyRing::default();
/// keys.hold(key.checking_key(), None, None);
///
/// let program = read_program(r#"{"id": "p", "currency": "EUR", "unit": {"kind": "points"}, "earn": []}"#)?;
/// # register.set_program(program.clone(), now)?;
/// let read = |kind: &str, by: &str| {
///     let head = r#""id": "D-1", "at": "2026-11-26T10:00:00Z", "customer": "ada""#;
///     let text = format!(r#"{{"type": "{kind}", {head}, {by}}}"#);
///     read_document_at_till(&text, &*program.program, &keys, today)
/// };
/// let claim = read("claim", &format!(r#""code": "{token}""#))?;
/// assert!(matches!(claim, AtTill::Document(Document::Claim(claim)) if claim.of.as_str() == "S-5"));
/// assert!(read("claim", r#""sale": "S-5""#).is_err());
///
/// let join = read("enrol", &format!(r#""name": "Ada", "token": "{token}""#))?;
/// let AtTill::Join { enrol, token } = join else { panic!("by a token") };
/// let joined = register.enrol_by_token(&enrol, &token, now)?;
/// // The ledger doesn't have that sale; she has joined all the same.
/// assert!(write_joined(&joined, &program.program).contains(r#""claimed":{"error":"unknown_sale""#));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn read_document_at_till<'p>(
    json: &str,
    program: impl Into<Option<&'p Program>>,
    keys: &KeyRing,
    today: Date,
) -> Result<AtTill, DocumentError> {
    let limits = Limits::default();
    let check = |code: &str| {
        let token = keys.check(code, today);
        let sale = token.and_then(|token| token.sale().cloned());
        sale.map_err(|error| format!("the token of a receipt ({error})"))
    };
    let json = Json::read(json, &limits)?;
    let document = event::read(Node::root(&json), program.into(), &limits, Some(&check))?;
    let fields = Node::root(&json).object()?;
    match (document, fields.get("token")) {
        (Document::Enrol(enrol), Some(token)) => {
            let checked = keys.check(token.text()?, today);
            let checked = checked.map_err(|error| token.expected(format!("a token ({error})")))?;
            Ok(AtTill::Join { enrol, token: checked })
        }
        (document, _) => Ok(AtTill::Document(document)),
    }
}

/// Writes what came of joining by a token as one JSON object: the outcome of the joining, and beside it `claimed` or
/// `linked` with the outcome of the claim or the link, or with its refusal. [`read_document_at_till`] shows it.
pub fn write_joined(joined: &Joined, program: &Program) -> String {
    let Joined { enrolled, claimed, linked } = joined;
    let written = |done: &Result<Outcome, Refusal>| match done {
        Ok(outcome) => outcome_json(outcome, program),
        Err(refusal) => refusal_json(refusal),
    };
    let mut json = outcome_json(enrolled, program);
    if let Json::Object(members) = &mut json {
        let also = [("claimed", claimed), ("linked", linked)];
        let also = also.into_iter().filter_map(|(name, done)| Some((name, done.as_ref()?)));
        members.extend(also.map(|(name, done)| (name.into(), written(done))));
    }
    json.to_string()
}
