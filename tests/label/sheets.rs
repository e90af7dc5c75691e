//! Sheets: where labels lie, and how many pages there are.

use regulars::adapter::label::{Design, Drawing, PrintedCard, Resolution, Sheet, SheetError, Size, Symbol};
use regulars::code::Symbology;

use crate::scanners::scanners;

fn cards(size: Size, count: u64) -> Vec<Drawing> {
    let design = Design::new(size, Resolution::DPI_300).shop("The Shop");
    let card = |number: u64| {
        let symbol = Symbol::new(Symbology::Ean13, &format!("29{number:010}")).unwrap();
        design.draw(&PrintedCard { symbol: &symbol, name: "", caption: "" }).unwrap()
    };
    (0..count).map(card).collect()
}

/// The margins that the maker prints on its sheets.
#[test]
fn margins_are_those_of_the_maker() {
    let margin = |sheet: &Sheet| (sheet.name, sheet.left.um(), sheet.top.um(), sheet.places());
    let margins: Vec<_> = Sheet::ALL.iter().map(margin).collect();
    let expected = [
        ("cr80", 17_900, 7_550, 10),
        ("cr80-letter", 20_850, 27_240, 8),
        ("l7160", 7_210, 15_150, 21),
        ("l7159", 7_210, 12_900, 24),
        ("l7163", 4_650, 15_150, 14),
        ("l7651", 4_750, 10_700, 65),
        ("5160", 4_762, 12_700, 30),
        ("5163", 3_968, 12_700, 10),
    ];
    assert_eq!(margins, expected);
    assert!(Sheet::ALL.iter().all(|sheet| sheet.pages(&[], 0).unwrap().is_empty()));
    assert_eq!(Sheet::by_name("L7160"), Some(Sheet::L7160));
}

/// Each label is cut out of the page where the maker has it, and read.
#[test]
fn each_label_is_read_in_its_place_and_a_begun_sheet_is_gone_on_with() {
    let sheet = Sheet::L7160;
    let pages = sheet.pages(&cards(sheet.label, 23), 5).unwrap();
    assert_eq!(pages.len(), 2);
    let grey: Vec<Vec<u8>> = pages.iter().map(|page| page.to_grey().unwrap()).collect();
    let width = pages[0].width_dots() as usize;
    let dots = |um: u32| (f64::from(um) / 25_400.0 * 300.0).round() as usize;
    let (wide, high) = (dots(63_500), dots(38_100));
    for place in 0..42_u32 {
        let (x, y) = (dots(7_210 + place % 3 * 66_040), dots(15_150 + place % 21 / 3 * 38_100));
        let rows = grey[place as usize / 21].chunks_exact(width).skip(y).take(high);
        let label: Vec<u8> = rows.flat_map(|row| row[x..x + wide].to_vec()).collect();
        let read = scanners(Symbology::Ean13)[0].1(&label, wide, high);
        match place.checked_sub(5).filter(|number| *number < 23) {
            Some(number) => assert!(read[0].1.starts_with(&format!("29{number:010}")), "{place}: {read:?}"),
            None => assert_eq!(read, [], "{place}"),
        }
    }
}

#[test]
fn what_does_not_fit_a_sheet_is_refused_by_name() {
    let sheet = Sheet::L7160;
    let other = sheet.pages(&cards(Size::CR80, 1), 0).unwrap_err();
    assert!(matches!(other, SheetError::OtherSize { sheet: "l7160", .. }), "{other}");
    assert!(matches!(sheet.pages(&[], 21), Err(SheetError::Skipped { skipped: 21, places: 21, .. })));
    let wide = Sheet { columns: 4, ..sheet };
    assert!(matches!(wide.pages(&[], 0), Err(SheetError::Outside { columns: 4, .. })));
    let mut mixed = cards(sheet.label, 1);
    let symbol = Symbol::new(Symbology::Qr, "0").unwrap();
    let design = Design::new(sheet.label, Resolution::DPI_600);
    mixed.push(design.draw(&PrintedCard { symbol: &symbol, name: "", caption: "" }).unwrap());
    assert!(matches!(sheet.pages(&mixed, 0), Err(SheetError::OtherResolution { .. })));
}
