//! Where frames come from.

use alloc::string::String;
use alloc::vec::Vec;
use core::time::Duration;
use std::io::{self, Read};

use thiserror::Error;

use super::picture::{Picture, PictureError};

/// Something that gives one frame after the other: a camera, a folder, a pipe.
pub trait FrameSource {
    /// Puts the next frame into `frame`, in place of what is there, and says whether there was one; `false` is
    /// the end. After an error the next call may give a frame again.
    ///
    /// # Errors
    ///
    /// [`FrameError`] where a frame can't be had. It is one for all sources: a pipe gives [`FrameError::Io`], a camera the
    /// others.
    fn next_frame(&mut self, frame: &mut Frame) -> Result<bool, FrameError>;
}

/// A grey frame, and when it was taken.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Frame {
    /// A byte a pixel, row after row.
    pub pixels: Vec<u8>,
    /// In pixels.
    pub width: usize,
    /// In pixels.
    pub height: usize,
    /// Since the beginning of the stream.
    pub at: Duration,
}

impl Frame {
    /// What it shows.
    ///
    /// # Errors
    ///
    /// [`PictureError`] where pixels are missing, as of a frame that was cut off.
    pub fn picture(&self) -> Result<Picture<'_>, PictureError> {
        Picture::new(&self.pixels, self.width, self.height)
    }
}

/// Why there is no frame.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum FrameError {
    /// Reading failed.
    #[error("a frame can't be read: {0}")]
    Io(#[from] io::Error),
    /// What was read is no frame: damaged, or cut off.
    #[error("{0}")]
    NoFrame(String),
    /// There is none for now: a camera has stopped, or was pulled out. The next call waits for it.
    #[error("{0}")]
    Unavailable(String),
}

/// Frames that are there already, so far apart in time.
///
/// ```
/// use std::time::Duration;
/// use regulars::adapter::scan::{Frame, FrameSource, StillFrames};
///
/// let frame = Frame { pixels: vec![0; 4], width: 2, height: 2, at: Duration::ZERO };
/// let mut source = StillFrames::new(vec![frame.clone(), frame], Duration::from_millis(33));
/// let mut frame = Frame::default();
/// while source.next_frame(&mut frame)? {
///     assert_eq!(frame.width, 2);
/// }
/// assert_eq!(frame.at, Duration::from_millis(33));
/// # Ok::<(), regulars::adapter::scan::FrameError>(())
/// ```
#[derive(Debug, Clone)]
pub struct StillFrames {
    frames: alloc::vec::IntoIter<Frame>,
    apart: Duration,
    at: Duration,
}

impl StillFrames {
    /// Frames in this order. Their own times are overwritten.
    pub fn new(frames: Vec<Frame>, apart: Duration) -> Self {
        Self { frames: frames.into_iter(), apart, at: Duration::ZERO }
    }
}

impl FrameSource for StillFrames {
    fn next_frame(&mut self, frame: &mut Frame) -> Result<bool, FrameError> {
        let Some(next) = self.frames.next() else { return Ok(false) };
        *frame = Frame { at: self.at, ..next };
        self.at = self.at.saturating_add(self.apart);
        Ok(true)
    }
}

/// Frames as raw grey bytes, one after the other, all of one size: from a pipe, or a file.
///
/// ```
/// use std::time::Duration;
/// use regulars::adapter::scan::{Frame, FrameSource, RawFrames};
///
/// // Two frames of 2 x 2 pixels, and a part of a third.
/// let bytes: &[u8] = &[0; 9];
/// let mut source = RawFrames::new(bytes, 2, 2, Duration::from_millis(40))?;
/// let (mut frame, mut frames) = (Frame::default(), 0);
/// while source.next_frame(&mut frame)? {
///     assert_eq!(frame.picture()?.width(), 2);
///     frames += 1;
/// }
/// assert_eq!(frames, 2);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct RawFrames<R> {
    from: R,
    width: usize,
    height: usize,
    apart: Duration,
    at: Duration,
}

impl<R: Read> RawFrames<R> {
    /// Frames of this size, so far apart in time.
    ///
    /// # Errors
    ///
    /// [`PictureError`] where no picture has this size.
    pub fn new(from: R, width: usize, height: usize, apart: Duration) -> Result<Self, PictureError> {
        // Whether a picture may have these sides is for it to say; the pixels are of no account.
        match Picture::new(&[], width, height) {
            Err(error @ PictureError::Sides { .. }) => Err(error),
            _ => Ok(Self { from, width, height, apart, at: Duration::ZERO }),
        }
    }
}

impl<R: Read> FrameSource for RawFrames<R> {
    /// A last frame that is cut off is left out.
    fn next_frame(&mut self, frame: &mut Frame) -> Result<bool, FrameError> {
        let size = self.width.saturating_mul(self.height);
        frame.pixels.clear();
        let most = u64::try_from(size).unwrap_or(u64::MAX);
        let got = (&mut self.from).take(most).read_to_end(&mut frame.pixels)?;
        (frame.width, frame.height, frame.at) = (self.width, self.height, self.at);
        self.at = self.at.saturating_add(self.apart);
        Ok(got == size)
    }
}

/// Wraps a source and spoils its frames, as cameras do: some are lost, cut off, repeated, black, or an error. What
/// happens follows from the seed.
///
/// ```
/// use std::time::Duration;
/// use regulars::adapter::scan::{FaultyFrames, Frame, FrameSource, StillFrames};
///
/// let frame = Frame { pixels: vec![200; 4], width: 2, height: 2, at: Duration::ZERO };
/// let still = StillFrames::new(vec![frame; 100], Duration::from_millis(33));
/// let (mut source, mut frame, mut spoilt) = (FaultyFrames::new(still, 7, 4), Frame::default(), 0);
/// loop {
///     match source.next_frame(&mut frame) {
///         Ok(true) => spoilt += u32::from(frame.picture().is_err() || frame.pixels[0] == 0),
///         Ok(false) => break,
///         // The next one may come again.
///         Err(_) => spoilt += 1,
///     }
/// }
/// assert!(0 < spoilt && spoilt < 50);
/// ```
#[derive(Debug)]
pub struct FaultyFrames<S> {
    source: S,
    chance: u64,
    one_in: u64,
    last: Frame,
}

impl<S: FrameSource> FaultyFrames<S> {
    /// Spoils one in `one_in` frames.
    pub fn new(source: S, seed: u64, one_in: u32) -> Self {
        let chance = seed.wrapping_mul(2).wrapping_add(1);
        Self { source, chance, one_in: u64::from(one_in.max(1)), last: Frame::default() }
    }

    /// A number below `below`, by a generator of Marsaglia's (xorshift).
    fn chance(&mut self, below: u64) -> u64 {
        self.chance ^= self.chance.wrapping_shl(13);
        self.chance ^= self.chance.wrapping_shr(7);
        self.chance ^= self.chance.wrapping_shl(17);
        self.chance.wrapping_shr(11).checked_rem(below).unwrap_or(0)
    }
}

impl<S: FrameSource> FrameSource for FaultyFrames<S> {
    fn next_frame(&mut self, frame: &mut Frame) -> Result<bool, FrameError> {
        if !self.source.next_frame(frame)? {
            return Ok(false);
        }
        if self.chance(self.one_in) != 0 {
            self.last.clone_from(frame);
            return Ok(true);
        }
        match self.chance(5) {
            // Lost: the next one comes instead.
            0 => return self.source.next_frame(frame),
            1 => {
                let length = u64::try_from(frame.pixels.len()).unwrap_or(1);
                frame.pixels.truncate(usize::try_from(self.chance(length)).unwrap_or(0));
            }
            2 => *frame = Frame { at: frame.at, ..self.last.clone() },
            3 => frame.pixels.fill(0),
            _ => return Err(FrameError::NoFrame(String::from("the camera gave no frame"))),
        }
        Ok(true)
    }
}
