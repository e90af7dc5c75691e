//! How large a document may be.

/// Bounds on what is read, so that no text from outside can use up the machine. They are values:
/// a caller with larger sales raises them.
///
/// ```
/// use regulars::document::Limits;
///
/// let long_sales = Limits { lines: 10_000, ..Limits::default() };
/// assert_eq!(long_sales.payments, Limits::default().payments);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of JSON text.
    pub bytes: usize,
    /// Values in it, however deep: this bounds the memory.
    pub values: usize,
    /// Lines of one sale or return.
    pub lines: usize,
    /// Payments, refunds, fees, rewards, offers or codes of one document.
    pub payments: usize,
    /// Sales that one account payment names.
    pub sales: usize,
    /// Customers who are merged at once.
    pub customers: usize,
    /// Punch cards of one batch.
    pub cards: usize,
}

impl Limits {
    /// No bounds: for what this library has written itself.
    pub const NONE: Limits = Limits {
        bytes: usize::MAX,
        values: usize::MAX,
        lines: usize::MAX,
        payments: usize::MAX,
        sales: usize::MAX,
        customers: usize::MAX,
        cards: usize::MAX,
    };
}

impl Default for Limits {
    fn default() -> Limits {
        Limits {
            bytes: 4 << 20,
            values: 200_000,
            lines: 2_000,
            payments: 200,
            sales: 2_000,
            customers: 200,
            cards: 20_000,
        }
    }
}
