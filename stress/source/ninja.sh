#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# ninja.sh TREE KBUILD HOST DIR GEOMETRY KIND PLANT: a build.ninja for the folder DIR on
# stdout.  All paths are absolute; HOST is what ninja-host.sh builds.  See
# scripts/lib/source.sh.  GEOMETRY is a name of geometry.def; NAME-pairs: the same, but a
# free page spans two pageblocks at most.
#
# Flags of the kernel half are those of Kbuild for mm/page_isolation.o.  Every object
# has a depfile: a changed mm/*.c or header of the tree rebuilds what it must.
set -euo pipefail

tree=$1 kbuild=$2 host=$3 dir=$4 geometry=${5%-pairs} kind=$6 plant=$7
clang=${LANE_CLANG:-clang}
lane=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$lane/../.." && pwd)
# shellcheck source=stress/source/rules.sh
source "$lane/rules.sh"

# Files of the tree that are linked as they are.  Those that kern/ includes, to look
# at what is private to them, are not here: mm/{page_alloc,compaction,swap,memory_hotplug,balloon}.c,
# drivers/virtio/virtio_mem.c.
real="mm/page_isolation.c mm/migrate.c mm/memory-failure.c drivers/base/memory.c
	mm/mmzone.c mm/sparse.c mm/sparse-vmemmap.c mm/memblock.c mm/vmstat.c mm/mm_init.c mm/show_mem.c
	mm/folio-compat.c mm/balloon_compaction.c kernel/notifier.c lib/xarray.c lib/radix-tree.c lib/list_debug.c lib/hweight.c
	lib/find_bit.c lib/bitmap.c lib/interval_tree.c lib/rbtree.c lib/math/int_sqrt.c"

# GEOMETRY(id, name, cpus, nodes, pageblock_order, max_page_order, section_order,
# sections_per_block, blocks, six more, lru_batch, ...)
read -r nodes pageblock_order max_order section_order sections nr_blocks lru_batch < <(
	sed -nE "s/^GEOMETRY\([0-9]+, $geometry, *[0-9]+, *([0-9]+), *([0-9]+), *([0-9]+), *([0-9]+), *([0-9]+), *([0-9]+)(, *[0-9]+){6}, *([0-9]+),.*/\1 \2 \3 \4 \5 \6 \8/p" \
		"$root/core/mm/geometry.def") || { echo "no geometry '$geometry' in core/mm/geometry.def" >&2; exit 1; }
[ "$nodes $sections" = "1 1" ] ||
	{ echo "geometry $geometry: the lane has one node and one section a block" >&2; exit 1; }
# Per-CPU lists end below a pageblock, as in every real kernel.
costly=$((pageblock_order - 1 < 3 ? pageblock_order - 1 : 3))
[[ $5 != *-pairs ]] || max_order=$((max_order > pageblock_order ? pageblock_order + 1 : max_order))
# Before 6.10 isolation does not see to free pages that span pageblocks (README.md,
# SPANNING_ISOLATION): there the largest page is a pageblock, as without hugetlb.
grep -qE 'move_freepages_block_isolate|pageblock_isolate_and_move_free_pages' "$tree/include/linux/page-isolation.h" ||
	max_order=$pageblock_order
# The option counts orders, and not up to the largest, before MAX_PAGE_ORDER.
force=$max_order
grep -qE 'MAX_PAGE_ORDER|NR_PAGE_ORDERS' "$tree/include/linux/mmzone.h" || force=$((max_order + 1))

cmd=$(sed -nE 's/^(saved)?cmd_mm\/page_isolation.o := //p' "$kbuild/mm/.page_isolation.o.cmd")
[ -n "$cmd" ] || { echo "$kbuild/mm/.page_isolation.o.cmd has no command" >&2; exit 1; }
# Paths of Kbuild's output are made absolute: depfiles are read elsewhere.
flags=$(sed -E "s/^clang[^ ]* -I[^ ]* //; s/ -Wp,-MMD,[^ ]*//; s/ -c -o .*//; s/ -mcmodel=large//; s/ -W[^p ][^ ]*//g; s# -I\./# -I$kbuild/#g; s# -Imm # #" <<<"$cmd")

common="-DLANE_GEOMETRY='\"$geometry\"' -DLANE_PAGEBLOCK_ORDER=$pageblock_order -DLANE_MAX_ORDER=$max_order"
common+=" -DLANE_SECTION_ORDER=$section_order -DLANE_NR_BLOCKS=$nr_blocks"
kernel="-DLANE_COSTLY_ORDER=$costly -DLANE_LRU_BATCH=$lru_batch -DCONFIG_ARCH_FORCE_MAX_ORDER=$force -mcmodel=small -w -g"
# Since 6.19 a kernel for one CPU has per-CPU lists, and never uses them.
! grep -A1 -E '^#define pcp_spin_trylock\(ptr\)' "$tree/mm/page_alloc.c" | grep -qE '^\s+NULL$' || kernel+=" -DLANE_PCP_WANTS_SMP"
sanitize=''
if [ "$kind" = fuzz ]; then
	# These six are about the kernel's style (&NULL->member, flexible arrays), not mm.
	kernel+=" -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-coverage=trace-cmp,stack-depth"
	# Newer clangs put each variable into a group of its own, which image.lds cannot gather.
	apart=-fno-sanitize-address-globals-dead-stripping
	! $clang $apart -fsyntax-only -xc /dev/null 2>/dev/null || kernel+=" $apart"
	kernel+=" -fno-sanitize=alignment,bounds,shift,function,vptr,null -fno-sanitize-recover=all -fno-omit-frame-pointer"
	sanitize="-fsanitize=address,undefined"
fi


# Headers of the build first, then the planted copy, the lane's overlay, the tree.
includes="-I$dir/overlay -I$dir/plant -I$lane/overlay $flags -I$lane/kern -I$tree -I$tree/mm"

host_rules
cat <<N
rule kcc
  command = cd $kbuild && \$cc $includes -I\$src $common $kernel -MMD -MF \$out.d -c -o \$out \$in
  depfile = \$out.d
  deps = gcc
rule probe
  command = cd $kbuild && $lane/probe.sh $lane/probes.txt $dir $clang $includes $common $kernel -MMD -MF \$out.d -MT \$out > \$out
  depfile = \$out.d
  deps = gcc
rule make
  command = \$run > \$out
  restat = 1
rule kernel
  command = ld -r -T $lane/image.lds -o \$out \$in
rule stubs
  command = $lane/stubs.sh $lane/data_stubs.txt \$in > \$out.s && $clang -c -o \$out \$out.s
rule lane
  command = ld -r -o \$out \$in && objcopy -w --keep-global-symbol='lane_*' \$out
rule link
  command = $clang -no-pie \$extra -o \$out \$in -lbsd
N

# --- headers that the build makes ---
batch=linux/folio_batch.h
[ -f "$tree/include/$batch" ] || batch=linux/pagevec.h
for header in linux/mmzone.h $batch; do
	echo "build $dir/overlay/$header: make $tree/include/$header | $lane/overlay.sh"
	echo "  run = $lane/overlay.sh $tree/include/$header"
done
headers="$dir/overlay/linux/mmzone.h $dir/overlay/$batch"
echo "build $dir/overlay/probes.h: probe $lane/probes.txt | $headers $lane/probe.sh"
# What page_alloc.c includes: see kern/page_alloc.c.
headers+=" $dir/overlay/page_alloc_headers.h"
echo "build $dir/overlay/page_alloc_headers.h: make $tree/mm/page_alloc.c"
echo "  run = grep '^#include' $tree/mm/page_alloc.c"
# A planted bug, or a proposed fix.
if [ -n "$plant" ]; then
	table=$lane/plants.txt
	! grep -q "^$plant|" "$lane/fixes.txt" || table=$lane/fixes.txt
	planted=$("$lane/plant.sh" "$table" "$tree" --file "$plant")
	headers+=" $dir/plant/$planted"
	echo "build $dir/plant/$planted: make $tree/$planted | $table $lane/plant.sh"
	echo "  run = $lane/plant.sh $table $tree $plant"
fi

# --- the kernel half ---
objects=''
kcc() {
	objects+=" $dir/$1"
	echo "build $dir/$1: kcc $2 || $headers $dir/overlay/probes.h"
	echo "  src = $3"
}
for file in $real; do
	[ -f "$tree/$file" ] || continue
	from=$tree/$file
	[ "$file" != "${planted-}" ] || from=$dir/plant/$file
	kcc "real/${file//\//_}.o" "$from" "$tree/${file%/*}"
done
for file in "$lane"/kern/*.c; do
	kcc "kern/${file##*/}.o" "$file" "$lane"
done
echo "build $dir/kernel.o: kernel$objects | $lane/image.lds"
echo "build $dir/stubs.o: stubs $dir/kernel.o | $lane/stubs.sh $lane/data_stubs.txt"
echo "build $dir/lane.o: lane $dir/kernel.o $dir/stubs.o"

# --- the other half: what knows the geometry; HOST has the rest ---
hosts=''
for file in "$lane"/host/*.c; do
	hosts+=" $dir/host/${file##*/}.o"
	hcc "host/${file##*/}.o" "$file"
done

# program NAME OBJECTS LINK_FLAGS
program() {
	echo "build $dir/$1: link $2 $host/common.a $host/core.o$hosts $dir/lane.o"
	echo "  extra = $3"
}

for name in replay minimize swarm; do
	program $name "$host/$name.c.o" "$sanitize"
done
if [ "$kind" = plain ]; then
	program states "$host/states.c.o $host/trace.c.o $host/state.c.o" ""
fi
if [ "$kind" = fuzz ]; then
	for name in fuzz_source fuzz_source_interleave; do
		hcc "host/$name.c.o" "$lane/$name.c"
		program $name "$host/mutate_libfuzzer.c.o $host/stats.c.o $dir/host/$name.c.o" \
			"-fsanitize=fuzzer,address,undefined -Wl,--wrap=LLVMFuzzerTestOneInput -Wl,--wrap=mo_run_bytes"
	done
fi
