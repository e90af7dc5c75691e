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
    loss: Option<Loss>,
    /// Whether the reader knows of it.
    is_told: bool,
    /// How many orders there were; the last one's number.
    orders: u64,
    /// What is to be set, and the number of that order.
    order: Option<(u64, Control)>,
    /// What came of an order, and its number.
    answer: Option<(u64, Answer)>,
    /// The reader is gone.
    is_over: bool,
    /// The thread is gone.
    has_ended: bool,
}

/// Why there is no camera.
#[derive(Debug, Clone)]
enum Loss {
    /// It was open, and is gone.
    Gone { camera: String, why: String },
    /// It can't be opened, or not again.
    NotOpen(OpenError),
}

/// What came of an order.
#[derive(Debug)]
enum Answer {
    Set,
    /// What the driver says.
    Refused(String),
    /// The camera was lost before it was told.
    Lost(Loss),
}

impl From<Loss> for CameraError {
    fn from(loss: Loss) -> Self {
        match loss {
            Loss::Gone { camera, why } => Self::Lost { camera, why },
            Loss::NotOpen(error) => Self::NotBack(error),
        }
    }
}

impl From<Loss> for OpenError {
    /// Why a camera that is being opened isn't open: also since it was lost at once.
    fn from(loss: Loss) -> Self {
        match loss {
            Loss::Gone { camera, why } => Self::CannotOpen { camera, why },
            Loss::NotOpen(error) => error,
        }
    }
}

impl From<Loss> for ControlError {
    fn from(loss: Loss) -> Self {
        match loss {
            Loss::Gone { camera, why } => Self::Lost { camera, why },
            Loss::NotOpen(error) => Self::NotBack(error),
        }
    }
}

impl State {
    /// There is no camera. What was to be set isn't set on another.
    fn lose(&mut self, loss: Loss) {
        if let Some((number, _)) = self.order.take() {
            self.answer = Some((number, Answer::Lost(loss.clone())));
        }
        self.loss = Some(loss);
    }
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
    /// What `open` says the first time, [`OpenError::Stalled`] where it takes too long, and [`OpenError::NoThread`].
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
                    Err(error) => shared.change(|state| state.lose(Loss::NotOpen(error))),
                }
                let _ = shared.wait(later(AGAIN_AFTER), |state| state.is_over.then_some(()));
            }
        });
        begun.map_err(|error| OpenError::NoThread { why: format!("{error}") })?;
        let feed = Self { shared };
        let opened = feed.shared.wait(later(patience), |state| {
            state.is_told = true;
            match (&state.about, state.loss.clone()) {
                (_, Some(loss)) => Some(Err(loss.into())),
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
            let news = state.loss.clone().filter(|_| !state.is_told)?;
            state.is_told = true;
            Some(Err(news.into()))
        });
        let loss = || self.shared.lock().loss.clone();
        let silent = || loss().map_or(CameraError::Stalled { after: patience }, CameraError::from);
        *frame = found.unwrap_or_else(|| Err(silent()))?;
        Ok(())
    }

    /// Sets something on the camera, which happens between two frames.
    pub(super) fn set(&self, control: Control, patience: Duration) -> Result<(), ControlError> {
        let number = self.shared.change(|state| {
            match state.loss.clone() {
                _ if state.has_ended => return Err(ControlError::Ended),
                Some(loss) => return Err(loss.into()),
                None => {}
            }
            state.orders = state.orders.wrapping_add(1);
            state.order = Some((state.orders, control));
            Ok(state.orders)
        })?;
        let answer = self.shared.wait(later(patience), |state| {
            // An order before this one may be answered late, to nobody.
            match state.answer.take_if(|(of, _)| *of == number) {
                Some((_, answer)) => Some(Ok(answer)),
                None => state.has_ended.then_some(Err(ControlError::Ended)),
            }
        });
        match answer.transpose()? {
            Some(Answer::Set) => Ok(()),
            Some(Answer::Refused(why)) => Err(ControlError::Refused { control, why }),
            Some(Answer::Lost(loss)) => Err(loss.into()),
            None => {
                self.shared.change(|state| state.order.take_if(|(of, _)| *of == number));
                Err(ControlError::Stalled { after: patience })
            }
        }
    }
}

impl Drop for Feed {
    /// Doesn't wait for the thread, which may be waiting for ever itself.
    fn drop(&mut self) {
        self.shared.change(|state| state.is_over = true);
    }
}

/// Fetches until the device is lost, or nobody reads any more.
fn fetch_all(mut device: impl Device, shared: &Shared) {
    let about = device.about();
    let name = about.name.clone();
    shared.change(|state| {
        state.about = Some(about);
        state.loss = None;
    });
    loop {
        let (order, mut frame) = {
            let mut state = shared.lock();
            if state.is_over {
                return;
            }
            (state.order.take(), state.spare.take().unwrap_or_default())
        };
        if let Some((number, control)) = order {
            let answer = device.set(control).map_or_else(Answer::Refused, |()| Answer::Set);
            shared.change(|state| state.answer = Some((number, answer)));
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
                    state.lose(Loss::Gone { camera: name, why });
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
mod tests;
