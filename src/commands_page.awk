# commands_page.awk PAGE SCRIPT... - the page with, in place of @COMMANDS@, the comments
# at the heads of the scripts, which are what they print with --help.

function text(line) {
	gsub(/\\/, "\\e", line)
	return line ~ /^[.']/ ? "\\&" line : line
}

function prose(line) {
	line = text(line)
	gsub(/[.][.][.] /, "...\001", line)
	gsub(/[.] /, ".\n", line)
	gsub(/\001/, " ", line)
	print line
}

# The first line: "NAME.sh ARGUMENTS - what it does".
function begin(line,    dash) {
	dash = index(line, " - ")
	name = substr(line, 1, dash - 1)
	sub(/\.sh/, "", name)
	print ".Ss " (index(name, " ") ? substr(name, 1, index(name, " ") - 1) : name)
	print ".D1 " text("ringstorm " name)
	print ".Pp"
	line = substr(line, dash + 3)
	prose(line ~ /^[a-z_]+[.]/ ? line : toupper(substr(line, 1, 1)) substr(line, 2))
}

function go_on(line) {
	if (line == "") {
		if (literal)
			print ".Ed"
		literal = 0
		apart = 1
	} else if (line ~ /^ /) {
		if (!literal)
			print ".Bd -literal -offset indent"
		literal = 1
		print text(substr(line, 3))
	} else {
		if (apart)
			print ".Pp"
		prose(line)
	}
	if (line != "")
		apart = 0
}

function command(file,    line, number) {
	literal = apart = 0
	while ((getline line <file) > 0 && (number == 0 || line ~ /^#/)) {
		sub(/^# ?/, "", line)
		if (number == 1)
			begin(line)
		else if (number > 1)
			go_on(line)
		number++
	}
	if (literal)
		print ".Ed"
	close(file)
}

BEGIN {
	count = ARGC - 2
	for (i = 2; i < ARGC; i++)
		scripts[i] = ARGV[i]
	ARGC = 2
}

/^@COMMANDS@$/ {
	for (i = 2; i < 2 + count; i++)
		command(scripts[i])
	next
}
{ print }
