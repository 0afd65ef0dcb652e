#!/usr/bin/env bats
# The report's page as a browser sees it: a headless Chromium.
load ../program/helpers

setup_file() {
	export LC_ALL=C.UTF-8 TZ=UTC
	local scenario
	for scenario in samples only_failures no_faults hostile; do
		python3 "$PROJECT/tests/lab/page_files.py" "$scenario" "$BATS_FILE_TMPDIR/$scenario"
		"$BIN/aggregate" --html "$BATS_FILE_TMPDIR/$scenario.html" "$BATS_FILE_TMPDIR/$scenario" >"$BATS_FILE_TMPDIR/$scenario.txt" || true
	done
}

# open_page SCENARIO [ARGUMENT...]: in the browser; what came of it is in seen.json.
open_page() {
	timeout 100 python3 "$PROJECT/tests/lab/page.py" "$BATS_FILE_TMPDIR/$1.html" "${@:2}" >"$BATS_TEST_TMPDIR/seen.json"
}

# seen FILTER: jq says that it is so.
seen() {
	jq --exit-status "$1" "$BATS_TEST_TMPDIR/seen.json" >/dev/null && return
	printf 'not so: %s\nof:\n' "$1"
	cat "$BATS_TEST_TMPDIR/seen.json"
	return 1
}

# Every picture there, as large as it should be, with lines or areas in it.
readonly DRAWN='[...document.querySelectorAll("svg.plot")].filter(svg => svg.getBoundingClientRect().width > 300 &&
	svg.getBoundingClientRect().height > 80 && svg.querySelector("path[stroke^=rgb], polygon")).length'

@test "opened from disk, a page with faults, with failures alone and without faults draws every picture, says nothing, asks for nothing" {
	local scenario
	for scenario in samples:9 only_failures:2 no_faults:4 hostile:7; do
		open_page "${scenario%:*}" --eval "$DRAWN"
		seen ".value == ${scenario#*:} and .console == [] and .requests == []"
	done
}

@test "on a phone nothing but tables and pictures is wider than the screen, and these scroll in their own box" {
	local scenario
	for scenario in samples hostile; do
		open_page "$scenario" --width 390 --eval '({ page: document.documentElement.scrollWidth, console: innerWidth,
			boxes: [...document.querySelectorAll("svg.plot, table")].filter(wide => !wide.closest(".wide, td")).length,
			text: Math.min(...[...document.querySelectorAll("svg.plot text, td, p")].map(text =>
				parseFloat(getComputedStyle(text).fontSize) * (text.ownerSVGElement ? text.ownerSVGElement.getBoundingClientRect().width / 960 : 1))) })'
		seen '.value.page == 390 and .value.boxes == 0 and .value.text >= 8 and .console == []'
	done
}

@test "text has the contrast of WCAG AA, in light and in dark" {
	local mode
	for mode in "" --dark; do
		open_page samples ${mode:+"$mode"} --eval "$(<"$PROJECT/tests/lab/contrast.js")"
		seen '.value.texts > 200 and .value.low == []'
	done
}

@test "a click on a fault's band leads to its row, and its curve opens to reasons and latencies" {
	open_page samples --eval '(() => {
		document.querySelector("#chart-latency .at a").dispatchEvent(new MouseEvent("click", { bubbles: true }));
		const row = document.querySelector(":target");
		const details = row.querySelector("details");
		const before = details.getBoundingClientRect().height;
		details.querySelector("summary").click();
		return { hash: location.hash, row: row.id, opened: details.open, grew: details.getBoundingClientRect().height > before + 50,
			text: details.innerText }; })()'
	seen '.value.hash == "#fault-1" and .value.row == "fault-1" and .value.opened and .value.grew
		and (.value.text | contains("600 x connection refused") and contains("before") and contains("p99, ms"))'
}

@test "pointing at a picture shows the values of that moment" {
	open_page samples --eval '(() => {
		const svg = document.querySelector("#chart-throughput svg");
		svg.scrollIntoView();
		const box = svg.getBoundingClientRect();
		const under = document.elementFromPoint(box.left + box.width * 0.3, box.top + box.height * 0.5);
		return under.querySelector("title").textContent; })()'
	seen '.value | test("^0:[0-9.]+ \\(10:00:[0-9]+\\)\nanswered right: 600 requests/s\nfailed: 0 requests/s$")'
}

@test "printed, it is a few pages of paper" {
	open_page samples --print "$BATS_TEST_TMPDIR/report.pdf"
	[[ $(head --bytes=5 "$BATS_TEST_TMPDIR/report.pdf") == %PDF- ]]
	local pages
	pages=$(grep --text --count '/Type /Page$' "$BATS_TEST_TMPDIR/report.pdf" || true)
	((pages >= 2 && pages <= 12))
}
