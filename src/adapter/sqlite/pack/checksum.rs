//! Whether bytes are still those that were written: CRC-32C.
//!
//! SQLite finds out when the structure of its file is damaged, and not when a bit of what is kept
//! in it has flipped. This checksum finds every such change of up to 32 bits in a row.

/// Castagnoli's polynomial, with its bits turned round.
const POLYNOMIAL: u32 = 0x82f6_3b78;

const TABLE: [u32; 256] = table();

/// A checksum over bytes that come in several parts.
#[derive(Debug, Clone, Copy)]
pub(in crate::adapter::sqlite) struct Checksum(u32);

impl Checksum {
    pub(in crate::adapter::sqlite) fn new() -> Checksum {
        Checksum(u32::MAX)
    }

    pub(in crate::adapter::sqlite) fn add(self, bytes: &[u8]) -> Checksum {
        Checksum(bytes.iter().fold(self.0, |sum, byte| {
            let [low, ..] = sum.to_le_bytes();
            let entry = TABLE.get(usize::from(low ^ byte)).copied().unwrap_or_default();
            entry ^ (sum >> 8)
        }))
    }

    pub(in crate::adapter::sqlite) fn value(self) -> u32 {
        !self.0
    }
}

#[expect(clippy::indexing_slicing, clippy::arithmetic_side_effects, reason = "checked when it is compiled")]
const fn table() -> [u32; 256] {
    let mut table = [0; 256];
    let mut index = 0;
    let mut remainder: u32 = 0;
    while index < table.len() {
        let mut sum = remainder;
        let mut bit = 0;
        while bit < 8 {
            sum = if sum & 1 == 1 { (sum >> 1) ^ POLYNOMIAL } else { sum >> 1 };
            bit += 1;
        }
        table[index] = sum;
        index += 1;
        remainder += 1;
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The check value that catalogues of checksums give.
    #[test]
    fn it_is_the_well_known_one() {
        assert_eq!(Checksum::new().add(b"123456789").value(), 0xe306_9283);
        assert_eq!(Checksum::new().add(b"1234").add(b"56789").value(), 0xe306_9283);
    }
}
