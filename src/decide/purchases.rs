//! The purchases of a customer: what tiers, limits and inactivity are worked out from.

use alloc::borrow::Cow;
use alloc::collections::BTreeMap;
use alloc::vec::Vec;

use crate::decide::posting::Posting;
use crate::decide::{KnownAccount, Operation, Purchase, PurchaseReturn, Refused, SaleRecord, Tally};
use crate::ident::{CustomerId, PromotionId, SaleId};
use crate::ledger::Seq;
use crate::loyalty::Program;
use crate::money::{AmountError, Money, Units};
use crate::sale::{Payment, RungUp, Settled};
use crate::time::{Date, Timestamp};

/// A sale that has just become a purchase of somebody's.
pub(super) struct Bought<'a> {
    /// The sale.
    pub(super) sale: &'a Settled,
    /// On which day it was settled, by the outlet's calendar.
    pub(super) settled_on: Date,
    /// On which day its lines were rung up, by the outlet's calendar.
    pub(super) rung_up_on: Date,
    /// What it earned.
    pub(super) earned: Units,
    /// The promotions that it used.
    pub(super) promotions: Vec<PromotionId>,
}

impl Posting<'_> {
    /// Notes a sale as a purchase of the customer; one that earned nothing is one, too.
    pub(super) fn note_bought(&mut self, program: &Program, bought: Bought<'_>) -> Result<(), Refused> {
        let Bought { sale, settled_on, rung_up_on, earned, promotions } = bought;
        let rung_up = sale.bill().rung_up();
        let purchase = Purchase {
            seq: self.seq(),
            part: self.next_purchase()?,
            sale: Some(rung_up.sale.clone()),
            settled: sale.settlement().at(),
            settled_on,
            rung_up_on,
            spent: counted_as_spent(program, sale.paid().parts())?.min(sale.settlement().total()),
            earned,
            counts: !earned.is_zero() || spends_units(rung_up, sale),
            promotions,
            returns: Vec::new(),
            undone: false,
            voided: false,
        };
        self.keep_purchase(None, purchase)
    }

    /// Notes what was bought under another scheme. It has no sale; the day of the last purchase counts
    /// for inactivity.
    pub(super) fn note_bought_elsewhere(
        &mut self,
        last_purchase: Option<Date>,
        spent: Option<Money>,
        today: Date,
    ) -> Result<(), Refused> {
        if last_purchase.is_none() && spent.is_none() {
            return Ok(());
        }
        let on = last_purchase.unwrap_or(today);
        let purchase = Purchase {
            seq: self.seq(),
            part: self.next_purchase()?,
            sale: None,
            settled: self.at(),
            settled_on: on,
            rung_up_on: on,
            spent: spent.unwrap_or_default(),
            earned: Units::ZERO,
            counts: last_purchase.is_some(),
            promotions: Vec::new(),
            returns: Vec::new(),
            undone: false,
            voided: false,
        };
        self.keep_purchase(None, purchase)
    }

    /// Notes what went back of a purchase: `refund` to its tenders, and of its units what should be taken back by
    /// now. `due` of that hasn't been; it may be that it can't be, since it has run out, and comes again with the
    /// next return. `undone` says whether all of its goods are back.
    pub(super) fn note_back(
        &mut self,
        program: &Program,
        record: &SaleRecord,
        refund: &[Payment],
        due: Units,
        undone: bool,
    ) -> Result<(), Refused> {
        let Some(purchase) = &record.purchase else { return Ok(()) };
        let spent = counted_as_spent(program, refund)?;
        let left = purchase.earned_left()?;
        let noted = purchase.earned.minus(left)?;
        let earned = due.plus(record.claw_back)?.minus(noted)?.or_zero().min(left);
        let back = PurchaseReturn { at: self.at(), spent, earned };
        let mut now = purchase.clone();
        now.returns.push(back);
        now.undone |= undone;
        self.keep_purchase(Some(purchase), now)
    }

    /// Notes that all goods of a purchase are back.
    pub(super) fn note_undone(&mut self, record: &SaleRecord) -> Result<(), Refused> {
        let Some(purchase) = &record.purchase else { return Ok(()) };
        let now = self.bought(purchase).unwrap_or(purchase).clone();
        self.keep_purchase(Some(purchase), Purchase { undone: true, ..now })
    }

    /// Notes that a purchase was voided: nothing of it is left.
    pub(super) fn note_voided(&mut self, record: &SaleRecord) -> Result<(), Refused> {
        let Some(purchase) = &record.purchase else { return Ok(()) };
        self.keep_purchase(Some(purchase), purchase.clone().voided_at(self.at())?)
    }
}

/// A customer's purchases as they are after these operations, in the order in which they were recorded.
///
/// ```
/// use regulars::decide::{Decision, Document, Header, Operation, Purchase, purchases_of};
/// use regulars::ident::CustomerId;
/// use regulars::ledger::Seq;
/// use regulars::loyalty::ProgramVersion;
/// use regulars::money::{Money, Units};
/// use regulars::sale::Place;
/// use regulars::time::{Date, Timestamp};
///
/// let (ada, day) = (CustomerId::new("ada")?, Date::from_days(10).expect("a date"));
/// let bought = |undone| Purchase {
///     seq: Seq(1), part: 0, sale: None, settled: Timestamp::EPOCH, settled_on: day, rung_up_on: day,
///     spent: Money::from_minor(20_00), earned: Units::ZERO, counts: true,
///     promotions: Vec::new(), returns: Vec::new(), undone, voided: false,
/// };
/// let operation = |seq, undone| Operation {
///     seq: Seq(seq), recorded_at: Timestamp::EPOCH, program: ProgramVersion([1; 32]),
///     document: Document::Sweep(Header { id: None, at: Timestamp::EPOCH, place: Place::default() }),
///     decision: Decision { purchases: vec![(ada.clone(), bought(undone))], ..Decision::default() }.into(),
/// };
/// // The later state takes the place of the earlier one.
/// let operations = [operation(1, false), operation(2, true)];
/// assert_eq!(purchases_of(&ada, &operations), [bought(true)]);
/// assert!(purchases_of(&CustomerId::new("bob")?, &operations).is_empty());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn purchases_of(customer: &CustomerId, operations: &[Operation]) -> Vec<Purchase> {
    let decided = operations
        .iter()
        .flat_map(|operation| operation.decision.purchases.iter().map(move |bought| (operation, bought)));
    let of_customer = decided.filter(|(_, (of, _))| of == customer);
    let mut newest: BTreeMap<(Seq, u16), Cow<'_, Purchase>> = BTreeMap::new();
    let mut of_sale: BTreeMap<&SaleId, (Seq, u16)> = BTreeMap::new();
    for (operation, (_, bought)) in of_customer {
        let own = (bought.seq, bought.part);
        // Two registers may have settled one sale.
        let key = bought.sale.as_ref().map_or(own, |sale| *of_sale.entry(sale).or_insert(own));
        let now = match newest.remove(&key) {
            Some(known) => Purchase::then(known, operation, bought),
            None => Cow::Borrowed(bought),
        };
        newest.insert(key, now);
    }
    newest.into_values().map(Cow::into_owned).collect()
}

/// What customers bought who are one by now, where several registers decided: a sale that is there under several
/// names is one, with all that came back under any of them. Where each register knew of all before it, it is what
/// the last of them has.
pub(crate) fn bought_by_all(lists: impl IntoIterator<Item = Vec<Purchase>>) -> Vec<Purchase> {
    let mut all: BTreeMap<(Seq, u16), Purchase> = BTreeMap::new();
    let mut of_sale: BTreeMap<SaleId, (Seq, u16)> = BTreeMap::new();
    for bought in lists.into_iter().flatten() {
        let own = (bought.seq, bought.part);
        let key = bought.sale.as_ref().map_or(own, |sale| *of_sale.entry(sale.clone()).or_insert(own));
        let now = match all.remove(&key) {
            Some(known) => known.and(&bought),
            None => bought,
        };
        all.insert(key, now);
    }
    all.into_values().collect()
}

impl KnownAccount {
    /// What the customer bought, as it is by now; `None` if that wasn't answered.
    pub(super) fn tally_now(&self) -> Option<Cow<'_, Tally>> {
        match &self.purchases {
            Some(purchases) => Some(Cow::Owned(Tally::of(purchases))),
            None => self.tally.as_ref().map(Cow::Borrowed),
        }
    }
}

impl Operation {
    /// When it did what it did, and on which day: at its own time, but not before what it takes back was settled, as a
    /// clock that is slow has it.
    pub(super) fn moment(&self) -> (Timestamp, Option<Date>) {
        let bought = self.decision.purchases.iter().map(|(_, bought)| bought);
        let taken_back = bought.filter(|bought| bought.is_taken_back_by(self));
        let settled = taken_back.map(|bought| (bought.settled, Some(bought.settled_on)));
        settled.fold((self.document.at(), self.decision.day), Ord::max)
    }
}

impl Purchase {
    /// What is left of what it spent; below zero where more went back to tenders that count than they
    /// paid (Q18).
    fn spent_left(&self) -> Result<Money, AmountError> {
        self.spent.minus(Money::sum(self.returns.iter().map(|back| back.spent))?)
    }

    /// What it is when its sale is voided: nothing of it is left.
    pub(super) fn voided_at(self, at: Timestamp) -> Result<Purchase, AmountError> {
        let (spent, earned) = (self.spent_left()?, self.earned_left()?);
        let mut now = self;
        now.returns.push(PurchaseReturn { at, spent, earned });
        (now.undone, now.voided) = (true, true);
        Ok(now)
    }

    /// Whether an operation takes something of it back.
    pub(super) fn is_taken_back_by(&self, operation: &Operation) -> bool {
        let is_of_sale = |sale| operation.document.about_sales().contains(sale);
        operation.document.takes_back() && self.sale.as_ref().is_some_and(is_of_sale)
    }

    /// What an operation that gives it this state adds to what came back: it is one return, or none.
    fn added_by<'p>(&'p self, operation: &Operation) -> &'p [PurchaseReturn] {
        let added = usize::from(self.is_taken_back_by(operation));
        let before = self.returns.len().saturating_sub(added);
        self.returns.get(before..).unwrap_or_default()
    }

    /// Whether an operation that gives it a later state knew of this one.
    fn is_before(&self, operation: &Operation, later: &Purchase) -> bool {
        let before = later.returns.len().saturating_sub(later.added_by(operation).len());
        (self.seq, self.part) == (later.seq, later.part)
            && later.returns.get(..before) == Some(&*self.returns)
    }

    /// What it is after an operation that made another state of it, whose register may not have known of this one:
    /// what came back adds up, as far as there was something left.
    pub(super) fn then<'p>(
        known: Cow<'p, Purchase>,
        operation: &Operation,
        later: &'p Purchase,
    ) -> Cow<'p, Purchase> {
        if known.is_before(operation, later) {
            return Cow::Borrowed(later);
        }
        let mut now = known.into_owned();
        for back in later.added_by(operation) {
            now.returns.push(now.as_left(back));
        }
        now.undone |= later.undone;
        now.voided |= later.voided;
        Cow::Owned(now)
    }

    /// What it is with what another record says of it that is the same customer's by now.
    fn and(self, other: &Purchase) -> Purchase {
        let mut now = self;
        let alike = now.returns.iter().zip(&other.returns).take_while(|(one, other)| one == other).count();
        let knew_all = alike == now.returns.len();
        for back in other.returns.iter().skip(alike) {
            now.returns.push(if knew_all { *back } else { now.as_left(back) });
        }
        now.undone |= other.undone;
        now.voided |= other.voided;
        now
    }

    /// What came back, as far as there was something left.
    fn as_left(&self, back: &PurchaseReturn) -> PurchaseReturn {
        let spent = self.spent_left().map_or(back.spent, |left| back.spent.min(left.or_zero()));
        let earned = self.earned_left().map_or(back.earned, |left| back.earned.min(left));
        PurchaseReturn { spent, earned, ..*back }
    }

    /// What is left of what it earned.
    fn earned_left(&self) -> Result<Units, AmountError> {
        self.earned.minus(Units::sum(self.returns.iter().map(|back| back.earned))?).map(Units::or_zero)
    }
}

/// What loyalty and the tenders that earn paid or got, of all of them (Q18).
pub(super) fn counted_as_spent(program: &Program, parts: &[Payment]) -> Result<Money, AmountError> {
    let counts = |part: &&Payment| part.tender.is_loyalty() || program.tender_earns(&part.tender);
    Money::sum(parts.iter().filter(counts).map(|part| part.amount))
}

/// Whether loyalty paid a part of a sale, or a reward was used on it.
fn spends_units(rung_up: &RungUp, sale: &Settled) -> bool {
    !sale.paid().loyalty().is_zero() || !rung_up.rewards.is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decide::Document;
    use alloc::sync::Arc;

    use crate::decide::{Decision, Header, VoidDocument};
    use crate::loyalty::ProgramVersion;
    use crate::sale::Place;

    fn sale() -> SaleId {
        SaleId::new("S1").unwrap()
    }

    fn ann() -> CustomerId {
        CustomerId::new("ann").unwrap()
    }

    /// 20.00, for which 1.00 was earned, with what came back of it.
    fn purchase(seq: u64, returns: &[(i64, i64)]) -> Purchase {
        let back = |&(spent, earned): &(i64, i64)| PurchaseReturn {
            at: Timestamp::EPOCH,
            spent: Money::from_minor(spent),
            earned: Units::from_minor(earned),
        };
        let day = Date::from_days(10).unwrap();
        Purchase {
            seq: Seq(seq),
            part: 0,
            sale: Some(sale()),
            settled: Timestamp::EPOCH,
            settled_on: day,
            rung_up_on: day,
            spent: Money::from_minor(20_00),
            earned: Units::from_minor(1_00),
            counts: true,
            promotions: Vec::new(),
            returns: returns.iter().map(back).collect(),
            undone: false,
            voided: false,
        }
    }

    /// A void of its sale, by which a register came to this state of it.
    fn void(seq: u64, purchase: Purchase) -> Operation {
        let header = Header { id: None, at: Timestamp::EPOCH, place: Place::default() };
        let decision = Decision { purchases: Vec::from([(ann(), purchase)]), ..Decision::default() };
        Operation {
            seq: Seq(seq),
            document: Document::Void(VoidDocument { header, of: sale() }),
            recorded_at: Timestamp::EPOCH,
            program: ProgramVersion([0; 32]),
            decision: Arc::new(decision),
        }
    }

    fn returns(purchase: &Purchase) -> Vec<(i64, i64)> {
        purchase.returns.iter().map(|back| (back.spent.minor(), back.earned.minor())).collect()
    }

    fn gone(undone: bool, voided: bool, purchase: Purchase) -> Purchase {
        Purchase { undone, voided, ..purchase }
    }

    #[test]
    fn what_two_registers_took_back_of_one_purchase_adds_up_as_far_as_there_is_some() {
        let both = |one: Purchase, other: Purchase| {
            let now = purchases_of(&ann(), &[void(1, one.clone()), void(2, other.clone())]);
            let together = bought_by_all([[one].into(), [other].into()]);
            assert_eq!((now.len(), together.len()), (1, 1));
            let [now, together] = [now, together].map(|mut all| all.remove(0));
            (now, together)
        };
        // Each took something back, and knew nothing of the other.
        let (now, together) = both(purchase(1, &[(8_00, 40)]), purchase(2, &[(15_00, 70)]));
        assert_eq!(returns(&now), [(8_00, 40), (12_00, 60)]);
        assert_eq!(returns(&together), [(8_00, 40), (12_00, 60)]);
        // The second knew of what the first took back: it is as it says, whatever that comes to.
        let (now, together) = both(purchase(1, &[(8_00, 40)]), purchase(1, &[(8_00, 40), (15_00, 70)]));
        assert_eq!(returns(&now), [(8_00, 40), (15_00, 70)]);
        assert_eq!(returns(&together), [(8_00, 40), (15_00, 70)]);
        // Once it is undone or voided it stays so.
        for (undone, voided) in [(true, false), (false, true)] {
            let changed = gone(undone, voided, purchase(1, &[(8_00, 40)]));
            for (one, other) in [(changed.clone(), purchase(2, &[])), (purchase(2, &[(1_00, 5)]), changed)] {
                let (now, together) = both(one, other);
                assert_eq!((now.undone, now.voided), (undone, voided));
                assert_eq!((together.undone, together.voided), (undone, voided));
            }
        }
    }
}
