//! What was decided.

use std::vec::Vec;

use super::{Damage, Pack, Packer, Unpacker, fields, flags_of};
use crate::decide::{
    Accrued, CardChange, CardState, Carried, Claimable, CodeOwner, Decision, Hold, HoldEnd, Kept, Member,
    PaidOn, Profile, Punched, Purchase, PurchaseReturn, Standing, Used, UsedWhat,
};
use crate::ledger::{Account, Entry, LotKey, Seq};
use crate::loyalty::{Accrual, BonusAccrual, EarnTerms, LineAccrual, VisitAccrual};
use crate::money::{Money, Units};
use crate::sale::Cut;
use crate::time::{Date, Offset, Timestamp};

fields! {
    PaidOn { sale, payments }
    Accrued { sale, customer, lot, accrual }
    Claimable { sale, accrual, promotions }
    Carried { payments, lots }
    Member { standing, joined, profile, held, merged_into, merged_from, debts, credit, cards }
    Profile { code, name, email, phone, groups, birthday }
    Purchase {
        seq, part, sale, settled, settled_on, rung_up_on, spent, earned, counts, promotions, returns, undone, voided,
    }
    PurchaseReturn { at, spent, earned }
    CodeOwner { code, customer, replaced }
    CardState { code, punch_card, batch, customer, blocked, punches, offers, held_by, used }
    Hold { id, customer, units, lots, ended }
    CardChange { card, punches, used, required }
    VisitAccrual { rule, units }
    Used { what, cost, line, cuts }
    Punched { sale, card, lines }
    Cut { line, amount, free, lowers_earning }
    BonusAccrual { promotion, units }
    EarnTerms { tier, promotions }
}

const ENTRIES: u64 = 1;
const PAID: u64 = 2;
const SETTLED: u64 = 4;
const ACCRUALS: u64 = 8;
const REFUND: u64 = 16;
const KEPT_MONEY: u64 = 32;
const CLAW_BACK: u64 = 64;
const BALANCE: u64 = 128;
const MEMBERS: u64 = 256;
const PURCHASES: u64 = 512;
const KEPT: u64 = 1024;
const USED: u64 = 2048;
const REWARDS_RESTORED: u64 = 4096;
const CLAIMABLE: u64 = 8192;
const PUNCHED: u64 = 16384;
const CARRIED: u64 = 32768;
const TOOK_PART: u64 = 65536;
const CARD_CHANGES: u64 = 131_072;
const GRACE_UNTIL: u64 = 262_144;

/// A number says which of the fields there are; the customer is a column of its own.
impl Pack for Decision {
    fn pack(&self, to: &mut Packer<'_>) {
        let Decision { customer: _, day, entries, paid, settled, accruals, refund, .. } = self;
        let Decision { kept_from_refund, claw_back, balance, members, purchases, kept, .. } = self;
        let Decision { used, rewards_restored, claimable, punched, carried, took_part, .. } = self;
        let Decision { card_changes, grace_until, .. } = self;
        let there = flags_of([
            (ENTRIES, !entries.is_empty()),
            (PAID, !paid.is_empty()),
            (SETTLED, !settled.is_empty()),
            (ACCRUALS, !accruals.is_empty()),
            (REFUND, !refund.is_empty()),
            (KEPT_MONEY, !kept_from_refund.is_zero()),
            (CLAW_BACK, !claw_back.is_zero()),
            (BALANCE, balance.is_some()),
            (MEMBERS, !members.is_empty()),
            (PURCHASES, !purchases.is_empty()),
            (KEPT, !kept.is_empty()),
            (USED, !used.is_empty()),
            (REWARDS_RESTORED, !rewards_restored.is_zero()),
            (CLAIMABLE, claimable.is_some()),
            (PUNCHED, !punched.is_empty()),
            (CARRIED, carried.is_some()),
            (TOOK_PART, *took_part),
            (CARD_CHANGES, !card_changes.is_empty()),
            (GRACE_UNTIL, grace_until.is_some()),
        ]);
        to.number(there);
        // Mostly the same as in UTC.
        let in_utc = i64::from(to.context.at.date(Offset::UTC).days());
        let ahead = day.map(|day| i64::from(day.days()).saturating_sub(in_utc));
        ahead.pack(to);
        let mut field = |flag, pack: &dyn Fn(&mut Packer<'_>)| {
            if there & flag != 0 {
                pack(to);
            }
        };
        field(ENTRIES, &|to| entries.pack(to));
        field(PAID, &|to| paid.pack(to));
        field(SETTLED, &|to| settled.pack(to));
        field(ACCRUALS, &|to| accruals.pack(to));
        field(REFUND, &|to| refund.pack(to));
        field(KEPT_MONEY, &|to| kept_from_refund.pack(to));
        field(CLAW_BACK, &|to| claw_back.pack(to));
        field(BALANCE, &|to| balance.unwrap_or_default().pack(to));
        field(MEMBERS, &|to| members.pack(to));
        field(PURCHASES, &|to| purchases.pack(to));
        field(KEPT, &|to| kept.pack(to));
        field(USED, &|to| used.pack(to));
        field(REWARDS_RESTORED, &|to| rewards_restored.pack(to));
        field(CLAIMABLE, &|to| claimable.iter().for_each(|claimable| claimable.pack(to)));
        field(PUNCHED, &|to| punched.pack(to));
        field(CARRIED, &|to| carried.iter().for_each(|carried| carried.pack(to)));
        field(CARD_CHANGES, &|to| card_changes.pack(to));
        field(GRACE_UNTIL, &|to| grace_until.iter().for_each(|until| until.pack(to)));
    }

    fn unpack(from: &mut Unpacker<'_>) -> Result<Decision, Damage> {
        let flags = from.number()?;
        if GRACE_UNTIL.wrapping_mul(2) <= flags {
            return Err(Damage("a decision has more than decisions have"));
        }
        let there = |flag: u64| u8::from(flags & flag != 0);
        let day = match Option::<i64>::unpack(from)? {
            Some(ahead) => Some(day(from.context.at, ahead)?),
            None => None,
        };
        Ok(Decision {
            customer: from.context.customer.clone(),
            day,
            entries: from.field(there(ENTRIES))?.unwrap_or_default(),
            paid: from.field(there(PAID))?.unwrap_or_default(),
            settled: from.field(there(SETTLED))?.unwrap_or_default(),
            accruals: from.field(there(ACCRUALS))?.unwrap_or_default(),
            refund: from.field(there(REFUND))?.unwrap_or_default(),
            kept_from_refund: from.field::<Money>(there(KEPT_MONEY))?.unwrap_or_default(),
            claw_back: from.field::<Units>(there(CLAW_BACK))?.unwrap_or_default(),
            balance: from.field(there(BALANCE))?,
            members: from.field(there(MEMBERS))?.unwrap_or_default(),
            purchases: from.field(there(PURCHASES))?.unwrap_or_default(),
            kept: from.field(there(KEPT))?.unwrap_or_default(),
            used: from.field(there(USED))?.unwrap_or_default(),
            rewards_restored: from.field::<Units>(there(REWARDS_RESTORED))?.unwrap_or_default(),
            claimable: from.field(there(CLAIMABLE))?,
            punched: from.field(there(PUNCHED))?.unwrap_or_default(),
            carried: from.field(there(CARRIED))?,
            took_part: flags & TOOK_PART != 0,
            card_changes: from.field(there(CARD_CHANGES))?.unwrap_or_default(),
            grace_until: from.field(there(GRACE_UNTIL))?,
        })
    }
}

impl Unpacker<'_> {
    /// A field, if it is there.
    pub(super) fn field<T: Pack>(&mut self, flag: u8) -> Result<Option<T>, Damage> {
        if flag == 0 { Ok(None) } else { T::unpack(self).map(Some) }
    }
}

fn day(at: Timestamp, ahead: i64) -> Result<Date, Damage> {
    let days = i64::from(at.date(Offset::UTC).days()).saturating_add(ahead);
    let date = i32::try_from(days).ok().and_then(Date::from_days);
    date.ok_or(Damage("a decision has no such day"))
}

const HAS_LOT: u8 = 1;
const HAS_SALE: u8 = 2;

impl Pack for Entry {
    fn pack(&self, to: &mut Packer<'_>) {
        let Entry { from, to: into, customer, units, lot, sale } = self;
        to.byte((account_code(*from) << 4) | account_code(*into));
        let lot_flag = if lot.is_some() { HAS_LOT } else { 0 };
        to.byte(lot_flag | if sale.is_some() { HAS_SALE } else { 0 });
        customer.pack(to);
        units.pack(to);
        if let Some(lot) = lot {
            lot.pack(to);
        }
        if let Some(sale) = sale {
            sale.pack(to);
        }
    }

    fn unpack(from: &mut Unpacker<'_>) -> Result<Entry, Damage> {
        let (accounts, there) = (from.byte()?, from.byte()?);
        if HAS_LOT | HAS_SALE < there {
            return Err(Damage("an entry has more than entries have"));
        }
        Ok(Entry {
            from: account(accounts >> 4)?,
            to: account(accounts & 0x0f)?,
            customer: Pack::unpack(from)?,
            units: Pack::unpack(from)?,
            lot: from.field(there & HAS_LOT)?,
            sale: from.field(there & HAS_SALE)?,
        })
    }
}

/// The place in this list is the code in the file, for ever.
const ACCOUNTS: [Account; 8] = [
    Account::Issued,
    Account::Customer,
    Account::Held,
    Account::Redeemed,
    Account::Expired,
    Account::WrittenOff,
    Account::Adjusted,
    Account::Imported,
];

fn account_code(account: Account) -> u8 {
    (0..).zip(ACCOUNTS).find(|(_, known)| *known == account).map_or(0x0f, |(code, _)| code)
}

fn account(code: u8) -> Result<Account, Damage> {
    ACCOUNTS.get(usize::from(code)).copied().ok_or(Damage("an unknown account"))
}

const LOT_OF_OTHER: u64 = 1;
const LOT_BORN_THEN: u64 = 2;
const LOT_EXPIRES: u64 = 4;
const LOT_PART: u32 = 3;

/// A lot that the operation brought itself takes one byte.
impl Pack for LotKey {
    fn pack(&self, to: &mut Packer<'_>) {
        let LotKey { expires, born, seq, part } = *self;
        let (of_other, born_then) = (seq != to.context.seq, born != to.context.at);
        let mut code = u64::from(part) << LOT_PART;
        code |= if of_other { LOT_OF_OTHER } else { 0 };
        code |= if born_then { LOT_BORN_THEN } else { 0 };
        code |= if expires.is_some() { LOT_EXPIRES } else { 0 };
        to.number(code);
        if of_other {
            to.number(seq.0);
        }
        if born_then {
            born.pack(to);
        }
        if let Some(expires) = expires {
            expires.pack(to);
        }
    }

    fn unpack(from: &mut Unpacker<'_>) -> Result<LotKey, Damage> {
        let code = from.number()?;
        let part = u16::try_from(code >> LOT_PART).map_err(|_| Damage("a lot has too large a part"))?;
        let seq = if code & LOT_OF_OTHER == 0 { from.context.seq } else { Seq(from.number()?) };
        let born = if code & LOT_BORN_THEN == 0 { from.context.at } else { Pack::unpack(from)? };
        let expires = if code & LOT_EXPIRES == 0 { None } else { Some(Pack::unpack(from)?) };
        Ok(LotKey { expires, born, seq, part })
    }
}

const BY_ITEM: u8 = 1;
const BY_TERMS: u8 = 2;

/// Most programs have no rules by item: then the lines are one number each.
impl Pack for Accrual {
    fn pack(&self, to: &mut Packer<'_>) {
        let by_item = self.lines.iter().any(|line| !line.by_item.is_zero());
        let by_terms = !self.terms.is_plain() || !self.bonuses.is_empty();
        to.byte(if by_item { BY_ITEM } else { 0 } | if by_terms { BY_TERMS } else { 0 });
        to.length(self.lines.len());
        for line in &self.lines {
            line.by_amount.pack(to);
            if by_item {
                line.by_item.pack(to);
            }
        }
        self.visits.pack(to);
        if by_terms {
            self.terms.pack(to);
            self.bonuses.pack(to);
        }
    }

    fn unpack(from: &mut Unpacker<'_>) -> Result<Accrual, Damage> {
        let there = from.byte()?;
        if BY_ITEM | BY_TERMS < there {
            return Err(Damage("what was earned has more than can be earned"));
        }
        let mut lines = Vec::new();
        for _ in 0..from.length()? {
            let by_amount = Pack::unpack(from)?;
            lines.push(LineAccrual { by_amount, by_item: from.field(there & BY_ITEM)?.unwrap_or_default() });
        }
        let visits = Pack::unpack(from)?;
        let terms = from.field(there & BY_TERMS)?.unwrap_or_default();
        let bonuses = from.field(there & BY_TERMS)?.unwrap_or_default();
        Ok(Accrual { lines, visits, bonuses, terms })
    }
}

impl Pack for u16 {
    fn pack(&self, to: &mut Packer<'_>) {
        to.number(u64::from(*self));
    }

    fn unpack(from: &mut Unpacker<'_>) -> Result<u16, Damage> {
        u16::try_from(from.number()?).map_err(|_| Damage("a number is too large"))
    }
}

impl<A: Pack, B: Pack> Pack for (A, B) {
    fn pack(&self, to: &mut Packer<'_>) {
        self.0.pack(to);
        self.1.pack(to);
    }

    fn unpack(from: &mut Unpacker<'_>) -> Result<(A, B), Damage> {
        Ok((Pack::unpack(from)?, Pack::unpack(from)?))
    }
}

impl Pack for Seq {
    fn pack(&self, to: &mut Packer<'_>) {
        to.number(self.0);
    }

    fn unpack(from: &mut Unpacker<'_>) -> Result<Seq, Damage> {
        from.number().map(Seq)
    }
}

impl Pack for u32 {
    fn pack(&self, to: &mut Packer<'_>) {
        to.number(u64::from(*self));
    }

    fn unpack(from: &mut Unpacker<'_>) -> Result<u32, Damage> {
        u32::try_from(from.number()?).map_err(|_| Damage("a number is too large"))
    }
}

impl Pack for i64 {
    fn pack(&self, to: &mut Packer<'_>) {
        to.signed(*self);
    }

    fn unpack(from: &mut Unpacker<'_>) -> Result<i64, Damage> {
        from.signed()
    }
}

impl Pack for Standing {
    fn pack(&self, to: &mut Packer<'_>) {
        to.byte(match self {
            Standing::Enrolled => 0,
            Standing::OptedOut => 1,
        });
    }

    fn unpack(from: &mut Unpacker<'_>) -> Result<Standing, Damage> {
        match from.byte()? {
            0 => Ok(Standing::Enrolled),
            1 => Ok(Standing::OptedOut),
            _ => Err(Damage("a customer's standing is unknown")),
        }
    }
}

impl Pack for HoldEnd {
    fn pack(&self, to: &mut Packer<'_>) {
        to.byte(match self {
            HoldEnd::Released => 0,
            HoldEnd::Captured => 1,
        });
    }

    fn unpack(from: &mut Unpacker<'_>) -> Result<HoldEnd, Damage> {
        match from.byte()? {
            0 => Ok(HoldEnd::Released),
            1 => Ok(HoldEnd::Captured),
            _ => Err(Damage("what was held ended in no known way")),
        }
    }
}

impl Pack for UsedWhat {
    fn pack(&self, to: &mut Packer<'_>) {
        match self {
            UsedWhat::Reward(reward) => {
                to.byte(1);
                reward.pack(to);
            }
            UsedWhat::Offer(card) => {
                to.byte(2);
                card.pack(to);
            }
        }
    }

    fn unpack(from: &mut Unpacker<'_>) -> Result<UsedWhat, Damage> {
        match from.byte()? {
            1 => Pack::unpack(from).map(UsedWhat::Reward),
            2 => Pack::unpack(from).map(UsedWhat::Offer),
            _ => Err(Damage("something unknown was used")),
        }
    }
}

impl Pack for Kept {
    fn pack(&self, to: &mut Packer<'_>) {
        match self {
            Kept::Code(owner) => {
                to.byte(1);
                owner.pack(to);
            }
            Kept::Card(card) => {
                to.byte(2);
                card.pack(to);
            }
            Kept::Hold(hold) => {
                to.byte(3);
                hold.pack(to);
            }
        }
    }

    fn unpack(from: &mut Unpacker<'_>) -> Result<Kept, Damage> {
        match from.byte()? {
            1 => Pack::unpack(from).map(Kept::Code),
            2 => Pack::unpack(from).map(Kept::Card),
            3 => Pack::unpack(from).map(Kept::Hold),
            _ => Err(Damage("something unknown is kept")),
        }
    }
}
