//! Which customer an event is about.

use std::collections::BTreeMap;

use regulars::decide::Document;
use regulars::ident::{CustomerId, DocumentId, SaleId};

/// What the events so far tell of customers.
#[derive(Default)]
pub struct People {
    /// The customers that the scenario lists.
    pub known: Vec<CustomerId>,
    /// Whose sale it is, as far as a customer was named.
    buyers: BTreeMap<SaleId, CustomerId>,
    /// Whose units are held.
    holders: BTreeMap<DocumentId, CustomerId>,
    /// Whose record was merged into which.
    merged: BTreeMap<CustomerId, CustomerId>,
}

impl People {
    pub fn new(known: Vec<CustomerId>) -> People {
        People { known, ..People::default() }
    }

    /// Takes note of a document that was accepted.
    pub fn learn(&mut self, document: &Document) {
        match document {
            Document::Sale(sale) => self.bought(&sale.rung_up.sale, document.customer()),
            Document::Exchange(exchange) => {
                let customer = self.customer_of(document);
                self.bought(&exchange.sale.rung_up.sale, customer.as_ref());
            }
            Document::Claim(claim) => self.bought(&claim.of, Some(&claim.customer)),
            Document::Reserve(reserve) => {
                if let Some(id) = &reserve.header.id {
                    self.holders.insert(id.clone(), reserve.customer.clone());
                }
            }
            Document::Merge(merge) => {
                let gone = merge.from.iter().filter(|from| **from != merge.into);
                self.merged.extend(gone.map(|from| (from.clone(), merge.into.clone())));
            }
            _ => {}
        }
    }

    /// The customer whose balance an event is about.
    pub fn customer_of(&self, document: &Document) -> Option<CustomerId> {
        let of_sale = || document.about_sales().iter().find_map(|sale| self.buyers.get(sale));
        let of_hold = || match document {
            Document::Release(held) | Document::Capture(held) => self.holders.get(held.header.id.as_ref()?),
            _ => None,
        };
        let only = || match self.known.as_slice() {
            [only] => Some(only),
            _ => None,
        };
        let customer = document.customer().or_else(of_sale).or_else(of_hold).or_else(only);
        customer.map(|customer| self.who_is(customer).clone())
    }

    /// The record that holds what a customer has, whatever was merged into what.
    pub fn who_is<'c>(&'c self, customer: &'c CustomerId) -> &'c CustomerId {
        let mut stays = customer;
        // A circle would be a bug of the ledger; it must not keep the runner busy for ever.
        for _ in 0..=self.merged.len() {
            stays = self.merged.get(stays).unwrap_or(stays);
        }
        stays
    }

    fn bought(&mut self, sale: &SaleId, customer: Option<&CustomerId>) {
        if let Some(customer) = customer {
            self.buyers.insert(sale.clone(), customer.clone());
        }
    }
}
