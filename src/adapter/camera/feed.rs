//! A thread that fetches frames, and the place where the newest one lies.
//!
//! Asking a driver for a frame waits for as long as it takes, for ever if the camera has stopped, and can't be
//! called off. So a thread of its own asks, and who wants a frame waits for the thread, as long as they like.

use std::format;
use std::string::String;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};
use std::vec::Vec;

use crate::adapter::camera::{About, CameraError, Control, ControlError, OpenError, PixelFormat};

/// How long to wait before a camera that was lost is looked for again.
const AGAIN_AFTER: Duration = Duration::from_millis(500);

/// A frame as the driver gave it.
#[derive(Debug, Default)]
pub(super) struct RawFrame {
    /// Its pixels.
    pub(super) bytes: Vec<u8>,
    /// `None` in a frame that isn't filled yet.
    pub(super) format: Option<PixelFormat>,
    pub(super) width: usize,
    pub(super) height: usize,
}

/// An open camera, as the thread uses it.
pub(super) trait Device {
    /// What was opened.
    fn about(&self) -> About;

    /// Waits for the next frame and puts it into `frame`. What goes wrong ends this device.
    fn fetch(&mut self, frame: &mut RawFrame) -> Result<(), String>;

    /// Sets something on the camera.
    fn set(&mut self, control: Control) -> Result<(), String>;
}

/// The reader's end.
#[derive(Debug)]
pub(super) struct Feed {
    shared: Arc<Shared>,
}

#[derive(Debug, Default)]
struct Shared {
    state: Mutex<State>,
    /// Something in the state is new.
    news: Condvar,
}

#[derive(Debug, Default)]
struct State {
    about: Option<About>,
    newest: Option<RawFrame>,
    /// A frame that was read, whose memory is used again.
    spare: Option<RawFrame>,
    /// Why there is no camera, since when there is none.
    lost: Option<CameraError>,
    /// Whether the reader knows of it.
    is_told: bool,
    order: Option<Control>,
    answer: Option<Result<(), String>>,
    /// The reader is gone.
    is_over: bool,
    /// The thread is gone.
    has_ended: bool,
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        // Nothing in the state is left half done by a panic.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Changes the state, and tells who waits for it.
    fn change<T>(&self, change: impl FnOnce(&mut State) -> T) -> T {
        let changed = change(&mut self.lock());
        self.news.notify_all();
        changed
    }

    /// Waits until something is there to take, at most until a moment.
    fn wait<T>(&self, until: Instant, mut take: impl FnMut(&mut State) -> Option<T>) -> Option<T> {
        let mut state = self.lock();
        loop {
            if let Some(found) = take(&mut state) {
                return Some(found);
            }
            let left = until.checked_duration_since(Instant::now()).filter(|left| !left.is_zero())?;
            let woken = self.news.wait_timeout(state, left);
            state = woken.unwrap_or_else(PoisonError::into_inner).0;
        }
    }
}

/// Says that the thread is gone, however it went.
struct Ends(Arc<Shared>);

impl Drop for Ends {
    fn drop(&mut self) {
        self.0.change(|state| state.has_ended = true);
    }
}

impl Feed {
    /// Begins to fetch from what `open` opens, and opens it again when it is lost. `open` is called on the
    /// thread that fetches.
    ///
    /// # Errors
    ///
    /// What `open` says the first time, and [`OpenError::Stalled`] where it takes too long.
    pub(super) fn new<D: Device>(
        mut open: impl FnMut() -> Result<D, OpenError> + Send + 'static,
        patience: Duration,
    ) -> Result<Self, OpenError> {
        let shared = Arc::new(Shared::default());
        let ends = Ends(Arc::clone(&shared));
        let begun = thread::Builder::new().name("camera".into()).spawn(move || {
            let shared = &ends.0;
            while !shared.lock().is_over {
                match open() {
                    Ok(device) => fetch_all(device, shared),
                    Err(error) => shared.change(|state| state.lost = Some(CameraError::NotBack(error))),
                }
                let _ = shared.wait(later(AGAIN_AFTER), |state| state.is_over.then_some(()));
            }
        });
        begun.map_err(|error| OpenError::CannotOpen { camera: "any".into(), why: format!("{error}") })?;
        let feed = Self { shared };
        let opened = feed.shared.wait(later(patience), |state| {
            state.is_told = true;
            match (&state.about, state.lost.clone()) {
                (_, Some(error)) => Some(Err(not_open(error))),
                (Some(_), None) => Some(Ok(())),
                (None, None) => state.has_ended.then_some(Err(OpenError::Ended)),
            }
        });
        opened.unwrap_or(Err(OpenError::Stalled { after: patience })).map(|()| feed)
    }

    /// What is open, or was last.
    pub(super) fn about(&self) -> Option<About> {
        self.shared.lock().about.clone()
    }

    /// Waits for a frame that nobody has seen yet. `frame` is swapped for it.
    pub(super) fn next(&self, frame: &mut RawFrame, patience: Duration) -> Result<(), CameraError> {
        let read = core::mem::take(frame);
        self.shared.lock().spare = Some(read);
        let found = self.shared.wait(later(patience), |state| {
            if let Some(newest) = state.newest.take() {
                return Some(Ok(newest));
            }
            if state.has_ended {
                return Some(Err(CameraError::Ended));
            }
            // A loss is told at once, but once; from then on it is waited for the camera to come back.
            let news = state.lost.clone().filter(|_| !state.is_told)?;
            state.is_told = true;
            Some(Err(news))
        });
        let silent = || self.shared.lock().lost.clone().unwrap_or(CameraError::Stalled { after: patience });
        *frame = found.unwrap_or_else(|| Err(silent()))?;
        Ok(())
    }

    /// Sets something on the camera, which happens between two frames.
    pub(super) fn set(&self, control: Control, patience: Duration) -> Result<(), ControlError> {
        self.shared.change(|state| {
            state.answer = None;
            state.order = Some(control);
        });
        let answer = self.shared.wait(later(patience), |state| state.answer.take());
        match answer {
            Some(answer) => answer.map_err(|why| ControlError::Refused { control, why }),
            None => Err(ControlError::Stalled { after: patience }),
        }
    }
}

impl Drop for Feed {
    /// Doesn't wait for the thread, which may be waiting for ever itself.
    fn drop(&mut self) {
        self.shared.change(|state| state.is_over = true);
    }
}

/// Why a camera that has just been opened isn't open: also since it was lost at once.
fn not_open(error: CameraError) -> OpenError {
    match error {
        CameraError::NotBack(error) => error,
        CameraError::Lost { camera, why } => OpenError::CannotOpen { camera, why },
        _ => OpenError::Ended,
    }
}

/// Fetches until the device is lost, or nobody reads any more.
fn fetch_all(mut device: impl Device, shared: &Shared) {
    let about = device.about();
    let name = about.name.clone();
    shared.change(|state| {
        state.about = Some(about);
        state.lost = None;
    });
    loop {
        let (order, mut frame) = {
            let mut state = shared.lock();
            if state.is_over {
                return;
            }
            (state.order.take(), state.spare.take().unwrap_or_default())
        };
        if let Some(control) = order {
            let answer = device.set(control);
            shared.change(|state| state.answer = Some(answer));
        }
        frame.bytes.clear();
        match device.fetch(&mut frame) {
            Ok(()) => shared.change(|state| {
                state.spare = state.newest.replace(frame);
            }),
            Err(why) => {
                return shared.change(|state| {
                    // What was seen before isn't what is before the camera when it is back.
                    state.newest = None;
                    state.lost = Some(CameraError::Lost { camera: name, why });
                    state.is_told = false;
                });
            }
        }
    }
}

fn later(wait: Duration) -> Instant {
    let now = Instant::now();
    // Longer than anybody waits, where a wait is too long to be added.
    now.checked_add(wait).or_else(|| now.checked_add(Duration::from_secs(86_400))).unwrap_or(now)
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::{Receiver, channel};

    use super::*;

    /// A camera that does what it is told: a frame with a byte, or an end.
    struct Told(Arc<Mutex<Receiver<Option<u8>>>>);

    impl Device for Told {
        fn about(&self) -> About {
            About { name: "told".into(), format: PixelFormat::Gray, width: 1, height: 1, rate: 30 }
        }

        fn fetch(&mut self, frame: &mut RawFrame) -> Result<(), String> {
            // Waits for ever, as a driver does.
            let byte = self.0.lock().unwrap().recv().unwrap().ok_or("pulled out")?;
            frame.bytes.push(byte);
            frame.format = Some(PixelFormat::Gray);
            Ok(())
        }

        fn set(&mut self, control: Control) -> Result<(), String> {
            if control == Control::Torch(true) { Ok(()) } else { Err("no such thing".into()) }
        }
    }

    const LONG: Duration = Duration::from_secs(20);
    const SHORT: Duration = Duration::from_millis(20);

    #[test]
    fn a_camera_stalls_goes_and_comes_back() {
        let (tell, told) = channel();
        let told = Arc::new(Mutex::new(told));
        let feed = Feed::new(move || Ok(Told(Arc::clone(&told))), LONG).unwrap();
        let mut frame = RawFrame::default();
        tell.send(Some(7)).unwrap();
        feed.next(&mut frame, LONG).unwrap();
        assert_eq!(frame.bytes, [7]);
        let stalled = CameraError::Stalled { after: SHORT };
        assert_eq!(feed.next(&mut frame, SHORT), Err(stalled.clone()), "nothing is shown twice");
        tell.send(Some(8)).unwrap();
        feed.next(&mut frame, LONG).unwrap();
        assert_eq!(frame.bytes, [8], "a camera that goes on is read on");

        tell.send(None).unwrap();
        let lost = CameraError::Lost { camera: "told".into(), why: "pulled out".into() };
        assert_eq!(feed.next(&mut frame, LONG), Err(lost), "told at once");
        tell.send(Some(9)).unwrap();
        feed.next(&mut frame, LONG).unwrap();
        assert_eq!(frame.bytes, [9], "it is opened again by itself");
        assert_eq!(feed.next(&mut frame, SHORT), Err(stalled));
    }

    #[test]
    fn only_the_newest_frame_is_kept_and_orders_come_between_frames() {
        let (tell, told) = channel();
        let told = Arc::new(Mutex::new(told));
        let held = Arc::clone(&told);
        let feed = Feed::new(move || Ok(Told(Arc::clone(&told))), LONG).unwrap();
        for byte in 0..10 {
            tell.send(Some(byte)).unwrap();
        }
        let mut frame = RawFrame::default();
        let mut seen = Vec::new();
        while seen.last() != Some(&9) {
            feed.next(&mut frame, LONG).unwrap();
            assert_eq!(frame.bytes.len(), 1, "memory that is used again is emptied");
            seen.extend(&frame.bytes);
        }
        assert!(seen.is_sorted_by(|left, right| left < right), "{seen:?}");

        // Until the driver is asked for the next one, which on a busy machine isn't at once.
        while held.try_lock().is_ok() {
            thread::yield_now();
        }
        assert_eq!(
            feed.set(Control::Torch(true), SHORT),
            Err(ControlError::Stalled { after: SHORT }),
            "the driver waits for a frame"
        );
        tell.send(Some(10)).unwrap();
        thread::spawn(move || while tell.send(Some(11)).is_ok() {});
        assert_eq!(feed.set(Control::Torch(true), LONG), Ok(()));
        let why = "no such thing".into();
        let refused = ControlError::Refused { control: Control::Focus(3), why };
        assert_eq!(feed.set(Control::Focus(3), LONG), Err(refused));
    }

    #[test]
    fn what_panics_in_a_driver_ends_the_camera_and_not_the_till() {
        struct Panics;
        impl Device for Panics {
            fn about(&self) -> About {
                About { name: "panics".into(), format: PixelFormat::Gray, width: 1, height: 1, rate: 30 }
            }
            fn fetch(&mut self, _: &mut RawFrame) -> Result<(), String> {
                panic!("the driver's fault");
            }
            fn set(&mut self, _: Control) -> Result<(), String> {
                Ok(())
            }
        }
        let feed = Feed::new(|| Ok(Panics), LONG);
        match feed.map(|feed| feed.next(&mut RawFrame::default(), LONG)) {
            Ok(frame) => assert_eq!(frame, Err(CameraError::Ended)),
            Err(error) => assert_eq!(error, OpenError::Ended),
        }
    }

    #[test]
    fn what_cannot_be_opened_is_told_by_the_opening() {
        let feed = Feed::new(|| Err::<Told, _>(OpenError::NoCamera), LONG);
        assert_eq!(feed.map(|_| ()), Err(OpenError::NoCamera));
    }
}
