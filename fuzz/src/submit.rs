//! Lines as documents, handed to a register one after the other. Each is taken or refused, none twice, and
//! the ledger fits at the end. The first line may be a program.

use std::sync::{Arc, OnceLock};

use regulars::adapter::memory::MemoryStore;
use regulars::adapter::receipt::Receipt;
use regulars::adapter::zones::IanaZones;
use regulars::decide::{Document, Question};
use regulars::document::{
    Json, Limits, read_document, read_program, write_dry_run, write_hints, write_outcome, write_refusal,
};
use regulars::ident::CustomerId;
use regulars::ledger::Seq;
use regulars::loyalty::{Aloud, Program, VersionedProgram};
use regulars::money::{Money, Units};
use regulars::register::{Register, RegisterError};
use regulars::store::{Store, Transaction, verify};
use regulars::time::{Offset, Timestamp};

const PROGRAM: &str = r#"{"id": "house", "currency": "EUR", "unit": {"kind": "points", "decimals": 1},
    "earn": [{"by": "amount", "rate": "1.5"}], "redemption": {"value": "0.05"}}"#;

/// More lines than this find nothing that fewer don't, and take longer.
const LINES: usize = 48;

type Till = Register<MemoryStore, IanaZones>;

pub fn run(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let mut lines = text.lines().take(LINES).peekable();
    let of_first_line = lines.peek().and_then(|line| read_program(line).ok());
    let program = match of_first_line {
        Some(program) => {
            lines.next();
            program
        }
        None => read_program(PROGRAM).unwrap(),
    };
    let mut register = Register::new(MemoryStore::default(), zones());
    if register.set_program(program.clone(), Timestamp::EPOCH).is_err() {
        return;
    }
    let mut current = program.program;
    let mut taken = Vec::new();
    for line in lines {
        let Ok(document) = read_document(line, &*current) else { continue };
        if submit(&mut register, &document, &current) {
            if let Document::SetProgram(set) = &document {
                current = Arc::clone(&set.program.program);
            }
            taken.push(document);
        }
    }
    let before = operations(&mut register);
    verify(register.store_mut()).unwrap();
    // A sale that was put aside may be so anew, with something else in it.
    let is_parked = |document: &Document| matches!(document, Document::Sale(sale) if sale.parked);
    for document in taken.iter().filter(|document| document.id().is_some() && !is_parked(document)) {
        submit(&mut register, document, &current);
    }
    assert_eq!(operations(&mut register), before, "what comes again records nothing");
    ask(&mut register, &current);
    assert_eq!(operations(&mut register), before, "what is asked records nothing");
}

/// Time zones are read once for all runs.
fn zones() -> IanaZones {
    static ZONES: OnceLock<IanaZones> = OnceLock::new();
    ZONES.get_or_init(IanaZones::default).clone()
}

fn operations(register: &mut Till) -> usize {
    register.store_mut().operations(Seq(1), usize::MAX).unwrap().len()
}

/// Hands a document in, and says whether it was taken.
fn submit(register: &mut Till, document: &Document, program: &Program) -> bool {
    if let Document::Sale(sale) = document {
        // Refused as the sale is; all that counts is that it records nothing.
        let before = operations(register);
        let _ = register.quote(sale);
        assert_eq!(operations(register), before, "a quote records nothing");
    }
    let (written, taken) = match register.submit(document, document.at()) {
        Ok(outcome) => {
            if let Document::Sale(sale) = document {
                let (rung_up, codes) = (&sale.rung_up, &*sale.codes);
                let aloud = Aloud { program, rung_up, codes, offset: Offset::UTC };
                // Numbers past 63 bits have no sum.
                let _ = aloud.sentences(&outcome.explanations);
            }
            print(register, document, outcome.decision.balance);
            (write_outcome(&outcome, program), true)
        }
        Err(RegisterError::Refused(refusal)) => (write_refusal(&refusal), false),
        Err(other) => panic!("{other}"),
    };
    assert!(!written.contains('\n') && Json::read(&written, &Limits::NONE).is_ok(), "{written}");
    assert!(!written.contains(r#""error":"damaged""#), "{written}");
    taken
}

/// Prints the sales that a document is about.
fn print(register: &mut Till, document: &Document, balance: Option<Units>) {
    let mut sales = document.about_sales().to_vec();
    if let Document::Sale(sale) = document {
        sales.push(sale.rung_up.sale.clone());
    }
    let facts = register.facts(&Question::of_sales(&sales, document.at())).unwrap();
    for sale in &facts.sales {
        let (exchanged, credit, zones) = (facts.sales.first(), Money::ZERO, register.zones());
        // Numbers past 63 bits have no receipt.
        let _ =
            Receipt { shop: "SHOP", sale, exchanged, balance, held: Units::ZERO, credit, zones }.to_text();
    }
}

/// Asks all that can be asked of everybody.
fn ask(register: &mut Till, program: &Arc<Program>) {
    let customers: Vec<CustomerId> = register.store_mut().begin().unwrap().customers(None, 99).unwrap();
    let latest = register.store_mut().operations(Seq(1), usize::MAX).unwrap();
    let at = latest.iter().map(|operation| operation.document.at()).max().unwrap_or(Timestamp::EPOCH);
    for customer in &customers {
        if let Ok(hints) = register.hints(customer, None, at) {
            write_hints(&hints, program);
        }
    }
    let other = read_program(PROGRAM).unwrap();
    let versions = latest.iter().filter_map(|operation| match &operation.document {
        Document::SetProgram(set) => Some(set.program.clone()),
        _ => None,
    });
    for version in versions.chain([other]).collect::<Vec<VersionedProgram>>() {
        if let Ok(dry_run) = register.dry_run(&version, at) {
            // Numbers past 63 bits have no sum.
            let _ = write_dry_run(&dry_run, &version.program);
        }
    }
}
