//! Messages with a card: what is in them, that a folder has each once, and that a server gets them.
#![cfg(feature = "mail")]
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    clippy::panic,
    reason = "a test"
)]

#[path = "common/base64.rs"]
mod base64;

use std::fs;
use std::path::PathBuf;

use base64::from_base64;
use proptest::prelude::*;
use regulars::adapter::mail::{CardMessage, CardTexts, Folder, FolderError, MessageError};
use regulars::time::Timestamp;

const PICTURE: &[u8] = b"\x89PNG\r\n\x1a\n\0\x01\x02 not much of a picture \xFF\xFE";

fn card() -> CardMessage<'static> {
    CardMessage {
        from: "Corner Café <cards@corner.example>",
        to: "ada@example.com",
        shop: "Corner Café",
        customer: Some("Ada Łovelace"),
        card: "Ten <coffees> & one",
        code: "7KQ2-M9XD",
        picture: PICTURE,
        url: Some("https://corner.example/c?a=1&b=2"),
        at: Timestamp::from_millisecond(1_764_000_000_000).unwrap(),
        texts: CardTexts::ENGLISH,
    }
}

fn folder(name: &str) -> PathBuf {
    let path = std::env::temp_dir().join(format!("regulars-mail-{name}-{}", std::process::id()));
    let _ = fs::remove_dir_all(&path);
    path
}

/// What quoted-printable stands for.
fn from_quoted(text: &str) -> String {
    let joined = text.replace("=\r\n", "");
    let mut bytes = Vec::new();
    let mut rest = joined.as_bytes();
    while let [first, others @ ..] = rest {
        if *first == b'=' && others.len() >= 2 {
            bytes.push(u8::from_str_radix(std::str::from_utf8(&others[..2]).unwrap(), 16).unwrap());
            rest = &others[2..];
        } else {
            bytes.push(*first);
            rest = others;
        }
    }
    String::from_utf8(bytes).unwrap()
}

/// The part of a message that has a type: its head and its body.
fn part<'a>(message: &'a str, kind: &str) -> (&'a str, &'a str) {
    let part = message.split("\r\n--=_").find(|part| {
        let head = part.split("\r\n\r\n").next().unwrap();
        head.contains(&format!("Content-Type: {kind}"))
    });
    part.unwrap_or_else(|| panic!("no {kind} in {message}")).split_once("\r\n\r\n").unwrap()
}

fn decoded(message: &str, kind: &str) -> String {
    let (head, body) = part(message, kind);
    match head.contains("base64") {
        true => String::from_utf8(from_base64(body)).unwrap(),
        false => from_quoted(body),
    }
}

/// A name that looks like the end of a part ends none: who gives it doesn't know the boundary.
#[test]
fn a_name_doesnt_end_the_message() {
    let texts = CardTexts { greeting: "{customer}", opening: "{customer}", ..CardTexts::ENGLISH };
    for name in ["--=_message--", "--=_message", "--=_card_with_picture--"] {
        let message =
            CardMessage { customer: Some(name), shop: "S", card: "C", texts, ..card() }.to_message().unwrap();
        let text = String::from_utf8(message.bytes().to_vec()).unwrap();
        let ends = text.split("boundary=\"").skip(1).map(|rest| rest.split('"').next().unwrap().to_string());
        let ends: Vec<String> = ends.collect();
        assert_eq!(ends.len(), 2);
        assert!(ends.iter().all(|end| !name.contains(end.as_str())), "{ends:?}");
    }
}

#[test]
fn a_message_has_the_card_as_text_as_a_page_and_as_a_picture() {
    let message = card().to_message().unwrap();
    let text = String::from_utf8(message.bytes().to_vec()).expect("only ASCII goes over the wire");
    assert!(text.is_ascii(), "only ASCII goes over the wire");
    assert!(text.lines().all(|line| line.len() <= 998));

    let plain = decoded(&text, "text/plain");
    // A till may want the picture, so the code isn't there unless a text names it.
    assert!(plain.contains("Hello Ada Łovelace,") && !plain.contains("7KQ2-M9XD"), "{plain}");
    assert!(plain.contains("https://corner.example/c?a=1&b=2"), "{plain}");
    let page = decoded(&text, "text/html");
    assert!(page.contains("Ten &lt;coffees&gt; &amp; one"), "{page}");
    assert!(page.contains(r#"href="https://corner.example/c?a=1&amp;b=2""#), "{page}");
    assert!(page.contains("src=\"cid:card.png\""), "{page}");
    // A card of 1011 pixels; a small code is made larger.
    let card_png: Vec<u8> = [b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", &1011_u32.to_be_bytes()[..]].concat();
    let small_png: Vec<u8> = [b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", &45_u32.to_be_bytes()[..]].concat();
    for (picture, wanted) in [
        (card_png, "width=\"600\" style=\"max-width"),
        (small_png, "width=\"300\" style=\"image-rendering: pixelated\""),
    ] {
        let shown = CardMessage { picture: &picture, ..card() }.to_message().unwrap();
        let page = decoded(std::str::from_utf8(shown.bytes()).unwrap(), "text/html");
        assert!(page.contains(wanted), "{wanted} isn't in {page}");
    }
    let (head, picture) = part(&text, "image/png");
    assert!(head.contains("Content-ID: <card.png>") && head.contains("inline"), "{head}");
    assert_eq!(from_base64(picture.split("\r\n--").next().unwrap()), PICTURE);
    assert!(text.contains("Date: Mon, 24 Nov 2025 16:00:00 +0000"), "{text}");

    assert_eq!(card().to_message().unwrap().bytes(), message.bytes(), "the same each time");
}

const GERMAN: CardTexts<'static> = CardTexts {
    language: "de-AT",
    subject: "Ihre Karte: {card}",
    greeting: "Grüß Gott {customer}!",
    opening: "{shop} schickt Ihnen <{card}>. {nobody}",
    instruction: "Zeigen Sie das Bild an der Kasse.",
};

/// All of what it says is the shop's to say; names in what is filled in are no names.
#[test]
fn a_message_is_in_the_customers_language() {
    let card = CardMessage { texts: GERMAN, shop: "{code}", customer: Some("Zoë"), url: None, ..card() };
    let text = String::from_utf8(card.to_message().unwrap().bytes().to_vec()).unwrap();
    let plain = decoded(&text, "text/plain").replace("\r\n", "\n");
    let wanted = "Grüß Gott Zoë!\n\n{code} schickt Ihnen <Ten <coffees> & one>. {nobody}\n\n\
                  Zeigen Sie das Bild an der Kasse.\n";
    assert!(plain.starts_with(wanted), "{plain}");
    let page = decoded(&text, "text/html");
    for wanted in [
        "<html lang=\"de-AT\">",
        "<p>Grüß Gott Zoë!</p>",
        "{code} schickt Ihnen &lt;<b>Ten &lt;coffees&gt; &amp; one</b>&gt;. {nobody}",
        "alt=\"Ten &lt;coffees&gt; &amp; one\"",
    ] {
        assert!(page.contains(wanted), "{wanted} isn't in {page}");
    }
    assert!(!plain.contains("7KQ2") && !page.contains("7KQ2"), "its code isn't said where no text says it");
}

/// Servers keep the ids of messages in their logs, and a card's code is nobody's to read there.
#[test]
fn the_id_of_a_message_is_its_own_and_tells_nothing() {
    let id = |card: CardMessage<'_>| {
        let text = String::from_utf8(card.to_message().unwrap().bytes().to_vec()).unwrap();
        let id = text.lines().find_map(|line| line.strip_prefix("Message-ID: ").map(str::to_string)).unwrap();
        let hash = id.strip_prefix("<card.").and_then(|id| id.strip_suffix("@corner.example>")).unwrap();
        assert!(hash.len() == 32 && hash.bytes().all(|b| b.is_ascii_hexdigit()), "{id}");
        id
    };
    let first = id(card());
    assert_eq!(first, id(card()), "the same each time");
    let hex: String = card().code.bytes().map(|byte| format!("{byte:02x}")).collect();
    assert!(!first.contains(&hex) && !first.contains(card().code), "{first}");
    let (url, at) = (None, Timestamp::EPOCH);
    let others = [
        CardMessage { code: "7KQ2-M9XE", ..card() },
        CardMessage { to: "bob@example.com", ..card() },
        CardMessage { url, ..card() },
        CardMessage { at, ..card() },
        CardMessage { texts: GERMAN, ..card() },
        CardMessage { shop: "Corner CaféT", card: "en <coffees> & one", ..card() },
    ];
    for other in others {
        assert_ne!(first, id(other), "{other:?}");
    }
}

#[test]
fn what_is_wrong_is_named() {
    let refused = |card: CardMessage<'_>| card.to_message().unwrap_err();
    for language in ["", "de_AT", "de\"", "-", "abcdefghi"] {
        let texts = CardTexts { language, ..GERMAN };
        assert!(
            matches!(refused(CardMessage { texts, ..card() }), MessageError::Language { .. }),
            "{language:?}"
        );
    }
    let texts = CardTexts { subject: "{card}\r\nBcc: y@z.example", ..GERMAN };
    assert!(matches!(refused(CardMessage { texts, ..card() }), MessageError::Text { .. }));
    let texts = CardTexts { subject: &"{card}".repeat(30), ..GERMAN };
    let error = refused(CardMessage { texts, card: &"x".repeat(20), ..card() });
    assert!(matches!(error, MessageError::TooLong { what: "subject", length: 600, .. }), "{error}");
    for to in [
        "\"ada b\"@example.com",
        "ada@[192.0.2.1]",
        "ada",
        "a\u{85}@example.com",
        "a\u{200b}@example.com",
        "ü@example.com",
        "a@exämple.com",
    ] {
        assert!(matches!(refused(CardMessage { to, ..card() }), MessageError::Address { .. }), "{to:?}");
    }
    let from = "Café <ü@example.com>";
    assert!(matches!(refused(CardMessage { from, ..card() }), MessageError::Address { what: "sender" }));
    // Errors and what is debugged get into logs: they have no address, no link and no card.
    let whose = CardMessage { to: "ada@example", url: Some("ftp://shop.example/K-1"), ..card() };
    let wrong_url = CardMessage { url: Some("ftp://shop.example/K-1"), ..card() };
    let message = card().to_message().unwrap();
    let told = [
        format!("{0} {0:?}", refused(CardMessage { to: "ada example", ..card() })),
        format!("{0} {0:?}", refused(wrong_url)),
        format!("{whose:?} {:?} {message:?}", card()),
    ];
    for told in told {
        let mut secrets = ["ada", "K-1", "ftp", card().to, card().code].into_iter();
        assert!(secrets.all(|secret| !told.contains(secret)), "{told}");
    }
    assert!(matches!(
        refused(CardMessage { from: "x\r\nBcc: y@z.example", ..card() }),
        MessageError::Text { .. }
    ));
    assert!(matches!(
        refused(CardMessage { shop: "a\r\nBcc: y@z.example", ..card() }),
        MessageError::Text { .. }
    ));
    assert!(matches!(refused(CardMessage { customer: Some("a\nb"), ..card() }), MessageError::Text { .. }));
    for url in [
        "javascript:x",
        "https://x/ y",
        "https://x/\u{85}",
        "https://x/\u{9b}",
        "https://x/\u{a0}y",
        "https://",
    ] {
        assert!(matches!(refused(CardMessage { url: Some(url), ..card() }), MessageError::Link), "{url:?}");
    }
    assert!(matches!(refused(CardMessage { picture: b"GIF89a", ..card() }), MessageError::Picture));
    let at = Timestamp::from_millisecond(-1).unwrap();
    assert!(matches!(refused(CardMessage { at, ..card() }), MessageError::Time));
}

/// RFC 5322, 2.1.1: no line has more than 998 octets. What is as long as it may be is sent, and one more is refused.
#[test]
fn no_line_is_longer_than_a_line_may_be() {
    let (long, link) = ("x".repeat(200), format!("https://corner.example/{}", "&".repeat(877)));
    let (wide, from) = ("ü".repeat(100), format!("{} <cards@corner.example>", "x".repeat(177)));
    let address = format!("{}@{}.example", "x".repeat(64), ["y".repeat(60), "z".repeat(60)].join("."));
    for text in [&long, &wide] {
        let card = CardMessage {
            from: &from,
            to: &address,
            shop: text,
            customer: Some(text),
            card: text,
            code: text,
            url: Some(&link),
            ..card()
        };
        let message = card.to_message().unwrap();
        let longest = message.bytes().split(|byte| *byte == b'\n').map(|line| line.len()).max().unwrap();
        assert!(longest <= 999, "{longest}");
    }
    let (over, over_link) = (format!("{long}x"), format!("{link}x"));
    for (what, card) in [
        ("sender", CardMessage { from: &over, ..card() }),
        ("shop", CardMessage { shop: &over, ..card() }),
        ("customer's name", CardMessage { customer: Some(&over), ..card() }),
        ("card", CardMessage { card: &over, ..card() }),
        ("code", CardMessage { code: &over, ..card() }),
        ("link", CardMessage { url: Some(&over_link), ..card() }),
        ("customer's address", CardMessage { to: &"x".repeat(255), ..card() }),
    ] {
        let error = card.to_message().unwrap_err();
        assert!(
            matches!(error, MessageError::TooLong { what: named, .. } if named == what),
            "{what}: {error}"
        );
    }
}

#[test]
fn a_folder_has_each_message_once_and_whole() {
    let path = folder("once");
    let folder = Folder::new(&path).unwrap();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let put = folder.put("private", &card().to_message().unwrap()).unwrap();
        assert_eq!(fs::metadata(&put).unwrap().permissions().mode() & 0o777, 0o600);
        fs::remove_file(put).unwrap();
    }
    let message = card().to_message().unwrap();
    let file = folder.put("K-1", &message).unwrap();
    assert_eq!(fs::read(&file).unwrap(), message.bytes());
    assert_eq!(folder.put("K-1", &message).unwrap(), file, "again is fine");
    let other = CardMessage { code: "other", ..card() }.to_message().unwrap();
    assert!(matches!(folder.put("K-1", &other), Err(FolderError::Taken { .. })));
    assert_eq!(fs::read(&file).unwrap(), message.bytes(), "nothing takes its place");
    for name in ["", "../K-1", "a b", ".hidden", &"x".repeat(65)] {
        assert!(matches!(folder.put(name, &message), Err(FolderError::Name)), "{name}");
    }
    // Windows takes these for devices, whatever comes behind the point.
    for (name, wanted) in [
        ("NUL", "NUL+.eml"),
        ("con", "con+.eml"),
        ("Com1", "Com1+.eml"),
        ("lpt0", "lpt0+.eml"),
        ("COM", "COM.eml"),
        ("NUL1", "NUL1.eml"),
        ("COM10", "COM10.eml"),
    ] {
        let put = folder.put(name, &message).unwrap();
        assert_eq!(put.file_name().unwrap(), wanted);
        assert_eq!(folder.put(name, &message).unwrap(), put);
        fs::remove_file(put).unwrap();
    }
    let names = || fs::read_dir(&path).unwrap().map(|entry| entry.unwrap().file_name()).collect::<Vec<_>>();
    assert_eq!(names(), ["K-1.eml"], "nothing is left over");
    // Of several threads that put different messages by one name, one is told that its message is there.
    for round in 0..20 {
        fs::remove_file(&file).unwrap();
        let folder = &folder;
        let put = move |thread: u32| {
            let message = CardMessage { code: &format!("{round}-{thread}"), ..card() }.to_message().unwrap();
            folder.put("K-1", &message).is_ok().then_some(message)
        };
        let there: Vec<_> = std::thread::scope(|scope| {
            let threads: Vec<_> = (0..8).map(|thread| scope.spawn(move || put(thread))).collect();
            threads.into_iter().filter_map(|thread| thread.join().unwrap()).collect()
        });
        assert_eq!(there.len(), 1, "round {round}");
        assert_eq!(fs::read(&file).unwrap(), there[0].bytes());
    }
    assert_eq!(names(), ["K-1.eml"]);
    fs::remove_dir_all(&path).unwrap();
}

proptest! {
    /// Whatever the texts are, there is a message of the same shape, or a name for what is wrong.
    #[test]
    fn no_text_changes_the_head_of_a_message(
        texts in prop::array::uniform4(r#"[ -~\r\n<>"'\PC]{0,60}"#),
        code in ".{0,64}",
    ) {
        let [shop, customer, card_name, from] = &texts;
        let written = CardMessage { shop, customer: Some(customer), card: card_name, code: &code, ..card() };
        for from in [card().from, from] {
            let Ok(message) = (CardMessage { from, ..written }).to_message() else { continue };
            let text = String::from_utf8(message.bytes().to_vec()).unwrap();
            let head = text.split("\r\n\r\n").next().unwrap();
            let names: Vec<&str> = head
                .split("\r\n")
                .filter(|line| !line.starts_with([' ', '\t']))
                .map(|line| line.split(':').next().unwrap())
                .collect();
            prop_assert_eq!(
                names,
                ["From", "To", "Subject", "Date", "Message-ID", "MIME-Version", "Content-Type"]
            );
        }
    }
}

#[cfg(feature = "smtp")]
mod smtp {
    use std::io::{BufRead, BufReader, Write};
    use std::net::TcpListener;
    use std::thread::{self, JoinHandle};

    use regulars::adapter::mail::{Encryption, Login, Smtp, SmtpError};

    use super::card;

    /// A server for one message, which gives this answer to what was sent; what it was told.
    fn server(answer: &'static str) -> (u16, JoinHandle<String>) {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let served = thread::spawn(move || {
            let (mut to, _) = listener.accept().unwrap();
            let mut told = String::new();
            let mut from = BufReader::new(to.try_clone().unwrap());
            to.write_all(b"220 here\r\n").unwrap();
            let mut in_data = false;
            loop {
                let mut line = String::new();
                if from.read_line(&mut line).unwrap_or(0) == 0 {
                    return told;
                }
                told.push_str(&line);
                let reply = match line.trim_end() {
                    "." if in_data => {
                        in_data = false;
                        answer
                    }
                    _ if in_data => continue,
                    "DATA" => {
                        in_data = true;
                        "354 go on"
                    }
                    "QUIT" => "221 bye",
                    _ => "250 ok",
                };
                let _ = to.write_all(format!("{reply}\r\n").as_bytes());
            }
        });
        (port, served)
    }

    #[test]
    fn a_server_gets_the_message_or_says_why_not() {
        let message = card().to_message().unwrap();
        let send = |port| Smtp::new("127.0.0.1", Some(port), Encryption::None, None).unwrap().send(&message);
        let (port, served) = server("250 taken");
        send(port).unwrap();
        let told = served.join().unwrap();
        assert!(told.contains("MAIL FROM:<cards@corner.example>"), "{told}");
        assert!(told.contains("RCPT TO:<ada@example.com>"), "{told}");
        assert!(told.contains(std::str::from_utf8(message.bytes()).unwrap().trim_end()), "{told}");

        let (port, served) = server("554 never");
        assert!(matches!(send(port), Err(SmtpError::Refused(why)) if why.contains("never")));
        served.join().unwrap();
        let (port, served) = server("451 later");
        assert!(matches!(send(port), Err(SmtpError::Later(_))));
        served.join().unwrap();
        let (port, _) = {
            let closed = TcpListener::bind("127.0.0.1:0").unwrap();
            (closed.local_addr().unwrap().port(), ())
        };
        assert!(matches!(send(port), Err(SmtpError::Unreachable(_))));
    }

    #[test]
    fn a_server_that_offers_no_encryption_gets_nothing() {
        let message = card().to_message().unwrap();
        let (port, served) = server("250 taken");
        let login = Login { user: "me", password: "secret" };
        assert!(!format!("{login:?}").contains("secret"));
        let smtp = Smtp::new("127.0.0.1", Some(port), Encryption::StartTls, Some(login)).unwrap();
        assert!(smtp.send(&message).is_err());
        assert!(!format!("{smtp:?}").contains("secret"));
        drop(smtp);
        let told = served.join().unwrap();
        assert!(!told.contains("AUTH") && !told.contains("MAIL"), "{told}");
    }
}
