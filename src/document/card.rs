//! Documents about punch cards, read.

use crate::decide::{BlockCardDocument, Document, LinkCardDocument, MakeCardsDocument};
use crate::document::Mistake;
use crate::document::event::{CheckTokens, Sizes, read_card_code, read_customer, read_header};
use crate::document::member::read_text;
use crate::document::node::{Fields, Node};
use crate::ident::{BatchId, Code, PunchCardId};

pub(super) fn read_make_cards(fields: &Fields<'_>, sizes: &Sizes<'_>) -> Result<Document, Mistake> {
    let header = read_header(fields, &["punch_card", "batch", "codes"])?;
    let (punch_card, batch) = (fields.required("punch_card")?, fields.required("batch")?);
    let (punch_card, batch) = (punch_card.id(PunchCardId::new)?, batch.id(BatchId::new)?);
    let codes = fields.required("codes")?;
    let codes = codes.items(sizes.limits.cards)?.map(|code| code.id(Code::new)).collect::<Result<_, _>>()?;
    Ok(Document::MakeCards(MakeCardsDocument { header, punch_card, batch, codes }))
}

/// A card's code may be one that can be guessed. Where it is, the card has to be there: at a till it is linked by its
/// token.
pub(super) fn read_link_card(fields: &Fields<'_>, sizes: &Sizes<'_>) -> Result<Document, Mistake> {
    let header = read_header(fields, &["card", "token", "customer"])?;
    if sizes.tokens.is_some_and(CheckTokens::punch_cards_need_tokens) && fields.get("token").is_none() {
        let expected = |card: Node<'_>| card.expected("the punch card's `token`, and no `card`");
        return Err(fields.get("card").map_or_else(|| fields.missing("token"), expected));
    }
    Ok(Document::LinkCard(LinkCardDocument {
        header,
        card: read_card_code(fields, "card", sizes)?,
        customer: read_customer(fields)?,
    }))
}

pub(super) fn read_block_card(fields: &Fields<'_>, _: &Sizes<'_>) -> Result<Document, Mistake> {
    Ok(Document::BlockCard(BlockCardDocument {
        header: read_header(fields, &["card", "reason"])?,
        card: fields.required("card")?.id(Code::new)?,
        reason: fields.optional("reason", read_text)?,
    }))
}
