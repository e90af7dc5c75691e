//! A receipt's token at a till: who has it claims the sale, or joins.

#![cfg(all(feature = "json", feature = "tokens"))]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "in the helpers, as in the tests, what goes wrong fails the test"
)]

mod common;

use common::shop::{PROGRAM, Shop, event, moment, set_program, units, versioned};
use regulars::adapter::memory::MemoryStore;
use regulars::code::{
    CardForm, KeyId, KeyRing, LONGEST_TOKEN, ReadCode, Resolved, Resolver, Symbology, Token, TokenContent,
    TokenError, TokenFor, TokenKey, TokenKind,
};
use regulars::decide::{Document, EnrolDocument, Header, Profile, Refusal, Unclaimed};
use regulars::document::{
    AtTill, Json, Limits, read_document, read_document_at_till, write_document, write_joined,
};
use regulars::ident::{Code, CustomerId, DocumentId, SaleId};
use regulars::register::{ByTokenError, RegisterError, ScanOf};
use regulars::sale::Place;
use regulars::store::Store;
use regulars::time::{Date, Offset};

const NOW: &str = "03-02";

fn today() -> Date {
    moment(NOW).date(Offset::UTC)
}

fn key() -> TokenKey {
    TokenKey::signing(KeyId(1), &[7; 32])
}

fn keys() -> KeyRing {
    let mut keys = KeyRing::default();
    keys.hold(key().checking_key(), TokenKind::ALL, ..).unwrap();
    keys
}

fn resolver() -> Resolver {
    let mut resolver = Resolver::default();
    resolver.keys = keys();
    resolver
}

fn printed(stands_for: TokenFor) -> String {
    key().make(&TokenContent { stands_for, last_day: Some(today()) }).unwrap()
}

fn receipt(sale: &str) -> String {
    printed(TokenFor::Receipt(SaleId::new(sale).unwrap()))
}

fn checked(text: &str) -> Token {
    keys().check(text, today()).unwrap()
}

fn header(id: &str) -> Header {
    Header { id: Some(DocumentId::new(id).unwrap()), at: moment(NOW), place: Place::default() }
}

fn enrol(customer: &str) -> EnrolDocument {
    let (customer, profile) = (CustomerId::new(customer).unwrap(), Profile::default());
    EnrolDocument { header: header(customer.as_str()), customer, profile }
}

/// A shop that lets sales be claimed, with two that nobody has: S1 of today, and S0 that is too old.
fn shop<S: Store>(store: S) -> Shop<S> {
    let cards = r#""punch_cards": [{"id": "coffee", "required": 3, "where": {"products": ["A"]},
        "gives": {"kind": "free_item", "quantity": "1"}}]"#;
    let more = format!(r#""enrolment": {{"claim_days": 7}}, {cards}, "returns""#);
    let program = PROGRAM.replace("\"returns\"", &more);
    let mut shop = Shop::reopen(store);
    shop.program = versioned(&program).program;
    shop.submit(&set_program(&program));
    for (sale, at) in [("S0", "02-01"), ("S1", NOW)] {
        let line = r#"{"id": "a", "product": "A", "quantity": "1", "unit_price": "100.00"}"#;
        let rest = format!(
            r#""sale": "{sale}", "lines": [{line}], "payments": [{{"tender": "cash", "amount": "100.00"}}]"#
        );
        shop.submit(&event("sale", at, &rest));
    }
    shop
}

fn on<S: Store>(store: S) {
    let mut shop = shop(store);
    // Who joins by a receipt that is too old has joined all the same.
    let joined = shop.register.enrol_by_token(&enrol("bob"), &checked(&receipt("S0")), moment(NOW)).unwrap();
    assert!(matches!(joined.claimed, Some(Err(Refusal::TooLate { .. }))));

    // The scanned URL, what it is, and what comes of it: in one transaction, and once.
    let url = format!("https://shop.example/r#{}", receipt("S1"));
    let mut resolver = resolver();
    resolver.url_prefixes.push("https://shop.example/r#".into());
    let resolved =
        shop.register.resolve(&resolver, ReadCode::new(url.as_bytes()), moment(NOW), today()).unwrap();
    assert_eq!(resolved, Resolved::Receipt { sale: SaleId::new("S1").unwrap() });
    let token = resolver.check_token(ReadCode::new(url.as_bytes()), today()).unwrap();
    // What there is to claim is asked before, up to the last day.
    let ask = |shop: &mut Shop<S>, sale: &str, at: &str| match shop
        .register
        .unclaimed(&SaleId::new(sale).unwrap(), moment(at))
    {
        Ok(unclaimed) => Ok(unclaimed),
        Err(RegisterError::Refused(refusal)) => Err(refusal.name()),
        Err(_) => Err("the store failed"),
    };
    let last_day = today().plus_days(7);
    assert_eq!(ask(&mut shop, "S1", NOW), Ok(Unclaimed { units: units(500), last_day }));
    assert!(ask(&mut shop, "S1", "03-09").is_ok());
    for (sale, at, wanted) in
        [("S1", "03-10", "too_late"), ("S1", "03-01", "not_settled"), ("S9", NOW, "unknown_sale")]
    {
        assert_eq!(ask(&mut shop, sale, at), Err(wanted));
    }
    for is_again in [false, true] {
        let joined = shop.register.enrol_by_token(&enrol("ada"), &token, moment(NOW)).unwrap();
        assert_eq!(joined.enrolled.duplicate, is_again);
        let claimed = joined.claimed.unwrap().unwrap();
        assert_eq!((claimed.duplicate, claimed.decision.balance), (is_again, Some(units(500))));
    }

    assert_eq!(ask(&mut shop, "S1", NOW), Err("already_claimed"));

    joined_once(&mut shop, &token);

    // A sign at the door lets join alone.
    let bob = CustomerId::new("bob").unwrap();
    let door = checked(&printed(TokenFor::Enrolment(Code::new("door").unwrap())));
    let joined = shop.register.enrol_by_token(&enrol("eve"), &door, moment(NOW)).unwrap();
    assert_eq!((joined.claimed, joined.linked), (None, None));
    let unknown = shop.register.claim_by_token(header("C-3"), &checked(&receipt("S9")), &bob, moment(NOW));
    let wanted =
        |error| matches!(error, ByTokenError::Register(RegisterError::Refused(Refusal::UnknownSale { .. })));
    assert!(unknown.is_err_and(wanted));
    by_punch_card(&mut shop);
    dated_back(&mut shop);
    joined_before(&mut shop);
    voided(&mut shop);
    shop.verify();
}

/// The receipt of a sale that was voided lets nobody join; who has joined before is answered as then.
fn voided<S: Store>(shop: &mut Shop<S>) {
    let line = r#"{"id": "a", "product": "A", "quantity": "1", "unit_price": "10.00"}"#;
    let rest =
        format!(r#""sale": "S4", "lines": [{line}], "payments": [{{"tender": "cash", "amount": "10.00"}}]"#);
    shop.submit(&event("sale", NOW, &rest));
    let token = checked(&receipt("S4"));
    let join = |shop: &mut Shop<S>, who: &str| shop.register.enrol_by_token(&enrol(who), &token, moment(NOW));
    assert!(matches!(join(shop, "ida").unwrap().claimed, Some(Ok(_))));
    shop.submit(&event("void", NOW, r#""id": "V-4", "of": "S4""#));
    let again = join(shop, "ida").unwrap();
    assert!(again.enrolled.duplicate, "{again:?}");
    for who in ["jo", "kim"] {
        let refused = join(shop, who);
        assert!(
            matches!(refused, Err(ByTokenError::Register(RegisterError::Refused(Refusal::Voided { .. })))),
            "{refused:?}"
        );
        assert!(shop.account(who, NOW).is_none(), "nothing was recorded");
    }
}

/// Ada has joined by this token.
fn joined_once<S: Store>(shop: &mut Shop<S>, token: &Token) {
    // Another till counts customers, too: the second one doesn't get what the first one has.
    let mut second = enrol("ada");
    second.header = header("till-2-E-1");
    second.profile.code = Some(Code::new("2900000000179").unwrap());
    let door = checked(&printed(TokenFor::Enrolment(Code::new("door").unwrap())));
    for token in [token, &door] {
        let refused = shop.register.enrol_by_token(&second, token, moment(NOW));
        assert!(
            matches!(refused, Err(ByTokenError::KnownCustomer { customer }) if customer.as_str() == "ada")
        );
    }
    assert!(shop.account("ada", NOW).unwrap().member.profile.code.is_none(), "nothing was recorded");

    // Once for all: nobody else claims it, and the ledger has the sale and no token.
    let bob = CustomerId::new("bob").unwrap();
    let refused = shop.register.claim_by_token(header("C-2"), token, &bob, moment(NOW));
    let refused = refused.map_err(|error| error.to_string());
    assert_eq!(refused.unwrap_err(), "the sale S1 has a customer already");
    let operations = shop.operations();
    assert!(operations.iter().any(|operation| matches!(&operation.document, Document::Claim(claim)
        if claim.of.as_str() == "S1" && claim.customer.as_str() == "ada")));
}

/// A claim isn't dated back into the days that there are to claim: not by the token whose last day the till's clock
/// looked at, nor in JSON. What comes again is answered as the first time, on whatever day.
fn dated_back<S: Store>(shop: &mut Shop<S>) {
    let line = r#"{"id": "a", "product": "A", "quantity": "1", "unit_price": "10.00"}"#;
    let rest =
        format!(r#""sale": "S3", "lines": [{line}], "payments": [{{"tender": "cash", "amount": "10.00"}}]"#);
    shop.submit(&event("sale", NOW, &rest));
    let stands_for = TokenFor::Receipt(SaleId::new("S3").unwrap());
    let scanned = key().make(&TokenContent { stands_for, last_day: None }).unwrap();
    let day = |day: &str| moment(day).date(Offset::UTC);
    let bob = CustomerId::new("bob").unwrap();
    let at = |id: &str, day: &str| Header { at: moment(day), ..header(id) };
    // The last day is 03-09. On the day after it is too late, whatever the claim says.
    let late = keys().check(&scanned, day("03-10")).unwrap();
    for (dated, wanted) in [("03-09", "isn't dated back"), ("03-10", "can't be claimed any more")] {
        let refused = shop.register.claim_by_token(at("C-S3", dated), &late, &bob, moment("03-10"));
        let told = refused.unwrap_err().to_string();
        assert!(told.contains(wanted), "{dated}: {told}");
        let enrol = EnrolDocument { header: at("E-S3", dated), ..enrol("hal") };
        match shop.register.enrol_by_token(&enrol, &late, moment("03-10")) {
            Err(ByTokenError::DatedBack { dated: back, checked_on }) if dated == "03-09" => {
                assert_eq!((back, checked_on), (day("03-09"), day("03-10")));
                assert!(shop.account("hal", "03-10").is_none(), "nothing was recorded");
            }
            // Who comes too late has joined.
            Ok(joined) if dated == "03-10" => {
                assert!(matches!(joined.claimed, Some(Err(Refusal::TooLate { .. }))))
            }
            other => panic!("{dated}: {other:?}"),
        }
    }
    let program = shop.program.clone();
    let json = event("claim", "03-09", &format!(r#""id": "C-S3", "customer": "bob", "token": "{scanned}""#));
    let mut claim = |today: &str| {
        let read = read_document_at_till(&json, &*program, &resolver(), day(today)).unwrap();
        let AtTill::Claim { claim, token } = read else { panic!("{read:?}") };
        shop.register.claim_by_token(claim.header, &token, &claim.customer, moment(today))
    };
    assert!(matches!(claim("03-10"), Err(ByTokenError::DatedBack { .. })));
    // On its own day it is taken, and again days later: the first answer was lost.
    for (today, is_again) in [("03-09", false), ("03-09", true), ("03-20", true)] {
        let outcome = claim(today).unwrap();
        assert_eq!((outcome.duplicate, outcome.decision.balance), (is_again, Some(units(50))));
    }
}

/// A joining that is recorded already carries no claim into days that are over.
fn joined_before<S: Store>(shop: &mut Shop<S>) {
    let line = r#"{"id": "a", "product": "A", "quantity": "1", "unit_price": "10.00"}"#;
    let rest =
        format!(r#""sale": "S5", "lines": [{line}], "payments": [{{"tender": "cash", "amount": "10.00"}}]"#);
    shop.submit(&event("sale", NOW, &rest));
    let joins = enrol("lou");
    shop.register.submit(&Document::Enrol(joins.clone()), moment(NOW)).unwrap();
    let stands_for = TokenFor::Receipt(SaleId::new("S5").unwrap());
    let scanned = key().make(&TokenContent { stands_for, last_day: None }).unwrap();
    let on = |day: &str| keys().check(&scanned, moment(day).date(Offset::UTC)).unwrap();
    let late = shop.register.enrol_by_token(&joins, &on("03-10"), moment("03-10"));
    assert!(matches!(late, Err(ByTokenError::DatedBack { .. })), "{late:?}");
    assert!(
        shop.register.unclaimed(&SaleId::new("S5").unwrap(), moment("03-09")).is_ok(),
        "nothing was recorded"
    );
    // On its own day it is, and again later, whenever the token was checked.
    for (day, is_again) in [(NOW, false), ("03-10", true)] {
        let joined = shop.register.enrol_by_token(&joins, &on(day), moment(day)).unwrap();
        let claimed = joined.claimed.unwrap().unwrap();
        assert_eq!((joined.enrolled.duplicate, claimed.duplicate), (true, is_again), "{day}");
    }
}

/// R34: the token of a punch card links it; who has joined has joined, also where it isn't linked.
fn by_punch_card<S: Store>(shop: &mut Shop<S>) {
    let cards = r#""batch": "B", "punch_card": "coffee", "codes": ["PC-1", "PC-2"]"#;
    shop.submit(&event("make_cards", NOW, cards));
    let card = |code: &str| checked(&printed(TokenFor::PunchCard(Code::new(code).unwrap())));
    let mut join = |who: &str, email: Option<&str>, token: &Token| {
        let mut enrol = enrol(who);
        enrol.profile.email = email.map(Into::into);
        let joined = shop.register.enrol_by_token(&enrol, token, moment(NOW)).unwrap();
        assert_eq!(joined.claimed, None);
        joined.linked.unwrap()
    };
    assert_eq!(join("carl", None, &card("PC-1")), Err(Refusal::EmailMissing));
    for is_again in [false, true] {
        let linked = join("dora", Some("dora@shop.example"), &card("PC-1")).unwrap();
        assert_eq!(linked.duplicate, is_again);
    }
    assert!(matches!(
        join("fred", Some("fred@shop.example"), &card("PC-1")),
        Err(Refusal::CardLinked { .. })
    ));
    assert!(matches!(join("gus", Some("gus@shop.example"), &card("PC-9")), Err(Refusal::UnknownCard { .. })));
    assert!(shop.account("carl", NOW).is_some(), "she has joined");

    // Who is a customer already links one by itself, and a receipt links nothing.
    let dora = CustomerId::new("dora").unwrap();
    let receipt = shop.register.link_by_token(header("L-1"), &checked(&receipt("S1")), &dora, moment(NOW));
    assert!(matches!(receipt, Err(ByTokenError::WrongKind(_))));
    shop.register.link_by_token(header("L-1"), &card("PC-2"), &dora, moment(NOW)).unwrap();
    let links = shop.operations().into_iter().filter_map(|operation| match operation.document {
        Document::LinkCard(link) => Some((link.card.to_string(), link.customer.to_string())),
        _ => None,
    });
    let wanted = ["PC-1", "PC-2"].map(|card| (card.to_string(), "dora".to_string()));
    assert_eq!(links.collect::<Vec<_>>(), wanted);
}

#[test]
fn a_receipt_is_how_a_customer_joins() {
    on(MemoryStore::default());
}

#[cfg(feature = "sqlite")]
#[test]
fn the_same_in_a_file() {
    let folder = common::folder::Folder::new();
    on(regulars::adapter::sqlite::SqliteStore::open(folder.file("tokens.ledger")).unwrap());
}

/// A till hands the token in, as JSON; what is kept names the sale.
#[test]
fn a_till_claims_by_the_token_alone() {
    let mut shop = shop(MemoryStore::default());
    shop.submit(&event("enrol", NOW, r#""customer": "ada""#));
    let claim = |by: &str| {
        let text = event("claim", NOW, &format!(r#""customer": "ada", {by}"#));
        read_document_at_till(&text, &*shop.program.clone(), &resolver(), today())
    };
    let message = |by: &str| claim(by).unwrap_err().to_string();
    assert_eq!(
        message(r#""sale": "S1""#),
        "sale: expected the receipt's `token`, and no `sale`, found \"S1\""
    );
    assert_eq!(
        message(r#""code": "S1""#),
        "code: expected the token of a receipt (not a token), found a text of 2 characters"
    );
    let of_another_key = TokenKey::signing(KeyId(1), &[8; 32]);
    let content =
        |sale| TokenContent { stands_for: TokenFor::Receipt(SaleId::new(sale).unwrap()), last_day: None };
    let forged = of_another_key.make(&content("S1")).unwrap();
    let told = message(&format!(r#""code": "{forged}""#));
    assert!(told.contains("(forged)") && !told.contains(&forged[..10]), "a token is no log's: {told}");

    let both = message(&format!(r#""code": "{}", "token": "{}""#, receipt("S1"), receipt("S1")));
    assert!(both.starts_with("code: expected no `code` beside `token`"), "{both}");
    assert_eq!(
        claim(&format!(r#""token": "{}""#, receipt("S1"))),
        claim(&format!(r#""code": "{}""#, receipt("S1")))
    );

    let claimed = claim(&format!(r#""code": "{}""#, receipt("S1"))).unwrap();
    let AtTill::Claim { claim: document, token } = claimed else { panic!("a claim") };
    assert_eq!(token.checked_on(), today());
    let document = Document::Claim(document);
    let written = write_document(&document, &shop.program);
    assert!(written.contains(r#""sale":"S1""#) && !written.contains("code"), "{written}");
    let outcome = shop.register.submit(&document, moment(NOW)).unwrap();
    assert_eq!(outcome.decision.balance, Some(units(500)));
}

/// R34: a code of a punch card can be guessed, so at a till its token links it and finds it, also in an URL of the
/// shop's; a shop that prints codes in plain says so.
#[test]
fn a_till_links_a_punch_card_by_its_token() {
    let mut shop = shop(MemoryStore::default());
    let program = shop.program.clone();
    shop.submit(&event(
        "make_cards",
        NOW,
        r#""batch": "B", "punch_card": "coffee", "codes": ["PC-1", "PC-2"]"#,
    ));
    shop.submit(&event("enrol", NOW, r#""customer": "ada", "email": "ada@shop.example""#));
    let read = |resolver: &Resolver, kind: &str, rest: &str| match read_document_at_till(
        &event(kind, NOW, rest),
        &*program,
        resolver,
        today(),
    ) {
        Ok(AtTill::Document(document)) => Ok(document),
        Ok(other) => panic!("{other:?}"),
        Err(error) => Err(error.to_string()),
    };
    let token = printed(TokenFor::PunchCard(Code::new("PC-1").unwrap()));
    let url = format!("https://shop.example/r#{token}");
    let (mut strict, ada) = (resolver(), r#""customer": "ada""#);
    strict.url_prefixes.push("https://shop.example/r#".into());
    let link = |resolver: &Resolver, by: &str| read(resolver, "link_card", &format!("{ada}, {by}"));
    let refused = |by: &str| link(&strict, by).unwrap_err();
    assert_eq!(
        refused(r#""card": "PC-1""#),
        "card: expected the punch card's `token`, and no `card`, found \"PC-1\""
    );
    assert_eq!(link(&strict, r#""outlet": "o""#).unwrap_err(), "token: expected this field, found nothing");
    let both = format!(r#""card": "PC-1", "token": "{token}""#);
    assert!(refused(&both).starts_with("card: expected no `card` beside `token`"));
    let of_receipt = format!(r#""token": "{}""#, receipt("S1"));
    assert!(refused(&of_receipt).contains("(it stands for a receipt, not for a punch card)"));

    let linked = link(&strict, &format!(r#""token": "{url}""#)).unwrap();
    assert!(write_document(&linked, &program).contains(r#""card":"PC-1""#));
    shop.register.submit(&linked, moment(NOW)).unwrap();
    let scan = |resolver: &Resolver, rest: &str| match read_document_at_till(
        &event("scan", NOW, rest),
        &*program,
        resolver,
        today(),
    ) {
        Ok(AtTill::Scan { scan, of }) => Ok((scan, of)),
        Ok(other) => panic!("{other:?}"),
        Err(error) => Err(error.to_string()),
    };
    let (by_token, of) = scan(&strict, &format!(r#""token": "{token}""#)).unwrap();
    let found = shop.register.scan(&by_token, of, moment(NOW)).unwrap();
    assert_eq!(found.shown.cards.first().map(|card| card.code.as_str()), Some("PC-1"));

    // A plain code is a customer's; a punch card's finds nobody, linked or not, since it can be guessed.
    let plain = |code: &str| scan(&strict, &format!(r#""code": "{code}""#)).unwrap().0;
    shop.submit(&event("set_code", NOW, r#""customer": "ada", "code": "A-17""#));
    let found = shop.register.scan(&plain("A-17"), ScanOf::Customer, moment(NOW)).unwrap();
    assert_eq!(found.shown.resolved, Some(CustomerId::new("ada").unwrap()));
    for code in ["PC-1", "PC-2"] {
        let refused = shop.register.scan(&plain(code), ScanOf::Customer, moment(NOW)).unwrap_err();
        let RegisterError::Refused(Refusal::InvalidDocument { what }) = refused else { panic!("{refused}") };
        assert_eq!(
            &*what,
            "code: a punch card's number isn't enough: its `token` was expected in place of `code`"
        );
    }
    let nobody = shop.register.scan(&plain("PC-9"), ScanOf::Customer, moment(NOW));
    assert!(matches!(nobody, Err(RegisterError::Refused(Refusal::UnknownCode { .. }))));

    // A shop whose punch cards have no tokens.
    let mut plain = resolver();
    plain.punch_cards_need_tokens = false;
    let scan = read(&plain, "scan", r#""code": "PC-1""#).unwrap();
    assert_eq!(shop.register.submit(&scan, moment(NOW)).unwrap().shown.cards.len(), 1);
    assert!(
        matches!(link(&plain, r#""card": "PC-2""#), Ok(Document::LinkCard(link)) if link.card.as_str() == "PC-2")
    );
}

/// An article's number is no card's, however it is written, unless a form of cards says so.
#[test]
fn no_card_has_an_articles_number() {
    let program = shop(MemoryStore::default()).program;
    let read = |resolver: &Resolver, text: &str| read_document_at_till(text, &*program, resolver, today());
    let mut with_form = resolver();
    with_form.card_forms.push(CardForm::new(Symbology::Code128, "40NNNNNNNNNNN").unwrap());
    for code in ["4006381333931", "04006381333931", "036000291452"] {
        for (kind, rest) in [
            ("scan", ""),
            ("scan", r#", "symbology": "ean_13""#),
            ("enrol", r#", "customer": "bob""#),
            ("set_code", r#", "customer": "ada""#),
        ] {
            let text = event(kind, NOW, &format!(r#""code": "{code}"{rest}"#));
            let refused = read(&resolver(), &text).unwrap_err().to_string();
            assert!(
                refused.starts_with("code: expected the code of a card, which has no article's number"),
                "{refused}"
            );
            let is_card = read(&with_form, &text).is_ok();
            assert_eq!(is_card, code.starts_with("40") && !rest.contains("ean_13"), "{text}");
        }
    }
    for code in ["2900000000179", "20000004", "12345678901", "A-1"] {
        let text = event("scan", NOW, &format!(r#""code": "{code}""#));
        assert!(matches!(read(&resolver(), &text), Ok(AtTill::Scan { .. })), "{code}");
    }
}

/// A token in a field that takes none isn't told again: errors end in logs.
#[test]
fn no_error_tells_a_token() {
    let program = shop(MemoryStore::default()).program;
    let mut resolver = resolver();
    resolver.url_prefixes.push("https://shop.example/r#".into());
    let token = printed(TokenFor::PunchCard(Code::new("PC-1").unwrap()));
    let (url, slip) = (format!("https://shop.example/r#{token}"), token.replacen('R', "P", 1));
    let fields =
        [("scan", "code"), ("set_code", "code"), ("enrol", "code"), ("claim", "sale"), ("link_card", "card")];
    for (kind, field) in fields {
        let customer = if kind == "scan" { "" } else { r#""customer": "ada", "# };
        for text in [&token, &receipt("S1"), &url, &slip] {
            let document = event(kind, NOW, &format!(r#"{customer}"{field}": "{text}""#));
            let read = read_document_at_till(&document, &*program, &resolver, today());
            // One that was mistyped may be the code of a card.
            assert!(read.is_err() || text == &slip, "{kind}: {read:?}");
            let Err(error) = read else { continue };
            // Of a long text an error shows the beginning.
            let (told, begins) = (format!("{error} {error:?}"), text.rsplit('#').next().unwrap().get(..12));
            assert!(!told.contains(begins.unwrap()), "{told}");
        }
    }
    let read = ReadCode::new(token.as_bytes());
    let lookup = format!("{:?}", resolver.look_up(read, today()));
    assert!(
        !lookup.contains(&token)
            && !lookup.contains(&format!("{}, {}", token.as_bytes()[0], token.as_bytes()[1])),
        "{lookup}"
    );
}

/// Goods come back by their receipt: the token names the sale, as it was scanned, with what the scanner sends around it.
#[test]
fn a_till_takes_goods_back_by_the_receipt() {
    let mut shop = shop(MemoryStore::default());
    let program = shop.program.clone();
    let read = |kind: &str, rest: &str| match read_document_at_till(
        &event(kind, NOW, rest),
        &*program,
        &resolver(),
        today(),
    ) {
        Ok(AtTill::Document(document)) => Ok(document),
        Ok(other) => panic!("{other:?}"),
        Err(error) => Err(error.to_string()),
    };
    let lines = r#""lines": [{"id": "a", "quantity": "0.5"}]"#;
    let by = |token: &str| format!(r#""token": "{token}""#);
    let sale = r#""sale": {"id": "S2", "lines": []}"#;
    for (kind, rest) in [
        ("return", lines),
        ("exchange", &format!("{lines}, {sale}")),
        ("void", r#""id": "V""#),
        ("return_amount", r#""amount": "1.00""#),
    ] {
        let by_token = read(kind, &format!("{}, {rest}", by(&receipt("S1"))));
        assert_eq!(by_token, read(kind, &format!(r#""of": "S1", {rest}"#)));
        let both = read(kind, &format!(r#""of": "S1", {}, {rest}"#, by(&receipt("S1")))).unwrap_err();
        assert!(both.starts_with("of: expected no `of` beside `token`"), "{both}");
        let wrong = read(kind, &format!("{}, {rest}", by("S1"))).unwrap_err();
        assert!(wrong.starts_with("token: expected the token of a receipt (not a token)"), "{wrong}");
        // Without keys a token can't be read.
        let error =
            read_document(&event(kind, NOW, &format!("{}, {rest}", by("S1"))), &*program).unwrap_err();
        assert!(error.to_string().starts_with("token: expected what this version can do"), "{error}");
    }
    let scanned = format!(r"]Q1{}\r\n", receipt("S1"));
    let back = read("return", &format!("{}, {lines}", by(&scanned))).unwrap();
    assert_eq!(shop.register.submit(&back, moment(NOW)).unwrap().decision.refund.len(), 1);
}

/// The page on documents shows the whole answer to who joins by a receipt that is too old.
#[test]
fn the_answer_to_who_joins_is_on_the_page() {
    let mut shop = shop(MemoryStore::default());
    let sale = |sale: &str| {
        format!(
            r#""sale": "{sale}", "lines": [{{"id": "a", "product": "A", "quantity": "1", "unit_price": "1.00"}}],
           "payments": [{{"tender": "cash", "amount": "1.00"}}]"#
        )
    };
    shop.submit(&event("sale", "02-01", &sale("S-5")));
    let mut enrol = enrol("eve");
    enrol.header = header("E-2");
    let joined = shop.register.enrol_by_token(&enrol, &checked(&receipt("S-5")), moment(NOW)).unwrap();
    let page = include_str!("../src/docs/documents.md");
    let mut examples = page.split("```json\n").filter_map(|after| after.split("```").next());
    let shown = examples.find(|text| text.contains(r#""claimed""#)).unwrap();
    let read = |text: &str| Json::read(text, &Limits::default()).unwrap();
    assert_eq!(read(shown), read(&write_joined(&joined, &shop.program)));
}

/// The same for who joins: JSON in, JSON out, as a till that speaks nothing else has it.
#[test]
fn a_till_lets_join_by_a_token() {
    let mut shop = shop(MemoryStore::default());
    let program = shop.program.clone();
    shop.submit(&event("make_cards", NOW, r#""batch": "B", "punch_card": "coffee", "codes": ["PC-1"]"#));
    let mut join = |who: &str, rest: &str| {
        let text = event("enrol", NOW, &format!(r#""id": "E-{who}", "customer": "{who}"{rest}"#));
        match read_document_at_till(&text, &*program, &resolver(), today())
            .map_err(|error| error.to_string())?
        {
            AtTill::Document(document) => {
                shop.register.submit(&document, moment(NOW)).unwrap();
                Ok(None)
            }
            other @ (AtTill::Scan { .. } | AtTill::Claim { .. }) => panic!("{other:?}"),
            AtTill::Join { enrol, token } => {
                let joined = shop.register.enrol_by_token(&enrol, &token, moment(NOW)).unwrap();
                let written = write_joined(&joined, &program);
                Json::read(&written, &Limits::default()).unwrap();
                Ok::<_, String>(Some(written))
            }
        }
    };
    let token = |stands_for| format!(r#", "email": "a@shop.example", "token": "{}""#, printed(stands_for));
    let receipt = || TokenFor::Receipt(SaleId::new("S1").unwrap());
    let card = || TokenFor::PunchCard(Code::new("PC-1").unwrap());

    let ada = join("ada", &token(receipt())).unwrap().unwrap();
    assert!(ada.contains(r#""claimed":{"#) && ada.contains(r#""balance":"5.00""#), "{ada}");
    assert!(ada.contains(r#""document":{"id":"E-ada","type":"enrol"}"#) && !ada.contains("linked"), "{ada}");
    let bob = join("bob", &token(receipt())).unwrap().unwrap();
    assert!(bob.contains(r#""claimed":{"error":"already_claimed""#), "{bob}");
    let cy = join("cy", &token(card())).unwrap().unwrap();
    assert!(cy.contains(r#""linked":{"#) && cy.contains(r#""card":"PC-1""#), "{cy}");
    let di = join("di", &token(card())).unwrap().unwrap();
    assert!(di.contains(r#""linked":{"error":"card_linked""#), "{di}");
    assert_eq!(join("eve", ""), Ok(None), "without a token it is a document as any other");
    let wrong = join("fay", r#", "token": "S1""#).unwrap_err();
    assert_eq!(wrong, "token: expected a token (not a token), found a text of 2 characters");
    // Without keys a token can't be read.
    let text = event("enrol", NOW, &format!(r#""customer": "gus"{}"#, token(card())));
    let error = read_document(&text, &*shop.program).unwrap_err();
    assert!(error.to_string().starts_with("token: expected what this version can do"), "{error}");
    shop.verify();
}

/// How long a text may be to be looked at, what counts for nothing in it included.
#[test]
fn a_token_is_as_long_as_it_may_be_at_the_most() {
    let token = receipt("S-1");
    let padded = |length: usize| token.clone() + &"-".repeat(length - token.len());
    assert_eq!(keys().check(&padded(LONGEST_TOKEN), today()), keys().check(&token, today()));
    assert!(keys().check(&token, today()).is_ok());
    assert_eq!(keys().check(&padded(LONGEST_TOKEN + 1), today()), Err(TokenError::TooLong));
}
