//! Customers by phone number, e-mail address and name.
//!
//! An index beside the ledger, made of what customers told. A sale doesn't touch it: it is brought up to date
//! when somebody looks something up, from the operations since the last time that have anything personal.

use std::string::{String, ToString};
use std::vec::Vec;

use rusqlite::{Connection, OptionalExtension, params};

use crate::adapter::sqlite::accounts::{self, KeptCustomer, value};
use crate::adapter::sqlite::canonical::{self, Country};
use crate::adapter::sqlite::{Failed, SqliteError, SqliteStore, cached, personal};
use crate::decide::{Member, Profile};
use crate::ident::CustomerId;

/// The number of a kind of key is the same for ever.
const PHONE: u8 = 1;
const EMAIL: u8 = 2;
const NAME: u8 = 3;

/// Greater than every letter, and so than every word that begins with the same letters.
const LAST: char = char::MAX;

/// Customers by what they told. See [`SqliteStore::contacts`].
#[derive(Debug)]
pub struct Contacts<'s> {
    connection: &'s Connection,
    country: Option<Country>,
}

/// Where a page of names ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamePlace {
    word: String,
    customer: i64,
}

impl SqliteStore {
    /// Opens the look-ups of customers by phone number, e-mail address and name. Phone numbers that are
    /// written without a country's code are of `country`. With another one than the last time, all are
    /// read anew; with `None`, they are of the one that was said last, if there was one.
    ///
    /// # Errors
    /// [`SqliteError`] if the file can't be read, or not be written to to bring the look-ups up to date.
    ///
    /// ```
    /// use regulars::adapter::sqlite::SqliteStore;
    ///
    /// # let folder = std::env::temp_dir().join(format!("regulars-contacts-{}", std::process::id()));
    /// # std::fs::create_dir_all(&folder)?;
    /// let mut store = SqliteStore::open(folder.join("shop.ledger"))?;
    /// let contacts = store.contacts(Some("GB".parse()?))?;
    /// assert!(contacts.by_phone("020 7946 0000")?.is_empty());
    /// assert!(contacts.by_email("Ada@example.com")?.is_empty());
    /// let (customers, next) = contacts.by_name("lov ad", None, 20)?;
    /// assert!(customers.is_empty() && next.is_none());
    /// # drop(store);
    /// # std::fs::remove_dir_all(&folder)?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn contacts(&mut self, country: Option<Country>) -> Result<Contacts<'_>, SqliteError> {
        let mut contacts = Contacts { connection: self.database.connection(), country };
        if country.is_none() {
            contacts.country = contacts.until()?.and_then(|(_, country)| country.parse().ok());
        }
        if !contacts.is_up_to_date()? {
            contacts.bring_up_to_date()?;
        }
        Ok(contacts)
    }
}

impl Contacts<'_> {
    /// The customers with a phone number, however it is written; more than one where a family shares it.
    ///
    /// # Errors
    /// [`SqliteError`] if the file can't be read, or what is read is damaged.
    pub fn by_phone(&self, phone: &str) -> Result<Vec<KeptCustomer>, SqliteError> {
        Ok(self.by_key(PHONE, &canonical::phone(phone, self.country))?)
    }

    /// The customers with an e-mail address, in whatever capitals.
    ///
    /// # Errors
    /// [`SqliteError`] if the file can't be read, or what is read is damaged.
    pub fn by_email(&self, email: &str) -> Result<Vec<KeptCustomer>, SqliteError> {
        Ok(self.by_key(EMAIL, &canonical::email(email))?)
    }

    /// Customers whose name has a word that begins with each of these, without accents and capitals: `lov ad`
    /// finds Ada Lovelace. `most` at the most, after `after`, in the order of the word that the longest of these
    /// begins; and where the next page begins, if there may be one.
    ///
    /// # Errors
    /// [`SqliteError`] if the file can't be read, or what is read is damaged.
    pub fn by_name(
        &self,
        name: &str,
        after: Option<&NamePlace>,
        most: usize,
    ) -> Result<(Vec<KeptCustomer>, Option<NamePlace>), SqliteError> {
        let words = canonical::words(name);
        let Some(longest) = words.iter().max_by_key(|word| word.len()) else { return Ok((Vec::new(), None)) };
        let sql = "SELECT key, customer FROM contact
            WHERE kind = ?1 AND (key, customer) > (?2, ?3) AND key < ?4 ORDER BY key, customer";
        let mut statement = self.connection.prepare_cached(sql)?;
        let mut end = longest.clone();
        end.push(LAST);
        let (word, customer) = after.map_or((longest.as_str(), 0), |after| (&after.word, after.customer));
        let mut rows = statement.query(params![NAME, word, customer, end])?;
        let mut customers: Vec<KeptCustomer> = Vec::new();
        while let Some(row) = rows.next()? {
            let place = NamePlace { word: row.get(0)?, customer: row.get(1)? };
            let kept = self.stays(place.customer)?;
            let is_there = customers.iter().any(|known| known.customer == kept.customer);
            if !is_there && self.has_words(place.customer, &words)? {
                customers.push(kept);
            }
            if most <= customers.len() {
                return Ok((customers, Some(place)));
            }
        }
        Ok((customers, None))
    }

    fn by_key(&self, kind: u8, key: &str) -> Result<Vec<KeptCustomer>, Failed> {
        let mut customers: Vec<KeptCustomer> = Vec::new();
        if key.is_empty() {
            return Ok(customers);
        }
        let sql = "SELECT customer FROM contact WHERE kind = ?1 AND key = ?2 ORDER BY customer";
        let mut statement = self.connection.prepare_cached(sql)?;
        let mut rows = statement.query(params![kind, key])?;
        while let Some(row) = rows.next()? {
            let kept = self.stays(row.get(0)?)?;
            if !customers.iter().any(|known| known.customer == kept.customer) {
                customers.push(kept);
            }
        }
        Ok(customers)
    }

    /// Whether each of these begins a word of a customer's name.
    fn has_words(&self, customer: i64, wanted: &[String]) -> Result<bool, Failed> {
        let sql = "SELECT key FROM contact WHERE customer = ?1 AND kind = ?2";
        let mut statement = self.connection.prepare_cached(sql)?;
        let words = statement.query_map(params![customer, NAME], |row| row.get::<_, String>(0))?;
        let words: Vec<String> = words.collect::<Result<_, _>>()?;
        Ok(wanted.iter().all(|wanted| words.iter().any(|word| word.starts_with(wanted.as_str()))))
    }

    /// The customer with a number, or the one that this one was merged into.
    fn stays(&self, n: i64) -> Result<KeptCustomer, Failed> {
        let mut kept = accounts::kept(self.connection, n)?;
        let mut passed = Vec::new();
        while let Some(into) = kept.member.merged_into.take() {
            passed.push(kept.customer);
            if passed.contains(&into) {
                return Err(SqliteError::damaged("customers were merged into each other").into());
            }
            kept = accounts::kept(self.connection, self.number_of(&into)?)?;
        }
        Ok(kept)
    }

    fn number_of(&self, customer: &CustomerId) -> Result<i64, Failed> {
        let sql = "SELECT n FROM customer WHERE id = ?1";
        let n = self
            .connection
            .prepare_cached(sql)?
            .query_row([customer.as_str()], |row| row.get(0))
            .optional()?;
        n.ok_or_else(|| SqliteError::damaged("a customer was merged into one who isn't there").into())
    }

    fn country_code(&self) -> String {
        self.country.as_ref().map(ToString::to_string).unwrap_or_default()
    }

    /// Up to which operation the look-ups have everything, and for which country.
    fn until(&self) -> Result<Option<(i64, String)>, Failed> {
        let mut statement =
            self.connection.prepare_cached("SELECT operation, country FROM contacts_until")?;
        Ok(statement.query_row([], |row| Ok((row.get(0)?, row.get(1)?))).optional()?)
    }

    fn is_up_to_date(&self) -> Result<bool, Failed> {
        let Some((operation, country)) = self.until()? else { return Ok(false) };
        let sql = "SELECT EXISTS (SELECT 1 FROM personal WHERE operation > ?1)";
        let behind: bool = self.connection.prepare_cached(sql)?.query_row([operation], |row| row.get(0))?;
        Ok(!behind && country == self.country_code())
    }

    fn bring_up_to_date(&self) -> Result<(), Failed> {
        self.connection.execute_batch("BEGIN IMMEDIATE")?;
        let done = self.read_new().and_then(|()| Ok(self.connection.execute_batch("COMMIT")?));
        if done.is_err() {
            // Its own failure would say less than what made it necessary.
            let _ = self.connection.execute_batch("ROLLBACK");
        }
        done
    }

    fn read_new(&self) -> Result<(), Failed> {
        let country = self.country_code();
        let operation = match self.until()? {
            Some((operation, known)) if known == country => operation,
            _ => {
                self.connection.execute_batch("DELETE FROM contact; DELETE FROM contacts_until")?;
                0
            }
        };
        let sql = "SELECT DISTINCT personal.customer, customer.member FROM personal
            JOIN customer ON customer.n = personal.customer WHERE personal.operation > ?1";
        let mut statement = self.connection.prepare_cached(sql)?;
        let mut rows = statement.query([operation])?;
        while let Some(row) = rows.next()? {
            let (n, member) = (row.get(0)?, value::<Member>(row, 1)?);
            match member.merged_into {
                None => self.keep(n, &member.profile)?,
                // What was told before the merge still finds the one who stays.
                Some(_) => {
                    if let Some(told) = personal::last_told(self.connection, n)? {
                        self.keep(n, &told)?;
                    }
                }
            }
        }
        let sql = "INSERT OR REPLACE INTO contacts_until (only, operation, country)
            VALUES (1, (SELECT coalesce(max(operation), 0) FROM personal), ?1)";
        cached::run(self.connection, sql, params![country])?;
        Ok(())
    }

    fn keep(&self, n: i64, profile: &Profile) -> Result<(), Failed> {
        cached::run(self.connection, "DELETE FROM contact WHERE customer = ?1", params![n])?;
        let phone = profile.phone.iter().map(|phone| (PHONE, canonical::phone(phone, self.country)));
        let email = profile.email.iter().map(|email| (EMAIL, canonical::email(email)));
        let name = profile.name.iter().flat_map(|name| canonical::words(name)).map(|word| (NAME, word));
        let sql = "INSERT OR IGNORE INTO contact (kind, key, customer) VALUES (?1, ?2, ?3)";
        let mut statement = self.connection.prepare_cached(sql)?;
        for (kind, key) in phone.chain(email).chain(name).filter(|(_, key)| !key.is_empty()) {
            statement.execute(params![kind, key, n])?;
        }
        Ok(())
    }
}
