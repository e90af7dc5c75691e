use std::string::ToString;
use std::sync::Arc;
use std::vec;
use std::vec::Vec;

use proptest::prelude::*;

use super::any::{any_operation, any_tally};
use super::*;
use crate::decide::{Decision, Document, Operation, SaleDocument, Tally, TallySale, Together};
use crate::document::read_program;
use crate::ident::*;
use crate::ledger::{Account, Entry, LotKey};
use crate::loyalty::{Accrual, LineAccrual, ProgramVersion, VersionedProgram};
use crate::money::{Money, Ratio, Units};
use crate::sale::{LineItem, Payment, Place, RungUp, Terms};
use crate::time::{Date, Offset};

fn program() -> VersionedProgram {
    read_program(r#"{"id": "p", "currency": "EUR", "unit": {"kind": "money"}, "earn": []}"#).unwrap()
}

fn columns(operation: &Operation) -> Context {
    let (seq, at) = (operation.seq, operation.document.at());
    Context { seq, at, customer: operation.decision.customer.clone(), sale: None, link: LINK }
}

const LINK: Link = Link { previous: 12, late: 0 };

fn numbers(operation: &Operation) -> Programs<i64> {
    Programs { used: -7, set: matches!(operation.document, Document::SetProgram(_)).then_some(300) }
}

fn read(bytes: &[u8], columns: Context, used: ProgramVersion) -> Result<Operation, Damage> {
    let head = Head::read(bytes, columns)?;
    let set = head.programs.set.map(|_| program());
    unpack(head, used, set)
}

/// Reads bytes under the checksum that they would have.
fn read_unsealed(bytes: &[u8], operation: &Operation) -> Result<Operation, Damage> {
    let mut sealed = bytes.to_vec();
    sealed.extend(operation::checksum(bytes, &columns(operation)));
    read(&sealed, columns(operation), operation.program)
}

/// As many cases as `PROPTEST_CASES` says.
fn config() -> ProptestConfig {
    ProptestConfig { failure_persistence: None, ..ProptestConfig::default() }
}

const HOUR: i64 = 3_600_000;

/// Within two months, and mostly within a day of the day in UTC.
fn any_sale_in_a_tally() -> impl Strategy<Value = TallySale> {
    let time = (0..1700_i64).prop_map(|hour| hour.saturating_mul(HOUR));
    let ahead = prop_oneof![20 => -1..=1_i32, 1 => -40..40_i32];
    (time, ahead, -1_000_000..1_000_000_i64, any::<[bool; 3]>()).prop_map(|(time, ahead, cents, flags)| {
        let settled = Timestamp::from_millisecond(time).unwrap();
        let [own, keeps_alive, voided] = flags;
        TallySale {
            settled,
            settled_on: Date::from_days(settled.date(Offset::UTC).days().saturating_add(ahead)).unwrap(),
            spent: Money::from_minor(cents),
            earned: Units::from_minor(cents.wrapping_mul(7) % 1000),
            own,
            keeps_alive,
            voided,
        }
    })
}

proptest! {
    #![proptest_config(config())]

    /// What is written is read again, whatever it is.
    #[test]
    fn every_operation_comes_back(operation in any_operation(program())) {
        let bytes = pack(&operation, numbers(&operation), LINK);
        let head = Head::read(&bytes, columns(&operation)).unwrap();
        prop_assert_eq!(head.programs, numbers(&operation));
        let again = read(&bytes, columns(&operation), operation.program);
        prop_assert_eq!(again, Ok(operation));
    }

    /// The same of what a customer bought; and bytes that changed are no panic.
    #[test]
    fn every_tally_comes_back(
        tally in any_tally(),
        place in any::<prop::sample::Index>(),
        change in any::<u8>(),
    ) {
        let mut bytes = pack_value(&tally);
        prop_assert_eq!(unpack_value::<Tally>(&bytes), Ok(tally));
        let place = place.index(bytes.len());
        prop_assert!(unpack_value::<Tally>(&bytes[..place]).is_err());
        bytes[place] ^= change;
        if let Ok(other) = unpack_value::<Tally>(&bytes) {
            prop_assert_eq!(unpack_value(&pack_value(&other)), Ok(other));
        }
    }

    /// Reading a tally with one sale for those that needn't be told apart is reading all, and then putting
    /// them together.
    #[test]
    fn what_is_read_together_is_what_is_put_together(
        sales in prop::collection::vec(any_sale_in_a_tally(), 0..40),
        (first, days) in (0..70_i32, 0..70_i32),
        hour in 0..1700_i64,
    ) {
        let mut whole = Tally { sales, ..Tally::default() };
        whole.sales.sort_unstable();
        let bytes = pack_value(&whole);
        let day = |day| Date::from_days(day).unwrap();
        let until = Timestamp::from_millisecond(hour.saturating_mul(HOUR)).unwrap();
        let together = Together { first: day(first), last: day(first.saturating_add(days)), until };
        whole.put_together(&together);
        prop_assert_eq!(unpack_tally(&bytes, Some(&together)), Ok(whole));
    }

    /// Bytes that were cut off, went on, or changed: a value or an error, and never a panic.
    #[test]
    fn damaged_bytes_are_no_panic(
        operation in any_operation(program()),
        place in any::<prop::sample::Index>(),
        change in any::<u8>(),
    ) {
        let bytes = pack(&operation, numbers(&operation), LINK);
        let place = place.index(bytes.len());
        prop_assert!(read(&bytes[..place], columns(&operation), operation.program).is_err());
        let longer: Vec<u8> = bytes.iter().copied().chain([change]).collect();
        prop_assert!(read(&longer, columns(&operation), operation.program).is_err());
        let mut changed = bytes;
        changed[place] ^= change;
        let is_as_before = change == 0;
        prop_assert_eq!(read(&changed, columns(&operation), operation.program).is_ok(), is_as_before);
    }

    /// The same with a checksum that fits: it is the reading itself that has to be safe.
    #[test]
    fn bytes_of_somebody_else_are_no_panic(
        operation in any_operation(program()),
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..4),
    ) {
        let mut bytes = pack(&operation, numbers(&operation), LINK);
        bytes.truncate(bytes.len().saturating_sub(4));
        for (place, change) in changes {
            let place = place.index(bytes.len());
            bytes[place] ^= change;
        }
        if let Ok(other) = read_unsealed(&bytes, &operation) {
            let bytes = pack(&other, numbers(&other), LINK);
            prop_assert_eq!(read(&bytes, columns(&operation), operation.program), Ok(other));
        }
    }

    #[test]
    fn any_bytes_are_no_panic(operation in any_operation(program()), bytes in any::<Vec<u8>>()) {
        let mut like_ours = vec![1];
        like_ours.extend(bytes);
        let _ = read_unsealed(&like_ours, &operation);
        let _ = read(&like_ours, columns(&operation), operation.program);
    }
}

/// A count that no memory could hold is refused before any is taken.
#[test]
fn a_huge_count_takes_no_memory() {
    let operation = plain_sale();
    for end in [u64::MAX, u64::from(u32::MAX), 1 << 40] {
        let context = columns(&operation);
        let mut to = Packer { bytes: Vec::new(), context: &context };
        to.number(end);
        let mut from = Unpacker { bytes: &to.bytes, context: context.clone() };
        assert!(from.list::<Money>().is_err());
    }
}

/// The form is for ever: these bytes are in people's files.
#[test]
fn the_form_stays_as_it_is() {
    let operation = plain_sale();
    let bytes = pack(&operation, Programs { used: 1, set: None }, LINK);
    let hex: Vec<_> = bytes.iter().map(|byte| std::format!("{byte:02x}")).collect();
    assert_eq!(hex.concat(), FIRST_FORM);
    let from_file: Vec<u8> = FIRST_FORM
        .as_bytes()
        .chunks(2)
        .map(|digits| u8::from_str_radix(core::str::from_utf8(digits).unwrap(), 16).unwrap())
        .collect();
    assert_eq!(read(&from_file, columns(&operation), operation.program), Ok(operation));
}

const FIRST_FORM: &str = "01000002c9d295b9e8018d010001010300dc0100000100010000000002c8011400c605010001\
    df05000200b5fd8301129e1f04b7fd830112f403620102b022006b264739";

/// A sale of two lines at one register, as most are.
fn plain_sale() -> Operation {
    let at = Timestamp::from_millisecond(1_772_445_600_000).unwrap();
    let customer = CustomerId::new("1042").unwrap();
    let sale = SaleId::new("31198459044").unwrap();
    let line = |id: u32, price, discount| LineItem {
        id: LineId::new(&id.to_string()).unwrap(),
        product: ProductId::new(&id.saturating_add(1_081_177).to_string()).unwrap(),
        category: None,
        quantity: Ratio::ONE,
        unit_price: Money::from_minor(price),
        discount: Money::from_minor(discount),
        tax: None,
        price_book: None,
        promotions: Vec::new(),
        earns: true,
    };
    let rung_up = RungUp {
        sale: sale.clone(),
        at,
        place: Place { outlet: Some(OutletId::new("367").unwrap()), ..Place::default() },
        customer: Some(customer.clone()),
        terms: Terms::Immediate,
        lines: [line(1, 1999, 0), line(2, 250, 49)].into(),
        discount: Money::ZERO,
        fees: vec![],
        tax_added: Money::ZERO,
        cash_rounding: Money::ZERO,
        rewards: Vec::new(),
        offers: Vec::new(),
        earns: true,
    };
    let payments = vec![Payment {
        tender: Tender::new("card").unwrap(),
        amount: Money::from_minor(2200),
        reservation: None,
    }];
    let (change, codes) = (Money::ZERO, vec![]);
    let lot = LotKey { expires: None, born: at, seq: Seq(17), part: 0 };
    let units = Units::from_minor;
    let line = |amount| LineAccrual { by_amount: units(amount), by_item: Units::ZERO };
    let accrual = Accrual { lines: vec![line(100), line(10)], visits: vec![], ..Accrual::default() };
    let entry = Entry {
        from: Account::Issued,
        to: Account::Customer,
        customer: customer.clone(),
        units: units(110),
        lot: Some(lot),
        sale: Some(sale.clone()),
    };
    Operation {
        seq: Seq(17),
        document: Document::Sale(Arc::new(SaleDocument { rung_up, payments, change, codes, parked: false })),
        recorded_at: at,
        program: ProgramVersion([9; 32]),
        decision: Arc::new(Decision {
            customer: Some(customer.clone()),
            entries: vec![entry],
            settled: vec![sale.clone()],
            accruals: vec![crate::decide::Accrued { sale, customer, lot, accrual }],
            balance: Some(units(355)),
            ..Decision::default()
        }),
    }
}
