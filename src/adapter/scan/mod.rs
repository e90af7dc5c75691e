//! Reading codes in pictures: a grey picture in, what its codes say out.

mod picture;
mod reading;

pub use picture::{LONGEST_SIDE, Picture, PictureError};
pub use reading::{Point, Reading};
