//! A punch card from end to end: a batch, its picture in a message, a camera that reads it, punches, and the free
//! item at the till.

#![cfg(all(feature = "sqlite", feature = "tokens", feature = "scan", feature = "label", feature = "mail"))]
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "what goes wrong fails the test"
)]

#[path = "common/base64.rs"]
mod base64;
mod common;

use std::fs;
use std::time::Duration;

use base64::from_base64;
use common::shop::{Shop, event, moment, set_program, versioned};
use regulars::adapter::label::{Design, PrintedCard, Resolution, Size, Symbol};
use regulars::adapter::mail::{CardMessage, CardTexts, Folder};
use regulars::adapter::scan::{Options, Picture, Scanner};
use regulars::adapter::sqlite::SqliteStore;
use regulars::code::{
    KeyId, ReadCode, Resolved, Resolver, Symbology, TokenContent, TokenFor, TokenKey, TokenKind, Why,
};
use regulars::decide::Header;
use regulars::ident::{Code, CustomerId, DocumentId};
use regulars::sale::Place;
use regulars::time::Offset;

const PROGRAM: &str = r#"{"id": "house", "currency": "EUR", "unit": {"kind": "money"}, "earn": [],
    "punch_cards": [{"id": "coffee", "required": 3, "where": {"categories": ["hot"]},
                     "gives": {"kind": "free_item", "quantity": "1"}}]}"#;
const NOW: &str = "03-02";

/// The picture in a message: what stands in base64 behind the head of that part.
fn picture_in(message: &str) -> Vec<u8> {
    let part = message.split("Content-Type: image/png").nth(1).unwrap();
    let text = part.split("\r\n\r\n").nth(1).unwrap().split("\r\n--").next().unwrap();
    from_base64(text)
}

#[test]
fn a_card_is_made_sent_scanned_punched_and_used() {
    let folder = common::folder::Folder::new();
    let store = SqliteStore::open(folder.file("punch.ledger")).unwrap();
    let mut shop = Shop::reopen(store);
    shop.program = versioned(PROGRAM).program;
    shop.submit(&set_program(PROGRAM));
    let today = moment(NOW).date(Offset::UTC);

    // The office makes a batch, whose codes nobody can say who hasn't seen the card: the token is signed.
    let office = TokenKey::signing(KeyId(7), &[42; 32]);
    shop.submit(&event(
        "make_cards",
        NOW,
        r#""batch": "spring", "punch_card": "coffee", "codes": ["PC-000017", "PC-000018"]"#,
    ));
    let code = Code::new("PC-000017").unwrap();
    let token =
        office.make(&TokenContent { stands_for: TokenFor::PunchCard(code.clone()), last_day: None }).unwrap();

    // A customer with an address gets one, as a picture in a message.
    shop.submit(&event("enrol", NOW, r#""customer": "ada", "email": "ada@example.com""#));
    let mut resolver = Resolver::default();
    resolver.keys.hold(office.checking_key(), &[TokenKind::PunchCard], ..).unwrap();
    let checked = resolver.check_token(ReadCode::new(token.as_bytes()), today).unwrap();
    let header =
        Header { id: Some(DocumentId::new("L-1").unwrap()), at: moment(NOW), place: Place::default() };
    let ada = CustomerId::new("ada").unwrap();
    shop.register.link_by_token(header, &checked, &ada, moment(NOW)).unwrap();
    let symbol = Symbol::new(Symbology::Qr, &token).unwrap();
    let design = Design::new(Size::CR80, Resolution::DPI_300).shop("Corner Café");
    let drawing = design.draw(&PrintedCard { symbol: &symbol, name: "Ada", caption: "PC-000017" }).unwrap();
    let message = CardMessage {
        from: "Corner Café <cards@corner.example>",
        to: "ada@example.com",
        shop: "Corner Café",
        customer: Some("Ada"),
        card: "Three coffees, the next is free",
        code: "PC-000017",
        picture: &drawing.to_png().unwrap(),
        url: None,
        at: moment(NOW),
        texts: CardTexts::ENGLISH,
    };
    let sent = Folder::new(folder.file("outbox")).unwrap().put("PC-000017", &message.to_message().unwrap());
    let received = String::from_utf8(fs::read(sent.unwrap()).unwrap()).unwrap();

    // She holds it before the camera: the picture of the message is read, and says which card it is.
    let grey = image::load_from_memory(&picture_in(&received)).unwrap().to_luma8();
    let (width, height) = (grey.width() as usize, grey.height() as usize);
    let scanner = Scanner::new(Options { budget: Duration::from_secs(60), ..Options::default() });
    let scan = scanner.read(&Picture::new(grey.as_raw(), width, height).unwrap());
    let resolved =
        shop.register.resolve(&resolver, scan.readings[0].read_code(), moment(NOW), today).unwrap();
    assert_eq!(resolved, Resolved::PunchCard { code });
    // Who types what is printed below has no card.
    let typed = shop.register.resolve(&resolver, ReadCode::new(b"PC-000018"), moment(NOW), today).unwrap();
    assert_eq!(typed, Resolved::Unknown { why: Why::NeedsToken });

    punched_and_used(&mut shop);
    shop.verify();
}

/// Three coffees fill it, and then one is free, once.
fn punched_and_used(shop: &mut Shop<SqliteStore>) {
    let coffee = |sale: &str, quantity: u32, offers: &str, paid: &str| {
        let line = format!(
            r#"{{"id": "a", "product": "coffee", "category": "hot", "quantity": "{quantity}", "unit_price": "2.50"}}"#
        );
        let payments = format!(r#"[{{"tender": "cash", "amount": "{paid}"}}]"#);
        let rest = format!(
            r#""sale": "{sale}", "customer": "ada", "lines": [{line}], "offers": [{offers}], "payments": {payments}"#
        );
        event("sale", NOW, &rest)
    };
    let offer = r#"{"card": "PC-000017", "line": "a"}"#;
    assert!(shop.try_submit(&coffee("S0", 1, offer, "0.00")).is_err(), "not full yet");
    shop.submit(&coffee("S1", 3, "", "7.50"));
    let free = shop.submit(&coffee("S2", 2, offer, "2.50"));
    assert_eq!(free.due.map(|due| due.minor()), Some(250), "one of two is free");
}
