//! Units that come, and units that are spent.

use alloc::vec::Vec;

use crate::decide::posting::Posting;
use crate::decide::replay::idle;
use crate::decide::{Accrued, Refusal, Refused};
use crate::ident::SaleId;
use crate::ledger::{Account, Lot, LotKey};
use crate::loyalty::{Accrual, Program};
use crate::money::Units;
use crate::time::Date;

impl Posting<'_> {
    /// Grants what a sale earned; it lasts as long as the sale's own program says (Q29). A tier and promotions are
    /// kept also where they granted nothing.
    pub(in crate::decide) fn earn(
        &mut self,
        program: &Program,
        sale: &SaleId,
        accrual: Accrual,
    ) -> Result<Option<Accrued>, Refused> {
        let units = accrual.total()?;
        if units.is_zero() && !accrual.terms.is_plain() {
            let lot = self.new_lot(program.expiry.last_day(self.today))?;
            return Ok(Some(Accrued { sale: sale.clone(), customer: self.customer.clone(), lot, accrual }));
        }
        self.earn_late(program, sale, accrual, units)
    }

    /// Grants what is left of what a sale earned some time ago (R9).
    pub(in crate::decide) fn earn_late(
        &mut self,
        program: &Program,
        sale: &SaleId,
        accrual: Accrual,
        units: Units,
    ) -> Result<Option<Accrued>, Refused> {
        if units.is_zero() {
            return Ok(None);
        }
        let lot = self.new_lot(program.expiry.last_day(self.today))?;
        self.post(Account::Issued, Account::Customer, units, Some(lot), Some(sale))?;
        Ok(Some(Accrued { sale: sale.clone(), customer: self.customer.clone(), lot, accrual }))
    }

    /// Grants units for joining; they count as earned (Q28).
    pub(in crate::decide) fn welcome(&mut self, units: Units) -> Result<(), Refused> {
        let lot = self.new_lot(self.last_day())?;
        self.post(Account::Issued, Account::Customer, units, Some(lot), None)
    }

    /// Spends units, in the order of use (R26).
    pub(in crate::decide) fn spend(&mut self, units: Units, sale: Option<&SaleId>) -> Result<(), Refused> {
        self.refuse_beyond_available(units)?;
        self.take(units, None, Account::Redeemed, sale)
    }

    pub(in crate::decide) fn refuse_beyond_available(&self, units: Units) -> Result<(), Refused> {
        let available = self.available();
        if available < units {
            let (asked, available) = (self.decimal(units), self.decimal(available));
            return Err(Refusal::InsufficientBalance { asked, available }.into());
        }
        Ok(())
    }

    /// What there is to take for units, in the order of use (R26).
    pub(in crate::decide) fn portion(&self, units: Units) -> Result<Vec<Lot>, Refused> {
        Ok(self.holding.portion(units, None, self.others_until)?)
    }

    /// Gives units (or takes them, below zero) by hand.
    pub(in crate::decide) fn adjust(&mut self, units: Units) -> Result<(), Refused> {
        if units.is_negative() {
            let taken = Units::ZERO.minus(units)?;
            return self.take(taken, None, Account::Adjusted, None);
        }
        let lot = self.new_lot(self.last_day())?;
        self.bring(Account::Adjusted, units, lot, None)?;
        self.expire()
    }

    /// Takes units over from another scheme.
    pub(in crate::decide) fn import(&mut self, units: Units, expires: Option<Date>) -> Result<(), Refused> {
        let lot = self.new_lot(expires.or(self.last_day()))?;
        self.bring(Account::Imported, units, lot, None)
    }

    /// Lets run out what has run out, after something was bought that may keep what just came.
    pub(in crate::decide) fn expire_unless_bought(&mut self) -> Result<(), Refused> {
        self.idle &= idle(self.expiry, self.tally().last_alive(), self.today);
        self.expire()
    }

    /// Brings units of a lot that may have run out: then they fill no debt (R19, R25).
    pub(in crate::decide) fn bring(
        &mut self,
        from: Account,
        units: Units,
        lot: LotKey,
        sale: Option<&SaleId>,
    ) -> Result<(), Refused> {
        let filled = self.holding.fills(units)?;
        self.post(from, Account::Customer, units, Some(lot), sale)?;
        if lot.has_run_out(self.today, false) {
            self.run_out_of_debt(lot, filled)?;
        }
        Ok(())
    }

    /// The last day of units that come today.
    fn last_day(&self) -> Option<Date> {
        self.program.expiry.last_day(self.today)
    }
}
