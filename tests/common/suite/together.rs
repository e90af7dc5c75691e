//! Every store gives the same ledger as the one in memory.

use std::fmt::Debug;

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use regulars::adapter::memory::MemoryStore;
use regulars::decide::{
    Document, Facts, Header, Kept, Key, MemberDocument, Outcome, ProgramDocument, Question, Refusal,
};
use regulars::document::read_document;
use regulars::ident::CustomerId;
use regulars::loyalty::{Expiry, ProgramVersion, Span, VersionedProgram};
use regulars::money::Units;
use regulars::sale::Place;
use regulars::store::{Store, Transaction};
use regulars::time::Timestamp;

use super::Fresh;
use super::unions::{all_of, name, take_in};
use crate::common::any::{Group, any_groups};
use crate::common::campaigns::any_campaign_groups;
use crate::common::shop::{Shop, assert_same, moment};

/// The same documents in the same order, with the same times of recording: the same answers, the
/// same operations, the same accounts; whatever was refused or given up in between.
pub fn any_documents_make_the_same_ledger(make: &impl Fresh) {
    make_the_same_ledger(make, &any_groups());
}

/// The same of a shop with campaigns, rewards and cards.
pub fn any_campaigns_make_the_same_ledger(make: &impl Fresh) {
    make_the_same_ledger(make, &any_campaign_groups());
}

fn make_the_same_ledger(make: &impl Fresh, groups: &impl Strategy<Value = Vec<Group>>) {
    let config = Config { cases: 48, failure_persistence: None, ..Config::default() };
    let played = TestRunner::new(config).run(groups, |groups| {
        let mut here = Shop::open(make.fresh());
        let mut there = Shop::open(MemoryStore::default());
        for group in &groups {
            assert_same(&play(&mut here, group), &play(&mut there, group), "answers");
            assert_same(&here.operations(), &there.operations(), "operations");
        }
        for document in groups.iter().flat_map(|group| &group.documents) {
            assert_same(&here.facts(document), &there.facts(document), document);
        }
        for customer in ["C0", "C1", "C2"] {
            for day in 1..29 {
                let at = format!("03-{day:02}");
                assert_same(&here.account(customer, &at), &there.account(customer, &at), customer);
            }
        }
        what_is_told_ahead_fits(&mut here, &mut there);
        prop_assert_eq!(here.verify(), there.verify());
        it_is_the_same_elsewhere(&groups);
        Ok(())
    });
    played.unwrap();
}

/// A register that takes all operations of another one in has what that one has, to the last lot, though it works it
/// out from them. The documents come in the order of their times.
fn it_is_the_same_elsewhere(groups: &[Group]) {
    let mut documents: Vec<&String> = groups.iter().flat_map(|group| &group.documents).collect();
    documents.sort_by_key(|text| text.split(r#""at": ""#).nth(1).map(|at| &at[..20]));
    let mut here = Shop::open(MemoryStore::default());
    for text in documents {
        drop(here.try_submit(text));
    }
    name(&mut here, "till-1");
    let mut other = Shop::reopen(MemoryStore::default());
    name(&mut other, "till-2");
    take_in(&mut other, all_of(&mut here)).unwrap();
    let keys: Vec<Key> =
        here.operations().iter().flat_map(|operation| &operation.decision.kept).map(Kept::key).collect();
    for customer in ["C0", "C1", "C2"] {
        let [here, other] = [&mut here, &mut other].map(|shop| {
            let known = shop.account(customer, "12-31")?;
            Some((known.holding, known.member, known.latest))
        });
        assert_same(&other, &here, customer);
    }
    for key in keys {
        let question = Question { keys: [key].into(), ..Question::as_of(Timestamp::EPOCH) };
        assert_same(&other.ask(&question).kept, &here.ask(&question).kept, "what is kept");
    }
    let (here, other) = (here.verify(), other.verify());
    assert_same(&other.accounts, &here.accounts, "accounts");
}

/// Hints have the balance that a look at the customer shows, and a dry run what comes when the program is
/// set; both the same on every store.
fn what_is_told_ahead_fits<S: Store<Error: Debug>>(here: &mut Shop<S>, there: &mut Shop<MemoryStore>) {
    let at = moment("03-20");
    for customer in ["C0", "C1", "C2"].map(|id| CustomerId::new(id).unwrap()) {
        let hints = here.register.hints(&customer, None, at).ok();
        assert_same(&hints, &there.register.hints(&customer, None, at).ok(), "hints");
        assert_same(&hints.map(|hints| hints.balance), &looked_at(there, &customer, None), "balance");
    }
    let current = there.ask(&Question::as_of(at)).program;
    for expiry in [None, Some(Expiry::Inactivity(Span::Days(4))), Some(Expiry::Never)] {
        let Some(mut other) = current.clone() else { return };
        let mut program = (*other.program).clone();
        if let Some(expiry) = expiry {
            program.expiry = expiry;
            other = VersionedProgram { version: ProgramVersion([9; 32]), program: program.into() };
        }
        let dry_run = here.register.dry_run(&other, at).unwrap();
        assert_same(&dry_run, &there.register.dry_run(&other, at).unwrap(), "dry run");
        assert!(expiry.is_some() || dry_run.balances.is_empty() && dry_run.tiers.is_empty());
        for change in &dry_run.balances {
            assert_same(&Some(change.before), &looked_at(there, &change.customer, None), "before");
            assert_same(&Some(change.after), &looked_at(there, &change.customer, Some(&other)), "after");
        }
    }
}

/// A customer's balance on the 20th of March, under another program if one is given. Nothing is kept.
fn looked_at(
    shop: &mut Shop<MemoryStore>,
    customer: &CustomerId,
    program: Option<&VersionedProgram>,
) -> Option<Units> {
    let at = moment("03-20");
    let header = || Header { id: None, at, place: Place::default() };
    let mut batch = shop.register.batch().unwrap();
    if let Some(program) = program.cloned() {
        batch.submit(&Document::SetProgram(ProgramDocument { header: header(), program }), at).unwrap();
    }
    let check = MemberDocument { header: header(), customer: customer.clone() };
    batch.submit(&Document::Check(check), at).ok()?.decision.balance
}

type Answer = (Facts, Result<Outcome, Refusal>);

fn play<S: Store<Error: Debug>>(shop: &mut Shop<S>, group: &Group) -> Vec<Answer> {
    let program = shop.program.clone();
    let at = shop.next_recording();
    let mut transaction = shop.register.store_mut().begin().unwrap();
    let mut answers = Vec::new();
    for text in &group.documents {
        let document = read_document(text, &*program).unwrap();
        let facts = transaction.facts(&Question::about(&document)).unwrap();
        let decided = regulars::decide::decide(&facts, &document, at, &regulars::time::FixedZones);
        assert!(!matches!(decided, Err(Refusal::Damaged { .. })), "{text}: {decided:?}");
        let answer = decided.map(|(changes, outcome)| {
            if !changes.is_empty() {
                transaction.record(&changes).unwrap();
            }
            outcome
        });
        assert!(!matches!(answer, Err(Refusal::Damaged { .. })), "{text}: {answer:?}");
        answers.push((facts, answer));
    }
    if group.kept {
        transaction.commit().unwrap();
    }
    answers
}

/// Several documents decided one after the other, recorded as one change set.
pub fn change_sets_merge(make: &impl Fresh) {
    use crate::common::shop::{PROGRAM, event, pays, sale, sale_paid, set_program};
    let tiers = r#""tiers": {"by": "spent", "over": "ever", "levels": [{"id": "base", "at": "0"}]}, "id":"#;
    let texts = [
        set_program(&PROGRAM.replacen(r#""id":"#, tiers, 1)),
        sale("S1", "03-01", "C1", "100.00"),
        sale_paid("S2", "03-02", "C1", "5.00", &format!("[{}]", pays("loyalty", "5.00"))),
        sale("S3", "03-02", "C2", "7.00"),
        event("void", "03-03", r#""of": "S2""#),
        sale("S4", "03-04", "C1", "20.00"),
        event("opt_out", "03-04", r#""customer": "C1""#),
    ];
    let mut apart = Shop::open(MemoryStore::default());
    let mut merged = regulars::decide::ChangeSet::default();
    for text in &texts {
        let document = read_document(text, &*apart.program).unwrap();
        let at = apart.next_recording();
        let mut transaction = apart.register.store_mut().begin().unwrap();
        let facts = transaction.facts(&Question::about(&document)).unwrap();
        let zones = regulars::time::FixedZones;
        let (changes, _) = regulars::decide::decide(&facts, &document, at, &zones).unwrap();
        transaction.record(&changes).unwrap();
        transaction.commit().unwrap();
        merged.merge(changes);
    }
    let mut together = Shop::open(make.fresh());
    let mut transaction = together.register.store_mut().begin().unwrap();
    transaction.record(&merged).unwrap();
    transaction.commit().unwrap();
    assert_same(&together.operations(), &apart.operations(), "operations");
    for customer in ["C1", "C2"] {
        assert_same(&together.account(customer, "03-02"), &apart.account(customer, "03-02"), customer);
    }
    let next = sale("S5", "03-05", "C1", "1.00");
    assert_same(&together.facts(&next).accounts, &apart.facts(&next).accounts, "what the next sale reads");
    together.verify();
}
