//! What goes back of a sale, and what is taken back of its earnings, worked out a second time
//! from the words of the rules (R11, R16, R17, Q2 to Q4, Q7).

use num_traits::Zero;
use regulars::loyalty::{NegativeBalance, Program};
use regulars::money::Units;
use regulars::sale::RungUp;
use regulars::time::Date;

use crate::model_earn::{
    Earned, Number, Seen, half_up, in_proportion, line_amounts, number, of_decimal, of_money, of_units, seen,
    total,
};

/// A settled sale, and all that came back of it.
pub struct Sold<'a> {
    pub program: &'a Program,
    pub rung_up: &'a RungUp,
    /// The day on which it was rung up.
    pub day: Date,
    pub earned: &'a Earned,
    /// How much of each line is back.
    pub back: Vec<Number>,
    /// Money that went back without goods.
    pub money: i64,
    /// R: what all that went back is worth.
    pub worth: i64,
}

impl<'a> Sold<'a> {
    pub fn new(program: &'a Program, rung_up: &'a RungUp, day: Date, earned: &'a Earned) -> Sold<'a> {
        let back = vec![number(0); rung_up.lines.len()];
        Sold { program, rung_up, day, earned, back, money: 0, worth: 0 }
    }

    pub fn total(&self) -> i64 {
        total(self.program, self.rung_up)
    }

    pub fn take_goods(&mut self, line: usize, quantity: &Number) {
        self.back[line] += quantity;
    }

    pub fn take_money(&mut self, minor: i64) {
        self.money += minor;
        self.worth += minor;
    }

    /// Counts in what the goods are worth that are back by now, and says what that adds: T × net
    /// amount back / net amount of all lines, over all returns so far, half up, less what went back for
    /// goods before (Q2). Lines by which the till took something off make the others worth more than T: no
    /// more than T goes back, and T when all that was sold is back (R18).
    pub fn worth_of_goods(&mut self) -> i64 {
        let (_, net) = line_amounts(self.program, self.rung_up);
        let by_amount = 0 < net.iter().sum::<i64>();
        let (mut back, mut all) = (number(0), number(0));
        for ((line, net), came_back) in self.rung_up.lines.iter().zip(net).zip(&self.back) {
            let quantity = of_decimal(line.quantity.to_decimal());
            if quantity.is_zero() {
                continue;
            }
            let weight = if by_amount { number(net) } else { quantity.clone().max(number(0)) };
            back += &weight * came_back / quantity;
            all += weight;
        }
        let worth = match (self.is_all_back(), all.is_zero()) {
            (true, _) => self.total(),
            (false, true) => 0,
            (false, false) => half_up(&(number(self.total()) * back / all)),
        };
        let for_goods_before = self.worth - self.money;
        let now = (worth - for_goods_before).max(0).min(self.total() - self.worth);
        self.worth += now;
        now
    }

    /// Whether all that was sold is back.
    pub fn is_all_back(&self) -> bool {
        let (own, _) = line_amounts(self.program, self.rung_up);
        let mut lines = self.rung_up.lines.iter().zip(own).zip(&self.back);
        lines.all(|((line, own), back)| {
            let quantity = of_decimal(line.quantity.to_decimal());
            own < 0 || quantity <= number(0) || *back == quantity
        })
    }

    /// What has to be taken back in all by now (R16, Q4).
    pub fn claw_back(&self) -> i64 {
        let earned = self.earned.total();
        if self.is_all_back() {
            return earned;
        }
        let mut due = 0;
        for ((line, (by_amount, by_item)), back) in
            self.rung_up.lines.iter().zip(&self.earned.lines).zip(&self.back)
        {
            if !back.is_zero() {
                due +=
                    half_up(&(number(by_amount + by_item) * back / of_decimal(line.quantity.to_decimal())));
            }
        }
        if self.money != 0 {
            let by_amount: i64 = self.earned.lines.iter().map(|(by_amount, _)| by_amount).sum();
            due += half_up(&(number(by_amount) * number(self.money) / number(self.total())));
        }
        let fallen = self.earned.visits.iter().filter(|(rule, _)| self.falls(*rule));
        due += fallen.map(|(_, units)| units).sum::<i64>();
        due.min(earned)
    }

    /// R11: whether what is left is below the minimum spend of a visit rule.
    fn falls(&self, rule: u16) -> bool {
        let total = self.total();
        let rule = &self.program.earn[usize::from(rule)];
        let Some(minimum) = rule.minimum_spend else { return false };
        let mut left = number(0);
        for ((line, seen), back) in self.rung_up.lines.iter().zip(self.seen()).zip(&self.back) {
            if seen.may_earn && seen.is_selected(&rule.applies_to) {
                let quantity = of_decimal(line.quantity.to_decimal());
                let kept = if back.is_zero() { number(1) } else { number(1) - back / quantity };
                left += seen.amount * kept;
            }
        }
        if total != 0 {
            left *= number(total - self.money) / number(total);
        }
        left < of_money(minimum, self.program)
    }

    fn seen(&self) -> Vec<Seen<'_>> {
        seen(self.program, self.rung_up, self.day)
    }

    /// What loyalty got back in all by now, where one smallest unit pays one smallest unit of
    /// money: its share, but so much at least that nobody else gets more than he paid (Q3).
    pub fn loyalty_back(&self, spent: i64, paid_otherwise: i64) -> i64 {
        if spent == 0 {
            return 0;
        }
        let share = half_up(&(number(spent) * number(self.worth) / number(self.total())));
        share.max(self.worth - paid_otherwise)
    }
}

/// What the first refund gives to the tenders that aren't loyalty: in the proportion in which they
/// paid (Q3).
pub fn to_the_others(minor: i64, paid: &[i64]) -> Vec<i64> {
    in_proportion(minor, paid)
}

/// What becomes of a claw-back (R19, Q7).
#[derive(Debug, PartialEq, Eq)]
pub struct Taken {
    pub taken: i64,
    pub written_off: i64,
    pub kept_from_refund: i64,
}

/// `None` if it is refused. `there` is the balance after giving back, `refund` the money that goes
/// back and isn't loyalty.
pub fn claw_back_of(program: &Program, asked: i64, there: i64, refund: i64) -> Option<Taken> {
    let there = there.max(0);
    let rest = (asked - there).max(0);
    let taken = asked - rest;
    Some(match program.returns.negative_balance {
        NegativeBalance::Allow => Taken { taken: asked, written_off: 0, kept_from_refund: 0 },
        NegativeBalance::Refuse if 0 < rest => return None,
        NegativeBalance::Refuse | NegativeBalance::Clamp => {
            Taken { taken, written_off: rest, kept_from_refund: 0 }
        }
        NegativeBalance::DeductFromRefund => {
            let Some(redemption) = &program.redemption else {
                return Some(Taken { taken, written_off: rest, kept_from_refund: 0 });
            };
            let cents = number(10_i64.pow(u32::from(program.currency.decimals())));
            let points = number(10_i64.pow(u32::from(program.unit_decimals())));
            let value = of_decimal(redemption.value.to_decimal());
            let worth = half_up(&(of_units(Units::from_minor(rest), program) * &value * &cents));
            if worth <= refund {
                Taken { taken, written_off: 0, kept_from_refund: worth }
            } else {
                let covered = half_up(&(number(refund) / cents / value * points)).min(rest);
                Taken { taken, written_off: rest - covered, kept_from_refund: refund }
            }
        }
    })
}
