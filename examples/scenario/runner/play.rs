//! Plays a scenario on a ledger, and says whether all came as expected.

use regulars::decide::{Document, Header, MemberDocument, Outcome, Refusal};
use regulars::document::{
    DocumentError, Json, outcome_json, write_document_error, write_outcome, write_refusal,
};
use regulars::ident::CustomerId;
use regulars::ledger::Seq;
use regulars::loyalty::Program;
use regulars::money::Units;
use regulars::register::{Register, RegisterError};
use regulars::sale::Place;
use regulars::store::Store;
use regulars::time::{Timestamp, Zones};

use super::before::{self, header};
use super::expect::{Expect, is_same, shown};
use super::people::People;
use super::scenario::{Event, Script};

/// What came of a scenario.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// All came as expected.
    Passed,
    /// Something came otherwise.
    FallsShort(String),
    /// It asks for what this version can't do.
    NotYet(String),
}

/// Is told the place of each event, its type, and, as JSON, what came of it.
pub type Watch<'w> = dyn FnMut(usize, &str, &str) + 'w;

/// Plays a script on a fresh store.
pub fn play<S: Store, Z: Zones>(script: &Script, store: S, zones: Z, watch: &mut Watch<'_>) -> Verdict {
    let known = script.customers.iter().map(|customer| customer.id.clone()).collect();
    let (register, program) = (Register::new(store, zones), &*script.program.program);
    let (people, next) = (People::new(known), Seq(0));
    let mut player = Player { register, program, people, next, place: Place::default() };
    let verdict = player.prepare(script).and_then(|()| {
        script
            .events
            .iter()
            .try_for_each(|event| player.event(event, watch).map_err(|verdict| verdict.at(event.number)))
    });
    verdict.and_then(|()| player.verify()).err().unwrap_or(Verdict::Passed)
}

impl Verdict {
    fn at(self, number: usize) -> Verdict {
        match self {
            Verdict::Passed => Verdict::Passed,
            Verdict::FallsShort(what) => Verdict::FallsShort(format!("event {number}: {what}")),
            Verdict::NotYet(what) => Verdict::NotYet(format!("event {number}: {what}")),
        }
    }

    fn differs(what: &str, expected: impl std::fmt::Display, got: impl std::fmt::Display) -> Verdict {
        Verdict::FallsShort(format!("{what}: expected {expected}, got {got}"))
    }
}

struct Player<'s, S, Z> {
    register: Register<S, Z>,
    program: &'s Program,
    people: People,
    /// The number after that of the last operation seen.
    next: Seq,
    /// Where the event that is played happens, and balances are looked at: its outlet says which day it is.
    place: Place,
}

impl<S: Store, Z: Zones> Player<'_, S, Z> {
    /// All that the store keeps has to follow from the operations.
    fn verify(&mut self) -> Result<(), Verdict> {
        let verified = regulars::store::verify(self.register.store_mut());
        verified.map(drop).map_err(|error| Verdict::FallsShort(format!("the ledger: {error}")))
    }

    /// What was there before the first event: the program, the customers, what they had, their cards.
    fn prepare(&mut self, script: &Script) -> Result<(), Verdict> {
        let first = script.events.iter().find_map(|event| event.document.as_ref().ok());
        let at = first.map_or(Timestamp::EPOCH, Document::at);
        before::documents(script, at).iter().try_for_each(|document| self.put(document))
    }

    fn put(&mut self, document: &Document) -> Result<(), Verdict> {
        match self.submit(document)? {
            Ok(_) => Ok(()),
            Err(Refusal::NotBuilt { what }) => Err(Verdict::NotYet(format!("before event 1: {what}"))),
            Err(refusal) => Err(Verdict::FallsShort(format!("before event 1: {refusal}"))),
        }
    }

    fn event(&mut self, event: &Event, watch: &mut Watch<'_>) -> Result<(), Verdict> {
        match &event.document {
            Ok(document) => self.hand_in(event, document, watch),
            Err(error) => {
                watch(event.number, &event.kind, &write_document_error(error));
                match error {
                    DocumentError::NotBuilt { .. } => Err(Verdict::NotYet(error.to_string())),
                    // The scenario was read only because this is what it expects.
                    _ => Ok(()),
                }
            }
        }
    }

    fn hand_in(&mut self, event: &Event, document: &Document, watch: &mut Watch<'_>) -> Result<(), Verdict> {
        self.place = document.place().cloned().unwrap_or_default();
        let before = self.balances(document.at())?;
        self.has_grown()?;
        let result = self.submit(document)?;
        let told = match &result {
            Ok(outcome) => write_outcome(outcome, self.program),
            Err(refusal) => write_refusal(refusal),
        };
        watch(event.number, &event.kind, &told);
        match &result {
            Ok(outcome) => self.accepted(document, outcome, &event.expect)?,
            Err(refusal) => refused(refusal, &event.expect)?,
        }
        if result.is_err() && (self.has_grown()? || before != self.balances(document.at())?) {
            return Err(Verdict::FallsShort("error: something was recorded".to_string()));
        }
        self.compare_balances(document, &event.expect)?;
        if let Some(outcome) = result.ok().filter(|outcome| !outcome.duplicate) {
            self.compare_told_balance(&outcome, document.at())?;
        }
        Ok(())
    }

    fn accepted(&mut self, document: &Document, outcome: &Outcome, expect: &Expect) -> Result<(), Verdict> {
        if let Some(error) = expect.error() {
            return Err(Verdict::differs("error", error, "none"));
        }
        self.people.learn(document);
        let told = outcome_json(outcome, self.program);
        let mut looked = None;
        for (name, expected) in expect.told() {
            // What a duplicate tells it moved, it moved the first time (Q25).
            let moved_before = outcome.duplicate && MOVED.contains(&name);
            let mut got = if moved_before { Some(&ZERO) } else { told.get(name) };
            if got.is_none() && OF_CUSTOMERS.contains(&name) {
                if looked.is_none() {
                    looked = Some(self.look(document)?);
                }
                got = looked.as_ref().and_then(|look| look.get(name));
            }
            let got = got.or_else(|| nothing(name));
            if !got.is_some_and(|got| is_same(expected, got)) {
                return Err(Verdict::differs(name, shown(Some(expected)), shown(got)));
            }
        }
        Ok(())
    }

    /// What a look at an event's customer tells.
    fn look(&mut self, document: &Document) -> Result<Json, Verdict> {
        let Some(customer) = self.people.customer_of(document) else { return Ok(Json::Null) };
        let check = MemberDocument { header: self.look_from(document.at()), customer };
        match self.submit(&Document::Check(check))? {
            Ok(outcome) => Ok(outcome_json(&outcome, self.program)),
            Err(_) => Ok(Json::Null),
        }
    }

    /// Balances are looked up by documents of their own, as of the event's time.
    fn compare_balances(&mut self, document: &Document, expect: &Expect) -> Result<(), Verdict> {
        for (customer, expected) in expect.balances() {
            let name = format!("balances.{customer}");
            let id = CustomerId::new(customer);
            let id = id.map_err(|error| Verdict::FallsShort(format!("{name}: expected {error}")))?;
            self.compare_balance(&name, expected, &id, document.at())?;
        }
        match (expect.balance(), self.people.customer_of(document)) {
            (None, _) => Ok(()),
            (Some(expected), Some(customer)) => {
                self.compare_balance("balance", expected, &customer, document.at())
            }
            (Some(expected), None) => {
                Err(Verdict::differs("balance", shown(Some(expected)), "an event without a customer"))
            }
        }
    }

    fn compare_balance(
        &mut self,
        name: &str,
        expected: &Json,
        customer: &CustomerId,
        at: Timestamp,
    ) -> Result<(), Verdict> {
        let got = self.balance(customer, at)?;
        if is_same(expected, &got) {
            return Ok(());
        }
        Err(Verdict::differs(name, shown(Some(expected)), shown(Some(&got))))
    }

    /// What an outcome tells of a balance has to be what a look at it tells.
    fn compare_told_balance(&mut self, outcome: &Outcome, at: Timestamp) -> Result<(), Verdict> {
        let decision = &outcome.decision;
        let (Some(customer), Some(told)) = (&decision.customer, decision.balance) else { return Ok(()) };
        let (told, got) = (self.decimal(told), self.balance(customer, at)?);
        if is_same(&told, &got) {
            return Ok(());
        }
        Err(Verdict::differs("balance in the outcome", shown(Some(&got)), shown(Some(&told))))
    }

    fn balances(&mut self, at: Timestamp) -> Result<Vec<Json>, Verdict> {
        let known = self.people.known.clone();
        known.iter().map(|customer| self.balance(customer, at)).collect()
    }

    /// The balance as of a moment. A customer who was never seen has nothing.
    fn balance(&mut self, customer: &CustomerId, at: Timestamp) -> Result<Json, Verdict> {
        let customer = self.people.who_is(customer).clone();
        let check = MemberDocument { header: self.look_from(at), customer };
        match self.submit(&Document::Check(check))? {
            Ok(outcome) => Ok(self.decimal(outcome.decision.balance.unwrap_or_default())),
            Err(Refusal::UnknownCustomer { .. }) => Ok(self.decimal(Units::ZERO)),
            Err(refusal) => Err(Verdict::FallsShort(format!("balance: {refusal}"))),
        }
    }

    fn look_from(&self, at: Timestamp) -> Header {
        Header { place: self.place.clone(), ..header(at) }
    }

    fn decimal(&self, units: Units) -> Json {
        Json::Text(units.to_decimal(self.program.unit_decimals()).to_string().into())
    }

    /// Whether the ledger has more operations than when this was asked before.
    fn has_grown(&mut self) -> Result<bool, Verdict> {
        let new = self.register.store_mut().operations(self.next, usize::MAX);
        let new = new.map_err(|error| broken(&error))?;
        let Some(last) = new.last() else { return Ok(false) };
        self.next = Seq(last.seq.0.saturating_add(1));
        Ok(true)
    }

    fn submit(&mut self, document: &Document) -> Result<Result<Outcome, Refusal>, Verdict> {
        match self.register.submit(document, document.at()) {
            Ok(outcome) => Ok(Ok(outcome)),
            Err(RegisterError::Refused(refusal)) => Ok(Err(refusal)),
            Err(RegisterError::Store(error)) => Err(broken(&error)),
            Err(_) => Err(Verdict::FallsShort("the register failed".to_string())),
        }
    }
}

const MOVED: [&str; 7] =
    ["earned", "redeemed", "clawed_back", "restored", "expired", "adjusted", "written_off"];
/// What is told of a customer as well as of an event.
const OF_CUSTOMERS: [&str; 6] = ["tier", "lots", "reserved", "code", "offers", "punches"];
static ZERO: Json = Json::Text(smol_str::SmolStr::new_static("0"));

static NONE: Json = Json::Null;
static EMPTY: Json = Json::List(Vec::new());

/// What it means that something isn't told.
fn nothing(name: &str) -> Option<&'static Json> {
    match name {
        "tier" => Some(&NONE),
        "lots" => Some(&EMPTY),
        "reserved" | "claimable" | "forecast_earned" | "line_discount" | "kept_from_refund" => Some(&ZERO),
        _ => None,
    }
}

fn refused(refusal: &Refusal, expect: &Expect) -> Result<(), Verdict> {
    if let Refusal::NotBuilt { .. } = refusal {
        return Err(Verdict::NotYet(refusal.to_string()));
    }
    let got = format!("{} ({refusal})", refusal.name());
    match expect.error() {
        None => return Err(Verdict::differs("error", "none", got)),
        Some(error) if error != refusal.name() => return Err(Verdict::differs("error", error, got)),
        Some(_) => {}
    }
    // What was refused has moved nothing.
    for (name, expected) in expect.told() {
        let got = MOVED.contains(&name).then_some(&ZERO);
        if !got.is_some_and(|got| is_same(expected, got)) {
            return Err(Verdict::differs(name, shown(Some(expected)), shown(got)));
        }
    }
    Ok(())
}

fn broken(error: &dyn std::error::Error) -> Verdict {
    Verdict::FallsShort(format!("the store failed: {error}"))
}
