//! Reading codes in pictures: a grey picture in, what its codes say out.

mod agreement;
mod bent;
mod bits;
mod code_32;
mod deadline;
mod finder;
mod frames;
mod grey;
mod guard;
mod hints;
mod linear;
mod options;
mod picture;
mod placed;
mod qr;
mod reading;
mod rows;
mod scanner;
mod stream;
mod turned;

pub use frames::{FaultyFrames, Frame, FrameError, FrameSource, RawFrames, StillFrames};
pub use guard::is_guarded;
pub use hints::Hint;
pub use options::{Options, Wanted};
pub use picture::{LONGEST_SIDE, Picture, PictureError};
pub use reading::{Confidence, Point, Reading, Stage};
pub use scanner::{Scan, Scanner, StageTime};
pub use stream::{Seen, Stream, StreamOptions};
