#!/usr/bin/env bats
# The probes beside a load: a relay that leaks, or loses its connections, on
# command.
load ../program/helpers
load ../program/support

setup() {
	folder=$BATS_TEST_TMPDIR/metrics
	reports=$BATS_TEST_TMPDIR/reports
	mkdir "$folder"
	probes=()
}

teardown() {
	stop_probes
	stop_servers
	[[ ! -e $BATS_TEST_TMPDIR/lab/lab.env ]] || "$PROJECT/tests/lab/lab.sh" down "$BATS_TEST_TMPDIR/lab"
}

# start_probes: relay and machine are sampled from now on.
start_probes() {
	"$BIN/relay_probe" --url "http://127.0.0.1:$port/metrics" --name relay1 --pid "$server_pid" --interval 100ms \
		--output "$folder/probe_relay1.jsonl" 3>&- &
	probes+=($!)
	"$BIN/host_probe" --interval 200ms --name client1 --output "$folder/host_client1.jsonl" 3>&- &
	probes+=($!)
}

stop_probes() {
	local pid
	for pid in "${probes[@]}"; do stop_process "$pid"; done
	probes=()
}

# load_for TIME: 50 clients hold a connection each and send ten messages a
# second over it.
load_for() {
	timeout 60 "$BIN/stress_client" --quiet --url "$url" --num-clients 50 --ramp-ms 0 --requests-per-client 1M \
		--min-delay-ms 90 --max-delay-ms 110 --duration "$1" --timeline-ms 250 --generator-check off \
		--metrics-output-dir "$folder"
}

report() {
	run timeout 60 "$BIN/aggregate" --leak-bytes 30M --output-dir "$reports" "$folder"
}

json() {
	jq --compact-output "$1" "$reports/final_report.json"
}

@test "a relay that leaks is found with its rate, and one that does not is not" {
	serve_ws --leak 100k
	start_probes
	load_for 5s
	stop_probes
	report
	expect_status 0
	[[ $(json '[.anomalies[] | select(.kind == "memory_leak") | .who]') == '["relay relay1"]' ]]
	[[ $(json '.anomalies[] | select(.kind == "memory_leak") | .size > 50e6') == true ]]
	[[ $(json '[.samples[] | [.source, .name]]') == '[["relay","relay1"],["host","client1"]]' ]]

	rm -rf -- "${folder:?}"/*
	serve_ws
	start_probes
	load_for 5s
	stop_probes
	report
	expect_status 0
	[[ $(json '[.anomalies[] | select(.kind == "memory_leak")]') == '[]' ]]
}

@test "connections that the relay drops are found in their second" {
	local dropped
	serve_ws
	start_probes
	load_for 6s 3>&- &
	wait_until 20 grep --quiet '"connections": 50' "$folder/probe_relay1.jsonl"
	sleep 2 # what is usual must be known
	dropped=$(date +%s%3N)
	curl --silent --fail "http://127.0.0.1:$port/do/drop"
	wait $!
	stop_probes
	report
	expect_status 0
	[[ $(json "[.anomalies[] | select(.kind == \"connection_drop\") | .size > 10 and (.from_unix_ms - $dropped | . > -1500 and . < 1000)]") == "[true]" ]]
}

@test "the process behind the page is seen over SSH, and a lost host takes no poll away" {
	local lab=$BATS_TEST_TMPDIR/lab
	"$PROJECT/tests/lab/lab.sh" up 1 servers 0 clients "$lab"
	serve_ws
	printf 'Host server1\nHostName 127.0.0.1\nPort %s\n' "$(free_ports 1)" >"$lab/nobody"
	run "$BIN/relay_probe" --url "http://127.0.0.1:$port/metrics" --host server1 --process sshd --once --ssh-config "$lab/nobody"
	expect_status 0
	expect_text '"connections": ' '"proc": "'
	# shellcheck source=/dev/null # made by lab.sh
	source "$lab/lab.env"
	run --separate-stderr "$BIN/relay_probe" --url "http://127.0.0.1:$port/metrics" --host server1 --process sshd \
		--ssh-config "$LAB_SSH_CONFIG" --count 3 --interval 200ms
	expect_status 0
	jq --slurp --exit-status 'length == 3 and all(.values | .connections >= 0 and ."proc.rss_bytes" > 100000 and ."proc.threads" >= 1)
		and .[2].values."proc.cpu_percent" >= 0' <<<"$output"
}
