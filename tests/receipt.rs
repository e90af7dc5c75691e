//! A receipt with a reward: its rows add up, and what was spent is what the reward cost (R14, R41).

#![cfg(all(feature = "json", feature = "receipt"))]

use regulars::adapter::memory::MemoryStore;
use regulars::adapter::receipt::Receipt;
use regulars::decide::Question;
use regulars::document::{read_document, read_program};
use regulars::ident::SaleId;
use regulars::money::{Money, Units};
use regulars::register::Register;
use regulars::time::{FixedZones, Timestamp};

#[test]
fn what_a_reward_takes_off_and_costs_is_on_the_receipt() -> Result<(), Box<dyn std::error::Error>> {
    let program = read_program(
        r#"{"id": "house", "currency": "EUR", "unit": {"kind": "points"},
            "earn": [{"by": "amount", "rate": "1"}],
            "rewards": [{"id": "five", "cost": "100", "gives": {"kind": "amount_off", "amount": "5.00"}}]}"#,
    )?;
    let mut register = Register::new(MemoryStore::default(), FixedZones);
    register.set_program(program.clone(), Timestamp::EPOCH)?;
    let documents = [
        r#"{"type": "enrol", "at": "2026-03-02T08:00:00Z", "customer": "ada"}"#,
        r#"{"type": "import", "at": "2026-03-02T08:01:00Z", "customer": "ada", "units": "220"}"#,
        r#"{"type": "sale", "sale": "S-1", "at": "2026-03-02T09:30:00Z", "customer": "ada",
            "lines": [{"id": "1", "product": "coat", "quantity": "2", "unit_price": "10.00"}],
            "rewards": [{"reward": "five"}], "payments": [{"tender": "card", "amount": "15.00"}]}"#,
        r#"{"type": "return", "at": "2026-03-02T10:00:00Z", "of": "S-1", "lines": [{"id": "1", "quantity": "1"}]}"#,
    ];
    let mut receipts = Vec::new();
    for text in documents {
        let document = read_document(text, &*program.program)?;
        let balance = register.submit(&document, document.at())?.decision.balance;
        let facts = register.facts(&Question::of_sales(&[SaleId::new("S-1")?], document.at()))?;
        for sale in &facts.sales {
            let (exchanged, credit, zones) = (None, Money::ZERO, &FixedZones);
            receipts.push(
                Receipt { shop: "SHOP", sale, exchanged, balance, held: Units::ZERO, credit, zones }
                    .to_text()?,
            );
        }
    }
    let figure = |receipt: usize, name: &str| {
        let row = receipts.get(receipt).and_then(|text| text.lines().find(|row| row.starts_with(name)));
        row.and_then(|row| row.split_whitespace().last()).unwrap_or_default().to_string()
    };
    let names =
        ["  2 x 10", "Reward five", "TOTAL EUR", "Loyalty spent", "Loyalty given back", "LOYALTY BALANCE"];
    assert_eq!(names.map(|name| figure(0, name)), ["20.00", "-5.00", "15.00", "100", "", "135"]);
    assert_eq!(names.map(|name| figure(1, name)), ["20.00", "-5.00", "15.00", "100", "50", "177"]);
    Ok(())
}

/// Who has a receipt that is nobody's reads what it is worth, and until when; nothing where there is nothing to claim.
#[test]
fn what_can_be_claimed_is_on_the_receipt() -> Result<(), Box<dyn std::error::Error>> {
    let rows = |claim_days: u32, customer: &str| -> Result<Vec<String>, Box<dyn std::error::Error>> {
        let program = read_program(&format!(
            r#"{{"id": "house", "currency": "EUR", "time_zone": "+01:00", "unit": {{"kind": "points"}},
                "earn": [{{"by": "amount", "rate": "1"}}], "enrolment": {{"claim_days": {claim_days}}}}}"#
        ))?;
        let mut register = Register::new(MemoryStore::default(), FixedZones);
        register.set_program(program.clone(), Timestamp::EPOCH)?;
        // It is the next day there already, also for a layby that is paid in the first hour of a day.
        let line = r#"[{"id": "1", "product": "coat", "quantity": "2", "unit_price": "10.00"}]"#;
        let documents = [
            format!(
                r#"{{"type": "sale", "sale": "S-1", "at": "2026-03-02T23:30:00Z", {customer} "lines": {line},
                    "payments": [{{"tender": "card", "amount": "20.00"}}]}}"#
            ),
            r#"{"type": "return", "at": "2026-03-03T10:00:00Z", "of": "S-1", "lines": [{"id": "1", "quantity": "1"}]}"#.into(),
            format!(
                r#"{{"type": "sale", "sale": "S-2", "at": "2026-03-02T10:00:00Z", {customer} "lines": {line},
                    "terms": "layby"}}"#
            ),
            r#"{"type": "payment", "sale": "S-2", "at": "2026-03-04T23:30:00Z", "payments": [{"tender": "card", "amount": "20.00"}]}"#.into(),
        ];
        let mut found = Vec::new();
        for text in documents {
            let document = read_document(&text, &*program.program)?;
            register.submit(&document, document.at())?;
            let sales = [SaleId::new("S-1")?, SaleId::new("S-2")?];
            let facts = register.facts(&Question::of_sales(&sales, document.at()))?;
            let sale = facts.sales.last().ok_or("a sale")?;
            let (exchanged, balance, credit, zones) = (None, None, Money::ZERO, &FixedZones);
            let receipt =
                Receipt { shop: "SHOP", sale, exchanged, balance, held: Units::ZERO, credit, zones };
            let text = receipt.to_text()?;
            let row = text.lines().find(|row| row.starts_with("Can be claimed"));
            found.push(
                row.map(|row| row.split_whitespace().collect::<Vec<_>>().join(" ")).unwrap_or_default(),
            );
        }
        Ok(found)
    };
    let nothing = ["", "", "", ""];
    assert_eq!(
        rows(14, "")?,
        [
            "Can be claimed until 2026-03-17 20",
            "Can be claimed until 2026-03-17 10",
            "",
            "Can be claimed until 2026-03-19 20"
        ]
    );
    assert_eq!(rows(14, r#""customer": "ada","#)?, nothing);
    assert_eq!(rows(0, "")?, nothing);
    Ok(())
}

/// What is kept of a refund for loyalty that was spent already isn't in the customer's hand (R19).
#[test]
fn what_was_kept_of_a_refund_is_on_the_receipt() -> Result<(), Box<dyn std::error::Error>> {
    let program = read_program(
        r#"{"id": "house", "currency": "EUR", "unit": {"kind": "money"}, "earn": [{"by": "amount", "rate": "0.05"}],
            "redemption": {"value": "1"}, "returns": {"negative_balance": "deduct_from_refund"}}"#,
    )?;
    let mut register = Register::new(MemoryStore::default(), FixedZones);
    register.set_program(program.clone(), Timestamp::EPOCH)?;
    let sale = |id: &str, payment: &str| {
        format!(
            r#"{{"type": "sale", "sale": "{id}", "at": "2026-03-02T09:30:00Z", "customer": "ada",
            "lines": [{{"id": "1", "product": "coat", "quantity": "1", "unit_price": "100.00"}}],
            "payments": [{payment}]}}"#
        )
    };
    for text in [
        sale("S-1", r#"{"tender": "card", "amount": "100.00"}"#),
        sale("S-2", r#"{"tender": "card", "amount": "95.00"}, {"tender": "loyalty", "amount": "5.00"}"#),
        r#"{"type": "return", "at": "2026-03-02T10:00:00Z", "of": "S-1", "lines": [{"id": "1", "quantity": "1"}]}"#.into(),
    ] {
        let document = read_document(&text, &*program.program)?;
        register.submit(&document, document.at())?;
    }
    let receipt = register.receipt(&SaleId::new("S-1")?, "SHOP", Timestamp::EPOCH)?;
    let has = |name: &str, figure: &str| {
        receipt.lines().any(|row| row.strip_prefix(name).is_some_and(|rest| rest.trim() == figure))
    };
    // 4.75 were there, and fill what is missing; the other 0.25 are kept.
    assert!(has("refunded: card", "100.00") && has("kept of that for loyalty spent", "-0.25"), "{receipt}");
    assert!(has("GIVEN OUT IN MONEY", "99.75"), "{receipt}");
    Ok(())
}

/// The rows of a receipt that name a tender.
fn tenders(
    register: &mut Register<MemoryStore, FixedZones>,
    sale: &str,
) -> Result<Vec<String>, Box<dyn std::error::Error>> {
    let receipt = register.receipt(&SaleId::new(sale)?, "SHOP", Timestamp::EPOCH)?;
    let rows = receipt.lines().filter(|row| row.contains(": "));
    Ok(rows.map(|row| row.split_whitespace().collect::<Vec<_>>().join(" ")).collect())
}

/// What pays for the new goods of an exchange has left no drawer, and has come into none (R21).
#[test]
fn what_an_exchange_carries_is_neither_refunded_nor_paid_on_the_receipts()
-> Result<(), Box<dyn std::error::Error>> {
    let program = read_program(
        r#"{"id": "house", "currency": "EUR", "unit": {"kind": "money"}, "earn": [{"by": "amount", "rate": "0.05"}]}"#,
    )?;
    let mut register = Register::new(MemoryStore::default(), FixedZones);
    register.set_program(program.clone(), Timestamp::EPOCH)?;
    let goods = |price: &str| {
        format!(r#""lines": [{{"id": "1", "product": "coat", "quantity": "1", "unit_price": "{price}"}}]"#)
    };
    let back = r#""lines": [{"id": "1", "quantity": "1"}]"#;
    for text in [
        format!(
            r#"{{"type": "sale", "sale": "S-1", "at": "2026-03-02T09:30:00Z", "customer": "ada", {},
            "payments": [{{"tender": "card", "amount": "100.00"}}]}}"#,
            goods("100.00")
        ),
        format!(
            r#"{{"type": "exchange", "at": "2026-03-02T10:00:00Z", "of": "S-1", {back},
            "sale": {{"id": "S-2", "at": "2026-03-02T10:00:00Z", "customer": "ada", {}}}}}"#,
            goods("60.00")
        ),
        format!(
            r#"{{"type": "exchange", "at": "2026-03-02T11:00:00Z", "of": "S-2", {back},
            "sale": {{"id": "S-3", "at": "2026-03-02T11:00:00Z", "customer": "ada", {}, "payments": [{{"tender": "card", "amount": "15.00"}}]}}}}"#,
            goods("75.00")
        ),
    ] {
        let document = read_document(&text, &*program.program)?;
        register.submit(&document, document.at())?;
    }
    assert_eq!(
        tenders(&mut register, "S-1")?,
        ["paid: card 100.00", "for the new goods: card 60.00", "refunded: card 40.00"]
    );
    assert_eq!(
        tenders(&mut register, "S-2")?,
        ["refunded: card 40.00", "goods exchanged: card 60.00", "for the new goods: card 60.00"]
    );
    assert_eq!(tenders(&mut register, "S-3")?, ["goods exchanged: card 60.00", "paid: card 15.00"]);
    // A void of the first gives nothing back that went on, and one of the last all that it was paid with.
    for of in ["S-1", "S-3"] {
        let void =
            format!(r#"{{"type": "void", "id": "V-{of}", "at": "2026-03-02T12:00:00Z", "of": "{of}"}}"#);
        register.submit(&read_document(&void, &*program.program)?, Timestamp::EPOCH)?;
    }
    assert_eq!(
        tenders(&mut register, "S-1")?,
        ["paid: card 100.00", "for the new goods: card 60.00", "refunded: card 40.00"]
    );
    assert_eq!(
        tenders(&mut register, "S-3")?,
        ["goods exchanged: card 60.00", "paid: card 15.00", "refunded: card 75.00"]
    );
    Ok(())
}

/// The receipts of sales after each document was handed in, without the rows above the first line.
fn printed(documents: &[&str], sale: &str) -> Result<String, Box<dyn std::error::Error>> {
    let program = read_program(
        r#"{"id": "house", "currency": "EUR", "unit": {"kind": "money"}, "earn": [{"by": "amount", "rate": "0.05"}],
            "redemption": {"value": "1"},
            "rewards": [{"id": "five", "cost": "1", "gives": {"kind": "amount_off", "amount": "5.00"}}]}"#,
    )?;
    let mut register = Register::new(MemoryStore::default(), FixedZones);
    register.set_program(program.clone(), Timestamp::EPOCH)?;
    for text in [
        r#"{"type": "enrol", "at": "2026-03-02T08:00:00Z", "customer": "ada"}"#,
        r#"{"type": "import", "at": "2026-03-02T08:01:00Z", "customer": "ada", "units": "10.00"}"#,
    ]
    .iter()
    .chain(documents)
    {
        let document = read_document(text, &*program.program)?;
        register.submit(&document, document.at())?;
    }
    let receipt = register.receipt(&SaleId::new(sale)?, "SHOP", later()?)?;
    assert!(receipt.lines().all(|row| row.chars().count() <= 42), "{receipt}");
    let rows = receipt.lines().skip_while(|row| !row.starts_with("---")).skip(1);
    Ok(rows.map(|row| row.to_string() + "\n").collect())
}

/// Some days after all of it.
fn later() -> Result<Timestamp, &'static str> {
    Timestamp::from_millisecond(1_773_000_000_000).ok_or("a moment")
}

const GOODS: &str = r#"{"type": "sale", "sale": "S-1", "at": "2026-03-02T09:30:00Z", "customer": "ada", "discount": "2.00",
    "lines": [{"id": "1", "product": "coat", "quantity": "2", "unit_price": "10.00", "discount": "1.00"}],
    "fees": [{"kind": "shipping", "amount": "4.00"}],
    "payments": [{"tender": "cash", "amount": "18.00"}, {"tender": "loyalty", "amount": "3.00"}]}"#;
const VOID: &str = r#"{"type": "void", "at": "2026-03-02T10:00:00Z", "of": "S-1"}"#;

/// What was undone, and what goes back in which tender (R20, R41).
#[test]
fn the_receipt_of_a_voided_sale_has_the_goods_and_what_went_back() -> Result<(), Box<dyn std::error::Error>> {
    let goods = "\
VOIDED                    2026-03-02 10:00
coat
  2 x 10.00                          20.00
  less                               -1.00
Discount                             -2.00
Shipping                              4.00
==========================================
TOTAL EUR                            21.00
paid: cash                           18.00
paid: loyalty                         3.00
";
    let loyalty = "\
------------------------------------------
Loyalty earned                        0.73
Loyalty taken back                    0.73
Loyalty spent                         3.00
Loyalty given back                    3.00
LOYALTY BALANCE                      10.00
";
    let back = "refunded: loyalty                     3.00\nrefunded: cash                       18.00\n";
    assert_eq!(printed(&[GOODS, VOID], "S-1")?, [goods, back, loyalty].concat());
    // What went back before the void is told before it.
    let half = r#"{"type": "return", "at": "2026-03-02T09:45:00Z", "of": "S-1", "lines": [{"id": "1", "quantity": "1"}]}"#;
    let both = "\
RETURNED                  2026-03-02 09:45
1 x coat                              8.50
share of fees                         2.00
worth                                10.50
refunded: loyalty                     1.50
refunded: cash                        9.00
VOIDED                    2026-03-02 10:00
refunded: loyalty                     1.50
refunded: cash                        9.00
";
    assert_eq!(printed(&[GOODS, half, VOID], "S-1")?, [goods, both, loyalty].concat());
    // A second void gives nothing back.
    let again = VOID.replace("10:00", "11:00");
    assert_eq!(printed(&[GOODS, VOID, &again], "S-1")?, [goods, back, loyalty].concat());
    Ok(())
}

#[test]
fn the_receipt_of_a_parked_sale_has_what_was_rung_up() -> Result<(), Box<dyn std::error::Error>> {
    let parked = GOODS.replace(
        r#""payments": [{"tender": "cash", "amount": "18.00"}, {"tender": "loyalty", "amount": "3.00"}]"#,
        r#""rewards": [{"reward": "five"}], "parked": true"#,
    );
    let rung_up = "\
coat
  2 x 10.00                          20.00
  less                               -1.00
Discount                             -2.00
Shipping                              4.00
Reward five                   not used yet
==========================================
TOTAL EUR                            21.00
";
    let loyalty = "\
------------------------------------------
Loyalty earned                        0.00
Loyalty spent                         0.00
LOYALTY BALANCE                      10.00
";
    let note = "Nothing has been paid.\n";
    assert_eq!(printed(&[&parked], "S-1")?, ["PARKED\n", rung_up, note, loyalty].concat());
    // The rewards of a sale that is put aside for good are never used.
    let undone = rung_up.replace("Reward five                   not used yet\n", "");
    assert_eq!(
        printed(&[&parked, VOID], "S-1")?,
        ["VOIDED                    2026-03-02 10:00\n", &undone, note, loyalty].concat()
    );
    Ok(())
}

/// A shop's name is often followed by where it is.
#[test]
fn each_line_of_a_shops_name_is_centred_by_itself() -> Result<(), Box<dyn std::error::Error>> {
    let program = read_program(
        r#"{"id": "house", "currency": "EUR", "unit": {"kind": "money"}, "earn": [{"by": "amount", "rate": "0.05"}]}"#,
    )?;
    let mut register = Register::new(MemoryStore::default(), FixedZones);
    register.set_program(program.clone(), Timestamp::EPOCH)?;
    let sale = r#"{"type": "sale", "sale": "S-1", "at": "2026-03-02T09:30:00Z", "lines":
        [{"id": "1", "product": "coat", "quantity": "1", "unit_price": "10.00"}]}"#;
    register.submit(&read_document(sale, &*program.program)?, Timestamp::EPOCH)?;
    let mut head = |shop: &str| -> Result<String, Box<dyn std::error::Error>> {
        let receipt = register.receipt(&SaleId::new("S-1")?, shop, later()?)?;
        Ok(receipt.split_once("Sale").ok_or("a sale")?.0.to_string())
    };
    let each = [14, 11, 0, 14].map(|indent| " ".repeat(indent));
    let [name, street, _, phone] = &each;
    assert_eq!(
        head("  CORNER SHOP  \r\n12 Harbour Street\n\n030 1234567\n")?,
        format!("{name} CORNER SHOP\n{street} 12 Harbour Street\n\n{phone} 030 1234567\n")
    );
    // One that is too long for a row goes on in the next, as before.
    let long = "The Corner Shop of Ada and Byron and Daughters, Limited";
    assert_eq!(head(long)?.lines().count(), 2);
    Ok(())
}
