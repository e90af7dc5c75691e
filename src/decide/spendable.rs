//! What a customer may spend on a basket before anything is paid (R13).

use alloc::sync::Arc;

use crate::decide::posting::Posting;
use crate::decide::sale::member;
use crate::decide::{Desk, Document, Facts, Outcome, Refusal, Refused, SaleDocument, Used, UsedWhat, decide};
use crate::loyalty::{Program, Redemption};
use crate::money::{Money, Units};
use crate::sale::{Bill, Pending};
use crate::time::Zones;

/// What a customer may spend on a basket in one loyalty payment: any amount from `least` to `most` in steps of
/// `step`. It is as of now, and nothing is set aside by it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Spendable {
    /// The customer's balance; what is held isn't in it.
    pub balance: Units,
    /// What the customer has held elsewhere (R14a).
    pub held: Units,
    /// The least that one payment may be; zero where units don't pay.
    pub least: Money,
    /// The most that the customer may pay of this basket; zero where `why_not` says that it is nothing.
    pub most: Money,
    /// Payments go up by this much; zero where units don't pay.
    pub step: Money,
    /// The units of `least`.
    pub least_units: Units,
    /// The units of `most`.
    pub most_units: Units,
    /// The units of `step`.
    pub step_units: Units,
    /// Why nothing can be spent here: what a payment would be refused by.
    pub why_not: Option<Refusal>,
}

/// What a basket would come to before there is a sale: what is due, what rewards and offers would take off, and what it
/// would earn. `sale` has to be [put aside](SaleDocument::parked); it is refused where the customer can't pay for its rewards, which
/// would only be seen when money has been taken.
///
/// # Errors
/// The [`Refusal`] of the sale, payments aside.
pub fn quote(facts: &Facts, sale: &Arc<SaleDocument>, zones: &dyn Zones) -> Result<Outcome, Refusal> {
    let document = Document::Sale(Arc::clone(sale));
    let (_, outcome) = decide(facts, &document, document.at(), zones)?;
    if !outcome.duplicate {
        let desk = Desk { facts, document: &document, recorded_at: document.at(), zones };
        desk.refuse_rewards_unpaid(sale, &outcome.decision.used)?;
    }
    Ok(outcome)
}

/// What the customer of a basket may spend on it. Loyalty that is among its payments is looked at as if it weren't
/// there; the other payments leave less to pay, and rewards less to spend. What the sale itself would earn isn't
/// counted, also where it may be spent on it.
///
/// # Errors
/// The [`Refusal`] of a sale that can't be rung up like this.
pub fn spendable(facts: &Facts, sale: &Arc<SaleDocument>, zones: &dyn Zones) -> Result<Spendable, Refusal> {
    let document = Document::Sale(Arc::clone(sale));
    let desk = Desk { facts, document: &document, recorded_at: document.at(), zones };
    desk.spendable(sale).map_err(|refused| facts.contested(*refused))
}

impl Desk<'_> {
    /// Refuses rewards that cost more than the customer has, or has held for them. What the sale earns may pay for them
    /// where the program lets it (R13).
    fn refuse_rewards_unpaid(&self, sale: &SaleDocument, used: &[Used]) -> Result<(), Refused> {
        let program = &self.program_then()?.program;
        let rung_up = &sale.rung_up;
        if rung_up.rewards.is_empty() || program.same_sale {
            return Ok(());
        }
        let today = self.today(rung_up.at)?;
        match member(self.facts, rung_up.customer.as_ref(), program, rung_up.at, today)? {
            Some(mut posting) => posting.spend_on_rewards(&rung_up.rewards, used, &rung_up.sale),
            None => Ok(()),
        }
    }

    fn spendable(&self, sale: &SaleDocument) -> Result<Spendable, Refused> {
        let program = &self.program_then()?.program;
        let rung_up = &sale.rung_up;
        self.refuse_voided(&rung_up.sale)?;
        let today = self.today(rung_up.at)?;
        let posting = member(self.facts, rung_up.customer.as_ref(), program, rung_up.at, today)?;
        let (bill, used) = self.ring_up(program, rung_up, posting.as_deref())?;
        let customer = rung_up.customer.clone();
        let Some(posting) = posting else {
            return Ok(Spendable {
                why_not: Some(Refusal::UnknownCustomer { customer }),
                ..Spendable::default()
            });
        };
        let known =
            Spendable { balance: posting.balance(), held: posting.member.held, ..Spendable::default() };
        if !posting.takes_part() {
            return Ok(Spendable { why_not: Some(Refusal::OptedOut), ..known });
        }
        let Some(redemption) = &program.redemption else {
            return Ok(Spendable { why_not: Some(Refusal::NotATender), ..known });
        };
        let available = left_by_rewards(sale, &used, &posting)?;
        range(program, redemption, room(redemption, bill, sale)?, available, known)
    }
}

/// What rewards leave of what can be spent; those out of what was held take nothing of it.
fn left_by_rewards(sale: &SaleDocument, used: &[Used], posting: &Posting<'_>) -> Result<Units, Refused> {
    let rewards = used.iter().filter(|used| matches!(used.what, UsedWhat::Reward(_)));
    let asked = sale.rung_up.rewards.iter().zip(rewards);
    let costs = asked.filter(|(asked, _)| asked.reservation.is_none()).map(|(_, used)| used.cost);
    Ok(posting.available().minus(Units::sum(costs)?)?.or_zero())
}

/// How much money of a basket loyalty may pay: by its total, by what is due of it, and by loyalty's share.
struct Room {
    total: Money,
    due: Money,
    share: Money,
}

fn room(redemption: &Redemption, bill: Bill, sale: &SaleDocument) -> Result<Room, Refused> {
    let share = redemption.most_of(bill.total())?;
    let others = sale.payments.iter().filter(|payment| !payment.tender.is_loyalty());
    let others = Money::sum(others.map(|payment| payment.amount))?;
    let total = bill.total();
    let due = Pending::new(bill).balance_due()?.minus(others)?.or_zero().min(total);
    Ok(Room { total, due, share })
}

fn range(
    program: &Program,
    redemption: &Redemption,
    room: Room,
    available: Units,
    known: Spendable,
) -> Result<Spendable, Refused> {
    let steps = redemption.steps(room.due.min(room.share), available, program)?;
    let money = |units: Units| redemption.money_of(units, program);
    let (least, step) = (money(steps.least)?, money(steps.step)?);
    let found = Spendable { least, step, least_units: steps.least, step_units: steps.step, ..known };
    if steps.least <= steps.most {
        return Ok(Spendable { most: money(steps.most)?, most_units: steps.most, ..found });
    }
    let decimal = |money: Money| money.to_decimal(program.currency.decimals());
    let units = |units: Units| units.to_decimal(program.unit_decimals());
    // In the order in which a payment of the least would be refused.
    let why_not = if room.total < least {
        Refusal::ExceedsDue { offered: decimal(least), due: decimal(room.due) }
    } else if room.share < least {
        Refusal::OverShare { asked: decimal(least), most: decimal(room.share) }
    } else if room.due < least {
        Refusal::ExceedsDue { offered: decimal(least), due: decimal(room.due) }
    } else {
        Refusal::InsufficientBalance { asked: units(steps.least), available: units(available) }
    };
    Ok(Spendable { why_not: Some(why_not), ..found })
}
