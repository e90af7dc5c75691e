//! Keys with their pauses, as a scanner that is a keyboard or on a serial line sends them. No more comes out than went
//! in, and whatever came before, what is scanned after a silence is read.
//!
//! The first byte says how the scanner is set; then come a pause and a key, again and again.

use regulars::adapter::wedge::{By, CapsLock, Key, Layout, Wedge, WedgeEvent, WedgeSettings};

/// Letters that European keyboards have.
const LETTERS: [char; 8] = ['ß', 'ö', '°', '€', 'é', '§', '\u{feff}', '😀'];

pub fn run(bytes: &[u8]) {
    let Some((set, keys)) = bytes.split_first() else { return };
    let settings = settings(*set);
    let is_serial = set & 0x10 != 0;
    let mut wedge = Wedge::new(settings.clone());
    let (mut at, mut pressed, mut read) = (0_u64, 0, 0);
    for pair in keys.as_chunks::<2>().0 {
        let [pause, key] = *pair;
        // The longest pause is longer than any silence.
        at += if pause == 255 { 5_000 } else { u64::from(pause) };
        let events = if is_serial { wedge.receive(key, at) } else { wedge.press(key_of(key), at) };
        pressed += 1;
        read += characters(&events, &settings);
        assert!(read <= pressed, "more was read than was pressed");
    }
    at += 10_000;
    read += characters(&wedge.tick(at), &settings);
    assert!(read <= pressed, "more was read than was pressed");
    assert_eq!(wedge.next_tick(), None);
    is_read(wedge, &settings, is_serial, at);
}

fn settings(set: u8) -> WedgeSettings {
    let mut settings = WedgeSettings::default();
    settings.layout = if set & 1 == 0 { Layout::US } else { Layout::GERMAN };
    settings.caps_lock = if set & 2 == 0 { CapsLock::ByAim } else { CapsLock::Off };
    settings.ends_by_enter = set & 4 == 0;
    if set & 8 != 0 {
        settings.suffix = "#%".into();
    }
    if set & 0x20 != 0 {
        settings.prefix = "7".into();
    }
    settings.most_characters = if set & 0x40 == 0 { 40 } else { 14 };
    settings.aim = set & 0x80 == 0;
    settings
}

fn key_of(byte: u8) -> Key {
    match byte {
        b'\r' => Key::Enter,
        b'\t' => Key::Tab,
        0x08 => Key::Backspace,
        0x1b => Key::Escape,
        0..0x80 => Key::Character(char::from(byte)),
        0x80..0xc0 => Key::Control(char::from(byte - 0x80 + 0x40)),
        0xc0..0xd8 => Key::Function(byte - 0xc0 + 1),
        0xd8..0xe2 => Key::Alt(char::from(byte - 0xd8 + b'0')),
        _ => Key::Character(*LETTERS.get(usize::from(byte % 8)).unwrap()),
    }
}

/// How many characters events have.
fn characters(events: &[WedgeEvent], settings: &WedgeSettings) -> usize {
    let count = |event: &WedgeEvent| match event {
        WedgeEvent::Scanned(scanned) => {
            assert!(!scanned.bytes.is_empty());
            assert_eq!(scanned.text.as_deref(), std::str::from_utf8(&scanned.bytes).ok());
            let count = String::from_utf8_lossy(&scanned.bytes).chars().count();
            assert!(count <= settings.most_characters);
            count
        }
        _ => 0,
    };
    events.iter().map(count).sum()
}

fn is_read(mut wedge: Wedge, settings: &WedgeSettings, is_serial: bool, at: u64) {
    const CODE: &str = "4006381333931";
    let mut at = at;
    let mut events = Vec::new();
    // The French alone have digits elsewhere.
    for digit in [&settings.prefix, CODE].concat().chars() {
        at += 8;
        events.extend(match is_serial {
            true => wedge.receive(u8::try_from(digit).unwrap(), at),
            false => wedge.press(Key::Character(digit), at),
        });
    }
    events.extend(wedge.tick(at + 200));
    let [WedgeEvent::Scanned(scanned)] = events.as_slice() else { panic!("{events:?}") };
    assert_eq!((scanned.text.as_deref(), scanned.by), (Some(CODE), By::Scanner));
}
