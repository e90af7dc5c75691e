//! Any document.

use std::sync::Arc;

use proptest::option::of;
use proptest::prelude::*;

use super::*;
use crate::sale::{Fee, FeeKind, LineItem, OfferUse, ReturnedLine, RewardUse, RungUp, Tax, Terms};

fn any_tax() -> impl Strategy<Value = Tax> {
    prop_oneof![
        (any_ratio(), any::<bool>()).prop_map(|(rate, included)| Tax::Rate { rate, included }),
        (any_money(), any::<bool>()).prop_map(|(amount, included)| Tax::Amount { amount, included }),
    ]
}

fn any_line() -> impl Strategy<Value = LineItem> {
    let id = prop_oneof![
        any_line_id(),
        (1..4_u8).prop_map(|id| LineId::new(&std::format!("{id}")).expect("a name"))
    ];
    let goods = (id, any_product(), of(any_category()), any_ratio());
    let rules = (of(any_price_book()), few(any_promotion()), any::<bool>());
    let terms = (any_money(), any_money(), of(any_tax()));
    (goods, terms, rules).prop_map(
        |(
            (id, product, category, quantity),
            (unit_price, discount, tax),
            (price_book, promotions, earns),
        )| LineItem {
            id,
            product,
            category,
            quantity,
            unit_price,
            discount,
            tax,
            price_book,
            promotions,
            earns,
        },
    )
}

fn any_fee() -> impl Strategy<Value = Fee> {
    let kinds = [FeeKind::Shipping, FeeKind::Tip, FeeKind::Delivery, FeeKind::Service];
    (prop::sample::select(kinds.to_vec()), any_money()).prop_map(|(kind, amount)| Fee { kind, amount })
}

fn any_reward_use() -> impl Strategy<Value = RewardUse> {
    let chosen = (of(any_line_id()), of(any_units()), of(any_ratio()), of(any_document_id()));
    (any_reward(), chosen).prop_map(|(reward, (line, units, quantity, reservation))| RewardUse {
        reward,
        line,
        units,
        quantity,
        reservation,
    })
}

fn any_offer_use() -> impl Strategy<Value = OfferUse> {
    (any_code(), any_line_id()).prop_map(|(card, line)| OfferUse { card, line })
}

fn any_rung_up() -> impl Strategy<Value = RungUp> {
    let terms = prop::sample::select([Terms::Immediate, Terms::Layby, Terms::OnAccount].to_vec());
    let head = (any_sale_id(), any_time(), any_place().boxed(), of(any_customer()), terms);
    let rest = (some(any_line().boxed()), any_money(), some(any_fee()), any_money(), any_money());
    let used = (few(any_reward_use().boxed()), few(any_offer_use()), any::<bool>());
    (head, rest, used).prop_map(
        |(
            (sale, at, place, customer, terms),
            (lines, discount, fees, tax_added, cash_rounding),
            (rewards, offers, earns),
        )| {
            RungUp {
                sale,
                at,
                place,
                customer,
                terms,
                lines: lines.into(),
                discount,
                fees,
                tax_added,
                cash_rounding,
                rewards,
                offers,
                earns,
            }
        },
    )
}

fn any_sale() -> impl Strategy<Value = SaleDocument> {
    let sale =
        (any_rung_up().boxed(), some(any_payment().boxed()), any_money(), some(any_code()), any::<bool>());
    sale.prop_map(|(rung_up, payments, change, codes, parked)| SaleDocument {
        rung_up,
        payments,
        change,
        codes,
        parked,
    })
}

pub(super) fn any_document(program: VersionedProgram) -> impl Strategy<Value = Document> {
    prop_oneof![
        4 => any_sale().prop_map(|sale| Document::Sale(Arc::new(sale))).boxed(),
        3 => any_document_about_sales().boxed(),
        2 => any_document_about_goods().boxed(),
        3 => any_document_by_hand().boxed(),
        2 => any_document_about_holds().boxed(),
        2 => any_document_about_members().boxed(),
        2 => any_document_about_cards().boxed(),
        1 => any_header().boxed().prop_map(Document::Sweep),
        1 => any_header().boxed()
            .prop_map(move |header| Document::SetProgram(ProgramDocument { header, program: program.clone() })),
    ]
}

fn any_document_about_sales() -> impl Strategy<Value = Document> {
    let returned = (any_line_id(), any_ratio()).prop_map(|(line, quantity)| ReturnedLine { line, quantity });
    let refund = || of(some(any_payment().boxed()));
    prop_oneof![
        (any_header().boxed(), any_sale_id(), some(any_payment().boxed()), any_money()).prop_map(
            |(header, sale, payments, change)| {
                Document::Payment(PaymentDocument { header, sale, payments, change })
            }
        ),
        (any_header().boxed(), any_customer(), some(any_payment().boxed()), some(any_sale_id())).prop_map(
            |(header, customer, payments, sales)| {
                Document::AccountPayment(AccountPaymentDocument { header, customer, payments, sales })
            }
        ),
        (any_header().boxed(), any_sale_id(), some(returned), refund()).prop_map(
            |(header, of, lines, refund)| { Document::Return(ReturnDocument { header, of, lines, refund }) }
        ),
        (any_header().boxed(), any_sale_id(), any_money(), refund()).prop_map(
            |(header, of, amount, refund)| {
                Document::ReturnAmount(ReturnAmountDocument { header, of, amount, refund })
            }
        ),
        (any_header().boxed(), any_sale_id())
            .prop_map(|(header, of)| Document::Void(VoidDocument { header, of })),
    ]
}

fn any_document_about_goods() -> impl Strategy<Value = Document> {
    let returned = (any_line_id(), any_ratio()).prop_map(|(line, quantity)| ReturnedLine { line, quantity });
    prop_oneof![
        (any_header().boxed(), any_customer(), some(any_line().boxed())).prop_map(
            |(header, customer, lines)| {
                Document::ReturnWithoutSale(ReturnWithoutSaleDocument { header, customer, lines })
            }
        ),
        (any_header().boxed(), any_sale_id(), some(returned), any_sale().boxed()).prop_map(
            |(header, of, lines, mut sale)| {
                sale.rung_up.at = header.at;
                Document::Exchange(ExchangeDocument { header, of, lines, sale: Arc::new(sale) })
            }
        ),
        (any_header().boxed(), any_sale_id(), any_customer())
            .prop_map(|(header, of, customer)| Document::Claim(ClaimDocument { header, of, customer })),
    ]
}

fn any_spend() -> impl Strategy<Value = Spend> {
    prop_oneof![
        any_units().prop_map(Spend::Units),
        any_money().prop_map(Spend::Amount),
        (any_reward(), of(any_ratio())).prop_map(|(reward, quantity)| Spend::Reward(reward, quantity)),
    ]
}

fn any_document_about_holds() -> impl Strategy<Value = Document> {
    let held = || {
        (any_header().boxed(), of(any_customer()))
            .prop_map(|(header, customer)| HeldDocument { header, customer })
    };
    prop_oneof![
        (any_header().boxed(), any_customer(), any_spend().boxed()).prop_map(|(header, customer, spend)| {
            Document::Reserve(ReserveDocument { header, customer, spend })
        }),
        held().prop_map(Document::Release),
        held().prop_map(Document::Capture),
    ]
}

pub(super) fn any_profile() -> impl Strategy<Value = Profile> {
    let text = || of("\\PC{0,9}".prop_map(|text| Arc::from(text.as_str())));
    let contact = (text(), text(), text());
    (of(any_code()), contact, of(some(any_group())), of(any_date())).prop_map(
        |(code, (name, email, phone), groups, birthday)| Profile {
            code,
            name,
            email,
            phone,
            groups,
            birthday,
        },
    )
}

fn any_document_about_members() -> impl Strategy<Value = Document> {
    let symbology = of("\\PC{0,9}".prop_map(|text| Arc::from(text.as_str())));
    prop_oneof![
        (any_header().boxed(), any_customer(), any_profile().boxed()).prop_map(
            |(header, customer, profile)| Document::Enrol(EnrolDocument { header, customer, profile })
        ),
        (any_header().boxed(), any_customer(), any_code()).prop_map(|(header, customer, code)| {
            Document::SetCode(SetCodeDocument { header, customer, code })
        }),
        (any_header().boxed(), any_customer(), some(any_customer()))
            .prop_map(|(header, into, from)| Document::Merge(MergeDocument { header, into, from })),
        (any_header().boxed(), any_code(), symbology).prop_map(|(header, code, symbology)| {
            Document::Scan(ScanDocument { header, code, symbology })
        }),
    ]
}

fn any_document_about_cards() -> impl Strategy<Value = Document> {
    let reason = of("\\PC{0,9}".prop_map(|reason| Arc::from(reason.as_str())));
    prop_oneof![
        (any_header().boxed(), any_punch_card(), any_batch(), some(any_code())).prop_map(
            |(header, punch_card, batch, codes)| {
                Document::MakeCards(MakeCardsDocument { header, punch_card, batch, codes })
            }
        ),
        (any_header().boxed(), any_code(), any_customer()).prop_map(|(header, card, customer)| {
            Document::LinkCard(LinkCardDocument { header, card, customer })
        }),
        (any_header().boxed(), any_code(), reason).prop_map(|(header, card, reason)| {
            Document::BlockCard(BlockCardDocument { header, card, reason })
        }),
    ]
}

/// When imported units run out, and what was bought under the other scheme.
fn any_earlier() -> impl Strategy<Value = (Option<Date>, Option<Date>, Option<Money>)> {
    (of(any_date()), of(any_date()), of(any_money()))
}

fn any_document_by_hand() -> impl Strategy<Value = Document> {
    let reason = of("\\PC{0,9}".prop_map(|reason| Arc::from(reason.as_str())));
    let member = || {
        (any_header().boxed(), any_customer())
            .prop_map(|(header, customer)| MemberDocument { header, customer })
    };
    prop_oneof![
        (any_header().boxed(), any_customer(), any_spend().boxed(), of(any_money())).prop_map(
            |(header, customer, spend, bill)| {
                Document::Redeem(RedeemDocument { header, customer, spend, bill })
            }
        ),
        (any_header().boxed(), any_customer(), any_units(), reason, any::<bool>()).prop_map(
            |(header, customer, units, reason, allow_negative)| {
                Document::Adjust(AdjustDocument { header, customer, units, reason, allow_negative })
            }
        ),
        (any_header().boxed(), any_customer(), any_units(), any_earlier()).prop_map(
            |(header, customer, units, (expires, last_purchase, spent))| {
                Document::Import(ImportDocument { header, customer, units, expires, last_purchase, spent })
            }
        ),
        member().prop_map(Document::OptOut),
        member().prop_map(Document::OptIn),
        member().prop_map(Document::Check),
    ]
}
