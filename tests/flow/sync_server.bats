#!/usr/bin/env bats
# The driver tonk against automerge-repo's own sync server, which has the real
# library behind it: what we write is a true change to it.
load ../program/helpers

setup_file() {
	load ../program/helpers
	"$PROJECT/tests/lab/node_peer.sh" >/dev/null
}

setup() {
	out=$BATS_TEST_TMPDIR/metrics
	server='' clients=()
}

teardown() {
	local pid
	for pid in $server "${clients[@]}"; do stop_process "$pid"; done
}

# start_reference PORT: the server, with its documents in a folder of the test.
start_reference() {
	node "$PROJECT/bin/.node/sync_server.mjs" "$1" "$BATS_TEST_TMPDIR/documents" \
		>"$BATS_TEST_TMPDIR/port" 2>"$BATS_TEST_TMPDIR/errors" 3>&- &
	server=$!
	wait_until 20 eval 'read -r port <"$BATS_TEST_TMPDIR/port"' || {
		cat "$BATS_TEST_TMPDIR/errors"
		return 1
	}
}

# start_machines DURATION OPTION...: two machines' clients, 25 each.
start_machines() {
	local machine duration=$1
	shift
	for machine in 1 2; do
		timeout 120 "$BIN/stress_client" --driver tonk --url "ws://127.0.0.1:$port/" --quiet --run-id "$BATS_TEST_NAME" \
			--machine-id "$machine" --num-clients 25 --duration "$duration" --ramp-ms 500 \
			--metrics-output-dir "$out" "$@" 3>&- &
		clients+=("$!")
	done
}

# await_machines: 0, or 4 exactly from the one that tells of a loss.
await_machines() {
	local machine lost
	for machine in 1 2; do
		wait_until 60 gone "${clients[machine - 1]}"
		lost=$(jq --slurp 'map(.reasons["acknowledged change lost"] // 0) | add' "$out/machine_${machine}_timeline.jsonl")
		expect_end 1 "${clients[machine - 1]}" "$((lost > 0 ? 4 : 0))"
	done
	clients=()
}

# ok OPERATION, failed OPERATION: how many of them, on both machines.
ok() {
	jq --slurp "map(.operations[\"$1\"].ok // 0) | add" "$out"/machine_*_timeline.jsonl
}
failed() {
	jq --slurp "map(.operations[\"$1\"].failed // 0) | add" "$out"/machine_*_timeline.jsonl
}

# connections FIELD: its sum over the timelines.
connections() {
	jq --slurp "map(.connections.$1) | add" "$out"/machine_*_timeline.jsonl
}

# all_joined: in the newest interval of each machine.
all_joined() {
	[[ $(tail --quiet --lines=1 "$out"/machine_[12]_timeline.jsonl | jq --slurp 'map(.connections.joined) | add') == 50 ]]
}

@test "a change that one of fifty clients writes is seen by all others, and all agree at the end" {
	local listeners changes
	start_reference 0
	for listeners in silent answering; do
		rm -rf -- "$out"
		start_machines 6s --ops-per-minute 20 --listeners "$listeners" --operations change=6,broadcast=1,ping=1
		await_machines
		changes=$(ok change)
		[[ $(ok join) == 50 && $(ok converge) == 50 && $(ok verify) == 2 && $(failed verify) == 0 ]]
		[[ $(failed change) == 0 && $(failed propagation) == 0 && $(failed ephemeral) == 0 ]]
		# 24 others on each machine see each change of theirs, but for those who
		# have not joined yet.
		((changes >= 30 && $(ok propagation) > 12 * changes && $(ok propagation) <= 24 * changes))
	done
	run "$BIN/aggregate" --output-dir "$BATS_TEST_TMPDIR" "$out"
	expect_text propagation converge
}

@test "the library reads what we have written, key by key" {
	local document=1Bhh3pU9gLXZiNDL6PEa1Gs9fh written
	start_reference 0
	timeout 60 "$BIN/stress_client" --driver tonk --url "ws://127.0.0.1:$port/" --quiet --num-clients 5 --duration 3s \
		--ramp-ms 0 --min-delay-ms 100 --max-delay-ms 300 --document "$document" --metrics-output-dir "$out"
	written=$(ok change)
	((written >= 10))
	# Each author counts under a key of its own: the sum of all is the counter.
	[[ $(node "$PROJECT/bin/.node/read_document.mjs" "$port" "$document" | jq '[.[]] | add') == "$written" ]]
}

@test "who comes to a document that others have written writes what the library can load" {
	local document=1Bhh3pU9gLXZiNDL6PEa1Gs9fh load machine number requests written
	start_reference 0
	# Those of the second machine write before they can have been sent all of it.
	for load in "1 2 20" "2 10 3"; do
		read -r machine number requests <<<"$load"
		timeout 60 "$BIN/stress_client" --driver tonk --url "ws://127.0.0.1:$port/" --quiet --run-id "$BATS_TEST_NAME" \
			--machine-id "$machine" --num-clients "$number" --requests-per-client "$requests" --ramp-ms 0 \
			--max-delay-ms 5 --listeners silent --document "$document" --metrics-output-dir "$out"
	done
	written=$(ok change)
	((written >= 10))
	[[ $(node "$PROJECT/bin/.node/read_document.mjs" "$port" "$document" | jq '[.[]] | add') == "$written" ]]
}

@test "after a restart of the server its clients are back, and agree at the end" {
	start_reference 0
	# It keeps what it was told a tenth of a second later: what it lost so
	# nobody waits for any more at the end, but it was acknowledged.
	start_machines 15s --ops-per-minute 12 --listeners silent --reconnect-min 50ms --reconnect-max 500ms \
		--seen-timeout 2s
	wait_until 20 all_joined
	kill -KILL "$server"
	wait_until 10 gone "$server"
	sleep 1
	rm -f -- "$BATS_TEST_TMPDIR/port"
	start_reference "$port"
	wait_until 20 all_joined
	await_machines
	(($(connections dropped) >= 50 && $(connections restored) == $(connections dropped)))
	[[ $(ok converge) == 50 ]]
	(($(ok verify) + $(failed verify) >= 2))
}
