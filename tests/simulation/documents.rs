//! Any document that a register may get.

use super::chance::Chance;
use super::wide::Wide;
use super::world::CUSTOMERS;

const LEVELS: &str = r#""levels": [{"id": "base", "at": "0"}, {"id": "gold", "at": "60", "factor": "2"}]"#;

const EXPIRY: [&str; 4] = [
    r#"{"by": "never"}"#,
    r#"{"by": "inactivity", "days": 6}"#,
    r#"{"by": "age", "days": 4}"#,
    r#"{"by": "date", "month": 3, "day": 15}"#,
];

/// What all programs of a run have alike, but for a few that let units run out otherwise.
pub struct Shop {
    expiry: &'static str,
    returns: &'static str,
    tiers: String,
    /// Where it has every kind of rule.
    wide: Option<Wide>,
}

impl Shop {
    pub fn any(chance: &mut Chance) -> Shop {
        let returns = [
            r#"{"restore_grace_days": 3}"#,
            r#"{"negative_balance": "clamp", "claw_back": "recompute"}"#,
            r#"{"negative_balance": "refuse", "restore_rewards": false}"#,
            r#"{"negative_balance": "deduct_from_refund", "unreferenced": "ignore"}"#,
        ];
        let over = [r#""by": "spent", "over": {"months": 1}"#, r#""by": "earned", "over": "ever""#];
        let tiers = format!(r#"{{{}, {LEVELS}}}"#, chance.one_of(&over));
        Shop { expiry: chance.one_of(&EXPIRY), returns: chance.one_of(&returns), tiers, wide: None }
    }

    /// One that has every kind of rule.
    pub fn wide(chance: &mut Chance) -> Shop {
        let wide = Wide::any(chance);
        Shop { wide: Some(wide), ..Shop::any(chance) }
    }

    pub fn program(&self, rate: &str, expiry: Option<&str>) -> String {
        if let Some(wide) = &self.wide {
            return wide.first.clone();
        }
        let Shop { expiry: usual, returns, tiers, .. } = self;
        let expiry = expiry.unwrap_or(usual);
        format!(
            r#"{{"id": "house", "currency": "EUR", "unit": {{"kind": "money"}},
            "earn": [{{"by": "amount", "rate": "{rate}"}}], "expiry": {expiry}, "returns": {returns},
            "tiers": {tiers}, "enrolment": {{"mode": "automatic", "claim_days": 30, "welcome": "2.00"}},
            "rewards": [{{"id": "two", "cost": "1.00", "gives": {{"kind": "amount_off", "amount": "2.00"}}}}],
            "punch_cards": [{{"id": "coffee", "required": 3, "where": {{"products": ["COFFEE"]}},
                "gives": {{"kind": "free_item", "quantity": "1"}}, "valid": {{"until": "2026-12-31"}}}}]}}"#
        )
    }
}

/// What documents are made of.
pub struct Maker<'c> {
    pub chance: &'c mut Chance,
    /// The time of the document.
    pub at: String,
    /// An id that nobody else has.
    pub fresh: String,
    /// Sales that somebody has rung up.
    pub sales: &'c [String],
    pub shop: &'c Shop,
}

impl Maker<'_> {
    /// A document, and the sale that it rings up.
    pub fn any(&mut self) -> (String, Option<String>) {
        if self.shop.wide.is_some() && self.chance.percent(60) {
            return self.wide();
        }
        match self.chance.below(100) {
            0..36 => self.sale(),
            36..46 => (self.back(), None),
            46..49 => {
                let of = self.of();
                (self.document("return_amount", &format!(r#""of": "{of}", "amount": "1.00""#)), None)
            }
            49..54 => {
                let of = self.of();
                (self.document("void", &format!(r#""of": "{of}""#)), None)
            }
            54..62 => (self.payment(), None),
            62..68 => (self.redeem(), None),
            68..75 => (self.people(), None),
            75..79 => (self.hold(), None),
            79..83 => (self.adjust(), None),
            83..87 => (self.cards(), None),
            87..89 => self.exchange(),
            89..92 => {
                let (who, of) = (self.customer(), self.of());
                (self.document("claim", &format!(r#""sale": "{of}", "customer": "{who}""#)), None)
            }
            92..93 => (self.document("sweep", ""), None),
            93..95 => (self.set_program(), None),
            95..97 => (self.merge(), None),
            _ => (self.account_payment(), None),
        }
    }

    fn set_program(&mut self) -> String {
        let program = match &self.shop.wide {
            Some(wide) => wide.program(self.chance),
            None => {
                let rate = self.chance.one_of(&["0.05", "0.10", "0.02"]);
                let expiry = self.chance.percent(20).then(|| self.chance.one_of(&EXPIRY));
                self.shop.program(rate, expiry)
            }
        };
        self.document("set_program", &format!(r#""program": {program}"#))
    }

    pub(super) fn document(&mut self, kind: &str, fields: &str) -> String {
        let id = self.id();
        let comma = if fields.is_empty() { "" } else { ", " };
        format!(r#"{{"type": "{kind}", "id": "{id}", "at": "{}"{comma}{fields}}}"#, self.at)
    }

    /// Now and then an id that others take, too.
    pub(super) fn id(&mut self) -> String {
        match self.chance.percent(6) {
            true => format!("X{}", self.chance.below(4)),
            false => self.fresh.clone(),
        }
    }

    pub(super) fn of(&mut self) -> String {
        // Most often one of the newest.
        let newest = self.sales.len().saturating_sub(24);
        let from = if self.chance.percent(70) { newest } else { 0 };
        let some = &self.sales[from..];
        if some.is_empty() { "S0".to_owned() } else { self.chance.one_of(some) }
    }

    pub(super) fn customer(&mut self) -> &'static str {
        self.chance.one_of(&CUSTOMERS)
    }

    fn lines(&mut self) -> (String, i64) {
        let product = self.chance.one_of(&["COAT", "COFFEE"]);
        let (quantity, price) = (1 + self.chance.below(3) as i64, 100 * (1 + self.chance.below(40) as i64));
        let line = format!(
            r#"[{{"id": "a", "product": "{product}", "quantity": "{quantity}", "unit_price": "{}"}}]"#,
            money(price)
        );
        (line, quantity * price)
    }

    fn sale(&mut self) -> (String, Option<String>) {
        let sale = self.id();
        let inner = self.inner_sale();
        (format!(r#"{{"type": "sale", "sale": "{sale}", "at": "{}", {inner}}}"#, self.at), Some(sale))
    }

    fn inner_sale(&mut self) -> String {
        let (lines, total) = self.lines();
        let customer = match self.chance.percent(80) {
            true => format!(r#""customer": "{}", "#, self.customer()),
            false => String::new(),
        };
        let rest = match self.chance.below(12) {
            0 => r#""parked": true"#.to_owned(),
            1 => r#""terms": "layby""#.to_owned(),
            2 => format!(r#""terms": "layby", "payments": [{}]"#, pays("cash", total / 2)),
            3 => format!(r#""terms": "on_account", "payments": [{}]"#, pays("on_account", total)),
            4 | 5 => {
                let units = total.min(100 + self.chance.below(300) as i64);
                let rest =
                    if units < total { format!(", {}", pays("card", total - units)) } else { String::new() };
                format!(r#""payments": [{}{rest}]"#, pays("loyalty", units))
            }
            // One that is refused may be free at another register.
            7 => format!(r#""offers": [{{"card": "K{}", "line": "a"}}]"#, self.chance.below(3)),
            6 if 200 <= total => {
                let rest = if total == 200 { String::new() } else { pays("card", total - 200) };
                format!(r#""rewards": [{{"reward": "two"}}], "payments": [{rest}]"#)
            }
            _ => format!(r#""payments": [{}]"#, pays("card", total)),
        };
        format!(r#"{customer}"lines": {lines}, {rest}"#)
    }

    fn back(&mut self) -> String {
        let of = self.of();
        self.document("return", &format!(r#""of": "{of}", "lines": [{{"id": "a", "quantity": "1"}}]"#))
    }

    fn exchange(&mut self) -> (String, Option<String>) {
        let (of, sale, (lines, total)) = (self.of(), format!("{}-new", self.id()), self.lines());
        let sale_document =
            format!(r#"{{"id": "{sale}", "lines": {lines}, "payments": [{}]}}"#, pays("card", total));
        let fields =
            format!(r#""of": "{of}", "lines": [{{"id": "a", "quantity": "1"}}], "sale": {sale_document}"#);
        (self.document("exchange", &fields), Some(sale))
    }

    fn payment(&mut self) -> String {
        let (tender, amount) =
            (self.chance.one_of(&["cash", "loyalty"]), 100 * (1 + self.chance.below(30) as i64));
        if self.chance.percent(20) {
            // What two registers took in parts may be settled.
            let fields = format!(r#""sale": "{}", "payments": []"#, self.of());
            return self.document("payment", &fields);
        }
        let fields = format!(r#""sale": "{}", "payments": [{}]"#, self.of(), pays(tender, amount));
        self.document("payment", &fields)
    }

    fn account_payment(&mut self) -> String {
        let (who, amount) = (self.customer(), 100 * (1 + self.chance.below(60) as i64));
        self.document(
            "account_payment",
            &format!(r#""customer": "{who}", "payments": [{}]"#, pays("cash", amount)),
        )
    }

    fn redeem(&mut self) -> String {
        let (who, units) = (self.customer(), 50 + self.chance.below(900) as i64);
        self.document("redeem", &format!(r#""customer": "{who}", "amount": "{}""#, money(units)))
    }

    fn people(&mut self) -> String {
        let (who, number) = (self.customer(), self.chance.below(6));
        match self.chance.below(4) {
            0 => {
                let told = format!(r#""name": "{who} {number}", "email": "{who}{number}@example.org""#);
                self.document("enrol", &format!(r#""customer": "{who}", "code": "20000{number}", {told}"#))
            }
            1 => self.document("set_code", &format!(r#""customer": "{who}", "code": "30000{number}""#)),
            2 => self.document("opt_out", &format!(r#""customer": "{who}""#)),
            _ => self.document("opt_in", &format!(r#""customer": "{who}""#)),
        }
    }

    fn hold(&mut self) -> String {
        let (who, id) = (self.customer(), self.chance.below(5));
        let kind = self.chance.one_of(&["reserve", "release", "capture"]);
        let fields = match kind {
            "reserve" => format!(r#", "customer": "{who}", "units": "0.50""#),
            _ => String::new(),
        };
        format!(r#"{{"type": "{kind}", "id": "H{id}", "at": "{}"{fields}}}"#, self.at)
    }

    fn adjust(&mut self) -> String {
        let (who, units) = (self.customer(), self.chance.one_of(&["2.50", "-1.00", "7.00"]));
        let why = r#""reason": "r", "operator": "o""#;
        self.document("adjust", &format!(r#""customer": "{who}", "units": "{units}", {why}"#))
    }

    fn cards(&mut self) -> String {
        let (who, number) = (self.customer(), self.chance.below(3));
        match self.chance.below(4) {
            0 => {
                let codes = format!(r#""codes": ["K{number}"]"#);
                self.document("make_cards", &format!(r#""punch_card": "coffee", "batch": "B", {codes}"#))
            }
            1 => self
                .document("block_card", &format!(r#""card": "K{number}", "reason": "r", "operator": "o""#)),
            _ => self.document("link_card", &format!(r#""card": "K{number}", "customer": "{who}""#)),
        }
    }

    fn merge(&mut self) -> String {
        let (into, from) = (self.customer(), self.customer());
        self.document("merge", &format!(r#""into": "{into}", "from": ["{from}"]"#))
    }
}

pub(super) fn pays(tender: &str, amount: i64) -> String {
    format!(r#"{{"tender": "{tender}", "amount": "{}"}}"#, money(amount))
}

pub(super) fn money(minor: i64) -> String {
    format!("{}.{:02}", minor / 100, minor % 100)
}

/// A moment as documents write it, by the calendar that repeats after 400 years.
pub fn time(millisecond: i64) -> String {
    let (days, rest) = (millisecond.div_euclid(86_400_000), millisecond.rem_euclid(86_400_000));
    let days = days + 719_468;
    let (era, day_of_era) = (days.div_euclid(146_097), days.rem_euclid(146_097));
    let year = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year + year / 4 - year / 100);
    let month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month + 2) / 5 + 1;
    let (month, next) = if month < 10 { (month + 3, 0) } else { (month - 9, 1) };
    let (year, seconds) = (year + era * 400 + next, rest / 1000);
    let (hour, minute, second) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z")
}
