//! A grey picture, wherever it comes from.

use thiserror::Error;

/// The longest side that a picture may have, in pixels.
pub const LONGEST_SIDE: usize = 16_384;

/// A grey picture in memory that belongs to somebody else: one byte a pixel, 0 black and 255 white, row after
/// row from the top.
///
/// ```
/// use regulars::adapter::scan::Picture;
///
/// let pixels = [0, 255, 9, 255, 0, 9];
/// // Rows may be longer in memory than in the picture, as cameras like it.
/// let picture = Picture::with_stride(&pixels, 2, 2, 3)?;
/// assert_eq!(picture.row(1), Some(&[255, 0][..]));
/// # Ok::<(), regulars::adapter::scan::PictureError>(())
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Picture<'a> {
    pixels: &'a [u8],
    width: usize,
    height: usize,
    stride: usize,
}

/// Why bytes are no picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum PictureError {
    /// A side is zero or longer than [`LONGEST_SIDE`].
    #[error("a picture of {width} x {height} pixels: sides are 1 to {LONGEST_SIDE} pixels long")]
    Sides {
        /// In pixels.
        width: usize,
        /// In pixels.
        height: usize,
    },
    /// Rows would overlap.
    #[error("rows of {width} pixels can't be {stride} bytes apart")]
    Stride {
        /// In pixels.
        width: usize,
        /// In bytes.
        stride: usize,
    },
    /// There are fewer bytes than the picture has pixels.
    #[error("{found} bytes, and the picture needs {needed}")]
    TooFewBytes {
        /// How many there are.
        found: usize,
        /// How many there would have to be.
        needed: usize,
    },
}

impl<'a> Picture<'a> {
    /// A picture whose rows follow each other without a gap.
    ///
    /// # Errors
    ///
    /// [`PictureError`] where a side is zero or too long, or bytes are missing. Bytes beyond the last row are
    /// ignored.
    pub fn new(pixels: &'a [u8], width: usize, height: usize) -> Result<Self, PictureError> {
        Self::with_stride(pixels, width, height, width)
    }

    /// A picture whose rows are `stride` bytes apart.
    ///
    /// # Errors
    ///
    /// As of [`new`](Self::new); and where rows would overlap.
    pub fn with_stride(
        pixels: &'a [u8],
        width: usize,
        height: usize,
        stride: usize,
    ) -> Result<Self, PictureError> {
        let is_side = |side| (1..=LONGEST_SIDE).contains(&side);
        if !is_side(width) || !is_side(height) {
            return Err(PictureError::Sides { width, height });
        }
        if stride < width {
            return Err(PictureError::Stride { width, stride });
        }
        let before_last = height.saturating_sub(1).saturating_mul(stride);
        let needed = before_last.saturating_add(width);
        if pixels.len() < needed {
            return Err(PictureError::TooFewBytes { found: pixels.len(), needed });
        }
        Ok(Self { pixels, width, height, stride })
    }

    /// In pixels.
    pub const fn width(&self) -> usize {
        self.width
    }

    /// In pixels.
    pub const fn height(&self) -> usize {
        self.height
    }

    /// A part of the picture, of `width` x `height` pixels from `left` and `top` on. `None` where it isn't wholly
    /// inside, or has no pixel.
    pub fn part(&self, left: usize, top: usize, width: usize, height: usize) -> Option<Self> {
        let (right, bottom) = (left.checked_add(width)?, top.checked_add(height)?);
        if width == 0 || height == 0 || right > self.width || bottom > self.height {
            return None;
        }
        let start = top.checked_mul(self.stride)?.checked_add(left)?;
        Some(Self { pixels: self.pixels.get(start..)?, width, height, stride: self.stride })
    }

    /// Its rows, from the top.
    pub fn rows(&self) -> impl Iterator<Item = &'a [u8]> + '_ {
        self.pixels.chunks(self.stride).filter_map(|row| row.get(..self.width)).take(self.height)
    }

    /// A row of pixels, from the left; the topmost is 0. `None` below the last.
    pub fn row(&self, y: usize) -> Option<&'a [u8]> {
        if y >= self.height {
            return None;
        }
        let start = y.checked_mul(self.stride)?;
        self.pixels.get(start..)?.get(..self.width)
    }
}
