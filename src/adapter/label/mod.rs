//! Making cards and labels: bar codes and QR codes with a name, a shop and a logo, as PNG, SVG and PDF.
//!
//! A card is laid out once, in the dots of the printer that it is for, and then written in any form. Bars and
//! modules are whole dots wide in all of them; quiet zones are kept; and what a scanner couldn't read at that
//! size is refused by name. The same input gives the same bytes.

mod card;
mod code_128;
mod drawing;
mod error;
#[cfg(feature = "pdf")]
mod pdf;
mod place;
mod png;
mod raster;
mod sheet;
mod size;
mod svg;
mod symbol;
mod typeface;

pub use card::{Design, PrintedCard};
pub use drawing::{Colour, Drawing};
pub use error::{DrawError, MOST_CHARACTERS};
#[cfg(feature = "pdf")]
pub use pdf::{PdfError, to_pdf};
pub use png::{LogoError, PngError};
pub use raster::MOST_PIXELS;
pub use sheet::{Sheet, SheetError};
pub use size::{Length, Resolution, ResolutionError, Size};
pub use symbol::{Symbol, SymbolError};
pub use typeface::{LetterError, Typeface, TypefaceError};
