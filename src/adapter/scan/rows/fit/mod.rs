//! EAN-13 and UPC-A whose edges are gone: too blurred or too small for bars that stand apart.
//!
//! A blurred code is still the picture of some code. Its two ends are seen, since there is nothing beside them; they
//! tell where each digit lies. There the grey is compared with what each digit would look like, blurred as much.
//! What lines tell is summed up, and of all numbers whose check digit is right the likeliest is read, if it is far
//! likelier than the next and if two sets of lines tell it each for themselves.

mod account;
mod ends;
mod likeliest;
mod look;

use alloc::boxed::Box;
use alloc::vec::Vec;

use super::edges::Edges;
use super::tally::Span;
use super::whole::{int, over};

pub(super) use account::Account;
use likeliest::likeliest;
use look::Looks;

/// What costs are a part of.
pub(super) const WHOLE: i32 = 4096;

/// More places than this are noise, and take time.
const MOST_CASES: usize = 32;
/// What a digit may cost at most, on average over digits and lines.
const WORST: i32 = 900;
/// How much more the next likely number must cost, on average over lines. In photographs what isn't there comes to
/// 570 at most, and what is there mostly to twice the bar and more.
const LEAST_MARGIN: i32 = 900;

/// How much a digit's window differs from each digit of the sets A, B (left) or C (right), in 4,096ths of what a
/// window differs from plain grey.
type Costs = [[i32; 20]; 12];

/// Lines' accounts of a code in one place.
struct Case {
    span: Span,
    spans: Vec<Span>,
    /// Every other line's sum.
    sums: [Box<Costs>; 2],
}

/// A number that lines told.
pub(super) struct Told {
    pub digits: Vec<u8>,
    pub spans: Vec<Span>,
    /// Mean cost of a digit, in 4,096ths.
    pub misfit: i32,
}

/// Compares lines with what codes look like.
pub(super) struct Fitter {
    looks: Vec<Looks>,
    cases: Vec<Case>,
    profile: Vec<i32>,
}

impl Fitter {
    pub fn new() -> Self {
        // Three boxes one after the other are much like a lens out of focus that moves a little. With wider ones any
        // bars at all look like digits.
        let looks = [3, 5, 7].into_iter().map(Looks::blurred).collect();
        Self { looks, cases: Vec::new(), profile: Vec::new() }
    }

    /// Looks for a blurred code between two quiet zones on a line.
    pub fn look(&mut self, samples: &[i32], edges: &Edges) -> Vec<Account> {
        let mut accounts = Vec::new();
        for (from, to) in ends::candidates(edges).into_iter().take(3) {
            if let Some(account) = self.account(samples, from, to) {
                accounts.push(account);
            }
        }
        accounts
    }

    /// Adds a line's account to those of the same place.
    pub fn add(&mut self, account: &Account, span: Span) {
        let case = match self.cases.iter().position(|case| case.span.is_beside(&span)) {
            Some(known) => self.cases.get_mut(known),
            None if MOST_CASES <= self.cases.len() => None,
            None => {
                let sums = [Box::new([[0; 20]; 12]), Box::new([[0; 20]; 12])];
                self.cases.push(Case { span, spans: Vec::new(), sums });
                self.cases.last_mut()
            }
        };
        let Some(case) = case else { return };
        let turn = case.spans.len() & 1;
        if let Some(sum) = case.sums.get_mut(turn) {
            for (sum, cost) in sum.iter_mut().flatten().zip(account.costs.iter().flatten()) {
                *sum = sum.saturating_add(*cost);
            }
        }
        case.spans.push(span);
    }

    /// The numbers that both halves of the lines of a place tell.
    pub fn told(&self) -> Vec<Told> {
        let mut all = Vec::new();
        for case in &self.cases {
            if case.spans.len() < 4 {
                continue;
            }
            let [one, other] = &case.sums;
            let mut both = one.clone();
            for (sum, cost) in both.iter_mut().flatten().zip(other.iter().flatten()) {
                *sum = sum.saturating_add(*cost);
            }
            let lines = int(case.spans.len());
            let (Some(best), Some(first), Some(second)) =
                (likeliest(&both), likeliest(one), likeliest(other))
            else {
                continue;
            };
            if best.digits != first.digits || best.digits != second.digits {
                continue;
            }
            let misfit = over(best.cost, lines.saturating_mul(12));
            let margin = over(best.next.saturating_sub(best.cost), lines);
            if WORST < misfit || margin < LEAST_MARGIN {
                continue;
            }
            all.push(Told { digits: best.digits, spans: case.spans.clone(), misfit });
        }
        all
    }
}
