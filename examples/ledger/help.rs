//! What each command says of itself.

pub const HELP: &str = "\
Looks after a ledger in a file.

usage: cargo run --release --example ledger -- COMMAND [OPTIONS] FILE

  new        make an empty ledger
  verify     work the ledger out anew, and compare it with what it keeps
  stats      what is in it: how many of what, from when to when, how large
  customer   what one customer has, and the last operations
  balances   what each customer has, as a table, as CSV or as JSON
  compare    where two ledgers differ first
  export     write all operations as lines of JSON
  import     make a ledger of what was exported
  backup     copy it to a file while it is in use
  restore    make a ledger of a backup, for a register that goes on with it
  epoch      begin an epoch in a ledger that was put back in another way
  upgrade    bring a ledger of an older format up to date
  find       customers by phone number, e-mail address or name
  erase      what a customer told: name, address, phone number, birthday
  salvage    what of a damaged ledger can still be read
  share      say which register writes it, so that it can share its operations with others
  outbox     write what other registers don't have yet, as lines of JSON
  acknowledge
             note that what was sent is safe elsewhere
  union      take in what other registers have sent

  --json     what is told goes to the standard output as one JSON object
  --quiet    no progress
  --help     this text; after a command, what that one takes

Registers may go on selling meanwhile, except under salvage and upgrade. Commands that only look wait
for nobody, and need no right to write; beside a ledger that nobody has open they may leave an empty log
and its index, which the next register takes away. A ledger of an older format is changed by upgrade
alone, since older programs can't use it from then on; salvage reads it as it is, restore makes a new
one of it, and the others refuse it. Files that are made may be read by their owner alone.

Exit code: 0 if all is well; 1 if the ledger doesn't verify or can't be used; 2 if the command line,
or a file that is imported, isn't as it must be.
";

pub const VERIFY: &str = "\
Works a ledger out anew from its operations, and compares it with all that it keeps beside them.

usage: cargo run --release --example ledger -- verify [OPTIONS] FILE

  --head HEAD   the head of the chain that was seen before, as verify tells it; the file must still
                have everything up to there
  --json        as one JSON object
  --quiet       no progress

Looks at the file's pages and indexes first, then at the chain of hashes over the operations, then
at every operation by itself, then at every customer. What is wrong first is named, with its
operation or its customer; the exit code is 1 then. Keep such a file as it is, and restore a backup.
Keep the head elsewhere: without one, nobody can see that a file has lost its end. Of a log that was
left behind, damage is noticed before its last transaction, and in that one only by the head.
";

pub const NEW: &str = "\
Makes a ledger without operations, which its owner alone may read.

usage: cargo run --release --example ledger -- new [OPTIONS] FILE

  --program JSON    the program that holds from the beginning
  --register NAME   which register writes it, so that it can share its operations with others
  --json            what was done, as one JSON object
  --quiet           no progress

FILE is made, and mustn't be there yet.
";

pub const BALANCES: &str = "\
Tells what each customer has, in the order of their ids.

usage: cargo run --release --example ledger -- balances [OPTIONS] FILE

  --after ID   those after a customer
  --most N     so many at the most [all]
  --csv        as CSV: customer, balance, and what is held beside it
  --json       as one JSON object
  --quiet      no progress

Balances are as they were after the last operation about the customer: what has run out since then,
and wasn't swept, is still in them. The command customer tells what one has today.
";

pub const COMPARE: &str = "\
Compares two ledgers, operation by operation as export writes them, and balance by balance.

usage: cargo run --release --example ledger -- compare [OPTIONS] FILE OTHER

  --json    what differs, as one JSON object
  --quiet   no progress

Exit code 0 if they are the same, 1 if not. Of the operations the first that differs is told. Where
registers share, each has the operations in the order in which they came: then only balances tell.
";

pub const EPOCH: &str = "\
Begins a new epoch, in a ledger that was put back from a copy in another way than by restore: what
is recorded from now on is told apart from what the lost file had under the same numbers.

usage: cargo run --release --example ledger -- epoch [OPTIONS] FILE

  --epoch N   larger than any epoch that the register had [the seconds since 1970]
  --json      what was done, as one JSON object
  --quiet     no progress
";

pub const STATS: &str = "\
Tells what is in a ledger.

usage: cargo run --release --example ledger -- stats [--json] [--quiet] FILE

Operations by the type of their documents, customers, what they are owed, when the first and the
last operation were recorded, how large the file and its log are, and the format of the file.
";

pub const UPGRADE: &str = "\
Brings a ledger of an older format to the one of this program, as a register does that opens it.

usage: cargo run --release --example ledger -- upgrade [--json] [--quiet] FILE

Older programs can't use the ledger from then on, and there is no way back. So make a backup with the
program that it was used by; or close all that have it open, and copy the file, with its -wal where
there is one. After a loss of power the ledger has the old format or the new one, and is whole. A
million customers take some seconds. Verify it afterwards. If the newest operations are damaged, that
is said once it has the new format.
";

pub const CUSTOMER: &str = "\
Tells what a customer has, and shows the last operations.

usage: cargo run --release --example ledger -- customer [OPTIONS] FILE ID|CODE

  --last N       so many operations, the newest first [10]
  --before SEQ   those before the operation of this number
  --json         as one JSON object

The customer is looked for by id, then by the code on the card or the code of a punch card.
Operations on everybody, such as a sweep, aren't listed; what they moved in all is told.
";

pub const EXPORT: &str = "\
Writes all operations of a ledger as lines of JSON.

usage: cargo run --release --example ledger -- export [OPTIONS] FILE

  --out OUT   to a new file, which its owner alone may read [standard output]
  --json      what was done, as one JSON object; with --out
  --quiet     no progress

An export holds personal data.
";

pub const IMPORT: &str = "\
Makes a ledger of what was exported, and verifies it. Nothing is decided again.

usage: cargo run --release --example ledger -- import [OPTIONS] FILE --from IN

  --from IN   the exported lines; - for the standard input
  --json      what was done, as one JSON object
  --quiet     no progress

FILE is made, and mustn't be there yet. All lines are taken over, and fit, or there is no FILE.
Meanwhile its log needs about as much space as the ledger will.
";

pub const BACKUP: &str = "\
Copies a ledger, as it is now, to a new file, while registers go on selling.

usage: cargo run --release --example ledger -- backup [OPTIONS] FILE --to OUT

  --to OUT   the new file, which its owner alone may read
  --json     what was done, as one JSON object
  --quiet    no progress

The copy gets its name when it is whole, checked and durable. It holds personal data.
";

pub const RESTORE: &str = "\
Makes a ledger of a backup, verifies it, and begins a new epoch in it, so that what is recorded from
now on is told apart from what the lost file had under the same numbers.

usage: cargo run --release --example ledger -- restore [OPTIONS] BACKUP --to FILE

  --to FILE   the new ledger; the backup stays as it is
  --epoch N   larger than any epoch that the register had [the seconds since 1970]
  --json      what was done, as one JSON object
  --quiet     no progress
";

pub const FIND: &str = "\
Finds customers by what they told.

usage: cargo run --release --example ledger -- find [OPTIONS] FILE

  --phone NUMBER      however it is written
  --email ADDRESS     in whatever capitals
  --name WORDS        the beginnings of words of the name, without accents
  --country XX        whose phone numbers are written without a country's code, as in GB [that of
                      the last time]
  --last N            so many at the most [10]
  --json              as one JSON object

One of the first three. Exit code 1 if there is nobody.
";

pub const ERASE: &str = "\
Erases what a customer told, with those who were merged into the same: name, e-mail address, phone
number and birthday. Amounts stay, under the customer's id. Backups that were made before still have
all of it.

usage: cargo run --release --example ledger -- erase [OPTIONS] FILE ID

  --yes     needed: it can't be undone
  --json    what was done, as one JSON object
";

pub const SHARE: &str = "\
Says which register writes a ledger, so that it can share its operations with other registers.

usage: cargo run --release --example ledger -- share [OPTIONS] FILE REGISTER

  --json    what was done, as one JSON object
  --quiet   no progress

It is said once, and no two registers that share have one name. What was recorded before is shared,
too. Without REGISTER it tells who writes the ledger, and how much of its own others may lack.
";

pub const OUTBOX: &str = "\
Writes the operations of a ledger's own register that aren't acknowledged, as lines of JSON.

usage: cargo run --release --example ledger -- outbox [OPTIONS] FILE

  --out OUT   to a new file, which its owner alone may read [standard output]
  --all       all operations, those of other registers too: for one that lost what it had, or is new
  --json      what was done, as one JSON object; with --out
  --quiet     no progress

Sending them again does nothing. They hold personal data.
";

pub const ACKNOWLEDGE: &str = "\
Notes that a ledger's own operations up to one are safe elsewhere: the outbox goes on behind it.

usage: cargo run --release --example ledger -- acknowledge [OPTIONS] FILE NAME

  --json      what was done, as one JSON object
  --quiet     no progress

NAME is what the fields register, epoch and number of a line say, as in till-1/0/1042: of the last
one before which none is missing at the other side, where union tells what is missing. The mark only
moves forward.
";

pub const UNION: &str = "\
Takes in what other registers have sent, in any order, as often as it comes.

usage: cargo run --release --example ledger -- union [OPTIONS] FILE LINES
       cargo run --release --example ledger -- union --drop NAME [OPTIONS] FILE

  LINES        a file of lines that outbox wrote; - for the standard input
  --drop NAME  give up an operation that waits, as in till-1/0/1042: one that was lost, or that
               can't be taken in; the answer is what is lost
  --json       what was done, as one JSON object
  --quiet      no progress

A thousand lines are taken in at a time. If one is wrong, the thousands before it are in; to send
all again does no harm. What follows from operations that aren't there yet waits for them. The
ledger needs a name first: see share.
";

pub const SALVAGE: &str = "\
Reads what can be read of a ledger that is damaged, also where it can't be opened any more. The file
and its log aren't written to; no register should have it open meanwhile.

usage: cargo run --release --example ledger -- salvage [OPTIONS] FILE

  --out OUT          all operations that are found, as lines of JSON, to a new file; import makes a
                     ledger of it if none is lost, and otherwise refuses it; it also does if
                     operations of other registers are among them, since lines don't say whose
  --beginning        of these only the ones before the first that is lost, which import takes,
                     unless operations of other registers are in the ledger
  --balances CSV     a table of what each customer has: as the ledger kept it, as the operations
                     come to, what is held, and whether the first two differ
  --for-import CSV   the same for the example import, which needs --enrol: customer and units, with
                     what was held
  --program JSON     a program that the ledger had, in case its own copy is lost; may come again.
                     Without any, amounts aren't written: it says how many decimals they have
  --json             what was found and what is lost, as one JSON object
  --quiet            no progress

Exit code 0 if nothing is lost or doubtful, 1 if something is; which operations, and why, is told.
All that is written holds personal data.
";
