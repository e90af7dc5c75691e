//! What the till knows, and what it does with what was scanned.

use std::fs;
use std::io::{self, Write};
use std::time::{SystemTime, UNIX_EPOCH};

use regulars::adapter::sqlite::SqliteStore;
use regulars::adapter::wedge::By;
use regulars::adapter::zones::IanaZones;
use regulars::code::{Gtin, KeyId, Measure, ReadCode, Resolved, Resolver, Token, TokenKey, TokenKind, Why};
use regulars::decide::{Question, SaleRecord};
use regulars::document::read_program;
use regulars::ident::{Code, CustomerId, LineId, RegisterId, SaleId};
use regulars::loyalty::VersionedProgram;
use regulars::money::{Money, Ratio};
use regulars::register::Register;
use regulars::sale::{LineItem, OfferUse, Payment, RewardUse};
use regulars::time::{Date, Timestamp};

use crate::args::Args;
use crate::articles::{Article, Articles};
use crate::{Result, commands};

pub struct Till {
    pub register: Register<SqliteStore, IanaZones>,
    pub program: VersionedProgram,
    pub name: RegisterId,
    pub clock: Clock,
    pub key: Option<TokenKey>,
    pub qr: bool,
    /// Whether the terminal is raw, so that lines end by CR and LF.
    pub raw: bool,
    pub has_ended: bool,
    pub basket: Basket,
    /// The receipt that was scanned last, and the punch card.
    pub receipt: Option<Token>,
    pub card: Option<ShownCard>,
    /// The token that was scanned last, by which somebody may join.
    pub token: Option<Token>,
    /// The first number that no sale of that day has, as far as it was looked up.
    pub free_number: Option<(Date, u32)>,
    resolver: Resolver,
    articles: Articles,
}

/// A punch card that was scanned.
#[derive(Clone)]
pub struct ShownCard {
    pub code: Code,
    /// What proves that somebody has it; `None` at a till without a key.
    pub token: Option<Token>,
}

/// What is being rung up.
#[derive(Default)]
pub struct Basket {
    pub customer: Option<CustomerId>,
    /// Whether a hand typed who that is: such a customer spends nothing, no units and no offers.
    pub is_typed: bool,
    pub lines: Vec<LineItem>,
    pub rewards: Vec<RewardUse>,
    pub offers: Vec<OfferUse>,
    pub payments: Vec<Payment>,
    pub codes: Vec<Code>,
}

/// The clock on the wall, or the moment that was given and what went by since.
pub struct Clock {
    given: Option<Timestamp>,
    since: u64,
}

impl Clock {
    pub fn set(&mut self, since: u64) {
        self.since = since;
    }

    pub fn now(&self) -> Result<Timestamp> {
        let millisecond = match self.given {
            Some(given) => given.millisecond().saturating_add(i64::try_from(self.since)?),
            None => i64::try_from(SystemTime::now().duration_since(UNIX_EPOCH)?.as_millis())?,
        };
        Ok(Timestamp::from_millisecond(millisecond).ok_or("the clock of this machine is wrong")?)
    }
}

impl Till {
    pub fn open(args: &Args) -> Result<Self> {
        let at =
            |file: &std::path::Path, error: &dyn std::fmt::Display| format!("{}: {error}", file.display());
        let text = fs::read_to_string(&args.program).map_err(|error| at(&args.program, &error))?;
        let program = read_program(&text).map_err(|error| at(&args.program, &error))?;
        let articles = Articles::read(&args.articles, program.program.currency)?;
        let mut resolver = articles.resolver.clone();
        // Without a key punch cards have no tokens, and are known by their code.
        resolver.punch_cards_need_tokens = args.key.is_some();
        let mut key = None;
        if let Some(file) = &args.key {
            let bytes = fs::read(file).map_err(|error| at(file, &error))?;
            let secret = bytes.try_into().map_err(|_| at(file, &"a key has 32 bytes"))?;
            // One key for all, since this example does the office's work as well. In a shop each till has a
            // signing key for receipts, and the office one for punch cards.
            let made = TokenKey::short(KeyId(1), &secret);
            resolver.keys.hold(made.checking_key(), TokenKind::ALL, ..)?;
            key = Some(made);
        }
        let store = SqliteStore::open(&args.store).map_err(|error| at(&args.store, &error))?;
        let mut register = Register::new(store, IanaZones::default());
        let clock = Clock { given: args.now, since: 0 };
        register.set_program(program.clone(), clock.now()?)?;
        let (name, qr, basket) = (args.register.clone(), args.qr, Basket::default());
        let (raw, has_ended) = (false, false);
        let (receipt, card, token, free_number) = (None, None, None, None);
        Ok(Self {
            register,
            program,
            name,
            clock,
            key,
            qr,
            raw,
            has_ended,
            basket,
            receipt,
            card,
            token,
            free_number,
            resolver,
            articles,
        })
    }

    /// The next customer has a basket of their own, and neither the receipt nor the card of the one before.
    pub fn forget(&mut self) {
        self.basket = Basket::default();
        (self.receipt, self.card, self.token) = (None, None, None);
    }

    /// Says something to whoever is at the till.
    pub fn say(&self, text: &str) {
        let end = if self.raw { "\r\n" } else { "\n" };
        let mut out = io::stdout().lock();
        for line in text.lines() {
            // If nobody can read it, nobody can be told so.
            let _ = write!(out, "{line}{end}");
        }
    }

    pub fn today(&mut self) -> Result<Date> {
        let now = self.clock.now()?;
        Ok(self.register.today(None, now)?)
    }

    pub fn money(&self, amount: Money) -> String {
        let currency = self.program.program.currency;
        format!("{} {currency}", amount.to_decimal(currency.decimals()))
    }

    /// Does what is to be done with a code. What is wrong is said, and the till goes on.
    pub fn scanned(&mut self, read: ReadCode<'_>) {
        if let Err(error) = self.look_up(read, By::Scanner) {
            self.say(&format!("No: {error}"));
        }
    }

    /// Finds out what a code is, and does it.
    pub fn look_up(&mut self, read: ReadCode<'_>, by: By) -> Result<()> {
        let (now, today) = (self.clock.now()?, self.today()?);
        // Who joins after this joins by it.
        self.token = self.resolver.check_token(read, today).ok();
        match self.register.resolve(&self.resolver, read, now, today)? {
            Resolved::Customer { customer, code } => {
                self.basket.codes.push(code);
                self.customer(customer, by)
            }
            Resolved::Article { gtin, .. } => self.ring_up(&gtin.to_string(), Measure::Weight(1.into())),
            Resolved::Weighed(weighed) => self.ring_up(&weighed.item.to_string(), weighed.measure),
            Resolved::Receipt { sale } => {
                self.show_receipt(sale)?;
                self.receipt = self.token.clone();
                Ok(())
            }
            Resolved::PunchCard { code } => self.punch_card(code, by),
            Resolved::Enrolment { .. } => {
                self.say("Somebody who wants to join: `join ID CODE NAME`, with - for no card.");
                Ok(())
            }
            Resolved::Coupon { text } => {
                self.say(&format!("A coupon, {text}; this till has none."));
                Ok(())
            }
            Resolved::Unknown { why } => {
                let text = String::from_utf8_lossy(read.bytes);
                let may_be = matches!(why, Why::NotFound) && matches!(text.len(), 8 | 12 | 13 | 14);
                let is_digits = text.bytes().all(|byte| byte.is_ascii_digit());
                let is_wrong = may_be && is_digits && Gtin::from_digits(text.as_bytes()).is_err();
                let also = match &*text {
                    _ if is_wrong => "; as an article's number its last digit is wrong",
                    text if commands::is_command(text) => {
                        "; commands are typed by hand, not pasted or scanned"
                    }
                    _ => "",
                };
                self.say(&format!("{text:?}: {why}{also}"));
                Ok(())
            }
            other => {
                self.say(&format!("Nothing is done here with {other:?}."));
                Ok(())
            }
        }
    }

    /// The customer of the sale, with what can be told.
    pub fn customer(&mut self, customer: CustomerId, by: By) -> Result<()> {
        let now = self.clock.now()?;
        let facts = self.register.facts(&Question::of_customer(&customer, now))?;
        let name = facts.known(&customer).and_then(|known| known.member.profile.name.clone());
        let hints = self.register.hints(&customer, None, now)?;
        let name = name.map(|name| format!(" ({})", name.replace(is_hidden, "?"))).unwrap_or_default();
        self.say(&format!("Customer {customer}{name}"));
        for sentence in hints.sentences(&self.program.program) {
            self.say(&format!("  {sentence}"));
        }
        self.basket.is_typed = by == By::Hand;
        self.basket.customer = Some(customer);
        Ok(())
    }

    /// A line. A price from the scale is the line's, whatever the article's is.
    fn ring_up(&mut self, number: &str, measure: Measure) -> Result<()> {
        let Some(Article { product, category, price }) = self.articles.by_number.get(number).cloned() else {
            self.say(&format!("The article {number} isn't in the price list."));
            return Ok(());
        };
        let decimals = self.program.program.currency.decimals();
        let (quantity, unit_price) = match measure {
            Measure::Weight(weight) => (Ratio::from_decimal(weight)?, price),
            Measure::Price(price) => (Ratio::ONE, Money::from_decimal(price, decimals)?),
        };
        let last = self.basket.lines.iter().filter_map(|line| line.id.as_str().parse::<u32>().ok()).max();
        let id = LineId::new(&last.unwrap_or(0).saturating_add(1).to_string())?;
        let line = LineItem {
            id,
            product,
            category,
            quantity,
            unit_price,
            discount: Money::ZERO,
            tax: None,
            price_book: None,
            promotions: Vec::new(),
            earns: true,
        };
        let comes_to = line.amount()?;
        // A scale that shows next to nothing: it isn't given away.
        if comes_to == Money::ZERO && unit_price != Money::ZERO {
            let quantity = quantity.to_decimal();
            return Err(format!("{quantity} of {} comes to nothing: weigh it again", line.product).into());
        }
        let (id, product, amount) = (line.id.as_str(), &line.product, self.money(comes_to));
        self.say(&format!(
            "{id:>3}  {product}  {} x {}  {amount}",
            quantity.to_decimal(),
            self.money(unit_price)
        ));
        self.basket.lines.push(line);
        Ok(())
    }

    fn show_receipt(&mut self, sale: SaleId) -> Result<()> {
        let now = self.clock.now()?;
        let facts = self.register.facts(&Question::of_sales(std::slice::from_ref(&sale), now))?;
        let Some(history) = facts.sales.first() else {
            self.say(&format!("The receipt of {sale}, which this ledger doesn't have."));
            return Ok(());
        };
        let record = SaleRecord::fold(&history.operations)?;
        self.say(&format!("The receipt of {sale}: {}", record.state.name()));
        for line in &*record.state.rung_up().lines {
            self.say(&format!("  {:>3}  {}  {}", line.id.as_str(), line.product, self.money(line.amount()?)));
        }
        match (record.customer(), &self.basket.customer) {
            (Some(customer), _) => self.say(&format!("  It is {customer}'s.")),
            (None, _) if self.program.program.claim_days == 0 => {
                self.say("  It is nobody's, and the program lets nobody claim it.");
            }
            (None, Some(_)) => self.say("  It is nobody's yet: `claim` gives it to the customer."),
            (None, None) => {
                self.say(
                    "  It is nobody's yet: scan a customer's card, and `claim` it; or `join ID -` by it.",
                );
            }
        }
        self.say("  `return LINE` or `return all` takes goods back.");
        Ok(())
    }
}

/// What would do something to a terminal, or turn a line around, in a name that somebody gave.
fn is_hidden(character: char) -> bool {
    character.is_control()
        || matches!(character, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}
