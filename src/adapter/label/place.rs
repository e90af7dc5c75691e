//! Where the bars and modules of a symbol go: whole dots, quiet zones, and the text below.

use alloc::string::String;
use alloc::vec::Vec;
use core::num::Saturating;

use super::drawing::{Colour, Item, Rectangle};
use super::error::DrawError;
use super::size::{Dots, Length, Resolution, Size};
use super::symbol::{Modules, Symbol};
use super::typeface::Typeface;
use crate::code::Symbology;

/// The least height of bars. Lower ones are missed by a hand that isn't steady.
const LEAST_BARS: Length = Length::from_um(5_000);

/// The quiet zone of a QR code on each side, in modules.
const QR_QUIET: i32 = 4;

/// How wide a module may be, in micrometres: what scanners resolve at the least, and what is wide enough.
struct Limits {
    least: u32,
    enough: u32,
}

const fn limits(symbology: Symbology) -> Limits {
    match symbology {
        // GS1 allows 80 to 200 % of 0.33 mm; half of a millimetre is read by everything.
        Symbology::Ean13 | Symbology::Ean8 | Symbology::UpcA => Limits { least: 264, enough: 500 },
        Symbology::Qr => Limits { least: 250, enough: 750 },
        _ => Limits { least: 190, enough: 400 },
    }
}

/// The quiet zones of lines, left and right, in modules.
const fn quiet(symbology: Symbology) -> [i32; 2] {
    match symbology {
        Symbology::Ean13 => [11, 7],
        Symbology::Ean8 => [7, 7],
        Symbology::UpcA => [9, 9],
        _ => [10, 10],
    }
}

/// How many dots a module has: as many as are enough or have room.
///
/// # Errors
///
/// How many dots it has at the least, if there is no room for so many.
fn module(symbology: Symbology, modules: Dots, room: Dots, resolution: Resolution) -> Result<Dots, Dots> {
    let dots = |um: u32, up: bool| {
        let fine = u64::from(um).saturating_mul(u64::from(resolution.dpi()));
        let dots = if up { fine.div_ceil(25_400) } else { fine / 25_400 };
        Saturating(i32::try_from(dots).unwrap_or(i32::MAX))
    };
    let Limits { least, enough } = limits(symbology);
    let least = dots(least, true).max(Saturating(1));
    let fits = Saturating(room.0.checked_div(modules.0).unwrap_or(0));
    if fits < least {
        return Err(least);
    }
    Ok(fits.min(dots(enough, false)).max(least))
}

/// A symbol in an area, in its middle; what is drawn, and what of the area it takes, with its quiet zones.
///
/// # Errors
///
/// [`DrawError::TooSmall`] where it has no room there.
pub(crate) fn symbol(
    symbol: &Symbol,
    area: Rectangle,
    resolution: Resolution,
    typeface: &Typeface,
) -> Result<(Vec<Item>, Rectangle), DrawError> {
    match symbol.modules() {
        Modules::Matrix { side, dark } => matrix(symbol, *side, dark, area, resolution),
        Modules::Bars(bars) => lines(symbol, bars, area, resolution, typeface),
    }
}

fn matrix(
    symbol: &Symbol,
    side: usize,
    dark: &[bool],
    area: Rectangle,
    resolution: Resolution,
) -> Result<(Vec<Item>, Rectangle), DrawError> {
    let modules = count(side) + Saturating(2 * QR_QUIET);
    let room = area.width.min(area.height);
    let module = module(symbol.symbology(), modules, room, resolution)
        .map_err(|least| too_small(symbol, [modules * least; 2], area, resolution))?;
    let whole = modules * module;
    let taken = middle(area, whole, whole);
    let first = module * Saturating(QR_QUIET);
    let mut rectangles = Vec::new();
    for (row, y) in dark.chunks_exact(side.max(1)).zip(0..) {
        let y = taken.y + first + module * Saturating(y);
        rectangles.extend(runs(row, taken.x + first, module).map(|(x, width)| Rectangle {
            x,
            y,
            width,
            height: module,
        }));
    }
    Ok((alloc::vec![Item::Rectangles { colour: Colour::BLACK, rectangles }], taken))
}

fn lines(
    symbol: &Symbol,
    bars: &[bool],
    area: Rectangle,
    resolution: Resolution,
    typeface: &Typeface,
) -> Result<(Vec<Item>, Rectangle), DrawError> {
    let symbology = symbol.symbology();
    let [left, right] = quiet(symbology).map(Saturating);
    let modules = left + count(bars.len()) + right;
    // Digits of EAN stand close below their bars; other texts may have letters that reach below their line.
    let [line, below] = if has_groups(symbology) { [9, 11] } else { [10, 13] };
    let below = |module: Dots| module * Saturating(below);
    let least_height = |module: Dots| LEAST_BARS.dots(resolution) + below(module);
    let mut module = module(symbology, modules, area.width, resolution)
        .map_err(|least| too_small(symbol, [modules * least, least_height(least)], area, resolution))?;
    // Where the height is short, narrower bars with smaller digits leave more of it.
    let least = module_least(symbology, resolution);
    while area.height < least_height(module) && module > least {
        module -= 1;
    }
    if area.height < least_height(module) {
        return Err(too_small(symbol, [modules * module, least_height(module)], area, resolution));
    }
    let taken = middle(area, modules * module, area.height);
    let height = taken.height - below(module);
    let start = taken.x + left * module;
    let mut rectangles: Vec<Rectangle> =
        runs(bars, start, module).map(|(x, width)| Rectangle { x, y: taken.y, width, height }).collect();
    if symbology == Symbology::Itf {
        // Bearer bars: a slanted scan that leaves the code hits them, and doesn't read a shorter number.
        let bearer = module * Saturating(2);
        let width = count(bars.len()) * module;
        for y in [taken.y, taken.y + height - bearer] {
            rectangles.push(Rectangle { x: start, y, width, height: bearer });
        }
    }
    for [from, to] in guards(symbology) {
        let [from, to] = [from, to].map(|at| start + module * Saturating(*at));
        for rectangle in rectangles.iter_mut().filter(|bar| from <= bar.x && bar.x < to) {
            rectangle.height += module * Saturating(5);
        }
    }
    let mut items = alloc::vec![Item::Rectangles { colour: Colour::BLACK, rectangles }];
    let baseline = taken.y + height + module * Saturating(line);
    if has_groups(symbology) {
        let place = |at: i32| start + module * Saturating(at);
        items.extend(digits(symbol, module, place, baseline, typeface));
    } else {
        items.push(text_below(symbol.text(), taken, module, baseline, typeface));
    }
    Ok((items, taken))
}

fn module_least(symbology: Symbology, resolution: Resolution) -> Dots {
    // With no modules and endless room nothing is too small.
    let dots =
        u64::from(limits(symbology).least).saturating_mul(u64::from(resolution.dpi())).div_ceil(25_400);
    Saturating(i32::try_from(dots).unwrap_or(i32::MAX).max(1))
}

/// The modules between which bars are longer, so that the digits stand between them.
const fn guards(symbology: Symbology) -> &'static [[i32; 2]] {
    match symbology {
        Symbology::Ean13 => &[[0, 3], [45, 50], [92, 95]],
        Symbology::UpcA => &[[0, 10], [45, 50], [85, 95]],
        Symbology::Ean8 => &[[0, 3], [31, 36], [64, 67]],
        _ => &[],
    }
}

const fn has_groups(symbology: Symbology) -> bool {
    matches!(symbology, Symbology::Ean13 | Symbology::UpcA | Symbology::Ean8)
}

/// The digits of EAN and UPC, each below its own bars; those without bars of their own at the sides.
fn digits(
    symbol: &Symbol,
    module: Dots,
    place: impl Fn(i32) -> Dots,
    baseline: Dots,
    typeface: &Typeface,
) -> Vec<Item> {
    let cell = module * Saturating(7);
    // From which module the digits stand, seven modules each.
    let groups: &[(i32, usize)] = match symbol.symbology() {
        Symbology::Ean13 => &[(-9, 1), (3, 6), (50, 6)],
        Symbology::UpcA => &[(-9, 1), (10, 5), (50, 5), (97, 1)],
        _ => &[(3, 4), (36, 4)],
    };
    let cells = groups.iter().flat_map(|(from, count)| {
        let from = place(*from);
        (0..).map(move |at| from + cell * Saturating(at)).take(*count)
    });
    let size = module * Saturating(11);
    let digits = symbol.text().chars().zip(cells).map(|(digit, at)| {
        let text = String::from(digit);
        let x = at + half(cell - typeface.width(&text, size));
        Item::Text { x, baseline, size, colour: Colour::BLACK, typeface: typeface.clone(), text }
    });
    digits.collect()
}

/// A text below its bars, in the middle, as large as fits.
fn text_below(text: &str, taken: Rectangle, module: Dots, baseline: Dots, typeface: &Typeface) -> Item {
    let printable: String =
        text.chars().map(|letter| if letter.is_control() { ' ' } else { letter }).collect();
    let mut size = module * Saturating(11);
    while typeface.width(&printable, size) > taken.width && size.0 > 1 {
        size -= 1;
    }
    let x = taken.x + half(taken.width - typeface.width(&printable, size));
    Item::Text { x, baseline, size, colour: Colour::BLACK, typeface: typeface.clone(), text: printable }
}

/// Where dark modules begin that stand side by side, and how wide they are together.
fn runs(modules: &[bool], start: Dots, module: Dots) -> impl Iterator<Item = (Dots, Dots)> {
    let mut x = start;
    modules.chunk_by(|one, next| one == next).filter_map(move |run| {
        let (at, width) = (x, count(run.len()) * module);
        x += width;
        (run.first() == Some(&true)).then_some((at, width))
    })
}

fn middle(area: Rectangle, width: Dots, height: Dots) -> Rectangle {
    let (x, y) = (area.x + half(area.width - width), area.y + half(area.height - height));
    Rectangle { x, y, width, height }
}

fn half(dots: Dots) -> Dots {
    Saturating(dots.0.div_euclid(2))
}

fn count(number: usize) -> Dots {
    Saturating(i32::try_from(number).unwrap_or(i32::MAX))
}

fn too_small(symbol: &Symbol, needed: [Dots; 2], area: Rectangle, resolution: Resolution) -> DrawError {
    let length = |dots: Dots| Length::of_dots(dots, resolution);
    let [width, height] = needed.map(length);
    DrawError::TooSmall {
        symbology: symbol.symbology(),
        needed: Size { width, height },
        room: Size { width: length(area.width), height: length(area.height) },
        resolution,
    }
}
