//! Random programs, as they are met in shops and a little beyond.

use std::collections::BTreeMap;

use proptest::collection::{btree_map, vec};
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;
use regulars::ident::{CategoryId, PriceBookId, ProductId, ProgramId, Tender};
use regulars::loyalty::{
    BaseRule, Basis, Combine, EarnBy, Enrolment, LineRule, NegativeBalance, PriceBook, Program, Redemption,
    ReturnPolicy, RoundPer, Unit, Valid, Where,
};
use regulars::money::{Currency, Money, Ratio, Rounding, Units};
use regulars::time::{Offset, Zone};
use rust_decimal::Decimal;

use crate::shop::{date, product, ratio, tender};

const PRODUCTS: [&str; 6] = ["A", "B", "C", "D", "E", "F"];
const CATEGORIES: [&str; 3] = ["food", "drink", "toys"];
const BOOKS: [&str; 2] = ["vip", "sale"];

/// A program of any kind.
pub fn program() -> BoxedStrategy<Program> {
    (kind(), policies(), rules(), redemption(), returns(), surroundings())
        .prop_map(|((currency, unit), policies, rules, redemption, returns, surroundings)| {
            let mut program = Program::new(ProgramId::new("house").unwrap(), currency, unit);
            (program.rounding, program.round_per, program.basis, program.combine) = policies.0;
            program.sale_discount_lowers_earning = policies.1;
            (program.earn, program.products, program.categories, program.price_books) = rules;
            program.same_sale = redemption.same_sale;
            program.redemption = redemption.for_unit(unit);
            program.returns = returns;
            (program.tenders, program.enrolment, program.valid, program.time_zone) = surroundings;
            program
        })
        .boxed()
}

/// A program that grants nothing, anywhere in the world.
pub fn idle_program() -> impl Strategy<Value = Program> {
    zone().prop_map(|time_zone| {
        let euro = Currency::from_code("EUR").unwrap();
        let program = Program::new(ProgramId::new("house").unwrap(), euro, Unit::Money);
        Program { time_zone, ..program }
    })
}

/// A program that takes loyalty, enrols everybody, and always holds.
pub fn open_program() -> BoxedStrategy<Program> {
    (program(), redemption())
        .prop_map(|(program, other)| Program {
            redemption: program.redemption.clone().or(Some(other.pays)),
            enrolment: Enrolment::Automatic,
            valid: Valid::default(),
            ..program
        })
        .boxed()
}

/// The same program with the currency and the unit of another: those never change on one ledger.
pub fn of_the_same_kind(program: &Program, kind: &Program) -> Program {
    Program { currency: kind.currency, unit: kind.unit, ..program.clone() }
}

fn kind() -> impl Strategy<Value = (Currency, Unit)> {
    let currency = prop_oneof![6 => Just("EUR"), 1 => Just("JPY"), 1 => Just("KWD")];
    let unit = prop_oneof![
        5 => Just(Unit::Money),
        4 => Just(Unit::Points { decimals: 0 }),
        1 => Just(Unit::Points { decimals: 2 }),
        1 => Just(Unit::Points { decimals: 4 }),
    ];
    (currency.prop_map(|code| Currency::from_code(code).unwrap()), unit)
}

type Policies = ((Rounding, RoundPer, Basis, Combine), bool);

fn policies() -> impl Strategy<Value = Policies> {
    let rounding = select(vec![Rounding::HalfUp, Rounding::Down, Rounding::HalfEven]);
    let round_per = prop_oneof![3 => Just(RoundPer::Sale), 1 => Just(RoundPer::Line)];
    let basis =
        prop_oneof![2 => Just(Basis::AsPriced), 1 => Just(Basis::TaxIncluded), 1 => Just(Basis::TaxExcluded)];
    let combine = prop_oneof![2 => Just(Combine::Sum), 1 => Just(Combine::Best)];
    ((rounding, round_per, basis, combine), prop::bool::weighted(0.7))
}

type Rules = (
    Vec<BaseRule>,
    BTreeMap<ProductId, LineRule>,
    BTreeMap<CategoryId, LineRule>,
    BTreeMap<PriceBookId, PriceBook>,
);

fn rules() -> impl Strategy<Value = Rules> {
    let products = btree_map(any_product(), line_rule(), 0..=2);
    let categories = btree_map(any_category(), line_rule(), 0..=1);
    let book = (btree_map(any_product(), line_rule(), 0..=1), option::weighted(0.4, line_rule()))
        .prop_map(|(products, others)| PriceBook { products, others });
    let earn = prop_oneof![1 => Just(Vec::new()), 8 => vec(base_rule(), 1..=3)];
    // Two rules that give the same: the earlier counts where only the best does.
    let earn = (earn, prop::bool::weighted(0.3)).prop_map(|(mut earn, twice)| {
        earn.extend(earn.first().cloned().filter(|_| twice));
        earn
    });
    (earn, products, categories, btree_map(any_book(), book, 0..=1))
}

fn base_rule() -> impl Strategy<Value = BaseRule> {
    let by = prop_oneof![
        3 => rate().prop_map(|rate| EarnBy::Amount { rate }),
        2 => (select(vec![1, 33, 100, 250, 1000, 1250]), units())
            .prop_map(|(minor, units)| EarnBy::Step { amount: Money::from_minor(minor), units }),
        1 => units().prop_map(|units| EarnBy::Visit { units }),
        1 => units().prop_map(|units| EarnBy::Item { units }),
    ];
    let minimum = option::weighted(0.3, select(vec![1, 500, 1000, 2000, 3000, 9999]));
    (by, which_lines(), minimum, prop::bool::weighted(0.15)).prop_map(|(by, applies_to, minimum, last)| {
        BaseRule { by, applies_to, minimum_spend: minimum.map(Money::from_minor), last }
    })
}

pub fn which_lines() -> impl Strategy<Value = Where> {
    let some = (
        vec(any_product(), 0..=2),
        vec(any_category(), 0..=2),
        vec(any_product(), 0..=1),
        vec(any_category(), 0..=1),
    );
    let some = some.prop_map(|(products, categories, except_products, except_categories)| Where {
        products,
        categories,
        except_products,
        except_categories,
    });
    prop_oneof![2 => Just(Where::default()), 1 => some]
}

pub fn line_rule() -> impl Strategy<Value = LineRule> {
    prop_oneof![
        1 => Just(LineRule::Nothing),
        2 => rate().prop_map(|rate| LineRule::Amount { rate }),
        2 => units().prop_map(|units| LineRule::Extra { units }),
        2 => units().prop_map(|units| LineRule::Fixed { units }),
        2 => select(vec!["0", "0.5", "1.5", "2", "3", "0.333"])
            .prop_map(|factor| LineRule::Multiply { factor: ratio(factor) }),
    ]
}

/// Units for each 1.00. The round ones make ties at half a cent.
fn rate() -> impl Strategy<Value = Ratio> {
    prop_oneof![
        5 => select(vec!["0.05", "0.1", "0.025", "0.01", "1", "2", "0.5", "0.07", "1.5"]).prop_map(ratio),
        1 => (0_i64..=99_999_999, 4_u32..=8)
            .prop_map(|(digits, scale)| Ratio::from_decimal(Decimal::new(digits, scale)).unwrap()),
    ]
}

pub fn units() -> impl Strategy<Value = Units> {
    select(vec![1, 2, 5, 7, 10, 33, 50, 100, 150, 250, 1000]).prop_map(Units::from_minor)
}

/// How units pay, before it is known what a unit is.
#[derive(Debug, Clone)]
struct Pays {
    pays: Redemption,
    same_sale: bool,
    usual: bool,
}

impl Pays {
    /// Points pay only where it is said; money pays one for one where nothing else is said.
    fn for_unit(self, unit: Unit) -> Option<Redemption> {
        match unit {
            Unit::Money if self.usual => Some(Redemption { value: Ratio::ONE, ..self.pays }),
            _ if self.usual && self.pays.step.is_none() => None,
            _ => Some(self.pays),
        }
    }
}

fn redemption() -> impl Strategy<Value = Pays> {
    let value = select(vec!["1", "0.01", "0.05", "0.1", "0.5", "5", "0.005", "0.003", "0.25"]);
    let step = option::weighted(0.2, select(vec![1, 5, 100]));
    let minimum = prop_oneof![4 => Just(0), 1 => select(vec![1, 10, 100])];
    let share = prop_oneof![4 => Just("1"), 1 => select(vec!["0.5", "0.333"])];
    (value, step, minimum, share, prop::bool::weighted(0.2), prop::bool::weighted(0.6)).prop_map(
        |(value, step, minimum, share, same_sale, usual)| {
            let pays = Redemption {
                value: ratio(value),
                step: step.map(Units::from_minor),
                minimum: Units::from_minor(minimum),
                maximum_share: ratio(share),
            };
            Pays { pays, same_sale, usual }
        },
    )
}

fn returns() -> impl Strategy<Value = ReturnPolicy> {
    let negative_balance = prop_oneof![
        Just(NegativeBalance::Allow),
        Just(NegativeBalance::Clamp),
        Just(NegativeBalance::Refuse),
        Just(NegativeBalance::DeductFromRefund),
    ];
    (negative_balance, prop::bool::weighted(0.2), select(vec![0, 0, 1, 30])).prop_map(
        |(negative_balance, loyalty_to_cash, restore_grace_days)| ReturnPolicy {
            negative_balance,
            loyalty_to_cash,
            restore_grace_days,
            ..ReturnPolicy::default()
        },
    )
}

type Surroundings = (BTreeMap<Tender, bool>, Enrolment, Valid, Zone);

fn surroundings() -> impl Strategy<Value = Surroundings> {
    let silent = (option::weighted(0.5, Just(false)), option::weighted(0.05, Just(true)));
    let tenders = silent.prop_map(|(gift_card, loyalty)| {
        let said = [("gift_card", gift_card), ("loyalty", loyalty)];
        said.into_iter().filter_map(|(name, earns)| Some((tender(name), earns?))).collect()
    });
    let enrolment = prop_oneof![9 => Just(Enrolment::Automatic), 1 => Just(Enrolment::OnRequest)];
    let valid = prop_oneof![
        9 => Just(Valid::default()),
        1 => (0..20, 0..20).prop_map(|(from, days)| {
            Valid { from: Some(date(from)), until: Some(date(from + days)) }
        }),
    ];
    (tenders, enrolment, valid, zone())
}

fn zone() -> impl Strategy<Value = Zone> {
    select(vec![0, 60, -300, 840, -719])
        .prop_map(|minutes| Zone::Fixed(Offset::from_minutes(minutes).unwrap()))
}

pub fn any_product() -> impl Strategy<Value = ProductId> {
    select(PRODUCTS.to_vec()).prop_map(product)
}

pub fn any_category() -> impl Strategy<Value = CategoryId> {
    select(CATEGORIES.to_vec()).prop_map(|name| CategoryId::new(name).unwrap())
}

pub fn any_book() -> impl Strategy<Value = PriceBookId> {
    select(BOOKS.to_vec()).prop_map(|name| PriceBookId::new(name).unwrap())
}
