//! A shop that has every kind of rule, and documents of every kind for it.

use super::chance::Chance;
use super::documents::{Maker, money, pays};
use super::world::CUSTOMERS;

const OUTLETS: &str = r#"{"airport": {"time_zone": "+09:00"}, "village": {"time_zone": "-08:00"}}"#;

const REWARDS: &str = r#"[{"id": "two", "cost": "1.00", "gives": {"kind": "amount_off", "amount": "2.00"}},
    {"id": "tenth", "cost": "2", "gives": {"kind": "percent_off", "percent": "10", "maximum": "3.00"},
        "minimum_spend": "10.00", "lowers_earning": false},
    {"id": "line", "cost": "1.50", "gives": {"kind": "line_amount_off", "amount": "1.50"}, "groups": ["staff"]},
    {"id": "third", "cost": "2", "gives": {"kind": "line_percent_off", "percent": "33"}, "tiers": ["gold"]},
    {"id": "pen", "cost": "1", "gives": {"kind": "free_product", "product": "PEN", "quantity": "1"}},
    {"id": "item", "cost": "2.50", "gives": {"kind": "free_item", "quantity": "1"}, "where": {"products": ["TEA"]},
        "from": "2026-03-02", "until": "2026-03-20"},
    {"id": "steps", "cost": "1", "gives": {"kind": "amount_per_step", "step": "2", "amount": "0.50"}}]"#;

/// What never changes on one ledger.
pub struct Wide {
    unit: &'static str,
    /// The program that it opens with.
    pub first: String,
}

impl Wide {
    pub fn any(chance: &mut Chance) -> Wide {
        let units = [r#"{"kind": "money"}"#, r#"{"kind": "points", "decimals": 2}"#];
        let unit = chance.one_of(&units);
        Wide { unit, first: any_program(unit, chance) }
    }

    pub fn program(&self, chance: &mut Chance) -> String {
        any_program(self.unit, chance)
    }
}

fn any_program(unit: &str, chance: &mut Chance) -> String {
    let mut fields = vec![
        r#""id": "house", "currency": "EUR""#.to_owned(),
        format!(r#""unit": {}, "outlets": {OUTLETS}, "rewards": {REWARDS}"#, unit),
        format!(r#""earn": {}"#, base_rules(chance)),
        format!(r#""promotions": {}"#, promotions(chance)),
        format!(r#""tiers": {}"#, tiers(chance)),
        format!(r#""redemption": {}"#, redemption(chance)),
        format!(r#""returns": {}"#, returns(chance)),
        format!(r#""punch_cards": {}"#, punch_cards(chance)),
    ];
    for (percent, field) in SOMETIMES {
        if chance.percent(*percent) {
            fields.push((*field).to_owned());
        }
    }
    fields.push(chance.one_of(&EXPIRIES).to_owned());
    fields.push(chance.one_of(&CHOICES).to_owned());
    fields.push(chance.one_of(&ENROLMENTS).to_owned());
    format!("{{{}}}", fields.join(", "))
}

const SOMETIMES: &[(u64, &str)] = &[
    (30, r#""round_per": "line""#),
    (30, r#""rounding": "half_even""#),
    (30, r#""basis": "tax_excluded""#),
    (20, r#""sale_discount_lowers_earning": false"#),
    (20, r#""combine": "best""#),
    (40, r#""products": {"PEN": {"by": "none"}, "TEA": {"by": "extra", "units": "0.50"}}"#),
    (30, r#""categories": {"drinks": {"by": "multiply", "factor": "3"}}"#),
    (
        30,
        r#""price_books": {"trade": {"*": {"by": "amount", "rate": "0.01"}, "COAT": {"by": "fixed", "units": "2"}}}"#,
    ),
    (50, r#""tenders": {"gift_card": {"earns": false}}"#),
    (40, r#""on_account": "account_cleared""#),
    (30, r#""time_zone": "+01:00""#),
    (20, r#""valid": {"from": "2026-03-02", "until": "2026-03-30"}"#),
];

const EXPIRIES: [&str; 6] = [
    r#""expiry": {"by": "never"}"#,
    r#""expiry": {"by": "inactivity", "days": 6}"#,
    r#""expiry": {"by": "inactivity", "months": 1}"#,
    r#""expiry": {"by": "age", "days": 4}"#,
    r#""expiry": {"by": "age", "months": 1}"#,
    r#""expiry": {"by": "date", "month": 3, "day": 15}"#,
];

const CHOICES: [&str; 3] =
    [r#""promotion_choice": "best""#, r#""promotion_choice": "newest""#, r#""promotion_choice": "sum""#];

const ENROLMENTS: [&str; 3] = [
    r#""enrolment": {"mode": "automatic", "claim_days": 30, "welcome": "2.00"}"#,
    r#""enrolment": {"mode": "on_request", "claim_days": 2, "welcome": "0.50"}"#,
    r#""enrolment": {"mode": "automatic"}"#,
];

fn base_rules(chance: &mut Chance) -> String {
    let rules = [
        r#"{"by": "amount", "rate": "0.05"}"#,
        r#"{"by": "amount", "rate": "0.10", "where": {"products": ["COAT"]}}"#,
        r#"{"by": "amount", "rate": "0.033", "minimum_spend": "20.00"}"#,
        r#"{"by": "step", "amount": "7.00", "units": "0.25"}"#,
        r#"{"by": "visit", "units": "0.20"}"#,
        r#"{"by": "visit", "units": "0.30", "minimum_spend": "30.00", "last": true}"#,
        r#"{"by": "item", "units": "0.15", "where": {"except_products": ["PEN"]}}"#,
    ];
    let some: Vec<&str> = (0..1 + chance.below(3)).map(|_| chance.one_of(&rules)).collect();
    format!("[{}]", some.join(", "))
}

fn promotions(chance: &mut Chance) -> String {
    let rules = [
        r#"{"by": "bonus", "units": "1"}"#,
        r#"{"by": "multiply", "factor": "2"}"#,
        r#"{"by": "extra", "units": "0.40"}"#,
        r#"{"by": "fixed", "units": "0.80"}"#,
        r#"{"by": "amount", "rate": "0.2"}"#,
        r#"{"by": "none"}"#,
    ];
    let conditions = [
        r#""limit": {"times": 1, "per": "day"}"#,
        r#""limit": {"times": 2, "per": "week"}"#,
        r#""limit": {"times": 1, "per": "month"}"#,
        r#""limit": {"times": 1, "per": "ever"}"#,
        r#""first_purchase": true"#,
        r#""minimum_spend": "25.00""#,
        r#""where": {"products": ["COAT", "TEA"]}"#,
        r#""where": {"except_categories": ["drinks"]}"#,
        r#""groups": ["staff"]"#,
        r#""birthday_month": true"#,
        r#""code": "SPRING""#,
        r#""hours": ["22:00", "06:00"]"#,
        r#""days": ["mon", "sat"]"#,
        r#""outlets": ["airport"]"#,
        r#""from": "2026-03-04", "until": "2026-03-12""#,
        r#""applies": "when_named""#,
    ];
    let mut some = Vec::new();
    for number in 0..chance.below(5) {
        let (rule, condition) = (chance.one_of(&rules), chance.one_of(&conditions));
        some.push(format!(r#"{{"id": "p{number}", {condition}, "rule": {rule}}}"#));
    }
    format!("[{}]", some.join(", "))
}

fn tiers(chance: &mut Chance) -> String {
    let by = chance.one_of(&["spent", "earned"]);
    let over = chance.one_of(&[r#"{"months": 1}"#, r#""calendar_year""#, r#""ever""#]);
    let from = chance.one_of(&["next_sale", "this_sale"]);
    let fall_back = chance.one_of(&["at_period_end", "never"]);
    let gold = chance.one_of(&[r#""factor": "2""#, r#""earn": [{"by": "amount", "rate": "0.5"}]"#]);
    let at = if by == "spent" { "60" } else { "3" };
    format!(
        r#"{{"by": "{by}", "over": {over}, "from": "{from}", "fall_back": "{fall_back}",
            "levels": [{{"id": "base", "at": "0"}}, {{"id": "gold", "at": "{at}", {gold}}}]}}"#
    )
}

fn redemption(chance: &mut Chance) -> String {
    let choices = [
        r#"{"value": "1"}"#,
        r#"{"value": "1", "same_sale": true}"#,
        r#"{"value": "0.5", "minimum": "1"}"#,
        r#"{"value": "1", "step": "0.50", "maximum_share": "0.5"}"#,
    ];
    chance.one_of(&choices).to_owned()
}

fn returns(chance: &mut Chance) -> String {
    let choices = [
        r#"{"restore_grace_days": 3}"#,
        r#"{"negative_balance": "clamp", "claw_back": "recompute"}"#,
        r#"{"negative_balance": "refuse", "restore_rewards": false}"#,
        r#"{"negative_balance": "deduct_from_refund", "unreferenced": "ignore"}"#,
        r#"{"claw_back": "recompute", "loyalty_to_cash": true}"#,
        r#"{"negative_balance": "deduct_from_refund", "claw_back": "recompute", "restore_grace_days": 1}"#,
    ];
    chance.one_of(&choices).to_owned()
}

fn punch_cards(chance: &mut Chance) -> String {
    let choices = [r#""uses": null"#, r#""carry_over": false"#, r#""uses": 2"#];
    let rest = chance.one_of(&choices);
    format!(
        r#"[{{"id": "coffee", "required": 3, "where": {{"products": ["COFFEE"]}}, {rest},
            "gives": {{"kind": "free_item", "quantity": "1"}}, "valid": {{"until": "2026-12-31"}}}}]"#
    )
}

/// The fields of a sale with some of the lines a, b and c, and the money that is due for it.
struct Rung {
    fields: Vec<String>,
    due: i64,
}

impl Maker<'_> {
    pub fn wide(&mut self) -> (String, Option<String>) {
        match self.chance.below(100) {
            0..34 => self.wide_sale(),
            34..46 => (self.some_back(), None),
            46..52 => self.wide_exchange(),
            52..56 => (self.unreferenced(), None),
            56..60 => (self.money_back(), None),
            60..66 => (self.wide_payment(), None),
            66..70 => (self.held(), None),
            70..74 => (self.redeems(), None),
            74..78 => (self.joins(), None),
            78..82 => (self.imported(), None),
            82..86 => (self.debts_paid(), None),
            86..90 => (self.linked(), None),
            90..93 => {
                let who = self.customer();
                (format!(r#"{{"type": "check", "at": "{}", "customer": "{who}"}}"#, self.at), None)
            }
            _ => {
                let of = self.of();
                (self.document("void", &format!(r#""of": "{of}""#)), None)
            }
        }
    }

    pub fn wide_sale(&mut self) -> (String, Option<String>) {
        let (mut sale, mut rung) = (self.id(), self.rung());
        if self.chance.percent(85) {
            let customer = self.customer();
            rung.fields.push(format!(r#""customer": "{customer}""#));
            // So whose it is can be seen where it comes back.
            sale = format!("{sale}-{customer}");
        }
        self.paid(&mut rung);
        let fields = rung.fields.join(", ");
        (format!(r#"{{"type": "sale", "sale": "{sale}", "at": "{}", {fields}}}"#, self.at), Some(sale))
    }

    fn rung(&mut self) -> Rung {
        let (mut lines, mut due) = (Vec::new(), 0);
        for id in ["a", "b", "c"].iter().take(1 + self.chance.below(3)) {
            let (line, amount) = self.line(id);
            lines.push(line);
            due += amount;
        }
        let mut fields = vec![format!(r#""lines": [{}]"#, lines.join(", "))];
        if 300 < due && self.chance.percent(15) {
            due -= 133;
            fields.push(r#""discount": "1.33""#.to_owned());
        }
        if self.chance.percent(15) {
            due += 690;
            fields.push(
                r#""fees": [{"kind": "shipping", "amount": "4.90"}, {"kind": "tip", "amount": "2.00"}]"#
                    .to_owned(),
            );
        }
        if self.chance.percent(8) {
            due += 2;
            fields.push(r#""cash_rounding": "0.02""#.to_owned());
        }
        if self.chance.percent(10) {
            due += 105;
            fields.push(r#""tax_added": "1.05""#.to_owned());
        }
        if self.chance.percent(20) {
            fields.push(format!(r#""outlet": "{}""#, self.chance.one_of(&["airport", "village"])));
        }
        if self.chance.percent(15) {
            fields.push(r#""codes": ["SPRING"]"#.to_owned());
        }
        if 200 <= due && self.chance.percent(15) {
            due -= self.reward(&mut fields);
        }
        Rung { fields, due }
    }

    /// How much less is due by it, for most baskets.
    fn reward(&mut self, fields: &mut Vec<String>) -> i64 {
        let (reward, off) = self.chance.one_of(&[
            (r#"{"reward": "two"}"#, 200),
            (r#"{"reward": "line", "line": "a"}"#, 150),
            (r#"{"reward": "steps", "units": "4"}"#, 100),
            (r#"{"reward": "pen"}"#, 0),
            (r#"{"reward": "tenth"}"#, 300),
            (r#"{"reward": "third", "line": "a"}"#, 330),
            (r#"{"reward": "two", "reservation": "H1"}"#, 200),
            (r#"{"reward": "item", "line": "b"}"#, 150),
        ]);
        fields.push(format!(r#""rewards": [{reward}]"#));
        off
    }

    fn line(&mut self, id: &str) -> (String, i64) {
        let (product, category) = self.chance.one_of(&[
            ("COAT", "clothes"),
            ("COFFEE", "drinks"),
            ("TEA", "drinks"),
            ("PEN", "paper"),
        ]);
        let halves = self.chance.one_of(&[2, 2, 2, 4, 6, 1, 3]);
        let price = self.chance.one_of(&[1000, 998, 150, 334, 2000, 4000]);
        let amount = halves * price / 2;
        let mut more = String::new();
        if self.chance.percent(50) {
            more.push_str(&format!(r#", "category": "{category}""#));
        }
        let discount = if self.chance.percent(10) && 100 < amount { 50 } else { 0 };
        if 0 < discount {
            more.push_str(r#", "discount": "0.50""#);
        }
        for (percent, field) in [
            (8, r#", "earns": false"#),
            (20, r#", "tax": {"rate": "0.21", "included": true}"#),
            (10, r#", "price_book": "trade""#),
            (20, r#", "promotions": ["p0", "p1"]"#),
        ] {
            if self.chance.percent(percent) {
                more.push_str(field);
            }
        }
        let (quantity, price) = (format!("{}.{}", halves / 2, halves % 2 * 5), money(price));
        let line = format!(
            r#"{{"id": "{id}", "product": "{product}", "quantity": "{quantity}", "unit_price": "{price}"{more}}}"#
        );
        (line, amount - discount)
    }

    /// How a sale is paid: at once or in parts, by one tender or by several, or not yet.
    fn paid(&mut self, rung: &mut Rung) {
        let due = rung.due;
        let tender = self.chance.one_of(&["cash", "card", "gift_card"]);
        let part = (due / 300 * 100).max(0);
        let rest = match self.chance.below(10) {
            0 => r#""parked": true"#.to_owned(),
            1 => format!(r#""terms": "layby", "payments": [{}]"#, some_pays(&[(tender, part)])),
            2 => r#""terms": "on_account""#.to_owned(),
            3 => format!(
                r#""terms": "on_account", "payments": [{}]"#,
                some_pays(&[(tender, part), ("on_account", due - part)])
            ),
            4 | 5 => {
                let units = part.min(100 + self.chance.below(6) as i64 * 50);
                format!(r#""payments": [{}]"#, some_pays(&[("loyalty", units), (tender, due - units)]))
            }
            6 => format!(r#""payments": [{}]"#, some_pays(&[("gift_card", part), ("cash", due - part)])),
            7 => format!(
                r#""offers": [{{"card": "K{}", "line": "a"}}], "payments": [{}]"#,
                self.chance.below(3),
                some_pays(&[(tender, due)])
            ),
            _ => format!(r#""payments": [{}]"#, some_pays(&[(tender, due)])),
        };
        rung.fields.push(rest);
    }

    fn some_back(&mut self) -> String {
        let of = self.of();
        let lines = self.lines_back();
        let refund = self.chance.one_of(&[
            "",
            "",
            r#", "refund": [{"tender": "cash", "amount": "3.00"}]"#,
            r#", "refund": [{"tender": "loyalty", "amount": "0.50"}, {"tender": "card", "amount": "2.00"}]"#,
        ]);
        self.document("return", &format!(r#""of": "{of}", "lines": [{lines}]{refund}"#))
    }

    fn lines_back(&mut self) -> String {
        let mut lines = Vec::new();
        for id in ["a", "b"].iter().take(1 + self.chance.below(2)) {
            let quantity = self.chance.one_of(&["1", "0.5", "1", "2", "0.3"]);
            lines.push(format!(r#"{{"id": "{id}", "quantity": "{quantity}"}}"#));
        }
        lines.join(", ")
    }

    fn wide_exchange(&mut self) -> (String, Option<String>) {
        let (of, sale, lines) = (self.of(), self.id(), self.lines_back());
        let mut rung = self.rung();
        if let Some((_, customer)) = of.rsplit_once('-').filter(|(_, last)| CUSTOMERS.contains(last)) {
            rung.fields.push(format!(r#""customer": "{customer}""#));
        }
        if self.chance.percent(60) {
            rung.fields.push(format!(r#""payments": [{}]"#, some_pays(&[("card", rung.due)])));
        } else {
            rung.fields.push(r#""terms": "layby""#.to_owned());
        }
        let fields = rung.fields.join(", ");
        let inner = format!(r#"{{"id": "{sale}", {fields}}}"#);
        (
            self.document("exchange", &format!(r#""of": "{of}", "lines": [{lines}], "sale": {inner}"#)),
            Some(sale),
        )
    }

    fn unreferenced(&mut self) -> String {
        let (who, (line, _)) = (self.customer(), self.line("a"));
        self.document("return", &format!(r#""customer": "{who}", "lines": [{line}]"#))
    }

    fn money_back(&mut self) -> String {
        let (of, amount) = (self.of(), self.chance.one_of(&["0.01", "2.00", "7.77"]));
        self.document("return_amount", &format!(r#""of": "{of}", "amount": "{amount}""#))
    }

    fn wide_payment(&mut self) -> String {
        let of = self.of();
        let tender = self.chance.one_of(&["cash", "gift_card", "loyalty", "on_account"]);
        let amount = 50 * (1 + self.chance.below(30) as i64);
        let held = if self.chance.percent(10) { r#", "reservation": "H2""# } else { "" };
        let payment = format!(r#"{{"tender": "{tender}", "amount": "{}"{held}}}"#, money(amount));
        self.document("payment", &format!(r#""sale": "{of}", "payments": [{payment}]"#))
    }

    fn held(&mut self) -> String {
        let (who, id) = (self.customer(), self.chance.below(4));
        let fields = self.chance.one_of(&[r#""units": "1.50""#, r#""reward": "two""#, r#""reward": "pen""#]);
        let kind = self.chance.one_of(&["reserve", "reserve", "release", "capture"]);
        match kind {
            "reserve" => format!(
                r#"{{"type": "reserve", "id": "H{id}", "at": "{}", "customer": "{who}", {fields}}}"#,
                self.at
            ),
            _ => format!(r#"{{"type": "{kind}", "id": "H{id}", "at": "{}"}}"#, self.at),
        }
    }

    fn redeems(&mut self) -> String {
        let who = self.customer();
        let what = self.chance.one_of(&[
            r#""units": "1""#,
            r#""amount": "0.50""#,
            r#""reward": "two""#,
            r#""reward": "steps", "quantity": "2""#,
            r#""reward": "pen", "quantity": "2""#,
            r#""amount": "1.00", "bill": "1.50""#,
        ]);
        self.document("redeem", &format!(r#""customer": "{who}", {what}"#))
    }

    fn joins(&mut self) -> String {
        let who = self.customer();
        let what = self.chance.one_of(&[
            r#""groups": ["staff"]"#,
            r#""birthday": "1990-03-09""#,
            r#""groups": [], "birthday": "1971-04-01""#,
            r#""phone": "+31201234567""#,
        ]);
        self.document("enrol", &format!(r#""customer": "{who}", {what}"#))
    }

    fn imported(&mut self) -> String {
        let who = self.customer();
        let more = self.chance.one_of(&[
            "",
            r#", "expires": "2026-03-09""#,
            r#", "spent": "25.00""#,
            r#", "last_purchase": "2026-02-27""#,
        ]);
        self.document("import", &format!(r#""customer": "{who}", "units": "3"{more}"#))
    }

    fn debts_paid(&mut self) -> String {
        let (who, tender) = (self.customer(), self.chance.one_of(&["cash", "gift_card", "loyalty"]));
        let payments = pays(tender, 100 * (1 + self.chance.below(40) as i64));
        let sales =
            if self.chance.percent(40) { format!(r#", "sales": ["{}"]"#, self.of()) } else { String::new() };
        self.document("account_payment", &format!(r#""customer": "{who}", "payments": [{payments}]{sales}"#))
    }

    fn linked(&mut self) -> String {
        let (who, number) = (self.customer(), self.chance.below(3));
        match self.chance.below(3) {
            0 => {
                let codes = format!(r#""codes": ["K{number}"]"#);
                self.document("make_cards", &format!(r#""punch_card": "coffee", "batch": "B", {codes}"#))
            }
            _ => self.document("link_card", &format!(r#""card": "K{number}", "customer": "{who}""#)),
        }
    }
}

/// What pays nothing is no payment.
fn some_pays(these: &[(&str, i64)]) -> String {
    let some: Vec<String> = these
        .iter()
        .filter(|(_, amount)| 0 < *amount)
        .map(|(tender, amount)| pays(tender, *amount))
        .collect();
    some.join(", ")
}
