//! Operations, written and read: a document that was accepted, with what was decided on it.

use alloc::string::{String, ToString};
use alloc::sync::Arc;
use alloc::vec::Vec;

use crate::decide::{Decision, Document, Operation};
use crate::document::form::{Form, field};
use crate::document::node::Node;
use crate::document::value::Scale;
use crate::document::write::document_json;
use crate::document::{DocumentError, Json, Limits, Mistake, event};
use crate::ledger::{Epoch, Seq};
use crate::loyalty::{Program, ProgramVersion};

/// What an export of a ledger begins with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LedgerHead {
    /// How many operations follow.
    pub operations: u64,
    /// The epochs that they were recorded in, after the first: each begins with a later operation than the one
    /// before it, the last at the latest with the one that comes next.
    pub epochs: Vec<Epoch>,
}

/// The newest format of exports that is read here. Format 1 has no epochs, and an export without any is written
/// in it.
const FORMAT: u64 = 2;

/// Writes what an export of a ledger begins with.
///
/// ```
/// use regulars::document::{LedgerHead, write_head};
///
/// let head = write_head(&LedgerHead { operations: 3, epochs: Vec::new() });
/// assert_eq!(head, r#"{"format":1,"operations":3,"regulars":"ledger"}"#);
/// ```
pub fn write_head(head: &LedgerHead) -> String {
    let epoch = |epoch: &Epoch| {
        let number = Json::Count(u64::from(epoch.number));
        Json::object([("first", Json::Count(epoch.first.0)), ("epoch", number)])
    };
    let epochs = (!head.epochs.is_empty()).then(|| Json::List(head.epochs.iter().map(epoch).collect()));
    let mut members = Vec::from([
        ("regulars", Json::text("ledger")),
        ("format", Json::Count(if epochs.is_some() { FORMAT } else { 1 })),
        ("operations", Json::Count(head.operations)),
    ]);
    members.extend(epochs.map(|epochs| ("epochs", epochs)));
    Json::object(members).to_string()
}

/// Reads what [`write_head`] writes.
///
/// # Errors
/// [`DocumentError`] if it is something else; [`DocumentError::NotBuilt`] for a format of a newer version.
///
/// ```
/// use regulars::document::read_head;
///
/// assert_eq!(read_head(r#"{"regulars": "ledger", "format": 1, "operations": 3}"#)?.operations, 3);
/// assert_eq!(
///     read_head(r#"{"regulars": "ledger", "format": 3, "operations": 3}"#).unwrap_err().to_string(),
///     "format: expected what this version can do, found an export of a newer format"
/// );
/// # Ok::<(), regulars::document::DocumentError>(())
/// ```
pub fn read_head(text: &str) -> Result<LedgerHead, DocumentError> {
    let json = Json::read(text, &Limits::default())?;
    let fields = Node::root(&json).object()?;
    fields.required("regulars")?.choice(&[("ledger", ())])?;
    let format = fields.required("format")?;
    let has_epochs = match format.count::<u64>(u64::MAX)? {
        newer if FORMAT < newer => return Err(format.not_built("an export of a newer format").into()),
        format => format == FORMAT,
    };
    let with_epochs: &[&str] = if has_epochs { &["epochs"] } else { &[] };
    fields.only(&[&["regulars", "format", "operations"], with_epochs])?;
    let operations = fields.required("operations")?.count(u64::MAX)?;
    let epochs = if has_epochs { epochs(&fields.required("epochs")?, operations)? } else { Vec::new() };
    Ok(LedgerHead { operations, epochs })
}

/// Reads epochs, each behind the one before it.
fn epochs(node: &Node<'_>, operations: u64) -> Result<Vec<Epoch>, Mistake> {
    let mut epochs: Vec<Epoch> = Vec::new();
    for node in node.items(usize::MAX)? {
        let fields = node.object()?;
        fields.only(&[&["first", "epoch"]])?;
        let (first, number) = (fields.required("first")?, fields.required("epoch")?);
        let epoch = Epoch { first: Seq(first.count(u64::MAX)?), number: number.count(u64::MAX)? };
        let (first_before, number_before) = epochs.last().map_or((0, 0), |last| (last.first.0, last.number));
        if epoch.first.0 <= first_before || operations.saturating_add(1) < epoch.first.0 {
            return Err(
                first.expected("an operation after that of the epoch before, and none after the next")
            );
        }
        if epoch.number <= number_before {
            return Err(number.expected("a larger epoch than the one before"));
        }
        epochs.push(epoch);
    }
    Ok(epochs)
}

/// Writes an operation as one JSON object on one line: its number, the time of recording, the version of the
/// program that it was worked out with, the document as [`write_document`](crate::document::write_document)
/// writes it, and the decision. The ledger's program says how many decimals money and units have. What is
/// empty, false or zero in a decision is left out.
///
/// Reading it gives the same operation again, with the limits that `write_document` has.
///
/// ```
/// use regulars::adapter::memory::MemoryStore;
/// use regulars::document::{read_operation, read_program, write_operation};
/// use regulars::ledger::Seq;
/// use regulars::register::Register;
/// use regulars::store::Store;
/// use regulars::time::{FixedZones, Timestamp};
///
/// let text = r#"{"id": "p", "currency": "EUR", "unit": {"kind": "points"}, "earn": []}"#;
/// let program = read_program(text)?;
/// let mut register = Register::new(MemoryStore::default(), FixedZones);
/// register.set_program(program.clone(), Timestamp::EPOCH)?;
/// let operation = register.store_mut().operations(Seq(1), 1)?.remove(0);
/// let line = write_operation(&operation, &program.program);
/// assert!(line.starts_with(r#"{"decision":{"day":"1970-01-01"},"document":{"at":"1970-01-01T00:00:00Z","#));
/// assert_eq!(read_operation(&line, None)?, operation);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn write_operation(operation: &Operation, program: &Program) -> String {
    operation_json(operation, Scale::of(program)).to_string()
}

pub(super) fn operation_json(operation: &Operation, scale: Scale) -> Json {
    let Operation { seq, document, recorded_at, program: version, decision } = operation;
    Json::object([
        ("operation", seq.write(scale)),
        ("recorded_at", recorded_at.write(scale)),
        ("program", Json::text(version.to_string())),
        ("document", document_json(document, scale)),
        ("decision", decision.write(scale)),
    ])
}

/// Reads what [`write_operation`] writes. `None` for the program where none was set yet, so that only the
/// operation that sets one can be read. There are no limits: an operation was a document once, within
/// whatever limits held then.
///
/// # Errors
/// [`DocumentError`] names the field that isn't as it must be.
pub fn read_operation<'p>(
    text: &str,
    program: impl Into<Option<&'p Program>>,
) -> Result<Operation, DocumentError> {
    let json = Json::read(text, &Limits::NONE)?;
    Ok(operation_from(Node::root(&json), program.into())?)
}

pub(super) fn operation_from(node: Node<'_>, program: Option<&Program>) -> Result<Operation, Mistake> {
    let fields = node.object()?;
    fields.only(&[&["operation", "recorded_at", "program", "document", "decision"]])?;
    let version = read_version(fields.required("program")?)?;
    let document = fields.required("document")?;
    let mut document = event::read(document, program, &Limits::NONE, None)?;
    if let Document::SetProgram(set) = &mut document {
        // Who sets a program says what its version is, and need not take it from the text.
        set.program.version = version;
    }
    let program = match &document {
        Document::SetProgram(set) => Some(&*set.program.program),
        _ => program,
    };
    let scale = Scale::of(program.ok_or_else(event::no_program)?);
    let decision = fields.required("decision")?;
    Ok(Operation {
        seq: field(&fields, "operation", scale)?,
        recorded_at: field(&fields, "recorded_at", scale)?,
        program: version,
        decision: Arc::new(Decision::read(decision, scale)?),
        document,
    })
}

/// 32 bytes as hexadecimal digits.
fn read_version(node: Node<'_>) -> Result<ProgramVersion, Mistake> {
    let wrong = || node.expected("the version of a program: 64 of the digits 0 to 9 and a to f");
    let digits = node.text()?.as_bytes();
    let mut version = [0_u8; 32];
    for (byte, pair) in version.iter_mut().zip(digits.chunks(2)) {
        for digit in pair {
            let digit = match digit {
                b'0'..=b'9' => digit.saturating_sub(b'0'),
                b'a'..=b'f' => digit.saturating_sub(b'a').saturating_add(10),
                _ => return Err(wrong()),
            };
            *byte = (*byte << 4) | digit;
        }
    }
    let version = ProgramVersion(version);
    if node.text()? == version.to_string() { Ok(version) } else { Err(wrong()) }
}
