//! Operations as registers hand them to each other: one JSON object on one line each.

use alloc::string::{String, ToString};
use alloc::vec::Vec;

use crate::decide::Parcel;
use crate::document::node::{Fields, Node};
use crate::document::operation::{operation_from, operation_json};
use crate::document::value::Scale;
use crate::document::{DocumentError, Json, Limits, Mistake};
use crate::ident::{ProgramId, RegisterId};
use crate::ledger::{OperationName, Order, Origin};
use crate::loyalty::{Program, Unit};

/// The format of parcels that is written and read here.
const FORMAT: u64 = 1;

/// Writes an operation as one JSON object on one line, for other registers: what it is called, its moment,
/// what its amounts count, the names of the operations that its lots and purchases came from, and the
/// operation as [`write_operation`](crate::document::write_operation) writes it, with places in that list for
/// numbers.
///
/// Reading it gives the same again, wherever, before any program is known there.
///
/// ```
/// use regulars::adapter::memory::MemoryStore;
/// use regulars::document::{read_parcel, read_program, write_parcel};
/// use regulars::ident::RegisterId;
/// use regulars::register::Register;
/// use regulars::store::{Store, Transaction, outbox, share};
/// use regulars::time::{FixedZones, Timestamp};
///
/// let text = r#"{"id": "p", "currency": "EUR", "unit": {"kind": "points"}, "earn": []}"#;
/// let mut register = Register::new(MemoryStore::default(), FixedZones);
/// register.set_program(read_program(text)?, Timestamp::EPOCH)?;
/// let mut transaction = register.store_mut().begin()?;
/// share(&mut transaction, &RegisterId::new("till-1")?)?;
/// let parcel = outbox(&mut transaction, None, 10)?.remove(0);
/// let line = write_parcel(&parcel);
/// assert!(line.starts_with(r#"{"currency":"EUR","decimals":0,"epoch":0,"format":1,"moment":0,"names":[],"#));
/// assert_eq!(read_parcel(&line)?, parcel);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn write_parcel(parcel: &Parcel) -> String {
    let Parcel { order, currency, unit, names, operation } = parcel;
    let units = Scale { money: currency.decimals(), units: decimals_of(*unit, currency.decimals()) };
    let mut members = Vec::from([
        ("format", Json::Count(FORMAT)),
        ("moment", Json::Count(order.moment.unsigned_abs())),
        ("currency", Json::text(currency.code())),
        ("names", Json::List(names.iter().map(|name| Json::object(name_json(name))).collect())),
        ("operation", operation_json(operation, units)),
    ]);
    members.extend(name_json(&order.name));
    if let Unit::Points { decimals } = unit {
        members.push(("decimals", Json::Count(u64::from(*decimals))));
    }
    members.extend(order.moment.is_negative().then_some(("before_1970", Json::Bool(true))));
    Json::object(members).to_string()
}

/// Reads what [`write_parcel`] writes. There are no limits: an operation was a document once, within
/// whatever limits held then.
///
/// # Errors
/// [`DocumentError`] names the field that isn't as it must be; [`DocumentError::NotBuilt`] for a format of a
/// newer version.
pub fn read_parcel(text: &str) -> Result<Parcel, DocumentError> {
    let json = Json::read(text, &Limits::NONE)?;
    let fields = Node::root(&json).object()?;
    let format = fields.required("format")?;
    if FORMAT < format.count::<u64>(u64::MAX)? {
        return Err(format.not_built("an operation of a newer format").into());
    }
    let known = ["format", "moment", "before_1970", "currency", "decimals", "names", "operation"];
    fields.only(&[&["register", "epoch", "number"], &known])?;
    let moment = fields.required("moment")?.count::<i64>(i64::MAX.unsigned_abs())?;
    let before_1970 = fields.get("before_1970").map(|node| node.boolean()).transpose()?.unwrap_or_default();
    let moment = if before_1970 { moment.saturating_neg() } else { moment };
    let order = Order { moment, name: read_name(&fields)? };
    let currency = fields.required("currency")?.currency()?;
    let decimals = fields.get("decimals").map(|node| node.count(8)).transpose()?;
    let unit = decimals.map_or(Unit::Money, |decimals| Unit::Points { decimals });
    let names = fields.required("names")?;
    let one = |node: Node<'_>| {
        let fields = node.object()?;
        fields.only(&[&["register", "epoch", "number"]])?;
        read_name(&fields)
    };
    let names = names.items(usize::MAX)?.map(one).collect::<Result<Vec<_>, Mistake>>()?;
    let operation = fields.required("operation")?;
    // No more is asked of it than what money and units are.
    let id = ProgramId::new("-").map_err(|error| operation.expected(error.to_string()))?;
    let operation = operation_from(operation, Some(&Program::new(id, currency, unit)))?;
    Ok(Parcel { order, currency, unit, names, operation })
}

fn decimals_of(unit: Unit, money: u8) -> u8 {
    match unit {
        Unit::Money => money,
        Unit::Points { decimals } => decimals,
    }
}

fn name_json(name: &OperationName) -> [(&'static str, Json); 3] {
    let OperationName { origin: Origin { register, epoch }, number } = name;
    [
        ("register", Json::text(register.as_str())),
        ("epoch", Json::Count(u64::from(*epoch))),
        ("number", Json::Count(*number)),
    ]
}

fn read_name(fields: &Fields<'_>) -> Result<OperationName, Mistake> {
    let register = fields.required("register")?.id(RegisterId::new)?;
    let epoch = fields.required("epoch")?.count(u64::from(u32::MAX))?;
    let number = fields.required("number")?.count(u64::MAX)?;
    Ok(OperationName { origin: Origin { register, epoch }, number })
}
