# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2154,SC2034 # variables of setup.sh; preset is the caller's
#
# Sourced by the commands that take inputs (replay, minimize, promote, triage,
# c-repro): which build they need.

# shellcheck source=scripts/lib/source.sh
source "$root/scripts/lib/source.sh"

# Bytes that select an old bug: version 1, byte 4 its id.
selects_oldbug() {
	local bytes
	read -r -a bytes < <(od -An -v -tu1 -N5 "$1")
	[ "${bytes[0]:-0}" = 1 ] && [ "${bytes[4]:-0}" != 0 ]
}

# As the programs see it: comment or header first.
is_scenario() {
	local head=''
	IFS= read -r -N 256 head <"$1" || true
	[[ $head =~ ^[[:space:]]*(#|memoffline) ]]
}

# overrule_bytes INPUT...: the header of bytes may ask what the kernel has no answer to; then
# it is overruled in options, as the targets of the lane do.
overrule_bytes() {
	local file
	[ "$subject" = source ] || return 0
	while IFS= read -r file; do
		is_scenario "$file" || { options=("${source_overrules[@]}" "${options[@]}"); return; }
	done < <(find -L "$@" -type f ! -name '.*' ! -name '*.md' ! -name README.txt)
}

# choose_build INPUT...: sets preset to oldbugs where an input has one, else leaves
# it; what cannot be read ends the command.
choose_build() {
	local input file
	for input in "$@"; do
		[ -e "$input" ] || die "there is no $input"
		[ -r "$input" ] || die "cannot read $input"
		if grep -rqaE '^memoffline .* oldbug=' "$input"; then
			preset=oldbugs
		elif [ -f "$input" ] && selects_oldbug "$input"; then
			preset=oldbugs
		elif [ -d "$input" ]; then
			# The first hundred tell.
			while IFS= read -r file; do
				! selects_oldbug "$file" || preset=oldbugs
			done < <(find "$input" -type f | head -n 100)
		fi
	done
}

# Builds programs of $preset and sets bin, unless --bin did.
build_programs() {
	if [ -n "${bin:-}" ]; then
		bin=$(absolute "$bin")
		[ -x "$bin/$1" ] || die "there is no $1 in $bin"
		return
	fi
	if [ "$subject" = source ]; then
		source_programs "${lane_kind:-plain}"
		return
	fi
	need clang libclang-rt-dev llvm cmake ninja-build libbsd-dev
	build "$preset" "$@"
	bin=$root/build/$preset/bin
}

# A path as short as it can be from where the caller stands.
shown() { case $1 in "$invoked_from"/*) echo "${1#"$invoked_from"/}" ;; *) echo "$1" ;; esac; }
