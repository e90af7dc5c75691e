//! Each refusal has the name that documents use, a sentence, and the facts that are in it.

#![allow(clippy::unwrap_used, reason = "in the helpers, as in the tests, what goes wrong fails the test")]

use regulars::decide::{NotApplicable, Refusal};
use regulars::ident::{Code, CustomerId, DocumentId, LineId, RewardId, SaleId, Tender};
use regulars::money::Units;

type Row = (Refusal, &'static str, &'static str, &'static [(&'static str, &'static str)]);

fn all() -> Vec<Row> {
    let number = |minor: i64| Units::from_minor(minor).to_decimal(0);
    let (asked, available, most, left) = (number(7), number(3), number(5), number(2));
    let (sale, card, code) =
        (SaleId::new("S-1").unwrap(), Code::new("K-1").unwrap(), Code::new("C-1").unwrap());
    let (id, line) = (DocumentId::new("H-1").unwrap(), LineId::new("L-1").unwrap());
    let (reward, customer) = (RewardId::new("mug").unwrap(), CustomerId::new("ada").unwrap());
    let of_sale: &[_] = &[("sale", "S-1")];
    let (of_card, of_code): (&[_], &[_]) = (&[("card", "K-1")], &[("code", "C-1")]);
    let units: &[_] = &[("asked", "7"), ("available", "3")];
    vec![
        (
            Refusal::Conflict { id: "X-1".into(), differs: "lines" },
            "conflict",
            "the id X-1 was used before with other content: `lines` isn't the same",
            &[("id", "X-1"), ("differs", "lines")],
        ),
        (
            Refusal::MergeCircle { customer: customer.clone() },
            "conflict",
            "ada would be merged into itself",
            &[("customer", "ada")],
        ),
        (Refusal::CodeTaken { code: code.clone() }, "code_taken", "the code C-1 is taken", of_code),
        (
            Refusal::CardReplaced { code: code.clone() },
            "card_replaced",
            "C-1 was replaced by another",
            of_code,
        ),
        (Refusal::UnknownCode { code }, "unknown_code", "nobody has the code C-1", of_code),
        (Refusal::InvalidDocument { what: "no".into() }, "invalid_document", "no", &[("what", "no")]),
        (Refusal::InvalidProgram { what: "no".into() }, "invalid_program", "no", &[("what", "no")]),
        (
            Refusal::InsufficientBalance { asked, available },
            "insufficient_balance",
            "7 units were asked for, and 3 are there",
            units,
        ),
        (Refusal::NotATender, "not_a_tender", "takes no loyalty as a payment", &[]),
        (
            Refusal::ExceedsDue { offered: asked, due: most },
            "exceeds_due",
            "7 was tendered, and 5 is due",
            &[("offered", "7"), ("due", "5")],
        ),
        (
            Refusal::BelowMinimum { asked: left, minimum: most },
            "below_minimum",
            "at least 5 units",
            &[("asked", "2"), ("minimum", "5")],
        ),
        (
            Refusal::NotAStep { asked, step: None },
            "not_a_step",
            "7 is no whole number of steps",
            &[("asked", "7")],
        ),
        (
            Refusal::NotAStep { asked, step: Some(left) },
            "not_a_step",
            "7 is no whole number of steps of 2",
            &[("asked", "7"), ("step", "2")],
        ),
        (
            Refusal::OverShare { asked, most },
            "over_share",
            "loyalty may pay 5 of this sale",
            &[("asked", "7"), ("most", "5")],
        ),
        (
            Refusal::OverReturn { line: Some(line.clone()), left },
            "over_return",
            "2 still can",
            &[("line", "L-1"), ("left", "2")],
        ),
        (Refusal::OverReturn { line: None, left }, "over_return", "2 still can", &[("left", "2")]),
        (
            Refusal::RefundExceedsTender { tender: Tender::loyalty(), asked, most },
            "refund_exceeds_tender",
            "more would go back to loyalty than it may get, which is 5",
            &[("tender", "loyalty"), ("asked", "7"), ("most", "5")],
        ),
        (
            Refusal::NotSettled { sale: sale.clone(), state: "parked", is_paid: false },
            "not_settled",
            "the sale S-1 isn't settled, it is parked: ring it up anew first",
            &[("sale", "S-1"), ("state", "parked")],
        ),
        (
            Refusal::NotSettled { sale: sale.clone(), state: "pending", is_paid: false },
            "not_settled",
            "it is pending: pay what is still due first; or, if its goods don't stay, void it and ring up what does",
            &[("sale", "S-1"), ("state", "pending")],
        ),
        (
            Refusal::NotSettled { sale: sale.clone(), state: "pending", is_paid: true },
            "not_settled",
            "it is paid, and waits until nothing is due on its customer's account",
            &[("sale", "S-1"), ("state", "pending"), ("waits_for", "account")],
        ),
        (
            Refusal::SettledLater { sale: sale.clone() },
            "not_settled",
            "the sale S-1 was settled later than the time of this document",
            of_sale,
        ),
        (
            Refusal::AlreadySettled { sale: sale.clone() },
            "already_settled",
            "S-1 is settled already",
            of_sale,
        ),
        (Refusal::Voided { sale: sale.clone() }, "voided", "S-1 was voided", of_sale),
        (Refusal::AlreadyClaimed { sale: sale.clone() }, "already_claimed", "S-1 has a customer", of_sale),
        (Refusal::TooLate { sale: sale.clone() }, "too_late", "S-1 can't be claimed any more", of_sale),
        (Refusal::NoClaims { sale: sale.clone() }, "too_late", "`claim_days` is 0", of_sale),
        (Refusal::UnknownSale { sale }, "unknown_sale", "there is no sale S-1", of_sale),
        (Refusal::UnknownLine { line }, "unknown_line", "no line L-1", &[("line", "L-1")]),
        (
            Refusal::UnknownCustomer { customer: Some(customer) },
            "unknown_customer",
            "there is no such customer: ada",
            &[("customer", "ada")],
        ),
        (Refusal::UnknownCustomer { customer: None }, "unknown_customer", "none was given", &[]),
        (Refusal::OptedOut, "opted_out", "the customer has opted out", &[]),
        (
            Refusal::PointsAlreadyRedeemed { asked, available },
            "points_already_redeemed",
            "7 units should be taken back, and 3 are there",
            units,
        ),
        (
            Refusal::WouldGoNegative { asked, available },
            "would_go_negative",
            "below zero: 7 units, and 3 are there",
            units,
        ),
        (Refusal::ReasonMissing, "reason_missing", "a reason is required", &[]),
        (Refusal::OperatorMissing, "operator_missing", "an operator is required", &[]),
        (
            Refusal::UnknownReward { reward: reward.clone() },
            "unknown_reward",
            "the program has no reward mug",
            &[("reward", "mug")],
        ),
        (
            Refusal::RewardNotApplicable { reward: reward.clone(), why: NotApplicable::NothingToTakeOff },
            "reward_not_applicable",
            "the reward mug can't be used here: there is nothing that it could take off in full",
            &[("reward", "mug"), ("why", "nothing_to_take_off")],
        ),
        (
            Refusal::RewardNotApplicable { reward: reward.clone(), why: NotApplicable::BelowMinimumSpend },
            "reward_not_applicable",
            "its minimum spend isn't reached",
            &[("reward", "mug"), ("why", "below_minimum_spend")],
        ),
        (
            Refusal::RewardNotApplicable { reward: reward.clone(), why: NotApplicable::OutOfTime },
            "reward_not_applicable",
            "it isn't given at this time",
            &[("reward", "mug"), ("why", "out_of_time")],
        ),
        (
            Refusal::RewardNotApplicable { reward, why: NotApplicable::NotForCustomer },
            "reward_not_applicable",
            "it isn't for this customer",
            &[("reward", "mug"), ("why", "not_for_customer")],
        ),
        (Refusal::UnknownCard { card: card.clone() }, "unknown_card", "no punch card K-1", of_card),
        (Refusal::CardLinked { card: card.clone() }, "card_linked", "K-1 is somebody's already", of_card),
        (
            Refusal::CardNotLinked { card: card.clone() },
            "card_not_linked",
            "link it, or put its owner",
            of_card,
        ),
        (Refusal::CardBlocked { card: card.clone() }, "card_blocked", "K-1 is blocked", of_card),
        (Refusal::OfferExpired { card: card.clone() }, "offer_expired", "K-1 is out of its time", of_card),
        (
            Refusal::OfferNotApplicable { card: card.clone() },
            "offer_not_applicable",
            "K-1 has no offer for this line",
            of_card,
        ),
        (Refusal::OfferUsed { card }, "offer_used", "K-1 is used", of_card),
        (Refusal::EmailMissing, "email_missing", "no e-mail address", &[]),
        (
            Refusal::UnknownReservation { id: id.clone() },
            "unknown_reservation",
            "nothing is held under the id H-1",
            &[("id", "H-1")],
        ),
        (Refusal::TerminalState { id }, "terminal_state", "under the id H-1", &[("id", "H-1")]),
        (Refusal::NotBuilt { what: "that" }, "not_built", "can't do that yet: that", &[("what", "that")]),
        (
            Refusal::Contested { what: "that" },
            "contested",
            "contradicts each other (that)",
            &[("what", "that")],
        ),
        (Refusal::Damaged { what: "that" }, "damaged", "contradicts itself (that)", &[("what", "that")]),
    ]
}

#[test]
fn each_refusal_says_what_it_knows() {
    for (refusal, name, words, facts) in all() {
        assert_eq!(refusal.name(), name);
        assert!(refusal.to_string().contains(words), "{refusal}");
        let expected: Vec<_> = facts.iter().map(|(name, value)| (*name, (*value).to_string())).collect();
        assert_eq!(refusal.facts(), expected, "{name}");
    }
}
