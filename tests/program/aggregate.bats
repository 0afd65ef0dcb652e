#!/usr/bin/env bats
# aggregate: metric files in, one report out.
load helpers
load reported

setup() {
	make_folders
}

# files SCENARIO: those of tests/lab/metric_files.py, in $folder.
files() {
	python3 "$PROJECT/tests/lab/metric_files.py" "$1" "$folder"
}

# merge_all [ARGUMENT...]: stdout and stderr both in $output.
merge_all() {
	run timeout 60 "$BIN/aggregate" "$@"
}

# expect_golden NAME: both reports are those kept in tests/golden.
expect_golden() {
	diff "$PROJECT/tests/golden/aggregate/$1.txt" "$reports/final_report.txt"
	diff "$PROJECT/tests/golden/aggregate/$1.json" "$reports/final_report.json"
}

@test "three machines become the one report that is expected of them" {
	files good
	merge_all --output-dir "$reports" "$folder"
	expect_status 0
	expect_golden good
	[[ $output == "$(<"$reports/final_report.txt")" ]]
}

@test "a killed process is counted by its timeline, less the line cut by its death" {
	files killed
	merge_all --output-dir "$reports" "$folder"
	expect_status 6
	expect_text "machine_1_timeline.jsonl:4: the last line was cut short"
	expect_golden killed
}

@test "what a killed process was to send is planned, and unaccounted for" {
	files killed
	jq --null-input '{schema: "ringstorm-run/1", run_id: "2025-10-31T10:00:00Z-7f3a", machine_id: 1,
		configuration: ["NUM_CLIENTS=7", "PROCESSES=3", "REQUESTS_PER_CLIENT=100", "DURATION='"''"'"]}' >"$folder/machine_1_run.json"
	merge_all --output-dir "$reports" "$folder"
	expect_status 6
	expect_text "700 requests were planned: 150 answered right, 0 failed, 0 not sent, 550 unaccounted for." \
		"at most 7 were in flight" "Machine 1: the files of clients 3-4 and 6-7 are missing."
	[[ $(json '.planned_requests == .total_requests + .skipped_requests + .unaccounted_requests') == true ]]
}

@test "a run that was to end by the clock has no number of requests to miss" {
	files killed
	jq --null-input '{schema: "ringstorm-run/1", run_id: "2025-10-31T10:00:00Z-7f3a", machine_id: 1,
		configuration: ["NUM_CLIENTS=2", "PROCESSES=2", "REQUESTS_PER_CLIENT=100", "DURATION=10s"]}' >"$folder/machine_1_run.json"
	merge_all "$folder"
	expect_text "157 requests were planned: 150 answered right, 0 failed, 0 not sent, 7 unaccounted for."
}

@test "CloudP2P's own files are counted, and their latencies are estimates" {
	files estimates
	merge_all --output-dir "$reports" "$folder"
	expect_status 0
	expect_golden estimates
	[[ $(json .latency_stats.estimate) == true ]]
}

@test "estimates stay out of exact latencies, and do not stretch the run" {
	files mixed
	merge_all --output-dir "$reports" "$folder"
	expect_status 0
	expect_text "1 file has no histogram (CloudP2P's own): counted, but not among the latencies above."
	[[ $(json '[.total_requests, .merge.counts_in, .merge.counts_out]') == "[130,100,100]" ]]
	[[ $(json '.duration_secs == 60') == true ]]
}

@test "the merged percentile is that of all latencies together" {
	files good
	merge_all --output-dir "$reports" "$folder"
	python3 - "$PROJECT/tests/lab" "$(json .latency_stats.p99_ms)" <<-'END'
		import math, sys
		sys.path.insert(0, sys.argv[1])
		from metric_files import latencies
		every = sorted(us for m in (1, 2, 3) for c in (1, 2, 3, 4) for us in latencies(100, m * 100 + c))
		exact = every[math.ceil(0.99 * len(every)) - 1] / 1000
		assert abs(float(sys.argv[2]) / exact - 1) <= 0.001, (sys.argv[2], exact)
	END
}

@test "folders of machines are read as flat files are" {
	files collected
	merge_all "$folder"
	expect_status 0
	expect_text "2 machines, 2 clients" "Merged exactly from 2 client files"
}

@test "JSON lines on stdin make the same report" {
	files good
	cat "$folder"/*.jsonl "$folder"/*client*.json >"$BATS_TEST_TMPDIR/lines"
	run timeout 60 "$BIN/aggregate" - <"$BATS_TEST_TMPDIR/lines"
	expect_status 0
	expect_text "1,203 requests were planned: 1,200 answered right, 3 failed" "1,200 latencies in, 1,200 out"
}

@test "a file whose sums do not hold is named and left out, and the rest counts" {
	files good
	jq '.aggregated_stats.failed_requests = 9' "$folder/machine_2_client_3.json" >"$BATS_TEST_TMPDIR/x"
	mv "$BATS_TEST_TMPDIR/x" "$folder/machine_2_client_3.json"
	merge_all "$folder"
	expect_status 6
	expect_text "aggregate: $folder/machine_2_client_3.json: sent 100 but successful 100 + failed 9 = 109; left out (exit 6)"
	expect_text "11 client files" "VERDICT: PARTIAL"
}

@test "truncated, newer, foreign, empty and unreadable files are each named; the rest counts" {
	files good
	truncate --size=300 "$folder/machine_1_client_1.json"
	sed --in-place 's,ringstorm-client/1,ringstorm-client/2,' "$folder/machine_1_client_2.json"
	printf '{"a": 1}\n' >"$folder/settings.json"
	: >"$folder/machine_1_client_3.json"
	ln -s nowhere "$folder/machine_1_client_9.json"
	merge_all "$folder"
	expect_status 6
	expect_text "machine_1_client_1.json: no whole JSON" "machine_1_client_2.json: schema ringstorm-client/2 is newer" \
		"settings.json: no metric file" "machine_1_client_3.json: " \
		"machine_1_client_9.json: cannot be read: No such file" "9 client files"
}

@test "a histogram that is damaged leaves its file out" {
	files wrong
	sed --in-place 's/HISTFAAA......../HISTFAAAAAAAAAAA/' "$folder/machine_1_client_1.json"
	files collected
	merge_all "$folder"
	expect_status 6
	expect_text "machine_1_client_1.json: service: " "left out (exit 6)"
}

@test "one line of a timeline that never ends takes no more memory than a record may" {
	files good
	head --bytes=300M /dev/zero | tr '\0' x >"$folder/machine_4_timeline.jsonl"
	run python3 -c '
import resource, subprocess, sys
status = subprocess.run(sys.argv[1:]).returncode
peak_kb = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
assert peak_kb < 200000, peak_kb
sys.exit(status)' "$BIN/aggregate" "$folder"
	expect_status 6
	expect_text "machine_4_timeline.jsonl:1: larger than a record may be" "1,203 requests"
}

@test "servers whose names are not of one length stand below one another" {
	python3 "$PROJECT/tests/lab/interval.py" 0 0 10 0 'servers={"127.0.0.1:1": 3, "gateway": 7}' last >"$folder/machine_1_timeline.jsonl"
	merge_all "$folder"
	expect_text $'\nServer 127.0.0.1:1:        3 requests' $'\nServer     gateway:        7 requests'
}

@test "two runs in one folder are refused until one is named" {
	files two_runs
	merge_all "$folder"
	expect_status 2
	expect_text "2025-10-31T10:00:00Z-7f3a (2 client files) and 2025-10-31T11:00:00Z-91c2 (1 client files); name one with --run"
	merge_all --run 7f3a "$folder"
	expect_status 0
	expect_text "Merged exactly from 2 client files"
	merge_all --run 2025-10-31T11:00:00Z-91c2 "$folder"
	expect_text "Merged exactly from 1 client file:"
	merge_all --run none "$folder"
	expect_status 2
	expect_text "no file is of the run none; there are files of 2025-10-31T10:00:00Z-7f3a, 2025-10-31T11:00:00Z-91c2"
}

# machine N SECOND RUN: a machine's client file that begins in that second.
machine() {
	mkdir -p "$BATS_TEST_TMPDIR/good"
	python3 "$PROJECT/tests/lab/metric_files.py" good "$BATS_TEST_TMPDIR/good"
	jq --arg run "$3" --argjson machine "$1" --argjson start "$2" \
		'.run_id = $run | .machine_id = $machine | .start_unix_ms = $start * 1000
		| .test_duration_secs = 60 | .client_name = "Machine_\($machine)_Client_1"' \
		"$BATS_TEST_TMPDIR/good/machine_1_client_1.json" >"$folder/machine_$1_client_1.json"
}

@test "machines started by hand, each with a run id of its own, are one run" {
	machine 1 1000 one-1
	machine 2 1030 two-2
	merge_all "$folder"
	expect_status 0
	expect_text "2 machines, 2 clients"
}

@test "machines that did not run at the same time are not one run, and both are named" {
	machine 1 1000 one-1
	machine 2 2000 two-2
	merge_all "$folder"
	expect_status 2
	expect_text "machine 1, run one-1" "machine 2, run two-2" "did not run at the same time"
}

@test "the same client in two files is never counted twice: both are named" {
	files good
	mkdir "$folder/collected"
	cp "$folder/machine_1_client_1.json" "$folder/collected"
	merge_all "$folder"
	expect_status 1
	expect_text "$folder/collected/machine_1_client_1.json" "$folder/machine_1_client_1.json" "name only one of the two"
}

@test "the same timeline in two files is never counted twice: both are named" {
	files killed
	mkdir "$folder/collected"
	cp "$folder/machine_1_timeline.jsonl" "$folder/collected"
	merge_all "$folder"
	expect_status 1
	expect_text "$folder/collected/machine_1_timeline.jsonl" "name only one of the two"
}

@test "a folder that is named twice is read once" {
	files good
	merge_all "$folder" "$folder/"
	expect_status 0
	expect_text "1,203 requests"
}

@test "a link that leads round in a circle is not followed" {
	files good
	ln -s . "$folder/latest"
	merge_all "$folder"
	expect_status 0
}

@test "clients that left nothing are counted as missing" {
	files missing
	merge_all --output-dir "$reports" "$folder"
	expect_status 6
	expect_text "Machine 1: the files of clients 2-5 are missing."
	[[ $(json '.machines[0] | [.complete, .missing_clients]') == "[false,4]" ]]
}

@test "a timeline that does not agree with the clients' files is said" {
	files disagree
	merge_all "$folder"
	expect_status 6
	expect_text "client files and timeline do not have the same sums" "Not everything is there"
	[[ $output != *"Every client's file is complete"* ]]
}

@test "a run that lasts because clocks jump, or machines come one after another, says so" {
	files good
	sed --in-place --regexp-extended 's/("from_unix_ms": )17619048/\117619084/' "$folder/machine_3_timeline.jsonl"
	merge_all --output-dir "$reports" "$folder"
	expect_status 0
	expect_text "this run lasts 1h 0m, but no process of it was at work for longer than 1m 0s"
	[[ $(json '.verdict.reasons | length') == 1 ]]
}

@test "names that begin alike are told apart, and none is cut within a letter" {
	files load
	sed --in-place 's/"warmup"/"a-phase-of-many-steps-1"/; s/"spike"/"a-phase-of-many-steps-2"/
		s/GET \/a/GET \/api\/v1\/accounts\/1/g; s/POST \/b/GET \/api\/v1\/accounts\/2/g
		s/"http 503": 8/"'"$(printf '\u00e4%.0s' {1..60})"'": 8/g' "$folder"/machine_*.json*
	merge_all "$folder"
	expect_status 0
	local name
	for name in a-phase-of-many-steps-{1,2} GET\ /api/v1/accounts/{1,2}; do
		[[ $(grep --count --line-regexp "$name" <<<"$output") == 1 ]]
	done
	[[ $(grep --only-matching --perl-regexp '^ä+(?=: +16 )' <<<"$output") == "$(printf 'ä%.0s' {1..50})" ]]
}

@test "a wrong answer is exit 4, and a partial run beside it exit 6" {
	files wrong
	merge_all "$folder"
	expect_status 4
	expect_text "VERDICT: FAILED" "2 answers were wrong"
	printf '{' >"$folder/machine_1_client_2.json"
	merge_all "$folder"
	expect_status 6
	expect_text "2 answers were wrong"
}

@test "not one success is exit 1" {
	files none_right
	merge_all "$folder"
	expect_status 1
	expect_text "VERDICT: FAILED" "Not one request succeeded."
}

@test "an empty folder is exit 1 and says what to look at" {
	merge_all "$folder"
	expect_status 1
	expect_text "no metric files" "METRICS_OUTPUT_DIR"
}

@test "the ten most frequent reasons are shown, the rest summed" {
	files reasons
	merge_all "$folder"
	expect_text "reason 09                                         :     11 (  6.32%)" \
		"other reasons                                     :     19 ( 10.92%)"
	[[ $output != *"reason 10"* ]]
}

@test "a reason cannot steer the reader's terminal" {
	files good
	sed --in-place 's/connection refused/\\u001b[2Jgone/' "$folder"/*
	merge_all "$folder"
	expect_status 0
	expect_text "?[2Jgone"
	[[ $output != *$'\e'* ]]
}

@test "a generator that had no time left is suspect" {
	files busy
	merge_all "$folder"
	expect_text "The load generator may not have kept up: core full" "SUSPECT"
}

@test "response time is shown apart where it is not service time" {
	files open_loop
	merge_all "$folder"
	expect_text "service time          response time" "Response time runs from the moment that the plan said."
	[[ $output != *"Closed loop"* ]]
}

@test "bars are made of # where the locale is not UTF-8" {
	files good
	LC_ALL=C merge_all "$folder"
	expect_text "(33.42%) ################"
	[[ $output != *█* ]]
}

@test "no line is wider than 120 columns, no section of the guide wider than 60" {
	files killed
	merge_all --output-dir "$reports" "$folder"
	awk 'length > 120 { print; bad = 1 } END { exit bad }' "$reports/final_report.txt"
	awk '/^OVERALL/ { on = 1 } /^MACHINES/ { on = 0 } on && /^[-]+$/ && length != 60 { bad = 1 } END { exit bad }' "$reports/final_report.txt"
}

@test "without a place to write it says so with exit 1, and an older report stays" {
	files good
	mkdir "$reports"
	printf 'old\n' >"$reports/final_report.txt"
	mkdir "$reports/final_report.json"
	merge_all --output-dir "$reports" "$folder"
	expect_status 1
	expect_text "final_report.json"
	[[ $(<"$reports/final_report.txt") == old ]]
}

@test "without a path it says what to name" {
	merge_all
	expect_status 2
	expect_text "name the files or folders to read"
}

# ---- phases, operations, thresholds, figures ----

@test "phases, operations and both latencies become the report that is expected of them" {
	files load
	merge_all --output-dir "$reports" --thresholds "failure_rate < 5%" --thresholds "p99[sustained] < 100ms" \
		--thresholds "service_p99[POST /b] < 5ms" --thresholds "skipped == 0" --thresholds "recover_time < 5s" "$folder"
	expect_status 3
	expect_golden load
}

@test "thresholds that are all met leave exit 0, and the table says so" {
	files load
	merge_all --thresholds "failure_rate < 5%" --thresholds "p99[GET /a] < 1s" --thresholds "requests == 976" "$folder"
	expect_status 0
	expect_text "VERDICT: PASSED" "All 3 thresholds were met." " met     p99[GET /a] < 1s " "(operation)" " met     requests == 976 "
	[[ $output != *MISSED* ]]
}

@test "thresholds come from a conf file as well, and a flag takes their place" {
	files load
	printf 'THRESHOLDS=(\n\t"p99 < 1us" # never\n\t"skipped == 0"\n)\n' >"$BATS_TEST_TMPDIR/x.conf"
	merge_all --conf "$BATS_TEST_TMPDIR/x.conf" "$folder"
	expect_status 3
	expect_text "2 of 2 thresholds were missed: p99 < 1us ("
	merge_all --conf "$BATS_TEST_TMPDIR/x.conf" --thresholds "skipped == 100" "$folder"
	expect_status 0
}

@test "what is not determined is missed, and says why" {
	files good
	merge_all --thresholds "recover_time < 5s" --thresholds "acked_lost == 0" --thresholds "p99[spike] < 1s" --thresholds "lag_p99 < 1s" "$folder"
	expect_status 3
	expect_text "4 of 4 thresholds were missed" "not determined: there were no faults" \
		"not determined: no driver of this run checked what its target had acknowledged" \
		"not determined: the run has no phase and no operation 'spike'" \
		"not determined: no timeline tells of the schedule lag"
}

@test "a missed threshold gives way to a wrong answer, and not to a run without success" {
	files wrong
	merge_all --thresholds "p99 < 1us" "$folder"
	expect_status 4
	rm "$folder"/*
	files none_right
	merge_all --thresholds "failure_rate < 1%" "$folder"
	expect_status 3
	expect_text "Not one request succeeded."
}

@test "a threshold that nobody can read is a usage error before anything is read" {
	for threshold in "p98x < 1s" "failure_rate < 1" "p99 < 1s for 5s" "p99"; do
		merge_all --thresholds "$threshold" "$folder/there_is_no_such_folder"
		expect_status 2
		expect_text "$threshold"
	done
	merge_all --figures "p99 speed" "$folder/there_is_no_such_folder"
	expect_status 2
	expect_text "there is no metric 'speed'; there are failure_rate, throughput"
}

@test "--figures prints plain numbers on one line, and the exit code is as ever" {
	files load
	merge_all --figures "throughput p50 service_max p99[sustained]  failure_rate[POST /b] recover_time skipped" --thresholds "skipped == 0" "$folder"
	expect_status 3
	[[ $output == $'192\t2.993\t23.887\t7.911\t6.25\t-\t100' ]]
}

@test "--figures leaves the report's files as they are" {
	files good
	merge_all --figures requests --output-dir "$reports" "$folder"
	expect_status 0
	[[ $output == 1203 ]]
	expect_golden good
}

@test "the estimates of CloudP2P's own files are figures, too" {
	files estimates
	merge_all --figures "p50 failure_rate" "$folder"
	expect_status 0
	[[ $output =~ ^[0-9.]+$'\t'2\.1739$ ]]
}

@test "the title is CloudP2P's only for its driver" {
	files load
	merge_all "$folder"
	expect_text "ringstorm - Aggregated Metrics Report"
	[[ $output != *CloudP2P* ]]
}

@test "talk among the lines on stdin is counted and passed over" {
	files good
	{
		printf 'hello\nstress_client: warning\n'
		cat "$folder"/*.jsonl "$folder"/*client*.json
		printf 'bye\n'
	} >"$BATS_TEST_TMPDIR/lines"
	run timeout 60 "$BIN/aggregate" - <"$BATS_TEST_TMPDIR/lines"
	expect_status 0
	expect_text "aggregate: stdin: 3 lines are no JSON, line 1 the first; passed over" "1,200 latencies in, 1,200 out"
	[[ $(grep --count "^aggregate:" <<<"$output") == 1 ]]
}

@test "of many broken lines a few are named and the others counted" {
	files good
	for _ in {1..20}; do printf '{"broken": 1\n'; done >>"$folder/machine_3_timeline.jsonl"
	merge_all "$folder"
	expect_status 6
	expect_text "machine_3_timeline.jsonl:5: no whole JSON" "machine_3_timeline.jsonl: 15 more lines could not be used; left out (exit 6)" \
		"20 records were left out"
	[[ $(grep --count "^aggregate:" <<<"$output") == 6 ]]
}

@test "a client's load piped into aggregate makes a report" {
	run timeout 60 bash -c '"$1/stress_client" --driver null --num-clients 8 --requests-per-client 200 --min-delay-ms 0 --max-delay-ms 1 \
		--metrics-output - 2>&1 | "$1/aggregate" --thresholds "failure_rate == 0" -' _ "$BIN"
	expect_status 0
	expect_text "ringstorm - Aggregated" "driver null" "1,600 requests were planned: 1,600 answered right" " met     failure_rate == 0"
}

@test "a load of HTTP piped into aggregate makes a report with both latencies" {
	load support
	serve_http
	run timeout 60 bash -c '"$1/stress_client" --url "$2" --url "$2other" --rate 200 --duration 1s --metrics-output - 2>&1 |
		"$1/aggregate" --thresholds "p99 < 10s" --thresholds "p99[GET /] < 10s" --thresholds "failure_rate == 0" -' _ "$BIN" "$url"
	stop_servers
	expect_status 0
	expect_text "driver http" "200 requests were planned: " ", 0 failed, " "response time" "Schedule lag" "OPERATIONS" "GET /other" \
		" met     p99[GET /] < 10s"
}

@test "clients are missed only where the configuration says how many there are" {
	files load
	merge_all "$folder"
	expect_status 0
	for rows in '"NUM_CLIENTS=9", "RATE=500"' '"NUM_CLIENTS=9", "PHASES=( '"'a 1s 100%'"' )"' '"NUM_CLIENTS=2", "MACHINES=2", "RATE='"''"'"'; do
		for machine in 1 2; do
			jq --null-input "{schema: \"ringstorm-run/1\", run_id: \"2025-10-31T10:00:00Z-7f3a\", machine_id: $machine,
				configuration: [$rows]}" >"$folder/machine_${machine}_run.json"
		done
		merge_all "$folder"
		expect_status 0
	done
	sed --in-place 's/NUM_CLIENTS=2/NUM_CLIENTS=4/' "$folder"/*_run.json
	merge_all "$folder"
	expect_status 6
	expect_text "Machine 1: the file of client 2 is missing." "Machine 2: the file of client 2 is missing."
}

@test "where all clients were killed the driver is that of the run's description" {
	files killed
	rm "$folder"/*client*
	jq --null-input '{schema: "ringstorm-run/1", run_id: "2025-10-31T10:00:00Z-7f3a", machine_id: 1, driver: "http\u001b[2J",
		configuration: ["RATE=5"]}' >"$folder/machine_1_run.json"
	merge_all "$folder"
	expect_status 6
	expect_text "driver http?[2J " "ringstorm - Aggregated"
}
