//! Loyalty for point-of-sale registers: exact, for settled sales only, and undone to the last cent.
//!
//! A till hands in documents: a sale, a payment, a return, a void. The library says what each of them
//! moves on the customer's loyalty balance, keeps that in a ledger whose entries never change, and can
//! say line by line why. It holds to four things:
//!
//! * **Only a settled sale earns.** A part payment, a layby in progress and a debt on account have
//!   earned nothing, whatever share is paid ([`sale::Settlement`]).
//! * **What loyalty paid doesn't earn.** Of 100.00, 20.00 of it paid with loyalty, 80.00 earn.
//! * **All is exact.** Amounts are whole cents and points, a sale is rounded once, and parts add up to
//!   their whole. There is no float.
//! * **Undone is undone.** Return everything, in any parts and any order, and the balance is what it
//!   was before the sale.
//!
//! # A sale
//!
//! A program that gives 5 %, and a customer who has 20.00:
//!
//! ```
//! # use std::error::Error;
//! # use std::sync::Arc;
//! # use regulars::decide::{
//! #     Document, EnrolDocument, Header, ImportDocument, Profile, ProgramDocument, SaleDocument,
//! # };
//! # use regulars::ident::{CustomerId, LineId, ProductId, ProgramId, SaleId, Tender};
//! # use regulars::loyalty::{BaseRule, EarnBy, Program, ProgramVersion, Unit, VersionedProgram, Where};
//! # use regulars::money::{Currency, Money, Ratio, parse_decimal};
//! # use regulars::sale::{LineItem, Payment, Place, RungUp, Terms};
//! # use regulars::time::Timestamp;
//! use regulars::adapter::memory::MemoryStore;
//! use regulars::money::Units;
//! use regulars::register::Register;
//! use regulars::time::FixedZones;
//! # fn header() -> Header {
//! #     Header { id: None, at: Timestamp::EPOCH, place: Place::default() }
//! # }
//! # fn five_percent() -> Result<Document, Box<dyn Error>> {
//! #     let id = ProgramId::new("house")?;
//! #     let mut program = Program::new(id, Currency::from_code("EUR")?, Unit::Money);
//! #     let by = EarnBy::Amount { rate: Ratio::from_decimal(parse_decimal("0.05")?)? };
//! #     let applies_to = Where::default();
//! #     program.earn.push(BaseRule { by, applies_to, minimum_spend: None, last: false });
//! #     let program = VersionedProgram { version: ProgramVersion([1; 32]), program: Arc::new(program) };
//! #     Ok(Document::SetProgram(ProgramDocument { header: header(), program }))
//! # }
//! # fn joins(customer: &str) -> Result<Document, Box<dyn Error>> {
//! #     let profile = Profile::default();
//! #     Ok(Document::Enrol(EnrolDocument { header: header(), customer: CustomerId::new(customer)?, profile }))
//! # }
//! # fn brings(customer: &str, minor: i64) -> Result<Document, Box<dyn Error>> {
//! #     let (customer, units) = (CustomerId::new(customer)?, Units::from_minor(minor));
//! #     let (expires, last_purchase, spent) = (None, None, None);
//! #     Ok(Document::Import(ImportDocument { header: header(), customer, units, expires, last_purchase, spent }))
//! # }
//! # fn sale(customer: &str, price: i64, paid: &[(&str, i64)]) -> Result<Document, Box<dyn Error>> {
//! #     let line = LineItem {
//! #         id: LineId::new("1")?,
//! #         product: ProductId::new("coat")?,
//! #         category: None,
//! #         quantity: Ratio::ONE,
//! #         unit_price: Money::from_minor(price),
//! #         discount: Money::ZERO,
//! #         tax: None,
//! #         price_book: None,
//! #         promotions: Vec::new(),
//! #         earns: true,
//! #     };
//! #     let rung_up = RungUp {
//! #         sale: SaleId::new("S-1")?,
//! #         at: Timestamp::EPOCH,
//! #         place: Place::default(),
//! #         customer: Some(CustomerId::new(customer)?),
//! #         terms: Terms::Immediate,
//! #         lines: [line].into(),
//! #         discount: Money::ZERO,
//! #         fees: Vec::new(),
//! #         tax_added: Money::ZERO,
//! #         cash_rounding: Money::ZERO,
//! #         rewards: Vec::new(),
//! #         offers: Vec::new(),
//! #         earns: true,
//! #     };
//! #     let mut payments = Vec::new();
//! #     for (tender, minor) in paid {
//! #         payments.push(Payment { tender: Tender::new(tender)?, amount: Money::from_minor(*minor), reservation: None });
//! #     }
//! #     let (change, codes, parked) = (Money::ZERO, Vec::new(), false);
//! #     Ok(Document::Sale(Arc::new(SaleDocument { rung_up, payments, change, codes, parked })))
//! # }
//! # let now = Timestamp::EPOCH;
//!
//! let mut register = Register::new(MemoryStore::default(), FixedZones);
//! register.submit(&five_percent()?, now)?;
//! register.submit(&joins("ada")?, now)?;
//! register.submit(&brings("ada", 20_00)?, now)?;
//!
//! let coat = sale("ada", 100_00, &[("loyalty", 20_00), ("card", 80_00)])?;
//! let outcome = register.submit(&coat, now)?;
//! assert_eq!(outcome.moved.redeemed, Units::from_minor(20_00));
//! assert_eq!(outcome.moved.earned, Units::from_minor(4_00)); // 5.00 × 80.00 / 100.00
//! assert_eq!(outcome.decision.balance, Some(Units::from_minor(4_00)));
//! # Ok::<(), Box<dyn Error>>(())
//! ```
//!
//! [`Register`](register::Register) has such a sale with each document written out, and its return
//! in three parts. With the feature `json`, documents are read from JSON instead.
//!
//! # Layers, in reading order
//!
//! A layer uses those above it, and none below it.
//!
//! 1. [`money`], [`ident`], [`time`], [`code`]: exact amounts and how they are rounded and split; checked names;
//!    moments and days; what scanners read. Nothing is read from a clock and nothing is made up.
//! 2. [`sale`]: what was rung up, what is due, what has been paid, and the settlement. [`ledger`]: entries
//!    between accounts, and what a customer holds as their sum.
//! 3. [`loyalty`]: what a program grants for a settlement, takes back, and takes as payment.
//! 4. [`decide`]: the heart. Facts and a document in, a change set and an outcome out, or a refusal by
//!    name.
//! 5. [`store`]: the port to what keeps the ledger, how ledgers of several registers become one, and the
//!    proof that what is kept fits. [`register`]: the facade, one call for a document.
//! 6. [`adapter`]: what touches the world. The memory store is always there; the SQLite store, time
//!    zones by name, balances from CSV and receipts are features. `document` reads and writes the JSON
//!    forms.
//!
//! [`docs`] has the longer pages: the architecture, the design with its numbers, the words, the rules,
//! the JSON forms, the edge cases, the programs and the decisions.
//!
//! # What always holds
//!
//! * Earning asks for a [`Settlement`](sale::Settlement), and only a sale with nothing due has one.
//! * Entries are never changed or deleted, all accounts together hold zero, and a balance is the sum of
//!   its entries; [`store::verify`] proves it of a ledger.
//! * A document with an id counts once, however often it is handed in.
//! * A document that is refused has changed nothing.
//! * The same documents in the same order, recorded at the same times, with the same time zones, give
//!   the same ledger on every store and machine.
//! * No input makes the library panic. A sum that doesn't fit is an error.
//! * The core has no `std`, clock, random source, file, thread, float, hash map or `unsafe`. What `unsafe` there
//!   is stands in one module, between the SQLite store and SQLite and behind the C interface.
//!
//! # Features
//!
//! All of these are on by default. A feature adds a module, and changes nothing that is there without
//! it. With `default-features = false` there is the core with the memory store, for machines without an
//! operating system; it needs an allocator.
//!
//! | feature | adds | brings |
//! |---|---|---|
//! | `std` | what needs an operating system | `std` |
//! | `json` | `document`: the JSON forms of documents, programs, outcomes, refusals and operations; with `std` also `adapter::json_lines` and `adapter::parcel_lines` | `serde`, `serde_json`, `sha2` |
//! | `sqlite` | `adapter::sqlite`: a ledger in one file, durable at each sale unless it is opened otherwise | `rusqlite` with its own SQLite, compiled as C; `std`, `json` |
//! | `contacts` | customers of a ledger in a file by phone number, e-mail address and name | `phonenumber`, `email_address`, `unicode-normalization`; `sqlite` |
//! | `time-zones` | `adapter::zones`: time zones by their IANA names | `jiff` with its zone database; `std` |
//! | `csv` | `adapter::csv`: balances of another scheme from a CSV file | `csv`; `std`, `json` |
//! | `receipt` | `adapter::receipt`: receipts as text, 42 columns wide, and as ESC/POS for receipt printers | nothing |
//!
//! By choice:
//!
//! | feature | adds | brings |
//! |---|---|---|
//! | `capi` | `capi`: the C interface, a header and a library that any program can link; `docs::c_guide` begins from nothing | nothing; `sqlite` |
//! | `scan` | `adapter::scan`: codes in pictures and in the frames of a camera | `rxing` (QR alone), `rqrr`; `std` |
//! | `camera` | `adapter::camera`: pictures from a camera | `nokhwa` (on Linux made with libclang and the kernel's headers), `zune-jpeg`; `scan` |
//! | `mail` | `adapter::mail`: messages to customers with the picture of their card, into a folder | `lettre` |
//! | `smtp` | the same by SMTP | `rustls`, `ring`; `mail` |
//! | `tokens` | in `code`: codes of receipts and punch cards that can't be forged, and the keys that make and check them | `ed25519-dalek`, `hmac`, `sha2`, `zeroize` |
//! | `wedge` | `adapter::wedge`: scanners that are keyboards, or on a serial line | nothing |
//! | `label` | `adapter::label`: cards, labels and sheets of them as PNG and SVG; receipts as pictures | `barcoders`, `qrcode`, `image` (PNG alone), `ttf-parser`, `unicode-normalization`, and the typefaces in `notosans` and `dejavu`; `std` |
//! | `pdf` | the same as PDF | `pdf-writer`, `subsetter`, `miniz_oxide`; `label` |
#![no_std]
#![cfg_attr(docsrs, feature(doc_cfg))]
#![deny(unsafe_code)]

extern crate alloc;
#[cfg(feature = "std")]
extern crate std;

pub mod adapter;
pub mod code;
pub mod decide;
#[cfg(feature = "json")]
pub mod document;
#[cfg(feature = "sqlite")]
mod ffi;
#[cfg(feature = "capi")]
pub use ffi::capi;
pub mod ident;
pub mod ledger;
pub mod loyalty;
pub mod money;
pub mod register;
pub mod sale;
mod sorting;
pub mod store;
pub mod time;

/// Pages on the library as a whole, kept beside the code.
pub mod docs {
    #[doc = include_str!("docs/architecture.md")]
    pub mod architecture {}
    #[doc = include_str!("docs/design.md")]
    pub mod design {}
    #[doc = include_str!("docs/glossary.md")]
    pub mod glossary {}
    #[doc = include_str!("docs/rules.md")]
    pub mod rules {}
    #[doc = include_str!("docs/documents.md")]
    #[cfg(feature = "json")]
    pub mod documents {}
    #[doc = include_str!("docs/c-guide.md")]
    #[cfg(feature = "capi")]
    pub mod c_guide {}
    #[doc = include_str!("docs/scanning.md")]
    #[cfg(all(
        feature = "json",
        feature = "label",
        feature = "receipt",
        feature = "tokens",
        feature = "wedge"
    ))]
    pub mod scanning {}
    #[doc = include_str!("docs/punch-cards.md")]
    #[cfg(all(feature = "json", feature = "label", feature = "mail", feature = "tokens"))]
    pub mod punch_cards {}
    #[doc = include_str!("docs/edge-cases.md")]
    pub mod edge_cases {}
    #[doc = include_str!("../fixtures/programs/README.md")]
    pub mod programs {}
    #[doc = include_str!("docs/decisions.md")]
    pub mod decisions {}
    #[doc = include_str!("../CHANGELOG.md")]
    pub mod changelog {}
}

/// The code in README, compiled with the tests.
#[cfg(all(doctest, feature = "sqlite", feature = "time-zones"))]
#[doc = include_str!("../README.md")]
struct Readme;
