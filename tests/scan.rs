//! Pictures that are made and spoiled here, and read.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    clippy::float_arithmetic,
    clippy::cast_possible_truncation,
    clippy::cast_possible_wrap,
    clippy::cast_sign_loss,
    reason = "in the helpers, as in the tests, what goes wrong fails the test"
)]

#[path = "../examples/scan/made.rs"]
mod made;

use std::time::Duration;

use cpu_time::ThreadTime;
use made::{Canvas, Chance, Place, Symbol};
use qrcode::bits::Bits;
use qrcode::{EcLevel, QrCode, Version};
use regulars::adapter::scan::{
    Confidence, FaultyFrames, Frame, FrameSource, Hint, Options, Picture, Reading, Scanner, Stage,
    StillFrames, Stream, StreamOptions, Wanted,
};
use regulars::code::Symbology;

const TEXT: &str = "https://example.com/card/000123456789";

/// Debug builds are many times slower than what is measured.
const BUDGET: Duration = Duration::from_secs(if cfg!(debug_assertions) { 20 } else { 1 });

fn read(canvas: &Canvas, symbologies: &[Symbology]) -> Vec<Reading> {
    let options = Options { symbologies: symbologies.to_vec(), budget: BUDGET, ..Options::default() };
    let picture = Picture::new(&canvas.pixels, canvas.width, canvas.height).expect("a made picture is one");
    Scanner::new(options).read(&picture).readings
}

fn upright(wide: f64) -> Place {
    Place { x: 160.0, y: 150.0, wide, degrees: 0.0, black: 30, white: 220 }
}

#[test]
fn qr_codes_are_read_inverted_mirrored_turned_blurred_and_in_noise() {
    let turned = |degrees| (Symbol::qr(TEXT), Place { degrees, ..upright(150.0) });
    let mut pictures = vec![
        ("inverted", (Symbol::qr(TEXT).inverted(), upright(150.0))),
        ("mirrored", (Symbol::qr(TEXT).mirrored(), upright(150.0))),
        ("small", (Symbol::qr(TEXT), upright(66.0))),
        ("pale", (Symbol::qr(TEXT), Place { black: 120, white: 165, ..upright(150.0) })),
    ];
    for degrees in [0.0, 17.0, 45.0, 90.0, 180.0, 270.0] {
        pictures.push(("turned", turned(degrees)));
    }
    let mut chance = Chance::new(1);
    for (name, (symbol, place)) in pictures {
        let mut canvas = Canvas::plain(320, 300, 128);
        canvas.draw(&symbol, place);
        for canvas in [canvas.clone(), canvas.blurred(1).noisy(8, &mut chance)] {
            let readings = read(&canvas, &[Symbology::Qr]);
            let [reading] = readings.as_slice() else { panic!("{name}: {} {readings:?}", place.degrees) };
            assert_eq!((reading.text.as_deref(), reading.aim.bytes()), (Some(TEXT), *b"]Q1"), "{name}");
            assert_eq!((reading.bytes.as_slice(), reading.confidence), (TEXT.as_bytes(), Confidence::Sound));
            let middle = reading.corners.iter().fold((0, 0), |(x, y), corner| (x + corner.x, y + corner.y));
            let off =
                (f64::from(middle.0) / 4.0 - place.x).abs().max((f64::from(middle.1) / 4.0 - place.y).abs());
            assert!(off < 6.0, "{name}: {off} from its place");
        }
    }
}

#[test]
fn a_bent_code_is_read() {
    let mut canvas = Canvas::plain(320, 300, 128);
    canvas.draw(&Symbol::qr(TEXT), upright(200.0));
    // A wave that goes up and down from the left to the right side, by up to two thirds of a module.
    let mut stages = Vec::new();
    for most in [2.0, 3.0, 4.0, 4.6] {
        let bent = |y: usize, x: usize| {
            let wave = ((x as f64 - 60.0) / 200.0 * std::f64::consts::TAU).sin() * most;
            canvas.pixels[(y as f64 + wave).clamp(0.0, 299.0) as usize * 320 + x]
        };
        let pixels = (0..300).flat_map(|y| (0..320).map(move |x| (y, x))).map(|(y, x)| bent(y, x)).collect();
        let readings = read(&Canvas { pixels, width: 320, height: 300 }, &[Symbology::Qr]);
        println!("{most}: {:?}", readings.first().map(|reading| reading.stage));
        assert_eq!(readings.first().and_then(|reading| reading.text.as_deref()), Some(TEXT), "{most}");
        stages.extend(readings.first().map(|reading| reading.stage));
    }
    assert!(stages.contains(&Stage::Bent), "{stages:?}");
}

#[test]
fn all_codes_of_a_picture_are_read_once_each() {
    let mut canvas = Canvas::plain(900, 1_000, 128);
    for (at, text) in ["one", "two", "three", "four"].iter().enumerate() {
        let (x, y) = ((at % 2) as f64 * 420.0 + 200.0, (at / 2) as f64 * 330.0 + 170.0);
        canvas.draw(&Symbol::qr(text), Place { x, y, ..upright(130.0 + at as f64 * 20.0) });
    }
    let ean = Place { x: 410.0, y: 830.0, ..upright(300.0) };
    canvas.draw(&Symbol::ean_13(b"4006381333931"), ean);
    let options = Options { wanted: Wanted::All { most: 9 }, budget: BUDGET, ..Options::default() };
    let picture = Picture::new(&canvas.pixels, 900, 1_000).expect("a made picture is one");
    let scan = Scanner::new(options).read(&picture);
    let mut texts: Vec<_> = scan.readings.iter().filter_map(|reading| reading.text.as_deref()).collect();
    texts.sort_unstable();
    assert_eq!(texts, ["4006381333931", "four", "one", "three", "two"]);
}

#[test]
fn text_is_given_where_it_is_certain() {
    let draw = |code: &QrCode| {
        let black = code.to_colors().iter().map(|color| color.select(true, false)).collect();
        let mut canvas = Canvas::plain(320, 300, 220);
        let place = Place { black: 20, white: 220, ..upright(150.0) };
        canvas.draw(&Symbol { black, wide: code.width(), tall: code.width() }, place);
        read(&canvas, &[Symbology::Qr]).pop().expect("a clean code is read")
    };
    // Shift JIS or Latin-1? Nobody can tell.
    let guess = draw(&QrCode::new(b"\x83\x82\x83\x6f ABC").expect("it fits"));
    assert_eq!(
        (guess.text, guess.bytes.as_slice(), guess.aim.bytes()),
        (None, &b"\x83\x82\x83\x6f ABC"[..], *b"]Q1")
    );
    let utf_8 = draw(&QrCode::new("Grüße").expect("it fits"));
    assert_eq!(utf_8.text.as_deref(), Some("Grüße"));
    let declared = |eci: u32, bytes: &[u8]| {
        let mut bits = Bits::new(Version::Normal(2));
        bits.push_eci_designator(eci).expect("it fits");
        bits.push_byte_data(bytes).expect("it fits");
        bits.push_terminator(EcLevel::M).expect("it fits");
        draw(&QrCode::with_bits(bits, EcLevel::M).expect("it fits"))
    };
    let latin = declared(3, b"Gr\xfc\xdfe");
    assert_eq!((latin.text.as_deref(), latin.aim.bytes()), (Some("Grüße"), *b"]Q2"));
    assert_eq!(declared(26, "Grüße".as_bytes()).text.as_deref(), Some("Grüße"));
}

#[test]
fn a_code_in_the_place_of_another_in_a_still_picture_is_given() {
    let shown = |text: &str| {
        let mut canvas = Canvas::plain(1920, 1080, 128);
        canvas.draw(&Symbol::qr(text), Place { x: 960.0, y: 540.0, ..upright(80.0) });
        canvas
    };
    for number in 0..6 {
        let (ada, bob) = (format!("CARD-{number:06}"), format!("CARD-{:06}", number + 100));
        let mut played = Played::new();
        played.play(&[shown(&ada)], 12);
        played.play(&[shown(&bob)], 18);
        let given: Vec<_> = played.given.iter().map(|(_, text)| text.clone()).collect();
        assert_eq!(given, [ada, bob]);
    }
}

/// A stream that is given a picture again and again; says when a code came of it.
struct Played {
    stream: Stream,
    at: Duration,
    given: Vec<(Duration, String)>,
}

impl Played {
    fn new() -> Self {
        let mut options = StreamOptions::default();
        options.scan.budget = BUDGET;
        Self { stream: Stream::new(options), at: Duration::ZERO, given: Vec::new() }
    }

    fn play(&mut self, canvases: &[Canvas], frames: usize) -> Vec<Hint> {
        let mut hints = Vec::new();
        for canvas in canvases.iter().cycle().take(frames) {
            let picture = Picture::new(&canvas.pixels, canvas.width, canvas.height).expect("made");
            let seen = self.stream.frame(&picture, self.at);
            self.given
                .extend(seen.readings.into_iter().map(|reading| (self.at, reading.text.unwrap_or_default())));
            hints = seen.hints;
            self.at += Duration::from_millis(100);
        }
        hints
    }
}

fn counter(symbol: Option<&Symbol>, seed: u64) -> Canvas {
    let mut chance = Chance::new(seed);
    let mut canvas = Canvas::plain(640, 480, 100);
    if let Some(symbol) = symbol {
        canvas.draw(symbol, Place { x: 300.0 + seed as f64 * 12.0, y: 240.0, ..upright(230.0) });
    }
    canvas.blurred(1).noisy(4, &mut chance)
}

#[test]
fn a_code_is_given_once_and_again_when_it_was_away() {
    let (code, other) = (Symbol::qr("card 1"), Symbol::qr("card 2"));
    let moving: Vec<_> = (0..3).map(|seed| counter(Some(&code), seed)).collect();
    let others: Vec<_> = (0..3).map(|seed| counter(Some(&other), seed)).collect();
    let empty: Vec<_> = (0..3).map(|seed| counter(None, seed)).collect();
    let texts =
        |played: &Played| -> Vec<String> { played.given.iter().map(|(_, text)| text.clone()).collect() };
    let mut played = Played::new();
    played.play(&moving, 20);
    assert_eq!(texts(&played), ["card 1"], "in view for two seconds");
    // Another one doesn't wait for the pause of the first.
    played.play(&others, 4);
    assert_eq!(texts(&played), ["card 1", "card 2"]);
    // Away for a moment: no second scan; for longer: one.
    played.play(&empty, 2);
    played.play(&others, 4);
    assert_eq!(texts(&played), ["card 1", "card 2"]);
    played.play(&empty, 8);
    played.play(&others, 4);
    assert_eq!(texts(&played), ["card 1", "card 2", "card 2"]);
    played.play(&others, 35);
    assert_eq!(texts(&played).len(), 3, "in view for long");
    // Away and back within its pause: the second scan comes when the pause is over.
    played.play(&empty, 9);
    played.play(&others, 1);
    played.play(&empty, 9);
    let (first, before) = (played.at, played.given.len());
    played.play(&others, 9);
    let again: Vec<_> = played.given[before..].iter().map(|(at, _)| *at - first).collect();
    assert_eq!(again, [Duration::from_millis(500)]);
    // What lies still on the counter isn't scanned again and again, even if nothing is looked at any more.
    let mut still = Played::new();
    still.play(&moving[..1], 60);
    assert_eq!(texts(&still), ["card 1"]);
    let seen = still.stream.frame(&Picture::new(&moving[0].pixels, 640, 480).expect("made"), still.at);
    assert!(seen.is_unchanged && seen.readings.is_empty());
    still.play(&moving, 6);
    assert_eq!(texts(&still), ["card 1"], "it only moved");
    // An empty counter that lies as still doesn't keep in view what was taken away before.
    still.play(&empty[..1], 60);
    still.play(&moving, 4);
    assert_eq!(texts(&still), ["card 1", "card 1"], "away for six seconds");
    // Where frames come slowly, or not for a while, a code may have stayed between them.
    let mut slow = Played::new();
    for canvas in moving.iter().cycle().take(12) {
        slow.play(std::slice::from_ref(canvas), 1);
        slow.at += Duration::from_millis(1500);
    }
    assert_eq!(texts(&slow), ["card 1"]);
    slow.play(&empty, 8);
    slow.play(&moving, 2);
    assert_eq!(texts(&slow), ["card 1", "card 1"], "it was away");
}

/// A clock that is put back by an hour doesn't keep a code from being given again for an hour, nor gives one twice.
#[test]
fn a_clock_that_is_put_back_changes_nothing() {
    let moving: Vec<_> = (0..3).map(|seed| counter(Some(&Symbol::qr("card 1")), seed)).collect();
    let empty: Vec<_> = (0..3).map(|seed| counter(None, seed)).collect();
    let mut played = Played::new();
    played.at = Duration::from_secs(7200);
    played.play(&moving, 20);
    played.at -= Duration::from_secs(3600);
    played.play(&moving, 20);
    assert_eq!(played.given.len(), 1, "in view all the time");
    played.play(&empty, 10);
    played.at -= Duration::from_secs(3599);
    played.play(&empty, 8);
    played.play(&moving, 4);
    assert_eq!(played.given.len(), 2, "it was away");
}

#[test]
fn linear_codes_are_read_in_frames_and_hints_say_what_is_wrong() {
    let moving: Vec<_> = (0..3).map(|seed| counter(Some(&Symbol::ean_13(b"4006381333931")), seed)).collect();
    let mut played = Played::new();
    played.play(&moving, 8);
    assert_eq!(played.given.iter().map(|(_, text)| text.as_str()).collect::<Vec<_>>(), ["4006381333931"]);
    assert_eq!(Played::new().play(&[Canvas::plain(640, 480, 9)], 1), [Hint::Dark]);
    let blurred = counter(Some(&Symbol::qr(TEXT)), 0).blurred(30);
    assert_eq!(Played::new().play(&[blurred], 1), [Hint::Blurred]);
    let mut glare = counter(None, 0);
    glare.pixels[640 * 100..640 * 140].fill(255);
    assert_eq!(Played::new().play(&[glare], 1).first(), Some(&Hint::Glare));
}

#[test]
fn a_camera_that_spoils_frames_is_endured() {
    let frames = |count: u64| -> Vec<Frame> {
        let frame = |seed| {
            let canvas = counter(Some(&Symbol::qr("card 1")), seed % 5);
            Frame { pixels: canvas.pixels, width: canvas.width, height: canvas.height, at: Duration::ZERO }
        };
        (0..count).map(frame).collect()
    };
    let (mut given, mut errors, mut spoiled) = (0, 0, 0);
    for seed in 0..4 {
        let still = StillFrames::new(frames(16), Duration::from_millis(50));
        let mut source = FaultyFrames::new(still, seed, 3);
        let mut options = StreamOptions::default();
        options.scan.budget = BUDGET;
        let mut stream = Stream::new(options);
        let mut frame = Frame::default();
        loop {
            match source.next_frame(&mut frame) {
                Ok(false) => break,
                Err(_) => errors += 1,
                Ok(true) => match frame.picture() {
                    Ok(picture) => given += stream.frame(&picture, frame.at).readings.len(),
                    Err(_) => spoiled += 1,
                },
            }
        }
    }
    assert_eq!(given, 4, "once in each stream");
    assert!(errors > 0 && spoiled > 0, "{errors} errors, {spoiled} cut off");
}

/// Something that isn't a picture of anything, or was one.
fn wild(chance: &mut Chance) -> Canvas {
    let side = |chance: &mut Chance| match chance.between(0, 11) {
        0 => chance.between(1, 8),
        1..=8 => chance.between(8, 400),
        9..=10 => chance.between(400, 1_200),
        _ => chance.between(1_200, 4_096),
    } as usize;
    let (width, height) = (side(chance), side(chance));
    let mut canvas = Canvas::plain(width, height, 128);
    match chance.between(0, 4) {
        0 => canvas.pixels.iter_mut().for_each(|pixel| *pixel = chance.next() as u8),
        1 => canvas
            .pixels
            .iter_mut()
            .for_each(|pixel| *pixel = if chance.between(0, 1) == 0 { 0 } else { 255 }),
        2 => {
            // Finder patterns all over.
            let symbol = Symbol::qr("x");
            for _ in 0..chance.between(1, 30) {
                let (x, y) =
                    (chance.between(0, width as i64) as f64, chance.between(0, height as i64) as f64);
                let (wide, degrees) = (chance.between(20, 120) as f64, chance.between(0, 360) as f64);
                canvas.draw(&symbol, Place { x, y, wide, degrees, black: 20, white: 230 });
            }
        }
        3 => {
            // Stripes, as wide as the chance has it.
            let (wide, slant) = (chance.between(1, 9) as usize, chance.between(0, 3) as usize);
            for (at, pixel) in canvas.pixels.iter_mut().enumerate() {
                *pixel = if (at % width + at / width * slant) / wide % 2 == 0 { 10 } else { 240 };
            }
        }
        _ => {
            let (symbol, wide) = (Symbol::qr(TEXT), width.min(height) as f64);
            canvas.draw(&symbol, Place { x: width as f64 / 2.0, y: height as f64 / 2.0, ..upright(wide) });
            let start = chance.between(0, canvas.pixels.len() as i64 - 1) as usize;
            canvas.pixels[start..].iter_mut().for_each(|pixel| *pixel ^= (chance.next() & 0x3f) as u8);
        }
    }
    canvas
}

/// `REGULARS_SCAN_CASES` says how many; 100,000 is the long form, and `REGULARS_SCAN_FIRST` says which is the first.
/// A debug build only sees whether it panics.
#[test]
fn whatever_comes_is_answered_within_the_budget() {
    let number = |name: &str| std::env::var(name).ok().and_then(|number| number.parse().ok());
    let first = number("REGULARS_SCAN_FIRST").unwrap_or(0_u64);
    let cases = number("REGULARS_SCAN_CASES").unwrap_or(if cfg!(debug_assertions) { 60 } else { 300_u64 });
    // A panic that is caught is silent, as a program has it; to print where it was takes longer than a budget.
    let hook = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        if !regulars::adapter::scan::is_guarded() {
            hook(panic);
        }
    }));
    let (mut worst, mut late) = (Duration::ZERO, Vec::new());
    for case in (first..).take(usize::try_from(cases).unwrap()) {
        // Short budgets end in the middle of all stages; one in eight is that of a frame.
        let budget = Duration::from_millis([40, 3, 6, 1, 10, 4, 2, 8][usize::try_from(case % 8).unwrap()]);
        let mut chance = Chance::new(case);
        let canvas = wild(&mut chance);
        let wanted = if case % 2 == 0 { Wanted::First } else { Wanted::All { most: 9 } };
        let symbologies = Symbology::ALL.to_vec();
        let scanner = Scanner::new(Options { symbologies, budget, wanted, ..Options::default() });
        let picture = Picture::new(&canvas.pixels, canvas.width, canvas.height).expect("made");
        let start = ThreadTime::now();
        let scan = scanner.read(&picture);
        let took = start.elapsed();
        worst = worst.max(took.saturating_sub(budget));
        if took > budget + Duration::from_millis(20) && !cfg!(debug_assertions) {
            let (width, height) = (canvas.width, canvas.height);
            late.push(format!(
                "case {case}, {width} x {height}, took {took:?} of {budget:?}: {:?}",
                scan.stages
            ));
        }
    }
    println!("{cases} pictures, at most {worst:?} over the budget, {} more than 20 ms", late.len());
    assert!(late.is_empty(), "{late:#?}");
}
