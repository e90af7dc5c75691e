//! SVG, drawn by another's renderer, is the picture that is drawn here.

use regulars::adapter::label::{Colour, Design, PrintedCard, Resolution, Size, Symbol};
use regulars::code::Symbology;
use resvg::{tiny_skia, usvg};

use crate::scanners::scanners;

#[test]
fn svg_and_png_are_the_same_picture_and_both_are_read() {
    for (symbology, text) in [(Symbology::Code128, "REG-000123"), (Symbology::Qr, "https://shop.example/c/1")]
    {
        let symbol = Symbol::new(symbology, text).unwrap();
        let design =
            Design::new(Size::CR80, Resolution::DPI_300).shop("Zoë & <Söhne>").accent(Colour([120, 0, 60]));
        let drawing =
            design.draw(&PrintedCard { symbol: &symbol, name: "Łukasz \"Ő\"", caption: "1" }).unwrap();
        let svg = drawing.to_svg();
        let tree = usvg::Tree::from_str(&svg, &usvg::Options::default()).unwrap();
        let (width, height) = (drawing.width_dots(), drawing.height_dots());
        let mut pixels = tiny_skia::Pixmap::new(width, height).unwrap();
        // The last row of dots is printed in part: the page below is white, too.
        pixels.fill(tiny_skia::Color::WHITE);
        // A renderer's pixel is the 96th of an inch.
        let scale = 300.0 / 96.0;
        resvg::render(&tree, tiny_skia::Transform::from_scale(scale, scale), &mut pixels.as_mut());
        let theirs: Vec<u8> = pixels.pixels().iter().map(|pixel| pixel.red()).collect();
        let png = image::load_from_memory(&drawing.to_png().unwrap()).unwrap().to_rgb8();
        assert_eq!((png.width(), png.height()), (width, height));
        let far =
            png.pixels().zip(&theirs).filter(|(ours, theirs)| ours.0[0].abs_diff(**theirs) > 64).count();
        assert!(far * 2000 < theirs.len(), "{symbology}: {far} pixels differ");
        for (name, scanner) in scanners(symbology) {
            let read = scanner(&theirs, width as usize, height as usize);
            assert_eq!(read, [(symbology, symbol.text().to_string())], "{name}");
        }
    }
}

/// A code may say what no XML may have; it stands in the title as a mark that something was there.
#[test]
fn svg_is_well_formed_whatever_the_code_says() {
    let control: String = ('\0'..=' ').chain(['\u{7f}']).collect();
    let code_128 = Symbol::new(Symbology::Code128, &control).unwrap();
    let qr = Symbol::new(Symbology::Qr, &format!("{control}\u{85}\u{fffe}\u{ffff}<&\">")).unwrap();
    let design = Design::new(Size::from_um(150_000, 60_000), Resolution::DPI_300);
    for symbol in [code_128, qr] {
        let svg = design.draw(&PrintedCard { symbol: &symbol, name: "", caption: "" }).unwrap().to_svg();
        assert!(usvg::Tree::from_str(&svg, &usvg::Options::default()).is_ok(), "{svg:.300}");
    }
    #[cfg(feature = "receipt")]
    {
        use regulars::adapter::receipt::{Roll, draw_symbol};
        let group = Symbol::new(Symbology::Code128, "A\u{1d}B\0").unwrap();
        let svg = draw_symbol(&group, Roll::Mm80).unwrap().to_svg();
        assert!(svg.contains("<title>A\u{fffd}B\u{fffd}</title>"), "{svg:.300}");
        assert!(usvg::Tree::from_str(&svg, &usvg::Options::default()).is_ok());
    }
}

/// A small label, as it was when somebody looked at it: a change here is to be looked at again.
#[test]
fn a_label_looks_as_it_did() {
    let symbol = Symbol::new(Symbology::Ean8, "2900001").unwrap();
    let design = Design::new(Size::from_um(38_100, 21_200), Resolution::DPI_300);
    let drawing = design.draw(&PrintedCard { symbol: &symbol, name: "", caption: "" }).unwrap();
    let golden = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/labels/ean_8.svg");
    if std::env::var_os("REGULARS_WRITE_GOLDEN").is_some() {
        std::fs::write(&golden, drawing.to_svg()).unwrap();
    }
    assert_eq!(drawing.to_svg(), std::fs::read_to_string(golden).unwrap());
}

/// The chunk that says how large the picture is printed: 300 dpi are 11,811 pixels per metre.
#[test]
fn a_png_says_how_large_it_is_printed() {
    let symbol = Symbol::new(Symbology::Ean8, "2900001").unwrap();
    let design = Design::new(Size::CR80, Resolution::DPI_300);
    let png = design.draw(&PrintedCard { symbol: &symbol, name: "", caption: "" }).unwrap().to_png().unwrap();
    let chunk = [b"pHYs".as_slice(), &11_811_u32.to_be_bytes(), &11_811_u32.to_be_bytes(), &[1]].concat();
    assert!(png.windows(chunk.len()).any(|window| window == chunk));
}
