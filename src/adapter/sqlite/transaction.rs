//! A transaction: facts out, change sets in.

use std::vec::Vec;

use rusqlite::Connection;

use crate::adapter::sqlite::accounts::{self, Found, KeptCustomer};
use crate::adapter::sqlite::operations::Reader;
use crate::adapter::sqlite::record::{Known, Recorder};
use crate::adapter::sqlite::{SqliteError, SqliteStore};
use crate::decide::{AccountFacts, ChangeSet, Facts, Kind, KnownAccount, Question, SaleHistory};
use crate::ident::CustomerId;
use crate::ledger::{Holding, Seq};
use crate::store::Transaction;

/// A transaction of a [`SqliteStore`]. It keeps all other writers out; dropped without a commit, it
/// has changed nothing.
#[derive(Debug)]
pub struct SqliteTransaction<'s> {
    store: &'s mut SqliteStore,
    /// What is looked up once, and kept up to date here.
    head: Option<Head>,
    /// The customers that were asked for last: most often it is they who change.
    customers: Vec<Known>,
    kept_programs: bool,
    open: bool,
}

#[derive(Debug, Clone, Copy)]
struct Head {
    next: Seq,
    program: Option<i64>,
}

impl<'s> SqliteTransaction<'s> {
    pub(super) fn begin(store: &'s mut SqliteStore) -> Result<SqliteTransaction<'s>, SqliteError> {
        store.connection.prepare_cached("BEGIN IMMEDIATE")?.execute([])?;
        Ok(SqliteTransaction { store, head: None, customers: Vec::new(), kept_programs: false, open: true })
    }

    fn connection(&self) -> &Connection {
        &self.store.connection
    }

    fn reader(&mut self) -> Reader<'_> {
        Reader { connection: &self.store.connection, programs: &mut self.store.programs }
    }

    fn head(&mut self) -> Result<Head, SqliteError> {
        if let Some(head) = self.head {
            return Ok(head);
        }
        let sql = "SELECT coalesce(max(seq), 0), (SELECT n FROM program WHERE current) FROM operation";
        let mut statement = self.store.connection.prepare_cached(sql)?;
        let (last, program) =
            statement.query_row([], |row| Ok((row.get::<_, i64>(0)?, row.get::<_, Option<i64>>(1)?)))?;
        let last = u64::try_from(last).map_err(|_| SqliteError::damaged("an operation has no number"))?;
        let head = Head { next: Seq(last.saturating_add(1)), program };
        self.head = Some(head);
        Ok(head)
    }

    fn account(
        &mut self,
        customer: CustomerId,
        question: &Question<'_>,
    ) -> Result<AccountFacts, SqliteError> {
        let connection = self.connection();
        let Some(found) = accounts::find(connection, &customer)? else {
            return Ok(AccountFacts { customer, known: None });
        };
        let wanted = question.lots || found.runs_out_before(connection, question.running_out_before)?;
        let Found { n, last, kept, .. } = found;
        let lots = if wanted { accounts::lots(connection, n)? } else { Vec::new() };
        let KeptCustomer { standing, balance, latest, .. } = kept;
        let mut balance_then = None;
        if question.at < latest {
            let moved = self.reader().moved_after(question.at, last)?;
            let then = balance.minus(moved).map_err(|_| SqliteError::damaged("a balance is too large"))?;
            balance_then = Some(then);
        }
        self.customers.push(Known { customer: customer.clone(), n, last, latest });
        let holding = Holding::new(balance, lots);
        Ok(AccountFacts { customer, known: Some(KnownAccount { standing, holding, latest, balance_then }) })
    }
}

impl Transaction for SqliteTransaction<'_> {
    type Error = SqliteError;

    fn facts(&mut self, question: &Question<'_>) -> Result<Facts, SqliteError> {
        self.customers.clear();
        let head = self.head()?;
        let mut reader = self.reader();
        let program = head.program.map(|n| reader.programs.program(reader.connection, n)).transpose()?;
        let original = match question.document {
            Some((kind, id)) => reader.original(kind, id)?,
            None => None,
        };
        let mut sales = Vec::with_capacity(question.sales.len());
        for sale in question.sales {
            // A sale asks for itself, too: it may have been parked.
            let opening = match question.document {
                Some((Kind::Sale, id)) if id == sale.as_str() => original.clone(),
                _ => reader.original(Kind::Sale, sale.as_str())?,
            };
            sales.extend(opening.map(|opening| reader.history(opening)).transpose()?);
        }
        let mut accounts = Vec::new();
        for customer in customers(question, &sales) {
            accounts.push(self.account(customer, question)?);
        }
        Ok(Facts { next: head.next, program, original, sales, accounts })
    }

    fn record(&mut self, changes: &ChangeSet) -> Result<(), SqliteError> {
        let mut head = self.head()?;
        self.kept_programs |= !changes.programs.is_empty();
        for program in &changes.programs {
            let n = self.store.programs.keep(&self.store.connection, program)?;
            self.store.programs.set_current(&self.store.connection, n)?;
            head.program = Some(n);
        }
        let SqliteStore { connection, programs } = &mut *self.store;
        let mut recorder = Recorder { connection, programs, customers: &mut self.customers };
        for change in &changes.accounts {
            recorder.keep(change, &changes.operations)?;
        }
        for operation in &changes.operations {
            recorder.append(operation)?;
            head.next = head.next.max(Seq(operation.seq.0.saturating_add(1)));
        }
        self.head = Some(head);
        Ok(())
    }

    fn commit(mut self) -> Result<(), SqliteError> {
        self.connection().prepare_cached("COMMIT")?.execute([])?;
        self.open = false;
        Ok(())
    }
}

impl Drop for SqliteTransaction<'_> {
    fn drop(&mut self) {
        if !self.open {
            return;
        }
        // A failed commit may have rolled back by itself. There is nobody to tell of anything else,
        // and the next transaction can't begin inside this one.
        let _ = self.connection().execute_batch("ROLLBACK");
        if self.kept_programs {
            self.store.programs.forget();
        }
    }
}

/// The customer asked for and those of the sales, each once.
fn customers(question: &Question<'_>, sales: &[SaleHistory]) -> Vec<CustomerId> {
    let mut customers: Vec<CustomerId> = question.customer.cloned().into_iter().collect();
    for history in sales {
        let first = history.operations.first().and_then(|operation| operation.document.customer());
        customers.extend(first.filter(|customer| !customers.contains(customer)).cloned());
    }
    customers
}
