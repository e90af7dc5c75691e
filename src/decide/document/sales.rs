//! Documents about sales.

use alloc::sync::Arc;
use alloc::vec::Vec;

use crate::decide::Header;
use crate::ident::{Code, CustomerId, SaleId};
use crate::money::Money;
use crate::sale::{LineItem, Payment, ReturnedLine, RungUp};

/// A sale. Its own id is the document's id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SaleDocument {
    /// What was rung up, under which id, when and where.
    pub rung_up: RungUp,
    /// What was tendered.
    pub payments: Vec<Payment>,
    /// What was given back of it; not below zero (Q22).
    pub change: Money,
    /// Codes that the customer showed.
    pub codes: Vec<Code>,
    /// Whether the sale is put aside, to be rung up anew later. A parked sale moves nothing, whatever
    /// payments it has; the same id may come again with any content (R2).
    pub parked: bool,
}

/// A payment on a pending sale.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PaymentDocument {
    /// Id, time and place.
    pub header: Header,
    /// The sale.
    pub sale: SaleId,
    /// What was tendered.
    pub payments: Vec<Payment>,
    /// What was given back of it; not below zero (Q22).
    pub change: Money,
}

/// A payment of sales on account (R4, Q20).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountPaymentDocument {
    /// Id, time and place.
    pub header: Header,
    /// Whose account.
    pub customer: CustomerId,
    /// What was tendered; loyalty is taken first, then the others in order.
    pub payments: Vec<Payment>,
    /// The sales that are paid first, all of this customer, the oldest before the others whatever the
    /// order here. What is over pays the oldest debt, and then is credit.
    pub sales: Vec<SaleId>,
}

/// Goods that come back (R16, R17).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReturnDocument {
    /// Id, time and place.
    pub header: Header,
    /// The sale they were bought with.
    pub of: SaleId,
    /// The goods.
    pub lines: Vec<ReturnedLine>,
    /// To which tenders their value goes back; `None` for the shares in which they paid (R17). It may
    /// come to less than the goods are worth, or to more: that is money without goods.
    pub refund: Option<Vec<Payment>>,
}

/// Money that goes back without goods (R16).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReturnAmountDocument {
    /// Id, time and place.
    pub header: Header,
    /// The sale.
    pub of: SaleId,
    /// How much; above zero.
    pub amount: Money,
    /// To which tenders it goes back; `None` for the shares in which they paid.
    pub refund: Option<Vec<Payment>>,
}

/// Goods that come back without the sale that they were bought with (R22).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReturnWithoutSaleDocument {
    /// Id, time and place.
    pub header: Header,
    /// Who brings them.
    pub customer: CustomerId,
    /// The goods, as a till would ring them up today.
    pub lines: Vec<LineItem>,
}

/// Goods that come back, and others that are bought with what they are worth (R21).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExchangeDocument {
    /// Id, time and place.
    pub header: Header,
    /// The sale that they were bought with.
    pub of: SaleId,
    /// The goods that come back.
    pub lines: Vec<ReturnedLine>,
    /// The sale of the others; its payments are what the customer pays on top.
    pub sale: Arc<SaleDocument>,
}

/// A sale that is undone, in whatever state it is (R20).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VoidDocument {
    /// Id, time and place.
    pub header: Header,
    /// The sale.
    pub of: SaleId,
}
