#!/usr/bin/env bash
# Builds the C interface and installs it: scripts/install-capi.sh --prefix DIR [OPTIONS]
#
# --prefix DIR           where programs will find it, such as /usr/local
# --features LIST        what it has beside the ledger, with commas between: contacts, csv, label, scan, tokens, and
#                        receipt and time-zones, which it has unless told otherwise
# --no-default-features  only what --features names: without it the ledger alone
# --small                less than half as large, and slower: for size, and with no more of SQLite than ledgers need
# --rebuild-std          smaller still, with --small: Rust's own library is built anew for size; a panic doesn't say where
#                        it was, and one while something is dropped ends the program instead of poisoning the handle.
#                        It needs that library's source (rustup component add rust-src), what it is made of from the
#                        crate registry, and switches that are for nightly toolchains (RUSTC_BOOTSTRAP=1 lets a stable
#                        one take them), so that another version of Rust may not have them
# --packed               smaller by another 2 %; such a library needs glibc 2.36 or later to be loaded (Debian 12)
# --destdir DIR          a folder that stands for the root, for packages [none]
# --help                 this text
#
# Lays down include/regulars.h and, for C++, regulars.hpp; in lib: libregulars.so with its version and soname, and
# libregulars.a; what pkg-config and CMake read; and in share/doc/regulars the guide from C, all documents in JSON, the
# rules, and the words of the field; in share/regulars the wrappers and examples in each language. Needs the Rust
# toolchain and a C compiler; Linux.
set -euo pipefail
self=$(realpath "$0")
from=$PWD
cd "$(dirname "$self")/.."

help() { sed -n '2,/^[^#]/s/^# \{0,1\}//p' "$self"; }
wrong() { printf '%s; see --help\n' "$1" >&2; exit 2; }

prefix='' features='' default=receipt,time-zones destdir='' profile=release packed='' rebuild=''
while [[ $# -gt 0 ]]; do
    case $1 in
        --help|-h) help; exit 0 ;;
        --small) profile=small; shift ;;
        --rebuild-std) rebuild=1; shift ;;
        --packed) packed=1; shift ;;
        --no-default-features) default=''; shift ;;
        --prefix|--features|--destdir) [[ $# -gt 1 ]] || wrong "$1 needs a value"; declare "${1#--}=$2"; shift 2 ;;
        *) wrong "there is no option $1" ;;
    esac
done
[[ -n $prefix ]] || wrong "--prefix is missing"
# A path as the caller sees it.
whole() { if [[ -z $1 || $1 = /* ]]; then printf '%s' "$1"; else printf '%s/%s' "$from" "$1"; fi; }
prefix=$(whole "$prefix")
destdir=$(whole "$destdir")
[[ $prefix != *[[:space:]]* ]] || wrong "--prefix with a space is none that pkg-config can tell"
for feature in ${features//,/ }; do
    case $feature in
        contacts|csv|label|receipt|scan|time-zones|tokens) ;;
        *) wrong "there is no feature $feature" ;;
    esac
done
features=capi${default:+,$default}${features:+,$features}

abi=$(sed -n 's/^#define REGULARS_ABI_VERSION \([0-9]*\)$/\1/p' include/regulars.h)
version=$(sed -n 's/^version = "\(.*\)"$/\1/p' Cargo.toml | head -n 1)
CARGO_TARGET_DIR=$(whole "${CARGO_TARGET_DIR:-$PWD/target}")
target=$CARGO_TARGET_DIR
export CARGO_TARGET_DIR
unset CARGO_BUILD_TARGET
[[ -z ${CARGO_ENCODED_RUSTFLAGS-} ]] || wrong "CARGO_ENCODED_RUSTFLAGS would win over what is needed here: use RUSTFLAGS"
full=libregulars.so.$abi.$version
codegen=()

# Whether the linker takes an argument; the one that RUSTFLAGS may name.
links() {
    local probe
    probe=$(mktemp -d)
    printf '' | rustc ${RUSTFLAGS:-} --crate-type cdylib --crate-name probe -C "link-arg=$1" -o "$probe/probe.so" - 2>/dev/null
    local taken=$?
    rm -rf "$probe"
    return "$taken"
}

# What the shared library is linked with. It is never unloaded, since its threads' last errors stand in its memory.
link=(-C "link-arg=-Wl,-soname,libregulars.so.$abi" -C link-arg=-Wl,-z,nodelete -C strip=symbols)
if [[ $profile = small ]]; then
    # No full-text search, R-trees, JSON, dates, statistics, loading of extensions or progress: nothing here asks for them.
    flags=$(sed -n 's/^LIBSQLITE3_FLAGS = "\(.*\)"$/\1/p' .cargo/config.toml)
    for left_out in ENABLE_FTS3 ENABLE_FTS3_PARENTHESIS ENABLE_FTS5 ENABLE_RTREE ENABLE_DBSTAT_VTAB ENABLE_STAT4 \
        ENABLE_LOAD_EXTENSION ENABLE_COLUMN_METADATA SOUNDEX; do
        flags+=" -USQLITE_$left_out"
    done
    # Nor for UTF-16, for what a column was declared as, for an index by LIKE, BETWEEN or OR, or one that a statement makes
    # for itself (all joins are by keys), for foreign keys, or for how a statement is run.
    for left_out in LOAD_EXTENSION JSON DEPRECATED SHARED_CACHE PROGRESS_CALLBACK AUTHORIZATION TRACE INCRBLOB \
        DESERIALIZE COMPILEOPTION_DIAGS DATETIME_FUNCS TCL_VARIABLE INTROSPECTION_PRAGMAS UTF16 DECLTYPE \
        LIKE_OPTIMIZATION BETWEEN_OPTIMIZATION OR_OPTIMIZATION FOREIGN_KEY EXPLAIN AUTOMATIC_INDEX; do
        flags+=" -DSQLITE_OMIT_$left_out"
    done
    # No ledger is mapped into memory, and what SQLite's own tests ask for isn't asked for here.
    flags+=' -DSQLITE_MAX_MMAP_SIZE=0 -DSQLITE_UNTESTABLE'
    export LIBSQLITE3_FLAGS=$flags
    # With a frame pointer what stands in a frame takes a byte less to name, and unwinding a third less to describe.
    codegen+=(-C force-frame-pointers=yes)
    # No panic goes through SQLite, so nothing has to unwind it.
    export CFLAGS="${CFLAGS:+$CFLAGS }-fno-asynchronous-unwind-tables"
    # As small as it gets, where the compiler knows how (GCC 12).
    if "${CC:-cc}" -Oz -x c -c -o /dev/null /dev/null 2>/dev/null; then CFLAGS+=' -Oz'; fi
    # Where the processor has no instructions for SHA-256 the loop isn't unrolled.
    export RUSTFLAGS="${RUSTFLAGS:+$RUSTFLAGS }--cfg sha2_backend_soft=\"compact\""
    # Functions that are equal are there once, if the linker can do that. Then they have one address, too: nothing here
    # compares addresses of functions, and SQLite those of its own that do the same.
    if links -Wl,--icf=all; then link+=(-C link-arg=-Wl,--icf=all); fi
fi
if [[ -n $packed ]]; then
    links -Wl,-z,pack-relative-relocs || wrong "the linker can't do --packed"
    link+=(-C link-arg=-Wl,-z,pack-relative-relocs)
fi

built=$target/$profile
anew=()
if [[ -n $rebuild ]]; then
    [[ $profile = small ]] || wrong "--rebuild-std goes with --small"
    [[ -d $(rustc --print sysroot)/lib/rustlib/src/rust/library ]] \
        || wrong "the source of Rust's own library is missing: rustup component add rust-src"
    host=$(rustc --version --verbose | sed -n 's/^host: //p')
    export RUSTC_BOOTSTRAP=1
    # What a backtrace would be read by is left out, the place in a file that a panic names, and what would have to be
    # dropped still where a drop panics.
    anew=(-Zbuild-std=std,panic_unwind -Zbuild-std-features=panic-unwind,optimize_for_size --target "$host")
    export RUSTFLAGS="${RUSTFLAGS:+$RUSTFLAGS }-Zlocation-detail=none -Zpanic-in-drop=abort"
    built=$target/$host/$profile
fi

build() {
    cargo rustc "${anew[@]}" --profile "$profile" --lib --no-default-features --features "$features" "$@"
}
# Only what begins with regulars_ is a symbol of the library: rustc hides all else, SQLite among it.
build --crate-type cdylib -- "${codegen[@]}" "${link[@]}"
cp "$built/libregulars.so" "$built/$full"
# The last line says what a program has to be linked with beside it.
log=$built/native-static-libs
build --crate-type staticlib -- "${codegen[@]}" --print "native-static-libs=$log"
libs=$(tail -n 1 "$log")

to=$destdir$prefix
install -d "$to/include" "$to/lib/pkgconfig" "$to/lib/cmake/regulars"
install -m 644 include/regulars.h include/regulars.hpp "$to/include"
install -m 755 "$built/$full" "$to/lib/$full"
ln -sfn "$full" "$to/lib/libregulars.so.$abi"
ln -sfn "libregulars.so.$abi" "$to/lib/libregulars.so"
install -m 644 "$built/libregulars.a" "$to/lib/libregulars.a"

cat > "$to/lib/pkgconfig/regulars.pc" <<PC
prefix=$prefix
includedir=\${prefix}/include
libdir=\${prefix}/lib

Name: regulars
Description: Loyalty for point-of-sale registers
Version: $version
Cflags: -I\${includedir}
Libs: -L\${libdir} -lregulars
Libs.private: $libs
PC

cat > "$to/lib/cmake/regulars/regulars-config.cmake" <<'CMAKE'
# find_package(regulars), then target_link_libraries(till regulars::regulars), or regulars::regulars_static.
get_filename_component(_regulars_prefix "${CMAKE_CURRENT_LIST_DIR}/../../.." ABSOLUTE)
if(NOT TARGET regulars::regulars)
    add_library(regulars::regulars SHARED IMPORTED)
    set_target_properties(regulars::regulars PROPERTIES
        IMPORTED_LOCATION "${_regulars_prefix}/lib/@FULL@"
        IMPORTED_SONAME "libregulars.so.@ABI@"
        INTERFACE_INCLUDE_DIRECTORIES "${_regulars_prefix}/include")
    add_library(regulars::regulars_static STATIC IMPORTED)
    set_target_properties(regulars::regulars_static PROPERTIES
        IMPORTED_LOCATION "${_regulars_prefix}/lib/libregulars.a"
        INTERFACE_LINK_LIBRARIES "@LIBS@"
        INTERFACE_INCLUDE_DIRECTORIES "${_regulars_prefix}/include")
endif()
unset(_regulars_prefix)
CMAKE
sed -i -e "s/@FULL@/$full/; s/@ABI@/$abi/; s/@LIBS@/${libs// /;}/" "$to/lib/cmake/regulars/regulars-config.cmake"

cat > "$to/lib/cmake/regulars/regulars-config-version.cmake" <<CMAKE
set(PACKAGE_VERSION "$version")
if(PACKAGE_FIND_VERSION VERSION_GREATER PACKAGE_VERSION)
    set(PACKAGE_VERSION_COMPATIBLE FALSE)
else()
    set(PACKAGE_VERSION_COMPATIBLE TRUE)
    if(PACKAGE_FIND_VERSION VERSION_EQUAL PACKAGE_VERSION)
        set(PACKAGE_VERSION_EXACT TRUE)
    endif()
endif()
CMAKE

chmod 644 "$to"/lib/pkgconfig/regulars.pc "$to"/lib/cmake/regulars/*.cmake

# Pages of the library's documentation. Links to each other lead to files, and links to items of Rust to nothing.
docs=$to/share/doc/regulars
install -d "$docs"
for page in c-guide documents rules glossary punch-cards scanning; do
    sed -E -e 's/\]\(crate::docs::([a-z_]+)(#[a-z0-9_-]+)?\)/](\1.md\2)/g' \
        -e 's/\]\(c_guide\.md/](c-guide.md/g; s/\]\(punch_cards\.md/](punch-cards.md/g' \
        -e 's/\[([^]]*)\]\(crate::[^)]*\)/\1/g' -e '/^\[[^]]*\]: crate::/d' "src/docs/$page.md" > "$docs/$page.md"
    chmod 644 "$docs/$page.md"
done

# The wrappers, with the same day at the till in each language.
cd examples
find c cpp csharp java pascal python -type f ! -name '*.pyc' ! -name .gitignore \
    ! -path '*egg-info*' ! -path '*/build/*' -print0 | while IFS= read -r -d '' file; do
    install -D -m 644 "$file" "$to/share/regulars/$file"
done

printf 'installed to %s: %s, %s bytes\n' "$to" "$full" "$(stat -c %s "$to/lib/$full")"
