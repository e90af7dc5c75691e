#!/usr/bin/env bash
# Compares the C interface of two builds as compiled programs see it, by abidiff (Debian: abigail-tools):
#   scripts/abi.sh          this source, built twice, has to be the same; and with a member of a struct moved, another
#   scripts/abi.sh COMMIT   what was added and changed since then; ends with an error if programs that were built for it
#                           would go wrong
# Takes a build of the library, unoptimised, for each.
set -euo pipefail
cd "$(dirname "$0")/.."

command -v abidiff >/dev/null || { echo 'abidiff is missing: apt-get install abigail-tools' >&2; exit 2; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
target=$(realpath -m "${CARGO_TARGET_DIR:-target}")/abi

# Types are compared by what a debugger is told of them. abidiff takes no notice of where in the source that stands.
build() {
    printf '%s\n' "building $2" >&2
    (cd "$1" && CARGO_TARGET_DIR=$target cargo rustc --quiet --lib --no-default-features --features capi \
        --crate-type cdylib -- -C debuginfo=2)
    cp "$target/debug/libregulars.so" "$work/$2.so"
}
compare() { abidiff --no-added-syms "$work/$1.so" "$work/$2.so"; }

build . here
if [[ $# -gt 0 ]]; then
    mkdir "$work/then"
    git archive "$1" | tar -x -C "$work/then"
    build "$work/then" then
    compare then here
    exit
fi
mkdir "$work/copy"
# All but what is built: the library's pages are made of files from all over, and its manifest names the tests.
git ls-files --cached --others --exclude-standard -z | tar --null -T - -c | tar -x -C "$work/copy"
build "$work/copy" again
said=$(compare here again) || { printf '%s\n' "$said" 'two builds of this source differ'; exit 1; }
[[ -z $said ]] || { printf '%s\n' "$said" 'abidiff has something to say of two builds of this source'; exit 1; }
echo 'two builds of this source: nothing to say'

# The first two numbers of an outcome change places.
types=$work/copy/src/ffi/capi/answers.rs
swap='s/pub earned: i64/pub first: i64/; s/pub redeemed: i64/pub earned: i64/; s/pub first: i64/pub redeemed: i64/'
sed -i "/pub struct regulars_outcome {/,/^}/ { $swap }" "$types"
! cmp --silent "$types" src/ffi/capi/answers.rs || { echo 'there was no member to move'; exit 1; }
build "$work/copy" moved
if said=$(compare here moved); then
    echo 'a member was moved, and abidiff has not noticed'
    exit 1
fi
printf '%s\n' "$said" 'a member was moved, and abidiff has noticed'
