//! Scanners that read what was made, each a function from a grey picture to what it says.

use regulars::code::Symbology;

/// What a scanner read: its symbology, and its text.
pub type Read = Vec<(Symbology, String)>;

/// A scanner: grey pixels, width and height in, codes out.
pub type Scanner = fn(&[u8], usize, usize) -> Read;

/// Every scanner that reads a symbology, by its name.
pub fn scanners(symbology: Symbology) -> &'static [(&'static str, Scanner)] {
    match symbology {
        Symbology::Qr => OF_QR,
        // The library makes these two, and doesn't read them.
        Symbology::Code93 | Symbology::Codabar => OF_LINES.get(..1).unwrap_or_default(),
        _ => OF_LINES,
    }
}

const OF_LINES: &[(&str, Scanner)] = &[
    ("rxing", rxing),
    #[cfg(feature = "scan")]
    ("our own", our_own),
];
const OF_QR: &[(&str, Scanner)] = &[
    ("rxing", rxing),
    ("rqrr", rqrr),
    #[cfg(feature = "scan")]
    ("our own", our_own),
];

fn rxing(grey: &[u8], width: usize, height: usize) -> Read {
    use rxing::BarcodeFormat as Format;
    let (width, height) = (u32::try_from(width).unwrap(), u32::try_from(height).unwrap());
    let Ok(read) = rxing::helpers::detect_in_luma(grey.to_vec(), width, height, None) else {
        return Vec::new();
    };
    let symbology = match read.getBarcodeFormat() {
        Format::QR_CODE => Symbology::Qr,
        Format::EAN_13 => Symbology::Ean13,
        Format::EAN_8 => Symbology::Ean8,
        Format::UPC_A => Symbology::UpcA,
        Format::CODE_128 => Symbology::Code128,
        Format::CODE_39 => Symbology::Code39,
        Format::CODE_93 => Symbology::Code93,
        Format::ITF => Symbology::Itf,
        Format::CODABAR => Symbology::Codabar,
        other => panic!("{other:?} was read, and never made"),
    };
    vec![(symbology, read.getText().to_string())]
}

fn rqrr(grey: &[u8], width: usize, height: usize) -> Read {
    let mut picture = rqrr::PreparedImage::prepare_from_greyscale(width, height, |x, y| grey[y * width + x]);
    let grids = picture.detect_grids();
    grids.iter().filter_map(|grid| grid.decode().ok()).map(|(_, text)| (Symbology::Qr, text)).collect()
}

/// The library's own, as a till has it, but that a debug build has all the time that it needs.
#[cfg(feature = "scan")]
fn our_own(grey: &[u8], width: usize, height: usize) -> Read {
    use regulars::adapter::scan::{Options, Picture, Scanner};
    let picture = Picture::new(grey, width, height).unwrap();
    let budget = std::time::Duration::from_secs(20);
    let scan = Scanner::new(Options { budget, ..Options::default() }).read(&picture);
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    scan.readings.into_iter().map(|reading| (reading.symbology, text(reading.bytes))).collect()
}
