//! Any operation at all, whether or not a ledger could ever hold it.

mod decision;
mod document;

use std::string::String;
use std::sync::Arc;
use std::vec::Vec;

use proptest::option::of;
use proptest::prelude::*;
use rust_decimal::Decimal;

use crate::decide::*;
use crate::ident::*;
use crate::ledger::Seq;
use crate::loyalty::{ProgramVersion, VersionedProgram};
use crate::money::{Money, Ratio, Units};
use crate::sale::{Payment, Place};
use crate::time::{Date, Timestamp};
use decision::any_decision;
pub(super) use decision::any_tally;
use document::any_document;

pub(super) fn any_operation(program: VersionedProgram) -> impl Strategy<Value = Operation> {
    let head =
        (any_seq(), any_document(program).boxed(), any_time(), any::<[u8; 32]>(), any_decision().boxed());
    head.prop_map(|(seq, document, recorded_at, version, decision)| Operation {
        seq,
        document,
        recorded_at,
        program: ProgramVersion(version),
        decision: Arc::new(decision),
    })
}

fn any_text() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => "[1-9][0-9]{0,19}",
        1 => "0[0-9]{0,19}",
        4 => "[a-zA-Z0-9]([a-zA-Z0-9 /.-]{0,12}[a-zA-Z0-9])?",
        1 => "[^\\p{C}\\p{Z}]{1,64}",
    ]
}

macro_rules! any_ids {
    ($($function:ident $type:ident),+ $(,)?) => {$(
        fn $function() -> impl Strategy<Value = $type> + Clone {
            any_text().prop_map(|text| $type::new(&text).expect("a name")).boxed()
        }
    )+};
}

any_ids! {
    any_sale_id SaleId, any_line_id LineId, any_product ProductId, any_category CategoryId,
    any_price_book PriceBookId, any_customer CustomerId, any_document_id DocumentId, any_outlet OutletId,
    any_register RegisterId, any_operator OperatorId, any_code Code, any_other_tender Tender,
    any_promotion PromotionId, any_reward RewardId, any_punch_card PunchCardId, any_batch BatchId,
    any_group GroupId,
}

fn any_tender() -> impl Strategy<Value = Tender> {
    let known = ["cash", "card", "loyalty", "on_account", "gift_card", "coupon"];
    let known = prop::sample::select(known.to_vec()).prop_map(|name| Tender::new(name).expect("a name"));
    prop_oneof![3 => known, 1 => any_other_tender()]
}

fn any_seq() -> impl Strategy<Value = Seq> {
    prop_oneof![(0..9_u64).prop_map(Seq), any::<u64>().prop_map(Seq)]
}

fn any_minor() -> impl Strategy<Value = i64> {
    prop_oneof![4 => -9999..9999_i64, 1 => any::<i64>(), 1 => Just(i64::MIN), 1 => Just(i64::MAX), 1 => Just(0)]
}

fn any_money() -> impl Strategy<Value = Money> {
    any_minor().prop_map(Money::from_minor)
}

fn any_units() -> impl Strategy<Value = Units> {
    any_minor().prop_map(Units::from_minor)
}

fn any_ratio() -> impl Strategy<Value = Ratio> {
    let digits = prop_oneof![4 => -99..99_i64, 1 => -99_999_999_999_999_999..=99_999_999_999_999_999_i64];
    let in_range = |(digits, scale)| Ratio::from_decimal(Decimal::new(digits, scale)).ok();
    (digits, 0..=8_u32).prop_filter_map("too large", in_range)
}

fn any_time() -> impl Strategy<Value = Timestamp> {
    let any = prop_oneof![-62_167_219_200_000..=253_402_300_799_999_i64, 0..9_i64];
    any.prop_map(|millisecond| Timestamp::from_millisecond(millisecond).expect("in range"))
}

fn any_date() -> impl Strategy<Value = Date> {
    (-719_528..=2_932_896_i32).prop_map(|days| Date::from_days(days).expect("in range"))
}

fn some<T: core::fmt::Debug>(item: impl Strategy<Value = T>) -> impl Strategy<Value = Vec<T>> {
    prop::collection::vec(item, 0..4)
}

/// Often none.
fn few<T: core::fmt::Debug + Clone>(item: impl Strategy<Value = T>) -> impl Strategy<Value = Vec<T>> {
    prop_oneof![2 => Just(Vec::new()), 1 => some(item)]
}

fn any_payment() -> impl Strategy<Value = Payment> {
    (any_tender(), any_money(), of(any_document_id())).prop_map(|(tender, amount, reservation)| Payment {
        tender,
        amount,
        reservation,
    })
}

fn any_place() -> impl Strategy<Value = Place> {
    let names = (of(any_outlet()), of(any_register()), of(any_operator()));
    names.prop_map(|(outlet, register, operator)| Place { outlet, register, operator })
}

fn any_header() -> impl Strategy<Value = Header> {
    let header = (of(any_document_id()), any_time(), any_place().boxed());
    header.prop_map(|(id, at, place)| Header { id, at, place })
}
