//! What a program grants, takes back, and takes as payment.
//!
//! Whatever earns takes a [`Settlement`](crate::sale::Settlement); a sale that might not be paid
//! has none.

mod accrual;
mod claw_back;
mod earn;
mod explain;
mod program;
mod redemption;
mod refund;
mod rule;

pub use accrual::{Accrual, LineAccrual, VisitAccrual};
pub(crate) use claw_back::claw_back_due;
pub use earn::{Earning, earn};
pub use explain::{AppliedRule, Explanation, Share, Why};
pub use program::{
    Basis, Combine, Enrolment, NegativeBalance, PriceBook, Program, ProgramError, ProgramVersion,
    ReturnPolicy, RoundPer, Unit, Valid, VersionedProgram,
};
pub use redemption::Redemption;
pub(crate) use refund::{Part, Refund, share_out, to_tenders};
pub use rule::{BaseRule, EarnBy, LineRule, Where};
