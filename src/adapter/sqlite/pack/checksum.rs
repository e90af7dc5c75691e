//! Whether bytes are still those that were written: CRC-32C.
//!
//! SQLite finds out when the structure of its file is damaged, and not when a bit of what is kept
//! in it has flipped. This checksum finds every such change of up to 32 bits in a row.

/// A checksum over bytes that come in several parts.
#[derive(Debug, Clone, Copy)]
pub(in crate::adapter::sqlite) struct Checksum(u32);

impl Checksum {
    pub(in crate::adapter::sqlite) fn new() -> Checksum {
        Checksum(0)
    }

    pub(in crate::adapter::sqlite) fn add(self, bytes: &[u8]) -> Checksum {
        Checksum(crc32c::crc32c_append(self.0, bytes))
    }

    pub(in crate::adapter::sqlite) fn value(self) -> u32 {
        self.0
    }
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
