//! How SQLite's log is laid out: a head, and frames of one page, each with a checksum of all before it.

/// The bytes of a page, in every ledger: what a damaged file says in its head isn't asked.
pub(super) const PAGE: usize = 1024;

/// What stands in front of the log, and of each page in it.
pub(super) const HEAD: usize = 32;
pub(super) const FRAME_HEAD: usize = 24;

/// A page in the log, with what stands in front of it.
pub(super) const FRAME: usize = FRAME_HEAD + PAGE;

/// The checksum that each frame of a log continues.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Sum {
    pub(super) big_endian: bool,
    pub(super) values: (u32, u32),
}

impl Sum {
    /// That of the head of a log, if it is whole.
    pub(super) fn of_log(head: &[u8; HEAD]) -> Option<Sum> {
        const MAGIC: u32 = 0x377f_0682;
        let magic = number_at(head, 0)?;
        let sum = Sum { big_endian: magic & 1 == 1, values: (0, 0) }.over(head.get(..24)?);
        let whole = magic & !1 == MAGIC && number_at(head, 8)? == u32::try_from(PAGE).ok()?;
        (whole && Some(sum.values) == number_at(head, 24).zip(number_at(head, 28))).then_some(sum)
    }

    /// That which stands in the head of a log, and the one that should.
    pub(super) fn both_of_log(head: &[u8; HEAD], big_endian: bool) -> [Sum; 2] {
        let number = |at| number_at(head, at).unwrap_or_default();
        let should = Sum { big_endian, values: (0, 0) }.over(head.get(..24).unwrap_or_default());
        [Sum { values: (number(24), number(28)), ..should }, should]
    }

    /// That of the next frame, if it belongs to the same log and is whole.
    pub(super) fn after(self, head: &[u8; HEAD], frame: &[u8; FRAME]) -> Option<Sum> {
        let same_log = head.get(16..24)? == salts_of(frame);
        let sum = self.with(frame);
        (same_log && sum.values == stored(frame)).then_some(sum)
    }

    /// That of the next frame, as it should be.
    pub(super) fn with(self, frame: &[u8; FRAME]) -> Sum {
        let [head, page] = [frame.get(..8), frame.get(FRAME_HEAD..)].map(Option::unwrap_or_default);
        self.over(head).over(page)
    }

    /// What was written in front of a frame that follows, by the checksum that stands in it; numbers without meaning, if
    /// its page or that checksum has changed.
    pub(super) fn written(self, frame: &[u8; FRAME]) -> Head {
        let (page, size) = self.words_written(frame);
        Head { page: self.word(page), size: self.word(size) }
    }

    /// Whether another bit of a frame's page makes this what was written in front of it. A checksum is a sum: a word of
    /// the page adds its own multiples to the numbers in front.
    pub(super) fn leads_with_other_bit(self, frame: &[u8; FRAME], head: Head) -> bool {
        let written = self.words_written(frame);
        let wanted =
            (self.word(head.page).wrapping_sub(written.0), self.word(head.size).wrapping_sub(written.1));
        let page = frame.get(FRAME_HEAD..).unwrap_or_default();
        // What one more in the first word of a pair, and in the second, does to the checksum in front of the page.
        let (mut first, mut second) = ((u32::MAX, 0), (1, u32::MAX));
        for [a, b, c, d, e, f, g, h] in page.as_chunks::<8>().0 {
            for ((one, other), word) in [(first, [*a, *b, *c, *d]), (second, [*e, *f, *g, *h])] {
                let (each, stands) = ((one, u32::wrapping_sub(other, one)), self.read(word));
                let is_it = |bit: &u32| {
                    let more = if stands & bit == 0 { *bit } else { bit.wrapping_neg() };
                    (each.0.wrapping_mul(more), each.1.wrapping_mul(more)) == wanted
                };
                if (0..u32::BITS).map(|bit| 1 << bit).any(|bit| is_it(&bit)) {
                    return true;
                }
            }
            (first, second) = (in_front_of_pair(first), in_front_of_pair(second));
        }
        false
    }

    /// The page's number and the ledger's size that were written, as the log's own words.
    fn words_written(self, frame: &[u8; FRAME]) -> (u32, u32) {
        let written = Sum { values: stored(frame), ..self };
        let page = frame.get(FRAME_HEAD..).unwrap_or_default();
        let (first, second) = written.before(page).values;
        let size = second.wrapping_sub(self.values.1).wrapping_sub(first);
        (first.wrapping_sub(self.values.0).wrapping_sub(self.values.1), size)
    }

    /// A number in front of a frame, which is written the highest byte first, as the checksum takes it; and back.
    fn word(self, number: u32) -> u32 {
        if self.big_endian { number } else { number.swap_bytes() }
    }

    fn read(self, word: [u8; 4]) -> u32 {
        if self.big_endian { u32::from_be_bytes(word) } else { u32::from_le_bytes(word) }
    }

    /// That which becomes this one by these bytes.
    fn before(self, bytes: &[u8]) -> Sum {
        let (mut first, mut second) = self.values;
        for [a, b, c, d, e, f, g, h] in bytes.as_chunks::<8>().0.iter().rev() {
            second = second.wrapping_sub(self.read([*e, *f, *g, *h])).wrapping_sub(first);
            first = first.wrapping_sub(self.read([*a, *b, *c, *d])).wrapping_sub(second);
        }
        Sum { values: (first, second), ..self }
    }

    fn over(self, bytes: &[u8]) -> Sum {
        let (mut first, mut second) = self.values;
        for [a, b, c, d, e, f, g, h] in bytes.as_chunks::<8>().0 {
            first = first.wrapping_add(self.read([*a, *b, *c, *d])).wrapping_add(second);
            second = second.wrapping_add(self.read([*e, *f, *g, *h])).wrapping_add(first);
        }
        Sum { values: (first, second), ..self }
    }
}

/// What a change of a checksum behind two words is in front of them.
fn in_front_of_pair((first, second): (u32, u32)) -> (u32, u32) {
    let second = second.wrapping_sub(first);
    (first.wrapping_sub(second), second)
}

/// What stands in front of a page in the log, and is under the checksum.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Head {
    /// The page's number.
    pub(super) page: u32,
    /// How many pages the ledger has, at the end of a transaction, or 0.
    pub(super) size: u32,
}

impl Head {
    /// In how many bits it is another one.
    pub(super) fn bits_other_than(self, other: Head) -> u32 {
        (self.page ^ other.page).count_ones().saturating_add((self.size ^ other.size).count_ones())
    }
}

pub(super) fn head_of(frame: &[u8; FRAME]) -> Head {
    let number = |at| number_at(frame, at).unwrap_or_default();
    Head { page: number(0), size: number(4) }
}

/// The checksum that stands in a frame.
pub(super) fn stored(frame: &[u8; FRAME]) -> (u32, u32) {
    let number = |at| number_at(frame, at).unwrap_or_default();
    (number(16), number(20))
}

/// What tells the frames of one use of the log from those of another.
pub(super) fn salts_of(frame: &[u8; FRAME]) -> [u8; 8] {
    frame.get(8..).and_then(|bytes| bytes.first_chunk()).copied().unwrap_or_default()
}

pub(super) fn ends_transaction(frame: &[u8; FRAME]) -> bool {
    head_of(frame).size != 0
}

/// Where a frame stands in the log.
pub(super) fn place(frame: u64) -> u64 {
    frame.saturating_sub(1).saturating_mul(bytes(FRAME)).saturating_add(bytes(HEAD))
}

pub(super) fn bytes(length: usize) -> u64 {
    u64::try_from(length).unwrap_or(u64::MAX)
}

/// Four bytes, the highest first, as SQLite writes its numbers.
pub(super) fn number_at(bytes: &[u8], at: usize) -> Option<u32> {
    bytes.get(at..)?.first_chunk().map(|bytes| u32::from_be_bytes(*bytes))
}
