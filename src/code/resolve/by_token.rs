//! What a code is as a token.

use super::{ReadCode, Resolved, Resolver, Why};
use crate::code::{Token, TokenError, TokenFor};
use crate::time::Date;

/// What a text is as a token.
pub(super) enum AsToken {
    /// This, and nothing else.
    Is(Resolved),
    /// None, or none that is taken; and what there is to say of that if it is nothing else.
    Not(Option<Why>),
}

impl Resolver {
    /// The token that was scanned, alone or behind an URL of the shop's, checked by the [`keys`](Self::keys):
    /// [`Register::resolve`](crate::register::Register::resolve) says what it stands for, and with it a sale is
    /// [claimed](crate::register::Register::claim_by_token), a punch card
    /// [linked](crate::register::Register::link_by_token), or a customer
    /// [joins](crate::register::Register::enrol_by_token). `today` is the day at the till.
    ///
    /// ```
    /// use regulars::code::{KeyId, ReadCode, Resolver, TokenContent, TokenFor, TokenKey, TokenKind};
    /// use regulars::ident::SaleId;
    /// use regulars::time::Date;
    ///
    /// # let secret = [7; 32];
    /// let key = TokenKey::short(KeyId(1), &secret);
    /// let mut resolver = Resolver::default();
    /// resolver.keys.hold(key.checking_key(), &[TokenKind::Receipt], ..)?;
    /// resolver.url_prefixes.push("https://shop.example/r#".into());
    ///
    /// let stands_for = TokenFor::Receipt(SaleId::new("S-1")?);
    /// let url = format!("https://shop.example/r#{}", key.make(&TokenContent { stands_for, last_day: None })?);
    /// let today = Date::from_civil(2026, 11, 26).expect("a date");
    /// let token = resolver.check_token(ReadCode::new(url.as_bytes()), today)?;
    /// assert_eq!(token.sale()?.as_str(), "S-1");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`TokenError`], as of [`KeyRing::check`](crate::code::KeyRing::check).
    pub fn check_token(&self, read: ReadCode<'_>, today: Date) -> Result<Token, TokenError> {
        let text = core::str::from_utf8(read.bytes).map_err(|_| TokenError::NotAToken)?;
        self.keys.check(self.behind_url(text).unwrap_or(text), today)
    }

    pub(super) fn as_token(&self, text: &str, today: Date) -> AsToken {
        let why = match self.check_token(ReadCode::new(text.as_bytes()), today) {
            Ok(token) => {
                return AsToken::Is(match token.content().stands_for.clone() {
                    TokenFor::Receipt(sale) => Resolved::Receipt { sale },
                    TokenFor::PunchCard(code) => Resolved::PunchCard { code },
                    TokenFor::Enrolment(code) => Resolved::Enrolment { code },
                });
            }
            Err(error) => Why::Token(error),
        };
        match (self.behind_url(text), &why) {
            (Some(_), _) => AsToken::Is(Resolved::Unknown { why }),
            (None, Why::Token(TokenError::NotAToken | TokenError::TooLong)) => AsToken::Not(None),
            // Digits alone are no token, however long.
            (None, _) if text.bytes().all(|byte| byte.is_ascii_digit()) => AsToken::Not(None),
            // It may still be somebody's code. If it isn't, this is what there is to say.
            (None, _) => AsToken::Not(Some(why)),
        }
    }
}
