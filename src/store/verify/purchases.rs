//! What each customer's purchases come to.

use alloc::collections::BTreeMap;
use alloc::vec::Vec;

use crate::decide::Purchase;
use crate::ledger::Seq;
use crate::store::verify::customers::mixed;
use crate::time::{Date, Timestamp};

/// A customer's purchases, so far. The purchases themselves would be as many as the operations: they
/// are kept as a sum over what they were at first, and those that changed since by themselves.
#[derive(Default)]
pub(super) struct Purchases {
    made: u64,
    at_first: u64,
    changed: BTreeMap<(Seq, u16), u64>,
}

impl Purchases {
    /// Counts a purchase that is new to the customer, or has changed.
    pub(super) fn add(&mut self, purchase: &Purchase, is_new: bool) {
        let first = at_first(purchase);
        if is_new {
            self.made = self.made.wrapping_add(1);
            self.at_first = self.at_first.wrapping_add(digest(&first));
        }
        if !is_new || first != *purchase {
            self.changed.insert((purchase.seq, purchase.part), digest(purchase));
        }
    }

    /// Whether these are all of them, as they are now.
    pub(super) fn are(&self, kept: &[Purchase]) -> bool {
        let (mut made, mut sum) = (0_u64, 0_u64);
        for purchase in kept {
            let first = at_first(purchase);
            (made, sum) = (made.wrapping_add(1), sum.wrapping_add(digest(&first)));
            let as_it_is = match self.changed.get(&(purchase.seq, purchase.part)) {
                Some(changed) => *changed == digest(purchase),
                None => first == *purchase,
            };
            if !as_it_is {
                return false;
            }
        }
        (made, sum) == (self.made, self.at_first)
    }
}

/// A purchase before anything came back of it.
fn at_first(purchase: &Purchase) -> Purchase {
    Purchase { returns: Vec::new(), undone: false, voided: false, ..purchase.clone() }
}

/// 64 bits that look like chance, from a purchase.
fn digest(purchase: &Purchase) -> u64 {
    let date = |date: Date| u64::from(date.days().cast_unsigned());
    let time = |time: Timestamp| time.millisecond().cast_unsigned();
    let text = |text: &str| mixed(text.bytes().map(u64::from));
    let Purchase { seq, part, settled, settled_on, rung_up_on, spent, earned, .. } = purchase;
    let Purchase { counts, undone, voided, .. } = purchase;
    let numbers = [
        seq.0,
        u64::from(*part),
        time(*settled),
        date(*settled_on),
        date(*rung_up_on),
        spent.minor().cast_unsigned(),
        earned.minor().cast_unsigned(),
        u64::from(*counts),
        u64::from(*undone),
        u64::from(*voided),
        purchase.sale.as_ref().map_or(0, |sale| text(sale.as_str())),
    ];
    let promotions = purchase.promotions.iter().map(|promotion| text(promotion.as_str()));
    let returns = purchase.returns.iter();
    let returns = returns.flat_map(|back| {
        [time(back.at), back.spent.minor().cast_unsigned(), back.earned.minor().cast_unsigned()]
    });
    mixed(numbers.into_iter().chain(promotions).chain(returns))
}
