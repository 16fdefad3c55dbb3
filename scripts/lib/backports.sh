# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# Packages of Debian's next release for this one's machine: kernels newer than its own.
# They are fetched, checked by apt against Debian's keys, and unpacked by the caller;
# nothing is installed, and the machine's own lists stay as they are.

# backports_apt DIR COMMAND ARGS...: apt-get or apt-cache, with lists of its own in DIR.
backports_apt() {
	local dir=$1 command=$2
	shift 2
	"$command" -o "Dir::Etc::sourcelist=$dir/sources.list" -o Dir::Etc::sourceparts=/dev/null \
		-o "Dir::State::lists=$dir/lists" -o "Dir::Cache=$dir/cache" -o APT::Sandbox::User= "$@"
}

# backports_update DIR: in the folder DIR, which the caller makes and removes.
backports_update() {
	local dir=$1
	mkdir -p "$dir/lists/partial" "$dir/cache/archives/partial"
	echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] http://deb.debian.org/debian trixie-backports main" >"$dir/sources.list"
	backports_apt "$dir" apt-get update >/dev/null 2>&1
}

# backports_newest DIR REGEX: the name of the newest package of such a name; "": none.
backports_newest() {
	backports_apt "$1" apt-cache search --names-only "$2" 2>/dev/null | awk '{ print $1 }' | sort -V | tail -n 1
}

# backports_fetch DIR PACKAGE...: as DIR/*.deb.
backports_fetch() {
	local dir=$1
	shift
	(cd "$dir" && backports_apt "$dir" apt-get download "$@" >/dev/null 2>&1)
}
