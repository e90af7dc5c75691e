//! Bytes as a CSV file of balances: read, and imported once.

use regulars::adapter::csv::{CsvImport, CsvReport, read_balances};
use regulars::adapter::memory::MemoryStore;
use regulars::document::{read_document, read_program};
use regulars::register::Register;
use regulars::store::verify;
use regulars::time::{FixedZones, Timestamp};

const PROGRAM: &str = r#"{"id": "house", "currency": "EUR", "unit": {"kind": "points", "decimals": 2},
    "earn": [], "expiry": {"by": "age", "months": 12}}"#;

/// Customers with the codes that the corpus has.
const CUSTOMERS: [(&str, &str); 4] =
    [("C1", "2000017"), ("C2", "2000024"), ("C3", "2000031"), ("ada", "card 4")];

pub fn run(bytes: &[u8]) {
    let program = read_program(PROGRAM).unwrap();
    let Ok(lines) = read_balances(bytes, &program.program) else { return };
    let now = Timestamp::from_millisecond(1_772_442_000_000).unwrap();
    for all_or_nothing in [false, true] {
        let mut register = Register::new(MemoryStore::default(), FixedZones);
        register.set_program(program.clone(), Timestamp::EPOCH).unwrap();
        for (customer, code) in CUSTOMERS {
            let text = format!(
                r#"{{"type": "enrol", "at": "2026-03-01T10:00:00Z", "customer": "{customer}", "code": "{code}"}}"#
            );
            let enrol = read_document(&text, &*program.program).unwrap();
            register.submit(&enrol, now).unwrap();
        }
        let import = CsvImport { file: "balances.csv", at: now, recorded_at: now, all_or_nothing };
        // More units than 63 bits hold are a refusal of all that is left.
        let Ok(report) = import.run(&mut register, &lines) else { continue };
        let count = |report: &CsvReport| {
            report.imported + report.known + u64::try_from(report.refused.len()).unwrap()
        };
        assert!(
            all_or_nothing && !report.refused.is_empty()
                || count(&report) == u64::try_from(lines.len()).unwrap(),
            "each line is imported, known or refused: {report:?}"
        );
        let verified = verify(register.store_mut()).unwrap();
        let again = import.run(&mut register, &lines).unwrap();
        assert_eq!(again.imported, 0, "the same file again: {again:?}");
        assert_eq!(again.refused, report.refused);
        assert_eq!(verify(register.store_mut()).unwrap(), verified);
    }
}
