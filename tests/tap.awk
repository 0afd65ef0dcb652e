# tap.awk - count what a suite says in TAP; see tap.sh.

function fail(what) {
	failed++
	printf "%s: %s\n", suite, what >> tally
}

function end_document() {
	if (documents && seen != planned) {
		print "not ok - " suite " ended after " seen " of " planned " tests"
		fail("ended after " seen " of " planned " tests, the last: " last)
	}
}

/^1\.\.[0-9]+/ {
	end_document()
	documents++
	planned = substr($0, 4) + 0
	seen = 0
	last = "none"
}

/^(not )?ok / {
	seen++
	last = $0
	if ($1 == "not")
		fail($0)
	else if (index($0, "# skip " expected_skip) && expected_skip)
		skipped++
	else if ($0 ~ /# *[Ss][Kk][Ii][Pp]/)
		fail("skipped: " $0)
	else
		passed++
}

/^#status [0-9]+$/ {
	status = $2
	next
}

{
	print
	fflush()
}

END {
	end_document()
	if (!documents)
		fail("ended without a plan")
	if (status && !failed)
		fail("ended with status " status)
	line = sprintf("%d passed, %d failed", passed, failed)
	print "# " suite ": " line (skipped ? ", " skipped " skipped: " expected_skip : "")
	print line >> tally
	exit failed > 0
}
