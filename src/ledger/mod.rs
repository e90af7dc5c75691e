//! The ledger: two-sided entries that are never changed, and what follows from them (R38, R39).
//!
//! An [`Entry`] moves units from one [`Account`] to another. What a customer holds is
//! a fold over entries, [`Holding`]; a store keeps its result beside them, and
//! [`verify`](crate::store::verify) proves that both agree.

mod entry;
mod holding;
mod lot;
mod origin;

pub use entry::{Account, Entry};
pub use holding::{Holding, HoldingError};
pub use lot::{Lot, LotKey, Seq};
pub use origin::{Epoch, OperationName, OperationNameError, Order, Origin};
