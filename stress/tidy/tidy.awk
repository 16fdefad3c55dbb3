# SPDX-License-Identifier: GPL-2.0-only
#
# Reads C sources and headers whose names are relative to the project's root;
# prints "file:line: rule: what is wrong, what was expected" for every breach of
# DESIGN.md sections 3, 4 and 9.  Text only: what needs objects is in objects.sh.
#
# Relies on the layout that .clang-format gives: a function's braces stand in
# column 0 or end its first line, nothing else of the kind does.

BEGIN {
	split("lib sched mm policy drivers check op", order)
	split("0 1 2 3 3 4 5", level)
	for (i in order)
		layer[order[i]] = level[i]
	prints = "v?f?printf|vdprintf|dprintf|f?puts|putchar|f?putc|fwrite|perror"
	allocs = "malloc|calloc|realloc|reallocarray|aligned_alloc|posix_memalign|" \
		 "strdup|strndup|v?asprintf|open_memstream|mmap|munmap|free"
}

function complain(rule, text)
{
	printf "%s:%d: %s: %s\n", FILENAME, FNR, rule, text
	bad = 1
}

# "core/mm/x.h" -> "mm"; "core/x.h" -> "top"; "fuzz/x.h" -> "outside".
function layer_of(file,   part, n)
{
	n = split(file, part, "/")
	if (part[1] != "core")
		return "outside"
	return n > 2 ? part[2] : "top"
}

# Resolves "." and ".." of a path.
function normal(path,   part, n, i, out, m)
{
	n = split(path, part, "/")
	m = 0
	for (i = 1; i <= n; i++) {
		if (part[i] == ".." && m > 0)
			m--
		else if (part[i] != "." && part[i] != "")
			out[++m] = part[i]
	}
	path = out[1]
	for (i = 2; i <= m; i++)
		path = path "/" out[i]
	return path
}

function exists(path,   line, found)
{
	if (!(path in known)) {
		found = (getline line < path) >= 0
		close(path)
		known[path] = found
	}
	return known[path]
}

# The project's file that an include line means, "" for a system header.
function included(name,   dir, path)
{
	dir = FILENAME
	sub(/[^\/]*$/, "", dir)
	path = normal(dir name)
	if (exists(path))
		return path
	path = normal("core/" name)
	return exists(path) ? path : ""
}

function check_include(name,   target, from, to)
{
	target = included(name)
	if (target == "")
		return
	from = layer_of(FILENAME)
	to = layer_of(target)
	if (from == "outside") {
		if (FILENAME !~ /^stress\/(unit\/|source\/|tables\.c$)/ && to != "outside" &&
		    target != "core/memoffline.h")
			complain("layers", "includes " target ", expected core/memoffline.h only")
		return
	}
	if (from == "top" || (from == "op" && target == "core/memoffline.h"))
		return
	if (to == "outside" || to == "top")
		complain("layers", "includes " target ", which stands above " from "/")
	else if (!(to in layer) || !(from in layer))
		complain("layers", "includes " target ", expected a layer that DESIGN.md names")
	else if (layer[to] > layer[from])
		complain("layers", "includes " target ", but " to "/ stands above " from "/")
	else if (layer[to] == layer[from] && to != from)
		complain("layers", "includes " target ", but " from "/ and " to "/ do not see each other")
}

# Removes comments and string contents; block comments carry over lines.
function code_of(line,   out, c, two)
{
	out = ""
	while (line != "") {
		c = substr(line, 1, 1)
		two = substr(line, 1, 2)
		if (in_comment) {
			if (two == "*/") {
				in_comment = 0
				line = substr(line, 3)
			} else
				line = substr(line, 2)
		} else if (two == "/*") {
			in_comment = 1
			line = substr(line, 3)
		} else if (two == "//") {
			break
		} else if (match(line, /^"([^"\\]|\\.)*"/) || match(line, /^'([^'\\]|\\.)*'/)) {
			out = out c c
			line = substr(line, RLENGTH + 1)
		} else {
			out = out c
			line = substr(line, 2)
		}
	}
	return out
}

function calls(code, names)
{
	return code ~ ("(^|[^A-Za-z0-9_>.])(" names ")[ \t]*\\(")
}

# Who may print: where a run ends for good.
function may_print()
{
	return FILENAME ~ /^core\/(lib\/must|lib\/violation|op\/report|op\/memoffline)\.c$/
}

# Who may allocate: what creates and destroys, told by its name.
function may_allocate()
{
	return FILENAME == "core/mm/world.c" ||
	       function_name ~ /_(create|destroy)(_|$)/ ||
	       (FILENAME ~ /^core\/(check|op)\// && function_name ~ /_(init|free)$/)
}

FNR == 1 {
	in_comment = 0
	opened = 0
	function_name = ""
	if ($0 !~ /SPDX-License-Identifier: GPL-2\.0-only/)
		complain("spdx", "expected SPDX-License-Identifier: GPL-2.0-only in the first line")
}

/^[ \t]*#[ \t]*include[ \t]*["<]/ && !in_comment {
	split($0, quoted, /["<>]/)
	check_include(quoted[2])
}

{
	code = code_of($0)
	if (code ~ /^[A-Za-z_].*\(/ && match(code, /[A-Za-z_0-9]+[ \t]*\(/)) {
		function_name = substr(code, RSTART, RLENGTH)
		sub(/[ \t]*\(/, "", function_name)
	}
	if (code ~ /^\{/ || code ~ /^[A-Za-z_].*\)[ \t]*\{[ \t]*$/)
		opened = FNR
	if (code ~ /^\}/ && opened) {
		if (FNR - opened + 1 > 70)
			complain("length", function_name "() has " FNR - opened + 1 " lines, expected at most 70")
		opened = 0
	}
}

FILENAME ~ /^core\// && code !~ /^[ \t]*#/ {
	if (calls(code, prints) && !may_print())
		complain("printing", "the library does not print, expected a result or violation_raise()")
	if (calls(code, allocs) && !may_allocate())
		complain("allocation", "nothing is allocated after creation, expected it in a create function")
}

END { exit bad }
