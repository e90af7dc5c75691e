//! What a customer may spend on a basket is what a payment may be: the most is taken and one step more is refused, and
//! of the least it is the other way round.

#![cfg(feature = "json")]
#![allow(clippy::unwrap_used, clippy::panic, reason = "in the helpers, too, what goes wrong fails the test")]

use regulars::adapter::memory::MemoryStore;
use regulars::decide::{Document, Refusal, SaleDocument, Spendable};
use regulars::document::{read_document, read_program};
use regulars::ident::Tender;
use regulars::loyalty::VersionedProgram;
use regulars::money::{Money, Units};
use regulars::register::{Register, RegisterError};
use regulars::sale::Payment;
use regulars::time::{FixedZones, Timestamp};

const NOW: Timestamp = Timestamp::EPOCH;

struct Shop {
    register: Register<MemoryStore, FixedZones>,
    program: VersionedProgram,
}

impl Shop {
    /// Ada has so many units of a program that redeems like this.
    fn new(unit: &str, redemption: &str, units: &str) -> Shop {
        Shop::of(&format!(r#""unit": {unit}, "redemption": {redemption}"#), units)
    }

    /// Ada has so many units of a program with these policies.
    fn of(policies: &str, units: &str) -> Shop {
        let text = format!(r#"{{"id": "p", "currency": "EUR", "earn": [], {policies}}}"#);
        let program = read_program(&text).unwrap();
        let mut shop = Shop { register: Register::new(MemoryStore::default(), FixedZones), program };
        shop.register.set_program(shop.program.clone(), NOW).unwrap();
        shop.hand_in(r#"{"type": "enrol", "at": "1970-01-01T00:00:00Z", "customer": "ada"}"#);
        shop.hand_in(&format!(
            r#"{{"type": "import", "id": "I-1", "at": "1970-01-01T00:00:00Z", "customer": "ada", "units": "{units}"}}"#
        ));
        shop
    }

    fn read(&self, document: &str) -> Document {
        read_document(document, &*self.program.program).unwrap()
    }

    fn hand_in(&mut self, document: &str) {
        let document = self.read(document);
        self.register.submit(&document, NOW).unwrap();
    }

    fn basket(&self, total: &str, fee: &str, loyalty: Option<Money>) -> SaleDocument {
        let payments = loyalty.map_or(String::new(), |loyalty| {
            format!(r#"{{"tender": "loyalty", "amount": "{}"}}"#, loyalty.to_decimal(2))
        });
        self.sale(&format!(
            r#"{{"type": "sale", "sale": "S-1", "at": "1970-01-01T00:00:00Z", "customer": "ada",
                "lines": [{{"id": "1", "product": "mug", "quantity": "1", "unit_price": "{total}"}}],
                "fees": [{{"kind": "tip", "amount": "{fee}"}}], "terms": "layby", "payments": [{payments}]}}"#
        ))
    }

    fn sale(&self, text: &str) -> SaleDocument {
        match self.read(text) {
            Document::Sale(sale) => SaleDocument::clone(&sale),
            _ => panic!("it is a sale"),
        }
    }

    fn spendable(&mut self, total: &str, fee: &str) -> Spendable {
        let basket = self.basket(total, fee, None);
        self.register.spendable(&basket).unwrap()
    }

    /// How many units a payment of that much takes, or why it isn't taken. Nothing is kept of it.
    fn pay(&mut self, total: &str, fee: &str, loyalty: Money) -> Result<Units, Refusal> {
        let sale = Document::Sale(self.basket(total, fee, Some(loyalty)).into());
        match self.register.batch().unwrap().submit(&sale, NOW) {
            Ok(outcome) => Ok(outcome.moved.redeemed),
            Err(RegisterError::Refused(refusal)) => Err(refusal),
            Err(other) => panic!("{other}"),
        }
    }

    fn takes(&mut self, total: &str, fee: &str, loyalty: Money) -> bool {
        self.pay(total, fee, loyalty).is_ok()
    }
}

const POINTS: &str = r#"{"kind": "points", "decimals": 0}"#;
const MONEY: &str = r#"{"kind": "money"}"#;

#[test]
fn the_most_is_taken_and_more_is_refused() {
    let mut tried = 0;
    for (unit, value) in
        [(MONEY, "1"), (POINTS, "0.01"), (POINTS, "0.10"), (POINTS, "0.125"), (POINTS, "3.33")]
    {
        for step in ["", r#""step": "7","#, r#""step": "100","#] {
            for minimum in ["0", "5", "230"] {
                for share in ["1", "0.5", "0.333"] {
                    let redemption = format!(
                        r#"{{"value": "{value}", {step} "minimum": "{minimum}", "maximum_share": "{share}"}}"#
                    );
                    for balance in ["0", "9", "240", "5000"] {
                        let mut shop = Shop::new(unit, &redemption, balance);
                        for (total, fee) in [("0.07", "0"), ("29.90", "1.00"), ("1234.56", "0")] {
                            tried += usize::from(is_what_is_taken(&mut shop, total, fee));
                        }
                    }
                }
            }
        }
    }
    assert!(300 < tried, "{tried}");
}

/// Whether anything can be spent.
fn is_what_is_taken(shop: &mut Shop, total: &str, fee: &str) -> bool {
    let found = shop.spendable(total, fee);
    let place = format!("{total} {:?}: {found:?}", shop.program.program.redemption);
    let (step, one) = (found.step, Money::from_minor(1));
    assert!(Money::ZERO < step && Money::ZERO < found.least, "{place}");
    if one < found.least {
        assert!(!shop.takes(total, fee, found.least.minus(one).unwrap()), "{place}");
    }
    if let Some(why_not) = &found.why_not {
        assert_eq!((found.most, found.most_units), (Money::ZERO, Units::ZERO), "{place}");
        let refusal = shop.pay(total, fee, found.least).unwrap_err();
        assert_eq!(refusal.name(), why_not.name(), "{place}");
        return false;
    }
    // Who offers a little more is told the same step, where that is said in money.
    let odd = found.least.plus(one).unwrap();
    if let Err(Refusal::NotAStep { asked, step: told }) = shop.pay(total, fee, odd)
        && asked == odd.to_decimal(2)
        && asked.scale() == 2
    {
        assert_eq!(told, Some(step.to_decimal(2)), "{place}");
    }
    for (money, units) in [(found.least, found.least_units), (found.most, found.most_units)] {
        assert_eq!(shop.pay(total, fee, money), Ok(units), "{place}");
    }
    assert!(!shop.takes(total, fee, found.most.plus(step).unwrap()), "{place}");
    assert!(!shop.takes(total, fee, found.most.plus(one).unwrap()), "{place}");
    true
}

#[test]
fn what_is_held_is_told_and_cannot_be_spent() {
    let mut shop = Shop::new(r#"{"kind": "money"}"#, r#"{"value": "1"}"#, "10.00");
    shop.hand_in(
        r#"{"type": "reserve", "id": "H-1", "at": "1970-01-01T00:00:00Z", "customer": "ada", "units": "3.00"}"#,
    );
    let found = shop.spendable("20.00", "0.00");
    assert_eq!((found.balance, found.held), (Units::from_minor(7_00), Units::from_minor(3_00)));
    assert!(shop.takes("20.00", "0.00", Money::from_minor(7_00)));
    assert!(!shop.takes("20.00", "0.00", Money::from_minor(7_01)));
}

#[test]
fn without_a_customer_nothing_can_be_spent() {
    let mut shop = Shop::new(r#"{"kind": "money"}"#, r#"{"value": "1"}"#, "10.00");
    let mut basket = shop.basket("20.00", "0.00", None);
    basket.rung_up.customer = None;
    let found = shop.register.spendable(&basket).unwrap();
    assert_eq!(found.why_not, Some(Refusal::UnknownCustomer { customer: None }));
    assert_eq!((found.most, found.balance), (Money::ZERO, Units::ZERO));
}

#[test]
fn who_has_left_and_where_loyalty_is_no_tender_is_told() {
    let mut shop = Shop::new(MONEY, r#"{"value": "1"}"#, "10.00");
    shop.hand_in(r#"{"type": "opt_out", "at": "1970-01-01T00:00:00Z", "customer": "ada"}"#);
    let found = shop.spendable("20.00", "0.00");
    assert_eq!((found.why_not, found.most), (Some(Refusal::OptedOut), Money::ZERO));
    let mut shop = Shop::of(r#""unit": {"kind": "points"}"#, "10");
    let found = shop.spendable("20.00", "0.00");
    let all = (found.why_not, found.most, found.balance);
    assert_eq!(all, (Some(Refusal::NotATender), Money::ZERO, Units::from_minor(10)));
}

/// What is paid otherwise already isn't due any more; what is to be paid with loyalty is what is asked for.
#[test]
fn what_is_paid_otherwise_leaves_less_to_be_paid() {
    let mut shop = Shop::new(MONEY, r#"{"value": "1"}"#, "10.00");
    for (tender, most) in [("card", 6_00), ("loyalty", 10_00)] {
        let mut basket = shop.basket("12.00", "0.00", None);
        let (tender, amount) = (Tender::new(tender).unwrap(), Money::from_minor(6_00));
        basket.payments = vec![Payment { tender, amount, reservation: None }];
        assert_eq!(shop.register.spendable(&basket).unwrap().most, Money::from_minor(most));
    }
}

/// A sale that was rung up already, before others of its customer, is asked about as one that wasn't: a till that plays
/// its day again finds the same.
#[test]
fn what_can_be_spent_on_a_sale_that_is_there_is_what_could_be_then() {
    let mut shop = Shop::new(r#"{"kind": "money"}"#, r#"{"value": "1"}"#, "10.00");
    shop.hand_in(r#"{"type": "import", "at": "1970-01-03T00:00:00Z", "customer": "ada", "units": "5.00"}"#);
    let before = shop.spendable("20.00", "0.00");
    let mut sale = shop.basket("20.00", "0.00", None);
    sale.payments = vec![Payment {
        tender: Tender::new("card").unwrap(),
        amount: Money::from_minor(20_00),
        reservation: None,
    }];
    shop.register.submit(&Document::Sale(sale.into()), NOW).unwrap();
    assert_eq!(shop.spendable("20.00", "0.00"), before);
    assert_eq!(before.most, Money::from_minor(10_00));
}

/// A quote is refused where the customer can't pay for its rewards (R14).
#[test]
fn a_quote_asks_for_what_rewards_cost() {
    let rewards = r#"[{"id": "mug", "cost": "50", "gives": {"kind": "amount_off", "amount": "5.00"}}]"#;
    let mut shop = Shop::of(&format!(r#""unit": {POINTS}, "rewards": {rewards}"#), "49");
    let basket = shop.sale(
        r#"{"type": "sale", "sale": "S-1", "at": "1970-01-01T00:00:00Z", "customer": "ada", "rewards": [{"reward": "mug"}],
            "lines": [{"id": "1", "product": "hat", "quantity": "1", "unit_price": "15.00"}]}"#,
    );
    let refused = shop.register.quote(&basket).unwrap_err();
    assert!(matches!(refused, RegisterError::Refused(Refusal::InsufficientBalance { .. })), "{refused}");
    shop.hand_in(r#"{"type": "import", "at": "1970-01-01T00:00:00Z", "customer": "ada", "units": "1"}"#);
    shop.register.quote(&basket).unwrap();
}

/// Loyalty's share is looked at before what other tenders leave, as by a payment.
#[test]
fn why_nothing_can_be_spent_is_why_a_payment_is_refused() {
    let mut shop = Shop::new(
        r#"{"kind": "money"}"#,
        r#"{"value": "1", "minimum": "10", "maximum_share": "0.02"}"#,
        "50",
    );
    let paid = |loyalty: &str| {
        format!(
            r#"{{"type": "sale", "sale": "S-1", "at": "1970-01-01T00:00:00Z", "customer": "ada", "terms": "layby",
                "lines": [{{"id": "1", "product": "mug", "quantity": "1", "unit_price": "100.00"}}],
                "payments": [{{"tender": "card", "amount": "95.00"}}{loyalty}]}}"#
        )
    };
    let basket = shop.sale(&paid(""));
    let why_not = shop.register.spendable(&basket).unwrap().why_not.unwrap();
    let sale = shop.read(&paid(r#", {"tender": "loyalty", "amount": "10.00"}"#));
    let refused = shop.register.batch().unwrap().submit(&sale, NOW);
    let Err(RegisterError::Refused(refused)) = refused else { panic!("{refused:?}") };
    assert_eq!((why_not.name(), refused.name()), ("over_share", "over_share"));
}
