//! What the till sells.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use regulars::code::{Gtin, Resolver};
use regulars::ident::{CategoryId, ProductId};
use regulars::money::{Currency, Money, parse_decimal};

use crate::Result;

#[derive(Debug, Clone)]
pub struct Article {
    pub product: ProductId,
    pub category: Option<CategoryId>,
    /// For one, or for a kilogram.
    pub price: Money,
}

/// The price list.
#[derive(Default)]
pub struct Articles {
    /// What the scale prints, and what cards look like.
    pub resolver: Resolver,
    pub by_number: BTreeMap<String, Article>,
}

impl Articles {
    pub fn read(file: &Path, currency: Currency) -> Result<Self> {
        let text = fs::read_to_string(file).map_err(|error| format!("{}: {error}", file.display()))?;
        let mut articles = Self::default();
        for (line, row) in (1u32..).zip(text.lines()) {
            let row = row.trim();
            if !row.is_empty() && !row.starts_with('#') {
                let wrong = |error| format!("{}, line {line}: {error}", file.display());
                articles.take(row, currency).map_err(wrong)?;
            }
        }
        Ok(articles)
    }

    fn take(&mut self, row: &str, currency: Currency) -> Result<()> {
        let fields: Vec<&str> = row.split(',').map(str::trim).collect();
        match *fields.as_slice() {
            ["scale", pattern] => self.resolver.add_scale(pattern.parse()?)?,
            ["card", pattern] => self.resolver.add_cards(pattern.parse()?)?,
            [number, product, category, price] => {
                // The scale's numbers are short; all others have a check digit.
                let number = match number.len() {
                    0..=7 => number.to_owned(),
                    _ => Gtin::from_digits(number.as_bytes())?.to_string(),
                };
                let category = Some(category).filter(|category| !category.is_empty());
                let category = category.map(CategoryId::new).transpose()?;
                let price = Money::from_decimal(parse_decimal(price)?, currency.decimals())?;
                let article = Article { product: ProductId::new(product)?, category, price };
                if self.by_number.insert(number.clone(), article).is_some() {
                    return Err(format!("{number} is there twice").into());
                }
            }
            _ => return Err("a row is NUMBER,NAME,CATEGORY,PRICE".into()),
        }
        Ok(())
    }
}
