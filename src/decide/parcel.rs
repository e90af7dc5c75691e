//! An operation as registers hand it to each other.

use alloc::collections::BTreeMap;
use alloc::sync::Arc;
use alloc::vec::Vec;

use crate::decide::{Document, Kept, Operation, Profile};
use crate::ident::CustomerId;
use crate::ledger::{OperationName, Order, Seq};
use crate::loyalty::Unit;
use crate::money::Currency;

/// An operation as registers hand it to each other. What it names by number, its own place and those of the
/// operations that its lots and purchases came from, is a place in a list: 1 is the operation itself, 2 the
/// first of [`names`](Parcel::names), and so on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parcel {
    /// Its name, and its place among all operations.
    pub order: Order,
    /// The currency of its ledger.
    pub currency: Currency,
    /// What its ledger counts.
    pub unit: Unit,
    /// The other operations that it names, each once, in the order in which it names them first.
    pub names: Vec<OperationName>,
    /// The operation, with places for numbers.
    pub operation: Operation,
}

impl Parcel {
    /// Packs an operation of a ledger. `name_of` says what its operations are called.
    ///
    /// # Errors
    /// What `name_of` fails with.
    pub(crate) fn of<E>(
        operation: Operation,
        order: Order,
        (currency, unit): (Currency, Unit),
        mut name_of: impl FnMut(Seq) -> Result<OperationName, E>,
    ) -> Result<Parcel, E> {
        let mut operation = operation;
        let own = operation.seq;
        let mut known: Vec<Seq> = Vec::from([own]);
        each_number(&mut operation, &mut |seq| {
            let place = known.iter().position(|known| known == seq).unwrap_or_else(|| {
                known.push(*seq);
                known.len().saturating_sub(1)
            });
            *seq = Seq(u64::try_from(place).unwrap_or(u64::MAX).saturating_add(1));
        });
        let names = known.into_iter().skip(1).map(&mut name_of).collect::<Result<_, E>>()?;
        Ok(Parcel { order, currency, unit, names, operation })
    }

    /// The one form of it: every name once, those alone that the operation names, in the order in which it names
    /// them; `None` if it names one that isn't in the list, or calls itself something else than 1.
    pub(crate) fn canonical(self) -> Option<Parcel> {
        let Parcel { order, currency, unit, names, mut operation } = self;
        let mut places: BTreeMap<&OperationName, Seq> = BTreeMap::new();
        for (name, place) in names.iter().zip(2..) {
            places.entry(name).or_insert(Seq(place));
        }
        places.insert(&order.name, Seq(1));
        let name_of = |place: Seq| {
            let index = usize::try_from(place.0.checked_sub(2)?).ok()?;
            names.get(index)
        };
        let mut fits = operation.seq == Seq(1);
        each_number(&mut operation, &mut |place| {
            let first = match place.0 {
                1 => Some(Seq(1)),
                _ => name_of(*place).and_then(|name| places.get(name)).copied(),
            };
            fits &= first.is_some();
            *place = first.unwrap_or(Seq(1));
        });
        let name = |place| name_of(place).cloned().ok_or(());
        Parcel::of(operation, order.clone(), (currency, unit), name).ok().filter(|_| fits)
    }

    /// The operation as one of a ledger where it gets the number `seq`, and where those that it names have
    /// `numbers`, in the order of [`names`](Parcel::names); `None` if it names one that isn't in that list.
    pub(crate) fn unpacked(self, seq: Seq, numbers: &[Seq]) -> Option<Operation> {
        let mut operation = self.operation;
        let mut fits = operation.seq == Seq(1);
        each_number(&mut operation, &mut |place| {
            let other = place.0.checked_sub(2).and_then(|place| usize::try_from(place).ok());
            let number = match (place.0, other) {
                (1, _) => Some(seq),
                (_, Some(other)) => numbers.get(other).copied(),
                (_, None) => None,
            };
            fits &= number.is_some();
            *place = number.unwrap_or(seq);
        });
        fits.then_some(operation)
    }

    /// The same without what customers told of themselves: that may be erased in one ledger, and not yet
    /// in another.
    pub(crate) fn without_told(mut self) -> Parcel {
        for (_, profile) in self.operation.profiles() {
            let Profile { code: _, name, email, phone, groups: _, birthday } = profile;
            (*name, *email, *phone, *birthday) = (None, None, None, None);
        }
        self
    }
}

impl Operation {
    /// The profiles in an operation, in an order for ever, each with the customer whose it is.
    pub(crate) fn profiles(&mut self) -> impl Iterator<Item = (&CustomerId, &mut Profile)> {
        let document = match &mut self.document {
            Document::Enrol(enrol) => Some((&enrol.customer, &mut enrol.profile)),
            _ => None,
        };
        let members = Arc::make_mut(&mut self.decision).members.iter_mut();
        document.into_iter().chain(members.map(|(customer, member)| (&*customer, &mut member.profile)))
    }

    /// The customers of whom it says anything: whose units it moved, and of whom it keeps something.
    pub(crate) fn concerns(&self) -> impl Iterator<Item = &CustomerId> {
        let decision = &self.decision;
        let moved = decision.entries.iter().map(|entry| &entry.customer);
        let members = decision.members.iter().map(|(customer, _)| customer);
        let bought = decision.purchases.iter().map(|(customer, _)| customer);
        moved.chain(&decision.customer).chain(members).chain(bought)
    }
}

/// Shows every number of an operation in this one, its own first.
fn each_number(operation: &mut Operation, see: &mut impl FnMut(&mut Seq)) {
    let decision = Arc::make_mut(&mut operation.decision);
    see(&mut operation.seq);
    for entry in &mut decision.entries {
        entry.lot.iter_mut().for_each(|lot| see(&mut lot.seq));
    }
    for (lot, _) in decision.carried.iter_mut().flat_map(|carried| &mut carried.lots) {
        see(&mut lot.seq);
    }
    for accrued in &mut decision.accruals {
        see(&mut accrued.lot.seq);
    }
    for (_, purchase) in &mut decision.purchases {
        see(&mut purchase.seq);
    }
    for kept in &mut decision.kept {
        if let Kept::Hold(hold) = kept {
            hold.lots.iter_mut().for_each(|(lot, _)| see(&mut lot.seq));
        }
    }
}
