//! The documents that a register hands in.

mod kind;
mod people;
mod sales;
mod units;

pub use kind::Kind;
pub use people::{
    BlockCardDocument, ClaimDocument, EnrolDocument, LinkCardDocument, MakeCardsDocument, MemberDocument,
    MergeDocument, ScanDocument, SetCodeDocument,
};
pub use sales::{
    AccountPaymentDocument, ExchangeDocument, PaymentDocument, ReturnAmountDocument, ReturnDocument,
    ReturnWithoutSaleDocument, SaleDocument, VoidDocument,
};
pub use units::{AdjustDocument, HeldDocument, ImportDocument, RedeemDocument, ReserveDocument, Spend};

use alloc::sync::Arc;
use alloc::vec::Vec;

use crate::decide::{Key, Standing};
use crate::ident::{Code, CustomerId, DocumentId, SaleId};
use crate::loyalty::VersionedProgram;
use crate::sale::{Place, Terms};
use crate::time::Timestamp;

/// What every document but a sale carries.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Header {
    /// The document's own id. With one it counts once, however often it is handed in (R2);
    /// without one it is always new.
    pub id: Option<DocumentId>,
    /// When it was made, by the register's clock.
    pub at: Timestamp,
    /// Where, and by whom.
    pub place: Place,
}

/// A document: one thing that happened at a register, with all that has to be known of it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Document {
    /// A sale was rung up.
    Sale(Arc<SaleDocument>),
    /// A pending sale was paid, in part or in whole.
    Payment(PaymentDocument),
    /// A customer paid sales that are on account.
    AccountPayment(AccountPaymentDocument),
    /// Goods came back.
    Return(ReturnDocument),
    /// Money went back without goods.
    ReturnAmount(ReturnAmountDocument),
    /// Goods came back, and no sale is known that they were bought with.
    ReturnWithoutSale(ReturnWithoutSaleDocument),
    /// Goods came back, and others were bought with what they are worth.
    Exchange(ExchangeDocument),
    /// A sale was undone.
    Void(VoidDocument),
    /// Units were spent with no sale of ours.
    Redeem(RedeemDocument),
    /// Units were set aside.
    Reserve(ReserveDocument),
    /// What was set aside is given back.
    Release(HeldDocument),
    /// What was set aside is spent.
    Capture(HeldDocument),
    /// An operator gave or took units.
    Adjust(AdjustDocument),
    /// Units came from another scheme.
    Import(ImportDocument),
    /// A customer joined.
    Enrol(EnrolDocument),
    /// A customer claimed a sale that had none.
    Claim(ClaimDocument),
    /// A customer has another code from now on.
    SetCode(SetCodeDocument),
    /// Two or more customers are one person.
    Merge(MergeDocument),
    /// Punch cards were made.
    MakeCards(MakeCardsDocument),
    /// A punch card belongs to a customer from now on.
    LinkCard(LinkCardDocument),
    /// A punch card isn't to be used any more.
    BlockCard(BlockCardDocument),
    /// What has run out by now is taken from everybody.
    Sweep(Header),
    /// A customer stopped taking part.
    OptOut(MemberDocument),
    /// A customer takes part again.
    OptIn(MemberDocument),
    /// The program changes from now on.
    SetProgram(ProgramDocument),
    /// Somebody looks at a customer. It records nothing.
    Check(MemberDocument),
    /// Somebody looks whose code this is. It records nothing.
    Scan(ScanDocument),
}

/// A new version of the program. Sales that were rung up before keep theirs (Q29).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProgramDocument {
    /// Id, time and place.
    pub header: Header,
    /// The program from now on.
    pub program: VersionedProgram,
}

impl Document {
    /// Its type.
    pub fn kind(&self) -> Kind {
        match self {
            Document::Sale(_) => Kind::Sale,
            Document::Payment(_) => Kind::Payment,
            Document::AccountPayment(_) => Kind::AccountPayment,
            Document::Return(_) => Kind::Return,
            Document::ReturnAmount(_) => Kind::ReturnAmount,
            Document::Void(_) => Kind::Void,
            Document::Redeem(_) => Kind::Redeem,
            Document::Adjust(_) => Kind::Adjust,
            Document::Import(_) => Kind::Import,
            Document::Enrol(_) => Kind::Enrol,
            Document::OptOut(_) => Kind::OptOut,
            Document::OptIn(_) => Kind::OptIn,
            Document::SetProgram(_) => Kind::SetProgram,
            Document::Check(_) => Kind::Check,
            Document::ReturnWithoutSale(_) => Kind::Return,
            Document::Exchange(_) => Kind::Exchange,
            Document::Reserve(_) => Kind::Reserve,
            Document::Release(_) => Kind::Release,
            Document::Capture(_) => Kind::Capture,
            Document::Claim(_) => Kind::Claim,
            Document::SetCode(_) => Kind::SetCode,
            Document::Merge(_) => Kind::Merge,
            Document::MakeCards(_) => Kind::MakeCards,
            Document::LinkCard(_) => Kind::LinkCard,
            Document::BlockCard(_) => Kind::BlockCard,
            Document::Sweep(_) => Kind::Sweep,
            Document::Scan(_) => Kind::Scan,
        }
    }

    /// Its id, unique among the documents of its type; a sale's is the sale's own.
    pub fn id(&self) -> Option<&str> {
        match self {
            Document::Sale(sale) => Some(sale.rung_up.sale.as_str()),
            other => other.header().and_then(|header| header.id.as_ref()).map(DocumentId::as_str),
        }
    }

    /// The sale inside a document that has an id of its own: it is found as a sale, too.
    pub fn sale_inside(&self) -> Option<(Kind, &str)> {
        match self {
            Document::Exchange(exchange) => Some((Kind::Sale, exchange.sale.rung_up.sale.as_str())),
            _ => None,
        }
    }

    /// When it was made.
    pub fn at(&self) -> Timestamp {
        match (self, self.header()) {
            (_, Some(header)) => header.at,
            (Document::Sale(sale), None) => sale.rung_up.at,
            (_, None) => Timestamp::EPOCH,
        }
    }

    /// Where, and by whom.
    pub fn place(&self) -> Option<&Place> {
        match self {
            Document::Sale(sale) => Some(&sale.rung_up.place),
            other => other.header().map(|header| &header.place),
        }
    }

    /// Whether its customer takes part from then on, if it says that (R31).
    pub(crate) fn standing(&self) -> Option<Standing> {
        match self {
            Document::Enrol(_) | Document::OptIn(_) => Some(Standing::Enrolled),
            Document::OptOut(_) => Some(Standing::OptedOut),
            _ => None,
        }
    }

    /// The sale that it rings up.
    pub fn rings_up(&self) -> Option<&SaleDocument> {
        match self {
            Document::Sale(sale) => Some(sale),
            Document::Exchange(exchange) => Some(&exchange.sale),
            _ => None,
        }
    }

    /// The sale that it makes somebody's: the one that it rings up, or claims (R9).
    pub(crate) fn makes_own(&self) -> Option<&SaleId> {
        match self {
            Document::Claim(claim) => Some(&claim.of),
            _ => self.rings_up().map(|sale| &sale.rung_up.sale),
        }
    }

    /// The name of the one that it is about; `buyer` says under which name a sale is somebody's. The goods that an
    /// exchange brings back say whose it is.
    pub(crate) fn named<'d>(
        &'d self,
        buyer: impl Fn(&SaleId) -> Option<&'d CustomerId>,
    ) -> Option<&'d CustomerId> {
        let of_sale = self.about_sales().iter().find_map(buyer);
        match self {
            Document::Exchange(_) => of_sale.or(self.customer()),
            _ => self.customer().or(of_sale),
        }
    }

    /// The sales that it is about and that have to be there already.
    pub fn about_sales(&self) -> &[SaleId] {
        match self {
            Document::Payment(payment) => core::slice::from_ref(&payment.sale),
            Document::AccountPayment(payment) => &payment.sales,
            Document::Return(returned) => core::slice::from_ref(&returned.of),
            Document::ReturnAmount(returned) => core::slice::from_ref(&returned.of),
            Document::Void(void) => core::slice::from_ref(&void.of),
            Document::Exchange(exchange) => core::slice::from_ref(&exchange.of),
            Document::Claim(claim) => core::slice::from_ref(&claim.of),
            _ => &[],
        }
    }

    /// The customer that it names.
    pub fn customer(&self) -> Option<&CustomerId> {
        match self {
            Document::Sale(sale) => sale.rung_up.customer.as_ref(),
            Document::AccountPayment(payment) => Some(&payment.customer),
            Document::Redeem(redeem) => Some(&redeem.customer),
            Document::Adjust(adjust) => Some(&adjust.customer),
            Document::Import(import) => Some(&import.customer),
            Document::Enrol(enrol) => Some(&enrol.customer),
            Document::OptOut(member) | Document::OptIn(member) | Document::Check(member) => {
                Some(&member.customer)
            }
            Document::ReturnWithoutSale(returned) => Some(&returned.customer),
            Document::Exchange(exchange) => exchange.sale.rung_up.customer.as_ref(),
            Document::Reserve(reserve) => Some(&reserve.customer),
            Document::Release(held) | Document::Capture(held) => held.customer.as_ref(),
            Document::Claim(claim) => Some(&claim.customer),
            Document::SetCode(code) => Some(&code.customer),
            Document::Merge(merge) => Some(&merge.into),
            Document::LinkCard(link) => Some(&link.customer),
            _ => None,
        }
    }

    /// The keys under which something may be kept that it is about.
    pub fn keys(&self) -> Vec<Key> {
        let mut keys = Vec::new();
        let payments = match self {
            Document::Sale(sale) => sale.payments.as_slice(),
            Document::Payment(payment) => &payment.payments,
            Document::AccountPayment(payment) => &payment.payments,
            Document::Exchange(exchange) => &exchange.sale.payments,
            _ => &[],
        };
        let rung_up = match self {
            Document::Sale(sale) => Some(&sale.rung_up),
            Document::Exchange(exchange) => Some(&exchange.sale.rung_up),
            _ => None,
        };
        let rewards = rung_up.map_or(&[][..], |rung_up| &rung_up.rewards);
        let offers = rung_up.map_or(&[][..], |rung_up| &rung_up.offers);
        keys.extend(payments.iter().filter_map(|payment| payment.reservation.clone()).map(Key::Hold));
        keys.extend(rewards.iter().filter_map(|reward| reward.reservation.clone()).map(Key::Hold));
        keys.extend(offers.iter().map(|offer| offer.card.card_key()));
        match self {
            Document::Release(held) | Document::Capture(held) => {
                keys.extend(held.header.id.clone().map(Key::Hold));
            }
            Document::MakeCards(cards) => keys.extend(cards.codes.iter().flat_map(keys_of)),
            Document::LinkCard(link) => keys.push(link.card.card_key()),
            Document::BlockCard(block) => keys.push(block.card.card_key()),
            Document::Enrol(enrol) => keys.extend(enrol.profile.code.iter().flat_map(keys_of)),
            Document::SetCode(set) => keys.extend(keys_of(&set.code)),
            Document::Scan(scan) => keys.extend(keys_of(&scan.code)),
            _ => {}
        }
        keys
    }

    /// Whether it takes back what a sale earned.
    pub(crate) fn takes_back(&self) -> bool {
        matches!(
            self,
            Document::Return(_) | Document::ReturnAmount(_) | Document::Void(_) | Document::Exchange(_)
        )
    }

    /// Whether it can change or shows the customer's punch cards.
    pub fn touches_cards(&self) -> bool {
        let shows = matches!(self, Document::Sale(_) | Document::Check(_) | Document::LinkCard(_));
        shows || !self.about_sales().is_empty() || matches!(self, Document::AccountPayment(_))
    }

    /// Whether deciding it has to see the customer's lots one by one, and not only the balance.
    pub fn touches_lots(&self) -> bool {
        match self {
            Document::Sale(sale) => {
                let pays = sale.payments.iter().any(|payment| payment.tender.is_loyalty());
                pays || !sale.rung_up.rewards.is_empty()
            }
            Document::Payment(payment) => payment.payments.iter().any(|part| part.tender.is_loyalty()),
            _ => true,
        }
    }

    /// Whether deciding it has to see what the customer owes.
    pub fn touches_debts(&self) -> bool {
        match self {
            Document::Payment(_) | Document::AccountPayment(_) | Document::Void(_) | Document::Merge(_) => {
                true
            }
            other => other.defers(),
        }
    }

    /// Whether it rings up a sale of which a part is put on the customer's account.
    pub fn defers(&self) -> bool {
        let defers = |sale: &SaleDocument| {
            sale.rung_up.terms == Terms::OnAccount
                || sale.payments.iter().any(|payment| payment.tender.is_on_account())
        };
        self.rings_up().is_some_and(defers)
    }

    fn header(&self) -> Option<&Header> {
        Some(match self {
            Document::Sale(_) => return None,
            Document::Payment(payment) => &payment.header,
            Document::AccountPayment(payment) => &payment.header,
            Document::Return(returned) => &returned.header,
            Document::ReturnAmount(returned) => &returned.header,
            Document::Void(void) => &void.header,
            Document::Redeem(redeem) => &redeem.header,
            Document::Adjust(adjust) => &adjust.header,
            Document::Import(import) => &import.header,
            Document::Enrol(enrol) => &enrol.header,
            Document::OptOut(member) | Document::OptIn(member) | Document::Check(member) => &member.header,
            Document::SetProgram(program) => &program.header,
            Document::ReturnWithoutSale(returned) => &returned.header,
            Document::Exchange(exchange) => &exchange.header,
            Document::Reserve(reserve) => &reserve.header,
            Document::Release(held) | Document::Capture(held) => &held.header,
            Document::Claim(claim) => &claim.header,
            Document::SetCode(code) => &code.header,
            Document::Merge(merge) => &merge.header,
            Document::MakeCards(cards) => &cards.header,
            Document::LinkCard(link) => &link.header,
            Document::BlockCard(block) => &block.header,
            Document::Sweep(header) => header,
            Document::Scan(scan) => &scan.header,
        })
    }
}

/// Whose code it is, or which punch card.
fn keys_of(code: &Code) -> [Key; 2] {
    [code.key(), code.card_key()]
}
