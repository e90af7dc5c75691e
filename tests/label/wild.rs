//! Anything at all: an error perhaps, and never a panic.

use proptest::prelude::*;
use regulars::adapter::label::{Design, Length, PrintedCard, Resolution, Sheet, Size, Symbol, Typeface};
use regulars::code::Symbology;

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_card_makes_a_panic(
        symbology in proptest::sample::select(Symbology::ALL),
        text in "[0-9]{0,15}|[ -~]{0,40}|\\PC{0,40}",
        name in "\\PC{0,60}",
        [width, height] in proptest::array::uniform2(prop_oneof![0..120_000_u32, any::<u32>()]),
        dpi in 100..2400_u32,
    ) {
        let Ok(symbol) = Symbol::new(symbology, &text) else { return Ok(()) };
        let design = Design::new(Size::from_um(width, height), Resolution::new(dpi).unwrap()).shop(&name).small_print(&text);
        if let Ok(drawing) = design.draw(&PrintedCard { symbol: &symbol, name: &name, caption: &text }) {
            prop_assert!(drawing.to_svg().starts_with("<svg"));
            let pixels = u64::from(drawing.width_dots()) * u64::from(drawing.height_dots());
            if pixels < 2_000_000 {
                prop_assert!(drawing.to_png().is_ok());
            }
        }
    }

    #[test]
    fn no_sheet_makes_a_panic(numbers in proptest::array::uniform6(any::<u32>()), [columns, rows] in any::<[u16; 2]>()) {
        let [left, top, across, down, width, height] = numbers;
        let sheet = Sheet {
            left: Length::from_um(left), top: Length::from_um(top), pitch: Size::from_um(across, down),
            page: Size::from_um(width, height), columns, rows, ..Sheet::L7160
        };
        let _ = sheet.pages(&[], 0);
        let _ = sheet.pages(&[], usize::MAX);
    }

    /// A typeface with some bytes changed, as a damaged file would have them.
    #[test]
    fn no_typeface_makes_a_panic(changes in proptest::collection::vec((any::<proptest::sample::Index>(), any::<u8>()), 1..40)) {
        let mut bytes = notosans::REGULAR_TTF.to_vec();
        for (place, byte) in changes {
            // The tables and their heads are at the beginning; half of the changes go there.
            let end = if byte % 2 == 0 { 2_000 } else { bytes.len() };
            bytes[place.index(end)] = byte;
        }
        let Ok(typeface) = Typeface::new(bytes) else { return Ok(()) };
        let symbol = Symbol::new(Symbology::Ean8, "2900001").unwrap();
        let design = Design::new(Size::CR80, Resolution::new(150).unwrap()).typefaces(typeface.clone(), typeface);
        if let Ok(drawing) = design.shop("Shop").draw(&PrintedCard { symbol: &symbol, name: "Ądä", caption: "" }) {
            prop_assert!(drawing.to_png().is_ok());
            #[cfg(feature = "pdf")]
            let _ = regulars::adapter::label::to_pdf(&[drawing], "");
        }
    }
}
