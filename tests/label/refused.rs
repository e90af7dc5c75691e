//! What can't be made is refused, and it is said what to do.

use regulars::adapter::label::{
    Design, DrawError, PrintedCard, Resolution, Size, Symbol, SymbolError, Typeface, TypefaceError,
};
use regulars::code::Symbology;

use std::time::{Duration, Instant};

#[test]
fn a_text_that_its_symbology_cannot_hold_is_refused_by_name() {
    let unfit = [
        (Symbology::Ean13, "29000000001"),
        (Symbology::Ean13, "29000000000180"),
        (Symbology::Ean13, "2900000000O1"),
        (Symbology::Ean8, ""),
        (Symbology::Code39, "lower"),
        (Symbology::Code93, "Ä"),
        (Symbology::Code128, "Zoë"),
        (Symbology::Code128, ""),
        (Symbology::Itf, "123"),
        (Symbology::Codabar, "A12"),
        (Symbology::Codabar, "12E4"),
        (Symbology::Qr, ""),
    ];
    for (symbology, text) in unfit {
        let error = Symbol::new(symbology, text).unwrap_err();
        assert!(
            matches!(error, SymbolError::Unfit { symbology: named, .. } if named == symbology),
            "{error}"
        );
        let told = format!("{error} {error:?}");
        assert!(told.contains("it takes "), "{told}");
        // It may be a token or a card's number, and errors get into logs.
        assert!(text.len() < 4 || !told.contains(text), "{told}");
    }
    assert!(Symbol::new(Symbology::Qr, &"x".repeat(2331)).is_ok());
    assert!(Symbol::new(Symbology::Qr, &"x".repeat(2332)).is_err());
    let wrong = Symbol::new(Symbology::UpcA, "036000291453");
    assert!(wrong.as_ref().is_err_and(|error| !format!("{error} {error:?}").contains("036000")));
    assert_eq!(wrong, Err(SymbolError::CheckDigit { symbology: Symbology::UpcA, expected: '2' }));
    let not_made = Symbol::new(Symbology::UpcE, "01234565");
    assert_eq!(not_made, Err(SymbolError::NotMade { symbology: Symbology::UpcE }));
}

/// An EAN-13 at 80 % is 29.9 mm wide; with dots of a 300th of an inch its modules have four, and it is 38.3 mm.
#[test]
fn a_card_too_small_for_its_code_at_that_resolution_is_refused_and_a_finer_printer_is_not() {
    let symbol = Symbol::new(Symbology::Ean13, "290000000001").unwrap();
    let card = PrintedCard { symbol: &symbol, name: "", caption: "" };
    let label = Size::from_um(38_100, 21_200);
    let error = Design::new(label, Resolution::DPI_300).draw(&card).unwrap_err();
    let DrawError::TooSmall { needed, room, .. } = &error else { panic!("{error}") };
    assert!(needed.width > room.width && needed.width.um() == 38_270, "{error}");
    assert!(error.to_string().ends_with("take a shorter text, a larger card or a finer printer"), "{error}");
    assert!(Design::new(label, Resolution::DPI_600).draw(&card).is_ok());
    let low = Design::new(Size::from_um(80_000, 8_000), Resolution::DPI_300).shop("The Shop").draw(&card);
    assert!(matches!(low, Err(DrawError::TooSmall { .. })), "{low:?}");
}

#[test]
fn a_letter_that_no_typeface_has_is_named_and_letters_of_europe_are_not() {
    let symbol = Symbol::new(Symbology::Qr, "0").unwrap();
    let design = Design::new(Size::CR80, Resolution::DPI_203);
    let draw = |name| design.draw(&PrintedCard { symbol: &symbol, name, caption: "" });
    let europe =
        "Þórður Őrsi Ştefan Șerban Ģirts Łukasz Żaneta Đorđe Čapek Ñuño İbrahim Åse Œuvre Ħal Ηλίας Ё Ґ Љ Ў";
    assert!(draw(europe).is_ok());
    assert!(
        draw("e\u{301}\u{200d}\u{ad}\u{fe0f}").is_ok(),
        "marks are joined, and what has no shape is left out"
    );
    assert_eq!(
        draw("李").unwrap_err().to_string(),
        "the typeface has no '李' (U+674E): give one that has it"
    );
    assert_eq!(Typeface::new(b"no typeface".as_slice()).unwrap_err(), TypefaceError);
    let error = Design::new(Size::CR80, Resolution::DPI_203).logo(b"no logo").unwrap_err();
    assert!(error.to_string().contains("it has to be a PNG"), "{error}");
    assert!(Resolution::new(72).is_err() && Resolution::new(2401).is_err() && Resolution::new(180).is_ok());
}

/// What is too long is refused by name, and what is as long as it may be is laid out in a moment: the time grows with
/// the length, and not with its square.
#[test]
fn a_text_that_is_no_name_is_refused_and_long_ones_take_no_time() {
    use regulars::adapter::label::MOST_CHARACTERS;

    let symbol = Symbol::new(Symbology::Ean13, "290000000001").unwrap();
    let draw = |shop: &str, name: &str, caption: &str, small_print: &str| {
        let design = Design::new(Size::CR80, Resolution::DPI_300).shop(shop).small_print(small_print);
        design.draw(&PrintedCard { symbol: &symbol, name, caption })
    };
    let over = "ü".repeat(MOST_CHARACTERS + 1);
    for (what, drawn) in [
        ("shop", draw(&over, "", "", "")),
        ("name", draw("", &over, "", "")),
        ("caption", draw("", "", &over, "")),
        ("small print", draw("", "", "", &over)),
    ] {
        let error = drawn.unwrap_err();
        assert_eq!(error.to_string(), format!("the {what} has 1001 characters: 1000 are the most"));
    }
    let word = "a".repeat(MOST_CHARACTERS);
    let words = "ab ".repeat(MOST_CHARACTERS / 3);
    let begun = Instant::now();
    for text in [&word, &words] {
        assert!(draw(text, text, text, text).is_ok());
    }
    assert!(begun.elapsed() < Duration::from_secs(3), "{:?}", begun.elapsed());
}
