#!/usr/bin/env python3
"""Reads the pictures of a folder with zxing-cpp and zbar, to compare the scanner with.

FOLDER/manifest.jsonl has a line of JSON for each picture: `kind` (qr, linear, none), `file`, `text`. Pictures with
a QR code are read for QR codes, those with a linear code for EAN-13, EAN-8, UPC-A, UPC-E, Code 128, Code 39 and ITF,
those with none for all of these. A picture is right where one of its readings says what the manifest says; wrong
where something is read, and none says that; whatever is read where nothing is, is a phantom, and counts as wrong. EAN and UPC are compared as numbers of 14 digits. Time is the processor's, of one thread, for a grey picture in
memory; each picture is read twice, and the second time counts. It is what `scan --bench` measures, with the same grey
(ITU-R BT.601 over white).

Needs Pillow and numpy; of zxing-cpp (Apache-2.0) and pyzbar with libzbar (LGPL) it takes what is there.
"""

import argparse
import json
import pathlib
import sys
import time

TRAILING = " \t\n\r\x0b\x0c"


def gtin(text, kind):
    """Fourteen digits; of UPC-E those of the UPC-A that it stands for."""
    if kind == "UPC-E" and len(text) == 8:
        system, a, b, c, d, e, f, check = text
        if f in "012":
            middle = a + b + f + "0000" + c + d + e
        elif f == "3":
            middle = a + b + c + "00000" + d + e
        elif f == "4":
            middle = a + b + c + d + "00000" + e
        else:
            middle = a + b + c + d + e + "0000" + f
        text = system + middle + check
    return text.zfill(14)


def zxing_reader():
    import zxingcpp as z

    linear = [
        z.BarcodeFormat.EAN13, z.BarcodeFormat.EAN8, z.BarcodeFormat.UPCA, z.BarcodeFormat.UPCE,
        z.BarcodeFormat.Code128, z.BarcodeFormat.Code39, z.BarcodeFormat.ITF,
    ]
    formats = {"qr": [z.BarcodeFormat.QRCode], "linear": linear, "none": linear + [z.BarcodeFormat.QRCode]}
    names = {
        z.BarcodeFormat.EAN13: "EAN", z.BarcodeFormat.EAN8: "EAN", z.BarcodeFormat.UPCA: "EAN",
        z.BarcodeFormat.UPCE: "UPC-E",
    }

    def union(some):
        try:
            return z.BarcodeFormats(some)
        except TypeError:
            whole = some[0]
            for one in some[1:]:
                whole = whole | one
            return whole

    formats = {kind: union(some) for kind, some in formats.items()}

    def read(grey, kind):
        found = z.read_barcodes(grey, formats=formats[kind])
        return [(one.text, bytes(one.bytes), names.get(one.format, "other")) for one in found]

    return f"zxing-cpp {getattr(z, '__version__', '')}".strip(), read


def zbar_reader():
    from pyzbar import pyzbar

    Z = pyzbar.ZBarSymbol
    linear = [Z.EAN13, Z.EAN8, Z.UPCA, Z.UPCE, Z.CODE128, Z.CODE39, Z.I25]
    formats = {"qr": [Z.QRCODE], "linear": linear, "none": linear + [Z.QRCODE]}
    names = {"EAN13": "EAN", "EAN8": "EAN", "UPCA": "EAN", "UPCE": "UPC-E"}

    def read(grey, kind):
        height, width = grey.shape
        found = pyzbar.decode((grey.tobytes(), width, height), symbols=formats[kind])
        return [(one.data.decode("utf-8", "replace"), one.data, names.get(one.type, "other")) for one in found]

    return "zbar", read


def is_same(reading, text):
    read, raw, kind = reading
    if kind != "other":
        return gtin(read, kind) == gtin(text, kind)
    return read.rstrip(TRAILING) == text.rstrip(TRAILING) or raw.rstrip() == text.encode().rstrip()


def load(file, turn):
    import numpy
    from PIL import Image

    picture = Image.open(file).convert("RGBA")
    white = Image.new("RGBA", picture.size, (255, 255, 255, 255))
    grey = numpy.asarray(Image.alpha_composite(white, picture).convert("RGB").convert("L"))
    return numpy.ascontiguousarray(numpy.rot90(grey, -(turn // 90)))


def measure(read, entries, folder, turn, progress):
    tallies = {kind: {"pictures": 0, "right": 0, "wrong": 0, "times": []} for kind in ("qr", "linear", "none")}
    for place, entry in enumerate(entries):
        if progress:
            print(f"\r{place + 1} of {len(entries)}", end="", file=sys.stderr)
        kind, tally = entry["kind"], tallies[entry["kind"]]
        grey = load(folder / entry["file"], turn)
        read(grey, kind)
        start = time.thread_time()
        found = read(grey, kind)
        tally["times"].append((time.thread_time() - start) * 1e3)
        tally["pictures"] += 1
        is_right = not found if kind == "none" else any(is_same(one, entry["text"]) for one in found)
        if is_right:
            tally["right"] += 1
        elif found:
            tally["wrong"] += 1
    if progress:
        print(file=sys.stderr)
    return tallies


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--turn", type=int, default=0, choices=(0, 90, 180, 270), help="turn all pictures")
    parser.add_argument("--json", action="store_true", help="a line of JSON for each reader and kind")
    args = parser.parse_args()
    lines = (args.folder / "manifest.jsonl").read_text(encoding="utf-8").splitlines()
    entries = [json.loads(line) for line in lines if line.strip()]
    for make in (zxing_reader, zbar_reader):
        try:
            name, read = make()
        except ImportError as error:
            print(f"{make.__name__}: not here ({error})", file=sys.stderr)
            continue
        tallies = measure(read, entries, args.folder, args.turn, sys.stderr.isatty())
        if not args.json:
            print(f"{name}\n{'kind':8} {'pictures':>8} {'right':>6} {'wrong':>6} {'mean ms':>9} {'p95 ms':>9}")
        for kind, tally in tallies.items():
            times = sorted(tally.pop("times"))
            mean = sum(times) / max(len(times), 1)
            p95 = times[len(times) * 95 // 100] if times else 0.0
            if args.json:
                numbers = {"mean_ms": round(mean, 3), "p95_ms": round(p95, 3)}
                print(json.dumps({"reader": name, "kind": kind, **tally, **numbers}))
            else:
                counts = f"{tally['pictures']:8} {tally['right']:6} {tally['wrong']:6}"
                print(f"{kind:8} {counts} {mean:9.3f} {p95:9.3f}")


if __name__ == "__main__":
    try:
        main()
    except (OSError, ValueError, KeyError) as error:
        sys.exit(f"scan_peers: {error}")
