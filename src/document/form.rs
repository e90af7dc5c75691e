//! What has one JSON form, written and read: the small values that a decision is made of.
//!
//! What is empty, false or zero is left out of the object that it stands in.

use alloc::collections::BTreeMap;
use alloc::format;
use alloc::string::ToString;
use alloc::sync::Arc;
use alloc::vec::Vec;

use smol_str::SmolStr;

use crate::document::moment::write_time;
use crate::document::node::{Fields, Node};
use crate::document::rule::{money, units};
use crate::document::value::Scale;
use crate::document::{Json, Mistake};
use crate::ident::{
    BatchId, Code, CustomerId, DocumentId, GroupId, PromotionId, PunchCardId, RewardId, SaleId, Tender,
};
use crate::ledger::{Account, Seq};
use crate::money::{Money, Ratio, Units};
use crate::time::{Date, Timestamp};

/// Something that has one form.
pub(super) trait Form: Sized + PartialEq {
    fn write(&self, scale: Scale) -> Json;

    fn read(node: Node<'_>, scale: Scale) -> Result<Self, Mistake>;

    /// What is left out of an object.
    fn left_out() -> Option<Self> {
        None
    }
}

/// What an object says of a field; `None` for what is left out.
pub(super) fn written<T: Form>(field: &T, scale: Scale) -> Option<Json> {
    (T::left_out().as_ref() != Some(field)).then(|| field.write(scale))
}

/// What an object has, one after the other.
#[derive(Default)]
pub(super) struct Members(BTreeMap<SmolStr, Json>);

impl Members {
    /// A field, unless it is left out.
    pub(super) fn put<T: Form>(&mut self, name: &'static str, field: &T, scale: Scale) {
        if let Some(value) = written(field, scale) {
            self.insert(name, value);
        }
    }

    fn insert(&mut self, name: &'static str, value: Json) {
        self.0.insert(SmolStr::new_static(name), value);
    }
}

impl From<Members> for Json {
    fn from(members: Members) -> Json {
        Json::Object(members.0)
    }
}

/// A field of an object.
pub(super) fn field<T: Form>(fields: &Fields<'_>, name: &'static str, scale: Scale) -> Result<T, Mistake> {
    match fields.get(name) {
        Some(node) => T::read(node, scale),
        None => T::left_out().ok_or_else(|| fields.missing(name)),
    }
}

/// Types that are objects of their fields.
macro_rules! forms {
    ($($type:ident { $($field:ident),+ $(,)? } $(if not $left_out:expr)?;)+) => {$(
        impl $crate::document::form::Form for $type {
            fn write(&self, scale: Scale) -> Json {
                let $type { $($field),+ } = self;
                let mut members = $crate::document::form::Members::default();
                $(members.put(stringify!($field), $field, scale);)+
                members.into()
            }

            fn read(node: Node<'_>, scale: Scale) -> Result<$type, Mistake> {
                let fields = node.object()?;
                fields.only(&[&[$(stringify!($field)),+]])?;
                $(let $field = $crate::document::form::field(&fields, stringify!($field), scale)?;)+
                Ok($type { $($field),+ })
            }

            $(fn left_out() -> Option<$type> {
                Some($left_out)
            })?
        }
    )+};
}
pub(super) use forms;

/// Pairs that are objects of two fields.
macro_rules! pairs {
    ($(($first:ident: $first_type:ty, $second:ident: $second_type:ty);)+) => {$(
        impl $crate::document::form::Form for ($first_type, $second_type) {
            fn write(&self, scale: Scale) -> Json {
                let ($first, $second) = self;
                let mut members = $crate::document::form::Members::default();
                members.put(stringify!($first), $first, scale);
                members.put(stringify!($second), $second, scale);
                members.into()
            }

            fn read(node: Node<'_>, scale: Scale) -> Result<($first_type, $second_type), Mistake> {
                let fields = node.object()?;
                fields.only(&[&[stringify!($first), stringify!($second)]])?;
                Ok((
                    $crate::document::form::field(&fields, stringify!($first), scale)?,
                    $crate::document::form::field(&fields, stringify!($second), scale)?,
                ))
            }
        }
    )+};
}
pub(super) use pairs;

/// Types of which each value has a name.
macro_rules! words {
    ($($type:ident { $($word:literal = $value:path),+ $(,)? })+) => {$(
        impl $crate::document::form::Form for $type {
            fn write(&self, _: Scale) -> Json {
                match self {
                    $($value => Json::text($word),)+
                }
            }

            fn read(node: Node<'_>, _: Scale) -> Result<$type, Mistake> {
                node.choice(&[$(($word, $value)),+])
            }
        }
    )+};
}
pub(super) use words;

/// Types that are one of several things: an object of one field, whose name says which.
macro_rules! choices {
    ($($type:ident { $($name:literal = $value:path),+ $(,)? })+) => {$(
        impl $crate::document::form::Form for $type {
            fn write(&self, scale: Scale) -> Json {
                match self {
                    $($value(inner) => Json::object([($name, inner.write(scale))]),)+
                }
            }

            fn read(node: Node<'_>, scale: Scale) -> Result<$type, Mistake> {
                let fields = node.object()?;
                let names = &[$($name),+];
                fields.only(&[names])?;
                let mut found = Vec::new();
                $(if let Some(inner) = fields.get($name) {
                    found.push($value($crate::document::form::Form::read(inner, scale)?));
                })+
                match (found.pop(), found.is_empty()) {
                    (Some(only), true) => Ok(only),
                    _ => Err(node.expected(format!("one field: {}", one_of(names.iter().copied())))),
                }
            }
        }
    )+};
}
pub(super) use choices;

impl<T: Form> Form for Option<T> {
    fn write(&self, scale: Scale) -> Json {
        self.as_ref().map_or(Json::Null, |value| value.write(scale))
    }

    fn read(node: Node<'_>, scale: Scale) -> Result<Option<T>, Mistake> {
        T::read(node, scale).map(Some)
    }

    fn left_out() -> Option<Option<T>> {
        Some(None)
    }
}

impl<T: Form> Form for Vec<T> {
    fn write(&self, scale: Scale) -> Json {
        Json::List(self.iter().map(|item| item.write(scale)).collect())
    }

    fn read(node: Node<'_>, scale: Scale) -> Result<Vec<T>, Mistake> {
        node.items(usize::MAX)?.map(|item| T::read(item, scale)).collect()
    }

    fn left_out() -> Option<Vec<T>> {
        Some(Vec::new())
    }
}

impl Form for bool {
    fn write(&self, _: Scale) -> Json {
        Json::Bool(*self)
    }

    fn read(node: Node<'_>, _: Scale) -> Result<bool, Mistake> {
        node.boolean()
    }

    fn left_out() -> Option<bool> {
        Some(false)
    }
}

macro_rules! counts {
    ($($type:ty),+) => {$(
        impl Form for $type {
            fn write(&self, _: Scale) -> Json {
                Json::Count(u64::from(*self))
            }

            fn read(node: Node<'_>, _: Scale) -> Result<$type, Mistake> {
                node.count(u64::from(<$type>::MAX))
            }
        }
    )+};
}
counts!(u16, u32);

impl Form for Seq {
    fn write(&self, _: Scale) -> Json {
        Json::Count(self.0)
    }

    fn read(node: Node<'_>, _: Scale) -> Result<Seq, Mistake> {
        node.count(u64::MAX).map(Seq)
    }
}

impl Form for Account {
    fn write(&self, _: Scale) -> Json {
        Json::text(self.name())
    }

    fn read(node: Node<'_>, _: Scale) -> Result<Account, Mistake> {
        node.choice(&Account::ALL.map(|account| (account.name(), account)))
    }
}

/// A whole number that may be below zero.
impl Form for i64 {
    fn write(&self, _: Scale) -> Json {
        Json::text(self.to_string())
    }

    fn read(node: Node<'_>, _: Scale) -> Result<i64, Mistake> {
        let number =
            node.text()?.parse::<i64>().ok().filter(|number| Json::text(number.to_string()) == *node.json());
        number.ok_or_else(|| node.expected("a whole number as a text, such as \"-3\""))
    }
}

/// Money and units here may have as many digits as can be kept, more than a document's.
macro_rules! amounts {
    ($($type:ident, $write:path, $decimals:ident;)+) => {$(
        impl Form for $type {
            fn write(&self, scale: Scale) -> Json {
                $write(*self, scale)
            }

            fn read(node: Node<'_>, scale: Scale) -> Result<$type, Mistake> {
                let minor = minor(node.text()?).map($type::from_minor);
                let amount = minor.filter(|amount| $write(*amount, scale) == *node.json());
                let decimals = scale.$decimals;
                amount.ok_or_else(|| node.expected(format!("an amount of {decimals} decimals that can be kept")))
            }

            fn left_out() -> Option<$type> {
                Some($type::ZERO)
            }
        }
    )+};
}
amounts! {
    Money, money, money;
    Units, units, units;
}

/// The smallest units of an amount that is written with all its decimals.
fn minor(text: &str) -> Option<i64> {
    match text.split_once('.') {
        Some((whole, fraction)) => format!("{whole}{fraction}").parse().ok(),
        None => text.parse().ok(),
    }
}

impl Form for Ratio {
    fn write(&self, _: Scale) -> Json {
        Json::text(self.to_decimal().to_string())
    }

    fn read(node: Node<'_>, _: Scale) -> Result<Ratio, Mistake> {
        node.ratio()
    }

    fn left_out() -> Option<Ratio> {
        Some(Ratio::ZERO)
    }
}

impl Form for Timestamp {
    fn write(&self, _: Scale) -> Json {
        Json::text(write_time(*self))
    }

    fn read(node: Node<'_>, _: Scale) -> Result<Timestamp, Mistake> {
        node.time()
    }
}

impl Form for Date {
    fn write(&self, _: Scale) -> Json {
        Json::text(self.to_string())
    }

    fn read(node: Node<'_>, _: Scale) -> Result<Date, Mistake> {
        node.date()
    }
}

impl Form for Arc<str> {
    fn write(&self, _: Scale) -> Json {
        Json::text(self)
    }

    fn read(node: Node<'_>, _: Scale) -> Result<Arc<str>, Mistake> {
        node.text().map(Arc::from)
    }
}

macro_rules! ids {
    ($($type:ident),+) => {$(
        impl Form for $type {
            fn write(&self, _: Scale) -> Json {
                Json::text(self.as_str())
            }

            fn read(node: Node<'_>, _: Scale) -> Result<$type, Mistake> {
                node.id($type::new)
            }
        }
    )+};
}
ids!(BatchId, Code, CustomerId, DocumentId, GroupId, PromotionId, PunchCardId, RewardId, SaleId, Tender);
