# files_page.awk - metrics/README.md, which people read in the tree, as the page
# ringstorm-files(5). Knows the Markdown that stands there: headings, paragraphs, bullets,
# tables, code, and in a line `code`, **terms** and [words](links).

# fonts TEXT MARK FONT: what stands between two marks in that font.
function fonts(text, mark, font,    parts, count, result, i) {
	count = split(text, parts, mark)
	result = parts[1]
	for (i = 2; i <= count; i++)
		result = result (i % 2 ? "\\fP" : "\\f" font) parts[i]
	return result
}

function inline(text,    link, middle) {
	gsub(/\\/, "\\e", text)
	while (match(text, /\[[^]]*\]\([^)]*\)/)) {
		link = substr(text, RSTART + 1, RLENGTH - 2)
		middle = index(link, "](")
		text = substr(text, 1, RSTART - 1) substr(link, 1, middle - 1) " (" substr(link, middle + 2) ")" \
			substr(text, RSTART + RLENGTH)
	}
	return fonts(fonts(text, "`", "B"), "[*][*]", "I")
}

function put(text) {
	text = inline(text)
	gsub(/\. /, ".\n", text)
	if (text ~ /^[.']/)
		text = "\\&" text
	print text
}

function quoted(text) {
	text = inline(text)
	gsub(/"/, "\\(dq", text)
	return "\"" text "\""
}

function close_list() {
	if (list) {
		print ".El"
		fresh = 0
	}
	list = columns = 0
	unit = ""
}

function close_code() {
	if (code)
		print ".Ed"
	code = 0
}

function heading(macro, text) {
	close_list()
	close_code()
	gsub(/`/, "", text)
	print macro, text
	fresh = 1
}

BEGIN {
	print ".Dd November 21, 2026\n.Dt RINGSTORM-FILES 5\n.Os\n.Sh NAME\n.Nm ringstorm-files"
	print ".Nd the files of a run\n.Sh DESCRIPTION"
	fresh = 1
}

/^```/ {
	close_list()
	fence = !fence
	print fence ? ".Bd -literal" : ".Ed"
	next
}
fence {
	gsub(/\\/, "\\e")
	print $0 ~ /^[.']/ ? "\\&" $0 : $0
	next
}
/^# / { next }
/^## / { heading(".Sh", substr($0, 4)); next }
/^### / { heading(".Ss", substr($0, 5)); next }

/^    / {
	close_list()
	if (!code)
		print ".Bd -literal -offset indent"
	code = 1
	print inline(substr($0, 5))
	next
}

/^\|[-|]+\|$/ { next }
/^\|/ {
	count = split(substr($0, 2), cells, / *\| */)
	sub(/^ */, "", cells[1])
	if (!columns) {
		columns = count
		unit = cells[2]
		print ".Bl -tag -width Ds"
		list = 1
		next
	}
	print ".It " quoted(cells[1])
	if (unit == "unit") {
		if (cells[2] != "")
			print "\\&[" inline(cells[2]) "]"
		put(cells[3])
	} else {
		put(cells[2])
		if (cells[3] != "" && columns > 3)
			print "\\&(" inline(cells[3]) ")"
	}
	next
}

/^- / {
	if (!list)
		print ".Bl -bullet"
	list = 1
	print ".It"
	put(substr($0, 3))
	next
}
/^  / && list { put(substr($0, 3)); next }

/^$/ {
	close_list()
	close_code()
	paragraph = 1
	next
}

{
	if (paragraph && !fresh)
		print ".Pp"
	paragraph = fresh = 0
	put($0)
}

END {
	close_list()
	close_code()
	print ".Sh SEE ALSO\n.Xr aggregate 1 ,\n.Xr stress_client 1 ,\n.Xr ringstorm 7"
}
