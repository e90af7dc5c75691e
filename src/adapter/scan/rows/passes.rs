//! The order in which lines are looked at: cheap ones first.

use alloc::vec::Vec;

use crate::adapter::scan::Picture;
use crate::code::Symbology;

use super::edges::{EdgeFinder, Edges};
use super::line::Line;
use super::tally::{Sighting, Span, Tally};
use super::whole::{int, over};
use super::{Linear, Pass, Symbologies, article, code_39, code_128, ean, itf};

/// About so many rows are looked at first, and as many columns.
pub(in crate::adapter::scan) const COARSE_LINES: u8 = 24;
/// About so many are looked at when nothing was read by them, and sharpened ones.
const DENSE_LINES: i32 = 120;
const SHARPENED_LINES: i32 = 80;
/// About so many lines of each slope, and so many rows and columns that are fitted to blurred codes.
const SLANTED_LINES: i32 = 40;
/// A line with fewer edges has no code.
const LEAST_EDGES: usize = 30;

/// Looks at lines of a picture and counts what they show.
pub(super) struct Reader<'a> {
    picture: &'a Picture<'a>,
    symbologies: Symbologies,
    go_on: &'a mut dyn FnMut() -> bool,
    finder: EdgeFinder,
    samples: Vec<i32>,
    sharpened: Vec<i32>,
    edges: Edges,
    from_behind: Edges,
    tally: Tally,
}

/// The caller said to stop.
struct Stopped;

impl<'a> Reader<'a> {
    pub fn new(
        picture: &'a Picture<'a>,
        symbologies: Symbologies,
        go_on: &'a mut dyn FnMut() -> bool,
    ) -> Self {
        Self {
            picture,
            symbologies,
            go_on,
            finder: EdgeFinder::default(),
            samples: Vec::new(),
            sharpened: Vec::new(),
            edges: Edges::default(),
            from_behind: Edges::default(),
            tally: Tally::default(),
        }
    }

    pub fn read(mut self) -> Vec<Linear> {
        for pass in [Pass::Coarse, Pass::Dense, Pass::Sharpened, Pass::Slanted, Pass::Fitted] {
            let stopped = self.pass(pass).is_err();
            self.tally.join_halves(self.symbologies, pass);
            let agreed = self.tally.agreed();
            if stopped || !agreed.is_empty() {
                return agreed;
            }
        }
        Vec::new()
    }

    fn pass(&mut self, pass: Pass) -> Result<(), Stopped> {
        let (width, height) = (int(self.picture.width()), int(self.picture.height()));
        match pass {
            Pass::Coarse => self.rows_and_columns(pass, COARSE_LINES.into(), 0),
            Pass::Dense => self.rows_and_columns(pass, DENSE_LINES, 0),
            Pass::Sharpened => {
                self.rows_and_columns(pass, SHARPENED_LINES, 1)?;
                self.rows_and_columns(pass, SHARPENED_LINES, 2)
            }
            Pass::Fitted if self.symbologies.has_ean_13() => self.fit(),
            Pass::Fitted => Ok(()),
            Pass::Slanted => {
                const ONE: i32 = 1 << 16;
                for slope in [ONE / 5, ONE * 2 / 5, ONE * 7 / 10] {
                    for step in
                        [(ONE, slope), (ONE, slope.wrapping_neg()), (slope, ONE), (slope.wrapping_neg(), ONE)]
                    {
                        let is_flat = step.0 == ONE;
                        let side = if is_flat { height } else { width };
                        let every = over(side, SLANTED_LINES).max(2);
                        let mut at = 1;
                        while at < side {
                            let place = if is_flat { (over(width, 2), at) } else { (at, over(height, 2)) };
                            let place = (place.0.wrapping_mul(ONE), place.1.wrapping_mul(ONE));
                            if let Some(line) = Line::through(self.picture, place, step) {
                                self.look(&line, pass, 0)?;
                            }
                            at = at.wrapping_add(every);
                        }
                    }
                }
                Ok(())
            }
        }
    }

    fn fit(&mut self) -> Result<(), Stopped> {
        let mut fitter = super::fit::Fitter::new();
        let (width, height) = (int(self.picture.width()), int(self.picture.height()));
        for (side, is_row) in [(height, true), (width, false)] {
            let every = over(side, SLANTED_LINES).max(2);
            let mut at = 1;
            while at < side {
                let line = if is_row { Line::row(self.picture, at) } else { Line::column(self.picture, at) };
                self.fit_line(&line, &mut fitter)?;
                at = at.wrapping_add(every);
            }
        }
        for told in fitter.told() {
            if let Some((symbology, bytes)) = article(told.digits, self.symbologies) {
                self.tally.add_told(symbology, bytes, &told.spans, told.misfit);
            }
        }
        Ok(())
    }

    fn fit_line(&mut self, line: &Line, fitter: &mut super::fit::Fitter) -> Result<(), Stopped> {
        if !(self.go_on)() {
            return Err(Stopped);
        }
        line.sample(self.picture, &mut self.samples);
        self.finder.find(&self.samples, &mut self.edges);
        let last = int(self.samples.len()).wrapping_sub(1).wrapping_mul(super::line::PARTS);
        for account in fitter.look(&self.samples, &self.edges) {
            let span = Span { from: line.point(account.from), to: line.point(account.to) };
            fitter.add(&account, span);
        }
        self.edges.reversed(int(self.samples.len()), &mut self.from_behind);
        self.samples.reverse();
        for account in fitter.look(&self.samples, &self.from_behind) {
            let (from, to) = (last.wrapping_sub(account.from), last.wrapping_sub(account.to));
            fitter.add(&account, Span { from: line.point(from), to: line.point(to) });
        }
        Ok(())
    }

    fn rows_and_columns(&mut self, pass: Pass, about: i32, sharpen: usize) -> Result<(), Stopped> {
        let (width, height) = (int(self.picture.width()), int(self.picture.height()));
        let every = over(height, about).max(1);
        let mut y = over(every, 2);
        while y < height {
            self.look(&Line::row(self.picture, y), pass, sharpen)?;
            y = y.wrapping_add(every);
        }
        let every = over(width, about).max(1);
        let mut x = over(every, 2);
        while x < width {
            self.look(&Line::column(self.picture, x), pass, sharpen)?;
            x = x.wrapping_add(every);
        }
        Ok(())
    }

    /// Looks at a line, both ways.
    fn look(&mut self, line: &Line, pass: Pass, sharpen: usize) -> Result<(), Stopped> {
        if !(self.go_on)() {
            return Err(Stopped);
        }
        line.sample(self.picture, &mut self.samples);
        if 0 < sharpen {
            sharpened(&self.samples, sharpen, &mut self.sharpened);
            core::mem::swap(&mut self.samples, &mut self.sharpened);
        }
        self.finder.find(&self.samples, &mut self.edges);
        if self.edges.positions.len() < LEAST_EDGES {
            return Ok(());
        }
        let count = int(self.samples.len());
        self.edges.reversed(count, &mut self.from_behind);
        let last = count.wrapping_sub(1).wrapping_mul(super::line::PARTS);
        let ahead = |from: i32, to: i32| Span { from: line.point(from), to: line.point(to) };
        let back = |from: i32, to: i32| ahead(last.wrapping_sub(from), last.wrapping_sub(to));
        decode(&self.edges, self.symbologies, pass, &mut self.tally, &ahead);
        decode(&self.from_behind, self.symbologies, pass, &mut self.tally, &back);
        Ok(())
    }
}

/// What edges show, put into the tally.
fn decode(
    edges: &Edges,
    symbologies: Symbologies,
    pass: Pass,
    tally: &mut Tally,
    span: &dyn Fn(i32, i32) -> Span,
) {
    let mut seen = |symbology, bytes, gs1, span, distance| {
        tally.add(Sighting { symbology, bytes, gs1, span, distance }, pass);
    };
    if symbologies.contains(Symbology::Code128) {
        let mut found = Vec::new();
        code_128::find(edges, &mut found);
        for code in found {
            seen(Symbology::Code128, code.bytes, code.gs1, span(code.from, code.to), code.distance);
        }
    }
    if symbologies.contains(Symbology::Code39) {
        let mut found = Vec::new();
        code_39::find(edges, &mut found);
        for code in found {
            seen(Symbology::Code39, code.bytes, false, span(code.from, code.to), code.distance);
        }
    }
    if symbologies.contains(Symbology::Itf) {
        let mut found = Vec::new();
        itf::find(edges, &mut found);
        for code in found {
            seen(Symbology::Itf, code.bytes, false, span(code.from, code.to), code.distance);
        }
    }
    let mut found = Vec::new();
    if symbologies.contains(Symbology::Ean8) {
        ean::find_ean_8(edges, &mut found);
    }
    for code in found.drain(..) {
        seen(Symbology::Ean8, code.digits, false, span(code.from, code.to), code.distance);
    }
    if symbologies.contains(Symbology::UpcE) {
        ean::find_upc_e(edges, &mut found);
    }
    for code in found.drain(..) {
        seen(Symbology::UpcE, code.digits, false, span(code.from, code.to), code.distance);
    }
    if symbologies.has_ean_13() {
        let halves = ean::Halves::find(edges);
        for whole in halves.wholes() {
            if let Some((symbology, bytes)) = article(whole.digits, symbologies) {
                seen(symbology, bytes, false, span(whole.from, whole.to), whole.distance);
            }
        }
        for (is_left, half) in halves
            .left
            .into_iter()
            .map(|half| (true, half))
            .chain(halves.right.into_iter().map(|half| (false, half)))
        {
            let span = span(half.from, half.to);
            tally.add_half(half, is_left, span);
        }
    }
}

/// The same with edges made steeper: what differs from the mean of the grey `reach` samples before and behind is
/// added once more.
fn sharpened(samples: &[i32], reach: usize, into: &mut Vec<i32>) {
    into.clear();
    for (at, grey) in samples.iter().enumerate() {
        let before = samples.get(at.saturating_sub(reach)).unwrap_or(grey);
        let behind = samples.get(at.saturating_add(reach)).unwrap_or(grey);
        let twice = grey.wrapping_mul(2).wrapping_sub(*before).wrapping_sub(*behind);
        into.push(grey.wrapping_add(twice));
    }
}
