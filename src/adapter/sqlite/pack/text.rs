//! Texts and names.

use std::ops::Deref;
use std::sync::Arc;

use super::{Damage, Pack, Packer, Unpacker};
use crate::ident::{
    BatchId, CategoryId, Code, CustomerId, DocumentId, GroupId, LineId, OperatorId, OutletId, PriceBookId,
    ProductId, PromotionId, PunchCardId, RegisterId, RewardId, SaleId, Tender, TierId,
};

impl Packer<'_> {
    pub(super) fn text(&mut self, text: &str) {
        if let Some(number) = as_number(text) {
            return self.number(number.wrapping_shl(1) | 1);
        }
        self.length(text.len().wrapping_shl(1));
        self.bytes.extend_from_slice(text.as_bytes());
    }
}

impl<'a> Unpacker<'a> {
    pub(super) fn text(&mut self) -> Result<Text<'a>, Damage> {
        let code = self.number()?;
        self.rest_of_text(code)
    }

    fn rest_of_text(&mut self, code: u64) -> Result<Text<'a>, Damage> {
        if code & 1 == 1 {
            return Ok(Text::number(code >> 1));
        }
        let length = usize::try_from(code >> 1).unwrap_or(usize::MAX);
        let text = core::str::from_utf8(self.take(length)?).map_err(|_| Damage("a text is not UTF-8"))?;
        Ok(Text::Written(text))
    }
}

/// A text, or the digits of the number that stands for it.
pub(super) enum Text<'a> {
    Written(&'a str),
    Digits {
        digits: [u8; DIGITS_MOST],
        /// Where they begin.
        begin: usize,
    },
}

/// No number has more digits.
const DIGITS_MOST: usize = 20;

impl Text<'_> {
    /// A number as one would write it.
    pub(super) fn number(number: u64) -> Text<'static> {
        let (mut digits, mut begin, mut left) = ([b'0'; DIGITS_MOST], DIGITS_MOST, number);
        for (place, digit) in digits.iter_mut().enumerate().rev() {
            *digit = b'0'.wrapping_add(u8::try_from(left % 10).unwrap_or(0));
            (begin, left) = (place, left / 10);
            if left == 0 {
                break;
            }
        }
        Text::Digits { digits, begin }
    }
}

impl Deref for Text<'_> {
    type Target = str;

    fn deref(&self) -> &str {
        match self {
            Text::Written(text) => text,
            Text::Digits { digits, begin } => {
                digits.get(*begin..).and_then(|digits| core::str::from_utf8(digits).ok()).unwrap_or("")
            }
        }
    }
}

/// The number that a text is, if writing that number gives the same text again.
pub(super) fn as_number(text: &str) -> Option<u64> {
    /// So many always fit.
    const DIGITS: usize = 18;
    match text.as_bytes() {
        [b'0'] => Some(0),
        [] | [b'0', ..] => None,
        digits if DIGITS < digits.len() => None,
        digits => digits.iter().try_fold(0_u64, |number, byte| match byte {
            b'0'..=b'9' => Some(number.wrapping_mul(10).wrapping_add(u64::from(byte.wrapping_sub(b'0')))),
            _ => None,
        }),
    }
}

const BAD_NAME: Damage = Damage("a name can't be one");

macro_rules! names {
    ($($name:ident),+ $(,)?) => {$(
        impl Pack for $name {
            fn pack(&self, to: &mut Packer<'_>) {
                to.text(self.as_str());
            }

            fn unpack(from: &mut Unpacker<'_>) -> Result<$name, Damage> {
                $name::new(&from.text()?).map_err(|_| BAD_NAME)
            }
        }
    )+};
}

names!(
    LineId,
    ProductId,
    CategoryId,
    PriceBookId,
    DocumentId,
    OutletId,
    RegisterId,
    OperatorId,
    Code,
    BatchId,
    GroupId,
    PromotionId,
    PunchCardId,
    RewardId,
    TierId,
);

/// No name is empty, so a length of nothing is free to say: the one that the operation is about.
macro_rules! names_with_one_implied {
    ($($name:ident $implied:ident),+) => {$(
        impl Pack for $name {
            fn pack(&self, to: &mut Packer<'_>) {
                match &to.context.$implied {
                    Some(implied) if implied == self => to.byte(0),
                    _ => to.text(self.as_str()),
                }
            }

            fn unpack(from: &mut Unpacker<'_>) -> Result<$name, Damage> {
                match from.number()? {
                    0 => from.context.$implied.clone().ok_or(Damage("a name is implied, and none is known")),
                    code => $name::new(&from.rest_of_text(code)?).map_err(|_| BAD_NAME),
                }
            }
        }
    )+};
}

names_with_one_implied!(SaleId sale, CustomerId customer);

const TENDERS: [&str; 6] = [Tender::CASH, "card", Tender::LOYALTY, Tender::ON_ACCOUNT, "gift_card", "coupon"];

impl Pack for Tender {
    fn pack(&self, to: &mut Packer<'_>) {
        match (1..).zip(TENDERS).find(|(_, known)| *known == self.as_str()) {
            Some((code, _)) => to.byte(code),
            None => {
                to.byte(0);
                to.text(self.as_str());
            }
        }
    }

    fn unpack(from: &mut Unpacker<'_>) -> Result<Tender, Damage> {
        let name = match usize::from(from.byte()?).checked_sub(1) {
            None => from.text()?,
            Some(index) => Text::Written(TENDERS.get(index).ok_or(Damage("an unknown tender"))?),
        };
        Tender::new(&name).map_err(|_| BAD_NAME)
    }
}

impl Pack for Arc<str> {
    fn pack(&self, to: &mut Packer<'_>) {
        to.text(self);
    }

    fn unpack(from: &mut Unpacker<'_>) -> Result<Arc<str>, Damage> {
        from.text().map(|text| Arc::from(&*text))
    }
}
