//! What the shop's codes look like, and what a scanned code is.

use core::ffi::c_char;
use std::string::{String, ToString};
use std::vec::Vec;

use crate::code::{
    AimIdentifier, CardForm, CodeHolder, Measure, ReadCode, Resolved, Resolver, Symbology, Why,
};
use crate::decide::{Document, Question};
use crate::document::{CARDS_CODE, Json, Limits, Members};
use crate::ffi::capi::asks::{Fields, object, text as json_text};
use crate::ffi::capi::border::{REGULARS_MOST_JSON, bytes, id_or_none, moment, text, text_of};
use crate::ffi::capi::failure::Failure;
use crate::ffi::capi::guard;
use crate::ffi::capi::outward::{OutStruct, OutText};
use crate::ffi::capi::status::REGULARS_INVALID_SETTING;
use crate::ffi::capi::till::Till;
#[cfg(feature = "tokens")]
use crate::ffi::capi::tokens;
use crate::ffi::capi::types::*;
use crate::ident::OutletId;
use crate::time::Timestamp;

/// None of what is below; the text says why, in one word: not_found, no_code (no text, or too long), misread (its check
/// digit), scale_misread (that of the weight or price), nothing_weighed (an article whose label has no weight or price),
/// gs1, other_link (none of the shop's), card_replaced, also_a_code (an article's number that is somebody's code),
/// several_have, customer_and_card, needs_token, token (it was forged, has expired, or is of no key that is held). There
/// may be more. {"ask": "resolve"} of regulars_call_json has a message for the cashier besides.
pub const REGULARS_CODE_UNKNOWN: u32 = 0;
/// A customer's card; the text is the customer's id.
pub const REGULARS_CODE_CUSTOMER: u32 = 1;
/// A punch card; the text is its code.
pub const REGULARS_CODE_PUNCH_CARD: u32 = 2;
/// The receipt of a sale, by its token; the text is the sale's id.
pub const REGULARS_CODE_RECEIPT: u32 = 3;
/// Somebody wants to join, by a token; the text is what the token names.
pub const REGULARS_CODE_ENROLMENT: u32 = 4;
/// A coupon; the text is what it says.
pub const REGULARS_CODE_COUPON: u32 = 5;
/// What was given back for returned goods, bottles mostly; the text is its number.
pub const REGULARS_CODE_REFUND_RECEIPT: u32 = 6;
/// An article; the text is its number of 14 digits.
pub const REGULARS_CODE_ARTICLE: u32 = 7;
/// An article from the scale with a weight; the text is the article.
pub const REGULARS_CODE_WEIGHED: u32 = 8;
/// An article from the scale with a price; the text is the article.
pub const REGULARS_CODE_PRICED: u32 = 9;

/// Says what the shop's codes look like: a JSON object, all of whose fields may be left out. `scales` and `cards` are
/// lists of patterns such as 21IIIIIWW.WWWC and 29NNNNNNNNNNC, `card_forms` a list of objects with `symbology` and
/// `pattern`, `coupon_prefixes` and `url_prefixes` lists of texts, `punch_cards_need_tokens` true or false, and `keys`
/// a list of objects with `id`, a number, and one of `public`, `signing` and `short`, 64 hexadecimal digits: the public key
/// that checks tokens, or the secret one that makes and checks them, signed or short; `kinds` is a list of the tokens that it
/// may make, of receipt, punch_card and enrolment, and all of them if it is left out. Of several secret keys that may make a
/// kind the last one does. What was said before is forgotten. From then on, also after an empty object, the number of an
/// article, of a coupon or of a scale is given to no customer, and not looked for (regulars_enrol, regulars_set_code,
/// regulars_find_code).
/// With keys the JSON door reads claims and joinings by tokens as at a till, and its question `token` makes tokens.
///
/// Gives REGULARS_INVALID_SETTING, REGULARS_NOT_BUILT for keys without the feature tokens, and what is wrong with the
/// arguments. Costs some microseconds.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn regulars_set_codes(
    handle: *mut regulars_register,
    settings: *const c_char,
    settings_length: usize,
) -> i32 {
    guard::with(handle, |till| {
        // SAFETY: the caller's pointers, as the head of the header says what they must be.
        let settings = unsafe { text_of(settings, settings_length, REGULARS_MOST_JSON, "settings")? };
        let settings = Json::read(settings, &Limits::default()).map_err(|error| wrong("settings", error))?;
        till.codes = Codes { are_said: true, ..read_codes(&settings)? };
        Ok(())
    })
}

/// Refuses to give a customer the number of an article, and to look for one who has it: who had it would be found by each
/// such article.
pub(super) fn refuse_article(till: &mut Till, document: &Document) -> Result<(), Failure> {
    let (header, code, symbology) = match document {
        Document::Enrol(enrol) => (&enrol.header, enrol.profile.code.as_ref(), None),
        Document::SetCode(set) => (&set.header, Some(&set.code), None),
        Document::Scan(scan) => (&scan.header, Some(&scan.code), scan.symbology.as_deref()),
        _ => return Ok(()),
    };
    let Some(code) = code.filter(|_| till.codes.are_said) else { return Ok(()) };
    // What was taken before that was said is still known by its id.
    if till.register.0.facts(&Question::about(document))?.original.is_some() {
        return Ok(());
    }
    let now = till.now()?;
    let today = till.register.0.today(header.place.outlet.as_ref(), now)?;
    match till.codes.resolver.may_be_given(code, symbology.and_then(self::symbology), today) {
        true => Ok(()),
        false => Err(Failure::field("code", &CARDS_CODE)),
    }
}

pub(super) fn wrong(what: &str, why: impl ToString) -> Failure {
    Failure::new(REGULARS_INVALID_SETTING, std::format!("{what}: {}", why.to_string())).with("path", what)
}

fn read_codes(json: &Json) -> Result<Codes, Failure> {
    let Json::Object(members) = json else { return Err(wrong(".", "an object was expected")) };
    let mut codes = Codes::default();
    let resolver = &mut codes.resolver;
    // Cards may not look as what a scale prints, so scales come first.
    for pattern in texts(json, "scales")? {
        let scale = pattern.parse().map_err(|error| wrong("scales", error))?;
        resolver.add_scale(scale).map_err(|error| wrong("scales", error))?;
    }
    for (name, value) in members {
        match name.as_str() {
            "scales" => {}
            "cards" => {
                for pattern in texts(json, "cards")? {
                    let cards = pattern.parse().map_err(|error| wrong("cards", error))?;
                    resolver.add_cards(cards).map_err(|error| wrong("cards", error))?;
                }
            }
            "card_forms" => {
                for form in list(json, "card_forms")? {
                    resolver.card_forms.push(card_form(form)?);
                }
            }
            "coupon_prefixes" => resolver.coupon_prefixes = texts(json, "coupon_prefixes")?,
            "url_prefixes" => resolver.url_prefixes = texts(json, "url_prefixes")?,
            "punch_cards_need_tokens" => match value {
                Json::Bool(value) => resolver.punch_cards_need_tokens = *value,
                _ => return Err(wrong(name, "true or false was expected")),
            },
            "keys" => {}
            other => return Err(wrong(other, "there is no such setting")),
        }
    }
    read_keys(&mut codes, list(json, "keys")?)?;
    Ok(codes)
}

/// What the shop's codes look like, and the keys of its tokens.
#[derive(Default)]
pub(super) struct Codes {
    /// Whether that was said at all. Where it wasn't, nobody knows what is an article's number here.
    pub(super) are_said: bool,
    pub(super) resolver: Resolver,
    /// Whether there is a key that checks tokens.
    #[cfg(feature = "tokens")]
    pub(super) checks: bool,
    /// The keys that make tokens, each with what it may make.
    #[cfg(feature = "tokens")]
    pub(super) makes: Vec<(crate::code::TokenKey, Vec<crate::code::TokenKind>)>,
}

fn list<'j>(json: &'j Json, name: &str) -> Result<&'j [Json], Failure> {
    match json.get(name) {
        None => Ok(&[]),
        Some(Json::List(items)) => Ok(items),
        Some(_) => Err(wrong(name, "a list was expected")),
    }
}

fn texts(json: &Json, name: &str) -> Result<Vec<String>, Failure> {
    let text =
        |item: &Json| item.as_text().map(String::from).ok_or_else(|| wrong(name, "texts were expected"));
    list(json, name)?.iter().map(text).collect()
}

/// Refuses an object that has other names in it: one that was mistyped would be as if nothing had been said.
pub(super) fn only(json: &Json, names: &[&str]) -> Result<(), String> {
    let Json::Object(members) = json else { return Err("an object was expected".into()) };
    match members.iter().all(|(name, _)| names.contains(&name.as_str())) {
        true => Ok(()),
        false => Err(std::format!("these are the names: {}", names.join(", "))),
    }
}

fn card_form(json: &Json) -> Result<CardForm, Failure> {
    only(json, &["symbology", "pattern"]).map_err(|error| wrong("card_forms", error))?;
    let text = |name| json.get(name).and_then(Json::as_text).unwrap_or_default();
    let symbology = match text("symbology") {
        "" => return Err(wrong("card_forms", "the symbology is missing")),
        name => symbology(name).ok_or_else(|| wrong("card_forms", no_symbology(name)))?,
    };
    CardForm::new(symbology, text("pattern")).map_err(|error| wrong("card_forms", error))
}

/// A symbology by its name.
pub(super) fn symbology(name: &str) -> Option<Symbology> {
    Symbology::ALL.iter().copied().find(|symbology| symbology.name() == name)
}

pub(super) fn no_symbology(name: &str) -> String {
    std::format!("there is no symbology {name}")
}

#[cfg(not(feature = "tokens"))]
fn read_keys(_: &mut Codes, keys: &[Json]) -> Result<(), Failure> {
    if keys.is_empty() {
        Ok(())
    } else {
        Err(Failure::not_built("keys of tokens: build with the feature tokens"))
    }
}

#[cfg(feature = "tokens")]
fn read_keys(codes: &mut Codes, keys: &[Json]) -> Result<(), Failure> {
    for key in keys {
        let tokens::Keys { checks, makes, kinds } =
            tokens::read_key(key).map_err(|error| wrong("keys", error))?;
        let held = codes.resolver.keys.hold(checks, &kinds, ..);
        held.map_err(|error| wrong("keys", error))?;
        codes.checks = true;
        codes.makes.extend(makes.map(|key| (key, kinds)));
    }
    Ok(())
}

/// Says what a scanned code is, with the ledger's customers and punch cards. code are the bytes as they were read;
/// symbology is that of the code, such as ean_13, and aim is its AIM identifier, such as ]E0; both may be NULL,
/// and a code may begin with its AIM identifier instead. outlet (may be NULL) and at_ms say on which day tokens have to
/// hold. What kind it is is written to resolved (may be NULL), and what belongs to it is copied as text: see
/// REGULARS_CODE_CUSTOMER and the others. Records nothing.
///
/// Gives REGULARS_INVALID_DOCUMENT for a symbology that there isn't, REGULARS_INVALID_PROGRAM (none has been set),
/// REGULARS_BUFFER_TOO_SMALL, what is wrong with the arguments, and the numbers of the store. Costs some tens of
/// microseconds.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn regulars_resolve(
    handle: *mut regulars_register,
    code: *const u8,
    code_length: usize,
    symbology: *const c_char,
    symbology_length: usize,
    aim: *const c_char,
    aim_length: usize,
    outlet: *const c_char,
    outlet_length: usize,
    at_ms: i64,
    resolved: *mut regulars_resolved,
    out: *mut c_char,
    capacity: usize,
    length: *mut usize,
) -> i32 {
    guard::with(handle, |till| {
        // SAFETY: the caller's pointers, as the head of the header says what they must be.
        let (wanted, out, code, symbology, aim, outlet) = unsafe {
            (
                OutStruct::wanted(resolved, "resolved")?,
                OutText::new(out, capacity, length)?,
                bytes(code, code_length, crate::ffi::capi::REGULARS_MOST_TEXT, "code")?,
                text(symbology, symbology_length, "symbology")?,
                text(aim, aim_length, "aim")?,
                text(outlet, outlet_length, "outlet")?,
            )
        };
        let outlet = id_or_none(outlet, "outlet", OutletId::new)?;
        let found = find(till, (code, symbology, aim), outlet.as_ref(), moment(at_ms, "at_ms")?)?;
        out.write(found.text.as_bytes())?;
        if let Some(wanted) = wanted {
            wanted.write(&found.numbers);
        }
        Ok(())
    })
}

/// What was found of a code.
struct Found {
    numbers: regulars_resolved,
    text: String,
    /// Where it isn't known what to do with it: what the cashier is told, and whose or what it may be.
    about: Members,
}

fn find(
    till: &mut Till,
    (code, symbology_name, aim): (&[u8], &str, &str),
    outlet: Option<&OutletId>,
    at: Timestamp,
) -> Result<Found, Failure> {
    let expected = || Failure::field("aim", &"an AIM identifier such as ]E0");
    let mut read = ReadCode::new(code);
    if !symbology_name.is_empty() {
        let known = symbology(symbology_name);
        read.symbology =
            Some(known.ok_or_else(|| Failure::field("symbology", &no_symbology(symbology_name)))?);
    }
    if !aim.is_empty() {
        let (aim, rest) = AimIdentifier::split(aim.as_bytes()).ok_or_else(expected)?;
        if !rest.is_empty() {
            return Err(expected());
        }
        read.aim = Some(aim);
    } else if let Some((aim, rest)) = AimIdentifier::split(code) {
        (read.aim, read.bytes) = (Some(aim), rest);
    }
    if read.symbology.is_none() {
        read.symbology = read.aim.and_then(|aim| aim.symbology());
    }
    let today = till.register.0.today(outlet, at)?;
    Ok(told(till.register.0.resolve(&till.codes.resolver, read, at, today)?))
}

/// What a code is, as numbers and a text.
fn told(resolved: Resolved) -> Found {
    let plain = |kind, text: &str| Found {
        numbers: resolved_as(kind, 0, 0),
        text: text.into(),
        about: Members::new(),
    };
    match resolved {
        Resolved::Customer { customer, .. } => plain(REGULARS_CODE_CUSTOMER, customer.as_str()),
        Resolved::PunchCard { code } => plain(REGULARS_CODE_PUNCH_CARD, code.as_str()),
        Resolved::Receipt { sale } => plain(REGULARS_CODE_RECEIPT, sale.as_str()),
        Resolved::Enrolment { code } => plain(REGULARS_CODE_ENROLMENT, code.as_str()),
        Resolved::Coupon { text } => plain(REGULARS_CODE_COUPON, &text),
        Resolved::RefundReceipt { number } => plain(REGULARS_CODE_REFUND_RECEIPT, &number.to_string()),
        Resolved::Article { gtin, .. } => plain(REGULARS_CODE_ARTICLE, &gtin.to_string()),
        Resolved::Weighed(weighed) => {
            let (kind, measure) = match weighed.measure {
                Measure::Weight(weight) => (REGULARS_CODE_WEIGHED, weight),
                Measure::Price(price) => (REGULARS_CODE_PRICED, price),
            };
            // A scale prints some digits.
            let value = i64::try_from(measure.mantissa()).unwrap_or(0);
            Found {
                numbers: resolved_as(kind, value, measure.scale()),
                ..plain(kind, &weighed.item.to_string())
            }
        }
        Resolved::Unknown { why } => Found { about: about(&why), ..plain(REGULARS_CODE_UNKNOWN, why.name()) },
    }
}

fn about(why: &Why) -> Members {
    let mut about = Vec::from([("message", json_text(&why.to_string()))]);
    match why {
        Why::NothingWeighed(weighed) => about.push(("article", json_text(&weighed.item.to_string()))),
        Why::AlsoACode { gtin, holder } => {
            about.push(("article", json_text(&gtin.to_string())));
            if let CodeHolder::Customer(customer) = holder {
                about.push(("customer", json_text(customer.as_str())));
            }
        }
        _ => {}
    }
    about
}

fn resolved_as(kind: u32, measure_value: i64, measure_scale: u32) -> regulars_resolved {
    regulars_resolved { struct_size: 0, kind, measure_value, measure_scale, reserved: 0 }
}

fn kind_name(kind: u32) -> &'static str {
    match kind {
        REGULARS_CODE_CUSTOMER => "customer",
        REGULARS_CODE_PUNCH_CARD => "punch_card",
        REGULARS_CODE_RECEIPT => "receipt",
        REGULARS_CODE_ENROLMENT => "enrolment",
        REGULARS_CODE_COUPON => "coupon",
        REGULARS_CODE_REFUND_RECEIPT => "refund_receipt",
        REGULARS_CODE_ARTICLE => "article",
        REGULARS_CODE_WEIGHED => "weighed",
        REGULARS_CODE_PRICED => "priced",
        _ => "unknown",
    }
}

/// The same as a question of the JSON door.
pub(super) fn resolve_json(till: &mut Till, fields: &Fields<'_>) -> Result<String, Failure> {
    fields.only(&["code", "symbology", "aim", "outlet", "at"])?;
    let (code, outlet) = (fields.text("code")?, fields.outlet()?);
    let symbology = fields.text_or_none("symbology")?.unwrap_or_default();
    let aim = fields.text_or_none("aim")?.unwrap_or_default();
    let Found { numbers, text, about } =
        find(till, (code.as_bytes(), symbology, aim), outlet.as_ref(), fields.at()?)?;
    let is = |kinds: &[u32]| kinds.contains(&numbers.kind);
    let measure = is(&[REGULARS_CODE_WEIGHED, REGULARS_CODE_PRICED]).then(|| {
        let measure = rust_decimal::Decimal::try_new(numbers.measure_value, numbers.measure_scale);
        ("measure", json_text(&measure.unwrap_or_default().to_string()))
    });
    let named = if is(&[REGULARS_CODE_UNKNOWN]) { "why" } else { "text" };
    let mut members = Vec::from([("kind", json_text(kind_name(numbers.kind))), (named, json_text(&text))]);
    members.extend(measure);
    members.extend(about);
    Ok(object(members))
}
