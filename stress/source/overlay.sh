#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# overlay.sh HEADER: the tree's include/linux/mmzone.h, folio_batch.h or pagevec.h on stdout, with
# constants made to fit small geometries, as CONFIG_ARCH_FORCE_MAX_ORDER makes the
# largest order fit.  Exit 1 when a line is not where it was.
set -euo pipefail

edit() {
	local pattern=$1 line=$2
	grep -qE "$pattern" <<<"$text" || { echo "$file: no line like $pattern; see stress/source/overlay.sh" >&2; exit 1; }
	text=$(sed -E "s/$pattern/$line/" <<<"$text")
}

file=$1
text=$(cat "$file")
case $file in
*/mmzone.h)
	edit '^#define SUBSECTION_SHIFT 21$' '#define SUBSECTION_SHIFT (PAGE_SHIFT + LANE_PAGEBLOCK_ORDER)'
	edit '^#define PAGE_ALLOC_COSTLY_ORDER 3$' '#define PAGE_ALLOC_COSTLY_ORDER LANE_COSTLY_ORDER' ;;
*/folio_batch.h | */pagevec.h)
	edit '^#define (PAGEVEC|FOLIO_BATCH)_SIZE\s+[0-9]+$' '#define \1_SIZE LANE_LRU_BATCH' ;;
esac
printf '%s\n' "$text"
