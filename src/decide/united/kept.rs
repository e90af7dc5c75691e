//! What several registers decided of codes, punch cards and what is held.

use crate::decide::united::Counting;
use crate::decide::united::card::CardSales;
use crate::decide::{CodeOwner, Hold, Kept, Key, Member, Operation};
use crate::ident::CustomerId;

/// Works out what is kept under a key: a fold over the operations that decided it, in their order among all
/// registers. Where each of them knew of all before it, that is what the last one decided.
pub(crate) fn united_kept<'o>(key: &Key, operations: impl IntoIterator<Item = Counting<'o>>) -> Option<Kept> {
    let counting = operations.into_iter().filter(|(_, counts)| *counts).map(|(operation, _)| operation);
    let mut sales = CardSales::default();
    counting.fold(None, |before, operation| {
        let again = sales.note(operation, key);
        let decided = operation.decision.kept.iter().rfind(|kept| kept.key() == *key);
        match (before, decided) {
            (before, None) => before,
            (Some(Kept::Card(before)), Some(Kept::Card(decided))) => {
                Some(Kept::Card(before.changed(operation, decided, &again)))
            }
            (Some(Kept::Hold(before)), Some(Kept::Hold(decided))) => {
                Some(Kept::Hold(before.changed(decided)))
            }
            (Some(Kept::Code(before)), Some(Kept::Code(decided))) if !before.ends(operation, decided) => {
                Some(Kept::Code(before))
            }
            (_, Some(decided)) => Some(decided.clone()),
        }
    })
}

impl CodeOwner {
    /// Whether somebody else has the code from an operation on, or nobody: a register that replaces the code of
    /// one customer may not have known that another has it by now.
    fn ends(&self, operation: &Operation, decided: &CodeOwner) -> bool {
        let is_one = |(of, member): &(CustomerId, Member)| {
            *of == decided.customer && member.merged_from.contains(&self.customer)
        };
        !decided.replaced
            || decided.customer == self.customer
            || operation.decision.members.iter().any(is_one)
    }
}

impl Hold {
    /// It was reserved once, and ends once.
    fn changed(self, decided: &Hold) -> Hold {
        let is_it = decided.customer == self.customer && decided.lots == self.lots;
        let ended = self.ended.or(decided.ended.filter(|_| is_it));
        Hold { ended, ..self }
    }
}
