//! Which single things a question comes to.

use alloc::borrow::Cow;
use alloc::collections::{BTreeSet, VecDeque};
use alloc::vec::Vec;

use crate::decide::{
    AccountFacts, Document, Kept, Key, KnownAccount, Operation, Purchase, Question, Recorded, SaleHistory,
    SaleRecord, SetExpiry, bought_by_all, claimed_once, idle_ended_since, purchases_of,
};
use crate::ident::{Code, CustomerId, SaleId};
use crate::loyalty::VersionedProgram;
use crate::time::{Date, Timestamp};

/// Finds the single things that a ledger keeps, for [`gather`].
pub trait Find {
    /// What can go wrong.
    type Error;

    /// What is known of a customer, as of the question's time; of what the customer bought no more than
    /// the tally, if it is asked for and one is kept.
    ///
    /// # Errors
    /// If the store can't be read, or what is read is damaged.
    fn account(
        &mut self,
        customer: &CustomerId,
        question: &Question<'_>,
    ) -> Result<AccountFacts, Self::Error>;

    /// All operations about a customer, as [`KnownAccount::history`] has them.
    ///
    /// # Errors
    /// If the store can't be read, or what is read is damaged.
    fn about(&mut self, customer: &CustomerId) -> Result<Vec<Operation>, Self::Error>;

    /// A sale with all that happened to it, if it is there.
    ///
    /// # Errors
    /// If the store can't be read, or what is read is damaged.
    fn history(&mut self, sale: &SaleId) -> Result<Option<SaleHistory>, Self::Error>;

    /// What is kept under a key.
    ///
    /// # Errors
    /// If the store can't be read, or what is read is damaged.
    fn kept(&mut self, key: &Key) -> Result<Option<Kept>, Self::Error>;

    /// The program that held at a moment, as [`held_at`](crate::decide::held_at) has it, as far as it is known
    /// when programs were set; it may be left out where none was set for a later moment.
    ///
    /// # Errors
    /// If the store can't be read, or what is read is damaged.
    fn program_at(&mut self, at: Timestamp) -> Result<Option<VersionedProgram>, Self::Error>;

    /// How long units last under each program that was set, in the order in which they were set, as far as it is
    /// known.
    ///
    /// # Errors
    /// If the store can't be read, or what is read is damaged.
    fn expiries(&mut self) -> Result<Vec<(Timestamp, SetExpiry)>, Self::Error>;

    /// All customers.
    ///
    /// # Errors
    /// If the store can't be read, or what is read is damaged.
    fn everybody(&mut self) -> Result<Vec<CustomerId>, Self::Error>;

    /// Whether operations of other registers are among those of the ledger ([`Facts::united`]). A store that shares
    /// nothing has none.
    ///
    /// # Errors
    /// If the store can't be read.
    ///
    /// [`Facts::united`]: crate::decide::Facts::united
    fn united(&mut self) -> Result<bool, Self::Error> {
        Ok(false)
    }
}

/// The sales, the customers and what is kept that a question asks for.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Gathered {
    /// The sales asked for, in the order asked, then the customers' debts.
    pub sales: Vec<SaleHistory>,
    /// The customers asked for, the one that the question names first.
    pub accounts: Vec<AccountFacts>,
    /// What is kept under the keys asked for.
    pub kept: Vec<Kept>,
    /// The program that held at the time asked about, if it is another than the one that holds now.
    pub then: Option<VersionedProgram>,
    /// How long units last under each program that was set, if histories are answered and it isn't the same.
    pub expiries: Vec<(Timestamp, SetExpiry)>,
}

/// Finds what a question asks for, the same for every store: of a sale and of what is kept, whose it
/// is; of a customer who was merged into another, the other; those who were merged into a customer; and, if they
/// are asked for, the customers' debts and punch cards. `program` is the one that holds, `original` the operation
/// that recorded the document before: the sales that it paid or settled are there, too.
///
/// # Errors
/// What the store's own reading failed with.
pub fn gather<F: Find>(
    find: &mut F,
    question: &Question<'_>,
    program: Option<&VersionedProgram>,
    original: Option<&Recorded>,
) -> Result<Gathered, F::Error> {
    let mut found = Gathered::default();
    for sale in question.sales.iter() {
        found.sales.extend(find.history(sale)?);
    }
    for sale in original.iter().flat_map(|original| original.operation.follows()) {
        found.add_sale(find, sale)?;
    }
    for key in &question.keys {
        found.kept.extend(find.kept(key)?);
    }
    let by_inactivity = program.is_some_and(|versioned| versioned.program.expires_by_inactivity());
    let is_other = |then: &VersionedProgram| program.is_some_and(|now| now.version != then.version);
    found.then = find.program_at(question.at)?;
    let of_accounts = &of_accounts(find, question, program, original, &found)?;
    // Not before: the same may have come back since, after another one.
    found.then = found.then.filter(is_other);
    let mut wanted: VecDeque<CustomerId> = question.customer.cloned().into_iter().collect();
    wanted.extend(question.others.iter().cloned());
    if of_accounts.everybody || (of_accounts.everybody_by_inactivity && by_inactivity) {
        wanted.extend(find.everybody()?);
    }
    wanted.extend(found.sales.iter().flat_map(SaleHistory::customers).cloned());
    wanted.extend(found.kept.iter().filter_map(Kept::customer).cloned());
    let mut asked = BTreeSet::new();
    while let Some(customer) = wanted.pop_front() {
        if !asked.insert(customer.clone()) {
            continue;
        }
        let account = find.account(&customer, of_accounts)?;
        if let Some(known) = &account.known {
            wanted.extend(known.member.merged_into.clone());
            wanted.extend(known.member.merged_from.iter().cloned());
            if question.debts {
                found.add_debts(find, &known.member.debts, &mut wanted)?;
            }
            if question.cards {
                found.add_kept(find, known.member.cards.iter().map(Code::card_key))?;
            }
        }
        found.accounts.push(account);
    }
    add_merged(find, &mut found.accounts, of_accounts)?;
    let has_history =
        |account: &AccountFacts| account.known.as_ref().is_some_and(|known| !known.history.is_empty());
    if of_accounts.history || found.accounts.iter().any(has_history) {
        found.expiries = find.expiries()?;
        if is_same_expiry(&found.expiries) {
            found.expiries.clear();
        }
    }
    // Only now are the debts known, whose lines may have been rung up long ago.
    let question = &Question { at: question.at, ..of_accounts.clone() };
    let first_day = question.looks_back_to(program, found.then.as_ref(), &found.sales);
    found.accounts.iter_mut().try_for_each(|account| add_purchases(find, account, question, first_day))?;
    Ok(found)
}

/// What is asked of the customers, by what is known of the sales.
fn of_accounts<'q, F: Find>(
    find: &mut F,
    question: &Question<'q>,
    program: Option<&VersionedProgram>,
    original: Option<&Recorded>,
    found: &Gathered,
) -> Result<Question<'q>, F::Error> {
    let by_inactivity = program.is_some_and(|versioned| versioned.program.expires_by_inactivity());
    let tally = question.tally || by_inactivity;
    if original.is_some_and(|original| question.is_answered_by(&original.operation)) {
        // Nothing that they did since is looked at. Of the time it is only asked whether something is later.
        let nobody = Question { everybody: false, everybody_by_inactivity: false, ..question.clone() };
        let at = Timestamp::LAST;
        return Ok(Question { tally, history: false, purchases: false, at, ..nobody });
    }
    let mut history = question.asks_for_history(program, &found.sales);
    let paid = question.may_give_back(&found.sales);
    if !history && (paid || question.earned_without_day(&found.sales)) {
        // A program that held in between may have let units run out, or was set late.
        history = !is_same_expiry(&find.expiries()?) || (paid && find.united()?);
    }
    // What is dated before a program that ended may have run out under it.
    let ended = found.then.is_some() && idle_ended_since(&find.expiries()?, question.at).is_some();
    let (history, lots) = (history || ended, question.lots || ended);
    let together = match found.then {
        Some(_) => None,
        None => question.puts_together(program, &found.sales, original),
    };
    Ok(Question { tally, history, lots, paid, together, ..question.clone() })
}

/// Whether units last as long under each program that was set.
fn is_same_expiry(expiries: &[(Timestamp, SetExpiry)]) -> bool {
    let mut all = expiries.iter().map(|(_, set)| set.expiry);
    all.next().is_none_or(|first| all.all(|expiry| expiry == first))
}

/// Adds all histories of records that became one, where one is there or one had later documents than the one asked
/// about: those may be later than the merge, too.
fn add_merged<F: Find>(
    find: &mut F,
    accounts: &mut [AccountFacts],
    question: &Question<'_>,
) -> Result<(), F::Error> {
    let mut wanted = Vec::new();
    for AccountFacts { customer, known } in &*accounts {
        let Some(others) = known.as_ref().map(|known| &known.member.merged_from) else { continue };
        let all = || {
            accounts
                .iter()
                .filter(|account| account.customer == *customer || others.contains(&account.customer))
        };
        // Of whoever had later documents the history is there.
        let is_past = |known: &KnownAccount| !known.history.is_empty();
        if !others.is_empty() && all().filter_map(|account| account.known.as_ref()).any(is_past) {
            wanted.extend(all().map(|account| account.customer.clone()));
        }
    }
    if wanted.is_empty() {
        return Ok(());
    }
    let question = Question { history: true, lots: true, ..question.clone() };
    for account in accounts.iter_mut().filter(|account| wanted.contains(&account.customer)) {
        if account.known.as_ref().is_some_and(|known| known.history.is_empty()) {
            *account = find.account(&account.customer, &question)?;
        }
    }
    Ok(())
}

/// Adds all purchases of a customer where they are asked for, or the tally covers too few days.
fn add_purchases<F: Find>(
    find: &mut F,
    account: &mut AccountFacts,
    question: &Question<'_>,
    first_day: Option<Date>,
) -> Result<(), F::Error> {
    let AccountFacts { customer, known: Some(known) } = account else { return Ok(()) };
    let covers = |day| known.tally.as_ref().is_some_and(|tally| tally.covers(day));
    if question.purchases || first_day.is_some_and(|day| !covers(day)) {
        known.purchases = Some(bought(find, customer, known)?);
    }
    Ok(())
}

/// All that a customer bought. Where several registers decided, what they did under names that were merged isn't
/// among the customer's own, and of sales that were claimed more is to be known.
fn bought<F: Find>(
    find: &mut F,
    customer: &CustomerId,
    known: &KnownAccount,
) -> Result<Vec<Purchase>, F::Error> {
    let own = match &*known.history {
        [] => Cow::Owned(find.about(customer)?),
        history => Cow::Borrowed(history),
    };
    if !find.united()? {
        return Ok(purchases_of(customer, &own));
    }
    let names: Vec<&CustomerId> = known.member.merged_from.iter().chain([customer]).collect();
    let mut all = Vec::with_capacity(names.len());
    for name in &names {
        let about = if *name == customer { Cow::Borrowed(&*own) } else { Cow::Owned(find.about(name)?) };
        all.push(bought_as_claimed(&names, name, &about, |sale| find.history(sale))?);
    }
    Ok(bought_by_all(all))
}

/// What was bought under one of a customer's names, where several registers decided.
pub(in crate::store) fn bought_as_claimed<E>(
    names: &[&CustomerId],
    name: &CustomerId,
    about: &[Operation],
    mut history: impl FnMut(&SaleId) -> Result<Option<SaleHistory>, E>,
) -> Result<Vec<Purchase>, E> {
    let mut bought = purchases_of(name, about);
    for claim in about.iter().filter(|operation| matches!(operation.document, Document::Claim(_))) {
        for sale in claim.document.about_sales() {
            if let Some(history) = history(sale)? {
                claimed_once(names, &mut bought, claim, &history);
            }
        }
    }
    Ok(bought)
}

impl Gathered {
    fn add_debts<F: Find>(
        &mut self,
        find: &mut F,
        debts: &[SaleId],
        wanted: &mut VecDeque<CustomerId>,
    ) -> Result<(), F::Error> {
        for sale in debts {
            let history = self.add_sale(find, sale)?;
            wanted.extend(history.into_iter().flat_map(SaleHistory::customers).cloned());
        }
        Ok(())
    }

    /// A sale that isn't there yet.
    fn add_sale<F: Find>(&mut self, find: &mut F, sale: &SaleId) -> Result<Option<&SaleHistory>, F::Error> {
        if self.sales.iter().any(|known| SaleRecord::id(known) == Some(sale)) {
            return Ok(None);
        }
        let Some(history) = find.history(sale)? else { return Ok(None) };
        self.sales.push(history);
        Ok(self.sales.last())
    }

    fn add_kept<F: Find>(&mut self, find: &mut F, keys: impl Iterator<Item = Key>) -> Result<(), F::Error> {
        for key in keys {
            if self.kept.iter().all(|kept| kept.key() != key) {
                self.kept.extend(find.kept(&key)?);
            }
        }
        Ok(())
    }
}
