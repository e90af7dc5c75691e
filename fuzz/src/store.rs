//! Bytes as the file of a ledger. Whatever it holds, it is opened, read, checked, sold with and erased from,
//! or an error says why not; and a file that passes all checks still does after a sale.

use regulars::adapter::parcel_lines::send_all;
use regulars::adapter::sqlite::{Salvage, SqliteStore};
use regulars::document::{read_document, read_program};
use regulars::ledger::Seq;
use regulars::register::{Register, RegisterError};
use regulars::store::{Store, verify};
use regulars::time::{FixedZones, Timestamp};

use super::file::LedgerFile;

/// A larger file finds nothing that a smaller one doesn't, and takes longer.
const BYTES: usize = 64 * 1024;

const PROGRAM: &str = r#"{"id": "house", "currency": "EUR", "unit": {"kind": "money"},
    "earn": [{"by": "amount", "rate": "0.05"}]}"#;

const DOCUMENTS: [&str; 3] = [
    r#"{"type": "sale", "sale": "F1", "at": "2026-03-02T10:00:00Z", "customer": "C1",
        "lines": [{"id": "1", "product": "A", "quantity": "1", "unit_price": "20.00"}],
        "payments": [{"tender": "card", "amount": "20.00"}]}"#,
    r#"{"type": "return", "id": "F2", "of": "S1", "at": "2027-03-03T10:00:00Z",
        "lines": [{"id": "1", "quantity": "1"}]}"#,
    r#"{"type": "void", "id": "F3", "of": "F1", "at": "2026-03-02T11:00:00Z"}"#,
];

pub fn run(bytes: &[u8]) {
    let bytes = bytes.get(..BYTES).unwrap_or(bytes);
    let file = LedgerFile::new(bytes);
    look_at(&file);
}

/// Does all that can be done with a file.
pub fn look_at(file: &LedgerFile) {
    if let Ok(mut salvage) = Salvage::open(file.path(), &[], |_, _| ()) {
        let written = salvage.export(&mut std::io::sink(), |_, _| ()).unwrap();
        assert_eq!(written, salvage.report().operations);
    }
    // It would look at less that is damaged otherwise.
    let Ok(mut store) = SqliteStore::options().check_end(false).open(file.path()) else { return };
    let whole = is_whole(&mut store);
    let _ = store.chain_head();
    let _ = store.check_chain_end();
    let _ = store.operations(Seq(1), usize::MAX);
    let customers = store.customers(None, 99).unwrap_or_default();
    let _ = store.checkpoint();
    for country in [None, "GB".parse().ok()] {
        let Ok(contacts) = store.contacts(country) else { continue };
        // What a phone number is takes long to find out.
        let _ = contacts.by_phone("020 7946 0000");
        for kept in &customers {
            let profile = &kept.member.profile;
            let _ = contacts.by_email(profile.email.as_deref().unwrap_or("ada@example.com"));
            let _ = contacts.by_name(profile.name.as_deref().unwrap_or("a"), None, 5);
        }
    }
    let program = read_program(PROGRAM).unwrap();
    let mut register = Register::new(store, FixedZones);
    let mut at = Timestamp::EPOCH;
    for document in DOCUMENTS {
        let document = read_document(document, &*program.program).unwrap();
        at = at.max(document.at());
        match register.submit(&document, at) {
            Err(RegisterError::Store(error)) if whole => panic!("{error}"),
            _ => {}
        }
    }
    for kept in &customers {
        let _ = register.hints(&kept.customer, None, at);
    }
    let _ = register.dry_run(&program, at);
    assert!(!whole || is_whole(register.store_mut()), "a whole file is whole after a sale");
    let store = register.store_mut();
    let _ = send_all(store, &mut std::io::sink(), |_| ());
    let _ = store.begin_epoch(7);
    if let Some(kept) = customers.first() {
        let erased = store.erase(&kept.customer);
        assert!(!whole || erased.is_ok(), "{erased:?}");
    }
    assert!(!whole || is_whole(store), "a whole file is whole after an erasure");
}

fn is_whole(store: &mut SqliteStore) -> bool {
    let (file, ledger, chain) = (store.check_file(), verify(store), store.check_chain(None));
    file.is_ok() && ledger.is_ok() && chain.is_ok()
}
