//! Drawings as PNG, and logos from PNG.

use alloc::string::{String, ToString};
use alloc::sync::Arc;
use alloc::vec::Vec;
use std::io::Cursor;

use image::codecs::png::{CompressionType, FilterType, PngEncoder};
use image::imageops;
use image::{DynamicImage, ExtendedColorType, ImageEncoder, ImageFormat, ImageReader, Limits, Rgb, RgbImage};
use thiserror::Error;

use super::drawing::{Drawing, Pixels};
use super::raster::{MOST_PIXELS, raster};
use super::size::{Dots, Resolution};

/// The longest side of a logo, in pixels.
const LONGEST_LOGO_SIDE: u32 = 4096;
/// How much memory a logo may take as it is decoded, in bytes: four a pixel.
const LARGEST_LOGO: u64 = 64 << 20;

/// Why there is no picture of a drawing.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum PngError {
    /// It would have too many pixels.
    #[error(
        "a picture of {width} x {height} pixels is too large, {MOST_PIXELS} in all are the most: take a lower resolution, or SVG or PDF"
    )]
    TooLarge {
        /// In pixels.
        width: u32,
        /// In pixels.
        height: u32,
    },
    /// The encoder refused.
    #[error("PNG can't be written: {0}")]
    Encoder(String),
}

/// A logo that can't be read.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error(
    "the logo can't be read: {0}; it has to be a PNG of at most {LONGEST_LOGO_SIDE} x {LONGEST_LOGO_SIDE} pixels"
)]
pub struct LogoError(pub(crate) String);

impl Drawing {
    /// The drawing as PNG, one pixel a dot, with its resolution noted, so that it is printed in its size. It is
    /// grey where nothing has a colour.
    ///
    /// # Errors
    ///
    /// [`PngError::TooLarge`] for more than [`MOST_PIXELS`].
    pub fn to_png(&self) -> Result<Vec<u8>, PngError> {
        let pixels = self.pixels()?;
        let pixel_rows = pixels.bytes.chunks_exact(3);
        let is_grey = pixel_rows
            .clone()
            .all(|pixel| matches!(pixel, [red, green, blue] if red == green && green == blue));
        let mut png = Vec::new();
        let encoder = PngEncoder::new_with_quality(&mut png, CompressionType::Default, FilterType::NoFilter);
        let (width, height) = (pixels.width, pixels.height);
        let written = if is_grey {
            let grey: Vec<u8> = pixel_rows.filter_map(|pixel| pixel.first().copied()).collect();
            encoder.write_image(&grey, width, height, ExtendedColorType::L8)
        } else {
            encoder.write_image(&pixels.bytes, width, height, ExtendedColorType::Rgb8)
        };
        written.map_err(|error| PngError::Encoder(error.to_string()))?;
        Ok(with_resolution(png, self.resolution))
    }

    /// The drawing as grey pixels, one byte a dot, row after row, [`width_dots`](Self::width_dots) a row: what a
    /// scanner would see of it.
    ///
    /// # Errors
    ///
    /// [`PngError::TooLarge`] for more than [`MOST_PIXELS`].
    pub fn to_grey(&self) -> Result<Vec<u8>, PngError> {
        let pixels = self.pixels()?;
        Ok(pixels.bytes.chunks_exact(3).map(grey).collect())
    }

    fn pixels(&self) -> Result<Pixels, PngError> {
        let too_large = PngError::TooLarge { width: self.width_dots(), height: self.height_dots() };
        raster(self).ok_or(too_large)
    }
}

/// How bright a pixel is, by the weights of television (ITU-R BT.601).
fn grey(pixel: &[u8]) -> u8 {
    let weighed =
        pixel.iter().zip([299_u32, 587, 114]).map(|(part, weight)| u32::from(*part).saturating_mul(weight));
    let sum = weighed.fold(0_u32, u32::saturating_add);
    u8::try_from(sum.saturating_add(500) / 1000).unwrap_or(u8::MAX)
}

/// A picture from PNG, in the colours it has on white, as large as fits, and not larger than it is by more than
/// four times.
///
/// # Errors
///
/// [`LogoError`] where it is no PNG, or too large.
pub(crate) fn logo(png: &[u8], width: Dots, height: Dots) -> Result<Arc<Pixels>, LogoError> {
    let mut reader = ImageReader::with_format(Cursor::new(png), ImageFormat::Png);
    let mut limits = Limits::default();
    limits.max_image_width = Some(LONGEST_LOGO_SIDE);
    limits.max_image_height = Some(LONGEST_LOGO_SIDE);
    limits.max_alloc = Some(LARGEST_LOGO);
    reader.limits(limits);
    let decoded = reader.decode().map_err(|error| LogoError(error.to_string()))?;
    let flat = on_white(&decoded);
    let side = |dots: Dots| u32::try_from(dots.0).unwrap_or(0).max(1);
    let (wide, high) = (u64::from(flat.width()), u64::from(flat.height()));
    let (most_wide, most_high) = (u64::from(side(width)), u64::from(side(height)));
    // The larger of both shrinks decides.
    let by_width = most_wide.saturating_mul(high) <= most_high.saturating_mul(wide);
    let scaled = |side: u64, to: u64, from: u64| {
        let scaled = side.saturating_mul(to).checked_div(from).unwrap_or(1).max(1);
        u32::try_from(scaled.min(side.saturating_mul(4))).unwrap_or(1)
    };
    let (to, from) = if by_width { (most_wide, wide) } else { (most_high, high) };
    let (new_width, new_height) = (scaled(wide, to, from), scaled(high, to, from));
    let resized = imageops::resize(&flat, new_width, new_height, imageops::FilterType::CatmullRom);
    Ok(Arc::new(Pixels { width: new_width, height: new_height, bytes: resized.into_raw() }))
}

fn on_white(picture: &DynamicImage) -> RgbImage {
    let picture = picture.to_rgba8();
    let mut flat = RgbImage::new(picture.width(), picture.height());
    for (to, from) in flat.pixels_mut().zip(picture.pixels()) {
        let [red, green, blue, opaque] = from.0;
        let mixed = |part: u8| {
            let over = u32::from(part).saturating_mul(u32::from(opaque));
            let white = 255_u32.saturating_mul(255_u32.saturating_sub(u32::from(opaque)));
            u8::try_from(over.saturating_add(white) / 255).unwrap_or(u8::MAX)
        };
        *to = Rgb([mixed(red), mixed(green), mixed(blue)]);
    }
    flat
}

/// A PNG with the chunk that says how large a pixel is (pHYs), behind its head.
fn with_resolution(png: Vec<u8>, resolution: Resolution) -> Vec<u8> {
    /// The signature of 8 bytes, and the head (IHDR) of 25.
    const HEAD: usize = 33;
    // Pixels per metre: an inch is 0.0254 of one.
    let per_metre = u64::from(resolution.dpi()).saturating_mul(10_000).saturating_add(127) / 254;
    let per_metre = u32::try_from(per_metre).unwrap_or(u32::MAX).to_be_bytes();
    let body = [b"pHYs".as_slice(), &per_metre, &per_metre, &[1]].concat();
    let Some((head, rest)) = png.split_at_checked(HEAD) else { return png };
    [head, &9_u32.to_be_bytes(), &body, &crc_32(&body).to_be_bytes(), rest].concat()
}

/// The checksum of a chunk of PNG (ISO 3309).
fn crc_32(bytes: &[u8]) -> u32 {
    let mut remainder = u32::MAX;
    for byte in bytes {
        remainder ^= u32::from(*byte);
        for _ in 0..8 {
            remainder = if remainder & 1 == 1 { (remainder >> 1) ^ 0xEDB8_8320 } else { remainder >> 1 };
        }
    }
    !remainder
}
