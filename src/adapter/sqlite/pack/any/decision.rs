//! Any decision.

use proptest::option::of;
use proptest::prelude::*;

use super::document::any_profile;
use super::*;
use crate::ledger::{Account, Entry, LotKey};
use crate::loyalty::{Accrual, BonusAccrual, EarnTerms, LineAccrual, VisitAccrual};
use crate::sale::Cut;

fn any_lot() -> impl Strategy<Value = LotKey> {
    (of(any_date()), any_time(), any_seq(), any::<u16>()).prop_map(|(expires, born, seq, part)| LotKey {
        expires,
        born,
        seq,
        part,
    })
}

fn any_entry() -> impl Strategy<Value = Entry> {
    let account = || prop::sample::select(Account::ALL.to_vec());
    let entry = (account(), account(), any_customer(), any_units(), of(any_lot().boxed()), of(any_sale_id()));
    entry.prop_map(|(from, to, customer, units, lot, sale)| Entry { from, to, customer, units, lot, sale })
}

fn any_claimable() -> impl Strategy<Value = Claimable> {
    (any_accrued(), few(any_promotion())).prop_map(|(accrued, promotions)| {
        let Accrued { sale, accrual, .. } = accrued;
        Claimable { sale, accrual, promotions }
    })
}

fn any_accrued() -> impl Strategy<Value = Accrued> {
    let line = (any_units(), prop_oneof![Just(Units::ZERO), any_units()])
        .prop_map(|(by_amount, by_item)| LineAccrual { by_amount, by_item });
    let visit = (any::<u16>(), any_units()).prop_map(|(rule, units)| VisitAccrual { rule, units });
    let bonus = (any::<u16>(), any_units()).prop_map(|(promotion, units)| BonusAccrual { promotion, units });
    let terms =
        (of(any::<u16>()), few(any::<u16>())).prop_map(|(tier, promotions)| EarnTerms { tier, promotions });
    let accrual = (some(line), some(visit), few(bonus), terms)
        .prop_map(|(lines, visits, bonuses, terms)| Accrual { lines, visits, bonuses, terms });
    (any_sale_id(), any_customer(), any_lot().boxed(), accrual)
        .prop_map(|(sale, customer, lot, accrual)| Accrued { sale, customer, lot, accrual })
}

fn any_member() -> impl Strategy<Value = (CustomerId, Member)> {
    let standing = prop::sample::select([Standing::Enrolled, Standing::OptedOut].to_vec());
    let standing = (standing, any::<bool>());
    let merged = (of(any_customer()), few(any_customer()));
    let account = (any_units(), few(any_sale_id()), few(any_payment().boxed()), few(any_code()));
    (any_customer(), standing, any_profile().boxed(), merged, account).prop_map(
        |(
            customer,
            (standing, joined),
            profile,
            (merged_into, merged_from),
            (held, debts, credit, cards),
        )| {
            let member =
                Member { standing, joined, profile, held, merged_into, merged_from, debts, credit, cards };
            (customer, member)
        },
    )
}

fn any_purchase() -> impl Strategy<Value = (CustomerId, Purchase)> {
    let returns = (any_time(), any_money(), any_units()).prop_map(|(at, spent, earned)| PurchaseReturn {
        at,
        spent,
        earned,
    });
    let key = (any_seq(), any::<u16>(), of(any_sale_id()));
    let days = (any_time(), any_date(), any_date());
    let amounts = (any_money(), any_units(), any::<bool>(), any::<(bool, bool)>());
    (any_customer(), key, days, amounts, few(any_promotion()), few(returns)).prop_map(
        |(
            customer,
            (seq, part, sale),
            (settled, settled_on, rung_up_on),
            (spent, earned, counts, (undone, voided)),
            promotions,
            returns,
        )| {
            let purchase = Purchase {
                seq,
                part,
                sale,
                settled,
                settled_on,
                rung_up_on,
                spent,
                earned,
                counts,
                promotions,
                returns,
                undone,
                voided,
            };
            (customer, purchase)
        },
    )
}

pub(in super::super) fn any_tally() -> impl Strategy<Value = Tally> {
    let purchases = prop::collection::vec(any_purchase(), 0..8);
    (purchases, any_date()).prop_map(|(purchases, day)| {
        let mut tally = Tally::of(purchases.iter().map(|(_, purchase)| purchase));
        tally.fold_before(day);
        tally
    })
}

fn any_card() -> impl Strategy<Value = CardState> {
    let names = (any_code(), any_punch_card(), of(any_batch()), of(any_customer()));
    let counts = (any::<bool>(), any_minor(), any_minor(), few(any_sale_id()), any::<u32>());
    (names, counts).prop_map(
        |((code, punch_card, batch, customer), (blocked, punches, offers, held_by, used))| CardState {
            code,
            punch_card,
            batch,
            customer,
            blocked,
            punches,
            offers,
            held_by,
            used,
        },
    )
}

fn any_kept() -> impl Strategy<Value = Kept> {
    let owner = (any_code(), any_customer(), any::<bool>())
        .prop_map(|(code, customer, replaced)| CodeOwner { code, customer, replaced });
    let ended = of(prop::sample::select([HoldEnd::Released, HoldEnd::Captured].to_vec()));
    let lots = some((any_lot().boxed(), any_units()));
    let hold = (any_document_id(), any_customer(), any_units(), lots, ended)
        .prop_map(|(id, customer, units, lots, ended)| Hold { id, customer, units, lots, ended });
    prop_oneof![owner.prop_map(Kept::Code), any_card().prop_map(Kept::Card), hold.prop_map(Kept::Hold)]
}

fn any_used() -> impl Strategy<Value = Used> {
    let what = prop_oneof![any_reward().prop_map(UsedWhat::Reward), any_code().prop_map(UsedWhat::Offer)];
    let cut = (any::<u32>(), any_money(), any_ratio(), any::<bool>())
        .prop_map(|(line, amount, free, lowers_earning)| Cut { line, amount, free, lowers_earning });
    (what, any_units(), of(any::<u32>()), some(cut)).prop_map(|(what, cost, line, cuts)| Used {
        what,
        cost,
        line,
        cuts,
    })
}

pub(super) fn any_decision() -> impl Strategy<Value = Decision> {
    let paid =
        (any_sale_id(), some(any_payment().boxed())).prop_map(|(sale, payments)| PaidOn { sale, payments });
    let lists = (
        some(any_entry().boxed()),
        some(paid),
        some(any_sale_id()),
        some(any_accrued().boxed()),
        some(any_payment().boxed()),
    );
    let lots = few((any_lot().boxed(), any_units()));
    let carried = (some(any_payment().boxed()), lots).prop_map(|(payments, lots)| Carried { payments, lots });
    let claimable = (of(any_claimable().boxed()), of(carried.boxed()));
    let amounts = (any_money(), any_units(), of(any_units()), claimable);
    let lines = some((any::<u32>(), any_minor()));
    let punched =
        (any_sale_id(), any_code(), lines).prop_map(|(sale, card, lines)| Punched { sale, card, lines });
    let rewards = (few(any_used().boxed()), any_units(), few(punched));
    let beside = (few(any_member().boxed()), few(any_purchase().boxed()), few(any_kept().boxed()));
    let change = (any_code(), any_minor(), any_minor(), any::<u32>())
        .prop_map(|(card, punches, used, required)| CardChange { card, punches, used, required });
    let changes = (any::<bool>(), few(change), of(any_date()));
    (of(any_customer()), lists, amounts, beside, (rewards, changes)).prop_map(
        |(
            customer,
            (entries, paid, settled, accruals, refund),
            (kept_from_refund, claw_back, balance, (claimable, carried)),
            (members, purchases, kept),
            ((used, rewards_restored, punched), (took_part, card_changes, grace_until)),
        )| {
            Decision {
                customer,
                day: None,
                entries,
                paid,
                settled,
                accruals,
                used,
                rewards_restored,
                grace_until,
                claimable,
                punched,
                carried,
                refund,
                kept_from_refund,
                claw_back,
                members,
                purchases,
                kept,
                took_part,
                card_changes,
                balance,
            }
        },
    )
}
