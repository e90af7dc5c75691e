//! What numbers weigh in a sum that is to stand for a set of them.

use core::hash::Hasher;

use crate::ledger::LotKey;

/// Gives each set of numbers one that looks like chance. Whoever doesn't know the key can't choose numbers whose
/// weights, times something, add up to those of others.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Weight {
    key: [u64; 2],
}

impl Weight {
    pub(super) fn new(key: [u64; 2]) -> Weight {
        Weight { key }
    }

    /// SipHash of some numbers.
    #[allow(deprecated, reason = "std has another way to it, and the core has none without std")]
    pub(super) fn of(self, numbers: impl IntoIterator<Item = u64>) -> u64 {
        let [one, other] = self.key;
        let mut hasher = core::hash::SipHasher::new_with_keys(one, other);
        numbers.into_iter().for_each(|number| hasher.write(&number.to_le_bytes()));
        hasher.finish()
    }

    /// That of a lot, whatever it holds.
    pub(super) fn of_lot(self, key: &LotKey) -> i128 {
        let expires = key.expires.map_or(i64::MAX, |date| i64::from(date.days()));
        let born = key.born.millisecond().cast_unsigned();
        i128::from(self.of([expires.cast_unsigned(), born, key.seq.0, u64::from(key.part)]))
    }
}

#[cfg(test)]
mod tests {
    use super::Weight;

    /// SipHash-2-4 of the bytes 0 to 7, with the key of the bytes 0 to 15, as its authors publish it.
    #[test]
    fn weights_are_as_published() {
        let number = |first: u8| u64::from_le_bytes([0, 1, 2, 3, 4, 5, 6, 7].map(|byte| first + byte));
        let weight = Weight::new([number(0), number(8)]);
        assert_eq!(weight.of([number(0)]).to_le_bytes(), [0x62, 0x24, 0x93, 0x9a, 0x79, 0xf5, 0xf5, 0x93]);
        assert_ne!(weight.of([1]), Weight::new([1, 2]).of([1]));
    }
}
