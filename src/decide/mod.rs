//! The heart: a pure function from facts and a document to a change set and an outcome.

mod by_hand;
mod document;
mod facts;
mod member;
mod operation;
mod payment;
mod posting;
mod record;
mod refusal;
mod returns;
mod sale;
mod void;

pub use document::{
    AccountPaymentDocument, AdjustDocument, Document, EnrolDocument, Header, ImportDocument, Kind,
    MemberDocument, PaymentDocument, ProgramDocument, RedeemDocument, ReturnAmountDocument, ReturnDocument,
    SaleDocument, Spend, VoidDocument,
};
pub use facts::{AccountFacts, Facts, KnownAccount, Question, Recorded, SaleHistory};
pub use operation::{
    AccountChange, Accrued, ChangeSet, Decision, Moved, Operation, Outcome, PaidOn, Standing,
};
pub use record::{SaleRecord, explain};
pub use refusal::Refusal;

use alloc::string::ToString;
use alloc::vec::Vec;

use crate::ident::SaleId;
use crate::loyalty::{Explanation, Program, VersionedProgram};
use crate::money::Money;
use crate::sale::SaleState;
use crate::time::{Date, Timestamp, Zones};
use posting::Posting;

/// Decides a document on the facts that a store gave for it: what changes, and what the caller is
/// told. Nothing has changed before a store has committed the change set.
///
/// The same document again, with its id and the same content, changes nothing and answers as it did
/// the first time (R2). `recorded_at` is the time of recording; it is kept, and decides nothing.
///
/// # Errors
/// The [`Refusal`] of the rule that forbids it. First of all [`Refusal::Conflict`], then
/// [`Refusal::InvalidProgram`] where no program holds yet, then what the document's own rules say.
pub fn decide(
    facts: &Facts,
    document: &Document,
    recorded_at: Timestamp,
    zones: &dyn Zones,
) -> Result<(ChangeSet, Outcome), Refusal> {
    if let Some(original) = &facts.original {
        let same = original.operation.document == *document;
        if same || !is_parked(&original.operation) {
            return repeat(original, same, document, zones);
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
    fn program(&self) -> Result<&'a VersionedProgram, Refusal> {
        let missing = || Refusal::InvalidProgram { what: "no program has been set".to_string() };
        self.facts.program.as_ref().ok_or_else(missing)
    }

    /// The day of a moment in a program's time zone.
    fn day(&self, program: &Program, at: Timestamp) -> Result<Date, Refusal> {
        day(self.zones, program, at)
    }

    /// A sale that the document is about, as it stands, with the program it was rung up under.
    fn record(&self, sale: &SaleId) -> Result<(SaleRecord, &'a SaleHistory), Refusal> {
        let of = |history: &&SaleHistory| SaleRecord::id(history) == Some(sale);
        let Some(history) = self.facts.sales.iter().find(of) else {
            return Err(Refusal::UnknownSale { sale: sale.clone() });
        };
        Ok((SaleRecord::fold(&history.operations)?, history))
    }

    /// The answer for a document that was accepted.
    fn accept(
        &self,
        program: &VersionedProgram,
        decision: Decision,
        posting: Option<Posting<'_>>,
        told: Told,
    ) -> Result<(ChangeSet, Outcome), Refusal> {
        let outcome = outcome(self.document, &decision, false, told)?;
        let operation = Operation {
            seq: self.facts.next,
            document: self.document.clone(),
            recorded_at: self.recorded_at,
            program: program.version,
            decision,
        };
        let accounts = posting.map(Posting::into_change).into_iter().collect();
        Ok((ChangeSet { operations: [operation].into(), accounts, programs: Vec::new() }, outcome))
    }
}

/// What an outcome tells beside the decision.
#[derive(Default)]
struct Told {
    due: Option<Money>,
    explanations: Vec<Explanation>,
}

fn day(zones: &dyn Zones, program: &Program, at: Timestamp) -> Result<Date, Refusal> {
    match zones.offset(&program.time_zone, at) {
        Some(offset) => Ok(at.date(offset)),
        None => {
            Err(Refusal::InvalidProgram { what: "the program's time zone is not known here".to_string() })
        }
    }
}

fn is_parked(operation: &Operation) -> bool {
    matches!(&operation.document, Document::Sale(sale) if sale.parked)
}

/// The same id again: the first answer if the content is the same, a conflict if it isn't (R2).
fn repeat(
    original: &Recorded,
    same: bool,
    document: &Document,
    zones: &dyn Zones,
) -> Result<(ChangeSet, Outcome), Refusal> {
    if !same {
        return Err(Refusal::Conflict { id: document.id().unwrap_or_default().to_string() });
    }
    let mut told = Told::default();
    if let Document::Sale(_) = document {
        let operation = core::slice::from_ref(&original.operation);
        told.explanations = explain(operation, &original.program.program, zones)?;
        told.due = due_of(&original.operation)?;
    }
    Ok((ChangeSet::default(), outcome(document, &original.operation.decision, true, told)?))
}

fn due_of(operation: &Operation) -> Result<Option<Money>, Refusal> {
    Ok(match SaleRecord::fold(core::slice::from_ref(operation))?.state {
        SaleState::Pending(pending) => Some(pending.bill().due()?),
        SaleState::Settled(settled) => Some(settled.bill().due()?),
        SaleState::Parked(_) | SaleState::Voided(_) => None,
    })
}

fn outcome(
    document: &Document,
    decision: &Decision,
    duplicate: bool,
    told: Told,
) -> Result<Outcome, Refusal> {
    Ok(Outcome {
        kind: document.kind(),
        id: document.id().map(ToString::to_string),
        duplicate,
        due: told.due,
        moved: Moved::by(&decision.entries)?,
        decision: decision.clone(),
        explanations: told.explanations,
    })
}
