//! What is typed at the till.

use std::path::Path;

use regulars::code::ReadCode;
use regulars::decide::{
    ClaimDocument, Document, EnrolDocument, Header, Profile, Question, ReturnDocument, SaleRecord,
};
use regulars::ident::{Code, CustomerId, DocumentId, LineId, RewardId, Tender};
use regulars::money::{Money, Ratio, parse_decimal};
use regulars::sale::{OfferUse, Payment, Place, ReturnedLine, RewardUse};

use crate::till::{Basket, Till};
use crate::{Result, pictures};

pub const HELP: &str = "\
  join ID CODE [NAME]     a new customer, with the code of the card
  customer ID             the customer, without a card
  reward ID               uses a reward
  offer CARD LINE         uses what a punch card has ready on a line
  total                   what is due, and what it would earn
  pay TENDER [AMOUNT]     takes a payment; without an amount all that is due
  done                    ends the sale, and prints the receipt
  void                    drops what was rung up
  claim                   gives the scanned receipt's sale to the customer
  return all|LINE         takes back goods of the scanned receipt
  picture FILE            reads the codes of a picture
  quit                    ends the till
Whatever else is typed is a code.";

const COMMANDS: [&str; 13] = [
    "join", "customer", "reward", "offer", "total", "pay", "done", "void", "claim", "return", "picture",
    "quit", "help",
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
            if !line.is_empty() {
                self.scanned(ReadCode::new(line.as_bytes()));
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
            ["customer", customer] => return self.customer(CustomerId::new(customer)?),
            // It would be money back on a card.
            ["reward" | "offer", ..] if !self.basket.payments.is_empty() => {
                return Err("rewards and offers come before payments".into());
            }
            ["reward", reward] => {
                let reward = RewardId::new(reward)?;
                let (line, units, quantity, reservation) = (None, None, None, None);
                self.basket.rewards.push(RewardUse { reward, line, units, quantity, reservation });
                return self.total().inspect_err(|_| drop(self.basket.rewards.pop()));
            }
            ["offer", card, line] => {
                self.basket.offers.push(OfferUse { card: Code::new(card)?, line: LineId::new(line)? });
                return self.total().inspect_err(|_| drop(self.basket.offers.pop()));
            }
            ["total"] => return self.total(),
            ["pay", tender] => return self.pay(tender, None),
            ["pay", tender, amount] => {
                let decimals = self.program.program.currency.decimals();
                let amount = Money::from_decimal(parse_decimal(amount)?, decimals)?;
                return self.pay(tender, Some(amount));
            }
            ["done"] => return self.settle(),
            ["void"] => {
                self.basket = Basket::default();
                self.say("Dropped; nothing was recorded.");
            }
            ["claim"] => return self.claim(),
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

    fn join(&mut self, customer: &str, code: &str, name: &str) -> Result<()> {
        let customer = CustomerId::new(customer)?;
        let name = Some(name).filter(|name| !name.is_empty()).map(Into::into);
        let profile = Profile { code: Some(Code::new(code)?), name, ..Profile::default() };
        let header = self.header(&format!("join-{customer}"))?;
        let at = header.at;
        let enrol = EnrolDocument { header, customer: customer.clone(), profile };
        self.register.submit(&Document::Enrol(enrol), at)?;
        self.customer(customer)
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
        let left = due.minus(amount)?;
        if Money::ZERO < left {
            self.say(&format!("{} is still due.", self.money(left)));
        } else {
            self.say(&format!(
                "Paid; {} goes back. `done` ends the sale.",
                self.money(Money::ZERO.minus(left)?)
            ));
        }
        Ok(())
    }

    fn claim(&mut self) -> Result<()> {
        let of = self.receipt.clone().ok_or("scan a receipt first")?;
        let customer = self.basket.customer.clone().ok_or("scan a customer's card first")?;
        let header = self.header(&format!("claim-{of}"))?;
        let at = header.at;
        let outcome = self.register.submit(&Document::Claim(ClaimDocument { header, of, customer }), at)?;
        self.say_moved(&outcome);
        Ok(())
    }

    fn take_back(&mut self, what: &str) -> Result<()> {
        let of = self.receipt.clone().ok_or("scan a receipt first")?;
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

    fn picture(&mut self, file: &Path) -> Result<()> {
        let readings = pictures::read(file).map_err(|error| format!("{}: {error}", file.display()))?;
        if readings.is_empty() {
            return Err(format!("{}: no code is read", file.display()).into());
        }
        readings.iter().for_each(|reading| self.scanned(reading.read_code()));
        Ok(())
    }
}
