//! Frames, one after the other: what is looked at in each of them, and what counts.

use alloc::vec::Vec;
use core::time::Duration;

use super::deadline::Deadline;
use super::hints::{self, Hint, Look};
use super::options::{Options, Wanted};
use super::picture::Picture;
use super::placed::{Placed, is_new};
use super::reading::{Confidence, Point, Reading, Stage};
use super::rows::COARSE_LINES;
use super::scanner::Scanner;
use crate::code::Symbology;

/// How a stream of frames is read.
///
/// ```
/// use std::time::Duration;
/// use regulars::adapter::scan::StreamOptions;
///
/// let options = StreamOptions { pause: Duration::from_secs(1), ..StreamOptions::default() };
/// assert_eq!(options.full_every, 4);
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StreamOptions {
    /// What is read; the budget is for a frame.
    pub scan: Options,
    /// How long a code has to be out of view for it to be scanned again when it comes back. While it stays in view
    /// it isn't.
    pub gone: Duration,
    /// How long after it was given a code isn't given again, even if it was out of view. It is of that code alone.
    pub pause: Duration,
    /// How long a weak reading waits for a second frame that says the same.
    pub confirm: Duration,
    /// Each how manyth frame is looked at in full size.
    pub full_every: u32,
    /// Over how many frames the rows are spread that are looked at for linear codes: other ones in each.
    pub shares: u32,
}

impl Default for StreamOptions {
    /// A budget of 60 milliseconds a frame; the same code again when it was gone for 800 milliseconds, and not within
    /// a second and a half.
    fn default() -> Self {
        Self {
            scan: Options { budget: Duration::from_millis(60), ..Options::default() },
            gone: Duration::from_millis(800),
            pause: Duration::from_millis(1_500),
            confirm: Duration::from_millis(1_500),
            full_every: 4,
            shares: 4,
        }
    }
}

/// Reads codes in frames. Time is what the caller says that it is, but for the budget of a frame. A clock that is put
/// back stands still for a frame, and goes on from there.
///
/// ```
/// use std::time::Duration;
/// use regulars::adapter::scan::{Hint, Picture, Stream, StreamOptions};
///
/// let mut stream = Stream::new(StreamOptions::default());
/// let night = vec![7; 1280 * 720];
/// let seen = stream.frame(&Picture::new(&night, 1280, 720)?, Duration::ZERO);
/// assert!(seen.readings.is_empty());
/// assert_eq!(seen.hints, [Hint::Dark]);
/// # Ok::<(), regulars::adapter::scan::PictureError>(())
/// ```
#[derive(Debug, Clone)]
pub struct Stream {
    options: StreamOptions,
    frames: u32,
    share: u32,
    /// What the last frame looked like that wasn't like the one before.
    look: Option<Look>,
    /// How many frames in a row nothing has moved.
    still: u32,
    /// When the last frame was that wasn't like the one before.
    still_since: Duration,
    /// Where a code was last.
    region: Option<[Point; 4]>,
    known: Vec<Known>,
    /// The time of the last frame as the caller said it, and how much has passed since the beginning: a clock may be
    /// put back.
    said: Duration,
    passed: Duration,
}

/// A code that was seen.
#[derive(Debug, Clone)]
struct Known {
    symbology: Symbology,
    bytes: Vec<u8>,
    last_seen: Duration,
    /// How many frames were looked at since then, the one that is being looked at among them.
    looks: u32,
    /// Whether it was out of view since it was given.
    is_back: bool,
    /// When it was given out; not yet, if it was weak.
    given: Option<Duration>,
}

/// What came of a frame.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Seen {
    /// Codes to act on: new ones, and those that are scanned again.
    pub readings: Vec<Reading>,
    /// What would help, the most important first; nothing while codes are read.
    pub hints: Vec<Hint>,
    /// Whether the frame was as the one before, and wasn't looked at.
    pub is_unchanged: bool,
}

/// Codes that are kept in mind, at most.
const MOST_KNOWN: usize = 64;

/// So many frames without a code have to be looked at before it was out of view: where no frame came it may have stayed.
const LEAST_MISSED: u32 = 2;

/// How many lines more than the rows and columns that are looked at first are a frame's share: sides are seldom
/// whole numbers of steps.
const LINES_BESIDE: u32 = 4;

/// How many lines are looked at where a code was.
const LINES_IN_REGION: u32 = 300;

/// A picture that doesn't move is looked at so many times, with each share of its rows and once in full size.
const LOOKS_WHEN_STILL: u32 = 8;

/// Of a picture that doesn't move, in each so manyth frame it is looked where the code was: a telephone shows the next
/// one in its place, and of a small code a whole picture shows little.
const STILL_FRAMES: u32 = 8;

impl Stream {
    /// A stream that has seen nothing.
    pub fn new(options: StreamOptions) -> Self {
        Self {
            options,
            frames: 0,
            share: 0,
            look: None,
            still: 0,
            still_since: Duration::ZERO,
            region: None,
            known: Vec::new(),
            said: Duration::ZERO,
            passed: Duration::ZERO,
        }
    }

    /// Looks at the frame that was taken at some time since the beginning of the stream.
    pub fn frame(&mut self, picture: &Picture<'_>, at: Duration) -> Seen {
        let deadline = Deadline::after(self.options.scan.budget);
        let at = self.passed_at(at);
        let look = Look::at(picture);
        let moved = self.look.as_ref().map(|before| look.moved_since(before));
        let was_moving = moved.is_some_and(|moved| moved >= hints::MUCH);
        if moved == Some(0) {
            self.still = self.still.saturating_add(1);
        } else {
            // What moves so slowly that two frames are alike still isn't what it was some frames ago.
            (self.still, self.still_since) = (0, at);
            self.look = Some(look.clone());
        }
        if self.still > LOOKS_WHEN_STILL {
            self.stays(at);
            let is_due = self.still.checked_rem(STILL_FRAMES) == Some(0);
            let found = if is_due { self.look_in_region(picture, &deadline) } else { Vec::new() };
            let readings = self.new_ones(&found, at);
            return Seen { is_unchanged: readings.is_empty(), readings, ..Seen::default() };
        }
        self.frames = self.frames.wrapping_add(1);
        let found = self.look_for(picture, &deadline);
        self.known.iter_mut().for_each(|known| known.looks = known.looks.saturating_add(1));
        let mut seen = Seen { readings: self.new_ones(&found, at), ..Seen::default() };
        if found.is_empty() {
            self.forget_region(at);
            seen.hints = look.hints(was_moving);
        }
        seen
    }

    /// How much has passed since the beginning, by the caller's clock. If that was put back nothing has: else what was
    /// given then wouldn't be given again until the clock is there again.
    fn passed_at(&mut self, said: Duration) -> Duration {
        let since = said.saturating_sub(core::mem::replace(&mut self.said, said));
        self.passed = self.passed.saturating_add(since);
        self.passed
    }

    /// What is to be acted on of what was read.
    fn new_ones(&mut self, found: &[Reading], at: Duration) -> Vec<Reading> {
        let mut new = Vec::new();
        for reading in found {
            self.region = Some(reading.corners);
            if self.counts(reading, at) {
                new.push(Reading { confidence: Confidence::Sound, ..reading.clone() });
            }
        }
        new
    }

    fn scanner(&self) -> Scanner {
        Scanner::new(Options { weak: true, ..self.options.scan.clone() })
    }

    /// What is where a code was last.
    fn look_in_region(&self, picture: &Picture<'_>, deadline: &Deadline) -> Vec<Reading> {
        let Some((part, left, top)) = self.region.and_then(|region| around(picture, &region)) else {
            return Vec::new();
        };
        let scanner = self.scanner();
        let mut readings = scanner.read_by(&part, &[Stage::Plain, Stage::Inverted], deadline).readings;
        if readings.is_empty() {
            readings = scanner.read_lines(&part, LINES_IN_REGION, deadline);
        }
        readings.into_iter().map(|reading| moved(reading, left, top)).collect()
    }

    /// What the frame has, by the part of the schedule that is its turn.
    fn look_for(&mut self, picture: &Picture<'_>, deadline: &Deadline) -> Vec<Reading> {
        let first = self.options.scan.wanted == Wanted::First;
        let scanner = self.scanner();
        let mut found = self.look_in_region(picture, deadline);
        if first && !found.is_empty() {
            return found;
        }
        let is_full = self.frames.checked_rem(self.options.full_every) == Some(0);
        let has_matrix = self.options.scan.symbologies.contains(&Symbology::Qr);
        if has_matrix && !deadline.is_over() {
            let stages: &[Stage] = if is_full { &[Stage::Plain, Stage::Inverted] } else { &[Stage::Half] };
            add(&mut found, scanner.read_by(picture, stages, deadline).readings);
        }
        if self.options.scan.symbologies.iter().any(|symbology| symbology.is_linear()) {
            add(&mut found, self.share_of_rows(picture, &scanner, deadline));
        }
        found
    }

    /// Looks for linear codes along some rows and columns: others in each frame, until it begins again.
    fn share_of_rows(
        &mut self,
        picture: &Picture<'_>,
        scanner: &Scanner,
        deadline: &Deadline,
    ) -> Vec<Reading> {
        let shares = usize::try_from(self.options.shares.max(1)).unwrap_or(1);
        let share = usize::try_from(self.share).unwrap_or(0);
        self.share = self.share.wrapping_add(1).checked_rem(self.options.shares.max(1)).unwrap_or(0);
        // Rows are so far from each other, and columns too.
        let shift = |side: usize| {
            let step = side.checked_div(usize::from(COARSE_LINES)).unwrap_or_default();
            step.saturating_mul(share).checked_div(shares).unwrap_or_default().min(side.saturating_sub(1))
        };
        let (left, top) = (shift(picture.width()), shift(picture.height()));
        let (width, height) = (picture.width().saturating_sub(left), picture.height().saturating_sub(top));
        let Some(part) = picture.part(left, top, width, height) else { return Vec::new() };
        let lines = u32::from(COARSE_LINES).saturating_mul(2).saturating_add(LINES_BESIDE);
        let readings = scanner.read_lines(&part, lines, deadline);
        readings.into_iter().map(|reading| moved(reading, left, top)).collect()
    }

    /// Whether a reading is to be acted on now. The code is known from then on.
    fn counts(&mut self, reading: &Reading, at: Duration) -> bool {
        let (gone, pause, confirm) = (self.options.gone, self.options.pause, self.options.confirm);
        let is_sound = reading.confidence == Confidence::Sound;
        let same = |known: &&mut Known| known.symbology == reading.symbology && known.bytes == reading.bytes;
        if let Some(known) = self.known.iter_mut().find(same) {
            let unseen = at.saturating_sub(known.last_seen);
            let was_missed = LEAST_MISSED < known.looks;
            (known.last_seen, known.looks) = (at, 0);
            let counts = match known.given {
                // The second frame that says so.
                None => is_sound || unseen <= confirm,
                Some(given) => {
                    known.is_back |= unseen >= gone && was_missed;
                    known.is_back && is_sound && at.saturating_sub(given) >= pause
                }
            };
            if counts {
                (known.given, known.is_back) = (Some(at), false);
            } else if known.is_back && !is_sound {
                // Weak again, so it has to be confirmed again.
                (known.given, known.is_back) = (None, false);
            }
            return counts;
        }
        let given = is_sound.then_some(at);
        let (symbology, bytes) = (reading.symbology, reading.bytes.clone());
        if self.known.len() >= MOST_KNOWN {
            let oldest = self.known.iter().enumerate().min_by_key(|(_, known)| known.last_seen);
            if let Some(place) = oldest.map(|(place, _)| place) {
                self.known.swap_remove(place);
            }
        }
        self.known.push(Known { symbology, bytes, last_seen: at, looks: 0, is_back: false, given });
        is_sound
    }

    /// Nothing moves, so what was seen since then is still in view.
    fn stays(&mut self, at: Duration) {
        let since = self.still_since;
        let in_view = self.known.iter_mut().filter(|known| known.given.is_some() && since <= known.last_seen);
        in_view.for_each(|known| known.last_seen = at);
    }

    fn forget_region(&mut self, at: Duration) {
        let latest = self.known.iter().map(|known| known.last_seen).max();
        if latest.is_none_or(|latest| at.saturating_sub(latest) > self.options.gone) {
            self.region = None;
        }
    }
}

fn add(found: &mut Vec<Reading>, readings: Vec<Reading>) {
    for reading in readings {
        if is_new(&reading, found) {
            found.push(reading);
        }
    }
}

fn moved(mut reading: Reading, left: usize, top: usize) -> Reading {
    let placed = Placed { left, top, ..Placed::SAME };
    reading.corners = reading.corners.map(|corner| placed.place(corner));
    reading
}

/// The part of a picture around a code: half as much again on each side.
fn around<'a>(picture: &Picture<'a>, corners: &[Point; 4]) -> Option<(Picture<'a>, usize, usize)> {
    let span = |of: fn(&Point) -> i32, most: usize| {
        let (low, high) = (corners.iter().map(of).min()?, corners.iter().map(of).max()?);
        let margin = (high.saturating_sub(low) / 2).max(32);
        let low = usize::try_from(low.saturating_sub(margin).max(0)).ok()?;
        let high = usize::try_from(high.saturating_add(margin).max(0)).ok()?.min(most);
        Some((low, high.checked_sub(low)?))
    };
    let (left, width) = span(|point| point.x, picture.width())?;
    let (top, height) = span(|point| point.y, picture.height())?;
    Some((picture.part(left, top, width, height)?, left, top))
}
