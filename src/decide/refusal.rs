//! Why a document was refused.

use alloc::boxed::Box;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use rust_decimal::Decimal;

use crate::decide::NotApplicable;
use crate::ident::{Code, CustomerId, DocumentId, LineId, RewardId, SaleId, Tender};

/// A document was refused, and nothing was recorded. [`name`](Refusal::name) is stable.
///
/// Where several apply, the one is given that stands first in the
/// [table of its document](crate::decide#which-refusal-where-several-apply).
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Refusal {
    /// The same id was used before with other content.
    #[error("the id {id} was used before with other content: `{differs}` isn't the same")]
    Conflict {
        /// The id.
        id: String,
        /// The first field that isn't as it was, by its name in documents; `type` where it was another document's.
        differs: &'static str,
    },
    /// Merging would send a record to itself (R30).
    #[error("{customer} would be merged into itself")]
    MergeCircle {
        /// The record.
        customer: CustomerId,
    },
    /// The code is another customer's, or was, or is a punch card's (R28, R29).
    #[error("the code {code} is taken")]
    CodeTaken {
        /// The code.
        code: Code,
    },
    /// Another code has taken the place of this one (R29).
    #[error("the code {code} was replaced by another")]
    CardReplaced {
        /// The code.
        code: Code,
    },
    /// Nobody has this code.
    #[error("nobody has the code {code}")]
    UnknownCode {
        /// The code.
        code: Code,
    },
    /// The document can't be right.
    #[error("{what}")]
    InvalidDocument {
        /// What is wrong.
        what: String,
    },
    /// The program can't be right, or isn't there yet.
    #[error("{what}")]
    InvalidProgram {
        /// What is wrong.
        what: String,
    },
    /// More units were asked for than there are.
    #[error("{asked} units were asked for, and {available} are there")]
    InsufficientBalance {
        /// What was asked for.
        asked: Decimal,
        /// What is there.
        available: Decimal,
    },
    /// The program takes no loyalty as a payment.
    #[error("the program takes no loyalty as a payment")]
    NotATender,
    /// More was tendered than is due; in loyalty, more than is due without tips (Q1).
    #[error("{offered} was tendered, and {due} is due")]
    ExceedsDue {
        /// What was tendered.
        offered: Decimal,
        /// What is due.
        due: Decimal,
    },
    /// Fewer units were tendered than one payment takes (R13).
    #[error("a payment takes at least {minimum} units")]
    BelowMinimum {
        /// What was asked for.
        asked: Decimal,
        /// The least.
        minimum: Decimal,
    },
    /// What was tendered is no whole number of units, or of steps (Q22).
    #[error("{asked} is no whole number of steps{}", of_step(*step))]
    NotAStep {
        /// What was asked for: money, or units.
        asked: Decimal,
        /// The step, in the same: the least money that units pay, or how many units are used at a time. `None` where a
        /// share of what was paid has no such.
        step: Option<Decimal>,
    },
    /// More was tendered in loyalty than the share of the total that it may pay.
    #[error("loyalty may pay {most} of this sale")]
    OverShare {
        /// What loyalty would pay in all.
        asked: Decimal,
        /// What it may pay in all.
        most: Decimal,
    },
    /// More would come back than was sold, or than was paid.
    #[error("more would come back than was sold or paid; {left} still can")]
    OverReturn {
        /// The line; `None` where money comes back.
        line: Option<LineId>,
        /// What can still come back.
        left: Decimal,
    },
    /// More would go back to a tender than it may get (R17): to loyalty more than loyalty paid, or
    /// money for what loyalty paid.
    #[error("more would go back to {tender} than it may get, which is {most}")]
    RefundExceedsTender {
        /// The tender.
        tender: Tender,
        /// What it would get.
        asked: Decimal,
        /// The most it may get.
        most: Decimal,
    },
    /// The sale isn't settled.
    #[error("the sale {sale} isn't settled, it is {state}: {}", instead(state, *is_paid))]
    NotSettled {
        /// The sale.
        sale: SaleId,
        /// The state it is in: `parked` or `pending`.
        state: &'static str,
        /// Whether nothing is due on it: it waits for the other sales on its account (`account_cleared`).
        is_paid: bool,
    },
    /// The sale was settled later than the document says that it was made.
    #[error("the sale {sale} was settled later than the time of this document")]
    SettledLater {
        /// The sale.
        sale: SaleId,
    },
    /// The sale is settled already.
    #[error("the sale {sale} is settled already")]
    AlreadySettled {
        /// The sale.
        sale: SaleId,
    },
    /// The sale was voided.
    #[error("the sale {sale} was voided")]
    Voided {
        /// The sale.
        sale: SaleId,
    },
    /// The sale has a customer, or somebody has claimed it.
    #[error("the sale {sale} has a customer already")]
    AlreadyClaimed {
        /// The sale.
        sale: SaleId,
    },
    /// The days are over in which the sale could be claimed (R9).
    #[error("the sale {sale} can't be claimed any more")]
    TooLate {
        /// The sale.
        sale: SaleId,
    },
    /// The program lets nobody claim a sale (R9). By its name it is `too_late`, as the rules have it.
    #[error("the sale {sale} can't be claimed: the program's `claim_days` is 0, so that no sale can be")]
    NoClaims {
        /// The sale.
        sale: SaleId,
    },
    /// There is no such sale; or it is another customer's than the one whose account is paid.
    #[error("there is no sale {sale}")]
    UnknownSale {
        /// The sale.
        sale: SaleId,
    },
    /// The sale has no such line.
    #[error("the sale has no line {line}")]
    UnknownLine {
        /// The line.
        line: LineId,
    },
    /// There is no such customer, or the sale has none.
    #[error("there is no such customer: {}", customer.as_ref().map_or("none was given", CustomerId::as_str))]
    UnknownCustomer {
        /// The customer; `None` where a sale has none.
        customer: Option<CustomerId>,
    },
    /// The customer has opted out.
    #[error("the customer has opted out")]
    OptedOut,
    /// What should be taken back was spent already, and the program's policy is to refuse (R19).
    #[error("{asked} units should be taken back, and {available} are there")]
    PointsAlreadyRedeemed {
        /// What should be taken back.
        asked: Decimal,
        /// What is there.
        available: Decimal,
    },
    /// The balance would go below zero.
    #[error("the balance would go below zero: {asked} units, and {available} are there")]
    WouldGoNegative {
        /// What would be taken.
        asked: Decimal,
        /// What is there.
        available: Decimal,
    },
    /// A reason is required.
    #[error("a reason is required")]
    ReasonMissing,
    /// An operator is required.
    #[error("an operator is required")]
    OperatorMissing,
    /// The program has no such reward.
    #[error("the program has no reward {reward}")]
    UnknownReward {
        /// The reward.
        reward: RewardId,
    },
    /// The reward can't be used here: no line that it looks at, too little left to take off or below its minimum spend, or
    /// it is out of its time, not for this customer, or not given in this outlet (R14).
    #[error("the reward {reward} can't be used here: {why}")]
    RewardNotApplicable {
        /// The reward.
        reward: RewardId,
        /// What stands against it.
        why: NotApplicable,
    },
    /// There is no such punch card.
    #[error("there is no punch card {card}")]
    UnknownCard {
        /// The card.
        card: Code,
    },
    /// The punch card is somebody's already (R34).
    #[error("the punch card {card} is somebody's already")]
    CardLinked {
        /// The card.
        card: Code,
    },
    /// The punch card is nobody's, or isn't the customer's who buys.
    #[error(
        "the punch card {card} is nobody's yet, or isn't this customer's: link it, or put its owner on the sale"
    )]
    CardNotLinked {
        /// The card.
        card: Code,
    },
    /// The punch card isn't to be used any more.
    #[error("the punch card {card} is blocked")]
    CardBlocked {
        /// The card.
        card: Code,
    },
    /// The punch card's offer is out of its time.
    #[error("the offer of the punch card {card} is out of its time")]
    OfferExpired {
        /// The card.
        card: Code,
    },
    /// The punch card has no offer ready, or the line isn't one that it looks at (R35).
    #[error(
        "the punch card {card} has no offer for this line: none is ready, or the line isn't one of its goods"
    )]
    OfferNotApplicable {
        /// The card.
        card: Code,
    },
    /// The punch card's offer was used, or another sale holds it (R36).
    #[error("the offer of the punch card {card} is used")]
    OfferUsed {
        /// The card.
        card: Code,
    },
    /// A punch card is linked to a customer with an e-mail address (R34).
    #[error("the customer has no e-mail address")]
    EmailMissing,
    /// Nothing is held under that id, or it is another customer's.
    #[error("nothing is held under the id {id}")]
    UnknownReservation {
        /// The id.
        id: DocumentId,
    },
    /// What was held has been given back or spent already.
    #[error("what was held under the id {id} has been given back or spent already")]
    TerminalState {
        /// The id.
        id: DocumentId,
    },
    /// This version of the library can't do it yet. It says so rather than do a part of it.
    #[error("this version can't do that yet: {what}")]
    NotBuilt {
        /// What it can't do.
        what: &'static str,
    },
    /// Several registers decided about the same thing, each without knowing what the others did, and what
    /// they decided doesn't fit together. What they decided stays, and more can't be decided about it here.
    #[error(
        "what several registers have decided about it contradicts each other ({what}); settle it by hand"
    )]
    Contested {
        /// What contradicts.
        what: &'static str,
    },
    /// What the store holds contradicts itself; run `verify`.
    #[error("the ledger contradicts itself ({what}); this is damage, or a bug")]
    Damaged {
        /// What contradicts.
        what: &'static str,
    },
}

impl Refusal {
    /// The name that documents use; it never changes.
    pub const fn name(&self) -> &'static str {
        match self {
            Refusal::Conflict { .. } => "conflict",
            Refusal::MergeCircle { .. } => "conflict",
            Refusal::CodeTaken { .. } => "code_taken",
            Refusal::CardReplaced { .. } => "card_replaced",
            Refusal::UnknownCode { .. } => "unknown_code",
            Refusal::InvalidDocument { .. } => "invalid_document",
            Refusal::InvalidProgram { .. } => "invalid_program",
            Refusal::InsufficientBalance { .. } => "insufficient_balance",
            Refusal::NotATender => "not_a_tender",
            Refusal::ExceedsDue { .. } => "exceeds_due",
            Refusal::BelowMinimum { .. } => "below_minimum",
            Refusal::NotAStep { .. } => "not_a_step",
            Refusal::OverShare { .. } => "over_share",
            Refusal::OverReturn { .. } => "over_return",
            Refusal::RefundExceedsTender { .. } => "refund_exceeds_tender",
            Refusal::NotSettled { .. } => "not_settled",
            Refusal::SettledLater { .. } => "not_settled",
            Refusal::AlreadySettled { .. } => "already_settled",
            Refusal::Voided { .. } => "voided",
            Refusal::AlreadyClaimed { .. } => "already_claimed",
            Refusal::TooLate { .. } => "too_late",
            Refusal::NoClaims { .. } => "too_late",
            Refusal::UnknownSale { .. } => "unknown_sale",
            Refusal::UnknownLine { .. } => "unknown_line",
            Refusal::UnknownCustomer { .. } => "unknown_customer",
            Refusal::OptedOut => "opted_out",
            Refusal::PointsAlreadyRedeemed { .. } => "points_already_redeemed",
            Refusal::WouldGoNegative { .. } => "would_go_negative",
            Refusal::ReasonMissing => "reason_missing",
            Refusal::OperatorMissing => "operator_missing",
            Refusal::UnknownReward { .. } => "unknown_reward",
            Refusal::RewardNotApplicable { .. } => "reward_not_applicable",
            Refusal::UnknownCard { .. } => "unknown_card",
            Refusal::CardLinked { .. } => "card_linked",
            Refusal::CardNotLinked { .. } => "card_not_linked",
            Refusal::CardBlocked { .. } => "card_blocked",
            Refusal::OfferExpired { .. } => "offer_expired",
            Refusal::OfferNotApplicable { .. } => "offer_not_applicable",
            Refusal::OfferUsed { .. } => "offer_used",
            Refusal::EmailMissing => "email_missing",
            Refusal::UnknownReservation { .. } => "unknown_reservation",
            Refusal::TerminalState { .. } => "terminal_state",
            Refusal::NotBuilt { .. } => "not_built",
            Refusal::Contested { .. } => "contested",
            Refusal::Damaged { .. } => "damaged",
        }
    }

    /// The facts, by name.
    pub fn facts(&self) -> Vec<(&'static str, String)> {
        let mut facts = Vec::new();
        let mut fact = |name, value: &dyn ToString| facts.push((name, value.to_string()));
        match self {
            Refusal::Conflict { id, differs } => {
                fact("id", id);
                fact("differs", differs);
            }
            Refusal::InsufficientBalance { asked, available }
            | Refusal::PointsAlreadyRedeemed { asked, available }
            | Refusal::WouldGoNegative { asked, available } => {
                fact("asked", asked);
                fact("available", available);
            }
            Refusal::ExceedsDue { offered, due } => {
                fact("offered", offered);
                fact("due", due);
            }
            Refusal::BelowMinimum { asked, minimum } => {
                fact("asked", asked);
                fact("minimum", minimum);
            }
            Refusal::NotAStep { asked, step } => {
                fact("asked", asked);
                if let Some(step) = step {
                    fact("step", step);
                }
            }
            Refusal::OverShare { asked, most } => {
                fact("asked", asked);
                fact("most", most);
            }
            Refusal::OverReturn { line, left } => {
                if let Some(line) = line {
                    fact("line", line);
                }
                fact("left", left);
            }
            Refusal::RefundExceedsTender { tender, asked, most } => {
                fact("tender", tender);
                fact("asked", asked);
                fact("most", most);
            }
            Refusal::NotSettled { sale, state, is_paid } => {
                fact("sale", sale);
                fact("state", state);
                if *is_paid {
                    fact("waits_for", &"account");
                }
            }
            Refusal::SettledLater { sale }
            | Refusal::AlreadySettled { sale }
            | Refusal::Voided { sale }
            | Refusal::AlreadyClaimed { sale }
            | Refusal::TooLate { sale }
            | Refusal::NoClaims { sale }
            | Refusal::UnknownSale { sale } => fact("sale", sale),
            Refusal::UnknownLine { line } => fact("line", line),
            Refusal::MergeCircle { customer } => fact("customer", customer),
            Refusal::CodeTaken { code } | Refusal::CardReplaced { code } | Refusal::UnknownCode { code } => {
                fact("code", code)
            }
            Refusal::UnknownCustomer { customer: Some(customer) } => fact("customer", customer),
            Refusal::UnknownReward { reward } => fact("reward", reward),
            Refusal::RewardNotApplicable { reward, why } => {
                fact("reward", reward);
                fact("why", &why.name());
            }
            Refusal::UnknownCard { card }
            | Refusal::CardLinked { card }
            | Refusal::CardNotLinked { card }
            | Refusal::CardBlocked { card }
            | Refusal::OfferExpired { card }
            | Refusal::OfferNotApplicable { card }
            | Refusal::OfferUsed { card } => fact("card", card),
            Refusal::UnknownReservation { id } | Refusal::TerminalState { id } => fact("id", id),
            Refusal::InvalidDocument { what } | Refusal::InvalidProgram { what } => fact("what", what),
            Refusal::NotBuilt { what } | Refusal::Contested { what } | Refusal::Damaged { what } => {
                fact("what", what)
            }
            _ => {}
        }
        facts
    }
}

/// What can be done about a sale that isn't settled.
fn instead(state: &str, is_paid: bool) -> &'static str {
    match (state, is_paid) {
        ("parked", _) => "ring it up anew first",
        (_, false) => {
            "pay what is still due first; or, if its goods don't stay, void it and ring up what does"
        }
        (_, true) => {
            "it is paid, and waits until nothing is due on its customer's account; a void undoes it before"
        }
    }
}

fn of_step(step: Option<Decimal>) -> String {
    step.map_or(String::new(), |step| alloc::format!(" of {step}"))
}

impl From<crate::money::AmountError> for Refusal {
    fn from(error: crate::money::AmountError) -> Refusal {
        Refusal::InvalidDocument { what: alloc::format!("an amount is {error}") }
    }
}

/// The same while it is decided: no more than a pointer, since nearly each call there may give one back.
pub(crate) type Refused = Box<Refusal>;

impl From<Refused> for Refusal {
    fn from(refused: Refused) -> Refusal {
        *refused
    }
}

/// What a refusal can be made of is refused in the same way.
macro_rules! refused {
    ($($error:ty),+ $(,)?) => {$(
        impl From<$error> for Refused {
            fn from(error: $error) -> Refused {
                Refused::new(Refusal::from(error))
            }
        }
    )+};
}
refused!(crate::money::AmountError, crate::ledger::HoldingError, crate::sale::BillError);
