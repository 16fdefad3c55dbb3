# SPDX-License-Identifier: GPL-2.0-only
#
# A field of the JSON object that is this line; flat objects whose strings have no quotes.

function field(name,    value) {
	if (!match($0, "\"" name "\": (\"[^\"]*\"|[^,}]*)"))
		return ""
	value = substr($0, RSTART + length(name) + 4, RLENGTH - length(name) - 4)
	gsub(/^"|"$/, "", value)
	return value
}
