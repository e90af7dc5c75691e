//! Giving back and taking back (R16, R19, R23).

use alloc::collections::BTreeMap;

use crate::decide::posting::Posting;
use crate::decide::replay::{latest_first, with_grace};
use crate::decide::spent::SpentOn;
use crate::decide::{Accrued, Refusal, Refused, Spent};
use crate::ident::SaleId;
use crate::ledger::{Account, LotKey};
use crate::loyalty::{NegativeBalance, Refund};
use crate::money::{Money, Units};
use crate::time::Date;

/// What a claw-back may do where too little is left (R19).
pub(in crate::decide) struct ClawBack<'a> {
    /// How many units should be taken back.
    pub(in crate::decide) units: Units,
    /// The lot that the sale's own units were put in.
    pub(in crate::decide) own: Option<&'a LotKey>,
    /// The part of the refund that isn't loyalty, from which the rest may be kept.
    pub(in crate::decide) refund: Money,
    /// The sale.
    pub(in crate::decide) sale: Option<&'a SaleId>,
}

impl Posting<'_> {
    /// Gives back units that paid for a sale: what rewards cost, then what loyalty paid, of each what runs out latest
    /// first, with the last day it had. What has run out meanwhile can be used for the days of grace, or not at all (R23, Q9).
    pub(in crate::decide) fn give_back(
        &mut self,
        refund: &Refund,
        spent: &Spent,
        sale: &SaleId,
    ) -> Result<(), Refused> {
        self.of_rewards.given_back = refund.rewards;
        self.grace_until = self.grace().filter(|_| !refund.rewards.is_zero() || !refund.units.is_zero());
        for (what, mut left) in [(SpentOn::Rewards, refund.rewards), (SpentOn::Payments, refund.units)] {
            let spent = self.spent_by_now(sale, what, spent.on(what))?;
            for (key, spent) in latest_first(spent, self.others_until) {
                let part = left.min(spent);
                left = left.minus(part)?;
                self.bring_back(part, key, sale)?;
            }
            if !left.is_zero() {
                return Err(Refusal::Damaged { what: "more units go back than were spent" }.into());
            }
        }
        // What runs out because nothing was bought for long does so after the claw-back (Q10).
        self.run_out(false)
    }

    fn bring_back(&mut self, units: Units, lot: LotKey, sale: &SaleId) -> Result<(), Refused> {
        let lot = with_grace(lot, self.grace_until, self.today, self.idle);
        self.note_filled(lot, units)?;
        self.bring(Account::Redeemed, units, lot, Some(sale))
    }

    /// Out of which lots a sale was paid, less what was given back: what came late and was dated before the payment
    /// may have changed it (R26, R27). Where that comes to another sum, it is what was recorded.
    fn spent_by_now<'s>(
        &'s self,
        sale: &SaleId,
        what: SpentOn,
        recorded: &'s BTreeMap<LotKey, Units>,
    ) -> Result<&'s BTreeMap<LotKey, Units>, Refused> {
        let sum = Units::sum(recorded.values().copied())?;
        for spent in self.past.iter().filter_map(|past| past.spent_on(sale, what)) {
            if Units::sum(spent.values().copied())? == sum {
                return Ok(spent);
            }
        }
        Ok(recorded)
    }

    /// How much of what a sale earned can be taken back at all: what has run out of it can't, also of
    /// what was given back (R23, Q9). `taken` was taken back before.
    pub(in crate::decide) fn not_run_out(&self, accrued: &Accrued, taken: Units) -> Result<Units, Refused> {
        let lot = &accrued.lot;
        let since = self.ran_out.iter().filter(|(other, _)| other.is_same_lot(lot));
        let since = Units::sum(since.map(|(_, units)| *units))?;
        let before = Units::sum(self.past.iter().map(|past| past.expired_of(lot)))?;
        let left = accrued.accrual.total()?.minus(before)?.minus(since)?.minus(taken)?;
        Ok(left.or_zero())
    }

    /// Takes back what a sale earned: its own units first, then in the order of use (Q7). Says how
    /// much money is kept from the refund.
    pub(in crate::decide) fn claw_back(&mut self, claw_back: &ClawBack<'_>) -> Result<Money, Refused> {
        let ClawBack { units, own, refund, sale } = *claw_back;
        let there = self.holding.balance().or_zero();
        let rest = units.minus(there)?.or_zero();
        match self.program.returns.negative_balance {
            NegativeBalance::Allow => {
                self.take(units, own, Account::Issued, sale)?;
                Ok(Money::ZERO)
            }
            NegativeBalance::Refuse if !rest.is_zero() => {
                let (asked, available) = (self.decimal(units), self.decimal(there));
                Err(Refusal::PointsAlreadyRedeemed { asked, available }.into())
            }
            NegativeBalance::Refuse | NegativeBalance::Clamp => {
                self.take(units.minus(rest)?, own, Account::Issued, sale)?;
                self.write_off(rest, sale)?;
                Ok(Money::ZERO)
            }
            NegativeBalance::DeductFromRefund => {
                self.take(units.minus(rest)?, own, Account::Issued, sale)?;
                let (kept, covered) = self.covered_by_money(rest, refund.or_zero())?;
                self.write_off(rest.minus(covered)?, sale)?;
                Ok(kept)
            }
        }
    }

    fn write_off(&mut self, units: Units, sale: Option<&SaleId>) -> Result<(), Refused> {
        self.post(Account::WrittenOff, Account::Issued, units, None, sale)
    }

    /// How much money is kept for units that are gone, and how many of them it covers (R19, Q7).
    fn covered_by_money(&self, units: Units, refund: Money) -> Result<(Money, Units), Refused> {
        let Some(redemption) = &self.program.redemption else { return Ok((Money::ZERO, Units::ZERO)) };
        let value = redemption.money_of(units, self.program)?;
        if value <= refund {
            return Ok((value, units));
        }
        Ok((refund, redemption.units_worth(refund, self.program)?.min(units)))
    }

    /// The last day of what is given back today and had run out, if the program gives days of grace.
    fn grace(&self) -> Option<Date> {
        let days = self.program.returns.restore_grace_days;
        (0 < days).then(|| self.today.plus_days(days))
    }
}
