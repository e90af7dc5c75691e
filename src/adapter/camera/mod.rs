//! Pictures from a camera.
//!
//! A driver gives no picture until there is one, for ever if the camera has stopped; and one that was pulled out
//! gives an error whenever it is asked. A [`Camera`] has a thread that asks, keeps the newest frame, and opens a
//! camera again that was lost. Who reads it says how long to wait, and is told what is wrong.

mod device;
mod feed;
mod luma;

use core::fmt;
use std::string::String;
use std::string::ToString;
use std::time::{Duration, Instant};
use std::vec::Vec;

use thiserror::Error;

use crate::adapter::scan::{Frame, FrameError, FrameSource, Picture, PictureError};
use device::Sending;
use feed::{Feed, RawFrame};

pub use device::{Connected, connected};
pub use luma::{GreyError, PixelFormat, to_grey};

/// Which camera is wished for, and what it should send. What it sends is the nearest that it can
/// ([`Camera::about`]).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wish {
    /// Which camera.
    pub camera: Which,
    /// In pixels.
    pub width: u32,
    /// In pixels.
    pub height: u32,
    /// Frames a second.
    pub rate: u32,
}

impl Default for Wish {
    /// The first camera, 1280 x 720 pixels, 30 frames a second.
    fn default() -> Self {
        Self { camera: Which::First, width: 1280, height: 720, rate: 30 }
    }
}

/// Which of several cameras.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Which {
    /// The first that can be opened.
    First,
    /// The one with a number. Numbers change when cameras are pulled out and put back.
    Index(u32),
    /// The first that can be opened whose name has this within.
    Named(String),
}

impl From<&str> for Which {
    /// As somebody says it: `first`, a number, or a part of a name.
    ///
    /// ```
    /// use regulars::adapter::camera::Which;
    ///
    /// assert_eq!(Which::from("first"), Which::First);
    /// assert_eq!(Which::from("2"), Which::Index(2));
    /// assert_eq!(Which::from("Webcam"), Which::Named("Webcam".into()));
    /// ```
    fn from(said: &str) -> Self {
        match (said, said.parse()) {
            ("first", _) => Self::First,
            (_, Ok(index)) => Self::Index(index),
            (part, Err(_)) => Self::Named(part.into()),
        }
    }
}

impl fmt::Display for Which {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::First => f.write_str("the first"),
            Self::Index(index) => write!(f, "number {index}"),
            Self::Named(part) => write!(f, "\"{part}\""),
        }
    }
}

/// What is open, and what it sends.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct About {
    /// What its maker calls it.
    pub name: String,
    /// How its pixels are laid out.
    pub format: PixelFormat,
    /// In pixels.
    pub width: u32,
    /// In pixels.
    pub height: u32,
    /// Frames a second.
    pub rate: u32,
}

impl fmt::Display for About {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { name, format, width, height, rate } = self;
        write!(f, "{name}, {width} x {height}, {rate} frames a second as {format}")
    }
}

/// Something to set on a camera. Not every driver has it. Places are the driver's own numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Control {
    /// How far away it looks.
    Focus(i64),
    /// How near it comes.
    Zoom(i64),
    /// A light beside it.
    Torch(bool),
}

impl fmt::Display for Control {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Focus(place) => write!(f, "focus {place}"),
            Self::Zoom(place) => write!(f, "zoom {place}"),
            Self::Torch(true) => f.write_str("torch on"),
            Self::Torch(false) => f.write_str("torch off"),
        }
    }
}

/// Why no camera is open.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum OpenError {
    /// No camera is connected.
    #[error("no camera is connected; connect one, or see whether it may be used by this user")]
    NoCamera,
    /// Cameras are connected, and not the one that was wished for.
    #[error("there is no camera {wanted}; there is {}", there.join(", "))]
    NoSuchCamera {
        /// Which was wished for.
        wanted: String,
        /// The names of those that are connected.
        there: Vec<String>,
    },
    /// A camera can't be opened: often since another program uses it.
    #[error("the camera {camera} can't be opened ({why}); see whether another program uses it")]
    CannotOpen {
        /// Its name.
        camera: String,
        /// What the driver says.
        why: String,
    },
    /// A camera offers nothing that can be read here.
    #[error("the camera {camera} offers no format that can be read: GRAY, NV12, YUYV, MJPEG, RGB or BGR")]
    NoFormat {
        /// Its name.
        camera: String,
    },
    /// The system doesn't tell which cameras there are.
    #[error(transparent)]
    NotListed(#[from] ListError),
    /// The camera wasn't open when the caller would wait no longer.
    #[error("the camera isn't open after {after:?}")]
    Stalled {
        /// How long was waited.
        after: Duration,
    },
    /// The system gives no thread that could wait for the camera.
    #[error("no thread can be started to read a camera: {why}")]
    NoThread {
        /// What the system says.
        why: String,
    },
    /// The driver's code failed.
    #[error("the camera's driver has failed; open the camera again")]
    Ended,
}

/// The system doesn't tell which cameras there are.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("the system doesn't tell which cameras are connected: {why}")]
pub struct ListError {
    /// What it says.
    pub why: String,
}

/// Why there is no picture.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum CameraError {
    /// A camera that was open is gone. It is looked for, and read on when it is back.
    #[error("the camera {camera} is gone ({why}); connect it again")]
    Lost {
        /// Its name.
        camera: String,
        /// What the driver says.
        why: String,
    },
    /// A camera that is gone can't be opened again yet. The next call may have a picture.
    #[error(transparent)]
    NotBack(OpenError),
    /// No frame came for as long as the caller would wait. The next call waits again.
    #[error("the camera has sent nothing for {after:?}")]
    Stalled {
        /// How long was waited.
        after: Duration,
    },
    /// The driver's code failed. This camera gives no more pictures; open it again.
    #[error("the camera's driver has failed; open the camera again")]
    Ended,
    /// A frame is damaged. The next one may not be.
    #[error(transparent)]
    Grey(#[from] GreyError),
    /// A frame is no picture that can be read.
    #[error(transparent)]
    Picture(#[from] PictureError),
}

/// Why something isn't set on a camera.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum ControlError {
    /// The camera can't do it.
    #[error("the camera can't set {control}: {why}")]
    Refused {
        /// What it was told.
        control: Control,
        /// What the driver says.
        why: String,
    },
    /// The driver hasn't answered for as long as the caller would wait. It sets it later only if it has begun to.
    #[error("the camera has set nothing for {after:?}")]
    Stalled {
        /// How long was waited.
        after: Duration,
    },
    /// The camera is gone. Nothing is set, on it or on one that comes back.
    #[error("the camera {camera} is gone ({why}); connect it again")]
    Lost {
        /// Its name.
        camera: String,
        /// What the driver says.
        why: String,
    },
    /// A camera that is gone can't be opened again yet. Nothing is set.
    #[error(transparent)]
    NotBack(OpenError),
    /// The driver's code failed. Nothing can be set any more; open the camera again.
    #[error("the camera's driver has failed; open the camera again")]
    Ended,
}

/// A camera that is open.
///
/// ```no_run
/// use std::time::Duration;
///
/// use regulars::adapter::camera::{Camera, CameraError, Wish};
///
/// let mut camera = Camera::open(&Wish::default(), Duration::from_secs(5))?;
/// println!("{}", camera.about());
/// loop {
///     match camera.picture(Duration::from_secs(2)) {
///         Ok(picture) => println!("{} x {}", picture.width(), picture.height()),
///         Err(error @ CameraError::Ended) => return Err(error.into()),
///         // Goes on when the camera does.
///         Err(error) => eprintln!("{error}"),
///     }
/// }
/// # #[allow(unreachable_code)]
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Camera {
    feed: Feed,
    about: About,
    frame: RawFrame,
    grey: Vec<u8>,
}

impl Camera {
    /// Opens a camera, and waits until it is open, at most for `patience`.
    ///
    /// # Errors
    ///
    /// [`OpenError`], which says what to do.
    pub fn open(wish: &Wish, patience: Duration) -> Result<Self, OpenError> {
        let wish = wish.clone();
        let feed = Feed::new(move || Sending::open(&wish), patience)?;
        let about = feed.about().ok_or(OpenError::Ended)?;
        Ok(Self { feed, about, frame: RawFrame::default(), grey: Vec::new() })
    }

    /// What is open, or was last.
    pub fn about(&self) -> About {
        self.feed.about().unwrap_or_else(|| self.about.clone())
    }

    /// The newest picture, once it is one that hasn't been given out yet. Waits at most for `patience`.
    ///
    /// # Errors
    ///
    /// [`CameraError`]: the next call may have a picture again. After [`Ended`](CameraError::Ended) none has.
    pub fn picture(&mut self, patience: Duration) -> Result<Picture<'_>, CameraError> {
        self.feed.next(&mut self.frame, patience)?;
        let RawFrame { bytes, format, width, height } = &self.frame;
        let format = format.ok_or(CameraError::Ended)?;
        to_grey(format, *width, *height, bytes, &mut self.grey)?;
        Ok(Picture::new(&self.grey, *width, *height)?)
    }

    /// Sets something on the camera, and waits until it has, at most for `patience`. It isn't kept when a
    /// camera is lost and comes back.
    ///
    /// ```no_run
    /// use std::time::Duration;
    ///
    /// use regulars::adapter::camera::{Camera, Control, ControlError, Wish};
    ///
    /// let camera = Camera::open(&Wish::default(), Duration::from_secs(5))?;
    /// match camera.set(Control::Torch(true), Duration::from_secs(1)) {
    ///     // Few cameras have a light.
    ///     Err(ControlError::Refused { why, .. }) => eprintln!("no light: {why}"),
    ///     set => set?,
    /// }
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`ControlError`]: at once where the camera is gone. What nobody waits for any more is withdrawn, unless the
    /// driver has begun with it.
    pub fn set(&self, control: Control, patience: Duration) -> Result<(), ControlError> {
        self.feed.set(control, patience)
    }
}

/// A camera as a source of frames, where each is waited for as long.
///
/// A frame that doesn't come in time, a frame that is damaged, and a camera that is gone are errors after which
/// the next call may have a frame again; the end comes with [`CameraError::Ended`] alone.
///
/// ```no_run
/// use std::time::Duration;
///
/// use regulars::adapter::camera::{Camera, CameraFrames, Wish};
/// use regulars::adapter::scan::{Frame, FrameSource, Stream, StreamOptions};
///
/// let camera = Camera::open(&Wish::default(), Duration::from_secs(5))?;
/// let mut source = CameraFrames::new(camera, Duration::from_secs(2));
/// let (mut stream, mut frame) = (Stream::new(StreamOptions::default()), Frame::default());
/// loop {
///     match source.next_frame(&mut frame) {
///         Ok(true) => println!("{:?}", stream.frame(&frame.picture()?, frame.at).readings),
///         Ok(false) => break,
///         Err(error) => eprintln!("{error}"),
///     }
/// }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct CameraFrames {
    camera: Camera,
    patience: Duration,
    since: Instant,
}

impl CameraFrames {
    /// Frames of a camera from now on, each waited for at most for `patience`.
    pub fn new(camera: Camera, patience: Duration) -> Self {
        Self { camera, patience, since: Instant::now() }
    }

    /// The camera.
    pub fn camera(&self) -> &Camera {
        &self.camera
    }
}

impl FrameSource for CameraFrames {
    fn next_frame(&mut self, frame: &mut Frame) -> Result<bool, FrameError> {
        let picture = match self.camera.picture(self.patience) {
            Ok(picture) => picture,
            Err(CameraError::Ended) => return Ok(false),
            Err(error @ (CameraError::Grey(_) | CameraError::Picture(_))) => {
                return Err(FrameError::NoFrame(error.to_string()));
            }
            Err(error) => return Err(FrameError::Unavailable(error.to_string())),
        };
        (frame.width, frame.height) = (picture.width(), picture.height());
        core::mem::swap(&mut frame.pixels, &mut self.camera.grey);
        frame.at = self.since.elapsed();
        Ok(true)
    }
}
