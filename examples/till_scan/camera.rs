//! Codes before a camera, while commands are typed.

use crate::Result;
use crate::till::Till;

/// Until stdin ends, or `quit`. What is wrong with the camera is said, and the till goes on.
#[cfg(feature = "camera")]
pub fn watch(till: &mut Till, which: &str) -> Result<()> {
    use std::io::{self, BufRead};
    use std::sync::mpsc::{TryRecvError, channel};
    use std::thread;
    use std::time::Duration;

    use regulars::adapter::camera::{Camera, CameraFrames, Which, Wish};
    use regulars::adapter::scan::{Frame, FrameSource, Stream, StreamOptions};

    let wish = Wish { camera: Which::from(which), ..Wish::default() };
    let camera = Camera::open(&wish, Duration::from_secs(30))?;
    let mut source = CameraFrames::new(camera, Duration::from_secs(2));
    let (lines, typed) = channel();
    thread::spawn(move || {
        for line in io::stdin().lock().lines().map_while(io::Result::ok) {
            if lines.send(line).is_err() {
                return;
            }
        }
    });
    let (mut stream, mut frame) = (Stream::new(StreamOptions::default()), Frame::default());
    let mut trouble = None;
    while !till.has_ended {
        match typed.try_recv() {
            Ok(line) => {
                till.typed(&line);
                continue;
            }
            Err(TryRecvError::Disconnected) => return Ok(()),
            Err(TryRecvError::Empty) => {}
        }
        match source.next_frame(&mut frame) {
            Ok(true) => {
                if trouble.take().is_some() {
                    till.say("the camera sends again");
                }
                for reading in stream.frame(&frame.picture()?, frame.at).readings {
                    till.scanned(reading.read_code());
                }
            }
            Ok(false) => return Err("the camera sends nothing more".into()),
            Err(error) => {
                let error = error.to_string();
                // A camera that is gone for long says the same each time.
                if trouble.as_ref() != Some(&error) {
                    till.say(&error);
                    trouble = Some(error);
                }
            }
        }
    }
    Ok(())
}

#[cfg(not(feature = "camera"))]
pub fn watch(_: &mut Till, _: &str) -> Result<()> {
    Err("this was built without cameras: --features camera".into())
}
