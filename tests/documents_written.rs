//! Programs and documents come back as they were: what is read is written, and read again.
#![cfg(feature = "json")]

#[path = "written/documents.rs"]
mod documents;
#[path = "written/programs.rs"]
mod programs;
#[path = "written/values.rs"]
mod values;

use proptest::prelude::*;

use regulars::adapter::memory::MemoryStore;
use regulars::decide::{Document, Header, ProgramDocument};
use regulars::document::{
    Json, Limits, document_from, program_from, read_document, read_program, write_document, write_outcome,
    write_program, write_refusal,
};
use regulars::register::{Register, RegisterError};
use regulars::sale::Place;
use regulars::time::{FixedZones, Timestamp};

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_program_comes_back_as_it_was(text in programs::any_program()) {
        let read = read_program(&text).expect(&text);
        let written = write_program(&read.program);
        let again = read_program(&written);
        prop_assert_eq!(again.as_ref(), Ok(&read));
        let tree = Json::read(&written, &Limits::NONE).and_then(|json| program_from(&json));
        prop_assert_eq!(tree, Ok(read));
    }

    #[test]
    fn a_document_comes_back_as_it_was(text in documents::any_document()) {
        let program = read_program(programs::HOUSE).unwrap().program;
        let read = read_document(&text, &*program).expect(&text);
        let written = write_document(&read, &program);
        let json = Json::read(&written, &Limits::NONE).expect(&written);
        let again = document_from(&json, &*program, &Limits::NONE).expect(&written);
        prop_assert_eq!(&again, &read);
        prop_assert_eq!(write_document(&again, &program), written);
    }

    /// Whatever comes in, the ledger takes it or refuses it, and what is told can be read.
    #[test]
    fn no_documents_make_a_ledger_panic(texts in prop::collection::vec(documents::any_document(), 1..20)) {
        let program = read_program(programs::HOUSE).unwrap();
        let mut register = Register::new(MemoryStore::default(), FixedZones);
        let header = Header { id: None, at: Timestamp::EPOCH, place: Place::default() };
        let set = ProgramDocument { header, program: program.clone() };
        register.submit(&Document::SetProgram(set), Timestamp::EPOCH).unwrap();
        for text in texts {
            let document = read_document(&text, &*program.program).expect(&text);
            let told = match register.submit(&document, document.at()) {
                Ok(outcome) => write_outcome(&outcome, &program.program),
                Err(RegisterError::Refused(refusal)) => write_refusal(&refusal),
                Err(other) => panic!("{other}"),
            };
            prop_assert!(Json::read(&told, &Limits::NONE).is_ok(), "{}", told);
            prop_assert!(!told.contains(r#""error":"damaged""#), "{}: {}", text, told);
        }
    }

    /// A field that isn't known is refused with its place, wherever it stands.
    #[test]
    fn a_field_too_many_is_refused(text in documents::any_document(), place in any::<prop::sample::Index>()) {
        let program = read_program(programs::HOUSE).unwrap().program;
        let braces: Vec<usize> = text.match_indices('{').map(|(index, _)| index).collect();
        let (before, after) = text.split_at(braces[place.index(braces.len())]);
        let after = after.strip_prefix('{').unwrap();
        let comma = if after.starts_with('}') { "" } else { "," };
        let error = read_document(&format!(r#"{before}{{"spam":0{comma}{after}"#), &*program).unwrap_err();
        prop_assert_eq!(error.name(), "invalid_document");
        let at_its_place = error.path().is_some_and(|path| path == "spam" || path.ends_with(".spam"));
        let as_a_key = error.path().is_some_and(|path| path.contains("spam"));
        prop_assert!(at_its_place || as_a_key, "{}", error);
    }
}
