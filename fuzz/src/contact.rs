//! Lines as what customers tell, and as what they are looked for by. Whoever told something is found by it.
//!
//! The first line is a country; then come a phone number, an e-mail address and a name, again and again.

use regulars::adapter::sqlite::{Contacts, Country, KeptCustomer, SqliteError, SqliteStore};
use regulars::decide::{Document, EnrolDocument, Header, Profile};
use regulars::document::read_program;
use regulars::ident::CustomerId;
use regulars::register::Register;
use regulars::sale::Place;
use regulars::store::verify;
use regulars::time::{FixedZones, Timestamp};

use super::file::LedgerFile;

const PROGRAM: &str = r#"{"id": "house", "currency": "EUR", "unit": {"kind": "money"}, "earn": []}"#;

/// More customers than this find nothing that fewer don't.
const CUSTOMERS: usize = 6;

pub fn run(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let mut lines = text.split('\n');
    let country = lines.next().and_then(|line| line.parse::<Country>().ok());
    let file = LedgerFile::new(b"");
    let mut register = Register::new(SqliteStore::open(file.path()).unwrap(), FixedZones);
    register.set_program(read_program(PROGRAM).unwrap(), Timestamp::EPOCH).unwrap();
    let mut told = Vec::new();
    for number in 0..CUSTOMERS {
        let mut next = || lines.next().filter(|line| !line.is_empty()).map(Into::into);
        let (phone, email, name) = (next(), next(), next());
        let profile = Profile { phone, email, name, ..Profile::default() };
        let customer = CustomerId::new(&format!("C{number}")).unwrap();
        let header = Header { id: None, at: Timestamp::EPOCH, place: Place::default() };
        let enrol = EnrolDocument { header, customer: customer.clone(), profile: profile.clone() };
        // A text may be too long for what is kept of a customer.
        if register.submit(&Document::Enrol(enrol), Timestamp::EPOCH).is_ok() {
            told.push((customer, profile));
        }
    }
    let store = register.store_mut();
    look_up(&store.contacts(country).unwrap(), &told);
    look_up(&store.contacts(None).unwrap(), &told);
    verify(store).unwrap();
    if let Some((customer, profile)) = told.first() {
        store.erase(customer).unwrap();
        let contacts = store.contacts(country).unwrap();
        let phone = profile.phone.as_deref().unwrap_or_default();
        let is_there = |found: Result<Vec<KeptCustomer>, SqliteError>| has(&found.unwrap(), customer);
        assert!(!is_there(contacts.by_phone(phone)), "by a phone number that was erased");
        let email = profile.email.as_deref().unwrap_or_default();
        assert!(!is_there(contacts.by_email(email)), "by an address that was erased");
    }
    verify(store).unwrap();
}

fn look_up(contacts: &Contacts<'_>, told: &[(CustomerId, Profile)]) {
    for (customer, profile) in told {
        if let Some(phone) = &profile.phone {
            let found = contacts.by_phone(phone).unwrap();
            let has_digits = phone.chars().any(|letter| letter.is_ascii_digit());
            assert!(!has_digits || has(&found, customer), "{phone:?}");
        }
        if let Some(email) = &profile.email {
            let found = contacts.by_email(email).unwrap();
            assert!(email.trim().is_empty() || has(&found, customer), "{email:?}");
        }
        if let Some(name) = &profile.name {
            by_name(contacts, name, customer);
        }
    }
}

/// All pages of a name, which end, and have the customer if the name has a word.
fn by_name(contacts: &Contacts<'_>, name: &str, customer: &CustomerId) {
    let (whole, _) = contacts.by_name(name, None, usize::MAX).unwrap();
    let has_word = name.chars().any(|letter| letter.is_ascii_alphanumeric());
    assert!(!has_word || has(&whole, customer), "{name:?}");
    let (mut after, mut pages) = (None, 0);
    loop {
        let (_, next) = contacts.by_name(name, after.as_ref(), 1).unwrap();
        pages += 1;
        assert!(pages < 100_000, "the pages of a name come to an end");
        match next {
            None => return,
            next => after = next,
        }
    }
}

fn has(found: &[KeptCustomer], customer: &CustomerId) -> bool {
    found.iter().any(|kept| kept.customer == *customer)
}
