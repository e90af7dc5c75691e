//! Laws of undoing: returns, money back, voids.

use std::collections::BTreeMap;

use proptest::collection::vec;
use proptest::prelude::*;
use regulars::decide::{Document, Outcome, Refusal};
use regulars::ident::Tender;
use regulars::loyalty::NegativeBalance;
use regulars::money::{Money, Units};
use regulars::sale::{Bill, Payment, RungUp, Tendered, Terms};

use crate::baskets::{Purse, grain};
use crate::model_earn::{Earned, earned, of_decimal};
use crate::model_return::{Sold, Taken, claw_back_of, to_the_others};
use crate::purchase::{Course, Purchase, SALE, purchase, then};
use crate::shop::{ann, day_of, lots, on, redeem, release, reserve, sale, sale_id, void};
use crate::tries;

/// A refusal that a policy asks for; all others are wrong here.
fn is_policy(purchase: &Purchase, refusal: &Refusal) -> bool {
    let refuse = purchase.program.returns.negative_balance == NegativeBalance::Refuse;
    refuse && refusal.name() == "points_already_redeemed"
}

fn by_tender<'a>(parts: impl IntoIterator<Item = &'a Payment>) -> BTreeMap<String, i64> {
    let mut sums = BTreeMap::new();
    for part in parts.into_iter().filter(|part| !part.amount.is_zero()) {
        *sums.entry(part.tender.to_string()).or_default() += part.amount.minor();
    }
    sums
}

/// What was paid otherwise than with loyalty: tender and cents.
fn others(paid: &Tendered) -> Vec<(String, i64)> {
    let others = paid.parts().iter().filter(|part| !part.tender.is_loyalty());
    others.map(|part| (part.tender.to_string(), part.amount.minor())).collect()
}

/// Spends thousandths of what ann has, as far as the program lets her.
fn spend_a_part(course: &mut Course, part: i64) {
    let units = course.till.holding(&ann()).balance().minor() * part / 1000;
    let id = course.id();
    let _ = course.till.submit(&redeem(&id, &ann(), units, on(12)));
}

/// Takes back in the model what a return does, and says what it is worth in cents; none for others.
fn take_back(sold: &mut Sold, rung_up: &RungUp, document: &Document) -> Option<i64> {
    match document {
        Document::Return(returned) => {
            for line in &returned.lines {
                let index = rung_up.lines.iter().position(|sold| sold.id == line.line).unwrap();
                sold.take_goods(index, &of_decimal(line.quantity.to_decimal()));
            }
            Some(sold.worth_of_goods())
        }
        Document::ReturnAmount(returned) => {
            sold.take_money(returned.amount.minor());
            Some(returned.amount.minor())
        }
        _ => None,
    }
}

/// A refund goes back to each tender in proportion to what it paid.
fn goes_to_the_others(
    refund: &BTreeMap<String, i64>,
    minor: i64,
    others: &[(String, i64)],
) -> Result<(), TestCaseError> {
    let paid: Vec<i64> = others.iter().map(|(_, minor)| *minor).collect();
    for ((name, _), share) in others.iter().zip(to_the_others(minor, &paid)) {
        prop_assert_eq!(refund.get(name).copied().unwrap_or(0), share, "to {}", name);
    }
    Ok(())
}

fn taken_by(outcome: &Outcome) -> Taken {
    Taken {
        taken: outcome.moved.clawed_back.minor(),
        written_off: outcome.moved.written_off.minor(),
        kept_from_refund: outcome.decision.kept_from_refund.minor(),
    }
}

proptest! {
    #![proptest_config(tries())]

    /// R18, R20: whatever comes back in whatever order and size, whatever others do, however the
    /// program changes, and if the rest is voided: in the end ann has what she had before, lot by
    /// lot, and every tender has got what it paid. (A claw-back that was written off, or kept from
    /// the refund, is the one exception that R19 makes; tips come back with a void only.)
    #[test]
    fn the_whole_circle(
        purchase in purchase(),
        steps in vec(then(), 0..=5),
        ends in prop_oneof![Just(None), any::<bool>().prop_map(Some)],
    ) {
        let mut course = Course::begin(purchase.clone());
        let before = course.till.holding(&ann());
        course.sell();
        let mut refunds: Vec<Payment> = Vec::new();
        let mut is_exception = false;
        let mut submit = |course: &mut Course, document: Document| match course.till.submit(&document) {
            Ok(outcome) => {
                is_exception |= outcome.moved.clawed_back != outcome.decision.claw_back;
                refunds.extend(outcome.decision.refund.iter().cloned());
                Ok(true)
            }
            Err(refusal) => {
                prop_assert!(is_policy(&purchase, &refusal), "{}: {refusal}", refusal.name());
                Ok(false)
            }
        };
        for step in &steps {
            let Some(document) = course.document(step) else { continue };
            if !submit(&mut course, document)? {
                return Ok(());
            }
        }
        let rest = ends.map_or(Vec::new(), |at_once| course.the_rest(at_once));
        for step in rest {
            let document = course.document(&step).unwrap();
            if !submit(&mut course, document)? {
                return Ok(());
            }
        }
        if ends.is_none() && !submit(&mut course, void("void", &sale_id(SALE), on(13)))? {
            return Ok(());
        }
        if is_exception {
            return Ok(());
        }
        let after = course.till.holding(&ann());
        prop_assert_eq!(after.balance(), before.balance());
        prop_assert_eq!(lots(&after), lots(&before));
        let paid = Tendered::net_of_change(&course.handed_over.payments, course.handed_over.change);
        let (paid, refunded) = (by_tender(paid.unwrap().parts()), by_tender(&refunds));
        let tips = Bill::ring_up(course.rung_up.clone()).unwrap().tips();
        if ends.is_none() || tips.is_zero() {
            prop_assert_eq!(refunded, paid);
        } else {
            prop_assert_eq!(refunded.get(Tender::LOYALTY), paid.get(Tender::LOYALTY));
            prop_assert_eq!(refunded.values().sum::<i64>() + tips.minor(), paid.values().sum::<i64>());
        }
    }

    /// R3, R20: a sale that is not paid wholly gives back with its void all that was paid into it,
    /// loyalty as well.
    #[test]
    fn a_void_gives_back_what_was_paid_in(purchase in purchase(), part in 0_i64..1000) {
        let purse = Purse { cash_over: 0, ..purchase.purse };
        let mut course = Course::begin(Purchase { terms: Terms::Layby, purse, ..purchase });
        let before = course.till.holding(&ann());
        let mut payments = course.handed_over.payments.clone();
        let last = payments.last_mut().unwrap();
        let minor = last.amount.minor();
        if minor == 0 || last.tender.is_loyalty() {
            return Ok(());
        }
        last.amount = Money::from_minor((minor - 1) * part / 1000);
        let opened = course.till.accept(&sale(course.rung_up.clone(), payments.clone(), Money::ZERO));
        prop_assert!(opened.moved.earned.is_zero());
        let voided = course.till.accept(&void("void", &sale_id(SALE), on(13)));
        prop_assert_eq!(by_tender(&voided.decision.refund), by_tender(&payments));
        let after = course.till.holding(&ann());
        prop_assert_eq!((after.balance(), lots(&after)), (before.balance(), lots(&before)));
        prop_assert!(voided.moved.clawed_back.is_zero() && voided.moved.written_off.is_zero());
    }

    /// R14a: what is held and given back leaves ann with what she had, lot by lot; what is held is
    /// less to spend meanwhile, and never more than there is.
    #[test]
    fn held_and_given_back_is_nothing(purchase in purchase(), part in 1_i64..=1100) {
        let mut course = Course::begin(purchase);
        course.sell();
        let before = course.till.holding(&ann());
        let units = before.balance().minor() * part / 1000;
        let there = 0 < units && units <= before.balance().minor();
        match course.till.submit(&reserve("held", &ann(), units, on(11))) {
            Ok(held) => {
                prop_assert!(there);
                prop_assert_eq!(held.decision.balance, Some(Units::from_minor(before.balance().minor() - units)));
                prop_assert_eq!(held.shown.reserved, Some(Units::from_minor(units)));
                course.till.accept(&release("held", on(11)));
            }
            Err(refusal) => prop_assert!(!there, "{}: {refusal}", refusal.name()),
        }
        let after = course.till.holding(&ann());
        prop_assert_eq!((after.balance(), lots(&after)), (before.balance(), lots(&before)));
    }

    /// R11, R16, R17, R19, Q2 to Q4, Q7: what each return takes back, and what it gives to whom, is
    /// what the words of the rules say, also when ann has spent meanwhile.
    #[test]
    fn returns_follow_the_rules(
        purchase in purchase(),
        steps in vec((then(), proptest::option::weighted(0.3, 1_i64..=1000)), 1..=6),
    ) {
        let mut course = Course::begin(purchase.clone());
        let sold_outcome = course.sell();
        let rung_up = course.rung_up.clone();
        let paid = Tendered::net_of_change(&course.handed_over.payments, course.handed_over.change);
        let paid = paid.unwrap();
        let day = day_of(&purchase.program, on(10));
        let earned: Earned = earned(&purchase.program, &rung_up, paid.parts(), day);
        prop_assert_eq!(earned.total(), sold_outcome.moved.earned.minor());
        let mut sold = Sold::new(&purchase.program, &rung_up, day, &earned);
        let (mut asked, mut restored, mut refunded_otherwise) = (0, 0, 0);
        let spent = course.handed_over.units.minor();
        let redemption = purchase.program.redemption.as_ref().unwrap();
        let is_one_for_one = grain(&purchase.program, redemption) == Some((1, 1));
        let others = others(&paid);
        // A tip is paid, but doesn't come back with the goods.
        let paid_otherwise = sold.total() - paid.loyalty().minor();
        for (step, spends) in &steps {
            spends.iter().for_each(|part| spend_a_part(&mut course, *part));
            let Some(document) = course.document(step) else { continue };
            let money_before = sold.worth;
            let Some(worth) = take_back(&mut sold, &rung_up, &document) else {
                course.till.accept(&document);
                continue;
            };
            let before = course.till.holding(&ann()).balance().minor();
            let (now_asked, result) = (sold.claw_back() - asked, course.till.submit(&document));
            let outcome = match result {
                Ok(outcome) => outcome,
                Err(refusal) => {
                    prop_assert!(is_policy(&purchase, &refusal), "{}: {refusal}", refusal.name());
                    prop_assert!(before < now_asked);
                    return Ok(());
                }
            };
            prop_assert_eq!(outcome.decision.claw_back.minor(), now_asked, "asked to take back");
            asked += now_asked;
            // What goes back, and to whom.
            let refund = by_tender(&outcome.decision.refund);
            let loyalty = refund.get(Tender::LOYALTY).copied().unwrap_or(0);
            let otherwise = refund.values().sum::<i64>() - loyalty;
            if spent == 0 || is_one_for_one {
                let back = sold.loyalty_back(spent, paid_otherwise);
                prop_assert_eq!(outcome.moved.restored.minor(), back - restored, "restored");
                prop_assert_eq!(loyalty, back - restored);
                prop_assert_eq!(otherwise, worth - loyalty);
            }
            if money_before == 0 {
                goes_to_the_others(&refund, otherwise, &others)?;
            }
            restored += outcome.moved.restored.minor();
            refunded_otherwise += otherwise;
            prop_assert!(restored <= spent, "{restored} of {spent} units");
            prop_assert!(refunded_otherwise <= paid_otherwise, "{refunded_otherwise} of {paid_otherwise}");
            // What becomes of the claw-back.
            let there = before + outcome.moved.restored.minor();
            let model = claw_back_of(&purchase.program, now_asked, there, otherwise);
            let is = taken_by(&outcome);
            prop_assert_eq!(Some(&is), model.as_ref());
            let after = course.till.holding(&ann()).balance();
            prop_assert_eq!(after.minor(), there - is.taken);
            prop_assert_eq!(outcome.decision.balance, Some(after));
            if purchase.program.returns.negative_balance != NegativeBalance::Allow {
                prop_assert!(there.min(0) <= after.minor(), "a claw-back went below zero");
            }
        }
    }
}
