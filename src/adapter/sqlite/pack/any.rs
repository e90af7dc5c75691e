//! Any operation at all, whether or not a ledger could ever hold it.

use std::string::String;
use std::sync::Arc;
use std::vec::Vec;

use proptest::option::of;
use proptest::prelude::*;
use rust_decimal::Decimal;

use crate::decide::*;
use crate::ident::*;
use crate::ledger::{Account, Entry, LotKey, Seq};
use crate::loyalty::{
    Accrual, BonusAccrual, EarnTerms, LineAccrual, ProgramVersion, VersionedProgram, VisitAccrual,
};
use crate::money::{Money, Ratio, Units};
use crate::sale::{
    Cut, Fee, FeeKind, LineItem, OfferUse, Payment, Place, ReturnedLine, RewardUse, RungUp, Tax, Terms,
};
use crate::time::{Date, Timestamp};

pub(super) fn any_operation(program: VersionedProgram) -> impl Strategy<Value = Operation> {
    let head =
        (any_seq(), any_document(program).boxed(), any_time(), any::<[u8; 32]>(), any_decision().boxed());
    head.prop_map(|(seq, document, recorded_at, version, decision)| Operation {
        seq,
        document,
        recorded_at,
        program: ProgramVersion(version),
        decision,
    })
}

fn any_text() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => "[1-9][0-9]{0,19}",
        1 => "0[0-9]{0,19}",
        4 => "[a-zA-Z0-9]([a-zA-Z0-9 /.-]{0,12}[a-zA-Z0-9])?",
        1 => "[^\\p{C}\\p{Z}]{1,64}",
    ]
}

macro_rules! any_ids {
    ($($function:ident $type:ident),+ $(,)?) => {$(
        fn $function() -> impl Strategy<Value = $type> + Clone {
            any_text().prop_map(|text| $type::new(&text).expect("a name")).boxed()
        }
    )+};
}

any_ids! {
    any_sale_id SaleId, any_line_id LineId, any_product ProductId, any_category CategoryId,
    any_price_book PriceBookId, any_customer CustomerId, any_document_id DocumentId, any_outlet OutletId,
    any_register RegisterId, any_operator OperatorId, any_code Code, any_other_tender Tender,
    any_promotion PromotionId, any_reward RewardId, any_punch_card PunchCardId, any_batch BatchId,
    any_group GroupId,
}

fn any_tender() -> impl Strategy<Value = Tender> {
    let known = ["cash", "card", "loyalty", "on_account", "gift_card", "coupon"];
    let known = prop::sample::select(known.to_vec()).prop_map(|name| Tender::new(name).expect("a name"));
    prop_oneof![3 => known, 1 => any_other_tender()]
}

fn any_seq() -> impl Strategy<Value = Seq> {
    prop_oneof![(0..9_u64).prop_map(Seq), any::<u64>().prop_map(Seq)]
}

fn any_minor() -> impl Strategy<Value = i64> {
    prop_oneof![4 => -9999..9999_i64, 1 => any::<i64>(), 1 => Just(i64::MIN), 1 => Just(i64::MAX), 1 => Just(0)]
}

fn any_money() -> impl Strategy<Value = Money> {
    any_minor().prop_map(Money::from_minor)
}

fn any_units() -> impl Strategy<Value = Units> {
    any_minor().prop_map(Units::from_minor)
}

fn any_ratio() -> impl Strategy<Value = Ratio> {
    let digits = prop_oneof![4 => -99..99_i64, 1 => -99_999_999_999_999_999..=99_999_999_999_999_999_i64];
    let in_range = |(digits, scale)| Ratio::from_decimal(Decimal::new(digits, scale)).ok();
    (digits, 0..=8_u32).prop_filter_map("too large", in_range)
}

fn any_time() -> impl Strategy<Value = Timestamp> {
    let any = prop_oneof![-62_167_219_200_000..=253_402_300_799_999_i64, 0..9_i64];
    any.prop_map(|millisecond| Timestamp::from_millisecond(millisecond).expect("in range"))
}

fn any_date() -> impl Strategy<Value = Date> {
    (-719_528..=2_932_896_i32).prop_map(|days| Date::from_days(days).expect("in range"))
}

fn some<T: core::fmt::Debug>(item: impl Strategy<Value = T>) -> impl Strategy<Value = Vec<T>> {
    prop::collection::vec(item, 0..4)
}

/// Often none.
fn few<T: core::fmt::Debug + Clone>(item: impl Strategy<Value = T>) -> impl Strategy<Value = Vec<T>> {
    prop_oneof![2 => Just(Vec::new()), 1 => some(item)]
}

fn any_payment() -> impl Strategy<Value = Payment> {
    (any_tender(), any_money(), of(any_document_id())).prop_map(|(tender, amount, reservation)| Payment {
        tender,
        amount,
        reservation,
    })
}

fn any_place() -> impl Strategy<Value = Place> {
    let names = (of(any_outlet()), of(any_register()), of(any_operator()));
    names.prop_map(|(outlet, register, operator)| Place { outlet, register, operator })
}

fn any_header() -> impl Strategy<Value = Header> {
    let header = (of(any_document_id()), any_time(), any_place().boxed());
    header.prop_map(|(id, at, place)| Header { id, at, place })
}

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
                lines,
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

fn any_document(program: VersionedProgram) -> impl Strategy<Value = Document> {
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

fn any_profile() -> impl Strategy<Value = Profile> {
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

fn any_lot() -> impl Strategy<Value = LotKey> {
    (of(any_date()), any_time(), any_seq(), any::<u16>()).prop_map(|(expires, born, seq, part)| LotKey {
        expires,
        born,
        seq,
        part,
    })
}

fn any_entry() -> impl Strategy<Value = Entry> {
    let account = || prop::sample::select(Account::ALL.to_vec());
    let entry = (account(), account(), any_customer(), any_units(), of(any_lot().boxed()), of(any_sale_id()));
    entry.prop_map(|(from, to, customer, units, lot, sale)| Entry { from, to, customer, units, lot, sale })
}

fn any_claimable() -> impl Strategy<Value = Claimable> {
    (any_accrued(), few(any_promotion())).prop_map(|(accrued, promotions)| {
        let Accrued { sale, accrual, .. } = accrued;
        Claimable { sale, accrual, promotions }
    })
}

fn any_accrued() -> impl Strategy<Value = Accrued> {
    let line = (any_units(), prop_oneof![Just(Units::ZERO), any_units()])
        .prop_map(|(by_amount, by_item)| LineAccrual { by_amount, by_item });
    let visit = (any::<u16>(), any_units()).prop_map(|(rule, units)| VisitAccrual { rule, units });
    let bonus = (any::<u16>(), any_units()).prop_map(|(promotion, units)| BonusAccrual { promotion, units });
    let terms =
        (of(any::<u16>()), few(any::<u16>())).prop_map(|(tier, promotions)| EarnTerms { tier, promotions });
    let accrual = (some(line), some(visit), few(bonus), terms)
        .prop_map(|(lines, visits, bonuses, terms)| Accrual { lines, visits, bonuses, terms });
    (any_sale_id(), any_customer(), any_lot().boxed(), accrual)
        .prop_map(|(sale, customer, lot, accrual)| Accrued { sale, customer, lot, accrual })
}

fn any_member() -> impl Strategy<Value = (CustomerId, Member)> {
    let standing = prop::sample::select([Standing::Enrolled, Standing::OptedOut].to_vec());
    let standing = (standing, any::<bool>());
    let merged = (of(any_customer()), few(any_customer()));
    let account = (any_units(), few(any_sale_id()), few(any_payment().boxed()), few(any_code()));
    (any_customer(), standing, any_profile().boxed(), merged, account).prop_map(
        |(
            customer,
            (standing, joined),
            profile,
            (merged_into, merged_from),
            (held, debts, credit, cards),
        )| {
            let member =
                Member { standing, joined, profile, held, merged_into, merged_from, debts, credit, cards };
            (customer, member)
        },
    )
}

fn any_purchase() -> impl Strategy<Value = (CustomerId, Purchase)> {
    let returns = (any_time(), any_money(), any_units()).prop_map(|(at, spent, earned)| PurchaseReturn {
        at,
        spent,
        earned,
    });
    let key = (any_seq(), any::<u16>(), of(any_sale_id()));
    let days = (any_time(), any_date(), any_date());
    let amounts = (any_money(), any_units(), any::<bool>(), any::<(bool, bool)>());
    (any_customer(), key, days, amounts, few(any_promotion()), few(returns)).prop_map(
        |(
            customer,
            (seq, part, sale),
            (settled, settled_on, rung_up_on),
            (spent, earned, counts, (undone, voided)),
            promotions,
            returns,
        )| {
            let purchase = Purchase {
                seq,
                part,
                sale,
                settled,
                settled_on,
                rung_up_on,
                spent,
                earned,
                counts,
                promotions,
                returns,
                undone,
                voided,
            };
            (customer, purchase)
        },
    )
}

fn any_card() -> impl Strategy<Value = CardState> {
    let names = (any_code(), any_punch_card(), of(any_batch()), of(any_customer()));
    let counts = (any::<bool>(), any_minor(), any_minor(), few(any_sale_id()), any::<u32>());
    (names, counts).prop_map(
        |((code, punch_card, batch, customer), (blocked, punches, offers, held_by, used))| CardState {
            code,
            punch_card,
            batch,
            customer,
            blocked,
            punches,
            offers,
            held_by,
            used,
        },
    )
}

fn any_kept() -> impl Strategy<Value = Kept> {
    let owner = (any_code(), any_customer(), any::<bool>())
        .prop_map(|(code, customer, replaced)| CodeOwner { code, customer, replaced });
    let ended = of(prop::sample::select([HoldEnd::Released, HoldEnd::Captured].to_vec()));
    let lots = some((any_lot().boxed(), any_units()));
    let hold = (any_document_id(), any_customer(), any_units(), lots, ended)
        .prop_map(|(id, customer, units, lots, ended)| Hold { id, customer, units, lots, ended });
    prop_oneof![owner.prop_map(Kept::Code), any_card().prop_map(Kept::Card), hold.prop_map(Kept::Hold)]
}

fn any_used() -> impl Strategy<Value = Used> {
    let what = prop_oneof![any_reward().prop_map(UsedWhat::Reward), any_code().prop_map(UsedWhat::Offer)];
    let cut = (any::<u32>(), any_money(), any_ratio(), any::<bool>())
        .prop_map(|(line, amount, free, lowers_earning)| Cut { line, amount, free, lowers_earning });
    (what, any_units(), of(any::<u32>()), some(cut)).prop_map(|(what, cost, line, cuts)| Used {
        what,
        cost,
        line,
        cuts,
    })
}

fn any_decision() -> impl Strategy<Value = Decision> {
    let paid =
        (any_sale_id(), some(any_payment().boxed())).prop_map(|(sale, payments)| PaidOn { sale, payments });
    let lists = (
        some(any_entry().boxed()),
        some(paid),
        some(any_sale_id()),
        some(any_accrued().boxed()),
        some(any_payment().boxed()),
    );
    let lots = few((any_lot().boxed(), any_units()));
    let carried = (some(any_payment().boxed()), lots).prop_map(|(payments, lots)| Carried { payments, lots });
    let claimable = (of(any_claimable().boxed()), of(carried.boxed()));
    let amounts = (any_money(), any_units(), of(any_units()), claimable);
    let lines = some((any::<u32>(), any_minor()));
    let punched =
        (any_sale_id(), any_code(), lines).prop_map(|(sale, card, lines)| Punched { sale, card, lines });
    let rewards = (few(any_used().boxed()), any_units(), few(punched));
    let beside = (few(any_member().boxed()), few(any_purchase().boxed()), few(any_kept().boxed()));
    (of(any_customer()), lists, amounts, beside, rewards).prop_map(
        |(
            customer,
            (entries, paid, settled, accruals, refund),
            (kept_from_refund, claw_back, balance, (claimable, carried)),
            (members, purchases, kept),
            (used, rewards_restored, punched),
        )| {
            Decision {
                customer,
                day: None,
                entries,
                paid,
                settled,
                accruals,
                used,
                rewards_restored,
                claimable,
                punched,
                carried,
                refund,
                kept_from_refund,
                claw_back,
                members,
                purchases,
                kept,
                balance,
            }
        },
    )
}
