//! A till on a ledger, and short names for what documents are made of.

use std::collections::BTreeSet;
use std::sync::Arc;

use regulars::adapter::memory::MemoryStore;
use regulars::decide::{
    AccountFacts, AccountPaymentDocument, AdjustDocument, Document, EnrolDocument, Facts, Header,
    HeldDocument, ImportDocument, Kind, MemberDocument, Operation, Outcome, PaymentDocument, Profile,
    ProgramDocument, Question, Recorded, RedeemDocument, Refusal, ReserveDocument, ReturnAmountDocument,
    ReturnDocument, SaleDocument, SaleHistory, SaleRecord, Spend, VoidDocument,
};
use regulars::ident::{CustomerId, DocumentId, LineId, OperatorId, ProductId, SaleId, Tender};
use regulars::ledger::{Holding, Lot, Seq};
use regulars::loyalty::{Program, ProgramVersion, VersionedProgram};
use regulars::money::{Money, Ratio, Units, parse_decimal};
use regulars::register::{Register, RegisterError};
use regulars::sale::{Payment, Place, ReturnedLine, RungUp};
use regulars::store::{Store, Transaction, Verified, VerifyError, verify};
use regulars::time::{Date, FixedZones, Timestamp, Zones};

/// The three customers; any other number is nobody.
pub const CUSTOMERS: [&str; 3] = ["ann", "bob", "eve"];

/// A register on a store.
pub struct Till<S: Store> {
    pub register: Register<S, FixedZones>,
}

/// All that can be seen of a ledger from outside.
#[derive(Debug, PartialEq)]
pub struct Contents {
    pub operations: Vec<Operation>,
    pub program: Option<VersionedProgram>,
    pub accounts: Vec<AccountFacts>,
    pub sales: Vec<SaleHistory>,
    pub documents: Vec<Recorded>,
}

impl Till<MemoryStore> {
    /// A new ledger with this program, and the three customers on it.
    pub fn open(program: &Program) -> Till<MemoryStore> {
        let mut till = Till::new(MemoryStore::default());
        opening(program).iter().for_each(|document| drop(till.accept(document)));
        till
    }
}

impl<S: Store> Till<S> {
    pub fn new(store: S) -> Till<S> {
        Till { register: Register::new(store, FixedZones) }
    }

    pub fn submit(&mut self, document: &Document) -> Result<Outcome, Refusal> {
        match self.register.submit(document, document.at()) {
            Ok(outcome) => Ok(outcome),
            Err(RegisterError::Refused(refusal)) => Err(refusal),
            Err(other) => panic!("the store failed: {other}"),
        }
    }

    /// Hands in what can't be refused.
    #[track_caller]
    pub fn accept(&mut self, document: &Document) -> Outcome {
        match self.submit(document) {
            Ok(outcome) => outcome,
            Err(refusal) => panic!("{} ({refusal}): {document:?}", refusal.name()),
        }
    }

    pub fn facts(&mut self, question: &Question<'_>) -> Facts {
        self.register.store_mut().begin().unwrap().facts(question).unwrap()
    }

    pub fn operations(&mut self) -> Vec<Operation> {
        self.register.store_mut().operations(Seq(0), usize::MAX).unwrap()
    }

    pub fn account(&mut self, customer: &CustomerId) -> AccountFacts {
        self.facts(&question(Some(customer), &[])).accounts.remove(0)
    }

    /// What a customer has: the balance and the lots.
    pub fn holding(&mut self, customer: &CustomerId) -> Holding {
        self.account(customer).known.map(|known| known.holding).unwrap_or_default()
    }

    pub fn history(&mut self, sale: &SaleId) -> Option<SaleHistory> {
        self.facts(&question(None, std::slice::from_ref(sale))).sales.pop()
    }

    pub fn record(&mut self, sale: &SaleId) -> Option<SaleRecord> {
        self.history(sale).map(|history| SaleRecord::fold(&history.operations).unwrap())
    }

    pub fn verify(&mut self) -> Result<Verified, VerifyError<S::Error>> {
        verify(self.register.store_mut())
    }

    pub fn contents(&mut self) -> Contents {
        let operations = self.operations();
        let documents = operations.iter().map(|operation| &operation.document);
        let customers = documents.clone().filter_map(Document::customer);
        let customers: BTreeSet<CustomerId> = customers.cloned().collect();
        let sales: BTreeSet<SaleId> = documents.clone().filter_map(sale_of).collect();
        let sales: Vec<SaleId> = sales.into_iter().collect();
        let ids: BTreeSet<(Kind, String)> = documents
            .filter_map(|document| document.id().map(|id| (document.kind(), id.to_string())))
            .collect();
        let recorded = |(kind, id): &(Kind, String)| {
            let asked = Question { document: Some((*kind, id)), ..question(None, &[]) };
            self.facts(&asked).original.unwrap()
        };
        let documents = ids.iter().map(recorded).collect();
        let accounts = customers.iter().map(|customer| self.account(customer)).collect();
        let facts = self.facts(&question(None, &sales));
        Contents { operations, program: facts.program, accounts, sales: facts.sales, documents }
    }
}

fn question<'a>(customer: Option<&'a CustomerId>, sales: &'a [SaleId]) -> Question<'a> {
    let running_out_before = Date::from_civil(9999, 12, 31).unwrap();
    let all = Question::of_sales(sales, on(100_000));
    Question { customer, running_out_before, ..all }
}

fn sale_of(document: &Document) -> Option<SaleId> {
    match document {
        Document::Sale(sale) => Some(sale.rung_up.sale.clone()),
        _ => None,
    }
}

/// What every ledger here begins with.
pub fn opening(program: &Program) -> Vec<Document> {
    let customers = CUSTOMERS.iter().map(|name| CustomerId::new(name).unwrap());
    let enrolled = customers.map(|customer| enrol(&format!("enrol-{customer}"), &customer, on(-1)));
    std::iter::once(set_program(0, program, on(-1))).chain(enrolled).collect()
}

/// The lots of a holding, in order of use.
pub fn lots(holding: &Holding) -> Vec<Lot> {
    holding.lots().collect()
}

/// A moment: so many minutes after the first day began, in UTC.
pub fn at(minute: i64) -> Timestamp {
    Timestamp::from_millisecond(FIRST_DAY_MILLISECOND + minute * 60_000).unwrap()
}

/// Noon of a day; the first is 1 January 2026.
pub fn on(day: i64) -> Timestamp {
    at(day * 1440 + 720)
}

const FIRST_DAY_MILLISECOND: i64 = 1_767_225_600_000;

/// A day, counted from 1 January 2026.
pub fn date(day: i32) -> Date {
    Date::from_days(20_454 + day).unwrap()
}

/// The day of a moment where a program is at home.
pub fn day_of(program: &Program, at: Timestamp) -> Date {
    at.date(FixedZones.offset(&program.time_zone, at).unwrap())
}

pub fn customer(number: usize) -> Option<CustomerId> {
    CUSTOMERS.get(number).map(|name| CustomerId::new(name).unwrap())
}

pub fn ann() -> CustomerId {
    CustomerId::new("ann").unwrap()
}

pub fn sale_id(number: usize) -> SaleId {
    SaleId::new(&format!("s{number}")).unwrap()
}

pub fn line_id(index: usize) -> LineId {
    LineId::new(&format!("l{index}")).unwrap()
}

pub fn product(name: &str) -> ProductId {
    ProductId::new(name).unwrap()
}

pub fn tender(name: &str) -> Tender {
    Tender::new(name).unwrap()
}

pub fn ratio(text: &str) -> Ratio {
    Ratio::from_decimal(parse_decimal(text).unwrap()).unwrap()
}

pub fn paid(name: &str, minor: i64) -> Payment {
    Payment { tender: tender(name), amount: Money::from_minor(minor), reservation: None }
}

pub fn header(id: &str, at: Timestamp) -> Header {
    Header { id: Some(DocumentId::new(id).unwrap()), at, place: Place::default() }
}

pub fn set_program(version: u64, program: &Program, at: Timestamp) -> Document {
    let mut bytes = [0; 32];
    bytes[..8].copy_from_slice(&version.to_be_bytes());
    let program = VersionedProgram { version: ProgramVersion(bytes), program: Arc::new(program.clone()) };
    Document::SetProgram(ProgramDocument { header: header(&format!("program{version}"), at), program })
}

pub fn sale(rung_up: RungUp, payments: Vec<Payment>, change: Money) -> Document {
    let document = SaleDocument { rung_up, payments, change, codes: Vec::new(), parked: false };
    Document::Sale(Arc::new(document))
}

pub fn payment(id: &str, sale: &SaleId, payments: Vec<Payment>, at: Timestamp) -> Document {
    let header = header(id, at);
    Document::Payment(PaymentDocument { header, sale: sale.clone(), payments, change: Money::ZERO })
}

pub fn account_payment(id: &str, sales: &[SaleId], payments: Vec<Payment>, at: Timestamp) -> Document {
    let (header, customer, sales) = (header(id, at), ann(), sales.to_vec());
    Document::AccountPayment(AccountPaymentDocument { header, customer, payments, sales })
}

pub fn goods_back(id: &str, sale: &SaleId, lines: Vec<ReturnedLine>, at: Timestamp) -> Document {
    Document::Return(ReturnDocument { header: header(id, at), of: sale.clone(), lines, refund: None })
}

pub fn money_back(id: &str, sale: &SaleId, minor: i64, at: Timestamp) -> Document {
    let (header, amount) = (header(id, at), Money::from_minor(minor));
    Document::ReturnAmount(ReturnAmountDocument { header, of: sale.clone(), amount, refund: None })
}

pub fn void(id: &str, sale: &SaleId, at: Timestamp) -> Document {
    Document::Void(VoidDocument { header: header(id, at), of: sale.clone() })
}

pub fn redeem(id: &str, customer: &CustomerId, units: i64, at: Timestamp) -> Document {
    let (header, spend) = (header(id, at), Spend::Units(Units::from_minor(units)));
    Document::Redeem(RedeemDocument { header, customer: customer.clone(), spend, bill: None })
}

pub fn reserve(id: &str, customer: &CustomerId, units: i64, at: Timestamp) -> Document {
    let (header, spend) = (header(id, at), Spend::Units(Units::from_minor(units)));
    Document::Reserve(ReserveDocument { header, customer: customer.clone(), spend })
}

pub fn release(id: &str, at: Timestamp) -> Document {
    Document::Release(HeldDocument { header: header(id, at), customer: None })
}

pub fn adjust(id: &str, customer: &CustomerId, units: i64, at: Timestamp) -> Document {
    let mut header = header(id, at);
    header.place.operator = Some(OperatorId::new("op").unwrap());
    Document::Adjust(AdjustDocument {
        header,
        customer: customer.clone(),
        units: Units::from_minor(units),
        reason: Some("goodwill".into()),
        allow_negative: true,
    })
}

pub fn import(id: &str, customer: &CustomerId, units: i64, expires: Option<Date>, at: Timestamp) -> Document {
    let (header, units) = (header(id, at), Units::from_minor(units));
    let (customer, last_purchase, spent) = (customer.clone(), None, None);
    Document::Import(ImportDocument { header, customer, units, expires, last_purchase, spent })
}

pub fn enrol(id: &str, customer: &CustomerId, at: Timestamp) -> Document {
    let (header, customer, profile) = (header(id, at), customer.clone(), Profile::default());
    Document::Enrol(EnrolDocument { header, customer, profile })
}

pub fn check(customer: &CustomerId, at: Timestamp) -> Document {
    let header = Header { id: None, at, place: Place::default() };
    Document::Check(MemberDocument { header, customer: customer.clone() })
}

/// The same document, with its id, but something else in it.
pub fn with_other_content(document: Document) -> Document {
    let a_minute_later = |at: Timestamp| Timestamp::from_millisecond(at.millisecond() + 60_000).unwrap();
    match document {
        Document::Sale(sale) => {
            let mut other = (*sale).clone();
            other.rung_up.at = a_minute_later(other.rung_up.at);
            Document::Sale(Arc::new(other))
        }
        Document::Payment(mut document) => {
            document.payments.push(paid("card", 1));
            Document::Payment(document)
        }
        Document::AccountPayment(mut document) => {
            document.payments.push(paid("card", 1));
            Document::AccountPayment(document)
        }
        Document::Return(mut document) => {
            document.lines.truncate(1);
            document.header.at = a_minute_later(document.header.at);
            Document::Return(document)
        }
        Document::ReturnAmount(mut document) => {
            document.amount = document.amount.plus(Money::from_minor(1)).unwrap();
            Document::ReturnAmount(document)
        }
        Document::Void(mut document) => {
            // It may be such a one already.
            let before = document.header.place.operator.as_ref().map_or("", OperatorId::as_str);
            document.header.place.operator = Some(OperatorId::new(&format!("{before}x")).unwrap());
            Document::Void(document)
        }
        Document::Redeem(mut document) => {
            document.spend = Spend::Units(Units::from_minor(1));
            document.header.at = a_minute_later(document.header.at);
            Document::Redeem(document)
        }
        Document::Adjust(mut document) => {
            document.units = document.units.plus(Units::from_minor(1)).unwrap();
            Document::Adjust(document)
        }
        Document::Import(mut document) => {
            document.units = document.units.plus(Units::from_minor(1)).unwrap();
            Document::Import(document)
        }
        Document::Enrol(mut document) => {
            document.header.at = a_minute_later(document.header.at);
            Document::Enrol(document)
        }
        Document::OptOut(mut document) => {
            document.header.at = a_minute_later(document.header.at);
            Document::OptOut(document)
        }
        Document::OptIn(mut document) => {
            document.header.at = a_minute_later(document.header.at);
            Document::OptIn(document)
        }
        Document::SetProgram(mut document) => {
            document.header.at = a_minute_later(document.header.at);
            Document::SetProgram(document)
        }
        other => other,
    }
}
