//! Where Rust meets C, and the only place with `unsafe`.
#![allow(unsafe_code, reason = "C has no other way in; each block says why it is sound")]

#[cfg(feature = "capi")]
pub mod capi;
pub(crate) mod data_version;
pub(crate) mod file;
pub(crate) mod log_writes;
pub(crate) mod lookaside;
