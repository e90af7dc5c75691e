//! Pictures from files.

use std::path::{Path, PathBuf};

use image::{DynamicImage, ImageFormat, ImageReader, Rgba, RgbaImage};
use regulars::adapter::scan::{Options, Picture, Reading, Scanner};

use crate::Result;

/// The pictures that are in a folder, by their names. Folders in it are left alone.
pub fn in_folder(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in folder.read_dir()? {
        let file = entry?.path();
        if file.is_file() && ImageFormat::from_path(&file).is_ok() {
            files.push(file);
        }
    }
    files.sort();
    Ok(files)
}

/// The codes of a picture.
pub fn read(file: &Path) -> Result<Vec<Reading>> {
    let picture = ImageReader::open(file)?.with_guessed_format()?.decode()?;
    // What shines through is white.
    let mut behind = RgbaImage::from_pixel(picture.width(), picture.height(), Rgba([255; 4]));
    image::imageops::overlay(&mut behind, &picture.to_rgba8(), 0, 0);
    let picture = DynamicImage::from(behind).into_luma8();
    let (width, height) = (usize::try_from(picture.width())?, usize::try_from(picture.height())?);
    let scan = Scanner::new(Options::default()).read(&Picture::new(picture.as_raw(), width, height)?);
    Ok(scan.readings)
}
