//! Proof that what a ledger keeps beside its operations follows from them.

mod counts;
mod customers;
mod operation;
mod united;
mod weight;

pub(in crate::store) use operation::check as check_by_itself;

use alloc::collections::BTreeSet;
use alloc::vec::Vec;

use crate::decide::{Corrections, Document, Operation, Question};
use crate::ident::{CustomerId, SaleId};
use crate::ledger::{Account, Seq};
use crate::loyalty::ProgramVersion;
use crate::money::{AmountError, Units};
use crate::store::{Counts, Store, Transaction};
use crate::time::Timestamp;
use counts::Made;
use customers::{Customers, compare_kept};
use united::SeveralRegisters;
use weight::Weight;

/// What a ledger comes to, after all of it was found to fit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verified {
    /// How many operations there are.
    pub operations: u64,
    /// How many of them change nothing: another register had decided the same document before.
    pub not_counted: u64,
    /// How many customers have moved units, joined or left.
    pub customers: u64,
    /// What is in each account; together they hold nothing (R39).
    pub accounts: [(Account, Units); 8],
    /// The sales about which several registers decided what can't all be, such as the same goods that came back
    /// twice; in order. What was paid and refunded there has to be settled by hand, and units by `adjust`: no more
    /// is decided about them.
    pub contested: Vec<SaleId>,
}

impl Verified {
    /// What is in one account.
    pub fn of(&self, account: Account) -> Units {
        let found = self.accounts.iter().find(|(known, _)| *known == account);
        found.map_or(Units::ZERO, |(_, units)| *units)
    }

    /// What the shop owes its customers: what they have and what they have set aside.
    ///
    /// # Errors
    /// [`AmountError::TooLarge`] past 63 bits.
    pub fn liability(&self) -> Result<Units, AmountError> {
        self.of(Account::Customer).plus(self.of(Account::Held))
    }
}

/// A ledger contradicts itself: it is damaged, or there is a bug in the library.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum VerifyError<E> {
    /// The store can't be read.
    #[error("{0}")]
    Store(E),
    /// An operation is missing, or stands twice.
    #[error("operation {} is where operation {} should be", .found.0, .expected.0)]
    Gap {
        /// Whose turn it was.
        expected: Seq,
        /// Which came.
        found: Seq,
    },
    /// An operation doesn't fit the ones before it, or what is kept beside it.
    #[error("operation {}: {what}", .seq.0)]
    Operation {
        /// The operation.
        seq: Seq,
        /// What doesn't fit.
        what: &'static str,
    },
    /// What is kept of a customer isn't what the customer's entries come to.
    #[error("customer {customer}: {what}")]
    Customer {
        /// The customer.
        customer: CustomerId,
        /// What differs.
        what: &'static str,
    },
    /// An account holds more than 63 bits of units; nothing contradicts anything.
    #[error("an account holds more units than can be shown")]
    TooLarge,
    /// What is kept of the ledger as a whole doesn't follow from its operations.
    #[error("the ledger: {what}")]
    Ledger {
        /// What doesn't follow.
        what: &'static str,
    },
}

/// How many operations are in memory at once, and read again in one transaction.
const PAGE: usize = 128;

/// Works a ledger out anew from its operations, and compares that with all that the store keeps
/// beside them: that the operations are numbered without a gap; that each is found by its id, and
/// among what happened to its sales; that each sale was paid as it should be, earned once at most,
/// and had no more taken back than it had earned; that the accounts together hold nothing; that
/// every customer's balance and lots are what the entries come to, and the tally, where there is
/// one, what the purchases come to; that codes, punch cards and what is held are as they were
/// decided last; that what set a program did so, of all that is noted of it; and that nothing is kept beside the operations that none of them made. What it
/// can't notice is that the newest operations are missing with all that they made: then the ledger
/// is a whole one of an earlier time.
///
/// Where registers share a ledger, and operations of several are in it, what they decided without
/// knowing of each other need not fit together, and isn't held against the ledger: that a sale was
/// paid as it should be, earned once and had no more taken back than it had earned is looked at only
/// within the operation that rings it up; a balance that an operation answered need not be the one
/// before it and its entries; and what is held may be below zero. What is proved then is that each
/// operation is found by its name in the world, that the moments of the register's own follow from
/// what it knew, that of several operations with one id the right one counts, and that balances,
/// lots, tallies, codes, cards, what is held and the program are what all operations, in the order
/// of all registers, come to.
///
/// It takes the operations of one customer and about 150 bytes of memory for each, as much for each
/// code, card and hold, and 128 operations at a time, however long the ledger is. A customer's lots
/// are compared by a sum that other lots have in common once in 2⁶⁴ times; how it is made is chosen anew each time
/// ([`Transaction::unforeseen`]), so that nobody can look for such lots beforehand. Other
/// writers wait for a page at a time, and at the end for as long as it takes to look at every
/// customer.
///
/// # Errors
/// [`VerifyError`] says what was found first.
///
/// ```
/// use regulars::adapter::memory::MemoryStore;
/// use regulars::ledger::Account;
/// use regulars::store::verify;
///
/// let verified = verify(&mut MemoryStore::default())?;
/// assert_eq!(verified.operations, 0);
/// assert!(verified.of(Account::Customer).is_zero());
/// # Ok::<(), regulars::store::VerifyError<core::convert::Infallible>>(())
/// ```
pub fn verify<S: Store>(store: &mut S) -> Result<Verified, VerifyError<S::Error>> {
    let mut fold = Fold::of(store)?;
    loop {
        if fold.is_other(store)? {
            // Operations of another register have come for the first time.
            fold = Fold::of(store)?;
        }
        let from = Seq(fold.operations.saturating_add(1));
        let page = store.operations(from, PAGE).map_err(VerifyError::Store)?;
        let mut transaction = store.begin().map_err(VerifyError::Store)?;
        if page.is_empty() {
            // Somebody may have appended since: then the customers are ahead of the fold.
            let facts = transaction.facts(&Question::as_of(Timestamp::LAST)).map_err(VerifyError::Store)?;
            if facts.next != from {
                continue;
            }
            return fold.compare(facts.program.map(|program| program.version), &mut transaction);
        }
        for operation in &page {
            fold.add(operation)?;
            let counts = match &mut fold.several {
                Some(several) => several.add(operation, &mut transaction)?,
                None => true,
            };
            if counts {
                fold.count(operation);
            } else {
                fold.not_counted = fold.not_counted.saturating_add(1);
            }
            let contested = operation::compare(operation, fold.several.is_some(), &mut transaction)?;
            fold.contested.extend(contested);
        }
    }
}

/// What has been worked out so far.
#[derive(Default)]
struct Fold {
    operations: u64,
    not_counted: u64,
    /// Wider than an account may be in the end: what came and went may be.
    accounts: [i128; 8],
    customers: Customers,
    made: Made,
    program: Option<ProgramVersion>,
    /// The operations that set a program.
    set: BTreeSet<Seq>,
    contested: BTreeSet<SaleId>,
    /// What operations of several registers have made, where there are such.
    several: Option<SeveralRegisters>,
}

impl Fold {
    fn of<S: Store>(store: &mut S) -> Result<Fold, VerifyError<S::Error>> {
        let united = Fold::is_united(store)?;
        let weight = Weight::new(store.begin().map_err(VerifyError::Store)?.unforeseen());
        let several = united.then(|| SeveralRegisters::new(weight));
        Ok(Fold { several, customers: Customers::new(weight), ..Fold::default() })
    }

    fn is_united<S: Store>(store: &mut S) -> Result<bool, VerifyError<S::Error>> {
        let mut transaction = store.begin().map_err(VerifyError::Store)?;
        Ok(transaction.facts(&Question::as_of(Timestamp::LAST)).map_err(VerifyError::Store)?.united)
    }

    /// Whether a ledger has operations of several registers, and this isn't the fold of such a one.
    fn is_other<S: Store>(&self, store: &mut S) -> Result<bool, VerifyError<S::Error>> {
        Ok(self.several.is_none() && Fold::is_united(store)?)
    }

    /// Compares all that was worked out with what is kept.
    fn compare<T: Transaction>(
        self,
        program: Option<ProgramVersion>,
        transaction: &mut T,
    ) -> Result<Verified, VerifyError<T::Error>> {
        let made = self.made.counts();
        let (mut corrections, mut set) = (Corrections::default(), self.program);
        let made = match &self.several {
            Some(several) => {
                let (counts, corrected, latest) = several.compare(transaction)?;
                (corrections, set) = (corrected, latest);
                Counts { follow_ups: made.follow_ups, programs: made.programs, ..counts }
            }
            None => {
                compare_kept(self.customers.kept(), transaction)?;
                // An older version didn't note which they were.
                let noted = transaction.deciding(None).map_err(VerifyError::Store)?;
                if noted.iter().any(|operation| !self.set.contains(&operation.seq)) {
                    return Err(VerifyError::Ledger { what: "a program is noted as set that wasn't" });
                }
                let (lots, tallies) = self.customers.compare(transaction)?;
                let (customers, kept) = (self.customers.count(), self.customers.count_kept());
                Counts { customers, lots, tallies, kept, ..made }
            }
        };
        if program != set {
            return Err(VerifyError::Ledger { what: "another program holds than was set last" });
        }
        let kept = transaction.counts().map_err(VerifyError::Store)?;
        counts::compare(&made, &kept).map_err(|what| VerifyError::Ledger { what })?;
        self.finish(made.customers, &corrections)
    }

    fn add<E>(&mut self, operation: &Operation) -> Result<(), VerifyError<E>> {
        let (expected, found) = (Seq(self.operations.saturating_add(1)), operation.seq);
        if expected != found {
            return Err(VerifyError::Gap { expected, found });
        }
        self.operations = found.0;
        let fits = operation::check(operation).and_then(|()| match self.several {
            Some(_) => Ok(()),
            None => self.customers.add(operation),
        });
        self.made.add(operation);
        if let Document::SetProgram(document) = &operation.document {
            self.program = Some(document.program.version);
            self.set.insert(found);
        }
        fits.map_err(|what| VerifyError::Operation { seq: found, what })
    }

    fn count(&mut self, operation: &Operation) {
        for entry in &operation.decision.entries {
            for (account, sum) in Account::ALL.iter().zip(&mut self.accounts) {
                if entry.from == *account {
                    *sum = sum.wrapping_sub(i128::from(entry.units.minor()));
                }
                if entry.to == *account {
                    *sum = sum.wrapping_add(i128::from(entry.units.minor()));
                }
            }
        }
    }

    fn finish<E>(mut self, customers: u64, corrections: &Corrections) -> Result<Verified, VerifyError<E>> {
        for (account, sum) in Account::ALL.iter().zip(&mut self.accounts) {
            *sum = sum.wrapping_add(corrections.of(*account));
        }
        if self.accounts.iter().fold(0, |all: i128, sum| all.wrapping_add(*sum)) != 0 {
            return Err(VerifyError::Ledger { what: "the accounts together hold more or less than nothing" });
        }
        let mut accounts = Account::ALL.map(|account| (account, Units::ZERO));
        for ((_, units), sum) in accounts.iter_mut().zip(self.accounts) {
            let sum = i64::try_from(sum).map_err(|_| VerifyError::TooLarge)?;
            *units = Units::from_minor(sum);
        }
        let is_held = |(account, units): &(Account, Units)| *account == Account::Held && *units < Units::ZERO;
        if self.several.is_none() && accounts.iter().any(is_held) {
            return Err(VerifyError::Ledger { what: "more was released than was ever held" });
        }
        let Fold { operations, not_counted, contested, .. } = self;
        let contested = contested.into_iter().collect();
        Ok(Verified { operations, not_counted, customers, accounts, contested })
    }
}
