//! Bytes as JSON, as a program and as a document: read or refused; and what is read comes back as it was.

use regulars::document::{
    Json, Limits, document_from, program_from, read_document, read_program, write_document,
    write_document_error, write_program,
};
use regulars::loyalty::Program;

/// A program with decimals of its own, and one with money's.
const PROGRAMS: [&str; 2] = [
    r#"{"id": "p", "currency": "EUR", "unit": {"kind": "points", "decimals": 1}, "earn": []}"#,
    r#"{"id": "m", "currency": "KWD", "unit": {"kind": "money"}, "earn": []}"#,
];

pub fn run(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    if let Ok(json) = Json::read(&text, &Limits::default()) {
        assert_eq!(Json::read(&json.to_string(), &Limits::NONE).as_ref(), Ok(&json), "as JSON");
    }
    match read_program(&text) {
        Err(error) => is_json(&write_document_error(&error)),
        Ok(read) => {
            let written = write_program(&read.program);
            let again = Json::read(&written, &Limits::NONE).and_then(|json| program_from(&json));
            assert_eq!(again.as_ref(), Ok(&read), "{written}");
        }
    }
    // Without a program no document but the one that sets it can be read.
    if let Err(error) = read_document(&text, None) {
        is_json(&write_document_error(&error));
    }
    for program in PROGRAMS {
        comes_back(&text, &read_program(program).unwrap().program);
    }
}

fn comes_back(text: &str, program: &Program) {
    let read = match read_document(text, program) {
        Ok(read) => read,
        Err(error) => return is_json(&write_document_error(&error)),
    };
    let written = write_document(&read, program);
    let json = Json::read(&written, &Limits::NONE).expect(&written);
    let again = document_from(&json, program, &Limits::NONE).expect(&written);
    assert_eq!(again, read, "{written}");
    assert_eq!(write_document(&again, program), written);
}

fn is_json(written: &str) {
    assert!(!written.contains('\n') && Json::read(written, &Limits::NONE).is_ok(), "{written}");
}
