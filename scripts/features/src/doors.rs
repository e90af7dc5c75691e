use std::sync::Arc;

use regulars::adapter::memory::MemoryStore;
use regulars::decide::{Document, EnrolDocument, Header, Profile, ProgramDocument, SaleDocument};
use regulars::ident::{CustomerId, LineId, ProductId, ProgramId, SaleId, Tender};
use regulars::loyalty::{BaseRule, EarnBy, Program, ProgramVersion, Unit, VersionedProgram, Where};
use regulars::money::{Currency, Money, Ratio, parse_decimal};
use regulars::register::Register;
use regulars::sale::{LineItem, Payment, Place, RungUp, Terms};
use regulars::store::Store;
use regulars::time::{FixedZones, Timestamp, Zones};

use crate::Done;

type Door = fn(&str) -> Done;

pub const ALL: &[(&str, Door)] = &[
    ("core", core),
    #[cfg(feature = "json")]
    ("json", json),
    #[cfg(feature = "sqlite")]
    ("sqlite", sqlite),
    #[cfg(feature = "contacts")]
    ("contacts", contacts),
    #[cfg(feature = "time-zones")]
    ("time-zones", time_zones),
    #[cfg(feature = "receipt")]
    ("receipt", receipt),
    #[cfg(feature = "csv")]
    ("csv", csv),
    #[cfg(feature = "capi")]
    ("capi", capi),
    #[cfg(feature = "camera")]
    ("camera", camera),
    #[cfg(feature = "mail")]
    ("mail", mail),
    #[cfg(feature = "smtp")]
    ("smtp", smtp),
    #[cfg(feature = "wedge")]
    ("wedge", wedge),
    #[cfg(feature = "tokens")]
    ("tokens", tokens),
    #[cfg(feature = "scan")]
    ("scan", scan),
    #[cfg(feature = "label")]
    ("label", label),
    #[cfg(feature = "pdf")]
    ("pdf", pdf),
];

/// A sale of 100.00 under 5 %, in memory.
fn core(input: &str) -> Done {
    sell(&mut Register::new(MemoryStore::default(), FixedZones), input)
}

fn sell<S: Store<Error: 'static>, Z: Zones>(register: &mut Register<S, Z>, customer: &str) -> Done {
    let customer = CustomerId::new(customer)?;
    let profile = Profile::default();
    let enrol = Document::Enrol(EnrolDocument { header: header(), customer: customer.clone(), profile });
    for document in [five_percent()?, enrol] {
        register.submit(&document, at())?;
    }
    let outcome = register.submit(&sale(customer)?, at())?;
    Ok(format!("earned {}", outcome.moved.earned.to_decimal(2)))
}

fn five_percent() -> Result<Document, Box<dyn std::error::Error>> {
    let mut program = Program::new(ProgramId::new("house")?, Currency::from_code("EUR")?, Unit::Money);
    let rate = Ratio::from_decimal(parse_decimal("0.05")?)?;
    let (applies_to, by) = (Where::default(), EarnBy::Amount { rate });
    program.earn.push(BaseRule { by, applies_to, minimum_spend: None, last: false });
    let program = VersionedProgram { version: ProgramVersion([1; 32]), program: Arc::new(program) };
    Ok(Document::SetProgram(ProgramDocument { header: header(), program }))
}

fn sale(customer: CustomerId) -> Result<Document, Box<dyn std::error::Error>> {
    let line = LineItem {
        id: LineId::new("1")?,
        product: ProductId::new("coat")?,
        category: None,
        quantity: Ratio::ONE,
        unit_price: Money::from_minor(10_000),
        discount: Money::ZERO,
        tax: None,
        price_book: None,
        promotions: Vec::new(),
        earns: true,
    };
    let rung_up = RungUp {
        sale: SaleId::new("1")?,
        at: at(),
        place: Place::default(),
        customer: Some(customer),
        terms: Terms::Immediate,
        lines: [line].into(),
        discount: Money::ZERO,
        fees: Vec::new(),
        tax_added: Money::ZERO,
        cash_rounding: Money::ZERO,
        rewards: Vec::new(),
        offers: Vec::new(),
        earns: true,
    };
    let payment =
        Payment { tender: Tender::new("card")?, amount: Money::from_minor(10_000), reservation: None };
    let (change, codes, parked, payments) = (Money::ZERO, Vec::new(), false, vec![payment]);
    Ok(Document::Sale(Arc::new(SaleDocument { rung_up, payments, change, codes, parked })))
}

fn header() -> Header {
    Header { id: None, at: at(), place: Place::default() }
}

fn at() -> Timestamp {
    Timestamp::EPOCH
}

#[cfg(any(feature = "csv", feature = "json"))]
const PROGRAM: &str = r#"{"id": "house", "currency": "EUR", "unit": {"kind": "money"},
    "earn": [{"by": "amount", "rate": "0.05"}]}"#;

#[cfg(feature = "json")]
fn json(input: &str) -> Done {
    use regulars::document::{read_document, read_program, write_outcome};

    let program = read_program(PROGRAM)?;
    let mut register = Register::new(MemoryStore::default(), FixedZones);
    register.set_program(program.clone(), at())?;
    let document = format!(
        r#"{{"type": "enrol", "at": "2026-03-02T10:00:00+01:00", "customer": "{}"}}"#,
        input.replace('/', "-")
    );
    let document = read_document(&document, &*program.program)?;
    Ok(write_outcome(&register.submit(&document, at())?, &program.program))
}

#[cfg(feature = "sqlite")]
fn sqlite(input: &str) -> Done {
    use regulars::adapter::sqlite::SqliteStore;

    let store = SqliteStore::open(std::path::Path::new(input).join("doors.ledger"))?;
    sell(&mut Register::new(store, FixedZones), input)
}

#[cfg(feature = "capi")]
fn capi(input: &str) -> Done {
    use regulars::capi::{REGULARS_ABI_VERSION, regulars_call_json, regulars_close, regulars_open};

    let path = format!("{input}/capi.ledger");
    let (mut handle, mut answer, mut length) = (std::ptr::null_mut(), [0_u8; 4096], 0);
    // SAFETY: each pointer points to as much as is said beside it.
    let statuses = unsafe {
        let opened = regulars_open(
            REGULARS_ABI_VERSION,
            path.as_ptr().cast(),
            path.len(),
            std::ptr::null(),
            &raw mut handle,
        );
        let out = answer.as_mut_ptr().cast();
        let asked = regulars_call_json(handle, input.as_ptr().cast(), input.len(), out, answer.len(), &raw mut length);
        [opened, asked, regulars_close(handle)]
    };
    Ok(format!("{statuses:?} {length}"))
}

#[cfg(feature = "contacts")]
fn contacts(input: &str) -> Done {
    use regulars::adapter::sqlite::SqliteStore;

    let mut store = SqliteStore::open(std::path::Path::new(input).join("contacts.ledger"))?;
    let contacts = store.contacts(Some("GB".parse()?))?;
    let (phone, email) = (contacts.by_phone("020 7946 0000")?, contacts.by_email("Ada@example.com")?);
    let (names, _) = contacts.by_name(input, None, 20)?;
    Ok(format!("{} {} {}", phone.len(), email.len(), names.len()))
}

#[cfg(feature = "time-zones")]
fn time_zones(input: &str) -> Done {
    use regulars::adapter::zones::IanaZones;
    use regulars::time::Zone;

    let offset = |name: &str| IanaZones::default().offset(&Zone::Named(name.into()), at());
    Ok(format!("{:?} {:?}", offset("Europe/Berlin"), offset(input)))
}

#[cfg(feature = "receipt")]
fn receipt(input: &str) -> Done {
    use regulars::adapter::receipt::Receipt;
    use regulars::decide::Question;

    let mut register = Register::new(MemoryStore::default(), FixedZones);
    sell(&mut register, input)?;
    let facts = register.facts(&Question::of_sales(&[SaleId::new("1")?], at()))?;
    let sale = facts.sales.first().ok_or("no such sale")?;
    let (exchanged, balance, credit, zones) = (None, None, regulars::money::Money::ZERO, register.zones());
    let text = Receipt { shop: input, sale, exchanged, balance, credit, zones }.to_text()?;
    Ok(format!("{} characters", text.len()))
}

#[cfg(feature = "csv")]
fn csv(input: &str) -> Done {
    use regulars::adapter::csv::{CsvImport, read_balances};
    use regulars::document::read_program;

    let program = read_program(PROGRAM)?;
    let mut register = Register::new(MemoryStore::default(), FixedZones);
    register.set_program(program.clone(), at())?;
    let file = format!("code,units,expires\n{},12.50,2026-12-31\n", input.len());
    let lines = read_balances(file.as_bytes(), &program.program)?;
    let import = CsvImport { file: "old.csv", at: at(), recorded_at: at(), all_or_nothing: false };
    Ok(format!("{} refused", import.run(&mut register, &lines)?.refused.len()))
}

#[cfg(feature = "camera")]
fn camera(input: &str) -> Done {
    use std::time::Duration;

    use regulars::adapter::camera::{Camera, Which, Wish};

    let wish = Wish { camera: Which::Named(input.into()), ..Wish::default() };
    let mut camera = match Camera::open(&wish, Duration::from_secs(20)) {
        Ok(camera) => camera,
        Err(error) => return Ok(error.to_string()),
    };
    Ok(format!("{} pixels", camera.picture(Duration::from_secs(2))?.width()))
}

#[cfg(feature = "mail")]
fn message(input: &str) -> Result<regulars::adapter::mail::Message, regulars::adapter::mail::MessageError> {
    regulars::adapter::mail::CardMessage {
        from: "Corner Café <cards@corner.example>",
        to: "ada@example.com",
        shop: "Corner Café",
        customer: Some(input),
        card: "Ten coffees, the next is free",
        code: "7KQ2-M9XD",
        picture: b"\x89PNG\r\n\x1a\n",
        url: None,
        at: at(),
        texts: regulars::adapter::mail::CardTexts::ENGLISH,
    }
    .to_message()
}

#[cfg(feature = "mail")]
fn mail(input: &str) -> Done {
    use regulars::adapter::mail::Folder;

    let file = Folder::new(std::path::Path::new(input).join("outbox"))?.put("ada", &message(input)?)?;
    Ok(file.display().to_string())
}

#[cfg(feature = "smtp")]
fn smtp(input: &str) -> Done {
    use regulars::adapter::mail::{Encryption, Login, Smtp};

    // Nobody listens there.
    let smtp = Smtp::new("localhost", Some(1), Encryption::Tls, Some(Login { user: input, password: input }))?;
    Ok(smtp.send(&message(input)?).map_or_else(|error| error.to_string(), |()| "sent".into()))
}

#[cfg(feature = "wedge")]
fn wedge(input: &str) -> Done {
    use regulars::adapter::wedge::{Key, Wedge, WedgeSettings};

    let mut wedge = Wedge::new(WedgeSettings::default());
    for (typed, at) in "]E04006381333931".chars().chain(input.chars()).zip((0..).step_by(8)) {
        wedge.press(Key::Character(typed), at);
    }
    Ok(format!("{:?}", wedge.press(Key::Enter, 10_000)))
}

#[cfg(feature = "tokens")]
fn tokens(input: &str) -> Done {
    use regulars::code::{KeyId, KeyRing, TokenContent, TokenFor, TokenKey, TokenKind};
    use regulars::time::Date;

    let mut secret = [7; 32];
    secret[0] = u8::try_from(input.len())?;
    let stands_for = TokenFor::Receipt(SaleId::new("2026-000017")?);
    let day = Date::from_civil(2026, 11, 26).ok_or("a date")?;
    let content = TokenContent { stands_for, last_day: Some(day) };
    let mut keys = KeyRing::default();
    for key in [TokenKey::signing(KeyId(1), &secret), TokenKey::short(KeyId(2), &secret)] {
        keys.hold(key.checking_key(), &[TokenKind::Receipt], ..)?;
        keys.check(&key.make(&content)?, day)?;
    }
    Ok("made and checked".into())
}

#[cfg(feature = "scan")]
fn scan(input: &str) -> Done {
    use std::time::Duration;

    use regulars::adapter::scan::{Options, Picture, Scanner, Stream, StreamOptions};

    let grey: Vec<u8> = input.bytes().cycle().take(320 * 240).collect();
    let picture = Picture::new(&grey, 320, 240)?;
    let found = Scanner::new(Options::default()).read(&picture).readings.len();
    let seen = Stream::new(StreamOptions::default()).frame(&picture, Duration::ZERO);
    Ok(format!("{found} and {} codes", seen.readings.len()))
}

#[cfg(feature = "label")]
fn draw(input: &str) -> Result<regulars::adapter::label::Drawing, Box<dyn std::error::Error>> {
    use regulars::adapter::label::{PrintedCard, Design, Resolution, Size, Symbol};
    use regulars::code::Symbology;

    let design = Design::new(Size::CR80, Resolution::DPI_300).shop("The Shop");
    let symbol = Symbol::new(Symbology::Qr, input)?;
    Ok(design.draw(&PrintedCard { symbol: &symbol, name: "Ada", caption: "29000001" })?)
}

#[cfg(feature = "label")]
fn label(input: &str) -> Done {
    let card = draw(input)?;
    Ok(format!("{} and {} bytes", card.to_png()?.len(), card.to_svg().len()))
}

#[cfg(feature = "pdf")]
fn pdf(input: &str) -> Done {
    use regulars::adapter::label::{Sheet, to_pdf};

    let pages = Sheet::CR80_A4.pages(&vec![draw(input)?; 12], 0)?;
    Ok(format!("{} bytes", to_pdf(&pages, "Cards")?.len()))
}
