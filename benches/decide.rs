//! What deciding a sale costs, against the same earning written straight down.
//!
//! `cargo bench --bench decide`
//!
//! The baseline computes what twenty lines earn and nothing else: amounts, S × (T − L) / T, one
//! rounding, a split by largest remainder, all in decimals; it looks nothing up and explains
//! nothing. `decide` does all of that, checks the document, takes the loyalty that pays out of its
//! lots, writes the entries and explains every line.
#![allow(
    clippy::arithmetic_side_effects,
    clippy::float_arithmetic,
    clippy::indexing_slicing,
    clippy::expect_used,
    reason = "a bench of small amounts that it makes itself"
)]

use std::hint::black_box;
use std::sync::Arc;
use std::time::Instant;

use regulars::adapter::memory::MemoryStore;
use regulars::decide::{
    Document, EnrolDocument, Facts, Header, ImportDocument, Profile, ProgramDocument, Question, SaleDocument,
    decide,
};
use regulars::ident::{CustomerId, LineId, ProductId, ProgramId, PromotionId, SaleId, Tender, TierId};
use regulars::loyalty::{
    BaseRule, EarnBy, FallBack, LineRule, Program, ProgramVersion, Promotion, PromotionGift, TierBasis,
    TierFrom, TierGift, TierLevel, TierPeriod, Tiers, Unit, VersionedProgram, Where,
};
use regulars::money::{Currency, Money, Ratio, Units};
use regulars::register::Register;
use regulars::sale::{LineItem, Payment, Place, RungUp, Terms};
use regulars::time::{FixedZones, Timestamp};
use rust_decimal::{Decimal, RoundingStrategy};

const LINES: i64 = 20;
const LOYALTY: i64 = 2_000;
const ROUNDS: usize = 301;
const CALLS: u32 = 64;

fn main() {
    divan::main();
    ratio();
    with_campaigns();
}

#[divan::bench]
fn straight_line_earn(bencher: divan::Bencher<'_, '_>) {
    let (sale, loyalty) = (sale(), Decimal::new(LOYALTY, 2));
    bencher.bench(|| straight_line(black_box(&sale), loyalty));
}

#[divan::bench]
fn decide_sale_of_20_lines(bencher: divan::Bencher<'_, '_>) {
    let (facts, document) = case(program());
    bencher.bench(|| decide(black_box(&facts), black_box(&document), Timestamp::EPOCH, &FixedZones));
}

/// Both in turn, so that a noisy machine is noisy for both; the ratio of each pair.
fn ratio() {
    let (facts, document) = case(program());
    let (sale, loyalty) = (sale(), Decimal::new(LOYALTY, 2));
    let (_, outcome) = decide(&facts, &document, Timestamp::EPOCH, &FixedZones).expect("the sale is fine");
    let (total, _) = straight_line(&sale, loyalty);
    assert_eq!(outcome.moved.earned.to_decimal(2), total, "both earn the same");
    let mut pairs: Vec<(f64, f64)> = Vec::new();
    for _ in 0..ROUNDS {
        let baseline = time(|| drop(black_box(straight_line(black_box(&sale), loyalty))));
        let decided = time(|| {
            drop(black_box(decide(black_box(&facts), black_box(&document), Timestamp::EPOCH, &FixedZones)));
        });
        pairs.push((baseline, decided));
    }
    let baseline = median(pairs.iter().map(|pair| pair.0).collect());
    let decided = median(pairs.iter().map(|pair| pair.1).collect());
    let ratio = median(pairs.iter().map(|pair| pair.1 / pair.0).collect());
    println!("straight-line earn of {LINES} lines: {baseline:.2} µs (median of {ROUNDS})");
    println!("decide of the same sale: {decided:.2} µs");
    println!("ratio, pair by pair: {ratio:.2} (target: at most 3)");
}

/// The same sale under ten promotions and a tier, over the same without.
fn with_campaigns() {
    let (plain, document) = case(program());
    let (rich, _) = case(rich_program());
    let decided = |facts: &Facts| {
        time(|| {
            drop(black_box(decide(black_box(facts), black_box(&document), Timestamp::EPOCH, &FixedZones)))
        })
    };
    let pairs: Vec<(f64, f64)> = (0..ROUNDS).map(|_| (decided(&plain), decided(&rich))).collect();
    let with = median(pairs.iter().map(|pair| pair.1).collect());
    let ratio = median(pairs.iter().map(|pair| pair.1 / pair.0).collect());
    println!("decide with 10 promotions and a tier: {with:.2} µs");
    println!("ratio to the same without: {ratio:.2} (target: at most 4)");
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

fn time(mut call: impl FnMut()) -> f64 {
    let start = Instant::now();
    for _ in 0..CALLS {
        call();
    }
    start.elapsed().as_secs_f64() * 1e6 / f64::from(CALLS)
}

/// What an engineer would write for this one program, with the decimals at hand.
fn straight_line(sale: &SaleDocument, loyalty: Decimal) -> (Decimal, Vec<Decimal>) {
    let half_up = RoundingStrategy::MidpointAwayFromZero;
    let rate = Decimal::new(5, 2);
    let lines = &sale.rung_up.lines;
    let amounts: Vec<Decimal> = lines
        .iter()
        .map(|line| {
            let price = line.quantity.to_decimal() * line.unit_price.to_decimal(2);
            price.round_dp_with_strategy(2, half_up) - line.discount.to_decimal(2)
        })
        .collect();
    let total: Decimal = amounts.iter().sum();
    let parts: Vec<Decimal> =
        amounts.iter().map(|amount| amount * rate * (total - loyalty) / total).collect();
    let sum = amounts.iter().map(|amount| amount * rate).sum::<Decimal>();
    let earned = (sum * (total - loyalty) / total).round_dp_with_strategy(2, half_up);
    let cent = Decimal::new(1, 2);
    let mut shares: Vec<Decimal> =
        parts.iter().map(|part| part.round_dp_with_strategy(2, RoundingStrategy::ToZero)).collect();
    let mut left = earned - shares.iter().sum::<Decimal>();
    let mut order: Vec<usize> = (0..parts.len()).collect();
    order.sort_by_key(|&index| shares[index] - parts[index]);
    for index in order {
        if left < cent {
            break;
        }
        shares[index] += cent;
        left -= cent;
    }
    (earned, shares)
}

/// The facts on which the sale is decided, and the sale.
fn case(program: ProgramDocument) -> (Facts, Document) {
    let mut register = Register::new(MemoryStore::default(), FixedZones);
    let customer = CustomerId::new("ada").expect("an id");
    let enrol = EnrolDocument { header: header(), customer: customer.clone(), profile: Profile::default() };
    let units = Units::from_minor(5_000);
    let (expires, last_purchase, spent) = (None, None, None);
    let import = ImportDocument { header: header(), customer, units, expires, last_purchase, spent };
    for document in [Document::SetProgram(program), Document::Enrol(enrol), Document::Import(import)] {
        register.submit(&document, Timestamp::EPOCH).expect("the document is fine");
    }
    let document = Document::Sale(Arc::new(sale()));
    let facts = register.facts(&Question::about(&document)).expect("memory answers");
    (facts, document)
}

/// Half of the promotions look at every line, half at one product; two are bonuses.
fn rich_program() -> ProgramDocument {
    let document = program();
    let mut rich = (*document.program.program).clone();
    for number in 0..10_i64 {
        let id = PromotionId::new(&format!("p{number}")).expect("an id");
        let gift = match number % 5 {
            0 => PromotionGift::Bonus { units: Units::from_minor(number + 1) },
            1 | 2 => {
                let factor = Ratio::from_decimal(Decimal::new(10 + number, 1)).expect("a factor");
                PromotionGift::Line(LineRule::Multiply { factor })
            }
            3 => PromotionGift::Line(LineRule::Extra { units: Units::from_minor(number) }),
            _ => {
                let rate = Ratio::from_decimal(Decimal::new(number, 2)).expect("a rate");
                PromotionGift::Line(LineRule::Amount { rate })
            }
        };
        let mut promotion = Promotion::new(id, gift);
        if number % 2 == 1 {
            promotion.applies_to.products.push(ProductId::new(&format!("product-{number}")).expect("an id"));
        }
        rich.promotions.push(promotion);
    }
    let level = |id: &str, at_minor, tenths| TierLevel {
        id: TierId::new(id).expect("an id"),
        at_minor,
        gives: TierGift::Factor(Ratio::from_decimal(Decimal::new(tenths, 1)).expect("a factor")),
    };
    rich.tiers = Some(Tiers {
        by: TierBasis::Spent,
        over: TierPeriod::Ever,
        from: TierFrom::ThisSale,
        fall_back: FallBack::AtPeriodEnd,
        levels: vec![level("base", 0, 10), level("vip", 100, 15)],
    });
    let program = VersionedProgram { version: ProgramVersion([2; 32]), program: Arc::new(rich) };
    ProgramDocument { program, ..document }
}

fn program() -> ProgramDocument {
    let euro = Currency::from_code("EUR").expect("a currency");
    let mut program = Program::new(ProgramId::new("house").expect("an id"), euro, Unit::Money);
    let by = EarnBy::Amount { rate: Ratio::from_decimal(Decimal::new(5, 2)).expect("a rate") };
    program.earn.push(BaseRule { by, applies_to: Where::default(), minimum_spend: None, last: false });
    let program = VersionedProgram { version: ProgramVersion([1; 32]), program: Arc::new(program) };
    ProgramDocument { header: header(), program }
}

fn sale() -> SaleDocument {
    let line = |n: i64| LineItem {
        id: LineId::new(&n.to_string()).expect("an id"),
        product: ProductId::new(&format!("product-{n}")).expect("an id"),
        category: None,
        quantity: Ratio::from_whole(1 + n % 3).expect("a quantity"),
        unit_price: Money::from_minor(199 + 37 * n),
        discount: Money::from_minor(n % 4 * 10),
        tax: None,
        price_book: None,
        promotions: Vec::new(),
        earns: true,
    };
    let lines: Vec<LineItem> = (0..LINES).map(line).collect();
    let total = Money::sum(lines.iter().map(|line| line.amount().expect("small"))).expect("small");
    let rung_up = RungUp {
        sale: SaleId::new("2026-000017").expect("an id"),
        at: Timestamp::EPOCH,
        place: Place::default(),
        customer: Some(CustomerId::new("ada").expect("an id")),
        terms: Terms::Immediate,
        lines: lines.into(),
        discount: Money::ZERO,
        fees: Vec::new(),
        tax_added: Money::ZERO,
        cash_rounding: Money::ZERO,
        rewards: Vec::new(),
        offers: Vec::new(),
        earns: true,
    };
    let card = Money::from_minor(total.minor() - LOYALTY);
    let payments = vec![
        Payment { tender: Tender::loyalty(), amount: Money::from_minor(LOYALTY), reservation: None },
        Payment { tender: Tender::new("card").expect("an id"), amount: card, reservation: None },
    ];
    SaleDocument { rung_up, payments, change: Money::ZERO, codes: Vec::new(), parked: false }
}

fn header() -> Header {
    Header { id: None, at: Timestamp::EPOCH, place: Place::default() }
}
