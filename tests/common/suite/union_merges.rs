//! Records that become one where several registers share their operations (R30), and codes that two customers got.

use regulars::decide::{KnownAccount, Refusal};
use regulars::store::Store;

use super::Fresh;
use super::union_sales::wait;
use super::unions::{all_of, balance, meet, name, take_in, two};
use crate::common::shop::{PROGRAM, Shop, event, pays, sale, sale_paid, set_program, units};

fn merge(id: &str, into: &str, from: &str) -> String {
    event("merge", "03-04", &format!(r#""id": "{id}", "into": "{into}", "from": ["{from}"]"#))
}

fn known<S: Store>(shop: &mut Shop<S>, customer: &str) -> KnownAccount {
    shop.account(customer, "12-31").unwrap()
}

/// Two registers that know of each other; Ada and Kim have 10.00 each.
fn two_with_kim<S: Store>(make: &impl Fresh<Store = S>) -> (Shop<S>, Shop<S>) {
    let (mut one, mut two) = two(make);
    two.submit(&sale("K0", "03-01", "kim", "200.00"));
    meet(&mut one, &mut two);
    (one, two)
}

/// What another register does under the name that went, before it has heard of that, counts for the one who stays:
/// nothing is lost, and nothing is there twice.
pub fn a_merge_counts_for_what_others_do_meanwhile(make: &impl Fresh) {
    let (mut one, mut two) = two_with_kim(make);
    one.submit(&merge("M1", "ada", "kim"));
    assert_eq!((balance(&mut one, "ada"), balance(&mut one, "kim")), (20_00, 0));
    // Kim spends 8.00 of the 10.00 that have gone, earns 2.00, and asks for no more mail.
    two.submit(&sale_paid("S1", "03-04", "kim", "8.00", &format!("[{}]", pays("loyalty", "8.00"))));
    two.submit(&sale("S2", "03-04", "kim", "40.00"));
    two.submit(&event("opt_out", "03-05", r#""id": "O1", "customer": "kim""#));
    meet(&mut one, &mut two);
    for shop in [&mut one, &mut two] {
        assert_eq!((balance(shop, "ada"), balance(shop, "kim")), (14_00, 0));
        assert_eq!(shop.verify().liability(), Ok(units(14_00)));
        let refused = shop.try_submit(&event("redeem", "03-05", r#""customer": "kim", "amount": "1.00""#));
        assert!(matches!(refused, Err(Refusal::OptedOut)), "{refused:?}");
    }
    // What comes back of a sale of hers is taken from the one who stays.
    one.submit(&event("void", "03-06", r#""id": "V1", "of": "S2""#));
    two.submit(&event("void", "03-06", r#""id": "V2", "of": "S1""#));
    meet(&mut one, &mut two);
    for shop in [&mut one, &mut two] {
        assert_eq!((balance(shop, "ada"), balance(shop, "kim")), (20_00, 0));
        assert_eq!(shop.verify().liability(), Ok(units(20_00)));
        // Merging once more changes nothing.
        let again = shop.submit(&event("merge", "03-07", r#""into": "ada", "from": ["kim"]"#));
        assert_eq!(again.moved, Default::default());
        shop.verify();
    }
}

/// Lots keep their last days, also those that came under the name that went after it had gone.
pub fn lots_of_a_merged_record_keep_their_days(make: &impl Fresh) {
    let (mut one, mut two) = two_with_kim(make);
    let comes = |id: &str, units: &str, last: &str| {
        let fields = format!(r#""id": "{id}", "customer": "kim", "units": "{units}", "expires": "{last}""#);
        event("import", "03-02", &fields)
    };
    two.submit(&comes("I1", "3.00", "2026-04-10"));
    meet(&mut one, &mut two);
    one.submit(&merge("M1", "ada", "kim"));
    two.submit(&comes("I2", "4.00", "2026-05-10"));
    two.submit(&event("redeem", "03-04", r#""id": "R1", "customer": "kim", "amount": "2.00""#));
    meet(&mut one, &mut two);
    for shop in [&mut one, &mut two] {
        let lots: Vec<(i64, Option<String>)> = known(shop, "ada")
            .holding
            .lots()
            .map(|lot| (lot.units.minor(), lot.key.expires.map(|day| day.to_string())))
            .collect();
        let day = |day: &str| Some(day.to_owned());
        let expected = [(1_00, day("2026-04-10")), (4_00, day("2026-05-10")), (10_00, None), (10_00, None)];
        assert_eq!(lots, expected);
        shop.verify();
    }
    two.submit(&event("sweep", "04-20", r#""id": "W1""#));
    assert_eq!(balance(&mut two, "ada"), 24_00);
    one.submit(&event("sweep", "05-20", r#""id": "W2""#));
    meet(&mut one, &mut two);
    for shop in [&mut one, &mut two] {
        assert_eq!(balance(shop, "ada"), 20_00);
        shop.verify();
    }
}

/// Of two merges that make a circle, the first in the order of all registers counts.
pub fn of_a_circle_the_first_merge_counts(make: &impl Fresh) {
    let (mut one, mut two) = two_with_kim(make);
    one.submit(&merge("M1", "ada", "kim"));
    wait(&mut two, 9);
    two.submit(&merge("M2", "kim", "ada"));
    assert_eq!((balance(&mut two, "ada"), balance(&mut two, "kim")), (0, 20_00));
    two.submit(&sale("S1", "03-05", "kim", "20.00"));
    meet(&mut one, &mut two);
    for shop in [&mut one, &mut two] {
        assert_eq!((balance(shop, "ada"), balance(shop, "kim")), (21_00, 0));
        let (ada, kim) = (known(shop, "ada").member, known(shop, "kim").member);
        assert_eq!((ada.merged_into, ada.merged_from.len()), (None, 1));
        assert_eq!((kim.merged_into.unwrap().as_str(), kim.merged_from.len()), ("ada", 0));
        assert_eq!(shop.verify().liability(), Ok(units(21_00)));
        let refused = shop.try_submit(&event("merge", "03-06", r#""into": "kim", "from": ["ada"]"#));
        assert!(matches!(refused, Err(Refusal::MergeCircle { .. })), "{refused:?}");
    }
}

/// A record that goes to two others makes all three one, in whichever order that is heard.
pub fn who_goes_to_two_makes_them_one(make: &impl Fresh) {
    let (mut one, mut two) = two_with_kim(make);
    one.submit(&sale("B0", "03-02", "bob", "100.00"));
    meet(&mut one, &mut two);
    one.submit(&merge("M1", "ada", "kim"));
    wait(&mut two, 9);
    two.submit(&merge("M2", "bob", "kim"));
    two.submit(&event("redeem", "03-05", r#""id": "R1", "customer": "kim", "amount": "12.00""#));
    one.submit(&event("redeem", "03-05", r#""id": "R2", "customer": "kim", "amount": "18.00""#));
    // A third hears all of it in several orders.
    let all: Vec<_> = all_of(&mut one).into_iter().chain(all_of(&mut two)).collect();
    meet(&mut one, &mut two);
    let expected = known(&mut one, "bob");
    for by in [1, 3, 5, 7] {
        let mut three = Shop::reopen(make.fresh());
        name(&mut three, "till-3");
        let count = all.len();
        for place in (0..count).chain(0..count) {
            take_in(&mut three, [all[place * by % count].clone()]).unwrap();
        }
        take_in(&mut three, all.clone()).unwrap();
        for shop in [&mut one, &mut two, &mut three] {
            let balances = ["ada", "kim", "bob"].map(|customer| balance(shop, customer));
            assert_eq!(balances, [0, 0, -5_00]);
            assert_eq!(known(shop, "bob").member, expected.member);
            shop.verify();
        }
    }
}

/// What is held, cards and purchases of a record that went are those of the one who stays.
pub fn all_of_a_merged_record_goes(make: &impl Fresh) {
    let (mut one, mut two) = two_with_kim(make);
    let tiers = r#""tiers": {"by": "spent", "over": {"months": 12}, "levels": [{"id": "base", "at": "0"},
        {"id": "gold", "at": "450"}]},
        "punch_cards": [{"id": "coffee", "required": 3, "where": {"products": ["COFFEE"]},
        "gives": {"kind": "free_item", "quantity": "1"}, "valid": {"until": "2026-12-31"}}], "id":"#;
    one.submit(&set_program(&PROGRAM.replacen(r#""id":"#, tiers, 1)).replace("01-01T", "02-01T"));
    one.submit(&event("make_cards", "02-02", r#""batch": "B", "punch_card": "coffee", "codes": ["K1"]"#));
    meet(&mut one, &mut two);
    one.submit(&merge("M1", "ada", "kim"));
    two.submit(&event("enrol", "03-05", r#""id": "E1", "customer": "kim", "email": "kim@shop.example""#));
    two.submit(&event("link_card", "03-05", r#""id": "L1", "card": "K1", "customer": "kim""#));
    two.submit(&event("reserve", "03-05", r#""id": "H1", "customer": "kim", "units": "4.00""#));
    two.submit(&sale("S1", "03-05", "kim", "60.00"));
    meet(&mut one, &mut two);
    for shop in [&mut one, &mut two] {
        let known = known(shop, "ada");
        assert_eq!((known.holding.balance(), known.member.held), (units(19_00), units(4_00)));
        assert_eq!(known.member.cards.len(), 1);
        assert_eq!(known.member.profile.email.as_deref(), Some("kim@shop.example"));
        assert_eq!(shop.verify().liability(), Ok(units(23_00)));
    }
    // 200.00 of each, and 60.00 under the name that had gone.
    let gold = one.submit(&sale("S9", "03-06", "ada", "20.00")).shown.tier.unwrap();
    assert_eq!(gold.as_str(), "gold");
    two.submit(&event("release", "03-06", r#""id": "H1", "customer": "ada""#));
    meet(&mut one, &mut two);
    for shop in [&mut one, &mut two] {
        assert_eq!((balance(shop, "ada"), known(shop, "ada").member.held), (24_00, units(0)));
        shop.verify();
    }
}

/// What of it is left, and until when: the lots in the order in which they are kept.
fn lots<S: Store>(shop: &mut Shop<S>, customer: &str) -> Vec<(i64, Option<String>)> {
    let holding = known(shop, customer).holding;
    holding.lots().map(|lot| (lot.units.minor(), lot.key.expires.map(|day| day.to_string()))).collect()
}

/// Where a merge's register knew of all, the lots are those that it decided, also of what was owed; where a record had
/// less or more by then, what it had goes lot by lot.
pub fn what_a_merge_knew_of_is_as_it_decided(make: &impl Fresh) {
    let comes = |id: &str, customer: &str, units: &str, last: &str| {
        let fields =
            format!(r#""id": "{id}", "customer": "{customer}", "units": "{units}", "expires": "{last}""#);
        event("import", "03-02", &fields)
    };
    // Bob owes what he earned, spent and gave back.
    let owes = [
        sale("B1", "03-01", "bob", "60.00"),
        event("redeem", "03-02", r#""id": "D1", "customer": "bob", "amount": "3.00""#),
        event("void", "03-02", r#""id": "V1", "of": "B1""#),
    ];
    let runs_out = PROGRAM.replacen(r#""id":"#, r#""expiry": {"by": "inactivity", "days": 60}, "id":"#, 1);
    let (none, day) = (None, |day: &str| Some(format!("2026-{day}")));
    // What both know of, what the second register does meanwhile, the merge, and what is there then.
    let cases = [
        // What lasts by inactivity is used before what lasts longer.
        (
            [
                vec![
                    set_program(&runs_out).replace("01-01T", "02-01T"),
                    comes("I1", "ada", "10.00", "2026-12-31"),
                ],
                owes.to_vec(),
            ]
            .concat(),
            vec![],
            ("ada", "bob"),
            vec![(10_00, day("12-31")), (7_00, none.clone())],
        ),
        (
            vec![comes("I1", "ada", "10.00", "2026-04-10")],
            vec![event("redeem", "03-03", r#""id": "R1", "customer": "kim", "amount": "8.00""#)],
            ("ada", "kim"),
            vec![(10_00, day("04-10")), (10_00, none.clone()), (2_00, none.clone())],
        ),
        (
            [owes.to_vec(), vec![comes("I1", "kim", "4.00", "2026-05-10")]].concat(),
            vec![comes("I2", "kim", "5.00", "2026-04-10")],
            ("bob", "kim"),
            vec![(2_00, day("04-10")), (4_00, day("05-10")), (10_00, none)],
        ),
    ];
    for (number, (before, meanwhile, (into, from), expected)) in cases.into_iter().enumerate() {
        let (mut one, mut two) = two_with_kim(make);
        before.iter().for_each(|text| drop(one.submit(text)));
        meet(&mut one, &mut two);
        meanwhile.iter().for_each(|text| drop(two.submit(text)));
        wait(&mut one, 9);
        one.submit(&merge("M1", into, from));
        meet(&mut one, &mut two);
        for shop in [&mut one, &mut two] {
            assert_eq!(lots(shop, into), expected, "case {number}");
            shop.verify();
        }
    }
}

/// What comes late, after a merge, finds what had gone to the one who stays once, and what was owed once (R27).
pub fn what_comes_after_a_merge_finds_all_of_it_once(make: &impl Fresh) {
    let (mut one, mut two) = two_with_kim(make);
    for text in [
        sale("B1", "03-01", "bob", "60.00"),
        event("redeem", "03-02", r#""id": "D1", "customer": "bob", "amount": "3.00""#),
        event("void", "03-02", r#""id": "V1", "of": "B1""#),
        event("merge", "03-04", r#""id": "M1", "into": "ada", "from": ["kim", "bob"]"#),
        sale("S1", "03-10", "ada", "200.00"),
    ] {
        one.submit(&text);
    }
    meet(&mut one, &mut two);
    for shop in [&mut one, &mut two] {
        assert_eq!(balance(shop, "ada"), 27_00);
        let late =
            |units: &str| event("redeem", "03-05", &format!(r#""customer": "ada", "amount": "{units}""#));
        let refused = shop.try_submit(&late("17.01"));
        assert!(matches!(refused, Err(Refusal::InsufficientBalance { .. })), "{refused:?}");
        shop.submit(&late("17.00"));
        assert_eq!(balance(shop, "ada"), 10_00);
        shop.verify();
    }
}

/// A code that two registers gave to two customers is that of the later one, and only that one's record shows it.
pub fn a_code_given_twice_is_the_later_ones(make: &impl Fresh) {
    let (mut one, mut two) = two_with_kim(make);
    let set = |id: &str, customer: &str, code: &str| {
        event("set_code", "03-04", &format!(r#""id": "{id}", "customer": "{customer}", "code": "{code}""#))
    };
    two.submit(&set("C1", "kim", "2000017"));
    let mut three = Shop::reopen(make.fresh());
    name(&mut three, "till-3");
    take_in(&mut three, all_of(&mut two)).unwrap();
    one.submit(&set("C0", "ada", "2000024"));
    wait(&mut one, 9);
    one.submit(&set("C2", "ada", "2000017"));
    meet(&mut one, &mut two);
    let code = |known: KnownAccount| known.member.profile.code.map(|code| code.to_string());
    let scanned = |shop: &mut Shop<_>, code: &str| {
        let found = shop.try_submit(&event("scan", "03-05", &format!(r#""code": "{code}""#)));
        found.map(|outcome| outcome.shown.resolved.unwrap().to_string()).map_err(|refusal| refusal.name())
    };
    for shop in [&mut one, &mut two] {
        assert_eq!(code(known(shop, "ada")).as_deref(), Some("2000017"));
        assert_eq!(code(known(shop, "kim")), None);
        assert_eq!(scanned(shop, "2000017").as_deref(), Ok("ada"));
        shop.verify();
    }
    // Who hasn't heard of that yet gives Kim another one in its place: Ada keeps it.
    wait(&mut three, 99);
    three.submit(&set("C3", "kim", "2000031"));
    assert_eq!(scanned(&mut three, "2000017"), Err("card_replaced"));
    meet(&mut one, &mut three);
    meet(&mut one, &mut two);
    for shop in [&mut one, &mut two, &mut three] {
        let codes = ["2000017", "2000024", "2000031"].map(|code| scanned(shop, code));
        assert_eq!(codes, [Ok("ada".to_owned()), Err("card_replaced"), Ok("kim".to_owned())]);
        assert_eq!(code(known(shop, "ada")).as_deref(), Some("2000017"));
        assert_eq!(code(known(shop, "kim")).as_deref(), Some("2000031"));
        shop.verify();
    }
}

/// The same code, written as an EAN-13 and not as a UPC-A (R28), is given anew: it is the customer's whatever another
/// register had given in its place before.
pub fn a_code_written_otherwise_is_given_anew(make: &impl Fresh) {
    let (mut one, mut two) = two_with_kim(make);
    let set = |id: &str, code: &str| {
        event("set_code", "03-04", &format!(r#""id": "{id}", "customer": "ada", "code": "{code}""#))
    };
    one.submit(&set("C1", "036000291452"));
    meet(&mut one, &mut two);
    two.submit(&set("C2", "2000017"));
    wait(&mut one, 9);
    one.submit(&set("C3", "0036000291452"));
    meet(&mut one, &mut two);
    for shop in [&mut one, &mut two] {
        let found = shop.submit(&event("scan", "03-05", r#""code": "036000291452""#));
        assert_eq!(found.shown.resolved.unwrap().as_str(), "ada");
        shop.verify();
    }
}

/// A code that went from one record to another doesn't come back when the two become one, and the other has a newer one.
pub fn a_code_that_went_on_stays_away_after_a_merge(make: &impl Fresh) {
    let (mut one, mut two) = two_with_kim(make);
    let set = |id: &str, customer: &str, code: &str| {
        event("set_code", "03-04", &format!(r#""id": "{id}", "customer": "{customer}", "code": "{code}""#))
    };
    two.submit(&set("C1", "kim", "2000017"));
    wait(&mut one, 9);
    one.submit(&set("C2", "ada", "2000017"));
    one.submit(&set("C3", "ada", "2000024"));
    meet(&mut one, &mut two);
    one.submit(&merge("M1", "kim", "ada"));
    meet(&mut one, &mut two);
    for shop in [&mut one, &mut two] {
        let code = known(shop, "kim").member.profile.code;
        assert_eq!(code.map(|code| code.to_string()).as_deref(), Some("2000024"));
        shop.verify();
    }
}

/// An import that another register had decided before keeps nothing alive, whatever it says of the last purchase (R24).
pub fn what_was_decided_before_keeps_nothing_alive(make: &impl Fresh) {
    let runs_out = PROGRAM.replacen(r#""id":"#, r#""expiry": {"by": "inactivity", "days": 10}, "id":"#, 1);
    let comes = |last: &str| {
        let fields =
            format!(r#""id": "I1", "customer": "bob", "units": "5.00", "last_purchase": "2026-{last}""#);
        event("import", "03-10", &fields)
    };
    let (mut one, mut two) = two(make);
    one.submit(&set_program(&runs_out).replace("01-01T", "02-01T"));
    one.submit(&event("enrol", "03-01", r#""id": "E1", "customer": "bob""#));
    meet(&mut one, &mut two);
    one.submit(&comes("03-01"));
    wait(&mut two, 9);
    two.submit(&comes("03-09"));
    meet(&mut one, &mut two);
    one.submit(&event("sweep", "03-15", r#""id": "W1""#));
    meet(&mut one, &mut two);
    for shop in [&mut one, &mut two] {
        assert_eq!(balance(shop, "bob"), 0);
        shop.verify();
    }
}

/// Two registers that know of each other; Ada and Kim have 10.00 each, which run out ten days after a purchase.
fn two_whose_units_run_out<S: Store>(make: &impl Fresh<Store = S>) -> (Shop<S>, Shop<S>) {
    let runs_out = PROGRAM.replacen(r#""id":"#, r#""expiry": {"by": "inactivity", "days": 10}, "id":"#, 1);
    let (mut one, mut two) = two(make);
    one.submit(&set_program(&runs_out).replace("01-01T", "02-01T"));
    one.submit(&sale("K0", "03-01", "kim", "200.00"));
    meet(&mut one, &mut two);
    (one, two)
}

/// What a register let run out too early of a record that has gone meanwhile comes back once, with the one who stays.
pub fn what_ran_out_too_early_comes_back_once_after_a_merge(make: &impl Fresh) {
    let (mut one, mut two) = two_whose_units_run_out(make);
    two.submit(&sale("S1", "03-05", "kim", "10.00"));
    // One doesn't know of that.
    one.submit(&event("sweep", "03-13", r#""id": "W1""#));
    assert_eq!((balance(&mut one, "ada"), balance(&mut one, "kim")), (0, 0));
    one.submit(&merge("M1", "ada", "kim").replace("03-04T", "03-14T"));
    // It finds out by itself that nothing of Kim's had run out.
    one.submit(&sale("S2", "03-06", "kim", "20.00"));
    assert_eq!(balance(&mut one, "ada"), 11_00);
    meet(&mut one, &mut two);
    for shop in [&mut one, &mut two] {
        assert_eq!((balance(shop, "ada"), balance(shop, "kim")), (11_50, 0));
        shop.verify();
    }
}

/// What comes late to a record that has gone had run out by what was recorded before it went.
pub fn what_comes_late_had_run_out_before_a_merge(make: &impl Fresh) {
    let (mut one, mut two) = two_whose_units_run_out(make);
    // Ada's don't run out.
    one.submit(&sale("S0b", "03-10", "ada", "20.00"));
    one.submit(&event("sweep", "03-13", r#""id": "W1""#));
    one.submit(&sale("S1", "03-14", "kim", "20.00"));
    one.submit(&merge("M1", "ada", "kim").replace("03-04T", "03-15T"));
    assert_eq!(balance(&mut one, "ada"), 12_00);
    wait(&mut two, 9);
    two.submit(&event(
        "adjust",
        "03-05",
        r#""id": "A1", "customer": "kim", "units": "3.00", "operator": "bo", "reason": "late""#,
    ));
    assert_eq!(balance(&mut two, "kim"), 13_00);
    meet(&mut one, &mut two);
    for shop in [&mut one, &mut two] {
        assert_eq!((balance(shop, "ada"), balance(shop, "kim")), (12_00, 0));
        shop.verify();
    }
}
