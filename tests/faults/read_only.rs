//! A medium that nothing can be written to.

use std::path::Path;

use regulars::adapter::sqlite::{SqliteError, SqliteStore};
use regulars::register::{Register, RegisterError};
use regulars::time::FixedZones;

use crate::disk::{self, Disk, Left};
use crate::till::{Day, LEDGER};

/// All that only reads can be done, and the rest is refused by name.
#[test]
fn a_ledger_is_read_where_nothing_can_be_written() {
    disk::replace(Disk::default());
    let mut day = Day::new(1);
    // The last sales of it aren't handed in yet.
    let later = day.steps.split_off(day.steps.len() - 4);
    let mut till = None;
    day.steps.iter().for_each(|step| day.play(&mut till, step).unwrap());
    drop(till);
    let image = disk::with(|disk| disk.cut(Left::Everything));
    disk::replace(Disk { read_only: true, ..Disk::of(&image) });

    let refused = SqliteStore::open(Path::new(LEDGER)).unwrap_err();
    assert!(matches!(refused, SqliteError::ReadOnly | SqliteError::CannotOpen { .. }), "{refused:?}");
    let mut till = Register::new(SqliteStore::open_to_read(Path::new(LEDGER)).unwrap(), FixedZones);
    let found = day.sound(&mut till).unwrap();
    assert!(10 < found);
    till.store_mut().check_chain(None).unwrap();
    let refused = day.submit(&mut till, found).unwrap_err();
    assert!(matches!(refused, RegisterError::Store(SqliteError::ReadOnly)), "{later:?}: {refused:?}");
    assert_eq!(day.sound(&mut till).unwrap(), found);
    drop(till);
    assert_eq!(disk::with(|disk| (disk.changes, disk.cut(Left::Everything))), (0, image));
    disk::replace(Disk::default());
}
