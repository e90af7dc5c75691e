//! Everything that touches the world around the core.

#[cfg(feature = "camera")]
pub mod camera;
#[cfg(feature = "csv")]
pub mod csv;
#[cfg(all(feature = "std", feature = "json"))]
pub mod json_lines;
#[cfg(feature = "label")]
pub mod label;
#[cfg(feature = "mail")]
pub mod mail;
pub mod memory;
#[cfg(all(feature = "std", feature = "json"))]
pub mod parcel_lines;
#[cfg(feature = "receipt")]
pub mod receipt;
#[cfg(feature = "scan")]
pub mod scan;
#[cfg(feature = "sqlite")]
pub mod sqlite;
#[cfg(feature = "wedge")]
pub mod wedge;
#[cfg(feature = "time-zones")]
pub mod zones;
