#!/usr/bin/env python3
"""Makes what the fuzzers begin with, fuzz/corpus and fuzz/json.dict, from the fixtures.

Of documents, programs and scenarios it takes those that have a field, or a
choice, that none before them had; so it stays small. The same fixtures give
the same bytes. What registers send to each other is written by the example
`ledger`, which is built with cargo.
"""

import argparse
import json
import pathlib
import shutil
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
FIXTURES = ROOT / "fixtures"
CORPUS = ROOT / "fuzz" / "corpus"
# A word of a few letters may be a choice that the fuzzers have to know.
LONGEST_CHOICE = 24
MOST_EVENTS = 14

CONTACTS = {
    "gb": "GB\n020 7946 0000\nAda@Example.com\nAda Lovelace\n+44 (0)20 7946-0000\n\nByron Lovelace\n",
    "de": "DE\n030 901820\nj\u00fcrgen@example.org\nJ\u00fcrgen Gro\u00df-M\u00fcller\n0049 30 901820;ext=7\n",
    "us": "US\n1-800-FLOWERS\n\"a b\"@example.com\nNguy\u1ec5n V\u0103n \u00c1\ntel:+1-212-555-0100\n",
    "none": "\n+39 06 698 12345\nAda <ada@example.com>\n\ufb01tz \u00d8rsted\n0\n@\n-\n",
}
BALANCES = {
    "plain": "code,units,expires\n2000017,12.50,2026-12-31\n2000024,3,\n",
    "customer": "customer,units\nC1,0.01\nada,99999999\nC9,1\n",
    "quoted": 'units,code\r\n"1.00","card 4"\r\n1.00,"card 4"\r\n',
    "wrong": "code,units,expires\n2000017,-1,2026-02-30\n2000017,1.005,\n,1,never\n",
}


class Seen:
    """What the fields and choices of all texts so far were."""

    def __init__(self):
        self.paths = set()

    def adds(self, value):
        """Whether there is one that wasn't; it is seen from now on."""
        new = set(paths(value, "")) - self.paths
        self.paths |= new
        return bool(new)


def paths(value, path):
    if isinstance(value, dict):
        yield path + "{}"
        for key, inner in value.items():
            # Keys in capitals and the like are ids, which tell nothing new.
            name = key if key.islower() or "_" in key else "*"
            yield from paths(inner, f"{path}.{name}")
    elif isinstance(value, list):
        for inner in value:
            yield from paths(inner, path + "[]")
    elif isinstance(value, str) and is_word(value) and not is_id(path):
        yield f"{path}={value}"
    else:
        yield path


def is_id(path):
    return path.rsplit(".", 1)[-1].rstrip("[]") in {"id", "sale", "of", "customer", "product", "reason", "line"}


def compact(value):
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


def scenarios():
    for file in sorted((FIXTURES / "scenarios").glob("*.json")):
        yield from json.loads(file.read_text(encoding="utf-8"))


def document_of(event):
    return {key: value for key, value in event.items() if key != "expect"}


def documents():
    """Programs and documents, one a file."""
    seen = Seen()
    for file in sorted((FIXTURES / "programs").glob("*.json")):
        program = json.loads(file.read_text(encoding="utf-8"))
        if seen.adds(program):
            yield f"program-{file.stem}", compact(program)
    seen_documents = Seen()
    for scenario in scenarios():
        program = scenario.get("program")
        if isinstance(program, dict) and seen.adds(program):
            yield f"program-{scenario['id']}", compact(program)
        for place, event in enumerate(scenario["events"]):
            document = document_of(event)
            if seen_documents.adds(document):
                yield f"{document.get('type')}-{scenario['id']}-{place}", compact(document)


def sequences():
    """A program, its customers and what happened to them, a line each."""
    seen = Seen()
    for scenario in scenarios():
        events = [document_of(event) for event in scenario["events"]]
        program = scenario.get("program")
        short = len(events) <= MOST_EVENTS and isinstance(program, dict)
        if not short or not seen.adds([program, events]):
            continue
        lines = [program]
        for customer in scenario.get("customers", []):
            first = {"at": "2026-01-01T00:00:00Z", "customer": customer["id"]}
            known = {key: customer[key] for key in ("code", "groups", "birthday") if key in customer}
            lines.append({"type": "enrol", **first, **known})
            if "balance" in customer:
                lines.append({"type": "import", **first, "units": customer["balance"]})
        yield scenario["id"], "".join(compact(line) + "\n" for line in lines + events)


def words():
    """Every key and every choice, for a dictionary."""
    found = set()

    def collect(value):
        if isinstance(value, dict):
            found.update(key for key in value if is_word(key))
            list(map(collect, value.values()))
        elif isinstance(value, list):
            list(map(collect, value))
        elif isinstance(value, str) and is_word(value):
            found.add(value)

    for _, text in documents():
        collect(json.loads(text))
    return sorted(found)


def is_word(text):
    return text.replace("_", "").isalpha() and text.islower() and len(text) <= LONGEST_CHOICE


def rows():
    """A change in each table of each ledger."""
    for ledger in range(6):
        for table in range(18):
            yield f"{ledger}-{table}", bytes([ledger, table, 1, table + 2, 3, 1, 1, 7])
    # The row of an account under another key, and a wrong number of own operations before another's.
    yield "account", bytes([0, 2, 9, 4, 3, 1, 1, 7])
    yield "own", bytes([5, 12, 1, 6, 3, 1, 1, 7])


def parcels():
    """What a register sends of ledgers of the newest format: in order, backwards, and each line twice."""
    with tempfile.TemporaryDirectory() as folder:
        for name in ("format-5", "format-5-shared"):
            copy = str(shutil.copy(FIXTURES / "stores" / f"{name}.ledger", folder))
            if name == "format-5":
                ledger("share", copy, "till-1")
            lines = ledger("outbox", copy, "--all").splitlines(keepends=True)
            yield name, "".join(lines)
            yield f"{name}-backwards", "".join(reversed(lines))
            yield f"{name}-twice", "".join(line for line in lines[-6:] for _ in range(2))


def ledger(*arguments):
    """What the example `ledger` tells."""
    command = ["cargo", "run", "--quiet", "--example", "ledger", "--", arguments[0], "--quiet", *arguments[1:]]
    return subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE, encoding="utf-8").stdout


def write(target, seeds):
    folder = CORPUS / target
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    size = count = 0
    for name, seed in seeds:
        data = seed if isinstance(seed, bytes) else seed.encode("utf-8")
        (folder / name).write_bytes(data)
        size, count = size + len(data), count + 1
    print(f"{target}: {count} files, {size} bytes", file=sys.stderr)
    return size


def main():
    argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter).parse_args()
    tables = [(f"import-{file.stem}", file.read_bytes()) for file in sorted((FIXTURES / "import").glob("*.csv"))]
    stores = [(file.stem, file.read_bytes()) for file in sorted((FIXTURES / "stores").glob("*.ledger"))]
    sizes = [
        write("document", documents()),
        write("submit", sequences()),
        write("store", stores),
        write("rows", rows()),
        write("balances", [*tables, *BALANCES.items()]),
        write("contact", CONTACTS.items()),
        write("parcels", parcels()),
    ]
    print(f"{sum(sizes)} bytes in all", file=sys.stderr)
    dictionary = "".join(f'"\\"{word}\\""\n' for word in words())
    (CORPUS.parent / "json.dict").write_text(dictionary, encoding="utf-8")


if __name__ == "__main__":
    main()
