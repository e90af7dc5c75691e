//! All or nothing.

use regulars::decide::{Kind, Question, Refusal};
use regulars::document::read_document;
use regulars::ledger::Seq;
use regulars::store::{Store, Transaction};

use super::Fresh;
use super::unions::{all_of, name, take_in};
use crate::common::shop::{
    PROGRAM, Shop, event, pays, sale, sale_paid, sale_with, set_program, units, versioned,
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
    assert!(matches!(third, Err(regulars::register::RegisterError::Refused(_))), "{third:?}");
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
