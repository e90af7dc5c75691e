//! The documents other than a sale.

use super::{Damage, Pack, Packer, Unpacker, fields};
use crate::decide::{
    AccountPaymentDocument, AdjustDocument, BlockCardDocument, ClaimDocument, EnrolDocument,
    ExchangeDocument, Header, HeldDocument, ImportDocument, LinkCardDocument, MakeCardsDocument,
    MemberDocument, MergeDocument, PaymentDocument, RedeemDocument, ReserveDocument, ReturnAmountDocument,
    ReturnDocument, ReturnWithoutSaleDocument, ScanDocument, SetCodeDocument, Spend, VoidDocument,
};
use crate::sale::ReturnedLine;

fields! {
    PaymentDocument { header, sale, payments, change }
    AccountPaymentDocument { header, customer, payments, sales }
    ReturnDocument { header, of, lines, refund }
    ReturnAmountDocument { header, of, amount, refund }
    VoidDocument { header, of }
    RedeemDocument { header, customer, spend, bill }
    AdjustDocument { header, customer, units, reason, allow_negative }
    ImportDocument { header, customer, units, expires, last_purchase, spent }
    EnrolDocument { header, customer, profile }
    ReturnWithoutSaleDocument { header, customer, lines }
    ExchangeDocument { header, of, lines, sale }
    ReserveDocument { header, customer, spend }
    HeldDocument { header, customer }
    ClaimDocument { header, of, customer }
    SetCodeDocument { header, customer, code }
    MergeDocument { header, into, from }
    MakeCardsDocument { header, punch_card, batch, codes }
    LinkCardDocument { header, card, customer }
    BlockCardDocument { header, card, reason }
    ScanDocument { header, code, symbology }
    MemberDocument { header, customer }
    ReturnedLine { line, quantity }
}

/// The time is a column of its own.
impl Pack for Header {
    fn pack(&self, to: &mut Packer<'_>) {
        let Header { id, at: _, place } = self;
        id.pack(to);
        place.pack(to);
    }

    fn unpack(from: &mut Unpacker<'_>) -> Result<Header, Damage> {
        Ok(Header { id: Pack::unpack(from)?, at: from.context.at, place: Pack::unpack(from)? })
    }
}

impl Pack for Spend {
    fn pack(&self, to: &mut Packer<'_>) {
        match self {
            Spend::Units(units) => {
                to.byte(1);
                units.pack(to);
            }
            Spend::Amount(amount) => {
                to.byte(2);
                amount.pack(to);
            }
            Spend::Reward(reward, quantity) => {
                to.byte(3);
                reward.pack(to);
                quantity.pack(to);
            }
        }
    }

    fn unpack(from: &mut Unpacker<'_>) -> Result<Spend, Damage> {
        match from.byte()? {
            1 => Pack::unpack(from).map(Spend::Units),
            2 => Pack::unpack(from).map(Spend::Amount),
            3 => Ok(Spend::Reward(Pack::unpack(from)?, Pack::unpack(from)?)),
            _ => Err(Damage("neither units nor an amount is spent")),
        }
    }
}
