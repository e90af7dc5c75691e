//! The heart: a pure function from facts and a document to a change set and an outcome.
//!
//! [`decide()`] knows no clock, no store and no thread. What it has to know is in [`Facts`], which a
//! store gives for the [`Question`] about a [`Document`]; what it says is a [`ChangeSet`], which a
//! store keeps whole, and an [`Outcome`], which the caller is told.
//!
//! # Which refusal, where several apply
//!
//! The one that stands first. [`Refusal::Conflict`] comes before all others, then
//! [`Refusal::InvalidProgram`] where no program has been set. Lines, payments and sales are looked at
//! in the order in which the document has them, except as said here.
//!
//! | document | in this order |
//! |---|---|
//! | `sale` | `voided` for the id of one that was put aside; `invalid_document` for the bill; of each offer `unknown_card`, `card_blocked`, `card_not_linked`, `offer_not_applicable` for a kind that the program doesn't have, `offer_expired`, `unknown_line`, `offer_used`, `offer_not_applicable`; of each reward `unknown_reward`, `unknown_line`, `invalid_document`, `reward_not_applicable` (for its groups, tiers and time where there is a customer); for rewards `unknown_customer`, `opted_out`; `unknown_reservation`, `terminal_state` and `insufficient_balance` for what rewards cost; `invalid_document` for the payments; `exceeds_due` for what is put on account; `unknown_customer`, `opted_out`, `not_a_tender`, `not_a_step`, `below_minimum`, `exceeds_due`, `over_share` for loyalty; `exceeds_due` for all payments; `unknown_reservation` and `terminal_state` for what payments name, `insufficient_balance`. Under `same_sale` what rewards cost comes at the end |
//! | `payment` | `unknown_sale`; `not_settled` (it is only parked), `already_settled`, `voided`; then as for a sale, from its payments on |
//! | `account_payment` | `unknown_customer`; `invalid_document` for the payments, and for a sale that is named twice; of each that is named `unknown_sale`, `not_settled`, `already_settled`, `voided`; `opted_out`, `not_a_tender`, `not_a_step`, `below_minimum` for loyalty; then, first the named sales and then the others, from the oldest to the newest, `exceeds_due`, `over_share`; `unknown_reservation`, `terminal_state`, `insufficient_balance`; at the end `exceeds_due` for loyalty that is left over. `not_a_step` also where what a debt takes of the loyalty is no whole number of units |
//! | `exchange` | `unknown_sale`; `not_settled`, `voided`; `invalid_document`, `unknown_line`, `over_return`; `voided`, `conflict` for the id of the new sale; then as for a sale; `points_already_redeemed` |
//! | `claim` | `unknown_sale`; `voided`, `already_claimed`, `not_settled`, `too_late`; `unknown_customer`, `opted_out` |
//! | `return`, `return_amount` | `unknown_sale`; `not_settled`, `voided`; `invalid_document`, `unknown_line`, `over_return`; `invalid_document` for the refund, `not_built` for one to an account, `refund_exceeds_tender`, `not_a_step`; `points_already_redeemed` |
//! | `return` without `of` | `invalid_document`, `unknown_customer`, `points_already_redeemed` |
//! | `void` | `unknown_sale`, `points_already_redeemed` |
//! | `redeem` | `unknown_customer`, `opted_out`; `unknown_reward`, `reward_not_applicable`; `not_a_tender`, and `not_a_step` for money that is no whole number of units; `invalid_document`, `not_a_step`, `below_minimum`, `exceeds_due`; `insufficient_balance` |
//! | `reserve` | `invalid_document` without an id, `unknown_customer`, `opted_out`; `unknown_reward`, `reward_not_applicable`, `not_a_tender`, `not_a_step`, `invalid_document` for how many; `insufficient_balance` |
//! | `release`, `capture` | `invalid_document` without an id, `unknown_reservation`, `terminal_state` |
//! | `make_cards` | `invalid_document`, `code_taken` |
//! | `link_card` | `unknown_card`, `card_blocked`, `card_linked`, `unknown_customer`, `email_missing` |
//! | `block_card` | `reason_missing`, `operator_missing`, `unknown_card`, `card_blocked` |
//! | `adjust` | `reason_missing`, `operator_missing`, `unknown_customer`, `would_go_negative` |
//! | `import` | `invalid_document`, `unknown_customer` |
//! | `opt_out`, `opt_in`, `check` | `unknown_customer` |
//! | `enrol` | `code_taken` |
//! | `set_code` | `unknown_customer`, `code_taken` |
//! | `scan` | `card_replaced`; what a punch card says; `unknown_code` |
//! | `merge` | `unknown_customer`, `conflict` for a circle, customer by customer |
//! | `set_program` | `invalid_program` |
//!
//! An amount that doesn't fit 63 bits is `invalid_document` wherever it comes up.
//! [`Refusal::Damaged`] is no rule: it says that what the store holds can't be. Where registers share their
//! operations it can be, since each decided by what it knew: then it is [`Refusal::Contested`].

mod account;
mod by_hand;
mod card;
mod claim;
mod claimed;
mod code;
mod customer;
mod differs;
mod document;
mod dry_run;
mod exchange;
mod facts;
mod forecast;
mod hints;
mod hold;
mod kept;
mod late;
mod member;
mod merge;
mod names;
mod operation;
mod parcel;
mod payment;
mod posting;
mod punch;
mod purchases;
mod record;
mod refusal;
mod repeat;
mod replay;
mod returns;
mod sale;
mod scanned;
mod spendable;
mod spent;
mod steps;
mod sweep;
mod taken_over;
mod tally;
mod terms;
mod together;
mod united;
mod unreferenced;
mod used;
mod void;

pub use claim::{Unclaimed, unclaimed};
pub(crate) use claimed::claimed_once;
pub use customer::{Member, Profile, Purchase, PurchaseReturn};
pub use document::{
    AccountPaymentDocument, AdjustDocument, BlockCardDocument, ClaimDocument, Document, EnrolDocument,
    ExchangeDocument, Header, HeldDocument, ImportDocument, Kind, LinkCardDocument, MakeCardsDocument,
    MemberDocument, MergeDocument, PaymentDocument, ProgramDocument, RedeemDocument, ReserveDocument,
    ReturnAmountDocument, ReturnDocument, ReturnWithoutSaleDocument, SaleDocument, ScanDocument,
    SetCodeDocument, Spend, VoidDocument,
};
pub use dry_run::{BalanceChange, DryRun, TierChange};
pub(crate) use facts::idle_ended_since;
pub use facts::{AccountFacts, Facts, KnownAccount, Question, Recorded, SaleHistory, SetExpiry, held_at};
pub use forecast::Forecast;
pub use hints::{CardHint, Hints, RewardHint, RunsOut, TierHint, hints};
pub use kept::{CardChange, CardState, CodeOwner, Hold, HoldEnd, Kept, Key};
pub use operation::{
    AccountChange, Accrued, Carried, ChangeSet, Claimable, Decision, Moved, Operation, Outcome, PaidOn,
    SaleStanding, Shown, Standing, TallyChange,
};
pub use parcel::Parcel;
pub use punch::{CardOffer, Punched};
pub(crate) use purchases::bought_by_all;
pub use purchases::purchases_of;
pub use record::{SaleRecord, explain};
pub use refusal::Refusal;
pub(crate) use refusal::Refused;
pub use scanned::{Joined, ScanOf};
pub use spendable::{Spendable, quote, spendable};
pub use spent::Spent;
pub use taken_over::{TakeOverError, concerned, taken_over};
pub use tally::{Tally, TallyBefore, TallyReturn, TallySale, TallyUse};
pub use together::{SaleSum, Together};
pub(crate) use united::{
    Corrections, Counted, Given, Known, RunOut, United, UnitedAccount, given, united, united_kept,
};
pub use used::{NotApplicable, Used, UsedWhat};

use alloc::boxed::Box;
use alloc::string::ToString;
use alloc::sync::Arc;
use alloc::vec::Vec;

use crate::ident::{CustomerId, OutletId, SaleId};
use crate::loyalty::{Explanation, Program, VersionedProgram};
use crate::money::Money;
use crate::sale::RungUp;
use crate::time::{Date, Offset, Timestamp, Zone, Zones};
use member::refuse_program;
use posting::Posting;
use repeat::repeat;
use replay::Replay;

/// Decides a document on the facts that a store gave for it: what changes, and what the caller is
/// told. Nothing has changed before a store has committed the change set.
///
/// The same document again, with its id and the same content, changes nothing and answers as it did
/// the first time (R2). `recorded_at` is the time of recording; it is kept, and decides nothing.
///
/// [`Register`](crate::register::Register) asks the store, calls this, and has the change set kept.
/// It can be called without any store, too:
///
/// ```
/// use std::sync::Arc;
///
/// use regulars::decide::{AccountFacts, Document, Facts, SaleDocument, decide};
/// use regulars::ident::{CustomerId, LineId, ProductId, ProgramId, SaleId, Tender};
/// use regulars::ledger::{Account, Seq};
/// use regulars::loyalty::{BaseRule, EarnBy, Program, ProgramVersion, Unit, VersionedProgram, Where};
/// use regulars::money::{Currency, Money, Ratio, Units, parse_decimal};
/// use regulars::sale::{LineItem, Payment, Place, RungUp, Terms};
/// use regulars::time::{FixedZones, Timestamp};
///
/// let mut program = Program::new(ProgramId::new("house")?, Currency::from_code("EUR")?, Unit::Money);
/// let rate = Ratio::from_decimal(parse_decimal("0.05")?)?;
/// let (by, applies_to) = (EarnBy::Amount { rate }, Where::default());
/// program.earn.push(BaseRule { by, applies_to, minimum_spend: None, last: false });
/// let program = VersionedProgram { version: ProgramVersion([1; 32]), program: Arc::new(program) };
///
/// # fn sale() -> Result<SaleDocument, Box<dyn std::error::Error>> {
/// #     let line = LineItem {
/// #         id: LineId::new("1")?,
/// #         product: ProductId::new("coat")?,
/// #         category: None,
/// #         quantity: Ratio::ONE,
/// #         unit_price: Money::from_minor(100_00),
/// #         discount: Money::ZERO,
/// #         tax: None,
/// #         price_book: None,
/// #         promotions: Vec::new(),
/// #         earns: true,
/// #     };
/// #     let rung_up = RungUp {
/// #         sale: SaleId::new("S-1")?,
/// #         at: Timestamp::EPOCH,
/// #         place: Place::default(),
/// #         customer: Some(CustomerId::new("ada")?),
/// #         terms: Terms::Immediate,
/// #         lines: [line].into(),
/// #         discount: Money::ZERO,
/// #         fees: Vec::new(),
/// #         tax_added: Money::ZERO,
/// #         cash_rounding: Money::ZERO,
/// #         rewards: Vec::new(),
/// #         offers: Vec::new(),
/// #         earns: true,
/// #     };
/// #     let payments = vec![Payment { tender: Tender::new("card")?, amount: Money::from_minor(100_00), reservation: None }];
/// #     Ok(SaleDocument { rung_up, payments, change: Money::ZERO, codes: Vec::new(), parked: false })
/// # }
/// // A sale of 100.00 by a customer who was never seen, in a ledger where nothing was recorded.
/// let ada = CustomerId::new("ada")?;
/// let facts = Facts {
///     next: Seq(1),
///     program: Some(program),
///     then: None,
///     expiries: Vec::new(),
///     original: None,
///     sales: Vec::new(),
///     accounts: vec![AccountFacts { customer: ada.clone(), known: None }],
///     kept: Vec::new(),
///     united: false,
/// };
/// let sale = Document::Sale(Arc::new(sale()?));
/// let (changes, outcome) = decide(&facts, &sale, Timestamp::EPOCH, &FixedZones)?;
/// assert_eq!(outcome.moved.earned, Units::from_minor(5_00));
/// let entry = &changes.operations[0].decision.entries[0];
/// assert_eq!((entry.from, entry.to), (Account::Issued, Account::Customer));
/// assert_eq!(changes.accounts[0].balance, Units::from_minor(5_00));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// The [`Refusal`] of the rule that forbids it; where several apply, the one that stands first in the
/// [table of this module](self#which-refusal-where-several-apply).
pub fn decide(
    facts: &Facts,
    document: &Document,
    recorded_at: Timestamp,
    zones: &dyn Zones,
) -> Result<(ChangeSet, Outcome), Refusal> {
    decide_on(facts, document, recorded_at, zones).map_err(|refused| facts.contested(*refused))
}

fn decide_on(
    facts: &Facts,
    document: &Document,
    recorded_at: Timestamp,
    zones: &dyn Zones,
) -> Result<(ChangeSet, Outcome), Refused> {
    // What is held ends once: its id isn't the document's own (Q16).
    let has_own_id = !document.kind().ends_hold();
    if let Some(original) = facts.original.as_ref().filter(|_| has_own_id) {
        let same = original.operation.document == *document;
        if same || !original.operation.is_parked() {
            return repeat(facts, original, same, document, zones);
        }
    }
    let desk = Desk { facts, document, recorded_at, zones };
    match document {
        Document::Sale(sale) => desk.sale(sale),
        Document::Payment(payment) => desk.payment(payment),
        Document::AccountPayment(payment) => desk.account_payment(payment),
        Document::Return(returned) => desk.goods_back(returned),
        Document::ReturnAmount(returned) => desk.money_back(returned),
        Document::Void(void) => desk.void(void),
        Document::Redeem(redeem) => desk.redeem(redeem),
        Document::Adjust(adjust) => desk.adjust(adjust),
        Document::Import(import) => desk.import(import),
        Document::Enrol(enrol) => desk.enrol(enrol),
        Document::OptOut(member) => desk.set_standing(member, Standing::OptedOut),
        Document::OptIn(member) => desk.set_standing(member, Standing::Enrolled),
        Document::SetProgram(program) => desk.set_program(program),
        Document::Check(member) => desk.check(member),
        Document::ReturnWithoutSale(returned) => desk.goods_without_sale(returned),
        Document::Exchange(exchange) => desk.exchange(exchange),
        Document::Reserve(reserve) => desk.reserve(reserve),
        Document::Release(held) => desk.end_hold(held, HoldEnd::Released),
        Document::Capture(held) => desk.end_hold(held, HoldEnd::Captured),
        Document::Claim(claim) => desk.claim(claim),
        Document::SetCode(set) => desk.set_code(set),
        Document::Merge(merge) => desk.merge(merge),
        Document::MakeCards(made) => desk.make_cards(made),
        Document::LinkCard(link) => desk.link_card(link),
        Document::BlockCard(block) => desk.block_card(block),
        Document::Sweep(_) => desk.sweep(),
        Document::Scan(scan) => desk.scan(scan),
    }
}

/// A document with all that is needed to decide it.
struct Desk<'a> {
    facts: &'a Facts,
    document: &'a Document,
    recorded_at: Timestamp,
    zones: &'a dyn Zones,
}

impl<'a> Desk<'a> {
    /// The program that holds now.
    fn program(&self) -> Result<&'a VersionedProgram, Refused> {
        self.facts.program()
    }

    /// The program that held at the document's own time: what it earns, costs and may do is said by that one,
    /// also where it comes after another was set (R27, Q29). A payment to an account and a claim begin with the one that
    /// holds; the sales that they settle or grant are decided by their own.
    fn program_then(&self) -> Result<&'a VersionedProgram, Refused> {
        self.facts.program_then()
    }

    /// The day of a moment, by the calendar of the outlet that the document was made in, as the program that held at the
    /// document's time has it (R24). That of a sale says what the sale earns, and not when a shop's days begin.
    fn today(&self, at: Timestamp) -> Result<Date, Refused> {
        let program = &self.program_then()?.program;
        let outlet = self.document.place().and_then(|place| place.outlet.as_ref());
        day(self.zones, program.zone(outlet), at)
    }

    /// The day of a moment by an outlet's calendar, and how far its clock is ahead of UTC then.
    fn local(
        &self,
        program: &Program,
        outlet: Option<&OutletId>,
        at: Timestamp,
    ) -> Result<(Date, Offset), Refused> {
        let offset = offset(self.zones, program.zone(outlet), at)?;
        Ok((at.date(offset), offset))
    }

    /// The day that tells whether a program holds for lines, by the program's own calendar (R10).
    fn valid_on(&self, program: &Program, rung_up: &RungUp) -> Result<Date, Refused> {
        day(self.zones, &program.time_zone, rung_up.at)
    }

    /// A sale that the document is about, as it stands, with the program it was rung up under.
    fn record(&self, sale: &SaleId) -> Result<(SaleRecord, &'a SaleHistory), Refused> {
        let history = self.history(sale)?;
        Ok((SaleRecord::fold(&history.operations)?, history))
    }

    /// What has happened to a sale.
    fn history(&self, sale: &SaleId) -> Result<&'a SaleHistory, Refused> {
        Ok(self.facts.history(sale)?)
    }

    /// Whose a sale is: who bought it, or who that is by now (R30).
    fn owner(&self, record: &SaleRecord) -> Option<&'a CustomerId> {
        let customer = record.customer()?;
        let known = self.facts.accounts.iter().find(|account| account.customer == *customer)?;
        Some(self.facts.stays(&known.customer))
    }

    /// Under which name a sale is somebody's: the buyer's, or the claimer's. `None` where it is nobody's, or where the
    /// facts don't tell of that name.
    fn buyer<'r>(&self, record: &'r SaleRecord) -> Option<&'r CustomerId> {
        self.owner(record).and(record.customer())
    }

    /// The customer that the document's own has gone to, if it has (R30).
    fn resolved(&self) -> Option<CustomerId> {
        let named = self.document.customer()?;
        let stays = self.facts.stays(named);
        (stays != named).then(|| stays.clone())
    }

    /// What is shown of a customer afterwards.
    fn show(&self, posting: &Posting<'_>, shown: &mut Shown) -> Result<(), Refused> {
        shown.reserved = Some(posting.member.held);
        shown.cards = posting.cards().map(|card| self.facts.shown_card(card)).collect();
        let of_stays = posting.of_stays();
        let tally = of_stays.map(Replay::tally);
        shown.tier = self.tier_now(tally.as_ref().unwrap_or(posting.tally()))?;
        if self.document.touches_lots() {
            shown.lots = match of_stays {
                Some(of_stays) => of_stays.in_order_of_use()?,
                None => posting.lots(),
            };
        }
        Ok(())
    }

    /// The answer for a document that was accepted.
    fn accept(
        &self,
        program: &VersionedProgram,
        mut decision: Decision,
        postings: impl IntoIterator<Item = Box<Posting<'a>>>,
        mut told: Told,
    ) -> Result<(ChangeSet, Outcome), Refused> {
        told.shown.resolved = told.shown.resolved.or(self.resolved());
        decision.entries.clear();
        decision.day = match decision.day {
            Some(day) => Some(day),
            None => Some(self.today(self.document.at())?),
        };
        let mut accounts = Vec::new();
        for mut posting in postings {
            if self.document.takes_back() || posting.has_filled() {
                posting.expire_by_purchases()?;
            }
            if decision.customer.as_ref() == Some(posting.customer()) {
                decision.balance = Some(match posting.of_stays() {
                    _ if self.document.at() < posting.at() => {
                        posting.balance_at(self.facts, self.document.at())?
                    }
                    Some(of_stays) => of_stays.holding.balance(),
                    None => posting.balance(),
                });
                self.show(&posting, &mut told.shown)?;
            }
            let is_own = decision.customer.as_ref() == Some(posting.customer());
            let (change, entries) = posting.close(self.document.at())?;
            // The document isn't about one of whom it moves nothing, though it may have been opened late.
            if is_own || !entries.is_empty() || change.tally != TallyChange::Stays {
                decision.entries.extend(entries);
                accounts.push(change);
            }
        }
        let operation = Operation {
            seq: self.facts.next,
            document: self.document.clone(),
            recorded_at: self.recorded_at,
            program: program.version,
            decision: Arc::new(decision),
        };
        if told.sales.is_empty() && operation.rings_up().is_some() {
            told.sales.push(SaleStanding::of(&SaleRecord::fold(core::slice::from_ref(&operation))?.state)?);
        }
        for sale in operation.follows() {
            let history = self.history(sale)?;
            let until = history.operations.iter().chain([&operation]);
            let record = SaleRecord::fold_all(until)?;
            told.sales.push(SaleStanding::of(&record.state)?);
            told.shown.claimable = told.shown.claimable.or(claim::shown(history, &record)?);
        }
        let outcome = outcome(self.document, &operation.decision, false, told)?;
        Ok((ChangeSet { operations: [operation].into(), accounts, programs: Vec::new() }, outcome))
    }
}

/// What an outcome tells beside the decision.
#[derive(Default)]
struct Told {
    due: Option<Money>,
    sales: Vec<SaleStanding>,
    explanations: Vec<Explanation>,
    shown: Shown,
}

/// The day of a moment in a zone.
fn day(zones: &dyn Zones, zone: &Zone, at: Timestamp) -> Result<Date, Refused> {
    offset(zones, zone, at).map(|offset| at.date(offset))
}

/// How far a zone's clock is ahead of UTC at a moment.
pub(crate) fn offset(zones: &dyn Zones, zone: &Zone, at: Timestamp) -> Result<Offset, Refused> {
    let unknown =
        || Refusal::InvalidProgram { what: "the program's time zone is not known here".to_string() };
    Ok(zones.offset(zone, at).ok_or_else(unknown)?)
}

fn outcome(
    document: &Document,
    decision: &Arc<Decision>,
    duplicate: bool,
    told: Told,
) -> Result<Outcome, Refused> {
    Ok(Outcome {
        kind: document.kind(),
        id: document.id().map(ToString::to_string),
        duplicate,
        due: told.due,
        sales: told.sales,
        moved: Moved::by(&decision.entries)?,
        decision: Arc::clone(decision),
        explanations: told.explanations,
        shown: told.shown,
    })
}
