//! Tokens: what a till does with those that it is handed, and how it makes its own.

use std::string::{String, ToString};

use crate::code::{CheckingKey, KeyId, TokenContent, TokenFor, TokenKey};
use crate::document::{AtTill, Json, read_date, read_document_at_till, read_time, write_joined};
use crate::ffi::capi::asks::{Fields, object, text};
use crate::ffi::capi::border::{OutText, id, id_or_none};
use crate::ffi::capi::failure::Failure;
use crate::ffi::capi::json_door;
use crate::ffi::capi::status::REGULARS_INVALID_SETTING;
use crate::ffi::capi::till::Till;
use crate::ident::{Code, OutletId, SaleId};
use crate::register::ByTokenError;

/// What joining by a token may be answered with has room in so many bytes. It is kept before it is written.
const ROOM: usize = 65_536;

/// The key that checks tokens, and the one that makes them, of an object with `id` and one of `public`, `signing` and
/// `short`.
pub(super) fn read_key(json: &Json) -> Result<(CheckingKey, Option<TokenKey>), String> {
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

/// Whether a document is one of those that a till reads in its own way.
pub(super) fn is_by_token(till: &Till, document: &Json) -> bool {
    let kind = document.get("type").and_then(Json::as_text);
    till.codes.checks && (kind == Some("claim") || kind == Some("enrol") && document.get("token").is_some())
}

/// Hands in a document with a token in it.
pub(super) fn hand_in(till: &mut Till, input: &str, json: &Json, out: &OutText) -> Result<String, Failure> {
    let text = |name| json.get(name).and_then(Json::as_text).unwrap_or_default();
    let expected = || Failure::field("at", &"a time with its offset was expected");
    let at = read_time(text("at")).ok_or_else(expected)?;
    let outlet = id_or_none(text("outlet"), "outlet", OutletId::new)?;
    let (today, program) = (till.register.0.today(outlet.as_ref(), at)?, till.program()?);
    match read_document_at_till(input, &*program, &till.codes.resolver.keys, today)? {
        AtTill::Document(document) => json_door::hand_in(till, &document, out),
        AtTill::Join { enrol, token } => {
            out.fits(ROOM)?;
            let now = till.now()?;
            let joined =
                till.register.0.enrol_by_token(&enrol, &token, now).map_err(|error| match error {
                    ByTokenError::Token(error) => Failure::field("token", &error),
                    ByTokenError::Register(error) => error.into(),
                })?;
            Ok(write_joined(&joined, &program))
        }
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
        _ => return Err(Failure::field("receipt", &"one of receipt, punch_card and enrolment was expected")),
    };
    let day = |text| {
        read_date(text).ok_or_else(|| Failure::field("last_day", &"a day such as 2026-03-02 was expected"))
    };
    let last_day = fields.text_or_none("last_day")?.map(day).transpose()?;
    let no_key = || Failure::new(REGULARS_INVALID_SETTING, "there is no key that makes tokens");
    let key = till.codes.makes.as_ref().ok_or_else(no_key)?;
    let token = key.make(&TokenContent { stands_for, last_day });
    let token = token.map_err(|error| Failure::field("last_day", &error))?;
    Ok(object([("token", text(&token))]))
}
