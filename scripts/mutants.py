#!/usr/bin/env python3
"""Changes the rules and the ledger a little, one change at a time, and sees whether a test notices.

The changes are those of `cargo mutants` (27.1 or later, to be installed beforehand); which of them are
tried is a matter of the seed. All of them are compiled at once, into a copy of the project: each function
has its body once as it is, and once for each change, and the environment says which one runs. A change
that doesn't compile is dropped, and one that can't stand beside the others is compiled by itself.

The scenarios come first, on the store in memory; a change that they don't notice is shown to the other
tests of the core. A line for each change goes to `target/mutants/results.jsonl`, the counts and the
survivors to stdout.
"""

import argparse
import json
import os
import random
import re
import resource
import shutil
import subprocess
import sys
import time
from collections import defaultdict
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
HOME = ROOT / "target" / "mutants"
TREE = HOME / "tree"
TARGET = Path(os.environ.get("CARGO_TARGET_DIR", HOME / "target"))
RESULTS = HOME / "results.jsonl"

# The adapters, the JSON forms, and what meets C (which is the SQLite store's alone, and the C API's).
NOT_CORE = ["src/adapter/**", "src/document/**", "src/docs/**", "src/ffi/**"]
OPTIONS = ["--no-default-features", "--features", "std,json,time-zones,sqlite,tokens"]

# The tests of the core, and what of them is run, mostly without a ledger in a file. Those that notice most for the
# time they take come first.
SLOW = ["memory::long_sales", "memory::any_"]
QUICK = ["lib", "values", "refusals", "conflicts", "programs", "verify", "register", "aloud", "tokens", "spendable"]
TESTS = [("scenarios", ["scenarios_come_as_expected_in_memory"])]
TESTS += [(name, ["--skip", "sqlite"]) for name in QUICK]
TESTS += [("conformance", ["memory::", *(word for slow in SLOW for word in ("--skip", slow))])]
TESTS += [("simulation", ["what_was_decided"])]
TESTS += [("laws", []), ("conformance", SLOW), ("simulation", ["in_memory", "what_a_register_alone"])]
# What the others don't notice is shown to tests that pass the rules and the union on the way to something else.
TESTS += [(name, []) for name in ["unions", "documents", "documents_random", "documents_written", "json_lines"]]

MEMORY = 4 << 30
# What a change may cost: as long as the tests take without it, times this, and never less than that.
TIMES, AT_LEAST = 8, 30

SWITCH = """
pub(crate) fn is_changed(number: u32) -> bool {
    use std::sync::atomic::{AtomicU32, Ordering};
    static CHANGE: AtomicU32 = AtomicU32::new(u32::MAX);
    let mut change = CHANGE.load(Ordering::Relaxed);
    if change == u32::MAX {
        change = std::env::var("MUTANT").ok().and_then(|number| number.parse().ok()).unwrap_or(0);
        CHANGE.store(change, Ordering::Relaxed);
    }
    change == number
}
"""


class Wrong(Exception):
    """What can't be gone on with, in one line."""


def main():
    arguments = read_arguments()
    mutants = listed()
    chosen = random.Random(arguments.seed).sample(mutants, min(arguments.count, len(mutants)))
    for number, mutant in enumerate(chosen, 1):
        mutant["number"] = number
    if arguments.list:
        print("\n".join(mutant["name"] for mutant in chosen))
        return
    known = {line["name"]: line for line in before(arguments) if line["came"] != "missed"}
    left = [mutant for mutant in chosen if mutant["name"] not in known]
    bench = Bench(arguments.law_cases)
    tried = bench.all(left)
    HOME.mkdir(parents=True, exist_ok=True)
    RESULTS.unlink(missing_ok=True)
    results = [known[mutant["name"]] for mutant in chosen if mutant["name"] in known]
    keep(results)
    for line in tried:
        keep([line])
        results.append(line)
        print("{came:8} {by:12} {name}".format(**line), file=sys.stderr, flush=True)
    report(len(mutants), results)


def read_arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seed", type=int, default=1, help="which changes are tried (default 1)")
    parser.add_argument("--count", type=int, default=330, help="how many of them (default 330)")
    parser.add_argument("--law-cases", type=int, default=256, help="how hard each law is tried (default 256)")
    parser.add_argument("--again", metavar="FILE", help="leave out what this file says was noticed")
    parser.add_argument("--list", action="store_true", help="names the changes, and makes none")
    return parser.parse_args()


def listed():
    command = ["cargo", "mutants", "--list", "--json", "--diff", "--file", "src/**"]
    for path in NOT_CORE:
        command += ["--exclude", path]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    if done.returncode:
        raise Wrong(f"cargo mutants: {done.stderr.strip().splitlines()[-1]}")
    return sorted(json.loads(done.stdout), key=lambda mutant: mutant["name"])


def before(arguments):
    lines = Path(arguments.again).read_text().splitlines() if arguments.again else []
    return [json.loads(line) for line in lines]


def keep(lines):
    with RESULTS.open("a") as file:
        file.writelines(json.dumps(line) + "\n" for line in lines)


def say(what):
    print(what, file=sys.stderr, flush=True)


class Bench:
    def __init__(self, law_cases):
        self.limits = {}
        # The same random cases each time, and none made smaller when it fails.
        self.environment = dict(
            os.environ,
            CARGO_TARGET_DIR=str(TARGET),
            CARGO_PROFILE_DEV_DEBUG="0",
            PROPTEST_RNG_SEED="1",
            PROPTEST_MAX_SHRINK_ITERS="0",
            REGULARS_LAW_CASES=str(law_cases),
        )

    def all(self, mutants):
        beside, alone = together(mutants)
        unviable, crowded = self.compile_together(beside)
        for mutant in unviable:
            yield result(mutant, "unviable")
        programs = self.build()
        if programs is None:
            raise Wrong("the project doesn't compile")
        self.calibrate(programs)
        dropped = {mutant["number"] for mutant in unviable + crowded}
        for mutant in beside:
            if mutant["number"] not in dropped:
                yield self.tried(mutant, programs)
        for mutant in alone + crowded:
            copy_tree({mutant["file"]: changed(source(mutant["file"]), mutant["diff"])})
            programs = self.build()
            yield self.tried(mutant, programs) if programs else result(mutant, "unviable")

    def compile_together(self, mutants):
        """Leaves out what doesn't compile, until the rest does. An error in the body of a change is the
        change's; one in a body that is as it was comes from its standing beside others."""
        unviable, crowded, left = [], [], list(mutants)
        while True:
            files, places = with_bodies(left)
            copy_tree(files)
            wrong = self.errors()
            say(f"{len(left)} changes beside each other, {len(wrong)} errors")
            if not wrong:
                return unviable, crowded
            bad, tight = set(), set()
            for file, line in wrong:
                here = [entry for entry in places[file] if entry[0] <= line <= entry[1]]
                if not here:
                    raise Wrong(f"{file}:{line} doesn't compile")
                for _, _, numbers, is_change in here:
                    (bad if is_change else tight).update(numbers)
            unviable += [mutant for mutant in left if mutant["number"] in bad]
            crowded += [mutant for mutant in left if mutant["number"] in tight - bad]
            left = [mutant for mutant in left if mutant["number"] not in bad | tight]

    def errors(self):
        command = ["cargo", "check", "--lib", "--message-format", "json", *OPTIONS]
        done = subprocess.run(command, cwd=TREE, env=self.environment, capture_output=True, text=True)
        messages = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
        messages = [message["message"] for message in messages if message["reason"] == "compiler-message"]
        spans = [span for message in messages if message["level"] == "error" for span in message["spans"]]
        places = {(span["file_name"], span["line_start"]) for span in spans if span["is_primary"]}
        if done.returncode and not places:
            raise Wrong(f"cargo check: {done.stderr.strip().splitlines()[-1]}")
        return places

    def build(self):
        """The compiled tests by name, or none where they don't compile."""
        command = ["cargo", "test", "--no-run", *OPTIONS]
        for name in dict(TESTS):
            command += ["--lib"] if name == "lib" else ["--test", name]
        done = subprocess.run(command, cwd=TREE, env=self.environment, capture_output=True, text=True)
        if done.returncode:
            return None
        found = re.findall(r"Executable (?:unittests )?(\S+)\.rs \((.+)\)", done.stderr)
        sources = [(Path(source), TREE / program) for source, program in found]
        return {(path.parent if path.name == "main" else path).name: program for path, program in sources}

    def calibrate(self, programs):
        """Without a change all tests pass; how long they take is what a change is measured by."""
        for name, options in TESTS:
            began = time.monotonic()
            if self.run(programs[name], options, 0, None) != "passed":
                raise Wrong(f"{name} fails without any change")
            self.limits[name, *options] = max(AT_LEAST, TIMES * (time.monotonic() - began))

    def tried(self, mutant, programs):
        seeds = {path: path.read_bytes() for path in (TREE / "tests").rglob("*.seeds")}
        for name, options in TESTS:
            limit = self.limits[name, *options]
            came = self.run(programs[name], options, mutant["number"], limit)
            restore(seeds)
            if came != "passed":
                return result(mutant, came, name)
        return result(mutant, "missed")

    def run(self, program, options, number, limit):
        def bounded():
            resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))

        try:
            done = subprocess.run(
                [program, "--test-threads", "1", *options],
                cwd=TREE, env={**self.environment, "MUTANT": str(number)}, timeout=limit, preexec_fn=bounded,
                stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            )
        except subprocess.TimeoutExpired:
            return "timeout"
        return "caught" if done.returncode else "passed"


def restore(seeds):
    """A law that fails keeps its case, and would try it on the next change."""
    for path in (TREE / "tests").rglob("*.seeds"):
        if path not in seeds:
            path.unlink()
    for path, content in seeds.items():
        path.write_bytes(content)


def result(mutant, came, by=""):
    return {"came": came, "by": by, "name": mutant["name"]}


def source(file):
    return (ROOT / file).read_text()


def copy_tree(instead):
    """A copy of the project with other texts in some files. What has the same text keeps its time."""
    files = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    )
    names = [name for name in files.stdout.split("\0") if name and (ROOT / name).is_file()]
    for path in [path for path in TREE.rglob("*") if path.is_file()]:
        if str(path.relative_to(TREE)) not in names:
            path.unlink()
    for name in names:
        content = instead[name].encode() if name in instead else (ROOT / name).read_bytes()
        if name == "src/lib.rs":
            content += SWITCH.encode()
        path = TREE / name
        if not path.is_file() or path.read_bytes() != content:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)


def together(mutants):
    """Those whose function can have several bodies, and the others."""
    beside, alone = [], []
    for mutant in mutants:
        mutant["body"] = body(mutant)
        (alone if mutant["body"] is None else beside).append(mutant)
    return beside, alone


def body(mutant):
    """Where the body of a change's function begins and ends, as offsets, braces included."""
    function = mutant["function"]
    if function is None:
        return None
    text = source(mutant["file"])
    start, end = (offset(text, function["span"][edge]) for edge in ("start", "end"))
    name = function["function_name"].rsplit("::", 1)[-1]
    line = text.rfind("\n", 0, start) + 1
    head = re.compile(rf"^(?!\s*//).*\bfn {re.escape(name)}\b", re.MULTILINE).search(text, line, end)
    if head is None or "const fn" in head.group():
        return None
    depth = 0
    for at in range(head.end(), end):
        depth += (text[at] in "([") - (text[at] in ")]")
        if text[at] == "{" and depth == 0:
            # Two bodies give two types where only a trait is named.
            return None if "-> impl" in text[head.end():at] else (at, end)
    return None


def offset(text, place):
    lines = text.split("\n")
    return sum(len(line) + 1 for line in lines[:place["line"] - 1]) + place["column"] - 1


def with_bodies(mutants):
    """The files with all bodies, and for each the lines of what is a change's and what isn't."""
    files, places = {}, defaultdict(list)
    by_file = defaultdict(lambda: defaultdict(list))
    for mutant in mutants:
        by_file[mutant["file"]][mutant["body"]].append(mutant)
    for file, functions in by_file.items():
        text, out, done = source(file), "", 0
        for (start, end), here in sorted(functions.items()):
            if start < done:
                raise Wrong(f"{file}: a function in a function")
            out += text[done:start] + "{ "
            for mutant in here:
                other = changed(text, mutant["diff"])
                first = out.count("\n") + 1
                changed_body = other[start:end + len(other) - len(text)]
                out += f"if crate::is_changed({mutant['number']}) {changed_body} else "
                places[file].append((first, out.count("\n") + 1, {mutant["number"]}, True))
                out += "\n"
            first = out.count("\n") + 1
            out += text[start:end] + " }"
            numbers = {mutant["number"] for mutant in here}
            places[file].append((first, out.count("\n") + 1, numbers, False))
            done = end
        files[file] = out + text[done:]
    return files, places


def changed(text, diff):
    """The text with a diff of one hunk applied."""
    lines, hunk = text.split("\n"), diff.split("\n")[2:]
    first, count = re.match(r"@@ -(\d+)(?:,(\d+))? ", hunk[0]).groups()
    first, count = int(first) - 1, int(count or 1)
    old = [line[1:] for line in hunk[1:] if line[:1] in (" ", "-")]
    new = [line[1:] for line in hunk[1:] if line[:1] in (" ", "+")]
    if lines[first:first + count] != old[:count]:
        raise Wrong("a diff of cargo mutants doesn't fit its file")
    return "\n".join(lines[:first] + new + lines[first + count:])


def report(all_of_them, results):
    outcomes = ("caught", "timeout", "missed", "unviable")
    counts = {came: sum(line["came"] == came for line in results) for came in outcomes}
    noticed, viable = counts["caught"] + counts["timeout"], len(results) - counts["unviable"]
    told = ", ".join(f"{number} {came}" for came, number in counts.items())
    print(f"{len(results)} of {all_of_them} changes: {told}")
    if viable:
        print(f"{100 * noticed / viable:.1f} % of {viable} noticed")
    for line in results:
        if line["came"] == "missed":
            print(f"missed {line['name']}")


if __name__ == "__main__":
    try:
        main()
    except Wrong as wrong:
        sys.exit(f"mutants.py: {wrong}")
