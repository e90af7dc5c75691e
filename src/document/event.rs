//! Every document, read by its type.

use alloc::borrow::ToOwned;
use alloc::string::String;
use alloc::sync::Arc;
use alloc::vec::Vec;

use crate::decide::{
    AccountPaymentDocument, ClaimDocument, Document, ExchangeDocument, Header, PaymentDocument,
    ProgramDocument, ReturnAmountDocument, ReturnDocument, ReturnWithoutSaleDocument, VoidDocument,
};
use crate::document::node::{Fields, Node, one_of};
use crate::document::sale::{read_inner_sale, read_lines, read_sale};
use crate::document::value::Scale;
use crate::document::{DocumentError, Limits, Mistake, card, member, version_of};
use crate::ident::{Code, CustomerId, DocumentId, LineId, OperatorId, OutletId, RegisterId, SaleId, Tender};
use crate::loyalty::Program;
use crate::money::Money;
use crate::sale::{Payment, Place, ReturnedLine};

/// How many decimals amounts have, and how much there may be of everything.
pub(super) struct Sizes<'a> {
    pub(super) scale: Scale,
    pub(super) limits: &'a Limits,
    /// How tokens are checked, where they stand in place of what can be guessed.
    pub(super) tokens: Option<&'a dyn CheckTokens>,
}

/// What a till's tokens stand for. Of one that isn't taken it says what was expected in its place.
pub(super) trait CheckTokens {
    /// The sale of the receipt that has this token.
    fn receipt(&self, token: &str) -> Result<SaleId, String>;

    /// The code of the punch card that has this token.
    fn punch_card(&self, token: &str) -> Result<Code, String>;

    /// Whether a punch card is one by its token alone.
    fn punch_cards_need_tokens(&self) -> bool;
}

pub(super) fn read(
    node: Node<'_>,
    program: Option<&Program>,
    limits: &Limits,
    tokens: Option<&dyn CheckTokens>,
) -> Result<Document, Mistake> {
    let fields = node.object()?;
    let kind = fields.required("type")?;
    if kind.text()? == "set_program" {
        return read_set_program(&fields);
    }
    let Some(read) = reader(kind.text()?) else {
        let known = READERS.iter().map(|(name, _)| *name).chain(["set_program"]);
        return Err(kind.expected(one_of(known)));
    };
    let scale = Scale::of(program.ok_or_else(no_program)?);
    read(&fields, &Sizes { scale, limits, tokens })
}

/// Where a document was made, and by whom.
pub(super) fn read_place(fields: &Fields<'_>) -> Result<Place, Mistake> {
    Ok(Place {
        outlet: fields.optional("outlet", |node| node.id(OutletId::new))?,
        register: fields.optional("register", |node| node.id(RegisterId::new))?,
        operator: fields.optional("operator", |node| node.id(OperatorId::new))?,
    })
}

/// What goes back to tenders.
fn read_refund(node: Node<'_>, sizes: &Sizes<'_>) -> Result<Vec<Payment>, Mistake> {
    let part = |node: Node<'_>| {
        let fields = node.object()?;
        fields.only(&[&["tender", "amount"]])?;
        let tender = fields.required("tender")?.id(Tender::new)?;
        Ok(Payment { tender, amount: fields.required("amount")?.money(sizes.scale)?, reservation: None })
    };
    node.items(sizes.limits.payments)?.map(part).collect()
}

/// Payments as they were tendered.
pub(super) fn read_payments(node: Node<'_>, sizes: &Sizes<'_>) -> Result<Vec<Payment>, Mistake> {
    let payment = |node: Node<'_>| {
        let fields = node.object()?;
        fields.only(&[&["tender", "amount", "reservation"]])?;
        let tender = fields.required("tender")?.id(Tender::new)?;
        let amount = fields.required("amount")?.money(sizes.scale)?;
        let reservation = fields.optional("reservation", |node| node.id(DocumentId::new))?;
        Ok(Payment { tender, amount, reservation })
    };
    node.items(sizes.limits.payments)?.map(payment).collect()
}

type Reader = fn(&Fields<'_>, &Sizes<'_>) -> Result<Document, Mistake>;

const READERS: &[(&str, Reader)] = &[
    ("sale", |fields, sizes| Ok(Document::Sale(Arc::new(read_sale(fields, sizes)?)))),
    ("payment", read_payment),
    ("account_payment", read_account_payment),
    ("return", read_return),
    ("return_amount", read_return_amount),
    ("exchange", read_exchange),
    ("void", read_void),
    ("redeem", member::read_redeem),
    ("reserve", member::read_reserve),
    ("release", |fields, _| Ok(Document::Release(member::read_held(fields)?))),
    ("capture", |fields, _| Ok(Document::Capture(member::read_held(fields)?))),
    ("adjust", member::read_adjust),
    ("import", member::read_import),
    ("enrol", member::read_enrol),
    ("opt_out", |fields, _| Ok(Document::OptOut(member::read_member(fields)?))),
    ("opt_in", |fields, _| Ok(Document::OptIn(member::read_member(fields)?))),
    ("claim", read_claim),
    ("set_code", member::read_set_code),
    ("scan", member::read_scan),
    ("make_cards", card::read_make_cards),
    ("link_card", card::read_link_card),
    ("block_card", card::read_block_card),
    ("merge", member::read_merge),
    ("sweep", |fields, _| read_header(fields, &[]).map(Document::Sweep)),
    ("check", |fields, _| Ok(Document::Check(member::read_member(fields)?))),
];

const HEADER: &[&str] = &["type", "id", "at", "outlet", "register", "operator"];

fn reader(kind: &str) -> Option<Reader> {
    READERS.iter().find(|(name, _)| *name == kind).map(|(_, reader)| *reader)
}

pub(super) fn no_program() -> Mistake {
    Mistake::new(DocumentError::Program {
        path: ".".to_owned(),
        expected: "a program to have been set before".to_owned(),
        found: "none".to_owned(),
    })
}

pub(super) fn read_header(fields: &Fields<'_>, own: &[&str]) -> Result<Header, Mistake> {
    fields.only(&[HEADER, own])?;
    Ok(Header {
        id: fields.optional("id", |node| node.id(DocumentId::new))?,
        at: fields.required("at")?.time()?,
        place: read_place(fields)?,
    })
}

fn read_payment(fields: &Fields<'_>, sizes: &Sizes<'_>) -> Result<Document, Mistake> {
    Ok(Document::Payment(PaymentDocument {
        header: read_header(fields, &["sale", "payments", "change"])?,
        sale: fields.required("sale")?.id(SaleId::new)?,
        payments: read_payments(fields.required("payments")?, sizes)?,
        change: fields.or("change", Money::ZERO, |node| node.money(sizes.scale))?,
    }))
}

fn read_account_payment(fields: &Fields<'_>, sizes: &Sizes<'_>) -> Result<Document, Mistake> {
    let sales = |node: Node<'_>| node.items(sizes.limits.sales)?.map(|sale| sale.id(SaleId::new)).collect();
    Ok(Document::AccountPayment(AccountPaymentDocument {
        header: read_header(fields, &["customer", "payments", "sales"])?,
        customer: read_customer(fields)?,
        payments: read_payments(fields.required("payments")?, sizes)?,
        sales: fields.or("sales", Vec::new(), sales)?,
    }))
}

fn read_return(fields: &Fields<'_>, sizes: &Sizes<'_>) -> Result<Document, Mistake> {
    if fields.get("of").or(fields.get("token")).is_none() {
        return read_return_without_sale(fields, sizes);
    }
    Ok(Document::Return(ReturnDocument {
        header: read_header(fields, &["of", "token", "lines", "refund"])?,
        of: read_of(fields, sizes)?,
        lines: read_returned_lines(fields, sizes)?,
        refund: fields.optional("refund", |node| read_refund(node, sizes))?,
    }))
}

/// The sale that something is done to: its id, or at a till the token of its receipt. The id may do there, too, since a
/// cashier may look a sale up whose receipt was lost.
fn read_of(fields: &Fields<'_>, sizes: &Sizes<'_>) -> Result<SaleId, Mistake> {
    match (sizes.tokens, fields.get("token"), fields.get("of")) {
        (_, Some(_), Some(of)) => Err(of.expected("no `of` beside `token`")),
        (None, Some(token), None) => {
            Err(token.not_built("tokens, which are read by `read_document_at_till`"))
        }
        (Some(tokens), Some(token), None) => {
            tokens.receipt(token.text()?).map_err(|expected| token.expected_secret(expected))
        }
        (_, None, _) => fields.required("of")?.id(SaleId::new),
    }
}

/// Goods of which no sale is known, written as a till would ring them up.
fn read_return_without_sale(fields: &Fields<'_>, sizes: &Sizes<'_>) -> Result<Document, Mistake> {
    // Neither of the first two is there; who misspelt one is told how they are written.
    let header = read_header(fields, &["of", "token", "customer", "lines"])?;
    let missing = || fields.missing_or("customer", " for goods whose sale nobody knows, or else `of`");
    Ok(Document::ReturnWithoutSale(ReturnWithoutSaleDocument {
        header,
        customer: fields.get("customer").ok_or_else(missing)?.id(CustomerId::new)?,
        lines: read_lines(fields.required("lines")?, sizes)?,
    }))
}

fn read_exchange(fields: &Fields<'_>, sizes: &Sizes<'_>) -> Result<Document, Mistake> {
    let header = read_header(fields, &["of", "token", "lines", "sale"])?;
    Ok(Document::Exchange(ExchangeDocument {
        of: read_of(fields, sizes)?,
        lines: read_returned_lines(fields, sizes)?,
        sale: Arc::new(read_inner_sale(fields.required("sale")?, sizes, &header)?),
        header,
    }))
}

fn read_returned_lines(fields: &Fields<'_>, sizes: &Sizes<'_>) -> Result<Vec<ReturnedLine>, Mistake> {
    fields.required("lines")?.items(sizes.limits.lines)?.map(read_returned_line).collect()
}

fn read_returned_line(node: Node<'_>) -> Result<ReturnedLine, Mistake> {
    let fields = node.object()?;
    fields.only(&[&["id", "quantity"]])?;
    let line = fields.required("id")?.id(LineId::new)?;
    Ok(ReturnedLine { line, quantity: fields.required("quantity")?.ratio()? })
}

fn read_return_amount(fields: &Fields<'_>, sizes: &Sizes<'_>) -> Result<Document, Mistake> {
    Ok(Document::ReturnAmount(ReturnAmountDocument {
        header: read_header(fields, &["of", "token", "amount", "refund"])?,
        of: read_of(fields, sizes)?,
        amount: fields.required("amount")?.money(sizes.scale)?,
        refund: fields.optional("refund", |node| read_refund(node, sizes))?,
    }))
}

fn read_void(fields: &Fields<'_>, sizes: &Sizes<'_>) -> Result<Document, Mistake> {
    let header = read_header(fields, &["of", "token"])?;
    Ok(Document::Void(VoidDocument { header, of: read_of(fields, sizes)? }))
}

/// A claim names the sale, or has the token of its receipt, which is also called `code`. A sale's id can be guessed,
/// so at a till it is the token; without the keys that check one, only the id can be read.
fn read_claim(fields: &Fields<'_>, sizes: &Sizes<'_>) -> Result<Document, Mistake> {
    let header = read_header(fields, &["sale", "code", "token", "customer"])?;
    let customer = read_customer(fields)?;
    let token = match (fields.get("token"), fields.get("code")) {
        (Some(_), Some(code)) => {
            return Err(code.expected_secret("no `code` beside `token`, which it is another word for"));
        }
        (token, code) => token.or(code),
    };
    let of = match (sizes.tokens, fields.get("sale"), token) {
        (Some(_), Some(sale), _) => return Err(sale.expected("the receipt's `token`, and no `sale`")),
        (Some(tokens), None, Some(token)) => {
            tokens.receipt(token.text()?).map_err(|expected| token.expected_secret(expected))?
        }
        (Some(_), None, None) => return Err(fields.missing("token")),
        (None, Some(sale), None) => sale.id(SaleId::new)?,
        (None, None, Some(token)) => {
            return Err(token.not_built("tokens, which are read by `read_document_at_till`"));
        }
        (None, Some(_), Some(token)) => {
            return Err(token.expected_secret("no `token` or `code` beside `sale`"));
        }
        (None, None, None) => return Err(fields.missing("sale")),
    };
    Ok(Document::Claim(ClaimDocument { header, of, customer }))
}

/// The code of a punch card: as it is, in the field of this name, or the one that its token stands for, which at a
/// till it may need.
pub(super) fn read_card_code(
    fields: &Fields<'_>,
    name: &'static str,
    sizes: &Sizes<'_>,
) -> Result<Code, Mistake> {
    match (sizes.tokens, fields.get("token"), fields.get(name)) {
        (_, Some(_), Some(code)) => Err(code.expected(alloc::format!("no `{name}` beside `token`"))),
        (None, Some(token), None) => {
            Err(token.not_built("tokens, which are read by `read_document_at_till`"))
        }
        (Some(tokens), Some(token), None) => {
            tokens.punch_card(token.text()?).map_err(|expected| token.expected_secret(expected))
        }
        (_, None, code) => code.ok_or_else(|| fields.missing(name))?.id(Code::new),
    }
}

fn read_set_program(fields: &Fields<'_>) -> Result<Document, Mistake> {
    let header = read_header(fields, &["program"])?;
    let program = version_of(super::program::read(fields.required("program")?)?);
    Ok(Document::SetProgram(ProgramDocument { header, program }))
}

pub(super) fn read_customer(fields: &Fields<'_>) -> Result<CustomerId, Mistake> {
    fields.required("customer")?.id(CustomerId::new)
}
