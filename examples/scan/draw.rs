//! Boxes around codes.

use std::error::Error;
use std::fs;
use std::path::Path;

use image::{GrayImage, Rgb, RgbImage};
use regulars::adapter::scan::{Point, Reading};

use crate::pictures::Grey;

/// The line that is the upper side of a code, and the others.
const UPPER: Rgb<u8> = Rgb([220, 0, 60]);
const OTHERS: Rgb<u8> = Rgb([0, 160, 60]);

/// Writes a copy of the picture with boxes into a folder, under the name that the picture has.
pub fn save(grey: &Grey, readings: &[Reading], folder: &Path, file: &Path) -> Result<(), Box<dyn Error>> {
    let (width, height) = (u32::try_from(grey.width)?, u32::try_from(grey.height)?);
    let copy = GrayImage::from_raw(width, height, grey.pixels.clone()).ok_or("no picture")?;
    let mut copy: RgbImage = image::DynamicImage::ImageLuma8(copy).to_rgb8();
    for reading in readings {
        let [a, b, c, d] = reading.corners;
        for (from, to, color) in [(b, c, OTHERS), (c, d, OTHERS), (d, a, OTHERS), (a, b, UPPER)] {
            line(&mut copy, from, to, color);
        }
    }
    fs::create_dir_all(folder)?;
    let name = file.file_name().ok_or("a picture without a name")?;
    let mut to = folder.join(name).into_os_string();
    to.push(".png");
    copy.save(to)?;
    Ok(())
}

/// Three pixels wide.
fn line(picture: &mut RgbImage, from: Point, to: Point, color: Rgb<u8>) {
    let steps = from.x.abs_diff(to.x).max(from.y.abs_diff(to.y)).clamp(1, 20_000);
    for step in 0..=steps {
        let between = |from: i32, to: i32| {
            let part = (i64::from(to) - i64::from(from)) * i64::from(step) / i64::from(steps);
            i64::from(from) + part
        };
        for (dx, dy) in [(0, 0), (1, 0), (-1, 0), (0, 1), (0, -1)] {
            let place =
                (u32::try_from(between(from.x, to.x) + dx), u32::try_from(between(from.y, to.y) + dy));
            if let (Ok(x), Ok(y)) = place
                && let Some(pixel) = picture.get_pixel_mut_checked(x, y)
            {
                *pixel = color;
            }
        }
    }
}
