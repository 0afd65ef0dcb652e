#!/usr/bin/env bats
# A ring loses a node while clients run: nobody is forgotten.
load ../program/helpers

setup() {
	out=$BATS_TEST_TMPDIR/metrics
	mapfile -t ports < <(free_ports 3)
	servers=()
}

teardown() {
	local pid
	for pid in "${servers[@]}" ${client:-}; do stop_process "$pid"; done
}

addresses() {
	printf '127.0.0.1:%s,127.0.0.1:%s,127.0.0.1:%s' "${ports[@]}"
}

# start_node ID: a node of the ring with short intervals, in the background.
start_node() {
	local id=$1 peer
	local -a peers=()
	for peer in 1 2 3; do
		((peer == id)) || peers+=("$peer@127.0.0.1:${ports[peer - 1]}")
	done
	"$BIN/ring_server" --id "$id" --address "127.0.0.1:${ports[id - 1]}" \
		--peers "${peers[0]},${peers[1]}" --failure-timeout 1s --heartbeat-interval 200ms \
		--monitor-interval 200ms --log-file "$BATS_TEST_TMPDIR/server_$id.log" 3>&- &
	servers[id]=$!
}

start_ring() {
	local id
	for id in 1 2 3; do start_node "$id"; done
	wait_until 20 ring_is_ready
}

ring_is_ready() {
	"$BIN/stress_client" --check --server-addresses "$(addresses)" --image-directory "$PROJECT/test_images" \
		--image-mix small.png=1 --assignment-timeout-ms 500 >"$BATS_TEST_TMPDIR/check" 2>&1
}

total() {
	jq --slurp "map(.aggregated_stats.$1) | add" "$out"/machine_1_client_*.json
}

interval_has() {
	[[ -s $out/machine_1_timeline.jsonl ]] &&
		jq --slurp --exit-status "$1" "$out/machine_1_timeline.jsonl" >/dev/null 2>&1
}

start_clients() {
	"$BIN/stress_client" --quiet --server-addresses "$(addresses)" --num-clients 30 \
		--requests-per-client 15 --min-delay-ms 100 --max-delay-ms 300 --seed 1 \
		--image-directory "$PROJECT/test_images" --image-mix small.png=1 --timeline-ms 200 \
		--request-timeout-ms 3s --assignment-timeout-ms 500 --assignment-pause-ms 200 \
		--status-poll-ms 300 --metrics-output-dir "$out" 3>&- &
	client=$!
}

# Everything planned has ended, one way or the other, and is on record.
expect_all_accounted_for() {
	(($(total planned_requests) == 450))
	(($(total sent_requests) == 450))
	(($(total successful_requests) + $(total failed_requests) == 450))
	(($(jq --slurp 'map(.aggregated_stats.failure_reasons[]) | add // 0' \
		"$out"/machine_1_client_*.json) == $(total failed_requests)))
	(($(jq --slurp 'map(.ok + .failed) | add' "$out/machine_1_timeline.jsonl") == 450))
}

# kill_and_watch ID: kills that node in the middle of the load; sets $code.
kill_and_watch() {
	start_clients
	wait_until 60 interval_has '(map(.ok) | add) >= 60'
	kill -KILL "${servers[$1]}"
	code=0
	wait "$client" || code=$?
	client=''
}

leader() {
	sed --quiet 's/.*all name \([0-9]*\) as their leader.*/\1/p' "$BATS_TEST_TMPDIR/check"
}

@test "a follower is killed under 30 clients: every request ends, the others take over" {
	local victim
	start_ring
	victim=$((($(leader) % 3) + 1))
	kill_and_watch "$victim"
	expect_all_accounted_for
	[[ $code == 0 ]]
	(($(total successful_requests) >= 440))
	jq --slurp --exit-status --arg dead "$victim" 'last(.[] | select(.ok > 0)) | .servers | has($dead) | not' \
		"$out/machine_1_timeline.jsonl"
}

@test "the leader is killed under 30 clients: every request ends, a new one assigns" {
	start_ring
	kill_and_watch "$(leader)"
	expect_all_accounted_for
	[[ $code == 0 ]]
	(($(total successful_requests) >= 440))
	(($(total retries) > 0))
}

@test "a server frozen under load costs a request no more than the limits" {
	local frozen
	start_ring
	frozen=${servers[$((($(leader) % 3) + 1))]}
	start_clients
	wait_until 60 interval_has '(map(.ok) | add) >= 60'
	kill -STOP "$frozen"
	code=0
	wait "$client" || code=$?
	client=''
	kill -CONT "$frozen"
	expect_all_accounted_for
	jq --slurp --exit-status 'map(.aggregated_stats.latency_max_ms) | max < 20000' "$out"/machine_1_client_*.json
}
