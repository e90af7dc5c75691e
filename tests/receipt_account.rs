//! Receipts of sales on account, and of what is paid to accounts (R4, Q20).

#![cfg(all(feature = "json", feature = "receipt"))]

#[path = "common/till.rs"]
mod till;

use regulars::ident::{DocumentId, SaleId};
use till::{Till, later};

fn till(more: &str, documents: &[&str]) -> Result<Till, Box<dyn std::error::Error>> {
    let program = format!(
        r#"{{"id": "house", "currency": "EUR", "unit": {{"kind": "money"}},
            "earn": [{{"by": "amount", "rate": "0.05"}}], "redemption": {{"value": "1"}}{more}}}"#
    );
    till::till(&program, documents)
}

/// The receipt of the sale, from what is below the total on.
fn sale(till: &mut Till, sale: &str) -> Result<String, Box<dyn std::error::Error>> {
    let receipt = till.receipt(&SaleId::new(sale)?, "SHOP", later()?)?;
    let rows = receipt.lines().skip_while(|row| !row.starts_with("TOTAL")).skip(1);
    Ok(rows.map(|row| format!("{row}\n")).collect())
}

const ENROL: &str = r#"{"type": "enrol", "at": "2026-03-01T08:00:00Z", "customer": "ada"}"#;
/// 4.00 in cash, and the rest on account.
const FIRST: &str = r#"{"type": "sale", "sale": "S-1", "at": "2026-03-02T09:30:00Z", "customer": "ada",
    "lines": [{"id": "1", "product": "coat", "quantity": "1", "unit_price": "10.00"}],
    "payments": [{"tender": "cash", "amount": "4.00"}, {"tender": "on_account", "amount": "6.00"}]}"#;
const SECOND: &str = r#"{"type": "sale", "sale": "S-2", "at": "2026-03-02T10:30:00Z", "customer": "ada",
    "terms": "on_account", "lines": [{"id": "1", "product": "hat", "quantity": "1", "unit_price": "10.00"}]}"#;
const CLEARED: &str = r#", "on_account": "account_cleared""#;

fn paid(id: &str, day: &str, amount: &str) -> String {
    format!(
        r#"{{"type": "account_payment", "id": "{id}", "at": "2026-03-{day}T11:30:00Z", "outlet": "centre",
            "customer": "ada", "payments": [{{"tender": "card", "amount": "{amount}"}}]}}"#
    )
}

#[test]
fn what_is_put_on_account_says_so() -> Result<(), Box<dyn std::error::Error>> {
    let first = "\
paid: cash                            4.00
STILL DUE, on account                 6.00
On account: loyalty is earned when all is
paid.
";
    let found = sale(&mut till("", &[FIRST])?, "S-1")?;
    assert!(found.starts_with(first), "{found}");
    let second = "\
STILL DUE, on account                10.00
On account: loyalty is earned when
nothing is due on it.
";
    let found = sale(&mut till(CLEARED, &[SECOND])?, "S-2")?;
    assert!(found.starts_with(second), "{found}");
    // What is put on account when a part is paid is, too.
    let open = FIRST.replace(r#", {"tender": "on_account", "amount": "6.00"}"#, "");
    let payment = r#"{"type": "payment", "sale": "S-1", "at": "2026-03-03T09:30:00Z",
        "payments": [{"tender": "on_account", "amount": "6.00"}]}"#;
    assert!(sale(&mut till("", &[&open])?, "S-1")?.contains("STILL DUE                             6.00"));
    assert!(
        sale(&mut till("", &[&open, payment])?, "S-1")?
            .contains("STILL DUE, on account                 6.00")
    );
    Ok(())
}

/// Nothing is due on the sale, and loyalty waits for the others (R4).
#[test]
fn a_sale_that_is_paid_says_so_while_the_account_is_not_cleared() -> Result<(), Box<dyn std::error::Error>> {
    let rows = "\
paid: cash                            4.00
paid: card                            6.00
All is paid: loyalty is earned when
nothing is due on the account.
";
    let found = sale(&mut till(CLEARED, &[FIRST, SECOND, &paid("P-1", "04", "6.00")])?, "S-1")?;
    assert!(found.starts_with(rows) && !found.contains("DUE"), "{found}");
    Ok(())
}

#[test]
fn credit_and_what_it_paid_are_on_the_receipt() -> Result<(), Box<dyn std::error::Error>> {
    let mut till = till("", &[ENROL, &paid("P-1", "01", "9.00"), FIRST])?;
    let rows = "\
paid from credit: card                6.00
paid: cash                            4.00
------------------------------------------
Loyalty earned                        0.50
Loyalty spent                         0.00
LOYALTY BALANCE                       0.50
ACCOUNT CREDIT EUR                    3.00
";
    assert_eq!(sale(&mut till, "S-1")?, rows);
    Ok(())
}

#[test]
fn an_account_payment_has_a_receipt() -> Result<(), Box<dyn std::error::Error>> {
    let documents = [FIRST, SECOND, &paid("P-1", "04", "8.00"), &paid("P-2", "05", "15.00")];
    let printed = |documents: &[&str], id: &str| -> Result<String, Box<dyn std::error::Error>> {
        Ok(till("", documents)?.account_receipt(&DocumentId::new(id)?, "SHOP", later()?)?)
    };
    let first = "                   SHOP
Account payment P-1       2026-03-04 11:30
Outlet centre                 Customer ada
------------------------------------------
paid: card                            8.00
==========================================
on sale S-1 of 2026-03-02             6.00
  still due on it                     0.00
on sale S-2 of 2026-03-02             2.00
  still due on it                     8.00
------------------------------------------
STILL DUE ON ACCOUNT EUR              8.00
------------------------------------------
Loyalty earned                        0.50
Loyalty spent                         0.00
LOYALTY BALANCE                       0.50
";
    assert_eq!(printed(&documents[..3], "P-1")?, first);
    let second = "                   SHOP
Account payment P-2       2026-03-05 11:30
Outlet centre                 Customer ada
------------------------------------------
paid: card                           15.00
==========================================
on sale S-2 of 2026-03-02             8.00
  still due on it                     0.00
to your credit                        7.00
------------------------------------------
STILL DUE ON ACCOUNT EUR              0.00
ACCOUNT CREDIT EUR                    7.00
------------------------------------------
Loyalty earned                        0.50
Loyalty spent                         0.00
LOYALTY BALANCE                       1.00
";
    assert_eq!(printed(&documents, "P-2")?, second);
    // What was due on a sale then is what was due then, and the account stands as it does now.
    let again = printed(&documents, "P-1")?;
    assert!(again.contains("  still due on it                     8.00\n"), "{again}");
    assert!(again.contains(
        "STILL DUE ON ACCOUNT EUR              0.00\nACCOUNT CREDIT EUR                    7.00\n"
    ));
    assert!(printed(&documents, "P-3").is_err_and(|error| error.to_string().contains("no account payment")));
    Ok(())
}
