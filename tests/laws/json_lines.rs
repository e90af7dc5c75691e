//! What a ledger is, its operations say: taken over from lines of JSON, it is the same ledger.

use proptest::prelude::*;
use regulars::adapter::json_lines::{export, import};
use regulars::adapter::memory::MemoryStore;

use crate::history::documents;
use crate::shop::Till;
use crate::tries;

fn exported(till: &mut Till<MemoryStore>) -> Vec<u8> {
    let mut lines = Vec::new();
    export(till.register.store_mut(), &mut lines, |_, _| ()).unwrap();
    lines
}

proptest! {
    #![proptest_config(tries())]

    /// R38: whatever program holds, and in whatever order documents came; and both go on alike.
    #[test]
    fn a_ledger_that_was_taken_over_goes_on_alike(documents in documents(), share in 0..=100_usize) {
        let mut here = Till::new(MemoryStore::default());
        let (first, later) = documents.split_at(documents.len() * share / 100);
        first.iter().for_each(|document| drop(here.submit(document)));
        let lines = exported(&mut here);
        let mut there = Till::new(MemoryStore::default());
        import(there.register.store_mut(), &mut &*lines, |_, _| ()).unwrap();
        prop_assert!(exported(&mut there) == lines);
        prop_assert_eq!(there.contents().operations, here.contents().operations);
        prop_assert_eq!(there.verify().unwrap(), here.verify().unwrap());
        for document in later {
            prop_assert_eq!(there.submit(document), here.submit(document));
        }
        prop_assert!(exported(&mut there) == exported(&mut here));
    }
}
