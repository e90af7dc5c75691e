//! One door for each feature, so that the linker keeps what is behind it. Without any, an empty program.
//!
//! What goes in comes from outside, or the compiler would work it out beforehand.

use std::error::Error;

#[cfg(feature = "core")]
mod doors;

type Done = Result<String, Box<dyn Error>>;

fn main() -> Result<(), Box<dyn Error>> {
    let input = std::env::args().nth(1).ok_or("a folder to write to")?;
    println!("{} characters came in", input.len());
    #[cfg(feature = "core")]
    for (feature, door) in doors::ALL {
        println!("{feature}: {}", door(&input)?);
    }
    Ok(())
}
