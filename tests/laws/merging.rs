//! Laws of records that turn out to be one person's (R30).

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use regulars::adapter::memory::MemoryStore;
use regulars::decide::{Document, ImportDocument, MergeDocument, Parcel, Question};
use regulars::ident::{CustomerId, RegisterId};
use regulars::ledger::Seq;
use regulars::loyalty::{Expiry, Program, Span};
use regulars::store::{Store, Transaction, parcels, share, unite};
use regulars::time::Timestamp;

use crate::programs::idle_program;
use crate::shop::{Till, adjust, ann, at, check, customer, date, header, import, opening, redeem};
use crate::tries;

proptest! {
    #![proptest_config(tries())]

    /// R27, R30: whoever is merged late has what they would have if it had come in time: the same lots on each
    /// later day, whatever was earned, spent and owed under either name since, and whatever comes late afterwards.
    #[test]
    fn a_late_merge_is_as_good_as_one_in_time(
        program in idle_program(),
        expiry in expiry(),
        events in vec(event(), 1..12),
        merges in vec((0_usize..12, 0_usize..12), 1..3),
        after in vec(event(), 0..3),
        asked in vec(30_i64..70, 1..4),
    ) {
        let program = Program { expiry, ..program };
        let mut events = events;
        events.sort_by_key(|event| event.day);
        // What nobody could do alone isn't done by anybody.
        let mut apart = Till::open(&program);
        let documents = events.iter().zip(0..).map(|(event, n)| event.document(n));
        let documents: Vec<Document> = documents.filter(|document| apart.submit(document).is_ok()).collect();
        // Bob and eve, each into ann: when, and after how many more documents that is told.
        let merges: Vec<(usize, usize, Document)> = merges.into_iter().zip(1..).map(|((place, delay), who)| {
            let place = place.min(documents.len());
            let before = place.checked_sub(1).and_then(|before| documents.get(before)).map_or(at(0), Document::at);
            // Each at a moment of its own: of one moment, what was recorded first is first.
            let at = Timestamp::from_millisecond(before.millisecond() + i64::try_from(who).unwrap()).unwrap();
            (place, place + delay, merge(who, at))
        }).collect();
        let (mut on_time, mut late) = (Till::open(&program), Till::open(&program));
        let in_time = in_places(&documents, merges.iter().map(|(place, _, merge)| (*place, merge)));
        let in_time: Vec<bool> = in_time.iter().map(|document| on_time.submit(document).is_ok()).collect();
        prop_assume!(in_time.iter().all(|taken| *taken));
        let delayed = in_places(&documents, merges.iter().map(|(_, told, merge)| (*told, merge)));
        let delayed: Vec<bool> = delayed.iter().map(|document| late.submit(document).is_ok()).collect();
        prop_assume!(delayed.iter().all(|taken| *taken));
        for (event, number) in after.iter().zip(100..) {
            let document = event.document(number);
            prop_assume!(on_time.submit(&document).is_ok() == late.submit(&document).is_ok());
        }
        for day in asked {
            let [one, other] = [&mut on_time, &mut late].map(|till| {
                till.accept(&check(&ann(), at(day * 1440))).decision.balance.unwrap()
            });
            prop_assert_eq!(one, other, "on day {}", day);
        }
        let verified = [on_time.verify().map(drop), late.verify().map(drop)];
        prop_assert!(verified.iter().all(Result::is_ok), "{:?}", verified);
    }

    /// R27, R30: what is told late is of the record that its name stood for at its time, wherever that has gone since.
    #[test]
    fn what_is_told_late_is_of_the_record_of_its_time(
        program in idle_program(),
        expiry in expiry(),
        events in vec((event(), option::weighted(0.25, merged())), 2..14),
        (place, delay) in (0_usize..14, 1_usize..14),
        asked in vec(0_i64..60, 1..5),
    ) {
        let program = Program { expiry, ..program };
        let mut events = events;
        events.sort_by_key(|(event, _)| event.day);
        let mut on_time = Till::open(&program);
        let documents = events.iter().zip(0..).map(|((event, merged), number)| event.at(number, *merged));
        let mut documents: Vec<Document> = documents.filter(|document| on_time.submit(document).is_ok()).collect();
        prop_assume!(place < documents.len() && !matches!(documents[place], Document::Merge(_)));
        let told = documents.remove(place);
        documents.insert((place + delay).min(documents.len()), told);
        let mut late = Till::open(&program);
        for document in &documents {
            prop_assume!(late.submit(document).is_ok());
        }
        for (day, customer) in asked.into_iter().flat_map(|day| (0..3).filter_map(customer).map(move |who| (day, who))) {
            let [one, other] = [&mut on_time, &mut late].map(|till| {
                till.accept(&check(&customer, at(day * 1440))).decision.balance.unwrap()
            });
            prop_assert_eq!(one, other, "{} on day {}", customer, day);
        }
        let verified = late.verify();
        prop_assert!(verified.is_ok(), "{:?}", verified);
    }

    /// R30: registers that hear of each document before the next one have what one register alone would have, lot by
    /// lot, whoever merges whom.
    #[test]
    fn who_hears_of_all_has_what_one_register_has(
        program in idle_program(),
        expiry in expiry(),
        events in vec((event(), option::weighted(0.2, merged())), 1..14),
    ) {
        let program = Program { expiry, ..program };
        let mut events = events;
        events.sort_by_key(|(event, _)| event.day);
        let (mut alone, mut both) = (Till::open(&program), several::<2>(&program));
        for ((event, merged), number) in events.iter().zip(0..) {
            let document = event.at(number, *merged);
            let till = usize::try_from(number % 2).unwrap();
            let (one, other) = (alone.submit(&document).is_ok(), both[till].submit(&document).is_ok());
            prop_assert_eq!(one, other, "{:?}", document);
            meet(&mut both);
        }
        for customer in (0..3).filter_map(customer) {
            for till in &mut both {
                let (one, other) = (alone.account(&customer), till.account(&customer));
                prop_assert_eq!(one.known.map(|known| (known.holding, known.member)),
                    other.known.map(|known| (known.holding, known.member)));
            }
        }
        let verified = both.map(|mut till| till.verify());
        prop_assert!(verified.iter().all(Result::is_ok), "{:?}", verified);
    }

    /// R30: whoever merges whom where, and whatever the others do under any name meanwhile, all have the same in the
    /// end, and what customers have is what the entries that count come to: no unit is lost, and none is there twice.
    #[test]
    fn whoever_merges_whom_where_all_have_the_same(
        program in idle_program(),
        expiry in expiry(),
        events in vec((event(), option::weighted(0.25, merged()), 0_usize..3, any::<bool>()), 1..24),
    ) {
        let program = Program { expiry, ..program };
        let mut tills = several::<3>(&program);
        for ((event, merged, till, meets), number) in events.iter().zip(0..) {
            // What can't be done there isn't done.
            let _ = tills[*till].submit(&event.at(number, *merged));
            if *meets {
                let next = (till + 1) % 3;
                let parcels = all_of(&mut tills[*till]);
                take_in(&mut tills[next], parcels);
            }
        }
        meet(&mut tills);
        let seen = tills.each_mut().map(|till| {
            let accounts = (0..3).filter_map(customer).map(|customer| {
                let question = Question { purchases: true, ..Question::of_whole_past(&customer) };
                till.facts(&question).known(&customer).cloned().unwrap()
            });
            let accounts: Vec<_> = accounts
                .map(|known| (known.holding.balance(), known.member, known.purchases.unwrap().len()))
                .collect();
            let sum: i64 = accounts.iter().map(|(balance, member, _)| balance.minor() + member.held.minor()).sum();
            (accounts, sum, till.verify().map(|verified| verified.liability().unwrap().minor()))
        });
        for (accounts, sum, liability) in &seen {
            prop_assert_eq!(accounts, &seen[0].0);
            prop_assert_eq!(Ok(sum), liability.as_ref());
        }
    }
}

/// Registers that share a ledger, and all know of its customers.
fn several<const N: usize>(program: &Program) -> [Till<MemoryStore>; N] {
    let mut tills = std::array::from_fn(|number| {
        let mut till = Till::new(MemoryStore::default());
        let mut transaction = till.register.store_mut().begin().unwrap();
        share(&mut transaction, &RegisterId::new(&format!("till-{number}")).unwrap()).unwrap();
        transaction.commit().unwrap();
        till
    });
    opening(program).iter().for_each(|document| drop(tills[0].accept(document)));
    meet(&mut tills);
    tills
}

fn all_of(till: &mut Till<MemoryStore>) -> Vec<Parcel> {
    let mut transaction = till.register.store_mut().begin().unwrap();
    parcels(&mut transaction, Seq(1), usize::MAX).unwrap()
}

fn take_in(till: &mut Till<MemoryStore>, parcels: Vec<Parcel>) {
    let mut transaction = till.register.store_mut().begin().unwrap();
    unite(&mut transaction, parcels).unwrap();
    transaction.commit().unwrap();
}

/// All have what any of them has.
fn meet(tills: &mut [Till<MemoryStore>]) {
    let all: Vec<Vec<Parcel>> = tills.iter_mut().map(all_of).collect();
    for till in tills {
        all.iter().for_each(|parcels| take_in(till, parcels.clone()));
    }
}

/// Who goes to whom.
fn merged() -> impl Strategy<Value = (usize, usize)> {
    (0_usize..3, 0_usize..3)
}

/// Something that happens to somebody on a day.
#[derive(Debug, Clone)]
struct Event {
    day: i64,
    who: usize,
    what: What,
}

#[derive(Debug, Clone)]
enum What {
    /// Units come, with their last day.
    Come(i64, Option<i32>),
    /// Units come with a purchase of that day.
    Buy(i64),
    Spend(i64),
    /// What was given by mistake is taken, whether it is there or not.
    Take(i64),
}

fn expiry() -> impl Strategy<Value = Expiry> {
    let days = || (1_u16..15).prop_map(Span::Days);
    prop_oneof![Just(Expiry::Never), days().prop_map(Expiry::Age), days().prop_map(Expiry::Inactivity)]
}

fn event() -> impl Strategy<Value = Event> {
    let what = prop_oneof![
        4 => (1_i64..100, option::of(0_i32..20)).prop_map(|(units, lasts)| What::Come(units, lasts)),
        2 => (1_i64..100).prop_map(What::Buy),
        2 => (1_i64..60).prop_map(What::Spend),
        1 => (1_i64..60).prop_map(What::Take),
    ];
    (0_i64..30, 0_usize..3, what).prop_map(|(day, who, what)| Event { day, who, what })
}

impl Event {
    /// What happens, or who is merged at its time instead.
    fn at(&self, number: i64, merged: Option<(usize, usize)>) -> Document {
        let Some((into, from)) = merged else { return self.document(number) };
        let header = header(&format!("e{number}"), at(self.day * 1440 + 720 + number));
        let (into, from) = (customer(into).unwrap(), customer(from).into_iter().collect());
        Document::Merge(MergeDocument { header, into, from })
    }

    fn document(&self, number: i64) -> Document {
        let (id, who) = (format!("e{number}"), customer(self.who).unwrap());
        let at = at(self.day * 1440 + 720 + number);
        match self.what {
            What::Come(units, lasts) => {
                let last_day = lasts.map(|lasts| date(i32::try_from(self.day).unwrap() + lasts));
                import(&id, &who, units, last_day, at)
            }
            What::Buy(units) => {
                let Document::Import(coming) = import(&id, &who, units, None, at) else { unreachable!() };
                let last_purchase = Some(date(i32::try_from(self.day).unwrap()));
                Document::Import(ImportDocument { last_purchase, ..coming })
            }
            What::Spend(units) => redeem(&id, &who, units, at),
            What::Take(units) => adjust(&id, &who, -units, at),
        }
    }
}

fn merge(who: usize, at: Timestamp) -> Document {
    let from: Vec<CustomerId> = customer(who).into_iter().collect();
    Document::Merge(MergeDocument { header: header(&format!("merge{who}"), at), into: ann(), from })
}

/// Documents with others among them, each before the one of its place.
fn in_places<'d>(
    documents: &'d [Document],
    others: impl Iterator<Item = (usize, &'d Document)>,
) -> Vec<&'d Document> {
    let mut all: Vec<(usize, bool, &Document)> = others.map(|(place, other)| (place, false, other)).collect();
    all.extend(documents.iter().enumerate().map(|(place, document)| (place, true, document)));
    all.sort_by_key(|(place, is_own, _)| (*place, *is_own));
    all.into_iter().map(|(_, _, document)| document).collect()
}
