//! Single bits of a closed ledger flip.

use std::collections::BTreeMap;
use std::iter::{once, repeat_with};
use std::ops::Range;
use std::path::Path;

use regulars::adapter::sqlite::{KeptCustomer, SqliteError};
use regulars::store::{Verified, verify};
use rusqlite::Connection;

use crate::common::log::{FRAME, PAGE, end_of_frames};
use crate::disk::{self, Disk, Image, Left, Random};
use crate::till::{Day, LEDGER, Step, open, two_batches};
use crate::{file_system, longer};

/// A ledger on a disk, and all that can be read of it.
struct Whole {
    day: Day,
    image: Image,
    verified: Verified,
    customers: Vec<KeptCustomer>,
}

/// A day is over; the till is closed, or it was only switched off and has left its log.
fn whole(day: Day, is_closed: bool) -> Whole {
    disk::replace(Disk::default());
    let mut till = None;
    day.steps.iter().for_each(|step| day.play(&mut till, step).unwrap());
    let mut till = till.unwrap();
    let verified = verify(till.store_mut()).unwrap();
    let customers = till.store_mut().customers(None, usize::MAX).unwrap();
    let mut till = Some(till);
    if is_closed {
        till = None;
    }
    let image = disk::with(|disk| disk.cut(Left::Everything));
    drop(till);
    Whole { day, image, verified, customers }
}

/// What a flipped bit has done.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Done {
    Noticed,
    /// All can be read as it was.
    Nothing,
    /// The end is missing; what is left is right.
    CutOff,
}

impl Whole {
    fn flip(&self, path: &str, bit: usize) -> Done {
        let mut image = self.image.clone();
        image.get_mut(path).unwrap()[bit / 8] ^= 1 << (bit % 8);
        disk::replace(Disk::of(&image));
        let look = || {
            let mut till = open(Path::new(LEDGER)).map_err(|error| error.to_string())?;
            let found = self.day.sound(&mut till)?;
            let verified = verify(till.store_mut()).map_err(|error| error.to_string())?;
            let customers = till.store_mut().customers(None, usize::MAX);
            Ok::<_, String>((found, verified, customers.map_err(|error| error.to_string())?))
        };
        match look() {
            Err(_) => Done::Noticed,
            Ok((found, ..)) if found < self.day.documents.len() => Done::CutOff,
            Ok((_, verified, customers)) => {
                assert_eq!((&verified, &customers), (&self.verified, &self.customers), "{path}, bit {bit}");
                Done::Nothing
            }
        }
    }

    /// Flips bits of some bytes at random.
    fn flip_some(&self, path: &str, bytes: &[Range<usize>], random: &mut Random) -> BTreeMap<Done, usize> {
        let mut done = BTreeMap::new();
        for _ in 0..8 * longer() {
            let bytes = &bytes[random.below(bytes.len())];
            let mut any_bit = || 8 * bytes.start + random.below(8 * bytes.len());
            // What is unused is zero for the most part, and of less interest.
            let used = |bit: &usize| self.image[path][bit / 8] != 0;
            let bit = repeat_with(&mut any_bit).take(8).find(used);
            let bit = bit.unwrap_or_else(any_bit);
            *done.entry(self.flip(path, bit)).or_default() += 1;
        }
        done
    }
}

/// The bytes of a closed file by what they are for: the head, and each kind of page of each table.
fn classes(image: &Image) -> BTreeMap<String, Vec<Range<usize>>> {
    file_system::insert();
    disk::replace(Disk::of(image));
    let connection = Connection::open(LEDGER).unwrap();
    let mut statement = connection.prepare("SELECT name, pagetype, pageno FROM dbstat").unwrap();
    let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?))).unwrap();
    let mut classes = BTreeMap::from([("the head".to_owned(), once(0..100).collect::<Vec<_>>())]);
    for row in rows {
        let (name, kind, number): (String, String, u32) = row.unwrap();
        let end = number as usize * PAGE;
        let start = if number == 1 { 100 } else { end - PAGE };
        classes.entry(format!("{name}, {kind}")).or_default().push(start..end);
    }
    classes
}

/// Each flip is noticed, or changed nothing that can be read.
#[test]
fn flipped_bits_are_noticed() {
    let whole = whole(Day::new(6), true);
    let mut random = Random(7);
    let (mut flips, mut noticed) = (0, 0);
    for (class, bytes) in classes(&whole.image) {
        let done = whole.flip_some(LEDGER, &bytes, &mut random);
        println!("bits: {class}, {} pages: {done:?}", bytes.len());
        assert!(!done.contains_key(&Done::CutOff), "{class}");
        flips += done.values().sum::<usize>();
        noticed += done.get(&Done::Noticed).unwrap_or(&0);
    }
    println!("bits: {noticed} of {flips} noticed, the others changed nothing that is kept");
    assert!(flips / 4 < noticed);
}

/// SQLite reads a log up to the first thing in it that isn't right, as after a loss of power. So what stands behind
/// a flip would be cut off, and it is noticed that something does. In the last transaction it can't be: a flip
/// there leaves what a loss of power could have left. Then only something outside of the file tells that it is
/// missing.
#[test]
fn flipped_bits_of_a_log_are_noticed_before_its_last_transaction() {
    let mut day = Day::new(6);
    // The last restart would copy the log; and it is copied earlier, so that there are more transactions in it, and
    // behind them what is left of its use before that.
    day.steps.pop();
    let checkpoint = day.steps.remove(day.steps.len() - 2);
    day.steps.insert(day.steps.len() - 7, checkpoint);
    let whole = whole(day, false);
    let log = format!("{LEDGER}-wal");
    let bytes = &whole.image[&log];
    // Behind those there are frames of an earlier use of the log.
    let of_this_log = |frame: &usize| bytes[frame + 8..][..8] == bytes[16..24];
    let frames: Vec<_> = (32..bytes.len()).step_by(FRAME).take_while(of_this_log).collect();
    let ends = |frame: &&usize| bytes[**frame + 4..][..4] != [0; 4];
    let commits: Vec<_> = frames.iter().filter(ends).copied().collect();
    let [.., last_but_one, _] = commits[..] else { panic!("{} commits", commits.len()) };
    let (last, earlier): (Vec<usize>, Vec<_>) = frames.into_iter().partition(|frame| last_but_one < *frame);
    let heads = |frames: &[usize]| frames.iter().map(|frame| *frame..frame + 24).collect::<Vec<_>>();
    let pages =
        |frames: &[usize]| frames.iter().map(|frame| frame + 24..frame + 24 + PAGE).collect::<Vec<_>>();
    let mut random = Random(8);
    let classes = [
        ("its head", once(0..32).collect(), false),
        ("heads", heads(&earlier), false),
        ("pages", pages(&earlier), false),
        ("heads of the last transaction", heads(&last), true),
        ("pages of the last transaction", pages(&last), true),
    ];
    for (class, bytes, is_last) in classes {
        let done = whole.flip_some(&log, &bytes, &mut random);
        println!("bits of the log, {class}: {done:?}");
        assert_eq!(done.contains_key(&Done::CutOff), is_last, "{class}");
    }
}

/// Of the frame that ends the last transaction but one, what says that it does stands in another sector than the
/// checksum, where it could be of what was there before.
#[test]
fn flipped_bits_of_a_frame_across_sectors_are_noticed() {
    let log = format!("{LEDGER}-wal");
    let played = |(first, last): (usize, usize)| {
        let mut day = Day::with_batch(last as u32);
        let (begin, batch) = (Step::Batch(1..first), Step::Batch(first..last));
        day.steps = vec![Step::Reopen, Step::Submit(0), begin, Step::Checkpoint, batch, Step::Submit(last)];
        let whole = whole(day, false);
        let bytes = &whole.image[&log];
        let of_this_log = |frame: &usize| bytes[frame + 8..][..8] == bytes[16..24];
        let frames = (32..bytes.len()).step_by(FRAME).take_while(of_this_log);
        let commits: Vec<_> = frames.filter(|frame| bytes[frame + 4..][..4] != [0; 4]).collect();
        let [across, last] = commits[..] else { panic!("{} commits", commits.len()) };
        (whole, across, last)
    };
    for in_another_sector in [8, 16] {
        // One batch of 64 ends there.
        let mut batches = two_batches().map(played);
        let (whole, across, last) =
            batches.find(|(_, across, _)| (across + in_another_sector) % 512 == 0).expect("such a batch");
        let frame = across..across + FRAME;
        let done = whole.flip_some(&log, &[frame.clone(), frame.start..frame.start + 24], &mut Random(9));
        println!("bits of the log, a frame across sectors: {done:?}");
        assert!(!done.contains_key(&Done::CutOff));
        assert_eq!(whole.flip(&log, 8 * last), Done::CutOff, "the last transaction");
    }
}

/// While a till has its ledger open nobody reads the log anew, and a flip in it would be found when the till is switched
/// on next. All that SQLite counts on is looked at, the last transaction, too.
#[test]
fn flipped_bits_of_a_log_in_use_are_noticed() {
    disk::replace(Disk::default());
    let day = Day::with_batch(8);
    let log = format!("{LEDGER}-wal");
    let mut till = None;
    let steps = [Step::Reopen, Step::Submit(0), Step::Batch(1..5), Step::Submit(5), Step::Submit(6)];
    steps.iter().for_each(|step| day.play(&mut till, step).unwrap());
    let mut till = till.unwrap();
    till.store_mut().check_file().unwrap();
    let whole = disk::with(|disk| disk.cut(Left::Everything))[&log].clone();
    let frames = (32..end_of_frames(&whole)).step_by(FRAME);
    let mut random = Random(10);
    for (number, frame) in frames.enumerate() {
        let at = frame + [0, 4, 8, 16, 24 + random.below(PAGE)][number % 5];
        let bit = 1 << random.below(8);
        disk::with(|disk| disk.write(&log, at, &[whole[at] ^ bit])).unwrap();
        let found = till.store_mut().check_file();
        assert!(matches!(found, Err(SqliteError::LogDamaged { .. })), "byte {at}: {found:?}");
        disk::with(|disk| disk.write(&log, at, &whole[at..=at])).unwrap();
    }
    till.store_mut().check_file().unwrap();
}
