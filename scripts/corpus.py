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
# A scale's pattern, that of cards, a prefix, a symbology, and the code.
SCALE, CARDS = "21IIIIIWW.WWWC", "29NNNNNNNNNNC"
CODES = {
    "article": f"{SCALE}\n{CARDS}\nGUT-\n]E0\n4006381333931",
    "weighed": f"{SCALE}\n{CARDS}\n\nean_13\n2100042012509",
    "price": "28IIIIVPP.PPC\n2NNNNNNNNNNNC\n\n\n]E02812341023458",
    "upc": "2IIIIIPP.PPPC\n\n\nupc_e\n04252614",
    "card": f"{SCALE}\n{CARDS}\n\n]E0\n2900000000179",
    "ean-8": "\n\n\n]E4\n96385074",
    "add-on": "\n\n\n]E3\n977123456700312",
    "itf-14": "\n\n\nitf\n14006381333938",
    "gs1": "\n\n\n]C1\n010400638133393110AB-1\x1d17280200310300125039211234",
    "gs1-qr": "\n\n\n\n]Q3\x1d0104006381333931\x1d37012\x1d8008261126123059",
    "coupon": "\n\nGUT-\ncode_128\nGUT-17",
    "coupon-gs1": "\n\n\nean_13\n9921234567894",
    "url": "\n\nhttps://shop.example/r#\nqr\nHTTPS://SHOP.EXAMPLE/R#R4D1",
    "text": "\n\n\n]A0\n K 17 \u00df",
}
# How the scanner is set; then a pause in milliseconds and a key, again and again.
KEYS = {
    "scan": (0, 8, "4006381333931\r"),
    "aim": (0, 8, "]E04006381333931\r2000017\t"),
    "german": (1, 9, "+E0abcyz\r\x9d"),
    "typed": (0, 120, "20017\x08\x0817\r"),
    "busy": (0, 60, "4006381333931\r"),
    "too-long": (0x48, 7, "0123456789" * 6 + "#%"),
    "suffix": (0x0c, 7, "4006381333931#%96385074#%"),
    "prefix": (0x20, 7, "74006381333931\r17\r"),
    "serial": (0x10, 1, "]C1010400638133393110AB\x1d37012\r\n"),
    "alt": (0, 7, "0104\xd8\xda\xe110AB\xc7\x1b\xe2\xe3\xe4\xe5\r"),
    "control": (2, 7, "0104\x9d10\x8d\x89\xc8\r"),
}
# What it stands for, a last day, a name, changes, and a token.
TOKENS = {
    "receipt": "R\n2027-11-26\n2026-000017\n\x03A\n",
    "punch-card": "P\n\nPC-000017\n\x00r\x01O\n",
    "enrolment": "E\n2179-06-05\nDoor \u00df\n\n",
    "late": "R\n2179-06-06\ns\n\n",
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


def keys():
    for name, (settings, pause, typed) in KEYS.items():
        pairs = b"".join(bytes([pause]) + key.encode("latin-1") for key in typed)
        yield name, bytes([settings]) + pairs
        # Once more after a silence.
        yield f"{name}-again", bytes([settings]) + pairs + b"\xff" + pairs[1:]


def pictures():
    """EAN-13 and Code 39 as widths of bars, QR codes as squares, and a row of grey."""
    left = ["3211", "2221", "2122", "1411", "1132", "1231", "1114", "1312", "1213", "3112"]
    even = "LLLLLL LLGLGG LLGGLG LLGGGL LGLLGG LGGLLG LGGGLL LGLGLG LGLGGL LGGLGL".split()
    number = "4006381333931"
    halves = [
        left[int(digit)] if side == "L" else left[int(digit)][::-1]
        for digit, side in zip(number[1:7], even[int(number[0])])
    ]
    ean = "111" + "".join(halves) + "11111" + "".join(left[int(digit)] for digit in number[7:]) + "111"
    ean = bytes(map(int, ean))
    star, seven, two = "131131311", "111311313", "113311113"
    code_39 = bytes(map(int, "1".join([star, seven, two, seven, two, star])))
    colours = [b"\x10", b"\xf0"]
    row = b"\xf0" * 20 + b"".join(colours[place % 2] * width for place, width in enumerate(ean)) + b"\xf0" * 21
    qr = {
        "qr": (
            21,
            "fe23fc17106e8cbb7445dbaaaec11507faafe00700aa5090681299d2287a843a76ab006aabf95cd04fb8bab72dd1"
            "11aeb22304847fecaa80",
        ),
        "qr-url": (
            25,
            "fecbbfc119906eb0ebb74665dba1faec159107faaafe00f000a34712d2960e77aa3ab52ea799a2c8728d4d275b39"
            "540ab7d2cb26f98063c7ffbc2af044b1fba7dfb5d24d22eaba5f04b7edfea68180",
        ),
    }
    yield "ean-13", bytes([1, 1, 12, 0]) + ean
    yield "ean-13-all", bytes([1, 2, 30, 3]) + ean
    yield "ean-13-backwards", bytes([1, 1, 12, 0xFC]) + ean[::-1]
    yield "code-39", bytes([1, 1, 12, 1]) + code_39
    yield "grey", bytes([0, len(row) - 1, 20, 0]) + row
    yield "noise", bytes([0, 30, 30, 2]) + bytes(place * place * 7 % 251 for place in range(300))
    for name, (across, bits) in qr.items():
        yield name, bytes([2, across - 1, 2, 0]) + bytes.fromhex(bits)


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
        write("codes", CODES.items()),
        write("keys", keys()),
        write("tokens", TOKENS.items()),
        write("pictures", pictures()),
    ]
    print(f"{sum(sizes)} bytes in all", file=sys.stderr)
    dictionary = "".join(f'"\\"{word}\\""\n' for word in words())
    (CORPUS.parent / "json.dict").write_text(dictionary, encoding="utf-8")


if __name__ == "__main__":
    main()
