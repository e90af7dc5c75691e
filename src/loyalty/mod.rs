//! What a program grants, takes back, and takes as payment.
//!
//! Whatever earns takes a [`Settlement`](crate::sale::Settlement); a sale that might not be paid
//! has none.

mod accrual;
mod aloud;
mod basket;
mod claw_back;
mod earn;
mod expiry;
mod explain;
mod policy;
mod program;
mod promotion;
mod punch;
mod redemption;
mod refund;
mod reward;
mod rule;
mod terms;
mod tier;
mod worth;

pub use accrual::{Accrual, BonusAccrual, LineAccrual, VisitAccrual};
pub use aloud::Aloud;
pub(crate) use aloud::units_text;
pub(crate) use basket::{Asked, Basket};
pub(crate) use claw_back::claw_back_due;
pub(crate) use earn::earned_at_share_one;
pub use earn::{Earning, earn};
pub use expiry::{Expiry, Span};
pub use explain::{AppliedRule, Explanation, Fate, OtherRule, Share, Unmet, Why};
pub use policy::{
    Basis, ClawBackPolicy, Combine, Enrolment, NegativeBalance, OnAccount, PriceBook, ReturnPolicy, RoundPer,
    Unit, Unreferenced, Valid,
};
pub use program::{Program, ProgramError, ProgramVersion, VersionedProgram};
pub use promotion::{Bound, Hours, LimitPeriod, Promotion, PromotionChoice, PromotionGift, PromotionLimit};
pub(crate) use punch::{RungUpOn, punches, punches_left};
pub use redemption::Redemption;
pub(crate) use refund::{Part, Refund, share_out, to_tenders};
pub use reward::{PunchCard, Reward, RewardGift};
pub use rule::{BaseRule, EarnBy, LineRule, Where};
pub use terms::EarnTerms;
pub(crate) use terms::{Occasion, is_among};
pub use tier::{FallBack, TierBasis, TierFrom, TierGift, TierLevel, TierPeriod, Tiers};
pub(crate) use worth::Worth;
