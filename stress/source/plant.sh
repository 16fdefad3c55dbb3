#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# plant.sh PLANTS TREE NAME: the file that planted bug NAME of the table PLANTS
# changes, on stdout, with the change.  The tree is only read.  Exit 1 when there is
# no such bug, or when its anchor does not stand in the file as often as it should.
#
# plant.sh PLANTS TREE --file NAME: only the name of that file.
set -euo pipefail

table=$1 tree=$2
shift 2
only=''
[ "$1" != --file ] || { only=1; shift; }
name=$1
mapfile -t lines < <(awk -F'|' -v n="$name" '$1 == n' "$table")
[ ${#lines[@]} -gt 0 ] ||
	{ echo "no planted bug '$name', there are: $(sed -n 's/^\([A-Z][A-Z0-9_]*\)|.*/\1/p' "$table" | sort -u | paste -sd' ')" >&2; exit 1; }
# A bug has a line for each form that the file has had: the first that fits.
for line in "${lines[@]}"; do
	IFS='|' read -r _ file place from to _ <<<"$line"
	[ ! -f "$tree/$file" ] || [ "$(grep -cF -- "$from" "$tree/$file")" != "${place#*/}" ] || break
done
if [ -n "$only" ]; then
	echo "$file"
	exit
fi
[ -f "$tree/$file" ] || { echo "planted bug $name: $tree has no $file" >&2; exit 1; }
FROM=$from TO=$to NAME=$name PLACE=$place awk '
	BEGIN { from = ENVIRON["FROM"]; to = ENVIRON["TO"]; split(ENVIRON["PLACE"], place, "/") }
	{
		at = index($0, from)
		if (at && ++nr == place[1])
			$0 = substr($0, 1, at - 1) to substr($0, at + length(from))
		print
	}
	END {
		if (nr != place[2]) {
			printf "planted bug %s: its anchor stands in %d lines of %s, expected %d: %s\n",
				ENVIRON["NAME"], nr, FILENAME, place[2], from >"/dev/stderr"
			exit 1
		}
	}' "$tree/$file"
