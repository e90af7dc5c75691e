//! Time zones by name, from a zone database that is part of the program.

use jiff::tz::TimeZoneDatabase;

use crate::time::{Offset, Timestamp, Zone, Zones};

/// Time zones by their IANA names. The database is inside, since a register may have none, and it
/// is the same on every machine: the version of `jiff` says which one.
///
/// ```
/// use regulars::adapter::zones::IanaZones;
/// use regulars::time::{Offset, Timestamp, Zone, Zones};
///
/// let zones = IanaZones::default();
/// let berlin = Zone::Named("Europe/Berlin".into());
/// let summer = Timestamp::from_millisecond(1_783_000_000_000).expect("in range");
/// assert_eq!(zones.offset(&berlin, summer), Offset::from_minutes(120));
/// assert_eq!(zones.offset(&Zone::Named("Europe/Atlantis".into()), summer), None);
/// ```
#[derive(Debug, Clone)]
pub struct IanaZones {
    database: TimeZoneDatabase,
}

impl Default for IanaZones {
    fn default() -> IanaZones {
        IanaZones { database: TimeZoneDatabase::bundled() }
    }
}

impl Zones for IanaZones {
    /// Offsets are whole minutes; those before standard time, which have seconds, lose them.
    fn offset(&self, zone: &Zone, at: Timestamp) -> Option<Offset> {
        let name = match zone {
            Zone::Fixed(offset) => return Some(*offset),
            Zone::Named(name) => name,
        };
        // The database keeps what it has read once.
        let zone = self.database.get(name).ok()?;
        let at = jiff::Timestamp::from_millisecond(at.millisecond()).ok()?;
        let minutes = zone.to_offset(at).seconds().div_euclid(60);
        Offset::from_minutes(i16::try_from(minutes).ok()?)
    }
}
