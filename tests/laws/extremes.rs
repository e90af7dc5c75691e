//! Laws of what no shop would do: numbers at the edge, programs that make no sense, documents that
//! contradict each other.

use std::collections::BTreeMap;

use proptest::collection::vec;
use proptest::prelude::*;
use regulars::adapter::memory::MemoryStore;
use regulars::ident::CustomerId;
use regulars::ledger::{Account, Holding};
use regulars::money::Units;

use crate::programs::program;
use crate::shop::{Till, opening};
use crate::tries;
use crate::wild::{wild_document, wild_program};

proptest! {
    #![proptest_config(tries())]

    /// R38, R39, and the promise that nothing panics: whatever comes in is answered or refused; what
    /// is refused changes nothing, and what is kept adds up.
    #[test]
    fn nothing_panics(
        first in prop_oneof![program().boxed(), wild_program().boxed()],
        documents in vec(wild_document(), 1..12),
    ) {
        let mut till = Till::new(MemoryStore::default());
        for document in opening(&first).iter().chain(&documents) {
            let before = till.contents();
            match till.submit(document) {
                Ok(outcome) => prop_assert!(!outcome.duplicate || till.contents() == before),
                Err(refusal) => {
                    prop_assert_ne!(refusal.name(), "damaged");
                    let _ = (refusal.to_string(), refusal.facts());
                    prop_assert_eq!(till.contents(), before);
                }
            }
        }
        let mut is_large = false;
        let mut sums: BTreeMap<Account, i128> = BTreeMap::new();
        let mut holdings: BTreeMap<CustomerId, Holding> = BTreeMap::new();
        for operation in till.operations() {
            for entry in operation.decision.entries.iter().cloned() {
                prop_assert!(Units::ZERO < entry.units, "{entry:?}");
                *sums.entry(entry.from).or_default() -= i128::from(entry.units.minor());
                *sums.entry(entry.to).or_default() += i128::from(entry.units.minor());
                is_large |= sums.values().any(|sum| i128::from(i64::MAX / 8) < sum.abs());
                holdings.entry(entry.customer.clone()).or_default().apply(&entry).unwrap();
            }
        }
        prop_assert_eq!(sums.values().sum::<i128>(), 0);
        for (customer, holding) in holdings {
            prop_assert_eq!(till.holding(&customer), holding);
        }
        // What `verify` sums up is of 63 bits.
        if !is_large {
            let verified = till.verify();
            prop_assert!(verified.is_ok(), "{verified:?}");
        }
    }
}
