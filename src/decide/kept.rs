//! What is kept under a key of its own: codes, punch cards, and units that are held.

use alloc::vec::Vec;

use crate::ident::{BatchId, Code, CustomerId, DocumentId, PunchCardId, SaleId};
use crate::ledger::LotKey;
use crate::money::Units;

/// The key of something that is kept.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Key {
    /// A customer's code, in its normal form (R28).
    Code(Code),
    /// A punch card.
    Card(Code),
    /// Units that are held, by the id of the document that reserved them.
    Hold(DocumentId),
}

/// What is kept under a [`Key`]; a later value takes the place of an earlier one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kept {
    /// Whose code it is.
    Code(CodeOwner),
    /// A punch card.
    Card(CardState),
    /// Units that are held.
    Hold(Hold),
}

/// Whose a code is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CodeOwner {
    /// The code.
    pub code: Code,
    /// The customer.
    pub customer: CustomerId,
    /// Whether another code has taken its place (R29).
    pub replaced: bool,
}

/// A punch card.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CardState {
    /// Its code.
    pub code: Code,
    /// Of which kind it is.
    pub punch_card: PunchCardId,
    /// The batch in which it was made.
    pub batch: Option<BatchId>,
    /// Whose it is.
    pub customer: Option<CustomerId>,
    /// Whether it isn't to be used any more.
    pub blocked: bool,
    /// Punches that no used offer has taken, those behind offers that are ready or held among them; below
    /// zero where some were taken back that had been used (R37).
    pub punches: i64,
    /// Offers that are ready.
    pub offers: i64,
    /// Sales that are pending and hold an offer, each as often as it holds one.
    pub held_by: Vec<SaleId>,
    /// How many offers were used.
    pub used: u32,
}

/// What one operation changed of the sums of a punch card. Two registers that change one card without knowing
/// of each other give values that contradict each other; what they changed adds up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CardChange {
    /// The card.
    pub card: Code,
    /// How many punches more it has, or, below zero, less.
    pub punches: i64,
    /// How many offers more were used, or, below zero, less.
    pub used: i64,
    /// How many punches an offer takes by the program of the operation; 0 where it didn't ask.
    pub required: u32,
}

/// Units that are held (R14a).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hold {
    /// The document that reserved them.
    pub id: DocumentId,
    /// Whose they are.
    pub customer: CustomerId,
    /// How many.
    pub units: Units,
    /// Out of which lots they came.
    pub lots: Vec<(LotKey, Units)>,
    /// How it ended, if it has.
    pub ended: Option<HoldEnd>,
}

/// How what was held ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HoldEnd {
    /// It was given back.
    Released,
    /// It was spent.
    Captured,
}

impl CardState {
    /// What has changed of its sums afterwards.
    pub(crate) fn change_to(&self, after: &CardState) -> CardChange {
        CardChange {
            card: self.code.clone(),
            punches: after.punches.saturating_sub(self.punches),
            used: i64::from(after.used).saturating_sub(i64::from(self.used)),
            required: 0,
        }
    }
}

impl CardChange {
    /// Adds what changed later.
    pub(crate) fn add(&mut self, later: &CardChange) {
        self.punches = self.punches.saturating_add(later.punches);
        self.used = self.used.saturating_add(later.used);
    }
}

impl Kept {
    /// Whose it is.
    pub fn customer(&self) -> Option<&CustomerId> {
        match self {
            Kept::Code(owner) => Some(&owner.customer),
            Kept::Card(card) => card.customer.as_ref(),
            Kept::Hold(hold) => Some(&hold.customer),
        }
    }

    /// The code that it takes: a customer's, or a punch card's.
    pub fn code(&self) -> Option<&Code> {
        match self {
            Kept::Code(owner) => Some(&owner.code),
            Kept::Card(card) => Some(&card.code),
            Kept::Hold(_) => None,
        }
    }

    /// The punch card that it is.
    pub fn as_card(&self) -> Option<&CardState> {
        match self {
            Kept::Card(card) => Some(card),
            Kept::Code(_) | Kept::Hold(_) => None,
        }
    }

    /// The units that are held.
    pub fn as_hold(&self) -> Option<&Hold> {
        match self {
            Kept::Hold(hold) => Some(hold),
            Kept::Code(_) | Kept::Card(_) => None,
        }
    }

    /// Whether it says that a hold has ended.
    pub(super) fn is_ended_hold(&self) -> bool {
        self.as_hold().is_some_and(|hold| hold.ended.is_some())
    }

    /// The key that it is kept under.
    pub fn key(&self) -> Key {
        match self {
            Kept::Code(owner) => Key::Code(owner.code.clone()),
            Kept::Card(card) => card.code.card_key(),
            Kept::Hold(hold) => Key::Hold(hold.id.clone()),
        }
    }
}
