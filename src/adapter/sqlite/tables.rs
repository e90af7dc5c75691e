//! The tables of a file, and what brings older ones up to date.

/// The format that this version writes.
pub(super) const FORMAT: i32 = 7;
/// The format since which operations are chained.
pub(super) const CHAINED_SINCE: i32 = 4;
/// The format since which it is noted what operations decided, and what waits has checksums.
pub(super) const DECIDING_SINCE: i32 = 6;
/// The oldest format that is brought up to it.
pub(super) const OLDEST_FORMAT: i32 = 2;

/// What format 4 has more than format 3.
macro_rules! since_4 {
    () => {
        "CREATE TABLE epoch (
        first INTEGER PRIMARY KEY,
        epoch INTEGER NOT NULL
    ) STRICT;
    CREATE TABLE personal (
        operation INTEGER NOT NULL,
        part INTEGER NOT NULL,
        customer INTEGER NOT NULL,
        body BLOB NOT NULL,
        PRIMARY KEY (operation, part)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE contact (
        kind INTEGER NOT NULL,
        key TEXT NOT NULL,
        customer INTEGER NOT NULL,
        PRIMARY KEY (kind, key, customer)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX contact_of ON contact (customer);
    CREATE TABLE contacts_until (
        only INTEGER PRIMARY KEY,
        operation INTEGER NOT NULL,
        country TEXT NOT NULL
    ) STRICT;"
    };
}

/// What format 5 has more than format 4, but for what format 6 has in the place of it.
macro_rules! since_5 {
    () => {
        "CREATE TABLE origin (
        only INTEGER PRIMARY KEY,
        register TEXT NOT NULL,
        acknowledged INTEGER NOT NULL
    ) STRICT;
    CREATE TABLE register (
        n INTEGER PRIMARY KEY,
        id TEXT NOT NULL UNIQUE
    ) STRICT;
    CREATE TABLE arrival (
        seq INTEGER PRIMARY KEY,
        moment INTEGER NOT NULL,
        clock INTEGER NOT NULL,
        register INTEGER NOT NULL,
        epoch INTEGER NOT NULL,
        number INTEGER NOT NULL,
        own INTEGER NOT NULL
    ) STRICT;
    CREATE UNIQUE INDEX arrival_name ON arrival (register, epoch, number);
    CREATE INDEX arrival_own ON arrival (own);
    CREATE TABLE moment (
        seq INTEGER PRIMARY KEY,
        moment INTEGER NOT NULL
    ) STRICT;
    CREATE TABLE beside (
        customer INTEGER NOT NULL,
        operation INTEGER NOT NULL,
        PRIMARY KEY (customer, operation)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE erased (
        customer TEXT PRIMARY KEY
    ) STRICT, WITHOUT ROWID;"
    };
}

/// What format 6 has more than format 5.
macro_rules! since_6 {
    () => {
        "
    CREATE TABLE deciding (
        kind INTEGER NOT NULL,
        id TEXT NOT NULL,
        operation INTEGER NOT NULL,
        PRIMARY KEY (kind, id, operation)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE waiting (
        register TEXT NOT NULL,
        epoch INTEGER NOT NULL,
        number INTEGER NOT NULL,
        body TEXT NOT NULL,
        checksum INTEGER NOT NULL,
        PRIMARY KEY (register, epoch, number)
    ) STRICT, WITHOUT ROWID;"
    };
}

/// What format 7 has in the place of what format 6 has.
macro_rules! since_7 {
    () => {
        "CREATE TABLE customer (
        id TEXT PRIMARY KEY,
        n INTEGER NOT NULL UNIQUE,
        units INTEGER NOT NULL,
        latest INTEGER,
        last INTEGER,
        soonest INTEGER NOT NULL,
        recent BLOB,
        member BLOB NOT NULL
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE lot (
        customer INTEGER NOT NULL,
        expires INTEGER NOT NULL,
        born INTEGER NOT NULL,
        seq INTEGER NOT NULL,
        part INTEGER NOT NULL,
        units INTEGER NOT NULL,
        PRIMARY KEY (customer, expires, born, seq, part)
    ) STRICT, WITHOUT ROWID;"
    };
}

/// `operation` is the ledger: one row an operation, never changed. `document` and `follow` are
/// indexes over it. `customer` and `lot` are its sums, kept beside it in the same transaction.
///
/// `member` is what is kept of a customer beside the balance; `tally` is what the customer bought, added
/// up for tiers, limits and inactivity, from the first program on that looks at it (`looks`); where it is
/// missing it is made anew from the operations. What has come to it lately is in `recent` of the account,
/// which each sale writes anyway, so that the tally itself is seldom written. `kept` are codes, punch
/// cards, and units that are held. A `member` and a `kept` are the latest value that a decision gave, packed
/// as in the operation.
///
/// `hash` is over the row and the hash of the row before it ([`chain`](super::chain)); `personal` is what an
/// operation's customers told of themselves, which isn't in its body ([`personal`](super::personal));
/// `contact` finds customers by it, as of the operation that `contacts_until` names (`contacts`). An
/// `epoch` begins when a file is restored from a copy, at its `first` operation: whatever the lost file had
/// by the same numbers is told apart by it.
///
/// Of a ledger that has a name, `origin` says whose it is, and how many of its own operations are safe elsewhere.
/// `arrival` has each operation of another register (`register` has their names): what it is called, its
/// moment, the latest moment up to it, and how many own operations come before it. `moment` has the moments of
/// own operations that aren't their times of recording; `beside` the operations that concern a customer and are
/// about another one, or nobody; `deciding` all that decided what is kept under a key, or, of kind 0, which
/// program holds; the latter are noted of a ledger without a name, too, since a version came that asks for them. `waiting` has operations that follow from others which aren't here yet, as lines of
/// JSON; `erased` the customers whose names don't come back from other registers.
///
/// `hash` stands where `ALTER TABLE` puts it in older files, since [`check`](super::schema::check) compares the texts.
///
/// The balance stands with the customer (`units`), and so do the time of the `latest` document, the newest operation
/// (`last`), and the last day of the lot that runs out first (`soonest`). So whoever asks for a balance needs one page
/// that isn't in memory, however many entries there are. `latest` and `last` are missing only where a file of format 6
/// had lost them. The lots stand side by side, in the order of use.
///
/// A customer's operations are a chain: the account's `last` is the newest, `operation.previous` the
/// one before it, or 0. An index would touch one more page for every sale. `late` is by how many
/// milliseconds the latest document of the customer was ahead, so that a walk back in time knows
/// where to end, and whether any came late.
pub(super) const TABLES: &str = concat!(
    "
    CREATE TABLE program (
        n INTEGER PRIMARY KEY,
        version BLOB NOT NULL UNIQUE,
        current INTEGER NOT NULL,
        looks INTEGER NOT NULL,
        checksum INTEGER NOT NULL,
        document TEXT NOT NULL
    ) STRICT;
",
    since_7!(),
    "
    CREATE TABLE tally (
        customer INTEGER PRIMARY KEY,
        body BLOB NOT NULL
    ) STRICT;
    CREATE TABLE kept (
        kind INTEGER NOT NULL,
        id TEXT NOT NULL,
        body BLOB NOT NULL,
        PRIMARY KEY (kind, id)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE operation (
        seq INTEGER PRIMARY KEY,
        at INTEGER NOT NULL,
        customer INTEGER,
        previous INTEGER NOT NULL,
        late INTEGER NOT NULL,
        body BLOB NOT NULL
    , hash BLOB) STRICT;
    CREATE TABLE document (
        kind INTEGER NOT NULL,
        id TEXT NOT NULL,
        seq INTEGER NOT NULL,
        PRIMARY KEY (kind, id)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE follow (
        sale INTEGER NOT NULL,
        operation INTEGER NOT NULL,
        PRIMARY KEY (sale, operation)
    ) STRICT, WITHOUT ROWID;
",
    since_4!(),
    since_5!(),
    since_6!()
);

/// What brings a file of each older format to the next one, from [`OLDEST_FORMAT`] on.
pub(super) const MIGRATIONS: [&str; 5] = [
    // 3: purchases are added up. What is missing of that is made anew when it is needed.
    "ALTER TABLE holding ADD COLUMN recent BLOB;
    DROP TABLE purchase;
    CREATE TABLE tally (
        customer INTEGER PRIMARY KEY,
        body BLOB NOT NULL
    ) STRICT;",
    // 4: sales in a tally are packed in another way. Operations are chained, and what customers told is taken
    // out of them, by `migrate::chain_up`.
    concat!(
        "UPDATE holding SET recent = NULL WHERE recent IS NOT NULL;
    DELETE FROM tally;
    ALTER TABLE operation ADD COLUMN hash BLOB;
",
        since_4!()
    ),
    // 5: operations have names in the world, once the ledger has one; and sales in a tally are packed in yet
    // another way, in columns.
    concat!(
        "UPDATE holding SET recent = NULL WHERE recent IS NOT NULL;
    DELETE FROM tally;
    CREATE TABLE waiting (
        register TEXT NOT NULL,
        epoch INTEGER NOT NULL,
        number INTEGER NOT NULL,
        body TEXT NOT NULL,
        PRIMARY KEY (register, epoch, number)
    ) STRICT, WITHOUT ROWID;
",
        since_5!()
    ),
    // 6: what is kept under a key is worked out from all operations that decided it, and what waits has a
    // checksum. Both are filled in by `migrate::note_deciding` and `migrate::sum_waiting`; what several registers
    // decided is worked out anew when the file is open.
    concat!(
        "UPDATE origin SET only = 2;
    DROP TABLE IF EXISTS decided_by;
    ALTER TABLE waiting RENAME TO waited;
",
        since_6!()
    ),
    // 7: what was a row among the lots stands with the customer. Who has lost that row keeps the name, by which
    // operations are read; without `latest` nothing is told or recorded of such a customer. 2932897 is
    // `lots::NEVER`.
    concat!(
        "ALTER TABLE customer RENAME TO customer_of_6;
",
        since_7!(),
        "
    INSERT INTO customer (id, n, units, latest, last, soonest, recent, member)
        SELECT id, n, coalesce(units, 0), latest, last, coalesce((SELECT min(expires) FROM holding AS lots
                WHERE lots.customer = n AND lots.expires > -2147483648), 2932897), recent, member
        FROM customer_of_6 LEFT JOIN holding ON holding.customer = n AND holding.expires = -2147483648
        ORDER BY id;
    INSERT INTO lot (customer, expires, born, seq, part, units)
        SELECT customer, expires, born, seq, part, units FROM holding WHERE expires > -2147483648;
    DROP TABLE holding;
    DROP TABLE customer_of_6;"
    ),
];
