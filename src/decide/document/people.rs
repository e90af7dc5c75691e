//! Documents about customers, their codes and their cards.

use alloc::sync::Arc;
use alloc::vec::Vec;

use crate::decide::{Header, Profile};
use crate::ident::{BatchId, Code, CustomerId, PunchCardId, SaleId};

/// A customer claims a sale that had none (R9, Q21).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClaimDocument {
    /// Id, time and place.
    pub header: Header,
    /// The sale.
    pub of: SaleId,
    /// Who.
    pub customer: CustomerId,
}

#[cfg(feature = "tokens")]
impl ClaimDocument {
    /// The claim of who has a receipt: of the sale that its token, which was checked, stands for.
    ///
    /// # Errors
    /// [`TokenKindError`](crate::code::TokenKindError) if it is no receipt's.
    pub fn by_token(
        header: Header,
        token: &crate::code::Token,
        customer: CustomerId,
    ) -> Result<ClaimDocument, crate::code::TokenKindError> {
        Ok(ClaimDocument { header, of: token.sale()?.clone(), customer })
    }
}

#[cfg(feature = "tokens")]
impl LinkCardDocument {
    /// The link of who has a punch card: of the card that its token, which was checked, stands for.
    ///
    /// # Errors
    /// [`TokenKindError`](crate::code::TokenKindError) if it is no punch card's.
    pub fn by_token(
        header: Header,
        token: &crate::code::Token,
        customer: CustomerId,
    ) -> Result<LinkCardDocument, crate::code::TokenKindError> {
        Ok(LinkCardDocument { header, card: token.punch_card()?.clone(), customer })
    }
}

/// A customer has another code from now on; the one before is replaced (R28, R29).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SetCodeDocument {
    /// Id, time and place.
    pub header: Header,
    /// Who.
    pub customer: CustomerId,
    /// The code.
    pub code: Code,
}

/// Customers who are one person (R30).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MergeDocument {
    /// Id, time and place.
    pub header: Header,
    /// The one who stays.
    pub into: CustomerId,
    /// The others.
    pub from: Vec<CustomerId>,
}

/// A customer who joins (R9).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EnrolDocument {
    /// Id, time and place.
    pub header: Header,
    /// Who.
    pub customer: CustomerId,
    /// What is known of the customer; what isn't said stays as it is.
    pub profile: Profile,
}

/// A customer who stops taking part, or starts again, or is looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MemberDocument {
    /// Id, time and place.
    pub header: Header,
    /// Who.
    pub customer: CustomerId,
}

/// Punch cards that were made (R34).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MakeCardsDocument {
    /// Id, time and place.
    pub header: Header,
    /// Which kind.
    pub punch_card: PunchCardId,
    /// The batch.
    pub batch: BatchId,
    /// Their codes, made by the caller.
    pub codes: Vec<Code>,
}

/// A punch card that belongs to a customer from now on (R34).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LinkCardDocument {
    /// Id, time and place.
    pub header: Header,
    /// The card.
    pub card: Code,
    /// Whose it is.
    pub customer: CustomerId,
}

/// A punch card that isn't to be used any more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BlockCardDocument {
    /// Id, time and place; the operator is required.
    pub header: Header,
    /// The card.
    pub card: Code,
    /// Why; required, and not blank.
    pub reason: Option<Arc<str>>,
}

/// A code that was scanned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScanDocument {
    /// Id, time and place.
    pub header: Header,
    /// What was read.
    pub code: Code,
    /// The symbology, as the scanner says.
    pub symbology: Option<Arc<str>>,
}
