#!/usr/bin/env bats
# aggregate: how lost connections came back.
load helpers
load reported

setup() {
	make_folders
	back=$(jq --raw-output .service <(python3 "$PROJECT/tests/lab/interval.py" 0 0 45 0))
	# Seconds 0 to 29 of fifty clients: all lost in the second 10, and 45 back.
	for second in {0..29}; do
		case $second in
			10) connections='{"open":0,"joined":0,"dropped":50}' ;;
			12) connections='{"open":45,"joined":45,"made":45,"restored":45,"restore":"'$back'","missed":7,"doubled":1}' ;;
			*) connections='{"open":50,"joined":50}' ;;
		esac
		interval "$second" "connections=$connections"
	done >"$folder/machine_1_timeline.jsonl"
}

interval() {
	python3 "$PROJECT/tests/lab/interval.py" 0 "$1" 100 0 "${@:2}"
}

# fault EVENT MS: of the kill of relay 1, so long after the run's start.
fault() {
	jq --null-input --compact-output --arg event "$1" --argjson ms "$2" '{schema: "ringstorm-fault/1", run_id: "f",
		t_unix_ms: (1700000000000 + $ms), event: $event, number: 1, cycle: 1, server: "relay", host: "local",
		fault: "kill", clock_error_ms: 0}'
}

# describe DRIVER LISTENERS: the machine's run.
describe() {
	jq --null-input --arg driver "$1" --arg listeners "LISTENERS=$2" '{schema: "ringstorm-run/1", run_id: "r",
		machine_id: 1, driver: $driver, start_unix_ms: 1700000000000, programs: {},
		configuration: ["DURATION=30s", $listeners]}' >"$folder/machine_1_run.json"
}

@test "a scenario's connections are those that were open, and not what clients wanted" {
	local rows
	describe ws answering
	run "$BIN/aggregate" --scenario-dir "$reports" "$folder"
	mapfile -t rows < <(cut --delimiter=, --fields=2,3 "$reports/metrics.csv")
	[[ ${rows[10]} == 50,50 && ${rows[11]} == 0,0 && ${rows[13]} == 45,45 && ${rows[14]} == 50,50 ]]
}

@test "the connection health knows of the connections that clients lost" {
	local second
	for second in {0..19}; do
		case $second in
			10) connections='{"open":0,"joined":0,"dropped":50}' ;;
			11) connections='{"open":0,"joined":0}' ;;
			12) connections='{"open":25,"joined":25,"restored":25}' ;;
			13) connections='{"open":50,"joined":50,"restored":25}' ;;
			*) connections='{"open":50,"joined":50}' ;;
		esac
		interval "$second" "connections=$connections"
	done >"$folder/machine_1_timeline.jsonl"
	report
	# Two seconds of none, one of half of them.
	[[ $(jq .connection_health.score "$reports/final_report.json") == 87.5 ]]
}

# page_rows: those of the page's reconnects.
page_rows() {
	python3 "$PROJECT/tests/lab/page_check.py" "$reports/report.html" | jq --compact-output .tables.reconnects
}

@test "connections that a fault took are told with how long until they were back" {
	{
		fault commanded 10200
		fault confirmed 10210
		fault heal_commanded 11200
		fault healed 11500
	} >"$folder/fault_events.jsonl"
	report --html "$reports/report.html"
	expect_text RECONNECTS "fault 1, kill of server relay" "only 45 of 50 came back before the run ended"
	[[ $(json '.reconnects | [.dropped, .restored, .missed, .doubled, (.outages | length)]') == "[50,45,7,1,1]" ]]
	[[ $(json '.reconnects.outages[0] | [.fault, .at_ms, .dropped, .back, .back_50_ms, .back_90_ms, .back_99_ms, .missed,
		.doubled]') == "[1,10000,50,45,1,1,null,7,1]" ]]
	[[ $(json '.reconnects.outages[0].not_determined | map(.field)') == '["back_99_ms"]' ]]
	[[ $(page_rows) == '[["22:13:30","fault 1, kill of server relay","50","45","1.0 ms","1.0 ms","n. d.","7","1"]]' ]]
	grep --quiet 'title="not determined: only 45 of 50 came back before the run ended"' "$reports/report.html"
	grep --quiet '<p>50 %, 90 % and 99 % are of those dropped' "$reports/report.html"
	[[ $(json '[.anomalies[] | select(.kind == "connection_drop") | [.size, .fault]]') == "[[50,1]]" ]]
}

@test "an outage that no fault explains is told as such" {
	report --html "$reports/report.html"
	expect_text RECONNECTS "no fault" "50 connections lost"
	[[ $(page_rows) == *'"no fault","50","45"'* ]]
	[[ $(json '[.reconnects.outages[] | [.fault, .dropped]]') == "[[null,50]]" ]]
}

@test "the driver ws does not know which messages are due: they are not determined" {
	describe ws silent
	report --html "$reports/report.html"
	expect_text "n.d.: missed and doubled: the driver ws does not know which messages are due"
	[[ $(page_rows) == *'"n. d.","n. d."]]' ]]
	[[ $(json '.reconnects | [.missed, .doubled, .outages[0].missed]') == "[null,null,null]" ]]
	[[ $(json '[.reconnects.outages[0].not_determined[].field] | index("missed") != null') == true ]]
	[[ $(json .listeners) == null ]]
}

@test "of the driver tonk the report says whether its listeners were silent" {
	describe tonk silent
	report --html "$reports/report.html"
	expect_text "Listeners were silent"
	[[ $(json .listeners) == '"silent"' ]]
	describe tonk answering
	report --html "$reports/report.html"
	expect_text "Listeners were answering"
	[[ $(json .listeners) == '"answering"' ]]
}

@test "where no connections are held nothing is said of them" {
	for second in {0..9}; do interval "$second"; done >"$folder/machine_1_timeline.jsonl"
	report --html "$reports/report.html"
	[[ $output != *RECONNECTS* && $(json .reconnects) == null && $(page_rows) == null ]]
}
