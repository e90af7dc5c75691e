//! Goods that come back, and others that are bought with what they are worth (R21, Q7, Q8).

use alloc::string::ToString;
use alloc::vec::Vec;

use crate::decide::payment::{pay, tender_refusal};
use crate::decide::returns::{give_back, recount, return_refusal, settled, take_back};
use crate::decide::sale::{Basis, member};
use crate::decide::spent::SpentOn;
use crate::decide::steps::Carry;
use crate::decide::{
    Carried, ChangeSet, Decision, Desk, ExchangeDocument, Outcome, Refusal, Refused, SaleRecord, Told, Used,
};
use crate::loyalty::{Refund, share_out};
use crate::money::Money;
use crate::sale::{Pending, Settled, Tendered};
use crate::time::Date;

/// What goes back of a sale whose goods come back in an exchange.
struct Swap {
    /// The sale, with what goes back counted in.
    old: Settled,
    /// What pays for the new goods.
    carried: Refund,
    /// What goes back to the customer.
    refund: Refund,
}

impl<'a> Desk<'a> {
    /// An exchange. In this order: `unknown_sale`; `not_settled`, `voided`; `invalid_document`,
    /// `unknown_line`, `over_return`; `voided` or `conflict` for the id of the new sale; then as for a
    /// sale; at the end `points_already_redeemed`.
    pub(super) fn exchange(&self, exchange: &ExchangeDocument) -> Result<(ChangeSet, Outcome), Refused> {
        let current = self.program_then()?;
        let (record, history) = self.record(&exchange.of)?;
        let mut old = settled(&record)?.clone();
        self.refuse_odd(exchange, &record)?;
        let before = &*history.program.program;
        let at = exchange.header.at.max(old.settlement().at());
        let worth = old.take_goods(&exchange.lines);
        let worth = worth.map_err(|error| return_refusal(before, error))?;
        self.refuse_taken_id(exchange)?;
        let (rung_up, today) = (&exchange.sale.rung_up, self.today(at)?);
        let buyer = self.buyer(&record).or(rung_up.customer.as_ref());
        // Who buys joins by the program that holds; what came back is of its own.
        let mut posting = member(self.facts, buyer, &current.program, at, today)?;
        posting.iter_mut().for_each(|posting| posting.under(before));
        let (bill, used) = self.ring_up(&current.program, rung_up, posting.as_deref())?;
        let swap = swap(&record, old, worth.within_total, bill.total())?;
        let refund = Refund { rewards: self.rewards_back(before, &record, &swap.old)?, ..swap.refund };
        let due = self.claw_back_left(before, &record, &swap.old)?;
        let mut decision = Decision { refund: refund.parts.clone(), claw_back: due, ..Decision::default() };
        let others_until = posting.as_ref().and_then(|posting| posting.others_until);
        decision.carried = carried(&record, &swap.carried, &refund, others_until)?;
        let mut told = Told { due: Some(bill.due()?), ..Told::default() };
        told.shown.line_discounts = Used::line_discounts(&used, rung_up)?;
        let mut taken = Vec::new();
        if let Some(posting) = &mut posting {
            let gone: Vec<_> = swap.carried.parts.iter().chain(&refund.parts).cloned().collect();
            let returned = settled(&record)?.returned();
            taken = posting.unpunch_for_others(
                before,
                &record,
                swap.old.bill(),
                returned,
                swap.old.returned(),
            )?;
            posting.note_back(before, &record, &gone, due, false)?;
            give_back(&record, posting, &refund, &mut decision)?;
            let carried = decision.carried.as_ref();
            posting.carried = carried.map(|carried| Carry::by(exchange, carried)).transpose()?;
            posting.under(&current.program);
        }
        let paid = Tendered::net_of_change(&swap.carried.parts, Money::ZERO);
        let paid = paid.map_err(|error| tender_refusal(&current.program, error))?;
        let pending = pay(&current.program, Pending::new(bill), &paid)?;
        let basis = Basis { program: current, pending, used: &used };
        let (mut done, paid) = self.buy(&exchange.sale, basis, posting.as_deref_mut())?;
        let drafted = done.decision(&current.program, None, paid);
        decision = Decision { used, ..drafted.with_return(decision) };
        if let Some(posting) = &mut posting {
            posting.under(before);
            posting.judge_punches(before, &taken)?;
            if self.owner(&record).is_some() {
                take_back(&record, posting, &mut decision)?;
            }
            if swap.old.returned().is_all_goods(swap.old.bill()) {
                posting.note_undone(&record)?;
            }
            recount(&mut decision, posting);
        }
        done.show(&mut told.shown)?;
        told.explanations = done.explanations;
        self.accept(current, decision, posting, told)
    }

    fn refuse_odd(&self, exchange: &ExchangeDocument, record: &SaleRecord) -> Result<(), Refused> {
        let wrong = |what: &str| Err(Refusal::InvalidDocument { what: what.to_string() }.into());
        let rung_up = &exchange.sale.rung_up;
        if exchange.lines.is_empty() {
            return wrong("no line comes back");
        }
        if rung_up.at != exchange.header.at {
            return wrong("the new goods were rung up at another time than that of the exchange");
        }
        // As JSON it would come back with the place of the exchange, and be another document.
        if rung_up.place.clone().or(exchange.header.place.clone()) != rung_up.place {
            return wrong("the new goods were rung up nowhere, and the exchange was made somewhere");
        }
        if exchange.sale.parked {
            return wrong("the new goods of an exchange can't be put aside");
        }
        let buyer = rung_up.customer.as_ref().map(|customer| self.facts.stays(customer));
        match self.owner(record) {
            Some(owner) if buyer != Some(owner) => wrong(match buyer {
                Some(_) => "the new goods are another customer's: hand in a return and a sale instead",
                None => {
                    "the new goods are nobody's: the sale in the exchange needs the customer of the first one"
                }
            }),
            _ => Ok(()),
        }
    }

    /// The new sale has an id that no other sale has.
    fn refuse_taken_id(&self, exchange: &ExchangeDocument) -> Result<(), Refused> {
        let sale = &exchange.sale.rung_up.sale;
        self.refuse_voided(sale)?;
        if self.facts.sale(sale).is_some() {
            return Err(Refusal::Conflict { id: sale.to_string(), differs: "type" }.into());
        }
        Ok(())
    }
}

impl Decision {
    /// This one of the new goods, with what another says of those that came back.
    fn with_return(self, returned: Decision) -> Decision {
        let Decision { refund, claw_back, rewards_restored, carried, .. } = returned;
        Decision { refund, claw_back, rewards_restored, carried, ..self }
    }
}

/// The value of the goods pays for the new ones, tips aside; what they don't use goes back (R17).
fn swap(record: &SaleRecord, old: Settled, value: Money, total: Money) -> Result<Swap, Refused> {
    let mut old = old;
    let (spent, restored) = (record.spent_in_all, record.spent_in_all.minus(record.spent_left()?)?);
    let pays = value.min(total);
    old.returned.went_back(pays)?;
    let carried = share_out(&old, spent, restored)?;
    old.returned.carry(&carried.parts)?;
    old.returned.went_back(value.minus(pays)?)?;
    let refund = share_out(&old, spent, restored.plus(carried.units)?)?;
    Ok(Swap { old, carried, refund })
}

/// What is carried into the new sale, with the lots that its loyalty came from: those that the refund
/// leaves, what runs out latest first.
fn carried(
    record: &SaleRecord,
    carried: &Refund,
    refund: &Refund,
    others_until: Option<Date>,
) -> Result<Option<Carried>, Refused> {
    if carried.parts.is_empty() {
        return Ok(None);
    }
    let mut spent = record.spent.clone();
    spent.take_off(SpentOn::Payments, refund.units, others_until)?;
    let (lots, left) = spent.take_off(SpentOn::Payments, carried.units, others_until)?;
    if !left.is_zero() {
        return Err(Refusal::Damaged { what: "more units pay for the new goods than were spent" }.into());
    }
    Ok(Some(Carried { payments: carried.parts.clone(), lots }))
}
