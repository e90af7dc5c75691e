//! The cascade: stage after stage, until something is read or the time is over.

use alloc::vec::Vec;
use std::time::{Duration, Instant};

use super::agreement;
use super::bent::{self, Undecoded};
use super::bits::Bits;
use super::deadline::Deadline;
use super::finder;
use super::grey::Grey;
use super::linear;
use super::options::{Options, Wanted};
use super::picture::Picture;
use super::placed::{Placed, is_new};
use super::qr;
use super::reading::{Confidence, Point, Reading, Stage};
use super::turned;
use crate::code::Symbology;

/// Larger pictures are looked at smaller first. A camera's frame of 1,280 x 720 isn't.
const PLAIN_PIXELS: usize = 1_000_000;

/// Larger pictures aren't looked at twice as large.
const ENLARGED_PIXELS: usize = 400_000;

/// The side of a part of a large picture, and how far from one to the next, in pixels.
const PART: usize = 960;
const PART_STEP: usize = 640;

/// A QR code has 21 modules at least, and each of them needs a pixel.
const SHORTEST_SIDE: usize = 21;

/// How many codes that couldn't be decoded are tried as if they were bent.
const MOST_BENT: usize = 3;

/// How many sets of three finder patterns around a code are tried as an outer one.
const MOST_AROUND: usize = 4;

/// How many sets of three finder patterns are tried in a picture.
const MOST_SETS: usize = 40;

/// Reads codes in pictures.
///
/// Beside the picture it takes up to some 10 MB while it reads, however large the picture is: larger ones than a
/// camera's frame are made smaller, and then looked at part by part.
///
/// A debug build is many times as slow, and reads next to nothing within the default budget ([`Options::budget`]):
/// build with `--release`, or give it seconds.
///
/// ```
/// use regulars::adapter::scan::{Options, Picture, Scanner};
///
/// let grey = vec![128; 640 * 480];
/// let scan = Scanner::new(Options::default()).read(&Picture::new(&grey, 640, 480)?);
/// assert!(scan.readings.is_empty());
/// # Ok::<(), regulars::adapter::scan::PictureError>(())
/// ```
#[derive(Debug, Clone, Default)]
pub struct Scanner {
    options: Options,
}

/// What was read in a picture.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Scan {
    /// The codes, in the order in which they were found.
    pub readings: Vec<Reading>,
    /// The stages that were tried.
    pub stages: Vec<StageTime>,
    /// Whether the time was over before the last stage was.
    pub was_cut_short: bool,
}

/// How long a stage took.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct StageTime {
    /// Which.
    pub stage: Stage,
    /// By the clock on the wall.
    pub took: Duration,
    /// How many codes it added.
    pub found: usize,
}

impl Scanner {
    /// A scanner. It keeps nothing from one picture to the next.
    pub fn new(options: Options) -> Self {
        Self { options }
    }

    /// What it was made with.
    pub fn options(&self) -> &Options {
        &self.options
    }

    /// Reads a picture.
    pub fn read(&self, picture: &Picture<'_>) -> Scan {
        self.read_by(picture, Stage::ALL, &Deadline::after(self.options.budget))
    }

    /// Reads a picture by some of the stages.
    pub(super) fn read_by(&self, picture: &Picture<'_>, stages: &[Stage], deadline: &Deadline) -> Scan {
        let mut run = Run::new(&self.options, *deadline);
        for stage in stages {
            if run.is_done() {
                break;
            }
            if deadline.is_over() {
                run.scan.was_cut_short = true;
                break;
            }
            run.stage(*stage, picture);
        }
        run.scan.was_cut_short |= !run.is_done() && deadline.is_over();
        run.scan
    }

    /// The linear codes that some lines of a picture show.
    pub(super) fn read_lines(&self, picture: &Picture<'_>, lines: u32, deadline: &Deadline) -> Vec<Reading> {
        linear::read(picture, &self.options, lines, deadline)
    }
}

impl Stage {
    /// All of them, in the order in which they are tried.
    pub const ALL: &'static [Self] = &[
        Self::Plain,
        Self::Half,
        Self::Bent,
        Self::Inverted,
        Self::Rows,
        Self::Window,
        Self::Enlarged,
        Self::Parts,
        Self::Turned,
    ];
}

/// A reading of one picture.
struct Run<'a> {
    options: &'a Options,
    deadline: Deadline,
    scan: Scan,
    /// Codes that were found and couldn't be decoded, and the black and white picture in which they are.
    undecoded: Vec<Undecoded>,
    /// That picture, and where its pixels are.
    seen: Option<(Bits, Placed)>,
}

impl<'a> Run<'a> {
    fn new(options: &'a Options, deadline: Deadline) -> Self {
        Self { options, deadline, scan: Scan::default(), undecoded: Vec::new(), seen: None }
    }

    fn is_done(&self) -> bool {
        let sound = self.scan.readings.iter().filter(|reading| reading.confidence == Confidence::Sound);
        match self.options.wanted {
            Wanted::First => sound.count() > 0,
            Wanted::All { most } => sound.count() >= most,
        }
    }

    fn stage(&mut self, stage: Stage, picture: &Picture<'_>) {
        let before = self.scan.readings.len();
        let start = Instant::now();
        let was_tried = match stage {
            Stage::Rows => self.rows(picture),
            _ if !self.options.symbologies.contains(&Symbology::Qr) => None,
            _ if picture.width().min(picture.height()) < SHORTEST_SIDE => None,
            Stage::Plain => self.plain(picture),
            Stage::Inverted => self.inverted(picture),
            Stage::Window => self.window(picture),
            Stage::Half => self.half(picture),
            Stage::Bent => self.bent(),
            Stage::Enlarged => self.enlarged(picture),
            Stage::Parts => self.parts(picture),
            Stage::Turned => self.turned(picture),
        };
        if was_tried.is_some() {
            let found = self.scan.readings.len().saturating_sub(before);
            self.scan.stages.push(StageTime { stage, took: start.elapsed(), found });
        }
    }

    fn rows(&mut self, picture: &Picture<'_>) -> Option<()> {
        if !self.options.symbologies.iter().any(|symbology| symbology.is_linear()) {
            return None;
        }
        // What comes after it shall have its time, too.
        let has_more = self.options.symbologies.contains(&Symbology::Qr);
        let deadline = if has_more { self.deadline.half() } else { self.deadline };
        for reading in linear::read(picture, self.options, u32::MAX, &deadline) {
            self.take(reading);
        }
        Some(())
    }

    fn plain(&mut self, picture: &Picture<'_>) -> Option<()> {
        let (bits, placed) = self.black_and_white(picture)?;
        let undecoded = self.search(&bits, placed, Stage::Plain)?;
        self.undecoded = undecoded;
        self.seen = Some((bits, placed));
        Some(())
    }

    /// The same with black for white. Made of what was looked at before, where it was.
    fn inverted(&mut self, picture: &Picture<'_>) -> Option<()> {
        let (inverted, placed) = match &self.seen {
            Some((bits, placed)) => (bits.inverted(), *placed),
            None => {
                let (bits, placed) = self.black_and_white(picture)?;
                (bits.inverted(), placed)
            }
        };
        self.search(&inverted, placed, Stage::Inverted);
        Some(())
    }

    /// A picture that isn't too large, in black and white.
    fn black_and_white(&self, picture: &Picture<'_>) -> Option<(Bits, Placed)> {
        let (smaller, placed) = self.at_most(picture, PLAIN_PIXELS)?;
        let picture = smaller.as_ref().map_or(Some(*picture), Grey::picture)?;
        Some((Bits::by_blocks(&picture, &self.deadline)?, placed))
    }

    fn window(&mut self, picture: &Picture<'_>) -> Option<()> {
        let (smaller, placed) = self.at_most(picture, PLAIN_PIXELS)?;
        let picture = smaller.as_ref().map_or(Some(*picture), Grey::picture)?;
        let bits = by_window(&picture, &self.deadline)?;
        self.search(&bits, placed, Stage::Window);
        Some(())
    }

    fn half(&mut self, picture: &Picture<'_>) -> Option<()> {
        let by = 2_usize.checked_mul(reduction(picture, PLAIN_PIXELS))?;
        let half = Grey::reduced(picture, by, &self.deadline)?;
        let bits = Bits::by_blocks(&half.picture()?, &self.deadline)?;
        self.search(&bits, Placed::smaller(by), Stage::Half);
        Some(())
    }

    fn bent(&mut self) -> Option<()> {
        let (bits, placed) = self.seen.take()?;
        let undecoded = core::mem::take(&mut self.undecoded);
        for code in undecoded.iter().take(MOST_BENT) {
            if self.is_done() || self.deadline.is_over() {
                break;
            }
            if let Some(reading) = bent::read(&bits, code, &self.deadline) {
                self.take_placed(reading, placed);
            }
        }
        (self.undecoded, self.seen) = (undecoded, Some((bits, placed)));
        Some(())
    }

    fn enlarged(&mut self, picture: &Picture<'_>) -> Option<()> {
        if pixels(picture) > ENLARGED_PIXELS {
            return None;
        }
        let enlarged = Grey::enlarged(picture, &self.deadline)?;
        let placed = Placed { per: 2, ..Placed::SAME };
        let bits = Bits::by_blocks(&enlarged.picture()?, &self.deadline)?;
        self.search(&bits, placed, Stage::Enlarged);
        Some(())
    }

    /// Parts of a large picture, as they lie.
    fn parts(&mut self, picture: &Picture<'_>) -> Option<()> {
        if reduction(picture, PLAIN_PIXELS) == 1 {
            return None;
        }
        for top in (0..picture.height()).step_by(PART_STEP) {
            for left in (0..picture.width()).step_by(PART_STEP) {
                let width = PART.min(picture.width().saturating_sub(left));
                let height = PART.min(picture.height().saturating_sub(top));
                // A sliver at the rim, which the part before it has, too.
                if width.min(height) < SHORTEST_SIDE {
                    continue;
                }
                let part = picture.part(left, top, width, height)?;
                if self.is_done() || self.deadline.is_over() {
                    return Some(());
                }
                let bits = Bits::by_blocks(&part, &self.deadline)?;
                self.search(&bits, Placed { left, top, ..Placed::SAME }, Stage::Parts);
            }
        }
        Some(())
    }

    /// Where a code was found and couldn't be decoded, this reader can't either.
    fn turned(&mut self, picture: &Picture<'_>) -> Option<()> {
        if !self.undecoded.is_empty() {
            return None;
        }
        let (smaller, placed) = self.at_most(picture, turned::MOST_PIXELS)?;
        let picture = smaller.as_ref().map_or(Some(*picture), Grey::picture)?;
        let bits = by_window(&picture, &self.deadline)?;
        for is_turned in [false, true] {
            if self.is_done() || finder::places(&bits) > turned::MOST_PLACES {
                break;
            }
            if !self.deadline.has(turned::TAKES) {
                self.scan.was_cut_short = true;
                break;
            }
            if let Some(reading) = turned::read(&bits, is_turned) {
                self.take_placed(reading, placed);
            }
        }
        Some(())
    }

    /// Looks for QR codes in black and white. Gives those that it found and couldn't decode.
    fn search(&mut self, bits: &Bits, placed: Placed, stage: Stage) -> Option<Vec<Undecoded>> {
        let matrix = bits.matrix()?;
        let patterns = finder::patterns(bits, &matrix, row_step(bits), &self.deadline);
        let sets = finder::sets(&patterns);
        let mut used: Vec<[Point; 4]> = Vec::new();
        let mut undecoded = Vec::new();
        for set in sets.iter().take(MOST_SETS) {
            if self.is_done() || self.deadline.is_over() {
                break;
            }
            if used.iter().any(|corners| finder::is_of(set, corners)) {
                continue;
            }
            match qr::read(&matrix, set, stage) {
                Some(Ok(reading)) => {
                    // A code may have a smaller one in its middle; the outer one is meant.
                    let around = sets.iter().filter(|other| finder::is_around(other, &reading.corners));
                    let mut around = around.take(MOST_AROUND).take_while(|_| !self.deadline.is_over());
                    let outer = around.find_map(|other| qr::read(&matrix, other, stage)?.ok());
                    for reading in outer.into_iter().chain([reading]) {
                        used.push(reading.corners);
                        self.take_placed(reading, placed);
                    }
                }
                Some(Err(code)) => undecoded.push(code),
                None => {}
            }
        }
        Some(undecoded)
    }

    fn take_placed(&mut self, mut reading: Reading, placed: Placed) {
        reading.corners = reading.corners.map(|corner| placed.place(corner));
        self.take(reading);
    }

    fn take(&mut self, reading: Reading) {
        let is_wanted = !self.is_done() && (reading.confidence == Confidence::Sound || self.options.weak);
        if is_wanted && agreement::is_possible(&reading) && is_new(&reading, &self.scan.readings) {
            self.scan.readings.push(reading);
        }
    }

    /// A smaller picture, where the picture has more pixels than that; `None` instead where it may stay as it is.
    fn at_most(&self, picture: &Picture<'_>, most: usize) -> Option<(Option<Grey>, Placed)> {
        match reduction(picture, most) {
            1 => Some((None, Placed::SAME)),
            by => Some((Some(Grey::reduced(picture, by, &self.deadline)?), Placed::smaller(by))),
        }
    }
}

fn by_window(picture: &Picture<'_>, deadline: &Deadline) -> Option<Bits> {
    let window = picture.width().min(picture.height()) / 24;
    Bits::by_window(picture, window.max(8), deadline)
}

fn pixels(picture: &Picture<'_>) -> usize {
    picture.width().saturating_mul(picture.height())
}

/// By how much a picture has to be smaller in both directions to have so many pixels at most.
fn reduction(picture: &Picture<'_>, most: usize) -> usize {
    let fits =
        |by: &usize| pixels(picture).checked_div(by.saturating_mul(*by)).is_some_and(|left| left <= most);
    (1..=256).find(fits).unwrap_or(256)
}

/// A finder pattern's inner square is three modules high, and a module is larger in larger pictures.
fn row_step(bits: &Bits) -> usize {
    (bits.height() / 160).clamp(2, 5)
}
