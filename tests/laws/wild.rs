//! Random documents of numbers at the edge, programs that make no sense, and ids that collide.

use std::collections::BTreeMap;
use std::sync::Arc;

use proptest::collection::{btree_map, vec};
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;
use regulars::decide::{
    AccountPaymentDocument, AdjustDocument, Document, EnrolDocument, Header, ImportDocument, MemberDocument,
    PaymentDocument, Profile, ProgramDocument, RedeemDocument, ReturnAmountDocument, ReturnDocument,
    SaleDocument, Spend, VoidDocument,
};
use regulars::ident::{
    CategoryId, CustomerId, DocumentId, LineId, OperatorId, OutletId, PriceBookId, ProductId, ProgramId,
    SaleId, Tender,
};
use regulars::loyalty::{
    BaseRule, Basis, Combine, EarnBy, Enrolment, LineRule, NegativeBalance, PriceBook, Program,
    ProgramVersion, Redemption, RoundPer, Unit, Valid, VersionedProgram, Where,
};
use regulars::money::{Currency, Money, Ratio, Rounding, Units};
use regulars::sale::{Bill, Fee, FeeKind, LineItem, Payment, Place, ReturnedLine, RungUp, Tax, Terms};
use regulars::time::{Date, Offset, Timestamp, Zone};
use rust_decimal::Decimal;

fn wild_number() -> impl Strategy<Value = i64> {
    prop_oneof![
        3 => -100_i64..=10_000,
        3 => select(vec![0, 1, -1, i64::MAX, i64::MIN, i64::MAX - 1, i64::MAX / 2, i64::MIN / 2 - 1]),
        1 => any::<i64>(),
    ]
}

fn wild_money() -> impl Strategy<Value = Money> {
    wild_number().prop_map(Money::from_minor)
}

/// Mostly tame, so that more than a few documents get through.
fn tame_money() -> impl Strategy<Value = Money> {
    prop_oneof![9 => (0_i64..=10_000).prop_map(Money::from_minor), 1 => wild_money()]
}

fn wild_units() -> impl Strategy<Value = Units> {
    wild_number().prop_map(Units::from_minor)
}

fn wild_ratio() -> impl Strategy<Value = Ratio> {
    let ratio = |(digits, scale): (i64, u32)| Ratio::from_decimal(Decimal::new(digits, scale)).unwrap();
    let edges = vec![
        (0, 0),
        (1, 0),
        (-1, 0),
        (1, 8),
        (-1, 8),
        (99_999_999_999_999_999, 8),
        (-99_999_999_999_999_999, 8),
        (999_999_999, 0),
    ];
    prop_oneof![
        1 => select(edges).prop_map(ratio),
        1 => (-99_999_999_i64..=99_999_999, 0_u32..=8).prop_map(ratio),
        2 => (1_i64..5, 0_u32..2).prop_map(ratio),
    ]
}

fn wild_time() -> impl Strategy<Value = Timestamp> {
    let edges = vec![-62_167_219_200_000, 253_402_300_799_999, 0];
    let tame = 1_767_225_600_000_i64..1_770_000_000_000;
    prop_oneof![1 => select(edges), 4 => tame, 1 => -62_167_219_200_000_i64..=253_402_300_799_999]
        .prop_map(|millisecond| Timestamp::from_millisecond(millisecond).unwrap())
}

fn wild_date() -> impl Strategy<Value = Date> {
    prop_oneof![1 => select(vec![-719_528, 2_932_896]), 3 => 20_400..20_600, 1 => -719_528..=2_932_896]
        .prop_map(|days| Date::from_days(days).unwrap())
}

fn wild_zone() -> impl Strategy<Value = Zone> {
    prop_oneof![
        3 => select(vec![-1439_i16, 0, 1439])
            .prop_map(|minutes| Zone::Fixed(Offset::from_minutes(minutes).unwrap())),
        1 => select(vec!["UTC", "Nowhere"]).prop_map(|name| Zone::Named(name.into())),
    ]
}

fn one_of(names: &'static [&'static str]) -> impl Strategy<Value = &'static str> {
    select(names.to_vec())
}

fn wild_product() -> impl Strategy<Value = ProductId> {
    one_of(&["A", "B"]).prop_map(|name| ProductId::new(name).unwrap())
}

fn wild_category() -> impl Strategy<Value = CategoryId> {
    one_of(&["food", "drink"]).prop_map(|name| CategoryId::new(name).unwrap())
}

fn wild_book() -> impl Strategy<Value = PriceBookId> {
    Just("vip").prop_map(|name| PriceBookId::new(name).unwrap())
}

fn wild_tender() -> impl Strategy<Value = Tender> {
    one_of(&["cash", "card", "loyalty", "on_account"]).prop_map(|name| Tender::new(name).unwrap())
}

fn wild_customer() -> impl Strategy<Value = CustomerId> {
    one_of(&["ann", "ann", "bob", "stranger"]).prop_map(|name| CustomerId::new(name).unwrap())
}

fn wild_sale_id() -> impl Strategy<Value = SaleId> {
    one_of(&["s0", "s1", "s2"]).prop_map(|name| SaleId::new(name).unwrap())
}

fn wild_line_id() -> impl Strategy<Value = LineId> {
    one_of(&["l0", "l1", "l2", "l3"]).prop_map(|name| LineId::new(name).unwrap())
}

/// A program of numbers at the edge.
pub fn wild_program() -> impl Strategy<Value = Program> {
    let unit =
        prop_oneof![2 => Just(Unit::Money), 1 => any::<u8>().prop_map(|decimals| Unit::Points { decimals })];
    let currency =
        select(vec!["EUR", "JPY", "KWD", "CLF"]).prop_map(|code| Currency::from_code(code).unwrap());
    let policies = (
        select(vec![Rounding::HalfUp, Rounding::Down, Rounding::HalfEven]),
        select(vec![RoundPer::Sale, RoundPer::Line]),
        select(vec![Basis::AsPriced, Basis::TaxIncluded, Basis::TaxExcluded]),
        select(vec![Combine::Sum, Combine::Best]),
        any::<bool>(),
    );
    let rules = (
        vec(wild_base_rule(), 0..4),
        btree_map(wild_product(), wild_line_rule(), 0..2),
        btree_map(wild_category(), wild_line_rule(), 0..2),
        btree_map(wild_book(), option::of(wild_line_rule()), 0..2),
    );
    let redemption = (wild_ratio(), option::of(wild_units()), wild_units(), wild_ratio());
    let redemption = redemption.prop_map(|(value, step, minimum, maximum_share)| Redemption {
        value,
        step,
        minimum,
        maximum_share,
    });
    let negative_balance = select(vec![
        NegativeBalance::Allow,
        NegativeBalance::Clamp,
        NegativeBalance::Refuse,
        NegativeBalance::DeductFromRefund,
    ]);
    let returns = (negative_balance, any::<bool>(), any::<u16>(), any::<bool>());
    let surroundings = (
        btree_map(wild_tender(), any::<bool>(), 0..3),
        select(vec![Enrolment::Automatic, Enrolment::OnRequest]),
        (option::of(wild_date()), option::of(wild_date())),
        wild_zone(),
        option::weighted(0.2, wild_zone()),
    );
    ((unit, currency), policies, rules, option::of(redemption), returns, surroundings).prop_map(
        |((unit, currency), policies, rules, redemption, returns, surroundings)| {
            let mut program = Program::new(ProgramId::new("wild").unwrap(), currency, unit);
            (program.rounding, program.round_per, program.basis, program.combine, _) = policies;
            program.sale_discount_lowers_earning = policies.4;
            (program.earn, program.products, program.categories, _) = rules.clone();
            let book = |others| PriceBook { products: BTreeMap::new(), others };
            program.price_books = rules.3.into_iter().map(|(id, others)| (id, book(others))).collect();
            program.redemption = redemption;
            let (negative_balance, loyalty_to_cash, restore_grace_days, same_sale) = returns;
            program.same_sale = same_sale;
            program.returns.negative_balance = negative_balance;
            program.returns.loyalty_to_cash = loyalty_to_cash;
            program.returns.restore_grace_days = restore_grace_days;
            let (tenders, enrolment, (from, until), zone, outlet) = surroundings;
            (program.tenders, program.enrolment, program.time_zone) = (tenders, enrolment, zone);
            program.valid = Valid { from, until };
            program.outlets = outlet.map(|zone| (OutletId::new("main").unwrap(), zone)).into_iter().collect();
            program
        },
    )
}

fn wild_base_rule() -> impl Strategy<Value = BaseRule> {
    let by = prop_oneof![
        wild_ratio().prop_map(|rate| EarnBy::Amount { rate }),
        (wild_money(), wild_units()).prop_map(|(amount, units)| EarnBy::Step { amount, units }),
        wild_units().prop_map(|units| EarnBy::Visit { units }),
        wild_units().prop_map(|units| EarnBy::Item { units }),
    ];
    let applies_to =
        (vec(wild_product(), 0..2), vec(wild_category(), 0..2)).prop_map(|(products, categories)| Where {
            products,
            except_categories: categories,
            ..Where::default()
        });
    (by, applies_to, option::of(wild_money()), any::<bool>())
        .prop_map(|(by, applies_to, minimum_spend, last)| BaseRule { by, applies_to, minimum_spend, last })
}

fn wild_line_rule() -> impl Strategy<Value = LineRule> {
    prop_oneof![
        Just(LineRule::Nothing),
        wild_ratio().prop_map(|rate| LineRule::Amount { rate }),
        wild_units().prop_map(|units| LineRule::Extra { units }),
        wild_units().prop_map(|units| LineRule::Fixed { units }),
        wild_ratio().prop_map(|factor| LineRule::Multiply { factor }),
    ]
}

fn wild_line() -> impl Strategy<Value = LineItem> {
    let tax = prop_oneof![
        (wild_ratio(), any::<bool>()).prop_map(|(rate, included)| Tax::Rate { rate, included }),
        (wild_money(), any::<bool>()).prop_map(|(amount, included)| Tax::Amount { amount, included }),
    ];
    let names = (wild_line_id(), wild_product(), option::of(wild_category()), option::of(wild_book()));
    let discount = prop_oneof![3 => Just(Money::ZERO), 1 => wild_money()];
    (names, wild_ratio(), tame_money(), discount, option::of(tax), any::<bool>()).prop_map(
        |((id, product, category, price_book), quantity, unit_price, discount, tax, earns)| LineItem {
            id,
            product,
            category,
            quantity,
            unit_price,
            discount,
            tax,
            price_book,
            promotions: Vec::new(),
            earns,
        },
    )
}

fn wild_sale() -> impl Strategy<Value = SaleDocument> {
    let kinds = select(vec![FeeKind::Shipping, FeeKind::Tip, FeeKind::Delivery, FeeKind::Service]);
    let fees = vec((kinds, tame_money()).prop_map(|(kind, amount)| Fee { kind, amount }), 0..2);
    let beside = (
        prop_oneof![3 => Just(Money::ZERO), 1 => tame_money()],
        fees,
        prop_oneof![3 => Just(Money::ZERO), 1 => tame_money()],
        prop_oneof![3 => Just(Money::ZERO), 1 => tame_money()],
    );
    let who = (wild_sale_id(), wild_time(), option::of(wild_customer()));
    let terms = select(vec![Terms::Immediate, Terms::Layby, Terms::OnAccount]);
    let flags = (any::<bool>(), prop::bool::weighted(0.1), prop::bool::weighted(0.7));
    (who, terms, vec(wild_line(), 0..4), beside, wild_payments(), flags).prop_map(
        |(
            (sale, at, customer),
            terms,
            lines,
            (discount, fees, tax_added, cash_rounding),
            payments,
            flags,
        )| {
            let (earns, parked, pays_all) = flags;
            let place = Place::default();
            let rung_up = RungUp {
                sale,
                at,
                place,
                customer,
                terms,
                lines: lines.into(),
                discount,
                fees,
                tax_added,
                cash_rounding,
                rewards: Vec::new(),
                offers: Vec::new(),
                earns,
            };
            let (mut payments, mut change) = payments;
            let bill = Bill::ring_up(rung_up.clone());
            if let (Ok(due), true) = (bill.and_then(|bill| Ok(bill.due()?)), pays_all) {
                let tender = payments.first().map_or(Tender::loyalty(), |payment| payment.tender.clone());
                (payments, change) = (vec![Payment { tender, amount: due, reservation: None }], Money::ZERO);
            }
            SaleDocument { rung_up, payments, change, codes: Vec::new(), parked }
        },
    )
}

fn wild_payments() -> impl Strategy<Value = (Vec<Payment>, Money)> {
    let payment = (wild_tender(), tame_money()).prop_map(|(tender, amount)| Payment {
        tender,
        amount,
        reservation: None,
    });
    (vec(payment, 0..4), prop_oneof![3 => Just(Money::ZERO), 1 => wild_money()])
}

fn wild_header() -> impl Strategy<Value = Header> {
    let id = option::weighted(0.8, 0_u8..12);
    (id, wild_time(), any::<bool>()).prop_map(|(id, at, has_operator)| Header {
        id: id.map(|id| DocumentId::new(&format!("d{id}")).unwrap()),
        at,
        place: Place { operator: has_operator.then(|| OperatorId::new("op").unwrap()), ..Place::default() },
    })
}

fn wild_spend() -> impl Strategy<Value = Spend> {
    prop_oneof![wild_units().prop_map(Spend::Units), wild_money().prop_map(Spend::Amount)]
}

/// A document that may be anything.
pub fn wild_document() -> impl Strategy<Value = Document> {
    let refund = || option::weighted(0.3, wild_payments().prop_map(|(refund, _)| refund));
    let returned =
        (wild_line_id(), wild_ratio()).prop_map(|(line, quantity)| ReturnedLine { line, quantity });
    let member = || {
        (wild_header(), wild_customer()).prop_map(|(header, customer)| MemberDocument { header, customer })
    };
    prop_oneof![
        6 => wild_sale().prop_map(|sale| Document::Sale(Arc::new(sale))),
        2 => (wild_header(), wild_sale_id(), wild_payments()).prop_map(|(header, sale, (payments, change))| {
            Document::Payment(PaymentDocument { header, sale, payments, change })
        }),
        1 => (wild_header(), wild_customer(), wild_payments(), vec(wild_sale_id(), 0..3)).prop_map(
            |(header, customer, (payments, _), sales)| {
                Document::AccountPayment(AccountPaymentDocument { header, customer, payments, sales })
            }
        ),
        4 => (wild_header(), wild_sale_id(), vec(returned, 0..3), refund()).prop_map(
            |(header, of, lines, refund)| {
                Document::Return(ReturnDocument { header, of, lines, refund })
            }
        ),
        2 => (wild_header(), wild_sale_id(), tame_money(), refund()).prop_map(|(header, of, amount, refund)| {
            Document::ReturnAmount(ReturnAmountDocument { header, of, amount, refund })
        }),
        2 => (wild_header(), wild_sale_id())
            .prop_map(|(header, of)| Document::Void(VoidDocument { header, of })),
        1 => (wild_header(), wild_customer(), wild_spend(), option::of(wild_money())).prop_map(
            |(header, customer, spend, bill)| {
                Document::Redeem(RedeemDocument { header, customer, spend, bill })
            }
        ),
        1 => (wild_header(), wild_customer(), wild_units(), any::<bool>()).prop_map(
            |(header, customer, units, allow_negative)| {
                let reason = Some("because".into());
                Document::Adjust(AdjustDocument { header, customer, units, reason, allow_negative })
            }
        ),
        3 => (wild_header(), wild_customer(), wild_units(), option::of(wild_date())).prop_map(
            |(header, customer, units, expires)| {
                let (last_purchase, spent) = (None, None);
                Document::Import(ImportDocument { header, customer, units, expires, last_purchase, spent })
            }
        ),
        1 => (wild_header(), wild_customer())
            .prop_map(|(header, customer)| {
                Document::Enrol(EnrolDocument { header, customer, profile: Profile::default() })
            }),
        1 => member().prop_map(Document::OptOut),
        1 => member().prop_map(Document::OptIn),
        1 => member().prop_map(Document::Check),
        1 => (wild_header(), wild_program(), any::<[u8; 32]>()).prop_map(|(header, program, version)| {
            let program = VersionedProgram { version: ProgramVersion(version), program: Arc::new(program) };
            Document::SetProgram(ProgramDocument { header, program })
        }),
    ]
}
