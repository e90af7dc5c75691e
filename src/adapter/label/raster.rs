//! A drawing as pixels: rectangles on whole ones, and letters by how much of each pixel they cover.

use alloc::vec;
use alloc::vec::Vec;
use core::num::Saturating;

use super::drawing::{Colour, Drawing, Item, Pixels, Rectangle};
use super::typeface::{Piece, outline, placed, scaled};

/// The most pixels that a picture may have. A page of A4 at 600 dpi has 35 million.
pub const MOST_PIXELS: u64 = 64_000_000;

/// Places in 64ths of a dot.
type Fine = Saturating<i64>;

/// How many lines are looked at in each row of pixels.
const LINES: i64 = 8;
/// The 64ths of all lines of a pixel.
const WHOLE: i64 = 64 * LINES;

/// The pixels of a drawing. `None` if it would have more than [`MOST_PIXELS`].
pub(crate) fn raster(drawing: &Drawing) -> Option<Pixels> {
    let (width, height) = (drawing.width_dots(), drawing.height_dots());
    let count = u64::from(width).saturating_mul(u64::from(height));
    if count > MOST_PIXELS {
        return None;
    }
    let bytes = vec![255; usize::try_from(count).ok()?.checked_mul(3)?];
    let mut canvas = Canvas { width: usize::try_from(width).ok()?, bytes };
    for item in &drawing.items {
        match item {
            Item::Rectangles { colour, rectangles } => {
                rectangles.iter().for_each(|rectangle| canvas.fill(*rectangle, *colour));
            }
            Item::Picture { x, y, pixels } => canvas.put(x.0, y.0, pixels),
            Item::Text { x, baseline, size, colour, typeface, text } => {
                let Some(face) = typeface.face() else { continue };
                let fine = |dots: i32| Saturating(i64::from(dots)) * Saturating(64);
                for letter in placed(&face, text, *size).0 {
                    let at = [fine(x.0) + letter.x, fine(baseline.0)];
                    let place = |[x, y]: [i32; 2]| {
                        let [right, up] = [x, y].map(|units| scaled(&face, i64::from(units), *size));
                        [at[0] + right, at[1] - up]
                    };
                    canvas.shape(&edges(&outline(&face, letter.glyph), &place), *colour);
                }
            }
        }
    }
    Some(Pixels { width, height, bytes: canvas.bytes })
}

/// A straight piece of an outline, from its upper end to its lower one.
struct Edge {
    top: [Fine; 2],
    bottom: [Fine; 2],
    /// Which way the outline goes there.
    turn: i32,
}

impl Edge {
    /// Where it crosses a line.
    fn crossing(&self, y: Fine) -> Option<Fine> {
        if y < self.top[1] || self.bottom[1] <= y {
            return None;
        }
        let across = (self.bottom[0] - self.top[0]) * (y - self.top[1]);
        Some(self.top[0] + Saturating(across.0.checked_div((self.bottom[1] - self.top[1]).0)?))
    }
}

/// The edges of a shape, curves as short straight pieces.
fn edges(pieces: &[Piece], place: &dyn Fn([i32; 2]) -> [Fine; 2]) -> Vec<Edge> {
    let mut edges = Vec::new();
    let (mut start, mut here) = ([Saturating(0); 2], [Saturating(0); 2]);
    let mut to = |here: &mut [Fine; 2], next: [Fine; 2]| {
        if here[1] < next[1] {
            edges.push(Edge { top: *here, bottom: next, turn: 1 });
        } else if next[1] < here[1] {
            edges.push(Edge { top: next, bottom: *here, turn: -1 });
        }
        *here = next;
    };
    for piece in pieces {
        match *piece {
            Piece::Move(next) => {
                to(&mut here, start);
                here = place(next);
                start = here;
            }
            Piece::Line(next) => to(&mut here, place(next)),
            Piece::Quadratic([bend, next]) => {
                let (from, bend, next) = (here, place(bend), place(next));
                for step in 1..=8 {
                    to(&mut here, along(&[from, bend, next], Saturating(step), Saturating(8)));
                }
            }
            Piece::Cubic([first, second, next]) => {
                let (from, first, second, next) = (here, place(first), place(second), place(next));
                for step in 1..=12 {
                    to(&mut here, along(&[from, first, second, next], Saturating(step), Saturating(12)));
                }
            }
            Piece::Close => to(&mut here, start),
        }
    }
    to(&mut here, start);
    edges
}

/// The place so many steps along a curve, between two points of each pair, and between those, until one is left.
fn along(points: &[[Fine; 2]], step: Fine, steps: Fine) -> [Fine; 2] {
    let mut points = points.to_vec();
    let part =
        |from: Fine, to: Fine| from + Saturating(((to - from) * step).0.checked_div(steps.0).unwrap_or(0));
    while points.len() > 1 {
        let pairs = points.iter().zip(points.iter().skip(1));
        points = pairs.map(|(from, to)| [part(from[0], to[0]), part(from[1], to[1])]).collect();
    }
    points.first().copied().unwrap_or([Saturating(0); 2])
}

struct Canvas {
    width: usize,
    /// Three a pixel.
    bytes: Vec<u8>,
}

impl Canvas {
    /// Some pixels of a row, from the left. What is outside of the picture is left out.
    fn run(&mut self, y: i64, left: i64, right: i64) -> &mut [u8] {
        let width = i64::try_from(self.width).unwrap_or(0);
        let (left, right) = (left.clamp(0, width), right.clamp(0, width));
        let place = |x: i64| usize::try_from(y.checked_mul(width)?.checked_add(x)?.checked_mul(3)?).ok();
        match (place(left), place(right)) {
            (Some(start), Some(end)) if y >= 0 => self.bytes.get_mut(start..end).unwrap_or_default(),
            _ => &mut [],
        }
    }

    fn fill(&mut self, rectangle: Rectangle, colour: Colour) {
        let [x, y, width, height] =
            [rectangle.x, rectangle.y, rectangle.width, rectangle.height].map(|dots| i64::from(dots.0));
        for row in y..y.saturating_add(height) {
            for pixel in self.run(row, x, x.saturating_add(width)).chunks_exact_mut(3) {
                pixel.copy_from_slice(&colour.0);
            }
        }
    }

    fn put(&mut self, x: i32, y: i32, pixels: &Pixels) {
        let row_bytes = usize::try_from(pixels.width).unwrap_or(0).saturating_mul(3).max(1);
        // Pictures are put where they fit: one that would begin outside isn't drawn.
        let Ok(_) = u32::try_from(x) else { return };
        for (row, from) in (i64::from(y)..).zip(pixels.bytes.chunks_exact(row_bytes)) {
            let right = i64::from(x).saturating_add(i64::from(pixels.width));
            for (to, from) in self.run(row, i64::from(x), right).iter_mut().zip(from) {
                *to = *from;
            }
        }
    }

    /// Fills what is inside of edges, by the rule that counts turns.
    fn shape(&mut self, edges: &[Edge], colour: Colour) {
        let bounds = |places: &mut dyn Iterator<Item = Fine>| {
            let places: Vec<i64> = places.map(|place| place.0.div_euclid(64)).collect();
            Some((*places.iter().min()?, places.iter().max()?.saturating_add(1)))
        };
        let ends = || edges.iter().flat_map(|edge| [edge.top, edge.bottom]);
        let across = bounds(&mut ends().map(|[x, _]| x));
        let down = bounds(&mut ends().map(|[_, y]| y));
        let (Some((left, right)), Some((top, bottom))) = (across, down) else { return };
        // Nothing that is seen is wider than this.
        let width =
            usize::try_from(right.saturating_sub(left)).unwrap_or(0).min(self.width.saturating_mul(2));
        let mut cover = vec![Saturating(0_i64); width];
        for row in top.max(0)..bottom {
            cover.fill(Saturating(0));
            for line in 0..LINES {
                let middle = Saturating(64 / (2 * LINES)) + Saturating(64 / LINES) * Saturating(line);
                inside(edges, Saturating(row) * Saturating(64) + middle, |from, to| {
                    cover_span(
                        &mut cover,
                        from - Saturating(left) * Saturating(64),
                        to - Saturating(left) * Saturating(64),
                    );
                });
            }
            // A glyph that begins left of the picture is cut there.
            let cut = usize::try_from(left.min(0).saturating_neg()).unwrap_or(0);
            for (pixel, covered) in self.run(row, left, right).chunks_exact_mut(3).zip(cover.iter().skip(cut))
            {
                blend(pixel, colour, covered.0);
            }
        }
    }
}

/// Gives each stretch of a line that is inside of a shape.
fn inside(edges: &[Edge], y: Fine, mut found: impl FnMut(Fine, Fine)) {
    let mut crossings: Vec<(Fine, i32)> =
        edges.iter().filter_map(|edge| Some((edge.crossing(y)?, edge.turn))).collect();
    crossings.sort_unstable();
    let mut turns = Saturating(0);
    let mut from = Saturating(0);
    for (x, turn) in crossings {
        if turns.0 == 0 {
            from = x;
        }
        turns += turn;
        if turns.0 == 0 {
            found(from, x);
        }
    }
}

/// Adds a stretch to what is covered of each pixel.
fn cover_span(cover: &mut [Fine], from: Fine, to: Fine) {
    let (first, last) = (from.0.div_euclid(64), to.0.div_euclid(64));
    for pixel in first..=last {
        let start = Saturating(pixel) * Saturating(64);
        let end = start + Saturating(64);
        if let Some(covered) = usize::try_from(pixel).ok().and_then(|pixel| cover.get_mut(pixel)) {
            *covered += to.min(end) - from.max(start);
        }
    }
}

fn blend(pixel: &mut [u8], colour: Colour, covered: i64) {
    let covered = Saturating(covered.clamp(0, WHOLE));
    for (under, over) in pixel.iter_mut().zip(colour.0) {
        let mixed = Saturating(i64::from(over)) * covered
            + Saturating(i64::from(*under)) * (Saturating(WHOLE) - covered);
        *under = u8::try_from(mixed.0 / WHOLE).unwrap_or(u8::MAX);
    }
}
