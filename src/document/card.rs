//! Documents about punch cards, read.

use crate::decide::{BlockCardDocument, Document, LinkCardDocument, MakeCardsDocument};
use crate::document::DocumentError;
use crate::document::event::{Sizes, read_customer, read_header};
use crate::document::member::read_text;
use crate::document::node::Fields;
use crate::ident::{BatchId, Code, PunchCardId};

pub(super) fn read_make_cards(fields: &Fields<'_>, sizes: &Sizes<'_>) -> Result<Document, DocumentError> {
    let header = read_header(fields, &["punch_card", "batch", "codes"])?;
    let (punch_card, batch) = (fields.required("punch_card")?, fields.required("batch")?);
    let (punch_card, batch) = (punch_card.id(PunchCardId::new)?, batch.id(BatchId::new)?);
    let codes = fields.required("codes")?;
    let codes = codes.items(sizes.limits.cards)?.map(|code| code.id(Code::new)).collect::<Result<_, _>>()?;
    Ok(Document::MakeCards(MakeCardsDocument { header, punch_card, batch, codes }))
}

pub(super) fn read_link_card(fields: &Fields<'_>, _: &Sizes<'_>) -> Result<Document, DocumentError> {
    Ok(Document::LinkCard(LinkCardDocument {
        header: read_header(fields, &["card", "customer"])?,
        card: fields.required("card")?.id(Code::new)?,
        customer: read_customer(fields)?,
    }))
}

pub(super) fn read_block_card(fields: &Fields<'_>, _: &Sizes<'_>) -> Result<Document, DocumentError> {
    Ok(Document::BlockCard(BlockCardDocument {
        header: read_header(fields, &["card", "reason"])?,
        card: fields.required("card")?.id(Code::new)?,
        reason: fields.optional("reason", read_text)?,
    }))
}
