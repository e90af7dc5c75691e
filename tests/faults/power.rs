//! The power fails at every operation that changes a file.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use regulars::adapter::sqlite::Durability;
use regulars::ledger::Seq;
use regulars::store::{Store, verify};
use rusqlite::Connection;

use crate::common::log::{FRAME, end_of_frames};
use crate::disk::{self, Disk, Image, Left, Random};
use crate::till::{Day, LEDGER, Step, open, open_with, recorded, two_batches};
use crate::{LONG, file_system, longer};

const SECTOR: usize = 512;

const ALL: [Left; 4] = [Left::Nothing, Left::Everything, Left::Part, Left::Torn];

/// What became of the images of a run.
#[derive(Default)]
struct Found {
    changes: u64,
    cuts: usize,
    bad: Vec<String>,
}

/// Plays a day, and opens what each cut would leave.
fn play(day: &Day, cuts: &[Left], seed: u64, lies: bool) -> Found {
    let mut found = Found::default();
    disk::replace(Disk { cuts: cuts.to_vec(), random: Random(seed), lies, ..Disk::default() });
    let (mut till, mut before) = (None, 0);
    for step in &day.steps {
        day.play(&mut till, step).unwrap();
        let on_the_way = step.documents(before);
        before = on_the_way.end;
        for (kind, left, image) in disk::with(|disk| std::mem::take(&mut disk.images)) {
            found.cuts += 1;
            let whole = disk::replace(Disk::of(&image));
            if let Err(error) = day.survives(on_the_way.clone()) {
                found.bad.push(format!("{step:?}, {kind:?}, {left:?}: {error}"));
            }
            disk::replace(whole);
        }
    }
    drop(till);
    found.changes = disk::with(|disk| disk.changes);
    disk::replace(Disk::default());
    found
}

/// Each document that was answered is there, none is half there, and what was cut off can be handed in
/// again.
#[test]
fn nothing_is_lost_when_the_power_fails() {
    let mut found = Found::default();
    for run in 0..longer() {
        // What is left by chance is another thing each time; the rest is tried once.
        let cuts = if run == 0 { &ALL[..] } else { &[Left::Part, Left::Torn, Left::Part, Left::Torn] };
        let some = play(&Day::new(1 + run % 2), cuts, run as u64, false);
        found.changes += some.changes;
        found.cuts += some.cuts;
        found.bad.extend(some.bad.into_iter().map(|bad| format!("run {run}: {bad}")));
    }
    let Found { changes, cuts, bad } = found;
    println!("power: {cuts} cuts at {changes} operations, {} lost, torn or corrupt", bad.len());
    assert!(bad.is_empty(), "{}", bad.join("\n"));
    assert!(200 < cuts, "{cuts} cuts");
}

/// Of what a batch that nobody was answered has added to the log any sector may be rubbish, alone or with one of the two
/// behind it, wherever it parts the frames: none is taken for damage.
#[test]
fn sectors_that_are_missing_are_no_damage() {
    let day = Day::with_batch(40);
    disk::replace(Disk::default());
    let (mut till, last) = (None, day.steps.last().unwrap());
    let mut before = Image::new();
    for step in &day.steps {
        before = disk::with(|disk| disk.cut(Left::Everything));
        day.play(&mut till, step).unwrap();
    }
    let after = disk::with(|disk| disk.cut(Left::Everything));
    drop(till);
    let log = format!("{LEDGER}-wal");
    // A sector that holds the end of what was answered is written over without harm.
    let written = end_of_frames(&before[&log]).div_ceil(SECTOR)..end_of_frames(&after[&log]) / SECTOR;
    let mut cuts = 0;
    for first in written.clone() {
        for second in (first..written.end).take(3) {
            let mut torn = after.clone();
            for sector in [first, second] {
                torn.get_mut(&log).unwrap()[sector * SECTOR..][..SECTOR].fill(0xa5);
            }
            disk::replace(Disk::of(&torn));
            let survived = day.survives(last.documents(0));
            survived.unwrap_or_else(|error| panic!("without sectors {first} and {second}: {error}"));
            cuts += 1;
        }
    }
    println!("power: {cuts} pairs of sectors of a batch are missing, none taken for damage");
    assert!(400 < cuts, "{cuts} cuts");
    disk::replace(Disk::default());
}

/// What is left where a till opened a ledger, went on with its day, and was switched off.
fn switched_off(day: &Day, before: &Image, steps: &[Step]) -> Image {
    disk::replace(Disk::of(before));
    let mut till = (!before.is_empty()).then(|| open(Path::new(LEDGER)).unwrap());
    steps.iter().for_each(|step| day.play(&mut till, step).unwrap());
    let left = disk::with(|disk| disk.cut(Left::Everything));
    drop(till);
    disk::replace(Disk::default());
    left
}

/// The first batch of a log that was begun anew is cut off, and the next one, written over what is left of it with the
/// same salts, as well. Where sectors still hold what was left, also within the frame that ends the batch, none is taken
/// for damage.
#[test]
fn what_is_left_of_a_batch_under_the_next_is_no_damage() {
    let day = Day::with_batch(60);
    let log = format!("{LEDGER}-wal");
    let mut cuts = 0;
    let played = |(first, end): (usize, usize)| {
        let begin =
            [Step::Reopen, Step::Submit(0), Step::Batch(1..first), Step::Checkpoint, Step::Batch(first..61)];
        let mut left = switched_off(&day, &Image::new(), &begin);
        // Its first frame is rubbish.
        left.get_mut(&log).unwrap()[SECTOR..][..SECTOR].fill(0xa5);
        let after = switched_off(&day, &left, &[Step::Batch(first..end)]);
        assert_eq!(after[&log][16..24], left[&log][16..24], "the same salts");
        let sectors = left[&log].chunks(SECTOR).zip(after[&log].chunks(SECTOR)).enumerate();
        let written = sectors.filter(|(_, (left, after))| left != after).map(|(sector, _)| sector);
        let written = written.collect::<Vec<_>>();
        let frame = (32..after[&log].len())
            .step_by(FRAME)
            .rfind(|frame| frame / SECTOR <= written[written.len() - 1]);
        (first..end, left, after, written, frame.unwrap())
    };
    // Where the checksum of a frame is in another sector than the page's number, or also than the salts.
    for in_another_sector in [8, 16] {
        // One batch of 64 ends there.
        let mut batches = two_batches().map(played);
        let (documents, left, after, written, _) = batches
            .find(|(.., frame)| (frame + in_another_sector).is_multiple_of(SECTOR))
            .expect("such a batch");
        for (place, first_sector) in written.iter().enumerate() {
            for last_sector in &written[place..written.len().min(place + 3)] {
                let mut torn = after.clone();
                let bytes = first_sector * SECTOR..(last_sector + 1) * SECTOR;
                torn.get_mut(&log).unwrap()[bytes.clone()].copy_from_slice(&left[&log][bytes]);
                disk::replace(Disk::of(&torn));
                let survived = day.survives(documents.clone());
                survived.unwrap_or_else(|error| {
                    panic!("without sectors {first_sector} to {last_sector} of {documents:?}: {error}")
                });
                cuts += 1;
            }
        }
    }
    println!("power: {cuts} runs of sectors hold what was left, none taken for damage");
    assert!(300 < cuts, "{cuts} cuts");
    disk::replace(Disk::default());
}

/// As a log is begun anew its head is torn. SQLite would go on with the salts that stand there, which may be those of the
/// frames behind it.
#[test]
fn a_log_whose_head_is_torn_is_cut_off() {
    let day = Day::with_batch(8);
    let log = format!("{LEDGER}-wal");
    let begin = [Step::Reopen, Step::Submit(0), Step::Batch(1..5), Step::Checkpoint];
    let before = switched_off(&day, &Image::new(), &begin);
    let after = switched_off(&day, &before, &[Step::Batch(5..9)]);
    let mut torn_heads = 0;
    for reached in 1..32 {
        let mut torn = before.clone();
        let head = &mut torn.get_mut(&log).unwrap()[..32];
        head[..reached].copy_from_slice(&after[&log][..reached]);
        if [&before, &after].iter().any(|image| image[&log].starts_with(head)) {
            continue;
        }
        torn_heads += 1;
        let left = switched_off(&day, &torn, &[]);
        assert!(left[&log].is_empty(), "{reached} bytes of the new head");
        disk::replace(Disk::of(&left));
        day.survives(5..9).unwrap_or_else(|error| panic!("{reached} bytes of the new head: {error}"));
    }
    disk::replace(Disk::default());
    assert!(8 < torn_heads);
}

/// A batch larger than memory is dropped, which leaves what was written of it behind the end of the log, whole and each
/// page after the other. The sale after it is written over its beginning. That is no damage, neither to the till that
/// goes on nor to the next one.
#[test]
fn what_is_left_of_a_dropped_batch_is_no_damage() {
    let day = Day::with_large_batch();
    let begin = [Step::Reopen, Step::Submit(0), Step::Batch(1..4)];
    let before = switched_off(&day, &Image::new(), &begin);
    disk::replace(Disk::of(&before));
    let mut till = open(Path::new(LEDGER)).unwrap();
    let mut batch = till.batch().unwrap();
    for document in 4..day.documents.len() {
        batch.submit(&day.documents[document], recorded(document)).unwrap();
    }
    drop(batch);
    let log = format!("{LEDGER}-wal");
    let left = end_of_frames(&disk::with(|disk| disk.cut(Left::Everything))[&log]);
    assert!(64 * FRAME < left, "{left} bytes of it are in the log");
    for document in 4..8 {
        day.submit(&mut till, document).unwrap();
        till.store_mut().check_file().unwrap();
        let image = disk::with(|disk| disk.cut(Left::Everything));
        let whole = disk::replace(Disk::of(&image));
        day.survives(document + 1..document + 1).unwrap();
        disk::replace(whole);
    }
    drop(till);
    disk::replace(Disk::default());
}

/// SQLite writes pages of a batch before its end where they don't fit its memory.
#[test]
fn a_batch_larger_than_memory_is_there_or_not() {
    if longer() < LONG {
        return println!("power, a batch larger than memory: left out");
    }
    let found = play(&Day::with_large_batch(), &[Left::Torn], 3, false);
    println!(
        "power, a batch larger than memory: {} cuts, {} lost, torn or corrupt",
        found.cuts,
        found.bad.len()
    );
    assert!(found.bad.is_empty(), "{}", found.bad.join("\n"));
    assert!(64 < found.cuts);
}

/// Wherever the power fails as an older ledger is brought up to date, the next opening finds all that it had.
#[test]
fn an_older_ledger_is_whole_wherever_its_upgrade_is_cut() {
    let mut cuts = 0;
    for name in ["format-2", "format-3-told", "format-5-shared", "format-6", "format-6-shared"] {
        let older = fs::read(format!("fixtures/stores/{name}.ledger")).unwrap();
        let older = Image::from([(LEDGER.to_owned(), older)]);
        let looked_at = |image: &Image| {
            disk::replace(Disk::of(image));
            let mut till = open(Path::new(LEDGER)).map_err(|error| error.to_string())?;
            let store = till.store_mut();
            store.check_file().and_then(|()| store.check_chain(None)).map_err(|error| error.to_string())?;
            let verified = verify(store).map_err(|error| error.to_string())?;
            Ok::<_, String>((store.operations(Seq(1), usize::MAX).unwrap(), verified))
        };
        let whole = looked_at(&older).unwrap();
        disk::replace(Disk { cuts: ALL.to_vec(), random: Random(12), ..Disk::of(&older) });
        let till = open(Path::new(LEDGER)).unwrap();
        let images = disk::with(|disk| std::mem::take(&mut disk.images));
        drop(till);
        for (kind, left, image) in images {
            assert_eq!(looked_at(&image).as_ref(), Ok(&whole), "{name}, {kind:?}, {left:?}");
            cuts += 1;
        }
    }
    disk::replace(Disk::default());
    println!("power: {cuts} cuts while older ledgers are brought up to date, all whole");
    assert!(100 < cuts, "{cuts} cuts");
}

/// The disk can lose data: where it says that it has synced, and hasn't, sales are lost.
#[test]
fn a_disk_that_lies_loses_sales() {
    let found = play(&Day::new(1), &[Left::Nothing, Left::Part], 1, true);
    println!("power, a disk that lies about syncs: {} of {} cuts lose sales", found.bad.len(), found.cuts);
    assert!(found.cuts / 2 < found.bad.len());
}

/// What each cut of a day leaves, where a till doesn't wait for the disk with each answer: a beginning of the day,
/// whole and right, that has at least what was there at the last checkpoint. How many cuts there were, and how many
/// lost documents that were answered.
fn beginnings(durability: Durability) -> (usize, usize) {
    let day = Day { durability, ..Day::new(1) };
    let cuts = vec![Left::Nothing, Left::Part, Left::Torn];
    disk::replace(Disk { cuts, random: Random(5), ..Disk::default() });
    let (mut till, mut answered, mut kept) = (None, 0, 0);
    let (mut cuts, mut lost) = (0, 0);
    for step in &day.steps {
        day.play(&mut till, step).unwrap();
        let on_the_way = step.documents(answered);
        for (kind, left, image) in disk::with(|disk| std::mem::take(&mut disk.images)) {
            let whole = disk::replace(Disk::of(&image));
            let mut again = open_with(Path::new(LEDGER), durability).unwrap();
            let found = day.sound(&mut again).unwrap_or_else(|error| panic!("{kind:?}, {left:?}: {error}"));
            again.store_mut().check_chain(None).unwrap();
            drop(again);
            disk::replace(whole);
            assert!(
                kept <= found && found <= on_the_way.end,
                "{found} of {on_the_way:?}, {kept} at a checkpoint"
            );
            cuts += 1;
            lost += usize::from(found < on_the_way.start);
        }
        answered = on_the_way.end;
        if matches!(step, Step::Checkpoint | Step::Reopen) {
            kept = answered;
        }
    }
    drop(till);
    disk::replace(Disk::default());
    (cuts, lost)
}

/// What is said beside [`Durability::UntilCheckpoint`].
#[test]
fn until_a_checkpoint_the_newest_sales_can_be_lost() {
    for durability in [Durability::EachAnswer, Durability::UntilCheckpoint] {
        let (cuts, lost) = beginnings(durability);
        println!("power, {durability:?}: {lost} of {cuts} cuts lose sales, and leave a sound beginning");
        match durability {
            Durability::EachAnswer => assert_eq!(lost, 0),
            Durability::UntilCheckpoint => assert!(cuts / 10 < lost, "{lost} of {cuts}"),
        }
    }
}

/// How many cuts lose a row that was committed, or damage the file.
fn lost_rows(synchronous: &str) -> (usize, usize) {
    const FILE: &str = "/memory-disk/rows";
    file_system::insert();
    disk::replace(Disk { cuts: ALL.to_vec(), ..Disk::default() });
    let connection = Connection::open(FILE).unwrap();
    let settings = format!(
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = {synchronous};
        PRAGMA wal_autocheckpoint = 20; CREATE TABLE t (k INTEGER PRIMARY KEY, v TEXT);"
    );
    connection.execute_batch(&settings).unwrap();
    disk::with(|disk| disk.images.clear());
    let (mut cuts, mut lost) = (0, 0);
    for row in 1..=40_i64 {
        connection.execute("INSERT INTO t VALUES (?1, hex(zeroblob(700)))", [row]).unwrap();
        let images: Vec<Image> = disk::with(|disk| disk.images.drain(..).map(|(.., image)| image).collect());
        for image in images {
            let whole = disk::replace(Disk::of(&image));
            let read = || -> rusqlite::Result<(i64, String)> {
                let again = Connection::open(FILE)?;
                let rows = again.query_row("SELECT count(*) FROM t", [], |row| row.get(0))?;
                Ok((rows, again.query_row("PRAGMA integrity_check", [], |row| row.get(0))?))
            };
            let kept = read().is_ok_and(|(rows, sound)| row - 1 <= rows && rows <= row && sound == "ok");
            disk::replace(whole);
            cuts += 1;
            lost += usize::from(!kept);
        }
    }
    drop(connection);
    disk::replace(Disk::default());
    (cuts, lost)
}

/// What the store's own setting is worth: plain rows on the same disk, with it and without.
#[test]
fn without_syncs_rows_are_lost() {
    let found: BTreeMap<_, _> =
        ["FULL", "NORMAL", "OFF"].into_iter().map(|setting| (setting, lost_rows(setting))).collect();
    for (setting, (cuts, lost)) in &found {
        println!("power, plain rows, synchronous={setting}: {lost} of {cuts} cuts lose some");
    }
    assert_eq!(found["FULL"].1, 0);
    assert!(0 < found["NORMAL"].1 && found["NORMAL"].1 < found["OFF"].1);
}

/// What a run of 57,360 cuts left once: a file that was being made, its head written and then rubbish, and the
/// journal that takes it back. SQLite looks at the head before it does that.
#[test]
fn a_head_that_is_half_there_is_forgotten() {
    let mut page = vec![0; 1024];
    page[..28].copy_from_slice(b"SQLite format 3\0\x04\0\x02\x02\0\x40\x20\x20\0\0\0\x01");
    page[64..512].fill(0xa5);
    let mut journal = vec![0; 512];
    journal[..8].copy_from_slice(b"\xd9\xd5\x05\xf9\x20\xa1\x63\xd7");
    (journal[22], journal[26]) = (2, 4);
    let image = Image::from([(LEDGER.to_owned(), page), (format!("{LEDGER}-journal"), journal)]);
    disk::replace(Disk::of(&image));
    Day::new(0).survives(0..1).unwrap();
    disk::replace(Disk::default());
}
