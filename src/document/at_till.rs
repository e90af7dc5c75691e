//! What a till hands in: documents, in which tokens stand in place of what can be guessed.

use alloc::format;
use alloc::string::{String, ToString};
use core::fmt;

use crate::code::{AimIdentifier, ReadCode, Resolver, Symbology, Token, TokenError};
use crate::decide::{ClaimDocument, Document, EnrolDocument, Joined, Outcome, Refusal, ScanDocument, ScanOf};
use crate::document::event::CheckTokens;
use crate::document::node::{Fields, Node};
use crate::document::outcome::refusal_json;
use crate::document::{CARDS_CODE, DocumentError, Json, Limits, Mistake, event, outcome_json};
use crate::ident::{Code, SaleId};
use crate::loyalty::Program;
use crate::time::Date;

/// What a till handed in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AtTill {
    /// A document, for [`Register::submit`](crate::register::Register::submit).
    Document(Document),
    /// A scan, for [`Register::scan`](crate::register::Register::scan): of a punch card by its token; or of a code in plain
    /// where punch cards need their tokens, which is a customer's or nobody's. Only the ledger knows whose a code is.
    Scan {
        /// The scan.
        scan: ScanDocument,
        /// What was scanned.
        of: ScanOf,
    },
    /// A claim by a receipt's token, for
    /// [`Register::claim_by_token`](crate::register::Register::claim_by_token), which refuses one that is dated back.
    Claim {
        /// The claim.
        claim: ClaimDocument,
        /// The token, checked.
        token: Token,
    },
    /// A customer who joins by a token, for
    /// [`Register::enrol_by_token`](crate::register::Register::enrol_by_token).
    Join {
        /// The joining.
        enrol: EnrolDocument,
        /// The token, checked.
        token: Token,
    },
}

/// Reads a document that a till hands in, as [`read_document`](crate::document::read_document) does, but for those
/// with a `token`:
///
/// * `claim` has that of the receipt, and no `sale`, since a sale's id can be guessed. It may be called `code`, too, and
///   comes as [`AtTill::Claim`].
/// * `link_card` has that of the punch card, and no `card`, unless the shop's punch cards
///   [need none](Resolver::punch_cards_need_tokens).
/// * `scan` may have that of a punch card, in place of `code`. Either comes as [`AtTill::Scan`].
/// * A `code` of `scan`, `enrol` and `set_code` isn't the number of an article or a coupon, nor a scale's.
/// * `return`, `return_amount`, `exchange` and `void` may have that of the receipt, in place of `of`.
/// * `enrol` may have one by which the customer joins: that of a receipt, of a punch card, or of a sign at the door.
///
/// A token is as it was scanned, alone or in an URL of the shop's, an AIM identifier before it and a line end behind it
/// or not, and is checked here. `today` is the day at the
/// till ([`Register::today`](crate::register::Register::today)), by its clock and not by the document's `at`, which
/// anybody can write.
///
/// # Errors
/// [`DocumentError`] names the field that isn't as it must be; of a token it says what is wrong with it.
///
/// ```
/// # use regulars::adapter::memory::MemoryStore;
/// # use regulars::code::{KeyId, Resolver, TokenContent, TokenFor, TokenKey, TokenKind};
/// # use regulars::ident::SaleId;
/// # use regulars::register::Register;
/// # use regulars::time::{Date, FixedZones, Timestamp};
/// use regulars::document::{AtTill, read_document_at_till, read_program, write_joined};
///
/// # let key = TokenKey::signing(KeyId(1), &[7; 32]);
/// # let today = Date::from_civil(2026, 11, 26).expect("a date");
/// # let now = Timestamp::from_millisecond(1_795_680_000_000).expect("a moment");
/// # let mut register = Register::new(MemoryStore::default(), FixedZones);
/// let stands_for = TokenFor::Receipt(SaleId::new("S-5")?);
/// let token = key.make(&TokenContent { stands_for, last_day: None })?;
/// let mut resolver = Resolver::default();
/// resolver.keys.hold(key.checking_key(), &[TokenKind::Receipt], ..)?;
///
/// let program = read_program(r#"{"id": "p", "currency": "EUR", "unit": {"kind": "points"}, "earn": []}"#)?;
/// # register.set_program(program.clone(), now)?;
/// let read = |kind: &str, by: &str| {
///     let head = r#""id": "D-1", "at": "2026-11-26T10:00:00Z", "customer": "ada""#;
///     let text = format!(r#"{{"type": "{kind}", {head}, {by}}}"#);
///     read_document_at_till(&text, &*program.program, &resolver, today)
/// };
/// let claim = read("claim", &format!(r#""token": "{token}""#))?;
/// let AtTill::Claim { claim, token: checked } = claim else { panic!("by a token") };
/// assert_eq!(claim.of.as_str(), "S-5");
/// // The ledger doesn't have that sale.
/// assert!(register.claim_by_token(claim.header, &checked, &claim.customer, now).is_err());
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
    resolver: &Resolver,
    today: Date,
) -> Result<AtTill, DocumentError> {
    let limits = Limits::default();
    let tokens = Tokens { resolver, today };
    let json = Json::read(json, &limits)?;
    let document = event::read(Node::root(&json), program.into(), &limits, Some(&tokens))?;
    let fields = Node::root(&json).object()?;
    let given = match &document {
        Document::Enrol(enrol) => enrol.profile.code.as_ref(),
        Document::SetCode(set) => Some(&set.code),
        _ => None,
    };
    given.map_or(Ok(()), |code| tokens.refuse_other(code, None, &fields))?;
    let check = |token: Node<'_>| {
        let checked = tokens.check(token.text()?);
        checked.map_err(|error| token.expected_secret(format!("a token ({error})")))
    };
    match (document, fields.get("token")) {
        (Document::Enrol(enrol), Some(token)) => Ok(AtTill::Join { enrol, token: check(token)? }),
        (Document::Claim(claim), token) => match token.or(fields.get("code")) {
            Some(token) => Ok(AtTill::Claim { claim, token: check(token)? }),
            None => Err(fields.missing("token").into()),
        },
        (Document::Scan(scan), Some(_)) => Ok(AtTill::Scan { scan, of: ScanOf::PunchCard }),
        (Document::Scan(scan), None) => {
            tokens.refuse_other(&scan.code, scan.symbology.as_deref(), &fields)?;
            Ok(match resolver.punch_cards_need_tokens {
                true => AtTill::Scan { scan, of: ScanOf::Customer },
                false => AtTill::Document(Document::Scan(scan)),
            })
        }
        (document, _) => Ok(AtTill::Document(document)),
    }
}

/// The tokens of a shop, as its resolver checks them.
struct Tokens<'a> {
    resolver: &'a Resolver,
    today: Date,
}

impl Tokens<'_> {
    /// Refuses a code that is an article's or a coupon's number, or a scale's: who has it would be found by each such
    /// article. Cards in such a form are named by a [`CardForm`](crate::code::CardForm).
    fn refuse_other(&self, code: &Code, symbology: Option<&str>, fields: &Fields<'_>) -> Result<(), Mistake> {
        let named = Symbology::ALL.iter().copied().find(|known| Some(known.name()) == symbology);
        let is_card = self.resolver.may_be_given(code, named, self.today);
        match fields.get("code").filter(|_| !is_card) {
            None => Ok(()),
            Some(node) => Err(node.expected(CARDS_CODE)),
        }
    }

    fn check(&self, text: &str) -> Result<Token, TokenError> {
        // What a scanner sends around a code, where it is handed on as it came.
        let bytes = text.trim_end_matches(['\r', '\n']).as_bytes();
        let bytes = AimIdentifier::split(bytes).map_or(bytes, |(_, bytes)| bytes);
        self.resolver.check_token(ReadCode::new(bytes), self.today)
    }
}

impl CheckTokens for Tokens<'_> {
    fn receipt(&self, token: &str) -> Result<SaleId, String> {
        let wanted = |error: &dyn fmt::Display| format!("the token of a receipt ({error})");
        let token = self.check(token).map_err(|error| wanted(&error))?;
        token.sale().cloned().map_err(|error| wanted(&error))
    }

    fn punch_card(&self, token: &str) -> Result<Code, String> {
        let wanted = |error: &dyn fmt::Display| format!("the token of a punch card ({error})");
        let token = self.check(token).map_err(|error| wanted(&error))?;
        token.punch_card().cloned().map_err(|error| wanted(&error))
    }

    fn punch_cards_need_tokens(&self) -> bool {
        self.resolver.punch_cards_need_tokens
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
