//! Everything that touches the world around the core.

pub mod memory;
