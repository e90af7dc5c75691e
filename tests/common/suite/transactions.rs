//! All or nothing.

use std::fmt::Display;

use proptest::test_runner::{Config, TestRunner};
use regulars::decide::{Kind, KnownAccount, Operation, Outcome, Question, Refusal};
use regulars::document::read_document;
use regulars::ident::CustomerId;
use regulars::ledger::Seq;
use regulars::register::{Batch, RegisterError};
use regulars::store::{Store, Transaction, unite};
use regulars::time::{FixedZones, Timestamp};

use super::Fresh;
use super::unions::{all_of, name, take_in, two};
use super::years::{Event, any_years, program_from};
use crate::common::shop::{
    PROGRAM, Shop, event, moment, pays, sale, sale_paid, sale_with, set_program, units, versioned,
};

/// A batch that is given up leaves nothing behind, not even a program.
pub fn what_is_not_committed_was_not_there(make: &impl Fresh) {
    let mut shop = Shop::open(make.fresh());
    shop.submit(&sale("S1", "03-01", "C1", "20.00"));
    let (operations, account) = (shop.operations(), shop.account("C1", "03-09"));
    let program = shop.program.clone();
    let at = shop.next_recording();
    let texts = [
        sale("S2", "03-02", "C1", "20.00"),
        sale("S3", "03-02", "C2", "20.00"),
        event("void", "03-03", r#""of": "S1""#),
        set_program(&PROGRAM.replace("0.05", "0.5")),
    ];
    let mut batch = shop.register.batch().unwrap();
    for text in &texts {
        batch.submit(&read_document(text, &*program).unwrap(), at).unwrap();
    }
    drop(batch);
    assert_eq!(shop.operations(), operations);
    assert_eq!(shop.account("C1", "03-09"), account);
    assert_eq!(shop.account("C2", "03-09"), None);
    assert_eq!(shop.facts(&texts[0]).program, Some(versioned(PROGRAM)));
    assert_eq!(shop.facts(&texts[0]).original, None);
    assert_eq!(shop.history("S1").unwrap().operations.len(), 1);
    // The very same goes in afterwards.
    for text in &texts {
        assert!(!shop.submit(text).duplicate);
    }
    assert_eq!(shop.operations().len(), operations.len() + 4);
    shop.verify();
}

/// In a batch each document sees the ones before it.
pub fn a_batch_sees_itself(make: &impl Fresh) {
    let mut shop = Shop::open(make.fresh());
    let program = shop.program.clone();
    let at = shop.next_recording();
    let mut batch = shop.register.batch().unwrap();
    let mut submit = |text: &str| batch.submit(&read_document(text, &*program).unwrap(), at);
    let first = submit(&sale("S1", "03-01", "C1", "100.00")).unwrap();
    assert_eq!(first.decision.balance, Some(units(500)));
    let payments = format!("[{}]", pays("loyalty", "5.00"));
    let second = submit(&sale_paid("S2", "03-01", "C1", "5.00", &payments)).unwrap();
    assert_eq!(second.decision.balance, Some(units(0)));
    let third = submit(&sale_paid("S3", "03-01", "C1", "5.00", &payments));
    assert!(matches!(third, Err(RegisterError::Refused(_))), "{third:?}");
    assert!(submit(&sale("S1", "03-01", "C1", "100.00")).unwrap().duplicate);
    let returned = submit(&event("void", "03-02", r#""of": "S2""#)).unwrap();
    assert_eq!(returned.moved.restored, units(500));
    let doubled = PROGRAM.replace("0.05", "0.1");
    submit(&set_program(&doubled)).unwrap();
    assert_eq!(submit(&sale("S4", "03-03", "C1", "10.00")).unwrap().moved.earned, units(100));
    batch.commit().unwrap();
    assert_eq!(shop.operations().len(), 6);
    assert_eq!(shop.account("C1", "03-03").unwrap().holding.balance(), units(600));
    assert_eq!(shop.facts(&sale("S5", "03-03", "C1", "1.00")).program, Some(versioned(&doubled)));
    shop.verify();
}

/// Whoever looks at a customer between documents of one batch changes nothing of what these come to.
pub fn whoever_looks_in_a_batch_changes_nothing(make: &impl Fresh) {
    let config = Config { cases: 12, failure_persistence: None, ..Config::default() };
    let played = TestRunner::new(config).run(&any_years(), |(programs, events)| {
        let (mut texts, day) = texts_of(&programs[0], &events);
        // Another program may begin or cease to look at purchases.
        texts.push(program_from(day, programs.last().unwrap()));
        texts.push(events[0].document(events.len(), day));
        let plain = play_in_a_batch(make.fresh(), &texts, |_, _| ());
        let looked = play_in_a_batch(make.fresh(), &texts, |batch, at| {
            let (known, nobody) = (CustomerId::new("C1").unwrap(), CustomerId::new("C2").unwrap());
            let by_name = Question { customer: Some(&known), ..Question::as_of(at) };
            let mut look = |question: &Question<'_>| batch.facts(question).unwrap().accounts.remove(0).known;
            let balance =
                |known: Option<KnownAccount>| known.map(|known| (known.holding.balance(), known.latest));
            let seen = balance(look(&by_name));
            assert_eq!(balance(look(&Question::of_customer(&known, at))), seen);
            assert_eq!(look(&Question::of_customer(&nobody, at)), None);
            assert_eq!(balance(look(&by_name)), seen);
        });
        assert_eq!(looked, plain);
        Ok(())
    });
    played.unwrap();
}

/// A program and what happens under it, and the day on which that ends.
fn texts_of(program: &str, events: &[Event]) -> (Vec<String>, i64) {
    let mut day = 0;
    let mut texts = vec![program_from(day, program)];
    texts.extend(events.iter().enumerate().map(|(number, event)| {
        day += event.days_later;
        event.document(number, day)
    }));
    (texts, day)
}

/// What became of a document; the store itself must not fail.
fn told<E>(done: Result<Outcome, RegisterError<E>>, text: &str) -> Result<Outcome, Refusal>
where
    RegisterError<E>: Display,
{
    match done {
        Ok(outcome) => Ok(outcome),
        Err(RegisterError::Refused(refusal)) => Err(refusal),
        Err(error) => panic!("{text}: {error}"),
    }
}

/// Hands documents in, all in one batch, with something that is done before each.
fn play_in_a_batch<S: Store>(
    store: S,
    texts: &[String],
    mut before: impl FnMut(&mut Batch<'_, S, FixedZones>, Timestamp),
) -> (Vec<Result<Outcome, Refusal>>, Vec<Operation>) {
    let mut shop = Shop::open(store);
    let (program, recorded) = (shop.program.clone(), shop.next_recording());
    let mut batch = shop.register.batch().unwrap();
    let mut played = Vec::new();
    for text in texts {
        let document = read_document(text, &*program).unwrap();
        before(&mut batch, document.at());
        played.push(told(batch.submit(&document, recorded), text));
    }
    batch.commit().unwrap();
    shop.verify();
    (played, shop.operations())
}

/// What was recorded and then given up changes nothing of what comes after, whoever looked meanwhile.
pub fn what_is_given_up_changes_nothing_later(make: &impl Fresh) {
    let config = Config { cases: 12, failure_persistence: None, ..Config::default() };
    let played = TestRunner::new(config).run(&any_years(), |(programs, events)| {
        let (texts, _) = texts_of(&programs[0], &events);
        assert_eq!(play_each(make.fresh(), &texts, true), play_each(make.fresh(), &texts, false));
        Ok(())
    });
    played.unwrap();
}

/// Hands documents in, each in a transaction of its own; and once before, given up, if that is wanted.
fn play_each<S: Store>(
    store: S,
    texts: &[String],
    is_given_up_first: bool,
) -> (Vec<Result<Outcome, Refusal>>, Vec<Operation>) {
    let mut shop = Shop::open(store);
    let (program, recorded) = (shop.program.clone(), shop.next_recording());
    let mut played = Vec::new();
    for text in texts {
        let document = read_document(text, &*program).unwrap();
        let mut given_up = None;
        if is_given_up_first {
            let mut batch = shop.register.batch().unwrap();
            let customer = CustomerId::new("C1").unwrap();
            let question = Question::of_customer(&customer, document.at());
            batch.facts(&question).unwrap();
            given_up = Some(told(batch.submit(&document, recorded), text));
            batch.facts(&question).unwrap();
        }
        let done = told(shop.register.submit(&document, recorded), text);
        assert!(given_up.is_none_or(|given_up| given_up == done), "{text}");
        played.push(done);
    }
    shop.verify();
    (played, shop.operations())
}

/// Whoever looks at a customer before and after operations of other registers come, in one transaction, sees what
/// these did.
pub fn a_transaction_sees_what_came(make: &impl Fresh) {
    let (mut one, mut other) = two(make);
    other.submit(&sale("S1", "03-02", "ada", "100.00"));
    let (parcels, ada) = (all_of(&mut other), CustomerId::new("ada").unwrap());
    let mut transaction = one.register.store_mut().begin().unwrap();
    let mut balance = |parcels| {
        unite(&mut transaction, parcels).unwrap();
        let question = Question { customer: Some(&ada), ..Question::as_of(moment("12-31")) };
        let account = transaction.facts(&question).unwrap().accounts.remove(0);
        account.known.unwrap().holding.balance()
    };
    assert_eq!((balance(Vec::new()), balance(parcels)), (units(1000), units(1500)));
}

/// A document has the program that held at its own time, whichever was set meanwhile, here and where the ledger
/// is handed on (R27, Q29).
pub fn a_late_document_has_the_program_of_its_time(make: &impl Fresh) {
    let (tenfold, double) = (PROGRAM.replace("0.05", "0.5"), PROGRAM.replace("0.05", "0.1"));
    let set = |day, program: &str| event("set_program", day, &format!(r#""program": {program}"#));
    let mut shop = Shop::open(make.fresh());
    shop.submit(&set("03-05", &tenfold));
    let given_up = read_document(&set("03-04", &double), &*shop.program).unwrap();
    let at = shop.next_recording();
    shop.register.batch().unwrap().submit(&given_up, at).unwrap();
    let late = sale("S1", "03-04", "C1", "10.00");
    let facts = shop.facts(&late);
    assert_eq!((facts.program, facts.then), (Some(versioned(&tenfold)), Some(versioned(PROGRAM))));
    assert_eq!(shop.submit(&late).moved.earned, units(50));
    // A version that held before holds again.
    shop.submit(&set("03-08", PROGRAM));
    name(&mut shop, "till-1");
    let mut other = Shop::reopen(make.fresh());
    name(&mut other, "till-2");
    let all = all_of(&mut shop);
    take_in(&mut other, all).unwrap();
    let sales = [("S2", "01-01T08:00", 50), ("S3", "03-04", 50), ("S4", "03-05", 500), ("S5", "03-08", 50)];
    for (id, at, earned) in sales {
        let text = sale(id, at, "C1", "10.00");
        assert_eq!(shop.submit(&text).moved.earned, units(earned), "{id}");
        assert_eq!(other.submit(&text.replace(id, &format!("T{id}"))).moved.earned, units(earned), "{id}");
    }
    // It comes late itself, and holds from its own time on: what was decided stays.
    for shop in [&mut shop, &mut other] {
        shop.submit(&set("03-07", &double));
        assert_eq!(shop.submit(&sale("U1", "03-06", "C1", "10.00")).moved.earned, units(500));
        assert_eq!(shop.submit(&sale("U2", "03-09", "C1", "10.00")).moved.earned, units(100));
        shop.verify();
    }
}

const ADJUST: &str =
    r#""id": "A1", "customer": "C1", "units": "1.00", "reason": "a cold soup", "operator": "eve""#;

/// What is refused records nothing.
pub fn what_is_refused_records_nothing(make: &impl Fresh) {
    let mut shop = Shop::open(make.fresh());
    shop.submit(&sale("S1", "03-01", "C1", "20.00"));
    shop.submit(&event("adjust", "03-01", ADJUST));
    let (operations, account) = (shop.operations(), shop.account("C1", "03-09"));
    // What isn't as it was has a name, and what is in it stands in no log.
    let other_reason = ADJUST.replace("a cold soup", "a hot soup");
    let customer = sale("S1", "03-01", "C2", "20.00");
    for (again, differs) in [
        (sale("S1", "03-01", "C1", "20.01"), "lines"),
        (sale("S1", "03-02", "C1", "20.00"), "at"),
        (customer, "customer"),
        (sale_with("S1", "03-01", "C1", "20.00", r#""outlet": "north""#), "outlet"),
        (event("adjust", "03-01", &other_reason), "reason"),
    ] {
        let refusal = shop.try_submit(&again).unwrap_err();
        assert!(
            matches!(&refusal, Refusal::Conflict { differs: told, .. } if *told == differs),
            "{refusal:?}"
        );
    }
    let too_much = format!("[{}]", pays("loyalty", "20.00"));
    let refused = [
        (sale("S1", "03-01", "C1", "20.01"), "conflict"),
        (sale_paid("S2", "03-02", "C1", "20.00", &too_much), "insufficient_balance"),
        (event("void", "03-02", r#""of": "S2""#), "unknown_sale"),
        (event("redeem", "03-02", r#""customer": "C2", "amount": "1.00""#), "unknown_customer"),
        (sale_paid("S2", "03-02", "C2", "20.00", &too_much), "insufficient_balance"),
    ];
    for (text, name) in &refused {
        let refusal = shop.try_submit(text);
        assert_eq!(refusal.as_ref().map_err(Refusal::name), Err(*name).map_err(|name: &str| name), "{text}");
    }
    assert_eq!(shop.operations(), operations);
    assert_eq!(shop.account("C1", "03-09"), account);
    assert_eq!(shop.account("C2", "03-09"), None);
    shop.verify();
}

/// The same again changes nothing, and answers as it did the first time (R2).
pub fn the_same_again_changes_nothing(make: &impl Fresh) {
    let mut shop = Shop::open(make.fresh());
    let texts = [
        sale("S1", "03-01", "C1", "20.00"),
        sale_with("S2", "03-01", "C1", "20.00", r#""terms": "layby""#),
        event(
            "payment",
            "03-02",
            &format!(r#""id": "D1", "sale": "S2", "payments": [{}]"#, pays("card", "20.00")),
        ),
        event("return", "03-03", r#""id": "D1", "of": "S1", "lines": [{"id": "1", "quantity": "1"}]"#),
        event("redeem", "03-03", r#""id": "D1", "customer": "C1", "amount": "0.10""#),
        event("void", "03-04", r#""id": "D1", "of": "S2""#),
    ];
    let first: Vec<_> = texts.iter().map(|text| shop.submit(text)).collect();
    let (operations, account) = (shop.operations(), shop.account("C1", "03-09"));
    for (text, first) in texts.iter().zip(first) {
        let again = shop.submit(text);
        assert!(again.duplicate && !first.duplicate, "{text}");
        assert_eq!((&again.decision, &again.moved), (&first.decision, &first.moved));
        if first.kind == Kind::Sale {
            assert_eq!((&again.due, &again.explanations), (&first.due, &first.explanations));
        }
    }
    assert_eq!(shop.operations(), operations);
    assert_eq!(shop.account("C1", "03-09"), account);
    shop.verify();
}

/// What a customer did since is read neither for the answer to a document that comes again nor for its conflict; whoever
/// asks for something else about the document gets it.
pub fn the_same_again_needs_no_past(make: &impl Fresh) {
    let mut shop = Shop::open(make.fresh());
    let texts = [
        sale("S1", "03-01", "C1", "20.00"),
        event("redeem", "03-03", r#""id": "D1", "customer": "C1", "amount": "0.10""#),
        sale_with("S2", "03-04", "C1", "20.00", r#""terms": "layby""#),
        event("reserve", "03-05", r#""id": "H1", "customer": "C1", "units": "0.10""#),
        sale("S3", "03-09", "C1", "20.00"),
    ];
    let documents: Vec<_> = texts.iter().map(|text| read_document(text, &*shop.program).unwrap()).collect();
    texts.iter().for_each(|text| drop(shop.submit(text)));
    let mut past = |question: Question<'_>| {
        let facts = shop.ask(&question);
        facts.accounts.iter().map(|account| account.known.as_ref().unwrap().history.len()).sum::<usize>()
    };
    let deciding = |document| Question { decides: true, ..Question::about(document) };
    let to_decide: Vec<usize> = documents.iter().map(|document| past(deciding(document))).collect();
    // Of a sale that isn't settled it is worked out anew what it would earn.
    assert_eq!(to_decide, [0, 0, 5, 0, 0]);
    let to_ask: Vec<usize> = documents.iter().map(|document| past(Question::about(document))).collect();
    assert_eq!(to_ask, [5, 5, 5, 5, 0]);
}

/// Asking changes nothing, and one transaction ends before the next begins.
pub fn asking_changes_nothing(make: &impl Fresh) {
    let mut shop = Shop::open(make.fresh());
    shop.submit(&sale("S1", "03-01", "C1", "20.00"));
    let document = read_document(&sale("S2", "03-02", "C2", "20.00"), &*shop.program).unwrap();
    let question = Question::about(&document);
    let store = shop.register.store_mut();
    for _ in 0..3 {
        let mut transaction = store.begin().unwrap();
        let first = transaction.facts(&question).unwrap();
        assert_eq!(transaction.facts(&question).unwrap(), first);
        assert_eq!(first.next, Seq(3));
        transaction.commit().unwrap();
    }
    assert_eq!(shop.operations().len(), 2);
}
