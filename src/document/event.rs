//! Every document, read by its type.

use alloc::borrow::ToOwned;
use alloc::sync::Arc;
use alloc::vec::Vec;

use crate::decide::{
    AccountPaymentDocument, AdjustDocument, Document, EnrolDocument, Header, ImportDocument, MemberDocument,
    PaymentDocument, Profile, ProgramDocument, RedeemDocument, ReturnAmountDocument, ReturnDocument, Spend,
    VoidDocument,
};
use crate::document::node::{Fields, Node, one_of};
use crate::document::sale::read_sale;
use crate::document::value::Scale;
use crate::document::{DocumentError, Limits, version_of};
use crate::ident::{CustomerId, DocumentId, LineId, OperatorId, OutletId, RegisterId, SaleId, Tender};
use crate::loyalty::Program;
use crate::money::Money;
use crate::sale::{Payment, Place, ReturnedLine};

/// How many decimals amounts have, and how much there may be of everything.
pub(super) struct Sizes<'a> {
    pub(super) scale: Scale,
    pub(super) limits: &'a Limits,
}

pub(super) fn read(
    node: Node<'_>,
    program: Option<&Program>,
    limits: &Limits,
) -> Result<Document, DocumentError> {
    let fields = node.object()?;
    let kind = fields.required("type")?;
    if kind.text()? == "set_program" {
        return read_set_program(&fields);
    }
    if NOT_BUILT.contains(&kind.text()?) {
        return Err(kind.not_built("a document of this type"));
    }
    let Some(read) = reader(kind.text()?) else {
        let known = READERS.iter().map(|(name, _)| *name).chain(["set_program"]);
        return Err(kind.expected(one_of(known.chain(NOT_BUILT.iter().copied()))));
    };
    let scale = Scale::of(program.ok_or_else(no_program)?);
    read(&fields, &Sizes { scale, limits })
}

/// Where a document was made, and by whom.
pub(super) fn read_place(fields: &Fields<'_>) -> Result<Place, DocumentError> {
    Ok(Place {
        outlet: fields.optional("outlet", |node| node.id(OutletId::new))?,
        register: fields.optional("register", |node| node.id(RegisterId::new))?,
        operator: fields.optional("operator", |node| node.id(OperatorId::new))?,
    })
}

/// Payments, or what goes back to tenders.
pub(super) fn read_payments(node: Node<'_>, sizes: &Sizes<'_>) -> Result<Vec<Payment>, DocumentError> {
    let payment = |node: Node<'_>| {
        let fields = node.object()?;
        fields.only(&[&["tender", "amount", "reservation"]])?;
        let tender = fields.required("tender")?.id(Tender::new)?;
        let amount = fields.required("amount")?.money(sizes.scale)?;
        fields.refuse("reservation", "reservations")?;
        Ok(Payment { tender, amount, reservation: None })
    };
    node.items(sizes.limits.payments)?.map(payment).collect()
}

type Reader = fn(&Fields<'_>, &Sizes<'_>) -> Result<Document, DocumentError>;

const READERS: &[(&str, Reader)] = &[
    ("sale", |fields, sizes| Ok(Document::Sale(Arc::new(read_sale(fields, sizes)?)))),
    ("payment", read_payment),
    ("account_payment", read_account_payment),
    ("return", read_return),
    ("return_amount", read_return_amount),
    ("void", read_void),
    ("redeem", read_redeem),
    ("adjust", read_adjust),
    ("import", read_import),
    ("enrol", read_enrol),
    ("opt_out", |fields, _| Ok(Document::OptOut(read_member(fields)?))),
    ("opt_in", |fields, _| Ok(Document::OptIn(read_member(fields)?))),
    ("check", |fields, _| Ok(Document::Check(read_member(fields)?))),
];

/// Types of documents that are in the language and not yet in this version.
const NOT_BUILT: &[&str] = &[
    "exchange",
    "reserve",
    "release",
    "capture",
    "claim",
    "set_code",
    "scan",
    "make_cards",
    "link_card",
    "block_card",
    "merge",
    "sweep",
];

const HEADER: &[&str] = &["type", "id", "at", "outlet", "register", "operator"];

fn reader(kind: &str) -> Option<Reader> {
    READERS.iter().find(|(name, _)| *name == kind).map(|(_, reader)| *reader)
}

fn no_program() -> DocumentError {
    DocumentError::Program {
        path: ".".to_owned(),
        expected: "a program to have been set before".to_owned(),
        found: "none".to_owned(),
    }
}

fn read_header(fields: &Fields<'_>, own: &[&str]) -> Result<Header, DocumentError> {
    fields.only(&[HEADER, own])?;
    Ok(Header {
        id: fields.optional("id", |node| node.id(DocumentId::new))?,
        at: fields.required("at")?.time()?,
        place: read_place(fields)?,
    })
}

fn read_payment(fields: &Fields<'_>, sizes: &Sizes<'_>) -> Result<Document, DocumentError> {
    Ok(Document::Payment(PaymentDocument {
        header: read_header(fields, &["sale", "payments", "change"])?,
        sale: fields.required("sale")?.id(SaleId::new)?,
        payments: read_payments(fields.required("payments")?, sizes)?,
        change: fields.or("change", Money::ZERO, |node| node.money(sizes.scale))?,
    }))
}

fn read_account_payment(fields: &Fields<'_>, sizes: &Sizes<'_>) -> Result<Document, DocumentError> {
    let sales = |node: Node<'_>| node.items(sizes.limits.sales)?.map(|sale| sale.id(SaleId::new)).collect();
    Ok(Document::AccountPayment(AccountPaymentDocument {
        header: read_header(fields, &["customer", "payments", "sales"])?,
        customer: read_customer(fields)?,
        payments: read_payments(fields.required("payments")?, sizes)?,
        sales: fields.or("sales", Vec::new(), sales)?,
    }))
}

fn read_return(fields: &Fields<'_>, sizes: &Sizes<'_>) -> Result<Document, DocumentError> {
    let Some(of) = fields.get("of") else {
        let lines = fields.required("lines")?;
        return Err(lines.not_built("goods that come back without their sale"));
    };
    Ok(Document::Return(ReturnDocument {
        header: read_header(fields, &["of", "lines", "refund"])?,
        of: of.id(SaleId::new)?,
        lines: fields
            .required("lines")?
            .items(sizes.limits.lines)?
            .map(read_returned_line)
            .collect::<Result<_, _>>()?,
        refund: fields.optional("refund", |node| read_payments(node, sizes))?,
    }))
}

fn read_returned_line(node: Node<'_>) -> Result<ReturnedLine, DocumentError> {
    let fields = node.object()?;
    fields.only(&[&["id", "quantity"]])?;
    let line = fields.required("id")?.id(LineId::new)?;
    Ok(ReturnedLine { line, quantity: fields.required("quantity")?.ratio()? })
}

fn read_return_amount(fields: &Fields<'_>, sizes: &Sizes<'_>) -> Result<Document, DocumentError> {
    Ok(Document::ReturnAmount(ReturnAmountDocument {
        header: read_header(fields, &["of", "amount", "refund"])?,
        of: fields.required("of")?.id(SaleId::new)?,
        amount: fields.required("amount")?.money(sizes.scale)?,
        refund: fields.optional("refund", |node| read_payments(node, sizes))?,
    }))
}

fn read_void(fields: &Fields<'_>, _: &Sizes<'_>) -> Result<Document, DocumentError> {
    Ok(Document::Void(VoidDocument {
        header: read_header(fields, &["of"])?,
        of: fields.required("of")?.id(SaleId::new)?,
    }))
}

fn read_redeem(fields: &Fields<'_>, sizes: &Sizes<'_>) -> Result<Document, DocumentError> {
    let header = read_header(fields, &["customer", "units", "amount", "reward", "quantity", "bill"])?;
    let customer = read_customer(fields)?;
    fields.refuse("reward", "rewards")?;
    fields.refuse("quantity", "rewards")?;
    let spend = match (fields.get("units"), fields.get("amount")) {
        (Some(units), None) => Spend::Units(units.units(sizes.scale)?),
        (None, Some(amount)) => Spend::Amount(amount.money(sizes.scale)?),
        (None, None) => return Err(fields.missing("units")),
        (Some(_), Some(amount)) => return Err(amount.expected("no `amount` beside `units`")),
    };
    let bill = fields.optional("bill", |node| node.money(sizes.scale))?;
    Ok(Document::Redeem(RedeemDocument { header, customer, spend, bill }))
}

fn read_adjust(fields: &Fields<'_>, sizes: &Sizes<'_>) -> Result<Document, DocumentError> {
    Ok(Document::Adjust(AdjustDocument {
        header: read_header(fields, &["customer", "units", "reason", "allow_negative"])?,
        customer: read_customer(fields)?,
        units: fields.required("units")?.units(sizes.scale)?,
        reason: fields.optional("reason", |node| node.text().map(Arc::from))?,
        allow_negative: fields.or("allow_negative", false, |node| node.boolean())?,
    }))
}

fn read_import(fields: &Fields<'_>, sizes: &Sizes<'_>) -> Result<Document, DocumentError> {
    Ok(Document::Import(ImportDocument {
        header: read_header(fields, &["customer", "units", "expires"])?,
        customer: read_customer(fields)?,
        units: fields.required("units")?.units(sizes.scale)?,
        expires: fields.optional("expires", |node| node.date())?,
        last_purchase: None,
        spent: None,
    }))
}

fn read_enrol(fields: &Fields<'_>, _: &Sizes<'_>) -> Result<Document, DocumentError> {
    let own = ["customer", "code", "name", "email", "phone", "groups", "birthday"];
    let header = read_header(fields, &own)?;
    let customer = read_customer(fields)?;
    fields.refuse("code", "codes of customers")?;
    fields.refuse("name", "names of customers")?;
    fields.refuse("email", "addresses of customers")?;
    fields.refuse("phone", "addresses of customers")?;
    fields.refuse_items("groups", "groups of customers")?;
    fields.refuse("birthday", "birthdays of customers")?;
    Ok(Document::Enrol(EnrolDocument { header, customer, profile: Profile::default() }))
}

fn read_member(fields: &Fields<'_>) -> Result<MemberDocument, DocumentError> {
    Ok(MemberDocument { header: read_header(fields, &["customer"])?, customer: read_customer(fields)? })
}

fn read_set_program(fields: &Fields<'_>) -> Result<Document, DocumentError> {
    let header = read_header(fields, &["program"])?;
    let program = version_of(super::program::read(fields.required("program")?)?);
    Ok(Document::SetProgram(ProgramDocument { header, program }))
}

fn read_customer(fields: &Fields<'_>) -> Result<CustomerId, DocumentError> {
    fields.required("customer")?.id(CustomerId::new)
}
