#!/usr/bin/env bats
# history.sh: the runs that there are, and which of them is the baseline.
load helpers

setup() {
	export WORK_DIR=$BATS_TEST_TMPDIR
	cd "$WORK_DIR" || return
	python3 "$PROJECT/tests/lab/compare_files.py" metrics/one
	python3 "$PROJECT/tests/lab/compare_files.py" metrics/two seed=2 verdict=fail
	mkdir metrics/previous
}

history() {
	"$PROJECT/scripts/history.sh" "$@"
}

@test "each run with a report has a line: verdict and key figures" {
	run history
	expect_status 0
	[[ ${#lines[@]} -eq 3 ]]
	[[ ${lines[1]} == "  metrics/one "*passed*"20.00 ms"* ]]
	[[ ${lines[2]} == "  metrics/two "*failed* ]]
}

@test "--baseline marks a run, and compare takes it" {
	run history --baseline two
	expect_status 0
	[[ ${lines[2]} == "* metrics/two "* ]]
	[[ $(readlink metrics/baseline) == two ]]
	run "$BIN/compare" metrics/one
	expect_status 0
	run history --baseline metrics/one
	[[ ${lines[1]} == "* metrics/one "* ]]
	[[ $(readlink metrics/baseline) == one ]]
}

@test "what is no run does not become the baseline" {
	history --baseline one
	run history --baseline previous
	expect_status 1
	expect_text "no run previous"
	run history --baseline baseline
	expect_status 0
	[[ $(readlink metrics/baseline) == one ]]
}

@test "--trend draws the runs" {
	run history --trend trend.html
	expect_status 0
	[[ $(grep --count '<circle' trend.html) -eq 8 ]]
}

@test "a folder without runs is exit 1, an unknown option exit 2" {
	run history metrics/previous
	expect_status 1
	expect_text "metrics/previous"
	run history --baselin one
	expect_status 2
}
