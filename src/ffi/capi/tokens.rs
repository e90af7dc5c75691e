//! Tokens: what a till does with those that it is handed, and how it makes its own.

use std::string::{String, ToString};
use std::vec::Vec;

use crate::adapter::sqlite::SqliteError;
use crate::code::{CheckingKey, KeyId, TokenContent, TokenFor, TokenKey, TokenKind};
use crate::document::{AtTill, Json, read_date, read_document_at_till, write_joined, write_outcome};
use crate::ffi::capi::asks::{Fields, object, text};
use crate::ffi::capi::border::{id, id_or_none};
use crate::ffi::capi::codes::only;
use crate::ffi::capi::failure::Failure;
use crate::ffi::capi::json_door;
use crate::ffi::capi::outward::OutText;
use crate::ffi::capi::status::REGULARS_INVALID_SETTING;
use crate::ffi::capi::till::Till;
use crate::ident::{Code, OutletId, SaleId};
use crate::register::ByTokenError;

/// What joining by a token may be answered with has room in so many bytes. It is kept before it is written.
const ROOM: usize = 65_536;

/// A key, and what it may make.
pub(super) struct Keys {
    /// Checks tokens.
    pub(super) checks: CheckingKey,
    /// Makes them, where it is secret.
    pub(super) makes: Option<TokenKey>,
    /// Which of them are taken.
    pub(super) kinds: Vec<TokenKind>,
}

/// The keys of an object with `id`, one of `public`, `signing` and `short`, and maybe `kinds`.
pub(super) fn read_key(json: &Json) -> Result<Keys, String> {
    only(json, &["id", "public", "signing", "short", "kinds"])?;
    let (checks, makes) = read_pair(json)?;
    let kinds = match json.get("kinds") {
        None => TokenKind::ALL.to_vec(),
        Some(Json::List(kinds)) => kinds.iter().map(read_kind).collect::<Result<_, _>>()?,
        Some(_) => return Err(NO_KIND.into()),
    };
    Ok(Keys { checks, makes, kinds })
}

const NO_KIND: &str = "`kinds` is a list of receipt, punch_card and enrolment";

const KINDS: [(&str, TokenKind); 3] = [
    ("receipt", TokenKind::Receipt),
    ("punch_card", TokenKind::PunchCard),
    ("enrolment", TokenKind::Enrolment),
];

fn read_kind(json: &Json) -> Result<TokenKind, String> {
    let named = KINDS.iter().find(|(name, _)| json.as_text() == Some(name));
    named.map(|(_, kind)| *kind).ok_or_else(|| NO_KIND.into())
}

/// The key that checks tokens, and the one that makes them.
fn read_pair(json: &Json) -> Result<(CheckingKey, Option<TokenKey>), String> {
    let number = match json.get("id") {
        Some(Json::Count(number)) => u16::try_from(*number).ok(),
        _ => None,
    };
    let id = KeyId(number.ok_or("`id` is a number up to 65535")?);
    let hex =
        |name| json.get(name).map(|hex| hex.as_text().and_then(from_hex).ok_or("64 hexadecimal digits"));
    let both = |key: TokenKey| (key.checking_key(), Some(key));
    match [hex("public"), hex("signing"), hex("short")] {
        [Some(public), None, None] => {
            Ok((CheckingKey::public(id, &public?).map_err(|error| error.to_string())?, None))
        }
        [None, Some(secret), None] => Ok(both(TokenKey::signing(id, &secret?))),
        [None, None, Some(secret)] => Ok(both(TokenKey::short(id, &secret?))),
        _ => Err("one of `public`, `signing` and `short` was expected".into()),
    }
}

fn from_hex(text: &str) -> Option<[u8; 32]> {
    let digits = text.as_bytes();
    let mut bytes = [0; 32];
    if digits.len() != 64 || !digits.iter().all(u8::is_ascii_hexdigit) {
        return None;
    }
    for (byte, pair) in bytes.iter_mut().zip(digits.chunks_exact(2)) {
        *byte = u8::from_str_radix(str::from_utf8(pair).ok()?, 16).ok()?;
    }
    Some(bytes)
}

/// Whether a document is read as a till reads it: where there are keys, all but programs.
pub(super) fn is_read_at_till(till: &Till, document: &Json) -> bool {
    let kind = document.get("type").and_then(Json::as_text);
    till.codes.checks && kind != Some("set_program")
}

/// Hands in a document with a token in it.
pub(super) fn hand_in(till: &mut Till, input: &str, json: &Json, out: &OutText) -> Result<String, Failure> {
    let outlet = json.get("outlet").and_then(Json::as_text).unwrap_or_default();
    let (outlet, now) = (id_or_none(outlet, "outlet", OutletId::new)?, till.now()?);
    let (today, program) = (till.register.0.today(outlet.as_ref(), now)?, till.program()?);
    match read_document_at_till(input, &*program, &till.codes.resolver, today)? {
        AtTill::Document(document) => json_door::hand_in(till, &document, out),
        // Nothing is recorded, so it can be asked again where the answer has no room.
        AtTill::Scan { scan, of } => {
            let outcome = till.register.0.scan(&scan, of, now)?;
            let written = write_outcome(&outcome, &program);
            till.outcome = Some(outcome);
            Ok(written)
        }
        AtTill::Claim { claim, token } => {
            let mut batch = till.register.0.batch()?;
            let claimed = batch.claim_by_token(claim.header, &token, &claim.customer, now);
            let outcome = claimed.map_err(by_token)?;
            let written = write_outcome(&outcome, &program);
            out.fits(written.len())?;
            batch.commit()?;
            till.outcome = Some(outcome);
            Ok(written)
        }
        AtTill::Join { enrol, token } => {
            out.reserve(ROOM)?;
            let joined = till.register.0.enrol_by_token(&enrol, &token, now).map_err(by_token)?;
            Ok(write_joined(&joined, &program))
        }
    }
}

/// Which field is wrong of what was asked for by a token.
fn by_token(error: ByTokenError<SqliteError>) -> Failure {
    match error {
        ByTokenError::WrongKind(error) => Failure::field("token", &error),
        known @ ByTokenError::KnownCustomer { .. } => Failure::field("customer", &known),
        dated @ ByTokenError::DatedBack { .. } => Failure::field("at", &dated),
        ByTokenError::Register(error) => error.into(),
    }
}

/// Makes a token, as a question of the JSON door.
pub(super) fn make_json(till: &mut Till, fields: &Fields<'_>) -> Result<String, Failure> {
    fields.only(&["receipt", "punch_card", "enrolment", "last_day"])?;
    let given = ["receipt", "punch_card", "enrolment"].map(|name| fields.text_or_none(name));
    let [receipt, card, enrolment] = given;
    let stands_for = match (receipt?, card?, enrolment?) {
        (Some(sale), None, None) => TokenFor::Receipt(id(sale, "receipt", SaleId::new)?),
        (None, Some(card), None) => TokenFor::PunchCard(id(card, "punch_card", Code::new)?),
        (None, None, Some(name)) => TokenFor::Enrolment(id(name, "enrolment", Code::new)?),
        _ => return Err(Failure::field("receipt", &"one of receipt, punch_card and enrolment")),
    };
    let day = |text| read_date(text).ok_or_else(|| Failure::field("last_day", &"a day such as 2026-03-02"));
    let last_day = fields.text_or_none("last_day")?.map(day).transpose()?;
    let kind = stands_for.kind();
    let no_key = || {
        let name = KINDS.iter().find(|(_, known)| *known == kind).map_or("", |(name, _)| name);
        let message = std::format!("there is no key that makes tokens of the kind {name}");
        Failure::new(REGULARS_INVALID_SETTING, message).with("kind", name)
    };
    let may_make = |(_, kinds): &&(TokenKey, Vec<TokenKind>)| kinds.contains(&kind);
    let (key, _) = till.codes.makes.iter().rfind(may_make).ok_or_else(no_key)?;
    let token = key.make(&TokenContent { stands_for, last_day });
    let token = token.map_err(|error| Failure::field("last_day", &error))?;
    Ok(object([("token", text(&token))]))
}
