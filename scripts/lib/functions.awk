# SPDX-License-Identifier: GPL-2.0-only
#
# Reads llvm-cov report -show-functions; prints the functions of which fewer than
# -v limit=PERCENT of the branches were taken, the worst first.
/^File '/ {
	file = $2
	gsub(/'|:$/, "", file)
	sub(root, "", file)
}
# A function in a header has one copy for each file that includes it: the best counts.
NF == 10 && $8 ~ /^[0-9]+$/ && $8 > 0 && $1 != "TOTAL" {
	sub(/.*:/, "", $1)
	name = file ":" $1
	all[name] = $8
	if (!(name in taken) || taken[name] < $8 - $9)
		taken[name] = $8 - $9
}
END {
	for (name in all) {
		percent = 100 * taken[name] / all[name]
		if (percent < limit)
			printf "%5.1f %%  %4d of %4d  %s\n", percent, taken[name], all[name], name | "sort -n"
	}
}
