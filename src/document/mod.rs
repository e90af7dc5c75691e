//! The JSON forms of documents, programs, outcomes and refusals.
//!
//! Reading is strict: an unknown field, a key given twice, a number where a decimal string belongs,
//! a choice that there isn't, and whatever this version can't do yet are errors that name the
//! field. A text is read into a tree of [`Json`] first, where each key stands once; then each kind
//! of document picks its fields and refuses the others.

mod ahead;
#[cfg(feature = "tokens")]
mod at_till;
mod campaign;
mod canonical;
mod card;
mod decision;
mod error;
mod event;
mod form;
mod json;
mod limits;
mod member;
mod moment;
mod node;
mod operation;
mod outcome;
mod parcel;
mod policy;
mod program;
mod resolved;
mod reward;
mod rule;
mod sale;
#[cfg(feature = "sqlite")]
mod salvaged;
mod tier;
mod value;
mod write;
mod write_sale;

pub use ahead::{write_dry_run, write_hints};
#[cfg(feature = "tokens")]
pub use at_till::{AtTill, read_document_at_till, write_joined};
pub use canonical::write_program;
pub use error::DocumentError;
use error::Mistake;
pub use json::Json;
pub(crate) use json::Members;
pub use limits::Limits;
#[cfg(any(feature = "csv", all(feature = "capi", feature = "tokens")))]
pub(crate) use moment::read_date;
#[cfg(feature = "capi")]
pub(crate) use moment::read_time;
pub use operation::{LedgerHead, read_head, read_operation, write_head, write_operation};
pub use outcome::{outcome_json, write_document_error, write_outcome, write_refusal};
pub use parcel::{read_parcel, write_parcel};
pub use resolved::write_resolved;
#[cfg(feature = "sqlite")]
pub(crate) use salvaged::write_salvaged_head;
pub use write::write_document;

/// What is expected where an article's number is given.
#[cfg(any(feature = "capi", feature = "tokens"))]
pub(crate) const CARDS_CODE: &str = "the code of a card, which has no article's number";

use alloc::sync::Arc;

use sha2::{Digest, Sha256};

use crate::decide::Document;
use crate::loyalty::{Program, ProgramVersion, VersionedProgram};
use node::Node;

/// Reads a document, within the default [`Limits`]. The ledger's program says how many decimals
/// money and units have; `None` where none was set yet, so that only `set_program` can be read.
///
/// # Errors
/// [`DocumentError`] names the field that isn't as it must be.
///
/// ```
/// use regulars::document::{read_document, read_program};
///
/// let program = read_program(
///     r#"{"id": "house", "currency": "EUR", "unit": {"kind": "money"},
///         "earn": [{"by": "amount", "rate": "0.05"}]}"#,
/// )?;
/// let sale = |price: &str| {
///     let text = format!(
///         r#"{{"type": "sale", "sale": "S1", "at": "2026-03-02T10:00:00+01:00", "customer": "C1",
///             "lines": [{{"id": "a", "product": "P", "quantity": "1", "unit_price": {price}}}],
///             "payments": [{{"tender": "card", "amount": "19.99"}}]}}"#
///     );
///     read_document(&text, &*program.program)
/// };
/// assert_eq!(sale("\"19.99\"")?.id(), Some("S1"));
/// assert_eq!(
///     sale("19").unwrap_err().to_string(),
///     r#"lines[0].unit_price: expected a decimal string such as "19.99", found the number 19"#
/// );
/// # Ok::<(), regulars::document::DocumentError>(())
/// ```
pub fn read_document<'p>(
    json: &str,
    program: impl Into<Option<&'p Program>>,
) -> Result<Document, DocumentError> {
    let limits = Limits::default();
    document_from(&Json::read(json, &limits)?, program, &limits)
}

/// Reads a document from a tree of JSON, within given [`Limits`]; those of bytes and values are the
/// tree's own.
///
/// # Errors
/// [`DocumentError`] names the field that isn't as it must be.
///
/// ```
/// use regulars::document::{Json, Limits, document_from, read_program};
///
/// let program = read_program(r#"{"id": "p", "currency": "EUR", "unit": {"kind": "points"}, "earn": []}"#)?;
/// let limits = Limits { lines: 1, ..Limits::default() };
/// let line = |id| format!(r#"{{"id": "{id}", "product": "P", "quantity": "1", "unit_price": "1"}}"#);
/// let text = format!(
///     r#"{{"type": "sale", "sale": "S1", "at": "2026-03-02T10:00:00Z", "lines": [{}, {}]}}"#,
///     line("a"), line("b")
/// );
/// let read = document_from(&Json::read(&text, &limits)?, &*program.program, &limits);
/// assert_eq!(read.unwrap_err().to_string(), "lines: expected at most 1 items, found 2");
/// # Ok::<(), regulars::document::DocumentError>(())
/// ```
pub fn document_from<'p>(
    json: &Json,
    program: impl Into<Option<&'p Program>>,
    limits: &Limits,
) -> Result<Document, DocumentError> {
    Ok(event::read(Node::root(json), program.into(), limits, None)?)
}

/// Reads a program, within the default [`Limits`]. Its version is the SHA-256 of its
/// [canonical form](write_program): the same however it was written.
///
/// # Errors
/// [`DocumentError`] names the field that isn't as it must be.
///
/// ```
/// use regulars::document::read_program;
///
/// let short = r#"{"id": "p", "currency": "EUR", "unit": {"kind": "points"}, "earn": []}"#;
/// let long = r#"{"earn": [], "unit": {"decimals": 0, "kind": "points"}, "currency": "EUR",
///     "id": "p", "rounding": "down", "time_zone": "UTC"}"#;
/// assert_eq!(read_program(short)?.version, read_program(long)?.version);
/// # Ok::<(), regulars::document::DocumentError>(())
/// ```
pub fn read_program(json: &str) -> Result<VersionedProgram, DocumentError> {
    program_from(&Json::read(json, &Limits::default())?)
}

/// Reads a program from a tree of JSON, however large: what a store has kept was taken once, within
/// whatever limits held then.
///
/// # Errors
/// [`DocumentError`] names the field that isn't as it must be.
///
/// ```
/// use regulars::document::{Json, Limits, program_from, read_program, write_program};
///
/// let taken = read_program(r#"{"id": "p", "currency": "EUR", "unit": {"kind": "points"}, "earn": []}"#)?;
/// let kept = write_program(&taken.program);
/// assert_eq!(program_from(&Json::read(&kept, &Limits::NONE)?)?, taken);
/// # Ok::<(), regulars::document::DocumentError>(())
/// ```
pub fn program_from(json: &Json) -> Result<VersionedProgram, DocumentError> {
    Ok(version_of(program::read(Node::root(json))?))
}

/// Gives a program its version.
fn version_of(program: Program) -> VersionedProgram {
    let digest = Sha256::digest(write_program(&program).as_bytes());
    VersionedProgram { version: ProgramVersion(digest.into()), program: Arc::new(program) }
}
