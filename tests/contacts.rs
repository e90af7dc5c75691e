//! Customers by phone number, e-mail address and name.

#![cfg(feature = "contacts")]
#![allow(clippy::unwrap_used, clippy::panic, reason = "in the helpers, too, what goes wrong fails the test")]

mod common;

use common::folder::Folder;
use common::shop::{Shop, event, sale};
use regulars::adapter::sqlite::{Contacts, Country, KeptCustomer, SqliteError, SqliteStore};
use regulars::ident::CustomerId;

fn enrol(customer: &str, told: &[(&str, &str)]) -> String {
    let told: String = told.iter().map(|(field, text)| format!(r#", "{field}": "{text}""#)).collect();
    event("enrol", "03-01", &format!(r#""customer": "{customer}"{told}"#))
}

fn ids(customers: &[KeptCustomer]) -> Vec<&str> {
    customers.iter().map(|kept| kept.customer.as_str()).collect()
}

fn country(code: &str) -> Option<Country> {
    Some(code.parse().unwrap())
}

fn by_phone(contacts: &Contacts<'_>, phone: &str) -> Vec<String> {
    ids(&contacts.by_phone(phone).unwrap()).into_iter().map(String::from).collect()
}

fn by_name(contacts: &Contacts<'_>, name: &str) -> Vec<String> {
    ids(&contacts.by_name(name, None, 99).unwrap().0).into_iter().map(String::from).collect()
}

fn shop(folder: &Folder) -> Shop<SqliteStore> {
    let mut shop = Shop::open(SqliteStore::open(folder.file("shop.ledger")).unwrap());
    shop.submit(&enrol(
        "C1",
        &[("name", "Ada Lovelace"), ("phone", "020 7946 0000"), ("email", "Ada@Example.com")],
    ));
    shop.submit(&enrol("C2", &[("name", "Byron Lovelace"), ("phone", "+44 (0)20 7946-0000")]));
    shop.submit(&enrol("C3", &[("name", "Jürgen Groß"), ("phone", "+49 30 901820")]));
    shop.submit(&enrol("C4", &[]));
    shop
}

#[test]
fn customers_are_found_by_what_they_told() {
    let folder = Folder::new();
    let mut shop = shop(&folder);
    let contacts = shop.register.store_mut().contacts(country("GB")).unwrap();
    for written in ["+442079460000", "020 7946 0000", "0044 20 7946 0000"] {
        assert_eq!(by_phone(&contacts, written), ["C1", "C2"], "{written}");
    }
    assert_eq!(by_phone(&contacts, "0049 30 901820"), ["C3"]);
    assert_eq!(by_phone(&contacts, "030 901820"), [""; 0]);
    assert_eq!(by_phone(&contacts, ""), [""; 0]);
    assert_eq!(ids(&contacts.by_email("ada@EXAMPLE.com").unwrap()), ["C1"]);
    assert!(contacts.by_email("").unwrap().is_empty());
    for (name, found) in [
        ("lov", &["C1", "C2"][..]),
        ("lovelace ADA", &["C1"]),
        ("a l", &["C1"]),
        ("JÜRGEN", &["C3"]),
        ("jurg gross", &["C3"]),
        ("ada gross", &[]),
        ("velace", &[]),
        (" ", &[]),
    ] {
        assert_eq!(by_name(&contacts, name), found, "{name}");
    }
    // In another country a number without its code is another one.
    let contacts = shop.register.store_mut().contacts(country("DE")).unwrap();
    assert_eq!(by_phone(&contacts, "030 901820"), ["C3"]);
    assert_eq!(by_phone(&contacts, "+44 20 7946 0000"), ["C2"]);
}

#[test]
fn names_come_in_pages() {
    let folder = Folder::new();
    let mut shop = shop(&folder);
    for number in 10..30 {
        shop.submit(&enrol(&format!("D{number}"), &[("name", &format!("Dora Do{number}"))]));
    }
    let contacts = shop.register.store_mut().contacts(None).unwrap();
    let (mut all, mut after) = (Vec::new(), None);
    loop {
        let (page, next) = contacts.by_name("do", after.as_ref(), 7).unwrap();
        assert!(page.len() <= 7);
        all.extend(page.into_iter().map(|kept| kept.customer.to_string()));
        match next {
            None => break,
            next => after = next,
        }
    }
    // Each has two words that begin so, and is on a page once; the next one may have it again.
    all.sort_unstable();
    all.dedup();
    assert_eq!(all, (10..30).map(|number| format!("D{number}")).collect::<Vec<_>>());
}

/// The look-ups follow what is told later, by this program or another one, and what is erased.
#[test]
fn look_ups_follow_the_ledger() {
    let folder = Folder::new();
    let mut shop = shop(&folder);
    assert_eq!(
        by_phone(&shop.register.store_mut().contacts(country("GB")).unwrap(), "020 7946 0000").len(),
        2
    );
    let mut other = Shop::reopen(SqliteStore::open(folder.file("shop.ledger")).unwrap());
    other.submit(&enrol("C1", &[("phone", "020 7946 0001")]));
    other.submit(&sale("S1", "03-02", "C4", "20.00"));
    let store = shop.register.store_mut();
    let contacts = store.contacts(country("GB")).unwrap();
    assert_eq!(by_phone(&contacts, "020 7946 0000"), ["C2"]);
    assert_eq!(by_phone(&contacts, "020 7946 0001"), ["C1"]);
    assert_eq!(by_name(&contacts, "ada"), ["C1"]);

    // Who was merged into another is found as the other.
    other.submit(&event("merge", "03-03", r#""into": "C2", "from": ["C1"], "operator": "o""#));
    let contacts = store.contacts(country("GB")).unwrap();
    assert_eq!(by_phone(&contacts, "020 7946 0001"), ["C2"]);
    assert_eq!(by_name(&contacts, "lovelace"), ["C2"]);

    // Also where all are read anew, for another country.
    store.contacts(country("DE")).unwrap();
    assert_eq!(by_phone(&store.contacts(country("GB")).unwrap(), "020 7946 0001"), ["C2"]);

    store.erase(&CustomerId::new("C2").unwrap()).unwrap();
    let contacts = store.contacts(country("GB")).unwrap();
    assert_eq!(by_name(&contacts, "lovelace"), [""; 0]);
    assert_eq!(by_phone(&contacts, "020 7946 0001"), [""; 0]);
    assert_eq!(by_phone(&contacts, "+49 30 901820"), ["C3"]);
    shop.verify();
    shop.register.store_mut().check_file().unwrap();
}

/// In a damaged file a customer can be merged into one who was merged into the same.
#[test]
fn a_circle_of_merged_customers_is_damage() {
    let folder = Folder::new();
    let merged = |name: &str, into: &str, from: &str| {
        let mut shop = Shop::open(SqliteStore::open(folder.file(name)).unwrap());
        shop.submit(&enrol("C1", &[("name", "Ada Lovelace")]));
        shop.submit(&enrol("C2", &[("phone", "+44 20 7946 0000")]));
        shop.submit(&event(
            "merge",
            "03-03",
            &format!(r#""into": "{into}", "from": ["{from}"], "operator": "o""#),
        ));
        // The look-ups are there before the damage is.
        shop.register.store_mut().contacts(None).unwrap();
    };
    merged("shop.ledger", "C1", "C2");
    merged("other.ledger", "C2", "C1");
    let connection = rusqlite::Connection::open(folder.file("shop.ledger")).unwrap();
    let circle = format!(
        "ATTACH '{}' AS other;
         UPDATE customer SET member = (SELECT member FROM other.customer WHERE id = 'C1') WHERE id = 'C1'",
        folder.file("other.ledger").display()
    );
    connection.execute_batch(&circle).unwrap();
    drop(connection);
    let mut store = SqliteStore::open(folder.file("shop.ledger")).unwrap();
    let contacts = store.contacts(None).unwrap();
    for found in
        [contacts.by_name("ada", None, 9).map(|(found, _)| found), contacts.by_phone("+442079460000")]
    {
        assert!(matches!(found, Err(SqliteError::Damaged { .. })), "{found:?}");
    }
}
