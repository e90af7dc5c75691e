#!/usr/bin/env bash
# A real camera driver where there is no camera: boots Debian's own kernel in QEMU, without KVM, with vivid and
# v4l2loopback, and lets the example `scan` read from them: codes, a stall, and a camera that is pulled out.
#
# Needs Debian and root; installs by apt what is missing. What it makes is in target/camera-vm.
set -euo pipefail
cd "$(dirname "$0")/../.."

width=1280 height=720
here=$PWD/scripts/camera-vm
work=$PWD/target/camera-vm
mkdir -p "$work"
say() { printf '== %s\n' "$*"; }

say "packages"
apt-get install --yes --no-install-recommends qemu-system-x86 cpio kmod busybox-static libclang-dev \
    linux-libc-dev linux-headers-amd64 >"$work/apt.log" 2>&1
# The kernel that the headers are for. It isn't installed, only unpacked.
version=$(dpkg-query --showformat '${Depends}\n' --show linux-headers-amd64 | grep -oE '[0-9][0-9.]+-[0-9]+-amd64' | head -n 1)
root=$work/root
if [[ ! -f $root/boot/vmlinuz-$version ]]; then
    (cd "$work" && apt-get download "linux-image-$version" v4l2loopback-dkms >>apt.log 2>&1)
    for package in "$work"/*.deb; do dpkg-deb --extract "$package" "$root"; done
    depmod --basedir "$root" "$version"
fi
loopback=$(ls --directory "$root"/usr/src/v4l2loopback-*)
[[ -f $loopback/v4l2loopback.ko ]] || make --directory "/usr/src/linux-headers-$version" M="$loopback" modules >"$work/loopback.log"

say "the example scan, the feeder, and what they need"
cargo build --release --features scan,camera --example scan
rm -rf "$work/initramfs"
mkdir -p "$work"/initramfs/{bin,dev,proc,sys,lib/modules,lib64}
target=${CARGO_TARGET_DIR:-target}
install "$target/release/examples/scan" "$work/initramfs/bin/scan"
for library in $(ldd "$work/initramfs/bin/scan" | grep -oE '/[^ ]+\.so[^ ]*'); do
    install -D "$library" "$work/initramfs$library"
done
install "$(command -v busybox)" "$work/initramfs/bin/busybox"
cc -O2 -static -Wall -Wextra -o "$work/initramfs/bin/feed" "$here/feed.c"
cc -O2 -static -Wall -Wextra -o "$work/initramfs/bin/unplug" "$here/unplug.c"
sed -e "s/\$WIDTH/$width/" -e "s/\$HEIGHT/$height/" -e "1s/.*/#!\/bin\/busybox sh/" "$here/init" >"$work/initramfs/init"
chmod +x "$work/initramfs/init"
"$target/release/examples/scan" --write "$work/initramfs/frames.grey"

# vivid and what it needs, in the order of loading; itself by the script.
modules=$root/lib/modules/$version
needed=$(modprobe --dirname "$root" --set-version "$version" --show-depends vivid | sed -n 's/^insmod //p')
for module in $needed; do
    cp "$module" "$work/initramfs/lib/modules/"
    [[ $(basename "$module") == vivid.ko ]] || basename "$module"
done >"$work/initramfs/modules"
cp "$loopback/v4l2loopback.ko" "$work/initramfs/lib/modules/"
(cd "$work/initramfs" && find . | cpio --quiet --create --format newc | gzip -1) >"$work/initramfs.gz"

say "the machine"
timeout 600 qemu-system-x86_64 -machine accel=tcg -cpu max -smp 2 -m 1536 -nographic -no-reboot \
    -kernel "$root/boot/vmlinuz-$version" -initrd "$work/initramfs.gz" \
    -append "console=ttyS0 quiet panic=-1" </dev/null | tee "$work/log"
