//! What is kept of a customer beside the balance.

use alloc::sync::Arc;
use alloc::vec::Vec;

use crate::decide::Standing;
use crate::ident::{Code, CustomerId, GroupId, PromotionId, SaleId};
use crate::ledger::Seq;
use crate::money::{Money, Units};
use crate::sale::Payment;
use crate::time::{Date, Timestamp};

/// What a customer told, and which code is on the card. In a document, what isn't said stays as it is.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Profile {
    /// The code on the card (R28).
    pub code: Option<Code>,
    /// The name.
    pub name: Option<Arc<str>>,
    /// The e-mail address.
    pub email: Option<Arc<str>>,
    /// The phone number.
    pub phone: Option<Arc<str>>,
    /// The groups that the customer is in.
    pub groups: Option<Vec<GroupId>>,
    /// The birthday.
    pub birthday: Option<Date>,
}

/// What is kept of a customer beside the balance and the lots; small, and seldom changed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Member {
    /// Whether the customer takes part.
    pub standing: Standing,
    /// What the customer told.
    pub profile: Profile,
    /// Whether the customer has ever joined by an `enrol`, and was welcomed (Q28).
    pub joined: bool,
    /// Units that are set aside (R14a).
    pub held: Units,
    /// The record that this one was merged into (R30).
    pub merged_into: Option<CustomerId>,
    /// The records that were merged into this one.
    pub merged_from: Vec<CustomerId>,
    /// Sales on account that aren't settled, the oldest first (R4).
    pub debts: Vec<SaleId>,
    /// Money on the account that no sale has taken yet, by the tender that it was paid in; never
    /// loyalty (Q20).
    pub credit: Vec<Payment>,
    /// The punch cards of the customer.
    pub cards: Vec<Code>,
}

/// A sale of a customer that was settled, as far as tiers, limits and inactivity ask for it. A decision
/// has it as it is from then on: a return changes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Purchase {
    /// The operation that made it this customer's: by settling, claiming or importing.
    pub seq: Seq,
    /// Which of that operation's purchases.
    pub part: u16,
    /// The sale; `None` for what was bought under another scheme.
    pub sale: Option<SaleId>,
    /// When it was settled.
    pub settled: Timestamp,
    /// On which day, by the outlet's calendar.
    pub settled_on: Date,
    /// The day on which its lines were rung up, by the outlet's calendar.
    pub rung_up_on: Date,
    /// The smaller of T and what earning tenders and loyalty paid (Q18).
    pub spent: Money,
    /// What it earned.
    pub earned: Units,
    /// Whether it earned or spent loyalty (R24).
    pub counts: bool,
    /// The promotions that it used.
    pub promotions: Vec<PromotionId>,
    /// What came back of it.
    pub returns: Vec<PurchaseReturn>,
    /// Whether all of it came back, or it was voided.
    pub undone: bool,
    /// Whether it was voided: then it is as if it had not been.
    pub voided: bool,
}

/// What came back of a purchase at one time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PurchaseReturn {
    /// When.
    pub at: Timestamp,
    /// What it was worth of what counts as spent.
    pub spent: Money,
    /// What was taken back of what was earned.
    pub earned: Units,
}
