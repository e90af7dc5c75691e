//! Documents about a customer, read.

use alloc::format;
use alloc::sync::Arc;
use alloc::vec::Vec;

use crate::decide::{
    AdjustDocument, Document, EnrolDocument, HeldDocument, ImportDocument, MemberDocument, MergeDocument,
    Profile, RedeemDocument, ReserveDocument, ScanDocument, SetCodeDocument, Spend,
};
use crate::document::Mistake;
use crate::document::event::{Sizes, read_card_code, read_customer, read_header};
use crate::document::node::{Fields, Node};
use crate::document::rule::ids;
use crate::ident::{Code, CustomerId, GroupId, RewardId};

/// Units, money or a reward: exactly one of them.
pub(super) fn read_redeem(fields: &Fields<'_>, sizes: &Sizes<'_>) -> Result<Document, Mistake> {
    let header = read_header(fields, &["customer", "units", "amount", "reward", "quantity", "bill"])?;
    let customer = read_customer(fields)?;
    let spend = read_spend(fields, sizes)?;
    let bill = fields.optional("bill", |node| node.money(sizes.scale))?;
    Ok(Document::Redeem(RedeemDocument { header, customer, spend, bill }))
}

/// Units or a reward are held under the document's own id.
pub(super) fn read_reserve(fields: &Fields<'_>, sizes: &Sizes<'_>) -> Result<Document, Mistake> {
    let header = read_header(fields, &["customer", "units", "amount", "reward", "quantity"])?;
    fields.required("id")?;
    let customer = read_customer(fields)?;
    Ok(Document::Reserve(ReserveDocument { header, customer, spend: read_spend(fields, sizes)? }))
}

/// The id is that of what was held.
pub(super) fn read_held(fields: &Fields<'_>) -> Result<HeldDocument, Mistake> {
    let header = read_header(fields, &["customer"])?;
    fields.required("id")?;
    Ok(HeldDocument { header, customer: fields.optional("customer", |node| node.id(CustomerId::new))? })
}

pub(super) fn read_adjust(fields: &Fields<'_>, sizes: &Sizes<'_>) -> Result<Document, Mistake> {
    Ok(Document::Adjust(AdjustDocument {
        header: read_header(fields, &["customer", "units", "reason", "allow_negative"])?,
        customer: read_customer(fields)?,
        units: fields.required("units")?.units(sizes.scale)?,
        reason: fields.optional("reason", read_text)?,
        allow_negative: fields.or("allow_negative", false, |node| node.boolean())?,
    }))
}

pub(super) fn read_import(fields: &Fields<'_>, sizes: &Sizes<'_>) -> Result<Document, Mistake> {
    Ok(Document::Import(ImportDocument {
        header: read_header(fields, &["customer", "units", "expires", "last_purchase", "spent"])?,
        customer: read_customer(fields)?,
        units: fields.required("units")?.units(sizes.scale)?,
        expires: fields.optional("expires", |node| node.date())?,
        last_purchase: fields.optional("last_purchase", |node| node.date())?,
        spent: fields.optional("spent", |node| node.money(sizes.scale))?,
    }))
}

/// A token may stand beside it at a till, where it is read by [`read_document_at_till`](super::read_document_at_till);
/// without the keys that check one it can't be read.
pub(super) fn read_enrol(fields: &Fields<'_>, sizes: &Sizes<'_>) -> Result<Document, Mistake> {
    let own = ["customer", "code", "name", "email", "phone", "groups", "birthday", "token"];
    let header = read_header(fields, &own)?;
    if let (Some(token), None) = (fields.get("token"), sizes.tokens) {
        return Err(token.not_built("tokens, which are read by `read_document_at_till`"));
    }
    let customer = read_customer(fields)?;
    let profile = Profile {
        code: fields.optional("code", |node| node.id(Code::new))?,
        name: fields.optional("name", read_text)?,
        email: fields.optional("email", read_text)?,
        phone: fields.optional("phone", read_text)?,
        groups: fields.optional("groups", |node| ids(node, GroupId::new))?,
        birthday: fields.optional("birthday", |node| node.date())?,
    };
    Ok(Document::Enrol(EnrolDocument { header, customer, profile }))
}

pub(super) fn read_member(fields: &Fields<'_>) -> Result<MemberDocument, Mistake> {
    Ok(MemberDocument { header: read_header(fields, &["customer"])?, customer: read_customer(fields)? })
}

pub(super) fn read_set_code(fields: &Fields<'_>, _: &Sizes<'_>) -> Result<Document, Mistake> {
    Ok(Document::SetCode(SetCodeDocument {
        header: read_header(fields, &["customer", "code"])?,
        customer: read_customer(fields)?,
        code: fields.required("code")?.id(Code::new)?,
    }))
}

/// At a till it may be the token of a punch card.
pub(super) fn read_scan(fields: &Fields<'_>, sizes: &Sizes<'_>) -> Result<Document, Mistake> {
    Ok(Document::Scan(ScanDocument {
        header: read_header(fields, &["code", "token", "symbology"])?,
        code: read_card_code(fields, "code", sizes)?,
        symbology: fields.optional("symbology", read_text)?,
    }))
}

pub(super) fn read_merge(fields: &Fields<'_>, sizes: &Sizes<'_>) -> Result<Document, Mistake> {
    let from = |node: Node<'_>| {
        let customers = node.items(sizes.limits.customers)?;
        customers.map(|customer| customer.id(CustomerId::new)).collect::<Result<Vec<_>, _>>()
    };
    Ok(Document::Merge(MergeDocument {
        header: read_header(fields, &["into", "from"])?,
        into: fields.required("into")?.id(CustomerId::new)?,
        from: from(fields.required("from")?)?,
    }))
}

/// A text of any kind.
pub(super) fn read_text(node: Node<'_>) -> Result<Arc<str>, Mistake> {
    node.text().map(Arc::from)
}

/// What is spent: where several could say it, the first that is there does, and the others are refused.
fn read_spend(fields: &Fields<'_>, sizes: &Sizes<'_>) -> Result<Spend, Mistake> {
    let names = ["units", "amount", "reward"].into_iter();
    let mut named = names.filter_map(|name| Some((name, fields.get(name)?)));
    let Some((name, node)) = named.next() else {
        return Err(fields.missing_or("units", ", `amount` or `reward`"));
    };
    if let Some((other, node)) = named.next() {
        return Err(node.expected(format!("no `{other}` beside `{name}`")));
    }
    let quantity = fields.get("quantity");
    match (name, quantity) {
        ("reward", quantity) => {
            let quantity = quantity.map(|node| node.ratio()).transpose()?;
            Ok(Spend::Reward(node.id(RewardId::new)?, quantity))
        }
        (_, Some(quantity)) => Err(quantity.expected("no `quantity` without `reward`")),
        ("units", None) => node.units(sizes.scale).map(Spend::Units),
        (_, None) => node.money(sizes.scale).map(Spend::Amount),
    }
}
