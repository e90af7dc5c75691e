//! What stands in front of operations that were read out of a damaged ledger.

use alloc::string::{String, ToString};
use alloc::vec::Vec;

use crate::document::Json;

/// Writes the first line of an export that no ledger can be made of: how many operations follow; whether some are
/// those of other registers; and which are lost, each time from which to which, and why. It isn't that of a whole export, and
/// [`read_head`](crate::document::read_head) refuses it.
pub(crate) fn write_salvaged_head<'w>(
    operations: u64,
    shared: bool,
    lost: impl IntoIterator<Item = (u64, u64, &'w str)>,
) -> String {
    let lost = lost.into_iter().map(|(first, last, why)| {
        Json::object([("first", Json::Count(first)), ("last", Json::Count(last)), ("why", Json::text(why))])
    });
    let mut head = Vec::from([
        ("regulars", Json::text("salvaged")),
        ("format", Json::Count(1)),
        ("operations", Json::Count(operations)),
        ("lost", Json::List(lost.collect())),
    ]);
    head.extend(shared.then_some(("shared", Json::Bool(true))));
    Json::object(head).to_string()
}
