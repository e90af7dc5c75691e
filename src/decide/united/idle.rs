//! What runs out by inactivity, where several registers decided: worked out anew from what all of them sold.

use alloc::boxed::Box;
use alloc::collections::{BTreeMap, BTreeSet};
use alloc::vec::Vec;

use crate::decide::replay::{idle, is_expiry};
use crate::decide::united::{Corrections, Counted, Known};
use crate::decide::{Document, Operation, Purchase, held_at};
use crate::ident::{CustomerId, SaleId};
use crate::ledger::{Account, Entry, Holding, Lot, LotKey, Order, Seq};
use crate::loyalty::Expiry;
use crate::money::{AmountError, Units};
use crate::time::{Date, Timestamp};

/// When units run out by a program, from when on it holds, and which operation set it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct RunOut {
    pub(crate) set: Order,
    pub(crate) from: Timestamp,
    pub(crate) expiry: Expiry,
}

/// What of a customer's units has run out by inactivity, and what hasn't after all.
pub(super) struct Idle<'o> {
    programs: &'o [RunOut],
    bought: Vec<Bought<'o>>,
    /// All documents, and their days.
    documents: Vec<(Timestamp, &'o Order, Date)>,
    /// Who bought each sale.
    buyers: BTreeMap<&'o SaleId, &'o CustomerId>,
    /// The documents so far by which all had run out.
    ends: Vec<End>,
    /// What a register let run out too early, and hasn't run out since.
    alive: BTreeMap<LotKey, Units>,
    /// What a register let run out too early, and none has brought back since.
    to_bring_back: Units,
    /// What those know together who become one by this operation.
    together: Option<Box<Idle<'o>>>,
}

/// A document by which all of a record's units without a last day of their own had run out.
struct End {
    at: Timestamp,
    day: Date,
    /// The last purchase before it.
    last: Option<Date>,
    /// The names that the record had, where it was one that has become one with another since.
    of: Option<BTreeSet<CustomerId>>,
}

/// Who bought each sale, as the document said that rang it up or claimed it.
fn buyers<'o>(operations: impl Iterator<Item = &'o Operation>) -> BTreeMap<&'o SaleId, &'o CustomerId> {
    let mut buyers = BTreeMap::new();
    for operation in operations {
        let document = &operation.document;
        if let (Some(sale), Some(customer)) = (document.makes_own(), document.customer()) {
            buyers.entry(sale).or_insert(customer);
        }
    }
    buyers
}

/// Before an operation, or after it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum When {
    Before,
    After,
}

/// A purchase that keeps units alive.
struct Bought<'o> {
    made: (Timestamp, &'o Order),
    on: Date,
    /// When all of it had come back.
    undone: Option<(Timestamp, &'o Order)>,
}

/// What came back of a purchase.
#[derive(Default)]
struct Back<'o> {
    /// The operations by which goods did.
    goods: Vec<(Timestamp, &'o Order)>,
    /// Those by which all had, and what each knew of it.
    undone: Vec<((Timestamp, &'o Order), &'o Purchase)>,
}

impl<'o> Back<'o> {
    /// When all had come back: by the latest of the returns that did so together, of which one may have come late.
    fn undone_by(&self) -> Option<(Timestamp, &'o Order)> {
        let latest = |(by, known): &((Timestamp, &'o Order), &'o Purchase)| {
            let goods = self.goods.iter().filter(|(at, _)| known.returns.iter().any(|back| back.at == *at));
            goods.max().copied().unwrap_or(*by)
        };
        self.undone.iter().map(latest).min()
    }
}

impl<'o> Idle<'o> {
    /// Of one who has such names, and hasn't done anything yet.
    pub(super) fn of(names: &BTreeSet<CustomerId>, known: Known<'o>) -> Idle<'o> {
        let Known { operations, run_out: programs, .. } = known;
        let mut bought: BTreeMap<(Option<&SaleId>, Seq, u16), (Bought<'o>, Back<'o>)> = BTreeMap::new();
        // Nothing looks at them where nothing runs out so. A merge tells of purchases once more that others made, and what
        // another one claimed first is no purchase.
        let counting = operations.iter().filter(|(_, operation, counts)| {
            !matches!(counts, Counted::No | Counted::TakenBefore)
                && !programs.is_empty()
                && !matches!(operation.document, Document::Merge(_))
        });
        let buyers = buyers(counting.clone().map(|(_, operation, _)| operation));
        for (order, operation, _) in counting {
            let made = (operation.document.at(), order);
            // What is decided late, after its record has gone, is told of the one who stays (R30).
            let buyer = |of: &'o CustomerId, bought: &Purchase| {
                let named = match &bought.sale {
                    Some(sale) => buyers.get(sale).copied(),
                    None => operation.document.customer(),
                };
                named.filter(|named| known.customers.contains(*named)).unwrap_or(of)
            };
            let purchases = operation.decision.purchases.iter();
            let own = purchases.filter(|(of, bought)| bought.counts && names.contains(buyer(of, bought)));
            for (_, purchase) in own {
                let key = match &purchase.sale {
                    Some(sale) => (Some(sale), Seq(0), 0),
                    None => (None, purchase.seq, purchase.part),
                };
                let on = purchase.settled_on;
                let (entry, back) =
                    bought.entry(key).or_insert((Bought { made, on, undone: None }, Back::default()));
                // What takes something back, by a clock that is slow, made no purchase before it was one.
                if !purchase.is_taken_back_by(operation) {
                    entry.made = entry.made.min(made);
                } else if !matches!(operation.document, Document::ReturnAmount(_)) {
                    back.goods.push((operation.moment().0, order));
                }
                back.undone.extend(purchase.undone.then_some((made, purchase)));
            }
        }
        // What is dated before the purchase itself, by a clock that is slow, undoes it from then on.
        let after = |(bought, back): (Bought<'o>, Back<'o>)| {
            let undone = back.undone_by().map(|(at, by)| (at.max(bought.made.0), by));
            Bought { undone, ..bought }
        };
        let (bought, alive) = (bought.into_values().map(after).collect(), BTreeMap::new());
        let (ends, to_bring_back) = (Vec::new(), Units::ZERO);
        let concerning = operations.iter().filter(|(_, operation, counts)| {
            !matches!(counts, Counted::No | Counted::TakenBefore)
                && !programs.is_empty()
                && operation.concerns().any(|name| names.contains(name))
        });
        let dated = |(order, operation, _): &'o (Order, Operation, Counted)| {
            operation.decision.day?;
            let (at, day) = operation.moment();
            Some((at, order, day?))
        };
        let documents = concerning.filter_map(dated).collect();
        Idle { programs, bought, documents, buyers, ends, alive, to_bring_back, together: None }
    }

    /// Looks at what one who is taken in bought, too, as the register does that lets the records become one.
    pub(super) fn look_at(&mut self, names: &BTreeSet<CustomerId>, known: Known<'o>) {
        self.together = Some(Box::new(Idle::of(names, known)));
    }

    /// Goes on for records that have become one: this one knows what all of them bought, and each of them, with the names
    /// it had, what has become of its units.
    pub(super) fn join(
        self,
        records: [(Idle<'o>, BTreeSet<CustomerId>); 2],
    ) -> Result<Idle<'o>, AmountError> {
        let mut joined = self;
        for (record, names) in records {
            for (lot, units) in record.alive {
                let there = joined.alive.entry(lot).or_default();
                *there = there.plus(units)?;
            }
            joined.to_bring_back = joined.to_bring_back.plus(record.to_bring_back)?;
            let of_record = |end: End| End { of: end.of.or_else(|| Some(names.clone())), ..end };
            joined.ends.extend(record.ends.into_iter().map(of_record));
        }
        Ok(joined)
    }

    /// The record that a document was about, by the name that it said; `None` where it said none.
    fn named(&self, document: &'o Document) -> Option<&'o CustomerId> {
        document.named(|sale| self.buyers.get(sale).copied())
    }

    /// The day of the last purchase that keeps units alive, of all that were made by a moment: before an operation, or
    /// with what it has bought and undone, too. Of one moment, those come first that are first among all registers.
    fn last_alive(&self, order: &Order, until: Timestamp, when: When) -> Option<Date> {
        let is_before = |made: (Timestamp, &Order)| made < (until, order);
        let is_undone = |bought: &Bought<'_>| {
            bought.undone.is_some_and(|(at, by)| is_before((at, by)) || when == When::After && by == order)
        };
        let is_made =
            |bought: &Bought<'_>| is_before(bought.made) || when == When::After && bought.made.1 == order;
        let is_alive = |bought: &&Bought<'_>| is_made(bought) && !is_undone(bought);
        self.bought.iter().filter(is_alive).map(|bought| bought.on).max()
    }

    /// The programs that were set before an operation, in that order.
    fn known(&self, order: &Order) -> impl Iterator<Item = &'o RunOut> {
        self.programs.iter().filter(move |program| program.set < *order)
    }

    /// Whether units without a last day of their own have run out by a moment and its day, after the last purchase: by
    /// the program that held then, of those that were set before an operation (Q29).
    fn have_run_out(&self, order: &Order, last: Option<Date>, (at, day): (Timestamp, Date)) -> bool {
        let set: Vec<(Timestamp, Expiry)> =
            self.known(order).map(|program| (program.from, program.expiry)).collect();
        held_at(&set, at).is_some_and(|expiry| idle(*expiry, last, day))
    }

    /// Whether a lot can be spent by an operation, as far as its last day says it, or, without one, what was bought.
    pub(super) fn is_alive(&self, (order, operation): (&Order, &Operation), day: Date, lot: &LotKey) -> bool {
        let (at, _) = operation.moment();
        let last = || self.last_alive(order, at, When::Before);
        match lot.expires {
            Some(last_day) => day <= last_day,
            None => !self.programs.is_empty() && !self.have_run_out(order, last(), (at, day)),
        }
    }

    /// Leaves away what hasn't run out, since another register sold something meanwhile, and lets run out what has by
    /// now, since none did.
    pub(super) fn work_out(
        &mut self,
        (order, operation): (&Order, &Operation),
        holding: &Holding,
        customer: &CustomerId,
        entries: &mut Vec<Entry>,
        corrections: &mut Corrections,
    ) -> Result<(), AmountError> {
        // Where nothing moves a register lets nothing run out, either.
        if entries.is_empty() || self.programs.is_empty() || operation.decision.day.is_none() {
            return Ok(());
        }
        let (at, Some(day)) = operation.moment() else { return Ok(()) };
        let before = self.last_alive(order, at, When::Before);
        let after = self.last_alive(order, at, When::After);
        // Or that units of other lots were used than it had seemed.
        let knows = entries.iter().any(|entry| entry.from == Account::Expired);
        if !knows {
            self.leave_away((order, operation), day, holding, entries, corrections)?;
        }
        self.bring_back_once(entries, corrections)?;
        let is_old = |lot: &LotKey| lot.expires.is_none() && lot.born <= at;
        let mut gone: Vec<Lot> = Vec::new();
        let had_run_out = self.have_run_out(order, before, (at, day));
        if had_run_out || self.have_run_out(order, after, (at, day)) {
            gone.extend(holding.lots().filter(|lot| is_old(&lot.key)));
            for (_, units) in self.alive.iter().filter(|(lot, _)| is_old(lot)) {
                self.to_bring_back = self.to_bring_back.minus(*units)?.or_zero();
            }
            self.alive.retain(|lot, _| !is_old(lot));
            let last = if had_run_out { before } else { after };
            self.ends.push(End { at, day, last, of: None });
        }
        let before = if had_run_out { gone.len() } else { 0 };
        let named = self.named(&operation.document);
        let is_of = |names: &BTreeSet<CustomerId>| named.is_none_or(|named| names.contains(named));
        let since = |end: &End| {
            at < end.at
                && end.of.as_ref().is_none_or(is_of)
                && self.have_run_out(order, end.last, (end.at, end.day))
        };
        if self.ends.iter().any(since) {
            // What comes late had run out by then.
            let came = entries.iter().filter(|entry| entry.to == Account::Customer && !is_expiry(entry));
            let into_lots = came.filter_map(|entry| Some(Lot { key: entry.lot?, units: entry.units }));
            gone.extend(into_lots.filter(|lot| lot.key.expires.is_none()));
        }
        let mut gone: Vec<Entry> = gone.into_iter().map(|lot| run_out(customer, lot)).collect();
        for entry in &gone {
            corrections.undo(entry.to, entry.from, entry.units);
        }
        let after = gone.split_off(before);
        entries.splice(0..0, gone);
        entries.extend(after);
        Ok(())
    }

    /// Whether a lot can have run out by an operation, by any program that its register may have gone by: by its own
    /// document, or by another one since the lot came, that is dated before or was recorded before. One that comes late
    /// says what has run out by those after it, of which there can be several between purchases.
    fn may_have_run_out(&self, (order, operation): (&Order, &Operation), day: Date, lot: &LotKey) -> bool {
        let (at, _) = operation.moment();
        let runs_out = |at, by: &Order, day| {
            let last = [When::Before, When::After].map(|when| self.last_alive(by, at, when));
            // What is set for later holds for none of them.
            let first = self.known(order).map(|program| program.from).min();
            let mut may_have_held =
                self.known(order).filter(|program| program.from <= first.map_or(at, |first| at.max(first)));
            may_have_held.any(|program| last.into_iter().any(|last| idle(program.expiry, last, day)))
        };
        let mut since =
            self.documents.iter().filter(|(then, by, _)| lot.born <= *then && (*by <= order || *then <= at));
        runs_out(at, order, day)
            || since.any(|(then, by, day)| runs_out(*then, by, *day))
            || self.together.as_ref().is_some_and(|both| both.may_have_run_out((order, operation), day, lot))
    }

    /// What has run out by inactivity at one register alone hasn't run out.
    fn leave_away(
        &mut self,
        of: (&Order, &Operation),
        day: Date,
        holding: &Holding,
        entries: &mut [Entry],
        corrections: &mut Corrections,
    ) -> Result<(), AmountError> {
        for entry in entries.iter_mut().filter(|entry| entry.to == Account::Expired) {
            let Some(lot) = entry.lot.filter(|lot| lot.expires.is_none()) else { continue };
            if self.may_have_run_out(of, day, &lot) {
                continue;
            }
            let alive = self.alive.entry(lot).or_default();
            let more = entry.units.min(holding.lot(&lot).minus(*alive)?.or_zero());
            *alive = alive.plus(more)?;
            self.to_bring_back = self.to_bring_back.plus(more)?;
            corrections.undo(entry.from, entry.to, entry.units);
            entry.units = Units::ZERO;
        }
        Ok(())
    }

    /// What hasn't run out isn't brought back by a register that has found out by itself.
    fn bring_back_once(
        &mut self,
        entries: &mut [Entry],
        corrections: &mut Corrections,
    ) -> Result<(), AmountError> {
        for entry in entries.iter_mut().filter(|entry| entry.from == Account::Expired) {
            // It lets them run out by itself from now on.
            self.alive.clear();
            if entry.lot.is_none_or(|lot| lot.expires.is_none()) {
                let units = entry.units.min(self.to_bring_back);
                self.to_bring_back = self.to_bring_back.minus(units)?;
                corrections.undo(entry.from, entry.to, units);
                entry.units = entry.units.minus(units)?;
            }
        }
        Ok(())
    }
}

fn run_out(customer: &CustomerId, lot: Lot) -> Entry {
    let (from, to, customer) = (Account::Customer, Account::Expired, customer.clone());
    Entry { from, to, customer, units: lot.units, lot: Some(lot.key), sale: None }
}
