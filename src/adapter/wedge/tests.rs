use alloc::string::{String, ToString};
use alloc::vec;
use alloc::vec::Vec;

use proptest::prelude::*;

use super::*;
use crate::code::Symbology;

/// Keys with the times between each and the one before.
type Stream = Vec<(Key, u64)>;

/// Characters, so many milliseconds apart; `<` is Enter and `|` is Ctrl-`]`.
fn keys(text: &str, apart: u64) -> Stream {
    let key = |letter| match letter {
        '<' => Key::Enter,
        '|' => Key::Control(']'),
        other => Key::Character(other),
    };
    text.chars().map(|letter| (key(letter), apart)).collect()
}

fn settings(change: impl FnOnce(&mut WedgeSettings)) -> WedgeSettings {
    let mut settings = WedgeSettings::default();
    change(&mut settings);
    settings
}

/// Hands in all keys, and then waits for ten seconds.
fn run(settings: WedgeSettings, stream: &Stream) -> Vec<WedgeEvent> {
    let (mut wedge, mut at, mut events) = (Wedge::new(settings), 1000, Vec::new());
    for (key, apart) in stream {
        at = apart.saturating_add(at);
        events.extend(wedge.press(*key, at));
    }
    events.extend(wedge.tick(at.saturating_add(10_000)));
    events
}

fn readings(settings: WedgeSettings, stream: &Stream) -> Vec<Scanned> {
    let scanned = |event| match event {
        WedgeEvent::Scanned(scanned) => scanned,
        WedgeEvent::TooLong => panic!("not too long"),
    };
    run(settings, stream).into_iter().map(scanned).collect()
}

/// A code that begins with a line end is no code behind it, with an AIM identifier that it says itself.
#[test]
fn a_code_that_begins_with_a_line_end_says_no_symbology() {
    let forged: Stream = keys("]Q1", 8).into_iter().chain(keys("<]E02100042000018<", 8)).collect();
    let read = readings(WedgeSettings::default(), &forged);
    assert_eq!(
        read.last().map(|scanned| (scanned.symbology, scanned.by)),
        Some((None, By::Scanner)),
        "{read:?}"
    );
    // Behind what a hand typed, it is a scan of its own.
    let typed: Stream =
        keys("17", 150).into_iter().chain([(Key::Enter, 150)]).chain(keys("]E02100042000018<", 8)).collect();
    let read = readings(WedgeSettings::default(), &typed);
    assert_eq!(read.last().and_then(|scanned| scanned.symbology), Some(Symbology::Ean13), "{read:?}");
}

struct Case {
    name: &'static str,
    settings: WedgeSettings,
    stream: Stream,
    text: &'static str,
    symbology: Option<Symbology>,
    gs1: bool,
    by: By,
    ended: End,
}

fn case(name: &'static str, settings: WedgeSettings, stream: Stream, text: &'static str) -> Case {
    Case { name, settings, stream, text, symbology: None, gs1: false, by: By::Scanner, ended: End::Enter }
}

fn with_aim() -> Vec<Case> {
    let usual = WedgeSettings::default;
    let of = |name, sent, text, symbology| Case {
        symbology: Some(symbology),
        ..case(name, WedgeSettings::default(), keys(sent, 8), text)
    };
    vec![
        of("EAN-13", "]E04006381333931<", "4006381333931", Symbology::Ean13),
        of("UPC-A, padded", "]E00036000291452<", "0036000291452", Symbology::Ean13),
        of("EAN-8", "]E496385074<", "96385074", Symbology::Ean8),
        of("EAN-13 with an add-on", "]E3978316148410051299<", "978316148410051299", Symbology::Ean13),
        of("Code 39", "]A0CARD-17<", "CARD-17", Symbology::Code39),
        of("Code 128", "]C0Card 17<", "Card 17", Symbology::Code128),
        of("ITF-14", "]I114006381333938<", "14006381333938", Symbology::Itf),
        of("QR", "]Q1https://shop.example/r#A<", "https://shop.example/r#A", Symbology::Qr),
        Case { gs1: true, ..of("GS1-128", "]C110A|2112<", "10A\u{1d}2112", Symbology::Code128) },
        Case { gs1: true, ..of("GS1 Data Matrix", "]d210A|2112<", "10A\u{1d}2112", Symbology::DataMatrix) },
        Case { gs1: true, ..of("GS1 QR", "]Q30104006381333931<", "0104006381333931", Symbology::Qr) },
        Case { gs1: true, ..of("DataBar", "]e00104006381333931<", "0104006381333931", Symbology::DataBar) },
        of("GS1-128 that isn't", "]C10104006381333932<", "0104006381333932", Symbology::Code128),
        case("Aztec", usual(), keys("]z0TEXT<", 8), "TEXT"),
        // Caps Lock inverts the identifier, too.
        of("Caps Lock, EAN-13", "]e04006381333931<", "4006381333931", Symbology::Ean13),
        of("Caps Lock, EAN-8", "]e496385074<", "96385074", Symbology::Ean8),
        of("Caps Lock, QR", "]q1HTTPS://SHOP.EXAMPLE/R#a<", "https://shop.example/r#A", Symbology::Qr),
        of("Caps Lock, Code 39", "]a0card-17<", "CARD-17", Symbology::Code39),
        Case {
            gs1: true,
            ..of("Caps Lock, Data Matrix", "]D210a|2112<", "10A\u{1d}2112", Symbology::DataMatrix)
        },
        Case {
            gs1: true,
            ..of("Caps Lock, DataBar", "]E00104006381333931<", "0104006381333931", Symbology::DataBar)
        },
    ]
}

fn by_settings() -> Vec<Case> {
    let usual = WedgeSettings::default;
    let german = || settings(|settings| settings.layout = Layout::GERMAN);
    let french = || settings(|settings| settings.layout = Layout::FRENCH);
    let mut alt = keys("10A", 8);
    alt.extend([(Key::Alt('0'), 8), (Key::Alt('2'), 8), (Key::Alt('9'), 8)]);
    alt.extend(keys("2112<", 8));
    let mut f8 = keys("10A", 8);
    f8.push((Key::Function(8), 8));
    f8.extend(keys("2112<", 8));
    let mut tab = keys("4006381333931", 16);
    tab.push((Key::Tab, 16));
    let framed = |settings: &mut WedgeSettings| {
        settings.prefix = "\u{2}".into();
        settings.suffix = "#".into();
    };
    let mut stx = vec![(Key::Control('B'), 8)];
    stx.extend(keys("12", 400));
    vec![
        case("7 ms between keys", usual(), keys("2900000000179<", 7), "2900000000179"),
        case("16 ms between keys", usual(), keys("2900000000179<", 16), "2900000000179"),
        Case { ended: End::Tab, ..case("ended by Tab", usual(), tab, "4006381333931") },
        Case { ended: End::Silence, ..case("ended by nothing", usual(), keys("CARD-17", 12), "CARD-17") },
        Case { gs1: true, ..case("GS by Alt and 029", usual(), alt, "10A\u{1d}2112") },
        Case { gs1: true, ..case("GS by F8", usual(), f8, "10A\u{1d}2112") },
        Case { gs1: true, ..case("GS itself", usual(), keys("10A\u{1d}2112<", 8), "10A\u{1d}2112") },
        case("German", german(), keys("CYRD/ß/<", 9), "CZRD&-&"),
        Case {
            symbology: Some(Symbology::Code128),
            gs1: true,
            ..case(
                "German, Ctrl and +",
                german(),
                {
                    let mut stream = keys("+C110A", 9);
                    stream.push((Key::Control('+'), 9));
                    stream.extend(keys("21Y<", 9));
                    stream
                },
                "10A\u{1d}21Z",
            )
        },
        Case {
            symbology: Some(Symbology::Ean13),
            ..case("French", french(), keys("$Eà'àà-\"_&\"\"\"ç\"&<", 9), "4006381333931")
        },
        case(
            "French, Caps Lock by key",
            settings(|settings| {
                (settings.layout, settings.caps_lock) = (Layout::FRENCH, CapsLock::AllKeys);
            }),
            keys("QZ1234M", 9),
            "aw1234;",
        )
        .also(|case| case.ended = End::Silence),
        case(
            "Caps Lock that is known",
            settings(|settings| settings.caps_lock = CapsLock::Letters),
            keys("card-17B<", 9),
            "CARD-17b",
        ),
        case("prefix and suffix", settings(framed), keys("\u{2}CARD-17#", 9), "CARD-17")
            .also(|case| case.ended = End::Suffix),
        // The prefix says it, however slow the host is.
        case("prefix, slow", settings(framed), stx, "12").also(|case| case.ended = End::Silence),
        case("no prefix", settings(framed), keys("CARD-17<", 9), "CARD-17"),
        case("no prefix, by hand", settings(framed), keys("CARD-17<", 90), "CARD-17")
            .also(|case| case.by = By::Hand),
        case("by hand", usual(), keys("2900000000179<", 120), "2900000000179")
            .also(|case| case.by = By::Hand),
        case("by hand, at 51 ms", usual(), keys("CARD-17<", 51), "CARD-17").also(|case| case.by = By::Hand),
        case("a held key", usual(), keys("111111<", 33), "111111").also(|case| case.by = By::Hand),
        case("what a hand types has no identifier", usual(), keys("]E04006<", 90), "]E04006")
            .also(|case| case.by = By::Hand),
        case(
            "a host that was busy",
            usual(),
            {
                let mut stream = keys("400638", 8);
                stream.push((Key::Character('1'), 90));
                stream.extend(keys("333931<", 8));
                stream
            },
            "4006381333931",
        ),
        case(
            "corrected by hand",
            usual(),
            {
                let mut stream = keys("CARD-18", 150);
                stream.push((Key::Backspace, 150));
                stream.extend(keys("7<", 150));
                stream
            },
            "CARD-17",
        )
        .also(|case| case.by = By::Hand),
    ]
}

impl Case {
    fn also(mut self, change: impl FnOnce(&mut Case)) -> Case {
        change(&mut self);
        self
    }
}

#[test]
fn a_layout_is_the_scanners_and_not_the_hands() {
    let german = || settings(|settings| settings.layout = Layout::GERMAN);
    for (apart, by, text) in [(8, By::Scanner, "Y1017/Z"), (180, By::Hand, "Z1017-Y")] {
        let read = &readings(german(), &keys("Z1017-Y<", apart))[0];
        assert_eq!((read.by, read.text.as_deref()), (by, Some(text)));
    }
    let shouted = settings(|settings| settings.caps_lock = CapsLock::Letters);
    assert_eq!(readings(shouted, &keys("Ada<", 180))[0].text.as_deref(), Some("Ada"));
}

#[test]
fn a_wrong_time_is_forgotten_with_its_reading() {
    let mut wedge = Wedge::new(WedgeSettings::default());
    wedge.press(Key::Character('1'), u64::MAX);
    wedge.press(Key::Enter, u64::MAX);
    for (count, letter) in "290000000017".chars().enumerate() {
        wedge.press(Key::Character(letter), 1000 + 200 * count as u64);
    }
    let events = wedge.press(Key::Enter, 4000);
    let [WedgeEvent::Scanned(read)] = &events[..] else { panic!("{events:?}") };
    assert_eq!((read.by, read.text.as_deref()), (By::Hand, Some("290000000017")));
}

#[test]
fn recorded_streams_of_keys() {
    for case in with_aim().into_iter().chain(by_settings()) {
        let read = readings(case.settings, &case.stream);
        let [read] = &read[..] else { panic!("{}: {read:?}", case.name) };
        assert_eq!(read.text.as_deref(), Some(case.text), "{}", case.name);
        assert_eq!(read.bytes, case.text.as_bytes(), "{}", case.name);
        assert_eq!((read.symbology, read.gs1.is_some()), (case.symbology, case.gs1), "{}", case.name);
        assert_eq!((read.by, read.ended), (case.by, case.ended), "{}", case.name);
    }
}

#[test]
fn several_readings_are_told_apart() {
    // Somebody types, and scans before Enter.
    let mut stream = keys("12", 200);
    stream.push((Key::Character('4'), 400));
    stream.extend(keys("006381333931<", 8));
    let read = readings(WedgeSettings::default(), &stream);
    let told: Vec<_> = read.iter().map(|read| (read.text.as_deref(), read.by, read.ended)).collect();
    let wanted = [(Some("12"), By::Hand, End::Scan), (Some("4006381333931"), By::Scanner, End::Enter)];
    assert_eq!(told, wanted);

    // Two scans, neither of which is ended by a key.
    let mut stream = keys("CARD-17", 10);
    stream.push((Key::Character('C'), 500));
    stream.extend(keys("ARD-18", 10));
    let read = readings(WedgeSettings::default(), &stream);
    let texts: Vec<_> = read.iter().filter_map(|read| read.text.as_deref()).collect();
    assert_eq!(texts, ["CARD-17", "CARD-18"]);

    // Enter alone, line ends, F8 of the till, and what was taken back.
    let mut stream = keys("<<", 8);
    stream.extend([
        (Key::Character('\n'), 8),
        (Key::Function(8), 8),
        (Key::Function(2), 8),
        (Key::Alt('x'), 8),
    ]);
    stream.extend(keys("12", 100));
    stream.extend([(Key::Escape, 100), (Key::Enter, 100)]);
    assert!(run(WedgeSettings::default(), &stream).is_empty());
}

#[test]
fn what_is_too_long_is_told_and_not_kept() {
    let short = settings(|settings| settings.most_characters = 10);
    let mut stream = keys("12345678901234567890<", 8);
    stream.extend(keys("1234567890<", 8));
    let events = run(short, &stream);
    assert_eq!(events[0], WedgeEvent::TooLong);
    let WedgeEvent::Scanned(read) = &events[1] else { panic!("the second is short enough") };
    assert_eq!((events.len(), read.text.as_deref()), (2, Some("1234567890")));
}

/// A scanner that ends by a suffix alone ends what is too long by it, too, and isn't deaf afterwards.
#[test]
fn what_is_too_long_ends_by_its_suffix() {
    let short = settings(|settings| {
        settings.most_characters = 10;
        settings.suffix = "##".into();
        settings.ends_by_enter = false;
        settings.ends_by_tab = false;
        settings.silence = None;
    });
    let events = run(short, &keys("12345678901234567890##1234567##", 8));
    assert_eq!(events[0], WedgeEvent::TooLong);
    let WedgeEvent::Scanned(read) = &events[1] else { panic!("the second is short enough") };
    assert_eq!((events.len(), read.text.as_deref()), (2, Some("1234567")));
}

/// A QR code with line ends is one reading, where a suffix says what its end is.
#[test]
fn a_line_end_within_a_code_is_a_part_of_it() {
    let ended_by_suffix = settings(|settings| {
        settings.suffix = "~".into();
        settings.ends_by_enter = false;
    });
    let events = run(ended_by_suffix, &keys("BEGIN\nEND~", 8));
    let [WedgeEvent::Scanned(read)] = &events[..] else { panic!("one reading, not {events:?}") };
    assert_eq!((read.text.as_deref(), read.ended), (Some("BEGIN\rEND"), End::Suffix));
}

/// A clock that is put back doesn't keep a code waiting for its end, nor the next one without its kind, and makes no
/// scanner of a hand: as many keys of each kind, an hour ago.
#[test]
fn a_clock_that_is_put_back_changes_nothing() {
    const HOUR: u64 = 3_600_000;
    let alt = [Key::Alt('0'), Key::Alt('6'), Key::Alt('5')];
    let sent = |text: &str| keys(text, 8).into_iter().map(|(key, _)| key).collect::<Vec<_>>();
    let (first, code) = (sent("]E04006381333931<"), sent("]C0CARD-17"));
    for (place, by_alt) in [(0, false), (5, false), (10, false), (0, true), (1, true)] {
        let mut wedge = Wedge::new(WedgeSettings::default());
        let (mut at, mut events) = (2 * HOUR, Vec::new());
        let mut press = |wedge: &mut Wedge, key: Key, at: u64| events.extend(wedge.press(key, at));
        for key in &first {
            at += 8;
            press(&mut wedge, *key, at);
        }
        let code = if by_alt { [&alt[..], &code[3..]].concat() } else { code.clone() };
        at += 300;
        for (key, now) in code.iter().zip(0..) {
            at = if now == place { at - HOUR } else { at + 8 };
            press(&mut wedge, *key, at);
        }
        let end = wedge.next_tick().expect("it ends by silence");
        assert!(at < end && end <= at + 100, "{place}: {at} {end}");
        events.extend(wedge.tick(end));
        let texts: Vec<_> = events
            .iter()
            .map(|event| match event {
                WedgeEvent::Scanned(read) => {
                    (read.text.as_deref().unwrap_or_default(), read.symbology, read.by)
                }
                WedgeEvent::TooLong => panic!("not too long"),
            })
            .collect();
        let second = match by_alt {
            true => ("ACARD-17", None, By::Scanner),
            false => ("CARD-17", Some(Symbology::Code128), By::Scanner),
        };
        assert_eq!(texts, [("4006381333931", Some(Symbology::Ean13), By::Scanner), second], "{place}");
    }
    // A hand, whose clock is put back after the first key.
    let mut wedge = Wedge::new(WedgeSettings::default());
    let mut events = wedge.press(Key::Character('1'), 2 * HOUR);
    for (place, typed) in ('2'..='9').enumerate() {
        events.extend(wedge.press(Key::Character(typed), HOUR + 200 * place as u64));
    }
    events.extend(wedge.press(Key::Enter, HOUR + 2000));
    let [WedgeEvent::Scanned(read)] = &events[..] else { panic!("one reading, not {events:?}") };
    assert_eq!((read.by, read.text.as_deref()), (By::Hand, Some("123456789")));
}

/// Who types characters by Alt and their numbers is no scanner, however fast the digits of one come.
#[test]
fn a_hand_with_alt_is_a_hand() {
    let mut stream = Stream::new();
    for digits in ["065", "066", "067", "068", "069"] {
        stream.extend(digits.chars().zip([400, 60, 60]).map(|(digit, apart)| (Key::Alt(digit), apart)));
        stream.push((Key::Alt('x'), 60));
    }
    stream.push((Key::Enter, 400));
    let read = readings(WedgeSettings::default(), &stream);
    let [read] = &read[..] else { panic!("one reading, not {read:?}") };
    assert_eq!((read.by, read.text.as_deref()), (By::Hand, Some("ABCDE")));
}

/// Who types while a scanner on a serial line sends changes nothing of what it sends.
#[test]
fn keys_dont_get_into_a_serial_line() {
    let mut wedge = Wedge::new(WedgeSettings::default());
    let mut events = Vec::new();
    for (place, byte) in b"]E04006381333931\r".iter().enumerate() {
        events.extend(wedge.receive(*byte, 5));
        if let Some(typed) = "pay".chars().nth(place) {
            events.extend(wedge.press(Key::Character(typed), 5));
        }
    }
    events.extend(wedge.press(Key::Enter, 200));
    let read = events.iter().map(|event| match event {
        WedgeEvent::Scanned(read) => (read.text.as_deref().unwrap_or_default(), read.symbology),
        WedgeEvent::TooLong => panic!("not too long"),
    });
    assert_eq!(read.collect::<Vec<_>>(), [("4006381333931", Some(Symbology::Ean13)), ("pay", None)]);
}

#[test]
fn a_serial_line_is_the_same() {
    let mut wedge = Wedge::new(WedgeSettings::default());
    let mut events = Vec::new();
    // Bytes come in blocks, each all at once.
    let blocks: [&[u8]; 4] = [b"]E04006381333931\r\n", b"]Q1caf\xc3\xa9\r\n", b"]Q1\xff\xfe\r\n", b"]C1"];
    for (block, at) in blocks.into_iter().zip([5, 305, 605, 905]) {
        events.extend(block.iter().flat_map(|byte| wedge.receive(*byte, at)));
    }
    events.extend(b"10A\x1d2112".iter().flat_map(|byte| wedge.receive(*byte, 905)));
    assert_eq!(wedge.next_tick(), Some(1005));
    assert!(wedge.tick(1004).is_empty());
    events.extend(wedge.tick(1005));
    let told: Vec<_> = events
        .iter()
        .map(|event| match event {
            WedgeEvent::Scanned(read) => (read.bytes.clone(), read.text.clone(), read.symbology, read.by),
            WedgeEvent::TooLong => panic!("not too long"),
        })
        .collect();
    let some = |text: &str| Some(text.to_string());
    let wanted = [
        (b"4006381333931".to_vec(), some("4006381333931"), Some(Symbology::Ean13), By::Scanner),
        ("café".as_bytes().to_vec(), some("café"), Some(Symbology::Qr), By::Scanner),
        (b"\xff\xfe".to_vec(), None, Some(Symbology::Qr), By::Scanner),
        (b"10A\x1d2112".to_vec(), some("10A\u{1d}2112"), Some(Symbology::Code128), By::Scanner),
    ];
    assert_eq!(told, wanted);
}

/// What was typed before a Backspace was typed by a hand, and says nothing of what comes after it; but for one that comes as
/// fast as a code's other keys, which the code has in it.
#[test]
fn what_takes_back_is_a_hand() {
    let back = |keys: usize| vec![(Key::Backspace, 20); keys];
    // Fast keys that are taken back don't make a scanner of slow ones.
    let slow = [keys("11111", 20), back(5), keys("]C1234<", 90)].concat();
    let read = readings(settings(|_| ()), &slow);
    let [read] = &read[..] else { panic!("{read:?}") };
    assert_eq!((read.text.as_deref(), read.by, read.symbology), (Some("]C1234"), By::Hand, None));
    // What is left of a code stays one.
    let left = [keys("111111", 20), back(3), keys("23<", 20)].concat();
    assert_eq!(readings(settings(|_| ()), &left)[0].by, By::Scanner);
    let by_hand = [keys("1111", 90), back(3), keys("234567<", 90)].concat();
    assert_eq!(readings(settings(|_| ()), &by_hand)[0].by, By::Hand);
    // A scan after it is one.
    let scan = [keys("12", 200), back(1), keys("]E04006381333931<", 8)].concat();
    let read = readings(settings(|_| ()), &scan);
    let told: Vec<_> = read.iter().map(|read| (read.text.as_deref(), read.by)).collect();
    assert_eq!(told, [(Some("1"), By::Hand), (Some("4006381333931"), By::Scanner)]);
}

/// The host was busy between the first keys of a scan.
#[test]
fn a_pause_behind_the_first_key_splits_no_scan() {
    let paused = |text: &str, behind: usize| {
        let mut stream = keys(text, 8);
        stream[behind].1 = 90;
        stream
    };
    for behind in [1, 2, 5] {
        let read = readings(settings(|_| ()), &paused("]E04006381333931<", behind));
        let told: Vec<_> = read.iter().map(|read| (read.text.as_deref(), read.symbology, read.by)).collect();
        assert_eq!(told, [(Some("4006381333931"), Some(Symbology::Ean13), By::Scanner)], "{behind}");
    }
    let prefixed =
        readings(settings(|settings| settings.prefix = "~~".into()), &paused("~~4006381333931<", 1));
    assert_eq!(prefixed[0].text.as_deref(), Some("4006381333931"));
    // A key that no scan begins with is a hand's.
    let read = readings(settings(|_| ()), &paused("x]E04006381333931<", 1));
    assert_eq!(read.iter().map(|read| read.by).collect::<Vec<_>>(), [By::Hand, By::Scanner]);
}

fn any_key() -> impl Strategy<Value = Key> {
    prop_oneof![
        8 => any::<char>().prop_map(Key::Character),
        8 => "[\\]A-Za-z0-9]".prop_map(|text| Key::Character(text.chars().next().unwrap_or('0'))),
        1 => any::<char>().prop_map(Key::Control),
        2 => proptest::char::range('0', ':').prop_map(Key::Alt),
        1 => any::<u8>().prop_map(Key::Function),
        1 => Just(Key::Function(8)),
        1 => prop_oneof![Just(Key::Enter), Just(Key::Tab), Just(Key::Backspace), Just(Key::Escape)],
    ]
}

proptest! {
    /// No keys, in whatever order and at whatever times, make it panic or keep more than it may.
    #[test]
    fn any_keys(
        stream in proptest::collection::vec((any_key(), prop_oneof![0..20_u64, 40..200_u64, any::<u64>()]), 0..200),
        layout in prop_oneof![Just(Layout::US), Just(Layout::GERMAN), Just(Layout::FRENCH)],
        caps_lock in prop_oneof![Just(CapsLock::ByAim), Just(CapsLock::Letters), Just(CapsLock::AllKeys)],
        prefix in "[a-c]{0,1}", suffix in "[a-c]{0,2}", most_characters in 0..40_usize,
    ) {
        let settings = WedgeSettings { layout, caps_lock, prefix, suffix, most_characters, ..Default::default() };
        let mut wedge = Wedge::new(settings);
        for (key, at) in stream {
            for event in wedge.press(key, at) {
                if let WedgeEvent::Scanned(read) = event {
                    prop_assert!(!read.bytes.is_empty());
                    prop_assert!(read.bytes.len() <= most_characters.saturating_mul(4));
                }
            }
            prop_assert!(wedge.keyboard.typed.len().max(wedge.serial.typed.len()) <= most_characters);
            wedge.receive(at.to_le_bytes()[0], at);
        }
    }

}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// What a scanner types is read as it was, whichever layout the host has, and at whatever pace it types.
    #[test]
    fn what_is_typed_is_what_is_read(
        text in "[!-~]{4,40}", apart in 0..=30_u64,
        layout in prop_oneof![Just(Layout::US), Just(Layout::UK), Just(Layout::GERMAN), Just(Layout::FRENCH)],
    ) {
        let (mut wedge, mut typed) = (Wedge::new(settings(|settings| {
            (settings.layout, settings.aim) = (layout, false);
        })), Vec::new());
        for sent in text.chars() {
            // What the host makes of it: the character from which it is put back.
            let made = (' '..'\u{2ff}').find(|made| layout.repair(*made, CapsLock::Off) == sent
                && layout.repair(sent, CapsLock::Off) != sent || *made == sent
                && layout.repair(sent, CapsLock::Off) == sent);
            typed.push(made.unwrap_or(sent));
        }
        // Shift and `²` make nothing in France, and there a `~` can't be sent.
        prop_assume!(!(layout == Layout::FRENCH && text.contains('~')));
        let mut at = 0;
        for key in typed {
            prop_assert!(wedge.press(Key::Character(key), at).is_empty());
            at = apart.saturating_add(at);
        }
        let events = wedge.press(Key::Enter, at);
        let read: Vec<String> = events.into_iter().filter_map(|event| match event {
            WedgeEvent::Scanned(read) if read.by == By::Scanner => read.text,
            _ => None,
        }).collect();
        prop_assert_eq!(read, [text]);
    }
}

/// A code may have in it whatever ends a code, or takes something back. None of it passes for what was typed, and none
/// says of itself which symbology it is.
#[test]
fn a_code_types_nothing() {
    let codes = [
        "x\u{1b}pay card 4.20<",
        "x\u{8}pay card 4.20<",
        "]Q1x\u{1b}pay card 4.20x\u{8}<",
        "]Q1pay card 4.20x\u{8}<",
        "]Q1x\u{1b}\u{1b}pay<",
        "]Q1x<pay<",
        "]Q1x<p<",
        "]Q1abcd<<pay<",
        "]Q1abcd\u{8}\u{8}\u{8}\u{8}\u{8}\u{8}\u{8}]E02100042012509<",
        "]Q1abcd<]E02100042012509<",
        "]Q1x\u{1b}]E02100042012509<",
        "]Q1a#]E02100042012509<",
        "]Q1a\u{1b}b\u{1b}c<",
    ];
    let with_suffix = |settings: &mut WedgeSettings| settings.suffix = "#".into();
    let with_prefix = |settings: &mut WedgeSettings| settings.prefix = "]Q1".into();
    let stream = |code: &str, apart| -> Stream {
        let key = |letter| match letter {
            '<' => Key::Enter,
            '\u{8}' => Key::Backspace,
            '\u{1b}' => Key::Escape,
            other => Key::Character(other),
        };
        code.chars().map(|letter| (key(letter), apart)).collect()
    };
    for code in codes {
        for settings in [settings(|_| ()), settings(with_suffix), settings(with_prefix)] {
            for apart in [1, 8, 16, 30] {
                for read in readings(settings.clone(), &stream(code, apart)) {
                    assert_eq!(read.by, By::Scanner, "{code:?}: {read:?}");
                    assert_ne!(read.symbology, Some(Symbology::Ean13), "{code:?}: {read:?}");
                }
            }
        }
    }
    // On a serial line, too; and what is scanned a moment later is whole.
    let mut wedge = Wedge::new(WedgeSettings::default());
    let (mut at, mut read) = (0, Vec::new());
    for (sent, pause) in [("]Q1x\r]E02100042012509\r\n", 1), ("]E04006381333931\r\n", 200)] {
        at += pause;
        for byte in sent.bytes() {
            at += 1;
            read.extend(wedge.receive(byte, at));
        }
    }
    let kinds = read.into_iter().map(|event| match event {
        WedgeEvent::Scanned(read) => read.symbology,
        WedgeEvent::TooLong => None,
    });
    assert_eq!(kinds.collect::<Vec<_>>(), [Some(Symbology::Qr), None, Some(Symbology::Ean13)]);
    // A hand corrects itself, and goes on at once after a scan.
    let mut typed = keys("]E04006381333931<", 8);
    typed.extend(stream("pax\u{8}y\u{1b}pay<", 120));
    let by = readings(settings(|_| ()), &typed).into_iter().map(|read| (read.by, read.text));
    let wanted = [(By::Scanner, Some("4006381333931".to_string())), (By::Hand, Some("pay".to_string()))];
    assert_eq!(by.collect::<Vec<_>>(), wanted);
}
