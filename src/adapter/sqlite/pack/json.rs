//! Any decision, as JSON.

use proptest::prelude::*;
use std::sync::Arc;

use super::any::any_operation;
use crate::decide::{Document, Header, Operation};
use crate::document::{read_operation, read_program, write_operation};
use crate::loyalty::VersionedProgram;
use crate::sale::Place;
use crate::time::Offset;

fn program() -> VersionedProgram {
    let text = r#"{"id": "p", "currency": "EUR", "unit": {"kind": "points", "decimals": 3}, "earn": []}"#;
    read_program(text).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever a decision holds, up to the largest amounts, it comes back from JSON as it was. Documents
    /// have tests of their own.
    #[test]
    fn every_decision_comes_back(operation in any_operation(program())) {
        let program = program();
        let header = Header { id: None, at: operation.document.at(), place: Place::default() };
        let mut operation = Operation { document: Document::Sweep(header), ..operation };
        Arc::make_mut(&mut operation.decision).day = Some(operation.document.at().date(Offset::EASTMOST));
        let line = write_operation(&operation, &program.program);
        prop_assert!(!line.contains('\n'));
        prop_assert_eq!(read_operation(&line, &*program.program), Ok(operation));
    }
}
