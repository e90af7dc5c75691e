//! The documents other than a sale.

use super::{Damage, Pack, Packer, Unpacker, fields};
use crate::decide::{
    AccountPaymentDocument, AdjustDocument, EnrolDocument, Header, ImportDocument, MemberDocument,
    PaymentDocument, RedeemDocument, ReturnAmountDocument, ReturnDocument, Spend, VoidDocument,
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
    ImportDocument { header, customer, units, expires }
    EnrolDocument { header, customer }
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
        }
    }

    fn unpack(from: &mut Unpacker<'_>) -> Result<Spend, Damage> {
        match from.byte()? {
            1 => Pack::unpack(from).map(Spend::Units),
            2 => Pack::unpack(from).map(Spend::Amount),
            _ => Err(Damage("neither units nor an amount is spent")),
        }
    }
}
