//! Receipts as pictures, for a screen, a mail, or a printer that is sent dots.

use alloc::string::String;
use alloc::vec::Vec;
use core::num::Saturating;

use thiserror::Error;

use super::{COLUMNS, Roll};
use crate::adapter::label::{DrawError, Drawing, Symbol, SymbolError, Typeface};
use crate::code::Symbology;

/// The most rows of a receipt.
const MOST_ROWS: usize = 2000;
/// The most columns of a row, as many as printers have on 80 mm: in more the letters would be smaller than anybody
/// reads.
const MOST_COLUMNS: usize = Roll::Mm80.columns();

/// Why there is no picture of a receipt.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum PictureError {
    /// The text of the QR code doesn't fit into one.
    #[error(transparent)]
    Symbol(#[from] SymbolError),
    /// The code has no room on the paper.
    #[error(transparent)]
    Draw(#[from] DrawError),
    /// It would be longer than any roll.
    #[error("a receipt of {rows} rows: {MOST_ROWS} are the most")]
    TooLong {
        /// How many.
        rows: usize,
    },
}

/// A receipt as it comes out of a printer: its text in columns, and a QR code below, such as the one by which
/// the sale is claimed, or a customer enrols.
///
/// ```
/// use regulars::adapter::receipt::{Roll, draw};
///
/// let drawing = draw("THE SHOP\nTOTAL EUR 4.50\n", Some("https://shop.example/claim/8Zq3"), Roll::Mm80)?;
/// assert_eq!(drawing.width_dots(), 576);
/// assert!(drawing.to_png()?.starts_with(b"\x89PNG"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Letters that the typeface doesn't have are drawn as `?`, and what is longer than 48 columns goes on in the next
/// row, as at a printer: a receipt has to come out. Letters are as large as the longest row allows.
///
/// # Errors
///
/// [`PictureError`] where the text of the QR code is too long for one, or there are more than 2000 rows.
pub fn draw(text: &str, qr: Option<&str>, roll: Roll) -> Result<Drawing, PictureError> {
    let typeface = Typeface::mono();
    let rows: Vec<&str> = text.lines().flat_map(wrapped).collect();
    if rows.len() > MOST_ROWS {
        return Err(PictureError::TooLong { rows: rows.len() });
    }
    let rows: Vec<String> = rows.into_iter().map(|row| typeface.clean_or(row, '?')).collect();
    let symbol = qr.map(|text| Symbol::new(Symbology::Qr, text)).transpose()?;
    let paper = Saturating(i32::from(roll.dots()));
    let size = size(&typeface, &rows, paper);
    let mut page = Drawing::strip(paper, String::from("receipt"));
    let widest = "0".repeat(columns(&rows));
    let left = Saturating((paper - typeface.width(&widest, size)).0.div_euclid(2));
    let row_height = Saturating((size * Saturating(5)).0.div_euclid(4));
    let mut y = row_height;
    for row in rows {
        page.write(left, y, size, &typeface, row);
        y += row_height;
    }
    if let Some(symbol) = symbol {
        y = page.add_symbol(&symbol, y)?;
    }
    Ok(page.cut_at(y))
}

/// A code alone, as wide as the paper, for a printer that is sent dots.
///
/// # Errors
///
/// [`DrawError`] where it has no room.
pub fn draw_symbol(symbol: &Symbol, roll: Roll) -> Result<Drawing, DrawError> {
    let mut page = Drawing::strip(Saturating(i32::from(roll.dots())), symbol.text().into());
    let end = page.add_symbol(symbol, Saturating(0))?;
    Ok(page.cut_at(end))
}

/// A row in pieces that aren't longer than a row may be; an empty one is a row, too.
fn wrapped(row: &str) -> impl Iterator<Item = &str> {
    let mut rest = Some(row);
    core::iter::from_fn(move || {
        let row = rest?;
        let end = row.char_indices().nth(MOST_COLUMNS).map(|(end, _)| end);
        let (piece, behind) = row.split_at_checked(end.unwrap_or(row.len()))?;
        rest = end.map(|_| behind);
        Some(piece)
    })
}

fn columns(rows: &[String]) -> usize {
    rows.iter().map(|row| row.chars().count()).max().unwrap_or(0).max(COLUMNS)
}

/// The largest letters in which all columns fit.
fn size(typeface: &Typeface, rows: &[String], paper: Saturating<i32>) -> Saturating<i32> {
    let row = "0".repeat(columns(rows));
    let mut size = Saturating(40);
    while size.0 > 4 && typeface.width(&row, size) > paper {
        size -= 1;
    }
    size
}
