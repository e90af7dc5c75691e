//! A transaction: facts out, change sets in.

use std::vec::Vec;

use rusqlite::{Connection, OptionalExtension, params};

use crate::adapter::sqlite::operations::{Reader, number};
use crate::adapter::sqlite::pack::{self, kind_code};
use crate::adapter::sqlite::{SqliteError, SqliteStore, accounts};
use crate::decide::{
    AccountFacts, ChangeSet, Document, Facts, Kind, KnownAccount, Operation, Question, SaleHistory,
};
use crate::ident::{CustomerId, SaleId};
use crate::ledger::{Holding, Seq};
use crate::store::Transaction;

/// A transaction of a [`SqliteStore`]. It keeps all other writers out; dropped without a commit, it
/// has changed nothing.
#[derive(Debug)]
pub struct SqliteTransaction<'s> {
    store: &'s mut SqliteStore,
    /// What is looked up once, and kept up to date here.
    head: Option<Head>,
    /// The numbers of the customers that were asked for last.
    customers: Vec<(CustomerId, i64)>,
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
        for program in &changes.programs {
            self.kept_programs = true;
            let n = self.store.programs.keep(&self.store.connection, program)?;
            self.store.programs.set_current(&self.store.connection, n)?;
            head.program = Some(n);
        }
        for change in &changes.accounts {
            let known = self.number_of(&change.customer)?;
            let n = accounts::keep(self.connection(), known, change)?;
            if known.is_none() {
                self.customers.push((change.customer.clone(), n));
            }
        }
        for operation in &changes.operations {
            self.append(operation)?;
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
        // A failed commit may have rolled back by itself; there is nobody to tell of anything else,
        // and the next transaction can't begin in this one.
        let _ = self.connection().execute_batch("ROLLBACK");
        if self.kept_programs {
            self.store.programs.forget();
        }
    }
}

impl SqliteTransaction<'_> {
    fn account(
        &mut self,
        customer: CustomerId,
        question: &Question<'_>,
    ) -> Result<AccountFacts, SqliteError> {
        let Some((n, kept)) = accounts::find(self.connection(), &customer)? else {
            return Ok(AccountFacts { customer, known: None });
        };
        let connection = self.connection();
        let wanted = question.lots || accounts::runs_out_before(connection, n, question.running_out_before)?;
        let lots = if wanted { accounts::lots(connection, n)? } else { Vec::new() };
        let is_late = question.at < kept.latest;
        let balance_then = if is_late { Some(self.reader().balance_as_of(n, question.at)?) } else { None };
        self.customers.push((customer.clone(), n));
        let known = KnownAccount {
            standing: kept.standing,
            holding: Holding::new(kept.balance, lots),
            latest: kept.latest,
            balance_then,
        };
        Ok(AccountFacts { customer, known: Some(known) })
    }

    /// The number of a customer; most often it has just been asked for.
    fn number_of(&self, customer: &CustomerId) -> Result<Option<i64>, SqliteError> {
        match self.customers.iter().find(|(known, _)| known == customer) {
            Some((_, n)) => Ok(Some(*n)),
            None => accounts::find_number(self.connection(), customer),
        }
    }

    fn append(&mut self, operation: &Operation) -> Result<(), SqliteError> {
        let (seq, document) = (number(operation.seq)?, &operation.document);
        let customer = match &operation.decision.customer {
            Some(customer) => {
                let unknown =
                    SqliteError::DoesNotFit { what: "units moved for a customer without an account" };
                Some(self.number_of(customer)?.ok_or(unknown)?)
            }
            None => None,
        };
        let body = pack::pack(operation, self.programs_of(operation)?);
        let sql = "INSERT INTO operation (seq, at, customer, body) VALUES (?1, ?2, ?3, ?4)";
        let at = document.at().millisecond();
        self.connection().prepare_cached(sql)?.execute(params![seq, at, customer, body])?;
        if let Some(id) = document.id() {
            // A parked sale is rung up anew: from now on its id names the new operation.
            let sql = "INSERT INTO document (kind, id, seq) VALUES (?1, ?2, ?3)
                       ON CONFLICT (kind, id) DO UPDATE SET seq = excluded.seq";
            let kind = kind_code(document.kind());
            self.connection().prepare_cached(sql)?.execute(params![kind, id, seq])?;
        }
        document.about_sales().iter().try_for_each(|sale| self.follow(sale, seq))
    }

    /// Notes that an operation is about a sale of an earlier one.
    fn follow(&self, sale: &SaleId, seq: i64) -> Result<(), SqliteError> {
        let sql = "SELECT seq FROM document WHERE kind = ?1 AND id = ?2";
        let mut statement = self.connection().prepare_cached(sql)?;
        let of = params![kind_code(Kind::Sale), sale.as_str()];
        let first: Option<i64> = statement.query_row(of, |row| row.get(0)).optional()?;
        let first = first.ok_or(SqliteError::DoesNotFit { what: "it is about a sale that isn't there" })?;
        let sql = "INSERT INTO follow (sale, operation) VALUES (?1, ?2)";
        self.connection().prepare_cached(sql)?.execute([first, seq])?;
        Ok(())
    }

    /// The numbers of the programs that an operation names.
    fn programs_of(&mut self, operation: &Operation) -> Result<pack::Programs<i64>, SqliteError> {
        let (connection, programs) = (&self.store.connection, &mut self.store.programs);
        let set = match &operation.document {
            Document::SetProgram(document) => {
                self.kept_programs = true;
                Some(programs.keep(connection, &document.program)?)
            }
            _ => None,
        };
        let used = programs.number(connection, &operation.program)?;
        let used = used.ok_or(SqliteError::DoesNotFit { what: "it names a program that isn't kept" })?;
        Ok(pack::Programs { used, set })
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
