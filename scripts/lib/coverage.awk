# SPDX-License-Identifier: GPL-2.0-only
#
# Reads llvm-cov show -show-branches=count -show-expansions, prints a table of
# branches and lines by file; -v list=1: every outcome that never happened.
# Exits 1 when fewer than -v min=PERCENT of the branches were taken, 2 when there are none.
# -v state=FILE: outcomes that happened are written there, one a line: file, text of the
# source line, which of the branches in lines with this text, outcome.  -v last=FILE: one
# of an earlier run; what happened then and never now is listed, unless the line is gone.
#
# A function in a header has one copy for each file that includes it: copies of a
# branch count as one.  Of conditions inside macros only likely() and unlikely()
# count: MUST() cannot fail, and old bugs are not compiled in, nor is what is asked only
# with one of them or of an older kernel.  The statements of MUST() and VM_BUG_ON*() are
# left out: what they guard against is a violation.

function branch(key, counts) {
	if (asserts)
		return
	split(counts, outcome, /True: |, False: |\]/)
	if (outcome[2] == "0" && outcome[3] == "0" && source ~ /(oldbug|kernel_until|kernel_of|published)\(.*&&/)
		return
	if (!(key in place)) {
		place[key] = file ":" line
		name[key] = file "\t" source "\t" ++same_text[file, source]
		order[++nr_keys] = key
		file_of[key] = file
	}
	if (outcome[2] != "0")
		taken[key, "true"] = 1
	if (outcome[3] != "0")
		taken[key, "false"] = 1
}

function row(name, h, a, hl, l) {
	printf "%-30s %5d of %5d %6.1f %%  %6d of %5d %6.1f %%\n", name,
		h, a, a ? 100 * h / a : 100, hl, l, l ? 100 * hl / l : 100
}

/^\// {
	file = $0
	sub(root, "", file)
	sub(/:$/, "", file)
	files[++nr_files] = file
}

# "  335|  29.3M|	if (...": a line of the file itself.
/^ *[0-9]+\|/ {
	line = $0
	sub(/\|.*/, "", line)
	line += 0
	split($0, column, "|")
	source = $0
	sub(/^[^|]*\|[^|]*\|/, "", source)
	gsub(/^[ \t]+|[ \t]+$/, "", source)
	if (ended)
		asserts = 0
	if ($0 ~ /(MUST|VM_BUG_ON(_PFN|_PAGE)?)\(/)
		asserts = 1
	ended = $0 ~ /;/
	if (column[2] ~ /[0-9]/) {
		lines[file]++
		hit_lines[file] += column[2] + 0 > 0
	}
}

/#define / {
	macro = $0
	sub(/.*#define /, "", macro)
	sub(/[( ].*/, "", macro)
	nth = 0
}

/Branch \(.*True: / {
	at = $0
	sub(/.*Branch \(/, "", at)
	sub(/\).*/, "", at)
	if ($0 ~ /^  \|  Branch/)
		branch(file ":" at, $0)
	else if (macro ~ /^(likely|unlikely)$/)
		branch(file ":" line ":" macro ++nth, $0)
}

END {
	for (i = 1; i <= nr_keys; i++) {
		key = order[i]
		for (j = 0; j < 2; j++) {
			which = j ? "false" : "true"
			all[file_of[key]]++
			if ((key, which) in taken) {
				hit[file_of[key]]++
				if (state)
					print name[key] "\t" which > state
			} else {
				if (list)
					print place[key] ": never " which
				now_not[name[key] "\t" which] = place[key] ": no longer " which
			}
		}
	}
	while (last && (getline was < last) > 0)
		if (was in now_not)
			print "lost: " now_not[was]
	printf "%-30s %23s  %24s\n", "", "branches", "lines"
	for (i = 1; i <= nr_files; i++) {
		f = files[i]
		row(f, hit[f], all[f], hit_lines[f], lines[f])
		h += hit[f]; a += all[f]; hl += hit_lines[f]; l += lines[f]
	}
	row("all", h, a, hl, l)
	if (!a) {
		print "no branch of these files is in the profile"
		exit 2
	}
	if (100 * h / a < min) {
		print "fewer than " min " % of the branches"
		exit 1
	}
}
