#!/usr/bin/env bats
# full_test.sh on this machine, without faults; the real thing is in
# tests/flow/distributed.bats.
load helpers
load support

setup() {
	cd "$BATS_TEST_TMPDIR" || return
	export WORK_DIR=$PWD
	mkdir --parents config client/config
	printf 'CLIENT_MACHINES=( "%s/client/metrics" )\n' "$PWD" >config/aggregate.conf
	printf '%s\n' NUM_CLIENTS=2 REQUESTS_PER_CLIENT=3 MIN_DELAY_MS=0 MAX_DELAY_MS=1 GENERATOR_CHECK=off \
		"CLIENT_BINARY=\"$BIN/stress_client\"" | tee config/stress_test.conf >client/config/stress_test.conf
}

teardown() {
	stop_servers
}

@test "the load alone is reported in the folder of its run" {
	serve_http
	run "$PROJECT/scripts/full_test.sh" --url "$url" --no-faults --run-id one
	expect_status 0
	expect_text "All of it: metrics/one/final_report.txt"
	[[ $(jq .total_requests metrics/one/final_report.json) -eq 6 ]]
}

@test "a target that is not there is exit code 1, and no report is promised" {
	run "$PROJECT/scripts/full_test.sh" --no-faults --run-id one --url "http://127.0.0.1:$(free_ports 1)/"
	expect_status 1
	expect_text "connection refused" "There is no report; what there is: metrics/one"
}

@test "a mistake in the options is told before a server is started" {
	printf 'SERVER_1_HOST=local\nSERVER_1_CONFIG=config/server1.conf\nSERVER_1_WORK_DIR="%s"\n' "$PWD" >config/fault_sim.conf
	printf 'ID=1\nADDRESS="127.0.0.1:%s"\n' "$(free_ports 1)" >config/server1.conf
	run "$PROJECT/scripts/full_test.sh" --run-id one --no-such-option
	expect_status 2
	expect_text "no-such-option"
	[[ $output != *Server* && ! -e logs/server_1.pid ]]
}

@test "where a server's folder has no start_server.sh, the one of this tree starts it" {
	printf 'ID=1\nADDRESS="127.0.0.1:%s"\n' "$(free_ports 1)" >config/server1.conf
	# shellcheck disable=SC2016 # for the inner bash
	run env SERVER_1_HOST=local SERVER_1_WORK_DIR="$PWD" bash -c '
		source "${0%/*}/lib/common.sh" && source "$ROOT/scripts/lib/far.sh" && source "$ROOT/scripts/lib/ring.sh"
		start_servers' "$PROJECT/scripts/full_test.sh" 3>&-
	expect_text "Server 1 started successfully"
	"$BIN/ring_server" --conf config/server1.conf --ping
	"$PROJECT/scripts/stop_server.sh" 1
}

@test "so it is where an earlier run has left files" {
	serve_http
	"$PROJECT/scripts/full_test.sh" --no-faults --run-id one --url "$url"
	run "$PROJECT/scripts/full_test.sh" --no-faults --run-id two --url "http://127.0.0.1:$(free_ports 1)/"
	expect_status 1
	expect_text "There is no report"
}
