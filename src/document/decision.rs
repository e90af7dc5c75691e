//! What was decided, as JSON: each value under its own name, exactly as it was.

use alloc::format;
use alloc::vec::Vec;

use crate::decide::{
    Accrued, CardChange, CardState, Carried, Claimable, CodeOwner, Decision, Hold, HoldEnd, Kept, Member,
    PaidOn, Profile, Punched, Purchase, PurchaseReturn, Standing, Used, UsedWhat,
};
use crate::document::form::{choices, forms, pairs, words};
use crate::document::node::{Node, one_of};
use crate::document::value::Scale;
use crate::document::{Json, Mistake};
use crate::ident::CustomerId;
use crate::ledger::{Entry, LotKey};
use crate::loyalty::{Accrual, BonusAccrual, EarnTerms, LineAccrual, VisitAccrual};
use crate::money::Units;
use crate::sale::{Cut, Payment};

forms! {
    Decision {
        customer, day, entries, paid, settled, accruals, used, punched, rewards_restored, grace_until, carried,
        claimable, refund, kept_from_refund, claw_back, members, took_part, purchases, kept, card_changes, balance,
    };
    Entry { from, to, customer, units, lot, sale };
    LotKey { expires, born, seq, part };
    PaidOn { sale, payments };
    Payment { tender, amount, reservation };
    Accrued { sale, customer, lot, accrual };
    Accrual { lines, visits, bonuses, terms };
    LineAccrual { by_amount, by_item };
    VisitAccrual { rule, units };
    BonusAccrual { promotion, units };
    EarnTerms { tier, promotions } if not EarnTerms::default();
    Used { what, cost, line, cuts };
    Cut { line, amount, free, lowers_earning };
    Punched { sale, card, lines };
    Carried { payments, lots };
    Claimable { sale, accrual, promotions };
    Member { standing, profile, joined, held, merged_into, merged_from, debts, credit, cards };
    Profile { code, name, email, phone, groups, birthday } if not Profile::default();
    Purchase {
        seq, part, sale, settled, settled_on, rung_up_on, spent, earned, counts, promotions, returns, undone, voided,
    };
    PurchaseReturn { at, spent, earned };
    CodeOwner { code, customer, replaced };
    CardState { code, punch_card, batch, customer, blocked, punches, offers, held_by, used };
    Hold { id, customer, units, lots, ended };
    CardChange { card, punches, used, required };
}

pairs! {
    (customer: CustomerId, member: Member);
    (customer: CustomerId, purchase: Purchase);
    (lot: LotKey, units: Units);
    (line: u32, punches: i64);
}

words! {
    Standing {
        "enrolled" = Standing::Enrolled,
        "opted_out" = Standing::OptedOut,
    }
    HoldEnd {
        "released" = HoldEnd::Released,
        "captured" = HoldEnd::Captured,
    }
}

choices! {
    UsedWhat {
        "reward" = UsedWhat::Reward,
        "offer" = UsedWhat::Offer,
    }
    Kept {
        "code" = Kept::Code,
        "card" = Kept::Card,
        "hold" = Kept::Hold,
    }
}
