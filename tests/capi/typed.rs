//! Documents, handed in by typed calls.

use std::ptr;

use regulars::capi::*;
use regulars::decide::{Document, EnrolDocument, SaleDocument, Spend};
use regulars::ident::GroupId;
use regulars::sale::{FeeKind, LineItem, Payment, Place, ReturnedLine, RewardUse, Tax, Terms};
use regulars::time::Timestamp;

use crate::handle::{Handle, last_error, none, text, zeroed};

/// Hands a document in, and says the status and what is told; `None` where there is no typed call.
pub fn hand_in(handle: &Handle, document: &Document) -> Option<(i32, String)> {
    let (mut numbers, mut state) = (zeroed(), u32::MAX);
    let status = call(handle, document, &mut numbers, &mut state)?;
    if status != REGULARS_OK {
        return Some((status, last_error()));
    }
    let told = handle.outcome_json();
    compare(handle, &numbers, &told);
    let is_kept = state == u32::MAX || !told.contains(r#""sales":"#) || state == state_in(document, &told);
    assert!(is_kept, "{state}: {told}");
    Some((status, told))
}

/// Where the sale of a document stands by what is told.
fn state_in(document: &Document, told: &str) -> u32 {
    let sale = match document {
        Document::Sale(sale) => &sale.rung_up.sale,
        Document::Exchange(exchange) => &exchange.sale.rung_up.sale,
        Document::Payment(payment) => &payment.sale,
        _ => panic!("it has no state"),
    };
    let told: serde_json::Value = serde_json::from_str(told).unwrap();
    let mut sales = told["sales"].as_array().unwrap().iter();
    match sales.find(|stands| stands["sale"] == sale.as_str()).unwrap()["state"].as_str().unwrap() {
        "pending" => REGULARS_STATE_PENDING,
        "settled" => REGULARS_STATE_SETTLED,
        "voided" => REGULARS_STATE_VOIDED,
        other => panic!("{other}"),
    }
}

/// The numbers of an outcome are what its JSON says.
fn compare(handle: &Handle, numbers: &regulars_outcome, told: &str) {
    let (mut money, mut units) = (0, 0);
    // SAFETY: two numbers have room.
    assert_eq!(unsafe { regulars_decimals(handle.raw, &raw mut money, &raw mut units) }, REGULARS_OK);
    let told: serde_json::Value = serde_json::from_str(told).unwrap();
    let minor = |name: &str, decimals: u32| {
        let decimal: rust_decimal::Decimal = told[name].as_str().unwrap_or("0").parse().unwrap();
        i64::try_from((decimal * rust_decimal::Decimal::from(10_i64.pow(decimals))).round()).unwrap()
    };
    let has = |flag: u32| numbers.flags & flag != 0;
    for (name, number, decimals) in [
        ("earned", numbers.earned, units),
        ("redeemed", numbers.redeemed, units),
        ("clawed_back", numbers.clawed_back, units),
        ("restored", numbers.restored, units),
        ("expired", numbers.expired, units),
        ("adjusted", numbers.adjusted, units),
        ("written_off", numbers.written_off, units),
        ("balance", numbers.balance, units),
        ("reserved", numbers.held, units),
        ("claimable", numbers.claimable, units),
        ("forecast_earned", numbers.forecast, units),
        ("due", numbers.due, money),
        ("line_discount", numbers.discount, money),
        ("kept_from_refund", numbers.kept_from_refund, money),
    ] {
        assert_eq!(number, minor(name, decimals), "{name}");
    }
    for (name, flag) in [
        ("balance", REGULARS_OUTCOME_HAS_BALANCE),
        ("reserved", REGULARS_OUTCOME_HAS_HELD),
        ("claimable", REGULARS_OUTCOME_HAS_CLAIMABLE),
        ("forecast_earned", REGULARS_OUTCOME_HAS_FORECAST),
        ("due", REGULARS_OUTCOME_HAS_DUE),
    ] {
        assert_eq!(has(flag), told.get(name).is_some(), "{name}");
    }
    assert_eq!(has(REGULARS_OUTCOME_DUPLICATE), told["duplicate"].as_bool().unwrap());
    let count = |name: &str| told[name].as_array().map_or(0, Vec::len);
    assert_eq!(usize::try_from(numbers.settled_count).unwrap(), count("settled"));
    assert_eq!(usize::try_from(numbers.sale_count).unwrap(), count("sales"));
}

fn call(
    handle: &Handle,
    document: &Document,
    numbers: &mut regulars_outcome,
    state: &mut u32,
) -> Option<i32> {
    let (raw, out, state) = (handle.raw, ptr::from_mut(numbers), ptr::from_mut(state));
    let place = document.place().cloned().unwrap_or_default();
    let head = header(document.id(), document.at(), &place);
    let head = &raw const head;
    // SAFETY: each pointer points to as much as is said beside it.
    let status = unsafe {
        match document {
            Document::Sale(sale) => match ring_up(handle, sale, head) {
                REGULARS_OK if sale.parked => settled(handle, regulars_sale_park(raw, out)),
                REGULARS_OK => settled(handle, regulars_sale_settle(raw, sale.change.minor(), state, out)),
                refused => refused,
            },
            Document::Payment(payment) => {
                let (sale, parts) = (text(payment.sale.as_str()), payments(&payment.payments));
                let (first, count, stride) = listed(&parts);
                let change = payment.change.minor();
                regulars_pay(raw, head, sale.bytes, sale.length, first, count, stride, change, state, out)
            }
            Document::AccountPayment(payment) => {
                let (customer, parts) = (text(payment.customer.as_str()), payments(&payment.payments));
                let sales: Vec<_> = payment.sales.iter().map(|sale| text(sale.as_str())).collect();
                let (first, count, stride) = listed(&parts);
                let (bytes, length) = (customer.bytes, customer.length);
                regulars_pay_account(
                    raw,
                    head,
                    bytes,
                    length,
                    first,
                    count,
                    stride,
                    sales.as_ptr(),
                    sales.len(),
                    out,
                )
            }
            Document::Return(returned) => {
                let (of, lines) = (text(returned.of.as_str()), returned_lines(&returned.lines));
                let refund = returned.refund.as_deref().map(payments);
                let (refunds, refund_count, refund_stride) =
                    refund.as_ref().map_or((ptr::null(), 0, 0), |parts| listed(parts));
                let (first, count, stride) = listed(&lines);
                regulars_return(
                    raw,
                    head,
                    of.bytes,
                    of.length,
                    first,
                    count,
                    stride,
                    refunds,
                    refund_count,
                    refund_stride,
                    out,
                )
            }
            Document::ReturnAmount(returned) => {
                let (of, amount) = (text(returned.of.as_str()), returned.amount.minor());
                let refund = returned.refund.as_deref().map(payments);
                let (first, count, stride) =
                    refund.as_ref().map_or((ptr::null(), 0, 0), |parts| listed(parts));
                regulars_return_amount(raw, head, of.bytes, of.length, amount, first, count, stride, out)
            }
            Document::ReturnWithoutSale(returned) => {
                let customer = text(returned.customer.as_str());
                let promotions: Vec<_> = returned.lines.iter().map(promotions).collect();
                let lines: Vec<_> = returned.lines.iter().zip(&promotions).map(line).collect();
                let (first, count, stride) = listed(&lines);
                regulars_return_without_sale(
                    raw,
                    head,
                    customer.bytes,
                    customer.length,
                    first,
                    count,
                    stride,
                    out,
                )
            }
            Document::Exchange(exchange) => {
                let sale = &exchange.sale;
                let of_sale = header(Some(sale.rung_up.sale.as_str()), sale.rung_up.at, &sale.rung_up.place);
                match ring_up(handle, sale, &raw const of_sale) {
                    REGULARS_OK => {
                        let (of, lines) = (text(exchange.of.as_str()), returned_lines(&exchange.lines));
                        let ((first, count, stride), change) = (listed(&lines), sale.change.minor());
                        let (bytes, length) = (of.bytes, of.length);
                        settled(
                            handle,
                            regulars_exchange(
                                raw, head, bytes, length, first, count, stride, change, state, out,
                            ),
                        )
                    }
                    refused => refused,
                }
            }
            Document::Void(void) => {
                let of = text(void.of.as_str());
                regulars_void(raw, head, of.bytes, of.length, out)
            }
            _ => return about_people(handle, document, head, out),
        }
    };
    Some(status)
}

/// The same of documents about customers.
fn about_people(
    handle: &Handle,
    document: &Document,
    head: *const regulars_header,
    out: *mut regulars_outcome,
) -> Option<i32> {
    let raw = handle.raw;
    // SAFETY: each pointer points to as much as is said beside it.
    let status = unsafe {
        match document {
            Document::Enrol(enrol) => enrolled(handle, enrol, head, out),
            Document::Check(member) => {
                let customer = text(member.customer.as_str());
                regulars_check(raw, head, customer.bytes, customer.length, out)
            }
            Document::OptOut(member) => {
                let customer = text(member.customer.as_str());
                regulars_opt_out(raw, head, customer.bytes, customer.length, out)
            }
            Document::OptIn(member) => {
                let customer = text(member.customer.as_str());
                regulars_opt_in(raw, head, customer.bytes, customer.length, out)
            }
            Document::Scan(scan) => {
                let code = text(scan.code.as_str());
                let kind = scan.symbology.as_deref().map_or(none(), text);
                regulars_find_code(raw, head, code.bytes, code.length, kind.bytes, kind.length, out)
            }
            Document::SetCode(set) => {
                let (customer, code) = (text(set.customer.as_str()), text(set.code.as_str()));
                regulars_set_code(raw, head, customer.bytes, customer.length, code.bytes, code.length, out)
            }
            Document::Claim(claim) => {
                let (of, customer) = (text(claim.of.as_str()), text(claim.customer.as_str()));
                regulars_claim(raw, head, of.bytes, of.length, customer.bytes, customer.length, out)
            }
            Document::Reserve(reserve) => {
                let (customer, spend) = (text(reserve.customer.as_str()), spend(&reserve.spend));
                regulars_reserve(raw, head, customer.bytes, customer.length, &raw const spend, out)
            }
            Document::Release(held) if held.customer.is_none() => regulars_release(raw, head, out),
            Document::Capture(held) if held.customer.is_none() => regulars_capture(raw, head, out),
            _ => return None,
        }
    };
    Some(status)
}

/// What was refused stays open, and is forgotten here.
fn settled(handle: &Handle, status: i32) -> i32 {
    // SAFETY: the handle is open.
    let left = unsafe { regulars_sale_cancel(handle.raw) };
    assert_eq!(left, if status == REGULARS_OK { REGULARS_NO_SALE } else { REGULARS_OK });
    status
}

fn header(id: Option<&str>, at: Timestamp, place: &Place) -> regulars_header {
    regulars_header {
        at_ms: at.millisecond(),
        offset_minutes: 60,
        id: id.map_or(none(), text),
        outlet: place.outlet.as_ref().map_or(none(), |id| text(id.as_str())),
        register_id: place.register.as_ref().map_or(none(), |id| text(id.as_str())),
        operator_id: place.operator.as_ref().map_or(none(), |id| text(id.as_str())),
        ..zeroed()
    }
}

fn listed<T>(items: &[T]) -> (*const T, usize, usize) {
    (items.as_ptr(), items.len(), size_of::<T>())
}

fn payments(payments: &[Payment]) -> Vec<regulars_payment> {
    let payment = |payment: &Payment| regulars_payment {
        tender: text(payment.tender.as_str()),
        amount: payment.amount.minor(),
        reservation: payment.reservation.as_ref().map_or(none(), |id| text(id.as_str())),
        ..zeroed()
    };
    payments.iter().map(payment).collect()
}

fn returned_lines(lines: &[ReturnedLine]) -> Vec<regulars_returned_line> {
    let line = |returned: &ReturnedLine| regulars_returned_line {
        line: text(returned.line.as_str()),
        quantity_value: returned.quantity.mantissa(),
        quantity_scale: returned.quantity.scale().into(),
        ..zeroed()
    };
    lines.iter().map(line).collect()
}

fn promotions(line: &LineItem) -> Vec<regulars_text> {
    line.promotions.iter().map(|id| text(id.as_str())).collect()
}

fn line((line, promotions): (&LineItem, &Vec<regulars_text>)) -> regulars_line {
    let (tax_kind, tax_value, tax_scale) = match line.tax {
        None => (REGULARS_TAX_NONE, 0, 0),
        Some(Tax::Rate { rate, included: true }) => {
            (REGULARS_TAX_RATE_INCLUDED, rate.mantissa(), rate.scale().into())
        }
        Some(Tax::Rate { rate, included: false }) => {
            (REGULARS_TAX_RATE_ADDED, rate.mantissa(), rate.scale().into())
        }
        Some(Tax::Amount { amount, included: true }) => (REGULARS_TAX_AMOUNT_INCLUDED, amount.minor(), 0),
        Some(Tax::Amount { amount, included: false }) => (REGULARS_TAX_AMOUNT_ADDED, amount.minor(), 0),
    };
    regulars_line {
        flags: if line.earns { 0 } else { REGULARS_LINE_EARNS_NOTHING },
        id: text(line.id.as_str()),
        product: text(line.product.as_str()),
        category: line.category.as_ref().map_or(none(), |id| text(id.as_str())),
        price_book: line.price_book.as_ref().map_or(none(), |id| text(id.as_str())),
        quantity_value: line.quantity.mantissa(),
        quantity_scale: line.quantity.scale().into(),
        tax_kind,
        unit_price: line.unit_price.minor(),
        discount: line.discount.minor(),
        tax_value,
        tax_scale,
        promotions: promotions.as_ptr(),
        promotion_count: promotions.len(),
        ..zeroed()
    }
}

fn reward(used: &RewardUse) -> regulars_reward {
    let flag = |is_given: bool, flag: u32| if is_given { flag } else { 0 };
    regulars_reward {
        flags: flag(used.units.is_some(), REGULARS_REWARD_HAS_UNITS)
            | flag(used.quantity.is_some(), REGULARS_REWARD_HAS_QUANTITY),
        reward: text(used.reward.as_str()),
        line: used.line.as_ref().map_or(none(), |id| text(id.as_str())),
        reservation: used.reservation.as_ref().map_or(none(), |id| text(id.as_str())),
        units: used.units.map_or(0, |units| units.minor()),
        quantity_value: used.quantity.map_or(0, |quantity| quantity.mantissa()),
        quantity_scale: used.quantity.map_or(0, |quantity| quantity.scale().into()),
        ..zeroed()
    }
}

fn spend(spend: &Spend) -> regulars_spend {
    match spend {
        Spend::Units(units) => {
            regulars_spend { kind: REGULARS_SPEND_UNITS, value: units.minor(), ..zeroed() }
        }
        Spend::Amount(amount) => {
            regulars_spend { kind: REGULARS_SPEND_AMOUNT, value: amount.minor(), ..zeroed() }
        }
        Spend::Reward(reward, quantity) => regulars_spend {
            kind: REGULARS_SPEND_REWARD,
            reward: text(reward.as_str()),
            quantity_value: quantity.map_or(0, |quantity| quantity.mantissa()),
            quantity_scale: quantity.map_or(0, |quantity| quantity.scale().into()),
            ..zeroed()
        },
    }
}

/// Begins a sale, and adds all that it has.
unsafe fn ring_up(handle: &Handle, document: &SaleDocument, head: *const regulars_header) -> i32 {
    let (raw, rung_up) = (handle.raw, &document.rung_up);
    let sale = regulars_sale {
        terms: match rung_up.terms {
            Terms::Immediate => REGULARS_TERMS_IMMEDIATE,
            Terms::Layby => REGULARS_TERMS_LAYBY,
            Terms::OnAccount => REGULARS_TERMS_ON_ACCOUNT,
        },
        customer: rung_up.customer.as_ref().map_or(none(), |id| text(id.as_str())),
        discount: rung_up.discount.minor(),
        tax_added: rung_up.tax_added.minor(),
        cash_rounding: rung_up.cash_rounding.minor(),
        flags: if rung_up.earns { 0 } else { REGULARS_SALE_EARNS_NOTHING },
        ..zeroed()
    };
    // SAFETY: each pointer points to as much as is said beside it.
    unsafe {
        let mut done = vec![regulars_sale_begin(raw, head, &raw const sale)];
        if done[0] != REGULARS_OK {
            return done[0];
        }
        // Line by line, as goods are scanned.
        for item in &*rung_up.lines {
            let promotions = promotions(item);
            let line = line((item, &promotions));
            done.push(regulars_sale_add_lines(raw, &raw const line, 1, size_of::<regulars_line>()));
        }
        for fee in &rung_up.fees {
            let kind = match fee.kind {
                FeeKind::Shipping => REGULARS_FEE_SHIPPING,
                FeeKind::Tip => REGULARS_FEE_TIP,
                FeeKind::Delivery => REGULARS_FEE_DELIVERY,
                FeeKind::Service => REGULARS_FEE_SERVICE,
            };
            done.push(regulars_sale_add_fee(raw, kind, fee.amount.minor()));
        }
        for used in &rung_up.rewards {
            let used = reward(used);
            done.push(regulars_sale_add_reward(raw, &raw const used));
        }
        for offer in &rung_up.offers {
            let (card, line) = (text(offer.card.as_str()), text(offer.line.as_str()));
            done.push(regulars_sale_add_offer(raw, card.bytes, card.length, line.bytes, line.length));
        }
        for code in &document.codes {
            let code = text(code.as_str());
            done.push(regulars_sale_add_code(raw, code.bytes, code.length));
        }
        let parts = payments(&document.payments);
        let (first, count, stride) = listed(&parts);
        done.push(regulars_sale_add_payments(raw, first, count, stride));
        let refused = done.into_iter().find(|status| *status != REGULARS_OK);
        refused.map_or(REGULARS_OK, |status| settled(handle, status))
    }
}

unsafe fn enrolled(
    handle: &Handle,
    enrol: &EnrolDocument,
    head: *const regulars_header,
    out: *mut regulars_outcome,
) -> i32 {
    let (customer, told) = (text(enrol.customer.as_str()), &enrol.profile);
    let groups: Option<Vec<_>> =
        told.groups.as_ref().map(|groups| groups.iter().map(GroupId::as_str).map(text).collect());
    let day = told.birthday.map(|day| day.civil());
    let profile = regulars_profile {
        birthday: day.map_or(0, |(year, month, day)| {
            u32::try_from(year).unwrap() * 10_000 + u32::from(month) * 100 + u32::from(day)
        }),
        code: told.code.as_ref().map_or(none(), |code| text(code.as_str())),
        name: told.name.as_deref().map_or(none(), text),
        email: told.email.as_deref().map_or(none(), text),
        phone: told.phone.as_deref().map_or(none(), text),
        groups: groups.as_ref().map_or(ptr::null(), |groups| groups.as_ptr()),
        group_count: groups.as_ref().map_or(0, Vec::len),
        ..zeroed()
    };
    // SAFETY: each pointer points to as much as is said beside it.
    unsafe { regulars_enrol(handle.raw, head, customer.bytes, customer.length, &raw const profile, out) }
}
