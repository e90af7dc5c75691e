#!/usr/bin/env python3
"""Tells what each feature adds to a program: its size, and the crates that it pulls in, with the time they take.

A small program goes through the main door of a feature (`features/src/doors.rs`), as the linker drops what nobody
calls; it is linked with the library, stripped, and run. Its size is compared with that of the core alone, a register
that sells from memory. What a feature needs comes with it: `pdf` draws a card first.

Each crate is built once, in release, with all features, and the processor's time for it is noted: that of the
compiler, and of the C compiler for C. What the crates of a feature take that the core doesn't need is added up, and
compared with a build of the core alone, from clean. Times are those of this machine and of what else it does
meanwhile; the figure to look at is the ratio.

With --no-tools the default features are built, linked and run where there is no C++ compiler, cmake, clang or
libclang: they are taken away, not just unnamed. As a check that they are, the feature `camera` has to fail there.
That needs Linux, and root or namespaces for everybody (`unshare --map-root-user`).
"""

import argparse
import collections
import os
import re
import resource
import shutil
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "scripts" / "features"
TARGET = ROOT / "target" / "features"

# What is taken away, by the names of programs and by places.
TOOLS = re.compile(r"(.*-)?(c\+\+|g\+\+|clang|clang\+\+|cmake|llvm-config|lld|ctest|cpack)(-?[0-9.]+)?")
LIBRARIES = ["/usr/lib/llvm-*", "/usr/lib/*/libclang*", "/usr/lib/libclang*", "/usr/lib64/libclang*", "/usr/local/lib/libclang*"]
COMPILERS = ["/usr/lib/gcc/*/*/cc1plus", "/usr/libexec/gcc/*/*/cc1plus"]

# Runs a compiler, and notes for which crate, and how long the processor worked.
TIMED = """#!/bin/sh
{program} "$@"
code=$?
times >{log}.$$
sed -n "2s/^/$CARGO_PKG_NAME /p" {log}.$$ >>{log}
rm {log}.$$
exit $code
"""


class Wrong(Exception):
    """Something that is told in one line."""


def main():
    arguments = read_arguments()
    known = tomllib.loads((ROOT / "Cargo.toml").read_text())["features"]
    doors = tomllib.loads((SOURCE / "Cargo.toml").read_text())["features"]
    if missing := [name for name in known if name not in doors and name != "std"]:
        raise Wrong(f"no door for the feature {', '.join(missing)}; see {SOURCE / 'Cargo.toml'}")
    package = stage()
    if arguments.no_tools:
        return without_tools(package)
    jobs = str(arguments.jobs)
    say("the core alone, from clean ...")
    core_time = processor(lambda: build(package, TARGET / "core", ["core"], {"CARGO_BUILD_JOBS": jobs}))
    alone = size(TARGET / "core")
    shutil.rmtree(TARGET / "core")
    say("all crates, once ...")
    folder = TARGET / "built"
    shutil.rmtree(folder, ignore_errors=True)
    single = [name for name in known if name not in ("default", "std")]
    build(package, folder, ["all", *single], {"CARGO_BUILD_JOBS": jobs} | timed(log := TARGET / "times"))
    times = read_times(log)
    empty, core = linked(package, folder, []), linked(package, folder, ["core"])
    core_crates = crates([])
    print("| feature | size, KiB | more crates | processor time for them, s | over a build of the core |")
    print("| --- | ---: | ---: | ---: | ---: |")
    print(f"| an empty program | {empty / 1024:,.0f} | | | |")
    print(f"| the core alone | {core / 1024:,.0f} | {len(core_crates)} | {core_time:.0f}, the library with them | 1 |")
    for names in [*([name] for name in single), known["default"], single]:
        pulled = crates(names) - core_crates
        added = sum(times[crate] for crate in pulled)
        title = {1: f"`{names[0]}`", len(single): "all"}.get(len(names), "the default ones")
        program = (linked(package, folder, [name for name in names if name != "std"]) - core) / 1024
        print(f"| {title} | +{program:,.0f} | {len(pulled)} | {added:.0f} | +{added / core_time:.1f} |", flush=True)
    say(f"the core alone had {alone / 1024:,.0f} KiB when it was built without any feature; the library with all"
        f" features takes {times['regulars']:.0f} s")
    shutil.rmtree(folder)


def read_arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--jobs", type=int, default=2, help="how many crates are built at a time (default 2)")
    parser.add_argument("--no-tools", action="store_true", help="build the default features without C++, cmake and libclang")
    return parser.parse_args()


def say(what):
    print(what, file=sys.stderr, flush=True)


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


def processor(work):
    """How many seconds the processor works on it."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    work()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def timed(log):
    """Compilers that note their times."""
    log.unlink(missing_ok=True)
    wrappers = {"RUSTC_WRAPPER": ("rustc", '"$1"; shift'), "CC": ("cc", "cc")}
    environment = {}
    for variable, (name, program) in wrappers.items():
        wrapper = TARGET / f"timed-{name}"
        line = 'program=$1; shift; "$program"' if name == "rustc" else program
        wrapper.write_text(TIMED.format(program=line, log=log))
        wrapper.chmod(0o755)
        environment[variable] = str(wrapper)
    return environment


def read_times(log):
    """Seconds by crate. A line is the crate's name and what `times` tells of children: 0m1.230s 0m0.120s."""
    times = collections.Counter()
    for line in log.read_text().splitlines():
        if found := re.fullmatch(r"(\S+) (\d+)m([\d.]+)s (\d+)m([\d.]+)s", line):
            minutes, seconds, more_minutes, more_seconds = map(float, found.groups()[1:])
            times[found[1]] += 60 * (minutes + more_minutes) + seconds + more_seconds
    return times


def build(package, folder, features, environment):
    command = ["cargo", "build", "--release", "--offline", "--quiet", "--target-dir", folder, "--features", ",".join(features)]
    return run(command, package, os.environ | {"CARGO_INCREMENTAL": "0"} | environment)


def linked(package, folder, doors):
    """The size of the program with these doors, which is run."""
    # The library is the same each time, so the same compilers have to be named.
    wrappers = {"RUSTC_WRAPPER": str(TARGET / "timed-rustc"), "CC": str(TARGET / "timed-cc")}
    build(package, folder, ["all", *doors], wrappers)
    return size(folder)


def size(folder):
    program = folder / "release" / "doors"
    works(program)
    run(["strip", program], folder)
    return program.stat().st_size


def works(program):
    with tempfile.TemporaryDirectory() as folder:
        return run([program, folder], folder)


def crates(features):
    """The names of all that is built for the library with these features, itself left out."""
    command = ["cargo", "tree", "--offline", "--edges", "normal,build", "--prefix", "none", "--format", "{p}"]
    lines = run([*command, "--no-default-features", "--features", ",".join(features)], ROOT).splitlines()
    return {line.split()[0] for line in lines if line.strip()} - {"regulars"}


def run(command, folder, environment=None):
    done = subprocess.run([str(word) for word in command], cwd=folder, env=environment, capture_output=True, text=True)
    if done.returncode != 0:
        said = done.stderr.strip().splitlines() or ["it says nothing"]
        errors = [line for line in said if "error" in line.lower() or "panicked" in line]
        raise Wrong(f"{command[0]} failed: {(errors or said)[0]}\n" + "\n".join(said[-12:]))
    return done.stdout


def without_tools(package):
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
        print("`camera`, as a check: ", end="", flush=True)
        built = alone(script, path, ROOT, cargo("check", ["--no-default-features", "--features", "camera"]))
        if built.returncode == 0 or "libclang" not in built.stderr:
            raise Wrong("camera builds, so libclang isn't hidden" if built.returncode == 0 else built.stderr[-3000:])
        print("fails, as there is no libclang")
        print("the default features: ", end="", flush=True)
        built = alone(script, path, package, cargo("build", ["--features", "only-default,json,sqlite,contacts,time-zones,receipt,csv"]))
        if built.returncode != 0:
            raise Wrong(f"the default features need more than a C compiler:\n{built.stderr[-3000:]}")
        print(f"built, and the program runs:\n{works(TARGET / 'bare' / 'debug' / 'doors')}", end="")
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


def alone(script, path, folder, command):
    unshare = ["unshare", "--mount"] if os.geteuid() == 0 else ["unshare", "--mount", "--map-root-user"]
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("LIBCLANG", "LLVM", "CLANG", "CXX"))}
    environment |= {"PATH": str(path), "CARGO_INCREMENTAL": "0"}
    command = [*unshare, "sh", "-c", script, "sh", *command]
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True)


def cargo(verb, options):
    return ["cargo", verb, "--offline", "--quiet", "--target-dir", str(TARGET / "bare"), *options]


if __name__ == "__main__":
    try:
        main()
    except Wrong as wrong:
        sys.exit(f"features: {wrong}")
