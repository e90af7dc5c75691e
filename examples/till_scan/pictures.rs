//! Pictures from files.

use std::path::Path;

use image::ImageReader;
use regulars::adapter::scan::{Options, Picture, Reading, Scanner};

use crate::Result;

/// The codes of a picture.
pub fn read(file: &Path) -> Result<Vec<Reading>> {
    let picture = ImageReader::open(file)?.with_guessed_format()?.decode()?.to_luma8();
    let (width, height) = (usize::try_from(picture.width())?, usize::try_from(picture.height())?);
    let scan = Scanner::new(Options::default()).read(&Picture::new(picture.as_raw(), width, height)?);
    Ok(scan.readings)
}
