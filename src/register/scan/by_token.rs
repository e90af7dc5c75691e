//! Claiming and joining by a token.

use crate::code::{Token, TokenError, TokenFor};
use crate::decide::{ClaimDocument, Document, EnrolDocument, Header, Outcome, Refusal};
use crate::ident::CustomerId;
use crate::register::{Register, RegisterError};
use crate::store::Store;
use crate::time::{Timestamp, Zones};

/// What came of joining by a token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Joined {
    /// The joining.
    pub enrolled: Outcome,
    /// The claim of the receipt's sale, or why it wasn't taken; `None` where the token is no receipt's.
    pub claimed: Option<Result<Outcome, Refusal>>,
}

/// What was asked for by a token was not done.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ByTokenError<E> {
    /// The token stands for something else. Nothing was recorded.
    #[error(transparent)]
    Token(#[from] TokenError),
    /// The register didn't take it.
    #[error(transparent)]
    Register(#[from] RegisterError<E>),
}

impl<S: Store, Z: Zones> Register<S, Z> {
    /// Claims a sale by the token on its receipt, which was [checked](crate::code::KeyRing::check) (R9). The ledger
    /// keeps the sale, and neither token nor key.
    ///
    /// # Errors
    /// [`ByTokenError::Token`] if the token is no receipt's; otherwise as [`submit`](Register::submit).
    pub fn claim_by_token(
        &mut self,
        header: Header,
        token: &Token,
        customer: &CustomerId,
        recorded_at: Timestamp,
    ) -> Result<Outcome, ByTokenError<S::Error>> {
        let claim = ClaimDocument::by_token(header, token, customer.clone())?;
        Ok(self.submit(&Document::Claim(claim), recorded_at)?)
    }

    /// Lets a customer join by a token, which was [checked](crate::code::KeyRing::check): that of a receipt, whose
    /// sale is claimed in the same transaction under the same id, or one for joining alone.
    ///
    /// Who joins has joined, also where the claim is refused: a receipt that is too old to be claimed still says how
    /// to join.
    ///
    /// # Errors
    /// [`ByTokenError::Token`] if the token is a punch card's; otherwise as [`submit`](Register::submit) for the
    /// joining. Nothing was recorded then.
    pub fn enrol_by_token(
        &mut self,
        enrol: &EnrolDocument,
        token: &Token,
        recorded_at: Timestamp,
    ) -> Result<Joined, ByTokenError<S::Error>> {
        let claim = match &token.content().stands_for {
            TokenFor::Enrolment(_) => None,
            _ => Some(ClaimDocument::by_token(enrol.header.clone(), token, enrol.customer.clone())?),
        };
        let mut batch = self.batch()?;
        let enrolled = batch.submit(&Document::Enrol(enrol.clone()), recorded_at)?;
        let claimed = match claim {
            None => None,
            Some(claim) => match batch.submit(&Document::Claim(claim), recorded_at) {
                Ok(outcome) => Some(Ok(outcome)),
                Err(RegisterError::Refused(refusal)) => Some(Err(refusal)),
                Err(error) => return Err(error.into()),
            },
        };
        batch.commit()?;
        Ok(Joined { enrolled, claimed })
    }
}
