//! Cameras of this machine, through `nokhwa`.

use std::format;
use std::string::{String, ToString};
use std::vec::Vec;

use nokhwa::utils::{
    ApiBackend, CameraFormat, CameraIndex, ControlValueSetter, FrameFormat, KnownCameraControl,
    RequestedFormat, RequestedFormatType,
};
use nokhwa::{Camera as Opened, query};

use crate::adapter::camera::feed::{Device, RawFrame};
use crate::adapter::camera::{About, Control, ListError, OpenError, PixelFormat, Which, Wish};

/// What can be read, the cheapest first.
const READABLE: [(FrameFormat, PixelFormat); 6] = [
    (FrameFormat::GRAY, PixelFormat::Gray),
    (FrameFormat::NV12, PixelFormat::Nv12),
    (FrameFormat::YUYV, PixelFormat::Yuyv),
    (FrameFormat::RAWRGB, PixelFormat::Rgb),
    (FrameFormat::RAWBGR, PixelFormat::Bgr),
    (FrameFormat::MJPEG, PixelFormat::Mjpeg),
];
/// Below so many frames a second a code is waited for.
const FLUENT: u32 = 15;
/// How many formats are tried that a camera says it has. Some have rates that `nokhwa` doesn't take.
const TRIES: usize = 24;

/// A camera that is connected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Connected {
    /// Its number, which may be another after it was pulled out.
    pub index: u32,
    /// What its maker calls it.
    pub name: String,
}

/// The cameras that are connected, by number. Some systems list nodes among them that give no pictures.
///
/// ```no_run
/// use regulars::adapter::camera::{Which, connected};
///
/// for camera in connected()? {
///     println!("{}: {}, to be opened as {:?}", camera.index, camera.name, Which::Index(camera.index));
/// }
/// # Ok::<(), regulars::adapter::camera::ListError>(())
/// ```
///
/// # Errors
///
/// [`ListError`].
pub fn connected() -> Result<Vec<Connected>, ListError> {
    let found = query(ApiBackend::Auto).map_err(|error| ListError { why: error.to_string() })?;
    let mut cameras: Vec<Connected> = found
        .iter()
        .filter_map(|found| {
            Some(Connected { index: found.index().as_index().ok()?, name: found.human_name() })
        })
        .collect();
    cameras.sort_by_key(|camera| camera.index);
    Ok(cameras)
}

/// A camera that is open and sends.
pub(super) struct Sending {
    camera: Opened,
    about: About,
    format: PixelFormat,
    /// How many bytes the rows of a frame have, where that is known.
    length: Option<usize>,
}

impl Sending {
    /// Opens the camera that is wished for; the first that opens, where it doesn't matter.
    pub(super) fn open(wish: &Wish) -> Result<Self, OpenError> {
        let there = connected()?;
        let wanted: Vec<&Connected> = match &wish.camera {
            Which::First => there.iter().collect(),
            Which::Index(index) => there.iter().filter(|camera| camera.index == *index).collect(),
            Which::Named(part) => there.iter().filter(|camera| camera.name.contains(part.as_str())).collect(),
        };
        let mut error = match (&wish.camera, there.is_empty()) {
            (_, true) | (Which::First, false) => OpenError::NoCamera,
            (wanted, false) => OpenError::NoSuchCamera {
                wanted: wanted.to_string(),
                there: there.iter().map(|camera| camera.name.clone()).collect(),
            },
        };
        // Some nodes only take pictures, and some cameras are in use elsewhere.
        for camera in wanted {
            match Self::open_one(camera, wish) {
                Ok(sending) => return Ok(sending),
                Err(why) => error = why,
            }
        }
        Err(error)
    }

    fn open_one(connected: &Connected, wish: &Wish) -> Result<Self, OpenError> {
        let name = &connected.name;
        #[cfg(target_os = "linux")]
        whole_rate(connected.index, wish.rate);
        let readable = READABLE.map(|(theirs, _)| theirs);
        let any = RequestedFormat::with_formats(RequestedFormatType::None, &readable);
        let index = CameraIndex::Index(connected.index);
        let mut camera = Opened::new(index, any).map_err(|error| cannot_open(name, &error))?;
        let mut formats = camera.compatible_camera_formats().map_err(|error| cannot_open(name, &error))?;
        formats.retain(|format| readable.contains(&format.format()));
        formats.sort_by_key(|format| cost(format, wish));
        let mut error = OpenError::NoFormat { camera: name.clone() };
        for format in formats.into_iter().take(TRIES) {
            let exactly = RequestedFormat::with_formats(RequestedFormatType::Exact(format), &readable);
            let set = match camera.camera_format() == format {
                true => Ok(format),
                false => camera.set_camera_requset(exactly),
            };
            match set.and_then(|_| camera.open_stream()) {
                Ok(()) => return Self::new(camera, connected),
                Err(why) => error = cannot_open(name, &why),
            }
        }
        Err(error)
    }

    fn new(camera: Opened, Connected { index, name }: &Connected) -> Result<Self, OpenError> {
        let sends = camera.camera_format();
        let format = READABLE.iter().find(|(theirs, _)| *theirs == sends.format());
        let (_, format) = *format.ok_or_else(|| OpenError::NoFormat { camera: name.into() })?;
        let (width, height) = (sends.width(), sends.height());
        let about = About { name: name.into(), format, width, height, rate: sends.frame_rate() };
        Ok(Self { camera, length: length_of_rows(*index, &about), about, format })
    }
}

impl Device for Sending {
    fn about(&self) -> About {
        self.about.clone()
    }

    fn fetch(&mut self, frame: &mut RawFrame) -> Result<(), String> {
        let side = |pixels| usize::try_from(pixels).map_err(|_| String::from("a frame is too large"));
        let bytes = self.camera.frame_raw().map_err(|error| error.to_string())?;
        let rows = self.length.and_then(|length| bytes.get(..length)).unwrap_or(&bytes);
        frame.bytes.extend_from_slice(rows);
        frame.format = Some(self.format);
        (frame.width, frame.height) = (side(self.about.width)?, side(self.about.height)?);
        Ok(())
    }

    fn set(&mut self, control: Control) -> Result<(), String> {
        let (known, value) = order(control);
        self.camera
            .set_camera_control(known, ControlValueSetter::Integer(value))
            .map_err(|error| error.to_string())
    }
}

/// Sets a camera to a whole number of frames a second: `nokhwa` opens none that sends 12.5 or 29.97. What doesn't
/// work out is told when the camera is opened.
#[cfg(target_os = "linux")]
fn whole_rate(index: u32, wished: u32) {
    use v4l::video::{Capture, capture::Parameters};

    let Ok(device) =
        usize::try_from(index).map_err(|_| ()).and_then(|index| v4l::Device::new(index).map_err(|_| ()))
    else {
        return;
    };
    let is_whole = || device.params().is_ok_and(|found| found.interval.numerator == 1);
    // A driver takes the nearest that it has, which may be the same again.
    for rate in [wished, 10, 5, 1] {
        if is_whole() {
            return;
        }
        let _ = device.set_params(&Parameters::with_fps(rate));
    }
}

/// How many bytes the rows of a frame have. `nokhwa` gives all of a driver's memory, whose end belongs to no row,
/// and so doesn't tell how long a row is.
#[cfg(target_os = "linux")]
fn length_of_rows(index: u32, about: &About) -> Option<usize> {
    use v4l::video::Capture;

    let device = v4l::Device::new(usize::try_from(index).ok()?).ok()?;
    let length_of_one = usize::try_from(device.format().ok()?.stride).ok()?;
    let rows = about.format.rows(usize::try_from(about.height).ok()?)?;
    length_of_one.checked_mul(rows).filter(|length| *length > 0)
}

/// How many bytes the rows of a frame have: all, as far as is known.
#[cfg(not(target_os = "linux"))]
fn length_of_rows(_: u32, _: &About) -> Option<usize> {
    None
}

/// How little a format is wished for: by how far its size is off, whether it is slow, what it costs to read,
/// and how far its rate is off.
fn cost(format: &CameraFormat, wish: &Wish) -> (u64, u32, usize, u32) {
    let off = |found: u32, wished: u32| u64::from(found.abs_diff(wished));
    let size = off(format.width(), wish.width).saturating_add(off(format.height(), wish.height));
    let slow = FLUENT.min(wish.rate).saturating_sub(format.frame_rate());
    let order = READABLE.iter().position(|(theirs, _)| *theirs == format.format());
    (size, slow, order.unwrap_or(READABLE.len()), format.frame_rate().abs_diff(wish.rate))
}

/// What the driver calls it. `nokhwa` has names for steps of focus and zoom on Linux, and none for places.
#[cfg(target_os = "linux")]
fn order(control: Control) -> (KnownCameraControl, i64) {
    /// `V4L2_CID_FOCUS_ABSOLUTE`, `V4L2_CID_ZOOM_ABSOLUTE` and `V4L2_CID_FLASH_LED_MODE` of Linux.
    const FOCUS: u128 = 0x009A_090A;
    const ZOOM: u128 = 0x009A_090D;
    const FLASH_MODE: u128 = 0x009C_0901;
    match control {
        Control::Focus(place) => (KnownCameraControl::Other(FOCUS), place),
        Control::Zoom(place) => (KnownCameraControl::Other(ZOOM), place),
        // 2 is a torch, 0 is no light.
        Control::Torch(on) => (KnownCameraControl::Other(FLASH_MODE), if on { 2 } else { 0 }),
    }
}

/// What the driver calls it.
#[cfg(not(target_os = "linux"))]
fn order(control: Control) -> (KnownCameraControl, i64) {
    match control {
        Control::Focus(place) => (KnownCameraControl::Focus, place),
        Control::Zoom(place) => (KnownCameraControl::Zoom, place),
        Control::Torch(on) => (KnownCameraControl::Other(0), i64::from(on)),
    }
}

fn cannot_open(camera: &str, why: &dyn core::error::Error) -> OpenError {
    OpenError::CannotOpen { camera: camera.into(), why: format!("{why}") }
}
