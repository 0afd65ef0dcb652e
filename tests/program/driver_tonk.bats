#!/usr/bin/env bats
# The driver tonk, against a relay that is sound or misbehaves.
load helpers
load measured
load support

setup() {
	out=$BATS_TEST_TMPDIR/metrics
}

teardown() {
	stop_servers
}

# load_with OPTION...: ten clients for two seconds.
load_with() {
	rm -rf -- "$out"
	run --separate-stderr timeout 60 "$BIN/stress_client" --driver tonk --quiet --num-clients 10 --duration 2s \
		--ramp-ms 0 --min-delay-ms 200 --max-delay-ms 400 --metrics-output-dir "$out" --url "$url" "$@"
	output+=$stderr
}

# load_behind OPTION...: the same, while the test does something; sets $client.
load_behind() {
	timeout 60 "$BIN/stress_client" --driver tonk --quiet --num-clients 10 --ramp-ms 0 --min-delay-ms 50 \
		--max-delay-ms 150 --metrics-output-dir "$out" --url "$url" "$@" &
	client=$!
}

# ok OPERATION, failed OPERATION: how many of them.
ok() {
	intervals "map(.operations[\"$1\"].ok // 0) | add"
}
failed() {
	intervals "map(.operations[\"$1\"].failed // 0) | add"
}

# connections FIELD: its sum over the timeline.
connections() {
	intervals "map(.connections.$1) | add"
}

@test "every change is acknowledged, seen by all others, and at the end by all" {
	serve_ws --role tonk
	load_with
	expect_status 0
	[[ $(ok join) == 10 && $(ok converge) == 10 ]]
	(($(ok change) >= 30))
	(($(ok propagation) == 9 * $(ok change)))
	[[ $(intervals 'map(.failed) | add') == 0 ]]
}

@test "silent listeners see every change as well, and say nothing" {
	local answering silent
	serve_ws --role tonk
	load_with --requests-per-client 4
	[[ $(ws_served) =~ ([0-9]+)' messages' ]]
	answering=${BASH_REMATCH[1]}
	serve_ws --role tonk
	load_with --requests-per-client 4 --listeners silent
	expect_status 0
	(($(ok change) == 30 && $(ok propagation) == 9 * 30))
	[[ $(ws_served) =~ ([0-9]+)' messages' ]]
	silent=${BASH_REMATCH[1]}
	# One of them answers, that the process learns what covers what.
	((answering > 10 + 30 + 200 && silent < answering / 2))
}

# all_hear: from the first message on all ten were there.
all_hear() {
	load_with --operations broadcast --message-bytes 5000
	expect_status 0 || return
	(($(ok ephemeral) == 9 * $(ok broadcast)))
}

@test "an ephemeral message is heard by all others, and timed for each" {
	serve_ws --role tonk
	in_one_of 3 all_hear
	(($(ok broadcast) >= 30))
	(($(intervals 'map(.bytes_received) | add') > 5000 * $(ok ephemeral)))
	[[ $(connections missed) == 0 && $(connections doubled) == 0 ]]
}

@test "pings are ponged, and a document that nobody has is looked for among all" {
	serve_ws --role tonk
	load_with --operations ping=1,lookup=3
	expect_status 0
	(($(ok ping) > 0 && $(ok lookup) > $(ok ping)))
	[[ $(failed lookup) == 0 ]]
}

@test "a change of one process is seen by the clients of another" {
	serve_ws --role tonk
	local other=$BATS_TEST_TMPDIR/other
	timeout 60 "$BIN/stress_client" --driver tonk --quiet --run-id shared --machine-id 2 --num-clients 10 --ramp-ms 0 \
		--duration 3s --min-delay-ms 200 --max-delay-ms 400 --metrics-output-dir "$other" --url "$url" &
	client=$!
	load_with --run-id shared
	expect_status 0
	expect_end 20 "$client" 0
	[[ $(ok converge) == 10 && $(failed propagation) == 0 ]]
	[[ $(jq --slurp 'map(.operations.converge.ok // 0) | add' "$other"/*timeline.jsonl) == 10 ]]
}

@test "operations come at the rate that was asked for, of each client or of all" {
	serve_ws --role tonk
	load_with --ops-per-minute 240 --operations ping
	(($(ok ping) >= 40 && $(ok ping) <= 120))
	load_with --ops-per-minute 1200 --ops-per machine --operations ping
	(($(ok ping) >= 20 && $(ok ping) <= 60))
	load_with --ops-per-minute 0
	expect_status 0
	[[ $(ok join) == 10 && $(intervals 'map(.operations | keys[]) | unique | join(" ")') == 'connect converge join' ]]
	[[ $(intervals 'map(.connections.joined) | max') == 10 ]]
}

@test "who was cut off comes again, and what was said meanwhile is counted as missed" {
	serve_ws --role tonk
	load_behind --duration 4s --operations broadcast --reconnect-min 500ms
	sleep 1.5
	curl --silent --fail "http://127.0.0.1:$port/do/drop" >/dev/null
	expect_end 20 "$client" 0
	[[ $(connections dropped) == 10 && $(connections restored) == 10 ]]
	[[ $(ok join) == 20 ]]
	# They come back one after another, and the first ones speak already.
	(($(connections missed) > 0))
	[[ $(connections doubled) == 0 ]]
}

@test "with a session length clients leave, come again, and see all the same" {
	serve_ws --role tonk
	load_with --session-length 500ms --duration 3s
	expect_status 0
	(($(ok join) >= 30 && $(ok converge) == 10))
	[[ $(connections dropped) == 0 && $(failed propagation) == 0 ]]
}

@test "no change is built upon heads whose operations nobody here knows, each upon its author's last one" {
	local document=1Bhh3pU9gLXZiNDL6PEa1Gs9fh
	start_server python3 "$PROJECT/tests/support/withholding_relay.py" "$document"
	url=ws://127.0.0.1:$port/
	# Silent listeners ask for no chunk: one of them does, for all.
	load_with --num-clients 3 --listeners silent --operations change --document "$document" --reply-timeout 1s
	sed 1d "$server_output" >"$BATS_TEST_TMPDIR/changes"
	(($(grep --count own "$BATS_TEST_TMPDIR/changes") >= 3))
	run ! grep --invert-match --extended-regexp '^(1 nothing|([2-9]|[1-9][0-9]+) own)$' "$BATS_TEST_TMPDIR/changes"
}

@test "a client whose end finds it on the way back has counted no byte twice or less than none" {
	start_server python3 "$PROJECT/tests/support/leaving_relay.py"
	url=ws://127.0.0.1:$port/
	load_with --num-clients 1 --duration 700ms --settle 200ms --reconnect-min 1ms --ops-per-minute 0 --timeline-ms 100
	expect_status 0
	[[ $(intervals 'map(.reasons["out of sync"] // 0) | add') == 1 ]]
	(($(intervals 'map(.bytes_sent) | add') > 100 && $(intervals 'map(.bytes_sent) | add') < 1000))
	[[ $(intervals 'map(.bytes_sent) | add') == $(jq .aggregated_stats.bytes_sent "$out/machine_1_client_1.json") ]]
}

@test "who is on the way back at the end gets the time to settle, and is not out of sync" {
	serve_ws --role tonk
	all_joined() {
		[[ $(intervals 'last.connections.joined' 2>/dev/null) == 10 ]]
	}
	load_behind --duration 3s --reconnect-min 4s --timeline-ms 100
	wait_until 10 all_joined
	curl --silent --fail "http://127.0.0.1:$port/do/drop" >/dev/null
	expect_end 20 "$client" 0
	[[ $(connections dropped) == 10 && $(ok converge) == 10 ]]
}

# all_doubled: from the first message on all ten were there.
all_doubled() {
	load_with --operations broadcast
	expect_status 0 || return
	(($(ok ephemeral) == 9 * $(ok broadcast) && $(connections doubled) == 9 * $(ok broadcast)))
}

@test "messages that come twice are counted as doubled" {
	serve_ws --role tonk --fault twice --fault-at 1000000
	in_one_of 3 all_doubled
}

@test "a relay that is restarted finds its clients back and in agreement" {
	serve_ws --role tonk --store "$BATS_TEST_TMPDIR/store"
	load_behind --duration 5s --reconnect-min 50ms --reconnect-max 200ms --seen-timeout 1s
	sleep 1.5
	stop_process "$server_pid"
	sleep 0.5
	serve_ws --role tonk --listen "127.0.0.1:$port" --store "$BATS_TEST_TMPDIR/store"
	expect_end 20 "$client" 0
	[[ $(connections restored) == 10 && $(ok converge) == 10 ]]
	[[ $(ok verify) == 1 && $(failed verify) == 0 ]]
}

@test "a relay that comes again without what it acknowledged has lost data, and that is exit 4" {
	serve_ws --role tonk
	load_behind --duration 4s --reconnect-min 50ms --reconnect-max 200ms --seen-timeout 1s
	sleep 1.5
	stop_process "$server_pid"
	serve_ws --role tonk --listen "127.0.0.1:$port"
	expect_end 20 "$client" 4
	# They agree on what is left, and each change that is gone is one.
	[[ $(ok converge) == 10 && $(ok verify) == 0 ]]
	(($(failed verify) >= 10 && $(failed verify) < $(ok change)))
	[[ $(intervals 'map(.reasons["acknowledged change lost"] // 0) | add') == $(failed verify) ]]
	run "$BIN/aggregate" --output-dir "$BATS_TEST_TMPDIR/report" --thresholds 'acked_lost == 0' "$out"
	expect_status 4
	expect_text "$(failed verify) requests found lost what the target had acknowledged."
	[[ $(jq '.thresholds[0].figure' "$BATS_TEST_TMPDIR/report/final_report.json") == $(failed verify) ]]
}

@test "a relay that loses all and is told nothing more has lost what it acknowledged, no less" {
	serve_ws --role tonk
	load_behind --phases 'writing 1s 100%, resting 3s 0%' --min-delay-ms 100 --max-delay-ms 100 --reconnect-min 50ms
	sleep 1.5
	stop_process "$server_pid"
	serve_ws --role tonk --listen "127.0.0.1:$port"
	expect_end 20 "$client" 4
	(($(failed verify) > 0))
}

@test "a relay that keeps changes to itself has lost none, but they were missed" {
	serve_ws --role tonk --fault quiet
	load_with --duration 3s --min-delay-ms 500 --max-delay-ms 1500 --seen-timeout 100ms --settle 300ms
	expect_status 0
	(($(failed propagation) > 0 && $(connections missed) >= $(failed propagation)))
	[[ $(ok verify) == 1 && $(failed verify) == 0 ]]
}

@test "a relay that lacks what somebody else has built upon has lost nothing" {
	serve_ws --role tonk --fault foreign --fault-at 1000000
	load_with
	expect_status 0
	(($(ok change) > 0))
	[[ $(failed change) == 0 && $(ok verify) == 1 && $(failed verify) == 0 ]]
}

@test "what was acknowledged is read back once, though clients come and go" {
	serve_ws --role tonk
	load_with --num-clients 4 --requests-per-client 2 --duration '' --ramp-ms 2000 --min-delay-ms 10 --max-delay-ms 10
	expect_status 0
	[[ $(ok verify) == 1 ]]
}

@test "of several relays none has lost what another one acknowledged" {
	local first
	serve_ws --role tonk
	first=$url
	serve_ws --role tonk
	load_with --url "$first" --duration 1s --settle 200ms
	expect_status 0
	(($(ok change) > 0 && $(failed converge) > 0))
	[[ $(ok verify) == 0 && $(failed verify) == 0 ]]
}

@test "what was not acknowledged is not lost" {
	serve_ws --role tonk --fault ignore --fault-at 4
	load_with --duration 2s --reply-timeout 200ms --seen-timeout 400ms --settle 300ms
	expect_status 0
	(($(intervals 'map(.reasons["request timed out"] // 0) | add') >= 10))
	[[ $(ok verify) == 1 && $(failed verify) == 0 ]]
}

@test "a broadcast that others have not heard is none that succeeded" {
	serve_ws --role tonk --fault ignore --fault-at 2
	load_with --num-clients 60 --duration 5s --operations broadcast --ops-per-minute 120 --seen-timeout 500ms
	expect_status 0
	# At the end the others leave one that is on its way, of each client.
	(($(failed broadcast) > 0 && $(ok ephemeral) >= 59 * ($(ok broadcast) - 60)))
}

@test "a relay that goes silent costs time-outs, and connections that are made anew" {
	serve_ws --role tonk
	load_behind --duration 4s --reply-timeout 300ms --settle 0
	sleep 1.5
	curl --silent --fail "http://127.0.0.1:$port/do/silent" >/dev/null
	sleep 1
	curl --silent --fail "http://127.0.0.1:$port/do/talk" >/dev/null
	expect_end 20 "$client" 0
	(($(intervals 'map(.reasons["request timed out"] // 0) | add') >= 10))
	(($(connections restored) == 10))
}

@test "a server that is no relay, or breaks off, is told apart" {
	serve_ws
	load_with --duration 500ms --settle 0 --reply-timeout 200ms
	expect_status 0
	(($(failed join) >= 10))
	(($(intervals 'map(.reasons["request timed out"] // 0) | add') >= 10))
	serve_ws --fault bad-utf8
	load_with --duration 500ms --settle 0 --reply-timeout 200ms
	(($(intervals 'map(.reasons["bad reply"] // 0) | add') >= 10))
	serve_ws --status 503
	load_with --duration 500ms --settle 0 --reply-timeout 200ms
	expect_status 1
	(($(intervals 'map(.reasons["http 503"] // 0) | add') >= 10))
}

@test "what is no message of a relay is a bad reply, and the connection is made anew" {
	local fault
	for fault in text no-cbor no-map endless-map no-type; do
		serve_ws --role tonk --fault "$fault" --fault-at 3
		load_with --duration 700ms --settle 0 --listeners silent --operations lookup --reconnect-min 1ms \
			--reply-timeout 300ms
		(($(intervals 'map(.reasons["bad reply"] // 0) | add') >= 5))
		(($(connections dropped) >= 5 && $(connections restored) >= 5))
	done
}

@test "settings of the relay's driver that make no sense are usage errors" {
	url=ws://127.0.0.1:1/
	local words
	while read -r words; do
		# shellcheck disable=SC2086 # options and their words
		load_with ${words%% # *}
		expect_status 2
		expect_text "${words##* # }"
	done <<-'END'
		--operations jump # there are change, broadcast, ping and lookup
		--operations change=x # the weight is not a number
		--operations change=0 # leaves nothing to do
		--document nonsense # is no document id
		--listeners deaf # answering
		--message-bytes 39 # from 40 to 1M
	END
}
