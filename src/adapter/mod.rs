//! Everything that touches the world around the core.

#[cfg(feature = "csv")]
pub mod csv;
pub mod memory;
#[cfg(feature = "receipt")]
pub mod receipt;
#[cfg(feature = "sqlite")]
pub mod sqlite;
#[cfg(feature = "time-zones")]
pub mod zones;
