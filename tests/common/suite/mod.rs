//! What every store has to do. Each function takes something that makes fresh stores.

mod facts;
mod hints;
mod histories;
mod lots;
mod payments;
mod people;
mod punch_cards;
mod rewards;
mod sales;
mod tallies;
mod together;
mod transactions;
mod union_accounts;
mod union_changes;
mod union_claims;
mod union_merges;
mod union_sales;
mod union_undone;
mod unions;
mod years;

pub use facts::*;
pub use hints::*;
pub use histories::*;
pub use lots::*;
pub use payments::*;
pub use people::*;
pub use punch_cards::*;
pub use rewards::*;
pub use sales::*;
pub use tallies::*;
pub use together::*;
pub use transactions::*;
pub use union_accounts::*;
pub use union_changes::*;
pub use union_claims::*;
pub use union_merges::*;
pub use union_sales::*;
pub use union_undone::*;
pub use unions::*;

use regulars::store::Store;

/// Makes fresh stores of one kind.
pub trait Fresh {
    type Store: Store;

    fn fresh(&self) -> Self::Store;
}
