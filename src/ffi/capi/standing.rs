//! How things stand: a sale, a customer's lots, tier and punch cards.

use core::ffi::c_char;
use std::string::{String, ToString};
use std::vec::Vec;

use rust_decimal::Decimal;
use smol_str::SmolStr;

use crate::decide::SaleRecord;
use crate::document::Json;
use crate::ffi::capi::border::{id, out_of_range, text};
use crate::ffi::capi::failure::Failure;
use crate::ffi::capi::guard;
use crate::ffi::capi::outcome::state;
use crate::ffi::capi::outward::{OutStruct, OutText};
use crate::ffi::capi::till::Till;
use crate::ffi::capi::types::*;
use crate::ident::{CustomerId, SaleId, Tender, TierId};
use crate::ledger::Lot;
use crate::money::{AmountError, Money, Ratio, Units};
use crate::sale::{Bill, SaleState, Settled, Tendered, Terms};
use crate::time::Date;

/// Tells all that is kept of a sale, in sums: its state, what is due and paid, what came back of it, what it earned; and
/// copies whose it is, who bought or claimed it, by the id that was given then (empty where it is nobody's). sums may be
/// NULL.
///
/// Gives REGULARS_UNKNOWN_SALE, REGULARS_CONTESTED where what several registers decided about it contradicts itself,
/// REGULARS_BUFFER_TOO_SMALL, what is wrong with the arguments, and the numbers of the store. Costs some tens of
/// microseconds.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn regulars_look_at_sale(
    handle: *mut regulars_register,
    sale: *const c_char,
    sale_length: usize,
    sums: *mut regulars_sale_sums,
    customer: *mut c_char,
    customer_capacity: usize,
    customer_length: *mut usize,
) -> i32 {
    guard::with(handle, |till| {
        // SAFETY: the caller's pointers, as the head of the header says what they must be.
        let (wanted, sale, customer) = unsafe {
            let sale = text(sale, sale_length, "sale")?;
            let customer = OutText::new(customer, customer_capacity, customer_length)?;
            (OutStruct::wanted(sums, "sums")?, sale, customer)
        };
        let record = record(till, &id(sale, "sale", SaleId::new)?)?;
        let sums = sums_of(&record)?;
        customer.write(record.customer().map_or("", CustomerId::as_str).as_bytes())?;
        if let Some(wanted) = wanted {
            wanted.write(&sums);
        }
        Ok(())
    })
}

/// A sale as it stands.
pub(super) fn record(till: &mut Till, sale: &SaleId) -> Result<SaleRecord, Failure> {
    Ok(SaleRecord::fold(&till.history(sale)?.operations)?)
}

/// What came back, goods and money: no more than the total.
fn worth_of_returned(sale: &Settled) -> Result<Money, AmountError> {
    let (returned, total) = (sale.returned(), sale.bill().total());
    Ok(returned.goods().plus(returned.money())?.min(total))
}

fn sums_of(record: &SaleRecord) -> Result<regulars_sale_sums, Failure> {
    let rung_up = record.state.rung_up();
    let money =
        |of: Option<Result<Money, AmountError>>| of.transpose().map(|money| money.map_or(0, Money::minor));
    let bill = bill_of(&record.state);
    let (paid, gone) = flows(&record.state);
    let returned = match &record.state {
        SaleState::Settled(settled) => Some(worth_of_returned(settled)),
        _ => None,
    };
    let units = |accrual: Option<&crate::loyalty::Accrual>| {
        accrual.map(|accrual| accrual.total()).transpose().map(|units| units.map_or(0, Units::minor))
    };
    let claimable = record.claimable.as_ref().filter(|_| record.customer().is_none());
    let claimable = claimable.map_or(Ok(Units::ZERO), |claimable| claimable.accrual.total())?;
    Ok(regulars_sale_sums {
        struct_size: 0,
        state: state(record.state.name()),
        at_ms: rung_up.at.millisecond(),
        terms: match rung_up.terms {
            Terms::Immediate => REGULARS_TERMS_IMMEDIATE,
            Terms::Layby => REGULARS_TERMS_LAYBY,
            Terms::OnAccount => REGULARS_TERMS_ON_ACCOUNT,
        },
        reserved: 0,
        due: money(bill.map(Bill::due))?,
        paid: money(paid.map(Tendered::total))?,
        paid_in_loyalty: paid.map_or(0, |paid| paid.loyalty().minor()),
        balance_due: record.state.balance_due()?.minor(),
        returned: money(returned)?,
        refunded: money(gone.map(|(refunded, _)| refunded.total()))?,
        earned: units(record.accrued.as_ref().map(|accrued| &accrued.accrual))?,
        // Of a sale that is nobody's nothing was earned, and so nothing is taken back: less can be claimed.
        clawed_back: record.accrued.as_ref().map_or(0, |_| record.claw_back.minor()),
        spent: record.spent.total()?.minor(),
        claimable: claimable.minus(record.claw_back)?.or_zero().minor(),
        carried_out: money(gone.map(|(_, carried_out)| carried_out.total()))?,
        carried_in: record.carried_in.total()?.minor(),
        kept_from_refund: record.kept_from_refund.minor(),
    })
}

/// What came in, and what went out: refunded, and carried to new goods. It stays so when the sale is voided: else no
/// drawer could be counted.
fn flows(state: &SaleState) -> (Option<&Tendered>, Option<(&Tendered, &Tendered)>) {
    match state {
        SaleState::Parked(_) => (None, None),
        SaleState::Pending(pending) => (Some(pending.paid()), None),
        SaleState::Settled(settled) => {
            let returned = settled.returned();
            (Some(settled.paid()), Some((returned.refunded(), returned.carried_out())))
        }
        SaleState::Voided(voided) => (Some(&voided.paid), Some((&voided.refunded, &voided.carried_out))),
    }
}

fn bill_of(state: &SaleState) -> Option<&Bill> {
    match state {
        SaleState::Pending(pending) => Some(pending.bill()),
        SaleState::Settled(settled) => Some(settled.bill()),
        SaleState::Parked(_) | SaleState::Voided(_) => None,
    }
}

/// The same sums as JSON, with their names.
pub(super) fn sums_json(till: &mut Till, record: &SaleRecord) -> Result<Vec<(&'static str, Json)>, Failure> {
    let program = till.program()?;
    let (of_money, of_units) = (program.currency.decimals(), program.unit_decimals());
    let sums = sums_of(record)?;
    let written = |decimal: Decimal| Json::Text(SmolStr::new(decimal.to_string()));
    let money = [
        ("discount", record.state.rung_up().discount.minor()),
        ("due", sums.due),
        ("paid", sums.paid),
        ("paid_in_loyalty", sums.paid_in_loyalty),
        ("balance_due", sums.balance_due),
        ("returned", sums.returned),
        ("refunded", sums.refunded),
        ("carried_out", sums.carried_out),
        ("carried_in", sums.carried_in),
        ("kept_from_refund", sums.kept_from_refund),
    ];
    let units = [
        ("earned", sums.earned),
        ("clawed_back", sums.clawed_back),
        ("spent", sums.spent),
        ("claimable", sums.claimable),
    ];
    let money = money.map(|(name, minor)| (name, written(Money::from_minor(minor).to_decimal(of_money))));
    let units = units.map(|(name, minor)| (name, written(Units::from_minor(minor).to_decimal(of_units))));
    Ok(money.into_iter().chain(units).collect())
}

/// What came in and went out by each tender.
pub(super) fn tenders_json(till: &mut Till, record: &SaleRecord) -> Result<Json, Failure> {
    let decimals = till.program()?.currency.decimals();
    let nothing = Tendered::default();
    let (paid, gone) = flows(&record.state);
    let (paid, (refunded, carried_out)) = (paid.unwrap_or(&nothing), gone.unwrap_or((&nothing, &nothing)));
    let sums = [
        ("paid", paid),
        ("carried_in", &record.carried_in),
        ("refunded", refunded),
        ("carried_out", carried_out),
    ];
    let mut tenders: Vec<&Tender> = Vec::new();
    for part in sums.iter().flat_map(|(_, parts)| parts.parts()) {
        if !tenders.contains(&&part.tender) {
            tenders.push(&part.tender);
        }
    }
    let written = |text: String| Json::Text(SmolStr::new(text));
    let of = |tender: &Tender| {
        let mut members = Vec::from([("tender", written(tender.to_string()))]);
        members.extend(
            sums.map(|(name, parts)| (name, written(parts.of(tender).to_decimal(decimals).to_string()))),
        );
        Json::object(members)
    };
    Ok(Json::List(tenders.into_iter().map(of).collect()))
}

/// What was rung up, and how much of each line has come back.
pub(super) fn lines_json(till: &mut Till, record: &SaleRecord) -> Result<Json, Failure> {
    let decimals = till.program()?.currency.decimals();
    let returned = match &record.state {
        SaleState::Settled(settled) => Some(settled.returned()),
        _ => None,
    };
    let written = |number: &dyn ToString| Json::Text(SmolStr::new(number.to_string()));
    let lines = record.state.rung_up().lines.iter().enumerate().map(|(place, line)| {
        let back = returned.map_or(Ratio::ZERO, |returned| returned.quantity(place));
        Json::object([
            ("id", written(&line.id)),
            ("product", written(&line.product)),
            ("quantity", written(&line.quantity.to_decimal())),
            ("unit_price", written(&line.unit_price.to_decimal(decimals))),
            ("discount", written(&line.discount.to_decimal(decimals))),
            ("returned", written(&back.to_decimal())),
        ])
    });
    Ok(Json::List(lines.collect()))
}

/// Tells a lot of the customer that the last document was about, in the order in which they are used: after
/// regulars_check all that the balance is made of. index counts from 0; lot_count of the outcome says how many there are.
///
/// Gives REGULARS_NO_OUTCOME, REGULARS_OUT_OF_RANGE, and what is wrong with the arguments. Costs some tens of nanoseconds.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn regulars_outcome_lot(
    handle: *mut regulars_register,
    index: usize,
    lot: *mut regulars_lot,
) -> i32 {
    guard::with(handle, |till| {
        // SAFETY: the caller's pointers, as the head of the header says what they must be.
        let lot = unsafe { OutStruct::new(lot, "lot")? };
        let lots = &till.outcome()?.shown.lots;
        let Lot { key, units } = lots.get(index).ok_or_else(|| out_of_range("index", index))?;
        let last_day = key.expires.map_or(0, written_day);
        lot.write(&regulars_lot { struct_size: 0, last_day, units: units.minor() });
        Ok(())
    })
}

/// A day, written as 19900517.
fn written_day(day: Date) -> u32 {
    let (year, month, day) = day.civil();
    let year = u32::try_from(year).unwrap_or(0).saturating_mul(10_000);
    year.saturating_add(u32::from(month).saturating_mul(100)).saturating_add(day.into())
}

/// Copies the tier that the customer has, after regulars_check. Empty where there is none.
///
/// Gives REGULARS_NO_OUTCOME, REGULARS_BUFFER_TOO_SMALL, and what is wrong with the arguments. Costs some tens of
/// nanoseconds.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn regulars_outcome_tier(
    handle: *mut regulars_register,
    out: *mut c_char,
    capacity: usize,
    length: *mut usize,
) -> i32 {
    guard::with(handle, |till| {
        // SAFETY: the caller's pointers, as the head of the header says what they must be.
        let out = unsafe { OutText::new(out, capacity, length)? };
        out.write(till.outcome()?.shown.tier.as_ref().map_or("", TierId::as_str).as_bytes())
    })
}

/// Tells how a punch card stands, and copies its code: after regulars_check each of the customer's, after
/// regulars_find_code the one that was scanned. index counts from 0; card_count of the outcome says how many there are.
/// card may be NULL.
///
/// Gives REGULARS_NO_OUTCOME, REGULARS_OUT_OF_RANGE, REGULARS_BUFFER_TOO_SMALL, and what is wrong with the arguments.
/// Costs some tens of nanoseconds.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn regulars_outcome_card(
    handle: *mut regulars_register,
    index: usize,
    card: *mut regulars_punch_card,
    code: *mut c_char,
    code_capacity: usize,
    code_length: *mut usize,
) -> i32 {
    guard::with(handle, |till| {
        // SAFETY: the caller's pointers, as the head of the header says what they must be.
        let (wanted, code) = unsafe {
            let wanted = OutStruct::wanted(card, "card")?;
            (wanted, OutText::new(code, code_capacity, code_length)?)
        };
        let cards = &till.outcome()?.shown.cards;
        let card = cards.get(index).ok_or_else(|| out_of_range("index", index))?;
        code.write(card.code.as_str().as_bytes())?;
        if let Some(wanted) = wanted {
            wanted.write(&regulars_punch_card {
                struct_size: 0,
                flags: if card.blocked { REGULARS_CARD_IS_BLOCKED } else { 0 },
                punches: card.punches,
                offers: card.offers,
                used: card.used,
                reserved: 0,
            });
        }
        Ok(())
    })
}
