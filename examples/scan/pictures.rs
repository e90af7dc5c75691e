//! Pictures from files.

use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};

use image::{DynamicImage, ImageReader};
use regulars::adapter::scan::{Picture, PictureError};

/// A grey picture.
#[derive(Debug, Clone)]
pub struct Grey {
    pub pixels: Vec<u8>,
    pub width: usize,
    pub height: usize,
}

impl Grey {
    pub fn picture(&self) -> Result<Picture<'_>, PictureError> {
        Picture::new(&self.pixels, self.width, self.height)
    }

    /// Turned by a quarter, clockwise.
    pub fn turned(&self) -> Self {
        let columns = (0..self.width).flat_map(|x| (0..self.height).rev().map(move |y| (x, y)));
        let pixels = columns.map(|(x, y)| self.pixels[y * self.width + x]).collect();
        Self { pixels, width: self.height, height: self.width }
    }
}

/// The files that are named, and those in folders that are, by their names.
pub fn files(named: &[PathBuf]) -> Result<Vec<PathBuf>, Box<dyn Error>> {
    let mut files = Vec::new();
    for path in named {
        if !path.is_dir() {
            files.push(path.clone());
            continue;
        }
        let mut inside =
            fs::read_dir(path)?.map(|entry| Ok(entry?.path())).collect::<Result<Vec<_>, std::io::Error>>()?;
        // A folder of cards has a list of them and other forms of the same beside the pictures.
        let is_other = |path: &Path| {
            let ending = path.extension().and_then(|ending| ending.to_str()).unwrap_or_default();
            ["svg", "csv", "pdf", "json", "txt", "md"].iter().any(|other| ending.eq_ignore_ascii_case(other))
        };
        inside.retain(|path| path.is_file() && !is_other(path));
        inside.sort();
        files.extend(inside);
    }
    Ok(files)
}

/// Reads a picture, whatever its name says that it is. What shines through is white.
pub fn load(file: &Path) -> Result<Grey, Box<dyn Error>> {
    let picture = ImageReader::open(file)?.with_guessed_format()?.decode()?;
    Ok(grey(&picture))
}

/// Grey as television has it (ITU-R BT.601), in the whole numbers that Pillow takes: so that others who are
/// measured beside see the same pixels.
fn grey(picture: &DynamicImage) -> Grey {
    let rgba = picture.to_rgba8();
    let (width, height) = (rgba.width() as usize, rgba.height() as usize);
    let pixel = |[r, g, b, a]: [u8; 4]| {
        let over_white = |channel: u8| {
            let mixed = u32::from(channel) * u32::from(a) + 255 * (255 - u32::from(a));
            (mixed + 127) / 255
        };
        let sum = over_white(r) * 19_595 + over_white(g) * 38_470 + over_white(b) * 7_471 + 0x8000;
        u8::try_from(sum >> 16).unwrap_or(u8::MAX)
    };
    let pixels = rgba.pixels().map(|rgba| pixel(rgba.0)).collect();
    Grey { pixels, width, height }
}
