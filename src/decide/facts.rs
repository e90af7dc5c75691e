//! What `decide` has to know before it decides.

use alloc::borrow::Cow;
use alloc::string::ToString;
use alloc::vec::Vec;

use crate::decide::{
    Decision, Document, Kept, Key, Kind, Member, Operation, Purchase, Refusal, Refused, SaleRecord, Tally,
    Together,
};
use crate::ident::{CustomerId, SaleId};
use crate::ledger::{Account, Entry, Holding, LotKey, Seq};
use crate::loyalty::{Expiry, VersionedProgram};
use crate::time::{Date, Offset, Timestamp};

/// What a store is asked before a document can be decided, and what one asks who only looks.
///
/// ```
/// use regulars::decide::Question;
/// use regulars::ident::CustomerId;
/// use regulars::time::Timestamp;
///
/// let ada = CustomerId::new("ada")?;
/// let question = Question::of_customer(&ada, Timestamp::EPOCH);
/// assert!(question.lots && question.sales.is_empty() && question.document.is_none());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question<'a> {
    /// The operation that recorded a document of this type and id, if there is one.
    pub document: Option<(Kind, &'a str)>,
    /// Whether that document is [decided](crate::decide::decide) on what is answered, and nothing else is asked of it. Where
    /// it was recorded before, nothing that its customers did since is needed then (R2).
    pub decides: bool,
    /// These sales, each with the customer it belongs to.
    pub sales: Cow<'a, [SaleId]>,
    /// This customer.
    pub customer: Option<&'a CustomerId>,
    /// What is kept under these keys.
    pub keys: Vec<Key>,
    /// Whether all of the customers' purchases are needed, whatever the program.
    pub purchases: bool,
    /// Whether the customers' tallies are needed, as far as there are some. Where a program that is
    /// answered looks at purchases
    /// ([`Program::looks_at_purchases`](crate::loyalty::Program::looks_at_purchases)), and a tally doesn't
    /// reach far enough back, all purchases are answered in its place.
    pub tally: bool,
    /// The sales that needn't be told apart in tallies: one may stand for them
    /// ([`Tally::put_together`]), unless later documents of the customer are recorded already.
    pub together: Option<Together>,
    /// Whether the histories of the customers' sales on account that aren't settled are needed.
    pub debts: bool,
    /// Whether what is kept of the customers' punch cards is needed.
    pub cards: bool,
    /// More customers.
    pub others: &'a [CustomerId],
    /// Whether all customers are asked for who have units that run out before `running_out_before`,
    /// or a purchase before `at`.
    pub everybody: bool,
    /// The same, if units run out by inactivity under the program that holds: a new one doesn't bring back
    /// what has run out (R25).
    pub everybody_by_inactivity: bool,
    /// Whether all operations about the customers are needed, where units of a program can run out: what
    /// ran out of a sale is not taken back, too (R23); with all purchases, always.
    pub history: bool,
    /// Whether units that paid for the sales asked for may go back; [`gather`](crate::store::gather) says so, whatever
    /// is here. Then all operations about a customer are needed, too, where one of them came late, and where records
    /// were merged: other lots may have paid than was recorded.
    pub paid: bool,
    /// Whether the customers' lots are needed, and not only their balances. All lots of a customer
    /// are needed always if the last day of one of them is before `running_out_before`.
    pub lots: bool,
    /// The time of the document.
    pub at: Timestamp,
    /// The earliest day that is later than the document's, in whatever time zone.
    pub running_out_before: Date,
}

impl<'a> Question<'a> {
    /// What has to be known for this document.
    pub fn about(document: &'a Document) -> Question<'a> {
        Question {
            document: document.id().map(|id| (document.kind(), id)),
            sales: match document {
                Document::Sale(sale) => Cow::Borrowed(core::slice::from_ref(&sale.rung_up.sale)),
                Document::Exchange(exchange) => {
                    Cow::Owned([exchange.of.clone(), exchange.sale.rung_up.sale.clone()].into())
                }
                other => Cow::Borrowed(other.about_sales()),
            },
            customer: document.customer(),
            debts: document.touches_debts(),
            everybody: matches!(document, Document::Sweep(_)),
            everybody_by_inactivity: matches!(document, Document::SetProgram(_)),
            history: document.takes_back() || matches!(document, Document::Merge(_)),
            lots: document.touches_lots(),
            keys: document.keys(),
            others: match document {
                Document::Merge(merge) => &merge.from,
                _ => &[],
            },
            purchases: matches!(document, Document::Merge(_)),
            cards: document.touches_cards(),
            tally: true,
            ..Question::as_of(document.at())
        }
    }

    /// One customer, with lots, as of a moment.
    pub fn of_customer(customer: &'a CustomerId, at: Timestamp) -> Question<'a> {
        Question { customer: Some(customer), lots: true, ..Question::as_of(at) }
    }

    /// One customer, with the lots as they are kept and all operations about the customer.
    pub fn of_whole_past(customer: &'a CustomerId) -> Question<'a> {
        // As of the first moment there is, the store has to go back over all that was moved.
        Question::of_customer(customer, Timestamp::FIRST)
    }

    /// Sales and their customers, with lots, as of a moment.
    pub fn of_sales(sales: &'a [SaleId], at: Timestamp) -> Question<'a> {
        Question { sales: Cow::Borrowed(sales), lots: true, ..Question::as_of(at) }
    }

    /// One customer with all that [`hints`](crate::decide::hints) asks for, as of a moment.
    pub fn for_hints(customer: &'a CustomerId, at: Timestamp) -> Question<'a> {
        Question { cards: true, tally: true, ..Question::of_customer(customer, at) }
    }

    /// Customers with all that a [`DryRun`](crate::decide::DryRun) asks for, as of a moment.
    pub fn for_dry_run(customers: &'a [CustomerId], at: Timestamp) -> Question<'a> {
        Question { others: customers, lots: true, purchases: true, ..Question::as_of(at) }
    }

    /// Nothing but the program that holds, as of a moment.
    pub fn as_of(at: Timestamp) -> Question<'a> {
        let running_out_before = at.date(Offset::EASTMOST).next();
        Question {
            document: None,
            decides: false,
            sales: Cow::Borrowed(&[]),
            customer: None,
            keys: Vec::new(),
            purchases: false,
            tally: false,
            together: None,
            debts: false,
            cards: false,
            others: &[],
            everybody: false,
            everybody_by_inactivity: false,
            history: false,
            paid: false,
            lots: false,
            at,
            running_out_before,
        }
    }
}

impl Question<'_> {
    /// The first day that the customers' tallies have to cover, under the program that holds, the one that held
    /// at the time asked about if that is another, and with the sales that are answered; `None` where nothing
    /// looks at them.
    pub fn looks_back_to(
        &self,
        program: Option<&VersionedProgram>,
        then: Option<&VersionedProgram>,
        sales: &[SaleHistory],
    ) -> Option<Date> {
        let by_inactivity = program.is_some_and(|versioned| versioned.program.expires_by_inactivity());
        let looks = |versioned: &&VersionedProgram| versioned.program.looks_at_purchases();
        let mut programs = programs(program, sales).chain(then).filter(looks).peekable();
        programs.peek().filter(|_| self.tally || by_inactivity)?;
        // The day that it is where days begin last, as the outlet's zone isn't asked for here.
        let day = |at: Timestamp| at.date(Offset::WESTMOST);
        // When lines were rung up, and when a sale was settled that may be claimed: a payment may be dated
        // before the sale.
        let decided = || sales.iter().flat_map(|history| &history.operations);
        let happened = decided().map(|operation| day(operation.document.at()));
        // A purchase that may change stands by itself.
        let bought = decided().flat_map(|operation| &operation.decision.purchases);
        let bought = bought.map(|(_, purchase)| purchase.settled_on.min(day(purchase.settled)));
        let earliest = happened.chain(bought).fold(day(self.at), Date::min);
        programs.map(|versioned| versioned.program.looks_back_to(earliest)).min()
    }

    /// The sales that needn't be told apart for the document: a sale that begins now looks at all that was
    /// settled in a period until now, and changes nothing of it.
    pub fn puts_together(
        &self,
        program: Option<&VersionedProgram>,
        sales: &[SaleHistory],
        original: Option<&Recorded>,
    ) -> Option<Together> {
        let is_sale = self.document.is_some_and(|(kind, _)| kind == Kind::Sale);
        let is_new = sales.is_empty() && original.is_none();
        if !is_sale || !is_new || !self.tally || self.debts {
            return None;
        }
        let first = program?.program.tells_no_days_apart_from(self.at.date(Offset::EASTMOST))?;
        Some(Together { first, last: self.at.date(Offset::WESTMOST), until: self.at })
    }

    /// Whether all operations about the customers are to be answered: where units of the
    /// sales can have run out by now, and where records become one, since some of their documents may be later.
    pub fn asks_for_history(&self, program: Option<&VersionedProgram>, sales: &[SaleHistory]) -> bool {
        let mut programs = programs(program, sales);
        let without_day = self.history && programs.any(|versioned| versioned.program.expiry != Expiry::Never);
        let mut decided = sales.iter().flat_map(|history| &history.operations);
        let may_be_gone = |lot: &LotKey| lot.has_run_out(self.running_out_before, without_day);
        let earned_gone = |operation: &Operation| {
            operation.decision.accruals.iter().any(|accrued| may_be_gone(&accrued.lot))
        };
        self.history && (self.purchases || decided.any(earned_gone))
    }

    /// Whether the document was recorded by an operation, and is answered by it whatever customers did since (R2). What
    /// a sale would earn that isn't settled is worked out anew, and what is held ends once, by another document, too.
    pub(crate) fn is_answered_by(&self, original: &Operation) -> bool {
        let ends_hold = self.document.is_some_and(|(kind, _)| kind.ends_hold());
        let settled = &original.decision.settled;
        self.decides && !ends_hold && original.rings_up().is_none_or(|sale| settled.contains(sale))
    }

    /// Whether the sales earned units without a last day of their own, and these can be taken back.
    pub(crate) fn earned_without_day(&self, sales: &[SaleHistory]) -> bool {
        let decided = sales.iter().flat_map(|history| &history.operations);
        let mut earned = decided.flat_map(|operation| &operation.decision.accruals);
        self.history && earned.any(|accrued| accrued.lot.expires.is_none())
    }

    /// Whether units paid for the sales, and can go back.
    pub(crate) fn may_give_back(&self, sales: &[SaleHistory]) -> bool {
        let mut decided = sales.iter().flat_map(|history| &history.operations);
        let pays = |entry: &Entry| entry.to == Account::Redeemed && entry.sale.is_some();
        let paid =
            |Decision { entries, carried, .. }: &Decision| carried.is_some() || entries.iter().any(pays);
        self.history && decided.any(|operation| paid(&operation.decision))
    }
}

fn programs<'p>(
    program: Option<&'p VersionedProgram>,
    sales: &'p [SaleHistory],
) -> impl Iterator<Item = &'p VersionedProgram> {
    program.into_iter().chain(sales.iter().map(|history| &history.program))
}

/// What a store answers. All of it is as of the same moment, and nothing of it changes before the
/// change set that is decided on it has been committed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Facts {
    /// The number that the next operation gets: one more than the last, those of this transaction
    /// included.
    pub next: Seq,
    /// The program that holds now; `None` before the first.
    pub program: Option<VersionedProgram>,
    /// The program that held at the time asked about, where that is another one and it is known when programs
    /// were set ([`held_at`]).
    pub then: Option<VersionedProgram>,
    /// How long units last under each program that was set, from which time on, in the order in which they were set.
    /// Empty where it is the same under all of them, and where no history is answered.
    pub expiries: Vec<(Timestamp, SetExpiry)>,
    /// The operation that recorded a document of the same type and id.
    pub original: Option<Recorded>,
    /// The sales asked for that are there, in the order asked.
    pub sales: Vec<SaleHistory>,
    /// The customers asked for, those of the sales and of what is kept under the keys among them, each
    /// once. Of one that was merged into another, the other is there, too, and those who were merged into one.
    pub accounts: Vec<AccountFacts>,
    /// What is kept under the keys asked for, as far as there is something.
    pub kept: Vec<Kept>,
    /// Whether operations of other registers are among those of the ledger. Then operations that are
    /// answered are in their order among all registers, and of a document that two of them decided only the
    /// first is.
    pub united: bool,
}

impl SaleHistory {
    /// The customers whose sale it is or was: the one who bought, and the one who claimed it (R9).
    pub fn customers(&self) -> impl Iterator<Item = &CustomerId> {
        let claims = self.operations.iter().skip(1).map(|operation| &operation.document);
        let claims = claims.filter(|document| matches!(document, Document::Claim(_)));
        self.operations
            .first()
            .map(|operation| &operation.document)
            .into_iter()
            .chain(claims)
            .filter_map(Document::customer)
    }
}

impl Facts {
    /// Whether one of the programs by which a document may be decided looks at purchases: the one that holds, the one that
    /// held at its time, or that of a sale that it settles (Q29).
    pub(super) fn look_at_purchases(&self) -> bool {
        let mut all = programs(self.program.as_ref(), &self.sales).chain(&self.then);
        all.any(|versioned| versioned.program.looks_at_purchases())
    }

    /// A sale that was asked for, if it is there.
    pub(crate) fn sale(&self, sale: &SaleId) -> Option<&SaleHistory> {
        self.sales.iter().find(|history| SaleRecord::id(history) == Some(sale))
    }

    /// What happened to a sale that was asked for.
    ///
    /// # Errors
    /// [`Refusal::UnknownSale`] if it isn't there.
    pub(crate) fn history(&self, sale: &SaleId) -> Result<&SaleHistory, Refusal> {
        self.sale(sale).ok_or_else(|| Refusal::UnknownSale { sale: sale.clone() })
    }

    /// The same, and how the sale stands by it.
    ///
    /// # Errors
    /// The same, and [`Refusal::Damaged`], or [`Refusal::Contested`], where it doesn't fit together.
    pub(crate) fn record(&self, sale: &SaleId) -> Result<(&SaleHistory, SaleRecord), Refusal> {
        let history = self.history(sale)?;
        let record = SaleRecord::fold(&history.operations).map_err(|refused| self.contested(refused))?;
        Ok((history, record))
    }

    /// How a refusal is told. What doesn't fit together where several registers have decided is no damage: each of them
    /// was right by what it knew.
    pub(crate) fn contested(&self, refused: Refusal) -> Refusal {
        match refused {
            Refusal::Damaged { what } if self.united => Refusal::Contested { what },
            other => other,
        }
    }

    /// The program that holds now.
    pub(super) fn program(&self) -> Result<&VersionedProgram, Refused> {
        let missing = || Refusal::InvalidProgram { what: "no program has been set".to_string() };
        Ok(self.program.as_ref().ok_or_else(missing)?)
    }

    /// The program that held at the document's own time (R27, Q29).
    pub(super) fn program_then(&self) -> Result<&VersionedProgram, Refused> {
        self.then.as_ref().map_or_else(|| self.program(), Ok)
    }

    /// What is known of a customer.
    pub fn known(&self, customer: &CustomerId) -> Option<&KnownAccount> {
        self.accounts.iter().find(|account| account.customer == *customer)?.known.as_ref()
    }

    /// The time of the latest document of a customer, under whatever record that has become this one.
    pub(super) fn latest(&self, known: &KnownAccount) -> Timestamp {
        let others = known.member.merged_from.iter().filter_map(|other| self.known(other));
        others.map(|other| other.latest).fold(known.latest, Timestamp::max)
    }

    /// Whether something is recorded already of a customer that is later than a moment, or of the programs: then what
    /// there was then has to be worked out (R27).
    pub(super) fn is_behind(&self, known: &KnownAccount, at: Timestamp) -> bool {
        at < self.latest(known) || idle_ended_since(&self.expiries, at).is_some()
    }

    /// The customer that a record has gone to: itself, unless it was merged into another (R30).
    pub fn stays<'f>(&'f self, customer: &'f CustomerId) -> &'f CustomerId {
        let mut stays = customer;
        // Each step is to another account, so there are no more steps than accounts.
        for _ in &self.accounts {
            match self.known(stays).and_then(|known| known.member.merged_into.as_ref()) {
                Some(into) => stays = into,
                None => break,
            }
        }
        stays
    }
}

/// Which program held at a moment: of those that hold from then or before on, the one that was set last;
/// before all of them, the one that was the first to hold. `set` has the time from which on each holds, in the
/// order in which they were set.
///
/// ```
/// use regulars::decide::held_at;
/// use regulars::time::Timestamp;
///
/// let at = Timestamp::from_millisecond;
/// let set = [(at(10), "house"), (at(30), "spring")].map(|(from, name)| (from.unwrap(), name));
/// let held = [5, 10, 29, 30].map(|moment| *held_at(&set, at(moment).unwrap()).unwrap());
/// assert_eq!(held, ["house", "house", "house", "spring"]);
/// ```
pub fn held_at<T>(set: &[(Timestamp, T)], at: Timestamp) -> Option<&T> {
    let first = set.iter().map(|(from, _)| *from).min()?;
    let at = at.max(first);
    set.iter().rev().find(|(from, _)| *from <= at).map(|(_, set)| set)
}

/// The time of the last program that was set for later than a moment, if one held from then on, before that, under which
/// units run out by inactivity: what did so under it stays so under those that came after (R25). `set` is as for [`held_at`].
pub(crate) fn idle_ended_since(set: &[(Timestamp, SetExpiry)], at: Timestamp) -> Option<Timestamp> {
    let changes = || set.iter().map(|(from, _)| *from).filter(|from| at < *from);
    let last = changes().max()?;
    let by_inactivity =
        |then| held_at(set, then).is_some_and(|set| matches!(set.expiry, Expiry::Inactivity(_)));
    let mut held = [at].into_iter().chain(changes().filter(|from| *from < last));
    held.any(by_inactivity).then_some(last)
}

/// How long units last under a program that was set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SetExpiry {
    /// The day on which it was set.
    pub day: Option<Date>,
    /// How long they last.
    pub expiry: Expiry,
}

impl SetExpiry {
    /// Of an operation, if it set a program.
    pub fn of(operation: &Operation) -> Option<(Timestamp, SetExpiry)> {
        let Document::SetProgram(set) = &operation.document else { return None };
        let expiry = set.program.program.expiry;
        Some((set.header.at, SetExpiry { day: operation.decision.day, expiry }))
    }
}

/// An operation with the program that it was worked out with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recorded {
    /// The operation.
    pub operation: Operation,
    /// The version of the program that it names.
    pub program: VersionedProgram,
}

/// A sale and all that happened to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SaleHistory {
    /// The operation that rang it up, and all later ones about it, in order. A sale that was parked
    /// and rung up anew begins at the newest.
    pub operations: Vec<Operation>,
    /// The version of the program under which it was rung up (Q29).
    pub program: VersionedProgram,
}

/// What is known of a customer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountFacts {
    /// Who.
    pub customer: CustomerId,
    /// What is kept; `None` if the customer was never seen.
    pub known: Option<KnownAccount>,
}

/// What is kept of a customer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownAccount {
    /// What is kept of the customer beside the balance.
    pub member: Member,
    /// What the customer bought, added up, if it was asked for; `None` where none is kept.
    pub tally: Option<Tally>,
    /// All that the customer bought, in the order in which it was recorded, if that was asked for, or if
    /// there is no tally that covers the days in question.
    pub purchases: Option<Vec<Purchase>>,
    /// The balance, and the lots if they were asked for.
    pub holding: Holding,
    /// The time of the latest document about the customer.
    pub latest: Timestamp,
    /// All operations about the customer, in the order in which they were recorded; given where they
    /// were asked for, and where `latest` is later than the time asked about (R27, Q13).
    pub history: Vec<Operation>,
}
