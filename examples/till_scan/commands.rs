//! What is typed at the till.

use std::path::Path;

use regulars::adapter::wedge::By;
use regulars::code::ReadCode;
use regulars::decide::{Document, Header, Question, ReturnDocument, SaleRecord};
use regulars::ident::{Code, CustomerId, DocumentId, LineId, RewardId, Tender};
use regulars::money::{Money, Ratio, parse_decimal};
use regulars::sale::{OfferUse, Payment, Place, ReturnedLine, RewardUse};

use crate::till::Till;
use crate::{Result, pictures};

pub const HELP: &str = "Commands:
  join ID CODE [NAME]     a new customer, with the code of the card, or - without one. Who has shown
                          a receipt or a punch card joins by it: it is theirs then
  customer ID             the customer, without a card; what they have isn't spent like that
  email ADDRESS           tells the customer's address
  reward ID               uses a reward
  offer [CARD] LINE       uses what a punch card has ready on a line; the last card that was scanned
  remove LINE             takes a line out again
  total                   what is due, and what it would earn
  pay TENDER [AMOUNT]     takes a payment; without an amount all that is due. loyalty pays by the balance
  unpay                   gives the payments back
  done                    ends the sale, and prints the receipt
  void                    drops what was rung up
  claim                   gives the scanned receipt's sale to the customer
  return all|LINE         takes back goods of the scanned receipt
  cards KIND CODE...      makes punch cards (the office's work), such as: cards coffee PC-1 PC-2
  link                    gives the scanned punch card to the customer
  picture FILE            reads the codes of a picture, or of all pictures in a folder
  quit                    ends the till
Whatever else is typed is a code.";

const COMMANDS: [&str; 18] = [
    "join", "customer", "email", "reward", "offer", "remove", "total", "pay", "unpay", "done", "void",
    "claim", "return", "cards", "link", "picture", "quit", "help",
];

/// Whether a line begins with a command, with or without a colon.
pub fn is_command(line: &str) -> bool {
    let first = line.split_whitespace().next().unwrap_or_default();
    COMMANDS.contains(&first.strip_prefix(':').unwrap_or(first))
}

impl Till {
    /// What a hand typed: a command, or a code. What is wrong is said, and the till goes on.
    pub fn typed(&mut self, line: &str) {
        let line = line.trim();
        if !is_command(line) {
            if !line.is_empty()
                && let Err(error) = self.look_up(ReadCode::new(line.as_bytes()), By::Hand)
            {
                self.say(&format!("No: {error}"));
            }
            return;
        }
        if let Err(error) = self.command(line.strip_prefix(':').unwrap_or(line)) {
            self.say(&format!("No: {error}"));
        }
    }

    fn command(&mut self, line: &str) -> Result<()> {
        let words: Vec<&str> = line.split_whitespace().collect();
        match *words.as_slice() {
            ["help"] => self.say(HELP),
            ["quit"] => self.has_ended = true,
            ["join", customer, code, ref name @ ..] => return self.join(customer, code, &name.join(" ")),
            ["customer", customer] => return self.customer(CustomerId::new(customer)?, By::Hand),
            ["email", address] => return self.email(address),
            // It would be money back on a card.
            ["reward" | "offer" | "remove", ..] if !self.basket.payments.is_empty() => {
                return Err("that comes before payments; `unpay` gives them back".into());
            }
            ["reward", reward] => {
                let reward = RewardId::new(reward)?;
                let (line, units, quantity, reservation) = (None, None, None, None);
                self.basket.rewards.push(RewardUse { reward, line, units, quantity, reservation });
                return self.total().inspect_err(|_| drop(self.basket.rewards.pop()));
            }
            ["offer", ref words @ ..] => return self.offer(words),
            ["remove", line] => return self.remove(line),
            ["total"] => return self.total(),
            ["pay", tender] => return self.pay(tender, None),
            ["pay", tender, amount] => {
                let decimals = self.program.program.currency.decimals();
                let amount = Money::from_decimal(parse_decimal(amount)?, decimals)?;
                return self.pay(tender, Some(amount));
            }
            ["unpay"] => {
                self.basket.payments.clear();
                return self.total();
            }
            ["done"] => return self.settle(),
            ["void"] => {
                self.forget();
                self.say("Dropped; nothing was recorded.");
            }
            ["claim"] => return self.claim(),
            ["cards", kind, ref codes @ ..] => return self.make_cards(kind, codes),
            ["link"] => return self.link(),
            ["return", what] => return self.take_back(what),
            ["picture", ..] => return self.picture(Path::new(line.get(8..).unwrap_or_default().trim())),
            _ => return Err("that isn't how it is typed; `help` tells".into()),
        }
        Ok(())
    }

    pub fn header(&self, id: &str) -> Result<Header> {
        let place = Place { register: Some(self.name.clone()), ..Place::default() };
        Ok(Header { id: Some(DocumentId::new(id)?), at: self.clock.now()?, place })
    }

    /// Of the card that is named, or of the last one that was scanned.
    fn offer(&mut self, words: &[&str]) -> Result<()> {
        let (card, line) = match *words {
            [line] => (self.card.clone().ok_or("scan a punch card first")?.code, line),
            [card, line] => (Code::new(card)?, line),
            _ => return Err("that isn't how it is typed; `help` tells".into()),
        };
        self.basket.offers.push(OfferUse { card, line: LineId::new(line)? });
        self.total().inspect_err(|_| drop(self.basket.offers.pop()))
    }

    fn remove(&mut self, line: &str) -> Result<()> {
        if !self.basket.lines.iter().any(|there| there.id.as_str() == line) {
            return Err(format!("there is no line {line}").into());
        }
        self.basket.lines.retain(|there| there.id.as_str() != line);
        self.basket.offers.retain(|offer| offer.line.as_str() != line);
        self.say(&format!("Line {line} is out."));
        Ok(())
    }

    /// Takes a payment. Only cash may be more than what is due.
    fn pay(&mut self, tender: &str, amount: Option<Money>) -> Result<()> {
        let tender = Tender::new(tender)?;
        let due = self.still_due()?;
        let amount = amount.unwrap_or(due);
        if amount <= Money::ZERO {
            return Err("there is nothing to pay with that".into());
        }
        if due < amount && tender.as_str() != Tender::CASH {
            return Err(format!("only {} is due", self.money(due)).into());
        }
        self.basket.payments.push(Payment { tender, amount, reservation: None });
        // What the customer hasn't got is said now, and not when all has been counted.
        self.try_out().inspect_err(|_| drop(self.basket.payments.pop()))?;
        let left = due.minus(amount)?;
        if Money::ZERO < left {
            self.say(&format!("{} is still due.", self.money(left)));
        } else {
            let back = Money::ZERO.minus(left)?;
            let back =
                if back == Money::ZERO { String::new() } else { format!("; {} goes back", self.money(back)) };
            self.say(&format!("Paid{back}. `done` ends the sale."));
        }
        Ok(())
    }

    fn take_back(&mut self, what: &str) -> Result<()> {
        let of = self.receipt.as_ref().ok_or("scan a receipt first")?.sale()?.clone();
        let facts = self.register.facts(&Question::of_sales(std::slice::from_ref(&of), self.clock.now()?))?;
        let history = facts.sales.first().ok_or("this ledger doesn't have the sale")?;
        let record = SaleRecord::fold(&history.operations)?;
        let wanted = record
            .state
            .rung_up()
            .lines
            .iter()
            .filter(|line| matches!(what, "all") || line.id.as_str() == what);
        let lines: Vec<ReturnedLine> =
            wanted.map(|line| ReturnedLine { line: line.id.clone(), quantity: line.quantity }).collect();
        if lines.iter().all(|line| line.quantity == Ratio::ZERO) {
            return Err(format!("the sale has no line {what}").into());
        }
        let header = self.header(&format!("{of}-{what}"))?;
        let at = header.at;
        let outcome = self
            .register
            .submit(&Document::Return(ReturnDocument { header, of, lines, refund: None }), at)?;
        if outcome.duplicate {
            return Err("that came back before".into());
        }
        for Payment { tender, amount, .. } in &outcome.decision.refund {
            self.say(&format!("Give back: {tender} {}", self.money(*amount)));
        }
        self.say_moved(&outcome);
        Ok(())
    }

    /// Of a picture, or of those in a folder by their names. What can't be read is said, and the others are.
    fn picture(&mut self, file: &Path) -> Result<()> {
        if file.is_dir() {
            let files = pictures::in_folder(file).map_err(|error| format!("{}: {error}", file.display()))?;
            for file in &files {
                if let Err(error) = self.picture(file) {
                    self.say(&format!("No: {error}"));
                }
            }
            let none = || format!("{}: there is no picture in it", file.display());
            return if files.is_empty() { Err(none().into()) } else { Ok(()) };
        }
        let readings = pictures::read(file).map_err(|error| format!("{}: {error}", file.display()))?;
        if readings.is_empty() {
            return Err(format!("{}: no code is read", file.display()).into());
        }
        readings.iter().for_each(|reading| self.scanned(reading.read_code()));
        Ok(())
    }
}
