//! How a purchase was paid, and what became of it. The data doesn't tell, so a stated rule does,
//! seeded by the sale's own id: the same purchase always has the same fate.
//!
//! Of 100 sales, by the hash of their id:
//!
//! | sales | fate |
//! | --- | --- |
//! | 6 | layby: a fifth down, two fifths after 14 days, the rest after 30 days; one in ten is cancelled after 20 days instead, and one in ten is never finished |
//! | 6 | on account: paid after 20 days, by a payment to the account that names the sale |
//! | 8 | returned in part after 7 days: half of the first line, or all of it where it is one |
//! | 2 | voided the next day |
//! | 78 | paid at once, and kept |
//!
//! Whatever becomes of it, a third of the sales are paid with the customer's loyalty as far as
//! it goes, if there is at least 1.00 of it. Half of all sales pay the rest in cash, rounded up
//! to the next five, with change; the others by card.

use regulars::sale::Terms;

/// What becomes of a sale.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fate {
    pub course: Course,
    /// Whether the customer's loyalty is spent on it.
    pub loyalty: bool,
    /// Whether money is tendered in cash, with change.
    pub cash: bool,
}

/// How a sale goes on after it was rung up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Course {
    Kept,
    ReturnedInPart,
    Voided,
    Layby(LaybyEnd),
    OnAccount,
}

/// How a layby ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LaybyEnd {
    Paid,
    Cancelled,
    Open,
}

impl Fate {
    /// The fate of the sale with this id.
    pub fn of(sale: &str) -> Fate {
        let hash = hash(sale);
        let end = match (hash >> 20) % 10 {
            0 => LaybyEnd::Cancelled,
            1 => LaybyEnd::Open,
            _ => LaybyEnd::Paid,
        };
        let course = match hash % 100 {
            0..6 => Course::Layby(end),
            6..12 => Course::OnAccount,
            12..20 => Course::ReturnedInPart,
            20..22 => Course::Voided,
            _ => Course::Kept,
        };
        Fate { course, loyalty: (hash >> 32).is_multiple_of(3), cash: (hash >> 48).is_multiple_of(2) }
    }

    pub fn terms(&self) -> Terms {
        match self.course {
            Course::Layby(_) => Terms::Layby,
            Course::OnAccount => Terms::OnAccount,
            Course::Kept | Course::ReturnedInPart | Course::Voided => Terms::Immediate,
        }
    }
}

/// FNV-1a over the bytes, its bits mixed once more.
fn hash(text: &str) -> u64 {
    let fold = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
    let hash = text.bytes().fold(0xcbf2_9ce4_8422_2325, fold);
    let hash = (hash ^ (hash >> 33)).wrapping_mul(0xff51_afd7_ed55_8ccd);
    hash ^ (hash >> 29)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_fates_of_the_sample_are_shared_out_as_stated() {
        let fates: Vec<Fate> = (1..=6919).map(|n| Fate::of(&format!("cdnow-{n:06}"))).collect();
        let share = |wanted: fn(&Fate) -> bool| fates.iter().filter(|fate| wanted(fate)).count() * 100 / 6919;
        assert!((5..=7).contains(&share(|fate| fate.terms() == Terms::Layby)));
        assert!((5..=7).contains(&share(|fate| fate.terms() == Terms::OnAccount)));
        assert!((7..=9).contains(&share(|fate| fate.course == Course::ReturnedInPart)));
        assert!((1..=3).contains(&share(|fate| fate.course == Course::Voided)));
        assert!((31..=35).contains(&share(|fate| fate.loyalty)));
    }
}
