# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2154 # lane, tree, dir, scratch are the caller's
#
# The build in $dir, linked again with one file of $tree changed as a line of plants.txt
# or fixes.txt says: $scratch/replay.  Sourced by plants.sh and findings.sh.

# The command that made a file of the build, with other files in it; nobody debugs what it
# makes here, and a fifth of a compilation is what a debugger wants.
made() {
	local file=$1
	shift
	ninja -C "$dir" -t commands "$file" | tail -n 1 | sed -E "s#[^ ]*ccache ##; s# -MMD -MF [^ ]*##; s# -w -g # -w #; $*"
}

# One object is compiled again, everything else is as it was.
link_changed() {
	local file=$1 object
	case $file in
	mm/page_alloc.c | mm/compaction.c | mm/swap.c | mm/memory_hotplug.c | drivers/virtio/virtio_mem.c) object=$dir/kern/$(basename "$file").o ;;
	mm/balloon.c) object=$dir/kern/balloon_pages.c.o ;;
	*) object=$dir/real/${file//\//_}.o ;;
	esac
	bash -c "$(made "$object" "s#-o $object#-o $scratch/o.o#; s#-I$dir/plant#-I$scratch/plant#; s#-c (.*) $tree/$file\$#-c \1 $scratch/plant/$file#")" &&
		bash -c "$(made "$dir/kernel.o" "s#$object#$scratch/o.o#; s#-o $dir/kernel.o#-o $scratch/kernel.o#")" &&
		ld -r -o "$scratch/lane.o" "$scratch/kernel.o" "$dir/stubs.o" &&
		objcopy -w --keep-global-symbol='lane_*' "$scratch/lane.o" &&
		bash -c "$(made "$dir/replay" "s#$dir/lane.o#$scratch/lane.o#; s#-o $dir/replay#-o $scratch/replay#")"
}

# change TABLE NAME: 2: the anchor of NAME does not stand in this tree.
change() {
	local file
	file=$("$lane/plant.sh" "$1" "$tree" --file "$2")
	rm -rf "$scratch/plant"
	mkdir -p "$scratch/plant/$(dirname "$file")"
	"$lane/plant.sh" "$1" "$tree" "$2" >"$scratch/plant/$file" 2>/dev/null || return 2
	link_changed "$file"
}

# names TABLE
names() { sed -n 's/^\([A-Z][A-Z0-9_]*\)|.*/\1/p' "$1" | uniq; }

# in_kernel TABLE NAME: does the file have what the last column of one of its lines asks for?
in_kernel() {
	local file needs
	while IFS='|' read -r _ file _ _ _ _ needs; do
		[ ! -f "$tree/$file" ] || { [ -n "$needs" ] && ! grep -qF "$needs" "$tree/$file"; } || return 0
	done < <(grep "^$2|" "$1")
	return 1
}
