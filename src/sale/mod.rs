//! The sale: what was rung up, what is due, what has been paid, and when it is settled.
//!
//! A sale is a state machine ([`SaleState`]) whose states hold their own data; its
//! [`Terms`] say how it may be paid and are another thing. The only way from a sale to its
//! earnings is a [`Settlement`], and only a sale whose balance due reached zero has one (R1).
//!
//! ```text
//!  parked ──rung up anew──> pending ──balance due is zero──> settled ──goods or money back──┐
//!    │                         │  ^                            │  ^                         │
//!    │                         │  └──part payment               │  └─────────────────────────┘
//!    └────────── void ─────────┴──────────── void ─────────────┴──────> voided
//! ```
//!
//! A sale that is paid at once goes through `pending` in the same step.

mod bill;
mod cut;
mod line;
mod returned;
mod settlement;
mod state;
mod tender;

pub use bill::{Bill, BillError, Fee, FeeKind, OfferUse, Place, RewardUse, RungUp};
pub(crate) use bill::{LineAmounts, refuse_odd_lines};
pub use cut::Cut;
pub(crate) use cut::share_of;
pub use line::{LineItem, Tax};
pub(crate) use returned::GoodsWorth;
pub use returned::{ReturnError, Returned, ReturnedLine};
pub use settlement::Settlement;
pub use state::{Parked, Pending, SaleState, Settled, Terms, Voided};
pub use tender::{Payment, TenderError, Tendered};
