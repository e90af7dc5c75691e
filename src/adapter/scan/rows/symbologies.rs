//! Which symbologies are looked for.

use crate::code::Symbology;

/// A set of linear symbologies to look for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(in crate::adapter::scan) struct Symbologies(u8);

impl Symbologies {
    /// None.
    pub(in crate::adapter::scan) const NONE: Self = Self(0);

    /// EAN-13, EAN-8, UPC-A, Code 128, Code 39 and ITF.
    #[cfg(test)]
    pub(in crate::adapter::scan) const USUAL: Self = Self::NONE
        .with(Symbology::Ean13)
        .with(Symbology::Ean8)
        .with(Symbology::UpcA)
        .with(Symbology::Code128)
        .with(Symbology::Code39)
        .with(Symbology::Itf);

    /// These and one more. What the row scanner can't read adds nothing.
    #[must_use]
    pub(in crate::adapter::scan) const fn with(self, symbology: Symbology) -> Self {
        Self(self.0 | Self::bit(symbology))
    }

    /// These but one.
    #[cfg(test)]
    #[must_use]
    pub(in crate::adapter::scan) const fn without(self, symbology: Symbology) -> Self {
        Self(self.0 & !Self::bit(symbology))
    }

    /// Whether it is one of these.
    pub(in crate::adapter::scan) const fn contains(self, symbology: Symbology) -> bool {
        self.0 & Self::bit(symbology) != 0
    }

    /// Whether there are none.
    pub(in crate::adapter::scan) const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Whether thirteen digits are looked for, as EAN-13 or as UPC-A.
    pub(super) const fn has_ean_13(self) -> bool {
        self.contains(Symbology::Ean13) || self.contains(Symbology::UpcA)
    }

    const fn bit(symbology: Symbology) -> u8 {
        match symbology {
            Symbology::Ean13 => 1,
            Symbology::Ean8 => 2,
            Symbology::UpcA => 4,
            Symbology::UpcE => 8,
            Symbology::Code128 => 16,
            Symbology::Code39 => 32,
            Symbology::Itf => 64,
            _ => 0,
        }
    }
}
