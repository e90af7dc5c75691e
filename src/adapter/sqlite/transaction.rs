//! A transaction: facts out, change sets in.

use core::hash::{BuildHasher, Hasher};
use std::hash::RandomState;
use std::vec::Vec;

use rusqlite::{Connection, Row};

use crate::adapter::sqlite::accounts::{self, Asked, Found, Known};
use crate::adapter::sqlite::finder::Finder;
use crate::adapter::sqlite::lots;
use crate::adapter::sqlite::operations::Reader;
use crate::adapter::sqlite::record::Recorder;
use crate::adapter::sqlite::shared::{self, Noted};
use crate::adapter::sqlite::{ChainHead, Failed, SqliteError, SqliteStore, chain, turn};
use crate::decide::{AccountFacts, ChangeSet, Facts, Key, Kind, KnownAccount, Operation, Parcel, Question};
use crate::ffi::data_version;
use crate::ident::{CustomerId, RegisterId};
use crate::ledger::{Epoch, Holding, OperationName, Order, Origin, Seq};
use crate::loyalty::ProgramVersion;
use crate::store::{Arrival, Counts, Gathered, Refolded, Sharing, Transaction, gather};

/// A transaction of a [`SqliteStore`]. It keeps all other writers out; dropped without a commit, it
/// has changed nothing.
#[derive(Debug)]
pub struct SqliteTransaction<'s> {
    pub(super) store: &'s mut SqliteStore,
    /// What is looked up once, and kept up to date here.
    pub(super) head: Option<Head>,
    /// The customers that were asked for last: most often it is they who change.
    pub(super) customers: Vec<Known>,
    pub(super) kept_programs: bool,
    open: bool,
    /// Something failed: SQLite may have rolled back by itself, or half a document may be written.
    lost: bool,
}

/// What all documents ask for.
#[derive(Debug, Clone, Copy)]
pub(super) struct Head {
    /// Where the chain of operations ends.
    pub(super) chain: ChainHead,
    pub(super) epoch: i64,
    pub(super) program: Option<i64>,
    /// The latest time from which on a program was set, as far as that is noted: then, the newest of them holds.
    pub(super) set_at: Option<i64>,
    /// Whether tallies are kept: since a program has looked at purchases.
    pub(super) looks: bool,
    /// What is noted of a ledger that has a name.
    pub(super) noted: Option<Noted>,
}

/// The version of the file, for who keeps others from writing. Who only reads sees what others wrote by the first look,
/// and not before: nothing is known there.
fn version(connection: &Connection) -> Option<u32> {
    match connection.is_readonly("main") {
        Ok(false) => data_version::of(connection),
        _ => None,
    }
}

impl<'s> SqliteTransaction<'s> {
    pub(super) fn begin(store: &'s mut SqliteStore) -> Result<SqliteTransaction<'s>, Failed> {
        turn::wait(&mut store.database, store.patience, |statements| statements.begin.execute([]))?;
        // Most often nobody else has written since this store did.
        let version = version(store.database.connection());
        let head = store.head.and_then(|(known, head)| (Some(known) == version).then_some(head));
        if !store.remembered.begin(version) {
            store.ids.forget();
        }
        Ok(SqliteTransaction {
            store,
            head,
            customers: Vec::new(),
            kept_programs: false,
            open: true,
            lost: false,
        })
    }

    pub(super) fn connection(&self) -> &Connection {
        self.store.database.connection()
    }

    /// Does something that may change any customer: all who are remembered are forgotten.
    fn forgetting<R>(&mut self, call: impl FnOnce(&mut Self) -> Result<R, Failed>) -> Result<R, SqliteError> {
        self.store.remembered.forget();
        self.unless_lost(call)
    }

    /// Does something, unless something has failed before: outside of a transaction each statement would be kept at
    /// once. Whatever it writes of a customer it has to note in what is remembered.
    fn unless_lost<R>(
        &mut self,
        call: impl FnOnce(&mut Self) -> Result<R, Failed>,
    ) -> Result<R, SqliteError> {
        if self.lost {
            return Err(SqliteError::Lost);
        }
        let done = call(self);
        self.lost = done.is_err();
        Ok(done?)
    }

    pub(super) fn reader(&mut self) -> Reader<'_> {
        let SqliteStore { database, programs, ids, .. } = &mut *self.store;
        Reader { database, programs, ids }
    }

    pub(super) fn head(&mut self) -> Result<Head, Failed> {
        if let Some(head) = self.head {
            return Ok(head);
        }
        let (program, looks, epoch) = self.store.database.run(|statements| {
            let columns = |row: &Row<'_>| Ok((row.get(0)?, row.get(1)?, row.get::<_, Option<_>>(2)?));
            statements.head.query_row([], columns)
        })?;
        let chain = chain::head(&mut self.store.database)?;
        let noted = Noted::read(&mut self.reader(), chain.seq)?;
        let set_at = shared::latest_set(self.connection())?;
        let head = Head { chain, epoch: epoch.unwrap_or_default(), program, set_at, looks, noted };
        self.head = Some(head);
        Ok(head)
    }

    /// Whether units run out when a customer buys nothing for too long.
    fn runs_out_by_inactivity(&mut self) -> Result<bool, Failed> {
        let Some(n) = self.head()?.program else { return Ok(false) };
        let reader = self.reader();
        let program = reader.programs.program(reader.database.connection(), n)?;
        Ok(program.program.expires_by_inactivity())
    }

    pub(super) fn account(
        &mut self,
        customer: &CustomerId,
        question: &Question<'_>,
    ) -> Result<AccountFacts, Failed> {
        let asked = match question.tally && self.head()?.looks {
            true => Asked::WithTally(question.together.as_ref()),
            false => Asked::Account,
        };
        let SqliteStore { database, remembered, .. } = &mut *self.store;
        let found = accounts::find(database, remembered, customer, asked)?;
        let customer = customer.clone();
        let Some(mut found) = found else { return Ok(AccountFacts { customer, known: None }) };
        let idle = self.runs_out_by_inactivity()?;
        let soon = found.runs_out_before(question.running_out_before);
        let wanted = question.lots || question.at < found.latest || idle || soon;
        let lots = if wanted { lots::read(&mut self.store.database, found.n)? } else { Vec::new() };
        self.customers.push(Known::new(customer.clone(), &mut found));
        let Found { n, member, balance, latest, last, tally, .. } = found;
        let mut history = Vec::new();
        let mut is_needed = question.history || question.at < latest;
        if question.paid && !is_needed {
            let SqliteStore { database, punctual, .. } = &mut *self.store;
            is_needed = member.is_merged() || punctual.has_late(database, n, last)?;
        }
        if is_needed {
            history = self.reader().about(last)?;
            history = self.in_order(history)?;
        }
        let holding = Holding::new(balance, lots);
        Ok(AccountFacts {
            customer,
            known: Some(KnownAccount { member, tally, purchases: None, holding, latest, history }),
        })
    }

    fn look_up(&mut self, question: &Question<'_>) -> Result<Facts, Failed> {
        self.customers.clear();
        let head = self.head()?;
        let mut reader = self.reader();
        let original = match question.document {
            Some((kind, id)) => reader.original(kind, id)?,
            None => None,
        };
        let program =
            head.program.map(|n| reader.programs.program(reader.database.connection(), n)).transpose()?;
        let mut finder =
            Finder { transaction: self, document: question.document, original: original.as_ref() };
        let Gathered { sales, accounts, kept, then, expiries } =
            gather(&mut finder, question, program.as_ref(), original.as_ref())?;
        let united = self.is_united()?;
        Ok(Facts {
            next: head.chain.next(),
            program,
            then,
            expiries,
            original,
            sales,
            accounts,
            kept,
            united,
        })
    }

    fn count(&self) -> Result<Counts, Failed> {
        let sql = "SELECT (SELECT count(*) FROM customer),
                          (SELECT count(*) FROM lot),
                          (SELECT count(*) FROM document), (SELECT count(*) FROM follow),
                          (SELECT count(*) FROM program), (SELECT count(*) FROM tally),
                          (SELECT count(*) FROM kept)";
        let counts = self.connection().query_row(sql, [], |row| {
            let count = |index: usize| row.get(index).map(i64::unsigned_abs);
            Ok(Counts {
                customers: count(0)?,
                lots: count(1)?,
                documents: count(2)?,
                follow_ups: count(3)?,
                programs: count(4)?,
                tallies: count(5)?,
                kept: count(6)?,
            })
        })?;
        Ok(counts)
    }

    /// What writes behind a head. It keeps what the head notes up to date; its chain is to be put back there.
    pub(super) fn recorder<'r>(&'r mut self, head: &'r mut Head) -> Recorder<'r> {
        let SqliteStore { database, programs, punctual, remembered, ids, .. } = &mut *self.store;
        let (customers, epoch, chain) = (&mut self.customers, head.epoch, head.chain);
        let noted = head.noted.as_mut();
        Recorder { database, programs, customers, punctual, remembered, ids, epoch, chain, noted }
    }

    fn keep(&mut self, changes: &ChangeSet) -> Result<(), Failed> {
        self.store.remembered.writes();
        let mut head = self.head()?;
        self.kept_programs |= !changes.programs.is_empty();
        for program in &changes.programs {
            let SqliteStore { database, programs, .. } = &mut *self.store;
            let n = programs.keep(database.connection(), program)?;
            programs.set_current(database.connection(), n)?;
            head.program = Some(n);
            head.looks |= program.program.looks_at_purchases();
        }
        let mut recorder = self.recorder(&mut head);
        for change in &changes.accounts {
            recorder.keep(change, &changes.operations)?;
        }
        for operation in &changes.operations {
            recorder.append(operation)?;
        }
        head.chain = recorder.chain;
        head.note_set(&changes.operations);
        self.head = Some(head);
        Ok(())
    }
}

impl Transaction for SqliteTransaction<'_> {
    type Error = SqliteError;

    fn facts(&mut self, question: &Question<'_>) -> Result<Facts, SqliteError> {
        self.unless_lost(|transaction| transaction.look_up(question))
    }

    fn customers(&mut self, after: Option<&CustomerId>, most: usize) -> Result<Vec<CustomerId>, SqliteError> {
        self.unless_lost(|transaction| accounts::ids(transaction.connection(), after, most))
    }

    fn counts(&mut self) -> Result<Counts, SqliteError> {
        self.unless_lost(|transaction| transaction.count())
    }

    /// Keys that the operating system gave this program by chance.
    fn unforeseen(&mut self) -> [u64; 2] {
        [(); 2].map(|()| RandomState::new().build_hasher().finish())
    }

    fn epochs(&mut self) -> Result<Vec<Epoch>, SqliteError> {
        self.unless_lost(|transaction| chain::Epochs::read(transaction.connection())?.all())
    }

    fn begin_epoch(&mut self, number: u32) -> Result<bool, SqliteError> {
        self.forgetting(|transaction| {
            let next = transaction.head()?.chain.next();
            chain::write_epoch(transaction.connection(), next, number)?;
            // What is noted of the ledger is counted anew.
            transaction.head = None;
            Ok(true)
        })
    }

    fn record(&mut self, changes: &ChangeSet) -> Result<(), SqliteError> {
        self.unless_lost(|transaction| transaction.keep(changes))
    }

    fn sharing(&mut self) -> Result<Option<Sharing>, SqliteError> {
        self.unless_lost(SqliteTransaction::known_sharing)
    }

    fn set_register(&mut self, register: &RegisterId) -> Result<bool, SqliteError> {
        self.forgetting(|transaction| transaction.name(register).map(|()| true))
    }

    fn read(&mut self, from: Seq, most: usize) -> Result<Vec<Operation>, SqliteError> {
        self.unless_lost(|transaction| transaction.reader().page(from, most))
    }

    fn order_of(&mut self, seq: Seq) -> Result<Option<Order>, SqliteError> {
        self.unless_lost(|transaction| transaction.order(seq))
    }

    fn seq_of(&mut self, name: &OperationName) -> Result<Option<Seq>, SqliteError> {
        self.unless_lost(|transaction| transaction.seq_named(name))
    }

    fn last_of(&mut self, origin: &Origin) -> Result<u64, SqliteError> {
        self.unless_lost(|transaction| transaction.last_number(origin))
    }

    fn own(&mut self, after: u64, most: usize) -> Result<Vec<Operation>, SqliteError> {
        self.unless_lost(|transaction| transaction.own_operations(after, most))
    }

    fn own_until(&mut self, seq: Seq) -> Result<Option<u64>, SqliteError> {
        self.unless_lost(|transaction| transaction.own_place(seq))
    }

    fn set_acknowledged(&mut self, own: u64) -> Result<(), SqliteError> {
        self.forgetting(|transaction| transaction.keep_acknowledged(own))
    }

    fn concerning(&mut self, customer: &CustomerId) -> Result<Vec<Operation>, SqliteError> {
        self.unless_lost(|transaction| transaction.all_concerning(customer))
    }

    fn under(&mut self, kind: Kind, id: &str) -> Result<Option<Seq>, SqliteError> {
        self.unless_lost(|transaction| transaction.found_under(kind, id))
    }

    fn deciding(&mut self, key: Option<&Key>) -> Result<Vec<Operation>, SqliteError> {
        self.unless_lost(|transaction| transaction.all_deciding(key))
    }

    fn has_program(&mut self, version: &ProgramVersion) -> Result<bool, SqliteError> {
        self.unless_lost(|transaction| transaction.knows_program(version))
    }

    fn take_in(&mut self, arrival: &Arrival) -> Result<(), SqliteError> {
        self.forgetting(|transaction| transaction.append_foreign(arrival))
    }

    fn refold(&mut self, refolded: &Refolded) -> Result<(), SqliteError> {
        self.forgetting(|transaction| transaction.keep_refolded(refolded))
    }

    fn waiting_from(&mut self) -> Result<Vec<OperationName>, SqliteError> {
        self.unless_lost(SqliteTransaction::first_waiting)
    }

    fn count_waiting(&mut self) -> Result<u64, SqliteError> {
        self.unless_lost(SqliteTransaction::all_waiting)
    }

    fn waiting(&mut self, name: &OperationName) -> Result<Option<Parcel>, SqliteError> {
        self.unless_lost(|transaction| transaction.find_waiting(name))
    }

    fn wait(&mut self, parcel: &Parcel) -> Result<(), SqliteError> {
        self.forgetting(|transaction| transaction.keep_waiting(parcel))
    }

    fn end_wait(&mut self, name: &OperationName) -> Result<(), SqliteError> {
        self.forgetting(|transaction| transaction.forget_waiting(name))
    }

    fn commit(mut self) -> Result<(), SqliteError> {
        self.unless_lost(|transaction| {
            transaction.store.place.check()?;
            Ok(transaction.store.database.run(|statements| statements.commit.execute([])).map(drop)?)
        })?;
        self.open = false;
        self.store.punctual.commit();
        let version = version(self.connection());
        self.store.remembered.commit(version);
        self.store.head = version.zip(self.head);
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
        self.store.punctual.roll_back();
        self.store.remembered.roll_back();
    }
}
