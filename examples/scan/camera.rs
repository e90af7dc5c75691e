//! Codes before a camera.

use std::error::Error;
#[cfg(feature = "camera")]
use std::io::{self, Write as _};
use std::process::ExitCode;
use std::time::Duration;

use crate::args::Args;

#[cfg(feature = "camera")]
pub fn list() -> Result<ExitCode, Box<dyn Error>> {
    let cameras = regulars::adapter::camera::connected()?;
    if cameras.is_empty() {
        return Err(regulars::adapter::camera::OpenError::NoCamera.into());
    }
    for camera in cameras {
        writeln!(io::stdout(), "{:3} {}", camera.index, camera.name)?;
    }
    Ok(ExitCode::SUCCESS)
}

/// Prints codes and hints as they come. What is wrong with the camera is said, and it is read on.
#[cfg(feature = "camera")]
pub fn watch(args: &Args, which: &str, seconds: Option<Duration>) -> Result<ExitCode, Box<dyn Error>> {
    use std::time::Instant;

    use regulars::adapter::camera::{Camera, CameraFrames, Which, Wish};
    use regulars::adapter::scan::{Frame, FrameSource};

    use crate::frames::Watch;

    const PATIENCE: Duration = Duration::from_secs(2);
    let wish = Wish { camera: Which::from(which), ..Wish::default() };
    let camera = Camera::open(&wish, Duration::from_secs(30))?;
    writeln!(io::stdout(), "{}", camera.about())?;
    let mut source = CameraFrames::new(camera, PATIENCE);
    let (mut watch, mut frame) = (Watch::new(args), Frame::default());
    let start = Instant::now();
    let (mut trouble, mut went_on) = (None, true);
    while went_on && seconds.is_none_or(|seconds| start.elapsed() < seconds) {
        match source.next_frame(&mut frame) {
            Ok(true) => {
                if trouble.take().is_some() {
                    writeln!(io::stdout(), "{:.1?} the camera sends again", start.elapsed())?;
                }
                watch.look(&frame)?;
            }
            Ok(false) => went_on = false,
            Err(error) => {
                let error = error.to_string();
                // A camera that is gone for long says the same each time.
                if trouble.as_ref() != Some(&error) {
                    writeln!(io::stdout(), "{:.1?} {error}", start.elapsed())?;
                    trouble = Some(error);
                }
            }
        }
    }
    writeln!(io::stdout(), "{watch}")?;
    Ok(if went_on { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

#[cfg(not(feature = "camera"))]
pub fn list() -> Result<ExitCode, Box<dyn Error>> {
    Err("this was built without cameras: --features scan,camera".into())
}

#[cfg(not(feature = "camera"))]
pub fn watch(_: &Args, _: &str, _: Option<Duration>) -> Result<ExitCode, Box<dyn Error>> {
    list()
}
