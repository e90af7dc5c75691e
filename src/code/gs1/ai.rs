//! Application identifiers: which there are, and how long what follows them is.

use core::fmt;

/// An application identifier: two to four digits that say what follows.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Ai {
    digits: [u8; 4],
    length: u8,
}

/// What a value is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Is {
    /// Digits, of which the last is a check digit or not.
    Digits,
    /// The same with a check digit.
    Checked,
    /// A number of an article.
    Gtin,
    /// YYMMDD.
    Date,
    /// Pieces.
    Count,
    /// Six digits, with as many decimals as the last digit of the application identifier says.
    Measure,
    /// The same of up to 15 digits: money.
    Amount,
    /// The same behind the three digits of a currency (ISO 4217).
    AmountInCurrency,
    /// Three digits of a country (ISO 3166), and text.
    CountryAndText,
    /// Characters of GS1's set of 82.
    Text,
}

/// What an application identifier begins with, what its value is, and how long that is at least and at the most.
/// The longer beginnings come first.
const TABLE: &[(&str, Is, usize, usize)] = &[
    ("00", Is::Checked, 18, 18),
    ("01", Is::Gtin, 14, 14),
    ("02", Is::Gtin, 14, 14),
    ("03", Is::Gtin, 14, 14),
    ("10", Is::Text, 1, 20),
    ("11", Is::Date, 6, 6),
    ("12", Is::Date, 6, 6),
    ("13", Is::Date, 6, 6),
    ("15", Is::Date, 6, 6),
    ("16", Is::Date, 6, 6),
    ("17", Is::Date, 6, 6),
    ("20", Is::Digits, 2, 2),
    ("21", Is::Text, 1, 20),
    ("22", Is::Text, 1, 20),
    ("235", Is::Text, 1, 28),
    ("240", Is::Text, 1, 30),
    ("241", Is::Text, 1, 30),
    ("242", Is::Digits, 1, 6),
    ("243", Is::Text, 1, 20),
    ("250", Is::Text, 1, 30),
    ("251", Is::Text, 1, 30),
    ("253", Is::Text, 13, 30),
    ("254", Is::Text, 1, 20),
    ("255", Is::Digits, 13, 25),
    ("30", Is::Count, 1, 8),
    ("31", Is::Measure, 6, 6),
    ("32", Is::Measure, 6, 6),
    ("33", Is::Measure, 6, 6),
    ("34", Is::Measure, 6, 6),
    ("35", Is::Measure, 6, 6),
    ("36", Is::Measure, 6, 6),
    ("37", Is::Count, 1, 8),
    ("390", Is::Amount, 1, 15),
    ("391", Is::AmountInCurrency, 4, 18),
    ("392", Is::Amount, 1, 15),
    ("393", Is::AmountInCurrency, 4, 18),
    ("394", Is::Amount, 4, 4),
    ("395", Is::Amount, 6, 6),
    ("400", Is::Text, 1, 30),
    ("401", Is::Text, 1, 30),
    ("402", Is::Checked, 17, 17),
    ("403", Is::Text, 1, 30),
    ("41", Is::Checked, 13, 13),
    ("420", Is::Text, 1, 20),
    ("421", Is::CountryAndText, 4, 12),
    ("422", Is::Digits, 3, 3),
    ("8005", Is::Digits, 6, 6),
    ("8006", Is::Digits, 18, 18),
    ("8008", Is::Digits, 8, 12),
    ("8017", Is::Checked, 18, 18),
    ("8018", Is::Checked, 18, 18),
    ("8020", Is::Text, 1, 25),
    ("8110", Is::Text, 1, 70),
    ("8111", Is::Digits, 4, 4),
    ("8112", Is::Text, 1, 70),
    ("8200", Is::Text, 1, 70),
    ("90", Is::Text, 1, 30),
    ("9", Is::Text, 1, 90),
];

impl Ai {
    /// That with which bytes begin. How many digits it has follows from the first two; `None` where nothing
    /// begins with these, or a digit is missing.
    pub(super) fn at(bytes: &[u8]) -> Option<Self> {
        let length = match bytes.get(..2)? {
            b"00" | b"01" | b"02" | b"03" | b"04" | b"10" | b"11" | b"12" | b"13" | b"15" | b"16" | b"17"
            | b"20" | b"21" | b"22" | b"30" | b"37" => 2_u8,
            b"23" | b"24" | b"25" | b"40" | b"41" | b"42" | b"71" => 3,
            b"31" | b"32" | b"33" | b"34" | b"35" | b"36" | b"39" | b"43" | b"70" | b"72" | b"80" | b"81"
            | b"82" => 4,
            [b'9', b'0'..=b'9'] => 2,
            _ => return None,
        };
        let mut ai = Self { digits: [0; 4], length };
        for (place, digit) in ai.digits.iter_mut().zip(bytes).take(usize::from(length)) {
            *place = *digit;
        }
        let digits = bytes.get(..usize::from(length))?;
        digits.iter().all(u8::is_ascii_digit).then_some(ai)
    }

    /// The digits.
    pub fn as_str(&self) -> &str {
        let digits = self.digits.get(..usize::from(self.length)).unwrap_or_default();
        core::str::from_utf8(digits).unwrap_or_default()
    }

    /// How many bytes follow, where that is known beforehand, so that no GS has to end them. That holds for all
    /// with these two digits, also those that aren't given out yet.
    pub(super) fn predefined_length(&self) -> Option<usize> {
        let whole: usize = match self.as_str().get(..2)? {
            "00" => 20,
            "01" | "02" | "03" | "41" => 16,
            "04" => 18,
            "11" | "12" | "13" | "14" | "15" | "16" | "17" | "18" | "19" => 8,
            "20" => 4,
            "31" | "32" | "33" | "34" | "35" | "36" => 10,
            _ => return None,
        };
        whole.checked_sub(self.as_str().len())
    }

    /// What the value is, and how long it is at least and at the most; `None` of those not in the table.
    pub(super) fn form(&self) -> Option<(Is, usize, usize)> {
        let (_, is, least, most) = TABLE.iter().find(|(begins, ..)| self.as_str().starts_with(begins))?;
        Some((*is, *least, *most))
    }

    /// The digits that say what is meant: all of them but the last where that says how many decimals there are.
    pub(super) fn family(&self) -> &str {
        let digits = self.as_str();
        let has_decimals = matches!(self.form(), Some((Is::Measure | Is::Amount | Is::AmountInCurrency, ..)));
        digits.get(..3).filter(|_| has_decimals).unwrap_or(digits)
    }

    /// The decimals that the last digit says, of application identifiers that have them.
    pub(super) fn decimals(&self) -> u32 {
        self.digits.get(3).and_then(|digit| digit.checked_sub(b'0')).map_or(0, u32::from)
    }
}

impl fmt::Display for Ai {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for Ai {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Ai({self})")
    }
}
