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

/// Opens a camera once; it can't be opened again.
fn once(told: Told) -> impl FnMut() -> Result<Told, OpenError> + Send + 'static {
    let mut told = Some(told);
    move || told.take().ok_or(OpenError::NoCamera)
}

#[test]
fn nothing_is_set_on_a_camera_that_is_gone() {
    let (tell, told) = channel();
    let feed = Feed::new(once(Told(Arc::new(Mutex::new(told)))), LONG).unwrap();
    let lost = ControlError::Lost { camera: "told".into(), why: "pulled out".into() };
    // An order that waits when the camera goes is answered then.
    let begun = Instant::now();
    thread::scope(|scope| {
        let waits = scope.spawn(|| feed.set(Control::Torch(true), LONG));
        while feed.shared.lock().order.is_none() && !waits.is_finished() {
            thread::yield_now();
        }
        tell.send(None).unwrap();
        assert_eq!(waits.join().unwrap(), Err(lost.clone()));
    });
    // One that comes after is answered at once, and isn't kept for the next camera.
    let after = feed.set(Control::Torch(true), LONG).unwrap_err();
    assert!(after == lost || after == ControlError::NotBack(OpenError::NoCamera), "{after}");
    assert!(feed.shared.lock().order.is_none());
    while feed.set(Control::Torch(true), LONG) != Err(ControlError::NotBack(OpenError::NoCamera)) {
        thread::yield_now();
    }
    assert!(begun.elapsed() < LONG);
}

#[test]
fn nothing_is_set_once_the_driver_has_failed() {
    let (tell, told) = channel();
    let feed = Feed::new(once(Told(Arc::new(Mutex::new(told)))), LONG).unwrap();
    drop(tell);
    let begun = Instant::now();
    assert_eq!(feed.next(&mut RawFrame::default(), LONG), Err(CameraError::Ended));
    assert_eq!(feed.set(Control::Torch(true), LONG), Err(ControlError::Ended));
    assert!(begun.elapsed() < LONG);
}

/// A camera that is as long about what it is told as somebody lets it.
struct Slow(Receiver<()>, Arc<Mutex<Vec<Control>>>);

impl Device for Slow {
    fn about(&self) -> About {
        About { name: "slow".into(), format: PixelFormat::Gray, width: 1, height: 1, rate: 30 }
    }

    fn fetch(&mut self, _: &mut RawFrame) -> Result<(), String> {
        Ok(())
    }

    fn set(&mut self, control: Control) -> Result<(), String> {
        self.1.lock().unwrap().push(control);
        self.0.recv().unwrap();
        if control == Control::Torch(true) { Ok(()) } else { Err("no such thing".into()) }
    }
}

#[test]
fn an_order_that_nobody_waits_for_any_more_is_withdrawn_and_answers_no_other() {
    let (let_go, waits) = channel();
    let begun = Arc::new(Mutex::new(Vec::new()));
    let mut slow = Some(Slow(waits, Arc::clone(&begun)));
    let feed = Feed::new(move || slow.take().ok_or(OpenError::NoCamera), LONG).unwrap();
    let stalled = Err(ControlError::Stalled { after: SHORT });
    assert_eq!(feed.set(Control::Focus(1), SHORT), stalled);
    while begun.lock().unwrap().is_empty() {
        // On a busy machine the driver may not have begun, and then the order is withdrawn.
        assert_eq!(feed.set(Control::Focus(1), SHORT), stalled);
    }
    // The driver is busy with the first, and this one waits.
    assert_eq!(feed.set(Control::Zoom(2), SHORT), stalled);
    thread::scope(|scope| {
        let third = scope.spawn(|| feed.set(Control::Torch(true), LONG));
        while feed.shared.lock().order.is_none() {
            thread::yield_now();
        }
        let_go.send(()).unwrap();
        let_go.send(()).unwrap();
        assert_eq!(third.join().unwrap(), Ok(()), "the first one's answer isn't the third's");
    });
    assert_eq!(*begun.lock().unwrap(), [Control::Focus(1), Control::Torch(true)]);
}
