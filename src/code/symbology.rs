//! Kinds of bar codes and matrix codes.

use core::fmt;

/// A kind of bar code, or of matrix code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Symbology {
    /// QR code (ISO/IEC 18004).
    Qr,
    /// EAN-13 (ISO/IEC 15420): 13 digits.
    Ean13,
    /// EAN-8: 8 digits.
    Ean8,
    /// UPC-A: 12 digits.
    UpcA,
    /// UPC-E: 8 digits, of which six are bars; zeros of a UPC-A are left out.
    UpcE,
    /// Code 128 (ISO/IEC 15417), also as GS1-128.
    Code128,
    /// Code 39 (ISO/IEC 16388).
    Code39,
    /// Interleaved 2 of 5 (ISO/IEC 16390), also as ITF-14.
    Itf,
    /// Codabar.
    Codabar,
    /// Code 93.
    Code93,
    /// GS1 DataBar (ISO/IEC 24724).
    DataBar,
    /// Data Matrix (ISO/IEC 16022).
    DataMatrix,
}

impl Symbology {
    /// All of them, in the order of their declaration.
    pub const ALL: &'static [Self] = &[
        Self::Qr,
        Self::Ean13,
        Self::Ean8,
        Self::UpcA,
        Self::UpcE,
        Self::Code128,
        Self::Code39,
        Self::Itf,
        Self::Codabar,
        Self::Code93,
        Self::DataBar,
        Self::DataMatrix,
    ];

    /// What it is called where names are written in lower case: `qr`, `ean_13`, `code_128`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Qr => "qr",
            Self::Ean13 => "ean_13",
            Self::Ean8 => "ean_8",
            Self::UpcA => "upc_a",
            Self::UpcE => "upc_e",
            Self::Code128 => "code_128",
            Self::Code39 => "code_39",
            Self::Itf => "itf",
            Self::Codabar => "codabar",
            Self::Code93 => "code_93",
            Self::DataBar => "data_bar",
            Self::DataMatrix => "data_matrix",
        }
    }

    /// Whether it is lines side by side, and not a matrix.
    pub const fn is_linear(self) -> bool {
        !matches!(self, Self::Qr | Self::DataMatrix)
    }
}

impl fmt::Display for Symbology {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
