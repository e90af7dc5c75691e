//! Lines as what other registers have sent. Each is taken in, waits, or is refused; what comes again changes
//! nothing; and what is taken in is sent on and taken in elsewhere.

use std::io::sink;

use regulars::adapter::memory::MemoryStore;
use regulars::adapter::parcel_lines::{receive, send_all};
use regulars::ident::RegisterId;
use regulars::ledger::Seq;
use regulars::store::{Store, Transaction, share, verify};

/// More lines than this find nothing that fewer don't, and take longer.
const LINES: usize = 48;

pub fn run(bytes: &[u8]) {
    let lines: Vec<&[u8]> = bytes.split(|byte| *byte == b'\n').take(LINES).collect();
    let mut store = named("till-9");
    let mut accepted = Vec::new();
    for line in &lines {
        let before = operations(&mut store);
        match receive(&mut store, &mut &**line, |_| ()) {
            Ok(_) => accepted.push(line),
            Err(_) => assert_eq!(operations(&mut store), before, "what is refused changes nothing"),
        }
    }
    let taken = operations(&mut store);
    for line in accepted {
        receive(&mut store, &mut &**line, |_| ()).unwrap();
    }
    assert_eq!(operations(&mut store), taken, "what comes again changes nothing");
    // A decision that doesn't fit its document is found out here, and isn't refused before.
    let fits = verify(&mut store).is_ok();
    let mut sent = Vec::new();
    match send_all(&mut store, &mut sent, |_| ()) {
        Ok(sent) => assert_eq!(usize::try_from(sent.operations).unwrap(), taken),
        Err(error) => assert!(!fits, "{error}"),
    }
    // All at once, and in one transaction.
    let mut other = named("till-8");
    if receive(&mut other, &mut &*lines.join(&b'\n'), |_| ()).is_ok() {
        let _ = verify(&mut other);
        let _ = send_all(&mut other, &mut sink(), |_| ());
    }
}

fn named(name: &str) -> MemoryStore {
    let mut store = MemoryStore::default();
    let mut transaction = store.begin().unwrap();
    share(&mut transaction, &RegisterId::new(name).unwrap()).unwrap();
    transaction.commit().unwrap();
    store
}

fn operations(store: &mut MemoryStore) -> usize {
    store.operations(Seq(1), usize::MAX).unwrap().len()
}
