//! Customers whose accounts were written, so that they needn't be searched in the file again.
//!
//! A shop has the same customers week after week, and a till asks for a balance before it rings up: so who was looked at
//! last is remembered, too. What is remembered is what the file has, byte for byte. What records a document notes here
//! what it writes of an account; anything else in a transaction that may write one makes all forgotten; and what is
//! written outside of this store's transactions, by erasing or by another program, gives the file another version.

use core::fmt;
use std::collections::HashMap;
use std::vec::Vec;

use crate::adapter::sqlite::accounts::{AccountRow, Known};
use crate::decide::AccountChange;
use crate::ident::CustomerId;

/// So many who were written are remembered at the most; one more makes all of them forgotten.
const MOST_WRITTEN: usize = 4096;
/// Whose `member` and `recent` have more bytes than this together, as with many debts, isn't remembered once written.
const MOST_BYTES: usize = 256;

/// The accounts that are remembered.
#[derive(Default)]
pub(super) struct Remembered {
    /// Who was looked at last, unless the account has been written since. To keep all who are looked at would cost more
    /// than most looks.
    looked: Option<(CustomerId, AccountRow)>,
    written: HashMap<CustomerId, AccountRow>,
    /// The version of the file that they are of.
    version: Option<u32>,
    /// Whether any may have been written in a transaction that hasn't ended.
    may_have_changed: bool,
}

/// What customers told is among it, and doesn't belong into a log.
impl fmt::Debug for Remembered {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Remembered").field("accounts", &self.written.len()).finish_non_exhaustive()
    }
}

impl Remembered {
    /// A transaction begins, in which the file has a version, as far as that can be told. Whether it is known to be the
    /// one that this store left.
    pub(super) fn begin(&mut self, version: Option<u32>) -> bool {
        let is_known = version.is_some() && self.version == version;
        if !is_known {
            self.forget();
        }
        (self.version, self.may_have_changed) = (version, false);
        is_known
    }

    /// The transaction was committed, and the file has this version since, as far as that can be told.
    pub(super) fn commit(&mut self, version: Option<u32>) {
        (self.version, self.may_have_changed) = (version, false);
    }

    /// The transaction was rolled back.
    pub(super) fn roll_back(&mut self) {
        if self.may_have_changed {
            self.forget();
        }
    }

    /// Accounts are about to be written.
    pub(super) fn writes(&mut self) {
        self.may_have_changed = true;
    }

    /// Any account may be another one from now on.
    pub(super) fn forget(&mut self) {
        self.written.clear();
        (self.looked, self.may_have_changed) = (None, true);
    }

    /// What the file has of a customer, if that is remembered.
    pub(super) fn find(&self, customer: &CustomerId) -> Option<&AccountRow> {
        match &self.looked {
            Some((looked, account)) if looked == customer => Some(account),
            _ => self.written.get(customer),
        }
    }

    /// Notes an account that was read.
    pub(super) fn note(&mut self, customer: &CustomerId, account: AccountRow) {
        self.looked = Some((customer.clone(), account));
    }

    /// An account was written so, with its newest operation, and with what is known of its lots and its tally.
    pub(super) fn change(&mut self, change: &AccountChange, last: i64, known: &Known) {
        let Some(account) = self.being_written(&change.customer) else { return };
        account.change(change, last, known);
        if MOST_BYTES < account.size() {
            self.written.remove(&change.customer);
        }
    }

    /// What is kept beside an account was written.
    pub(super) fn change_member(&mut self, customer: &CustomerId, member: Vec<u8>) {
        let Some(account) = self.being_written(customer) else { return };
        account.change_member(member);
        if MOST_BYTES < account.size() {
            self.written.remove(customer);
        }
    }

    /// The account of a customer who is being written, if it is remembered; from here on it is among those written.
    fn being_written(&mut self, customer: &CustomerId) -> Option<&mut AccountRow> {
        if let Some((looked, account)) = self.looked.take_if(|(looked, _)| looked == customer) {
            if MOST_WRITTEN <= self.written.len() {
                self.written.clear();
            }
            self.written.insert(looked, account);
        }
        self.written.get_mut(customer)
    }
}

#[cfg(test)]
mod tests {
    use std::vec;

    use super::*;
    use crate::decide::TallyChange;
    use crate::money::Units;
    use crate::time::Timestamp;

    fn name(number: usize) -> CustomerId {
        CustomerId::new(&std::format!("C{number}")).unwrap()
    }

    /// Looks at a customer, and writes the account.
    fn write(remembered: &mut Remembered, number: usize) {
        let account = AccountRow::of_new(1);
        let mut found = account.found().unwrap();
        remembered.note(&name(number), account);
        let known = Known { soonest: 99, ..Known::new(name(number), &mut found) };
        let change = AccountChange {
            customer: name(number),
            balance: Units::from_minor(7),
            latest: LATEST,
            lots: Vec::new(),
            tally: TallyChange::Stays,
        };
        remembered.change(&change, 2, &known);
    }

    /// What is remembered of a customer: balance, time of the latest document, newest operation, when the first lot runs out.
    fn known(remembered: &Remembered, number: usize) -> Option<(Units, Timestamp, i64, i32)> {
        let found = remembered.find(&name(number))?.found().unwrap();
        Some((found.balance, found.latest, found.last, found.soonest))
    }

    const LATEST: Timestamp = Timestamp::LAST;
    const WRITTEN: Option<(Units, Timestamp, i64, i32)> = Some((Units::from_minor(7), LATEST, 2, 99));

    #[test]
    fn what_may_be_otherwise_is_forgotten() {
        let of_version = |version| {
            let mut remembered = Remembered::default();
            write(&mut remembered, 1);
            remembered.commit(Some(1));
            remembered.begin(version);
            remembered
        };
        assert_eq!([None, Some(2)].map(|version| known(&of_version(version), 1)), [None, None]);
        let mut remembered = of_version(Some(1));
        remembered.roll_back();
        assert_eq!(known(&remembered, 1), WRITTEN);
        remembered.writes();
        remembered.roll_back();
        assert_eq!(known(&remembered, 1), None);
    }

    #[test]
    fn no_more_is_remembered_than_has_room() {
        let mut remembered = Remembered::default();
        (0..MOST_WRITTEN).for_each(|number| write(&mut remembered, number));
        assert_eq!(known(&remembered, 0), WRITTEN);
        write(&mut remembered, MOST_WRITTEN);
        assert_eq!([0, MOST_WRITTEN].map(|number| known(&remembered, number)), [None, WRITTEN]);
        remembered.change_member(&name(MOST_WRITTEN), vec![0; MOST_BYTES]);
        assert!(remembered.find(&name(MOST_WRITTEN)).is_some());
        remembered.change_member(&name(MOST_WRITTEN), vec![0; MOST_BYTES + 1]);
        assert!(remembered.find(&name(MOST_WRITTEN)).is_none());
    }
}
