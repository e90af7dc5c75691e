//! Loyalty for point-of-sale registers.
#![no_std]
#![cfg_attr(docsrs, feature(doc_cfg))]
#![deny(unsafe_code)]

extern crate alloc;
#[cfg(feature = "std")]
extern crate std;

pub mod adapter;
pub mod decide;
#[cfg(feature = "json")]
pub mod document;
pub mod ident;
pub mod ledger;
pub mod loyalty;
pub mod money;
pub mod register;
pub mod sale;
pub mod store;
pub mod time;
