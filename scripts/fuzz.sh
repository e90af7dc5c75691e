#!/usr/bin/env bash
# Runs the fuzzers: scripts/fuzz.sh SECONDS [TARGET…], each target for so many seconds, all of them unless
# some are named. Says how much each tried; ends with an error if one found something, which is then in
# fuzz/artifacts. Installs cargo-fuzz, and a C++ compiler, where they are missing.
set -euo pipefail
cd "$(dirname "$0")/.."

if [[ ! ${1-} =~ ^[1-9][0-9]*$ ]]; then
    sed -n '2,4s/^# //p' "$0" >&2
    exit 2
fi
seconds=$1
shift
targets=("$@")
[[ $# -gt 0 ]] || mapfile -t targets < <(sed -n 's/^path = "fuzz_targets\/\(.*\)\.rs"$/\1/p' fuzz/Cargo.toml)

if ! command -v c++ >/dev/null; then
    apt-get update && apt-get install --yes g++ libc6-dev
fi
command -v cargo-fuzz >/dev/null || cargo install cargo-fuzz --locked
# The sanitizer's switches are for nightly toolchains; this lets a stable one take them.
export RUSTC_BOOTSTRAP=1
# Two tables within SQLite have one name, which is taken for a mistake of linking.
export ASAN_OPTIONS=detect_odr_violation=0${ASAN_OPTIONS:+:$ASAN_OPTIONS}

failed=0
for target in "${targets[@]}"; do
    cargo fuzz build "$target"
    # What is found new goes beside the corpus that is committed.
    new=target/fuzz-corpus/$target
    log=target/fuzz-corpus/$target.log
    mkdir -p "$new"
    # Nothing that a text or a small ledger file makes takes 10 seconds or 1 GiB.
    if ! cargo fuzz run "$target" "$new" "fuzz/corpus/$target" -- -max_total_time="$seconds" \
        -timeout=10 -rss_limit_mb=1024 -max_len=65536 -dict=fuzz/json.dict -print_final_stats=1 \
        >"$log" 2>&1; then
        failed=1
        grep -E 'panicked|ERROR|SUMMARY|assertion|^ *(left|right):|Test unit written' -A 2 "$log" || tail -n 30 "$log"
    fi
    count=$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")
    printf '%s: %s executions, %s\n' "$target" "${count:-?}" \
        "$(grep -oE 'cov: [0-9]+ ft: [0-9]+' "$log" | tail -n 1)"
done
exit "$failed"
