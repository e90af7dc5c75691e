#!/usr/bin/env python3
"""Tells what each feature adds to a program: its size, how many crates, and how long they take to build.

For each feature a small program is built from clean, in release, stripped. It goes through the feature's main door
(`features/src/doors.rs`), as the linker would drop what nobody calls, and is run once. What a feature needs comes with
it: `contacts` brings `sqlite`. All is measured against the core alone, that is a register that sells from memory.

Times are those of this machine and of what else it does meanwhile. Processor seconds suffer from that least; the
figure to look at is the ratio to the core's.

With --no-tools the default features are built, linked and run where there is no C++ compiler, cmake, clang or
libclang: they are taken away, not just unnamed. As a check that they are, the feature `camera` has to fail there.
That needs Linux, and root or namespaces for everybody (`unshare --map-root-user`).
"""

import argparse
import os
import re
import resource
import shutil
import subprocess
import sys
import tempfile
import time
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "scripts" / "features"
TARGET = ROOT / "target" / "features"

EMPTY, CORE = "an empty program", "the core alone"

# What is taken away, by the names of programs and by places.
TOOLS = re.compile(r"(.*-)?(c\+\+|g\+\+|clang|clang\+\+|cmake|llvm-config|lld|ctest|cpack)(-?[0-9.]+)?")
LIBRARIES = ["/usr/lib/llvm-*", "/usr/lib/*/libclang*", "/usr/lib/libclang*", "/usr/lib64/libclang*", "/usr/local/lib/libclang*"]
COMPILERS = ["/usr/lib/gcc/*/*/cc1plus", "/usr/libexec/gcc/*/*/cc1plus"]


class Wrong(Exception):
    """Something that is told in one line."""


def main():
    arguments = read_arguments()
    known = tomllib.loads((ROOT / "Cargo.toml").read_text())["features"]
    doors = tomllib.loads((SOURCE / "Cargo.toml").read_text())["features"]
    if missing := [name for name in known if name not in doors]:
        raise Wrong(f"no door for the feature {', '.join(missing)}; see {SOURCE / 'Cargo.toml'}")
    package = stage()
    if arguments.no_tools:
        return without_tools(package, known["default"])
    single = [name for name in known if name not in ("default", "std")]
    rows = [(EMPTY, []), (CORE, ["core"])] + [(f"`{name}`", [name]) for name in single]
    rows.append(("the default features", known["default"]))
    print("| feature | crates | size, KiB | added, KiB | processor time to build, s | over the core's | by the clock, s |")
    print("| --- | ---: | ---: | ---: | ---: | ---: | ---: |")
    core = None
    for name, features in rows:
        if arguments.only and name not in (EMPTY, CORE) and not set(features) & set(arguments.only):
            continue
        row = measured(package, name, features, arguments.jobs)
        core = row if name == CORE else core
        print_row(row, core)


def read_arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--jobs", type=int, default=2, help="how many crates are built at a time (default 2)")
    parser.add_argument("--only", nargs="+", metavar="FEATURE", help="these features, and the core to compare with")
    parser.add_argument("--no-tools", action="store_true", help="build the default features without C++, cmake and libclang")
    return parser.parse_args()


def stage():
    """A copy of the programs, with the library's own versions of all crates, which are fetched beforehand."""
    package = TARGET / "doors"
    shutil.rmtree(package, ignore_errors=True)
    shutil.copytree(SOURCE, package)
    manifest = (package / "Cargo.toml").read_text()
    (package / "Cargo.toml").write_text(manifest.replace('"../.."', f'"{ROOT}"'))
    shutil.copy(ROOT / "Cargo.lock", package / "Cargo.lock")
    run(["cargo", "fetch", "--quiet"], package)
    return package


def measured(package, name, features, jobs):
    print(f"{name} ...", file=sys.stderr, flush=True)
    folder = TARGET / "built"
    shutil.rmtree(folder, ignore_errors=True)
    began, before = time.monotonic(), resource.getrusage(resource.RUSAGE_CHILDREN)
    build(package, folder, features, {"CARGO_BUILD_JOBS": str(jobs)})
    took, after = time.monotonic() - began, resource.getrusage(resource.RUSAGE_CHILDREN)
    processor = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    program = folder / "release" / "doors"
    works(program)
    row = (name, program.stat().st_size, crates(package, features), processor, took)
    shutil.rmtree(folder)
    return row


def build(package, folder, features, environment):
    command = ["cargo", "build", "--release", "--offline", "--quiet", "--target-dir", folder, "--features", ",".join(features)]
    return run(command, package, os.environ | {"CARGO_INCREMENTAL": "0"} | environment)


def works(program):
    with tempfile.TemporaryDirectory() as folder:
        return run([program, folder], folder)


def crates(package, features):
    """How many are built for the program, itself and the library left out."""
    command = ["cargo", "tree", "--offline", "--edges", "normal,build", "--prefix", "none", "--format", "{p}"]
    lines = run([*command, "--features", ",".join(features)], package).splitlines()
    names = {line.removesuffix(" (*)").strip() for line in lines}
    return len([name for name in names if name and not name.startswith(("doors ", "regulars "))])


def run(command, folder, environment=None):
    done = subprocess.run([str(word) for word in command], cwd=folder, env=environment, capture_output=True, text=True)
    if done.returncode != 0:
        said = done.stderr.strip().splitlines() or ["it says nothing"]
        errors = [line for line in said if "error" in line.lower() or "panicked" in line]
        raise Wrong(f"{command[0]} failed: {(errors or said)[0]}\n" + "\n".join(said[-12:]))
    return done.stdout


def print_row(row, core):
    name, size, count, processor, took = row
    added = "" if core in (None, row) else f"{(size - core[1]) / 1024:,.0f}"
    ratio = "" if core is None else f"{processor / core[3]:.1f}"
    print(f"| {name} | {count} | {size / 1024:,.0f} | {added} | {processor:.0f} | {ratio} | {took:.0f} |", flush=True)


def without_tools(package, default):
    with tempfile.TemporaryDirectory() as folder:
        (path := Path(folder, "bin")).mkdir()
        gone = fill(path)
        print(f"not on the path: {', '.join(sorted(gone)) or 'nothing had to be taken away'}")
        hidden = places_to_hide()
        print(f"hidden: {', '.join(map(str, hidden)) or 'nothing had to be'}")
        (empty := Path(folder, "empty")).mkdir()
        script = hide(hidden, empty)
        for name in ("c++", "g++", "clang", "cmake"):
            if alone(script, path, package, ["sh", "-c", f"command -v {name}"]).returncode == 0:
                raise Wrong(f"{name} is still there")
        print("default features: ", end="", flush=True)
        built = alone(script, path, package, cargo(default))
        if built.returncode != 0:
            raise Wrong(f"the default features need more than a C compiler:\n{built.stderr[-3000:]}")
        print(f"built, and the program runs:\n{works(TARGET / 'bare' / 'release' / 'doors')}", end="")
        print("`camera`, as a check: ", end="", flush=True)
        built = alone(script, path, package, cargo(["camera"]))
        if built.returncode == 0 or "libclang" not in built.stderr:
            raise Wrong("camera builds, so libclang isn't hidden" if built.returncode == 0 else built.stderr[-3000:])
        print("fails, as there is no libclang")
    shutil.rmtree(TARGET / "bare")


def fill(path):
    """Links to all programs on the path but those that are taken away."""
    gone = set()
    for place in os.environ["PATH"].split(os.pathsep):
        for program in sorted(Path(place).iterdir()) if Path(place).is_dir() else []:
            if TOOLS.fullmatch(program.name):
                gone.add(program.name)
            elif not (path / program.name).exists() and program.exists():
                (path / program.name).symlink_to(program)
    return gone


def places_to_hide():
    found = {place.resolve() for pattern in LIBRARIES + COMPILERS for place in Path("/").glob(pattern[1:])}
    return sorted(place for place in found if not found & set(place.parents))


def hide(places, empty):
    """A line of shell that lays nothing over each place, for who is behind it alone."""
    lines = [f"mount --bind '{empty if place.is_dir() else '/dev/null'}' '{place}'" for place in places]
    return " && ".join([*lines, 'exec "$@"'])


def alone(script, path, package, command):
    unshare = ["unshare", "--mount"] if os.geteuid() == 0 else ["unshare", "--mount", "--map-root-user"]
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("LIBCLANG", "LLVM", "CLANG", "CXX"))}
    environment |= {"PATH": str(path), "CARGO_INCREMENTAL": "0"}
    command = [*unshare, "sh", "-c", script, "sh", *command]
    return subprocess.run(command, cwd=package, env=environment, capture_output=True, text=True)


def cargo(features):
    folder = str(TARGET / "bare")
    return ["cargo", "build", "--release", "--offline", "--quiet", "--target-dir", folder, "--features", ",".join(features)]


if __name__ == "__main__":
    try:
        main()
    except Wrong as wrong:
        sys.exit(f"features: {wrong}")
