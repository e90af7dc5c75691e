//! What a camera sends, as a grey picture.
//!
//! Cameras know how bright a pixel is and keep that apart from its colour, so nothing is worked out where it
//! need only be copied.

use alloc::vec::Vec;
use core::fmt;

use thiserror::Error;
use zune_core::bytestream::ZCursor;
use zune_core::colorspace::ColorSpace;
use zune_core::options::DecoderOptions;
use zune_jpeg::JpegDecoder;

use crate::adapter::scan::LONGEST_SIDE;

/// How the pixels of a frame are laid out in memory.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum PixelFormat {
    /// One byte a pixel.
    Gray,
    /// All of the brightness first, then the colours at half their size.
    Nv12,
    /// Brightness and colour in turn, two bytes a pixel.
    Yuyv,
    /// A JPEG a frame, with or without its Huffman tables.
    Mjpeg,
    /// Red, green and blue, a byte each.
    Rgb,
    /// Blue, green and red, a byte each.
    Bgr,
}

impl PixelFormat {
    /// What it is called: `NV12`, `MJPEG`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Gray => "GRAY",
            Self::Nv12 => "NV12",
            Self::Yuyv => "YUYV",
            Self::Mjpeg => "MJPEG",
            Self::Rgb => "RGB",
            Self::Bgr => "BGR",
        }
    }

    /// How many rows a picture has in memory; none where it isn't kept in rows.
    pub(super) const fn rows(self, height: usize) -> Option<usize> {
        match self {
            // Half as many rows again for the colours, as long as the others.
            Self::Nv12 => Some(height.saturating_add(height.div_ceil(2))),
            Self::Mjpeg => None,
            Self::Gray | Self::Yuyv | Self::Rgb | Self::Bgr => Some(height),
        }
    }
}

impl fmt::Display for PixelFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Why a frame gives no picture. The next one may.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum GreyError {
    /// The camera sent fewer bytes than the frame has pixels.
    #[error("a frame of {width} x {height} pixels as {format} has at least {needed} bytes, not {found}")]
    Short {
        /// How its pixels are laid out.
        format: PixelFormat,
        /// In pixels.
        width: usize,
        /// In pixels.
        height: usize,
        /// How many bytes it would have.
        needed: usize,
        /// How many there are.
        found: usize,
    },
    /// A JPEG that was cut off, or has an error within.
    #[error("a frame is no whole JPEG")]
    Jpeg,
    /// A JPEG whose size isn't the frame's.
    #[error("a frame of {width} x {height} pixels has a JPEG of another size")]
    Size {
        /// In pixels.
        width: usize,
        /// In pixels.
        height: usize,
    },
}

/// Writes a frame into `grey`, one byte a pixel, row after row; what was there before goes.
///
/// Rows may be longer in memory than in the picture, as long as all are equally long.
///
/// ```
/// use regulars::adapter::camera::{PixelFormat, to_grey};
///
/// let mut grey = Vec::new();
/// // Two pixels: bright and dark, of one colour.
/// to_grey(PixelFormat::Yuyv, 2, 1, &[250, 128, 10, 128], &mut grey)?;
/// assert_eq!(grey, [250, 10]);
/// # Ok::<(), regulars::adapter::camera::GreyError>(())
/// ```
///
/// # Errors
///
/// [`GreyError`], and then `grey` holds nothing of use.
pub fn to_grey(
    format: PixelFormat,
    width: usize,
    height: usize,
    bytes: &[u8],
    grey: &mut Vec<u8>,
) -> Result<(), GreyError> {
    grey.clear();
    match format {
        PixelFormat::Gray | PixelFormat::Nv12 => rows(format, (width, height), 1, bytes, |row| {
            grey.extend_from_slice(row);
        }),
        PixelFormat::Yuyv => rows(format, (width, height), 2, bytes, |row| {
            grey.extend(row.iter().step_by(2));
        }),
        PixelFormat::Rgb => rows(format, (width, height), 3, bytes, |row| {
            grey.extend(row.as_chunks().0.iter().map(|[red, green, blue]| brightness(*red, *green, *blue)));
        }),
        PixelFormat::Bgr => rows(format, (width, height), 3, bytes, |row| {
            grey.extend(row.as_chunks().0.iter().map(|[blue, green, red]| brightness(*red, *green, *blue)));
        }),
        PixelFormat::Mjpeg => jpeg(width, height, bytes, grey),
    }
}

/// Gives out the rows of a picture, without what may be at their ends.
fn rows(
    format: PixelFormat,
    (width, height): (usize, usize),
    bytes_a_pixel: usize,
    bytes: &[u8],
    mut give: impl FnMut(&[u8]),
) -> Result<(), GreyError> {
    let rows_in_memory = format.rows(height).unwrap_or(height);
    let length = width.saturating_mul(bytes_a_pixel);
    let needed = length.saturating_mul(rows_in_memory);
    let short = GreyError::Short { format, width, height, needed, found: bytes.len() };
    if length == 0 || height == 0 || bytes.len() < needed {
        return Err(short);
    }
    let stride = bytes.len().checked_div(rows_in_memory).ok_or(short)?;
    for row in bytes.chunks(stride).take(height) {
        give(row.get(..length).ok_or(short)?);
    }
    Ok(())
}

/// How bright a colour is (ITU-R BT.601), in 256 parts.
fn brightness(red: u8, green: u8, blue: u8) -> u8 {
    let [red, green, blue] = [red, green, blue].map(u32::from);
    // At most 255 x 256.
    let sum = red
        .saturating_mul(77)
        .saturating_add(green.saturating_mul(150))
        .saturating_add(blue.saturating_mul(29));
    u8::try_from(sum >> 8).unwrap_or(u8::MAX)
}

fn jpeg(width: usize, height: usize, bytes: &[u8], grey: &mut Vec<u8>) -> Result<(), GreyError> {
    // A decoder fills up what is missing, and half a frame may hold half a code: whether the end is there is
    // looked up first.
    let Whole { bytes, has_tables } = Whole::first(bytes).ok_or(GreyError::Jpeg)?;
    let options = DecoderOptions::default()
        .set_max_width(LONGEST_SIDE)
        .set_max_height(LONGEST_SIDE)
        .set_strict_mode(true)
        .jpeg_set_out_colorspace(ColorSpace::Luma);
    let with_mark;
    let bytes = match has_tables {
        true => bytes,
        false => {
            // The decoder has the tables that are meant where none are sent, and asks for this mark.
            with_mark =
                [bytes.get(..2).unwrap_or_default(), &AVI1, bytes.get(2..).unwrap_or_default()].concat();
            &with_mark
        }
    };
    let mut decoder = JpegDecoder::new_with_options(ZCursor::new(bytes), options);
    decoder.decode_headers().map_err(|_| GreyError::Jpeg)?;
    if decoder
        .info()
        .is_none_or(|info| (usize::from(info.width), usize::from(info.height)) != (width, height))
    {
        return Err(GreyError::Size { width, height });
    }
    grey.resize(width.saturating_mul(height), 0);
    decoder.decode_into(grey).map_err(|_| GreyError::Jpeg)
}

/// The segment that says that a frame is one of a film, whose Huffman tables are those of JPEG's annex K.
const AVI1: [u8; 18] = *b"\xFF\xE0\0\x10AVI1\0\0\0\0\0\0\0\0\0\0";

/// A JPEG from its beginning to its end.
struct Whole<'a> {
    bytes: &'a [u8],
    /// Whether it has Huffman tables.
    has_tables: bool,
}

impl<'a> Whole<'a> {
    /// The one that a driver's memory begins with. Behind it are zeros, or what is left of a longer frame.
    fn first(memory: &'a [u8]) -> Option<Self> {
        const END: u8 = 0xD9;
        const TABLES: u8 = 0xC4;
        const PIXELS: u8 = 0xDA;
        const FILL: u8 = 0xFF;
        let mut has_tables = false;
        // Behind the mark that it begins with.
        let mut at = 2_usize;
        loop {
            let [0xFF, kind, rest @ ..] = memory.get(at..)? else { return None };
            if *kind == FILL {
                at = at.checked_add(1)?;
                continue;
            }
            at = at.checked_add(2)?;
            if *kind == END {
                return Some(Self { bytes: memory.get(..at)?, has_tables });
            }
            has_tables |= *kind == TABLES;
            at = at.checked_add(usize::from(u16::from_be_bytes(*rest.first_chunk()?)))?;
            if *kind == PIXELS {
                at = at.checked_add(pixels(memory.get(at..)?)?)?;
            }
        }
    }
}

/// How many bytes there are before the next mark that isn't among the pixels.
fn pixels(bytes: &[u8]) -> Option<usize> {
    bytes.windows(2).position(|two| matches!(two, [0xFF, kind] if !matches!(kind, 0 | 0xD0..=0xD7 | 0xFF)))
}
