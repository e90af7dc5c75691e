//! Laws of earning.

use std::collections::BTreeMap;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use regulars::adapter::memory::MemoryStore;
use regulars::decide::{Document, Outcome};
use regulars::ident::Tender;
use regulars::loyalty::{Accrual, EarnTerms, Earning, Program, earn};
use regulars::money::{Money, Units};
use regulars::sale::{Bill, Payment, Pending, SaleState, Settled, Tendered, Terms};

use crate::baskets::{Basket, CARD, HandedOver, Purse, basket, purse};
use crate::model_earn;
use crate::programs::{of_the_same_kind, open_program, program};
use crate::shop::{
    Till, account_payment, ann, day_of, import, lots, money_back, on, paid, payment, sale, sale_id,
    set_program,
};
use crate::tries;

/// A sale to ann, on day 10, with as much loyalty in her purse as she wants to spend.
#[derive(Debug, Clone)]
struct Deal {
    program: Program,
    basket: Basket,
    purse: Purse,
}

fn deal(program: impl Strategy<Value = Program>) -> impl Strategy<Value = Deal> {
    (program, basket(), purse()).prop_map(|(program, basket, purse)| Deal { program, basket, purse })
}

const PLENTY: Units = Units::from_minor(1_000_000_000);

impl Deal {
    fn bill(&self, terms: Terms) -> Bill {
        Bill::ring_up(self.basket.rung_up(0, on(10), Some(ann()), terms)).unwrap()
    }

    fn handed_over(&self) -> HandedOver {
        let bill = self.bill(Terms::Immediate);
        self.purse.pay(&self.program, bill.due().unwrap().minor(), bill.total().minor(), PLENTY)
    }

    /// The sale, paid in this way.
    fn settled(&self, payments: &[Payment], change: Money) -> Settled {
        let tendered = Tendered::net_of_change(payments, change).unwrap();
        match Pending::new(self.bill(Terms::Immediate)).tender(&tendered, on(10)).unwrap() {
            SaleState::Settled(settled) => settled,
            other => panic!("not settled: {other:?}"),
        }
    }

    fn earning(&self, payments: &[Payment], change: Money) -> Earning {
        let settled = self.settled(payments, change);
        let day = day_of(&self.program, on(10));
        earn(&self.program, &settled, day, EarnTerms::default()).unwrap()
    }

    /// A till where ann has plenty.
    fn till(&self) -> Till<MemoryStore> {
        let mut till = Till::open(&self.program);
        till.accept(&import("plenty", &ann(), PLENTY.minor(), None, on(0)));
        till
    }

    fn sale(&self, payments: Vec<Payment>, change: Money, terms: Terms) -> Document {
        sale(self.basket.rung_up(0, on(10), Some(ann()), terms), payments, change)
    }
}

fn parts(accrual: &Accrual) -> model_earn::Earned {
    let lines = accrual.lines.iter().map(|line| (line.by_amount.minor(), line.by_item.minor()));
    let visits = accrual.visits.iter().map(|visit| (visit.rule, visit.units.minor()));
    model_earn::Earned { lines: lines.collect(), visits: visits.collect() }
}

proptest! {
    #![proptest_config(tries())]

    /// R5 to R8, R10: what is earned is what the words of the rules say, part by part.
    #[test]
    fn earning_follows_the_rules(deal in deal(program())) {
        let HandedOver { payments, change, .. } = deal.handed_over();
        let settled = deal.settled(&payments, change);
        let earning = deal.earning(&payments, change);
        let (rung_up, day) = (settled.bill().rung_up(), day_of(&deal.program, on(10)));
        let model = model_earn::earned(&deal.program, rung_up, settled.paid().parts(), day);
        prop_assert_eq!(settled.bill().total().minor(), model_earn::total(&deal.program, rung_up));
        prop_assert_eq!(parts(&earning.accrual), model);
    }

    /// R8, R41: the parts of what a sale earned, and their explanations, add up to what is posted.
    #[test]
    fn parts_add_up(deal in deal(open_program())) {
        let HandedOver { payments, change, .. } = deal.handed_over();
        let mut till = deal.till();
        let outcome = till.accept(&deal.sale(payments, change, Terms::Immediate));
        let explained = outcome.explanations.iter().map(|explanation| explanation.units.minor());
        prop_assert_eq!(explained.sum::<i64>(), outcome.moved.earned.minor());
        match &outcome.decision.accruals[..] {
            [] => prop_assert!(outcome.moved.earned.is_zero()),
            [accrued] => {
                let parts = parts(&accrued.accrual);
                prop_assert_eq!(parts.total(), outcome.moved.earned.minor());
                prop_assert!(parts.lines.iter().all(|line| 0 <= line.0 && 0 <= line.1));
                for (line, explanation) in parts.lines.iter().zip(&outcome.explanations) {
                    prop_assert_eq!(line.0 + line.1, explanation.units.minor());
                }
            }
            several => prop_assert!(false, "earned {} times", several.len()),
        }
    }

    /// R5: a sale paid with loyalty earns at most what it earns without; the more of it, the less;
    /// and nothing if all is paid with it.
    #[test]
    fn loyalty_never_earns_more(deal in deal(program())) {
        let earned = |loyalty: u16| {
            let purse = Purse { loyalty, others: [(CARD, 1)].into(), cash_over: 0 };
            let deal = Deal { purse, ..deal.clone() };
            let payments = deal.handed_over().payments;
            let loyalty = payments.iter().find(|payment| payment.tender.is_loyalty());
            let loyalty = loyalty.map_or(Money::ZERO, |payment| payment.amount);
            (deal.earning(&payments, Money::ZERO).accrual.total().unwrap(), loyalty)
        };
        let total = deal.bill(Terms::Immediate).total();
        let wish = deal.purse.loyalty;
        let (unshared, less, more, most) = (earned(0), earned(wish / 2), earned(wish), earned(1000));
        if deal.program.tender_earns(&Tender::loyalty()) {
            prop_assert!([less, more, most].iter().all(|shared| shared.0 == unshared.0));
        } else {
            prop_assert!(more.0 <= less.0 && less.0 <= unshared.0, "{more:?} {less:?} {unshared:?}");
            prop_assert!(most.1.is_zero() || most.1 != total || most.0.is_zero());
        }
    }

    /// R5, R17, Q22: the order of the payments changes neither what is earned, nor what is spent,
    /// nor how loyalty goes back. Of the other tenders each gets the same but for one smallest
    /// unit, which goes to the earlier of two with the same remainder. (Change that is more than
    /// the cash comes out of the first tender: that order counts, and is not tried.)
    #[test]
    fn the_order_of_payments_changes_nothing(
        deal in deal(open_program()),
        order in any::<[u8; 8]>(),
        part in 1_i64..1000,
    ) {
        let HandedOver { payments, change, .. } = deal.handed_over();
        let mut shuffled: Vec<(u8, Payment)> = order.into_iter().cycle().zip(payments.clone()).collect();
        shuffled.sort_by_key(|(key, _)| *key);
        let shuffled = shuffled.into_iter().map(|(_, payment)| payment).collect();
        let sold = |payments: Vec<Payment>| {
            let mut till = deal.till();
            let sold = till.accept(&deal.sale(payments, change, Terms::Immediate));
            let total = deal.bill(Terms::Immediate).total().minor();
            let money = total * part / 1000;
            let mut refunds = Vec::new();
            for (id, minor) in [("part", money), ("rest", total - money)] {
                if minor != 0 {
                    match till.submit(&money_back(id, &sale_id(0), minor, on(11))) {
                        Ok(outcome) => refunds.push((outcome.moved, refund(&outcome))),
                        Err(refusal) => prop_assert_eq!(refusal.name(), "points_already_redeemed"),
                    }
                }
            }
            Ok((sold.moved, sold.decision.accruals.clone(), lots(&till.holding(&ann())), refunds))
        };
        let (one, other) = (sold(payments)?, sold(shuffled)?);
        prop_assert_eq!((one.0, one.1, one.2), (other.0, other.1, other.2));
        prop_assert_eq!(one.3.len(), other.3.len());
        for ((moved, refund), (moved_then, refund_then)) in one.3.iter().zip(&other.3) {
            prop_assert_eq!(moved, moved_then);
            prop_assert_eq!(refund.get(Tender::LOYALTY), refund_then.get(Tender::LOYALTY));
            prop_assert_eq!(refund.values().sum::<i64>(), refund_then.values().sum::<i64>());
            for name in refund.keys().chain(refund_then.keys()) {
                let of = |refund: &Refund| refund.get(name).copied().unwrap_or(0);
                prop_assert!((of(refund) - of(refund_then)).abs() <= 1, "{refund:?} {refund_then:?}");
            }
        }
    }

    /// R1, R3, R4, R18: until the last smallest unit is paid a sale has earned exactly nothing; then
    /// what it would have earned if paid at once, under the program it was rung up with.
    #[test]
    fn only_the_last_payment_earns(
        deal in deal(open_program()),
        terms in select(vec![Terms::Immediate, Terms::Layby, Terms::OnAccount]),
        cuts in vec((0_i64..1000, any::<u8>(), any::<bool>()), 3),
        later in open_program(),
    ) {
        let deal = Deal { purse: Purse { cash_over: 0, ..deal.purse.clone() }, ..deal };
        let payments = deal.handed_over().payments;
        let at_once = deal.earning(&payments, Money::ZERO).accrual;
        let (first, pieces) = in_pieces(payments, &cuts);
        let Some((last, pieces)) = pieces.split_last() else { return Ok(()) };
        let mut till = deal.till();
        let opened = till.accept(&deal.sale(first, Money::ZERO, terms));
        prop_assert!(opened.moved.earned.is_zero() && opened.decision.settled.is_empty());
        till.accept(&set_program(1, &of_the_same_kind(&later, &deal.program), on(11)));
        for (number, piece) in pieces.iter().enumerate() {
            let paid = till.accept(&payment(&format!("p{number}"), &sale_id(0), vec![piece.clone()], on(12)));
            prop_assert!(paid.moved.earned.is_zero() && paid.decision.settled.is_empty());
            prop_assert!(paid.decision.accruals.is_empty());
        }
        // Of loyalty in an account payment, the steps are those of the program that holds now.
        let last = match terms {
            Terms::OnAccount if !last.tender.is_loyalty() => {
                account_payment("last", &[sale_id(0)], vec![last.clone()], on(13))
            }
            _ => payment("last", &sale_id(0), vec![last.clone()], on(13)),
        };
        let settled = till.accept(&last);
        prop_assert_eq!(&settled.decision.settled[..], [sale_id(0)]);
        prop_assert_eq!(settled.moved.earned, at_once.total().unwrap());
        if let Some(accrued) = settled.decision.accruals.first() {
            prop_assert_eq!(&accrued.accrual, &at_once);
        }
    }
}

type Refund = BTreeMap<String, i64>;

fn refund(outcome: &Outcome) -> Refund {
    let parts = outcome.decision.refund.iter();
    parts.map(|part| (part.tender.to_string(), part.amount.minor())).collect()
}

/// The payments cut up: what is paid at first, and then piece by piece, at the end one smallest
/// unit where there is one that isn't loyalty.
fn in_pieces(payments: Vec<Payment>, cuts: &[(i64, u8, bool)]) -> (Vec<Payment>, Vec<Payment>) {
    let (mut first, mut later, mut last) = (Vec::new(), Vec::new(), None);
    for (mut whole, (cut, key, at_first)) in payments.into_iter().zip(cuts.iter().cycle()) {
        let minor = whole.amount.minor();
        if minor == 0 {
            continue;
        }
        let is_loyalty = whole.tender.is_loyalty();
        let name = whole.tender.as_str().to_owned();
        if !is_loyalty && last.is_none() {
            last = Some(paid(&name, 1));
            whole.amount = Money::from_minor(minor - 1);
        }
        let minor = whole.amount.minor();
        let part = if is_loyalty { 0 } else { minor * cut / 1000 };
        let pieces = [paid(&name, part), paid(&name, minor - part)];
        let pieces = pieces.into_iter().filter(|piece| !piece.amount.is_zero());
        if *at_first { first.extend(pieces) } else { later.extend(pieces.map(|piece| (*key, piece))) }
    }
    later.sort_by_key(|(key, _)| *key);
    let later = later.into_iter().map(|(_, piece)| piece);
    if last.is_none() && later.len() == 0 {
        return (Vec::new(), first);
    }
    (first, later.chain(last).collect())
}
