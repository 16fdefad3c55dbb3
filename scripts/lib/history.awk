# SPDX-License-Identifier: GPL-2.0-only
#
# Plots the history that bench.sh keeps (rows as JSON, one a line) as SVG: a small panel
# for each row of the last run, over all runs from the oldest to the newest.  A panel
# shows how many times its floor a number is, or the number where it has none; it starts
# at zero, so half the height is half the cost.  With -f json.awk.

function escaped(text) {
	gsub(/&/, "\\&amp;", text)
	gsub(/</, "\\&lt;", text)
	sub(/^ +/, "", text)
	return text
}

function short(value) {
	value += 0
	return value >= 1000 ? sprintf("%.0f", value) : value >= 10 ? sprintf("%.1f", value) : sprintf("%.2f", value)
}

# Width 250, height 44 for the line.
function panel(what, left, top,    i, x, y, high, line, marks, first, last, unit) {
	for (i = 1; i <= nr_runs; i++)
		if ((what, i) in value && value[what, i] > high)
			high = value[what, i]
	for (i = 1; i <= nr_runs; i++) {
		if (!((what, i) in value))
			continue
		x = left + (nr_runs > 1 ? 240 * (i - 1) / (nr_runs - 1) : 120)
		y = top + 64 - 40 * value[what, i] / (high > 0 ? high : 1)
		line = line sprintf("%.1f,%.1f ", x, y)
		marks = marks sprintf("<circle cx='%.1f' cy='%.1f' r='3' fill='#0072b2'><title>%s: %s</title></circle>\n", x, y, escaped(name[i]), short(value[what, i]) units[what])
		if (first == "")
			first = value[what, i]
		last = value[what, i]
	}
	unit = units[what]
	printf "<text x='%d' y='%d'>%s</text>\n", left, top + 12, escaped(what)
	printf "<text x='%d' y='%d' text-anchor='end' font-weight='bold'>%s</text>\n", left + 300, top + 68, short(last) unit
	printf "<line x1='%d' x2='%d' y1='%d' y2='%d' stroke='#bbb'/>\n", left, left + 240, top + 64, top + 64
	printf "<polyline points='%s' fill='none' stroke='#0072b2' stroke-width='1.5'/>\n%s", line, marks
}

field("what") == "" || field("value") == "" || field("commit") == "" { broken = 1; exit 1 }

{
	run = field("when") " " field("commit")
	if (run != last_run) {
		name[++nr_runs] = run
		last_run = run
		nr_whats = 0
	}
	what = field("what")
	order[++nr_whats] = what
	value[what, nr_runs] = field("ratio") != "" ? field("ratio") : field("value")
	units[what] = field("ratio") != "" ? "x" : field("unit") == "instructions" ? "" : " " field("unit")
}

END {
	if (broken || !nr_runs)
		exit 1
	rows = int((nr_whats + 2) / 3)
	height = 60 + 90 * rows + 16 * int((nr_runs + 3) / 4)
	printf "<svg xmlns='http://www.w3.org/2000/svg' width='1010' height='%d' font-family='sans-serif' font-size='11'>\n<rect width='1010' height='%d' fill='#fff'/>\n", height, height
	print "<text x='20' y='22' font-size='14'>What the harness costs, run by run: times its floor (x), or as measured; each panel from 0, oldest run left</text>"
	for (i = 1; i <= nr_whats; i++)
		panel(order[i], 20 + 330 * ((i - 1) % 3), 36 + 90 * int((i - 1) / 3))
	for (i = 1; i <= nr_runs; i++)
		printf "<text x='%d' y='%d' fill='#555'>%d: %s</text>\n", 20 + 245 * ((i - 1) % 4), 60 + 90 * rows + 16 * int((i - 1) / 4), i, escaped(name[i])
	print "</svg>"
}
