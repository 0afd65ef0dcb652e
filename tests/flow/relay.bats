#!/usr/bin/env bats
# automerge-repo's own sync server on a host of the lab, fifty clients on two
# others, and one report of both.
# shellcheck disable=SC2154 # lab.env sets LAB_*
load ../program/helpers

setup_file() {
	((EUID == 0)) || return 0
	"$PROJECT/tests/lab/node_peer.sh" >/dev/null
	"$PROJECT/tests/lab/lab.sh" up 1 servers 2 clients "$BATS_FILE_TMPDIR/lab" 3>&-
}

teardown_file() {
	"$PROJECT/tests/lab/lab.sh" down "$BATS_FILE_TMPDIR/lab"
}

setup() {
	((EUID == 0)) || skip "hosts with networks of their own need root"
	# shellcheck disable=SC1091 # made by lab.sh
	source "$BATS_FILE_TMPDIR/lab/lab.env"
	export RINGSTORM_SSH_CONFIG=$LAB_SSH_CONFIG
	out=$BATS_TEST_TMPDIR/metrics reports=$BATS_TEST_TMPDIR/reports
	script=$PROJECT/bin/.node/sync_server.mjs node=$(readlink --canonicalize "$(command -v node)")
	clients=()
	mkdir "$out"
	write_relay
	ssh -F "$LAB_SSH_CONFIG" server1 "cd '$BATS_TEST_TMPDIR' && exec setsid --fork ./start_relay </dev/null >relay.log 2>&1" 3>&-
	wait_until 20 answers
}

teardown() {
	local pid
	((EUID == 0)) || return 0
	for pid in "${clients[@]}"; do stop_process "$pid"; done
	ssh -F "$LAB_SSH_CONFIG" server1 "kill \$(cat '$BATS_TEST_TMPDIR/relay.pid')" 3>&- || true
}

# write_relay: the script that starts it, in whose process it then runs, and
# the conf of fault_ring.
write_relay() {
	cat >"$BATS_TEST_TMPDIR/start_relay" <<-END
		#!/bin/sh
		echo \$\$ >relay.pid
		exec '$node' '$script' 3030 documents '$LAB_SERVER_1'
	END
	chmod +x "$BATS_TEST_TMPDIR/start_relay"
	cat >"$BATS_TEST_TMPDIR/fault_sim.conf" <<-END
		NUM_CYCLES=1
		START_AFTER=4s
		FAULT_INTERVAL_SECS=0
		RESTART_DELAY_SECS=1
		LOG_FILE='$out/fault_events.log'
		SERVER_1_HOST=server1
		SERVER_1_WORK_DIR='$BATS_TEST_TMPDIR'
		SERVER_1_BINARY='$node'
		SERVER_1_CONFIG='$script'
		SERVER_1_PID_FILE=relay.pid
		SERVER_1_READY_ADDRESS=$LAB_SERVER_1:3030
		SERVER_1_START_COMMAND=./start_relay
	END
}

# answers: the relay takes a connection.
answers() {
	timeout 1 bash -c "exec 4<>/dev/tcp/$LAB_SERVER_1/3030" 2>/dev/null
}

# start_clients DURATION OPTION...: 25 on each machine. Their hosts have our
# clock.
start_clients() {
	local machine duration=$1
	shift
	for machine in 1 2; do
		mkdir "$out/machine_$machine"
		printf '{"schema": "ringstorm-clock/1", "offset_ms": 0, "error_ms": 0}\n' >"$out/machine_$machine/clock.json"
		timeout 60 ssh -F "$LAB_SSH_CONFIG" "client$machine" "exec '$BIN/stress_client' --driver tonk \
			--url 'ws://$LAB_SERVER_1:3030/' --quiet --run-id relay --machine-id $machine --num-clients 25 \
			--duration $duration --ramp-ms 500 --listeners silent --metrics-output-dir '$out/machine_$machine' $*" 3>&- &
		clients+=("$!")
	done
}

# await_clients: sets $codes, theirs.
await_clients() {
	local pid
	codes=()
	for pid in "${clients[@]}"; do
		wait_until 40 gone "$pid"
		wait "$pid" && codes+=(0) || codes+=("$?")
	done
	clients=()
}

# all_joined: in the newest interval of each machine.
all_joined() {
	[[ $(tail --quiet --lines=1 "$out"/machine_[12]/*_timeline.jsonl | jq --slurp 'map(.connections.joined) | add') == 50 ]]
}

report() {
	run "$BIN/aggregate" --output-dir "$reports" "$out"
	[[ -e $reports/final_report.json ]]
}

# report_says FILTER: that is true of the report.
report_says() {
	jq --exit-status "$1" "$reports/final_report.json" >/dev/null || {
		jq '{operations, reconnects, anomalies, faults, verdict}' "$reports/final_report.json"
		return 1
	}
}

@test "fifty clients on two machines see each other's changes and agree at the end, in one report" {
	start_clients 8s --ops-per-minute 20 --operations change=6,broadcast=1,ping=1
	await_clients
	[[ ${codes[*]} == "0 0" ]]
	report
	expect_status 0
	report_says '.operations.verify.ok == 2 and .operations.verify.failed == 0'
	expect_text propagation "Listeners were silent" "No connection was lost."
	report_says '(.machines | length) == 2 and .listeners == "silent" and .verdict.result == "pass"'
	report_says '.operations.join.ok == 50 and .operations.converge == (.operations.converge | .ok = 50 | .failed = 0)'
	report_says '.operations.change.ok >= 30 and .operations.propagation.failed == 0
		and .operations.propagation.ok > 12 * .operations.change.ok
		and (.operations.propagation.latency_stats | .median_ms > 0 and .median_ms <= .p99_ms and .p99_ms < 5000)'
	report_says '.reconnects | .dropped == 0 and .missed == 0 and .outages == []'
}

@test "when fault_ring kills and restarts the relay, the report tells how its fifty connections came back" {
	start_clients 18s --ops-per-minute 10 --reconnect-min 50ms --reconnect-max 500ms --seen-timeout 2s
	wait_until 10 all_joined
	timeout 30 "$BIN/fault_ring" --conf "$BATS_TEST_TMPDIR/fault_sim.conf" --quiet >"$BATS_TEST_TMPDIR/faults" 2>&1 3>&-
	wait_until 10 all_joined
	await_clients
	report
	# This relay acknowledges before it writes to the disk: a change of the last
	# moments before the kill may be lost; then the clients and the report say so.
	[[ ${codes[*]} =~ ^[04]\ [04]$ ]]
	if [[ ${codes[*]} == *4* ]]; then
		expect_status 4
		report_says '.failure_reasons["acknowledged change lost"] > 0'
	else
		report_says '.operations.verify.ok == 2 and (.failure_reasons | has("acknowledged change lost") | not)'
	fi
	expect_text RECONNECTS "fault 1, kill of server 1" "connections lost  <- fault 1, kill of server 1"
	report_says '(.faults | length) == 1 and .faults[0].confirmed and .faults[0].healed'
	report_says '[.reconnects.outages[] | select(.fault == 1)] | length == 1 and (.[0] | .dropped >= 50
		and .back == .dropped and .missed != null and .doubled != null)'
	# It was down for a second at the least.
	report_says '.reconnects.outages[0] | .back_50_ms > 1000 and .back_50_ms <= .back_90_ms
		and .back_90_ms <= .back_99_ms'
	report_says '[.anomalies[] | select(.kind == "connection_drop" and .size >= 50) | .fault] == [1]'
	report_says '.operations.converge.ok == 50'
}
