#!/usr/bin/env bats
# aggregate: what each fault did to the users.
load helpers
load reported

setup() {
	make_folders
}

# files SCENARIO: those of tests/lab/fault_files.py, in $folder.
files() {
	python3 "$PROJECT/tests/lab/fault_files.py" "$1" "$folder"
}

@test "nine faults round the ring become the table that is expected of them" {
	files ring
	report
	expect_status 0
	diff "$PROJECT/tests/golden/aggregate/ring.txt" "$reports/final_report.txt"
	diff "$PROJECT/tests/golden/aggregate/ring.json" "$reports/final_report.json"
}

@test "every fault has all fields, and a null has its reason" {
	files ring
	report
	[[ $(json '["number", "server", "host", "fault", "cycle", "t_unix_ms", "confirmed", "healed", "first_error_ms",
		"error_window_ms", "time_to_recover_ms", "restart_to_recover_ms", "failed", "missed", "reasons", "service",
		"clock_error_ms", "not_determined"] - (.faults | map(keys) | transpose | map(first))') == "[]" ]]
	[[ $(json '[.faults[] | . as $fault | ("error_window_ms", "time_to_recover_ms", "failed", "missed") |
		select($fault[.] == null and ([$fault.not_determined[].field] | index(.) | not))]') == "[]" ]]
	[[ $(json '.faults[8].not_determined[0]') == '{"field":"time_to_recover_ms","reason":"the run ended 3.0 s after the fault, and it was not as before yet"}' ]]
}

@test "a time lies within its range, which is as wide as the timeline is coarse" {
	files coarse
	report
	expect_status 0
	expect_text "<960 ms" "cut every 1.0 s (TIMELINE_MS)"
	[[ $(json '.faults[0] | .ranges.first_error_ms == [0, 960] and .first_error_ms == 480') == true ]]
}

@test "a fault that was not confirmed makes the run invalid" {
	files unconfirmed
	report
	expect_status 5
	expect_text "VERDICT: INVALID" "1 of 1 faults not confirmed" "not determined: it was not confirmed"
	[[ $(json '[.verdict.result, .verdict.exit_code, .faults[0].confirmed, .faults[0].failed]') == '["invalid",5,false,null]' ]]
}

@test "failures that no timeline tells of are not denied" {
	python3 - "$PROJECT/tests/lab" "$folder" <<-'END'
		import sys
		sys.path.insert(0, sys.argv[1])
		from fault_files import Load, fault, write_faults
		from metric_files import write_client
		Load(40).write(sys.argv[2])
		write_client(sys.argv[2], 4, 1, reasons={"connection refused": 5})
		write_faults(sys.argv[2], fault(1, 15, 20))
	END
	report
	expect_text "The timelines tell of 0 of the 5 failures."
	[[ $output != *"Not one request failed"* ]]
}

@test "a fault that was not healed is said" {
	files unhealed
	report
	expect_status 0
	expect_text "VERDICT: PASSED, but not every fault is known to be healed" \
		"not known to be healed; fault_ring --heal" "1 of 1 fault confirmed, 0 healed."
	[[ $(json '.faults[0] | [.healed, .restart_to_recover_ms]') == '[false,null]' ]]
}

@test "where a machine's clock is not known nothing is said of its faults" {
	files remote
	report
	expect_status 0
	expect_text "the clock of machine 1 is not known" "Whether the 600 failures are theirs is not determined."
	[[ $(json '.faults[0].time_to_recover_ms') == null ]]
	expect_text "error burst" "What of the load's is a fault's is not determined"
	[[ $(json '[.anomalies[].fault] | unique') == "[null]" ]]
	report --html - --clock-error-ms 1
	expect_text '<a href="#fault-1">fault 1</a></td></tr>'
	[[ $output != *"What of the load's"* ]]
	report --html -
	expect_text "What of the load&#39;s is a fault&#39;s is not determined"
}

@test "--clock-error-ms stands for a clock that was not measured, and widens the ranges" {
	files remote
	report --clock-error-ms 30
	expect_status 0
	expect_text "known to ± 30.0 ms"
	[[ $(json '.faults[0] | .ranges.first_error_ms == [70, 230] and .clock_error_ms == 30') == true ]]
}

@test "machines seconds apart are put on one clock" {
	files clocks
	report
	expect_status 0
	expect_text "known to ± 0.4 ms" "All failures lie in their error windows."
	[[ $(json '.faults[0] | .first_error_ms > 100 and .first_error_ms < 200 and .failed == 600') == true ]]
}

@test "a machine whose clock is ten minutes ahead makes the run no longer, and no other run" {
	local machine file
	local -a clients=()
	for machine in 1 2; do
		"$BIN/stress_client" --driver null --machine-id "$machine" --num-clients 2 --requests-per-client 50 --min-delay-ms 10 \
			--max-delay-ms 10 --generator-check off --metrics-output-dir "$folder/machine_$machine" --quiet 3>&- &
		clients+=("$!")
	done
	wait "${clients[@]}"
	for file in "$folder"/machine_2/*.json*; do
		jq --compact-output '(.start_unix_ms, .from_unix_ms) |= (values | . + 600000)' "$file" >"$folder/moved"
		mv "$folder/moved" "$file"
	done
	printf '{"schema": "ringstorm-clock/1", "offset_ms": 600000, "error_ms": 0.4}\n' >"$folder/machine_2/clock.json"
	report
	expect_status 0
	[[ $(json '.total_requests == 200 and (.machines | length) == 2 and .duration_secs < 5') == true ]]
}

@test "a clock.json that makes no sense is named, and its machine's clock not known" {
	files clocks
	printf '{"schema": "ringstorm-clock/1", "offset_ms": "two"}\n' >"$folder/collected/machine_2/clock.json"
	report
	expect_status 6
	expect_text "machine_2/clock.json: offset_ms or error_ms is not a time" "the clock of machine 2 is not known"
}

@test "faults of other runs in the same file are passed over" {
	files old_run
	report
	expect_status 0
	[[ $(json '.faults | length') == 1 ]]
}

@test "the events may lie elsewhere, or nowhere" {
	files one
	mv "$folder/fault_events.jsonl" "$BATS_TEST_TMPDIR/events.jsonl"
	report --fault-events "$BATS_TEST_TMPDIR/events.jsonl"
	expect_text "1 of 1 fault confirmed and healed."
	[[ $(json '.faults[0].time_to_recover_ms == 2100') == true ]]
	report --fault-events "$BATS_TEST_TMPDIR/none.jsonl"
	expect_status 0
	[[ $output != *FAULTS* && $(json .faults) == "[]" ]]
}

@test "./fault_events.jsonl is read when it is of this run, and once when it is among the files" {
	files one
	cd "$folder"
	run timeout 60 "$BIN/aggregate" .
	expect_text "1 of 1 fault confirmed and healed."
	mkdir elsewhere
	mv machine_* elsewhere
	run timeout 60 "$BIN/aggregate" elsewhere
	expect_text "1 of 1 fault confirmed and healed."
}

@test "faults that overlap are not told apart" {
	files overlap
	report
	expect_text "fault 2 began 3.0 s after the fault, and it was not as before yet" "fault 1 was not over when it began"
	[[ $(json '[.faults[].failed]') == "[null,null]" ]]
}

@test "without a timeline the faults are listed, and nothing is made up about them" {
	files no_timeline
	report
	expect_status 0
	expect_text "kill server 1" "there is no timeline of the load"
}

@test "a broken event is named and left out; a line cut by a death is dropped" {
	files broken
	report
	expect_status 6
	expect_text "fault_events.jsonl:5: t_unix_ms is not" "fault_events.jsonl:6: the last line was cut short"
	[[ $(json '.faults | length') == 1 ]]
}

@test "a tighter hold gives an answer where the usual one gives none" {
	files overlap
	report --recovery-hold-secs 1 --baseline-secs 5
	[[ $(json '.faults[0].time_to_recover_ms') == null ]]
	files ring
	report --recovery-hold-secs 1 --faults all
	[[ $(json '[.faults[].time_to_recover_ms] | map(select(. == null)) | length') == 1 ]]
	expect_text " 6  kill server 3 "
}

@test "without UTF-8 the success is drawn in digits" {
	files one
	LC_ALL=C report
	expect_text "99999108999999999999"
}

@test "records and events may come in one stream" {
	files one
	run bash -c 'cat "$1"/*_client_*.json "$1"/*_timeline.jsonl "$1"/fault_events.jsonl | "$2/aggregate" -' - "$folder" "$BIN"
	expect_status 0
	expect_text "1 of 1 fault confirmed and healed. All failures lie in their error windows."
}
