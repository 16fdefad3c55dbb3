# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2154 # variables of setup.sh
#
# Kernel trees for the source lane that Debian has: packages linux-source-VERSION.
#
# Sourced by source.sh.

# shellcheck source=scripts/lib/backports.sh
source "$root/scripts/lib/backports.sh"

# source_debian_archive VERSION DIR: the tar.xz of Debian's linux-source-VERSION; prints
# where.  Of this release, installed, or of the next one's backports, fetched into DIR.
# Status 1: neither has it.
source_debian_archive() {
	local version=$1 dir=$2 archive=/usr/src/linux-source-$1.tar.xz
	# Lists that are old name packages that are gone.
	[ -f "$archive" ] || apt-get update >/dev/null 2>&1 || true
	if [ ! -f "$archive" ] && apt-cache show "linux-source-$version" >/dev/null 2>&1; then
		say_aside "Installing: apt-get install linux-source-$version"
		DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends \
			"linux-source-$version" >/dev/null 2>&1 || true
	fi
	if [ ! -f "$archive" ]; then
		archive=$dir/linux-source-$version.tar.xz
		backports_update "$dir" && [ -n "$(backports_newest "$dir" "^linux-source-${version//./\\.}\$")" ] || return 1
		say_aside "Fetching linux-source-$version of trixie-backports, about 160 MB"
		backports_fetch "$dir" "linux-source-$version" || return 1
		dpkg-deb --fsys-tarfile "$dir/linux-source-$version"_*.deb | tar -xO "./usr/src/linux-source-$version.tar.xz" >"$archive" || return 1
	fi
	echo "$archive"
}

# The Debian package of a version, unpacked; prints where.  Exit 4: not to be had.
source_debian_tree() {
	local version=$1 dir=$root/build/source/linux-$1 fetched archive folder folders=()
	if [ ! -f "$dir/.unpacked" ]; then
		fetched=$(mktemp -d)
		archive=$(source_debian_archive "$version" "$fetched") ||
			{ rm -rf "$fetched"; say_aside "no package linux-source-$version to be had"; exit 4; }
		mkdir -p "$dir"
		# All of Kconfig and Kbuild, and what the lane's files include: a sixth of the files of a kernel.
		for folder in arch/um arch/x86 drivers/base drivers/virtio include init kernel lib mm scripts tools/include; do
			folders+=("linux-source-$version/$folder/*")
		done
		tar -xf "$archive" -C "$dir" --strip-components=1 --wildcards \
			'*/Kconfig*' '*/Makefile*' '*/Kbuild*' "${folders[@]}" || die "cannot unpack $archive"
		rm -rf "$fetched"
		touch "$dir/.unpacked"
	fi
	echo "$dir"
}
