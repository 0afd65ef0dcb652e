# reported.bash - what aggregate reports of the metric files in $folder, in $reports:
# `load reported` after helpers; make_folders in setup.
# shellcheck shell=bash

make_folders() {
	export LC_ALL=C.UTF-8 TZ=UTC
	folder=$BATS_TEST_TMPDIR/metrics
	reports=$BATS_TEST_TMPDIR/reports
	mkdir "$folder"
}

# report [ARGUMENT...]: stdout and stderr in $output.
report() {
	run timeout 60 "$BIN/aggregate" --output-dir "$reports" "$@" "$folder"
}

# json FILTER: what the report's JSON says.
json() {
	jq --compact-output "$1" "$reports/final_report.json"
}
