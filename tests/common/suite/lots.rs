//! What a balance is made of.

use regulars::ledger::{Lot, Seq};

use super::Fresh;
use crate::common::shop::{PROGRAM, Shop, event, pays, sale, sale_paid, set_program, units};

fn import(at: &str, units: &str, expires: Option<&str>) -> String {
    let expires = expires.map_or(String::new(), |day| format!(r#", "expires": "2026-{day}""#));
    event("import", at, &format!(r#""customer": "C1", "units": "{units}"{expires}"#))
}

fn lots(shop: &mut Shop<impl regulars::store::Store>) -> Vec<(u64, i64)> {
    let lots = shop.account("C1", "12-31").unwrap();
    lots.holding.lots().map(|Lot { key, units }| (key.seq.0, units.minor())).collect()
}

/// What runs out first, then what was earned first; what never runs out comes last (R26).
pub fn lots_come_in_the_order_of_use(make: &impl Fresh) {
    let mut shop = Shop::open(make.fresh());
    shop.submit(&event("enrol", "01-01", r#""customer": "C1""#));
    shop.submit(&sale("S1", "03-01", "C1", "20.00"));
    shop.submit(&import("03-02", "2.00", Some("12-01")));
    shop.submit(&import("03-01", "3.00", Some("12-01")));
    shop.submit(&import("03-03", "4.00", Some("11-30")));
    shop.submit(&sale("S2", "02-01", "C1", "20.00"));
    shop.submit(&import("03-04", "5.00", Some("12-31")));
    assert_eq!(lots(&mut shop), [(6, 400), (5, 300), (4, 200), (8, 500), (7, 100), (3, 100)]);
    shop.submit(&event("redeem", "06-01", r#""customer": "C1", "amount": "8.00""#));
    assert_eq!(lots(&mut shop), [(4, 100), (8, 500), (7, 100), (3, 100)], "used up lots are gone");
    shop.verify();
}

/// What has run out is gone at the next document, whoever asked for lots.
pub fn lots_that_run_out_are_seen_by_every_document(make: &impl Fresh) {
    let mut shop = Shop::open(make.fresh());
    shop.submit(&event("enrol", "01-01", r#""customer": "C1""#));
    shop.submit(&import("03-01", "3.00", Some("04-01")));
    shop.submit(&import("03-01", "4.00", Some("05-01")));
    let holds_lots = |shop: &mut Shop<_>, at| {
        let facts = shop.facts(&sale("S1", at, "C1", "20.00"));
        facts.accounts[0].known.as_ref().unwrap().holding.lots().count()
    };
    assert_eq!(holds_lots(&mut shop, "03-30"), 0, "a sale that spends nothing needs no lots");
    assert_eq!(holds_lots(&mut shop, "04-01T09:00"), 2, "somewhere it is the next day already");
    let outcome = shop.submit(&sale("S1", "04-02", "C1", "20.00"));
    assert_eq!((outcome.moved.expired, outcome.moved.earned), (units(300), units(100)));
    assert_eq!(lots(&mut shop), [(4, 400), (5, 100)]);
    shop.verify();
    // By inactivity, an import whose last purchase is long ago lets nothing run out; the next document does.
    let mut shop = Shop::open(make.fresh());
    let expiry = r#""expiry": {"by": "inactivity", "months": 1}, "id":"#;
    shop.submit(&set_program(&PROGRAM.replacen(r#""id":"#, expiry, 1)));
    shop.submit(&event("enrol", "01-01", r#""customer": "C1""#));
    let old = r#""customer": "C1", "units": "3.00", "last_purchase": "2026-01-15""#;
    let moved = shop.submit(&event("import", "03-01", old)).moved;
    assert_eq!(
        (moved.expired, shop.submit(&sale("S1", "03-01", "C1", "20.00")).moved.expired),
        (units(0), units(300))
    );
    shop.verify();
}

/// Below zero there are no lots, and what comes in fills the debt first (R19).
pub fn a_debt_is_filled_before_there_are_lots(make: &impl Fresh) {
    let mut shop = Shop::open(make.fresh());
    shop.submit(&sale("S1", "03-01", "C1", "100.00"));
    shop.submit(&event("redeem", "03-02", r#""customer": "C1", "amount": "5.00""#));
    shop.submit(&event("void", "03-03", r#""of": "S1""#));
    let known = shop.account("C1", "03-04").unwrap();
    assert_eq!((known.holding.balance(), known.holding.lots().count()), (units(-500), 0));
    shop.submit(&sale("S2", "03-04", "C1", "140.00"));
    assert_eq!(lots(&mut shop), [(5, 200)]);
    shop.verify();
}

/// Loyalty that goes back goes back into its lot, with its last day.
pub fn units_go_back_into_their_lots(make: &impl Fresh) {
    let mut shop = Shop::open(make.fresh());
    shop.submit(&event("enrol", "01-01", r#""customer": "C1""#));
    shop.submit(&import("03-01", "3.00", Some("04-01")));
    shop.submit(&import("03-01", "4.00", None));
    let payments = format!("[{}, {}]", pays("loyalty", "5.00"), pays("card", "15.00"));
    shop.submit(&sale_paid("S1", "03-02", "C1", "20.00", &payments));
    assert_eq!(lots(&mut shop), [(4, 200), (5, 75)]);
    shop.submit(&event("void", "03-03", r#""of": "S1""#));
    assert_eq!(lots(&mut shop), [(3, 300), (4, 400)]);
    shop.submit(&sale_paid("S2", "03-04", "C1", "20.00", &payments));
    let late = shop.submit(&event("void", "04-05", r#""of": "S2""#));
    let days = late.decision.entries.iter().filter_map(|entry| entry.lot?.expires);
    assert_eq!(days.map(|day| day.to_string()).collect::<Vec<_>>(), ["2026-04-08"], "days of grace");
    assert_eq!(lots(&mut shop), [(3, 300), (4, 400)]);
    shop.verify();
}

/// The number of the operation that brought a lot is the ledger's own.
pub fn a_lot_names_its_operation(make: &impl Fresh) {
    let mut shop = Shop::open(make.fresh());
    shop.submit(&sale("S1", "03-01", "C1", "20.00"));
    let operation = shop.operations().remove(1);
    let lot = operation.decision.accruals[0].lot;
    assert_eq!((lot.seq, lot.part, lot.born), (Seq(2), 0, operation.document.at()));
}
