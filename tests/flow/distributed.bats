#!/usr/bin/env bats
# The guide's workflow on hosts of the lab: everything goes over SSH.
load ../program/helpers
load ../lab/project

setup_file() {
	"$PROJECT/tests/lab/lab.sh" up 3 servers 3 clients "$BATS_FILE_TMPDIR/lab"
}

teardown_file() {
	"$PROJECT/tests/lab/lab.sh" down "$BATS_FILE_TMPDIR/lab"
}

setup() {
	# shellcheck disable=SC1091 # made by lab.sh
	source "$BATS_FILE_TMPDIR/lab/lab.env"
	export RINGSTORM_SSH_CONFIG=$LAB_SSH_CONFIG WORK_DIR=$BATS_TEST_TMPDIR
	cd "$BATS_TEST_TMPDIR" || return
	ln -s "$PROJECT/test_images" test_images
	write_project
	stress_conf 10 100 50 150 DRIVER=null
	pid=''
}

teardown() {
	[[ -z $pid ]] || stop_process "$pid"
}

# stress_conf CLIENTS REQUESTS MIN_MS MAX_MS LINE...
stress_conf() {
	printf '%s\n' "NUM_CLIENTS=$1" "REQUESTS_PER_CLIENT=$2" "MIN_DELAY_MS=$3" "MAX_DELAY_MS=$4" \
		'IMAGE_DIRECTORY=test_images' "${@:5}" >config/stress_test.conf
}

distributed() {
	run "$PROJECT/scripts/run_distributed.sh" "$@"
}

# distributed_in_background ARGUMENT...: sets `pid` when all machines have
# answers. Ctrl-C reaches it, although it is in the background.
distributed_in_background() {
	env --default-signal=INT "$PROJECT/scripts/run_distributed.sh" --deploy --start-in 1 "$@" &>run.txt 3>&- &
	pid=$!
	wait_until 40 eval '[[ $(grep --count "of .* in flight" run.txt) -ge 3 ]]'
}

# ended_with CODE: what runs in the background.
ended_with() {
	local code=0
	wait_until "${2:-30}" gone "$pid"
	wait "$pid" || code=$?
	pid=''
	[[ $code -eq $1 ]] || {
		printf 'exit status %d instead of %d:\n' "$code" "$1"
		cat run.txt
		return 1
	}
}

# below PID...: all processes that come from it.
below() {
	local child
	for child in $(pgrep --parent "$1"); do
		printf '%s\n' "$child"
		below "$child"
	done
}

# clients_run: whether any host has a client that runs.
clients_run() {
	local host
	for host in 1 2 3; do
		below "$(<"$LAB_DIR/client$host/.sshd/pid")" | while read -r process; do
			readlink "/proc/$process/exe" || true
		done
	done | grep -q 'stress_client$'
}

report_says() {
	jq --exit-status "$1" "$2" >/dev/null || {
		jq 'del(.machines, .merge)' "$2"
		return 1
	}
}

@test "the guide's workflow: 3,000 requests from 3 machines through 6 kills, each with its effect on the users" {
	stress_conf 20 50 800 2400 TIMELINE_MS=100 CLIENT_CONFIG=config/client_stress.conf 'IMAGE_MIX=( small.png=1 )'
	write_fault_conf FAULT_INTERVAL_SECS=8 RESTART_DELAY_SECS=2 NUM_CYCLES=2
	printf '%s\n' RECOVERY_TOLERANCE=80% RECOVERY_HOLD_SECS=3 BASELINE_SECS=4 >>config/aggregate.conf
	distributed --machines config/servers.conf --deploy-only
	expect_status 0
	run "$PROJECT/scripts/full_test.sh" --deploy --faults-after 6
	expect_status 0
	expect_text "===== CYCLE 2/2 =====" "6 faults: 6 confirmed, 6 healed." "Successfully collected metrics from machine 3"
	report_says '.total_requests == 3000 and .successful_requests + .failed_requests == 3000
		and .verdict.result == "pass" and .merge.counts_in == .merge.counts_out
		and (.machines | length) == 3' metrics/*/final_report.json
	report_says '(.faults | length) == 6 and all(.faults[]; .confirmed and .healed)
		and ([.faults[] | select(.time_to_recover_ms != null)] | length) >= 4' metrics/*/final_report.json
	report_says '.schema == "ringstorm-test/1" and (.client_machines | length) == 3
		and (.sha256.stress_client | length) == 64' metrics/*/run.json
	report_says '[.samples[] | .name] | sort == ["machine_1", "machine_2", "machine_3", "server_1", "server_2", "server_3"]' \
		metrics/*/final_report.json
}

@test "Ctrl-C in the middle of a fault brings the server back, ends the clients and reports what there is" {
	stress_conf 5 1000 100 300 CLIENT_CONFIG=config/client_stress.conf 'IMAGE_MIX=( small.png=1 )'
	write_fault_conf FAULT_INTERVAL_SECS=8 RESTART_DELAY_SECS=60 NUM_CYCLES=1
	distributed --machines config/servers.conf --deploy-only
	env --default-signal=INT "$PROJECT/scripts/full_test.sh" --deploy --faults-after 1 &>run.txt 3>&- &
	pid=$!
	wait_until 60 grep -q 'Server 1 is now DOWN' run.txt
	kill -INT "$pid"
	ended_with 130
	run ! clients_run
	run ssh -F "$LAB_SSH_CONFIG" server1 'cd ringstorm && ./scripts/status_server.sh 1'
	expect_text "✅ RUNNING"
	report_says '.total_requests > 0 and (.faults | length) == 1 and .faults[0].confirmed and .faults[0].healed' \
		metrics/*/final_report.json
}

@test "all machines start at one moment as one run" {
	distributed --deploy --start-in 5 --requests-per-client 5
	expect_status 0
	run "$PROJECT/scripts/aggregate_metrics.sh"
	expect_status 0
	report_says '.total_requests == 150 and (.machines | length) == 3' aggregated_metrics/final_report.json
	jq --slurp --exit-status 'map(.start_unix_ms) | max - min <= 2' \
		aggregated_metrics/collected/machine_*/machine_*_client_*.json
	jq --slurp --exit-status 'map(.run_id) | unique | length == 1' \
		aggregated_metrics/collected/machine_*/machine_*_run.json
}

@test "what a machine has already is not copied again" {
	distributed --deploy-only
	distributed --deploy-only
	expect_status 0
	[[ $output != *"files to"* ]]
	printf '# changed\n' >>config/stress_test.conf
	distributed --deploy-only
	expect_text "1 files to ringstorm/config"
}

@test "a run goes on when the connection to its machine is lost, and is found again" {
	local session
	distributed_in_background
	for session in $(below "$(<"$LAB_DIR/client2/.sshd/pid")"); do
		[[ $(ps --format args= --pid "$session") != "sshd: "*@* ]] || kill -KILL "$session"
	done
	wait_until 20 grep -q 'the connection is lost; trying again' run.txt
	ended_with 0
	[[ $(grep --count 'Results:' run.txt) -eq 3 ]]
	[[ $(grep --count '\[2\].*Starting 10 clients' run.txt) -eq 1 ]]
}

@test "--attach follows the runs of a controller that died, to their end" {
	local process
	# What it leaves there nobody removes.
	TMPDIR=$BATS_TEST_TMPDIR distributed_in_background
	for process in "$pid" $(below "$pid"); do
		kill -KILL "$process" 2>/dev/null || true
	done
	wait_until 10 gone "$pid"
	clients_run
	distributed --attach
	expect_status 0
	[[ $(grep --count 'Results:' <<<"$output") -eq 3 ]]
	run ! clients_run
}

@test "Ctrl-C ends the clients on all machines and keeps what they measured" {
	distributed_in_background --requests-per-client 10000
	kill -INT "$pid"
	ended_with 130
	run ! clients_run
	run "$PROJECT/scripts/aggregate_metrics.sh"
	report_says '(.machines | length) == 3 and all(.machines[]; .complete) and .total_requests > 0' \
		aggregated_metrics/final_report.json
}

@test "a machine that has a run is not given a second one" {
	distributed_in_background --requests-per-client 10000
	distributed --start-in 1
	kill -TERM "$pid"
	expect_status 1
	expect_text "goes on here; follow it with: run_distributed.sh --attach"
	ended_with 143
}

@test "where one machine cannot be reached, none is started" {
	printf 'CLIENT_MACHINES=( "client1:ringstorm/metrics" "nobody@%s:ringstorm/metrics" )\n' "$LAB_CLIENT_2" >config/aggregate.conf
	distributed --deploy-only
	distributed
	expect_status 1
	expect_text "no connection to nobody@$LAB_CLIENT_2"
	run ! clients_run
}

@test "a machine without ringstorm is told how to get it" {
	printf 'CLIENT_MACHINES=( "client1:elsewhere/metrics" )\n' >config/aggregate.conf
	distributed
	expect_status 1
	expect_text "copy it there with: run_distributed.sh --deploy"
}

# date_there HOST EXPRESSION: what its clock says when it is asked for.
date_there() {
	((EUID == 0)) || skip "only root's labs have homes of their own"
	mkdir --parents "$LAB_DIR/$1/fake"
	printf '#!/bin/sh\n[ "$*" != "+%%s%%3N" ] || { echo %s; exit; }\nexec /bin/date "$@"\n' "$2" >"$LAB_DIR/$1/fake/date"
	chmod +x "$LAB_DIR/$1/fake/date"
	printf 'PATH=~/fake:$PATH\n' >"$LAB_DIR/$1/.bashrc"
}

@test "a machine whose clock is wrong is told the start by its own clock" {
	date_there client2 '$(($(/bin/date +%s%3N) - 3000))'
	distributed --deploy --start-in 8 --requests-per-client 5
	rm "$LAB_DIR/client2/.bashrc"
	expect_status 0
	expect_text "its clock is about -3"
	run "$PROJECT/scripts/aggregate_metrics.sh"
	expect_status 0
	# That which it has in truth is right, so it starts sooner.
	jq --slurp --exit-status '[.[] | .start_unix_ms] | max - min | . > 2800 and . < 3600' \
		aggregated_metrics/collected/machine_*/machine_*_client_1.json
}

@test "what a machine says of its time is no more than a number" {
	distributed --deploy-only
	date_there client2 "'a[\$(touch pwned)]'"
	distributed
	rm "$LAB_DIR/client2/.bashrc"
	expect_status 1
	expect_text "client2 does not tell its time"
	[[ ! -e pwned ]]
}

@test "a machine that cannot take what is copied there is named" {
	distributed --machines config/servers.conf --deploy-only
	rm -r "$LAB_DIR/server2/ringstorm/bin"
	: >"$LAB_DIR/server2/ringstorm/bin"
	distributed --machines config/servers.conf --deploy-only
	rm "$LAB_DIR/server2/ringstorm/bin"
	expect_status 1
	expect_text "cannot copy to server2:ringstorm/bin"
}

@test "the exit code is that of the worst machine" {
	distributed --deploy --start-in 1 --requests-per-client 2 --no-such-option
	expect_status 2
	expect_text "no-such-option"
}

@test "what a server's machine does is put on the controller's clock" {
	date_there server1 '$(($(/bin/date +%s%3N) + 600000))'
	mkdir --parents run "$LAB_DIR/server1/bin"
	cp "$BIN/host_probe" "$LAB_DIR/server1/bin"
	cat >probe.sh <<-'END'
		source "$PROJECT/scripts/lib/common.sh"
		source "$PROJECT/scripts/lib/far.sh"
		source "$PROJECT/scripts/lib/server_probes.sh"
		SERVER_1_HOST=server1
		probe_servers run
		for ((tries = 0; tries < 300; tries++)); do
			[[ ! -s run/server_1/host_server_1.jsonl ]] || break
			sleep 0.1
		done
		end_server_probes run
	END
	run bash probe.sh
	rm "$LAB_DIR/server1/.bashrc"
	expect_status 0
	jq --exit-status '.error_ms > 0 and (.offset_ms - 600000 | fabs) <= .error_ms' run/server_1/clock.json
}
