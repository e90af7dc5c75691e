//! Time zones: by name, or of a fixed offset alone.

use crate::ffi::capi::failure::Failure;
use crate::loyalty::Program;

/// What a till knows of time zones.
#[cfg(feature = "time-zones")]
pub(super) type KnownZones = crate::adapter::zones::IanaZones;
#[cfg(not(feature = "time-zones"))]
pub(super) type KnownZones = crate::time::FixedZones;

#[cfg(feature = "time-zones")]
pub(super) fn refuse_names(_: &Program) -> Result<(), Failure> {
    Ok(())
}

/// Refuses a program with a zone that isn't known here whatever its name is.
#[cfg(not(feature = "time-zones"))]
pub(super) fn refuse_names(program: &Program) -> Result<(), Failure> {
    use crate::time::{Timestamp, Zones};

    let zones = [&program.time_zone].into_iter().chain(program.outlets.values());
    match zones.into_iter().all(|zone| KnownZones::default().offset(zone, Timestamp::EPOCH).is_some()) {
        true => Ok(()),
        false => Err(Failure::not_built("time zones by name: build with the feature time-zones")),
    }
}
