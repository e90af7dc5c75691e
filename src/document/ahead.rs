//! What is told ahead, written: hints, and what another program would change.

use alloc::string::{String, ToString};
use alloc::vec::Vec;

use crate::decide::{BalanceChange, CardHint, DryRun, Hints, RewardHint, TierChange, TierHint};
use crate::document::Json;
use crate::document::rule::{money, units};
use crate::document::value::Scale;
use crate::ident::TierId;
use crate::loyalty::{Program, TierBasis};
use crate::money::{Money, Units};

/// Writes hints as one JSON object. What there isn't is left out.
///
/// ```
/// use regulars::adapter::memory::MemoryStore;
/// use regulars::document::{read_document, read_program, write_hints};
/// use regulars::ident::CustomerId;
/// use regulars::register::Register;
/// use regulars::time::FixedZones;
///
/// let program = read_program(
///     r#"{"id": "house", "currency": "EUR", "unit": {"kind": "points"}, "earn": [{"by": "amount", "rate": "1"}],
///         "rewards": [{"id": "mug", "cost": "50", "gives": {"kind": "amount_off", "amount": "5.00"}}]}"#,
/// )?;
/// let joins = r#"{"type": "enrol", "at": "2026-03-02T10:00:00Z", "customer": "ada"}"#;
/// let joins = read_document(joins, &*program.program)?;
/// let mut register = Register::new(MemoryStore::default(), FixedZones);
/// register.set_program(program.clone(), joins.at())?;
/// register.submit(&joins, joins.at())?;
/// let hints = register.hints(&CustomerId::new("ada")?, None, joins.at())?;
/// assert_eq!(
///     write_hints(&hints, &program.program),
///     r#"{"balance":"0","cards":[],"customer":"ada","rewards":[{"cost":"50","missing":"50","reward":"mug"}]}"#
/// );
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn write_hints(hints: &Hints, program: &Program) -> String {
    let scale = Scale::of(program);
    let mut members = Vec::from([
        ("customer", Json::text(hints.customer.as_str())),
        ("balance", units(hints.balance, scale)),
        ("rewards", Json::List(hints.rewards.iter().map(|hint| reward(hint, scale)).collect())),
        ("cards", Json::List(hints.cards.iter().map(card).collect())),
    ]);
    let has = hints.tier.as_ref().map(|tier| ("tier", Json::text(tier.as_str())));
    let next = hints.next_tier.as_ref().map(|next| ("next_tier", next_tier(next, scale)));
    let runs_out = hints.runs_out.map(|next| {
        let last_day = ("last_day", Json::text(next.last_day.to_string()));
        ("runs_out", Json::object([("units", units(next.units, scale)), last_day]))
    });
    members.extend(has.into_iter().chain(next).chain(runs_out));
    Json::object(members).to_string()
}

/// Writes what another program would change as one JSON object.
///
/// ```
/// use regulars::decide::DryRun;
/// use regulars::document::{read_program, write_dry_run};
///
/// let program =
///     read_program(r#"{"id": "house", "currency": "EUR", "unit": {"kind": "money"}, "earn": []}"#)?;
/// assert_eq!(
///     write_dry_run(&DryRun::default(), &program.program),
///     r#"{"balances":[],"customers":0,"liability":{"after":"0.00","before":"0.00"},"tiers":[]}"#
/// );
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn write_dry_run(dry_run: &DryRun, program: &Program) -> String {
    let scale = Scale::of(program);
    let liability = [
        ("before", units(dry_run.liability_before, scale)),
        ("after", units(dry_run.liability_after, scale)),
    ];
    Json::object([
        ("customers", Json::Count(dry_run.customers)),
        ("liability", Json::object(liability)),
        ("balances", Json::List(dry_run.balances.iter().map(|change| balance(change, scale)).collect())),
        ("tiers", Json::List(dry_run.tiers.iter().map(tier).collect())),
    ])
    .to_string()
}

fn reward(hint: &RewardHint, scale: Scale) -> Json {
    Json::object([
        ("reward", Json::text(hint.reward.as_str())),
        ("cost", units(hint.cost, scale)),
        ("missing", units(hint.missing, scale)),
    ])
}

/// What is missing is money or units, as what counts says.
fn next_tier(hint: &TierHint, scale: Scale) -> Json {
    let (by, missing) = match hint.by {
        TierBasis::Spent => ("spent", money(Money::from_minor(hint.missing_minor), scale)),
        TierBasis::Earned => ("earned", units(Units::from_minor(hint.missing_minor), scale)),
    };
    Json::object([("tier", Json::text(hint.tier.as_str())), ("by", Json::text(by)), ("missing", missing)])
}

fn card(hint: &CardHint) -> Json {
    let count = |number: i64| Json::Count(u64::try_from(number).unwrap_or(0));
    Json::object([
        ("card", Json::text(hint.card.as_str())),
        ("punch_card", Json::text(hint.punch_card.as_str())),
        ("ready", count(hint.ready)),
        ("missing", count(hint.missing)),
    ])
}

fn balance(change: &BalanceChange, scale: Scale) -> Json {
    Json::object([
        ("customer", Json::text(change.customer.as_str())),
        ("before", units(change.before, scale)),
        ("after", units(change.after, scale)),
    ])
}

fn tier(change: &TierChange) -> Json {
    let named = |name, tier: Option<&TierId>| tier.map(|tier| (name, Json::text(tier.as_str())));
    let mut members = Vec::from([("customer", Json::text(change.customer.as_str()))]);
    members.extend(named("before", change.before.as_ref()));
    members.extend(named("after", change.after.as_ref()));
    Json::object(members)
}
