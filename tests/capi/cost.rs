//! What a call through the C interface costs over the same call from Rust:
//! `cargo test --release --features capi --test capi cost -- --ignored --nocapture`

use std::hint::black_box;
use std::ptr;
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use regulars::adapter::sqlite::{Durability, SqliteStore};
use regulars::adapter::zones::IanaZones;
use regulars::capi::*;
use regulars::decide::{Document, Header, MemberDocument, SaleDocument};
use regulars::ident::{CustomerId, LineId, ProductId, SaleId, Tender};
use regulars::money::{Money, Ratio};
use regulars::register::Register;
use regulars::sale::{LineItem, Payment, Place, RungUp, Terms};
use regulars::time::Timestamp;

use crate::handle::{Handle, text, zeroed};

const AT: i64 = 1_795_683_600_000;
const TIMES: usize = 20_000;

type Native = Register<SqliteStore, IanaZones>;

/// Two registers in turn, each on a file of its own, so that neither sees what the other one writes.
fn two() -> (Handle, Handle, Native) {
    let (through_c, file_of_native) = (Handle::new(), Handle::new());
    for handle in [&through_c, &file_of_native] {
        for document in [
            r#"{"type": "set_program", "at": "2026-11-26T09:00:00Z", "program": {"id": "p", "currency": "EUR",
                "unit": {"kind": "money"}, "earn": [{"by": "amount", "rate": "0.05"}]}}"#,
            r#"{"type": "enrol", "at": "2026-11-26T09:00:00Z", "customer": "ada"}"#,
        ] {
            assert_eq!(handle.json(document).0, REGULARS_OK);
        }
    }
    let options = SqliteStore::options().durability(Durability::UntilCheckpoint);
    let native = Register::new(options.open(file_of_native.file()).unwrap(), IanaZones::default());
    (through_c, file_of_native, native)
}

/// What each of two things takes that are tried in turn.
fn compare(what: &str, mut native: impl FnMut(usize), mut through_c: impl FnMut(usize)) -> i64 {
    let (mut natively, mut by_c) = (Vec::new(), Vec::new());
    for number in 0..TIMES {
        let begin = Instant::now();
        native(number);
        natively.push(begin.elapsed());
        let begin = Instant::now();
        through_c(number);
        by_c.push(begin.elapsed());
    }
    report(what, &natively, &by_c)
}

/// Prints the middle of what each takes, and the middle of how much more the one takes than the other just before it:
/// what slows both down for a while is in neither.
fn report(what: &str, natively: &[Duration], by_c: &[Duration]) -> i64 {
    let nanos = |time: &Duration| i64::try_from(time.as_nanos()).unwrap();
    let more = by_c.iter().zip(natively).map(|(by_c, natively)| nanos(by_c) - nanos(natively));
    let more = middle(more);
    let [native, through_c] = [natively, by_c].map(|times| middle(times.iter().map(nanos)));
    println!("{what}: {native} ns natively, {through_c} ns through C, {more} ns more");
    more
}

fn middle(numbers: impl Iterator<Item = i64>) -> i64 {
    let mut numbers: Vec<i64> = numbers.collect();
    numbers.sort_unstable();
    numbers[numbers.len() / 2]
}

#[test]
#[ignore = "a measurement; it needs a release build and a quiet machine"]
fn cost_of_a_look_at_a_balance() {
    let (handle, _file, mut register) = two();
    let at = Timestamp::from_millisecond(AT).unwrap();
    let ada = text("ada");
    let more = compare(
        "a balance",
        |_| {
            // C brings a text, and so does this.
            let customer = CustomerId::new(black_box("ada")).unwrap();
            let header = Header { id: None, at, place: Place::default() };
            let outcome = register.submit(&Document::Check(MemberDocument { header, customer }), at).unwrap();
            black_box(outcome.decision.balance);
        },
        |_| {
            let mut balance = 0;
            // SAFETY: there is as much as is said.
            let status = unsafe { regulars_balance(handle.raw, ada.bytes, ada.length, AT, &raw mut balance) };
            assert_eq!((status, black_box(balance)), (REGULARS_OK, 0));
        },
    );
    assert!(more <= 200, "{more} ns");
}

#[test]
#[ignore = "a measurement; it needs a release build and a quiet machine"]
fn cost_of_a_call_that_does_next_to_nothing() {
    let (handle, _file, register) = two();
    let more = compare(
        "the decimals",
        |_| {
            black_box(register.store().path());
        },
        |_| {
            let (mut money, mut units) = (0, 0);
            // SAFETY: two numbers have room.
            let status = unsafe { regulars_decimals(handle.raw, &raw mut money, &raw mut units) };
            assert_eq!((status, black_box(money), black_box(units)), (REGULARS_OK, 2, 2));
        },
    );
    assert!(more <= 200, "{more} ns");
}

/// The four calls of a sale, each against what it stands for natively: the sale as a whole, its lines, its payments, and
/// handing it in. Whoever hands in natively has to look at the clock, as the C interface does.
#[test]
#[ignore = "a measurement; it needs a release build and a quiet machine"]
fn cost_of_a_sale() {
    let (handle, _file, mut register) = two();
    let [mut natively, mut by_c] = [(); 2].map(|()| [(); CALLS.len()].map(|()| Vec::with_capacity(TIMES)));
    for number in 0..TIMES {
        let id = format!("S-{number}");
        sell(&mut register, &id, &mut Laps::new(&mut natively));
        sell_through_c(&handle, &id, &mut Laps::new(&mut by_c));
    }
    let of_each = CALLS.iter().zip(natively.iter().zip(&by_c));
    let in_all: i64 = of_each.map(|(call, (natively, by_c))| report(call, natively, by_c)).sum();
    println!("a sale of one line: {} ns more a call", in_all / 4);
}

const CALLS: [&str; 4] = ["begin", "add_lines", "add_payments", "settle"];

/// Takes the time of one thing after another.
struct Laps<'t> {
    times: std::slice::IterMut<'t, Vec<Duration>>,
    since: Instant,
}

impl<'t> Laps<'t> {
    fn new(times: &'t mut [Vec<Duration>; CALLS.len()]) -> Laps<'t> {
        Laps { times: times.iter_mut(), since: Instant::now() }
    }

    fn lap(&mut self) {
        let time = self.since.elapsed();
        self.times.next().unwrap().push(time);
        self.since = Instant::now();
    }
}

fn now() -> Timestamp {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    Timestamp::from_millisecond(since.as_millis().try_into().unwrap()).unwrap()
}

fn sell(register: &mut Native, id: &str, laps: &mut Laps<'_>) {
    let at = Timestamp::from_millisecond(AT).unwrap();
    let mut rung_up = black_box(RungUp {
        sale: SaleId::new(black_box(id)).unwrap(),
        at,
        place: Place::default(),
        customer: Some(CustomerId::new(black_box("ada")).unwrap()),
        terms: Terms::Immediate,
        lines: Arc::default(),
        discount: Money::ZERO,
        fees: Vec::new(),
        tax_added: Money::ZERO,
        cash_rounding: Money::ZERO,
        rewards: Vec::new(),
        offers: Vec::new(),
        earns: true,
    });
    laps.lap();
    let line = LineItem {
        id: LineId::new(black_box("1")).unwrap(),
        product: ProductId::new(black_box("mug")).unwrap(),
        category: None,
        quantity: Ratio::ONE,
        unit_price: Money::from_minor(795),
        discount: Money::ZERO,
        tax: None,
        price_book: None,
        promotions: Vec::new(),
        earns: true,
    };
    rung_up.lines = [black_box(line)].into();
    laps.lap();
    let (tender, amount) = (Tender::new(black_box("cash")).unwrap(), Money::from_minor(795));
    let payments = black_box(vec![Payment { tender, amount, reservation: None }]);
    laps.lap();
    let (change, codes, parked) = (Money::ZERO, Vec::new(), false);
    let sale = Document::Sale(Arc::new(SaleDocument { rung_up, payments, change, codes, parked }));
    let outcome = register.submit(&sale, now()).unwrap();
    assert_eq!(black_box(outcome.moved.earned.minor()), 40);
    drop((sale, outcome));
    laps.lap();
}

fn sell_through_c(handle: &Handle, id: &str, laps: &mut Laps<'_>) {
    let head = regulars_header { at_ms: AT, id: text(id), ..zeroed() };
    let sale = regulars_sale { customer: text("ada"), ..zeroed() };
    let line =
        regulars_line { id: text("1"), product: text("mug"), quantity_value: 1, unit_price: 795, ..zeroed() };
    let payment = regulars_payment { tender: text("cash"), amount: 795, ..zeroed() };
    let (mut state, mut outcome) = (0, zeroed::<regulars_outcome>());
    let (raw, size) = (handle.raw, size_of::<regulars_payment>());
    laps.since = Instant::now();
    // SAFETY: there is as much as is said.
    unsafe {
        assert_eq!(regulars_sale_begin(raw, ptr::from_ref(&head), ptr::from_ref(&sale)), REGULARS_OK);
        laps.lap();
        let line = ptr::from_ref(&line);
        assert_eq!(regulars_sale_add_lines(raw, line, 1, size_of::<regulars_line>()), REGULARS_OK);
        laps.lap();
        assert_eq!(regulars_sale_add_payments(raw, ptr::from_ref(&payment), 1, size), REGULARS_OK);
        laps.lap();
        assert_eq!(regulars_sale_settle(raw, 0, &raw mut state, &raw mut outcome), REGULARS_OK);
        laps.lap();
    }
    assert_eq!(black_box(outcome.earned), 40);
}
