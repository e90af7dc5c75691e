//! Goods that come back without the sale that they were bought with (R22, Q26).

use alloc::string::ToString;

use crate::decide::posting::{ClawBack, Posting};
use crate::decide::returns::recount;
use crate::decide::terms::{Buyer, RungUpAt};
use crate::decide::{
    ChangeSet, Decision, Desk, Outcome, Refusal, Refused, ReturnWithoutSaleDocument, Told, day,
};
use crate::loyalty::{Program, Unreferenced, earned_at_share_one};
use crate::money::{Money, Ratio, Units};
use crate::sale::{LineItem, refuse_odd_lines};

impl Desk<'_> {
    /// Goods come back whose sale nobody knows. What they would earn today is taken back, or nothing, as
    /// the program says. In this order: `invalid_document`, `unknown_customer`,
    /// `points_already_redeemed`.
    pub(super) fn goods_without_sale(
        &self,
        returned: &ReturnWithoutSaleDocument,
    ) -> Result<(ChangeSet, Outcome), Refused> {
        let versioned = self.program_then()?;
        refuse_odd(returned)?;
        let mut posting = self.account(versioned, &returned.customer, &returned.header)?;
        let mut amounts = returned.lines.iter().map(LineItem::amount);
        let worth = amounts.try_fold(Money::ZERO, |sum, amount| sum.plus(amount?))?;
        let units = match versioned.program.returns.unreferenced {
            Unreferenced::CurrentRate if posting.takes_part() => {
                self.would_earn(&versioned.program, returned, worth, &posting)?
            }
            Unreferenced::CurrentRate | Unreferenced::Ignore => Units::ZERO,
        };
        let claw_back = ClawBack { units, own: None, refund: worth, sale: None };
        let kept_from_refund = posting.claw_back(&claw_back)?;
        let mut decision = Decision { claw_back: units, kept_from_refund, ..Decision::default() };
        recount(&mut decision, &posting);
        self.accept(versioned, decision, Some(posting), Told::default())
    }

    /// What the lines would earn if they were rung up now and paid with a tender that earns.
    fn would_earn(
        &self,
        program: &Program,
        returned: &ReturnWithoutSaleDocument,
        worth: Money,
        posting: &Posting<'_>,
    ) -> Result<Units, Refused> {
        let at = returned.header.at;
        let rung_up = RungUpAt { at, outlet: returned.header.place.outlet.as_ref(), codes: &[] };
        let terms = self.terms(program, rung_up, worth, Some(Buyer::also_opted_out(posting)))?;
        let valid_on = day(self.zones, &program.time_zone, at)?;
        Ok(earned_at_share_one(program, &returned.lines, valid_on, terms)?)
    }
}

/// The lines are as a till would ring them up, and there are some.
fn refuse_odd(returned: &ReturnWithoutSaleDocument) -> Result<(), Refused> {
    let invalid = |what: &str| Err(Refusal::InvalidDocument { what: what.to_string() }.into());
    if returned.lines.is_empty() {
        return invalid("no line comes back");
    }
    if returned.lines.iter().any(|line| line.quantity <= Ratio::ZERO) {
        return invalid("the quantity of a line that comes back is not above zero");
    }
    Ok(refuse_odd_lines(&returned.lines)?)
}
