//! What several registers changed of one customer, one punch card, one hold: what each changed counts, and what
//! happens once happens once.

use regulars::code::{ReadCode, Resolved, Resolver, Why};
use regulars::decide::{CardState, Document, Header, Kept, Key, Question, Refusal, ScanDocument, Standing};
use regulars::document::{read_parcel, write_parcel};
use regulars::ident::Code;
use regulars::ledger::Account;
use regulars::register::{RegisterError, ScanOf};
use regulars::sale::Place;
use regulars::store::Store;
use regulars::time::{Offset, Timestamp};

use super::Fresh;
use super::unions::{all_of, balance, meet, name, take_in};
use crate::common::shop::{PROGRAM, Shop, event, moment, pays, set_program, time, units};

/// Ada has 10.00 and an empty punch card; three coffees make one free.
fn begin<S: Store>(make: &impl Fresh<Store = S>) -> [Shop<S>; 3] {
    let mut one = Shop::reopen(make.fresh());
    name(&mut one, "till-1");
    let coffee = r#""enrolment": {"mode": "automatic", "claim_days": 30, "welcome": "10.00"},
        "punch_cards": [{"id": "coffee", "required": 3, "where": {"products": ["COFFEE"]},
        "gives": {"kind": "free_item", "quantity": "1"}, "valid": {"until": "2026-12-31"}}], "id":"#;
    one.submit(&set_program(&PROGRAM.replacen(r#""id":"#, coffee, 1)));
    let cards = r#""punch_card": "coffee", "batch": "B1", "codes": ["K1", "K2"]"#;
    one.submit(&event("make_cards", "03-01", cards));
    one.submit(&event(
        "enrol",
        "03-01",
        r#""customer": "ada", "email": "ada@example.org", "code": "2000017""#,
    ));
    one.submit(&event("link_card", "03-01", r#""card": "K1", "customer": "ada""#));
    let [mut two, mut three] = ["till-2", "till-3"].map(|register| {
        let mut shop = Shop::reopen(make.fresh());
        name(&mut shop, register);
        shop
    });
    for shop in [&mut two, &mut three] {
        take_in(shop, all_of(&mut one)).unwrap();
        // Whatever they record comes after it.
        (0..9).for_each(|_| {
            shop.next_recording();
        });
    }
    [one, two, three]
}

fn coffees(id: &str, quantity: &str, price: &str, offers: &str) -> String {
    let line =
        format!(r#"{{"id": "a", "product": "COFFEE", "quantity": "{quantity}", "unit_price": "3.00"}}"#);
    let fields = format!(r#""sale": "{id}", "customer": "ada", "lines": [{line}], "offers": [{offers}]"#);
    format!(
        r#"{{"type": "sale", "at": "{}", {fields}, "payments": [{}]}}"#,
        time("03-02"),
        pays("card", price)
    )
}

fn card<S: Store>(shop: &mut Shop<S>, code: &str) -> CardState {
    let keys = [Key::Card(Code::new(code).unwrap())].into();
    let facts = shop.ask(&Question { keys, ..Question::as_of(Timestamp::EPOCH) });
    facts.kept.iter().find_map(Kept::as_card).unwrap().clone()
}

/// An opting out isn't undone by a telephone number that another register was told meanwhile; punches and what is
/// held add up; each field has what was said of it last. It is so in whatever order it comes.
pub fn changes_at_several_registers_add_up(make: &impl Fresh) {
    let [mut one, mut two, mut three] = begin(make);
    one.submit(&coffees("S1", "2", "6.00", ""));
    one.submit(&event("reserve", "03-02", r#""id": "H1", "customer": "ada", "units": "0.50""#));
    one.submit(&event("opt_out", "03-02", r#""customer": "ada""#));
    two.submit(&coffees("S2", "3", "9.00", ""));
    two.submit(&event("reserve", "03-02", r#""id": "H2", "customer": "ada", "units": "1.00""#));
    two.submit(&event("enrol", "03-03", r#""customer": "ada", "phone": "5551234", "code": "2000017""#));
    two.submit(&event("block_card", "03-03", r#""card": "K2", "reason": "r", "operator": "o""#));
    three.submit(&event("set_code", "03-02", r#""customer": "ada", "code": "3000014""#));
    three.submit(&event("enrol", "03-02", r#""customer": "ada", "name": "Ada""#));
    three.submit(&event("link_card", "03-02", r#""card": "K2", "customer": "ada""#));
    let mut all: Vec<_> = [&mut one, &mut two, &mut three].into_iter().flat_map(all_of).collect();
    for shop in [&mut one, &mut two, &mut three] {
        // Each gets all of it in another order, and some of it twice.
        let some = all.len() / 3;
        all.rotate_left(some);
        for part in all.chunks(5) {
            let lines = part.iter().chain(part.first()).map(write_parcel);
            take_in(shop, lines.map(|line| read_parcel(&line).unwrap())).unwrap();
        }
        shop.verify();
    }
    for shop in [&mut one, &mut two, &mut three] {
        let member = shop.account("ada", "12-31").unwrap().member;
        assert_eq!((member.standing, member.held), (Standing::OptedOut, units(1_50)));
        let told = member.profile;
        assert_eq!(told.code.unwrap().as_str(), "3000014");
        assert_eq!((told.name.as_deref(), told.phone.as_deref()), (Some("Ada"), Some("5551234")));
        assert_eq!(told.email.as_deref(), Some("ada@example.org"));
        assert_eq!(member.cards.len(), 2);
        let (first, second) = (card(shop, "K1"), card(shop, "K2"));
        assert_eq!((first.punches, first.offers), (5, 1));
        assert!(second.blocked && second.customer.is_some());
        // Opted out, and not called back by what two said of something else.
        let refused = shop.try_submit(&event("redeem", "03-05", r#""customer": "ada", "amount": "1.00""#));
        assert_eq!(refused.unwrap_err().name(), "opted_out");
        let scan = |code: &str| event("scan", "03-05", &format!(r#""code": "{code}""#));
        assert_eq!(shop.try_submit(&scan("2000017")).unwrap_err().name(), "card_replaced");
        shop.submit(&scan("3000014"));
        shop.submit(&event("opt_in", "03-06", r#""customer": "ada""#));
        shop.verify();
    }
}

/// Offers follow from what all registers punched, less those that a sale holds which isn't settled: also where
/// neither register knew of the other's.
pub fn offers_are_those_of_all_punches(make: &impl Fresh) {
    let [mut one, mut two, _] = begin(make);
    one.submit(&coffees("S1", "2", "6.00", ""));
    two.submit(&coffees("S2", "2", "6.00", ""));
    for shop in [&mut one, &mut two] {
        let CardState { punches, offers, .. } = card(shop, "K1");
        assert_eq!((punches, offers), (2, 0));
    }
    meet(&mut one, &mut two);
    for shop in [&mut one, &mut two] {
        let CardState { punches, offers, .. } = card(shop, "K1");
        assert_eq!((punches, offers), (4, 1));
        shop.verify();
    }

    for held_first in [true, false] {
        let [mut one, mut two, _] = begin(make);
        one.submit(&coffees("S1", "3", "9.00", ""));
        meet(&mut one, &mut two);
        let [holds, punches] = if held_first { [&mut one, &mut two] } else { [&mut two, &mut one] };
        let layby = coffees("S2", "2", "3.00", r#"{"card": "K1", "line": "a"}"#)
            .replacen("\"sale\":", r#""terms": "layby", "sale":"#, 1)
            .replace(&pays("card", "3.00"), &pays("card", "1.00"));
        holds.submit(&layby);
        assert_eq!(card(holds, "K1").offers, 0);
        punches.submit(&coffees("S3", "1", "3.00", ""));
        assert_eq!(card(punches, "K1").offers, 1);
        meet(&mut one, &mut two);
        for shop in [&mut one, &mut two] {
            let CardState { punches, offers, held_by, .. } = card(shop, "K1");
            assert_eq!((punches, offers, held_by.len()), (4, 0, 1), "held first: {held_first}");
            shop.verify();
        }
    }
}

/// One offer that two registers gave away is owed in punches.
pub fn an_offer_used_twice_is_owed(make: &impl Fresh) {
    let [mut one, mut two, _] = begin(make);
    one.submit(&coffees("S1", "3", "9.00", ""));
    meet(&mut one, &mut two);
    let offer = r#"{"card": "K1", "line": "a"}"#;
    one.submit(&coffees("S2", "1", "0.00", offer).replace(&pays("card", "0.00"), ""));
    two.submit(&coffees("S3", "1", "0.00", offer).replace(&pays("card", "0.00"), ""));
    meet(&mut one, &mut two);
    for shop in [&mut one, &mut two] {
        let CardState { punches, offers, used, .. } = card(shop, "K1");
        assert_eq!((punches, offers, used), (-3, 0, 2));
        shop.verify();
    }
}

/// What is held ends once, by the first register that ends it: what another one gave back didn't come back, and
/// what it spent, the customer has spent.
pub fn what_is_held_ends_at_one_register(make: &impl Fresh) {
    for (first, second, expected) in [
        ("release", "release", 10_00),
        ("release", "capture", 4_00),
        ("capture", "release", 4_00),
        ("capture", "capture", 4_00),
    ] {
        let [mut one, mut two, _] = begin(make);
        one.submit(&event("reserve", "03-02", r#""id": "H1", "customer": "ada", "units": "6.00""#));
        meet(&mut one, &mut two);
        one.submit(&event(first, "03-03", r#""id": "H1""#));
        two.submit(&event(second, "03-03", r#""id": "H1""#));
        meet(&mut one, &mut two);
        for shop in [&mut one, &mut two] {
            assert_eq!(balance(shop, "ada"), expected, "{first}, {second}");
            assert_eq!(shop.account("ada", "12-31").unwrap().member.held, units(0));
            let verified = shop.verify();
            assert_eq!(verified.of(Account::Held), units(0));
            assert_eq!(verified.liability(), Ok(units(expected)));
            let again = shop.try_submit(&event("release", "03-04", r#""id": "H1""#)).unwrap_err();
            assert_eq!(again.name(), "terminal_state");
        }
    }
}

/// What a customer owed before registers shared it stays owed, whatever another register recorded meanwhile; and what
/// was paid or voided is owed no more.
pub fn debts_outlast_what_did_not_know_of_them(make: &impl Fresh) {
    let [mut one, mut two, _] = begin(make);
    for id in ["S1", "S3", "S4"] {
        let debt = coffees(id, "1", "3.00", "").replacen("\"sale\":", r#""terms": "on_account", "sale":"#, 1);
        one.submit(&debt.replace(&pays("card", "3.00"), ""));
    }
    one.submit(&event("void", "03-03", r#""id": "V1", "of": "S3""#));
    one.submit(&event(
        "payment",
        "03-03",
        &format!(r#""id": "P1", "sale": "S4", "payments": [{}]"#, pays("cash", "3.00")),
    ));
    two.submit(&coffees("S2", "1", "3.00", ""));
    two.submit(&event("reserve", "03-03", r#""id": "H1", "customer": "ada", "units": "1.00""#));
    meet(&mut one, &mut two);
    for shop in [&mut one, &mut two] {
        let debts = shop.account("ada", "12-31").unwrap().member.debts;
        assert_eq!(debts.iter().map(|sale| sale.as_str()).collect::<Vec<_>>(), ["S1"]);
        shop.verify();
    }
}

/// What is held under an id that two registers gave is what the first one held; what the other one spent of its own is
/// spent, and ends nothing.
pub fn a_hold_is_that_of_the_first_register(make: &impl Fresh) {
    let [mut one, mut two, _] = begin(make);
    one.submit(&event("reserve", "03-02", r#""id": "H1", "customer": "ada", "units": "6.00""#));
    two.submit(&event("reserve", "03-02", r#""id": "H1", "customer": "ada", "units": "2.00""#));
    two.submit(&event("capture", "03-03", r#""id": "H1""#));
    meet(&mut one, &mut two);
    for shop in [&mut one, &mut two] {
        let known = shop.account("ada", "12-31").unwrap();
        assert_eq!((known.holding.balance(), known.member.held), (units(2_00), units(6_00)));
        assert_eq!(shop.verify().liability(), Ok(units(8_00)));
    }
    one.submit(&event("release", "03-04", r#""id": "H1""#));
    meet(&mut one, &mut two);
    for shop in [&mut one, &mut two] {
        assert_eq!(balance(shop, "ada"), 8_00);
        assert_eq!(shop.verify().of(Account::Held), units(0));
    }
}

/// What ended a hold that doesn't count, as another register had its id first, ends nothing; what ends the one that
/// counts does, though it comes later and has the same id.
pub fn a_hold_ends_though_another_of_its_id_did(make: &impl Fresh) {
    for (kind, left) in [("release", 10_00), ("capture", 2_00)] {
        let [mut one, mut two, _] = begin(make);
        one.submit(&event("reserve", "03-02", r#""id": "H1", "customer": "ada", "units": "6.00""#));
        two.submit(&event("reserve", "03-02", r#""id": "H1", "customer": "ada", "units": "2.00""#));
        two.submit(&event(kind, "03-03", r#""id": "H1""#));
        meet(&mut one, &mut two);
        two.submit(&event(kind, "03-04", r#""id": "H1""#));
        meet(&mut one, &mut two);
        for shop in [&mut one, &mut two] {
            let known = shop.account("ada", "12-31").unwrap();
            assert_eq!((known.holding.balance(), known.member.held), (units(left), units(0)), "{kind}");
            assert_eq!(shop.verify().liability(), Ok(units(left)));
        }
    }
}

/// Who joins at two registers is welcomed once.
pub fn a_customer_joins_once(make: &impl Fresh) {
    let [mut one, mut two, _] = begin(make);
    one.submit(&event("enrol", "03-02", r#""customer": "bob", "name": "Bob""#));
    two.submit(&event("enrol", "03-02", r#""customer": "bob", "phone": "5554321""#));
    meet(&mut one, &mut two);
    for shop in [&mut one, &mut two] {
        assert_eq!(balance(shop, "bob"), 10_00);
        let told = shop.account("bob", "12-31").unwrap().member.profile;
        assert!(told.name.is_some() && told.phone.is_some());
        assert_eq!(shop.verify().liability(), Ok(units(20_00)));
    }
}

/// Two registers give the same code away, one to a customer and one to a punch card. A till that knows what was
/// scanned finds that, and never the other one; who doesn't know is told. Of other codes each is found as what it is.
pub fn codes_are_found_after_registers_have_met(make: &impl Fresh) {
    let [mut one, mut two, _] = begin(make);
    one.submit(&event("enrol", "03-02", r#""customer": "bea", "email": "bea@example.org""#));
    one.submit(&event("make_cards", "03-02", r#""punch_card": "coffee", "batch": "B2", "codes": ["K3"]"#));
    one.submit(&event("link_card", "03-02", r#""card": "K3", "customer": "bea""#));
    two.submit(&event("enrol", "03-02", r#""customer": "mallory", "code": "K3""#));
    two.submit(&event("set_code", "03-02", r#""customer": "ada", "code": "3000014""#));
    meet(&mut one, &mut two);
    for shop in [&mut one, &mut two] {
        let now = moment("03-03");
        let scan = |code: &str| {
            let header = Header { id: None, at: now, place: Place::default() };
            ScanDocument { header, code: Code::new(code).unwrap(), symbology: None }
        };
        let mut found = |code: &str, of| match shop.register.scan(&scan(code), of, now) {
            Ok(outcome) => outcome.shown.resolved.unwrap().to_string(),
            Err(RegisterError::Refused(refusal)) => refusal.name().to_string(),
            Err(error) => panic!("{error}"),
        };
        let (card, customer) = (ScanOf::PunchCard, ScanOf::Customer);
        assert_eq!((found("K3", card), found("K3", customer)), ("bea".into(), "mallory".into()));
        assert_eq!((found("K1", card), found("K1", customer)), ("ada".into(), "invalid_document".into()));
        // Her card is known beside her code, and isn't the code.
        assert_eq!(found("3000014", customer), "ada");
        assert_eq!(found("3000014", card), "unknown_code");
        assert_eq!(found("2000017", customer), "card_replaced");
        let whoever = shop.register.submit(&Document::Scan(scan("K3")), now);
        assert!(matches!(whoever, Err(RegisterError::Refused(Refusal::Contested { .. }))), "{whoever:?}");

        let mut resolver = Resolver::default();
        resolver.punch_cards_need_tokens = false;
        let mut resolved =
            |code| shop.register.resolve(&resolver, ReadCode::new(code), now, now.date(Offset::UTC)).unwrap();
        let both = resolved(b"K3");
        assert!(matches!(both, Resolved::Unknown { why: Why::CustomerAndPunchCard }), "{both:?}");
        let replaced = resolved(b"2000017");
        assert!(matches!(replaced, Resolved::Unknown { why: Why::Replaced }), "{replaced:?}");
        assert!(matches!(resolved(b"K1"), Resolved::PunchCard { code } if code.as_str() == "K1"));
        assert!(
            matches!(resolved(b"3000014"), Resolved::Customer { customer, .. } if customer.as_str() == "ada")
        );
    }
}
