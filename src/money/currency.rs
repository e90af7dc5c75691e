//! Currencies, and how many decimals their money has.

use core::fmt;

/// A currency of ISO 4217; it says how many decimals money has.
///
/// ```
/// use regulars::money::Currency;
///
/// assert_eq!(Currency::from_code("KWD")?.decimals(), 3);
/// assert!(Currency::from_code("eur").is_err());
/// # Ok::<(), regulars::money::UnknownCurrencyError>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Currency {
    code: &'static str,
    decimals: u8,
}

/// The code is none of ISO 4217's codes of money that is in use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not an ISO 4217 currency code")]
pub struct UnknownCurrencyError;

impl Currency {
    /// The currency of a code of three capital letters.
    ///
    /// # Errors
    /// [`UnknownCurrencyError`] for any other text.
    pub fn from_code(code: &str) -> Result<Currency, UnknownCurrencyError> {
        let tables: [(&[&'static str], u8); 4] = [(TWO, 2), (ZERO, 0), (THREE, 3), (FOUR, 4)];
        for (codes, decimals) in tables {
            if let Some(code) = codes.iter().find(|known| **known == code) {
                return Ok(Currency { code, decimals });
            }
        }
        Err(UnknownCurrencyError)
    }

    /// The code, such as `EUR`.
    pub fn code(&self) -> &str {
        self.code
    }

    /// How many decimals an amount has: 0 to 4.
    pub const fn decimals(self) -> u8 {
        self.decimals
    }
}

impl fmt::Debug for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

// Minor units as of ISO 4217, 2026.
const TWO: &[&str] = &[
    "AED", "AFN", "ALL", "AMD", "ANG", "AOA", "ARS", "AUD", "AWG", "AZN", "BAM", "BBD", "BDT", "BGN", "BMD",
    "BND", "BOB", "BOV", "BRL", "BSD", "BTN", "BWP", "BYN", "BZD", "CAD", "CDF", "CHE", "CHF", "CHW", "CNY",
    "COP", "COU", "CRC", "CUP", "CVE", "CZK", "DKK", "DOP", "DZD", "EGP", "ERN", "ETB", "EUR", "FJD", "FKP",
    "GBP", "GEL", "GHS", "GIP", "GMD", "GTQ", "GYD", "HKD", "HNL", "HTG", "HUF", "IDR", "ILS", "INR", "IRR",
    "JMD", "KES", "KGS", "KHR", "KPW", "KYD", "KZT", "LAK", "LBP", "LKR", "LRD", "LSL", "MAD", "MDL", "MGA",
    "MKD", "MMK", "MNT", "MOP", "MRU", "MUR", "MVR", "MWK", "MXN", "MXV", "MYR", "MZN", "NAD", "NGN", "NIO",
    "NOK", "NPR", "NZD", "PAB", "PEN", "PGK", "PHP", "PKR", "PLN", "QAR", "RON", "RSD", "RUB", "SAR", "SBD",
    "SCR", "SDG", "SEK", "SGD", "SHP", "SLE", "SOS", "SRD", "SSP", "STN", "SVC", "SYP", "SZL", "THB", "TJS",
    "TMT", "TOP", "TRY", "TTD", "TWD", "TZS", "UAH", "USD", "USN", "UYU", "UZS", "VED", "VES", "WST", "XAD",
    "XCD", "XCG", "YER", "ZAR", "ZMW", "ZWG",
];
const ZERO: &[&str] = &[
    "BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "UYI", "VND", "VUV", "XAF",
    "XOF", "XPF",
];
const THREE: &[&str] = &["BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"];
const FOUR: &[&str] = &["CLF", "UYW"];
