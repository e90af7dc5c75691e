#!/usr/bin/env bash
# Drivers of real cameras where there is no camera: boots Debian's own kernel in QEMU, without KVM, with v4l2loopback,
# vivid, and the driver of webcams on a USB that is simulated; lets the example `scan` read from them, and prints what
# came of it. Exit code 0 if all is as it should be.
#
#   run.sh [FOLDER]
#
# FOLDER keeps what was downloaded and built (some 700 MB), and the log; without it a new one is made. Needs Debian 12
# on x86-64, the Rust toolchain, the network the first time, and root where packages are missing.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
mkdir -p "${1:-/tmp}"
work=$(cd "${1:-$(mktemp --directory)}" && pwd)
cd "$here/../.."
say() { printf '\n== %s\n' "$*"; }

pictures=40 few=12

say "packages, in $work"
tools=(qemu-system-x86 cpio kmod busybox-static make gcc libc6-dev libclang-dev linux-libc-dev)
if ! dpkg-query --show "${tools[@]}" >/dev/null 2>&1; then
    apt-get update
    apt-get install --yes --no-install-recommends "${tools[@]}"
fi
# The kernel, and what its modules are built with, are only unpacked.
root=$work/root
if [[ ! -f $work/version ]]; then
    [[ $(apt-cache search --names-only '^linux-image-amd64$') ]] || apt-get update
    version=$(apt-cache depends linux-image-amd64 | sed --quiet 's/.*Depends: linux-image-//p')
    built_with=$(apt-cache depends "linux-headers-$version" |
        sed --quiet --regexp-extended 's/.*Depends: (linux-headers-.*-common|linux-kbuild-.*)/\1/p')
    (cd "$work" && apt-get --option APT::Sandbox::User=root download \
        "linux-image-$version" "linux-headers-$version" $built_with v4l2loopback-dkms)
    for package in "$work"/*.deb; do dpkg-deb --extract "$package" "$root"; done
    depmod --basedir "$root" "$version"
    echo "$version" >"$work/version"
fi
version=$(<"$work/version")
loopback=$(echo "$root"/usr/src/v4l2loopback-*)
if [[ ! -f $loopback/v4l2loopback.ko ]]; then
    headers=$root/usr/src/linux-headers-$version
    sed --in-place "s|^include /usr|include $root/usr|" "$headers/Makefile"
    make --directory "$headers" M="$loopback" modules >"$work/loopback.log" 2>&1
fi

say "the example scan, the feeder, and what they need"
target=${CARGO_TARGET_DIR:-target}
cargo build --release --no-default-features --features json,scan,camera --example scan
inside=$work/inside
rm -rf "$inside"
mkdir -p "$inside"/{bin,dev,proc,sys,lib/modules}
scan=$target/release/examples/scan
install "$scan" "$(command -v busybox)" "$inside/bin/"
for library in $(ldd "$scan" | grep --only-matching --extended-regexp '/[^ ]+'); do
    install -D "$library" "$inside$library"
done
for program in feed webcam unplug; do
    gcc -O2 -static -Wall -Wextra -o "$inside/bin/$program" "$here/$program.c"
done
install "$here/init" "$inside/init"
"$scan" --write "$inside/frames.grey" --count $pictures >"$work/codes"
"$scan" --write "$inside/frames.mjpeg" --count $pictures >/dev/null
"$scan" --write "$inside/few.grey" --count $few --size 800x600 >"$work/codes-few"

# What the drivers need, in this order. vivid and v4l2loopback are loaded by the scenes that they are for.
modules=$(for driver in vivid uvcvideo vhci-hcd; do
    modprobe --dirname "$root" --set-version "$version" --show-depends $driver
done | sed --quiet 's/^insmod //p' | awk '!seen[$1]++ { print $1 }')
install --mode 644 $modules "$loopback/v4l2loopback.ko" "$inside/lib/modules/"
for module in $modules; do echo "${module##*/}"; done | grep --invert-match '^vivid.ko$' >"$inside/modules"
(cd "$inside" && find . | cpio --quiet --create --format newc) >"$work/inside.cpio"

say "the machine"
timeout 1200 qemu-system-x86_64 -machine accel=tcg -cpu max -smp 2 -m 1536 -nographic -no-reboot \
    -kernel "$root/boot/vmlinuz-$version" -initrd "$work/inside.cpio" \
    -append "console=ttyS0 quiet loglevel=1 panic=-1" </dev/null | sed --unbuffered 's/\r$//' | tee "$work/log" || echo "it was stopped"

say "what came of it ($work/log)"
failed=0
scene() { sed --quiet "/== scene $1\$/,/== scene/p" "$work/log" | sed '1d;$d'; }
# How many lines of a scene are like a pattern.
lines() { scene "$1" | grep --count --extended-regexp "$2" || true; }
# The codes that a scene read, as they were written.
codes() { scene "$1" | sed --quiet --regexp-extended 's/^[0-9.]+m?s ((qr|ean_13) .*)/\1/p'; }
# How many of the codes in a file a scene read; and how many that aren't in it.
right() { codes "$1" | sort --unique | comm -12 - <(sort "$2") | wc --lines; }
wrong() { codes "$1" | sort --unique | comm -23 - <(sort "$2") | wc --lines; }
summary() { scene "$1" | grep --extended-regexp '^[0-9]+ frames, [0-9]+ readings' || echo "no end"; }
row() { printf '%-8s %-50s %10s %10s  %s\n' "$@"; }
# A row with what was found, what was expected (a number, or at least so much: 2+), and whether that is so.
check() {
    local ok=failed
    case $4 in
        *+) [[ $3 =~ ^[0-9]+$ ]] && ((${4%+} <= $3)) && ok=passed ;;
        *) [[ $3 == "$4" ]] && ok=passed ;;
    esac
    [[ $ok == passed ]] || failed=1
    row "$1" "$2" "$4" "$3" $ok
}
ends() { check "$1" "exit code" "$(scene "$1" | sed --quiet 's/^== exit //p')" "$2"; }

row scene what expected found ""
check none "lines that say so: no camera is connected" "$(lines none 'no camera is connected')" 1
check none "lines in all" "$(lines none '^[^=]')" 1
ends none 1
for kind in yuyv mjpeg; do
    check $kind "the device sends ${kind^^}" "$(lines $kind "as ${kind^^}\$")" 1
    check $kind "codes read, each in one frame" "$(right $kind "$work/codes")" $pictures
    check $kind "codes read wrong" "$(wrong $kind "$work/codes")" 0
    ends $kind 0
done
check webcam "the device sends MJPEG" "$(lines webcam "as MJPEG\$")" 1
check webcam "codes read, each in one frame" "$(right webcam "$work/codes")" $pictures
check webcam "codes read wrong" "$(wrong webcam "$work/codes")" 0
check webcam "times that it is told to be gone" "$(lines webcam 'is gone [(]')" 1
check webcam "times that it is back" "$(lines webcam 'sends again')" 1
ends webcam 0
check stall "codes read" "$(right stall "$work/codes-few")" $few
check stall "codes read wrong" "$(wrong stall "$work/codes-few")" 0
check stall "times that a stall is told" "$(lines stall 'has sent nothing for')" 1
check stall "times that it is over" "$(lines stall 'sends again')" 1
ends stall 0
check idle "frames" "$(summary idle | cut --delimiter ' ' --fields 1)" 10+
check idle "codes where there are none" "$(codes idle | wc --lines)" 0
ends idle 0
check unplug "times that it is told to be gone" "$(lines unplug 'is gone [(]')" 2
check unplug "times that it is back" "$(lines unplug 'sends again')" 2
check unplug "codes where there are none" "$(codes unplug | wc --lines)" 0
ends unplug 0
echo
for name in yuyv mjpeg webcam stall idle unplug; do row $name "$(summary $name)" "" "" ""; done
echo "(milliseconds of an emulated processor)"
exit $failed
