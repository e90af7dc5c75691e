//! Which promotions a line earns by, and which give units for the sale (R6, R11, Q19).

use alloc::vec::Vec;

use super::EarningLine;
use super::raw::{Parts, Raw, reaches, units_for, units_per_item};
use crate::loyalty::explain::{Fate, Share};
use crate::loyalty::program::Program;
use crate::loyalty::promotion::{Promotion, PromotionChoice, PromotionGift};
use crate::loyalty::rule::LineRule;
use crate::loyalty::terms::EarnTerms;
use crate::money::{AmountError, Exact, power_of_ten};
use crate::sorting;

/// The promotions of one line, by their places in the program.
#[derive(Default)]
pub(super) struct Choice {
    /// Those that it earns by, the preferred one first.
    pub(super) won: Vec<(u16, LineRule)>,
    /// The bonus that is newer than all that it could earn by, where the newest is chosen.
    bonus: Option<u16>,
    /// The others that hold for it.
    pub(super) lost: Vec<(u16, Fate)>,
}

impl Choice {
    /// Whether the line is taken out of the base rules.
    fn takes_line(&self) -> bool {
        self.won.iter().any(|(_, rule)| !rule.builds_on_base())
    }

    /// Whether the base rules look at the line, given whether they do for its own rule: not at one that
    /// is taken, and always at one that gets something extra.
    fn is_on_base(&self, by_own_rule: bool) -> bool {
        let gets_extra = self.won.iter().any(|(_, rule)| is_extra(*rule));
        !self.takes_line() && (gets_extra || by_own_rule)
    }

    /// Whether the line earns nothing because a promotion says so.
    pub(super) fn says_nothing(&self) -> bool {
        !self.won.is_empty() && self.won.iter().all(|(_, rule)| *rule == LineRule::Nothing)
    }
}

/// What the rules give with the promotions that hold, and what was chosen for each line; no choices
/// where none holds for lines.
pub(super) fn with_promotions(
    program: &Program,
    lines: &mut [EarningLine<'_>],
    terms: &EarnTerms,
    share: Share,
) -> Result<(Raw, Vec<Choice>), AmountError> {
    let candidates = candidates(program, lines, terms)?;
    if candidates.is_empty() {
        return Ok((Raw::of(program, terms, lines)?, Vec::new()));
    }
    let base = Raw::by_base_rules(program, terms, lines)?;
    let own = base.by_own_rules(program, lines)?;
    let base = with_extra(program, &candidates, lines, terms, base)?;
    let (mut choices, mut parts) = (Vec::with_capacity(lines.len()), Vec::with_capacity(lines.len()));
    for ((line, base), own) in lines.iter().zip(&base.lines).zip(&own.lines) {
        let choice = choose(program, &candidates, line, Given { base, own }, share)?;
        parts.push(earned(program, line, &choice, Given { base, own })?);
        choices.push(choice);
    }
    let mut changed = false;
    for (line, choice) in lines.iter_mut().zip(&choices) {
        let on_base = choice.is_on_base(line.on_base);
        changed |= on_base != line.on_base;
        line.on_base = on_base;
    }
    if !changed {
        return Ok((Raw { lines: parts, ..own }, choices));
    }
    let base = Raw::by_base_rules(program, terms, lines)?;
    let own = base.by_own_rules(program, lines)?;
    let again = lines.iter().zip(&choices).zip(&mut parts).zip(base.lines.iter().zip(&own.lines));
    for (((line, choice), parts), (base, own)) in again.filter(|(((_, choice), _), _)| !choice.takes_line()) {
        *parts = earned(program, line, choice, Given { base, own })?;
    }
    Ok((Raw { lines: parts, ..own }, choices))
}

fn is_extra(rule: LineRule) -> bool {
    matches!(rule, LineRule::Extra { .. })
}

/// What the base rules give, also the lines whose own rule doesn't build on them and for which a
/// promotion gives something extra: that is on top of the base rules, whatever the line's own rule.
fn with_extra(
    program: &Program,
    candidates: &[Candidate<'_>],
    lines: &mut [EarningLine<'_>],
    terms: &EarnTerms,
    base: Raw,
) -> Result<Raw, AmountError> {
    let extra = |line: &EarningLine<'_>| {
        let mut candidates = candidates.iter();
        candidates
            .any(|candidate| candidate.rule.is_some_and(is_extra) && looks_at(candidate.promotion, line))
    };
    let off_base: Vec<bool> = lines.iter().map(|line| !line.on_base && extra(line)).collect();
    if !off_base.contains(&true) {
        return Ok(base);
    }
    let mut base = base;
    for (line, off_base) in lines.iter_mut().zip(&off_base) {
        line.on_base |= off_base;
    }
    let with_extra = Raw::by_base_rules(program, terms, lines)?;
    for (((line, off_base), base), parts) in
        lines.iter_mut().zip(off_base).zip(&mut base.lines).zip(with_extra.lines)
    {
        if off_base {
            line.on_base = false;
            *base = parts;
        }
    }
    Ok(base)
}

/// Adds what promotions give for the sale, once each (R11). Where the newest is chosen, it has to be the
/// newest for a line (Q19).
pub(super) fn add_bonuses(
    program: &Program,
    lines: &[EarningLine<'_>],
    terms: &EarnTerms,
    choices: &[Choice],
    raw: &mut Raw,
) -> Result<(), AmountError> {
    for (place, promotion) in terms.promotions(program) {
        let PromotionGift::Bonus { units } = promotion.gives else { continue };
        let applies = match program.promotion_choice {
            PromotionChoice::Newest => choices.iter().any(|choice| choice.bonus == Some(place)),
            PromotionChoice::Best | PromotionChoice::Sum => {
                lines.iter().any(|line| looks_at(promotion, line))
            }
        };
        if applies && reaches(promotion.minimum_spend, &spent(promotion, lines))? {
            raw.bonuses.push((place, Exact::fraction(i128::from(units.minor()), 1)?));
        }
    }
    let id = |place: &u16| program.promotions.get(usize::from(*place)).map(|promotion| &promotion.id);
    sorting::sort_by(&mut raw.bonuses, |(one, _), (other, _)| id(one).cmp(&id(other)));
    Ok(())
}

/// A promotion that a line can earn by, or a bonus that may be newer.
struct Candidate<'p> {
    place: u16,
    promotion: &'p Promotion,
    /// `None` for a bonus.
    rule: Option<LineRule>,
    /// Whether its minimum spend is reached.
    reached: bool,
}

/// What a line earns without promotions.
#[derive(Clone, Copy)]
struct Given<'a> {
    /// By the base rules alone.
    base: &'a Parts,
    /// By its own rule, too.
    own: &'a Parts,
}

fn candidates<'p>(
    program: &'p Program,
    lines: &[EarningLine<'_>],
    terms: &EarnTerms,
) -> Result<Vec<Candidate<'p>>, AmountError> {
    let mut candidates = Vec::new();
    for (place, promotion) in terms.promotions(program) {
        let rule = match promotion.gives {
            PromotionGift::Line(rule) => Some(rule),
            PromotionGift::Bonus { .. } if program.promotion_choice == PromotionChoice::Newest => None,
            PromotionGift::Bonus { .. } => continue,
        };
        if lines.iter().any(|line| looks_at(promotion, line)) {
            let reached = reaches(promotion.minimum_spend, &spent(promotion, lines))?;
            candidates.push(Candidate { place, promotion, rule, reached });
        }
    }
    Ok(candidates)
}

/// Whether a promotion looks at a line: one that applies when it is named, at those that name it.
fn looks_at(promotion: &Promotion, line: &EarningLine<'_>) -> bool {
    line.may_earn()
        && promotion.applies_to.selects(line.line)
        && (!promotion.when_named || line.line.promotions.contains(&promotion.id))
}

/// What the lines that a promotion selects come to; lines that may not earn don't count (Q19).
fn spent(promotion: &Promotion, lines: &[EarningLine<'_>]) -> Exact {
    if promotion.minimum_spend.is_none() {
        return Exact::ZERO;
    }
    let selected = |line: &&EarningLine<'_>| line.may_earn() && promotion.applies_to.selects(line.line);
    Exact::sum_of(lines.iter().filter(selected).map(|line| &line.amount))
}

/// Chooses among the promotions that apply to a line. They are in order of preference.
fn choose(
    program: &Program,
    candidates: &[Candidate<'_>],
    line: &EarningLine<'_>,
    given: Given<'_>,
    share: Share,
) -> Result<Choice, AmountError> {
    let mut choice = Choice::default();
    let mut most: Option<Exact> = None;
    for candidate in candidates.iter().filter(|candidate| looks_at(candidate.promotion, line)) {
        let place = candidate.place;
        if !candidate.reached {
            choice.lost.push((place, Fate::MinimumNotReached));
            continue;
        }
        let is_older = !choice.won.is_empty() || choice.bonus.is_some();
        match (program.promotion_choice, candidate.rule) {
            (PromotionChoice::Newest, _) if is_older => choice.lost.push((place, Fate::Older)),
            (PromotionChoice::Newest | PromotionChoice::Sum, Some(rule)) => choice.won.push((place, rule)),
            (_, None) => choice.bonus = Some(place),
            (PromotionChoice::Best, Some(rule)) => {
                let gives = gives(program, line, rule, given)?;
                // Where nothing is due, nothing is earned by amount (R5).
                let gives = if share.total.is_zero() { gives.by_item } else { gives.sum() };
                if most.as_ref().is_some_and(|most| gives <= *most) {
                    choice.lost.push((place, Fate::EarnsNoMore));
                    continue;
                }
                most = Some(gives);
                let beaten = choice.won.drain(..).map(|(place, _)| (place, Fate::EarnsNoMore));
                choice.lost.extend(beaten);
                choice.won.push((place, rule));
            }
        }
    }
    Ok(choice)
}

/// What a line earns by the promotions chosen for it; several add what each gives beyond what it earns
/// without any.
fn earned(
    program: &Program,
    line: &EarningLine<'_>,
    choice: &Choice,
    given: Given<'_>,
) -> Result<Parts, AmountError> {
    if let [(_, rule)] = choice.won.as_slice() {
        return gives(program, line, *rule, given);
    }
    let mut sum = given.own.clone();
    for (_, rule) in &choice.won {
        let gives = gives(program, line, *rule, given)?;
        sum.by_amount = sum.by_amount.plus(&gives.by_amount.minus(&given.own.by_amount));
        sum.by_item = sum.by_item.plus(&gives.by_item.minus(&given.own.by_item));
    }
    Ok(sum.not_below_zero())
}

/// What a line earns by one promotion.
fn gives(
    program: &Program,
    line: &EarningLine<'_>,
    rule: LineRule,
    given: Given<'_>,
) -> Result<Parts, AmountError> {
    Ok(match rule {
        LineRule::Nothing => Parts::NOTHING,
        LineRule::Amount { rate } => {
            Parts { by_amount: units_for(program, &line.amount, rate)?, ..Parts::NOTHING }
        }
        LineRule::Fixed { units } => Parts { by_item: units_per_item(line, units)?, ..Parts::NOTHING },
        LineRule::Extra { units } => {
            let by_item = given.base.by_item.plus(&units_per_item(line, units)?);
            Parts { by_item, ..given.base.clone() }
        }
        LineRule::Multiply { factor } => {
            let mut parts = given.own.clone();
            parts.times(i128::from(factor.mantissa()), power_of_ten(factor.scale()))?;
            parts
        }
    })
}
