//! What is told ahead: hints, and what another program would change.

use regulars::decide::{BalanceChange, Hints, Refusal, RunsOut, TierHint};
use regulars::ident::{CustomerId, OutletId, TierId};
use regulars::loyalty::TierBasis;
use regulars::money::Units;
use regulars::register::RegisterError;
use regulars::store::{Store, Transaction};
use regulars::time::Date;

use super::Fresh;
use crate::common::shop::{Shop, event, moment, sale, set_program, units, versioned};

/// A point a euro that lasts a year, a mug for 50 points, tiers from 100 and 500 euros on, and a card of
/// ten coffees.
const POINTS: &str = r#"{"id": "house", "currency": "EUR", "unit": {"kind": "points"},
    "earn": [{"by": "amount", "rate": "1"}], "expiry": {"by": "age", "months": 12},
    "rewards": [{"id": "mug", "cost": "50", "gives": {"kind": "amount_off", "amount": "5.00"}},
        {"id": "pen", "cost": "10", "gives": {"kind": "amount_off", "amount": "1.00"}},
        {"id": "old", "cost": "1", "gives": {"kind": "amount_off", "amount": "1.00"}, "until": "2025-12-31"},
        {"id": "gold", "cost": "1", "gives": {"kind": "amount_off", "amount": "1.00"}, "tiers": ["gold"]}],
    "tiers": {"by": "spent", "over": {"months": 12}, "from": "next_sale", "fall_back": "at_period_end",
        "levels": [{"id": "silver", "at": "100", "factor": "1"}, {"id": "gold", "at": "500", "factor": "2"}]},
    "punch_cards": [{"id": "coffee", "required": 10, "where": {"products": ["P"]},
        "gives": {"kind": "free_item", "quantity": "1"}}]}"#;

fn open<S: Store>(store: S, program: &str) -> Shop<S> {
    let mut shop = Shop::reopen(store);
    shop.program = versioned(program).program;
    shop.submit(&set_program(program));
    shop
}

fn customer(id: &str) -> CustomerId {
    CustomerId::new(id).unwrap()
}

fn hints<S: Store>(shop: &mut Shop<S>, id: &str, at: &str) -> Hints {
    shop.register.hints(&customer(id), None, moment(at)).unwrap()
}

fn day(year: i16, month: u8, day: u8) -> Date {
    Date::from_civil(year, month, day).unwrap()
}

/// Ids in order, those after another, and none at the end.
pub fn customers_come_in_pages(make: &impl Fresh) {
    let mut shop = Shop::open(make.fresh());
    for id in ["C2", "C10", "C1"] {
        shop.submit(&event("enrol", "02-01", &format!(r#""customer": "{id}""#)));
    }
    let mut transaction = shop.register.store_mut().begin().unwrap();
    let first = transaction.customers(None, 2).unwrap();
    assert_eq!(first, [customer("C1"), customer("C10")]);
    assert_eq!(transaction.customers(first.last(), 2).unwrap(), [customer("C2")]);
    assert!(transaction.customers(Some(&customer("C2")), 2).unwrap().is_empty());
}

pub fn hints_say_what_is_missing(make: &impl Fresh) {
    let mut shop = open(make.fresh(), POINTS);
    let unknown = shop.register.hints(&customer("C1"), None, moment("02-01"));
    assert!(matches!(unknown, Err(RegisterError::Refused(Refusal::UnknownCustomer { .. }))));
    shop.submit(&event("enrol", "02-01", r#""customer": "C1", "email": "a@b.example""#));
    shop.submit(&event("make_cards", "02-01", r#""punch_card": "coffee", "batch": "B", "codes": ["K1"]"#));
    shop.submit(&event("link_card", "02-01", r#""card": "K1", "customer": "C1""#));
    shop.submit(&sale("S1", "03-01", "C1", "20.00"));
    shop.submit(&sale("S2", "03-01", "C1", "22.00"));
    shop.submit(&sale("S3", "04-01", "C1", "2.00"));

    let told = hints(&mut shop, "C1", "04-02");
    assert_eq!(told.balance, units(44));
    let missing = |hints: &Hints| -> Vec<(String, i64)> {
        hints.rewards.iter().map(|hint| (hint.reward.to_string(), hint.missing.minor())).collect()
    };
    assert_eq!(missing(&told), [("mug".to_string(), 6), ("pen".to_string(), 0)]);
    assert_eq!(told.next_reward().unwrap().reward.as_str(), "mug");
    assert_eq!(told.tier, None);
    let silver = TierId::new("silver").unwrap();
    assert_eq!(told.next_tier, Some(TierHint { tier: silver, by: TierBasis::Spent, missing_minor: 56_00 }));
    assert_eq!((told.cards[0].ready, told.cards[0].missing), (0, 7));
    // Both lots of the first of March run out together.
    assert_eq!(told.runs_out, Some(RunsOut { units: units(42), last_day: day(2027, 3, 1) }));
    assert_eq!(
        told.sentences(&shop.program),
        [
            "The balance is 44 points.",
            "To the reward mug 6 points are missing.",
            "The reward pen can be had for 10 points.",
            "To the tier silver 56.00 EUR are missing.",
            "The card K1 (coffee) has 0 offers ready, and 7 punches are missing to the next.",
            "42 points can be used until 2027-03-01.",
        ]
    );

    // As of an earlier moment, what came later isn't there.
    assert_eq!(hints(&mut shop, "C1", "03-02").balance, units(42));
    shop.submit(&sale("S4", "05-01", "C1", "600.00"));
    let told = hints(&mut shop, "C1", "05-02");
    assert_eq!((told.tier, told.next_tier), (Some(TierId::new("gold").unwrap()), None));
    assert_eq!(told.rewards.last().unwrap().reward.as_str(), "gold");
    assert_eq!(shop.operations().len(), 8, "hints record nothing");
}

/// At an outlet those rewards are told that it gives, and all of them where none is asked for (R14).
pub fn hints_are_those_of_an_outlet(make: &impl Fresh) {
    let of_one = POINTS.replacen(r#""cost": "10","#, r#""cost": "10", "outlets": ["north"],"#, 1);
    let mut shop = open(make.fresh(), &of_one);
    shop.submit(&sale("S1", "03-01", "C1", "20.00"));
    for (outlet, told) in
        [(None, vec!["mug", "pen"]), (Some("north"), vec!["mug", "pen"]), (Some("south"), vec!["mug"])]
    {
        let outlet = outlet.map(|id| OutletId::new(id).unwrap());
        let hints = shop.register.hints(&customer("C1"), outlet.as_ref(), moment("03-02")).unwrap();
        let rewards: Vec<&str> = hints.rewards.iter().map(|hint| hint.reward.as_str()).collect();
        assert_eq!(rewards, told, "{outlet:?}");
    }
}

/// Who has opted out can have no reward; the balance still runs out (R31).
pub fn hints_of_those_who_take_no_part(make: &impl Fresh) {
    let mut shop = open(make.fresh(), POINTS);
    shop.submit(&sale("S1", "03-01", "C1", "20.00"));
    shop.submit(&event("opt_out", "03-02", r#""customer": "C1""#));
    let told = hints(&mut shop, "C1", "03-03");
    assert_eq!((told.rewards, told.next_tier), (vec![], None));
    assert_eq!(told.runs_out, Some(RunsOut { units: units(20), last_day: day(2027, 3, 1) }));
}

/// By inactivity all that has no last day of its own runs out on one day, so long after the last purchase.
pub fn inactivity_is_hinted(make: &impl Fresh) {
    let mut shop = open(make.fresh(), &POINTS.replace("age", "inactivity"));
    shop.submit(&sale("S1", "03-01", "C1", "20.00"));
    shop.submit(&sale("S2", "04-01", "C1", "20.00"));
    let imported = r#""customer": "C1", "units": "5", "expires": "2026-12-31""#;
    shop.submit(&event("import", "04-02", imported));
    let told = hints(&mut shop, "C1", "04-03");
    assert_eq!(told.runs_out, Some(RunsOut { units: units(5), last_day: day(2026, 12, 31) }));
    let imported = r#""customer": "C2", "units": "5""#;
    shop.submit(&event("enrol", "04-02", r#""customer": "C2""#));
    shop.submit(&event("import", "04-02", imported));
    assert_eq!(hints(&mut shop, "C2", "04-03").runs_out, None, "without a purchase nothing runs out");
}

/// Inactivity acts on everybody at once; lots keep the last day they have (Q29).
pub fn a_dry_run_changes_nothing(make: &impl Fresh) {
    let program = POINTS.replace(r#""expiry": {"by": "age", "months": 12},"#, "");
    let mut shop = open(make.fresh(), &program);
    shop.submit(&sale("S1", "02-01", "C1", "150.00"));
    shop.submit(&sale("S2", "05-01", "C2", "30.00"));
    shop.submit(&event("reserve", "05-02", r#""id": "H1", "customer": "C2", "units": "10""#));
    let before = shop.operations();

    let shorter = POINTS.replace("age", "inactivity").replace(r#""months": 12}"#, r#""months": 2}"#);
    let text = shorter.replacen(r#""at": "100""#, r#""at": "20""#, 1);
    let shorter = versioned(&text);
    let dry_run = shop.register.dry_run(&shorter, moment("06-01")).unwrap();
    assert_eq!(dry_run.customers, 2);
    assert_eq!((dry_run.liability_before, dry_run.liability_after), (units(180), units(30)));
    let change = BalanceChange { customer: customer("C1"), before: units(150), after: Units::ZERO };
    assert_eq!(dry_run.balances, [change]);
    assert_eq!(dry_run.would_run_out(), Ok(units(150)));
    // What was spent in two months is left of the tiers, from 20.00 on.
    let tiers: Vec<_> = dry_run.tiers.iter().map(|tier| (tier.customer.as_str(), &tier.after)).collect();
    assert_eq!(tiers, [("C1", &None), ("C2", &Some(TierId::new("silver").unwrap()))]);

    assert_eq!(shop.operations(), before);
    assert_eq!(shop.facts(&sale("S3", "06-01", "C1", "1.00")).program, Some(versioned(&program)));
    let checked = shop.submit(&event("check", "06-01", r#""customer": "C1""#));
    assert_eq!(checked.decision.balance, Some(units(150)));
    // Lots that have no last day get none by age.
    let by_age = versioned(&POINTS.replace(r#""months": 12}, "#, r#""months": 1}, "#));
    assert!(shop.register.dry_run(&by_age, moment("12-01")).unwrap().balances.is_empty());

    // It comes as it was said.
    shop.submit(&event("set_program", "06-01", &format!(r#""program": {text}"#)));
    for (id, balance, tier) in [("C1", 0, None), ("C2", 20, Some("silver"))] {
        let checked = shop.submit(&event("check", "06-01", &format!(r#""customer": "{id}""#)));
        assert_eq!(checked.decision.balance, Some(units(balance)));
        assert_eq!(checked.shown.tier.as_ref().map(TierId::as_str), tier);
    }
    shop.verify();
}

pub fn a_dry_run_counts_who_was_merged_once(make: &impl Fresh) {
    let mut shop = open(make.fresh(), POINTS);
    shop.submit(&sale("S1", "02-01", "C1", "150.00"));
    shop.submit(&sale("S2", "02-01", "C9", "30.00"));
    shop.submit(&event("merge", "02-02", r#""into": "C9", "from": ["C1"]"#));
    let dry_run = shop.register.dry_run(&versioned(POINTS), moment("02-03")).unwrap();
    assert_eq!((dry_run.customers, dry_run.liability_before), (1, units(180)));
    assert!(dry_run.balances.is_empty() && dry_run.tiers.is_empty());
    // Where units run out by inactivity it is looked who still has them.
    let text = POINTS.replace(r#""by": "age", "months": 12"#, r#""by": "inactivity", "months": 1"#);
    let running_out = versioned(&text);
    shop.register.set_program(running_out, moment("02-03")).unwrap();
    let dry_run = shop.register.dry_run(&versioned(POINTS), moment("02-04")).unwrap();
    assert_eq!(
        (dry_run.customers, dry_run.liability_before, dry_run.liability_after),
        (1, units(180), units(180))
    );
}

pub fn a_dry_run_refuses_what_can_not_be_set(make: &impl Fresh) {
    let mut shop = Shop::open(make.fresh());
    let refused = shop.register.dry_run(&versioned(POINTS), moment("02-03"));
    assert!(matches!(refused, Err(RegisterError::Refused(Refusal::InvalidProgram { .. }))));
}
