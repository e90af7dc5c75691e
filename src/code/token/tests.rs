use alloc::format;
use alloc::string::{String, ToString};

use proptest::prelude::*;

use super::*;

fn day(days: u16) -> Date {
    Date::from_civil(2026, 11, 26).expect("a date").plus_days(days)
}

fn receipt(sale: &str) -> TokenContent {
    TokenContent { stands_for: TokenFor::Receipt(SaleId::new(sale).expect("an id")), last_day: None }
}

fn ring(keys: &[&TokenKey]) -> KeyRing {
    let mut ring = KeyRing::default();
    for key in keys {
        ring.hold(key.checking_key(), TokenKind::ALL, ..).expect("a number of its own");
    }
    ring
}

fn both() -> [TokenKey; 2] {
    [TokenKey::signing(KeyId(1), &[1; 32]), TokenKey::short(KeyId(2), &[2; 32])]
}

const ALPHABET: &str = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

#[test]
fn how_long_tokens_are() {
    // The table is in the page `design`.
    let [signing, short] = both();
    let dated = TokenContent { last_day: Some(day(14)), ..receipt("2026-000017") };
    let length = |key: &TokenKey, content: &TokenContent| key.make(content).map(|token| token.len());
    // 4,296 characters are QR's most; 122 fit version 5 with error correction M, 38 version 2.
    assert_eq!(length(&signing, &receipt("2026-000017")), Ok(119));
    assert_eq!(length(&signing, &dated), Ok(122));
    assert_eq!(length(&short, &receipt("2026-000017")), Ok(33));
    assert_eq!(length(&short, &dated), Ok(36));
    let card = TokenFor::PunchCard(Code::new("PC-000017").expect("a code"));
    let card = TokenContent { stands_for: card, last_day: None };
    assert_eq!((length(&signing, &card), length(&short, &card)), (Ok(121), Ok(34)));
    assert_eq!(length(&short, &receipt("S-17")), Ok(28));
}

#[test]
fn every_wrong_character_and_every_swap_is_a_typing_error() {
    for key in both() {
        let (ring, token) = (ring(&[&key]), key.make(&receipt("R1/2026-000017")).expect("made"));
        assert!(ring.check(&token, day(0)).is_ok());
        for place in 0..token.len() {
            for other in ALPHABET.chars().filter(|other| !token[place..].starts_with(*other)) {
                let mut changed = token.clone();
                changed.replace_range(place..=place, &other.to_string());
                assert_eq!(ring.check(&changed, day(0)), Err(TokenError::Mistyped), "{changed}");
            }
            for other in ["U", "!", "ä", "\0"] {
                let mut changed = token.clone();
                changed.replace_range(place..=place, other);
                assert_eq!(ring.check(&changed, day(0)), Err(TokenError::Mistyped), "{changed}");
            }
            let Some(two) = token.get(place..place.saturating_add(2)) else { continue };
            let swapped: String = two.chars().rev().collect();
            if swapped != two {
                let mut changed = token.clone();
                changed.replace_range(place..place.saturating_add(2), &swapped);
                assert_eq!(ring.check(&changed, day(0)), Err(TokenError::Mistyped), "{changed}");
            }
            // What is cut off, or doubled, is refused; by which name depends on the rest.
            assert!(ring.check(&token[..place], day(0)).is_err());
            assert!(ring.check(&token[place..].repeat(2), day(0)).is_err());
        }
    }
}

#[test]
fn who_changes_a_token_and_makes_its_last_characters_anew_is_a_forger() {
    for key in both() {
        let (ring, token) = (ring(&[&key]), key.make(&receipt("2026-000017")).expect("made"));
        let bytes = text::read(&token).expect("a token");
        for bit in 0..bytes.len().saturating_mul(8) {
            let mut forged = bytes.clone();
            forged[bit / 8] ^= 1 << (bit % 8);
            let wanted = match bit / 8 {
                1 | 2 => TokenError::UnknownKey { key: TokenContent::key_of(&forged).expect("a key") },
                _ => TokenError::Forged,
            };
            assert_eq!(ring.check(&text::write(&forged), day(0)), Err(wanted));
        }
        for length in 4..bytes.len() {
            assert!(ring.check(&text::write(&bytes[..length]), day(0)).is_err());
        }
        let longer = [&bytes[..], &[0]].concat();
        assert_eq!(ring.check(&text::write(&longer), day(0)), Err(TokenError::Forged));
    }
}

#[test]
fn another_key_under_the_same_number_is_a_forgery() {
    let [signing, short] = both();
    let others = [TokenKey::signing(KeyId(1), &[9; 32]), TokenKey::short(KeyId(2), &[9; 32])];
    // The other sort of key under the same number: the token doesn't say of which sort it is.
    let sorts = [TokenKey::short(KeyId(1), &[1; 32]), TokenKey::signing(KeyId(2), &[2; 32])];
    for ring in [ring(&[&others[0], &others[1]]), ring(&[&sorts[0], &sorts[1]])] {
        for key in [&signing, &short] {
            let token = key.make(&receipt("2026-000017")).expect("made");
            assert_eq!(ring.check(&token, day(0)), Err(TokenError::Forged));
        }
    }
    // A public key as the secret of a short one, which everybody knows, makes nothing that holds.
    let public = signing.checking_key().public_bytes().expect("public");
    let token = TokenKey::short(KeyId(1), &public).make(&receipt("S-1")).expect("made");
    assert_eq!(ring(&[&signing]).check(&token, day(0)), Err(TokenError::Forged));
    assert_eq!(short.checking_key().public_bytes(), None);
}

#[test]
fn keys_are_changed_while_old_tokens_are_taken() {
    let (old, new) = (TokenKey::signing(KeyId(1), &[1; 32]), TokenKey::signing(KeyId(2), &[2; 32]));
    let mut ring = KeyRing::default();
    let all = TokenKind::ALL;
    ring.hold(old.checking_key(), all, ..=day(30)).expect("held");
    ring.hold(new.checking_key(), all, day(10)..).expect("held");
    let (of_old, of_new) =
        (old.make(&receipt("S-1")).expect("made"), new.make(&receipt("S-2")).expect("made"));
    assert!(ring.check(&of_old, day(30)).is_ok());
    assert_eq!(ring.check(&of_old, day(31)), Err(TokenError::KeyOutOfUse { key: KeyId(1) }));
    assert_eq!(ring.check(&of_new, day(9)), Err(TokenError::KeyOutOfUse { key: KeyId(2) }));
    assert_eq!(ring.check(&of_new, day(10)).map(|token| token.key()), Ok(KeyId(2)));
    let foreign = TokenKey::signing(KeyId(3), &[3; 32]).make(&receipt("S-3")).expect("made");
    assert_eq!(ring.check(&foreign, day(0)), Err(TokenError::UnknownKey { key: KeyId(3) }));
}

/// Who has a till's key makes no punch cards; and a second key under a number is told, and not taken for the first.
#[test]
fn a_key_is_held_for_kinds_of_tokens_and_under_a_number_of_its_own() {
    let card = TokenFor::PunchCard(Code::new("PC-1").expect("a code"));
    let card = TokenContent { stands_for: card, last_day: Some(day(0)) };
    for key in both() {
        let mut ring = KeyRing::default();
        ring.hold(key.checking_key(), &[TokenKind::Receipt], ..).expect("held");
        let made = |content: &TokenContent| key.make(content).expect("made");
        assert!(ring.check(&made(&receipt("S-1")), day(0)).is_ok());
        let refused = TokenError::NotOfThisKey { key: key.id(), kind: TokenKind::PunchCard };
        assert_eq!(ring.check(&made(&card), day(1)), Err(refused));

        for other in [TokenKey::signing(key.id(), &[9; 32]), TokenKey::short(key.id(), &[9; 32])] {
            let taken = ring.hold(other.checking_key(), TokenKind::ALL, ..);
            assert_eq!(taken, Err(KeyIdTakenError { id: key.id() }));
            assert!(ring.check(&made(&receipt("S-1")), day(0)).is_ok(), "the first one stays");
        }
        // The same key again: other kinds, and an end.
        ring.hold(key.checking_key(), &[TokenKind::PunchCard], ..=day(0)).expect("the same key");
        assert!(ring.check(&made(&card), day(0)).is_ok());
        assert!(ring.check(&made(&receipt("S-1")), day(0)).is_err());
    }
}

#[test]
fn what_is_no_token_and_what_is_another() {
    let [signing, short] = both();
    let ring = ring(&[&signing, &short]);
    for text in ["", "4006381333931", "CARD-17", "https://shop.example/some/other/page", "R4D1"] {
        assert_eq!(ring.check(text, day(0)), Err(TokenError::NotAToken), "{text}");
    }
    let good = short.make(&receipt("S-1")).expect("made");
    for text in [format!("/{good}"), format!("{good}/"), format!("]Q1{good}")] {
        assert_eq!(ring.check(&text, day(0)), Err(TokenError::NotAToken), "no slip: {text}");
    }
    assert_eq!(ring.check(&"R".repeat(1025), day(0)), Err(TokenError::TooLong));
    let card = TokenFor::PunchCard(Code::new("PC-1").expect("a code"));
    let token = short.make(&TokenContent { stands_for: card, last_day: None }).expect("made");
    assert!(token.starts_with('P'));
    let token = ring.check(&token, day(0)).expect("good");
    let wrong = TokenKindError { found: TokenKind::PunchCard, wanted: TokenKind::Receipt };
    assert_eq!(token.sale(), Err(wrong));
    assert_eq!(wrong.to_string(), "it stands for a punch card, not for a receipt");
}

#[test]
fn a_last_day_is_one_that_a_token_has_room_for() {
    let [signing, short] = both();
    let ring = ring(&[&signing, &short]);
    let ends = |last_day| TokenContent { last_day, ..receipt("S-1") };
    let (first, last) = (Date::from_civil(2000, 1, 2), Date::from_civil(2179, 6, 6));
    assert_eq!((first, last), (Some(TokenContent::EARLIEST_LAST_DAY), Some(TokenContent::LATEST_LAST_DAY)));
    for key in [&signing, &short] {
        for last_day in [first, last] {
            let token = key.make(&ends(last_day)).expect("made");
            let checked = ring.check(&token, last_day.expect("a day")).expect("its last day");
            assert_eq!(checked.content().last_day, last_day);
        }
        for last_day in [Date::from_civil(2000, 1, 1), Date::from_civil(2179, 6, 7)].into_iter().flatten() {
            assert_eq!(key.make(&ends(Some(last_day))), Err(LastDayError { last_day }));
        }
    }
}

/// A key that was padded by itself is the one that HMAC pads (RFC 2104): by the crate's own way of taking keys.
#[test]
fn a_short_key_is_hashed_as_the_standard_says() {
    use hmac::{Hmac, KeyInit, Mac};

    let token = TokenKey::short(KeyId(1), &[7; 32]).make(&receipt("S-1")).expect("made");
    let bytes = text::read(&token).expect("a token");
    let (content, made) = bytes.split_last_chunk::<10>().expect("a hash");
    let mut hash = Hmac::<sha2::Sha256>::new_from_slice(&[7; 32]).expect("any length");
    hash.update(b"regulars token 1\0");
    hash.update(content);
    assert_eq!(hash.finalize().into_bytes()[..10], made[..]);
}

#[test]
fn no_secret_is_shown() {
    for (key, sort) in both().iter().zip(["signing", "short"]) {
        let shown = format!("{key:?} {:?} {:?}", key.checking_key(), ring(&[key]));
        assert!(shown.starts_with(&format!("TokenKey({}, {sort})", key.id().0)));
        assert!(!shown.contains("1, 1") && !shown.contains("2, 2") && !shown.contains("0x"), "{shown}");
    }
}

/// 10⁴ random tokens for each key, all of them well typed, and none is taken. More of them:
/// `REGULARS_TOKENS=1000000`.
#[cfg(feature = "std")]
#[test]
fn random_tokens_are_refused() {
    let wanted = std::env::var("REGULARS_TOKENS").ok().and_then(|wanted| wanted.parse().ok());
    let wanted = wanted.unwrap_or(10_000_u32);
    let keys = both();
    let ring = ring(&[&keys[0], &keys[1]]);
    // A xorshift, so that a run can be repeated.
    let mut state = 0x2545_f491_4f6c_dd1d_u64;
    let mut random = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state.to_le_bytes()[7]
    };
    let mut forged = 0_u32;
    for key in &keys {
        let length = text::read(&key.make(&receipt("2026-000017")).expect("made")).expect("a token").len();
        for _ in 0..wanted {
            let mut bytes: Vec<u8> = core::iter::repeat_with(&mut random).take(length).collect();
            // Half of them begin as a good one does, so that all that is left to guess is what the key makes.
            if random() < 128 {
                bytes.splice(..9, receipt("2026-000017").write(key.id()).expect("written"));
            } else {
                bytes.splice(1..3, key.id().0.to_be_bytes());
            }
            assert_eq!(ring.check(&text::write(&bytes), day(0)), Err(TokenError::Forged));
            forged = forged.saturating_add(1);
        }
    }
    std::println!("{forged} random tokens, none accepted");
}

fn any_content() -> impl Strategy<Value = TokenContent> {
    let name = prop_oneof!["[0-9]{1,64}", "[0-9./:_-]{1,20}", "[A-Za-z0-9-]{1,40}", "[a-z äöß€]{0,20}[!-~é]"];
    let name = name.prop_map(|name| name.trim().to_string());
    (name, 0..3_u8, proptest::option::of(1..=u16::MAX)).prop_map(|(name, kind, last_day)| {
        let code = || Code::new(&name).expect("a code");
        let stands_for = match kind {
            0 => TokenFor::Receipt(SaleId::new(&name).expect("an id")),
            1 => TokenFor::PunchCard(code()),
            _ => TokenFor::Enrolment(code()),
        };
        let last_day = last_day.and_then(|days| Date::from_days(DAY_ZERO.checked_add(i32::from(days))?));
        TokenContent { stands_for, last_day }
    })
}

#[test]
fn groups_have_four_characters() {
    assert_eq!(["", "R4D1", "R4D1M", "R4D1M000"].map(in_groups), ["", "R4D1", "R4D1-M", "R4D1-M000"]);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Whatever a token says is read again, also in groups, in small letters, and with letters that look alike.
    #[test]
    fn what_is_made_is_read(content in any_content()) {
        let today = content.last_day.unwrap_or(day(0));
        for key in both() {
            let (ring, token) = (ring(&[&key]), key.make(&content).expect("made"));
            let typed = [
                token.clone(),
                in_groups(&token).to_lowercase(),
                token.replace('0', "O").replace('1', "l"),
                token.replace('1', "I"),
            ];
            for typed in typed {
                let read = ring.check(&typed, today).map(|token| token.content().clone());
                prop_assert_eq!(read.as_ref(), Ok(&content));
            }
            if let Some(last_day) = content.last_day {
                let expired = ring.check(&token, last_day.next());
                prop_assert_eq!(expired, Err(TokenError::Expired { last_day }));
            }
        }
    }

    /// No text makes it panic, and none is taken.
    #[test]
    fn any_text(text in prop_oneof!["\\PC{0,200}", "[0-9A-Z]{20,200}"]) {
        let keys = both();
        prop_assert!(ring(&[&keys[0], &keys[1]]).check(&text, day(0)).is_err());
    }
}
