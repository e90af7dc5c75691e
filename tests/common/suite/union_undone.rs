//! What goes back where several registers decided: what was spent, of records that were merged, and punches.

use regulars::store::Store;

use super::Fresh;
use super::unions::{all_of, balance, meet, name, take_in, two};
use crate::common::shop::{
    PROGRAM, Shop, event, parked, pays, sale, sale_paid, sale_with, set_program, time, units,
};

/// A sale of two pieces for 8.00, paid with loyalty.
fn spends(id: &str, customer: &str) -> String {
    let lines = r#"[{"id": "1", "product": "P", "quantity": "2", "unit_price": "4.00"}]"#;
    let paid = pays("loyalty", "8.00");
    let fields =
        format!(r#""sale": "{id}", "customer": "{customer}", "lines": {lines}, "payments": [{paid}]"#);
    event("sale", "03-02", &fields)
}

fn back(id: &str, of: &str, quantity: u32) -> String {
    let lines = format!(r#"[{{"id": "1", "quantity": "{quantity}"}}]"#);
    event("return", "03-03", &format!(r#""id": "{id}", "of": "{of}", "lines": {lines}"#))
}

/// One return that two registers took counts once, and the other one's is no part of what happened to the sale.
pub fn a_return_at_two_registers_counts_once(make: &impl Fresh) {
    let (mut one, mut two) = two(make);
    one.submit(&sale("S1", "03-02", "bob", "20.00"));
    meet(&mut one, &mut two);
    for shop in [&mut one, &mut two] {
        shop.submit(&back("R1", "S1", 1));
        assert_eq!(balance(shop, "bob"), 0);
    }
    meet(&mut one, &mut two);
    for shop in [&mut one, &mut two] {
        assert_eq!(balance(shop, "bob"), 0);
        shop.verify();
    }
}

/// What a sale cost goes back once, however many registers take its goods back.
pub fn what_was_spent_goes_back_once(make: &impl Fresh) {
    for (first, second, expected) in [(1, 1, 10_00), (2, 1, 10_00), (2, 2, 10_00)] {
        let (mut one, mut two) = two(make);
        one.submit(&spends("S1", "ada"));
        meet(&mut one, &mut two);
        one.submit(&back("R1", "S1", first));
        two.submit(&back("R2", "S1", second));
        meet(&mut one, &mut two);
        for shop in [&mut one, &mut two] {
            assert_eq!(balance(shop, "ada"), expected, "{first}, {second}");
            assert_eq!(shop.verify().liability(), Ok(units(expected)));
        }
    }
}

/// What a record bought, claimed and spent before it was merged goes back to the one that it has gone to, also where
/// another register works it out from the operations.
pub fn what_a_merged_record_had_goes_back(make: &impl Fresh) {
    let (mut one, mut two) = two(make);
    let claims = r#""enrolment": {"mode": "automatic", "claim_days": 30}, "id":"#;
    one.submit(&set_program(&PROGRAM.replacen(r#""id":"#, claims, 1)).replace("01-01T", "02-01T"));
    one.submit(&sale("S1", "03-01", "kim", "200.00"));
    one.submit(&sale("S2", "03-01", "-", "100.00").replace(r#""customer": "-""#, r#""customer": null"#));
    one.submit(&event("claim", "03-02", r#""id": "C1", "sale": "S2", "customer": "kim""#));
    one.submit(&spends("S3", "kim"));
    one.submit(&event("merge", "03-02", r#""id": "M1", "into": "ada", "from": ["kim"]"#));
    assert_eq!(balance(&mut one, "ada"), 17_00);
    // The claimed sale comes back, then what was spent, and then half of what was earned.
    one.submit(&event("return_amount", "03-03", r#""id": "R1", "of": "S2", "amount": "40.00""#));
    one.submit(&back("R3", "S3", 2));
    one.submit(&event("return_amount", "03-03", r#""id": "R2", "of": "S1", "amount": "100.00""#));
    assert_eq!(balance(&mut one, "ada"), 18_00);
    meet(&mut one, &mut two);
    two.submit(&sale("S4", "03-04", "ada", "20.00"));
    meet(&mut one, &mut two);
    for shop in [&mut one, &mut two] {
        assert_eq!((balance(shop, "ada"), balance(shop, "kim")), (19_00, 0));
        assert_eq!(shop.verify().liability(), Ok(units(19_00)));
    }
}

/// A document that comes late, of a customer whose units run out by inactivity, comes to the same at the register
/// that takes it as at any other.
pub fn what_is_decided_late_is_the_same_everywhere(make: &impl Fresh) {
    let (mut one, mut two) = two(make);
    let expiry = r#""expiry": {"by": "inactivity", "days": 3}, "id":"#;
    one.submit(&set_program(&PROGRAM.replacen(r#""id":"#, expiry, 1)).replace("01-01T", "02-01T"));
    one.submit(&event("enrol", "02-10", r#""id": "E1", "customer": "eve""#));
    one.submit(&event("import", "03-10", r#""id": "I1", "customer": "eve", "units": "5.00""#));
    two.submit(&sale("S1", "03-01", "bob", "20.00"));
    meet(&mut one, &mut two);
    let fields = r#""id": "I2", "customer": "eve", "units": "1.00", "last_purchase": "2026-03-01""#;
    one.submit(&event("import", "03-02", fields));
    one.verify();
    meet(&mut one, &mut two);
    assert_eq!(balance(&mut one, "eve"), balance(&mut two, "eve"));
    // Nothing was bought for too long before the units came.
    two.submit(&event("sweep", "03-12", r#""id": "W1""#));
    meet(&mut one, &mut two);
    for shop in [&mut one, &mut two] {
        assert_eq!(balance(shop, "eve"), 0);
        shop.verify();
    }
}

/// What a sale earned had run out; a void or return of it that is dated before the document that let it run out, by
/// another register, brings nothing back (R18, R20, R23).
pub fn what_had_run_out_stays_out_when_its_sale_is_undone(make: &impl Fresh) {
    let line = r#""id": "R1", "of": "S1", "lines": [{"id": "1", "quantity": "1"}]"#;
    for back in [event("void", "03-06", r#""id": "V1", "of": "S1""#), event("return", "03-06", line)] {
        let (mut one, mut two) = two(make);
        one.submit(&idle_for(2));
        one.submit(&sale("S1", "03-01", "bob", "200.00"));
        one.submit(&event("import", "03-11", r#""id": "I1", "customer": "bob", "units": "5.00""#));
        meet(&mut one, &mut two);
        two.submit(&back);
        meet(&mut one, &mut two);
        for shop in [&mut one, &mut two] {
            assert_eq!(balance(shop, "bob"), 5_00, "{back}");
            shop.verify();
        }
    }
}

/// A program that is set before a document, for a day after it, lets nothing run out by it (Q29).
pub fn a_program_for_later_holds_later(make: &impl Fresh) {
    let (mut one, mut two) = two(make);
    one.submit(&sale("S1", "03-10", "bob", "200.00"));
    one.submit(&idle_for(2).replace("02-01T", "04-01T"));
    meet(&mut one, &mut two);
    two.submit(&event("redeem", "03-20", r#""id": "D1", "customer": "bob", "units": "4.00""#));
    meet(&mut one, &mut two);
    for shop in [&mut one, &mut two] {
        assert_eq!(balance(shop, "bob"), 6_00);
        shop.verify();
    }
}

/// Of programs that were set by a day the one that was set last holds, whichever is dated later (Q29).
pub fn a_program_that_was_set_last_holds(make: &impl Fresh) {
    let (mut one, mut two) = two(make);
    one.submit(&idle_for(2));
    one.submit(&event("set_program", "01-15", &format!(r#""id": "P3", "program": {PROGRAM}"#)));
    one.submit(&sale("S1", "03-01", "bob", "200.00"));
    one.submit(&event("import", "03-11", r#""id": "I1", "customer": "bob", "units": "5.00""#));
    meet(&mut one, &mut two);
    for shop in [&mut one, &mut two] {
        assert_eq!(balance(shop, "bob"), 15_00);
        shop.verify();
    }
}

/// A program that comes from another register, and was set before what this one did since, lets run out what whoever has
/// by it, also of somebody about whom nothing else comes.
pub fn a_program_from_elsewhere_concerns_everybody_since(make: &impl Fresh) {
    let (mut one, mut two) = two(make);
    one.submit(&idle_for(10));
    meet(&mut one, &mut two);
    let shorter = PROGRAM.replacen(r#""id":"#, r#""expiry": {"by": "inactivity", "days": 2}, "id":"#, 1);
    two.submit(&event("set_program", "02-15", &format!(r#""id": "P3", "program": {shorter}"#)));
    for _ in 0..9 {
        one.next_recording();
    }
    one.submit(&sale("S1", "03-01", "bob", "200.00"));
    one.submit(&event("import", "03-06", r#""id": "I1", "customer": "bob", "units": "5.00""#));
    one.submit(&sale("S2", "03-12", "kim", "20.00"));
    assert_eq!(balance(&mut one, "bob"), 15_00);
    meet(&mut one, &mut two);
    for shop in [&mut one, &mut two] {
        assert_eq!(balance(shop, "bob"), 5_00);
        shop.verify();
    }
}

/// A sale that is voided by a register whose clock is slow, before it was made, is undone at all registers (Q10).
pub fn what_a_slow_clock_undoes_is_undone(make: &impl Fresh) {
    let (mut one, mut two) = two(make);
    one.submit(&idle_for(10));
    one.submit(&event("enrol", "03-01", r#""id": "E1", "customer": "eve""#));
    one.submit(&event("import", "03-01", r#""id": "I1", "customer": "eve", "units": "50.00""#));
    one.submit(&sale("S1", "03-03", "eve", "100.00"));
    meet(&mut one, &mut two);
    two.submit(&event("void", "03-02", r#""id": "V1", "of": "S1""#));
    let by_hand =
        r#""id": "A1", "customer": "eve", "units": "1.00", "operator": "kim", "reason": "goodwill""#;
    two.submit(&event("adjust", "03-20", by_hand));
    meet(&mut one, &mut two);
    for shop in [&mut one, &mut two] {
        assert_eq!(balance(shop, "eve"), 51_00);
        shop.verify();
    }
}

/// A program by which units run out when nothing is bought for so many days.
fn idle_for(days: u8) -> String {
    let expiry = format!(r#""expiry": {{"by": "inactivity", "days": {days}}}, "id":"#);
    set_program(&PROGRAM.replacen(r#""id":"#, &expiry, 1)).replace("01-01T", "02-01T")
}

/// What a register lets run out and brings back itself, when a purchase comes late, is brought back once at others: not
/// out of what had run out by a day of its own meanwhile.
pub fn what_a_register_brings_back_is_there_once(make: &impl Fresh) {
    let (mut one, mut two) = two(make);
    let expiry = r#""expiry": {"by": "inactivity", "days": 5}, "id":"#;
    one.submit(&set_program(&PROGRAM.replacen(r#""id":"#, expiry, 1)).replace("01-01T", "02-01T"));
    let comes = |id: &str, more: &str| {
        event("import", "03-02", &format!(r#""id": "{id}", "customer": "eve", "units": "5.00", {more}"#))
    };
    one.submit(&event("enrol", "03-01", r#""id": "E1", "customer": "eve""#));
    one.submit(&comes("I1", r#""last_purchase": "2026-03-02""#));
    one.submit(&comes("I2", r#""expires": "2026-03-04""#));
    one.submit(&event("sweep", "03-09", r#""id": "W1""#));
    assert_eq!(balance(&mut one, "eve"), 0);
    one.submit(&sale("S1", "03-05", "eve", "20.00"));
    two.submit(&sale("S2", "03-01", "bob", "20.00"));
    meet(&mut one, &mut two);
    for shop in [&mut one, &mut two] {
        assert_eq!(balance(shop, "eve"), 6_00);
        shop.verify();
    }
}

/// What comes late after units have run out comes to what it does where one register decides all: what was spent in
/// time had not run out, and what was bought in time has kept units alive (R27).
pub fn late_documents_count_where_registers_share(make: &impl Fresh) {
    let expiry = r#""expiry": {"by": "inactivity", "days": 5}, "id":"#;
    let program = set_program(&PROGRAM.replacen(r#""id":"#, expiry, 1)).replace("01-01T", "02-01T");
    let comes = |id: &str, customer: &str, more: &str| {
        let fields = format!(r#""id": "{id}", "customer": "{customer}", "units": "5.00", {more}"#);
        event("import", "03-02", &fields)
    };
    let begins = [
        program,
        event("enrol", "03-01", r#""id": "E1", "customer": "eve""#),
        comes("I1", "eve", r#""last_purchase": "2026-03-02""#),
        comes("I2", "ada", r#""expires": "2026-03-05""#),
        sale("S2", "03-06", "ada", "20.00"),
        event("sweep", "03-08", r#""id": "W1""#),
    ];
    let late = [
        event("redeem", "03-04", r#""id": "R1", "customer": "ada", "amount": "3.00""#),
        sale("S1", "03-05", "eve", "20.00"),
    ];
    let ends = event("sweep", "03-09", r#""id": "W2""#);
    let mut alone = Shop::open(make.fresh());
    alone.submit(&sale("S0", "03-01", "ada", "200.00"));
    let all = begins.iter().chain(&late).chain([&ends]);
    all.for_each(|document| drop(alone.submit(document)));
    let (mut one, mut two) = two(make);
    two.submit(&sale("S9", "03-01", "bob", "20.00"));
    meet(&mut one, &mut two);
    begins.iter().for_each(|document| drop(one.submit(document)));
    meet(&mut one, &mut two);
    late.iter().for_each(|document| drop(two.submit(document)));
    two.verify();
    two.submit(&ends);
    meet(&mut one, &mut two);
    for customer in ["ada", "eve"] {
        let expected = balance(&mut alone, customer);
        assert_eq!(
            (balance(&mut one, customer), balance(&mut two, customer)),
            (expected, expected),
            "{customer}"
        );
    }
    one.verify();
    two.verify();
}

/// A program of another register that says otherwise when units run out holds from its place in the order on, also for
/// what was decided here before it came.
pub fn a_program_that_comes_later_holds_from_its_place_on(make: &impl Fresh) {
    let runs_out = |id: &str, day: &str, days: u8| {
        let expiry = format!(r#""expiry": {{"by": "inactivity", "days": {days}}}, "id":"#);
        let program = PROGRAM.replacen(r#""id":"#, &expiry, 1);
        event("set_program", day, &format!(r#""id": "{id}", "program": {program}"#))
    };
    // How long units last by the second program, and what is left.
    for (days, expected) in [(2, 1_00), (30, 11_00)] {
        // Alone, and behind one of a third register that holds from a later place on, in one union.
        for behind_another in [false, true] {
            let (mut one, mut two) = two(make);
            one.submit(&runs_out("P1", "02-01", 10));
            one.submit(&sale("S1", "03-01", "bob", "200.00"));
            meet(&mut one, &mut two);
            for _ in 0..9 {
                two.next_recording();
            }
            one.submit(&runs_out("P2", "02-02", days));
            two.submit(&event("sweep", "03-13", r#""id": "W1""#));
            two.submit(&sale("S2", "03-14", "bob", "200.00"));
            two.submit(&sale("S3", "03-17", "bob", "20.00"));
            assert_eq!(balance(&mut two, "bob"), 11_00);
            if behind_another {
                let mut three = Shop::reopen(make.fresh());
                name(&mut three, "till-3");
                for _ in 0..99 {
                    three.next_recording();
                }
                three.submit(&runs_out("P3", "02-03", days));
                let (from_one, from_two) = (all_of(&mut one), all_of(&mut two));
                let both = all_of(&mut three).into_iter().chain(from_one).collect::<Vec<_>>();
                take_in(&mut two, both).unwrap();
                take_in(&mut one, from_two.into_iter().chain(all_of(&mut three))).unwrap();
            } else {
                meet(&mut one, &mut two);
            }
            for shop in [&mut one, &mut two] {
                assert_eq!(balance(shop, "bob"), expected, "{days} days, behind another: {behind_another}");
                shop.verify();
            }
        }
    }
}

/// What one register decides in time comes to the same at another one that takes it in: an exchange is a purchase when
/// it gives the last one back, what is claimed late has run out, and so has what was bought too long ago when somebody
/// changes it by hand.
pub fn inactivity_is_folded_as_it_was_decided(make: &impl Fresh) {
    let runs_out = r#""expiry": {"by": "inactivity", "days": 10}, "enrolment": {"claim_days": 60}, "id":"#;
    let program = set_program(&PROGRAM.replacen(r#""id":"#, runs_out, 1)).replace("01-01T", "02-01T");
    let by_hand =
        r#""id": "A1", "customer": "bob", "units": "5.00", "operator": "kim", "reason": "goodwill""#;
    let goods = r#"[{"id": "1", "product": "Q", "quantity": "1", "unit_price": "200.00"}]"#;
    let exchange = format!(
        r#""id": "X1", "of": "S1", "lines": [{{"id": "1", "quantity": "1"}}],
           "sale": {{"id": "S2", "at": "{}", "customer": "bob", "lines": {goods}, "payments": []}}"#,
        time("03-05")
    );
    let nobodys = sale("S3", "03-01", "bob", "40.00").replacen(r#""customer": "bob","#, "", 1);
    let cases = [
        // What ran out in February ran out in February.
        (
            vec![
                sale("S8", "02-02", "bob", "20.00"),
                sale("S1", "03-01", "bob", "200.00"),
                event("adjust", "03-03", by_hand),
                event("exchange", "03-05", &exchange),
            ],
            15_00,
        ),
        (
            vec![
                sale("S8", "02-02", "bob", "20.00"),
                nobodys,
                event("claim", "03-20", r#""id": "C1", "sale": "S3", "customer": "bob""#),
            ],
            0,
        ),
    ];
    for (number, (documents, expected)) in cases.iter().enumerate() {
        // Alone, and where another one has decided something, too.
        for other in [false, true] {
            let (mut one, mut two) = two(make);
            one.submit(&program);
            if other {
                meet(&mut one, &mut two);
                two.submit(&sale("S9", "02-03", "eve", "20.00"));
                meet(&mut one, &mut two);
            }
            documents.iter().for_each(|document| drop(one.submit(document)));
            one.verify();
            meet(&mut one, &mut two);
            for shop in [&mut one, &mut two] {
                assert_eq!(balance(shop, "bob"), *expected, "case {number}, {other}");
                shop.verify();
            }
        }
    }
}

/// Where nothing moves nothing runs out, at any register; and what a register hears of later has run out before.
pub fn what_moves_nothing_lets_nothing_run_out(make: &impl Fresh) {
    let runs_out = r#""expiry": {"by": "inactivity", "days": 10}, "enrolment": {"welcome": "1.00"}, "id":"#;
    let program = set_program(&PROGRAM.replacen(r#""id":"#, runs_out, 1)).replace("01-01T", "02-01T");
    let by_hand =
        r#""id": "A1", "customer": "bob", "units": "-1.00", "operator": "kim", "reason": "a mistake""#;
    let (mut one, mut two) = two(make);
    one.submit(&program);
    one.submit(&event("enrol", "02-20", r#""id": "E1", "customer": "bob""#));
    meet(&mut one, &mut two);
    one.submit(&sale("S1", "03-01", "bob", "200.00"));
    // It knows of no purchase, and takes by hand what isn't there any more.
    two.submit(&event("adjust", "03-20", by_hand));
    meet(&mut one, &mut two);
    one.submit(&event(
        "account_payment",
        "03-25",
        &format!(r#""id": "P1", "customer": "bob", "payments": [{}]"#, pays("cash", "5.00")),
    ));
    one.verify();
    meet(&mut one, &mut two);
    assert_eq!(balance(&mut one, "bob"), balance(&mut two, "bob"));
    // One lets too early run out what the other one's sale keeps alive; then somebody changes the customer's code.
    one.submit(&sale("S2", "04-01", "bob", "200.00"));
    meet(&mut one, &mut two);
    one.submit(&event("sweep", "04-13", r#""id": "W1""#));
    two.submit(&sale("S3", "04-08", "bob", "20.00"));
    meet(&mut one, &mut two);
    one.submit(&event("set_code", "06-01", r#""id": "K1", "customer": "bob", "code": "K9""#));
    one.verify();
    meet(&mut one, &mut two);
    for shop in [&mut one, &mut two] {
        shop.verify();
    }
    assert_eq!(balance(&mut one, "bob"), balance(&mut two, "bob"));
}

/// A ledger of several registers keeps tallies where it did before, and `verify` counts them.
pub fn a_tally_is_kept_after_registers_have_met(make: &impl Fresh) {
    let (mut one, mut two) = two(make);
    let tiers = r#""tiers": {"by": "spent", "over": {"months": 12}, "levels": [{"id": "base", "at": "0"},
        {"id": "gold", "at": "300"}]}, "id":"#;
    one.submit(&set_program(&PROGRAM.replacen(r#""id":"#, tiers, 1)).replace("01-01T", "02-01T"));
    meet(&mut one, &mut two);
    one.submit(&sale("S1", "03-02", "ada", "60.00"));
    two.submit(&sale("S2", "03-02", "ada", "60.00"));
    meet(&mut one, &mut two);
    for shop in [&mut one, &mut two] {
        // 200.00, 60.00 and 60.00: the sum of what both have sold.
        let gold = shop.submit(&sale("S9", "03-03", "ada", "1.00")).shown.tier.unwrap();
        assert_eq!(gold.as_str(), "gold");
        let tally = shop.facts(&sale("S8", "03-04", "ada", "1.00")).accounts.remove(0).known.unwrap().tally;
        assert!(tally.is_some());
        shop.verify();
    }
}

/// Three coffees make one free; Ada has a card.
fn two_with_a_card<S: Store>(make: &impl Fresh<Store = S>) -> (Shop<S>, Shop<S>) {
    let (mut one, mut two) = two(make);
    let coffee = r#""punch_cards": [{"id": "coffee", "required": 3, "where": {"products": ["COFFEE"]},
        "gives": {"kind": "free_item", "quantity": "1"}, "valid": {"until": "2026-12-31"}}], "id":"#;
    one.submit(&set_program(&PROGRAM.replacen(r#""id":"#, coffee, 1)).replace("01-01T", "02-01T"));
    one.submit(&event(
        "make_cards",
        "02-02",
        r#""id": "B1", "batch": "B", "punch_card": "coffee", "codes": ["K1"]"#,
    ));
    one.submit(&event("enrol", "02-02", r#""id": "E1", "customer": "ada", "email": "ada@shop.example""#));
    one.submit(&event("link_card", "02-02", r#""id": "L1", "card": "K1", "customer": "ada""#));
    meet(&mut one, &mut two);
    (one, two)
}

fn coffees(id: &str, quantity: u32, free: u32, more: &str) -> String {
    let line =
        format!(r#"[{{"id": "1", "product": "COFFEE", "quantity": "{quantity}", "unit_price": "3.00"}}]"#);
    let offers = vec![r#"{"card": "K1", "line": "1"}"#; free as usize].join(", ");
    let fields = format!(r#""customer": "ada", "lines": {line}, "offers": [{offers}], {more}"#);
    event("sale", "03-02", &format!(r#""sale": "{id}", {fields}"#))
}

fn bought(id: &str, quantity: u32) -> String {
    let price = format!("{}.00", quantity * 3);
    coffees(id, quantity, 0, &format!(r#""payments": [{}]"#, pays("card", &price)))
}

/// A sale punches a card and uses its offers once, and gives back no more of either than that, whatever registers do
/// at the same time; what they did of different goods counts.
pub fn what_a_sale_punched_is_taken_back_once(make: &impl Fresh) {
    let void_of = |id: &str, of: &str| event("void", "03-03", &format!(r#""id": "{id}", "of": "{of}""#));
    let (void, cancel) = (|id: &str| void_of(id, "S1"), |id: &str| void_of(id, "S2"));
    let swap = |id: &str, quantity: u32| {
        let new = coffees(&format!("N{id}"), quantity, 0, r#""payments": []"#);
        let new = new.replace("03-02T", "03-03T").replace(r#""type": "sale", "#, "").replacen(
            r#""sale": "#,
            r#""id": "#,
            1,
        );
        let lines = r#"[{"id": "1", "quantity": "3"}]"#;
        event("exchange", "03-03", &format!(r#""id": "{id}", "of": "S1", "lines": {lines}, "sale": {new}"#))
    };
    let pay = |id: &str| {
        event(
            "payment",
            "03-03",
            &format!(r#""id": "{id}", "sale": "S2", "payments": [{}]"#, pays("card", "6.00")),
        )
    };
    let first = || vec![bought("S3", 1), bought("S1", 3)];
    let used = || vec![bought("S1", 4), coffees("S2", 1, 1, r#""payments": []"#)];
    let layby = || vec![bought("S1", 4), coffees("S2", 3, 1, r#""terms": "layby", "payments": []"#)];
    // What has happened, what each of two registers does then, and punches, offers and uses afterwards.
    let cases = [
        (first(), back("R1", "S1", 1), back("R2", "S1", 2), (1, 0, 0)),
        (first(), back("R1", "S1", 2), back("R2", "S1", 2), (1, 0, 0)),
        (first(), back("R1", "S1", 3), back("R2", "S1", 3), (1, 0, 0)),
        (first(), back("R1", "S1", 3), back("R2", "S1", 1), (1, 0, 0)),
        (first(), void("V1"), void("V2"), (1, 0, 0)),
        (first(), void("V1"), back("R2", "S1", 2), (1, 0, 0)),
        (first(), swap("X1", 2), swap("X2", 3), (6, 2, 0)),
        (used(), back("R1", "S2", 1), back("R2", "S2", 1), (4, 1, 0)),
        (used(), back("R1", "S2", 1), back("R2", "S1", 1), (3, 1, 0)),
        (layby(), pay("P1"), pay("P2"), (3, 1, 1)),
        (layby(), pay("P1"), bought("S3", 1), (4, 1, 1)),
        (layby(), cancel("V1"), bought("S3", 1), (5, 1, 0)),
        (layby(), cancel("V1"), cancel("V2"), (4, 1, 0)),
    ];
    for (number, (before, at_one, at_two, expected)) in cases.iter().enumerate() {
        for seconds in [0, 9] {
            let (mut one, mut two) = two_with_a_card(make);
            before.iter().for_each(|text| drop(one.submit(text)));
            meet(&mut one, &mut two);
            for _ in 0..seconds {
                two.next_recording();
            }
            one.submit(at_one);
            two.submit(at_two);
            meet(&mut one, &mut two);
            for shop in [&mut one, &mut two] {
                let shown = shop.submit(&event("check", "03-05", r#""customer": "ada""#)).shown.cards;
                let has = (shown[0].punches, shown[0].offers, shown[0].used);
                assert_eq!(has, *expected, "case {number}, {seconds}");
                shop.verify();
            }
        }
    }
}

/// A sale of two things for 10.00 in the place of one for 20.00.
fn two_things(sale: &str) -> String {
    let two = sale.replace(r#""quantity": "1""#, r#""quantity": "2""#);
    two.replace(r#""unit_price": "20.00""#, r#""unit_price": "10.00""#)
}

/// Kim has as much at the register that decided as at both once they have met.
fn kim_has_it_at_both<S: Store>(mut one: Shop<S>, mut two: Shop<S>, minor: i64) {
    assert_eq!(balance(&mut one, "kim"), minor);
    meet(&mut one, &mut two);
    for shop in [&mut one, &mut two] {
        assert_eq!(balance(shop, "kim"), minor);
        shop.verify();
    }
}

/// A return whose clock is slow, dated before its sale, makes that sale no purchase before it was one: what had run out
/// by the sale stays so, at the register that decided and at one that hears of it.
pub fn a_return_by_a_slow_clock_makes_no_purchase_earlier(make: &impl Fresh) {
    let (mut one, two) = two(make);
    one.submit(&idle_for(6));
    one.submit(&sale("K1", "03-03", "kim", "200.00"));
    one.submit(&two_things(&sale("K2", "03-10", "kim", "20.00")));
    one.submit(&back("R1", "K2", 1).replace("03-03", "03-08"));
    one.submit(&sale("K3", "03-11", "kim", "20.00"));
    kim_has_it_at_both(one, two, 1_50);
}

/// What a return whose clock is slow gives back comes back when its sale was there, and not by its own time, at the
/// register that decided and at one that hears of it: what ran out when the sale was settled isn't this.
pub fn what_a_slow_clock_gives_back_has_not_run_out_before(make: &impl Fresh) {
    let (mut one, two) = two(make);
    one.submit(&idle_for(6));
    one.submit(&sale("K1", "03-03", "kim", "200.00"));
    let paid = format!(r#""terms": "layby", "payments": [{}]"#, pays("loyalty", "5.00"));
    let layby = sale_with("K2", "03-04", "kim", "20.00", &paid);
    one.submit(&two_things(&layby));
    let rest = format!(r#""id": "P1", "sale": "K2", "payments": [{}]"#, pays("cash", "15.00"));
    one.submit(&event("payment", "03-15", &rest));
    one.submit(&back("R1", "K2", 1).replace("03-03", "03-13"));
    kim_has_it_at_both(one, two, 2_87);
}

/// What a slow clock takes back was there when its sale was: what another register sold until then keeps what comes back
/// alive, though it is later than the clock says.
pub fn what_a_slow_clock_takes_back_goes_by_its_sale(make: &impl Fresh) {
    let (mut one, mut two) = two(make);
    one.submit(&idle_for(6));
    one.submit(&sale("K1", "03-03", "kim", "200.00"));
    meet(&mut one, &mut two);
    two.submit(&sale("K3", "03-08", "kim", "20.00"));
    two.submit(&sale("K4", "03-14", "kim", "20.00"));
    let paid = format!(r#""terms": "layby", "payments": [{}]"#, pays("loyalty", "5.00"));
    one.submit(&two_things(&sale_with("K2", "03-04", "kim", "20.00", &paid)));
    let rest = format!(r#""id": "P1", "sale": "K2", "payments": [{}]"#, pays("cash", "15.00"));
    one.submit(&event("payment", "03-15", &rest));
    one.submit(&back("R1", "K2", 2).replace("03-03", "03-13"));
    meet(&mut one, &mut two);
    for shop in [&mut one, &mut two] {
        assert_eq!(balance(shop, "kim"), 12_00);
        shop.verify();
    }
}

/// Who put a sale aside hasn't bought it: it is a purchase of whoever it was rung up for, also once they are one.
pub fn who_put_a_sale_aside_has_not_bought_it(make: &impl Fresh) {
    let (mut one, two) = two(make);
    one.submit(&idle_for(6));
    one.submit(&event("enrol", "03-01", r#""id": "E1", "customer": "eve""#));
    one.submit(&parked("K2", "03-02", "eve", "20.00"));
    one.submit(&sale("K1", "03-03", "kim", "200.00"));
    one.submit(&sale("K2", "03-08", "kim", "20.00"));
    one.submit(&sale("K3", "03-13", "kim", "20.00"));
    one.submit(&event("merge", "03-14", r#""id": "M1", "into": "kim", "from": ["eve"]"#));
    kim_has_it_at_both(one, two, 12_00);
}

/// Of two returns that take everything back the earlier comes later: what was bought is undone by the later of them, at
/// the register that decided and at one that hears of it.
pub fn the_latest_of_its_returns_undoes_a_purchase(make: &impl Fresh) {
    let (mut one, two) = two(make);
    one.submit(&idle_for(7));
    one.submit(&sale("K1", "03-03", "kim", "200.00"));
    one.submit(&two_things(&sale("K2", "03-09", "kim", "20.00")));
    one.submit(&sale("K3", "03-14", "kim", "20.00"));
    for (id, day) in [("R2", "03-15"), ("R1", "03-10")] {
        one.submit(&back(id, "K2", 1).replace("03-03", day));
    }
    kim_has_it_at_both(one, two, 11_00);
}

/// Units run out by inactivity where nobody has sold anything for too long, and not where one register hasn't.
pub fn inactivity_is_that_at_all_registers(make: &impl Fresh) {
    let sweep = |id: &str, day: &str| event("sweep", day, &format!(r#""id": "{id}""#));
    let bought = |id: &str, day: &str| sale(id, day, "bob", "20.00");
    let spent = |day: &str| sale_paid("S2", day, "bob", "8.00", &format!("[{}]", pays("loyalty", "8.00")));
    let redeemed = || event("redeem", "03-05", r#""id": "D1", "customer": "bob", "amount": "8.00""#);
    // Bob has 10.00 of 03-01, which last until 03-11: what the first register does, what the second one does, and
    // what he has then.
    let cases = [
        (vec![sweep("W1", "03-13")], vec![sweep("W2", "03-14")], 0),
        // Alive until 03-15.
        (vec![sweep("W1", "03-13")], vec![spent("03-05")], 2_00),
        (vec![sweep("W1", "03-13")], vec![bought("S2", "03-05")], 11_00),
        (vec![sweep("W1", "03-13")], vec![bought("S2", "03-05"), sweep("W2", "03-13")], 11_00),
        (vec![sweep("W1", "03-13"), sweep("W3", "03-16")], vec![bought("S2", "03-05")], 11_00),
        // What was spent in time was spent, and the rest ran out.
        (vec![sweep("W1", "03-13")], vec![redeemed()], 0),
        (vec![sweep("W1", "03-13")], vec![redeemed(), sweep("W2", "03-14")], 0),
        // Nobody had bought anything after 03-05.
        (vec![sweep("W1", "03-13"), bought("S3", "03-20")], vec![spent("03-05")], 1_00),
        (vec![sweep("W1", "03-13"), bought("S3", "03-20")], vec![bought("S2", "03-05")], 1_00),
        (vec![sweep("W1", "03-16")], vec![spent("03-05")], 0),
        (vec![bought("S2", "03-20")], vec![sweep("W2", "03-21")], 1_00),
        // What came back was never bought.
        (
            vec![sweep("W1", "03-13")],
            vec![bought("S2", "03-05"), back("R2", "S2", 1).replace("03-03", "03-06")],
            0,
        ),
        (
            vec![sweep("W1", "03-13")],
            vec![bought("S2", "03-05"), back("R2", "S2", 1).replace("03-03", "03-14")],
            0,
        ),
        // What the second register didn't know of had run out, too, when its own purchase came back.
        (
            vec![bought("S3", "03-02")],
            vec![bought("S2", "03-05"), back("R2", "S2", 1).replace("03-03", "03-14")],
            0,
        ),
        // A register that hears of it late brings back what it let run out, once.
        (vec![sweep("W1", "03-13"), bought("S2", "03-05")], vec![sweep("W2", "03-13")], 11_00),
    ];
    let runs_out = PROGRAM.replacen(r#""id":"#, r#""expiry": {"by": "inactivity", "days": 10}, "id":"#, 1);
    for (number, (first, second, expected)) in cases.iter().enumerate() {
        for seconds in [0, 9] {
            let (mut one, mut two) = two(make);
            one.submit(&set_program(&runs_out).replace("01-01T", "02-01T"));
            one.submit(&sale("S1", "03-01", "bob", "200.00"));
            meet(&mut one, &mut two);
            for _ in 0..seconds {
                two.next_recording();
            }
            first.iter().for_each(|text| drop(one.submit(text)));
            second.iter().for_each(|text| drop(two.submit(text)));
            meet(&mut one, &mut two);
            for shop in [&mut one, &mut two] {
                assert_eq!(balance(shop, "bob"), *expected, "case {number}, {seconds}");
                let all = balance(shop, "ada") + *expected;
                assert_eq!(shop.verify().liability(), Ok(units(all)), "case {number}, {seconds}");
            }
            // In the end all has run out, and what is bought then is there.
            one.submit(&sale("S9", "05-01", "bob", "40.00"));
            meet(&mut one, &mut two);
            for shop in [&mut one, &mut two] {
                assert_eq!(balance(shop, "bob"), 2_00, "case {number}, {seconds}");
                shop.verify();
            }
        }
    }
}

/// What a document that came late changed of what was used and what ran out is the same where it is worked out from
/// the operations.
pub fn what_came_late_comes_to_the_same_elsewhere(make: &impl Fresh) {
    let by = |expiry: &str| {
        let expiry = format!(r#""expiry": {{"by": "{expiry}", "days": 10}}, "id":"#);
        set_program(&PROGRAM.replacen(r#""id":"#, &expiry, 1)).replace("01-01T", "02-01T")
    };
    let paid =
        |id: &str, day: &str| sale_paid(id, day, "bob", "0.50", &format!("[{}]", pays("loyalty", "0.50")));
    let bought = |id: &str, day: &str| sale(id, day, "bob", "20.00");
    let void = |day: &str| event("void", day, r#""of": "S1""#);
    let returned = back("R1", "S1", 1).replace("03-03", "03-01");
    let sweep = |day: &str| event("sweep", day, r#""id": "W1""#);
    let cases = [
        vec![bought("S1", "03-04"), void("03-01")],
        // What came first is used first.
        vec![bought("S1", "03-06"), paid("S2", "03-06"), bought("S3", "03-01")],
        // Of what was spent later some is brought back, and is owed.
        vec![bought("S1", "03-01"), paid("S2", "03-21"), returned],
        vec![by("age"), bought("S1", "03-01"), sweep("03-13"), bought("S3", "03-02")],
        vec![
            by("inactivity"),
            bought("S1", "03-01"),
            sweep("03-13"),
            bought("S3", "03-05"),
            paid("S2", "03-14"),
        ],
        vec![by("inactivity"), bought("S1", "03-01"), sweep("03-13"), by("age"), bought("S3", "03-05")],
    ];
    for (number, case) in cases.iter().enumerate() {
        let (mut one, mut two) = two(make);
        case.iter().for_each(|text| drop(one.submit(text)));
        meet(&mut one, &mut two);
        let [here, there] = [&mut one, &mut two].map(|shop| shop.account("bob", "12-31").unwrap().holding);
        assert_eq!(there, here, "case {number}");
        two.verify();
    }
}

/// What came late to a register before it had heard of any other is worked out as all registers do it once it has: they
/// have the same, though nothing of the customer has come (R25, R27).
pub fn what_came_late_before_others_were_heard_of_is_the_same_everywhere(make: &impl Fresh) {
    let units = |units: &str| format!(r#""id": "I1", "customer": "bob", "units": "{units}""#);
    let spends = r#""id": "D1", "customer": "bob", "units": "3.00""#;
    // What was spent had run out, as a late purchase shows; and what was swept hadn't, for the same reason.
    for documents in [
        [
            event("import", "03-04", &units("8.00")),
            event("redeem", "03-13", spends),
            sale("S4", "03-09", "bob", "10.00"),
        ],
        [
            sale("S1", "03-05", "bob", "40.00"),
            event("sweep", "03-12", r#""id": "W1""#),
            sale("S7", "03-08", "bob", "100.00"),
        ],
    ] {
        let (mut one, mut two) = two(make);
        one.submit(&idle_for(3));
        one.submit(&event("enrol", "03-01", r#""id": "E1", "customer": "bob""#));
        meet(&mut one, &mut two);
        two.submit(&sale("S8", "03-02", "eve", "10.00"));
        documents.iter().for_each(|document| drop(one.submit(document)));
        meet(&mut one, &mut two);
        let kept = [&mut one, &mut two].map(|shop| {
            shop.verify();
            let known = shop.account("bob", "03-30").unwrap();
            // Each ledger has numbers of its own.
            let lots: Vec<_> =
                known.holding.lots().map(|lot| (lot.key.born, lot.key.expires, lot.units)).collect();
            (known.holding.balance(), lots, known.member, known.latest)
        });
        assert_eq!(kept[0], kept[1], "{documents:?}");
    }
}

/// A sale that two claimed is a purchase of the first alone: of the other it keeps nothing alive (R9, R24).
pub fn what_another_claimed_first_keeps_nothing_alive(make: &impl Fresh) {
    let (mut one, mut two) = two(make);
    let claims = r#""enrolment": {"mode": "automatic", "claim_days": 30}, "id":"#;
    one.submit(&idle_for(2).replacen(r#""id":"#, claims, 1));
    one.submit(&sale("S1", "02-28", "bob", "28.00"));
    one.submit(&sale("S2", "03-02", "-", "152.00").replace(r#""customer": "-""#, r#""customer": null"#));
    meet(&mut one, &mut two);
    two.submit(&event("claim", "03-04", r#""id": "C1", "sale": "S2", "customer": "eve""#));
    one.submit(&event("claim", "03-03", r#""id": "C2", "sale": "S2", "customer": "bob""#));
    meet(&mut one, &mut two);
    let aside = r#""sale": "S3", "customer": "bob", "terms": "layby", "payments": [],
        "lines": [{"id": "1", "product": "P", "quantity": "1", "unit_price": "10.00"}]"#;
    one.submit(&event("sale", "03-03", aside));
    meet(&mut one, &mut two);
    for shop in [&mut one, &mut two] {
        assert_eq!((balance(shop, "bob"), balance(shop, "eve")), (0, 7_60));
        shop.verify();
    }
}
