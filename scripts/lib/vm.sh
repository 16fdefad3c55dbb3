# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2154 # variables of setup.sh
#
# A booted kernel in QEMU, without KVM: Debian's image, our initramfs, a virtio-mem and a
# virtio-balloon device.  Everything stands in build/vm/.  Sourced after setup.sh.

# shellcheck source=scripts/lib/backports.sh
source "$root/scripts/lib/backports.sh"

vm_modules=(virtio_pci virtio_mem virtio_balloon hwpoison-inject)

vm_need() { need qemu-system-x86 busybox-static cpio kmod xz-utils gcc libc6-dev; }

# vm_fetch VERSION DIR: the packages of Debian's newest kernel of that version, as
# DIR/*.deb.  Of this release, or of the next one's backports, where image and modules are
# two.  Status 4: neither has it.
vm_fetch() {
	local version=$1 dir=$2 names="${1//./\\.}[.+-][.0-9+a-z-]*-amd64" package release
	package=$(apt-cache search --names-only "^linux-image-$names-unsigned\$" 2>/dev/null |
		awk '{ print $1 }' | grep -vE -- '-(cloud|rt)-' | sort -V | tail -n 1)
	if [ -n "$package" ]; then
		say_aside "Fetching $package, about 100 MB"
		(cd "$dir" && apt-get download -o APT::Sandbox::User=root "$package" >fetch.log 2>&1) && return 0
		say_aside "cannot fetch $package: $(grep -m 1 '^E:' "$dir/fetch.log")"
		return 4
	fi
	backports_update "$dir/apt" || true
	package=$(backports_newest "$dir/apt" "^linux-binary-unsigned-${version//./\\.}[.0-9+a-z]*-amd64\$")
	[ -n "$package" ] || {
		say_aside "Debian has no kernel $version here, nor in trixie-backports (apt-get update makes the list new)"
		return 4
	}
	release=${package#linux-binary-unsigned-}
	say_aside "Fetching $package and its modules of trixie-backports, about 120 MB"
	backports_fetch "$dir/apt" "$package" "linux-modules-$release" "linux-base-$release" || { say_aside "cannot fetch $package"; return 4; }
	mv "$dir"/apt/*.deb "$dir/"
	rm -rf "$dir/apt"
}

# vm_kernel VERSION|FILE.deb: prints the folder that has the package, unpacked.  Exit 4: not
# to be had here.
vm_kernel() {
	local version=$1 dir=$root/build/vm/$1 debs deb release
	[[ $1 != *.deb ]] || dir=$root/build/vm/$(basename "$1" .deb)
	if [ ! -f "$dir/.unpacked" ]; then
		mkdir -p "$dir"
		debs=("$version")
		if [[ $1 != *.deb ]]; then
			vm_fetch "$version" "$dir" || return $?
			debs=("$dir"/*.deb)
		fi
		for deb in "${debs[@]}"; do
			dpkg-deb -x "$deb" "$dir" 2>/dev/null || true
		done
		# Where the backports have them.
		[ -d "$dir/lib" ] || [ ! -d "$dir/usr/lib/modules" ] || ln -s usr/lib "$dir/lib"
		if compgen -G "$dir/lib/modules/*/vmlinuz.unsigned" >/dev/null; then
			release=$(basename "$(echo "$dir"/lib/modules/*)")
			mkdir -p "$dir/boot"
			mv "$dir/lib/modules/$release/vmlinuz.unsigned" "$dir/boot/vmlinuz-$release"
		fi
		compgen -G "$dir/boot/vmlinuz-*" >/dev/null || {
			say_aside "${debs[*]}: no Debian package of a kernel, expected linux-image-*.deb with boot/vmlinuz-*"
			return 2
		}
		rm -f "$dir"/*.deb
		depmod -b "$dir" "$(basename "$(echo "$dir"/lib/modules/*)")"
		touch "$dir/.unpacked"
	fi
	echo "$dir"
}

# vm_initramfs KERNEL_DIR PROOF FILE: what the guest boots: busybox, modules, one proof.
vm_initramfs() {
	local kernel=$1 tree release module source file
	tree=$(mktemp -d)
	mkdir -p "$tree"/{bin,proc,sys,dev,modules}
	cp "$(command -v busybox)" "$tree/bin/busybox"
	cp "$root/stress/kernel/init" "$root/stress/kernel/guest.sh" "$tree/"
	cp "$2" "$tree/proof.sh"
	chmod +x "$tree/init"
	for source in "$root"/stress/kernel/*.c; do
		file=$tree/bin/$(basename "$source" .c)
		gcc -std=gnu11 -O1 -Wall -Wextra -Werror -static -o "$file" "$source" || die "$source does not build as a static program"
	done
	release=$(basename "$(echo "$kernel"/lib/modules/*)")
	for module in "${vm_modules[@]}"; do
		modprobe -d "$kernel" -S "$release" --show-depends "$module"
	done | awk '$1 == "insmod" && !seen[$2]++ { print $2 }' | while read -r module; do
		file=$(basename "$module" .xz)
		if [[ $module == *.xz ]]; then xz -dc "$module"; else cat "$module"; fi >"$tree/modules/$file"
		echo "$file"
	done >"$tree/modules/order"
	(cd "$tree" && find . | cpio -o -H newc --quiet | gzip -1) >"$3"
	rm -rf "$tree"
}

# vm_boot KERNEL_DIR INITRAMFS SECONDS: the console of the guest.  Lines "@host COMMAND" go to
# the monitor of QEMU.  Two nodes; node 0 has a virtio-mem device of 1 GiB, empty at boot.
vm_boot() {
	local monitor line
	monitor=$(mktemp -d)
	mkfifo "$monitor/m.in" "$monitor/m.out"
	exec 7<>"$monitor/m.in" 8<>"$monitor/m.out"
	timeout "$3" qemu-system-x86_64 -accel tcg,thread=multi -machine q35 -cpu max -smp 2 \
		-m 640M,slots=4,maxmem=4G -nodefaults -display none -no-reboot -serial stdio \
		-object memory-backend-ram,id=ram0,size=384M -object memory-backend-ram,id=ram1,size=256M \
		-numa node,nodeid=0,cpus=0-1,memdev=ram0 -numa node,nodeid=1,memdev=ram1 \
		-object memory-backend-ram,id=vmem,size=1G,reserve=off \
		-device virtio-mem-pci,id=vmem0,memdev=vmem,node=0,requested-size=0,block-size=2M \
		-device virtio-balloon-pci,id=balloon0 \
		-chardev "pipe,id=monitor,path=$monitor/m" -mon chardev=monitor,mode=readline \
		-kernel "$(echo "$1"/boot/vmlinuz-*)" -initrd "$2" \
		-append "console=ttyS0 quiet loglevel=4 panic=-1 no_timer_check tsc=reliable mitigations=off" \
		</dev/null 2>&1 | while IFS= read -r line; do
		line=${line%$'\r'}
		printf '%s\n' "$line"
		[[ $line != "@host "* ]] || printf '%s\n' "${line#@host }" >&7
	done || true
	exec 7>&- 8>&-
	rm -rf "$monitor"
}
