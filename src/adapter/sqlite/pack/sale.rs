//! A sale's document: most of what a ledger holds.

use std::sync::Arc;
use std::vec::Vec;

use super::text::{Text, as_number};
use super::{Damage, MODEST, Pack, Packer, Unpacker, fields, flags_of};
use crate::decide::SaleDocument;
use crate::ident::LineId;
use crate::money::Money;
use crate::sale::{Fee, FeeKind, LineItem, OfferUse, Payment, Place, RewardUse, RungUp, Tax, Terms};

fields! {
    Payment { tender, amount, reservation }
    RewardUse { reward, line, units, quantity, reservation }
    OfferUse { card, line }
    Fee { kind, amount }
}

const CUSTOMER: u64 = 1;
const LAYBY: u64 = 2;
const ON_ACCOUNT: u64 = 4;
const CHANGE: u64 = 8;
const DISCOUNT: u64 = 16;
const TAX_ADDED: u64 = 32;
const FEES: u64 = 64;
const CASH_ROUNDING: u64 = 128;
const EARNS_NOTHING: u64 = 256;
const CODES: u64 = 512;
const PARKED: u64 = 1024;
const REWARDS: u64 = 2048;
const OFFERS: u64 = 4096;
const NAMED_PROMOTIONS: u64 = 8192;
const LAST: u64 = 16383;

/// A number says which of the fields there are. The sale's id and time stand in the head.
impl Pack for Arc<SaleDocument> {
    fn pack(&self, to: &mut Packer<'_>) {
        let SaleDocument { rung_up, payments, change, codes, parked: _ } = &**self;
        let there = flags(self);
        to.number(there);
        let RungUp { sale, at: _, place, customer, terms: _, lines, discount, fees, tax_added, .. } = rung_up;
        sale.pack(to);
        place.pack(to);
        if let Some(customer) = customer {
            customer.pack(to);
        }
        to.length(lines.len());
        (1..).zip(&**lines).for_each(|(number, line)| pack_line(to, number, line));
        payments.pack(to);
        let amounts = [
            (CHANGE, change),
            (DISCOUNT, discount),
            (TAX_ADDED, tax_added),
            (CASH_ROUNDING, &rung_up.cash_rounding),
        ];
        for (_, amount) in amounts.iter().filter(|(flag, _)| there & flag != 0) {
            amount.pack(to);
        }
        if !fees.is_empty() {
            fees.pack(to);
        }
        if !codes.is_empty() {
            codes.pack(to);
        }
        if !rung_up.rewards.is_empty() {
            rung_up.rewards.pack(to);
        }
        if !rung_up.offers.is_empty() {
            rung_up.offers.pack(to);
        }
        if there & NAMED_PROMOTIONS != 0 {
            lines.iter().for_each(|line| line.promotions.pack(to));
        }
    }

    fn unpack(from: &mut Unpacker<'_>) -> Result<Arc<SaleDocument>, Damage> {
        let there = from.number()?;
        if LAST < there {
            return Err(Damage("a sale has more than sales have"));
        }
        let (sale, at, place) = (Pack::unpack(from)?, from.context.at, Pack::unpack(from)?);
        let customer = from.field(u8::from(there & CUSTOMER != 0))?;
        let mut lines = unpack_lines(from)?;
        let payments = Pack::unpack(from)?;
        let mut amount = |flag| -> Result<Money, Damage> {
            Ok(from.field(u8::from(there & flag != 0))?.unwrap_or_default())
        };
        let (change, discount) = (amount(CHANGE)?, amount(DISCOUNT)?);
        let (tax_added, cash_rounding) = (amount(TAX_ADDED)?, amount(CASH_ROUNDING)?);
        let fees = from.field(u8::from(there & FEES != 0))?.unwrap_or_default();
        let codes = from.field(u8::from(there & CODES != 0))?.unwrap_or_default();
        let rewards = from.field(u8::from(there & REWARDS != 0))?.unwrap_or_default();
        let offers = from.field(u8::from(there & OFFERS != 0))?.unwrap_or_default();
        if there & NAMED_PROMOTIONS != 0 {
            for line in &mut lines {
                line.promotions = Pack::unpack(from)?;
            }
        }
        let terms = terms(there)?;
        let earns = there & EARNS_NOTHING == 0;
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
            rewards,
            offers,
            earns,
        };
        Ok(Arc::new(SaleDocument { rung_up, payments, change, codes, parked: there & PARKED != 0 }))
    }
}

fn flags(sale: &SaleDocument) -> u64 {
    let rung_up = &sale.rung_up;
    flags_of([
        (CUSTOMER, rung_up.customer.is_some()),
        (LAYBY, rung_up.terms == Terms::Layby),
        (ON_ACCOUNT, rung_up.terms == Terms::OnAccount),
        (CHANGE, !sale.change.is_zero()),
        (DISCOUNT, !rung_up.discount.is_zero()),
        (TAX_ADDED, !rung_up.tax_added.is_zero()),
        (FEES, !rung_up.fees.is_empty()),
        (CASH_ROUNDING, !rung_up.cash_rounding.is_zero()),
        (EARNS_NOTHING, !rung_up.earns),
        (CODES, !sale.codes.is_empty()),
        (PARKED, sale.parked),
        (REWARDS, !rung_up.rewards.is_empty()),
        (OFFERS, !rung_up.offers.is_empty()),
        (NAMED_PROMOTIONS, rung_up.lines.iter().any(|line| !line.promotions.is_empty())),
    ])
}

fn terms(there: u64) -> Result<Terms, Damage> {
    match there & (LAYBY | ON_ACCOUNT) {
        0 => Ok(Terms::Immediate),
        LAYBY => Ok(Terms::Layby),
        ON_ACCOUNT => Ok(Terms::OnAccount),
        _ => Err(Damage("a sale has two kinds of terms")),
    }
}

const LINE_HAS_ID: u8 = 1;
const LINE_CATEGORY: u8 = 2;
const LINE_DISCOUNT: u8 = 4;
const LINE_TAX_RATE: u8 = 8;
const LINE_TAX_AMOUNT: u8 = 16;
const LINE_TAX_INCLUDED: u8 = 32;
const LINE_PRICE_BOOK: u8 = 64;
const LINE_EARNS_NOTHING: u8 = 128;

/// A line whose id is its place in the sale, counted from 1, doesn't repeat it.
fn pack_line(to: &mut Packer<'_>, number: u64, line: &LineItem) {
    let LineItem {
        id,
        product,
        category,
        quantity,
        unit_price,
        discount,
        tax,
        price_book,
        promotions: _,
        earns,
    } = line;
    let own_id = as_number(id.as_str()) != Some(number);
    let (tax_flags, included) = match tax {
        None => (0, false),
        Some(Tax::Rate { included, .. }) => (LINE_TAX_RATE, *included),
        Some(Tax::Amount { included, .. }) => (LINE_TAX_AMOUNT, *included),
    };
    to.byte(flags_of([
        (tax_flags, true),
        (LINE_HAS_ID, own_id),
        (LINE_CATEGORY, category.is_some()),
        (LINE_DISCOUNT, !discount.is_zero()),
        (LINE_TAX_INCLUDED, included),
        (LINE_PRICE_BOOK, price_book.is_some()),
        (LINE_EARNS_NOTHING, !earns),
    ]));
    if own_id {
        id.pack(to);
    }
    product.pack(to);
    quantity.pack(to);
    unit_price.pack(to);
    if let Some(category) = category {
        category.pack(to);
    }
    if !discount.is_zero() {
        discount.pack(to);
    }
    match tax {
        None => {}
        Some(Tax::Rate { rate, .. }) => rate.pack(to),
        Some(Tax::Amount { amount, .. }) => amount.pack(to),
    }
    if let Some(price_book) = price_book {
        price_book.pack(to);
    }
}

fn unpack_lines(from: &mut Unpacker<'_>) -> Result<Vec<LineItem>, Damage> {
    let length = from.length()?;
    let mut lines = Vec::with_capacity(length.min(MODEST));
    for (number, _) in (1..).zip(0..length) {
        lines.push(unpack_line(from, number)?);
    }
    Ok(lines)
}

fn unpack_line(from: &mut Unpacker<'_>, number: u64) -> Result<LineItem, Damage> {
    let there = from.byte()?;
    let id = match from.field(there & LINE_HAS_ID)? {
        Some(id) => id,
        None => LineId::new(&Text::number(number)).map_err(|_| Damage("a line has no id"))?,
    };
    let (product, quantity, unit_price) = (Pack::unpack(from)?, Pack::unpack(from)?, Pack::unpack(from)?);
    let category = from.field(there & LINE_CATEGORY)?;
    let discount = from.field(there & LINE_DISCOUNT)?.unwrap_or_default();
    let included = there & LINE_TAX_INCLUDED != 0;
    let tax = match there & (LINE_TAX_RATE | LINE_TAX_AMOUNT | LINE_TAX_INCLUDED) {
        0 => None,
        flags if flags & LINE_TAX_AMOUNT == 0 && flags & LINE_TAX_RATE != 0 => {
            Some(Tax::Rate { rate: Pack::unpack(from)?, included })
        }
        flags if flags & LINE_TAX_RATE == 0 && flags & LINE_TAX_AMOUNT != 0 => {
            Some(Tax::Amount { amount: Pack::unpack(from)?, included })
        }
        _ => return Err(Damage("a line has two kinds of tax, or none that is included")),
    };
    let price_book = from.field(there & LINE_PRICE_BOOK)?;
    let earns = there & LINE_EARNS_NOTHING == 0;
    let promotions = Vec::new();
    Ok(LineItem { id, product, category, quantity, unit_price, discount, tax, price_book, promotions, earns })
}

/// A byte says which of the names there are.
impl Pack for Place {
    fn pack(&self, to: &mut Packer<'_>) {
        let Place { outlet, register, operator } = self;
        to.byte(flags_of([(1, outlet.is_some()), (2, register.is_some()), (4, operator.is_some())]));
        if let Some(outlet) = outlet {
            outlet.pack(to);
        }
        if let Some(register) = register {
            register.pack(to);
        }
        if let Some(operator) = operator {
            operator.pack(to);
        }
    }

    fn unpack(from: &mut Unpacker<'_>) -> Result<Place, Damage> {
        let there = from.byte()?;
        if 7 < there {
            return Err(Damage("a place has more than places have"));
        }
        let (outlet, register) = (from.field(there & 1)?, from.field(there & 2)?);
        Ok(Place { outlet, register, operator: from.field(there & 4)? })
    }
}

impl Pack for FeeKind {
    fn pack(&self, to: &mut Packer<'_>) {
        to.byte(match self {
            FeeKind::Shipping => 1,
            FeeKind::Tip => 2,
            FeeKind::Delivery => 3,
            FeeKind::Service => 4,
        });
    }

    fn unpack(from: &mut Unpacker<'_>) -> Result<FeeKind, Damage> {
        match from.byte()? {
            1 => Ok(FeeKind::Shipping),
            2 => Ok(FeeKind::Tip),
            3 => Ok(FeeKind::Delivery),
            4 => Ok(FeeKind::Service),
            _ => Err(Damage("an unknown kind of fee")),
        }
    }
}

/// A line that is part of no sale of ours.
impl Pack for LineItem {
    fn pack(&self, to: &mut Packer<'_>) {
        pack_line(to, 0, self);
        self.promotions.pack(to);
    }

    fn unpack(from: &mut Unpacker<'_>) -> Result<LineItem, Damage> {
        let line = unpack_line(from, 0)?;
        Ok(LineItem { promotions: Pack::unpack(from)?, ..line })
    }
}
