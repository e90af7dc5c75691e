//! Keys that make tokens, and keys that check them.

use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;
use core::ops::{Bound, RangeBounds};

use ed25519_dalek::{Signature, Signer, VerifyingKey};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use zeroize::Zeroizing;

use super::{LastDayError, Token, TokenContent, TokenError, TokenKind, text};
use crate::time::Date;

/// Another key is held under this number: all tokens of one of the two would be refused as forged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("another key is held under the number {}: each key has a number of its own", .id.0)]
pub struct KeyIdTakenError {
    /// The number.
    pub id: KeyId,
}

/// So that what is signed here is nothing else that the same key may ever sign.
const CONTEXT: &[u8] = b"regulars token 1\0";

/// How many bytes a signature takes, and a keyed hash.
const SIGNATURE: usize = Signature::BYTE_SIZE;
const HASH: usize = 10;

/// Which key it is. A token names the key that made it, so that keys can be changed. Who makes keys numbers them,
/// and gives a number once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct KeyId(pub u16);

/// A key that makes tokens. It is given by the caller, who keeps it; no ledger does. Dropped, it is overwritten.
///
/// There are two sorts. A **signing** key (Ed25519) makes long tokens, for QR codes, which are checked by a
/// [`CheckingKey`] that can't make any: tills hold that. A **short** key (HMAC with SHA-256, 80 bits of it) makes
/// tokens that can be typed; who checks them could make them, too. How long they are is measured in
/// [`design`](crate::docs::design#tokens-byte-by-byte).
pub struct TokenKey {
    id: KeyId,
    secret: Secret,
}

enum Secret {
    Signing(ed25519_dalek::SigningKey),
    Short(Zeroizing<[u8; 32]>),
}

/// A key that checks tokens. That of a signing key is public.
///
/// How long a check takes tells nothing of a secret. A signature is checked without one, strictly (`verify_strict` of
/// `ed25519-dalek`: no weak keys, one form only). A hash is compared in constant time, by `verify_truncated_left` of
/// `hmac`, which is `CtEq` of the crate `ctutils`: by instructions that take the same time on x86-64 and AArch64, and
/// elsewhere as well as the compiler lets it. These crates are widely used. None of the versions that are used here
/// claims an audit, and `ctutils` says that it has had none.
#[derive(Clone)]
pub struct CheckingKey {
    id: KeyId,
    check: Check,
}

#[derive(Clone)]
enum Check {
    Signed(VerifyingKey),
    Short(Zeroizing<[u8; 32]>),
}

/// The bytes are no public key, or one under which others' signatures would hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("these bytes are no public key")]
pub struct PublicKeyError;

/// The keys by which tokens are checked, each with the kinds of tokens that it may make, and the days on which it holds.
///
/// A key of the till's makes receipts; if it may make punch cards, too, who has stolen a till has all cards.
///
/// To change keys, hold the new one beside the old, make tokens by the new one, and let the old one end on the last
/// day that its tokens are to be taken: no sooner than the last that was printed by it ends.
#[derive(Debug, Clone, Default)]
pub struct KeyRing(BTreeMap<KeyId, Held>);

#[derive(Debug, Clone)]
struct Held {
    key: CheckingKey,
    kinds: Vec<TokenKind>,
    days: (Bound<Date>, Bound<Date>),
}

impl TokenKey {
    /// A signing key of 32 secret bytes, from a good random source: the seed of Ed25519.
    pub fn signing(id: KeyId, secret: &[u8; 32]) -> Self {
        Self { id, secret: Secret::Signing(ed25519_dalek::SigningKey::from_bytes(secret)) }
    }

    /// A short key of 32 secret bytes, from a good random source.
    pub fn short(id: KeyId, secret: &[u8; 32]) -> Self {
        Self { id, secret: Secret::Short(Zeroizing::new(*secret)) }
    }

    /// Which key it is.
    pub const fn id(&self) -> KeyId {
        self.id
    }

    /// The key that checks what this one makes. Of a short key it is the same secret.
    pub fn checking_key(&self) -> CheckingKey {
        let check = match &self.secret {
            Secret::Signing(secret) => Check::Signed(secret.verifying_key()),
            Secret::Short(secret) => Check::Short(secret.clone()),
        };
        CheckingKey { id: self.id, check }
    }

    /// Makes a token. The same content gives the same token: no random source is needed.
    ///
    /// # Errors
    ///
    /// [`LastDayError`] of a last day that no token can have.
    pub fn make(&self, content: &TokenContent) -> Result<String, LastDayError> {
        let mut bytes = content.write(self.id)?;
        let message = message(&bytes);
        match &self.secret {
            Secret::Signing(secret) => bytes.extend(secret.sign(&message).to_bytes()),
            Secret::Short(secret) => {
                bytes.extend(hash(secret, &message).finalize().into_bytes().iter().take(HASH))
            }
        }
        Ok(text::write(&bytes))
    }
}

impl CheckingKey {
    /// The key that checks what a signing key makes, by the 32 bytes of its public key.
    ///
    /// ```
    /// use regulars::code::{CheckingKey, KeyId, TokenKey};
    ///
    /// # let secret = [7; 32];
    /// let bytes = TokenKey::signing(KeyId(1), &secret).checking_key().public_bytes().expect("no short key");
    /// // What goes to the tills.
    /// let checks = CheckingKey::public(KeyId(1), &bytes)?;
    /// assert_eq!(checks.id(), KeyId(1));
    /// # Ok::<(), regulars::code::PublicKeyError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`PublicKeyError`].
    pub fn public(id: KeyId, bytes: &[u8; 32]) -> Result<Self, PublicKeyError> {
        let key = VerifyingKey::from_bytes(bytes).map_err(|_| PublicKeyError)?;
        if key.is_weak() { Err(PublicKeyError) } else { Ok(Self { id, check: Check::Signed(key) }) }
    }

    /// The 32 bytes of the public key; `None` of a short key, which has none.
    pub fn public_bytes(&self) -> Option<[u8; 32]> {
        match &self.check {
            Check::Signed(key) => Some(key.to_bytes()),
            Check::Short(_) => None,
        }
    }

    /// Which key it is.
    pub const fn id(&self) -> KeyId {
        self.id
    }

    /// Whether it is the same key. Secrets are compared by what they make, in constant time.
    fn is(&self, other: &Self) -> bool {
        match (&self.check, &other.check) {
            (Check::Signed(key), Check::Signed(other)) => key == other,
            (Check::Short(secret), Check::Short(other)) => {
                hash(secret, CONTEXT).finalize() == hash(other, CONTEXT).finalize()
            }
            _ => false,
        }
    }

    /// What was signed, if it was signed by this key. A hash is compared in constant time; a signature is checked
    /// without a secret.
    fn verified<'a>(&self, bytes: &'a [u8]) -> Option<&'a [u8]> {
        match &self.check {
            Check::Signed(key) => {
                let (content, signature) = bytes.split_last_chunk::<SIGNATURE>()?;
                let signature = Signature::from_bytes(signature);
                key.verify_strict(&message(content), &signature).is_ok().then_some(content)
            }
            Check::Short(secret) => {
                let (content, found) = bytes.split_last_chunk::<HASH>()?;
                let hash = hash(secret, &message(content));
                hash.verify_truncated_left(found).is_ok().then_some(content)
            }
        }
    }
}

fn message(content: &[u8]) -> Vec<u8> {
    [CONTEXT, content].concat()
}

fn hash(secret: &[u8; 32], message: &[u8]) -> Hmac<Sha256> {
    // A key that is shorter than a block of the hash is one with zeros behind it (RFC 2104).
    let mut block = Zeroizing::new([0; 64]);
    block.iter_mut().zip(secret).for_each(|(byte, of_key)| *byte = *of_key);
    let block: &[u8; 64] = &block;
    let mut hash = Hmac::<Sha256>::new(block.into());
    hash.update(message);
    hash
}

impl KeyRing {
    /// Holds a key for the tokens of these kinds, and on these days: `..` is always, `first..` from a day on, `..=last`
    /// until a last day, and `first..=last` both; where `first` is after `last` it holds on no day. The same key again
    /// has new kinds and days.
    ///
    /// # Errors
    ///
    /// [`KeyIdTakenError`] if another key is held under the same [`KeyId`]; that one stays.
    ///
    /// ```
    /// use regulars::code::{KeyId, KeyRing, TokenContent, TokenError, TokenFor, TokenKey, TokenKind};
    /// use regulars::ident::{Code, SaleId};
    /// use regulars::time::Date;
    ///
    /// # let (secret, other_secret) = ([7; 32], [8; 32]);
    /// let till = TokenKey::signing(KeyId(1), &secret);
    /// let mut keys = KeyRing::default();
    /// keys.hold(till.checking_key(), &[TokenKind::Receipt], ..)?;
    ///
    /// // Who has stolen the till makes no punch card.
    /// let stands_for = TokenFor::PunchCard(Code::new("KA-1")?);
    /// let made = till.make(&TokenContent { stands_for, last_day: None })?;
    /// let today = Date::from_civil(2026, 11, 26).expect("a date");
    /// let kind = TokenKind::PunchCard;
    /// assert_eq!(keys.check(&made, today), Err(TokenError::NotOfThisKey { key: KeyId(1), kind }));
    ///
    /// let office = TokenKey::signing(KeyId(1), &other_secret);
    /// assert!(keys.hold(office.checking_key(), &[kind], ..).is_err(), "KeyId(2) is free");
    ///
    /// // The till has another key from tomorrow on. Its receipts of today hold for 30 days, and so does the key.
    /// let last_day = today.plus_days(30);
    /// let stands_for = TokenFor::Receipt(SaleId::new("S-1")?);
    /// let receipt = till.make(&TokenContent { stands_for, last_day: None })?;
    /// keys.hold(till.checking_key(), &[TokenKind::Receipt], ..=last_day)?;
    /// assert!(keys.check(&receipt, last_day).is_ok());
    /// let out_of_use = TokenError::KeyOutOfUse { key: KeyId(1) };
    /// assert_eq!(keys.check(&receipt, last_day.plus_days(1)), Err(out_of_use));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn hold(
        &mut self,
        key: CheckingKey,
        kinds: &[TokenKind],
        days: impl RangeBounds<Date>,
    ) -> Result<(), KeyIdTakenError> {
        if self.0.get(&key.id).is_some_and(|held| !held.key.is(&key)) {
            return Err(KeyIdTakenError { id: key.id });
        }
        let days = (days.start_bound().cloned(), days.end_bound().cloned());
        self.0.insert(key.id, Held { key, kinds: kinds.into(), days });
        Ok(())
    }

    /// Checks a token as it was read or typed, on this day. Small letters, hyphens, blanks, and `O`, `I` and `L` for 0 and
    /// 1 are taken as they are meant.
    ///
    /// # Errors
    ///
    /// In this order: [`TooLong`](TokenError::TooLong), [`NotAToken`](TokenError::NotAToken),
    /// [`Mistyped`](TokenError::Mistyped), [`UnknownKey`](TokenError::UnknownKey), [`Forged`](TokenError::Forged),
    /// [`NotOfThisKey`](TokenError::NotOfThisKey), [`KeyOutOfUse`](TokenError::KeyOutOfUse),
    /// [`Expired`](TokenError::Expired). Nothing that a token says is
    /// told before its signature was checked, but for the key that it names.
    pub fn check(&self, token: &str, today: Date) -> Result<Token, TokenError> {
        let bytes = text::read(token)?;
        let key = TokenContent::key_of(&bytes).ok_or(TokenError::NotAToken)?;
        let held = self.0.get(&key).ok_or(TokenError::UnknownKey { key })?;
        let content = held.key.verified(&bytes).ok_or(TokenError::Forged)?;
        let content = TokenContent::read(content).ok_or(TokenError::NotAToken)?;
        let kind = content.stands_for.kind();
        if !held.kinds.contains(&kind) {
            return Err(TokenError::NotOfThisKey { key, kind });
        }
        if !held.days.contains(&today) {
            return Err(TokenError::KeyOutOfUse { key });
        }
        match content.last_day {
            Some(last_day) if last_day < today => Err(TokenError::Expired { last_day }),
            _ => Ok(Token { content, key, checked_on: today }),
        }
    }
}

impl fmt::Debug for TokenKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sort = match self.secret {
            Secret::Signing(_) => "signing",
            Secret::Short(_) => "short",
        };
        write!(f, "TokenKey({}, {sort})", self.id.0)
    }
}

impl fmt::Debug for CheckingKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sort = match self.check {
            Check::Signed(_) => "signed",
            Check::Short(_) => "short",
        };
        write!(f, "CheckingKey({}, {sort})", self.id.0)
    }
}
