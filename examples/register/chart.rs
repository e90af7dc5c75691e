//! Draws the loyalty liability over time, once as SVG and once as PNG.
//!
//! The PNG is the SVG, rasterised with a typeface that is compiled in, so it needs no fonts on the machine; a
//! browser shows the SVG in the nearest font it has. Equal input gives equal bytes.
#![allow(clippy::arithmetic_side_effects, clippy::float_arithmetic, clippy::indexing_slicing)]
#![allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "pixels and labels only")]

use image::codecs::png::{CompressionType, FilterType, PngEncoder};
use image::{ExtendedColorType, ImageEncoder};
use resvg::{tiny_skia, usvg};
use std::path::{Path, PathBuf};

/// A day of the Gregorian calendar: year 1 to 9999, month 1 to 12, day 1 to 31.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Day {
    pub year: i32,
    pub month: u8,
    pub day: u8,
}

/// One day (or week) of the ledger. Amounts are in the program's units, within 10^15, for drawing only.
#[derive(Clone, Copy, Debug)]
pub struct Point {
    /// The day whose close the amounts describe.
    pub day: Day,
    /// Units issued up to the end of this day, net of claw-backs.
    pub issued: f64,
    /// Units redeemed up to the end of this day.
    pub redeemed: f64,
    /// Units owed to customers at the end of this day: the liability.
    pub outstanding: f64,
}

/// What to draw. Letters other than Latin, Greek and Cyrillic ones become boxes in the PNG.
#[derive(Clone, Copy, Debug)]
pub struct Chart<'a> {
    /// Headline, shrunk to the width of the picture if it is long.
    pub title: &'a str,
    /// The line below the headline, shrunk likewise.
    pub subtitle: &'a str,
    /// Unit of every amount, such as `USD` or `points`.
    pub unit: &'a str,
    /// The ledger in ascending order of day; may be empty.
    pub points: &'a [Point],
}

/// Why a chart was not drawn.
#[derive(Debug, thiserror::Error)]
pub enum ChartError {
    /// The point at this index, from 0, cannot be drawn.
    #[error("point {0} has an amount beyond 10^15, a day out of range or out of order")]
    Point(usize),
    /// This file could not be made, for this reason.
    #[error("cannot write {}: {why}", path.display())]
    File { path: PathBuf, why: String },
}

/// Draws `chart` into the files `svg` and `png`, both 1200 by 675 pixels, replacing what is there.
pub fn draw(chart: &Chart, svg: &Path, png: &Path) -> Result<(), ChartError> {
    let unfit = |i: &usize| !chart.points[*i].follows(chart.points[..*i].last());
    if let Some(bad) = (0..chart.points.len()).find(unfit) {
        return Err(ChartError::Point(bad));
    }
    let failed = |path: &Path, why: String| ChartError::File { path: path.to_owned(), why };
    let text = render(chart);
    let pixels = rasterise(&text).map_err(|why| failed(png, why))?;
    for (path, bytes) in [(svg, text.as_bytes()), (png, &pixels)] {
        std::fs::write(path, bytes).map_err(|why| failed(path, why.to_string()))?;
    }
    Ok(())
}

fn rasterise(svg: &str) -> Result<Vec<u8>, String> {
    let mut options = usvg::Options::default();
    for face in [notosans::REGULAR_TTF, notosans::BOLD_TTF] {
        options.fontdb_mut().load_font_data(face.to_vec());
    }
    let tree = usvg::Tree::from_str(svg, &options).map_err(|e| e.to_string())?;
    let mut pixels = tiny_skia::Pixmap::new(WIDTH as u32, HEIGHT as u32).ok_or("no such size")?;
    resvg::render(&tree, tiny_skia::Transform::identity(), &mut pixels.as_mut());
    drop((tree, options));
    let mut png = Vec::new();
    // Nothing shines through the picture, so what was drawn is what PNG wants, without another copy of it.
    let encoder = PngEncoder::new_with_quality(&mut png, CompressionType::Default, FilterType::Adaptive);
    let encoded = encoder.write_image(pixels.data(), WIDTH as u32, HEIGHT as u32, ExtendedColorType::Rgba8);
    encoded.map(|()| png).map_err(|e| e.to_string())
}

// The picture, its margin, and the upper and lower end of the plot area, in pixels.
const WIDTH: f64 = 1200.0;
const HEIGHT: f64 = 675.0;
const EDGE: f64 = 40.0;
const TOP: f64 = 146.0;
const BOTTOM: f64 = 580.0;
const INK: &str = "#1b2430";
const MUTED: &str = "#566070";
const GRID: &str = "#e6e9ee";
const STRONG: &str = "#b4bcc8";
const FAMILY: &str = "'Noto Sans','Open Sans','Segoe UI','Helvetica Neue',Arial,sans-serif";
const MONTHS: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const NOTE: &str = "Issued (net of claw-backs) and redeemed are running totals; outstanding is the \
                    liability at the end of the day. Amounts on the right: ";

/// Name, colour and stroke of each of `Point::amounts`. Grey, orange and blue stay apart for
/// colour-blind eyes, and the dashes in print.
const CURVES: [(&str, &str, &str); 3] = [
    ("Issued", "#66707e", "stroke-width=\"2.2\""),
    ("Redeemed", "#c65102", "stroke-width=\"2.2\" stroke-dasharray=\"8 4\""),
    ("Outstanding", "#005ea8", "stroke-width=\"3.6\""),
];

impl Point {
    fn amounts(&self) -> [f64; 3] {
        [self.issued, self.redeemed, self.outstanding]
    }

    fn follows(&self, before: Option<&Point>) -> bool {
        let Day { year, month, day } = self.day;
        let dated = matches!((year, month, day), (1..=9999, 1..=12, 1..=31));
        let ordered = before.is_none_or(|p| p.day <= self.day);
        dated && ordered && self.amounts().iter().all(|amount| amount.abs() <= 1e15)
    }
}

impl Day {
    /// Days since some day before year 1. Years are counted from March, so that a leap day ends one.
    fn number(self) -> f64 {
        let (month, day) = (i32::from(self.month), i32::from(self.day));
        let (year, month) = if month < 3 { (self.year - 1, month + 9) } else { (self.year, month - 3) };
        f64::from(year * 365 + year / 4 - year / 100 + year / 400 + (month * 306 + 5) / 10 + day)
    }
}

/// Adds a text at a place in pixels; `style` is its size in pixels, weight, colour, and fixed end.
fn text(svg: &mut String, (x, y): (f64, f64), style: (f64, u32, &str, &str), text: &str) {
    let ((size, weight, fill, anchor), text) = (style, escape(text));
    *svg += &format!(
        "<text x=\"{x:.2}\" y=\"{y:.2}\" font-size=\"{size:.2}\" font-weight=\"{weight}\" \
         fill=\"{fill}\" text-anchor=\"{anchor}\">{text}</text>\n"
    );
}

/// Adds a line through places in pixels; `look` is its attributes.
fn path(svg: &mut String, places: &[(f64, f64)], look: &str) {
    let places: Vec<_> = places.iter().map(|(x, y)| format!("{x:.2} {y:.2}")).collect();
    *svg += &format!("<path d=\"M{}\" {look}/>\n", places.join("L"));
}

/// Makes a text safe inside XML; characters XML has no place for become spaces.
fn escape(text: &str) -> String {
    let alien = |c: char| c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}');
    text.replace(alien, " ").replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// A safe guess at the width of a text, in pixels, in whatever sans-serif font shows it.
fn width_of(text: &str, size: f64) -> f64 {
    let share = |c: char| if " ,.".contains(c) { 0.28 } else { 0.6 };
    let capitals = text.chars().filter(|c| c.is_uppercase()).count() as f64;
    (text.chars().map(share).sum::<f64>() + capitals * 0.12) * size
}

/// An amount with commas between thousands and a real minus sign.
fn grouped(amount: f64, decimals: usize) -> String {
    let mut text = format!("{:.decimals$}", amount.abs());
    let negative = amount < 0.0 && text.contains(|c| matches!(c, '1'..='9'));
    let whole = text.find('.').unwrap_or(text.len());
    (1..whole).rev().filter(|i| (whole - i) % 3 == 0).for_each(|i| text.insert(i, ','));
    if negative { format!("\u{2212}{text}") } else { text }
}

/// An amount with its unit, to stand beside the end of its curve.
fn ending(amount: f64, unit: &str) -> String {
    let decimals = if amount.abs() < 1000.0 && amount.fract() != 0.0 { 2 } else { 0 };
    format!("{} {unit}", grouped(amount, decimals))
}

/// The plot area: its ends in pixels, as numbers of days, and in units with a grid line at every step.
struct Frame {
    across: [f64; 2],
    days: [f64; 2],
    units: [f64; 2],
    step: f64,
}

impl Frame {
    fn new(points: &[Point], unit: &str) -> Self {
        let amounts = points.iter().flat_map(Point::amounts);
        let (low, high) = amounts.fold((0.0_f64, 0.0_f64), |(l, h), v| (l.min(v), h.max(v)));
        let high = if low == high { 5.0 } else { high };
        let round = |i: i32| [1.0, 2.0, 5.0][i as usize % 3] * 10_f64.powi(i / 3 - 2);
        let step = (0..60).map(round).find(|step| high - low <= 6.0 * step).unwrap_or(1e18);
        let units = [(low / step).floor() * step, (high / step).ceil() * step];
        let mut frame = Self { across: [EDGE, WIDTH - EDGE], days: [0.0; 2], units, step };
        if let [first, .., last] | [first @ last] = points {
            let ticks = units.map(|amount| width_of(&frame.label(amount), 14.0));
            let ends = last.amounts().map(|amount| width_of(&ending(amount, unit), 15.0));
            frame.across[0] += ticks[0].max(ticks[1]).min(300.0) + 12.0;
            frame.across[1] -= ends.into_iter().fold(114.0, f64::max).min(400.0) + 30.0;
            frame.days = [first.day.number(), last.day.number()];
        }
        frame
    }

    fn label(&self, amount: f64) -> String {
        grouped(amount, usize::from(self.step < 0.999) + usize::from(self.step < 0.0999))
    }

    fn x(&self, day: Day) -> f64 {
        let ([left, right], [first, last]) = (self.across, self.days);
        right - (right - left) * (last - day.number()) / (last - first).max(1.0)
    }

    fn y(&self, amount: f64) -> f64 {
        BOTTOM - (amount - self.units[0]) / (self.units[1] - self.units[0]) * (BOTTOM - TOP)
    }
}

fn render(chart: &Chart) -> String {
    let frame = Frame::new(chart.points, chart.unit);
    let fit = |text, size: f64| size * ((WIDTH - 2.0 * EDGE) / width_of(text, size)).min(1.0);
    let mut body = String::new();
    let svg = &mut body;
    text(svg, (EDGE, 58.0), (fit(chart.title, 30.0), 700, INK, "start"), chart.title);
    text(svg, (EDGE, 88.0), (fit(chart.subtitle, 17.0), 400, MUTED, "start"), chart.subtitle);
    text(svg, (EDGE, TOP - 20.0), (14.0, 700, MUTED, "start"), chart.unit);
    draw_amounts(svg, &frame, chart.points.is_empty());
    if let Some(last) = chart.points.last() {
        draw_days(svg, &frame, chart.points);
        draw_curves(svg, &frame, chart.points);
        draw_endings(svg, &frame, last, chart.unit);
        let Day { year, month, day } = last.day;
        let note = format!("{NOTE}{day} {} {year}.", MONTHS[usize::from(month) - 1]);
        text(svg, (EDGE, HEIGHT - 20.0), (13.0, 400, MUTED, "start"), &note);
    } else {
        text(svg, (WIDTH / 2.0, 370.0), (22.0, 400, MUTED, "middle"), "no entries yet");
    }
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{WIDTH}\" height=\"{HEIGHT}\" role=\"img\" \
         viewBox=\"0 0 {WIDTH} {HEIGHT}\" font-family=\"{FAMILY}\" fill=\"none\" stroke-linejoin=\"round\">\n\
         <title>{}</title>\n<rect width=\"{WIDTH}\" height=\"{HEIGHT}\" fill=\"#ffffff\"/>\n{body}</svg>\n",
        escape(chart.title)
    )
}

/// The horizontal grid with its amounts, or without them where there is nothing to measure.
fn draw_amounts(svg: &mut String, frame: &Frame, bare: bool) {
    let ([left, right], [low, high]) = (frame.across, frame.units);
    for i in 0..=((high - low) / frame.step).round() as i32 {
        let amount = low + frame.step * f64::from(i);
        let (y, colour) = (frame.y(amount), if amount.abs() < frame.step / 2.0 { STRONG } else { GRID });
        path(svg, &[(left, y), (right, y)], &format!("stroke=\"{colour}\""));
        let label = if bare { String::new() } else { frame.label(amount) };
        text(svg, (left - 12.0, y + 5.0), (14.0, 400, MUTED, "end"), &label);
    }
}

/// The vertical grid: month by month, or day by day within two months; years are named where they change.
fn draw_days(svg: &mut String, frame: &Frame, points: &[Point]) {
    let mut days: Vec<_> = points.iter().map(|p| p.day).collect();
    let (first, last, brief) = (days[0], days[days.len() - 1], frame.days[1] - frame.days[0] <= 62.0);
    if brief {
        days.dedup_by(|day, kept| frame.x(*day) - frame.x(*kept) < 50.0);
    } else {
        let [from, to] = [first, last].map(|day| day.year * 12 + i32::from(day.month) - 1);
        let room = ((frame.across[1] - frame.across[0]) / 52.0) as i32;
        let fits = |step: &i32| (to - from) / step < room;
        let step = [1, 2, 3, 6, 12, 24, 60, 120, 600].into_iter().find(fits).unwrap_or(12_000);
        let start = |m: i32| Day { year: m / 12, month: (m % 12) as u8 + 1, day: 1 };
        days = (from..=to).filter(|m| m % step == 0).map(start).filter(|day| *day >= first).collect();
    }
    let mut year = 0;
    for day in days {
        let (x, month) = (frame.x(day), MONTHS[usize::from(day.month) - 1]);
        let name = if brief { format!("{} {month}", day.day) } else { month.to_owned() };
        let colour = if year == 0 || year == day.year { GRID } else { STRONG };
        path(svg, &[(x, TOP), (x, BOTTOM + 7.0)], &format!("stroke=\"{colour}\""));
        text(svg, (x, BOTTOM + 25.0), (14.0, 400, MUTED, "middle"), &name);
        if year != day.year {
            year = day.year;
            text(svg, (x, BOTTOM + 45.0), (14.0, 700, INK, "middle"), &year.to_string());
        }
    }
}

/// The filled area of the liability, and over it the curves, the liability's own last.
fn draw_curves(svg: &mut String, frame: &Frame, points: &[Point]) {
    let curve = |i: usize| points.iter().map(move |p| (frame.x(p.day), frame.y(p.amounts()[i])));
    let ends = [points[points.len() - 1], points[0]].map(|p| (frame.x(p.day), frame.y(0.0)));
    let area: Vec<_> = curve(2).chain(ends).collect();
    path(svg, &area, &format!("fill=\"{}\" fill-opacity=\"0.15\"", CURVES[2].1));
    for (i, (_, colour, stroke)) in CURVES.iter().enumerate() {
        path(svg, &curve(i).collect::<Vec<_>>(), &format!("stroke=\"{colour}\" {stroke}"));
    }
}

/// Name and last amount of each curve, beside its end but moved apart where they would touch.
fn draw_endings(svg: &mut String, frame: &Frame, last: &Point, unit: &str) {
    let amounts = last.amounts();
    let mut order = [0, 1, 2];
    order.sort_by(|a: &usize, b| amounts[*b].total_cmp(&amounts[*a]));
    let (x, mut y) = (frame.across[1], f64::MIN);
    for (rank, i) in order.into_iter().enumerate() {
        let ((name, colour, _), end, gap) = (CURVES[i], frame.y(amounts[i]), 48.0);
        let least = TOP + 8.0 + gap * rank as f64;
        y = end.clamp(least, least + BOTTOM - TOP - 20.0 - 2.0 * gap).max(y + gap);
        let bent = [(x, end), (x + 8.0, end), (x + 24.0, y)];
        path(svg, &bent, &format!("stroke=\"{colour}\" stroke-opacity=\"0.5\""));
        let dot = format!("stroke=\"{colour}\" stroke-width=\"10\" stroke-linecap=\"round\"");
        path(svg, &[(x, end); 2], &dot);
        text(svg, (x + 30.0, y - 2.0), (17.0, 700, colour, "start"), name);
        text(svg, (x + 30.0, y + 17.0), (15.0, 400, INK, "start"), &ending(amounts[i], unit));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn point(month: u8, issued: f64) -> Point {
        Point { day: Day { year: 2025, month, day: 1 }, issued, redeemed: 1.5, outstanding: issued - 1.5 }
    }

    fn chart(points: &[Point]) -> Chart<'_> {
        Chart { title: "A <title>", subtitle: "b & c", unit: "USD", points }
    }

    #[test]
    fn both_files_are_written_and_readable_without_fonts_of_the_machine() {
        let points = [point(1, 1e3), point(7, 1e9)];
        let file = std::env::temp_dir().join(format!("chart-{}", std::process::id()));
        let paths = ["svg", "png"].map(|end| file.with_extension(end));
        draw(&chart(&points), &paths[0], &paths[1]).unwrap();
        let [text, pixels] = paths.each_ref().map(|path| std::fs::read(path).unwrap());
        paths.iter().for_each(|path| std::fs::remove_file(path).unwrap());
        assert_eq!(pixels, rasterise(&render(&chart(&points))).unwrap());
        assert!(String::from_utf8(text).unwrap().contains(">1,000,000,000 USD<"));
        let pixels = tiny_skia::Pixmap::decode_png(&pixels).unwrap();
        assert_eq!((pixels.width(), pixels.height()), (1200, 675));
        assert!((40..300).any(|x| pixels.pixel(x, 48).unwrap().red() < 64), "the title is missing");
    }

    #[test]
    fn few_or_odd_points_are_drawn() {
        assert!(render(&chart(&[])).contains("no entries yet"));
        assert!(render(&chart(&[point(3, 9.0)])).contains(">1 Mar<"));
        assert!(render(&chart(&[point(1, 1.5), point(2, 1.0)])).contains(">\u{2212}0.50 USD<"));
    }

    #[test]
    fn errors_name_the_cause() {
        let nowhere = Path::new("no-such-folder/a.svg");
        let error = |points: &[Point]| draw(&chart(points), nowhere, nowhere).unwrap_err().to_string();
        assert!(error(&[point(2, 1.0), point(1, 1.0)]).starts_with("point 1 has "));
        assert!(error(&[]).starts_with("cannot write no-such-folder/a.svg: "));
    }
}
