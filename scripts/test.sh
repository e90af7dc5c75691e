#!/usr/bin/env bash
# All checks of the project, from formatting to the main job. Ends with the counts of the tests.
# Needs the Rust toolchain, a C compiler, for the feature `camera` libclang with the kernel's headers, and for the
# C interface pkg-config, a C++ compiler and valgrind, and for its wrappers Python, Mono, Free Pascal and Java;
# installs by apt what of them is missing.
set -euo pipefail
cd "$(dirname "$0")/.."

# Everything is built once here; what the compiler keeps to build again would only fill the disk.
export CARGO_INCREMENTAL=0

say() { printf '\n== %s\n' "$1"; }

if ! command -v cc >/dev/null; then
    say "installing a C compiler"
    apt-get update && apt-get install --yes gcc libc6-dev
fi

if ! compgen -G "/usr/lib/llvm-*/lib/libclang*.so*" >/dev/null || [[ ! -f /usr/include/linux/videodev2.h ]]; then
    say "installing libclang and the kernel's headers"
    apt-get update && apt-get install --yes --no-install-recommends libclang-dev linux-libc-dev
fi

if ! command -v valgrind >/dev/null || ! command -v pkg-config >/dev/null || ! command -v c++ >/dev/null; then
    say "installing what the tests of the C interface use"
    apt-get update && apt-get install --yes --no-install-recommends valgrind pkg-config g++ libc6-dbg
fi

# Python with what installs its packages and checks its types; C#; Pascal; Java. Three minutes where none is there.
wrappers=()
/usr/bin/python3 -c 'import setuptools, wheel, pip' 2>/dev/null ||
    wrappers+=(python3 python3-pip python3-setuptools python3-wheel)
command -v mypy >/dev/null || wrappers+=(mypy)
command -v mcs >/dev/null && command -v mono >/dev/null || wrappers+=(mono-mcs mono-runtime)
command -v fpc >/dev/null || wrappers+=(fp-compiler)
command -v javac >/dev/null || wrappers+=(default-jdk-headless)
[[ -f /usr/share/java/jna.jar ]] || wrappers+=(libjna-java)
if [[ ${#wrappers[@]} -gt 0 ]]; then
    say "installing ${wrappers[*]}"
    apt-get update && apt-get install --yes --no-install-recommends "${wrappers[@]}"
fi

say "formatting"
cargo fmt --all --check

say "clippy: no features, default, all"
cargo clippy --all-targets --no-default-features -- -D warnings
cargo clippy --all-targets -- -D warnings
cargo clippy --all-targets --all-features -- -D warnings

say "documentation"
RUSTDOCFLAGS="-D warnings" cargo doc --no-deps --all-features

say "benches compile"
cargo bench --no-run --all-features

say "the main job, on the sample, twice"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
job() {
    cargo run --release --quiet --example register -- \
        --batch 64 --quiet --store "$work/register.ledger" --out "$work"
}
job | tee "$work/first"
job > "$work/again"
diff "$work/first" "$work/again"
ls -l "$work"

say "tests: no features, then all"
cargo test --no-default-features --lib --test laws --test no_std 2>&1 | tee "$work/counts"
cargo test --all-features 2>&1 | tee -a "$work/counts"

say "tests: the smallest C interface"
cargo test --no-default-features --features capi --test capi_not_built 2>&1 | tee -a "$work/counts"

awk '/^test result:/ { passed += $4; failed += $6 } END { printf "\n%d passed, %d failed\n", passed, failed }' \
    "$work/counts"
