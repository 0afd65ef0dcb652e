#!/usr/bin/env bats
# stress_test.sh and aggregate_metrics.sh, on the null driver: what they promise
# does not depend on a service.
load helpers
load support

setup() {
	cd "$BATS_TEST_TMPDIR" || return
	export WORK_DIR=$BATS_TEST_TMPDIR
	mkdir -p config
	cat >config/stress_test.conf <<-END
		MACHINE_ID=7
		NUM_CLIENTS=6
		REQUESTS_PER_CLIENT=5
		MIN_DELAY_MS=0
		MAX_DELAY_MS=10
		RAMP_MS=0
		DRIVER=null
		CLIENT_BINARY="$BIN/stress_client"
	END
}

teardown() {
	stop_servers
}

stress_test() {
	run "$PROJECT/scripts/stress_test.sh" "$@"
}

# machine_files N: how many client records machine N has in metrics/.
machine_files() {
	find metrics -maxdepth 1 -name "machine_${1}_client_*.json" | wc -l
}

@test "every client of the conf file leaves its record" {
	stress_test
	expect_status 0
	expect_text "Stress Test Configuration (null)" "Machine ID:         7" "Number of Clients:  6"
	[[ $(machine_files 7) -eq 6 && -e metrics/machine_7_timeline.jsonl && -e metrics/machine_7_run.json ]]
}

@test "the machine's number and options of the client beat the conf file" {
	stress_test 3 --num-clients 4
	expect_status 0
	expect_text "Machine ID:         3" "Starting 4 clients"
	[[ $(machine_files 3) -eq 4 && $(machine_files 7) -eq 0 ]]
}

@test "the banner tells the expected duration from requests and pauses" {
	stress_test --min-delay-ms 0 --max-delay-ms 1s --requests-per-client 2
	expect_status 0
	expect_text "Test Duration:      ~1 seconds"$'\n'
	stress_test --min-delay-ms 0 --max-delay-ms 1s --requests-per-client 2 --duration 1m
	expect_text "Test Duration:      ~1 seconds, at most 1m"
}

@test "a CloudP2P ring gets the banner of its guide" {
	stress_test 1 --driver cloudp2p --image-directory nowhere --server-addresses 127.0.0.1:1
	expect_status 2
	diff <(printf '%s\n' "${lines[@]:0:13}") - <<-END
		==================================
		CloudP2P Stress Test Configuration
		==================================
		Machine ID:         1
		Number of Clients:  6
		Requests/Client:    5
		Min Delay (ms):     0
		Max Delay (ms):     10
		Image Directory:    nowhere
		Client Config:      none
		Metrics Output:     ./metrics
		Test Duration:      ~0 seconds
		==================================
	END
}

@test "the test lasts as long as all phases, also where they stand in one text" {
	stress_test --phases 'a 100ms 100%,b 300ms 50%' --phases 'c 100ms 10%' --requests-per-client 0
	expect_status 0
	expect_text "Test Duration:      0.5 seconds"
}

@test "the banner of a scenario tells its phases, and how long they are with the scale" {
	stress_test --conf "$PROJECT/config/scenarios/new_year.conf" --scale 0.01 --num-clients 10
	expect_status 0
	expect_text "Number of Clients:  10" "Requests/Client:    no limit" "Pauses (ms):        100 to 500, uniform" \
		"Phases:             before 1m 50%" "                    spike 1m 150%" "Scale:              0.01" \
		"Test Duration:      3 seconds"
}

@test "a rate that only the phases name makes no clients in the banner" {
	stress_test --phases 'a 100ms 50/s' --requests-per-client 0
	expect_status 0
	expect_text "Rate:               the rate of the phases, uniform" "Starting the rate of the phases in"
	[[ $output != *"Number of Clients"* ]]
}

@test "the banner of a rate tells it, and what of it the machines share" {
	stress_test --conf "$PROJECT/config/scenarios/rps_500.conf" --scale 0.001 --machines 5 --machine-id 2
	expect_status 0
	expect_text "Rate:               500/s, shared by 5 machines, poisson" "Starting 100 requests/s"
}

@test "processes and threads share the cores" {
	stress_test --threads "$(nproc)"
	expect_status 0
	expect_text "in 1 process..."
	stress_test 1 --processes 3 --machines 2 --num-clients 8
	expect_status 0
	expect_text "Starting 4 clients in 3 processes"
}

@test "one client per process starts as many processes as clients" {
	stress_test --clients-per-process 1 --num-clients 3
	expect_status 0
	expect_text "Starting 3 clients in 3 processes"
	[[ $(jq -s 'map(.process) | unique | length' metrics/machine_7_timeline.jsonl) -eq 3 ]]
}

@test "the last run is moved away, so that a folder holds one run" {
	stress_test --num-clients 6
	expect_status 0
	stress_test --num-clients 2
	expect_status 0
	[[ $(machine_files 7) -eq 2 ]]
	[[ $(find metrics/previous -name 'machine_7_client_*.json' | wc -l) -eq 6 ]]
	run "$BIN/aggregate" --output-dir report metrics
	expect_status 0
	[[ $(jq .total_requests report/final_report.json) -eq 10 ]]
}

@test "a last run of more files than fit on a command line is moved away, too" {
	local folder i
	folder=metrics/$(printf 'long%.0s' {1..50})
	mkdir --parents "$folder"
	for ((i = 1; i <= 10000; i++)); do
		printf '%s/machine_7_client_%d.json\0' "$folder" "$i"
	done | xargs --null touch
	stress_test --num-clients 2 --metrics-output-dir "$folder"
	expect_status 0
	[[ $(find "$folder/previous" -name 'machine_7_client_*' | wc --lines) -eq 10000 ]]
	stress_test --num-clients 2 --metrics-output-dir "$folder"
	expect_status 0
	[[ $(find "$folder/previous" -name 'machine_7_client_*.json' | wc --lines) -eq 2 ]]
}

@test "the machine is sampled while the clients run, and not when nobody wants it" {
	stress_test --requests-per-client 1M --duration 2500ms
	expect_status 0
	# The last sample may come when the client has ended, and tells of none.
	jq --exit-status --slurp 'all(.name == "machine_7" and .values."cpu.busy_percent" >= 0) and
		any(.values."proc.rss_bytes" > 0)' metrics/host_7.jsonl
	stress_test --no-host-probe
	expect_status 0
	[[ ! -e metrics/host_7.jsonl && -e metrics/previous/host_7.jsonl ]]
}

@test "who names the run is not told how to report it, for that is his own part" {
	stress_test 3 --processes 1
	expect_text "in 1 process..." "Report:  $PROJECT/scripts/aggregate_metrics.sh"
	stress_test 3 --run-id theirs
	expect_text "Results: ./metrics/machine_3_*"
	[[ $output != *Report:* ]]
}

@test "the results of other machines are left alone" {
	stress_test 1
	stress_test 2
	expect_status 0
	[[ $(machine_files 1) -eq 6 && $(machine_files 2) -eq 6 ]]
}

@test "an unknown key of the conf file is a usage error that tells its line" {
	printf 'NUM_CLINTS=3\n' >>config/stress_test.conf
	stress_test
	expect_status 2
	expect_text "config/stress_test.conf:9" "NUM_CLIENTS"
}

@test "without a server that answers nothing is started, and each is named" {
	local ports
	mapfile -t ports < <(free_ports 2)
	stress_test --driver cloudp2p --image-directory "$PROJECT/test_images" \
		--server-addresses "127.0.0.1:${ports[0]},127.0.0.1:${ports[1]}"
	expect_status 1
	expect_text "127.0.0.1:${ports[0]} does not answer" "no server answered"
	[[ $(machine_files 7) -eq 0 ]]
}

@test "a condition that ends the run is judged by one process, and the early end is told" {
	stress_test --stop-when 'requests > 0' --phases 'sustained 30s 100%' --requests-per-client 0
	expect_status 0
	expect_text "in 1 process..." "Stop When:          requests > 0" "Ended early: a condition of STOP_WHEN was met"
}

@test "a web server that is not there is named, and nothing is started" {
	local port
	port=$(free_ports 1)
	stress_test --driver http --url "http://127.0.0.1:$port/"
	expect_status 1
	expect_text "Stress Test Configuration (http)" "http://127.0.0.1:$port/" "connection refused"
	[[ $(machine_files 7) -eq 0 ]]
}

@test "the exit code is the worst of the clients'" {
	# The first finds a missed threshold, the second itself too slow.
	cat >client <<-'END'
		#!/bin/sh
		case "$*" in *" --check") exit 0 ;; esac
		for process; do :; done
		exit $((3 + 2 * process))
	END
	chmod +x client
	stress_test --client-binary ./client --processes 2
	expect_status 5
}

@test "a web server that answers wrong is named before the start" {
	serve_http --body "something else"
	stress_test --driver http --url "$url" --check-body-contains secret
	expect_status 1
	expect_text "a body without 'secret'"
	[[ $(machine_files 7) -eq 0 ]]
}

@test "a folder without a picture is a usage error that names it" {
	mkdir empty
	stress_test --driver cloudp2p --image-directory empty --server-addresses 127.0.0.1:1
	expect_status 2
	expect_text "IMAGE_DIRECTORY empty"
}

@test "a metrics folder that cannot be made is told" {
	: >file
	stress_test --metrics-output-dir file/metrics
	expect_status 1
	expect_text "cannot write to METRICS_OUTPUT_DIR file/metrics"
}

# A run that would take minutes, in the background; sets `pid`.
long_run() {
	env --default-signal=HUP "$PROJECT/scripts/stress_test.sh" --requests-per-client 1000 \
		--min-delay-ms 100 --max-delay-ms 200 &>run.txt 3>&- &
	pid=$!
	wait_until 20 grep -q '"ok"' metrics/machine_7_timeline.jsonl
}

@test "SIGTERM ends the clients, keeps what they measured, and is told by the exit code" {
	long_run
	kill -TERM "$pid"
	expect_end 10 "$pid" 143
	[[ $(machine_files 7) -eq 6 ]]
	[[ $(jq -s 'map(select(.last)) | length' metrics/machine_7_timeline.jsonl) -ge 1 ]]
}

@test "a signal before the first client has started ends it as well, and leaves nothing running" {
	"$PROJECT/scripts/stress_test.sh" --requests-per-client 1000000 --processes 3 &>run.txt 3>&- &
	pid=$!
	wait_until 10 grep -qs '^Starting' run.txt
	kill -TERM "$pid"
	expect_end 10 "$pid" 143
	# Whatever it has started holds its lock as well.
	wait_until 10 flock --nonblock metrics/previous/.machine_7.lock true
}

@test "a terminal that goes ends the clients, and keeps what they measured" {
	long_run
	kill -HUP "$pid"
	expect_end 30 "$pid" 143
	[[ $(machine_files 7) -eq 6 ]]
	wait_until 10 flock --nonblock metrics/previous/.machine_7.lock true
}

@test "kill -9 ends the clients as SIGTERM does, and leaves nothing running" {
	local folder
	TMPDIR=$BATS_TEST_TMPDIR long_run
	kill -KILL "$pid"
	wait_until 10 eval '[[ $(machine_files 7) -eq 6 ]]'
	wait_until 10 flock --nonblock metrics/previous/.machine_7.lock true
	folder=$(find . -maxdepth 1 -name 'tmp.*')
	[[ -z $folder ]]
}

@test "it runs as cron runs it: without a terminal, a PATH or a HOME, in another folder" {
	cd /
	run env --ignore-environment WORK_DIR="$WORK_DIR" BIN="$BIN" "$PROJECT/scripts/stress_test.sh" </dev/null
	cd "$BATS_TEST_TMPDIR"
	expect_status 0
	[[ $(machine_files 7) -eq 6 && $output != *parallel:* ]]
}

@test "a second run of the same machine is refused while the first one goes" {
	long_run
	stress_test
	stop_process "$pid"
	expect_status 1
	expect_text "has a stress test running"
}

@test "a run whose clients are killed is partial, and keeps its timeline" {
	long_run
	local parents clients
	parents=$(pgrep --parent "$pid" --delimiter ,)
	mapfile -t clients < <(pgrep --parent "$parents" stress_client)
	((${#clients[@]} > 0))
	kill -KILL "${clients[@]}"
	expect_end 10 "$pid" 6
	run "$BIN/aggregate" --output-dir report metrics
	expect_status 6
	[[ $(jq .total_requests report/final_report.json) -gt 0 ]]
}

aggregate_metrics() {
	printf 'OUTPUT_DIR="report"\nCLIENT_MACHINES=( %s )\n' "$1" >config/aggregate.conf
	run "$PROJECT/scripts/aggregate_metrics.sh"
}

@test "the machines' folders become one report" {
	stress_test 1 --run-id together
	mv metrics first
	stress_test 2 --run-id together
	aggregate_metrics '"first" "metrics"'
	expect_status 0
	expect_text "Client Machines: 2" "[2/2] Collecting from: metrics" "Metrics Aggregation Complete!"
	[[ $(jq .total_requests report/final_report.json) -eq 60 && -s report/final_report.txt ]]
	python3 "$PROJECT/tests/lab/page_check.py" report/report.html >page.json
	[[ $(jq '[.tables.machines[][2] | tonumber] | add' page.json) -eq 60 ]]
}

@test "of several runs in the machines' folders one is named, as the refusal asks for" {
	stress_test 1 --run-id one-1111
	stress_test 2 --run-id two-2222
	aggregate_metrics '"metrics"'
	expect_status 2
	expect_text "name one with --run"
	run "$PROJECT/scripts/aggregate_metrics.sh" --run 2222
	expect_status 0
	[[ $(jq --raw-output .run_id report/final_report.json) == two-2222 ]]
	run "$PROJECT/scripts/aggregate_metrics.sh" --runn 2222
	expect_status 2
	expect_text "unknown flag --runn"
}

@test "a machine whose folder is missing makes the report partial and is named" {
	stress_test 1
	aggregate_metrics '"metrics" "nowhere"'
	expect_status 6
	expect_text "nowhere: No such file or directory; machine 2 is missing"
	[[ $(jq .total_requests report/final_report.json) -eq 30 ]]
}

@test "without any metrics there is no report" {
	aggregate_metrics '"nowhere"'
	expect_status 1
	[[ ! -e report ]]
}

@test "a machine that cannot be reached is named, and the rest still counts" {
	stress_test 1
	RINGSTORM_SSH_CONFIG=/dev/null aggregate_metrics '"metrics" "user@host.invalid:/srv/metrics"'
	expect_status 6
	expect_text "host.invalid:22: unknown host; machine 2 is missing"
	[[ $(jq .total_requests report/final_report.json) -eq 30 ]]
}
