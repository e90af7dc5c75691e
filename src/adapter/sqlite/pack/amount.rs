//! Amounts, moments and days.

use rust_decimal::Decimal;

use super::{Damage, Pack, Packer, Unpacker};
use crate::money::{MAX_DECIMALS, Money, Ratio, Units};
use crate::time::{Date, Timestamp};

macro_rules! whole {
    ($($type:ident),+) => {$(
        impl Pack for $type {
            fn pack(&self, to: &mut Packer<'_>) {
                to.signed(self.minor());
            }

            fn unpack(from: &mut Unpacker<'_>) -> Result<$type, Damage> {
                from.signed().map($type::from_minor)
            }
        }
    )+};
}

whole!(Money, Units);

/// How many scales there are: 0 to 8.
const SCALES: u64 = MAX_DECIMALS as u64 + 1;

/// The sign, the digits and the scale in one number: a small whole quantity takes one byte.
impl Pack for Ratio {
    fn pack(&self, to: &mut Packer<'_>) {
        // A ratio has 17 digits at most, so there is room for its sign and its scale.
        let sign = u64::from(self.is_negative());
        let digits = self.mantissa().unsigned_abs().saturating_mul(2).saturating_sub(sign);
        to.number(digits.saturating_mul(SCALES).saturating_add(u64::from(self.scale())));
    }

    fn unpack(from: &mut Unpacker<'_>) -> Result<Ratio, Damage> {
        const BAD: Damage = Damage("a quantity or rate can't be one");
        let number = from.number()?;
        let (digits, scale) = (number / SCALES, number % SCALES);
        let magnitude = i64::try_from(digits.div_ceil(2)).map_err(|_| BAD)?;
        let mantissa = if digits & 1 == 0 { magnitude } else { magnitude.wrapping_neg() };
        let scale = u32::try_from(scale).map_err(|_| BAD)?;
        Ratio::from_decimal(Decimal::new(mantissa, scale)).map_err(|_| BAD)
    }
}

/// As it differs from the time of the operation's document.
impl Pack for Timestamp {
    fn pack(&self, to: &mut Packer<'_>) {
        to.signed(self.millisecond().saturating_sub(to.context.at.millisecond()));
    }

    fn unpack(from: &mut Unpacker<'_>) -> Result<Timestamp, Damage> {
        let later = from.signed()?;
        let millisecond = from.context.at.millisecond().checked_add(later);
        millisecond.and_then(Timestamp::from_millisecond).ok_or(Damage("a time is out of range"))
    }
}

impl Pack for Date {
    fn pack(&self, to: &mut Packer<'_>) {
        to.signed(i64::from(self.days()));
    }

    fn unpack(from: &mut Unpacker<'_>) -> Result<Date, Damage> {
        let days = i32::try_from(from.signed()?).ok().and_then(Date::from_days);
        days.ok_or(Damage("a day is out of range"))
    }
}
