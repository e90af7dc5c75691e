//! Random baskets, and ways to pay for them.

use std::collections::BTreeMap;

use proptest::collection::{btree_map, vec};
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;
use regulars::ident::{CustomerId, Tender};
use regulars::loyalty::{Program, Redemption};
use regulars::money::{Money, Ratio, Units};
use regulars::sale::{Bill, BillError, Fee, FeeKind, LineItem, Payment, Place, RungUp, Tax, Terms};
use regulars::time::Timestamp;
use rust_decimal::Decimal;

use crate::programs::{any_book, any_category, any_product};
use crate::shop::{line_id, paid, ratio, sale_id};

/// What always earns, in every program here.
pub const CARD: &str = "card";
const TENDERS: [&str; 4] = [CARD, "cash", "gift_card", "voucher"];

/// What lies on the counter.
#[derive(Debug, Clone)]
pub struct Basket {
    pub lines: Vec<LineItem>,
    pub discount: Money,
    pub fees: Vec<Fee>,
    pub tax_added: Money,
    pub cash_rounding: Money,
    pub earns: bool,
}

impl Basket {
    /// The basket rung up as the sale with this number.
    pub fn rung_up(
        &self,
        number: usize,
        at: Timestamp,
        customer: Option<CustomerId>,
        terms: Terms,
    ) -> RungUp {
        RungUp {
            sale: sale_id(number),
            at,
            place: Place::default(),
            customer,
            terms,
            lines: self.lines.clone().into(),
            discount: self.discount,
            fees: self.fees.clone(),
            tax_added: self.tax_added,
            cash_rounding: self.cash_rounding,
            rewards: Vec::new(),
            offers: Vec::new(),
            earns: self.earns,
        }
    }

    /// Takes off, one after the other, what brings the total below zero.
    fn sound(mut self) -> Basket {
        while let Err(BillError::TotalBelowZero) =
            Bill::ring_up(self.rung_up(0, Timestamp::EPOCH, None, Terms::Immediate))
        {
            if self.discount != Money::ZERO || self.cash_rounding != Money::ZERO {
                (self.discount, self.cash_rounding) = (Money::ZERO, Money::ZERO);
            } else {
                self.lines.pop();
            }
        }
        self
    }
}

/// A basket whose first line is something bought.
pub fn basket() -> impl Strategy<Value = Basket> {
    let lines = (bought(), vec(prop_oneof![9 => bought(), 1 => odd()], 0..=4)).prop_map(|(first, others)| {
        let lines = std::iter::once(first).chain(others).enumerate();
        lines.map(|(index, line)| LineItem { id: line_id(index), ..line }).collect::<Vec<_>>()
    });
    let kinds = select(vec![FeeKind::Shipping, FeeKind::Tip, FeeKind::Delivery, FeeKind::Service]);
    let fee = (kinds, select(vec![0, 1, 50, 100, 495]));
    let fee = fee.prop_map(|(kind, minor)| Fee { kind, amount: Money::from_minor(minor) });
    let fees = prop_oneof![3 => Just(Vec::new()), 1 => vec(fee, 1..=2)];
    let tax = prop_oneof![4 => Just(0), 1 => 1_i64..2000];
    let rounding = prop_oneof![4 => Just(0), 1 => -2_i64..=2];
    (lines, off(), fees, tax, rounding, prop::bool::weighted(0.97)).prop_map(
        |(lines, off, fees, tax, rounding, earns)| {
            let sum = lines.iter().map(|line| line.amount().unwrap().minor()).sum();
            let (tax_added, cash_rounding) = (Money::from_minor(tax), Money::from_minor(rounding));
            Basket { lines, discount: off.of(sum), fees, tax_added, cash_rounding, earns }.sound()
        },
    )
}

/// A discount, as a part of what it is taken off.
#[derive(Debug, Clone, Copy)]
struct Off(u16);

impl Off {
    fn of(self, minor: i64) -> Money {
        Money::from_minor(minor.max(0) * i64::from(self.0) / 1000)
    }
}

fn off() -> impl Strategy<Value = Off> {
    prop_oneof![7 => Just(Off(0)), 3 => (1_u16..1000).prop_map(Off), 1 => Just(Off(1000))]
}

fn bought() -> impl Strategy<Value = LineItem> {
    let quantity = prop_oneof![
        6 => (1_i64..=4).prop_map(|whole| Ratio::from_whole(whole).unwrap()),
        2 => select(vec!["1.255", "0.333", "2.5", "0.5", "3.333", "0.001", "10"]).prop_map(ratio),
        1 => (1_i64..=99_999, 1_u32..=8)
            .prop_map(|(digits, scale)| Ratio::from_decimal(Decimal::new(digits, scale)).unwrap()),
    ];
    let price = prop_oneof![
        1 => Just(0_i64),
        4 => select(vec![1, 5, 10, 25, 30, 33, 50, 99, 100, 150]),
        4 => 1_i64..=20_000,
        1 => 20_000_i64..=200_000,
    ];
    line(quantity, price)
}

/// What tills do beside selling: something taken off as a line of its own, and nothing sold.
fn odd() -> impl Strategy<Value = LineItem> {
    let less = line(select(vec!["-1", "-0.5"]).prop_map(ratio), 1_i64..=300);
    let off = line(select(vec!["1", "0"]).prop_map(ratio), -300_i64..=-1);
    prop_oneof![less, off]
}

fn line(
    quantity: impl Strategy<Value = Ratio>,
    price: impl Strategy<Value = i64>,
) -> impl Strategy<Value = LineItem> {
    let names = (
        any_product(),
        option::weighted(0.6, any_category()),
        option::weighted(0.3, any_book()),
        prop::bool::weighted(0.93),
    );
    (names, quantity, price, off(), option::weighted(0.4, taxed())).prop_map(
        |((product, category, price_book, earns), quantity, price, off, taxed)| {
            let unit_price = Money::from_minor(price);
            let (id, discount, tax, promotions) = (line_id(0), Money::ZERO, None, Vec::new());
            let line = LineItem {
                id,
                product,
                category,
                quantity,
                unit_price,
                discount,
                tax,
                price_book,
                promotions,
                earns,
            };
            let line = LineItem { discount: off.of(line.amount().unwrap().minor()), ..line };
            LineItem { tax: taxed.map(|taxed| taxed.of(&line)), ..line }
        },
    )
}

/// A line's tax, before the line is known.
#[derive(Debug, Clone)]
struct Taxed {
    rate: &'static str,
    as_amount: bool,
    included: bool,
}

impl Taxed {
    fn of(self, line: &LineItem) -> Tax {
        let (rate, included) = (ratio(self.rate), self.included);
        if !self.as_amount {
            return Tax::Rate { rate, included };
        }
        let amount = Decimal::from(line.amount().unwrap().minor()) * rate.to_decimal();
        Tax::Amount { amount: Money::from_minor(i64::try_from(amount.trunc()).unwrap()), included }
    }
}

fn taxed() -> impl Strategy<Value = Taxed> {
    let rate = select(vec!["0.21", "0.055", "0.19", "0.1", "0"]);
    (rate, any::<bool>(), any::<bool>()).prop_map(|(rate, as_amount, included)| Taxed {
        rate,
        as_amount,
        included,
    })
}

/// How somebody pays.
#[derive(Debug, Clone)]
pub struct Purse {
    /// How much of the total is paid with loyalty, in thousandths.
    pub loyalty: u16,
    /// What pays the rest, and in which proportion.
    pub others: BTreeMap<&'static str, u8>,
    /// How much more cash than is due is handed over, and given back.
    pub cash_over: u8,
}

pub fn purse() -> impl Strategy<Value = Purse> {
    let loyalty = prop_oneof![2 => Just(0_u16), 4 => 1_u16..1000, 1 => Just(1000)];
    let others = btree_map(select(TENDERS.to_vec()), 1_u8..10, 1..=3);
    let cash_over = prop_oneof![3 => Just(0), 1 => any::<u8>()];
    (loyalty, others, cash_over).prop_map(|(loyalty, others, cash_over)| Purse { loyalty, others, cash_over })
}

/// What is handed over, and what is given back of it.
#[derive(Debug, Clone, Default)]
pub struct HandedOver {
    pub payments: Vec<Payment>,
    pub change: Money,
    /// The units that it takes.
    pub units: Units,
}

impl Purse {
    /// Pays `minor` of a bill, of which loyalty may pay `most_loyalty`; loyalty first.
    pub fn pay(&self, program: &Program, minor: i64, most_loyalty: i64, available: Units) -> HandedOver {
        let (loyalty, units) = self.in_loyalty(program, minor.min(most_loyalty).max(0), available);
        let mut payments = Vec::new();
        if loyalty != 0 {
            payments.push(paid(Tender::LOYALTY, loyalty));
        }
        let weights: i64 = self.others.values().map(|weight| i64::from(*weight)).sum();
        let mut left = minor - loyalty;
        for (name, weight) in &self.others {
            let share = (minor - loyalty) * i64::from(*weight) / weights;
            left -= share;
            payments.push(paid(name, share));
        }
        payments.last_mut().unwrap().amount =
            payments.last().unwrap().amount.plus(Money::from_minor(left)).unwrap();
        let mut change = Money::ZERO;
        if let Some(cash) = payments.iter_mut().find(|payment| payment.tender.as_str() == Tender::CASH) {
            change = Money::from_minor(i64::from(self.cash_over));
            cash.amount = cash.amount.plus(change).unwrap();
        }
        HandedOver { payments, change, units }
    }

    /// The largest loyalty payment that the program takes and that is not above what is wished.
    fn in_loyalty(&self, program: &Program, minor: i64, available: Units) -> (i64, Units) {
        let Some(redemption) = &program.redemption else { return (0, Units::ZERO) };
        let Some((grain, units)) = grain(program, redemption) else { return (0, Units::ZERO) };
        let share = redemption.maximum_share.to_decimal() * Decimal::from(minor);
        let wish = Decimal::from(minor * i64::from(self.loyalty) / 1000).min(share.floor());
        let grains = (i64::try_from(wish).unwrap() / grain).min(available.minor().max(0) / units);
        if grains == 0 || grains * units < redemption.minimum.minor() {
            return (0, Units::ZERO);
        }
        (grains * grain, Units::from_minor(grains * units))
    }
}

/// The smallest amount of money that is a whole number of units, and of steps; and those units.
pub fn grain(program: &Program, redemption: &Redemption) -> Option<(i64, i64)> {
    let step = redemption.step.map_or(1, Units::minor);
    (1..=50_000).find_map(|minor| {
        let units = redemption.units_of(Money::from_minor(minor), program).unwrap()?.minor();
        (units % step == 0).then_some((minor, units))
    })
}
