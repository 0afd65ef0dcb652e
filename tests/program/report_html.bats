#!/usr/bin/env bats
# aggregate --html: the report as one page.
load helpers

setup() {
	export LC_ALL=C.UTF-8 TZ=UTC
	folder=$BATS_TEST_TMPDIR/metrics
	page=$BATS_TEST_TMPDIR/report.html
	mkdir "$folder"
}

# files SCENARIO: those of tests/lab/page_files.py, in $folder.
files() {
	python3 "$PROJECT/tests/lab/page_files.py" "$1" "$folder"
}

# report [ARGUMENT...]: of $folder, into $page.
report() {
	run timeout 60 "$BIN/aggregate" --html "$page" "$@" "$folder"
}

# check: the page is sound; what is in it is in check.json then.
check() {
	python3 "$PROJECT/tests/lab/page_check.py" "$page" >"$BATS_TEST_TMPDIR/check.json"
}

# page_has FILTER: jq says that it is so of what is in the page.
page_has() {
	jq --exit-status "$1" "$BATS_TEST_TMPDIR/check.json" >/dev/null && return
	printf 'not so: %s\nof:\n' "$1"
	jq --compact-output '{verdict, figures, charts, tables}' "$BATS_TEST_TMPDIR/check.json"
	return 1
}

# bare_path: a PATH with the tools of a test, and without gnuplot.
bare_path() {
	local tool path
	mkdir -p "$BATS_TEST_TMPDIR/tools"
	for tool in timeout cat sleep; do
		path=$(command -v "$tool")
		ln -s "$path" "$BATS_TEST_TMPDIR/tools/$tool"
	done
	printf '%s' "$BATS_TEST_TMPDIR/tools"
}

@test "a page is sound, loads nothing, and no id of its pictures is there twice" {
	files samples
	report
	expect_status 0
	check
	page_has '.charts | keys == ["failures", "latency", "percentiles", "samples-1", "samples-2", "samples-3", "samples-4",
		"servers", "throughput"]'
	page_has '[.charts[]] | all(. > 20 and . <= 400)'
	[[ $(grep --count '<svg class="plot"' "$page") == 9 ]]
	grep --quiet "default-src 'none'" "$page"
}

@test "the page says what the text and final_report.json say" {
	files samples
	report --output-dir "$BATS_TEST_TMPDIR/out" --thresholds 'p99 < 20ms'
	expect_status 3
	check
	page_has '.verdict == "FAILED" and (.text | contains("1 of 1 thresholds was missed") or contains("The threshold was missed"))'
	jq --slurp --exit-status '.[0] as $page | .[1] as $json
		| ($page.tables.latency | map({key: .[0], value: (.[1] | gsub(","; "") | tonumber)}) | from_entries) as $latency
		| $latency.p50 == $json.latency_stats.median_ms and $latency.p99 == $json.latency_stats.p99_ms
		and $latency["p99.9"] == $json.latency_stats.p999_ms and $latency.maximum == $json.latency_stats.max_ms
		and ($page.text | contains("22,800 answered right, 600 failed, 0 not sent, 0 unaccounted for"))
		and $json.successful_requests == 22800 and $json.failed_requests == 600
		and ($page.tables.faults | length) == ($json.faults | length)
		and ($page.tables.faults[0][7] | tonumber) == $json.faults[0].failed
		and ($page.tables.machines | map(.[2] | gsub(","; "") | tonumber)) == ($json.machines | map(.requests))' \
		"$BATS_TEST_TMPDIR/check.json" "$BATS_TEST_TMPDIR/out/final_report.json"
}

@test "latencies below a millisecond are told to the microsecond everywhere" {
	python3 - "$PROJECT/tests/lab" "$folder" <<-'END'
		import sys
		sys.path.insert(0, sys.argv[1])
		import fault_files
		fault_files.HEALTHY = [[us // 1000 for us in values] for values in fault_files.HEALTHY]
		fault_files.HEALTHY_TEXTS = [fault_files.histogram(values) for values in fault_files.HEALTHY]
		fault_files.one(sys.argv[2])
	END
	report
	expect_status 0
	check
	page_has '.figures["p50 / p99, service time"] | test("^0[.]02[0-9] / 0[.]02[0-9] ms$")'
	page_has '.text | test("p50 0[.]900 ms, p99 0[.]900 ms")'
	page_has '.text | test("before *0[.]02[0-9] *0[.]02[0-9]")'
	grep --quiet --extended-regexp '^ 1  kill server 1 +0\.02[0-9] +0\.02[0-9] ' <<<"$output"
}

@test "the points of a picture add up to the requests of the run" {
	files only_failures
	report
	check
	# A table of the numbers is below each picture: requests a second, times the length of a point.
	python3 - "$page" <<-'END'
		import re, sys
		page = open(sys.argv[1], encoding="utf-8").read()
		seconds = float(re.search(r"A point is ([0-9.]+) s long", page)[1])
		table = page.split('id="chart-throughput"')[1].split("</figure>")[0].split("<tbody>")[1]
		failed = [float(row.split('class="n">')[2].split("<")[0].replace(",", "")) for row in table.split("</tr>") if "<td" in row]
		assert round(sum(failed) * seconds) == 12000, sum(failed) * seconds
	END
}

@test "names are shown and are nothing else: in HTML, in pictures, for gnuplot" {
	files hostile
	report
	expect_status 0
	check
	local name
	for name in run driver reason server operation phase stopped program version KEY=value target kind relay figure; do
		page_has ".text | contains(\"$name <script>alert(1)</script>\\\"'>&\`id\`_{x}^y@\\\\n\$(id)\")"
	done
	page_has '.charts | length == 7'
	[[ $(grep --count '<svg class="plot"' "$page") == 7 ]]
	# In the legends, as gnuplot wrote them.
	grep --quiet "<text>reason &lt;script&gt;alert(1)&lt;/script&gt;\|<text>reason &lt;script>alert(1)&lt;/script>" "$page"
	# Nothing that gnuplot would have run or set in another type.
	[[ $(cat "$page") != *uid=* && $(cat "$page") != *baseline-shift* ]]
	[[ $(cat "$page") != *swordfish* ]]
	page_has '.text | contains("API_TOKEN=(not shown)")'
}

@test "without gnuplot the numbers are there, and a line says what is missing" {
	files samples
	local tools
	tools=$(bare_path)
	PATH=$tools report
	expect_status 0
	check
	page_has '.charts | length == 9'
	page_has '.text | contains("The pictures are missing: gnuplot is not installed") and contains("setup.sh")'
	page_has '.tables.faults | length == 1'
	[[ $(grep --count '<svg class="plot"' "$page") == 0 ]]
	[[ $(grep --count 'Numbers</summary>' "$page") == 9 ]]
}

@test "a gnuplot that fails is named, and the page still comes" {
	files samples
	local tools
	tools=$(bare_path)
	printf '#!/bin/sh\necho "line 7: no such terminal" >&2\nexit 1\n' >"$tools/gnuplot"
	chmod +x "$tools/gnuplot"
	PATH=$tools report
	expect_status 0
	check
	page_has '.text | contains("The pictures are missing: gnuplot failed: line 7: no such terminal")'
}

@test "a run of no request, of one, and of failures alone is a page with its verdict" {
	files no_request
	report
	expect_status 1
	check
	page_has '.verdict == "FAILED" and .figures["answered right"] == "no request"'
	rm -r "$folder"
	files one_request
	report
	expect_status 0
	check
	page_has '.verdict == "PASSED" and .figures["answered right"] == "100 %" and .charts.throughput == 1'
	rm -r "$folder"
	files only_failures
	report
	expect_status 1
	check
	page_has '.verdict == "FAILED" and .figures["answered right"] == "0.00 %" and (.text | contains("no request succeeded"))'
	page_has '.charts | keys == ["failures", "throughput"]'
}

@test "a timeline that stops in the middle, and a clock that jumps, leave gaps and not inventions" {
	files stops
	report
	expect_status 6
	check
	page_has '.verdict == "PARTIAL" and (.text | contains("Machine 2"))'
	page_has '.tables.machines[1][4] == "no"'
	rm -r "$folder"
	files jump
	report
	expect_status 6
	check
	# The minute that nobody saw has no figure: not nothing.
	page_has '.charts.throughput > 40'
	grep --quiet '0:30 (10:00:30)</td><td class="n">-</td>' "$page"
	rm -r "$folder"
	files apart
	report
	check
	page_has '.text | contains("the timelines lie too far apart to be one run")'
}

@test "clients that are missing are named, and the rest still counts" {
	python3 "$PROJECT/tests/lab/metric_files.py" missing "$folder"
	report
	expect_status 6
	check
	page_has '.verdict == "PARTIAL" and (.text | contains("Machine 1: the files of clients 2-5 are missing."))'
}

@test "figures out of all proportion, and below nothing, are drawn as well" {
	files strange
	report
	expect_status 0
	check
	page_has '.charts | length == 9'
	[[ $(grep --count '<svg class="plot"' "$page") == 9 ]]
}

@test "a page that cannot be written is said, and the text is printed all the same" {
	files no_faults
	touch "$BATS_TEST_TMPDIR/file"
	page=$BATS_TEST_TMPDIR/file/report.html report --output-dir "$BATS_TEST_TMPDIR/file/out"
	expect_status 1
	expect_text "file/report.html: Not a directory" "file is no folder" "VERDICT: PASSED" "End of Report"
}

@test "a page that is there already is replaced as a whole, and - is stdout" {
	files no_faults
	printf 'old\n' >"$page"
	report
	expect_status 0
	check
	[[ $(ls "$BATS_TEST_TMPDIR") != *tmp* ]]
	run "$BIN/aggregate" --html - "$folder"
	expect_status 0
	[[ ${lines[0]} == "<!DOCTYPE html>" && $output != *"VERDICT:"* ]]
	diff "$page" - <<<"$output"
}
