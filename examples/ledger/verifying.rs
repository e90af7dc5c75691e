//! `verify`: whether what the ledger keeps follows from its operations.

use indicatif::ProgressBar;
use regulars::adapter::sqlite::{ChainHead, SqliteError, SqliteStore, SqliteTransaction};
use regulars::decide::Operation;
use regulars::ledger::Seq;
use regulars::loyalty::Program;
use regulars::store::{Store, Verified, VerifyError, verify};
use serde_json::{Map, Value, json};

use crate::args::Args;
use crate::print::{spinner, table, tell, units};
use crate::{NotOpened, Result, look, program};

pub fn run(args: &Args, seen: Option<ChainHead>) -> Result<bool> {
    let mut store = match look(&args.file) {
        Ok(store) => store,
        // One that is damaged so that it can't even be opened doesn't fit, either.
        Err(error) => match error.downcast::<NotOpened>().map(|not_opened| *not_opened) {
            Ok(NotOpened {
                error: error @ (SqliteError::Damaged { .. } | SqliteError::LogDamaged { .. }),
                ..
            }) => {
                return told(args, &VerifyError::Store(error));
            }
            Ok(error) => return Err(error.into()),
            Err(error) => return Err(error),
        },
    };
    let checked = store.check_chain(seen).map_err(VerifyError::Store);
    let checked = checked.and_then(|head| check(args, &mut store).map(|verified| (head, verified)));
    match checked {
        Err(error) => told(args, &error),
        Ok((head, verified)) => {
            let program = program(&mut store)?;
            let (mut object, rows) = looked_at(&verified, program.as_deref())?;
            if let Some(object) = object.as_object_mut() {
                object.insert(String::from("head"), json!(head.to_string()));
            }
            let goes_on = if seen.is_some() { " It still has all that was seen." } else { "" };
            tell(
                args,
                &object,
                &format!("{rows}\nThe ledger fits.{goes_on}\nThe head of its chain: {head}\n"),
            )?;
            Ok(true)
        }
    }
}

/// The file by itself, and then what stands in it.
pub fn check(
    args: &Args,
    store: &mut SqliteStore,
) -> std::result::Result<Verified, VerifyError<SqliteError>> {
    store.check_file().map_err(VerifyError::Store)?;
    let bar = spinner(args, "verifying");
    let verified = verify(&mut Watched { store, bar: &bar });
    bar.finish_and_clear();
    verified
}

/// What was looked at, as JSON and as a table.
pub fn looked_at(verified: &Verified, program: Option<&Program>) -> Result<(Value, String)> {
    let liability = units(verified.liability()?, program);
    let accounts = verified.accounts.iter().filter(|(_, held)| !held.is_zero());
    let accounts: Vec<_> = accounts.map(|(account, held)| (account.name(), units(*held, program))).collect();
    let object = json!({
        "fits": true,
        "operations": verified.operations,
        "not_counted": verified.not_counted,
        "contested": verified.contested.iter().map(ToString::to_string).collect::<Vec<_>>(),
        "customers": verified.customers,
        "liability": liability,
        "accounts": accounts.iter().map(|(name, held)| (name.to_string(), json!(held))).collect::<Map<_, _>>(),
    });
    let rows = [
        ("operations", verified.operations.to_string()),
        ("customers", verified.customers.to_string()),
        ("liability", liability),
    ];
    let accounts = accounts.into_iter().map(|(name, held)| (format!("  {name}"), held));
    let not_counted = Some(verified.not_counted).filter(|not_counted| 0 < *not_counted);
    let not_counted = not_counted.map(|not_counted| ("not counted", not_counted.to_string()));
    let contested = verified.contested.iter().map(|sale| ("contested", format!("{sale}: settle it by hand")));
    Ok((object, table(rows) + &table(not_counted) + &table(contested) + &table(accounts)))
}

/// Says what doesn't fit.
fn told(args: &Args, error: &VerifyError<SqliteError>) -> Result<bool> {
    let operation = match error {
        VerifyError::Gap { expected: seq, .. } | VerifyError::Operation { seq, .. } => Some(seq.0),
        VerifyError::Store(SqliteError::Damaged { seq, .. }) => seq.map(|seq| seq.0),
        VerifyError::Store(SqliteError::LogDamaged { .. }) => None,
        // The ledger couldn't be looked at: nothing is known of it.
        VerifyError::Store(other) => return Err(format!("{}: {other}", args.file.display()).into()),
        _ => None,
    };
    let mut object = json!({ "fits": false, "why": error.to_string() });
    if let (Some(operation), Some(object)) = (operation, object.as_object_mut()) {
        object.insert(String::from("operation"), json!(operation));
    }
    let what_to_do = "Keep the file as it is, and restore a backup; salvage tells what else can be read.";
    tell(args, &object, &format!("The ledger doesn't fit: {error}\n{what_to_do}\n"))?;
    Ok(false)
}

/// A store that shows how far somebody has read.
struct Watched<'s> {
    store: &'s mut SqliteStore,
    bar: &'s ProgressBar,
}

impl Store for Watched<'_> {
    type Error = SqliteError;
    type Transaction<'t>
        = SqliteTransaction<'t>
    where
        Self: 't;

    fn begin(&mut self) -> std::result::Result<SqliteTransaction<'_>, SqliteError> {
        self.store.begin()
    }

    fn operations(&mut self, from: Seq, most: usize) -> std::result::Result<Vec<Operation>, SqliteError> {
        self.bar.set_position(from.0.saturating_sub(1));
        self.store.operations(from, most)
    }
}
