//! Which pixels of a picture are black.
//!
//! Two ways to tell. By blocks: fast, and right wherever light and shade change slowly. By a window: a pixel is
//! black where it is darker than the mean around it; slower, and right in small codes under spots of light.

use alloc::vec;
use alloc::vec::Vec;

use rxing::common::{BitArray, BitMatrix};

use super::deadline::Deadline;
use super::picture::Picture;

/// The side of a block, in pixels.
const BLOCK: usize = 8;

/// Pixels in a word.
const WORD: usize = usize::BITS as usize;

/// From the darkest to the brightest pixel of a block that has both black and white in it.
const CONTRAST: u8 = 24;

/// A picture in black and white: a bit for each pixel, set where it is black; the lowest of a word is leftmost.
#[derive(Debug, Clone, Default)]
pub(super) struct Bits {
    words: Vec<usize>,
    words_a_row: usize,
    width: usize,
    height: usize,
}

impl Bits {
    pub(super) const fn width(&self) -> usize {
        self.width
    }

    pub(super) const fn height(&self) -> usize {
        self.height
    }

    /// A pixel is black where it isn't brighter than the mean of 5 x 5 blocks around its own. `None` where the
    /// time is over.
    pub(super) fn by_blocks(picture: &Picture<'_>, deadline: &Deadline) -> Option<Self> {
        let levels = levels(picture, deadline)?;
        let wide = picture.width().div_ceil(BLOCK);
        let mut bits = Self::with_room(picture);
        let mut thresholds = vec![0_u8; wide];
        for (y, row) in picture.rows().enumerate() {
            if y % BLOCK == 0 {
                if deadline.is_over() {
                    return None;
                }
                thresholds_of_row(&levels, wide, y / BLOCK, &mut thresholds);
            }
            bits.push_row(row, &thresholds);
        }
        Some(bits)
    }

    /// A pixel is black where it is clearly darker than the mean of `window` x `window` pixels around it.
    pub(super) fn by_window(picture: &Picture<'_>, window: usize, deadline: &Deadline) -> Option<Self> {
        let reach = (window / 2).max(1);
        let mut bits = Self::with_room(picture);
        let mut columns = Columns::new(picture, reach)?;
        let mut means = Vec::with_capacity(picture.width());
        for (y, row) in picture.rows().enumerate() {
            if deadline.is_over() {
                return None;
            }
            columns.means(&mut means);
            bits.push_row_by_pixel(row, &means);
            columns.down(picture, y);
        }
        Some(bits)
    }

    /// White for black.
    pub(super) fn inverted(&self) -> Self {
        let used = self.width % WORD;
        let last = if used == 0 { usize::MAX } else { !(usize::MAX.wrapping_shl(word_bits(used))) };
        let mut words: Vec<usize> = self.words.iter().map(|word| !word).collect();
        for row in words.chunks_mut(self.words_a_row.max(1)) {
            if let Some(word) = row.last_mut() {
                *word &= last;
            }
        }
        Self { words, ..*self }
    }

    /// As the QR reader has it.
    pub(super) fn matrix(&self) -> Option<BitMatrix> {
        let mut matrix =
            BitMatrix::new(u32::try_from(self.width).ok()?, u32::try_from(self.height).ok()?).ok()?;
        let mut array = BitArray::with_size(self.width);
        for (y, row) in (0..).zip(self.words.chunks_exact(self.words_a_row)) {
            for (place, word) in row.iter().enumerate() {
                array.setBulk(place.checked_mul(WORD)?, *word);
            }
            matrix.setRow(y, &array);
        }
        Some(matrix)
    }

    pub(super) fn is_black(&self, x: usize, y: usize) -> bool {
        let word = y.checked_mul(self.words_a_row).and_then(|row| row.checked_add(x / WORD));
        let word = word.and_then(|place| self.words.get(place)).copied().unwrap_or_default();
        word.wrapping_shr(word_bits(x % WORD)) & 1 == 1
    }

    /// Where the colour changes in a row, from white on: where black begins, where it ends, and so on. Black that
    /// reaches to the right side ends there.
    pub(super) fn edges(&self, y: usize, edges: &mut Vec<u32>) {
        edges.clear();
        let row = y.checked_mul(self.words_a_row).and_then(|start| self.words.get(start..));
        let row = row.and_then(|row| row.get(..self.words_a_row)).unwrap_or_default();
        let mut before = 0;
        let mut start = 0_u32;
        for word in row {
            let mut changes = word ^ (word.wrapping_shl(1) | before);
            while changes != 0 {
                edges.push(start.saturating_add(changes.trailing_zeros()));
                changes &= changes.wrapping_sub(1);
            }
            before = word.wrapping_shr(usize::BITS.saturating_sub(1));
            start = start.saturating_add(usize::BITS);
        }
        if edges.len() % 2 == 1 {
            edges.push(u32::try_from(self.width).unwrap_or(u32::MAX));
        }
    }

    fn with_room(picture: &Picture<'_>) -> Self {
        let words_a_row = picture.width().div_ceil(WORD);
        let words = Vec::with_capacity(words_a_row.saturating_mul(picture.height()));
        Self { words, words_a_row, width: picture.width(), height: picture.height() }
    }

    /// A row, and for each eight of its pixels what black is at most.
    fn push_row(&mut self, row: &[u8], thresholds: &[u8]) {
        let (words, rest) = row.as_chunks::<WORD>();
        let (of_words, _) = thresholds.as_chunks::<{ WORD / BLOCK }>();
        self.words.extend(words.iter().zip(of_words).map(|(pixels, most)| black_of_word(pixels, most)));
        if rest.is_empty() {
            return;
        }
        // Behind the right side all is white.
        let (mut pixels, mut most) = ([255; WORD], [0; WORD / BLOCK]);
        for (pixel, of_rest) in pixels.iter_mut().zip(rest) {
            *pixel = *of_rest;
        }
        let of_rest = thresholds.chunks(WORD / BLOCK).nth(words.len()).unwrap_or_default();
        for (threshold, of_rest) in most.iter_mut().zip(of_rest) {
            *threshold = *of_rest;
        }
        self.words.push(black_of_word(&pixels, &most));
    }

    fn push_row_by_pixel(&mut self, row: &[u8], thresholds: &[u8]) {
        for (pixels, thresholds) in row.chunks(WORD).zip(thresholds.chunks(WORD)) {
            let mut word = 0_usize;
            let blacks = pixels.iter().zip(thresholds).map(|(pixel, threshold)| pixel < threshold);
            for (place, black) in (0..).zip(blacks) {
                word |= usize::from(black).wrapping_shl(place);
            }
            self.words.push(word);
        }
    }
}

/// A number of bits that is less than a word has.
fn word_bits(bits: usize) -> u32 {
    u32::try_from(bits).unwrap_or_default()
}

/// The bits of a word of pixels.
fn black_of_word(pixels: &[u8; WORD], thresholds: &[u8; WORD / BLOCK]) -> usize {
    let (eights, _) = pixels.as_chunks::<BLOCK>();
    let mut bytes = [0; WORD / BLOCK];
    for (byte, (eight, threshold)) in bytes.iter_mut().zip(eights.iter().zip(thresholds)) {
        *byte = black_of_eight(eight, *threshold);
    }
    usize::from_le_bytes(bytes)
}

/// A bit for each pixel that isn't brighter than the threshold, the first one lowest.
fn black_of_eight(eight: &[u8; BLOCK], threshold: u8) -> u8 {
    // All eight at once: a byte's highest bit says whether the threshold is as large as the pixel or larger.
    const HIGH: u64 = 0x8080_8080_8080_8080;
    let pixels = u64::from_le_bytes(*eight);
    let most = u64::from_le_bytes([threshold; BLOCK]);
    let low = (most | HIGH).wrapping_sub(pixels & !HIGH);
    let is_black = ((most & !pixels) | (!(most ^ pixels) & low)) & HIGH;
    // Each of these bits goes to its place in the highest byte.
    let [.., byte] = is_black.wrapping_shr(7).wrapping_mul(0x0102_0408_1020_4080).to_le_bytes();
    byte
}

/// What the brightest black is, block by block, as the block alone and those before it have it.
fn levels(picture: &Picture<'_>, deadline: &Deadline) -> Option<Vec<u8>> {
    let wide = picture.width().div_ceil(BLOCK);
    let mut levels: Vec<u8> = Vec::with_capacity(wide.checked_mul(picture.height().div_ceil(BLOCK))?);
    let mut columns = BlockColumns::new(picture.width());
    for (y, row) in picture.rows().enumerate() {
        columns.take(row);
        let is_last = y.saturating_add(1) == picture.height();
        if y % BLOCK != BLOCK.saturating_sub(1) && !is_last {
            continue;
        }
        if deadline.is_over() {
            return None;
        }
        let above = levels.len().checked_sub(wide);
        for x in 0..wide {
            let up = above.and_then(|above| levels.get(above.saturating_add(x))).copied();
            let left = if x == 0 { None } else { levels.last().copied() };
            levels.push(columns.block(x).level(up, left));
        }
        columns.clear();
    }
    Some(levels)
}

/// What is known of each column of a row of blocks. Columns lie beside each other, so that the compiler takes many
/// of them at once.
struct BlockColumns {
    darkest: Vec<u8>,
    brightest: Vec<u8>,
    sums: Vec<u16>,
    rows: u16,
}

impl BlockColumns {
    fn new(width: usize) -> Self {
        Self { darkest: vec![255; width], brightest: vec![0; width], sums: vec![0; width], rows: 0 }
    }

    fn clear(&mut self) {
        self.darkest.fill(255);
        self.brightest.fill(0);
        self.sums.fill(0);
        self.rows = 0;
    }

    fn take(&mut self, row: &[u8]) {
        for (darkest, pixel) in self.darkest.iter_mut().zip(row) {
            *darkest = (*darkest).min(*pixel);
        }
        for (brightest, pixel) in self.brightest.iter_mut().zip(row) {
            *brightest = (*brightest).max(*pixel);
        }
        for (sum, pixel) in self.sums.iter_mut().zip(row) {
            *sum = sum.wrapping_add(u16::from(*pixel));
        }
        self.rows = self.rows.saturating_add(1);
    }

    fn block(&self, x: usize) -> Block {
        let start = x.saturating_mul(BLOCK);
        let end = start.saturating_add(BLOCK).min(self.sums.len());
        let sums = self.sums.get(start..end).unwrap_or_default();
        let count = u16::try_from(sums.len()).unwrap_or_default();
        Block {
            darkest: self.darkest.get(start..end).unwrap_or_default().iter().copied().fold(255, u8::min),
            brightest: self.brightest.get(start..end).unwrap_or_default().iter().copied().fold(0, u8::max),
            sum: sums.iter().copied().fold(0, u16::wrapping_add),
            count: count.saturating_mul(self.rows),
        }
    }
}

/// What is known of a block of pixels.
#[derive(Debug, Clone, Copy)]
struct Block {
    darkest: u8,
    brightest: u8,
    sum: u16,
    count: u16,
}

impl Block {
    /// The mean, where the block has both black and white. A block of one shade has what those above and to the
    /// left have, if it is black to them; else it is white.
    fn level(&self, up: Option<u8>, left: Option<u8>) -> u8 {
        if self.brightest.saturating_sub(self.darkest) > CONTRAST {
            let mean = self.sum.checked_div(self.count).unwrap_or_default();
            return u8::try_from(mean).unwrap_or(u8::MAX);
        }
        let white = self.darkest / 2;
        match (up, left) {
            (Some(up), Some(left)) => {
                let around = up.midpoint(left);
                if self.darkest < around { around } else { white }
            }
            (Some(around), None) | (None, Some(around)) if self.darkest < around => around,
            _ => white,
        }
    }
}

/// The mean of 5 x 5 levels around each block of a row; at the sides, of those nearest.
fn thresholds_of_row(levels: &[u8], wide: usize, y: usize, thresholds: &mut [u8]) {
    let tall = levels.len().checked_div(wide).unwrap_or_default();
    let top = y.saturating_sub(2).min(tall.saturating_sub(5));
    let rows = || {
        let start = top.saturating_mul(wide);
        levels.get(start..).unwrap_or_default().chunks_exact(wide.max(1)).take(5)
    };
    let count = u32::try_from(rows().count()).unwrap_or(1);
    let mut sums = vec![0_u32; wide];
    for row in rows() {
        for (sum, level) in sums.iter_mut().zip(row) {
            *sum = sum.wrapping_add(u32::from(*level));
        }
    }
    for (x, threshold) in thresholds.iter_mut().enumerate() {
        let left = x.saturating_sub(2).min(wide.saturating_sub(5));
        let five = sums.get(left..).unwrap_or_default();
        let five = five.get(..5).unwrap_or(five);
        let columns = u32::try_from(five.len()).unwrap_or(1);
        let all = columns.saturating_mul(count).max(1);
        let mean = five.iter().sum::<u32>().checked_div(all).unwrap_or_default();
        *threshold = u8::try_from(mean).unwrap_or(u8::MAX);
    }
}

/// The sums of the columns of a window that goes down a picture.
struct Columns {
    sums: Vec<u32>,
    rows: u32,
    reach: usize,
}

impl Columns {
    fn new(picture: &Picture<'_>, reach: usize) -> Option<Self> {
        let mut columns = Self { sums: vec![0; picture.width()], rows: 0, reach };
        for row in picture.rows().take(reach.checked_add(1)?) {
            columns.add(row);
        }
        Some(columns)
    }

    fn add(&mut self, row: &[u8]) {
        for (sum, pixel) in self.sums.iter_mut().zip(row) {
            *sum = sum.wrapping_add(u32::from(*pixel));
        }
        self.rows = self.rows.saturating_add(1);
    }

    /// From row `y` to the next.
    fn down(&mut self, picture: &Picture<'_>, y: usize) {
        if let Some(row) = y.checked_add(self.reach).and_then(|y| picture.row(y.saturating_add(1))) {
            self.add(row);
        }
        if let Some(row) = y.checked_sub(self.reach).and_then(|y| picture.row(y)) {
            for (sum, pixel) in self.sums.iter_mut().zip(row) {
                *sum = sum.wrapping_sub(u32::from(*pixel));
            }
            self.rows = self.rows.saturating_sub(1);
        }
    }

    /// What black is darker than, for each pixel of the row: 31 of 32 parts of the mean, less one.
    fn means(&self, means: &mut Vec<u8>) {
        means.clear();
        let mut sum = 0_u64;
        let mut columns = 0_u64;
        let mut incoming = self.sums.iter();
        for column in incoming.by_ref().take(self.reach) {
            (sum, columns) = (sum.saturating_add(u64::from(*column)), columns.saturating_add(1));
        }
        let behind =
            core::iter::repeat_n(None, self.reach.saturating_add(1)).chain(self.sums.iter().map(Some));
        for (_, gone) in self.sums.iter().zip(behind) {
            if let Some(column) = incoming.next() {
                (sum, columns) = (sum.saturating_add(u64::from(*column)), columns.saturating_add(1));
            }
            if let Some(column) = gone {
                (sum, columns) = (sum.saturating_sub(u64::from(*column)), columns.saturating_sub(1));
            }
            let area = columns.saturating_mul(u64::from(self.rows)).saturating_mul(32).max(1);
            let mean = sum.saturating_mul(31).checked_div(area).unwrap_or_default().saturating_sub(1);
            means.push(u8::try_from(mean).unwrap_or(u8::MAX));
        }
    }
}
