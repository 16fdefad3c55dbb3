# SPDX-License-Identifier: GPL-2.0-only
#
# Rows of bench as JSON, one a line, as the table that bench prints itself.
# With -f json.awk.

NR == 1 && field("unit") != "instructions" {
	printf "%-46s %12s %-4s %7s  %-40s %s\n", "what", "value", "", "ratio", "beside", "goal"
}

{
	printf "%-46s %12.1f %-4s ", field("what"), field("value"), field("unit")
	if (field("floor") != "")
		printf "%6.2fx  %8.1f %-31s", field("ratio"), field("floor"), field("beside")
	else
		printf "%7s  %-40s", "", ""
	printf " %s\n", field("goal")
}
