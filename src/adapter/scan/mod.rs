//! Reading codes in pictures: a grey picture in, what its codes say out.

mod picture;
mod reading;
pub mod rows;

pub use picture::{LONGEST_SIDE, Picture, PictureError};
pub use reading::{Point, Reading};
