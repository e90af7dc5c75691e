//! Receipts of what came back and of what was undone: what it was, of which sale, what became of its worth, and rows
//! that add up (R16 to R21, R41).

#![cfg(all(feature = "json", feature = "receipt"))]

#[path = "common/till.rs"]
mod till;

use regulars::ident::SaleId;
use till::{later, till};

type Found = Result<String, Box<dyn std::error::Error>>;

/// The receipts of sales after all documents, from what is below the rule of the total on.
fn printed(program: &str, documents: &[&str], sale: &str) -> Found {
    let receipt = till(program, documents)?.receipt(&SaleId::new(sale)?, "SHOP", later()?)?;
    assert!(receipt.lines().all(|row| row.chars().count() <= 42), "{receipt}");
    let rows = receipt.lines().skip_while(|row| !row.starts_with("TOTAL")).skip(1);
    Ok(rows.map(|row| format!("{row}\n")).collect())
}

/// What stands above the loyalty.
fn above_loyalty(program: &str, documents: &[&str], sale: &str) -> Found {
    let receipt = printed(program, documents, sale)?;
    Ok(receipt.split("----").next().unwrap_or_default().to_string())
}

/// A program that earns 5 % in money, an hour ahead of UTC, and has this besides.
fn program(more: &str) -> String {
    format!(
        r#"{{"id": "house", "currency": "EUR", "time_zone": "+01:00", "unit": {{"kind": "money"}},
            "earn": [{{"by": "amount", "rate": "0.05"}}], "redemption": {{"value": "1"}}{more}}}"#
    )
}

const POINTS: &str = r#"{"id": "house", "currency": "EUR", "unit": {"kind": "points"},
    "earn": [{"by": "amount", "rate": "1"}], "redemption": {"value": "0.25"},
    "rewards": [{"id": "mug", "cost": "100", "gives": {"kind": "free_product", "product": "mug", "quantity": "1"}}]}"#;

const ENROL: &str = r#"{"type": "enrol", "at": "2026-03-01T08:00:00Z", "customer": "ada"}"#;
const IMPORT: &str = r#"{"type": "import", "at": "2026-03-01T08:01:00Z", "customer": "ada", "units": "500"}"#;

/// Two coats and a mug, with what makes the total another than that of the lines.
fn sale(more: &str, coat: &str, payments: &str) -> String {
    format!(
        r#"{{"type": "sale", "sale": "S-1", "at": "2026-03-02T09:30:00Z", {more}
            "lines": [{{"id": "1", "product": "coat", "quantity": "2", "unit_price": "{coat}", "discount": "1.00"}},
                      {{"id": "2", "product": "mug", "quantity": "1", "unit_price": "5.00"}}],
            "payments": {payments}}}"#
    )
}

fn cash(amount: &str) -> String {
    format!(r#"[{{"tender": "cash", "amount": "{amount}"}}]"#)
}

fn back(day: &str, lines: &[(&str, &str)]) -> String {
    let line = |(id, quantity): &(&str, &str)| format!(r#"{{"id": "{id}", "quantity": "{quantity}"}}"#);
    let lines = lines.iter().map(line).collect::<Vec<_>>().join(", ");
    format!(r#"{{"type": "return", "at": "2026-03-{day}T10:00:00Z", "of": "S-1", "lines": [{lines}]}}"#)
}

const VOID: &str = r#"{"type": "void", "at": "2026-03-07T10:00:00Z", "of": "S-1"}"#;
const SHIPPED: &str =
    r#""customer": "ada", "discount": "2.00", "fees": [{"kind": "shipping", "amount": "4.00"}],"#;
const ADA: &str = r#""customer": "ada","#;

/// Who brings something back on two days gets two slips, and the second is told apart from the first.
#[test]
fn each_return_is_told_by_itself_with_its_lines() -> Result<(), Box<dyn std::error::Error>> {
    let sold = sale(SHIPPED, "10.00", &cash("26.00"));
    let (first, second) = (back("05", &[("1", "1"), ("2", "1")]), back("06", &[("1", "1")]));
    let paid = "paid: cash                           26.00\n";
    let first_rows = "\
RETURNED                  2026-03-05 11:00
1 x coat                              8.71
1 x mug                               4.58
share of fees                         2.42
worth                                15.71
refunded: cash                       15.71
";
    let second_rows = "\
RETURNED                  2026-03-06 11:00
1 x coat                              8.71
share of fees                         1.58
worth                                10.29
refunded: cash                       10.29
";
    let house = program("");
    assert_eq!(above_loyalty(&house, &[&sold, &first], "S-1")?, [paid, first_rows].concat());
    assert_eq!(
        above_loyalty(&house, &[&sold, &first, &second], "S-1")?,
        [paid, first_rows, second_rows].concat()
    );
    // A void gives back what is left.
    let voided = "VOIDED                    2026-03-07 11:00\nrefunded: cash                       10.29\n";
    assert_eq!(above_loyalty(&house, &[&sold, &first, VOID], "S-1")?, [paid, first_rows, voided].concat());
    Ok(())
}

/// A line that was discounted to nothing, and one that a reward made free.
#[test]
fn what_was_free_and_came_back_is_a_line_of_nothing() -> Result<(), Box<dyn std::error::Error>> {
    let nothing = r#"{"type": "sale", "sale": "S-1", "at": "2026-03-02T09:30:00Z", "customer": "ada", "lines": [
        {"id": "1", "product": "coat", "quantity": "1", "unit_price": "10.00", "discount": "10.00"},
        {"id": "2", "product": "mug", "quantity": "1", "unit_price": "5.00"}],
        "payments": [{"tender": "cash", "amount": "5.00"}]}"#;
    assert_eq!(
        above_loyalty(&program(""), &[nothing, &back("05", &[("1", "1")])], "S-1")?,
        "paid: cash                            5.00\n\
         RETURNED                  2026-03-05 11:00\n\
         1 x coat                              0.00\n"
    );
    let reward = sale(r#""customer": "ada", "rewards": [{"reward": "mug"}],"#, "10.00", &cash("19.00"));
    assert_eq!(
        above_loyalty(POINTS, &[ENROL, IMPORT, &reward, &back("05", &[("2", "1")])], "S-1")?,
        "paid: cash                           19.00\n\
         RETURNED                  2026-03-05 10:00\n\
         1 x mug                               0.00\n"
    );
    Ok(())
}

const DEDUCT: &str = r#", "returns": {"negative_balance": "deduct_from_refund"}"#;
/// What the coats have earned is spent.
const SPENT: &str = r#"{"type": "sale", "sale": "S-2", "at": "2026-03-03T09:30:00Z", "customer": "ada",
    "lines": [{"id": "1", "product": "hat", "quantity": "1", "unit_price": "10.00"}],
    "payments": [{"tender": "loyalty", "amount": "10.00"}]}"#;
const EXCHANGE: &str = r#"{"type": "exchange", "at": "2026-03-04T10:00:00Z", "of": "S-1",
    "lines": [{"id": "1", "quantity": "2"}], "sale": {"id": "S-9", "at": "2026-03-04T10:00:00Z", "customer": "ada",
    "lines": [{"id": "1", "product": "hat", "quantity": "1", "unit_price": "30.00"}]}}"#;

/// The money in the customer's hand is what the goods are worth less what is kept (R19).
#[test]
fn what_is_kept_for_loyalty_spent_is_taken_off() -> Result<(), Box<dyn std::error::Error>> {
    let (house, sold) = (program(DEDUCT), sale(ADA, "100.00", &cash("204.00")));
    let paid = "paid: cash                          204.00\n";
    let returned = "\
RETURNED                  2026-03-05 11:00
1 x coat                             99.50
1 x mug                               5.00
worth                               104.50
refunded: cash                      104.50
kept of that for loyalty spent       -5.03
GIVEN OUT IN MONEY                   99.47
";
    let both = back("05", &[("1", "1"), ("2", "1")]);
    assert_eq!(above_loyalty(&house, &[&sold, SPENT, &both], "S-1")?, [paid, returned].concat());
    let voided = "\
refunded: cash                      204.00
kept of that for loyalty spent      -10.00
GIVEN OUT IN MONEY                  194.00
";
    assert_eq!(above_loyalty(&house, &[&sold, SPENT, VOID], "S-1")?, [paid, voided].concat());
    let exchanged = "\
EXCHANGED                 2026-03-04 11:00
2 x coat                            199.00
for the new goods: cash              30.00
refunded: cash                      169.00
kept of that for loyalty spent       -8.25
GIVEN OUT IN MONEY                  160.75
The new goods are on sale S-9.
";
    assert_eq!(above_loyalty(&house, &[&sold, SPENT, EXCHANGE], "S-1")?, [paid, exchanged].concat());
    Ok(())
}

/// The customer may have no other paper than that of the new goods.
#[test]
fn the_receipt_of_new_goods_has_those_that_came_back_for_them() -> Result<(), Box<dyn std::error::Error>> {
    let (house, sold) = (program(DEDUCT), sale(ADA, "100.00", &cash("204.00")));
    let rows = "\
EXCHANGED, of sale S-1          2026-03-02
2 x coat                            199.00
refunded: cash                      169.00
kept of that for loyalty spent       -8.25
GIVEN OUT IN MONEY                  160.75
goods exchanged: cash                30.00
------------------------------------------
Loyalty earned                        1.50
Taken back of sale S-1                1.70
Loyalty spent                         0.00
LOYALTY BALANCE                       0.00
";
    assert_eq!(printed(&house, &[&sold, SPENT, EXCHANGE], "S-9")?, rows);
    // A void of the first one later changes nothing of that.
    assert_eq!(printed(&house, &[&sold, SPENT, EXCHANGE, VOID], "S-9")?, rows);
    Ok(())
}

/// A refund that isn't what the goods are worth says why.
#[test]
fn what_does_not_go_back_of_the_worth_is_explained() -> Result<(), Box<dyn std::error::Error>> {
    let (house, sold) = (program(""), sale(ADA, "10.00", &cash("24.00")));
    let paid = "paid: cash                           24.00\n";
    let chosen = |amount: &str| {
        back("05", &[("2", "1")]).replace("}]}", &format!(r#"}}], "refund": {}}}"#, cash(amount)))
    };
    let less = "\
RETURNED                  2026-03-05 11:00
1 x mug                               5.00
kept by the shop                     -1.00
refunded: cash                        4.00
";
    assert_eq!(above_loyalty(&house, &[&sold, &chosen("4.00")], "S-1")?, [paid, less].concat());
    let more = "\
RETURNED                  2026-03-05 11:00
1 x mug                               5.00
money without goods                   2.00
worth                                 7.00
refunded: cash                        7.00
";
    assert_eq!(above_loyalty(&house, &[&sold, &chosen("7.00")], "S-1")?, [paid, more].concat());
    // Money goes back, and then all goods, of which less is left to pay then.
    let money = r#"{"type": "return_amount", "at": "2026-03-04T10:00:00Z", "of": "S-1", "amount": "3.00"}"#;
    let all = "\
MONEY BACK                2026-03-04 11:00
money without goods                   3.00
refunded: cash                        3.00
RETURNED                  2026-03-05 11:00
2 x coat                             19.00
1 x mug                               5.00
more than is left to refund          -3.00
worth                                21.00
refunded: cash                       21.00
";
    let back = back("05", &[("1", "2"), ("2", "1")]);
    assert_eq!(above_loyalty(&house, &[&sold, money, &back], "S-1")?, [paid, all].concat());
    Ok(())
}

/// Units aren't split: what is less than one goes back with the next (Q3).
#[test]
fn what_is_less_than_a_unit_goes_back_later() -> Result<(), Box<dyn std::error::Error>> {
    let loyalty = r#"[{"tender": "loyalty", "amount": "14.00"}]"#;
    let sold = sale(r#""customer": "ada", "discount": "0.10","#, "5.05", loyalty);
    let documents = [
        ENROL,
        IMPORT,
        &sold,
        &back("05", &[("1", "1")]),
        &back("06", &[("1", "1")]),
        &back("07", &[("2", "1")]),
    ];
    let found = above_loyalty(POINTS, &documents, "S-1")?;
    let rows = "\
paid: loyalty                        14.00
RETURNED                  2026-03-05 10:00
1 x coat                              4.52
less than one unit, not back yet     -0.02
refunded: loyalty                     4.50
RETURNED                  2026-03-06 10:00
1 x coat                              4.52
less than one unit, not back yet     -0.02
refunded: loyalty                     4.50
RETURNED                  2026-03-07 10:00
1 x mug                               4.96
rest of what came back before         0.04
refunded: loyalty                     5.00
";
    assert_eq!(found, rows);
    Ok(())
}

/// Nothing was earned, spent or taken back of what is nobody's (R9).
#[test]
fn the_receipt_of_a_sale_that_is_nobodys_has_no_loyalty() -> Result<(), Box<dyn std::error::Error>> {
    let sold = sale("", "10.00", &cash("24.00"));
    let back = back("05", &[("2", "1")]);
    let rows = "\
paid: cash                           24.00
RETURNED                  2026-03-05 11:00
1 x mug                               5.00
refunded: cash                        5.00
";
    assert_eq!(printed(&program(""), &[&sold, &back], "S-1")?, rows);
    let claim = "\
------------------------------------------
Can be claimed until 2026-03-16       0.95
";
    let claimable = program(r#", "enrolment": {"claim_days": 14}"#);
    assert_eq!(printed(&claimable, &[&sold, &back], "S-1")?, [rows, claim].concat());
    // A layby of nobody earns nothing, whatever is paid.
    let layby = sold.replace(r#""payments""#, r#""terms": "layby", "payments""#).replace("24.00", "4.00");
    let rows = "\
paid: cash                            4.00
STILL DUE                            20.00
Layby: the goods stay here until all is
paid.
";
    assert_eq!(printed(&program(""), &[&layby], "S-1")?, rows);
    Ok(())
}

/// Of units that were spent before, the paper says that they are written off, and not that they were taken (R19).
#[test]
fn what_was_spent_before_is_written_off() -> Result<(), Box<dyn std::error::Error>> {
    let house = program(r#", "returns": {"negative_balance": "clamp"}"#);
    let documents = [&*sale(ADA, "100.00", &cash("204.00")), SPENT, &*back("05", &[("1", "2"), ("2", "1")])];
    let receipt = printed(&house, &documents, "S-1")?;
    let loyalty = receipt.split("------------------------------------------\n").nth(1).unwrap_or_default();
    assert_eq!(
        loyalty,
        "Loyalty earned                       10.20\n\
         Loyalty taken back                    0.20\n\
         Spent before, written off            10.00\n\
         Loyalty spent                         0.00\n\
         LOYALTY BALANCE                       0.00\n"
    );
    Ok(())
}
