//! What of a document isn't as it was, when its id comes again (R2).

use crate::decide::{Document, SaleDocument, Spend};

/// The first field, by the name that it has in JSON, in which two documents of one id differ. It names the field and not
/// what is in it, which may be a customer's.
pub(super) fn differing(one: &Document, other: &Document) -> &'static str {
    let place = |document: &Document| document.place().cloned().unwrap_or_default();
    let (here, there) = (place(one), place(other));
    let head = [
        ("at", one.at() != other.at()),
        ("outlet", here.outlet != there.outlet),
        ("register", here.register != there.register),
        ("operator", here.operator != there.operator),
        (customer(one), one.customer() != other.customer()),
    ];
    first(&head).or_else(|| by_kind(one, other)).unwrap_or("type")
}

/// What the field is called that says who a document is about.
fn customer(document: &Document) -> &'static str {
    match document {
        Document::Merge(_) => "into",
        Document::Exchange(_) => "sale.customer",
        _ => "customer",
    }
}

/// What a field is called that says what is spent or held, if it isn't the same.
fn spent(one: &Spend, other: &Spend) -> (&'static str, bool) {
    let field = match (one, other) {
        (Spend::Reward(one, _), Spend::Reward(other, _)) if one == other => "quantity",
        (_, Spend::Reward(..)) => "reward",
        (_, Spend::Units(_)) => "units",
        (_, Spend::Amount(_)) => "amount",
    };
    (field, one != other)
}

/// The first of these that isn't the same.
fn first(fields: &[(&'static str, bool)]) -> Option<&'static str> {
    fields.iter().find(|(_, differs)| *differs).map(|(name, _)| *name)
}

fn by_kind(one: &Document, other: &Document) -> Option<&'static str> {
    use Document as D;
    match (one, other) {
        (D::Sale(one), D::Sale(other)) => sale(one, other),
        (D::Payment(one), D::Payment(other)) => first(&[
            ("sale", one.sale != other.sale),
            ("payments", one.payments != other.payments),
            ("change", one.change != other.change),
        ]),
        (D::AccountPayment(one), D::AccountPayment(other)) => {
            first(&[("payments", one.payments != other.payments), ("sales", one.sales != other.sales)])
        }
        (D::Return(one), D::Return(other)) => first(&[
            ("of", one.of != other.of),
            ("lines", one.lines != other.lines),
            ("refund", one.refund != other.refund),
        ]),
        (D::ReturnAmount(one), D::ReturnAmount(other)) => first(&[
            ("of", one.of != other.of),
            ("amount", one.amount != other.amount),
            ("refund", one.refund != other.refund),
        ]),
        (D::ReturnWithoutSale(one), D::ReturnWithoutSale(other)) => {
            first(&[("lines", one.lines != other.lines)])
        }
        (D::Exchange(one), D::Exchange(other)) => first(&[
            ("of", one.of != other.of),
            ("lines", one.lines != other.lines),
            ("sale", one.sale != other.sale),
        ]),
        (D::Void(one), D::Void(other)) => first(&[("of", one.of != other.of)]),
        _ => people(one, other),
    }
}

fn sale(one: &SaleDocument, other: &SaleDocument) -> Option<&'static str> {
    let (rung_up, again) = (&one.rung_up, &other.rung_up);
    first(&[
        ("parked", one.parked != other.parked),
        ("terms", rung_up.terms != again.terms),
        ("lines", rung_up.lines != again.lines),
        ("discount", rung_up.discount != again.discount),
        ("fees", rung_up.fees != again.fees),
        ("tax_added", rung_up.tax_added != again.tax_added),
        ("cash_rounding", rung_up.cash_rounding != again.cash_rounding),
        ("rewards", rung_up.rewards != again.rewards),
        ("offers", rung_up.offers != again.offers),
        ("earns", rung_up.earns != again.earns),
        ("payments", one.payments != other.payments),
        ("change", one.change != other.change),
        ("codes", one.codes != other.codes),
    ])
}

/// Documents about units, people and cards, whose customers are the same.
fn people(one: &Document, other: &Document) -> Option<&'static str> {
    use Document as D;
    match (one, other) {
        (D::Redeem(one), D::Redeem(other)) => {
            first(&[("bill", one.bill != other.bill), spent(&one.spend, &other.spend)])
        }
        (D::Reserve(one), D::Reserve(other)) => first(&[spent(&one.spend, &other.spend)]),
        (D::Adjust(one), D::Adjust(other)) => first(&[
            ("units", one.units != other.units),
            ("reason", one.reason != other.reason),
            ("allow_negative", one.allow_negative != other.allow_negative),
        ]),
        (D::Import(one), D::Import(other)) => first(&[
            ("units", one.units != other.units),
            ("expires", one.expires != other.expires),
            ("last_purchase", one.last_purchase != other.last_purchase),
            ("spent", one.spent != other.spent),
        ]),
        (D::Enrol(one), D::Enrol(other)) => {
            let (one, other) = (&one.profile, &other.profile);
            first(&[
                ("code", one.code != other.code),
                ("name", one.name != other.name),
                ("email", one.email != other.email),
                ("phone", one.phone != other.phone),
                ("groups", one.groups != other.groups),
                ("birthday", one.birthday != other.birthday),
            ])
        }
        (D::Claim(one), D::Claim(other)) => first(&[("sale", one.of != other.of)]),
        (D::SetCode(one), D::SetCode(other)) => first(&[("code", one.code != other.code)]),
        (D::Merge(one), D::Merge(other)) => first(&[("from", one.from != other.from)]),
        (D::MakeCards(one), D::MakeCards(other)) => first(&[
            ("punch_card", one.punch_card != other.punch_card),
            ("batch", one.batch != other.batch),
            ("codes", one.codes != other.codes),
        ]),
        (D::LinkCard(one), D::LinkCard(other)) => first(&[("card", one.card != other.card)]),
        (D::BlockCard(one), D::BlockCard(other)) => {
            first(&[("card", one.card != other.card), ("reason", one.reason != other.reason)])
        }
        (D::SetProgram(one), D::SetProgram(other)) => first(&[("program", one.program != other.program)]),
        _ => None,
    }
}
