#!/usr/bin/env bats
# The load engine of stress_client: rates, phases, and what is planned, sent and
# skipped.
load helpers
load measured
load support

setup() {
	out=$BATS_TEST_TMPDIR/metrics
}

teardown() {
	stop_servers
}

# load_null OPTION...: the engine alone.
load_null() {
	rm -rf -- "$out"
	run --separate-stderr timeout 60 "$BIN/stress_client" --driver null --quiet --ramp-ms 0 \
		--metrics-output-dir "$out" "$@"
	output+=$stderr
}

# load_url OPTION...: a load of $url.
load_url() {
	rm -rf -- "$out"
	run --separate-stderr timeout 60 "$BIN/stress_client" --url "$url" --quiet --ramp-ms 0 \
		--metrics-output-dir "$out" "$@"
	output+=$stderr
}

# report FILTER: over the final report of the run.
report() {
	"$BIN/aggregate" --output-dir "$BATS_TEST_TMPDIR/report" "$out" >&2 || true
	jq "$1" "$BATS_TEST_TMPDIR/report/final_report.json"
}

# expect_planned N: that many were planned, and each was sent or skipped, in the
# clients' files and in the timeline.
expect_planned() {
	[[ $(total planned_requests) == "$1" ]] &&
		(($(total sent_requests) + $(total skipped_requests) == $1)) &&
		(($(intervals 'map(.ok + .failed) | add') == $(total sent_requests))) &&
		(($(intervals 'map(.skipped) | add') == $(total skipped_requests)))
}

# background PROGRAM...: in the background; sets $pid.
background() {
	rm -rf -- "$out"
	"$@" 2>"$BATS_TEST_TMPDIR/said" 3>&- &
	pid=$!
	support_pids+=("$pid")
	wait_until 10 grep -qs '"ok"' "$out/machine_1_timeline.jsonl"
}

@test "a rate plans exactly what it says, whatever the threads and the fraction of a second" {
	load_null --rate 5000 --duration 1s
	expect_status 0
	expect_planned 5000
	load_null --rate 3000 --duration 333ms --threads 3
	expect_planned 999
	[[ $(intervals '.[0].loop') == open ]]
}

@test "machines and processes share a rate and lose none of it" {
	local machine process sum=0
	for machine in 1 2 3; do
		for process in 0 1; do
			load_null --rate 1001 --duration 200ms --machine-id "$machine" --machines 3 \
				--processes 2 --process "$process" --run-id r --threads 2
			expect_status 0
			sum=$((sum + $(total planned_requests)))
		done
	done
	[[ $sum == 201 ]]
}

@test "machines share the clients of a closed loop" {
	local machine sum=0
	for machine in 1 2 3; do
		load_null --num-clients 10 --requests-per-client 5 --machines 3 --machine-id "$machine"
		sum=$((sum + $(total sent_requests)))
	done
	[[ $sum == 50 ]]
	load_null --machines 3 --machine-id 4
	expect_status 2
	expect_text "MACHINE_ID=4 is none of the 3 MACHINES that share the load"
}

@test "arrivals of a seed are the same again, about as many as the rate says, and not even" {
	local first
	load_null --rate 2000 --duration 500ms --arrivals poisson --seed 7 --threads 2
	first=$(total planned_requests)
	((first > 800 && first < 1200 && first != 1000))
	load_null --rate 2000 --duration 500ms --arrivals poisson --seed 7 --threads 2
	[[ $(total planned_requests) == "$first" ]]
}

@test "requests of each client bound an open loop by as many of all clients" {
	load_null --rate 10000 --num-clients 10 --requests-per-client 7 --duration 10s
	expect_status 0
	expect_planned 70
	load_null --rate 10000 --num-clients 10 --requests-per-client 0 --duration 50ms
	expect_planned 500
}

@test "only the clients that ever sent have a record" {
	load_null --rate 200 --duration 400ms --threads 1 --timeline-ms 100
	(($(find "$out" -name '*_client_*.json' | wc --lines) <= 3))
	[[ $(intervals 'map(.clients) | max') == "$(find "$out" -name '*_client_*.json' | wc --lines)" ]]
}

@test "what a slow server has no client left for is skipped, and counted" {
	serve_http --delay 200ms
	load_url --rate 100 --duration 1s --max-clients 2
	expect_status 0
	expect_planned 100
	(($(total sent_requests) >= 4 && $(total sent_requests) <= 14))
	[[ $(find "$out" -name '*_client_*.json' | wc --lines) == 2 ]]
}

@test "max-lag skips what is too late to be sent while the run goes on" {
	serve_http --delay 300ms
	load_url --rate 100 --duration 1200ms --max-clients 1 --max-lag 50ms --timeline-ms 100
	expect_status 0
	expect_planned 120
	(($(intervals 'map(select(.skipped > 0)) | length') >= 3))
	# 300 ms of service after at most 50 ms, and what a busy machine adds.
	[[ $(report '.response_latency_stats.max_ms < 500') == true ]]
}

# freeze_shows: and all that waited behind it was sent in the half second after.
freeze_shows() {
	serve_http --freeze-at 500ms --freeze-for 1s
	load_url --rate 500 --duration 2s --max-clients 20 --threads 1
	expect_status 0 && expect_planned 1000 && [[ $(total skipped_requests) == 0 ]] || return
	[[ $(report '.response_latency_stats.p90_ms > 600 and .latency_stats.p90_ms < 100') == true ]]
}

@test "a server that freezes shows in response times, and only those caught in it in service times" {
	in_one_of 3 freeze_shows
}

@test "the schedule is kept whatever fails" {
	url=http://127.0.0.1:$(free_ports 1)/
	load_url --rate 300 --duration 1s
	expect_status 1
	expect_planned 300
	[[ $(total failed_requests) == 300 ]]
}

@test "phases follow one another in the timeline, each with its name, its load and its requests" {
	load_null --rate 1000 --timeline-ms 100 \
		--phases 'warmup 300ms 10%' --phases 'rampup 400ms 10%..100%' --phases 'spike 300ms 300%' \
		--phases 'cooldown 200ms 0%'
	expect_status 0
	expect_planned 1150
	[[ $(intervals 'map(.phase) | reduce .[] as $p ([]; if .[-1] == $p then . else . + [$p] end) | join(" ")') == "warmup rampup spike cooldown" ]]
	[[ $(intervals 'map(select(.phase == "spike")) | map(.target) | unique | tostring') == "[3000.0]" ||
	$(intervals 'map(select(.phase == "spike")) | map(.target) | first') == 3000* ]]
	# A ramp is told from where it begins to where it ends.
	[[ $(intervals 'map(select(.phase == "rampup")) | first.target_from < 250 and first.target > 250 and last.target > 850') == true ]]
	# Each phase begins when it should, and has what was planned for it.
	(($(intervals '(map(select(.phase == "spike"))[0].from_unix_ms) - .[0].from_unix_ms | . - 700 | fabs | . < 100 | if . then 1 else 0 end')))
	(($(intervals 'map(select(.phase == "spike").started) | add | (. - 900 | fabs) < 150 | if . then 1 else 0 end')))
}

@test "a scale makes all phases shorter" {
	load_null --rate 1000 --phases 'a 30s 100%' --phases 'b 20s 50%' --scale 1%
	expect_status 0
	expect_planned 400
}

@test "clients of a closed loop rest while a phase has no room for them, and come back" {
	load_null --num-clients 10 --min-delay-ms 10 --max-delay-ms 10 --timeline-ms 100 \
		--phases 'low 400ms 20%' --phases 'spike 400ms 200%' --phases 'none 200ms 0' --phases 'again 400ms 50%'
	expect_status 0
	[[ $(find "$out" -name '*_client_*.json' | wc --lines) == 20 ]]
	[[ $(intervals 'map(select(.phase == "spike").target) | first') == 20* ]]
	[[ $(intervals 'map(.loop) | unique | join(" ")') == closed ]]
	# 2, 20, 0 and 5 clients, up to a hundred requests a second each.
	(($(intervals 'map(select(.phase == "low").started) | add | . > 40 and . <= 110 | if . then 1 else 0 end')))
	(($(intervals 'map(select(.phase == "spike").started) | add | . > 400 and . <= 840 | if . then 1 else 0 end')))
	(($(intervals 'map(select(.phase == "none").started) | add | . <= 20 | if . then 1 else 0 end')))
	(($(intervals 'map(select(.phase == "again").started) | add | . > 100 and . <= 210 | if . then 1 else 0 end')))
}

@test "SIGINT ends an open loop: what was due by then is sent or skipped" {
	background "$BIN/stress_client" --driver null --quiet --rate 1000 --duration 1h --timeline-ms 100 \
		--metrics-output-dir "$out"
	kill -INT "$pid"
	expect_end 10 "$pid" 130
	(($(total planned_requests) == $(total sent_requests) + $(total skipped_requests)))
	(($(total skipped_requests) < 300))
	(($(intervals 'map(.ok + .skipped) | add') == $(total planned_requests)))
}

# waits_for_signals PID: its threads have begun, and leave SIGINT to the first of
# them. Who is in the background of a script ignores it until then.
waits_for_signals() {
	grep --quiet '^SigBlk:.*5202$' /proc/"$1"/task/*/status
}

@test "SIGINT before the start ends a run of which nothing was planned" {
	rm -rf -- "$out"
	"$BIN/stress_client" --driver null --quiet --rate 1000 --duration 10s --metrics-output-dir "$out" --timeline-ms 100 \
		--start-at "$(($(date +%s%3N) + 60000))" 3>&- &
	support_pids+=("$!")
	wait_until 10 test -e "$out/machine_1_run.json"
	wait_until 10 waits_for_signals "${support_pids[-1]}"
	kill -INT "${support_pids[-1]}"
	expect_end 10 "${support_pids[-1]}" 130
	[[ $(intervals 'map(.ok + .skipped) | add') == 0 ]]
}

@test "SIGINT does not wait for the moments of a slow rate" {
	rm -rf -- "$out"
	"$BIN/stress_client" --driver null --quiet --rate 1/m --metrics-output-dir "$out" --timeline-ms 100 3>&- &
	support_pids+=("$!")
	wait_until 10 grep -qs '"ok":1' "$out/machine_1_timeline.jsonl"
	kill -INT "${support_pids[-1]}"
	expect_end 5 "${support_pids[-1]}" 130
}

@test "kill -9 leaves the timeline of an open loop up to the last interval" {
	background "$BIN/stress_client" --driver null --quiet --rate 1000 --duration 1h --timeline-ms 100 \
		--metrics-output-dir "$out"
	kill -KILL "$pid"
	intervals 'map(.ok) | add > 0' | grep --quiet true
}

@test "a run ends in order when a condition is met, and says which and at what figure" {
	url=http://127.0.0.1:$(free_ports 1)/
	rm -rf -- "$out"
	run --separate-stderr timeout 20 "$BIN/stress_client" --url "$url" --rate 100 --duration 1h --timeline-ms 100 \
		--stop-when 'error_rate > 10% for 300ms' --metrics-output-dir "$out"
	[[ $stderr == *"stopping the run: error_rate > 10% for 300ms: 100"* ]]
	[[ $(tail --lines=1 "$out/machine_1_timeline.jsonl" | jq --raw-output .stopped) == "error_rate > 10% for 300ms: 100"* ]]
	[[ $(tail --lines=1 "$out/machine_1_timeline.jsonl" | jq .last) == true ]]
}

@test "a run that a condition ended is not for that a failure" {
	load_null --rate 1000 --duration 1h --timeline-ms 100 --stop-when 'throughput > 500/s'
	expect_status 0
	(($(total successful_requests) > 0))
}

@test "a condition holds for its phase only" {
	load_null --rate 1000 --timeline-ms 100 --phases 'a 300ms 100%,b 10m 100%' --stop-when 'throughput[b] > 500/s'
	expect_status 0
	[[ $(tail --lines=2 "$out/machine_1_timeline.jsonl" | head --lines=1 | jq --raw-output .phase) == b ]]
	(($(total planned_requests) >= 300))
}

# peak_kb OPTION...: the most memory that a run of the engine alone has had.
peak_kb() {
	rm -rf -- "$out"
	# AddressSanitizer keeps what was freed for a while.
	ASAN_OPTIONS=${ASAN_OPTIONS:+$ASAN_OPTIONS:}quarantine_size_mb=0 python3 -c '
import os, sys
_, status, usage = os.wait4(os.spawnvp(os.P_NOWAIT, sys.argv[1], sys.argv[1:]), 0)
print(usage.ru_maxrss)
sys.exit(os.waitstatus_to_exitcode(status))' "$BIN/stress_client" --driver null --quiet --ramp-ms 0 --threads 1 \
		--generator-check off --metrics-output-dir "$out" "$@"
}

@test "memory does not grow with the number of requests" {
	# To lose one small block of each request would be ten times as much.
	local few many
	few=$(peak_kb --num-clients 4 --requests-per-client 20000)
	many=$(peak_kb --num-clients 4 --requests-per-client 1000000)
	((many < few + 6144))
	few=$(peak_kb --rate 100000 --duration 100ms)
	many=$(peak_kb --rate 500000 --duration 1500ms --timeline-ms 100)
	((many < few + 6144))
}

@test "what cannot be meant is a usage error that says what can" {
	load_null --rate 0
	expect_status 2
	expect_text "--rate=0: a rate such as 5000, 5000/s or 90/m, from 0.001/s to 10000000/s"
	load_null --rate 1000000000
	expect_status 2
	expect_text "from 0.001/s to 10000000/s"
	load_null --start-at 9223372036854775807
	expect_status 2
	expect_text "--start-at=9223372036854775807"
	load_null --duration 10s --phases 'a 10s 100%'
	expect_status 2
	expect_text "DURATION and PHASES both say how long the run is"
	load_null --phases 'a 0s-60s 500'
	expect_status 2
	expect_text "phase 'a 0s-60s 500': '0s-60s' is no duration"
	load_null --phases 'a 10s 500/s' --phases 'b 10s 50%'
	expect_status 2
	expect_text "50% of what? There is no RATE to take it of"
	load_null --max-clients 10
	expect_status 2
	expect_text "--max-clients is for an open loop: give a --rate with it"
	load_null --scale 10%
	expect_status 2
	expect_text "there are none"
	load_null --stop-when 'througput > 5'
	expect_status 2
	expect_text "there is no metric 'througput'"
	load_null --stop-when 'recover_time > 5s'
	expect_status 2
	expect_text "known only when the run has ended"
}

@test "a condition about a phase or an operation that the run did not have is named at its end" {
	load_null --requests-per-client 5 --num-clients 1 --stop-when 'p99[sustaned] > 5s' --stop-when 'p99[sustained] > 5s'
	expect_status 0
	expect_text "--stop-when 'p99[sustaned] > 5s' was of no use: the run had no phase and no operation of that name"
	load_null --requests-per-client 5 --num-clients 1 --stop-when 'p99[sustained] > 5s' --stop-when 'requests < 0'
	expect_status 0
	[[ -z $output ]]
}

@test "flags that only another driver has are named, and those of conf files are not" {
	printf 'SERVER_ADDRESSES=a:1\n' >"$BATS_TEST_TMPDIR/conf"
	run timeout 20 "$BIN/stress_client" --conf "$BATS_TEST_TMPDIR/conf" --driver null --num-clients 1 \
		--requests-per-client 1 --metrics-output-dir "$out" --payload=x --no-reconnect
	expect_status 0
	expect_text "--payload has no part in this run: it is for the driver ws, and this one is null" \
		"--reconnect has no part in this run: it is for the driver tonk"
	[[ $output != *addresses* ]]
}

@test "what has no part in an open loop is said, before the run where somebody else shows that" {
	run "$BIN/stress_client" --driver null --rate 100 --max-delay-ms 5 --check
	expect_status 0
	expect_text "with a rate, the clients' own pauses and their ramp have no part"
	load_null --rate 100 --duration 200ms --max-delay-ms 5
	expect_status 0
	[[ -z $output ]]
}

@test "too few open files for the clients that may come are known before the start" {
	url=http://127.0.0.1:1/
	ulimit -n 100
	load_url --rate 100 --duration 1s --max-clients 500 --threads 2
	expect_status 1
	expect_text "500 clients need 540 open files and the limit is 100; raise it with: ulimit -n 540"
}

@test "a pool that nobody has asked for is as large as the limit of open files allows" {
	serve_http
	ulimit -n 100
	load_url --rate 100 --duration 200ms --threads 2
	expect_status 0
	expect_text "at most 60 clients, for the limit of open files is 100"
	expect_planned 20
}

@test "the first words say which run it is, and where its results will be" {
	run --separate-stderr "$BIN/stress_client" --driver null --num-clients 1 --requests-per-client 1 --seed 7 \
		--run-id mine --metrics-output-dir "$BATS_TEST_TMPDIR/there"
	expect_status 0
	[[ ${stderr_lines[0]} == "run mine, seed 7, results in $BATS_TEST_TMPDIR/there" ]]
	run --separate-stderr "$BIN/stress_client" --driver null --num-clients 1 --requests-per-client 1 --metrics-output -
	[[ ${stderr_lines[0]} == *", results in standard output" ]]
}

@test "what a closed loop leaves unsent at its end is told for what it is" {
	"$BIN/stress_client" --driver null --num-clients 2 --requests-per-client 50 --min-delay-ms 1m --max-delay-ms 1m \
		--ramp-ms 0 --duration 300ms --quiet --metrics-output - >"$BATS_TEST_TMPDIR/lines"
	run "$BIN/aggregate" - <"$BATS_TEST_TMPDIR/lines"
	expect_status 0
	expect_text "98 not sent" "Not sent is what its clients had left when the run ended"
}

@test "a run that is stopped tells how many requests are in flight, however many have ended in this second" {
	background "$BIN/stress_client" --driver null --num-clients 2 --threads 2 --ramp-ms 0 --duration 30s \
		--metrics-output-dir "$out"
	kill -INT "$pid"
	expect_end 10 "$pid" 130
	grep -qx 'stopping: [0-2] requests in flight get 2 s.*' "$BATS_TEST_TMPDIR/said"
}

@test "what is printed gets into no file that is opened in the place of a closed stderr" {
	timeout 30 "$BIN/stress_client" --driver null --num-clients 1 --duration 200ms \
		--metrics-output-dir "$out" 2>&-
	intervals 'map(.ok) | add' | grep -qx '[1-9][0-9]*'
}

# pipeline_is_busy: the one writes what it has measured, the other does not heed
# SIGINT.
pipeline_is_busy() {
	grep --quiet --no-messages '"ok":[1-9]' "$BATS_TEST_TMPDIR/lines" &&
		grep --quiet '^SigIgn:.*[2367abef]$' "/proc/$(pgrep --pgroup "$pid" aggregate)/status"
}

@test "who ends a pipeline with Ctrl-C gets the report of what was measured" {
	local pipeline='"$0/stress_client" --driver null --num-clients 1 --duration 1m --timeline-ms 100 --metrics-output - |
		tee --ignore-interrupts "$1" | "$0/aggregate" -'
	setsid env --default-signal=INT bash -c "$pipeline" "$BIN" "$BATS_TEST_TMPDIR/lines" \
		>"$BATS_TEST_TMPDIR/report" 2>"$BATS_TEST_TMPDIR/said" 3>&- &
	pid=$!
	support_pids+=("$pid")
	wait_until 20 pipeline_is_busy
	kill -INT -- "-$pid"
	expect_end 10 "$pid" 0
	grep -q '^End of Report' "$BATS_TEST_TMPDIR/report"
}
