//! The C interface, which `include/regulars.h` declares and [`c_guide`](crate::docs::c_guide) explains. From Rust there
//! is no reason to use it.
//!
//! Two doors: typed calls for the till, and [`regulars_call_json`] for everything. Both are the same core.
#![allow(
    clippy::missing_safety_doc,
    reason = "what every pointer must be is said once, at the head of the header"
)]

mod answers;
mod asks;
#[cfg(feature = "csv")]
mod balances;
mod beginning;
mod border;
mod codes;
mod contacts;
mod customers;
mod failure;
mod files;
mod guard;
mod holds;
mod in_use;
mod json_door;
mod ledger;
mod looking;
mod maintenance;
mod outcome;
mod outward;
mod payments;
mod pictures;
mod program;
mod receipts;
mod returns;
mod sale;
mod selling;
mod standing;
mod status;
mod till;
#[cfg(feature = "tokens")]
mod tokens;
mod types;
mod upkeep;
mod zones;

pub use beginning::*;
pub use border::{
    REGULARS_MOST_AMOUNT, REGULARS_MOST_ITEMS, REGULARS_MOST_JSON, REGULARS_MOST_PARTS, REGULARS_MOST_TEXT,
};
pub use codes::*;
pub use contacts::*;
pub use customers::*;
pub use failure::{regulars_last_error, regulars_last_error_fact, regulars_last_error_json};
pub use files::*;
pub use holds::*;
pub use json_door::*;
pub use ledger::*;
pub use looking::*;
pub use maintenance::*;
pub use outcome::*;
pub use payments::*;
pub use pictures::*;
pub use program::*;
pub use receipts::*;
pub use returns::*;
pub use sale::*;
pub use selling::*;
pub use standing::*;
pub use status::*;
pub use types::*;
