//! Laws of the ledger, over whole histories.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use proptest::collection::vec;
use proptest::prelude::*;
use regulars::adapter::memory::MemoryStore;
use regulars::decide::{Decision, Document, Kind, Moved, Operation, Outcome, Refusal, Shown};
use regulars::ident::{CustomerId, SaleId, Tender};
use regulars::ledger::{Account, Entry, Holding, LotKey};
use regulars::loyalty::{Program, ProgramVersion};
use regulars::money::Units;
use regulars::register::RegisterError;
use regulars::store::Store;
use regulars::time::{Date, Timestamp};

use crate::history::documents;
use crate::shop::{Contents, Till, customer, day_of, lots, with_other_content};
use crate::tally::Tally;
use crate::tries;

type Case = Result<(), TestCaseError>;

fn empty() -> Till<MemoryStore> {
    Till::new(MemoryStore::default())
}

proptest! {
    #![proptest_config(tries())]

    /// R38, R39: after every history, what is kept of a customer is the fold of all entries, all
    /// accounts together hold nothing, and `verify` finds that it is so.
    #[test]
    fn the_entries_are_the_truth(documents in documents()) {
        let mut till = empty();
        for document in &documents {
            let _ = till.submit(document);
        }
        let verified = till.verify();
        prop_assert!(verified.is_ok(), "{verified:?}");
        let operations = till.operations();
        let entries: Vec<&Entry> = entries(&operations).collect();
        let mut accounts: BTreeMap<Account, i64> = BTreeMap::new();
        for entry in &entries {
            prop_assert!(Units::ZERO < entry.units && entry.from != entry.to, "{entry:?}");
            *accounts.entry(entry.from).or_default() -= entry.units.minor();
            *accounts.entry(entry.to).or_default() += entry.units.minor();
        }
        let mut kept = 0;
        for customer in (0..3).filter_map(customer) {
            let holding = till.holding(&customer);
            kept += holding.balance().minor();
            let mut fold = Holding::default();
            let own = entries.iter().filter(|entry| entry.customer == customer);
            own.clone().for_each(|entry| fold.apply(entry).unwrap());
            prop_assert_eq!(&fold, &holding);
            let side = |side: fn(&Entry) -> Account| {
                let units = own.clone().filter(|entry| side(entry) == Account::Customer);
                units.map(|entry| entry.units.minor()).sum::<i64>()
            };
            prop_assert_eq!(holding.balance().minor(), side(|entry| entry.to) - side(|entry| entry.from));
            let in_lots: i64 = lots(&holding).iter().map(|lot| lot.units.minor()).sum();
            prop_assert_eq!(in_lots, holding.balance().minor().max(0));
            prop_assert!(lots(&holding).iter().all(|lot| Units::ZERO < lot.units));
        }
        accounts.insert(Account::Customer, kept);
        prop_assert_eq!(accounts.values().sum::<i64>(), 0);
    }

    /// R40: what an outcome says was moved is what its entries moved; and unless its document came
    /// late, its balance is what is kept.
    #[test]
    fn outcomes_tell_what_was_recorded(documents in documents()) {
        let mut till = empty();
        for document in &documents {
            let before = till.operations().len();
            let Ok(outcome) = till.submit(document) else { continue };
            let operations = till.operations();
            let Some(operation) = operations.get(before) else { continue };
            prop_assert_eq!(&operation.decision, &outcome.decision);
            prop_assert_eq!(Moved::by(&operation.decision.entries).unwrap(), outcome.moved);
            prop_assert_eq!(outcome.moved.earned, earned_by(&outcome.decision));
            let Some(customer) = &outcome.decision.customer else { continue };
            let known = till.account(customer).known.unwrap();
            // What moves nothing leaves to others what has run out.
            if known.latest == document.at() && !outcome.decision.entries.is_empty() {
                prop_assert_eq!(outcome.decision.balance, Some(known.holding.balance()));
            }
        }
    }

    /// R2, Q25: the same document again changes nothing and answers as it did the first time; with
    /// other content it is a conflict, and changes nothing.
    #[test]
    fn the_same_again(documents in documents()) {
        let mut till = empty();
        let mut answers: Vec<(Document, Outcome)> = Vec::new();
        for document in &documents {
            let Ok(outcome) = till.submit(document) else { continue };
            if document.id().is_some() && !outcome.duplicate && document.kind() != Kind::Check {
                // What was only parked may be sent again with any content: the newest counts.
                let id = (document.kind(), document.id());
                answers.retain(|(known, _)| (known.kind(), known.id()) != id);
                answers.push((document.clone(), outcome));
            }
        }
        let before = till.contents();
        for (document, answer) in answers {
            // What is shown beside the answer is as things stand now.
            let again = till.submit(&document).map(|again| Outcome { shown: Shown::default(), ..again });
            prop_assert_eq!(again, Ok(Outcome { duplicate: true, shown: Shown::default(), ..answer }));
            let is_parked = matches!(&document, Document::Sale(sale) if sale.parked);
            if !is_parked {
                let other = with_other_content(document);
                prop_assert_eq!(till.submit(&other).map_err(|refusal| refusal.name()), Err("conflict"));
            }
        }
        prop_assert_eq!(till.contents(), before);
    }

    /// R2, R13, R19: what is refused, and what is only looked at, changes nothing.
    #[test]
    fn what_is_refused_changes_nothing(documents in documents()) {
        let mut till = empty();
        let mut before = till.contents();
        for document in &documents {
            let is_new = match till.submit(document) {
                Ok(outcome) => !outcome.duplicate && document.kind() != Kind::Check,
                Err(refusal) => {
                    prop_assert_ne!(refusal.name(), "damaged");
                    false
                }
            };
            let after = till.contents();
            if is_new {
                prop_assert_eq!(after.operations.len(), before.operations.len() + 1);
            } else {
                prop_assert_eq!(&after, &before);
            }
            before = after;
        }
    }

    /// R13, R24, R26, Q7: what runs out first is used first, then what was earned first; a claw-back
    /// takes the sale's own units before all others; what has run out is never used, and what isn't
    /// there is never spent.
    #[test]
    fn the_order_of_use(documents in documents()) {
        let mut till = empty();
        for document in &documents {
            let _ = till.submit(document);
        }
        let programs = programs(&documents);
        let mut holdings: BTreeMap<CustomerId, Holding> = BTreeMap::new();
        let mut own: BTreeMap<SaleId, LotKey> = BTreeMap::new();
        let mut latest: BTreeMap<CustomerId, Timestamp> = BTreeMap::new();
        for operation in &till.operations() {
            let accruals = operation.decision.accruals.iter();
            own.extend(accruals.map(|accrued| (accrued.sale.clone(), accrued.lot)));
            let at = operation.document.at();
            let today = day_of(&programs[&operation.program], at);
            // What comes late takes what was there at its own time.
            let mut is_late = false;
            if let Some(customer) = &operation.decision.customer {
                let latest = latest.entry(customer.clone()).or_insert(at);
                is_late = at < *latest;
                *latest = at.max(*latest);
            }
            for entry in &operation.decision.entries {
                let holding = holdings.entry(entry.customer.clone()).or_default();
                let own = entry.sale.as_ref().and_then(|sale| own.get(sale));
                if entry.from == Account::Customer && !is_late {
                    takes_the_right_lot(entry, holding, own, (at, today))?;
                }
                holding.apply(entry).unwrap();
            }
        }
    }

    /// R16, R17, R20, Q3: however returns, money back and voids follow each other: of a sale no more
    /// is taken back than it earned, no more goes back than was paid, by default to no tender more
    /// than it paid, and to loyalty never. It goes back to the lots that paid; only where something came
    /// late may others have paid by now (R27).
    #[test]
    fn no_more_goes_back_than_came(documents in documents()) {
        let mut till = empty();
        for document in &documents {
            let _ = till.submit(document);
        }
        let mut tallies: BTreeMap<SaleId, Tally> = BTreeMap::new();
        let mut latest: BTreeMap<CustomerId, Timestamp> = BTreeMap::new();
        let (mut late, mut owners) = (BTreeSet::new(), BTreeMap::new());
        for operation in &till.operations() {
            Tally::count(&mut tallies, operation);
            let (entries, at) = (&operation.decision.entries, operation.document.at());
            for customer in operation.decision.customer.iter().chain(entries.iter().map(|entry| &entry.customer)) {
                let before = latest.entry(customer.clone()).or_insert(at);
                if at < *before {
                    late.insert(customer.clone());
                }
                *before = at.max(*before);
            }
            owners.extend(entries.iter().filter_map(|entry| Some((entry.sale.clone()?, entry.customer.clone()))));
        }
        for (sale, tally) in tallies {
            let in_time = !owners.get(&sale).is_some_and(|owner| late.contains(owner));
            prop_assert!(tally.asked <= tally.earned, "{sale}: {tally:?}");
            prop_assert!(tally.clawed_back + tally.written_off <= tally.asked, "{sale}: {tally:?}");
            prop_assert!(tally.restored <= tally.spent, "{sale}: {tally:?}");
            for (lot, restored) in &tally.restored_by_lot {
                let spent = tally.spent_by_lot.get(lot).copied().unwrap_or(0);
                prop_assert!(!in_time || *restored <= spent, "{sale}: {tally:?}");
            }
            let sum = |tenders: &BTreeMap<Tender, i64>| tenders.values().sum::<i64>();
            prop_assert!(sum(&tally.refunded) <= sum(&tally.paid), "{sale}: {tally:?}");
            for (tender, refunded) in &tally.refunded {
                let is_bound = tender.is_loyalty() || !tally.is_chosen;
                let paid = tally.paid.get(tender).copied().unwrap_or(0);
                prop_assert!(!is_bound || *refunded <= paid, "{sale}, {tender}: {tally:?}");
            }
        }
    }

    /// R27, R38: two stores that are given the same documents hold the same and answer the same:
    /// one document by document, the other in batches, each of which fails first.
    #[test]
    fn two_stores_hold_the_same(documents in documents(), sizes in vec(1_usize..6, 1..8)) {
        // Another kind of store takes the place of one of the two here.
        hold_the_same(MemoryStore::default(), MemoryStore::default(), &documents, &sizes)?;
    }

    /// R31: who has opted out neither earns nor spends, and has what was there.
    #[test]
    fn who_opted_out_neither_earns_nor_spends(documents in documents()) {
        let mut till = empty();
        let mut said: BTreeMap<CustomerId, Vec<(Timestamp, bool)>> = BTreeMap::new();
        for document in &documents {
            let known = till.operations().len();
            let _ = till.submit(document);
            for operation in till.operations().drain(known..) {
                let at = operation.document.at();
                for entry in &operation.decision.entries {
                    // What was said last for the time of the document, whenever it was recorded.
                    let by_then = said.get(&entry.customer).into_iter().flatten().filter(|(then, _)| *then <= at);
                    let is_out = by_then.max_by_key(|(then, _)| *then).is_some_and(|(_, is_out)| *is_out);
                    let is_gain = (entry.from, entry.to) == (Account::Issued, Account::Customer);
                    prop_assert!(!is_out || !is_gain && entry.to != Account::Redeemed, "{entry:?}");
                }
                let is_out = match operation.document.kind() {
                    Kind::OptOut => true,
                    Kind::OptIn | Kind::Enrol => false,
                    _ => continue,
                };
                if let Some(customer) = &operation.decision.customer {
                    said.entry(customer.clone()).or_default().push((at, is_out));
                }
            }
        }
    }
}

fn entries(operations: &[Operation]) -> impl Iterator<Item = &Entry> {
    operations.iter().flat_map(|operation| &operation.decision.entries)
}

fn earned_by(decision: &Decision) -> Units {
    Units::sum(decision.accruals.iter().map(|accrued| accrued.accrual.total().unwrap())).unwrap()
}

fn programs(documents: &[Document]) -> BTreeMap<ProgramVersion, Arc<Program>> {
    let set = documents.iter().filter_map(|document| match document {
        Document::SetProgram(set) => Some((set.program.version, set.program.program.clone())),
        _ => None,
    });
    set.collect()
}

fn takes_the_right_lot(
    entry: &Entry,
    holding: &Holding,
    own: Option<&LotKey>,
    (at, today): (Timestamp, Date),
) -> Case {
    let there = lots(holding);
    let Some(key) = entry.lot else {
        // What comes and has run out already fills no debt: it is taken out of nothing again.
        if entry.to == Account::Expired {
            return Ok(());
        }
        prop_assert!(there.is_empty(), "owed, though there are lots: {entry:?}");
        prop_assert!(entry.to != Account::Redeemed, "spent, and not there: {entry:?}");
        return Ok(());
    };
    prop_assert!(entry.units <= holding.lot(&key), "{entry:?}");
    let has_run_out = key.expires.is_some_and(|last_day| last_day < today);
    prop_assert_eq!(has_run_out, entry.to == Account::Expired, "{:?}", entry);
    let is_own = |other: &LotKey| own.is_some_and(|own| (own.seq, own.part) == (other.seq, other.part));
    if entry.to == Account::Issued && there.iter().any(|lot| is_own(&lot.key)) {
        prop_assert!(is_own(&key), "not the sale's own units first: {entry:?}");
        return Ok(());
    }
    let rank = |key: &LotKey| (key.expires.is_none(), key.expires, key.born);
    // What came after a late document isn't compared.
    for lot in there.iter().filter(|lot| lot.key.born.max(key.born) <= at) {
        prop_assert!(rank(&key) <= rank(&lot.key), "{key:?} before {:?}", lot.key);
    }
    Ok(())
}

fn hold_the_same<A: Store, B: Store>(one: A, other: B, documents: &[Document], sizes: &[usize]) -> Case {
    let (mut one, mut other) = (Till::new(one), Till::new(other));
    let mut rest = documents;
    for &size in sizes.iter().cycle() {
        let (chunk, left) = rest.split_at(size.min(rest.len()));
        let before = one.contents();
        let answers: Vec<_> = chunk.iter().map(|document| one.submit(document)).collect();
        prop_assert_eq!(&in_one_batch(&mut other, chunk, false)?, &answers);
        prop_assert_eq!(&other.contents(), &before);
        prop_assert_eq!(&in_one_batch(&mut other, chunk, true)?, &answers);
        rest = left;
        if rest.is_empty() {
            break;
        }
    }
    let (one, other): (Contents, Contents) = (one.contents(), other.contents());
    prop_assert_eq!(one, other);
    Ok(())
}

type Answers = Vec<Result<Outcome, Refusal>>;

/// Hands documents in as one batch, and keeps it or drops it.
fn in_one_batch<S: Store>(
    till: &mut Till<S>,
    documents: &[Document],
    keeps: bool,
) -> Result<Answers, TestCaseError> {
    let mut batch = till.register.batch().unwrap();
    let mut answers = Vec::new();
    for document in documents {
        answers.push(match batch.submit(document, document.at()) {
            Ok(outcome) => Ok(outcome),
            Err(RegisterError::Refused(refusal)) => Err(refusal),
            Err(other) => return Err(TestCaseError::fail(other.to_string())),
        });
    }
    if keeps {
        batch.commit().unwrap();
    }
    Ok(answers)
}
