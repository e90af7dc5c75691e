//! What a code says by itself, whoever has it.

use alloc::boxed::Box;

use super::{ReadCode, Resolved, Why};
use crate::code::{
    AimIdentifier, ElementStrings, GS, Gs1Error, Gs1Value, Gtin, GtinError, Measure, PrefixUse, Symbology,
    Weighed, WeighedItem,
};
use crate::ident::Code;

/// A number of GS1's, and whether its symbology says that it is one, or isn't known.
#[derive(Debug, Clone, Copy)]
pub(super) struct Number {
    pub gtin: Gtin,
    pub is_said: bool,
}

/// What GS1 element strings say.
pub(super) enum Gs1Says {
    /// This, and nothing else.
    Is(Box<Resolved>),
    /// The number of a service relation: the customer's who has it as a code.
    Customer(Code),
}

/// What GS1 element strings say; `None` where there are none, or they name nothing that is known here.
pub(super) fn gs1(read: &ReadCode<'_>) -> Option<Result<Gs1Says, Why>> {
    let is_said = read.aim.is_some_and(AimIdentifier::is_gs1) || read.symbology == Some(Symbology::DataBar);
    if !is_said && !read.bytes.contains(&GS) {
        return None;
    }
    let gs1 = match ElementStrings::parse(read.bytes) {
        Ok(gs1) => gs1,
        // What contradicts itself has been read as element strings up to there.
        Err(error) if is_said || matches!(error, Gs1Error::Contradiction { .. }) => {
            return Some(Err(Why::Gs1(error)));
        }
        Err(_) => return None,
    };
    if let Some(gtin) = gs1.gtin() {
        return Some(Ok(Gs1Says::Is(Box::new(article(gtin, gs1)))));
    }
    let coupon = ["255", "8110", "8112"].into_iter().find_map(|ai| gs1.text(ai));
    if let Some(text) = coupon {
        return Some(Ok(Gs1Says::Is(Box::new(Resolved::Coupon { text: text.into() }))));
    }
    let code = gs1.text("8018").and_then(|number| Code::new(number).ok());
    code.map(|code| Ok(Gs1Says::Customer(code)))
}

/// An article, with the price that it was marked with, or else its weight. What a pack has inside (02) has neither.
fn article(gtin: Gtin, gs1: ElementStrings) -> Resolved {
    let price = gs1.elements().iter().find_map(|element| match element.value {
        Gs1Value::Price { currency: None, amount } if element.ai.as_str().starts_with("392") => Some(amount),
        _ => None,
    });
    let measure = price.map(Measure::Price).or_else(|| gs1.net_weight_kg().map(Measure::Weight));
    match measure.filter(|_| gs1.get("01").is_some()) {
        Some(measure) => super::weighed(Weighed { item: WeighedItem::Gtin(gtin), measure, gs1: Some(gs1) }),
        None => Resolved::Article { gtin, gs1: Some(gs1) },
    }
}

/// The number of GS1's that was read; `None` if it is none. Where the symbology doesn't say it, digits with the
/// right length and check digit are one.
pub(super) fn number(read: &ReadCode<'_>) -> Option<Result<Number, Why>> {
    let by_digits = |is_said| Gtin::from_digits(read.bytes).ok().map(|gtin| Ok(Number { gtin, is_said }));
    let Some(symbology) = read.symbology else {
        let eight = || Some(read.bytes).filter(|bytes| bytes.len() == 8).map(Gtin::from_upc_e);
        let other = || eight().and_then(Result::ok).or_else(|| with_add_on(read.bytes));
        return by_digits(true).or_else(|| other().map(|gtin| Ok(Number { gtin, is_said: true })));
    };
    match Gtin::from_code(symbology, read.bytes) {
        Ok(gtin) => Some(Ok(Number { gtin, is_said: true })),
        Err(GtinError::OtherSymbology { .. }) => by_digits(false),
        // Boxes may have other things in ITF.
        Err(_) if symbology == Symbology::Itf => by_digits(false),
        Err(_) => Some(Err(Why::Misread)),
    }
}

/// Newspapers and books alone have an add-on of two or five digits behind the thirteen.
fn with_add_on(digits: &[u8]) -> Option<Gtin> {
    let is_long = matches!(digits.len(), 15 | 18) && digits.iter().all(u8::is_ascii_digit);
    let gtin = Gtin::from_digits(digits.get(..13).filter(|_| is_long)?).ok()?;
    Some(gtin).filter(|gtin| matches!(gtin.prefix_use(), PrefixUse::Press | PrefixUse::Book))
}

/// An article by element strings of which nothing says that they are some. They begin with (01), and fit to the last
/// byte.
pub(super) fn gs1_unsaid(read: &ReadCode<'_>) -> Option<(Gtin, Resolved)> {
    let may_have =
        matches!(read.symbology, None | Some(Symbology::Code128 | Symbology::DataMatrix | Symbology::Qr));
    let begins = may_have && read.bytes.starts_with(b"01");
    let gs1 = ElementStrings::parse(read.bytes).ok().filter(|_| begins)?;
    let gtin = gs1.gtin()?;
    Some((gtin, article(gtin, gs1)))
}

/// What a Codabar says between the letters that begin and end it; `None` of others.
pub(super) fn unframed<'a>(read: &ReadCode<'a>) -> Option<&'a [u8]> {
    let is_letter = |byte: &u8| matches!(byte.to_ascii_uppercase(), b'A'..=b'D');
    match read.bytes {
        [first, inner @ .., last] if read.symbology == Some(Symbology::Codabar) => {
            Some(inner).filter(|inner| !inner.is_empty() && is_letter(first) && is_letter(last))
        }
        _ => None,
    }
}
