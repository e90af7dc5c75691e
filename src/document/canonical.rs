//! A program, written so that the same program always gives the same text.

use alloc::string::{String, ToString};
use alloc::vec::Vec;

use crate::document::Json;
use crate::document::campaign::{choice_name, write_promotion};
use crate::document::policy::write_expiry;
use crate::document::reward::{write_punch_card, write_reward};
use crate::document::rule::{ratio, units, write_base_rule, write_line_rule, write_valid};
use crate::document::tier::write_tiers;
use crate::document::value::{Scale, zone_text};
use crate::loyalty::{
    Basis, ClawBackPolicy, Combine, Enrolment, LineRule, NegativeBalance, OnAccount, PriceBook, Program,
    PromotionChoice, Redemption, ReturnPolicy, RoundPer, Unit, Unreferenced, Valid,
};
use crate::money::Rounding;
use crate::time::Zone;

/// Writes a program as JSON in canonical form: no spaces, keys in alphabetical order, numbers in
/// one way only, and nothing that is at its default, so that a later version of this library, which
/// knows more fields, gives the same text for the same program.
///
/// Reading it gives the same program again.
///
/// ```
/// use regulars::document::{read_program, write_program};
///
/// let text = r#"{"id": "house", "currency": "EUR", "unit": {"kind": "money"}, "rounding": "half_up",
///     "earn": [{"by": "amount", "rate": "0.050"}]}"#;
/// let program = read_program(text)?.program;
/// let canonical = write_program(&program);
/// assert_eq!(
///     canonical,
///     r#"{"currency":"EUR","earn":[{"by":"amount","rate":"0.05"}],"id":"house","unit":{"kind":"money"}}"#
/// );
/// assert_eq!(read_program(&canonical)?.program, program);
/// # Ok::<(), regulars::document::DocumentError>(())
/// ```
pub fn write_program(program: &Program) -> String {
    program_json(program).to_string()
}

/// The canonical form of a program, as a tree.
pub(super) fn program_json(program: &Program) -> Json {
    let scale = Scale::of(program);
    let default = Program::new(program.id.clone(), program.currency, program.unit);
    let mut members = Vec::from([
        ("id", Json::text(program.id.as_str())),
        ("currency", Json::text(program.currency.code())),
        ("unit", unit(program.unit)),
        ("earn", Json::List(program.earn.iter().map(|rule| write_base_rule(rule, scale)).collect())),
    ]);
    members.extend(zones(program, &default).into_iter().flatten());
    members.extend(earning(program, &default).into_iter().flatten());
    members.extend(rules(program, scale).into_iter().flatten());
    members.extend(campaigns(program, scale).into_iter().flatten());
    members.extend(policies(program, &default, scale).into_iter().flatten());
    Json::object(members)
}

type Member = Option<(&'static str, Json)>;

/// A choice, unless it is the default.
fn chosen<T: PartialEq>(name: &'static str, choice: T, default: T, word: &str) -> Member {
    (choice != default).then(|| (name, Json::text(word)))
}

/// An object, unless it is empty.
fn object(name: &'static str, members: impl IntoIterator<Item = (impl AsRef<str>, Json)>) -> Member {
    match Json::map(members) {
        Json::Object(members) if members.is_empty() => None,
        object => Some((name, object)),
    }
}

fn unit(unit: Unit) -> Json {
    match unit {
        Unit::Money => Json::object([("kind", Json::text("money"))]),
        Unit::Points { decimals: 0 } => Json::object([("kind", Json::text("points"))]),
        Unit::Points { decimals } => {
            Json::object([("kind", Json::text("points")), ("decimals", Json::Count(u64::from(decimals)))])
        }
    }
}

fn zones(program: &Program, default: &Program) -> [Member; 2] {
    let outlet = |zone: &Zone| Json::object([("time_zone", Json::text(zone_text(zone)))]);
    [
        chosen("time_zone", &program.time_zone, &default.time_zone, &zone_text(&program.time_zone)),
        object("outlets", program.outlets.iter().map(|(id, zone)| (id.as_str(), outlet(zone)))),
    ]
}

fn earning(program: &Program, default: &Program) -> [Member; 6] {
    let rounding = match program.rounding {
        Rounding::HalfUp => "half_up",
        Rounding::Down => "down",
        Rounding::HalfEven => "half_even",
    };
    let basis = match program.basis {
        Basis::AsPriced => "as_priced",
        Basis::TaxIncluded => "tax_included",
        Basis::TaxExcluded => "tax_excluded",
    };
    let round_per = match program.round_per {
        RoundPer::Sale => "sale",
        RoundPer::Line => "line",
    };
    let combine = match program.combine {
        Combine::Sum => "sum",
        Combine::Best => "best",
    };
    let lowers = program.sale_discount_lowers_earning;
    [
        chosen("rounding", program.rounding, default.rounding, rounding),
        chosen("round_per", program.round_per, default.round_per, round_per),
        chosen("basis", program.basis, default.basis, basis),
        (!lowers).then_some(("sale_discount_lowers_earning", Json::Bool(false))),
        (program.valid != Valid::default()).then(|| ("valid", write_valid(program.valid))),
        chosen("combine", program.combine, default.combine, combine),
    ]
}

fn rules(program: &Program, scale: Scale) -> [Member; 4] {
    let rule = |rule: &LineRule| write_line_rule(rule, scale);
    let tender = |earns| Json::object([("earns", Json::Bool(earns))]);
    [
        object("products", program.products.iter().map(|(id, line)| (id.as_str(), rule(line)))),
        object("categories", program.categories.iter().map(|(id, line)| (id.as_str(), rule(line)))),
        object(
            "price_books",
            program.price_books.iter().map(|(id, book)| (id.as_str(), price_book(book, scale))),
        ),
        object("tenders", program.tenders.iter().map(|(id, earns)| (id.as_str(), tender(*earns)))),
    ]
}

fn price_book(book: &PriceBook, scale: Scale) -> Json {
    let products = book.products.iter().map(|(id, rule)| (id.as_str(), rule));
    let others = book.others.iter().map(|rule| ("*", rule));
    Json::map(products.chain(others).map(|(key, rule)| (key, write_line_rule(rule, scale))))
}

fn list<'a, T: 'a>(
    name: &'static str,
    items: &'a [T],
    scale: Scale,
    write: impl Fn(&'a T, Scale) -> Json,
) -> Member {
    let written = || Json::List(items.iter().map(|item| write(item, scale)).collect());
    (!items.is_empty()).then(|| (name, written()))
}

fn campaigns(program: &Program, scale: Scale) -> [Member; 5] {
    let choice = program.promotion_choice;
    [
        list("promotions", &program.promotions, scale, write_promotion),
        chosen("promotion_choice", choice, PromotionChoice::default(), choice_name(choice)),
        program.tiers.as_ref().map(|tiers| ("tiers", write_tiers(tiers, scale))),
        list("rewards", &program.rewards, scale, write_reward),
        list("punch_cards", &program.punch_cards, scale, write_punch_card),
    ]
}

fn policies(program: &Program, default: &Program, scale: Scale) -> [Member; 5] {
    let on_account = match program.on_account {
        OnAccount::SalePaid => "sale_paid",
        OnAccount::AccountCleared => "account_cleared",
    };
    let expires = program.expiry != default.expiry;
    [
        object("redemption", redemption(program, scale).into_iter().flatten()),
        object("returns", returns(&program.returns).into_iter().flatten()),
        chosen("on_account", program.on_account, default.on_account, on_account),
        expires.then(|| ("expiry", write_expiry(program.expiry))),
        object("enrolment", enrolment(program, scale).into_iter().flatten()),
    ]
}

fn enrolment(program: &Program, scale: Scale) -> [Member; 3] {
    let mode = match program.enrolment {
        Enrolment::Automatic => "automatic",
        Enrolment::OnRequest => "on_request",
    };
    let days = u64::from(program.claim_days);
    [
        chosen("mode", program.enrolment, Enrolment::default(), mode),
        (days != 0).then_some(("claim_days", Json::Count(days))),
        (!program.welcome.is_zero()).then(|| ("welcome", units(program.welcome, scale))),
    ]
}

/// What one unit pays is said where it isn't 1, and always of points, which pay nothing by default.
fn redemption(program: &Program, scale: Scale) -> [Member; 5] {
    let default = Redemption::one_for_one();
    let pays = program.redemption.as_ref();
    let read = pays.unwrap_or(&default);
    let says_value = read.value != default.value || program.unit != Unit::Money;
    [
        pays.filter(|_| says_value).map(|pays| ("value", ratio(pays.value))),
        read.step.map(|step| ("step", units(step, scale))),
        (read.minimum != default.minimum).then(|| ("minimum", units(read.minimum, scale))),
        (read.maximum_share != default.maximum_share).then(|| ("maximum_share", ratio(read.maximum_share))),
        program.same_sale.then_some(("same_sale", Json::Bool(true))),
    ]
}

fn returns(policy: &ReturnPolicy) -> [Member; 6] {
    let default = ReturnPolicy::default();
    let claw_back = match policy.claw_back {
        ClawBackPolicy::Proportional => "proportional",
        ClawBackPolicy::Recompute => "recompute",
    };
    let negative_balance = match policy.negative_balance {
        NegativeBalance::Allow => "allow",
        NegativeBalance::Clamp => "clamp",
        NegativeBalance::Refuse => "refuse",
        NegativeBalance::DeductFromRefund => "deduct_from_refund",
    };
    let unreferenced = match policy.unreferenced {
        Unreferenced::CurrentRate => "current_rate",
        Unreferenced::Ignore => "ignore",
    };
    let days = u64::from(policy.restore_grace_days);
    [
        chosen("claw_back", policy.claw_back, default.claw_back, claw_back),
        chosen("negative_balance", policy.negative_balance, default.negative_balance, negative_balance),
        policy.loyalty_to_cash.then_some(("loyalty_to_cash", Json::Bool(true))),
        chosen("unreferenced", policy.unreferenced, default.unreferenced, unreferenced),
        (!policy.restore_rewards).then_some(("restore_rewards", Json::Bool(false))),
        (days != 0).then_some(("restore_grace_days", Json::Count(days))),
    ]
}
