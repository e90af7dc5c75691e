//! An operation as a whole: a head, what was decided, the document.

use std::sync::Arc;
use std::vec::Vec;

use super::{Checksum, Context, Damage, Link, Pack, Packer, Unpacker};
use crate::decide::{Decision, Document, Kind, Operation, ProgramDocument};
use crate::ident::{CustomerId, SaleId};
use crate::loyalty::{ProgramVersion, VersionedProgram};
use crate::time::Timestamp;

/// The form that is described in this module. Another form gets another number, and this one can be
/// read for ever.
const FORM: u8 = 1;

/// The numbers under which the file keeps the programs that an operation names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::adapter::sqlite) struct Programs<T> {
    /// The one it was worked out with.
    pub(in crate::adapter::sqlite) used: T,
    /// The one that its document sets.
    pub(in crate::adapter::sqlite) set: Option<T>,
}

/// What stands before the rest: enough to know what else has to be looked up.
#[derive(Debug, Clone)]
pub(in crate::adapter::sqlite) struct Head<'a> {
    pub(in crate::adapter::sqlite) kind: Kind,
    pub(in crate::adapter::sqlite) programs: Programs<i64>,
    recorded_at: Timestamp,
    context: Context,
    rest: &'a [u8],
}

/// The bytes of an operation, less its number, its document's time, its link, and the customer whose
/// units it moved; those are columns.
pub(in crate::adapter::sqlite) fn pack(
    operation: &Operation,
    programs: Programs<i64>,
    link: Link,
) -> Vec<u8> {
    let document = &operation.document;
    let context = Context {
        seq: operation.seq,
        at: document.at(),
        customer: operation.decision.customer.clone(),
        sale: about(document),
        link,
    };
    let mut to = Packer { bytes: Vec::with_capacity(256), context: &context };
    to.byte(FORM);
    to.byte(kind_code(document.kind()));
    operation.recorded_at.pack(&mut to);
    to.signed(programs.used);
    if let Some(set) = programs.set {
        to.signed(set);
    }
    match &context.sale {
        Some(sale) => to.text(sale.as_str()),
        None => to.byte(0),
    }
    operation.decision.pack(&mut to);
    pack_document(document, &mut to);
    let sum = checksum(&to.bytes, &context);
    to.bytes.extend(sum);
    to.bytes
}

impl<'a> Head<'a> {
    /// The operation's place among those of the same customer.
    pub(in crate::adapter::sqlite) fn link(&self) -> Link {
        self.context.link
    }

    /// Reads the head; the columns come in a context whose sale isn't known yet.
    pub(in crate::adapter::sqlite) fn read(bytes: &'a [u8], columns: Context) -> Result<Head<'a>, Damage> {
        let (bytes, sum) = bytes.split_last_chunk().ok_or(Damage("it ends too early"))?;
        if *sum != checksum(bytes, &columns) {
            return Err(Damage("it has changed since it was written"));
        }
        Head::read_unchanged(bytes, columns)
    }

    fn read_unchanged(bytes: &'a [u8], columns: Context) -> Result<Head<'a>, Damage> {
        let mut from = Unpacker { bytes, context: columns };
        if from.byte()? != FORM {
            return Err(Damage("it is in a form that isn't known"));
        }
        let kind = kind(from.byte()?)?;
        let recorded_at = Pack::unpack(&mut from)?;
        let used = from.signed()?;
        let set = if kind == Kind::SetProgram { Some(from.signed()?) } else { None };
        let sale = from.text()?;
        if !sale.is_empty() {
            let sale = SaleId::new(&sale).map_err(|_| Damage("a name can't be one"))?;
            from.context.sale = Some(sale);
        }
        let programs = Programs { used, set };
        Ok(Head { kind, programs, recorded_at, context: from.context, rest: from.bytes })
    }
}

/// Reads the rest of an operation, with the programs that its head names.
pub(in crate::adapter::sqlite) fn unpack(
    head: Head<'_>,
    used: ProgramVersion,
    set: Option<VersionedProgram>,
) -> Result<Operation, Damage> {
    let mut from = Unpacker { bytes: head.rest, context: head.context };
    let decision = Arc::new(Decision::unpack(&mut from)?);
    let document = unpack_document(head.kind, set, &mut from)?;
    from.finish()?;
    let (seq, recorded_at) = (from.context.seq, head.recorded_at);
    Ok(Operation { seq, document, recorded_at, program: used, decision })
}

/// Over the bytes and the columns beside them.
pub(super) fn checksum(bytes: &[u8], columns: &Context) -> [u8; 4] {
    let customer = columns.customer.as_ref().map_or("", CustomerId::as_str);
    let Link { previous, late } = columns.link;
    let numbers = [columns.seq.0.to_le_bytes(), columns.at.millisecond().to_le_bytes()];
    let sum = Checksum::new().add(numbers.as_flattened());
    let sum = sum.add(&previous.to_le_bytes()).add(&late.to_le_bytes());
    sum.add(customer.as_bytes()).add(bytes).value().to_le_bytes()
}

/// The sale that is named without its name from here on.
fn about(document: &Document) -> Option<SaleId> {
    match document {
        Document::Sale(sale) => Some(sale.rung_up.sale.clone()),
        other => other.about_sales().first().cloned(),
    }
}

fn pack_document(document: &Document, to: &mut Packer<'_>) {
    match document {
        Document::Sale(sale) => sale.pack(to),
        Document::Payment(payment) => payment.pack(to),
        Document::AccountPayment(payment) => payment.pack(to),
        Document::Return(returned) => {
            true.pack(to);
            returned.pack(to);
        }
        Document::ReturnAmount(returned) => returned.pack(to),
        Document::Void(void) => void.pack(to),
        Document::Redeem(redeem) => redeem.pack(to),
        Document::Adjust(adjust) => adjust.pack(to),
        Document::Import(import) => import.pack(to),
        Document::Enrol(enrol) => enrol.pack(to),
        Document::OptOut(member) | Document::OptIn(member) | Document::Check(member) => member.pack(to),
        Document::SetProgram(program) => program.header.pack(to),
        Document::ReturnWithoutSale(returned) => {
            false.pack(to);
            returned.pack(to);
        }
        Document::Exchange(exchange) => exchange.pack(to),
        Document::Reserve(reserve) => reserve.pack(to),
        Document::Release(held) | Document::Capture(held) => held.pack(to),
        Document::Claim(claim) => claim.pack(to),
        Document::SetCode(code) => code.pack(to),
        Document::Merge(merge) => merge.pack(to),
        Document::MakeCards(cards) => cards.pack(to),
        Document::LinkCard(link) => link.pack(to),
        Document::BlockCard(block) => block.pack(to),
        Document::Sweep(header) => header.pack(to),
        Document::Scan(scan) => scan.pack(to),
    }
}

fn unpack_document(
    kind: Kind,
    program: Option<VersionedProgram>,
    from: &mut Unpacker<'_>,
) -> Result<Document, Damage> {
    Ok(match kind {
        Kind::Sale => Document::Sale(Pack::unpack(from)?),
        Kind::Payment => Document::Payment(Pack::unpack(from)?),
        Kind::AccountPayment => Document::AccountPayment(Pack::unpack(from)?),
        Kind::Return => match bool::unpack(from)? {
            true => Document::Return(Pack::unpack(from)?),
            false => Document::ReturnWithoutSale(Pack::unpack(from)?),
        },
        Kind::Exchange => Document::Exchange(Pack::unpack(from)?),
        Kind::Reserve => Document::Reserve(Pack::unpack(from)?),
        Kind::Release => Document::Release(Pack::unpack(from)?),
        Kind::Capture => Document::Capture(Pack::unpack(from)?),
        Kind::Claim => Document::Claim(Pack::unpack(from)?),
        Kind::SetCode => Document::SetCode(Pack::unpack(from)?),
        Kind::Merge => Document::Merge(Pack::unpack(from)?),
        Kind::MakeCards => Document::MakeCards(Pack::unpack(from)?),
        Kind::LinkCard => Document::LinkCard(Pack::unpack(from)?),
        Kind::BlockCard => Document::BlockCard(Pack::unpack(from)?),
        Kind::Sweep => Document::Sweep(Pack::unpack(from)?),
        Kind::Scan => Document::Scan(Pack::unpack(from)?),
        Kind::ReturnAmount => Document::ReturnAmount(Pack::unpack(from)?),
        Kind::Void => Document::Void(Pack::unpack(from)?),
        Kind::Redeem => Document::Redeem(Pack::unpack(from)?),
        Kind::Adjust => Document::Adjust(Pack::unpack(from)?),
        Kind::Import => Document::Import(Pack::unpack(from)?),
        Kind::Enrol => Document::Enrol(Pack::unpack(from)?),
        Kind::OptOut => Document::OptOut(Pack::unpack(from)?),
        Kind::OptIn => Document::OptIn(Pack::unpack(from)?),
        Kind::Check => Document::Check(Pack::unpack(from)?),
        Kind::SetProgram => {
            let program = program.ok_or(Damage("a program is set, and none is named"))?;
            Document::SetProgram(ProgramDocument { header: Pack::unpack(from)?, program })
        }
    })
}

/// The place in this list is the code in the file, for ever. A sale's takes no space in a column.
const KINDS: [Kind; 26] = [
    Kind::Sale,
    Kind::Payment,
    Kind::AccountPayment,
    Kind::Return,
    Kind::ReturnAmount,
    Kind::Void,
    Kind::Redeem,
    Kind::Adjust,
    Kind::Import,
    Kind::Enrol,
    Kind::OptOut,
    Kind::OptIn,
    Kind::SetProgram,
    Kind::Check,
    Kind::Exchange,
    Kind::Reserve,
    Kind::Release,
    Kind::Capture,
    Kind::Claim,
    Kind::SetCode,
    Kind::Merge,
    Kind::MakeCards,
    Kind::LinkCard,
    Kind::BlockCard,
    Kind::Sweep,
    Kind::Scan,
];

/// The number of a kind of document, in the bytes of an operation and in the index of documents.
pub(in crate::adapter::sqlite) fn kind_code(kind: Kind) -> u8 {
    (0..).zip(KINDS).find(|(_, known)| *known == kind).map_or(u8::MAX, |(code, _)| code)
}

fn kind(code: u8) -> Result<Kind, Damage> {
    KINDS.get(usize::from(code)).copied().ok_or(Damage("an unknown kind of document"))
}
