//! What receipts say of loyalty that was carried, claimed late, run out or set aside: rows that lead to the balance
//! (Q8, R9, R14a, R23, R41).

#![cfg(all(feature = "json", feature = "receipt"))]

#[path = "common/till.rs"]
mod till;

use regulars::ident::SaleId;
use till::{later, till};

type Done = Result<(), Box<dyn std::error::Error>>;

/// The rows about loyalty of the receipt of a sale, after all documents.
fn loyalty(more: &str, documents: &[&str], sale: &str) -> Result<String, Box<dyn std::error::Error>> {
    let receipt = printed(more, documents, sale)?;
    Ok(receipt.rsplit("----\n").next().unwrap_or_default().to_string())
}

fn printed(more: &str, documents: &[&str], sale: &str) -> Result<String, Box<dyn std::error::Error>> {
    let program = format!(
        r#"{{"id": "house", "currency": "EUR", "unit": {{"kind": "money"}},
            "earn": [{{"by": "amount", "rate": "0.05"}}], "redemption": {{"value": "1"}}{more}}}"#
    );
    Ok(till(&program, documents)?.receipt(&SaleId::new(sale)?, "SHOP", later()?)?)
}

const ENROL: &str = r#"{"type": "enrol", "at": "2026-03-01T08:00:00Z", "customer": "ada"}"#;
const IMPORT: &str =
    r#"{"type": "import", "at": "2026-03-01T08:01:00Z", "customer": "ada", "units": "20.00"}"#;
/// 8.00 of 80.00 in loyalty.
const COAT: &str = r#"{"type": "sale", "sale": "S-1", "at": "2026-03-02T09:30:00Z", "customer": "ada",
    "lines": [{"id": "1", "product": "coat", "quantity": "1", "unit_price": "80.00"}],
    "payments": [{"tender": "loyalty", "amount": "8.00"}, {"tender": "card", "amount": "72.00"}]}"#;

/// The coat for something else.
fn exchange(price: &str) -> String {
    format!(
        r#"{{"type": "exchange", "id": "X-1", "at": "2026-03-04T10:00:00Z", "of": "S-1",
            "lines": [{{"id": "1", "quantity": "1"}}],
            "sale": {{"id": "S-2", "at": "2026-03-04T10:00:00Z", "customer": "ada",
                "lines": [{{"id": "1", "product": "hat", "quantity": "1", "unit_price": "{price}"}}]}}}}"#
    )
}

/// Carried loyalty is neither given back nor spent (Q8): both papers lead from the balance before to the one after.
#[test]
fn what_goods_that_came_back_paid_is_neither_spent_nor_given_back() -> Done {
    let (even, cheaper) = (exchange("80.00"), exchange("50.00"));
    let swapped = [ENROL, IMPORT, COAT, &even];
    let old = "\
Loyalty earned                        3.60
Loyalty taken back                    3.60
Loyalty spent                         8.00
Loyalty for the new goods             8.00
LOYALTY BALANCE                      15.60
";
    assert_eq!(loyalty("", &swapped, "S-1")?, old);
    let new = "\
Loyalty earned                        3.60
Taken back of sale S-1                3.60
Loyalty spent                         0.00
Loyalty of sale S-1                   8.00
LOYALTY BALANCE                      15.60
";
    assert_eq!(loyalty("", &swapped, "S-2")?, new);
    let swapped = [ENROL, IMPORT, COAT, &cheaper];
    let old = "\
Loyalty earned                        3.60
Loyalty taken back                    3.60
Loyalty spent                         8.00
Loyalty for the new goods             5.00
Loyalty given back                    3.00
LOYALTY BALANCE                      17.25
";
    assert_eq!(loyalty("", &swapped, "S-1")?, old);
    let new = "\
Loyalty earned                        2.25
Taken back of sale S-1                3.60
Loyalty spent                         0.00
Loyalty of sale S-1                   5.00
Given back of sale S-1                3.00
LOYALTY BALANCE                      17.25
";
    assert_eq!(loyalty("", &swapped, "S-2")?, new);
    // Undone: what had been carried comes back with the rest.
    let void = r#"{"type": "void", "at": "2026-03-05T10:00:00Z", "of": "S-2"}"#;
    let receipt = printed("", &[ENROL, IMPORT, COAT, &cheaper, void], "S-2")?;
    let undone = "\
VOIDED                    2026-03-05 10:00
refunded: loyalty                     5.00
refunded: card                       45.00
------------------------------------------
Loyalty earned                        2.25
Loyalty taken back                    2.25
Taken back of sale S-1                3.60
Loyalty spent                         0.00
Loyalty of sale S-1                   5.00
Given back of sale S-1                3.00
Loyalty given back                    5.00
LOYALTY BALANCE                      20.00
";
    assert!(receipt.ends_with(undone), "{receipt}");
    Ok(())
}

/// Half came back before anybody had the sale (R9): who claims it never had that.
#[test]
fn what_came_back_before_a_claim_is_told() -> Done {
    let sale = r#"{"type": "sale", "sale": "S-1", "at": "2026-03-02T09:30:00Z",
        "lines": [{"id": "1", "product": "coat", "quantity": "2", "unit_price": "50.00"}],
        "payments": [{"tender": "card", "amount": "100.00"}]}"#;
    let back = r#"{"type": "return", "at": "2026-03-02T10:00:00Z", "of": "S-1",
        "lines": [{"id": "1", "quantity": "1"}]}"#;
    let claim = r#"{"type": "claim", "at": "2026-03-02T11:00:00Z", "sale": "S-1", "customer": "ada"}"#;
    let rows = "\
Loyalty earned                        5.00
Came back before it was claimed       2.50
Loyalty spent                         0.00
LOYALTY BALANCE                       2.50
";
    let more = r#", "enrolment": {"claim_days": 14}"#;
    assert_eq!(loyalty(more, &[ENROL, sale, back, claim], "S-1")?, rows);
    Ok(())
}

/// The lot that paid has passed its last day: what goes back to it is gone at once (R23).
#[test]
fn what_goes_back_and_has_run_out_is_told() -> Done {
    let import = r#"{"type": "import", "at": "2026-03-01T08:01:00Z", "customer": "ada", "units": "8.00",
        "expires": "2026-03-03"}"#;
    let back = r#"{"type": "return", "at": "2026-03-04T10:00:00Z", "of": "S-1",
        "lines": [{"id": "1", "quantity": "1"}]}"#;
    let rows = "\
Loyalty earned                        3.60
Loyalty taken back                    3.60
Loyalty spent                         8.00
Loyalty given back                    8.00
Run out by then                       8.00
LOYALTY BALANCE                       0.00
";
    assert_eq!(loyalty("", &[ENROL, import, COAT, back], "S-1")?, rows);
    Ok(())
}

#[test]
fn what_is_set_aside_stands_beside_the_balance() -> Done {
    let hold = r#"{"type": "reserve", "id": "H-1", "at": "2026-03-01T09:00:00Z", "customer": "ada", "units": "5.00"}"#;
    let rows = "\
Loyalty earned                        3.60
Loyalty spent                         8.00
LOYALTY BALANCE                      10.60
Set aside beside it                   5.00
";
    assert_eq!(loyalty("", &[ENROL, IMPORT, hold, COAT], "S-1")?, rows);
    Ok(())
}

/// An account payment that brings no money is paid from credit (Q20), and the sale says so as the payment's paper does.
#[test]
fn a_sale_that_credit_paid_later_says_so() -> Done {
    let credit = r#"{"type": "account_payment", "id": "A-1", "at": "2026-03-01T11:30:00Z", "customer": "ada",
        "payments": [{"tender": "cash", "amount": "30.00"}]}"#;
    let sale = r#"{"type": "sale", "sale": "S-1", "at": "2026-03-02T09:30:00Z", "customer": "ada", "terms": "layby",
        "lines": [{"id": "1", "product": "coat", "quantity": "1", "unit_price": "40.00"}],
        "payments": [{"tender": "cash", "amount": "15.00"}]}"#;
    let pays = r#"{"type": "account_payment", "id": "A-2", "at": "2026-03-03T11:30:00Z", "customer": "ada",
        "payments": [], "sales": ["S-1"]}"#;
    let receipt = printed("", &[ENROL, credit, sale, pays], "S-1")?;
    let rows = "\
paid from credit: cash               25.00
paid: cash                           15.00
";
    assert!(receipt.contains(rows), "{receipt}");
    Ok(())
}
