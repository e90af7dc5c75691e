//! Ringing up a sale, and what its settlement earns.

use alloc::boxed::Box;
use alloc::sync::Arc;
use alloc::vec::Vec;

use crate::decide::account::{Debt, Settlements, paid_by};
use crate::decide::payment::{loyalty_units, pay, refuse_deferring_more_than_due, tendered};
use crate::decide::posting::Posting;
use crate::decide::purchases::Bought;
use crate::decide::terms::Buyer;
use crate::decide::{
    ChangeSet, Claimable, Decision, Desk, Document, Facts, Outcome, PaidOn, Refusal, Refused, SaleDocument,
    SaleRecord, SaleStanding, Told, Used,
};
use crate::ident::{CustomerId, OutletId, PromotionId, SaleId};
use crate::loyalty::{EarnTerms, Enrolment, Explanation, Program, RungUpOn, VersionedProgram, Why, earn};
use crate::money::{Money, Units};
use crate::sale::{Pending, RungUp, SaleState};
use crate::time::{Date, Timestamp};

/// A sale that was rung up, before it is paid.
pub(super) struct Basis<'a, 'u> {
    /// The program that it is rung up under.
    pub(super) program: &'a VersionedProgram,
    /// What is due, and what has been paid of it by goods that came back.
    pub(super) pending: Pending,
    /// The rewards and offers that are used on it.
    pub(super) used: &'u [Used],
}

impl<'a> Desk<'a> {
    /// A sale. In this order: what the bill says, what the tenders say, what loyalty says.
    pub(super) fn sale(&self, sale: &Arc<SaleDocument>) -> Result<(ChangeSet, Outcome), Refused> {
        let versioned = self.program_then()?;
        let program = &versioned.program;
        self.refuse_voided(&sale.rung_up.sale)?;
        let at = sale.rung_up.at;
        let today = self.today(at)?;
        let mut posting = member(self.facts, sale.rung_up.customer.as_ref(), program, at, today)?;
        let (bill, used) = self.ring_up(program, &sale.rung_up, posting.as_deref())?;
        let pending = Pending::new(bill);
        let mut told = Told { due: Some(pending.bill().due()?), ..Told::default() };
        told.shown.line_discounts = Used::line_discounts(&used, &sale.rung_up)?;
        if sale.parked {
            if let Some(posting) = &posting {
                told.shown.card_offers = self.offers_in_hand(program, pending.bill(), &used, posting);
            }
            let (sale, state) = (sale.rung_up.sale.clone(), "parked");
            told.sales.push(SaleStanding { sale, state, balance_due: Money::ZERO });
            told.shown.forecast = Some(self.forecast(program, pending, posting.as_deref())?.units()?);
            return self.accept(versioned, Decision { used, ..Decision::default() }, None, told);
        }
        let basis = Basis { program: versioned, pending, used: &used };
        let (mut done, paid) = self.buy(sale, basis, posting.as_deref_mut())?;
        // Most sales are paid at once: then there is no need to look at what was decided.
        let id = &sale.rung_up.sale;
        if done.settled.contains(id) {
            let (sale, state) = (id.clone(), "settled");
            told.sales.push(SaleStanding { sale, state, balance_due: Money::ZERO });
        }
        let decision = Decision { used, ..done.decision(program, posting.as_deref(), paid) };
        done.show(&mut told.shown)?;
        told.explanations = done.explanations;
        self.accept(versioned, decision, posting, told)
    }

    /// Takes what was tendered for a sale, puts what is unpaid on the account if the sale says so, and
    /// grants what is earned if that settles it.
    pub(super) fn buy(
        &self,
        sale: &SaleDocument,
        basis: Basis<'a, '_>,
        mut posting: Option<&mut Posting<'_>>,
    ) -> Result<(Settlements, Vec<PaidOn>), Refused> {
        let Basis { program: versioned, pending, used } = basis;
        let (program, at) = (&*versioned.program, sale.rung_up.at);
        if let Some(posting) = posting.as_deref_mut() {
            posting.hold_offers(program, used, &sale.rung_up.sale);
        }
        let spends_own = program.same_sale;
        if !spends_own {
            spend_on_rewards(posting.as_deref_mut(), used, sale)?;
        }
        let tendered = tendered(program, &sale.payments, sale.change)?;
        refuse_deferring_more_than_due(program, &pending, &sale.payments, &tendered)?;
        let units = loyalty_units(program, &pending, &sale.payments, posting.as_deref())?;
        let pending = pay(program, pending, &tendered)?;
        if !spends_own {
            spend(posting.as_deref_mut(), units, sale)?;
        }
        let unpaid = (!pending.balance_due()?.is_zero()).then(|| pending.clone());
        let debt = Debt { program: versioned, pending, seq: self.facts.next };
        let (paid, settling) = self.put_on_account(debt, &sale.payments, posting.as_deref_mut(), at)?;
        let mut done = self.settle_all(settling, posting.as_deref_mut())?;
        if let Some(mut unpaid) = unpaid.filter(|_| !done.settled.contains(&sale.rung_up.sale)) {
            // Credit has paid a part, and may earn less than cash would.
            for on in paid.iter().filter(|on| on.sale == sale.rung_up.sale) {
                unpaid = paid_by(program, unpaid, &on.payments)?;
            }
            done.forecast = Some(self.forecast(program, unpaid, posting.as_deref())?);
        }
        if spends_own {
            spend_on_rewards(posting.as_deref_mut(), used, sale)?;
            spend(posting, units, sale)?;
        }
        Ok((done, paid))
    }

    /// A sale that was voided while it was parked can't be rung up again.
    pub(super) fn refuse_voided(&self, sale: &SaleId) -> Result<(), Refused> {
        let Some(history) = self.facts.sale(sale) else { return Ok(()) };
        match SaleRecord::fold(&history.operations)?.state {
            SaleState::Voided(_) => Err(Refusal::Voided { sale: sale.clone() }.into()),
            _ => Ok(()),
        }
    }

    /// Grants what a sale earned, if it has just been settled and its customer takes part (R9). Who has
    /// opted out has bought all the same: it counts towards tiers (R12), and where loyalty
    /// paid a part, keeps units alive (R24).
    pub(super) fn settle(
        &self,
        program: &Program,
        state: &SaleState,
        posting: Option<&mut Posting<'_>>,
        done: &mut Settlements,
    ) -> Result<(), Refused> {
        let SaleState::Settled(settled) = state else { return Ok(()) };
        let rung_up = settled.bill().rung_up();
        done.settled.push(rung_up.sale.clone());
        let valid_on = self.valid_on(program, rung_up)?;
        let opted_out = posting.as_deref().is_some_and(|posting| !posting.takes_part());
        let buyer = posting.as_deref().and_then(Buyer::of);
        let at = self.rung_up_at(rung_up);
        let terms = match opted_out {
            true => EarnTerms::default(),
            false => self.terms(program, at, settled.settlement().total(), buyer)?,
        };
        let earning = earn(program, settled, valid_on, terms)?;
        if let Some(posting) = posting {
            let outlet = rung_up.place.outlet.as_ref();
            let rung_up_on = self.local(program, outlet, rung_up.at)?.0;
            posting.punch(program, settled, RungUpOn { program: valid_on, outlet: rung_up_on })?;
            let settled_on = match settled.settlement().at() {
                at if at == rung_up.at => rung_up_on,
                at => self.local(&self.program_then()?.program, settled_in(self.document, rung_up), at)?.0,
            };
            let (earned, promotions) = match opted_out {
                true => (Units::ZERO, Vec::new()),
                false => (earning.accrual.total()?, ids(program, &earning.used)),
            };
            let bought = Bought { sale: settled, settled_on, rung_up_on, earned, promotions };
            posting.note_bought(program, bought)?;
            if !opted_out {
                done.accruals.extend(posting.earn(program, &rung_up.sale, earning.accrual)?);
                done.explain(earning.explanations);
                return Ok(());
            }
        } else if rung_up.customer.is_none() {
            let promotions = ids(program, &earning.used);
            let (sale, accrual) = (rung_up.sale.clone(), earning.accrual);
            done.claimable = Some(Claimable { sale, accrual, promotions });
        }
        done.explain(for_nobody(earning.explanations, rung_up));
        Ok(())
    }
}

/// The outlet that settles a sale by a document: its own, or where it is paid later (Q10).
pub(super) fn settled_in<'d>(document: &'d Document, rung_up: &'d RungUp) -> Option<&'d OutletId> {
    let rings_it_up = document.rings_up().is_some_and(|sale| sale.rung_up.sale == rung_up.sale);
    let place = if rings_it_up { Some(&rung_up.place) } else { document.place() };
    place.and_then(|place| place.outlet.as_ref())
}

/// The account of a sale's customer. Under automatic enrolment a new one takes part from now on;
/// `None` where there is no customer, or one who hasn't asked to take part.
pub(super) fn member<'a>(
    facts: &'a Facts,
    customer: Option<&CustomerId>,
    program: &'a Program,
    at: Timestamp,
    today: Date,
) -> Result<Option<Box<Posting<'a>>>, Refused> {
    let Some(customer) = customer else { return Ok(None) };
    match (Posting::open(facts, customer, program, at, today)?, program.enrolment) {
        (Some(posting), _) => Ok(Some(posting)),
        (None, Enrolment::Automatic) => Ok(Some(Posting::of_new(facts, customer, program, at, today)?)),
        (None, Enrolment::OnRequest) => Ok(None),
    }
}

fn spend_on_rewards(
    posting: Option<&mut Posting<'_>>,
    used: &[Used],
    sale: &SaleDocument,
) -> Result<(), Refused> {
    match posting {
        Some(posting) => posting.spend_on_rewards(&sale.rung_up.rewards, used, &sale.rung_up.sale),
        None => Ok(()),
    }
}

/// The ids of promotions, by their places.
fn ids(program: &Program, places: &[u16]) -> Vec<PromotionId> {
    let promotions = places.iter().filter_map(|&place| program.promotions.get(usize::from(place)));
    promotions.map(|promotion| promotion.id.clone()).collect()
}

fn spend(posting: Option<&mut Posting<'_>>, units: Units, sale: &SaleDocument) -> Result<(), Refused> {
    match posting {
        Some(posting) => posting.spend_for(&sale.payments, units, &sale.rung_up.sale),
        None => Ok(()),
    }
}

/// What the lines would have earned went to nobody.
pub(super) fn for_nobody(explanations: Vec<Explanation>, rung_up: &RungUp) -> Vec<Explanation> {
    let why = if rung_up.customer.is_none() { Why::NoCustomer } else { Why::NoMember };
    let silence = |explanation: Explanation| match explanation.why {
        Why::Earned => Explanation { units: Units::ZERO, why, ..explanation },
        _ => explanation,
    };
    explanations.into_iter().map(silence).collect()
}
