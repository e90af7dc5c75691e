//! Lines as what a token stands for and as tokens: what was made is read as it was made, whoever types it, and what
//! wasn't made is refused.
//!
//! The first line is `R`, `P` or `E`, the second a last day or nothing, the third a name, the fourth changes: a place
//! and a character, again and again; all that follows is a token, or isn't.

use regulars::code::{
    CheckingKey, KeyId, KeyRing, TokenContent, TokenError, TokenFor, TokenKey, TokenKind, in_groups,
};
use regulars::ident::{Code, SaleId};
use regulars::time::Date;

pub fn run(bytes: &[u8]) {
    let mut lines = bytes.splitn(5, |byte| *byte == b'\n');
    let mut next = || lines.next().unwrap_or_default();
    let (kind, last_day, name, changes, token) = (next(), next(), next(), next(), next());
    let keys = [TokenKey::signing(KeyId(1), &[7; 32]), TokenKey::short(KeyId(0x2002), &[9; 32])];
    let mut ring = KeyRing::default();
    keys.iter().for_each(|key| ring.hold(key.checking_key(), TokenKind::ALL, ..).unwrap());
    if let Some(content) = content(kind, last_day, name) {
        keys.iter().for_each(|key| comes_back(key, &ring, &content, changes));
    }
    any_text(&keys, &ring, &String::from_utf8_lossy(token));
    if let Some(public) = token.first_chunk() {
        let _ =
            CheckingKey::public(KeyId(3), public).map(|key| assert_eq!(key.public_bytes(), Some(*public)));
    }
}

/// Before every token's last day.
fn first_day() -> Date {
    Date::from_civil(2000, 1, 1).unwrap()
}

fn content(kind: &[u8], last_day: &[u8], name: &[u8]) -> Option<TokenContent> {
    let name = std::str::from_utf8(name).ok()?;
    let stands_for = match kind {
        b"R" => TokenFor::Receipt(SaleId::new(name).ok()?),
        b"P" => TokenFor::PunchCard(Code::new(name).ok()?),
        _ => TokenFor::Enrolment(Code::new(name).ok()?),
    };
    Some(TokenContent { stands_for, last_day: date(last_day) })
}

fn date(text: &[u8]) -> Option<Date> {
    let mut parts = std::str::from_utf8(text).ok()?.split('-');
    let (year, month, day) =
        (parts.next()?.parse().ok()?, parts.next()?.parse().ok()?, parts.next()?.parse().ok()?);
    Date::from_civil(year, month, day)
}

fn comes_back(key: &TokenKey, ring: &KeyRing, content: &TokenContent, changes: &[u8]) {
    let Ok(token) = key.make(content) else {
        let fits = TokenContent::EARLIEST_LAST_DAY..=TokenContent::LATEST_LAST_DAY;
        assert!(content.last_day.is_some_and(|last_day| !fits.contains(&last_day)), "{content:?}");
        return;
    };
    for typed in [token.clone(), in_groups(&token).to_ascii_lowercase()] {
        let read = ring.check(&typed, first_day()).map(|read| (read.content().clone(), read.key()));
        assert_eq!(read, Ok((content.clone(), key.id())), "{typed}");
    }
    if let Some(last_day) = content.last_day {
        assert_eq!(ring.check(&token, last_day).map(drop), Ok(()));
        let expired = last_day.plus_days(1);
        assert_eq!(ring.check(&token, expired).map(drop), Err(TokenError::Expired { last_day }));
    }
    let mut changed: Vec<char> = token.chars().collect();
    for [place, character] in changes.as_chunks::<2>().0 {
        let place = usize::from(*place) % changed.len();
        *changed.get_mut(place).unwrap() = char::from(*character);
    }
    let changed: String = changed.into_iter().collect();
    if let Ok(read) = ring.check(&changed, first_day()) {
        assert_eq!((read.content(), plain(&changed)), (content, token), "it was changed");
    }
}

/// What is taken is what would be made.
fn any_text(keys: &[TokenKey], ring: &KeyRing, text: &str) {
    let Ok(read) = ring.check(text, first_day()) else { return };
    let key = keys.iter().find(|key| key.id() == read.key()).unwrap();
    assert_eq!(key.make(read.content()), Ok(plain(text)));
}

/// A token as it was printed.
fn plain(typed: &str) -> String {
    let typed = typed.to_ascii_uppercase();
    let typed = typed.chars().filter(|character| !matches!(character, '-' | ' '));
    let printed = typed.map(|character| match character {
        'O' => '0',
        'I' | 'L' => '1',
        other => other,
    });
    printed.collect()
}
