# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# Sourced by tests of scripts/: a machine with the basics only.

# basic_tools DIR: a folder for PATH; no compiler, no apt-get.
basic_tools() {
	local tool path
	mkdir "$1"
	for tool in bash sh env sed awk grep cat cut head tail tr sort uniq wc find mktemp mkdir rm cp mv ln dirname basename \
		readlink realpath date df du stat touch od id nproc hostname flock sha1sum sha256sum paste tac comm diff cmp \
		xargs tee printf expr git sleep chmod ls seq uname; do
		path=$(command -v "$tool" || true)
		[ -z "$path" ] || [[ $path != /* ]] || ln -sf "$path" "$1/$tool"
	done
}

# fake_linux DIR: what a command sees of a kernel tree before it needs a compiler.
fake_linux() {
	mkdir -p "$1/mm"
	touch "$1/mm/page_isolation.c" "$1/Kconfig"
	printf 'VERSION = 6\nPATCHLEVEL = 12\n' >"$1/Makefile"
}
