# SPDX-License-Identifier: GPL-2.0-only
#
# Reads rows "kind x ops ns mib" of scale.sh, prints a Markdown table with the fitted
# growth, writes -v json=FILE and -v svg=FILE.  Growth is the exponent b of c * x^b, by
# least squares on logarithms: 0 does not grow, 1 grows in proportion.  Of one row it
# is not known.

function fit(kind, column,    i, n, sx, sy, sxx, sxy, x, y) {
	for (i = 1; i <= NR; i++) {
		if (row[i, 1] != kind)
			continue
		x = log(row[i, 2]); y = log(row[i, column])
		n++; sx += x; sy += y; sxx += x * x; sxy += x * y
	}
	return n > 1 ? (n * sxy - sx * sy) / (n * sxx - sx * sx) : "unknown"
}

function exponent(b, digits, none) {
	return b == "unknown" ? none : sprintf("%." digits "f", b)
}

function world(gib) {
	return gib >= 1024 ? gib / 1024 " TiB" : gib " GiB"
}

# A decade is 60 pixels wide, a doubling of time or memory 20 high.
function plot(kind, left, label,    i, x, y, line1, line2, first, px) {
	first = 0
	for (i = 1; i <= NR; i++) {
		if (row[i, 1] != kind)
			continue
		if (!first)
			first = row[i, 2]
		px = left + 60 * log(row[i, 2] / first) / log(10)
		y1 = 260 - 20 * log(row[i, 4] / 50) / log(2)
		y2 = 260 - 20 * log(row[i, 5] / 4) / log(2)
		line1 = line1 sprintf("%.1f,%.1f ", px, y1)
		line2 = line2 sprintf("%.1f,%.1f ", px, y2)
		marks = marks sprintf("<circle cx='%.1f' cy='%.1f' r='4' fill='#0072b2'><title>%.0f ns an operation</title></circle>\n", px, y1, row[i, 4])
		marks = marks sprintf("<rect x='%.1f' y='%.1f' width='7' height='7' fill='#d55e00'><title>%.1f MiB</title></rect>\n", px - 3.5, y2 - 3.5, row[i, 5])
		marks = marks sprintf("<text x='%.1f' y='278' text-anchor='middle'>%s</text>\n", px, kind == "world" ? world(row[i, 2]) : "10^" int(log(row[i, 2]) / log(10) + 0.5))
	}
	return sprintf("<polyline points='%s' fill='none' stroke='#0072b2' stroke-width='2'/>\n<polyline points='%s' fill='none' stroke='#d55e00' stroke-width='2' stroke-dasharray='6 3'/>\n%s<text x='%d' y='298' text-anchor='start'>%s</text>\n", line1, line2, marks, left, label)
}

function axis(    out, i) {
	for (i = 0; i <= 11; i++) {
		out = out sprintf("<line x1='60' x2='700' y1='%d' y2='%d' stroke='#ddd'/>\n", 260 - 20 * i, 260 - 20 * i)
		if (i % 2 == 0) {
			out = out sprintf("<text x='54' y='%d' text-anchor='end' fill='#0072b2'>%d</text>\n", 264 - 20 * i, 50 * 2 ^ i)
			out = out sprintf("<text x='706' y='%d' fill='#d55e00'>%d</text>\n", 264 - 20 * i, 4 * 2 ^ i)
		}
	}
	return out
}

{
	for (i = 1; i <= NF; i++)
		row[NR, i] = $i
}

END {
	print "| world | operations | ns an operation | MiB |"
	print "|---|---|---|---|"
	for (i = 1; i <= NR; i++) {
		printf "| %s | %d | %.0f | %.1f |\n", row[i, 1] == "world" ? world(row[i, 2]) : "2 GiB", row[i, 3], row[i, 4], row[i, 5]
		list = list sprintf("%s\n  { \"kind\": \"%s\", \"x\": %s, \"operations\": %d, \"ns\": %s, \"mib\": %s }", i > 1 ? "," : "", row[i, 1], row[i, 2], row[i, 3], row[i, 4], row[i, 5])
	}
	wt = fit("world", 4); wm = fit("world", 5); ot = fit("ops", 4); om = fit("ops", 5)
	print ""
	printf "Growth with the size of the world: time %s, memory %s; with the number of operations: time %s, memory %s (exponents; %s, level %d).\n", exponent(wt, 2, "unknown"), exponent(wm, 2, "unknown"), exponent(ot, 2, "unknown"), exponent(om, 2, "unknown"), workload, level
	printf "{ \"schema\": \"memoffline-scale-1\", \"workload\": \"%s\", \"level\": %d, \"growth\": { \"world_time\": %s, \"world_memory\": %s, \"ops_time\": %s, \"ops_memory\": %s }, \"rows\": [%s\n] }\n", workload, level, exponent(wt, 3, "null"), exponent(wm, 3, "null"), exponent(ot, 3, "null"), exponent(om, 3, "null"), list > json
	printf "<svg xmlns='http://www.w3.org/2000/svg' width='760' height='320' font-family='sans-serif' font-size='12'>\n<rect width='760' height='320' fill='#fff'/>\n" > svg
	printf "<text x='60' y='18' fill='#0072b2'>&#9679; ns an operation</text><text x='700' y='18' text-anchor='end' fill='#d55e00'>&#9632; resident MiB</text>\n%s", axis() > svg
	printf "%s", plot("world", 100, "size of the world") > svg
	marks = ""
	printf "%s</svg>\n", plot("ops", 420, "number of operations (2 GiB world)") > svg
}
